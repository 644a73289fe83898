"""Logging in full, on both databases: parts, sites, taking back, reviewing, closed periods, drafts, proof."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, act_of, make_member, make_programme
from tests.factories.goals import EVALUATOR, make_goal
from tests.factories.indicators import WORKER, make_count, make_indicator, measure
from tests.factories.logging import (
    REVIEWER,
    close,
    decide,
    entry,
    later,
    make_site,
    parts,
    reopen,
    with_groups,
)
from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.indicators import Frequency, Kind, ReviewStep, Status
from toc.domain.indicators.breakdowns import level_parts
from toc.domain.indicators.reviewing import State, lock_of
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.indicators import Measurement, MeasurementReview, PeriodLock
from toc.models.programmes import Programme
from toc.services import audit, indicators
from toc.services.errors import NotFound
from toc.services.indicators import Asked, Entry, PeriodDraft, ProofDraft
from toc.services.indicators import proof as proof_service
from toc.services.indicators.results import results

DAY, LATER = date(2025, 4, 1), date(2025, 7, 1)
START, END = date(2025, 4, 1), date(2025, 6, 30)


def refused(do: Callable[[], object], key: str) -> DomainError:
    """Expect this refusal."""
    with pytest.raises(DomainError) as error:
        do()
    assert error.value.key == key
    return error.value


def counted(session: Session) -> list[Decimal]:
    """What counts, by day."""
    return list(
        session.scalars(select(Measurement.value).where(indicators.counts()).order_by(Measurement.on))
    )


# --- What is logged beside the value ------------------------------------------------------------------------


def test_groups_are_kept_and_add_up(session: Session) -> None:
    indicator = make_indicator(session, definition=with_groups())
    typed = entry(DAY, 12, parts=parts(f=7, m=4, unknown=1))
    row = indicators.record_measurement(session, WORKER, indicator.id, typed)
    session.expire_all()
    one, _ = indicators.get_measurement(session, WORKER, row.id)
    assert {part.option: int(part.value) for part in one.parts} == {"f": 7, "m": 4, "unknown": 1}
    again = indicators.record_measurement(session, WORKER, indicator.id, typed)
    assert again.id == row.id
    error = refused(
        lambda: indicators.record_measurement(
            session, WORKER, indicator.id, entry(LATER, 12, parts=parts(f=7, m=4))
        ),
        "breakdown.too_little",
    )
    assert error.params["left"] == 1
    refused(
        lambda: indicators.record_measurement(
            session, WORKER, indicator.id, replace(typed, parts=parts(f=8, m=4))
        ),
        "measurement.already_saved",
    )


def test_other_groups_alone_are_a_correction(session: Session) -> None:
    indicator = make_indicator(session, definition=with_groups())
    first = indicators.record_measurement(
        session, WORKER, indicator.id, entry(DAY, 12, parts=parts(f=7, m=5))
    )
    same = entry(DAY, 12, note="Counted again", parts=parts(f=7, m=5))
    refused(
        lambda: indicators.correct_measurement(session, WORKER, first.id, same), "measurement.nothing_changed"
    )
    right = indicators.correct_measurement(
        session, WORKER, first.id, replace(same, id=uuid4(), parts=parts(f=6, m=6))
    )
    assert right.version == 2


def test_an_ordinal_score_is_the_people_on_each_level(session: Session) -> None:
    levels = ("crisis", "vulnerable", "stable")
    indicator = make_indicator(
        session,
        definition=make_count(
            kind=Kind.ORDINAL, levels=levels, baseline_value=None, baseline_on=None, target_value=Decimal(3)
        ),
    )
    row = indicators.record_measurement(
        session, WORKER, indicator.id, entry(DAY, parts=level_parts([2, 1, 1]))
    )
    assert (int(row.value), row.people) == (1, 4)  # the lower of the two in the middle
    one, _ = indicators.get_measurement(session, WORKER, row.id)
    assert one.levels == (2, 1, 1)
    part = indicators.record_measurement(
        session, WORKER, indicator.id, entry(LATER, parts=level_parts([0, 3]))
    )
    assert len(part.parts) == 3
    for typed, key in (
        (entry(END, parts=level_parts([0, 0, 0])), "measurement.nobody_on_a_level"),
        (entry(END, parts=level_parts([1, 1, 1, 1])), "measurement.level_not_there"),
        (entry(END, parts=parts(f=1)), "measurement.level_not_there"),
    ):
        refused(partial(indicators.record_measurement, session, WORKER, indicator.id, typed), key)


def test_an_account_in_words_counts_as_one_and_names_nobody(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count(kind=Kind.NARRATIVE, unit=""))
    row = indicators.record_measurement(
        session, WORKER, indicator.id, entry(DAY, narrative=" She cooks for her street now. ")
    )
    assert (int(row.value), row.narrative) == (1, "She cooks for her street now.")
    refused(
        lambda: indicators.record_measurement(session, WORKER, indicator.id, entry(LATER, narrative=" ")),
        "measurement.narrative_missing",
    )
    error = refused(
        lambda: indicators.record_measurement(
            session, WORKER, indicator.id, entry(LATER, narrative="Call 06-12345678")
        ),
        "measurement.personal",
    )
    assert error.params["field"] == "narrative"


@pytest.mark.parametrize(
    ("says", "key"),
    [
        ({"people": -1}, "measurement.negative"),
        ({"missing": -1}, "measurement.negative"),
        ({"starts_on": date(2025, 4, 2)}, "measurement.period_order"),
        ({"starts_on": date(1800, 1, 1)}, "date.out_of_range"),
    ],
)
def test_what_cannot_be_is_refused(session: Session, says: dict[str, object], key: str) -> None:
    indicator = make_indicator(session, definition=make_count())
    refused(lambda: indicators.record_measurement(session, WORKER, indicator.id, entry(DAY, 3, **says)), key)


# --- Sites --------------------------------------------------------------------------------------------------


def test_sites_are_taken_together_and_what_lacks_is_known(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    north, south = make_site(session, name="North"), make_site(session, name="South")
    gone = make_site(session, name="Gone", ends_on=date(2025, 1, 31))
    for site, value in ((north, 30), (south, 12)):
        indicators.record_measurement(
            session, WORKER, indicator.id, entry(DAY, value, site_id=site.id, people=value, missing=1)
        )
    indicators.record_measurement(session, WORKER, indicator.id, entry(LATER, 40, site_id=north.id))
    (view,) = indicators.overview(session, DAY)
    assert view.latest is not None
    assert view.now is not None
    assert (int(view.latest.value), view.latest_id, view.now.absent) == (42, None, ())
    whole = indicators.get_whole(session, WORKER, indicator.id)
    assert [
        (day.on, int(day.reading.value), day.absent) for day in whole.days if day.reading is not None
    ] == [
        (DAY, 42, ()),
        (LATER, 40, (south.id,)),
    ]
    assert whole.sites == {north.id: "North", south.id: "South", gone.id: "Gone"}
    assert whole.view.latest_id is None
    measure(session, indicator, LATER, 55)
    (view,) = indicators.overview(session, LATER)
    assert view.latest is not None
    assert view.latest.value == 55
    assert view.latest_id is not None
    assert indicators.series(session, indicator.id)[0].value == 55
    refused(
        lambda: indicators.record_measurement(session, WORKER, indicator.id, entry(DAY, 1, site_id=gone.id)),
        "measurement.site_closed",
    )
    refused(
        lambda: indicators.record_measurement(session, WORKER, indicator.id, entry(DAY, 1, site_id=uuid4())),
        "not_found",
    )
    assert [site.name for site in indicators.open_sites(session, DAY)] == ["North", "South"]


def test_a_site_is_waited_for_only_while_it_is_open(session: Session) -> None:
    """Its first and its last day are among its days; whoever reads a day says the same of it."""
    indicator = make_indicator(session, definition=make_count())
    north = make_site(session, name="North")
    south = make_site(session, name="South", starts_on=LATER, ends_on=LATER)
    days = {LATER - timedelta(days=1): 0, LATER: 1, LATER + timedelta(days=1): 0}
    for day, lack in days.items():
        indicators.record_measurement(session, WORKER, indicator.id, entry(day, 30, site_id=north.id))
        absent = (south.id,) * lack
        (view,) = indicators.overview(session, day)
        assert view.now is not None
        assert (view.now.on, view.now.absent) == (day, absent)
        assert (view.judgement.status is Status.NOT_JUDGED) == bool(lack)
        (status,) = indicators.goal_statuses(session, day).values()
        assert (status is Status.NOT_JUDGED) == bool(lack)
        (row,) = results(session, replace(WORKER, at=datetime.combine(day, NOW.timetz()))).rows
        assert (row.status is Status.NOT_JUDGED) == bool(lack)
        assert south.name in {site.name for site in indicators.open_sites(session, day)} or not lack
    whole = indicators.get_whole(session, WORKER, indicator.id)
    assert {day.on: len(day.absent) for day in whole.days} == days
    for day, key in (
        (LATER - timedelta(days=1), "measurement.site_not_open"),
        (LATER + timedelta(days=1), "measurement.site_closed"),
    ):
        refused(
            partial(
                indicators.record_measurement, session, WORKER, indicator.id, entry(day, 1, site_id=south.id)
            ),
            key,
        )
    indicators.record_measurement(session, WORKER, indicator.id, entry(LATER, 12, site_id=south.id))
    assert not any(day.absent for day in indicators.get_whole(session, WORKER, indicator.id).days)


def test_levels_of_sites_are_added(session: Session) -> None:
    indicator = make_indicator(
        session,
        definition=make_count(
            kind=Kind.ORDINAL,
            levels=("low", "high"),
            baseline_value=None,
            baseline_on=None,
            target_value=Decimal(2),
        ),
    )
    for people in ([3, 0], [0, 4]):
        site = make_site(session)
        indicators.record_measurement(
            session, WORKER, indicator.id, entry(DAY, parts=level_parts(people), site_id=site.id)
        )
    (view,) = indicators.overview(session, DAY)
    assert view.now is not None
    assert view.now.levels == (3, 4)
    assert view.latest is not None
    assert view.latest.value == 2


# --- Taking back --------------------------------------------------------------------------------------------


def test_a_period_begins_before_the_day_that_ends_it(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    typed = entry(DAY, 3, starts_on=date(2025, 1, 1), people=5, missing=0)
    row = indicators.record_measurement(session, WORKER, indicator.id, typed)
    assert (row.starts_on, row.people, row.missing) == (date(2025, 1, 1), 5, 0)


def test_a_value_is_taken_back_and_its_day_is_free(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    row, void_id = measure(session, indicator, DAY, 30), uuid4()
    void = indicators.take_back(session, WORKER, row.id, void_id, "Of another programme")
    assert indicators.take_back(session, WORKER, row.id, void_id, "Of another programme") is void
    assert (void.is_void, void.version, void.supersedes_id) == (True, 2, row.id)
    assert counted(session) == []
    (view,) = indicators.overview(session, DAY)
    assert view.latest is None
    assert measure(session, indicator, DAY, 12).version == 3
    assert counted(session) == [12]
    for wrong in (row, void):
        refused(
            partial(indicators.take_back, session, WORKER, wrong.id, uuid4(), "Again"),
            "measurement.taken_back",
        )
    refused(
        lambda: indicators.correct_measurement(session, WORKER, row.id, entry(DAY, 31, note="More")),
        "measurement.taken_back",
    )


def test_taking_back_says_why_and_names_nobody(session: Session) -> None:
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30)
    refused(lambda: indicators.take_back(session, WORKER, row.id, uuid4(), " "), "measurement.reason_missing")
    refused(
        lambda: indicators.take_back(session, WORKER, row.id, uuid4(), "Call 06-12345678"),
        "measurement.personal",
    )
    refused(lambda: indicators.take_back(session, WORKER, uuid4(), uuid4(), "Why"), "not_found")


# --- Reviewing ----------------------------------------------------------------------------------------------


def test_what_is_returned_counts_no_more_until_it_is_corrected(
    session: Session, programme: Programme
) -> None:
    worker = act_of(make_member(session, programme, Role.WORKER, name="Wim"), Role.WORKER)
    indicator = make_indicator(session, definition=make_count())
    row = measure(session, indicator, DAY, 30, act=worker)
    assert decide(session, row, ReviewStep.RETURNED, "Counted twice?") == 1
    assert counted(session) == []
    refused(lambda: measure(session, indicator, DAY, 29, act=worker), "measurement.day_taken")
    (back,) = indicators.returned_to(session, worker)
    assert (back.measured.id, back.remark, back.measured.by) == (row.id, "Counted twice?", "Wim")
    assert indicators.returned_to(session, WORKER) == []
    assert indicators.returned_to(session, act_of(uuid4(), Role.WORKER)) == []
    right = indicators.correct_measurement(session, worker, row.id, entry(DAY, 29, note="Yes, one"))
    assert counted(session) == [29]
    assert indicators.returned_to(session, worker) == []
    refused(lambda: decide(session, row, ReviewStep.APPROVED), "review.not_standing")
    assert decide(session, right, ReviewStep.APPROVED, act=later(REVIEWER)) == 1
    one, whole = indicators.get_measurement(session, worker, right.id)
    assert (one.state, whole.view.latest_id) == (State.APPROVED, right.id)


def test_a_returned_value_that_is_right_comes_again_with_the_same_number(
    session: Session, programme: Programme
) -> None:
    worker = act_of(make_member(session, programme, Role.WORKER), Role.WORKER)
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30, act=worker)
    same = entry(DAY, 30, note="Counted again: it is right")

    def again(wrong: Measurement, typed: Entry) -> Measurement:
        return indicators.correct_measurement(session, worker, wrong.id, typed)

    decide(session, row, ReviewStep.RETURNED, "Sure?")
    refused(lambda: again(row, replace(same, note=" ")), "measurement.reason_missing")
    decide(session, row, ReviewStep.APPROVED, act=later(REVIEWER))
    refused(lambda: again(row, same), "measurement.nothing_changed")  # the latest decision says so no more
    decide(session, row, ReviewStep.RETURNED, "No, really?", act=later(REVIEWER))
    right = again(row, same)
    assert again(row, same).id == right.id  # sent twice
    assert (right.version, right.supersedes_id) == (2, row.id)
    assert counted(session) == [30]
    one, _ = indicators.get_measurement(session, worker, right.id)
    assert (one.state, one.note) == (State.SUBMITTED, same.note)
    refused(lambda: again(right, replace(same, id=uuid4())), "measurement.nothing_changed")


def test_a_returned_value_can_be_approved_after_all(session: Session) -> None:
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30)
    decide(session, row, ReviewStep.RETURNED, "Sure?")
    decide(session, row, ReviewStep.APPROVED)
    assert counted(session) == [30]
    decide(session, row, ReviewStep.RETURNED, "No, really?")
    assert counted(session) == []
    steps = indicators.steps_of(session, [row.id])[row.id]
    assert [(step.step, step.remark) for step in steps] == [
        (ReviewStep.RETURNED, "Sure?"),
        (ReviewStep.APPROVED, ""),
        (ReviewStep.RETURNED, "No, really?"),
    ]


def test_many_are_decided_at_once_or_none(session: Session, programme: Programme) -> None:
    person = make_member(session, programme, Role.WORKER, Role.COORDINATOR)
    both = act_of(person, Role.WORKER, Role.COORDINATOR)
    indicator = make_indicator(session, definition=make_count())
    theirs, mine = measure(session, indicator, DAY, 30), measure(session, indicator, LATER, 40, act=both)
    key = uuid4()
    refused(
        lambda: indicators.review(session, both, key, [theirs.id, mine.id], ReviewStep.APPROVED),
        "review.own",
    )
    session.rollback()


def test_a_bulk_decision_is_made_once(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    rows = [measure(session, indicator, DAY + timedelta(days=day), day) for day in range(4)]
    ids, key = [row.id for row in rows], uuid4()
    assert indicators.waiting_for_review(session, REVIEWER) == 4
    assert indicators.review(session, REVIEWER, key, ids, ReviewStep.APPROVED) == 4
    assert indicators.review(session, REVIEWER, key, ids, ReviewStep.APPROVED) == 0
    assert indicators.waiting_for_review(session, REVIEWER) == 0
    refused(lambda: indicators.review(session, REVIEWER, uuid4(), ids, ReviewStep.APPROVED), "review.decided")
    refused(lambda: indicators.review(session, REVIEWER, key, [], ReviewStep.APPROVED), "review.none_chosen")
    refused(
        lambda: indicators.review(session, REVIEWER, uuid4(), ids, ReviewStep.RETURNED),
        "review.remark_missing",
    )
    refused(
        lambda: indicators.review(session, REVIEWER, uuid4(), ids, ReviewStep.RETURNED, "06-12345678"),
        "measurement.personal",
    )
    refused(lambda: indicators.review(session, REVIEWER, uuid4(), [uuid4()], ReviewStep.SEEN), "not_found")
    assert audit.verify_programme(session, session.info["programme_id"]) == []


def test_that_somebody_saw_it_is_written_once(session: Session, programme: Programme) -> None:
    reviewer = act_of(make_member(session, programme, Role.COORDINATOR), Role.COORDINATOR)
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30)
    assert decide(session, row, ReviewStep.SEEN, act=reviewer) == 1
    assert decide(session, row, ReviewStep.SEEN, act=later(reviewer)) == 0
    assert decide(session, row, ReviewStep.SEEN, act=REVIEWER) == 1
    assert session.scalar(select(func.count()).select_from(MeasurementReview)) == 2
    ((one,), total) = indicators.submitted(session, reviewer, Asked())
    assert (one.seen, one.is_own, total) == (True, False, 1)


def test_the_list_is_filtered(session: Session, programme: Programme) -> None:
    person = make_member(session, programme, Role.WORKER)
    worker = act_of(person, Role.WORKER)
    first, second = (make_indicator(session, definition=make_count()) for _ in range(2))
    approved = measure(session, first, DAY, 1, act=worker)
    waiting = measure(session, second, DAY, 2)
    decide(session, approved, ReviewStep.APPROVED)

    def ids(**asked: object) -> set[object]:
        rows, total = indicators.submitted(session, REVIEWER, Asked(**asked))  # type: ignore[arg-type] # named below
        assert total == len(rows)
        return {row.measured.id for row in rows}

    assert ids() == {waiting.id}
    assert ids(state=State.APPROVED) == {approved.id}
    assert ids(state=None) == {approved.id, waiting.id}
    assert ids(state=None, indicator_id=first.id) == {approved.id}
    assert ids(state=None, by=person.id) == {approved.id}
    assert ids(state=State.RETURNED) == set()


def test_values_of_hidden_goals_are_for_the_evaluator(session: Session) -> None:
    goal = make_goal(session, standing=Standing.HIDDEN)
    indicator = indicators.add_indicator(session, EVALUATOR, uuid4(), goal.id, make_count())
    row = indicators.record_measurement(session, EVALUATOR, indicator.id, entry(DAY, 3))
    assert indicators.waiting_for_review(session, REVIEWER) == 0
    assert indicators.waiting_for_review(session, EVALUATOR) == 1
    refused(lambda: decide(session, row, ReviewStep.SEEN), "not_found")


# --- Closed periods -----------------------------------------------------------------------------------------


def test_in_a_closed_period_nothing_changes(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    inside, outside = measure(session, indicator, DAY, 30), measure(session, indicator, LATER, 40)
    decide(session, inside, ReviewStep.RETURNED, "Sure?")
    close(session, START, END)
    moved = entry(DAY + timedelta(days=1), 41, note="Wrong day")
    for change in (
        lambda: measure(session, indicator, END, 35),
        lambda: indicators.correct_measurement(session, WORKER, inside.id, entry(DAY, 31, note="One more")),
        lambda: indicators.correct_measurement(session, WORKER, inside.id, entry(LATER, 30, note="Moved")),
        lambda: indicators.correct_measurement(session, WORKER, outside.id, moved),
        lambda: indicators.take_back(session, WORKER, inside.id, uuid4(), "Wrong"),
        lambda: decide(session, inside, ReviewStep.APPROVED),
    ):
        refused(change, "period.locked")
    assert counted(session) == [40]
    measure(session, indicator, date(2025, 7, 2), 41)


def test_a_value_in_a_closed_period_is_approved_but_not_returned(session: Session) -> None:
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30)
    close(session, START, END)
    refused(lambda: decide(session, row, ReviewStep.RETURNED, "Sure?"), "period.locked")
    assert decide(session, row, ReviewStep.APPROVED) == 1


def test_what_changes_after_a_period_was_closed_stays_marked(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    before = measure(session, indicator, DAY, 30)
    close(session, START, END, later(REVIEWER))
    reopen(session, START, END, later(REVIEWER, 2))
    after = later(WORKER, 3)
    right = indicators.correct_measurement(session, after, before.id, entry(DAY, 31, note="One more"))
    moved = indicators.correct_measurement(session, after, right.id, entry(LATER, 31, note="Wrong month"))
    untouched = measure(session, indicator, date(2025, 8, 1), 40, act=after)
    marked = {
        one.id: one.after_lock for one in indicators.get_whole(session, WORKER, indicator.id).measurements
    }
    assert marked == {before.id: False, right.id: True, moved.id: True, untouched.id: False}


def test_a_period_is_closed_and_opened_with_a_reason(session: Session, programme: Programme) -> None:
    person = make_member(session, programme, Role.COORDINATOR, name="Cora")
    draft = PeriodDraft(id=uuid4(), starts_on=START, ends_on=END, is_locked=True)
    row = indicators.set_period(session, act_of(person, Role.COORDINATOR), draft)
    assert indicators.set_period(session, REVIEWER, draft) is row
    refused(lambda: close(session, START, END), "period.closed_already")
    refused(lambda: close(session, date(2025, 5, 1), date(2025, 5, 31)), "period.closed_already")
    again = PeriodDraft(id=uuid4(), starts_on=START, ends_on=END, is_locked=False)
    refused(lambda: indicators.set_period(session, REVIEWER, again), "period.reason_missing")
    refused(
        lambda: indicators.set_period(session, REVIEWER, replace(again, reason="06-12345678")),
        "measurement.personal",
    )
    refused(lambda: reopen(session, date(2026, 1, 1), date(2026, 2, 1)), "period.open_already")
    close(session, START, date(2025, 7, 31), later(REVIEWER))
    reopen(session, START, END, later(REVIEWER, 2))
    listed = indicators.periods(session)
    assert [(one.is_locked, one.holds, one.by) for one in listed] == [
        (False, False, ""),
        (True, True, ""),
        (True, False, "Cora"),
    ]
    assert audit.verify_programme(session, programme.id) == []


def test_a_correction_never_changes_a_closed_period_unseen(session: Session) -> None:  # noqa: C901 - one history
    """Whatever is done: a closed day keeps its value, and one that changed later is marked."""
    indicator = make_indicator(session, definition=make_count())
    days = [date(2025, 1, day) for day in range(1, 6)]
    minute = iter(range(1, 100_000))
    step = st.tuples(
        st.sampled_from(["log", "correct", "take", "close", "open"]),
        st.sampled_from(days),
        st.sampled_from(days),
        st.integers(0, 9),
    )

    def values() -> dict[date, Decimal]:
        return {
            one.reading.on: one.reading.value
            for one in indicators.get_whole(session, WORKER, indicator.id).series
        }

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(step, max_size=8))
    def holds(steps: list[tuple[str, date, date, int]]) -> None:
        for what, on, other, number in steps:
            act = later(WORKER, next(minute))
            whole = indicators.get_whole(session, WORKER, indicator.id)
            standing = {one.reading.on: one for one in whole.series}
            shut = {day for day in days if _is_closed(session, day)}
            ever = {day for day in days if _was_closed(session, day)}
            before = values()
            try:
                match what:
                    case "log":
                        indicators.record_measurement(session, act, indicator.id, entry(on, number))
                    case "correct" if on in standing:
                        typed = entry(other, number, note="Because")
                        indicators.correct_measurement(session, act, standing[on].id, typed)
                    case "take" if on in standing:
                        indicators.take_back(session, act, standing[on].id, uuid4(), "Because")
                    case "close":
                        close(session, min(on, other), max(on, other), act)
                    case "open":
                        reopen(session, min(on, other), max(on, other), act)
            except DomainError:
                assert values() == before
                continue
            now = values()
            changed = {day for day in days if before.get(day) != now.get(day)}
            assert changed.isdisjoint(shut)
            if changed & ever:
                newest = max(
                    indicators.get_whole(session, WORKER, indicator.id).measurements, key=lambda one: one.at
                )
                assert newest.after_lock

    holds()


def _is_closed(session: Session, day: date) -> bool:
    return lock_of(indicators.locks(session), day) is not None


def _was_closed(session: Session, day: date) -> bool:
    return bool(
        session.scalar(
            select(func.count())
            .select_from(PeriodLock)
            .where(PeriodLock.is_locked, PeriodLock.starts_on <= day, PeriodLock.ends_on >= day)
        )
    )


# --- Drafts -------------------------------------------------------------------------------------------------


def test_a_draft_is_its_authors_alone_and_gone_once_it_is_submitted(
    session: Session, programme: Programme
) -> None:
    worker = act_of(make_member(session, programme, Role.WORKER), Role.WORKER)
    other = act_of(make_member(session, programme, Role.WORKER), Role.WORKER)
    indicator, key = make_indicator(session, definition=make_count()), uuid4()
    indicators.save_draft(session, worker, key, indicator.id, {"value": "3"})
    indicators.save_draft(session, later(worker), key, indicator.id, {"value": "30"})
    indicators.save_draft(session, later(worker, 2), uuid4(), indicator.id, {"value": "31"})
    _, draft = indicators.drafts(session, worker)
    assert (draft.id, draft.content, draft.name) == (key, {"value": "30"}, "Diplomas")
    assert indicators.get_draft(session, worker, key).id == key
    assert indicators.drafts(session, worker, uuid4()) == []
    assert indicators.drafts(session, other) == []
    assert indicators.drafts(session, WORKER) == []
    for ask in (
        lambda: indicators.get_draft(session, other, key),
        lambda: indicators.drop_draft(session, other, key),
        lambda: indicators.drop_draft(session, worker, uuid4()),
        lambda: indicators.save_draft(session, other, key, indicator.id, {"value": "4"}),
    ):
        with pytest.raises(NotFound):
            ask()
    assert counted(session) == []
    measure(session, indicator, DAY, 30, act=worker, id_=key)
    assert [one.content for one in indicators.drafts(session, worker)] == [{"value": "31"}]
    refused(
        lambda: indicators.save_draft(session, worker, key, indicator.id, {"value": "3"}),
        "measurement.already_saved",
    )


def test_a_draft_is_dropped_and_bounded(session: Session, programme: Programme) -> None:
    worker = act_of(make_member(session, programme, Role.WORKER), Role.WORKER)
    evaluator = replace(worker, roles=frozenset({Role.WORKER, Role.EVALUATOR}))
    indicator, key = make_indicator(session, definition=make_count()), uuid4()
    many = {f"field-{number}": "1" for number in range(301)}
    refused(lambda: indicators.save_draft(session, worker, key, indicator.id, many), "draft.too_many_fields")
    refused(
        lambda: indicators.save_draft(session, worker, key, indicator.id, {"note": "06-12345678"}),
        "measurement.personal",
    )
    indicators.save_draft(session, worker, key, indicator.id, {"value": "3"})
    assert len(indicators.drafts(session, evaluator)) == 1
    indicators.drop_draft(session, worker, key)
    assert indicators.drafts(session, worker) == []


# --- Proof --------------------------------------------------------------------------------------------------


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    """A photo with a place, an owner and a time in it."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET-DESCRIPTION"
    exif[0x013B] = "SECRET-OWNER"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (52.0, 5.0, 7.0)
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, exif=exif.tobytes())
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "media"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/jpeg")]
)
def test_a_photo_is_kept_without_what_the_camera_wrote_into_it(
    session: Session, kind: str, media: str
) -> None:
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30)
    file = indicators.add_proof(
        session,
        WORKER,
        row.id,
        ProofDraft(id=uuid4(), name="C:\\photos\\list.final.jpg", content=picture(kind)),
    )
    kept = indicators.get_proof(session, WORKER, file.id)
    assert (kept.media_type, kept.name.startswith("list.final.")) == (media, True)
    assert b"SECRET" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as seen:
        assert dict(seen.getexif()) == {}
        assert seen.size == (20, 40)  # upright
    (listed,) = indicators.proof_of(session, row.id)
    assert (listed.id, listed.size, listed.by) == (file.id, len(kept.content), "")


