"""From asking what matters most to a conflict in the register: an evaluator, a phone, and a funder."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.site import Visitor
from toc.domain.programmes import Language
from toc.services.demo.accounts import link_token

PROGRAMME = "The Colour Kitchen Utrecht"
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


def open_round(visit: Callable[..., Visitor], question: str, method: str) -> Visitor:
    """Open a round as the evaluator, about four goals."""
    evaluator = visit("evaluator").open_programme(PROGRAMME).menu("Meer", "Rangschikkingen")
    evaluator.page.goto(f"{evaluator.page.url}/new")
    evaluator.fill({"Vraag": question}).choose("Hoe", method)
    ticked = evaluator.page.locator("input[name=goal_ids]:checked")
    while ticked.count() > 4:
        ticked.last.uncheck()
    evaluator.press("Open de ronde")
    evaluator.sees("De ronde is open", question)
    return evaluator


def on_a_phone(visit: Callable[..., Visitor], question: str, **options: Any) -> Visitor:  # noqa: ANN401 - of the browser
    participant = visit(**PHONE, **options)
    participant.page.goto(f"/link/{link_token('colour_kitchen', Language.NL, 'p1')}")
    participant.follow(question)
    assert not participant.overflow()
    return participant


def wordings(list_: Locator) -> list[str]:
    return list_.locator("label").all_inner_texts()


def test_a_participant_makes_an_order_with_buttons_and_by_dragging(visit: Callable[..., Visitor]) -> None:
    question = "Wat is voor jou het belangrijkst?"
    evaluator = open_round(visit, question, "doelen op volgorde zetten")
    participant = on_a_phone(visit, question)
    page = participant.page
    placed, rest = page.locator("[data-rank-placed]"), page.locator("[data-rank-rest]")
    first, second, third, fourth = wordings(rest)
    for _ in range(3):
        rest.get_by_role("button").first.click()
    assert wordings(placed) == [first, second, third]
    placed.get_by_role("button", name=f"Omhoog: {third}").click()
    assert wordings(placed) == [first, third, second]
    placed.get_by_role("button", name=f"Zelfde plaats als die erboven: {third}").click()
    assert [one.input_value() for one in placed.locator("input").all()] == ["1", "1", "2"]
    expect(page.locator("[data-rank-status]")).to_contain_text(f"{third}: plaats 1")
    assert participant.axe() == []
    rest.locator("input").fill("1")  # a number that is typed does the same
    rest.locator("input").press("Enter")
    assert wordings(placed)[:3] == [first, third, fourth]
    placed.get_by_role("button", name=f"Laat weg: {fourth}").click()
    assert wordings(rest) == [fourth]
    placed.evaluate("list => list.scrollIntoView({ behavior: 'instant' })")
    grip = placed.locator("li").filter(has_text=second).locator("[data-rank-grip]").bounding_box()
    top = placed.locator("li").first.bounding_box()
    assert grip is not None
    assert top is not None
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(top["x"] + 20, top["y"] + 60, steps=8)
    page.mouse.move(top["x"] + 20, top["y"] + 6, steps=8)
    page.mouse.up()
    assert wordings(placed)[0] == second
    participant.press("Bewaar mijn volgorde")
    participant.sees("Bewaard. Je kunt je antwoord wijzigen")
    participant.follow(question)
    assert wordings(placed)[0] == second
    assert wordings(rest) == [fourth]
    assert not participant.overflow()

    evaluator.page.reload()
    evaluator.sees("Alleen u ziet dit").press("Sluit de ronde")
    evaluator.sees("Niet getoond", "ronde gesloten")
    assert evaluator.axe() == []
    participant.page.reload()
    participant.sees("ronde gesloten", "Niet getoond")


@pytest.mark.parametrize("script", [True, False])
def test_points_are_divided_on_a_phone_with_and_without_script(
    visit: Callable[..., Visitor], *, script: bool
) -> None:
    question = f"Verdeel de punten ({'met' if script else 'zonder'} script)"
    open_round(visit, question, "100 punten verdelen")
    participant = on_a_phone(visit, question, java_script_enabled=script)
    fields = participant.page.locator("input[name^=score]")
    fields.nth(0).fill("60")
    fields.nth(1).fill("30")
    if script:
        participant.sees("90 van de 100 punten verdeeld, nog 10 over.")
    participant.press("Bewaar mijn antwoord")
    participant.sees("Er zijn 90 punten verdeeld; verdeel er nog 10.")
    expect(fields.nth(0)).to_have_value("60")
    fields.nth(2).fill("10")
    participant.press("Bewaar mijn antwoord").follow(question)
    expect(fields.nth(2)).to_have_value("10")
    participant.unfold("Mijn antwoord terugnemen").press("Wis het antwoord")
    participant.sees("Teruggenomen.")


def test_places_are_typed_without_script(visit: Callable[..., Visitor]) -> None:
    question = "Op volgorde zonder script"
    open_round(visit, question, "doelen op volgorde zetten")
    participant = on_a_phone(visit, question, java_script_enabled=False)
    fields = participant.page.locator("input[name^=score]")
    labels = participant.page.locator("label.ranking__label").all_inner_texts()
    fields.nth(0).fill("2")
    fields.nth(1).fill("een")
    participant.press("Bewaar mijn volgorde")
    expect(participant.page.get_by_role("alert")).to_be_visible()
    assert not participant.overflow()
    participant.page.get_by_label(labels[1]).fill("1")
    participant.press("Bewaar mijn volgorde").follow(question)
    assert participant.page.locator("label.ranking__label").all_inner_texts()[:2] == [labels[1], labels[0]]


def test_a_conflict_goes_from_the_matrix_into_the_register_and_is_decided(
    visit: Callable[..., Visitor],
) -> None:
    evaluator = visit("evaluator").open_programme(PROGRAMME).menu("Meer", "Conflicten")
    evaluator.follow("Zet in het register", within="Nog niet in het register")
    about = "De één wil mensen snel van een uitkering af, de ander wil eerst rust."
    evaluator.fill({"Waarover verschillen ze?": about}).press("Zet in het register")
    evaluator.sees("Het conflict staat in het register.", about).follow("Wijzigen of beslissen")
    evaluator.choose("Hoe staat het ervoor?", "besloten").press("Opslaan")
    evaluator.sees("Schrijf op wat er is besloten.")
    evaluator.fill(
        {
            "Wat is er besloten?": "Eerst een half jaar rust.",
            "Door wie?": "De stuurgroep",
            "Wanneer?": "2025-06-01",
        }
    ).press("Opslaan")
    evaluator.sees("Door De stuurgroep, op 1 juni 2025.")
    assert evaluator.axe() == []
    funder = visit("funder", viewport={"width": 320, "height": 700}).open_programme(PROGRAMME)
    funder.menu("Menu", "Conflicten").follow(about[:30]).sees("Eerst een half jaar rust.")
    assert not funder.overflow()
