"""What happened to a participant, and what they scored: recorded, corrected, taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.indicators import MeasurementSource, check_measured_on
from toc.domain.participants import TOTAL, Moment, Subject, check_entered, check_note, event_name
from toc.models.participants import Cohort, Instrument, Observation, Participant, Site
from toc.models.people import User
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.indicators.locking import check_days, hold_periods
from toc.services.observed import live
from toc.services.participants.instruments import get_instrument, scale_of
from toc.services.participants.registering import locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One observation as it was recorded.

    Attributes:
        item: own name of an event, or the name of the item; "" for the whole instrument.
        instrument: name and version.
        by: name of who recorded it; "" for a command.
        counts: whether nothing took its place and it takes nothing back.
        is_void: it takes back what stood before.
    """

    id: UUID
    subject: Subject
    on: date
    item: str
    instrument: str
    moment: Moment | None
    value: Decimal | None
    note: str
    source: MeasurementSource
    source_row: int | None
    at: datetime
    by: str
    supersedes_id: UUID | None
    is_void: bool
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantPage:
    """A participant with everything that was observed.

    Attributes:
        observed: latest day first, of one day the one recorded last first; corrected ones too.
        known_events: the programme's own names of events.
        instruments: that scores can be entered of.
    """

    row: Participant
    cohort: str
    site: str
    observed: tuple[Observed, ...]
    known_events: tuple[str, ...]
    instruments: Sequence[Instrument]


def known_events(session: Session) -> tuple[str, ...]:
    """Return the programme's own names of events, in the order of the alphabet."""
    return tuple(
        session.scalars(
            select(Observation.item)
            .where(
                Observation.programme_id == session.info["programme_id"],
                Observation.subject == Subject.OTHER,
                live(),
            )
            .distinct()
            .order_by(Observation.item)
        )
    )


def get_participant(session: Session, participant_id: UUID) -> ParticipantPage:
    """Return a participant with their time line, in four statements.

    Raises:
        NotFound: there is none in this programme.
    """
    programme_id = session.info["programme_id"]
    found = session.execute(
        select(Participant, Cohort.name, Site.name)
        .outerjoin(Participant.cohort)
        .outerjoin(Participant.site)
        .where(Participant.programme_id == programme_id, Participant.id == participant_id)
    ).first()
    if found is None:
        raise NotFound
    row, cohort, site = found
    newest: dict[str, Instrument] = {}
    for one in session.scalars(
        select(Instrument)
        .where(Instrument.programme_id == programme_id)
        .order_by(Instrument.created_at, Instrument.id)
    ):
        newest[one.name] = one
    return ParticipantPage(
        row=row,
        cohort=cohort or "",
        site=site or "",
        observed=observations(session, participant_id),
        known_events=known_events(session),
        instruments=sorted(newest.values(), key=lambda one: one.name),
    )


def observations(session: Session, participant_id: UUID) -> tuple[Observed, ...]:
    """Return all observations of a participant, latest day first, in one statement."""
    newer = aliased(Observation)
    replaced = exists().where(
        newer.programme_id == Observation.programme_id, newer.supersedes_id == Observation.id
    )
    rows = session.execute(
        select(Observation, Instrument, User.name, replaced.label("replaced"))
        .outerjoin(Observation.instrument)
        .outerjoin(User, User.id == Observation.created_by_id)
        .where(
            Observation.programme_id == session.info["programme_id"],
            Observation.participant_id == participant_id,
        )
        .order_by(Observation.on.desc(), Observation.created_at.desc(), Observation.id.desc())
    )
    return tuple(_observed(row, instrument, by, replaced=gone) for row, instrument, by, gone in rows)


