"""Files that were imported: all of them, one with what it brought, and how it is taken back."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.services import exchange as service
from toc.services import programmes
from toc.services.exchange.arrived import Brought, ImportLine, brought, get_import, import_lines
from toc.services.exchange.hands import hands_of_import
from toc.services.exchange.targets import targets_of
from toc.web import jobs, texts
from toc.web.database import read_session, write_session
from toc.web.exchange.blueprint import DASH, address, carried, exchange, job_of, show_in
from toc.web.exchange.choosing import in_words
from toc.web.forms import Form, Input, RowId, Tick
from toc.web.security import act, allow, viewer

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An import in the list.

    Attributes:
        counts: rows added, corrected, unchanged, rejected, without a value.
        undone: when and by whom it was taken back; "" when it stands.
        undo: address; "" when it cannot be.
    """

    at: str
    by: str
    name: str
    url: str
    source: str
    counts: tuple[str, ...]
    undone: str
    undo: str


def _row(one: ImportLine, programme_id: UUID) -> Row:
    here: dict[str, Any] = {"programme_id": programme_id, "import_id": one.id}
    return Row(
        at=texts.moment(one.at),
        by=one.by or DASH,
        name=one.file_name or gettext("file without a name"),
        url=url_for(".result", **here),
        source=one.source or DASH,
        counts=tuple(map(texts.number, (one.added, one.corrected, one.unchanged, one.rejected, one.missing))),
        undone=_undone(one),
        undo=url_for(".undo", **here) if one.undone_at is None and viewer().may("import.write") else "",
    )


def _undone(one: ImportLine) -> str:
    if one.undone_at is None:
        return ""
    at = texts.moment(one.undone_at)
    if not one.undone_by:
        return str(gettext("taken back at %(at)s", at=at))
    return str(gettext("taken back at %(at)s by %(by)s", at=at, by=one.undone_by))


@exchange.get("/p/<uuid:programme_id>/imports")
@allow("import.read")
def imports(programme_id: UUID) -> ResponseReturnValue:
    """Show all files that were imported."""
    session = read_session(programme_id)
    show_in(programmes.get(session))
    found = import_lines(session)
    page = max(request.args.get("page", 1, type=int), 1)
    first = (page - 1) * PAGE
    here: dict[str, Any] = {"programme_id": programme_id}
    return render_template(
        "exchange/imports.html",
        rows=[_row(one, programme_id) for one in found[first : first + PAGE]],
        headers=_headers(),
        pager=gettext(
            "%(first)s to %(last)s of %(total)s",
            first=texts.number(first + 1),
            last=texts.number(min(first + PAGE, len(found))),
            total=texts.number(len(found)),
        )
        if len(found) > PAGE
        else "",
        previous=url_for(".imports", **here, page=page - 1) if page > 1 else None,
        following=url_for(".imports", **here, page=page + 1) if first + PAGE < len(found) else None,
        may=viewer().may("import.write"),
        upload=url_for(".upload", **here),
        sources=url_for(".sources", **here),
    )


def _headers() -> list[str]:
    return [
        gettext("Added"),
        gettext("Corrected"),
        gettext("Unchanged"),
        gettext("Left behind"),
        gettext("Without a value"),
    ]


# --- One of them --------------------------------------------------------------------------------------------


