"""The program as its users meet it: the demo on a real server, and people with a real browser."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from toc.services.demo import DEMO_PASSWORD

ROOT = Path(__file__).resolve().parent.parent.parent
ARTEFACTS = ROOT / "tests" / "artefacts"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 60
"""Seconds: on a machine that does other work as well, what is right may be late."""

expect.set_options(timeout=1000 * PATIENCE)

_AXE_RUN = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    resultTypes: ["violations"],  // of what passes it then gathers one example, which takes less time
  });
  const places = one => one.nodes.slice(0, 3).map(node => node.target).join(" | ");
  return found.violations.map(one => `${one.id}: ${one.help} at ${places(one)}`);
}"""
_CUTTABLE = """(() => {
  const real = window.fetch;
  window.fetch = (...asked) =>
    window.sessionStorage.getItem("cut") ? Promise.reject(new TypeError("cut")) : real(...asked);
})()"""
_OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  return wide > 0 ? wide : 0;
}"""


def until(page: Page, happened: Callable[[], bool]) -> None:
    """Wait for what cannot be seen on a page; meanwhile the page goes on.

    Raises:
        AssertionError: it did not happen.
    """
    for _ in range(20 * PATIENCE):
        if happened():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not happen")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def toc(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the program in a folder, with these settings and no others."""
    result = subprocess.run(
        [sys.executable, "-m", "toc", *arguments],
        cwd=folder,
        env=environment(settings),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return our environment without settings of the program but these, able to import the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOC_", "COV_"))}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[str]:
    """Serve what is in a folder; give the address."""
    port = free_port()
    address = f"http://localhost:{port}"
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "toc", "serve", "--port", str(port)],
            cwd=folder,
            env=environment({"TOC_BASE_URL": address, **settings}),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
        try:
            wait_for(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(PATIENCE)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:  # noqa: S310 - ours
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


class Visitor:
    """A person with a browser of their own, who notices what goes wrong behind the page."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:  # noqa: ANN401 - of the browser
        self.address = address
        self.language = language = options.pop("language", "nl")
        options = {"viewport": {"width": 1280, "height": 900}, "locale": f"{language}-NL", **options}
        self.context: BrowserContext = browser.new_context(base_url=address, **options)
        self.context.add_cookies([{"name": "language", "value": language, "url": address}])
        self.context.set_default_timeout(1000 * PATIENCE)
        self.page: Page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # An answer of 4xx is written here too; tests of refusals ask for those on purpose.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.troubles.append(f"{response.status} {response.url}")

    def sign_in(self, role: str) -> "Visitor":
        """Sign in as the demo account of a role, through the form."""
        return self.sign_in_as(f"{role}@demo.example", DEMO_PASSWORD)

    def sign_in_as(self, email: str, password: str) -> "Visitor":
        """Sign in with an address and a password, through the form."""
        self.page.goto("/login")
        self.page.fill("#email", email)
        self.page.fill("#password", password)
        self.page.click("form:has(#password) button[type=submit]")
        self.page.wait_for_url("**/programmes")
        return self

    # What a person does, told by what a person sees: the names of pages, links, buttons, fields and answers.

    def open_programme(self, name: str) -> "Visitor":
        """Go to a programme by its name, from the list."""
        self.page.goto("/programmes")
        with self.page.expect_navigation():
            self.part("").get_by_role("link", name=name, exact=True).click()
        return self

    def menu(self, *names: str) -> "Visitor":
        """Follow an entry of the menu of the programme, opening what it lies behind."""
        menu = self.page.get_by_role("navigation", name="Programma" if self.language == "nl" else "Programme")
        for name in names[:-1]:
            menu.locator("summary").filter(visible=True, has_text=name).click()
        with self.page.expect_navigation():
            menu.get_by_role("link", name=names[-1], exact=True).filter(visible=True).click()
        return self

    def follow(self, name: str, within: str = "") -> "Visitor":
        """Follow the first link of which the text has this name."""
        with self.page.expect_navigation():
            self.part(within).get_by_role("link", name=name).first.click()
        return self

    def press(self, name: str, within: str = "") -> "Visitor":
        """Press the button with this name, and wait for the page that comes."""
        with self.page.expect_navigation():
            self.part(within).get_by_role("button", name=name, exact=True).first.click()
        return self

    def unfold(self, name: str, within: str = "") -> "Visitor":
        """Open a part of the page that is folded."""
        self.part(within).locator("summary").filter(has_text=name).first.click()
        return self

    def part(self, name: str) -> Locator:
        """Return the part of the page under a heading; without a name the whole content."""
        content = self.page.get_by_role("main")
        return content.get_by_role("region", name=name, exact=True).first if name else content

    def field(self, label: str, within: str = "") -> Locator:
        """Return the field with this label."""
        full = re.compile(rf"^{re.escape(label)}(?:\s\((?:niet verplicht|optional)\))?$")
        return self.part(within).get_by_label(full).first

    def fill(self, typed: Mapping[str, str], within: str = "") -> "Visitor":
        """Type into fields, each named by its label."""
        for label, text in typed.items():
            self.field(label, within).fill(text)
        return self

    def pick(self, label: str, choice: str) -> "Visitor":
        """Choose from a list that opens; the first choice that has this text."""
        field = self.field(label)
        option = field.locator("option").filter(has_text=choice).first
        field.select_option(value=option.get_attribute("value"))
        return self

    def choose(self, question: str, answer: str, within: str = "") -> "Visitor":
        """Mark an answer below a question."""
        group = self.part(within).get_by_role("group", name=question).first
        group.get_by_label(answer, exact=True).check()
        return self

    def tick(self, label: str, within: str = "") -> "Visitor":
        """Tick the first box of which the label has this text."""
        self.part(within).get_by_label(label).first.check()
        return self

    def sees(self, *texts: str, within: str = "") -> "Visitor":
        """Expect these texts in what is shown."""
        for text in texts:
            expect(self.part(within).get_by_text(text).filter(visible=True).first).to_be_visible()
        return self

    def misses(self, *texts: str) -> "Visitor":
        """Expect that these texts stand nowhere on the page."""
        for text in texts:
            expect(self.page.get_by_text(text)).to_have_count(0)
        return self

    def title(self) -> str:
        """Return the heading of the page."""
        return " ".join(self.page.get_by_role("heading", level=1).inner_text().split())

    def cuttable(self) -> "Visitor":
        """Load the page anew so that `cut` works in it."""
        self.context.add_init_script(_CUTTABLE)
        self.page.reload()
        return self

    def cut(self) -> None:
        """Let nothing arrive that scripts send, also not what they send while the page is left; pages do."""
        self.page.evaluate("() => window.sessionStorage.setItem('cut', '1')")

    def connect(self) -> None:
        """Let it arrive again."""
        self.page.evaluate("() => window.sessionStorage.removeItem('cut')")
        self.page.evaluate("() => window.dispatchEvent(new Event('online'))")

    def axe(self) -> list[str]:
        """Return what axe-core finds on this page."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found: list[str] = self.page.evaluate(_AXE_RUN)
        return found

    def overflow(self) -> int:
        """Return how many pixels the page is wider than the window."""
        wider: int = self.page.evaluate(_OVERFLOW)
        return wider

    def keep(self, name: str) -> Path:
        """Keep a picture of the whole page as an artefact."""
        ARTEFACTS.mkdir(exist_ok=True)
        file = ARTEFACTS / f"{name}.png"
        # A hidden caret would be an inline style, which the policy forbids as soon as htmx copies the page.
        self.page.screenshot(path=file, full_page=True, caret="initial")
        return file

    def close(self) -> None:
        """Leave, and fail when something went wrong behind a page."""
        self.context.close()
        assert not self.troubles, self.troubles
