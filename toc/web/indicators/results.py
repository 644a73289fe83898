"""Results: target against actual, one line per indicator; and the goals as a grid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext, pgettext

from toc.domain.goals import Level
from toc.domain.indicators import Status
from toc.domain.indicators.sparkline import HEIGHT, WIDTH, Sparkline, sparkline
from toc.services.indicators import results as service
from toc.services.indicators.results import GoalResult, ResultRow
from toc.web import frame, texts
from toc.web.database import read_session
from toc.web.evidence.ladder import remark, rung_name
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.listing import page_of, pager
from toc.web.said import Said, badge
from toc.web.security import act, allow, viewer

MOST_ROWS = 150
"""Lines on one page."""

_DUE = ("now", "soon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One indicator in the table of results."""

    code: str
    name: str
    url: str
    goal_code: str
    goal: str
    goal_url: str
    target: str
    target_on: str
    now: str
    now_on: str
    sites: str
    spark: Sparkline | None
    trend: str
    look: str
    status: str
    rung: int
    rung_name: str
    due: str
    is_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words that come back on many lines, looked up once."""

    said: Said
    day: Callable[[date], str]
    badge: Callable[[Status], tuple[str, str]]
    rung: Callable[[int], str]
    trend: str
    on: date


def _words(said: Said, on: date) -> Words:
    return Words(
        said=said,
        day=cache(lambda day: texts.day(day, short=True)),
        badge=cache(badge),
        rung=cache(rung_name),
        trend=gettext("%(number)s values, the first %(first)s"),
        on=on,
    )


def sites_text(present: int, expected: int) -> str:
    """Return of how many sites a number is made, where it lacks some; "" else."""
    if present >= expected:
        return ""
    return str(gettext("%(present)s of %(expected)s sites", present=present, expected=expected))


def _trend(row: ResultRow, words: Words) -> str:
    """Say what the small line shows: where it began and where it is."""
    points = row.standing.points
    if len(points) < 2:  # noqa: PLR2004 - one value is no course
        return ""
    first = words.said.amount(points[0][1], row.definition)
    return words.trend % {"first": first, "number": len(points)}


def line(row: ResultRow, words: Words, programme_id: UUID) -> Line:
    """Return an indicator as the table shows it."""
    definition, judged, latest = row.definition, row.standing.judgement, row.standing.latest
    target, due_on = definition.target, judged.due_on
    look, status = words.badge(judged.status)
    return Line(
        code=row.code,
        name=definition.name,
        url=f"/p/{programme_id}/indicators/{row.id}",
        goal_code=row.goal_code,
        goal=row.goal_wording,
        goal_url=f"/p/{programme_id}/goals/{row.goal_id}",
        target="" if target is None else words.said.aim(target.value, definition),
        target_on="" if target is None else words.day(target.on),
        now="" if latest is None else words.said.cell(latest.cell, definition),
        now_on="" if latest is None else words.day(latest.on),
        sites="" if latest is None else sites_text(latest.present, latest.expected),
        spark=sparkline(row.standing.points, target),
        trend=_trend(row, words),
        look=look,
        status=status,
        rung=row.rung,
        rung_name=words.rung(row.rung),
        due="" if due_on is None or not judged.asks(words.on) else words.day(due_on),
        is_due=judged.is_due(words.on),
    )


def _summary(rows: Sequence[ResultRow]) -> str:
    """Return how many indicators there are and how they stand."""
    statuses = [row.status for row in rows]
    parts = [f"{statuses.count(status)} {texts.word(status)}" for status in Status if status in statuses]
    total = ngettext("%(num)d indicator", "%(num)d indicators", len(statuses))
    return f"{total}: {', '.join(parts)}."


def _chosen(rows: Sequence[ResultRow], on: date) -> list[ResultRow]:
    """Return the rows that fit what was chosen in the address; what is no choice chooses nothing."""
    status, goal, due = (request.args.get(name, "") for name in ("status", "goal", "due"))
    found = list(rows)
    if status in set(Status):
        found = [row for row in found if row.status == status]
    if goal:
        found = [row for row in found if row.goal_code == goal]
    if due in _DUE:
        found = [row for row in found if _is_due(row, on, due)]
    return found


def _is_due(row: ResultRow, on: date, due: str) -> bool:
    """Tell whether a value is due now, or within 31 days."""
    judged = row.standing.judgement
    day = judged.due_on if judged.asks(on) else None
    return day is not None and (day <= on if due == "now" else (day - on).days <= 31)  # noqa: PLR2004 - a month


def _filters(rows: Sequence[ResultRow]) -> dict[str, Any]:
    goals = sorted({(row.goal_code, row.goal_wording) for row in rows}, key=lambda goal: (len(goal[0]), goal))
    shown = [status for status in Status if any(row.status is status for row in rows)]
    return {
        "statuses": [("", gettext("all")), *((status.value, texts.word(status)) for status in shown)],
        "goals": [("", gettext("all")), *((code, f"{code} {wording}") for code, wording in goals)],
        "dues": [("", gettext("all")), ("now", gettext("due now")), ("soon", gettext("due within a month"))],
        "chosen": {name: request.args.get(name, "") for name in ("status", "goal", "due")},
    }


@indicators.get("/p/<uuid:programme_id>/results")
@allow("indicator.read")
def results(programme_id: UUID) -> ResponseReturnValue:
    """Show all indicators in one table: what was aimed at, and what was counted."""
    found = service.results(read_session(programme_id), act(), in_full=False)
    rows, on = _chosen(found.rows, act().on), act().on
    words = _words(Said.of(found.programme), on)
    frame.show_in(found.programme, *crumb(programme_id)[:1], (pgettext("indicators", "Results"), None))
    chosen = {name: request.args.get(name) or None for name in ("status", "goal", "due")}
    return render_template(
        "indicators/results.html",
        summary=_summary(found.rows),
        lines=[line(row, words, programme_id) for row in page_of(rows, MOST_ROWS)],
        pager=pager(len(rows), MOST_ROWS, programme_id=programme_id, **chosen),
        has_any=bool(found.rows),
        looks=sorted({words.badge(row.status) for row in found.rows}),
        size=(WIDTH, HEIGHT),
        tabs=tabs(programme_id, "indicators.results"),
        suppressed=suppressed([row.standing.latest for row in rows], found.small.threshold),
        **_filters(found.rows),
    )


def suppressed(days: Sequence[Any], threshold: int) -> str:
    """Say how many numbers this reader does not see and why; "" when none."""
    count = sum(day is not None and day.cell.is_hidden for day in days)
    if not count:
        return ""
    return str(
        ngettext(
            "%(num)d number is not shown to you, because its group, or what could be computed from it, has "
            "fewer than %(threshold)s people. That protects the participants.",
            "%(num)d numbers are not shown to you, because their groups, or what could be computed from "
            "them, have fewer than %(threshold)s people. That protects the participants.",
            count,
            threshold=threshold,
        )
    )


def crumb(programme_id: UUID) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the way to the results."""
    return (
        (gettext("Measurements"), url_for(".index", programme_id=programme_id)),
        (pgettext("indicators", "Results"), url_for(".results", programme_id=programme_id)),
    )


