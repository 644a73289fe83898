"""Addresses: a file that is fetched from the internet, and from nowhere else.

Whoever gives an address must not reach what only this server can reach. So each host is looked up once, every
address that it has must be on the internet, and the connection goes to the one that was judged: a name that
leads elsewhere a moment later gains nothing. What an address leads on to is judged in the same way.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from typing import BinaryIO, Final
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from toc.domain.errors import DomainError
from toc.domain.exchange.sources import SourceKind

SECONDS: Final = 120
"""How long fetching a file may take in all."""

_SILENCE: Final = 20
_PORT: Final = 443
_PIECE: Final = 2**16
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_MOST_REDIRECTS: Final = 3
_REFUSED: Final = (401, 403)
_OK: Final = 200
_LONGEST: Final = 2000
_SECRETS: Final = frozenset(
    [
        "token",
        "key",
        "apikey",
        "api_key",
        "access_token",
        "auth",
        "password",
        "passwd",
        "secret",
        "signature",
        "sig",
    ]
)
_SCHEMES: Final = {SourceKind.KOBO: "Token", SourceKind.COMMCARE: "ApiKey"}
"""By which word a program wants its token to be preceded; the others by Bearer."""
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses in which an IPv4 address is hidden (RFC 6052)."""
_INSIDE: Final = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20"))
)
"""Of the IETF, of relays, site-local (RFC 3879), for examples (RFC 9637): `ipaddress` calls them global."""

Look = Callable[[str, int], list[str]]
"""Gives the addresses of a host."""
Open = Callable[[str, int], socket.socket]
"""Connects to an address."""


@dataclass(frozen=True, slots=True)
class Address:
    """An https address, taken apart.

    Attributes:
        host: its name, as certificates have it.
        port: usually 443.
        path: with the query.
        name: last part of the path: what the file is called.
    """

    host: str
    port: int
    path: str
    name: str

    @property
    def authority(self) -> str:
        """Host and port as a request names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORT else f"{host}:{self.port}"


def parse_address(text: str) -> Address:
    """Return an address taken apart.

    Raises:
        DomainError: ``fetch.address``; ``fetch.secret_in_address``, because addresses are shown and logged.
    """
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise DomainError("fetch.address")
    try:
        parts = urlsplit(text)
        port, host = parts.port or _PORT, parts.hostname
    except ValueError as error:
        raise DomainError("fetch.address") from error
    if parts.scheme != "https" or not host or "%" in host or "\\" in text:
        raise DomainError("fetch.address")
    named = {name.casefold() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if "@" in parts.netloc or named & _SECRETS:
        raise DomainError("fetch.secret_in_address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(host.rstrip("."), port, path, unquote(parts.path).rpartition("/")[2] or host)


def is_public(text: str) -> bool:
    """Tell whether an IP address is one of the internet, and of one machine.

    Not so: private and unique local addresses, loopback, link-local, multicast, reserved ones, and IPv6
    addresses that hold such an IPv4 address (mapped, 6to4, Teredo, NAT64).

    Source: IANA special-purpose address registries, as `ipaddress` has them.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = tuple(_hidden_in(address)) if isinstance(address, ipaddress.IPv6Address) else ()
    judged: tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...] = inner or (address,)
    return all(
        one.is_global
        and not one.is_multicast
        and not one.is_reserved
        and not any(one in network for network in _INSIDE)
        for one in judged
    )


