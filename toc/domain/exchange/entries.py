"""Entries: the rows of a repeated question, and the answer that each of them is part of.

Who edits an answer may take an entry out of it. That shows in nothing but that a later file has the answer
and not the entry: so it has to be known of which answer an entry was.
"""

import json
from collections.abc import Callable
from typing import Final

from toc.domain.exchange.forms import ENTRY, FORMS
from toc.domain.exchange.mapping import About, Mapping, Use
from toc.domain.exchange.sources import SourceKind

KEY_SIGN: Final = "\x1f"
"""Between the columns of a key."""

EDITED: Final = {
    SourceKind.KOBO: "meta/deprecatedid",
    SourceKind.ODK: "edits",
    SourceKind.COMMCARE: "edited_on",
}
"""Column of an answer, in small letters, that is empty or 0 as long as nobody edited it."""

_ODK_KEY: Final = "KEY"
_ODK_PARENT: Final = "PARENT_KEY"


def are_entries(mapping: Mapping) -> bool:
    """Tell whether a table is that of a repeated question."""
    of_forms = mapping.kind is SourceKind.COMMCARE and mapping.sheet not in {"", FORMS}
    return mapping.join is not None or of_forms


def answer_of(mapping: Mapping) -> Callable[[str], str] | None:
    """Return what finds the key of an answer in the key of one of its entries, "" where it is no such key.

    Returns:
        None where a table holds no entries, or their key does not tell: it is made of the key of their answer
        and `ENTRY`, or as ODK Central writes it, "uuid:.../visits[1]".
    """
    keys = [column.header for column in mapping.used(Use.KEY)]
    if not are_entries(mapping) or mapping.about is not About.PARTICIPANTS:
        return None
    if ENTRY in keys and len(keys) > 1:
        at = keys.index(ENTRY)

        def without_entry(key: str) -> str:
            parts = key.split(KEY_SIGN)
            return KEY_SIGN.join(parts[:at] + parts[at + 1 :]) if len(parts) == len(keys) else ""

        return without_entry
    if keys == [_ODK_KEY] and mapping.join is not None and mapping.join.child == _ODK_PARENT:
        return lambda key: key.partition("/")[0]
    return None


def table_in(canonical: str) -> tuple[object, ...]:
    """Return by what the table of a mapping is known, and its keys: names of sheets and columns.

    Args:
        canonical: what `Mapping.canonical` returned, without what had to be forgotten; "" for nothing.
    """
    said = json.loads(canonical or "{}")
    keys = [column.get("header") for column in said.get("columns", ()) if column.get("use") == Use.KEY]
    return said.get("sheet"), said.get("join"), keys
