"""Checking: a log is read by a mapping, and what importing it would do is worked out beside the database."""

import json
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.exchange.assembling import Assembled, Piece, together
from toc.domain.exchange.beside import Beside
from toc.domain.exchange.cells import restored
from toc.domain.exchange.entries import KEY_SIGN, answer_of, are_entries, may_lose
from toc.domain.exchange.files import Note
from toc.domain.exchange.ground import Ground, KnownIndicator
from toc.domain.exchange.looking import look_through
from toc.domain.exchange.mapping import Mapping, Use
from toc.domain.exchange.opening import Opened, answers_of, open_log, table_of
from toc.domain.exchange.recognised import (
    CheckedRow,
    Question,
    Reason,
    Recognition,
    RowState,
    Said,
    TargetTotals,
    Totals,
)
from toc.domain.exchange.recognising import check_persons, open_questions
from toc.domain.exchange.rows import MILLIONTHS, SAYS, Reader, What
from toc.domain.indicators import Kind
from toc.domain.indicators.readings import measurable
from toc.domain.indicators.reviewing import check_open
from toc.domain.participants import Moment, Subject, check_entered
from toc.domain.privacy import personal_column, personal_numbers
from toc.services.exchange.folders import LOG, STAGE, Beat
from toc.services.exchange.grounding import events, ground_of
from toc.services.exchange.knowing import entries_of, known_of, newest_of, of_table
from toc.services.exchange.naming import kept, to_make
from toc.services.exchange.staging import (
    CHANGED,
    CONFLICT,
    GONE,
    MISSING,
    NEW,
    REJECTED,
    STATES,
    UNCHANGED,
    Stage,
    mark_of,
)

PAGE: Final = 50
"""Rows of a page of the preview."""

_OBSERVED: Final = tuple(subject.value for subject in Subject if subject is not Subject.VALUE)
_COUNTS: Final = f"({NEW}, {CHANGED}, {UNCHANGED})"


