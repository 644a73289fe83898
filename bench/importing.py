"""How fast a log comes in, beside what the databases do by themselves, and whether all of it comes in.

Two parts, each on its own with --only:

- million: a CSV file of 1,000,000 rows x 5 columns (key, participant, indicator, day, value; one row in a
  hundred is there twice), read, checked, freed of doubles and written with its event in the trail by
  `toc import`. The floor on SQLite is `sqlite3` with .import and one INSERT ... SELECT into the same table of
  the same database, with the same indexes and foreign keys; on PostgreSQL it is COPY of ready rows into the
  same table. Floor and import take turns in the same run. How often the progress moves is watched from
  outside. Beside the seconds from start to end stand those of the processors, of the server of PostgreSQL
  too: other work on the machine changes them less.
- log: 200,000 rows with known totals, written as in English and as in Dutch (semicolon, decimal comma,
  Windows letters); afterwards once more, which has to add nothing.

    .venv/bin/python -m bench.importing
    .venv/bin/python -m bench.importing --only log
    .venv/bin/python -m bench.importing --only million --rounds 3 --rows 1000000

Exit code 1 when an aim is missed, 2 when `sqlite3` or PostgreSQL cannot be started.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

import psutil  # type: ignore[import-untyped] # publishes no types
from psycopg import connect
from sqlalchemy import make_url, select, text

from tests.factories import make_programme
from tests.factories.goals import make_goal
from tests.factories.indicators import make_count, make_indicator
from tests.postgres import own_database, server_url
from toc.domain.indicators import Kind
from toc.domain.participants import Arm
from toc.models import migrating
from toc.models.database import Database
from toc.models.indicators import LogImport
from toc.models.participants import Participant

MOST_TIMES_FLOOR = 2.0
MOST_MEGABYTES = 500
MOST_PAUSE = 1.0
"""Seconds that the progress may stand still."""
LOG_SECONDS, LOG_MEGABYTES = 60, 300
EXPECTED = {"rows": 200_000, "unique_uuid": 198_041, "numeric": 193_112, "empty": 3_917, "bad": 1_012}
EXPECTED_SUM = "96481242.35"
TWICE, BAD, NO_VALUE = 0.01, 0.005, 0.025
"""Shares of rows that are there twice, hold no number, or that or nothing."""
INDICATORS = 12
PARTICIPANTS = 5_000


# --- Files --------------------------------------------------------------------------------------------------


def write_log(file: Path, *, dutch: bool, rows: int = 200_000) -> dict[str, Any]:
    """Write a log with known totals: 1 % of rows twice, 0.5 % "n.v.t.", 2 % empty; the same every time."""
    chance = Random(20250301)  # noqa: S311 - an example, no secret
    said = {"rows": rows, "unique_uuid": 0, "numeric": 0, "empty": 0, "bad": 0}
    seen: list[list[str]] = []
    cents = 0
    with file.open("w", newline="", encoding="cp1252" if dutch else "utf-8") as stream:
        writer = csv.writer(stream, delimiter=";" if dutch else ",")
        writer.writerow(["_uuid", "deelnemer", "indicator", "datum", "waarde", "wijk", "toelichting"])
        for _ in range(rows):
            if seen and chance.random() < TWICE:
                writer.writerow(seen[chance.randrange(len(seen))])
                continue
            day = date(2023, 1, 1) + timedelta(days=chance.randrange(1096))
            amount = chance.randrange(0, 100_001)
            kind = chance.random()
            if kind < BAD:
                value = "n.v.t."
                said["bad"] += 1
            elif kind < NO_VALUE:
                value = ""
                said["empty"] += 1
            else:
                value = f"{amount // 100}.{amount % 100:02d}"
                said["numeric"] += 1
                cents += amount
            row = [
                str(UUID(int=chance.getrandbits(128), version=4)),
                f"P{chance.randrange(PARTICIPANTS):05d}",
                f"IND-{chance.randrange(1, INDICATORS + 1):02d}",
                day.strftime("%d-%m-%Y") if dutch else day.isoformat(),
                value.replace(".", ",") if dutch and kind >= NO_VALUE else value,
                f"WK0599{chance.randrange(1, 20):02d}",
                chance.choice(["", "naïef", "café; bar", 'zei "ja"']),
            ]
            writer.writerow(row)
            said["unique_uuid"] += 1
            if len(seen) < PARTICIPANTS:
                seen.append(row)
    return {**said, "sum_unique": f"{cents // 100}.{cents % 100:02d}"}


def write_million(file: Path, rows: int) -> int:
    """Write a file of many rows; return how many are there once."""
    chance = Random(7)  # noqa: S311 - an example, no secret
    once = 0
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["key", "participant", "indicator", "day", "value"])
        last: list[str] = []
        for _ in range(rows):
            if not last or chance.random() >= TWICE:
                once += 1
                amount = chance.randrange(100_000)
                last = [
                    str(UUID(int=chance.getrandbits(128), version=4)),
                    f"P{chance.randrange(PARTICIPANTS):05d}",
                    f"I{chance.randrange(1, INDICATORS + 1)}",
                    (date(2023, 1, 1) + timedelta(days=chance.randrange(1096))).isoformat(),
                    f"{amount // 100}.{amount % 100:02d}",
                ]
            writer.writerow(last)
    return once


def mapping(file: Path, names: tuple[str, ...], *, dutch: bool = False) -> Path:
    """Write what the columns are."""
    day = {"order": "day_first"} if dutch else {}
    columns = [
        {"header": names[0], "use": "key"},
        {"header": names[1], "use": "person"},
        {
            "header": names[2],
            "use": "indicator",
            "words": {f"IND-{number:02d}": f"I{number}" for number in range(1, INDICATORS + 1)},
        },
        {"header": names[3], "use": "day", **day},
        {"header": names[4], "use": "value", "style": "dutch" if dutch else "english"},
        *({"header": name, "use": "note"} for name in names[5:]),
    ]
    file.write_text(json.dumps({"version": 1, "about": "participants", "columns": columns}), encoding="utf-8")
    return file


# --- The program --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that was run.

    Attributes:
        seconds: from start to end.
        megabytes: of memory at its most, of the command and its processes together.
        pause: longest time in seconds that its progress stood still.
        said: what it printed as JSON.
    """

    seconds: float
    megabytes: float
    pause: float
    said: Mapping[str, Any]


