"""Documents that were kept: the list, the text with who speaks on which page, and the file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.documents import Span, cut, page_of
from toc.domain.errors import DomainError
from toc.domain.interviews import Mode, shorten
from toc.models.interviews import Statement
from toc.services import documents as service
from toc.services.documents import DocumentRow, DocumentView, MediaType
from toc.web import readings, texts
from toc.web.database import read_session, write_session
from toc.web.documents.blueprint import documents, place
from toc.web.forms import Form, Input, RowId, Tick
from toc.web.said import NOBODY
from toc.web.security import act, allow, new_id
from toc.web.texts import documents as words

AT_ONCE: Final = 60_000
"""Characters on a page of the text: some 25 pages of paper."""

_ENDINGS: Final = {
    MediaType.TEXT: "txt",
    MediaType.HTML: "html",
    MediaType.PDF: "pdf",
    MediaType.DOCX: "docx",
    MediaType.ODT: "odt",
    MediaType.VTT: "vtt",
    MediaType.SRT: "srt",
}
_SANDBOX: Final = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class ConfirmInput(Input):
    """Something that cannot be undone was confirmed."""

    confirmed: Tick


class ReleaseInput(Input):
    """A document is public."""

    id: RowId
    public: Tick


# --- The list -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A document in the list."""

    code: str
    title: str
    url: str
    whose: str
    whose_url: str
    kind: str
    on: str
    pages: str
    marked: int
    kept: bool


