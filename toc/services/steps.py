"""What one person did in the tree, or in coding, and may undo: their last steps, back and forth.

A step is kept as operations, each by ids and choices and, where something is taken away, by what an evaluator
or coder wrote about it; never by a quote. What an operation does, its area knows: it gives a function that
carries one out and returns the operation that takes it back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.ids import derived
from toc.models.goals import EditStep
from toc.models.people import User
from toc.services.errors import Conflict

MOST_KEPT: Final = 50
"""Steps of one person in one area; older ones are forgotten."""

Operation = Mapping[str, Any]
"""One change: what JSON can hold, ids as text."""

Apply = Callable[[Session, Act, Operation], Operation]
"""Carries an operation out and returns the one that takes it back; refuses with a `Conflict` when what it
changes is no longer as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that was done.

    Attributes:
        number: counts per person and area.
        key: names the sentence that says what was done.
        forward: what does it again.
        backward: what takes it back.
    """

    number: int
    key: str
    forward: tuple[Operation, ...]
    backward: tuple[Operation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The step that can be undone and the one that can be done again; None when there is none."""

    undo: Step | None
    redo: Step | None


def hold(session: Session, act: Act) -> None:
    """Let nobody else count steps of this person until the transaction ends.

    Call it before anything that locks the end of the audit trail, as `record` does too.
    """
    session.execute(select(User.id).where(User.id == act.user).with_for_update(key_share=True))


def record(
    session: Session,
    act: Act,
    area: str,
    key: str,
    forward: Iterable[Operation],
    backward: Iterable[Operation],
    *,
    alone: bool = False,
) -> None:
    """Remember what this person did; what they had undone before cannot be done again after it.

    Call it before the event of the audit trail. A command, or somebody with a personal link, undoes nothing:
    for them nothing is kept.

    Args:
        session: of the programme, for writing.
        act: who and when.
        area: "tree" or "coding".
        key: names the sentence that says what was done.
        forward: operations that do it again, in order.
        backward: operations that take it back, in the order in which to do them.
        alone: the caller holds the programme, in an area of which nobody counts steps without that.
    """
    if act.user is None:
        return
    if not alone:
        hold(session, act)
    mine = _mine(session, act, area)
    numbers = func.min(EditStep.number), func.max(EditStep.number)
    done = func.max(EditStep.number).filter(EditStep.undone.is_(False))
    first, last, last_done = (
        each or 0 for each in session.execute(select(*numbers, done).where(*mine)).one()
    )
    number = last_done + 1
    gone = number - MOST_KEPT
    if last >= number or 0 < first <= gone:
        session.execute(delete(EditStep).where(*mine, EditStep.undone | (EditStep.number <= gone)))
    session.add(
        EditStep(
            id=derived(session.info["programme_id"], "step", str(act.user), area, str(number), str(act.at)),
            user_id=act.user,
            area=area,
            number=number,
            key=key,
            forward=[dict(one) for one in forward],
            backward=[dict(one) for one in backward],
            at=act.at,
        )
    )


def undo(session: Session, act: Act, area: str, apply: Apply) -> Step:
    """Take back the last step of this person, whole or not at all: after an error nothing may be committed.

    Raises:
        Conflict: ``step.nothing_to_undo``, or what ``apply`` refuses.
    """
    hold(session, act)
    row = session.scalar(_undoable(session, act, area))
    if row is None:
        raise Conflict("step.nothing_to_undo")
    again = [dict(apply(session, act, one)) for one in row.backward]
    row.forward = again[::-1]
    row.undone = True
    session.flush()
    return _step(row)


def redo(session: Session, act: Act, area: str, apply: Apply) -> Step:
    """Do again what this person undid last.

    Raises:
        Conflict: ``step.nothing_to_redo``, or what ``apply`` refuses.
    """
    hold(session, act)
    row = session.scalar(_redoable(session, act, area))
    if row is None:
        raise Conflict("step.nothing_to_redo")
    back = [dict(apply(session, act, one)) for one in row.forward]
    row.backward = back[::-1]
    row.undone = False
    session.flush()
    return _step(row)


def forget(session: Session, act: Act, area: str, number: int) -> None:
    """Leave out a step that can no longer be undone or done again, so that those beyond it can be reached."""
    session.execute(delete(EditStep).where(*_mine(session, act, area), EditStep.number == number))


def last(session: Session, act: Act, area: str) -> Last:
    """Return what this person can undo and do again, in one statement."""
    ends = [
        each.with_only_columns(EditStep.number).scalar_subquery()
        for each in (_undoable(session, act, area), _redoable(session, act, area))
    ]
    rows = session.scalars(
        select(EditStep).where(
            *_mine(session, act, area), or_(EditStep.number == ends[0], EditStep.number == ends[1])
        )
    ).all()
    undone = {row.undone: _step(row) for row in rows}
    return Last(undo=undone.get(False), redo=undone.get(True))


def _mine(session: Session, act: Act, area: str) -> tuple[Any, ...]:
    return (
        EditStep.programme_id == session.info["programme_id"],
        EditStep.user_id == act.user,
        EditStep.area == area,
    )


def _undoable(session: Session, act: Act, area: str) -> Select[EditStep]:
    done = select(EditStep).where(*_mine(session, act, area), EditStep.undone.is_(False))
    return done.order_by(EditStep.number.desc()).limit(1)


def _redoable(session: Session, act: Act, area: str) -> Select[EditStep]:
    undone = select(EditStep).where(*_mine(session, act, area), EditStep.undone.is_(True))
    return undone.order_by(EditStep.number).limit(1)


def _step(row: EditStep) -> Step:
    return Step(number=row.number, key=row.key, forward=tuple(row.forward), backward=tuple(row.backward))
