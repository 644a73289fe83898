"""What importing a log would do, row by row; what contradicts is decided; then it comes in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.recognised import CheckedRow, RowState, Said, TargetTotals, Totals
from toc.domain.jobs import JobKind
from toc.models.jobs import Job
from toc.services import exchange as service
from toc.services import jobs as job_service
from toc.services import programmes
from toc.services.errors import NotFound
from toc.services.exchange import sources
from toc.services.exchange.checking import PAGE
from toc.services.exchange.hands import plan_of
from toc.services.exchange.sources import get_source
from toc.web import jobs, texts
from toc.web.database import read_session, write_session
from toc.web.exchange.blueprint import (
    DASH,
    address,
    exchange,
    hands_in_words,
    reason_of,
    sentence_of,
    show_in,
    title_of,
)
from toc.web.exchange.naming import names_page
from toc.web.forms import Form, Input, Whole
from toc.web.security import act, allow, viewer

_HELD = (RowState.REJECTED, RowState.CONFLICT)
_COMING = (RowState.NEW, RowState.CHANGED)
_MOST_PAGE = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the file on the page.

    Attributes:
        number: of the row, by which it is chosen.
        says: what is in it, a line each: about whom or what, the day, the value, and what was known.
        reasons: why it is not right.
    """

    number: int
    line: str
    state: str
    says: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """Rows that say different things about the same."""

    question: str
    lines: tuple[Line, ...]


def preview_page(session: Session, found: Job) -> str:
    """Return the page that says what importing would do."""
    programme, title = programmes.get(session), title_of(found)
    here: dict[str, Any] = {"programme_id": programme.id, "job_id": found.id}
    show_in(programme, (title, None))
    totals = service.totals(jobs.folder(), found.id)
    if totals is None:
        raise DomainError("import.lost")
    state, page = _state(totals), _page()
    rows = service.rows(session, act(), jobs.folder(), found, state, page)
    shown = totals.shown if state is None else totals.states.get(state, 0)
    held = sum(totals.states.get(one, 0) for one in _HELD)
    coming = sum(totals.states.get(one, 0) for one in _COMING)
    source = found.asked.get("source")
    return render_template(
        "exchange/preview.html",
        title=title,
        facts=_facts(totals),
        notes=[sentence_of(note.key, note.params) for note in totals.notes],
        targets=[_target(one) for one in totals.targets],
        tabs=_tabs(totals, state, here),
        state_word=texts.word(state) if state else gettext("all rows"),
        lines=[] if state is RowState.CONFLICT else [_line(row) for row in rows],
        undecided=_undecided(rows) if state is RowState.CONFLICT else [],
        pager=_pager(page, shown, state, here),
        held=held,
        coming=coming,
        hands=hands_in_words(session, found),
        plan=plan_of(found),
        names=names_page(session, found),
        name_action=url_for(".name_places", **here),
        verb=ngettext(
            "Import %(count)s row", "Import all %(count)s rows", coming, count=texts.number(coming)
        ),
        verb_good=ngettext(
            "Import the %(count)s good row",
            "Import only the %(count)s good rows",
            coming,
            count=texts.number(coming),
        ),
        behind=ngettext(
            "%(count)s row is not right, or waits for a decision. It stays behind when you import now.",
            "%(count)s rows are not right, or wait for a decision. They stay behind when you import now.",
            held,
            count=texts.number(held),
        ),
        source=get_source(session, UUID(source)).name if source and viewer().may("source.write") else "",
        may=viewer().may("import.write"),
        bring=url_for(".bring", **here),
        decide=url_for(".decide", **here),
        errors=url_for(".errors", **here),
        columns=url_for(".job", **here, step="columns"),
        cancel=url_for(".cancel", **here),
        wrong_url=url_for(".job", **here, state=_first_held(totals)),
    )


def _first_held(totals: Totals) -> str:
    return (RowState.REJECTED if totals.states.get(RowState.REJECTED) else RowState.CONFLICT).value


def _state(totals: Totals) -> RowState | None:
    """Return which rows are shown: those of the address, or that need somebody, or that come in."""
    asked = request.args.get("state", "")
    if asked == "all":
        return None
    if asked in set(RowState):
        return RowState(asked)
    order = (RowState.CONFLICT, RowState.REJECTED, RowState.CHANGED, RowState.NEW)
    return next((one for one in order if totals.states.get(one)), None)


def _page() -> int:
    asked = request.args.get("page", 1, type=int)
    return min(max(asked, 1), _MOST_PAGE)


def _facts(totals: Totals) -> list[tuple[str, str]]:
    facts = [
        (gettext("Rows in the file"), texts.number(totals.rows)),
        (gettext("Values in them"), texts.number(totals.values)),
        (gettext("Without a value (missing is not zero)"), texts.number(totals.missing)),
    ]
    if totals.keys:
        facts.append((gettext("Different keys"), texts.number(totals.keys)))
    if totals.new_participants:
        facts.append((gettext("Participants that are new"), texts.number(totals.new_participants)))
    if totals.taken_back:
        facts.append((gettext("Taken back: no longer in an edited answer"), texts.number(totals.taken_back)))
    if totals.ragged:
        facts.append((gettext("Rows with too few or too many cells"), texts.number(totals.ragged)))
    return facts