def test_what_is_see_through_stays_so_and_what_is_large_becomes_smaller(session: Session) -> None:
    clear, kind = proof_service.redrawn(picture("PNG", mode="RGBA"))
    with Image.open(io.BytesIO(clear)) as seen:
        assert (seen.mode, kind) == ("RGBA", "image/png")
    large, _ = proof_service.redrawn(picture(size=(4000, 1000)))
    with Image.open(io.BytesIO(large)) as seen:
        assert seen.size == (500, 2000)
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30)
    pdf = indicators.add_proof(
        session, WORKER, row.id, ProofDraft(id=uuid4(), name="...", content=b"%PDF-1.7 ...")
    )
    assert indicators.get_proof(session, WORKER, pdf.id).name == "proof.pdf"


def test_links_are_kept_and_are_no_files(session: Session) -> None:
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30)
    draft = ProofDraft(id=uuid4(), url="https://example.org/list")
    link = indicators.add_proof(session, WORKER, row.id, draft)
    assert indicators.add_proof(session, WORKER, row.id, draft) is link
    assert link.name == "https://example.org/list"
    with pytest.raises(NotFound):
        indicators.get_proof(session, WORKER, link.id)
    with pytest.raises(NotFound):
        indicators.remove_proof(session, act_of(uuid4(), Role.WORKER), link.id)
    with pytest.raises(NotFound):
        indicators.remove_proof(session, WORKER, uuid4())
    assert indicators.remove_proof(session, WORKER, link.id) == row.id
    assert indicators.proof_of(session, row.id) == []