class OpenQuestions(DomainError):
    """A mapping leaves open what only a person can say.

    Attributes:
        questions: all of them.
    """

    def __init__(self, questions: tuple[Question, ...]) -> None:
        """Keep them."""
        super().__init__("import.questions", count=len(questions))
        self.questions = questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a log comes from.

    Attributes:
        source_id: the named source; None: none.
        sha256: of the file.
        name: of the file.
    """

    source_id: UUID | None
    sha256: str
    name: str = ""

    def space(self, programme_id: UUID) -> bytes:
        """Return that in which the keys of its rows are unique."""
        return (self.source_id or programme_id).bytes


def opened(mine: Path, mapping: Mapping) -> tuple[BinaryIO, Opened]:
    """Return the file in the folder of a job, opened; close the first when done."""
    file = (mine / LOG).open("rb")
    try:
        return file, open_log(file, encoding=mapping.encoding, delimiter=mapping.delimiter)
    except BaseException:
        file.close()
        raise


def look(mine: Path, today: date, beat: Beat, mapping: Mapping | None = None) -> Recognition:
    """Look through the file of a job.

    Args:
        mine: the folder of the job.
        today: the day.
        beat: told how far it is.
        mapping: which table, and where its names stand; None: as it seems.

    Raises:
        DomainError: what reading refuses.
    """
    beat.step("read")
    with (mine / LOG).open("rb") as file:
        return look_through(file, today, mapping, beat.watch)


class Seen(Protocol):
    """What was seen in a file, or is being looked for meanwhile."""

    @property
    def first(self) -> Recognition | None:
        """What was seen, when nobody has to wait for it: always, of a file with several tables."""

    def __call__(self) -> Recognition:
        """Return what was seen; waits for it.

        Raises:
            DomainError: what reading refuses.
        """


def check(
    session: Session,
    act: Act,
    mine: Path,
    origin: Origin,
    mapping: Mapping,
    seen: Recognition | Seen,
    beat: Beat,
) -> Totals:
    """Read the file of a job by a mapping, stage its rows and say what importing them would do.

    Args:
        session: of a programme; nothing is written in it.
        act: who and when.
        mine: the folder of the job.
        origin: where the file comes from.
        mapping: how it is read.
        seen: what was seen in it, by the same table and header; or what finds that meanwhile.
        beat: told how far it is.

    Raises:
        OpenQuestions: something in it can mean two things and nobody said which.
        DomainError: ``import.bsn``, ``import.personal``, ``mapping.…``, and what reading refuses.
    """
    asked = mapping
    first = seen if isinstance(seen, Recognition) else seen.first
    if first is not None:
        _refuse(mapping, first)
        mapping = replace(mapping, sheet=mapping.sheet or first.sheet)
    new = to_make(session, mapping)
    ground = ground_of(session, act, new)
    stage = Stage(mine / STAGE, fresh=True)
    try:
        try:
            reader = _fill(stage, mine, mapping, ground, origin.space(session.info["programme_id"]), beat)
        finally:  # what looking through it refuses goes before what reading refuses
            known = seen if isinstance(seen, Recognition) else seen()
            _refuse(mapping, known)
        beat.step("compare")
        stage.settle(mapping)
        stage.keep("makes", kept(new))
        compare(session, stage, origin, asked, ground)
        return count(stage, reader, (*known.notes, *_notes(stage, mapping)))
    except DomainError:
        stage.remove()
        raise
    finally:
        stage.close()


def _refuse(mapping: Mapping, seen: Recognition) -> None:
    check_persons(mapping, seen)
    if questions := open_questions(mapping, seen):
        raise OpenQuestions(questions)


def _fill(stage: Stage, mine: Path, mapping: Mapping, ground: Ground, space: bytes, beat: Beat) -> Reader:
    file, log = opened(mine, mapping)
    with file:
        header, rows = table_of(log, mapping)
        reader = Reader(mapping, header.names, ground)
        beat.step("check")
        stage.fill(
            (reader.read(*row) for row in rows),
            reader.whats,
            space,
            lambda count: beat.watch(count, log.share_read()),
        )
        if are_entries(mapping) and (answer := answer_of(mapping)) is not None:
            stage.answered(map(answer, reader.answers(answers_of(log, mapping, header))))
    return reader


def compare(session: Session, stage: Stage, origin: Origin, mapping: Mapping, ground: Ground) -> None:
    """Work out what is new, changed or known by what stands in the programme now.

    Args:
        session: of a programme; nothing is written in it.
        stage: with the rows of the log.
        origin: where it comes from.
        mapping: as it is kept with the import.
        ground: what the programme has.
    """
    space = origin.space(session.info["programme_id"])
    stage.compare(known_of(session, stage, origin.source_id, origin.sha256), space)
    if noted := list(_noted(stage, ground)):
        stage.change(noted)
        stage.conclude()
    _refuse_days(session, stage, ground)
    while wrong := list(_misfits(stage, ground)):
        stage.reject(wrong)
        stage.conclude()
    if (answer := answer_of(mapping)) is not None:
        stage.take_back(list(_lost(session, stage, origin, mapping, ground, answer)), space)
        _refuse_days(session, stage, ground)
    stage.keep("events", str(events(session)))


def _lost(
    session: Session,
    stage: Stage,
    origin: Origin,
    mapping: Mapping,
    ground: Ground,
    answer: Callable[[str], str],
) -> Iterator[tuple[Any, What]]:
    """Yield what answers do not say any more, with what it is about; nothing of a goal that is hidden."""
    if not are_entries(mapping):
        stage.answered_by_rows(told=bool(mapping.used(Use.REPLACES)))
    seen = {one.id for one in ground.indicators.values()} | {""}
    for one, what in of_table(session, stage.gone(answer), mapping, (origin.source_id, origin.sha256)):
        if what.indicator in seen and may_lose(mapping, what.subject, what.item, stands=bool(one[-1])):
            yield one, what


def _refuse_days(session: Session, stage: Stage, ground: Ground) -> None:
    """Reject the rows that would change something on a day on which that may not be."""
    for wrong in (_closed(session, stage, ground), _shut(stage, ground), _early(session, stage)):
        if rows := list(wrong):
            stage.reject(rows)
            stage.conclude()


_COMING: Final = f"f.state IN ({NEW}, {CHANGED}) AND e.state <> {REJECTED}"


def _closed(session: Session, stage: Stage, ground: Ground) -> Iterator[tuple[int, Reason]]:
    """Yield the rows that would change something on a closed day.

    That is the day that they say, or the day of what they take the place of: the newest of a chain of
    corrections, which somebody may have put on another day by hand. A row that changes nothing stays as it
    is, so that a log that grows can come in again after a period was closed.
    """
    if not ground.locks:
        return
    said = "FROM fact f JOIN entry e ON e.row = f.row"
    days = [day for (day,) in stage.db.execute("SELECT DISTINCT day FROM fact WHERE day IS NOT NULL")]
    closed = _closed_days(ground, days)
    stage.db.execute("CREATE TEMP TABLE IF NOT EXISTS closed (day INTEGER PRIMARY KEY)")
    stage.db.execute("DELETE FROM closed")
    stage.db.executemany("INSERT INTO closed VALUES (?)", [(day,) for day in closed])
    found = {
        row: closed[day]
        for row, day in stage.db.execute(
            f"SELECT f.row, f.day {said} JOIN closed c USING (day) WHERE {_COMING}"
        )
    }
    replaced = stage.db.execute(
        f"SELECT DISTINCT f.row, f.supersedes, k.day, k.live {said} JOIN known k ON k.id = f.supersedes"
        f" WHERE {_COMING}"
    ).fetchall()
    newest = newest_of(session, [id_ for _, id_, _, live in replaced if not live])
    stood = {id_: newest[id_][1] if id_ in newest else day for _, id_, day, _ in replaced}
    closed = _closed_days(ground, stood.values())
    for row, id_, _, _ in replaced:
        reason = closed.get(stood[id_])
        if reason is not None:
            found.setdefault(row, reason)
    yield from found.items()


def _closed_days(ground: Ground, days: Iterable[int | None]) -> dict[int, Reason]:
    """Return which of these days are closed, each with its sentence."""
    found = {}
    for day in days:
        try:
            check_open(ground.locks, [] if day is None else [date.fromordinal(day)])
        except DomainError as error:
            found[day] = Reason(key=error.key, params=error.params)
    return {day: reason for day, reason in found.items() if day is not None}


def _shut(stage: Stage, ground: Ground) -> Iterator[tuple[int, Reason]]:
    """Yield the rows of a day on which nothing is counted at their site."""
    if not (ground.places and stage.tells_of({"measurement"})):
        return
    signs = ", ".join("?" * len(ground.places))
    for row, who, day in stage.db.execute(
        f"SELECT DISTINCT f.row, f.who, f.day FROM fact f JOIN entry e ON e.row = f.row WHERE {_COMING}"
        f" AND f.absent IS NULL AND f.who IN ({signs})",
        tuple(ground.places),
    ).fetchall():
        try:
            ground.places[who].check(date.fromordinal(day))
        except DomainError as error:
            yield row, Reason(key=error.key, params=error.params)


def _early(session: Session, stage: Stage) -> Iterator[tuple[int, Reason]]:
    """Yield the rows of events and scores of before the entry of a participant, known or in this file."""
    if not stage.tells_of(set(Subject) - {Subject.VALUE}):
        return
    entered = dict(entries_of(session))
    said = "JOIN entry e ON e.row = f.row JOIN what w ON w.number = f.what"
    if stage.tells_of({"entry"}):
        for who, on in stage.db.execute(
            f"SELECT f.who, f.option FROM fact f {said} WHERE {_COMING} AND f.absent IS NULL"
            " AND w.subject = 'entry'"
        ):
            entered[who] = date.fromisoformat(on)
    if not entered:
        return
    stage.db.execute("CREATE TEMP TABLE IF NOT EXISTS entered (code TEXT PRIMARY KEY, day INTEGER)")
    stage.db.execute("DELETE FROM entered")
    days = ((code, on.toordinal()) for code, on in entered.items())
    stage.db.executemany("INSERT INTO entered VALUES (?, ?)", days)
    for row, who, day, moment in stage.db.execute(
        "SELECT DISTINCT f.row, f.who, f.day, w.moment FROM fact f"
        f" CROSS JOIN entered n ON n.code = f.who AND f.day < n.day {said}"
        f" WHERE {_COMING} AND f.absent IS NULL AND w.subject IN {_OBSERVED}"
    ).fetchall():
        try:
            check_entered(date.fromordinal(day), entered[who], Moment(moment) if moment else None)
        except DomainError as error:
            yield row, Reason(key=error.key, params=error.params)


def _notes(stage: Stage, mapping: Mapping) -> Iterator[Note]:
    """Yield what somebody has to know: keys that differ in capitals alone, and what edited answers lost."""
    if are_entries(mapping) and answer_of(mapping) is None:
        yield Note("import.entries_stay")
    if many := stage.taken_back()[1]:
        yield Note("import.entries_gone", {"count": many})
    for column in ("key", "version"):
        if not stage.db.execute(f"SELECT 1 FROM entry WHERE {column} <> lower({column}) LIMIT 1").fetchone():
            continue
        found = stage.db.execute(
            f"SELECT min({column}) FROM (SELECT DISTINCT {column} FROM entry WHERE {column} <> '')"
            f" GROUP BY lower({column}) HAVING count(*) > 1 LIMIT 5"
        )
        yield from (Note("import.keys_alike", {"text": text}) for (text,) in found)


# --- Measurements -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows that make one measurement.

    Attributes:
        indicator: that it is of.
        site: id of the site; "" for the whole programme.
        rows: numbers of the rows of the file.
        beside: what they say beside the value.
        pieces: what each of them says, by the key of the breakdown.
        noted: number of the first of them with something beside its value; 0: none has.
        changes: whether any of them says something new.
    """

    indicator: KnownIndicator
    site: str
    on: date
    rows: tuple[int, ...]
    line: int
    beside: Beside
    noted: int
    key: str
    pieces: Dictionary[str, tuple[Piece, ...]]
    changes: bool
    is_whole: bool

    def assembled(self, today: date) -> Assembled:
        """Return the measurement."""
        return together(self.indicator, self.on, today, self.pieces)

    @property
    def slot(self) -> str:
        """By which the whole of it is known."""
        what = What("measurement", indicator=self.indicator.id)
        return f"{mark_of(what)}|{self.site}|{self.on.toordinal()}|"

    def numbers(self, today: date) -> tuple[int | None, int | None, int | None, str] | None:
        """Return what it says as a whole, as what is known is staged; None when it is not right together."""
        try:
            made = self.assembled(today)
        except DomainError:
            return None
        value, numerator, denominator = (
            None if number is None else int(number * MILLIONTHS)
            for number in (made.reading.value, made.reading.numerator, made.reading.denominator)
        )
        return value, numerator, denominator, made.narrative


