"""The one query by which anybody reads what somebody said: it applies consent, and nothing else decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session, joinedload

from toc.domain.acts import Act
from toc.domain.interviews import NO_INTERVIEW, Attribution, Audience, Mode, RespondentKind
from toc.domain.people import Role
from toc.domain.privacy import Reading, Said, reading, shows_name
from toc.models.findings import Finding
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.interviews import Interview, Respondent, StakeholderGroup, Statement, StatementDecision
from toc.services.errors import NotFound
from toc.services.interviews.loading import joined


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableStatement:
    """A statement as one reader may see it.

    Attributes:
        id: of the statement.
        code: its number: U12 is 12.
        text: word for word; None when only the count may be seen.
        who: name of the spokesperson who agreed, else of the group; "" where the group would say too much: of
            a participant only the evaluator and they themselves see it.
        named: whether `who` begins with the speaker's name.
        audience: who may read it.
        attribution: whether with their name.
        decided_at: None while its speaker did not decide.
        group_id: None where `who` is "", unless only the count may be seen: it is per group.
        respondent_kind: in whose name it was said.
        interview_id: for the evaluator and the speaker; else None.
        goal_ids: the goals that rest on it and that this reader may see, by code.
        reading: how much of it they read.
        own: the reader said it.
    """

    id: UUID
    code: int
    text: str | None
    who: str
    named: bool
    audience: Audience
    attribution: Attribution
    decided_at: datetime | None
    group_id: UUID | None
    respondent_kind: RespondentKind
    interview_id: UUID | None
    goal_ids: tuple[UUID, ...]
    reading: Reading
    own: bool


class Voices(NamedTuple):
    """How many participants of a group said something on which a goal rests, of those who were heard."""

    group: str
    said: int
    asked: int
    group_id: UUID


class GoalMention(NamedTuple):
    """A goal that rests on a statement."""

    id: UUID
    code: int
    wording: str


class FollowUp(NamedTuple):
    """A published finding on a goal that rested on a sentence which was taken back after that."""

    finding_id: UUID
    finding_code: int
    statement_code: int
    withdrawn_at: datetime


def readable_statements(
    session: Session,
    act: Act,
    *,
    goal_id: UUID | None = None,
    interview_id: UUID | None = None,
    statement_id: UUID | None = None,
) -> list[ReadableStatement]:
    """Return what this reader may read of what was said, by code; two statements to the database.

    Args:
        session: of a programme.
        act: who reads.
        goal_id: only what this goal rests on.
        interview_id: only what was said in this interview.
        statement_id: only this one.
    """
    goals = _goals(session, act)
    return [
        _readable(row, how, own=own, evaluator=_is_evaluator(act), goals=goals.get(row.Statement.id, ()))
        for row, how, own in _said(
            session, act, goal_id=goal_id, interview_id=interview_id, statement_id=statement_id
        )
    ]


def aggregate(session: Session, act: Act, goal_id: UUID) -> list[Voices]:
    """Return per group of participants how many said what a goal rests on, as far as this reader may know.

    For funder and investor this is all there is of participants: "3 of 5 young people said this".
    """
    speakers: dict[UUID, set[UUID]] = {}
    groups: dict[UUID, tuple[str, int]] = {}
    for row, _, _ in _said(session, act, goal_id=goal_id):
        if row.kind is RespondentKind.PARTICIPANT and row.mode not in NO_INTERVIEW:
            speakers.setdefault(row.group_id, set()).add(row.respondent_id)
            groups[row.group_id] = (row.group, row.heard)
    return sorted(
        Voices(group, len(speakers[group_id]), heard, group_id) for group_id, (group, heard) in groups.items()
    )


def statement_to_read(
    session: Session, act: Act, statement_id: UUID
) -> tuple[ReadableStatement, list[GoalMention]]:
    """Return one statement with the goals that rest on it.

    Raises:
        NotFound: there is none, or this reader may not know of it: both look the same.
    """
    rows = list(_said(session, act, statement_id=statement_id))
    if not rows:
        raise NotFound
    ((row, how, own),) = rows
    programme_id = session.info["programme_id"]
    query = (
        select(Goal.id, Goal.code, GoalEdition.wording)
        .join(GoalSource, joined(GoalSource.goal_id, Goal))
        .join(
            GoalEdition,
            and_(
                GoalEdition.programme_id == Goal.programme_id,
                GoalEdition.goal_id == Goal.id,
                GoalEdition.number == Goal.edition,
            ),
        )
        .where(GoalSource.programme_id == programme_id, GoalSource.statement_id == statement_id)
        .order_by(Goal.code)
    )
    if not _is_evaluator(act):
        query = query.where(Goal.released)
    mentions = [GoalMention(*found) for found in session.execute(query)]
    goals = tuple(mention.id for mention in mentions)
    return _readable(row, how, own=own, evaluator=_is_evaluator(act), goals=goals), mentions


def speaker(session: Session, act: Act, statement_id: UUID) -> Respondent:
    """Return who said a statement, with their group; for the evaluator and for themselves.

    Raises:
        NotFound: no such statement, or it is not theirs to know.
    """
    respondent = session.scalar(
        select(Respondent)
        .join(Interview, joined(Interview.respondent_id, Respondent))
        .join(Statement, joined(Statement.interview_id, Interview))
        .where(Statement.programme_id == session.info["programme_id"], Statement.id == statement_id)
        .options(joinedload(Respondent.group))
    )
    if respondent is None or not (_is_evaluator(act) or act.respondent == respondent.id):
        raise NotFound
    return respondent


def decisions_of(session: Session, act: Act, statement_id: UUID) -> list[StatementDecision]:
    """Return what a speaker decided about a statement, newest first; for the evaluator and the speaker.

    Raises:
        NotFound: no such statement, or it is not theirs to know.
    """
    speaker(session, act, statement_id)
    return list(
        session.scalars(
            select(StatementDecision)
            .where(
                StatementDecision.programme_id == session.info["programme_id"],
                StatementDecision.statement_id == statement_id,
            )
            .order_by(StatementDecision.at.desc(), StatementDecision.id.desc())
        )
    )


def own_statements(session: Session, act: Act) -> list[ReadableStatement]:
    """Return what the reader said themselves, by code; two statements to the database."""
    goals = _goals(session, act)
    return [
        _readable(row, how, own=own, evaluator=False, goals=goals.get(row.Statement.id, ()))
        for row, how, own in _said(session, act, respondent_id=act.respondent)
    ]


def follow_up(session: Session) -> list[FollowUp]:
    """Return the published findings that rest on a sentence which was taken back afterwards."""
    rows = session.execute(
        select(Finding.id, Finding.code, Statement.code, Statement.withdrawn_at)
        .select_from(Finding)
        .join(
            GoalSource,
            and_(GoalSource.programme_id == Finding.programme_id, GoalSource.goal_id == Finding.goal_id),
        )
        .join(Statement, joined(GoalSource.statement_id, Statement))
        .where(
            Finding.programme_id == session.info["programme_id"],
            Statement.withdrawn_at.is_not(None),
            Statement.withdrawn_at >= Finding.published_at,
        )
        .order_by(Finding.code, Statement.code)
    )
    return [FollowUp(one, code, said, cast("datetime", at)) for one, code, said, at in rows]


_Row = Row[Statement, UUID, RespondentKind, str, UUID | None, UUID, str, int, Mode]


def _is_evaluator(act: Act) -> bool:
    """Tell whether somebody reads as evaluator: a payer never does."""
    return Role.EVALUATOR in act.roles and act.roles.isdisjoint({Role.FUNDER, Role.INVESTOR})


def _said(
    session: Session,
    act: Act,
    *,
    goal_id: UUID | None = None,
    interview_id: UUID | None = None,
    statement_id: UUID | None = None,
    respondent_id: UUID | None = None,
) -> Iterator[tuple[_Row, Reading, bool]]:
    """Yield what this reader may know of, how much of each they read, and whether they said it themselves."""
    programme_id = session.info["programme_id"]
    heard = (
        select(Respondent.group_id, func.count(Respondent.id.distinct()).label("heard"))
        .join(
            Interview,
            and_(Interview.programme_id == Respondent.programme_id, Interview.respondent_id == Respondent.id),
        )
        .where(
            Respondent.programme_id == programme_id,
            Respondent.kind == RespondentKind.PARTICIPANT,
            Interview.submitted_at.is_not(None),
            Interview.mode.not_in(NO_INTERVIEW),  # the same people may have been in the workshop too
        )
        .group_by(Respondent.group_id)
        .subquery()
    )
    query = (
        select(
            Statement,
            Respondent.id.label("respondent_id"),
            Respondent.kind.label("kind"),
            Respondent.name.label("name"),
            Respondent.user_id.label("user_id"),
            StakeholderGroup.id.label("group_id"),
            StakeholderGroup.name.label("group"),
            func.coalesce(heard.c.heard, 0).label("heard"),
            Interview.mode.label("mode"),
        )
        .join(Interview, joined(Statement.interview_id, Interview))
        .join(Respondent, joined(Interview.respondent_id, Respondent))
        .join(StakeholderGroup, joined(Respondent.group_id, StakeholderGroup))
        .outerjoin(heard, heard.c.group_id == StakeholderGroup.id)
        .where(Statement.programme_id == programme_id, Statement.withdrawn_at.is_(None))
        .order_by(Statement.code)
    )
    if goal_id is not None:
        query = query.where(
            Statement.id.in_(
                select(GoalSource.statement_id).where(
                    GoalSource.programme_id == programme_id, GoalSource.goal_id == goal_id
                )
            )
        )
    if interview_id is not None:
        query = query.where(Statement.interview_id == interview_id)
    if statement_id is not None:
        query = query.where(Statement.id == statement_id)
    if respondent_id is not None:
        query = query.where(Respondent.id == respondent_id)
    for row in session.execute(query):
        own = (act.respondent is not None and row.respondent_id == act.respondent) or (
            act.user is not None and row.user_id == act.user
        )
        said = Said(audience=row.Statement.audience, speaker=row.kind, respondents=row.heard)
        how = reading(said, act.roles, own=own)
        if how is not Reading.NONE:
            yield row, how, own


def _goals(session: Session, act: Act) -> dict[UUID, tuple[UUID, ...]]:
    """Return per statement the goals that rest on it; hidden ones only for the evaluator."""
    query = (
        select(GoalSource.statement_id, GoalSource.goal_id)
        .join(Goal, joined(GoalSource.goal_id, Goal))
        .where(GoalSource.programme_id == session.info["programme_id"])
        .order_by(Goal.code)
    )
    if not _is_evaluator(act):
        query = query.where(Goal.released)
    goals: dict[UUID, tuple[UUID, ...]] = {}
    for statement_id, goal_id in session.execute(query):
        goals[statement_id] = (*goals.get(statement_id, ()), goal_id)
    return goals


def _readable(
    row: _Row,
    how: Reading,
    *,
    own: bool,
    evaluator: bool,
    goals: tuple[UUID, ...],
) -> ReadableStatement:
    statement = row.Statement
    near = own or evaluator
    named = shows_name(row.kind, statement.attribution) and how is Reading.FULL
    apart = row.kind is RespondentKind.PARTICIPANT and not near
    who = "" if apart else f"{row.name}, {row.group}" if named else row.group
    return ReadableStatement(
        id=statement.id,
        code=statement.code,
        text=statement.text if how is Reading.FULL else None,
        who=who,
        named=named,
        audience=statement.audience,
        attribution=statement.attribution,
        decided_at=statement.decided_at,
        group_id=None if apart and how is Reading.FULL else row.group_id,
        respondent_kind=row.kind,
        interview_id=statement.interview_id if near else None,
        goal_ids=goals,
        reading=how,
        own=own,
    )
