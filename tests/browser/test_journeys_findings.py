"""Back to who said it: a stakeholder reads what was found, answers, and sees what was done with that."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.site import Visitor
from toc.domain.programmes import Language
from toc.services.demo.accounts import link_token

PROGRAMME = "The Colour Kitchen Utrecht"
GOAL = "Rondkomen van eigen geld"
FEASIBLE = "Rondkomen van eigen geld, met één vast aanspreekpunt voor vragen."


def test_a_reply_makes_a_goal_feasible_and_who_replied_sees_it(visit: Callable[..., Visitor]) -> None:
    participant = visit(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    participant.page.goto(f"/link/{link_token('colour_kitchen', Language.NL, 'p1')}")
    participant.follow("Bekijk wat er gevonden is")
    finding = participant.page.get_by_role("region", name=GOAL)
    expect(finding).to_contain_text("En ik wil mijn eigen geld")
    expect(finding).to_contain_text("nog niet meetbaar")
    expect(finding).to_contain_text("Niemand heeft dit nog onderzocht.")
    expect(participant.part("")).not_to_contain_text("€")
    reply = "Ik red het met mijn loon, maar bij brieven weet ik niet wie ik moet bellen."
    finding.get_by_role("textbox").fill(reply)
    with participant.page.expect_navigation():
        finding.get_by_role("button", name="Verstuur mijn reactie").click()
    participant.sees(reply, "Tot er een antwoord is")
    assert not participant.overflow()

    evaluator = visit("evaluator").open_programme(PROGRAMME).menu("Bevindingen")
    evaluator.sees("Reacties die op een antwoord wachten", reply[:40])
    link = (
        evaluator.part("Reacties die op een antwoord wachten")
        .get_by_role("listitem")
        .filter(has_text=reply[:40])
    )
    link.get_by_role("link").click()
    answer = evaluator.page.get_by_role("article").filter(has_text=reply)
    done = "Ieder krijgt één vast aanspreekpunt voor brieven en vragen."
    answer.get_by_label("Wat is er met deze reactie gedaan?").fill(done)
    answer.get_by_label("Het doel wordt een haalbare doelstelling").check()
    answer.get_by_label("De haalbare doelstelling").fill(FEASIBLE)
    with evaluator.page.expect_navigation():
        answer.get_by_role("button", name="Sla het antwoord op").click()
    evaluator.sees(done)
    evaluator.follow(FEASIBLE)
    evaluator.sees("Editie 2", "Editie 1", within="Verhaal van dit doel")

    participant.page.reload()
    participant.sees(done, FEASIBLE)
    expect(finding.get_by_role("textbox")).to_have_count(0)
    assert not participant.overflow()
