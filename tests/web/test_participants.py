"""Pages of participants: by code alone, never for who pays, and every number can be counted again."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_member
from tests.factories.indicators import make_count, make_definition, make_indicator
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
from tests.web.reader import Reader
from toc.domain.indicators import Kind
from toc.domain.indicators.breakdowns import Breakdown, Option
from toc.domain.participants import Counting, Moment, Rule, Subject
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.indicators import Indicator, Measurement
from toc.models.participants import Cohort, Instrument, Observation, Participant, Site
from toc.models.programmes import Programme
from toc.services import participants as service
from toc.web.security import today

MARCH = date(2025, 3, 3)
AGE = Breakdown(key="age", name="Age", options=(Option(key="young", name="Under 27"),))


@pytest.fixture
def at(programme: Programme) -> str:
    return f"/p/{programme.id}"


@pytest.fixture
def session(database: Database, programme: Programme) -> Any:  # noqa: ANN401 - a fixture that yields
    with database.write_session(programme.id) as session:
        yield session
        session.rollback()


def signed_in(reader: Reader, session: Session, programme: Programme, *roles: Role) -> Reader:
    user = make_member(session, programme, *roles)
    session.commit()
    return reader.sign_in(user).use("en")


@pytest.fixture
def worker(reader: Reader, session: Session, programme: Programme) -> Reader:
    return signed_in(reader, session, programme, Role.WORKER)


def all_of(session: Session, table: Any) -> list[Any]:  # noqa: ANN401 - a table and its rows
    session.expire_all()
    return list(session.scalars(select(table).where(table.programme_id == session.info["programme_id"])))


def only(session: Session, table: Any) -> Any:  # noqa: ANN401 - a table and its row
    (row,) = all_of(session, table)
    return row


# --- Registering and finding --------------------------------------------------------------------------------


def test_codes_are_proposed_and_several_are_registered_at_once(
    worker: Reader, session: Session, at: str
) -> None:
    cohort = make_cohort(session, "Spring")
    session.commit()
    assert "Nobody is registered yet" in worker.get(f"{at}/participants").text
    form = worker.get(f"{at}/participants/new?many=5&cohort_id={cohort.id}").form(f"{at}/participants/add")
    assert len(set(form["codes"].split())) == 5
    assert form["cohort_id"] == str(cohort.id)
    listed = worker.submit(f"{at}/participants/add", form)
    worker.post(f"{at}/participants/add", form)  # sent twice
    assert {one.code for one in all_of(session, Participant)} == set(form["codes"].split())
    assert "5 participants" in listed.text
    assert worker.get(f"{at}/participants/new?many=7000").form(f"{at}/participants/add")["codes"].strip()


def test_one_participant_is_shown_after_registering(worker: Reader, at: str) -> None:
    form = worker.get(f"{at}/participants/new").form(f"{at}/participants/add")
    page = worker.submit(f"{at}/participants/add", {**form, "codes": " ck-1 "})
    assert "CK-1" in page.text
    refused = worker.post(f"{at}/participants/add", {**form, "id": str(uuid4()), "codes": "Jan de Boer"}, 400)
    assert "looks like a name" in refused.text


def test_a_code_is_sought_without_standing_in_an_address(worker: Reader, session: Session, at: str) -> None:
    for code in ("AX-1", "AX-2", "BX-1"):
        make_participant(session, code)
    session.commit()
    found = worker.post(f"{at}/participants/search", {"q": "bx"})
    assert "BX" not in found.location
    assert found.location.endswith(str(service.listed(session, service.Filter(code="BX"), MARCH)[0][0].id))
    both = worker.post(f"{at}/participants/search", {"q": "ax-"}, 200)
    assert "AX-1" in both.text
    assert "BX-1" not in both.text
    assert "begins like this" in worker.post(f"{at}/participants/search", {"q": "zz"}, 200).text
    worker.post(f"{at}/participants/search", {"q": ""}, 400)


def test_the_list_is_filtered_and_paged_at_the_same_number_of_statements(
    worker: Reader, session: Session, at: str, database: Database
) -> None:
    site, cohort = make_site(session, "North"), make_cohort(session, "Spring")
    make_participant(session, "B-000", site_id=site.id, cohort_id=cohort.id, left_on=MARCH)
    session.commit()

    def read(query: str = "") -> tuple[int, Any]:
        with counting(database.connection) as statements:  # type: ignore[attr-defined] # a forgetful one
            page = worker.get(f"{at}/participants{query}")
        return len(statements), page

    read()  # whether this is a demo is asked for once
    few, _ = read()
    service.add_participants(
        session,
        WORKER,
        uuid4(),
        [f"A-{number:03}" for number in range(119)],
        service.ParticipantDraft(entered_on=ENTRY),
    )
    session.commit()
    many, page = read()
    assert many == few
    assert "1 to 50 of 120" in page.text
    assert "A-050" in read("?page=2")[1].text
    assert "101 to 120 of 120" in read("?page=3")[1].text
    for query in (f"?site_id={site.id}", f"?cohort_id={cohort.id}", "?here=left"):
        text = read(query)[1].text
        assert "1 participant" in text
        assert "B-000" in text
    assert "fits what you asked" in read("?arm=comparison")[1].text
    assert "120 participants" in read("?site_id=x&arm=y&here=z&page=0")[1].text


def test_what_is_said_is_changed_and_who_is_slower_chooses(worker: Reader, session: Session, at: str) -> None:
    make_indicator(session, definition=make_count(breakdowns=(AGE,)))
    person = make_participant(session, "AX-1")
    session.commit()
    where = f"{at}/participants/{person.id}/edit"
    form = worker.get(where).form(where)
    page = worker.submit(where, {**form, "arm": "comparison", "group-age": "young", "left_on": "2025-03-03"})
    assert "comparison group" in page.text
    assert "Under 27" in page.text
    conflict = worker.post(where, {**form, "entered_on": "2025-02-01"}, 409)
    assert "Somebody else changed this" in conflict.text
    again = worker.get(where).form(where)
    assert "before the day of entry" in worker.post(where, {**again, "left_on": "2024-01-01"}, 400).text


# --- One participant ----------------------------------------------------------------------------------------


def test_one_tap_records_what_happened_and_a_correction_shows_both(
    worker: Reader, session: Session, at: str
) -> None:
    person = make_participant(session, "AX-1")
    session.commit()
    here = f"{at}/participants/{person.id}"
    form = worker.get(here).form(f"{here}/events")
    assert form["on"] == today().isoformat()
    page = worker.submit(f"{here}/events", {**form, "subject": "diploma", "on": "2025-03-03"})
    assert "Saved: Diploma on 3 March 2025." in page.text.replace("\xa0", " ")
    (again,) = [one for one in page.find("main a") if "Change what you saved" in one.to_text()]
    assert again.attrs["href"] == f"{here}/observations/{form['id']}"
    assert "Change what you saved" not in worker.get(f"{here}?saved={uuid4()}").text
    worker.post(f"{here}/events", {**form, "subject": "diploma", "on": "2025-03-03"})  # sent twice
    row = only(session, Observation)
    fresh = worker.get(here).form(f"{here}/events")
    tomorrow = (today() + timedelta(days=1)).isoformat()
    for says, words in (
        ({"subject": "diploma", "on": "2025-03-03"}, "stands there already"),
        ({"subject": "diploma", "on": tomorrow}, "yet to come"),
        ({"subject": "other", "on": "2025-03-03"}, "what happened"),
        ({"subject": "score", "on": "2025-03-03"}, "Choose what happened"),
    ):
        text = worker.post(f"{here}/events", {**fresh, **says}, 400).text
        assert words in text, says
    own = worker.submit(f"{here}/events", {**fresh, "subject": "other", "name": "Talk with coach"})
    assert "Talk with coach" in own.text
    where = f"{here}/observations/{row.id}"
    correct = worker.get(where).form(where)
    assert "Say why" in worker.post(where, {**correct, "on": "2025-03-04"}, 400).text
    page = worker.submit(where, {**correct, "on": "2025-03-04", "reason": "The paper says so"})
    assert "Corrected and taken back" in page.text
    old = worker.get(where)
    assert "This does not count: replaced" in old.text
    assert "already" in worker.post(where, {**correct, "id": str(uuid4()), "reason": "x"}, 400).text
    newer = next(one for one in all_of(session, Observation) if one.supersedes_id == row.id)
    where = f"{here}/observations/{newer.id}"
    back = worker.get(where).form(f"{where}/take-back")
    assert "Say why" in worker.post(f"{where}/take-back", back, 400).text
    worker.submit(f"{where}/take-back", {**back, "back_reason": "Another person"})
    assert "takes back" in worker.get(here).text


def test_scores_are_entered_item_by_item(worker: Reader, session: Session, at: str) -> None:
    person, matrix = make_participant(session, "AX-1"), make_instrument(session, "Matrix", "2")
    session.commit()
    where = f"{at}/participants/{person.id}/scores/{matrix.id}"
    page = worker.get(where)
    assert "1 to 5" in page.text
    form = page.form(where)
    assert "at least one score" in worker.post(where, {**form, "moment": "before"}, 400).text
    refused = worker.post(where, {**form, "moment": "before", "score-i1": "9"}, 400)
    assert "A score goes from 1 to 5" in refused.text
    page = worker.submit(where, {**form, "moment": "before", "score-i1": "2", "score-total": "6"})
    assert "Matrix 2, before" in page.text
    assert "Money" in page.text
    row = next(one for one in all_of(session, Observation) if one.item == "i1")
    where = f"{at}/participants/{person.id}/observations/{row.id}"
    form = worker.get(where).form(where)
    assert (form["value"], form["moment"]) == ("2", "before")
    worker.submit(where, {**form, "value": "3", "moment": "after", "reason": "Typing error"})
    assert {one.value for one in all_of(session, Observation)} == {2, 3, 6}


def test_everything_about_somebody_is_a_file_that_does_not_name_them(
    worker: Reader, session: Session, at: str
) -> None:
    person = make_participant(session, "AX-1")
    make_event(session, person, MARCH)
    session.commit()
    answer = worker.client.get(f"{at}/participants/{person.id}/everything.json")
    assert json.loads(answer.text)["code"] == "AX-1"
    assert "AX-1" not in answer.headers["Content-Disposition"]


def test_somebody_is_erased_after_a_yes(worker: Reader, session: Session, at: str) -> None:
    person = make_participant(session, "AX-1")
    make_event(session, person, MARCH)
    session.commit()
    gone = person.id
    where = f"{at}/participants/{gone}/erase"
    assert "1 observation" in worker.get(where).text
    form = worker.get(where).form(where)
    worker.post(where, form, 400)
    page = worker.submit(where, {**form, "confirmed": "1"})
    assert "was erased" in page.text
    assert f'data-forget="{gone}"' in page.body
    assert all_of(session, Participant) == all_of(session, Observation) == []
    worker.get(f"{at}/participants/{gone}", 404)


def test_who_is_still_there_is_not_forgotten_because_of_an_address(
    worker: Reader, session: Session, at: str
) -> None:
    person = make_participant(session, "AX-1")
    session.commit()
    assert "data-forget" not in worker.get(f"{at}/participants?erased={person.id}").body


# --- Sites, cohorts, instruments ----------------------------------------------------------------------------


def test_a_site_is_closed_with_one_button_and_opened_with_the_next(
    worker: Reader, session: Session, at: str
) -> None:
    form = worker.get(f"{at}/sites").form(f"{at}/sites")
    worker.submit(f"{at}/sites", {**form, "name": "North"})
    site = only(session, Site)
    again = worker.get(f"{at}/sites").form(f"{at}/sites")
    assert "with this name already" in worker.post(f"{at}/sites", {**again, "name": "North"}, 400).text
    where = f"{at}/sites/{site.id}"
    close = worker.get(f"{at}/sites").form(where)
    assert "closed after" in worker.submit(where, close).text
    assert only(session, Site).ends_on == today()
    assert "Somebody else changed this" in worker.post(where, {**close, "name": "N"}, 409).text
    opening = worker.get(f"{at}/sites").form(where)
    assert "closed after" not in worker.submit(where, opening).text
    edit = worker.get(where).form(where)
    assert "person" in worker.post(where, {**edit, "name": "Bel 06 12345678"}, 400).text
    assert "North side" in worker.submit(where, {**edit, "name": "North side"}).text


def test_a_site_that_came_later_says_since_when(worker: Reader, session: Session, at: str) -> None:
    form = worker.get(f"{at}/sites").form(f"{at}/sites")
    wrong = {**form, "name": "West", "starts_on": "2025-03-03", "ends_on": "2025-01-01"}
    assert "before the first" in worker.post(f"{at}/sites", wrong, 400).text
    page = worker.submit(f"{at}/sites", {**wrong, "ends_on": ""})
    assert "open from 3 March 2025" in page.text
    site = only(session, Site)
    where = f"{at}/sites/{site.id}"
    edit = worker.get(where).form(where)
    assert (edit["starts_on"], edit["ends_on"]) == ("2025-03-03", "")
    assert "before the first" in worker.post(where, {**edit, "ends_on": "2025-03-02"}, 400).text
    assert "closed after 3 March 2025" in worker.submit(where, {**edit, "ends_on": "2025-03-03"}).text
    assert "open from" not in worker.submit(where, {**worker.get(where).form(where), "starts_on": ""}).text


def test_a_cohort_is_made_ended_and_changed(worker: Reader, session: Session, at: str) -> None:
    form = worker.get(f"{at}/cohorts").form(f"{at}/cohorts")
    wrong = {**form, "name": "Spring", "starts_on": "2025-03-03", "ends_on": "2025-01-01"}
    assert "before the first" in worker.post(f"{at}/cohorts", wrong, 400).text
    worker.submit(f"{at}/cohorts", {**form, "name": "Spring", "starts_on": "2025-01-06"})
    cohort = only(session, Cohort)
    where = f"{at}/cohorts/{cohort.id}"
    end = worker.get(f"{at}/cohorts").form(where)
    worker.submit(where, end)
    assert only(session, Cohort).ends_on == today()
    assert "Somebody else changed this" in worker.post(where, end, 409).text
    edit = worker.get(where).form(where)
    assert "before the first" in worker.post(where, {**edit, "ends_on": "2024-01-01"}, 400).text
    assert "Spring 2025" in worker.submit(where, {**edit, "name": "Spring 2025", "ends_on": ""}).text


def test_an_instrument_gets_a_new_version_from_the_one_before(
    worker: Reader, session: Session, at: str
) -> None:
    where = f"{at}/instruments/new"
    form = worker.get(where).form(where)
    says = {
        **form,
        "name": "Matrix",
        "version": "1",
        "lowest": "1",
        "highest": "5",
        "items": "Money\nHousing",
    }
    assert "above the lowest" in worker.post(where, {**says, "highest": "1"}, 400).text
    assert "Matrix 1" in worker.submit(where, says).text
    first = only(session, Instrument)
    page = worker.get(f"{where}?after={first.id}")
    again = page.form(where)
    assert (again["name"], again["version"], again["items"].split()) == ("Matrix", "", ["Money", "Housing"])
    assert "already" in worker.post(where, {**again, "version": "1"}, 400).text
    worker.submit(where, {**again, "version": "2"})
    assert len(all_of(session, Instrument)) == 2


# --- Computed -----------------------------------------------------------------------------------------------


def world(session: Session) -> Indicator:
    """Ten who found a job within 90 days, two who did not, one whose day of entry is not known."""
    rule = Rule(what=Counting.SHARE, subject=Subject.JOB_STARTED, within_days=90)
    indicator = make_computed(session, rule, make_definition(breakdowns=(AGE,)))
    for number in range(12):
        person = make_participant(session, f"A-{number:02}", groups={"age": "young"} if number < 5 else {})
        if number < 10:
            make_event(session, person, MARCH)
    make_participant(session, "LATE-1", entered_on=None)
    session.commit()
    return indicator


def test_a_reader_counts_the_value_in_the_list_behind_it(worker: Reader, session: Session, at: str) -> None:
    indicator = world(session)
    where = f"{at}/indicators/{indicator.id}/computed"
    page = worker.get(where)
    text = page.text.replace("\xa0", " ")
    assert "10 of 12 (83.3%)" in text
    assert "“Job started”" in text
    assert "up to and including 90 days" in text
    rows = [row.to_text() for row in page.find("#list tbody tr")]
    assert sum(" counted" in f" {' '.join(row.split())}" and "not counted" not in row for row in rows) == 10
    assert sum("not counted" in row for row in rows) == 2
    assert sum("no day of entry" in row for row in rows) == 1
    groups = " ".join(page.find("#groups")[0].to_text().split())
    assert "Under 27 5 of 5" in groups.replace("\xa0", " ")
    assert "unknown 5 of 7" in groups.replace("\xa0", " ")
    early = worker.get(f"{where}?on=2025-02-01").text
    assert "nobody yet" in early  # the days of nobody were over
    assert worker.get(f"{where}?on=2999-01-01").text.count("A-00") == 1


def test_a_recorded_value_can_be_counted_again_until_something_changes(
    worker: Reader, session: Session, at: str
) -> None:
    indicator = world(session)
    where = f"{at}/indicators/{indicator.id}/computed"
    form = worker.get(where).form(f"{where}/record")
    page = worker.submit(f"{where}/record", {**form, "on": "2025-08-01"})
    assert "10 of 12" in page.text
    row = only(session, Measurement)
    assert (row.numerator, row.denominator, row.missing) == (10, 12, 1)
    assert "same people and the same value" in worker.get(where).text
    assert (
        "already"
        in worker.post(f"{where}/record", {**form, "id": str(uuid4()), "on": "2025-08-01"}, 400).text
    )
    person = session.scalars(select(Participant).where(Participant.code == "A-00")).one()
    wrong = session.scalars(select(Observation).where(Observation.participant_id == person.id)).one()
    service.take_back(session, WORKER, uuid4(), person.id, wrong.id, "Not they")
    session.commit()
    assert "something was added, corrected or erased" in worker.get(where).text
    erase = f"{at}/participants/{person.id}/erase"
    worker.submit(erase, {**worker.get(erase).form(erase), "confirmed": "1"})
    assert "Participants erased since: 1" in worker.get(where).text


@pytest.mark.parametrize("role", [Role.FUNDER, Role.INVESTOR, Role.VIEWER, Role.STAKEHOLDER])
def test_who_does_not_work_with_participants_sees_what_was_recorded_alone(
    reader: Reader, session: Session, programme: Programme, at: str, role: Role
) -> None:
    indicator = world(session)
    where = f"{at}/indicators/{indicator.id}/computed"
    signed_in(reader, session, programme, role)
    before = reader.get(where)
    assert "No value was recorded yet." in before.text
    assert "10 of 12" not in before.text
    service.record_computed(session, WORKER, uuid4(), indicator.id, date(2025, 8, 1))
    # One person more finds a job: who looks on both days would know of that one.
    make_event(session, make_participant(session, "B-01"), MARCH)
    session.commit()
    page = reader.get(f"{where}?on={today().isoformat()}")
    assert "10 of 12" in page.text
    assert "11 of 13" not in page.text
    assert not page.find("#as-of")
    assert "A-00" not in page.text
    assert not page.find("#groups")
    assert "no day of entry" not in page.text


def test_a_payer_who_works_there_as_well_sees_no_participant(
    reader: Reader, session: Session, programme: Programme, at: str
) -> None:
    indicator = world(session)
    person = session.scalars(select(Participant)).first()
    assert person is not None
    signed_in(reader, session, programme, Role.FUNDER, Role.WORKER)
    page = reader.get(f"{at}/indicators/{indicator.id}/computed")
    assert "A-00" not in page.text
    for path in (
        "participants",
        f"participants/{person.id}",
        "sites",
        f"participants/{person.id}/everything.json",
    ):
        reader.get(f"{at}/{path}", 403)


def test_a_small_group_is_not_shown_to_others(
    reader: Reader, session: Session, programme: Programme, at: str
) -> None:
    indicator = make_computed(session)
    make_event(session, make_participant(session), MARCH)
    service.record_computed(session, WORKER, uuid4(), indicator.id, MARCH)
    session.commit()
    signed_in(reader, session, programme, Role.VIEWER)
    page = reader.get(f"{at}/indicators/{indicator.id}/computed")
    assert "not shown" in page.text
    assert page.find(".computed__value")[0].to_text().strip() == "not shown"


def test_a_rule_is_chosen_changed_and_dropped_with_a_reason(
    worker: Reader, session: Session, at: str
) -> None:
    indicator = make_indicator(session, definition=make_count())
    matrix = make_instrument(session, "Matrix", "1")
    session.commit()
    show, where = (f"{at}/indicators/{indicator.id}/{page}" for page in ("computed", "rule"))
    assert "no rule yet" in worker.get(show).text
    form = worker.get(where).form(where)
    for says, words in (
        ({}, "Choose an event, a score or a value"),
        ({"event": "diploma", "within_days": "9999"}, "from 0 to"),
        ({"event": "other"}, "event of your own"),
        ({"event": "diploma"}, "Say why"),
        ({"about": "score"}, "Choose a score"),
        ({"about": "score", "scored": "x:i1"}, "Choose a score"),
        ({"about": "score", "scored": f"{matrix.id}:i9"}, "Choose"),
        ({"about": "score", "scored": f"{matrix.id}:"}, "from which somebody counts"),
    ):
        assert words in worker.post(where, {**form, **says}, 400).text, says
    page = worker.submit(where, {**form, "event": "diploma", "reason": "We count it ourselves"})
    assert "The number of participants with the event “Diploma”." in page.text
    worker.post(where, {**form, "event": "job_started", "reason": "x"}, 409)
    form = worker.get(where).form(where)
    assert form["event"] == "diploma"
    score = {
        "about": "score",
        "scored": f"{matrix.id}:i2",
        "level": "3,5",
        "at_least": "0",
        "moment": "after",
        "starts_on": "2025-01-01",
        "reason": "Scores say more",
    }
    worker.use("nl")
    text = worker.submit(where, {**form, **score}).text
    assert "3,5 of minder op Matrix 1, onderdeel Housing" in text
    again = worker.get(where).form(where)
    assert (again["level"], again["at_least"], again["scored"]) == ("3,5", "0", f"{matrix.id}:i2")
    worker.use("en")
    drop = worker.get(where).form(f"{where}/drop")
    assert "Say why" in worker.post(f"{where}/drop", drop, 400).text
    assert "no rule yet" in worker.submit(f"{where}/drop", {**drop, "drop_reason": "By hand again"}).text
    worker.post(f"{where}/drop", {**drop, "drop_reason": "x" * 301}, 400)


def test_a_change_is_the_middle_of_changes(worker: Reader, session: Session, at: str) -> None:
    matrix, cohort, site = (
        make_instrument(session, "Matrix", "1"),
        make_cohort(session, "Spring"),
        make_site(session),
    )
    definition = make_definition(kind=Kind.MEAN, baseline_value=None, baseline_on=None)
    indicator = make_indicator(session, definition=definition)
    for before, after in ((1, 3), (2, 3), (4, 3)):
        person = make_participant(session, cohort_id=cohort.id, site_id=site.id)
        make_score(session, person, matrix, Moment.BEFORE, before)
        make_score(session, person, matrix, Moment.AFTER, after, MARCH)
    session.commit()
    where = f"{at}/indicators/{indicator.id}/rule"
    form = worker.get(where).form(where)
    says = {**form, "scored": f"{matrix.id}:", "before": "before", "after": "after", "reason": "Why not"}
    assert "no distance" in worker.post(where, {**says, "what": "mean_change"}, 400).text.replace(
        "without a", "no"
    )
    assert (
        "two different" in worker.post(where, {**says, "what": "median_change", "after": "before"}, 400).text
    )
    narrow = {
        "cohort_id": str(cohort.id),
        "site_id": str(site.id),
        "arm": "intervention",
        "ends_on": "2025-12-31",
    }
    page = worker.submit(where, {**says, **narrow, "what": "median_change"})
    assert "+1 (of 3 people)" in page.text.replace("\xa0", " ")
    assert "“after” minus “before”" in page.text
    assert "cohort Spring" in page.text
    assert "lower one is taken" in page.text


def test_values_of_people_are_a_rule_whose_list_gives_the_value(
    worker: Reader, session: Session, at: str
) -> None:
    hours = make_indicator(
        session,
        definition=make_definition(
            name="Hours", kind=Kind.MEAN, unit="hours", baseline_value=None, baseline_on=None
        ),
    )
    share = make_indicator(session, definition=make_definition(name="Enough hours"))
    for amount in (12, 16, 32, 40):
        make_value(session, make_participant(session), hours, amount)
    make_participant(session)
    session.commit()
    where = f"{at}/indicators/{share.id}/rule"
    form = worker.get(where).form(where)
    says = {**form, "about": "value", "level": "16", "reason": "We ask everybody"}
    assert "Choose of which indicator" in worker.post(where, says, 400).text
    page = worker.submit(where, {**says, "valued": str(hours.id)})
    assert "of whom 16 or more was recorded for I1 Hours" in page.text
    assert "3 of 4" in page.text.replace("\xa0", " ")
    rows = [" ".join(row.to_text().split()) for row in page.find("#list tbody tr")]
    values = sorted(int(row.split()[-1]) for row in rows if "missing" not in row)
    assert values == [12, 16, 32, 40]
    assert sum("value missing" in row for row in rows) == 1
    assert worker.get(where).form(where)["valued"] == str(hours.id)
    where = f"{at}/indicators/{hours.id}/rule"
    form = worker.get(where).form(where)
    says = {**form, "about": "value", "valued": str(hours.id), "reason": "We ask everybody"}
    assert "no moments" in worker.post(where, {**says, "what": "mean_change"}, 400).text
    text = worker.submit(where, {**says, "what": "median"}).text.replace("\xa0", " ")
    assert "24 hours (of 4 people)" in text
    assert "Of two values of one person the last counts" in text
    form = worker.get(where).form(where)
    text = worker.submit(where, {**form, "what": "mean", "reason": "The mean says more"}).text
    assert "25 hours (of 4 people)" in text.replace("\xa0", " ")


def test_a_middle_of_scores_at_one_moment(worker: Reader, session: Session, at: str) -> None:
    matrix = make_instrument(session, "Matrix", "1")
    indicator = make_indicator(
        session, definition=make_definition(kind=Kind.MEAN, unit="", baseline_value=None, baseline_on=None)
    )
    for value in (2, 3, 5, 5):
        make_score(session, make_participant(session), matrix, Moment.AFTER, value)
    session.commit()
    where = f"{at}/indicators/{indicator.id}/rule"
    form = worker.get(where).form(where)
    says = {**form, "scored": f"{matrix.id}:", "moment": "after", "reason": "Where people stand"}
    assert "levels" in worker.post(where, {**says, "what": "mean"}, 400).text
    text = worker.submit(where, {**says, "what": "median"}).text
    assert "The median of each person's score on Matrix 1, “after”" in text
    assert "3 (of 4 people)" in text.replace("\xa0", " "), "of two levels in the middle the lower one"


def test_what_is_not_counted_so_is_logged(worker: Reader, session: Session, at: str) -> None:
    indicator = make_indicator(session, definition=make_definition(kind=Kind.MONEY))
    session.commit()
    for page in ("computed", "rule"):
        assert "logged, not computed" in worker.get(f"{at}/indicators/{indicator.id}/{page}").text
    worker.post(
        f"{at}/indicators/{indicator.id}/computed/record", {"id": str(uuid4()), "on": "2025-08-01"}, 404
    )


def test_a_long_list_is_cut_into_pages(worker: Reader, session: Session, at: str) -> None:
    indicator = make_computed(session)
    codes = [f"A-{number:03}" for number in range(210)]
    for some in (codes[:105], codes[105:]):
        service.add_participants(session, WORKER, uuid4(), some, service.ParticipantDraft(entered_on=ENTRY))
    session.commit()
    where = f"{at}/indicators/{indicator.id}/computed"
    assert "1 to 200 of 210" in worker.get(where).text
    assert "A-205" in worker.get(f"{where}?page=2").text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_is_there_in_both_languages(
    worker: Reader, session: Session, at: str, language: str
) -> None:
    indicator = world(session)
    matrix, site, cohort = make_instrument(session), make_site(session), make_cohort(session)
    person = make_participant(session, "FULL-1", site_id=site.id, cohort_id=cohort.id)
    make_event(session, person, MARCH, Subject.OTHER, name="Visit")
    row = make_score(session, person, matrix, Moment.LATER, 3, item="i1")
    session.commit()
    worker.use(language)
    here = f"participants/{person.id}"
    for path in (
        "participants",
        here,
        f"{here}/edit",
        f"{here}/erase",
        f"{here}/scores/{matrix.id}",
        f"{here}/observations/{row.id}",
        "participants/new",
        "sites",
        f"sites/{site.id}",
        "cohorts",
        f"cohorts/{cohort.id}",
        "instruments",
        "instruments/new",
        f"indicators/{indicator.id}/computed",
        f"indicators/{indicator.id}/rule",
    ):
        page = worker.get(f"{at}/{path}")
        assert page.find("html")[0].attrs["lang"] == language
        for word in ("Participants", "Sites", "Erase") if language == "nl" else ("Deelnemers", "Wis"):
            assert word not in page.find("h1")[0].to_text()
