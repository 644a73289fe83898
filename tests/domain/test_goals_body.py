"""A whole tree as one value: the same tree has one digest, and comes back from JSON as it went out."""

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.tree_bodies import bodies, goal_body, link_body
from toc.domain.errors import DomainError
from toc.domain.goals import Level, LinkStatus, Stance
from toc.domain.goals.body import (
    MOST_CHARACTERS,
    MOST_GOALS,
    Fault,
    HolderBody,
    PartyBody,
    TreeBody,
    TreeRead,
    digest,
    from_json,
    to_json,
)
from toc.domain.goals.circles import on_circles

DEEP = 5_000
TREE = TreeBody(
    goals=(
        goal_body(2, "Young people have work.", level=Level.OUTCOME, by_when=date(2027, 6, 30), importance=5),
        goal_body(10, "A coach talks with them.", level=Level.ACTIVITY),
    ),
    links=(link_body(10, 2, mechanism="Trust.", confidence=1, status=LinkStatus.UNTESTED),),
    parties=(PartyBody(code="S1", name="Municipality"),),
    holders=(HolderBody(goal="G2", party="S1", stance=Stance.SUPPORTS, importance=4),),
)


def written(**changes: object) -> str:
    """The tree as JSON in which something was changed."""
    return json.dumps(json.loads(to_json(TREE)) | changes)


def faults(text: str) -> list[tuple[str, int, str, str]]:
    read = from_json(text)
    assert read.body is None
    return [(fault.section, fault.row, fault.name, fault.key) for fault in read.faults]


def with_goal(**changes: object) -> str:
    """The tree as JSON whose first goal says something else."""
    goals = json.loads(to_json(TREE))["goals"]
    return written(goals=[goals[0] | changes, *goals[1:]])


@given(bodies())
def test_what_goes_out_as_json_comes_back_the_same(tree: TreeBody) -> None:
    read = from_json(to_json(tree))
    assert read == TreeRead(tree)
    assert digest(tree) == digest(read.body or TreeBody())


@given(bodies(), st.randoms(use_true_random=False))
def test_the_same_tree_has_one_digest_in_whatever_order_it_was_put_together(
    tree: TreeBody, by: Random
) -> None:
    mixed = {name: list(getattr(tree, name)) for name in ("goals", "links", "parties", "holders")}
    for rows in mixed.values():
        by.shuffle(rows)
    again = TreeBody(**{name: tuple(rows) for name, rows in mixed.items()})
    assert again == tree
    assert digest(again) == digest(tree)


def test_the_digest_is_that_of_the_json_that_a_reader_can_take_too() -> None:
    assert digest(TREE) == sha256(to_json(TREE).encode("utf-8")).hexdigest()
    assert [goal.code for goal in TREE.goals] == ["G2", "G10"]


def test_letters_that_look_the_same_are_the_same_and_another_word_is_another_tree() -> None:
    composed, apart = TreeBody(goals=(goal_body(1, "Café"),)), TreeBody(goals=(goal_body(1, " Cafe\u0301 "),))
    assert composed == apart
    assert digest(composed) == digest(apart) != digest(TreeBody(goals=(goal_body(1, "Cafe"),)))
    lines = TreeBody(goals=(goal_body(1, explanation="a\r\nb\rc"),))
    assert lines.goals[0].explanation == "a\nb\nc"


def test_a_long_chain_goes_out_and_comes_in() -> None:
    tree = TreeBody(
        goals=tuple(goal_body(one) for one in range(1, DEEP + 1)),
        links=tuple(link_body(one, one + 1) for one in range(1, DEEP)),
    )
    assert from_json(to_json(tree)).body == tree
    with pytest.raises(DomainError, match=r"tree_in\.circle"):
        replace(tree, links=(*tree.links, link_body(DEEP, 1)))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "tree_in.no_json"),
        ("{", "tree_in.no_json"),
        ("[" * 100_000, "tree_in.no_json"),
        ('{"version": ' + "9" * 5_000 + "}", "tree_in.no_json"),
        ("[]", "tree_in.other_format"),
        ('{"format": "else"}', "tree_in.other_format"),
        (written(version=2), "tree_in.other_version"),
        (written(version=True), "tree_in.other_version"),
        (written(colour="red"), "tree_in.field_unknown"),
        (to_json(TREE).replace('"version":1', '"version":1,"version":1'), "tree_in.field_twice"),
        ("x" * (MOST_CHARACTERS + 1), "tree_in.too_large"),
    ],
)
def test_a_file_that_is_no_tree_is_refused_as_a_whole(text: str, key: str) -> None:
    assert faults(text) == [("", 0, "", key)]


def test_a_part_that_is_no_list_or_too_long_is_refused() -> None:
    assert faults(written(goals={}, links=[{}] * 50_001)) == [
        ("goals", 0, "", "tree_in.no_list"),
        ("links", 0, "", "tree_in.too_many_rows"),
    ]
    assert from_json(written(goals=[{}] * (MOST_GOALS + 1))).faults[0].params == {"most": MOST_GOALS}


def test_a_part_that_is_not_there_has_no_rows_and_a_byte_order_mark_is_passed_over() -> None:
    assert from_json('\ufeff{"format": "doelenboom-tree", "version": 1}').body == TreeBody()


