"""What is known of the tree, seen through one lens."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.goals import MOST_DRAWN, Belief, Branch, Edge, Stance, Support, branch
from toc.domain.goals.comparing import compare
from toc.domain.goals.lenses import Accord, Change, accord, changes
from toc.domain.goals.rules import Strength, strength, support
from toc.domain.indicators import Status
from toc.domain.money import total
from toc.domain.permissions import may
from toc.services import evidence, indicators
from toc.services.bonds.stakes import Stake, stakes
from toc.services.errors import NotFound
from toc.services.goals import Skeleton, Tree, TreeGoal, TreeLink
from toc.services.goals.bodies import Frozen, frozen, frozen_body, tree_body
from toc.web import texts


class Lens(StrEnum):
    """One way of looking at the tree at a time."""

    STATUS = "status"
    EVIDENCE = "evidence"
    WHOSE = "whose"
    DISAGREEMENT = "disagreement"
    CERTAINTY = "certainty"
    MONEY = "money"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What changed since a version of the tree.

    Attributes:
        versions: that one can compare with, newest first.
        chosen: the one that is compared with; None: there is none yet.
        goals: what became of each goal that changed.
        links: that were added.
        removed: (code, wording) of goals that were in it.
        unlinked: codes of the goals of links that were in it.
    """

    versions: tuple[Frozen, ...] = ()
    chosen: Frozen | None = None
    goals: Mapping[UUID, tuple[Change, ...]] = field(default_factory=dict)
    links: frozenset[Edge] = frozenset()
    removed: tuple[tuple[str, str], ...] = ()
    unlinked: tuple[str, ...] = ()


