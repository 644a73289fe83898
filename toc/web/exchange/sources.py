"""Sources of logs: what they are, how they are read, and how their files get here by themselves."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.sources import Fetch, SourceKind
from toc.models.indicators import LogSource
from toc.services import programmes
from toc.services.errors import Conflict, Stale
from toc.services.exchange import sources as service
from toc.services.exchange.sources import Schedule
from toc.services.exchange.targets import targets_of
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.exchange.blueprint import carried, exchange, sentence_of, show_in, show_source_in
from toc.web.exchange.choosing import in_words
from toc.web.forms import Edited, Form, Input, Line, OptionalLine, RowId, Tick, Whole, chosen
from toc.web.security import act, allow, settings, viewer

MOST_HOURS = 720
_FIELDS = {
    "source.no_mapping": "fetch",
    "source.no_watching": "fetch",
    "fetch.address": "address",
    "fetch.secret_in_address": "address",
    "source.folder_outside": "address",
    "source.folder_missing": "address",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A source in the list.

    Attributes:
        how: how its logs get here, and how often.
        last: when it was looked at, and what came of it.
    """

    name: str
    url: str
    kind: str
    is_remembered: bool
    how: str
    last: str
    closed: str


def _row(one: LogSource) -> Row:
    return Row(
        name=one.name,
        url=url_for(".source", programme_id=one.programme_id, source_id=one.id),
        kind=texts.word(one.kind),
        is_remembered=bool(one.mapping),
        how=_how(one),
        last=_last(one),
        closed=gettext("closed at %(at)s", at=texts.moment(one.closed_at)) if one.closed_at else "",
    )


def _how(one: LogSource) -> str:
    if one.fetch is Fetch.NEVER:
        return texts.word(Fetch.NEVER)
    often = ngettext("every hour", "every %(num)d hours", one.every_hours)
    return f"{texts.word(one.fetch)}, {often}"


def _last(one: LogSource) -> str:
    if one.fetched_at is None:
        return gettext("not looked at yet") if one.fetch is not Fetch.NEVER else ""
    said = (
        sentence_of(one.fetch_error, {"status": "?", "seconds": "?", "most": "?"})
        if one.fetch_error
        else gettext("all well")
    )
    return f"{texts.moment(one.fetched_at)}: {said}"


class NewInput(Input):
    """A new source."""

    id: RowId
    name: Line
    kind: Annotated[SourceKind, chosen(SourceKind)]


def _list_page(session: Session, form: Form[Any]) -> str:
    programme = programmes.get(session)
    show_in(programme, (gettext("Sources"), None))
    return render_template(
        "sources/index.html",
        rows=[_row(one) for one in service.list_sources(session)],
        form=form,
        row_id=carried(form),
        kinds=texts.choices(SourceKind),
        may=viewer().may("source.write"),
        action=url_for(".add_source", programme_id=programme.id),
    )


@exchange.get("/p/<uuid:programme_id>/sources")
@allow("import.read")
def sources(programme_id: UUID) -> ResponseReturnValue:
    """Show where logs come from."""
    return _list_page(read_session(programme_id), Form.empty({"kind": SourceKind.TABLE.value}))


@exchange.post("/p/<uuid:programme_id>/sources")
@allow("source.write")
def add_source(programme_id: UUID) -> ResponseReturnValue:
    """Add a source."""
    form = Form(request.form, NewInput)
    session = write_session(programme_id)
    if form.ok:
        try:
            made = service.add_source(session, act(), form.value.id, form.value.name, form.value.kind)
        except Conflict as error:
            form.blame("name", error)
        else:
            session.commit()
            return redirect(url_for(".source", programme_id=programme_id, source_id=made.id))
    return _list_page(session, form), 400


# --- One of them --------------------------------------------------------------------------------------------


class ScheduleInput(Input):
    """How the logs of a source get here."""

    fetch: Annotated[Fetch, chosen(Fetch)]
    folder: OptionalLine
    address: OptionalLine
    token: OptionalLine
    without_token: Tick
    every_hours: Whole


