"""When a conflict may be said to be over."""

from datetime import date
from uuid import UUID

import pytest

from toc.domain.conflicts import ConflictState, Ending, check_about
from toc.domain.errors import DomainError

TODAY = date(2025, 9, 1)
DECIDED, DIFFER = ConflictState.DECIDED, ConflictState.AGREED_TO_DIFFER
ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    "ending",
    [
        Ending(),
        Ending(state=DECIDED, decision="Rest first.", by="The steering group", on=TODAY),
        Ending(state=DIFFER, by="Both", on=TODAY),
    ],
)
def test_an_end_with_what_belongs_to_it(ending: Ending) -> None:
    ending.check(TODAY)


@pytest.mark.parametrize(
    ("ending", "key", "field"),
    [
        (Ending(decision="Rest first."), "still_open", "state"),
        (Ending(by="Both"), "still_open", "state"),
        (Ending(on=TODAY), "still_open", "state"),
        (Ending(state=DECIDED, by="Both", on=TODAY), "decision_missing", "decision"),
        (Ending(state=DIFFER, on=TODAY), "by_missing", "decided_by"),
        (Ending(state=DIFFER, by="Both"), "day_missing", "decided_on"),
        (Ending(state=DIFFER, by="Both", on=date(2025, 9, 2)), "in_the_future", "decided_on"),
    ],
)
def test_what_is_missing_is_said_at_its_field(ending: Ending, key: str, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        ending.check(TODAY)
    assert (refused.value.key, refused.value.params) == (f"conflict.{key}", {"field": field})


def test_a_conflict_is_about_a_goal_and_between_two_parties() -> None:
    check_about([ONE], [ONE, OTHER])
    with pytest.raises(DomainError, match=r"conflict\.no_goal"):
        check_about([], [ONE, OTHER])
    with pytest.raises(DomainError, match=r"conflict\.few_parties"):
        check_about([ONE], [ONE, ONE])
