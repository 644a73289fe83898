"""A tree that comes in beside the tree that is there: nothing is guessed, nothing is lost."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.tree_bodies import bodies, goal_body, link_body
from toc.domain.goals import KeyReason, Level, Standing
from toc.domain.goals.body import SECTIONS, GoalBody, HolderBody, PartyBody, TreeBody
from toc.domain.goals.incoming import NEW, NOBODY, Ask, ImportPlan, Incoming, Way, asked, plan, unanswered
from toc.domain.goals.kinds import Stance
from toc.domain.ids import derived

ROOT = UUID(int=999)
ALL = {name: frozenset(record.FIELDS) for name, record in SECTIONS.items()}


def foreign(number: int, wording: str = "", **more: Any) -> GoalBody:  # noqa: ANN401 - any field
    """A goal of a file whose id is nobody's here."""
    return replace(goal_body(number, wording, **more), id=UUID(int=5000 + number))


def planned(now: TreeBody, incoming: Incoming, **more: Any) -> ImportPlan:  # noqa: ANN401 - as `plan`
    """A plan with usual circumstances."""
    ids = {goal.code: goal.id for goal in now.goals}
    usual: dict[str, Any] = {
        "way": Way.CHANGE,
        "answers": {},
        "released": frozenset(ids.values()),
        "order": [(ids[one.lower], ids[one.upper]) for one in now.links if not one.is_feedback],
    }
    return plan(now, incoming, root=ROOT, **{**usual, **more})


def told(body: TreeBody, **more: Any) -> Incoming:  # noqa: ANN401 - as `Incoming`
    return Incoming(body=body, given=ALL, **more)


NOW = TreeBody(
    goals=(goal_body(1, "Work for all"), goal_body(2, "Everybody has a diploma")),
    links=(link_body(2, 1, mechanism="It opens doors"),),
    parties=(PartyBody(code="S1", name="Young people"),),
    holders=(HolderBody(goal="G1", party="S1", stance=Stance.SUPPORTS),),
)


@given(bodies())
def test_the_same_tree_changes_nothing_and_asks_nothing(body: TreeBody) -> None:
    sound = frozenset(goal.id for goal in body.goals)
    assert asked(body, told(body)) == ()
    made = planned(body, told(body), released=sound)
    assert made.is_empty
    assert made.faults == ()
    assert {goal.id for goal in made.same} == sound


@given(bodies(), st.sampled_from(Way))
def test_into_an_empty_tree_comes_all_of_it(body: TreeBody, way: Way) -> None:
    now = TreeBody(parties=body.parties)
    made = planned(now, told(body), way=way)
    assert [
        replace(one, id=goal.id, edition=goal.edition, statements=goal.statements)
        for one, goal in zip(made.new, body.goals, strict=True)
    ] == list(body.goals)
    assert [goal.id for goal in made.new] == [derived(ROOT, "goal", goal.code) for goal in body.goals]
    assert [link.after for link in made.links] == list(body.links)
    assert [one.after for one in made.holders] == list(body.holders)
    assert {fault.key for fault in made.faults} <= {"goal.implicit_needs_two", "link.key_reason_missing"}


def test_what_is_not_said_stays_as_it_is_and_what_is_said_changes() -> None:
    body = TreeBody(
        goals=(goal_body(1, "Paid work for all", level=Level.IMPACT), goal_body(2, "Everybody has a diploma"))
    )
    made = planned(NOW, Incoming(body=body, given={**ALL, "goals": frozenset({"wording"})}))
    (changed,) = made.changed
    assert [(one.name, one.before, one.after) for one in changed.fields] == [
        ("wording", "Work for all", "Paid work for all")
    ]
    assert changed.after.level is None
    assert [goal.code for goal in made.same] == ["G2"]
    assert made.links == ()


def test_only_adding_leaves_goals_links_and_opinions_that_are_there() -> None:
    body = TreeBody(
        goals=(
            goal_body(1, "Paid work"),
            goal_body(2, "Everybody has a diploma"),
            foreign(3, "Everybody learns"),
        ),
        links=(link_body(2, 1, mechanism="Otherwise"), link_body(3, 2)),
        parties=NOW.parties,
        holders=(
            HolderBody(goal="G1", party="S1", stance=Stance.OPPOSES),
            HolderBody(goal="G3", party="S1", stance=Stance.NEUTRAL),
        ),
    )
    made = planned(NOW, told(body), way=Way.ADD)
    assert [goal.wording for goal in made.new] == ["Everybody learns"]
    assert made.changed == ()
    assert made.left_out == 1
    assert [link.after.ends for link in made.links] == [("G3", "G2")]
    assert [one.after.goal for one in made.holders] == ["G3"]
    changes = planned(NOW, told(body))
    assert changes.left_out == 0
    assert [(one.before is None, one.after.goal) for one in changes.holders] == [(False, "G1"), (True, "G3")]
    assert [(link.before is None, link.after.mechanism) for link in changes.links] == [
        (False, "Otherwise"),
        (True, ""),
    ]


# --- Questions ----------------------------------------------------------------------------------------------


