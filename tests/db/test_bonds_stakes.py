"""The money at stake for each goal."""

import pytest
from sqlalchemy.orm import Session

from tests.factories.bonds import DIPLOMA, JOB, euro, make_bond
from tests.factories.goals import make_goal
from toc.domain.bonds import RateCardLine
from toc.domain.money import Money
from toc.models.programmes import Programme
from toc.services.bonds.stakes import Stake, stakes

CAPPED = RateCardLine(code="JOB", price=euro(500), cap=euro(50_000))


@pytest.mark.parametrize(
    ("lines", "cap", "most"),
    [
        ((DIPLOMA, CAPPED), None, euro(250_000)),
        ((DIPLOMA, CAPPED), euro(400_000), euro(250_000)),
        ((DIPLOMA, CAPPED), euro(240_000), euro(240_000)),
        ((DIPLOMA, JOB), euro(400_000), euro(400_000)),
        ((DIPLOMA, JOB), None, None),
    ],
)
def test_at_stake_is_what_the_contract_pays_at_most(
    session: Session, programme: Programme, lines: tuple[RateCardLine, ...], cap: Money, most: Money | None
) -> None:
    goal = make_goal(session)
    make_goal(session, "Nobody pays for this")
    make_bond(session, programme, goal=goal, lines=lines, cap=cap)
    assert stakes(session) == {goal.id: (Stake(most=most, prices=tuple(line.price for line in lines)),)}


def test_without_a_contract_nothing_is_at_stake(session: Session) -> None:
    make_goal(session)
    assert stakes(session) == {}
