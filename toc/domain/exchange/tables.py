"""Tables that go out: cells of every kind, and how a CSV file writes them for a reader of one language.

Text that a spreadsheet could take for a formula is made harmless (`safe_cell`), headers alike; numbers stay
numbers.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from toc.domain.exchange.cells import safe_cell
from toc.domain.programmes import Language


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction that is shown as a percentage."""

    value: Decimal


class Word(StrEnum):
    """What stands in a cell for something that is no number and no name."""

    HIDDEN = "hidden"
    """A number about too few people to be shown."""
    UNKNOWN = "unknown"
    """The group of whom it is not known in which group they are."""
    LEVEL = "level"
    """The breakdown in levels of an ordinal score."""


NOT_KNOWN: Final = frozenset({"not known", "niet bekend"})
"""What `Word.UNKNOWN` is called in the languages of the program, so that it is known when it comes back."""

Cell = str | int | Decimal | date | Share | StrEnum | None
"""None is an empty cell; a member of an enumeration is written as its word in the language of the reader."""

Say = Callable[[StrEnum], str]
"""Returns the word for a member of an enumeration."""

BOM: Final = "\ufeff"
"""By which a spreadsheet knows that the letters are UTF-8."""

_DELIMITERS: Final = {Language.NL: ";", Language.EN: ","}
_POINTS: Final = {Language.NL: ",", Language.EN: "."}


def csv_text(
    headers: Sequence[str], rows: Iterable[Sequence[Cell]], language: Language, say: Say
) -> Iterator[str]:
    """Yield the lines of a CSV file, its first one with the mark of UTF-8.

    Dutch spreadsheets part cells by a semicolon and numbers by a comma, English ones by a comma and a point.
    Days are written as 2025-02-03, a share as a percentage; thousands are not grouped.

    Args:
        headers: of the columns.
        rows: as long as the headers.
        language: of the reader.
        say: the words.
    """
    written = io.StringIO()
    lines = csv.writer(written, delimiter=_DELIMITERS[language], lineterminator="\r\n")
    lines.writerow([safe_cell(header) for header in headers])
    yield BOM + _taken(written)
    for row in rows:
        lines.writerow([_text(cell, language, say) for cell in row])
        yield _taken(written)


def _taken(written: io.StringIO) -> str:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text


def _text(cell: Cell, language: Language, say: Say) -> str:
    match cell:
        case None:
            return ""
        case StrEnum():
            return safe_cell(say(cell))
        case str():
            return safe_cell(cell)
        case date():
            return cell.isoformat()
        case Share():
            return plain(cell.value * 100, language) + "%"
        case _:
            return plain(Decimal(cell), language)


def plain(number: Decimal, language: Language) -> str:
    """Return a number without grouped thousands and needless zeros, with the sign of the language."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", _POINTS[language])
