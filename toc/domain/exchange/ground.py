"""Ground: what a programme has that the rows of a log can be about, as the reading of a log needs it."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from toc.domain.exchange.tables import NOT_KNOWN
from toc.domain.indicators import Kind, Place
from toc.domain.indicators.breakdowns import LEVEL, UNKNOWN
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
        names: keys of its breakdowns by their names in small letters.
        options: keys of groups and levels, by the key of the breakdown and their name in small letters.
    """

    id: str
    edition: str
    code: str
    kind: Kind
    lowest: Decimal | None = None
    highest: Decimal | None = None
    breakdowns: Dictionary[str, frozenset[str]] = field(default_factory=dict)
    levels: int = 0
    names: Dictionary[str, str] = field(default_factory=dict)
    options: Dictionary[tuple[str, str], str] = field(default_factory=dict)

    def breakdown(self, said: str) -> str | None:
        """Return the key of a breakdown by its key or name; an ordinal score has its levels alone."""
        if self.kind is Kind.ORDINAL:
            return LEVEL
        text = said.strip()
        return text if text in self.breakdowns else self.names.get(text.casefold())

    def option(self, breakdown: str, said: str) -> str | None:
        """Return the key of a group or a level by its name or key."""
        text = said.strip()
        found = self.options.get((breakdown, text.casefold()))
        if found is not None:
            return found
        if breakdown == LEVEL:
            known = [str(level) for level in range(1, self.levels + 1)]
        else:
            known = [*self.breakdowns.get(breakdown, ()), UNKNOWN]
        if text.casefold() in NOT_KNOWN:
            return UNKNOWN if UNKNOWN in known else None
        return next((one for one in known if one.casefold() == text.casefold()), None)


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
        places: of the sites that have a first or a last day, those days, by id.
    """

    indicators: Dictionary[str, KnownIndicator]
    instruments: Dictionary[tuple[str, str], KnownInstrument]
    sites: Dictionary[str, str]
    cohorts: Dictionary[str, str]
    groups: Dictionary[str, frozenset[str]]
    locks: tuple[Lock, ...]
    today: date
    places: Dictionary[str, Place] = field(default_factory=dict)

    def instrument(self, name: str, version: str) -> KnownInstrument | None:
        """Return an instrument; without a version the only one of that name."""
        folded = name.strip().casefold()
        if version:
            return self.instruments.get((folded, version.strip().casefold()))
        found = [one for (named, _), one in self.instruments.items() if named == folded]
        return found[0] if len(found) == 1 else None
