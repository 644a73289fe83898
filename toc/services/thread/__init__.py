"""The golden thread of one thing: everything that hangs together with it, in a fixed number of statements.

``focus`` leads from the thing to the goals that it serves, ``beads`` reads what lies between words and effect
and ``money`` what lies between an effect and a payment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.thread import BeadKind, Chain, Item
from toc.services.thread import beads
from toc.services.thread.focus import FOCUS, Focus
from toc.services.thread.money import MoneyBeads


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the page of a thing has read already, so that it is not asked for again.

    Attributes:
        focus: what the thing narrows its thread to.
        items: of some beads all that hangs there.
    """

    focus: Focus
    items: Mapping[BeadKind, tuple[Item, ...]] = field(default_factory=dict)


def chain(session: Session, act: Act, kind: BeadKind, subject_id: UUID, known: Known | None = None) -> Chain:
    """Return what hangs together with one thing.

    Args:
        session: of a programme.
        act: who looks; decides which words they may read.
        kind: of thing.
        subject_id: its id.
        known: what was read of it already.

    Raises:
        NotFound: there is no such thing in this programme.
    """
    focus = FOCUS[kind](session, subject_id) if known is None else known.focus
    given = {} if known is None else known.items
    goals = beads.goals(session, act, focus.goals)
    # What hangs on a goal that is hidden from this reader is hidden with it; what a contract pays for is not.
    seen = replace(focus, goals=tuple(goal.id for goal in goals if goal.id is not None))
    money = MoneyBeads(session, seen if focus.outcome is None and focus.saving is None else focus)
    focus = seen
    if focus.outcome is not None:
        # A payment rests on the indicator and the study that its own outcome was verified with.
        focus = replace(focus, indicator=money.indicator, study=money.study)
    items = {
        BeadKind.STATEMENT: beads.statements(session, act, focus),
        BeadKind.GOAL: goals,
        BeadKind.INDICATOR: given.get(BeadKind.INDICATOR) or beads.indicators(session, focus),
        BeadKind.MEASUREMENT: given.get(BeadKind.MEASUREMENT) or beads.measurements(session, act, focus),
        BeadKind.EFFECT: beads.studies(session, focus),
        BeadKind.OUTCOME: money.outcomes,
        BeadKind.SAVING: money.savings,
        BeadKind.PAYMENT: money.payments,
    }
    return Chain(kind=kind, id=subject_id, items=items, required=money.required, waiting=money.waiting)
