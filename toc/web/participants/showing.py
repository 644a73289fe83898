"""The page of one participant: who, when, a time line, and entry of what happens in one tap."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.participants import EVENTS, Subject
from toc.services import participants as service
from toc.services import programmes
from toc.services.participants import Observed, ParticipantPage
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Day, Form, Input, OptionalLine, RowId, chosen
from toc.web.participants.blueprint import DASH, carried, may_write, participants, show_in, vault
from toc.web.security import act, allow, new_id, today, viewer


class EventInput(Input):
    """What happened, and when."""

    id: RowId
    subject: Annotated[Subject, chosen(Subject)]
    on: Day
    name: OptionalLine
    note: OptionalLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One observation in the time line."""

    text: str
    value: str
    url: str
    note: str
    by: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntry:
    """What belongs together on one day: an event, or the scores of one instrument."""

    day: str
    title: str
    counts: bool
    lines: tuple[Said, ...]


def title_of(one: Observed) -> str:
    """Return what an observation is about, in words."""
    if one.subject is Subject.OTHER:
        return one.item
    if one.subject is not Subject.SCORE:
        return texts.word(one.subject)
    return f"{one.instrument}, {texts.word(one.moment)}"


def state_of(one: Observed) -> str:
    """Return why an observation does not count; "" where it does."""
    if one.is_void:
        return str(gettext("takes back what stood here"))
    return "" if one.counts else gettext("replaced")


def _said(one: Observed, here: dict[str, Any]) -> Said:
    item = one.item if one.subject is Subject.SCORE else ""
    score = one.subject is Subject.SCORE and not item
    return Said(
        text=gettext("Whole instrument") if score else item,
        value="" if one.value is None else texts.number(one.value),
        url=url_for(".observation", **here, observation_id=one.id),
        note=one.note,
        by=one.by or DASH,
        state=state_of(one),
    )


def _time_line(page: ParticipantPage, here: dict[str, Any], *, counting: bool) -> list[TimeEntry]:
    """Return the observations that count, or those that do not any more, latest day first."""

    def together(one: Observed) -> tuple[date, str, object]:
        return one.on, title_of(one), "" if one.subject is Subject.SCORE else one.id

    wanted = [one for one in page.observed if one.counts is counting]
    return [
        TimeEntry(
            day=texts.day(on, short=True),
            title=title,
            counts=counting,
            lines=tuple(
                _said(one, here) for one in sorted(group, key=lambda one: (one.item != "", one.item))
            ),
        )
        for (on, title, _), group in groupby(wanted, key=together)
    ]


def facts_of(page: ParticipantPage, session: Session) -> list[tuple[str, str]]:
    """Return what is said about a participant: (label, text); what is not known says so."""
    row, unknown = page.row, gettext("Not known")
    facts = [
        (gettext("Group"), texts.word(row.arm)),
        (gettext("Cohort"), page.cohort or unknown),
        (gettext("Site"), page.site or unknown),
        (gettext("Day of entry"), unknown if row.entered_on is None else texts.day(row.entered_on)),
    ]
    if row.left_on is not None:
        facts.append((gettext("Last day of taking part"), texts.day(row.left_on)))
    for one in service.breakdowns(session):
        options = {option.key: option.name for option in one.options}
        facts.append((one.name, options.get(row.groups.get(one.key, ""), unknown)))
    return facts


def _page(session: Session, page: ParticipantPage, form: Form[EventInput], row_id: UUID) -> str:
    programme, row = programmes.get(session), page.row
    here: dict[str, Any] = {"programme_id": programme.id, "participant_id": row.id}
    show_in(programme, (row.code, None))
    return render_template(
        "participants/show.html",
        form=form,
        row_id=row_id,
        code_text=row.code,
        participant_id=row.id,
        facts=facts_of(page, session),
        entries=_time_line(page, here, counting=True),
        old=_time_line(page, here, counting=False),
        events=[(one.value, texts.word(one)) for one in EVENTS if one is not Subject.OTHER],
        own=Subject.OTHER.value,
        known=page.known_events,
        instruments=[
            (f"{one.name} {one.version}", url_for(".scores", **here, instrument_id=one.id))
            for one in page.instruments
        ],
        here=here,
        saved_url=_saved_url(page, here),
        may_write=may_write(),
        may_erase=viewer().may("participant.erase"),
        vault=vault(),
    )


def _saved_url(page: ParticipantPage, here: dict[str, Any]) -> str:
    """Return where what was saved just now is changed or taken back; "" when nothing was."""
    saved = request.args.get("saved", "")
    fresh = (one for one in page.observed if str(one.id) == saved and one.counts)
    return next((url_for(".observation", **here, observation_id=one.id) for one in fresh), "")


@participants.get("/p/<uuid:programme_id>/participants/<uuid:participant_id>")
@allow("participant.read")
def show(programme_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """Show a participant."""
    session = read_session(programme_id)
    page = service.get_participant(session, participant_id)
    return _page(session, page, Form.empty({"on": today().isoformat()}), new_id())


@participants.post("/p/<uuid:programme_id>/participants/<uuid:participant_id>/events")
@allow("participant.write")
def record_event(programme_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """Record that something happened; the button that was tapped says what."""
    session, form = write_session(programme_id), Form(request.form, EventInput)
    page = service.get_participant(session, participant_id)
    if form.ok:
        typed = form.value
        try:
            service.record_event(
                session,
                act(),
                typed.id,
                participant_id,
                typed.subject,
                typed.on,
                name=typed.name,
                note=typed.note,
            )
        except DomainError as error:
            form.blame(_FIELDS.get(error.key, ""), error)
        else:
            session.commit()
            what = typed.name if typed.subject is Subject.OTHER else texts.word(typed.subject)
            flash(gettext("Saved: %(what)s on %(on)s.", what=what, on=texts.day(typed.on)), "success")
            here: dict[str, Any] = {"programme_id": programme_id, "participant_id": participant_id}
            return redirect(url_for(".show", **here, saved=typed.id))
    return _page(session, page, form, carried(form)), 400


_FIELDS = {
    "measurement.in_future": "on",
    "date.out_of_range": "on",
    "observation.twice": "on",
    "observation.name_missing": "name",
    "observation.name_too_long": "name",
    "observation.personal": "name",
}
"""At which field the sentence of an error stands."""
