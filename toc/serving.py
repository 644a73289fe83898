"""Serving: how long the server waits for a client that sends, or reads, slowly; nobody holds it for ever.

Where a web server stands before the program that takes a request in whole before it passes it on, no worker
waits for a client at all; see docs/commands.md.
"""

import selectors
import socket
from functools import partial
from time import monotonic
from types import FrameType
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

GRACE: Final = 20.0
"""Seconds that a client may be silent in all, beyond what its pace gives it."""

PACE: Final = 2_048
"""Bytes that give a client another second: a slow telephone sends more, who wants to hold us sends less."""

SILENCE: Final = 5.0
"""Seconds within which a new connection says something; it holds no thread until then."""

STALL: Final = 60.0
"""Seconds within which a client takes the next piece of an answer."""


class Patient(socket.socket):
    """The connection with a client of whom we wait for each request only so long.

    Who is too slow has hung up, as far as the program can tell: what it reads ends there.
    """

    _spare = GRACE

    def begin(self) -> None:
        """Wait for the next request."""
        self._spare = GRACE

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - as its base has it
        """Wait, but not for ever; or do not wait."""
        self.settimeout(STALL if flag else 0.0)

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Return what came; nothing when the client hung up, or was waited for long enough.

        Raises:
            TimeoutError: nothing came within the time that the caller had set.
        """
        usual = self.gettimeout()
        if usual == 0.0:
            return super().recv(bufsize, flags)
        most = max(self._spare, 0.0)
        ours = usual is None or most < usual
        since = monotonic()
        self.settimeout(most if ours else usual)
        try:
            found = super().recv(bufsize, flags)
        except (TimeoutError, BlockingIOError):
            if not ours:
                raise
            found = b""
        finally:
            self.settimeout(usual)
            self._spare -= monotonic() - since
        self._spare = min(self._spare + len(found) / PACE, GRACE)
        return found


class Worker(ThreadWorker):
    """A worker of gunicorn whose connections are patient, but not for ever."""

    def enqueue_req(self, conn: TConn) -> None:
        """Let a thread answer the next request of a connection; of a new one, once it says something."""
        if isinstance(conn.sock, Patient):
            super().enqueue_req(conn)
            return
        conn.sock = Patient(fileno=conn.sock.detach())
        conn.sock.settimeout(0.0)  # the poller waits for it
        conn.timeout = monotonic() + SILENCE
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - whether the connection stays, or a sign of gunicorn's own
        """Answer the next request of a connection."""
        if isinstance(conn.sock, Patient):
            conn.sock.begin()
        return super().handle(conn)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at once, yet between two steps: an exception here could end up anywhere, and be lost there."""
        self.cfg.set("graceful_timeout", 0)  # of this process alone
        self.handle_exit(sig, frame)
