"""Sixty phones in one room: does every card arrive once, and how soon is it on the wall?

Each phone is a thread with a connection of its own to the program as `toc serve` runs it; it writes its cards
with a pause in between, looks what to do, and sends its first card once more, as a phone does that missed the
answer. All begin in the same moment. The wall looks twice a second.

    .venv/bin/python -m bench.workshop
    .venv/bin/python -m bench.workshop --database-url postgresql://user:password@host/empty_database

Exit code 1 when a card is lost or there twice, when there was an error, or when the wall took over 2 seconds.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import select

from tests.factories import make_programme
from tests.factories.interviews import make_group
from tests.factories.people import PASSWORD, make_account
from tests.killing import App, Client
from tests.phones import Phone, Told, Wall, hold
from toc.domain.acts import Act
from toc.domain.people import Role
from toc.domain.workshops import DOOR_RANDOM_BYTES, door_code
from toc.models import migrating
from toc.models.database import Database
from toc.models.workshops import WorkshopCard
from toc.services import workshops
from toc.services.people import add_member
from toc.services.workshops import WorkshopDraft
from toc.web.security import new_id, now

PHONES, CARDS, PARTIES = 60, 5, 5
PAUSE = 4.0
"""Seconds between two cards of a phone, on average: faster than anybody types."""
MOST_SECONDS = 2.0
"""Until a card is on the wall."""


def line(name: str, times: Sequence[float]) -> str:
    """Return a line of the table; times in seconds."""
    p95 = quantiles(times, n=20)[-1]
    return f"{name:<36}{len(times):>7}{median(times) * 1000:>9.0f}{p95 * 1000:>9.0f}{max(times) * 1000:>9.0f}"


def bench(url: str, folder: Path, *, phones: int, cards: int) -> int:
    """Open a workshop, let phones join and write, and count."""
    migrating.upgrade(url)
    database = Database(url)
    at = now()
    act, door = Act(at=at, on=at.date()), door_code(os.urandom(DOOR_RANDOM_BYTES))
    with database.writing() as session:
        programme = make_programme(session)
    with database.writing(programme.id) as session:
        parties = [make_group(session).id for _ in range(PARTIES)]
        facilitator = make_account(session)
        add_member(session, act, facilitator.id, Role.EVALUATOR)
        draft = WorkshopDraft("What do we hope for?", 5)
        workshop = workshops.open_workshop(session, act, new_id(), draft, door=door, hours=1)
    texts = [[f"Phone {phone} wants {card}" for card in range(cards)] for phone in range(phones)]
    server, told = App(folder, TOC_DATABASE_URL=url), Told()
    with server.running():
        client = Client(server.address)
        client.sign_in(facilitator.email, PASSWORD)
        board = f"/p/{programme.id}/workshops/{workshop.id}/board"
        wall = Wall(server.address, board, client.cookie, told)
        room, joined = [], []
        for number in range(phones):
            start = time.perf_counter()
            room.append(Phone(server.address, f"/join/{door}", parties[number % PARTIES], told))
            joined.append(time.perf_counter() - start)
        wall.start()
        hold(room, texts, pause=PAUSE)
        wall.stop()
        log = server.log()
    with database.read_session(programme.id) as session:
        there = Counter(session.scalars(select(WorkshopCard.text)))
    kind = database.engine.dialect.name
    database.dispose()
    wanted = Counter(text for some in texts for text in some)
    shown = [told.seen[text] - told.sent[text] for text in wanted if text in told.seen]
    print(f"{kind}: {phones} phones, {cards} cards each, one every {PAUSE:.0f} s")
    print(f"{'':<36}{'times':>7}{'p50 ms':>9}{'p95 ms':>9}{'most ms':>9}")
    print(line("join (three pages)", joined))
    print(line("send a card, until it is acknowledged", list(told.accepted.values())))
    print(line("look what to do", told.looks))
    print(line("from sending to the wall", shown))
    lost, twice, unseen = wanted - there, there - wanted, len(wanted) - len(shown)
    errors = len(told.faults) + log.count("Traceback")
    print(
        f"Lost: {lost.total()}. Twice: {twice.total()}. Not on the wall: {unseen}. Errors: {errors}. "
        f"On the wall in {MOST_SECONDS:.0f} s: {sum(one <= MOST_SECONDS for one in shown)} of {len(wanted)}."
    )
    return 1 if lost or twice or unseen or errors or max(shown) > MOST_SECONDS else 0


def main(arguments: Sequence[str]) -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--database-url", default="", help="an empty database; SQLite in a new folder if none"
    )
    parser.add_argument("--phones", type=int, default=PHONES, help=f"in the room (default: {PHONES})")
    parser.add_argument("--cards", type=int, default=CARDS, help=f"of each phone (default: {CARDS})")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database_url or f"sqlite:///{folder}/toc.db"
        return bench(url, Path(folder), phones=min(asked.phones, 60), cards=asked.cards)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
