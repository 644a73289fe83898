"""One event, or one moment of an instrument, entered for many participants at once, and taken back at once.

Which rows belong together stands in the audit trail: in the one event that tells of all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.indicators import check_measured_on
from toc.domain.indicators.readings import measurable
from toc.domain.participants import (
    MOST_SCORES,
    MOST_TOGETHER,
    TOTAL,
    Coming,
    Moment,
    Subject,
    Takes,
    check_note,
    event_name,
    refusal,
)
from toc.models.audit import AuditEvent
from toc.models.participants import Instrument, Observation, Participant
from toc.models.people import User
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.indicators.locking import check_days, hold_periods
from toc.services.observed import live
from toc.services.participants.instruments import get_instrument, scale_of
from toc.services.participants.observing import known_events, new_row, void_of

KIND: Final = "observation_set"
"""What the audit trail calls rows that were entered together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What is entered, and for whom.

    Attributes:
        subject: one of `EVENTS`, or `SCORE`.
        on: the day, not after today.
        participants: their ids, from 1 to `MOST_TOGETHER`.
        name: the programme's own, where the subject is `OTHER`.
        instrument_id: of scores, in one version.
        moment: of scores.
        scores: of each participant, by key of the item, "" for the whole; what was not answered is absent.
        follows_up: whether it is about the time after somebody left as well.
    """

    subject: Subject
    on: date
    participants: Sequence[UUID]
    name: str = ""
    instrument_id: UUID | None = None
    moment: Moment | None = None
    scores: Mapping[UUID, Mapping[str, Decimal]] = field(default_factory=dict)
    follows_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What comes of an entry: for each participant, by code.

    Attributes:
        item: own name of the event, spelled as before.
    """

    item: str
    takes: tuple[Takes, ...]

    @property
    def new(self) -> tuple[UUID, ...]:
        """For whom it is recorded."""
        return tuple(one.id for one in self.takes if one.coming is Coming.NEW)


def plan_together(session: Session, act: Act, what: Together) -> Plan:
    """Return what would come of an entry for each of those it is for, in at most five statements.

    Who is not of this programme, or was erased meanwhile, is left out.

    Raises:
        NotFound: there is no such instrument in this programme.
        DomainError: ``together.nobody``, ``together.too_many``, ``together.too_many_scores``,
            ``observation.no_score``, ``measurement.in_future``, ``date.out_of_range``, what `event_name`
            refuses, and what the scale refuses with ``field`` ``score-<id>-<item>``.
    """
    item = _checked(session, act, what)
    people = session.scalars(_those(session, what.participants).order_by(Participant.code)).all()
    if not people:
        raise DomainError("together.nobody", field="participant_id")
    rows = session.execute(
        select(Observation.participant_id, Observation.item).where(
            Observation.programme_id == session.info["programme_id"],
            Observation.participant_id.in_([one.id for one in people]),
            Observation.subject == what.subject,
            Observation.on == what.on,
            Observation.instrument_id == what.instrument_id,
            Observation.moment == what.moment,
            live(),
        )
    )
    wanted = {one.id: tuple(what.scores.get(one.id, ())) or (item,) for one in people}
    there = {row.participant_id for row in rows if row.item in wanted[row.participant_id]}
    closed = _closed(session, what.on)
    return Plan(item=item, takes=tuple(_take(what, one, closed, there) for one in people))


def _checked(session: Session, act: Act, what: Together) -> str:
    """Return the own name of the event; refuse what is wrong for everybody alike."""
    _check_number(what)
    check_measured_on(what.on, act.on)
    if what.subject is not Subject.SCORE:
        return event_name(
            what.subject, what.name, known_events(session) if what.subject is Subject.OTHER else ()
        )
    if sum(len(one) for one in what.scores.values()) > MOST_SCORES:
        raise DomainError("together.too_many_scores", field="participant_id", most=MOST_SCORES)
    if what.moment is None or what.instrument_id is None or not any(what.scores.values()):
        raise DomainError("observation.no_score")
    scale = scale_of(get_instrument(session, what.instrument_id))
    for id_, scores in what.scores.items():
        for key, value in scores.items():
            try:
                scale.checked(key, value)
            except DomainError as error:
                name = f"score-{id_}-{key or 'total'}"
                raise DomainError(error.key, **{**error.params, "field": name}) from error
    return TOTAL


