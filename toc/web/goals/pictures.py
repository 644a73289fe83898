"""The tree as a picture: what the domain placed, dressed with signs, words and addresses for one lens."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.goals import (
    MOST_DRAWN,
    Box,
    Curve,
    Drawing,
    Edge,
    Level,
    LinkStatus,
    PlacedGoal,
    Stance,
    branch,
    layout,
    neighbours,
)
from toc.domain.goals.lenses import Accord, Change
from toc.domain.goals.rules import Strength
from toc.services import goals as service
from toc.services.goals import TreeGoal, TreeLink
from toc.web import texts
from toc.web.goals.blueprint import goal_addresses
from toc.web.goals.looks import STATUSES, Lens, Look, compared, look, part_of
from toc.web.texts.goals import SHORT_LEVELS
from toc.web.texts.links import NOTES

KINDS_OF_DOTS = 6
"""Colours for the parties; with more parties every dot carries the party's number as well."""

_SIGN_HALF = 10
_FOLD_HALF, _FOLDED_HALF, _FOLD_UP = 14, 22, 12
"""Half the width of the sign that folds, half of one with a number in it, and half the height of both."""

_KEPT = 64
"""Drawings that a process remembers: a tree is looked at far more often than it is changed."""


class _Dots(NamedTuple):
    """How big the dots are, from one to the next, and how many fit beside the word for the level."""

    radius: float
    step: int
    room: int


_PLAIN, _NUMBERED = _Dots(4.5, 13, 8), _Dots(9, 21, 5)
_WORD_RIGHT, _WORD_UP = 12, 11
_NOTE_LEFT = 5
_FOLD_RIGHT = 30
"""Where words stand at the foot of a box, the sign that folds stands at the right of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A party at the foot of a box."""

    x: int
    y: int
    radius: float
    look: str
    number: str
    number_look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """A sign at the foot of a box that folds what is below it, or opens it again."""

    x: int
    y: int
    left: int
    top: int
    width: int
    text: str
    url: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnGoal:
    """A box with all that stands in it; most of that one lens or another adds."""

    box: Box
    url: str
    label: str
    look: str
    bar: str
    level: str
    level_x: int
    level_y: int
    note: str
    note_x: int
    sign: str = ""
    sign_x: int = 0
    sign_y: int = 0
    rung: str = ""
    mark: str = ""
    dots: tuple[Dot, ...] = ()
    more: str = ""
    more_x: int = 0
    is_root: bool = False
    is_marked: bool = False
    is_on_path: bool = False
    fold: Fold | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLink:
    """The line of a link; in the lens of certainty with its number."""

    path: str
    look: str
    number: str = ""
    x: int = 0
    y: int = 0
    is_feedback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What stands beside a picture of changes.

    Attributes:
        url: where another version is asked for.
        versions: (id, name) of the versions to compare with; none: no version was frozen yet.
        chosen: id of the one that is compared with.
        removed: (code, wording) of goals that are no longer in the tree.
        unlinked: links that are no longer there, by the codes of their goals.
        is_same: nothing changed.
    """

    url: str
    versions: tuple[tuple[str, str], ...]
    chosen: str
    removed: tuple[tuple[str, str], ...]
    unlinked: tuple[str, ...]
    is_same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that the template of the picture writes down.

    Attributes:
        drawing: width, height and boxes as the domain placed them; no boxes: there is nothing to draw.
        goals: in the order in which to read them.
        links: drawn below the goals.
        signs: names of the signs that occur.
        title, description: for who hears the page.
        legend: (kind, label), see `ui.tree_legend`.
        note: what the lens shows, in a sentence; empty when the legend says it all.
        left_out: how many goals are not in the picture.
        aside: what stands beside it, in the lens of changes.
        has_arrows: a feedback is drawn.
    """

    drawing: Drawing
    goals: tuple[DrawnGoal, ...]
    links: tuple[DrawnLink, ...]
    signs: tuple[str, ...]
    title: str
    description: str
    legend: tuple[tuple[str, str], ...]
    note: str = ""
    left_out: int = 0
    aside: Aside | None = None
    has_arrows: bool = False


