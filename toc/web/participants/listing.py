"""The list of participants: filtered by cohort, site and group, found by code, and page by page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.participants import EVENTS, Arm, Subject
from toc.services import participants as service
from toc.services import programmes
from toc.services.participants import Filter, Listed
from toc.web import texts
from toc.web.database import read_session
from toc.web.forms import Form, Input, Line
from toc.web.participants.blueprint import (
    DASH,
    asked_page,
    may_write,
    page_of,
    participants,
    show_in,
    vault,
)
from toc.web.security import allow, today

PAGE = 50
"""Participants on one page."""


class SearchInput(Input):
    """A code, or its beginning: sent in the body, because codes stand in no address and no log."""

    q: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A participant in the list."""

    id: UUID
    code: str
    url: str
    cohort: str
    site: str
    arm: str
    time: str
    last: str


def _line(one: Listed, programme_id: UUID) -> PersonLine:
    entered = DASH if one.entered_on is None else texts.day(one.entered_on, short=True)
    left = "" if one.left_on is None else f" {DASH} {texts.day(one.left_on, short=True)}"
    return PersonLine(
        id=one.id,
        code=one.code,
        url=url_for(".show", programme_id=programme_id, participant_id=one.id),
        cohort=one.cohort or DASH,
        site=one.site or DASH,
        arm=texts.word(one.arm),
        time=entered + left,
        last=DASH if one.last_on is None else texts.day(one.last_on, short=True),
    )


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


_HERE = {"here": True, "left": False}


def asked_filter() -> Filter:
    """Return what the address asks for; what it does not understand asks for nothing."""
    asked = request.args
    arm = asked.get("arm", "")
    return Filter(
        cohort_id=_uuid(asked.get("cohort_id", "")),
        site_id=_uuid(asked.get("site_id", "")),
        arm=Arm(arm) if arm in {one.value for one in Arm} else None,
        here=_HERE.get(asked.get("here", "")),
        lacks=event_in(asked.get("lacks", "")),
    )


_OWN = f"{Subject.OTHER.value}:"


def event_in(said: str) -> tuple[Subject, str] | None:
    """Return the event that a choice of `event_choices` says, with its own name; None for no such event."""
    if said.startswith(_OWN):
        return Subject.OTHER, said.removeprefix(_OWN)
    return (Subject(said), "") if said in {one.value for one in EVENTS} - {Subject.OTHER.value} else None


def event_choices(session: Session) -> list[tuple[str, str]]:
    """Return the events that can be chosen: ours, and the programme's own."""
    return [
        *((one.value, texts.word(one)) for one in EVENTS if one is not Subject.OTHER),
        *((f"{_OWN}{name}", name) for name in service.known_events(session)),
    ]


def filter_choices(session: Session) -> dict[str, Any]:
    """Return what the list of participants can be filtered by."""
    every = ("", gettext("All"))
    return {
        "cohorts": [every, *((one.id, one.name) for one in service.cohorts(session))],
        "sites": [every, *((one.id, one.name) for one in service.sites(session))],
        "arms": [every, *texts.choices(Arm)],
        "stays": [every, ("here", gettext("take part now")), ("left", gettext("have left"))],
    }


def _erased(session: Session) -> UUID | None:
    """Return who was erased just now, whose nickname this device forgets; nobody who is still there."""
    gone = _uuid(request.args.get("erased", ""))
    return None if gone is None or service.is_registered(session, gone) else gone


def _page(session: Session, form: Form[SearchInput], found: Iterable[Listed], total: int, **more: Any) -> str:  # noqa: ANN401 - values of the page
    programme = programmes.get(session)
    show_in(programme)
    chosen = {name: request.args.get(name, "") for name in ("cohort_id", "site_id", "arm", "here")}
    return render_template(
        "participants/index.html",
        form=form,
        lines=[_line(one, programme.id) for one in found],
        total=ngettext("%(num)d participant", "%(num)d participants", total),
        chosen=chosen,
        is_filtered=any(chosen.values()),
        may_write=may_write(),
        vault=vault(),
        erased=_erased(session),
        programme_id=programme.id,
        **filter_choices(session),
        **more,
    )


@participants.get("/p/<uuid:programme_id>/participants")
@allow("participant.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """List participants."""
    session = read_session(programme_id)
    offset = (asked_page() - 1) * PAGE
    found, total = service.listed(session, asked_filter(), today(), offset=offset, limit=PAGE)
    chosen: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in {"cohort_id", "site_id", "arm", "here"}
    }

    def url(page: int) -> str:
        return url_for(".index", programme_id=programme_id, **chosen, page=page) + "#all"

    page = page_of(total, PAGE, url)
    return _page(session, Form.empty(), found, total, pager=page if page.has_others else None, sought="")


@participants.post("/p/<uuid:programme_id>/participants/search")
@allow("participant.read")
def search(programme_id: UUID) -> ResponseReturnValue:
    """Find a participant by code or its beginning; the only one found is shown at once."""
    session, form = read_session(programme_id), Form(request.form, SearchInput)
    if not form.ok:
        found, total = service.listed(session, Filter(), today(), limit=PAGE)
        return _page(session, form, found, total, pager=None, sought=""), 400
    found, total = service.listed(session, Filter(code=form.value.q), today(), limit=PAGE)
    if total == 1:
        return redirect(url_for(".show", programme_id=programme_id, participant_id=found[0].id))
    if not total:
        form.blame("q", DomainError("search.nothing"))
    return _page(session, form, found, total, pager=None, sought=form.value.q)
