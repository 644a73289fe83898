"""The audit trail: each service that changes something adds its event in the same transaction."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from toc.domain import audit
from toc.domain.acts import Act
from toc.domain.audit import Detail, Event, Fault, Head, Row
from toc.models.audit import AuditEvent, AuditHead, InstanceEvent, InstanceHead, Recorded
from toc.models.programmes import Programme

INSTANCE_HEAD = 1
"""Id of the one row that holds the end of the instance's chain; the first migration makes it."""

_PAGE = 1000


def record(
    session: Session, act: Act, action: str, subject_kind: str, subject_id: UUID, **detail: Detail
) -> None:
    """Add an event to the chain of the session's programme.

    Call it last: the head of the chain is locked until the transaction ends, and every service locks it after
    all other rows.

    Args:
        session: of a programme, for writing.
        act: who and when.
        action: as in `domain.permissions`, or a finer name below it.
        subject_kind: table of the subject.
        subject_id: its id.
        detail: ids, keys and whole numbers; never personal text.
    """
    session.flush()
    head = session.get_one(
        AuditHead, session.info["programme_id"], with_for_update=True, populate_existing=True
    )
    event = _event(head.sequence, act, action, subject_kind, str(subject_id), detail)
    hash_ = audit.link(head.hash, event)
    session.add(AuditEvent(programme_id=head.programme_id, previous=head.hash, hash=hash_, **_columns(event)))
    head.sequence, head.hash = event.sequence, hash_
    session.flush()


def record_in_instance(
    session: Session, act: Act, action: str, subject_kind: str, subject_id: str, **detail: Detail
) -> None:
    """Add an event to the chain of the instance; otherwise as `record`."""
    session.flush()
    head = session.get_one(InstanceHead, INSTANCE_HEAD, with_for_update=True, populate_existing=True)
    event = _event(head.sequence, act, action, subject_kind, subject_id, detail)
    hash_ = audit.link(head.hash, event)
    session.add(InstanceEvent(previous=head.hash, hash=hash_, **_columns(event)))
    head.sequence, head.hash = event.sequence, hash_
    session.flush()


def start_chain(session: Session, programme_id: UUID) -> None:
    """Begin the chain of a new programme."""
    start = audit.empty(str(programme_id))
    session.add(AuditHead(programme_id=programme_id, sequence=start.sequence, hash=start.hash))
    session.flush()


def verify(session: Session) -> dict[str, list[Fault]]:
    """Check all chains; return their names with what is wrong, none where nothing is."""
    head = session.get(InstanceHead, INSTANCE_HEAD, populate_existing=True)
    faults = {audit.INSTANCE: _faults(audit.INSTANCE, _rows(session, InstanceEvent), head)}
    for programme_id in session.scalars(select(Programme.id).order_by(Programme.created_at, Programme.id)):
        faults[str(programme_id)] = verify_programme(session, programme_id)
    return faults


def verify_programme(session: Session, programme_id: UUID) -> list[Fault]:
    """Check the chain of one programme; return what is wrong with it."""
    rows = _rows(session, AuditEvent, AuditEvent.programme_id == programme_id)
    return _faults(str(programme_id), rows, session.get(AuditHead, programme_id, populate_existing=True))


def events(session: Session, *, before: int | None, limit: int) -> list[AuditEvent]:
    """Return the newest events of the session's programme, newest first.

    Args:
        session: of a programme.
        before: only events with a lower number.
        limit: how many at most.
    """
    query = select(AuditEvent).where(AuditEvent.programme_id == session.info["programme_id"])
    if before is not None:
        query = query.where(AuditEvent.sequence < before)
    return list(session.scalars(query.order_by(AuditEvent.sequence.desc()).limit(limit)))


def _event(
    last: int, act: Act, action: str, subject_kind: str, subject_id: str, detail: dict[str, Detail]
) -> Event:
    return Event(
        sequence=last + 1,
        at=act.at,
        actor=act.actor,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        detail=detail,
    )


def _columns(event: Event) -> dict[str, object]:
    return {
        "sequence": event.sequence,
        "at": event.at,
        "actor": event.actor,
        "action": event.action,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "detail": dict(event.detail),
    }


def _faults(chain: str, rows: Iterator[Row], head: AuditHead | InstanceHead | None) -> list[Fault]:
    if head is None:  # made with the chain, so somebody took it away, perhaps with rows
        return [Fault(1, "audit.truncated")]
    return audit.verify(chain, rows, Head(head.sequence, head.hash))


def _rows(session: Session, table: type[Recorded], *where: ColumnElement[bool]) -> Iterator[Row]:
    query = (
        select(table)
        .where(*where)
        .order_by(table.sequence)
        .execution_options(yield_per=_PAGE, populate_existing=True)
    )
    for row in session.scalars(query):
        event = Event(
            sequence=row.sequence,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            detail=row.detail,
        )
        yield Row(event=event, previous=row.previous, hash=row.hash)
