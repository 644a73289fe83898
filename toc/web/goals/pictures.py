"""The tree as a picture: what the domain placed, dressed with signs, words and addresses for one lens."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.goals import MOST_DRAWN, Box, Curve, Drawing, LinkStatus, PlacedGoal, Stance, layout
from toc.domain.goals.rules import Strength
from toc.services import goals as service
from toc.services.goals import TreeGoal, TreeLink, TreeParty
from toc.web import texts
from toc.web.goals.looks import STATUSES, Lens, Look, look, part_of
from toc.web.texts.goals import SHORT_LEVELS

KINDS_OF_DOTS = 6
"""Colours for the parties; with more parties every dot carries the party's number as well."""

_SIGN_HALF = 10
_DOT, _NUMBERED_DOT = 4.5, 9
_STEP, _NUMBERED_STEP = 13, 21
_MOST_DOTS, _MOST_NUMBERED = 8, 5
_WORD_RIGHT, _WORD_UP = 12, 11


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
class DrawnGoal:
    """A box with all that stands in it."""

    box: Box
    url: str
    label: str
    look: str
    bar: str
    level: str
    level_x: int
    level_y: int
    sign: str
    sign_x: int
    sign_y: int
    rung: str
    dots: tuple[Dot, ...]
    more: str
    more_x: int
    is_root: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLink:
    """The line of a link; in the lens of certainty with its number."""

    path: str
    look: str
    number: str
    x: int
    y: int


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
    """

    drawing: Drawing
    goals: tuple[DrawnGoal, ...]
    links: tuple[DrawnLink, ...]
    signs: tuple[str, ...]
    title: str
    description: str
    legend: tuple[tuple[str, str], ...]
    note: str
    left_out: int


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
    return draw(look(session, act, Lens(lens), tree, part, root=root))


def draw(seen: Look) -> Picture:
    """Dress the part of the tree that is drawn."""
    by_id = {goal.id: goal for goal in seen.tree.goals}
    drawn = [by_id[goal_id] for goal_id in seen.part.drawn]
    inside = frozenset(seen.part.drawn)
    between = [link for link in seen.tree.links if link.lower_id in inside and link.upper_id in inside]
    drawing = layout(
        [PlacedGoal(id=goal.id, text=goal.wording, level=goal.level) for goal in drawn],
        [link.edge for link in between],
    )
    parties = {party.id: (place, party) for place, party in enumerate(seen.tree.parties)}
    numbered = seen.lens is Lens.WHOSE or len(parties) > KINDS_OF_DOTS
    goals = tuple(_goal(seen, by_id[box.id], box, parties, numbered=numbered) for box in drawing.boxes)
    return Picture(
        drawing=drawing,
        goals=goals,
        links=tuple(_link(seen, link, curve) for link, curve in zip(between, drawing.curves, strict=True)),
        signs=tuple(sorted({goal.sign for goal in goals if goal.sign})),
        title=gettext("Goal tree"),
        description=_describe(seen, drawn),
        legend=(
            *_statuses_in_legend(seen, drawn),
            *_lines_in_legend(seen, between),
            *_parties_in_legend(drawn, parties, numbered=numbered),
        ),
        note=str(_NOTES[seen.lens]),
        left_out=len(seen.part.listed),
    )


Parties = Mapping[UUID, tuple[int, TreeParty]]


def _goal(seen: Look, goal: TreeGoal, box: Box, parties: Parties, *, numbered: bool) -> DrawnGoal:
    dots = _dots(goal, box, parties, numbered=numbered)
    room = _MOST_NUMBERED if numbered else _MOST_DOTS
    rest = max(len(dots) - room, 0)
    looks = ["tree__box", f"tree__box--{goal.level}" if goal.level else ""]
    if not goal.released:
        looks.append("tree__box--hidden")
    sign_x, sign_y = box.sign
    return DrawnGoal(
        box=box,
        url=url_for("goals.show", programme_id=seen.programme_id, goal_id=goal.id),
        label=seen.says(goal),
        look=" ".join(filter(None, looks)),
        bar="tree__bar" + (f" tree__bar--{goal.level}" if goal.level else ""),
        level=str(SHORT_LEVELS[goal.level]) if goal.level else "",
        level_x=box.x + box.width - _WORD_RIGHT,
        level_y=box.y + box.height - _WORD_UP,
        sign=str(seen.status(goal.id)) if seen.lens is Lens.STATUS else "",
        sign_x=sign_x - _SIGN_HALF,
        sign_y=sign_y - _SIGN_HALF,
        rung=str(seen.rung(goal.id)) if seen.lens is Lens.EVIDENCE else "",
        dots=dots[:room],
        more=f"+{rest}" if rest else "",
        more_x=box.dots[0] + room * (_NUMBERED_STEP if numbered else _STEP),
        is_root=goal.id == seen.root,
    )


def _dots(goal: TreeGoal, box: Box, parties: Parties, *, numbered: bool) -> tuple[Dot, ...]:
    x, y = box.dots
    step = _NUMBERED_STEP if numbered else _STEP
    spoke = [(group, stance) for group, stance in goal.holders if stance is not Stance.UNAWARE]
    return tuple(
        Dot(
            x=x + step * place,
            y=y,
            radius=_NUMBERED_DOT if numbered else _DOT,
            look=f"tree__dot tree__dot--{_colour(parties[group][0])} tree__dot--{stance}",
            number=str(parties[group][1].number) if numbered else "",
            number_look="tree__number" if stance is Stance.SUPPORTS else "tree__number tree__number--open",
        )
        for place, (group, stance) in enumerate(spoke)
    )


def _colour(place: int) -> int:
    return place % KINDS_OF_DOTS + 1


def _link(seen: Look, link: TreeLink, curve: Curve) -> DrawnLink:
    looks = ["tree__link", _LINES[seen.strength(link)]]
    if link.is_key:
        looks.append("tree__link--key")
    if link.status is LinkStatus.REFUTED:
        looks.append("tree__link--refuted")
    (x, y), (to_x, to_y) = curve.points[0], curve.points[1]
    return DrawnLink(
        path=curve.path,
        look=" ".join(filter(None, looks)),
        number=_number(seen, link) if seen.lens is Lens.CERTAINTY else "",
        x=(x + to_x) // 2,
        y=(y + to_y) // 2,
    )


_LINES = {Strength.STRONG: "tree__link--strong", Strength.SOME: "", Strength.BELIEF: "tree__link--belief"}


def _number(seen: Look, link: TreeLink) -> str:
    confidence = seen.confidence(link)
    return "?" if confidence is None else str(confidence)


def _describe(seen: Look, drawn: Sequence[TreeGoal]) -> str:
    parts = [
        ngettext(
            "%(num)d goal, means below, ends above", "%(num)d goals, means below, ends above", len(drawn)
        )
    ]
    counts = Counter(seen.status(goal.id) for goal in drawn)
    parts.append(
        ", ".join(
            f"{texts.number(counts[status])} {texts.word(status)}" for status in STATUSES if counts[status]
        )
    )
    return " ".join(f"{part}." for part in parts if part)


def _statuses_in_legend(seen: Look, drawn: Iterable[TreeGoal]) -> Iterator[tuple[str, str]]:
    if seen.lens is Lens.STATUS:
        there = {seen.status(goal.id) for goal in drawn}
        for status in STATUSES:
            if status in there:
                yield status.value, texts.word(status)


def _parties_in_legend(
    drawn: Iterable[TreeGoal], parties: Parties, *, numbered: bool
) -> Iterator[tuple[str, str]]:
    there = {group for goal in drawn for group, stance in goal.holders if stance is not Stance.UNAWARE}
    for group, (place, party) in parties.items():
        if group in there:
            name = f"{party.number} {party.name}" if numbered else party.name
            yield f"dot-{_colour(place)}", name


def _lines_in_legend(seen: Look, links: Iterable[TreeLink]) -> Iterator[tuple[str, str]]:
    there = {seen.strength(link) for link in links}
    if Strength.STRONG in there:
        yield "line-strong", gettext("strong evidence")
    if Strength.BELIEF in there:
        yield "line-belief", gettext("still a belief")
    if any(link.is_key for link in links):
        yield "line-key", gettext("key link")
    if any(link.status is LinkStatus.REFUTED for link in links):
        yield "line-refuted", gettext("refuted")


_NOTES = {
    Lens.STATUS: "",
    Lens.EVIDENCE: _l("The number is the rung of the evidence ladder on which a goal stands, 0 to 5."),
    Lens.WHOSE: _l("Full dot: this party wants it. Open ring: it is against it. Dashed ring: it is neutral."),
    Lens.CERTAINTY: _l(
        "The number on a line says how sure we are that one leads to the other, 0 to 4, and never more than "
        "it rests on. A question mark: nobody said."
    ),
}
