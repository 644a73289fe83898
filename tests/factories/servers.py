"""A server on this machine that speaks https, for what is fetched from the internet."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from toc.services.exchange.addresses import Net

HOST = "logs.example.org"
PUBLIC = "93.184.216.34"
"""An address on the internet, which a test never reaches."""


class Logs:
    """What the server gives, and what it was asked.

    Attributes:
        pages: by path: status, headers, content.
        asked: path and headers of each request.
    """

    def __init__(self, net: Net) -> None:
        self.net = net
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def give(
        self, content: bytes, path: str = "/log.csv", status: int = 200, length: str = "", **headers: str
    ) -> str:
        """Give this from now on; return its address."""
        said = {"Content-Length": length or str(len(content)), **headers}
        self.pages[path] = (status, said, content)
        return f"https://{HOST}{path}"


class _Handler(BaseHTTPRequestHandler):
    logs: ClassVar[Logs]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        logs = type(self).logs
        logs.asked.append((self.path, dict(self.headers)))
        status, headers, content = logs.pages[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True
        if "Bye" in headers:  # ends the encryption properly, as if all had been said
            with suppress(OSError):
                self.connection.unwrap()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def certificate(folder: Path, host: str = HOST) -> Path:
    """Write a certificate of a host, signed by itself, with its key; return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@contextmanager
def logs_served(folder: Path) -> Iterator[Logs]:
    """Serve logs; the host is said to be on the internet, and the connection goes to this machine."""
    file = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]
    net = Net(
        look=lambda _host, _port: [PUBLIC],
        opened=lambda _ip, _port: socket.create_connection(("127.0.0.1", port), timeout=5),
        context=lambda: ssl.create_default_context(cafile=str(file)),
        seconds=5,
    )
    logs = Logs(net)
    _Handler.logs = logs
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield logs
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
