"""Rankings: which goals respondents find most important.

An addition of ours to the method: the dossier has no ranking.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from toc.domain.errors import DomainError

LEAST_GOALS = 2
"""Goals without which there is no order."""

MOST_GOALS = 12
"""Goals in one round at most, so that one person can keep them in mind and see them on a phone. Ours."""

POINTS = 100
"""What is divided when goals are weighed."""

MOST_PLACE = 99
"""Highest number that may be typed as a place; only the order counts."""


class RankingMethod(StrEnum):
    """How a respondent says what matters most."""

    RANK = "rank"
    """In order, 1 for the most important; equal places are allowed."""
    WEIGH = "weigh"
    """By dividing a hundred points."""


def check_goals(goals: Collection[UUID]) -> None:
    """Refuse a round about too few or too many goals.

    Raises:
        DomainError: ``ranking.few_goals``, with ``least``; ``ranking.many_goals``, with ``most`` and
            ``chosen``.
    """
    if len(goals) < LEAST_GOALS:
        raise DomainError("ranking.few_goals", least=LEAST_GOALS)
    if len(goals) > MOST_GOALS:
        raise DomainError("ranking.many_goals", most=MOST_GOALS, chosen=len(goals))


def scores_of(method: RankingMethod, typed: Mapping[UUID, int]) -> dict[UUID, int]:
    """Return what is kept of an answer.

    Args:
        method: of the round.
        typed: a place or a number of points per goal; goals left out are not in it.

    Returns:
        Places from 1 on without gaps, equal ones staying equal (10, 20, 20 become 1, 2, 2); or the points.

    Raises:
        DomainError: ``ranking.bad_place`` or ``ranking.bad_points``, with ``goal``, ``least`` and ``most``;
            ``ranking.few_ranked``, with ``least``; ``ranking.points_left``, with ``given`` and ``left``;
            ``ranking.points_over``, with ``given`` and ``over``.
    """
    rank = method is RankingMethod.RANK
    least, most = (1, MOST_PLACE) if rank else (0, POINTS)
    for goal, score in typed.items():
        if not least <= score <= most:
            key = "ranking.bad_place" if rank else "ranking.bad_points"
            raise DomainError(key, goal=goal, least=least, most=most)
    if len(typed) < LEAST_GOALS:
        raise DomainError("ranking.few_ranked", least=LEAST_GOALS)
    if rank:
        places = {score: place for place, score in enumerate(sorted(set(typed.values())), start=1)}
        return {goal: places[score] for goal, score in typed.items()}
    given = sum(typed.values())
    if given < POINTS:
        raise DomainError("ranking.points_left", given=given, left=POINTS - given)
    if given > POINTS:
        raise DomainError("ranking.points_over", given=given, over=given - POINTS)
    return dict(typed)


def own_order(goals: Iterable[UUID], respondent: UUID) -> tuple[UUID, ...]:
    """Return goals in the order in which one respondent sees them: another for each, the same every time.

    What stands first is chosen more often; this way no goal stands first for everybody.
    """
    return tuple(sorted(goals, key=lambda goal: sha256(respondent.bytes + goal.bytes).digest()))
