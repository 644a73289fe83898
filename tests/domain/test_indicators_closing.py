"""Computed totals beside each other: no two that are shown give a small group by subtraction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.indicators.closing import Figure, People, closed, doubtful
from toc.domain.participants import DECIDED, Computed, Counting, Person, Rule, Seen, Subject, Verdict, compute

THRESHOLD = 10
BEGIN = date(2025, 1, 6)
DAYS = tuple(BEGIN + timedelta(days=days) for days in (60, 120, 180, 240))
STAGES = (Subject.TRAINING_STARTED, Subject.DIPLOMA, Subject.JOB_STARTED, Subject.JOB_KEPT_13)
NORTH, SOUTH = UUID(int=1), UUID(int=2)


def ids(*numbers: int) -> frozenset[UUID]:
    return frozenset(UUID(int=1000 + number) for number in numbers)


def group(*numbers: int) -> People:
    return People(len(numbers), ids(*numbers))


def figure(indicator: int, *shown: People, on: date = DAYS[0], breakdown: str = "") -> Figure:
    return Figure(indicator=indicator, on=on, breakdown=breakdown, shown=frozenset(shown))


def closings(*figures: Figure, decided: bool = False) -> dict[Figure, Figure]:
    assert closed(list(reversed(figures)), THRESHOLD, totals_decided=decided) == closed(
        figures, THRESHOLD, totals_decided=decided
    )
    return closed(figures, THRESHOLD, totals_decided=decided)


# --- Which of two is closed ---------------------------------------------------------------------------------


def test_of_two_nested_totals_that_differ_by_few_the_smaller_is_closed() -> None:
    kept_13, kept_26 = figure(1, group(*range(40))), figure(2, group(*range(37)))
    assert closings(kept_13, kept_26) == {kept_26: kept_13}
    assert set(doubtful([kept_13, kept_26], THRESHOLD)) == {kept_13, kept_26}


@pytest.mark.parametrize(
    "other",
    [
        group(*range(30)),  # ten more are a group that may be shown
        group(*range(40)),  # the same people
        group(*range(3, 41)),  # not one of the two is in the other, so that 38 of 40 says nothing
        group(),
    ],
)
def test_other_totals_are_shown_beside_each_other(other: People) -> None:
    assert closings(figure(1, group(*range(40))), figure(2, other)) == {}


def test_of_two_days_the_later_is_shown_and_of_equals_the_lower_code() -> None:
    many, few = group(*range(40)), group(*range(37))
    early, late = figure(1, many), figure(2, few, on=DAYS[1])
    assert closings(early, late) == {early: late}
    low, high = figure(1, group(*range(20)), many), figure(2, many, few)
    assert closings(low, high) == {}  # what one of them says by itself, is not said by both together
    low, high = figure(1, group(*range(3, 40)), many), figure(2, few, group(*range(41)))
    assert closings(low, high) == {low: high}
    low, high = figure(1, group(*range(3)), many), figure(2, few, group(*range(50, 90)))
    assert closings(low, high) == {high: low}


def test_one_indicator_is_compared_with_itself_elsewhere() -> None:
    earlier = figure(1, group(*range(37)))
    assert closings(earlier, figure(1, group(*range(40)), on=DAYS[1])) == {}
    assert doubtful([earlier, figure(1, group(*range(40)), on=DAYS[1])], THRESHOLD) == ()


def test_the_days_of_one_indicator_are_compared_where_nothing_else_does_that() -> None:
    many, few = group(*range(40)), group(*range(37))
    early, late = (
        replace(figure(1, people, on=on), by_day=True) for people, on in ((few, DAYS[0]), (many, DAYS[1]))
    )
    assert closings(early, late) == {early: late}
    assert set(doubtful([early, late], THRESHOLD)) == {early, late}
    women = replace(late, breakdown="sex", shown=frozenset({few}))  # of the same day: as in other tables
    assert closings(late, women) == {}
    assert doubtful([late, women], THRESHOLD) == ()


def test_of_whom_nothing_is_known_any_more_may_be_in_each_larger_group() -> None:
    known, unknown = figure(1, group(*range(40))), figure(2, People(37))
    assert closings(known, unknown) == {unknown: known}
    assert closings(figure(1, People(40)), figure(2, People(30))) == {}
    assert closings(figure(1, People(40)), figure(2, People(40))) == {}


def test_middles_are_compared_with_middles_of_the_same_scores_alone() -> None:
    everybody, north = (
        Figure(indicator=number, on=DAYS[0], shown=frozenset({group(*range(many))}), middle_of="money")
        for number, many in ((1, 30), (2, 26))
    )
    assert closings(everybody, north) == {north: everybody}
    assert closings(everybody, replace(north, middle_of="housing")) == {}
    assert closings(everybody, replace(north, middle_of="")) == {}


def test_groups_give_way_to_totals_and_totals_to_a_decision() -> None:
    total, women = figure(1, group(*range(40))), figure(2, group(*range(35)), on=DAYS[1], breakdown="sex")
    assert closings(total, women) == {women: total}
    few = figure(2, group(*range(37)))
    assert closings(total, few, decided=True) == {}
    assert closings(total, few, women, decided=True) == {women: total}


# --- No subtraction -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What a reader is told of one indicator on one day, and of whom it is."""

    figure: Figure
    who: tuple[frozenset[UUID], ...]


