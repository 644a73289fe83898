"""What of a big or folded tree is drawn, and what every box says is folded below it."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.goal_trees import dags, goal, links, names, numbered
from toc.domain.goals import Edge, branch
from toc.domain.goals.branch import Branch

# a and b are means to c, c to d and e; f is a means to e alone.
TREE = links("ac", "bc", "cd", "ce", "fe")
GOALS = [*map(goal, "abcdef")]
Tree = tuple[list[UUID], list[Edge]]


def folded(found: Branch[UUID]) -> dict[str, int]:
    return {names([one]): count for one, count in found.folded.items()}


def test_nothing_is_folded_in_a_small_tree() -> None:
    assert folded(branch(GOALS, TREE)) == {}


def test_below_a_collapsed_goal_nothing_is_drawn() -> None:
    found = branch(GOALS, TREE, collapsed=[goal("c")])
    assert (names(found.drawn), names(found.listed)) == ("cdef", "ab")
    assert folded(found) == {"c": 2}


def test_a_goal_with_two_ends_is_drawn_while_one_is_open() -> None:
    found = branch(GOALS, TREE, collapsed=[goal("e")])
    assert names(found.drawn) == "abcde"
    assert folded(found) == {"e": 1}
    both = branch(GOALS, TREE, collapsed=[goal("d"), goal("e")])
    assert names(both.drawn) == "de"
    assert folded(both) == {"d": 3, "e": 4}


def test_a_lowest_goal_has_nothing_to_fold() -> None:
    assert folded(branch(GOALS, TREE, collapsed=[goal("a"), goal("z")])) == {}


def test_a_big_tree_is_folded_by_itself_and_says_so() -> None:
    found = branch(GOALS, TREE, most=3)
    assert names(found.drawn) == "cde"
    assert folded(found) == {"c": 2, "e": 1}


def test_who_opens_a_goal_in_a_big_tree_sees_its_means() -> None:
    # Two ends with forty means each, which have a mean each: the first end takes all the room.
    ends = [numbered(1), numbered(2)]
    means = [numbered(10 + one) for one in range(80)]
    lowest = [numbered(100 + one) for one in range(80)]
    edges = [Edge(one, ends[place // 40]) for place, one in enumerate(means)]
    edges += [Edge(low, mean) for low, mean in zip(lowest, means, strict=True)]
    goals = [*ends, *means, *lowest]
    closed = branch(goals, edges, most=42)
    assert set(closed.drawn) == {*ends, *means[:40]}
    assert closed.folded == {**dict.fromkeys(means[:40], 1), ends[1]: 80}
    opened = branch(goals, edges, most=42, expanded=[ends[1]])
    assert set(opened.drawn) == {*ends, *means[40:]}
    deeper = branch(goals, edges, most=42, expanded=[means[3]])
    assert lowest[3] in deeper.drawn
    assert means[3] in deeper.drawn
    assert branch(goals, edges, most=42, collapsed=[ends[0]], expanded=[ends[0]]).drawn[2:] == tuple(
        means[40:]
    )


def test_around_a_goal_the_way_up_is_never_folded() -> None:
    found = branch(GOALS, TREE, root=goal("c"), collapsed=[goal("c"), goal("d")])
    assert names(found.drawn) == "cde"
    assert folded(found) == {"c": 2}


@given(tree=dags(), data=st.data())
def test_folding_hides_what_hangs_on_folded_goals_alone(tree: Tree, data: st.DataObject) -> None:
    goals, edges = tree
    some = st.sets(st.sampled_from(goals)) if goals else st.just(set())
    collapsed = data.draw(some)
    found = branch(goals, edges, collapsed=collapsed, expanded=data.draw(some))
    drawn = set(found.drawn)
    above = {one: {upper for lower, upper in edges if lower == one} for one in goals}
    for one in goals:
        is_reached = not above[one] or any(upper in drawn and upper not in collapsed for upper in above[one])
        assert (one in drawn) is is_reached
    assert sorted(found.drawn + found.listed) == sorted(goals)
    assert set(found.folded) <= drawn & collapsed
    if found.listed:
        assert max(found.folded.values()) <= len(found.listed) <= sum(found.folded.values())


@given(tree=dags(), data=st.data(), most=st.integers(1, 14))
def test_every_goal_that_is_left_out_is_counted_somewhere(tree: Tree, data: st.DataObject, most: int) -> None:
    goals, edges = tree
    some = st.sets(st.sampled_from(goals)) if goals else st.just(set())
    found = branch(goals, edges, most=most, collapsed=data.draw(some), expanded=data.draw(some))
    assert len(found.drawn) <= most
    below = {one: {lower for lower, upper in edges if upper == one} for one in goals}
    for one in found.drawn:
        left_out = set(below[one]) - set(found.drawn)
        while more := {low for high in left_out for low in below[high]} - left_out - set(found.drawn):
            left_out |= more
        assert found.folded.get(one, 0) == len(left_out)


def test_a_deep_chain_is_folded() -> None:
    deep = 5_000
    goals = [numbered(one) for one in range(deep)]
    chain = [Edge(numbered(one), numbered(one + 1)) for one in range(deep - 1)]
    assert branch(goals, chain).folded == {goals[-150]: deep - 150}
    assert branch(goals, chain, collapsed=[goals[-2]]).folded == {goals[-2]: deep - 2}
    opened = branch(goals, chain, most=3, expanded=goals)
    assert opened.drawn == tuple(goals[-3:])
