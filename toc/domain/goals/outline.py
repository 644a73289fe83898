"""Outlines: a tree as indented text, one goal a line, its means below it; read and written.

How deep a line stands is never guessed: a line is deeper when its white space begins with that of the line
above it, and where tabs and spaces are mixed so that this does not tell, the line is a fault.
"""

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from toc.domain.codes import code, parse_code
from toc.domain.errors import DomainError
from toc.domain.goals.circles import on_circles
from toc.domain.goals.fields import MOST_IN_LINE, canonical, is_readable, shortened
from toc.domain.goals.kinds import Level
from toc.domain.programmes import Language

MOST_CHARACTERS: Final = 20_000_000
"""Characters of an outline; a chain of 5,000 goals with a tab for each step has 13 million."""

MOST_LINES: Final = 10_000
"""Lines of an outline that have something on them: as many goals as a tree that comes in may have."""

LEVEL_WORDS: Final[Mapping[Level, Mapping[Language, str]]] = {
    Level.INPUT: {Language.NL: "middelen", Language.EN: "input"},
    Level.ACTIVITY: {Language.NL: "activiteit", Language.EN: "activity"},
    Level.OUTPUT: {Language.NL: "prestatie", Language.EN: "output"},
    Level.OUTCOME: {Language.NL: "uitkomst", Language.EN: "outcome"},
    Level.IMPACT: {Language.NL: "maatschappelijke impact", Language.EN: "societal impact"},
}
"""What each level is called between its brackets; the words of the pages."""

_MORE_WORDS = {
    "inputs": Level.INPUT,
    "middel": Level.INPUT,
    "inzet": Level.INPUT,
    "activities": Level.ACTIVITY,
    "activiteiten": Level.ACTIVITY,
    "outputs": Level.OUTPUT,
    "prestaties": Level.OUTPUT,
    "outcomes": Level.OUTCOME,
    "uitkomsten": Level.OUTCOME,
    "impact": Level.IMPACT,
}
_LEVELS = {word: level for level, words in LEVEL_WORDS.items() for word in words.values()} | _MORE_WORDS

_LINE_END = re.compile("\r\n|\r|\n")
_WHITE = " \t\u00a0"
_HEADING = re.compile("(#{1,6})[ \t\u00a0]+")
_DASHES = "-\u2013\u2014"
_BULLET = re.compile(
    f"(?:[{_DASHES}*+\u2022\u25e6\u25aa]|[0-9]{{1,4}}(?:\\.[0-9]{{1,4}}){{0,8}}[.)]|[A-Za-z]\\))"
    "(?:[ \t\u00a0]+|$)"
)
_RULE = re.compile(r"(?:[-*_=~`] ?){3,}")
_CODE = "G[1-9][0-9]{0,8}"
_LEVEL_FIRST = re.compile(r"\[([^\[\]]*)\]\s*")
_CODE_FIRST = re.compile(rf"({_CODE})(?:[:.]|\s[{_DASHES}])?(?:\s+|$)", re.ASCII | re.IGNORECASE)
_SIGN = re.compile(r"=\s*(.*)")
_SEE = re.compile(r"\((?:see|zie)\s+(.*)\)", re.IGNORECASE)
_AT_END = re.compile(
    rf"(.*?[^\\\s])\s*(?:=\s*({_CODE})|\((?:see|zie)\s+({_CODE})\))", re.ASCII | re.IGNORECASE
)
_ESCAPED = re.compile(rf"\\([{re.escape(string.punctuation)}])")
_MARKS = (_HEADING, _BULLET, _LEVEL_FIRST, _CODE_FIRST, _SIGN, _SEE)
_MOST_WRITTEN = 2 * MOST_IN_LINE + 100  # each sign with a backslash, and a level and a code before it


@dataclass(frozen=True, slots=True)
class OutlineGoal:
    """A goal of an outline.

    Attributes:
        wording: on one line.
        level: if it was given.
        code: as G12, or empty.
        line: where it stands, from 1; of no importance to which goal it is.
        is_known: the code is of a goal that is there already.
    """

    wording: str
    level: Level | None = None
    code: str = ""
    line: int = field(default=0, compare=False)
    is_known: bool = False

    def __post_init__(self) -> None:
        """Keep the wording on one line."""
        object.__setattr__(self, "wording", tidy(self.wording))


