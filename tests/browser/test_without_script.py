"""Everything can be read, and every form sent, by a browser that runs no script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.site import Visitor
from toc.domain.programmes import Language
from toc.services.demo.accounts import link_token

PLAIN: dict[str, Any] = {"java_script_enabled": False}
KITCHEN = "The Colour Kitchen Utrecht"


def test_the_start_page_and_the_language_switch(visit: Callable[..., Visitor]) -> None:
    visitor = visit(**PLAIN)
    visitor.page.goto("/")
    assert visitor.title() == "Van een uitspraak tot een betaling"
    expect(visitor.page.get_by_role("img").first).to_be_visible()
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("banner").get_by_role("button", name="English").click()
    assert visitor.title() == "From a sentence to a payment"
    visitor.page.goto("/privacy")
    visitor.sees("Privacy")


@pytest.mark.parametrize("width", [1280, 320])
def test_the_tree_a_goal_an_indicator_and_a_payment_are_read(
    visit: Callable[..., Visitor], width: int
) -> None:
    viewer = visit("viewer", viewport={"width": width, "height": 800}, **PLAIN).open_programme(KITCHEN)
    menu = ("Menu",) if width < 1200 else ()
    viewer.menu(*menu, "Doelenboom")
    drawn = viewer.page.locator("svg").get_by_role("link", name="De helft van de deelnemers")
    expect(drawn).to_have_attribute("href", re.compile("/goals/"))
    viewer.follow("Toon als lijst").follow("De helft van de deelnemers")
    viewer.sees("“", within="In hun woorden")
    viewer.follow("Deelnemers die zes maanden of langer werken", within="Gemeten")
    viewer.sees("36 van 72", "bereikt")
    assert "Voor de grafiek is JavaScript nodig. De tabel eronder" in viewer.part("").inner_text()
    viewer.menu(*menu, "Impact Bond").follow("betalingen").follow("P3")
    viewer.sees("Stap voor stap", "gelijk tot op de cent")
    viewer.unfold("Toon alle").sees("U")


def test_somebody_signs_in_and_logs_a_measurement(visit: Callable[..., Visitor]) -> None:
    worker = visit("worker", **PLAIN).open_programme("JES (Je Eigen Stek) Amsterdam")
    worker.menu("Metingen").follow("Jaren tot een eigen woning").follow("Meting invoeren")
    worker.fill({"Waarde": "anderhalf", "Gemeten op": "2024-01-31"}).press("Meting invoeren")
    worker.sees("anderhalf").fill({"Waarde": "1,5"}).press("Meting invoeren")
    worker.sees("1,5 jaar")


def test_a_participant_replies_to_a_finding(visit: Callable[..., Visitor]) -> None:
    participant = visit(**PLAIN)
    participant.page.goto(f"/link/{link_token('colour_kitchen', Language.NL, 'p1')}")
    participant.follow("Bekijk wat er gevonden is")
    finding = participant.page.get_by_role("region", name="Een plek hebben waar ze op je rekenen")
    finding.get_by_role("textbox").fill("Ik werk er nu elke vrijdag.")
    with participant.page.expect_navigation():
        finding.get_by_role("button").click()
    participant.sees("“Ik werk er nu elke vrijdag.”")


def test_an_evaluator_marks_a_sentence(visit: Callable[..., Visitor]) -> None:
    evaluator = visit("evaluator", **PLAIN).open_programme(KITCHEN)
    evaluator.menu("Meer", "Interviews").follow("Werkgevers in de horeca").follow("horecawerkgever")
    evaluator.follow("N", within="2. Interviews")
    words = "Veel contracten in de horeca houden op in oktober, hoe goed iemand ook is."
    evaluator.tick(words).press("Aangevinkte zinnen vastleggen")
    evaluator.sees(f"“{words}”", within="Uitspraken uit dit interview")


def test_an_evaluator_codes_a_passage(visit: Callable[..., Visitor]) -> None:
    evaluator = visit("evaluator", **PLAIN).open_programme(KITCHEN)
    evaluator.menu("Meer", "Documenten").follow("Uploaden")
    evaluator.pick("Met wie was het interview?", "R1,").press("Ga verder met deze respondent")
    words = "Zonder script koken wij ook."
    talk = f"Zij: Ik was er elke maandag.\nZij: {words}\n"  # an interview of this test: nobody else codes it
    upload = {"name": "zonder_script.txt", "mimeType": "text/plain", "buffer": talk.encode()}
    evaluator.field("Bestand").set_input_files(upload)  # type: ignore[arg-type] # as Playwright documents
    evaluator.press("Lees het bestand").fill({"Dag van het interview": "2025-06-02"}).press("Opslaan")
    evaluator.follow("Naar het interview").follow("Dit interview coderen")
    listed = evaluator.page.get_by_role("link", name=re.compile("passage openen$"))
    expect(listed).to_have_count(0)
    evaluator.tick("Zonder script koken wij ook")
    codes = evaluator.part("Een passage coderen").get_by_role("group").get_by_role("checkbox")
    codes.first.check()
    evaluator.press("Passage bewaren")
    expect(listed).to_have_count(1)
    evaluator.sees(words, within="Passages (1)")


def test_the_map_the_matrix_and_two_versions_are_read(visit: Callable[..., Visitor]) -> None:
    evaluator = visit("evaluator", **PLAIN).open_programme(KITCHEN)
    evaluator.menu("Meer", "Kaart van belanghebbenden")
    evaluator.sees("Werkgevers in de horeca", within="Hoe ver elke partij is gehoord")
    evaluator.menu("Meer", "Doelen en partijen").pick("Welke doelen", "één partij").press("Toon")
    expect(evaluator.part("").get_by_role("table").get_by_role("rowheader").first).to_be_visible()
    evaluator.menu("Doelenboom").follow("Versies").pick("Vergeleken met", "versie 1")
    evaluator.press("Vergelijken", within="Vergelijken")
    assert evaluator.title().startswith("Van ")


def test_a_participant_says_whether_a_goal_is_what_they_meant(visit: Callable[..., Visitor]) -> None:
    participant = visit(**PLAIN)
    participant.page.goto(f"/link/{link_token('colour_kitchen', Language.NL, 'p1')}")
    participant.follow("Naar deze doelen").unfold("Ik zou het anders zeggen")
    words = "Werk dat bij mij past."
    participant.fill({"Hoe zou jij het zeggen?": words}).press("Versturen").sees(words)