def _check_number(what: Together) -> None:
    """Refuse more participants than one entry is made for, before a database is asked for each of them."""
    if len(set(what.participants)) > MOST_TOGETHER:
        raise DomainError("together.too_many", field="participant_id", most=MOST_TOGETHER)


def _those(session: Session, ids: Iterable[UUID]) -> Any:  # noqa: ANN401 - a query for participants
    return select(Participant).where(
        Participant.programme_id == session.info["programme_id"], Participant.id.in_(list(ids))
    )


def _closed(session: Session, on: date) -> DomainError | None:
    try:
        check_days(session, on)
    except DomainError as error:
        return error
    return None


def _take(what: Together, one: Participant, closed: DomainError | None, there: set[UUID]) -> Takes:
    if what.subject is Subject.SCORE and not what.scores.get(one.id):
        return Takes(id=one.id, code=one.code, coming=Coming.OPEN)
    if one.id in there:
        return Takes(id=one.id, code=one.code, coming=Coming.THERE)
    why = closed or refusal(
        what.on, one.entered_on, one.left_on, moment=what.moment, follows_up=what.follows_up
    )
    return Takes(id=one.id, code=one.code, coming=Coming.REFUSED if why else Coming.NEW, why=why)


# --- Recorded -----------------------------------------------------------------------------------------------


