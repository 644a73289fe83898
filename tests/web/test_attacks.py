"""What an attacker tries, and what a privacy officer looks for."""

import logging
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask

from tests.factories import act_of, make_member
from tests.factories import bonds as bond_factory
from tests.factories.findings import make_lasting_link
from tests.factories.goals import EVALUATOR, make_goal
from tests.factories.indicators import make_definition, measure
from tests.factories.interviews import make_group, make_heard, make_respondent, make_statement
from tests.web.reader import Reader
from toc.domain.goals import Standing
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.findings import Finding
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import bonds, findings, goals, indicators
from toc.web.security import MOST_WITHOUT_ACCOUNT

SECRET = "They only want to save money"
WRITES_ALL = act_of(None, Role.EVALUATOR, Role.WORKER)


def member(database: Database, programme: Programme, *roles: Role) -> User:
    with database.writing(programme.id) as session:
        return make_member(session, programme, *roles)


class Hidden:
    """A hidden goal of the city, drawn from what two young people said, with all that hangs on it."""

    def __init__(self, database: Database, programme: Programme) -> None:
        with database.writing(programme.id) as session:
            heard = make_heard(session, make_group(session), 3)
            self.statement, other = (make_statement(session, one) for one in heard[:2])
            self.goal = make_goal(
                session,
                SECRET,
                standing=Standing.HIDDEN,
                holders=[make_group(session, name="City")],
                statements=[self.statement, other],
            )
            self.indicator = indicators.add_indicator(
                session, WRITES_ALL, uuid4(), self.goal.id, make_definition(name="Money the city saves")
            )
            measure(session, self.indicator, date(2025, 6, 30), 4321, 9876, act=WRITES_ALL)
            bond_factory.make_study(session, self.goal).title = "What the city saved"
            self.finding = findings.publish(session, EVALUATOR, uuid4(), self.goal.id, "It was saved.")
            self.link = make_lasting_link(session, heard[0].respondent).id


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.EVALUATOR])
def test_a_statement_leads_to_nothing_that_hangs_on_a_hidden_goal(
    reader: Reader, database: Database, programme: Programme, role: Role
) -> None:
    hidden = Hidden(database, programme)
    body = reader.sign_in(member(database, programme, role)).get(
        f"/p/{programme.id}/statements/{hidden.statement.id}"
    )
    for secret in (SECRET, "Money the city saves", "What the city saved", "4321", str(hidden.indicator.id)):
        assert secret not in body.body.replace(".", "").replace(",", ""), secret


