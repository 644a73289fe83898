"""The audit trail: one chain of events per programme and one for the instance, added and never changed.

The head of a chain is locked last, after all other rows of a transaction.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from toc.models.base import APPEND_ONLY, Base, Word


class Recorded(Base):
    """What both chains keep of an event. No personal text: ids and keys only."""

    __abstract__ = True

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[Word]
    subject_kind: Mapped[Word]
    subject_id: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditEvent(Recorded):
    """Something that was done in a programme."""

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True, sort_order=-1)


class AuditHead(Base):
    """The end of a programme's chain; its sequence is the revision of the programme as a whole."""

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))


class InstanceEvent(Recorded):
    """Something that was done outside programmes: signing in, inviting, making an account."""


class InstanceHead(Base):
    """The end of the instance's chain: one row."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))


APPEND_ONLY.update({"audit_event", "instance_event"})
