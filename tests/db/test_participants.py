"""Participants in the database: kept by code, corrected without loss, erased without a trace of them."""

import json
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, act_of, make_member
from tests.factories.indicators import make_count, make_definition, make_indicator
from tests.factories.logs import mapping, use
from tests.factories.participants import (
    ENTRY,
    WORKER,
    make_cohort,
    make_computed,
    make_event,
    make_instrument,
    make_participant,
    make_score,
    make_site,
    make_value,
)
from tests.statements import counting
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping
from toc.domain.indicators import Kind, MeasurementSource
from toc.domain.indicators.breakdowns import Breakdown, Option
from toc.domain.jobs import JobKind, JobState
from toc.domain.participants import Arm, Counting, Moment, Rule, Scale, Subject, items_of
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.indicators import LogImport, LogSource, Measurement
from toc.models.participants import Instrument, Observation, Participant
from toc.models.programmes import Programme
from toc.services import audit, jobs
from toc.services import indicators as indicator_service
from toc.services import participants as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.participants import Filter, InstrumentDraft, ParticipantDraft, Right, Scored

AGE = Breakdown(
    key="age",
    name="Age",
    options=(Option(key="young", name="Under 27"), Option(key="old", name="27 or over")),
)
MARCH = date(2025, 3, 3)


def these(*values: object) -> tuple[object, ...]:
    """Values beside each other, of whatever kind."""
    return values


def key_of(error: pytest.ExceptionInfo[DomainError]) -> tuple[str, object]:
    return error.value.key, error.value.params.get("field")


# --- Sites and cohorts --------------------------------------------------------------------------------------


def test_a_site_is_made_once_renamed_closed_and_opened_again(session: Session) -> None:
    site = make_site(session, "North")
    assert service.add_site(session, WORKER, site.id, "Another") is site
    service.edit_site(
        session, WORKER, site.id, site.revision, name="North side", starts_on=ENTRY, ends_on=MARCH
    )
    assert (site.name, site.starts_on, site.ends_on) == ("North side", ENTRY, MARCH)
    service.edit_site(
        session, WORKER, site.id, site.revision, name="North side", starts_on=None, ends_on=None
    )
    assert [(one.starts_on, one.ends_on) for one in service.sites(session)] == [(None, None)]
    make_participant(session, site_id=site.id)
    assert [(one.place.name, one.participants) for one in service.counted_sites(session)] == [
        ("North side", 1)
    ]
    events = session.scalars(
        select(AuditEvent).where(AuditEvent.subject_kind == "site").order_by(AuditEvent.sequence)
    ).all()
    assert [(one.action, one.detail) for one in events] == [
        ("site.create", {}),
        ("site.edit", {"opened": ENTRY.isoformat(), "closed": MARCH.isoformat()}),
        ("site.edit", {"opened": "", "closed": ""}),
    ]


def test_a_new_site_has_days(session: Session) -> None:
    site = service.add_site(session, WORKER, uuid4(), "West", MARCH, MARCH)
    assert (site.starts_on, site.ends_on) == (MARCH, MARCH)


def test_a_cohort_is_made_once_and_changed(session: Session) -> None:
    cohort = make_cohort(session, "Spring")
    assert service.add_cohort(session, WORKER, cohort.id, "Another", None, None) is cohort
    service.edit_cohort(
        session, WORKER, cohort.id, cohort.revision, name="Spring 2025", starts_on=ENTRY, ends_on=MARCH
    )
    assert [(one.name, one.starts_on, one.ends_on) for one in service.cohorts(session)] == [
        ("Spring 2025", ENTRY, MARCH)
    ]
    make_participant(session, cohort_id=cohort.id)
    assert [one.participants for one in service.counted_cohorts(session)] == [1]


def test_two_sites_have_two_names(session: Session) -> None:
    make_site(session, "North")
    other = make_site(session, "South")
    with pytest.raises(Conflict) as error:
        make_site(session, "North")
    assert key_of(error) == ("place.name_taken", "name")
    with pytest.raises(Conflict, match=r"place\.name_taken"):
        service.edit_site(
            session, WORKER, other.id, other.revision, name="North", starts_on=None, ends_on=None
        )


def test_what_a_place_says_is_checked(session: Session) -> None:
    for name, days, key, field in (
        ("Call 06 12345678", (None, None), "place.personal", "name"),
        ("Spring", (MARCH, ENTRY), "place.ends_before_start", "ends_on"),
        ("Spring", (None, date(1800, 1, 1)), "date.out_of_range", "ends_on"),
    ):
        with pytest.raises(DomainError) as error:
            service.add_cohort(session, WORKER, uuid4(), name, *days)
        assert key_of(error) == (key, field)
        with pytest.raises(DomainError) as error:
            service.add_site(session, WORKER, uuid4(), name, *days)
        assert key_of(error) == (key, field)
    site = make_site(session)
    with pytest.raises(DomainError) as error:
        service.edit_site(
            session, WORKER, site.id, site.revision, name=site.name, starts_on=MARCH, ends_on=ENTRY
        )
    assert key_of(error) == ("place.ends_before_start", "ends_on")


