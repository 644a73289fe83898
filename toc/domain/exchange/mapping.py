"""Mappings: what each column of a log is for and how its cells are written, as somebody confirmed it.

A mapping is remembered per source, written in a file for `toc import`, and kept with every import. It names
things as people do: indicators by their code, instruments by name and version, groups by their key. What a
cell can mean in two ways is not in it until somebody answered (`Question`).
"""

import json
from collections.abc import Callable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from toc.domain.errors import DomainError
from toc.domain.exchange.notation import MISSING, DateOrder, NumberStyle, parse_decimal
from toc.domain.exchange.sources import SourceKind
from toc.domain.participants import Moment, Subject

VERSION: Final = 1
"""Of the way in which a mapping is written down."""

MOST_HEADERS: Final = 5
"""Rows that may hold the names of the columns."""

MOST_SKIPPED: Final = 100
"""Rows above the names, such as a title."""


class About(StrEnum):
    """What the rows of a log are about."""

    MEASUREMENTS = "measurements"
    """Of indicators: a row holds counts or scores of a group."""
    PARTICIPANTS = "participants"
    """A row is one answer, visit or event of one participant."""


class Use(StrEnum):
    """What a column is for."""

    LEFT_OUT = "left_out"
    """Nothing: it is not imported."""
    KEY = "key"
    """By which the source knows the row; several columns form one key."""
    VERSION = "version"
    """Which version of the row it is, such as the `_uuid` of KoboToolbox."""
    REPLACES = "replaces"
    """Which version it takes the place of."""
    SUBMITTED = "submitted"
    """When the row was sent: of two versions the later counts."""
    DAY = "day"
    """Of what is in the row."""
    NOTE = "note"
    SITE = "site"
    INDICATOR = "indicator"
    """Which indicator the value is of; without such a column, the value names it."""
    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    OPTION = "option"
    """Which group of a breakdown, or which level of an ordinal score, the value is of."""
    BREAKDOWN = "breakdown"
    """Which breakdown the group is of; without such a column, the group names it."""
    LEVELS = "levels"
    """How many people are on each level of an ordinal score: 1: 3; 2: 12."""
    ACCOUNT = "account"
    """What somebody saw change, of an indicator that is told in words."""
    PEOPLE = "people"
    """Of how many people there is a value."""
    WITHOUT = "without"
    """Of how many people there is none."""
    SINCE = "since"
    """The first day of the period that the value counts."""
    PERSON = "person"
    """The code of the participant."""
    EVENT = "event"
    """What happened: by words, or by `subject` where the cell says yes."""
    EVENT_DAY = "event_day"
    """The day on which the event that `subject` names happened; empty: it did not."""
    MOMENT = "moment"
    """When in somebody's time with the programme the scores of the row were taken."""
    SCORE = "score"
    """Of an item of an instrument."""
    COHORT = "cohort"
    ARM = "arm"
    ENTRY = "entry"
    EXIT = "exit"
    GROUP = "group"
    """To which option of a breakdown the participant belongs."""


class Unsigned(StrEnum):
    """What a number without a percent sign means in a column in which others have one."""

    PERCENT = "percent"
    FRACTION = "fraction"


class Zone(StrEnum):
    """Where a moment without a zone was written down."""

    UTC = "utc"
    AMSTERDAM = "amsterdam"


