"""Knowing: what the programme knows of the things that a log is about, as `staging` compares it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from datetime import date
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from toc.domain.exchange.beside import Beside
from toc.domain.exchange.entries import table_in
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.rows import MILLIONTHS, What
from toc.domain.indicators import MeasurementSource
from toc.domain.participants import Moment, Subject
from toc.models.indicators import LogImport, Measurement, MeasurementPart
from toc.models.participants import Observation, Participant
from toc.services.exchange.staging import SIGN, Stage, mark_of

_Some = TypeVar("_Some")
Known = tuple[Any, ...]
"""A row of the table `known` of a stage."""

_AT_ONCE: Final = 400
_ONCE: Final = frozenset({Moment.BEFORE, Moment.AFTER})
ATTRIBUTES: Final = ("cohort", "arm", "entry", "exit", "group")


def known_of(session: Session, stage: Stage, source_id: UUID | None, sha256: str) -> Iterator[Known]:
    """Yield everything that is known of what a log is about.

    Args:
        session: of a programme.
        stage: with the rows of the log.
        source_id: where it comes from; None: no named source.
        sha256: of the file: what it brought before is known, also when it was corrected since.
    """
    subjects = {row[0] for row in stage.db.execute("SELECT DISTINCT subject FROM what")}
    if "measurement" in subjects:
        yield from _measurements(session, stage, sha256)
        return
    stage.db.execute("DELETE FROM person")
    stage.db.executemany(
        "INSERT INTO person VALUES (?, ?, 0)",
        (
            (code, id_.hex)
            for code, id_ in session.execute(
                select(Participant.code, Participant.id).where(
                    Participant.programme_id == session.info["programme_id"]
                )
            )
        ),
    )
    if subjects & {*Subject, ""}:  # "" of which event nothing is said any more
        yield from _of_source(session, stage, source_id, sha256)
        yield from _of_participants(session, stage, source_id, sha256)
    if subjects & set(ATTRIBUTES):
        yield from _attributes(session, stage)


def entries_of(session: Session) -> Iterator[tuple[str, date]]:
    """Yield the code and the day of entry of each participant of whom it is known."""
    for row in session.execute(
        select(Participant.code, Participant.entered_on).where(
            Participant.programme_id == session.info["programme_id"], Participant.entered_on.is_not(None)
        )
    ):
        yield row.code, row.entered_on


# --- Observations -------------------------------------------------------------------------------------------

_newer = aliased(Observation)


def _observations(*where: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            Observation.id,
            Observation.source_key,
            Participant.code,
            Observation.subject,
            Observation.item,
            Observation.instrument_id,
            Observation.indicator_id,
            Observation.moment,
            Observation.on,
            Observation.value,
            Observation.is_void,
            _newer.id.is_(None).label("last"),
            LogImport.sha256,
            LogImport.log_source_id,
            Observation.source,
        )
        .join(Observation.participant)
        .outerjoin(Observation.log_import)
        .outerjoin(
            _newer,
            (_newer.programme_id == Observation.programme_id) & (_newer.supersedes_id == Observation.id),
        )
        .where(*where)
        .order_by(Observation.created_at, Observation.id)
    )


def _of_source(session: Session, stage: Stage, source_id: UUID | None, sha256: str) -> Iterator[Known]:
    """Yield what rows with a key brought from the same source."""
    if not stage.db.execute("SELECT 1 FROM entry WHERE key <> '' LIMIT 1").fetchone():
        return
    programme_id = session.info["programme_id"]
    numbers: Counter[str] = Counter()
    for some in _some([one.id for one in _imports(session, source_id)]):
        rows = session.execute(
            _observations(
                Observation.programme_id == programme_id,
                Observation.log_import_id.in_(some),
                Observation.source_key != "",
            ).execution_options(yield_per=5_000)
        )
        yield from (_known(row, sha256, numbers, keyed=True) for row in rows)


def _imports(session: Session, source_id: UUID | None) -> Sequence[Any]:
    """Return what came from a source and was not taken back, oldest first, as its versions are numbered.

    That is the id of each import, the digest of its file, how that was read, and whether it brought anything.
    """
    brought = (LogImport.rows_added + LogImport.rows_corrected > 0).label("brought")
    return session.execute(
        select(LogImport.id, LogImport.sha256, LogImport.read_as, brought)
        .where(
            LogImport.programme_id == session.info["programme_id"],
            LogImport.log_source_id.is_(None) if source_id is None else LogImport.log_source_id == source_id,
            LogImport.undone_at.is_(None),
        )
        .order_by(LogImport.created_at, LogImport.id)
    ).all()


def of_table(
    session: Session, gone: Sequence[Known], mapping: Mapping, origin: tuple[UUID | None, str]
) -> Iterator[tuple[Known, What]]:
    """Yield what came from a table of a source, with what it is about; nothing once this file brought any.

    Args:
        session: of a programme.
        gone: rows that begin with the id of an observation.
        mapping: of that table.
        origin: the named source, None for none, and the digest of the file.
    """
    table = table_in(mapping.canonical())
    imports = [one for one in _imports(session, origin[0]) if table_in(one.read_as) == table] if gone else []
    if any(one.brought and one.sha256 == origin[1] for one in imports):
        return
    mine = {one.id for one in imports}
    for some in _some(gone):
        rows = session.scalars(
            select(Observation).where(
                Observation.programme_id == session.info["programme_id"],
                Observation.id.in_([UUID(hex=one[0]) for one in some]),
            )
        )
        found = {row.id.hex: _what(row) for row in rows if row.log_import_id in mine}
        yield from ((one, found[one[0]]) for one in some if one[0] in found)


def _of_participants(session: Session, stage: Stage, source_id: UUID | None, sha256: str) -> Iterator[Known]:
    """Yield what is known of the participants of the file, where a row is known by what it is about."""
    ids = [
        UUID(hex=id_)
        for (id_,) in stage.db.execute(
            "SELECT id FROM person WHERE code IN (SELECT DISTINCT who FROM fact WHERE slot IS NOT NULL)"
        )
    ]
    numbers: Counter[str] = Counter()
    for some in _some(ids):
        rows = session.execute(
            _observations(
                Observation.programme_id == session.info["programme_id"], Observation.participant_id.in_(some)
            )
        )
        for row in rows:
            imported = row.source is MeasurementSource.IMPORTED and row.log_source_id == source_id
            if not (imported and row.source_key):
                yield _known(row, sha256, numbers, keyed=False)


def _some(ids: Sequence[_Some]) -> Iterator[list[_Some]]:
    left = iter(ids)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _known(row: Any, sha256: str, numbers: Counter[str], *, keyed: bool) -> Known:  # noqa: ANN401 - a row
    mark, day = mark_of(_what(row)), row.on.toordinal()
    slot = f"{mark}|{row.code}" if row.moment in _ONCE else f"{mark}|{row.code}|{day}"
    name = f"{row.source_key}{SIGN}{mark}" if keyed else slot
    numbers[name] += 1
    live = row.last and not row.is_void
    value = None if row.value is None or row.is_void else int(row.value * MILLIONTHS)
    same = row.sha256 == sha256 and not row.is_void
    # What a source took back is of no day: when it says the same once more, that is new.
    on = None if keyed and row.is_void else day
    return (
        row.id.hex, name, slot, row.code, on, value, None, None, "", int(live), int(same), numbers[name], "",
    )  # fmt: skip


def _what(row: Any) -> What:  # noqa: ANN401 - an observation, or a row with its columns
    return What(
        row.subject.value,
        row.item,
        instrument=row.instrument_id.hex if row.instrument_id else "",
        indicator=row.indicator_id.hex if row.indicator_id else "",
        moment=row.moment.value if row.moment else "",
    )


def newest_of(session: Session, ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return the newest row of the chain of corrections that each observation is in: its id and day.

    Args:
        session: of a programme.
        ids: of observations, 32 hexadecimal digits; those that nobody corrected since are left out.
    """
    found: dict[str, tuple[str, int]] = {}
    at = {UUID(hex=id_): id_ for id_ in ids}
    while at:
        later: dict[UUID, str] = {}
        for some in _some(list(at)):
            for id_, before, on in session.execute(
                select(Observation.id, Observation.supersedes_id, Observation.on).where(
                    Observation.programme_id == session.info["programme_id"],
                    Observation.supersedes_id.in_(some),
                )
            ):
                later[id_] = at[before]
                found[at[before]] = id_.hex, on.toordinal()
        at = later
    return found