def prepare(url: str) -> UUID:
    """Make the tables and a programme with its indicators."""
    migrating.upgrade(url)
    database = Database(url)
    with database.writing() as session:
        programme_id = make_programme(session).id
    with database.writing(programme_id) as session:
        goal = make_goal(session)
        for number in range(1, INDICATORS + 1):
            make_indicator(
                session,
                goal,
                make_count(
                    name=f"Amount {number}",
                    kind=Kind.SUM,
                    baseline_value=None,
                    baseline_on=None,
                    target_value=None,
                    target_on=None,
                ),
            )
    database.dispose()
    return programme_id


def run_import(folder: Path, url: str, programme_id: UUID, file: Path, mapped: Path) -> Ran:
    """Run `toc import`, and watch how often its progress moves."""
    instance = folder / "instance"
    instance.mkdir(exist_ok=True)
    environment = {**os.environ, "TOC_INSTANCE": str(instance), "TOC_DATABASE_URL": url}
    command = [sys.executable, "-m", "toc", "import", str(file), "--programme", str(programme_id)]
    done, pauses, memory = Event(), [0.0], [0.0]
    begun = time.monotonic()
    with subprocess.Popen(
        [*command, "--mapping", str(mapped), "--json"],
        env=environment,
        cwd=Path(__file__).resolve().parent.parent,
        stdout=subprocess.PIPE,
    ) as process:
        watchers = [
            Thread(target=_watch, args=(instance / "jobs", done, pauses)),
            Thread(target=_weigh, args=(process.pid, done, memory)),
        ]
        for watcher in watchers:
            watcher.start()
        said = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - begun
    done.set()
    for watcher in watchers:
        watcher.join()
    if process.returncode:
        raise SystemExit(f"toc import ended with {process.returncode}")
    return Ran(seconds, max(used.ru_maxrss / 1024, memory[0]), pauses[0], json.loads(said))


