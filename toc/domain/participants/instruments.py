"""Instruments: what a score may be, and which names items may have."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from toc.domain.errors import DomainError
from toc.domain.indicators.readings import check_measured_on, measurable
from toc.domain.participants.kinds import EVENTS, Subject
from toc.domain.privacy import personal_numbers

TOTAL: Final = ""
"""Key of the score of the whole instrument."""

MOST_ITEMS: Final = 100
_LONGEST_NAME = 80
_LONGEST_WORD: Final = 40


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an instrument: its number or short name, never its protected text."""

    key: str
    name: str


def items_of(names: Iterable[str]) -> tuple[Item, ...]:
    """Return the items that these names make, in order; their keys count from 1.

    Raises:
        DomainError: ``instrument.too_many_items``, ``instrument.item_too_long`` (a text of several words is
            the question itself), ``instrument.item_twice``, each with ``field``.
    """
    cleaned = [" ".join(name.split()) for name in names if name.strip()]
    if len(cleaned) > MOST_ITEMS:
        raise DomainError("instrument.too_many_items", field="items", most=MOST_ITEMS)
    if too_long := next((name for name in cleaned if len(name) > _LONGEST_NAME), None):
        raise DomainError("instrument.item_too_long", field="items", name=too_long[:20], most=_LONGEST_NAME)
    if len({name.casefold() for name in cleaned}) < len(cleaned):
        raise DomainError("instrument.item_twice", field="items")
    return tuple(Item(f"i{number}", name) for number, name in enumerate(cleaned, start=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The ends of the scale of every item, included, and how a score is to be read.

    Raises:
        DomainError: ``instrument.scale_order``, with ``field``, and what `measurable` refuses.
    """

    lowest: Decimal
    highest: Decimal
    is_ordinal: bool = True
    items: tuple[Item, ...] = ()

    def __post_init__(self) -> None:
        if measurable(self.lowest) >= measurable(self.highest):
            raise DomainError("instrument.scale_order", field="highest")

    def limits(self, item: str) -> tuple[Decimal, Decimal]:
        """Return the lowest and the highest score of an item; a total may be a mean or a sum of its items."""
        if item != TOTAL:
            return self.lowest, self.highest
        many = max(len(self.items), 1)
        return min(self.lowest, self.lowest * many), max(self.highest, self.highest * many)

    def checked(self, item: str, value: Decimal) -> Decimal:
        """Return a score without trailing zeros if the item can have it.

        Raises:
            DomainError: ``instrument.no_such_item``, ``instrument.out_of_scale``, and what `measurable`
                refuses.
        """
        if item != TOTAL and item not in {one.key for one in self.items}:
            raise DomainError("instrument.no_such_item")
        score = measurable(value)
        lowest, highest = self.limits(item)
        if not lowest <= score <= highest:
            raise DomainError("instrument.out_of_scale", lowest=lowest, highest=highest)
        return score


def event_name(subject: Subject, typed: str, known: Collection[str] = ()) -> str:
    """Return the programme's own name of an event as it is kept, "" for the events that we name.

    Args:
        subject: of the event.
        typed: its name, where it is an `OTHER`.
        known: own names that are there already; one that differs in capitals alone is taken from here.

    Raises:
        DomainError: ``observation.no_event``, ``observation.name_missing``, ``observation.name_too_long``,
            ``observation.personal``.
    """
    if subject not in EVENTS:
        raise DomainError("observation.no_event")
    if subject is not Subject.OTHER:
        return ""
    name = " ".join(typed.split())
    if not name:
        raise DomainError("observation.name_missing")
    if len(name) > _LONGEST_WORD:
        raise DomainError("observation.name_too_long", most=_LONGEST_WORD)
    if personal_numbers(name):
        raise DomainError("observation.personal")
    spelled: Mapping[str, str] = {one.casefold(): one for one in sorted(known)}
    return spelled.get(name.casefold(), name)


def check_note(note: str) -> None:
    """Refuse a note that points to one person.

    Raises:
        DomainError: ``observation.personal``.
    """
    if personal_numbers(note):
        raise DomainError("observation.personal")


def check_time(entered_on: date | None, left_on: date | None) -> None:
    """Refuse a time with the programme that ends before it begins.

    Raises:
        DomainError: ``participant.left_before_entry``, with ``field``, and ``date.out_of_range``.
    """
    for day in (entered_on, left_on):
        if day is not None:
            check_measured_on(day, day)
    if entered_on is not None and left_on is not None and left_on < entered_on:
        raise DomainError("participant.left_before_entry", field="left_on")
