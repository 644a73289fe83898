"""Clients that send a byte now and then, stop halfway or lie about how much they send, at the real server.

They are talked to over bare sockets. The server has two threads in all and waits two seconds, so that one who
is held up would be seen.
"""

import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from tests.factories import make_member, make_programme
from tests.factories.logs import csv_bytes
from tests.killing import App, Client, until
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.jobs import Job
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services.people import hash_password

pytestmark = pytest.mark.serial

PASSWORD = "kersen-in-de-boom-van-zes"
GRACE = 2
THREADS = 2
SERVE = (
    f"import sys; import toc.serving as s; s.GRACE = {GRACE}.0;"
    f" sys.argv += ['--workers', '1', '--threads', '{THREADS}']; from toc.cli import main; main()"
)
BOUNDARY = "kersen"
LOG = csv_bytes(["code", "dag", "bedrag"], *([f"P{n:03d}", "2025-01-02", "1"] for n in range(3_000)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A server with a worker and the database below it."""

    app: App
    database: Database
    programme: Programme
    worker: User
    folder: Path

    def client(self) -> Client:
        client = Client(self.app.address)
        client.sign_in(self.worker.email, PASSWORD)
        return client

    def jobs(self) -> int:
        with self.database.read_session() as session:
            return session.scalar(select(func.count()).select_from(Job)) or 0

    def kept(self) -> set[str]:
        """Folders of files that wait to be imported, or are in the making."""
        return {one.name for one in (self.folder / "instance" / "jobs").glob("*")}

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        """A bare connection."""
        parts = urlsplit(self.app.address)
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
            yield connection


@pytest.fixture(scope="module")
def site(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("slow")
    url = f"sqlite:///{shutil.copy(sqlite_model, folder / 'toc.db')}"
    database = Database(url)
    with database.writing() as session:
        programme = make_programme(session)
    with database.writing(programme.id) as session:
        worker = make_member(session, programme, Role.WORKER)
        worker.password = hash_password(PASSWORD)
        worker.email = "worker@example.org"
    app = App(folder, command=("-c", SERVE), TOC_DATABASE_URL=url, TOC_INSTANCE=str(folder / "instance"))
    with app.running():
        yield Site(app=app, database=database, programme=programme, worker=worker, folder=folder)
    database.dispose()


def head(site: Site, path: str, *, length: int | None, kind: str, cookie: str = "") -> bytes:
    """The first lines of a request that sends something."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {urlsplit(site.app.address).netloc}",
        f"Content-Type: {kind}",
        "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def upload(site: Site, client: Client) -> tuple[str, bytes]:
    """The address at which a worker sends a log, and what their browser sends there."""
    path = f"/p/{site.programme.id}/imports/new"
    fields = {**client.form(path), "kind": "table", "source": "", "name": ""}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    file = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="log.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    ).encode()
    return path, b"".join([*parts, file, LOG, f"\r\n--{BOUNDARY}--\r\n".encode()])


MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def answer(connection: socket.socket) -> bytes:
    """All that comes back until the server hangs up."""
    found = b""
    try:
        while piece := connection.recv(65_536):
            found += piece
    except ConnectionResetError:  # it hung up while something of ours was under way
        pass
    return found


def drip(connection: socket.socket, content: bytes, seconds: float) -> None:
    """Send a byte ten times a second, until the other side hangs up or it took so long."""
    until_ = time.monotonic() + seconds
    for at in range(len(content)):
        if time.monotonic() > until_:
            break
        try:
            connection.sendall(content[at : at + 1])
        except OSError:
            return
        time.sleep(0.1)


def test_a_whole_upload_becomes_a_job(site: Site) -> None:
    client = site.client()
    path, body = upload(site, client)
    before = site.jobs()
    with site.connected() as connection:
        connection.sendall(head(site, path, length=len(body), kind=MULTIPART, cookie=client.cookie))
        for at in range(0, len(body), 4_096):
            connection.sendall(body[at : at + 4_096])
        connection.shutdown(socket.SHUT_WR)
        assert answer(connection).startswith(b"HTTP/1.1 302 ")
    assert site.jobs() == before + 1


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_who_stops_halfway_leaves_no_job_and_no_file(site: Site, share: float) -> None:
    client = site.client()
    path, body = upload(site, client)
    jobs, kept = site.jobs(), site.kept()
    with site.connected() as connection:
        connection.sendall(head(site, path, length=len(body), kind=MULTIPART, cookie=client.cookie))
        connection.sendall(body[: int(len(body) * share)])
        connection.shutdown(socket.SHUT_WR)
        said = answer(connection)
    assert said.startswith(b"HTTP/1.1 400 "), said[:300]
    assert b"Not all of it arrived" in said
    assert b"Nothing was kept; send it once more." in said
    assert (site.jobs(), site.kept()) == (jobs, kept)


def test_half_a_form_is_not_taken_for_a_whole_one(site: Site) -> None:
    client = site.client()
    path = f"/p/{site.programme.id}/imports/new"
    fields = {**client.form(path), "kind": "table", "name": "A name that goes on and on"}
    body = urlencode(fields).encode()
    with site.connected() as connection:
        kind = "application/x-www-form-urlencoded"
        connection.sendall(head(site, path, length=len(body), kind=kind, cookie=client.cookie))
        connection.sendall(body[:-9])
        connection.shutdown(socket.SHUT_WR)
        said = answer(connection)
    assert said.startswith(b"HTTP/1.1 400 ")
    assert b"Not all of it arrived" in said


def test_chunks_that_never_end_are_half_a_form(site: Site) -> None:
    client = site.client()
    path, body = upload(site, client)
    jobs = site.jobs()
    with site.connected() as connection:
        connection.sendall(head(site, path, length=None, kind=MULTIPART, cookie=client.cookie))
        connection.sendall(f"{len(body):x}\r\n".encode() + body[:-20])
        connection.shutdown(socket.SHUT_WR)
        said = answer(connection)
    assert said.startswith(b"HTTP/1.1 400 ")
    assert site.jobs() == jobs


@pytest.mark.parametrize("where", ["in the head", "in the file", "in chunks"])
def test_who_sends_a_byte_now_and_then_holds_nobody_up(site: Site, where: str) -> None:
    client = site.client()
    path, body = upload(site, client)
    jobs, kept = site.jobs(), site.kept()
    first = {
        "in the head": b"POST / HTTP/1.1\r\nHost: x\r\nX-Long: ",
        "in the file": head(site, path, length=len(body), kind=MULTIPART, cookie=client.cookie)
        + body[:2_000],
        "in chunks": head(site, path, length=None, kind=MULTIPART, cookie=client.cookie),
    }[where]
    rest = {"in the head": b"a" * 900, "in the file": body[2_000:], "in chunks": b"1\r\na\r\n" * 900}[where]
    begun = time.monotonic()
    with ExitStack() as stack:
        slow = [stack.enter_context(site.connected()) for _ in range(THREADS)]
        for connection in slow:
            connection.sendall(first)
        # All threads wait for them now; somebody else is answered as soon as their time is over.
        while time.monotonic() < begun + GRACE / 2:
            for connection in slow:
                drip(connection, rest[:2], 1)
        assert site.client().ask("/health").status == 200
        for connection in slow:
            drip(connection, rest, 10 * GRACE)
            connection.settimeout(30)
            answer(connection)
    assert (site.jobs(), site.kept()) == (jobs, kept)


def test_who_only_connects_holds_nobody_up(site: Site) -> None:
    with ExitStack() as stack:
        for _ in range(3 * THREADS):
            stack.enter_context(site.connected())
        assert site.client().ask("/health").status == 200


def test_nobody_is_logged_for_being_slow(site: Site) -> None:
    until(lambda: "ready" in site.app.log(), "the server said nothing")
    assert "Traceback" not in site.app.log()
