"""The files that interviews were read from, as far as what is said in them is concerned."""

from typing import cast
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from toc.domain import documents
from toc.domain.documents import Part
from toc.domain.errors import DomainError
from toc.domain.interviews import Passage, passage
from toc.models.documents import Document
from toc.models.interviews import Answer, Interview


def parts_of(document: Document) -> tuple[Part, ...]:
    """Return who speaks where in a document."""
    return tuple(
        Part(
            cast("int", turn["start"]),
            cast("int", turn["end"]),
            str(turn["speaker"]),
            bool(turn.get("own", True)),
        )
        for turn in document.turns
    )


def own_passage(session: Session, answer: Answer, marked: Passage) -> Passage:
    """Return a passage without the name before the respondent's words; refuse words of an interviewer.

    Args:
        session: of a programme.
        answer: in which it stands; one that was not read from a file holds the respondent's words alone.
        marked: without white space around it.

    Raises:
        DomainError: ``statement.not_own_words``.
    """
    document = session.scalar(
        select(Document).where(
            Document.programme_id == answer.programme_id, Document.interview_id == answer.interview_id
        )
    )
    if document is None:
        return marked
    own = documents.own_words(answer.text, parts_of(document), marked.start, marked.end)
    if own is None:
        raise DomainError("statement.not_own_words")
    return passage(answer.text, own.start, own.end)


def discard_originals(session: Session, respondent_id: UUID, *, names: bool = False) -> int:
    """Remove the files that a respondent's interviews were read from; the event is for the caller to record.

    Args:
        session: of a programme, for writing.
        respondent_id: whose.
        names: who speaks is forgotten too, because nothing of the text is left.

    Returns:
        How many files there were.
    """
    programme_id = session.info["programme_id"]
    theirs = select(Interview.id).where(
        Interview.programme_id == programme_id, Interview.respondent_id == respondent_id
    )
    here = (Document.programme_id == programme_id) & Document.interview_id.in_(theirs)
    session.flush()
    removed = session.scalars(
        update(Document)
        .where(here, Document.original.is_not(None))
        .values(original=None, revision=Document.revision + 1)
        .returning(Document.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    if names:
        session.execute(
            update(Document)
            .where(here)
            .values(turns=[], revision=Document.revision + 1)
            .execution_options(synchronize_session="fetch")
        )
    return len(removed)
