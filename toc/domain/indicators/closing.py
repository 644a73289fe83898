"""Closing: which totals that were computed from participants are not shown beside each other.

Who sees that 40 people kept a job for 13 weeks and 37 of them for 26 weeks, sees three people. That is so
wherever one of two groups is in the other, whatever their rules say; and the program knows who was in them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class People:
    """A number of people that is shown, such as a reader subtracts it from another.

    Attributes:
        many: how many.
        who: they; None where that cannot be known any more. Then they may be in any larger group.
    """

    many: int
    who: frozenset[UUID] | None = None

    def may_be_in(self, other: "People") -> bool:
        """Tell whether all of them may be in a larger group, so that a reader knows how many more it has."""
        return self.who is None or other.who is None or self.who <= other.who


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What is shown of one computed indicator on one day: its total, or the groups of one breakdown.

    Attributes:
        indicator: the number of its code.
        on: the day.
        breakdown: its key; "" for the total.
        shown: the numbers of people that follow from it: a count, the part and the whole of a share, those
            of whom there is a middle; of a breakdown those of all its groups.
        middle_of: of a middle, which scores or values it is of: with others it is not subtracted; "" for
            what counts people.
        by_day: whether the days of its indicator are compared with each other here. As long as an indicator
            is computed, what shows its days does that; once its rule was taken off, nothing else does.
    """

    indicator: int
    on: date
    breakdown: str = ""
    shown: frozenset[People]
    middle_of: str = ""
    by_day: bool = False

    @property
    def compared_as(self) -> tuple[int, date | None]:
        """What it is a part of: two parts of the same are not compared with each other here."""
        return self.indicator, self.on if self.by_day else None

    @property
    def many(self) -> int:
        """Of how many people it is."""
        return max(people.many for people in self.shown)


def _near(many: int, numbers: Sequence[int], threshold: int) -> Iterator[int]:
    """Yield the numbers that differ by a small group; from nobody, or of nobody, nothing is subtracted.

    Args:
        many: a number of people.
        numbers: others, each once, smallest first.
        threshold: people that a group must have.
    """
    if many:
        first = bisect_right(numbers, max(many - threshold, 0))
        for number in numbers[first : bisect_left(numbers, many + threshold)]:
            if number != many:
                yield number


def doubtful(figures: Sequence[Figure], threshold: int) -> tuple[Figure, ...]:
    """Return the figures with a number that differs by few people from one that they are compared with.

    No other figure can be closed, or close one: of these alone it must be known who the people are.

    Args:
        figures: of any indicators and days.
        threshold: people that a group must have.
    """
    parts: dict[int, set[tuple[int, date | None]]] = {}
    for figure in figures:
        for people in figure.shown:
            parts.setdefault(people.many, set()).add(figure.compared_as)
    numbers = sorted(parts)
    return tuple(
        figure
        for figure in figures
        if any(
            parts[number] - {figure.compared_as}
            for people in figure.shown
            for number in _near(people.many, numbers, threshold)
        )
    )


def _beside(
    figure: Figure, there: Mapping[int, Sequence[tuple[Figure, People]]], threshold: int
) -> Iterator[Figure]:
    """Yield what is shown of others and, together with this, says something of a small group."""
    numbers = sorted(there)
    for people in sorted(figure.shown, key=lambda one: one.many):
        for number in _near(people.many, numbers, threshold):
            for other, theirs in there[number]:
                small, large = (people, theirs) if people.many < number else (theirs, people)
                # What one of the two says by itself, the other adds nothing to.
                adds = people not in other.shown and theirs not in figure.shown
                is_other = other.compared_as != figure.compared_as and other.middle_of == figure.middle_of
                if adds and is_other and small.may_be_in(large):
                    yield other


def closed(figures: Iterable[Figure], threshold: int, *, totals_decided: bool) -> dict[Figure, Figure]:
    """Return the figures that are not shown, each with the one beside which it would show a small group.

    Of two such figures that of the later day is shown, of one day that of more people, then that with the
    lower code; and totals are looked at before groups of breakdowns. So the order decides alone, and not who
    looks, or when.

    Args:
        figures: of computed indicators, each of which may be shown by itself.
        threshold: people that a group must have.
        totals_decided: whether this small programme shows its totals by a decision; groups give way to them.
    """
    order = sorted(
        figures,
        key=lambda one: (one.breakdown != "", -one.on.toordinal(), -one.many, one.indicator, one.breakdown),
    )
    there: dict[int, list[tuple[Figure, People]]] = {}
    found: dict[Figure, Figure] = {}
    for figure in order:
        is_decided = totals_decided and not figure.breakdown
        other = None if is_decided else next(_beside(figure, there, threshold), None)
        if other is not None:
            found[figure] = other
            continue
        for people in figure.shown:
            there.setdefault(people.many, []).append((figure, people))
    return found
