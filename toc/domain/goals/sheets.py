"""A tree as flat rows under headers, as spreadsheets have them, and back; files are not known here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Final
from uuid import UUID

from toc.domain.codes import CodeKind
from toc.domain.goals.body import (
    MOST_LINKS,
    MOST_ROWS,
    SECTIONS,
    Fault,
    GoalBody,
    Record,
    TreeBody,
    TreeRead,
    finished,
    read_fields,
)
from toc.domain.goals.fields import Field, OfKind, Text, shortened
from toc.domain.ids import derived

STATEMENTS: Final = "statements"
"""Name of the sheet with statements, which are no part of the tree's own value."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and rows with as many cells, all of them text.

    Attributes:
        headers: keys of the columns.
        rows: may have another number of cells when they came from somebody's file.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementBody(Record):
    """A statement that a goal rests on; whoever makes one sees to it that the reader may read it."""

    code: str
    goal: str
    party: str
    text: str

    FIELDS: ClassVar[Mapping[str, Field]] = {
        "code": OfKind(CodeKind.STATEMENT),
        "goal": OfKind(CodeKind.GOAL),
        "party": OfKind(CodeKind.GROUP),
        "text": Text(required=True),
    }


@dataclass(frozen=True, slots=True)
class StatementsRead:
    """Statements that came in: all of them, or none when there are faults."""

    statements: tuple[StatementBody, ...]
    faults: tuple[Fault, ...] = ()


def to_sheets(body: TreeBody) -> dict[str, Sheet]:
    """Return a sheet for each of `SECTIONS`: goals, links, parties, holders."""
    return {name: _sheet(record, getattr(body, name)) for name, record in SECTIONS.items()}


def statement_sheet(statements: Iterable[StatementBody]) -> Sheet:
    """Return the sheet of statements; one that several goals rest on stands there once for each."""
    return _sheet(StatementBody, statements)


def from_sheets(
    sheets: Mapping[str, Sheet], *, root: UUID, known: Mapping[str, UUID] | None = None
) -> TreeRead:
    """Read a tree that `to_sheets` wrote and somebody worked on. Nothing is passed over or guessed.

    Columns that have a default may be missing, and so may the id of a goal. Lines without anything in them
    are passed over, and counted.

    Args:
        sheets: by name of the section; one that is not there has no rows.
        root: the id under which new goals get theirs: the same file twice makes the same goals.
        known: by code, the ids of goals that are there already.
    """
    faults: list[Fault] = [
        Fault(shortened(name), 0, "", "tree_in.sheet_unknown", {"name": shortened(name)})
        for name in sheets
        if name not in {*SECTIONS, STATEMENTS}
    ]
    read: dict[str, Sequence[Record]] = {}
    places: dict[str, list[int]] = {}
    for name, record in SECTIONS.items():
        ids = partial(_id, root, known or {}) if record is GoalBody else None
        found, wrong = _read(name, record, sheets.get(name, Sheet(tuple(record.FIELDS), ())), ids)
        read[name] = [row for _, row in found]
        places[name] = [place for place, _ in found]
        faults += wrong
    return _placed(finished(read, faults), places) if not faults else TreeRead(None, tuple(faults))


def read_statements(sheet: Sheet, body: TreeBody) -> StatementsRead:
    """Read the statements that the goals of a tree rest on.

    Args:
        sheet: as `statement_sheet` writes it.
        body: the tree whose goals and parties they name.
    """
    found, faults = _read(STATEMENTS, StatementBody, sheet)
    goals, parties = {goal.code for goal in body.goals}, {party.code for party in body.parties}
    seen: dict[tuple[str, str], int] = {}
    statements = [(place, row) for place, row in found if isinstance(row, StatementBody)]
    for place, row in statements:
        for name, code_, ours in (("goal", row.goal, goals), ("party", row.party, parties)):
            if code_ not in ours:
                faults.append(Fault(STATEMENTS, place, name, "tree_in.code_unknown", {"value": code_}))
        first = seen.setdefault((row.code, row.goal), place)
        if first != place:
            said = {"value": f"{row.code} + {row.goal}", "first": first}
            faults.append(Fault(STATEMENTS, place, "", "tree_in.statement_repeated", said))
    if faults:
        return StatementsRead((), tuple(sorted(faults, key=lambda fault: fault.row)))
    return StatementsRead(tuple(row for _, row in statements))


