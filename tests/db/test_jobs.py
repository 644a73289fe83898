"""Work that goes on after its request: who has it, what comes of it, and what is said when it goes wrong."""

import io
import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member, make_programme
from tests.factories.indicators import make_count, make_indicator
from tests.factories.logs import csv_bytes, mapping, use
from toc import jobs as runner
from toc.cli import main
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.recognised import RowState
from toc.domain.exchange.sources import Fetch, SourceKind
from toc.domain.indicators import Kind
from toc.domain.jobs import JobKind, JobState
from toc.domain.people import Role
from toc.models import migrating
from toc.models.database import Database
from toc.models.indicators import LogImport, LogSource
from toc.models.jobs import Job
from toc.models.participants import Observation
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import exchange, jobs
from toc.services.errors import Conflict, NotFound
from toc.services.exchange import committing, folders, importing, sources
from toc.services.exchange.committing import PlanChanged
from toc.services.exchange.sources import Schedule
from toc.settings import Settings

AT = datetime(2025, 9, 1, 12, tzinfo=UTC)
COLUMNS = [
    use("id", "key"),
    use("code", "person"),
    use("dag", "day"),
    use("bedrag", "value", indicator="I1", style="dutch"),
]
LOG = csv_bytes(
    ["id", "code", "dag", "bedrag"], ["1", "P01", "2025-01-02", "1,5"], ["2", "P02", "2025-01-02", "x"]
)


def sums_indicator(session: Session) -> None:
    make_indicator(session, definition=make_count(kind=Kind.SUM))


class World:
    """A programme whose worker imports logs; each step is a request, each job done as its process does it."""

    def __init__(self, database: Database, programme: Programme, folder: Path) -> None:
        self.database, self.id, self.folder = database, programme.id, folder
        with database.writing(programme.id) as session:
            sums_indicator(session)
            worker = make_member(session, programme, Role.WORKER)
        self.act = replace(act_of(worker, Role.WORKER), at=AT)

    def start(self, content: bytes = LOG, **more: Any) -> UUID:  # noqa: ANN401 - any of several
        id_ = uuid4()
        received = exchange.receive(self.folder, id_, io.BytesIO(content), r"C:\\logs\\mei.csv")
        assert received.name == "mei.csv"
        with self.database.writing(self.id) as session:
            exchange.start(session, self.act, id_, received, **more)
        return id_

    def perform(self, id_: UUID) -> Job:
        runner.perform(self.database, self.folder, self.id, id_)
        return self.job(id_)

    def job(self, id_: UUID) -> Job:
        with self.database.read_session(self.id) as session:
            return jobs.get(session, id_)

    def ask(self, step: Any, *args: Any, **more: Any) -> UUID:  # noqa: ANN401 - any of several
        with self.database.writing(self.id) as session:
            made: UUID = step(session, self.act, *args, **more).id
            return made


@pytest.fixture
def world(database: Database, programme: Programme, tmp_path: Path) -> World:
    return World(database, programme, tmp_path / "jobs")


