"""How sure a link is, and what a tree still misses."""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.goal_trees import goal
from toc.domain.errors import DomainError
from toc.domain.evidence import TreeFacts
from toc.domain.goals import (
    Belief,
    KeyReason,
    Level,
    LinkStatus,
    Problem,
    ReviewedGoal,
    ReviewedLink,
    Support,
    TreeReview,
    path_confidence,
    review_tree,
)

LEVELS = {"a": Level.ACTIVITY, "b": Level.ACTIVITY, "o": Level.OUTPUT, "u": Level.OUTCOME, "i": Level.IMPACT}


def goals(letters: str) -> list[ReviewedGoal[UUID]]:
    return [ReviewedGoal(id=goal(letter), level=LEVELS.get(letter)) for letter in letters]


def link(pair: str, *, is_key: bool = False) -> ReviewedLink[UUID]:
    """A link to which nothing is missing."""
    return ReviewedLink(
        lower=goal(pair[0]),
        upper=goal(pair[1]),
        is_key=is_key,
        mechanism="A fixed supervisor gives trust.",
        assumption="The supervisor stays a year.",
        confidence=2,
        source="Work with youth at risk, 2019, p. 12",
        status=LinkStatus.SUPPORTED,
        key_reason=KeyReason.CENTRAL,
        alternatives="The labour market grew.",
    )


def problems(review: TreeReview[UUID]) -> dict[str, str]:
    return {found.key: "".join(chr(one.int) for one in found.subjects) for found in review.problems}


@pytest.mark.parametrize(
    ("support", "most"),
    [
        (Support.NOTHING, 1),
        (Support.BELIEF, 1),
        (Support.LITERATURE, 2),
        (Support.BEFORE_AFTER, 3),
        (Support.COMPARISON, 4),
    ],
)
def test_nobody_is_surer_than_the_evidence_allows(support: Support, most: int) -> None:
    assert support.most_confidence == most
    very_sure = Belief(stated=4, support=support)
    assert very_sure.confidence == most
    assert very_sure.is_capped is (most < 4)
    doubtful = Belief(stated=0, support=support)
    assert (doubtful.confidence, doubtful.is_capped) == (0, False)


@pytest.mark.parametrize("stated", [-1, 5])
def test_confidence_is_a_number_from_0_to_4(stated: int) -> None:
    with pytest.raises(DomainError) as refused:
        Belief(stated=stated, support=Support.COMPARISON)
    assert refused.value.key == "link.bad_confidence"
    assert refused.value.params == {"stated": stated, "most": 4}


def test_a_path_is_as_sure_as_its_weakest_link() -> None:
    strong = Belief(stated=4, support=Support.COMPARISON)
    believed = Belief(stated=3, support=Support.BELIEF)
    assert path_confidence([strong, believed, strong]) == 1
    assert path_confidence([]) is None


@given(
    st.lists(st.builds(Belief, stated=st.integers(0, 4), support=st.sampled_from(Support)), min_size=1),
    st.builds(Belief, stated=st.integers(0, 4), support=st.sampled_from(Support)),
)
def test_a_longer_path_is_never_surer(path: list[Belief], one_more: Belief) -> None:
    shorter, longer = path_confidence(path), path_confidence([*path, one_more])
    assert shorter is not None
    assert longer is not None
    assert longer <= shorter


def test_a_tree_to_which_nothing_is_missing() -> None:
    review = review_tree(goals("aboui"), [link("ao"), link("bo"), link("ou", is_key=True), link("ui")])
    assert review == TreeReview(
        activities=2,
        activities_reaching_an_end=2,
        without_cycles=True,
        key_links=1,
        key_links_complete=1,
        key_links_sourced=1,
        problems=(),
    )


def test_an_activity_counts_only_when_no_way_up_stops_short() -> None:
    # a comes to the outcome, but also to an output that leads nowhere; b is linked with nothing.
    review = review_tree(goals("aobu"), [link("ao"), link("au")])
    assert (review.activities, review.activities_reaching_an_end) == (2, 0)
    assert review.problems == (
        Problem("tree.dead_end", (goal("o"),)),
        Problem("tree.unconnected", (goal("b"),)),
    )


def test_a_circle_is_found_and_nothing_on_it_reaches_an_end() -> None:
    review = review_tree(goals("aoux"), [link("ao"), link("ou"), link("uo"), link("xu")])
    assert not review.without_cycles
    assert review.activities_reaching_an_end == 0
    assert problems(review) == {"tree.cycle": "ou"}


