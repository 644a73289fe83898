"""A room full of phones against the program as it is served: every card arrives exactly once."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.factories import make_programme
from tests.factories.interviews import make_group
from tests.factories.people import PASSWORD, make_account
from tests.killing import App, Client
from tests.phones import Phone, Told, Wall, hold
from toc.domain.acts import Act
from toc.domain.people import Role
from toc.domain.workshops import door_code
from toc.models.database import Database
from toc.models.workshops import WorkshopCard
from toc.services import workshops
from toc.services.people import add_member
from toc.services.workshops import WorkshopDraft
from toc.web.security import new_id, now

pytestmark = pytest.mark.serial

PHONES, CARDS = 20, 3


def test_twenty_phones_write_at_once_and_every_card_arrives_once(separate: Database, tmp_path: Path) -> None:
    at = now()
    act, door = Act(at=at, on=at.date()), door_code(b"twenty phones in")
    with separate.writing() as session:
        programme = make_programme(session)
    with separate.writing(programme.id) as session:
        parties = [make_group(session).id for _ in range(4)]
        facilitator = make_account(session)
        add_member(session, act, facilitator.id, Role.EVALUATOR)
        workshop = workshops.open_workshop(
            session, act, new_id(), WorkshopDraft("Hope", 5), door=door, hours=1
        )
    url = separate.engine.url.render_as_string(hide_password=False)
    app, told = App(tmp_path, TOC_DATABASE_URL=url), Told()
    texts = [[f"Phone {phone} wants {card}" for card in range(CARDS)] for phone in range(PHONES)]
    with app.running():
        client = Client(app.address)
        client.sign_in(facilitator.email, PASSWORD)
        board = f"/p/{programme.id}/workshops/{workshop.id}/board"
        wall = Wall(app.address, board, client.cookie, told)
        phones = [Phone(app.address, f"/join/{door}", parties[number % 4], told) for number in range(PHONES)]
        wall.start()
        hold(phones, texts, pause=0.1)
        wall.stop(after=5)
        assert {phone.look()["phase"] for phone in phones} == {"cards"}
    with separate.read_session(programme.id) as session:
        cards = session.scalars(select(WorkshopCard).where(WorkshopCard.workshop_id == workshop.id)).all()
    everything = Counter(text for some in texts for text in some)
    assert Counter(card.text for card in cards) == everything
    assert sorted(card.number for card in cards) == list(range(1, PHONES * CARDS + 1))
    assert told.seen.keys() == everything.keys()
    assert told.faults == []
    assert "Traceback" not in app.log()