def test_a_file_goes_from_upload_to_undo(world: World) -> None:  # noqa: PLR0915 - one story
    id_ = world.start()
    assert exchange.recognition(world.folder, id_) is None
    read = world.perform(id_)
    assert (read.state, read.result["kind"]) == (JobState.DONE, "table")
    progress = exchange.progress(world.folder, id_)
    assert progress is not None
    assert (progress.done, progress.beat > 0) == (2, True)
    seen = exchange.recognition(world.folder, id_)
    assert seen is not None
    with world.database.read_session(world.id) as session:
        said = exchange.suggest(session, world.act, read, seen)
        with pytest.raises(DomainError, match=r"import\.not_checked"):
            exchange.rows(session, world.act, world.folder, read, None, 1)
    with pytest.raises(DomainError, match=r"import\.not_checked"):
        world.ask(exchange.ask_commit, id_, only_good=False)
    with pytest.raises(DomainError, match=r"import\.not_checked"):
        world.ask(exchange.decide, id_, "same:x", 1)
    with pytest.raises(DomainError, match=r"import\.not_checked"):
        list(exchange.error_file(world.folder, read, labels=("a", "b"), say=str))
    assert [column.header for column in said.columns] == ["code", "dag", "bedrag"]

    world.ask(exchange.ask_check, id_, mapping(*COLUMNS))
    checked = world.perform(id_)
    assert checked.result["states"] == {"new": 1, "rejected": 1}
    totals = exchange.totals(world.folder, id_)
    assert totals is not None
    assert (totals.rows, totals.values) == (2, 1)
    with world.database.read_session(world.id) as session:
        (row,) = exchange.rows(session, world.act, world.folder, checked, RowState.REJECTED, 1)
        assert exchange.suggest(session, world.act, checked, seen) == mapping(*COLUMNS)
    assert row.reasons[0].key == "number.unreadable"
    lines = list(
        exchange.error_file(world.folder, checked, labels=("regel", "reden"), say=lambda one: f"={one.key}")
    )
    assert lines == [
        "regel,reden,id,code,dag,bedrag\r\n",
        "3,bedrag: =number.unreadable,2,P02,2025-01-02,x\r\n",
    ]
    world.ask(exchange.decide, id_, "same:x", 1)
    assert world.perform(id_).state is JobState.DONE

    refused = world.ask(exchange.ask_commit, id_, only_good=False)
    failed = world.perform(refused)
    assert (failed.state, failed.error, failed.result) == (
        JobState.FAILED,
        "import.has_errors",
        {"params": {"count": "1"}},
    )
    asked = world.ask(exchange.ask_commit, id_, only_good=True)
    assert asked == refused
    done = world.perform(asked)
    assert (done.state, done.result["values"], done.subject_id) == (JobState.DONE, 1, exchange.import_of(id_))
    assert not exchange.place(world.folder, id_).exists()
    assert not exchange.place(world.folder, asked).exists()
    with pytest.raises(Conflict, match=r"import\.done"):
        world.ask(exchange.ask_check, id_, mapping(*COLUMNS))
    with pytest.raises(Conflict, match=r"import\.done"):
        world.ask(exchange.ask_commit, id_, only_good=True)
    with world.database.read_session(world.id) as session:
        (made,) = exchange.imports(session)
    assert (made.file_name, made.rows_rejected) == ("mei.csv", 1)
    undone = world.ask(exchange.ask_undo, uuid4(), made.id)
    assert world.perform(undone).result == {"values": 1}
    with world.database.read_session(world.id) as session:
        assert session.scalars(select(Observation)).all() == []
    with pytest.raises(NotFound):
        world.ask(exchange.ask_undo, uuid4(), uuid4())


def test_a_remembered_mapping_is_suggested_while_it_fits(world: World) -> None:
    remembered = mapping(*COLUMNS, decisions={"key:1": 1})
    source = LogSource(id=uuid4(), name="Kobo", created_at=AT, mapping=remembered.to_json())
    with world.database.writing(world.id) as session:
        session.add(source)
    id_ = world.start(source_id=source.id)
    job = world.perform(id_)
    seen = exchange.recognition(world.folder, id_)
    assert seen is not None
    with world.database.read_session(world.id) as session:
        assert exchange.suggest(session, world.act, job, seen) == mapping(*COLUMNS)
        other = replace(seen, columns=seen.columns[:1])
        assert exchange.suggest(session, world.act, job, other).columns == ()
    with pytest.raises(NotFound):
        world.start(source_id=uuid4())


