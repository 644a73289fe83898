"""Entries: the rows of a repeated question, and the answer that each of them is part of.

Who edits an answer may take an entry out of it, or say of an event that it did not happen. That shows in
nothing but that a later file has the answer and not the entry, or not the event: so it has to be known of
which answer an entry was, and what an answer may not say any more.
"""

import json
from collections.abc import Callable
from typing import Final

from toc.domain.exchange.forms import ENTRY, FORMS
from toc.domain.exchange.mapping import About, Mapping, Use
from toc.domain.exchange.sources import SourceKind
from toc.domain.participants import EVENTS, Subject

KEY_SIGN: Final = "\x1f"
"""Between the columns of a key."""

EDITED: Final = {
    SourceKind.KOBO: "meta/deprecatedid",
    SourceKind.ODK: "edits",
    SourceKind.COMMCARE: "edited_on",
}
"""Column of an answer, in small letters, that is empty or 0 as long as nobody edited it."""

_EVENTS: Final = (Use.EVENT, Use.EVENT_DAY)

_ODK_KEY: Final = "KEY"
_ODK_PARENT: Final = "PARENT_KEY"


def are_entries(mapping: Mapping) -> bool:
    """Tell whether a table is that of a repeated question."""
    of_forms = mapping.kind is SourceKind.COMMCARE and mapping.sheet not in {"", FORMS}
    return mapping.join is not None or of_forms


def answer_of(mapping: Mapping) -> Callable[[str], str] | None:
    """Return what finds the key of an answer in the key of a row, "" where it is no such key.

    Returns:
        None where nothing can be gone, or the key of an entry does not tell: it is made of the key of their
        answer and `ENTRY`, or as ODK Central writes it, "uuid:.../visits[1]".
    """
    keys = [column.header for column in mapping.used(Use.KEY)]
    if mapping.about is not About.PARTICIPANTS:
        return None
    if not are_entries(mapping):
        return str if keys and mapping.used(*_EVENTS) else None
    if ENTRY in keys and len(keys) > 1:
        at = keys.index(ENTRY)

        def without_entry(key: str) -> str:
            parts = key.split(KEY_SIGN)
            return KEY_SIGN.join(parts[:at] + parts[at + 1 :]) if len(parts) == len(keys) else ""

        return without_entry
    if keys == [_ODK_KEY] and mapping.join is not None and mapping.join.child == _ODK_PARENT:
        return lambda key: key.partition("/")[0]
    return None


def may_lose(mapping: Mapping, subject: str, item: str, *, stands: bool) -> bool:
    """Tell whether an edited answer may not say something any more.

    An entry that is gone takes all with it. Of a row that stands it is what its columns of events can say: of
    an event that did not happen a cell says nothing, while for all else an empty cell says that it is gone.

    Args:
        mapping: by which the table is read.
        subject: of an observation.
        item: the programme's own name of the event.
        stands: whether the row that said it is in the file.
    """
    if are_entries(mapping) and not stands:
        return True
    return any(
        (column.subject, column.name if column.subject is Subject.OTHER else "") == (subject, item)
        if column.subject
        else subject in EVENTS
        for column in mapping.used(*_EVENTS)
    )


def table_in(canonical: str) -> tuple[object, ...]:
    """Return by what the table of a mapping is known, and its keys: names of sheets and columns.

    Args:
        canonical: what `Mapping.canonical` returned, without what had to be forgotten; "" for nothing.
    """
    said = json.loads(canonical or "{}")
    keys = [column.get("header") for column in said.get("columns", ()) if column.get("use") == Use.KEY]
    return said.get("sheet"), said.get("join"), keys
