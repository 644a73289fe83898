"""The record of a link: key links, feedback, arguments, working elements."""

from itertools import pairwise
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.db.test_goals_bodies import sent
from tests.factories import NOW, act_of
from tests.factories.goals import EVALUATOR, make_goal, make_link
from toc.domain.errors import DomainError
from toc.domain.goals import (
    ArgumentSide,
    Directness,
    ElementVerdict,
    KeyReason,
    Level,
    Standing,
    Weight,
)
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.goals import Goal, LinkArgument
from toc.services import evidence
from toc.services import goals as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals import LinkDraft
from toc.services.goals.arguments import (
    ArgumentDraft,
    add_argument,
    arguments_of,
    edit_argument,
    get_argument,
    remove_argument,
)
from toc.services.goals.elements import elements
from toc.services.goals.links import count_key_links
from toc.services.goals.trees import tree

VIEWER = act_of(None, Role.VIEWER)
FOR = ArgumentDraft(side=ArgumentSide.FOR, text="It worked in Delft.")


def chain(session: Session, many: int) -> list[Goal]:
    goals = [make_goal(session, f"Goal {place}") for place in range(many)]
    for lower, upper in pairwise(goals):
        make_link(session, lower, upper)
    return goals


def last_event(session: Session) -> AuditEvent:
    return session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)).one()


# --- Key links ----------------------------------------------------------------------------------------------


def test_a_key_link_needs_a_reason(session: Session) -> None:
    a, b = make_goal(session), make_goal(session)
    draft = LinkDraft(is_key=True)
    with pytest.raises(DomainError) as error:
        service.link_goals(session, EVALUATOR, uuid4(), lower_id=a.id, upper_id=b.id, draft=draft)
    assert error.value.key == "link.key_reason_missing"
    link = make_link(session, a, b)
    with pytest.raises(DomainError):
        service.edit_link(session, EVALUATOR, link.id, draft)
    assert not session.get_one(type(link), (link.programme_id, link.id)).is_key


def test_key_links_are_counted_as_far_as_a_reader_sees_them(session: Session) -> None:
    a, b, c = (make_goal(session) for _ in range(3))
    hidden = make_goal(session, standing=Standing.HIDDEN)
    make_link(session, a, b, is_key=True, key_reason=KeyReason.CONTESTED)
    make_link(session, a, hidden, is_key=True)
    make_link(session, a, c)
    assert (count_key_links(session, EVALUATOR), count_key_links(session, VIEWER)) == (2, 1)
    b.retired_at = NOW
    session.flush()
    assert (count_key_links(session, EVALUATOR), count_key_links(session, VIEWER)) == (1, 0)


# --- Feedback -----------------------------------------------------------------------------------------------


def test_a_feedback_may_go_round_and_changes_no_order(session: Session) -> None:
    a, b, c = chain(session, 3)
    with pytest.raises(Conflict) as error:
        make_link(session, c, a)
    assert error.value.key == "link.cycle"
    back = make_link(session, c, a, is_feedback=True)
    whole = tree(session, EVALUATOR)
    assert [(link.lower_id, link.upper_id) for link in whole.feedback] == [(c.id, a.id)]
    assert [link.edge for link in whole.ordering] == [(a.id, b.id), (b.id, c.id)]
    assert whole.order.above[c.id] == ()
    assert whole.review().without_cycles
    with pytest.raises(Conflict) as error:
        make_link(session, c, a, is_feedback=True)
    assert error.value.key == "link.duplicate"
    with pytest.raises(Conflict) as error:
        make_link(session, a, a, is_feedback=True)
    assert error.value.key == "link.self"
    with pytest.raises(Conflict) as error:
        service.edit_link(session, EVALUATOR, back.id, LinkDraft())
    assert error.value.key == "link.cycle"
    assert back.is_feedback


def test_a_feedback_does_not_stand_in_the_way_of_a_link(session: Session) -> None:
    a, b, c = (make_goal(session) for _ in range(3))
    link = make_link(session, a, b, is_feedback=True)
    make_link(session, b, c)
    make_link(session, c, a)
    with pytest.raises(Conflict):
        service.edit_link(session, EVALUATOR, link.id, LinkDraft(mechanism="So."))
    other = make_link(session, b, a, is_feedback=True)
    service.edit_link(session, EVALUATOR, other.id, LinkDraft(mechanism="So."))
    assert not other.is_feedback


# --- Arguments ----------------------------------------------------------------------------------------------