def test_what_stops_a_job_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asks = world.perform(
        world.start(
            csv_bytes(["id", "code", "dag", "bedrag"], ["1", "P01", "2025-01-02", "1.050"]),
            mapping=mapping(*COLUMNS[:3], use("bedrag", "value", indicator="I1")),
        )
    )
    assert (asks.state, asks.error) == (JobState.FAILED, "import.questions")
    broken = world.perform(world.start(b"%PDF"))
    assert broken.error == "file.is_pdf"
    lost = world.start()
    exchange.remove(world.folder, lost)
    assert world.perform(lost).error == "import.lost"
    for error, key in ((ValueError, "job.broken"), (MemoryError, "job.too_much_memory")):

        def fails(*_: object, error: type[Exception] = error) -> None:
            raise error

        monkeypatch.setattr(importing, "read", fails)
        assert world.perform(world.start()).error == key


def test_who_lost_their_role_imports_nothing(world: World) -> None:
    id_ = world.start()
    with world.database.writing(world.id) as session:
        jobs.get(session, id_).created_by_id = None
        act = runner.act_of(session, jobs.get(session, id_), AT)
        assert act.roles == frozenset(Role)
        stranger = make_member(session, make_programme(session), Role.WORKER)
        jobs.get(session, id_).created_by_id = stranger.id
    assert world.perform(id_).error == "job.no_role"


def test_whose_account_was_closed_imports_nothing(world: World) -> None:
    id_ = world.start()
    with world.database.writing(world.id) as session:
        session.get_one(User, jobs.get(session, id_).created_by_id).active = False
    assert world.perform(id_).error == "job.no_role"


@pytest.mark.parametrize("has_now", [(Role.VIEWER,), (Role.WORKER, Role.FUNDER), (Role.COORDINATOR,)])
@pytest.mark.parametrize("step", ["read", "map", "import", "undo"])
def test_who_may_import_no_more_imports_nothing_that_waits(
    world: World, programme: Programme, step: str, has_now: tuple[Role, ...]
) -> None:
    with world.database.writing(world.id) as session:
        other = make_member(session, programme, *has_now)
    id_ = world.start(mapping=mapping(*COLUMNS))
    if step != "read":
        world.perform(id_)
    if step in {"import", "undo"}:
        id_ = world.ask(exchange.ask_commit, id_, only_good=True)
    if step == "undo":
        world.perform(id_)
        with world.database.read_session(world.id) as session:
            import_id = session.scalars(select(LogImport.id)).one()
        id_ = world.ask(exchange.ask_undo, uuid4(), import_id)
    if step == "map":
        world.ask(exchange.ask_check, id_, mapping(*COLUMNS))
    with world.database.writing(world.id) as session:
        job = jobs.get(session, id_)
        if step == "map":
            job.asked = {**job.asked, "mapped_by": str(other.id)}
        else:
            job.created_by_id = other.id
    # A coordinator keeps sources, whose files come in by their name.
    assert world.perform(id_).error == ("" if Role.COORDINATOR in has_now else "job.no_role")
    with world.database.read_session(world.id) as session:
        many = len(session.scalars(select(Observation)).all())
    stands = {"import": Role.COORDINATOR in has_now, "undo": Role.COORDINATOR not in has_now}
    assert many == stands.get(step, False)


def test_one_process_has_a_job_until_it_is_silent(world: World) -> None:
    id_ = world.start()
    with world.database.writing(world.id) as session:
        first = jobs.claim(session, AT, id_, None)
        assert first is not None
        begun = first.started_at
        assert jobs.claim(session, AT + timedelta(seconds=5), id_, None) is None
        assert jobs.claim(session, AT + timedelta(seconds=500), id_, 1.0) is None
        assert jobs.unfinished(session) == [(world.id, id_)]
        session.expunge(first)
        second = jobs.claim(session, AT + timedelta(seconds=500), id_, 400.0)
        assert second is not None
        assert second.started_at != begun
        with pytest.raises(Conflict, match=r"job\.lost"):
            jobs.still_mine(session, first)
        assert jobs.still_mine(session, second) is second
        second.started_at = datetime.now(UTC)
    assert runner.perform(world.database, world.folder, world.id, id_) is JobState.RUNNING


