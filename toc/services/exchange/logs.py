"""Logs that are imported as a whole, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.exchange import Log, Plan, ReadRow, compare
from toc.domain.ids import derived
from toc.domain.indicators import Kind, MeasurementSource, Reading
from toc.models.indicators import IndicatorEdition, LogImport, Measurement
from toc.services import audit
from toc.services.errors import Conflict
from toc.services.indicators import live_by_day, locked, series


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The file that a log was read from.

    Attributes:
        sha256: of the file as it came, 64 hexadecimal digits.
        read_as: which columns were read, and how numbers and days are written: canonical JSON.
        kind: of the indicator when it was read.
    """

    sha256: str
    read_as: str
    kind: Kind


def plan(session: Session, indicator_id: UUID, log: Log) -> Plan:
    """Return what a log would change in the measurements that count now, in one statement."""
    return compare({reading.on: reading for reading in series(session, indicator_id)}, log.rows)


def fingerprint(planned: Plan) -> str:
    """Return what a plan is known by: the same plan gives the same text, another plan another one."""
    new = [row.row for row in planned.new]
    changed = [(change.row.row, str(change.known)) for change in planned.changed]
    return sha256(repr((new, changed)).encode()).hexdigest()[:16]


def imported_before(session: Session, indicator_id: UUID, source: Source) -> LogImport | None:
    """Return the import of the same file, read in the same way, if there was one."""
    return session.scalar(
        select(LogImport).where(
            LogImport.programme_id == session.info["programme_id"],
            LogImport.indicator_id == indicator_id,
            LogImport.sha256 == source.sha256,
            LogImport.read_as == source.read_as,
        )
    )


def import_log(
    session: Session, act: Act, import_id: UUID, indicator_id: UUID, source: Source, log: Log, *, seen: str
) -> tuple[LogImport, bool]:
    """Import a log: all of its rows, or none.

    The same file a second time adds nothing, also when its values were corrected since.

    Args:
        session: of a programme.
        act: who and when.
        import_id: of the import that it becomes.
        indicator_id: which indicator the log is of.
        source: the file.
        log: as it was read, without errors.
        seen: `fingerprint` of the plan that the person agreed to.

    Returns:
        The import, and whether it was there already.

    Raises:
        NotFound: there is no such indicator, or its goal is hidden from this person.
        Conflict: ``import.plan_changed``, when somebody else entered values since;
            ``import.kind_changed``.
        DomainError: ``import.has_errors``.
    """
    if log.errors:
        raise DomainError("import.has_errors", count=len(log.errors))
    indicator, edition = locked(session, act, indicator_id)
    before = session.get(LogImport, (session.info["programme_id"], import_id)) or imported_before(
        session, indicator_id, source
    )
    if before is not None:
        return before, True
    if edition.kind is not source.kind:
        raise Conflict("import.kind_changed")
    live, versions = live_by_day(session, indicator_id)
    planned = compare({on: _reading(row) for on, row in live.items()}, log.rows)
    if fingerprint(planned) != seen:
        raise Conflict("import.plan_changed")
    made = LogImport(
        id=import_id,
        indicator_id=indicator.id,
        sha256=source.sha256,
        read_as=source.read_as,
        rows_added=len(planned.new),
        rows_corrected=len(planned.changed),
        rows_unchanged=len(planned.unchanged),
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(made)
    session.flush()
    rows = [*planned.new, *(change.row for change in planned.changed)]
    values = [_values(act, made, edition, row, live, versions) for row in rows]
    if values:
        session.execute(insert(Measurement), values)
    audit.record(
        session,
        act,
        "measurement.import",
        "log_import",
        made.id,
        indicator=str(indicator_id),
        added=made.rows_added,
        corrected=made.rows_corrected,
        unchanged=made.rows_unchanged,
    )
    return made, False


def _reading(row: Measurement) -> Reading:
    return Reading(on=row.on, value=row.value, numerator=row.numerator, denominator=row.denominator)


def _values(
    act: Act,
    made: LogImport,
    edition: IndicatorEdition,
    row: ReadRow,
    live: Mapping[date, Measurement],
    versions: Mapping[date, int],
) -> dict[str, Any]:
    reading = row.reading
    known = live.get(reading.on)
    return {
        "programme_id": made.programme_id,
        "id": derived(made.id, "row", str(row.row)),
        "indicator_id": made.indicator_id,
        "edition_id": edition.id,
        "on": reading.on,
        "version": versions.get(reading.on, 0) + 1,
        "value": reading.value,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "source": MeasurementSource.IMPORTED,
        "log_import_id": made.id,
        "source_row": row.line,
        "supersedes_id": None if known is None else known.id,
        "note": row.note,
        "created_at": act.at,
        "created_by_id": act.user,
    }
