"""To log now: every value that waits for the signed-in person, over all their programmes, on one page.

The page works without script, and with it also without a connection: see `static/js/offline.js`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from toc import resources
from toc.domain import permissions
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.models.programmes import Programme
from toc.services import indicators as service
from toc.services import programmes
from toc.services.errors import NotFound
from toc.services.indicators import ASite, DraftView, IndicatorView, Measured, ToLog
from toc.web import frame, texts
from toc.web.database import database, read_session, write_session
from toc.web.forms import Form
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.defining import carried_id
from toc.web.indicators.entries import Asking, EntryForm, EntryInput, asking, open_groups, shown_fields
from toc.web.said import Said, due
from toc.web.security import act, allow, new_id, today, viewer

SHOWN = 60
"""Values of the page; more than anybody logs in a day."""
_KEPT = 60
"""Characters of what somebody wrote that a draft is recognised by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One value that waits, with its form.

    Attributes:
        key: of the item on the page: id of the indicator.
        due: since when, in words.
        is_late: whether it was due before today.
        lacks: which sites were not counted yet; "" without sites.
        whole_url: the page that asks everything of a value, a photo too.
        url: where the form is sent.
        next_key: of the item after it; "" for the last.
        named_url: the value that is there already, where that is what is wrong.
    """

    key: str
    programme: str
    code: str
    name: str
    definition: str
    about_url: str
    whole_url: str
    due: str
    is_late: bool
    is_mine: bool
    lacks: str
    last: str
    url: str
    row_id: UUID
    asked: Asking
    form: Form[EntryInput]
    is_open: bool
    open_groups: frozenset[str]
    offers_rest: bool
    labels: dict[str, str]
    next_key: str
    named_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Something that the person began, or that came back: a draft, or a value that was returned.

    Attributes:
        text: the indicator, its day or moment, and the value.
        remark: why it came back; "" of a draft.
    """

    programme: str
    text: str
    url: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that was sent and not taken: it is shown again, as it was."""

    indicator_id: UUID
    form: EntryForm
    row_id: UUID
    named: UUID | None


@dataclass(frozen=True, slots=True)
class _Found:
    """What waits in one programme."""

    programme: Programme
    waiting: list[ToLog]
    places: tuple[ASite, ...]


def _as_in(programme_id: UUID) -> Act:
    """Return who asks, with the roles that they have in a programme."""
    who = act()
    return Act(at=who.at, on=who.on, user=who.user, roles=viewer().memberships[programme_id])


def _gathered() -> tuple[list[_Found], list[Beside], list[Beside]]:
    """Return what waits, what was returned and what was begun, over all programmes of the reader."""
    found, returned, begun = [], [], []
    for programme_id, roles in viewer().memberships.items():
        needs_second = programme_id in viewer().asking_second_factor and not viewer().has_second_factor
        if needs_second or not permissions.may(roles, "measurement.record"):
            continue
        who = _as_in(programme_id)
        with database().read_session(programme_id) as session:
            programme = programmes.get(session)
            waiting, places = service.to_log(session, who)
            found.append(_Found(programme, waiting, places))
            returned += _returned(session, who, programme)
            begun += _drafts(session, who, programme)
    return found, returned, begun


def _returned(session: Session, who: Act, programme: Programme) -> list[Beside]:
    said = Said.of(programme, who.roles)
    return [
        Beside(
            programme=programme.name,
            text=f"{one.code} {one.definition.name}, {texts.day(one.measured.reading.on, short=True)}: "
            f"{said.counted(one.measured.reading, one.definition)}",
            url=url_for(".correct", programme_id=programme.id, measurement_id=one.measured.id),
            remark=one.remark,
        )
        for one in service.returned_to(session, who)
    ]


def _drafts(session: Session, who: Act, programme: Programme) -> list[Beside]:
    return [
        Beside(
            programme=programme.name,
            text=f"{draft.code} {draft.name}, {texts.moment(draft.changed_at)}" + _kept(draft),
            url=url_for(
                ".record", programme_id=programme.id, indicator_id=draft.indicator_id, draft=draft.id
            ),
            remark="",
        )
        for draft in service.drafts(session, who)
    ]


def _kept(draft: DraftView) -> str:
    """Return the value that a draft keeps, as it was typed; "" when there is none yet."""
    typed = draft.content
    share = " / ".join(typed[name] for name in ("numerator", "denominator") if name in typed)
    levels = " / ".join(typed[name] for name in sorted(typed) if name.startswith("level-"))
    value = typed.get("value") or share or levels or typed.get("narrative", "")[:_KEPT]
    return f": {value}" if value else ""


def _items(found: list[_Found], open_key: str, sent: Sent | None) -> list[Item]:
    on = act().on
    every = [(one, waiting) for one in found for waiting in one.waiting]
    every.sort(key=lambda pair: pair[1].turn(on))
    every = every[:SHOWN]
    after = [str(waiting.view.id) for _, waiting in every[1:]] + [""][: len(every)]
    return [
        _item(one, waiting, open_key, sent, next_key)
        for (one, waiting), next_key in zip(every, after, strict=True)
    ]


def _item(found: _Found, one: ToLog, open_key: str, sent: Sent | None, next_key: str) -> Item:
    view, programme = one.view, found.programme
    said = Said.of(programme, viewer().memberships[programme.id])
    here: dict[str, Any] = {"programme_id": programme.id, "indicator_id": view.id}
    asked = asking(view.definition, found.places, programme.currency)
    mine = sent if sent is not None and sent.indicator_id == view.id else None
    usual = {"on": one.on.isoformat(), "site_id": "" if one.site_id is None else str(one.site_id)}
    form: Form[EntryInput] = Form.empty(usual) if mine is None else mine.form
    return Item(
        key=str(view.id),
        programme=programme.name,
        code=view.code,
        name=view.definition.name,
        definition=view.definition.definition,
        about_url=url_for(".show", **here),
        whole_url=url_for(".record", **here),
        due=due(view.judgement, today()) if view.judgement.due_on == one.due_on else "",
        is_late=one.due_on < today(),
        is_mine=one.is_mine,
        lacks=_lacks(one, found.places),
        last=_last(view, said),
        url=url_for(".log_today", **here),
        row_id=new_id() if mine is None else mine.row_id,
        asked=asked,
        form=form,
        is_open=str(view.id) == open_key or mine is not None,
        open_groups=open_groups(asked, form),
        offers_rest=mine is not None and mine.form.offers_rest,
        labels=shown_fields(asked),
        next_key=next_key,
        named_url=None
        if mine is None or mine.named is None
        else url_for(".measurement", programme_id=programme.id, measurement_id=mine.named),
    )


def _lacks(one: ToLog, places: tuple[ASite, ...]) -> str:
    now = one.view.now
    if now is None or now.is_whole or one.on != now.on:
        return ""
    names = [place.name for place in places if place.id in now.absent]
    return str(
        gettext(
            "%(on)s: %(there)s of %(all)s sites. Still to come: %(names)s.",
            on=texts.day(now.on, short=True),
            there=len(now.present),
            all=len(now.present) + len(now.absent),
            names=", ".join(names),
        )
    )


def _last(view: IndicatorView, said: Said) -> str:
    if view.latest is None:
        return str(gettext("Nothing was measured yet."))
    return str(
        gettext(
            "Last time: %(value)s on %(on)s.",
            value=said.latest(view),
            on=texts.day(view.latest.on),
        )
    )


def _page(sent: Sent | None = None) -> str:
    found, returned, begun = _gathered()
    items = _items(found, request.args.get("open", ""), sent)
    frame.crumbs((gettext("Programmes"), url_for("programmes.home")), (gettext("To log now"), None))
    return render_template(
        "indicators/today.html",
        mine=[item for item in items if item.is_mine],
        others=[item for item in items if not item.is_mine],
        returned=returned,
        begun=begun,
        records_somewhere=bool(found),
        several=len(found) > 1,
        who=str(viewer().user_id),
    )


@indicators.get("/today", endpoint="today")
@allow("today.read")
def today_page() -> ResponseReturnValue:
    """Show what waits, longest due first."""
    return _page()


@indicators.get("/today/<uuid:programme_id>/<uuid:indicator_id>")
@allow("measurement.record")
def today_one(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Lead to the page with this value open: the address of its form, fetched instead of sent."""
    view = service.get_indicator(read_session(programme_id), act(), indicator_id)
    return redirect(url_for(".today", open=view.id, _anchor=f"i-{view.id}"))


