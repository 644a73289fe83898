"""One entry for many participants: new for all of them or nobody, told once, and taken back at once."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import TODAY, act_of, make_member
from tests.factories.participants import (
    ENTRY,
    WORKER,
    make_event,
    make_instrument,
    make_participant,
    make_score,
    make_together,
)
from tests.statements import counting
from toc.domain.errors import DomainError
from toc.domain.indicators import MeasurementSource
from toc.domain.participants import MOST_TOGETHER, Coming, Moment, Subject
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.participants import Observation, Participant
from toc.models.programmes import Programme
from toc.services import audit
from toc.services import participants as service
from toc.services.errors import Conflict, NotFound
from toc.services.indicators import PeriodDraft, set_period
from toc.services.participants import Filter, ParticipantDraft, Right, Together

MARCH = date(2025, 3, 3)


def rows(session: Session) -> list[Observation]:
    return list(session.scalars(select(Observation)))


def events(session: Session, action: str) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def diploma(*people: Participant, **says: object) -> Together:
    ids = [one.id for one in people]
    return Together(**{"subject": Subject.DIPLOMA, "on": MARCH, "participants": ids, **says})  # type: ignore[arg-type] # named by the test


def comings(session: Session, what: Together) -> dict[str, str]:
    """What comes of it by code; of what is refused the reason."""
    plan = service.plan_together(session, WORKER, what)
    return {one.code: one.why.key if one.why else one.coming.value for one in plan.takes}


def test_what_is_entered_for_one_lies_not_before_their_entry_either(session: Session) -> None:
    """A score of before may; what stood there from the start may be corrected in another way."""
    one, instrument = make_participant(session, "A-1"), make_instrument(session)
    early = ENTRY - timedelta(days=1)
    score = make_score(session, one, instrument, Moment.BEFORE, 3, early)
    event = make_event(session, one, ENTRY, Subject.OTHER, name="Visit")
    old = Observation(
        id=uuid4(),
        participant_id=one.id,
        subject=Subject.OTHER,
        item="Talk",
        on=early,
        source=MeasurementSource.TYPED,
        created_at=WORKER.at,
    )
    session.add(old)
    session.flush()

    def correct(row: Observation, right: Right) -> Observation:
        return service.correct_observation(session, WORKER, uuid4(), one.id, row.id, right)

    wrong_ones: list[Callable[[], object]] = [
        lambda: make_event(session, one, early),
        lambda: make_score(session, one, instrument, Moment.DURING, 3, early),
        lambda: correct(event, Right(on=early, name="Visit", reason="Earlier")),
        lambda: correct(score, Right(on=early, moment=Moment.AFTER, value=Decimal(3), reason="After")),
    ]
    for wrong in wrong_ones:
        with pytest.raises(DomainError, match=r"observation\.before_entry") as error:
            wrong()
        assert error.value.params == {"on": ENTRY, "field": "on"}
    assert correct(old, Right(on=early, name="Call", reason="By telephone")).item == "Call"
    assert correct(score, Right(on=early, moment=Moment.BEFORE, value=Decimal(4), reason="Typo")).value == 4


def test_a_plan_says_for_each_what_comes_of_it(session: Session) -> None:
    new, there, late, gone, unknown = (
        make_participant(session, "A-1"),
        make_participant(session, "A-2"),
        make_participant(session, "A-3", entered_on=MARCH + timedelta(days=1)),
        make_participant(session, "A-4", left_on=MARCH - timedelta(days=1)),
        make_participant(session, "A-5", entered_on=None),
    )
    make_event(session, there, MARCH, Subject.DIPLOMA)
    everybody = (gone, late, there, new, unknown)
    assert comings(session, diploma(*everybody)) == {
        "A-1": "new",
        "A-2": "there",
        "A-3": "together.before_entry",
        "A-4": "together.after_exit",
        "A-5": "new",
    }
    assert comings(session, diploma(*everybody, follows_up=True))["A-4"] == "new"
    set_period(session, WORKER, PeriodDraft(id=uuid4(), starts_on=ENTRY, ends_on=MARCH, is_locked=True))
    closed = comings(session, diploma(*everybody))
    assert closed == {**dict.fromkeys(closed, "period.locked"), "A-2": "there"}


def test_an_event_is_recorded_for_all_and_told_once(session: Session, programme: Programme) -> None:
    people = [make_participant(session, f"A-{number}") for number in range(3)]
    id_ = uuid4()
    assert service.record_together(session, WORKER, id_, diploma(*people)) == 3
    assert service.record_together(session, WORKER, id_, diploma(*people)) == 3, "the same form twice"
    found = rows(session)
    assert {one.participant_id for one in found} == {one.id for one in people}
    assert {(one.subject, one.on, one.value) for one in found} == {(Subject.DIPLOMA, MARCH, None)}
    (event,) = events(session, "observation.record_together")
    assert event.detail["many"] == 3
    assert set(str(event.detail["rows"]).split()) == {one.id.hex for one in found}
    assert not any(one.code in str(event.detail) for one in people)
    assert audit.verify_programme(session, programme.id) == []
    told = service.everything_about(session, people[0].id)
    other = service.everything_about(session, make_participant(session, "B-1").id)
    together = "observation.record_together"
    assert [one["action"] for one in told["history"]] == ["participant.create", together]
    assert [one["action"] for one in other["history"]] == ["participant.create"]


def test_nothing_is_recorded_when_it_is_not_new_for_all(session: Session) -> None:
    one, other = make_participant(session), make_participant(session)
    make_event(session, other, MARCH, Subject.DIPLOMA)
    before = len(rows(session))
    with pytest.raises(Conflict, match=r"together\.changed"):
        service.record_together(session, WORKER, uuid4(), diploma(one, other))
    assert len(rows(session)) == before
    assert events(session, "observation.record_together") == []


def test_an_own_event_is_spelled_as_before(session: Session) -> None:
    one, other = make_participant(session), make_participant(session)
    make_event(session, one, MARCH, Subject.OTHER, name="Talk with coach")
    what = diploma(one, other, subject=Subject.OTHER, name="talk with COACH")
    assert service.plan_together(session, WORKER, what).item == "Talk with coach"
    assert list(comings(session, what).values()) == ["there", "new"]
    listed, _ = service.listed(session, Filter(lacks=(Subject.OTHER, "Talk with coach")), TODAY)
    assert [each.id for each in listed] == [other.id]
    only, total = service.listed(session, Filter(ids=[one.id, uuid4()]), TODAY)
    assert ([each.id for each in only], total) == ([one.id], 1)


def test_scores_are_recorded_of_those_who_have_them(session: Session) -> None:
    matrix = make_instrument(session)
    people = [make_participant(session, f"A-{number}") for number in range(4)]
    make_score(session, people[2], matrix, Moment.BEFORE, 3, MARCH, item="i1")
    make_score(session, people[3], matrix, Moment.BEFORE, 3, MARCH, item="i2")
    scores = {
        people[0].id: {"i1": Decimal("2.0"), "": Decimal(4)},
        people[2].id: {"i1": Decimal(2)},
        people[3].id: {"i1": Decimal(2)},
    }
    what = diploma(
        *people, subject=Subject.SCORE, instrument_id=matrix.id, moment=Moment.BEFORE, scores=scores
    )
    assert comings(session, what) == {"A-0": "new", "A-1": "open", "A-2": "there", "A-3": "new"}
    early = diploma(
        people[0],
        on=ENTRY - timedelta(days=9),
        subject=Subject.SCORE,
        instrument_id=matrix.id,
        moment=Moment.BEFORE,
        scores=scores,
    )
    assert comings(session, early) == {"A-0": "new"}, "a first score may be older than the entry"
    new = diploma(
        people[0],
        people[1],
        people[3],
        subject=Subject.SCORE,
        instrument_id=matrix.id,
        moment=Moment.BEFORE,
        scores=scores,
    )
    id_ = uuid4()
    assert service.record_together(session, WORKER, id_, new) == 3
    made = [one for one in rows(session) if one.participant_id == people[0].id]
    assert {(one.item, one.value, one.moment, one.instrument_id) for one in made} == {
        ("i1", Decimal(2), Moment.BEFORE, matrix.id),
        ("", Decimal(4), Moment.BEFORE, matrix.id),
    }
    found = service.get_together(session, id_)
    assert (found.subject, found.instrument, found.item) == (Subject.SCORE, f"{matrix.name} 1", "")
    assert [one.code for one in found.entered] == ["A-0", "A-3"]
    assert found.counting == 3


@pytest.mark.parametrize(
    ("says", "key", "field"),
    [
        ({"participants": []}, "together.nobody", "participant_id"),
        ({"participants": [uuid4()]}, "together.nobody", "participant_id"),
        (
            {"participants": [uuid4() for _ in range(MOST_TOGETHER + 1)]},
            "together.too_many",
            "participant_id",
        ),
        ({"on": TODAY + timedelta(days=1)}, "measurement.in_future", None),
        ({"subject": Subject.VALUE}, "observation.no_event", None),
        ({"subject": Subject.OTHER}, "observation.name_missing", None),
        ({"subject": Subject.SCORE}, "observation.no_score", None),
    ],
)
def test_what_is_wrong_for_all_is_refused_as_a_whole(
    session: Session, says: dict[str, object], key: str, field: str | None
) -> None:
    with pytest.raises(DomainError) as error:
        service.plan_together(session, WORKER, diploma(make_participant(session), **says))
    assert (error.value.key, error.value.params.get("field")) == (key, field)


def test_a_score_that_cannot_be_is_refused_at_its_field(session: Session) -> None:
    person, matrix = make_participant(session), make_instrument(session)
    usual = {"subject": Subject.SCORE, "instrument_id": matrix.id, "moment": Moment.AFTER}
    for item, name in (("i1", "i1"), ("", "total")):
        with pytest.raises(DomainError) as error:
            service.plan_together(
                session, WORKER, diploma(person, **usual, scores={person.id: {item: Decimal(99)}})
            )
        assert error.value.params["field"] == f"score-{person.id}-{name}"
    many = {uuid4(): {f"i{number}": Decimal(1) for number in range(101)} for _ in range(10)}
    with pytest.raises(DomainError, match=r"together\.too_many_scores"):
        service.plan_together(session, WORKER, diploma(person, **usual, scores=many))
    with pytest.raises(NotFound):
        service.plan_together(
            session,
            WORKER,
            diploma(person, **{**usual, "instrument_id": uuid4()}, scores={person.id: {"": Decimal(1)}}),
        )


def test_five_hundred_take_as_many_statements_as_five(session: Session) -> None:
    def statements(many: int, prefix: str) -> int:
        people: list[UUID] = []
        for first in range(0, many, 100):
            codes = [f"{prefix}-{number:03}" for number in range(first, min(first + 100, many))]
            made = service.add_participants(
                session, WORKER, uuid4(), codes, ParticipantDraft(entered_on=ENTRY)
            )
            people += [one.id for one in made]
        id_ = uuid4()
        what = Together(subject=Subject.DIPLOMA, on=MARCH, participants=people)
        session.expire_all()
        with counting(session) as seen:
            service.plan_together(session, WORKER, what)
            assert service.record_together(session, WORKER, id_, what) == many
            assert service.take_back_together(session, WORKER, uuid4(), id_, "Another day") == many
        return len(seen)

    few = statements(5, "F")
    assert statements(MOST_TOGETHER, "M") == few
    assert few < 30


# --- Taken back ---------------------------------------------------------------------------------------------


def test_all_of_it_is_taken_back_at_once_and_what_was_corrected_stays(
    session: Session, programme: Programme
) -> None:
    people = [make_participant(session, f"A-{number}") for number in range(3)]
    by = act_of(make_member(session, programme, Role.WORKER, name="Wil"), Role.WORKER)
    set_id, id_ = make_together(session, people, MARCH, act=by), uuid4()
    wrong = next(one for one in rows(session) if one.participant_id == people[1].id)
    right = service.correct_observation(
        session, WORKER, uuid4(), people[1].id, wrong.id, Right(on=ENTRY, reason="The paper says so")
    )
    before = service.get_together(session, set_id)
    assert [one.counts for one in before.entered] == [True, False, True]
    assert (before.counting, before.by, before.on) == (2, "Wil", MARCH)
    with pytest.raises(DomainError) as error:
        service.take_back_together(session, WORKER, id_, set_id, " ")
    assert error.value.params["field"] == "reason"
    with pytest.raises(DomainError, match=r"observation\.personal"):
        service.take_back_together(session, WORKER, id_, set_id, "Bel 06 12345678")
    assert service.take_back_together(session, WORKER, id_, set_id, "Another list") == 2
    assert service.take_back_together(session, WORKER, id_, set_id, "Another list") == 2, (
        "the same form twice"
    )
    after = service.get_together(session, set_id)
    assert after.counting == 0
    counting_now = [one.id for each in people for one in service.observations(session, each.id) if one.counts]
    assert counting_now == [right.id]
    assert {one.note for one in rows(session) if one.is_void} == {"Another list"}
    (event,) = events(session, "observation.void_together")
    assert (event.subject_id, event.detail["many"]) == (str(set_id), 2)
    with pytest.raises(Conflict, match=r"observation\.replaced"):
        service.take_back_together(session, WORKER, uuid4(), set_id, "Once more")
    again = make_together(session, people, MARCH)
    assert [one[0] for one in service.entered_lately(session, 5)] == [again, set_id]
    assert [one[2] for one in service.entered_lately(session, 1)] == [3]
    told = [one["action"] for one in service.everything_about(session, people[0].id)["history"]]
    assert told == [
        "participant.create",
        "observation.record_together",
        "observation.void_together",
        "observation.record_together",
    ]


def test_nothing_is_taken_back_in_a_closed_period(session: Session) -> None:
    set_id = make_together(session, [make_participant(session)], MARCH)
    set_period(session, WORKER, PeriodDraft(id=uuid4(), starts_on=MARCH, ends_on=MARCH, is_locked=True))
    with pytest.raises(DomainError, match=r"period\.locked"):
        service.take_back_together(session, WORKER, uuid4(), set_id, "Another list")


def test_what_was_not_entered_so_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        service.get_together(session, uuid4())
    with pytest.raises(NotFound):
        service.take_back_together(session, WORKER, uuid4(), uuid4(), "Why")
    person = make_participant(session)
    set_id = make_together(session, [person], MARCH)
    service.erase_participant(session, WORKER, person.id)
    with pytest.raises(NotFound):
        service.get_together(session, set_id)
    with pytest.raises(Conflict, match=r"observation\.replaced"):
        service.take_back_together(session, WORKER, uuid4(), set_id, "Why")


def test_a_refused_plan_says_why(session: Session) -> None:
    person = make_participant(session, left_on=ENTRY)
    (one,) = service.plan_together(session, WORKER, diploma(person)).takes
    assert one.coming is Coming.REFUSED
    assert one.why is not None
    assert one.why.params["on"] == ENTRY


def test_more_participants_than_a_database_takes_are_refused_before_it_is_asked(session: Session) -> None:
    many = Together(subject=Subject.DIPLOMA, on=MARCH, participants=[uuid4() for _ in range(66_000)])
    with counting(session) as statements, pytest.raises(DomainError, match=r"together\.too_many"):
        service.record_together(session, WORKER, uuid4(), many)
    assert not statements
