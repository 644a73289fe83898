"""A worker with a phone: participants by code, one tap for what happened, nicknames that never leave it."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, Request, expect

from tests.browser.site import Visitor

NAME = "Zwaluw van de Kade"
PASSPHRASE = "zeven bomen in de wind"
BACK = "Terugnemen"
PHONE = {"width": 360, "height": 780}


class Watch:
    """Everything that a browser sends, to look for what it may not send."""

    def __init__(self, page: Page) -> None:
        self.sent: list[str] = []
        page.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        body = request.post_data_buffer or b""
        headers = json.dumps(request.headers)
        self.sent.append(f"{request.method} {request.url} {headers} {body.decode('utf-8', 'replace')}")

    def holds(self, text: str) -> list[str]:
        """Return what was sent with this text in it, written in any of the ways that a browser would."""
        encoded = base64.b64encode(text.encode()).decode().rstrip("=")
        forms = {text, quote(text), text.replace(" ", "+"), encoded, encoded[:-2], json.dumps(text)[1:-1]}
        return [one for one in self.sent if any(form in one for form in forms)]


def register(visitor: Visitor, *menu: str) -> str:
    """Register somebody, and return the address of their page."""
    visitor.open_programme("De Viltmannen Rotterdam").menu(*(menu or ("Menu", "Deelnemers")))
    visitor.follow("Registreer deelnemers").press("Registreer")
    visitor.sees("is geregistreerd")
    return visitor.page.url


def begin(visitor: Visitor) -> None:
    """Choose a passphrase on this device."""
    part = visitor.part("Bijnamen op dit apparaat")
    part.get_by_label("Wachtzin, minstens 12 tekens").fill("kort")
    part.get_by_role("button", name="Begin met bijnamen").click()
    expect(part.get_by_role("status")).to_have_text("Neem een wachtzin van minstens 12 tekens.")
    part.get_by_label("Wachtzin, minstens 12 tekens").fill(PASSPHRASE)
    part.get_by_label("Dezelfde wachtzin nog een keer").fill(PASSPHRASE)
    part.get_by_role("button", name="Begin met bijnamen").click()
    expect(part.get_by_role("status")).to_have_text("Bewaard op dit apparaat.")


def unlock(visitor: Visitor, passphrase: str = PASSPHRASE) -> None:
    part = visitor.part("Bijnamen op dit apparaat")
    part.get_by_label("Wachtzin", exact=True).fill(passphrase)
    part.get_by_role("button", name="Laat de bijnamen zien").click()


def shown(page: Page) -> list[str]:
    """Return the nicknames that stand beside codes."""
    return [text for text in page.locator("[data-nickname-of]").all_inner_texts() if text]


def stands(page: Page) -> None:
    """Wait until the nickname stands beside its code, and no other: sealing it takes a moment."""
    expect(page.locator("[data-nickname-of]", has_text=NAME)).to_have_count(1)
    assert shown(page) == [NAME]


def test_what_happens_is_entered_with_a_tap_and_corrected(visit: Callable[..., Visitor]) -> None:
    visitor = visit("worker", viewport=PHONE)
    here = register(visitor)
    assert visitor.overflow() == 0
    visitor.press("Diploma").sees("Bewaard: Diploma op")
    visitor.follow("Bekijk of wijzig").fill({"Waarom": "Dat was iemand anders"}, within=BACK)
    visitor.press("Neem dit terug").sees("Teruggenomen")
    visitor.unfold("Verbeterd en teruggenomen").sees("neemt terug wat hier stond")
    assert visitor.page.url == here
    assert visitor.axe() == []
    code = visitor.title().split()[0]
    visitor.menu("Menu", "Deelnemers")
    visitor.fill({"Zoek een code": code}).press("Zoeken")
    assert visitor.page.url == here
    assert code not in visitor.page.url


def test_a_nickname_is_never_sent_and_is_on_this_device_alone(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    visitor = visit("worker", viewport=PHONE)
    watch = Watch(visitor.page)
    here = register(visitor)
    begin(visitor)
    part = visitor.part("Bijnamen op dit apparaat")
    part.get_by_label("Bijnaam van deze deelnemer").fill(NAME)
    part.get_by_role("button", name="Bewaar op dit apparaat").click()
    expect(part.get_by_role("status")).to_have_text("Bewaard op dit apparaat.")
    stands(visitor.page)
    assert visitor.axe() == []
    assert visitor.overflow() == 0

    # Every form of this page and the next is sent with the nickname in sight.
    visitor.press("Diploma").sees(NAME)
    visitor.page.goto(here.rsplit("/", 1)[0])
    expect(visitor.page.locator("[data-nickname-of]", has_text=NAME)).to_have_count(1)  # the tab stays open
    visitor.field("Zoek een bijnaam").fill("zwaluw")
    visitor.part("Bijnamen op dit apparaat").get_by_role("link", name=NAME).click()
    visitor.page.wait_for_url(here)
    visitor.press("Werk begonnen").sees(NAME)

    # What lies in the browser is sealed, and another tab asks for the passphrase.
    kept = visitor.page.evaluate(
        """() => new Promise(resolve => {
             const open = indexedDB.open("nicknames");
             open.onsuccess = () => {
               const all = open.result.transaction("vaults").objectStore("vaults").getAll();
               all.onsuccess = () => resolve(JSON.stringify(all.result));
             };
           })"""
    )
    assert NAME not in kept
    assert json.loads(kept)[0]["rounds"] >= 600_000
    other = visitor.context.new_page()
    other.goto(here)
    expect(other.get_by_role("button", name="Laat de bijnamen zien")).to_be_visible()
    assert shown(other) == []
    other.close()

    phone, watch_phone = _new_phone(visitor, visit, here, tmp_path)
    _wiped_there_and_hidden_here(phone, visitor)
    for seen in (watch, watch_phone):
        assert len(seen.sent) > 10
        assert seen.holds(NAME) == []
        assert seen.holds("Zwaluw") == []
        assert seen.holds(PASSPHRASE) == []


def _new_phone(
    visitor: Visitor, visit: Callable[..., Visitor], here: str, folder: Path
) -> tuple[Visitor, Watch]:
    """Take the nicknames along to a new phone."""
    visitor.unfold("Een andere telefoon")
    with visitor.page.expect_download() as saved:
        visitor.page.get_by_role("button", name="Sla op als versleuteld bestand").click()
    file = folder / "nicknames.json"
    saved.value.save_as(file)
    assert NAME not in file.read_text()
    phone = visit("worker", viewport=PHONE)
    watch_phone = Watch(phone.page)
    phone.page.goto(here)
    assert shown(phone.page) == []
    phone.unfold("Een andere telefoon")
    phone.page.get_by_label("Bestand met bijnamen").set_input_files(file)
    phone.page.get_by_label("Wachtzin van het bestand").fill("een andere wachtzin")
    phone.page.get_by_role("button", name="Lees het bestand in").click()
    status = phone.part("Bijnamen op dit apparaat").get_by_role("status")
    expect(status).to_contain_text("hoort bij een ander bestand")
    phone.page.get_by_label("Wachtzin van het bestand").fill(PASSPHRASE)
    phone.page.get_by_role("button", name="Lees het bestand in").click()
    expect(status).to_have_text("De bijnamen uit het bestand staan nu op dit apparaat.")
    stands(phone.page)

    return phone, watch_phone


def _wiped_there_and_hidden_here(phone: Visitor, visitor: Visitor) -> None:
    """Wipe all on the new phone; on the first hide them, show them with the passphrase, and sign out."""
    status = phone.part("Bijnamen op dit apparaat").get_by_role("status")
    phone.page.get_by_label("Ja, alle bijnamen op dit apparaat mogen weg.").check()
    phone.page.get_by_role("button", name="Wis alle bijnamen").click()
    expect(status).to_have_text("Alle bijnamen op dit apparaat zijn weg.")
    phone.page.reload()
    expect(phone.page.get_by_role("button", name="Begin met bijnamen")).to_be_visible()

    # Hidden, and a wrong passphrase shows nothing.
    visitor.page.get_by_role("button", name="Verberg de bijnamen").click()
    expect(visitor.page.locator("[data-nickname-of]")).to_have_text([""])
    unlock(visitor, "niet de goede zin")
    expect(visitor.part("Bijnamen op dit apparaat").get_by_role("status")).to_have_text(
        re.compile("opent de bijnamen op dit apparaat niet")
    )
    unlock(visitor)
    expect(visitor.page.locator("[data-nickname-of]")).to_have_text([NAME])

    # Signing out hides them for whoever sits here next.
    visitor.page.evaluate("document.querySelector(\"form[action$='logout']\").requestSubmit()")
    visitor.page.wait_for_url(lambda url: "/participants" not in url)
    assert (
        visitor.page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('nicknames'))") == []
    )


def test_the_watch_would_see_a_nickname(visit: Callable[..., Visitor]) -> None:
    visitor = visit("worker")
    watch = Watch(visitor.page)
    visitor.page.goto(f"/programmes?q={quote(NAME)}")
    assert watch.holds(NAME)


def test_without_script_a_sentence_says_that_nicknames_need_it(visit: Callable[..., Visitor]) -> None:
    visitor = visit("worker", java_script_enabled=False)
    here = register(visitor, "Meer", "Deelnemers")
    expect(visitor.page.locator("#nicknames noscript p")).to_contain_text("Voor bijnamen is JavaScript nodig")
    expect(visitor.page.locator("#nicknames noscript p")).to_be_visible()
    assert visitor.page.locator("[data-nickname-part]:visible").count() == 0
    visitor.press("Diploma").sees("Bewaard: Diploma op", "Wijzig wat u opsloeg, of neem het terug")
    assert visitor.page.url.partition("?")[0] == here
