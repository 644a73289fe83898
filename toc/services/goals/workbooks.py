"""Workbooks (XLSX) with a goal tree: written without formulas, and read without trusting what they say."""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toc.domain.errors import DomainError
from toc.domain.goals.body import SECTIONS
from toc.domain.goals.fields import Day, Field, Whole, shortened
from toc.domain.goals.sheets import Sheet
from toc.services.documents.archives import Archive
from toc.services.goals.tree_limits import MOST_COLUMNS, MOST_IN_CELL, MOST_ROWS, WORKBOOK

ABOUT: Final = "about"
"""Name of the sheet that explains the others; it is passed over when the file comes back."""

_FIRST_DAY: Final = date(1900, 3, 1)
"""Before it spreadsheets count days otherwise than calendars do."""

_CELL: Final = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']\s*([A-Za-z]{0,9})([0-9]{1,18})""")
_ROW: Final = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']\s*([0-9]{1,18})""")
_ANY_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s/>]")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


# --- Out ----------------------------------------------------------------------------------------------------


def workbook(sheets: Mapping[str, Sheet], about: Sequence[tuple[str, str]]) -> bytes:
    """Return a workbook with true numbers and days, in which no text is ever a formula or a link.

    Args:
        sheets: by name.
        about: (what, its explanation) for the sheet that explains the others.
    """
    written = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(written, options) as book:
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, sheet in sheets.items():
            fields = SECTIONS[name].FIELDS if name in SECTIONS else {}
            _write(book.add_worksheet(name), sheet, fields, bold, day)
        last = book.add_worksheet(ABOUT)
        last.set_column(0, 0, 24)
        last.set_column(1, 1, 100)
        for place, (what, said) in enumerate(about):
            last.write_string(place, 0, what, bold)
            last.write_string(place, 1, said)
    return written.getvalue()


def _write(page: Worksheet, sheet: Sheet, fields: Mapping[str, Field], bold: Format, day: Format) -> None:
    page.freeze_panes(1, 0)
    page.set_column(0, len(sheet.headers) - 1, 18)
    for column, header in enumerate(sheet.headers):
        page.write_string(0, column, header, bold)
    for number, cells in enumerate(sheet.rows, start=1):
        for column, (header, cell) in enumerate(zip(sheet.headers, cells, strict=True)):
            kind = fields.get(header)
            on = date.fromisoformat(cell) if isinstance(kind, Day) and cell else None
            if isinstance(kind, Whole) and cell:
                page.write_number(number, column, int(cell))
            elif on is not None and on >= _FIRST_DAY:
                page.write_datetime(number, column, datetime(on.year, on.month, on.day), day)  # noqa: DTZ001 - a day
            elif cell:
                page.write_string(number, column, cell)


# --- In -----------------------------------------------------------------------------------------------------


def read_workbook(content: bytes) -> dict[str, Sheet]:
    """Return the sheets of a workbook by name; the one that explains the others is left out.

    Raises:
        DomainError: as `Archive`; ``tree_file.no_workbook``, ``tree_file.formula``, ``tree_file.too_wide``
            and ``tree_file.too_long`` with ``most``, ``tree_file.cell_too_long`` with ``most``.
    """
    _look(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    except (CalamineError, OSError, ValueError, KeyError) as error:
        raise DomainError("tree_file.no_workbook") from error
    return {
        name.strip().casefold(): _sheet(rows)
        for name, rows in found.items()
        if name.strip().casefold() != ABOUT
    }


def _look(content: bytes) -> None:
    """Refuse a workbook that would unpack too big, or whose cells stand too far out, before it is read."""
    archive = Archive.of(content, WORKBOOK)
    sheets = [name for name in sorted(archive.names) if _SHEET.fullmatch(name)]
    if not sheets:
        raise DomainError("tree_file.no_workbook")
    for name in archive.names - {*sheets}:
        if name.lower().endswith((".xml", ".rels")):
            archive.read(name)
    for name in sheets:
        part = archive.read(name)
        if b"\0" in part:  # in UTF-16 nothing of what follows would be found
            raise DomainError("tree_file.no_workbook")
        if _FORMULA.search(part):
            raise DomainError("tree_file.formula")
        rows = max([int(row) for row in _ROW.findall(part)] + [0, sum(1 for _ in _ANY_ROW.finditer(part))])
        columns = 0
        for letters, number in _CELL.findall(part):
            rows, columns = max(rows, int(number)), max(columns, _column(letters))
        if rows > MOST_ROWS:
            raise DomainError("tree_file.too_long", most=MOST_ROWS)
        if columns > MOST_COLUMNS:
            raise DomainError("tree_file.too_wide", most=MOST_COLUMNS)


def _column(letters: bytes) -> int:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number


def _sheet(rows: Sequence[Sequence[object]]) -> Sheet:
    """Return the rows of a sheet as text, without empty columns at the right."""
    texts = [[_text(cell) for cell in row] for row in rows]
    wide = max((place for row in texts for place, cell in enumerate(row, start=1) if cell), default=0)
    cells = [tuple(row[:wide]) + ("",) * (wide - len(row)) for row in texts]
    return Sheet(cells[0], tuple(cells[1:])) if cells else Sheet((), ())


def _text(cell: object) -> str:
    """Return what a cell says, as the fields of a tree are written; a day comes as a date, so as 2027-06-30.

    Raises:
        DomainError: ``tree_file.cell_too_long``, with ``most`` and the beginning of the cell.
    """
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    if len(text) > MOST_IN_CELL:
        raise DomainError("tree_file.cell_too_long", most=MOST_IN_CELL, value=shortened(text))
    return text