@pytest.mark.parametrize(
    ("says", "key"),
    [
        ({}, "proof.nothing"),
        ({"url": "https://example.org", "content": b"%PDF-"}, "proof.both"),
        ({"url": "javascript:alert(1)"}, "proof.not_a_link"),
        ({"url": "https://user@host/"}, "proof.not_a_link"),
        ({"url": "https://[broken"}, "proof.not_a_link"),
        ({"url": "https://example.org/a b"}, "proof.not_a_link"),
        ({"url": "https://example.org", "name": "Call 06-12345678"}, "measurement.personal"),
        ({"content": b"<html>"}, "proof.kind_unknown"),
        ({"content": b"\x89PNG\r\n\x1a\nbroken"}, "proof.not_readable"),
        ({"content": b"\xff\xd8\xff" + bytes(proof_service.MOST_BYTES)}, "proof.too_large"),
    ],
)
def test_what_shows_nothing_is_refused(session: Session, says: dict[str, object], key: str) -> None:
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30)
    draft = ProofDraft(id=uuid4(), **says)  # type: ignore[arg-type] # named by the test
    refused(lambda: indicators.add_proof(session, WORKER, row.id, draft), key)


def test_a_picture_of_too_many_points_is_refused_before_it_is_drawn(session: Session) -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")  # 81 million points in a few kilobytes
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30)
    draft = ProofDraft(id=uuid4(), content=out.getvalue())
    refused(lambda: indicators.add_proof(session, WORKER, row.id, draft), "proof.too_many_pixels")
    refused(lambda: indicators.add_proof(session, WORKER, uuid4(), draft), "proof.too_many_pixels")


