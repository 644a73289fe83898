"""The page of the tree: a picture through a lens, or a list; what is not drawn; and what the tree misses."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.goals import Branch, Level, Neighbours, branch
from toc.models.programmes import Programme
from toc.services.goals import Skeleton, Tree, TreeGoal, moving, trees
from toc.services.goals.moving import Said
from toc.web import texts
from toc.web.database import read_session
from toc.web.forms import Form, Input, OptionalLine, OptionalRowId, OptionalWhole, Tick, chosen
from toc.web.goals import quality
from toc.web.goals.blueprint import goal_addresses, goals, show_in_tree
from toc.web.goals.editor import finds
from toc.web.goals.keeping import keep_afterwards
from toc.web.goals.looks import Lens, Look, compared, lenses_for, look, part_of
from toc.web.goals.pictures import draw
from toc.web.halves import in_halves
from toc.web.security import act, allow, viewer
from toc.web.texts.editor import changes_words, step_words
from toc.web.texts.links import LENSES

PER_PAGE = 25


class TreeInput(Input):
    """How somebody wants to see the tree; what cannot be read is left out."""

    lens: Annotated[Lens | None, chosen(Lens, optional=True)] = None
    view: OptionalLine = ""
    root: OptionalRowId = None
    q: OptionalLine = ""
    level: Annotated[Level | None, chosen(Level, optional=True)] = None
    page: OptionalWhole = None
    edit: Tick = False
    find: OptionalLine = ""
    fold: OptionalLine = ""
    open: OptionalLine = ""
    since: OptionalWhole = None
    edition: OptionalRowId = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A goal as a line of text."""

    id: UUID
    code: str
    wording: str
    url: str
    edit_url: str
    level: Level | None
    status: str
    rung: str
    held_by: str
    leads_back: str
    note: str
    hidden: bool
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A goal in the nested list, with its means below it.

    Attributes:
        row: the goal.
        repeated: it stands elsewhere in the list, with all that is below it.
        fold: (what it does, address) of folding what is below it, or opening that; None: nothing is.
        children: its means.
    """

    row: Row
    repeated: bool
    fold: tuple[str, str] | None
    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """One page of the goals that are not drawn, each with the address of its branch."""

    total: int
    found: int
    page: int
    goals: tuple[TreeGoal, ...] = ()

    @property
    def last(self) -> int:
        """Number of the last page, from 1."""
        return max((self.found + PER_PAGE - 1) // PER_PAGE, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The goals that somebody looks for.

    Attributes:
        ids: of those that are revealed.
        sentence: how many there are.
        links: (code, wording, address) of those that are revealed.
    """

    ids: frozenset[UUID] = frozenset()
    sentence: str = ""
    links: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What somebody who edits can undo and do again: (number of the step, what it was), or None."""

    undo: tuple[int, str] | None
    redo: tuple[int, str] | None


class Address:
    """The address of the tree as it is shown now, with some of that changed."""

    def __init__(self, programme_id: UUID, asked: TreeInput) -> None:
        self._programme_id = programme_id
        self._now = asked.model_dump(exclude_defaults=True, exclude={"since"})

    def __call__(self, **changes: object) -> str:
        """Return the address; None takes something away."""
        values = {name: value for name, value in {**self._now, **changes}.items() if value is not None}
        values.update({name: 1 for name, value in values.items() if value is True})
        return url_for("goals.tree", programme_id=self._programme_id, **values)

    def many(self, *names: str) -> Callable[..., str]:
        """Return what gives addresses with other values of these, for hundreds of them.

        Its values are ids, or numbers with points between them, which stand in an address as they are; None
        takes something away.
        """
        bare = self(**dict.fromkeys(names))
        start = f"{bare}{'&' if '?' in bare else '?'}"

        def address(**values: object) -> str:
            query = "&".join(f"{name}={value}" for name, value in values.items() if value is not None)
            return start + query if query else bare

        return address


@goals.get("/p/<uuid:programme_id>/tree")
@allow("goal.read")
def tree(programme_id: UUID) -> ResponseReturnValue:
    """Show the tree as a picture or as a list."""
    programme = show_in_tree(read_session(programme_id))
    form = Form(request.args, TreeInput)
    asked = form.value if form.ok else TreeInput()
    may_fail = asked.root is not None or asked.edition is not None
    return in_halves("goals/tree.html", partial(_body, programme, form, asked), may_fail=may_fail)


def _body(programme: Programme, form: Form[TreeInput], asked: TreeInput, answer: Response) -> str:
    """Return what stands in the frame; the session that read the programme may be closed by now.

    Raises:
        NotFound: there is no such root or edition.
    """
    programme_id = programme.id
    session = read_session(programme_id)
    bare = trees.skeleton(session, act())
    found = _found(bare, asked, goal_addresses(programme_id))
    root = None if found.ids else asked.root
    part = _part(bare, asked, found, root)
    rest = _rest(bare, part, asked)
    as_list = asked.view == "list"
    writes = viewer().may("goal.write")
    edits = writes and asked.edit
    also = [goal.id for goal in rest.goals]
    whole = trees.filled(session, act(), bare, (*part.drawn, *also))
    seen = look(
        session,
        act(),
        asked.lens or Lens.STATUS,
        whole,
        part,
        also=also,
        root=root,
        as_list=as_list,
    )
    seen = compared(session, seen, asked.edition)
    lens = seen.lens
    seen = replace(seen, marked=found.ids)
    address, to = Address(programme_id, asked), goal_addresses(programme_id)
    places = goal_addresses(programme_id, "goals.place")
    fold = _folding(asked, address)
    drawn = None if as_list else draw(seen, to=places if edits else to, fold=fold)
    if drawn and writes and root is None:
        keep_afterwards(answer, programme_id, whole.places, drawn.drawing.places)
    return render_template(
        "goals/_tree_page.html",
        row=programme,
        form=form,
        asked=asked,
        is_empty=not whole.goals,
        shows_status=as_list or lens is Lens.STATUS,
        shows_rung=as_list or lens is Lens.EVIDENCE,
        as_list=as_list,
        picture=drawn,
        nodes=_nodes(seen, to, places, fold) if as_list else (),
        lenses=_lenses(lens, address),
        other_view=address(view=None if as_list else "list", page=None),
        whole_url=address(root=None, page=None, q=None, level=None),
        all_open=address(fold=None, open=None) if asked.fold or asked.open else None,
        root=next((goal for goal in whole.goals if goal.id == root), None),
        summary=_summary(whole),
        hidden=whole.hidden,
        any_closed=whole.any_closed,
        found=found,
        rest=rest,
        rows=_listed(seen, also, address, to, places),
        pages=_pages(rest, address),
        levels=[("", gettext("all levels")), *texts.choices(Level)],
        missing=quality.missing(session, whole),
        key_links=quality.key_links(whole),
        writes=writes,
        edits=edits,
        edit_url=address(edit=None if edits else 1),
        places_url=url_for(".tree", programme_id=programme_id) + "/goals/",
        here=address(),
        bar=_bar(*moving.last(session, act())) if edits else None,
        revision=trees.revision(session),
        news=_news(session, asked),
    )


MOST_FOUND = 20
"""Goals that a search reveals."""


def _found(tree: Skeleton, asked: TreeInput, to: Callable[[UUID], str]) -> Found:
    if not asked.find:
        return Found()
    them = [goal for goal in tree.goals if finds(goal, asked.find)]
    shown = them[:MOST_FOUND]
    sentence = ngettext("%(num)d goal found", "%(num)d goals found", len(them))
    if len(them) > len(shown):
        sentence = gettext("%(found)s, the first %(shown)s are shown", found=sentence, shown=len(shown))
    return Found(
        ids=frozenset(goal.id for goal in shown),
        sentence=sentence,
        links=tuple((goal.code, goal.wording, to(goal.id)) for goal in shown),
    )


def _part(tree: Skeleton, asked: TreeInput, found: Found, root: UUID | None) -> Branch[UUID]:
    """Choose what to draw: what is folded stays folded, unless what somebody looks for is below it."""
    by_number = {goal.number: goal.id for goal in tree.goals}
    shut = {by_number[one] for one in numbers(asked.fold) if one in by_number}
    opened = {by_number[one] for one in numbers(asked.open) if one in by_number}
    if not found.ids:
        return part_of(tree, root=root, shut=shut, opened=opened)
    above = _above(tree, found.ids)
    ids = [goal.id for goal in tree.goals]
    ways = above | found.ids
    # What leads to what was found comes first, so that there is room for it.
    order = Neighbours(
        above=tree.order.above,
        below={
            goal: tuple(sorted(those, key=lambda one: one not in ways))
            for goal, those in tree.order.below.items()
        },
    )
    first = sorted(ids, key=lambda one: one not in ways)
    part = branch(first, order, collapsed=shut - above, expanded=opened | above)
    drawn = frozenset(part.drawn)
    return replace(
        part,
        drawn=tuple(one for one in ids if one in drawn),
        listed=tuple(one for one in ids if one not in drawn),
    )


def _above(tree: Skeleton, goal_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return every goal above some of these."""
    above: set[UUID] = set()
    waiting = list(goal_ids)
    while waiting:
        fresh = set(tree.order.above[waiting.pop()]) - above
        above |= fresh
        waiting.extend(fresh)
    return frozenset(above)


