"""Arrived: the files that were imported, by whom, and what each of them brought."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from toc.domain.codes import CodeKind, code
from toc.models.indicators import Indicator, LogImport, LogSource, Measurement
from toc.models.participants import Observation, Participant
from toc.models.people import User
from toc.services.errors import NotFound

SHOWN = 50
"""Values of an import on its page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """A file that was imported.

    Attributes:
        by: name of who did; "" for a command.
        source: name of where it came from; "" for none.
        source_id: of it.
        indicator_id: of the only indicator that it is about, if there is one.
        undone_by: name of who took it back.
    """

    id: UUID
    at: datetime
    by: str
    file_name: str
    source: str
    source_id: UUID | None
    indicator_id: UUID | None
    sha256: str
    read_as: str
    added: int
    corrected: int
    unchanged: int
    rejected: int
    missing: int
    undone_at: datetime | None
    undone_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A value that an import brought.

    Attributes:
        line: of the file; 0 for what it took back, because an edited answer no longer says it.
        id: of the measurement, or of the participant.
        about: code of the indicator; "" for an observation, which its own page names.
        is_measurement: whether it is a measurement.
    """

    line: int
    on: date | None
    id: UUID
    about: str
    is_measurement: bool


def import_lines(session: Session) -> list[ImportLine]:
    """Return all imports of a programme, newest first, in one statement."""
    return _lines(session)


def get_import(session: Session, import_id: UUID) -> ImportLine:
    """Return an import.

    Raises:
        NotFound: there is none in this programme.
    """
    found = _lines(session, import_id)
    if not found:
        raise NotFound
    return found[0]


def _lines(session: Session, import_id: UUID | None = None) -> list[ImportLine]:
    by, undone_by = aliased(User), aliased(User)
    query = (
        select(LogImport, by.name, LogSource.name, undone_by.name)
        .outerjoin(by, by.id == LogImport.created_by_id)
        .outerjoin(undone_by, undone_by.id == LogImport.undone_by_id)
        .outerjoin(
            LogSource,
            (LogSource.programme_id == LogImport.programme_id) & (LogSource.id == LogImport.log_source_id),
        )
        .where(LogImport.programme_id == session.info["programme_id"])
        .order_by(LogImport.created_at.desc(), LogImport.id)
    )
    if import_id is not None:
        query = query.where(LogImport.id == import_id)
    return [
        ImportLine(
            id=row.id,
            at=row.created_at,
            by=name or "",
            file_name=row.file_name,
            source=source or "",
            source_id=row.log_source_id,
            indicator_id=row.indicator_id,
            sha256=row.sha256,
            read_as=row.read_as,
            added=row.rows_added,
            corrected=row.rows_corrected,
            unchanged=row.rows_unchanged,
            rejected=row.rows_rejected,
            missing=row.rows_missing,
            undone_at=row.undone_at,
            undone_by=undone or "",
        )
        for row, name, source, undone in session.execute(query)
    ]


def brought(session: Session, import_id: UUID) -> tuple[int, list[Brought]]:
    """Return how many values stand that an import brought, and the first of them, in four statements."""
    programme_id = session.info["programme_id"]
    measured = (Measurement.programme_id == programme_id, Measurement.log_import_id == import_id)
    observed = (Observation.programme_id == programme_id, Observation.log_import_id == import_id)
    number = (session.scalar(select(func.count()).select_from(Measurement).where(*measured)) or 0) + (
        session.scalar(select(func.count()).select_from(Observation).where(*observed)) or 0
    )
    first = [
        Brought(line=line or 0, on=on, id=id_, about=code(CodeKind.INDICATOR, indicator), is_measurement=True)
        for id_, line, on, indicator in session.execute(
            select(Measurement.id, Measurement.source_row, Measurement.on, Indicator.code)
            .join(Measurement.indicator)
            .where(*measured)
            .order_by(Measurement.source_row, Measurement.id)
            .limit(SHOWN)
        )
    ]
    first += [
        Brought(line=line or 0, on=on, id=id_, about=who, is_measurement=False)
        for id_, line, on, who in session.execute(
            select(Participant.id, Observation.source_row, Observation.on, Participant.code)
            .join(Observation.participant)
            .where(*observed)
            .order_by(Observation.source_row.nulls_last(), Observation.id)
            .limit(SHOWN - len(first))
        )
    ]
    return number, first
