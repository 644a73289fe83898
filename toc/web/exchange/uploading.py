"""Uploading a log: choose the file and where it comes from; a job reads it, and its page tells how far."""

import csv
import io
from datetime import date, timedelta
from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from toc.domain.errors import DomainError
from toc.domain.exchange.sources import SourceKind
from toc.domain.indicators import Kind
from toc.domain.jobs import JobKind
from toc.models.jobs import Job
from toc.services import exchange as service
from toc.services import jobs as job_service
from toc.services import programmes
from toc.services.errors import NotFound
from toc.services.exchange import sources
from toc.services.exchange.targets import IndicatorTarget, Targets, targets_of
from toc.web import jobs, texts
from toc.web.database import database, read_session, write_session
from toc.web.exchange.blueprint import carried, exchange, id_in, job_of, show_in
from toc.web.forms import Form, Input, OptionalLine, RowId, chosen
from toc.web.security import act, allow, now, settings, today, viewer

NEW = "new"
"""Chosen when the source is a new one."""
MOST_WAITING = 20
"""Files of one person that may lie here at once without having been imported."""
_MEGABYTE = 10**6
_EXAMPLE_DAYS = 5


class UploadInput(Input):
    """Which file, and where it comes from."""

    id: RowId
    source: OptionalLine
    name: OptionalLine
    kind: Annotated[SourceKind | None, chosen(SourceKind, optional=True)]
    indicator: OptionalLine


def _page(session: Session, form: Form[Any]) -> str:
    programme = programmes.get(session)
    at = show_in(programme, (gettext("Import a log"), None))
    may_add = viewer().may("source.write")
    here: dict[str, Any] = {"programme_id": programme.id}
    open_ones = [one for one in sources.list_sources(session) if one.closed_at is None]
    indicator = form.raw("indicator") or ""
    found = targets_of(session, act()).indicator(indicator)
    return render_template(
        "exchange/upload.html",
        form=form,
        row_id=carried(form),
        action=url_for(".send", **here),
        sources=[
            ("", gettext("none: this file stands alone")),
            *((str(one.id), one.name) for one in open_ones),
            *([(NEW, gettext("a new source; I name it below"))] if may_add else []),
        ],
        kinds=texts.choices(SourceKind),
        may_add=may_add,
        most=texts.number(settings().import_bytes // _MEGABYTE),
        hours=texts.number(settings().job_file_hours),
        indicator="" if found is None else found.code,
        about="" if found is None else f"{found.code} {found.name}",
        example_url=url_for(".example", **here, indicator=indicator or None),
        back=at,
    )


@exchange.get("/p/<uuid:programme_id>/imports/new")
@allow("import.write")
def upload(programme_id: UUID) -> ResponseReturnValue:
    """Ask for the file."""
    picked = {name: request.args.get(name, "") for name in ("source", "indicator")}
    return _page(read_session(programme_id), Form.empty({**picked, "kind": SourceKind.TABLE.value}))


@exchange.post("/p/<uuid:programme_id>/imports/new")
@allow("import.write")
def send(programme_id: UUID) -> ResponseReturnValue:
    """Take the file in, and let a job read it."""
    form = Form(request.form, UploadInput)
    file = request.files.get("file")
    if file is None or not file.filename:
        form.blame("file", DomainError("import.no_file"))
    if form.ok and file is not None and (job_id := _received(programme_id, form, file)) is not None:
        jobs.launch(programme_id, job_id)
        indicator = form.value.indicator or None
        return redirect(url_for(".job", programme_id=programme_id, job_id=job_id, indicator=indicator))
    return _page(read_session(programme_id), form), 400


def _received(programme_id: UUID, form: Form[UploadInput], file: FileStorage) -> UUID | None:
    """Put the file aside and add its job; None when something is not right, which stands at its field."""
    said, place = form.value, jobs.folder()
    job_id, at, hours = job_of(programme_id, said.id), now(), settings().job_file_hours
    with database().read_session(programme_id) as reading:
        if reading.get(Job, (programme_id, job_id)) is not None:
            return job_id
        mine = job_service.asked_by(reading, act(), JobKind.READ, at - timedelta(hours=hours))
    service.tidy(place, at, hours)
    if service.waiting(place, mine) >= MOST_WAITING:
        form.blame("file", DomainError("import.too_many_waiting", most=MOST_WAITING))
        return None
    try:
        received = service.receive(
            place, job_id, cast("BinaryIO", file.stream), file.filename or "", most=settings().import_bytes
        )
    except DomainError as error:
        form.blame("file", error)
        return None
    session = write_session(programme_id)
    try:
        source_id = _source(session, said)
        service.start(session, act(), job_id, received, source_id=source_id)
    except (DomainError, NotFound) as error:
        service.remove(place, job_id)
        form.blame("source" if isinstance(error, NotFound) else "name", _known(error))
        session.rollback()
        return None
    session.commit()
    return job_id


def _known(error: DomainError) -> DomainError:
    return DomainError("form.choose") if isinstance(error, NotFound) else error


def _source(session: Session, said: UploadInput) -> UUID | None:
    if said.source != NEW:
        return id_in(said.source)
    if not viewer().may("source.write"):
        raise NotFound
    if not said.name:
        raise DomainError("form.required")
    source_id = service.import_of(said.id)  # so that the same form twice makes one source
    return sources.add_source(session, act(), source_id, said.name, said.kind or SourceKind.TABLE).id


# --- A file to try with -------------------------------------------------------------------------------------


@exchange.get("/p/<uuid:programme_id>/imports/example")
@allow("import.write")
def example(programme_id: UUID) -> ResponseReturnValue:
    """Give a file that can be imported at once, made of an indicator of the programme."""
    session = read_session(programme_id)
    targets = targets_of(session, act())
    one = targets.indicator(request.args.get("indicator", "")) or _usable(targets)
    if one is None:
        raise NotFound
    answer = Response("\ufeff" + example_of(one, today()), mimetype="text/csv")
    name = gettext("example")
    answer.headers["Content-Disposition"] = f"attachment; filename={one.code}-{name}.csv"
    return answer


def _usable(targets: Targets) -> IndicatorTarget | None:
    fit = [one for one in targets.indicators if one.kind not in {Kind.NARRATIVE, Kind.ORDINAL}]
    return fit[0] if fit else None


def example_of(one: IndicatorTarget, on: date) -> str:
    """Return an example log of an indicator: a row for each of some days, with figures made up."""
    dutch = texts.language() == "nl"
    is_share = one.kind is Kind.PROPORTION
    numbers = [gettext("numerator"), gettext("denominator")] if is_share else [gettext("value")]
    written = io.StringIO(newline="")
    lines = csv.writer(written, delimiter=";" if dutch else ",")
    lines.writerow([gettext("date"), "indicator", *numbers, gettext("note")])
    for number in range(1, _EXAMPLE_DAYS + 1):
        day = on - timedelta(days=7 * number)
        lines.writerow(
            [day.isoformat(), one.code, *_figures(one.kind, number, dutch=dutch), gettext("example")]
        )
    return written.getvalue()


def _figures(kind: Kind, number: int, *, dutch: bool) -> list[str]:
    match kind:
        case Kind.PROPORTION:
            return [str(10 + number), "20"]
        case Kind.YES_NO:
            return [gettext("yes") if number % 2 else gettext("no")]
        case Kind.COUNT:
            return [str(10 + number)]
        case _:
            return [f"{2 + number / 10:.1f}".replace(".", "," if dutch else ".")]