def test_who_is_slower_sees_what_the_other_wrote(session: Session) -> None:
    site, cohort, person = make_site(session), make_cohort(session), make_participant(session, groups={})
    with pytest.raises(Stale) as stale:
        service.edit_site(session, WORKER, site.id, 99, name="X", starts_on=None, ends_on=None)
    assert stale.value.theirs == {"name": site.name, "starts_on": None, "ends_on": None}
    with pytest.raises(Stale) as stale:
        service.edit_cohort(session, WORKER, cohort.id, 99, name="X", starts_on=None, ends_on=None)
    assert stale.value.theirs["starts_on"] == ENTRY
    with pytest.raises(Stale) as stale:
        service.edit_participant(session, WORKER, person.id, 99, ParticipantDraft())
    assert stale.value.theirs["entered_on"] == ENTRY


def test_what_is_not_there_is_not_found(session: Session) -> None:
    person = make_participant(session)
    for ask in (
        lambda: service.get_site(session, uuid4()),
        lambda: service.get_cohort(session, uuid4()),
        lambda: service.get_instrument(session, uuid4()),
        lambda: service.get_participant(session, uuid4()),
        lambda: service.get_observation(session, person.id, uuid4()),
        lambda: service.erase_participant(session, WORKER, uuid4()),
        lambda: service.get_rule(session, WORKER, uuid4()),
    ):
        with pytest.raises(NotFound):
            ask()


# --- Participants -------------------------------------------------------------------------------------------


def test_several_participants_are_registered_at_once_and_once(session: Session) -> None:
    id_, codes = uuid4(), service.propose_codes(session, 30, Random(1))  # noqa: S311 - a test repeats itself
    made = service.add_participants(session, WORKER, id_, codes, ParticipantDraft(entered_on=ENTRY))
    again = service.add_participants(session, WORKER, id_, codes, ParticipantDraft())
    assert {one.id for one in again} == {one.id for one in made}
    assert len(made) == 30
    assert not set(service.propose_codes(session, 30, Random(1))) & set(codes)  # noqa: S311 - the same source
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "participant.create")).one()
    assert event.detail == {"many": 30}


@pytest.mark.parametrize(
    ("codes", "says", "key", "field"),
    [
        ([], {}, "participant.no_code", "codes"),
        (["Jan"], {}, "participant.code_is_a_name", "codes"),
        (["A01", " a01"], {}, "participant.code_twice", "codes"),
        ([f"A{number:04}" for number in range(201)], {}, "participant.too_many", "codes"),
        (["TAKEN-1"], {}, "participant.code_taken", "codes"),
        (["A01"], {"cohort_id": uuid4()}, "form.choose", "cohort_id"),
        (["A01"], {"site_id": uuid4()}, "form.choose", "site_id"),
        (["A01"], {"entered_on": MARCH, "left_on": ENTRY}, "participant.left_before_entry", "left_on"),
        (["A01"], {"entered_on": date(1800, 1, 1)}, "date.out_of_range", "entered_on"),
        (["A01"], {"groups": {"age": "ancient"}}, "form.choose", "group-age"),
    ],
)
def test_what_cannot_be_registered(
    session: Session, codes: list[str], says: dict[str, object], key: str, field: str
) -> None:
    make_participant(session, "TAKEN-1")
    with pytest.raises(DomainError) as error:
        service.add_participants(session, WORKER, uuid4(), codes, ParticipantDraft(**says))  # type: ignore[arg-type] # named
    assert key_of(error) == (key, field)


def test_two_who_take_one_code_at_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    make_participant(session, "SAME-1")
    monkeypatch.setattr("toc.services.participants.registering._refuse_taken", lambda *_: None)
    with pytest.raises(Conflict, match=r"participant\.code_taken"):
        make_participant(session, "SAME-1")
    assert session.scalar(select(func.count()).select_from(Participant)) == 1


def test_groups_are_those_of_the_indicators(session: Session) -> None:
    wider = Breakdown(key="age", name="Years", options=(*AGE.options, Option(key="none", name="Not said")))
    make_indicator(session, definition=make_count(breakdowns=(AGE,)))
    make_indicator(session, definition=make_count(breakdowns=(wider,)))
    (age,) = service.breakdowns(session)
    assert (age.name, [one.key for one in age.options]) == ("Age", ["young", "old", "none"])
    person = make_participant(session, groups={"age": "young", "sex": "", "home": "unknown"})
    assert person.groups == {"age": "young"}
    draft = ParticipantDraft(arm=Arm.COMPARISON, left_on=MARCH, groups={"age": "old"})
    service.edit_participant(session, WORKER, person.id, person.revision, draft)
    assert (person.arm, person.left_on, person.groups) == (Arm.COMPARISON, MARCH, {"age": "old"})


def test_a_list_needs_two_statements_however_long_it_is(session: Session) -> None:
    site, cohort = make_site(session), make_cohort(session)
    for number in range(12):
        person = make_participant(
            session,
            f"A{number:02}",
            site_id=site.id if number < 6 else None,
            cohort_id=cohort.id if number % 2 else None,
            arm=Arm.COMPARISON if number == 11 else Arm.INTERVENTION,
            left_on=MARCH if number == 3 else None,
        )
        wrong = make_event(session, person, ENTRY)
        service.take_back(session, WORKER, uuid4(), person.id, wrong.id, "Somebody else")
        make_event(session, person, MARCH, Subject.DIPLOMA)
    session.flush()
    with counting(session) as statements:
        lines, total = service.listed(session, Filter(), TODAY, offset=2, limit=8)
    assert len(statements) == 2
    assert (total, [line.code for line in lines]) == (12, [f"A{number:02}" for number in range(2, 10)])
    assert {(line.observations, line.last_on) for line in lines} == {(1, MARCH)}

    def codes(**which: object) -> list[str]:
        return [line.code for line in service.listed(session, Filter(**which), TODAY)[0]]  # type: ignore[arg-type] # named

    assert len(codes(site_id=site.id)) == 6
    assert codes(site_id=site.id, cohort_id=cohort.id) == ["A01", "A03", "A05"]
    assert codes(arm=Arm.COMPARISON) == ["A11"]
    assert codes(here=False) == ["A03"]
    assert len(codes(here=True)) == 11
    assert codes(code="a1") == ["A10", "A11"]
    assert codes(code="%") == []


