"""A transcript and a plan come in, are looked at and marked; the file goes, the words stay."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.site import Visitor
from tests.factories.documents import pdf

PROGRAMME = "The Colour Kitchen Utrecht"
TALK = """Interviewer: Wat wil je bereiken?
Anna: Ik wil rust in huis. En werk overdag.
Interviewer: Waarom?
Anna: Om weer te slapen.
"""


def test_a_transcript_is_uploaded_and_only_the_respondent_is_marked(visit: Callable[..., Visitor]) -> None:
    evaluator = visit("evaluator", viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    evaluator.open_programme(PROGRAMME).menu("Menu", "Documenten").follow("Uploaden")
    evaluator.pick("Met wie was het interview?", "R1,").press("Ga verder met deze respondent")
    upload = {"name": "gesprek.txt", "mimeType": "text/plain", "buffer": TALK.encode()}
    evaluator.field("Bestand").set_input_files(upload)  # type: ignore[arg-type] # as Playwright documents
    evaluator.press("Lees het bestand")
    evaluator.sees("gewone tekst", "Interviewer, 2 keer", "Voor de woorden komt R1 te staan")
    assert not evaluator.overflow()
    assert evaluator.axe() == []
    expect(evaluator.part("").get_by_label("Anna, 2 keer")).to_be_checked()
    expect(evaluator.part("").get_by_label("Interviewer, 2 keer")).not_to_be_checked()
    evaluator.press("Opslaan").sees("Vul dit in.")
    evaluator.fill({"Dag van het interview": "2025-06-01"}).press("Opslaan")
    evaluator.sees("Uitgeschreven interview met R1", "Ik wil rust in huis. En werk overdag.", "R1:")
    evaluator.misses("Anna")
    assert not evaluator.overflow()
    assert evaluator.axe() == []
    document = evaluator.page.url
    evaluator.follow("Naar het interview")
    evaluator.tick("Ik wil rust in huis.").press("Aangevinkte zinnen vastleggen")
    evaluator.page.goto(document)
    evaluator.sees("Ik wil rust in huis.", within="Citaten uit dit document")
    expect(evaluator.part("De tekst").locator("mark")).to_have_text(["Ik wil rust in huis."])


def test_a_plan_is_quoted_by_page_and_its_file_is_removed(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    evaluator = visit("evaluator").open_programme(PROGRAMME).menu("Meer", "Documenten").follow("Uploaden")
    evaluator.pick("Welke partij spreekt erin?", "Gemeente").press("Ga verder met deze partij")
    content = pdf("Ons plan voor de wijk.", "Alle kinderen leren zwemmen.")
    upload = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": content}
    evaluator.field("Bestand").set_input_files(upload)  # type: ignore[arg-type] # as Playwright documents
    evaluator.press("Lees het bestand")
    evaluator.fill({"Titel": "Wijkplan 2025", "Datum van het document": "2025-01-15"})
    evaluator.tick("Bewaar ook het bestand zelf").press("Opslaan")
    document = evaluator.page.url
    evaluator.follow("Naar het interview").tick("Alle kinderen leren zwemmen.")
    evaluator.press("Aangevinkte zinnen vastleggen")
    evaluator.page.goto(document)
    evaluator.sees("Wijkplan 2025, p. 2", within="Citaten uit dit document")
    evaluator.unfold("Laat iedereen deze citaten lezen").tick("Dit document is openbaar")
    evaluator.press("Laat iedereen ze lezen").sees("één citaat meer")
    assert evaluator.axe() == []

    with evaluator.page.expect_download() as fetched:
        evaluator.part("Het bestand").get_by_role("link", name="Haal het bestand op").click()
    saved = tmp_path / fetched.value.suggested_filename
    fetched.value.save_as(saved)
    assert saved.name.endswith(".pdf")
    assert saved.read_bytes() == content
    evaluator.unfold("Verwijder het bestand").tick("Ik heb het bestand niet meer nodig")
    evaluator.press("Verwijder het bestand").sees("Het bestand zelf is niet bewaard", "leren zwemmen")

    evaluator.menu("Meer", "Documenten").sees("Wijkplan 2025", "niet bewaard")
    assert evaluator.axe() == []