def _page(session: Session, source_id: UUID, form: Form[Any] | None = None) -> str:
    one, programme = service.get_source(session, source_id), programmes.get(session)
    show_source_in(programme, (one.name, None))
    here: dict[str, Any] = {"programme_id": programme.id, "source_id": source_id}
    is_folder = one.fetch is Fetch.FOLDER
    return render_template(
        "sources/show.html",
        row=_row(one),
        form=form
        or Form.empty(
            {
                "fetch": one.fetch.value,
                "folder": one.address if is_folder else "",
                "address": "" if is_folder else one.address,
                "every_hours": str(one.every_hours),
            }
        ),
        revision=one.revision,
        words=in_words(LogMapping.from_json(one.mapping), targets_of(session, act())) if one.mapping else [],
        ways=[
            way
            for way in texts.choices(Fetch)
            if way[0] != Fetch.FOLDER.value or is_folder or settings().watch_folder is not None
        ],
        has_token=service.has_token(session, source_id),
        watches=settings().watch_folder is not None,
        programme_folder=str(programme.id),
        may=viewer().may("source.write"),
        may_import=viewer().may("import.write"),
        upload=url_for(".upload", programme_id=programme.id, source=source_id),
        schedule=url_for(".schedule", **here),
        forget=url_for(".forget_source", **here),
        close=url_for(".close_source", **here),
    )


@exchange.get("/p/<uuid:programme_id>/sources/<uuid:source_id>")
@allow("import.read")
def source(programme_id: UUID, source_id: UUID) -> ResponseReturnValue:
    """Show a source: how it is read, and how its logs get here."""
    return _page(read_session(programme_id), source_id)


@exchange.post("/p/<uuid:programme_id>/sources/<uuid:source_id>")
@allow("source.write")
def schedule(programme_id: UUID, source_id: UUID) -> ResponseReturnValue:
    """Say how the logs of a source get here."""
    form = Form(request.form, ScheduleInput)
    session = write_session(programme_id)
    if form.ok and not 1 <= form.value.every_hours <= MOST_HOURS:
        form.blame("every_hours", DomainError("source.hours", most=MOST_HOURS))
    if form.ok:
        try:
            service.schedule(
                session,
                act(),
                source_id,
                Edited.of(request.form).revision,
                _schedule(form.value),
                settings().watch_folder,
            )
        except Stale:
            return _page(session, source_id, _blamed(form, "fetch", DomainError("source.changed"))), 409
        except DomainError as error:
            if error.key not in _FIELDS:
                raise
            form.blame(_FIELDS[error.key], error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".source", programme_id=programme_id, source_id=source_id))
    return _page(session, source_id, form), 400


def _blamed(form: Form[Any], field: str, error: DomainError) -> Form[Any]:
    form.blame(field, error)
    return form


def _schedule(said: ScheduleInput) -> Schedule:
    key = str(current_app.config["SECRET_KEY"])
    return Schedule(
        fetch=said.fetch,
        address=said.folder if said.fetch is Fetch.FOLDER else said.address,
        every_hours=said.every_hours,
        token=service.seal(key, said.token) if said.token else None,
        without_token=said.without_token,
    )


@exchange.post("/p/<uuid:programme_id>/sources/<uuid:source_id>/forget")
@allow("source.write")
def forget_source(programme_id: UUID, source_id: UUID) -> ResponseReturnValue:
    """Forget how a source is read."""
    session = write_session(programme_id)
    service.forget(session, act(), source_id)
    session.commit()
    flash(gettext("Forgotten. The next file of this source is looked at as if it were the first."), "success")
    return redirect(url_for(".source", programme_id=programme_id, source_id=source_id))


@exchange.post("/p/<uuid:programme_id>/sources/<uuid:source_id>/close")
@allow("source.write")
def close_source(programme_id: UUID, source_id: UUID) -> ResponseReturnValue:
    """Close a source; what it brought stays."""
    session = write_session(programme_id)
    service.close(session, act(), source_id)
    session.commit()
    flash(gettext("The source is closed. What it brought stays."), "success")
    return redirect(url_for(".sources", programme_id=programme_id))
