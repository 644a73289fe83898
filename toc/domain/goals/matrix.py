"""Goals beside parties: who holds each goal, who is against it, who never spoke about it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from toc.domain.goals.joining import Opinion
from toc.domain.goals.kinds import Level, Stance


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A goal with what each party thinks of it; a party that never spoke about it is left out."""

    id: UUID
    number: int
    text: str
    level: Level | None
    opinions: Mapping[UUID, Opinion]

    def parties(self, stance: Stance) -> tuple[UUID, ...]:
        """Return the parties that think this."""
        return tuple(party for party, one in self.opinions.items() if one.stance is stance)

    @property
    def is_minority(self) -> bool:
        """Whether one party alone holds it: such a goal stays visible, however few want it."""
        return len(self.parties(Stance.SUPPORTS)) == 1

    @property
    def is_divided(self) -> bool:
        """Whether some hold it and others are against it."""
        return bool(self.parties(Stance.SUPPORTS) and self.parties(Stance.OPPOSES))


class Show(StrEnum):
    """Which goals to show; the last four are about one party."""

    MINORITY = "minority"
    DIVIDED = "divided"
    NOBODY = "nobody"
    """No party holds it."""
    HELD = "held"
    OPPOSED = "opposed"
    UNDECIDED = "undecided"
    """The party is neutral, or did not know of it."""
    SILENT = "silent"
    """The party never spoke about it."""


OF_A_PARTY = (Show.HELD, Show.OPPOSED, Show.UNDECIDED, Show.SILENT)
"""What is asked about one party."""


class Order(StrEnum):
    """In which order."""

    CODE = "code"
    LEVEL = "level"
    """Ends first; without a level last."""
    HOLDERS = "holders"
    """Held by most first."""
    FEWEST = "fewest"
    """Held by fewest first."""
    IMPORTANCE = "importance"
    FEASIBILITY = "feasibility"
    GAP = "gap"
    """Important and not feasible first."""


_ASKS: Mapping[Show, Callable[[Row, Stance | None], bool]] = {
    Show.MINORITY: lambda row, _: row.is_minority,
    Show.DIVIDED: lambda row, _: row.is_divided,
    Show.NOBODY: lambda row, _: not row.parties(Stance.SUPPORTS),
    Show.HELD: lambda _, stance: stance is Stance.SUPPORTS,
    Show.OPPOSED: lambda _, stance: stance is Stance.OPPOSES,
    Show.UNDECIDED: lambda _, stance: stance in {Stance.NEUTRAL, Stance.UNAWARE},
    Show.SILENT: lambda _, stance: stance is None,
}


def _shows(row: Row, show: Show | None, party: UUID | None) -> bool:
    opinion = None if party is None else row.opinions.get(party)
    return show is None or _ASKS[show](row, None if opinion is None else opinion.stance)


def chosen(
    rows: Iterable[Row],
    *,
    show: Show | None = None,
    party: UUID | None = None,
    level: Level | None = None,
    words: str = "",
) -> list[Row]:
    """Return the rows that were asked for.

    Args:
        rows: the matrix.
        show: which goals; None shows all.
        party: which party, where `show` asks about one.
        level: of the goals; None shows all.
        words: that each stand in the code or the wording of the goal, in any order.
    """
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if level in {None, row.level}
        and _shows(row, show, party)
        and all(word in f"G{row.number} {row.text}".casefold() for word in wanted)
    ]


def mean(values: Iterable[int | None]) -> Fraction | None:
    """Return the mean of what was said; None when nobody said anything."""
    said = [value for value in values if value is not None]
    return Fraction(sum(said), len(said)) if said else None


def importance(row: Row) -> Fraction | None:
    """Return how important the goal is to the parties, on average; each party counts once."""
    return mean(one.importance for one in row.opinions.values())


def feasibility(row: Row) -> Fraction | None:
    """Return how feasible the parties think it is, on average; each party counts once."""
    return mean(one.feasibility for one in row.opinions.values())


def _gap(row: Row) -> Fraction | None:
    wanted, possible = importance(row), feasibility(row)
    return None if wanted is None or possible is None else wanted - possible


def _height(row: Row) -> int | None:
    return None if row.level is None else list(Level).index(row.level)


_BIGGEST_FIRST: Mapping[Order, Callable[[Row], Fraction | int | None]] = {
    Order.CODE: lambda row: -row.number,
    Order.LEVEL: _height,
    Order.HOLDERS: lambda row: len(row.parties(Stance.SUPPORTS)),
    Order.FEWEST: lambda row: -len(row.parties(Stance.SUPPORTS)),
    Order.IMPORTANCE: importance,
    Order.FEASIBILITY: feasibility,
    Order.GAP: _gap,
}
"""What to sort by; what has none comes last."""


def ordered(rows: Sequence[Row], order: Order) -> list[Row]:
    """Return the rows in this order; equals by code."""
    keys = {row.id: _BIGGEST_FIRST[order](row) for row in rows}

    def place(row: Row) -> tuple[bool, Fraction | int, int]:
        key = keys[row.id]
        return (True, 0, row.number) if key is None else (False, -key, row.number)

    return sorted(rows, key=place)
