"""Accounts that can sign in, invitations and personal links for tests."""

import hashlib
from datetime import datetime
from functools import cache
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_user
from toc.domain.people import Role
from toc.models.interviews import Respondent
from toc.models.people import Invitation, PersonalLink, User
from toc.services import people

PASSWORD = "een kast vol oude kaarten"


@cache
def _hashed(password: str) -> str:
    """The slow hash, once per run."""
    return people.hash_password(password)


def make_account(session: Session, *, email: str = "", password: str = PASSWORD, **fields: object) -> User:
    """An account with a password."""
    user = make_user(session, email=email)
    user.password = _hashed(password)
    for name, value in fields.items():
        setattr(user, name, value)
    session.flush()
    return user


def make_token(text: str = "") -> str:
    """The secret part of a link."""
    return hashlib.sha256((text or uuid4().hex).encode()).hexdigest()


def make_invitation(
    session: Session,
    token: str = "",
    *,
    role: Role = Role.WORKER,
    email: str = "",
    days: int = 14,
    at: datetime = NOW,
) -> Invitation:
    """An invitation to the session's programme."""
    invitee = people.Invitee(
        email=email or f"{uuid4().hex[:8]}@example.org", name="An de Boer", role=role, language="nl"
    )
    return people.invite(session, act_of(at=at), uuid4(), invitee, token or make_token(), days=days)


def make_personal_link(
    session: Session, respondent: Respondent, token: str = "", *, at: datetime = NOW
) -> PersonalLink:
    """A personal link of a respondent of the session's programme."""
    return people.make_link(session, act_of(at=at), respondent.id, token or make_token())
