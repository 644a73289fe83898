"""What kinds of goals and links there are, and what a party may think of a goal."""

from enum import StrEnum


class Level(StrEnum):
    """What kind of thing a goal is, from means to end, in this order.

    Optional: an end for one party may be a means for another.
    """

    INPUT = "input"
    ACTIVITY = "activity"
    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"


class Standing(StrEnum):
    """How open a goal is.

    Stated: said as a goal. Implicit: inferred from what was said, and confirmed. Hidden: shown to no other
    party until its owner releases it.
    """

    STATED = "stated"
    IMPLICIT = "implicit"
    HIDDEN = "hidden"


class Stance(StrEnum):
    """What one party thinks of one goal."""

    SUPPORTS = "supports"
    NEUTRAL = "neutral"
    OPPOSES = "opposes"
    UNAWARE = "unaware"


class LinkStatus(StrEnum):
    """What the evidence so far says about a link."""

    UNTESTED = "untested"
    SUPPORTED = "supported"
    MIXED = "mixed"
    REFUTED = "refuted"
