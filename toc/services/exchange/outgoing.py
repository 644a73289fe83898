"""Outgoing: results, measurements and participants as tables, with everything suppressed that is.

Who does not work with the numbers gets them as the pages show them: what is suppressed there is not in these
rows either (`toc.services.indicators.results`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any, BinaryIO, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.exchange.cells import restored, safe_cell
from toc.domain.exchange.outgoing import (
    COLUMNS,
    MEASUREMENTS_SEEN,
    Column,
    Table,
    event_name,
    group_name,
    instrument_names,
    score_name,
    value_name,
)
from toc.domain.exchange.tables import Cell, Say, Share, Word, csv_text, plain
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import Definition, Kind, Reading, RolledUp, SiteReading, SmallNumbers, roll_up
from toc.domain.indicators.breakdowns import LEVEL, UNKNOWN, Part
from toc.domain.indicators.seeing import Cell as SeenCell
from toc.domain.indicators.seeing import Split, see_days, see_groups, see_sites
from toc.domain.participants import TOTAL, Subject
from toc.domain.programmes import Language
from toc.models.goals import Goal
from toc.models.indicators import Indicator, LogImport, Measurement
from toc.models.participants import Cohort, Instrument, Observation, Participant, Site
from toc.models.programmes import Programme
from toc.services.errors import NotFound
from toc.services.indicators.closing import NOTHING_CLOSED, Closed, with_closed
from toc.services.indicators.counted import counts
from toc.services.indicators.reading import open_on, sites
from toc.services.indicators.results import ResultRow, parts_of, results
from toc.services.indicators.values import Measured
from toc.services.indicators.whole import measured_rows
from toc.services.observed import live

MOST_ROWS: Final = 1_048_575
"""Rows below the headers that a sheet has room for. Source: Microsoft, Excel specifications and limits."""

_FIRST_DAY: Final = date(1900, 3, 1)
"""Before it spreadsheets count days otherwise than calendars do."""

_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asked for.

    Attributes:
        table: which.
        indicator_id: of one indicator alone; None: of all.
        since, until: the first and the last day, both included; None: no bound.

    Raises:
        DomainError: ``export.period_order``, with ``field``.
    """

    table: Table
    indicator_id: UUID | None = None
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise DomainError("export.period_order", field="until")

    def has(self, on: date) -> bool:
        """Tell whether a day is in the period."""
        return (self.since is None or on >= self.since) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A table that goes out.

    Attributes:
        columns: those with a fixed name.
        more: names of the columns after those.
        rows: to be read once, while the session is open.
        small: what the reader sees of small groups; None where nothing is counted.
    """

    programme: Programme
    wanted: Wanted
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Cell, ...]]
    more: tuple[str, ...] = ()
    small: SmallNumbers | None = None

    def headers(self, language: Language) -> list[str]:
        """Return the names of all columns in a language."""
        return [*(column.header(language) for column in self.columns), *self.more]

    @property
    def is_suppressed(self) -> bool:
        """Whether numbers about few people may be left out."""
        return self.small is not None and not self.small.sees_all


def export(session: Session, act: Act, wanted: Wanted) -> Export:
    """Return what somebody asked for, in a fixed number of statements.

    Args:
        session: of a programme; open as long as rows are read.
        act: who and when. Whether they may see participants was decided before.
        wanted: which table, of what.

    Raises:
        NotFound: there is no such indicator in this programme, or its goal is hidden from this reader.
    """
    match wanted.table:
        case Table.PARTICIPANTS:
            return _participants(session, wanted)
        case Table.OBSERVATIONS:
            return _observations(session, act, wanted)
        case _:
            return _numbers(session, act, wanted)


# --- Results and measurements -------------------------------------------------------------------------------


def _numbers(session: Session, act: Act, wanted: Wanted) -> Export:
    found = results(session, act)
    if found.small.sees_all and wanted.until is not None and wanted.until < act.on:
        # For others what is suppressed rests on all days: as of another day it would be something else.
        act = replace(act, on=wanted.until)
        found = results(session, act)
    rows = [row for row in found.rows if wanted.indicator_id in {None, row.id}]
    if wanted.indicator_id is not None and not rows:
        raise NotFound
    made = Export(
        programme=found.programme,
        wanted=wanted,
        columns=COLUMNS[wanted.table],
        rows=(),
        small=found.small,
    )
    currency = found.programme.currency
    if wanted.table is Table.RESULTS:
        return replace(made, rows=[_result(row, currency) for row in rows])
    measured = _measured(session, act, wanted)
    if found.small.sees_all:
        measured = {
            id_: [one for one in each if wanted.has(one.reading.on)] for id_, each in measured.items()
        }
        write = _measurements if wanted.table is Table.MEASUREMENTS else _parts
        return replace(made, rows=list(write(rows, measured, currency)))
    places = sites(session) if any(one.site_id for each in measured.values() for one in each) else ()
    views = [
        _View(
            row,
            found.small,
            measured.get(row.id, []),
            places,
            currency,
            found.closings.get(row.id, NOTHING_CLOSED),
        )
        for row in rows
    ]
    if wanted.table is Table.GROUPS:
        seen = [line for view in views for line in view.groups(wanted)]
    else:
        made = replace(made, columns=MEASUREMENTS_SEEN)
        seen = [line for view in views for line in view.measurements(wanted)]
    return replace(made, rows=seen)


def _measured(session: Session, act: Act, wanted: Wanted) -> dict[UUID, list[Measured]]:
    """Return what counts, by indicator and earliest first."""
    where: list[ColumnElement[bool]] = [counts(), Measurement.on <= act.on]
    if wanted.indicator_id is not None:
        where.append(Measurement.indicator_id == wanted.indicator_id)
    found: dict[UUID, list[Measured]] = {}
    rows = session.execute(
        select(Measurement.id, Measurement.indicator_id).where(
            Measurement.programme_id == session.info["programme_id"], *where
        )
    )
    whose: dict[UUID, UUID] = {row.id: row.indicator_id for row in rows}
    for one in reversed(measured_rows(session, *where)):
        found.setdefault(whose[one.id], []).append(one)
    return found


def _unit(definition: Definition, currency: str) -> str:
    if definition.kind is Kind.PROPORTION:
        return "%"
    return currency if definition.kind is Kind.MONEY else definition.unit


def _amount(value: Decimal | None, definition: Definition) -> Cell:
    return Share(value) if value is not None and definition.kind is Kind.PROPORTION else value


def _result(row: ResultRow, currency: str) -> tuple[Cell, ...]:
    definition, standing = row.definition, row.standing
    latest, judged, target = standing.latest, standing.judgement, definition.target
    reading = None if latest is None else latest.cell.reading
    hidden = latest is not None and latest.cell.is_hidden
    actual = Word.HIDDEN if hidden else None if reading is None else _amount(reading.value, definition)
    return (
        row.code,
        definition.name,
        row.goal_code,
        row.goal_wording,
        row.level,
        _unit(definition, currency),
        _amount(definition.baseline_value, definition),
        definition.baseline_on,
        None if target is None else _amount(target.value, definition),
        None if target is None else target.on,
        actual,
        None if reading is None else reading.numerator,
        None if reading is None else reading.denominator,
        None if latest is None else latest.on,
        _amount(judged.expected, definition),
        judged.status,
        judged.due_on,
        row.rung,
    )


def _counted(reading: Reading, definition: Definition, currency: str) -> tuple[Cell, ...]:
    """Return value, unit, numerator, denominator and share."""
    unit = _unit(definition, currency)
    if reading.numerator is not None:
        return None, unit, reading.numerator, reading.denominator, Share(reading.value)
    in_words = definition.kind in {Kind.ORDINAL, Kind.NARRATIVE}
    return None if in_words else reading.value, unit, None, None, None


def _median(value: Decimal, definition: Definition) -> Cell:
    place = int(value)
    return definition.levels[place - 1] if 0 < place <= len(definition.levels) else place


def _measurements(
    rows: Sequence[ResultRow], measured: Mapping[UUID, Sequence[Measured]], currency: str
) -> Iterator[tuple[Cell, ...]]:
    """Yield everything that counts, for who sees it all."""
    for row in rows:
        definition = row.definition
        for one in measured.get(row.id, ()):
            is_ordinal = definition.kind is Kind.ORDINAL
            yield (
                one.reading.on,
                row.code,
                definition.name,
                one.site or None,
                *_counted(one.reading, definition, currency),
                _median(one.reading.value, definition) if is_ordinal else None,
                _levels(one) or None,
                one.narrative or None,
                one.people,
                one.missing,
                one.starts_on,
                one.note or None,
                one.state,
                one.edition,
            )


def _levels(one: Measured) -> str:
    """Return how many people are on each level, as the import reads it: "1: 3; 2: 12"."""
    return "; ".join(f"{level}: {people}" for level, people in enumerate(one.levels, start=1))


def _parts(
    rows: Sequence[ResultRow], measured: Mapping[UUID, Sequence[Measured]], currency: str
) -> Iterator[tuple[Cell, ...]]:
    """Yield every group and level, for who sees them all."""
    for row in rows:
        names = _group_names(row.definition)
        for one in measured.get(row.id, ()):
            for part in one.parts:
                breakdown, group = names.get((part.breakdown, part.option), (part.breakdown, part.option))
                yield (
                    one.reading.on,
                    row.code,
                    row.definition.name,
                    one.site or None,
                    breakdown,
                    group,
                    *_of_part(part, row.definition, currency),
                )


def _of_part(part: Part, definition: Definition, currency: str) -> tuple[Cell, ...]:
    unit = _unit(definition, currency)
    if part.numerator is None:
        return part.value, unit, None, None, None
    return None, unit, part.numerator, part.denominator, Share(part.value) if part.denominator else None


def _group_names(definition: Definition) -> dict[tuple[str, str], tuple[Cell, Cell]]:
    """Return the names of breakdown and group by their keys."""
    names: dict[tuple[str, str], tuple[Cell, Cell]] = {
        (LEVEL, str(place)): (Word.LEVEL, level) for place, level in enumerate(definition.levels, start=1)
    }
    for one in definition.breakdowns:
        names |= {(one.key, option.key): (one.name, option.name) for option in one.options}
        names[one.key, UNKNOWN] = (one.name, Word.UNKNOWN)
    return names


class _View:
    """What somebody sees of an indicator who does not see all."""

    def __init__(
        self,
        row: ResultRow,
        small: SmallNumbers,
        measured: Sequence[Measured],
        places: Sequence[Site],
        currency: str,
        closings: Closed,
    ) -> None:
        self._row = row
        self._small = small
        self._currency = currency
        self._places = {place.id: place.name for place in places}
        self._by_day = {on: list(each) for on, each in groupby(measured, key=lambda one: one.reading.on)}
        self._readings: dict[date, list[SiteReading]] = {
            on: [one.at_site for one in each] for on, each in self._by_day.items()
        }
        kind = row.definition.kind
        self._totals: dict[date, RolledUp] = {
            on: roll_up(kind, each, open_on(places, on) if any(one.site is not None for one in each) else ())[
                0
            ]
            for on, each in self._readings.items()
        }
        self._days = see_days(small, row.definition, with_closed(self._totals.values(), closings))

    def measurements(self, wanted: Wanted) -> Iterator[tuple[Cell, ...]]:
        """Yield the days of the whole, and of its sites."""
        row = self._row
        if row.definition.kind is Kind.NARRATIVE:
            return  # words are for who works with them
        at_sites = see_sites(self._small, row.definition, self._days, self._readings, self._places)
        for day in self._days:
            if not wanted.has(day.on):
                continue
            yield self._line(day.on, None, day.cell)
            for name, cell in _of_day(at_sites, day.on):
                yield self._line(day.on, name, cell)

    def _line(self, on: date, site: str | None, cell: SeenCell) -> tuple[Cell, ...]:
        definition = self._row.definition
        start: tuple[Cell, ...] = (on, self._row.code, definition.name, site)
        if cell.reading is None:
            said = Word.HIDDEN if cell.is_hidden else None
            return (*start, said, _unit(definition, self._currency), None, None, None, None)
        is_ordinal = definition.kind is Kind.ORDINAL
        median = _median(cell.reading.value, definition) if is_ordinal else None
        return (*start, *_counted(cell.reading, definition, self._currency), median)

    def groups(self, wanted: Wanted) -> Iterator[tuple[Cell, ...]]:
        """Yield the groups of the whole, and the people on each level."""
        row = self._row
        parts = {
            on: parts_of(row.definition.kind, self._totals[on], each) for on, each in self._by_day.items()
        }
        splits = see_groups(self._small, row.definition, self._days, parts)
        for day in self._days:
            if not wanted.has(day.on):
                continue
            for place, people in enumerate(day.levels, start=1):
                start = (day.on, row.code, row.definition.name, None, Word.LEVEL)
                level = _median(Decimal(place), row.definition)
                said: Cell = Word.HIDDEN if people is None else people
                yield (*start, level, said, row.definition.unit, None, None, None)
            for split in splits:
                for name, cell in _of_day(split, day.on):
                    yield self._group(day.on, split, name, cell)

    def _group(self, on: date, split: Split, name: str, cell: SeenCell) -> tuple[Cell, ...]:
        line = self._line(on, None, cell)
        return (*line[:4], split.name, name or Word.UNKNOWN, *line[4:9])


def _of_day(split: Split | None, on: date) -> Iterator[tuple[str, SeenCell]]:
    """Yield the groups of a day that have a value, or a suppressed one."""
    if split is None or on not in split.days:
        return
    place = split.days.index(on)
    for group in split.groups:
        cell = group.cells[place]
        if cell.reading is not None or cell.is_hidden:
            yield group.name, cell


# --- Participants -------------------------------------------------------------------------------------------


def _programme(session: Session) -> Programme:
    return session.get_one(Programme, session.info["programme_id"])


def _participants(session: Session, wanted: Wanted) -> Export:
    rows = session.execute(
        select(Participant, Cohort.name, Site.name)
        .outerjoin(Participant.cohort)
        .outerjoin(Participant.site)
        .where(Participant.programme_id == session.info["programme_id"])
        .order_by(Participant.code)
    ).all()
    keys = sorted({key for row, _, _ in rows for key in row.groups})
    return Export(
        programme=_programme(session),
        wanted=wanted,
        columns=COLUMNS[Table.PARTICIPANTS],
        more=tuple(map(group_name, keys)),
        rows=[
            (
                row.code,
                cohort,
                site,
                row.arm.value,
                row.entered_on,
                row.left_on,
                *(row.groups.get(key) for key in keys),
            )
            for row, cohort, site in rows
        ],
    )


def _observations(session: Session, act: Act, wanted: Wanted) -> Export:
    programme_id = session.info["programme_id"]
    where = [Observation.programme_id == programme_id, live()]
    if wanted.since is not None:
        where.append(Observation.on >= wanted.since)
    if wanted.until is not None:
        where.append(Observation.on <= wanted.until)
    codes = _codes(session, act)
    instruments = instrument_names(
        (one.name, one.version, one.id.hex)
        for one in session.scalars(select(Instrument).where(Instrument.programme_id == programme_id))
    )
    kinds = session.execute(
        select(
            Observation.subject,
            Observation.item,
            Observation.instrument_id,
            Observation.indicator_id,
            Observation.moment,
        )
        .where(*where)
        .distinct()
    ).all()
    names = sorted({name for kind in kinds if (name := _name(kind, codes, instruments))})
    return Export(
        programme=_programme(session),
        wanted=wanted,
        columns=COLUMNS[Table.OBSERVATIONS],
        more=tuple(names),
        rows=_visits(session, where, names, codes, instruments),
    )


def _codes(session: Session, act: Act) -> dict[UUID, str]:
    """Return the codes of the indicators that somebody may see."""
    query = (
        select(Indicator.id, Indicator.code)
        .join(Indicator.goal)
        .where(Indicator.programme_id == session.info["programme_id"])
    )
    if not sees_hidden(act.roles):
        query = query.where(Goal.released.is_(True))
    return {id_: code(CodeKind.INDICATOR, number) for id_, number in session.execute(query)}


def _name(row: Any, codes: Mapping[UUID, str], instruments: Mapping[str, str]) -> str:  # noqa: ANN401 - a row
    """Return the name of the column that an observation stands in; "" for one that may not be seen."""
    match row.subject:
        case Subject.SCORE:
            return score_name(instruments[row.instrument_id.hex], row.item or TOTAL, row.moment)
        case Subject.VALUE:
            return value_name(codes.get(row.indicator_id, ""))
        case _:
            return event_name(row.subject, row.item)


_Visit = tuple[date, str, dict[str, Cell], list[str]]
"""The day, the key, what was observed by column, and the notes."""


def _visits(
    session: Session,
    where: Sequence[ColumnElement[bool]],
    names: Sequence[str],
    codes: Mapping[UUID, str],
    instruments: Mapping[str, str],
) -> Iterator[tuple[Cell, ...]]:
    """Yield a row per participant, day and key: what one answer brought stands together.

    Each row has a key, so that an empty cell of a row that comes back says nothing about another row.
    """
    found = session.execute(
        select(
            Participant.code,
            Observation.on.label("on"),
            Observation.subject,
            Observation.item,
            Observation.instrument_id,
            Observation.indicator_id,
            Observation.moment,
            Observation.value,
            Observation.note,
            Observation.source_key,
            LogImport.log_source_id,
        )
        .join(Observation.participant)
        .outerjoin(Observation.log_import)
        .where(*where)
        .order_by(Participant.code, Observation.on, Observation.source_key, Observation.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for participant, rows in groupby(found, key=lambda row: row.code):
        for number, (on, key, cells, notes) in enumerate(_of_person(rows, codes, instruments), start=1):
            note = "; ".join(dict.fromkeys(notes)) or None
            known = key or f"{participant} {on.isoformat()} {number}"
            yield (participant, on, known, note, *(cells.get(name) for name in names))


def _of_person(
    rows: Iterable[Any], codes: Mapping[UUID, str], instruments: Mapping[str, str]
) -> list[_Visit]:
    """Return the visits of one participant.

    The day of an event stands in its own column, so that it may share a row with scores of another day that
    the same answer brought. A key stands once: it is that of a row of a file.
    """
    visits: list[_Visit] = []
    for row in sorted(rows, key=lambda row: row.subject not in {Subject.SCORE, Subject.VALUE}):
        name = _name(row, codes, instruments)
        if not name:
            continue
        key = row.source_key if row.log_source_id is None else ""
        is_event = row.value is None
        visit = next(
            (one for one in visits if _fits(one, name, key, row.on, any_day=is_event and bool(key))), None
        )
        if visit is None:
            taken = any(one[1] == key for one in visits)
            visit = (row.on, "" if taken else key, {}, [])
            visits.append(visit)
        visit[2][name] = row.on if is_event else row.value
        if row.note:
            visit[3].append(row.note)
    return sorted(visits, key=lambda one: one[:2])


def _fits(visit: _Visit, name: str, key: str, on: date, *, any_day: bool) -> bool:
    """Tell whether something may stand in a row: it is of the same answer, and of the same day."""
    return visit[1] == key and (any_day or visit[0] == on) and name not in visit[2]


# --- As files -----------------------------------------------------------------------------------------------


def write_csv(made: Export, stream: BinaryIO, language: Language, say: Say) -> None:
    """Write a table as a CSV file for a reader of one language."""
    stream.writelines(line.encode() for line in csv_text(made.headers(language), made.rows, language, say))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What the first sheet of a workbook says.

    Attributes:
        name: of that sheet.
        data: name of the sheet with the table.
        lines: (what, its explanation).
    """

    name: str
    data: str
    lines: Sequence[tuple[str, str]]