def told(number: int, breakdown: str, parts: Sequence[Computed], *, known: bool) -> Told | None:
    """Return what is shown of a total, or of the groups of a breakdown; None where all of it is small."""
    who: list[frozenset[UUID]] = []
    for computed in parts:
        decided = frozenset(one.id for one in computed.members if one.verdict in DECIDED)
        counted = frozenset(one.id for one in computed.members if one.verdict is Verdict.COUNTED)
        is_share = computed.rule.what is Counting.SHARE
        if len(decided if is_share else counted) >= THRESHOLD:
            who += (decided, counted) if is_share else (counted,)
    if not who:
        return None
    shown = (People(len(one), one if known else None) for one in who)
    return Told(figure(number, *shown, on=parts[0].as_of, breakdown=breakdown), tuple(who))


@st.composite
def programmes(draw: st.DrawFn, *, known: bool = True) -> list[Told]:
    """Participants that got to some stage, by rules of which many follow from each other, on several days."""
    people = [
        Person(
            id=UUID(int=1000 + place),
            cohort_id=cohort,
            site_id=site,
            entered_on=BEGIN,
            groups={} if sex is None else {"sex": sex},
            seen=[
                Seen(id=UUID(int=10 * place + stage), subject=STAGES[stage], on=BEGIN + timedelta(days=days))
                for stage, days in enumerate(range(slow, slow + 50 * reached, 50))
            ],
        )
        for place, (reached, slow, cohort, site, sex) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.integers(0, 4),
                        st.integers(0, 60),
                        st.sampled_from((NORTH, SOUTH)),
                        st.sampled_from((NORTH, SOUTH)),
                        st.sampled_from(("f", "m", None)),
                    ),
                    min_size=12,
                    max_size=60,
                )
            )
        )
    ]
    rules = draw(
        st.lists(
            st.builds(
                Rule,
                what=st.sampled_from((Counting.COUNT, Counting.SHARE)),
                subject=st.sampled_from(STAGES),
                within_days=st.none() | st.integers(30, 200),
                cohort_id=st.none() | st.just(NORTH),
                site_id=st.none() | st.just(NORTH),
            ),
            min_size=2,
            max_size=5,
        )
    )
    found = []
    for (number, rule), on in product(enumerate(rules, 1), draw(st.sets(st.sampled_from(DAYS), min_size=1))):
        computed = compute(rule, people, on)
        by_sex = [computed.of("sex", key, ("f", "m")) for key in ("f", "m", "unknown")]
        found += [told(number, "", [computed], known=known), told(number, "sex", by_sex, known=known)]
    return [one for one in found if one is not None]


def subtracted(one: Told, other: Told) -> set[int]:
    """Return of how many people the groups are that follow of two figures, and of neither alone."""
    return {
        len(larger - smaller)
        for larger in one.who
        for smaller in other.who
        if smaller < larger and smaller and larger not in other.who and smaller not in one.who
    }


@given(every=programmes(), seed=st.integers(0, 9))
def test_no_two_shown_totals_give_a_small_group_by_subtraction(every: list[Told], seed: int) -> None:
    figures = [one.figure for one in every]
    found = closed(figures, THRESHOLD, totals_decided=False)
    shown = [one for one in every if one.figure not in found]
    for one, other in product(shown, shown):
        if one.figure.indicator != other.figure.indicator:
            assert not subtracted(one, other) & set(range(1, THRESHOLD))
    by_figure = {one.figure: one for one in every}
    for figure_, other_ in found.items():
        assert other_ not in found
        one, other = by_figure[figure_], by_figure[other_]
        assert (subtracted(one, other) | subtracted(other, one)) & set(range(1, THRESHOLD))
    mixed = Random(seed).sample(figures, len(figures))  # noqa: S311 - a test repeats itself
    assert closed(mixed, THRESHOLD, totals_decided=False) == found
    near = doubtful(figures, THRESHOLD)
    assert closed(near, THRESHOLD, totals_decided=False) == found


@given(every=programmes(known=False))
def test_where_nobody_is_known_no_two_numbers_differ_by_few(every: list[Told]) -> None:
    figures = [one.figure for one in every]
    found = closed(figures, THRESHOLD, totals_decided=False)
    shown = [one for one in figures if one not in found]
    for one, other in product(shown, shown):
        if one.indicator != other.indicator:
            theirs = {people.many for people in other.shown}
            mine = {people.many for people in one.shown}
            differences = {abs(a - b) for a in mine - theirs for b in theirs - mine if a and b}
            assert not differences & set(range(1, THRESHOLD))
