"""The quality of a tree: what the evidence ladder counts, and what is still missing, place by place."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from toc.domain.goals.graph import Neighbours, Node, dead_ends, ends, going_round, neighbours, reaching
from toc.domain.goals.kinds import KeyReason, Level, LinkStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedGoal(Generic[Node]):
    """A goal of the tree, as far as the review looks at it."""

    id: Node
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedLink(Generic[Node]):
    """A link of the tree, as far as the review looks at it.

    Attributes:
        lower: the means.
        upper: the end.
        is_key: whether the evaluation tests this link.
        mechanism: why the lower goal should lead to the upper one; empty when nobody said.
        assumption: what must be so for that; empty when nobody said.
        confidence: how sure we are, 0 to 4; None when nobody said.
        source: where outside the programme it was found; empty when nowhere.
        status: what the evidence says; None when nobody marked it, which is not the same as untested.
        key_reason: why it is a key link; None when nobody said.
        alternatives: what else could explain that the upper goal is reached; empty when nobody said.
        is_feedback: it leads back down, and is no part of the order.
    """

    lower: Node
    upper: Node
    is_key: bool = False
    mechanism: str = ""
    assumption: str = ""
    confidence: int | None = None
    source: str = ""
    status: LinkStatus | None = None
    key_reason: KeyReason | None = None
    alternatives: str = ""
    is_feedback: bool = False

    @property
    def edge(self) -> tuple[Node, Node]:
        """The link as the graph knows it."""
        return self.lower, self.upper

    @property
    def has_mechanism(self) -> bool:
        """Whether somebody said why it should work."""
        return bool(self.mechanism.strip())

    @property
    def has_assumption(self) -> bool:
        """Whether somebody said what must be so for it to work."""
        return bool(self.assumption.strip())

    @property
    def has_confidence(self) -> bool:
        """Whether somebody said how sure we are."""
        return self.confidence is not None

    @property
    def is_sourced(self) -> bool:
        """Whether it has a source outside the programme, or is openly marked as untested."""
        return bool(self.source.strip()) or self.status is LinkStatus.UNTESTED


@dataclass(frozen=True, slots=True)
class Problem(Generic[Node]):
    """Something the tree misses, and where.

    Attributes:
        key: names the sentence, for example ``tree.dead_end``.
        subjects: ids of goals. One goal; or lower and upper of a link; or all that go round in a circle.
    """

    key: str
    subjects: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeReview(Generic[Node]):
    """What the tree shows; the counts have the names that `toc.domain.evidence.TreeFacts` gives them.

    Attributes:
        activities: goals at the level activity; None when no goal has a level, so that nobody can tell.
        activities_reaching_an_end: of these, the ones that come to an end and of which no way up stops short
            at a dead end.
        without_cycles: no goal is a means to itself.
        key_links: links marked as key link; all links of the order, where none is marked.
        key_links_complete: of these, with mechanism, assumption and confidence.
        key_links_sourced: of these, with an outside source or marked untested.
        problems: what is missing, the order of the tree first, then link by link.

    Source: Connell & Kubisch (1998) on what makes a theory of change plausible, doable and testable; the
    counts are those of criteria 1.2 to 1.4 of the ladder.
    """

    activities: int | None
    activities_reaching_an_end: int | None
    without_cycles: bool
    key_links: int
    key_links_complete: int
    key_links_sourced: int
    problems: tuple[Problem[Node], ...] = field(default=())


_ASKED_OF_A_LINK: tuple[tuple[str, Callable[[ReviewedLink[Any]], bool]], ...] = (
    ("tree.key_link_without_mechanism", lambda link: link.has_mechanism),
    ("tree.key_link_without_assumption", lambda link: link.has_assumption),
    ("tree.key_link_without_confidence", lambda link: link.has_confidence),
    ("tree.key_link_without_source", lambda link: link.is_sourced),
)
_ASKED_OF_A_KEY_LINK: tuple[tuple[str, Callable[[ReviewedLink[Any]], bool]], ...] = (
    ("tree.key_link_without_reason", lambda link: link.key_reason is not None),
    ("tree.key_link_without_alternatives", lambda link: bool(link.alternatives.strip())),
)
"""What is not asked of every link where none is marked as a key link."""


def _problems_of_order(
    goals: Sequence[ReviewedGoal[Node]],
    them: Neighbours[Node],
    *,
    round_: frozenset[Node],
    dead: frozenset[Node],
) -> Iterable[Problem[Node]]:
    if round_:
        yield Problem("tree.cycle", tuple(goal.id for goal in goals if goal.id in round_))
    for goal in goals:
        if not (them.above[goal.id] or them.below[goal.id]):
            yield Problem("tree.unconnected", (goal.id,))
        elif goal.id in dead:
            yield Problem("tree.dead_end", (goal.id,))


def review_tree(
    goals: Iterable[ReviewedGoal[Node]],
    links: Iterable[ReviewedLink[Node]],
    order: Neighbours[Node] | None = None,
) -> TreeReview[Node]:
    """Look through a tree: count what the ladder asks for, and name what is missing.

    Args:
        goals: every goal of the tree, in the order in which problems are to be listed.
        links: every link between these goals, likewise.
        order: what `neighbours` made of these goals and the links of the order, for who has it already; where
            some links are marked as key links, those are enough as links beside it.
    """
    goals, links = tuple(goals), tuple(links)
    levels = {goal.id: goal.level for goal in goals}
    them = order or neighbours(levels, (link.edge for link in links if not link.is_feedback))
    dead, round_ = dead_ends(levels, them), going_round(levels, them)
    good, short = reaching(ends(levels, them), them), reaching(dead, them)
    good -= short
    activities = [goal.id for goal in goals if goal.level is Level.ACTIVITY]
    has_levels = not goals or any(goal.level for goal in goals)
    marked = tuple(link for link in links if link.is_key)
    asked = marked or tuple(link for link in links if not link.is_feedback)
    return TreeReview(
        activities=len(activities) if has_levels else None,
        activities_reaching_an_end=sum(goal in good for goal in activities) if has_levels else None,
        without_cycles=not round_,
        key_links=len(asked),
        key_links_complete=sum(
            link.has_mechanism and link.has_assumption and link.has_confidence for link in asked
        ),
        key_links_sourced=sum(link.is_sourced for link in asked),
        problems=(
            *_problems_of_order(goals, them, round_=round_, dead=dead),
            *(
                Problem(key, link.edge)
                for link in asked
                for key, answered in _ASKED_OF_A_LINK
                if not answered(link)
            ),
            *(
                Problem(key, link.edge)
                for link in marked
                for key, answered in _ASKED_OF_A_KEY_LINK
                if not answered(link)
            ),
        ),
    )