def test_a_payer_may_read_the_count_of_words_that_no_goal_rests_on(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        statement = make_statement(session, make_heard(session, make_group(session), 3)[0])
    page = reader.sign_in(member(database, programme, Role.FUNDER)).get(
        f"/p/{programme.id}/statements/{statement.id}"
    )
    assert statement.text not in page.body


def test_who_spoke_reads_no_hidden_goal_of_somebody_else(
    reader: Reader, database: Database, programme: Programme
) -> None:
    hidden = Hidden(database, programme)
    page = reader.open_link(hidden.link).get("/mine/findings")
    assert SECRET not in page.body
    assert "It was saved." not in page.body
    reader.post(f"/mine/findings/{hidden.finding.id}", {"id": uuid4(), "text": "Hello"}, 404)


def test_an_evaluator_who_also_pays_reads_no_interview_no_reply_and_no_hidden_finding(
    reader: Reader, database: Database, programme: Programme
) -> None:
    hidden = Hidden(database, programme)
    place = f"/p/{programme.id}"
    pages = (f"{place}/interviews", f"{place}/interviews/{hidden.statement.interview_id}")
    reader.sign_in(member(database, programme, Role.EVALUATOR))
    for page in pages:
        reader.get(page)
    assert SECRET in reader.get(f"{place}/findings").body
    for payer in (Role.FUNDER, Role.INVESTOR):
        reader.sign_in(member(database, programme, Role.EVALUATOR, payer))
        for page in pages:
            reader.get(page, 403)
        assert SECRET not in reader.get(f"{place}/findings").body
        reader.get(f"{place}/findings/{hidden.finding.id}", 404)


def test_why_a_goal_was_worded_anew_while_it_was_hidden_stays_with_the_evaluator(
    reader: Reader, database: Database, programme: Programme
) -> None:
    hidden = Hidden(database, programme)
    with database.writing(programme.id) as session:
        goal = goals.get_goal(session, EVALUATOR, hidden.goal.id)
        draft = replace(goal.draft, wording="The city keeps to its budget")
        goals.new_edition(session, EVALUATOR, goal, draft, f"Was: {SECRET}")
        goals.release_goal(session, EVALUATOR, hidden.goal.id)
    address = f"/p/{programme.id}/goals/{hidden.goal.id}"
    assert SECRET in reader.sign_in(member(database, programme, Role.EVALUATOR)).get(address).body
    page = reader.sign_in(member(database, programme, Role.COORDINATOR)).get(address)
    assert "The city keeps to its budget" in page.body
    assert SECRET not in page.body


def test_a_contract_offers_no_indicator_of_a_hidden_goal(
    reader: Reader, database: Database, programme: Programme
) -> None:
    hidden = Hidden(database, programme)
    with database.writing(programme.id) as session:
        bond = bond_factory.make_bond(session, programme)
        draft = bond_factory.make_draft(bond.parties, bond.indicator)
        bonds.start_draft(session, bond.parties.coordinates, draft)
    page = reader.sign_in(bond.parties.coordinator).get(
        f"/p/{programme.id}/contract-drafts/{draft.id}/lines/new"
    )
    assert str(bond.indicator.id) in page.body
    assert str(hidden.indicator.id) not in page.body


@pytest.mark.parametrize(("role", "shown"), [(Role.WORKER, True), (Role.FUNDER, False), (Role.VIEWER, False)])
def test_an_outcome_shows_no_measurement_of_a_few_people(
    reader: Reader, database: Database, programme: Programme, role: Role, *, shown: bool
) -> None:
    with database.writing(programme.id) as session:
        bond = bond_factory.make_bond(session, programme)
        outcome = bond_factory.make_outcome(session, bond, achieved=Decimal(3), participants=7)
    page = (
        reader.use("en")
        .sign_in(member(database, programme, role))
        .get(f"/p/{programme.id}/outcomes/{outcome.id}")
    )
    assert ("3 of 7" in page.text.replace("\u00a0", " ")) is shown


def test_the_log_of_an_error_says_where_it_happened_and_not_what_was_typed(
    app: Flask, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise ValueError(SECRET)

    app.view_functions["pages.start"] = fail
    fail.toc_action = "page.read"  # type: ignore[attr-defined] # as `allow` marks it
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    with caplog.at_level(logging.DEBUG):
        reader.get("/", 500)
    assert SECRET not in caplog.text
    assert "ValueError at fail" in caplog.text


def test_the_second_of_two_who_make_one_row_at_the_same_moment_hears_that_somebody_was_first(
    app: Flask, reader: Reader, database: Database, programme: Programme, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = Hidden(database, programme)

    def answer_late() -> str:
        """Write what the first request wrote after this one looked."""
        with database.writing(programme.id) as session:
            copy = {column.key: getattr(hidden.finding, column.key) for column in Finding.__table__.columns}
            session.add(Finding(**copy))
        return "nobody was first"

    app.view_functions["pages.start"] = answer_late
    answer_late.toc_action = "page.read"  # type: ignore[attr-defined] # as `allow` marks it
    with caplog.at_level(logging.DEBUG, logger=app.logger.name):
        answer = reader.client.get("/")
    assert answer.status_code == 409
    assert "It was saved." not in caplog.text


# --- How much is read ---------------------------------------------------------------------------------------


def test_of_somebody_without_an_account_no_more_is_read_than_a_form_holds(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        link = make_lasting_link(session, make_respondent(session))
    little, much = "a" * (MOST_WITHOUT_ACCOUNT - 10_000), "a" * (MOST_WITHOUT_ACCOUNT + 10_000)
    for who, address in ((reader, "/login"), (reader.open_link(link.id), "/mine/consent")):
        who.post(address, {"email": much}, 413)
        who.post(address, {"email": little}, 400)
        who.post(address, {"email": (BytesIO(much.encode() * 2), "a.txt")}, 413)
    evaluator = reader.sign_in(member(database, programme, Role.EVALUATOR))
    evaluator.post(f"/p/{programme.id}/goals/new", {"wording": much}, 400)
    evaluator.post(f"/p/{programme.id}/goals/new", {"wording": much * 6}, 413)