# --- Instruments --------------------------------------------------------------------------------------------


def test_a_new_version_of_an_instrument_is_a_new_row(session: Session) -> None:
    first = make_instrument(session, "Matrix", "1")
    second = make_instrument(session, "Matrix", "2", "Money", "Housing", "Work")
    draft = InstrumentDraft(name="Matrix", version="2", scale=Scale(lowest=Decimal(1), highest=Decimal(5)))
    assert service.add_instrument(session, WORKER, second.id, draft) is second
    with pytest.raises(Conflict) as error:
        service.add_instrument(session, WORKER, uuid4(), draft)
    assert key_of(error) == ("instrument.version_taken", "version")
    assert {one.id for one in service.instruments(session)} == {first.id, second.id}
    assert [item.name for item in service.scale_of(second).items] == ["Money", "Housing", "Work"]
    person = make_participant(session)
    assert len(service.get_participant(session, person.id).instruments) == 1
    with pytest.raises(DomainError) as personal:
        service.add_instrument(
            session,
            WORKER,
            uuid4(),
            InstrumentDraft(name="M", version="1", reference="a@example.org", scale=draft.scale),
        )
    assert key_of(personal) == ("instrument.personal", "reference")


# --- Observations -------------------------------------------------------------------------------------------


def test_an_event_is_recorded_once(session: Session) -> None:
    person, id_ = make_participant(session), uuid4()
    for _ in range(2):
        service.record_event(session, WORKER, id_, person.id, Subject.DIPLOMA, MARCH, note="Level 2")
    with pytest.raises(Conflict) as error:
        make_event(session, person, MARCH, Subject.DIPLOMA)
    assert error.value.params["observation_id"] == id_
    make_event(session, person, MARCH, Subject.OTHER, name="Talk with coach")
    make_event(session, person, ENTRY, Subject.OTHER, name="talk with COACH")
    assert service.known_events(session) == ("Talk with coach",)
    page = service.get_participant(session, person.id)
    assert [(one.subject, one.on) for one in page.observed][-1] == (Subject.OTHER, ENTRY)
    assert len(page.observed) == 3


def test_an_event_of_tomorrow_or_of_somebody_else_is_refused(session: Session) -> None:
    person, other = make_participant(session), make_participant(session)
    with pytest.raises(DomainError, match=r"measurement\.in_future"):
        make_event(session, person, TODAY + timedelta(days=1))
    row = make_event(session, person, TODAY)
    with pytest.raises(NotFound):
        service.record_event(session, WORKER, row.id, other.id, Subject.DIPLOMA, TODAY)
    with pytest.raises(NotFound):
        service.get_observation(session, other.id, row.id)


def test_scores_are_recorded_item_by_item(session: Session) -> None:
    person, matrix, id_ = make_participant(session), make_instrument(session), uuid4()
    scored = Scored(
        on=ENTRY, moment=Moment.BEFORE, scores={"": Decimal(6), "i1": Decimal(2), "i2": Decimal(4)}
    )
    rows = service.record_scores(session, WORKER, id_, person.id, matrix.id, scored)
    assert len(rows) == 3
    again = service.record_scores(session, WORKER, id_, person.id, matrix.id, scored)
    assert {one.id for one in again} == {one.id for one in rows}
    page = service.get_participant(session, person.id)
    assert {these(one.item, one.value) for one in page.observed} == {("", 6), ("Money", 2), ("Housing", 4)}
    with pytest.raises(Conflict, match=r"observation\.twice"):
        make_score(session, person, matrix, Moment.BEFORE, 3, item="i1")
    make_score(session, person, matrix, Moment.DURING, 3, item="i1")


def test_more_items_are_recorded_with_one_question_for_all(session: Session) -> None:
    """Whether the form was sent before, and whether a score is there already, is asked once for all items."""
    matrix = make_instrument(session)
    asked = []
    for scores in ({"i1": Decimal(2)}, {"": Decimal(6), "i1": Decimal(2), "i2": Decimal(4)}):
        person, scored = make_participant(session), Scored(on=ENTRY, moment=Moment.BEFORE, scores=scores)
        session.flush()
        with counting(session) as statements:
            service.record_scores(session, WORKER, uuid4(), person.id, matrix.id, scored)
        asked.append(sum("FROM observation" in one for one in statements))
    assert asked == [2, 2]


def test_a_form_of_scores_is_of_one_participant(session: Session) -> None:
    person, other, matrix = make_participant(session), make_participant(session), make_instrument(session)
    id_, scored = uuid4(), Scored(on=ENTRY, moment=Moment.BEFORE, scores={"i2": Decimal(1), "i1": Decimal(2)})
    rows = service.record_scores(session, WORKER, id_, person.id, matrix.id, scored)
    again = service.record_scores(session, WORKER, id_, person.id, matrix.id, scored)
    assert [one.item for one in again] == [one.item for one in rows] == ["i2", "i1"]
    with pytest.raises(NotFound):
        service.record_scores(session, WORKER, id_, other.id, matrix.id, scored)
    fresh = Scored(on=ENTRY, moment=Moment.BEFORE, scores={"": Decimal(6), "i1": Decimal(2)})
    with pytest.raises(Conflict, match=r"observation\.twice") as error:
        service.record_scores(session, WORKER, uuid4(), person.id, matrix.id, fresh)
    assert error.value.params["observation_id"] == rows[1].id


