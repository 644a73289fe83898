"""The golden thread: from a sentence in an interview to a payment, and back, bead by bead.

Every thing that belongs to it shows the same eight beads. What a reader may not see stays a bead, closed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class BeadKind(StrEnum):
    """The eight kinds of things on the thread, from words to money."""

    STATEMENT = "statement"
    GOAL = "goal"
    INDICATOR = "indicator"
    MEASUREMENT = "measurement"
    EFFECT = "effect"
    OUTCOME = "outcome"
    SAVING = "saving"
    PAYMENT = "payment"


MONEY = frozenset({BeadKind.OUTCOME, BeadKind.SAVING, BeadKind.PAYMENT})
"""Beads that stakeholders are not shown: they need not know what money depends on their answers."""


class State(StrEnum):
    """How a bead is drawn."""

    CURRENT = "current"
    """The reader is here."""
    THERE = "there"
    WAITING = "waiting"
    """It does not exist yet, and could."""
    NOT_REQUIRED = "not_required"
    """The contract does not ask for it."""
    HIDDEN = "hidden"
    """Not for this reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """A line of text as a key with its values; the web makes the sentence."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing on the thread.

    Attributes:
        id: of the row; None for an aggregate that leads nowhere ("3 of 5 participants said this").
        code: short code such as "G12"; empty where it has none.
        says: its content, the first line most important.
    """

    id: UUID | None
    code: str = ""
    says: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """All that hangs together with one thing.

    Attributes:
        kind: of the thing that the reader looks at.
        id: its id.
        items: per bead what there is, most relevant first.
        required: beads that the contract asks for; None when no contract pays for the goal.
        waiting: what a bead that does not exist waits for.
    """

    kind: BeadKind
    id: UUID
    items: Mapping[BeadKind, tuple[Item, ...]]
    required: frozenset[BeadKind] | None = None
    waiting: Mapping[BeadKind, Say] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bead:
    """One bead as a reader sees it.

    Attributes:
        kind: of thing.
        state: how it is drawn.
        items: what it leads to; one of them, or several to choose from.
        says: its lines when it leads to nothing.
    """

    kind: BeadKind
    state: State
    items: tuple[Item, ...] = ()
    says: tuple[Say, ...] = ()


def strip(chain: Chain, *, seen: Collection[BeadKind]) -> tuple[Bead, ...]:
    """Return the eight beads.

    Args:
        chain: what hangs together.
        seen: the kinds of things that this reader may see.
    """
    return tuple(_bead(chain, kind, seen) for kind in BeadKind)


def _bead(chain: Chain, kind: BeadKind, seen: Collection[BeadKind]) -> Bead:
    items = chain.items.get(kind, ())
    if kind not in seen:
        return Bead(kind=kind, state=State.HIDDEN)
    if kind is chain.kind:
        here = tuple(item for item in items if item.id == chain.id)
        return Bead(kind=kind, state=State.CURRENT, items=here)
    if items:
        return Bead(kind=kind, state=State.THERE, items=items)
    if chain.required is not None and kind in _OF_A_CONTRACT and kind not in chain.required:
        return Bead(kind=kind, state=State.NOT_REQUIRED)
    waiting = chain.waiting.get(kind)
    return Bead(kind=kind, state=State.WAITING, says=() if waiting is None else (waiting,))


_OF_A_CONTRACT = frozenset({BeadKind.EFFECT, *MONEY})
