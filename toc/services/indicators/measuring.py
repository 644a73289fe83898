"""Adding and correcting measurements; the indicator's row is held meanwhile."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.indicators import MeasurementSource, Reading, measured
from toc.domain.privacy import personal_numbers
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.indicators.defining import locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody measured: a proportion as its part and its whole, every other kind as a value.

    Attributes:
        id: of the row that it becomes.
        on: the day the value is of.
    """

    id: UUID
    on: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""


def live_by_day(session: Session, indicator_id: UUID) -> tuple[dict[date, Measurement], dict[date, int]]:
    """Return the measurement that counts on each day, and the highest version that each day ever had."""
    rows = session.scalars(
        select(Measurement)
        .where(
            Measurement.programme_id == session.info["programme_id"],
            Measurement.indicator_id == indicator_id,
        )
        .order_by(Measurement.version)
    ).all()
    superseded = {row.supersedes_id for row in rows}
    versions: dict[date, int] = {}
    for row in rows:
        versions[row.on] = row.version
    return {row.on: row for row in rows if row.id not in superseded}, versions


def _read(edition: IndicatorEdition, entry: Entry, act: Act) -> Reading:
    if found := personal_numbers(entry.note):
        raise DomainError("measurement.personal", kind=found[0].kind)
    return measured(
        edition.kind,
        on=entry.on,
        today=act.on,
        value=entry.value,
        numerator=entry.numerator,
        denominator=entry.denominator,
    )


def _sent_before(session: Session, entry: Entry, reading: Reading) -> Measurement | None:
    """Return the row that this form made before.

    Raises:
        Conflict: ``measurement.already_saved``, when the form now says something else.
    """
    existing = session.get(Measurement, (session.info["programme_id"], entry.id))
    if existing is not None and (existing.on, existing.value, existing.numerator, existing.denominator) != (
        reading.on,
        reading.value,
        reading.numerator,
        reading.denominator,
    ):
        raise Conflict("measurement.already_saved", measurement_id=existing.id)
    return existing


def record_measurement(session: Session, act: Act, indicator_id: UUID, entry: Entry) -> Measurement:
    """Add what was measured on a day; the same entry twice makes one row.

    Raises:
        NotFound: there is no such indicator, or its goal is hidden from this person.
        Conflict: ``measurement.day_taken``, ``measurement.already_saved``, with ``measurement_id``.
        DomainError: ``measurement.personal``, and what `measured` refuses.
    """
    indicator, edition = locked(session, act, indicator_id)
    reading = _read(edition, entry, act)
    if existing := _sent_before(session, entry, reading):
        return existing
    row = _add(session, act, indicator, edition, entry, reading, supersedes=None)
    audit.record(
        session,
        act,
        "measurement.record",
        "measurement",
        row.id,
        indicator=str(indicator.id),
        version=row.version,
    )
    return row


def correct_measurement(session: Session, act: Act, measurement_id: UUID, entry: Entry) -> Measurement:
    """Add a measurement that takes the place of another one; the old one stays visible.

    Args:
        session: of a programme.
        act: who and when.
        measurement_id: the one that is wrong.
        entry: the right one; its note says why, its day may differ.

    Raises:
        NotFound: there is no such measurement, or its goal is hidden from this person.
        Conflict: ``measurement.already_corrected``, ``measurement.day_taken``,
            ``measurement.already_saved``, with ``measurement_id``.
        DomainError: ``measurement.reason_missing``, ``measurement.nothing_changed``,
            ``measurement.personal``, and what `measured` refuses.
    """
    wrong = session.get(Measurement, (session.info["programme_id"], measurement_id))
    if wrong is None:
        raise NotFound
    indicator, edition = locked(session, act, wrong.indicator_id)
    reading = _read(edition, entry, act)
    if existing := _sent_before(session, entry, reading):
        return existing
    newer = session.scalar(
        select(Measurement.id).where(
            Measurement.programme_id == session.info["programme_id"],
            Measurement.supersedes_id == measurement_id,
        )
    )
    if newer is not None:
        raise Conflict("measurement.already_corrected", measurement_id=newer)
    if not entry.note.strip():
        raise DomainError("measurement.reason_missing")
    known = Reading(on=wrong.on, value=wrong.value, numerator=wrong.numerator, denominator=wrong.denominator)
    if known == reading:
        raise DomainError("measurement.nothing_changed")
    row = _add(session, act, indicator, edition, entry, reading, supersedes=wrong)
    audit.record(
        session,
        act,
        "measurement.correct",
        "measurement",
        row.id,
        indicator=str(indicator.id),
        supersedes=str(wrong.id),
        version=row.version,
    )
    return row


def _add(
    session: Session,
    act: Act,
    indicator: Indicator,
    edition: IndicatorEdition,
    entry: Entry,
    reading: Reading,
    *,
    supersedes: Measurement | None,
) -> Measurement:
    live, versions = live_by_day(session, indicator.id)
    taken = live.get(reading.on)
    if taken is not None and taken is not supersedes:
        raise Conflict("measurement.day_taken", on=reading.on, measurement_id=taken.id)
    row = Measurement(
        id=entry.id,
        indicator_id=indicator.id,
        edition_id=edition.id,
        on=reading.on,
        version=versions.get(reading.on, 0) + 1,
        value=reading.value,
        numerator=reading.numerator,
        denominator=reading.denominator,
        source=MeasurementSource.TYPED,
        supersedes_id=None if supersedes is None else supersedes.id,
        note=entry.note,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(row)
    session.flush()
    return row