def test_what_is_no_score_is_refused_at_its_field(session: Session) -> None:
    person, matrix = make_participant(session), make_instrument(session)
    for item, value, key, field in (
        ("i1", 6, "instrument.out_of_scale", "score-i1"),
        ("", 11, "instrument.out_of_scale", "score-total"),
        ("i9", 3, "instrument.no_such_item", "score-i9"),
    ):
        with pytest.raises(DomainError) as error:
            make_score(session, person, matrix, Moment.AFTER, value, item=item)
        assert key_of(error) == (key, field)
    with pytest.raises(DomainError, match=r"observation\.no_score"):
        service.record_scores(
            session,
            WORKER,
            uuid4(),
            person.id,
            matrix.id,
            Scored(on=ENTRY, moment=Moment.AFTER, scores={}),
        )


def test_a_correction_takes_the_place_of_what_was_wrong(session: Session) -> None:
    person, id_ = make_participant(session), uuid4()
    wrong = make_event(session, person, MARCH)
    right = Right(on=ENTRY, reason="The contract says so")
    row = service.correct_observation(session, WORKER, id_, person.id, wrong.id, right)
    assert service.correct_observation(session, WORKER, id_, person.id, wrong.id, right) is row
    old, new = sorted(service.get_participant(session, person.id).observed, key=lambda one: one.counts)
    assert (old.on, old.counts, new.on, new.note, new.supersedes_id) == (
        MARCH,
        False,
        ENTRY,
        "The contract says so",
        wrong.id,
    )
    with pytest.raises(Conflict, match=r"observation\.replaced"):
        service.correct_observation(session, WORKER, uuid4(), person.id, wrong.id, right)
    for bad, key in (
        (Right(on=MARCH, reason=" "), "observation.reason_missing"),
        (Right(on=ENTRY, reason="Again"), "observation.nothing_changed"),
        (Right(on=MARCH, reason="Mail a@example.org"), "observation.personal"),
        (Right(on=TODAY + timedelta(days=1), reason="Later"), "measurement.in_future"),
    ):
        with pytest.raises(DomainError) as error:
            service.correct_observation(session, WORKER, uuid4(), person.id, row.id, bad)
        assert error.value.key == key


def test_a_correction_of_a_score_or_an_own_event_stays_what_it_is(session: Session) -> None:
    person, matrix = make_participant(session), make_instrument(session)
    score = make_score(session, person, matrix, Moment.BEFORE, 3, item="i1")
    right = Right(on=ENTRY, moment=Moment.AFTER, value=Decimal(4), reason="Typing error")
    made = service.correct_observation(session, WORKER, uuid4(), person.id, score.id, right)
    assert these(made.value, made.moment, made.item, made.instrument_id) == (4, Moment.AFTER, "i1", matrix.id)
    for value, key in ((None, "observation.value_missing"), (Decimal(9), "instrument.out_of_scale")):
        with pytest.raises(DomainError) as error:
            service.correct_observation(
                session, WORKER, uuid4(), person.id, made.id, Right(on=ENTRY, value=value, reason="No")
            )
        assert key_of(error) == (key, "value")
    other = make_event(session, person, ENTRY, Subject.OTHER, name="Visit")
    renamed = service.correct_observation(
        session, WORKER, uuid4(), person.id, other.id, Right(on=ENTRY, name="Talk", reason="It was a talk")
    )
    assert renamed.item == "Talk"
    make_event(session, person, MARCH, Subject.OTHER, name="Talk")
    with pytest.raises(Conflict, match=r"observation\.twice"):
        service.correct_observation(
            session, WORKER, uuid4(), person.id, renamed.id, Right(on=MARCH, name="Talk", reason="Later")
        )