STATUSES = (
    Status.REACHED,
    Status.ON_TRACK,
    Status.BEHIND,
    Status.OVERDUE,
    Status.NOT_JUDGED,
    Status.NO_DATA,
)
"""In the order of the legend."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What is known of the tree, through one lens.

    Attributes:
        tree: all of it, as the reader may see it.
        part: which goals are drawn and which only listed.
        statuses: of the goals that are shown.
        rungs: of the goals that are shown, as far as they have evidence; the others stand on 0 or 1.
        lens: which one.
        programme_id: whose tree.
        root: the goal whose branch it is, if one was chosen.
        names: of the parties, by number.
        words: of the language of this page.
        marked: goals that somebody looks for.
        stakes: what contracts pay for goals, in the lens of money.
        since: what changed, in the lens of changes.
        path: goals on the way that somebody follows.
        way: the links between them.
    """

    tree: Tree
    part: Branch[UUID]
    statuses: Mapping[UUID, Status]
    rungs: Mapping[UUID, int]
    lens: Lens
    programme_id: UUID
    root: UUID | None
    names: Mapping[int, str]
    words: "Words"
    marked: frozenset[UUID] = frozenset()
    stakes: Mapping[UUID, tuple[Stake, ...]] = field(default_factory=dict)
    since: Since = field(default_factory=Since)
    path: frozenset[UUID] = frozenset()
    way: frozenset[Edge] = frozenset()

    def status(self, goal_id: UUID) -> Status:
        """Return how a goal stands; one that nobody can measure has no measurement either."""
        status = self.statuses.get(goal_id, Status.NO_DATA)
        return Status.NO_DATA if status is Status.NOT_MEASURABLE else status

    def rung(self, goal_id: UUID) -> int:
        """Return on which rung the evidence for a goal stands."""
        return self.rungs.get(goal_id, 0)

    def held_by(self, goal: TreeGoal) -> list[str]:
        """Return the parties that spoke about a goal, with what they think unless they support it."""
        return [
            self.names[party] if stance is Stance.SUPPORTS else f"{self.names[party]} ({self.words[stance]})"
            for party, stance in goal.holders
        ]

    def leads_back(self, goal: TreeGoal) -> str:
        """Return the goals that feedbacks lead to from this one, in words; empty when none does."""
        codes = self.backs.get(goal.id)
        return self.words.back % {"codes": ", ".join(codes)} if codes else ""

    @cached_property
    def backs(self) -> Mapping[UUID, list[str]]:
        """Of each goal from which a feedback starts, the codes of the goals to which they lead."""
        feedback = self.tree.feedback
        names = {goal.id: goal.code for goal in self.tree.goals} if feedback else {}
        found: dict[UUID, list[str]] = {}
        for link in feedback:
            found.setdefault(link.lower_id, []).append(names[link.upper_id])
        return found

    def rests_on(self, link: TreeLink) -> Support:
        """Return the best evidence for a link."""
        return support(rung=self.rung(link.upper_id), has_source=bool(link.source.strip()))

    def belief(self, link: TreeLink) -> Belief | None:
        """Return how sure somebody is of a link, beside what it rests on; None when nobody said."""
        if link.confidence is None:
            return None
        return Belief(stated=link.confidence, support=self.rests_on(link))

    def accord(self, goal: TreeGoal) -> Accord:
        """Return whether the parties agree about a goal."""
        return accord(stance for _, stance in goal.holders)

    def note(self, goal: TreeGoal) -> str:
        """Return what the lens says of a goal in words, for the foot of its box; empty when nothing."""
        if self.lens is Lens.DISAGREEMENT:
            return self._for_and_against(goal)
        if self.lens is Lens.MONEY:
            return self._at_stake(self.stakes.get(goal.id, ()))
        if self.lens is Lens.CHANGED:
            return ", ".join(self.words[change] for change in self.since.goals.get(goal.id, ()))
        return ""

    def _for_and_against(self, goal: TreeGoal) -> str:
        counts = Counter(stance for _, stance in goal.holders)
        parts = (
            (self.words.wanted, counts[Stance.SUPPORTS]),
            (self.words.opposed, counts[Stance.OPPOSES]),
        )
        return ", ".join(text % {"num": count} for text, count in parts if count)

    def _at_stake(self, stakes: tuple[Stake, ...]) -> str:
        if not stakes:
            return ""
        most = [stake.most for stake in stakes if stake.most is not None]
        if len(most) == len(stakes) and len({one.currency for one in most}) == 1:
            return str(self.words.at_most % {"amount": texts.money(total(most, most[0].currency))})
        prices = [price for stake in stakes for price in stake.prices]
        if len(prices) == 1:
            return str(self.words.each % {"amount": texts.money(prices[0])})
        return str(self.words.no_maximum)

    def strength(self, link: TreeLink) -> Strength:
        """Return how strong a link is."""
        return strength(link.confidence, self.rests_on(link))

    def confidence(self, link: TreeLink) -> int | None:
        """Return the confidence in a link that counts; None when nobody said."""
        belief = self.belief(link)
        return None if belief is None else belief.confidence

    def says(self, goal: TreeGoal) -> str:
        """Return a goal in one sentence, for who does not see its box."""
        words = self.words
        parts = [] if goal.level is None else [words[goal.level]]
        if self.lens is Lens.STATUS:
            parts.append(words[self.status(goal.id)])
        if self.lens is Lens.EVIDENCE:
            parts.append(words.rung % {"rung": self.rung(goal.id)})
        if note := self.note(goal):
            parts.append(note)
        if goal.id in self.path:
            parts.append(words.on_path)
        if back := self.leads_back(goal):
            parts.append(back)
        if not goal.released:
            parts.append(words.hidden)
        about = f": {', '.join(parts)}" if parts else ""
        held = words.named % {"parties": ", ".join(self.held_by(goal))} if goal.holders else ""
        return f"{goal.code} {goal.wording}{about}. {held}".rstrip()


class Words(dict[StrEnum, str]):
    """Words of the language of this page, each looked up once: a tree says the same few hundreds of times."""

    def __init__(self) -> None:
        super().__init__()
        self.named = gettext("Named by: %(parties)s.")
        self.rung = gettext("evidence on rung %(rung)s of 5")
        self.on_rung = gettext("rung %(rung)s")
        self.hidden = gettext("hidden, only you see it")
        self.wanted = gettext("%(num)s for", num="%(num)s")
        self.opposed = gettext("%(num)s against", num="%(num)s")
        self.at_most = gettext("at most %(amount)s", amount="%(amount)s")
        self.each = gettext("%(amount)s each", amount="%(amount)s")
        self.no_maximum = gettext("paid for, no maximum")
        self.on_path = gettext("on this way")
        self.back = gettext("leads back to %(codes)s", codes="%(codes)s")

    def __missing__(self, member: StrEnum) -> str:
        word = self[member] = texts.word(member)
        return word


