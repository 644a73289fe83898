"""Files with a goal tree, as they come: an outline, tables or JSON; and the tables that go out."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, Final, Self

from toc.domain.errors import DomainError
from toc.domain.exchange.cells import restored, safe_cell
from toc.domain.exchange.files import decode, table
from toc.domain.goals.body import SECTIONS
from toc.domain.goals.sheets import STATEMENTS, Sheet
from toc.services.goals.tree_limits import MOST_FILES, WORKBOOK
from toc.services.goals.workbooks import read_workbook

_ZIP: Final = b"PK\x03\x04"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
_PDF: Final = b"%PDF"
_TELLS: Final = {
    "goals": "wording",
    "links": "lower",
    "holders": "stance",
    STATEMENTS: "text",
    "parties": "name",
}
"""The column by which a table is known."""


class Kind(StrEnum):
    """What a file is."""

    OUTLINE = "outline"
    TABLES = "tables"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came in, read but not understood yet.

    Attributes:
        kind: what it is.
        text: of an outline or JSON.
        sheets: tables by name of their section.
        lines: of each table the line of the file, or row of the sheet, on which each of its rows stands.
        notes: keys of sentences about how it was read.
    """

    kind: Kind
    text: str = ""
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    lines: Mapping[str, Sequence[int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def dump(self) -> str:
        """Return it as text, for the way from one page to the next."""
        sheets = {name: [sheet.headers, sheet.rows] for name, sheet in self.sheets.items()}
        lines = {name: list(numbers) for name, numbers in self.lines.items()}
        return json.dumps([self.kind, self.text, sheets, lines, self.notes])

    @classmethod
    def load(cls, text: str) -> Self:
        """Return what `dump` wrote."""
        kind, says, sheets, lines, notes = json.loads(text)
        return cls(
            kind=Kind(kind),
            text=says,
            sheets={
                name: Sheet(tuple(headers), tuple(tuple(row) for row in rows))
                for name, (headers, rows) in sheets.items()
            },
            lines=lines,
            notes=tuple(notes),
        )


# --- In -----------------------------------------------------------------------------------------------------


def pasted(text: str) -> Received:
    """Return what was typed or pasted: JSON when it begins like that, else an outline."""
    return Received(kind=Kind.JSON if _is_json(text) else Kind.OUTLINE, text=text)


def receive(files: Iterable[tuple[bytes, str]]) -> Received:
    """Read files: one outline, one JSON or one workbook, or several tables as CSV.

    Args:
        files: (content, name) of each.

    Raises:
        DomainError: ``tree_file.too_many``, with ``most``; ``tree_file.several`` and ``tree_file.twice``;
            ``tree_file.old_workbook``; ``tree_file.is_pdf``; as `decode`, `table` and `read_workbook`.
    """
    files = list(files)
    if len(files) > MOST_FILES:
        raise DomainError("tree_file.too_many", most=MOST_FILES)
    found = [_one(content, name) for content, name in files]
    if len(found) == 1:
        return found[0]
    if any(one.kind is not Kind.TABLES for one in found):
        raise DomainError("tree_file.several")
    if len({name for one in found for name in one.sheets}) < sum(len(one.sheets) for one in found):
        raise DomainError("tree_file.twice")
    return Received(
        kind=Kind.TABLES,
        sheets={name: sheet for one in found for name, sheet in one.sheets.items()},
        lines={name: lines for one in found for name, lines in one.lines.items()},
        notes=tuple(dict.fromkeys(note for one in found for note in one.notes)),
    )


def _one(content: bytes, name: str) -> Received:
    if content.startswith(_ZIP):
        if len(content) > WORKBOOK.file_bytes:
            raise DomainError("file.too_large", most=WORKBOOK.file_bytes)
        sheets = read_workbook(content)
        lines = {name: range(2, len(sheet.rows) + 2) for name, sheet in sheets.items()}
        return Received(kind=Kind.TABLES, sheets=sheets, lines=lines)
    if content.startswith(_OLD_WORKBOOK):
        raise DomainError("tree_file.old_workbook")
    if content.startswith(_PDF):
        raise DomainError("tree_file.is_pdf")
    read = decode(content)
    notes = tuple(note.key for note in read.notes)
    if PurePosixPath(name.replace("\\", "/")).suffix.casefold() == ".csv":
        return _table(read.text, notes)
    kind = Kind.JSON if _is_json(read.text) else Kind.OUTLINE
    return Received(kind=kind, text=read.text, notes=notes)


def _is_json(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def _table(text: str, notes: tuple[str, ...]) -> Received:
    """Read one table; what it holds its columns tell."""
    read = table(text)
    headers = tuple(restored(header) for header in read.headers)
    known = {"_".join(header.split()).casefold() for header in headers}
    name = next((section for section, column in _TELLS.items() if column in known), "goals")
    rows = sorted((*read.rows, *read.ragged), key=lambda row: row.number)
    return Received(
        kind=Kind.TABLES,
        sheets={name: Sheet(headers, tuple(tuple(restored(cell) for cell in row.cells) for row in rows))},
        lines={name: [row.line for row in rows]},
        notes=notes,
    )


def given_in(read: Received) -> dict[str, frozenset[str]]:
    """Return of each section the fields that tables or JSON say something about in every row."""
    if read.kind is Kind.TABLES:
        return {
            name: frozenset("_".join(header.split()).casefold() for header in read.sheets[name].headers)
            if name in read.sheets
            else frozenset()
            for name in SECTIONS
        }
    says: dict[str, Any] = json.loads(read.text.removeprefix("\ufeff"))
    found = {}
    for name in SECTIONS:
        rows = [frozenset(row) for row in says.get(name, [])]
        found[name] = frozenset.intersection(*rows) if rows else frozenset()
    return found


# --- Out ----------------------------------------------------------------------------------------------------


def csv_file(sheet: Sheet, delimiter: str) -> bytes:
    """Return a table as CSV in UTF-8 with its mark, in which no cell is ever a formula."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(sheet.headers)
    writer.writerows([safe_cell(cell) for cell in cells] for cells in sheet.rows)
    return ("\ufeff" + written.getvalue()).encode()