def test_a_stopped_job_is_not_done(world: World) -> None:
    id_ = world.start()
    world.ask(exchange.cancel, id_)
    world.ask(exchange.cancel, id_)
    assert runner.perform(world.database, world.folder, world.id, id_) is JobState.STOPPED
    with pytest.raises(Conflict, match=r"import\.lost"):
        world.ask(exchange.ask_check, id_, mapping(*COLUMNS))
    with world.database.writing(world.id) as session:
        job = jobs.add(session, world.act, id_, JobKind.READ, {})
        assert job.state is JobState.STOPPED
        undoing = jobs.add(session, world.act, uuid4(), JobKind.UNDO, {})
        for call in (
            lambda: jobs.get(session, uuid4()),
            lambda: jobs.locked(session, uuid4()),
            lambda: importing.take_back(session, world.act, undoing),
            lambda: exchange.ask_check(session, world.act, undoing.id, mapping()),
        ):
            with pytest.raises(NotFound):
                call()


def test_a_job_that_is_running_is_not_asked_twice(world: World) -> None:
    id_ = world.start()
    with world.database.writing(world.id) as session:
        jobs.claim(session, AT, id_, None)
    with pytest.raises(Conflict, match=r"import\.running"):
        world.ask(exchange.ask_check, id_, mapping(*COLUMNS))


def test_an_import_whose_file_is_gone_is_lost(world: World) -> None:
    id_ = world.start(mapping=mapping(*COLUMNS))
    world.perform(id_)
    asked = world.ask(exchange.ask_commit, id_, only_good=True)
    exchange.remove(world.folder, id_)
    assert world.perform(asked).error == "import.lost"


# --- Folders ------------------------------------------------------------------------------------------------


def test_files_are_for_their_owner_alone_and_go_in_time(tmp_path: Path) -> None:
    folder, id_ = tmp_path / "jobs", uuid4()
    received = folders.receive(folder, id_, io.BytesIO(b"a;b\n"), "x.csv")
    assert received.size == 4
    mine = folders.place(folder, id_)
    assert (mine.stat().st_mode & 0o777, (mine / folders.LOG).stat().st_mode & 0o777) == (0o700, 0o600)
    assert folders.silent_seconds(folder, id_) is None
    assert folders.progress(folder, id_) is None
    assert folders.tidy(folder, datetime.now(UTC), 1) == 0
    assert folders.tidy(folder, datetime.now(UTC) + timedelta(hours=2), 1) == 1
    for content, key in ((b"", "file.empty"), (b"x" * 30, "file.too_large")):
        with pytest.raises(DomainError) as refused:
            folders.receive(folder, id_, io.BytesIO(content), "x.csv", most=20)
        assert refused.value.key == key
        assert not mine.exists()


def test_a_job_says_that_it_lives_also_while_it_says_nothing(tmp_path: Path) -> None:
    id_ = uuid4()
    mine = folders.place(tmp_path, id_)
    mine.mkdir()
    beat = folders.Beat(mine / folders.PROGRESS)
    with beat.beating():
        beat.step("write")
        beat.watch(5, 0.5)
        time.sleep(1.2)
    said = folders.progress(tmp_path, id_)
    assert said is not None
    assert (said.step, said.done, said.share, said.beat >= 3) == ("write", 5, 0.5, True)
    silent = folders.silent_seconds(tmp_path, id_)
    assert silent is not None
    assert silent < 30