def picture(
    session: Session, act: Act, lens: str = Lens.STATUS, *, most: int = MOST_DRAWN, root: UUID | None = None
) -> Picture:
    """Return the tree as a picture, for `tree_picture` in templates/goals/_tree.html.

    Args:
        session: of the programme.
        act: who looks.
        lens: a `Lens` or its value.
        most: how many goals to draw at most.
        root: draw the branch of this goal.

    Raises:
        NotFound: there is no such root, or it is hidden from this reader.
    """
    tree = service.tree(session, act)
    part = part_of(tree, most=most, root=root)
    return draw(compared(session, look(session, act, Lens(lens), tree, part, root=root)))


@lru_cache(maxsize=_KEPT)
def _placed(
    goals: tuple[PlacedGoal, ...],
    edges: tuple[Edge, ...],
    feedback: tuple[Edge, ...],
    previous: tuple[tuple[UUID, int], ...],
) -> tuple[Drawing, tuple[str, ...]]:
    """Return the drawing and the path of each line; the same goals and links give the same one every time."""
    drawing = layout(goals, edges, feedback=feedback, previous=dict(previous))
    return drawing, tuple(curve.path for curve in drawing.curves)


def draw(
    seen: Look,
    *,
    to: Callable[[UUID], str] | None = None,
    fold: Callable[[TreeGoal, bool], str] | None = None,
) -> Picture:
    """Dress the part of the tree that is drawn.

    Args:
        seen: the tree through a lens.
        to: gives the address behind a box; None: the page of the goal.
        fold: gives the address that opens (True) or folds what is below a goal; None: there are no folds.
    """
    drawn = [seen.tree.goal(goal_id) for goal_id in seen.part.drawn]
    inside = frozenset(seen.part.drawn)
    between = [link for link in seen.tree.ordering if link.lower_id in inside and link.upper_id in inside]
    back = [link for link in seen.tree.feedback if link.lower_id in inside and link.upper_id in inside]
    drawing, paths = _placed(
        tuple(PlacedGoal(id=goal.id, text=goal.wording, level=goal.level) for goal in drawn),
        tuple(link.edge for link in between),
        tuple(link.edge for link in back),
        tuple((goal.id, seen.tree.places[goal.id]) for goal in drawn if goal.id in seen.tree.places),
    )
    brush = _Brush(seen, to, fold)
    goals = tuple(brush.goal(seen.tree.goal(box.id), box) for box in drawing.boxes)
    return Picture(
        drawing=drawing,
        goals=goals,
        links=(
            *(
                brush.link(link, curve, path)
                for link, curve, path in zip(between, drawing.curves, paths, strict=True)
            ),
            *(
                brush.link(link, curve, curve.path)
                for link, curve in zip(back, drawing.feedback, strict=True)
            ),
        ),
        signs=tuple(sorted({goal.sign for goal in goals if goal.sign})),
        title=gettext("Goal tree"),
        description=_sentences(_means_below(len(drawn)), _statuses(seen, drawn)),
        legend=(
            *_statuses_in_legend(seen, drawn),
            *_marks_in_legend(seen, drawn),
            *([] if all(goal.released for goal in drawn) else [("hidden", seen.words.hidden)]),
            *_lines_in_legend(seen, [*between, *back]),
            *brush.parties_in_legend(drawn),
        ),
        note=str(NOTES[seen.lens.value]),
        left_out=len(seen.part.listed),
        aside=_aside(seen) if seen.lens is Lens.CHANGED else None,
        has_arrows=bool(back),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BareGoal:
    """A goal of which nothing is drawn but what it says: no status, no evidence, no parties.

    Attributes:
        code: how people name it; stands at the foot of its box.
        url: where its box leads to.
    """

    id: UUID
    code: str
    wording: str
    level: Level | None
    is_hidden: bool
    url: str


def draw_bare(goals: Iterable[BareGoal], links: Iterable[Edge], *, title: str) -> Picture:
    """Return a tree as a picture without any lens, such as the own tree of one party.

    Args:
        goals: of the tree, each once; those that the reader may see.
        links: between them; links to other goals are left out. Nobody tested them, so they are beliefs.
        title: for who hears the page.
    """
    every, links = {goal.id: goal for goal in goals}, tuple(links)
    part = branch(tuple(every), neighbours(every, links))
    drawn = [every[goal_id] for goal_id in part.drawn]
    drawing, paths = _placed(
        tuple(PlacedGoal(id=goal.id, text=goal.wording, level=goal.level) for goal in drawn), links, (), ()
    )
    hidden = gettext("hidden, only you see it")

    def dressed(goal: BareGoal, box: Box) -> DrawnGoal:
        says = [texts.word(goal.level), hidden if goal.is_hidden else ""]
        about = ", ".join(filter(None, says))
        return _framed(
            box,
            url=goal.url,
            label=f"{goal.code} {goal.wording}" + (f": {about}." if about else ""),
            level=str(SHORT_LEVELS[goal.level]) if goal.level else "",
            note=goal.code,
            is_hidden=goal.is_hidden,
        )

    return Picture(
        drawing=drawing,
        goals=tuple(dressed(every[box.id], box) for box in drawing.boxes),
        links=tuple(DrawnLink(path=path, look=f"tree__link {_LINES[Strength.BELIEF]}") for path in paths),
        signs=(),
        title=title,
        description=_sentences(_means_below(len(drawn))),
        legend=(
            *([("hidden", hidden)] if any(goal.is_hidden for goal in drawn) else ()),
            *([("line-belief", gettext("still a belief"))] if paths else ()),
        ),
        left_out=len(part.listed),
    )


def _framed(box: Box, *, url: str, label: str, level: str, note: str, is_hidden: bool) -> DrawnGoal:
    """Return a box with a word for its level and a note, before a lens adds anything."""
    return DrawnGoal(
        box=box,
        url=url,
        label=label,
        look=(f"tree__box tree__box--{box.level}" if box.level else "tree__box")
        + (" tree__box--hidden" if is_hidden else ""),
        bar=f"tree__bar tree__bar--{box.level}" if box.level else "tree__bar",
        level=level,
        level_x=box.x + box.width - _WORD_RIGHT,
        level_y=box.y + box.height - _WORD_UP,
        note=note,
        note_x=box.dots[0] - _NOTE_LEFT,
    )


def _aside(seen: Look) -> Aside:
    since = seen.since
    return Aside(
        url=url_for("goals.tree", programme_id=seen.programme_id),
        versions=tuple(
            (
                str(one.id),
                gettext("version %(number)s, %(day)s", number=one.number, day=texts.day(one.at.date())),
            )
            for one in since.versions
        ),
        chosen="" if since.chosen is None else str(since.chosen.id),
        removed=since.removed,
        unlinked=since.unlinked,
        is_same=not (since.goals or since.links or since.removed or since.unlinked),
    )


_MARKS: Mapping[Accord | Change, str] = {
    Accord.AGREED: "=",
    Accord.DIVIDED: "\N{NOT EQUAL TO}",
    Accord.OPPOSED: "\N{MINUS SIGN}",
    Accord.SILENT: "?",
    Change.ADDED: "+",
    Change.MOVED: "\N{UP DOWN ARROW}",
    Change.REWORDED: "\N{ALMOST EQUAL TO}",
    Change.OTHERWISE: "*",
}
"""What stands in the corner of a box, beside the words at its foot."""

_STRESSED = frozenset({Accord.DIVIDED, Accord.OPPOSED, *Change})
_NOTED = frozenset({Lens.DISAGREEMENT, Lens.MONEY, Lens.CHANGED})
"""Lenses with words at the foot of a box, where otherwise the parties and the level stand."""


def _marked(seen: Look, goal: TreeGoal) -> Accord | Change | None:
    """Return what the lens marks a box with."""
    if seen.lens is Lens.DISAGREEMENT:
        return seen.accord(goal)
    return next(iter(seen.since.goals.get(goal.id, ())), None)


def _marks_in_legend(seen: Look, drawn: Iterable[TreeGoal]) -> Iterator[tuple[str, str]]:
    there = {_marked(seen, goal) for goal in drawn}
    for one, mark in _MARKS.items():
        if one in there:
            yield "mark", f"{mark} {texts.word(one)}"


_LINES = {Strength.STRONG: "tree__link--strong", Strength.SOME: "", Strength.BELIEF: "tree__link--belief"}


class _Brush:
    """What every box and line of one picture needs, looked up once."""

    def __init__(
        self,
        seen: Look,
        to: Callable[[UUID], str] | None = None,
        fold: Callable[[TreeGoal, bool], str] | None = None,
    ) -> None:
        self.seen = seen
        self.address = to or goal_addresses(seen.programme_id)
        self.fold_address = fold
        self.folds = (gettext("Fold what is below %(code)s"), gettext("Open what is below %(code)s"))
        parties = seen.tree.parties
        self.colours = {party.number: place % KINDS_OF_DOTS + 1 for place, party in enumerate(parties)}
        self.numbered = seen.lens is Lens.WHOSE or len(parties) > KINDS_OF_DOTS
        self.dots = _NUMBERED if self.numbered else _PLAIN
        self.noted = seen.lens in _NOTED
        self.levels = {level: str(word) for level, word in SHORT_LEVELS.items()}

    def goal(self, goal: TreeGoal, box: Box) -> DrawnGoal:
        """Dress a box."""
        seen = self.seen
        marked = _marked(seen, goal)
        note = seen.note(goal)
        spoke = [
            (party, stance)
            for party, stance in goal.holders
            if stance is not Stance.UNAWARE and not self.noted
        ]
        rest = len(spoke) - self.dots.room
        sign_x, sign_y = box.sign
        dot_x, dot_y = box.dots
        frame = _framed(
            box,
            url=self.address(goal.id),
            label=seen.says(goal),
            level=self.levels[goal.level] if goal.level and not self.noted else "",
            note=note,
            is_hidden=not goal.released,
        )
        is_stressed = marked in _STRESSED or (note and seen.lens is Lens.MONEY)
        return replace(
            frame,
            look=frame.look + (" tree__box--stressed" if is_stressed else ""),
            sign=seen.status(goal.id).value if seen.lens is Lens.STATUS else "",
            sign_x=sign_x - _SIGN_HALF,
            sign_y=sign_y - _SIGN_HALF,
            rung=str(seen.rung(goal.id)) if seen.lens is Lens.EVIDENCE else "",
            mark=_MARKS[marked] if marked else "",
            dots=tuple(
                self.dot(party, stance, dot_x + self.dots.step * place, dot_y)
                for place, (party, stance) in enumerate(spoke[: self.dots.room])
            ),
            more=f"+{rest}" if rest > 0 else "",
            more_x=dot_x + self.dots.room * self.dots.step,
            is_root=goal.id == seen.root,
            is_marked=goal.id in seen.marked,
            is_on_path=goal.id in seen.path,
            fold=self.fold(goal, box),
        )

    def fold(self, goal: TreeGoal, box: Box) -> Fold | None:
        """Dress the sign that folds what is below a box; None when nothing is."""
        if self.fold_address is None or not self.seen.tree.steps.below[goal.number]:
            return None
        folded = self.seen.part.folded.get(goal.id, 0)
        half = _FOLDED_HALF if folded else _FOLD_HALF
        x, y = box.foot
        if self.noted:
            x = box.x + box.width - _FOLD_RIGHT
        return Fold(
            x=x,
            y=y,
            left=x - half,
            top=y - _FOLD_UP,
            width=2 * half,
            text=f"+{folded}" if folded else "\N{MINUS SIGN}",
            url=self.fold_address(goal, bool(folded)),
            label=self.folds[bool(folded)] % {"code": goal.code} + (f": +{folded}" if folded else ""),
        )

    def dot(self, party: int, stance: Stance, x: int, y: int) -> Dot:
        """Dress the dot of a party that thinks this."""
        return Dot(
            x=x,
            y=y,
            radius=self.dots.radius,
            look=f"tree__dot tree__dot--{self.colours[party]} tree__dot--{stance}",
            number=str(party) if self.numbered else "",
            number_look="tree__number" if stance is Stance.SUPPORTS else "tree__number tree__number--open",
        )

    def link(self, link: TreeLink, curve: Curve, path: str) -> DrawnLink:
        """Dress a line."""
        looks = [
            "tree__link",
            "tree__link--feedback" if link.is_feedback else _LINES[self.seen.strength(link)],
        ]
        if link.is_key:
            looks.append("tree__link--key")
        if link.status is LinkStatus.REFUTED:
            looks.append("tree__link--refuted")
        if link.edge in self.seen.way or link.edge in self.seen.since.links:
            looks.append("tree__link--thread")
        (x, y), (to_x, to_y) = curve.points[0], curve.points[1]
        return DrawnLink(
            path=path,
            look=" ".join(filter(None, looks)),
            number=self.number(link) if self.seen.lens is Lens.CERTAINTY else "",
            x=(x + to_x) // 2,
            y=(y + to_y) // 2,
            is_feedback=link.is_feedback,
        )

    def number(self, link: TreeLink) -> str:
        """Return how sure a link is."""
        confidence = self.seen.confidence(link)
        return "?" if confidence is None else str(confidence)

    def parties_in_legend(self, drawn: Iterable[TreeGoal]) -> Iterator[tuple[str, str]]:
        """Give the parties that have a dot."""
        if self.noted:
            return
        there = {party for goal in drawn for party, stance in goal.holders if stance is not Stance.UNAWARE}
        for number, name in self.seen.names.items():
            if number in there:
                yield f"dot-{self.colours[number]}", f"{number} {name}" if self.numbered else name
        taken = {stance for goal in drawn for _, stance in goal.holders}
        for stance in (Stance.NEUTRAL, Stance.OPPOSES):
            if stance in taken and self.seen.lens is not Lens.WHOSE:
                yield f"stance-{stance}", self.seen.words[stance]


def _means_below(many: int) -> str:
    text = ngettext("%(num)d goal, means below, ends above", "%(num)d goals, means below, ends above", many)
    return str(text)


def _statuses(seen: Look, drawn: Sequence[TreeGoal]) -> str:
    if seen.lens is not Lens.STATUS:
        return ""
    counts = Counter(seen.status(goal.id) for goal in drawn)
    return ", ".join(f"{texts.number(counts[one])} {seen.words[one]}" for one in STATUSES if counts[one])


def _sentences(*parts: str) -> str:
    return " ".join(f"{part}." for part in parts if part)


def _statuses_in_legend(seen: Look, drawn: Iterable[TreeGoal]) -> Iterator[tuple[str, str]]:
    if seen.lens is Lens.STATUS:
        there = {seen.status(goal.id) for goal in drawn}
        for status in STATUSES:
            if status in there:
                yield status.value, texts.word(status)


def _lines_in_legend(seen: Look, links: Iterable[TreeLink]) -> Iterator[tuple[str, str]]:
    links = list(links)
    there = {seen.strength(link) for link in links if not link.is_feedback}
    if Strength.STRONG in there:
        yield "line-strong", gettext("strong evidence")
    if Strength.BELIEF in there:
        yield "line-belief", gettext("still a belief")
    if any(link.is_key for link in links):
        yield "line-key", gettext("key link")
    if any(link.status is LinkStatus.REFUTED for link in links):
        yield "line-refuted", gettext("refuted")
    if any(link.is_feedback for link in links):
        yield "line-feedback", gettext("feedback: leads back, outside the order")
    if any(link.edge in seen.since.links for link in links):
        yield "line-thread", gettext("new link")
    if any(link.edge in seen.way for link in links):
        yield "line-thread", gettext("on this way")
