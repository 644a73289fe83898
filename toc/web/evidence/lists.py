"""All goals with their evidence, as a list and as a picture of the ladder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from toc.domain.evidence import Assessment
from toc.domain.indicators import Status as GoalStatus
from toc.services.evidence import GoalLine, Overview
from toc.web.evidence.blueprint import gettext, goal_address, ngettext
from toc.web.evidence.criteria import Link, goal_code
from toc.web.evidence.ladder import RUNGS, Badge, badges, remark, rung_name
from toc.web.texts import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGoal:
    """A goal in the list of all goals."""

    code: str
    wording: str
    url: str
    is_primary: bool
    level: str | None
    status: str | None
    rung: int
    name: str
    steps: tuple[str, ...]
    """State of each rung from 1 to 5: reached or open."""
    badges: tuple[Badge, ...]
    missing: tuple[str, ...]
    more: str
    next_rung: int | None
    studies: int
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung of the picture of all goals: which goals stand there."""

    number: int
    name: str
    goals: tuple[Link, ...]
    more: str
    count: int


_NAMED = 12
"""How many goals the picture of all goals names on one rung."""


def _more(assessment: Assessment) -> tuple[tuple[str, ...], str]:
    names = [sentence(one.criterion.sentence) for one in assessment.missing]
    if assessment.rung == 1 and not assessment.reviewed:
        names.insert(0, gettext("An evaluator reviews rung 1 and signs it."))
    rest = len(names) - 1
    return tuple(names[:1]), ngettext("and %(num)s more", "and %(num)s more", rest) if rest > 0 else ""


def status_name(status: GoalStatus | None) -> str | None:
    """Return which badge shows how a goal stands; None when nothing is measured."""
    return None if status in {None, GoalStatus.NOT_MEASURABLE} else str(status)


def shown_goal(programme_id: UUID, line: GoalLine, status: GoalStatus | None) -> ShownGoal:
    """Return a goal for the list."""
    assessment = line.assessment
    first, rest = _more(assessment)
    return ShownGoal(
        code=goal_code(line.goal.code),
        wording=line.edition.wording,
        url=goal_address(programme_id, line.goal.id),
        is_primary=line.goal.is_primary,
        level=None if line.edition.level is None else line.edition.level.value,
        status=status_name(status),
        rung=assessment.rung,
        name=rung_name(assessment.rung),
        steps=tuple("reached" if number <= assessment.rung else "open" for number in RUNGS),
        badges=badges(assessment, {}),
        missing=first,
        more=rest,
        next_rung=assessment.next_rung,
        studies=line.studies,
        remark=remark(status, assessment.rung),
    )


def steps(goals: Sequence[ShownGoal]) -> tuple[Step, ...]:
    """Return the picture of all goals: the rungs, the highest first, with who stands there."""
    found = []
    for number in range(5, -1, -1):
        here = [goal for goal in goals if goal.rung == number]
        named = here if number else [goal for goal in here if goal.is_primary]
        rest = len(here) - len(named[:_NAMED])
        if named[:_NAMED]:
            more = ngettext("and %(num)s more goal", "and %(num)s more goals", rest) if rest else ""
        else:
            more = ngettext("%(num)s goal", "%(num)s goals", rest) if rest else ""
        found.append(
            Step(
                number=number,
                name=rung_name(number),
                goals=tuple(Link(goal.code, goal.url) for goal in named[:_NAMED]),
                more=more,
                count=len(here),
            )
        )
    return tuple(found)


def all_goals(page: Overview, statuses: Mapping[UUID, GoalStatus]) -> tuple[ShownGoal, ...]:
    """Return the goals for the list, primary outcomes first."""
    return tuple(shown_goal(page.programme.id, line, statuses.get(line.goal.id)) for line in page.lines)
