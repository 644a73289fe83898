"""Two versions of a tree: what differs, and the way back."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.tree_bodies import LINES, bodies, goal_body, link_body
from toc.domain.goals import Edge, Level, Stance, going_round
from toc.domain.goals.body import HolderBody, PartyBody, TreeBody
from toc.domain.goals.comparing import (
    FieldChange,
    HolderChanged,
    Kept,
    LinkChanged,
    Moved,
    Reworded,
    Segment,
    carried_out,
    compare,
    restore,
    word_changes,
)

PARTIES = (PartyBody(code="S1", name="Municipality"), PartyBody(code="S2", name="Clients"))
THEN = TreeBody(
    goals=(
        goal_body(1, "Young people have work.", level=Level.OUTCOME, edition=2),
        goal_body(2, "They learn a trade.", level=Level.OUTPUT),
        goal_body(3, "A teacher gives lessons.", level=Level.ACTIVITY, edition=3, statements=4),
        goal_body(4, "They belong.", level=Level.IMPACT),
    ),
    links=(link_body(3, 2, mechanism="Practice."), link_body(2, 1), link_body(1, 4)),
    parties=PARTIES,
    holders=(
        HolderBody(goal="G1", party="S1", stance=Stance.SUPPORTS, importance=5),
        HolderBody(goal="G2", party="S1", stance=Stance.NEUTRAL),
        HolderBody(goal="G4", party="S2", stance=Stance.SUPPORTS),
    ),
)
NOW = TreeBody(
    goals=(
        goal_body(1, "Young people keep paid work.", level=Level.OUTCOME, edition=3),
        replace(THEN.goals[1], level=Level.OUTCOME, importance=3, edition=2),
        replace(THEN.goals[2], statements=7),
        goal_body(5, "They have a mentor."),
    ),
    links=(link_body(3, 2, mechanism="Example.", confidence=2), link_body(3, 1), link_body(5, 1)),
    parties=PARTIES,
    holders=(
        HolderBody(goal="G1", party="S1", stance=Stance.OPPOSES, importance=5),
        HolderBody(goal="G3", party="S2", stance=Stance.SUPPORTS),
        HolderBody(goal="G5", party="S2", stance=Stance.SUPPORTS),
    ),
)


def test_what_differs_between_two_versions() -> None:
    found = compare(THEN, NOW)
    assert [goal.code for goal in found.added] == ["G5"]
    assert [goal.code for goal in found.removed] == ["G4"]
    assert found.moved == (
        Moved(NOW.goals[0], (THEN.goals[3],), ()),
        Moved(NOW.goals[1], (THEN.goals[0],), ()),
        Moved(NOW.goals[2], (THEN.goals[1],), (NOW.goals[0], NOW.goals[1])),
    )
    (reworded,) = found.reworded
    assert reworded == Reworded(THEN.goals[0], NOW.goals[0], reworded.words)
    (changed,) = found.changed
    assert changed.after.code == "G2"
    assert changed.fields == (
        FieldChange("level", Level.OUTPUT, Level.OUTCOME),
        FieldChange("importance", None, 3),
    )
    assert [link.ends for link in found.links_added] == [("G3", "G1"), ("G5", "G1")]
    assert [link.ends for link in found.links_removed] == [("G1", "G4"), ("G2", "G1")]
    assert found.links_changed == (
        LinkChanged(
            THEN.links[2],
            NOW.links[1],
            (FieldChange("mechanism", "Practice.", "Example."), FieldChange("confidence", None, 2)),
        ),
    )
    assert found.holders == (
        HolderChanged(NOW.goals[0], "S1", THEN.holders[0], NOW.holders[0]),
        HolderChanged(NOW.goals[1], "S1", THEN.holders[1], None),
        HolderChanged(NOW.goals[2], "S2", None, NOW.holders[1]),
    )
    assert not found.is_same_tree


def test_another_edition_with_the_same_words_and_more_statements_is_no_difference() -> None:
    later = replace(THEN, goals=tuple(replace(goal, edition=9, statements=9) for goal in THEN.goals))
    assert compare(THEN, later).is_empty


def test_what_parties_think_is_a_difference_but_no_other_tree() -> None:
    found = compare(THEN, replace(THEN, holders=()))
    assert (len(found.holders), found.is_same_tree, found.is_empty) == (3, True, False)


def test_feedback_moves_nothing() -> None:
    found = compare(THEN, replace(THEN, links=(*THEN.links, link_body(4, 3, is_feedback=True))))
    assert (found.moved, [link.ends for link in found.links_added]) == ((), [("G4", "G3")])


@given(bodies(4))
def test_a_tree_does_not_differ_from_itself(tree: TreeBody) -> None:
    assert compare(tree, tree).is_empty
    assert restore(tree, tree).is_empty
    assert carried_out(tree, restore(tree, tree)) == tree


@given(bodies(4), bodies(4))
def test_what_was_added_one_way_was_removed_the_other_way(one: TreeBody, other: TreeBody) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there.added, there.links_added) == (back.removed, back.links_removed)
    assert [moved.goal.id for moved in there.moved] == [moved.goal.id for moved in back.moved]
    assert len(there.links_changed) == len(back.links_changed)
    assert len(there.holders) == len(back.holders)


# --- Words --------------------------------------------------------------------------------------------------


def test_words_that_changed_are_shown_in_their_sentence() -> None:
    assert word_changes("Young people have work.", "Young people keep paid work.") == (
        Segment(Kept.SAME, "Young people "),
        Segment(Kept.REMOVED, "have"),
        Segment(Kept.ADDED, "keep paid"),
        Segment(Kept.SAME, " work."),
    )
    assert word_changes("a b", "a") == (Segment(Kept.SAME, "a"), Segment(Kept.REMOVED, " b"))
    assert word_changes("", "new") == (Segment(Kept.ADDED, "new"),)
    assert word_changes("same", "same") == (Segment(Kept.SAME, "same"),)
    assert word_changes("", "") == ()


@given(LINES, LINES)
def test_without_what_was_added_stands_the_earlier_text_and_without_what_was_removed_the_later(
    before: str, after: str
) -> None:
    words = word_changes(before, after)
    assert "".join(one.text for one in words if one.kept is not Kept.ADDED) == before
    assert "".join(one.text for one in words if one.kept is not Kept.REMOVED) == after


# --- Coming back --------------------------------------------------------------------------------------------


def test_the_way_back_retires_revives_and_makes_new_editions() -> None:
    plan = restore(NOW, THEN)
    assert [goal.code for goal in plan.retire] == ["G5"]
    assert [goal.code for goal in plan.revive] == ["G4"]
    assert [(one.before.code, one.after.wording) for one in plan.editions] == [
        ("G1", "Young people have work."),
        ("G2", "They learn a trade."),
    ]
    assert [step.link.ends for step in plan.unlink] == [("G3", "G1"), ("G5", "G1")]
    assert [(step.lower_id, step.upper_id) for step in plan.link] == [
        (UUID(int=1), UUID(int=4)),
        (UUID(int=2), UUID(int=1)),
    ]
    assert [step.link.mechanism for step in plan.relink] == ["Practice."]
    assert not plan.is_empty

    after = carried_out(NOW, plan)
    assert [(goal.code, goal.edition, goal.statements) for goal in after.goals] == [
        ("G1", 4, 0),
        ("G2", 3, 0),
        ("G3", 3, 7),
        ("G4", 2, 0),
    ]
    assert compare(after, THEN).is_same_tree


def test_what_parties_think_now_stays_as_it_is() -> None:
    after = carried_out(NOW, restore(NOW, THEN))
    assert after.holders == NOW.holders[:2]  # the goal of the third is retired, and comes back with it


@given(bodies(4), bodies(4))
def test_the_way_back_leads_to_the_old_tree(now: TreeBody, old: TreeBody) -> None:
    after = carried_out(now, restore(now, old))
    assert compare(after, old).is_same_tree
    assert restore(after, old).is_empty
    kept = {goal.id: goal for goal in now.goals}
    for goal in after.goals:
        before = kept.get(goal.id)
        assert before is None or goal.edition >= before.edition
        assert before is None or goal.edition > before.edition or goal == before


@given(bodies(4), bodies(4))
def test_no_step_of_the_way_back_makes_a_circle(now: TreeBody, old: TreeBody) -> None:
    plan = restore(now, old)
    ids = {goal.code: goal.id for goal in (*now.goals, *old.goals)}
    order = {Edge(ids[link.lower], ids[link.upper]): not link.is_feedback for link in now.links}
    for step in plan.unlink:
        del order[Edge(step.lower_id, step.upper_id)]
    for step in (*plan.relink, *plan.link):
        order[Edge(step.lower_id, step.upper_id)] = not step.link.is_feedback
        assert not going_round(ids.values(), [edge for edge, counts in order.items() if counts])


def test_a_link_that_becomes_feedback_leaves_the_order_before_another_joins_it() -> None:
    goals = (goal_body(1), goal_body(2))
    now = TreeBody(goals=goals, links=(link_body(1, 2), link_body(2, 1, is_feedback=True)))
    old = TreeBody(goals=goals, links=(link_body(1, 2, is_feedback=True), link_body(2, 1)))
    assert [step.link.is_feedback for step in restore(now, old).relink] == [True, False]
    with pytest.raises(KeyError):
        carried_out(old, restore(NOW, THEN))


@given(st.data())
def test_a_tree_can_be_taken_back_after_any_change(data: st.DataObject) -> None:
    versions = data.draw(st.lists(bodies(3), min_size=2, max_size=3))
    tree = versions[0]
    for version in (*versions, versions[0]):
        tree = carried_out(tree, restore(tree, version))
    assert compare(tree, versions[0]).is_same_tree
