"""Long work that goes on after its request has been answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.jobs import JobKind, JobState
from toc.models.base import Base, InProgramme, Made, Word


class Job(InProgramme, Made, Base):
    """A piece of work; how far it is while it runs, stands in a file beside the database."""

    kind: Mapped[JobKind]
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    subject_id: Mapped[UUID | None]
    """What it works on: the source, or the import."""
    asked: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What was asked for: ids, choices and the mapping; no content of a file."""
    result: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What came of it: totals."""
    error: Mapped[Word] = mapped_column(default="")
    """Key of the sentence that says why it failed."""
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    """When it last said that it was alive: after some silence another worker takes it over."""
    ended_at: Mapped[datetime | None]