def numbers(typed: str) -> tuple[int, ...]:
    """Return the numbers of goals in an address, such as 3.12; what is none is left out."""
    return tuple(int(one) for one in typed.split(".") if one.isascii() and one.isdigit() and len(one) < _LONG)


_LONG = 10


def _folding(asked: TreeInput, address: Address) -> Callable[[TreeGoal, bool], str]:
    """Return what gives the address that opens (True) or folds what is below a goal."""
    shut, opened = numbers(asked.fold), numbers(asked.open)
    at = address.many("fold", "open")

    def fold(goal: TreeGoal, opens: bool) -> str:  # noqa: FBT001 - called by the picture, for hundreds
        less, more = (shut, opened) if opens else (opened, shut)
        left = ".".join(str(one) for one in less if one != goal.number) or None
        added = ".".join(str(one) for one in dict.fromkeys((*more, goal.number)))
        return at(fold=left, open=added) if opens else at(fold=added, open=left)

    return fold


def _bar(back: Said | None, again: Said | None) -> Bar:
    return Bar(
        undo=(back.number, step_words(back)) if back else None,
        redo=(again.number, step_words(again)) if again else None,
    )


def _news(session: Session, asked: TreeInput) -> str:
    """Return what others changed since the page was made."""
    if asked.since is None:
        return ""
    return changes_words(trees.changes(session, act(), asked.since))


