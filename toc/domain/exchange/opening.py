"""Opening: a file of any kind that logs come in becomes tables whose rows are read one after the other."""

import codecs
import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO, Final, Protocol

from toc.domain.errors import DomainError
from toc.domain.exchange.archives import open_archive, pieces
from toc.domain.exchange.files import (
    DELIMITERS,
    MOST_COLUMNS,
    MOST_IN_CELL,
    READER_SAYS,
    SEP_LINE,
    Note,
    find_delimiter,
    name_columns,
)
from toc.domain.exchange.forms import ENTRY, FORMS, forms_in
from toc.domain.exchange.mapping import Epoch, Mapping
from toc.domain.exchange.workbooks import Layout, Workbook

LARGEST: Final = 250 * 2**20
"""Bytes that a file may have."""

MOST_LINES: Final = 2_000_000
"""Rows that a table may have."""

ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15")
"""That somebody may say the letters are written in."""

ZIP: Final = b"PK\x03\x04"
"""How a workbook begins, and every other archive."""

_PIECE: Final = 2**20
_SAMPLE: Final = 2**18
_LONGEST_LINE: Final = 4 * 2**20
"""Characters of a line of text: more than any log needs; a row is in memory as a whole."""
_OLD: Final = {b"\xd0\xcf\x11\xe0": "file.is_old_spreadsheet", b"%PDF": "file.is_pdf"}
_MOST_ON_ONE_LINE: Final = 1

Record = tuple[int, list[str] | None]
"""The line on which a row begins, from 1, and its cells; None when a quotation mark in it is never closed."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A table of a file.

    Attributes:
        name: "" for the only one.
        hidden: whether its maker hid it.
    """

    name: str = ""
    hidden: bool = False


class Opened(Protocol):
    """A file of which the tables can be read, as often as needed."""

    kind: str
    encoding: str
    delimiter: str
    epoch: Epoch
    notes: tuple[Note, ...]

    def tabs(self) -> tuple[Tab, ...]:
        """Return its tables."""

    def layout(self, tab: str) -> Layout:
        """Return what the table says about its columns."""

    def records(self, tab: str) -> Iterator[Record]:
        """Yield its rows, the names of the columns among them."""

    def share_read(self) -> float:
        """Return which share of the table was read, from 0 to 1."""


_PLAIN: Final = Layout(frozenset(), 0, ())


# --- Text ---------------------------------------------------------------------------------------------------


def find_encoding(file: BinaryIO) -> str:
    """Return how the letters of a file are written; a character is never replaced.

    A byte order mark is believed. Else it is UTF-8 when all of it is, and else Windows-1252.

    Raises:
        DomainError: ``file.encoding_unknown``, ``file.nul``, ``file.empty``.
    """
    start = file.read(4)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise DomainError("file.encoding_unknown")
    candidates = ["utf-8", "cp1252"]
    if start.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    for encoding in candidates:
        if _is_written_in(file, encoding):
            return encoding
    raise DomainError("file.encoding_unknown")


def _is_written_in(file: BinaryIO, encoding: str) -> bool:
    """Tell whether all of a file is text in this encoding.

    Raises:
        DomainError: ``file.nul``, ``file.empty``; ``table.too_many_columns``, when a line never ends.
    """
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    nothing, length = True, 0
    try:
        while piece := file.read(_PIECE):
            text = decoder.decode(piece)
            if "\0" in text:
                raise DomainError("file.nul")
            nothing = nothing and not text.strip()
            end = max(text.rfind("\n"), text.rfind("\r"))
            length = len(text) - end - 1 + (length if end < 0 else 0)
            if length > _LONGEST_LINE:
                raise DomainError("table.too_many_columns", most=MOST_COLUMNS)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    if nothing:
        raise DomainError("file.empty")
    return True


