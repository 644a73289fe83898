"""The demo as a world in which every route can be asked for, by everybody, with things of every kind."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from tests.database import forgetful
from tests.factories import NOW, act_of, make_member
from tests.factories.conflicts import make_conflict
from tests.factories.documents import make_study, pdf
from tests.factories.findings import by_link, make_lasting_link
from tests.factories.merging import make_own_goal, make_own_link, make_relation
from tests.factories.participants import (
    make_cohort,
    make_event,
    make_instrument,
    make_participant,
    make_site,
    make_together,
)
from tests.factories.rankings import make_ranking
from tests.factories.workshops import door_of, make_card, make_seat, make_workshop
from tests.web.applications import SECRET_KEY
from tests.web.reader import Reader
from toc.domain.coding import CodeUse
from toc.domain.goals import ArgumentSide
from toc.domain.ids import derived
from toc.domain.interviews import ASKED_BEFORE, GUIDE, Mode, RespondentKind
from toc.domain.jobs import JobKind
from toc.domain.people import Role, Step, token_hash
from toc.domain.programmes import Language
from toc.domain.workshops import Phase
from toc.models.bonds import BondContract, ContractDraft, ContractLine, Outcome, OutcomeDecision, Payment
from toc.models.coding import CodebookEntry
from toc.models.conflicts import GoalConflict
from toc.models.database import Database
from toc.models.documents import Document
from toc.models.evidence import AssessmentRecord, Study
from toc.models.findings import Reply
from toc.models.goals import (
    Goal,
    GoalDistinction,
    GoalEdition,
    GoalLink,
    GoalSource,
    LinkArgument,
    TreeEdition,
)
from toc.models.indicators import (
    Indicator,
    LogImport,
    LogSource,
    Measurement,
    MeasurementDraft,
    MeasurementFile,
)
from toc.models.interviews import Interview, Recording, Respondent, StakeholderGroup, Statement
from toc.models.jobs import Job
from toc.models.merging import GoalRelation, PartyGoal, PartyLink
from toc.models.participants import Cohort, Instrument, Observation, Participant, Site
from toc.models.people import Invitation, Membership, Organisation, PersonalLink, User
from toc.models.programmes import Partner
from toc.models.rankings import Ranking
from toc.models.savings import SavingEdition
from toc.models.workshops import Workshop, WorkshopCard, WorkshopDoor
from toc.services import bonds, demo, interviews, merging
from toc.services.demo.accounts import programme_id
from toc.services.interviews import Place, RespondentDraft
from toc.web.security import make_secret

ROUTES = Path(__file__).parent / "routes"
READERS = (
    "visitor",
    "coordinator",
    "worker",
    "funder",
    "investor",
    "evaluator",
    "stakeholder",
    "viewer",
    "link",
)
TOKEN = "a-token-of-the-tests-that-is-long-enough"
LINK_TOKEN = "a-token-of-a-personal-link-of-the-tests"
BESIDE = "Somebody without a link"
OBSERVED = "OBSERVED-1"
ALONE = "An own goal that nothing hangs on"
SPOKEN = "helps_and_hinders"
"""The question that was answered aloud, the third of a participant."""
OPEN_PAGES = {
    f"mine.{page}"
    for page in (
        "answers",
        "question",
        "save",
        "draft",
        "review",
        "send",
        "speaking",
        "speak",
        "hush",
        "sound",
    )
}
"""Pages of an interview that was not sent yet."""
OWN_PAGES = ("mine.", "interviews.spoken", "interviews.sound", "interviews.transcribe")
"""Pages of an interview that somebody filled in alone."""
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Expected:
    """One row of the reviewed table: what each reader gets from a route."""

    endpoint: str
    method: str
    status: Mapping[str, int]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.method}"


def expected() -> list[Expected]:
    """Return all rows of the reviewed table."""
    rows = []
    for file in sorted(ROUTES.glob("*.csv")):
        with file.open(newline="") as lines:
            for row in csv.DictReader(lines):
                status = {reader: int(row[reader]) for reader in READERS}
                rows.append(Expected(row["endpoint"], row["method"], status))
    return rows


class World:
    """The demo with one person per role who takes part in one of its programmes only.

    Attributes:
        own: the programme that they take part in, as far as they have a role in it.
        other: one that none of them takes part in.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        demo.load_demo(database, NOW)
        self.own = programme_id("colour_kitchen", Language.NL)
        self.other = programme_id("colour_kitchen", Language.EN)
        for place in (self.own, self.other):
            with database.writing(place) as session:
                self._complete(session)
        with database.writing(self.own) as session:
            programme = session.info["programme_id"]
            self.people = {role.value: _member(session, programme, role) for role in Role}
            reply = session.scalars(select(Reply).where(Reply.programme_id == self.own)).first()
            assert reply is not None
            respondent = session.get_one(Respondent, (self.own, reply.respondent_id))
            self.respondent_id = respondent.id
            self.link = make_lasting_link(session, respondent, LINK_TOKEN).id
            self.closed_interview = _own_interview(session, respondent, completed=True)
            self.open_interview = _own_interview(session, respondent)
        with database.read_session(self.own) as session:
            self.ids = {self.own: self._ids(session, self.own), self.other: self._ids(session, self.other)}
            self.canaries = self._words(session, self.other) - self._words(session, self.own)
        assert len(self.canaries) > 50

    @staticmethod
    def _complete(session: Session) -> None:
        """Add what the demo has none of."""
        place = session.info["programme_id"]
        indicator = session.scalars(select(Indicator).where(Indicator.programme_id == place)).first()
        goal = session.scalars(select(GoalEdition).where(GoalEdition.programme_id == place)).first()
        user = session.scalars(select(User)).first()
        assert indicator is not None
        assert goal is not None
        assert user is not None
        session.add(
            LogImport(
                id=uuid4(),
                indicator_id=indicator.id,
                sha256="0" * 64,
                read_as="{}",
                rows_added=0,
                rows_corrected=0,
                rows_unchanged=0,
                created_at=NOW,
            )
        )
        session.add(LogSource(id=uuid4(), name=f"Source of {place}", mapping={}, created_at=NOW))
        session.add(
            Job(
                id=uuid4(),
                kind=JobKind.READ,
                asked={"name": "log.csv", "sha256": "0" * 64, "size": 1, "source": "", "mapping": None},
                result={},
                created_at=NOW,
            )
        )
        measurement = session.scalars(select(Measurement).where(Measurement.programme_id == place)).first()
        assert measurement is not None
        proof = pdf("Twelve came to the kitchen.")
        session.add(
            MeasurementFile(
                id=uuid4(),
                measurement_id=measurement.id,
                name="proof.pdf",
                media_type="application/pdf",
                size=len(proof),
                content=proof,
                created_at=NOW,
            )
        )
        session.add(
            MeasurementDraft(
                id=uuid4(), indicator_id=indicator.id, content={}, changed_at=NOW, created_at=NOW
            )
        )
        session.add(
            AssessmentRecord(
                id=uuid4(),
                goal_id=goal.goal_id,
                goal_edition_id=goal.id,
                rung=0,
                statuses=["current"],
                inputs="{}",
                sha256="0" * 64,
                ladder_version="1",
                signed_by_id=user.id,
                at=NOW,
            )
        )
        one, other = sorted(
            session.scalars(select(Goal.id).where(Goal.programme_id == place, Goal.released))
        )[:2]
        session.add(GoalDistinction(id=uuid4(), one_id=one, other_id=other, created_at=NOW))
        session.add(
            LinkArgument(
                id=uuid4(),
                link_id=_open_link(session, place),
                side=ArgumentSide.FOR,
                text="It worked elsewhere.",
                created_at=NOW,
            )
        )
        session.add(CodebookEntry(id=uuid4(), use=CodeUse.HARM, name=f"Harm {place}", created_at=NOW))
        contract = session.scalars(select(BondContract.id).where(BondContract.programme_id == place)).first()
        assert contract is not None
        by = act_of(user, Role.COORDINATOR)
        bonds.start_draft(session, by, bonds.next_edition(session, contract, uuid4(), "A lower cap"))
        _ask_and_differ(session)
        _give_own_trees(session)
        _register(session)
        party = select(StakeholderGroup).where(StakeholderGroup.programme_id == place)
        make_study(session, session.scalars(party).first(), title=f"Plan of {place}")
        session.add(
            Invitation(
                id=uuid4(),
                programme_id=place,
                email=f"{place.hex}@example.org",
                name="",
                role=Role.VIEWER,
                language="nl",
                token_hash=token_hash(f"{TOKEN}-{place}"),
                expires_at=FOREVER,
                created_at=NOW,
            )
        )

    def _ids(self, session: Session, place: UUID) -> dict[str, Any]:
        """Return one thing of each kind for the addresses of routes."""

        def first(table: Any, *where: Any) -> Any:  # noqa: ANN401 - a table of ours
            query = select(table.id).where(table.programme_id == place, *where).order_by(table.id)
            found = session.scalars(query).first()
            assert found is not None, table
            return found

        told = session.execute(
            select(Reply.id, Reply.finding_id, Reply.respondent_id)
            .where(Reply.programme_id == place, Reply.answered_at.is_(None))
            .order_by(Reply.id)
        ).first()
        assert told is not None
        spoken = session.execute(
            select(GoalSource.goal_id, GoalSource.statement_id, Interview.id, Interview.respondent_id)
            .join(GoalSource.statement)
            .join(Statement.interview)
            .join(GoalSource.goal)
            .where(GoalSource.programme_id == place, Goal.released, Statement.withdrawn_at.is_(None))
            .order_by(GoalSource.id)
        ).first()
        assert spoken is not None
        declared = set(session.scalars(select(Outcome.id).where(Outcome.programme_id == place)))
        decided: dict[Step, dict[UUID, bool]] = {step: {} for step in Step}
        for outcome_id, step, accepted in session.execute(
            select(OutcomeDecision.outcome_id, OutcomeDecision.step, OutcomeDecision.accepted).where(
                OutcomeDecision.programme_id == place
            )
        ):
            decided[step][outcome_id] = accepted
        verified = {one for one, accepted in decided[Step.VERIFY].items() if accepted}
        return {
            "programme_id": place,
            "goal_id": spoken.goal_id,
            "other_id": first(Goal, Goal.released, Goal.id != spoken.goal_id),
            "distinction_id": first(GoalDistinction),
            "statement_id": spoken.statement_id,
            "interview_id": spoken.id,
            "group_id": first(StakeholderGroup),
            "respondent_id": spoken.respondent_id,
            "link_id": _open_link(session, place),
            "argument_id": first(LinkArgument, LinkArgument.link_id == _open_link(session, place)),
            "personal_link_id": first(PersonalLink),
            "indicator_id": first(Indicator),
            "measurement_id": first(Measurement),
            "import_id": first(LogImport),
            "source_id": first(LogSource),
            "job_id": first(Job),
            "file_id": first(MeasurementFile),
            "entry_draft_id": first(MeasurementDraft),
            "record_id": first(AssessmentRecord),
            "study_id": first(Study),
            "entry_id": first(CodebookEntry),
            "contract_id": first(BondContract),
            "draft_id": first(ContractDraft),
            "line_id": first(ContractLine),
            "saving_id": first(SavingEdition),
            "outcome_id": min(declared),
            "to_verify": min(declared - decided[Step.VERIFY].keys()),
            "to_approve": min(verified - decided[Step.APPROVE].keys()),
            "payment_id": first(Payment),
            "ranking_id": first(Ranking, ~Ranking.answers.any()),
            "conflict_id": first(GoalConflict),
            "party_goal_id": first(PartyGoal, PartyGoal.wording.startswith(ALONE)),
            "party_link_id": first(PartyLink),
            "relation_id": first(GoalRelation),
            "given_id": first(TreeEdition, TreeEdition.group_id.is_not(None)),
            "edition_id": first(TreeEdition, TreeEdition.id == derived(place, "version", "second")),
            "document_id": first(Document, Document.title == f"Plan of {place}"),
            "beside": first(Respondent, Respondent.name == BESIDE),
            "finding_id": told.finding_id,
            "reply_id": told.id,
            "participant_id": first(Participant, Participant.code == OBSERVED),
            "set_id": derived(place, "together"),
            "observation_id": first(Observation, Observation.participant.has(Participant.code == OBSERVED)),
            "site_id": first(Site),
            "cohort_id": first(Cohort),
            "instrument_id": first(Instrument),
            "organisation_id": session.scalars(
                select(Organisation.id)
                .join(Partner, Partner.organisation_id == Organisation.id)
                .where(Partner.programme_id == place)
                .order_by(Organisation.id)
            ).first(),
            "membership_id": first(Membership),
            "invitation_id": first(Invitation),
            "filename": "img/icon.svg",
            "name": "tree.txt",
            "ending": "svg",
            "key": "youth",
            "kind": "spokesperson",
            "line": "DIPLOMA",
            "token": f"{TOKEN}-{place}",
            "workshop_id": first(Workshop, Workshop.phase == Phase.CARDS),
            "card_id": first(
                WorkshopCard,
                WorkshopCard.workshop_id.in_(
                    select(Workshop.id).where(Workshop.programme_id == place, Workshop.phase == Phase.CARDS)
                ),
            ),
            "code": session.scalar(
                select(WorkshopDoor.code).where(
                    WorkshopDoor.programme_id == place, WorkshopDoor.closes_at == FOREVER
                )
            ),
        }

    @staticmethod
    def _words(session: Session, place: UUID) -> set[str]:
        """Return what stands in a programme and in no other."""
        words: set[str] = {str(place)}
        for column in (GoalEdition.wording, Statement.text, StakeholderGroup.name, PartyGoal.wording):
            words |= set(session.scalars(select(column).where(column.class_.programme_id == place)))
        return {text for text in words if len(text) > 12}

    def arguments(self, endpoint: str, place: UUID) -> dict[str, Any]:
        """Return the values for the address of a route."""
        ids = dict(self.ids[place])
        if endpoint.startswith("bonds.") and "verif" in endpoint:
            ids["outcome_id"] = ids["to_verify"]
        if endpoint.startswith("bonds.") and "approv" in endpoint:
            ids["outcome_id"] = ids["to_approve"]
        if endpoint.startswith("rankings.take"):
            ids["respondent_id"] = ids["beside"]
        if endpoint.startswith("people."):
            ids["link_id"] = ids["personal_link_id"]
        ids["token"] = self._token(endpoint, ids["token"])
        ids |= {"question": SPOKEN, "number": 3, "form": "json"}
        if endpoint == "interviews.keep_answer":
            ids["question"] = GUIDE[0]
        if endpoint in {"mine.release", "mine.withdraw"} and place == self.own:
            ids["statement_id"] = derived(self.closed_interview, "sentence")
        if endpoint in OPEN_PAGES and place == self.own:
            ids["interview_id"] = self.open_interview
        elif endpoint.startswith(OWN_PAGES) and place == self.own:
            ids["interview_id"] = self.closed_interview
        return ids

    def _token(self, endpoint: str, otherwise: str) -> str:
        """Return what stands in the address of a route that opens without an account."""
        if endpoint.startswith("people.open_link"):
            return LINK_TOKEN
        if endpoint.startswith("reminding."):
            whose = self.people[Role.WORKER.value].id
            return whose.hex + make_secret(SECRET_KEY, "reminders", str(whose))
        return otherwise

    @contextmanager
    def reading(self, app: Flask, reader: str) -> Iterator[Reader]:
        """Be one of the readers; whatever they change is taken back."""
        with forgetful(self.database) as database:
            app.extensions["toc_database"] = database
            with app.test_client() as client:
                person = Reader(client, database)
                if reader == "link":
                    person.open_link(self.link)
                elif reader != "visitor":
                    person.sign_in(self.people[reader])
                yield person


