"""What our own exports and forms call their columns, so that such a file comes back without a word.

A CSV file that goes out has headers in the language of the reader, and all columns of its table. A form for
KoboToolbox or ODK has names that are the same in all languages:

- ``day``, ``site``, ``participant``, ``moment``, ``cohort``, ``arm``, ``entry``, ``exit``, ``note``;
- ``I3`` for a value of an indicator; ``I3_numerator`` and ``I3_denominator`` for a proportion;
- ``group__gender`` for the group of a breakdown, ``group__level`` for the level of an ordinal score;
- ``score__zrm_2013__i1`` for an item of an instrument, with ``total`` for the whole of it, and with
  ``__before`` behind it when the moment is not a question of its own;
- ``event__diploma`` for the day of an event, ``event__other__`` and its name for one that a programme named.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from toc.domain.exchange.ground import Ground
from toc.domain.exchange.mapping import About, ColumnUse, Use
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.notation import NumberStyle
from toc.domain.exchange.recognised import Recognition
from toc.domain.exchange.sources import SourceKind
from toc.domain.indicators.breakdowns import LEVEL
from toc.domain.participants import EVENTS, TOTAL, Moment, Subject
from toc.domain.programmes import Language


class Table(StrEnum):
    """What goes out."""

    RESULTS = "results"
    """One row per indicator: target against actual."""
    MEASUREMENTS = "measurements"
    """One row per measurement that counts."""
    GROUPS = "groups"
    """One row per group of a breakdown and per level of an ordinal score."""
    PARTICIPANTS = "participants"
    """One row per participant, by code."""
    OBSERVATIONS = "observations"
    """One row per participant and day, a column for each score and event."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        key: by which the program knows it.
        nl, en: its header.
        use: what it is for when it comes back.
    """

    key: str
    nl: str
    en: str
    use: Use | None = None

    def header(self, language: Language) -> str:
        """Return its name in a language."""
        return self.nl if language is Language.NL else self.en


_DAY: Final = Column("day", "datum", "date", Use.DAY)
_INDICATOR: Final = Column("indicator", "indicator", "indicator", Use.INDICATOR)
_NAME: Final = Column("indicator_name", "indicatornaam", "indicator name")
_SITE: Final = Column("site", "locatie", "site", Use.SITE)
_NUMBERS: Final = (
    Column("value", "waarde", "value", Use.VALUE),
    Column("unit", "eenheid", "unit"),
    Column("numerator", "teller", "numerator", Use.NUMERATOR),
    Column("denominator", "noemer", "denominator", Use.DENOMINATOR),
    Column("share", "aandeel", "share"),
)
_PERSON: Final = Column("participant", "deelnemer", "participant", Use.PERSON)
_NOTE: Final = Column("note", "toelichting", "note", Use.NOTE)

MEASUREMENTS_SEEN: Final = (
    _DAY,
    _INDICATOR,
    _NAME,
    _SITE,
    *_NUMBERS,
    Column("median", "middelste niveau", "median level"),
)
"""Measurements as everybody sees them who does not see all."""

COLUMNS: Final[Mapping[Table, tuple[Column, ...]]] = {
    Table.RESULTS: (
        _INDICATOR,
        _NAME,
        Column("goal", "doel", "goal"),
        Column("goal_wording", "formulering van het doel", "wording of the goal"),
        Column("level", "soort doel", "kind of goal"),
        Column("unit", "eenheid", "unit"),
        Column("baseline", "nulmeting", "baseline"),
        Column("baseline_day", "datum nulmeting", "date of baseline"),
        Column("target", "streefwaarde", "target"),
        Column("target_day", "datum streefwaarde", "date of target"),
        Column("actual", "laatste waarde", "latest value"),
        Column("numerator", "teller", "numerator"),
        Column("denominator", "noemer", "denominator"),
        Column("actual_day", "datum laatste waarde", "date of latest value"),
        Column("aim", "verwacht op die datum", "aimed at for that date"),
        Column("status", "stand", "status"),
        Column("due", "volgende waarde op", "next value on"),
        Column("rung", "trede van bewijs", "rung of evidence"),
    ),
    Table.MEASUREMENTS: (
        *MEASUREMENTS_SEEN,
        Column("levels", "mensen per niveau", "people on each level", Use.LEVELS),
        Column("account", "verslag", "account in words", Use.ACCOUNT),
        Column("people", "mensen met een waarde", "people with a value", Use.PEOPLE),
        Column("missing", "mensen zonder waarde", "people without a value", Use.WITHOUT),
        Column("from", "telt vanaf", "counted from", Use.SINCE),
        _NOTE,
        Column("state", "beoordeling", "review"),
        Column("edition", "versie van de definitie", "version of the definition"),
    ),
    Table.GROUPS: (
        _DAY,
        _INDICATOR,
        _NAME,
        _SITE,
        Column("breakdown", "uitsplitsing", "breakdown", Use.BREAKDOWN),
        Column("group", "groep", "group", Use.OPTION),
        *_NUMBERS,
    ),
    Table.PARTICIPANTS: (
        _PERSON,
        Column("cohort", "cohort", "cohort", Use.COHORT),
        _SITE,
        Column("arm", "arm", "arm", Use.ARM),
        Column("entry", "instroom", "entry", Use.ENTRY),
        Column("exit", "uitstroom", "exit", Use.EXIT),
    ),
    Table.OBSERVATIONS: (_PERSON, _DAY, Column("key", "sleutel", "key", Use.KEY), _NOTE),
}
"""The columns of each table; those of participants and observations are followed by names with ``__``."""

_ROUND_TRIP: Final = (Table.MEASUREMENTS, Table.GROUPS, Table.PARTICIPANTS, Table.OBSERVATIONS)
"""Tables that can come back."""

FORM_USES: Final[Mapping[str, Use]] = {
    "day": Use.DAY,
    "site": Use.SITE,
    "participant": Use.PERSON,
    "moment": Use.MOMENT,
    "cohort": Use.COHORT,
    "arm": Use.ARM,
    "entry": Use.ENTRY,
    "exit": Use.EXIT,
    "note": Use.NOTE,
}
"""Questions of our forms that are not about one indicator, instrument, breakdown or event."""

# --- Names --------------------------------------------------------------------------------------------------

SIGN: Final = "__"
_WHOLE: Final = "total"
_NUMERATOR: Final = "_numerator"
_DENOMINATOR: Final = "_denominator"
_CODE: Final = re.compile(r"(?P<code>I[1-9][0-9]*)(?P<part>_numerator|_denominator)?", re.IGNORECASE)
_OF_CODE: Final = {None: Use.VALUE, _NUMERATOR: Use.NUMERATOR, _DENOMINATOR: Use.DENOMINATOR}
_ID_SHOWN: Final = 6


def slug(text: str) -> str:
    """Return a name of small letters, digits and single underscores for a text; the same for its capitals."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "_", plain).strip("_") or "x"


