"""Indicators and their measurements, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import ColumnElement, Engine, event, func, select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member, make_programme
from tests.factories.goals import EVALUATOR, make_goal
from tests.factories.indicators import (
    WORKER,
    make_count,
    make_definition,
    make_entry,
    make_indicator,
    measure,
)
from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.indicators import Direction, Frequency, Kind, Status
from toc.domain.people import Role
from toc.domain.programmes import OriginKind
from toc.models.audit import AuditEvent
from toc.models.base import Base
from toc.models.database import Database
from toc.models.goals import GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.models.programmes import Programme
from toc.services import audit, goals, indicators, origins
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.indicators import Entry

DAY, LATER = date(2025, 4, 1), date(2025, 7, 1)
VIEWER = act_of(None, Role.VIEWER)


def count(session: Session, table: type[Base], *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def statements(session: Session, ask: Callable[[], object]) -> int:
    """How many statements a question takes."""
    seen: list[str] = []

    def listen(*about: object) -> None:
        seen.append(str(about[2]))

    engine = session.get_bind()
    target = engine if isinstance(engine, Engine) else engine.engine
    session.flush()
    session.expunge_all()
    event.listen(target, "before_cursor_execute", listen)
    try:
        ask()
    finally:
        event.remove(target, "before_cursor_execute", listen)
    return len(seen)


# --- Definitions --------------------------------------------------------------------------------------------


def test_an_indicator_points_to_the_wording_that_its_goal_has_now(session: Session) -> None:
    goal = make_goal(session)
    seen = goals.get_goal(session, EVALUATOR, goal.id)
    draft = goals.GoalDraft(
        wording="Young people keep a job they like", level=seen.level, standing=seen.standing
    )
    goals.new_edition(session, EVALUATOR, seen, draft, reason="They said so", revision=seen.revision)
    indicator = make_indicator(session, goal)
    edition = session.scalars(select(IndicatorEdition).filter_by(indicator_id=indicator.id)).one()
    wording = session.scalars(select(GoalEdition).filter_by(id=edition.goal_edition_id)).one()
    assert (wording.number, edition.number, edition.reason) == (2, 1, "")


def test_the_same_form_twice_makes_one_indicator(session: Session) -> None:
    goal, key = make_goal(session), uuid4()
    first = indicators.add_indicator(session, WORKER, key, goal.id, make_definition())
    again = indicators.add_indicator(session, WORKER, key, goal.id, make_definition(name="Other"))
    assert first is again
    assert count(session, Indicator, Indicator.id == key) == 1


def test_an_indicator_of_a_goal_that_is_not_there_is_refused(session: Session) -> None:
    with pytest.raises(NotFound):
        indicators.add_indicator(session, WORKER, uuid4(), uuid4(), make_definition())


def test_a_new_definition_is_a_new_edition_with_its_reason(session: Session) -> None:
    indicator = make_indicator(session)
    edition = indicators.new_edition(
        session,
        EVALUATOR,
        indicator.id,
        make_definition(target_value=Decimal("0.45")),
        reason="The party agreed to less",
        revision=indicator.revision,
    )
    assert (edition.number, edition.reason) == (2, "The party agreed to less")
    whole = indicators.get_whole(session, WORKER, indicator.id)
    assert whole.view.definition.target_value == Decimal("0.45")
    assert [one.number for one in whole.editions] == [2, 1]
    assert whole.editions[1].definition.target_value == Decimal("0.5")


def test_a_definition_that_changes_nothing_makes_no_edition(session: Session) -> None:
    indicator = make_indicator(session)
    same = indicators.new_edition(session, WORKER, indicator.id, make_definition(), reason="", revision=-1)
    assert same.number == 1


def test_who_was_slower_sees_both_texts(session: Session) -> None:
    indicator = make_indicator(session)
    before = indicator.revision
    indicators.new_edition(
        session, WORKER, indicator.id, make_definition(name="Theirs"), reason="First", revision=before
    )
    with pytest.raises(Stale) as refused:
        indicators.new_edition(
            session, WORKER, indicator.id, make_definition(name="Mine"), reason="Second", revision=before
        )
    assert refused.value.theirs["name"] == "Theirs"
    assert refused.value.revision == indicator.revision


@pytest.mark.parametrize(
    ("says", "reason", "key"),
    [
        ({"name": "Other"}, "  ", "indicator.reason_missing"),
        ({"collection": "06-12345678"}, "Because", "indicator.personal"),
    ],
)
def test_a_new_edition_is_refused(session: Session, says: dict[str, object], reason: str, key: str) -> None:
    indicator = make_indicator(session)
    with pytest.raises(DomainError) as refused:
        indicators.new_edition(
            session,
            WORKER,
            indicator.id,
            make_definition(**says),
            reason=reason,
            revision=indicator.revision,
        )
    assert refused.value.key == key


def test_what_was_measured_fixes_the_kind(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    other = make_count(kind=Kind.SUM, name="Hours")
    indicators.new_edition(
        session, WORKER, indicator.id, other, reason="Hours say more", revision=indicator.revision
    )
    measure(session, indicator, DAY, 12)
    with pytest.raises(DomainError) as refused:
        indicators.new_edition(
            session, WORKER, indicator.id, make_count(), reason="Back", revision=indicator.revision
        )
    assert (refused.value.key, refused.value.params["field"]) == ("indicator.kind_fixed", "kind")


# --- Measurements -------------------------------------------------------------------------------------------


def test_a_measurement_keeps_what_was_counted(session: Session) -> None:
    indicator = make_indicator(session)
    row = measure(session, indicator, LATER, 72, 120)
    assert (row.value, row.numerator, row.denominator) == (Decimal("0.6"), Decimal(72), Decimal(120))
    assert (row.version, row.supersedes_id, row.edition.number) == (1, None, 1)
    assert indicators.judgement(session, indicator.id, LATER).status is Status.REACHED


def test_the_same_form_twice_makes_one_measurement(session: Session) -> None:
    indicator, key = make_indicator(session), uuid4()
    first = measure(session, indicator, DAY, 72, 120, id_=key)
    assert measure(session, indicator, DAY, 72, 120, id_=key) is first
    with pytest.raises(Conflict) as refused:
        measure(session, indicator, DAY, 73, 120, id_=key)
    assert (refused.value.key, refused.value.params["measurement_id"]) == ("measurement.already_saved", key)
    assert count(session, Measurement) == 1


def test_a_day_has_one_value(session: Session) -> None:
    indicator = make_indicator(session)
    first = measure(session, indicator, DAY, 72, 120)
    with pytest.raises(Conflict) as refused:
        measure(session, indicator, DAY, 60, 120)
    assert refused.value.key == "measurement.day_taken"
    assert refused.value.params["measurement_id"] == first.id


def test_a_value_of_the_wrong_kind_or_with_a_person_in_it_is_refused(session: Session) -> None:
    indicator = make_indicator(session)
    with pytest.raises(DomainError) as refused:
        measure(session, indicator, DAY, 3)
    assert refused.value.key == "measurement.value_unexpected"
    with pytest.raises(DomainError) as refused:
        measure(session, indicator, DAY, 3, 4, note="Call 06-12345678")
    assert refused.value.key == "measurement.personal"


def test_a_correction_supersedes_and_the_old_value_stays(session: Session) -> None:
    indicator = make_indicator(session)
    wrong = measure(session, indicator, DAY, 72, 120)
    right = indicators.correct_measurement(
        session, WORKER, wrong.id, make_entry(DAY, 70, 120, note="Two were counted twice")
    )
    assert (right.version, right.supersedes_id) == (2, wrong.id)
    measured, whole = indicators.get_measurement(session, WORKER, wrong.id)
    assert (measured.superseded_by, measured.counts) == (right.id, False)
    assert [one.id for one in whole.measurements] == [right.id, wrong.id]
    assert [one.id for one in whole.series] == [right.id]
    assert whole.view.latest_id == right.id
    assert [reading.numerator for reading in indicators.series(session, indicator.id)] == [Decimal(70)]


def test_a_correction_may_move_a_value_to_another_day_and_frees_the_first(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    wrong = measure(session, indicator, DAY, 30)
    moved = indicators.correct_measurement(
        session, WORKER, wrong.id, make_entry(LATER, 30, note="Wrong month")
    )
    assert moved.version == 1
    assert measure(session, indicator, DAY, 12).version == 2
    assert [reading.on for reading in indicators.series(session, indicator.id)] == [DAY, LATER]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (make_entry(DAY, 12), "measurement.reason_missing"),
        (make_entry(DAY, 30, note="Same"), "measurement.nothing_changed"),
        (make_entry(LATER, 30, note="Moved"), "measurement.day_taken"),
    ],
)
def test_a_correction_is_refused(session: Session, typed: Entry, key: str) -> None:
    indicator = make_indicator(session, definition=make_count())
    wrong = measure(session, indicator, DAY, 30)
    measure(session, indicator, LATER, 40)
    with pytest.raises(DomainError) as refused:
        indicators.correct_measurement(session, WORKER, wrong.id, replace(typed, id=uuid4()))
    assert refused.value.key == key


def test_a_measurement_is_corrected_once_and_then_its_correction(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    wrong = measure(session, indicator, DAY, 30)
    typed = make_entry(DAY, 31, note="One more")
    right = indicators.correct_measurement(session, WORKER, wrong.id, typed)
    assert indicators.correct_measurement(session, WORKER, wrong.id, typed) is right
    with pytest.raises(Conflict) as refused:
        indicators.correct_measurement(session, WORKER, wrong.id, make_entry(DAY, 32, note="Two more"))
    assert refused.value.key == "measurement.already_corrected"
    assert refused.value.params["measurement_id"] == right.id
    third = indicators.correct_measurement(session, WORKER, right.id, make_entry(DAY, 32, note="Two more"))
    assert third.version == 3


def test_what_is_not_there_cannot_be_corrected_or_seen(session: Session) -> None:
    with pytest.raises(NotFound):
        indicators.correct_measurement(session, WORKER, uuid4(), make_entry(DAY, 1, note="Because"))
    for ask in (
        lambda: indicators.get_measurement(session, WORKER, uuid4()),
        lambda: indicators.get_indicator(session, WORKER, uuid4()),
        lambda: indicators.get_whole(session, WORKER, uuid4()),
        lambda: indicators.judgement(session, uuid4(), DAY),
        lambda: indicators.log_import(session, WORKER, uuid4()),
        lambda: measure(session, Indicator(id=uuid4()), DAY, 1),
    ):
        with pytest.raises(NotFound):
            ask()


def test_every_step_leaves_its_trace_in_a_whole_chain(session: Session, programme: Programme) -> None:
    indicator = make_indicator(session, definition=make_count())
    wrong = measure(session, indicator, DAY, 30)
    indicators.correct_measurement(session, WORKER, wrong.id, make_entry(DAY, 31, note="One more"))
    indicators.new_edition(
        session, WORKER, indicator.id, make_count(name="D"), reason="Short", revision=indicator.revision
    )
    actions = list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))
    assert actions[-4:] == ["indicator.create", "measurement.record", "measurement.correct", "indicator.edit"]
    assert audit.verify_programme(session, programme.id) == []


# --- How it stands ------------------------------------------------------------------------------------------


def test_the_latest_value_that_counts_is_judged(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    measure(session, indicator, DAY, 90)
    wrong = measure(session, indicator, LATER, 95)
    indicators.correct_measurement(session, WORKER, wrong.id, make_entry(LATER, 10, note="Typing error"))
    (view,) = indicators.overview(session, date(2025, 7, 2))
    assert view.latest is not None
    assert (view.latest.on, view.latest.value) == (LATER, Decimal(10))
    assert view.judgement.status is Status.BEHIND
    (before,) = indicators.overview(session, date(2025, 6, 30))
    assert before.latest is not None
    assert before.latest.value == Decimal(90)
    assert indicators.get_indicator(session, WORKER, indicator.id).judgement.status is Status.BEHIND


def test_what_was_never_measured_has_no_data(session: Session) -> None:
    indicator = make_indicator(session, frequency=Frequency.ONCE, target_on=date(2025, 12, 31))
    view = indicators.get_whole(session, WORKER, indicator.id).view
    assert (view.latest, view.latest_id, view.judgement.status) == (None, None, Status.NO_DATA)


def test_a_goal_stands_as_its_indicators_together(session: Session) -> None:
    behind, none, empty = make_goal(session), make_goal(session), make_goal(session)
    measure(session, make_indicator(session, behind, make_count()), LATER, 10)
    measure(session, make_indicator(session, behind, make_count()), LATER, 100)
    make_indicator(session, none, make_count(target_value=None, target_on=None))
    assert indicators.goal_statuses(session, LATER) == {
        behind.id: Status.BEHIND,
        none.id: Status.NOT_MEASURABLE,
        empty.id: Status.NOT_MEASURABLE,
    }
    assert indicators.goal_statuses(session, LATER, [behind.id]) == {behind.id: Status.BEHIND}


def test_what_waits_for_a_value_is_counted(session: Session) -> None:
    measure(session, make_indicator(session), date(2025, 3, 1), 40, 100)
    make_indicator(session, definition=make_count(target_value=None, target_on=None))
    before, after = (
        act_of(None, Role.WORKER, at=datetime(2025, month, day, 12, tzinfo=UTC))
        for month, day in ((5, 31), (6, 1))
    )
    assert indicators.many_to_log(session, before) == 0
    assert indicators.many_to_log(session, after) == 1


def test_where_lower_is_better_less_is_reached(session: Session) -> None:
    lower = make_count(direction=Direction.LOWER, baseline_value=Decimal(100), target_value=Decimal(40))
    indicator = make_indicator(session, definition=lower)
    measure(session, indicator, DAY, 40)
    assert indicators.judgement(session, indicator.id, DAY).status is Status.REACHED


def test_the_indicators_of_one_goal_alone(session: Session) -> None:
    first, other = (make_indicator(session, definition=make_count()) for _ in range(2))
    measure(session, first, DAY, 90)
    measure(session, other, DAY, 10)
    (view,) = indicators.overview(session, LATER, goal_id=first.goal_id)
    assert view.latest is not None
    assert (view.id, view.latest.value) == (first.id, Decimal(90))
    assert len(indicators.overview(session, LATER)) == 2


def test_the_indicators_of_a_hidden_goal_are_for_the_evaluator(session: Session) -> None:
    goal = make_goal(session, standing=Standing.HIDDEN)
    indicator = indicators.add_indicator(session, EVALUATOR, uuid4(), goal.id, make_count())
    row = indicators.record_measurement(session, EVALUATOR, indicator.id, make_entry(DAY, 3))
    assert indicators.overview(session, DAY, act=VIEWER) == []
    assert [view.released for view in indicators.overview(session, DAY)] == [False]
    assert len(indicators.overview(session, DAY, act=EVALUATOR)) == 1
    later_on = datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert indicators.many_to_log(session, act_of(None, Role.WORKER, at=later_on)) == 0
    for ask in (
        lambda: indicators.get_indicator(session, VIEWER, indicator.id),
        lambda: indicators.get_whole(session, VIEWER, indicator.id),
        lambda: indicators.get_measurement(session, VIEWER, row.id),
        lambda: indicators.record_measurement(session, WORKER, indicator.id, make_entry(LATER, 3)),
        lambda: indicators.add_indicator(session, WORKER, uuid4(), goal.id, make_count()),
    ):
        with pytest.raises(NotFound):
            ask()


def test_who_entered_values_is_known_for_who_may_sign(session: Session, programme: Programme) -> None:
    worker = make_member(session, programme, Role.WORKER)
    other = make_member(session, programme, Role.WORKER)
    one, two = make_indicator(session, definition=make_count()), make_indicator(session)
    measure(session, one, DAY, 3, act=act_of(worker, Role.WORKER))
    measure(session, two, DAY, 3, 4, act=act_of(other, Role.WORKER))
    measure(session, two, LATER, 3, 4)
    assert indicators.entered_by(session) == {worker.id, other.id}
    assert indicators.entered_by(session, indicator_id=one.id) == {worker.id}
    assert indicators.entered_by(session, goal_id=two.goal_id) == {other.id}
    whole = indicators.get_whole(session, WORKER, one.id)
    assert whole.measurements[0].by == worker.name


def test_another_programme_has_its_own_indicators(database: Database, session: Session) -> None:
    indicator = make_indicator(session)
    row = measure(session, indicator, DAY, 3, 4)
    other = make_programme(session)
    session.commit()
    with database.write_session(other.id) as elsewhere:
        assert indicators.overview(elsewhere, DAY) == []
        assert indicators.goal_statuses(elsewhere, DAY) == {}
        with pytest.raises(NotFound):
            indicators.get_indicator(elsewhere, WORKER, indicator.id)
        with pytest.raises(NotFound):
            indicators.correct_measurement(elsewhere, WORKER, row.id, make_entry(DAY, 3, 5, note="No"))


@pytest.mark.parametrize("many", [2, 30])
def test_the_number_of_statements_does_not_grow_with_the_rows(session: Session, many: int) -> None:
    made = [make_indicator(session, definition=make_count()) for _ in range(many)]
    for one in made:
        for month in range(1, 5):
            measure(session, one, date(2025, month, 1), month)
    indicator = made[0]
    goal_ids = [indicator.goal_id]
    assert statements(session, lambda: indicators.overview(session, DAY)) == 2
    assert statements(session, lambda: indicators.goal_statuses(session, DAY)) == 2
    assert statements(session, lambda: indicators.goal_statuses(session, DAY, goal_ids)) == 2
    assert statements(session, lambda: indicators.get_whole(session, WORKER, indicator.id)) == 2
    assert statements(session, lambda: indicators.judgement(session, indicator.id, DAY)) == 2


def test_marks_of_origin_come_with_what_they_are_about_and_double_nothing(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    row, plain = measure(session, indicator, DAY, 30), measure(session, indicator, LATER, 40)
    origins.mark(session, "indicator", indicator.id, OriginKind.INVENTED)
    origins.mark(session, "indicator", indicator.id, OriginKind.FACT, field="target_value", source="Page 3")
    origins.mark(session, "measurement", row.id, OriginKind.FACT, source="Page 4")
    origins.mark(session, "measurement", row.id, OriginKind.FACT, field="value", source="Page 5")
    whole = indicators.get_whole(session, WORKER, indicator.id)
    assert [mark.field for mark in whole.marks] == ["", "target_value"]
    assert [one.number for one in whole.editions] == [1]
    assert {one.id: [mark.source for mark in one.marks] for one in whole.measurements} == {
        plain.id: [],
        row.id: ["Page 4", "Page 5"],
    }


def test_two_people_enter_the_same_day_at_once_and_one_of_them_is_told(separate: Database) -> None:
    with separate.writing() as setup:
        programme = make_programme(setup)
    with separate.writing(programme.id) as setup:
        indicator = make_indicator(setup, definition=make_count())
    told = _at_once(separate, programme.id, lambda session: measure(session, indicator, DAY, 5))
    assert sorted(told) == ["", *["measurement.day_taken"] * 3]


def _at_once(database: Database, programme_id: UUID, act: Callable[[Session], object]) -> list[str]:
    """Do the same four times at the same moment; return the key of each refusal, or nothing."""

    def run(_: int) -> str:
        try:
            with database.writing(programme_id) as session:
                act(session)
        except Conflict as error:
            return error.key
        return ""

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(run, range(4)))
