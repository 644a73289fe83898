"""What the tree still misses: what the tree itself shows, and what stands around it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals import Problem, Standing
from toc.domain.goals.rules import sees_hidden
from toc.domain.interviews import NO_INTERVIEW
from toc.domain.permissions import may
from toc.models.goals import Goal, GoalEdition
from toc.models.indicators import IndicatorEdition
from toc.models.interviews import Interview, Respondent, StakeholderGroup
from toc.services import conflicts
from toc.services.evidence.facts import measurable
from toc.services.goals.matrix import thin_goals
from toc.services.goals.reading import goal_columns, goal_view, is_current
from toc.services.goals.trees import Tree, TreeGoal, is_studied


class PlaceKind(StrEnum):
    """What has to be looked at."""

    GOAL = "goal"
    LINK = "link"
    PARTY = "party"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is missing: what it is, its id, and how people name it."""

    kind: PlaceKind
    id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """One kind of thing that the tree misses: the key of its sentence, its places, and how many more."""

    key: str
    places: tuple[Place, ...]
    more: int = 0


def shortcomings(session: Session, act: Act, tree: Tree, most: int | None = None) -> list[Shortcoming]:
    """Return what the tree misses, in at most eight statements, however big it is.

    Args:
        session: of the programme.
        act: who looks. Whether every party was interviewed, and whether an implicit goal may be the
            evaluator's own idea, is told to the evaluator alone.
        tree: as this reader sees it, with its key links.
        most: places to name of each kind; None: all of them.
    """
    found: dict[str, list[Problem[int]]] = {}
    goals, numbers = tree.by_number, tree.numbers
    links: dict[tuple[int, ...], UUID] = {
        (numbers[link.lower_id], numbers[link.upper_id]): link.id for link in tree.asked
    }
    for problem in tree.review().problems:
        found.setdefault(problem.key, []).append(problem)
    of_tree = [_of_tree(key, problems, goals, links, most) for key, problems in found.items()]
    around = {
        "tree.outcome_not_measurable": _unmeasured(session, tree),
        "tree.implicit_thin": _thin(session, act, tree),
        "tree.party_not_interviewed": _silent(session, act),
        "tree.conflict_open": _open(session, act),
    }
    listed = [(key, tuple(places)) for key, places in around.items()]
    return of_tree + [
        Shortcoming(key, places[:most], len(places) - len(places[:most])) for key, places in listed if places
    ]


def _of_tree(
    key: str,
    problems: Sequence[Problem[int]],
    goals: Mapping[int, TreeGoal],
    links: Mapping[tuple[int, ...], UUID],
    most: int | None,
) -> Shortcoming:
    many = sum(1 if one.subjects in links else len(one.subjects) for one in problems)
    places = tuple(place for one in problems[:most] for place in _places(one, goals, links))[:most]
    return Shortcoming(key, places, many - len(places))


def _places(
    problem: Problem[int], goals: Mapping[int, TreeGoal], links: Mapping[tuple[int, ...], UUID]
) -> Iterator[Place]:
    link_id = links.get(problem.subjects)
    if link_id is not None:
        yield Place(PlaceKind.LINK, link_id, " → ".join(goals[one].code for one in problem.subjects))
        return
    for one in problem.subjects:
        yield _goal(goals[one])


def _goal(goal: TreeGoal) -> Place:
    return Place(PlaceKind.GOAL, goal.id, goal.code)


def _unmeasured(session: Session, tree: Tree) -> Iterator[Place]:
    """Yield outcomes that are judged without an indicator with baseline, target, unit, direction and date."""
    here = session.info["programme_id"]
    judged = [goal for goal in tree.goals if goal.is_primary or goal.has_study]
    if not judged:
        return
    complete = frozenset(
        session.scalars(
            select(Goal.id).where(
                Goal.programme_id == here,
                or_(Goal.is_primary.is_(True), is_studied()),
                measurable(here, IndicatorEdition.baseline_value.is_not(None)),
            )
        )
    )
    yield from (_goal(goal) for goal in judged if goal.id not in complete)


def _thin(session: Session, act: Act, tree: Tree) -> Iterator[Place]:
    """Yield implicit goals without two statements or a confirmation."""
    if sees_hidden(act.roles):
        rows = session.execute(
            select(*goal_columns())
            .join(GoalEdition, is_current())
            .where(
                Goal.programme_id == session.info["programme_id"],
                Goal.retired_at.is_(None),
                GoalEdition.standing == Standing.IMPLICIT,
            )
            .order_by(Goal.code)
        )
        implicit = [goal_view(row) for row in rows]
        thin = thin_goals(session, implicit)
        yield from (_goal(goal) for goal in tree.goals if goal.id in thin)


def _silent(session: Session, act: Act) -> Iterator[Place]:
    """Yield parties of which nobody was interviewed to the end; a document or workshop is no interview."""
    if not may(act.roles, "interview.read"):
        return
    heard = exists().where(
        Respondent.programme_id == StakeholderGroup.programme_id,
        Respondent.group_id == StakeholderGroup.id,
        Interview.programme_id == Respondent.programme_id,
        Interview.respondent_id == Respondent.id,
        Interview.submitted_at.is_not(None),
        Interview.mode.not_in(NO_INTERVIEW),
    )
    rows: Iterable[Any] = session.execute(
        select(StakeholderGroup.id, StakeholderGroup.code)
        .where(and_(StakeholderGroup.programme_id == session.info["programme_id"], ~heard))
        .order_by(StakeholderGroup.code)
    )
    for group_id, number in rows:
        yield Place(PlaceKind.PARTY, group_id, code(CodeKind.GROUP, number))


def _open(session: Session, act: Act) -> Iterator[Place]:
    """Yield conflicts that were neither decided nor agreed to differ about."""
    for conflict in conflicts.open_conflicts(session, act):
        yield Place(PlaceKind.CONFLICT, conflict.id, conflict.code)