# --- From a shell -------------------------------------------------------------------------------------------


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Database, UUID, Path]:
    url = f"sqlite:///{tmp_path / 'toc.db'}"
    migrating.upgrade(url)
    monkeypatch.setenv("TOC_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("TOC_DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    database = Database(url)
    with database.writing() as session:
        programme = make_programme(session, name="Work first")
    with database.writing(programme.id) as session:
        sums_indicator(session)
    (tmp_path / "log.csv").write_bytes(LOG)
    return database, programme.id, tmp_path


def command(folder: Path, said: Mapping | str, *more: str, programme: str = "work first") -> Any:  # noqa: ANN401 - any of several
    written = said if isinstance(said, str) else json.dumps(said.to_json())
    (folder / "mapping.json").write_text(written)
    return CliRunner().invoke(
        main, ["import", "log.csv", "--programme", programme, "--mapping", "mapping.json", *more]
    )


def test_a_log_is_imported_from_a_shell(shell: tuple[Database, UUID, Path]) -> None:
    database, programme_id, folder = shell
    dry = command(folder, mapping(*COLUMNS), "--dry-run")
    assert dry.exit_code == 1
    assert "2 rows: 1 new, 1 rejected" in dry.stdout
    assert "Row 2 on line 3, column bedrag (x): “x” is not a number" in dry.stdout
    refused = command(folder, mapping(*COLUMNS))
    assert refused.exit_code == 1
    assert "Nothing was imported" in refused.stderr
    with database.read_session(programme_id) as session:
        assert session.scalars(select(LogImport)).all() == []
    done = command(folder, mapping(*COLUMNS), "--good-rows", "--json", programme=str(programme_id))
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["imported"], said["totals"]["values"], said["totals"]["targets"][0]["total"]) == (
        1,
        1,
        "1.5",
    )
    assert said["wrong"][0]["reasons"][0]["key"] == "number.unreadable"
    again = command(folder, mapping(*COLUMNS), "--good-rows")
    assert "0 values were imported." in again.stdout
    assert list((folder / "instance" / "jobs").iterdir()) == []
    (folder / "log.csv").write_bytes(
        csv_bytes(["id", "code", "dag", "bedrag"], ["9", "P09", "2025-01-02", "1"])
    )
    assert "Nothing was imported: a dry run." in command(folder, mapping(*COLUMNS), "--dry-run").stdout


def test_a_mapping_that_leaves_something_open_ends_with_the_questions(
    shell: tuple[Database, UUID, Path],
) -> None:
    _, _, folder = shell
    rows = [["1", "P01", "5-2-25", "1.050", "A1"], ["2", "P02", "5-2-2025", "1,5", "A2"]]
    (folder / "log.csv").write_bytes(csv_bytes(["id", "code", "dag", "bedrag", "niveau"], *rows))
    said = mapping(
        *COLUMNS[:3], use("bedrag", "value", indicator="I1"), use("niveau", "value", indicator="I1")
    )
    asked = command(folder, said)
    assert asked.exit_code == 1
    assert 'Set "style" of that column: 1050 with "dutch", or 1.050 with "english".' in asked.stderr
    assert 'Set "two_digit_years" of that column: 5-2-2025 with true, or none with false.' in asked.stderr
    assert 'Say in "words" of that column which: {"a1": "1", "a2": "2"}.' in asked.stderr
    as_json = json.loads(command(folder, said, "--json").stdout)
    assert {one["about"] for one in as_json["questions"]} == {"style", "two_digit_years", "order", "words"}


