"""Rows of a form that come as often as needed: periods, breakdowns, codes; added and removed without script.

A row's fields are named ``period-3-value``: its kind, its number, and the field. The number only tells rows
apart; a row that was taken away leaves a gap. Where both texts of a conflict stand side by side, all rows of
a kind travel as one field, ``period-rows``.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from werkzeug.datastructures import MultiDict

Sent = MultiDict[str, str]
Row = dict[str, str]

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "period": ("starts_on", "ends_on", "value"),
    "breakdown": ("key", "name", "groups"),
    "sdg": ("code",),
    "code": ("scheme", "code", "url"),
}
"""The kinds of rows, and the fields of each."""

ADD, REMOVE = "add", "remove"
"""What the buttons do: ``add-period``, ``remove-period-3``."""

_CHOSEN: Final = frozenset({"key", "scheme"})
_THERE = "row"
_MOST = 200
_NAME = re.compile(r"(period|breakdown|sdg|code)-([0-9]{1,3})-([a-z_]+)")


def rows_in(sent: Mapping[str, str], kind: str) -> dict[int, Row]:
    """Return the rows of a kind by number, empty ones too."""
    found = (_NAME.fullmatch(name) for name in sent)
    numbers = sorted({int(each[2]) for each in found if each and each[1] == kind})[:_MOST]
    return {
        number: {name: sent.get(f"{kind}-{number}-{name}", "").strip() for name in FIELDS[kind]}
        for number in numbers
    }


def filled(sent: Mapping[str, str], kind: str) -> dict[int, Row]:
    """Return the rows of a kind in which something was typed."""
    return {
        number: row
        for number, row in rows_in(sent, kind).items()
        if any(text for name, text in row.items() if name not in _CHOSEN)
    }


def written(kind: str, rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return rows as the fields of a form, numbered from 1."""
    return {
        f"{kind}-{number}-{name}": row.get(name, "")
        for number, row in enumerate(rows, start=1)
        for name in FIELDS[kind]
    }


def without(sent: Mapping[str, str], kind: str) -> Sent:
    """Return what was sent without any row of a kind."""
    return MultiDict({name: text for name, text in sent.items() if not name.startswith(f"{kind}-")})


def rearranged(sent: Mapping[str, str], do: str) -> Sent:
    """Return what was sent after a button that adds or removes a row; unchanged for any other."""
    after = MultiDict(dict(sent.items()))
    what, _, which = do.partition("-")
    kind, _, number = which.partition("-")
    if what == ADD and kind in FIELDS:
        last = max(rows_in(sent, kind), default=0)
        after[f"{kind}-{last + 1}-{_THERE}"] = "1"
    if what == REMOVE and kind in FIELDS:
        gone = f"{kind}-{number}-"
        after = MultiDict({name: text for name, text in after.items() if not name.startswith(gone)})
    return after


# --- All rows of a kind as one field ------------------------------------------------------------------------


def packed(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the filled rows of each kind as one field: canonical JSON."""
    return {
        f"{kind}-rows": json.dumps([*filled(sent, kind).values()], ensure_ascii=False, sort_keys=True)
        for kind in FIELDS
    }


def unpacked(sent: Mapping[str, str]) -> Sent:
    """Return what was sent with the rows that travelled as one field taken apart again."""
    after = MultiDict(dict(sent.items()))
    for kind in FIELDS:
        one = sent.get(f"{kind}-rows")
        if one is not None:
            after = without(after, kind)
            after.update(written(kind, _rows_of(one)))
    return after


def _rows_of(text: str) -> list[Row]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    rows = found if isinstance(found, list) else []
    return [
        {name: value for name, value in row.items() if isinstance(value, str)}
        for row in rows[:_MOST]
        if isinstance(row, dict)
    ]


def read_out(sent: Mapping[str, str], kind: str) -> str:
    """Return the filled rows of a kind for a reader: one line each."""
    return "\n".join(
        ", ".join(text.replace("\n", ", ") for name, text in row.items() if text and name != "key")
        for row in filled(sent, kind).values()
    )
