"""The audit trail: each service that changes something adds its event in the same transaction."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, literal, select, union_all
from sqlalchemy.orm import Session

from toc.domain import audit
from toc.domain.acts import Act
from toc.domain.audit import Detail, Event, Fault, Head, Row
from toc.domain.people import Role
from toc.domain.permissions import may
from toc.models.audit import AuditEvent, AuditHead, InstanceEvent, InstanceHead, Recorded
from toc.models.bonds import BondContract, Outcome, Payment
from toc.models.conflicts import ConflictGoal, GoalConflict
from toc.models.evidence import Study
from toc.models.findings import Finding
from toc.models.goals import Goal, GoalLink
from toc.models.indicators import Indicator, Measurement
from toc.models.interviews import Interview, Respondent, StakeholderGroup, Statement
from toc.models.people import Membership, User
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
    faults = {audit.INSTANCE: verify_instance(session)}
    for programme_id in session.scalars(select(Programme.id).order_by(Programme.created_at, Programme.id)):
        faults[str(programme_id)] = verify_programme(session, programme_id)
    return faults


def verify_instance(session: Session) -> list[Fault]:
    """Check the chain of the instance; return what is wrong with it."""
    head = session.get(InstanceHead, INSTANCE_HEAD, populate_existing=True)
    return _faults(audit.INSTANCE, _rows(session, InstanceEvent), head)


def verify_programme(session: Session, programme_id: UUID) -> list[Fault]:
    """Check the chain of one programme; return what is wrong with it."""
    rows = _rows(session, AuditEvent, AuditEvent.programme_id == programme_id)
    return _faults(str(programme_id), rows, session.get(AuditHead, programme_id, populate_existing=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did something, as the reader may know them.

    Attributes:
        name: of the account; "" for a respondent or a command.
        roles: that the account holds in the programme now.
        respondent: number of the respondent, for readers of interviews; None otherwise.
        is_respondent: whether they came in by a personal link.
    """

    name: str = ""
    roles: frozenset[Role] = frozenset()
    respondent: int | None = None
    is_respondent: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that an event is about, which is still there and which the reader may see.

    Attributes:
        kind: its table.
        id: its id.
        number: of its short code; None when it has none.
    """

    kind: str
    id: UUID
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as a page tells it."""

    sequence: int
    at: datetime
    action: str
    kind: str
    detail: Mapping[str, Detail]
    actor: Actor
    about: Subject | None
    person: str
    """Name of the account that the detail names as ``user``; "" for none."""


@dataclass(frozen=True, slots=True)
class History:
    """A page of events, newest first.

    Attributes:
        events: of the page.
        total: how many there are in all.
    """

    events: tuple[Told, ...]
    total: int


def history(session: Session, act: Act, *, before: int | None, limit: int) -> History:
    """Return the newest events of the session's programme, as this reader may know them.

    Who may not read interviews is not told which respondent or statement an event is about, nor of goals that
    only the evaluator may see.

    Args:
        session: of a programme.
        act: who reads.
        before: only events with a lower number.
        limit: how many at most.
    """
    rows = events(session, before=before, limit=limit)
    total = session.scalars(
        select(AuditHead.sequence).where(AuditHead.programme_id == session.info["programme_id"])
    ).one_or_none()
    hears = may(act.roles, "interview.read")
    people = _people(session, rows)
    about = {row.sequence: _about(row) for row in rows}
    actors = [("respondent", id_) for id_ in _ids(rows, "respondent:")]
    known = _known(session, {*actors, *(one for one in about.values() if one is not None)}, hears=hears)
    return History(
        tuple(
            Told(
                sequence=row.sequence,
                at=row.at,
                action=row.action,
                kind=row.subject_kind,
                detail=row.detail,
                actor=_actor(row.actor, people, known),
                about=known.get(about[row.sequence]),
                person=people.get(str(row.detail.get("user")), Actor()).name,
            )
            for row in rows
        ),
        total or 0,
    )


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


_CODED: Mapping[str, Any] = {
    "bond_contract": BondContract,
    "finding": Finding,
    "goal": Goal,
    "goal_conflict": GoalConflict,
    "indicator": Indicator,
    "interview": Interview,
    "outcome": Outcome,
    "payment": Payment,
    "respondent": Respondent,
    "stakeholder_group": StakeholderGroup,
    "statement": Statement,
    "study": Study,
}
"""Tables with a short code, by the name that events give them."""