@exchange.get("/p/<uuid:programme_id>/imports/<uuid:import_id>/result")
@allow("import.read")
def result(programme_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Show what an import brought, with the way back."""
    session = read_session(programme_id)
    one = get_import(session, import_id)
    number, first = brought(session, import_id)
    show_in(programmes.get(session), (one.file_name or gettext("Import"), None))
    row = _row(one, programme_id)
    mapping = _mapping(one.read_as)
    return render_template(
        "exchange/imported.html",
        row=row,
        sentence=_sentence(one),
        facts=[
            (gettext("Imported at"), row.at),
            (gettext("Imported by"), row.by),
            *_hands(session, import_id),
            (gettext("Source"), row.source),
            *zip(_headers(), row.counts, strict=True),
            (gettext("Fingerprint of the file (SHA-256)"), one.sha256),
        ],
        words=in_words(mapping, targets_of(session, act())) if mapping else [],
        values=[_value(each, programme_id) for each in first] if one.undone_at is None else [],
        rest=ngettext(
            "And %(count)s more.",
            "And %(count)s more.",
            number - len(first),
            count=texts.number(number - len(first)),
        )
        if number > len(first)
        else "",
        indicator=url_for("indicators.show", programme_id=programme_id, indicator_id=one.indicator_id)
        if one.indicator_id
        else "",
        participants=url_for("participants.index", programme_id=programme_id)
        if one.indicator_id is None and viewer().may("participant.read")
        else "",
        upload=url_for(".upload", programme_id=programme_id, source=one.source_id),
        imports=url_for(".imports", programme_id=programme_id),
    )


def _hands(session: Session, import_id: UUID) -> list[tuple[str, str]]:
    """Return who uploaded the file, and who said what its columns are."""
    hands = hands_of_import(session, import_id)
    if hands is None:
        return []
    said = [(gettext("Uploaded by"), f"{hands.uploaded_by or DASH}, {texts.moment(hands.uploaded_at)}")]
    if hands.mapped_at is not None:
        mapped = f"{hands.mapped_by or DASH}, {texts.moment(hands.mapped_at)}"
        said.append((gettext("Columns and answers by"), mapped))
    return said


def _mapping(read_as: str) -> LogMapping | None:
    """Return how a file was read; None for one of an earlier kind."""
    try:
        return LogMapping.from_json(json.loads(read_as))
    except (DomainError, ValueError):
        return None


def _sentence(one: ImportLine) -> str:
    behind = [
        ngettext(
            "%(count)s row stayed behind.",
            "%(count)s rows stayed behind.",
            one.rejected,
            count=texts.number(one.rejected),
        )
    ]
    if not one.added and not one.corrected and one.rejected:
        return " ".join([gettext("Nothing was added."), *behind])
    if not one.added and not one.corrected:
        return str(gettext("Nothing was added: everything in this file was known already."))
    parts = [
        ngettext(
            "%(count)s row was added.", "%(count)s rows were added.", one.added, count=texts.number(one.added)
        )
    ]
    if one.corrected:
        parts.append(
            ngettext(
                "%(count)s row was corrected.",
                "%(count)s rows were corrected.",
                one.corrected,
                count=texts.number(one.corrected),
            )
        )
    return " ".join([*parts, *(behind if one.rejected else [])])


def _value(one: Brought, programme_id: UUID) -> tuple[str, str, str, str]:
    """Return line, day, what it is about, and where it stands."""
    if one.is_measurement:
        url = url_for("indicators.measurement", programme_id=programme_id, measurement_id=one.id)
    else:
        may = viewer().may("participant.read")
        url = url_for("participants.show", programme_id=programme_id, participant_id=one.id) if may else ""
    line = texts.number(one.line) if one.line else DASH
    return line, texts.day(one.on) if one.on else DASH, one.about, url


# --- Taking it back -----------------------------------------------------------------------------------------


class UndoInput(Input):
    """That an import is to be taken back, and the id of the job that does it."""

    id: RowId
    confirmed: Tick


def _undo_page(programme_id: UUID, import_id: UUID, form: Form[UndoInput]) -> str:
    session = read_session(programme_id)
    one = get_import(session, import_id)
    number, _ = brought(session, import_id)
    here: dict[str, Any] = {"programme_id": programme_id, "import_id": import_id}
    back = url_for(".result", **here)
    show_in(programmes.get(session), (one.file_name or gettext("Import"), back), (gettext("Take back"), None))
    return render_template(
        "exchange/undo.html",
        row=_row(one, programme_id),
        form=form,
        row_id=carried(form),
        number=ngettext("%(count)s value", "%(count)s values", number, count=texts.number(number)),
        action=url_for(".undo_now", **here),
        back=back,
    )


@exchange.get("/p/<uuid:programme_id>/imports/<uuid:import_id>/undo")
@allow("import.write")
def undo(programme_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Ask whether an import is to be taken back."""
    return _undo_page(programme_id, import_id, Form.empty())


@exchange.post("/p/<uuid:programme_id>/imports/<uuid:import_id>/undo")
@allow("import.write")
def undo_now(programme_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Let an import be taken back."""
    form = Form(request.form, UndoInput)
    if form.ok and not form.value.confirmed:
        form.blame("confirmed", DomainError("form.required"))
    if not form.ok:
        return _undo_page(programme_id, import_id, form), 400
    session = write_session(programme_id)
    made = service.ask_undo(session, act(), job_of(programme_id, form.value.id), import_id)
    session.commit()
    jobs.launch(programme_id, made.id)
    return redirect(address(programme_id, made.id))
