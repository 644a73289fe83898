"""Scores of the tree by somebody who did not make it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member, make_user
from tests.factories.goals import EVALUATOR, make_goal, make_link
from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.people import Role
from toc.models.programmes import Programme
from toc.services import goals as service
from toc.services.errors import Conflict
from toc.services.goals import GoalDraft, LinkDraft
from toc.services.goals.scores import ScoreDraft, made_tree, score_tree, scores

GOOD = ScoreDraft(plausible=3, doable=2, testable=4, comment="The third step is thin.")


@pytest.mark.parametrize("field", ["plausible", "doable", "testable"])
@pytest.mark.parametrize("value", [0, 5])
def test_a_score_is_1_to_4(field: str, value: int) -> None:
    with pytest.raises(DomainError) as error:
        replace(GOOD, **{field: value})  # type: ignore[arg-type] # named by the test
    assert error.value.key == "score.out_of_range"
    assert error.value.params == {"field": field, "least": 1, "most": 4}


def test_who_did_not_make_the_tree_scores_it(session: Session, programme: Programme) -> None:
    somebody = act_of(make_member(session, programme, Role.COORDINATOR), Role.COORDINATOR)
    with pytest.raises(Conflict) as error:
        score_tree(session, somebody, uuid4(), GOOD)
    assert error.value.key == "score.no_tree"
    goal = make_goal(session)
    made = [score_tree(session, somebody, key, GOOD) for key in [uuid4()] * 2]
    assert made[0] is made[1]
    (view,) = scores(session, EVALUATOR)
    assert (view.draft, view.is_current) == (GOOD, True)
    assert view.by
    make_goal(session, "Save money", standing=Standing.HIDDEN)
    assert scores(session, EVALUATOR)[0].is_current
    make_link(session, goal, make_goal(session, "Work"))
    assert not scores(session, EVALUATOR)[0].is_current
    score_tree(session, somebody, uuid4(), replace(GOOD, plausible=1, comment=""))
    assert [one.is_current for one in scores(session, EVALUATOR)].count(True) == 1


def test_who_pays_reads_the_numbers_alone(session: Session, programme: Programme) -> None:
    make_goal(session)
    member = make_member(session, programme, Role.STAKEHOLDER)
    score_tree(session, act_of(member, Role.STAKEHOLDER), uuid4(), GOOD)
    (view,) = scores(session, act_of(None, Role.EVALUATOR, Role.FUNDER))
    assert (view.draft, view.by) == (replace(GOOD, comment=""), "")


def test_who_made_any_part_of_the_tree_does_not_score_it(session: Session) -> None:
    first = make_goal(session)
    second = make_goal(session)
    of_goal, of_edition, of_link, nobody = (act_of(make_user(session), Role.EVALUATOR) for _ in range(4))
    service.add_goal(session, of_goal, uuid4(), GoalDraft(wording="Mine"))
    view = service.get_goal(session, of_edition, first.id)
    service.new_edition(session, of_edition, view, GoalDraft(wording="Better"), "Clearer")
    service.link_goals(session, of_link, uuid4(), lower_id=first.id, upper_id=second.id, draft=LinkDraft())
    assert [made_tree(session, one) for one in (of_goal, of_edition, of_link, nobody, EVALUATOR)] == [
        True,
        True,
        True,
        False,
        True,
    ]
    for author in (of_goal, of_edition, of_link):
        with pytest.raises(Conflict) as error:
            score_tree(session, author, uuid4(), GOOD)
        assert error.value.key == "score.author"
    assert scores(session, EVALUATOR) == []
