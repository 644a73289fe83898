"""The member check: a respondent says of each goal drawn from their words whether they meant that."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.interviews import CheckVerdict, check_consent
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.interviews import GoalCheck, Interview, StakeholderGroup, Statement
from toc.models.merging import PartyGoal, PartyGoalSource
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.interviews.loading import given_consents, joined, made_before
from toc.services.interviews.personal import check_free_text


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnGoal:
    """A goal that rests on what a respondent said, as they may see it.

    Attributes:
        about: what a verdict is about: the edition of a goal, or the party's own goal.
        goal_id: of the goal in the tree of everybody; None for one in the party's own tree.
        code: how people name it: G12, or S2.3 in the own tree of party S2.
        wording: as it reads now.
        statement_ids: their statements on which it rests, by code.
        verdict: what they said of this wording last, None when nothing.
        comment: what they added; with an amendment their own wording.
        reworded: they judged an earlier wording, and not this one yet.
    """

    about: UUID
    goal_id: UUID | None
    code: str
    wording: str
    statement_ids: tuple[UUID, ...] = ()
    verdict: CheckVerdict | None = None
    comment: str = ""
    checked_at: datetime | None = None
    reworded: bool = False


def has_told(session: Session, respondent_id: UUID) -> bool:
    """Tell whether somebody's own answers are in: before that they see nothing of others."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Interview.programme_id == session.info["programme_id"],
                    Interview.respondent_id == respondent_id,
                    Interview.submitted_at.is_not(None),
                )
            )
        )
    )


def own_goals(session: Session, act: Act) -> list[OwnGoal]:
    """Return the goals that rest on what the reader said, those of everybody first; three statements.

    One that is not released shows only when it rests on their words alone: its wording would tell what others
    said. A goal of their party that became one of everybody, in the same words and on the same statements, is
    asked about once: as the goal of everybody.
    """
    goals = _merged([*_shared(session, act), *_party(session, act)])
    twins = _twins(goals)
    return _judged(session, act, [goal for goal in goals if goal.about not in twins])


def check_goal(
    session: Session, act: Act, check_id: UUID, about: UUID, verdict: CheckVerdict, comment: str = ""
) -> GoalCheck:
    """Keep what a respondent says of a goal that was drawn from their words.

    The audit trail does not say what the verdict was: more people read it than may know of a refusal.

    Args:
        session: of a programme, for writing.
        act: the respondent, by their personal link.
        check_id: id of the new row; the same one again changes nothing.
        about: as `OwnGoal.about`, so that nobody agrees with a wording that they did not see.
        verdict: agree, amend or reject.
        comment: for an amendment their own words, else what they want to add.

    Raises:
        NotFound: no such goal, or it does not rest on their words.
        Conflict: ``check.reworded``: it reads otherwise by now.
        DomainError: ``check.words_needed``; ``consent.refused``; or as `check_free_text`.
    """
    made = made_before(session, GoalCheck, check_id)
    if made is not None:
        return made
    every = _merged([*_shared(session, act), *_party(session, act)])
    # The page may have been made before the goal of the party became one of everybody.
    goal = _twins(every).get(about) or next((one for one in every if one.about == about), None)
    if goal is None or act.respondent is None:
        raise _gone(session, act, about)
    about = goal.about
    check_consent(given_consents(session, act.respondent))
    if verdict is CheckVerdict.AMEND and not comment:
        raise DomainError("check.words_needed")
    check_free_text(comment)
    check = GoalCheck(
        id=check_id,
        respondent_id=act.respondent,
        goal_edition_id=None if goal.goal_id is None else about,
        party_goal_id=about if goal.goal_id is None else None,
        wording=goal.wording,
        verdict=verdict,
        comment=comment,
        at=act.at,
    )
    session.add(check)
    if goal.goal_id is None:
        audit.record(session, act, "goal.check", "party_goal", about)
    else:
        audit.record(session, act, "goal.check", "goal", goal.goal_id)
    return check


def _gone(session: Session, act: Act, about: UUID) -> Exception:
    edition = session.get(GoalEdition, (session.info["programme_id"], about))
    own = {goal.goal_id for goal in own_goals(session, act)} - {None}
    return Conflict("check.reworded") if edition is not None and edition.goal_id in own else NotFound()


