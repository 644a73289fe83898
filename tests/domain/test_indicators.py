"""A value is kept as it was counted, and one comparison says how an indicator stands."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.indicators import (
    FIRST_DAY,
    GRACE,
    LAST_DAY,
    MOST,
    STATUS_KEYS,
    Direction,
    Frequency,
    Kind,
    Reading,
    Recorded,
    Status,
    Target,
    check_measured_on,
    checked,
    due_on,
    expected,
    fold,
    measured,
    ratio,
    series,
    status,
    way_covered,
)

HIGHER, LOWER = Direction.HIGHER, Direction.LOWER
DAY, TODAY = date(2025, 7, 1), date(2025, 12, 31)
millionths = st.integers(-9 * 10**15, 9 * 10**15).map(lambda count: Decimal(count).scaleb(-6))
days = st.dates(FIRST_DAY, LAST_DAY)


def target(  # the year 2025, from 0 to 100, unless the test says otherwise
    value: str | int = 100,
    *,
    baseline: str | int | None = 0,
    start: date | None = date(2025, 1, 1),
    end: date = date(2025, 12, 31),
    direction: Direction = HIGHER,
    frequency: Frequency = Frequency.QUARTERLY,
    gradual: bool = True,
) -> Target:
    return Target(
        value=Decimal(value),
        on=end,
        direction=direction,
        frequency=frequency,
        baseline=None if baseline is None else Decimal(baseline),
        baseline_on=start if baseline is not None else None,
        gradual=gradual,
    )


def reading(value: str | int, on: date = DAY) -> Reading:
    return Reading(on=on, value=Decimal(value))


def share(part: int, whole: int, on: date = DAY) -> Reading:
    return measured(
        Kind.PROPORTION, on=on, today=LAST_DAY, numerator=Decimal(part), denominator=Decimal(whole)
    )


def refusal(error: pytest.ExceptionInfo[DomainError]) -> tuple[str, dict[str, object]]:
    return error.value.key, error.value.params


# --- Values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "key"),
    [
        (Kind.COUNT, "-1", "measurement.negative"),
        (Kind.COUNT, "1.5", "measurement.not_whole"),
        (Kind.PROPORTION, "1.000001", "measurement.not_a_share"),
        (Kind.PROPORTION, "-0.1", "measurement.not_a_share"),
        (Kind.YES_NO, "2", "measurement.not_yes_no"),
        (Kind.YES_NO, "0.5", "measurement.not_yes_no"),
        (Kind.MEAN, "0.0000001", "measurement.too_many_decimals"),
        (Kind.MEAN, "1e-400", "measurement.too_many_decimals"),
        (Kind.SUM, "9000000000.000001", "measurement.too_large"),
        (Kind.MONEY, "-9000000001", "measurement.too_large"),
        (Kind.COUNT, "9223372036854775808", "measurement.too_large"),
        (Kind.SUM, "1e999999999", "measurement.too_large"),
        (Kind.SUM, "NaN", "measurement.not_a_number"),
        (Kind.SUM, "sNaN", "measurement.not_a_number"),
        (Kind.SUM, "-Infinity", "measurement.not_a_number"),
    ],
)
def test_a_value_that_the_kind_cannot_have_is_refused(kind: Kind, value: str, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        checked(kind, Decimal(value))
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.COUNT, "0"),
        (Kind.COUNT, "12.000"),
        (Kind.PROPORTION, "0.7"),
        (Kind.PROPORTION, "1"),
        (Kind.YES_NO, "0"),
        (Kind.YES_NO, "1.0"),
        (Kind.SUM, "-3.5"),
        (Kind.MEAN, "6.123456"),
        (Kind.MONEY, str(MOST)),
        (Kind.MONEY, f"-{MOST}"),
    ],
)
def test_a_value_that_the_kind_can_have_is_kept(kind: Kind, value: str) -> None:
    assert checked(kind, Decimal(value)) == Decimal(value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("-0", "0"), ("1.50", "1.5"), ("100", "100"), ("1e3", "1000"), ("0.000001", "0.000001"), ("0e50", "0")],
)
def test_equal_values_read_the_same(value: str, shown: str) -> None:
    assert str(reading(value).value) == shown


def test_a_float_is_no_measured_value() -> None:
    with pytest.raises(DomainError) as refused:
        Reading(on=DAY, value=0.1)  # type: ignore[arg-type] # what a careless caller does
    assert refused.value.key == "measurement.not_a_number"


def test_a_proportion_keeps_its_part_and_its_whole() -> None:
    found = share(72, 120)
    assert (found.value, found.numerator, found.denominator) == (Decimal("0.6"), Decimal(72), Decimal(120))
    assert share(1, 3).value == Decimal("0.333333")
    assert share(2, 3).value == Decimal("0.666667")
    # Half a millionth goes to the even one: 0.0000005 to 0, 0.0000015 to 0.000002.
    assert ratio(Decimal(1), Decimal(2_000_000)) == 0
    assert ratio(Decimal(3), Decimal(2_000_000)) == Decimal("0.000002")
    assert ratio(Decimal(0), Decimal(5)) == 0


@pytest.mark.parametrize(
    ("part", "whole", "key"),
    [
        ("1", "0", "measurement.denominator_zero"),
        ("0", "0", "measurement.denominator_zero"),
        ("-1", "2", "measurement.negative"),
        ("1", "-2", "measurement.negative"),
        ("3", "2", "measurement.part_exceeds_whole"),
        ("NaN", "2", "measurement.not_a_number"),
        ("1", "9000000001", "measurement.too_large"),
    ],
)
def test_a_part_of_a_whole_that_cannot_be_is_refused(part: str, whole: str, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        ratio(Decimal(part), Decimal(whole))
    assert refused.value.key == key


@given(part=millionths.map(abs), whole=millionths.map(abs).filter(bool))
def test_a_ratio_is_the_nearest_millionth(part: Decimal, whole: Decimal) -> None:
    part, whole = sorted([part, whole])
    found = ratio(part, whole)
    assert 0 <= found <= 1
    assert abs(Fraction(found) - Fraction(part) / Fraction(whole)) <= Fraction(1, 2_000_000)
    assert Reading(on=DAY, value=found, numerator=part, denominator=whole).value == found


@given(value=millionths)
def test_a_value_survives_the_way_through_millionths(value: Decimal) -> None:
    kept = Reading(on=DAY, value=value).value
    assert kept == value
    assert Decimal(int(kept * 10**6)) / 10**6 == value


def test_a_value_beside_a_pair_has_to_be_its_ratio() -> None:
    with pytest.raises(DomainError) as refused:
        Reading(on=DAY, value=Decimal("0.61"), numerator=Decimal(72), denominator=Decimal(120))
    assert refusal(refused) == ("measurement.not_the_ratio", {"value": Decimal("0.61")})


@pytest.mark.parametrize("pair", [(Decimal(1), None), (None, Decimal(2))])
def test_half_a_pair_is_refused(pair: tuple[Decimal | None, Decimal | None]) -> None:
    part, whole = pair
    with pytest.raises(DomainError) as refused:
        Reading(on=DAY, value=Decimal(1), numerator=part, denominator=whole)
    assert refused.value.key == "measurement.pair_half"
    with pytest.raises(DomainError) as refused:
        measured(Kind.PROPORTION, on=DAY, today=TODAY, numerator=part, denominator=whole)
    assert refused.value.key == "measurement.pair_half"


def test_each_kind_is_measured_in_its_own_way() -> None:
    assert measured(Kind.COUNT, on=DAY, today=TODAY, value=Decimal(7)) == reading(7)
    with pytest.raises(DomainError) as refused:
        measured(Kind.COUNT, on=DAY, today=TODAY)
    assert refused.value.key == "measurement.value_missing"
    for pair in ({"numerator": Decimal(1)}, {"denominator": Decimal(1)}):
        with pytest.raises(DomainError) as refused:
            measured(Kind.MEAN, on=DAY, today=TODAY, value=Decimal(1), **pair)
        assert refused.value.key == "measurement.pair_unexpected"
    with pytest.raises(DomainError) as refused:
        measured(Kind.PROPORTION, on=DAY, today=TODAY, value=Decimal("0.5"))
    assert refused.value.key == "measurement.value_unexpected"
    with pytest.raises(DomainError) as refused:
        measured(Kind.COUNT, on=DAY, today=TODAY, value=Decimal("0.5"))
    assert refusal(refused) == ("measurement.not_whole", {"value": Decimal("0.5")})


def test_nothing_is_measured_in_the_future() -> None:
    assert check_measured_on(TODAY, TODAY) == TODAY
    with pytest.raises(DomainError) as refused:
        check_measured_on(TODAY + timedelta(days=1), TODAY)
    assert refusal(refused) == ("measurement.in_future", {"on": date(2026, 1, 1)})


@pytest.mark.parametrize("on", [date(1899, 12, 31), date(2101, 1, 1), date.min, date.max])
def test_a_day_out_of_this_time_is_refused(on: date) -> None:
    with pytest.raises(DomainError) as refused:
        reading(1, on)
    assert refusal(refused) == ("date.out_of_range", {"first": 1900, "last": 2100})
    with pytest.raises(DomainError):
        target(end=on)
    with pytest.raises(DomainError):
        target(start=on)


def recorded(number: int, value: int, on: date = DAY, *, instead_of: int | None = None) -> Recorded:
    superseded = UUID(int=instead_of) if instead_of is not None else None
    return Recorded(id=UUID(int=number), reading=reading(value, on), supersedes=superseded)


def test_a_correction_replaces_what_it_corrects() -> None:
    later = date(2025, 8, 1)
    rows = [
        recorded(1, 10),
        recorded(2, 20, later),
        recorded(3, 11, instead_of=1),
        recorded(4, 12, instead_of=3),
    ]
    assert series(rows) == series(reversed(rows)) == (reading(12), reading(20, later))
    # The day itself was wrong.
    assert series([recorded(1, 10), recorded(2, 10, later, instead_of=1)]) == (reading(10, later),)
    # Two of one day: the one recorded last.
    assert series([recorded(2, 20), recorded(1, 10)]) == (reading(20),)
    assert series([]) == ()


# --- Aims ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "start"), [(None, date(2025, 1, 1)), (Decimal(0), None)], ids=["day", "value"]
)
def test_a_baseline_is_a_value_and_a_day(baseline: Decimal | None, start: date | None) -> None:
    with pytest.raises(DomainError) as refused:
        Target(
            value=Decimal(1),
            on=TODAY,
            direction=HIGHER,
            frequency=Frequency.ONCE,
            baseline=baseline,
            baseline_on=start,
        )
    assert refused.value.key == "target.baseline_half"


@pytest.mark.parametrize("start", [date(2025, 12, 31), date(2026, 1, 1)])
def test_a_target_lies_after_its_baseline(start: date) -> None:
    with pytest.raises(DomainError) as refused:
        target(start=start)
    assert refused.value.key == "target.end_before_start"


def test_the_aim_is_the_straight_line() -> None:
    # From 1 January to 31 December 2025 are 364 days; 2 July is half way.
    year = target()
    assert expected(year, date(2024, 6, 1)) == 0
    assert expected(year, date(2025, 1, 1)) == 0
    assert expected(year, date(2025, 7, 2)) == 50
    assert expected(year, date(2025, 1, 2)) == Decimal("0.274725")  # 100 / 364 = 0.27472527...
    assert expected(year, date(2025, 12, 31)) == 100
    assert expected(year, date(2027, 1, 1)) == 100
    assert expected(target(10, baseline=40, direction=LOWER), date(2025, 7, 2)) == 25


def test_without_a_baseline_only_the_end_counts() -> None:
    for end_only in (target(baseline=None), target(1, gradual=False)):
        assert expected(end_only, date(2025, 12, 30)) is None
        assert expected(end_only, date(2025, 12, 31)) == end_only.value
        assert way_covered(end_only, Decimal(1)) is None


def test_a_baseline_as_good_as_the_target_asks_to_stay_there() -> None:
    stay = target(5, baseline=3, direction=LOWER)
    assert expected(stay, date(2025, 1, 1)) == expected(stay, DAY) == 5
    assert way_covered(stay, Decimal(4)) is None
    assert status(stay, [reading(4)], DAY).status is Status.REACHED
    assert status(stay, [reading(6)], DAY).status is Status.BEHIND


def test_the_way_that_was_covered() -> None:
    assert way_covered(target(70, baseline=50), Decimal(60)) == Decimal("0.5")
    assert way_covered(target(10, baseline=40, direction=LOWER), Decimal(50)) == Decimal("-0.333333")
    assert way_covered(target(), Decimal(120)) == Decimal("1.2")


@given(
    start=days,
    length=st.integers(1, 20_000),
    first=st.integers(-30_000, 30_000),
    second=st.integers(-30_000, 30_000),
    baseline=millionths,
    value=millionths,
    direction=st.sampled_from(Direction),
)
def test_the_line_stays_between_its_ends_and_never_turns(
    start: date, length: int, first: int, second: int, baseline: Decimal, value: Decimal, direction: Direction
) -> None:
    end = min(start + timedelta(days=length), LAST_DAY)
    if start >= end:
        start = end - timedelta(days=length)
    aim = Target(
        value=value,
        on=end,
        direction=direction,
        frequency=Frequency.ONCE,
        baseline=baseline,
        baseline_on=max(start, FIRST_DAY),
    )
    earlier, later = (expected(aim, start + timedelta(days=gap)) for gap in sorted([first, second]))
    assert earlier is not None
    assert later is not None
    low, high = sorted([baseline, value])
    assert low <= earlier <= high
    # Each later aim is at least as near to the target.
    assert abs(value - later) <= abs(value - earlier)


@pytest.mark.parametrize(
    ("frequency", "last", "due"),
    [
        (Frequency.MONTHLY, None, date(2025, 2, 1)),
        (Frequency.QUARTERLY, None, date(2025, 4, 1)),
        (Frequency.HALF_YEARLY, None, date(2025, 7, 1)),
        (Frequency.YEARLY, None, date(2025, 12, 31)),  # the target comes a day before the year is round
        (Frequency.ONCE, None, date(2025, 12, 31)),
        (Frequency.MONTHLY, date(2025, 1, 31), date(2025, 2, 28)),
        (Frequency.MONTHLY, date(2025, 12, 1), date(2025, 12, 31)),
        (Frequency.QUARTERLY, date(2025, 10, 15), date(2025, 12, 31)),
        (Frequency.ONCE, date(2025, 5, 1), date(2025, 12, 31)),
        (Frequency.MONTHLY, date(2025, 12, 31), None),
        (Frequency.ONCE, date(2026, 1, 1), None),
    ],
)
def test_when_the_next_value_is_due(frequency: Frequency, last: date | None, due: date | None) -> None:
    assert due_on(target(frequency=frequency), last) == due


def test_a_value_of_29_february_is_followed_a_year_later() -> None:
    leap = target(end=date(2030, 1, 1), frequency=Frequency.YEARLY)
    assert due_on(leap, date(2028, 2, 29)) == date(2029, 2, 28)


def test_without_a_baseline_the_first_value_is_due_at_the_end() -> None:
    assert due_on(target(baseline=None, frequency=Frequency.MONTHLY), None) == date(2025, 12, 31)


@given(last=days, end=days, frequency=st.sampled_from(Frequency))
def test_what_is_due_lies_after_the_last_value_and_not_after_the_target(
    last: date, end: date, frequency: Frequency
) -> None:
    due = due_on(target(baseline=None, end=end, frequency=frequency), last)
    assert (due is None) == (last >= end)
    assert due is None or last < due <= end


# --- Status -------------------------------------------------------------------------------------------------


def test_72_of_120_is_60_percent_and_the_aim_was_70_percent() -> None:
    # Aimed at 70 % without a baseline, and the day has come.
    goal = target("0.7", baseline=None)
    found = status(goal, [share(72, 120, date(2025, 12, 31))], date(2026, 1, 5))
    assert found.status is Status.BEHIND
    assert found.key == "status.behind_share"
    assert found.params == {
        "on": date(2025, 12, 31),
        "value": Decimal("0.6"),
        "numerator": Decimal(72),
        "denominator": Decimal(120),
        "aim": Decimal("0.7"),
        "target": Decimal("0.7"),
        "target_on": date(2025, 12, 31),
    }
    assert (found.expected, found.way, found.due_on) == (Decimal("0.7"), None, None)


@pytest.mark.parametrize(
    ("value", "found", "key"),
    [
        ("100", Status.REACHED, "status.reached"),
        ("101", Status.REACHED, "status.reached"),
        ("99.999999", Status.ON_TRACK, "status.on_track"),
        ("50", Status.ON_TRACK, "status.on_track"),
        ("49.999999", Status.BEHIND, "status.behind"),
    ],
)
def test_a_value_half_way_the_year(value: str, found: Status, key: str) -> None:
    half_way = date(2025, 7, 2)
    judged = status(target(), [reading(value, half_way)], half_way)
    assert (judged.status, judged.key, judged.expected) == (found, key, Decimal(50))
    assert judged.due_on == judged.params["due_on"] == date(2025, 10, 2)


@pytest.mark.parametrize(
    ("value", "found"),
    [("10", Status.REACHED), ("25", Status.ON_TRACK), ("25.1", Status.BEHIND), ("41", Status.BEHIND)],
)
def test_where_lower_is_better(value: str, found: Status) -> None:
    debts = target(10, baseline=40, direction=LOWER)
    assert status(debts, [reading(value, date(2025, 7, 2))], date(2025, 7, 2)).status is found


def test_a_value_is_compared_with_the_aim_of_its_own_day() -> None:
    # 30 on 1 April, when 24.7 was expected; three months later more would be, but no value is overdue yet.
    judged = status(target(), [reading(30, date(2025, 4, 1))], date(2025, 7, 1))
    assert (judged.status, judged.expected) == (Status.ON_TRACK, Decimal("24.725275"))


def test_a_value_that_was_due_is_overdue_after_the_grace() -> None:
    last = [reading(30, date(2025, 4, 1))]
    due = date(2025, 7, 1)
    assert status(target(), last, due + GRACE).status is Status.ON_TRACK
    late = status(target(), last, due + GRACE + timedelta(days=1))
    assert (late.status, late.key, late.due_on) == (Status.OVERDUE, "status.overdue", due)
    assert late.latest == last[0]
    assert status(target(), last, due + timedelta(days=1), grace=timedelta(0)).status is Status.OVERDUE


def test_a_target_once_reached_is_overdue_when_nobody_measures_on() -> None:
    early = [reading(100, date(2025, 4, 1))]
    assert status(target(), early, date(2025, 7, 1)).status is Status.REACHED
    assert status(target(), early, date(2025, 9, 1)).status is Status.OVERDUE
    assert status(target(), [*early, reading(100, TODAY)], date(2030, 1, 1)).status is Status.REACHED


def test_nothing_measured_is_no_data_until_something_was_due() -> None:
    none_yet = status(target(), [], date(2025, 4, 15))
    assert (none_yet.status, none_yet.key, none_yet.latest) == (Status.NO_DATA, "status.no_data", None)
    assert none_yet.params["due_on"] == date(2025, 4, 1)
    late = status(target(), [], date(2025, 4, 16))
    assert (late.status, late.key) == (Status.OVERDUE, "status.overdue_first")
    assert set(late.params) == {"aim", "target", "target_on", "due_on"}


def test_a_value_of_a_later_day_does_not_count_yet() -> None:
    both = [reading(100, date(2025, 8, 1)), reading(30, date(2025, 4, 1))]
    assert status(target(), both, date(2025, 7, 1)).latest == both[1]
    assert status(target(), both, date(2025, 8, 1)).latest == both[0]
    assert status(target(), both[:1], date(2025, 3, 1)).status is Status.NO_DATA


def test_before_the_end_an_indicator_without_a_line_is_on_track() -> None:
    judged = status(target(1, gradual=False), [reading(0)], DAY)
    assert (judged.status, judged.key, judged.expected) == (Status.ON_TRACK, "status.on_track_open", None)
    assert "aim" not in judged.params
    assert status(target(1, gradual=False), [reading(1)], DAY).status is Status.REACHED
    assert status(target(1, gradual=False), [reading(0, TODAY)], TODAY).status is Status.BEHIND


def test_without_a_target_nothing_can_be_judged() -> None:
    judged = status(None, [reading(1)], DAY)
    assert (judged.status, judged.key) == (Status.NOT_MEASURABLE, "status.no_target")


@given(
    values=st.lists(st.tuples(days, st.integers(0, 10)), max_size=5),
    with_line=st.booleans(),
    direction=st.sampled_from(Direction),
    frequency=st.sampled_from(Frequency),
    on=days,
)
def test_every_judgement_names_a_known_rule_and_does_not_depend_on_order(
    values: list[tuple[date, int]], direction: Direction, frequency: Frequency, on: date, *, with_line: bool
) -> None:
    shares = [share(part, 10, day) for day, part in dict(values).items()]
    aim = target(
        "0.7", baseline="0.2" if with_line else None, end=DAY, direction=direction, frequency=frequency
    )
    judged = status(aim, shares, on)
    assert judged.key in STATUS_KEYS
    assert judged.key.startswith(f"status.{judged.status.value}")
    assert judged == status(aim, reversed(shares), on)
    assert (judged.latest is None) == all(each.on > on for each in shares)


@pytest.mark.parametrize(
    ("indicators", "goal"),
    [
        ([], Status.NOT_MEASURABLE),
        ([Status.NOT_MEASURABLE], Status.NOT_MEASURABLE),
        ([Status.NOT_MEASURABLE, Status.REACHED], Status.REACHED),
        ([Status.REACHED, Status.REACHED], Status.REACHED),
        ([Status.REACHED, Status.ON_TRACK], Status.ON_TRACK),
        ([Status.REACHED, Status.NO_DATA], Status.ON_TRACK),
        ([Status.NO_DATA, Status.NO_DATA], Status.NO_DATA),
        ([Status.NO_DATA, Status.OVERDUE], Status.OVERDUE),
        ([Status.REACHED, Status.OVERDUE, Status.BEHIND], Status.BEHIND),
    ],
)
def test_a_goal_folds_its_indicators(indicators: list[Status], goal: Status) -> None:
    assert fold(indicators) is goal


@given(st.lists(st.sampled_from(Status)))
def test_a_goal_is_reached_only_when_all_its_indicators_are(indicators: list[Status]) -> None:
    judged = [each for each in indicators if each is not Status.NOT_MEASURABLE]
    assert (fold(indicators) is Status.REACHED) == (set(judged) == {Status.REACHED})
    assert fold(indicators) is fold(reversed(indicators))
