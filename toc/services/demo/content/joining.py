"""Own trees, rankings, conflicts and member checks."""

from collections.abc import Mapping
from datetime import date

from toc.domain.conflicts import ConflictKind, ConflictState
from toc.domain.goals import Level, Standing
from toc.domain.interviews import CheckVerdict
from toc.domain.merging import Relation
from toc.domain.rankings import RankingMethod
from toc.services.demo.content.words import Row, Text, Words


class Check(Row):
    """What a respondent said of a goal that was drawn from their words."""

    goal: str
    respondent: str
    on: date
    verdict: CheckVerdict
    comment: Text = ""


class Related(Row):
    """What an own goal is to a goal of everybody."""

    goal: str
    relation: Relation
    reason: Words
    by: Words


class OwnGoal(Row):
    """A goal in the own tree of a party."""

    key: str
    wording: Words
    level: Level | None = None
    standing: Standing = Standing.STATED
    importance: int | None = None
    feasibility: int | None = None
    sources: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()


class OwnLink(Row):
    """Why one own goal should lead to another."""

    lower: str
    upper: str
    mechanism: Words


class OwnTree(Row):
    """The own tree of a party: entered, kept as it was given, and related to the tree of everybody."""

    group: str
    on: date
    given_on: date
    related_on: date
    goals: tuple[OwnGoal, ...]
    links: tuple[OwnLink, ...]


class Ranked(Row):
    """What one respondent answered in a round: goals in order, the most important first, or points."""

    respondent: str
    on: date
    order: tuple[str, ...] = ()
    points: Mapping[str, int] = {}


class Ranking(Row):
    """A round in which goals are ranked; without goals it asks about the usual ones."""

    key: str
    title: Words
    method: RankingMethod
    goals: tuple[str, ...] = ()
    opened_on: date
    closed_on: date | None = None
    answers: tuple[Ranked, ...] = ()


class Ended(Row):
    """How a conflict ended."""

    on: date
    state: ConflictState
    decision: Words
    by: Words


class Conflict(Row):
    """What parties differ about."""

    key: str
    kind: ConflictKind
    on: date
    about: Words
    options: Text = ""
    goals: tuple[str, ...]
    positions: dict[str, Words]
    ended: Ended | None = None
