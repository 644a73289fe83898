"""Files that an interview or a document study was read from."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.models.base import Base, InProgramme, Made, Revised, belongs_to


class Document(InProgramme, Revised, Made, Base):
    """A file whose text became the answer of an interview of mode transcript or document."""

    code: Mapped[int]
    interview_id, interview = belongs_to("Interview", unique=True)
    title: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    """Of the file, in bytes."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the file, also when it was not kept."""
    turns: Mapped[list[dict[str, object]]] = mapped_column(sa.JSON)
    """Who speaks where: {"start": ..., "end": ..., "speaker": ..., "own": ...}, in code points of the text.

    ``own`` says whether the respondent speaks. Empty: the whole text is theirs.
    """
    pages: Mapped[list[dict[str, int]]] = mapped_column(sa.JSON)
    """Where each page begins: {"start": ..., "page": ...}; empty for a text without pages."""
    original: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    """The file; None where the consent says that it is not kept."""

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)
