"""Computed totals beside each other: who may not see a small group, gets none by subtraction, anywhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.factories import act_of, number
from tests.factories.indicators import make_count, make_definition
from tests.factories.participants import (
    ENTRY,
    make_cohort,
    make_computed,
    make_event,
    make_instrument,
    make_score,
)
from tests.factories.participants import make_together as happened
from tests.factories.seeing import AGE, log
from tests.statements import counting
from toc.domain.acts import Act
from toc.domain.exchange.outgoing import Table
from toc.domain.indicators import Kind, MeasurementSource
from toc.domain.participants import Counting, Moment, Rule, Subject
from toc.domain.people import Role
from toc.models.indicators import Indicator, Measurement
from toc.models.participants import Instrument, Participant
from toc.models.programmes import Programme
from toc.services import indicators as service
from toc.services import participants
from toc.services.exchange.outgoing import Wanted, export
from toc.services.indicators.closing import closed_for
from toc.services.indicators.disclosing import small_for, visible_of
from toc.services.indicators.results import results, seen
from toc.services.participants import ParticipantDraft

MARCH, JUNE = date(2025, 3, 31), date(2025, 6, 30)
WORKER, FUNDER = act_of(None, Role.WORKER), act_of(None, Role.FUNDER)
OUTSIDERS = (FUNDER, act_of(None, Role.VIEWER), act_of(None, Role.INVESTOR, Role.COORDINATOR))


def make_people(session: Session, many: int, **says: object) -> list[Participant]:
    draft = ParticipantDraft(entered_on=ENTRY, **says)  # type: ignore[arg-type] # named by the test
    codes = [f"P{number():05}" for _ in range(many)]
    return participants.add_participants(session, WORKER, uuid4(), codes, draft)


def count_of(session: Session, subject: Subject, **says: object) -> Indicator:
    definition = make_count(breakdowns=(AGE,))
    rule = Rule(what=Counting.COUNT, subject=subject, **says)  # type: ignore[arg-type] # named by the test
    return make_computed(session, rule, definition)


def record(session: Session, indicator: Indicator, on: date = MARCH) -> Measurement:
    return participants.record_computed(session, WORKER, uuid4(), indicator.id, on)


def code_of(indicator: Indicator) -> str:
    return f"I{indicator.code}"


@dataclass(frozen=True)
class Place:
    """Sixty people, of whom forty kept a job for 13 weeks and 37 of these for 26 weeks."""

    people: list[Participant]
    kept_13: Indicator
    kept_26: Indicator
    large: Measurement
    small: Measurement

    @property
    def closings(self) -> dict[UUID, Any]:
        return {self.kept_26.id: {MARCH: {"": code_of(self.kept_13), "age": code_of(self.kept_13)}}}


@pytest.fixture
def place(session: Session) -> Place:
    kept_13, kept_26 = count_of(session, Subject.JOB_KEPT_13), count_of(session, Subject.JOB_KEPT_26)
    people = make_people(session, 60, groups={"age": "old"})
    happened(session, people[:40], MARCH, subject=Subject.JOB_KEPT_13)
    happened(session, people[:37], MARCH, subject=Subject.JOB_KEPT_26)
    return Place(people, kept_13, kept_26, record(session, kept_13), record(session, kept_26))


def numbers(session: Session, act: Act, indicator: Indicator) -> set[int]:
    """Return every number that services tell of an indicator, wherever they tell it."""
    found: set[Any] = set()
    for in_full in (True, False):
        (row,) = (one for one in results(session, act, in_full=in_full).rows if one.id == indicator.id)
        found |= {value for _, value in row.standing.points}
        found |= {day.cell.reading.value for day in row.standing.days if day.cell.reading is not None}
        if row.standing.judgement.latest is not None:
            found.add(row.standing.judgement.latest.value)
    whole, small = service.get_whole(session, act, indicator.id), small_for(programme_of(session), act)
    here = seen(whole, small, act.on)
    found |= {
        cell.reading.value
        for split in here.groups
        for group in split.groups
        for cell in group.cells
        if cell.reading is not None
    }
    found |= {one.reading.value for one in whole.measurements if one.id in visible_of(whole, small)}
    ids = [one.id for one in whole.measurements]
    shown = service.may_see(session, act, ids)
    assert shown == visible_of(whole, small) & frozenset(ids)
    for table in (Table.MEASUREMENTS, Table.GROUPS):
        cells = [row[4:] for row in export(session, act, Wanted(table=table, indicator_id=indicator.id)).rows]
        found |= {cell for row in cells for cell in row if isinstance(cell, Decimal | int)}
    return {int(one) for one in found}


def programme_of(session: Session) -> Programme:
    return session.get_one(Programme, session.info["programme_id"])


def latest(session: Session, act: Act, indicator: Indicator) -> Iterator[bool]:
    """Yield whether the latest day is closed where only that is asked for."""
    for view in (
        service.get_indicator(session, act, indicator.id),
        *(one for one in service.overview(session, act.on, act=act) if one.id == indicator.id),
    ):
        assert view.now is not None
        yield "" in view.now.closed


@pytest.mark.parametrize("act", OUTSIDERS)
def test_who_pays_does_not_see_the_smaller_of_two_totals_anywhere(
    session: Session, place: Place, act: Act
) -> None:
    assert closed_for(session, act) == place.closings
    assert 37 not in numbers(session, act, place.kept_26)
    assert 40 in numbers(session, act, place.kept_13)
    assert service.may_see(session, act, [place.large.id, place.small.id]) == {place.large.id}
    assert list(latest(session, act, place.kept_26)) == [True, True]
    assert list(latest(session, act, place.kept_13)) == [False, False]


def test_who_works_with_the_numbers_sees_both(session: Session, place: Place) -> None:
    with counting(session) as statements:
        assert closed_for(session, WORKER) == {}
    assert statements == []
    assert 37 in numbers(session, WORKER, place.kept_26)
    assert 40 in numbers(session, WORKER, place.kept_13)
    assert list(latest(session, WORKER, place.kept_26)) == [False, False]


def test_totals_that_differ_by_enough_are_shown_and_their_groups_looked_at(session: Session) -> None:
    all_, some = count_of(session, Subject.JOB_STARTED), count_of(session, Subject.DIPLOMA)
    old, young = make_people(session, 30, groups={"age": "old"}), make_people(session, 30)
    happened(session, old + young, MARCH, subject=Subject.JOB_STARTED)
    happened(session, old[:25] + young[:20], MARCH, subject=Subject.DIPLOMA)
    record(session, all_)
    record(session, some)
    assert closed_for(session, FUNDER) == {some.id: {MARCH: {"age": code_of(all_)}}}
    assert numbers(session, FUNDER, all_) == {60, 30}
    assert numbers(session, FUNDER, some) == {45}
    assert numbers(session, WORKER, some) >= {45, 25, 20}


def test_it_takes_few_statements_and_no_more_for_more_rows(session: Session) -> None:
    programme = programme_of(session)

    def statements() -> int:
        session.expire_all()
        assert programme_of(session) is programme  # it is read
        with counting(session) as found:
            closed_for(session, FUNDER)
        return len(found)

    first, second = count_of(session, Subject.JOB_STARTED), count_of(session, Subject.DIPLOMA)
    people = make_people(session, 60)
    happened(session, people[:50], MARCH, subject=Subject.JOB_STARTED)
    happened(session, people[:20], MARCH)
    record(session, first)
    assert statements() == 1
    record(session, second)
    assert statements() == 2
    happened(session, people[20:45], JUNE)
    record(session, second, JUNE)
    assert statements() == 4
    third = count_of(session, Subject.DIPLOMA, within_days=400)
    record(session, third, JUNE)
    record(session, third, date(2025, 7, 1))
    assert statements() == 4
    assert closed_for(session, FUNDER)


def test_of_whom_is_not_known_any_more_the_numbers_decide(session: Session, place: Place) -> None:
    others = place.people[40:]
    participants.erase_participant(session, WORKER, others[0].id)  # the digests of both differ from now on
    assert closed_for(session, FUNDER) == place.closings
    for one in others[1:16]:  # nobody of these is among the others
        make_event(session, one, MARCH, Subject.OWN_HOME)
    happened(session, place.people[:20], MARCH, subject=Subject.OWN_HOME)
    homes = count_of(session, Subject.OWN_HOME)
    record(session, homes)  # 35
    assert closed_for(session, FUNDER)[homes.id] == {
        MARCH: {"": code_of(place.kept_13), "age": code_of(place.kept_13)}
    }


def test_totals_of_which_none_is_in_the_other_are_shown(session: Session, place: Place) -> None:
    homes = count_of(session, Subject.OWN_HOME)
    happened(session, place.people[22:], MARCH, subject=Subject.OWN_HOME)
    record(session, homes)  # 38, of whom 18 kept a job
    assert closed_for(session, FUNDER) == place.closings
    assert 38 in numbers(session, FUNDER, homes)


def odd(session: Session, value: int, rests_on: str) -> Indicator:
    """An indicator with a value that says that it was computed, and not how."""
    indicator = count_of(session, Subject.OTHER, item="First aid")
    session.add(
        Measurement(
            id=uuid4(),
            indicator_id=indicator.id,
            edition_id=service.get_indicator(session, WORKER, indicator.id).edition_id,
            on=MARCH,
            value=Decimal(value),
            people=60,
            source=MeasurementSource.COMPUTED,
            rests_on=rests_on,
            created_at=WORKER.at,
        )
    )
    session.flush()
    return indicator


@pytest.mark.parametrize("rests_on", ["", "{}", "[]", '{"rule": 1}', '{"rule": {"what": "count"}}'])
def test_a_value_that_does_not_say_its_rule_counts_by_its_number(session: Session, rests_on: str) -> None:
    large, small, other = odd(session, 40, rests_on), odd(session, 39, rests_on), odd(session, 25, rests_on)
    by_number = {small.id: {MARCH: {"": code_of(large)}}}
    assert closed_for(session, FUNDER) == by_number
    happened(session, make_people(session, 24), MARCH, subject=Subject.JOB_KEPT_13)
    kept_13 = count_of(session, Subject.JOB_KEPT_13)
    record(session, kept_13)
    groups = {"": code_of(other), "age": code_of(other)}
    assert closed_for(session, FUNDER) == by_number | {kept_13.id: {MARCH: groups}}


def test_a_total_that_is_small_by_itself_closes_nothing(session: Session, place: Place) -> None:
    homes = count_of(session, Subject.OWN_HOME)
    happened(session, place.people[:4], MARCH, subject=Subject.OWN_HOME)
    record(session, homes)
    assert closed_for(session, FUNDER) == place.closings
    assert 4 not in numbers(session, FUNDER, homes)


def test_groups_that_changed_since_are_no_longer_known(session: Session, place: Place) -> None:
    for one in place.people[:20]:  # of these three are in no group any more
        one.groups = {"age": "young"}
    session.flush()
    assert closed_for(session, FUNDER) == place.closings


def test_shares_are_compared_with_counts_and_middles_with_middles_of_the_same_scores(
    session: Session,
) -> None:
    matrix, other_matrix = make_instrument(session), make_instrument(session)
    cohort = make_cohort(session)
    middle = make_definition(kind=Kind.MEAN, baseline_value=None, baseline_on=None)

    def scored(of: Instrument, cohort_id: UUID | None = None) -> Indicator:
        rule = Rule(
            what=Counting.MEDIAN,
            subject=Subject.SCORE,
            instrument_id=of.id,
            moment=Moment.BEFORE,
            is_ordinal=True,
            cohort_id=cohort_id,
        )
        return make_computed(session, rule, middle)

    count = count_of(session, Subject.DIPLOMA)
    share = make_computed(session, Rule(what=Counting.SHARE, subject=Subject.JOB_STARTED), make_definition())
    all_, some, elsewhere = scored(matrix), scored(matrix, cohort.id), scored(other_matrix)
    people = make_people(session, 23, cohort_id=cohort.id) + make_people(session, 7)
    happened(session, people[:20], MARCH, subject=Subject.JOB_STARTED)
    happened(session, people[:18], MARCH)
    for one in people[:26]:
        make_score(session, one, matrix, Moment.BEFORE, 3)
        make_score(session, one, other_matrix, Moment.BEFORE, 4)
    for indicator in (count, share, all_, some, elsewhere):
        record(session, indicator)
    by_share = {MARCH: {"": code_of(share), "age": code_of(share)}}
    assert closed_for(session, FUNDER) == {count.id: by_share, some.id: {MARCH: {"": code_of(all_)}}}
    assert 3 not in numbers(session, FUNDER, some)
    assert 3 in numbers(session, FUNDER, all_)
    assert 4 in numbers(session, FUNDER, elsewhere)
    assert 3 in numbers(session, WORKER, some)


def test_a_small_programme_that_decided_so_shows_its_totals_and_not_their_groups(session: Session) -> None:
    programme_of(session).own_totals_decided = True
    kept_13, kept_26 = count_of(session, Subject.JOB_KEPT_13), count_of(session, Subject.JOB_KEPT_26)
    people = make_people(session, 18, groups={"age": "old"})
    happened(session, people, MARCH, subject=Subject.JOB_KEPT_13)
    happened(session, people[:16], MARCH, subject=Subject.JOB_KEPT_26)
    record(session, kept_13)
    record(session, kept_26)
    by = code_of(kept_26)
    assert closed_for(session, FUNDER) == {
        kept_13.id: {MARCH: {"age": by}},
        kept_26.id: {MARCH: {"age": code_of(kept_13)}},
    }
    assert 16 in numbers(session, FUNDER, kept_26)


def test_what_is_not_shown_closes_nothing(session: Session, place: Place) -> None:
    goal = place.kept_13.goal
    goal.released = False
    session.flush()
    assert closed_for(session, FUNDER) == {}
    goal.released = True
    service.take_back(session, WORKER, place.large.id, uuid4(), "Counted too early")
    assert closed_for(session, FUNDER) == {}


def test_what_was_typed_is_compared_with_nothing(session: Session, place: Place) -> None:
    typed = count_of(session, Subject.DIPLOMA)
    log(session, typed, MARCH, 39)
    assert closed_for(session, FUNDER) == place.closings


def test_days_beside_each_other_are_compared_too(session: Session, place: Place) -> None:
    happened(session, place.people[37:39], JUNE, subject=Subject.JOB_KEPT_26)
    record(session, place.kept_26, JUNE)  # 39, later: the 40 of March give way
    assert closed_for(session, FUNDER)[place.kept_13.id] == {
        MARCH: {"": code_of(place.kept_26), "age": code_of(place.kept_26)}
    }


def test_the_days_of_an_indicator_are_compared_once_its_rule_was_taken_off(session: Session) -> None:
    rule = Rule(what=Counting.COUNT, subject=Subject.JOB_STARTED)
    started = make_computed(session, rule, make_count(breakdowns=(AGE,), is_cumulative=False))
    people = make_people(session, 60, groups={"age": "old"})
    happened(session, people[:37], MARCH, subject=Subject.JOB_STARTED)
    record(session, started)
    happened(session, people[37:40], JUNE, subject=Subject.JOB_STARTED)
    record(session, started, JUNE)
    assert (closed_for(session, FUNDER), numbers(session, FUNDER, started)) == ({}, {40})
    participants.choose_rule(
        session, WORKER, started.id, None, reason="Counted by hand", revision=started.revision
    )
    itself = {"": code_of(started), "age": code_of(started)}
    assert closed_for(session, FUNDER) == {started.id: {MARCH: itself}}
    assert numbers(session, FUNDER, started) == {40}
    assert numbers(session, WORKER, started) >= {37, 40}


# --- Whoever subtracts --------------------------------------------------------------------------------------


def test_whoever_subtracts_any_two_shown_totals_gets_no_small_group(session: Session) -> None:
    """Many nested rules on several days: the sets are counted here, and subtracted, one from the other."""
    stages = (Subject.TRAINING_STARTED, Subject.DIPLOMA, Subject.JOB_STARTED, Subject.JOB_KEPT_13)
    indicators = [count_of(session, one) for one in stages]
    indicators += [count_of(session, one, within_days=100) for one in stages]
    people = make_people(session, 70)
    for place, (subject, on) in enumerate(product(stages, (MARCH, JUNE))):
        happened(session, people[place * 3 % 7 : 64 - 7 * place], on, subject=subject)
    sets: dict[tuple[int, int], frozenset[UUID]] = {}
    for indicator, on in product(indicators, (MARCH, JUNE)):
        record(session, indicator, on)
        counted = participants.count(session, participants.get_rule(session, WORKER, indicator.id), on)
        sets[indicator.code, on.toordinal()] = frozenset(
            one.id for one in counted.computed.members if one.verdict.value == "counted"
        )
    rows = results(session, FUNDER).rows
    shown = {
        (number, day.on.toordinal()): int(day.cell.reading.value)
        for indicator, row in zip(indicators, rows, strict=True)
        for number in [indicator.code]
        for day in row.standing.days
        if day.cell.reading is not None
    }
    assert {key: len(sets[key]) for key in shown} == shown
    assert len(shown) < len(sets)
    assert small_differences(sets, list(sets))
    assert small_differences(sets, list(shown)) == []
    assert len(shown) > 2


def small_differences(
    sets: dict[tuple[int, int], frozenset[UUID]], keys: Sequence[tuple[int, int]]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    return [
        (one, other)
        for one, other in product(keys, keys)
        if one[0] != other[0] and sets[one] < sets[other] and sets[one] and len(sets[other] - sets[one]) < 10
    ]