def groups(stage: Stage, ground: Ground) -> Iterator[Group]:
    """Yield the measurements that a log makes, one per indicator, site and day."""
    if not stage.tells_of({"measurement"}):
        return
    by_id = {one.id: one for one in ground.indicators.values()}
    rows = stage.db.execute(
        "SELECT w.indicator, f.who, f.day, w.item, f.row, e.line, f.note, e.key, f.option, f.value,"
        " f.numerator, f.denominator, f.state, e.state FROM fact f JOIN entry e ON e.row = f.row"
        " JOIN what w ON w.number = f.what"
        f" WHERE w.subject = 'measurement' AND f.state IN {(NEW, CHANGED, UNCHANGED, CONFLICT, REJECTED)}"
        " ORDER BY w.indicator, f.who, f.day, w.item, f.option, f.row"
    )
    for (indicator, site, day), found in groupby(rows, lambda row: row[:3]):
        each = list(found)
        good = [
            row
            for row in each
            if row[12] in {NEW, CHANGED, UNCHANGED} and row[13] in {NEW, CHANGED, UNCHANGED}
        ]
        noted, beside = next(((row[4], row[6]) for row in good if row[6]), (0, ""))
        yield Group(
            indicator=by_id[indicator],
            site=site,
            on=date.fromordinal(day),
            rows=tuple(row[4] for row in good),
            line=min(row[5] for row in each),
            beside=Beside.of(beside),
            noted=noted,
            key=min((row[7] for row in good), default=""),
            pieces={
                breakdown: tuple(Piece(*row[8:12]) for row in some)
                for breakdown, some in groupby(good, lambda row: row[3])
            },
            changes=any(row[12] in {NEW, CHANGED} for row in good),
            is_whole=len(good) == len(each),
        )