def test_a_value_has_a_few_files_at_most(session: Session) -> None:
    row = measure(session, make_indicator(session, definition=make_count()), DAY, 30)
    for _ in range(proof_service.MOST_FILES):
        indicators.add_proof(session, WORKER, row.id, ProofDraft(id=uuid4(), url="https://example.org"))
    one_more = ProofDraft(id=uuid4(), url="https://example.org")
    refused(lambda: indicators.add_proof(session, WORKER, row.id, one_more), "proof.too_many")
    refused(lambda: indicators.add_proof(session, WORKER, uuid4(), one_more), "not_found")


# --- What waits ---------------------------------------------------------------------------------------------


def test_what_is_due_waits_longest_due_first_and_that_of_others_last(
    session: Session, programme: Programme
) -> None:
    me = make_member(session, programme, Role.WORKER)
    other = make_member(session, programme, Role.WORKER)
    act = act_of(me, Role.WORKER, at=NOW)
    late = make_indicator(session, definition=make_count(frequency=Frequency.MONTHLY))
    theirs = make_indicator(session, definition=make_count(responsible_id=other.id))
    mine = make_indicator(session, definition=make_count(responsible_id=me.id))
    done = make_indicator(session, definition=make_count())
    measure(session, done, TODAY, 5)
    waiting, places = indicators.to_log(session, act)
    assert [one.view.id for one in waiting] == [late.id, mine.id, theirs.id]
    assert [one.is_mine for one in waiting] == [True, True, False]
    assert (places, waiting[0].site_id, waiting[0].on) == ((), None, TODAY)
    assert waiting[0].view.judgement.status is Status.OVERDUE


