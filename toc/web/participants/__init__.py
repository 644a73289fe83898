"""Participants: their list and pages, sites and cohorts, instruments, and what is computed from them."""

from toc.web.participants import (
    computing,
    erasing,
    instruments,
    listing,
    observing,
    places,
    registering,
    showing,
    together,
)
from toc.web.participants.blueprint import participants

__all__ = [
    "computing",
    "erasing",
    "instruments",
    "listing",
    "observing",
    "participants",
    "places",
    "registering",
    "showing",
    "together",
]