def _text_records(lines: Iterable[str], delimiter: str, before: int) -> Iterator[Record]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    empty = 0
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            key = next(
                (key for said, key in READER_SAYS.items() if said in str(error)), "table.quote_misplaced"
            )
            if key == "table.quote_unclosed" and before + reader.line_num - line < _MOST_ON_ONE_LINE:
                yield line, None  # it swallowed nothing but its own row
                return
            raise DomainError(key, line=line) from error
        if cells is None:
            return
        if cells:
            if max(map(len, cells)) > MOST_IN_CELL:
                raise DomainError("table.cell_too_long", line=line)
            yield line, cells
        else:
            empty += 1
            if empty > MOST_LINES:
                raise DomainError("table.too_many_rows", most=MOST_LINES)


class TextFile:
    """A CSV file."""

    kind = "text"
    epoch = Epoch.Y1900

    def __init__(self, file: BinaryIO, *, encoding: str = "", delimiter: str = "") -> None:
        """Find out how it is written, unless somebody says so.

        Raises:
            DomainError: what `find_encoding` refuses, ``table.delimiter_unknown``, and why the first rows
                cannot be read.
        """
        self._file = file
        self._size = max(file.seek(0, 2), 1)
        file.seek(0)
        notes: list[Note] = []
        if encoding:
            if encoding not in ENCODINGS or not _is_written_in(file, encoding):
                raise DomainError("file.encoding_unknown")
        else:
            encoding = find_encoding(file)
            notes += [Note("file.read_as_cp1252")] if encoding == "cp1252" else []
        self.encoding = encoding
        lines = self._lines()
        sample = lines.read(_SAMPLE)
        lines.detach()  # the file stays open
        said = SEP_LINE.match(sample)
        self._sep = said is not None
        if said:
            sample = sample[said.end() :]
            notes.append(Note("table.sep_line", {"delimiter": said[1]}))
            delimiter = delimiter or said[1]
        if len(sample) == _SAMPLE:  # perhaps cut in the middle of a row
            sample = sample[: sample.rfind("\n") + 1] or sample
        self.delimiter = delimiter or find_delimiter(sample)
        if self.delimiter not in DELIMITERS:
            raise DomainError("table.delimiter_unknown")
        self.notes = tuple(notes)

    def _lines(self) -> io.TextIOWrapper:
        self._file.seek(0)
        return io.TextIOWrapper(self._file, encoding=self.encoding, newline="")

    def tabs(self) -> tuple[Tab, ...]:
        """Return its only table."""
        return (Tab(),)

    def layout(self, tab: str) -> Layout:
        """Return nothing: a text hides no columns."""
        del tab
        return _PLAIN

    def records(self, tab: str) -> Iterator[Record]:
        """Yield its rows."""
        del tab
        lines = self._lines()
        try:
            if self._sep:
                lines.readline()
            yield from _text_records(lines, self.delimiter, 1 if self._sep else 0)
        finally:
            lines.detach()

    def share_read(self) -> float:
        """Return which share was read."""
        return min(self._file.tell() / self._size, 1.0)


# --- Other kinds --------------------------------------------------------------------------------------------


class BookFile:
    """An XLSX workbook."""

    kind = "workbook"
    encoding = delimiter = ""

    def __init__(self, file: BinaryIO) -> None:
        """Look at its parts.

        Raises:
            DomainError: what `Workbook` refuses.
        """
        self._book = Workbook(file)
        self._layouts: dict[str, Layout] = {}
        self._size = 1
        self.epoch = self._book.epoch
        self.notes: tuple[Note, ...] = ()
        if self.epoch is Epoch.Y1904:
            self.notes = (Note("workbook.counts_from_1904"),)

    def tabs(self) -> tuple[Tab, ...]:
        """Return its sheets, hidden ones as well."""
        return tuple(Tab(name, name in self._book.hidden) for name in self._book.names)

    def layout(self, tab: str) -> Layout:
        """Return what the sheet says about its columns."""
        if tab not in self._layouts:
            self._layouts[tab] = self._book.layout(tab)
        return self._layouts[tab]

    def records(self, tab: str) -> Iterator[Record]:
        """Yield its rows."""
        self._size = max(self._book.size(tab), 1)
        yield from self._book.rows(tab)

    def share_read(self) -> float:
        """Return which share was read."""
        return min(self._book.read / self._size, 1.0)