def test_arguments_are_written_changed_and_taken_away(session: Session) -> None:
    a, b = chain(session, 2)
    link = make_link(session, b, make_goal(session))
    made = [add_argument(session, EVALUATOR, key, link.id, FOR) for key in [uuid4()] * 2]
    assert made[0] is made[1]
    (view,) = arguments_of(session, link.id)
    assert view.draft == FOR
    assert last_event(session).action == "link.argue"
    against = ArgumentDraft(
        side=ArgumentSide.DEFEATER,
        text="There were more jobs that year.",
        source="CBS 2019",
        weight=Weight.STRONG,
        directness=Directness.INDIRECT,
    )
    edit_argument(session, EVALUATOR, link.id, view.id, against, revision=view.revision)
    with pytest.raises(Stale) as error:
        edit_argument(session, EVALUATOR, link.id, view.id, FOR, revision=view.revision)
    assert error.value.theirs["text"] == "There were more jobs that year."
    assert get_argument(session, VIEWER, link.id, view.id).draft == against
    remove_argument(session, EVALUATOR, link.id, view.id)
    assert arguments_of(session, link.id) == []
    assert last_event(session).action == "link.argue_no_more"
    assert last_event(session).detail == {"argument": str(view.id)}
    assert a.code == 1


def test_an_argument_says_something() -> None:
    with pytest.raises(DomainError) as error:
        ArgumentDraft(side=ArgumentSide.FOR, text=" ")
    assert error.value.key == "argument.text_missing"


def test_an_argument_belongs_to_a_link_that_its_reader_sees(session: Session) -> None:
    a, b, c = chain(session, 3)
    hidden = make_goal(session, standing=Standing.HIDDEN)
    secret = make_link(session, a, hidden)
    other = make_link(session, a, c)
    made = add_argument(session, EVALUATOR, uuid4(), secret.id, FOR)
    assert b.code == 2
    for reader, link_id, key in (
        (VIEWER, secret.id, made.id),
        (EVALUATOR, other.id, made.id),
        (EVALUATOR, secret.id, uuid4()),
        (EVALUATOR, uuid4(), made.id),
    ):
        with pytest.raises(NotFound):
            get_argument(session, reader, link_id, key)
        with pytest.raises(NotFound):
            remove_argument(session, reader, link_id, key)
    with pytest.raises(NotFound):
        add_argument(session, VIEWER, uuid4(), secret.id, FOR)


def test_a_link_goes_away_with_its_arguments_alone(session: Session) -> None:
    a, b, c = (make_goal(session) for _ in range(3))
    gone, stays = make_link(session, a, b), make_link(session, b, c)
    for link in (gone, stays):
        add_argument(session, EVALUATOR, uuid4(), link.id, FOR)
    service.remove_link(session, EVALUATOR, gone.id)
    assert session.scalar(select(func.count()).select_from(LinkArgument)) == 1
    assert len(arguments_of(session, stays.id)) == 1


# --- Working elements ---------------------------------------------------------------------------------------


def test_working_elements_are_listed_by_name(session: Session) -> None:
    assert elements(session, EVALUATOR) == []
    a, b, c = (make_goal(session, level=Level.OUTPUT) for _ in range(3))
    hidden, gone = make_goal(session, standing=Standing.HIDDEN), make_goal(session)
    fixed = make_link(
        session, a, b, element="one regular person", mechanism="Trust.", verdict=ElementVerdict.PROMISING
    )
    make_link(session, b, c, element="A day rhythm")
    make_link(session, a, c)
    make_link(session, a, hidden, element="Secret")
    make_link(session, a, gone, element="Gone")
    gone.retired_at = NOW
    add_argument(session, EVALUATOR, uuid4(), fixed.id, FOR)
    found = elements(session, VIEWER)
    assert [one.name for one in found] == ["A day rhythm", "one regular person"]
    assert [len(one.arguments) for one in found] == [0, 1]
    assert found[1].link.draft.verdict is ElementVerdict.PROMISING
    assert found[1].link.lower.code == "G1"
    assert [one.rung for one in found] == [0, 0]
    assert [one.name for one in elements(session, EVALUATOR)] == [
        "A day rhythm",
        "one regular person",
        "Secret",
    ]
    few = sent(session, lambda: elements(session, VIEWER))
    for _ in range(10):
        link = make_link(session, make_goal(session), c, element="More")
        add_argument(session, EVALUATOR, uuid4(), link.id, FOR)
    assert sent(session, lambda: elements(session, VIEWER)) == few


def test_the_ladder_counts_no_feedback_and_no_goal_that_left_the_tree(session: Session) -> None:
    a = make_goal(session, level=Level.ACTIVITY)
    b, gone = make_goal(session), make_goal(session, level=Level.ACTIVITY)
    make_link(session, a, b)
    make_link(session, b, a, is_feedback=True)
    gone.retired_at = NOW
    session.flush()
    counted = evidence.facts(session, b.id, EVALUATOR.on).tree
    assert (counted.without_cycles, counted.activities, counted.activities_reaching_an_end) == (True, 1, 1)
    assert counted.key_links == 1