def _observed(row: Observation, instrument: Instrument | None, by: str | None, *, replaced: bool) -> Observed:
    names = {} if instrument is None else {item["key"]: item["name"] for item in instrument.items}
    return Observed(
        id=row.id,
        subject=row.subject,
        on=row.on,
        item=names.get(row.item, row.item),
        instrument="" if instrument is None else f"{instrument.name} {instrument.version}",
        moment=row.moment,
        value=row.value,
        note=row.note,
        source=row.source,
        source_row=row.source_row,
        at=row.created_at,
        by=by or "",
        supersedes_id=row.supersedes_id,
        is_void=row.is_void,
        counts=not replaced and not row.is_void,
    )


def _refuse_twice(
    session: Session,
    participant_id: UUID,
    says: Mapping[str, Any],
    but: UUID | None = None,
    *,
    items: Collection[str] = (),
) -> None:
    """Refuse an observation that is there already, in one statement.

    Args:
        session: of a programme.
        participant_id: whose.
        says: columns with what they would say.
        but: one that takes no place: it is corrected.
        items: of an instrument: it is there when one of these is; else what `says` says decides.

    Raises:
        Conflict: ``observation.twice``, with ``observation_id``.
    """
    there = session.scalars(
        select(Observation.id)
        .where(
            Observation.programme_id == session.info["programme_id"],
            Observation.participant_id == participant_id,
            *(getattr(Observation, name) == value for name, value in says.items()),
            *([Observation.item.in_(items)] if items else []),
            live(),
        )
        .order_by(Observation.item, Observation.id)
        .limit(1)
    ).first()
    if there is not None and there != but:
        raise Conflict("observation.twice", observation_id=there)


def record_event(
    session: Session,
    act: Act,
    id_: UUID,
    participant_id: UUID,
    subject: Subject,
    on: date,
    *,
    name: str = "",
    note: str = "",
) -> Observation:
    """Record that something happened to a participant on a day; the same form twice makes one row.

    Args:
        session: of a programme.
        act: who and when.
        id_: of the row.
        participant_id: to whom.
        subject: one of `EVENTS`.
        on: the day, not after today.
        name: the programme's own, where the subject is `OTHER`.
        note: beside it; it names nobody.

    Raises:
        NotFound: there is no such participant in this programme.
        Conflict: ``observation.twice``: it stands there already.
        DomainError: ``measurement.in_future``, ``date.out_of_range``, ``period.locked``,
            ``observation.before_entry``, and what `event_name` and `check_note` refuse.
    """
    hold_periods(session)
    participant = locked(session, participant_id)
    if existing := _sent_before(session, id_, participant_id):
        return existing
    item = event_name(subject, name, known_events(session) if subject is Subject.OTHER else ())
    check_measured_on(on, act.on)
    _check_open(session, on)
    _check_entered(participant, on)
    check_note(note)
    says = {"subject": subject, "item": item, "on": on}
    _refuse_twice(session, participant_id, says)
    row = new_row(act, id_, participant_id, note=note, **says)
    session.add(row)
    audit.record(
        session, act, "observation.record", "observation", row.id, participant=str(participant_id), many=1
    )
    return row


def _sent_before(session: Session, id_: UUID, participant_id: UUID) -> Observation | None:
    existing = session.get(Observation, (session.info["programme_id"], id_))
    if existing is not None and existing.participant_id != participant_id:
        raise NotFound
    return existing


def _all_sent_before(session: Session, ids: Sequence[UUID], participant_id: UUID) -> list[Observation]:
    """Return the rows that a form made before, in the order of its fields, in one statement."""
    rows = session.scalars(
        select(Observation).where(
            Observation.programme_id == session.info["programme_id"], Observation.id.in_(ids)
        )
    ).all()
    if any(row.participant_id != participant_id for row in rows):
        raise NotFound
    return sorted(rows, key=lambda row: ids.index(row.id))


def _check_open(session: Session, *days: date) -> None:
    """Refuse to change what was observed on a closed day: what is computed of it would change unseen."""
    try:
        check_days(session, *days)
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "field": "on"}) from error


def _check_entered(participant: Participant, on: date, moment: Moment | None = None) -> None:
    try:
        check_entered(on, participant.entered_on, moment)
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "field": "on"}) from error


