"""A whole tree as one value: what a version freezes, what goes out as JSON, and what comes in.

The same tree has one body and one digest, in whatever order it was put together.
"""

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from functools import partial
from itertools import chain
from typing import Any, ClassVar, Final, Self
from uuid import UUID

from toc.domain.codes import CodeKind, parse_code
from toc.domain.errors import DomainError
from toc.domain.goals.belief import MOST_CONFIDENCE
from toc.domain.goals.circles import on_circles
from toc.domain.goals.fields import (
    Choice,
    Day,
    Field,
    Flag,
    Id,
    OfKind,
    Text,
    Whole,
    canonical,
    line,
    shortened,
)
from toc.domain.goals.kinds import (
    Direction,
    ElementVerdict,
    KeyReason,
    Level,
    LinkStatus,
    Practice,
    Purpose,
    Stance,
    Standing,
)

FORMAT: Final = "doelenboom-tree"
"""Names the format in the file."""

VERSION: Final = 1
"""Of the format; a file of another version is refused."""

MOST_CHARACTERS: Final = 20_000_000
"""Characters of a tree as JSON: 2,000 goals with all their texts filled in have fewer."""

MOST_GOALS: Final = 10_000
"""Goals of a tree that comes in: five times the biggest that we measure with."""

MOST_LINKS: Final = 50_000
"""Links of a tree that comes in, and as many words of parties on its goals."""

_SCALE = Whole(1, 5)


