"""The codebook, and which coder put which statement under what."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.coding import CodeUse
from toc.models.base import Base, InProgramme, Made, Revised, belongs_to, refers_to


class CodebookEntry(InProgramme, Revised, Made, Base):
    """Something besides a goal that a statement can be about. Every goal is a code of itself."""

    use: Mapped[CodeUse]
    name: Mapped[str]
    definition: Mapped[str] = mapped_column(default="")
    retired: Mapped[bool] = mapped_column(default=False)
    """No longer to be chosen; what was coded with it stays."""

    __rules__ = (sa.UniqueConstraint("programme_id", "name"),)


class Coding(InProgramme, Made, Base):
    """One coder's choice: this statement is about this goal, or about this entry of the codebook."""

    statement_id, statement = belongs_to("Statement")
    coder_id: Mapped[UUID] = refers_to("User")
    goal_id, goal = belongs_to("Goal", optional=True)
    entry_id, entry = belongs_to("CodebookEntry", optional=True)
    memo: Mapped[str] = mapped_column(default="")

    __rules__ = (
        sa.UniqueConstraint("programme_id", "statement_id", "coder_id", "goal_id"),
        sa.UniqueConstraint("programme_id", "statement_id", "coder_id", "entry_id"),
        sa.CheckConstraint("(goal_id IS NULL) <> (entry_id IS NULL)", name="one_code"),
    )


class CodingEnd(InProgramme, Made, Base):
    """One coder's word that they have coded an interview; while it stands, they see what others coded."""

    interview_id, interview = belongs_to("Interview")
    coder_id: Mapped[UUID] = refers_to("User")

    __rules__ = (sa.UniqueConstraint("programme_id", "interview_id", "coder_id"),)
