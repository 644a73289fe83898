"""Findings and replies as evaluators and parties read them, and as a respondent does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import Status
from toc.domain.interviews import RespondentKind
from toc.models.findings import Finding, Reply
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalSource
from toc.models.interviews import Interview, Respondent, StakeholderGroup, Statement
from toc.models.people import User
from toc.services import evidence, indicators
from toc.services.errors import NotFound
from toc.services.interviews import checking


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a goal stands on a day: reached or not, and the rung of its evidence."""

    status: Status
    rung: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding as it was published, with the goal as it then read and as it reads now.

    Attributes:
        wording: of the goal, in the edition that the finding is about.
        later: the goal's current wording where it has changed since, else "".
        by: name of the evaluator.
        replies: how many replies there are; only for evaluators.
        open_replies: how many of them nobody has answered yet.
    """

    id: UUID
    number: int
    goal_id: UUID
    goal_number: int
    wording: str
    later: str
    text: str
    status: Status
    rung: int
    at: datetime
    by: str
    replies: int
    open_replies: int

    @property
    def code(self) -> str:
        """How people name it: F3."""
        return code(CodeKind.FINDING, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """A reply, and what was done with it.

    Attributes:
        who: the party, and the code of the respondent; never a name.
        new_wording: of the goal's edition that it led to, else "".
    """

    id: UUID
    finding_id: UUID
    who: str
    respondent_kind: RespondentKind
    text: str
    at: datetime
    answer: str
    answered_at: datetime | None
    new_wording: str
    new_number: int | None
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFinding:
    """A finding as a respondent sees it: on a goal that they named, beside their own words.

    Attributes:
        words: what they said that the goal rests on; empty when their party holds the goal.
        reply: theirs, or None.
    """

    finding: FindingView
    words: tuple[str, ...]
    reply: ReplyView | None


def standing(session: Session, act: Act, goal_id: UUID) -> Standing:
    """Return whether a goal is reached and how sure that is, as of today."""
    return Standing(
        status=indicators.goal_statuses(session, act.on, [goal_id])[goal_id],
        rung=evidence.assess(session, goal_id, act.on).rung,
    )


def findings(session: Session, act: Act, goal_id: UUID | None = None) -> list[FindingView]:
    """Return the findings that a reader with an account may see, newest first, in one statement."""
    conditions = [] if goal_id is None else [Finding.goal_id == goal_id]
    return _views(session, *conditions, *_shown_to(act), counting=sees_hidden(act.roles))


def get(session: Session, act: Act, finding_id: UUID) -> FindingView:
    """Return one finding.

    Raises:
        NotFound: there is none, or it is on a goal that is not shown to this reader.
    """
    found = _views(session, Finding.id == finding_id, *_shown_to(act), counting=sees_hidden(act.roles))
    if not found:
        raise NotFound
    return found[0]


def _shown_to(act: Act) -> tuple[ColumnElement[bool] | InstrumentedAttribute[bool], ...]:
    return () if sees_hidden(act.roles) else _OPEN


_OPEN = (Goal.released, GoalEdition.number >= Goal.visible_from)
"""A goal that was hidden may be shown from a later wording on; a finding on an earlier one is not."""


def _views(
    session: Session, *conditions: ColumnElement[bool] | InstrumentedAttribute[bool], counting: bool = False
) -> list[FindingView]:
    now = aliased(GoalEdition)
    answered = Reply.answered_at.is_not(None)
    counted = (
        select(
            Reply.programme_id,
            Reply.finding_id,
            func.count().label("replies"),
            func.count().filter(~answered).label("open"),
        )
        .where(Reply.programme_id == session.info["programme_id"])
        .group_by(Reply.programme_id, Reply.finding_id)
        .subquery()
    )
    query = (
        select(
            Finding,
            Goal.code,
            GoalEdition.wording,
            now.wording,
            User.name,
            func.coalesce(counted.c.replies, 0),
            func.coalesce(counted.c.open, 0),
        )
        .join(Finding.goal)
        .join(Finding.goal_edition)
        .join(
            now,
            and_(now.programme_id == Goal.programme_id, now.goal_id == Goal.id, now.number == Goal.edition),
        )
        .outerjoin(User, User.id == Finding.published_by_id)
        .outerjoin(
            counted, and_(counted.c.programme_id == Finding.programme_id, counted.c.finding_id == Finding.id)
        )
        .where(Finding.programme_id == session.info["programme_id"], *conditions)
        .order_by(Finding.code.desc())
    )
    return [
        FindingView(
            id=finding.id,
            number=finding.code,
            goal_id=finding.goal_id,
            goal_number=goal_number,
            wording=wording,
            later=current if current != wording else "",
            text=finding.text,
            status=finding.status,
            rung=finding.rung,
            at=finding.published_at,
            by=by or "",
            replies=replies if counting else 0,
            open_replies=open_ if counting else 0,
        )
        for finding, goal_number, wording, current, by, replies, open_ in session.execute(query)
    ]


def replies(session: Session, finding_id: UUID | None = None) -> list[ReplyView]:
    """Return replies for the evaluator, those without an answer first, in one statement."""
    query = _reply_query(session)
    if finding_id is not None:
        query = query.where(Reply.finding_id == finding_id)
    return [_reply_view(*row) for row in session.execute(query)]


def _reply_query(session: Session):  # type: ignore[no-untyped-def] # noqa: ANN202 - a select of several tables
    return (
        select(Reply, Respondent, StakeholderGroup.name, GoalEdition.wording, GoalEdition.number)
        .join(Reply.respondent)
        .join(Respondent.group)
        .outerjoin(Reply.resulting_edition)
        .where(Reply.programme_id == session.info["programme_id"])
        .order_by(Reply.answered_at.is_not(None), Reply.at, Reply.id)
    )


def _reply_view(
    reply: Reply, respondent: Respondent, group: str, wording: str | None, number: int | None
) -> ReplyView:
    return ReplyView(
        id=reply.id,
        finding_id=reply.finding_id,
        who=f"{group} ({code(CodeKind.RESPONDENT, respondent.code)})",
        respondent_kind=respondent.kind,
        text=reply.text,
        at=reply.at,
        answer=reply.answer,
        answered_at=reply.answered_at,
        new_wording=wording or "",
        new_number=number,
        revision=reply.revision,
    )


def own_findings(session: Session, act: Act) -> list[OwnFinding]:
    """Return the findings for a respondent: on goals that rest on their words, and on goals of their party.

    While a goal is hidden, only who alone said what it rests on sees them, and only when no other party holds
    the goal: it is theirs then. What money depends on a goal is not part of it. Until somebody's own answers
    are in they see none: findings tell what others said.
    """
    if act.respondent is None:
        raise NotFound
    if not checking.has_told(session, act.respondent):
        return []
    words = _own_words(session, act.respondent)
    held = (
        exists()
        .where(
            GoalHolder.programme_id == Goal.programme_id,
            GoalHolder.goal_id == Goal.id,
            GoalHolder.group_id == Respondent.group_id,
            Respondent.programme_id == Goal.programme_id,
            Respondent.id == act.respondent,
        )
        .correlate(Goal)
    )
    named = Goal.id.in_(words)
    views = _views(session, or_(and_(*_OPEN, or_(named, held)), and_(named, *_theirs_alone(act.respondent))))
    mine = {
        view.finding_id: view
        for view in (
            _reply_view(*row)
            for row in session.execute(_reply_query(session).where(Reply.respondent_id == act.respondent))
        )
    }
    return [
        OwnFinding(finding=view, words=words.get(view.goal_id, ()), reply=mine.get(view.id)) for view in views
    ]


def _theirs_alone(respondent_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """Return when a goal is nobody else's: nobody else said what it rests on, no other party holds it."""
    others_words = (
        exists()
        .where(
            GoalSource.programme_id == Goal.programme_id,
            GoalSource.goal_id == Goal.id,
            Statement.programme_id == GoalSource.programme_id,
            Statement.id == GoalSource.statement_id,
            Interview.programme_id == Statement.programme_id,
            Interview.id == Statement.interview_id,
            Interview.respondent_id != respondent_id,
        )
        .correlate(Goal)
    )
    other_party = (
        exists()
        .where(
            GoalHolder.programme_id == Goal.programme_id,
            GoalHolder.goal_id == Goal.id,
            Respondent.programme_id == Goal.programme_id,
            Respondent.id == respondent_id,
            GoalHolder.group_id != Respondent.group_id,
        )
        .correlate(Goal)
    )
    return ~others_words, ~other_party


def own_finding(session: Session, act: Act, finding_id: UUID) -> OwnFinding:
    """Return one finding for a respondent.

    Raises:
        NotFound: there is none, or it is not for them.
    """
    by_id = {own.finding.id: own for own in own_findings(session, act)}
    if finding_id not in by_id:
        raise NotFound
    return by_id[finding_id]


def _own_words(session: Session, respondent_id: UUID) -> dict[UUID, tuple[str, ...]]:
    """Return per goal what this respondent said that it rests on, in their own words."""
    rows = session.execute(
        select(GoalSource.goal_id, Statement.text)
        .join(GoalSource.statement)
        .join(Statement.interview)
        .where(
            GoalSource.programme_id == session.info["programme_id"],
            Interview.respondent_id == respondent_id,
            Statement.withdrawn_at.is_(None),
        )
        .order_by(Statement.code)
    )
    words: dict[UUID, tuple[str, ...]] = {}
    for goal_id, text in rows:
        words[goal_id] = (*words.get(goal_id, ()), text)
    return words
