"""The form of a measured value, as the record page and the page of today show and read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from flask_babel import gettext
from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError
from werkzeug.datastructures import MultiDict

from toc.domain.errors import DomainError
from toc.domain.exchange.notation import NumberStyle, parse_decimal
from toc.domain.indicators import Definition, Kind, Reading, checked, ratio
from toc.domain.indicators.breakdowns import (
    ADDING,
    UNKNOWN,
    Breakdown,
    Part,
    completed,
    level_parts,
    part_of,
)
from toc.services.errors import Conflict
from toc.services.indicators import ASite, Entry, Measured
from toc.web import texts
from toc.web.forms import Day, Form, Input, OptionalDay, OptionalParagraph, OptionalRowId, RowId, Tick
from toc.web.indicators.showing import plain
from toc.web.said import no, yes

_STYLES: Final = {"nl": NumberStyle.DUTCH, "en": NumberStyle.ENGLISH}


def _written(typed: Any) -> str:  # noqa: ANN401 - pydantic passes anything
    """Return the language in which the numbers of a form are written; of a form without one, of the page.

    A form that waited for a connection is sent as it was typed, perhaps from a page in the other language.
    """
    return str(typed) if typed in _STYLES else texts.language()


def _number(typed: Any, info: ValidationInfo) -> Decimal | None:  # noqa: ANN401 - as above
    text = str(typed or "").strip()
    if not text:
        return None
    try:
        return parse_decimal(text, _STYLES[info.data["written"]])
    except DomainError as error:
        raise PydanticCustomError("toc", "{key}", {"key": error.key, "params": error.params}) from error


def _people(typed: Any, info: ValidationInfo) -> int | None:  # noqa: ANN401 - as above
    number = _number(typed, info)
    if number is None:
        return None
    try:
        return int(checked(Kind.COUNT, number))
    except DomainError as error:
        raise PydanticCustomError("toc", "{key}", {"key": error.key, "params": error.params}) from error


Written = Annotated[str, BeforeValidator(_written)]
OptionalCounted = Annotated[Decimal | None, BeforeValidator(_number)]
OptionalPeople = Annotated[int | None, BeforeValidator(_people)]


class EntryInput(Input):
    """What was measured on a day, but the parts: their fields depend on the indicator."""

    written: Written
    id: RowId
    on: Day
    value: OptionalCounted
    numerator: OptionalCounted
    denominator: OptionalCounted
    note: OptionalParagraph
    site_id: OptionalRowId
    starts_on: OptionalDay
    people: OptionalPeople
    missing: OptionalPeople
    narrative: OptionalParagraph
    rest: Tick


# --- What the form asks -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One breakdown in the form.

    Attributes:
        key: of the breakdown.
        fields: (name of the field, label), "unknown" last.
    """

    key: str
    name: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What the form of an indicator shows.

    Attributes:
        kind: as a value of `Kind`.
        suffix: the unit behind a value.
        numerator, denominator: labels of the two numbers of a proportion.
        levels: of an ordinal score, (name of the field, label), lowest first.
        sites: (id, name), the whole programme first; empty without sites.
        counts_period: whether a value is of its own period, whose first day is asked.
        asks_people: whether the value means little without the number of participants.
        written: the language of the page, in which numbers are written.
    """

    kind: str
    suffix: str
    numerator: str
    denominator: str
    yes_no: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    sites: tuple[tuple[str, str], ...]
    counts_period: bool
    asks_people: bool
    whole: bool
    written: str


def asking(definition: Definition, places: Sequence[ASite], currency: str) -> Asking:
    """Return what the form of an indicator shows."""
    kind = definition.kind
    return Asking(
        kind=kind.value,
        suffix=currency if kind is Kind.MONEY else definition.unit,
        numerator=definition.numerator or gettext("How many"),
        denominator=definition.denominator or gettext("Out of how many"),
        yes_no=(("1", yes()), ("0", no())),
        levels=tuple(
            (f"level-{number}", f"{number}. {name}") for number, name in enumerate(definition.levels, start=1)
        ),
        groups=tuple(_group(one) for one in _breakdowns(definition)),
        sites=(("", gettext("the whole programme")), *((str(place.id), place.name) for place in places))
        if places
        else (),
        counts_period=not definition.is_cumulative,
        asks_people=kind is Kind.MEAN,
        whole=kind in {Kind.COUNT, Kind.PROPORTION},
        written=texts.language(),
    )


def _breakdowns(definition: Definition) -> tuple[Breakdown, ...]:
    return definition.breakdowns if definition.kind in ADDING else ()


def _group(breakdown: Breakdown) -> Group:
    named = [(_field(breakdown.key, option.key), option.name) for option in breakdown.options]
    return Group(
        key=breakdown.key,
        name=breakdown.name,
        fields=(*named, (_field(breakdown.key, UNKNOWN), gettext("unknown"))),
    )


def _field(breakdown: str, option: str) -> str:
    return f"part-{breakdown}-{option}"


def as_typed(one: Measured) -> dict[str, str]:
    """Return a measurement as the fields of the form, each as a person types it."""
    numbers = {
        "value": one.reading.value,
        "numerator": one.reading.numerator,
        "denominator": one.reading.denominator,
        "people": one.people,
        "missing": one.missing,
    }
    typed = {name: "" if number is None else plain(number) for name, number in numbers.items()}
    for number, people in enumerate(one.levels, start=1):
        typed[f"level-{number}"] = str(people)
    for part in one.parts:
        name = _field(part.breakdown, part.option)
        if part.denominator is None or part.numerator is None:
            typed[name] = plain(part.value)
        else:
            typed[name], typed[f"{name}-of"] = plain(part.numerator), plain(part.denominator)
    return {
        **typed,
        "on": one.reading.on.isoformat(),
        "site_id": "" if one.site_id is None else str(one.site_id),
        "starts_on": "" if one.starts_on is None else one.starts_on.isoformat(),
        "narrative": one.narrative,
    }


def shown_fields(asked: Asking) -> dict[str, str]:
    """Return the labels of all fields, for the list of what is not right yet."""
    labels = {
        "on": gettext("Measured on"),
        "starts_on": gettext("First day of the period"),
        "site_id": gettext("Where"),
        "numerator": asked.numerator,
        "denominator": asked.denominator,
        "value": gettext("Value"),
        "people": gettext("Participants with a value"),
        "missing": gettext("Participants without a value"),
        "narrative": gettext("What changed"),
        "note": gettext("Note"),
        "proof": gettext("Photo or file"),
    }
    labels |= dict(asked.levels)
    for group in asked.groups:
        labels |= {name: f"{group.name}, {label}" for name, label in group.fields}
    return labels


# --- What was typed -----------------------------------------------------------------------------------------


class EntryForm(Form[EntryInput]):
    """A form of a measured value, its parts among them."""

    def __init__(self, sent: MultiDict[str, str], definition: Definition) -> None:
        """Parse what was sent, for an indicator that is defined so."""
        super().__init__(sent, EntryInput)
        self._definition = definition
        self._style = _STYLES[_written(sent.get("written"))]
        self.offers_rest = False
        """Whether what is left of a breakdown may be put under "unknown"."""
        self._parts = self._read_levels(sent) if definition.kind is Kind.ORDINAL else self._read_parts(sent)

    @property
    def entry(self) -> Entry:
        """What was meant, once the form is `ok`; what is left stands under "unknown" where that was ticked.

        Raises:
            DomainError: the value itself cannot be.
        """
        said = self.value
        parts = self._parts
        if said.rest and parts and self._definition.kind in ADDING:
            parts = completed(self._definition.kind, self._reading(said), parts)
        return Entry(**said.model_dump(exclude={"written", "rest"}), parts=parts)

    def _reading(self, said: EntryInput) -> Reading:
        if self._definition.kind is Kind.PROPORTION:
            if said.numerator is None or said.denominator is None:
                raise DomainError("measurement.pair_half")
            share = ratio(said.numerator, said.denominator)
            return Reading(on=said.on, value=share, numerator=said.numerator, denominator=said.denominator)
        if said.value is None:
            raise DomainError("measurement.value_missing")
        return Reading(on=said.on, value=checked(self._definition.kind, said.value))

    def _typed(self, name: str) -> Decimal | None:
        text = (self.raw(name) or "").strip()
        if not text:
            return None
        try:
            return parse_decimal(text, self._style)
        except DomainError as error:
            self.blame(name, error)
            return None

    def _read_levels(self, _: Mapping[str, str]) -> tuple[Part, ...]:
        people = []
        for number in range(1, len(self._definition.levels) + 1):
            typed = self._typed(f"level-{number}")
            try:
                people.append(int(checked(Kind.COUNT, typed or Decimal(0))))
            except DomainError as error:
                self.blame(f"level-{number}", error)
        return level_parts(people)

    def _read_parts(self, _: Mapping[str, str]) -> tuple[Part, ...]:
        parts = []
        for breakdown in _breakdowns(self._definition):
            for option in breakdown.keys:
                name = _field(breakdown.key, option)
                value, of = self._typed(name), self._typed(f"{name}-of")
                if value is None and of is None:
                    continue
                try:
                    parts.append(self._part(breakdown.key, option, value, of))
                except DomainError as error:
                    self.blame(name, error)
        return tuple(parts)

    def _part(self, breakdown: str, option: str, value: Decimal | None, of: Decimal | None) -> Part:
        kind = self._definition.kind
        if kind is Kind.PROPORTION:
            return part_of(kind, breakdown, option, numerator=value, denominator=of)
        return part_of(kind, breakdown, option, value=value)

    # Where each error belongs.

    def blame_at_its_field(self, error: DomainError) -> UUID | None:
        """Put an error where it belongs; return the measurement that it is about, if it names one."""
        self.blame(self._field_of(error), error)
        self.offers_rest = error.key in _OFFERS
        named = error.params.get("measurement_id") if isinstance(error, Conflict) else None
        return named if isinstance(named, UUID) else None

    def _field_of(self, error: DomainError) -> str:
        named = error.params.get("field")
        if isinstance(named, str) and named:
            return named
        if error.key in _FIELDS:
            return _FIELDS[error.key]
        if error.key.startswith("breakdown."):
            return _field(str(error.params.get("breakdown", "")), UNKNOWN)
        if self._definition.kind is Kind.ORDINAL:
            return "level-1"
        if self._definition.kind is not Kind.PROPORTION:
            return "value"
        half = self.raw("numerator") and not self.raw("denominator")
        return "denominator" if half or error.key == "measurement.denominator_zero" else "numerator"


_OFFERS: Final = frozenset({"breakdown.too_little", "breakdown.too_little_of_whole"})
_FIELDS: Final = {
    "measurement.in_future": "on",
    "date.out_of_range": "on",
    "measurement.day_taken": "on",
    "period.locked": "on",
    "measurement.personal": "note",
    "measurement.reason_missing": "note",
    "measurement.already_saved": "",
    "measurement.already_corrected": "",
    "measurement.taken_back": "",
    "measurement.nothing_changed": "",
    "proof.nothing": "proof",
}


def open_groups(asked: Asking, form: Form[Any]) -> frozenset[str]:
    """Return the breakdowns that stand open: those where something was typed or is not right."""
    return frozenset(
        group.key
        for group in asked.groups
        if any(form.raw(name) or form.raw(f"{name}-of") or form.error(name) for name, _ in group.fields)
    )