def look(
    session: Session,
    act: Act,
    lens: Lens,
    tree: Tree,
    part: Branch[UUID],
    *,
    also: Collection[UUID] = (),
    root: UUID | None = None,
    as_list: bool = False,
) -> Look:
    """Read what a picture or list of a part of the tree needs, and no more.

    Args:
        session: of the programme.
        act: who looks.
        lens: how.
        tree: all of it.
        part: which part is drawn.
        also: goals that are not drawn and of which status or rung is shown.
        root: the goal whose branch it is.
        as_list: a list shows status and rung of every goal, whatever the lens.
    """
    if lens not in lenses_for(act):
        lens = Lens.STATUS
    shown = (*part.drawn, *also)
    judged = shown if lens is Lens.STATUS or as_list else ()
    climbed = as_list or lens is Lens.EVIDENCE or any(goal.has_study for goal in tree.goals)
    return Look(
        tree=tree,
        part=part,
        statuses=indicators.goal_statuses(session, act.on, judged) if judged else {},
        rungs=evidence.rungs(session, act.on, shown) if climbed and shown else {},
        lens=lens,
        programme_id=session.info["programme_id"],
        root=root,
        names={party.number: party.name for party in tree.parties},
        words=Words(),
        stakes=stakes(session) if lens is Lens.MONEY else {},
    )


def lenses_for(act: Act) -> tuple[Lens, ...]:
    """Return the ways in which somebody may look at the tree: money is not for everybody."""
    return tuple(lens for lens in Lens if lens is not Lens.MONEY or may(act.roles, "bond.read"))


def compared(session: Session, seen: Look, edition: UUID | None = None) -> Look:
    """Add what changed since a version, in the lens of changes; in the others add nothing.

    Args:
        session: of the programme.
        seen: the tree through a lens.
        edition: the version to compare with; None: the newest.

    Raises:
        NotFound: there is no such version.
    """
    versions = tuple(frozen(session)) if seen.lens is Lens.CHANGED else ()
    if not versions:
        return seen
    chosen = next((one for one in versions if one.id == edition), None if edition else versions[0])
    if chosen is None:
        raise NotFound
    now = tree_body(session, None)
    found = compare(frozen_body(session, chosen.id), now)
    ids = {goal.code: goal.id for goal in now.goals}
    since = Since(
        versions=versions,
        chosen=chosen,
        goals=changes(found),
        links=frozenset(Edge(ids[link.lower], ids[link.upper]) for link in found.links_added),
        removed=tuple((goal.code, goal.wording) for goal in found.removed),
        unlinked=tuple(" → ".join(link.ends) for link in found.links_removed),
    )
    return replace(seen, since=since)


def part_of(
    tree: Skeleton,
    *,
    most: int = MOST_DRAWN,
    root: UUID | None = None,
    shut: Collection[UUID] = (),
    opened: Collection[UUID] = (),
) -> Branch[UUID]:
    """Choose which goals to draw.

    Args:
        tree: all of it.
        most: how many to draw at most.
        root: the goal whose branch it is, if one was chosen.
        shut: what is below these is folded.
        opened: what is below these comes first.

    Raises:
        NotFound: there is no such root, or it is hidden from this reader.
    """
    numbers = tree.numbers
    if root is not None and root not in numbers:
        raise NotFound
    part = branch(
        tuple(numbers.values()),
        tree.steps,
        root=None if root is None else numbers[root],
        most=most,
        collapsed=[numbers[one] for one in shut],
        expanded=[numbers[one] for one in opened],
    )
    ids = tree.ids
    return Branch(
        drawn=tuple(ids[one] for one in part.drawn),
        listed=tuple(ids[one] for one in part.listed),
        folded={ids[one]: many for one, many in part.folded.items()},
    )
