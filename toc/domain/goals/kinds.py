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


class Practice(StrEnum):
    """Whether a goal is the one on paper, or the one that people work for."""

    FORMAL = "formal"
    ACTUAL = "actual"


class Purpose(StrEnum):
    """What a goal is to who holds it; its level says where it stands in the tree."""

    END = "end"
    MEANS = "means"
    SIDE = "side"
    """Wanted along the way, not what it is for."""
    PROCESS = "process"
    """How people want to work together."""
    ORGANISATIONAL = "organisational"
    """What an organisation wants for itself."""


class Direction(StrEnum):
    """Which way it should go."""

    MORE = "more"
    LESS = "less"
    KEEP = "keep"
    """As it is now."""


class KeyReason(StrEnum):
    """Why a link is one that the evaluation tests. Source: Weiss (1997), which theories to test."""

    CONTESTED = "contested"
    CENTRAL = "central"
    UNCERTAIN = "uncertain"


class ElementVerdict(StrEnum):
    """What the evaluator makes of a working element."""

    WORKS = "works"
    PROMISING = "promising"
    MIXED = "mixed"
    DOES_NOT_WORK = "does_not_work"
    UNKNOWN = "unknown"


class ArgumentSide(StrEnum):
    """What an argument does to a link."""

    FOR = "for"
    AGAINST = "against"
    DEFEATER = "defeater"
    """A counter-argument: if it holds, the evidence for the link counts for nothing."""


class Weight(StrEnum):
    """How much an argument carries."""

    WEAK = "weak"
    FAIR = "fair"
    STRONG = "strong"


class Directness(StrEnum):
    """Whether an argument is about this programme, or about something like it."""

    DIRECT = "direct"
    INDIRECT = "indirect"
