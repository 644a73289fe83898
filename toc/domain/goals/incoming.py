"""A tree that comes in, beside the tree that is there: what is new, what changes, and what has to be asked.

Nothing is guessed. A goal of a file is one of ours when its id is, or when its code is and the file gives no
id; whether two goals with the same words are one, a person says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.goals.body import GoalBody, HolderBody, LinkBody, TreeBody
from toc.domain.goals.circles import on_circles
from toc.domain.goals.comparing import COMPARED, LINK_COMPARED, Changed, FieldChange, Pair, links_of
from toc.domain.goals.outline import same
from toc.domain.goals.rules import check_key_link, check_sources, check_standing
from toc.domain.ids import derived

NEW: Final = "new"
"""The answer that a goal is another one than those with the same words."""

NOBODY: Final = "none"
"""The answer that a party of the file is none of ours: what it thinks is left out."""

_GOAL: Final = ("wording", *COMPARED)
_HOLDER: Final = ("stance", "importance", "feasibility")


class Way(StrEnum):
    """What may happen to goals that are there already."""

    ADD = "add"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What a file says.

    Attributes:
        body: its tree, with the codes of the file; goals that are ours have our ids.
        given: of each section the fields that the file says something about; others stay as they are.
        twins: by code, an earlier goal of the file with the same words that may be the same goal.
    """

    body: TreeBody
    given: Mapping[str, frozenset[str]]
    twins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something that only a person can tell.

    Attributes:
        name: of the answer: ``goal-G3`` or ``party-S2``.
        code: of the goal or party in the file.
        text: its wording or name.
        ours: codes of goals with the same words that are there already; none for a party.
        twin: code of an earlier goal of the file with the same words; empty without one.
    """

    name: str
    code: str
    text: str
    ours: tuple[str, ...] = ()
    twin: str = ""

    def takes(self, answer: str, parties: Iterable[str] = ()) -> bool:
        """Return whether this is an answer to it.

        Args:
            answer: `NEW` or the code of a goal; of a party `NOBODY` or the code of one of ours.
            parties: codes of our parties.
        """
        if self.name.startswith("party-"):
            return answer == NOBODY or answer in set(parties)
        return answer in {NEW, *self.ours} or (bool(self.twin) and answer == f"={self.twin}")


@dataclass(frozen=True, slots=True)
class PlanFault:
    """Why something of a file cannot come in: the goal or link by the codes of the file, key and values."""

    where: str
    key: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkChange:
    """A link that is to be made, or to say something else: goals by id; before is None for a new one."""

    lower_id: UUID
    upper_id: UUID
    before: LinkBody | None
    after: LinkBody


@dataclass(frozen=True, slots=True)
class HolderChange:
    """What one of our parties, by code, is to think of a goal; before is None when it said nothing yet."""

    goal_id: UUID
    party: str
    before: HolderBody | None
    after: HolderBody


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What bringing a file in comes to. What is not in the file stays as it is.

    Attributes:
        new: goals to add, under the ids that they get; their codes are those of the file.
        changed: goals of ours that are to say something else.
        same: goals of ours that say what the file says.
        links: to make or to change.
        holders: what parties think.
        faults: why it cannot be carried out; with any of them nothing is.
        left_out: goals that would change if one said so: with `Way.ADD`.
    """

    new: tuple[GoalBody, ...] = ()
    changed: tuple[Changed, ...] = ()
    same: tuple[GoalBody, ...] = ()
    links: tuple[LinkChange, ...] = ()
    holders: tuple[HolderChange, ...] = ()
    faults: tuple[PlanFault, ...] = ()
    left_out: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.new or self.changed or self.links or self.holders)


# --- What has to be asked -----------------------------------------------------------------------------------


