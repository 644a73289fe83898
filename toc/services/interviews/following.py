"""What was done with somebody's words: the goals that rest on them, how those changed, what was found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.models.findings import Finding
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.interviews import Interview, Statement
from toc.services.interviews.checking import OwnGoal, own_goals
from toc.services.interviews.loading import joined
from toc.services.interviews.reading import ReadableStatement, own_statements
from toc.services.interviews.readings import QuoteReader, readers_of_own


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """That a goal was worded anew after somebody's words came under it."""

    at: datetime
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published finding, by number."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingGoal:
    """A goal that rests on a quote, with what was done with it since."""

    goal: OwnGoal
    changes: tuple[Change, ...]
    findings: tuple[Published, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """A quote of the reader, with all that was done with it."""

    statement: ReadableStatement
    goals: tuple[RestingGoal, ...]
    readers: tuple[QuoteReader, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """A quote that the reader took back: its number and the day; its words are gone.

    Attributes:
        findings: published before that on a goal that rested on it; the evaluator follows these up.
    """

    code: int
    at: datetime
    findings: tuple[int, ...]


def own_words(session: Session, act: Act) -> list[OwnWords]:
    """Return what the reader said, each quote with its goals, changes, findings and readers.

    As many statements to the database however much they said.
    """
    goals = own_goals(session, act)
    ids = {goal.goal_id for goal in goals if goal.goal_id is not None}
    under = _since(session, act, ids)
    editions, findings = _editions(session, ids), _findings(session, ids)
    readers = readers_of_own(session, act)
    return [
        OwnWords(
            statement=said,
            goals=tuple(
                RestingGoal(
                    goal=goal,
                    changes=_changes(editions.get(goal.goal_id, ()), under.get((goal.goal_id, said.id))),
                    findings=tuple(findings.get(goal.goal_id, ())),
                )
                for goal in goals
                if said.id in goal.statement_ids
            ),
            readers=readers.get(said.id, ()),
        )
        for said in own_statements(session, act)
    ]


def own_taken_back(session: Session, act: Act) -> list[TakenBack]:
    """Return what the reader took back, by code, with findings that were published before; one query."""
    rows = session.execute(
        select(Statement.code, Statement.withdrawn_at, Finding.code.label("finding"), Finding.published_at)
        .select_from(Statement)
        .join(Interview, joined(Statement.interview_id, Interview))
        .outerjoin(
            GoalSource,
            (GoalSource.programme_id == Statement.programme_id) & (GoalSource.statement_id == Statement.id),
        )
        .outerjoin(
            Finding,
            (Finding.programme_id == GoalSource.programme_id)
            & (Finding.goal_id == GoalSource.goal_id)
            & (Finding.published_at <= Statement.withdrawn_at),
        )
        .where(
            Statement.programme_id == session.info["programme_id"],
            Interview.respondent_id == act.respondent,
            Statement.withdrawn_at.is_not(None),
        )
        .order_by(Statement.code, Finding.code)
    )
    taken: dict[int, TakenBack] = {}
    for row in rows:
        known = taken.get(row.code)
        before = known.findings if known else ()
        taken[row.code] = TakenBack(
            code=row.code,
            at=cast("datetime", row.withdrawn_at),
            findings=before if row.finding is None else (*before, row.finding),
        )
    return list(taken.values())


def _since(
    session: Session, act: Act, goal_ids: Collection[UUID]
) -> dict[tuple[UUID | None, UUID], datetime]:
    """Return since when each statement of the reader stands under each goal."""
    rows = session.execute(
        select(GoalSource.goal_id, GoalSource.statement_id, GoalSource.created_at)
        .join(Statement, joined(GoalSource.statement_id, Statement))
        .join(Interview, joined(Statement.interview_id, Interview))
        .where(
            GoalSource.programme_id == session.info["programme_id"],
            GoalSource.goal_id.in_(goal_ids),
            Interview.respondent_id == act.respondent,
        )
    )
    return {(goal_id, statement_id): at for goal_id, statement_id, at in rows}


_Said = tuple[datetime, str, str]


def _editions(session: Session, goal_ids: Collection[UUID]) -> dict[UUID | None, list[_Said]]:
    """Return per goal its wordings in order, without those that were hidden from the parties.

    One that is hidden now rests on the reader's words alone (see `own_goals`), and so did all its wordings.
    """
    rows = session.execute(
        select(
            Goal.id,
            Goal.released,
            Goal.visible_from,
            GoalEdition.number,
            GoalEdition.created_at,
            GoalEdition.wording,
            GoalEdition.reason,
        )
        .join(GoalEdition, (GoalEdition.programme_id == Goal.programme_id) & (GoalEdition.goal_id == Goal.id))
        .where(Goal.programme_id == session.info["programme_id"], Goal.id.in_(goal_ids))
        .order_by(Goal.id, GoalEdition.number)
    )
    editions: dict[UUID | None, list[_Said]] = {}
    for row in rows:
        if not row.released or row.number >= row.visible_from:
            editions.setdefault(row.id, []).append((row.created_at, row.wording, row.reason))
    return editions


def _changes(editions: Collection[_Said], since: datetime | None) -> tuple[Change, ...]:
    """Return how a goal was reworded after a moment; never when that moment is None."""
    said = list(editions)
    return tuple(
        Change(at=at, before=before, after=after, reason=reason)
        for (_, before, _), (at, after, reason) in pairwise(said)
        if since is not None and at > since and before != after
    )


def _findings(session: Session, goal_ids: Collection[UUID]) -> dict[UUID | None, list[Published]]:
    rows = session.execute(
        select(Finding.goal_id, Finding.code, Finding.published_at)
        .where(Finding.programme_id == session.info["programme_id"], Finding.goal_id.in_(goal_ids))
        .order_by(Finding.code)
    )
    findings: dict[UUID | None, list[Published]] = {}
    for goal_id, number, at in rows:
        findings.setdefault(goal_id, []).append(Published(number=number, at=at))
    return findings
