"""Organisations, accounts, memberships, invitations, personal links and sign-in attempts.

These are reference tables: they belong to no single programme.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toc.domain.interviews import GuideVariant
from toc.domain.people import Helix, OrganisationKind, Role
from toc.models.base import Base, Revised, Word, refers_to


class Organisation(Revised, Base):
    """An organisation or group of people that takes part in programmes."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[OrganisationKind]
    place: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    @property
    def helix(self) -> Helix:
        """Its side of the quadruple helix."""
        return self.kind.helix


class AccountRole(Base, RoleMixin):
    """What an account may do in the whole instance; the one there is, is administrator."""

    id: Mapped[UUID] = mapped_column(primary_key=True)  # type: ignore[assignment] # the mixin assumes other types
    name: Mapped[Word] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    permissions: Mapped[str | None]  # type: ignore[assignment] # the mixin assumes other types


class UserRole(Base):
    """Which account has which role in the instance."""

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    role_id: Mapped[UUID] = mapped_column(ForeignKey("account_role.id"), primary_key=True, index=True)


class User(Base, UserMixin):
    """An account. Participants have none."""

    id: Mapped[UUID] = mapped_column(primary_key=True)  # type: ignore[assignment] # the mixin assumes other types
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]
    totp_last_counter: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The last code that was used, so that none is used twice."""
    language: Mapped[Word] = mapped_column(default="nl")
    organisation_id: Mapped[UUID | None] = refers_to("Organisation", optional=True)
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation | None] = relationship()
    roles: Mapped[list[AccountRole]] = relationship(secondary="user_role")  # type: ignore[assignment] # the mixin assumes other types
    memberships: Mapped[list["Membership"]] = relationship(viewonly=True)

    @property
    def is_administrator(self) -> bool:
        """Whether this account manages the instance."""
        return any(role.name == "administrator" for role in self.roles)

    def get_security_payload(self) -> dict[str, Any]:
        """Give JSON answers nothing about the account."""
        return {}


class Membership(Base):
    """A role of an account in a programme; several rows for several roles."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = refers_to("Programme")
    user_id: Mapped[UUID] = refers_to("User")
    role: Mapped[Role]
    organisation_id: Mapped[UUID | None] = refers_to("Organisation", optional=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """From this moment on it counts no more; the row stays, because signatures point to the person."""

    user: Mapped[User] = relationship(overlaps="memberships")
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (UniqueConstraint("programme_id", "user_id", "role"),)


class Invitation(Base):
    """An invitation by link to take a role in a programme."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = refers_to("Programme")
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[Role]
    organisation_id: Mapped[UUID | None] = refers_to("Organisation", optional=True)
    language: Mapped[Word]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    revoked_at: Mapped[datetime | None]
    invited_by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation | None] = relationship()


class PersonalLink(Base):
    """A link by which one respondent sees their own things, without an account."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = refers_to("Programme")
    respondent_id: Mapped[UUID] = mapped_column(index=True)
    """A respondent of that programme. Not a foreign key: this table knows no programme in its keys."""
    variant: Mapped[GuideVariant] = mapped_column(default=GuideVariant.PLAIN)
    """Which guide asks the questions of an interview that begins behind it."""
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    created_by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    created_at: Mapped[datetime]


class EndedSession(Base):
    """A sign-in that its owner ended; the cookie that went with it opens nothing any more.

    Sessions live in signed cookies, so that a copy of one would outlive signing out. The row is removed when
    the session could not have lasted longer anyway.
    """

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """Hash of the id in the cookie."""
    at: Mapped[datetime] = mapped_column(index=True)


class SignInAttempt(Base):
    """One attempt to sign in, to limit how often somebody may guess; removed when its window has passed."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), index=True)
    """A keyed hash of the address or of the machine it came from: neither is kept itself."""
    at: Mapped[datetime] = mapped_column(index=True)
