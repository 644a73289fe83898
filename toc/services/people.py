"""Accounts, memberships, invitations and personal links."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from toc.domain.people import Role
from toc.models.people import Membership, PersonalLink, User
from toc.models.programmes import Programme


def account_by_key(session: Session, key: str) -> User | None:
    """Return the active account with this key, with its roles in the instance."""
    return session.scalar(
        select(User).where(User.fs_uniquifier == key, User.active).options(selectinload(User.roles))
    )


def roles_by_programme(session: Session, user_id: UUID) -> dict[UUID, frozenset[Role]]:
    """Return the roles that an account holds now, per programme."""
    rows = session.execute(
        select(Membership.programme_id, Membership.role).where(
            Membership.user_id == user_id, Membership.ended_at.is_(None)
        )
    )
    found: dict[UUID, frozenset[Role]] = {}
    for programme_id, role in rows:
        found[programme_id] = found.get(programme_id, frozenset()) | {role}
    return found


def second_factor_required(session: Session, programme_id: UUID) -> bool:
    """Tell whether the programme asks everybody for a second step at sign-in."""
    return bool(session.scalar(select(Programme.second_factor_required).where(Programme.id == programme_id)))


def open_link(session: Session, link_id: str, at: datetime) -> PersonalLink | None:
    """Return a personal link that was opened before, unless it was revoked or has expired."""
    try:
        key = UUID(link_id)
    except ValueError:
        return None
    link = session.get(PersonalLink, key)
    if link is None or link.revoked_at is not None or link.expires_at <= at:
        return None
    return link
