"""Trees for tests: goals by name, and random links that never go round."""

from collections.abc import Iterable
from uuid import UUID

from hypothesis import strategies as st

from toc.domain.goals import Edge, Level


def goal(name: str) -> UUID:
    """The id of the goal with this name, the same every time: the letters themselves."""
    return UUID(bytes=name.encode().rjust(16, b"\0"))


def links(*pairs: str) -> tuple[Edge, ...]:
    """Links written as "ab": a is a means to b."""
    return tuple(Edge(goal(pair[0]), goal(pair[1])) for pair in pairs)


def names(goals: Iterable[UUID]) -> str:
    """The names of goals, in the order of the alphabet."""
    return "".join(sorted(one.bytes.strip(b"\0").decode() for one in goals))


def numbered(number: int) -> UUID:
    return UUID(int=number)


LEVELS = st.none() | st.sampled_from(Level)


@st.composite
def dags(draw: st.DrawFn, most: int = 14) -> tuple[list[UUID], list[Edge]]:
    """Goals in some order, and links between them that never go round."""
    size = draw(st.integers(0, most))
    ranks = draw(st.permutations(range(size)))
    pairs = [(low, high) for high in range(size) for low in range(high)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=3 * size, unique=True)) if pairs else []
    return [numbered(rank) for rank in ranks], [Edge(numbered(low), numbered(high)) for low, high in chosen]
