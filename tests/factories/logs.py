"""Logs as they arrive: written here, small, with what real ones have in them."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from xlsxwriter import Workbook

from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.opening import Opened, open_log

TODAY = date(2025, 9, 1)


def csv_bytes(*rows: Sequence[str], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue().encode(encoding)


def opened(content: bytes, **how: str) -> Opened:
    """A file, opened."""
    return open_log(io.BytesIO(content), **how)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A zip file of parts by name."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a zip file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def book(rows: Sequence[Sequence[Any]], *, epoch_1904: bool = False, sheet: str = "Log") -> bytes:
    """A workbook with one sheet; days become days, what begins with "=" a formula without a value."""
    written = io.BytesIO()
    with Workbook(written, {"date_1904": epoch_1904}) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        page = made.add_worksheet(sheet)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(at, column, cell, day)
                else:
                    page.write(at, column, cell)
    return written.getvalue()


SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{head}<sheetData>{rows}</sheetData>{tail}
</worksheet>"""


def raw_book(rows: str, *, head: str = "", tail: str = "", more: Mapping[str, bytes] | None = None) -> bytes:
    """A workbook whose only sheet has these rows, as XML; other parts can be put in its place."""
    parts = parts_of(book([["x"]]))
    parts["xl/worksheets/sheet1.xml"] = SHEET.format(head=head, rows=rows, tail=tail).encode()
    return packed({**parts, **(more or {})})


def forms(*said: Mapping[str, Any]) -> bytes:
    """Forms as JSON."""
    return json.dumps({"objects": list(said)}).encode()


def use(header: str, what: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a column
    """What a column is for, as a mapping file says it."""
    return {"header": header, "use": what, **more}


def mapping(*columns: Mapping[str, Any], about: str = "participants", **more: Any) -> LogMapping:  # noqa: ANN401 - JSON
    """A mapping, read as from a file."""
    return LogMapping.from_json({"version": 1, "about": about, "columns": list(columns), **more})
