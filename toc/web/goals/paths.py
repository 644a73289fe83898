"""Ways through the tree: what a goal rests on and serves, and the weakest link between two goals."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain.goals import MOST_DRAWN, Branch, Edge
from toc.domain.goals.paths import Path, Reach, between, links_among, reached, strongest_path
from toc.services import goals as service
from toc.services.errors import NotFound
from toc.services.goals import Tree, TreeGoal, TreeLink
from toc.web import texts
from toc.web.database import read_session
from toc.web.forms import Form
from toc.web.goals.blueprint import goal_addresses, goals, show_in_tree
from toc.web.goals.looks import Lens, Look, look
from toc.web.goals.pictures import draw
from toc.web.security import act, allow
from toc.web.texts.goals import CONFIDENCE


@dataclass(frozen=True, slots=True)
class Step:
    """A goal on a way, and the link by which it comes to the next one.

    Attributes:
        code, wording, url: of the goal.
        link_url: of the link up from it; empty at the end.
        sure: how sure that link is, in words.
        is_weakest: no link of the way is less sure.
    """

    code: str
    wording: str
    url: str
    link_url: str = ""
    sure: str = ""
    is_weakest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What was found.

    Attributes:
        goals: every goal of it, with those that were asked for.
        sentence: what it is.
        steps: of the way between two goals, from below.
        groups: (heading, goals) of what one goal rests on and serves.
    """

    goals: frozenset[UUID]
    sentence: str
    steps: tuple[Step, ...] = ()
    groups: tuple[tuple[str, tuple[Step, ...]], ...] = ()


class _Follower:
    """Follows ways through one tree."""

    def __init__(self, seen: Look) -> None:
        self.seen = seen
        self.goals = {goal.id: goal for goal in seen.tree.goals}
        self.links = {link.edge: link for link in seen.tree.ordering}
        self.address: Callable[[UUID], str] = goal_addresses(seen.programme_id)

    def step(self, goal_id: UUID) -> Step:
        goal = self.goals[goal_id]
        return Step(goal.code, goal.wording, self.address(goal_id))

    def one(self, goal_id: UUID, reach: Reach) -> Followed:
        """Follow every way from one goal."""
        found = reached(self.links, goal_id, reach)
        ways: list[tuple[str, frozenset[UUID]]] = [
            (str(heading), reached(self.links, goal_id, way))
            for way, heading in (
                (Reach.ABOVE, gettext("What it serves")),
                (Reach.BELOW, gettext("What it rests on")),
            )
            if reach in {way, Reach.BOTH}
        ]
        return Followed(
            goals=found | {goal_id},
            sentence="",
            groups=tuple((heading, self._listed(those)) for heading, those in ways),
        )

    def _listed(self, those: Iterable[UUID]) -> tuple[Step, ...]:
        wanted = frozenset(those)
        return tuple(self.step(goal.id) for goal in self.seen.tree.goals if goal.id in wanted)

    def two(self, first: UUID, second: UUID) -> Followed:
        """Follow the ways between two goals, whichever of them is the lower one."""
        sure = {edge: self.seen.belief(link) for edge, link in self.links.items()}
        path = strongest_path(sure, first, second) or strongest_path(sure, second, first)
        lower, upper = (first, second) if path is None else (path.goals[0], path.goals[-1])
        codes = {"lower": self.goals[lower].code, "upper": self.goals[upper].code}
        if path is None:
            return Followed(
                goals=frozenset({first, second}),
                sentence=gettext("No way leads from %(lower)s to %(upper)s, or back.", **codes),
            )
        return Followed(
            goals=between(self.links, lower, upper),
            sentence=self._weakest(path, codes),
            steps=tuple(self._on(path)),
        )

    @staticmethod
    def _weakest(path: Path, codes: dict[str, str]) -> str:
        if path.confidence is None:
            said: str = gettext(
                "From %(lower)s to %(upper)s: of the weakest link nobody said how sure it is.", **codes
            )
            return said
        told: str = gettext(
            "From %(lower)s to %(upper)s the confidence is %(number)s of 4: a way is as sure as its weakest "
            "link.",
            number=path.confidence,
            **codes,
        )
        return told

    def _on(self, path: Path) -> Iterable[Step]:
        for place, goal_id in enumerate(path.goals):
            step = self.step(goal_id)
            if place + 1 < len(path.goals):
                edge = Edge(goal_id, path.goals[place + 1])
                step = self._linked(step, self.links[edge], is_weakest=edge in path.weakest)
            yield step

    def _linked(self, step: Step, link: TreeLink, *, is_weakest: bool) -> Step:
        confidence = self.seen.confidence(link)
        sure = gettext("nobody said how sure") if confidence is None else str(CONFIDENCE[confidence])
        address = url_for("goals.link_show", programme_id=self.seen.programme_id, link_id=link.id)
        return replace(step, link_url=address, sure=sure, is_weakest=is_weakest)


@goals.get("/p/<uuid:programme_id>/tree/path")
@allow("goal.read")
def path(programme_id: UUID) -> ResponseReturnValue:
    """Show what a goal rests on and serves, or the way between two goals, in the drawing and as a list."""
    session = read_session(programme_id)
    tree = service.tree(session, act())
    start, end = _goal(tree, "from"), _goal(tree, "to")
    reach = Reach(_typed("path") if _typed("path") in set(Reach) else Reach.BOTH)
    seen = look(session, act(), Lens.CERTAINTY, tree, Branch((), ()), also=[goal.id for goal in tree.goals])
    found = _followed(_Follower(seen), start, end, reach)
    if found is not None:
        seen = replace(
            seen,
            part=_part(tree, found.goals),
            path=found.goals,
            way=links_among(_edges(tree), found.goals),
            root=start.id if start else None,
        )
    return render_template(
        "goals/path.html",
        row=show_in_tree(session, (gettext("Follow a way"), None)),
        form=Form.empty(
            {
                "from": start.code if start else "",
                "to": end.code if end else "",
                "path": reach.value,
            }
        ),
        choices=[
            ("", gettext("Choose a goal")),
            *((goal.code, f"{goal.code} {goal.wording}") for goal in tree.goals),
        ],
        reaches=texts.choices(Reach),
        start=start,
        end=end,
        found=found,
        picture=None if found is None else draw(seen),
        is_empty=not tree.goals,
    )


def _typed(name: str) -> str:
    return request.args.get(name, "").strip()


def _goal(tree: Tree, name: str) -> TreeGoal | None:
    """Return the goal that was asked for, by its code or id.

    Raises:
        NotFound: there is no such goal in the tree, or it is hidden from this reader.
    """
    typed = _typed(name)
    if not typed:
        return None
    for goal in tree.goals:
        if typed.upper() == goal.code or typed == str(goal.id):
            return goal
    raise NotFound


def _followed(
    follower: _Follower, start: TreeGoal | None, end: TreeGoal | None, reach: Reach
) -> Followed | None:
    if start is None or end is None or start == end:
        only = start or end
        return None if only is None else follower.one(only.id, reach)
    return follower.two(start.id, end.id)


def _edges(tree: Tree) -> list[Edge]:
    return [link.edge for link in tree.ordering]


def _part(tree: Tree, those: frozenset[UUID]) -> Branch[UUID]:
    """Draw the whole tree when it fits, and of a bigger one what was found."""
    ids: list[Any] = [goal.id for goal in tree.goals]
    if len(ids) <= MOST_DRAWN:
        return Branch(tuple(ids), ())
    drawn = [one for one in ids if one in those][:MOST_DRAWN]
    kept = frozenset(drawn)
    return Branch(tuple(drawn), tuple(one for one in ids if one not in kept))