@dataclass(frozen=True, slots=True)
class Forest:
    """Goals, and the links between them as (place of the lower goal, place of the upper one).

    Raises:
        ValueError: two goals with one code, a link that is given twice, or links that go round.
    """

    goals: tuple[OutlineGoal, ...] = ()
    links: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be written down and read back."""
        codes = [goal.code for goal in self.goals if goal.code]
        if len({*codes}) != len(codes) or len({*self.links}) != len(self.links) or on_circles(self.links):
            raise ValueError("a forest has each code and each link once, and no circles")


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A line that was read, as a preview shows it.

    Attributes:
        line: its number, from 1; lines with nothing on them count too.
        depth: 0 for what stands at the top.
        text: the wording, or what it refers to.
        level: if it was given.
        code: of the goal, or of the goal that it refers to; empty without one.
        refers: it names a goal that is written elsewhere.
    """

    line: int
    depth: int
    text: str
    level: Level | None = None
    code: str = ""
    refers: bool = False


@dataclass(frozen=True, slots=True)
class LineFault:
    """Why a line cannot be read: line from 1, the key of the sentence and what it names."""

    line: int
    key: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a person can tell; it stops nothing.

    Attributes:
        line: from 1.
        key: ``outline.same_wording``: two goals, or one with two ends? ``outline.like_known``: the goal that
            is there already, or another? ``outline.other_wording``: is a goal that is there reworded?
        params: ``first``, the line with the same wording; ``code`` of the goal that is there; its
            ``wording``.
    """

    line: int
    key: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outline:
    """What was read: all of it, or with faults nothing to build from.

    Attributes:
        lines: those that could be read, in order.
        forest: None when there are faults.
        faults: in order of the lines.
        questions: likewise.
    """

    lines: tuple[OutlineLine, ...]
    forest: Forest | None
    faults: tuple[LineFault, ...] = ()
    questions: tuple[Question, ...] = ()


def tidy(text: str) -> str:
    """Return a text on one line with single spaces: the one way in which an outline writes it."""
    return " ".join(canonical(text).split())


def same(wording: str) -> str:
    """Return what two wordings that count as the same have in common."""
    return tidy(wording).casefold()


# --- Reading ------------------------------------------------------------------------------------------------


def parse_outline(text: str, known: Mapping[str, str] | None = None) -> Outline:
    """Read an outline.

    A line may begin with ``-``, ``*``, ``1.`` or the like, or be a Markdown heading; then may follow a level
    in brackets ("[outcome]", "[uitkomst]") and a code ("G12", "G12:"). ``= G12``, ``(see G12)`` or ``(zie ...
    the whole wording)`` stands for a goal that is written elsewhere in the outline, or is there already; what
    is below it, is a means to that goal. After a backslash nothing has a meaning.

    Args:
        text: with tabs or spaces.
        known: the wordings of goals that are there already, by code.

    Raises:
        DomainError: ``outline.too_long``, ``outline.too_many_lines``, ``outline.nothing``.
    """
    if len(text) > MOST_CHARACTERS:
        raise DomainError("outline.too_long", most=MOST_CHARACTERS)
    numbered = [
        (number, line)
        for number, line in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1)
        if line.strip()
    ]
    if len(numbered) > MOST_LINES:
        raise DomainError("outline.too_many_lines", most=MOST_LINES)
    if not numbered:
        raise DomainError("outline.nothing")
    places, faults = _Places(), list[LineFault]()
    lines: list[OutlineLine] = []
    ends: list[int] = []
    for number, line in numbered:
        try:
            depth, end, rest = places.take(line, len(lines))
            lines.append(_content(number, depth, rest))
            ends.append(end)
        except DomainError as error:
            faults.append(LineFault(number, error.key, error.params))
    if faults:
        return Outline(tuple(lines), None, tuple(faults))
    return _Joined(lines, ends, known or {}).outline()


@dataclass(slots=True)
class _Places:
    """Where the next line may stand: below the headings and lines that are open."""

    headings: list[tuple[int, int]] = field(default_factory=list)
    """Signs of each open heading, and the place of its line."""
    indents: list[tuple[str, int]] = field(default_factory=list)
    """White space of each open line below them, and the place of that line."""

    def take(self, line: str, place: int) -> tuple[int, int, str]:
        """Return how deep a line stands, the place of the line above it (-1 for none), and what it says.

        Raises:
            DomainError: ``outline.heading_indented``, ``outline.indent_mixed``, ``outline.indent_unknown``.
        """
        rest = line.lstrip(_WHITE)
        indent = line[: len(line) - len(rest)].replace("\u00a0", " ")
        if rest[:1].isspace():
            raise DomainError("outline.indent_mixed")
        heading = _HEADING.match(rest)
        if heading is not None:
            if indent:
                raise DomainError("outline.heading_indented")
            self._close_headings(len(heading[1]))
        else:
            self._close_lines(indent)
        depth = len(self.headings) + len(self.indents)
        end = self.indents[-1][1] if self.indents else self.headings[-1][1] if self.headings else -1
        if heading is not None:
            self.headings.append((len(heading[1]), place))
            return depth, end, rest[heading.end() :]
        self.indents.append((indent, place))
        bullet = None if _is_rule(rest) else _BULLET.match(rest)
        return depth, end, rest[bullet.end() :] if bullet else rest

    def _close_headings(self, signs: int) -> None:
        """Close what a heading with so many signs does not stand below."""
        self.indents.clear()
        closed = 0
        while self.headings and self.headings[-1][0] >= signs:
            closed = self.headings.pop()[0]
        if closed > signs:
            raise DomainError("outline.indent_unknown")

    def _close_lines(self, indent: str) -> None:
        """Close the lines that a line with this white space before it does not stand below."""
        closed = indent
        while self.indents and not _is_deeper(indent, self.indents[-1][0]):
            closed = self.indents.pop()[0]
            if not closed.startswith(indent):
                raise DomainError("outline.indent_mixed")
        if closed != indent:
            raise DomainError("outline.indent_unknown")


def _is_deeper(indent: str, other: str) -> bool:
    return len(indent) > len(other) and indent.startswith(other)


def _is_rule(rest: str) -> bool:
    return _RULE.fullmatch(rest.strip()) is not None


def _content(number: int, depth: int, rest: str) -> OutlineLine:
    """Return what a line says, without the white space and the bullet before it."""
    if not is_readable(rest):
        raise DomainError("tree_field.bad_characters")
    text = tidy(rest)
    if len(text) > _MOST_WRITTEN:
        raise DomainError("tree_field.too_long", most=MOST_IN_LINE)
    level, code_, said = _marks(text)
    if not said or _is_rule(said):
        raise DomainError("outline.code_alone" if code_ else "outline.no_words", code=code_)
    sign, see, at_end = _SIGN.fullmatch(said), _SEE.fullmatch(said), _AT_END.fullmatch(said)
    if not (sign or see or at_end):
        wording = unescaped(said)
        if len(wording) > MOST_IN_LINE:
            raise DomainError("tree_field.too_long", most=MOST_IN_LINE)
        return OutlineLine(number, depth, wording, level, code_)
    if level or code_:
        raise DomainError("outline.reference_alone")
    if at_end and not (sign or see):
        return OutlineLine(
            number, depth, unescaped(at_end[1]), None, _upper(at_end[2] or at_end[3]), refers=True
        )
    name = (sign or see or at_end)[1]  # type: ignore[index]  # one of them is there
    if re.fullmatch(_CODE, name, re.ASCII | re.IGNORECASE):
        return OutlineLine(number, depth, "", None, _upper(name), refers=True)
    if sign or not unescaped(name):
        raise DomainError("outline.reference_unreadable", text=shortened(said))
    return OutlineLine(number, depth, unescaped(name), refers=True)


def _upper(name: str) -> str:
    return code(*parse_code(name))


def _marks(text: str) -> tuple[Level | None, str, str]:
    """Return the level and the code that a line begins with, in either order, and the rest of it."""
    level, code_ = None, ""
    for _ in range(2):
        bracket, named = _LEVEL_FIRST.match(text), _CODE_FIRST.match(text)
        if bracket and level is None:
            word = same(bracket[1])
            if word not in _LEVELS:
                raise DomainError("outline.level_unknown", word=shortened(bracket[1]))
            level, text = _LEVELS[word], text[bracket.end() :]
        elif named and not code_:
            code_, text = _upper(named[1]), text[named.end() :]
    return level, code_, text


def unescaped(text: str) -> str:
    """Return a wording without the backslashes that took the meaning from what follows them."""
    if text.startswith("\\") and text[1:2] not in string.punctuation:
        text = text[1:]
    return tidy(_ESCAPED.sub(r"\1", text))


def is_marked(wording: str) -> bool:
    """Return whether a wording begins like something that has a meaning in an outline."""
    return _is_rule(wording) or any(mark.match(wording) for mark in _MARKS)


# --- From lines to goals ------------------------------------------------------------------------------------


class _Joined:
    """Lines as goals: those with the same code are one, and references stand for the goal that they name."""

    def __init__(self, lines: Sequence[OutlineLine], ends: Sequence[int], known: Mapping[str, str]) -> None:
        self.lines = lines
        self.ends = ends
        self.known = known
        self.known_as: dict[str, list[str]] = {}
        for code_, wording in known.items():
            self.known_as.setdefault(same(wording), []).append(code_)
        self.goals: list[OutlineGoal] = []
        self.by_code: dict[str, int] = {}
        self.written_as: dict[str, list[int]] = {}
        self.faults: list[LineFault] = []
        self.questions: list[Question] = []

    def outline(self) -> Outline:
        """Return the outline: its goals and links, or what is wrong with them."""
        goal_of: dict[int, int] = {}
        for refers, place_of in ((False, self._written), (True, self._named)):
            for place, line in enumerate(self.lines):
                if line.refers is refers:
                    try:
                        goal_of[place] = place_of(line)
                    except DomainError as error:
                        self.faults.append(LineFault(line.line, error.key, error.params))
        links = {} if self.faults else self._links(goal_of)
        if self.faults:
            faults = tuple(sorted(self.faults, key=lambda fault: fault.line))
            return Outline(tuple(self.lines), None, faults)
        return Outline(
            tuple(self.lines), Forest(tuple(self.goals), tuple(links)), questions=tuple(self.questions)
        )

    def _written(self, line: OutlineLine) -> int:
        """Return the place of the goal of a line that says it in full."""
        if line.code in self.by_code:
            place = self.by_code[line.code]
            goal = self.goals[place]
            if same(goal.wording) != same(line.text) or line.level not in {None, goal.level}:
                raise DomainError("outline.code_twice", code=line.code, first=goal.line)
            return place
        self._ask(line)
        return self._add(OutlineGoal(line.text, line.level, line.code, line.line, line.code in self.known))

    def _add(self, goal: OutlineGoal) -> int:
        place = len(self.goals)
        self.goals.append(goal)
        if goal.code:
            self.by_code[goal.code] = place
        self.written_as.setdefault(same(goal.wording), []).append(place)
        return place

    def _ask(self, line: OutlineLine) -> None:
        """Ask what only a person can tell of a goal that is written for the first time."""
        key = same(line.text)
        there = self.known.get(line.code)
        if there is not None and same(there) != key:
            params = {"code": line.code, "wording": there}
            self.questions.append(Question(line.line, "outline.other_wording", params))
        for place in self.written_as.get(key, ())[:1]:
            if not (line.code and self.goals[place].code):
                first = self.goals[place].line
                self.questions.append(Question(line.line, "outline.same_wording", {"first": first}))
        if not line.code and key in self.known_as:
            params = {"code": self.known_as[key][0], "wording": line.text}
            self.questions.append(Question(line.line, "outline.like_known", params))

    def _named(self, line: OutlineLine) -> int:
        """Return the place of the goal that a line refers to."""
        code_ = line.code
        if not code_:
            places = self.written_as.get(same(line.text), ())
            codes = self.known_as.get(same(line.text), ())
            if len(places or codes) > 1:
                raise DomainError("outline.reference_ambiguous", text=shortened(line.text))
            if places:
                return places[0]
            code_ = codes[0] if codes else ""
        if code_ not in self.by_code and code_ not in self.known:
            raise DomainError("outline.reference_unknown", text=code_ or shortened(line.text))
        if code_ not in self.by_code:
            self._add(OutlineGoal(self.known[code_], code=code_, line=line.line, is_known=True))
        place = self.by_code[code_]
        if line.text and same(line.text) != same(self.goals[place].wording):
            raise DomainError("outline.reference_differs", code=code_, wording=self.goals[place].wording)
        return place

    def _links(self, goal_of: Mapping[int, int]) -> dict[tuple[int, int], int]:
        """Return each link with the line that makes it; what is wrong with links goes to the faults."""
        found: dict[tuple[int, int], int] = {}
        for place, end in enumerate(self.ends):
            number = self.lines[place].line
            link = goal_of[place], goal_of.get(end, -1)
            if end < 0:
                continue
            if link[0] == link[1]:
                self.faults.append(LineFault(number, "link.self"))
            elif link in found:
                self.faults.append(LineFault(number, "outline.link_twice", {"first": found[link]}))
            else:
                found[link] = number
        links = list(found)
        for at in on_circles(links):
            self.faults.append(LineFault(found[links[at]], "outline.circle"))
        return found
