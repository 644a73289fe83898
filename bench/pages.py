"""How long pages of a big programme take, as a ratio to an empty route of the same server in the same run.

Milliseconds say more about a machine than about a program, so every page is measured against the empty route
`/health`: one request to the one, one to the other, over one connection, by the same reader. What it takes to
know that reader is in both; a third request, by nobody in particular, shows how much that is. Run it on a
machine that does nothing else:

    .venv/bin/python -m bench.pages
    .venv/bin/python -m bench.pages --database-url postgresql://user:password@host/empty_database

Exit code 1 when a page misses its aim, needs more statements for more rows, or more than allowed; 2 when the
machine was too restless to say anything.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit
from uuid import UUID

from tests.factories import act_of, make_programme
from tests.factories.people import PASSWORD, make_account
from tests.killing import App, Client
from tests.many import Made, Size, make_many
from tests.statements import counting
from tests.web.reader import Reader
from toc.app import create_app
from toc.domain.people import Role
from toc.models import migrating
from toc.models.database import Database
from toc.services.people import add_member
from toc.settings import Settings

FLOOR = "/health"
RESTLESS = 1.5
"""The floor may differ so much between rounds; with more, the page is measured again."""
ATTEMPTS = 5
MOST_STATEMENTS = 12

TIMED = Size(goals=500, links=1000, indicators=500, values=12)
FEW = Size(goals=10, links=10, indicators=1, values=10)
MANY = Size(goals=1000, links=1000, indicators=1, values=1000)
"""For counting statements: 10 and 1,000 rows of each kind that a page shows."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to measure.

    Attributes:
        name: in the table.
        path: below the programme; `{indicator}` and `{goal}` stand for ids.
        aim: how many times as long as the floor it may take; None: it is only shown.
    """

    name: str
    path: str
    aim: float | None = None

    def address(self, programme_id: UUID, made: Made) -> str:
        """Return where it is."""
        path = self.path.format(indicator=made.indicators[0], goal=made.goals[0])
        return f"/p/{programme_id}/{path}"


PAGES = (
    Page("programme", ""),
    Page("tree", "tree", aim=25),
    Page("indicator", "indicators/{indicator}"),
)
ALSO = (
    Page("tree as a list", "tree?view=list"),
    Page("goal", "goals/{goal}"),
    Page("measurements", "measurements"),
    Page("evidence", "evidence"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A database with programmes of three sizes, and somebody who may read them."""

    email: str
    user_id: UUID
    timed: tuple[UUID, Made]
    few: tuple[UUID, Made]
    many: tuple[UUID, Made]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What one page took; times in seconds.

    Attributes:
        visitor: the empty route for who is not signed in.
        floor: the empty route for the reader of the page.
        p50: the page. All three are medians over the rounds.
        p95: of all requests together.
        ratio: median over the rounds of page / floor.
        spread: slowest / fastest floor of the rounds.
    """

    visitor: float
    floor: float
    p50: float
    p95: float
    ratio: float
    spread: float


def set_scene(database: Database) -> Scene:
    """Fill an empty, migrated database."""
    made: list[tuple[UUID, Made]] = []
    with database.writing() as session:
        user = make_account(session)
    for size in (TIMED, FEW, MANY):
        with database.writing() as session:
            programme = make_programme(session)
        with database.writing(programme.id) as session:
            add_member(session, act_of(None), user.id, Role.EVALUATOR)
            made.append((programme.id, make_many(session, programme, size)))
    if database.engine.dialect.name == "postgresql":
        with database.single.connect() as connection:
            connection.exec_driver_sql("ANALYZE")  # as autovacuum does within a minute
    return Scene(email=user.email, user_id=user.id, timed=made[0], few=made[1], many=made[2])


# --- Time ---------------------------------------------------------------------------------------------------


class Connection:
    """One connection to the server, kept open, as a browser does."""

    def __init__(self, address: str, cookie: str) -> None:
        parts = urlsplit(address)
        self._http = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._cookie = {"Cookie": cookie}

    def seconds(self, path: str, *, as_visitor: bool = False) -> float:
        """Return how long it takes until the whole answer is there."""
        start = time.perf_counter()
        self._http.request("GET", path, headers={} if as_visitor else self._cookie)
        answer = self._http.getresponse()
        answer.read()
        taken = time.perf_counter() - start
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise SystemExit(f"{path}: {answer.status}")
        return taken


def measure(connection: Connection, path: str, *, rounds: int, requests: int) -> Timing:
    """Measure a page."""

    def once() -> tuple[float, float, float]:
        return (
            connection.seconds(FLOOR, as_visitor=True),
            connection.seconds(FLOOR),
            connection.seconds(path),
        )

    for _ in range(requests):  # fills caches and compiles statements, as a server does in its first minute
        once()
    visitors, floors, pages = [], [], []
    every: list[float] = []
    for _ in range(rounds):
        of_visitor, of_floor, of_page = zip(*(once() for _ in range(requests)), strict=True)
        visitors.append(median(of_visitor))
        floors.append(median(of_floor))
        pages.append(median(of_page))
        every += of_page
    return Timing(
        visitor=median(visitors),
        floor=median(floors),
        p50=median(pages),
        p95=quantiles(every, n=20)[-1],
        ratio=median(page / floor for page, floor in zip(pages, floors, strict=True)),
        spread=max(floors) / min(floors),
    )


def measure_calmly(connection: Connection, path: str, *, rounds: int, requests: int) -> Timing:
    """Measure a page again as long as the floor itself moves; return the calmest attempt."""
    attempts: list[Timing] = []
    while len(attempts) < ATTEMPTS and not (attempts and attempts[-1].spread <= RESTLESS):
        attempts.append(measure(connection, path, rounds=rounds, requests=requests))
    return min(attempts, key=lambda one: one.spread)


# --- Statements ---------------------------------------------------------------------------------------------


def statements(database: Database, scene: Scene, page: Page) -> tuple[int, int]:
    """Return how many statements a page needs for few rows and for many, those about its reader included."""
    folder = Path(tempfile.mkdtemp())
    app = create_app(Settings(instance=folder, secret_key=PASSWORD * 2), database)
    found = []
    with app.test_client() as client:
        reader = Reader(client, database).sign_in(scene.user_id)
        for programme_id, made in (scene.few, scene.many):
            address = page.address(programme_id, made)
            reader.get(address)  # what is asked once per process
            with counting(database.engine) as seen:
                reader.get(address)
            found.append(len(seen))
    return found[0], found[1]


# --- Table --------------------------------------------------------------------------------------------------


def show(page: Page, timing: Timing, counts: tuple[int, int]) -> tuple[str, bool]:
    """Return a line of the table, and whether the page does what it should."""
    few, many = counts
    ok = few == many and (page.aim is None or timing.ratio <= page.aim)
    if page in PAGES:
        ok = ok and many <= MOST_STATEMENTS
    aim = "" if page.aim is None else f"{page.aim:.0f}"
    line = (
        f"{page.name:<16}{timing.visitor * 1000:>9.2f}{timing.floor * 1000:>9.2f}"
        f"{timing.p50 * 1000:>9.1f}{timing.p95 * 1000:>9.1f}"
        f"{timing.ratio:>8.1f}{aim:>6}{timing.spread:>8.2f}{few:>7}{many:>7}  {'' if ok else 'MISSED'}"
    )
    return line.rstrip(), ok


def main(arguments: Sequence[str]) -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--database-url", default="", help="an empty database; SQLite in a new folder if none"
    )
    parser.add_argument("--rounds", type=int, default=7, help="at least 5 (default: 7)")
    parser.add_argument("--requests", type=int, default=15, help="of each page per round (default: 15)")
    parser.add_argument("--also", action="store_true", help="measure pages without an aim of their own too")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database_url or f"sqlite:///{folder}/toc.db"
        return bench(url, Path(folder), rounds=max(asked.rounds, 5), requests=asked.requests, also=asked.also)


def bench(url: str, folder: Path, *, rounds: int, requests: int, also: bool) -> int:
    """Fill the database, serve it, and measure."""
    migrating.upgrade(url)
    database = Database(url)
    print(f"Filling a {database.engine.dialect.name} database ...", file=sys.stderr)
    scene = set_scene(database)
    pages = PAGES + ALSO if also else PAGES
    counts = {page: statements(database, scene, page) for page in pages}
    database.dispose()
    print(f"{database.engine.dialect.name}: {TIMED}")
    print(
        f"{'':<16}{'visitor':>9}{'floor':>9}{'p50':>9}{'p95':>9}"
        f"{'ratio':>8}{'aim':>6}{'spread':>8}{'statements':>14}"
    )
    print(f"{'':<16}{'ms':>9}{'ms':>9}{'ms':>9}{'ms':>9}{'':>8}{'':>6}{'':>8}{'few':>7}{'many':>7}")
    all_ok, calm = True, True
    app = App(folder, TOC_DATABASE_URL=url)
    with app.running():
        client = Client(app.address)
        client.sign_in(scene.email, PASSWORD)
        for page in pages:
            connection = Connection(app.address, client.cookie)
            timing = measure_calmly(connection, page.address(*scene.timed), rounds=rounds, requests=requests)
            line, ok = show(page, timing, counts[page])
            print(line, flush=True)
            all_ok, calm = all_ok and ok, calm and timing.spread <= RESTLESS
    if not calm:
        print("The floor moved too much: measure again when the machine does nothing else.")
        return 2
    return 0 if all_ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
