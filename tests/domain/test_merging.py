"""What follows from a relation between two goals, and own trees as nested lists."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.goals import Edge, Stance, Standing
from toc.domain.merging import PLACING, Consequence, Line, Relation, check_decision, consequence, nested


def test_what_follows_from_each_relation() -> None:
    assert {relation: consequence(relation, Standing.STATED, released=True) for relation in Relation} == {
        Relation.SAME: Consequence(Stance.SUPPORTS, statements=True),
        Relation.NARROWER: Consequence(Stance.SUPPORTS, statements=True),
        Relation.BROADER: Consequence(Stance.SUPPORTS),
        Relation.MEANS_FOR: Consequence(),
        Relation.CONFLICTS: Consequence(Stance.OPPOSES),
        Relation.INDEPENDENT: Consequence(),
    }
    assert {Relation.SAME, Relation.NARROWER, Relation.BROADER} == PLACING


@given(relation=st.sampled_from(Relation), standing=st.sampled_from(Standing), released=st.booleans())
def test_nothing_is_said_where_everybody_reads_it_about_who_holds_a_hidden_goal(
    relation: Relation, standing: Standing, *, released: bool
) -> None:
    found = consequence(relation, standing, released=released)
    open_ = consequence(relation, Standing.STATED, released=True)
    assert found.statements == open_.statements
    assert found.stance == (None if standing is Standing.HIDDEN and released else open_.stance)


@pytest.mark.parametrize(("reason", "by", "key"), [(" ", "We", "reason"), ("Why", "", "decided_by")])
def test_a_decision_says_why_and_who(reason: str, by: str, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_decision(reason, by)
    assert refused.value.key == f"merging.{key}_missing"
    assert refused.value.params == {"field": key}
    check_decision("Why", "We")


def test_a_tree_as_a_nested_list() -> None:
    job, diploma, lesson, alone = (UUID(int=place) for place in range(1, 5))
    links = [Edge(diploma, job), Edge(lesson, job), Edge(lesson, diploma)]
    assert nested([job, diploma, lesson, alone], links) == [
        Line(job, 0, again=False),
        Line(diploma, 1, again=False),
        Line(lesson, 2, again=False),
        Line(lesson, 1, again=True),
        Line(alone, 0, again=False),
    ]


@given(st.data(), st.integers(1, 12))
def test_every_goal_stands_in_the_list_once_for_each_goal_it_leads_to(data: st.DataObject, many: int) -> None:
    goals = [UUID(int=place) for place in range(many)]
    pairs = [Edge(goals[low], goals[high]) for high in range(many) for low in range(high)]
    links = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    lines = nested(goals, links)
    assert sorted(line.goal for line in lines if not line.again) == goals
    ends = [goal for goal in goals if all(link.lower != goal for link in links)]
    assert len(lines) == len(ends) + len(links)


def test_a_chain_of_five_thousand_is_no_problem() -> None:
    goals = [UUID(int=place) for place in range(5000)]
    links = [Edge(low, high) for low, high in zip(goals[1:], goals, strict=False)]
    assert nested(goals, links)[-1] == Line(goals[-1], 4999, again=False)