def write_workbook(
    made: Export, stream: BinaryIO, language: Language, say: Say, explained: Explained
) -> None:
    """Write a table as a workbook with true numbers, days and percentages, after a sheet that explains it.

    No text is ever a formula or a link, also when somebody edits its cell.

    Raises:
        DomainError: ``export.too_long``, with ``most``.
    """
    with Workbook(stream, WORKBOOK) as book:
        looks = Looks(book, language)
        first = book.add_worksheet(explained.name)
        first.set_column(0, 0, 32)
        first.set_column(1, 1, 100, looks.wrapped)
        for place, (what, said) in enumerate(explained.lines):
            looks.text(first, place, 0, what, looks.bold)
            looks.text(first, place, 1, said, looks.wrapped)
        page = book.add_worksheet(explained.data)
        headers = made.headers(language)
        page.freeze_panes(1, 0)
        page.set_column(0, len(headers) - 1, 16)
        for column, header in enumerate(headers):
            looks.text(page, 0, column, header, looks.bold)
        for number, row in enumerate(made.rows, start=1):
            if number > MOST_ROWS:
                raise DomainError("export.too_long", most=MOST_ROWS)
            for column, cell in enumerate(row):
                looks.cell(page, number, column, cell, say)


WORKBOOK: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Of every workbook that is written: text stays text, and little is held in memory."""


class Looks:
    """How cells are written."""

    def __init__(self, book: Workbook, language: Language = Language.EN) -> None:
        self._language = language
        self.bold: Format = book.add_format({"bold": True})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self._share = book.add_format({"num_format": "0.0##%"})
        self._day = book.add_format({"num_format": "dd-mm-yyyy" if language is Language.NL else "yyyy-mm-dd"})
        self._kept = book.add_format({"quote_prefix": True})

    def text(self, page: Worksheet, row: int, column: int, text: str, look: Format | None = None) -> None:
        """Write text; one that could be a formula is marked as text for good."""
        safe = safe_cell(text) == text
        if restored(text) != text:  # the import would take its own quote for ours
            text = safe_cell(text)
        page.write_string(row, column, text, look if safe else self._kept)

    def cell(self, page: Worksheet, row: int, column: int, cell: Cell, say: Say) -> None:
        """Write a cell as what it is."""
        match cell:
            case None:
                return
            case Share():
                page.write_number(row, column, float(cell.value), self._share)
            case int() | Decimal() if _is_exact(cell):
                page.write_number(row, column, float(cell))
            case int() | Decimal():
                self.text(page, row, column, plain(Decimal(cell), self._language))
            case date() if cell >= _FIRST_DAY:
                page.write_datetime(row, column, cell, self._day)
            case _:
                self.text(page, row, column, _words(cell, say))


def _is_exact(number: int | Decimal) -> bool:
    """Tell whether a workbook can keep a number whole: with more than 15 digits it may not."""
    return Decimal(f"{float(number):.15G}") == number


def _words(cell: Cell, say: Say) -> str:
    if isinstance(cell, StrEnum):
        return say(cell)
    return str(cell)
