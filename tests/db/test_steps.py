"""The steps of one person, back and forth."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_user
from tests.statements import counting
from toc.domain.acts import Act
from toc.models.goals import EditStep
from toc.services import steps
from toc.services.errors import Conflict


class Sum:
    """An area with one number in it; an operation adds to that number."""

    def __init__(self) -> None:
        self.total = 0

    def add(self, session: Session, act: Act, by: int) -> None:
        self.total += by
        steps.record(session, act, "coding", "coding.add", [{"by": by}], [{"by": -by}])

    def apply(self, _session: Session, _act: Act, operation: steps.Operation) -> dict[str, Any]:
        if operation["by"] == -13:
            raise Conflict("step.changed_meanwhile")
        self.total += operation["by"]
        return {"by": -operation["by"]}


@pytest.fixture
def act(session: Session) -> Act:
    return act_of(make_user(session))


@pytest.fixture
def number() -> Sum:
    return Sum()


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(EditStep)) or 0


def test_steps_go_back_and_forth_in_order(session: Session, act: Act, number: Sum) -> None:
    for by in (1, 10, 100):
        number.add(session, act, by)
    totals = []
    for _ in range(3):
        steps.undo(session, act, "coding", number.apply)
        totals.append(number.total)
    with pytest.raises(Conflict) as error:
        steps.undo(session, act, "coding", number.apply)
    assert (totals, error.value.key) == ([11, 1, 0], "step.nothing_to_undo")
    done = [steps.redo(session, act, "coding", number.apply) for _ in range(3)]
    with pytest.raises(Conflict) as error:
        steps.redo(session, act, "coding", number.apply)
    assert (number.total, done[-1].number, error.value.key) == (111, 3, "step.nothing_to_redo")


def test_what_was_undone_is_gone_once_something_else_is_done(session: Session, act: Act, number: Sum) -> None:
    number.add(session, act, 1)
    steps.undo(session, act, "coding", number.apply)
    number.add(session, act, 5)
    there = steps.last(session, act, "coding")
    assert there.redo is None
    assert there.undo is not None
    assert (there.undo.number, there.undo.key, there.undo.forward) == (1, "coding.add", ({"by": 5},))


def test_the_last_step_and_the_next_are_read_in_one_statement(
    session: Session, act: Act, number: Sum
) -> None:
    for by in range(1, 9):
        number.add(session, act, by)
    for _ in range(3):
        steps.undo(session, act, "coding", number.apply)
    with counting(session) as sent:
        there = steps.last(session, act, "coding")
    assert len(sent) == 1
    assert there.undo is not None
    assert there.redo is not None
    assert (there.undo.number, there.redo.number) == (5, 6)


def test_fifty_steps_are_kept(session: Session, act: Act, number: Sum) -> None:
    for _ in range(60):
        number.add(session, act, 1)
    assert count(session) == steps.MOST_KEPT == 50
    for _ in range(50):
        steps.undo(session, act, "coding", number.apply)
    assert number.total == 10
    with pytest.raises(Conflict):
        steps.undo(session, act, "coding", number.apply)


def test_everybody_has_steps_of_their_own_in_each_area(session: Session, act: Act, number: Sum) -> None:
    number.add(session, act, 1)
    assert steps.last(session, act, "tree") == steps.Last(undo=None, redo=None)
    assert steps.last(session, act_of(make_user(session)), "coding").undo is None


def test_nothing_is_kept_for_who_has_no_account(session: Session, number: Sum) -> None:
    number.add(session, act_of(None), 1)
    assert count(session) == 0


def test_a_step_that_cannot_be_undone_may_be_left_out(session: Session, act: Act, number: Sum) -> None:
    number.add(session, act, 1)
    number.add(session, act, 13)
    with pytest.raises(Conflict) as error:
        steps.undo(session, act, "coding", number.apply)
    assert error.value.key == "step.changed_meanwhile"
    steps.forget(session, act, "coding", 2)
    steps.undo(session, act, "coding", number.apply)
    assert number.total == 13