def test_what_waits_a_year_comes_after_what_is_due_now(session: Session, programme: Programme) -> None:
    theirs = make_indicator(
        session,
        definition=make_count(responsible_id=make_member(session, programme, Role.WORKER).id),
    )
    monthly = make_count(frequency=Frequency.MONTHLY)
    old = make_indicator(session, definition=replace(monthly, baseline_on=TODAY - timedelta(days=800)))
    now = make_indicator(session, definition=monthly)
    waiting, _ = indicators.to_log(session, WORKER)
    assert [one.view.id for one in waiting] == [now.id, old.id, theirs.id]
    assert waiting[1].due_on < TODAY - timedelta(days=365) <= waiting[0].due_on


def test_a_site_that_lacks_waits_and_what_is_computed_does_not(session: Session) -> None:
    north, south = make_site(session, name="North"), make_site(session, name="South")
    indicator = make_indicator(session, definition=make_count())
    make_indicator(session, definition=make_count(rule={"kind": "count"}))
    whole = make_indicator(session, definition=make_count())
    measure(session, whole, TODAY, 3)
    indicators.record_measurement(session, WORKER, indicator.id, entry(TODAY, 5, site_id=north.id))
    waiting, places = indicators.to_log(session, WORKER)
    assert [(one.view.id, one.site_id, one.on) for one in waiting] == [(indicator.id, south.id, TODAY)]
    assert [place.name for place in places] == ["North", "South"]
    indicators.record_measurement(session, WORKER, indicator.id, entry(TODAY, 5, site_id=south.id))
    assert indicators.to_log(session, WORKER)[0] == []
    later_on = act_of(None, Role.WORKER, at=NOW + timedelta(days=100))
    due = [one for one in indicators.to_log(session, later_on)[0] if one.view.id == indicator.id]
    assert [one.site_id for one in due] == [north.id]