class ZipFile:
    """A zip of CSV files, as ODK Central gives: the answers, and a table for each repeated question."""

    kind = "zip"
    epoch = Epoch.Y1900

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Look at its parts.

        Raises:
            DomainError: ``file.no_tables``, and what `TextFile` refuses of the first of them.
        """
        self._archive = archive
        names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
        if not names:
            raise DomainError("file.no_tables")
        self._tables: dict[str, TextFile] = {}
        # Files that were sent along lie in a folder of their own, and may be tables too.
        names = [name for name in names if "/" not in name] or names
        # The answers have the shortest name: form.csv, form-children.csv.
        self._names = sorted(names, key=lambda name: (len(name), name))
        first = self._table(self._names[0])
        self.encoding, self.delimiter, self.notes = first.encoding, first.delimiter, first.notes
        self._current = first

    def _table(self, name: str) -> TextFile:
        if name not in self._tables:
            content = io.BytesIO(b"".join(pieces(self._archive, name)))
            self._tables = {name: TextFile(content)}  # one at a time, so that memory is bounded
        return self._tables[name]

    def tabs(self) -> tuple[Tab, ...]:
        """Return its tables."""
        return tuple(map(Tab, self._names))

    def layout(self, tab: str) -> Layout:
        """Return nothing: a text hides no columns."""
        del tab
        return _PLAIN

    def records(self, tab: str) -> Iterator[Record]:
        """Yield the rows of a table."""
        self._current = self._table(tab)
        yield from self._current.records("")

    def share_read(self) -> float:
        """Return which share was read."""
        return self._current.share_read()


class FormFile:
    """Forms as JSON."""

    kind = "forms"
    encoding = "utf-8"
    delimiter = ""
    epoch = Epoch.NONE
    notes: tuple[Note, ...] = ()

    def __init__(self, file: BinaryIO) -> None:
        """Read them.

        Raises:
            DomainError: what `forms_in` refuses.
        """
        self._tables = forms_in(file)
        self._share = 0.0

    def tabs(self) -> tuple[Tab, ...]:
        """Return the forms, and each repeated question."""
        return tuple(map(Tab, self._tables))

    def layout(self, tab: str) -> Layout:
        """Return nothing: forms hide no columns."""
        del tab
        return _PLAIN

    def records(self, tab: str) -> Iterator[Record]:
        """Yield the names of all questions, then the answers."""
        rows = self._tables[tab or FORMS]
        headers = list(dict.fromkeys(name for row in rows for name in row))
        if len(headers) > MOST_COLUMNS:
            raise DomainError("table.too_many_columns", most=MOST_COLUMNS)
        yield 1, headers
        for line, row in enumerate(rows, start=2):
            self._share = line / (len(rows) + 1)
            yield line, [row.get(name, "") for name in headers]

    def share_read(self) -> float:
        """Return which share was read."""
        return self._share


def open_log(file: BinaryIO, *, encoding: str = "", delimiter: str = "") -> Opened:
    """Return a file of any kind that logs come in.

    Args:
        file: can be read again from its beginning.
        encoding: of the letters of a CSV file; "" to find it.
        delimiter: what parts the cells of a CSV file; "" to find it.

    Raises:
        DomainError: ``file.too_large``, ``file.empty``, ``file.is_old_spreadsheet``, ``file.is_pdf``, and
            what each kind refuses.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > LARGEST:
        raise DomainError("file.too_large", most=LARGEST)
    start = file.read(_SAMPLE)
    file.seek(0)
    for magic, key in _OLD.items():
        if start.startswith(magic):
            raise DomainError(key)
    if start.startswith((ZIP, b"PK\x05\x06")):
        archive = open_archive(file)
        if "xl/workbook.xml" in archive.namelist():
            return BookFile(file)
        return ZipFile(archive)
    if start.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in {b"{", b"["}:
        return FormFile(file)
    return TextFile(file, encoding=encoding, delimiter=delimiter)


