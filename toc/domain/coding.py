"""Coding: what a passage of an interview is about."""

from enum import StrEnum


class CodeUse(StrEnum):
    """What an entry of the codebook stands for, when it is not a goal."""

    ASSUMPTION = "assumption"
    CONDITION = "condition"
    CONFLICT = "conflict"
    SIDE_EFFECT = "side_effect"
    HARM = "harm"
    OTHER = "other"
