"""A file is fetched from the internet alone: no name, redirect or trick leads into a private network."""

import io
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from tests.factories.servers import HOST, PUBLIC, Logs, certificate, logs_served
from toc.domain.errors import DomainError
from toc.domain.exchange.sources import SourceKind
from toc.services.exchange import addresses
from toc.services.exchange.addresses import Net, fetch_address, is_public, look_up, parse_address

MOST = 1_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    with logs_served(tmp_path_factory.mktemp("server")) as logs:
        yield logs


@pytest.fixture
def logs(served: Logs) -> Logs:
    served.pages.clear()
    served.asked.clear()
    return served


def got(logs: Logs, address: str, token: str = "", kind: SourceKind = SourceKind.TABLE) -> tuple[str, bytes]:
    out = io.BytesIO()
    name = fetch_address(address, token, kind, out, MOST, logs.net)
    return name, out.getvalue()


def why(logs: Logs, address: str, net: Net | None = None) -> str:
    with pytest.raises(DomainError) as found:
        fetch_address(address, "", SourceKind.TABLE, io.BytesIO(), MOST, net or logs.net)
    return found.value.key


# --- Addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://logs.example.org/",
        "ftp://logs.example.org/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://host:0x50/",
        "https://host:99999/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://logs.example.org/a b",
        "https://logs.example.org/\n",
        "https://logs.exämple.org/",
        "https://logs.example.org\\@127.0.0.1/",
        "https://logs.example.org/" + "a" * 2000,
    ],
)
def test_only_a_whole_https_address_is_one(text: str) -> None:
    with pytest.raises(DomainError) as found:
        parse_address(text)
    assert found.value.key == "fetch.address"


@pytest.mark.parametrize(
    "text",
    [
        "https://me:secret@logs.example.org/",
        "https://me@logs.example.org/",
        "https://logs.example.org/?token=abc",
        "https://logs.example.org/?format=csv&API_KEY=",
    ],
)
def test_an_address_holds_no_secret(text: str) -> None:
    with pytest.raises(DomainError) as found:
        parse_address(text)
    assert found.value.key == "fetch.secret_in_address"


def test_an_address_is_taken_apart() -> None:
    found = parse_address("https://Logs.Example.org:8443/api/v2/data%201.csv?format=csv")
    assert (found.host, found.port, found.path) == (HOST, 8443, "/api/v2/data%201.csv?format=csv")
    assert (found.name, found.authority) == ("data 1.csv", f"{HOST}:8443")
    assert parse_address(f"https://{HOST}").name == HOST
    assert parse_address("https://[2606:4700::1111]/x").authority == "[2606:4700::1111]"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - it is refused
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "ff0e::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "64:ff9b::10.0.0.1",
        "2001:db8::1",
        "localhost",
        "2130706433",
        "",
    ],
)
def test_what_is_not_on_the_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::", "64:ff9b::8.8.8.8"]
)
def test_what_is_on_the_internet_is_not(address: str) -> None:
    assert is_public(address)


def test_a_host_is_looked_up() -> None:
    assert "127.0.0.1" in look_up("127.0.0.1", 443)
    for unknown in ("no-such-host.invalid", "a" * 300):
        with pytest.raises(DomainError) as found:
            look_up(unknown, 443)
        assert found.value.key == "fetch.unknown_host"


# --- Fetching -----------------------------------------------------------------------------------------------


def test_a_file_is_fetched_with_the_token_of_its_program(logs: Logs) -> None:
    address = logs.give(b"a;b\n1;2\n", "/data/log.csv")
    assert got(logs, address, "abc", SourceKind.KOBO) == ("log.csv", b"a;b\n1;2\n")
    got(logs, address, "abc", SourceKind.COMMCARE)
    got(logs, address, "abc")
    got(logs, address)
    said = [headers.get("Authorization") for _, headers in logs.asked]
    assert said == ["Token abc", "ApiKey abc", "Bearer abc", None]
    assert {headers["Host"] for _, headers in logs.asked} == {HOST}
    assert {headers["Accept-Encoding"] for _, headers in logs.asked} == {"identity"}, "nothing to unpack"


