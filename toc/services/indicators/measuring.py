"""Adding, correcting and taking back measurements; the indicator's row is held meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.indicators import Kind, MeasurementSource, Place, Reading, check_day, measured, median_level
from toc.domain.indicators.breakdowns import LEVEL, Part, breakdowns_in, check_parts, levels_in
from toc.domain.indicators.reviewing import State
from toc.domain.privacy import personal_numbers
from toc.models.indicators import (
    Indicator,
    IndicatorEdition,
    Measurement,
    MeasurementDraft,
    MeasurementPart,
)
from toc.models.participants import Site
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.indicators.defining import locked
from toc.services.indicators.locking import check_days, hold_periods
from toc.services.indicators.whole import state


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody measured, as its kind asks.

    A proportion comes as its part and its whole, an ordinal score as the people on each level
    (`level_parts`), an account as its words, every other kind as a value.

    Attributes:
        id: of the row that it becomes; a draft with this id is gone afterwards.
        on: the day the value is of, or the last day of its period.
        note: for who reads it later; of a correction the reason.
        site_id: where it was counted; None: in the whole programme.
        starts_on: the first day of the period that it counts.
        people: of how many participants there is a value.
        missing: of how many there is none.
        narrative: what somebody saw change.
        parts: what the groups of its breakdowns have.
        rests_on: of a value that the program computed, what it counted (`Computed.rests_on`); "" of others.
    """

    id: UUID
    on: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""
    site_id: UUID | None = None
    starts_on: date | None = None
    people: int | None = None
    missing: int | None = None
    narrative: str = ""
    parts: tuple[Part, ...] = ()
    rests_on: str = ""


def live_by_day(
    session: Session, indicator_id: UUID, site_id: UUID | None = None
) -> tuple[dict[date, Measurement], dict[date, int]]:
    """Return the measurement that stands on each day, and the highest version that each day ever had.

    One that was returned stands there too: it is corrected, not entered once more. One that takes another
    back leaves its day free.

    Args:
        session: of a programme.
        indicator_id: which indicator.
        site_id: where; None: in the whole programme.
    """
    rows = session.scalars(
        select(Measurement)
        .where(
            Measurement.programme_id == session.info["programme_id"],
            Measurement.indicator_id == indicator_id,
            Measurement.site_id.is_(None) if site_id is None else Measurement.site_id == site_id,
        )
        .order_by(Measurement.version)
    ).all()
    every = session.scalars(
        select(Measurement.supersedes_id).where(
            Measurement.programme_id == session.info["programme_id"],
            Measurement.indicator_id == indicator_id,
            Measurement.supersedes_id.is_not(None),
        )
    )
    superseded = set(every)
    versions: dict[date, int] = {}
    for row in rows:
        versions[row.on] = row.version
    return {row.on: row for row in rows if row.id not in superseded and not row.is_void}, versions


# --- What was typed -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """An entry that was checked: a reading, and what belongs to it."""

    reading: Reading
    site_id: UUID | None
    starts_on: date | None
    people: int | None
    missing: int | None
    narrative: str
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, row: Measurement) -> "_Read":
        """Return what a row holds."""
        return cls(
            reading=Reading(on=row.on, value=row.value, numerator=row.numerator, denominator=row.denominator),
            site_id=row.site_id,
            starts_on=row.starts_on,
            people=row.people,
            missing=row.missing,
            narrative=row.narrative,
            parts=_ordered(_part(part) for part in row.parts),
        )


def _part(row: MeasurementPart) -> Part:
    return Part(
        breakdown=row.breakdown,
        option=row.option,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        people=row.people,
    )


def _ordered(parts: Any) -> tuple[Part, ...]:  # noqa: ANN401 - any iterable of parts
    return tuple(sorted(parts, key=lambda part: (part.breakdown, part.option)))


def _check_words(**texts: str) -> None:
    for field, text in texts.items():
        if found := personal_numbers(text):
            raise DomainError("measurement.personal", kind=found[0].kind, field=field)


