"""Workbooks (XLSX): read row by row, with the kinds of their cells, and with what their maker hid.

Written here because no library gives all of that while it streams: openpyxl's reader for large files
knows no hidden columns and no merged cells, calamine knows no hidden columns and takes `_x0041_` as it is.
Python's own parser refuses a document type as soon as one begins, so that no entity is ever expanded.
Formulas are never evaluated: what the spreadsheet program last showed is the value.

Source: ECMA-376, part 1, sections 18.2 (workbook), 18.3 (worksheets), 18.4 (shared strings), 18.8 (styles).
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Any, BinaryIO, Final
from xml.parsers import expat

from toc.domain.errors import DomainError
from toc.domain.exchange.archives import open_archive, pieces, whole
from toc.domain.exchange.files import MOST_COLUMNS, MOST_IN_CELL
from toc.domain.exchange.mapping import Epoch
from toc.domain.exchange.typed import Day, Fault, Number, day_of_serial

MOST_SHARED: Final = 64 * 2**20
"""Characters that the texts of a workbook may have together."""

_BUILT_IN_DATES: Final = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_LETTERS: Final = re.compile("[dmyhsDMYHS]")
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE: Final = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
_RANGE: Final = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})"'
)
_COL: Final = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_ATTRIBUTE: Final = re.compile(rb'\b(min|max|hidden)="([^"]*)"')
_HIDDEN_ROW: Final = re.compile(rb'<(?:\w+:)?row\s[^>]*?\bhidden="(?:1|true)"')
_DATA: Final = re.compile(rb"<(?:\w+:)?sheetData[\s/>]")
_DATA_END: Final = re.compile(rb"</(?:\w+:)?sheetData>|<(?:\w+:)?sheetData\s*/>")
_TAIL: Final = 4 * 2**20
_SEAM: Final = 512
"""Bytes of a piece that are looked at once more with the next one."""
_SIGNIFICANT: Final = Context(prec=15, rounding=ROUND_HALF_EVEN)
"""A spreadsheet shows no more digits than these; what stands behind them is dust of its arithmetic."""
_TRUE: Final = ("1", "true")
_LONGEST: Final = 40
"""Digits with which a number is written out."""
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class Layout:
    """What a sheet says about itself around its rows.

    Attributes:
        hidden_columns: positions from 0.
        hidden_rows: how many.
        merged: blocks of cells shown as one: first row, first column, last row, last column, from 0.
    """

    hidden_columns: frozenset[int]
    hidden_rows: int
    merged: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    file: str
    hidden: bool


class Workbook:
    """A workbook that can be read row by row, as often as needed.

    Attributes:
        names: of its sheets, in their order.
        hidden: names of those that are hidden, however well.
        epoch: from when its days are counted.
    """

    def __init__(self, file: BinaryIO) -> None:
        """Look at the parts; no sheet is read yet.

        Raises:
            DomainError: what `open_archive` refuses, ``file.damaged``, ``file.has_dtd``, ``file.too_large``
                for texts beyond `MOST_SHARED`.
        """
        self._archive: zipfile.ZipFile = open_archive(file)
        names = set(self._archive.namelist())
        self._sheets, self.epoch = self._read_workbook()
        if any(sheet.file not in names for sheet in self._sheets) or not self._sheets:
            raise DomainError("file.damaged")
        self.names = tuple(sheet.name for sheet in self._sheets)
        self.hidden = frozenset(sheet.name for sheet in self._sheets if sheet.hidden)
        self._dates = self._read_styles() if "xl/styles.xml" in names else frozenset()
        shared = next((name for name in names if name.lower() == "xl/sharedstrings.xml"), "")
        self._shared = self._read_shared(shared) if shared else []
        self.read = 0
        """Bytes of the sheet that were read so far."""

    def size(self, sheet: str) -> int:
        """Return the bytes of a sheet, unpacked."""
        return self._archive.getinfo(self._file(sheet)).file_size

    def _file(self, sheet: str) -> str:
        return next(each.file for each in self._sheets if each.name == sheet)

    def _read_workbook(self) -> tuple[list[_Part], Epoch]:
        found: list[tuple[str, str, bool]] = []
        epoch = Epoch.Y1900
        links: dict[str, str] = {}

        def start(name: str, said: dict[str, str]) -> None:
            nonlocal epoch
            local = name.rpartition(":")[2]
            if local == "sheet":
                link = next((value for key, value in said.items() if key.endswith(":id")), "")
                found.append((said.get("name", ""), link, said.get("state", "visible") != "visible"))
            elif local == "workbookPr" and said.get("date1904", "0") in _TRUE:
                epoch = Epoch.Y1904
            elif local == "Relationship":
                target = said.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                links[said.get("Id", "")] = posixpath.normpath(path)

        for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            parser = _parser(start)
            _feed(parser, whole(self._archive, part), last=True)
        return [_Part(name, links.get(link, ""), hidden) for name, link, hidden in found], epoch

    def _read_styles(self) -> frozenset[str]:
        """Return the numbers of the styles that show a number as a date."""
        formats: dict[str, str] = {}
        dates: set[str] = set()
        count = 0
        inside = False

        def start(name: str, said: dict[str, str]) -> None:
            nonlocal count, inside
            local = name.rpartition(":")[2]
            if local == "numFmt":
                formats[said.get("numFmtId", "")] = said.get("formatCode", "")
            elif local == "cellXfs":
                inside = True
            elif local == "xf" and inside:
                number = said.get("numFmtId", "0")
                own = formats.get(number)
                if (
                    _shows_date(own)
                    if own is not None
                    else number.isdigit() and int(number) in _BUILT_IN_DATES
                ):
                    dates.add(str(count))
                count += 1

        def end(name: str) -> None:
            nonlocal inside
            if name.rpartition(":")[2] == "cellXfs":
                inside = False

        parser = _parser(start, end)
        _feed(parser, whole(self._archive, "xl/styles.xml"), last=True)
        return frozenset(dates)

    def _read_shared(self, part: str) -> list[str]:
        texts: list[str] = []
        written: list[str] = []
        wanted = False
        phonetic = False
        length = 0

        def start(name: str, _: dict[str, str]) -> None:
            nonlocal wanted, phonetic
            local = name.rpartition(":")[2]
            phonetic = phonetic or local == "rPh"
            wanted = local == "t" and not phonetic

        def end(name: str) -> None:
            nonlocal wanted, phonetic
            wanted = False
            local = name.rpartition(":")[2]
            if local == "rPh":
                phonetic = False
            elif local == "si":
                texts.append(_unescaped("".join(written)))
                written.clear()

        def text(data: str) -> None:
            nonlocal length
            if wanted:
                length += len(data)
                if length > MOST_SHARED:
                    raise DomainError("file.too_large", most=MOST_SHARED)
                written.append(data)

        parser = _parser(start, end, text)
        for piece in pieces(self._archive, part):
            _feed(parser, piece)
        _feed(parser, b"", last=True)
        return texts

    def layout(self, sheet: str) -> Layout:
        """Return what a sheet says about its columns and merged cells; its rows are passed over."""
        head = tail = before = b""
        hidden_rows = 0
        for piece in pieces(self._archive, self._file(sheet)):
            seam, window = len(before), before + piece
            if not _DATA.search(head) and len(head) < _TAIL:
                head += piece
            hidden_rows += sum(found.end() > seam for found in _HIDDEN_ROW.finditer(window))
            if tail:
                tail = (tail + piece)[:_TAIL]
            elif end := _DATA_END.search(window):
                tail = window[end.start() :]
            before = piece[-_SEAM:]
        columns: set[int] = set()
        for col in _COL.findall(head):
            said = {name: value.decode() for name, value in _ATTRIBUTE.findall(col)}
            first, last = said.get(b"min", ""), said.get(b"max", "")
            if said.get(b"hidden") in _TRUE and first.isdigit() and last.isdigit():
                columns.update(range(int(first) - 1, min(int(last), MOST_COLUMNS)))
        merged = tuple(
            (top, left, bottom, right)
            for start, end in _RANGE.findall(tail)
            for (left, top), (right, bottom) in [(_place(start.decode()), _place(end.decode()))]
        )
        return Layout(frozenset(columns), hidden_rows, merged)

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the number of each row that holds something, from 1, and its cells.

        What the sheet claims about its size is ignored.

        Raises:
            DomainError: ``file.damaged``, ``file.has_dtd``, ``table.too_many_columns``,
                ``table.cell_too_long``.
        """
        reader = _Rows(self._shared, self._dates, self.epoch)
        self.read = 0
        for piece in pieces(self._archive, self._file(sheet)):
            self.read += len(piece)
            _feed(reader.parser, piece)
            yield from reader.done
            reader.done.clear()
        _feed(reader.parser, b"", last=True)