def test_a_value_of_an_indicator_is_corrected_as_a_value(session: Session) -> None:
    person, indicator = make_participant(session), make_indicator(session)
    row = Observation(
        id=uuid4(),
        participant_id=person.id,
        subject=Subject.VALUE,
        indicator_id=indicator.id,
        on=ENTRY,
        value=Decimal(12),
        source=MeasurementSource.IMPORTED,
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    made = service.correct_observation(
        session, WORKER, uuid4(), person.id, row.id, Right(on=ENTRY, value=Decimal(21), reason="Turned round")
    )
    assert these(made.value, made.indicator_id, made.moment) == (21, indicator.id, None)


def test_what_is_taken_back_stays_visible_and_counts_no_more(session: Session) -> None:
    person, id_ = make_participant(session), uuid4()
    wrong = make_event(session, person, MARCH)
    row = service.take_back(session, WORKER, id_, person.id, wrong.id, "Another person")
    assert service.take_back(session, WORKER, id_, person.id, wrong.id, "Another person") is row
    observed = service.get_participant(session, person.id).observed
    assert [one.counts for one in observed] == [False, False]
    with pytest.raises(Conflict, match=r"observation\.replaced"):
        service.take_back(session, WORKER, uuid4(), person.id, row.id, "And back")
    make_event(session, person, MARCH)  # the day is free again


# --- Computed -----------------------------------------------------------------------------------------------


def test_a_rule_is_a_new_edition_with_a_reason(session: Session) -> None:
    indicator = make_computed(session)
    said = service.get_rule(session, WORKER, indicator.id)
    assert said.rule == Rule(what=Counting.COUNT, subject=Subject.JOB_STARTED)
    assert said.view.edition == 2
    with pytest.raises(DomainError, match=r"indicator\.reason_missing"):
        service.choose_rule(session, WORKER, indicator.id, None, reason=" ", revision=indicator.revision)
    share = Rule(what=Counting.SHARE, subject=Subject.DIPLOMA)
    with pytest.raises(DomainError) as error:
        service.choose_rule(session, WORKER, indicator.id, share, reason="x", revision=indicator.revision)
    assert key_of(error) == ("rule.kind", "what")
    with pytest.raises(Stale):
        service.choose_rule(session, WORKER, indicator.id, None, reason="x", revision=0)
    service.choose_rule(session, WORKER, indicator.id, None, reason="By hand", revision=indicator.revision)
    bare = service.get_rule(session, WORKER, indicator.id)
    assert bare.rule is None
    with pytest.raises(NotFound):
        service.count(session, bare, TODAY)


def test_a_changed_definition_keeps_the_rule(session: Session) -> None:
    indicator = make_computed(session)
    definition = indicator_service.definition_of(indicator_service.locked(session, WORKER, indicator.id)[1])
    assert definition.rule is not None


def test_a_rule_names_things_of_this_programme_alone(session: Session) -> None:
    matrix, site, cohort = make_instrument(session), make_site(session), make_cohort(session)
    says = {
        "what": Counting.SHARE,
        "subject": Subject.SCORE,
        "level": Decimal(3),
        "moment": Moment.AFTER,
        "instrument_id": matrix.id,
        "item": "i2",
        "cohort_id": cohort.id,
        "site_id": site.id,
    }
    rule = service.rule_of(session, **says)
    assert rule.is_ordinal
    assert service.names_in(session, rule) == {
        "instrument": f"{matrix.name} 1",
        "item": "Housing",
        "indicator": "",
        "cohort": cohort.name,
        "site": site.name,
    }
    plain = service.rule_of(session, what=Counting.COUNT, subject=Subject.DIPLOMA)
    assert set(service.names_in(session, plain).values()) == {""}
    for name, value in (
        ("cohort_id", uuid4()),
        ("site_id", uuid4()),
        ("instrument_id", uuid4()),
        ("item", "i7"),
    ):
        with pytest.raises(DomainError) as error:
            service.rule_of(session, **{**says, name: value})
        assert key_of(error) == ("form.choose", name)
    with pytest.raises(DomainError, match=r"rule\.instrument_missing"):
        service.rule_of(session, what=Counting.COUNT, subject=Subject.SCORE)


def test_what_is_counted_is_what_stands_in_the_list(session: Session) -> None:
    site, cohort = make_site(session), make_cohort(session)
    rule = Rule(
        what=Counting.SHARE,
        subject=Subject.JOB_STARTED,
        within_days=90,
        site_id=site.id,
        cohort_id=cohort.id,
        arm=Arm.INTERVENTION,
    )
    definition = make_definition(breakdowns=(AGE,))
    indicator = make_computed(session, rule, definition)
    there: dict[str, Any] = {"site_id": site.id, "cohort_id": cohort.id}
    hit = make_participant(session, groups={"age": "young"}, **there)
    make_event(session, hit, MARCH)
    undone = make_participant(session, groups={"age": "old"}, **there)
    wrong = make_event(session, undone, MARCH)
    service.take_back(session, WORKER, uuid4(), undone.id, wrong.id, "Not they")
    make_participant(session, entered_on=None, **there)
    make_event(session, make_participant(session, site_id=site.id), MARCH)
    make_event(session, make_participant(session, arm=Arm.COMPARISON, **there), MARCH)
    said = service.get_rule(session, WORKER, indicator.id)
    session.flush()
    with counting(session) as statements:
        counted = service.count(session, said, TODAY)
    assert len(statements) == 2
    computed = counted.computed
    assert (computed.value, computed.counted, computed.people, computed.missing) == (Decimal("0.5"), 1, 2, 1)
    assert {counted.codes[member.id] for member in computed.members} >= {hit.code, undone.code}
    (breakdown, parts) = counted.groups[0]
    assert breakdown.key == "age"
    assert [(key, part.counted, part.people) for key, part in parts] == [
        ("young", 1, 1),
        ("old", 0, 1),
        ("unknown", 0, 0),
    ]
    made = service.record_computed(session, WORKER, uuid4(), indicator.id, TODAY)
    assert these(made.numerator, made.denominator, made.people, made.missing) == (1, 2, 2, 1)
    assert made.source is MeasurementSource.COMPUTED
    assert json.loads(made.rests_on)["digest"] == computed.digest()
    session.refresh(made)
    assert {these(part.option, part.value) for part in made.parts} == {("young", 1), ("old", 0)}
    kept = service.latest_recorded(session, indicator.id)
    assert kept is not None
    assert (kept.id, kept.on, kept.rests_on) == (made.id, TODAY, made.rests_on)


def test_a_count_is_recorded_with_its_groups_and_a_day_has_one_value(session: Session) -> None:
    indicator = make_computed(session, definition=make_count(breakdowns=(AGE,)))
    person = make_participant(session, groups={"age": "young"})
    make_event(session, person, MARCH)
    assert service.latest_recorded(session, indicator.id) is None
    id_ = uuid4()
    made = service.record_computed(session, WORKER, id_, indicator.id, TODAY)
    assert service.record_computed(session, WORKER, id_, indicator.id, TODAY).id == made.id
    session.refresh(made)
    assert {these(part.option, part.value) for part in made.parts} == {
        ("young", 1),
        ("old", 0),
        ("unknown", 0),
    }
    with pytest.raises(Conflict, match=r"measurement\.day_taken"):
        service.record_computed(session, WORKER, uuid4(), indicator.id, TODAY)


def test_values_of_an_indicator_are_computed_as_the_list_behind_them(session: Session) -> None:
    hours = make_indicator(session, definition=make_definition(name="Hours per week", kind=Kind.MEAN))
    hidden = make_indicator(session, definition=make_definition(name="Not yet shown", kind=Kind.MEAN))
    hidden.goal.released = False
    people = [make_participant(session, f"H-{number}") for number in range(4)]
    for one, amounts in zip(people, ((12, 32), (16,), (40,)), strict=False):
        for day, amount in enumerate(amounts):
            make_value(session, one, hours, amount, ENTRY + timedelta(days=day))
    make_value(session, people[3], hidden, 7)
    enough = Rule(what=Counting.SHARE, subject=Subject.VALUE, indicator_id=hours.id, level=Decimal(32))
    share = make_computed(session, enough, make_definition())
    found = service.count(session, service.get_rule(session, WORKER, share.id), MARCH)
    behind = [member.value for member in found.computed.members if member.value is not None]
    assert sorted(behind) == [16, 32, 40]
    assert sum(value >= 32 for value in behind) == found.computed.counted == 2
    assert these(found.computed.people, found.computed.missing) == (3, 1)
    middle = make_computed(
        session,
        service.rule_of(session, what=Counting.MEDIAN, subject=Subject.VALUE, indicator_id=hours.id),
        make_definition(kind=Kind.MEAN, baseline_value=None, baseline_on=None),
    )
    said = service.get_rule(session, WORKER, middle.id)
    assert said.rule is not None
    assert service.names_in(session, said.rule)["indicator"].endswith("Hours per week")
    assert service.count(session, said, MARCH).computed.value == 32
    with counting(session) as statements:
        assert [one.name for one in service.valued(session, share.id)] == [
            "Hours per week",
            "Still at work after 26 weeks",
        ]
    assert len(statements) == 1
    assert "Not yet shown" in [one.name for one in service.valued(session, hidden.id)], "its own values"


def test_a_rule_looks_at_no_values_that_not_everybody_may_know_of(session: Session) -> None:
    hidden = make_indicator(
        session,
        definition=make_definition(
            kind=Kind.ORDINAL,
            levels=("1", "2", "3"),
            baseline_value=None,
            baseline_on=None,
            target_value=Decimal(2),
        ),
    )
    hidden.goal.released = False
    make_value(session, make_participant(session), hidden, 3)
    with pytest.raises(DomainError) as error:
        service.rule_of(session, what=Counting.MEAN, subject=Subject.VALUE, indicator_id=hidden.id)
    assert error.value.key == "rule.mean_of_levels"
    with pytest.raises(DomainError) as error:
        service.rule_of(session, what=Counting.MEDIAN, subject=Subject.VALUE, indicator_id=uuid4())
    assert key_of(error) == ("form.choose", "indicator_id")
    rule = service.rule_of(session, what=Counting.MEDIAN, subject=Subject.VALUE, indicator_id=hidden.id)
    with pytest.raises(DomainError) as error:
        make_computed(session, rule, make_definition(kind=Kind.MEAN))
    assert key_of(error) == ("form.choose", "indicator_id")


def test_the_middle_of_changes_is_recorded_and_nobody_is_no_zero(session: Session) -> None:
    matrix = make_instrument(session)
    rule = service.rule_of(
        session,
        what=Counting.MEDIAN_CHANGE,
        subject=Subject.SCORE,
        instrument_id=matrix.id,
        before=Moment.BEFORE,
        after=Moment.AFTER,
    )
    definition = make_definition(
        kind=Kind.MEAN, baseline_value=None, baseline_on=None, target_value=Decimal(1)
    )
    indicator = make_computed(session, rule, definition)
    with pytest.raises(DomainError, match=r"rule\.nobody"):
        service.record_computed(session, WORKER, uuid4(), indicator.id, TODAY)
    for before, after in ((2, 5), (3, 4)):
        person = make_participant(session)
        make_score(session, person, matrix, Moment.BEFORE, before)
        make_score(session, person, matrix, Moment.AFTER, after, MARCH)
    make_score(session, make_participant(session), matrix, Moment.BEFORE, 1)
    made = service.record_computed(session, WORKER, uuid4(), indicator.id, TODAY)
    assert these(made.value, made.people, made.missing) == (1, 2, 1)  # levels: the lower of +1 and +3


# --- Out and away -------------------------------------------------------------------------------------------


def everything(session: Session, programme: Programme) -> tuple[Participant, Measurement]:
    """Somebody with rows of every kind, who was counted in a recorded value."""
    user = make_member(session, programme, Role.WORKER, name="Bo Worker")
    by = act_of(user, Role.WORKER)
    indicator = make_computed(session, definition=make_count(breakdowns=(AGE,)))
    person = make_participant(session, "SECRET-7", act=by, groups={"age": "young"})
    wrong = make_event(session, person, MARCH, act=by)
    right = Right(on=ENTRY, reason="The contract says so")
    service.correct_observation(session, by, uuid4(), person.id, wrong.id, right)
    make_score(session, person, make_instrument(session), Moment.BEFORE, 3, item="i1")
    file = LogImport(
        id=uuid4(),
        file_name="secret-7.csv",
        sha256="0" * 64,
        read_as="{}",
        rows_added=1,
        rows_corrected=0,
        rows_unchanged=0,
        created_at=NOW,
    )
    session.add(file)
    session.flush()
    session.add(
        Observation(
            id=uuid4(),
            participant_id=person.id,
            subject=Subject.DIPLOMA,
            on=MARCH,
            source=MeasurementSource.IMPORTED,
            log_import_id=file.id,
            source_row=2,
            created_at=NOW,
        )
    )
    session.flush()
    return person, service.record_computed(session, WORKER, uuid4(), indicator.id, TODAY)


def test_everything_about_somebody_is_given_out(session: Session, programme: Programme) -> None:
    person, _ = everything(session, programme)
    told = service.everything_about(session, person.id)
    assert json.loads(json.dumps(told)) == told
    assert (told["code"], told["groups"], told["entered_on"]) == (
        "SECRET-7",
        {"Age": "Under 27"},
        ENTRY.isoformat(),
    )
    assert [one["counts"] for one in told["observations"]].count(False) == 1
    assert {one["value"] for one in told["observations"]} == {None, "3"}
    assert {one["action"] for one in told["history"]} == {
        "participant.create",
        "observation.record",
        "observation.correct",
    }
    assert "Bo Worker" not in json.dumps(told)


def test_who_is_erased_is_nowhere_any_more(session: Session, programme: Programme) -> None:
    person, measured = everything(session, programme)
    other, gone = make_participant(session), person.id
    assert service.is_registered(session, gone)
    kept = make_event(session, other, MARCH)
    rests_on, before = measured.rests_on, measured.value
    assert service.erased_since(session, NOW - timedelta(days=1)) == 0
    assert service.erase_participant(session, WORKER, person.id).observations == 4
    session.flush()
    session.expire_all()
    assert session.scalars(select(Participant.id)).all() == [other.id]
    assert not service.is_registered(session, gone)
    assert session.scalars(select(Observation.id)).all() == [kept.id]
    assert session.get_one(Measurement, (programme.id, measured.id)).rests_on == rests_on
    assert session.get_one(Measurement, (programme.id, measured.id)).value == before
    assert audit.verify_programme(session, programme.id) == []
    assert service.erased_since(session, NOW - timedelta(days=1)) == 1
    trail = json.dumps([event.detail for event in session.scalars(select(AuditEvent))])
    assert "SECRET-7" not in trail
    assert session.scalars(select(Instrument.id)).all()


def test_what_waits_to_be_imported_is_stopped_and_forgets_the_code(
    session: Session, programme: Programme
) -> None:
    person, _ = everything(session, programme)
    asked = {
        "name": "secret-7.csv",
        "sha256": "0" * 64,
        "mapping": {
            "columns": [{"header": "a"}, "SECRET-7"],
            "decisions": {"same:x|SECRET-7|739000": 2, "same:x|OTHER-7|739000": 3},
        },
    }
    waits, done, undo = uuid4(), uuid4(), uuid4()
    jobs.add(session, WORKER, waits, JobKind.READ, asked)
    jobs.finish(session, jobs.add(session, WORKER, done, JobKind.READ, asked), NOW, {})
    jobs.add(session, WORKER, undo, JobKind.UNDO, {})
    assert set(service.files_of(session)) == {waits, done}
    assert service.computed_values(session) == 1
    erased = service.erase_participant(session, WORKER, person.id)
    assert set(erased.jobs) == {waits, done}
    assert jobs.get(session, waits).state is JobState.STOPPED
    assert jobs.get(session, done).state is JobState.DONE
    assert jobs.get(session, undo).state is JobState.WAITING
    session.expire_all()
    assert jobs.get(session, waits).asked == {
        "name": "",
        "sha256": "0" * 64,
        "mapping": {"columns": [{"header": "a"}, ""], "decisions": {"same:x|OTHER-7|739000": 3}},
    }
    assert session.scalars(select(LogImport.file_name)).all() == [""]


def test_how_a_file_was_read_forgets_whose_rows_were_left_out(session: Session) -> None:
    person = make_participant(session, "P-07")
    said = mapping(
        use("code", "person", words={"p-07": "P-07", "p-08": "P-08"}),
        exclusions=[{"header": "code", "values": ["p-07", "P-09"]}],
    )
    shared = {
        "sha256": "0" * 64,
        "created_at": NOW,
        "rows_added": 1,
        "rows_corrected": 0,
        "rows_unchanged": 0,
    }
    session.add_all(
        LogImport(id=uuid4(), read_as=one, **shared)
        for one in (said.canonical(), mapping(use("dag", "day")).canonical(), "as before: p-07")
    )
    session.flush()
    service.erase_participant(session, WORKER, person.id)
    session.expire_all()
    left, other, unread = sorted(session.scalars(select(LogImport.read_as)), key=len, reverse=True)
    assert "P-07" not in left.upper()
    read = Mapping.from_json(json.loads(left))
    assert (read.columns[0].words, read.exclusions[0].values) == ({"p-08": "P-08"}, ("", "P-09"))
    assert (other, unread) == (mapping(use("dag", "day")).canonical(), "")


def test_what_an_import_set_and_why_one_failed_is_forgotten_too(session: Session) -> None:
    person, other = make_participant(session, "P-07"), make_participant(session, "P-08")
    before = {other.id.hex: {"arm:": "comparison"}}
    done, failed, counted = uuid4(), uuid4(), uuid4()
    for id_, result in (
        (done, {"values": 2, "before": {person.id.hex: {"exit:": "2025-03-31"}, **before}}),
        (counted, {"values": 707, "before": before}),
    ):
        jobs.finish(session, jobs.add(session, WORKER, id_, JobKind.IMPORT, {}), NOW, result)
    job = jobs.add(session, WORKER, failed, JobKind.READ, {})
    jobs.fail(session, job, NOW, "import.lost", {"row": 3, "said": "of p-07", "of": "P-08"})
    service.erase_participant(session, WORKER, person.id)
    session.expire_all()
    assert jobs.get(session, done).result == {"values": 2, "before": before}
    assert jobs.get(session, counted).result == {"values": 707, "before": before}
    assert jobs.get(session, failed).result == {"params": {"row": "3", "said": "", "of": "P-08"}}


def test_how_a_source_is_read_forgets_the_code_and_can_still_be_read(session: Session) -> None:
    person = make_participant(session, "P-07")
    only = {"exclusions": [{"header": "code", "values": ["p-07"]}]}
    some = {"exclusions": [{"header": "code", "values": ["p-07", "P-09", ""]}]}
    decided = {"decisions": {"key:p-07|x": 2, "same:x|P-07|739000": 1, "same:x|P-08|739000": 3}}
    words = use("code", "person", words={"p-08": "P-08"})
    remembered = {
        "with decisions": {**mapping(words).to_json(), **decided},
        "without one row": {**mapping(use("code", "person")).to_json(), **only},
        "without some rows": {**mapping(use("code", "person")).to_json(), **some},
        "by its columns": mapping(use("P-07", "person"), use("p-07 again", "person")).to_json(),
        "of others": mapping(use("code", "person")).to_json(),
        "not known": {},
    }
    for name, said in remembered.items():
        session.add(LogSource(id=uuid4(), name=name, mapping=said, created_at=NOW))
    session.flush()
    service.erase_participant(session, WORKER, person.id)
    session.expire_all()
    left = {one.name: one.mapping for one in session.scalars(select(LogSource))}
    assert "P-07" not in json.dumps(left).upper()
    assert (left["of others"], left["not known"]) == (remembered["of others"], {})
    assert left["by its columns"] == {}  # nothing can be read by it: who imports says it anew
    read = {name: Mapping.from_json(said) for name, said in left.items() if said}
    assert read["with decisions"].decisions == {"same:x|P-08|739000": 3}
    assert read["with decisions"].columns[0].words == {"p-08": "P-08"}
    assert read["without one row"].exclusions == ()
    assert [one.values for one in read["without some rows"].exclusions] == [("P-09", "")]


def test_how_a_source_is_read_is_forgotten_as_a_whole_where_a_code_is_part_of_it(session: Session) -> None:
    dag = use("dag", "day")
    only = [{"header": "dag", "values": ["999"]}]
    remembered = {
        "what is missing": mapping(use("score", "score", missing=["", "999"])),
        "what a cell means": mapping(use("score", "score", words={"999": "1", "1": "2"})),
        "what a cell means, by a part": mapping(use("score", "score", words={"nooit": "1999"})),
        "a column": mapping(use("Vraag 999", "score"), dag),
        "where rows are left out": mapping(dag, exclusions=[{"header": "q999", "values": ["nee"]}]),
        "the rows that are left out": mapping(dag, exclusions=only, decisions={"key:999|x": 2}),
    }
    for name, said in remembered.items():
        session.add(LogSource(id=uuid4(), name=name, mapping=said.to_json(), created_at=NOW))
    person = make_participant(session, "999")
    service.erase_participant(session, WORKER, person.id)
    session.expire_all()
    left = {one.name: one.mapping for one in session.scalars(select(LogSource))}
    rows = left.pop("the rows that are left out")
    assert Mapping.from_json(rows) == mapping(dag)
    assert left == {name: {} for name in left}
    assert len(left) == len(remembered) - 1


@pytest.mark.parametrize("code", ["019", "256", "2025", "A19"])
def test_a_code_that_looks_like_a_piece_of_an_id_takes_none_away(session: Session, code: str) -> None:
    person = make_participant(session, code)
    read, done = UUID("0195a192-0000-7000-8000-000000000001"), UUID("0195a192-0000-7000-8000-000000000002")
    said = {"mapped_by": str(read), "mapped_at": "2025-06-19T12:00:00+00:00"}
    name = {"name": f"{code}.csv", "mapping": {"columns": [f"van {code}"]}}
    asked = {"sha256": "019a19256" + "0" * 55, "source": "", **said, **name}
    jobs.finish(session, jobs.add(session, WORKER, read, JobKind.READ, asked), NOW, {})
    bring = {"read": str(read), "only_good": True, "plan": "019a192562025a19"}
    jobs.finish(session, jobs.add(session, WORKER, done, JobKind.IMPORT, bring, subject_id=uuid4()), NOW, {})
    service.erase_participant(session, WORKER, person.id)
    session.expire_all()
    assert jobs.get(session, done).asked == bring
    assert jobs.get(session, read).asked == {**asked, "name": "", "mapping": {"columns": [""]}}


def test_items_are_kept_by_key(session: Session) -> None:
    matrix = make_instrument(session, "Matrix", "1", "Money")
    assert service.scale_of(matrix).items == items_of(["Money"])
