"""Conflicts between parties: what kind they are and how they ended."""

from enum import StrEnum


class ConflictKind(StrEnum):
    """What parties differ about."""

    VALUE = "value"
    PRIORITY = "priority"
    CAUSAL_BELIEF = "causal_belief"
    RESOURCES = "resources"
    WORDING = "wording"


class ConflictState(StrEnum):
    """How a conflict stands."""

    OPEN = "open"
    DECIDED = "decided"
    AGREED_TO_DIFFER = "agreed_to_differ"
