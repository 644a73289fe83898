"""Breakdowns add up to their whole; reviews and closed periods decide what may change."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.indicators import Kind, Reading, ReviewStep, checked
from toc.domain.indicators.breakdowns import (
    LEVEL,
    UNKNOWN,
    Breakdown,
    Option,
    Part,
    breakdowns_in,
    check_parts,
    completed,
    level_parts,
    levels_in,
    part_of,
    rest,
)
from toc.domain.indicators.reviewing import (
    Lock,
    Review,
    State,
    check_open,
    check_step,
    lock_of,
    moment_after,
    state_of,
)

DAY = date(2025, 6, 30)
AT = datetime(2025, 7, 1, 12, tzinfo=UTC)
SEX = Breakdown(
    key="sex", name="Women and men", options=(Option(key="f", name="women"), Option(key="m", name="men"))
)
counts = st.integers(min_value=0, max_value=10_000)


def count(total: int) -> Reading:
    return Reading(on=DAY, value=Decimal(total))


def share(part: int, whole: int) -> Reading:
    value = checked(Kind.PROPORTION, Decimal(part) / Decimal(whole)) if part in {0, whole} else None
    return Reading(
        on=DAY,
        value=value if value is not None else round(Decimal(part) / Decimal(whole), 6),
        numerator=Decimal(part),
        denominator=Decimal(whole),
    )


def group(option: str, value: int) -> Part:
    return part_of(Kind.COUNT, "sex", option, value=Decimal(value))


def pair(option: str, part: int, whole: int) -> Part:
    return part_of(Kind.PROPORTION, "sex", option, numerator=Decimal(part), denominator=Decimal(whole))


# --- Breakdowns ---------------------------------------------------------------------------------------------


def test_breakdowns_are_read_as_an_edition_keeps_them() -> None:
    stored = [
        {
            "key": "sex",
            "name": "Women and men",
            "options": [{"key": "f", "name": "women"}, {"key": "m", "name": "men"}],
        }
    ]
    assert breakdowns_in(stored) == (SEX,)
    assert SEX.keys == ("f", "m", UNKNOWN)


def test_twelve_are_seven_women_four_men_and_one_of_whom_it_is_not_known() -> None:
    given_parts = (group("f", 7), group("m", 4))
    assert rest(count(12), given_parts).value == 1
    whole = completed(Kind.COUNT, count(12), given_parts)
    assert [(part.option, int(part.value)) for part in whole] == [("f", 7), ("m", 4), (UNKNOWN, 1)]
    check_parts(Kind.COUNT, count(12), whole, [SEX])


@given(women=counts, men=counts, unknown=counts)
def test_parts_add_up_to_their_total_or_are_refused(women: int, men: int, unknown: int) -> None:
    total = women + men + unknown
    parts = [group("f", women), group("m", men)]
    whole = completed(Kind.COUNT, count(total), parts)
    check_parts(Kind.COUNT, count(total), whole, [SEX])
    assert sum(part.value for part in whole) == total
    assert completed(Kind.COUNT, count(total), whole) == whole
    if unknown:
        with pytest.raises(DomainError) as refused:
            check_parts(Kind.COUNT, count(total), parts, [SEX])
        assert (refused.value.key, refused.value.params["left"]) == ("breakdown.too_little", unknown)
    with pytest.raises(DomainError) as refused:
        check_parts(Kind.COUNT, count(total), [group("f", women), group("m", total + 1)], [SEX])
    assert (refused.value.key, refused.value.params["over"]) == ("breakdown.too_much", women + 1)


@given(data=st.data())
def test_both_numbers_of_a_share_add_up(data: st.DataObject) -> None:
    wholes = data.draw(st.lists(st.integers(1, 500), min_size=3, max_size=3))
    numbers = [data.draw(st.integers(0, whole)) for whole in wholes]
    reading = share(sum(numbers), sum(wholes))
    parts = [pair("f", numbers[0], wholes[0]), pair("m", numbers[1], wholes[1])]
    whole = completed(Kind.PROPORTION, reading, parts)
    check_parts(Kind.PROPORTION, reading, whole, [SEX])
    assert sum(part.numerator or 0 for part in whole) == sum(numbers)
    assert sum(part.denominator or 0 for part in whole) == sum(wholes)
    with pytest.raises(DomainError) as refused:
        check_parts(Kind.PROPORTION, reading, parts, [SEX])
    assert refused.value.key == "breakdown.too_little_of_whole"


def test_what_is_under_unknown_already_takes_the_rest_as_well() -> None:
    whole = completed(Kind.COUNT, count(12), (group("f", 7), group(UNKNOWN, 2)))
    assert {part.option: int(part.value) for part in whole} == {"f": 7, UNKNOWN: 5}


def test_a_rest_that_cannot_be_is_left_to_the_reader() -> None:
    too_much = (group("f", 7), group("m", 9))
    assert completed(Kind.COUNT, count(12), too_much) == too_much
    more_part_than_whole = (pair("f", 1, 9),)
    assert completed(Kind.PROPORTION, share(5, 10), more_part_than_whole) == more_part_than_whole


@pytest.mark.parametrize(
    ("kind", "parts", "key"),
    [
        (Kind.MEAN, [group("f", 12)], "breakdown.kind_without"),
        (Kind.COUNT, [Part(breakdown="age", option="f", value=Decimal(12))], "breakdown.not_there"),
        (Kind.COUNT, [group("x", 12)], "breakdown.option_not_there"),
        (Kind.COUNT, [group("f", 6), group("f", 6)], "breakdown.option_twice"),
        (Kind.COUNT, [group("f", 13)], "breakdown.too_much"),
        (Kind.COUNT, [group("f", 11)], "breakdown.too_little"),
    ],
)
def test_parts_that_are_not_those_of_the_definition_are_refused(
    kind: Kind, parts: list[Part], key: str
) -> None:
    with pytest.raises(DomainError) as refused:
        check_parts(kind, count(12), parts, [SEX])
    assert (refused.value.key, refused.value.params["breakdown"]) == (key, parts[0].breakdown)


def test_a_share_of_more_people_than_there_are_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        check_parts(Kind.PROPORTION, share(5, 10), [pair("f", 5, 12)], [SEX])
    assert (refused.value.key, refused.value.params["over"]) == ("breakdown.too_much_of_whole", 2)


def test_a_group_of_nobody_is_a_part_too() -> None:
    nobody = pair("m", 0, 0)
    assert nobody.value == 0
    check_parts(Kind.PROPORTION, share(5, 10), [pair("f", 5, 10), nobody], [SEX])


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        (Kind.COUNT, {}, "measurement.value_missing"),
        (Kind.COUNT, {"value": Decimal("0.5")}, "measurement.not_whole"),
        (Kind.PROPORTION, {"numerator": Decimal(1)}, "measurement.pair_half"),
        (
            Kind.PROPORTION,
            {"numerator": Decimal(2), "denominator": Decimal(1)},
            "measurement.part_exceeds_whole",
        ),
    ],
)
def test_a_part_is_of_the_kind_of_its_indicator(kind: Kind, typed: dict[str, Decimal], key: str) -> None:
    with pytest.raises(DomainError) as refused:
        part_of(kind, "sex", "f", **typed)
    assert refused.value.key == key


def test_levels_are_parts_and_come_back_as_they_were() -> None:
    parts = level_parts([2, 0, 5])
    assert [(part.breakdown, part.option) for part in parts] == [(LEVEL, "1"), (LEVEL, "2"), (LEVEL, "3")]
    assert levels_in({part.option: int(part.value) for part in parts}) == (2, 0, 5)
    assert levels_in({}) == ()
    with pytest.raises(DomainError):
        level_parts([-1])


def test_a_level_is_whole_and_an_account_is_counted() -> None:
    assert checked(Kind.ORDINAL, Decimal(3)) == 3
    for kind, value, key in (
        (Kind.ORDINAL, Decimal(0), "measurement.not_a_level"),
        (Kind.ORDINAL, Decimal("1.5"), "measurement.not_a_level"),
        (Kind.NARRATIVE, Decimal(-1), "measurement.negative"),
        (Kind.NARRATIVE, Decimal("0.5"), "measurement.not_whole"),
    ):
        with pytest.raises(DomainError) as refused:
            checked(kind, value)
        assert refused.value.key == key


# --- Reviews ------------------------------------------------------------------------------------------------


def did(step: ReviewStep, minutes: int, by: UUID | None = None) -> Review:
    return Review(step=step, by=by, at=AT + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("reviews", "state"),
    [
        ([], State.SUBMITTED),
        ([did(ReviewStep.SEEN, 1)], State.SUBMITTED),
        ([did(ReviewStep.RETURNED, 1), did(ReviewStep.SEEN, 2)], State.RETURNED),
        ([did(ReviewStep.APPROVED, 2), did(ReviewStep.RETURNED, 1)], State.APPROVED),
        ([did(ReviewStep.APPROVED, 1), did(ReviewStep.RETURNED, 2)], State.RETURNED),
    ],
)
def test_the_latest_decision_counts(reviews: list[Review], state: State) -> None:
    assert state_of(reviews) is state


def test_nobody_reviews_their_own_value_and_a_return_says_why() -> None:
    worker, reviewer = uuid4(), uuid4()
    for step, by, state, remark, key in (
        (ReviewStep.APPROVED, worker, State.SUBMITTED, "", "review.own"),
        (ReviewStep.SEEN, worker, State.SUBMITTED, "", "review.own"),
        (ReviewStep.RETURNED, reviewer, State.SUBMITTED, " ", "review.remark_missing"),
        (ReviewStep.RETURNED, reviewer, State.RETURNED, "Why?", "review.decided"),
        (ReviewStep.APPROVED, reviewer, State.APPROVED, "", "review.decided"),
    ):
        with pytest.raises(DomainError) as refused:
            check_step(step, by=by, entered_by=worker, state=state, remark=remark)
        assert refused.value.key == key
    check_step(ReviewStep.APPROVED, by=reviewer, entered_by=worker, state=State.RETURNED, remark="")
    check_step(ReviewStep.APPROVED, by=None, entered_by=None, state=State.SUBMITTED, remark="")


def test_a_decision_comes_after_those_before_it_also_at_the_same_moment() -> None:
    assert moment_after(AT, []) == AT
    assert moment_after(AT, [did(ReviewStep.SEEN, -1)]) == AT
    assert moment_after(AT, [did(ReviewStep.SEEN, 0)]) > AT
    assert moment_after(AT, [did(ReviewStep.SEEN, 5)]) > AT + timedelta(minutes=5)


# --- Periods ------------------------------------------------------------------------------------------------


def lock(first: int, last: int, *, is_locked: bool = True) -> Lock:
    return Lock(starts_on=date(2025, 1, first), ends_on=date(2025, 1, last), is_locked=is_locked)


def test_the_last_day_of_a_closed_period_belongs_to_it() -> None:
    january = lock(1, 31)
    check_open([january], [date(2024, 12, 31), date(2025, 2, 1)])
    with pytest.raises(DomainError) as refused:
        check_open([january], [date(2025, 2, 1), date(2025, 1, 31)])
    assert refused.value.key == "period.locked"
    assert refused.value.params == {
        "on": date(2025, 1, 31),
        "starts_on": date(2025, 1, 1),
        "ends_on": date(2025, 1, 31),
    }


def test_a_period_ends_after_it_starts() -> None:
    with pytest.raises(DomainError) as refused:
        lock(2, 1)
    assert refused.value.key == "period.order"


periods = st.lists(
    st.tuples(st.integers(1, 31), st.integers(1, 31), st.booleans()).map(
        lambda drawn: lock(min(drawn[:2]), max(drawn[:2]), is_locked=drawn[2])
    ),
    max_size=6,
)


@given(periods, st.integers(1, 31))
def test_the_latest_lock_that_touches_a_day_decides(locks: list[Lock], day: int) -> None:
    on = date(2025, 1, day)
    touching = [each for each in locks if each.has(on)]
    expected = touching[-1] if touching and touching[-1].is_locked else None
    assert lock_of(locks, on) == expected
    if expected is None:
        check_open(locks, [on])
    else:
        with pytest.raises(DomainError):
            check_open(locks, [on])
