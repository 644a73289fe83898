"""Measuring with keys alone: every control is reached, and the focus is always to be seen."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.keyboard import Keyboard
from tests.browser.site import Visitor, serving
from tests.browser.test_journeys_importing import duplicates
from toc.domain.programmes import Language
from toc.services.demo.accounts import programme_id

KITCHEN = f"/p/{programme_id('colour_kitchen', Language.EN)}/"
JES = f"/p/{programme_id('jes', Language.EN)}/"
WIDTHS = pytest.mark.parametrize("width", [1280, 320])
LOOKING = ("results", "results/goals", "results/compare", "sources", "participants", "sites", "cohorts")
DOING = ("periods", "imports", "participants/new", "results/export", "review", "instruments/new")
ONE = {"sources": "sources/", "participants": "participants/", "measurements": "indicators/"}
"""Where one of each kind is found, and how its address goes on."""
WORK = """<!doctype html><html lang="en"><title>Work</title><main><p data-signed-out hidden></p>
<section data-job><p>Reading</p><form method="post"><button>Begin again</button></form></section></main>
<script src="/static/js/jobs.js"></script></html>"""


@pytest.fixture(scope="module")
def site(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo of its own: what is entered here is seen nowhere else."""
    with serving(Path(shutil.copytree(untouched, tmp_path_factory.mktemp("keys") / "demo"))) as address:
        yield address


@pytest.fixture
def keys(visit: Callable[..., Visitor]) -> Callable[..., Keyboard]:
    """Make people who have a keyboard alone, before a screen of some width."""

    def make(role: str, width: int = 1280) -> Keyboard:
        return Keyboard(visit(role, language="en", viewport={"width": width, "height": 700}))

    return make


def walk(keys: Keyboard, *addresses: str) -> None:
    """Walk through pages of measuring from their begin to their end."""
    for address in addresses:
        keys.go(KITCHEN + address)
        expect(keys.page.get_by_role("heading", level=1)).to_be_visible()
        assert keys.walk() == [], address


@WIDTHS
def test_every_control_of_what_was_measured_is_reached(keys: Callable[..., Keyboard], width: int) -> None:
    walk(keys("evaluator", width), *LOOKING)


@WIDTHS
def test_every_control_to_enter_with_is_reached(keys: Callable[..., Keyboard], width: int) -> None:
    walk(keys("evaluator", width), *DOING)


def test_every_control_of_what_waits_today_is_reached(keys: Callable[..., Keyboard]) -> None:
    worker = keys("worker").go("/today")
    assert worker.walk() == []


def test_nothing_of_today_lies_under_the_line_of_a_lost_connection(keys: Callable[..., Keyboard]) -> None:
    worker = keys("worker", 320)
    worker.go("/today")
    worker.page.route("**/today/*", lambda route: route.abort())
    worker.tab_to("Stories of what changed", "summary").press("Enter")
    expect(worker.page.locator("textarea:focus")).to_have_count(1)
    worker.type("It went well.").tab_to("Save : Stories of what changed", "button").press("Enter")
    line = worker.page.get_by_role("status").filter(has_text="There is no connection.")
    expect(line).to_be_visible()
    worker.go("/today")
    expect(line).to_be_visible()
    assert worker.walk() == []
    for _ in range(80):  # back again: what comes into sight comes from above, where the line is
        worker.press("Shift+Tab").look()
    expect(line).to_be_visible()


@WIDTHS
def test_every_control_of_one_thing_is_reached(keys: Callable[..., Keyboard], width: int) -> None:
    evaluator = keys("evaluator", width)
    for at, path in ONE.items():
        evaluator.go(KITCHEN + at)
        addresses = evaluator.page.locator("main a").evaluate_all("all => all.map(one => one.pathname)")
        one = next(each for each in addresses if re.fullmatch(rf"{KITCHEN}{path}[0-9a-f-]{{36}}", each))
        assert evaluator.go(one).walk() == [], at


@WIDTHS
def test_menus_close_with_escape_and_give_the_focus_back(keys: Callable[..., Keyboard], width: int) -> None:
    evaluator = keys("evaluator", width)
    for address in (f"{KITCHEN}results", "/today"):
        evaluator.go(address)
        menus = evaluator.page.locator("details[data-menu] > summary").filter(visible=True)
        assert menus.count()
        for menu in menus.all():
            menu.focus()
            evaluator.press("Enter", "Tab")
            within = menu.locator("xpath=..")
            expect(within.locator("a:focus, button:focus")).to_have_count(1)
            assert evaluator.look() is not None
            evaluator.press("Escape")
            expect(menu).to_be_focused()
            expect(within).not_to_have_attribute("open", "")


