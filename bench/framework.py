"""How long the results of a large framework take: one programme, its whole table as one page.

100 indicators, each with a target in 4 periods and 3 values in each period: 1,200 values that count. The page
is measured as `bench.pages` measures: against the empty route of the same server, in the same run, by the
same reader, one request to the one and one to the other.

    .venv/bin/python -m bench.framework
    .venv/bin/python -m bench.framework --database-url postgresql://user:password@host/empty_database

Exit code 1 when the page misses an aim: 20 times the empty route, 12 statements, 100 kB compressed, as many
statements for 100 indicators as for 10. 2 when the machine was too restless to say anything.
"""

import argparse
import sys
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.pages import MOST_STATEMENTS, RESTLESS, Connection, measure_calmly
from tests.factories import NOW, act_of, make_programme
from tests.factories.people import PASSWORD, make_account
from tests.killing import App, Client
from tests.many import Size, make_many
from tests.statements import counting
from tests.web.reader import Reader
from toc.app import create_app
from toc.domain.indicators import Direction, Frequency, Kind, MeasurementSource
from toc.domain.people import Role
from toc.models import migrating
from toc.models.database import Database
from toc.models.goals import GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, IndicatorTarget, Measurement
from toc.models.programmes import Programme
from toc.services.people import add_member
from toc.settings import Settings

