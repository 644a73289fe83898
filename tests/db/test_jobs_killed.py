"""kill -9 of the process of a job, in each thing that it does: nothing is lost, nothing is there twice.

The process stands still at a place in the program, so that it dies there and nowhere else. Its job is said to
run until it was silent for a while; then who asks takes it over.
"""

import io
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.factories import act_of, make_member, make_programme
from tests.factories.indicators import make_count, make_indicator
from tests.factories.logs import csv_bytes, mapping, use
from tests.killing import until
from toc import jobs as runner
from toc.domain.acts import Act
from toc.domain.indicators import Kind
from toc.domain.jobs import JobState
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.database import Database
from toc.models.indicators import LogImport
from toc.models.jobs import Job
from toc.models.participants import Observation, Participant
from toc.services import exchange, jobs
from toc.services.exchange import checking, committing, folders, importing, staging, undoing
from toc.settings import Settings

AT = datetime(2025, 9, 1, 12, tzinfo=UTC)
SAID = mapping(
    use("id", "key"),
    use("code", "person"),
    use("dag", "day"),
    use("bedrag", "value", indicator="I1", style="dutch"),
)
ROWS = 60
LOG = csv_bytes(
    ["id", "code", "dag", "bedrag"],
    *([str(number), f"P{number % 7:02d}", "2025-01-02", f"{number},5"] for number in range(ROWS)),
)
WHOLE = {"observations": ROWS, "participants": 7, "imports": 1, "trail": 1}
NOTHING = dict.fromkeys(WHOLE, 0)


class Place(NamedTuple):
    """Where a process stands still: just after a function has done its work, the so manieth time."""

    of: Any
    name: str
    time: int = 1


