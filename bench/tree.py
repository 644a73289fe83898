"""How well the goal tree is drawn, and how fast a big one is on the screen.

Four parts, each on its own with --only:

- crossings: lines that cross, beside what Graphviz `dot` makes of the same goals in the same rows. dot is
  asked twice: with long links cut at the rows, counted by us from where it put everything, and with the links
  as they are, by its own count; the better one counts. Needs `dot` (Debian: apt-get install graphviz).
- stability: of the pairs of goals side by side in a row, which share changes sides by one small edit.
- drawing: seconds for trees of 2,000 and chains of 5,000 goals.
- serving: the page with the tree of 50, 500 and 2,000 goals: time on the server, size, and time until it can
  be used in Chromium, beside the same drawing as a plain file and the same page as plain files, one after the
  other in the same run. Chromium starts with an empty cache each time.

Run it on a machine that does nothing else:

    .venv/bin/python -m bench.tree
    .venv/bin/python -m bench.tree --only crossings --seeds 20

Exit code 1 when an aim is missed, 2 when a part could not be measured.
"""

import argparse
import gzip
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import mean, median
from threading import Thread
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import Browser, Response, sync_playwright

from tests.chromium import ARGUMENTS, find_chromium
from tests.factories import act_of, make_programme
from tests.factories.people import PASSWORD, make_account
from tests.killing import App, Client
from tests.many import Size, levels, make_many
from toc.domain.goals import Drawing, Edge, Level, PlacedGoal, branch, layout
from toc.domain.goals.graph import means_first, neighbours
from toc.domain.goals.ordering import Pieces, crossings, cut, rows_of
from toc.domain.people import Role
from toc.models import migrating
from toc.models.database import Database
from toc.services.people import add_member

MOST_CROSSINGS = 1.25
"""Times what dot leaves."""
MOST_FLIPPED = 0.10
"""Of the pairs of neighbours, by one edit."""
MOST_SECONDS = 2.0
"""For one drawing, however big."""
MOST_TIMES_STATIC = 1.5
MOST_BYTES = 150_000
SIZES = (50, 500, 2_000)
DRAWING = "/drawing"
SAFETY = (
    "content-security-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
)
"""Headers of every answer of ours; the second alone costs a browser that comes from elsewhere some 25 ms."""

Goals = Sequence[PlacedGoal]


@dataclass(frozen=True, slots=True)
class Tree:
    """Goals and links to draw."""

    goals: Goals
    edges: Sequence[Edge]


def _tree(of_levels: Sequence[Level | None], pairs: Sequence[tuple[int, int]]) -> Tree:
    ids = [UUID(int=number + 1) for number in range(len(of_levels))]
    text = "Employers in the town offer learning places that fit what somebody can do"
    return Tree(
        [PlacedGoal(id=one, text=text, level=level) for one, level in zip(ids, of_levels, strict=True)],
        [Edge(ids[lower], ids[upper]) for lower, upper in pairs],
    )


def by_chance(goals: int, links: int, seed: int) -> Tree:
    """Return a tree with links by chance, nine of ten between neighbouring levels: the worst that can be.

    Args:
        goals: how many.
        links: how many; as many as goals at least, so that every goal but an end serves one.
        seed: of the chance.
    """
    random = Random(seed)  # noqa: S311 - the same tree every time
    kinds = levels(goals)
    ranks = [list(Level).index(kind) for kind in kinds]
    lowers = [one for one in range(goals) if ranks[one] < len(Level) - 1]
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < links:
        in_turn = random.random() < 0.9  # noqa: PLR2004 - nine of ten
        lower = lowers[len(pairs) % len(lowers)] if in_turn else random.choice(lowers)
        step = 1 if random.random() < 0.9 else 2  # noqa: PLR2004 - nine of ten
        at = [one for one in range(goals) if ranks[one] == min(ranks[lower] + step, len(Level) - 1)]
        pairs[lower, random.choice(at)] = None
    return _tree(kinds, list(pairs))


