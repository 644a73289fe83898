"""One event, or one moment of an instrument, for many participants: chosen, looked at, recorded, taken back.

What was filled in goes along from page to page, so that all of it works without a script; nothing is written
before the last button.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from pydantic import create_model
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.participants import (
    MOST_SCORES,
    MOST_TOGETHER,
    TOTAL,
    Coming,
    Moment,
    Subject,
    Takes,
    many_of,
)
from toc.models.participants import Instrument
from toc.services import participants as service
from toc.services import programmes
from toc.services.errors import Conflict, NotFound
from toc.services.participants import Filter, Listed, Plan, Set, Together
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Day, Form, Input, OptionalLine, OptionalNumber, RowId, Tick, chosen
from toc.web.participants.blueprint import DASH, carried, may_write, participants, show_in, vault
from toc.web.participants.listing import asked_filter, event_choices, event_in, filter_choices
from toc.web.security import act, allow, new_id, today

_FILTERS = ("cohort_id", "site_id", "arm", "here", "lacks")
_SCORES = "score:"
_LATELY = 5
"""As many entries as are shown to be looked at again."""

LOOKS: Mapping[Coming, str] = {
    Coming.NEW: "reached",
    Coming.THERE: "no_data",
    Coming.REFUSED: "behind",
    Coming.OPEN: "no_data",
}


class TogetherInput(Input):
    """What is entered, and for whom."""

    id: RowId
    what: OptionalLine
    name: OptionalLine
    on: Day
    moment: Annotated[Moment | None, chosen(Moment, optional=True)]
    follows_up: Tick
    everyone: Tick
    participant_id: list[RowId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A participant who can be chosen."""

    id: str
    code: str
    about: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFields:
    """The fields of one participant: (name, label, limits)."""

    id: str
    code: str
    about: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesLine:
    """What comes of an entry for one participant."""

    id: str
    code: str
    url: str
    look: str
    coming: str
    why: str
    scores: str


@dataclass(frozen=True, slots=True)
class Read:
    """A form that was understood: what it enters, and the instrument of its scores, if they are scores."""

    what: Together
    instrument: Instrument | None


def _address(endpoint: str, programme_id: UUID) -> str:
    """Return an address that keeps what the list is filtered by; no code stands in it."""
    kept: dict[str, Any] = {name: request.args[name] for name in _FILTERS if request.args.get(name)}
    return url_for(endpoint, programme_id=programme_id, **kept)


def _about(one: Listed) -> str:
    entered = "" if one.entered_on is None else texts.day(one.entered_on, short=True)
    left = "" if one.left_on is None else gettext("until %(on)s", on=texts.day(one.left_on, short=True))
    return ", ".join(part for part in (one.cohort, one.site, entered, left) if part)


def _path(session: Session, *more: tuple[str, str | None]) -> UUID:
    programme = programmes.get(session)
    at = _address(".together", programme.id) if more else None
    show_in(programme, (gettext("Several at once"), at), *more)
    return programme.id


# --- Choosing -----------------------------------------------------------------------------------------------


def _choose_page(session: Session, form: Form[TogetherInput], row_id: UUID) -> str:
    programme_id, filtered = _path(session), asked_filter()
    found, total = service.listed(session, filtered, today(), limit=MOST_TOGETHER)
    ticked = set(form.raws("participant_id"))
    events = event_choices(session)
    return render_template(
        "participants/together.html",
        form=form,
        row_id=row_id,
        people=[
            Choice(id=str(one.id), code=one.code, about=_about(one), is_chosen=str(one.id) in ticked)
            for one in found
        ],
        total=ngettext("%(num)d participant", "%(num)d participants", total),
        everyone=ngettext("All %(num)d that are shown", "All %(num)d that are shown", len(found)),
        cut=gettext("Only the first %(most)s are shown. Filter the list.", most=texts.number(MOST_TOGETHER))
        if total > MOST_TOGETHER
        else "",
        chosen={name: request.args.get(name, "") for name in _FILTERS},
        lacking=[("", gettext("All")), *events],
        whats=_whats(session, events),
        lately=_lately(session),
        action=_address(".preview_together", programme_id),
        vault=vault(),
        programme_id=programme_id,
        **filter_choices(session),
    )


