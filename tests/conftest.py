"""What every test may use: a PostgreSQL database of its own, a browser, and no silent skips."""

import gc
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import URL

from tests.chromium import ARGUMENTS, find_chromium
from tests.database import forgetful
from tests.once import Once
from tests.postgres import Database, copied_database, own_database, server_url
from toc.models import migrating
from toc.models.database import Database as Storage

gc.disable()  # until all tests are imported: what is imported stays
ROOT = Path(__file__).resolve().parent.parent
_numbers = count(1)
ON_CI = os.environ.get("CI", "").lower() in {"1", "true"}

# How long an example takes says how busy the machine is, and a slow one is no fault of what is tested. On the
# integration server the same examples come each time: a run that fails there fails again.
settings.register_profile(
    "toc",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=ON_CI,
    database=None if ON_CI else settings().database,
    print_blob=True,
)
settings.load_profile("toc")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """Where workers find what one of them made for all."""
    return Once(tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[URL]:
    """The server of this run, as its administrator."""
    with server_url(testrun_uid) as admin:
        yield admin


@pytest.fixture(scope="session")
def postgres(postgres_server: URL, testrun_uid: str, worker_id: str) -> Iterator[Database]:
    """An empty PostgreSQL database of this worker alone, with its owner and an administrator."""
    with own_database(postgres_server, f"toc_{testrun_uid[:8]}_{worker_id}") as database:
        yield database


@pytest.fixture(scope="session")
def postgres_url(postgres: Database) -> str:
    """The address of that database as its owner, who is no superuser."""
    return postgres.url


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database as the migrations make it, to copy."""
    file = tmp_path_factory.mktemp("model") / "toc.db"
    migrating.upgrade(f"sqlite:///{file}")
    assert [one.name for one in file.parent.iterdir()] == [file.name], (
        "what was written is in the file itself"
    )
    return file


@pytest.fixture(scope="session")
def postgres_model(postgres_server: URL, testrun_uid: str, worker_id: str) -> Iterator[Database]:
    """A PostgreSQL database as the migrations make it, to copy."""
    with own_database(postgres_server, f"toc_{testrun_uid[:8]}_{worker_id}_model") as database:
        migrating.upgrade(database.url)
        yield database


@contextmanager
def migrated(kind: str, folder: Path, name: str, request: pytest.FixtureRequest) -> Iterator[Storage]:
    """Give a database of this kind with all tables and no rows: a copy of what the migrations made.

    Args:
        kind: sqlite or postgresql.
        folder: where the file of SQLite comes.
        name: of the database, which no other has.
        request: of the fixture that needs it.
    """
    with ExitStack() as stack:
        if kind == "sqlite":
            file = shutil.copy(request.getfixturevalue("sqlite_model"), folder / f"{name}.db")
            url = f"sqlite:///{file}"
        else:
            model = request.getfixturevalue("postgres_model")
            server = request.getfixturevalue("postgres_server")
            url = stack.enter_context(copied_database(server, name, model)).url
        storage = Storage(url)
        stack.callback(storage.dispose)
        yield storage


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def storage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, testrun_uid: str, worker_id: str
) -> Iterator[Storage]:
    """A migrated database of each kind."""
    name = f"toc_{testrun_uid[:8]}_{worker_id}_storage"
    with migrated(request.param, tmp_path_factory.mktemp("database"), name, request) as storage:
        yield storage


@pytest.fixture
def database(storage: Storage) -> Iterator[Storage]:
    """That database for one test, which leaves nothing behind."""
    with forgetful(storage) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(
    request: pytest.FixtureRequest, tmp_path: Path, testrun_uid: str, worker_id: str
) -> Iterator[str]:
    """The address of an empty database of each kind, for one test alone."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    name = f"toc_{testrun_uid[:8]}_{worker_id}_{next(_numbers)}"
    with own_database(request.getfixturevalue("postgres_server"), name) as database:
        yield database.url


@pytest.fixture(params=["sqlite", "postgresql"])
def separate(
    request: pytest.FixtureRequest, tmp_path: Path, testrun_uid: str, worker_id: str
) -> Iterator[Storage]:
    """A migrated database of each kind for one test that needs several connections, or breaks things."""
    name = f"toc_{testrun_uid[:8]}_{worker_id}_{next(_numbers)}"
    with migrated(request.param, tmp_path, name, request) as storage:
        yield storage


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium; tests open a context of their own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure coverage, if at all, on SQLite, and on PostgreSQL where something is done for that alone.

    To watch each line takes half as long again, and the second database goes through the same lines.
    """
    call = getattr(item, "callspec", None)
    second = call is not None and "postgresql" in call.params.values()
    measured = Coverage.current()
    if measured is None or not second or item.get_closest_marker("measured_twice") is not None:
        return (yield)
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that nobody waits for it in the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among all that was imported: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On the integration server a test that did not run is a fault: say which, and fail."""
    if not ON_CI or hasattr(session.config, "workerinput"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped:
        reporter.ensure_newline()
    for report in skipped:
        reporter.write_line(f"Skipped, which fails the run: {report.nodeid}", red=True)
    if skipped and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
