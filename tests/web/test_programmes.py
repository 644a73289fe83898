"""Programmes on pages."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.factories import make_member, make_programme, make_user
from tests.web.reader import Reader
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.people import User
from toc.models.programmes import Programme

TYPED = {
    "name": "The Kitchen",
    "problem": "No diploma, no job.",
    "target_group": "Young adults",
    "starts_on": "2016-01-01",
    "ends_on": "31-12-2019",
    "currency": "EUR",
    "language": "en",
    "funder": "Gemeente Utrecht",
    "funder_kind": "municipality",
    "provider": "",
    "provider_kind": "social_enterprise",
    "evaluator": "Bureau",
    "evaluator_kind": "research_bureau",
}


def member(database: Database, programme: Programme, *roles: Role) -> User:
    with database.writing(programme.id) as session:
        return make_member(session, programme, *roles)


@pytest.fixture
def coordinator(reader: Reader, database: Database, programme: Programme) -> Reader:
    return reader.use("en").sign_in(member(database, programme, Role.COORDINATOR))


def test_who_takes_part_in_nothing_is_told_how_to_begin(reader: Reader, database: Database) -> None:
    with database.writing() as session:
        user = make_user(session)
    page = reader.sign_in(user).use("nl").get("/programmes")
    assert "Nog geen programma" in page.text
    assert "/programmes/new" in page.links()


def test_the_list_shows_ones_own_programmes_and_no_others(
    coordinator: Reader, database: Database, programme: Programme
) -> None:
    with database.writing() as session:
        other = make_programme(session, name="Somebody else's")
    page = coordinator.get("/programmes")
    assert programme.name in page.text
    assert other.name not in page.body


def test_a_programme_is_made_and_shown(reader: Reader, database: Database) -> None:
    with database.writing() as session:
        user = make_user(session)
    reader.sign_in(user).use("en")
    form = reader.get("/programmes/new").form("/programmes/new")
    page = reader.submit("/programmes/new", {**form, **TYPED})
    assert "The Kitchen" in page.text
    assert "No diploma, no job." in page.text
    assert "1 January 2016 up to and including 31 December 2019" in page.text.replace("\u00a0", " ")
    again = reader.submit("/programmes/new", {**form, **TYPED})
    assert "The Kitchen" in again.text
    with database.read_session() as session:
        made = session.scalars(select(Programme).where(Programme.name == "The Kitchen")).all()
        assert len(made) == 1


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "Fill this in."),
        ({"ends_on": "2015-01-01"}, "ends_on", "The last day is before the first day"),
        ({"currency": "NLG"}, "currency", "This is not a currency"),
        ({"language": "xx"}, "language", "Choose one of the possibilities"),
        ({"starts_on": "2016-13-01"}, "starts_on", ""),
        ({"name": "a\u202eb"}, "name", "invisible characters"),
        ({"name": "x" * 400}, "name", "too long"),
    ],
)
def test_what_is_not_right_is_said_at_the_field_and_kept(
    reader: Reader, database: Database, typed: dict[str, str], field: str, sentence: str
) -> None:
    with database.writing() as session:
        user = make_user(session)
    id_ = str(uuid4())
    page = reader.sign_in(user).use("en").post("/programmes/new", {**TYPED, **typed, "id": id_}, 400)
    assert sentence in page.find(f"#{field}-error")[0].to_text()
    kept = page.form("/programmes/new")
    assert kept["id"] == id_
    assert kept["problem"].strip() == TYPED["problem"]


def test_settings_are_saved_and_a_second_hand_sees_both_texts(
    coordinator: Reader, programme: Programme
) -> None:
    address = f"/p/{programme.id}/settings"
    form = coordinator.get(address).form(address)
    mine = {**form, **TYPED, "name": "Mine", "small_number_threshold": "12"}
    assert "Mine" in coordinator.submit(address, mine).text
    page = coordinator.post(address, {**mine, "name": "Yours"}, 409)
    assert "Mine" in page.text
    assert "Yours" in page.text
    saved = coordinator.submit(address, page.form(address))
    assert "Yours" in saved.text
    settled = coordinator.get(address).form(address)
    assert settled["small_number_threshold"] == "12"


def test_a_threshold_that_is_too_low_is_refused(coordinator: Reader, programme: Programme) -> None:
    address = f"/p/{programme.id}/settings"
    form = coordinator.get(address).form(address)
    page = coordinator.post(address, {**form, **TYPED, "small_number_threshold": "4"}, 400)
    assert "below 5" in page.find("#small_number_threshold-error")[0].to_text()


def test_who_pays_as_well_is_told_who_may_show_smaller_groups(
    reader: Reader, database: Database, programme: Programme
) -> None:
    address = f"/p/{programme.id}/settings"
    both = member(database, programme, Role.COORDINATOR, Role.FUNDER)
    page = reader.use("en").sign_in(both).get(address)
    form = {**page.form(address), **TYPED, "small_number_threshold": "5"}
    refused = reader.post(address, form, 400).find("#small_number_threshold-error")[0].to_text()
    assert "invite one under People" in refused
    refused = reader.post(address, {**form, "small_number_threshold": "10", "own_totals_decided": "1"}, 400)
    assert "Somebody who does not pay" in refused.find("#own_totals_decided-error")[0].to_text()


def test_the_overview_shows_each_role_its_own_tasks(
    reader: Reader, database: Database, programme: Programme
) -> None:
    reader.use("en")
    expected = {
        Role.COORDINATOR: "Describe the problem",
        Role.EVALUATOR: "Add the first party",
        Role.WORKER: "Nothing waits for you.",
        Role.STAKEHOLDER: "Nothing waits for you.",
    }
    for role, words in expected.items():
        page = reader.sign_in(member(database, programme, role)).get(f"/p/{programme.id}/")
        assert words in page.text
        assert ("The bond in one sentence" in page.text) is (role is not Role.STAKEHOLDER)


_TOKEN = re.compile(r"\b[\w-]{40,}\.[\w-]{6}\.[\w-]{20,}")


def test_a_foreign_programme_looks_exactly_like_a_missing_one(
    coordinator: Reader, database: Database, programme: Programme
) -> None:
    with database.writing() as session:
        other = make_programme(session)
    for path in ("/", "/settings"):
        nowhere = uuid4()
        foreign = coordinator.get(f"/p/{other.id}{path}", 404)
        missing = coordinator.get(f"/p/{nowhere}{path}", 404)
        # A token holds the second in which it was made.
        bodies = [_TOKEN.sub("", page.body) for page in (foreign, missing)]
        assert bodies[0] == bodies[1].replace(str(nowhere), str(other.id))
    coordinator.get(f"/p/{programme.id}/settings")


def test_a_visitor_is_asked_to_sign_in_and_then_comes_back(reader: Reader, programme: Programme) -> None:
    page = reader.get(f"/p/{programme.id}/settings", 302)
    assert page.location.startswith("/login?next=")
    assert str(programme.id) in page.location
