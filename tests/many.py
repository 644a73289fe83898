"""Big programmes, written in bulk: as many goals, links and values as a test or benchmark asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories import NOW
from toc.domain.goals import Level, LinkStatus, Stance, Standing
from toc.domain.indicators import Direction, Frequency, Kind, MeasurementSource
from toc.domain.people import Helix
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalLink
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.models.interviews import StakeholderGroup
from toc.models.programmes import Programme

FIRST_CODE = 1000
"""Codes of these rows begin here, so that those that services give out stay below."""

_SHAPE = (
    (Level.IMPACT, 0.02),
    (Level.OUTCOME, 0.15),
    (Level.OUTPUT, 0.45),
    (Level.ACTIVITY, 0.80),
    (Level.INPUT, 1.0),
)
"""Up to which part of the goals each level goes."""

_WHO = ("Young people", "Their families", "Employers in the town", "Coaches", "Schools and the municipality")
_WHAT = (
    "keep a job for half a year",
    "talk about money without shame",
    "offer learning places that fit what somebody can do",
    "know where to go when things get too much at home",
    "finish a training with a diploma that other employers know as well",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How big a programme is.

    Attributes:
        goals: 5 or more.
        links: between goals of different levels.
        indicators: one for each of the first goals, at most as many as there are goals.
        values: of each indicator.
        parties: that hold goals.
    """

    goals: int
    links: int
    indicators: int
    values: int
    parties: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made, in order."""

    goals: tuple[UUID, ...]
    links: tuple[UUID, ...]
    indicators: tuple[UUID, ...]
    measurements: tuple[UUID, ...]


def levels(goals: int) -> list[Level]:
    """Return a level for each of so many goals, ends first; every level has one."""
    bounds = [max(int(goals * share), place + 1) for place, (_, share) in enumerate(_SHAPE)]
    return [
        next(level for (level, _), bound in zip(_SHAPE, bounds, strict=True) if number < bound)
        for number in range(goals)
    ]


def _pairs(size: Size, random: Random) -> Iterator[tuple[int, int]]:
    """Yield so many different (lower, upper), nine of ten between neighbouring levels."""
    kinds = levels(size.goals)
    order = [level for level, _ in _SHAPE]
    at = {level: [number for number, kind in enumerate(kinds) if kind is level] for level in order}
    lowers = [number for number, kind in enumerate(kinds) if kind is not Level.IMPACT]
    seen: set[tuple[int, int]] = set()
    while len(seen) < size.links:
        lower = lowers[len(seen) % len(lowers)] if random.random() < 0.9 else random.choice(lowers)
        place = order.index(kinds[lower])
        above = order[place - 1] if place == 1 or random.random() < 0.9 else order[place - 2]
        pair = (lower, random.choice(at[above]))
        if pair not in seen:
            seen.add(pair)
            yield pair


def make_many(session: Session, programme: Programme, size: Size, *, seed: int = 1) -> Made:
    """Fill a programme; the same seed gives the same tree.

    Args:
        session: for writing.
        programme: one without such rows yet.
        size: how many of each.
        seed: of what is chosen by chance.
    """
    random = Random(seed)  # noqa: S311 - a tree, not a secret
    base: dict[str, Any] = {"programme_id": programme.id, "created_at": NOW}
    groups = [uuid4() for _ in range(size.parties)]
    goals = [uuid4() for _ in range(size.goals)]
    editions = [uuid4() for _ in goals]
    indicators = [uuid4() for _ in range(size.indicators)]
    definitions = [uuid4() for _ in indicators]
    links = [uuid4() for _ in range(size.links)]
    measurements = [uuid4() for _ in range(size.indicators * size.values)]

    def code(number: int) -> int:
        return FIRST_CODE + number

    def add(table: type[Any], rows: list[dict[str, Any]]) -> None:
        if rows:
            session.execute(insert(table), [base | row for row in rows])

    add(
        StakeholderGroup,
        [
            {"id": group, "code": code(number), "name": f"Party {number}", "helix": Helix.CITIZENS}
            for number, group in enumerate(groups)
        ],
    )
    add(Goal, [{"id": goal, "code": code(number)} for number, goal in enumerate(goals)])
    add(
        GoalEdition,
        [
            {
                "id": edition,
                "goal_id": goal,
                "number": 1,
                "wording": f"{random.choice(_WHO)} {random.choice(_WHAT)}",
                "level": level,
                "standing": Standing.STATED,
                "importance": random.randint(1, 5),
                "feasibility": random.randint(1, 5),
            }
            for goal, edition, level in zip(goals, editions, levels(size.goals), strict=True)
        ],
    )
    add(
        GoalHolder,
        [
            {"id": uuid4(), "goal_id": goal, "group_id": group, "stance": Stance.SUPPORTS, "importance": 3}
            for number, goal in enumerate(goals)
            for group in random.sample(groups, min(1 + number % 3, len(groups)))
        ],
    )
    add(
        GoalLink,
        [
            {
                "id": link,
                "lower_id": goals[lower],
                "upper_id": goals[upper],
                "mechanism": "Whoever has the one can do the other.",
                "assumption": "The municipality keeps paying.",
                "is_key": random.random() < 0.1,
                "confidence": random.choice([None, 0, 1, 2, 3, 4]),
                "status": LinkStatus.UNTESTED,
            }
            for link, (lower, upper) in zip(links, _pairs(size, random), strict=True)
        ],
    )
    add(
        Indicator,
        [
            {"id": indicator, "code": code(number), "goal_id": goals[number]}
            for number, indicator in enumerate(indicators)
        ],
    )
    add(
        IndicatorEdition,
        [
            {
                "id": definition,
                "indicator_id": indicators[number],
                "goal_edition_id": editions[number],
                "number": 1,
                "name": f"How many of them, {number}",
                "kind": Kind.COUNT,
                "unit": "people",
                "direction": Direction.HIGHER,
                "frequency": Frequency.QUARTERLY,
                "baseline_value": Decimal(0),
                "baseline_on": date(2020, 1, 1),
                "target_value": Decimal(100),
                "target_on": date(2027, 12, 31),
            }
            for number, definition in enumerate(definitions)
        ],
    )
    add(
        Measurement,
        [
            {
                "id": measurements[place * size.values + number],
                "indicator_id": indicator,
                "edition_id": definitions[place],
                "on": date(2020, 1, 1) + timedelta(days=number),
                "value": Decimal(random.randint(0, 120)),
                "source": MeasurementSource.TYPED,
            }
            for place, indicator in enumerate(indicators)
            for number in range(size.values)
        ],
    )
    session.flush()
    return Made(
        goals=tuple(goals),
        links=tuple(links),
        indicators=tuple(indicators),
        measurements=tuple(measurements),
    )