@indicators.post("/today/<uuid:programme_id>/<uuid:indicator_id>")
@allow("measurement.record")
def log_today(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Save a value, then offer the next one; a script that kept it for a while gets the answer as data."""
    session = write_session(programme_id)
    view = service.get_indicator(session, act(), indicator_id)
    form, named = EntryForm(request.form, view.definition), None
    if form.ok:
        try:
            row = _write(session, view, form)
        except DomainError as error:
            named = form.blame_at_its_field(error)
        else:
            return _saved(session, view, row)
    if _asks_for_data():
        return _refused(session, form, named)
    sent = Sent(indicator_id=indicator_id, form=form, row_id=carried_id(form), named=named)
    session.rollback()
    return _page(sent), 400


def _write(session: Session, view: IndicatorView, form: EntryForm) -> UUID:
    """Record the value, or put it in the place of one that was there; return its id."""
    instead = request.form.get("instead_of", "")
    if not instead:
        return service.record_measurement(session, act(), view.id, form.entry).id
    try:
        wrong = UUID(instead)
    except ValueError as error:
        raise DomainError("form.choose") from error
    _, whole = service.get_measurement(session, act(), wrong)
    if whole.view.id != view.id:
        raise NotFound  # a value of another indicator is none of this one
    return service.correct_measurement(session, act(), wrong, form.entry).id


def _asks_for_data() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _saved(session: Session, view: IndicatorView, row_id: UUID) -> ResponseReturnValue:
    programme_id = session.info["programme_id"]
    said = Said.of(programmes.get(session))
    now = service.get_indicator(session, act(), view.id)
    session.commit()
    sentence = gettext("Saved. %(now)s", now=said.standing(now))
    if _asks_for_data():
        url = url_for(".measurement", programme_id=programme_id, measurement_id=row_id)
        return jsonify(saved=str(row_id), sentence=sentence, url=url)
    flash(f"{view.code} {view.definition.name}. {sentence}", "success")
    chosen = request.form.get("next", "")
    return redirect(url_for(".today", open=chosen or None, _anchor=f"i-{chosen}" if chosen else None))


def _refused(session: Session, form: EntryForm, named: UUID | None) -> ResponseReturnValue:
    """Say as data what is not right; of a value that is there already, what it says and who entered it."""
    answer: dict[str, Any] = {
        "sentence": " ".join(dict.fromkeys(sentence for _, sentence in form.errors)),
        "fields": dict(form.errors),
        "offers_rest": form.offers_rest,
    }
    if named is None:
        return jsonify(answer), 400
    one, whole = service.get_measurement(session, act(), named)
    said = Said.of(whole.programme)
    answer["theirs"] = _theirs(one, said.counted(one.reading, whole.view.definition))
    answer["theirs"]["url"] = url_for(
        ".measurement", programme_id=session.info["programme_id"], measurement_id=named
    )
    return jsonify(answer), 409


def _theirs(one: Measured, value: str) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "value": value,
        "on": texts.day(one.reading.on),
        "by": one.by,
        "at": texts.moment(one.at),
    }


# --- Without a connection -----------------------------------------------------------------------------------


@indicators.get("/today/token")
@allow("today.read")
def today_token() -> ResponseReturnValue:
    """Say who is signed in and give a fresh token, so that what waited can be sent in a new session."""
    return jsonify(who=str(viewer().user_id), token=generate_csrf())


@indicators.get("/today/worker.js")
@allow("page.read")
def today_worker() -> ResponseReturnValue:
    """Give the script that answers for this page alone when there is no connection."""
    file = Path(resources.static(), "js", "today-worker.js")
    answer = Response(file.read_bytes(), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/today"
    return answer
