"""Files: from the bytes of a CSV file to a table whose rows know their line. Nothing is mended silently."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Final

from toc.domain.errors import DomainError
from toc.domain.exchange.cells import restored

MOST_BYTES: Final = 20 * 2**20
"""Bytes that a file may have: a log of 200,000 rows has 17 MB."""

MOST_ROWS: Final = 200_000
"""Rows that a table may have."""

MOST_COLUMNS: Final = 2_000
"""Columns that a table may have."""

MOST_IN_CELL: Final = 100_000
"""Characters that one cell may have; a longer one is most often a quote that was never closed."""

DELIMITERS: Final = (",", ";", "\t")
"""What may part the cells of a row."""

_LOOKED_AT = 100  # rows that tell the delimiter
_FEWEST_COLUMNS = 2  # a value and its day
SEP_LINE = re.compile(r'"?sep=(.)"?(?:\r\n|\r|\n)', re.IGNORECASE)
_OTHER_FILES = {
    b"PK\x03\x04": "file.is_spreadsheet",
    b"\xd0\xcf\x11\xe0": "file.is_spreadsheet",
    b"%PDF": "file.is_pdf",
}
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was noticed and does not stop the import: a key and what its sentence names."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file.

    Attributes:
        text: all of it, without byte order mark; line ends as they were.
        encoding: ``utf-8``, ``utf-8-sig``, ``utf-16`` or ``cp1252``.
        notes: ``file.read_as_cp1252`` when the encoding is an assumption that somebody should look at.
    """

    text: str
    encoding: str
    notes: tuple[Note, ...] = ()


def _encodings(content: bytes) -> tuple[str, ...]:
    """Return the encodings that may be tried, in order; none for one that nobody uses for tables."""
    if content.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if content.startswith(_UTF_32):  # begins like UTF-16
        return ()
    return ("utf-16",) if content.startswith(_UTF_16) else ("utf-8", "cp1252")


def decode(content: bytes) -> Decoded:
    """Return the text of a file, or refuse it; a character is never replaced.

    A byte order mark is believed. Else the file is UTF-8 when all of it is valid UTF-8, which no text with
    accents in another encoding is by chance; else it is read as Windows-1252, with a note.

    Raises:
        DomainError: ``file.too_large``, ``file.empty``, ``file.is_spreadsheet``, ``file.is_pdf``,
            ``file.encoding_unknown``, ``file.nul``.
    """
    if len(content) > MOST_BYTES:
        raise DomainError("file.too_large", most=MOST_BYTES)
    for start, key in _OTHER_FILES.items():
        if content.startswith(start):
            raise DomainError(key)
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise DomainError("file.empty")
        if "\0" in text:
            raise DomainError("file.nul")
        return Decoded(text, encoding, (Note("file.read_as_cp1252"),) if encoding == "cp1252" else ())
    raise DomainError("file.encoding_unknown")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it came.

    Attributes:
        number: counts the rows below the header from 1.
        line: of the file, from 1, where the row begins; a cell may hold line ends.
        cells: as they came; `Table.cells` of them unless the row is ragged.
    """

    number: int
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows.

    Attributes:
        headers: names of the columns; a repeated name got a number: "note", "note (2)".
        rows: those with as many cells as the header, in order.
        ragged: those with more or fewer.
        delimiter: what parts the cells.
        notes: ``table.sep_line``, ``table.header_repeated``, ``table.rows_empty``.
    """

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    ragged: tuple[Row, ...]
    delimiter: str
    notes: tuple[Note, ...] = ()


READER_SAYS = {
    "unexpected end of data": "table.quote_unclosed",
    "field larger than field limit": "table.cell_too_long",
}


