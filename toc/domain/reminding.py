"""Reminders: what waits for somebody, and when they may be told again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LEAST_DAYS: Final = 7
"""Between two mails to one person.

A value is due once a month at most, and counts as overdue two weeks after its day (`indicators.GRACE`): with
a week in between, who forgot is told once more before it is overdue.
"""

MOST_NAMED: Final = 20
"""Values that one mail names; of more it says how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A value that waits to be logged; neither a value nor a person is named.

    Attributes:
        programme: its name.
        code, name: of the indicator.
        due_on: since when it waits.
    """

    programme: str
    code: str
    name: str
    due_on: date

    def days_late(self, on: date) -> int:
        """Return how many days it is late on a day; 0 on the day itself."""
        return (on - self.due_on).days


@dataclass(frozen=True, slots=True)
class OfProgramme:
    """What a mail names of one programme, longest due first."""

    name: str
    waiting: tuple[Waiting, ...]


def named(waiting: Iterable[Waiting], most: int = MOST_NAMED) -> tuple[tuple[OfProgramme, ...], int]:
    """Return what a mail names, by programme, and how many values more wait.

    Those that are longest due are named. The programme with the oldest of them comes first.
    """
    every = sorted(waiting, key=lambda one: (one.due_on, one.programme, one.code))
    by_programme: dict[str, list[Waiting]] = {}
    for one in every[:most]:
        by_programme.setdefault(one.programme, []).append(one)
    told = tuple(OfProgramme(name, tuple(each)) for name, each in by_programme.items())
    return told, max(len(every) - most, 0)


def again_before(on: date, days: int, zone: ZoneInfo) -> datetime:
    """Return the moment before which somebody was told last, so that they may be told on this day again.

    Whole days count: a command that runs at the same hour every week is never a second too early.

    Args:
        on: the day it is.
        days: between two mails to one person.
        zone: where that day is.
    """
    return datetime.combine(on - timedelta(days=days - 1), time(), zone)
