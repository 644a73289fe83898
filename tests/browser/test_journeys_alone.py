"""Alone, by personal link, on a telephone: one question at a time, without losing a word."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.site import Visitor
from tests.chromium import ARGUMENTS, find_chromium
from toc.domain.programmes import Language
from toc.services.demo.accounts import link_token

PHONE = {"width": 360, "height": 740}
FAKE_VOICE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
LOST = "Geen verbinding."


def by_link(visit: Callable[..., Visitor], key: str = "p1", language: str = "nl") -> Visitor:
    """Be somebody of the demo, on a telephone, who opens their link."""
    visitor = visit(viewport=PHONE, is_mobile=True, has_touch=True, language=language)
    visitor.page.goto(f"/link/{link_token('colour_kitchen', Language(language), key)}")
    return visitor


def tell(visitor: Visitor) -> str:
    """Begin to tell, or go on; return the address of the interview."""
    begin = visitor.page.locator(".own-steps__step").nth(1).locator("button, a.button-link").last
    with visitor.page.expect_navigation():
        begin.click()
    return visitor.page.url.rsplit("/", 1)[0]


def answer(page: Page) -> Locator:
    """Return the field for the answer."""
    return page.locator("#answer")


def status(page: Page) -> Locator:
    """Return the line that says what was saved."""
    return page.locator("[data-status]").first


def test_who_does_not_agree_says_so_with_one_tap_and_may_change_it(visit: Callable[..., Visitor]) -> None:
    visitor = by_link(visit, "r_council_2", "en")
    buttons = visitor.page.locator("form[action='/mine/consent'] button")
    expect(buttons).to_have_count(2)
    boxes = [button.bounding_box() for button in buttons.all()]
    assert len({(box["width"], box["height"]) for box in boxes if box}) == 1, "refusing is as easy"
    assert not visitor.overflow()
    assert visitor.axe() == []
    visitor.press("No, I do not agree").sees("You refused.")
    visitor.follow("Change my answer").press("Yes, I agree").sees("You agreed.")
    assert not visitor.overflow()


def test_typing_goes_on_without_a_connection_and_nothing_is_lost(visit: Callable[..., Visitor]) -> None:
    visitor = by_link(visit)
    address = tell(visitor)
    page = visitor.page
    page.goto(f"{address}/1")
    answer(page).fill("Ik heb nu een kamer.")
    expect(status(page)).to_have_text("Opgeslagen.")
    visitor.context.set_offline(True)
    answer(page).press_sequentially(" En een baan.")
    expect(status(page)).to_contain_text(LOST)
    page.get_by_role("button", name=re.compile("^Verder")).click()
    expect(status(page)).to_contain_text(LOST)
    expect(answer(page)).to_have_value("Ik heb nu een kamer. En een baan.")
    visitor.context.set_offline(False)
    expect(status(page)).to_have_text("Opgeslagen.")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Verder")).click()
    visitor.sees("2 van 4")
    page.goto(f"{address}/review")
    visitor.sees("Ik heb nu een kamer. En een baan.")


def test_what_was_typed_without_a_connection_is_there_after_the_page_was_closed(
    visit: Callable[..., Visitor],
) -> None:
    visitor = by_link(visit)
    address = tell(visitor)
    page = visitor.page
    page.goto(f"{address}/4")
    visitor.cuttable().cut()
    answer(page).fill("Als ik weer slaap.")
    expect(status(page)).to_contain_text(LOST)
    page.goto("about:blank")
    page.goto(f"{address}/4")
    expect(answer(page)).to_have_value("Als ik weer slaap.")
    visitor.connect()
    expect(status(page)).to_have_text("Opgeslagen.")
    page.reload()
    expect(answer(page)).to_have_value("Als ik weer slaap.")
    assert page.evaluate("window.localStorage.length") == 0


def test_one_goes_on_later_where_one_was(visit: Callable[..., Visitor]) -> None:
    visitor = by_link(visit)
    address = tell(visitor)
    visitor.page.goto(f"{address}/3")
    visitor.press("Stoppen, later verder").sees("Verdergaan kan nu of later")
    visitor.page.goto(f"/link/{link_token('colour_kitchen', Language.NL, 'p1')}")
    assert tell(visitor) == address
    visitor.sees("3 van 4")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Terug").click()
    visitor.sees("2 van 4")


def test_two_tabs_show_both_texts_and_overwrite_nothing(visit: Callable[..., Visitor]) -> None:
    visitor = by_link(visit)
    address = tell(visitor)
    first, second = visitor.page, visitor.context.new_page()
    for page in (first, second):
        page.goto(f"{address}/2")
    answer(first).fill("Rust in huis.")
    expect(status(first)).to_have_text("Opgeslagen.")
    answer(second).fill("Werk dat past.")
    conflict = second.locator("[data-conflict]")
    expect(conflict).to_be_visible()
    expect(conflict).to_contain_text("Rust in huis.")
    second.get_by_role("button", name="Zet ze hier allebei").click()
    expect(answer(second)).to_have_value("Rust in huis.\n\nWerk dat past.")
    expect(status(second)).to_have_text("Opgeslagen.")
    answer(first).fill("Rust in huis, en stilte.")
    expect(first.locator("[data-conflict]")).to_contain_text("Werk dat past.")
    first.get_by_role("button", name="Neem het andere").click()
    expect(answer(first)).to_have_value("Rust in huis.\n\nWerk dat past.")
    second.reload()
    expect(answer(second)).to_have_value("Rust in huis.\n\nWerk dat past.")
    second.close()


@pytest.fixture
def with_microphone(chromium: Browser, site: str) -> Iterator[Visitor]:
    """A telephone that hears a voice that is not there."""
    browser = chromium.browser_type.launch(executable_path=find_chromium(), args=[*ARGUMENTS, *FAKE_VOICE])
    visitor = Visitor(browser, site, viewport=PHONE, is_mobile=True, has_touch=True)
    yield visitor
    visitor.close()
    browser.close()


def test_an_answer_is_spoken_heard_and_deleted(with_microphone: Visitor) -> None:
    visitor = with_microphone
    page = visitor.page
    page.goto(f"/link/{link_token('colour_kitchen', Language.NL, 'p1')}")
    address = tell(visitor)
    page.goto(f"{address}/3")
    with page.expect_navigation():
        page.get_by_role("button", name="Liever praten dan schrijven").click()
    visitor.sees("Mogen we je stem opnemen?")
    assert visitor.axe() == []
    visitor.press("Ja, je mag mij opnemen")
    expect(page.get_by_text("Kies een geluidsbestand")).to_be_hidden()
    page.get_by_role("button", name="Begin met opnemen").click()
    expect(page.locator("[data-clock]")).to_have_text("0:02", timeout=10_000)
    page.get_by_role("button", name="Stop met opnemen").click()
    expect(page.locator("[data-preview]")).to_be_visible()
    assert visitor.axe() == []
    with page.expect_navigation():
        page.get_by_role("button", name="Bewaar het").click()
    sound = page.locator("audio[src*='/sound']")
    expect(sound).to_be_visible()
    page.wait_for_function("document.querySelector(\"audio[src*='/sound']\").readyState > 0")
    assert not visitor.overflow()
    visitor.press("Wis het").sees("Gewist.")
    expect(sound).to_have_count(0)


def test_who_refuses_the_microphone_can_choose_a_file(visit: Callable[..., Visitor]) -> None:
    visitor = by_link(visit)
    address = tell(visitor)
    page = visitor.page
    page.goto(f"{address}/2/speak")
    if page.get_by_role("button", name="Ja, je mag mij opnemen").count():
        visitor.press("Ja, je mag mij opnemen")
    page.get_by_role("button", name="Begin met opnemen").click()
    visitor.sees("De browser laat ons de microfoon niet gebruiken.", "Kies een geluidsbestand")


def test_release_is_one_tap_and_undone_with_one_more(visit: Callable[..., Visitor]) -> None:
    visitor = by_link(visit, language="en")
    page = visitor.page
    page.goto("/mine/said")
    sentence = page.locator(".mine__sentence").first
    before = sentence.locator("[aria-pressed=true]").inner_text()
    with page.expect_navigation():
        sentence.get_by_role("button", name="Others too, not who pays").click()
    expect(sentence.locator("[aria-pressed=true]")).to_contain_text("Others too")
    with page.expect_navigation():
        sentence.get_by_role("button", name="Undo").click()
    expect(sentence.locator("[aria-pressed=true]")).to_contain_text(before.splitlines()[0])
    assert visitor.axe() == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_behind_the_link_fits_a_telephone(visit: Callable[..., Visitor], language: str) -> None:
    visitor = by_link(visit, language=language)
    address = tell(visitor)
    for path in (
        "/mine",
        "/mine/consent",
        "/mine/said",
        "/mine/goals",
        "/mine/words",
        f"{address}/1",
        f"{address}/review",
        f"{address}/1/speak",
    ):
        visitor.page.goto(path)
        assert not visitor.overflow(), path
        assert visitor.axe() == [], path
        visitor.keep(f"alone{path.replace(address, '').replace('/', '-')}-{language}-360")


def test_a_page_is_read_aloud_only_with_a_voice_of_the_device(visit: Callable[..., Visitor]) -> None:
    visitor = by_link(visit)
    voices = """list => {
      const voice = Object.create(SpeechSynthesisVoice.prototype);
      Object.defineProperties(voice, {lang: {value: "nl-NL"}, localService: {value: list === "local"}});
      window.speechSynthesis.getVoices = () => [voice];
      window.speechSynthesis.speak = said => { window.saidAloud = (window.saidAloud || "") + said.text; };
      SpeechSynthesisUtterance.prototype.__defineSetter__("voice", () => {});
      SpeechSynthesisUtterance.prototype.__defineGetter__("voice", () => voice);
      window.speechSynthesis.dispatchEvent(new Event("voiceschanged"));
    }"""
    visitor.page.goto("/mine/words")
    button = visitor.page.locator("[data-aloud] button")
    expect(button).to_be_hidden()
    visitor.page.evaluate(voices, "far away")
    expect(button).to_be_hidden()
    visitor.page.evaluate(voices, "local")
    button.click()
    expect(button).to_have_text("Stop met voorlezen")
    assert "Wie het las" in visitor.page.evaluate("window.saidAloud")
    button.click()
    expect(button).to_have_text("Lees het voor")