def new_row(act: Act, id_: UUID, participant_id: UUID, **says: Any) -> Observation:  # noqa: ANN401 - columns
    """Return an observation that was typed; `says` are its further columns."""
    return Observation(
        id=id_,
        participant_id=participant_id,
        source=MeasurementSource.TYPED,
        created_at=act.at,
        created_by_id=act.user,
        **says,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What somebody scored on one instrument on one day.

    Attributes:
        on: the day, not after today.
        moment: before, during, after or later.
        scores: by key of the item, "" for the whole; at least one. What was not answered is absent.
        note: beside it; it names nobody.
    """

    on: date
    moment: Moment
    scores: Mapping[str, Decimal]
    note: str = ""


def record_scores(
    session: Session, act: Act, id_: UUID, participant_id: UUID, instrument_id: UUID, scored: Scored
) -> list[Observation]:
    """Record what a participant scored; the same form twice makes each row once.

    Args:
        session: of a programme.
        act: who and when.
        id_: that the form carried; the ids of the rows hang under it.
        participant_id: whose.
        instrument_id: in one version.
        scored: what.

    Raises:
        NotFound: there is no such participant or instrument in this programme.
        Conflict: ``observation.twice``: a score of that item, day and moment stands there already.
        DomainError: ``observation.no_score``, ``measurement.in_future``, ``date.out_of_range``,
            ``period.locked``, ``observation.before_entry``, with ``field`` ``score-<key>`` what the scale
            refuses, and what `check_note` refuses.
    """
    hold_periods(session)
    participant = locked(session, participant_id)
    scale = scale_of(get_instrument(session, instrument_id))
    if not scored.scores:
        raise DomainError("observation.no_score")
    ids = {item: derived(id_, "score", item or "total") for item in scored.scores}
    found = _all_sent_before(session, [*ids.values()], participant_id)
    if found:
        return found
    check_measured_on(scored.on, act.on)
    _check_open(session, scored.on)
    _check_entered(participant, scored.on, scored.moment)
    check_note(scored.note)
    says = {
        "subject": Subject.SCORE,
        "instrument_id": instrument_id,
        "on": scored.on,
        "moment": scored.moment,
    }
    rows = []
    for item, value in scored.scores.items():
        try:
            score = scale.checked(item, value)
        except DomainError as error:
            raise DomainError(error.key, **{**error.params, "field": f"score-{item or 'total'}"}) from error
        rows.append(new_row(act, ids[item], participant_id, value=score, note=scored.note, item=item, **says))
    _refuse_twice(session, participant_id, says, items=scored.scores.keys())
    session.add_all(rows)
    audit.record(
        session,
        act,
        "observation.record",
        "observation",
        rows[0].id,
        participant=str(participant_id),
        many=len(rows),
    )
    return rows


# --- Corrected ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What an observation should have said; what it is about stays.

    Attributes:
        name: own name of an event, where it has one.
        value: of a score; None otherwise.
        reason: why it is corrected; never empty.
    """

    on: date
    moment: Moment | None = None
    value: Decimal | None = None
    name: str = ""
    reason: str


def get_observation(session: Session, participant_id: UUID, observation_id: UUID) -> Observation:
    """Return an observation of a participant.

    Raises:
        NotFound: there is none of this participant in this programme.
    """
    found = session.get(Observation, (session.info["programme_id"], observation_id))
    if found is None or found.participant_id != participant_id:
        raise NotFound
    return found


def _to_replace(session: Session, participant_id: UUID, observation_id: UUID, reason: str) -> Observation:
    """Return an observation that counts, that nobody else replaces meanwhile, and whose day is open."""
    hold_periods(session)
    locked(session, participant_id)
    wrong = get_observation(session, participant_id, observation_id)
    newer = session.scalar(
        select(Observation.id).where(
            Observation.programme_id == session.info["programme_id"],
            Observation.supersedes_id == observation_id,
        )
    )
    if newer is not None or wrong.is_void:
        raise Conflict("observation.replaced")
    if not reason.strip():
        raise DomainError("observation.reason_missing", field="reason")
    check_note(reason)
    _check_open(session, wrong.on)
    return wrong


def correct_observation(
    session: Session, act: Act, id_: UUID, participant_id: UUID, observation_id: UUID, right: Right
) -> Observation:
    """Add an observation that takes the place of another one; the old one stays visible.

    Raises:
        NotFound: there is none of this participant in this programme.
        Conflict: ``observation.replaced`` when somebody was faster, ``observation.twice``.
        DomainError: ``observation.reason_missing``, ``observation.nothing_changed``,
            ``observation.value_missing``, and what `record_event` and `record_scores` refuse.
    """
    if existing := _sent_before(session, id_, participant_id):
        return existing
    wrong = _to_replace(session, participant_id, observation_id, right.reason)
    says = _says(session, act, wrong, right)
    if all(getattr(wrong, name) == value for name, value in says.items()):
        raise DomainError("observation.nothing_changed")
    about = {name: value for name, value in says.items() if name != "value"}
    _refuse_twice(session, participant_id, about, wrong.id)
    row = new_row(act, id_, participant_id, note=right.reason, supersedes_id=wrong.id, **says)
    row.indicator_id = wrong.indicator_id
    session.add(row)
    audit.record(
        session,
        act,
        "observation.correct",
        "observation",
        row.id,
        participant=str(participant_id),
        supersedes=str(wrong.id),
    )
    return row


def _says(session: Session, act: Act, wrong: Observation, right: Right) -> dict[str, Any]:
    check_measured_on(right.on, act.on)
    _check_open(session, right.on)
    item, moment, value = wrong.item, wrong.moment, wrong.value
    if wrong.subject is Subject.OTHER:
        item = event_name(wrong.subject, right.name, known_events(session))
    if wrong.value is not None:
        if right.value is None:
            raise DomainError("observation.value_missing", field="value")
        value = right.value
    if wrong.instrument_id is not None and value is not None:
        moment = right.moment
        try:
            value = scale_of(get_instrument(session, wrong.instrument_id)).checked(wrong.item or TOTAL, value)
        except DomainError as error:
            raise DomainError(error.key, **{**error.params, "field": "value"}) from error
    if wrong.subject is not Subject.VALUE and (right.on, moment) != (wrong.on, wrong.moment):
        _check_entered(wrong.participant, right.on, moment)
    return {
        "subject": wrong.subject,
        "instrument_id": wrong.instrument_id,
        "item": item,
        "moment": moment,
        "on": right.on,
        "value": value,
    }


def void_of(act: Act, id_: UUID, wrong: Observation, reason: str) -> Observation:
    """Return the row that takes an observation back: it says the same, and counts for nothing."""
    return new_row(
        act,
        id_,
        wrong.participant_id,
        subject=wrong.subject,
        instrument_id=wrong.instrument_id,
        indicator_id=wrong.indicator_id,
        item=wrong.item,
        moment=wrong.moment,
        on=wrong.on,
        note=reason,
        supersedes_id=wrong.id,
        is_void=True,
    )


def take_back(
    session: Session, act: Act, id_: UUID, participant_id: UUID, observation_id: UUID, reason: str
) -> Observation:
    """Add a row that takes an observation back: neither counts any more, both stay visible.

    Raises:
        NotFound: there is none of this participant in this programme.
        Conflict: ``observation.replaced`` when somebody was faster.
        DomainError: ``observation.reason_missing``, with ``field``, and what `check_note` refuses.
    """
    if existing := _sent_before(session, id_, participant_id):
        return existing
    wrong = _to_replace(session, participant_id, observation_id, reason)
    row = void_of(act, id_, wrong, reason)
    session.add(row)
    audit.record(
        session,
        act,
        "observation.void",
        "observation",
        row.id,
        participant=str(participant_id),
        supersedes=str(wrong.id),
    )
    return row
