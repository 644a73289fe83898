"""Which single measurements somebody may see: the same of one indicator in full and of many at once."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.factories import act_of
from tests.factories.goals import make_goal
from tests.factories.indicators import WORKER, make_count, make_indicator
from tests.factories.participants import make_site
from tests.factories.seeing import log, make_ordinal
from tests.statements import counting
from toc.domain.indicators import Kind, ReviewStep
from toc.domain.indicators.breakdowns import level_parts
from toc.domain.people import Role
from toc.models.indicators import Measurement
from toc.models.programmes import Programme
from toc.services import indicators as service
from toc.services.indicators import may_see
from toc.services.indicators.disclosing import small_for, visible_of

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 31)
FUNDER = act_of(None, Role.FUNDER)
REVIEWER = act_of(None, Role.COORDINATOR)


def filled(session: Session) -> dict[str, Measurement]:
    """Values that may be shown to who pays, and others, by name."""
    goal = make_goal(session)
    own_period = make_count(is_cumulative=False)
    plain, sites = (make_indicator(session, goal, own_period) for _ in range(2))
    ordinal, things = make_ordinal(session), make_indicator(session, goal, make_count(counts_people=False))
    north, south, west = (make_site(session, name) for name in ("North", "South", "West"))
    found = {
        "small": log(session, plain, JUNE, 7),
        "returned": log(session, plain, date(2025, 5, 31), 60),
        "first": log(session, plain, JULY, 61),
        "few things": log(session, things, JULY, 2),
        "large site": log(session, sites, JUNE, 40, site=north),
        "small site": log(session, sites, JUNE, 3, site=south),
        "beside it": log(session, sites, JUNE, 12, site=west),
        "level site": log(session, ordinal, JULY, parts=level_parts([0, 20, 0, 0, 0]), site=north),
        "level few": log(session, ordinal, JULY, parts=level_parts([2, 0, 0, 0, 0]), site=south),
        "level other": log(session, ordinal, JULY, parts=level_parts([0, 0, 30, 0, 0]), site=west),
    }
    right = service.Entry(id=uuid4(), on=JULY, value=Decimal(62), note="Counted again")
    found["corrected"] = service.correct_measurement(session, WORKER, found["first"].id, right)
    service.review(session, REVIEWER, uuid4(), [found["returned"].id], ReviewStep.RETURNED, "How?")
    session.flush()
    return found


SHOWN = {"few things", "large site", "corrected", "level other"}


def names(found: dict[str, Measurement], ids: frozenset[UUID]) -> set[str]:
    return {name for name, row in found.items() if row.id in ids}


def test_who_pays_sees_what_the_tables_show_and_nothing_else(session: Session) -> None:
    found = filled(session)
    ids = [row.id for row in found.values()]
    assert names(found, may_see(session, FUNDER, ids)) == SHOWN
    assert names(found, may_see(session, WORKER, ids)) == set(found)
    assert names(found, may_see(session, act_of(None, Role.WORKER, Role.FUNDER), ids)) == SHOWN
    assert may_see(session, FUNDER, ids[:1]) == frozenset()
    assert may_see(session, FUNDER, [found["corrected"].id]) == {found["corrected"].id}
    assert may_see(session, FUNDER, []) == frozenset()
    assert may_see(session, FUNDER, [uuid4()]) == frozenset()


@pytest.mark.parametrize("role", [Role.FUNDER, Role.VIEWER, Role.WORKER])
def test_an_indicator_in_full_says_the_same(session: Session, role: Role) -> None:
    found = filled(session)
    act = act_of(None, role)
    small = small_for(session.get_one(Programme, session.info["programme_id"]), act)
    for row in found.values():
        whole = service.get_whole(session, act, row.indicator_id)
        every = [one.id for one in whole.measurements]
        assert visible_of(whole, small) == may_see(session, act, every)


def test_many_are_asked_for_at_once(session: Session) -> None:
    ids = [row.id for row in filled(session).values()]
    held = session.get_one(Programme, session.info["programme_id"])
    with counting(session) as inside:
        may_see(session, WORKER, ids)
    with counting(session) as outside:
        may_see(session, FUNDER, ids)
    assert (len(inside), len(outside)) == (0, 4), held.name


def test_without_sites_two_statements_do(session: Session) -> None:
    row = log(session, make_indicator(session, definition=make_count(kind=Kind.COUNT)), JUNE, 40)
    held = session.get_one(Programme, session.info["programme_id"])
    with counting(session) as asked:
        assert may_see(session, FUNDER, [row.id]) == {row.id}
    assert len(asked) == 2, held.name
