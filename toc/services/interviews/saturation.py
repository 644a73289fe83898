"""Which goals each interview named, for whoever wants to know whether asking on brings anything new."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from toc.domain import saturation
from toc.domain.interviews import NO_INTERVIEW
from toc.domain.saturation import Course, Told
from toc.models.coding import CodingEnd
from toc.models.goals import Goal, GoalSource
from toc.models.interviews import Interview, Respondent, StakeholderGroup, Statement
from toc.services.interviews.loading import joined


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyCourse:
    """The interviews of one party."""

    group: StakeholderGroup
    course: Course


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """What interviews added, together and per party.

    Attributes:
        course: of all interviews that were read for goals.
        parties: those of each party that has one, in the order of their codes.
        unread: completed interviews in which nobody found a goal, and that no coder called ready; they are
            left out, because nothing can be said about them yet.
        goals: code of each goal that is named, by its id.
    """

    course: Course
    parties: tuple[PartyCourse, ...]
    unread: tuple[Interview, ...]
    goals: dict[UUID, int]


def saturation_of(session: Session) -> Saturation:
    """Return what each completed interview added to the goals; four statements, however many there are.

    Statements that were taken back do not count, nor do goals that were taken out of the tree. Documents and
    workshops are no interviews.
    """
    programme_id = session.info["programme_id"]
    held = list(
        session.scalars(
            select(Interview)
            .where(
                Interview.programme_id == programme_id,
                Interview.submitted_at.is_not(None),
                Interview.mode.not_in(NO_INTERVIEW),
            )
            .options(joinedload(Interview.respondent))
            .order_by(Interview.held_on, Interview.code)
        )
    )
    named: dict[UUID, set[UUID]] = {}
    codes: dict[UUID, int] = {}
    for interview_id, goal_id, code in session.execute(
        select(Statement.interview_id, Goal.id, Goal.code)
        .select_from(GoalSource)
        .join(Statement, joined(GoalSource.statement_id, Statement))
        .join(Goal, and_(Goal.programme_id == GoalSource.programme_id, Goal.id == GoalSource.goal_id))
        .where(
            GoalSource.programme_id == programme_id,
            Statement.withdrawn_at.is_(None),
            Goal.retired_at.is_(None),
            Statement.interview_id.in_([interview.id for interview in held]),
        )
    ):
        named.setdefault(interview_id, set()).add(goal_id)
        codes[goal_id] = code
    read = set(
        session.scalars(
            select(CodingEnd.interview_id).where(CodingEnd.programme_id == programme_id).distinct()
        )
    )
    told = [
        Told(
            interview=interview.id,
            code=interview.code,
            on=interview.held_on,
            party=interview.respondent.group_id,
            goals=frozenset(named.get(interview.id, ())),
        )
        for interview in held
        if interview.id in named or interview.id in read
    ]
    parties = saturation.by_party(told)
    groups = session.scalars(
        select(StakeholderGroup)
        .where(
            StakeholderGroup.programme_id == programme_id,
            StakeholderGroup.id.in_(
                select(Respondent.group_id).where(Respondent.programme_id == programme_id)
            ),
        )
        .order_by(StakeholderGroup.code)
    )
    return Saturation(
        course=saturation.course(told),
        parties=tuple(
            PartyCourse(group=group, course=parties[group.id]) for group in groups if group.id in parties
        ),
        unread=tuple(each for each in held if each.id not in named and each.id not in read),
        goals=codes,
    )
