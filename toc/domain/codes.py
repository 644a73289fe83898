"""Short codes: how people name a thing, for example G12. Numbers count per programme and per kind."""

import re
from enum import StrEnum
from typing import NamedTuple

from toc.domain.errors import DomainError


class CodeKind(StrEnum):
    """The letter of a code: what kind of thing it names."""

    GOAL = "G"
    INDICATOR = "I"
    GROUP = "S"
    """A stakeholder group."""
    RESPONDENT = "R"
    INTERVIEW = "N"
    STATEMENT = "U"
    STUDY = "E"
    CONTRACT = "C"
    OUTCOME = "O"
    SAVING = "B"
    PAYMENT = "P"
    FINDING = "F"
    CONFLICT = "K"
    DOCUMENT = "D"
    WORKSHOP = "W"


class Code(NamedTuple):
    """A code that was read: which kind of thing, and which of them."""

    kind: CodeKind
    number: int


_CODE = re.compile(rf"([{''.join(CodeKind)}])([1-9][0-9]{{0,8}})", re.ASCII | re.IGNORECASE)
"""At most nine digits, so that every number fits in the database."""
_MOST = 999_999_999
_KINDS = frozenset(kind.value for kind in CodeKind)


def code(kind: str, number: int) -> str:
    """Return the short code of the thing with this number: ``code("G", 12) == "G12"``.

    Args:
        kind: a `CodeKind` or its letter.
        number: from 1 to 999,999,999.

    Raises:
        DomainError: ``code.unreadable``, with ``text``, for another kind or number.
    """
    if kind not in _KINDS or not 0 < number <= _MOST:
        raise DomainError("code.unreadable", text=f"{kind}{number}")
    return f"{kind}{number}"


def parse_code(text: str) -> Code:
    """Read a code as a person types it: in capitals or not, with or without white space around it.

    Raises:
        DomainError: ``code.unreadable``, with ``text``.
    """
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise DomainError("code.unreadable", text=text)
    return Code(CodeKind(found[1].upper()), int(found[2]))
