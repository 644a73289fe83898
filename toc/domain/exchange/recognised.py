"""What was seen in a file before anything is read: its sheets, columns, persons, and open questions."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from toc.domain.exchange.columns import PersonalColumn
from toc.domain.exchange.files import Note
from toc.domain.exchange.notation import DateOrder, NumberStyle
from toc.domain.exchange.sources import SourceKind
from toc.domain.privacy import Personal


class Asked(StrEnum):
    """What somebody has to say about a column, because its cells do not."""

    STYLE = "style"
    """1.050 is 1050 in Dutch and 1.05 in English."""
    ORDER = "order"
    """3-2-2025 is in February or in March."""
    TWO_DIGIT_YEARS = "two_digit_years"
    """5-2-25."""
    SERIALS = "serials"
    """45693 is a day when a spreadsheet counted it."""
    UNSIGNED = "unsigned"
    """0,5 beside 12,0%: half a percent, or half."""
    ZONE = "zone"
    """A moment near midnight without a zone."""
    WORDS = "words"
    """A1 to A5: which number each stands for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be answered before a column can be read: the field of `ColumnUse` of the same name.

    Attributes:
        header: of the column.
        about: what is asked.
        example: the first cell that shows the question.
        line: of the file, from 1, where that cell stands.
        meanings: what the example is by each answer, in plain notation (1050, 2025-02-03).
        suggested: the answer that more of the other cells point to; "" when they do not tell.
        cells: how many cells have more than one meaning.
    """

    header: str
    about: Asked
    example: str
    line: int
    meanings: Dictionary[str, str]
    suggested: str = ""
    cells: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSeen:
    """A sheet of a workbook, a table of an archive, or the only table of a file.

    Attributes:
        name: "" for a file that is one table.
        hidden: whether its maker hid it.
        hidden_columns: headers of the columns that were hidden.
        hidden_rows: how many rows were hidden; they are read like the others.
        first_rows: the first rows as they came, to choose the header from; personal cells are empty.
    """

    name: str = ""
    hidden: bool = False
    hidden_columns: tuple[str, ...] = ()
    hidden_rows: int = 0
    first_rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSeen:
    """A column of the sheet that was looked through.

    Attributes:
        position: from 0.
        header: its name; a repeated name got a number.
        hidden: whether its maker hid it.
        filled: cells with something in them.
        numbers: cells that are a number in either style.
        days: cells that are a day or a moment.
        distinct: the different cells when they are few, else none; none of a personal column.
        examples: a few cells; none of a personal column.
        same_as: header of the column that holds the same answers joined in one cell; "" if there is none.
        style: in which alone all its numbers can be read; None when both can, or neither.
        order: in which alone all its days can be read; None when both can, or neither.
    """

    position: int
    header: str
    hidden: bool = False
    filled: int = 0
    numbers: int = 0
    days: int = 0
    distinct: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    same_as: str = ""
    style: NumberStyle | None = None
    order: DateOrder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """All that was seen.

    Attributes:
        kind: which program probably wrote it.
        encoding: of the letters; "" for a workbook or JSON.
        delimiter: what parts the cells; "" likewise.
        sheets: all of them, hidden ones as well.
        sheet: name of the one that was looked through.
        headers: how many rows hold the names.
        skipped: rows above those.
        rows: below the header.
        ragged: rows with more or fewer cells.
        columns: of that sheet.
        personal: columns that are about persons; one that is `refused` stops the import.
        questions: that have to be answered if their column is used.
        notes: what was noticed.
        totals_at: lines of rows that look like a total or a footnote.
    """

    kind: SourceKind
    encoding: str
    delimiter: str
    sheets: tuple[SheetSeen, ...]
    sheet: str
    headers: int
    skipped: int
    rows: int
    ragged: int
    columns: tuple[ColumnSeen, ...]
    personal: tuple[PersonalColumn, ...]
    questions: tuple[Question, ...]
    notes: tuple[Note, ...]
    totals_at: tuple[int, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it may come in: it holds citizen service numbers."""
        return any(column.refused for column in self.personal)