def test_the_same_words_are_asked_about_and_each_answer_is_taken() -> None:
    body = TreeBody(
        goals=(foreign(7, "work FOR all"), foreign(8, "They learn"), foreign(9, "They learn")),
        links=(link_body(8, 7), link_body(9, 7)),
    )
    incoming = told(body, twins={"G9": "G8"})
    first, second = asks = asked(NOW, incoming)
    assert (first.name, first.ours, first.twin) == ("goal-G7", ("G1",), "")
    assert (second.name, second.ours, second.twin) == ("goal-G9", (), "G8")
    assert unanswered(asks, {"goal-G7": "G2", "goal-G9": "="}, NOW) == asks
    answers = {"goal-G7": "G1", "goal-G9": "=G8"}
    assert unanswered(asks, answers, NOW) == ()
    made = planned(NOW, incoming, answers=answers)
    assert [goal.code for goal in made.new] == ["G8"]
    assert [goal.code for goal in made.same] == ["G1"]
    assert [(link.lower_id, link.upper_id) for link in made.links] == [
        (derived(ROOT, "goal", "G8"), UUID(int=1))
    ]
    apart = planned(NOW, incoming, answers={"goal-G7": NEW, "goal-G9": NEW})
    assert [goal.code for goal in apart.new] == ["G7", "G8", "G9"]


def test_a_party_is_ours_by_code_and_name_or_asked_about() -> None:
    body = TreeBody(
        goals=(goal_body(1, "Work for all"),),
        parties=(
            PartyBody(code="S1", name="young  people"),
            PartyBody(code="S2", name="Employers"),
            PartyBody(code="S3", name="Never spoke"),
        ),
        holders=(
            HolderBody(goal="G1", party="S1", stance=Stance.SUPPORTS),
            HolderBody(goal="G1", party="S2", stance=Stance.OPPOSES),
        ),
    )
    (ask,) = asked(NOW, told(body))
    assert ask == Ask(name="party-S2", code="S2", text="Employers")
    assert unanswered([ask], {"party-S2": "S9"}, NOW) == (ask,)
    assert planned(NOW, told(body), answers={"party-S2": NOBODY}).is_empty
    (one,) = planned(NOW, told(body), answers={"party-S2": "S1"}).holders
    assert (one.party, one.after.stance) == ("S1", Stance.OPPOSES)


# --- What cannot be -----------------------------------------------------------------------------------------


def test_a_goal_that_nobody_said_is_refused_as_it_is_on_its_page() -> None:
    body = TreeBody(
        goals=(
            foreign(3, "They hope", standing=Standing.IMPLICIT),
            foreign(4, "They trust", standing=Standing.IMPLICIT, confirmed=True),
        )
    )
    made = planned(NOW, told(body))
    assert [(one.where, one.key) for one in made.faults] == [("G3", "goal.implicit_needs_two")]


def test_a_hidden_goal_is_not_opened_by_a_file() -> None:
    hidden = TreeBody(goals=(goal_body(1, "Get rid of them", standing=Standing.HIDDEN),))
    body = TreeBody(goals=(goal_body(1, "Get rid of them"),))
    assert [one.key for one in planned(hidden, told(body), released=frozenset()).faults] == [
        "goal.release_first"
    ]
    assert planned(hidden, told(body)).faults == ()
    assert planned(hidden, told(body), released=frozenset(), way=Way.ADD).faults == ()


def test_circles_are_found_over_what_is_there_and_what_comes() -> None:
    body = TreeBody(goals=(*NOW.goals, foreign(3)), links=(link_body(3, 2), link_body(1, 3)))
    assert {one.where for one in planned(NOW, told(body)).faults} == {"G3 → G2", "G1 → G3"}
    back = replace(body, links=(link_body(3, 2), link_body(1, 3, is_feedback=True)))
    assert planned(NOW, told(back)).faults == ()
    turned = replace(body, links=(link_body(2, 1, is_feedback=True), link_body(3, 2), link_body(1, 3)))
    assert planned(NOW, told(turned)).faults == ()


def test_a_link_between_goals_that_are_one_and_a_key_link_without_reason_are_refused() -> None:
    body = TreeBody(goals=(foreign(8, "They learn"), foreign(9, "They learn")), links=(link_body(9, 8),))
    made = planned(NOW, told(body, twins={"G9": "G8"}), answers={"goal-G9": "=G8"})
    assert [(one.where, one.key) for one in made.faults] == [("G9 → G8", "link.self")]
    key = TreeBody(goals=(foreign(8), foreign(9)), links=(link_body(9, 8, is_key=True),))
    assert [one.key for one in planned(NOW, told(key)).faults] == ["link.key_reason_missing"]
    said = replace(key, links=(link_body(9, 8, is_key=True, key_reason=KeyReason.CENTRAL),))
    assert planned(NOW, told(said)).faults == ()


@pytest.mark.parametrize("answer", ["", "G1", "=G1", NEW])
def test_a_question_takes_only_its_own_answers(answer: str) -> None:
    ask = Ask(name="goal-G5", code="G5", text="x", ours=("G2",))
    assert ask.takes(answer) is (answer == NEW)
