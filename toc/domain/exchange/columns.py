"""Columns: which column of a file is what, as its name suggests and the user confirms; and who is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from toc.domain.errors import DomainError
from toc.domain.exchange.cells import restored
from toc.domain.exchange.files import Table
from toc.domain.indicators import Kind
from toc.domain.privacy import Personal, personal_column, personal_numbers


class Column(StrEnum):
    """What a column of a log of measurements can hold."""

    ON = "on"
    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    NOTE = "note"
    SOURCE_KEY = "source_key"


_NAMES = {
    Column.ON: "datum; meetdatum; datum meting; peildatum; registratiedatum; dag; gemeten op; date; "
    "measured on; measurement date; date of measurement; day; on",
    Column.NUMERATOR: "teller; deel; aantal bereikt; numerator; part; reached",
    Column.DENOMINATOR: "noemer; totaal; geheel; van; denominator; whole; total; of",
    Column.VALUE: "waarde; meting; meetwaarde; uitkomst; resultaat; score; aantal; bedrag; value; "
    "measurement; result; outcome; count; number; amount",
    Column.NOTE: "opmerking; opmerkingen; toelichting; notitie; note; notes; remark; remarks; comment; "
    "comments",
    Column.SOURCE_KEY: "bron id; bronsleutel; sleutel; kenmerk; uuid; id; source key; key; reference",
}


def guess_columns(headers: Sequence[str]) -> dict[Column, int]:
    """Return which column is probably what, by Dutch and English names; the user confirms or corrects it.

    Of a name with groups before it, such as "t0/datum" of KoboToolbox, the last part counts.

    Returns:
        Position from 0 of each column that was recognised. A part and a whole count only together.
    """
    by_name: dict[str, int] = {}
    for position, header in enumerate(headers):
        name = header.rpartition("/")[2].replace("_", " ")
        by_name.setdefault(" ".join(name.split()).casefold(), position)
    found = {}
    for column, names in _NAMES.items():
        known = [by_name[name] for name in names.split("; ") if name in by_name]
        if known:
            found[column] = known[0]
    if len(found.keys() & {Column.NUMERATOR, Column.DENOMINATOR}) == 1:
        found.pop(Column.NUMERATOR, None)
        found.pop(Column.DENOMINATOR, None)
    return found


def number_columns(kind: Kind) -> tuple[Column, ...]:
    """Return the columns that hold the numbers of a reading of this kind."""
    return (Column.NUMERATOR, Column.DENOMINATOR) if kind is Kind.PROPORTION else (Column.VALUE,)


def check_columns(table: Table, columns: Mapping[Column, int], kind: Kind) -> None:
    """Refuse a choice of columns that gives no readings of this kind.

    Args:
        table: the file.
        columns: position from 0 of each column that is used.
        kind: of the indicator.

    Raises:
        DomainError: ``columns.missing`` (with ``column``), ``columns.unexpected``, ``columns.twice``,
            ``columns.unknown`` for a position that the table has not.
    """
    needed = {Column.ON, *number_columns(kind)}
    for column in sorted(needed - columns.keys()):
        raise DomainError("columns.missing", column=column)
    for column in sorted(columns.keys() - needed - {Column.NOTE, Column.SOURCE_KEY}):
        raise DomainError("columns.unexpected", column=column)
    if any(not 0 <= position < len(table.headers) for position in columns.values()):
        raise DomainError("columns.unknown")
    if len(set(columns.values())) != len(columns):
        raise DomainError("columns.twice")


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """A column that points to persons; holds no copy of what it found.

    Attributes:
        position: from 0.
        header: its name.
        kind: what it holds: by its name, else most often in its cells; a citizen service number goes first.
        by_name: whether its name says so.
        cells: how many of its cells hold something personal.
        refused: whether it stops the import whatever the user says: a column of citizen service numbers.
    """

    position: int
    header: str
    kind: Personal
    by_name: bool
    cells: int
    refused: bool


def personal_columns(table: Table) -> tuple[PersonalColumn, ...]:
    """Return the columns that are about persons by their name or by what stands in them.

    Of all nine-digit numbers one in eleven passes the test of a citizen service number. So a column is one of
    such numbers when its name says so or at least half of its filled cells pass; with fewer it is suspect.
    """
    found = []
    for position, header in enumerate(table.headers):
        named = personal_column(header)
        cells = [row.cells[position] for row in table.rows if row.cells[position].strip()]
        kinds = [find.kind for cell in cells for find in personal_numbers(restored(cell))[:1]]
        kind = named or (Personal.BSN if Personal.BSN in kinds else max(kinds, key=kinds.count, default=None))
        if kind is None:
            continue
        numbers = kinds.count(Personal.BSN)
        found.append(
            PersonalColumn(
                position=position,
                header=header,
                kind=kind,
                by_name=named is not None,
                cells=len(kinds),
                refused=named is Personal.BSN or (numbers > 0 and 2 * numbers >= len(cells)),
            )
        )
    return tuple(found)
