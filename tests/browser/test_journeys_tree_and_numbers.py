"""From what was said to a goal in the tree, and from a goal to numbers: an evaluator and a worker at work."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.site import Visitor

PHONE = {"width": 390, "height": 844}


def test_an_evaluator_turns_what_was_said_into_a_goal_and_links_it(visit: Callable[..., Visitor]) -> None:
    evaluator = visit("evaluator", language="en").open_programme("De Viltmannen Rotterdam (English)")
    evaluator.menu("Goal tree").follow("Add a goal")
    evaluator.pick("Interview", "The neighbourhood").press("Show what was said")
    evaluator.tick("“")
    said = evaluator.page.locator("label", has_text="“").first.inner_text().split("“")[1].rstrip("”")
    evaluator.fill({"The goal, in one sentence": "Neighbours greet each other in the street."})
    evaluator.choose("How open", "stated").unfold("More about this goal")
    evaluator.pick("Level", "output").press("Add the goal")
    assert evaluator.title().endswith("Neighbours greet each other in the street.")
    evaluator.sees(said, within="In their words")
    evaluator.sees("Nothing is measured yet", within="Measured")
    below = evaluator.page.url

    evaluator.follow("Link it to a higher goal").pick(
        "leads to this goal (the end)", "The neighbourhood benefits."
    )
    evaluator.fill({"Why does one lead to the other?": "Whoever greets, helps sooner."})
    evaluator.tick("This is a key link").pick("Why is it a key link?", "uncertain").press("Link the goals")
    evaluator.menu("Goal tree")
    drawn = evaluator.page.locator("svg").get_by_role(
        "link", name="Neighbours greet each other in the street."
    )
    expect(drawn).to_be_visible()
    evaluator.follow("Show as list")
    end = evaluator.page.get_by_role("listitem").filter(has_text="The neighbourhood benefits.").first
    end.get_by_role("link", name="Neighbours greet each other in the street.").click()
    evaluator.page.wait_for_url(below)
    evaluator.sees("Whoever greets, helps sooner.", within="Below and above")


def test_a_circle_of_goals_is_refused_with_a_sentence(visit: Callable[..., Visitor]) -> None:
    evaluator = visit("evaluator", language="en").open_programme("De Viltmannen Rotterdam (English)")
    evaluator.menu("Goal tree").follow("Link two goals")
    evaluator.pick("This goal (the means)", "The neighbourhood benefits.")
    evaluator.pick("leads to this goal (the end)", "Turning Rotterdam wool into felt").press("Link the goals")
    evaluator.sees("This would go round in a circle")
    summary = evaluator.page.get_by_role("alert")
    assert summary.evaluate("it => it === document.activeElement")


def test_a_worker_measures_a_goal_on_a_phone(visit: Callable[..., Visitor]) -> None:
    worker = visit("worker", viewport=PHONE, is_mobile=True, has_touch=True)
    worker.open_programme("JES (Je Eigen Stek) Amsterdam").menu("Menu", "Metingen")
    worker.follow("Indicator toevoegen")
    worker.pick("Doel", "eigen kracht")
    worker.unfold("Wat er precies telt").unfold("Waar het begint en wat het doel is")
    worker.fill(
        {"Naam": "Eigen regie: rapportcijfer", "Wat telt mee, en wat niet?": "Zelf gegeven cijfer, 0 tot 10."}
    )
    worker.choose("Wat voor getal is het?", "gemiddelde").fill({"Eenheid": "punten"})
    worker.choose("Welke kant op is beter?", "Meer is beter")
    worker.choose("Wat telt een waarde?", "voor de eigen periode")
    worker.pick("Hoe vaak wordt er gemeten?", "één keer, aan het eind")
    worker.fill(
        {
            "Nulmeting": "5,9",
            "Dag van de nulmeting": "2023-01-01",
            "Streefwaarde": "7",
            "Dag van de streefwaarde": "2024-12-31",
        }
    )
    assert not worker.overflow()
    worker.press("De indicator toevoegen")
    assert worker.title().endswith("Eigen regie: rapportcijfer")

    worker.follow("Meting invoeren")
    assert worker.field("Waarde").get_attribute("inputmode") == "decimal"
    worker.fill({"Waarde": "7,2O", "Gemeten op": "2024-12-31"}).press("Meting invoeren")
    worker.sees("“7,2O”")
    worker.fill({"Waarde": "7,25"}).press("Meting invoeren")
    worker.sees("7,25 punten. Het doel was 7 punten: bereikt. Gemeten op 31 december 2024.")
    assert not worker.overflow()