def as_programmes_have(goals: int, seed: int, second: float = 0.3) -> Tree:
    """Return a tree that grew from its ends down; some means serve a second end, one of ten has no level."""
    random = Random(seed)  # noqa: S311 - the same tree every time
    depths = [0] * max(1, goals // 40)
    pairs: dict[tuple[int, int], None] = {}
    for one in range(len(depths), goals):
        upper = random.choice([other for other in range(one) if depths[other] < len(Level) - 1])
        depths.append(depths[upper] + 1)
        pairs[one, upper] = None
    for one in range(goals):
        higher = [other for other in range(goals) if depths[other] < depths[one]]
        near = [other for other in higher if depths[other] == depths[one] - 1]
        if near and random.random() < second:
            pairs[one, random.choice(near if random.random() < 0.7 else higher)] = None  # noqa: PLR2004 - most
    kinds = list(Level)[::-1]
    return _tree(
        [kinds[depth] if random.random() < 0.9 else None for depth in depths],  # noqa: PLR2004 - nine of ten
        list(pairs),
    )


def what_is_drawn(tree: Tree) -> Tree:
    """Return the part of a big tree that a page draws."""
    drawn = frozenset(branch([goal.id for goal in tree.goals], tree.edges).drawn)
    return Tree(
        [goal for goal in tree.goals if goal.id in drawn],
        [edge for edge in tree.edges if edge.lower in drawn and edge.upper in drawn],
    )


KINDS: Mapping[str, Callable[[int], Tree]] = {
    "50, as programmes have": lambda seed: as_programmes_have(50, seed),
    "50, 65 links by chance": lambda seed: by_chance(50, 65, seed),
    "50, 100 links by chance": lambda seed: by_chance(50, 100, seed),
    "150, as programmes have": lambda seed: as_programmes_have(150, seed),
    "150, 200 links by chance": lambda seed: by_chance(150, 200, seed),
    "150, 300 links by chance": lambda seed: by_chance(150, 300, seed),
    "150 drawn of 500": lambda seed: what_is_drawn(as_programmes_have(500, seed)),
    "150 drawn of 2,000": lambda seed: what_is_drawn(by_chance(2_000, 4_000, seed)),
}


# --- Crossings ----------------------------------------------------------------------------------------------


def pieces_of(tree: Tree) -> Pieces:
    """Return the links of a tree, cut at the rows in which our drawing puts its goals."""
    number = {goal.id: place for place, goal in enumerate(tree.goals)}
    links = [(number[lower], number[upper]) for lower, upper in tree.edges]
    order = [number[goal] for goal in means_first(neighbours(number, tree.edges))]
    return cut(rows_of([goal.level for goal in tree.goals], order, links), links)


def _asked_of_dot(pieces: Pieces, nodes: Sequence[int], links: Sequence[tuple[int, int]]) -> tuple[str, int]:
    """Return what dot places, and how many crossings it counts itself."""
    lines = ["digraph { rankdir=BT; node [shape=box, fixedsize=true, width=1, height=0.4]"]
    for row in range(max(pieces.row) + 1):
        inside = "; ".join(f"n{one}" for one in nodes if pieces.row[one] == row)
        lines.append(f"{{ rank=same; r{row} [style=invis]; {inside} }}")
        if row:
            lines.append(f"r{row - 1} -> r{row} [style=invis]")
    lines += [f"n{lower} -> n{upper}" for lower, upper in links]
    told = subprocess.run(
        [shutil.which("dot") or "dot", "-Tplain", "-v"],
        input="\n".join([*lines, "}"]),
        capture_output=True,
        text=True,
        check=True,
    )
    counts = re.findall(r"mincross[^\n]*?(\d+) crossings", told.stderr)
    return told.stdout, int(counts[-1])


def crossings_of_dot(pieces: Pieces) -> int:
    """Return the fewest crossings that dot leaves between the same rows."""
    pairs = [(lower, upper) for lower, above in enumerate(pieces.above) for upper in above]
    plain, _ = _asked_of_dot(pieces, range(len(pieces.row)), pairs)
    found = re.findall(r"^node n(\d+) (\S+) (\S+)", plain, re.MULTILINE)
    order: list[list[int]] = [[] for _ in range(max(pieces.row) + 1)]
    for one, _x, _y in sorted(found, key=lambda node: float(node[1])):
        order[pieces.row[int(one)]].append(int(one))
    heights = {(pieces.row[int(one)], y) for one, _x, y in found}
    if len(heights) != len(order):
        raise SystemExit("dot put goals of one row at different heights")
    goals = len(pieces.row) - sum(len(chain) - 2 for chain in pieces.chains)
    _, own = _asked_of_dot(pieces, range(goals), [(chain[0], chain[-1]) for chain in pieces.chains])
    return min(crossings(pieces, order), own)


def bench_crossings(seeds: int) -> int:
    """Print ours beside dot's."""
    if not shutil.which("dot"):
        print("Crossings: there is no dot here (Debian: apt-get install graphviz).")
        return 2
    print(f"{f'crossings, {seeds} trees each':<28}{'ours':>9}{'dot':>9}{'ratio':>8}{'worst':>8}{'ms':>7}")
    all_ok = True
    for name, make in KINDS.items():
        ours, dots, taken = [], [], []
        for seed in range(seeds):
            tree = make(seed)
            start = time.perf_counter()
            ours.append(layout(tree.goals, tree.edges).crossings)
            taken.append(time.perf_counter() - start)
            dots.append(crossings_of_dot(pieces_of(tree)))
        worst = max(our / max(dot, 1) for our, dot in zip(ours, dots, strict=True))
        ok = worst <= MOST_CROSSINGS
        all_ok = all_ok and ok
        print(
            f"{name:<28}{sum(ours):>9}{sum(dots):>9}{sum(ours) / sum(dots):>8.2f}{worst:>8.2f}"
            f"{median(taken) * 1000:>7.0f}{'' if ok else '  MISSED'}",
            flush=True,
        )
    return 0 if all_ok else 1


# --- Stability ----------------------------------------------------------------------------------------------


def flipped(before: Drawing, after: Drawing) -> float:
    """Return which share of the pairs of neighbours in a row that still share one changed sides."""
    now = {box.id: box for box in after.boxes}
    kept = [
        (now[left.id], now[right.id])
        for left, right in pairwise(before.boxes)
        if left.row == right.row and left.id in now and right.id in now
    ]
    pairs = [left.x > right.x for left, right in kept if left.row == right.row]
    return sum(pairs) / max(len(pairs), 1)


def _with_goal(tree: Tree, random: Random) -> Tree:
    new = PlacedGoal(id=UUID(int=1 << 100), text="New", level=Level.ACTIVITY)
    upper = random.choice([goal for goal in tree.goals if goal.level in {Level.OUTPUT, Level.OUTCOME}])
    return Tree([*tree.goals, new], [*tree.edges, Edge(new.id, upper.id)])


def _with_link(tree: Tree, random: Random) -> Tree:
    rank = {goal.id: list(Level).index(goal.level) for goal in tree.goals if goal.level}
    while True:
        lower, upper = random.sample(sorted(rank), 2)
        if rank[lower] < rank[upper] and Edge(lower, upper) not in tree.edges:
            return Tree(tree.goals, [*tree.edges, Edge(lower, upper)])


def _without_link(tree: Tree, random: Random) -> Tree:
    gone = random.randrange(len(tree.edges))
    return Tree(tree.goals, [edge for place, edge in enumerate(tree.edges) if place != gone])


def _reworded(tree: Tree, random: Random) -> Tree:
    one = random.randrange(len(tree.goals))
    old = tree.goals[one]
    new = PlacedGoal(id=old.id, text="Said in other words", level=old.level)
    return Tree([*tree.goals[:one], new, *tree.goals[one + 1 :]], tree.edges)


EDITS = {
    "a goal more": _with_goal,
    "a link more": _with_link,
    "a link less": _without_link,
    "reworded": _reworded,
}


def bench_stability(seeds: int) -> int:
    """Print which share of neighbours changes sides, with the earlier picture and without it."""
    print(f"{'changed sides, mean and worst':<50}{'mean':>8}{'worst':>8}{'afresh':>8}")
    all_ok = True
    for name, make in KINDS.items():
        for edit, change in EDITS.items():
            told, untold = [], []
            for seed in range(seeds):
                tree = make(seed)
                before = layout(tree.goals, tree.edges)
                after = change(tree, Random(seed))  # noqa: S311 - the same edit every time
                told.append(flipped(before, layout(after.goals, after.edges, previous=before.places)))
                untold.append(flipped(before, layout(after.goals, after.edges)))
            ok = mean(told) <= MOST_FLIPPED
            all_ok = all_ok and ok
            print(
                f"{name:<28}{edit:<22}{mean(told):>8.1%}{max(told):>8.1%}{mean(untold):>8.1%}"
                f"{'' if ok else '  MISSED'}",
                flush=True,
            )
    return 0 if all_ok else 1


# --- Drawing ------------------------------------------------------------------------------------------------


def _chain(goals: int, *steps: int) -> Tree:
    return _tree([None] * goals, [(one, one + step) for step in steps for one in range(goals - step)])


BIG: Mapping[str, Callable[[], Tree]] = {
    "2,000, as programmes have": lambda: as_programmes_have(2_000, 1),
    "2,000, 4,000 links by chance": lambda: by_chance(2_000, 4_000, 1),
    "2,000 means of one end": lambda: _tree([None] * 2_001, [(one, 2_000) for one in range(2_000)]),
    "5,000 in a chain": lambda: _chain(5_000, 1),
    "5,000 in a braid": lambda: _chain(5_000, 1, 2),
}


def bench_drawing(_seeds: int) -> int:
    """Print how long big trees take."""
    print(f"{'seconds for a drawing':<32}{'new':>8}{'again':>8}{'branch':>8}")
    all_ok = True
    for name, make in BIG.items():
        tree = make()
        start = time.perf_counter()
        drawing = layout(tree.goals, tree.edges)
        new = time.perf_counter()
        layout(tree.goals, tree.edges, previous=drawing.places)
        again = time.perf_counter()
        branch([goal.id for goal in tree.goals], tree.edges)
        chosen = time.perf_counter()
        ok = max(new - start, again - new) <= MOST_SECONDS
        all_ok = all_ok and ok
        print(
            f"{name:<32}{new - start:>8.2f}{again - new:>8.2f}{chosen - again:>8.3f}"
            f"{'' if ok else '  MISSED'}",
            flush=True,
        )
    return 0 if all_ok else 1


# --- Serving ------------------------------------------------------------------------------------------------

_USABLE = """
addEventListener("load", () => {
  const looks = document.querySelector("svg a, [data-tree] a");
  requestAnimationFrame(() => requestAnimationFrame(() => {
    window.__usable = looks ? performance.now() : -1;
  }));
});
"""
"""Every script that the page starts with has run, the drawing is there with its links, and the frame that
shows it has been drawn."""

_WAITED = """() => new Promise(resolve => {
  const look = () => window.__usable === undefined ? requestAnimationFrame(look) : resolve(window.__usable);
  look();
})"""

_ALONE = """() => {
  const links = one => one.querySelectorAll("a").length;
  const drawing = [...document.querySelectorAll("svg")].sort((one, other) => links(other) - links(one))[0];
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")].map(one => one.outerHTML);
  const { documentElement: root, body } = document;
  return `<!doctype html><html lang="en" class="${root.className}"><meta charset="utf-8"><title>Tree</title>`
    + sheets.join("") + `<body class="${body.className}"><main data-tree>${drawing.outerHTML}</main>`;
}"""
"""The drawing and the styles of a page, and nothing else of it but the classes on which its look depends."""


@dataclass(frozen=True, slots=True)
class File:
    """What was served under an address, with the headers that every answer of ours has."""

    kind: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Files:
    """A server that gives out what it holds, as it is."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                found = outer.files.get(self.path)
                body = b"" if found is None else found.body
                self.send_response(404 if found is None else 200)
                self.send_header("Content-Type", "text/plain" if found is None else found.kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in {} if found is None else found.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://localhost:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["Files"]:
        """Serve until the end of the block."""
        Thread(target=self._server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()


def _ours(answer: Response) -> dict[str, str]:
    """Return what our server tells a browser about any answer: a drawing as a file of ours has it as well."""
    return {name: value for name, value in answer.headers.items() if name in SAFETY}


def _compressed(body: bytes) -> int:
    """Return how many bytes a page takes on the wire, where a server in front of ours compresses it."""
    return len(gzip.compress(body, 6))


class Eyes:
    """Chromium, as somebody who is signed in."""

    def __init__(self, browser: Browser, cookie: str) -> None:
        self._browser = browser
        self._cookies = [(name, morsel.value) for name, morsel in SimpleCookie(cookie).items()]

    def usable(self, url: str, kept: dict[str, File] | None = None) -> float:
        """Return the seconds from the click until the drawing can be used, with an empty cache.

        Args:
            url: of the page.
            kept: collects all that was loaded, by path; and the drawing alone, as `DRAWING`.
        """
        context = self._browser.new_context(viewport={"width": 1280, "height": 900})
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in self._cookies])
        context.add_init_script(_USABLE)
        page = context.new_page()
        answers: list[Response] = []
        page.on("response", lambda one: answers.append(one))  # noqa: PLW0108 - playwright marks it
        answer = page.goto(url, wait_until="load")
        if answer is None or answer.status != 200:  # noqa: PLR2004 - OK
            raise SystemExit(f"{url}: {answer and answer.status}")
        milliseconds = float(page.evaluate(_WAITED))
        if milliseconds < 0:
            raise SystemExit(f"{url}: there is no drawing")
        if kept is not None:
            for one in answers:
                parts = urlsplit(one.url)
                path = f"{parts.path}?{parts.query}" if parts.query else parts.path
                kept[path] = File(one.headers.get("content-type", ""), one.body(), _ours(one))
            text = str(page.evaluate(_ALONE))
            kept[DRAWING] = File("text/html; charset=utf-8", text.encode(), _ours(answer))
        context.close()
        return milliseconds / 1000


def _on_server(address: str, cookie: str, path: str, requests: int) -> tuple[float, bytes]:
    """Return the median seconds until the whole answer is there, and the answer."""
    parts = urlsplit(address)
    http = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    taken, body = [], b""
    for number in range(requests + 3):
        start = time.perf_counter()
        http.request("GET", path, headers={"Cookie": cookie})
        body = http.getresponse().read()
        if number >= 3:  # noqa: PLR2004 - the first fill caches
            taken.append(time.perf_counter() - start)
    return median(taken), body


def bench_serving(rounds: int) -> int:
    """Print how the page of each size is served and shown."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/toc.db"
        migrating.upgrade(url)
        database = Database(url)
        programmes = {}
        with database.writing() as session:
            user = make_account(session)
        for size in SIZES:
            with database.writing() as session:
                programme = make_programme(session)
            with database.writing(programme.id) as session:
                add_member(session, act_of(None), user.id, Role.EVALUATOR)
                make_many(session, programme, Size(goals=size, links=2 * size, indicators=size, values=4))
            programmes[size] = programme.id
        database.dispose()
        app = App(folder, TOC_DATABASE_URL=url)
        with app.running(), Files().running() as files, sync_playwright() as playwright:
            client = Client(app.address)
            client.sign_in(user.email, PASSWORD)
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
            try:
                eyes = Eyes(browser, client.cookie)
                return _shown(app.address, client.cookie, files, eyes, programmes, rounds)
            finally:
                browser.close()


def _shown(
    address: str, cookie: str, files: Files, eyes: Eyes, programmes: Mapping[int, UUID], rounds: int
) -> int:
    print(
        f"{'goals':<8}{'server':>9}{'page':>9}{'gzip':>9}{'all':>9}"
        f"{'usable':>9}{'drawing':>9}{'ratio':>7}{'as files':>10}{'ratio':>7}"
    )
    print(f"{'':<8}{'ms':>9}{'kB':>9}{'kB':>9}{'kB, gzip':>9}{'ms':>9}{'ms':>9}{'':>7}{'ms':>10}{'':>7}")
    all_ok = True
    for size, programme_id in programmes.items():
        path = f"/p/{programme_id}/tree"
        server, body = _on_server(address, cookie, path, 2 * rounds)
        kept: dict[str, File] = {}
        eyes.usable(address + path, kept)
        files.files = kept
        seen = [
            (
                eyes.usable(address + path),
                eyes.usable(files.address + DRAWING),
                eyes.usable(files.address + path),
            )
            for _ in range(rounds)
        ]
        page, drawing, plain = (median(times) for times in zip(*seen, strict=True))
        to_drawing = median(one / other for one, other, _ in seen)
        to_plain = median(one / other for one, _, other in seen)
        wire = _compressed(body)
        whole = sum(_compressed(file.body) for at, file in kept.items() if at != DRAWING)
        ok = wire <= MOST_BYTES and to_drawing <= MOST_TIMES_STATIC
        all_ok = all_ok and ok
        print(
            f"{size:<8}{server * 1000:>9.0f}{len(body) / 1000:>9.0f}{wire / 1000:>9.0f}{whole / 1000:>9.0f}"
            f"{page * 1000:>9.0f}{drawing * 1000:>9.0f}{to_drawing:>7.2f}{plain * 1000:>10.0f}"
            f"{to_plain:>7.2f}{'' if ok else '  MISSED'}",
            flush=True,
        )
    return 0 if all_ok else 1


PARTS: Mapping[str, Callable[[int], int]] = {
    "crossings": bench_crossings,
    "stability": bench_stability,
    "drawing": bench_drawing,
    "serving": bench_serving,
}


def main(arguments: Sequence[str]) -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--only", choices=sorted(PARTS), help="one part (default: all)")
    parser.add_argument("--seeds", type=int, default=10, help="trees of each kind (default: 10)")
    parser.add_argument("--rounds", type=int, default=9, help="how often each page is shown (default: 9)")
    asked = parser.parse_args(arguments)
    worst = 0
    for name, part in PARTS.items():
        if asked.only in {None, name}:
            worst = max(worst, part(asked.rounds if name == "serving" else asked.seeds))
            print()
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
