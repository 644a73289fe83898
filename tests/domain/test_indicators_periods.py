"""Periods follow from a start and an end, and what each asks for is what a value is compared with."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.indicators import (
    GRACE,
    LAST_DAY,
    MOST_PERIODS,
    STATUS_KEYS,
    Direction,
    Frequency,
    Judgement,
    Kind,
    PeriodTarget,
    Reading,
    Status,
    Target,
    cut,
    due_on,
    expected,
    measured,
    status,
    way_covered,
)

NEW_YEAR, YEAR_END = date(2025, 1, 1), date(2025, 12, 31)
RHYTHMS = [each for each in Frequency if each is not Frequency.OWN]
ENDS = (date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), YEAR_END)


def quarters(*values: int) -> tuple[PeriodTarget, ...]:
    return tuple(
        PeriodTarget(starts_on=start, ends_on=end, value=Decimal(value))
        for (start, end), value in zip(cut(Frequency.QUARTERLY, NEW_YEAR, YEAR_END), values, strict=True)
    )


def target(  # 10, 20, 40 and 100 by quarter, from the start, unless the test says otherwise
    *,
    cumulative: bool = True,
    frequency: Frequency = Frequency.OWN,
    direction: Direction = Direction.HIGHER,
    on: date = YEAR_END,
    periods: tuple[PeriodTarget, ...] | None = None,
    baseline: int | None = None,
) -> Target:
    return Target(
        value=Decimal(100),
        on=on,
        direction=direction,
        frequency=frequency,
        periods=quarters(10, 20, 40, 100) if periods is None else periods,
        is_cumulative=cumulative,
        baseline=None if baseline is None else Decimal(baseline),
        baseline_on=None if baseline is None else date(2024, 12, 31),
    )


def judged(aim: Target, value: int, on: date) -> Judgement:
    found = status(aim, [Reading(on=on, value=Decimal(value))], on)
    assert found.key in STATUS_KEYS
    return found


# --- Periods ------------------------------------------------------------------------------------------------


def test_quarters_of_a_year() -> None:
    assert [end for _, end in cut(Frequency.QUARTERLY, NEW_YEAR, YEAR_END)] == list(ENDS)


@pytest.mark.parametrize(
    ("frequency", "many", "first_end"),
    [
        (Frequency.ONCE, 1, YEAR_END),
        (Frequency.YEARLY, 1, YEAR_END),
        (Frequency.HALF_YEARLY, 2, date(2025, 6, 30)),
        (Frequency.MONTHLY, 12, date(2025, 1, 31)),
    ],
)
def test_a_year_is_cut_in_every_rhythm(frequency: Frequency, many: int, first_end: date) -> None:
    found = cut(frequency, NEW_YEAR, YEAR_END)
    assert (len(found), found[0]) == (many, (NEW_YEAR, first_end))


def test_months_that_begin_on_the_31st_end_where_the_next_begins() -> None:
    found = cut(Frequency.MONTHLY, date(2025, 1, 31), date(2025, 4, 10))
    assert found == (
        (date(2025, 1, 31), date(2025, 2, 27)),
        (date(2025, 2, 28), date(2025, 3, 30)),
        (date(2025, 3, 31), date(2025, 4, 10)),
    )


@given(st.dates(NEW_YEAR, date(2030, 1, 1)), st.integers(0, 3000), st.sampled_from(RHYTHMS))
def test_periods_cover_every_day_once(start: date, length: int, frequency: Frequency) -> None:
    end = start + timedelta(days=length)
    found = cut(frequency, start, end)
    assert (found[0][0], found[-1][1]) == (start, end)
    for earlier, later in pairwise(found):
        assert earlier[0] <= earlier[1] == later[0] - timedelta(days=1)


@pytest.mark.parametrize(
    ("frequency", "start", "end", "key"),
    [
        (Frequency.YEARLY, YEAR_END, NEW_YEAR, "period.end_before_start"),
        (Frequency.OWN, NEW_YEAR, YEAR_END, "period.no_rhythm"),
        (Frequency.MONTHLY, NEW_YEAR, LAST_DAY, "period.too_many"),
        (Frequency.YEARLY, date(1800, 1, 1), YEAR_END, "date.out_of_range"),
        (Frequency.YEARLY, NEW_YEAR, date(2200, 1, 1), "date.out_of_range"),
    ],
)
def test_what_cannot_be_cut_is_refused(frequency: Frequency, start: date, end: date, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        cut(frequency, start, end)
    assert refused.value.key == key


def test_a_period_has_its_days_in_order() -> None:
    with pytest.raises(DomainError) as refused:
        PeriodTarget(starts_on=YEAR_END, ends_on=NEW_YEAR, value=Decimal(1))
    assert refused.value.key == "period.end_before_start"
    one_day = PeriodTarget(starts_on=NEW_YEAR, ends_on=NEW_YEAR, value=Decimal("1.50"))
    assert str(one_day.value) == "1.5"


def test_periods_come_in_order_and_do_not_overlap() -> None:
    assert target(periods=quarters(10, 20, 40, 100)[::-1]).periods == quarters(10, 20, 40, 100)
    twice = (*quarters(10, 20, 40, 100), quarters(1, 2, 3, 4)[1])
    with pytest.raises(DomainError) as refused:
        target(periods=twice)
    assert (refused.value.key, refused.value.params["start"]) == ("period.overlap", date(2025, 4, 1))
    days = (NEW_YEAR + timedelta(days=number) for number in range(MOST_PERIODS + 1))
    many = tuple(PeriodTarget(starts_on=day, ends_on=day, value=Decimal(1)) for day in days)
    with pytest.raises(DomainError) as refused:
        target(periods=many)
    assert refused.value.key == "period.too_many"


def test_no_period_ends_after_the_target() -> None:
    with pytest.raises(DomainError) as refused:
        target(on=date(2025, 12, 30))
    assert refused.value.key == "target.period_after"


# --- What is expected ---------------------------------------------------------------------------------------


def test_from_the_start_the_last_period_that_ended_counts() -> None:
    aim = target()
    assert expected(aim, date(2025, 3, 30)) is None
    assert expected(aim, date(2025, 3, 31)) == expected(aim, date(2025, 6, 29)) == 10
    assert expected(aim, date(2025, 9, 30)) == 40
    assert expected(aim, YEAR_END) == expected(aim, date(2027, 1, 1)) == 100


def test_per_period_the_one_that_the_day_lies_in_counts() -> None:
    aim = target(cumulative=False)
    assert expected(aim, date(2024, 12, 31)) is None
    assert expected(aim, NEW_YEAR) == expected(aim, date(2025, 3, 31)) == 10
    assert expected(aim, date(2025, 4, 1)) == 20
    gap = target(cumulative=False, periods=(quarters(10, 20, 40, 100)[0], quarters(10, 20, 40, 100)[2]))
    assert expected(gap, date(2025, 5, 1)) == 10


def test_periods_count_instead_of_the_line_but_the_way_stays_that_to_the_target() -> None:
    aim = target(baseline=0)
    assert expected(aim, date(2025, 7, 1)) == 20
    assert way_covered(aim, Decimal(50)) == Decimal("0.5")


# --- When it is due -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "last", "due"),
    [
        (Frequency.OWN, None, date(2025, 3, 31)),
        (Frequency.OWN, date(2025, 2, 1), date(2025, 3, 31)),
        (Frequency.OWN, date(2025, 3, 31), date(2025, 6, 30)),
        (Frequency.OWN, YEAR_END, None),
        (Frequency.ONCE, None, date(2025, 3, 31)),
        (Frequency.QUARTERLY, None, date(2025, 3, 31)),
        (Frequency.QUARTERLY, date(2025, 4, 20), date(2025, 6, 30)),
        (Frequency.MONTHLY, None, date(2025, 1, 31)),
        (Frequency.MONTHLY, date(2025, 1, 31), date(2025, 2, 28)),
        (Frequency.MONTHLY, date(2025, 3, 15), date(2025, 3, 31)),
        (Frequency.YEARLY, date(2025, 3, 31), date(2025, 6, 30)),
    ],
)
def test_a_value_is_due_at_the_end_of_each_period_and_earlier_if_measured_more_often(
    frequency: Frequency, last: date | None, due: date | None
) -> None:
    assert due_on(target(frequency=frequency), last) == due


def test_after_the_last_period_the_day_of_the_target_is_left() -> None:
    later = target(on=date(2026, 6, 30))
    assert due_on(later, YEAR_END) == date(2026, 6, 30)
    assert due_on(later, date(2026, 6, 30)) is None


@given(last=st.dates(NEW_YEAR, date(2026, 12, 31)), frequency=st.sampled_from(Frequency))
def test_what_is_due_lies_after_the_last_value_and_not_after_the_end_of_its_period(
    last: date, frequency: Frequency
) -> None:
    due = due_on(target(frequency=frequency), last)
    later = [end for end in ENDS if end > last]
    assert (due is None) == (not later)
    assert due is None or last < due <= later[0]


def test_two_weeks_after_the_end_of_a_period_it_is_overdue() -> None:
    aim, reading = target(), Reading(on=date(2025, 3, 31), value=Decimal(10))
    assert status(aim, [reading], ENDS[1] + GRACE).status is Status.ON_TRACK
    late = status(aim, [reading], ENDS[1] + GRACE + timedelta(days=1))
    assert (late.status, late.key, late.due_on) == (Status.OVERDUE, "status.overdue", ENDS[1])
    assert status(aim, [], ENDS[0]).status is Status.NO_DATA
    assert status(aim, [], ENDS[0] + GRACE + timedelta(days=1)).key == "status.overdue_first"


# --- How it stands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "on", "found", "key"),
    [
        (3, date(2025, 2, 1), Status.ON_TRACK, "status.on_track_before"),
        (10, date(2025, 3, 31), Status.ON_TRACK, "status.on_track_period"),
        (9, date(2025, 3, 31), Status.BEHIND, "status.behind_period"),
        (12, date(2025, 5, 15), Status.ON_TRACK, "status.on_track_period"),
        (100, date(2025, 5, 15), Status.REACHED, "status.reached"),
        (99, YEAR_END, Status.BEHIND, "status.behind"),
        (100, YEAR_END, Status.REACHED, "status.reached"),
    ],
)
def test_a_value_from_the_start_is_compared_with_its_period(
    value: int, on: date, found: Status, key: str
) -> None:
    judgement = judged(target(), value, on)
    assert (judgement.status, judgement.key) == (found, key)


def test_the_sentence_can_name_the_period() -> None:
    judgement = judged(target(), 12, date(2025, 5, 15))
    assert judgement.params["aim"] == 10
    assert judgement.params["aim_on"] == judgement.params["first_on"] == date(2025, 3, 31)
    before = judged(target(), 3, date(2025, 2, 1))
    assert (before.expected, before.params["first_on"]) == (None, date(2025, 3, 31))
    assert "aim_on" not in before.params
    assert "first_on" not in judged(target(periods=()), 3, date(2025, 2, 1)).params


@pytest.mark.parametrize(
    ("value", "on", "found", "key"),
    [
        (100, date(2025, 3, 31), Status.ON_TRACK, "status.on_track_period"),  # good, but not the last period
        (39, date(2025, 9, 30), Status.BEHIND, "status.behind_period"),
        (100, date(2025, 12, 1), Status.REACHED, "status.reached"),
        (99, YEAR_END, Status.BEHIND, "status.behind"),
    ],
)
def test_a_value_of_its_own_period_reaches_the_target_in_the_last_one_alone(
    value: int, on: date, found: Status, key: str
) -> None:
    judgement = judged(target(cumulative=False), value, on)
    assert (judgement.status, judgement.key) == (found, key)


def test_a_share_names_its_part_and_its_whole() -> None:
    reading = measured(
        Kind.PROPORTION, on=ENDS[0], today=LAST_DAY, numerator=Decimal(3), denominator=Decimal(10)
    )
    halves = tuple(
        PeriodTarget(starts_on=start, ends_on=end, value=Decimal("0.5"))
        for start, end in cut(Frequency.QUARTERLY, NEW_YEAR, YEAR_END)
    )
    aim = Target(
        value=Decimal("0.5"),
        on=YEAR_END,
        direction=Direction.HIGHER,
        frequency=Frequency.OWN,
        periods=halves,
    )
    judgement = status(aim, [reading], ENDS[0])
    assert (judgement.key, judgement.params["numerator"]) == ("status.behind_period_share", 3)
    assert judgement.key in STATUS_KEYS