def record_together(session: Session, act: Act, id_: UUID, what: Together) -> int:
    """Record an event or scores for many participants: for all of them or for none; the same form once.

    Args:
        session: of a programme.
        act: who and when.
        id_: that the form carried; the ids of the rows hang under it.
        what: for those of whom the preview said that it is new.

    Returns:
        How many rows there are.

    Raises:
        Conflict: ``together.changed``: it is not new for all of them any more.
        NotFound, DomainError: as `plan_together`.
    """
    _check_number(what)
    hold_periods(session)
    session.scalars(
        _those(session, what.participants)
        .order_by(Participant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    made = _event(session, id_)
    if made is not None:
        return len(_rows_of(made))
    plan = plan_together(session, act, what)
    if any(one.coming in {Coming.THERE, Coming.REFUSED} for one in plan.takes) or not plan.new:
        raise Conflict("together.changed")
    rows = [row for one in plan.new for row in _rows(act, id_, what, plan.item, one)]
    session.add_all(rows)
    audit.record(
        session,
        act,
        "observation.record_together",
        "observation_set",
        id_,
        many=len(plan.new),
        rows=" ".join(row.id.hex for row in rows),
    )
    return len(rows)


def _rows(act: Act, id_: UUID, what: Together, item: str, participant_id: UUID) -> list[Observation]:
    shared = {"subject": what.subject, "on": what.on}
    if what.subject is not Subject.SCORE:
        return [new_row(act, derived(id_, participant_id.hex), participant_id, item=item, **shared)]
    return [
        new_row(
            act,
            derived(id_, participant_id.hex, key or "total"),
            participant_id,
            item=key,
            value=measurable(value),
            instrument_id=what.instrument_id,
            moment=what.moment,
            **shared,
        )
        for key, value in what.scores[participant_id].items()
    ]


def _event(session: Session, id_: UUID) -> AuditEvent | None:
    """Return the event that tells of what was entered together; None where nothing was."""
    return session.scalar(
        select(AuditEvent).where(
            AuditEvent.programme_id == session.info["programme_id"],
            AuditEvent.subject_kind == KIND,
            AuditEvent.subject_id == str(id_),
            AuditEvent.action == "observation.record_together",
        )
    )


def _rows_of(event: AuditEvent) -> list[UUID]:
    return [UUID(hex=one) for one in str(event.detail["rows"]).split()]


def tells_of(event: AuditEvent, ids: Iterable[UUID]) -> bool:
    """Tell whether an event about rows that were entered together is about one of these rows."""
    return not {one.hex for one in ids}.isdisjoint(str(event.detail.get("rows", "")).split())


# --- Looked at, and taken back ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One participant for whom something was entered together with others.

    Attributes:
        row_id: of the observation; of several scores the first.
        counts: whether any of it counts as it was entered.
    """

    id: UUID
    code: str
    row_id: UUID
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """What was entered together.

    Attributes:
        instrument: name and version; "" for an event.
        by: name of who entered it; "" for a command.
        entered: by code; who was erased since is not among them.
        counting: how many rows count as they were entered.
    """

    id: UUID
    at: datetime
    by: str
    subject: Subject
    item: str
    instrument: str
    moment: Moment | None
    on: date
    entered: tuple[Entered, ...]
    counting: int


def get_together(session: Session, id_: UUID) -> Set:
    """Return what was entered together, in two statements.

    Raises:
        NotFound: nothing was in this programme, or all for whom it was were erased.
    """
    event = _event(session, id_)
    rows = [] if event is None else _found(session, event)
    if event is None or not rows:
        raise NotFound
    entered: dict[UUID, Entered] = {}
    for row in rows:
        one = row.Observation
        before = entered.get(one.participant_id)
        entered[one.participant_id] = Entered(
            id=one.participant_id,
            code=row.code,
            row_id=one.id if before is None else before.row_id,
            counts=not row.replaced or (before is not None and before.counts),
        )
    first = rows[0].Observation
    return Set(
        id=id_,
        at=event.at,
        by=rows[0].by or "",
        subject=first.subject,
        item="" if first.instrument_id else first.item,
        instrument=rows[0].instrument or "",
        moment=first.moment,
        on=first.on,
        entered=tuple(entered.values()),
        counting=sum(not row.replaced for row in rows),
    )


def _found(session: Session, event: AuditEvent) -> Sequence[Any]:
    """Return the rows of an event by code and item: (Observation, code, instrument, by, replaced)."""
    newer = aliased(Observation)
    replaced = exists().where(
        newer.programme_id == Observation.programme_id, newer.supersedes_id == Observation.id
    )
    return session.execute(
        select(
            Observation,
            Participant.code,
            (Instrument.name + " " + Instrument.version).label("instrument"),
            User.name.label("by"),
            replaced.label("replaced"),
        )
        .join(Observation.participant)
        .outerjoin(Observation.instrument)
        .outerjoin(User, User.id == Observation.created_by_id)
        .where(Observation.programme_id == session.info["programme_id"], Observation.id.in_(_rows_of(event)))
        .order_by(Participant.code, Observation.item)
    ).all()


def entered_lately(session: Session, limit: int) -> list[tuple[UUID, datetime, int]]:
    """Return what was entered together lately, newest first: its id, when, and for how many."""
    return [
        (UUID(event.subject_id), event.at, int(str(event.detail["many"])))
        for event in session.scalars(
            select(AuditEvent)
            .where(
                AuditEvent.programme_id == session.info["programme_id"],
                AuditEvent.action == "observation.record_together",
            )
            .order_by(AuditEvent.sequence.desc())
            .limit(limit)
        )
    ]


def take_back_together(session: Session, act: Act, id_: UUID, set_id: UUID, reason: str) -> int:
    """Take back all that was entered together and still counts; all stays visible. The same form once.

    What somebody corrected meanwhile stays.

    Args:
        session: of a programme.
        act: who and when.
        id_: that the form carried; the ids of the rows hang under it.
        set_id: of what was entered.
        reason: why; never empty; it names nobody.

    Returns:
        How many rows were taken back.

    Raises:
        NotFound: nothing was entered so in this programme.
        Conflict: ``observation.replaced``: nothing of it counts any more.
        DomainError: ``observation.reason_missing``, with ``field``, ``period.locked``, and what `check_note`
            refuses.
    """
    hold_periods(session)
    event = _event(session, set_id)
    if event is None:
        raise NotFound
    ids = _rows_of(event)
    place = session.info["programme_id"]
    theirs = select(Observation.participant_id).where(
        Observation.programme_id == place, Observation.id.in_(ids)
    )
    session.scalars(_those(session, session.scalars(theirs)).order_by(Participant.id).with_for_update()).all()
    voids = {derived(id_, one.hex): one for one in ids}
    before = select(func.count()).where(Observation.programme_id == place, Observation.id.in_(voids))
    if many := session.scalar(before):
        return many
    wrong = session.scalars(
        select(Observation).where(Observation.programme_id == place, Observation.id.in_(ids), live())
    ).all()
    if not wrong:
        raise Conflict("observation.replaced")
    if not reason.strip():
        raise DomainError("observation.reason_missing", field="reason")
    check_note(reason)
    check_days(session, wrong[0].on)
    session.add_all(void_of(act, derived(id_, one.id.hex), one, reason) for one in wrong)
    audit.record(
        session,
        act,
        "observation.void_together",
        "observation_set",
        set_id,
        many=len(wrong),
        rows=" ".join(one.id.hex for one in wrong),
    )
    return len(wrong)
