"""Interviews: who is heard, what is asked, what was said, and who may read it."""

from toc.web.interviews import (
    groups,
    guardians,
    guides,
    holding,
    respondents,
    saturation,
    spoken,
    stakes,
    statements,
)
from toc.web.interviews.blueprint import Quote, interviews, quote

__all__ = [
    "Quote",
    "groups",
    "guardians",
    "guides",
    "holding",
    "interviews",
    "quote",
    "respondents",
    "saturation",
    "spoken",
    "stakes",
    "statements",
]
