"""Cells: text that a spreadsheet opens as text and never as a formula, and back.

Source: OWASP, CSV Injection: a cell that begins with ``= + - @``, tab or carriage return is neutralised by a
leading apostrophe. Spreadsheets also see through full-width signs, spaces and quotes before the sign.
"""

import re
from typing import Final

QUOTE: Final = "'"
"""What is put before a dangerous cell; a spreadsheet takes it as "this is text"."""

# Signs, their full-width and small forms, the true minus; before them quotes, spaces, invisible characters.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
_BEFORE = "\\s'\"`\u2018\u2019\u201c\u201d\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_DANGEROUS = re.compile(f"[{_BEFORE}]*[{_SIGNS}\t\r\n]")
# A number can be no formula and stays a number; a telephone number has its plus and is none.
_NUMBER = re.compile("-[0-9]+(?:[.,][0-9]+)?")


def _is_dangerous(text: str) -> bool:
    return _DANGEROUS.match(text) is not None and _NUMBER.fullmatch(text) is None


def safe_cell(text: str) -> str:
    """Return the text as it may stand in a CSV file: with one quote before it when it could be a formula."""
    return QUOTE + text if _is_dangerous(text) else text


def restored(cell: str) -> str:
    """Return the text that `safe_cell` was given; takes away exactly the quote that it put."""
    return cell[1:] if cell.startswith(QUOTE) and _is_dangerous(cell[1:]) else cell
