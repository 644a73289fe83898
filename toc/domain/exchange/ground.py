"""Ground: what a programme has that the rows of a log can be about, as the reading of a log needs it."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from toc.domain.indicators import Kind
from toc.domain.indicators.reviewing import Lock
from toc.domain.participants import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIndicator:
    """An indicator as it is defined now.

    Attributes:
        id: 32 hexadecimal digits, as of everything here.
        edition: id of its current edition.
        code: such as "I3".
        kind: what its values are.
        lowest: end of its scale, if it has one.
        highest: the other end.
        breakdowns: keys of the groups of each breakdown, by the key of the breakdown.
        levels: how many levels an ordinal score has.
    """

    id: str
    edition: str
    code: str
    kind: Kind
    lowest: Decimal | None = None
    highest: Decimal | None = None
    breakdowns: Dictionary[str, frozenset[str]] = field(default_factory=dict)
    levels: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownInstrument:
    """An instrument in one version.

    Attributes:
        id: of it.
        scale: with its items.
    """

    id: str
    scale: Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a programme has.

    Attributes:
        indicators: by code.
        instruments: by name and version, both in small letters.
        sites: ids by name in small letters.
        cohorts: likewise.
        groups: keys of the groups of each breakdown that any indicator has, by its key.
        locks: what was closed and opened, in the order in which it was.
        today: the last day that anything can be of.
    """

    indicators: Dictionary[str, KnownIndicator]
    instruments: Dictionary[tuple[str, str], KnownInstrument]
    sites: Dictionary[str, str]
    cohorts: Dictionary[str, str]
    groups: Dictionary[str, frozenset[str]]
    locks: tuple[Lock, ...]
    today: date

    def instrument(self, name: str, version: str) -> KnownInstrument | None:
        """Return an instrument; without a version the only one of that name."""
        folded = name.strip().casefold()
        if version:
            return self.instruments.get((folded, version.strip().casefold()))
        found = [one for (named, _), one in self.instruments.items() if named == folded]
        return found[0] if len(found) == 1 else None