def test_a_tree_without_levels_has_no_count_of_activities() -> None:
    review = review_tree(goals("xyz"), [link("xy")])
    assert (review.activities, review.activities_reaching_an_end) == (None, None)
    assert problems(review) == {"tree.unconnected": "z"}


def test_an_empty_tree_counts_nothing_and_has_no_problems() -> None:
    nobody: list[ReviewedGoal[UUID]] = []
    review = review_tree(nobody, [])
    assert (review.activities, review.key_links, review.problems) == (0, 0, ())


@pytest.mark.parametrize(
    ("missing", "complete", "sourced", "key"),
    [
        ({"mechanism": " "}, 0, 1, "tree.key_link_without_mechanism"),
        ({"assumption": ""}, 0, 1, "tree.key_link_without_assumption"),
        ({"confidence": None}, 0, 1, "tree.key_link_without_confidence"),
        ({"source": "\n"}, 1, 0, "tree.key_link_without_source"),
        ({"source": "", "status": None}, 1, 0, "tree.key_link_without_source"),
        ({"key_reason": None}, 1, 1, "tree.key_link_without_reason"),
        ({"alternatives": " "}, 1, 1, "tree.key_link_without_alternatives"),
    ],
)
def test_what_a_key_link_misses_is_named(
    missing: dict[str, Any], complete: int, sourced: int, key: str
) -> None:
    review = review_tree(goals("au"), [replace(link("au", is_key=True), **missing)])
    assert (review.key_links, review.key_links_complete, review.key_links_sourced) == (1, complete, sourced)
    assert problems(review) == {key: "au"}


def test_a_feedback_is_no_part_of_the_order() -> None:
    back = replace(link("ua"), is_feedback=True)
    review = review_tree(goals("aoux"), [link("ao"), link("ou"), back, replace(link("xu"), is_feedback=True)])
    assert review.without_cycles
    assert (review.key_links, review.activities_reaching_an_end) == (2, 1)
    assert problems(review) == {"tree.unconnected": "x"}
    key = replace(back, is_key=True, mechanism="")
    assert problems(review_tree(goals("aou"), [link("ao"), link("ou"), key])) == {
        "tree.key_link_without_mechanism": "ua"
    }


def test_a_link_marked_untested_needs_no_source_and_confidence_0_is_an_answer() -> None:
    untested = replace(link("au"), source="", status=LinkStatus.UNTESTED, confidence=0)
    review = review_tree(goals("au"), [untested])
    assert (review.key_links_complete, review.key_links_sourced, review.problems) == (1, 1, ())


def test_key_links_are_asked_about_and_others_only_where_none_is_marked() -> None:
    bare = ReviewedLink(lower=goal("b"), upper=goal("u"))
    with_key = review_tree(goals("abu"), [link("au", is_key=True), bare])
    assert (with_key.key_links, with_key.key_links_complete, with_key.problems) == (1, 1, ())
    without = review_tree(goals("abu"), [link("au"), bare])
    assert (without.key_links, without.key_links_complete, without.key_links_sourced) == (2, 1, 1)
    assert [found.subjects for found in without.problems] == [(goal("b"), goal("u"))] * 4


@given(
    st.lists(
        st.builds(
            ReviewedLink,
            lower=st.sampled_from([goal(letter) for letter in "aboui"]),
            upper=st.sampled_from([goal(letter) for letter in "aboui"]),
            is_key=st.booleans(),
            mechanism=st.sampled_from(["", "why"]),
            assumption=st.sampled_from(["", "if"]),
            confidence=st.none() | st.integers(0, 4),
            source=st.sampled_from(["", "book"]),
            status=st.none() | st.sampled_from(LinkStatus),
        ),
        max_size=8,
    )
)
def test_the_counts_are_facts_that_the_ladder_accepts(links: list[ReviewedLink[UUID]]) -> None:
    counts = asdict(review_tree(goals("aboui"), links))
    found = counts.pop("problems")
    facts = TreeFacts(**counts)
    asked = [one for one in links if one.is_key] or links
    assert facts.key_links == len(asked)
    unsourced = [one for one in found if one["key"] == "tree.key_link_without_source"]
    assert facts.key_links_sourced == len(asked) - len(unsourced)