class RowState(StrEnum):
    """What importing would do with a row."""

    NEW = "new"
    CHANGED = "changed"
    """It corrects what is known: the old value stays visible."""
    UNCHANGED = "unchanged"
    """Known already."""
    REJECTED = "rejected"
    """Something is wrong with it."""
    CONFLICT = "conflict"
    """It says something else about the same than another row: somebody has to decide."""
    MISSING = "missing"
    """It holds no answer. Missing is not zero."""
    REPEATED = "repeated"
    """It says the same as another row."""
    SUPERSEDED = "superseded"
    """A later version of the same row is in the file."""
    EXCLUDED = "excluded"
    """The mapping leaves it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a row is rejected, or needs a decision.

    Attributes:
        key: of the sentence.
        params: what the sentence names.
        header: of the cell at fault; "" when it is the row.
        original: the cell as it came; "" when it is the row, or personal.
    """

    key: str
    params: Dictionary[str, Any] = field(default_factory=dict)
    header: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that a row says.

    Attributes:
        header: of the column it came from.
        about: whom or what: the code of the participant, or of the indicator.
        on: the day, as 2025-02-03; "" without one.
        value: in plain notation; "" when it is missing.
        known: what is known of the same now; "" if nothing is, or if it is the same.
        state: what importing would do with it.
        beside: whether what stands beside it is new, such as its note, and not the value.
    """

    header: str
    about: str
    on: str
    value: str
    known: str
    state: RowState
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRow:
    """A row as the preview shows it.

    Attributes:
        number: counts the rows below the header from 1.
        line: of the file, from 1; 0 for what is in no line: what an edited answer no longer says.
        state: what importing would do with it.
        reasons: why it is rejected.
        says: what is in it.
        question: name of the question by which a conflict is decided; "" without one.
    """

    number: int
    line: int
    state: RowState
    reasons: tuple[Reason, ...] = ()
    says: tuple[Said, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTotals:
    """What the file says in one column, or about one indicator or score.

    Attributes:
        about: header of the column, and the code of the indicator where a column names it.
        values: how many values, of rows that count once.
        missing: how many rows have none.
        missing_by_code: of these, by what stood there; "" for an empty cell.
        total: the sum of the values in plain notation; "" for what cannot be added.
    """

    about: str
    values: int
    missing: int
    missing_by_code: Dictionary[str, int]
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What importing would do, counted.

    Attributes:
        rows: below the header.
        states: rows in each state.
        keys: different keys of rows; 0 without a key.
        values: things said by rows that count once, over all columns.
        missing: answers that are missing.
        targets: by column.
        new_participants: codes that are not known yet, and would be made.
        ragged: rows with more or fewer cells than the header; they are among the rejected.
        notes: what was noticed.
        taken_back: values that an edited answer no longer has; each entry that it lost counts as a changed
            row, beside those of the file.
    """

    rows: int
    states: Dictionary[RowState, int]
    keys: int
    values: int
    missing: int
    targets: tuple[TargetTotals, ...]
    new_participants: int
    ragged: int
    notes: tuple[Note, ...] = ()
    taken_back: int = 0

    @property
    def shown(self) -> int:
        """How many rows there are to look at: those of the file, and what edited answers no longer say."""
        return sum(self.states.values())


# --- Kept beside a file -------------------------------------------------------------------------------------


def recognition_from(said: Dictionary[str, Any]) -> Recognition:
    """Return what was seen, from what `dataclasses.asdict` made of it and JSON kept."""
    return Recognition(
        **{
            **said,
            "kind": SourceKind(said["kind"]),
            "sheets": tuple(
                SheetSeen(
                    **{
                        **sheet,
                        "hidden_columns": tuple(sheet["hidden_columns"]),
                        "first_rows": tuple(map(tuple, sheet["first_rows"])),
                    }
                )
                for sheet in said["sheets"]
            ),
            "columns": tuple(
                ColumnSeen(
                    **{
                        **column,
                        "distinct": tuple(column["distinct"]),
                        "examples": tuple(column["examples"]),
                        "style": NumberStyle(column["style"]) if column.get("style") else None,
                        "order": DateOrder(column["order"]) if column.get("order") else None,
                    }
                )
                for column in said["columns"]
            ),
            "personal": tuple(
                PersonalColumn(**{**column, "kind": Personal(column["kind"])}) for column in said["personal"]
            ),
            "questions": tuple(
                Question(**{**question, "about": Asked(question["about"])}) for question in said["questions"]
            ),
            "notes": tuple(Note(**note) for note in said["notes"]),
            "totals_at": tuple(said["totals_at"]),
        }
    )


def totals_from(said: Dictionary[str, Any]) -> Totals:
    """Return the totals, from what `dataclasses.asdict` made of them and JSON kept."""
    return Totals(
        **{
            **said,
            "states": {RowState(state): number for state, number in said["states"].items()},
            "targets": tuple(TargetTotals(**target) for target in said["targets"]),
            "notes": tuple(Note(**note) for note in said["notes"]),
        }
    )
