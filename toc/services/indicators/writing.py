"""Adding indicators and measurements. Whoever writes measurements of an indicator holds its row meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind
from toc.domain.errors import DomainError
from toc.domain.goals.rules import sees_hidden
from toc.domain.ids import derived
from toc.domain.indicators import Definition, MeasurementSource, Reading, measured
from toc.domain.privacy import personal_numbers
from toc.models.goals import Goal, GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.services import audit, codes
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.indicators.reading import DEFINITION


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


def definition_of(edition: IndicatorEdition) -> Definition:
    """Return what an edition says."""
    return Definition(**{name: getattr(edition, name) for name in DEFINITION})


def _goal(session: Session, act: Act, goal_id: UUID) -> Goal:
    """Return a goal that waits for others who add to it or reword it."""
    goal = session.scalar(
        select(Goal)
        .where(Goal.programme_id == session.info["programme_id"], Goal.id == goal_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if goal is None or not (goal.released or sees_hidden(act.roles)):
        raise NotFound
    return goal


def locked(session: Session, act: Act, indicator_id: UUID) -> tuple[Indicator, IndicatorEdition]:
    """Return an indicator that nobody else writes until the transaction ends, and its current edition.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this person.
    """
    programme_id = session.info["programme_id"]
    indicator = session.scalar(
        select(Indicator)
        .where(Indicator.programme_id == programme_id, Indicator.id == indicator_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    row = (
        None
        if indicator is None
        else session.execute(
            select(IndicatorEdition, Goal.released)
            .select_from(IndicatorEdition)
            .join(Goal, (Goal.programme_id == programme_id) & (Goal.id == indicator.goal_id))
            .where(
                IndicatorEdition.programme_id == programme_id,
                IndicatorEdition.indicator_id == indicator_id,
                IndicatorEdition.number == indicator.edition,
            )
        ).first()
    )
    if indicator is None or row is None or not (row.released or sees_hidden(act.roles)):
        raise NotFound
    return indicator, row[0]


# --- Definitions --------------------------------------------------------------------------------------------


def add_indicator(
    session: Session, act: Act, indicator_id: UUID, goal_id: UUID, definition: Definition
) -> Indicator:
    """Add an indicator to a goal, as the goal is worded now.

    Adding one with an id that is there already changes nothing and returns the one that is there.

    Raises:
        NotFound: there is no such goal, or it is hidden from this person.
        DomainError: ``indicator.personal``.
    """
    definition.check_texts()
    goal = _goal(session, act, goal_id)
    existing = session.get(Indicator, (session.info["programme_id"], indicator_id))
    if existing is not None:
        return existing
    indicator = Indicator(
        id=indicator_id,
        code=codes.next_code(session, CodeKind.INDICATOR),
        goal_id=goal.id,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(indicator)
    session.flush()
    _add_edition(session, act, indicator, definition, "")
    audit.record(
        session,
        act,
        "indicator.create",
        "indicator",
        indicator.id,
        code=indicator.code,
        goal=str(goal.id),
        kind=definition.kind.value,
    )
    return indicator


def new_edition(
    session: Session, act: Act, indicator_id: UUID, definition: Definition, *, reason: str, revision: int
) -> IndicatorEdition:
    """Define an indicator anew; what was measured before keeps the definition it was measured by.

    A definition that changes nothing makes no edition: the current one is returned.

    Args:
        session: of a programme.
        act: who and when.
        indicator_id: which.
        definition: the whole of the new one.
        reason: why; never empty.
        revision: of the indicator when the form was made.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this person.
        Stale: somebody else was faster; with what it says now.
        DomainError: ``indicator.reason_missing``, ``indicator.kind_fixed`` when there are measurements,
            ``indicator.personal``.
    """
    definition.check_texts()
    indicator, current = locked(session, act, indicator_id)
    said = definition_of(current)
    if definition == said:
        return current
    if indicator.revision != revision:
        theirs: Mapping[str, object] = {name: getattr(said, name) for name in DEFINITION}
        raise Stale(theirs, indicator.revision)
    if not reason.strip():
        raise DomainError("indicator.reason_missing", field="reason")
    if definition.kind is not said.kind and _is_measured(session, indicator_id):
        raise DomainError("indicator.kind_fixed", field="kind")
    indicator.edition += 1
    session.flush()
    edition = _add_edition(session, act, indicator, definition, reason)
    audit.record(session, act, "indicator.edit", "indicator", indicator.id, edition=indicator.edition)
    return edition


def _is_measured(session: Session, indicator_id: UUID) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    Measurement.programme_id == session.info["programme_id"],
                    Measurement.indicator_id == indicator_id,
                )
            )
        )
    )


def _add_edition(
    session: Session, act: Act, indicator: Indicator, definition: Definition, reason: str
) -> IndicatorEdition:
    goal_edition_id = session.scalars(
        select(GoalEdition.id)
        .join(GoalEdition.goal)
        .where(
            GoalEdition.programme_id == session.info["programme_id"],
            GoalEdition.goal_id == indicator.goal_id,
            GoalEdition.number == Goal.edition,
        )
    ).one()
    edition = IndicatorEdition(
        id=derived(indicator.id, "edition", str(indicator.edition)),
        indicator_id=indicator.id,
        goal_edition_id=goal_edition_id,
        number=indicator.edition,
        reason=reason,
        created_at=act.at,
        created_by_id=act.user,
        **{name: getattr(definition, name) for name in DEFINITION},
    )
    session.add(edition)
    session.flush()
    return edition


# --- Measurements -------------------------------------------------------------------------------------------


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
