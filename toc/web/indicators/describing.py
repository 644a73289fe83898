"""What a form about an indicator says: read into a definition, and a definition written into a form."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from toc.domain.errors import DomainError
from toc.domain.exchange import parse_date, parse_decimal, parse_percent
from toc.domain.indicators import Definition, Direction, Frequency, Kind, PeriodTarget, cut
from toc.domain.indicators.breakdowns import Breakdown, Option
from toc.domain.indicators.definition import key_for
from toc.domain.indicators.external import ExternalCode, Scheme
from toc.web.forms import (
    LINE,
    Day,
    Form,
    Input,
    Line,
    OptionalDay,
    OptionalLine,
    OptionalNumber,
    OptionalParagraph,
    OptionalRowId,
    Paragraph,
    RowId,
    Tick,
    chosen,
    clean,
    style,
)
from toc.web.indicators import rows
from toc.web.indicators.showing import plain

_NO, _YES = frozenset({"0", "nee", "no"}), frozenset({"1", "ja", "yes"})


def _aim(typed: Any, info: ValidationInfo) -> Decimal | None:  # noqa: ANN401 - pydantic passes anything
    """Read a value as its kind is typed: a share as a percentage, yes or no as a word."""
    text = str(typed or "").strip()
    if not text:
        return None
    kind = info.data.get("kind")
    if kind is Kind.YES_NO and text.casefold() in _NO | _YES:
        return Decimal(text.casefold() in _YES)
    try:
        return (parse_percent if kind is Kind.PROPORTION else parse_decimal)(text, style(info))
    except DomainError as error:
        raise PydanticCustomError("toc", "{key}", {"key": error.key, "params": error.params}) from error


def _needed(typed: Any, info: ValidationInfo) -> Decimal:  # noqa: ANN401 - as _aim
    value = _aim(typed, info)
    if value is None:
        raise PydanticCustomError("toc", "{key}", {"key": "period.value_missing", "params": {}})
    return value


Aim = Annotated[Decimal | None, BeforeValidator(_aim)]


class DefinitionInput(Input):
    """What an indicator says about itself, but for the rows."""

    kind: Annotated[Kind, chosen(Kind)]
    name: Line
    definition: OptionalParagraph
    unit: OptionalLine
    direction: Annotated[Direction, chosen(Direction)]
    frequency: Annotated[Frequency, chosen(Frequency)]
    is_cumulative: Tick
    counts_people: Tick
    collection: OptionalParagraph
    baseline_value: Aim
    baseline_on: OptionalDay
    target_value: Aim
    target_on: OptionalDay
    desired_value: Aim
    minimum_value: Aim
    other_name: OptionalLine
    other_definition: OptionalParagraph
    numerator: OptionalLine
    denominator: OptionalLine
    instrument: OptionalLine
    pitfalls: OptionalParagraph
    influence: OptionalParagraph
    responsible_id: OptionalRowId
    scale_lowest: OptionalNumber
    scale_highest: OptionalNumber
    levels: OptionalParagraph


class NewInput(DefinitionInput):
    """A new indicator of a goal."""

    id: RowId
    goal_id: RowId


class EditInput(DefinitionInput):
    """An indicator defined anew."""

    reason: OptionalParagraph


class PeriodInput(Input):
    """What is aimed at in one period."""

    kind: Annotated[Kind, chosen(Kind)]
    starts_on: Day
    ends_on: Day
    value: Annotated[Decimal, BeforeValidator(_needed)]


class BreakdownInput(Input):
    """One breakdown."""

    name: Line
    groups: Paragraph


SIMPLE: Final = tuple(name for name in DefinitionInput.model_fields if name != "levels")
"""What a definition and its form call the same."""


# --- From a form to a definition ----------------------------------------------------------------------------


def definition_in(
    form: Form[Any], sent: Mapping[str, str], base: Definition | None = None
) -> Definition | None:
    """Return the definition that a form describes; None when something is not right, which its fields say.

    Args:
        form: of `DefinitionInput`, read well.
        sent: what it was read from, with its rows.
        base: what it changes; what no form asks stays, and groups of the same name keep their key.
    """
    said = form.value
    periods = _periods(form, sent, said.kind)
    breakdowns = _breakdowns(form, sent, base)
    codes = {**_codes(form, sent, "sdg"), **_codes(form, sent, "code")}
    if not form.ok:
        return None
    values: dict[str, Any] = {
        **{name: getattr(said, name) for name in SIMPLE},
        "levels": tuple(_lines(said.levels)),
        "periods": tuple(periods.values()),
        "breakdowns": tuple(breakdowns.values()),
        "external_codes": tuple(codes.values()),
    }
    try:
        return Definition(**values) if base is None else replace(base, **values)
    except DomainError as error:
        blame(form, error, sent)
        return None


def blame(form: Form[Any], error: DomainError, sent: Mapping[str, str]) -> None:
    """Put the sentence of an error at the field that it is about, of a row where it is about one."""
    field, row = str(error.params.get("field", "")), error.params.get("row")
    place = row if isinstance(row, int) else -1
    if field == "periods":
        ordered = sorted(rows.filled(sent, "period").items(), key=lambda one: _begins(one[1]))
        field = f"period-{ordered[place][0]}-value" if 0 <= place < len(ordered) else field
    if field == "breakdowns":
        numbers = [*rows.filled(sent, "breakdown")]
        field = f"breakdown-{numbers[place]}-name" if 0 <= place < len(numbers) else field
    if field == "external_codes":
        numbers = [
            number
            for number, row in rows.filled(sent, "sdg").items()
            if _first_word(row["code"]) == error.params.get("code")
        ]
        field = f"sdg-{numbers[0]}-code" if numbers else field
    form.blame(field, error)


def _begins(row: rows.Row) -> date:
    return parse_date(row["starts_on"])


def _periods(form: Form[Any], sent: Mapping[str, str], kind: Kind) -> dict[int, PeriodTarget]:
    found = {}
    for number, row in rows.filled(sent, "period").items():
        each = Form({**row, "kind": kind.value}, PeriodInput)
        form.take_over(each, f"period-{number}-")
        if not each.ok:
            continue
        said = each.value
        try:
            found[number] = PeriodTarget(starts_on=said.starts_on, ends_on=said.ends_on, value=said.value)
        except DomainError as error:
            form.blame(f"period-{number}-{_PERIOD_FAULTS.get(error.key, 'value')}", error)
    return found


_PERIOD_FAULTS: Final = {"period.end_before_start": "ends_on", "date.out_of_range": "ends_on"}


def _breakdowns(form: Form[Any], sent: Mapping[str, str], base: Definition | None) -> dict[int, Breakdown]:
    known = {} if base is None else {one.key: one for one in base.breakdowns}
    found: dict[int, Breakdown] = {}
    for number, row in rows.filled(sent, "breakdown").items():
        each = Form(row, BreakdownInput)
        form.take_over(each, f"breakdown-{number}-")
        if not each.ok:
            continue
        before = known.get(row["key"])
        taken = {*known, *(one.key for one in found.values())}
        found[number] = Breakdown(
            key=row["key"] if before else key_for(each.value.name, taken),
            name=each.value.name,
            options=_options(_lines(each.value.groups), before.options if before else ()),
        )
    return found


def _options(names: list[str], before: tuple[Option, ...]) -> tuple[Option, ...]:
    """Return groups by name; one that is called otherwise now, at the same place, keeps its key."""
    by_name = {option.name.casefold(): option.key for option in before}
    kept = {name: by_name[name.casefold()] for name in names if name.casefold() in by_name}
    if len(names) == len(before):
        free = {option.key for option in before} - {*kept.values()}
        kept |= {
            name: option.key
            for name, option in zip(names, before, strict=True)
            if name not in kept and option.key in free
        }
    taken = {option.key for option in before}
    options = []
    for name in names:
        key = kept.get(name) or key_for(name, taken)
        taken.add(key)
        options.append(Option(key=key, name=name))
    return tuple(options)


def _codes(form: Form[Any], sent: Mapping[str, str], kind: str) -> dict[tuple[str, int], ExternalCode]:
    found = {}
    for number, row in rows.filled(sent, kind).items():
        try:
            scheme = Scheme.SDG if kind == "sdg" else Scheme(row["scheme"])
            code = clean(_first_word(row["code"]) if kind == "sdg" else row["code"], LINE)
            found[kind, number] = ExternalCode(scheme=scheme, code=code, url=row.get("url", ""))
        except ValueError:
            form.blame(f"{kind}-{number}-scheme", DomainError("form.choose"))
        except DomainError as error:
            form.blame(f"{kind}-{number}-{'url' if error.key == 'external.link' else 'code'}", error)
    return found


def _first_word(text: str) -> str:
    """Return the code of what was chosen from the list: "8.6" of "8.6 By 2020, ..."."""
    return text.split(maxsplit=1)[0] if text.strip() else ""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def with_periods(form: Form[Any], sent: rows.Sent) -> rows.Sent:
    """Return what was sent with periods cut from the start and the end that stand beside the button.

    A period that is there already keeps its value. Where a day is missing or wrong, the form says so.
    """
    try:
        days = [parse_date(sent.get(name, "").strip()) for name in ("cut_from", "cut_to")]
        frequency = Frequency(sent.get("cut_by", ""))
        known = {
            (row["starts_on"], row["ends_on"]): row["value"] for row in rows.rows_in(sent, "period").values()
        }
        ends = [(start.isoformat(), end.isoformat()) for start, end in cut(frequency, days[0], days[1])]
    except ValueError:
        form.blame("cut_by", DomainError("form.choose"))
        return sent
    except DomainError as error:
        form.blame("cut_to" if error.key.startswith("period.") else "cut_from", error)
        return sent
    after = rows.without(sent, "period")
    after.update(
        rows.written(
            "period",
            ({"starts_on": one[0], "ends_on": one[1], "value": known.get(one, "")} for one in ends),
        )
    )
    return after


# --- From a definition to a form ----------------------------------------------------------------------------


def typed(definition: Definition) -> dict[str, str]:
    """Return what a definition says, as a person types it, its rows too."""
    say = partial(_typed, share=definition.kind is Kind.PROPORTION)
    return {
        **{
            name: _typed(getattr(definition, name))
            if name.startswith("scale_")
            else say(getattr(definition, name))
            for name in SIMPLE
        },
        "levels": "\n".join(definition.levels),
        **rows.written(
            "period",
            (
                {"starts_on": say(one.starts_on), "ends_on": say(one.ends_on), "value": say(one.value)}
                for one in definition.periods
            ),
        ),
        **rows.written(
            "breakdown",
            (
                {
                    "key": one.key,
                    "name": one.name,
                    "groups": "\n".join(option.name for option in one.options),
                }
                for one in definition.breakdowns
            ),
        ),
        **rows.written(
            "sdg", ({"code": one.code} for one in definition.external_codes if one.scheme is Scheme.SDG)
        ),
        **rows.written(
            "code",
            (
                {"scheme": one.scheme.value, "code": one.code, "url": one.url}
                for one in definition.external_codes
                if one.scheme is not Scheme.SDG
            ),
        ),
    }


def _typed(value: object, *, share: bool = False) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case Decimal():
            return plain((value * 100).normalize() if share and value else value)
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case _:
            return str(value)
