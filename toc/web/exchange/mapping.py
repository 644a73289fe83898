"""What was recognised in a file, and the form on which somebody says what each of its columns is."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.exchange.mapping import MOST_HEADERS, MOST_SKIPPED, About
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.notation import DateOrder, NumberStyle
from toc.domain.exchange.opening import ENCODINGS
from toc.domain.exchange.recognised import Recognition, SheetSeen
from toc.domain.participants import Moment
from toc.models.jobs import Job
from toc.services import exchange as service
from toc.services import jobs as job_service
from toc.services import programmes
from toc.services.errors import Conflict
from toc.services.exchange.hands import plan_of
from toc.services.exchange.targets import targets_of
from toc.web import jobs, texts
from toc.web.database import database, write_session
from toc.web.exchange.blueprint import (
    address,
    exchange,
    hands_in_words,
    said_of,
    sentence_of,
    show_in,
    title_of,
)
from toc.web.exchange.choosing import columns_of, labels_of, mapping_in, options_of, prefilled, values_of
from toc.web.forms import Form, Input, OptionalLine, Whole
from toc.web.security import act, allow, viewer

_SAMPLE = 12
"""Columns of the file that are shown as they came."""
_SIGNS = (",", ";", "\t", "|")


def columns_page(
    session: Session,
    found: Job,
    seen: Recognition,
    sent: Form[Any] | None = None,
    *,
    changed: bool = False,
) -> str:
    """Return the page on which somebody says what each column is for.

    Args:
        session: of a programme.
        found: the READ job.
        seen: what was seen in its file.
        sent: what was typed; None: as it was said before, or is suggested.
        changed: whether somebody else said something of the file since the page was made.
    """
    programme, targets = programmes.get(session), targets_of(session, act())
    title = title_of(found)
    here: dict[str, Any] = {"programme_id": programme.id, "job_id": found.id}
    show_in(programme, (title, None))
    is_said = bool((found.asked.get("mapping") or {}).get("columns"))
    wanted = request.values.get("indicator", "")
    form = sent
    if form is None:
        mapping = service.suggest(session, act(), found, seen)
        form = Form.empty(
            values_of(mapping if is_said else prefilled(mapping, targets, wanted), seen, targets)
        )
    columns, folded = columns_of(seen, form)
    return render_template(
        "exchange/columns.html",
        title=title,
        form=form,
        changed=changed,
        problem=said_of(found) if is_said and sent is None else "",
        refused=", ".join(one.header for one in seen.personal if one.refused),
        facts=_facts(seen),
        notes=_notes(seen),
        sheets=[_sheet(one) for one in seen.sheets if one.name],
        table=_table_of(seen),
        table_action=url_for(".table", **here),
        sheet_options=[(one.name, _sheet_name(one)) for one in seen.sheets if one.name],
        signs=[(sign, _sign(sign)) for sign in _SIGNS] if seen.delimiter else [],
        encodings=[(name, name) for name in ENCODINGS] if seen.delimiter else [],
        counts=[(str(number), str(number)) for number in range(1, MOST_HEADERS + 1)],
        sample=[
            (row[:_SAMPLE], len(row) > _SAMPLE)
            for one in seen.sheets
            if one.name == seen.sheet
            for row in one.first_rows
        ],
        columns=columns,
        folded=folded,
        hands=hands_in_words(session, found),
        plan=plan_of(found),
        questions=[(asks.name, column.header) for column in columns for asks in column.asks],
        options=options_of(targets),
        moments=[("", gettext("as another column says")), *texts.choices(Moment)],
        styles=texts.choices(NumberStyle),
        orders=texts.choices(DateOrder),
        labels=labels_of(seen, form),
        action=url_for(".check", **here),
        cancel=url_for(".cancel", **here),
        indicator=wanted,
        may=viewer().may("import.write"),
        upload=url_for(".upload", programme_id=programme.id),
    )


# --- What was recognised ------------------------------------------------------------------------------------


def _facts(seen: Recognition) -> list[tuple[str, str]]:
    facts = [(gettext("Written by"), texts.word(seen.kind))]
    if seen.delimiter:
        facts += [
            (gettext("Letters"), seen.encoding),
            (gettext("Between the columns"), _sign(seen.delimiter)),
        ]
    if seen.sheet:
        facts.append((gettext("Sheet"), seen.sheet))
    facts += [
        (gettext("Names of the columns"), _where(seen)),
        (gettext("Rows below that"), texts.number(seen.rows)),
    ]
    if seen.ragged:
        facts.append((gettext("Rows with too few or too many cells"), texts.number(seen.ragged)))
    return facts


def _where(seen: Recognition) -> str:
    rows = ngettext("%(num)d row", "%(num)d rows", seen.headers)
    above = ngettext("below %(num)d other row", "below %(num)d other rows", seen.skipped)
    return f"{rows}, {above}" if seen.skipped else str(rows)


def _notes(seen: Recognition) -> list[str]:
    notes = [sentence_of(note.key, note.params) for note in seen.notes]
    if seen.totals_at:
        lines = ", ".join(texts.number(line) for line in seen.totals_at)
        notes.append(
            gettext(
                "These lines look like a total or a remark: %(lines)s. They are read like the others; leave "
                "them out below at the column where they say so.",
                lines=lines,
            )
        )
    return notes


def _sheet(one: SheetSeen) -> tuple[str, bool, str]:
    """Return a sheet: its name, whether it is hidden, and its hidden columns."""
    return one.name, one.hidden, ", ".join(one.hidden_columns)


def _sheet_name(one: SheetSeen) -> str:
    return str(gettext("%(sheet)s (hidden)", sheet=one.name)) if one.hidden else one.name


def _sign(sign: str) -> str:
    words = {",": gettext("comma"), ";": gettext("semicolon"), "\t": gettext("tab"), "|": gettext("bar")}
    return str(words.get(sign, sign))


def _table_of(seen: Recognition) -> Form[Any]:
    return Form.empty(
        {
            "sheet": seen.sheet,
            "headers": str(seen.headers),
            "skipped": str(seen.skipped),
            "encoding": seen.encoding,
            "delimiter": seen.delimiter,
        }
    )


# --- What is said of it -------------------------------------------------------------------------------------


class TableInput(Input):
    """Where the table stands in the file, and how it is written."""

    sheet: OptionalLine
    headers: Whole
    skipped: Whole
    encoding: OptionalLine
    delimiter: str


@exchange.post("/p/<uuid:programme_id>/jobs/<uuid:job_id>/table")
@allow("import.write")
def table(programme_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Look through the file again, at another sheet or with another row of names."""
    form = Form(request.form, TableInput)
    with database().read_session(programme_id) as session:
        job_service.get(session, job_id)
    if not form.ok or service.recognition(jobs.folder(), job_id) is None:
        raise Conflict("import.lost")
    said = form.value
    mapping = LogMapping(
        about=About.MEASUREMENTS,
        columns=(),
        sheet=said.sheet,
        headers=min(max(said.headers, 1), MOST_HEADERS),
        skipped=min(max(said.skipped, 0), MOST_SKIPPED),
        encoding=said.encoding if said.encoding in ENCODINGS else "",
        delimiter=said.delimiter if said.delimiter in _SIGNS else "",
    )
    return _asked(programme_id, job_id, mapping)


