"""Ways through the tree, and the weakest link of a way."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.goal_trees import dags, goal, links, names
from toc.domain.goals import Belief, Edge, Support, path_confidence
from toc.domain.goals.paths import Reach, Sure, between, links_among, reached, strongest_path

DIAMOND = links("ab", "bd", "ac", "cd", "de")


def believed(number: int | None) -> Belief | None:
    """A belief that counts for this much."""
    return None if number is None else Belief(stated=number, support=Support.COMPARISON)


def sure(**numbers: int | None) -> dict[Edge, Belief | None]:
    """How sure each link is, written as ab=3."""
    return {links(pair)[0]: believed(number) for pair, number in numbers.items()}


@st.composite
def unsure_dags(draw: st.DrawFn) -> tuple[list[object], dict[Edge, Belief | None]]:
    goals, edges = draw(dags(8))
    beliefs = st.none() | st.builds(Belief, stated=st.integers(0, 4), support=st.sampled_from(list(Support)))
    return list(goals), {edge: draw(beliefs) for edge in edges}


def every_way(sure_: Sure, lower: object, upper: object) -> list[list[Edge]]:
    """All ways up, one by one: what a small tree can be asked for."""
    ways: list[list[Edge]] = []

    def go(here: object, way: list[Edge]) -> None:
        if here == upper and way:
            ways.append(way)
            return
        for edge in sure_:
            if edge.lower == here:
                go(edge.upper, [*way, edge])

    go(lower, [])
    return ways


def weight(belief: Belief | None) -> int:
    return -1 if belief is None else belief.confidence


@pytest.mark.parametrize(("reach", "found"), [(Reach.BELOW, "a"), (Reach.ABOVE, "de"), (Reach.BOTH, "ade")])
def test_what_a_goal_rests_on_and_serves(reach: Reach, found: str) -> None:
    assert names(reached(DIAMOND, goal("b"), reach)) == found


def test_goals_between_two() -> None:
    assert names(between(DIAMOND, goal("a"), goal("d"))) == "abcd"
    assert names(between(DIAMOND, goal("b"), goal("e"))) == "bde"
    assert not between(DIAMOND, goal("b"), goal("c"))
    assert names(between(DIAMOND, goal("b"), goal("b"))) == "b"


def test_links_among_goals() -> None:
    assert links_among(DIAMOND, {goal("a"), goal("b"), goal("d")}) == set(links("ab", "bd"))


def test_of_several_ways_the_one_with_the_surest_weakest_link_counts() -> None:
    path = strongest_path(sure(ab=4, bd=1, ac=2, cd=3, de=3), goal("a"), goal("e"))
    assert path is not None
    assert path.goals == tuple(map(goal, "acde"))
    assert path.confidence == 2
    assert path.weakest == links("ac")


def test_of_equal_ways_the_shortest_counts_and_every_weakest_link_is_named() -> None:
    path = strongest_path(sure(ab=2, bd=2, ad=2), goal("a"), goal("d"))
    assert path is not None
    assert path.goals == (goal("a"), goal("d"))
    path = strongest_path(sure(ab=2, bd=2), goal("a"), goal("d"))
    assert path is not None
    assert path.weakest == links("ab", "bd")


def test_a_link_of_which_nobody_said_anything_is_the_weakest_of_all() -> None:
    path = strongest_path(sure(ab=None, bd=4), goal("a"), goal("d"))
    assert path is not None
    assert (path.confidence, path.weakest) == (None, links("ab"))
    path = strongest_path(sure(ab=None, bd=4, ac=0, cd=0), goal("a"), goal("d"))
    assert path is not None
    assert (path.confidence, path.goals) == (0, tuple(map(goal, "acd")))


@pytest.mark.parametrize(("lower", "upper"), [("d", "a"), ("a", "a"), ("b", "c"), ("x", "a")])
def test_there_may_be_no_way_up(lower: str, upper: str) -> None:
    assert strongest_path(sure(ab=1, ac=1, bd=1), goal(lower), goal(upper)) is None


@given(unsure_dags())
def test_no_way_has_a_surer_weakest_link_than_the_one_that_is_found(
    tree: tuple[list[object], dict[Edge, Belief | None]],
) -> None:
    goals, links_ = tree
    for lower in goals[:3]:
        for upper in goals[-3:]:
            ways = every_way(links_, lower, upper)
            path = strongest_path(links_, lower, upper)  # type: ignore[arg-type] # ids of goals
            if not ways or lower == upper:
                assert path is None
                continue
            assert path is not None
            best = max(min(weight(links_[edge]) for edge in way) for way in ways)
            assert (-1 if path.confidence is None else path.confidence) == best
            found = [Edge(*pair) for pair in pairwise(path.goals)]
            assert found in ways
            assert len(found) == min(
                len(way) for way in ways if min(weight(links_[edge]) for edge in way) == best
            )
            assert set(path.weakest) == {edge for edge in found if weight(links_[edge]) == best}
            beliefs = [links_[edge] for edge in found]
            if None not in beliefs:
                assert path.confidence == path_confidence(one for one in beliefs if one)


@given(dags())
def test_what_is_between_two_goals_is_above_one_and_below_the_other(
    tree: tuple[list[object], list[Edge]],
) -> None:
    goals, edges = tree
    for lower in goals[:2]:
        for upper in goals[-2:]:
            found = between(edges, lower, upper)  # type: ignore[arg-type] # ids of goals
            above = reached(edges, lower, Reach.ABOVE) | {lower}  # type: ignore[arg-type]  # likewise
            below = reached(edges, upper, Reach.BELOW) | {upper}  # type: ignore[arg-type]  # likewise
            assert found == above & below
