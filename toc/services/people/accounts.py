"""Accounts: made by an invitation, a command or a demo; found by their key or address."""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.people import Role
from toc.models.people import AccountRole, EndedSession, Membership, User, UserRole
from toc.services import audit
from toc.services.errors import Conflict, NotFound

DEMO_DOMAIN = "demo.example"
"""Where the accounts of a demo have their addresses; nobody can receive mail there."""

DEMO_PASSWORD = "zes-kersen-in-de-boom"  # noqa: S105 - shown to every visitor of a demo, and opens nothing else
"""Of all accounts of a demo; the page on which people sign in shows it."""

ADMINISTRATOR = "administrator"
_ADMINISTRATOR_ID = derived(UUID(int=0), "account_role", ADMINISTRATOR)

MOST_EMAIL = 254
"""Characters of an e-mail address. Source: RFC 5321, 4.5.3.1.3, less the brackets around a path."""

# One @, no white space, no character that separates or quotes addresses in a header, a dot in the domain.
_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\"\\]{1,64}@[^\s@,;:<>()\[\]\"\\.]+(\.[^\s@,;:<>()\[\]\"\\.]+)+")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that visitors of a demo may sign in with."""

    email: str
    name: str
    roles: frozenset[Role]


def clean_email(typed: str) -> str:
    """Return an address as it is kept: composed letters, in small.

    Raises:
        DomainError: ``people.email``.
    """
    address = unicodedata.normalize("NFC", typed.strip()).lower()
    visible = all(unicodedata.category(character)[0] != "C" for character in address)
    if len(address) > MOST_EMAIL or not visible or not _EMAIL.fullmatch(address):
        raise DomainError("people.email")
    return address


def normal_password(typed: str) -> str:
    """Return a password as it is hashed, so that two keyboards that compose é differently agree."""
    return unicodedata.normalize("NFKC", typed)


def hash_password(typed: str) -> str:
    """Return the Argon2id hash of a password, with the parameters of RFC 9106 for little memory."""
    return PasswordHasher().hash(normal_password(typed))


def account_by_key(session: Session, key: str, session_key: str = "") -> User | None:
    """Return the active account with this key, with its roles in the instance.

    Args:
        session: to read with.
        key: the account's `fs_uniquifier`, which a new password replaces.
        session_key: of the sign-in, see `sign_in.session_key`; None is returned when it was ended.
    """
    ended = exists().where(EndedSession.key == session_key)
    query = select(User).where(User.fs_uniquifier == key, User.active, ~ended)
    return session.scalars(query.options(joinedload(User.roles))).unique().one_or_none()


def account_by_email(session: Session, email: str) -> User | None:
    """Return the account with this address, also one that was switched off."""
    return session.scalar(select(User).where(User.email == email))


def add_user(
    session: Session,
    act: Act,
    user_id: UUID,
    *,
    email: str,
    name: str,
    key: str,
    password_hash: str | None = None,
    language: str = "nl",
) -> User:
    """Add an account and return it; the one with this id when it exists already.

    Args:
        session: for writing.
        act: who and when.
        user_id: of the new account.
        email: address to sign in with.
        name: as others see it.
        key: random text, 32 characters or more; sessions of the account carry it.
        password_hash: see `hash_password`; None: nobody can sign in until a password is chosen by recovery.
        language: "nl" or "en".

    Raises:
        DomainError: ``people.email``.
        Conflict: ``people.email_taken``.
    """
    found = session.get(User, user_id)
    if found is not None:
        return found
    address = clean_email(email)
    if account_by_email(session, address) is not None:
        raise Conflict("people.email_taken")
    user = User(
        id=user_id,
        email=address,
        name=name,
        password=password_hash,
        active=True,
        fs_uniquifier=key,
        language=language,
        created_at=act.at,
    )
    session.add(user)
    audit.record_in_instance(session, act, "account.create", "user", str(user_id))
    return user


def make_administrator(session: Session, act: Act, user: User) -> None:
    """Let an account manage the instance."""
    role = session.get(AccountRole, _ADMINISTRATOR_ID)
    if role is None:
        role = AccountRole(id=_ADMINISTRATOR_ID, name=ADMINISTRATOR, description="Manages the instance")
        session.add(role)
        session.flush()
    if session.get(UserRole, (user.id, role.id)) is None:
        session.add(UserRole(user_id=user.id, role_id=role.id))
        audit.record_in_instance(session, act, "account.administrator", "user", str(user.id))
        session.expire(user, ["roles"])


def use_code(session: Session, user_id: UUID, counter: int) -> bool:
    """Remember the last one-time code of an account; False when this code or a later one was used before.

    One statement compares and writes, so that of two requests with the same code one gets through.

    Args:
        session: for writing.
        user_id: whose code.
        counter: number of the half minute that the code belongs to.
    """
    mark = counter.to_bytes(8)  # big-endian: bytes sort as the numbers do, on both databases
    unused = or_(User.totp_last_counter.is_(None), User.totp_last_counter < mark)
    claimed = session.execute(
        update(User)
        .where(User.id == user_id, unused)
        .values(totp_last_counter=mark)
        .returning(User.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(claimed)


def forget_second_factor(session: Session, act: Act, user_id: UUID) -> None:
    """Take away the second step of somebody who lost their phone; they set up a new one.

    Raises:
        NotFound: no such account.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    user.tf_primary_method = user.tf_totp_secret = None
    audit.record_in_instance(session, act, "second_factor.off", "user", str(user_id))


def demo_accounts(session: Session) -> list[DemoAccount]:
    """Return the accounts of a demo with the roles that they hold, by name."""
    rows = session.execute(
        select(User.email, User.name, Membership.role)
        .join(Membership, (Membership.user_id == User.id) & Membership.ended_at.is_(None), isouter=True)
        .where(func.lower(User.email).like(f"%@{DEMO_DOMAIN}"), User.active)
        .order_by(User.name, User.email)
    )
    found: dict[str, DemoAccount] = {}
    for email, name, role in rows:
        roles = found[email].roles if email in found else frozenset()
        found[email] = DemoAccount(email, name, roles | ({role} if role else frozenset()))
    return list(found.values())
