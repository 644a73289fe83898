"""What some ways of looking at the tree show: whether parties agree about a goal, and what became of it."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from toc.domain.goals.comparing import Comparison
from toc.domain.goals.kinds import Stance


class Accord(StrEnum):
    """Whether the parties agree about a goal."""

    AGREED = "agreed"
    """Some want it, and nobody is against it."""
    DIVIDED = "divided"
    OPPOSED = "opposed"
    SILENT = "silent"
    """Nobody said that they want it, or do not."""


class Change(StrEnum):
    """What became of a goal since a version."""

    ADDED = "added"
    MOVED = "moved"
    REWORDED = "reworded"
    OTHERWISE = "otherwise"
    """It says something else than it did, in the same words and at the same place."""


def accord(stances: Iterable[Stance]) -> Accord:
    """Return whether parties that think this of a goal agree about it."""
    taken = frozenset(stances)
    if Stance.OPPOSES in taken:
        return Accord.DIVIDED if Stance.SUPPORTS in taken else Accord.OPPOSED
    return Accord.AGREED if Stance.SUPPORTS in taken else Accord.SILENT


def changes(found: Comparison) -> dict[UUID, tuple[Change, ...]]:
    """Return what became of each goal that changed and is still there."""
    told: dict[UUID, tuple[Change, ...]] = {goal.id: (Change.ADDED,) for goal in found.added}
    for moved in found.moved:
        told[moved.goal.id] = (Change.MOVED,)
    for reworded in found.reworded:
        told[reworded.after.id] = (*told.get(reworded.after.id, ()), Change.REWORDED)
    for changed in found.changed:
        told.setdefault(changed.after.id, (Change.OTHERWISE,))
    return told
