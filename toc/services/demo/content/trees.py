"""Goals and links."""

from datetime import date

from toc.domain.goals import (
    ArgumentSide,
    Directness,
    ElementVerdict,
    KeyReason,
    Level,
    LinkStatus,
    Practice,
    Purpose,
    Stance,
    Standing,
    Weight,
)
from toc.domain.goals import Direction as GoalDirection
from toc.services.demo.content.words import Marked, Row, Text, Words


class Holder(Row):
    """What a group thinks of a goal."""

    group: str
    stance: Stance
    importance: int | None = None
    feasibility: int | None = None


class Goal(Marked):
    """A goal.

    Attributes:
        rung: what the ladder is expected to derive for a primary outcome.
        twin: the goal that it says once more in other words, so that the program has something to suggest.
        retired_on: the day it left the tree.
    """

    key: str
    level: Level
    standing: Standing
    wording: Words
    explanation: Text = ""
    holders: tuple[Holder, ...]
    sources: tuple[str, ...] = ()
    confirmed: bool = False
    primary: bool = False
    rung: int | None = None
    for_whom: Text = ""
    by_when: date | None = None
    importance: int | None = None
    feasibility: int | None = None
    practice: Practice | None = None
    purpose: Purpose | None = None
    direction: GoalDirection | None = None
    twin: str | None = None
    retired_on: date | None = None


class Judged(Marked):
    """What is later said of a link."""

    on: date
    status: LinkStatus
    confidence: int
    source: Words
    verdict: ElementVerdict | None = None


class Argument(Marked):
    """What speaks for a link, or against it."""

    key: str
    on: date
    side: ArgumentSide
    text: Words
    source: Words
    weight: Weight | None = None
    directness: Directness | None = None


class Link(Marked):
    """Why a lower goal should lead to an upper one."""

    lower: str
    upper: str
    key: bool
    reason: KeyReason | None = None
    mechanism: Words
    assumption: Words
    condition: Text = ""
    alternatives: Text = ""
    confidence: int
    source: Text = ""
    feedback: bool = False
    element: Text = ""
    arguments: tuple[Argument, ...] = ()
    later: Judged | None = None