@pytest.mark.parametrize(
    ("changes", "name", "key"),
    [
        ({"wording": ""}, "wording", "tree_field.empty"),
        ({"wording": 3}, "wording", "tree_field.not_text"),
        ({"wording": "x" * 301}, "wording", "tree_field.too_long"),
        ({"wording": "a\nb"}, "wording", "tree_field.one_line"),
        ({"wording": "a\u0000b"}, "wording", "tree_field.bad_characters"),
        ({"wording": "a\ud800b"}, "wording", "tree_field.bad_characters"),
        ({"wording": "a\u202eb"}, "wording", "tree_field.bad_characters"),
        ({"explanation": None}, "explanation", "tree_field.not_text"),
        ({"code": "I1"}, "code", "tree_field.not_a_code"),
        ({"code": 7}, "code", "tree_field.not_a_code"),
        ({"id": "7"}, "id", "tree_field.not_an_id"),
        ({"id": None}, "id", "tree_field.not_an_id"),
        ({"id": "{" + str(UUID(int=1)) + "}"}, "id", "tree_field.not_an_id"),
        ({"edition": 0}, "edition", "tree_field.not_a_number"),
        ({"edition": None}, "edition", "tree_field.not_a_number"),
        ({"edition": True}, "edition", "tree_field.not_a_number"),
        ({"edition": 1.5}, "edition", "tree_field.not_a_number"),
        ({"importance": 6}, "importance", "tree_field.not_a_number"),
        ({"level": "dream"}, "level", "tree_field.not_a_choice"),
        ({"level": ["impact"]}, "level", "tree_field.not_a_choice"),
        ({"standing": None}, "standing", "tree_field.not_a_choice"),
        ({"is_primary": 1}, "is_primary", "tree_field.not_yes_or_no"),
        ({"by_when": "2027-02-30"}, "by_when", "tree_field.not_a_day"),
        ({"by_when": "30-6-2027"}, "by_when", "tree_field.not_a_day"),
        ({"by_when": 2027}, "by_when", "tree_field.not_a_day"),
        ({"mood": "good"}, "", "tree_in.field_unknown"),
    ],
)
def test_what_a_field_cannot_hold_is_named_with_its_place(
    changes: dict[str, Any], name: str, key: str
) -> None:
    assert faults(with_goal(**changes)) == [("goals", 1, name, key)]


def test_all_that_is_wrong_is_named_at_once() -> None:
    goals = [{"code": "G1", "colour": "red"}, 3, {"code": "x", "id": str(UUID(int=1)), "wording": "\n"}]
    assert faults(written(goals=goals, links=[{"lower": "G1"}])) == [
        ("goals", 1, "id", "tree_in.field_missing"),
        ("goals", 1, "wording", "tree_in.field_missing"),
        ("goals", 1, "", "tree_in.field_unknown"),
        ("goals", 2, "", "tree_in.no_object"),
        ("goals", 3, "code", "tree_field.not_a_code"),
        ("goals", 3, "wording", "tree_field.empty"),
        ("links", 1, "upper", "tree_in.field_missing"),
    ]


def test_a_bad_value_is_repeated_short_and_harmless() -> None:
    (fault,) = from_json(with_goal(level="x\ny\u202e" + "z" * 90)).faults
    value = str(fault.params["value"])
    assert value.startswith("x\ufffdy\ufffdzzz")
    assert len(value) == 41


def test_rows_that_are_wrong_together_are_named_with_their_places() -> None:
    rows = json.loads(to_json(TREE))
    goal, link, party, holder = (rows[name][0] for name in ("goals", "links", "parties", "holders"))
    text = written(
        goals=[goal, rows["goals"][1], goal | {"wording": "Again"}],
        links=[link, link, link | {"upper": "G9"}, link | {"lower": "G2"}],
        parties=[party, party],
        holders=[holder, holder, holder | {"goal": "G9", "party": "S9"}],
    )
    assert from_json(text).faults == (
        Fault("goals", 3, "code", "tree_in.code_repeated", {"value": "G2", "first": 1}),
        Fault("goals", 3, "id", "tree_in.id_repeated", {"value": str(UUID(int=2)), "first": 1}),
        Fault("parties", 2, "code", "tree_in.code_repeated", {"value": "S1", "first": 1}),
        Fault("links", 3, "upper", "tree_in.code_unknown", {"value": "G9"}),
        Fault("holders", 3, "goal", "tree_in.code_unknown", {"value": "G9"}),
        Fault("holders", 3, "party", "tree_in.code_unknown", {"value": "S9"}),
        Fault("holders", 2, "", "tree_in.holder_repeated", {"value": "G2 + S1", "first": 1}),
        Fault("links", 4, "", "link.self"),
        Fault("links", 2, "", "tree_in.link_repeated", {"value": "G10 + G2", "first": 1}),
    )


def test_a_circle_is_named_link_by_link_and_feedback_is_none() -> None:
    goals = tuple(goal_body(one) for one in range(1, 5))
    order = [link_body(1, 2), link_body(2, 3), link_body(3, 4)]
    back = link_body(3, 1, is_feedback=True)
    tree = TreeBody(goals=goals, links=(*order, back))
    assert from_json(to_json(tree)).body == tree
    text = to_json(tree).replace('"is_feedback":true', '"is_feedback":false')
    assert from_json(text).faults == tuple(
        Fault("links", row, "", "tree_in.circle", {"lower": f"G{lower}", "upper": f"G{upper}"})
        for row, lower, upper in [(1, 1, 2), (2, 2, 3), (3, 3, 1)]
    )


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
def test_a_link_is_on_a_circle_when_its_end_leads_back_to_it(links: list[tuple[int, int]]) -> None:
    def leads(start: int, to: int) -> bool:
        reached = {start}
        for _ in range(7):
            reached |= {upper for lower, upper in links if lower in reached}
        return to in reached

    assert on_circles(links) == {place for place, (lower, upper) in enumerate(links) if leads(upper, lower)}
