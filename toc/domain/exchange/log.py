"""Logs: the readings in a table, what is wrong with its rows, and what an import would change."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from toc.domain.errors import DomainError
from toc.domain.exchange.cells import restored, safe_cell
from toc.domain.exchange.columns import Column, check_columns, number_columns, personal_columns
from toc.domain.exchange.files import Row, RowError, Table
from toc.domain.exchange.notation import DateOrder, NumberStyle, parse_date, parse_decimal, readings_of
from toc.domain.indicators import Kind, Reading, check_measured_on, measured
from toc.domain.privacy import personal_numbers

MISSING: Final = ("-", "n.v.t.", "nvt", "weet niet", "onbekend", "n/a", "na", "#N/A", "unknown", "---")
"""What people write where there is no number, next to nothing at all; codes such as 99 a user adds."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A reading from a row of a file."""

    row: int
    line: int
    reading: Reading
    note: str = ""
    source_key: str = ""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A row that says the same as an earlier row and is passed over."""

    row: int
    line: int
    first: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A column of which nobody can tell in which style its numbers are written: somebody has to say.

    Attributes:
        column: its header.
        example: the first cell with two meanings.
        meanings: the number that it is in each style.
    """

    column: str
    example: str
    meanings: Mapping[NumberStyle, Decimal]


@dataclass(frozen=True, slots=True)
class Log:
    """What a table says about one indicator.

    Attributes:
        rows: the readings, in order of the file, one per day.
        errors: in order of the file; with any of them nothing is imported.
        missing: rows without a number. Missing is not zero: they give no reading.
        repeated: rows that are passed over.
        asks: columns whose style the user has to confirm.
    """

    rows: tuple[ReadRow, ...]
    errors: tuple[RowError, ...]
    missing: int
    repeated: tuple[Repeated, ...]
    asks: tuple[Ask, ...]


# --- The style of numbers -----------------------------------------------------------------------------------


def suggest_style(cells: Iterable[str]) -> NumberStyle | None:
    """Return the style in which more of the cells are numbers, or None when that does not tell."""
    fits = [tuple(readings_of(cell)) for cell in cells]
    dutch, english = (sum(found == (style,) for found in fits) for style in NumberStyle)
    if dutch == english:
        return None
    return NumberStyle.DUTCH if dutch > english else NumberStyle.ENGLISH


def _ask(header: str, cells: Iterable[str]) -> Ask | None:
    """Return the question if a cell is another number in each style, and no cell tells which one is meant."""
    example: Ask | None = None
    for cell in cells:
        meanings = readings_of(cell)
        if len(meanings) == 1:
            return None
        if example is None and len(set(meanings.values())) > 1:
            example = Ask(header, cell, meanings)
    return example


def asks(table: Table, columns: Mapping[Column, int], kind: Kind) -> tuple[Ask, ...]:
    """Return the questions that a user has to answer before the numbers can be read."""
    positions = [columns[column] for column in number_columns(kind)]
    found = (_ask(table.headers[at], (restored(row.cells[at]) for row in table.rows)) for at in positions)
    return tuple(ask for ask in found if ask is not None)


# --- Rows ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one row after the other, each by itself."""

    headers: tuple[str, ...]
    columns: Mapping[Column, int]
    kind: Kind
    style: NumberStyle
    order: DateOrder
    missing: frozenset[str]
    today: date

    def read(self, row: Row) -> ReadRow | list[RowError] | None:
        """Return the reading, what is wrong, or None for a row without a number."""
        texts = {column: restored(row.cells[at]) for column, at in self.columns.items()}
        if personal := [column for column, text in texts.items() if personal_numbers(text)]:
            return [self._personal(row, column, texts[column]) for column in personal]
        numbers = number_columns(self.kind)
        absent = [column for column in numbers if texts[column].strip().casefold() in self.missing]
        if len(absent) == len(numbers):
            return None
        errors = [self._error(row, column, DomainError("measurement.pair_half")) for column in absent]
        on: date | None = None
        values: dict[str, Decimal] = {}
        for column in (Column.ON, *numbers):
            if column in absent:
                continue
            try:
                if column is Column.ON:
                    on = check_measured_on(parse_date(texts[column], self.order), self.today)
                else:
                    values[column.value] = parse_decimal(texts[column], self.style)
            except DomainError as error:
                errors.append(self._error(row, column, error))
        if errors or on is None:
            return errors
        try:
            reading = measured(self.kind, on=on, today=self.today, **values)
        except DomainError as error:
            return [self._error(row, numbers[0], error)]
        return ReadRow(
            row.number,
            row.line,
            reading,
            note=texts.get(Column.NOTE, ""),
            source_key=texts.get(Column.SOURCE_KEY, "").strip(),
        )

    def _personal(self, row: Row, column: Column, text: str) -> RowError:
        header = self.headers[self.columns[column]]
        kind = personal_numbers(text)[0].kind
        return RowError(row.number, row.line, header, "row.personal", {"kind": kind})

    def _error(self, row: Row, column: Column, error: DomainError) -> RowError:
        at = self.columns[column]
        return RowError(
            row.number, row.line, self.headers[at], error.key, error.params, original=row.cells[at]
        )