def test_the_connection_goes_to_the_address_that_was_judged(logs: Logs) -> None:
    to: list[str] = []

    def opened(ip: str, port: int) -> socket.socket:
        to.append(ip)
        return logs.net.opened(ip, port)

    asked: list[str] = []

    def look(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["2606:4700::1111", PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    address = logs.give(b"x")
    fetch_address(
        address, "", SourceKind.TABLE, io.BytesIO(), MOST, replace(logs.net, look=look, opened=opened)
    )
    assert (to, asked) == ([PUBLIC], [HOST]), "looked up once, and IPv4 where there is one"


@pytest.mark.parametrize("found", [[], ["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::ffff:192.168.0.1"]])
def test_a_name_that_leads_into_a_private_network_is_refused(logs: Logs, found: list[str]) -> None:
    address = logs.give(b"x")
    assert why(logs, address, replace(logs.net, look=lambda *_: found)) == "fetch.not_public"
    assert logs.asked == []


def test_a_redirect_is_followed_when_it_may_be_and_the_token_stays_at_home(logs: Logs) -> None:
    logs.give(b"x", "/b.csv")
    address = logs.give(b"", "/a.csv", 302, Location="/b.csv")
    assert got(logs, address, "abc") == ("a.csv", b"x")
    assert [headers.get("Authorization") for _, headers in logs.asked] == ["Bearer abc"] * 2
    logs.asked.clear()
    logs.give(b"", "/a.csv", 307, Location=f"https://{HOST}:444/b.csv")
    got(logs, address, "abc")
    assert [headers.get("Authorization") for _, headers in logs.asked] == ["Bearer abc", None]


@pytest.mark.parametrize(
    "where",
    [
        "http://logs.example.org/b.csv",
        "https://[::1",
        "https://me:x@logs.example.org/",
        "",
        "/a.csv",
        "file:///etc/passwd",
    ],
)
def test_other_redirects_are_refused(logs: Logs, where: str) -> None:
    address = logs.give(b"", "/a.csv", 301, Location=where)
    assert why(logs, address) == "fetch.redirects"


def test_a_redirect_into_a_private_network_is_refused(logs: Logs) -> None:
    address = logs.give(b"", "/a.csv", 302, Location="https://inside.example.org/")
    net = replace(logs.net, look=lambda host, _: ["10.0.0.1"] if host.startswith("inside") else [PUBLIC])
    assert why(logs, address, net) == "fetch.not_public"


@pytest.mark.parametrize(
    ("status", "key"),
    [(401, "fetch.refused"), (403, "fetch.refused"), (404, "fetch.status"), (500, "fetch.status")],
)
def test_a_server_that_gives_nothing_says_why(logs: Logs, status: int, key: str) -> None:
    assert why(logs, logs.give(b"x", status=status)) == key


def test_more_than_may_come_is_refused_while_it_comes(logs: Logs) -> None:
    assert why(logs, logs.give(b"x" * (MOST + 1))) == "file.too_large"


def test_less_than_was_announced_is_no_file(logs: Logs) -> None:
    assert why(logs, logs.give(b"x", length="5")) == "fetch.unreachable"
    assert why(logs, logs.give(b"x", length="5", Bye="1")) == "fetch.unreachable"


def test_a_certificate_of_another_host_is_refused(logs: Logs, tmp_path: Path) -> None:
    address = logs.give(b"x").replace(HOST, "other.example.org")
    assert why(logs, address) == "fetch.unreachable"
    other = certificate(tmp_path)
    net = replace(logs.net, context=lambda: ssl.create_default_context(cafile=str(other)))
    assert why(logs, logs.give(b"x"), net) == "fetch.unreachable"


def test_a_server_that_is_not_there_is_unreachable(logs: Logs) -> None:
    def opened(*_: object) -> socket.socket:
        raise ConnectionRefusedError

    assert why(logs, logs.give(b"x"), replace(logs.net, opened=opened)) == "fetch.unreachable"

    def slow(*_: object) -> socket.socket:
        raise TimeoutError

    assert why(logs, logs.give(b"x"), replace(logs.net, opened=slow)) == "fetch.too_slow"


def test_a_server_that_drips_is_cut_off(logs: Logs) -> None:
    """It says something now and then, so that no single wait is too long."""
    ours, theirs = socket.socketpair()
    end: list[bool] = []

    def drip() -> None:
        theirs.sendall(b"\x16\x03\x03\x40\x00")  # a long record of a handshake begins
        while not end:
            with suppress(OSError):
                theirs.sendall(b"\x02")
            sleep(0.02)

    thread = Thread(target=drip, daemon=True)
    thread.start()
    assert (
        why(logs, logs.give(b"x"), replace(logs.net, opened=lambda *_: ours, seconds=0.3)) == "fetch.too_slow"
    )
    end.append(True)
    theirs.close()
    thread.join(timeout=5)


class Cut:
    """A connection of which the other side is gone already, or that was never made."""

    def __init__(self, sock: object) -> None:
        self.sock = sock


def test_cutting_off_what_is_gone_does_no_harm() -> None:
    addresses._shut(Cut(None))  # type: ignore[arg-type] # noqa: SLF001 - the timer may come at any moment
    lonely = socket.socket()
    addresses._shut(Cut(lonely))  # type: ignore[arg-type] # noqa: SLF001 - as above
    assert lonely.fileno() == -1


def test_a_file_that_was_cut_off_in_time_does_not_pass_for_a_whole_one(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an announced length an end looks like the end."""

    def late(response: object, out: io.BytesIO, most: int) -> None:
        del response, out, most
        sleep(0.4)

    monkeypatch.setattr(addresses, "_answer", late)
    assert why(logs, logs.give(b"x"), replace(logs.net, seconds=0.2)) == "fetch.too_slow"


def test_a_connection_can_be_made() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        addresses.connect("127.0.0.1", server.getsockname()[1]).close()