def _hidden_in(address: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Yield the IPv4 addresses in an IPv6 address."""
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if address in _TRANSLATED:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host.

    Raises:
        DomainError: ``fetch.unknown_host``.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DomainError("fetch.unknown_host") from error
    return [str(one[4][0]) for one in found]


def connect(address: str, port: int) -> socket.socket:
    """Return a connection to an IP address."""
    return socket.create_connection((address, port), timeout=_SILENCE)


class _Pinned(HTTPSConnection):
    """A connection to the address that was judged, whose certificate must be that of the host."""

    def __init__(self, to: Address, ip: str, context: ssl.SSLContext, opened: Open) -> None:
        super().__init__(to.host, to.port, context=context)
        self._ip, self._to, self._made, self._opened = ip, to, context, opened

    def connect(self) -> None:
        """Connect to it, without looking up the host again."""
        plain = self._opened(self._ip, self._to.port)
        made = self._made.wrap_socket(
            plain,
            server_hostname=self._to.host,
            suppress_ragged_eofs=False,
            do_handshake_on_connect=False,  # so that it can be cut off while it shakes hands
        )
        self.sock = made
        made.do_handshake()


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """What reaches the internet; tests put something else in its place."""

    look: Look = look_up
    opened: Open = connect
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    seconds: float = SECONDS


def fetch_address(text: str, token: str, kind: SourceKind, out: BinaryIO, most: int, net: Net) -> str:
    """Write what an address holds into a file; return what the file is called.

    Args:
        text: the address.
        token: sent to its host alone; "" for none.
        kind: of the program there: how it wants the token.
        out: where the bytes go.
        most: bytes that are taken.
        net: by which it is reached.

    Raises:
        DomainError: ``fetch.…``; ``file.too_large``, with ``most``.
    """
    first = to = parse_address(text)
    for _ in range(_MOST_REDIRECTS + 1):
        bearer = f"{_SCHEMES.get(kind, 'Bearer')} {token}" if token and _same(to, first) else ""
        onward = _one(to, bearer, out, most, net)
        if onward is None:
            return first.name
        try:
            to = parse_address(urljoin(f"https://{to.authority}{to.path}", onward))
        except (DomainError, ValueError) as error:
            raise DomainError("fetch.redirects") from error
    raise DomainError("fetch.redirects")


def _same(to: Address, first: Address) -> bool:
    return (to.host, to.port) == (first.host, first.port)


def _one(to: Address, bearer: str, out: BinaryIO, most: int, net: Net) -> str | None:
    """Ask one address; return where it leads on to, or None when the file was written."""
    found = net.look(to.host, to.port)
    if not found or not all(map(is_public, found)):
        raise DomainError("fetch.not_public")
    ip = min(found, key=lambda one: ":" in one)  # not every server reaches the internet by IPv6
    connection = _Pinned(to, ip, net.context(), net.opened)
    late: list[bool] = []

    def end() -> None:
        late.append(True)
        _shut(connection)

    timer = Timer(net.seconds, end)
    timer.daemon = True
    timer.start()
    headers = {"Host": to.authority, "Accept-Encoding": "identity", "User-Agent": "Doelenboom"}
    if bearer:
        headers["Authorization"] = bearer
    try:
        connection.request("GET", to.path, headers=headers)
        onward = _answer(connection.getresponse(), out, most)
    except (OSError, HTTPException, ValueError) as error:
        raise _why(error, net, is_late=bool(late)) from error
    finally:
        timer.cancel()
        connection.close()
    if late:  # what was cut off looks like what has ended
        raise DomainError("fetch.too_slow", seconds=int(net.seconds))
    return onward


def _shut(connection: _Pinned) -> None:
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            sock.close()


def _why(error: Exception, net: Net, *, is_late: bool) -> DomainError:
    if is_late or isinstance(error, TimeoutError):
        return DomainError("fetch.too_slow", seconds=int(net.seconds))
    return DomainError("fetch.unreachable")


def _answer(response: HTTPResponse, out: BinaryIO, most: int) -> str | None:
    if response.status in _REDIRECTS:
        return response.getheader("Location", "")
    if response.status in _REFUSED:
        raise DomainError("fetch.refused")
    if response.status != _OK:
        raise DomainError("fetch.status", status=response.status)
    size = 0
    while piece := response.read(_PIECE):
        size += len(piece)
        if size > most:
            raise DomainError("file.too_large", most=most)
        out.write(piece)
    if response.length:  # less came than was announced
        raise DomainError("fetch.unreachable")
    return None