def _read(session: Session, edition: IndicatorEdition, entry: Entry, act: Act) -> _Read:
    _check_words(note=entry.note, narrative=entry.narrative)
    for field, number in (("people", entry.people), ("missing", entry.missing)):
        if number is not None and number < 0:
            raise DomainError("measurement.negative", field=field)
    if entry.starts_on is not None:
        check_day(entry.starts_on)
        if entry.starts_on > entry.on:
            raise DomainError("measurement.period_order", field="starts_on")
    _check_site(session, entry)
    value, people, parts = entry.value, entry.people, entry.parts
    if edition.kind is Kind.ORDINAL:
        value, people, parts = _of_levels(edition, entry)
    elif edition.kind is Kind.NARRATIVE:
        if not entry.narrative.strip():
            raise DomainError("measurement.narrative_missing", field="narrative")
        value = Decimal(1) if value is None else value
    reading = measured(
        edition.kind,
        on=entry.on,
        today=act.on,
        value=value,
        numerator=entry.numerator,
        denominator=entry.denominator,
    )
    if edition.kind is not Kind.ORDINAL:
        check_parts(edition.kind, reading, parts, breakdowns_in(edition.breakdowns))
    return _Read(
        reading=reading,
        site_id=entry.site_id,
        starts_on=entry.starts_on,
        people=people,
        missing=entry.missing,
        narrative=entry.narrative.strip(),
        parts=_ordered(parts),
    )


def _check_site(session: Session, entry: Entry) -> None:
    if entry.site_id is None:
        return
    site = session.get(Site, (session.info["programme_id"], entry.site_id))
    if site is None:
        raise NotFound
    try:
        Place(name=site.name, starts_on=site.starts_on, ends_on=site.ends_on).check(entry.on)
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "field": "site_id"}) from error


def _of_levels(edition: IndicatorEdition, entry: Entry) -> tuple[Decimal, int, tuple[Part, ...]]:
    """Return the middle level, the people on all levels, and one part per level."""
    options = {part.option: part for part in entry.parts if part.breakdown == LEVEL}
    known = [str(level) for level in range(1, len(edition.levels) + 1)]
    if len(options) != len(entry.parts) or not set(options) <= set(known):
        raise DomainError("measurement.level_not_there")
    people = levels_in({option: int(part.value) for option, part in options.items()})
    parts = tuple(options.get(key) or Part(breakdown=LEVEL, option=key, value=Decimal(0)) for key in known)
    return Decimal(median_level(people)), sum(people), parts


def _sent_before(session: Session, entry: Entry, read: _Read) -> Measurement | None:
    """Return the row that this form made before.

    Raises:
        Conflict: ``measurement.already_saved``, when the form now says something else.
    """
    existing = session.get(Measurement, (session.info["programme_id"], entry.id))
    if existing is not None and _Read.of(existing) != read:
        raise Conflict("measurement.already_saved", measurement_id=existing.id)
    return existing


# --- Verbs --------------------------------------------------------------------------------------------------