def _noted(stage: Stage, ground: Ground) -> Iterator[tuple[str, int, str]]:
    """Yield what stays as it is and has another note, or something else beside it that is new.

    That is the measurement that is superseded, and of what does that the row and the indicator.
    """
    noted = "SELECT 1 FROM fact WHERE note <> '' AND state = ? LIMIT 1"
    if not (stage.tells_of({"measurement"}) and stage.db.execute(noted, (UNCHANGED,)).fetchone()):
        return
    for group in groups(stage, ground):
        if not group.noted or group.changes or not group.is_whole:
            continue
        known = stage.db.execute(
            "SELECT id, value, numerator, denominator, option, note, live FROM known WHERE slot = ?",
            (group.slot,),
        ).fetchall()
        beside = group.beside
        if group.indicator.kind is Kind.ORDINAL:
            beside = replace(beside, people=None)  # its levels tell
        stands = next((row for row in known if row[6]), None)
        if (
            stands is not None
            and all(row[5] is not None and beside.adds_to(Beside.of(row[5])) for row in known)
            and group.numbers(ground.today) == stands[1:5]
        ):
            yield stands[0], group.noted, group.indicator.id


def _misfits(stage: Stage, ground: Ground) -> Iterator[tuple[int, Reason]]:
    """Yield the rows that cannot stand beside each other: a measurement comes as a whole or not at all."""
    for group in groups(stage, ground):
        if not group.rows:
            continue
        if not group.is_whole:
            reason = Reason(key="row.part_rejected")
        else:
            try:
                group.assembled(ground.today)
            except DomainError as error:
                reason = Reason(key=error.key, params=error.params)
            else:
                continue
        yield from ((row, reason) for row in group.rows)


