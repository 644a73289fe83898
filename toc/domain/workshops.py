"""Workshops: the whole system in one room."""

from enum import StrEnum


class Phase(StrEnum):
    """What people in the room do now."""

    CARDS = "cards"
    """They write goals on cards."""
    DOTS = "dots"
    """They put dots on the cards that matter most."""
    CLOSED = "closed"
