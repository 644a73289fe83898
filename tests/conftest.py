"""What every test may use: a PostgreSQL database of its own, a browser, and no silent skips."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import URL

from tests.chromium import ARGUMENTS, find_chromium
from tests.database import forgetful
from tests.postgres import Database, own_database, server_url
from toc.models import migrating
from toc.models.database import Database as Storage

ROOT = Path(__file__).resolve().parent.parent
_numbers = count(1)


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


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def storage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """A migrated database of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'toc.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    migrating.upgrade(url)
    storage = Storage(url)
    yield storage
    storage.dispose()


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


@pytest.fixture
def separate(empty_url: str) -> Iterator[Storage]:
    """A migrated database of each kind for one test that needs several connections, or breaks things."""
    migrating.upgrade(empty_url)
    storage = Storage(empty_url)
    yield storage
    storage.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium; tests open a context of their own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On the integration server a test that did not run is a fault: say which, and fail."""
    if os.environ.get("CI", "").lower() not in {"1", "true"} or hasattr(session.config, "workerinput"):
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
