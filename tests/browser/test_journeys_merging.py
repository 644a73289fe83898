"""From own trees to one: an evaluator with a mouse, with the keyboard, without JavaScript, and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.site import Visitor

PROGRAMME = "The Colour Kitchen Utrecht"
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
TREE = "[uitkomst] {one}\n    {two}\n"


def to_own_trees(visit: Callable[..., Visitor], **options: Any) -> Visitor:  # noqa: ANN401 - of the browser
    menu = "Menu" if "is_mobile" in options else "Meer"
    return visit("evaluator", **options).open_programme(PROGRAMME).menu(menu, "Eigen bomen")


def give_tree(evaluator: Visitor, party: str, one: str, two: str) -> None:
    """Write the own tree of a party down as text, and keep it as it was given."""
    evaluator.follow(party).follow("Meer tegelijk, als tekst")
    evaluator.fill({"De doelen": TREE.format(one=one, two=two)}).press("Eerst bekijken")
    evaluator.sees("Dit voegt 2 doelen toe", two).press("Deze doelen toevoegen")
    evaluator.sees("2 doelen toegevoegd.", one)


def test_an_own_goal_is_dragged_onto_a_shared_one(visit: Callable[..., Visitor]) -> None:
    evaluator = to_own_trees(visit)
    give_tree(evaluator, "Investeerders", "Geld dat weer vrijkomt", "Een heldere afspraak")
    evaluator.press("Bewaar zoals gegeven").sees("Bewaard zoals gegeven.")
    assert evaluator.axe() == []
    evaluator.follow("Samenvoegen")
    page = evaluator.page
    own = page.locator("[data-own]").filter(has_text="Geld dat weer vrijkomt")
    shared = page.locator("[data-shared]").first
    own.drag_to(shared)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Geld dat weer vrijkomt")
    expect(dialog).to_contain_text("G1 ")
    assert evaluator.axe() == []
    dialog.get_by_role("button", name="Annuleren").click()
    expect(dialog).to_be_hidden()
    own.drag_to(shared)
    dialog.get_by_label("hetzelfde", exact=True).check()
    dialog.get_by_label("Waarom?").fill("Beide gaan over hetzelfde geld.")
    with page.expect_navigation():
        dialog.get_by_role("button", name="Opslaan").click()
    evaluator.sees("is vastgelegd als: hetzelfde.")
    expect(page.locator("[data-own]").filter(has_text="Geld dat weer vrijkomt")).to_have_count(0)
    assert evaluator.axe() == []
    assert not evaluator.overflow()
    evaluator.keep("merging-workspace")


def test_an_own_goal_is_placed_with_the_keyboard(visit: Callable[..., Visitor]) -> None:
    evaluator = to_own_trees(visit)
    give_tree(evaluator, "Werkgevers", "Vaste handen in de keuken", "Een proefplek")
    evaluator.follow("Samenvoegen")
    page = evaluator.page
    card = page.locator("[data-own]").filter(has_text="Vaste handen in de keuken")
    card.get_by_role("link", name="Plaatsen").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_label("Welk gezamenlijk doel?").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_label("hetzelfde", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Een deel ervan.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    evaluator.sees("is vastgelegd als: smaller.")


@pytest.mark.parametrize("options", [{"java_script_enabled": False}, PHONE], ids=["no_script", "phone"])
def test_an_own_goal_becomes_a_shared_one_and_a_decision_is_taken_back(
    visit: Callable[..., Visitor], options: dict[str, Any]
) -> None:
    name = "zonder script" if "java_script_enabled" in options else "op een telefoon"
    evaluator = to_own_trees(visit, **options)
    give_tree(evaluator, "Gemeente", f"Minder uitkeringen {name}", f"Een baan {name}")
    page = evaluator.page
    page.locator("svg.tree a").filter(has_text="Een baan").last.click()
    expect(page.locator(".own-tree__line:target")).to_contain_text(f"Een baan {name}")
    expect(page.locator(".own-tree__line:target")).to_be_in_viewport()
    assert not evaluator.overflow()
    evaluator.follow("Samenvoegen")
    assert not evaluator.overflow()
    cards = page.locator("[data-own]").filter(visible=True)
    with page.expect_navigation():
        cards.filter(has_text=f"Minder uitkeringen {name}").get_by_role("link", name="Maak er een").click()
    evaluator.press("Maak er een gezamenlijk doel van").sees("is nu een gezamenlijk doel.")
    with page.expect_navigation():
        cards.filter(has_text=f"Een baan {name}").get_by_role("link", name="Plaatsen").click()
    evaluator.fill({"Woorden of code": f"Minder uitkeringen {name}"}).press("Zoeken")
    evaluator.pick("Welk gezamenlijk doel?", f"Minder uitkeringen {name}")
    evaluator.choose("Wat is het eigen doel, daarnaast gelegd?", "ermee in conflict")
    evaluator.fill({"Waarom?": "Eerst rust, dan een baan."}).press("Opslaan")
    evaluator.sees("ermee in conflict", "Zet in het register")
    assert not evaluator.overflow()
    card = cards.filter(has_text=f"Een baan {name}")
    with page.expect_navigation():
        card.get_by_role("link", name="Intrekken").click()
    evaluator.sees("steunt het").tick("Ja, neem het terug.").press("Intrekken")
    evaluator.sees("Teruggenomen.")