def _asked(
    programme_id: UUID, job_id: UUID, mapping: LogMapping, plan: str | None = None
) -> ResponseReturnValue:
    """Let the file be read by a mapping, and lead to the page that tells how far that is."""
    session = write_session(programme_id)
    service.ask_check(session, act(), job_id, mapping, plan)
    session.commit()
    jobs.launch(programme_id, job_id)
    return redirect(address(programme_id, job_id, indicator=request.form.get("indicator") or None))


@exchange.post("/p/<uuid:programme_id>/jobs/<uuid:job_id>")
@allow("import.write")
def check(programme_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Let the file be checked as the form says, or look through columns that are not used."""
    seen, form = service.recognition(jobs.folder(), job_id), Form[Any].empty(request.form)
    with database().read_session(programme_id) as session:
        found = job_service.get(session, job_id)
        if seen is None:
            raise Conflict("import.lost")
        if "look" in request.form:
            return columns_page(session, found, seen, form)
        mapping = mapping_in(request.form, seen, targets_of(session, act()), form)
        if mapping is None:
            return columns_page(session, found, seen, form), 400
        if found.state in job_service.ENDED and request.form.get("plan") != plan_of(found):
            return columns_page(session, found, seen, form, changed=True), 409
    return _asked(programme_id, job_id, mapping, plan_of(found))


@exchange.post("/p/<uuid:programme_id>/jobs/<uuid:job_id>/again")
@allow("import.write")
def again(programme_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Let the file be checked once more in the same way, because something changed meanwhile."""
    with database().read_session(programme_id) as session:
        asked = job_service.get(session, job_id).asked.get("mapping")
    if not asked:
        raise Conflict("import.lost")
    mapping = LogMapping.from_json(asked)
    return _asked(programme_id, job_id, mapping)
