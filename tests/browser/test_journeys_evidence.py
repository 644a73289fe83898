"""How sure is it: an evaluator records a study, the ladder says what is missing, a second evaluator signs."""

from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import expect

from tests.browser.site import Visitor

GOAL = "Een kwart van de deelnemers werkt een jaar na de eerste werkdag nog"


def test_a_study_an_attested_criterion_and_a_second_signature_lift_a_goal_by_a_rung(
    visit: Callable[..., Visitor],
) -> None:
    measured_on = date.today() - timedelta(days=60)  # noqa: DTZ011 - any recent day will do
    evaluator = visit("evaluator").open_programme("The Colour Kitchen Utrecht").menu("Bewijs").follow(GOAL)
    goal = evaluator.page.url
    evaluator.sees("Trede 1: Onderbouwd", "Nog nodig voor trede 2")
    missing = evaluator.part("De bewijsladder").get_by_role("list").last.get_by_role("listitem")
    assert missing.count() > 2

    evaluator.follow("Onderzoek toevoegen")
    evaluator.fill(
        {
            "Hoe heet het onderzoek?": "Contracten voor en na",
            "Waar staan de cijfers?": "Rapport 2021, bladzijde 12",
            "Wanneer zijn de uitkomsten gemeten?": measured_on.isoformat(),
        }
    )
    evaluator.pick("Hoe is het gedaan?", "Dezelfde mensen voor en na")
    evaluator.press("Opslaan en door naar de cijfers")
    evaluator.pick("Het effect is uitgedrukt in", "Procentpunten (een verschil tussen twee percentages)")
    evaluator.fill(
        {
            "Schatting": "14,5",
            "Ondergrens van het interval": "6",
            "Bovengrens van het interval": "23",
            "Betrouwbaarheid van het interval": "95",
            "Kleinste effect dat ertoe doet": "5",
            "Mensen die voor en na zijn gemeten": "96",
            "Deel dat opnieuw is gemeten": "88,5",
        }
    )
    evaluator.choose("Hoger is beter", "Ja")
    evaluator.press("Opslaan en door naar hoe het is gedaan")
    evaluator.pick("Wanneer het analyseplan is vastgelegd", "Voordat iemand uitkomsten zag")
    evaluator.choose("Voor en na is met hetzelfde instrument gemeten", "Ja")
    evaluator.choose("Een signaal dat deelnemers slechter af zijn staat nog open", "Nee")
    evaluator.choose("Wie niet opnieuw is gemeten, is vergeleken met wie wel", "Ja")
    evaluator.press("Onderzoek opslaan")
    study = evaluator.page.url
    evaluator.sees("+14,5 procentpunt (95 %-interval 6 tot 23)")

    evaluator.sees("Nog niemand heeft het ondertekend.").misses("Alles is er, behalve een handtekening.")
    evaluator.follow("Onderzoek lezen en ondertekenen")
    evaluator.sees("U hebt dit onderzoek zelf ingevoerd. Vraag een andere evaluator om te ondertekenen.")
    expect(evaluator.page.get_by_role("button", name="Onderzoek ondertekenen")).to_have_count(0)

    evaluator.page.goto(goal)
    evaluator.sees("Trede 1: Onderbouwd")
    assert missing.count() == 2
    evaluator.follow("Verklaar iets over een criterium")
    evaluator.pick("Welk criterium?", "2.1").pick("Over welk onderzoek gaat het?", "Contracten voor en na")
    evaluator.choose("Is eraan voldaan?", "Ja").press("Verklaar het")
    evaluator.sees("Er klopt nog één ding niet")
    reason = "Beide keren de loonlijst, op dezelfde manier geteld."
    evaluator.fill({"Wat hebt u gezien, en waar?": reason}).press("Verklaar het")
    evaluator.page.goto(study)
    evaluator.sees("Alles is er, behalve een handtekening.", reason)

    second = visit("evaluator2")
    second.page.goto(study)
    second.follow("Onderzoek lezen en ondertekenen").press("Onderzoek ondertekenen")
    second.sees("Vul dit in.")
    second.tick("Ik heb dit onderzoek niet zelf ingevoerd, en heb het naast de bron gelegd.").press(
        "Onderzoek ondertekenen"
    )
    second.page.goto(goal)
    second.sees("Trede 2: Verandering gemeten", "Nog nodig voor trede 3")