def tabs(programme_id: UUID, here: str) -> list[tuple[str, str, bool]]:
    """Return the ways to look at results: label, address, whether it is this one."""
    ways = (
        ("indicators.results", gettext("Indicators")),
        ("indicators.grid", gettext("Goals")),
        ("indicators.compare", gettext("Sites and cohorts")),
    )
    return [(label, url_for(way, programme_id=programme_id), way == here) for way, label in ways]


# --- Goals --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCard:
    """One goal in the grid."""

    code: str
    wording: str
    url: str
    look: str
    status: str
    count: str
    results_url: str | None
    rung: int
    rung_name: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The goals of one level, or of none."""

    level: Level | None
    goals: tuple[GoalCard, ...]


def _card(goal: GoalResult, words: Words, programme_id: UUID) -> GoalCard:
    look, status = words.badge(goal.status)
    many = len(goal.statuses)
    return GoalCard(
        code=goal.code,
        wording=goal.wording,
        url=url_for("goals.show", programme_id=programme_id, goal_id=goal.id),
        look=look,
        status=status,
        count=ngettext("%(num)d indicator", "%(num)d indicators", many),
        results_url=url_for(".results", programme_id=programme_id, goal=goal.code) if many else None,
        rung=goal.rung,
        rung_name=words.rung(goal.rung),
        remark=remark(goal.status, goal.rung),
    )


@indicators.get("/p/<uuid:programme_id>/results/goals")
@allow("indicator.read")
def grid(programme_id: UUID) -> ResponseReturnValue:
    """Show the goals of each level beside each other: how they stand, and how sure that is ours."""
    found, goals = service.goal_results(read_session(programme_id), act())
    words = _words(Said.of(found.programme), act().on)
    frame.show_in(found.programme, *crumb(programme_id), (gettext("Goals"), None))
    page = page_of(goals, MOST_ROWS)
    return render_template(
        "indicators/grid.html",
        rows=[
            Row(
                level=level,
                goals=tuple(_card(goal, words, programme_id) for goal in page if goal.level is level),
            )
            for level in (*reversed(Level), None)
            if any(goal.level is level for goal in page)
        ],
        pager=pager(len(goals), MOST_ROWS, programme_id=programme_id),
        may_write=viewer().may("goal.write"),
        tabs=tabs(programme_id, "indicators.grid"),
    )
