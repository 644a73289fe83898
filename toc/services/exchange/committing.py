"""Committing: what was staged comes into the programme in one transaction, all of it or nothing."""

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.exchange.assembling import Assembled
from toc.domain.exchange.ground import Ground
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.recognised import RowState
from toc.domain.exchange.rows import What
from toc.domain.ids import derived
from toc.domain.indicators import MeasurementSource
from toc.domain.participants import Arm
from toc.models.indicators import LogImport, Measurement, MeasurementPart
from toc.models.participants import Participant
from toc.models.programmes import Programme
from toc.services import audit
from toc.services.errors import Conflict
from toc.services.exchange.checking import Origin, compare, groups
from toc.services.exchange.folders import STAGE, Beat
from toc.services.exchange.grounding import events, ground_of
from toc.services.exchange.knowing import ATTRIBUTES, attribute_of, newest_of
from toc.services.exchange.naming import kept, make, to_make
from toc.services.exchange.staging import CHANGED, COMING, NEW, Stage
from toc.services.indicators import live_by_day

_CHUNK: Final = 10_000
"""Rows that are written at once: at the end of each lot a database looks up what they refer to."""
_ROOM: Final = 32_000
_MUCH_ROOM: Final = 96_000
"""Kibibytes of memory for the pages of SQLite while it writes, and when it writes many rows."""
_MANY: Final = 300_000
_COLUMNS: Final = (
    "programme_id",
    "id",
    "participant_id",
    "subject",
    "item",
    "instrument_id",
    "indicator_id",
    "observed_on",
    "moment",
    "value",
    "note",
    "source",
    "source_key",
    "log_import_id",
    "source_row",
    "supersedes_id",
    "is_void",
    "created_at",
    "created_by_id",
)
_HELD: Final = (RowState.REJECTED, RowState.CONFLICT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did.

    Attributes:
        import_id: of the `LogImport`.
        before: what participants were set to that were known already, by their id: for undoing it.
        values: how many rows of measurements or observations came.
        again: whether it had been done before.
    """

    import_id: UUID
    values: int
    before: Mapping[str, Mapping[str, str]]
    again: bool = False


class PlanChanged(Conflict):
    """Something changed since the file was checked, so that importing it would do something else."""

    def __init__(self) -> None:
        """Say that it has to be looked at again."""
        super().__init__("import.plan_changed")


def hold_programme(session: Session) -> None:
    """Let one import at a time write into a programme; who types a measurement meanwhile waits."""
    session.execute(
        select(Programme.id)
        .where(Programme.id == session.info["programme_id"])
        .with_for_update(key_share=True)
    )


def commit(
    session: Session,
    act: Act,
    mine: Path,
    import_id: UUID,
    origin: Origin,
    mapping: LogMapping,
    beat: Beat,
    *,
    only_good: bool,
) -> Imported:
    """Import what was staged; the same import twice brings nothing.

    Args:
        session: of a programme, for writing.
        act: who and when.
        mine: the folder of the job that read the file.
        import_id: of the import that it becomes.
        origin: where the file comes from.
        mapping: by which it was read.
        beat: told how far it is.
        only_good: whether rows that are rejected, or wait for a decision, may be left behind.

    Raises:
        PlanChanged: it would now do something else than what was looked at.
        DomainError: ``import.has_errors``, with ``count``.
    """
    hold_programme(session)
    found = session.get(LogImport, (session.info["programme_id"], import_id))
    if found is not None:
        return Imported(import_id=import_id, values=0, before={}, again=True)
    stage = Stage(mine / STAGE)
    try:
        new = to_make(session, mapping)
        ground = ground_of(session, act, new)
        _check_seen(stage, ground)
        if stage.kept("makes") != kept(new):
            raise PlanChanged
        _check_plan(session, stage, origin, mapping, ground)
        counts = stage.count()
        held = sum(counts[state] for state in _HELD)
        if held and not only_good:
            raise Conflict("import.has_errors", count=held)
        beat.step("write")
        made = LogImport(
            id=import_id,
            indicator_id=_only_indicator(stage),
            log_source_id=origin.source_id,
            file_name=origin.name,
            sha256=origin.sha256,
            read_as=mapping.canonical(),
            rows_added=counts[RowState.NEW],
            rows_corrected=counts[RowState.CHANGED],
            rows_unchanged=counts[RowState.UNCHANGED],
            rows_rejected=held,
            rows_missing=counts[RowState.MISSING],
            created_at=act.at,
            created_by_id=act.user,
        )
        session.add(made)
        session.flush()
        make(session, act, stage, new)
        before = _set_participants(session, act, stage, import_id)
        values = _write_observations(session, act, stage, import_id, beat)
        values += _write_measurements(session, act, stage, ground, import_id)
    finally:
        stage.close()
    audit.record(
        session,
        act,
        "import.commit",
        "log_import",
        import_id,
        added=made.rows_added,
        corrected=made.rows_corrected,
        unchanged=made.rows_unchanged,
        rejected=made.rows_rejected,
    )
    return Imported(import_id=import_id, values=values, before=before)


def _check_plan(session: Session, stage: Stage, origin: Origin, mapping: LogMapping, ground: Ground) -> None:
    """See to it that what was looked at is what is done; work it out again when anything changed since.

    A plan that changed has to be looked at: until the file is checked anew, nothing of it comes in.
    """
    if stage.kept("changed"):
        raise PlanChanged
    if stage.kept("events") == str(events(session)):
        return
    seen = stage.fingerprint(), stage.count()
    compare(session, stage, origin, mapping, ground)
    if seen != (stage.fingerprint(), stage.count()):
        stage.keep("changed", "1")
        raise PlanChanged


def _check_seen(stage: Stage, ground: Ground) -> None:
    """Refuse a file about indicators of goals that are hidden from who imports it.

    Raises:
        Conflict: ``import.hidden``.
    """
    known = {one.id for one in ground.indicators.values()}
    said = {id_ for (id_,) in stage.db.execute("SELECT DISTINCT indicator FROM what WHERE indicator <> ''")}
    if not said <= known:
        raise Conflict("import.hidden")


def _only_indicator(stage: Stage) -> UUID | None:
    found = stage.db.execute("SELECT DISTINCT indicator FROM what WHERE subject = 'measurement'").fetchall()
    return UUID(hex=found[0][0]) if len(found) == 1 else None


# --- Participants -------------------------------------------------------------------------------------------


def _set_participants(session: Session, act: Act, stage: Stage, import_id: UUID) -> dict[str, dict[str, str]]:
    """Make the participants that are new, and set what the file says of them; return what it said before."""
    programme_id = session.info["programme_id"]
    stage.db.execute("DELETE FROM person WHERE is_new")
    new = {code: derived(import_id, "participant", code) for code in stage.newcomers()}
    if new:
        session.execute(
            insert(Participant),
            [
                {
                    "programme_id": programme_id,
                    "id": id_,
                    "code": code,
                    "arm": Arm.INTERVENTION,
                    "groups": {},
                    "revision": 1,
                    "created_at": act.at,
                    "created_by_id": act.user,
                }
                for code, id_ in new.items()
            ],
        )
        stage.db.executemany(
            "INSERT INTO person VALUES (?, ?, 1)", [(code, id_.hex) for code, id_ in new.items()]
        )
    if not stage.tells_of(ATTRIBUTES):
        return {}
    said = stage.db.execute(
        "SELECT f.who, w.subject, w.item, f.option, p.id, p.is_new FROM fact f JOIN entry e ON e.row = f.row"
        f" JOIN what w ON w.number = f.what JOIN person p ON p.code = f.who {COMING}"
        f" AND w.subject IN {ATTRIBUTES} ORDER BY f.who"
    )
    before: dict[str, dict[str, str]] = {}
    for (_, id_, is_new), found in groupby(said, lambda row: (row[0], row[4], row[5])):
        row = session.get_one(Participant, (programme_id, UUID(hex=id_)))
        for _, subject, item, option, _, _ in found:
            what = What(subject, item)
            if not is_new:
                before.setdefault(id_, {})[f"{subject}:{item}"] = attribute_of(row, what)
            set_attribute(row, what, option)
    session.flush()
    return before


def set_attribute(row: Participant, what: What, said: str) -> None:
    """Set what a file says of a participant; "" takes it away."""
    match what.subject:
        case "cohort":
            row.cohort_id = UUID(hex=said) if said else None
        case "arm":
            row.arm = Arm(said)
        case "entry":
            row.entered_on = date.fromisoformat(said) if said else None
        case "exit":
            row.left_on = date.fromisoformat(said) if said else None
        case _:
            kept = {key: option for key, option in row.groups.items() if key != what.item}
            row.groups = {**kept, what.item: said} if said else kept


# --- Observations -------------------------------------------------------------------------------------------


def _write_observations(session: Session, act: Act, stage: Stage, import_id: UUID, beat: Beat) -> int:
    """Write what the file says of participants, in the order of their ids; return how many rows."""
    # A row that waits for a decision may say some of these: of how far it is this tells enough.
    (most,) = stage.db.execute(
        f"SELECT count(*) FROM fact WHERE state IN ({NEW}, {CHANGED}) AND what IN (SELECT number FROM what"
        f" WHERE subject <> 'measurement' AND subject NOT IN {ATTRIBUTES})"
    ).fetchone()
    done = 0
    rows = _observations(session, act, stage, import_id, _newest(session, stage))
    connection = session.connection()
    driver = connection.connection.driver_connection
    room = _ROOM if most < _MANY else _MUCH_ROOM
    sqlite = connection.dialect.name == "sqlite"
    for done in _insert(driver, rows, room) if sqlite else _copy(driver, rows):
        beat.watch(done, done / most)
    return done


def _observations(
    session: Session, act: Act, stage: Stage, import_id: UUID, newest: Mapping[str, str]
) -> Iterator[tuple[Any, ...]]:
    """Yield the values of `_COLUMNS` as both databases keep them, without asking them anything."""
    programme = session.info["programme_id"].hex
    at = act.at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", timespec="microseconds")
    user = act.user.hex if act.user else None
    source, import_hex = MeasurementSource.IMPORTED.value, import_id.hex
    whats = {row[0]: row[1:6] for row in stage.db.execute("SELECT * FROM what")}
    days: dict[int, str] = {}
    rows = stage.db.execute(
        "SELECT coalesce(f.later, f.uid), p.id, f.what, f.day, f.value, f.note, e.key, e.line, f.supersedes,"
        " f.absent FROM fact f JOIN entry e ON e.row = f.row JOIN person p ON p.code = f.who"
        f" JOIN what w ON w.number = f.what {COMING} AND w.subject NOT IN {ATTRIBUTES}"
        " AND w.subject <> 'measurement' ORDER BY 1"
    )
    for uid, person, number, day, value, note, key, line, supersedes, absent in rows:
        subject, item, instrument, indicator, moment = whats[number]
        on = days.get(day)
        if on is None:
            on = days[day] = date.fromordinal(day).isoformat()
        yield (
            programme,
            uid,
            person,
            subject,
            item,
            instrument or None,
            indicator or None,
            on,
            moment or None,
            value,
            note,
            source,
            key,
            import_hex,
            line or None,
            newest.get(supersedes, supersedes),
            absent is not None,
            at,
            user,
        )


def _newest(session: Session, stage: Stage) -> dict[str, str]:
    """Return the newest row of the chain of corrections of each that is corrected once more, by their ids."""
    found = stage.db.execute("SELECT DISTINCT supersedes FROM fact WHERE supersedes IS NOT NULL")
    return {id_: newest for id_, (newest, _) in newest_of(session, [id_ for (id_,) in found]).items()}


def _insert(driver: Any, rows: Iterator[tuple[Any, ...]], room: int) -> Iterator[int]:  # noqa: ANN401 - its own
    signs = ", ".join("?" * len(_COLUMNS))
    sql = f"INSERT INTO observation ({', '.join(_COLUMNS)}) VALUES ({signs})"
    done = 0
    cursor = driver.cursor()
    # Ids of all kinds come in any order: with room for the pages of their indexes each is written once.
    (usual,) = cursor.execute("PRAGMA cache_size").fetchone()
    cursor.execute(f"PRAGMA cache_size=-{room}")
    while some := list(islice(rows, _CHUNK)):
        cursor.executemany(sql, some)
        done += len(some)
        yield done
    cursor.execute(f"PRAGMA cache_size={usual}")
    cursor.close()


def _copy(driver: Any, rows: Iterator[tuple[Any, ...]]) -> Iterator[int]:  # noqa: ANN401 - the driver's own
    """Write rows, and make the next ones ready while the server takes those before."""
    done, sent = 0, deque[Future[int]]()
    with ThreadPoolExecutor(1) as beside:
        while some := list(islice(rows, _CHUNK)):
            sent.append(beside.submit(_send, driver, "".join(map(_line, some)), len(some)))
            if len(sent) > 1:
                done += sent.popleft().result()
                yield done
        for last in sent:
            yield done + last.result()


def _send(driver: Any, said: str, many: int) -> int:  # noqa: ANN401 - the driver's own
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY observation ({', '.join(_COLUMNS)}) FROM STDIN") as copy,
    ):
        copy.write(said)
    return many


_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _line(row: tuple[Any, ...]) -> str:
    """Return a row as COPY reads it. Source: PostgreSQL, COPY, "Text Format"."""
    cells = list(row)
    cells[10] = row[10].translate(_ESCAPES)
    cells[12] = row[12].translate(_ESCAPES)
    cells[4] = row[4].translate(_ESCAPES)
    cells[17] = f"{row[17]}+00"
    return "\t".join(["\\N" if cell is None else str(cell) for cell in cells]) + "\n"


# --- Measurements -------------------------------------------------------------------------------------------


def _write_measurements(session: Session, act: Act, stage: Stage, ground: Ground, import_id: UUID) -> int:
    """Write the measurements that the file makes; return how many rows."""
    measurements: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    live: dict[tuple[str, str], tuple[dict[date, Measurement], dict[date, int]]] = {}
    for group in groups(stage, ground):
        if not group.changes or not group.is_whole:
            continue
        site = UUID(hex=group.site) if group.site else None
        of = (group.indicator.id, group.site)
        if of not in live:
            live[of] = live_by_day(session, UUID(hex=group.indicator.id), site)
        stands, versions = live[of]
        known = stands.get(group.on)
        made = group.assembled(ground.today)
        stays = known if known is not None and _says_the_same(known, made) else None
        beside = group.beside
        row = {
            "programme_id": session.info["programme_id"],
            "id": derived(
                import_id, "measurement", group.indicator.id, group.site or "-", group.on.isoformat()
            ),
            "indicator_id": UUID(hex=group.indicator.id),
            "edition_id": UUID(hex=group.indicator.edition),
            "on": group.on,
            "version": versions.get(group.on, 0) + 1,
            "value": made.reading.value,
            "numerator": made.reading.numerator,
            "denominator": made.reading.denominator,
            "people": _first(made.people, beside.people, stays and stays.people),
            "missing": _first(beside.missing, stays and stays.missing),
            "starts_on": _first(beside.starts_on, stays and stays.starts_on),
            "site_id": site,
            "source": MeasurementSource.IMPORTED,
            "source_key": group.key,
            "log_import_id": import_id,
            "source_row": group.line,
            "supersedes_id": None if known is None else known.id,
            "note": beside.note or (stays.note if stays else ""),
            "narrative": made.narrative,
            "rests_on": "",
            "is_void": False,
            "created_at": act.at,
            "created_by_id": act.user,
        }
        measurements.append(row)
        parts += [
            {
                "programme_id": row["programme_id"],
                "id": derived(row["id"], "part", part.breakdown, part.option),
                "measurement_id": row["id"],
                "breakdown": part.breakdown,
                "option": part.option,
                "value": part.value,
                "numerator": part.numerator,
                "denominator": part.denominator,
                "people": part.people,
            }
            for part in (*made.parts, *_other_parts(stays, made))
        ]
    for table, rows in ((Measurement, measurements), (MeasurementPart, parts)):
        if rows:
            session.execute(insert(table), rows)
    return len(measurements)


def _says_the_same(known: Measurement, made: Assembled) -> bool:
    """Tell whether the whole stays as it is, so that what is known besides stays as well."""
    of_known = (known.value, known.numerator, known.denominator, known.narrative)
    return of_known == (made.reading.value, made.reading.numerator, made.reading.denominator, made.narrative)


def _other_parts(known: Measurement | None, made: Assembled) -> list[Any]:
    """Return the groups of the breakdowns that a file says nothing of."""
    said = {part.breakdown for part in made.parts}
    return [] if known is None else [part for part in known.parts if part.breakdown not in said]


def _first(*found: Any) -> Any:  # noqa: ANN401 - numbers or days
    """Return the first that is said."""
    return next((one for one in found if one is not None), None)
