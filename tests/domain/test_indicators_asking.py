"""How long values are asked for, when a day is judged, and how one of something is written."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from toc.domain.indicators import (
    CLOSING,
    GRACE,
    STATUS_KEYS,
    Definition,
    Direction,
    Frequency,
    Kind,
    PeriodTarget,
    Reading,
    RolledUp,
    SmallNumbers,
    Status,
    Target,
    asked_until,
    fold,
    judge,
    unit_of,
)
from toc.domain.indicators.seeing import stand
from toc.domain.people import Role

ENDS = date(2025, 12, 31)
NORTH, SOUTH = UUID(int=1), UUID(int=2)
COUNT = Definition(
    name="Guests",
    kind=Kind.COUNT,
    direction=Direction.HIGHER,
    frequency=Frequency.MONTHLY,
    counts_people=False,
    baseline_value=Decimal(0),
    baseline_on=date(2025, 1, 1),
    target_value=Decimal(100),
    target_on=ENDS,
)


def sites(on: date, value: int | None, *absent: UUID, **says: object) -> RolledUp:
    """A day of two sites, of which some lack."""
    present = tuple(site for site in (NORTH, SOUTH) if site not in absent)
    reading = None if value is None else Reading(on=on, value=Decimal(value))
    return RolledUp(on=on, key="rollup.added", reading=reading, present=present, absent=absent, **says)  # type: ignore[arg-type] # named by the test


def target(**says: object) -> Target:
    usual: dict[str, object] = {
        "value": Decimal(100),
        "on": ENDS,
        "direction": Direction.HIGHER,
        "frequency": Frequency.MONTHLY,
    }
    return Target(**{**usual, **says})  # type: ignore[arg-type] # named by the test


# --- How long values are asked for --------------------------------------------------------------------------


def test_a_programme_that_ended_asks_for_a_quarter_more() -> None:
    assert CLOSING == 3
    assert asked_until(target(), ENDS) == date(2026, 3, 31)
    assert asked_until(target(on=date(2025, 6, 30)), ENDS) == date(2026, 3, 31)
    assert asked_until(None, ENDS) == date(2026, 3, 31)
    assert asked_until(target(), None) is None


def test_what_is_followed_up_after_the_end_is_asked_for_as_long_after_its_last_day() -> None:
    assert asked_until(target(on=date(2027, 6, 30)), ENDS) == date(2027, 9, 30)
    later = PeriodTarget(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), value=Decimal(5))
    of_periods = replace(COUNT, target_value=None, target_on=None, frequency=Frequency.OWN, periods=(later,))
    assert asked_until(of_periods.target, ENDS) == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("ends_on", "on", "due", "asks"),
    [
        (None, date(2030, 1, 1), True, True),
        (ENDS, date(2025, 11, 1), True, True),
        (ENDS, date(2026, 3, 31), True, True),
        (ENDS, date(2026, 4, 1), False, False),
        (ENDS, date(2025, 2, 1) + timedelta(days=20), False, True),
    ],
)
def test_a_value_is_due_as_long_as_somebody_is_asked_for_it(
    ends_on: date | None, on: date, *, due: bool, asks: bool
) -> None:
    day = sites(date(2025, 2, 1), 10)
    found = judge(COUNT, day, on, ends_on)
    assert found.due_on == date(2025, 3, 1)
    assert (found.is_due(on), found.asks(on)) == (due, asks)
    # That a value never came stays so: only nobody is asked for it any more.
    assert (found.status is Status.OVERDUE) == (on > date(2025, 3, 1) + GRACE)


def test_without_anything_due_nobody_is_asked() -> None:
    found = judge(COUNT, sites(ENDS, 100), ENDS, ENDS)
    assert (found.due_on, found.asks(ENDS), found.is_due(ENDS)) == (None, False, False)
    nothing_aimed = judge(replace(COUNT, target_value=None, target_on=None), None, ENDS, ENDS)
    assert (nothing_aimed.asked_until, nothing_aimed.is_closed(date(2026, 4, 1))) == (date(2026, 3, 31), True)


# --- Days that lack sites -----------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [1, 60, 200])
def test_a_day_that_lacks_sites_is_judged_against_nothing(value: int) -> None:
    on = date(2025, 7, 1)
    found = judge(COUNT, sites(on, value, SOUTH), on, None)
    assert (found.status, found.key, found.key in STATUS_KEYS) == (
        Status.NOT_JUDGED,
        "status.not_judged",
        True,
    )
    assert (found.expected, found.way) == (None, None)
    assert (found.params["present"], found.params["expected"], found.params["value"]) == (1, 2, value)
    whole = judge(COUNT, sites(on, value), on, None)
    assert whole.status is not Status.NOT_JUDGED
    assert whole.expected is not None


def test_a_share_that_lacks_sites_says_both_numbers() -> None:
    share = replace(
        COUNT, kind=Kind.PROPORTION, baseline_value=None, baseline_on=None, target_value=Decimal("0.5")
    )
    on = date(2025, 7, 1)
    reading = Reading(on=on, value=Decimal("0.25"), numerator=Decimal(5), denominator=Decimal(20))
    day = RolledUp(on=on, key="rollup.parts_and_wholes", reading=reading, present=(NORTH,), absent=(SOUTH,))
    found = judge(share, day, on, None)
    assert (found.key, found.key in STATUS_KEYS) == ("status.not_judged_share", True)
    assert found.params["numerator"] == 5


def test_a_value_that_is_long_due_is_overdue_also_where_sites_lack() -> None:
    found = judge(COUNT, sites(date(2025, 2, 1), 5, SOUTH), date(2025, 7, 1), None)
    assert (found.status, found.key, found.expected) == (Status.OVERDUE, "status.overdue", None)


def test_the_whole_that_was_counted_is_judged_although_sites_lack() -> None:
    on = date(2025, 7, 1)
    found = judge(COUNT, sites(on, 200, SOUTH, is_whole=True), on, None)
    assert found.status is Status.REACHED


def test_sites_that_cannot_be_taken_together_are_no_value() -> None:
    on = date(2025, 2, 1)
    assert judge(COUNT, sites(on, None, SOUTH), on, None).status is Status.NO_DATA


def test_the_course_leaves_out_days_that_lack_sites() -> None:
    reader = SmallNumbers(threshold=10, own_totals_decided=False, roles={Role.EVALUATOR})
    first, last = date(2025, 5, 1), date(2025, 6, 1)
    days = [sites(first, 50), sites(last, 20, SOUTH)]
    found = stand(reader, COUNT, days, last)
    assert found.points == ((first, Decimal(50)),)
    assert found.latest is not None
    assert found.latest.is_partial
    assert found.latest.cell.reading == Reading(on=last, value=Decimal(20))
    assert found.judgement.status is Status.NOT_JUDGED


@pytest.mark.parametrize(
    ("statuses", "goal"),
    [
        ((Status.NOT_JUDGED,), Status.NOT_JUDGED),
        ((Status.NOT_JUDGED, Status.REACHED), Status.NOT_JUDGED),
        ((Status.NOT_JUDGED, Status.ON_TRACK, Status.NOT_MEASURABLE), Status.NOT_JUDGED),
        ((Status.NOT_JUDGED, Status.BEHIND), Status.BEHIND),
        ((Status.NOT_JUDGED, Status.OVERDUE), Status.OVERDUE),
    ],
)
def test_a_goal_is_judged_once_its_indicators_are(statuses: tuple[Status, ...], goal: Status) -> None:
    assert fold(statuses) is goal
    assert fold(reversed(statuses)) is goal


# --- Units --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (2, "stories", "stories"),
        (1, "stories", "story"),
        (1, "verhalen", "verhaal"),
        (-1, "People", "person"),
        (1, "talks", "(talks)"),
        (1, "gesprekken", "(gesprekken)"),
        (0, "gesprekken", "gesprekken"),
        ("1.5", "uur", "uur"),
        (1, "", ""),
    ],
)
def test_one_of_something_reads_right(value: int | str, unit: str, said: str) -> None:
    assert unit_of(Decimal(value), unit) == said
