"""Closing periods, so that what was agreed on does not change unseen, and opening them again."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.indicators.reviewing import Lock, check_open, lock_of
from toc.domain.privacy import personal_numbers
from toc.models.indicators import PeriodLock
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import audit
from toc.services.errors import Conflict


def hold_periods(session: Session) -> None:
    """See to it that no period is closed or opened until the transaction ends; others may hold it as well.

    Whoever writes measurements asks for this first: before the row of an indicator, and before the trail.
    """
    session.execute(
        select(Programme.id).where(Programme.id == session.info["programme_id"]).with_for_update(read=True)
    )


def locks(session: Session) -> tuple[Lock, ...]:
    """Return what was closed and opened, in the order in which it was, in one statement."""
    rows = session.scalars(
        select(PeriodLock)
        .where(PeriodLock.programme_id == session.info["programme_id"])
        .order_by(PeriodLock.created_at, PeriodLock.id)
    )
    return tuple(Lock(starts_on=row.starts_on, ends_on=row.ends_on, is_locked=row.is_locked) for row in rows)


def check_days(session: Session, *days: date) -> None:
    """Refuse to change what was measured on a closed day.

    Args:
        session: of a programme, that holds the periods.
        days: that of the new value and, if there is one, that of the value it replaces.

    Raises:
        DomainError: ``period.locked``, with ``on``, ``starts_on`` and ``ends_on``.
    """
    check_open(locks(session), days)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodDraft:
    """A period that somebody closes or opens.

    Attributes:
        id: of the row that it becomes.
        ends_on: the last day, included.
        reason: why; needed to open again.
    """

    id: UUID
    starts_on: date
    ends_on: date
    is_locked: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodView:
    """What was closed or opened.

    Attributes:
        holds: of a closed one, whether any day of it is closed still.
        by: name of who did it; empty for a command.
    """

    id: UUID
    starts_on: date
    ends_on: date
    is_locked: bool
    reason: str
    at: datetime
    by: str
    holds: bool


def periods(session: Session) -> list[PeriodView]:
    """Return all that was closed and opened, newest first, in one statement."""
    rows = session.execute(
        select(PeriodLock, User.name)
        .outerjoin(User, User.id == PeriodLock.created_by_id)
        .where(PeriodLock.programme_id == session.info["programme_id"])
        .order_by(PeriodLock.created_at, PeriodLock.id)
    ).all()
    every = [Lock(starts_on=row.starts_on, ends_on=row.ends_on, is_locked=row.is_locked) for row, _ in rows]
    return [
        PeriodView(
            id=row.id,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            is_locked=row.is_locked,
            reason=row.reason,
            at=row.created_at,
            by=by or "",
            holds=row.is_locked and _holds(every, place),
        )
        for place, (row, by) in reversed([*enumerate(rows)])
    ]


def _holds(every: list[Lock], place: int) -> bool:
    """Tell whether a day that a lock closed is closed still; only the ends of periods need to be asked."""
    lock, later = every[place], every[place + 1 :]
    days = {lock.starts_on, lock.ends_on}
    for other in later:
        days |= {other.starts_on - _DAY, other.ends_on + _DAY}
    return any(lock.has(on) and lock_of((lock, *later), on) is not None for on in days)


_DAY = date(2000, 1, 2) - date(2000, 1, 1)


def set_period(session: Session, act: Act, draft: PeriodDraft) -> PeriodLock:
    """Close a period or open it again; the same form twice makes one row.

    Raises:
        DomainError: ``period.order``, ``date.out_of_range``, ``period.reason_missing`` when it is opened
            without one, ``measurement.personal``.
        Conflict: ``period.closed_already``, ``period.open_already``.
    """
    Lock(starts_on=draft.starts_on, ends_on=draft.ends_on, is_locked=draft.is_locked)
    if not draft.is_locked and not draft.reason.strip():
        raise DomainError("period.reason_missing")
    if found := personal_numbers(draft.reason):
        raise DomainError("measurement.personal", kind=found[0].kind)
    session.execute(
        select(Programme.id)
        .where(Programme.id == session.info["programme_id"])
        .with_for_update(key_share=True)
    )
    existing = session.get(PeriodLock, (session.info["programme_id"], draft.id))
    if existing is not None:
        return existing
    _check_changes(locks(session), draft)
    row = PeriodLock(
        id=draft.id,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        is_locked=draft.is_locked,
        reason=draft.reason,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(row)
    days = {"starts_on": draft.starts_on.isoformat(), "ends_on": draft.ends_on.isoformat()}
    if draft.is_locked:
        audit.record(session, act, "period.lock", "period_lock", row.id, **days)
    else:
        audit.record(session, act, "period.open", "period_lock", row.id, **days)
    return row


def _check_changes(before: tuple[Lock, ...], draft: PeriodDraft) -> None:
    """Refuse to close what is closed as a whole, or to open what is open as a whole."""
    days = {draft.starts_on, draft.ends_on}
    for lock in before:
        days |= {lock.starts_on - _DAY, lock.starts_on, lock.ends_on, lock.ends_on + _DAY}
    asked = [on for on in days if draft.starts_on <= on <= draft.ends_on]
    closed = [lock_of(before, on) is not None for on in asked]
    if draft.is_locked and all(closed):
        raise Conflict("period.closed_already")
    if not draft.is_locked and not any(closed):
        raise Conflict("period.open_already")
