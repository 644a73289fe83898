"""Looking into the documents that were kept, and citing them with the page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload, undefer
from sqlalchemy.sql.base import ExecutableOption

from toc.domain.documents import Part, page_of
from toc.domain.interviews import Mode, RespondentKind, consent_state
from toc.models.documents import Document
from toc.models.interviews import Answer, Interview, Respondent, StakeholderGroup, Statement
from toc.services.documents.texts import MediaType
from toc.services.errors import NotFound
from toc.services.interviews.loading import all_consents, joined
from toc.services.interviews.originals import parts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document in a list.

    Attributes:
        id: of the document.
        code: its number: D3 is 3.
        title: of a plan or report; "" for a transcript.
        mode: transcript, or document.
        media_type: what its file was.
        pages: how many; 0 for a text without pages.
        marked: statements that were marked in it and not taken back.
        kept: the file itself is still here.
        interview: that it became.
        respondent: who speaks, with their group.
    """

    id: UUID
    code: int
    title: str
    mode: Mode
    media_type: MediaType
    pages: int
    marked: int
    kept: bool
    interview: Interview
    respondent: Respondent


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A document with its text.

    Attributes:
        row: as in the list.
        text: all of it; each character that was taken back as one sign.
        parts: who speaks where; none when the whole text is the respondent's.
        pages: (place of the first character, number) of each page.
        size: of the file, in bytes.
        statements: that stand in it, in the order of the text.
    """

    row: DocumentRow
    text: str
    parts: tuple[Part, ...]
    pages: tuple[tuple[int, int], ...]
    size: int
    statements: tuple[Statement, ...]


class Cited(NamedTuple):
    """Where a quote from a document stands: "plan, p. 12"."""

    title: str
    page: int | None


def document_rows(session: Session) -> list[DocumentRow]:
    """Return all documents and transcripts by code, newest first; two statements, however many there are."""
    programme_id = session.info["programme_id"]
    marked: dict[UUID, int] = {
        row[0]: row[1]
        for row in session.execute(
            select(Statement.interview_id, func.count())
            .join(Document, _read_into(Statement.interview_id))
            .where(Statement.programme_id == programme_id, Statement.withdrawn_at.is_(None))
            .group_by(Statement.interview_id)
        )
    }
    rows = session.execute(
        select(Document, Document.original.is_not(None))
        .where(Document.programme_id == session.info["programme_id"])
        .options(joinedload(Document.interview).joinedload(Interview.respondent).joinedload(Respondent.group))
        .order_by(Document.code.desc())
    )
    return [_row(document, marked.get(document.interview_id, 0), kept=kept) for document, kept in rows]


def get_document(session: Session, document_id: UUID) -> DocumentView:
    """Return a document with its text and what was marked in it; three statements.

    Raises:
        NotFound: no such document.
    """
    programme_id = session.info["programme_id"]
    found = session.execute(
        select(Document, Document.original.is_not(None))
        .where(Document.programme_id == programme_id, Document.id == document_id)
        .options(joinedload(Document.interview).joinedload(Interview.respondent).joinedload(Respondent.group))
    ).first()
    if found is None:
        raise NotFound
    document, kept = found
    answer = session.scalars(
        select(Answer).where(
            Answer.programme_id == programme_id, Answer.interview_id == document.interview_id
        )
    ).one()
    statements = tuple(
        session.scalars(
            select(Statement)
            .where(
                Statement.programme_id == programme_id,
                Statement.answer_id == answer.id,
                Statement.withdrawn_at.is_(None),
            )
            .order_by(Statement.starts_at, Statement.ends_at)
        )
    )
    return DocumentView(
        row=_row(document, len(statements), kept=kept),
        text=answer.text,
        parts=parts_of(document.turns),
        pages=_pages(document),
        size=document.size,
        statements=statements,
    )


def original_of(session: Session, document_id: UUID) -> tuple[DocumentRow, bytes]:
    """Return the file of a document.

    Raises:
        NotFound: no such document, or its file was not kept.
    """
    document = session.scalar(
        select(Document)
        .where(Document.programme_id == session.info["programme_id"], Document.id == document_id)
        .options(
            undefer(Document.original),
            _with_speaker(),
        )
    )
    if document is None or document.original is None:
        raise NotFound
    return _row(document, 0, kept=True), document.original


def same_file(session: Session, digest: str) -> int | None:
    """Return the number of the document that was read from the same file, or None."""
    return session.scalar(
        select(Document.code)
        .where(Document.programme_id == session.info["programme_id"], Document.digest == digest)
        .order_by(Document.code)
        .limit(1)
    )


def place_of(session: Session, document_id: UUID, start: int) -> int | None:
    """Return the page of a document on which a character of its text stands; None for one without pages.

    Raises:
        NotFound: no such document.
    """
    document = session.get(Document, (session.info["programme_id"], document_id))
    if document is None:
        raise NotFound
    return page_of(_pages(document), start)


def cited(session: Session, statement_ids: Collection[UUID]) -> Mapping[UUID, Cited]:
    """Return where quotes from plans and reports stand, in one statement; others are left out.

    Who may read each quote is decided before: give only those that the reader sees.
    """
    rows = session.execute(
        select(Statement.id, Statement.starts_at, Document)
        .join(Interview, joined(Statement.interview_id, Interview))
        .join(Document, _read_into(Interview.id))
        .where(
            Statement.programme_id == session.info["programme_id"],
            Statement.id.in_(statement_ids),
            Statement.withdrawn_at.is_(None),
            Interview.mode == Mode.DOCUMENT,
        )
    )
    return {id_: Cited(document.title, page_of(_pages(document), start)) for id_, start, document in rows}


class Voice(NamedTuple):
    """Somebody of whom a transcript can be uploaded."""

    id: UUID
    code: int
    name: str
    group: str
    kind: RespondentKind


def voices(session: Session) -> list[Voice]:
    """Return the respondents who agreed to an interview, by code; two statements."""
    programme_id = session.info["programme_id"]
    given = all_consents(session)
    rows = session.execute(
        select(Respondent.id, Respondent.code, Respondent.name, StakeholderGroup.name, Respondent.kind)
        .join(StakeholderGroup, joined(Respondent.group_id, StakeholderGroup))
        .where(Respondent.programme_id == programme_id)
        .order_by(Respondent.code)
    )
    return [Voice(*row) for row in rows if consent_state(given[row[0]]).value == "given"]


def _read_into(interview_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column of ids
    """Return the condition under which a document was read into the interview with this id."""
    return and_(
        Document.programme_id == interview_id.class_.programme_id, Document.interview_id == interview_id
    )


def _with_speaker() -> ExecutableOption:
    return joinedload(Document.interview).joinedload(Interview.respondent).joinedload(Respondent.group)


def _pages(document: Document) -> tuple[tuple[int, int], ...]:
    return tuple((page["start"], page["page"]) for page in document.pages)


def _row(document: Document, marked: int, *, kept: bool) -> DocumentRow:
    interview = document.interview
    return DocumentRow(
        id=document.id,
        code=document.code,
        title=document.title,
        mode=interview.mode,
        media_type=MediaType(document.media_type),
        pages=len(document.pages),
        marked=marked,
        kept=kept,
        interview=interview,
        respondent=interview.respondent,
    )
