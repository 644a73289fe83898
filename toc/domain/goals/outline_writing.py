"""Outlines that go out: each goal written once, and named where it stands below another goal too."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from uuid import UUID

from toc.domain.codes import CodeKind, code, parse_code
from toc.domain.errors import DomainError
from toc.domain.goals.body import GoalBody, LinkBody, TreeBody, is_ordering
from toc.domain.goals.outline import LEVEL_WORDS, Forest, OutlineGoal, is_marked, same
from toc.domain.ids import derived
from toc.domain.programmes import Language

_SPECIAL = {
    "text": re.compile(r"(\\)"),
    "markdown": re.compile(r"([\\`*_<>\[\]&~|])"),
}
_REFERS = re.compile(r"(?=\((?:see|zie)\s|=\s*G[1-9])", re.ASCII | re.IGNORECASE)


class Style(StrEnum):
    """How an outline is written: plain, with a tab for each step, or as a Markdown list."""

    TEXT = "text"
    MARKDOWN = "markdown"


def format_outline(forest: Forest, style: Style = Style.TEXT, language: Language = Language.NL) -> str:
    """Return an outline that `parse_outline` reads back to the same goals and links.

    Args:
        forest: the goals; those above which nothing stands come at the top.
        style: plain or Markdown.
        language: of the levels.

    Raises:
        DomainError: ``outline.needs_code``, with ``wording``: a goal with several goals above it has no code
            and not a wording of its own, so that nothing can name it the second time.
    """
    alike = Counter(same(goal.wording) for goal in forest.goals)
    lines = []
    for depth, place, _, first in walk(forest):
        goal = forest.goals[place]
        before = "\t" * depth if style is Style.TEXT else "  " * depth + "- "
        if first:
            level = f"[{LEVEL_WORDS[goal.level][language]}] " if goal.level else ""
            named = f"{goal.code} " if goal.code else ""
            lines.append(f"{before}{level}{named}{_escaped(goal.wording, style)}")
        elif goal.code:
            lines.append(f"{before}= {goal.code}")
        elif alike[same(goal.wording)] == 1:
            see = "zie" if language is Language.NL else "see"
            lines.append(f"{before}({see} {_escaped(goal.wording, style)})")
        else:
            raise DomainError("outline.needs_code", wording=goal.wording)
    return "".join(f"{line}\n" for line in lines)


def arranged(forest: Forest) -> Forest:
    """Return the forest with its goals and links in the order in which an outline writes them."""
    order: dict[int, int] = {}
    links: list[tuple[int, int]] = []
    for _, place, end, _ in walk(forest):
        order.setdefault(place, len(order))
        if end >= 0:
            links.append((order[place], order[end]))
    return Forest(tuple(forest.goals[place] for place in order), tuple(links))


def walk(forest: Forest) -> Iterator[tuple[int, int, int, bool]]:
    """Yield each line: depth, place of the goal, that of the goal above (-1 for none), whether it is new."""
    below: dict[int, list[int]] = {}
    for lower, upper in forest.links:
        below.setdefault(upper, []).append(lower)
    lowers = {lower for lower, _ in forest.links}
    tops = [place for place in range(len(forest.goals)) if place not in lowers]
    waiting = [(0, place, -1) for place in reversed(tops)]
    seen: set[int] = set()
    while waiting:
        depth, place, end = waiting.pop()
        first = place not in seen
        seen.add(place)
        yield depth, place, end, first
        if first:
            waiting.extend((depth + 1, lower, place) for lower in reversed(below.get(place, ())))


def _escaped(wording: str, style: Style) -> str:
    text = _REFERS.sub(r"\\", _SPECIAL[style].sub(r"\\\1", wording))
    return text if text.startswith("\\") or not is_marked(wording) else f"\\{text}"


# --- Outlines and whole trees -------------------------------------------------------------------------------


def forest_of(body: TreeBody) -> Forest:
    """Return what an outline can tell of a tree: wordings, levels, codes and the order; no feedback."""
    places = {goal.code: place for place, goal in enumerate(body.goals)}
    return Forest(
        goals=tuple(OutlineGoal(goal.wording, goal.level, goal.code) for goal in body.goals),
        links=tuple((places[link.lower], places[link.upper]) for link in body.links if is_ordering(link)),
    )


def body_of(forest: Forest, *, root: UUID, known: Mapping[str, UUID] | None = None) -> TreeBody:
    """Return a forest as a tree, in which a goal without a code gets the next one.

    Args:
        forest: as an outline told it.
        root: the id under which new goals get theirs: the same outline twice makes the same goals.
        known: by code, the ids of goals that are there already.
    """
    known = known or {}
    taken = {*known, *(goal.code for goal in forest.goals if goal.code)}
    last = max((parse_code(one).number for one in taken), default=0)
    codes = []
    for goal in forest.goals:
        last += not goal.code
        codes.append(goal.code or code(CodeKind.GOAL, last))
    return TreeBody(
        goals=tuple(
            GoalBody(
                code=code_,
                id=known.get(code_) or derived(root, "goal", code_),
                wording=goal.wording,
                level=goal.level,
            )
            for code_, goal in zip(codes, forest.goals, strict=True)
        ),
        links=tuple(LinkBody(lower=codes[lower], upper=codes[upper]) for lower, upper in forest.links),
    )
