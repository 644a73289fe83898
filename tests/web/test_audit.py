"""The history of a programme, as the coordinator and the evaluator read it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select, text

from tests.factories import NOW, act_of, make_member
from tests.factories.goals import make_goal
from tests.factories.interviews import make_group, make_interview, make_respondent, make_statement
from tests.web.reader import Reader
from toc.domain.acts import Act
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.people import Membership
from toc.models.programmes import Programme
from toc.services import audit, people
from toc.web.audit import PAGE

ALL = (Role.COORDINATOR, Role.EVALUATOR)


def sign_in(reader: Reader, database: Database, programme: Programme, *roles: Role, name: str = "") -> UUID:
    """Be somebody with these roles, who reads English; return their account."""
    with database.writing(programme.id) as session:
        user = make_member(session, programme, *roles, name=name)
    reader.use("en").sign_in(user)
    return user.id


def fill(database: Database, programme: Programme, times: int, action: str = "goal.create") -> None:
    """Let a command do something a number of times, a minute apart."""
    with database.writing(programme.id) as session:
        for number in range(times):
            at = NOW + timedelta(minutes=number)
            audit.record(session, act_of(at=at), action, "goal", uuid4(), edition=number)


def rows(reader: Reader, programme: Programme, query: str = "") -> list[str]:
    """The lines of the table, as text."""
    page = reader.get(f"/p/{programme.id}/history{query}")
    return [" ".join(row.to_text().split()) for row in page.find("tbody tr")]


def test_a_programme_without_events_says_what_belongs_here(
    reader: Reader, database: Database, programme: Programme
) -> None:
    sign_in(reader, database, programme, Role.COORDINATOR)
    page = reader.get(f"/p/{programme.id}/history")
    assert "Nothing happened yet" in page.text
    assert "Er is nog niets gebeurd" in reader.use("nl").get(f"/p/{programme.id}/history").text


def test_who_did_what_is_said_in_a_sentence_with_a_link(
    reader: Reader, database: Database, programme: Programme
) -> None:
    user = sign_in(reader, database, programme, *ALL, name="Sanne de Vries")
    with database.writing(programme.id) as session:
        goal = make_goal(session)
        audit.record(session, act_of(user), "goal.edit", "goal", goal.id, edition=2)
    line = rows(reader, programme)[0]
    who, what = "Sanne de Vries (Coordinator, Evaluator)", "Changed a goal: edition 2."
    assert line == f"{what} G{goal.code} {who} 1 September 2025, 12:00"
    links = reader.get(f"/p/{programme.id}/history").links()
    assert f"/p/{programme.id}/goals/{goal.id}" in links
    assert "Een doel gewijzigd: editie 2." in reader.use("nl").get(f"/p/{programme.id}/history").text


def test_a_command_and_somebody_who_left_are_named(
    reader: Reader, database: Database, programme: Programme
) -> None:
    sign_in(reader, database, programme, *ALL)
    with database.writing(programme.id) as session:
        gone = make_member(session, programme, Role.WORKER, name="Omar")
        people.add_member(session, act_of(), gone.id, Role.VIEWER)
        (worker,) = session.scalars(
            select(Membership.id).where(Membership.user_id == gone.id, Membership.role == Role.WORKER)
        )
        people.end_membership(session, act_of(gone), worker)
    newest, before = rows(reader, programme)[:2]
    assert newest.startswith("The role of Worker ended for Omar. \N{EN DASH} Omar (Viewer)")
    assert before.startswith("Omar got the role of Viewer. \N{EN DASH} A command on the server")


def test_only_who_reads_interviews_learns_which_respondent_it_was(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        respondent = make_respondent(session)
        statement = make_statement(session, make_interview(session, respondent))
        act = Act(at=NOW, on=NOW.date(), respondent=respondent.id)
        audit.record(session, act, "statement.decide", "statement", statement.id)
    sign_in(reader, database, programme, Role.EVALUATOR)
    line = rows(reader, programme)[0]
    assert line.startswith(f"Decided who may read a statement. U{statement.code} R{respondent.code} 1")
    assert f"/p/{programme.id}/statements/{statement.id}" in reader.get(f"/p/{programme.id}/history").links()
    sign_in(reader, database, programme, Role.COORDINATOR)
    line = rows(reader, programme)[0]
    assert line.startswith("Decided who may read a statement. \N{EN DASH} A respondent 1")
    page = reader.get(f"/p/{programme.id}/history").body
    for secret in (str(respondent.id), str(statement.id), statement.text):
        assert secret not in page


def test_a_goal_that_only_the_evaluator_may_see_is_not_named_to_others(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        goal = make_goal(session)
        goal.released = False
        audit.record(session, act_of(), "goal.create", "goal", goal.id)
    sign_in(reader, database, programme, Role.COORDINATOR)
    assert rows(reader, programme)[0].startswith("Added a goal. \N{EN DASH} A")
    sign_in(reader, database, programme, Role.EVALUATOR)
    assert rows(reader, programme)[0].startswith(f"Added a goal. G{goal.code} A")


def test_the_page_of_a_group_is_for_who_interviews(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        group = make_group(session)
        audit.record(session, act_of(), "group.create", "stakeholder_group", group.id)
    address = f"/p/{programme.id}/groups/{group.id}"
    for role, linked in ((Role.EVALUATOR, True), (Role.COORDINATOR, False)):
        sign_in(reader, database, programme, role)
        assert rows(reader, programme)[0].startswith(f"Added a stakeholder group. S{group.code} A")
        assert (address in reader.get(f"/p/{programme.id}/history").links()) is linked


def test_an_event_of_an_earlier_version_is_shown_as_it_is(
    reader: Reader, database: Database, programme: Programme
) -> None:
    sign_in(reader, database, programme, *ALL)
    with database.writing(programme.id) as session:
        audit.record(session, act_of(), "goal.fold", "goal", uuid4())
        audit.record(session, act_of(), "goal.edit", "goal", uuid4())  # its edition was not kept
        audit.record(session, act_of(), "people.join", "membership", uuid4(), role="juggler")
    join, edit, fold = rows(reader, programme)[:3]
    assert "Did something that this version has no words for (goal.fold)." in fold
    assert "Changed a goal: edition \N{EN DASH}." in edit
    assert "Somebody got the role of juggler." in join


def test_many_events_come_in_pages(reader: Reader, database: Database, programme: Programme) -> None:
    sign_in(reader, database, programme, *ALL)
    fill(database, programme, 2 * PAGE + 20)
    first = reader.get(f"/p/{programme.id}/history")
    assert len(first.find("tbody tr")) == PAGE
    assert "1 to 50 of 120" in first.text
    (older,) = [link.attrs["href"] for link in first.find("a[rel=next]")]
    assert first.find("a[rel=prev]") == []
    second = reader.get(older)
    assert "51 to 100 of 120" in second.text
    (back,) = [link.attrs["href"] for link in second.find("a[rel=prev]")]
    assert reader.get(back).text == first.text
    (last,) = [link.attrs["href"] for link in second.find("a[rel=next]")]
    third = reader.get(last)
    assert "101 to 120 of 120" in third.text
    assert third.find("a[rel=next]") == []
    assert "A command on the server 1 September 2025, 12:00" in third.text  # the first of all


@pytest.mark.parametrize("before", ["x", "-1", "1e3", "99999999999999999999", "²"])
def test_a_page_that_cannot_be_is_the_first_one(
    before: str, reader: Reader, database: Database, programme: Programme
) -> None:
    sign_in(reader, database, programme, *ALL)
    fill(database, programme, 2)
    assert len(rows(reader, programme, f"?before={before}")) == 2
    assert "Nothing happened yet" in reader.get(f"/p/{programme.id}/history?before=0").text


@pytest.mark.parametrize("times", [10, 200])
def test_the_page_asks_the_database_as_often_for_many_events(
    times: int, reader: Reader, database: Database, programme: Programme
) -> None:
    sign_in(reader, database, programme, *ALL)
    with database.writing(programme.id) as session:
        goals = [make_goal(session) for _ in range(5)]
        for number in range(times):
            user = make_member(session, programme, Role.WORKER)
            audit.record(session, act_of(user), "goal.create", "goal", goals[number % 5].id)
    reader.get("/")  # asks once whether this is a demo
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    reader.get(f"/p/{programme.id}/history")
    selects = [statement for statement in asked if statement.lstrip().upper().startswith("SELECT")]
    assert 5 <= len(selects) <= 12, selects


def test_a_check_says_that_all_is_whole(reader: Reader, database: Database, programme: Programme) -> None:
    sign_in(reader, database, programme, *ALL)
    fill(database, programme, 3)
    (address,) = [
        link for link in reader.get(f"/p/{programme.id}/history").links() if link.endswith("/check")
    ]
    page = reader.get(address)
    assert "This programme: yes" in page.text
    assert "Signing in and accounts" not in page.text
    assert "Dit programma: ja" in reader.use("nl").get(address).text


def test_a_check_says_what_is_wrong(reader: Reader, database: Database, programme: Programme) -> None:
    sign_in(reader, database, programme, *ALL)
    fill(database, programme, 3)
    with database.writing() as session:
        session.execute(text("UPDATE audit_head SET sequence = 2"))
    page = reader.get(f"/p/{programme.id}/history/check")
    assert "This programme: no" in page.text
    assert "Event 3 was put in at the end." in page.text


def test_an_administrator_also_checks_the_chain_of_the_instance(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        user = make_member(session, programme, Role.COORDINATOR)
        people.make_administrator(session, act_of(), user)
    reader.use("en").sign_in(user)
    assert "Signing in and accounts: yes" in reader.get(f"/p/{programme.id}/history/check").text


@pytest.mark.parametrize("role", [role for role in Role if role not in ALL])
@pytest.mark.parametrize("path", ["history", "history/check"])
def test_others_do_not_read_it(
    role: Role, path: str, reader: Reader, database: Database, programme: Programme
) -> None:
    sign_in(reader, database, programme, role)
    reader.get(f"/p/{programme.id}/{path}", 403)