_OPEN: Mapping[str, Any] = {
    "finding": Finding.goal.has(Goal.released),
    "goal": Goal.released,
    "goal_conflict": ~GoalConflict.goals.any(ConflictGoal.goal.has(Goal.released.is_(False))),
    "goal_link": GoalLink.lower.has(Goal.released) & GoalLink.upper.has(Goal.released),
    "indicator": Indicator.goal.has(Goal.released),
    "measurement": Indicator.goal.has(Goal.released),
    "study": Study.goal.has(Goal.released),
}
"""What must be so before those who may not read interviews are told of a thing."""

_INTERVIEWS = frozenset({"interview", "respondent", "statement"})
"""Kinds that only those who read interviews are told apart."""

_THROUGH: Mapping[str, tuple[str, str]] = {
    "outcome": ("payment", "payment"),
    "evidence_item": ("goal_id", "goal"),
    "goal_review": ("goal_id", "goal"),
    "assessment_record": ("goal_id", "goal"),
    "log_import": ("indicator", "indicator"),
    "reply": ("finding", "finding"),
    "personal_link": ("respondent", "respondent"),
}
"""Where the page of a subject is that of another thing, named in the detail: (name there, kind)."""


def _about(row: AuditEvent) -> tuple[str, UUID] | None:
    """Return the thing whose page a reader of this event wants to see."""
    name, kind = _THROUGH.get(row.subject_kind, ("", ""))
    if isinstance(named := row.detail.get(name), str):
        return kind, UUID(named)
    try:
        return row.subject_kind, UUID(row.subject_id)
    except ValueError:
        return None


def _ids(rows: Iterable[AuditEvent], prefix: str) -> set[UUID]:
    """Return the ids of the actors of one kind."""
    return {UUID(row.actor.removeprefix(prefix)) for row in rows if row.actor.startswith(prefix)}


def _people(session: Session, rows: Iterable[AuditEvent]) -> dict[str, Actor]:
    """Return the accounts that events name, by id as text."""
    ids = _ids(rows, "user:") | {UUID(str(row.detail["user"])) for row in rows if row.detail.get("user")}
    here = (Membership.user_id == User.id) & (Membership.programme_id == session.info["programme_id"])
    found: dict[str, Actor] = {}
    for id_, name, role in session.execute(
        select(User.id, User.name, Membership.role)
        .join(Membership, here & Membership.ended_at.is_(None), isouter=True)
        .where(User.id.in_(ids))
    ):
        roles = found[str(id_)].roles if str(id_) in found else frozenset()
        found[str(id_)] = Actor(name=name, roles=roles | ({role} if role else frozenset()))
    return found


def _known(
    session: Session, wanted: Iterable[tuple[str, UUID]], *, hears: bool
) -> dict[tuple[str, UUID] | None, Subject]:
    """Return which of these things are there and may be seen, in one statement."""
    ids: dict[str, set[UUID]] = {}
    for kind, id_ in wanted:
        if hears or kind not in _INTERVIEWS:
            ids.setdefault(kind, set()).add(id_)
    parts: list[Select[Any]] = []
    for kind, some in ids.items():
        if kind in _CODED:
            table = _CODED[kind]
            query = select(literal(kind), table.id, table.code)
        elif kind == "measurement":
            table = Measurement
            query = select(literal(kind), table.id, Indicator.code).join(Measurement.indicator)
        elif kind == "goal_link":
            table = GoalLink
            query = select(literal(kind), table.id, literal(None, Integer))
        else:
            continue
        query = query.where(table.programme_id == session.info["programme_id"], table.id.in_(some))
        parts.append(query if hears or kind not in _OPEN else query.where(_OPEN[kind]))
    if not parts:
        return {}
    return {
        (kind, id_): Subject(kind, id_, number) for kind, id_, number in session.execute(union_all(*parts))
    }


def _actor(
    actor: str, people: Mapping[str, Actor], known: Mapping[tuple[str, UUID] | None, Subject]
) -> Actor:
    kind, _, id_ = actor.partition(":")
    if kind == "user":
        return people.get(id_, Actor())
    if kind == "respondent":
        respondent = known.get((kind, UUID(id_)))
        return Actor(respondent=respondent.number if respondent else None, is_respondent=True)
    return Actor()


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
