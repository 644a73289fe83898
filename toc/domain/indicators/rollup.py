"""Rolling up: what the sites of a programme counted on one day, as one number of the whole programme."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.indicators.readings import Kind, Reading, rounded
from toc.domain.indicators.targets import WHOLE, Counted

ROLLUP_KEYS: Final = (
    "rollup.whole",
    "rollup.added",
    "rollup.parts_and_wholes",
    "rollup.weighted",
    "rollup.people_missing",
    "rollup.levels",
    "rollup.levels_missing",
    "rollup.every_site",
    "rollup.too_large",
)
"""Every rule that `roll_up` may name; one sentence each. Those on ``_missing`` and ``too_large`` say why
there is no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReading:
    """What counts for one indicator on one day, at one site or in the whole programme.

    Attributes:
        site: where it was counted; None: in the whole programme.
        reading: what was counted.
        people: of how many participants there is a value, if that is known.
        missing: of how many there is none, if that is known.
        levels: of an ordinal score, the people on each level, lowest first; empty when unknown.
    """

    site: UUID | None
    reading: Reading
    people: int | None = None
    missing: int | None = None
    levels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledUp:
    """What the whole programme counted on one day, and which sites that is made of.

    Attributes:
        on: the day.
        key: the rule, one of `ROLLUP_KEYS`; the web has a sentence for each.
        reading: of the whole; None where the sites cannot be taken together, which the rule says.
        people: of how many participants there is a value; None when a site lacks it.
        missing: of how many there is none; None when a site lacks it.
        levels: of an ordinal score, the people on each level, lowest first.
        present: sites with a value of that day, in the order of `roll_up`'s sites, then others.
        absent: sites that were expected to have one and have none: "3 of 4 sites".
        is_whole: whether somebody counted the whole programme; then that wins.
        of_sites: what the sites came to together, where the whole was counted as well.
        closed: what is not shown to who may not see small groups, because together with another indicator, or
            another day of one whose rule was taken off, it would show one
            (`toc.domain.indicators.closing`): by key of the breakdown, "" for the total, the code of that
            indicator.
    """

    on: date
    key: str
    reading: Reading | None
    people: int | None = None
    missing: int | None = None
    levels: tuple[int, ...] = ()
    present: tuple[UUID, ...] = ()
    absent: tuple[UUID, ...] = ()
    is_whole: bool = False
    of_sites: Reading | None = None
    closed: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_partial(self) -> bool:
        """Whether the number lacks sites."""
        return self.counted.is_partial

    @property
    def counted(self) -> Counted:
        """Of how many sites the number is made."""
        if self.is_whole:
            return WHOLE
        return Counted(present=len(self.present), expected=len(self.present) + len(self.absent))

    @property
    def difference(self) -> Decimal | None:
        """What the whole counted more than its sites together; None when both say the same or one is unknown.

        A whole that lacks sites may differ for that reason alone: see ``absent``.
        """
        if self.reading is None or self.of_sites is None or self.reading == self.of_sites:
            return None
        return self.reading.value - self.of_sites.value


def median_level(levels: Sequence[int]) -> int:
    """Return the middle level: the one of the person in the middle, the lower one of two in the middle.

    Args:
        levels: people on each level, lowest first; each >= 0, at least one person.

    Returns:
        1 for the lowest level, ``len(levels)`` for the highest.

    Raises:
        DomainError: ``measurement.nobody_on_a_level``.
    """
    people = sum(levels)
    if not people:
        raise DomainError("measurement.nobody_on_a_level")
    before, level = 0, 0
    while 2 * before < people:
        before += levels[level]
        level += 1
    return level