# --- Counting and showing -----------------------------------------------------------------------------------


def count(stage: Stage, reader: Reader, notes: tuple[Note, ...]) -> Totals:
    """Return what importing would do, counted."""
    db = stage.db
    states = stage.count()
    (ragged,) = db.execute(
        f"SELECT count(*) FROM entry WHERE state = {REJECTED} AND reasons LIKE '%\"row.ragged\"%'"
    ).fetchone()
    (keys,) = db.execute(
        f"SELECT count(DISTINCT key) FROM entry WHERE key <> '' AND +row < {GONE}"
    ).fetchone()
    gone, taken_back = stage.taken_back()
    targets = tuple(_targets(stage, reader))
    return Totals(
        rows=sum(states.values()) - gone,
        states={state: states[state] for state in RowState if states[state]},
        keys=keys,
        values=sum(one.values for one in targets),
        missing=sum(one.missing for one in targets),
        targets=targets,
        new_participants=len(stage.newcomers()),
        ragged=ragged,
        notes=notes,
        taken_back=taken_back,
    )


def _targets(stage: Stage, reader: Reader) -> Iterator[TargetTotals]:
    codes = {one.id: one.code for one in reader.ground.indicators.values()}
    absent: dict[tuple[int, str], dict[str, int]] = {}
    for target, indicator, said, number in stage.db.execute(
        "SELECT f.target, w.indicator, f.absent, count(*) FROM fact f JOIN entry e ON e.row = f.row"
        f" JOIN what w ON w.number = f.what WHERE f.state = {MISSING}"
        f" AND e.state IN ({NEW}, {CHANGED}, {UNCHANGED}, {MISSING}) GROUP BY 1, 2, 3"
    ):
        absent.setdefault((target, indicator), {})[said] = number
    found = {
        (target, indicator): (number, whole, rest, valued)
        for target, indicator, number, whole, rest, valued in stage.db.execute(
            "SELECT f.target, w.indicator, count(*), sum(f.value / 1000000), sum(f.value % 1000000),"
            " count(f.value) FROM fact f JOIN entry e ON e.row = f.row JOIN what w ON w.number = f.what"
            f" WHERE f.state IN {_COUNTS} AND e.state IN {_COUNTS} AND +f.row < {GONE} GROUP BY 1, 2"
        )
    }
    order = {one: (one[0], len(codes.get(one[1], "")), codes.get(one[1], "")) for one in (*found, *absent)}
    for target, indicator in sorted(order, key=lambda one: order[one]):
        number, whole, rest, valued = found.get((target, indicator), (0, None, None, 0))
        missing = absent.get((target, indicator), {})
        header = reader.targets[target].header
        total = "" if not valued else f"{whole + Decimal(rest) / MILLIONTHS:f}"
        yield TargetTotals(
            about=f"{header} {codes[indicator]}" if indicator in codes else header,
            values=number,
            missing=sum(missing.values()),
            missing_by_code=missing,
            total=total.rstrip("0").rstrip(".") if "." in total else total,
        )


def rows_of(
    mine: Path, mapping: Mapping, ground: Ground, state: RowState | None, page: int
) -> tuple[CheckedRow, ...]:
    """Return a page of the rows of a log in one state, in order of the file.

    Args:
        mine: the folder of the job.
        mapping: by which it was read.
        ground: to name indicators.
        state: None for all.
        page: from 1.
    """
    headers = {number: column.header for number, column in enumerate(targets_of(mapping))}
    codes = {one.id: one.code for one in ground.indicators.values()}
    stage = Stage(mine / STAGE)
    try:
        where, values = ("", ()) if state is None else ("WHERE state = ?", (STATES.index(state),))
        entries = stage.db.execute(
            f"SELECT row, line, state, reasons, question FROM entry {where} ORDER BY row LIMIT ? OFFSET ?",
            (*values, PAGE, PAGE * (max(page, 1) - 1)),
        ).fetchall()
        return tuple(_checked(stage, one, headers, codes) for one in entries)
    finally:
        stage.close()