INDICATORS, FEW = 100, 10
PERIODS, VALUES = 4, 3
AIM = 20
MOST_BYTES = 100_000
_START = date(2025, 1, 1)
_FIRST_CODE = 1000
_NAMES = (
    "Young people who are still at work after half a year",
    "Households without new debts in the last three months",
    "Residents who know whom to call when things get too much",
    "Diplomas that other employers know as well",
    "Hours of coaching by volunteers",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A database with a large and a small framework, and somebody who may read them."""

    email: str
    user_id: UUID
    large: UUID
    small: UUID


def fill(session: Session, programme: Programme, many: int) -> None:
    """Add so many indicators, with a target in each period and values in it; every second one is a share."""
    random = Random(1)  # noqa: S311 - values, not secrets
    goals = make_many(session, programme, Size(goals=max(many, 5), links=many, indicators=0, values=0)).goals
    mine = GoalEdition.programme_id == programme.id
    editions = {
        row.goal_id: row.id
        for row in session.execute(select(GoalEdition.goal_id, GoalEdition.id).where(mine))
    }
    rows: dict[type, list[dict[str, object]]] = {
        table: [] for table in (Indicator, IndicatorEdition, IndicatorTarget, Measurement)
    }
    for number in range(many):
        indicator, edition, goal = uuid4(), uuid4(), goals[number]
        is_share = bool(number % 2)
        rows[Indicator].append({"id": indicator, "code": _FIRST_CODE + number, "goal_id": goal})
        rows[IndicatorEdition].append(
            {
                "id": edition,
                "indicator_id": indicator,
                "goal_edition_id": editions[goal],
                "number": 1,
                "name": f"{_NAMES[number % len(_NAMES)]} ({number})",
                "kind": Kind.PROPORTION if is_share else Kind.COUNT,
                "unit": "" if is_share else "people",
                "direction": Direction.HIGHER,
                "is_cumulative": not is_share,
                "frequency": Frequency.QUARTERLY,
                "baseline_value": Decimal(0),
                "baseline_on": _START - timedelta(days=1),
            }
        )
        for period in range(PERIODS):
            begins = _START + timedelta(days=91 * period)
            aim = Decimal(15 * (period + 1))
            rows[IndicatorTarget].append(
                {
                    "id": uuid4(),
                    "edition_id": edition,
                    "starts_on": begins,
                    "ends_on": begins + timedelta(days=90),
                    "value": aim / 100 if is_share else aim,
                }
            )
            for value in range(VALUES):
                part = Decimal(random.randint(0, 20) + 15 * period + 5 * value)
                rows[Measurement].append(
                    {
                        "id": uuid4(),
                        "indicator_id": indicator,
                        "edition_id": edition,
                        "on": begins + timedelta(days=30 * value + 20),
                        "value": part / 100 if is_share else part,
                        "numerator": part if is_share else None,
                        "denominator": Decimal(100) if is_share else None,
                        "source": MeasurementSource.TYPED,
                    }
                )
    for table, each in rows.items():
        made = {} if table is IndicatorTarget else {"created_at": NOW}
        session.execute(insert(table), [{"programme_id": programme.id} | made | row for row in each])
    session.flush()


def set_scene(database: Database) -> Scene:
    """Fill an empty, migrated database."""
    made: list[UUID] = []
    with database.writing() as session:
        user = make_account(session)
    for many in (INDICATORS, FEW):
        with database.writing() as session:
            programme = make_programme(session)
        with database.writing(programme.id) as session:
            add_member(session, act_of(None), user.id, Role.EVALUATOR)
            fill(session, programme, many)
        made.append(programme.id)
    if database.engine.dialect.name == "postgresql":
        with database.single.connect() as connection:
            connection.exec_driver_sql("ANALYZE")  # as autovacuum does within a minute
    return Scene(email=user.email, user_id=user.id, large=made[0], small=made[1])


def statements(database: Database, scene: Scene, page: str) -> tuple[int, int]:
    """Return how many statements the page needs for few indicators and for many, its reader included."""
    app = create_app(Settings(instance=Path(tempfile.mkdtemp()), secret_key=PASSWORD * 2), database)
    found = []
    with app.test_client() as client:
        reader = Reader(client, database).sign_in(scene.user_id)
        for programme_id in (scene.small, scene.large):
            address = f"/p/{programme_id}/{page}"
            reader.get(address)  # what is asked once per process
            with counting(database.engine) as seen:
                reader.get(address)
            found.append(len(seen))
    return found[0], found[1]


def size(address: str, path: str, cookie: str) -> tuple[int, int]:
    """Return the bytes of a page, plain and compressed as a server in front does it."""
    parts = urlsplit(address)
    http = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    http.request("GET", path, headers={"Cookie": cookie})
    body = http.getresponse().read()
    return len(body), len(zlib.compress(body, 6))


def main(arguments: Sequence[str]) -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--database-url", default="", help="an empty database; SQLite in a new folder if none"
    )
    parser.add_argument("--rounds", type=int, default=7, help="at least 5 (default: 7)")
    parser.add_argument("--requests", type=int, default=15, help="of each page per round (default: 15)")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database_url or f"sqlite:///{folder}/toc.db"
        return bench(url, Path(folder), rounds=max(asked.rounds, 5), requests=asked.requests)


def bench(url: str, folder: Path, *, rounds: int, requests: int) -> int:
    """Fill the database, serve it, and measure."""
    migrating.upgrade(url)
    database = Database(url)
    scene = set_scene(database)
    counts = {page: statements(database, scene, page) for page in ("results", "results/goals")}
    database.dispose()
    print(f"{database.engine.dialect.name}: {INDICATORS} indicators x {PERIODS} periods x {VALUES} values")
    print(f"{'':<16}{'floor':>9}{'p50':>9}{'p95':>9}{'ratio':>8}{'spread':>8}{'statements':>12}{'bytes':>18}")
    ok, calm = True, True
    app = App(folder, TOC_DATABASE_URL=url)
    with app.running():
        client = Client(app.address)
        client.sign_in(scene.email, PASSWORD)
        for page, (few, many) in counts.items():
            path = f"/p/{scene.large}/{page}"
            plain, packed = size(app.address, path, client.cookie)
            timing = measure_calmly(
                Connection(app.address, client.cookie), path, rounds=rounds, requests=requests
            )
            good = few == many <= MOST_STATEMENTS and packed < MOST_BYTES and timing.ratio <= AIM
            print(
                f"{page:<16}{timing.floor * 1000:>9.2f}{timing.p50 * 1000:>9.1f}{timing.p95 * 1000:>9.1f}"
                f"{timing.ratio:>8.1f}{timing.spread:>8.2f}{f'{few}, {many}':>12}"
                f"{f'{plain:,}, {packed:,}':>18}  {'' if good else 'MISSED'}".rstrip(),
                flush=True,
            )
            ok, calm = ok and good, calm and timing.spread <= RESTLESS
    if not calm:
        print("The floor moved too much: measure again when the machine does nothing else.")
        return 2
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