def _whats(session: Session, events: list[tuple[str, str]]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [
        ("", gettext("Choose")),
        (gettext("Event"), [*events, (Subject.OTHER.value, texts.word(Subject.OTHER))]),
    ]
    scales = [(f"{_SCORES}{one.id}", f"{one.name} {one.version}") for one in service.instruments(session)]
    return [*found, (gettext("Scores"), scales)] if scales else found


def _lately(session: Session) -> list[tuple[str, str]]:
    place = session.info["programme_id"]
    return [
        (
            ngettext("%(num)d participant", "%(num)d participants", many) + f", {texts.moment(at)}",
            url_for(".entered_together", programme_id=place, set_id=id_),
        )
        for id_, at, many in service.entered_lately(session, _LATELY)
    ]


@participants.get("/p/<uuid:programme_id>/participants/together")
@allow("participant.write")
def together(programme_id: UUID) -> ResponseReturnValue:
    """Ask what is entered, when, and for whom."""
    usual = {"on": today().isoformat(), "what": request.args.get("lacks", "")}
    return _choose_page(read_session(programme_id), Form.empty(usual), new_id())


# --- Filling in scores --------------------------------------------------------------------------------------


def _items(instrument: Instrument) -> list[tuple[str, str]]:
    """Return the items of an instrument with their names, the whole last."""
    scale = service.scale_of(instrument)
    return [*((item.key, item.name) for item in scale.items), (TOTAL, gettext("Whole instrument"))]


def _field(participant_id: object, item: str) -> str:
    return f"score-{participant_id}-{item or 'total'}"


def _fill_page(session: Session, form: Form[TogetherInput], read: Read, instrument: Instrument) -> str:
    title = f"{instrument.name} {instrument.version}"
    programme_id = _path(session, (title, None))
    found, _ = service.listed(
        session, Filter(ids=read.what.participants), today(), limit=len(read.what.participants)
    )
    scale, items = service.scale_of(instrument), _items(instrument)

    def limits(item: str) -> str:
        lowest, highest = scale.limits(item)
        return str(
            gettext("%(lowest)s to %(highest)s", lowest=texts.number(lowest), highest=texts.number(highest))
        )

    people = [
        ScoreFields(
            id=str(one.id),
            code=one.code,
            about=_about(one),
            fields=tuple((_field(one.id, key), name, limits(key)) for key, name in items),
        )
        for one in found
    ]
    return render_template(
        "participants/together_scores.html",
        form=form,
        title=title,
        people=people,
        labels={name: f"{one.code}, {label}" for one in people for name, label, _ in one.fields},
        kept=_kept(form, read.what.participants),
        moments=texts.choices(Moment),
        action=_address(".preview_together", programme_id),
        back_url=_address(".together", programme_id),
        vault=vault(),
        programme_id=programme_id,
    )


def _kept(form: Form[TogetherInput], ids: Iterable[UUID]) -> list[tuple[str, str]]:
    """Return what goes along to the next page: (name of a hidden field, text)."""
    said = [(name, form.raw(name) or "") for name in ("id", "what", "name", "follows_up")]
    return [*said, *(("participant_id", str(id_)) for id_ in ids)]


# --- Looked at before it is recorded ------------------------------------------------------------------------


def _title(read: Read) -> str:
    what, instrument = read.what, read.instrument
    said = what.name if what.subject is Subject.OTHER else texts.word(what.subject)
    if instrument is not None:
        said = f"{instrument.name} {instrument.version}, {texts.word(what.moment)}"
    return str(gettext("%(what)s on %(on)s", what=said, on=texts.day(what.on)))


def _takes_line(one: Takes, read: Read, programme_id: UUID) -> TakesLine:
    scores = read.what.scores.get(one.id, {})
    items = [] if read.instrument is None else _items(read.instrument)
    return TakesLine(
        id=str(one.id),
        code=one.code,
        url=url_for(".show", programme_id=programme_id, participant_id=one.id),
        look=LOOKS[one.coming],
        coming=texts.word(one.coming),
        why="" if one.why is None else texts.sentence(one.why.key, **one.why.params),
        scores="; ".join(f"{name} {texts.number(scores[key])}" for key, name in items if key in scores),
    )


def _preview_page(session: Session, form: Form[TogetherInput], read: Read, plan: Plan) -> str:
    title = _title(read)
    programme_id = _path(session, (title, None))
    counts = [(texts.word(one), texts.number(many)) for one in Coming if (many := many_of(plan.takes, one))]
    new = len(plan.new)
    return render_template(
        "participants/together_preview.html",
        form=form,
        title=title,
        fresh=_fresh(new, scores=read.instrument is not None),
        counts=counts,
        lines=[_takes_line(one, read, programme_id) for one in plan.takes],
        has_scores=read.instrument is not None,
        kept=[*_kept(form, plan.new), *_filled(form, read, plan.new)],
        record=ngettext("Record for %(num)d participant", "Record for %(num)d participants", new)
        if new
        else "",
        action=_address(".record_together", programme_id),
        change_action=_address(".preview_together", programme_id),
        back_url=_address(".together", programme_id),
        vault=vault(),
        programme_id=programme_id,
    )


def _fresh(many: int, *, scores: bool) -> str:
    """Say what would be new."""
    if scores:
        return str(ngettext("New scores of %(num)d participant", "New scores of %(num)d participants", many))
    return str(ngettext("%(num)d new event", "%(num)d new events", many))


def _filled(form: Form[TogetherInput], read: Read, ids: Iterable[UUID]) -> list[tuple[str, str]]:
    """Return the day, and of scores what was typed, as hidden fields."""
    said = [("on", form.raw("on") or "")]
    if read.instrument is None:
        return said
    names = [_field(id_, key) for id_ in ids for key in read.what.scores[id_]]
    typed = [(name, form.raw(name) or "") for name in names]
    return [*said, ("moment", form.raw("moment") or ""), ("filled", "1"), *typed]


def _read(session: Session, form: Form[TogetherInput]) -> Read:
    """Return what a form enters; the sentences of scores that cannot be read are put at their fields.

    Raises:
        DomainError: ``together.what``, ``together.nobody``, ``together.too_many_scores``, with ``field``.
    """
    said = form.value
    ids = tuple(dict.fromkeys(said.participant_id))
    if said.everyone:
        found, _ = service.listed(session, asked_filter(), today(), limit=MOST_TOGETHER)
        ids = tuple(one.id for one in found)
    if not ids:
        raise DomainError("together.nobody", field="participant_id")
    if said.what.startswith(_SCORES):
        return _read_scores(session, form, ids)
    subject, name = event_in(said.what) or (None, "")
    if said.what == Subject.OTHER.value:
        subject, name = Subject.OTHER, said.name
    if subject is None:
        raise DomainError("together.what", field="what")
    what = Together(subject=subject, name=name, on=said.on, participants=ids, follows_up=said.follows_up)
    return Read(what, None)


def _read_scores(session: Session, form: Form[TogetherInput], ids: tuple[UUID, ...]) -> Read:
    said = form.value
    try:
        instrument = service.get_instrument(session, UUID(said.what.removeprefix(_SCORES)))
    except (ValueError, NotFound) as error:
        raise DomainError("together.what", field="what") from error
    keys = [key or "total" for key, _ in _items(instrument)]
    if len(ids) * len(keys) > MOST_SCORES:
        raise DomainError("together.too_many_scores", field="participant_id", most=MOST_SCORES)
    model = create_model("OneOfMany", __base__=Input, **dict.fromkeys(keys, (OptionalNumber, None)))  # type: ignore[call-overload] # names of the instrument
    scores: dict[UUID, dict[str, Decimal]] = {}
    for id_ in ids:
        prefix = f"score-{id_}-"
        one: Form[Any] = Form({key: form.raw(f"{prefix}{key}") or "" for key in keys}, model)
        form.take_over(one, prefix)
        typed = one.value if one.ok else ()
        scores[id_] = {"" if key == "total" else key: value for key, value in typed if value is not None}
    what = Together(
        subject=Subject.SCORE,
        on=said.on,
        participants=ids,
        instrument_id=instrument.id,
        moment=said.moment,
        scores=scores,
        follows_up=said.follows_up,
    )
    return Read(what, instrument)


_AT: Mapping[str, str] = {
    "measurement.in_future": "on",
    "date.out_of_range": "on",
    "observation.name_missing": "name",
    "observation.name_too_long": "name",
    "observation.personal": "name",
}
"""At which field the sentence of an error stands that does not say so itself."""


def _blame(form: Form[TogetherInput], error: DomainError) -> None:
    form.blame(str(error.params.get("field", _AT.get(error.key, ""))), error)


def _blame_missing(form: Form[TogetherInput]) -> None:
    """Name all that was not chosen, at once."""
    if not (form.raw("what") or "").strip():
        form.blame("what", DomainError("together.what"))
    if not form.raws("participant_id") and not form.raw("everyone"):
        form.blame("participant_id", DomainError("together.nobody"))


@participants.post("/p/<uuid:programme_id>/participants/together/preview")
@allow("participant.write")
def preview_together(programme_id: UUID) -> ResponseReturnValue:
    """Show for each what would come of it; of scores ask first what they are. Nothing is written."""
    session, form = read_session(programme_id), Form(request.form, TogetherInput)
    if form.raw("change"):
        return _choose_page(session, form, carried(form))
    return _answer(session, form)


def _answer(session: Session, form: Form[TogetherInput]) -> ResponseReturnValue:
    """Return the page that comes after a form: scores to be filled in, what would come of it, or the form."""
    _blame_missing(form)
    if not form.ok:
        return _choose_page(session, form, carried(form)), 400
    read = None
    try:
        read = _read(session, form)
        if read.instrument is not None and not form.raw("filled"):
            return _fill_page(session, form, read, read.instrument)
        if read.instrument is not None and read.what.moment is None:
            form.blame("moment", DomainError("form.choose"))
        if form.ok:
            return _preview_page(session, form, read, service.plan_together(session, act(), read.what))
    except DomainError as error:
        _blame(form, error)
    if read is not None and read.instrument is not None and form.raw("filled"):
        return _fill_page(session, form, read, read.instrument), 400
    return _choose_page(session, form, carried(form)), 400


@participants.post("/p/<uuid:programme_id>/participants/together")
@allow("participant.write")
def record_together(programme_id: UUID) -> ResponseReturnValue:
    """Record it for all of whom it is new, or for nobody when something changed meanwhile."""
    session, form = write_session(programme_id), Form(request.form, TogetherInput)
    try:
        read = _read(session, form) if form.ok else None
    except DomainError:
        read = None
    if read is None or not form.ok:
        return _answer(session, form)
    try:
        service.record_together(session, act(), form.value.id, read.what)
    except Conflict as conflict:
        form.blame("", conflict)
        return _preview_page(session, form, read, service.plan_together(session, act(), read.what)), 409
    except DomainError:
        return _answer(session, form)
    session.commit()
    flash(gettext("Recorded. You can still take all of it back here."), "success")
    return redirect(url_for(".entered_together", programme_id=programme_id, set_id=form.value.id))


# --- Looked at again, and taken back ------------------------------------------------------------------------


class BackInput(Input):
    """Why all of it is taken back."""

    id: RowId
    reason: OptionalLine


def _set_facts(one: Set) -> list[tuple[str, str]]:
    what = one.item or texts.word(one.subject)
    if one.instrument:
        what = f"{one.instrument}, {texts.word(one.moment)}"
    return [
        (gettext("What was recorded"), what),
        (gettext("Day"), texts.day(one.on)),
        (gettext("Participants"), texts.number(len(one.entered))),
        (gettext("Entered by"), one.by or DASH),
        (gettext("Entered at"), texts.moment(one.at)),
        (gettext("Still counts as it was entered"), texts.number(one.counting)),
    ]


def _set_page(session: Session, set_id: UUID, form: Form[BackInput], row_id: UUID) -> str:
    one = service.get_together(session, set_id)
    programme_id = _path(session, (gettext("What was entered at once"), None))
    lines = [
        (
            person.id,
            person.code,
            url_for(".observation", programme_id=programme_id, participant_id=person.id, observation_id=row),
            gettext("counts") if person.counts else gettext("corrected or taken back"),
        )
        for person in one.entered
        for row in (person.row_id,)
    ]
    return render_template(
        "participants/together_done.html",
        form=form,
        row_id=row_id,
        facts=_set_facts(one),
        lines=lines,
        many=ngettext("%(num)d row", "%(num)d rows", one.counting),
        may_change=may_write() and one.counting > 0,
        action=url_for(".take_back_together", programme_id=programme_id, set_id=set_id),
        list_url=url_for(".index", programme_id=programme_id),
        again_url=url_for(".together", programme_id=programme_id) if may_write() else None,
        vault=vault(),
        programme_id=programme_id,
    )


_SET = "/p/<uuid:programme_id>/participants/together/<uuid:set_id>"


@participants.get(_SET)
@allow("participant.read")
def entered_together(programme_id: UUID, set_id: UUID) -> ResponseReturnValue:
    """Show what was entered at once, to be taken back as one."""
    return _set_page(read_session(programme_id), set_id, Form.empty(), new_id())


@participants.post(_SET)
@allow("participant.write")
def take_back_together(programme_id: UUID, set_id: UUID) -> ResponseReturnValue:
    """Take all of it back at once; it stays visible and counts no more."""
    session, form = write_session(programme_id), Form(request.form, BackInput)
    if form.ok:
        try:
            service.take_back_together(session, act(), form.value.id, set_id, form.value.reason)
        except NotFound:
            raise
        except DomainError as error:
            form.blame("" if error.key == "observation.replaced" else "reason", error)
        else:
            session.commit()
            flash(
                gettext("All of it was taken back. What stood there stays visible and counts no more."),
                "success",
            )
            return redirect(url_for(".entered_together", programme_id=programme_id, set_id=set_id))
    return _set_page(session, set_id, form, carried(form)), 400