READING = {
    "looking through the file": Place(checking, "look_through"),
    "reading rows": Place(staging.Stage, "_write"),
    "settling": Place(staging.Stage, "settle"),
    "comparing": Place(staging.Stage, "compare"),
    "saying what came of it": Place(jobs, "finish"),
}
BRINGING = {
    "making participants": Place(committing, "_set_participants"),
    "writing half of the rows": Place(folders.Beat, "watch", 3),
    "writing all rows": Place(committing, "_write_observations"),
    "saying that it is done": Place(jobs, "finish"),
}
UNDOING = {
    "taking back": Place(undoing, "_void_measurements"),
    "having taken back": Place(jobs, "finish"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A programme of a real database whose worker imports logs."""

    database: Database
    folder: Path
    id: UUID
    act: Act

    def ask(self, step: Callable[..., Job], *args: Any, **more: Any) -> UUID:  # noqa: ANN401 - any of several
        with self.database.writing(self.id) as session:
            return step(session, self.act, *args, **more).id

    def receive(self) -> UUID:
        """Let the log be read."""
        id_ = uuid4()
        received = exchange.receive(self.folder, id_, io.BytesIO(LOG), "log.csv")
        return self.ask(exchange.start, id_, received, mapping=SAID)

    def perform(self, id_: UUID) -> JobState:
        return runner.perform(self.database, self.folder, self.id, id_)

    def brought(self) -> UUID:
        """Import the log; return the id of the import."""
        read = self.receive()
        assert self.perform(read) is JobState.DONE
        assert self.perform(self.ask(exchange.ask_commit, read, only_good=False)) is JobState.DONE
        return exchange.import_of(read)

    def job(self, id_: UUID) -> Job:
        with self.database.read_session(self.id) as session:
            return jobs.get(session, id_)

    def counts(self) -> dict[str, int]:
        """What there is of it."""
        tables: dict[str, Any] = {
            "observations": Observation,
            "participants": Participant,
            "imports": LogImport,
            "trail": AuditEvent,
        }
        with self.database.read_session(self.id) as session:
            return {
                name: len(
                    [
                        row
                        for row in session.scalars(select(table).where(table.programme_id == self.id))
                        if name != "trail" or row.action == "import.commit"
                    ]
                )
                for name, table in tables.items()
            }

    def fall_silent(self, id_: UUID) -> None:
        """Let it be some minutes later."""
        with self.database.writing(self.id) as session:
            job = jobs.locked(session, id_)
            assert job.started_at is not None
            job.started_at -= timedelta(minutes=5)
        said = folders.place(self.folder, id_) / folders.PROGRESS
        before = time.time() - 300
        os.utime(said, (before, before))


@pytest.fixture
def desk(separate: Database, tmp_path: Path) -> Desk:
    with separate.writing() as session:
        programme = make_programme(session)
    with separate.writing(programme.id) as session:
        make_indicator(session, definition=make_count(kind=Kind.SUM))
        worker = make_member(session, programme, Role.WORKER)
    act = replace(act_of(worker, Role.WORKER), at=AT, on=date(2025, 9, 1))
    return Desk(database=separate, folder=tmp_path / "jobs", id=programme.id, act=act)


@contextmanager
def standing_still(desk: Desk, job: UUID, place: Place) -> Iterator[None]:
    """Do a job in a process of its own that stands still at a place; kill it at the end of the block."""
    here = desk.folder / f"{uuid4()}.here"
    child = os.fork()
    if not child:
        try:
            _stand_still(place, here)
            database = Database(desk.database.engine.url.render_as_string(hide_password=False))
            runner.perform(database, desk.folder, desk.id, job)
        finally:
            os._exit(1)  # it never came to the place
    try:
        until(here.exists, f"the process never came to {place.name}", each=0.01)
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, "it had ended before it was killed"


def _stand_still(place: Place, here: Path) -> None:
    """Let this process do a thing, say so, and go no further."""
    original = getattr(place.of, place.name)
    times = []

    def done(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - any of several
        found = original(*args, **more)
        times.append(1)
        if len(times) == place.time:
            here.touch()
            signal.pause()
        return found

    setattr(place.of, place.name, done)
    setattr(committing, "_CHUNK", 10)  # noqa: B010 - of this process alone, which is killed


def kill_in(desk: Desk, job: UUID, place: Place, between: dict[str, int]) -> None:
    """Kill a job at a place; see that nothing of it is there, and that it is still said to be busy."""
    with standing_still(desk, job, place):
        assert desk.counts() == between, "something is seen before all of it is there"
    until(lambda: desk.counts() == between, "something of a killed job is there")
    assert desk.job(job).state is JobState.RUNNING
    assert desk.perform(job) is JobState.RUNNING, "taken over before it was silent for long"


@pytest.mark.parametrize("doing", READING)
def test_a_log_that_was_being_read_is_read_by_who_takes_it_over(desk: Desk, doing: str) -> None:
    job = desk.receive()
    kill_in(desk, job, READING[doing], NOTHING)
    desk.fall_silent(job)
    assert desk.perform(job) is JobState.DONE
    assert desk.job(job).result["states"] == {"new": ROWS}
    asked = desk.ask(exchange.ask_commit, job, only_good=False)
    assert desk.perform(asked) is JobState.DONE
    assert desk.counts() == WHOLE


@pytest.mark.parametrize("doing", BRINGING)
def test_a_log_that_was_being_imported_comes_in_once(desk: Desk, doing: str) -> None:
    read = desk.receive()
    assert desk.perform(read) is JobState.DONE
    job = desk.ask(exchange.ask_commit, read, only_good=False)
    kill_in(desk, job, BRINGING[doing], NOTHING)
    desk.fall_silent(job)
    assert desk.perform(job) is JobState.DONE
    assert desk.job(job).result["values"] == ROWS
    assert desk.counts() == WHOLE
    assert not folders.place(desk.folder, read).exists(), "the file is still kept"
    desk.brought()
    assert desk.counts() == {**WHOLE, "imports": 2, "trail": 2}, "the same file once more added something"


def test_an_import_that_died_when_it_was_done_is_done(desk: Desk) -> None:
    read = desk.receive()
    assert desk.perform(read) is JobState.DONE
    job = desk.ask(exchange.ask_commit, read, only_good=False)
    with standing_still(desk, job, Place(folders, "remove")):
        assert desk.counts() == WHOLE
    assert desk.job(job).state is JobState.DONE
    assert desk.perform(job) is JobState.DONE
    assert desk.counts() == WHOLE
    later = datetime.now(UTC) + timedelta(hours=25)
    folders.tidy(desk.folder, later, 24)
    assert [one for one in desk.folder.iterdir() if one.is_dir()] == []


@pytest.mark.parametrize("doing", UNDOING)
def test_an_import_that_was_being_taken_back_goes_whole(desk: Desk, doing: str) -> None:
    made = desk.brought()
    job = desk.ask(exchange.ask_undo, uuid4(), made)
    kill_in(desk, job, UNDOING[doing], WHOLE)
    desk.fall_silent(job)
    assert desk.perform(job) is JobState.DONE
    assert desk.counts() == {**WHOLE, "observations": 0, "participants": 0}


def test_what_was_left_behind_by_a_real_process_is_done_by_the_command_for_jobs(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(
        instance=tmp_path, database_url=desk.database.engine.url.render_as_string(hide_password=False)
    )
    job = desk.receive()
    process = jobs.launch(settings, desk.id, job)
    until(lambda: desk.job(job).state is not JobState.WAITING, "it does not begin", each=0.01)
    process.kill()
    process.wait()
    if desk.job(job).state is JobState.RUNNING:  # else it was quicker than the signal
        desk.fall_silent(job)
    told: list[tuple[UUID, JobState]] = []
    runner.run_waiting(settings, desk.database, lambda id_, state: told.append((id_, state)))
    assert desk.job(job).state is JobState.DONE
    assert set(told) <= {(job, JobState.DONE)}
    assert importing.totals(desk.folder, job) is not None
