"""Rankings: which goals respondents find most important."""

from enum import StrEnum


class RankingMethod(StrEnum):
    """How a respondent says what matters most."""

    RANK = "rank"
    """In order, 1 for the most important; equal places are allowed."""
    WEIGH = "weigh"
    """By dividing a hundred points."""