def processor_seconds(url: str) -> float:
    """Return the seconds of processors that children of this process, and a server of PostgreSQL, have had.

    A server on another machine counts for nothing.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = children.ru_utime + children.ru_stime
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return seconds
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with connect(plain) as driver:
        server = psutil.Process(driver.info.backend_pid).parent()
        for process in [] if server is None else [server, *server.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                seconds += times.user + times.system + (times.children_user if process == server else 0.0)
                seconds += times.children_system if process == server else 0.0
    return seconds


def _watch(jobs: Path, done: Event, pauses: list[float]) -> None:
    """Note the longest time in which the progress did not move, from when there is one."""
    before, since = "", 0.0
    while not done.wait(0.02):
        found = next(jobs.glob("*/progress.json"), None)
        try:
            said = found.read_text() if found else ""
        except OSError:
            said = ""
        now = time.monotonic()
        if said != before:
            before, since = said, now
        elif said:
            pauses[0] = max(pauses[0], now - since)


def _weigh(pid: int, done: Event, memory: list[float]) -> None:
    """Keep the most megabytes that a process and those that it started had together."""
    while not done.wait(0.05):
        with suppress(psutil.Error):
            first = psutil.Process(pid)
            those = (first, *first.children(recursive=True))
            memory[0] = max(memory[0], sum(one.memory_info().rss for one in those) / 2**20)


def check_whole(url: str, programme_id: UUID, rows: int) -> None:
    """See to it that as many observations are there as there have to be."""
    database = Database(url)
    with database.read_session(programme_id) as session:
        found = session.scalar(text("SELECT count(*) FROM observation"))
        imports = session.scalars(select(LogImport)).all()
    database.dispose()
    if found != rows or not imports:
        raise SystemExit(f"{found} observations instead of {rows}")


# --- Floors -------------------------------------------------------------------------------------------------


def make_participants(url: str, programme_id: UUID) -> dict[str, UUID]:
    """Make the participants of the file, which the floor finds there."""
    database = Database(url)
    people = {f"P{number:05d}": uuid4() for number in range(PARTICIPANTS)}
    with database.writing(programme_id) as session:
        session.add_all(
            Participant(id=id_, code=code, arm=Arm.INTERVENTION, groups={}, created_at=datetime.now(UTC))
            for code, id_ in people.items()
        )
        session.add(
            LogImport(
                id=UUID(int=1),
                sha256="0" * 64,
                read_as="{}",
                rows_added=0,
                rows_corrected=0,
                rows_unchanged=0,
                created_at=datetime.now(UTC),
            )
        )
    database.dispose()
    return people


def floor_sqlite(path: Path, programme_id: UUID, file: Path) -> float:
    """Let sqlite3 import the file into a table, and from there into the table of observations."""
    script = f"""PRAGMA foreign_keys=ON;
PRAGMA synchronous=FULL;
.mode csv
.import {file} raw
BEGIN;
INSERT INTO observation (programme_id, id, participant_id, subject, item, instrument_id, indicator_id,
  observed_on, moment, value, note, source, source_key, log_import_id, source_row, supersedes_id, is_void,
  created_at, created_by_id)
SELECT '{programme_id.hex}', lower(hex(randomblob(16))), p.id, 'value', '', NULL, i.id, r.day, NULL,
  CAST(round(r.value * 1000000) AS INTEGER), '', 'imported', r.key, '{UUID(int=1).hex}', min(r.rowid), NULL,
  0,
  '2025-01-01 00:00:00.000000', NULL
