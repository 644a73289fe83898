"""The thread strip on pages: beads lead on, small numbers stay closed, money is not for everybody."""

from datetime import date

import pytest

from tests.factories import make_member
from tests.factories.goals import make_goal
from tests.factories.indicators import make_indicator, measure
from tests.factories.interviews import make_group, make_heard, make_statement
from tests.web.reader import Page, Reader
from toc.domain.goals import Standing
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.people import User
from toc.models.programmes import Programme


def strip(page: Page) -> str:
    """Return the words of the thread on a page."""
    (thread,) = page.find("nav.thread")
    return " ".join(thread.to_text().replace("\u00a0", " ").split())


def member(database: Database, programme: Programme, *roles: Role) -> User:
    with database.writing(programme.id) as session:
        return make_member(session, programme, *roles)


@pytest.mark.parametrize(("role", "shown"), [(Role.WORKER, True), (Role.FUNDER, False), (Role.VIEWER, False)])
def test_a_small_number_stays_closed_in_the_strip(
    reader: Reader, database: Database, programme: Programme, role: Role, *, shown: bool
) -> None:
    with database.writing(programme.id) as session:
        goal = make_goal(session)
        measure(session, make_indicator(session, goal), date(2025, 6, 30), 3, 7)
    reader.use("en").sign_in(member(database, programme, role))
    assert ("3 of 7" in strip(reader.get(f"/p/{programme.id}/goals/{goal.id}"))) is shown


def test_a_stakeholder_sees_no_money_in_the_strip(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        goal = make_goal(session)
    reader.use("en").sign_in(member(database, programme, Role.STAKEHOLDER))
    words = strip(reader.get(f"/p/{programme.id}/goals/{goal.id}"))
    assert words.count("not shown to you") == 3


def test_an_evaluator_who_also_pays_reads_as_payer(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        statement = make_statement(session, make_heard(session, make_group(session), 3)[0])
        make_goal(session, "Keep my benefit", standing=Standing.HIDDEN, statements=[statement])
    address = f"/p/{programme.id}/statements/{statement.id}"
    reader.use("en").sign_in(member(database, programme, Role.EVALUATOR))
    assert "Keep my benefit" in strip(reader.get(address))
    reader.sign_in(member(database, programme, Role.EVALUATOR, Role.FUNDER))
    assert "Keep my benefit" not in reader.get(address).body
