"""Studies, reviews, evidence and findings."""

from datetime import date
from typing import Any

from toc.domain.evidence import Design
from toc.services.demo.content.words import Marked, Row, Text, Words


class Review(Row):
    """What a review of level 1 recorded."""

    goal: str
    on: date
    recorded: dict[str, Any]
    signed_on: date


class Count(Row):
    """How many of a group."""

    reached: int
    of: int


class Counts(Row):
    """What the effect of a study was computed from.

    Attributes:
        treated, compared: the two groups of a comparison.
        after, before: the same people twice; `gained` and `lost` how many changed, in each direction.
    """

    treated: Count | None = None
    compared: Count | None = None
    after: Count | None = None
    before: Count | None = None
    gained: int = 0
    lost: int = 0


class Study(Marked):
    """A study: `recorded` as `toc.domain.evidence.recorded` reads it."""

    key: str
    goal: str
    indicator: str
    title: Words
    source: Words
    design: Design
    measured_on: date
    entered_on: date
    signed_on: date
    recorded: dict[str, Any]
    counts: Counts | None = None


class Attestation(Row):
    """What an evaluator says of one criterion."""

    goal: str
    study: str
    criterion: str
    met: bool
    reason: Words
    on: date


class EvidenceItem(Marked):
    """A document for or against a goal."""

    key: str
    goal: str
    on: date
    supports: bool
    title: Words
    source: Words
    url: str = ""
    finding: Words


class Reply(Row):
    """What a respondent answered to a finding, and what was done with that."""

    respondent: str
    on: date
    text: Words
    answer: Text = ""
    answered_on: date | None = None
    new_wording: Text = ""


class Finding(Row):
    """What went back to the parties."""

    key: str
    goal: str
    published_on: date
    text: Words
    replies: tuple[Reply, ...] = ()