@pytest.mark.parametrize(
    ("said", "more", "programme", "sentence"),
    [
        ("{", [], "work first", "is no JSON file"),
        ("{}", [], "work first", "version"),
        (mapping(*COLUMNS), [], "other", "There is not exactly one programme other"),
        (mapping(*COLUMNS), ["--source", "Kobo"], "work first", "has no source Kobo"),
    ],
)
def test_mistakes_give_sentences(
    shell: tuple[Database, UUID, Path],
    said: Mapping | str,
    more: list[str],
    programme: str,
    sentence: str,
) -> None:
    result = command(shell[2], said, *more, programme=programme)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_a_change_meanwhile_is_looked_at_again(
    shell: tuple[Database, UUID, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, programme_id, folder = shell
    with database.writing(programme_id) as session:
        session.add(LogSource(id=uuid4(), name="Kobo", created_at=AT, mapping={}))
    times = []
    commit = committing.commit

    def first_fails(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - any of several
        times.append(1)
        if len(times) == 1:
            raise PlanChanged
        return commit(*args, **more)

    monkeypatch.setattr(runner, "commit", first_fails)
    done = command(folder, mapping(*COLUMNS), "--good-rows", "--source", "Kobo")
    assert (done.exit_code, len(times)) == (0, 2)


def test_what_sources_send_is_fetched_from_a_shell(
    shell: tuple[Database, UUID, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, programme_id, folder = shell
    watched = folder / "watched"
    mine = watched / str(programme_id) / "kobo"
    mine.mkdir(parents=True)
    (mine / "log.csv").write_bytes(
        csv_bytes(["id", "code", "dag", "bedrag"], ["1", "P01", "2025-01-02", "1,5"])
    )
    os.utime(mine / "log.csv", (time.time() - 3600,) * 2)
    monkeypatch.setenv("TOC_WATCH_FOLDER", str(watched))
    with database.writing() as session:
        worker = make_member(session, session.get_one(Programme, programme_id), Role.WORKER)
    act, names = replace(act_of(worker, Role.WORKER), at=AT), ("kobo", "gone")
    (watched / str(programme_id) / "gone").mkdir()
    with database.writing(programme_id) as session:
        made = [sources.add_source(session, act, uuid4(), name, SourceKind.TABLE) for name in names]
        for one, name in zip(made, names, strict=True):
            sources.remember(session, act, one.id, mapping(*COLUMNS))
            asked = Schedule(fetch=Fetch.FOLDER, address=name, every_hours=1)
            sources.schedule(session, act, one.id, one.revision, asked, watched)
        ids = [one.id for one in made]
    (watched / str(programme_id) / "gone").rmdir()
    done = CliRunner().invoke(main, ["jobs"])
    assert done.exit_code == 0, done.output
    assert sorted(done.output.splitlines()) == sorted(
        [
            f"Source {ids[0]}: 1 new files, 1 imported.",
            f"Source {ids[1]}: There is no such folder below the one that is watched.",
            "Mails sent: 2.",
        ]
    )
    with database.read_session(programme_id) as session:
        assert session.scalars(select(Observation.value)).all() == [Decimal("1.5")]
    again = CliRunner().invoke(main, ["jobs"])
    assert (again.exit_code, again.output) == (0, "")


def test_jobs_that_wait_are_done_each_in_a_process_of_its_own(shell: tuple[Database, UUID, Path]) -> None:
    database, programme_id, folder = shell
    jobs_folder, id_ = folder / "instance" / "jobs", uuid4()
    received = folders.receive(jobs_folder, id_, io.BytesIO(LOG), "log.csv")
    act = act_of(None, Role.WORKER)
    with database.writing(programme_id) as session:
        exchange.start(session, act, id_, received, mapping=mapping(*COLUMNS))
    done = CliRunner().invoke(main, ["jobs"])
    assert done.output == f"{id_}: done\n"
    with database.writing(programme_id) as session:
        asked = exchange.ask_commit(session, act, id_, only_good=True).id
    process = jobs.launch(
        Settings(instance=folder / "instance", database_url=f"sqlite:///{folder / 'toc.db'}"),
        programme_id,
        asked,
    )
    assert process.wait(timeout=60) == 0
    with database.read_session(programme_id) as session:
        assert session.scalars(select(Observation.value)).all() == [Decimal("1.5")]
        assert jobs.get(session, asked).state is JobState.DONE


def test_who_asked_for_what_since_when_is_known(database: Database) -> None:
    with database.writing() as session:
        programme = make_programme(session)
        session.info["programme_id"] = programme.id
        ada = make_member(session, programme, Role.WORKER)
        act = act_of(ada, Role.WORKER)
        mine = jobs.add(session, act, uuid4(), JobKind.READ, {})
        jobs.add(session, act, uuid4(), JobKind.IMPORT, {})
        jobs.add(session, act_of(None, Role.WORKER), uuid4(), JobKind.READ, {})
        assert jobs.asked_by(session, act, JobKind.READ, act.at - timedelta(hours=1)) == [mine.id]
        assert jobs.asked_by(session, act, JobKind.READ, act.at + timedelta(hours=1)) == []