class Record:
    """A row of a tree, whose texts are kept in their one way of writing."""

    __slots__ = ()
    FIELDS: ClassVar[Mapping[str, Field]]
    """What each field may hold, in the order in which they are written."""

    def __post_init__(self) -> None:
        """Write each text in one way, so that the same words are the same value."""
        for name, kind in self.FIELDS.items():
            if isinstance(kind, Text):
                object.__setattr__(self, name, canonical(getattr(self, name)))

    @classmethod
    def required(cls) -> frozenset[str]:
        """Return the fields that have to be there."""
        return frozenset(
            one.name
            for one in fields(cls)  # type: ignore[arg-type]  # each kind of row is a dataclass
            if one.default is MISSING
        )

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Self:
        """Return the row with these values, which its fields have read."""
        made: Callable[..., Self] = cls
        return made(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalBody(Record):
    """A goal of the tree, as its current edition has it.

    Attributes:
        edition: number of that edition.
        importance: 1 to 5, as is feasibility: as the evaluator heard it.
        by_when: the day by which, inclusive.
        statements: how many it rests on.
    """

    code: str
    id: UUID
    edition: int = 1
    wording: str
    explanation: str = ""
    level: Level | None = None
    standing: Standing = Standing.STATED
    confirmed: bool = False
    practice: Practice | None = None
    purpose: Purpose | None = None
    direction: Direction | None = None
    for_whom: str = ""
    by_when: date | None = None
    importance: int | None = None
    feasibility: int | None = None
    is_primary: bool = False
    statements: int = 0

    FIELDS: ClassVar[Mapping[str, Field]] = {
        "code": OfKind(CodeKind.GOAL),
        "id": Id(),
        "edition": Whole(1, optional=False),
        "wording": line(required=True),
        "explanation": Text(),
        "level": Choice(Level),
        "standing": Choice(Standing, optional=False),
        "confirmed": Flag(),
        "practice": Choice(Practice),
        "purpose": Choice(Purpose),
        "direction": Choice(Direction),
        "for_whom": line(),
        "by_when": Day(),
        "importance": _SCALE,
        "feasibility": _SCALE,
        "is_primary": Flag(),
        "statements": Whole(0, optional=False),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkBody(Record):
    """A link of the tree: the code of the means, the code of the end, and all that was said about it."""

    lower: str
    upper: str
    mechanism: str = ""
    assumption: str = ""
    condition: str = ""
    alternatives: str = ""
    confidence: int | None = None
    status: LinkStatus | None = None
    source: str = ""
    is_key: bool = False
    key_reason: KeyReason | None = None
    is_feedback: bool = False
    element: str = ""
    verdict: ElementVerdict | None = None

    FIELDS: ClassVar[Mapping[str, Field]] = {
        "lower": OfKind(CodeKind.GOAL),
        "upper": OfKind(CodeKind.GOAL),
        "mechanism": Text(),
        "assumption": Text(),
        "condition": Text(),
        "alternatives": Text(),
        "confidence": Whole(0, MOST_CONFIDENCE),
        "status": Choice(LinkStatus),
        "source": Text(),
        "is_key": Flag(),
        "key_reason": Choice(KeyReason),
        "is_feedback": Flag(),
        "element": line(),
        "verdict": Choice(ElementVerdict),
    }

    @property
    def ends(self) -> tuple[str, str]:
        """Code of the lower and of the upper goal."""
        return self.lower, self.upper


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyBody(Record):
    """A stakeholder group: code and name."""

    code: str
    name: str

    FIELDS: ClassVar[Mapping[str, Field]] = {"code": OfKind(CodeKind.GROUP), "name": line(required=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderBody(Record):
    """What one party thinks of one goal, both by code; importance and feasibility 1 to 5."""

    goal: str
    party: str
    stance: Stance
    importance: int | None = None
    feasibility: int | None = None

    FIELDS: ClassVar[Mapping[str, Field]] = {
        "goal": OfKind(CodeKind.GOAL),
        "party": OfKind(CodeKind.GROUP),
        "stance": Choice(Stance, optional=False),
        "importance": _SCALE,
        "feasibility": _SCALE,
    }


SECTIONS: Final[Mapping[str, type[Record]]] = {
    "goals": GoalBody,
    "links": LinkBody,
    "parties": PartyBody,
    "holders": HolderBody,
}
"""The parts of a tree, and what their rows are."""

MOST_ROWS: Final[Mapping[str, int]] = {
    "goals": MOST_GOALS,
    "links": MOST_LINKS,
    "parties": MOST_GOALS,
    "holders": MOST_LINKS,
}
"""Rows that each part may have."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a tree cannot come in, and where.

    Attributes:
        section: one of `SECTIONS`; empty when it is the file as a whole.
        row: from 1; 0 when it is the section, or its header, as a whole.
        name: of the field; empty when it is the row.
        key: of the sentence.
        params: what the sentence names.
    """

    section: str
    row: int
    name: str
    key: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeBody:
    """A tree without circles in which every code that is named is there; rows in the order of their codes.

    Raises:
        DomainError: the key of the first fault that `faults_of` finds.
    """

    goals: tuple[GoalBody, ...] = ()
    links: tuple[LinkBody, ...] = ()
    parties: tuple[PartyBody, ...] = ()
    holders: tuple[HolderBody, ...] = ()

    def __post_init__(self) -> None:
        """Put the rows in order and refuse what is no tree."""
        for fault in faults_of({name: getattr(self, name) for name in SECTIONS}):
            raise DomainError(fault.key, **fault.params)
        orders: Mapping[str, Callable[[Any], Any]] = {
            "goals": lambda goal: _number(goal.code),
            "links": lambda link: (_number(link.lower), _number(link.upper)),
            "parties": lambda party: _number(party.code),
            "holders": lambda holder: (_number(holder.goal), _number(holder.party)),
        }
        for name, order in orders.items():
            object.__setattr__(self, name, tuple(sorted(getattr(self, name), key=order)))


@dataclass(frozen=True, slots=True)
class TreeRead:
    """A tree that came in: whole, or not at all.

    Attributes:
        body: None when there are faults.
        faults: in the order of the file.
    """

    body: TreeBody | None
    faults: tuple[Fault, ...] = ()


def _number(code_: str) -> int:
    return parse_code(code_).number


# --- What is no tree ----------------------------------------------------------------------------------------


def faults_of(sections: Mapping[str, Sequence[Any]]) -> Iterator[Fault]:
    """Yield what keeps these rows from being a tree, in linear time.

    Args:
        sections: the rows of each of `SECTIONS`.
    """
    goals, links = sections["goals"], sections["links"]
    parties, holders = sections["parties"], sections["holders"]
    yield from _repeated("goals", "code", "tree_in.code_repeated", [goal.code for goal in goals])
    yield from _repeated("goals", "id", "tree_in.id_repeated", [goal.id for goal in goals])
    yield from _repeated("parties", "code", "tree_in.code_repeated", [party.code for party in parties])
    goal_codes, party_codes = {goal.code for goal in goals}, {party.code for party in parties}
    yield from _unknown("links", "lower", [link.lower for link in links], goal_codes)
    yield from _unknown("links", "upper", [link.upper for link in links], goal_codes)
    yield from _unknown("holders", "goal", [holder.goal for holder in holders], goal_codes)
    yield from _unknown("holders", "party", [holder.party for holder in holders], party_codes)
    pairs = [(holder.goal, holder.party) for holder in holders]
    yield from _repeated("holders", "", "tree_in.holder_repeated", pairs)
    yield from _order_faults(links)


def _repeated(section: str, name: str, key: str, values: Sequence[Hashable]) -> Iterator[Fault]:
    first: dict[Hashable, int] = {}
    for row, value in enumerate(values, start=1):
        if first.setdefault(value, row) != row:
            said = " + ".join(value) if isinstance(value, tuple) else str(value)
            yield Fault(section, row, name, key, {"value": said, "first": first[value]})


def _unknown(section: str, name: str, codes: Sequence[str], known: set[str]) -> Iterator[Fault]:
    for row, code_ in enumerate(codes, start=1):
        if code_ not in known:
            yield Fault(section, row, name, "tree_in.code_unknown", {"value": code_})


def _order_faults(links: Sequence[LinkBody]) -> Iterator[Fault]:
    for row, link in enumerate(links, start=1):
        if link.lower == link.upper:
            yield Fault("links", row, "", "link.self")
    yield from _repeated("links", "", "tree_in.link_repeated", [link.ends for link in links])
    ordering = [(row, link) for row, link in enumerate(links, start=1) if is_ordering(link)]
    for place in sorted(on_circles([link.ends for _, link in ordering])):
        row, link = ordering[place]
        yield Fault("links", row, "", "tree_in.circle", {"lower": link.lower, "upper": link.upper})


def is_ordering(link: LinkBody) -> bool:
    """Return whether a link is part of the order: a feedback leads back down, and is not."""
    return not link.is_feedback and link.lower != link.upper


# --- JSON ---------------------------------------------------------------------------------------------------


def to_json(body: TreeBody) -> str:
    """Return the tree as JSON, the same text for the same tree: what `digest` is taken of.

    Fields in alphabetical order, all of them, without white space between them.
    """
    written: dict[str, object] = {
        name: [{at: kind.write(getattr(row, at)) for at, kind in record.FIELDS.items()} for row in rows]
        for name, record in SECTIONS.items()
        for rows in [getattr(body, name)]
    }
    return json.dumps(
        {"format": FORMAT, "version": VERSION, **written},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def digest(body: TreeBody) -> str:
    """Return the SHA-256 of the tree as JSON in UTF-8, in hexadecimal."""
    return hashlib.sha256(to_json(body).encode()).hexdigest()


def from_json(text: str) -> TreeRead:
    """Read a tree that `to_json` wrote, or that somebody wrote like it. Nothing is passed over or guessed.

    Fields that have a default may be left out; one that nobody knows is a fault.
    """
    try:
        sections = _sections(text)
    except DomainError as error:
        return TreeRead(None, (Fault("", 0, "", error.key, error.params),))
    faults: list[Fault] = []
    read: dict[str, list[Record]] = {}
    for name, record in SECTIONS.items():
        rows = sections.get(name, [])
        if not isinstance(rows, list):
            faults.append(Fault(name, 0, "", "tree_in.no_list"))
        elif len(rows) > MOST_ROWS[name]:
            faults.append(Fault(name, 0, "", "tree_in.too_many_rows", {"most": MOST_ROWS[name]}))
        else:
            found = [_row(name, number, record, row) for number, row in enumerate(rows, start=1)]
            read[name] = [row for row, _ in found if row is not None]
            faults.extend(chain.from_iterable(wrong for _, wrong in found))
    return finished(read, faults)


def finished(read: Mapping[str, Sequence[Record]], faults: Iterable[Fault]) -> TreeRead:
    """Return the tree of rows that were read, if nothing is wrong with them, alone or together."""
    faults = tuple(faults) or tuple(faults_of(read))
    if faults:
        return TreeRead(None, faults)
    return TreeRead(TreeBody(**{name: tuple(rows) for name, rows in read.items()}))  # type: ignore[arg-type]  # rows of their section


def read_fields(
    section: str, row: int, record: type[Record], values: Mapping[str, Callable[[], object]]
) -> tuple[Record | None, list[Fault]]:
    """Return a row of which each field is read by itself, or all that is wrong with it.

    Args:
        section: name of the section.
        row: its number, from 1.
        record: what the rows of the section are.
        values: per field what reads it, which raises a DomainError when it cannot.
    """
    faults: list[Fault] = []
    found: dict[str, object] = {}
    for name, read in values.items():
        try:
            found[name] = read()
        except DomainError as error:
            faults.append(Fault(section, row, name, error.key, error.params))
    missing = sorted(record.required() - values.keys())
    faults += [Fault(section, row, name, "tree_in.field_missing", {"name": name}) for name in missing]
    return (None, faults) if faults else (record.of(found), [])


def _row(section: str, number: int, record: type[Record], row: object) -> tuple[Record | None, list[Fault]]:
    if not isinstance(row, dict):
        return None, [Fault(section, number, "", "tree_in.no_object")]
    known: dict[str, Callable[[], object]] = {
        name: partial(kind.read, row[name]) for name, kind in record.FIELDS.items() if name in row
    }
    made, faults = read_fields(section, number, record, known)
    strange = [shortened(name) for name in row if name not in record.FIELDS]
    faults += [Fault(section, number, "", "tree_in.field_unknown", {"name": name}) for name in strange]
    return (None, faults) if faults else (made, [])


def _sections(text: str) -> dict[str, object]:
    """Return the parts of a file.

    Raises:
        DomainError: ``tree_in.too_large``, ``tree_in.no_json``, ``tree_in.field_twice``,
            ``tree_in.other_format``, ``tree_in.other_version``, ``tree_in.field_unknown``.
    """
    if len(text) > MOST_CHARACTERS:
        raise DomainError("tree_in.too_large", most=MOST_CHARACTERS)
    try:
        found = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise DomainError("tree_in.no_json") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise DomainError("tree_in.other_format")
    version = found.get("version")
    if type(version) is not int or version != VERSION:
        raise DomainError("tree_in.other_version", version=shortened(version), ours=VERSION)
    for name in found:
        if name not in {*SECTIONS, "format", "version"}:
            raise DomainError("tree_in.field_unknown", name=shortened(name))
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object of JSON; a name that stands there twice would lose one of its values.

    Raises:
        DomainError: ``tree_in.field_twice``.
    """
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise DomainError("tree_in.field_twice", name=shortened(name))
        found[name] = value
    return found