def _open_link(session: Session, place: UUID) -> UUID:
    """Return a link between two goals that everybody may see."""
    lower, upper = aliased(Goal), aliased(Goal)
    return session.scalars(
        select(GoalLink.id)
        .join(lower, and_(lower.programme_id == place, lower.id == GoalLink.lower_id))
        .join(upper, and_(upper.programme_id == place, upper.id == GoalLink.upper_id))
        .where(GoalLink.programme_id == place, lower.released, upper.released)
        .order_by(GoalLink.id)
        .limit(1)
    ).one()


def _member(session: Session, place: UUID, role: Role) -> User:
    programme = type("Here", (), {"id": place})()
    return make_member(session, programme, role)


def _ask_and_differ(session: Session) -> None:
    """Open a round without answers, add a spokesperson without a link, and a conflict."""
    place = session.info["programme_id"]
    goals = session.scalars(
        select(Goal).where(Goal.programme_id == place, Goal.released).order_by(Goal.code).limit(2)
    ).all()
    groups = session.scalars(
        select(StakeholderGroup).where(StakeholderGroup.programme_id == place).limit(2)
    ).all()
    make_ranking(session, goals)
    workshop = make_workshop(session, group=groups[0])
    make_card(session, make_seat(session, workshop, groups[0]))
    session.get_one(WorkshopDoor, door_of(session, workshop)).closes_at = FOREVER
    make_conflict(session, goals, groups)
    act, respondent_id = act_of(None, Role.EVALUATOR), uuid4()
    draft = RespondentDraft(kind=RespondentKind.SPOKESPERSON, name=BESIDE)
    interviews.add_respondent(session, act, respondent_id, groups[0].id, draft)
    for scope in ASKED_BEFORE:
        interviews.record_consent(session, act, uuid4(), respondent_id, scope, given=True, text="May we?")