class Epoch(StrEnum):
    """From which year a spreadsheet counts its days."""

    Y1900 = "1900"
    Y1904 = "1904"
    NONE = "none"
    """It does not count days: such a number is no day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """What one column is for, and how its cells are written.

    Attributes:
        header: its name, as `Recognition` shows it: "Meting T0 / Score", "note (2)".
        use: what it is for.
        indicator: code of the indicator that a value, numerator, denominator, account or the levels are of
            ("I3"); "" where a column says which.
        breakdown: key of the breakdown that an option or group is of; "" where a column says which.
        instrument: name of the instrument of a score.
        edition: version of that instrument; "" when there is one.
        item: key of its item; "" for the score of the whole.
        subject: the event that a column with yes or a day stands for.
        name: the programme's own name of an event whose subject is OTHER.
        moment: when the score was taken, unless a column says so.
        style: how numbers are written; None: not answered.
        order: which part of a day comes first; None: not answered.
        two_digit_years: whether 25 may be read as 2025; None: not answered.
        serials: whether a bare number is a day that a spreadsheet counted, and from when; None: not answered.
        unsigned: what a number without a percent sign is where others have one; None: not answered.
        zone: where a moment without a zone was written; None: not answered.
        missing: what stands where nothing was answered, besides nothing at all.
        factor: by which each number is multiplied: 1000 for a column in thousands.
        rounded: whether more than six decimals are rounded, not refused.
        words: what a cell means: {"a1": "1", "t0": "before", "ja": "1"}; small and capital letters alike.
        makes: names of sites or cohorts that are made when rows of them come in.
    """

    header: str
    use: Use
    indicator: str = ""
    breakdown: str = ""
    instrument: str = ""
    edition: str = ""
    item: str = ""
    subject: Subject | None = None
    name: str = ""
    moment: Moment | None = None
    style: NumberStyle | None = None
    order: DateOrder | None = None
    two_digit_years: bool | None = None
    serials: Epoch | None = None
    unsigned: Unsigned | None = None
    zone: Zone | None = None
    missing: tuple[str, ...] = MISSING
    factor: Decimal = Decimal(1)
    rounded: bool = False
    words: Dictionary[str, str] = field(default_factory=dict)
    makes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows that are left out: those with one of these texts in a column, such as "not approved".

    Attributes:
        header: of the column.
        values: the texts; small and capital letters alike; "" is an empty cell.
    """

    header: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """That a sheet of a repeated question gets the columns of the answer it is part of.

    Attributes:
        sheet: name of the sheet with the answers.
        parent: column there, such as "_uuid" or "KEY".
        child: column here that holds the same, such as "_submission__uuid" or "PARENT_KEY".
    """

    sheet: str
    parent: str
    child: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How a log is read.

    Attributes:
        about: what its rows are about.
        columns: every column that is used, and every personal one that is left out. A column that is not
            named is left out, unless it is personal: that has to be said.
        kind: which program wrote it.
        sheet: name of the sheet; "" for the first or only one.
        headers: how many rows hold the names of the columns.
        skipped: rows above those.
        encoding: of the letters; "" to find it in the file.
        delimiter: what parts the cells; "" to find it.
        exclusions: rows that are left out.
        join: for a sheet of a repeated question.
        decisions: of rows that say different things about the same: by the name that the preview gives the
            question, the number of the row that counts, or 0 for none.
    """

    about: About
    columns: tuple[ColumnUse, ...]
    kind: SourceKind = SourceKind.TABLE
    sheet: str = ""
    headers: int = 1
    skipped: int = 0
    encoding: str = ""
    delimiter: str = ""
    exclusions: tuple[Exclusion, ...] = ()
    join: Join | None = None
    decisions: Dictionary[str, int] = field(default_factory=dict)

    def used(self, *uses: Use) -> tuple[ColumnUse, ...]:
        """Return the columns that are for one of these uses."""
        return tuple(column for column in self.columns if column.use in uses)

    def to_json(self) -> dict[str, Any]:
        """Return it as `from_json` reads it; what is as usual is not named."""
        return {"version": VERSION, **_plain(self)}

    def canonical(self) -> str:
        """Return it as one text: the same mapping gives the same one. Decisions are no part of it."""
        said = self.to_json()
        said.pop("decisions", None)
        return json.dumps(said, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, said: object) -> "Mapping":
        """Read a mapping that somebody wrote or that was remembered.

        Raises:
            DomainError: ``mapping.unreadable``, with ``where``, when it is not a mapping, names something
                that there is not, or holds a value that cannot be; ``columns.twice``.
        """
        if not isinstance(said, dict) or said.get("version") != VERSION:
            raise DomainError("mapping.unreadable", where="version")
        rest = {name: value for name, value in said.items() if name != "version"}
        mapping: Mapping = _made(cls, rest, "")
        _check_shape(mapping)
        return mapping


def _check_shape(mapping: Mapping) -> None:
    names = [column.header for column in mapping.columns]
    if len(names) != len(set(names)):
        raise DomainError("columns.twice")
    if not 1 <= mapping.headers <= MOST_HEADERS:
        raise DomainError("mapping.unreadable", where="headers")
    if not 0 <= mapping.skipped <= MOST_SKIPPED:
        raise DomainError("mapping.unreadable", where="skipped")


# --- Written down -------------------------------------------------------------------------------------------


def _plain(thing: Any) -> Any:  # noqa: ANN401 - any of the above
    """Return a dataclass as JSON has it, without what is as usual."""
    if isinstance(thing, (Mapping, ColumnUse, Exclusion, Join)):
        usual = type(thing).__dataclass_fields__
        return {
            each.name: _plain(value)
            for each in fields(thing)
            if (value := getattr(thing, each.name)) != usual[each.name].default and value != {}
        }
    if isinstance(thing, tuple):
        return [_plain(each) for each in thing]
    return str(thing) if isinstance(thing, Decimal) else thing


def _of(kind: type[StrEnum]) -> Callable[[Any, str], Any]:
    def read(value: Any, where: str) -> StrEnum:  # noqa: ANN401 - JSON
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        raise DomainError("mapping.unreadable", where=where)

    return read


def _is(kind: type) -> Callable[[Any, str], Any]:
    def read(value: Any, where: str) -> Any:  # noqa: ANN401 - JSON
        if type(value) is kind:  # True is no number
            return value
        raise DomainError("mapping.unreadable", where=where)

    return read


def _dictionary(kind: type) -> Callable[[Any, str], Any]:
    def read(value: Any, where: str) -> dict[str, Any]:  # noqa: ANN401 - JSON
        each = _is(kind)
        return {name: each(one, f"{where}.{name}") for name, one in _is(dict)(value, where).items()}

    return read


def _list(each: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    def read(value: Any, where: str) -> tuple[Any, ...]:  # noqa: ANN401 - JSON
        return tuple(each(one, f"{where}[{at}]") for at, one in enumerate(_is(list)(value, where)))

    return read


def _thing(kind: type[Any]) -> Callable[[Any, str], Any]:
    def read(value: Any, where: str) -> Any:  # noqa: ANN401 - JSON
        return _made(kind, _is(dict)(value, where), f"{where}.")

    return read


def _factor(value: Any, where: str) -> Decimal:  # noqa: ANN401 - JSON
    return parse_decimal(_is(str)(value, where), NumberStyle.ENGLISH)


_READERS: Final[Dictionary[str, Callable[[Any, str], Any]]] = {
    "about": _of(About),
    "kind": _of(SourceKind),
    "use": _of(Use),
    "subject": _of(Subject),
    "moment": _of(Moment),
    "style": _of(NumberStyle),
    "order": _of(DateOrder),
    "serials": _of(Epoch),
    "unsigned": _of(Unsigned),
    "zone": _of(Zone),
    "headers": _is(int),
    "skipped": _is(int),
    "two_digit_years": _is(bool),
    "rounded": _is(bool),
    "factor": _factor,
    "missing": _list(_is(str)),
    "makes": _list(_is(str)),
    "values": _list(_is(str)),
    "words": _dictionary(str),
    "decisions": _dictionary(int),
    "columns": _list(_thing(ColumnUse)),
    "exclusions": _list(_thing(Exclusion)),
    "join": _thing(Join),
}
"""How each field is read; one that is not here is a text."""


def _made(kind: type[Any], said: dict[str, Any], where: str) -> Any:  # noqa: ANN401 - an instance of the kind
    """Return a dataclass from its JSON.

    Raises:
        DomainError: ``mapping.unreadable``.
    """
    if unknown := said.keys() - {each.name for each in fields(kind)}:
        raise DomainError("mapping.unreadable", where=f"{where}{min(unknown)}")
    text = _is(str)
    try:
        return kind(
            **{name: _READERS.get(name, text)(value, f"{where}{name}") for name, value in said.items()}
        )
    except TypeError as error:  # something is not named
        raise DomainError("mapping.unreadable", where=where.rstrip(".") or "columns") from error
