"""Saturation: what each interview adds to the goals that were named before."""

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from toc.domain.saturation import Told, by_party, course

A, B, C, YOUNG, TOWN = (UUID(int=number) for number in range(1, 6))


def told(code: int, goals: set[UUID], *, day: int = 1, party: UUID = YOUNG) -> Told:
    return Told(
        interview=UUID(int=100 + code), code=code, on=date(2026, 1, day), party=party, goals=frozenset(goals)
    )


def test_each_interview_adds_what_none_before_it_named_in_order_of_day_and_number() -> None:
    last, first, second = told(1, {A, C}, day=9), told(2, {A}, day=2), told(3, {A, B}, day=2)
    found = course([last, second, first])
    assert [step.told for step in found.steps] == [first, second, last]
    assert [step.new for step in found.steps] == [{A}, {B}, {C}]
    assert [step.total for step in found.steps] == [1, 2, 3]
    assert (found.total, found.quiet) == (3, 0)


def test_the_last_interviews_without_a_new_goal_are_counted() -> None:
    assert course([told(1, {A}), told(2, set()), told(3, {B}), told(4, {A}), told(5, set())]).quiet == 2
    assert course([told(1, set()), told(2, set())]).quiet == 2
    assert (course([]).quiet, course([]).total) == (0, 0)


def test_a_party_is_followed_apart() -> None:
    interviews = [told(1, {A}), told(2, {A}, party=TOWN), told(3, {A, B})]
    assert course(interviews).quiet == 0
    assert course(interviews[:2]).quiet == 1
    parties = by_party(interviews)
    assert [step.new for step in parties[YOUNG].steps] == [{A}, {B}]
    assert [step.new for step in parties[TOWN].steps] == [{A}], "new for the party, known to another"


@given(st.lists(st.sets(st.sampled_from([A, B, C])), max_size=8), st.randoms())
def test_every_goal_is_new_once_whatever_the_order_they_come_in(
    goals: list[set[UUID]], random: object
) -> None:
    interviews = [told(code, each) for code, each in enumerate(goals)]
    mixed = list(interviews)
    random.shuffle(mixed)  # type: ignore[attr-defined] # of hypothesis
    found = course(mixed)
    assert found == course(interviews)
    assert sum(len(step.new) for step in found.steps) == found.total == len(set().union(*goals))
