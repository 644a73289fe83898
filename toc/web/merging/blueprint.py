"""The blueprint, and what its pages share."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.goals import Level, Standing
from toc.domain.goals.graph import Edge
from toc.domain.merging import nested
from toc.models.programmes import Programme
from toc.services import programmes
from toc.services.merging import OwnGoal, OwnTree
from toc.web import frame, texts
from toc.web.goals.pictures import BareGoal, Picture, draw_bare
from toc.web.texts import merging as words

texts.register(words.SENTENCES, words.WORDS)

merging = Blueprint("merging", __name__)

_DEEPEST = 8
"""Steps to the right that a page shows; what is deeper stands at the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeLine:
    """A goal in a nested list.

    Attributes:
        depth: how far to the right it stands.
        again: it stands above already, with all that leads to it.
        notes: what else there is to know.
    """

    id: UUID
    code: str
    wording: str
    explanation: str
    level: Level | None
    depth: int
    again: bool
    hidden: bool
    thin: bool
    notes: tuple[str, ...]


def place(session: Session, *crumbs: tuple[str, str | None]) -> Programme:
    """Put a page below the own trees and return its programme; without crumbs the page is their list."""
    programme = programmes.get(session)
    address = url_for("merging.index", programme_id=programme.id) if crumbs else None
    frame.show_in(programme, (gettext("Own trees"), address), *crumbs)
    return programme


def place_below(session: Session, tree: OwnTree, *crumbs: tuple[str, str | None]) -> Programme:
    """Put a page below the own tree of a party and return its programme."""
    programme_id = session.info["programme_id"]
    address = url_for("merging.party", programme_id=programme_id, group_id=tree.group_id) if crumbs else None
    return place(session, (f"{tree.code} {tree.name}", address), *crumbs)


def lines(goals: Iterable[OwnGoal], links: Iterable[Edge]) -> list[TreeLine]:
    """Return own goals as a nested list."""
    known = {goal.id: goal for goal in goals}
    return [_line(known[one.goal], one.depth, again=one.again) for one in nested(list(known), links)]


def picture(tree: OwnTree, lines: Iterable[TreeLine], links: Iterable[Edge]) -> Picture:
    """Return the own tree of a party as a picture, from what stands in its list; a box leads to its line."""
    return draw_bare(
        (
            BareGoal(
                id=line.id,
                code=line.code,
                wording=line.wording,
                level=line.level,
                is_hidden=line.hidden,
                url=f"#own-{line.id}",
            )
            for line in lines
        ),
        links,
        title=gettext("Own tree of %(party)s", party=tree.name),
    )


def edges(tree: OwnTree) -> list[Edge]:
    """Return the order of an own tree."""
    return [Edge(link.lower_id, link.upper_id) for link in tree.links]


def shown_depth(depth: int) -> int:
    """Return how far to the right a line stands."""
    return min(depth, _DEEPEST)


def _line(goal: OwnGoal, depth: int, *, again: bool) -> TreeLine:
    return TreeLine(
        id=goal.id,
        code=goal.code,
        wording=goal.draft.wording,
        explanation=goal.draft.explanation,
        level=goal.draft.level,
        depth=shown_depth(depth),
        again=again,
        hidden=goal.draft.standing is Standing.HIDDEN,
        thin=goal.is_thin,
        notes=tuple(_notes(goal)),
    )


def _notes(goal: OwnGoal) -> Iterable[str]:
    said = goal.draft
    if said.standing is Standing.IMPLICIT:
        yield texts.word(said.standing)
    if said.importance is not None:
        yield gettext("important: %(number)s of 5", number=said.importance)
    if said.feasibility is not None:
        yield gettext("feasible: %(number)s of 5", number=said.feasibility)
    yield statements_words(len(goal.statement_ids))
    for one in goal.relations:
        yield f"{one.goal_code}: {texts.word(one.draft.relation)}"


def statements_words(many: int) -> str:
    """Return on how many statements a goal rests."""
    text = ngettext("%(num)d statement", "%(num)d statements", many) if many else gettext("no statements")
    return str(text)