def _records(text: str, delimiter: str, before: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each record begins, and its cells; lines with nothing are passed over.

    Args:
        text: with the line ends of the file.
        delimiter: one of `DELIMITERS`.
        before: lines of the file before the text.

    Raises:
        DomainError: ``table.quote_unclosed``, ``table.cell_too_long``, ``table.quote_misplaced``, with the
            line on which the record begins.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            keys = (key for said, key in READER_SAYS.items() if said in str(error))
            raise DomainError(next(keys, "table.quote_misplaced"), line=line) from error
        if cells is None:
            return
        if any(len(cell) > MOST_IN_CELL for cell in cells):
            raise DomainError("table.cell_too_long", line=line)
        if cells:
            yield line, cells


def find_delimiter(text: str) -> str:
    """Return the delimiter under which most rows have as many cells as the header, which has at least two.

    How often a sign occurs says nothing: a decimal comma is frequent too. Of equally good ones that which
    gives more columns is taken.

    Raises:
        DomainError: ``table.delimiter_unknown`` when none or several are as good; why the header cannot be
            read when it cannot with any.
    """
    found: dict[str, tuple[Fraction, int]] = {}
    broken: DomainError | None = None
    for delimiter in DELIMITERS:
        sample: list[list[str]] = []
        try:
            sample.extend(cells for _, cells in islice(_records(text, delimiter), _LOOKED_AT))
        except DomainError as error:
            # Perhaps only this delimiter is wrong; the rows before the fault still count.
            broken = error
        if sample and len(sample[0]) >= _FEWEST_COLUMNS:
            alike = sum(len(cells) == len(sample[0]) for cells in sample)
            found[delimiter] = (Fraction(alike, len(sample)), len(sample[0]))
    if not found and broken:
        raise broken
    best = [delimiter for delimiter, score in found.items() if score == max(found.values())]
    if len(best) != 1:
        raise DomainError("table.delimiter_unknown")
    return best[0]


def name_columns(cells: Iterable[str]) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """Return the names of columns, a repeated one with a number, and a note on each that is repeated."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for cell in cells:
        name = " ".join(restored(cell).split())
        seen[name] += 1
        names.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    repeated = tuple(
        Note("table.header_repeated", {"column": name}) for name in seen if name and seen[name] > 1
    )
    return tuple(names), repeated


def table(text: str, delimiter: str | None = None) -> Table:
    """Return a CSV text as a table. The first row is the header; a first line "sep=;" is believed.

    Lines without anything are passed over. A row whose cells are all empty counts as a row, and is left out
    with a note. A row with more or fewer cells than the header is an error of that row, and stays visible.

    Args:
        text: as `decode` gives it.
        delimiter: what the user says parts the cells; found from the header when None.

    Raises:
        DomainError: ``table.delimiter_unknown``, ``table.empty`` without a row below the header,
            ``table.too_many_rows``, ``table.too_many_columns``, ``table.quote_unclosed``,
            ``table.quote_misplaced``, ``table.cell_too_long``, ``file.nul``.
    """
    if "\0" in text:
        raise DomainError("file.nul")
    notes: tuple[Note, ...] = ()
    said = SEP_LINE.match(text)
    if said:
        text = text[said.end() :]
        delimiter = delimiter or said[1]
        notes = (Note("table.sep_line", {"delimiter": said[1]}),)
    if delimiter is not None and delimiter not in DELIMITERS:
        raise DomainError("table.delimiter_unknown")
    delimiter = delimiter or find_delimiter(text)
    return _table(_records(text, delimiter, before=1 if said else 0), delimiter, notes)


def _table(records: Iterator[tuple[int, list[str]]], delimiter: str, notes: tuple[Note, ...]) -> Table:
    _, first = next(records, (0, []))
    if len(first) > MOST_COLUMNS:
        raise DomainError("table.too_many_columns", most=MOST_COLUMNS)
    headers, repeated = name_columns(first)
    rows: list[Row] = []
    ragged: list[Row] = []
    empty = 0
    for number, (line, cells) in enumerate(records, start=1):
        if number > MOST_ROWS:
            raise DomainError("table.too_many_rows", most=MOST_ROWS)
        if not any(cell.strip() for cell in cells):
            empty += 1
            continue
        (rows if len(cells) == len(headers) else ragged).append(Row(number, line, tuple(cells)))
    if not rows and not ragged:
        raise DomainError("table.empty")
    if empty:
        repeated += (Note("table.rows_empty", {"count": empty}),)
    return Table(headers, tuple(rows), tuple(ragged), delimiter, notes + repeated)