def _target(one: TargetTotals) -> tuple[str, str, str, str]:
    nothing = gettext("empty")
    absent = ", ".join(
        f"{code or nothing}: {texts.number(number)}" for code, number in one.missing_by_code.items()
    )
    missing = f"{texts.number(one.missing)} ({absent})" if absent else texts.number(one.missing)
    return one.about, texts.number(one.values), missing, one.total and _plain(one.total)


def _plain(text: str) -> str:
    """Return a number in plain notation as the reader writes it; a pair or a group stays as it is."""
    try:
        return texts.number(Decimal(text))
    except InvalidOperation:
        return text


def _tabs(totals: Totals, now: RowState | None, here: dict[str, Any]) -> list[tuple[str, str, bool]]:
    tabs = [
        (
            f"{texts.word(state)} ({texts.number(totals.states[state])})",
            url_for(".job", **here, state=state.value),
            state is now,
        )
        for state in RowState
        if totals.states.get(state)
    ]
    whole = gettext("all rows")
    return [
        *tabs,
        (
            f"{whole} ({texts.number(totals.shown)})",
            url_for(".job", **here, state="all"),
            now is None,
        ),
    ]


def _line(row: CheckedRow) -> Line:
    return Line(
        number=row.number,
        line=texts.number(row.line) if row.line else DASH,
        state=texts.word(row.state),
        says=tuple(map(_says, row.says)),
        reasons=tuple(_reasons(row)),
    )


def _says(said: Said) -> str:
    value = _plain(said.value) if said.value else gettext("no value")
    where = " ".join(part for part in (said.about, _day(said.on)) if part)
    known = gettext("known: %(value)s", value=_plain(said.known))
    said_of = f"{said.header}: {value}" if said.header else value
    if said.beside:
        known = gettext("what stands beside it is new")
    line = f"{said_of} ({known})" if said.known or said.beside else said_of
    return f"{where}: {line}" if where else line


def _day(text: str) -> str:
    return texts.day(date.fromisoformat(text), short=True) if text else ""


def _reasons(row: CheckedRow) -> Iterator[str]:
    for reason in row.reasons:
        said = reason_of(reason)
        yield f"{reason.header}: {said}" if reason.header else said
    if row.question and not row.reasons:
        yield sentence_of("row.conflict", {})


def _undecided(rows: Sequence[CheckedRow]) -> list[Undecided]:
    ordered = sorted(rows, key=lambda row: (row.question, row.number))
    return [
        Undecided(question=question, lines=tuple(map(_line, group)))
        for question, group in groupby(ordered, lambda row: row.question)
    ]


def _pager(
    page: int, shown: int, state: RowState | None, here: dict[str, Any]
) -> tuple[str, str | None, str | None]:
    def to(number: int) -> str:
        return url_for(".job", **here, state=state.value if state else "all", page=number)

    first, last = (page - 1) * PAGE + 1, min(page * PAGE, shown)
    said = gettext(
        "%(first)s to %(last)s of %(total)s",
        first=texts.number(first),
        last=texts.number(last),
        total=texts.number(shown),
    )
    return said if shown else "", to(page - 1) if page > 1 else None, to(page + 1) if last < shown else None


# --- Deciding and importing ---------------------------------------------------------------------------------


class DecideInput(Input):
    """Which of the rows that contradict each other counts; 0 for none."""

    question: str
    row: Whole


@exchange.post("/p/<uuid:programme_id>/jobs/<uuid:job_id>/decide")
@allow("import.write")
def decide(programme_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Say which row counts; the file is checked anew."""
    form = Form(request.form, DecideInput)
    if not form.ok or not form.value.question:
        flash(texts.sentence("form.choose"), "error")
        return redirect(address(programme_id, job_id, state=RowState.CONFLICT.value))
    session = write_session(programme_id)
    said = form.value
    service.decide(session, act(), job_id, said.question, said.row, request.form.get("plan", ""))
    session.commit()
    jobs.launch(programme_id, job_id)
    return redirect(address(programme_id, job_id))


@exchange.post("/p/<uuid:programme_id>/jobs/<uuid:job_id>/import")
@allow("import.write")
def bring(programme_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Let what was looked at be imported; who may work with sources lets it be remembered how it is read."""
    session = write_session(programme_id)
    only_good, plan = request.form.get("only_good") == "1", request.form.get("plan", "")
    made = service.ask_commit(session, act(), job_id, only_good=only_good, plan=plan)
    read = job_service.get(session, job_id)
    if read.asked.get("source") and viewer().may("source.write"):
        mapping = LogMapping.from_json(read.asked["mapping"])
        sources.remember(session, act(), UUID(read.asked["source"]), mapping)
    session.commit()
    jobs.launch(programme_id, made.id)
    return redirect(address(programme_id, made.id))


@exchange.get("/p/<uuid:programme_id>/jobs/<uuid:job_id>/errors")
@allow("import.read")
def errors(programme_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Give the rows that are not right as a file, with the reason of each."""
    found = job_service.get(read_session(programme_id), job_id)
    if found.kind is not JobKind.READ:
        raise NotFound
    lines = service.error_file(
        jobs.folder(),
        found,
        labels=(gettext("line"), gettext("reason")),
        say=reason_of,
        delimiter=";" if texts.language() == "nl" else ",",
    )
    first = next(lines, "")
    answer = Response(stream_with_context(_all(first, lines)), mimetype="text/csv")
    name = gettext("not-right")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.csv"
    return answer


def _all(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield "\ufeff" + first
    yield from rest
