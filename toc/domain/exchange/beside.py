"""Beside: what a row of a log says of a measurement besides its value, carried along with its note."""

from dataclasses import dataclass
from datetime import date
from typing import Final

_APART: Final = "\x1d"
"""Between the pieces of the text in which it is carried; a note holds none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What belongs to a value.

    Attributes:
        note: for who reads it later.
        people: of how many people there is a value; None: not said.
        missing: of how many there is none; None: not said.
        starts_on: the first day of the period that it counts; None: not said.
    """

    note: str = ""
    people: int | None = None
    missing: int | None = None
    starts_on: date | None = None

    def carried(self) -> str:
        """Return it as one text, which is the note alone where nothing else is said."""
        note = self.note.replace(_APART, " ")
        if self.people is None and self.missing is None and self.starts_on is None:
            return note
        since = None if self.starts_on is None else self.starts_on.isoformat()
        more = ("" if one is None else str(one) for one in (self.people, self.missing, since))
        return _APART.join([note, *more])

    def adds_to(self, known: "Beside") -> bool:
        """Tell whether it says something else than what is known; what it does not say stays as it is."""
        pairs = (
            (self.note, known.note),
            (self.people, known.people),
            (self.missing, known.missing),
            (self.starts_on, known.starts_on),
        )
        return any(said not in {None, "", there} for said, there in pairs)

    @classmethod
    def of(cls, carried: str) -> "Beside":
        """Return what `carried` wrote."""
        note, *more = carried.split(_APART)
        people, missing, since = more or ("", "", "")
        return cls(
            note=note,
            people=int(people) if people else None,
            missing=int(missing) if missing else None,
            starts_on=date.fromisoformat(since) if since else None,
        )
