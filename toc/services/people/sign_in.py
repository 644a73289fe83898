"""Signing in: how often somebody may try, and which sign-ins are over.

Which attempts fail is known only after a slow hash was computed. So each attempt is counted before it is
made, and taken away again when it was right: a hundred guesses at once get no further than one by one.
"""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.ids import derived
from toc.models.audit import InstanceHead
from toc.models.people import EndedSession, SignInAttempt
from toc.services import audit


def attempt_key(secret: str, kind: str, value: str) -> str:
    """Return the keyed hash under which attempts are counted: the table holds no addresses.

    Args:
        secret: the secret key of this installation.
        kind: what is counted, such as "account" or "machine".
        value: the e-mail address, or the machine's address.

    Returns:
        64 hexadecimal digits (HMAC-SHA-256).
    """
    return hmac.new(secret.encode(), f"{kind}\n{value}".encode(), sha256).hexdigest()


def begin_attempt(
    session: Session,
    attempt_id: UUID,
    keys: Collection[str],
    *,
    at: datetime,
    limit: int,
    window: timedelta,
) -> bool:
    """Count an attempt; False when one of its keys had as many as it may have, and then it is not counted.

    Args:
        session: for writing; commit before the password is looked at.
        attempt_id: new; to take the attempt away with when it was right.
        keys: see `attempt_key`.
        at: now.
        limit: attempts that may fail in the window.
        window: how far back they count.
    """
    # One at a time, or else all of a hundred guesses at once would find the count still low.
    session.get_one(InstanceHead, audit.INSTANCE_HEAD, with_for_update=True, populate_existing=True)
    session.execute(delete(SignInAttempt).where(SignInAttempt.at <= at - window))
    counts = session.execute(
        select(func.count()).where(SignInAttempt.key.in_(keys)).group_by(SignInAttempt.key)
    ).scalars()
    if any(count >= limit for count in counts):
        return False
    for number, key in enumerate(keys):
        session.add(SignInAttempt(id=derived(attempt_id, str(number)), key=key, at=at))
    session.flush()
    return True


def forget_attempts(session: Session, attempt_id: UUID, keys: Collection[str], all_of: str | None) -> None:
    """Take away an attempt that was right, and with a completed sign-in all earlier ones of the account.

    Args:
        session: for writing.
        attempt_id: as given to `begin_attempt`.
        keys: as given to `begin_attempt`.
        all_of: key of the account that is now signed in; None when only this attempt was right. Never the key
            of a machine: whoever has one account could otherwise guess at all others without end.
    """
    own = [derived(attempt_id, str(number)) for number in range(len(keys))]
    session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(own)))
    if all_of is not None:
        session.execute(delete(SignInAttempt).where(SignInAttempt.key == all_of))


def session_key(session_id: str) -> str:
    """Return what is kept of the id in a cookie: enough to know it again, too little to make the cookie."""
    return sha256(session_id.encode()).hexdigest()


def end_session(session: Session, act: Act, user_id: UUID, key: str, *, longest: timedelta) -> None:
    """Remember that a sign-in was ended by its owner.

    Args:
        session: for writing.
        act: who and when.
        user_id: whose sign-in.
        key: see `session_key`.
        longest: how long a sign-in lasts at most; rows older than that are removed.
    """
    session.execute(delete(EndedSession).where(EndedSession.at <= act.at - longest))
    session.merge(EndedSession(key=key, at=act.at))
    audit.record_in_instance(session, act, "sign_out", "user", str(user_id))
