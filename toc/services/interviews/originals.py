"""The files that interviews were read from, as far as what is said in them is concerned."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from toc.domain import documents
from toc.domain.documents import Part
from toc.domain.errors import DomainError
from toc.domain.interviews import Passage, passage
from toc.models.documents import Document
from toc.models.interviews import Interview


def parts_of(turns: Iterable[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Return who speaks where in a document, of its turns."""
    return tuple(
        Part(turn["start"], turn["end"], str(turn["speaker"]), bool(turn.get("own", True))) for turn in turns
    )


def own_passage(text: str, parts: Sequence[Part], marked: Passage) -> Passage:
    """Return a passage without the name before the respondent's words; refuse words of an interviewer.

    Args:
        text: of the answer in which it stands.
        parts: who speaks where in it; one that was not read from a file holds the respondent's words alone.
        marked: without white space around it.

    Raises:
        DomainError: ``statement.not_own_words``.
    """
    own = documents.own_words(text, parts, marked.start, marked.end)
    if own is None:
        raise DomainError("statement.not_own_words")
    return passage(text, own.start, own.end)


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
