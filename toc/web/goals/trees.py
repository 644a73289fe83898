"""The page of the tree: a picture through a lens, or a list; what is not drawn; and what the tree misses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from toc.domain.goals import Branch, Level, Problem
from toc.services import goals as service
from toc.services.goals import Tree, TreeGoal
from toc.web import texts
from toc.web.database import read_session
from toc.web.forms import Form, Input, OptionalLine, OptionalRowId, OptionalWhole, chosen
from toc.web.goals.blueprint import goal_addresses, goals, show_in_tree
from toc.web.goals.looks import Lens, Look, look, part_of
from toc.web.goals.pictures import draw
from toc.web.security import act, allow, viewer
from toc.web.texts.goals import LENSES, PROBLEMS

PER_PAGE = 25
_MOST_PLACES = 6


class TreeInput(Input):
    """How somebody wants to see the tree; what cannot be read is left out."""

    lens: Annotated[Lens | None, chosen(Lens, optional=True)] = None
    view: OptionalLine = ""
    root: OptionalRowId = None
    q: OptionalLine = ""
    level: Annotated[Level | None, chosen(Level, optional=True)] = None
    page: OptionalWhole = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A goal as a line of text."""

    id: UUID
    code: str
    wording: str
    url: str
    level: Level | None
    status: str
    rung: str
    held_by: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A goal in the nested list, with its means below it.

    Attributes:
        row: the goal.
        repeated: it stands elsewhere in the list, with all that is below it.
        children: its means.
    """

    row: Row
    repeated: bool
    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One kind of thing that the tree misses, with its places and how many more there are."""

    sentence: str
    places: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """One page of the goals that are not drawn, each with the address of its branch."""

    goals: tuple[TreeGoal, ...]
    total: int
    found: int
    page: int

    @property
    def last(self) -> int:
        """Number of the last page, from 1."""
        return max((self.found + PER_PAGE - 1) // PER_PAGE, 1)


class Address:
    """The address of the tree as it is shown now, with some of that changed."""

    def __init__(self, programme_id: UUID, asked: TreeInput) -> None:
        self._programme_id = programme_id
        self._now = asked.model_dump(exclude_defaults=True)

    def __call__(self, **changes: object) -> str:
        """Return the address; None takes something away."""
        values = {name: value for name, value in {**self._now, **changes}.items() if value is not None}
        return url_for("goals.tree", programme_id=self._programme_id, **values)


@goals.get("/p/<uuid:programme_id>/tree")
@allow("goal.read")
def tree(programme_id: UUID) -> ResponseReturnValue:
    """Show the tree as a picture or as a list."""
    session = read_session(programme_id)
    programme = show_in_tree(session)
    form = Form(request.args, TreeInput)
    asked = form.value if form.ok else TreeInput()
    whole = service.tree(session, act())
    part = part_of(whole, root=asked.root)
    rest = _rest(whole, part, asked)
    as_list = asked.view == "list"
    also = [goal.id for goal in rest.goals]
    lens = asked.lens or Lens.STATUS
    seen = look(session, act(), lens, whole, part, also=also, root=asked.root, as_list=as_list)
    address, to = Address(programme_id, asked), goal_addresses(programme_id)
    return render_template(
        "goals/tree.html",
        row=programme,
        form=form,
        asked=asked,
        is_empty=not whole.goals,
        shows_status=as_list or lens is Lens.STATUS,
        shows_rung=as_list or lens is Lens.EVIDENCE,
        as_list=as_list,
        picture=None if as_list else draw(seen),
        nodes=_nodes(seen, to) if as_list else (),
        lenses=_lenses(lens, address),
        other_view=address(view=None if as_list else "list", page=None),
        whole_url=address(root=None, page=None, q=None, level=None),
        root=next((goal for goal in whole.goals if goal.id == asked.root), None),
        summary=_summary(whole),
        hidden=whole.hidden,
        rest=rest,
        rows=[(_row(seen, goal, to), address(root=goal.id, page=None)) for goal in rest.goals],
        pages=_pages(rest, address),
        levels=[("", gettext("all levels")), *texts.choices(Level)],
        missing=_missing(whole, programme_id),
        no_key_link=bool(whole.links) and not any(link.is_key for link in whole.links),
        writes=viewer().may("goal.write"),
    )


def _lenses(lens: Lens, address: Address) -> list[tuple[str, str, bool]]:
    return [(str(LENSES[one.value]), address(lens=one.value, view=None), one is lens) for one in Lens]


def _summary(tree: Tree) -> str:
    many, parties, links = len(tree.goals), len(tree.parties), len(tree.links)
    return ", ".join(
        (
            ngettext("%(num)d goal", "%(num)d goals", many),
            ngettext("%(num)d link", "%(num)d links", links),
            ngettext("%(num)d party", "%(num)d parties", parties),
        )
    )


def _rest(tree: Tree, part: Branch, asked: TreeInput) -> Rest:
    listed, words = frozenset(part.listed), asked.q.casefold().split()
    found = [
        goal
        for goal in tree.goals
        if goal.id in listed
        and asked.level in {None, goal.level}
        and all(word in f"{goal.code} {goal.wording}".casefold() for word in words)
    ]
    every = Rest(goals=tuple(found), total=len(listed), found=len(found), page=1)
    page = min(max(asked.page or 1, 1), every.last)
    return replace(every, goals=every.goals[(page - 1) * PER_PAGE : page * PER_PAGE], page=page)


def _pages(rest: Rest, address: Address) -> tuple[str, str | None, str | None]:
    first = (rest.page - 1) * PER_PAGE
    text = gettext(
        "%(first)s to %(last)s of %(all)s",
        first=texts.number(first + 1),
        last=texts.number(first + len(rest.goals)),
        all=texts.number(rest.found),
    )
    previous = address(page=rest.page - 1) if rest.page > 1 else None
    return text, previous, address(page=rest.page + 1) if rest.page < rest.last else None


def _row(seen: Look, goal: TreeGoal, to: Callable[[UUID], str]) -> Row:
    return Row(
        id=goal.id,
        code=goal.code,
        wording=goal.wording,
        url=to(goal.id),
        level=goal.level,
        status=seen.status(goal.id).value,
        rung=seen.words.on_rung % {"rung": seen.rung(goal.id)},
        held_by=", ".join(seen.held_by(goal)),
        hidden=not goal.released,
    )


def _nodes(seen: Look, to: Callable[[UUID], str]) -> tuple[Node, ...]:
    by_id = {goal.id: goal for goal in seen.tree.goals}
    below: dict[UUID, list[UUID]] = {goal_id: [] for goal_id in seen.part.drawn}
    tops = dict.fromkeys(seen.part.drawn)
    for link in seen.tree.links:
        if link.lower_id in below and link.upper_id in below:
            below[link.upper_id].append(link.lower_id)
            tops.pop(link.lower_id, None)
    told: set[UUID] = set()

    def node(goal_id: UUID) -> Node:
        repeated = goal_id in told
        told.add(goal_id)
        children = () if repeated else tuple(node(one) for one in below[goal_id])
        return Node(
            row=_row(seen, by_id[goal_id], to), repeated=repeated and bool(below[goal_id]), children=children
        )

    return tuple(node(goal_id) for goal_id in tops)


def _missing(tree: Tree, programme_id: UUID) -> list[Missing]:
    by_key: dict[str, list[Problem]] = {}
    for problem in tree.review().problems:
        by_key.setdefault(problem.key, []).append(problem)
    shown = {key: problems[:_MOST_PLACES] for key, problems in by_key.items()}
    about = {one for problems in shown.values() for problem in problems for one in problem.subjects}
    codes = {goal.id: goal.code for goal in tree.goals if goal.id in about}
    links: dict[tuple[UUID, ...], UUID] = {
        link.edge: link.id for link in tree.links if link.lower_id in about and link.upper_id in about
    }

    def places(problems: Sequence[Problem]) -> Iterator[tuple[str, str]]:
        for problem in problems:
            first, *others = problem.subjects
            if tuple(problem.subjects) in links:
                link_id = links[problem.subjects]
                address = url_for("goals.link_show", programme_id=programme_id, link_id=link_id)
                yield " → ".join(codes[one] for one in problem.subjects), address
                continue
            for goal_id in (first, *others):
                yield codes[goal_id], url_for("goals.show", programme_id=programme_id, goal_id=goal_id)

    return [
        Missing(
            sentence=str(PROBLEMS[key]),
            places=tuple(places(problems)),
            more=len(by_key[key]) - len(problems),
        )
        for key, problems in shown.items()
    ]
