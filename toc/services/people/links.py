"""Personal links: how somebody without an account sees their own things, and nothing else."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.ids import derived
from toc.domain.interviews import GuideVariant
from toc.domain.people import token_hash
from toc.models.interviews import Respondent
from toc.models.people import PersonalLink
from toc.services import audit
from toc.services.errors import NotFound

DAYS = 30
"""How long a personal link works when nothing else is said."""


def make_link(
    session: Session,
    act: Act,
    respondent_id: UUID,
    token: str,
    *,
    link_id: UUID | None = None,
    days: int = DAYS,
    variant: GuideVariant = GuideVariant.PLAIN,
) -> PersonalLink:
    """Make the personal link of a respondent; an earlier one stops working, because one person has one.

    Args:
        session: of the programme.
        act: who and when.
        respondent_id: for whom.
        token: the secret part of the link, at least 128 random bits; only its hash is kept.
        link_id: of the new link; the same id twice makes one link.
        days: how long it works.
        variant: which guide asks the questions, in its newest edition when they begin; who began already
            keeps the guide they began with.

    Returns:
        The link; it is new when it was created at `act.at`.

    Raises:
        NotFound: there is no such respondent in this programme.
    """
    programme_id = session.info["programme_id"]
    if session.get(Respondent, (programme_id, respondent_id), with_for_update=True) is None:
        raise NotFound
    new_id = link_id or derived(respondent_id, "link", token_hash(token))
    found = session.get(PersonalLink, new_id)
    if found is not None:
        if (found.programme_id, found.respondent_id) != (programme_id, respondent_id):
            raise NotFound
        return found
    for earlier in session.scalars(_live(programme_id, respondent_id)):
        earlier.revoked_at = act.at
    link = PersonalLink(
        id=new_id,
        programme_id=programme_id,
        respondent_id=respondent_id,
        variant=variant,
        token_hash=token_hash(token),
        expires_at=act.at + timedelta(days=days),
        created_by_id=act.user,
        created_at=act.at,
    )
    session.add(link)
    audit.record(
        session,
        act,
        "link.create",
        "personal_link",
        new_id,
        respondent=str(respondent_id),
        variant=variant.value,
    )
    return link


def _live(programme_id: UUID, respondent_id: UUID) -> Select[PersonalLink]:
    return select(PersonalLink).where(
        PersonalLink.programme_id == programme_id,
        PersonalLink.respondent_id == respondent_id,
        PersonalLink.revoked_at.is_(None),
    )


def link_of(session: Session, respondent_id: UUID, at: datetime) -> PersonalLink | None:
    """Return the personal link of a respondent of the session's programme that works now."""
    query = _live(session.info["programme_id"], respondent_id).where(PersonalLink.expires_at > at)
    return session.scalar(query.order_by(PersonalLink.created_at.desc()).limit(1))


def revoke_link(session: Session, act: Act, link_id: UUID) -> PersonalLink:
    """Let a personal link work no more, for whoever has it open as well.

    Raises:
        NotFound: there is none in this programme.
    """
    link = session.get(PersonalLink, link_id, with_for_update=True)
    if link is None or link.programme_id != session.info["programme_id"]:
        raise NotFound
    if link.revoked_at is None:
        link.revoked_at = act.at
        audit.record(
            session, act, "link.revoke", "personal_link", link_id, respondent=str(link.respondent_id)
        )
    return link


def find_link(session: Session, token: str, at: datetime) -> PersonalLink | None:
    """Return the link with this secret part, unless it was taken back or has run out: all look the same."""
    return _working(
        session.scalar(select(PersonalLink).where(PersonalLink.token_hash == token_hash(token))), at
    )


def open_link(session: Session, link_id: str, at: datetime) -> PersonalLink | None:
    """Return a personal link that was opened before, unless it was taken back or has run out."""
    try:
        key = UUID(link_id)
    except ValueError:
        return None
    return _working(session.get(PersonalLink, key), at)


def language_of(session: Session, link: PersonalLink) -> str | None:
    """Return the language of whoever a link is for."""
    respondent = session.get(Respondent, (link.programme_id, link.respondent_id))
    return None if respondent is None else respondent.language


def mark_used(session: Session, link_id: UUID, at: datetime) -> None:
    """Remember when a link was last opened, so that its maker sees whether it arrived."""
    session.execute(update(PersonalLink).where(PersonalLink.id == link_id).values(last_used_at=at))


def _working(link: PersonalLink | None, at: datetime) -> PersonalLink | None:
    return link if link is not None and link.revoked_at is None and link.expires_at > at else None
