"""Units: what is counted, as it stands behind a number, so that one of it reads right as well."""

from decimal import Decimal
from typing import Final

_ONE: Final = {
    "children": "child",
    "deelnemers": "deelnemer",
    "euros": "euro",
    "homes": "home",
    "hours": "hour",
    "households": "household",
    "huishoudens": "huishouden",
    "kinderen": "kind",
    "meldingen": "melding",
    "mensen": "mens",
    "participants": "participant",
    "people": "person",
    "percent": "percent",
    "points": "point",
    "procent": "procent",
    "punten": "punt",
    "reports": "report",
    "stories": "story",
    "uur": "uur",
    "verhalen": "verhaal",
    "woningen": "woning",
    "euro": "euro",
}
"""What one of them is called, of the units of our own library and of those that many programmes count."""


def unit_of(value: Decimal, unit: str) -> str:
    """Return a unit as it stands behind a number: 3 stories, 1 story.

    People write their unit as it stands behind most numbers. How one of it is called is known of a few words
    alone; of any other the unit stands in brackets, as a label that is right in every language: 1 (talks).

    Args:
        value: the number.
        unit: as it was written; "" for none.
    """
    if not unit or abs(value) != 1:
        return unit
    return _ONE.get(unit.casefold()) or f"({unit})"