FROM raw r JOIN participant p ON p.programme_id = '{programme_id.hex}' AND p.code = r.participant
  JOIN indicator i ON i.programme_id = '{programme_id.hex}' AND 'I' || i.code = r.indicator
GROUP BY r.key;
COMMIT;
"""  # noqa: S608 - our own ids
    begun = time.monotonic()
    subprocess.run(["sqlite3", "-bail", str(path)], input=script.encode(), check=True)  # noqa: S607 - on the path
    return time.monotonic() - begun


def floor_postgres(url: str, programme_id: UUID, file: Path, people: Mapping[str, UUID]) -> float:
    """COPY ready rows into the table of observations; making them ready is not counted."""
    database = Database(url)
    with database.reading.connect() as connection:
        indicators = {
            f"I{number}": str(id_)
            for number, id_ in connection.execute(text("SELECT code, id FROM indicator"))
        }
    database.dispose()
    ready = file.with_suffix(".copy")
    seen = set()
    with file.open(newline="") as stream, ready.open("w") as written:
        reader = csv.reader(stream)
        next(reader)
        for line, (key, person, indicator, day, value) in enumerate(reader, start=2):
            if key in seen:
                continue
            seen.add(key)
            units, _, cents = value.partition(".")
            written.write(
                f"{programme_id}\t{uuid4()}\t{people[person]}\tvalue\t\t\\N\t{indicators[indicator]}\t{day}\t\\N\t"
                f"{int(units) * 10**6 + int(cents) * 10**4}\t\timported\t{key}\t{UUID(int=1)}\t{line}\t\\N\tf\t"  # noqa: E501 - a row of a table
                "2025-01-01 00:00:00+00\t\\N\n"
            )
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    begun = time.monotonic()
    with connect(address) as driver, driver.cursor() as cursor:
        columns = (
            "programme_id, id, participant_id, subject, item, instrument_id, indicator_id, observed_on, "
            "moment, value, note, source, source_key, log_import_id, source_row, supersedes_id, is_void, "
            "created_at, created_by_id"
        )
        with ready.open("rb") as stream, cursor.copy(f"COPY observation ({columns}) FROM STDIN") as copy:
            while piece := stream.read(2**20):
                copy.write(piece)
    seconds = time.monotonic() - begun
    ready.unlink()
    return seconds


# --- Parts --------------------------------------------------------------------------------------------------


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that goes again."""
    folder = Path(tempfile.mkdtemp(prefix="bench-importing-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def million(rows: int, rounds: int, kinds: tuple[str, ...]) -> bool:
    """Measure both databases; tell whether all aims were met."""
    good = True
    with scratch() as folder:
        file = folder / "million.csv"
        once = write_million(file, rows)
        mapped = mapping(folder / "mapping.json", ("key", "participant", "indicator", "day", "value"))
        print(f"{rows:,} rows, {once:,} of them once, {file.stat().st_size / 10**6:.0f} MB")
        print(
            "| database | floor | import | ratio | processors: floor | import | ratio | memory | longest pause |"  # noqa: E501 - a row of a table
            f"\n|{'---|' * 9}"
        )
        for kind in kinds:
            floors, runs, works = [], [], []
            for _ in range(rounds):
                with both_databases(folder, kind) as (first, second):
                    programme_id = prepare(first)
                    people = make_participants(first, programme_id)
                    before = processor_seconds(first)
                    if kind == "SQLite":
                        floors.append(floor_sqlite(folder / "floor.db", programme_id, file))
                    else:
                        floors.append(floor_postgres(first, programme_id, file, people))
                    between = processor_seconds(first)
                    check_whole(first, programme_id, once)
                    mine = prepare(second)
                    after = processor_seconds(second)
                    runs.append(run_import(folder, second, mine, file, mapped))
                    works.append((between - before, processor_seconds(second) - after))
                    check_whole(second, mine, once)
            floor, seconds = median(floors), median(run.seconds for run in runs)
            least, work = median(one for one, _ in works), median(one for _, one in works)
            memory, pause = max(run.megabytes for run in runs), max(run.pause for run in runs)
            good &= seconds <= MOST_TIMES_FLOOR * floor and memory <= MOST_MEGABYTES and pause <= MOST_PAUSE
            print(
                f"| {kind} | {floor:.1f} s | {seconds:.1f} s | {seconds / floor:.2f} | {least:.1f} s | {work:.1f} s |"  # noqa: E501 - a row of a table
                f" {work / least:.2f} | {memory:.0f} MB | {pause:.2f} s |",
                flush=True,
            )
    return good


@contextmanager
def both_databases(folder: Path, kind: str) -> Iterator[tuple[str, str]]:
    """Give the addresses of two empty databases of a kind."""
    if kind == "SQLite":
        paths = [folder / "floor.db", folder / "mine.db"]
        yield f"sqlite:///{paths[0]}", f"sqlite:///{paths[1]}"
        for path in folder.glob("*.db*"):
            path.unlink()
        return
    with (
        server_url("bench") as server,
        own_database(server, "bench_floor") as floor,
        own_database(server, "bench_mine") as mine,
    ):
        yield floor.url, mine.url


def log() -> bool:
    """Import the log with known totals, in both ways and once more; tell whether all aims were met."""
    good = True
    print("| file | import | memory | totals | once more adds |\n|---|---|---|---|---|")
    for dutch in (False, True):
        with scratch() as folder:
            file = folder / "log.csv"
            said = write_log(file, dutch=dutch)
            if {**said} != {**EXPECTED, "sum_unique": EXPECTED_SUM}:
                raise SystemExit(f"the file is another one: {said}")
            names = ("_uuid", "deelnemer", "indicator", "datum", "waarde", "toelichting")
            mapped = mapping(folder / "mapping.json", names, dutch=dutch)
            url = f"sqlite:///{folder / 'toc.db'}"
            programme_id = prepare(url)
            ran = run_import(folder, url, programme_id, file, mapped)
            again = run_import(folder, url, programme_id, file, mapped)
            right = totals_of(ran.said) == said and again.said["imported"] == 0
            good &= right and ran.seconds <= LOG_SECONDS and ran.megabytes <= LOG_MEGABYTES
            print(
                f"| {'Dutch' if dutch else 'English'} | {ran.seconds:.1f} s | {ran.megabytes:.0f} MB | "
                f"{'right' if right else totals_of(ran.said)} | {again.said['imported']} in {again.seconds:.1f} s |",  # noqa: E501 - a row of a table
                flush=True,
            )
    return good


def totals_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the import counted, as `write_log` counts it."""
    totals = said["totals"]
    cents = sum(_cents(target["total"]) for target in totals["targets"])
    empty = sum(target["missing_by_code"].get("", 0) for target in totals["targets"])
    return {
        "rows": totals["rows"],
        "unique_uuid": totals["keys"],
        "numeric": totals["values"],
        "empty": empty,
        "bad": totals["missing"] - empty,
        "sum_unique": f"{cents // 100}.{cents % 100:02d}",
    }


def _cents(number: str) -> int:
    units, _, part = number.partition(".")
    return int(units) * 100 + int(part.ljust(2, "0") or 0)


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=["million", "log"])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", choices=["SQLite", "PostgreSQL"])
    said = parser.parse_args()
    if shutil.which("sqlite3") is None:
        print("sqlite3 is missing (Debian: apt-get install sqlite3).", file=sys.stderr)
        raise SystemExit(2)
    kinds = (said.database,) if said.database else ("SQLite", "PostgreSQL")
    good = True
    if said.only != "million":
        good &= log()
    if said.only != "log":
        good &= million(said.rows, said.rounds, kinds)
    raise SystemExit(not good)


if __name__ == "__main__":
    main()