def test_a_worker_logs_what_waits_and_comes_to_the_next(keys: Callable[..., Keyboard]) -> None:
    worker = keys("worker", 320).go("/today")
    page = worker.page
    first = page.locator("[data-item]", has=page.get_by_text("Residents who move on in a year", exact=True))
    worker.tab_to("Residents who move on in a year", "summary").press("Enter")
    expect(first.get_by_label("Value", exact=True)).to_be_focused()
    worker.type("3").tab_to("Save : Residents who move on in a year", "button").press("Enter")
    expect(first).to_have_attribute("data-done", "sent")
    here = worker.look()
    assert here is not None
    assert here["tag"] in {"input", "textarea"}


def test_an_evaluator_closes_a_period_and_opens_it_again(keys: Callable[..., Keyboard]) -> None:
    evaluator = keys("evaluator").go(f"{KITCHEN}periods")
    days = ("01012014", "03312014")
    for verb, reason in (("Close the period", ""), ("Open the period again", "A day was forgotten.")):
        for label, day in zip(("First day", "Last day"), days, strict=True):
            evaluator.tab_to(label, "input").press(*day)
        evaluator.tab_to("Why", "textarea").type(reason)
        evaluator.tab_to(verb, "button").enter()
    evaluator.visitor.sees("A day was forgotten.")


def test_a_coordinator_adds_a_site_and_a_source(keys: Callable[..., Keyboard]) -> None:
    coordinator = keys("coordinator", 320)
    coordinator.go(f"{KITCHEN}sites")
    coordinator.tab_to("Name", "input").type("Kitchen two").tab_to("Add", "button").enter()
    coordinator.visitor.sees("Kitchen two")
    coordinator.go(f"{KITCHEN}sources")
    coordinator.tab_to("Name", "input").type("Intake sheet").tab_to("Add the source", "button").enter()
    coordinator.visitor.sees("Intake sheet")


@WIDTHS
def test_a_file_comes_in_and_goes_again(keys: Callable[..., Keyboard], width: int) -> None:
    worker = keys("worker", width).go(f"{JES}measurements")
    page = worker.page
    worker.tab_to("Years until a home of their own", "a").enter()
    worker.tab_to("Import a log", "a").enter()
    assert worker.walk() == []
    # A file is chosen in a window of the computer, which is no part of the page.
    upload = {"name": "kobo.csv", "mimeType": "text/csv", "buffer": duplicates()}
    page.get_by_label("File", exact=True).set_input_files(upload)  # type: ignore[arg-type] # as documented
    for button, then in (
        ("Read the file", page.get_by_role("heading", name="What we recognised")),
        ("Show what would change", page.get_by_role("group", name="These rows say different things")),
    ):
        worker.tab_to(button, "button").enter()
        expect(then).to_be_visible(timeout=60_000)
        assert worker.walk() == [], button
    worker.tab_to("Line", "input").press("Space")
    worker.tab_to("This one counts", "button").enter()
    good = page.get_by_role("button", name="Import only the 3 good rows")
    expect(good).to_be_visible(timeout=60_000)
    worker.tab_to("Import only the 3 good rows", "button").enter()
    expect(page.get_by_text("3 rows were added.")).to_be_visible(timeout=60_000)
    assert worker.walk() == []
    worker.tab_to("Take this import back", "a").enter()
    assert worker.walk() == []
    worker.tab_to("Yes, take all of it back", "input").press("Space")
    worker.tab_to("Take it back", "button").enter()
    expect(page.get_by_text("Nothing of it counts any more")).to_be_visible(timeout=60_000)


def test_a_button_beside_the_progress_keeps_the_focus(visit: Callable[..., Visitor]) -> None:
    page = visit(language="en").page
    asked = []

    def answer(route: Route) -> None:
        asked.append(route.request.resource_type)
        route.fulfill(body=WORK, content_type="text/html")

    page.route("**/jobs/1", answer)
    page.goto("/jobs/1")
    page.get_by_role("button").focus()
    first = page.get_by_role("button").element_handle()
    page.wait_for_function("first => !first.isConnected", arg=first)
    expect(page.get_by_role("button", name="Begin again")).to_be_focused()
    assert asked[:2] == ["document", "fetch"]