def roll_up(kind: Kind, readings: Iterable[SiteReading], sites: Sequence[UUID]) -> tuple[RolledUp, ...]:
    """Take the sites of each day together.

    - count, sum, money: they add up; so do the accounts of a narrative;
    - proportion: parts add up and wholes add up, and the share is that of the two sums;
    - mean: weighted by people; none when one site does not say how many there were;
    - ordinal: the people on each level add up, and the value is their middle level;
    - yes or no: yes when every site says yes; a site that lacks does not say no, it is ``absent``.

    A value of the whole programme on the same day wins.

    Args:
        kind: of the indicator.
        readings: what counts, at most one per site and day, in any order.
        sites: those expected to have a value on these days; others that have one count as well.

    Returns:
        One per day, earliest first.
    """
    by_day: dict[date, list[SiteReading]] = defaultdict(list)
    for reading in readings:
        by_day[reading.reading.on].append(reading)
    return tuple(_day(kind, on, by_day[on], sites) for on in sorted(by_day))


def _day(kind: Kind, on: date, readings: Collection[SiteReading], sites: Sequence[UUID]) -> RolledUp:
    place = {site: number for number, site in enumerate(sites)}
    found = {one.site: one for one in readings if one.site is not None}
    present = sorted(found, key=lambda site: (place.get(site, len(place)), site))
    parts = [found[site] for site in present]
    absent = tuple(site for site in sites if site not in found)
    together = _together(kind, on, parts) if parts else None
    whole = next((one for one in readings if one.site is None), None)
    if whole is not None:
        return RolledUp(
            on=on,
            key="rollup.whole",
            reading=whole.reading,
            people=whole.people,
            missing=whole.missing,
            levels=whole.levels,
            present=tuple(present),
            absent=absent,
            is_whole=True,
            of_sites=None if together is None else together[1],
        )
    key, reading, levels = together or ("rollup.added", None, ())
    return RolledUp(
        on=on,
        key=key,
        reading=reading,
        people=_sum_of([one.people for one in parts]),
        missing=_sum_of([one.missing for one in parts]),
        levels=levels,
        present=tuple(present),
        absent=absent,
    )


def _sum_of(numbers: Iterable[int | None]) -> int | None:
    """Return the sum, or None when one is unknown."""
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def _together(
    kind: Kind, on: date, parts: Sequence[SiteReading]
) -> tuple[str, Reading | None, tuple[int, ...]]:
    """Return by which rule, to which reading and to which levels the sites come together."""
    levels: tuple[int, ...] = ()
    try:
        match kind:
            case Kind.PROPORTION:
                key, reading = _share(on, parts)
            case Kind.MEAN:
                key, reading = _mean(on, parts)
            case Kind.ORDINAL:
                key, reading, levels = _levels(on, parts)
            case Kind.YES_NO:
                every = all(one.reading.value == 1 for one in parts)
                key, reading = "rollup.every_site", Reading(on=on, value=Decimal(every))
            case _:
                total = sum((one.reading.value for one in parts), Decimal(0))
                key, reading = "rollup.added", Reading(on=on, value=total)
    except DomainError:
        return "rollup.too_large", None, ()
    return key, reading, levels


def _share(on: date, parts: Sequence[SiteReading]) -> tuple[str, Reading | None]:
    pairs = [(one.reading.numerator, one.reading.denominator) for one in parts]
    part = sum((number or Decimal(0) for number, _ in pairs), Decimal(0))
    whole = sum((number or Decimal(0) for _, number in pairs), Decimal(0))
    share = rounded(Fraction(part) / Fraction(whole)) if whole else Decimal(0)
    return "rollup.parts_and_wholes", Reading(on=on, value=share, numerator=part, denominator=whole)


def _mean(on: date, parts: Sequence[SiteReading]) -> tuple[str, Reading | None]:
    people = _sum_of([one.people for one in parts])
    if not people or any(not one.people for one in parts):
        return "rollup.people_missing", None
    total = sum((Fraction(one.reading.value) * (one.people or 0) for one in parts), Fraction(0))
    return "rollup.weighted", Reading(on=on, value=rounded(total / people))


def _levels(on: date, parts: Sequence[SiteReading]) -> tuple[str, Reading | None, tuple[int, ...]]:
    lengths = {len(one.levels) for one in parts}
    if len(lengths) != 1 or any(not sum(one.levels) for one in parts):
        return "rollup.levels_missing", None, ()
    levels = tuple(sum(counts) for counts in zip(*(one.levels for one in parts), strict=True))
    return "rollup.levels", Reading(on=on, value=Decimal(median_level(levels))), levels