def _attributes(session: Session, stage: Stage) -> Iterator[Known]:
    """Yield what is known of the participants themselves."""
    whats = [
        What(*row)
        for row in stage.db.execute("SELECT subject, item, instrument, indicator, moment FROM what")
        if row[0] in ATTRIBUTES
    ]
    for row in session.scalars(
        select(Participant).where(Participant.programme_id == session.info["programme_id"])
    ):
        for what in whats:
            if said := attribute_of(row, what):
                slot = f"{mark_of(what)}|{row.code}"
                yield row.id.hex, slot, slot, row.code, None, None, None, None, said, 1, 0, 1, ""


def attribute_of(row: Participant, what: What) -> str:
    """Return what is known of a participant, as a fact says it; "" when nothing is."""
    said: Dictionary[str, object] = {
        "cohort": row.cohort_id.hex if row.cohort_id else "",
        "arm": row.arm.value,
        "entry": row.entered_on or "",
        "exit": row.left_on or "",
        "group": row.groups.get(what.item, ""),
    }
    return str(said[what.subject])


# --- Measurements -------------------------------------------------------------------------------------------


def _measurements(session: Session, stage: Stage, sha256: str) -> Iterator[Known]:
    """Yield the measurements that stand, and those that this very file brought before."""
    programme_id = session.info["programme_id"]
    newer = aliased(Measurement)
    ids = [UUID(hex=row[0]) for row in stage.db.execute("SELECT DISTINCT indicator FROM what")]
    for some in _some(ids):
        rows = session.execute(
            select(Measurement, newer.id.is_(None), LogImport.sha256, LogImport.undone_at)
            .outerjoin(
                newer,
                (newer.programme_id == Measurement.programme_id) & (newer.supersedes_id == Measurement.id),
            )
            .outerjoin(Measurement.log_import)
            .where(Measurement.programme_id == programme_id, Measurement.indicator_id.in_(some))
        ).all()
        parts: dict[UUID, list[MeasurementPart]] = {}
        for part in session.scalars(
            select(MeasurementPart)
            .join(MeasurementPart.measurement)
            .where(MeasurementPart.programme_id == programme_id, Measurement.indicator_id.in_(some))
        ):
            parts.setdefault(part.measurement_id, []).append(part)
        for row, last, digest, undone in rows:
            live, same = last and not row.is_void, digest == sha256 and undone is None and not row.is_void
            if live or same:
                for each in (row, *parts.get(row.id, ())):
                    yield _of_measurement(row, each, live=live, same=same)


def _of_measurement(row: Measurement, each: Any, *, live: bool, same: bool) -> Known:  # noqa: ANN401 - it or a part
    is_part = isinstance(each, MeasurementPart)
    what = What("measurement", each.breakdown if is_part else "", indicator=row.indicator_id.hex)
    who, day = row.site_id.hex if row.site_id else "", row.on.toordinal()
    option = each.option if is_part else ""
    slot = f"{mark_of(what)}|{who}|{day}|{option}"
    option = option or row.narrative
    numbers = (
        None if number is None else int(number * MILLIONTHS)
        for number in (each.value, each.numerator, each.denominator)
    )
    beside = None  # a note that somebody typed here is no older version of one in a file
    if row.source is MeasurementSource.IMPORTED:
        beside = Beside(
            note=row.note, people=row.people, missing=row.missing, starts_on=row.starts_on
        ).carried()
    return (row.id.hex, slot, slot, who, day, *numbers, option, int(live), int(same), row.version, beside)
