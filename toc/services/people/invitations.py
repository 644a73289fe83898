"""Invitations: a link by mail to somebody who is to take a role."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.people import Role, token_hash
from toc.models.people import Invitation, Membership, User
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.people.accounts import clean_email
from toc.services.people.memberships import add_member, hold_role
from toc.services.people.organisations import get_party


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """Who is invited, for what."""

    email: str
    name: str
    role: Role
    language: str
    organisation_id: UUID | None = None


def open_invitations(session: Session) -> list[Invitation]:
    """Return the invitations of the session's programme that wait for an answer or ran out, newest first."""
    return list(
        session.scalars(
            select(Invitation)
            .where(
                Invitation.programme_id == session.info["programme_id"],
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
            )
            .options(joinedload(Invitation.organisation))
            .order_by(Invitation.created_at.desc(), Invitation.id)
        )
    )


def get_invitation(session: Session, invitation_id: UUID) -> Invitation:
    """Return an invitation of the session's programme that waits for an answer or ran out.

    Raises:
        NotFound: there is none, or it was used or taken back.
    """
    found = session.scalar(
        select(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.programme_id == session.info["programme_id"],
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .with_for_update()
    )
    if found is None:
        raise NotFound
    return found


def invite(
    session: Session, act: Act, invitation_id: UUID, invitee: Invitee, token: str, *, days: int
) -> Invitation:
    """Invite somebody. The invitation is new when it was created at `act.at`: then its mail is to be written.

    Args:
        session: of the programme.
        act: who and when.
        invitation_id: of the new invitation.
        invitee: who, for what.
        token: the secret part of the link; only its hash is kept.
        days: how long it can be accepted.

    Raises:
        DomainError: ``people.email``; ``people.has_role`` (role).
        Conflict: ``people.invited_already`` (role).
        NotFound: the organisation takes no part in this programme.
    """
    programme_id = session.info["programme_id"]
    found = session.get(Invitation, invitation_id)
    if found is not None:
        if found.programme_id != programme_id:
            raise NotFound
        return found
    email = clean_email(invitee.email)
    if invitee.organisation_id is not None:
        get_party(session, invitee.organisation_id)
    hold_role(session, email, invitee.role)
    waiting = session.scalar(
        select(Invitation.id).where(
            Invitation.programme_id == programme_id,
            Invitation.email == email,
            Invitation.role == invitee.role,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
    )
    if waiting is not None:
        raise Conflict("people.invited_already", role=invitee.role)
    invitation = Invitation(
        id=invitation_id,
        programme_id=programme_id,
        email=email,
        name=invitee.name,
        role=invitee.role,
        organisation_id=invitee.organisation_id,
        language=invitee.language,
        token_hash=token_hash(token),
        expires_at=act.at + timedelta(days=days),
        invited_by_id=act.user,
        created_at=act.at,
    )
    session.add(invitation)
    audit.record(session, act, "people.invite", "invitation", invitation_id, role=invitee.role.value)
    return invitation


def send_again(session: Session, act: Act, invitation_id: UUID, token: str, *, days: int) -> Invitation:
    """Give an invitation new time; the caller writes the mail once more.

    Args:
        session: of the programme.
        act: who and when.
        invitation_id: which.
        token: of the link that is now sent; an earlier one with another token stops working.
        days: how long it can be accepted from now on.

    Raises:
        NotFound: see `get_invitation`.
    """
    invitation = get_invitation(session, invitation_id)
    invitation.token_hash = token_hash(token)
    invitation.expires_at = act.at + timedelta(days=days)
    audit.record(session, act, "people.invite_again", "invitation", invitation_id)
    return invitation


def revoke_invitation(session: Session, act: Act, invitation_id: UUID) -> None:
    """Take an invitation back.

    Raises:
        NotFound: see `get_invitation`.
    """
    invitation = get_invitation(session, invitation_id)
    invitation.revoked_at = act.at
    audit.record(session, act, "people.invite_revoke", "invitation", invitation_id)


def find_invitation(session: Session, token: str, at: datetime) -> Invitation | None:
    """Return the invitation of a link, unless it was used, taken back or has run out: all look the same."""
    found = session.scalar(
        select(Invitation)
        .where(
            Invitation.token_hash == token_hash(token),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .options(joinedload(Invitation.organisation))
    )
    return found if found is not None and found.expires_at > at else None


def accept(session: Session, act: Act, token: str, user: User) -> Membership:
    """Take the role that an invitation offers.

    Args:
        session: of the invitation's programme.
        act: who and when.
        token: the secret part of the link.
        user: the account that takes it; another address than the invited one is theirs to choose, because
            whoever has the link was given it.

    Raises:
        DomainError: ``people.invitation_over``.
    """
    invitation = session.scalar(
        select(Invitation)
        .where(
            Invitation.token_hash == token_hash(token),
            Invitation.programme_id == session.info["programme_id"],
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    over = (
        invitation is None
        or invitation.accepted_at is not None
        or invitation.revoked_at is not None
        or invitation.expires_at <= act.at
    )
    if invitation is None or over:
        raise DomainError("people.invitation_over")
    invitation.accepted_at, invitation.accepted_by_id = act.at, user.id
    if user.organisation_id is None:
        user.organisation_id = invitation.organisation_id
    membership = add_member(session, act, user.id, invitation.role, invitation.organisation_id)
    audit.record(session, act, "people.accept", "invitation", invitation.id, user=str(user.id))
    return membership
