"""Columns: which of them point to persons, and what one held in a log of a single indicator."""

from dataclasses import dataclass
from enum import StrEnum

from toc.domain.privacy import Personal


class Column(StrEnum):
    """What a column held in a log of a single indicator, as such files were imported before."""

    ON = "on"
    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    NOTE = "note"
    SOURCE_KEY = "source_key"


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