def targets_of(mapping: Mapping) -> list[Any]:
    """Return the columns that say something, in the order in which facts count them."""
    return [column for column in mapping.columns if column.use in SAYS]


def _checked(
    stage: Stage, entry: tuple[Any, ...], headers: dict[int, str], codes: dict[str, str]
) -> CheckedRow:
    row, line, state, reasons, question = entry
    says = stage.db.execute(
        "SELECT f.target, w.indicator, f.who, f.day, f.value, f.numerator, f.denominator, f.option, f.known,"
        " f.state, w.subject FROM fact f JOIN what w ON w.number = f.what WHERE f.row = ? ORDER BY f.id",
        (row,),
    )
    return CheckedRow(
        number=row,
        line=line,
        state=STATES[state],
        reasons=tuple(Reason(**one) for one in json.loads(reasons or "[]")),
        says=tuple(_said(one, headers, codes) for one in says),
        question=question or "",
    )


def _said(one: tuple[Any, ...], headers: dict[int, str], codes: dict[str, str]) -> Said:
    target, indicator, who, day, value, numerator, denominator, option, known, state, subject = one
    before = json.loads(known) if known else None
    return Said(
        header=headers.get(target, ""),
        about=codes.get(indicator, "") if subject == "measurement" else who,
        on="" if day is None else date.fromordinal(day).isoformat(),
        value=_plainly(value, numerator, denominator, option),
        known="" if before is None else _plainly(*before[1:]),
        state=STATES[state],
        beside=before is None and state == CHANGED,
    )


def _plainly(value: int | None, numerator: int | None, denominator: int | None, option: str) -> str:
    """Return what a fact says: 12.5, 72 of 120, or the group and its number."""
    if numerator is not None and denominator is not None:
        said = f"{_decimal(numerator)}/{_decimal(denominator)}"
    else:
        said = "" if value is None else _decimal(value)
    return f"{option}: {said}" if option and said else option or said


def _decimal(millionths: int) -> str:
    return f"{measurable(Decimal(millionths) / MILLIONTHS):f}"


def error_rows(mine: Path, mapping: Mapping) -> Iterator[tuple[int, tuple[Reason, ...], list[str]]]:
    """Yield the rows that are rejected, or wait for a decision: line, reasons, and the cells as they came.

    The first is the header, on its line and without reasons. Last comes what an edited answer no longer says:
    on line 0, with its key alone. Nothing personal is given out again: the cells
    of a personal column, and cells with a personal number, are empty.
    """
    stage = Stage(mine / STAGE)
    try:
        wrong = {
            row: (key, tuple(Reason(**one) for one in json.loads(reasons or "[]")), question)
            for row, key, reasons, question in stage.db.execute(
                f"SELECT row, key, reasons, question FROM entry WHERE state IN ({REJECTED}, {CONFLICT})"
                " ORDER BY row"
            )
        }
    finally:
        stage.close()
    file, log = opened(mine, mapping)
    keys = [column.header for column in mapping.used(Use.KEY)]
    with file:
        header, rows = table_of(log, replace(mapping, sheet=mapping.sheet or log.tabs()[0].name))
        left_out = {column.header for column in mapping.used(Use.LEFT_OUT)}
        hidden = {
            at
            for at, name in enumerate(header.names)
            if personal_column(name) is not None and name in left_out
        }
        yield header.skipped + header.rows, (), list(header.names)
        for number, line, cells in rows:
            if number in wrong:
                _, reasons, question = wrong[number]
                why = reasons or ((Reason(key="row.conflict"),) if question else ())
                yield (
                    line,
                    why,
                    [
                        "" if at in hidden or personal_numbers(restored(cell)) else str(cell)
                        for at, cell in enumerate(cells or [])
                    ],
                )
        for number, (key, reasons, _) in wrong.items():
            if number >= GONE:
                known = dict(zip(keys, key.split(KEY_SIGN), strict=False))
                yield 0, reasons, [known.get(name, "") for name in header.names]
