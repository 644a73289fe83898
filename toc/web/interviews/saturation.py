"""Saturation: whether interviews still bring goals that nobody named before."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from toc.charts import saturation as charts
from toc.domain.codes import CodeKind, code
from toc.domain.saturation import Course, Step
from toc.models.interviews import StakeholderGroup
from toc.services import interviews as service
from toc.services.interviews import Saturation
from toc.web import texts
from toc.web.database import read_session
from toc.web.interviews.blueprint import interviews, place
from toc.web.security import allow


@dataclass(frozen=True, slots=True)
class StepRow:
    """An interview in the table beside the chart.

    Attributes:
        code: of the interview.
        url: of its page.
        on: the day.
        party: who spoke.
        new: codes of the goals that nobody named before, each with its page.
        total: how many goals are known after it.
    """

    code: str
    url: str
    on: str
    party: str
    new: list[tuple[str, str]]
    total: int


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party in the table."""

    name: str
    url: str
    interviews: int
    goals: int
    sentence: str


@interviews.get("/p/<uuid:programme_id>/saturation")
@allow("interview.read")
def saturation(programme_id: UUID) -> ResponseReturnValue:
    """Show how many new goals each interview brought, together and per party."""
    session = read_session(programme_id)
    place(session, (gettext("New goals per interview"), None))
    found = service.saturation_of(session)
    groups = {each.group.id: each.group for each in found.parties}
    return render_template(
        "interviews/saturation.html",
        programme_id=programme_id,
        sentence=in_words(found.course),
        figure=_figure(found, groups) if found.course.steps else None,
        rows=[_row(programme_id, step, found, groups) for step in found.course.steps],
        parties=[
            PartyRow(
                each.group.name,
                url_for(".group", programme_id=programme_id, group_id=each.group.id),
                len(each.course.steps),
                each.course.total,
                in_words(each.course),
            )
            for each in found.parties
        ],
        unread=[
            (
                code(CodeKind.INTERVIEW, each.code),
                url_for("coding.interview", programme_id=programme_id, interview_id=each.id),
            )
            for each in found.unread
        ],
    )


def in_words(course: Course) -> str:
    """Return what the interviews say about asking on."""
    if not course.steps:
        return str(gettext("No interview was read for goals yet."))
    if not course.quiet:
        new = len(course.steps[-1].new)
        return str(
            ngettext(
                "The last interview still brought one new goal.",
                "The last interview still brought %(num)d new goals.",
                new,
            )
        )
    if course.quiet == len(course.steps):
        return str(gettext("No interview named a goal."))
    return str(
        ngettext(
            "No new goals in the last interview.",
            "No new goals in the last %(num)d interviews.",
            course.quiet,
        )
    )


def _row(programme_id: UUID, step: Step, found: Saturation, groups: dict[UUID, StakeholderGroup]) -> StepRow:
    told = step.told
    return StepRow(
        code(CodeKind.INTERVIEW, told.code),
        url_for(".show", programme_id=programme_id, interview_id=told.interview),
        texts.day(told.on),
        groups[told.party].name,
        [
            (
                code(CodeKind.GOAL, found.goals[goal]),
                url_for("goals.show", programme_id=programme_id, goal_id=goal),
            )
            for goal in sorted(step.new, key=found.goals.__getitem__)
        ],
        step.total,
    )


def _figure(found: Saturation, groups: dict[UUID, StakeholderGroup]) -> dict[str, Any]:
    steps = [
        charts.Brought(
            label=code(CodeKind.INTERVIEW, step.told.code),
            new=len(step.new),
            total=step.total,
            said=gettext(
                "%(code)s, %(party)s: %(new)s new, %(total)s known",
                code=code(CodeKind.INTERVIEW, step.told.code),
                party=groups[step.told.party].name,
                new=texts.number(len(step.new)),
                total=texts.number(step.total),
            ),
        )
        for step in found.course.steps
    ]
    figure = charts.new_goals(
        steps, axis=gettext("goals"), new=gettext("new in this interview"), total=gettext("known so far")
    )
    drawn: dict[str, Any] = figure.to_plotly_json()
    return drawn
