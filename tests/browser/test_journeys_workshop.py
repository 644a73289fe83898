"""A workshop in one room: a facilitator, two phones without an account, and the wall."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.site import Visitor, until

PROGRAMME = "The Colour Kitchen Utrecht"
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


def open_workshop(visit: Callable[..., Visitor], title: str) -> tuple[Visitor, str]:
    """Open a workshop as the evaluator; return them on its page, and the short code."""
    evaluator = visit("evaluator").open_programme(PROGRAMME).menu("Meer", "Werksessies")
    evaluator.page.goto(f"{evaluator.page.url}/new")
    evaluator.fill({"Hoe heet de werksessie?": title, "Hoeveel stippen krijgt iedereen?": "2"})
    evaluator.press("Open de werksessie").sees("De werksessie is open", title)
    return evaluator, evaluator.page.locator(".workshop__code").inner_text()


def join(visit: Callable[..., Visitor], code: str, party: int, **options: Any) -> Visitor:  # noqa: ANN401 - of the browser
    """Come in by typing the code, under one of the parties."""
    phone = visit(**PHONE, **options)
    phone.page.goto("/join")
    assert phone.axe() == []
    phone.fill({"De code op de muur": code.lower()}).press("Verder")
    assert not phone.overflow()
    assert phone.axe() == []
    phone.page.locator("input[name=group_id]").nth(party).check()
    phone.tick("Ik ga akkoord").press("Doe mee")
    phone.sees("Je doet mee als")
    return phone


def write(phone: Visitor, text: str) -> None:
    phone.page.fill("#text", text)
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator(".join__mine").get_by_text(text, exact=True)).to_be_visible()


def mine(phone: Visitor, text: str) -> Locator:
    """Return the line of a card in the list of this phone."""
    return phone.page.locator(".join__mine li").filter(has_text=text)


def put_dot(phone: Visitor, text: str) -> None:
    card = phone.page.locator("button.join__card").filter(has_text=text)
    card.click()
    expect(card).to_have_attribute("aria-pressed", "true")


def on_wall(wall: Page, text: str) -> None:
    expect(wall.locator(".wall__text").get_by_text(text, exact=True)).to_be_visible()


def test_cards_and_dots_from_two_phones_follow_on_the_wall(visit: Callable[..., Visitor]) -> None:
    evaluator, code = open_workshop(visit, "Wat hopen we?")
    wall, where = evaluator.page, evaluator.page.url
    evaluator.follow("Toon de muur")
    assert evaluator.axe() == []
    one, other = join(visit, code, 0), join(visit, code, 1)
    write(one, "Rust in huis")
    write(one, "Een vaste baan")
    write(other, "Minder schulden")
    for text in ("Rust in huis", "Een vaste baan", "Minder schulden"):
        on_wall(wall, text)
    expect(wall.locator(".wall__counts")).to_contain_text("2 telefoons")
    assert one.axe() == []
    assert not one.overflow()

    mine(one, "Een vaste baan").get_by_role("button", name="Terugnemen").click()
    expect(wall.locator(".wall__card")).to_have_count(2)
    mine(one, "Een vaste baan").get_by_role("button", name="Ongedaan maken").click()
    on_wall(wall, "Een vaste baan")
    other.page.fill("#text", "Bel 06 12345678")
    other.page.keyboard.press("Enter")
    expect(other.page.locator("#text-refused")).to_be_visible()
    expect(other.page.locator("#text")).to_have_value("Bel 06 12345678")

    wall.get_by_role("button", name="Verder naar de stippen").click()
    put_dot(one, "Minder schulden")
    put_dot(one, "Rust in huis")
    one.sees("Je hebt nog 0 stippen.")
    put_dot(other, "Minder schulden")
    assert one.axe() == []
    assert not one.overflow()
    expect(wall.locator(".wall__counts")).to_contain_text("3 stippen")
    expect(wall.locator(".wall__dots")).to_have_count(0)
    wall.get_by_role("button", name="Sluit af en toon de stippen").click()
    expect(wall.locator(".wall__dots").first).to_be_visible()
    one.sees("Dank je wel")
    assert evaluator.axe() == []

    wall.goto(where)
    evaluator.press("Maak hier uitspraken van").sees("3 kaartjes werden uitspraken.")
    assert evaluator.axe() == []
    evaluator.follow("haal er doelen uit")
    assert evaluator.page.locator("input[name=statement_ids]").count() >= 1


def test_a_card_that_was_written_without_connection_arrives_once(visit: Callable[..., Visitor]) -> None:
    evaluator, code = open_workshop(visit, "Zonder verbinding")
    evaluator.follow("Toon de muur")
    phone = join(visit, code, 0)
    lost: list[str] = []

    def lose(route: Route) -> None:
        """Let the card through, but lose the answer; then lose everything."""
        if not lost:
            route.fetch()
        lost.append(parse_qs(route.request.post_data or "")["id"][0])
        route.abort()

    phone.page.route("**/join/cards", lose)
    phone.page.fill("#text", "Iemand die luistert")
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("[data-pending]")).to_contain_text("Iemand die luistert")
    until(phone.page, lambda: len(lost) > 1)
    phone.page.reload()
    expect(phone.page.locator("[data-pending]")).to_contain_text("Iemand die luistert")
    phone.page.unroute("**/join/cards")
    expect(phone.page.locator("[data-pending]")).to_be_hidden()
    expect(phone.page.locator(".join__mine li")).to_have_count(1)
    on_wall(evaluator.page, "Iemand die luistert")
    expect(evaluator.page.locator(".wall__card")).to_have_count(1)
    assert len(set(lost)) == 1
    phone.troubles.clear()  # requests that were lost on purpose


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_script_a_phone_has_forms_and_a_link(visit: Callable[..., Visitor], language: str) -> None:
    evaluator, code = open_workshop(visit, f"Zonder script {language}")
    words = (
        ("Hang op de muur", "Kijk of we verder gaan", "nog 1 stip")
        if language == "nl"
        else ("Hang on the wall", "Look whether we go on", "1 dot left")
    )
    phone = visit(**PHONE, language=language, java_script_enabled=False)
    phone.page.goto(f"/join/{code.replace(' ', '')}")
    phone.page.locator("input[name=group_id]").first.check()
    phone.page.locator("#agreed").check()
    phone.press("Doe mee" if language == "nl" else "Join")
    phone.page.fill("#text", "Rust in huis")
    phone.press(words[0]).sees("Rust in huis")
    evaluator.press("Verder naar de stippen")
    phone.follow(words[1])
    with phone.page.expect_navigation():
        phone.page.locator("button.join__card").click()
    phone.sees(words[2])
