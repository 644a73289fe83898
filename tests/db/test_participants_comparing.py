"""Cohorts beside each other: what a rule counts in each, and what of it a reader may see."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.factories import TODAY
from tests.factories.indicators import make_count, make_definition, make_indicator
from tests.factories.participants import (
    ENTRY,
    WORKER,
    make_cohort,
    make_computed,
    make_event,
    make_instrument,
    make_participant,
    make_score,
)
from tests.statements import counting
from toc.domain.indicators import Kind, Reading, SmallNumbers
from toc.domain.indicators.seeing import NOTHING, Cell
from toc.domain.participants import Counting, Moment, Rule, Subject
from toc.domain.people import Role
from toc.services import participants as service
from toc.services.participants.comparing import Cohorts, by_cohort

MARCH = date(2025, 3, 3)
ALL = SmallNumbers(threshold=10, own_totals_decided=False, roles=(Role.WORKER,))
SHARE = Rule(what=Counting.SHARE, subject=Subject.JOB_STARTED)


def compare(
    session: Session, indicator_id: UUID, small: SmallNumbers = ALL, on: date = TODAY
) -> Cohorts | None:
    return by_cohort(session, service.get_rule(session, WORKER, indicator_id), small, on)


def cells(found: Cohorts | None) -> dict[str, Cell]:
    """The cell of each cohort by name, and of all of them as "total"."""
    assert found is not None
    return {group.name: group.cells[0] for group in found.groups} | {"total": found.total}


def values(found: Cohorts | None) -> dict[str, Decimal | None]:
    return {name: cell.reading.value if cell.reading else None for name, cell in cells(found).items()}


def fill(session: Session, many: Iterable[tuple[str, int, int]]) -> None:
    """Make cohorts, of each how many found a job and how many did not; "" is no cohort."""
    for name, working, others in many:
        cohort_id = make_cohort(session, name).id if name else None
        for place in range(working + others):
            person = make_participant(session, cohort_id=cohort_id)
            if place < working:
                make_event(session, person, MARCH)


def test_an_indicator_that_somebody_logs_has_no_cohorts(session: Session) -> None:
    fill(session, [("Early", 2, 0)])
    assert compare(session, make_indicator(session, definition=make_count()).id) is None


def test_a_rule_about_one_cohort_is_not_compared(session: Session) -> None:
    cohort = make_cohort(session, "Early")
    make_event(session, make_participant(session, cohort_id=cohort.id), MARCH)
    rule = Rule(what=Counting.COUNT, subject=Subject.JOB_STARTED, cohort_id=cohort.id)
    assert compare(session, make_computed(session, rule).id) is None
    assert compare(session, make_computed(session).id) is not None


def test_before_anybody_entered_there_is_nothing_to_compare(session: Session) -> None:
    fill(session, [("Early", 2, 0)])
    indicator = make_computed(session)
    assert compare(session, indicator.id, on=ENTRY - timedelta(days=1)) is None
    assert values(compare(session, indicator.id, on=ENTRY)) == {"Early": 0, "total": 0}


def test_who_works_with_the_numbers_sees_each_cohort(session: Session) -> None:
    """By name; a cohort of nobody is left out, who is in none comes last."""
    fill(session, [("Late", 3, 1), ("Early", 14, 0), ("Empty", 0, 0), ("", 1, 0)])
    found = compare(session, make_computed(session).id)
    assert found is not None
    assert found.on == TODAY
    assert [group.name for group in found.groups] == ["Early", "Late", ""]
    assert values(found) == {"Early": 14, "Late": 3, "": 1, "total": 18}
    assert cells(found)["Late"] == Cell(reading=Reading(on=TODAY, value=Decimal(3)), people=4)


def test_the_day_is_the_last_that_counts(session: Session) -> None:
    fill(session, [("Early", 2, 1)])
    indicator = make_computed(session)
    assert values(compare(session, indicator.id, on=MARCH)) == {"Early": 2, "total": 2}
    assert values(compare(session, indicator.id, on=MARCH - timedelta(days=1))) == {"Early": 0, "total": 0}


@pytest.mark.parametrize("role", [Role.FUNDER, Role.INVESTOR, Role.STAKEHOLDER, Role.VIEWER])
def test_nobody_else_sees_what_is_counted_anew_each_day(session: Session, role: Role) -> None:
    fill(session, [("Early", 140, 0), ("Late", 110, 20)])
    small = SmallNumbers(threshold=10, own_totals_decided=True, roles=(role,))
    indicator = make_computed(session, definition=make_count(counts_people=False))
    assert compare(session, indicator.id, small) is None
    assert compare(session, indicator.id) is not None


def test_a_share_is_of_those_of_whom_it_is_known(session: Session) -> None:
    """Who is unknown is in neither number."""
    fill(session, [("Early", 2, 10), ("Late", 3, 1), ("Mid", 5, 6)])
    indicator = make_computed(session, SHARE, make_definition())
    found = cells(compare(session, indicator.id))
    assert found["Late"] == Cell(
        reading=Reading(on=TODAY, value=Decimal("0.75"), numerator=Decimal(3), denominator=Decimal(4)),
        people=4,
    )
    total = found["total"].reading
    assert total is not None
    assert (total.numerator, total.denominator) == (Decimal(10), Decimal(27))


@pytest.mark.parametrize("what", [Counting.MEDIAN_CHANGE, Counting.MEAN_CHANGE])
def test_a_cohort_without_scores_has_no_value(session: Session, what: Counting) -> None:
    instrument = make_instrument(session)
    early, late = make_cohort(session, "Early"), make_cohort(session, "Late")
    for after in (3, 5):
        person = make_participant(session, cohort_id=early.id)
        make_score(session, person, instrument, Moment.BEFORE, 2)
        make_score(session, person, instrument, Moment.AFTER, after, MARCH)
    make_participant(session, cohort_id=late.id)
    rule = Rule(
        what=what,
        subject=Subject.SCORE,
        instrument_id=instrument.id,
        before=Moment.BEFORE,
        after=Moment.AFTER,
    )
    definition = make_definition(
        kind=Kind.MEAN, unit="points", baseline_value=None, baseline_on=None, target_value=Decimal(1)
    )
    found = cells(compare(session, make_computed(session, rule, definition).id))
    change = Cell(reading=Reading(on=TODAY, value=Decimal(2)), people=2)
    assert found == {"Early": change, "Late": NOTHING, "total": change}


def test_more_cohorts_take_no_more_statements(session: Session) -> None:
    indicator = make_computed(session)
    taken = []
    for names in (["First"], ["Second", "Third", "Fourth"]):
        fill(session, [(name, 2, 1) for name in names])
        said = service.get_rule(session, WORKER, indicator.id)
        with counting(session) as statements:
            by_cohort(session, said, ALL, TODAY)
        taken.append(len(statements))
    assert taken == [3, 3]
