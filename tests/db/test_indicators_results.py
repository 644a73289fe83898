"""Results as they leave the program, on both databases: finished rows with what is suppressed taken out."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.factories import act_of
from tests.factories.goals import EVALUATOR, make_goal
from tests.factories.indicators import make_count, make_indicator, measure
from tests.factories.participants import make_site
from tests.factories.seeing import AGE, log, make_ordinal, make_split, parts_by_age
from tests.statements import counting
from toc.domain.goals import Level, Standing
from toc.domain.indicators import Kind, Status
from toc.domain.indicators.breakdowns import level_parts
from toc.domain.people import Role
from toc.models.programmes import Programme
from toc.services import indicators as service
from toc.services.indicators.disclosing import small_for
from toc.services.indicators.results import goal_results, results, seen

WORKER = act_of(None, Role.WORKER, at=datetime(2025, 12, 1, tzinfo=UTC))
VIEWER = act_of(None, Role.VIEWER, at=datetime(2025, 12, 1, tzinfo=UTC))
MARCH, JUNE, LATER = date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30)


def test_a_row_has_what_was_aimed_at_and_counted_with_the_rung_beside_it(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    log(session, indicator, MARCH, 30, act=WORKER)
    log(session, indicator, JUNE, 60, act=WORKER)
    (row,) = results(session, WORKER).rows
    assert (row.id, row.status, row.rung) == (indicator.id, Status.OVERDUE, 0)
    assert [day.on for day in row.standing.days] == [MARCH, JUNE]
    assert row.standing.points == ((MARCH, Decimal(30)), (JUNE, Decimal(60)))
    (brief,) = results(session, WORKER, in_full=False).rows
    assert brief.standing.days == ()
    assert (brief.standing.points, brief.standing.latest) == (row.standing.points, row.standing.latest)


@pytest.mark.parametrize("in_full", [True, False])
def test_what_a_reader_may_not_see_is_not_there(session: Session, *, in_full: bool) -> None:
    indicator = make_indicator(session, definition=make_count(baseline_value=Decimal(3)))
    for on, value in ((MARCH, 30), (JUNE, 45), (LATER, 50)):
        log(session, indicator, on, value, act=WORKER)
    (row,) = results(session, VIEWER, in_full=in_full).rows
    assert [on for on, _ in row.standing.points] == [MARCH, LATER]
    assert row.definition.baseline_value is None
    small = make_indicator(session, definition=make_count(name="Few"))
    log(session, small, JUNE, 4, act=WORKER)
    kept = results(session, VIEWER, in_full=in_full).rows[1]
    assert kept.standing.latest is not None
    assert kept.standing.latest.cell.is_hidden
    assert "4" not in repr(kept.standing.judgement.params)


@pytest.mark.parametrize("in_full", [True, False])
def test_of_an_average_the_people_beside_it_decide(session: Session, *, in_full: bool) -> None:
    indicator = make_indicator(
        session, definition=make_count(kind=Kind.MEAN, is_cumulative=False, target_value=Decimal(8))
    )
    log(session, indicator, MARCH, "6.5", people=4, act=WORKER)
    log(session, indicator, JUNE, "7.5", people=40, act=WORKER)
    (row,) = results(session, VIEWER, in_full=in_full).rows
    assert [on for on, _ in row.standing.points] == [JUNE]


def test_sites_come_together_and_what_lacks_is_said(session: Session) -> None:
    north, south = make_site(session, "North"), make_site(session, "South")
    indicator = make_indicator(session, definition=make_count())
    for site, value in ((north, 40), (south, 30)):
        log(session, indicator, MARCH, value, site=site, act=WORKER)
    log(session, indicator, JUNE, 55, site=north, act=WORKER)
    score = make_ordinal(session)
    for site, people in ((north, (1, 2, 3, 4, 5)), (south, (0, 4, 4, 4, 0))):
        log(session, score, MARCH, site=site, parts=level_parts(people), act=WORKER)
    count, ordinal = results(session, WORKER).rows
    assert count.standing.latest is not None
    assert (count.standing.latest.present, count.standing.latest.expected) == (1, 2)
    assert [day.cell.reading.value for day in count.standing.days if day.cell.reading] == [70, 55]
    assert [day.levels for day in ordinal.standing.days] == [(1, 6, 7, 8, 5)]


def test_hidden_goals_are_for_the_evaluator(session: Session) -> None:
    goal = make_goal(session, standing=Standing.HIDDEN)
    service.add_indicator(session, EVALUATOR, uuid4(), goal.id, make_count())
    assert results(session, VIEWER).rows == ()
    assert len(results(session, EVALUATOR).rows) == 1
    assert goal_results(session, VIEWER)[1] == ()
    assert len(goal_results(session, EVALUATOR)[1]) == 1


def test_goals_stand_as_their_indicators_ends_first(session: Session) -> None:
    bare = make_goal(session, level=None)
    low = make_goal(session, level=Level.OUTPUT)
    high = make_goal(session, level=Level.IMPACT)
    log(session, make_indicator(session, low, make_count()), JUNE, 200, act=WORKER)
    make_indicator(session, low, make_count(name="Other", target_value=None, target_on=None))
    _, goals = goal_results(session, WORKER)
    assert [(goal.id, goal.status) for goal in goals] == [
        (high.id, Status.NOT_MEASURABLE),
        (low.id, Status.OVERDUE),
        (bare.id, Status.NOT_MEASURABLE),
    ]
    assert goals[1].statuses == (Status.OVERDUE, Status.NOT_MEASURABLE)


@pytest.mark.parametrize("many", [1, 12])
def test_the_number_of_statements_does_not_grow(session: Session, many: int) -> None:
    site = make_site(session)
    for _ in range(many):
        indicator = make_indicator(session, definition=make_count())
        measure(session, indicator, MARCH, 30)
        log(session, indicator, date(2025, 4, 30), 40, site=site)
    session.flush()
    session.expunge_all()
    with counting(session) as asked:
        results(session, VIEWER)
    assert len(asked) == 8
    session.expunge_all()
    with counting(session) as asked:
        goal_results(session, VIEWER)
    assert len(asked) == 9


# --- One indicator ------------------------------------------------------------------------------------------


def test_an_indicator_in_groups_at_sites_and_both(session: Session, programme: Programme) -> None:
    north, south = make_site(session, "North"), make_site(session, "South")
    indicator = make_indicator(
        session,
        definition=make_split(
            kind=Kind.COUNT, baseline_value=None, baseline_on=None, target_value=Decimal(99)
        ),
    )
    log(session, indicator, MARCH, 41, site=north, parts=parts_by_age(20, 12, 9), act=WORKER)
    log(session, indicator, MARCH, 30, site=south, act=WORKER)
    whole = service.get_whole(session, WORKER, indicator.id)
    found = seen(whole, small_for(programme, WORKER), WORKER.on)
    (split,) = found.groups
    values = {
        group.name: [cell.reading and cell.reading.value for cell in group.cells] for group in split.groups
    }
    # Of the south nobody knows the age: together they are the whole again.
    assert values == {"under 27": [20], "27 to 49": [12], "50 and over": [9], "": [30]}
    assert found.sites is not None
    assert [group.name for group in found.sites.groups] == ["North", "South"]
    (cross,) = found.crosses
    assert [site.name for site in cross.sites] == ["North"]
    outside = seen(whole, small_for(programme, VIEWER), VIEWER.on)
    assert outside.groups[0].is_suppressed


def test_parts_of_the_whole_win_and_a_share_adds_both_numbers(session: Session, programme: Programme) -> None:
    north, south = make_site(session, "North"), make_site(session, "South")
    indicator = make_indicator(session, definition=make_split())
    for site, parts in ((north, ((10, 20), (5, 20))), (south, ((8, 20), (9, 30)))):
        part, people = (sum(each) for each in zip(*parts, strict=True))
        log(session, indicator, MARCH, part, people, site=site, parts=parts_by_age(*parts), act=WORKER)
    log(session, indicator, JUNE, 60, 90, parts=parts_by_age((30, 45), (30, 45)), act=WORKER)
    found = seen(service.get_whole(session, WORKER, indicator.id), small_for(programme, WORKER), WORKER.on)
    (split,) = found.groups
    young = [cell.reading for cell in split.groups[0].cells if cell.reading is not None]
    assert [(str(one.numerator), str(one.denominator)) for one in young] == [("18", "40"), ("30", "45")]
    assert split.key == AGE.key


def test_sites_that_come_to_more_than_can_be_kept_have_no_groups_together(
    session: Session, programme: Programme
) -> None:
    north, south = make_site(session, "North"), make_site(session, "South")
    indicator = make_indicator(
        session,
        definition=make_split(
            kind=Kind.SUM, target_value=None, target_on=None, baseline_value=None, baseline_on=None
        ),
    )
    most = 9 * 10**9
    for site in (north, south):
        log(session, indicator, MARCH, most, site=site, parts=parts_by_age(most), act=WORKER)
    found = seen(service.get_whole(session, WORKER, indicator.id), small_for(programme, WORKER), WORKER.on)
    assert (found.standing.days[0].key, found.groups) == ("rollup.too_large", ())


def test_an_indicator_that_nobody_measured_has_nothing_to_see(session: Session, programme: Programme) -> None:
    indicator = make_indicator(session, definition=make_split())
    found = seen(service.get_whole(session, WORKER, indicator.id), small_for(programme, WORKER), WORKER.on)
    assert (found.groups, found.sites, found.crosses, found.standing.latest) == ((), None, (), None)
    assert uuid4() not in {row.id for row in results(session, WORKER).rows}