def _shared(session: Session, act: Act) -> Iterable[tuple[OwnGoal, UUID]]:
    """Yield goals of everybody with a statement of the reader under each."""
    other_source, other, other_interview = aliased(GoalSource), aliased(Statement), aliased(Interview)
    of_others = exists().where(
        other_source.programme_id == Goal.programme_id,
        other_source.goal_id == Goal.id,
        other.programme_id == Goal.programme_id,
        other.id == other_source.statement_id,
        other_interview.programme_id == Goal.programme_id,
        other_interview.id == other.interview_id,
        other_interview.respondent_id != act.respondent,
    )
    rows = session.execute(
        select(Goal.id, Goal.code, GoalEdition.id, GoalEdition.wording, Statement.id)
        .select_from(GoalSource)
        .join(Goal, joined(GoalSource.goal_id, Goal))
        .join(
            GoalEdition,
            and_(
                GoalEdition.programme_id == Goal.programme_id,
                GoalEdition.goal_id == Goal.id,
                GoalEdition.number == Goal.edition,
            ),
        )
        .join(Statement, joined(GoalSource.statement_id, Statement))
        .join(Interview, joined(Statement.interview_id, Interview))
        .where(
            GoalSource.programme_id == session.info["programme_id"],
            Interview.respondent_id == act.respondent,
            Statement.withdrawn_at.is_(None),
            Goal.retired_at.is_(None),
            or_(Goal.released, ~of_others),
        )
        .order_by(Goal.code, Statement.code)
    )
    for goal_id, number, about, wording, statement_id in rows:
        short = code(CodeKind.GOAL, number)
        yield OwnGoal(about=about, goal_id=goal_id, code=short, wording=wording), statement_id


def _party(session: Session, act: Act) -> Iterable[tuple[OwnGoal, UUID]]:
    """Yield goals of the party's own tree with a statement of the reader under each."""
    other_source, other, other_interview = aliased(PartyGoalSource), aliased(Statement), aliased(Interview)
    of_others = exists().where(
        other_source.programme_id == PartyGoal.programme_id,
        other_source.party_goal_id == PartyGoal.id,
        other.programme_id == PartyGoal.programme_id,
        other.id == other_source.statement_id,
        other_interview.programme_id == PartyGoal.programme_id,
        other_interview.id == other.interview_id,
        other_interview.respondent_id != act.respondent,
    )
    rows = session.execute(
        select(
            PartyGoal.id,
            StakeholderGroup.code.label("party"),
            PartyGoal.number,
            PartyGoal.wording,
            Statement.id.label("statement_id"),
        )
        .select_from(PartyGoalSource)
        .join(PartyGoal, joined(PartyGoalSource.party_goal_id, PartyGoal))
        .join(StakeholderGroup, joined(PartyGoal.group_id, StakeholderGroup))
        .join(Statement, joined(PartyGoalSource.statement_id, Statement))
        .join(Interview, joined(Statement.interview_id, Interview))
        .where(
            PartyGoalSource.programme_id == session.info["programme_id"],
            Interview.respondent_id == act.respondent,
            Statement.withdrawn_at.is_(None),
            or_(PartyGoal.standing != Standing.HIDDEN, ~of_others),
        )
        .order_by(StakeholderGroup.code, PartyGoal.number, Statement.code)
    )
    for row in rows:
        short = f"{code(CodeKind.GROUP, row.party)}.{row.number}"
        goal = OwnGoal(about=row.id, goal_id=None, code=short, wording=row.wording)
        yield goal, row.statement_id


def _merged(rows: Iterable[tuple[OwnGoal, UUID]]) -> list[OwnGoal]:
    goals: dict[UUID, OwnGoal] = {}
    for goal, statement_id in rows:
        known = goals.get(goal.about, goal)
        goals[goal.about] = replace(known, statement_ids=(*known.statement_ids, statement_id))
    return list(goals.values())


def _twins(goals: Iterable[OwnGoal]) -> dict[UUID, OwnGoal]:
    """Return goals of own trees, by what is judged of them, that are a goal of everybody too: that goal."""
    goals = list(goals)
    shared = {(goal.wording, goal.statement_ids): goal for goal in goals if goal.goal_id is not None}
    return {
        goal.about: shared[goal.wording, goal.statement_ids]
        for goal in goals
        if goal.goal_id is None and (goal.wording, goal.statement_ids) in shared
    }


def _judged(session: Session, act: Act, goals: list[OwnGoal]) -> list[OwnGoal]:
    """Return the goals with what the reader said of each last."""
    said: dict[tuple[str, UUID], GoalCheck] = {}
    before: set[UUID] = set()
    for check, goal_id in session.execute(
        select(GoalCheck, GoalEdition.goal_id)
        .outerjoin(GoalEdition, joined(GoalCheck.goal_edition_id, GoalEdition))
        .where(
            GoalCheck.programme_id == session.info["programme_id"], GoalCheck.respondent_id == act.respondent
        )
        .order_by(GoalCheck.at, GoalCheck.id)
    ):
        about = check.goal_edition_id or check.party_goal_id
        said[check.wording, about] = check
        before.add(goal_id or about)
    return [
        replace(
            goal,
            verdict=check.verdict if check else None,
            comment=check.comment if check else "",
            checked_at=check.at if check else None,
            reworded=check is None and (goal.goal_id or goal.about) in before,
        )
        for goal in goals
        for check in (said.get((goal.wording, goal.about)),)
    ]