def asked(now: TreeBody, incoming: Incoming) -> tuple[Ask, ...]:
    """Return what a person has to say before a file can come in."""
    ours = {goal.id for goal in now.goals}
    worded: dict[str, list[str]] = {}
    for goal in now.goals:
        worded.setdefault(same(goal.wording), []).append(goal.code)
    goals = [
        Ask(
            name=f"goal-{goal.code}",
            code=goal.code,
            text=goal.wording,
            ours=tuple(worded.get(same(goal.wording), ())),
            twin=incoming.twins.get(goal.code, ""),
        )
        for goal in incoming.body.goals
        if goal.id not in ours
    ]
    spoke = {holder.party for holder in incoming.body.holders}
    there = {party.code: same(party.name) for party in now.parties}
    parties = [
        Ask(name=f"party-{party.code}", code=party.code, text=party.name)
        for party in incoming.body.parties
        if party.code in spoke and there.get(party.code) != same(party.name)
    ]
    return (*(ask for ask in goals if ask.ours or ask.twin), *parties)


def unanswered(asks: Iterable[Ask], answers: Mapping[str, str], now: TreeBody) -> tuple[Ask, ...]:
    """Return the questions without an answer that fits."""
    parties = [party.code for party in now.parties]
    return tuple(ask for ask in asks if not ask.takes(answers.get(ask.name, ""), parties))


# --- What comes of it ---------------------------------------------------------------------------------------


def plan(
    now: TreeBody,
    incoming: Incoming,
    *,
    root: UUID,
    way: Way,
    answers: Mapping[str, str],
    released: frozenset[UUID],
    order: Iterable[Pair],
) -> ImportPlan:
    """Return what bringing a file in comes to.

    Args:
        now: the tree as it is, all of it.
        incoming: what the file says.
        root: the id under which new goals get theirs: the same import twice makes the same goals.
        way: whether goals that are there may change.
        answers: to all that `asked` asks, by name.
        released: ids of our goals that all parties may see.
        order: the links of the order that are there, also of goals that were taken out of the tree.
    """
    return _Planning(now, incoming, root, answers, released).plan(way, set(order))


