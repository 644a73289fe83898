"""Workshops on pages: a facilitator, phones without an account, and a wall."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import make_member
from tests.factories.findings import make_lasting_link
from tests.factories.interviews import make_group, make_respondent
from tests.factories.workshops import HOURS, door_of, go_to, make_workshop
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.acts import Act
from toc.domain.people import Role
from toc.domain.workshops import Phase
from toc.models.audit import AuditEvent
from toc.models.database import Database
from toc.models.interviews import Statement
from toc.models.programmes import Programme
from toc.models.workshops import WorkshopCard, WorkshopSeat
from toc.services import workshops
from toc.web.security import start_session
from toc.web.workshops.blueprint import qr

DOTS, CLOSED = Phase.DOTS, Phase.CLOSED


class Opened:
    """A workshop with a party of residents and one of the city; its door is open today."""

    def __init__(self, database: Database, programme: Programme) -> None:
        self.database, self.programme_id = database, programme.id
        at = datetime.now(UTC)
        with database.writing(programme.id) as session:
            self.residents = make_group(session, name="Residents", is_beneficiary=True)
            self.city = make_group(session, name="City")
            workshop = make_workshop(session, title="Hope", group=self.city)
            self.id: UUID = workshop.id
            code = door_of(session, workshop)
            workshops.open_door(session, Act(at=at, on=at.date()), self.id, hours=HOURS)
            self.user = make_member(session, programme, Role.EVALUATOR)
        self.page = f"/p/{programme.id}/workshops/{self.id}"
        self.door = f"/join/{code}"

    def go_to(self, *phases: Phase) -> None:
        with self.database.writing(self.programme_id) as session:
            go_to(session, self.id, *phases)

    def rows(self, table: Any) -> list[Any]:  # noqa: ANN401 - a table of ours
        with self.database.read_session(self.programme_id) as session:
            return list(session.scalars(select(table)))


@pytest.fixture
def opened(database: Database, programme: Programme) -> Opened:
    return Opened(database, programme)


@pytest.fixture
def phone(reader: Reader, opened: Opened) -> Reader:
    """A phone that joined for the residents."""
    assert join(reader.use("en"), opened).location == "/join/room"
    return reader


def join(reader: Reader, opened: Opened, party: UUID | None = None) -> Page:
    form = reader.get(opened.door).form(opened.door)
    chosen = {"group_id": str(party or opened.residents.id), "agreed": "1"}
    return reader.post(opened.door, form | chosen)


def write(phone: Reader, text: str, status: int = 302) -> Page:
    form = phone.get("/join/room").form("/join/cards")
    return phone.post("/join/cards", form | {"text": text}, status)


# --- The facilitator ----------------------------------------------------------------------------------------


def test_an_evaluator_opens_a_workshop(database: Database, programme: Programme, reader: Reader) -> None:
    with database.writing(programme.id) as session:
        reader.use("en").sign_in(make_member(session, programme, Role.EVALUATOR))
    index = f"/p/{programme.id}/workshops"
    assert "No workshop was held yet" in reader.get(index).text
    form = reader.get(f"{index}/new").form(f"{index}/new")
    assert form["dots"] == "5"
    page = reader.post(f"{index}/new", form | {"title": "Hope"}, 400)
    assert "This programme has no parties yet" in page.text
    with database.writing(programme.id) as session:
        make_group(session)
    for wrong, says in [
        ({"title": ""}, "Fill this in"),
        ({"title": "Bel 06 12345678"}, "telephone"),
        ({"title": "Hope", "dots": "50"}, "1 to 20 dots"),
    ]:
        assert says in reader.post(f"{index}/new", form | wrong, 400).text
    sent = reader.post(f"{index}/new", form | {"title": "Hope"})
    page = reader.get(sent.location)
    assert "The workshop is open" in page.text
    assert reader.post(f"{index}/new", form | {"title": "Hope"}).location == sent.location
    assert "W1 Hope" in reader.get(index).text
    (code,) = page.find(".workshop__code")
    assert [len(half) for half in code.to_text().split()] == [3, 3]
    assert "No phone can come in yet" in page.text  # localhost


def test_the_code_and_its_picture_name_the_address_of_the_room(reader: Reader, opened: Opened) -> None:
    room = "http://192.168.1.20:8000"
    assert opened.user.fs_uniquifier
    with reader.client.session_transaction(base_url=room) as cookie:
        start_session(cookie, opened.user.fs_uniquifier, datetime.now(UTC))
    page = Page(reader.client.get(opened.page, base_url=room, headers={"Accept-Language": "en"}))
    assert page.status == 200
    assert "192.168.1.20:8000/join" in page.text
    assert "No phone can come in yet" not in page.text
    wanted = qr(f"{room}{opened.door}")
    (picture,) = page.find("path.qr__dark")
    assert picture.attrs["d"] == wanted.path


def test_a_facilitator_moves_on_and_back(reader: Reader, opened: Opened) -> None:
    reader.use("en").sign_in(opened.user)
    revision = reader.get(opened.page).form(f"{opened.page}/phase")["revision"]
    skips = {"to": "closed", "revision": revision}
    assert "one step" in reader.post(f"{opened.page}/phase", skips, 400).text
    step = {"to": "dots", "revision": revision}
    assert reader.post(f"{opened.page}/phase", step).location == opened.page
    assert reader.post(f"{opened.page}/phase", step | {"from": "board"}).location == f"{opened.page}/board"
    assert "putting dots" in reader.get(opened.page).text
    reader.post(f"{opened.page}/phase", {"to": "cards", "revision": revision}, 409)
    assert "possibilities" in reader.post(f"{opened.page}/phase", {"to": "lunch"}, 400).text
    opened.go_to(CLOSED)
    assert "QR code" not in reader.get(opened.page).body
    assert "is closed" in reader.post(f"{opened.page}/door", status=409).text


def test_a_door_that_closed_by_itself_is_opened_again(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        user = make_member(session, programme, Role.EVALUATOR)
        workshop = make_workshop(session)  # in 2025: its day is over
        code = door_of(session, workshop)
    reader.use("en").sign_in(user)
    page = f"/p/{programme.id}/workshops/{workshop.id}"
    assert "lets nobody in any more" in reader.get(page).text
    assert Page(reader.client.get(f"/join/{code}")).status == 400
    assert "works for 24 hours" in reader.submit(f"{page}/door").text
    reader.get(f"/join/{code}")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_all_pages_are_there_in_both_languages(reader: Reader, opened: Opened, language: str) -> None:
    reader.use(language)
    join(reader, opened)
    write(reader, "A quiet street")
    opened.go_to(DOTS)
    assert ("You have 2 dots left" if language == "en" else "nog 2 stippen") in reader.get("/join/room").text
    opened.go_to(CLOSED)
    assert ("Thank you" if language == "en" else "Dank je wel") in reader.get("/join/room").text
    reader.sign_in(opened.user)
    for address in (opened.page, f"{opened.page}/board", f"/p/{opened.programme_id}/workshops"):
        assert "Hope" in reader.get(address).text


# --- Coming in ----------------------------------------------------------------------------------------------


def test_a_code_is_typed_or_scanned(reader: Reader, opened: Opened) -> None:
    reader.use("en")
    assert "The code on the wall" in reader.get("/join").text
    code = opened.door.removeprefix("/join/")
    assert reader.get(f"/join?code={code[:3].lower()}+{code[3:]}", 302).location == opened.door
    assert "6 letters and digits" in reader.get("/join?code=12", 400).text
    assert "Everybody here sees it" in reader.get(opened.door).text


def test_who_does_not_agree_does_not_join(reader: Reader, opened: Opened) -> None:
    form = reader.use("en").get(opened.door).form(opened.door)
    page = reader.post(opened.door, form | {"group_id": str(opened.city.id)}, 400)
    assert "Tick this if you agree" in page.text
    assert "Choose one of the possibilities" in reader.post(opened.door, form | {"agreed": "1"}, 400).text
    reader.post(opened.door, form | {"agreed": "1", "group_id": str(uuid4())}, 404)
    assert reader.get("/join/room", 302).location == "/join"
    assert opened.rows(WorkshopSeat) == []


def test_what_somebody_agreed_to_is_kept(phone: Reader, opened: Opened) -> None:
    (seat,) = opened.rows(WorkshopSeat)
    assert seat.group_id == opened.residents.id
    assert "without your name" in seat.consent
    assert "only the researcher reads it" in seat.consent
    assert "You joined as: Residents" in phone.get("/join/room").text
    assert "Go on where I was" in phone.get("/join").text
    phone.post("/join/leave")
    assert phone.get("/join/room", 302).location == "/join"


def test_a_full_workshop_says_so(app: Flask, reader: Reader, opened: Opened) -> None:
    app.extensions["toc_settings"] = app.extensions["toc_settings"].model_copy(update={"workshop_phones": 1})
    join(reader.use("en"), opened)
    form = reader.get(opened.door).form(opened.door)
    sent = form | {"group_id": str(opened.city.id), "agreed": "1"}
    assert "There are 1 phones" in reader.post(opened.door, sent, 400).text


def test_who_guesses_codes_has_to_wait(app: Flask, reader: Reader, opened: Opened) -> None:
    app.extensions["toc_settings"] = app.extensions["toc_settings"].model_copy(
        update={"workshop_attempts": 3}
    )
    for guess in ("CCCCCC", "DDDDDD", "x" * 300):
        page = Page(reader.client.get(f"/join/{guess}"))
        assert page.status == 400
        page.check()
        reader.get(opened.door) if guess == "CCCCCC" else None  # a right code costs no attempt
    assert Page(reader.client.get("/join/FFFFFF")).status == 429
    assert Page(reader.client.get(opened.door)).status == 429  # a right guess does not get through either
    assert Page(reader.client.post(opened.door)).status == 429
    elsewhere = Page(reader.client.get(opened.door, environ_base={"REMOTE_ADDR": "10.0.0.9"}))
    assert elsewhere.status == 200
    wrong = Page(reader.client.post("/join/GGGGGG", environ_base={"REMOTE_ADDR": "10.0.0.9"}))
    assert wrong.status == 400


def test_a_seat_goes_beside_a_sign_in_or_a_personal_link(
    reader: Reader, opened: Opened, database: Database
) -> None:
    reader.use("en").sign_in(opened.user)
    join(reader, opened, opened.city.id)
    write(reader, "From the facilitator's own phone")
    reader.get(opened.page)
    with database.writing(opened.programme_id) as session:
        respondent = make_respondent(session)
        link = make_lasting_link(session, respondent)
    reader.open_link(link.id)
    join(reader, opened)
    write(reader, "With a personal link")
    reader.get("/mine")
    with database.read_session(opened.programme_id) as session:
        told = session.scalars(
            select(AuditEvent.actor).where(AuditEvent.subject_kind.startswith("workshop"))
        ).all()
    assert f"respondent:{respondent.id}" not in told
    assert f"user:{opened.user.id}" not in told


# --- On a phone ---------------------------------------------------------------------------------------------


def test_a_card_is_written_once_and_taken_back(phone: Reader, opened: Opened) -> None:
    form = phone.get("/join/room").form("/join/cards") | {"text": "A quiet street"}
    for _ in range(2):
        phone.post("/join/cards", form)
    (card,) = opened.rows(WorkshopCard)
    assert str(card.id) == form["id"]
    page = phone.get("/join/room")
    assert "What you wrote A quiet street" in page.text
    back = f"/join/cards/{card.id}/back"
    page = phone.submit(back, page.form(back))
    assert "Taken back A quiet street" in page.text
    page = phone.submit(back, page.form(back))
    assert "What you wrote A quiet street" in page.text


def test_what_cannot_hang_on_the_wall_stays_in_the_field(phone: Reader, opened: Opened) -> None:
    for text, says in [("", "Fill this in"), ("x" * 201, "too long"), ("Bel 06 12345678", "telephone")]:
        page = write(phone, text, 400)
        assert says in page.text
        assert page.form("/join/cards")["text"] == text
    opened.go_to(DOTS)
    form = {"id": str(uuid4()), "text": "Too late"}
    assert "The writing of cards is over" in phone.post("/join/cards", form, 400).text
    assert opened.rows(WorkshopCard) == []


def test_a_script_sends_a_card_and_reads_what_came_of_it(phone: Reader, opened: Opened) -> None:
    def send(**form: str) -> tuple[int, Any]:
        answer = phone.client.post("/join/cards", data=form, headers={"Accept": "application/json"})
        return answer.status_code, json.loads(answer.get_data(as_text=True))

    card_id = str(uuid4())
    for _ in range(2):
        assert send(id=card_id, text="A quiet street") == (200, {"id": card_id})
    status, said = send(id=str(uuid4()), text="Mail a@b.example")
    assert status == 400
    assert "e-mail" in said["message"]
    assert len(opened.rows(WorkshopCard)) == 1
    phone.sign_out()
    assert send(id=card_id, text="A quiet street")[0] == 404


def test_dots_are_put_and_taken_back(phone: Reader, opened: Opened) -> None:
    for text in ("One", "Two", "Three"):
        write(phone, text)
    opened.go_to(DOTS)
    one, two, three = (f"/join/cards/{card.id}/dot" for card in opened.rows(WorkshopCard))
    page = phone.get("/join/room")
    assert "You have 2 dots left" in page.text
    for action in (one, two):
        page = phone.submit(action, page.form(action))
    assert "You have 0 dots left" in page.text
    assert "You have put all your 2 dots" in phone.submit(three, page.form(three)).text
    page = phone.submit(one, page.form(one))
    assert "You have 1 dot left" in page.text
    assert len(page.find("button[aria-pressed=true]")) == 1
    phone.post(f"/join/cards/{uuid4()}/dot", status=404)


def test_a_phone_asks_what_to_do_now(phone: Reader, opened: Opened) -> None:
    def state() -> dict[str, Any]:
        told: dict[str, Any] = json.loads(phone.client.get("/join/state").get_data(as_text=True))
        return told

    before = state()
    assert (before["phase"], before["remaining"]) == ("cards", 2)
    (live,) = phone.get("/join/room").find("[data-room-live]")
    assert live.attrs["data-seen"] == before["seen"]
    opened.go_to(DOTS)
    assert state()["phase"] == "dots"
    assert state()["seen"] != before["seen"]
    with counting(phone.database.connection) as asked:  # type: ignore[attr-defined] # a forgetful one
        state()
    assert len(asked) == 1, asked
    phone.sign_out()
    assert phone.client.get("/join/state").status_code == 404


# --- The wall -----------------------------------------------------------------------------------------------


def test_the_wall_follows_and_says_nothing_when_nothing_changed(reader: Reader, opened: Opened) -> None:
    reader.use("en")
    join(reader, opened)
    write(reader, "A quiet street")
    with reader.client.session_transaction() as cookie:
        seat = cookie["workshop_seat"]
    reader.sign_in(opened.user)
    page = reader.get(f"{opened.page}/board")
    assert "A quiet street" in page.text
    assert "1 phone" in page.text
    (live,) = page.find("[data-wall-live]")
    now = f"{opened.page}/board/now?seen={live.attrs['data-seen']}"
    assert Page(reader.client.get(now)).status == 204
    assert seat.split("/")[1] not in page.body  # of no phone
    off = next(one.attrs["action"] for one in page.find("form.wall__off"))
    assert reader.post(off, page.form(off)).location == f"{opened.page}/board"
    fragment = Page(reader.client.get(now))
    assert fragment.status == 200
    assert "A quiet street" not in fragment.body
    page = reader.get(opened.page)
    assert "Taken off the wall by you" in page.text
    reader.post(off, page.form(off))
    assert "A quiet street" in reader.get(f"{opened.page}/board").text
    assert "dot" not in " ".join(one.to_text() for one in page.find(".wall__dots"))


def test_cards_become_statements_that_goals_can_rest_on(reader: Reader, opened: Opened) -> None:
    reader.use("en")
    join(reader, opened, opened.city.id)
    for text in ("One", "Two"):
        write(reader, text)
    opened.go_to(DOTS)
    one, two = opened.rows(WorkshopCard)
    reader.post(f"/join/cards/{two.id}/dot", {"put": "1"})
    opened.go_to(CLOSED)
    reader.sign_in(opened.user)
    page = reader.get(opened.page)
    assert page.text.index("Two") < page.text.index("One")  # most dots first
    assert "1 dot" in page.text
    keep = f"{opened.page}/keep"
    assert "Choose at least one card" in reader.post(keep, {}, 400).text
    chosen = {"card_ids": [str(one.id), str(two.id)]}
    assert "2 cards became statements" in reader.submit(keep, chosen).text
    page = reader.submit(keep, chosen)
    statements = opened.rows(Statement)
    assert len(statements) == 2
    for statement in statements:
        reader.get(f"/p/{opened.programme_id}/statements/{statement.id}")
    (source,) = {statement.interview_id for statement in statements}
    onward = f"/p/{opened.programme_id}/goals/new?interview={source}"
    assert onward in page.links()
    assert "Two" in reader.get(onward).text
    assert "Two" in reader.get(f"/p/{opened.programme_id}/interviews/{source}/coding").text
    assert "Two" in reader.get(f"/p/{opened.programme_id}/interviews/{source}").text
