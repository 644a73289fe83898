"""What coding costs: 20 interviews of 30 kB with 500 passages, beside a POST that commits one row.

The floor is a route of this file alone, on the same server, for the same person, with the same check against
forgery: it changes one row and commits. Adding a passage and the floor take turns. Then ten coders add
passages at once, and after them ten people ask for the floor at once. Run it on a machine that does nothing
else:

    .venv/bin/python -m bench.coding
    .venv/bin/python -m bench.coding --database-url postgresql://user:password@host/empty_database

Exit code 1 when an aim is missed or a passage is lost.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from random import Random
from statistics import median, quantiles
from threading import Barrier
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, update

from tests.factories import act_of, make_programme
from tests.factories.coding import make_entry
from tests.factories.goals import make_many_goals
from tests.factories.interviews import answer_id, make_group, make_interview, make_respondent
from tests.factories.people import PASSWORD, make_account
from tests.killing import App, Client
from toc import app as application
from toc import cli
from toc.domain.interviews import Mode
from toc.domain.people import Role
from toc.models import migrating
from toc.models.coding import Coding
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.services.coding import Codes, code_passages
from toc.services.interviews import Place
from toc.services.people import add_member
from toc.web.database import write_session
from toc.web.security import allow

INTERVIEWS, SIZE, PASSAGES, CODERS = 20, 30_000, 500, 10
GOALS, ENTRIES = 40, 20
_SPEAKER_CHANGES = 0.3
WORDS = (
    "zij",
    "zei",
    "dat",
    "het",
    "thuis",
    "rustiger",
    "werd",
    "toen",
    "er",
    "werk",
    "kwam",
    "en",
    "niemand",
)

MOST_TIMES_FLOOR = 3.0
MOST_P95 = 3.0


def floor(programme_id: UUID) -> ResponseReturnValue:
    """Change one row and commit."""
    session = write_session(programme_id)
    session.execute(
        update(Programme).where(Programme.id == programme_id).values(revision=Programme.revision + 1)
    )
    session.commit()
    return "", 204


def serve() -> None:
    """Serve the program with the floor beside its own routes."""
    create = application.create_app

    def with_floor(*arguments: object, **named: object) -> Flask:
        app = create(*arguments, **named)  # type: ignore[arg-type] # passed on as they came
        app.add_url_rule(
            "/p/<uuid:programme_id>/floor", "bench.floor", allow("coding.write")(floor), methods=["POST"]
        )
        return app

    cli.create_app = with_floor
    cli.main()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What was made."""

    programme_id: UUID
    emails: tuple[str, ...]
    interviews: tuple[UUID, ...]
    answers: tuple[UUID, ...]
    goals: tuple[UUID, ...]


def text(random: Random) -> str:
    """Return a transcript of about 30 kB in sentences and turns."""
    lines, length = [], 0
    while length < SIZE:
        said = " ".join(random.choices(WORDS, k=random.randint(6, 16))).capitalize() + "."
        lines.append(f"{random.choice('IR')}: {said}" if random.random() < _SPEAKER_CHANGES else said)
        length += len(lines[-1]) + 1
    return "\n".join(lines)


def set_scene(database: Database) -> Scene:
    """Fill an empty, migrated database."""
    random = Random(1)  # noqa: S311 - texts, not secrets
    with database.writing() as session:
        programme = make_programme(session)
        users = [make_account(session, email=f"coder{number}@example.org") for number in range(CODERS)]
    with database.writing(programme.id) as session:
        for user in users:
            add_member(session, act_of(None), user.id, Role.EVALUATOR)
        groups = [make_group(session) for _ in range(6)]
        goals = make_many_goals(session, GOALS)
        for _ in range(ENTRIES):
            make_entry(session)
        interviews = [
            make_interview(
                session,
                make_respondent(session, groups[number % 6]),
                text=text(random),
                mode=Mode.TRANSCRIPT,
            )
            for number in range(INTERVIEWS)
        ]
    answers = [answer_id(one) for one in interviews]
    with database.writing(programme.id) as session:
        for number in range(PASSAGES):
            start = random.randint(0, SIZE - 400)
            place = Place(answers[number % INTERVIEWS], start, start + random.randint(20, 300))
            act = replace(act_of(users[number % 2], Role.EVALUATOR))
            goal = goals[number % GOALS].id
            code_passages(session, act, uuid4(), [place], Codes(frozenset({goal})))
    if database.engine.dialect.name == "postgresql":
        with database.single.connect() as connection:
            connection.exec_driver_sql("ANALYZE")  # as autovacuum does within a minute
    return Scene(
        programme_id=programme.id,
        emails=tuple(user.email for user in users),
        interviews=tuple(one.id for one in interviews),
        answers=tuple(answers),
        goals=tuple(one.id for one in goals),
    )


