"""Pages on which something is entered for many participants: chosen, looked at, recorded, taken back."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_member
from tests.factories.logging import close
from tests.factories.participants import (
    ENTRY,
    WORKER,
    make_cohort,
    make_event,
    make_instrument,
    make_participant,
    make_score,
    make_together,
)
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.participants import MOST_TOGETHER, Moment, Subject
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.participants import Observation, Participant
from toc.models.programmes import Programme
from toc.services import participants as service
from toc.web.participants.blueprint import DASH
from toc.web.security import today

MARCH = date(2025, 3, 3)


@pytest.fixture
def at(programme: Programme) -> str:
    return f"/p/{programme.id}/participants/together"


@pytest.fixture
def session(database: Database, programme: Programme) -> Any:  # noqa: ANN401 - a fixture that yields
    with database.write_session(programme.id) as session:
        yield session
        session.rollback()


@pytest.fixture
def worker(reader: Reader, session: Session, programme: Programme) -> Reader:
    user = make_member(session, programme, Role.WORKER)
    session.commit()
    return reader.sign_in(user).use("en")


def rows(session: Session) -> list[Observation]:
    session.expire_all()
    return list(session.scalars(select(Observation)))


def asked(worker: Reader, at: str, query: str = "", **says: object) -> tuple[str, dict[str, Any]]:
    """Return the address of the next page and what the form holds, with what somebody filled in."""
    address = f"{at}/preview{query}"
    return address, {**worker.get(f"{at}{query}").form(address), **says}


def states(page: Page) -> dict[str, str]:
    """Return what stands beside each code."""
    found = {}
    for row in page.find("main tbody tr"):
        code, *said = row.query("th, td")
        found[code.to_text().split()[0]] = " ".join(" ".join(one.to_text() for one in said).split())
    return found


def again(page: Page, at: str) -> dict[str, Any]:
    """Return what the button that records would send: several participants too."""
    sent: dict[str, Any] = dict(page.form(at))
    sent["participant_id"] = [
        one.attrs["value"]
        for one in page.find(f"form[action='{at}'] input")
        if one.attrs.get("name") == "participant_id"
    ]
    return sent


def test_one_event_is_recorded_for_a_cohort_without_a_script(
    worker: Reader, session: Session, at: str
) -> None:
    spring = make_cohort(session, "Spring")
    people = [make_participant(session, f"A-{number}", cohort_id=spring.id) for number in range(3)]
    outside = make_participant(session, "B-1")
    has = make_participant(session, "A-9", cohort_id=spring.id)
    make_event(session, has, MARCH, Subject.DIPLOMA)
    session.commit()
    before = len(rows(session))
    query = f"?cohort_id={spring.id}"
    address, form = asked(worker, at, query, everyone="1", what="diploma", on="2025-03-03")
    page = worker.post(address, form, 200)
    assert states(page) == {"A-0": "new", "A-1": "new", "A-2": "new", "A-9": "there already"}
    assert "Record for 3 participants" in page.text
    assert "3 new events" in page.text
    assert len(rows(session)) == before, "a preview writes nothing"
    record = f"{at}{query}"
    sent = again(page, record)
    done = worker.submit(record, sent)
    assert "You can still take all of it back" in done.text
    worker.post(record, sent)  # sent twice
    made = [one for one in rows(session) if one.participant_id in {each.id for each in people}]
    assert len(made) == len(people) == len(rows(session)) - before
    assert {(one.subject, one.on) for one in made} == {(Subject.DIPLOMA, MARCH)}
    assert outside.id not in {one.participant_id for one in rows(session)}
    (link,) = [one for one in worker.get(at).links() if one.startswith(f"{at}/")]
    assert "A-0" in worker.get(link).text
    back = {**worker.get(link).form(link), "reason": ""}
    assert "Say why" in worker.post(link, back, 400).text
    gone = worker.submit(link, {**back, "reason": "Another cohort"})
    assert "All of it was taken back" in gone.text
    assert states(gone) == dict.fromkeys(("A-0", "A-1", "A-2"), "corrected or taken back")
    assert not gone.find("form[action='" + link + "']"), "nothing is left to take back"
    assert "already" in worker.post(link, {**back, "id": str(uuid4()), "reason": "x"}, 400).text
    assert sum(one.is_void for one in rows(session)) == len(people)


def test_each_refusal_says_why(worker: Reader, session: Session, at: str) -> None:
    make_participant(session, "A-1")
    make_participant(session, "EARLY-1", entered_on=MARCH + timedelta(days=1))
    make_participant(session, "LEFT-1", left_on=MARCH - timedelta(days=1))
    session.commit()
    address, form = asked(worker, at, everyone="1", what="job_kept_26", on="2025-03-03")
    page = worker.post(address, form, 200)
    said = {code: text.replace("\xa0", " ") for code, text in states(page).items()}
    assert said == {
        "A-1": "new",
        "EARLY-1": "not possible before the day of entry, 4 March 2025",
        "LEFT-1": "not possible after the last day of taking part, 2 March 2025",
    }
    later = worker.post(address, {**form, "follows_up": "1"}, 200)
    assert states(later)["LEFT-1"] == "new"
    assert "Record for 2 participants" in later.text
    changed = worker.post(address, {**again(later, at), "change": "1"}, 200)
    ticked = [one for one in changed.find("input[name='participant_id']") if "checked" in one.attrs]
    assert len(ticked) == 2
    assert changed.form(address)["what"] == "job_kept_26"
    close(session, MARCH, MARCH)
    session.commit()
    closed = worker.post(address, form, 200)
    assert all("closed period" in text for text in states(closed).values())
    assert "Record for" not in closed.text


def test_what_is_not_right_yet_is_said_at_its_field(worker: Reader, session: Session, at: str) -> None:
    person = make_participant(session, "A-1")
    session.commit()
    one = {"participant_id": str(person.id)}
    address, form = asked(worker, at)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    for says, words in (
        ({"what": "diploma"}, "Choose at least one participant"),
        (one, "Choose what is recorded"),
        ({**one, "what": "score:x"}, "Choose what is recorded"),
        ({**one, "what": f"score:{uuid4()}"}, "Choose what is recorded"),
        ({**one, "what": "score"}, "Choose what is recorded"),
        ({**one, "what": "other"}, "what happened"),
        ({**one, "what": "diploma", "on": ""}, "Day"),
        ({**one, "what": "diploma", "on": tomorrow}, "yet to come"),
        ({"participant_id": "x", "what": "diploma"}, "Choose"),
        ({"participant_id": str(uuid4()), "what": "diploma"}, "Choose at least one participant"),
    ):
        page = worker.post(address, {**form, **says}, 400)
        assert words in page.text, says
        assert worker.post(at, {**form, **says}, 400).find("[data-error-summary]"), says
    page = worker.post(address, {**form, "on": ""}, 400)
    assert {"#what", "#participant_id", "#on"} <= set(page.links()), "all that lacks is named at once"
    assert rows(session) == []


def test_somebody_who_was_faster_is_seen_and_nothing_is_recorded(
    worker: Reader, session: Session, at: str
) -> None:
    people = [make_participant(session, f"A-{number}") for number in range(2)]
    session.commit()
    address, form = asked(worker, at, everyone="1", what="other", name="First talk", on="2025-03-03")
    sent = again(worker.post(address, form, 200), at)
    make_event(session, people[0], MARCH, Subject.OTHER, name="First talk")
    session.commit()
    page = worker.post(at, sent, 409)
    assert "nothing was recorded yet" in page.text
    assert states(page) == {"A-0": "there already", "A-1": "new"}
    assert len(rows(session)) == 1
    worker.submit(at, again(page, at))
    assert len(rows(session)) == 2
    lacking = worker.get(f"{at}?lacks=other:First%20talk")
    assert "fits what you asked" in lacking.text
    assert "A-1" in worker.get(f"{at}?lacks=diploma").text
    assert worker.get(f"{at}?lacks=diploma").form(f"{at}/preview?lacks=diploma")["what"] == "diploma"


def test_scores_of_one_moment_are_filled_in_for_several(worker: Reader, session: Session, at: str) -> None:
    matrix = make_instrument(session, "Matrix", "1")
    one, other, third = (make_participant(session, f"A-{number}") for number in range(3))
    make_score(session, third, matrix, Moment.AFTER, 3, MARCH, item="i1")
    session.commit()
    before = len(rows(session))
    address, form = asked(worker, at, everyone="1", what=f"score:{matrix.id}", on="2025-03-03")
    page = worker.post(address, form, 200)
    fill: dict[str, Any] = {**again(page, address), "on": "2025-03-03"}
    assert "Money" in page.text
    refused = worker.post(address, {**fill, "moment": "after", f"score-{one.id}-i1": "much"}, 400)
    assert "A-0, Money" in refused.find("[data-error-summary]")[0].to_text()
    assert worker.post(address, {**fill, "moment": "after"}, 400).find("[data-error-summary]")
    assert worker.post(address, {**fill, f"score-{one.id}-i1": "2"}, 400).find("#moment .field__error")
    out = worker.post(address, {**fill, "moment": "after", f"score-{one.id}-i1": "9"}, 400)
    assert "A score goes from 1 to 5" in out.text
    says = {
        **fill,
        "moment": "after",
        f"score-{one.id}-i1": "2",
        f"score-{one.id}-total": "6",
        f"score-{third.id}-i1": "4",
    }
    page = worker.post(address, says, 200)
    assert states(page) == {
        "A-0": "new Money 2; Whole instrument 6",
        "A-1": f"left open {DASH}",
        "A-2": "there already Money 4",
    }
    sent = again(page, at)
    assert sent["participant_id"] == [str(one.id)]
    done = worker.submit(at, sent)
    assert "Matrix 1, after" in done.text
    made = rows(session)
    assert len(made) == before + 2
    assert {(each.item, each.value) for each in made if each.participant_id == one.id} == {
        ("i1", Decimal(2)),
        ("", Decimal(6)),
    }
    assert other.id not in {each.participant_id for each in made}
    worker.post(at, {**sent, f"score-{one.id}-i1": "much"}, 400)
    assert len(rows(session)) == before + 2


def test_too_many_scores_for_one_page_are_refused(worker: Reader, session: Session, at: str) -> None:
    matrix = make_instrument(session, "Long", "1", *(f"Item {number}" for number in range(100)))
    service.add_participants(
        session, WORKER, uuid4(), [f"A-{number}" for number in range(10)], service.ParticipantDraft()
    )
    session.commit()
    address, form = asked(worker, at, everyone="1", what=f"score:{matrix.id}")
    assert "Choose fewer participants" in worker.post(address, form, 400).text


def test_five_hundred_are_asked_and_recorded_in_as_many_statements_as_one(
    worker: Reader, session: Session, at: str, database: Database
) -> None:
    def statements(address: str, form: dict[str, Any] | None = None, status: int = 200) -> tuple[int, Page]:
        with counting(database.connection) as seen:  # type: ignore[attr-defined] # a forgetful one
            page = worker.get(address) if form is None else worker.post(address, form, status)
        return len(seen), page

    def whole(day: str) -> tuple[int, int, int]:
        choosing, page = statements(at)
        form = {**page.form(f"{at}/preview"), "everyone": "1", "what": "diploma", "on": day}
        looking, page = statements(f"{at}/preview", form)
        recording, _ = statements(at, again(page, at), 302)
        return choosing, looking, recording

    make_participant(session, "A-000")
    session.commit()
    statements(at)  # whether this is a demo is asked for once
    make_together(session, session.scalars(select(Participant)).all(), ENTRY)
    session.commit()
    few = whole("2025-03-03")
    for first in range(1, MOST_TOGETHER + 20, 200):
        codes = [f"A-{number:03}" for number in range(first, min(first + 200, MOST_TOGETHER + 20))]
        service.add_participants(session, WORKER, uuid4(), codes, service.ParticipantDraft(entered_on=ENTRY))
    session.commit()
    assert whole("2025-03-04") == few
    page = worker.get(at)
    assert "Only the first 500 are shown" in page.text
    assert len(page.find("input[name='participant_id']")) == MOST_TOGETHER
    assert len([one for one in rows(session) if one.on == date(2025, 3, 4)]) == MOST_TOGETHER


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.FUNDER])
def test_who_does_not_write_of_participants_takes_nothing_back(
    reader: Reader, session: Session, programme: Programme, at: str, role: Role
) -> None:
    set_id = make_together(session, [make_participant(session, "A-1")], MARCH)
    user = make_member(session, programme, role)
    session.commit()
    reader.sign_in(user).use("en")
    if role is Role.COORDINATOR:
        page = reader.get(f"{at}/{set_id}")
        assert "A-1" in page.text
        assert not page.find("#back")
    else:
        reader.get(f"{at}/{set_id}", 403)
    reader.get(at, 403)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_are_there_in_both_languages(
    worker: Reader, session: Session, at: str, language: str
) -> None:
    matrix = make_instrument(session, "Matrix", "1")
    set_id = make_together(session, [make_participant(session, "A-1", left_on=MARCH)], MARCH)
    session.commit()
    worker.use(language)
    texts = [worker.get(f"{at}/{set_id}").text, worker.get(at).text]
    address, form = asked(worker, at, everyone="1", on="2025-03-09")
    texts += [
        worker.post(address, {**form, "what": "diploma"}, 200).text,
        worker.post(address, {**form, "what": f"score:{matrix.id}"}, 200).text,
    ]
    strange = ("Participant", "Day", "Nickname") if language == "nl" else ("Deelnemer", "Dag", "Bijna")
    for text in texts:
        assert not [word for word in strange if f" {word} " in text], text