def instrument_names(instruments: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return a name for each instrument by its id: what it is called, and a piece of its id if two are alike.

    Args:
        instruments: name, version and id (32 hexadecimal digits) of each.
    """
    slugs = {id_: slug(f"{name} {version}") for name, version, id_ in instruments}
    every = list(slugs.values())
    alike = {name for name in every if every.count(name) > 1}
    return {id_: f"{name}_{id_[:_ID_SHOWN]}" if name in alike else name for id_, name in slugs.items()}


def value_name(code: str) -> str:
    """Return the name of the value of an indicator."""
    return code


def pair_names(code: str) -> tuple[str, str]:
    """Return the names of part and whole of a proportion."""
    return f"{code}{_NUMERATOR}", f"{code}{_DENOMINATOR}"


def group_name(breakdown: str) -> str:
    """Return the name of the group of a breakdown, or of the level of an ordinal score."""
    return f"group{SIGN}{breakdown}"


def event_name(subject: Subject, name: str = "") -> str:
    """Return the name of the day of an event."""
    return SIGN.join(["event", subject.value, *([name] if name else [])])


def score_name(instrument: str, item: str, moment: Moment | None = None) -> str:
    """Return the name of a score.

    Args:
        instrument: as in `instrument_names`.
        item: its key; `TOTAL` for the whole.
        moment: when no question asks for it.
    """
    return SIGN.join(["score", instrument, item or _WHOLE, *([moment.value] if moment else [])])


# --- Coming back --------------------------------------------------------------------------------------------


def table_of(headers: Sequence[str]) -> tuple[Table, Language] | None:
    """Return which of our tables has these headers, and in which language; None: none that can come back."""
    names = {header.strip().casefold() for header in headers}
    for table in _ROUND_TRIP:
        for language in Language:
            if {column.header(language) for column in COLUMNS[table]} <= names:
                return table, language
    return None


def understood(mapping: LogMapping, seen: Recognition, ground: Ground) -> LogMapping:
    """Return the mapping with the columns that carry our names understood; unchanged for a file of others.

    A column without any answer is left out. How numbers are written is said only where that is sure: in our
    own tables, and in what KoboToolbox or ODK wrote of our form. Of our own table of observations the values
    of indicators are left out: they come from a source of their own, which knows them by its keys.

    Args:
        mapping: as it was suggested.
        seen: what was seen in the file.
        ground: what the programme has.
    """
    headers = [column.header for column in seen.columns]
    empty = {column.header for column in seen.columns if not column.filled}
    ours = table_of(headers)
    style = _style(ours, mapping.kind)
    slugs = instrument_names((name, version, one.id) for (name, version), one in ground.instruments.items())
    known = {slugs[one.id]: key for key, one in ground.instruments.items()}
    persons = any(_plain_use(header, ours) is Use.PERSON for header in headers)
    name = _Names(ground, known, persons=persons)
    found: dict[str, ColumnUse] = {}
    is_form = False
    for header in headers:
        if (use := _plain_use(header, ours)) is not None and not (persons and use is Use.SITE):
            plain = ColumnUse(header=header, use=use, style=style)
            # What we write where nothing is known is nothing at all: in our tables each word is itself.
            found[header] = plain if ours is None else replace(plain, missing=())
        elif (own := name.of(header)) is not None:
            stays = ours is not None and persons and own.use is Use.VALUE
            found[header] = ColumnUse(header=header, use=Use.LEFT_OUT) if stays else replace(own, style=style)
            is_form = True
    if ours is None and not is_form:
        return mapping
    found |= {header: ColumnUse(header=header, use=Use.LEFT_OUT) for header in empty & found.keys()}
    return replace(
        mapping,
        about=About.PARTICIPANTS if persons else About.MEASUREMENTS,
        columns=tuple(_merged(mapping, found, only_ours=ours is not None)),
    )


def _style(ours: tuple[Table, Language] | None, kind: SourceKind) -> NumberStyle | None:
    if ours is not None:
        return NumberStyle.DUTCH if ours[1] is Language.NL else NumberStyle.ENGLISH
    return NumberStyle.ENGLISH if kind in {SourceKind.KOBO, SourceKind.ODK} else None


def _plain_use(header: str, ours: tuple[Table, Language] | None) -> Use | None:
    """Return what a column of a table, or a question of a form, is for by its whole name."""
    if ours is None:
        return FORM_USES.get(_question(header).casefold())
    table, language = ours
    uses = {column.header(language): column.use for column in COLUMNS[table]}
    return uses.get(header.strip().casefold())


def _question(header: str) -> str:
    """Return the name of a question without the groups that somebody put it in."""
    return re.split("[/.]", header.strip())[-1]


def _merged(mapping: LogMapping, found: Mapping[str, ColumnUse], *, only_ours: bool) -> Iterable[ColumnUse]:
    """Yield the columns of both; what ours say, no other column says as well."""
    claimed = {column.use for column in found.values()}
    for column in mapping.columns:
        if column.header in found:
            continue
        keeps = not only_ours and (column.use not in claimed or column.use is Use.LEFT_OUT)
        yield column if keeps else ColumnUse(header=column.header, use=Use.LEFT_OUT)
    yield from found.values()


class _Names:
    """Reads names with a code or with ``__``."""

    def __init__(self, ground: Ground, instruments: Mapping[str, tuple[str, str]], *, persons: bool) -> None:
        self._ground = ground
        self._instruments = instruments
        self._group = Use.GROUP if persons else Use.OPTION
        self._read: Mapping[str, Callable[[str, list[str]], ColumnUse | None]] = {
            "group": self._group_of,
            "event": self._event_of,
            "score": self._score_of,
        }

    def of(self, header: str) -> ColumnUse | None:
        """Return what a column is for; None when its name is not one of ours, or of what is not there."""
        for name in dict.fromkeys((header.strip(), _question(header))):
            found = self._named(header, name)
            if found is not None:
                return found
        return None

    def _named(self, header: str, name: str) -> ColumnUse | None:
        if coded := _CODE.fullmatch(name):
            code = coded["code"].upper()
            part = coded["part"]
            use = _OF_CODE[part and part.lower()]
            return (
                ColumnUse(header=header, use=use, indicator=code) if code in self._ground.indicators else None
            )
        first, *rest = name.split(SIGN)
        read = self._read.get(first.casefold())
        return read(header, rest) if read is not None and rest else None

    def _group_of(self, header: str, rest: list[str]) -> ColumnUse | None:
        key = SIGN.join(rest)
        if key != LEVEL and key not in self._ground.groups:
            return None
        return ColumnUse(header=header, use=self._group, breakdown=key)

    def _event_of(self, header: str, rest: list[str]) -> ColumnUse | None:
        subject, name = rest[0], SIGN.join(rest[1:])
        if subject not in set(EVENTS) or bool(name) != (subject == Subject.OTHER):
            return None
        return ColumnUse(header=header, use=Use.EVENT_DAY, subject=Subject(subject), name=name)

    def _score_of(self, header: str, rest: list[str]) -> ColumnUse | None:
        instrument, item, moment = [*rest, "", ""][:3]
        if instrument not in self._instruments or (moment and moment not in set(Moment)):
            return None
        name, edition = self._instruments[instrument]
        known = self._ground.instruments[name, edition]
        if item != _WHOLE and item not in {one.key for one in known.scale.items}:
            return None
        return ColumnUse(
            header=header,
            use=Use.SCORE,
            instrument=name,
            edition=edition,
            item=TOTAL if item == _WHOLE else item,
            moment=Moment(moment) if moment else None,
        )
