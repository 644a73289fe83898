"""The matrix of goals and parties."""

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.goals import Level, Stance
from toc.domain.goals.joining import Opinion
from toc.domain.goals.matrix import (
    OF_A_PARTY,
    Order,
    Row,
    Show,
    chosen,
    feasibility,
    importance,
    mean,
    ordered,
)

TOWN, YOUTH, FIRM = (UUID(int=number) for number in range(1, 4))
FOR, AGAINST = Stance.SUPPORTS, Stance.OPPOSES


def row(number: int, level: Level | None = None, **says: Opinion) -> Row:
    parties = {"town": TOWN, "youth": YOUTH, "firm": FIRM}
    return Row(
        id=UUID(int=number),
        number=number,
        text=f"Goal of work {number}",
        level=level,
        opinions={parties[name]: one for name, one in says.items()},
    )


ROWS = [
    row(1, Level.OUTCOME, town=Opinion(FOR, 5, 2), youth=Opinion(AGAINST, 4, 1)),
    row(2, Level.IMPACT, town=Opinion(FOR, 3), youth=Opinion(FOR, 4, 3), firm=Opinion(Stance.UNAWARE)),
    row(3, town=Opinion(AGAINST)),
    row(4, Level.INPUT, firm=Opinion(FOR, 5, 5)),
    row(5, Level.OUTCOME),
]


def numbers(rows: list[Row]) -> list[int]:
    return [one.number for one in rows]


def test_a_goal_of_one_party_is_marked() -> None:
    assert [one.is_minority for one in ROWS] == [True, False, False, True, False]
    assert [one.is_divided for one in ROWS] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("show", "party", "found"),
    [
        (None, None, [1, 2, 3, 4, 5]),
        (Show.MINORITY, None, [1, 4]),
        (Show.DIVIDED, None, [1]),
        (Show.NOBODY, None, [3, 5]),
        (Show.HELD, TOWN, [1, 2]),
        (Show.OPPOSED, TOWN, [3]),
        (Show.UNDECIDED, FIRM, [2]),
        (Show.SILENT, YOUTH, [3, 4, 5]),
        (Show.SILENT, TOWN, [4, 5]),
    ],
)
def test_goals_are_chosen_by_what_parties_think(
    show: Show | None, party: UUID | None, found: list[int]
) -> None:
    assert numbers(chosen(ROWS, show=show, party=party)) == found


def test_goals_are_chosen_by_level_and_words() -> None:
    assert numbers(chosen(ROWS, level=Level.OUTCOME)) == [1, 5]
    assert numbers(chosen(ROWS, words="WORK g3")) == [3]
    assert numbers(chosen(ROWS, words="rest")) == []


@given(st.sampled_from([TOWN, YOUTH, FIRM]))
def test_every_goal_is_somewhere_for_each_party(party: UUID) -> None:
    parts = [numbers(chosen(ROWS, show=show, party=party)) for show in OF_A_PARTY]
    assert sorted(number for part in parts for number in part) == numbers(ROWS)


def test_each_party_counts_once_in_a_mean() -> None:
    assert mean([]) is None
    assert mean([None, 4, 1]) == Fraction(5, 2)
    assert (importance(ROWS[1]), feasibility(ROWS[1])) == (Fraction(7, 2), Fraction(3))
    assert importance(ROWS[2]) is None


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (Order.CODE, [1, 2, 3, 4, 5]),
        (Order.LEVEL, [2, 1, 5, 4, 3]),
        (Order.HOLDERS, [2, 1, 4, 3, 5]),
        (Order.FEWEST, [3, 5, 1, 4, 2]),
        (Order.IMPORTANCE, [4, 1, 2, 3, 5]),
        (Order.FEASIBILITY, [4, 2, 1, 3, 5]),
        # 4.5 - 1.5, 3.5 - 3 and 5 - 5
        (Order.GAP, [1, 2, 4, 3, 5]),
    ],
)
def test_goals_stand_in_the_order_that_was_asked_for(order: Order, found: list[int]) -> None:
    assert numbers(ordered(ROWS, order)) == found
    assert numbers(ordered(ROWS[::-1], order)) == found
