"""Findings on pages: for who evaluates, who takes part, and who named the goal."""

from uuid import uuid4

import pytest

from tests.factories import make_member
from tests.factories.findings import EVALUATOR, Told, by_link, make_lasting_link
from tests.factories.interviews import make_respondent
from tests.web.reader import Reader
from toc.domain.interviews import RespondentKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.findings import Reply
from toc.models.interviews import Respondent
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import findings
from toc.services.goals import get_goal


@pytest.fixture
def told(database: Database, programme: Programme) -> Told:
    with database.writing(programme.id) as session:
        return Told(session)


def member(database: Database, programme: Programme, *roles: Role) -> User:
    with database.writing(programme.id) as session:
        return make_member(session, programme, *roles)


def replied(database: Database, programme: Programme, told: Told, text: str = "Three months.") -> Reply:
    with database.writing(programme.id) as session:
        return findings.reply(session, by_link(told.speaker), uuid4(), told.finding.id, text)


@pytest.fixture
def evaluator(database: Database, programme: Programme, reader: Reader) -> Reader:
    return reader.use("en").sign_in(member(database, programme, Role.EVALUATOR))


def test_an_evaluator_sees_what_was_found_and_what_waits(
    evaluator: Reader, database: Database, programme: Programme, told: Told
) -> None:
    empty = evaluator.get(f"/p/{programme.id}/findings")
    assert "Half of you did." in empty.text
    assert "Replies that wait" not in empty.text
    replied(database, programme, told)
    page = evaluator.get(f"/p/{programme.id}/findings")
    assert "Replies that wait for an answer" in page.text
    assert "Three months." in page.text


def test_without_findings_the_page_says_what_belongs_here(evaluator: Reader, programme: Programme) -> None:
    assert "Nothing was found yet" in evaluator.get(f"/p/{programme.id}/findings").text


def test_a_finding_is_published_once(evaluator: Reader, programme: Programme, told: Told) -> None:
    address = f"/p/{programme.id}/goals/{told.goal.id}/finding"
    form = evaluator.get(address).form(address)
    page = evaluator.submit(address, {**form, "text": "One in two kept a job."})
    assert "One in two kept a job." in page.text
    again = evaluator.submit(address, {**form, "text": "One in two kept a job."})
    assert again.find("h1")[0].to_text() == page.find("h1")[0].to_text()


@pytest.mark.parametrize("text", ["", "Bel 06-12345678"])
def test_a_finding_that_is_not_right_keeps_what_was_typed(
    evaluator: Reader, programme: Programme, told: Told, text: str
) -> None:
    address = f"/p/{programme.id}/goals/{told.goal.id}/finding"
    page = evaluator.post(address, {"id": str(uuid4()), "text": text}, 400)
    assert page.form(address)["text"].strip() == text
    assert page.find("[data-error-summary]")


def test_other_roles_read_findings_and_no_replies(
    reader: Reader, database: Database, programme: Programme, told: Told
) -> None:
    replied(database, programme, told, "Only for the evaluator.")
    reader.sign_in(member(database, programme, Role.FUNDER)).use("nl")
    for address in (f"/p/{programme.id}/findings", f"/p/{programme.id}/findings/{told.finding.id}"):
        page = reader.get(address)
        assert "Half of you did." in page.text
        assert "Only for the evaluator." not in page.body
    reader.get(f"/p/{programme.id}/goals/{told.goal.id}/finding", 403)


def test_what_is_not_here_is_not_found(evaluator: Reader, programme: Programme) -> None:
    evaluator.get(f"/p/{programme.id}/findings/{uuid4()}", 404)
    evaluator.get(f"/p/{programme.id}/goals/{uuid4()}/finding", 404)
    evaluator.post(f"/p/{programme.id}/goals/{uuid4()}/finding", {"id": str(uuid4()), "text": "x"}, 404)
    evaluator.post(f"/p/{programme.id}/replies/{uuid4()}", {"text": "x"}, 404)


def test_a_reply_leads_to_a_feasible_goal(
    evaluator: Reader, database: Database, programme: Programme, told: Told
) -> None:
    reply = replied(database, programme, told)
    page = evaluator.get(f"/p/{programme.id}/findings/{told.finding.id}")
    address = f"/p/{programme.id}/replies/{reply.id}"
    form = page.form(address)
    wrong = evaluator.post(address, {**form, "text": ""}, 400)
    assert "Write down what was done" in wrong.text or "Fill this in" in wrong.text
    done = evaluator.submit(
        address, {**form, "text": "We ask for less.", "reword": "1", "wording": "A job for three months"}
    )
    assert "We ask for less." in done.text
    assert "A job for three months" in done.text
    with database.read_session(programme.id) as session:
        assert get_goal(session, EVALUATOR, told.goal.id).edition == 2


def test_an_answer_to_changed_words_keeps_both_texts(
    evaluator: Reader, database: Database, programme: Programme, told: Told
) -> None:
    reply = replied(database, programme, told)
    address = f"/p/{programme.id}/replies/{reply.id}"
    form = evaluator.get(f"/p/{programme.id}/findings/{told.finding.id}").form(address)
    replied(database, programme, told, "Two months.")
    page = evaluator.post(address, {**form, "text": "We ask for less."}, 409)
    assert "Two months." in page.text
    assert page.form(address)["text"].strip() == "We ask for less."
    assert "Two months." in evaluator.submit(address, page.form(address)).text


@pytest.mark.parametrize("kind", list(RespondentKind))
def test_who_named_a_goal_reads_the_finding_beside_their_own_words_and_replies(
    reader: Reader, database: Database, programme: Programme, told: Told, kind: RespondentKind
) -> None:
    with database.writing(programme.id) as session:
        session.get_one(Respondent, (programme.id, told.speaker.id)).kind = kind
        link = make_lasting_link(session, told.speaker)
    reader.open_link(link.id).use("nl")
    page = reader.get("/mine/findings")
    assert told.statement.text in page.text
    assert "Half of you did." in page.text
    assert ("Wat vind je hiervan?" in page.text) is (kind is RespondentKind.PARTICIPANT)
    assert ("Wat vindt u hiervan?" in page.text) is (kind is RespondentKind.SPOKESPERSON)
    assert "€" not in page.body
    address = f"/mine/findings/{told.finding.id}"
    refused = reader.post(address, {**page.form(address), "text": ""}, 400)
    assert refused.find("[data-error-summary]")
    after = reader.submit(address, {**page.form(address), "text": "Drie maanden kan wel."})
    assert ("Dank je wel." in after.text) is (kind is RespondentKind.PARTICIPANT)
    assert "Drie maanden kan wel." in after.text
    changed = reader.submit(address, {**after.form(address), "text": "Twee maanden kan wel."})
    assert "Twee maanden kan wel." in changed.text


def test_somebody_else_finds_nothing_on_their_page(
    reader: Reader, database: Database, programme: Programme, told: Told
) -> None:
    with database.writing(programme.id) as session:
        link = make_lasting_link(session, told.stranger)
    reader.open_link(link.id).use("en")
    assert "Nothing yet" in reader.get("/mine/findings").text
    reader.post(f"/mine/findings/{told.finding.id}", {"id": str(uuid4()), "text": "x"}, 404)
    reader.sign_out().get("/mine/findings", 404)
    with database.writing(programme.id) as session:
        new = make_lasting_link(session, make_respondent(session, told.group))
    shown = reader.open_link(new.id).get("/mine/findings")
    assert "First your own answers" in shown.text
    assert "Half of you did." not in shown.text