class _Rows:
    """Collects the rows of a sheet while it is parsed."""

    def __init__(self, shared: list[str], dates: frozenset[str], epoch: Epoch) -> None:
        self.done: list[tuple[int, list[str]]] = []
        self.parser = _parser(self._start, self._end, self._text)
        self._shared, self._dates, self._epoch = shared, dates, epoch
        self._row = 0
        self._cells: list[str] = []
        self._column = -1
        self._kind = self._style = ""
        self._formula = self._wanted = False
        self._written: list[str] = []
        self._length = 0

    def _start(self, name: str, said: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._column = self._position(said.get("r", ""))
            self._kind, self._style = said.get("t", "n"), said.get("s", "")
            self._formula = False
            self._written.clear()
            self._length = 0
        elif local in {"v", "t"}:
            self._wanted = True
        elif local == "f":
            self._formula = True
        elif local == "row":
            number = said.get("r", "")
            self._row = int(number) if number.isascii() and number.isdigit() else self._row + 1
            self._cells = []
            self._column = -1

    def _position(self, reference: str) -> int:
        found = _REFERENCE.fullmatch(reference)
        return _place(reference)[0] if found else self._column + 1

    def _text(self, data: str) -> None:
        if self._wanted:
            self._length += len(data)
            if self._length > MOST_IN_CELL:
                raise DomainError("table.cell_too_long", line=self._row)
            self._written.append(data)

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in {"v", "t"}:
            self._wanted = False
        elif local == "c":
            cell = self._cell()
            if cell == "":
                return
            if self._column >= MOST_COLUMNS:
                raise DomainError("table.too_many_columns", most=MOST_COLUMNS)
            self._cells.extend([""] * (self._column - len(self._cells)))
            self._cells[self._column :] = [cell]
        elif local == "row" and self._cells:
            self.done.append((self._row, self._cells))

    def _cell(self) -> str:
        text = "".join(self._written)
        if self._kind == "s":
            if not text.isascii() or not text.isdigit() or int(text) >= len(self._shared):
                raise DomainError("file.damaged")
            return self._shared[int(text)]
        if not text and self._formula:
            return Fault("=")
        return _KINDS[self._kind](text) if self._kind in _KINDS else self._number(text) if text else ""

    def _number(self, text: str) -> str:
        try:
            number = _SIGNIFICANT.create_decimal(text)
        except InvalidOperation:
            return Fault(text)
        if not number.is_finite():
            return Fault(text)
        if self._style in self._dates:
            try:
                return Day(_moment(number, self._epoch))
            except DomainError:
                return Fault(text)
        return Number(f"{number.normalize():f}" if abs(number.adjusted()) < _LONGEST else text)


def _moment(number: Decimal, epoch: Epoch) -> str:
    day = day_of_serial(int(number), epoch)
    seconds = round((number - int(number)) * _DAY_SECONDS)
    if not seconds:
        return day.isoformat()
    return (datetime.combine(day, time()) + timedelta(seconds=seconds)).isoformat()


def _place(reference: str) -> tuple[int, int]:
    """Return column and row of a reference, from 0: B3 is (1, 2)."""
    column = 0
    letters = reference.rstrip("0123456789")
    for letter in letters.upper():
        column = 26 * column + ord(letter) - 64
    return column - 1, int(reference[len(letters) :]) - 1


def _unescaped(text: str) -> str:
    """Return a text whose signs that XML cannot hold are no longer written as `_x0009_`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


_KINDS: Final[Mapping[str, Callable[[str], str]]] = {
    "str": _unescaped,
    "inlineStr": _unescaped,
    "b": lambda text: {"1": "true", "0": "false"}.get(text, text),
    "e": Fault,
    "d": Day,
}
"""What each kind of cell is; a number by default."""


def _shows_date(code: str) -> bool:
    return _DATE_LETTERS.search(_QUOTED.sub("", code.partition(";")[0])) is not None


# --- XML ----------------------------------------------------------------------------------------------------


def _refuse(*_: Any) -> None:  # noqa: ANN401 - whatever the parser says about it
    raise DomainError("file.has_dtd")


def _parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> expat.XMLParserType:
    """Return a parser that refuses a document type, and so every entity."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    return parser


def _feed(parser: expat.XMLParserType, piece: bytes, *, last: bool = False) -> None:
    try:
        parser.Parse(piece, last)
    except expat.ExpatError as error:
        raise DomainError("file.damaged") from error
