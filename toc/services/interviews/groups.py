"""Stakeholder groups and respondents: who is to be heard, and who has been."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from toc.domain.acts import Act
from toc.domain.codes import CodeKind
from toc.domain.errors import DomainError
from toc.domain.interviews import (
    NO_INTERVIEW,
    Audience,
    ConsentState,
    Given,
    Mode,
    Participation,
    RespondentKind,
    check_respondent,
    consent_state,
)
from toc.domain.people import Helix
from toc.models.interviews import GoalCheck, Interview, Respondent, StakeholderGroup, Statement
from toc.models.people import Organisation
from toc.models.programmes import Partner
from toc.services import audit
from toc.services.codes import next_code
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews.guides import guide_languages
from toc.services.interviews.loading import all_consents, found, joined, made_before
from toc.services.interviews.personal import check_free_text


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDraft:
    """What is written down about a stakeholder group."""

    name: str
    helix: Helix
    organisation_id: UUID | None = None
    is_beneficiary: bool = False
    role_in_programme: str = ""
    interest: int | None = None
    influence: int | None = None
    wanted_interviews: int = 1
    participation: Participation | None = None
    is_affected: bool = False
    consent_route: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentDraft:
    """What is written down about a respondent; of a participant no name and no address."""

    kind: RespondentKind
    name: str = ""
    email: str = ""
    language: str = "nl"
    needs_guardian: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A stakeholder group with how far its interviews are.

    What a document says and what was written in a workshop stands apart: nobody was interviewed there.

    Attributes:
        group: the row.
        respondents: how many people are known.
        heard: how many of them completed an interview.
        confirmed: how many of those answered the member check: they said something of a goal that rests on
            their words, or decided about each of their quotes.
        refused: how many said no and were not heard.
        waiting: statements whose speaker did not yet decide who may read them.
        documents: how many were read.
        workshops: in how many this party wrote cards.
    """

    group: StakeholderGroup
    respondents: int
    heard: int
    confirmed: int
    refused: int
    waiting: int
    documents: int
    workshops: int

    @property
    def planned(self) -> int:
        """How many respondents are known that did not refuse and are still to be heard."""
        return self.respondents - self.heard - self.refused

    @property
    def to_find(self) -> int:
        """How many people are still to be found before as many can be heard as was wanted."""
        return max(self.group.wanted_interviews - self.heard - self.planned, 0)

    @property
    def to_hear(self) -> int:
        """How many respondents are still to be heard."""
        return max(self.group.wanted_interviews - self.heard, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentView:
    """A respondent with how far they are.

    Attributes:
        respondent: the row.
        consent: whether they may be interviewed.
        interviews: how many were begun.
        completed: how many of them are complete.
        sources: documents and workshops whose words stand under them; nobody was interviewed there.
        waiting: statements about which they did not decide yet.
        released: statements that others may read.
    """

    respondent: Respondent
    consent: ConsentState
    interviews: int
    completed: int
    sources: int
    waiting: int
    released: int


def add_group(session: Session, act: Act, group_id: UUID, draft: GroupDraft) -> StakeholderGroup:
    """Add a stakeholder group.

    Raises:
        Conflict: ``group.name_taken``.
        DomainError: ``group.organisation_unknown`` for one that takes no part here; or as `check_free_text`.
    """
    group = made_before(session, StakeholderGroup, group_id)
    if group is not None:
        return group
    _check(session, draft)
    group = StakeholderGroup(
        id=group_id,
        code=next_code(session, CodeKind.GROUP),
        created_at=act.at,
        created_by_id=act.user,
        **asdict(draft),
    )
    with _named_apart(session):
        session.add(group)
    audit.record(session, act, "group.create", "stakeholder_group", group.id)
    return group


def edit_group(
    session: Session, act: Act, group_id: UUID, draft: GroupDraft, revision: int
) -> StakeholderGroup:
    """Change what is written about a group.

    Raises:
        Stale: somebody else changed it in between.
        Conflict: ``group.name_taken``.
        DomainError: as `add_group`.
    """
    group = found(session, StakeholderGroup, group_id, locked=True)
    if group.revision != revision:
        raise Stale({name: getattr(group, name) for name in asdict(draft)}, group.revision)
    _check(session, draft)
    with _named_apart(session):
        for name, value in asdict(draft).items():
            setattr(group, name, value)
    audit.record(session, act, "group.edit", "stakeholder_group", group.id)
    return group


def add_respondent(
    session: Session, act: Act, respondent_id: UUID, group_id: UUID, draft: RespondentDraft
) -> Respondent:
    """Add somebody to be interviewed.

    Raises:
        NotFound: no such group.
        DomainError: ``respondent.language_unknown`` when no guide asks in that language; or as
            `domain.interviews.check_respondent`.
    """
    respondent = made_before(session, Respondent, respondent_id)
    if respondent is not None:
        return respondent
    group = found(session, StakeholderGroup, group_id)
    check_respondent(draft.kind, name=draft.name, email=draft.email)
    if draft.language not in guide_languages(session):
        raise DomainError("respondent.language_unknown")
    check_free_text(draft.name)
    respondent = Respondent(
        id=respondent_id,
        code=next_code(session, CodeKind.RESPONDENT),
        group=group,
        created_at=act.at,
        created_by_id=act.user,
        **asdict(draft),
    )
    session.add(respondent)
    audit.record(session, act, "respondent.create", "respondent", respondent.id, group=str(group.id))
    return respondent


def change_language(session: Session, act: Act, respondent_id: UUID, language: str) -> Respondent:
    """Speak another language with somebody from now on: on their personal link, and in what is asked of them.

    What they answered stays as they said it. In the language that is spoken already nothing changes.

    Raises:
        NotFound: they are not in this programme.
        DomainError: ``respondent.language_unknown`` when no guide asks in that language.
    """
    respondent = found(session, Respondent, respondent_id, locked=True)
    if language == respondent.language:
        return respondent
    if language not in guide_languages(session):
        raise DomainError("respondent.language_unknown")
    respondent.language = language
    audit.record(session, act, "respondent.language", "respondent", respondent.id, language=language)
    return respondent


def need_guardian(session: Session, act: Act, respondent_id: UUID, *, needed: bool) -> Respondent:
    """Say whether somebody is so young that a guardian has to agree as well.

    The audit trail does not say which: more people read it than may know of somebody's age.

    Raises:
        NotFound: they are not in this programme.
    """
    respondent = found(session, Respondent, respondent_id, locked=True)
    if respondent.needs_guardian != needed:
        respondent.needs_guardian = needed
        audit.record(session, act, "respondent.guardian", "respondent", respondent.id)
    return respondent


def get_group(session: Session, group_id: UUID) -> StakeholderGroup:
    """Return a stakeholder group.

    Raises:
        NotFound: it is not in this programme.
    """
    return found(session, StakeholderGroup, group_id)


def get_respondent(session: Session, respondent_id: UUID) -> Respondent:
    """Return a respondent with their group.

    Raises:
        NotFound: they are not in this programme.
    """
    respondent = session.scalar(
        select(Respondent)
        .where(Respondent.programme_id == session.info["programme_id"], Respondent.id == respondent_id)
        .options(joinedload(Respondent.group))
    )
    if respondent is None:
        raise NotFound
    return respondent


def organisations(session: Session) -> list[Organisation]:
    """Return the organisations that take part in this programme, by name."""
    return list(
        session.scalars(
            select(Organisation)
            .where(
                Organisation.id.in_(
                    select(Partner.organisation_id).where(
                        Partner.programme_id == session.info["programme_id"]
                    )
                )
            )
            .order_by(Organisation.name, Organisation.id)
        )
    )


@dataclass(slots=True)
class _Person:
    """What is known of one respondent, to be counted."""

    group_id: UUID
    asked: int = 0
    completed: int = 0
    documents: int = 0
    workshops: int = 0
    quotes: int = 0
    waiting: int = 0
    checked: bool = False
    given: Given = field(default_factory=dict)

    @property
    def is_source(self) -> bool:
        """Whether they stand for a document or a workshop, and for nobody that was asked."""
        return not self.asked and bool(self.documents or self.workshops)

    @property
    def confirmed(self) -> bool:
        """Whether they answered the member check."""
        return bool(self.completed) and (self.checked or (self.quotes > 0 and not self.waiting))

    @property
    def refused(self) -> bool:
        """Whether they said no before anything was said."""
        return not self.completed and consent_state(self.given) is ConsentState.REFUSED


def group_views(session: Session) -> list[GroupView]:
    """Return all stakeholder groups in the order of their codes; five statements, however many there are."""
    programme_id = session.info["programme_id"]
    groups = session.scalars(
        select(StakeholderGroup)
        .where(StakeholderGroup.programme_id == programme_id)
        .options(joinedload(StakeholderGroup.organisation))
        .order_by(StakeholderGroup.code)
    )
    members: dict[UUID, list[_Person]] = {}
    for person in _people(session, programme_id).values():
        members.setdefault(person.group_id, []).append(person)
    return [_group_view(group, members.get(group.id, [])) for group in groups]


def _group_view(group: StakeholderGroup, members: list[_Person]) -> GroupView:
    people = [person for person in members if not person.is_source]
    return GroupView(
        group=group,
        respondents=len(people),
        heard=sum(1 for person in people if person.completed),
        confirmed=sum(1 for person in people if person.confirmed),
        refused=sum(1 for person in people if person.refused),
        waiting=sum(person.waiting for person in members),
        documents=sum(person.documents for person in members),
        workshops=sum(person.workshops for person in members),
    )


def _people(session: Session, programme_id: UUID) -> dict[UUID, _Person]:
    """Return what is known of each respondent; four statements."""

    def of_mode(*modes: Mode) -> ColumnElement[int]:
        return func.count(case((Interview.mode.in_(modes), Interview.id)))

    interviews = [mode for mode in Mode if mode not in NO_INTERVIEW]
    people = {
        row.id: _Person(row.group_id, row.asked, row.completed, row.documents, row.workshops)
        for row in session.execute(
            select(
                Respondent.id,
                Respondent.group_id,
                of_mode(*interviews).label("asked"),
                func.count(
                    case((and_(Interview.mode.in_(interviews), Interview.submitted_at.is_not(None)), 1))
                ).label("completed"),
                of_mode(Mode.DOCUMENT).label("documents"),
                of_mode(Mode.WORKSHOP).label("workshops"),
            )
            .outerjoin(
                Interview,
                and_(
                    Interview.programme_id == Respondent.programme_id,
                    Interview.respondent_id == Respondent.id,
                ),
            )
            .where(Respondent.programme_id == programme_id)
            .group_by(Respondent.id, Respondent.group_id)
        )
    }
    undecided = func.count(case((Statement.decided_at.is_(None), 1)))
    for respondent_id, quotes, waiting in session.execute(
        _of_statements(select(Respondent.id, func.count(), undecided), programme_id).group_by(Respondent.id)
    ):
        people[respondent_id].quotes, people[respondent_id].waiting = quotes, waiting
    for respondent_id in session.scalars(
        select(GoalCheck.respondent_id).where(GoalCheck.programme_id == programme_id).distinct()
    ):
        people[respondent_id].checked = True
    for respondent_id, given in all_consents(session).items():
        people[respondent_id].given = given
    return people


@dataclass(slots=True)
class _Tally:
    given: Given = field(default_factory=dict)
    interviews: int = 0
    completed: int = 0
    sources: int = 0
    waiting: int = 0
    released: int = 0


def respondents_of(session: Session, group_id: UUID) -> list[RespondentView]:
    """Return the respondents of a group by code; five statements, however many there are."""
    programme_id = session.info["programme_id"]
    respondents = list(
        session.scalars(
            select(Respondent)
            .where(Respondent.programme_id == programme_id, Respondent.group_id == group_id)
            .order_by(Respondent.code)
        )
    )
    tallies = {respondent.id: _Tally() for respondent in respondents}
    here = (
        select(Respondent.id)
        .where(Respondent.programme_id == programme_id, Respondent.group_id == group_id)
        .scalar_subquery()
    )
    for respondent_id, given in all_consents(session, Respondent.group_id == group_id).items():
        tallies[respondent_id].given = given
    is_source = Interview.mode.in_(NO_INTERVIEW)
    for respondent_id, interviews, completed, sources in session.execute(
        select(
            Interview.respondent_id,
            func.count(case((~is_source, 1))),
            func.count(case((~is_source, Interview.submitted_at))),
            func.count(case((is_source, 1))),
        )
        .where(Interview.programme_id == programme_id, Interview.respondent_id.in_(here))
        .group_by(Interview.respondent_id)
    ):
        tally = tallies[respondent_id]
        tally.interviews, tally.completed, tally.sources = interviews, completed, sources
    for respondent_id, waiting, released in session.execute(
        _of_statements(
            select(
                Respondent.id,
                func.count(case((Statement.decided_at.is_(None), 1))),
                func.count(case((Statement.audience != Audience.NOBODY, 1))),
            ),
            programme_id,
        )
        .where(Respondent.group_id == group_id)
        .group_by(Respondent.id)
    ):
        tallies[respondent_id].waiting, tallies[respondent_id].released = waiting, released
    return [
        RespondentView(
            respondent=respondent,
            consent=consent_state(tallies[respondent.id].given),
            interviews=tallies[respondent.id].interviews,
            completed=tallies[respondent.id].completed,
            sources=tallies[respondent.id].sources,
            waiting=tallies[respondent.id].waiting,
            released=tallies[respondent.id].released,
        )
        for respondent in respondents
    ]


def _of_statements(query: Select[*tuple[Any, ...]], programme_id: UUID) -> Select[*tuple[Any, ...]]:
    """Let a query count statements that were not taken back, with their interviews and respondents."""
    return (
        query.select_from(Statement)
        .join(Interview, joined(Statement.interview_id, Interview))
        .join(Respondent, joined(Interview.respondent_id, Respondent))
        .where(Statement.programme_id == programme_id, Statement.withdrawn_at.is_(None))
    )


def _check(session: Session, draft: GroupDraft) -> None:
    for text in (draft.name, draft.role_in_programme, draft.consent_route):
        check_free_text(text)
    if draft.organisation_id is not None and draft.organisation_id not in {
        organisation.id for organisation in organisations(session)
    }:
        raise DomainError("group.organisation_unknown")


@contextmanager
def _named_apart(session: Session) -> Iterator[None]:
    """Write a group; the database keeps its name its own."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        raise Conflict("group.name_taken") from error