class _Planning:
    """The parts of one plan: each goal of the file with the id that it has or gets."""

    def __init__(
        self,
        now: TreeBody,
        incoming: Incoming,
        root: UUID,
        answers: Mapping[str, str],
        released: frozenset[UUID],
    ) -> None:
        self.now = now
        self.incoming = incoming
        self.answers = answers
        self.released = released
        self.ours = {goal.id: goal for goal in now.goals}
        self.ids = self._ids(root)
        self.faults: list[PlanFault] = []

    def _ids(self, root: UUID) -> dict[str, UUID]:
        """Return by code of the file which goal each is."""
        by_code = {goal.code: goal.id for goal in self.now.goals}
        found: dict[str, UUID] = {}
        for goal in self.incoming.body.goals:
            answer = self.answers.get(f"goal-{goal.code}", NEW)
            if goal.id in self.ours:
                found[goal.code] = goal.id
            elif answer in by_code:
                found[goal.code] = by_code[answer]
            else:
                found[goal.code] = derived(root, "goal", goal.code)
        for code in found:
            answer = self.answers.get(f"goal-{code}", NEW)
            if answer.startswith("="):
                found[code] = found[answer[1:]]
        return found

    def plan(self, way: Way, order: set[Pair]) -> ImportPlan:
        new, changed, alike = self._goals(way)
        fresh = {goal.id for goal in new}
        changes = way is Way.CHANGE
        links = [
            link
            for link in self._links()
            if changes or fresh & {link.lower_id, link.upper_id} or link.lower_id == link.upper_id
        ]
        self._check_links(links)
        holders = [one for one in self._holders() if changes or one.goal_id in fresh]
        self._check_order(links, order)
        return ImportPlan(
            new=tuple(new),
            changed=tuple(changed if changes else ()),
            same=tuple(dict.fromkeys(alike)),
            links=tuple(links),
            holders=tuple(holders),
            faults=tuple(self.faults),
            left_out=0 if changes else len(changed),
        )

    def _goals(self, way: Way) -> tuple[list[GoalBody], list[Changed], list[GoalBody]]:
        new: dict[UUID, GoalBody] = {}
        changed: list[Changed] = []
        alike: list[GoalBody] = []
        for goal in self.incoming.body.goals:
            goal_id = self.ids[goal.code]
            before = self.ours.get(goal_id)
            if before is None:
                if goal_id not in new:
                    new[goal_id] = replace(goal, id=goal_id, edition=1, statements=0)
                    self._check(goal, None)
                continue
            if goal.id not in self.ours:  # a person said which one it is: its words are the same
                alike.append(before)
                continue
            after, fields = self._merged("goals", _GOAL, before, goal)
            if not fields:
                alike.append(before)
                continue
            changed.append(Changed(before, after, fields))
            if way is Way.CHANGE:
                self._check(after, before)
        return list(new.values()), changed, alike

    def _merged(
        self,
        section: str,
        names: Sequence[str],
        before: Any,  # noqa: ANN401 - two rows of a section
        says: Any,  # noqa: ANN401 - two rows of a section
    ) -> tuple[Any, tuple[FieldChange, ...]]:
        """Return a row as it is with what the file says of it, and what differs."""
        given = self.incoming.given[section]
        fields = tuple(
            FieldChange(name, getattr(before, name), getattr(says, name))
            for name in names
            if name in given and getattr(before, name) != getattr(says, name)
        )
        return replace(before, **{one.name: one.after for one in fields}), fields

    def _check(self, goal: GoalBody, before: GoalBody | None) -> None:
        """Refuse a goal that the tree cannot hold."""
        try:
            if before is not None:
                check_standing(before.standing, goal.standing, released=before.id in self.released)
            statements = 0 if before is None else before.statements
            check_sources(goal.standing, statements=statements, confirmed=goal.confirmed)
        except DomainError as error:
            self.faults.append(PlanFault(goal.code, error.key, error.params))

    def _links(self) -> list[LinkChange]:
        there = links_of(self.now)
        found: dict[Pair, LinkChange] = {}
        for link in self.incoming.body.links:
            pair = self.ids[link.lower], self.ids[link.upper]
            before = there.get(pair)
            after, fields = (
                (link, ()) if before is None else self._merged("links", LINK_COMPARED, before, link)
            )
            if pair in found or (before is not None and not fields):
                continue
            found[pair] = LinkChange(*pair, before, after)
        return list(found.values())

    def _check_links(self, links: Iterable[LinkChange]) -> None:
        """Refuse links that the tree cannot hold, each by itself."""
        for link in links:
            where = " → ".join(link.after.ends)
            if link.lower_id == link.upper_id:
                self.faults.append(PlanFault(where, "link.self"))
            try:
                check_key_link(is_key=link.after.is_key, reason=link.after.key_reason)
            except DomainError as error:
                self.faults.append(PlanFault(where, error.key, error.params))

    def _holders(self) -> list[HolderChange]:
        codes = {goal.code: goal.id for goal in self.now.goals}
        there = {(codes[one.goal], one.party): one for one in self.now.holders}
        found: dict[tuple[UUID, str], HolderChange] = {}
        for holder in self.incoming.body.holders:
            party = self.answers.get(f"party-{holder.party}", holder.party)
            key = self.ids[holder.goal], party
            before = there.get(key)
            after, fields = (
                (holder, ()) if before is None else self._merged("holders", _HOLDER, before, holder)
            )
            if party != NOBODY and key not in found and (before is None or fields):
                found[key] = HolderChange(*key, before, after)
        return list(found.values())

    def _check_order(self, links: Sequence[LinkChange], order: set[Pair]) -> None:
        """Refuse links that would make a circle, together with those that are there."""
        ordering = order - {(link.lower_id, link.upper_id) for link in links if link.after.is_feedback}
        named = {
            (one.lower_id, one.upper_id): one
            for one in links
            if not one.after.is_feedback and one.lower_id != one.upper_id
        }
        pairs = [*(ordering - named.keys()), *named]
        for place in sorted(on_circles(pairs)):
            link = named.get(pairs[place])
            if link is not None:
                params = {"lower": link.after.lower, "upper": link.after.upper}
                self.faults.append(PlanFault(" → ".join(link.after.ends), "tree_in.circle", params))