def read(
    table: Table,
    columns: Mapping[Column, int],
    *,
    kind: Kind,
    style: NumberStyle,
    today: date,
    order: DateOrder = DateOrder.DAY_FIRST,
    missing: Collection[str] = MISSING,
    left_out: Collection[int] = (),
) -> Log:
    """Return the readings of a table, and everything that is wrong with it.

    Nothing personal comes in. A column of citizen service numbers refuses the whole file. Another personal
    column can only be left out, and the user says so. A personal number in a cell that is used is an error of
    its row.

    Two rows of one day: when they say the same the second is passed over, else it is an error. So is a source
    key on two days.

    Args:
        table: the file.
        columns: position from 0 of each column that is used (`check_columns`), confirmed by the user.
        kind: of the indicator.
        style: of all numbers in the file, confirmed by the user.
        today: the last day that a value can be of, inclusive.
        order: of dates that do not start with the year.
        missing: what stands where there is no number, small and capital letters alike; nothing at all and
            spaces are always missing.
        left_out: positions of the personal columns that the user agreed to leave out.

    Raises:
        DomainError: ``import.bsn``, ``import.personal`` (a column to be left out), and what `check_columns`
            refuses.
    """
    check_columns(table, columns, kind)
    _check_privacy(table, columns, left_out)
    reader = _Reader(
        headers=table.headers,
        columns=columns,
        kind=kind,
        style=style,
        order=order,
        missing=frozenset(("", *(code.strip().casefold() for code in missing))),
        today=today,
    )
    rows: list[ReadRow] = []
    errors = list(table.errors)
    without = 0
    for row in table.rows:
        found = reader.read(row)
        if found is None:
            without += 1
        elif isinstance(found, ReadRow):
            rows.append(found)
        else:
            errors += found
    kept, repeated, conflicts = _once_a_day(rows, reader)
    return Log(
        rows=kept,
        errors=tuple(sorted([*errors, *conflicts], key=lambda error: error.row)),
        missing=without,
        repeated=repeated,
        asks=asks(table, columns, kind),
    )


def _check_privacy(table: Table, columns: Mapping[Column, int], left_out: Collection[int]) -> None:
    used = set(columns.values())
    for column in personal_columns(table):
        if column.refused:
            raise DomainError("import.bsn", column=column.header)
        # In a column that is used, single cells are errors of their rows; its name condemns the whole.
        if column.by_name if column.position in used else column.position not in left_out:
            raise DomainError("import.personal", column=column.header, kind=column.kind)


def _once_a_day(
    rows: Iterable[ReadRow], reader: _Reader
) -> tuple[tuple[ReadRow, ...], tuple[Repeated, ...], list[RowError]]:
    by_day: dict[date, ReadRow] = {}
    by_key: dict[str, ReadRow] = {}
    repeated: list[Repeated] = []
    conflicts: list[RowError] = []

    def conflict(row: ReadRow, column: Column, key: str, first: int) -> None:
        header = reader.headers[reader.columns[column]]
        conflicts.append(RowError(row.row, row.line, header, key, {"first": first, "on": row.reading.on}))

    for row in rows:
        same_key = by_key.setdefault(row.source_key, row) if row.source_key else row
        if same_key.reading.on != row.reading.on:
            conflict(row, Column.SOURCE_KEY, "row.key_twice", same_key.row)
            continue
        same_day = by_day.setdefault(row.reading.on, row)
        if same_day.reading != row.reading:
            conflict(row, Column.ON, "row.day_twice", same_day.row)
        elif same_day is not row:
            repeated.append(Repeated(row.row, row.line, same_day.row))
    return tuple(by_day.values()), tuple(repeated), conflicts


# --- What an import would change ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A row that says something else than what is known of its day: a correction, which supersedes it."""

    row: ReadRow
    known: Reading


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. The same file a second time is all `unchanged`."""

    new: tuple[ReadRow, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[ReadRow, ...]


def compare(existing: Mapping[date, Reading], incoming: Iterable[ReadRow]) -> Plan:
    """Return what the rows would change in the readings that count now, by their day.

    A day that the file does not name stays as it is. The same share of another whole is a change.
    """
    new: list[ReadRow] = []
    changed: list[Change] = []
    unchanged: list[ReadRow] = []
    for row in incoming:
        known = existing.get(row.reading.on)
        if known is None:
            new.append(row)
        elif known == row.reading:
            unchanged.append(row)
        else:
            changed.append(Change(row, known))
    return Plan(tuple(new), tuple(changed), tuple(unchanged))


def error_csv(
    table: Table, errors: Iterable[RowError], *, labels: tuple[str, str], say: Callable[[RowError], str]
) -> str:
    """Return the rows at fault as a CSV text that is safe to open: line, reasons, and the row as it came.

    Nothing personal is written out again: the cells of a personal column, and cells with a personal number,
    are empty.

    Args:
        table: the file.
        errors: of its rows; those of one row are put together.
        labels: headers of the two columns in front: line and reason.
        say: makes the sentence of an error.

    Returns:
        Text with the delimiter of the file and CRLF line ends; no byte order mark.
    """
    reasons: dict[int, list[str]] = {}
    for error in errors:
        reasons.setdefault(error.row, []).append(say(error))
    hidden = {column.position for column in personal_columns(table) if column.by_name}
    every = {row.number: row for row in (*table.rows, *table.ragged)}
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=table.delimiter)
    writer.writerow(safe_cell(text) for text in (*labels, *table.headers))
    for number, sentences in sorted(reasons.items()):
        row = every[number]
        cells = (
            "" if at in hidden or personal_numbers(restored(cell)) else safe_cell(restored(cell))
            for at, cell in enumerate(row.cells)
        )
        writer.writerow([str(row.line), safe_cell(" ".join(sentences)), *cells])
    return written.getvalue()