def record_measurement(session: Session, act: Act, indicator_id: UUID, entry: Entry) -> Measurement:
    """Add what was measured on a day; the same entry twice makes one row.

    Raises:
        NotFound: there is no such indicator or site, or its goal is hidden from this person.
        Conflict: ``measurement.day_taken``, ``measurement.already_saved``, with ``measurement_id``.
        DomainError: ``measurement.personal`` (field), ``measurement.period_order``,
            ``measurement.narrative_missing``, ``measurement.site_not_open``, ``measurement.site_closed``,
            ``measurement.level_not_there``, ``period.locked``, and what `measured` and `check_parts` refuse.
    """
    hold_periods(session)
    indicator, edition = locked(session, act, indicator_id)
    read = _read(session, edition, entry, act)
    if existing := _sent_before(session, entry, read):
        return existing
    check_days(session, read.reading.on)
    row = _add(session, act, indicator, edition, entry, read, supersedes=None)
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

    One that was sent back may come again with the same number: it was right, and the note says why.

    Args:
        session: of a programme.
        act: who and when.
        measurement_id: the one that is wrong.
        entry: the right one; its note says why, its day and its site may differ.

    Raises:
        NotFound: there is no such measurement or site, or its goal is hidden from this person.
        Conflict: ``measurement.already_corrected``, ``measurement.taken_back``, ``measurement.day_taken``,
            ``measurement.already_saved``, with ``measurement_id``.
        DomainError: ``measurement.reason_missing``, ``measurement.nothing_changed``, and what
            `record_measurement` refuses.
    """
    wrong, indicator, edition = _wrong(session, act, measurement_id)
    read = _read(session, edition, entry, act)
    if existing := _sent_before(session, entry, read):
        return existing
    _check_stands(session, wrong, entry.note)
    if _Read.of(wrong) == read and not _was_returned(session, wrong.id):
        raise DomainError("measurement.nothing_changed")
    check_days(session, wrong.on, read.reading.on)
    row = _add(session, act, indicator, edition, entry, read, supersedes=wrong)
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


def take_back(session: Session, act: Act, measurement_id: UUID, void_id: UUID, reason: str) -> Measurement:
    """Take a measurement back: a row that counts for nothing takes its place; the old one stays visible.

    Args:
        session: of a programme.
        act: who and when.
        measurement_id: the one that should not be there.
        void_id: of the row that takes its place; the same twice makes one.
        reason: why; never empty.

    Raises:
        NotFound: there is no such measurement, or its goal is hidden from this person.
        Conflict: ``measurement.already_corrected``, ``measurement.taken_back``, ``measurement.already_saved``
            when the id is that of another row, with ``measurement_id``.
        DomainError: ``measurement.reason_missing``, ``measurement.personal``, ``period.locked``.
    """
    wrong, indicator, edition = _wrong(session, act, measurement_id)
    _check_words(note=reason)
    existing = session.get(Measurement, (session.info["programme_id"], void_id))
    if existing is not None and existing.supersedes_id != wrong.id:
        raise Conflict("measurement.already_saved", measurement_id=existing.id)
    if existing is not None:
        return existing
    _check_stands(session, wrong, reason)
    check_days(session, wrong.on)
    _, versions = live_by_day(session, indicator.id, wrong.site_id)
    row = Measurement(
        id=void_id,
        indicator_id=indicator.id,
        edition_id=edition.id,
        on=wrong.on,
        site_id=wrong.site_id,
        version=versions[wrong.on] + 1,
        value=wrong.value,
        numerator=wrong.numerator,
        denominator=wrong.denominator,
        source=MeasurementSource.TYPED,
        supersedes_id=wrong.id,
        note=reason,
        is_void=True,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(row)
    audit.record(
        session,
        act,
        "measurement.take_back",
        "measurement",
        row.id,
        indicator=str(indicator.id),
        supersedes=str(wrong.id),
        version=row.version,
    )
    return row


def _wrong(
    session: Session, act: Act, measurement_id: UUID
) -> tuple[Measurement, Indicator, IndicatorEdition]:
    """Return a measurement with its indicator, which nobody else writes until the transaction ends."""
    hold_periods(session)
    wrong = session.get(Measurement, (session.info["programme_id"], measurement_id))
    if wrong is None:
        raise NotFound
    indicator, edition = locked(session, act, wrong.indicator_id)
    return wrong, indicator, edition


def _check_stands(session: Session, wrong: Measurement, reason: str) -> None:
    """Refuse to replace what was replaced, what takes something back itself, and to do it without a word."""
    if wrong.is_void:
        raise Conflict("measurement.taken_back", measurement_id=wrong.supersedes_id)
    newer = session.execute(
        select(Measurement.id, Measurement.is_void).where(
            Measurement.programme_id == session.info["programme_id"], Measurement.supersedes_id == wrong.id
        )
    ).first()
    if newer is not None:
        key = "measurement.taken_back" if newer.is_void else "measurement.already_corrected"
        raise Conflict(key, measurement_id=newer.id)
    if not reason.strip():
        raise DomainError("measurement.reason_missing")


def _was_returned(session: Session, measurement_id: UUID) -> bool:
    """Tell whether the latest decision about a measurement is that it was sent back."""
    decided = session.scalar(
        select(state()).where(
            Measurement.programme_id == session.info["programme_id"], Measurement.id == measurement_id
        )
    )
    return decided == State.RETURNED.value


def _add(
    session: Session,
    act: Act,
    indicator: Indicator,
    edition: IndicatorEdition,
    entry: Entry,
    read: _Read,
    *,
    supersedes: Measurement | None,
) -> Measurement:
    reading = read.reading
    live, versions = live_by_day(session, indicator.id, read.site_id)
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
        source=MeasurementSource.COMPUTED if entry.rests_on else MeasurementSource.TYPED,
        rests_on=entry.rests_on,
        supersedes_id=None if supersedes is None else supersedes.id,
        note=entry.note,
        site_id=read.site_id,
        starts_on=read.starts_on,
        people=read.people,
        missing=read.missing,
        narrative=read.narrative,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(row)
    session.flush()
    session.add_all(MeasurementPart(**values) for values in part_values(row.id, read.parts))
    session.execute(
        delete(MeasurementDraft).where(
            MeasurementDraft.programme_id == session.info["programme_id"],
            MeasurementDraft.id == entry.id,
            MeasurementDraft.created_by_id == act.user,
        )
    )
    session.flush()
    return row


def part_values(measurement_id: UUID, parts: tuple[Part, ...]) -> list[Mapping[str, Any]]:
    """Return the columns of the rows that keep parts; their ids follow from that of the measurement."""
    return [
        {
            "id": derived(measurement_id, "part", part.breakdown, part.option),
            "measurement_id": measurement_id,
            "breakdown": part.breakdown,
            "option": part.option,
            "value": part.value,
            "numerator": part.numerator,
            "denominator": part.denominator,
            "people": part.people,
        }
        for part in parts
    ]