class Person:
    """Somebody with a browser who keeps one connection open."""

    def __init__(self, address: str, email: str, scene: Scene, seed: int) -> None:
        self._client = Client(address)
        self._client.sign_in(email, PASSWORD)
        parts = urlsplit(address)
        self._http = HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self._scene = scene
        self._random = Random(seed)  # noqa: S311 - places, not secrets
        body = self._client.ask(f"/p/{scene.programme_id}/codebook").body
        self._token = body.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[float, str]:
        """Return how long it takes until the whole answer is there, and the answer."""
        headers = {"Cookie": self._client.cookie}
        sent = None
        if form is not None:
            sent = urlencode({**form, "csrf_token": self._token})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            taken, answer, content = self._once(method, path, sent, headers)
        except (ConnectionError, HTTPException):  # idle for too long: the server hung up
            self._http.close()
            taken, answer, content = self._once(method, path, sent, headers)
        if answer.status not in {200, 204, 302}:
            raise SystemExit(f"{method} {path}: {answer.status}")
        return taken, content.decode(errors="replace")

    def _once(
        self, method: str, path: str, sent: str | None, headers: dict[str, str]
    ) -> tuple[float, HTTPResponse, bytes]:
        start = time.perf_counter()
        self._http.request(method, path, body=sent, headers=headers)
        answer = self._http.getresponse()
        content = answer.read()
        return time.perf_counter() - start, answer, content

    def floor(self) -> float:
        """Commit one row."""
        return self.ask("POST", f"/p/{self._scene.programme_id}/floor", {})[0]

    def add(self) -> float:
        """Code a passage that nobody coded before, to a goal."""
        number = self._random.randrange(INTERVIEWS)
        start = self._random.randint(0, SIZE - 400)
        form = {
            "id": str(uuid4()),
            "selection": f"{self._scene.answers[number]}:{start}:{start + self._random.randint(20, 300)}",
            "codes": f"goal:{self._random.choice(self._scene.goals)}",
        }
        where = f"/p/{self._scene.programme_id}/interviews/{self._scene.interviews[number]}/coding"
        return self.ask("POST", where, form)[0]


def line(name: str, times: Sequence[float], base: float | None = None) -> str:
    """Return a line of the table; times in seconds."""
    p95 = quantiles(times, n=20)[-1]
    ratio = f"{median(times) / base:>8.2f}" if base else f"{'':>8}"
    return f"{name:<34}{median(times) * 1000:>9.1f}{p95 * 1000:>9.1f}{p95 / median(times):>10.2f}{ratio}"


def together(people: Sequence[Person], act: Callable[[Person], float], each: int) -> list[float]:
    """Let all do something at once, again and again; return how long each took."""
    start = Barrier(len(people))

    def work(person: Person) -> list[float]:
        start.wait(60)
        return [act(person) for _ in range(each)]

    with ThreadPoolExecutor(len(people)) as pool:
        return [taken for times in pool.map(work, people) for taken in times]


def bench(url: str, folder: Path, *, requests: int) -> int:
    """Fill the database, serve it, and measure."""
    migrating.upgrade(url)
    database = Database(url)
    print(f"Filling a {database.engine.dialect.name} database ...", file=sys.stderr)
    scene = set_scene(database)

    def count() -> int:
        with database.read_session(scene.programme_id) as session:
            return session.scalar(select(func.count(Coding.id))) or 0

    print(
        f"{database.engine.dialect.name}: {INTERVIEWS} interviews of {SIZE} characters, {PASSAGES} passages"
    )
    print(f"{'':<34}{'p50 ms':>9}{'p95 ms':>9}{'p95/p50':>10}{'/ floor':>8}")
    server = App(folder, command=("-m", "bench.coding", "--as-server"), TOC_DATABASE_URL=url)
    with server.running():
        people = [
            Person(server.address, email, scene, seed) for seed, email in enumerate(scene.emails, start=2)
        ]
        one = people[0]
        for _ in range(10):
            one.floor()
            one.add()
        pairs = [(one.floor(), one.add()) for _ in range(requests)]
        floors, adds = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        base = median(floors)
        where = f"/p/{scene.programme_id}"
        print(line("empty POST that commits one row", floors))
        print(line("add one passage", adds, base), flush=True)
        reads = {
            "open an interview": f"{where}/interviews/{scene.interviews[0]}/coding?others=1",
            "list the passages of a goal": f"{where}/codebook/goals/{scene.goals[0]}",
            "export all as a project": f"{where}/coding/project.qdpx",
        }
        for name, path in reads.items():
            one.ask("GET", path)
            print(
                line(name, [one.ask("GET", path)[0] for _ in range(max(requests // 4, 20))], base), flush=True
            )
        before = count()
        crowd = together(people, Person.add, requests // 4)
        lost = before + len(crowd) - count()
        crowd_floor = together(people, Person.floor, requests // 4)
        print(line(f"{CODERS} at once: empty POST", crowd_floor))
        print(line(f"{CODERS} at once: add one passage", crowd, median(crowd_floor)))
    database.dispose()
    p95 = quantiles(crowd, n=20)[-1] / median(crowd)
    ratio = median(adds) / base
    print(f"Lost: {lost} of {len(crowd)}. Aims: {ratio:.2f} of {MOST_TIMES_FLOOR}, {p95:.2f} of {MOST_P95}.")
    return 1 if lost or ratio > MOST_TIMES_FLOOR or p95 > MOST_P95 else 0


def main(arguments: Sequence[str]) -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--database-url", default="", help="an empty database; SQLite in a new folder if none"
    )
    parser.add_argument("--requests", type=int, default=100, help="of each kind (default: 100)")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database_url or f"sqlite:///{folder}/toc.db"
        return bench(url, Path(folder), requests=max(asked.requests, 40))


if __name__ == "__main__":
    if "--as-server" in sys.argv:
        sys.argv.remove("--as-server")
        serve()
    else:
        sys.exit(main(sys.argv[1:]))