def test_what_waits_is_counted_as_it_is_listed_with_what_came_back(
    session: Session, programme: Programme
) -> None:
    me, other = (act_of(make_member(session, programme, Role.WORKER), Role.WORKER) for _ in range(2))
    make_indicator(session, definition=make_count(responsible_id=other.user))
    back = make_indicator(session, definition=make_count())
    row = measure(session, back, TODAY, 5, act=me)
    computed = make_indicator(session, definition=make_count(rule={"kind": "count"}))
    assert indicators.many_to_log(session, me) == 1  # that of somebody else; nobody logs what is computed
    decide(session, row, ReviewStep.RETURNED, "Sure?")
    waiting, _ = indicators.to_log(session, me)
    assert computed.id not in {one.view.id for one in waiting}
    assert indicators.many_to_log(session, me) == len(waiting) + 1
    assert indicators.many_to_log(session, other) == indicators.many_to_log(session, WORKER) == len(waiting)


def test_a_programme_that_ended_waits_for_its_follow_up_alone(session: Session, programme: Programme) -> None:
    north = make_site(session, name="North")
    make_site(session, name="South")
    plain = make_indicator(session, definition=make_count(target_on=date(2025, 5, 30)))
    followed = make_indicator(session, definition=make_count(target_on=date(2026, 12, 31)))
    some = make_indicator(session, definition=make_count(target_value=None, target_on=None))
    indicators.record_measurement(session, WORKER, some.id, entry(TODAY, 5, site_id=north.id))

    def waiting(ends_on: date | None) -> set[UUID]:
        session.get_one(Programme, programme.id).ends_on = ends_on
        session.flush()
        return {one.view.id for one in indicators.to_log(session, WORKER)[0]}

    assert waiting(None) == waiting(date(2025, 6, 1)) == {plain.id, followed.id, some.id}
    assert waiting(date(2025, 5, 31)) == {followed.id}
    assert indicators.many_to_log(session, WORKER) == 1
    shown = {one.id: one.judgement for one in indicators.overview(session, TODAY)}
    assert shown[plain.id].status is Status.OVERDUE
    assert shown[plain.id].asked_until == date(2025, 8, 31)


