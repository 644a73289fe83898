"""Importing a log: upload a file, say what its columns are, look at what would change, and then import it."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.exchange import (
    DELIMITERS,
    Column,
    DateOrder,
    Log,
    NumberStyle,
    PersonalColumn,
    Plan,
    RowError,
    decode,
    error_csv,
    number_columns,
    personal_columns,
    table,
)
from toc.domain.indicators import Kind
from toc.services import exchange as service
from toc.services import indicators as indicator_service
from toc.services import programmes
from toc.services.errors import Conflict
from toc.services.exchange import Source
from toc.services.indicators import IndicatorView
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.exchange.carrying import Carried, pack, signer_of, unpack
from toc.web.exchange.choosing import ChoicesInput, ConfirmInput, guessed_choices, questions
from toc.web.forms import Form, Input, OptionalLine
from toc.web.indicators import indicators
from toc.web.indicators.showing import heading
from toc.web.said import Said
from toc.web.security import act, allow, new_id

SHOWN: Final = 10
"""Rows of a preview."""

ERRORS_SHOWN: Final = 50
"""Rows at fault on the page; the file of errors has them all."""

_MEGABYTE: Final = 10**6

_ADDRESS = "/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/import"


# --- 1. The file --------------------------------------------------------------------------------------------


class UploadInput(Input):
    """How the columns are parted, if the person says so."""

    delimiter: OptionalLine


def _upload_page(session: Session, view: IndicatorView, form: Form[Any]) -> str:
    heading(programmes.get(session), view, gettext("Import a log"))
    return render_template(
        "exchange/upload.html",
        view=view,
        form=form,
        is_share=view.definition.kind is Kind.PROPORTION,
        delimiters=[
            ("", gettext("find it in the file")),
            (",", gettext("comma")),
            (";", gettext("semicolon")),
            ("tab", gettext("tab")),
        ],
        most=texts.number(current_app.config["MAX_CONTENT_LENGTH"] // _MEGABYTE),
        address=here(session, view),
    )


def here(session: Session, view: IndicatorView) -> dict[str, Any]:
    """Return the parts of an address of this indicator."""
    return {"programme_id": session.info["programme_id"], "indicator_id": view.id}


@indicators.get(_ADDRESS)
@allow("measurement.record")
def import_log(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Ask for the file."""
    session = read_session(programme_id)
    view = indicator_service.get_indicator(session, act(), indicator_id)
    return _upload_page(session, view, Form.empty())


