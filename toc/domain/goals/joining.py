"""Two goals that are one: what holds them apart, and what becomes of what hangs on both."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.goals.graph import Edge, check_new_link
from toc.domain.goals.kinds import Stance

_SAYS = {Stance.UNAWARE: 0, Stance.NEUTRAL: 1, Stance.SUPPORTS: 2, Stance.OPPOSES: 2}
"""How much a stance says: who supports one of two wordings and does not know the other, supports the goal."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a party thinks of a goal; importance and feasibility 1 to 5."""

    stance: Stance
    importance: int | None = None
    feasibility: int | None = None


def contradict(one: Opinion | None, other: Opinion | None) -> bool:
    """Tell whether a party is for the one and against the other: then to that party they are not the same."""
    return (
        one is not None
        and other is not None
        and {one.stance, other.stance}
        == {
            Stance.SUPPORTS,
            Stance.OPPOSES,
        }
    )


def joined_opinion(kept: Opinion | None, gone: Opinion | None) -> Opinion | None:
    """Return what a party thinks of two goals that become one: what says most, and what fills a gap.

    Args:
        kept: of the goal that stays; None: it never spoke about it.
        gone: of the other one.
    """
    if kept is None or gone is None:
        return kept or gone
    says_more = _SAYS[gone.stance] > _SAYS[kept.stance]
    return Opinion(
        gone.stance if says_more else kept.stance,
        gone.importance if kept.importance is None else kept.importance,
        gone.feasibility if kept.feasibility is None else kept.feasibility,
    )


def joined_text(kept: str, gone: str) -> str:
    """Return both texts, one below the other; one that says nothing new is left out."""
    return kept if gone in kept else gone if kept in gone else f"{kept}\n\n{gone}"


def way_between(edges: Iterable[Edge], one: UUID, other: UUID) -> tuple[UUID, ...]:
    """Return a way up from one goal to the other, or back, that passes a third; empty when there is none.

    Goals with such a way between them cannot be one: it would become a circle. A link right from one to the
    other does not matter, since it falls away.

    Args:
        edges: the order of the tree, without feedbacks.
        one: a goal.
        other: another goal.
    """
    through = tuple(edge for edge in edges if {*edge} != {one, other})
    for lower, upper in ((one, other), (other, one)):
        try:
            check_new_link(through, lower, upper)
        except DomainError as error:
            way: tuple[UUID, ...] = error.params["way"]  # type: ignore[assignment]  # as `check_new_link` says
            return way
    return ()
