"""The demo, loaded once by the services into a database of each kind, and looked at from all sides."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher
from sqlalchemy import URL, func, select
from sqlalchemy.orm import Session

from tests.database import forgetful
from tests.factories import make_programme, make_user
from tests.once import Once
from tests.postgres import copied_database, database_of, drop_database, make_database
from toc.domain.acts import Act
from toc.domain.bonds import Key
from toc.domain.cashflow import AccountKind
from toc.domain.conflicts import ConflictState
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping
from toc.domain.goals import ElementVerdict
from toc.domain.ids import derived
from toc.domain.indicators import Kind, MeasurementSource, ReviewStep
from toc.domain.indicators.breakdowns import LEVEL
from toc.domain.indicators.reviewing import State
from toc.domain.interviews import Audience, CheckVerdict
from toc.domain.people import Role, check_password
from toc.domain.programmes import Description, Language, OriginKind
from toc.domain.thread import BeadKind
from toc.domain.workshops import Phase
from toc.models import Base, migrating
from toc.models.bonds import ContractEdition, ContractLine, Outcome, Payment
from toc.models.coding import CodebookEntry
from toc.models.conflicts import GoalConflict
from toc.models.database import Database
from toc.models.documents import Document
from toc.models.evidence import Attestation, EvidenceItem, GoalReview, Study
from toc.models.findings import Finding, Reply
from toc.models.goals import Goal, GoalEdition, GoalLink, LinkArgument, TreeEdition, TreeScore
from toc.models.indicators import Indicator, LogSource, Measurement, MeasurementPart, PeriodLock
from toc.models.interviews import Interview, Respondent, StakeholderGroup, Statement
from toc.models.merging import PartyGoal
from toc.models.participants import Cohort, Instrument, Observation, Participant, Site
from toc.models.people import Organisation, User
from toc.models.programmes import Origin, Partner, Programme
from toc.models.rankings import Ranking
from toc.models.savings import SavingEdition
from toc.models.workshops import Workshop
from toc.services import (
    audit,
    bonds,
    cashflow,
    coding,
    conflicts,
    demo,
    documents,
    evidence,
    findings,
    indicators,
    interviews,
    merging,
    origins,
    participants,
    people,
    programmes,
    rankings,
    thread,
    versions,
    workshops,
)
from toc.services.demo.accounts import account_id, organisation_id, programme_id
from toc.services.demo.content import day_of, read_demo, read_programme, said
from toc.services.goals.alike import alike
from toc.services.goals.checks import all_checks
from toc.services.goals.elements import elements
from toc.services.goals.moving import retired_goals

AT = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
TODAY = AT.date()
KEYS = read_demo().programmes
KITCHEN = read_programme("colour_kitchen")

each_language = pytest.mark.parametrize("language", list(Language))
each_programme = pytest.mark.parametrize("key", KEYS)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def loaded(
    request: pytest.FixtureRequest, once: Once, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Database]:
    """A real database of each kind with the demo in it: a copy of the one that is loaded once per run."""
    if request.param == "sqlite":
        model = once.made("loaded", lambda folder: _load(f"sqlite:///{folder / 'toc.db'}"))
        yield from _open(f"sqlite:///{shutil.copy(model / 'toc.db', tmp_path_factory.mktemp('demo'))}")
        return
    server: URL = request.getfixturevalue("postgres_server")
    name = f"demo_{request.getfixturevalue('testrun_uid')[:8]}"
    with (
        once.shared(
            name, lambda: _load(make_database(server, name).url), lambda: drop_database(server, name)
        ),
        copied_database(server, f"{name}_{worker_id}", database_of(server, name)) as database,
    ):
        yield from _open(database.url)


def _load(url: str) -> None:
    migrating.upgrade(url)
    database = Database(url)
    demo.load_demo(database, AT)
    database.dispose()


def _open(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture
def kitchen(loaded: Database, language: Language) -> Iterator[Session]:
    """Reads in The Colour Kitchen, in one language."""
    with loaded.read_session(programme_id("colour_kitchen", language)) as session:
        yield session


def here(session: Session, kind: str, *keys: str) -> UUID:
    """The id of a row of the demo."""
    return derived(session.info["programme_id"], kind, *keys)


def act_of(account: str, *roles: Role, on: date = TODAY) -> Act:
    return Act(at=AT, on=on, user=account_id(account), roles=frozenset(roles))


def counts(database: Database) -> dict[str, int]:
    with database.read_session() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


# --- Loading ------------------------------------------------------------------------------------------------


def test_each_programme_is_there_in_both_languages(loaded: Database) -> None:
    with loaded.read_session() as session:
        rows = session.scalars(select(Programme)).all()
    assert {row.id for row in rows} == {programme_id(key, one) for key in KEYS for one in Language}
    assert all(row.is_demo for row in rows)
    assert Counter(row.language for row in rows) == {"nl": 4, "en": 4}
    assert {row.name for row in rows if row.language == "en"} == {
        f"{row.name} (English)" for row in rows if row.language == "nl"
    }


def test_loading_again_changes_nothing(loaded: Database) -> None:
    before = counts(loaded)
    demo.load_demo(loaded, AT + timedelta(days=30))
    assert counts(loaded) == before


def test_loading_again_keeps_what_a_visitor_changed(loaded: Database) -> None:
    with forgetful(loaded) as database:
        with database.writing(programme_id("jes", Language.EN)) as session:
            programme = programmes.get(session)
            about = Description(**programmes.description_of(programme))  # type: ignore[arg-type] # its own fields
            programmes.describe(
                session,
                act_of("coordinator", Role.COORDINATOR),
                programme,
                replace(about, summary="Rewritten by a visitor"),
                revision=programme.revision,
            )
        with database.writing() as session:
            session.get_one(User, account_id("viewer")).password = "changed"
        demo.load_demo(database, AT)
        with database.read_session() as session:
            changed = session.get_one(Programme, programme_id("jes", Language.EN))
            assert changed.summary == "Rewritten by a visitor"
            assert session.get_one(User, account_id("viewer")).password == "changed"


def test_every_chain_of_the_audit_trail_is_whole(loaded: Database) -> None:
    with loaded.read_session() as session:
        faults = audit.verify(session)
    assert len(faults) == 1 + len(KEYS) * len(Language)
    assert {chain: found for chain, found in faults.items() if found} == {}


def test_a_database_with_real_programmes_is_refused(database: Database) -> None:
    with database.writing() as session:
        demo.refuse_if_real(session)
        make_programme(session)
        with pytest.raises(DomainError) as refused:
            demo.refuse_if_real(session)
    assert refused.value.key == "demo.other_programmes"


def test_a_database_with_real_accounts_is_refused(database: Database) -> None:
    with database.writing() as session:
        make_user(session)
        with pytest.raises(DomainError) as refused:
            demo.refuse_if_real(session)
    assert refused.value.key == "demo.other_programmes"


def test_a_programme_that_a_visitor_made_is_no_reason_to_refuse(loaded: Database) -> None:
    with forgetful(loaded) as database, database.writing() as session:
        make_programme(session)
        demo.refuse_if_real(session)


# --- Who may come in ----------------------------------------------------------------------------------------


def test_there_is_an_account_for_each_role_and_one_that_manages(loaded: Database) -> None:
    with loaded.read_session() as session:
        roles = {account.email: account.roles for account in demo.demo_accounts(session)}
        administrator = session.get_one(User, account_id("administrator"))
        assert administrator.is_administrator
        assert not session.get_one(User, account_id("coordinator")).is_administrator
        assert PasswordHasher().verify(administrator.password or "", demo.DEMO_PASSWORD)
    assert roles == {
        **{f"{role.value}@demo.example": {role} for role in Role},
        "evaluator2@demo.example": {Role.EVALUATOR},
        "administrator@demo.example": frozenset(),
    }
    check_password(demo.DEMO_PASSWORD, email="coordinator@demo.example")


def test_personal_links_open_what_they_say(loaded: Database) -> None:
    links = demo.personal_links()
    assert len({link.token for link in links}) == len(links) == 6
    for link in links:
        with loaded.read_session(link.programme_id) as session:
            found = people.find_link(session, link.token, AT + timedelta(days=365))
            assert found is not None
            assert (found.programme_id, found.respondent_id) == (
                link.programme_id,
                here(session, "respondent", link.respondent),
            )
            respondent = interviews.get_respondent(session, found.respondent_id)
            assert (respondent.kind, respondent.name) == (link.kind, link.name)


# --- What was said ------------------------------------------------------------------------------------------


@each_language
def test_each_reader_reads_what_its_speaker_agreed_to(kitchen: Session) -> None:
    released = {
        here(kitchen, "statement", statement.key): statement.release.audience if statement.release else None
        for group in KITCHEN.groups
        for one in group.respondents
        if one.interview
        for statement in one.interview.statements
    }
    assert {*released.values()} == {None, *Audience}
    language = Language(kitchen.get_one(Programme, kitchen.info["programme_id"]).language)
    documents = {
        said(passage.text, language): passage.release.audience
        for document in KITCHEN.documents
        for passage in document.passages
    }
    (workshop,) = KITCHEN.workshops
    cards = {
        said(card.text, language): Audience.PARTIES
        for seat in workshop.seats
        for card in seat.cards
        if card.key in workshop.kept
    }
    other = documents | cards
    read = kitchen.execute(
        select(Statement.id, Statement.text).where(
            Statement.programme_id == kitchen.info["programme_id"], Statement.text.in_(other)
        )
    ).all()
    assert len(read) == len(other)
    released |= {row.id: other[row.text] for row in read}

    def read_by(*roles: Role) -> set[UUID]:
        readable = interviews.readable_statements(
            kitchen, Act(at=AT, on=TODAY, user=uuid4(), roles=frozenset(roles))
        )
        return {one.id for one in readable}

    assert read_by(Role.EVALUATOR) == released.keys()
    assert read_by(Role.WORKER) == {
        key for key, to in released.items() if to in {Audience.PARTIES, Audience.PAYER}
    }
    assert read_by(Role.FUNDER) == {key for key, to in released.items() if to is Audience.PAYER}


@each_language
def test_one_finding_led_to_a_feasible_goal(kitchen: Session) -> None:
    replies = {one.id: one for one in findings.replies(kitchen)}
    answered = replies[here(kitchen, "reply", "f_prolonged", "r_employer")]
    assert answered.new_number == 2
    goal = kitchen.get_one(Goal, (kitchen.info["programme_id"], here(kitchen, "goal", "prolonged")))
    current = kitchen.scalars(
        select(GoalEdition).where(
            GoalEdition.programme_id == goal.programme_id,
            GoalEdition.goal_id == goal.id,
            GoalEdition.number == goal.edition,
        )
    ).one()
    assert current.wording == answered.new_wording
    assert current.reason == answered.answer
    assert [one.answered_at is None for one in replies.values()].count(True) == 1


# --- What parties did together ------------------------------------------------------------------------------

READER = Act(at=AT, on=TODAY, user=uuid4(), roles=frozenset({Role.EVALUATOR}))


@each_language
def test_two_coders_agree_about_most_of_an_interview(kitchen: Session) -> None:
    both = coding.agreement(kitchen, account_id("evaluator"), account_id("evaluator_2"))
    assert (both.passages, both.interviews, len(both.differences)) == (8, 1, 4)
    assert both.result.overall.kappa is not None
    assert 0.4 < both.result.overall.kappa < 1
    ((_, coders),) = [
        (interview, coders)
        for interview, coders in coding.coded_interviews(kitchen).items()
        if len(coders) > 1
    ]
    assert all(coder.ended for coder in coders)


@each_language
def test_a_transcript_has_turns_and_a_plan_has_pages(kitchen: Session) -> None:
    transcript = documents.get_document(kitchen, here(kitchen, "document", "case_manager"))
    plan = documents.get_document(kitchen, here(kitchen, "document", "plan"))
    assert [part.own for part in transcript.parts] == [False, True] * 4
    assert [number for _, number in plan.pages] == [1, 2, 3]


@each_language
def test_ten_participants_ranked_so_that_their_party_shows(kitchen: Session) -> None:
    result = rankings.result(kitchen, act_of("viewer", Role.VIEWER), here(kitchen, "ranking", "first"))
    assert result.respondents == 16
    assert {party.id for party in result.parties} == {
        here(kitchen, "group", key)
        for key in ("young_adults", "municipality", "coaches", "investors", "employers", "council")
    }
    assert any(clash.opposed for clash in result.clashes)
    waiting = rankings.ranking_view(kitchen, here(kitchen, "ranking", "second"))
    assert waiting.is_open
    assert waiting.answers == 2


@each_language
def test_one_conflict_is_open_and_about_one_parties_agreed_to_differ(kitchen: Session) -> None:
    states = {one.id: one.ending.state for one in conflicts.conflict_views(kitchen, READER)}
    assert states == {
        here(kitchen, "conflict", "benefits"): ConflictState.AGREED_TO_DIFFER,
        here(kitchen, "conflict", "elsewhere"): ConflictState.OPEN,
    }


@each_language
def test_the_tree_was_frozen_twice_and_some_parties_are_still_to_answer(kitchen: Session) -> None:
    second, first = versions.versions(kitchen)
    assert (first.agreed, first.parties) == (5, 6)
    assert (second.agreed, second.parties) == (3, 6)
    assert first.digest != second.digest
    silent = [one.name for one in versions.answers(kitchen, second.id) if one.agreed is None]
    assert len(silent) == 3


@each_language
def test_own_trees_keep_what_did_not_go_into_the_tree_of_all(kitchen: Session) -> None:
    trees = {tree.group_id: tree for tree in merging.own_trees(kitchen, READER)}
    own = {key: trees[here(kitchen, "group", key)] for key in ("young_adults", "municipality", "council")}
    assert {key: (tree.placed, len(tree.waiting)) for key, tree in own.items()} == {
        "young_adults": (3, 1),
        "municipality": (4, 0),
        "council": (2, 1),
    }
    assert {one.group_id for one in merging.given_trees(kitchen, READER)} == {
        tree.group_id for tree in own.values()
    }


@each_language
def test_a_workshop_is_over_and_some_cards_are_statements(kitchen: Session) -> None:
    (row,) = workshops.workshop_rows(kitchen, AT)
    assert (row.phase, row.door_open) == (Phase.CLOSED, False)
    assert (row.phones, row.cards, row.kept) == (13, 9, 3)
    cards = workshops.board(kitchen, row.id).on_wall
    assert sum(card.dots for card in cards) == 3 * row.phones


@each_language
def test_respondents_agreed_amended_and_rejected(kitchen: Session) -> None:
    said_of = Counter(
        by.verdict for goal in all_checks(kitchen, READER) for by in goal.by if by.verdict is not None
    )
    assert said_of == {CheckVerdict.AGREE: 4, CheckVerdict.AMEND: 1, CheckVerdict.REJECT: 1}


@each_language
def test_one_pair_of_goals_looks_alike_and_one_goal_left_the_tree(kitchen: Session) -> None:
    (pair,) = alike(kitchen, READER)
    assert {pair.one.goal.id, pair.other.goal.id} == {
        here(kitchen, "goal", key) for key in ("placements", "kitchen_place")
    }
    (gone,) = retired_goals(kitchen, READER)
    assert gone.id == here(kitchen, "goal", "within_a_week")


@each_language
def test_working_elements_have_verdicts(kitchen: Session) -> None:
    verdicts = [one.link.draft.verdict for one in elements(kitchen, READER)]
    assert Counter(verdicts) == {
        ElementVerdict.WORKS: 1,
        ElementVerdict.PROMISING: 1,
        ElementVerdict.MIXED: 1,
    }


# --- How it stands ------------------------------------------------------------------------------------------


@each_language
@each_programme
def test_the_ladder_derives_the_rungs_that_the_files_expect(
    loaded: Database, key: str, language: Language
) -> None:
    file = read_programme(key)
    expected = {goal.key: goal.rung for goal in file.goals if goal.primary}
    assert None not in expected.values()
    with loaded.read_session(programme_id(key, language)) as session:
        rungs = evidence.rungs(session, TODAY)
        assert {goal: rungs[here(session, "goal", goal)] for goal in expected} == expected


def test_what_the_felt_makers_lack_for_rung_2_is_a_measurement_beforehand(loaded: Database) -> None:
    with loaded.read_session(programme_id("viltmannen", Language.NL)) as session:
        assessment = evidence.assess(session, here(session, "goal", "paid_work"), TODAY)
    assert assessment.rung == 1
    assert assessment.reviewed
    assert "2.1" in {finding.criterion.id for finding in assessment.missing}


@each_language
def test_goals_stand_in_every_way(kitchen: Session) -> None:
    statuses = indicators.goal_statuses(kitchen, TODAY)
    by_key = {goal.key: statuses[here(kitchen, "goal", goal.key)].value for goal in KITCHEN.goals}
    assert {key: by_key[key] for key in ("diploma", "job", "prolonged", "return", "stand", "own_money")} == {
        "diploma": "reached",
        "job": "reached",
        "prolonged": "behind",
        "return": "overdue",
        "stand": "on_track",
        "own_money": "not_measurable",
    }


# --- From count to euro -------------------------------------------------------------------------------------


@each_language
def test_every_payment_recomputes_to_the_cents_that_the_files_expect(kitchen: Session) -> None:
    expected = {
        here(kitchen, "payment", one.key): one.approve.pays for one in KITCHEN.outcomes if one.approve
    }
    payments = bonds.payments(kitchen)
    assert {one.row.id: one.net.amount for one in payments} == expected
    assert all(bonds.is_right(one.row) for one in payments)


@each_language
def test_a_payment_shows_what_would_have_happened_anyway(kitchen: Session) -> None:
    """27 of 56 have work, a quarter would have found it anyway: 27 - 14 = 13, times 6,400."""
    row = kitchen.get_one(Payment, (kitchen.info["programme_id"], here(kitchen, "payment", "j1")))
    steps = {step.key: int(step.result) for step in bonds.calculation_of(row).steps}
    assert (steps[Key.QUALIFY], steps[Key.EFFECT], steps[Key.ROUNDING]) == (27, 13, 83200)


@each_language
def test_the_ledger_balances_and_pays_the_investors_alike(kitchen: Session) -> None:
    ledger = cashflow.posted(kitchen)
    assert cashflow.check(ledger) is None
    got = {
        one.organisation_id: one.amount.amount
        for one in cashflow.balance(ledger)
        if one.kind is AccountKind.INVESTOR
    }
    half = sum(one.net.amount for one in bonds.payments(kitchen)) / 2
    assert got == {organisation_id(key): half for key in ("rabobank_foundation", "start_foundation")}
    assert half == 515200 / 2


def test_what_waits_can_be_verified_and_approved_by_visitors(loaded: Database) -> None:
    """54 diplomas at 1,600 are 86,400; 201,600 of the cap of 280,000 was paid, so 78,400 is left."""
    id_ = programme_id("colour_kitchen", Language.EN)
    with forgetful(loaded) as database, database.writing(id_) as session:
        paid = bonds.approve(
            session, act_of("funder", Role.FUNDER), here(session, "outcome", "d4"), id=uuid4()
        )
        assert paid.net_minor == 7840000
        evaluator = act_of("evaluator", Role.EVALUATOR)
        study = here(session, "study", "job_2024")
        decision = bonds.verify(session, evaluator, here(session, "outcome", "j4"), study_id=study)
        assert decision.rung == 2
        later = bonds.approve(
            session, act_of("funder", Role.FUNDER), here(session, "outcome", "j4"), id=uuid4()
        )
        assert later.net_minor == 18 * 640000


@each_language
def test_from_every_payment_the_thread_leads_back_to_what_was_said(kitchen: Session) -> None:
    reader = act_of("coordinator", Role.COORDINATOR)
    for payment in bonds.payments(kitchen):
        chain = thread.chain(kitchen, reader, BeadKind.PAYMENT, payment.row.id)
        assert all(chain.items[kind] for kind in BeadKind), payment.row.code


# --- What is logged these days ------------------------------------------------------------------------------

WORKING = ("colour_kitchen", "takecarebnb")
each_working = pytest.mark.parametrize("key", WORKING)
WORKER = act_of("worker", Role.WORKER)
REVIEWER = act_of("coordinator", Role.COORDINATOR)


@pytest.fixture
def working(loaded: Database, key: str, language: Language) -> Iterator[Session]:
    """Reads in one of the programmes that log these days, in one language."""
    with loaded.read_session(programme_id(key, language)) as session:
        yield session


@each_working
@each_language
def test_the_worker_always_has_something_to_log_now(working: Session, key: str) -> None:
    waiting, places = indicators.to_log(working, WORKER)
    by_key = {one.view.id: one for one in waiting}
    monthly = {"colour_kitchen": "guests", "takecarebnb": "stays"}[key]
    lacking = by_key[here(working, "indicator", monthly)]
    assert lacking.site_id in {place.id for place in places}
    assert lacking.due_on < TODAY
    story = by_key[here(working, "indicator", "story")]
    assert TODAY - timedelta(days=3) < story.due_on <= TODAY
    late = {"colour_kitchen": "referred", "takecarebnb": "language"}[key]
    assert by_key[here(working, "indicator", late)].due_on < TODAY
    assert all(one.is_mine for one in waiting)
    assert not {one.view.id for one in waiting} & {
        here(working, "indicator", each) for each in ("diploma_5", "own_course_change", "home")
    }


@each_language
def test_one_value_of_the_kitchen_is_late(kitchen: Session) -> None:
    view = indicators.get_indicator(
        kitchen, replace(WORKER, on=TODAY), here(kitchen, "indicator", "referred")
    )
    assert view.judgement.status.value == "overdue"


@each_working
@each_language
def test_values_wait_were_returned_and_were_approved(working: Session) -> None:
    asked = [indicators.Asked(state=state) for state in State]
    many = {one.state: indicators.submitted(working, REVIEWER, one)[1] for one in asked}
    assert many[State.RETURNED] == 1
    assert 1 < many[State.SUBMITTED] < 12
    assert many[State.APPROVED] > many[State.SUBMITTED]
    (returned,) = indicators.returned_to(working, WORKER)
    assert returned.remark
    assert len(indicators.drafts(working, WORKER)) == 1
    assert indicators.drafts(working, REVIEWER) == []


@each_language
def test_a_returned_value_was_corrected_and_then_approved(kitchen: Session) -> None:
    corrected = kitchen.scalars(
        select(Measurement).where(
            Measurement.programme_id == kitchen.info["programme_id"], Measurement.supersedes_id.is_not(None)
        )
    ).one()
    assert corrected.version == 2
    assert corrected.note
    wrong_id = corrected.supersedes_id
    assert wrong_id is not None
    steps = indicators.steps_of(kitchen, [wrong_id, corrected.id])
    assert [step.step for step in steps[wrong_id]] == [ReviewStep.RETURNED]
    assert [step.step for step in steps[corrected.id]] == [ReviewStep.APPROVED]


@each_working
@each_language
def test_a_period_is_closed_and_nothing_of_it_was_written_later(working: Session) -> None:
    (period,) = indicators.periods(working)
    assert period.holds
    assert period.reason
    written = working.scalars(
        select(Measurement.created_at).where(
            Measurement.programme_id == working.info["programme_id"],
            Measurement.on.between(period.starts_on, period.ends_on),
        )
    ).all()
    assert written
    assert max(written) < period.at


@each_working
@each_language
def test_what_was_recorded_of_a_computed_indicator_is_what_a_reader_counts(working: Session) -> None:
    rows = working.scalars(
        select(Measurement).where(
            Measurement.programme_id == working.info["programme_id"],
            Measurement.source == MeasurementSource.COMPUTED,
        )
    ).all()
    assert rows
    for row in rows:
        said_ = participants.get_rule(working, REVIEWER, row.indicator_id)
        for on in (row.on, TODAY):
            counted = participants.count(working, said_, on).computed
            assert counted.value == row.value
            assert counted.people == row.people
        parts = working.scalars(
            select(MeasurementPart).where(
                MeasurementPart.programme_id == row.programme_id, MeasurementPart.measurement_id == row.id
            )
        ).all()
        if said_.view.definition.kind is Kind.PROPORTION:
            assert sum(part.denominator or 0 for part in parts) == row.denominator
            assert sum(part.numerator or 0 for part in parts) == row.numerator


@each_language
def test_seventeen_of_the_twenty_four_of_group_5_have_a_diploma(kitchen: Session) -> None:
    """Counted in the file: twelve women and men in each kitchen, and what happened to each of them."""
    work = KITCHEN.work
    assert work is not None
    people = [one for each in work.intakes if each.site and each.cohort == "group_5" for one in each.people]
    with_diploma = [one for one in people if "diploma" in {event.subject.value for event in one.events}]
    kept = participants.latest_recorded(kitchen, here(kitchen, "indicator", "diploma_5"))
    assert kept is not None
    row = kitchen.get_one(Measurement, (kitchen.info["programme_id"], kept.id))
    assert (len(with_diploma), len(people)) == (17, 24)
    assert (row.numerator, row.denominator) == (Decimal(17), Decimal(24))


@each_working
@each_language
def test_an_indicator_of_the_library_is_measured_by_levels_and_one_by_words(working: Session) -> None:
    rows = working.execute(
        select(Measurement, MeasurementPart.option, MeasurementPart.value)
        .join(Measurement.parts)
        .where(Measurement.programme_id == working.info["programme_id"], MeasurementPart.breakdown == LEVEL)
    ).all()
    of_each = Counter[UUID]()
    for row, _, people_ in rows:
        of_each[row.id] += int(people_)
    assert {row.id: row.people for row, _, _ in rows} == of_each
    told = working.scalars(
        select(Measurement.narrative).where(
            Measurement.programme_id == working.info["programme_id"], Measurement.narrative != ""
        )
    ).all()
    assert told
    definitions = [view.definition for view in indicators.overview(working, TODAY)]
    assert all(one.external_codes and one.pitfalls for one in definitions if one.library_key)
    assert sum(bool(one.periods) for one in definitions) >= 3


@each_working
@each_language
def test_a_source_remembers_how_its_logs_are_read(working: Session, key: str) -> None:
    row = working.scalars(
        select(LogSource).where(LogSource.programme_id == working.info["programme_id"])
    ).one()
    mapping = Mapping.from_json(row.mapping)
    codes = {view.id: view.code for view in indicators.overview(working, TODAY)}
    named = {column.indicator for column in mapping.columns} - {""}
    assert named == ({codes[here(working, "indicator", "stays")]} if key == "takecarebnb" else set())


# --- Where it comes from ------------------------------------------------------------------------------------

MARKED: dict[str, Any] = {
    "partner": Partner,
    "stakeholder_group": StakeholderGroup,
    "respondent": Respondent,
    "interview": Interview,
    "statement": Statement,
    "goal": Goal,
    "goal_link": GoalLink,
    "indicator": Indicator,
    "measurement": Measurement,
    "goal_review": GoalReview,
    "study": Study,
    "evidence_item": EvidenceItem,
    "attestation": Attestation,
    "contract_edition": ContractEdition,
    "contract_line": ContractLine,
    "saving_edition": SavingEdition,
    "outcome": Outcome,
    "payment": Payment,
    "finding": Finding,
    "reply": Reply,
    "link_argument": LinkArgument,
    "document": Document,
    "codebook_entry": CodebookEntry,
    "party_goal": PartyGoal,
    "ranking": Ranking,
    "goal_conflict": GoalConflict,
    "tree_edition": TreeEdition,
    "tree_score": TreeScore,
    "workshop": Workshop,
    "site": Site,
    "cohort": Cohort,
    "instrument": Instrument,
    "participant": Participant,
    "observation": Observation,
    "log_source": LogSource,
    "period_lock": PeriodLock,
}


@each_language
@each_programme
def test_everything_says_whether_it_is_a_fact_or_invented(
    loaded: Database, key: str, language: Language
) -> None:
    id_ = programme_id(key, language)
    with loaded.read_session(id_) as session:
        rows = session.scalars(select(Origin).where(Origin.programme_id == id_)).all()
        whole = {(row.subject_kind, row.subject_id) for row in rows if row.field == ""}
        assert ("programme", id_) in whole
        for kind, table in MARKED.items():
            ids = session.scalars(select(table.id).where(table.programme_id == id_)).all()
            assert [one for one in ids if (kind, one) not in whole] == [], kind
    assert all(row.source for row in rows if row.kind is OriginKind.FACT)
    assert any(row.kind is OriginKind.FACT for row in rows)


@each_language
def test_the_investment_is_a_fact_and_the_prices_are_not(kitchen: Session) -> None:
    edition = bonds.get_contract(kitchen, here(kitchen, "contract", "sib")).edition
    found = {mark.field: mark for mark in origins.marks(kitchen, "contract_edition", edition.id)}
    assert found[""].kind is OriginKind.INVENTED
    assert found["investment"].kind is OriginKind.FACT
    assert found["investment"].url.endswith("INDIGO-POJ-0048")
    lines = [derived(edition.id, "line", code) for code in ("WERK", "DIPLOMA", "VERLENGD")]
    assert {mark.kind for mark in origins.marks(kitchen, "contract_line", *lines)} == {OriginKind.INVENTED}


def test_organisations_are_shared_by_the_programmes(loaded: Database) -> None:
    with loaded.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == len(
            read_demo().organisations
        )


@pytest.mark.parametrize(
    ("said_day", "day"),
    [
        (date(2019, 5, 1), date(2019, 5, 1)),
        ("D-3", date(2027, 3, 11)),
        ("M-1", date(2027, 2, 28)),
        ("M+10/20", date(2028, 1, 20)),
    ],
)
def test_a_day_may_be_counted_from_the_day_of_loading(said_day: Any, day: date) -> None:  # noqa: ANN401 - a day or its rule
    assert day_of(said_day, date(2027, 3, 14)) == day
