"""Fields of a tree that goes out and comes in: what each may hold, in JSON and in the cell of a table."""

import re
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from toc.domain.codes import CodeKind, code, parse_code
from toc.domain.errors import DomainError
from toc.domain.exchange.notation import parse_date

MOST_IN_LINE: Final = 300
"""Characters of a text of one line, such as a wording: as many as its form takes."""

MOST_IN_TEXT: Final = 20_000
"""Characters of a text of several lines: as many as its form takes."""

MOST_WHOLE: Final = 2**31 - 1
"""The biggest whole number; every database holds it."""

Json = str | int | bool | None
"""What a field is in JSON."""

_SHOWN = 40  # characters of a bad value that a sentence repeats
_KEPT = "\n\t"
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_YES = frozenset({"yes", "ja", "true", "waar", "1", "x"})
_NO = frozenset({"", "no", "nee", "false", "onwaar", "0"})
_WHOLE = re.compile("-?[0-9]{1,9}", re.ASCII)
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def canonical(text: str) -> str:
    """Return a text in its one way of writing: composed (NFC), line feeds, no white space around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def is_readable(text: str) -> bool:
    """Return whether a text has no control characters and none that turn the direction of others."""
    if text.isascii() and text.isprintable():  # the quick way, for most texts
        return True
    return not any(
        character in _DIRECTIONS
        or (character not in _KEPT and unicodedata.category(character) in {"Cc", "Cs"})
        for character in text
    )


def shortened(value: object) -> str:
    """Return a bad value as far as a sentence repeats it, without what no page may hold."""
    text = str(value)
    cut = text[:_SHOWN] + ("…" if len(text) > _SHOWN else "")
    return "".join(sign if is_readable(sign) and sign != "\n" else "\ufffd" for sign in cut)


class Field(ABC):
    """What a field may hold. JSON is read strictly, by type; a cell always holds text."""

    @abstractmethod
    def read(self, value: object) -> object:
        """Return the value that JSON holds.

        Raises:
            DomainError: it is none of this field's; the key says why.
        """

    def parse(self, cell: str) -> object:
        """Return the value that a cell holds; an empty one holds nothing.

        Raises:
            DomainError: as `read`.
        """
        return self.read(cell.strip() or None)

    def write(self, value: object) -> Json:
        """Return the value as JSON holds it."""
        return None if value is None else str(value)

    def show(self, value: object) -> str:
        """Return the value as a cell holds it."""
        return "" if value is None else str(self.write(value))


@dataclass(frozen=True, slots=True)
class Text(Field):
    """Words; never None.

    Attributes:
        most: characters.
        required: it may not be empty.
        lines: it may have several.
    """

    most: int = MOST_IN_TEXT
    required: bool = False
    lines: bool = True

    def read(self, value: object) -> str:
        """Return the text, in its one way of writing."""
        if not isinstance(value, str):
            raise DomainError("tree_field.not_text")
        text = canonical(value)
        if self.required and not text:
            raise DomainError("tree_field.empty")
        if len(text) > self.most:
            raise DomainError("tree_field.too_long", most=self.most)
        if not is_readable(text):
            raise DomainError("tree_field.bad_characters")
        if not self.lines and "\n" in text:
            raise DomainError("tree_field.one_line")
        return text

    def parse(self, cell: str) -> str:
        """Return the text of a cell."""
        return self.read(cell)


def line(*, required: bool = False) -> Text:
    """Return a field of one line."""
    return Text(most=MOST_IN_LINE, required=required, lines=False)


@dataclass(frozen=True, slots=True)
class Choice(Field):
    """A member of an enumeration.

    Attributes:
        members: which ones.
        optional: None is one too.
    """

    members: type[StrEnum]
    optional: bool = True

    def read(self, value: object) -> StrEnum | None:
        """Return the member with this value."""
        if value is None and self.optional:
            return None
        if not isinstance(value, str) or value not in set(self.members):
            choices = ", ".join(self.members)
            raise DomainError("tree_field.not_a_choice", value=shortened(value or ""), choices=choices)
        return self.members(value)

    def parse(self, cell: str) -> StrEnum | None:
        """Return the member that a cell names, in capitals or not."""
        return self.read(cell.strip().casefold() or None)


@dataclass(frozen=True, slots=True)
class Whole(Field):
    """A whole number.

    Attributes:
        least: both included.
        optional: None is one too.
    """

    least: int
    most: int = MOST_WHOLE
    optional: bool = True

    def read(self, value: object) -> int | None:
        """Return the number; True and False are none."""
        if value is None and self.optional:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise DomainError("tree_field.not_a_number", least=self.least, most=self.most)
        return value

    def parse(self, cell: str) -> int | None:
        """Return the number that a cell holds."""
        cell = cell.strip()
        return self.read(int(cell) if _WHOLE.fullmatch(cell) else cell or None)

    def write(self, value: object) -> Json:
        """Return the number itself."""
        return value if isinstance(value, int) else None


class Flag(Field):
    """Yes or no."""

    def read(self, value: object) -> bool:
        """Return what was answered."""
        if not isinstance(value, bool):
            raise DomainError("tree_field.not_yes_or_no")
        return value

    def parse(self, cell: str) -> bool:
        """Return the answer of a cell, in Dutch or English; an empty one says no."""
        said = cell.strip().casefold()
        return self.read(True if said in _YES else False if said in _NO else said)

    def write(self, value: object) -> Json:
        """Return the answer itself."""
        return bool(value)

    def show(self, value: object) -> str:
        """Return "yes" or nothing."""
        return "yes" if value else ""


class Day(Field):
    """A day, or None."""

    def read(self, value: object) -> date | None:
        """Return the day, which JSON holds as 2026-11-26."""
        if value is None:
            return None
        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise DomainError("tree_field.not_a_day", value=shortened(value))

    def parse(self, cell: str) -> date | None:
        """Return the day of a cell, also with the day first, as a spreadsheet writes it."""
        cell = cell.strip()
        return self.read(cell or None) if not cell or _DAY.fullmatch(cell) else parse_date(cell)


@dataclass(frozen=True, slots=True)
class OfKind(Field):
    """A short code, such as G12."""

    kind: CodeKind

    def read(self, value: object) -> str:
        """Return the code in its one way of writing."""
        try:
            found = parse_code(value if isinstance(value, str) else "")
        except DomainError:
            found = None
        if found is None or found.kind is not self.kind:
            raise DomainError("tree_field.not_a_code", value=shortened(value or ""), example=f"{self.kind}1")
        return code(*found)


class Id(Field):
    """The id of a row."""

    def read(self, value: object) -> UUID:
        """Return the id; braces and the like are refused, so that one id is written in one way."""
        try:
            found = UUID(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or str(found) != str(value).casefold():
            raise DomainError("tree_field.not_an_id", value=shortened(value or ""))
        return found
