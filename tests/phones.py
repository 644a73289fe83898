"""Phones in a room, each a thread with a connection of its own, and a wall that looks all the time.

A phone does what `workshop.js` does: it sends a card under an id of its own until the server has it.
"""

import json
import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Barrier, Event, Thread
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

POLL_WALL = 0.5
"""Seconds between two looks of the wall, as in the script of its page."""

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_SEEN = re.compile(r'data-seen="([^"]+)"')
_TIMES = 20
_PATIENCE = 60


@dataclass(slots=True)
class Told:
    """What happened in the room.

    Attributes:
        sent: when each card was first sent, by its text.
        accepted: seconds until the server had it, by its text.
        seen: when each card was first on the wall, by its text.
        looks: seconds that each look of a phone took.
        faults: answers that should not have come.
        again: how often a card was sent again.
    """

    sent: dict[str, float] = field(default_factory=dict)
    accepted: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    looks: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    again: int = 0


class Browser:
    """A connection that keeps its cookie."""

    def __init__(self, address: str) -> None:
        self._http = HTTPConnection(urlsplit(address).netloc, timeout=_PATIENCE)
        self.cookie = ""

    def ask(
        self, path: str, form: Mapping[str, str] | None = None, *, accept: str = "text/html"
    ) -> tuple[int, str]:
        """Fetch a page, or send a form; one that the server hung up on is sent again."""
        headers = {"Cookie": self.cookie, "Accept": accept, "Accept-Language": "en"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if form is None else urlencode(form)
        try:
            return self._once(path, body, headers)
        except (OSError, HTTPException):
            self._http.close()
            return self._once(path, body, headers)

    def _once(self, path: str, body: str | None, headers: Mapping[str, str]) -> tuple[int, str]:
        self._http.request("GET" if body is None else "POST", path, body=body, headers=dict(headers))
        answer = self._http.getresponse()
        text = answer.read().decode()
        for one in answer.headers.get_all("Set-Cookie", []):
            if one.startswith("session="):
                self.cookie = one.partition(";")[0]
        return answer.status, text


class Phone:
    """Somebody who joined with their phone."""

    def __init__(self, address: str, door: str, party: UUID, told: Told) -> None:
        self._browser = Browser(address)
        self._told = told
        status, page = self._browser.ask(door)
        assert status == 200, f"{door}: {status}"
        form = {
            "csrf_token": _token(page),
            "id": str(uuid4()),
            "group_id": str(party),
            "agreed": "1",
        }
        status, page = self._browser.ask(door, form)
        assert status == 302, f"joining: {status}"
        status, page = self._browser.ask("/join/room")
        assert status == 200, f"the room: {status}"
        self._csrf = _token(page)

    def send(self, text: str, *, twice: bool) -> None:
        """Send a card until the server has it; `twice`: once more, as a phone does that missed the answer."""
        start = time.monotonic()
        self._told.sent[text] = start
        form = {"csrf_token": self._csrf, "id": str(uuid4()), "text": text}
        for _ in range(_TIMES):
            status, _ = self._browser.ask("/join/cards", form, accept="application/json")
            if status == 200:
                break
            self._told.faults.append(f"card: {status}")
            self._told.again += 1
            time.sleep(0.2)
        self._told.accepted[text] = time.monotonic() - start
        if twice:
            status, _ = self._browser.ask("/join/cards", form, accept="application/json")
            self._told.faults += [] if status == 200 else [f"card again: {status}"]

    def look(self) -> dict[str, object]:
        """Ask what to do now."""
        start = time.monotonic()
        status, body = self._browser.ask("/join/state", accept="application/json")
        self._told.looks.append(time.monotonic() - start)
        if status != 200:
            self._told.faults.append(f"state: {status}")
            return {}
        answer: dict[str, object] = json.loads(body)
        return answer


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    assert found is not None
    return found[1]


class Wall:
    """The projector: looks every second, and notes when it first shows each card."""

    def __init__(self, address: str, board: str, cookie: str, told: Told) -> None:
        self._browser = Browser(address)
        self._browser.cookie = cookie
        self._board, self._told = board, told
        self._end = Event()
        self._thread = Thread(target=self._look)
        status, page = self._browser.ask(board)
        assert status == 200, f"the wall: {status}"
        self._seen = _seen(page)

    def _look(self) -> None:
        while not self._end.is_set():
            status, page = self._browser.ask(f"{self._board}/now?seen={self._seen}")
            at = time.monotonic()
            if status == 200:
                self._seen = _seen(page)
                for text in self._told.sent.copy():
                    if text not in self._told.seen and f">{text}<" in page:
                        self._told.seen[text] = at
            elif status != 204:
                self._told.faults.append(f"wall: {status}")
            self._end.wait(POLL_WALL)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self, *, after: float = 2 * POLL_WALL) -> None:
        """Look for a moment more, then stop."""
        time.sleep(after)
        self._end.set()
        self._thread.join(_PATIENCE)


def _seen(page: str) -> str:
    found = _SEEN.search(page)
    assert found is not None
    return found[1]


def hold(phones: Sequence[Phone], cards: Sequence[Sequence[str]], *, pause: float) -> None:
    """Let everybody begin at once, and then write at their own pace, looking in between.

    Args:
        phones: in the room.
        cards: what each writes.
        pause: seconds between two cards, on average; each waits half to one and a half times as long.
    """
    begin = Barrier(len(phones))

    def write(who: Phone, texts: Sequence[str]) -> None:
        random = Random(texts[0])  # noqa: S311 - a pace, no secret
        begin.wait(_PATIENCE)
        for text in texts:
            who.send(text, twice=text == texts[0])
            who.look()
            time.sleep(pause * random.uniform(0.5, 1.5))

    with ThreadPoolExecutor(len(phones)) as pool:
        list(pool.map(write, phones, cards))