def test_what_shows_an_agreed_value_stays(session: Session) -> None:
    row = measure(session, make_indicator(session), DAY, 3, 4)
    link = ProofDraft(id=uuid4(), url="https://example.org/list")
    file = indicators.add_proof(session, WORKER, row.id, link)
    decide(session, row, ReviewStep.APPROVED)
    refused(lambda: indicators.remove_proof(session, WORKER, file.id), "proof.approved")
    decide(session, row, ReviewStep.SEEN)
    refused(lambda: indicators.remove_proof(session, WORKER, file.id), "proof.approved")
    assert [one.id for one in indicators.proof_of(session, row.id)] == [file.id]
    # Correcting makes a new version; the old one keeps what it was approved with.
    right = indicators.correct_measurement(session, WORKER, row.id, entry(DAY, 2, 4, note="Counted again"))
    refused(lambda: indicators.remove_proof(session, WORKER, file.id), "proof.approved")
    own = indicators.add_proof(session, WORKER, right.id, ProofDraft(id=uuid4(), url="https://example.org"))
    assert indicators.remove_proof(session, WORKER, own.id) == right.id


def test_what_shows_a_value_of_a_closed_period_stays(session: Session) -> None:
    row = measure(session, make_indicator(session), DAY, 3, 4)
    file = indicators.add_proof(session, WORKER, row.id, ProofDraft(id=uuid4(), url="https://example.org"))
    close(session, START, END)
    refused(lambda: indicators.remove_proof(session, WORKER, file.id), "period.locked")
    reopen(session, START, END, later(REVIEWER))
    assert indicators.remove_proof(session, WORKER, file.id) == row.id


def test_another_programme_has_its_own(database: Database, session: Session) -> None:
    row = measure(session, make_indicator(session), DAY, 3, 4)
    close(session, START, END)
    file = indicators.add_proof(session, WORKER, row.id, ProofDraft(id=uuid4(), url="https://example.org"))
    other = make_programme(session)
    session.commit()
    with database.write_session(other.id) as elsewhere:
        assert indicators.locks(elsewhere) == ()
        assert indicators.periods(elsewhere) == []
        assert indicators.waiting_for_review(elsewhere, REVIEWER) == 0
        assert indicators.proof_of(elsewhere, row.id) == []
        for ask in (
            lambda: indicators.take_back(elsewhere, WORKER, row.id, uuid4(), "Why"),
            lambda: indicators.get_proof(elsewhere, WORKER, file.id),
            lambda: decide(elsewhere, row, ReviewStep.APPROVED),
        ):
            with pytest.raises(NotFound):
                ask()
