"""Workshops: the whole system in one room. People write goals on cards and put dots on them, by phone."""

from enum import StrEnum

from toc.domain.errors import DomainError
from toc.domain.interviews import is_taken_back

DOOR_SIGNS = "CDFGHJKLMNPQRTVWXYZ3479"
"""Signs of a short code: no two look alike, and without vowels they spell no word."""

DOOR_LENGTH = 6
"""Signs of a short code: 23 to the power 6, about 148 million codes."""

DOOR_RANDOM_BYTES = 16
"""Random bytes that a short code is made from: so many that no code is likelier than another."""

LONGEST_CARD = 200
"""Characters of a card: one goal, to be read from the back of a room."""

MOST_CARDS = 30
"""Cards of one phone that hang on the wall at once."""

MOST_DOTS = 20
"""Dots that each person may be given."""


class Phase(StrEnum):
    """What people in the room do now."""

    CARDS = "cards"
    """They write goals on cards."""
    DOTS = "dots"
    """They put dots on the cards that matter most."""
    CLOSED = "closed"


def door_code(randomness: bytes) -> str:
    """Return a short code by which people come in.

    Args:
        randomness: `DOOR_RANDOM_BYTES` bytes from the system's source of randomness.

    Raises:
        ValueError: another number of bytes.
    """
    if len(randomness) != DOOR_RANDOM_BYTES:
        raise ValueError(f"a short code needs {DOOR_RANDOM_BYTES} random bytes")
    number, signs = int.from_bytes(randomness), []
    for _ in range(DOOR_LENGTH):
        number, sign = divmod(number, len(DOOR_SIGNS))
        signs.append(DOOR_SIGNS[sign])
    return "".join(signs)


def read_door_code(typed: str) -> str:
    """Read a short code as a person types it: in capitals or not, with spaces or hyphens in between.

    Raises:
        DomainError: ``workshop.code_unreadable``, when no code looks like this.
    """
    signs = "".join(sign for sign in typed.upper() if not sign.isspace() and sign != "-")
    if len(signs) != DOOR_LENGTH or not set(signs) <= set(DOOR_SIGNS):
        raise DomainError("workshop.code_unreadable", length=DOOR_LENGTH)
    return signs


def card_text(typed: str) -> str:
    """Return what a card says, on one line.

    Raises:
        DomainError: ``workshop.card_empty``, ``workshop.card_long`` with ``most``.
    """
    text = " ".join(typed.split())
    if is_taken_back(text.replace(" ", "")):
        raise DomainError("workshop.card_empty")
    if len(text) > LONGEST_CARD:
        raise DomainError("workshop.card_long", most=LONGEST_CARD)
    return text


def check_dots(dots: int) -> None:
    """Refuse a number of dots that nobody can put.

    Raises:
        DomainError: ``workshop.dots_range``.
    """
    if not 1 <= dots <= MOST_DOTS:
        raise DomainError("workshop.dots_range", most=MOST_DOTS)


_STEPS = (Phase.CARDS, Phase.DOTS, Phase.CLOSED)


def step_after(phase: Phase) -> Phase | None:
    """Return what comes after a phase, None after the last."""
    place = _STEPS.index(phase) + 1
    return _STEPS[place] if place < len(_STEPS) else None


def step_before(phase: Phase) -> Phase | None:
    """Return what comes before a phase, None before the first."""
    place = _STEPS.index(phase)
    return _STEPS[place - 1] if place else None


def check_step(now: Phase, to: Phase, *, kept: bool) -> None:
    """Refuse to skip a phase, and to go on with a workshop whose cards are statements already.

    Args:
        now: what people do.
        to: what they are to do.
        kept: whether any card became a statement.

    Raises:
        DomainError: ``workshop.one_step``, ``workshop.kept_already``.
    """
    if to not in {step_after(now), step_before(now)}:
        raise DomainError("workshop.one_step")
    if kept:
        raise DomainError("workshop.kept_already")
