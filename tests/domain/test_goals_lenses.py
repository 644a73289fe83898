"""Whether parties agree about a goal, and what became of it."""

from dataclasses import replace
from uuid import UUID

import pytest

from toc.domain.goals import Level, Stance
from toc.domain.goals.body import GoalBody, LinkBody, TreeBody
from toc.domain.goals.comparing import compare
from toc.domain.goals.lenses import Accord, Change, accord, changes


@pytest.mark.parametrize(
    ("stances", "agreed"),
    [
        ((), Accord.SILENT),
        ((Stance.NEUTRAL, Stance.UNAWARE), Accord.SILENT),
        ((Stance.SUPPORTS, Stance.NEUTRAL), Accord.AGREED),
        ((Stance.OPPOSES, Stance.NEUTRAL), Accord.OPPOSED),
        ((Stance.OPPOSES, Stance.SUPPORTS), Accord.DIVIDED),
    ],
)
def test_parties_agree_about_a_goal_or_do_not(stances: tuple[Stance, ...], agreed: Accord) -> None:
    assert accord(stances) is agreed


def test_what_became_of_goals_since_a_version() -> None:
    goals = [GoalBody(code=f"G{n}", id=UUID(int=n), wording=f"Goal {n}") for n in range(1, 7)]
    before = TreeBody(goals=tuple(goals[:5]), links=(LinkBody(lower="G1", upper="G2"),))
    after = TreeBody(
        goals=(
            goals[0],
            replace(goals[1], wording="In other words"),
            replace(goals[2], level=Level.IMPACT),
            replace(goals[3], wording="Both", level=Level.OUTPUT),
            goals[5],
        ),
        links=(LinkBody(lower="G1", upper="G3"), LinkBody(lower="G4", upper="G3")),
    )
    assert changes(compare(before, after)) == {
        UUID(int=1): (Change.MOVED,),
        UUID(int=2): (Change.REWORDED,),
        UUID(int=3): (Change.OTHERWISE,),
        UUID(int=4): (Change.MOVED, Change.REWORDED),
        UUID(int=6): (Change.ADDED,),
    }
    assert changes(compare(before, before)) == {}