# --- Rows ---------------------------------------------------------------------------------------------------


def _sheet(record: type[Record], rows: Iterable[Record]) -> Sheet:
    return Sheet(
        headers=tuple(record.FIELDS),
        rows=tuple(
            tuple(kind.show(getattr(row, name)) for name, kind in record.FIELDS.items()) for row in rows
        ),
    )


def _id(root: UUID, known: Mapping[str, UUID], code_: object) -> UUID:
    goal = str(code_)
    return known.get(goal) or derived(root, "goal", goal)


def _placed(read: TreeRead, places: Mapping[str, list[int]]) -> TreeRead:
    """Return what was read with the rows of its faults counted as in the sheets, empty rows too."""

    def placed(fault: Fault) -> Fault:
        rows = places[fault.section]
        params = dict(fault.params)
        if isinstance(first := params.get("first"), int):
            params["first"] = rows[first - 1]
        return replace(fault, row=rows[fault.row - 1], params=params)

    return TreeRead(read.body, tuple(placed(fault) for fault in read.faults))


def _headers(section: str, record: type[Record], sheet: Sheet) -> tuple[list[str], list[Fault]]:
    """Return the key of each column, and what is wrong with them."""
    keys = ["_".join(header.split()).casefold() for header in sheet.headers]
    strange = [
        Fault(section, 0, "", "tree_in.column_unknown", {"name": shortened(header)})
        for header, key in zip(sheet.headers, keys, strict=True)
        if key not in record.FIELDS
    ]
    twice = [
        Fault(section, 0, key, "tree_in.column_repeated", {"name": key})
        for key in record.FIELDS
        if keys.count(key) > 1
    ]
    missing = [
        Fault(section, 0, key, "tree_in.column_missing", {"name": key})
        for key in record.FIELDS
        if key in record.required() - {*keys, "id"}
    ]
    return keys, [*strange, *twice, *missing]


def _read(
    section: str,
    record: type[Record],
    sheet: Sheet,
    new_id: Callable[[object], UUID] | None = None,
) -> tuple[list[tuple[int, Record]], list[Fault]]:
    """Return the rows that could be read, with their numbers from 1, and what is wrong with the others."""
    keys, faults = _headers(section, record, sheet)
    most = MOST_ROWS.get(section, MOST_LINKS)
    if len(sheet.rows) > most:
        faults.append(Fault(section, 0, "", "tree_in.too_many_rows", {"most": most}))
    if faults:
        return [], faults
    found: list[tuple[int, Record]] = []
    for number, cells in enumerate(sheet.rows, start=1):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(keys):
            params = {"expected": len(keys), "found": len(cells)}
            faults.append(Fault(section, number, "", "row.ragged", params))
            continue
        row, wrong = _row(section, number, record, dict(zip(keys, cells, strict=True)), new_id)
        faults += wrong
        found += [] if row is None else [(number, row)]
    return found, faults


def _row(
    section: str,
    number: int,
    record: type[Record],
    cells: Mapping[str, str],
    new_id: Callable[[object], UUID] | None,
) -> tuple[Record | None, list[Fault]]:
    values: dict[str, Callable[[], object]] = {
        name: partial(record.FIELDS[name].parse, cell)
        for name, cell in cells.items()
        if cell.strip() or name in record.required()
    }
    if new_id is not None and not cells.get("id", "").strip():
        code_ = record.FIELDS["code"]
        values["id"] = lambda: new_id(code_.parse(cells["code"]))
    made, faults = read_fields(section, number, record, values)
    bad = {fault.name for fault in faults}
    # An id that was to follow from a bad code is no fault of its own.
    return made, [fault for fault in faults if fault.name != "id" or "code" not in bad]
