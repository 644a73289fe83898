"""Two versions of a tree: what differs between them, and how to come back from one to the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from toc.domain.goals.body import GoalBody, HolderBody, LinkBody, TreeBody, is_ordering

COMPARED: Final = tuple(
    name for name in GoalBody.FIELDS if name not in {"code", "id", "edition", "wording", "statements"}
)
"""Fields of a goal of which a change is told one by one. Edition and number of statements say how a goal came
to be, not what the tree says."""

LINK_COMPARED: Final = tuple(name for name in LinkBody.FIELDS if name not in {"lower", "upper"})
"""Fields of a link, likewise."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")

Pair = tuple[UUID, UUID]
"""Ids of the lower and the upper goal: which link it is."""


class Kept(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text, and what became of it."""

    kept: Kept
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that holds something else; the words say where, in a text of several words."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Moved:
    """A goal that is a means to other goals than before.

    Attributes:
        goal: as it is after.
        before: the goals right above it then, as they were, by code.
        after: those above it now.
    """

    goal: GoalBody
    before: tuple[GoalBody, ...]
    after: tuple[GoalBody, ...]


@dataclass(frozen=True, slots=True)
class Reworded:
    """A goal in other words.

    Attributes:
        before: the goal then.
        after: the goal now.
        words: both wordings in one: without what was added it is the earlier, without what was removed the
            later one.
    """

    before: GoalBody
    after: GoalBody
    words: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A goal of which other fields than its wording and its place changed."""

    before: GoalBody
    after: GoalBody
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """A link that says something else."""

    before: LinkBody
    after: LinkBody
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class HolderChanged:
    """A party that thinks otherwise of a goal; None: it had or has said nothing."""

    goal: GoalBody
    party: str
    before: HolderBody | None
    after: HolderBody | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between two versions of a tree, each list in the order of the codes.

    Goals are the same when their ids are; links when they join the same goals.
    """

    added: tuple[GoalBody, ...] = ()
    removed: tuple[GoalBody, ...] = ()
    moved: tuple[Moved, ...] = ()
    reworded: tuple[Reworded, ...] = ()
    changed: tuple[Changed, ...] = ()
    links_added: tuple[LinkBody, ...] = ()
    links_removed: tuple[LinkBody, ...] = ()
    links_changed: tuple[LinkChanged, ...] = ()
    holders: tuple[HolderChanged, ...] = ()

    @property
    def is_same_tree(self) -> bool:
        """Whether goals and links say the same, whatever the parties think of them."""
        return not any(getattr(self, name) for name in self.__slots__ if name != "holders")

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs at all."""
        return self.is_same_tree and not self.holders


def compare(before: TreeBody, after: TreeBody) -> Comparison:
    """Return what became different between two versions of one tree."""
    then, now = _by_id(before), _by_id(after)
    both = [(then[one], goal) for one, goal in now.items() if one in then]
    links_then, links_now = links_of(before), links_of(after)
    return Comparison(
        added=tuple(goal for one, goal in now.items() if one not in then),
        removed=tuple(goal for one, goal in then.items() if one not in now),
        moved=tuple(_moved(before, after, both)),
        reworded=tuple(
            Reworded(old, new, word_changes(old.wording, new.wording))
            for old, new in both
            if old.wording != new.wording
        ),
        changed=tuple(
            Changed(old, new, fields) for old, new in both if (fields := _fields(old, new, COMPARED))
        ),
        links_added=tuple(link for pair, link in links_now.items() if pair not in links_then),
        links_removed=tuple(link for pair, link in links_then.items() if pair not in links_now),
        links_changed=tuple(
            LinkChanged(links_then[pair], link, fields)
            for pair, link in links_now.items()
            if pair in links_then and (fields := _fields(links_then[pair], link, LINK_COMPARED))
        ),
        holders=tuple(_holders(before, after)),
    )


def word_changes(before: str, after: str) -> tuple[Segment, ...]:
    """Return two texts as one, word by word, with what was removed and what was added."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Segment] = []
    for kind, low, high, new_low, new_high in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Segment(Kept.SAME, "".join(old[low:high])))
            continue
        for kept, text in ((Kept.REMOVED, old[low:high]), (Kept.ADDED, new[new_low:new_high])):
            if text:
                found.append(Segment(kept, "".join(text)))
    return tuple(found)


def links_of(body: TreeBody) -> dict[Pair, LinkBody]:
    """Return the links by the ids of their goals."""
    ids = {goal.code: goal.id for goal in body.goals}
    return {(ids[link.lower], ids[link.upper]): link for link in body.links}


def _by_id(body: TreeBody) -> dict[UUID, GoalBody]:
    return {goal.id: goal for goal in body.goals}


def _fields(before: Any, after: Any, names: tuple[str, ...]) -> tuple[FieldChange, ...]:  # noqa: ANN401 - two goals or two links
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)


def _above(body: TreeBody) -> dict[UUID, tuple[GoalBody, ...]]:
    goals = _by_id(body)
    above: dict[UUID, tuple[GoalBody, ...]] = dict.fromkeys(goals, ())
    for (lower, upper), link in links_of(body).items():
        if is_ordering(link):
            above[lower] += (goals[upper],)
    return above


def _moved(before: TreeBody, after: TreeBody, both: list[tuple[GoalBody, GoalBody]]) -> Iterator[Moved]:
    then, now = _above(before), _above(after)
    for old, new in both:
        if {goal.id for goal in then[old.id]} != {goal.id for goal in now[new.id]}:
            yield Moved(new, then[old.id], now[new.id])


def _said(body: TreeBody) -> dict[tuple[UUID, str], HolderBody]:
    ids = {goal.code: goal.id for goal in body.goals}
    return {(ids[holder.goal], holder.party): holder for holder in body.holders}


def _holders(before: TreeBody, after: TreeBody) -> Iterator[HolderChanged]:
    """Yield what parties think otherwise; of a goal that is in one version only, the goal itself tells."""
    then, now = _said(before), _said(after)
    was, goals = _by_id(before), _by_id(after)
    for goal, party in {**then, **now}:
        old, new = then.get((goal, party)), now.get((goal, party))
        unlike = old is None or new is None or _fields(old, new, ("stance", "importance", "feasibility"))
        if unlike and goal in was and goal in goals:
            yield HolderChanged(goals[goal], party, old, new)


# --- Coming back --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewEdition:
    """A goal that needs another edition: how it is, and how it is to be."""

    before: GoalBody
    after: GoalBody


@dataclass(frozen=True, slots=True)
class LinkStep:
    """A link that is to be made, changed or taken away: its goals by id, and what it says."""

    lower_id: UUID
    upper_id: UUID
    link: LinkBody


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePlan:
    """The steps from the tree as it is to an earlier version; taken in this order, none makes a circle.

    A goal is never deleted: it is retired, and comes back when it is needed. What parties think of goals and
    which statements they rest on stays as it is: that is theirs, and newer.

    Attributes:
        unlink: links to take away.
        retire: goals to take out of the tree.
        revive: goals to bring back, saying what they said then.
        editions: goals that are to say again what they said then.
        relink: links that are to say again what they said then; first those that leave the order.
        link: links to make.
    """

    unlink: tuple[LinkStep, ...] = ()
    retire: tuple[GoalBody, ...] = ()
    revive: tuple[GoalBody, ...] = ()
    editions: tuple[NewEdition, ...] = ()
    relink: tuple[LinkStep, ...] = ()
    link: tuple[LinkStep, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the tree is as it was already."""
        return not any(getattr(self, name) for name in self.__slots__)


def restore(now: TreeBody, old: TreeBody) -> RestorePlan:
    """Return what to do so that the tree says again what it said in an earlier version."""
    found = compare(now, old)
    goals, current = _by_id(old), _by_id(now)
    differing = {one.after.id for one in found.reworded} | {one.after.id for one in found.changed}
    links, links_now = links_of(old), links_of(now)
    relink = [
        pair
        for pair, link in links.items()
        if pair in links_now and _fields(links_now[pair], link, LINK_COMPARED)
    ]
    relink.sort(key=lambda pair: not links[pair].is_feedback)
    return RestorePlan(
        unlink=tuple(LinkStep(*pair, link) for pair, link in links_now.items() if pair not in links),
        retire=found.removed,
        revive=found.added,
        editions=tuple(NewEdition(current[one], goal) for one, goal in goals.items() if one in differing),
        relink=tuple(LinkStep(*pair, links[pair]) for pair in relink),
        link=tuple(LinkStep(*pair, link) for pair, link in links.items() if pair not in links_now),
    )


def carried_out(now: TreeBody, plan: RestorePlan) -> TreeBody:
    """Return the tree after a plan: what the preview shows, and what the database must come to say.

    A goal that says something else, or comes back, is an edition further.
    """
    goals = _by_id(now)
    for goal in plan.retire:
        del goals[goal.id]
    for goal in plan.revive:
        goals[goal.id] = replace(goal, edition=goal.edition + 1)
    for one in plan.editions:
        kept = {name: getattr(one.before, name) for name in ("code", "statements")}
        goals[one.before.id] = replace(one.after, edition=one.before.edition + 1, **kept)
    links = links_of(now)
    for step in plan.unlink:
        del links[step.lower_id, step.upper_id]
    for step in (*plan.relink, *plan.link):
        links[step.lower_id, step.upper_id] = step.link
    codes = {goal.code for goal in goals.values()}
    return TreeBody(
        goals=tuple(goals.values()),
        links=tuple(
            replace(link, lower=goals[lower].code, upper=goals[upper].code)
            for (lower, upper), link in links.items()
        ),
        parties=now.parties,
        holders=tuple(holder for holder in now.holders if holder.goal in codes),
    )
