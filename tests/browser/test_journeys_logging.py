"""A worker's week on a phone, half of the time without a connection: nothing lost, nothing double."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, Dialog, Locator, Page, Route, expect

from tests.browser.site import Visitor, serving, until
from toc.services.demo import DEMO_PASSWORD

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "language": "en"}
RESIDENTS, YEARS = "Residents who move on in a year", "Years until a home of their own"
VOLUNTEERS, WORKING = "Volunteers with paid work", "Vrijwilligers met betaald werk"
IN = {
    RESIDENTS: "JES (Je Eigen Stek) Amsterdam (English)",
    YEARS: "JES (Je Eigen Stek) Amsterdam (English)",
    VOLUNTEERS: "De Viltmannen Rotterdam (English)",
    WORKING: "De Viltmannen Rotterdam",
    "Jaren tot een eigen woning": "JES (Je Eigen Stek) Amsterdam",
}
"""In which programme each value is due."""


@pytest.fixture
def site(untouched: Path, tmp_path: Path) -> Iterator[str]:
    """A demo for each test: what is logged in one would be due in no other."""
    folder = tmp_path / "demo"
    shutil.copytree(untouched, folder)
    with serving(folder) as address:
        yield address


@pytest.fixture
def phone(chromium: Browser, site: str) -> Iterator[Callable[..., Visitor]]:
    """Make phones; all are put away at the end."""
    visitors: list[Visitor] = []

    def make(role: str = "worker") -> Visitor:
        visitor = Visitor(chromium, site, **PHONE)
        visitors.append(visitor)
        return visitor.sign_in(role)

    yield make
    for visitor in visitors:
        visitor.close()


def item(page: Page, name: str) -> Locator:
    """Return a value that waits."""
    return page.locator("[data-item]", has=page.get_by_text(name, exact=True))


def bar(page: Page) -> Locator:
    """Return the line that says how it stands."""
    return page.locator("[data-words]")


def today(visitor: Visitor) -> Page:
    """Open the page, and wait until it works without a connection as well."""
    page = visitor.page
    page.goto("/today")
    page.evaluate(
        """async () => {
          await navigator.serviceWorker.ready;
          while (!navigator.serviceWorker.controller) {
            await new Promise(done => { setTimeout(done, 50); });
          }
          const kept = await caches.open('toc-today');
          while (!(await kept.match('/today'))) {
            await new Promise(done => { setTimeout(done, 50); });
          }
        }"""
    )
    return page


def log(page: Page, name: str, value: str, day: str = "2026-06-30") -> None:
    """Log a value: open, type, save."""
    one = item(page, name)
    open_item(page, name)
    one.get_by_label("Measured on").fill(day)
    one.get_by_label("Value", exact=True).fill(value)
    one.get_by_role("button", name="Save").click()


def open_item(page: Page, name: str) -> None:
    """Open a value when it is closed."""
    details = item(page, name).locator("details.today__details")
    if details.get_attribute("open") is None:
        details.locator("summary.today__summary").click()


def queue(page: Page) -> int:
    """Return how many values this browser keeps."""
    number: int = page.evaluate(
        """async () => {
          const base = await window.tocLeaving.open();
          const rows = await new Promise(done => {
            const asked = base.transaction('queue').objectStore('queue').getAll();
            asked.onsuccess = () => done(asked.result);
          });
          base.close();
          return rows.length;
        }"""
    )
    return number


def measured(visitor: Visitor, name: str) -> list[str]:
    """Return what the page of an indicator lists, newest first."""
    page = visitor.context.new_page()
    page.goto("/programmes")
    page.get_by_role("main").get_by_role("link", name=IN[name], exact=True).click()
    page.goto(page.url.rstrip("/") + "/measurements")
    page.locator("#all").get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_url("**/indicators/**")
    # The folded table of who entered what: each value is a row of it, also two of one day.
    listed = page.locator("#measured details").first.locator("table tbody tr").all()
    found = [" ".join((line.text_content() or "").split()) for line in listed]
    page.close()
    return found


def test_a_value_takes_three_taps_and_the_next_one_is_offered(phone: Callable[..., Visitor]) -> None:
    worker = phone()
    worker.page.goto("/programmes")
    worker.page.get_by_role("main").get_by_role("link", name="To log now").click()
    page = worker.page
    page.wait_for_url("**/today")
    assert worker.axe() == []
    assert worker.overflow() == 0
    one = item(page, RESIDENTS)
    one.locator("summary.today__summary").tap()
    field = one.get_by_label("Value", exact=True)
    expect(field).to_be_focused()
    assert field.get_attribute("inputmode") == "numeric"
    assert worker.axe() == []
    assert worker.overflow() == 0
    page.keyboard.type("3")
    one.get_by_role("button", name="Save").tap()
    expect(bar(page)).to_contain_text("Saved.")
    expect(one).to_be_hidden()
    assert page.locator("details.today__details[open]").count() == 1
    assert queue(page) == 0
    assert len(measured(worker, RESIDENTS)) == 1


def test_a_week_half_of_it_without_a_connection(phone: Callable[..., Visitor]) -> None:
    worker = phone()
    page = today(worker)
    # Monday in the train: two values, and the page was loaded again in between.
    worker.context.set_offline(True)
    log(page, YEARS, "2.5")
    expect(bar(page)).to_contain_text("1 value waits to be sent.")
    expect(bar(page)).to_contain_text("There is no connection.")
    page.reload()
    expect(bar(page)).to_contain_text("1 value waits to be sent.")
    log(page, VOLUNTEERS, "9")
    expect(bar(page)).to_contain_text("2 values wait to be sent.")
    assert queue(page) == 2
    worker.keep("today_offline_en_360")
    # Half a value, typed and left.
    open_item(page, WORKING)
    item(page, WORKING).get_by_label("Value", exact=True).fill("1200")
    page.wait_for_timeout(500)
    # Tuesday: the browser was closed; it is opened where there is a connection.
    page.close()
    worker.context.set_offline(False)
    worker.page = page = worker.context.new_page()
    page.goto("/today")
    expect(bar(page)).to_contain_text("Everything is sent.")
    expect(item(page, WORKING).get_by_label("Value", exact=True)).to_have_value("1200")
    assert queue(page) == 0
    # Wednesday: the value arrives, its receipt does not.
    lost: list[APIResponse] = []

    def swallow(route: Route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    worker.context.route(re.compile(r"/today/[0-9a-f-]{36}/"), swallow)
    item(page, WORKING).get_by_label("Measured on").fill("2026-06-30")
    item(page, WORKING).get_by_role("button", name="Save").click()
    expect(bar(page)).to_contain_text("1 value waits to be sent.")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(bar(page)).to_contain_text("Saved.")
    assert queue(page) == 0
    for name, value in ((YEARS, "2.5"), (VOLUNTEERS, "9"), (WORKING, "1,200")):
        rows = [row for row in measured(worker, name) if "30 Jun 2026" in row]
        assert len(rows) == 1, (name, rows)
        assert value in rows[0]


def test_two_phones_and_one_day_ask_for_a_choice(phone: Callable[..., Visitor]) -> None:
    first, second = phone(), phone()
    page, other = today(first), today(second)
    first.context.set_offline(True)
    log(page, VOLUNTEERS, "9")
    expect(bar(page)).to_contain_text("1 value waits to be sent.")
    log(other, VOLUNTEERS, "11")
    expect(bar(other)).to_contain_text("Saved.")
    first.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(bar(page)).to_contain_text("One value needs your choice")
    choice = page.locator("[data-choices] li")
    expect(choice).to_contain_text("9")
    expect(choice).to_contain_text("11")
    assert first.axe() == []
    assert first.overflow() == 0
    first.keep("today_choice_en_360")
    choice.get_by_role("button", name="Put mine in its place").click()
    expect(bar(page)).to_contain_text("Saved.")
    rows = measured(first, VOLUNTEERS)
    assert sum("30 Jun 2026" in row for row in rows) == 1  # the corrected one is folded away
    assert "9 volunteers" in rows[0]
    # Once more, and now what is there stays.
    first.context.set_offline(True)
    page.reload()
    log(page, YEARS, "3")
    expect(bar(page)).to_contain_text("1 value waits to be sent.")
    log(other, YEARS, "4")
    expect(bar(other)).to_contain_text(YEARS)
    first.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.locator("[data-choices]").get_by_role("button", name="Keep what is there").click()
    expect(page.locator("[data-choices] li")).to_have_count(0)
    assert queue(page) == 0


def test_what_is_refused_is_mended_and_a_closed_session_loses_nothing(phone: Callable[..., Visitor]) -> None:
    worker = phone()
    page = today(worker)
    open_item(page, VOLUNTEERS)
    item(page, VOLUNTEERS).get_by_role("button", name="Save").click()
    expect(item(page, VOLUNTEERS).locator("[data-refused]")).to_contain_text("Nothing is filled in yet.")
    log(page, VOLUNTEERS, "9.5")
    expect(item(page, VOLUNTEERS).locator("[data-refused]")).to_contain_text("whole things")
    expect(item(page, VOLUNTEERS).locator("[data-refused]")).to_be_in_viewport()
    refused = item(page, VOLUNTEERS).locator("[aria-invalid=true]")
    expect(refused).to_have_attribute("name", "value")
    expect(refused).to_have_accessible_description(re.compile("whole things"))
    expect(bar(page)).to_have_text("")  # nothing was sent, so nothing says so
    assert queue(page) == 0
    worker.context.set_offline(True)
    log(page, VOLUNTEERS, "10")
    expect(refused).to_have_count(0)
    expect(bar(page)).to_contain_text("1 value waits to be sent.")
    worker.context.clear_cookies(name="session")
    worker.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(bar(page)).to_contain_text("You are signed out. What you typed is kept on this phone.")
    assert queue(page) == 1
    page.get_by_role("link", name="Sign in").filter(visible=True).last.click()
    page.fill("#email", "worker@demo.example")
    page.fill("#password", DEMO_PASSWORD)
    page.click("form:has(#password) button[type=submit]")
    page.wait_for_url("**/today")
    expect(bar(page)).to_contain_text("Saved.")
    assert queue(page) == 0
    assert "10" in measured(worker, VOLUNTEERS)[0]


def test_signing_out_asks_and_wipes_and_another_person_finds_nothing(phone: Callable[..., Visitor]) -> None:
    worker = phone()
    page = today(worker)
    worker.context.set_offline(True)
    log(page, VOLUNTEERS, "9")
    expect(bar(page)).to_contain_text("1 value waits to be sent.")
    # Somebody else signs in without that the first one signed out.
    worker.context.clear_cookies(name="session")
    worker.context.set_offline(False)
    worker.sign_in("coordinator")
    page.goto("/today")
    expect(page.get_by_text("You log no values")).to_be_visible()
    until(page, lambda: queue(page) == 0)
    worker.context.clear_cookies(name="session")
    worker.sign_in("worker")
    page = today(worker)
    worker.context.set_offline(True)
    log(page, VOLUNTEERS, "9")
    expect(bar(page)).to_contain_text("1 value waits to be sent.")
    worker.context.route(re.compile(r"/today/[0-9a-f-]{36}/"), lambda route: route.abort())
    worker.context.set_offline(False)
    said: list[str] = []

    def refuse(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", refuse)
    page.locator("summary", has_text="your account").click()
    page.get_by_role("button", name="Sign out").click()
    until(page, lambda: bool(said))
    assert "not sent yet" in said[0]
    assert queue(page) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda address: "today" not in address)
    left = page.evaluate(
        """async () => [
          (await caches.keys()).length,
          (await navigator.serviceWorker.getRegistrations()).length,
          (await indexedDB.databases()).length,
        ]"""
    )
    assert left[:2] == [0, 0]


def test_in_dutch_numbers_are_read_as_they_were_typed_whatever_the_language_is_later(
    phone: Callable[..., Visitor],
) -> None:
    worker = phone()
    worker.context.add_cookies([{"name": "language", "value": "nl", "url": worker.address}])
    page = today(worker)
    worker.context.set_offline(True)
    one = item(page, "Jaren tot een eigen woning")
    one.locator("summary.today__summary").click()
    one.get_by_label("Gemeten op").fill("2026-06-30")
    one.get_by_label("Waarde", exact=True).fill("2,5")
    one.get_by_role("button", name="Opslaan").click()
    expect(bar(page)).to_contain_text("1 waarde wacht om verstuurd te worden.")
    worker.keep("today_offline_nl_360")
    page.close()
    worker.context.add_cookies([{"name": "language", "value": "en", "url": worker.address}])
    worker.context.set_offline(False)
    worker.page = page = worker.context.new_page()
    page.goto("/today")
    expect(page.get_by_role("heading", name="To log now")).to_be_visible()
    expect(item(page, "Jaren tot een eigen woning")).to_be_hidden()
    assert queue(page) == 0
    assert "2.5" in measured(worker, "Jaren tot een eigen woning")[0]
