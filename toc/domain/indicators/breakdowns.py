"""Breakdowns: the groups in which a measured value falls apart, and that together are the whole again.

"unknown" comes with every breakdown, so that parts can add up although not everything is known of everybody.
Source of the rule: every disaggregation is complete, the rest is shown as unknown, never left out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from toc.domain.errors import DomainError
from toc.domain.indicators.readings import Kind, Reading, checked, measurable, ratio

UNKNOWN: Final = "unknown"
"""Key of the group of whom it is not known in which group they are."""

LEVEL: Final = "level"
"""Key of the breakdown that an ordinal score is measured by; its options are "1" for the lowest, "2", ..."""

ADDING: Final = frozenset({Kind.COUNT, Kind.SUM, Kind.MONEY, Kind.PROPORTION})
"""Kinds whose parts add up to the whole. A mean of groups is no sum, yes or no has no parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One group of a breakdown."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """In which groups a value falls apart, "unknown" not among them."""

    key: str
    name: str
    options: tuple[Option, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The groups by key, "unknown" last."""
        return (*(option.key for option in self.options), UNKNOWN)


def breakdowns_in(stored: Iterable[Mapping[str, Any]]) -> tuple[Breakdown, ...]:
    """Return the breakdowns that an edition keeps: {"key", "name", "options": [{"key", "name"}]}."""
    return tuple(
        Breakdown(
            key=one["key"],
            name=one["name"],
            options=tuple(Option(key=option["key"], name=option["name"]) for option in one["options"]),
        )
        for one in stored
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one group has of a measured value.

    Attributes:
        breakdown: key of the breakdown.
        option: key of the group, or `UNKNOWN`.
        value: of the group; of a proportion the share, of an ordinal score the people on the level.
        numerator, denominator: of a proportion.
        people: how many there are in the group, where that is counted beside the value.
    """

    breakdown: str
    option: str
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    people: int | None = None


def part_of(
    kind: Kind,
    breakdown: str,
    option: str,
    *,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
) -> Part:
    """Return the part of one group, as somebody typed or imported it.

    A group of nobody is a part too: 0 of 0, whose share is kept as 0.

    Raises:
        DomainError: ``measurement.value_missing``, ``measurement.pair_half``, and what `checked` and `ratio`
            refuse.
    """
    if kind is not Kind.PROPORTION:
        if value is None:
            raise DomainError("measurement.value_missing")
        return Part(breakdown=breakdown, option=option, value=checked(kind, value))
    if numerator is None or denominator is None:
        raise DomainError("measurement.pair_half")
    nobody = not numerator and not denominator
    share = Decimal(0) if nobody else ratio(numerator, denominator)
    return Part(
        breakdown=breakdown,
        option=option,
        value=share,
        numerator=measurable(numerator),
        denominator=measurable(denominator),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What the groups of a breakdown lack to be the whole; below zero where they are more than it.

    Attributes:
        value: what is left of the value; of a proportion what is left of the part.
        whole: what is left of the whole of a proportion.
    """

    value: Decimal
    whole: Decimal | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether the parts are the whole."""
        return not self.value and not self.whole


def rest(reading: Reading, parts: Iterable[Part]) -> Rest:
    """Return what parts of one breakdown lack to be the whole.

    Args:
        reading: of everybody; of a kind whose parts add up.
        parts: of one breakdown.
    """
    parts = tuple(parts)
    if reading.numerator is None or reading.denominator is None:
        return Rest(value=reading.value - sum((one.value for one in parts), Decimal(0)))
    return Rest(
        value=reading.numerator - sum((one.numerator or Decimal(0) for one in parts), Decimal(0)),
        whole=reading.denominator - sum((one.denominator or Decimal(0) for one in parts), Decimal(0)),
    )


def completed(kind: Kind, reading: Reading, parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts with the rest of each breakdown put under "unknown".

    A breakdown that adds up, or whose groups are more than the whole, stays as it is.
    """
    found = [*parts]
    for key in dict.fromkeys(part.breakdown for part in parts):
        mine = [part for part in parts if part.breakdown == key]
        left = rest(reading, mine)
        if left.is_nothing or left.value < 0 or (left.whole is not None and left.whole < left.value):
            continue
        before = next((part for part in mine if part.option == UNKNOWN), None)
        if before is not None:
            found.remove(before)
            left = rest(reading, [part for part in mine if part is not before])
        found.append(
            part_of(
                kind,
                key,
                UNKNOWN,
                value=None if kind is Kind.PROPORTION else left.value,
                numerator=left.value if kind is Kind.PROPORTION else None,
                denominator=left.whole,
            )
        )
    return tuple(found)


def check_parts(
    kind: Kind, reading: Reading, parts: Collection[Part], breakdowns: Collection[Breakdown]
) -> None:
    """Refuse parts that are not those of the definition, or together not the whole.

    Raises:
        DomainError: with ``breakdown``, its key: ``breakdown.not_there``, ``breakdown.option_not_there``,
            ``breakdown.option_twice``, ``breakdown.kind_without`` for a kind that has no parts, and
            ``breakdown.too_little`` (with ``left``, or ``left`` and ``whole_left``) or ``breakdown.too_much``
            (with ``over``).
    """
    known = {breakdown.key: breakdown for breakdown in breakdowns}
    for key in dict.fromkeys(part.breakdown for part in parts):
        mine = [part for part in parts if part.breakdown == key]
        if kind not in ADDING:
            raise DomainError("breakdown.kind_without", breakdown=key)
        if key not in known:
            raise DomainError("breakdown.not_there", breakdown=key)
        options = [part.option for part in mine]
        if not set(options) <= set(known[key].keys):
            raise DomainError("breakdown.option_not_there", breakdown=key)
        if len(set(options)) < len(options):
            raise DomainError("breakdown.option_twice", breakdown=key)
        _check_rest(known[key], rest(reading, mine))


def _check_rest(breakdown: Breakdown, left: Rest) -> None:
    if left.is_nothing:
        return
    said = {"breakdown": breakdown.key, "name": breakdown.name}
    whole = left.whole or Decimal(0)
    if left.whole is None:
        if left.value < 0:
            raise DomainError("breakdown.too_much", over=-left.value, **said)
        raise DomainError("breakdown.too_little", left=left.value, **said)
    if left.value < 0 or whole < 0:
        raise DomainError("breakdown.too_much_of_whole", over=max(-left.value, -whole), **said)
    raise DomainError("breakdown.too_little_of_whole", left=left.value, whole=whole, **said)


# --- Levels -------------------------------------------------------------------------------------------------


def levels_in(people: Mapping[str, int]) -> tuple[int, ...]:
    """Return people per level, lowest first, of what stands under the options "1", "2", ...

    A level that is not among them has nobody.
    """
    highest = max((int(option) for option in people), default=0)
    return tuple(people.get(str(level), 0) for level in range(1, highest + 1))


def level_parts(people: Sequence[int]) -> tuple[Part, ...]:
    """Return people per level, lowest first, as the parts of a measurement of an ordinal score.

    Raises:
        DomainError: ``measurement.negative``.
    """
    return tuple(
        Part(breakdown=LEVEL, option=str(level), value=checked(Kind.COUNT, Decimal(number)), people=number)
        for level, number in enumerate(people, start=1)
    )
