"""A worker with a phone enters the same for a whole group, with fingers and with keys alone."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.site import Visitor

PHONE = {"width": 320, "height": 720}
PROGRAMME = "Takecarebnb"


def test_a_group_gets_one_event_with_keys_alone_and_it_is_taken_back(visit: Callable[..., Visitor]) -> None:
    visitor = visit("worker", viewport=PHONE)
    visitor.open_programme(PROGRAMME).menu("Menu", "Deelnemers")
    visitor.follow("Voor meer mensen tegelijk invoeren")
    page = visitor.page
    assert visitor.overflow() == 0
    assert visitor.axe() == []
    boxes = page.locator("input[name=participant_id]")
    every = page.get_by_label("die hier staan")
    many = boxes.count()
    assert many > 2
    every.focus()
    page.keyboard.press("Space")
    assert page.locator("input[name=participant_id]:checked").count() == many
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(every).not_to_be_checked()
    assert page.locator("input[name=participant_id]:checked").count() == many - 1
    page.get_by_label("Wat", exact=True).select_option(label="Opleiding begonnen")
    visitor.press("Verder").sees("Er is nog niets vastgelegd")
    assert visitor.overflow() == 0
    assert visitor.axe() == []
    visitor.press("Keuze wijzigen")
    assert page.locator("input[name=participant_id]:checked").count() == many - 1
    visitor.press("Verder").sees("Er is nog niets vastgelegd")
    page.get_by_role("button", name="Vastleggen voor").click()
    visitor.sees("U kunt hier alles nog in één keer terugnemen")
    assert visitor.overflow() == 0
    assert visitor.axe() == []
    page.get_by_label("Waarom").fill("De verkeerde groep")
    visitor.press("Alles terugnemen").sees("Alles is teruggenomen")


def test_scores_of_a_group_are_filled_in_on_a_phone(visit: Callable[..., Visitor]) -> None:
    visitor = visit("worker", viewport=PHONE)
    visitor.open_programme(PROGRAMME).menu("Menu", "Deelnemers")
    visitor.follow("Voor meer mensen tegelijk invoeren")
    page = visitor.page
    page.locator("input[name=participant_id]").first.check()
    page.locator("input[name=participant_id]").nth(1).check()
    instrument = page.locator("#what option[value^='score:']").first.get_attribute("value")
    page.get_by_label("Wat", exact=True).select_option(instrument)
    visitor.press("Verder").sees("ontbreken is geen nul")
    assert visitor.overflow() == 0
    assert visitor.axe() == []
    page.get_by_label("tijdens").check()
    page.get_by_label("Hele instrument").first.fill("8")
    visitor.press("Verder").sees("Vastleggen voor 1 deelnemer")
    visitor.sees("opengelaten")
    assert visitor.overflow() == 0
