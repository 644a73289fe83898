"""Whole trees for tests: any that the program can hold."""

from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from toc.domain.goals.body import GoalBody, HolderBody, LinkBody, PartyBody, TreeBody
from toc.domain.goals.kinds import (
    Direction,
    ElementVerdict,
    KeyReason,
    Level,
    LinkStatus,
    Practice,
    Purpose,
    Stance,
    Standing,
)

SIGNS = st.sampled_from([*"aBé́ 12.,;:-*#=()[]\\\"'_|<>&\u00a0ßﬁ日"]) | st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cn"]
)
"""What people type, and what has a meaning somewhere."""

_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def _clean(text: str) -> str:
    return "".join(sign for sign in text if sign not in _TURNING)


TEXTS = st.sampled_from(["", "why", "a\nb"]) | st.text(SIGNS | st.sampled_from("\n\t"), max_size=12).map(
    _clean
)
LINES = st.sampled_from(["", "work", "Work for all."]) | st.text(SIGNS, max_size=12).map(_clean)
WORDINGS = LINES.filter(lambda text: bool(text.strip()))
SCALE = st.none() | st.integers(1, 5)
DAYS = st.none() | st.dates(date(1950, 1, 1), date(2090, 12, 31))


def goal_body(number: int, wording: str = "", **more: Any) -> GoalBody:  # noqa: ANN401 - any field of a goal
    """A goal with this number, the same every time."""
    return GoalBody(code=f"G{number}", id=UUID(int=number), wording=wording or f"Goal {number}", **more)


def link_body(lower: int, upper: int, **more: Any) -> LinkBody:  # noqa: ANN401 - any field of a link
    return LinkBody(lower=f"G{lower}", upper=f"G{upper}", **more)


def optional(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(kind)


@st.composite
def bodies(draw: st.DrawFn, most: int = 7) -> TreeBody:
    """A tree: goals in any order, links that never go round but for feedback, parties and what they think."""
    numbers = draw(st.lists(st.integers(1, 12), max_size=most, unique=True))
    goals = [
        draw(
            st.builds(
                GoalBody,
                code=st.just(f"G{number}"),
                id=st.just(UUID(int=number)),
                edition=st.integers(1, 9),
                wording=WORDINGS,
                explanation=TEXTS,
                level=optional(Level),
                standing=st.sampled_from(Standing),
                confirmed=st.booleans(),
                practice=optional(Practice),
                purpose=optional(Purpose),
                direction=optional(Direction),
                for_whom=LINES,
                by_when=DAYS,
                importance=SCALE,
                feasibility=SCALE,
                is_primary=st.booleans(),
                statements=st.integers(0, 9),
            )
        )
        for number in numbers
    ]
    # Which of two goals is the lower one follows from their numbers, turned round per tree, so that two trees
    # of the same goals may order them the other way; feedback goes the other way again.
    up = draw(st.booleans())
    pairs = [(low, high) for low in numbers for high in numbers if low != high]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=10, unique=True)) if pairs else []
    links = [
        draw(
            st.builds(
                LinkBody,
                lower=st.just(f"G{low}"),
                upper=st.just(f"G{high}"),
                mechanism=TEXTS,
                assumption=TEXTS,
                condition=TEXTS,
                alternatives=TEXTS,
                confidence=st.none() | st.integers(0, 4),
                status=optional(LinkStatus),
                source=TEXTS,
                is_key=st.booleans(),
                key_reason=optional(KeyReason),
                is_feedback=st.just(value=True) if (low < high) is not up else st.booleans(),
                element=LINES,
                verdict=optional(ElementVerdict),
            )
        )
        for low, high in chosen
    ]
    parties = draw(st.lists(st.integers(1, 4), max_size=3, unique=True))
    spoken = [(goal, party) for goal in numbers for party in parties]
    said = draw(st.lists(st.sampled_from(spoken), max_size=4, unique=True)) if spoken else []
    return TreeBody(
        goals=tuple(goals),
        links=tuple(links),
        parties=tuple(PartyBody(code=f"S{party}", name=draw(WORDINGS)) for party in parties),
        holders=tuple(
            HolderBody(
                goal=f"G{goal}",
                party=f"S{party}",
                stance=draw(st.sampled_from(Stance)),
                importance=draw(SCALE),
                feasibility=draw(SCALE),
            )
            for goal, party in said
        ),
    )