def _lenses(lens: Lens, address: Address) -> list[tuple[str, str, bool]]:
    return [
        (str(LENSES[one.value]), address(lens=one.value, view=None, edition=None), one is lens)
        for one in lenses_for(act())
    ]


def _summary(tree: Tree) -> str:
    many, parties, links = len(tree.goals), len(tree.parties), tree.many_links
    return ", ".join(
        (
            ngettext("%(num)d goal", "%(num)d goals", many),
            ngettext("%(num)d link", "%(num)d links", links),
            ngettext("%(num)d party", "%(num)d parties", parties),
        )
    )


def _rest(tree: Skeleton, part: Branch[UUID], asked: TreeInput) -> Rest:
    words = asked.q.casefold().split()
    found = part.listed
    if words or asked.level:
        found = tuple(one for one in found if _is_asked(tree.goal(one), words, asked.level))
    every = Rest(total=len(part.listed), found=len(found), page=1)
    page = min(max(asked.page or 1, 1), every.last)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return replace(every, goals=tuple(tree.goal(one) for one in shown), page=page)


def _is_asked(goal: TreeGoal, words: Collection[str], level: Level | None) -> bool:
    text = f"{goal.code} {goal.wording}".casefold()
    return level in {None, goal.level} and all(word in text for word in words)


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


def _listed(
    seen: Look,
    goal_ids: Iterable[UUID],
    address: Address,
    to: Callable[[UUID], str],
    places: Callable[[UUID], str],
) -> list[tuple[Row, str]]:
    its_branch = address.many("root", "page")
    return [(_row(seen, seen.tree.goal(one), to, places), its_branch(root=one)) for one in goal_ids]


def _row(seen: Look, goal: TreeGoal, to: Callable[[UUID], str], places: Callable[[UUID], str]) -> Row:
    return Row(
        id=goal.id,
        code=goal.code,
        wording=goal.wording,
        url=to(goal.id),
        edit_url=places(goal.id),
        level=goal.level,
        status=seen.status(goal.id).value,
        rung=seen.words.on_rung % {"rung": seen.rung(goal.id)},
        held_by=", ".join(seen.held_by(goal)),
        leads_back=seen.leads_back(goal),
        note=seen.note(goal),
        hidden=not goal.released,
        marked=goal.id in seen.marked,
    )


def _nodes(
    seen: Look,
    to: Callable[[UUID], str],
    places: Callable[[UUID], str],
    fold: Callable[[TreeGoal, bool], str],
) -> tuple[Node, ...]:
    below: dict[UUID, list[UUID]] = {goal_id: [] for goal_id in seen.part.drawn}
    tops = dict.fromkeys(seen.part.drawn)
    for link in seen.tree.links:
        if link.lower_id in below and link.upper_id in below and not link.is_feedback:
            below[link.upper_id].append(link.lower_id)
            tops.pop(link.lower_id, None)
    told: set[UUID] = set()

    words = gettext("Fold"), gettext("Open %(num)s below")

    def folds(goal_id: UUID) -> tuple[str, str] | None:
        folded = seen.part.folded.get(goal_id, 0)
        if not (folded or below[goal_id]):
            return None
        return words[bool(folded)] % {"num": folded}, fold(seen.tree.goal(goal_id), bool(folded))

    def node(goal_id: UUID) -> Node:
        repeated = goal_id in told
        told.add(goal_id)
        children = () if repeated else tuple(node(one) for one in below[goal_id])
        return Node(
            row=_row(seen, seen.tree.goal(goal_id), to, places),
            repeated=repeated and bool(below[goal_id]),
            fold=None if repeated else folds(goal_id),
            children=children,
        )

    return tuple(node(goal_id) for goal_id in tops)