def _register(session: Session) -> None:
    """Register somebody of whom something was observed, with a site, a cohort and an instrument."""
    place = session.info["programme_id"]
    site, cohort = make_site(session, f"Site of {place}"), make_cohort(session, f"Cohort of {place}")
    make_instrument(session, f"Matrix of {place}")
    person = make_participant(session, OBSERVED, site_id=site.id, cohort_id=cohort.id)
    make_event(session, person, NOW.date())
    make_together(session, [make_participant(session, "TOGETHER-1")], NOW.date(), derived(place, "together"))


def _give_own_trees(session: Session) -> None:
    """Give a party a tree of its own, kept as it was given, with one goal beside a shared one."""
    place = session.info["programme_id"]
    group = session.scalars(
        select(StakeholderGroup).where(StakeholderGroup.programme_id == place).order_by(StakeholderGroup.id)
    ).first()
    goal = session.scalars(
        select(Goal).where(Goal.programme_id == place, Goal.released).order_by(Goal.code)
    ).first()
    assert group is not None
    assert goal is not None
    upper = make_own_goal(session, group, f"An own goal of {place}")
    make_own_goal(session, group, f"{ALONE} of {place}")
    make_own_link(session, make_own_goal(session, group, f"A means of {place}"), upper)
    make_relation(session, upper, goal)
    merging.freeze_given(session, act_of(None, Role.EVALUATOR), uuid4(), group.id)


def _own_interview(session: Session, respondent: Respondent, *, completed: bool = False) -> UUID:
    """An interview that the respondent fills in, or filled in, alone."""
    act = by_link(respondent)
    made = interviews.start_interview(
        session, act, uuid4(), respondent.id, mode=Mode.ALONE, held_on=NOW.date()
    )
    if completed:
        interviews.save_answers(session, act, made.id, {"wish": "Rust in huis."}, {})
        interviews.submit_interview(session, act, made.id)
        place = Place(derived(made.id, "answer", "wish"), 0, len("Rust in huis."))
        interviews.mark_statement(session, act, derived(made.id, "sentence"), place)
    session.add(
        Recording(
            id=derived(made.id, "recording", SPOKEN),
            interview=made,
            question=SPOKEN,
            media_type="audio/ogg",
            sound=b"OggS" + bytes(60),
            created_at=NOW,
        )
    )
    return made.id
