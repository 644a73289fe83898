"""The member check as the evaluator reads it: who agreed with a goal, who wants it worded otherwise."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.grounds import Checked, CheckState, Verdict, checked
from toc.domain.interviews import CheckVerdict
from toc.domain.permissions import may
from toc.models.goals import GoalEdition, GoalSource
from toc.models.interviews import GoalCheck, Interview, Respondent, StakeholderGroup, Statement
from toc.models.merging import PartyGoal, PartyGoalSource
from toc.services.errors import NotFound
from toc.services.goals.reading import visible_goals

_Asked = dict[UUID, frozenset[UUID]]
"""Respondents, each with the statements of theirs that a goal rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBy:
    """How far one respondent is with one goal, for the evaluator alone.

    Attributes:
        number: of the respondent's code.
        group: name of their party.
        verdict: the last thing they said, of this wording or an earlier one; None: nothing.
        check_id: of that.
        wording: of the goal, as they saw it then.
        comment: what they added; with an amendment their own wording.
    """

    number: int
    group: str
    state: CheckState
    verdict: CheckVerdict | None = None
    check_id: UUID | None = None
    wording: str = ""
    comment: str = ""

    @property
    def code(self) -> str:
        """How the evaluator names them: R4."""
        return code(CodeKind.RESPONDENT, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalChecks:
    """A goal and how far its member check is.

    Attributes:
        goal_id: in the tree of everybody; None for one in the own tree of a party.
        group_id: whose own tree; None for a goal of everybody.
        code: G12, or S2.3.
        by: each respondent on whose words it rests, by code.
    """

    goal_id: UUID | None
    group_id: UUID | None
    code: str
    wording: str
    by: tuple[CheckedBy, ...]

    def count(self, *states: CheckState) -> int:
        """Return how many respondents are that far."""
        return sum(one.state in states for one in self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """The wording that a respondent asked for instead.

    Attributes:
        goal_id: the goal.
        respondent: code of who asked.
        wording: of the goal as they saw it.
        comment: theirs.
    """

    goal_id: UUID
    respondent: str
    wording: str
    comment: str


def all_checks(session: Session, act: Act) -> tuple[GoalChecks, ...]:
    """Return every goal that rests on anybody's words, those of everybody first; in seven statements.

    Who is asked about a goal of everybody is not asked about the same wording in their party's own tree.

    Raises:
        NotFound: this reader may not know who said what.
    """
    _only_evaluators(act)
    people = _people(session)
    asked = _asked(session, GoalSource, GoalSource.goal_id)
    said = _verdicts(session, GoalEdition.goal_id)
    visible = visible_goals(session, act)
    shared = [
        GoalChecks(
            goal_id=goal.id,
            group_id=None,
            code=goal.code,
            wording=goal.wording,
            by=_by(people, goal.wording, asked.get(goal.id, ()), said.get(goal.id, ())),
        )
        for goal in visible
        if goal.id in asked or goal.id in said
    ]
    asked_already = {
        (goal.wording, respondent, statements)
        for goal in visible
        for respondent, statements in asked.get(goal.id, {}).items()
        if goal.released or len(asked[goal.id]) == 1
    }
    return (*shared, *_own_trees(session, people, asked_already))


def checks_of(session: Session, act: Act, goal_id: UUID, wording: str) -> tuple[CheckedBy, ...]:
    """Return how far each respondent is with one goal, in three statements.

    Raises:
        NotFound: this reader may not know who said what.
    """
    _only_evaluators(act)
    asked = _asked(session, GoalSource, GoalSource.goal_id, goal_id).get(goal_id, ())
    said = _verdicts(session, GoalEdition.goal_id, goal_id).get(goal_id, ())
    return _by(_people(session), wording, asked, said)


def amendment(session: Session, act: Act, goal_id: UUID, check_id: UUID) -> Amendment:
    """Return the wording that a respondent asked for.

    Raises:
        NotFound: there is none for this goal, or this reader may not know who said what.
    """
    _only_evaluators(act)
    row = session.execute(
        select(GoalCheck, Respondent.code)
        .join(
            GoalEdition,
            and_(
                GoalEdition.programme_id == GoalCheck.programme_id,
                GoalEdition.id == GoalCheck.goal_edition_id,
            ),
        )
        .join(
            Respondent,
            and_(Respondent.programme_id == GoalCheck.programme_id, Respondent.id == GoalCheck.respondent_id),
        )
        .where(
            GoalCheck.programme_id == session.info["programme_id"],
            GoalCheck.id == check_id,
            GoalCheck.verdict == CheckVerdict.AMEND,
            GoalEdition.goal_id == goal_id,
        )
    ).first()
    if row is None:
        raise NotFound
    check, number = row
    return Amendment(
        goal_id=goal_id,
        respondent=code(CodeKind.RESPONDENT, number),
        wording=check.wording,
        comment=check.comment,
    )


def agreements(session: Session, wordings: Mapping[UUID, str]) -> Mapping[UUID, int]:
    """Return how many respondents agree with each of these goals as it reads now, in one statement.

    Args:
        session: of a programme.
        wordings: of the goals, by id; goals that nobody agrees with are left out of the answer.
    """
    only = next(iter(wordings)) if len(wordings) == 1 else None
    agreed: Counter[UUID] = Counter()
    for goal_id, verdicts in _verdicts(session, GoalEdition.goal_id, only).items():
        states = (one.state for one in checked(wordings.get(goal_id, ""), (), verdicts))
        agreed[goal_id] = sum(state is CheckState.AGREED for state in states)
    return +agreed


def _only_evaluators(act: Act) -> None:
    if not may(act.roles, "interview.read"):
        raise NotFound


def _people(session: Session) -> dict[UUID, tuple[int, str]]:
    """Return the number and the party of each respondent."""
    rows = session.execute(
        select(Respondent.id, Respondent.code, StakeholderGroup.name)
        .join(
            StakeholderGroup,
            and_(
                StakeholderGroup.programme_id == Respondent.programme_id,
                StakeholderGroup.id == Respondent.group_id,
            ),
        )
        .where(Respondent.programme_id == session.info["programme_id"])
    )
    return {respondent: (number, group) for respondent, number, group in rows}


def _asked(session: Session, source: Any, subject: Any, only: UUID | None = None) -> dict[UUID, _Asked]:  # noqa: ANN401 - a table of sources and its column
    """Return per goal the respondents on whose words it rests, by code, each with those words."""
    query = (
        select(subject, Respondent.id, Statement.id)
        .join(
            Statement,
            and_(Statement.programme_id == source.programme_id, Statement.id == source.statement_id),
        )
        .join(
            Interview,
            and_(Interview.programme_id == Statement.programme_id, Interview.id == Statement.interview_id),
        )
        .join(
            Respondent,
            and_(Respondent.programme_id == Interview.programme_id, Respondent.id == Interview.respondent_id),
        )
        .where(source.programme_id == session.info["programme_id"], Statement.withdrawn_at.is_(None))
        .order_by(Respondent.code)
    )
    asked: dict[UUID, _Asked] = {}
    for goal_id, respondent, said in session.execute(query if only is None else query.where(subject == only)):
        of_goal = asked.setdefault(goal_id, {})
        of_goal[respondent] = of_goal.get(respondent, frozenset()) | {said}
    return asked


def _verdicts(session: Session, subject: Any, only: UUID | None = None) -> dict[UUID, list[Verdict]]:  # noqa: ANN401 - as _asked
    """Return per goal what was said of it, of any edition."""
    query = (
        select(
            subject,
            GoalCheck.id,
            GoalCheck.respondent_id,
            GoalCheck.wording,
            GoalCheck.verdict,
            GoalCheck.comment,
            GoalCheck.at,
        )
        .outerjoin(
            GoalEdition,
            and_(
                GoalEdition.programme_id == GoalCheck.programme_id,
                GoalEdition.id == GoalCheck.goal_edition_id,
            ),
        )
        .where(GoalCheck.programme_id == session.info["programme_id"], subject.is_not(None))
    )
    said: dict[UUID, list[Verdict]] = {}
    for goal_id, *verdict in session.execute(query if only is None else query.where(subject == only)):
        said.setdefault(goal_id, []).append(Verdict(*verdict))
    return said


def _by(
    people: Mapping[UUID, tuple[int, str]], wording: str, asked: Iterable[UUID], said: Iterable[Verdict]
) -> tuple[CheckedBy, ...]:
    return tuple(_checked_by(people, one) for one in checked(wording, asked, said))


def _checked_by(people: Mapping[UUID, tuple[int, str]], one: Checked) -> CheckedBy:
    number, group = people[one.respondent]
    if one.said is None:
        return CheckedBy(number=number, group=group, state=one.state)
    return CheckedBy(
        number=number,
        group=group,
        state=one.state,
        verdict=one.said.verdict,
        check_id=one.said.id,
        wording=one.said.wording,
        comment=one.said.comment,
    )


def _own_trees(
    session: Session,
    people: Mapping[UUID, tuple[int, str]],
    asked_already: Collection[tuple[str, UUID, frozenset[UUID]]],
) -> Iterable[GoalChecks]:
    """Yield the goals of the own trees of parties that rest on anybody's words.

    Args:
        session: of the programme.
        people: as `_people`.
        asked_already: wordings of goals of everybody, each with a respondent and their words under it.
    """
    asked = _asked(session, PartyGoalSource, PartyGoalSource.party_goal_id)
    said = _verdicts(session, GoalCheck.party_goal_id)
    rows = session.execute(
        select(PartyGoal.id, PartyGoal.group_id, StakeholderGroup.code, PartyGoal.number, PartyGoal.wording)
        .join(
            StakeholderGroup,
            and_(
                StakeholderGroup.programme_id == PartyGoal.programme_id,
                StakeholderGroup.id == PartyGoal.group_id,
            ),
        )
        .where(PartyGoal.programme_id == session.info["programme_id"])
        .order_by(StakeholderGroup.code, PartyGoal.number)
    )
    for goal_id, group_id, party, number, wording in rows:
        twice = {
            respondent
            for respondent, statements in asked.get(goal_id, {}).items()
            if (wording, respondent, statements) in asked_already
        }
        by = _by(
            people,
            wording,
            (one for one in asked.get(goal_id, ()) if one not in twice),
            (one for one in said.get(goal_id, ()) if one.respondent not in twice),
        )
        if by:
            yield GoalChecks(
                goal_id=None,
                group_id=group_id,
                code=f"{code(CodeKind.GROUP, party)}.{number}",
                wording=wording,
                by=by,
            )
