"""The outbox: mail is written with the change that causes it, and sent after that change is committed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from toc.models.base import Base, Word


class OutboxMessage(Base):
    """A message to be sent. Its body is emptied once it is sent: it may hold a link that opens a door."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    language: Mapped[Word]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
    """When somebody last began to send it: until some time later nobody else does."""
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    unsubscribe: Mapped[str] = mapped_column(default="")
    """Address by which a mail program ends such mail in one click (RFC 8058); emptied with the body."""


class Reminding(Base):
    """Whether somebody wants to be reminded of values that are due, and when they last were."""

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    wanted: Mapped[bool] = mapped_column(default=True)
    sent_at: Mapped[datetime | None]
    """One mail a week at most."""
