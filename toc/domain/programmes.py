"""Programmes: where their figures come from."""

from enum import StrEnum


class OriginKind(StrEnum):
    """Whether a figure or text is a fact with a source, or invented for the demo."""

    FACT = "fact"
    INVENTED = "invented"