@indicators.post(_ADDRESS)
@allow("measurement.record")
def upload(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Read the file and ask what its columns are."""
    session = read_session(programme_id)
    view = indicator_service.get_indicator(session, act(), indicator_id)
    form = Form(request.form, UploadInput)
    try:
        carried = _received(form.raw("delimiter") or "", view.definition.kind)
        packed = pack(carried, signer_of(programme_id, indicator_id))
    except DomainError as error:
        form.blame("file", error)
        return _upload_page(session, view, form), 400
    guessed: Form[ChoicesInput] = Form.empty(guessed_choices(carried.table, carried.kind))
    return _choose_page(session, view, carried, packed, guessed)


def _received(delimiter: str, kind: Kind) -> Carried:
    """Return the table of the file that was sent.

    Raises:
        DomainError: ``import.no_file``, ``import.bsn``, and what `decode` and `table` refuse.
    """
    sent = request.files.get("file")
    content = sent.read() if sent is not None else b""
    if not content and (sent is None or not sent.filename):
        raise DomainError("import.no_file")
    decoded = decode(content)
    typed = {"tab": "\t"}.get(delimiter, delimiter)
    tab = table(decoded.text, typed if typed in DELIMITERS else None)
    for column in personal_columns(tab):
        if column.refused:
            raise DomainError("import.bsn", column=column.header)
    return Carried(tab, kind, sha256(content).hexdigest(), (*decoded.notes, *tab.notes))


# --- 2. Its columns -----------------------------------------------------------------------------------------


def _choose_page(
    session: Session,
    view: IndicatorView,
    carried: Carried,
    packed: str,
    form: Form[ChoicesInput],
) -> str:
    heading(programmes.get(session), view, gettext("Import a log"))
    tab = carried.table
    personal = personal_columns(tab)
    hidden = {column.position for column in personal}
    about_numbers, about_days = questions(tab, carried.kind)
    named = [(str(at), name or _unnamed(at)) for at, name in enumerate(tab.headers)]
    return render_template(
        "exchange/choose.html",
        view=view,
        form=form,
        carried=packed,
        notes=[texts.sentence(note.key, **note.params) for note in carried.notes],
        headers=[name for _, name in named],
        sample=[["" if at in hidden else cell for at, cell in enumerate(row.cells)] for row in tab.rows[:3]],
        rows=len(tab.rows) + len(tab.ragged),
        personal=[_personal(column) for column in personal],
        numbers=[(column.value, texts.word(column)) for column in number_columns(carried.kind)],
        options=[("", gettext("choose a column")), *named],
        optional=[("", gettext("none")), *named],
        about_numbers=about_numbers,
        about_days=about_days,
        styles=texts.choices(NumberStyle),
        orders=texts.choices(DateOrder),
        address=here(session, view),
    )


def _unnamed(position: int) -> str:
    return str(gettext("column %(number)s", number=position + 1))


def _personal(column: PersonalColumn) -> str:
    return str(gettext("%(column)s (%(kind)s)", column=column.header, kind=texts.word(column.kind)))


@indicators.post(f"{_ADDRESS}/columns")
@allow("measurement.record")
def import_columns(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Show the choices once more, as they were made."""
    session = read_session(programme_id)
    view = indicator_service.get_indicator(session, act(), indicator_id)
    packed = request.form.get("carried", "")
    try:
        carried = unpack(packed, signer_of(programme_id, indicator_id))
    except DomainError as error:
        return _lost(session, view, error)
    return _choose_page(session, view, carried, packed, Form.empty(request.form))


def _lost(session: Session, view: IndicatorView, error: DomainError) -> ResponseReturnValue:
    form: Form[UploadInput] = Form.empty()
    form.blame("file", error)
    return _upload_page(session, view, form), 400


# --- 3. What would change -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """What is wrong with a row."""

    line: str
    column: str
    original: str
    reason: str


def _reason(error: RowError) -> str:
    return texts.sentence(error.key, **error.params)


def _preview_page(
    session: Session,
    view: IndicatorView,
    packed: str,
    form: Form[Any],
    log: Log,
    source: Source,
    *,
    row_id: UUID,
    problem: str = "",
) -> str:
    programme = programmes.get(session)
    heading(programme, view, gettext("Import a log"))
    said = Said.of(programme)
    plan = service.plan(session, view.id, log)
    before = service.imported_before(session, view.id, source)
    definition = view.definition
    return render_template(
        "exchange/preview.html",
        view=view,
        form=form,
        carried=packed,
        row_id=row_id,
        seen=service.fingerprint(plan),
        problem=problem,
        choices=[(name, form.raw(name) or "") for name in ChoicesInput.model_fields],
        counts=_counts(plan, log),
        errors=[
            ErrorLine(str(error.line), error.column or "", error.original, _reason(error))
            for error in log.errors[:ERRORS_SHOWN]
        ],
        error_count=len(log.errors),
        new=[
            (str(row.line), texts.day(row.reading.on), said.reading(row.reading, definition))
            for row in plan.new[:SHOWN]
        ],
        new_count=len(plan.new),
        changed=[
            (
                str(change.row.line),
                texts.day(change.known.on),
                said.reading(change.known, definition),
                said.reading(change.row.reading, definition),
            )
            for change in plan.changed[:ERRORS_SHOWN]
        ],
        before=None if before is None else texts.moment(before.created_at),
        can_import=not log.errors and before is None and bool(plan.new or plan.changed),
        verb=_verb(plan),
        address=here(session, view),
    )


def _counts(plan: Plan, log: Log) -> list[tuple[str, str]]:
    counts = (
        (gettext("new"), len(plan.new)),
        (gettext("corrected: another value than is known of that day"), len(plan.changed)),
        (gettext("unchanged: known already"), len(plan.unchanged)),
        (gettext("without a number: left out, missing is not zero"), log.missing),
        (gettext("twice the same: passed over"), len(log.repeated)),
        (gettext("not right"), len(log.errors)),
    )
    return [(label, texts.number(count)) for label, count in counts]


def _verb(plan: Plan) -> str:
    count = len(plan.new) + len(plan.changed)
    return str(ngettext("Import %(num)d value", "Import %(num)d values", count))


@indicators.post(f"{_ADDRESS}/preview")
@allow("measurement.record")
def import_preview(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Show what the file would change, and every row that is not right."""
    session = read_session(programme_id)
    view = indicator_service.get_indicator(session, act(), indicator_id)
    packed, form = request.form.get("carried", ""), Form(request.form, ChoicesInput)
    try:
        carried = unpack(packed, signer_of(programme_id, indicator_id))
    except DomainError as error:
        return _lost(session, view, error)
    if form.ok:
        try:
            log = form.value.read(carried)
        except DomainError as error:
            form.blame(_field(error), error)
        else:
            source = form.value.source(carried)
            return _preview_page(session, view, packed, form, log, source, row_id=new_id())
    return _choose_page(session, view, carried, packed, form), 400


def _field(error: DomainError) -> str:
    """Return the field of the choices that an error is about."""
    if error.key == "import.personal":
        return "left_out"
    named = error.params.get("column")
    return named.value if isinstance(named, Column) else "on"


@indicators.post(f"{_ADDRESS}/errors.csv")
@allow("measurement.record")
def import_errors(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Give the rows at fault as a file, each with its reasons."""
    session = read_session(programme_id)
    view = indicator_service.get_indicator(session, act(), indicator_id)
    form = Form(request.form, ChoicesInput)
    try:
        carried = unpack(request.form.get("carried", ""), signer_of(programme_id, indicator_id))
        log = form.value.read(carried) if form.ok else None
    except DomainError as error:
        return _lost(session, view, error)
    if log is None:
        return _lost(session, view, DomainError("import.lost"))
    labels = (gettext("line"), gettext("reason"))
    written = error_csv(carried.table, log.errors, labels=labels, say=_reason)
    answer = Response("\ufeff" + written, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{view.code}-errors.csv"'
    return answer


# --- 4. The import ------------------------------------------------------------------------------------------


@indicators.post(f"{_ADDRESS}/confirm")
@allow("measurement.record")
def import_confirm(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Import the file as it was looked at: all of it, or nothing."""
    packed, form = request.form.get("carried", ""), Form(request.form, ConfirmInput)
    found = _read_again(packed, signer_of(programme_id, indicator_id), form)
    # The file is read by now: there is one writer at a time, so the write begins as late as it can.
    session = write_session(programme_id)
    view = indicator_service.get_indicator(session, act(), indicator_id)
    if isinstance(found, DomainError):
        return _lost(session, view, found)
    said, log, source = form.value, *found
    try:
        made, before = service.import_log(session, act(), said.id, view.id, source, log, seen=said.seen)
    except Conflict as error:
        problem = texts.sentence(error.key, **error.params)
        page = _preview_page(session, view, packed, form, log, source, row_id=said.id, problem=problem)
        return page, 409
    session.commit()
    flash(_result(0 if before else made.rows_added, 0 if before else made.rows_corrected), "success")
    return redirect(url_for(".log_import", programme_id=programme_id, import_id=made.id))


def _read_again(
    packed: str, signer: URLSafeTimedSerializer, form: Form[ConfirmInput]
) -> tuple[Log, Source] | DomainError:
    """Return the log and its source, or why there is none any more."""
    try:
        carried = unpack(packed, signer)
        return form.value.read(carried), form.value.source(carried)
    except DomainError as error:
        return error
    except ValueError:  # nothing was chosen
        return DomainError("import.lost")


def _result(added: int, corrected: int) -> str:
    if not added and not corrected:
        return str(gettext("0 values were added: everything in this file was known already."))
    parts = (
        ngettext("%(num)d value was added.", "%(num)d values were added.", added),
        ngettext("%(num)d value was corrected.", "%(num)d values were corrected.", corrected)
        if corrected
        else "",
    )
    return " ".join(part for part in parts if part)