@documents.get("/p/<uuid:programme_id>/documents")
@allow("interview.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """List transcripts and documents, newest first."""
    session = read_session(programme_id)
    place(session)
    rows = service.document_rows(session)
    return render_template(
        "documents/index.html", programme_id=programme_id, lines=[_line(programme_id, row) for row in rows]
    )


def _line(programme_id: UUID, row: DocumentRow) -> Line:
    group = row.respondent.group
    return Line(
        code=code(CodeKind.DOCUMENT, row.code),
        title=words.title_of(row),
        url=url_for(".show", programme_id=programme_id, document_id=row.id),
        whose=group.name,
        whose_url=url_for("interviews.group", programme_id=programme_id, group_id=group.id),
        kind=texts.word(row.media_type),
        on=texts.day(row.interview.held_on),
        pages=texts.number(row.pages) if row.pages else NOBODY,
        marked=row.marked,
        kept=row.kept,
    )


# --- One document -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of the text.

    Attributes:
        text: as people read it.
        marked: a statement stands here.
        ends: (code, address) of the statements that end behind these words.
    """

    text: str
    marked: bool
    ends: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the text that one person says, or on one page.

    Attributes:
        page: its number where a page begins, else "".
        kind: "own" words of the respondent, "other" ones, the "label" before them, or "".
        pieces: in order.
    """

    page: str
    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A statement as the list of a document shows it, as `ui.quote` wants it."""

    text: str
    code: str
    who: str
    reach: str
    url: str


@documents.get("/p/<uuid:programme_id>/documents/<uuid:document_id>")
@allow("interview.read")
def show(programme_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Show a document with what was marked in it."""
    return _page(read_session(programme_id), document_id)


@documents.post("/p/<uuid:programme_id>/documents/<uuid:document_id>/discard")
@allow("document.write")
def discard(programme_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Remove the file; its text stays."""
    session = write_session(programme_id)
    form = Form(request.form, ConfirmInput)
    if form.ok and form.value.confirmed:
        service.discard_original(session, act(), document_id)
        session.commit()
        flash(gettext("The file is removed. Its text is still here."), "success")
        return redirect(url_for(".show", programme_id=programme_id, document_id=document_id))
    return _page(session, document_id, discarding=_unticked("confirmed")), 400


@documents.post("/p/<uuid:programme_id>/documents/<uuid:document_id>/release")
@allow("document.write")
def release(programme_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Let everybody read the quotes from a public document."""
    session = write_session(programme_id)
    form = Form(request.form, ReleaseInput)
    if form.ok and form.value.public:
        count = service.release_quotes(session, act(), form.value.id, document_id, text=words.release_text())
        session.commit()
        flash(
            ngettext(
                "Everybody in the programme may read one quote more.",
                "Everybody in the programme may read %(num)d quotes more.",
                count,
            ),
            "success",
        )
        return redirect(url_for(".show", programme_id=programme_id, document_id=document_id))
    return _page(session, document_id, releasing=_unticked("public")), 400


@documents.get("/p/<uuid:programme_id>/documents/<uuid:document_id>/original")
@allow("interview.read")
def original(programme_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Give the file to keep, never to open here: it comes from outside and may hold anything."""
    row, content = service.original_of(read_session(programme_id), document_id)
    answer = Response(content, mimetype="application/octet-stream")
    name = f"{code(CodeKind.DOCUMENT, row.code)}.{_ENDINGS[row.media_type]}"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Content-Security-Policy"] = _SANDBOX
    return answer


def _unticked(field: str) -> Form[Any]:
    form: Form[Any] = Form.empty()
    form.blame(field, DomainError("document.confirm"))
    return form


def _page(
    session: Session,
    document_id: UUID,
    *,
    discarding: Form[Any] | None = None,
    releasing: Form[Any] | None = None,
) -> str:
    view = service.get_document(session, document_id)
    row = view.row
    programme_id = session.info["programme_id"]
    short = code(CodeKind.DOCUMENT, row.code)
    place(session, (short, None))
    readings.shown_ids(one.id for one in view.statements)
    spans = cut(view.text, AT_ONCE)
    part = _part(len(spans))
    return render_template(
        "documents/show.html",
        programme_id=programme_id,
        row=row,
        short=short,
        title=words.title_of(row),
        language=row.respondent.language,
        is_transcript=row.mode is Mode.TRANSCRIPT,
        facts=_facts(programme_id, view),
        blocks=_blocks(programme_id, view, spans[part]),
        has_others=any(not one.own for one in view.parts),
        part=part + 1,
        parts=len(spans),
        previous=_part_url(programme_id, row.id, part) if part else None,
        following=_part_url(programme_id, row.id, part + 2) if part + 1 < len(spans) else None,
        quotes=[_quoted(programme_id, view, one) for one in view.statements],
        waiting=sum(one.decided_at is None for one in view.statements),
        coding=url_for("coding.interview", programme_id=programme_id, interview_id=row.interview.id),
        discarding=discarding,
        releasing=releasing,
        release_id=new_id(),
    )


def _part(parts: int) -> int:
    """Return which part of the text is asked for, from 0."""
    typed = request.args.get("part", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1  # noqa: PLR2004 - no text has so many
    return min(max(number, 1), parts) - 1


def _part_url(programme_id: UUID, document_id: UUID, part: int) -> str:
    return url_for(".show", programme_id=programme_id, document_id=document_id, part=part, _anchor="text")


def _facts(programme_id: UUID, view: DocumentView) -> list[tuple[str, str] | tuple[str, str, str]]:
    """Return what is known of a document."""
    row = view.row
    group, speaker = row.respondent.group, row.respondent
    facts: list[tuple[str, str] | tuple[str, str, str]] = [
        (
            gettext("Party"),
            group.name,
            url_for("interviews.group", programme_id=programme_id, group_id=group.id),
        ),
        (gettext("Date"), texts.day(row.interview.held_on)),
        (gettext("Kind of file"), texts.word(row.media_type)),
    ]
    if row.mode is Mode.TRANSCRIPT:
        respondent = url_for("interviews.respondent", programme_id=programme_id, respondent_id=speaker.id)
        facts.insert(0, (gettext("Respondent"), words.name_of(speaker), respondent))
    if row.pages:
        facts.append((gettext("Pages"), texts.number(row.pages)))
    return facts


def _quoted(programme_id: UUID, view: DocumentView, statement: Statement) -> Quoted:
    page = page_of(view.pages, statement.starts_at)
    waits = gettext("nobody has decided yet who may read it")
    return Quoted(
        text=statement.text,
        code=code(CodeKind.STATEMENT, statement.code),
        who=words.cite(words.title_of(view.row), page),
        reach=texts.word(statement.audience) if statement.decided_at else str(waits),
        url=url_for("interviews.statement", programme_id=programme_id, statement_id=statement.id),
    )


def _blocks(programme_id: UUID, view: DocumentView, span: Span) -> list[Block]:
    """Return a part of the text cut where somebody else speaks or a page begins."""
    pages = {start: number for start, number in view.pages if span.start <= start < span.end}
    labels = {part.start: view.text.rfind("\n", 0, part.start) + 1 for part in view.parts}
    edges = {
        span.start,
        span.end,
        *pages,
        *labels.values(),
        *(edge for part in view.parts for edge in part[:2]),
    }
    speaking = iter(view.parts)
    part = next(speaking, None)
    blocks = []
    for start, end in pairwise(sorted(edge for edge in edges if span.start <= edge <= span.end)):
        while part is not None and part.end <= start:
            part = next(speaking, None)
        kind = ""
        if part is not None and part.start <= start:
            kind = "own" if part.own else "other"
        elif part is not None and start >= labels[part.start]:
            kind = "label"
        pieces = _pieces(programme_id, view, Span(start, end))
        page = texts.number(pages[start]) if start in pages else ""
        if pieces or page:
            blocks.append(Block(page, kind, pieces))
    return blocks


def _pieces(programme_id: UUID, view: DocumentView, span: Span) -> tuple[Piece, ...]:
    """Return words with what is marked among them, without blanks around; none where only blanks stand."""
    words_here = view.text[span.start : span.end]
    first = span.start + len(words_here) - len(words_here.lstrip())
    span = Span(first, first + len(words_here.strip()))
    if span.start == span.end:
        return ()
    here = [one for one in view.statements if one.starts_at < span.end and span.start < one.ends_at]
    edges = {span.start, span.end, *_inside(here, span)}
    pieces = []
    for start, end in pairwise(sorted(edges)):
        over = [one for one in here if one.starts_at < end and start < one.ends_at]
        ends = [one for one in over if one.ends_at == end]
        pieces.append(
            Piece(shorten(view.text[start:end]), bool(over), tuple(_link(programme_id, one) for one in ends))
        )
    return tuple(pieces)


def _inside(statements: Iterable[Statement], span: Span) -> Sequence[int]:
    return [
        edge for one in statements for edge in (one.starts_at, one.ends_at) if span.start < edge < span.end
    ]


def _link(programme_id: UUID, statement: Statement) -> tuple[str, str]:
    url = url_for("interviews.statement", programme_id=programme_id, statement_id=statement.id)
    return code(CodeKind.STATEMENT, statement.code), url
