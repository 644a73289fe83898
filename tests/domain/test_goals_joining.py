"""Two goals that become one."""

from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.goals import Edge, Stance, going_round
from toc.domain.goals.joining import Opinion, contradict, joined_opinion, joined_text, way_between

A, B, C, D = (UUID(int=number) for number in range(1, 5))
scales = st.none() | st.integers(1, 5)
opinions = st.none() | st.builds(Opinion, st.sampled_from(Stance), scales, scales)


@pytest.mark.parametrize(
    ("kept", "gone", "after"),
    [
        (None, Opinion(Stance.OPPOSES, 2), Opinion(Stance.OPPOSES, 2)),
        (Opinion(Stance.SUPPORTS, 4), None, Opinion(Stance.SUPPORTS, 4)),
        (Opinion(Stance.UNAWARE), Opinion(Stance.NEUTRAL, 3, 2), Opinion(Stance.NEUTRAL, 3, 2)),
        (Opinion(Stance.NEUTRAL, 1), Opinion(Stance.SUPPORTS, 5, 2), Opinion(Stance.SUPPORTS, 1, 2)),
        (Opinion(Stance.SUPPORTS, None, 4), Opinion(Stance.UNAWARE, 2, 1), Opinion(Stance.SUPPORTS, 2, 4)),
    ],
)
def test_what_says_most_of_a_party_stays(
    kept: Opinion | None, gone: Opinion | None, after: Opinion | None
) -> None:
    assert joined_opinion(kept, gone) == after


@given(opinions, opinions)
def test_no_opinion_gets_lost(kept: Opinion | None, gone: Opinion | None) -> None:
    after = joined_opinion(kept, gone)
    assert (after is None) == (kept is None and gone is None)
    if after is not None and not contradict(kept, gone):
        stances = {one.stance for one in (kept, gone) if one is not None}
        for strong in (Stance.SUPPORTS, Stance.OPPOSES):
            assert (strong in stances) == (after.stance is strong)


def test_for_and_against_contradict() -> None:
    for one, other in product(Stance, repeat=2):
        expected = {one, other} == {Stance.SUPPORTS, Stance.OPPOSES}
        assert contradict(Opinion(one), Opinion(other)) is expected
    assert not contradict(None, Opinion(Stance.OPPOSES))
    assert not contradict(Opinion(Stance.OPPOSES), None)


@pytest.mark.parametrize(
    ("kept", "gone", "after"),
    [
        ("", "A coach helps.", "A coach helps."),
        ("A coach helps.", "", "A coach helps."),
        ("A coach helps.", "coach", "A coach helps."),
        ("coach", "A coach helps.", "A coach helps."),
        ("One.", "Two.", "One.\n\nTwo."),
    ],
)
def test_texts_are_put_together(kept: str, gone: str, after: str) -> None:
    assert joined_text(kept, gone) == after


@given(st.text(), st.text())
def test_no_text_gets_lost(kept: str, gone: str) -> None:
    assert kept in joined_text(kept, gone)
    assert gone in joined_text(kept, gone)


@pytest.mark.parametrize(
    ("edges", "way"),
    [
        ([], ()),
        ([(A, B)], ()),
        ([(B, A)], ()),
        ([(A, C), (B, C)], ()),
        ([(A, C), (C, B)], (A, C, B)),
        ([(B, C), (C, D), (D, A)], (B, C, D, A)),
        ([(A, B), (A, C), (C, B)], (A, C, B)),
    ],
)
def test_a_way_between_two_goals_keeps_them_apart(
    edges: list[tuple[UUID, UUID]], way: tuple[UUID, ...]
) -> None:
    assert way_between([Edge(*edge) for edge in edges], A, B) == way
    assert way_between([Edge(*edge) for edge in edges], B, A) == way


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1])))
def test_goals_without_a_way_between_them_become_one_without_a_circle(pairs: set[tuple[int, int]]) -> None:
    goals = [UUID(int=number) for number in range(7)]
    edges = [Edge(goals[low], goals[high]) for low, high in pairs]
    one, other = goals[2], goals[4]
    joined = [Edge(*(one if end == other else end for end in edge)) for edge in edges]
    joined = [edge for edge in joined if edge.lower != edge.upper]
    assert bool(way_between(edges, one, other)) == bool(going_round(goals, joined))