# --- Header and rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns of a table.

    Attributes:
        names: a repeated name got a number; names over several rows are joined: "Meting T0 / Score".
        notes: ``table.header_repeated``.
        rows: how many rows hold them.
        skipped: rows above.
    """

    names: tuple[str, ...]
    notes: tuple[Note, ...]
    rows: int = 1
    skipped: int = 0


def header_of(first: Sequence[tuple[int, Sequence[str]]], layout: Layout, rows: int, skipped: int) -> Header:
    """Return the names of the columns from the first rows of a table.

    In the upper rows an empty cell takes the name to its left: there several columns stand under one name,
    whose cells a workbook merged or a CSV file left empty. Where a workbook says what it merged, only that
    counts.

    Raises:
        DomainError: ``table.too_many_columns``, ``table.empty``.
    """
    lines = [(line, list(cells)) for line, cells in first[skipped : skipped + rows]]
    if len(lines) < rows:
        raise DomainError("table.empty")
    width = max(len(cells) for _, cells in lines)
    if width > MOST_COLUMNS:
        raise DomainError("table.too_many_columns", most=MOST_COLUMNS)
    grid = [cells + [""] * (width - len(cells)) for _, cells in lines]
    for (line, _), cells in zip(lines[:-1], grid[:-1], strict=True):
        merged = [block for block in layout.merged if block[0] == line - 1 and block[3] > block[1]]
        spans = [(left, right) for _, left, _, right in merged] or (
            [(0, width - 1)] if not layout.merged else []
        )
        for left, right in spans:
            for at in range(left + 1, min(right, width - 1) + 1):
                cells[at] = cells[at] or cells[at - 1]
    names = [
        " / ".join(dict.fromkeys(name.strip() for name in column if name.strip()))
        for column in zip(*grid, strict=True)
    ]
    while names and not names[-1]:  # a workbook has empty columns behind the last
        names.pop()
    found, notes = name_columns(names)
    return Header(found, notes, rows, skipped)


def first_rows(opened: Opened, tab: str, most: int = 20) -> list[tuple[int, list[str]]]:
    """Return the first rows of a table, at most so many."""
    return [(line, cells) for line, cells in islice(opened.records(tab), most) if cells is not None]


def suggest_header(first: Sequence[tuple[int, Sequence[str]]], layout: Layout) -> tuple[int, int]:
    """Return how many rows probably hold the names, and how many stand above them.

    A row with one filled cell above a row with several is a title. A row that merges cells side by side has
    names that the next row goes on with.
    """
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in first]
    skipped = 0
    while skipped + 1 < len(filled) and filled[skipped] <= 1 < filled[skipped + 1]:
        skipped += 1
    if skipped + 1 >= len(first):
        return 1, skipped if skipped < len(first) else 0
    line = first[skipped][0]
    spread = any(block[0] == line - 1 and block[3] > block[1] for block in layout.merged)
    return (2 if spread else 1), skipped


def body(opened: Opened, mapping: Mapping, header: Header) -> Iterator[tuple[int, int, list[str] | None]]:
    """Yield the rows below the header: number from 1, line, and cells as many as there are names.

    A row with more or fewer cells comes as it is. A workbook leaves empty cells at the end out: they are put
    back. A row without anything counts as a row and is passed over.

    Raises:
        DomainError: ``table.too_many_rows``, and what reading refuses.
    """
    width = len(header.names)
    pads = opened.kind == "workbook"
    records = islice(opened.records(mapping.sheet), header.rows + header.skipped, None)
    for number, (line, cells) in enumerate(records, start=1):
        if number > MOST_LINES:
            raise DomainError("table.too_many_rows", most=MOST_LINES)
        if cells is None:
            yield number, line, None
            continue
        if pads:
            cells.extend([""] * (width - len(cells)))
        if any(cells) and (len(cells) > 1 or cells[0].strip()):
            yield number, line, cells


# --- A table with what its answers say ----------------------------------------------------------------------

Rows = Iterator[tuple[int, int, list[str] | None]]


def table_of(opened: Opened, mapping: Mapping) -> tuple[Header, Rows]:
    """Return the names of the columns and the rows of the table that a mapping is about.

    A table of a repeated question gets the columns of the answer that each row is part of behind its own, a
    name that it has itself written with the name of their table; and `ENTRY`, by which the rows of one answer
    differ.

    Raises:
        DomainError: ``mapping.no_sheet``, ``mapping.no_column``, and what reading refuses.
    """
    tabs = {tab.name for tab in opened.tabs()}
    for name in (mapping.sheet, *([mapping.join.sheet] if mapping.join else [])):
        if name not in tabs:
            raise DomainError("mapping.no_sheet", sheet=name)
    first = first_rows(opened, mapping.sheet, mapping.headers + mapping.skipped)
    header = header_of(first, opened.layout(mapping.sheet), mapping.headers, mapping.skipped)
    if mapping.join is None:
        return header, body(opened, mapping, header)
    parent = replace(mapping, sheet=mapping.join.sheet, headers=1, skipped=0, join=None)
    above, rows = table_of(opened, parent)
    for column, names in ((mapping.join.child, header.names), (mapping.join.parent, above.names)):
        if column not in names:
            raise DomainError("mapping.no_column", column=column)
    own = set(header.names)
    more = tuple(f"{name} ({mapping.join.sheet})" if name in own else name for name in above.names)
    at, width = above.names.index(mapping.join.parent), len(above.names)
    answers = {cells[at]: cells for _, _, cells in rows if cells is not None and len(cells) == width}
    number = () if ENTRY in own or ENTRY in more else (ENTRY,)
    wide = replace(header, names=header.names + more + number)
    entries = _with_answers(body(opened, mapping, header), header, mapping.join.child, answers, width)
    return wide, _numbered(
        entries, header.names.index(mapping.join.child), len(wide.names)
    ) if number else entries


def answers_of(opened: Opened, mapping: Mapping, header: Header) -> Iterator[list[str]]:
    """Yield a row for each answer as its entries have it, also one that has none.

    Args:
        opened: the file.
        mapping: of the table of a repeated question.
        header: that `table_of` returned.

    Raises:
        DomainError: what reading refuses.
    """
    sheet = mapping.join.sheet if mapping.join else FORMS
    above, rows = table_of(opened, replace(mapping, sheet=sheet, headers=1, skipped=0, join=None))
    places: dict[str, int] = {}
    for at, name in enumerate(above.names):
        places |= {name: at, f"{name} ({sheet})": at, f"_submission_{name}": at}
    found = [places.get(name, -1) for name in header.names]
    for _, _, cells in rows:
        if cells is not None and len(cells) == len(above.names):
            yield ["" if at < 0 else cells[at] for at in found]


def _with_answers(
    rows: Rows, header: Header, child: str, answers: Dictionary[str, list[str]], width: int
) -> Rows:
    """Yield rows with the answers that they are part of behind them.

    What is asked repeatedly within a repeated question names the entry that it is part of: behind the answer,
    as "uuid:…/visits[2]".
    """
    at, own = header.names.index(child), len(header.names)
    nothing = [""] * width
    for number, line, cells in rows:
        if cells is None or len(cells) != own:
            yield number, line, cells
        else:
            of = cells[at]
            yield number, line, cells + (answers.get(of) or answers.get(of.partition("/")[0], nothing))


def _numbered(rows: Rows, at: int, width: int) -> Rows:
    """Yield rows with, in their last column, which of the entries of their answer they are."""
    counts: Counter[str] = Counter()
    for number, line, cells in rows:
        if cells is not None and len(cells) == width - 1:
            counts[cells[at]] += 1
            cells.append(str(counts[cells[at]]))
        yield number, line, cells
