"""The list of indicators: what is due now first, then all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from toc.domain.indicators import Status
from toc.services import indicators as service
from toc.services import programmes
from toc.services.indicators import IndicatorView
from toc.web import frame, texts
from toc.web.database import read_session
from toc.web.indicators.blueprint import indicators
from toc.web.said import Said, badge, due, not_shown
from toc.web.security import act, allow, today, viewer

PAGE = 50
"""Rows of a table before it is cut into pages."""

_DUE = "due"
_DUE_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One indicator in the list."""

    code: str
    name: str
    url: str
    goal: str
    goal_code: str
    goal_url: str
    baseline: str
    target: str
    now: str
    now_on: str
    look: str
    status: str
    due: str
    due_on: date | None
    is_due: bool
    record_url: str


def _line(view: IndicatorView, said: Said, programme_id: UUID, on: date) -> Line:
    definition, judged = view.definition, view.judgement
    look, word = badge(judged.status)
    here: dict[str, Any] = {"programme_id": programme_id, "indicator_id": view.id}
    return Line(
        code=view.code,
        name=definition.name,
        url=url_for(".show", **here),
        goal=view.goal_wording,
        goal_code=view.goal_code,
        goal_url=url_for("goals.show", programme_id=programme_id, goal_id=view.goal_id),
        baseline=(
            said.amount(definition.baseline_value, definition)
            if said.shows_baseline(definition)
            else not_shown()
        ),
        target=said.aim(definition.target_value, definition),
        now=said.latest(view),
        now_on="" if view.latest is None else texts.day(view.latest.on, short=True),
        look=look,
        status=word,
        due=due(judged, on),
        due_on=judged.due_on,
        is_due=judged.is_due(on),
        record_url=url_for(".record", **here),
    )


def _summary(views: Iterable[IndicatorView]) -> str:
    """Return how many indicators there are and how they stand."""
    statuses = [view.judgement.status for view in views]
    parts = [f"{statuses.count(status)} {texts.word(status)}" for status in Status if status in statuses]
    total = ngettext("%(num)d indicator", "%(num)d indicators", len(statuses))
    return f"{total}: {', '.join(parts)}."


def _matches(line: Line, view: IndicatorView, sought: str, chosen: str) -> bool:
    words = f"{line.code} {line.name} {line.goal_code} {line.goal}".casefold()
    if sought.casefold() not in words:
        return False
    return not chosen or (line.is_due if chosen == _DUE else view.judgement.status.value == chosen)


@indicators.get("/p/<uuid:programme_id>/measurements")
@allow("indicator.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """Show what is due now, then all indicators."""
    session = read_session(programme_id)
    programme, on = programmes.get(session), today()
    views, said = service.overview(session, on, act=act()), Said.of(programme)
    lines = [_line(view, said, programme_id, on) for view in views]
    sought, chosen = request.args.get("q", "").strip(), request.args.get("status", "")
    found = [line for line, view in zip(lines, views, strict=True) if _matches(line, view, sought, chosen)]
    waiting = sorted((line for line in lines if line.is_due), key=lambda line: (line.due_on, line.code))
    frame.show_in(programme, (gettext("Measurements"), None))
    to_review = service.waiting_for_review(session, act()) if viewer().may("measurement.review") else 0
    frame.say_to_review(to_review)
    return render_template(
        "indicators/index.html",
        summary=_summary(views),
        waiting=waiting[:_DUE_SHOWN],
        more_waiting=max(len(waiting) - _DUE_SHOWN, 0),
        due_url=url_for(".index", programme_id=programme_id, status=_DUE) + "#all",
        lines=page_of(found),
        pager=pager(len(found), programme_id=programme_id, q=sought or None, status=chosen or None),
        to_review=to_review,
        has_any=bool(lines),
        sought=sought,
        chosen=chosen,
        statuses=[("", gettext("all")), (_DUE, gettext("value is due")), *texts.choices(Status)],
        **may(),
    )


def may() -> dict[str, bool]:
    """Return what the reader may do with indicators."""
    return {
        "may_record": viewer().may("measurement.record"),
        "may_write": viewer().may("indicator.write"),
    }


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a long list the reader is."""

    text: str
    previous_url: str | None
    next_url: str | None


def _page_number() -> int:
    typed = request.args.get("page", "1")
    return int(typed) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 6 and int(typed) else 1  # noqa: PLR2004 - no list has 100,000 pages


def page_of(rows: Sequence[Any], size: int = PAGE) -> Sequence[Any]:
    """Return the rows of the page that is asked for."""
    start = (_page_number() - 1) * size
    return rows[start : start + size]


def pager(total: int, size: int = PAGE, **address: Any) -> Pager | None:  # noqa: ANN401 - parts of an address
    """Return the links between the pages of this endpoint, or None when there is one page."""
    if total <= size:
        return None
    page = _page_number()
    first = (page - 1) * size + 1

    def url(number: int) -> str:
        return url_for(str(request.endpoint), **address, page=number) + "#all"

    return Pager(
        gettext("%(first)s to %(last)s of %(total)s", first=first, last=min(page * size, total), total=total),
        url(page - 1) if page > 1 else None,
        url(page + 1) if page * size < total else None,
    )
