"""The order of the goals: never round in a circle, and everything comes to an end."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.goal_trees import dags, goal, links, names, numbered
from toc.domain.errors import DomainError
from toc.domain.goals import (
    MOST_DRAWN,
    Edge,
    Level,
    ancestors,
    branch,
    check_new_link,
    dead_ends,
    descendants,
    ends,
    going_round,
    reaching,
    reaching_an_end,
    would_cycle,
)

# a and b are means to c, c to d and e; f is a means to e alone.
TREE = links("ac", "bc", "cd", "ce", "fe")
DEEP = 5_000
CHAIN = [Edge(numbered(one), numbered(one + 1)) for one in range(DEEP)]
PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40)


def refusal(edges: tuple[Edge, ...], lower: str, upper: str) -> DomainError:
    with pytest.raises(DomainError) as refused:
        check_new_link(edges, goal(lower), goal(upper))
    return refused.value


def test_goals_above_and_below() -> None:
    assert names(ancestors(TREE, goal("a"))) == "cde"
    assert names(descendants(TREE, goal("e"))) == "abcf"
    assert ancestors(TREE, goal("d")) == frozenset()
    assert descendants(TREE, goal("z")) == frozenset()


def test_a_new_link_may_join_what_is_not_joined() -> None:
    check_new_link(TREE, goal("f"), goal("d"))
    check_new_link((), goal("a"), goal("b"))
    assert not would_cycle(TREE, goal("a"), goal("e"))


def test_a_goal_is_no_means_to_itself() -> None:
    assert refusal(TREE, "a", "a").key == "link.self"
    assert would_cycle((), goal("a"), goal("a"))


def test_a_link_is_there_once() -> None:
    refused = refusal(TREE, "a", "c")
    assert (refused.key, refused.params) == ("link.duplicate", {"lower": goal("a"), "upper": goal("c")})


def test_a_circle_is_refused_and_shown() -> None:
    assert would_cycle(TREE, goal("e"), goal("a"))
    refused = refusal(TREE, "e", "a")
    assert refused.key == "link.cycle"
    assert refused.params["way"] == (goal("a"), goal("c"), goal("e"))


@given(pairs=PAIRS)
def test_links_that_were_accepted_never_go_round(pairs: list[tuple[int, int]]) -> None:
    goals = [numbered(one) for one in range(10)]
    accepted: list[Edge] = []
    for low, high in pairs:
        new = Edge(numbered(low), numbered(high))
        if low == high or new in accepted or going_round(goals, [*accepted, new]):
            with pytest.raises(DomainError):
                check_new_link(accepted, *new)
        else:
            check_new_link(accepted, *new)
            accepted.append(new)
    assert all(not would_cycle(accepted, *edge) for edge in accepted)


def test_a_chain_may_be_long() -> None:
    bottom, top = numbered(0), numbered(DEEP)
    assert would_cycle(CHAIN, top, bottom)
    assert not would_cycle(CHAIN, bottom, top)
    assert len(ancestors(CHAIN, bottom)) == len(descendants(CHAIN, top)) == DEEP
    goals = [numbered(one) for one in range(DEEP + 1)]
    assert going_round(goals, CHAIN) == frozenset()
    assert going_round(goals, [*CHAIN, Edge(top, bottom)]) == frozenset(goals)
    assert len(reaching_an_end(dict.fromkeys(goals), CHAIN)) == DEEP + 1


def test_only_goals_on_a_circle_go_round_not_those_above_or_below() -> None:
    edges = links("ab", "bc", "cb", "cd")
    assert names(going_round(map(goal, "abcd"), edges)) == "bc"


def test_an_outcome_or_a_goal_without_level_may_be_an_end_and_an_activity_is_a_dead_end() -> None:
    levels = {
        goal("a"): Level.ACTIVITY,
        goal("b"): Level.OUTCOME,
        goal("c"): Level.ACTIVITY,
        goal("d"): Level.OUTPUT,
        goal("e"): None,
        goal("f"): None,
        goal("g"): Level.INPUT,
        goal("h"): Level.IMPACT,
    }
    edges = links("ab", "cd", "fe", "bh", "bz")
    assert names(ends(levels, edges)) == "eh"
    assert names(dead_ends(levels, edges)) == "dg"
    assert names(reaching_an_end(levels, edges)) == "abefh"
    assert names(reaching([goal("d")], edges)) == "cd"


@given(tree=dags(), data=st.data())
def test_without_circles_every_goal_comes_to_an_end_or_a_dead_end(
    tree: tuple[list[UUID], list[Edge]], data: st.DataObject
) -> None:
    goals, edges = tree
    levels: dict[UUID, Level | None] = {one: data.draw(st.none() | st.sampled_from(Level)) for one in goals}
    to_end = reaching_an_end(levels, edges)
    to_dead_end = reaching(dead_ends(levels, edges), edges)
    assert to_end | to_dead_end == frozenset(goals)
    wanted = ends(levels, edges)
    for one in goals:
        above = ancestors(edges, one) | {one}
        assert (one in to_end) is bool(above & wanted)


def test_a_small_tree_is_drawn_whole() -> None:
    goals = [*map(goal, "abcdefz")]
    assert branch(goals, TREE).drawn == tuple(goals)
    assert branch(goals, TREE).listed == ()


def test_around_a_goal_stand_its_means_and_what_it_is_for() -> None:
    goals = [*map(goal, "abcdefz")]
    around = branch(goals, TREE, root=goal("c"))
    assert names(around.drawn) == "abcde"
    assert names(around.listed) == "fz"
    assert names(branch(goals, TREE, root=goal("e"), depth=1).drawn) == "cef"
    assert names(branch(goals, TREE, root=goal("e"), depth=0).drawn) == "e"
    assert names(branch(goals, TREE, root=goal("a"), depth=1).drawn) == "ac"


def test_a_branch_of_goals_that_go_round_has_an_end_too() -> None:
    goals = [*map(goal, "abcd")]
    assert names(branch(goals, links("ab", "bc", "cb"), root=goal("b")).drawn) == "abc"


def test_a_depth_counts_from_the_ends() -> None:
    goals = [*map(goal, "abcdef")]
    assert names(branch(goals, TREE, depth=1).drawn) == "cdef"


def test_what_is_nearest_is_drawn_when_there_is_not_room_for_all() -> None:
    goals = [*map(goal, "abcdef")]
    assert names(branch(goals, TREE, most=4).drawn) == "cdef"
    assert names(branch(goals, TREE, most=1).drawn) == "d"
    assert names(branch(goals, TREE, root=goal("a"), most=2).drawn) == "ac"


def test_of_a_big_tree_the_top_is_drawn() -> None:
    goals = [numbered(one) for one in range(DEEP + 1)]
    chosen = branch(goals, CHAIN)
    assert chosen.drawn == tuple(goals[-MOST_DRAWN:])
    assert chosen.listed == tuple(goals[:-MOST_DRAWN])


@given(tree=dags(), data=st.data())
def test_every_goal_is_drawn_or_listed_once(tree: tuple[list[UUID], list[Edge]], data: st.DataObject) -> None:
    goals, edges = tree
    root = data.draw(st.none() | st.sampled_from(goals)) if goals else None
    depth = data.draw(st.none() | st.integers(0, 4))
    most = data.draw(st.integers(1, 20))
    chosen = branch(goals, edges, root, depth, most)
    assert sorted(chosen.drawn + chosen.listed) == sorted(goals)
    assert len(chosen.drawn) <= most
    assert root is None or root in chosen.drawn
