"""Orders: whether 3-2-2025 is in February or in March, which no cell tells by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from toc.domain.errors import DomainError
from toc.domain.exchange.notation import DateOrder, parse_date


@dataclass(frozen=True, slots=True)
class AskOrder:
    """A column of which nobody can tell which part of its days is the month: somebody has to say.

    Attributes:
        example: the first cell that is another day in each order.
        meanings: the day that it is in each order.
    """

    example: str
    meanings: Mapping[DateOrder, date]


def days_of(text: str) -> dict[DateOrder, date]:
    """Return what a text means in each order in which it is a day."""
    found = {}
    for order in DateOrder:
        try:
            found[order] = parse_date(text, order)
        except DomainError:
            continue
    return found


def suggest_order(cells: Iterable[str]) -> DateOrder | None:
    """Return the order in which more of the cells are days, or None when that does not tell."""
    fits = [tuple(days_of(cell)) for cell in cells]
    day_first, month_first = (sum(found == (order,) for found in fits) for order in DateOrder)
    if day_first == month_first:
        return None
    return DateOrder.DAY_FIRST if day_first > month_first else DateOrder.MONTH_FIRST


def ask_order(cells: Iterable[str]) -> AskOrder | None:
    """Return the question if a cell is another day in each order, and no cell tells which one is meant."""
    example: AskOrder | None = None
    for cell in cells:
        meanings = days_of(cell)
        if len(meanings) == 1:
            return None
        if example is None and len(set(meanings.values())) > 1:
            example = AskOrder(cell, meanings)
    return example
