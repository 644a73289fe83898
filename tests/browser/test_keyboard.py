"""Each role does its main task with keys alone; the focus is always to be seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard
from tests.browser.site import Visitor
from toc.domain.programmes import Language
from toc.services.demo import DEMO_PASSWORD
from toc.services.demo.accounts import link_token, programme_id

KITCHEN = f"/p/{programme_id('colour_kitchen', Language.EN)}/"
JES = f"/p/{programme_id('jes', Language.EN)}/"


def keys_of(visit: Callable[..., Visitor], role: str) -> Keyboard:
    """Sign in with keys alone."""
    keys = Keyboard(visit(language="en")).go("/login")
    keys.tab_to("E-mail address", "input").type(f"{role}@demo.example")
    keys.tab_to("Password", "input").type(DEMO_PASSWORD).enter()
    return keys


@pytest.mark.parametrize("width", [1280, 320])
def test_the_first_key_leads_past_the_navigation(visit: Callable[..., Visitor], width: int) -> None:
    visitor = visit("viewer", language="en", viewport={"width": width, "height": 700})
    keys = Keyboard(visitor).go(KITCHEN)
    keys.press("Tab")
    here = keys.look()
    assert here is not None
    assert here["name"] == "Skip to the content"
    keys.press("Enter", "Tab")
    assert visitor.page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_a_menu_opens_and_closes_and_gives_the_focus_back(visit: Callable[..., Visitor]) -> None:
    keys = Keyboard(visit("evaluator", language="en")).go(KITCHEN)
    keys.tab_to("More", "summary").press("Enter")
    keys.tab_to("Interviews", "a").press("Escape")
    here = keys.look()
    assert here is not None
    assert here["name"] == "More"
    expect(keys.page.get_by_role("link", name="Interviews", exact=True).filter(visible=True)).to_have_count(0)
    keys.press("Enter").tab_to("Interviews", "a").enter()
    assert keys.visitor.title() == "Interviews"


def test_a_coordinator_makes_a_programme(visit: Callable[..., Visitor]) -> None:
    keys = keys_of(visit, "coordinator")
    keys.tab_to("Make a programme").enter()
    keys.tab_to("Name").type("Walking group")
    keys.tab_to("What is the problem?").type("People sit too much.")
    keys.tab_to("Who is it for?").type("People who live in the flats.")
    keys.tab_to("First day").press(*"01012025")
    keys.tab_to("Last day").press(*"12122027")
    keys.tab_to("Make the programme", "button").enter()
    assert keys.visitor.title() == "Walking group"


def test_a_worker_logs_a_measurement(visit: Callable[..., Visitor]) -> None:
    keys = keys_of(visit, "worker").go(JES)
    keys.tab_to("Measurements").enter()
    keys.tab_to("Residents who move on", "a").enter()
    keys.tab_to("Log measurement", "a").enter()
    keys.tab_to("Value").type("eleven")
    keys.tab_to("Measured on").press(*"01012024")
    keys.tab_to("Log measurement", "button").enter()
    here = keys.look()
    assert here is not None
    assert "is not right yet" in here["name"]
    keys.tab_to("eleven", "a").press("Enter")
    here = keys.look()
    assert here is not None
    assert here["id"] == "value"
    keys.type("11").enter()
    keys.visitor.sees("11 residents")


def test_an_evaluator_verifies_an_outcome(visit: Callable[..., Visitor]) -> None:
    keys = keys_of(visit, "evaluator").go(KITCHEN)
    keys.tab_to("Impact bond").enter()
    keys.tab_to("Verify O9").enter()
    keys.tab_to("E", "input").press("ArrowDown", "ArrowUp")
    assert keys.page.get_by_role("radio").first.is_checked()
    keys.tab_to("I checked the figures").press("Space")
    keys.tab_to("Verify this outcome").enter()
    keys.visitor.sees("waits for the funder")


def test_a_funder_approves_a_payment(visit: Callable[..., Visitor]) -> None:
    keys = keys_of(visit, "funder").go(KITCHEN)
    keys.tab_to("Impact bond").enter()
    keys.tab_to("Decide on the payment").enter()
    keys.tab_to("I checked the calculation").press("Space")
    keys.tab_to("Approve and pay", "button").enter()
    keys.visitor.sees("Approved and paid.", "equal to the cent")


def test_an_investor_reads_how_a_payment_was_computed(visit: Callable[..., Visitor]) -> None:
    keys = keys_of(visit, "investor").go(KITCHEN)
    keys.tab_to("Impact bond").enter()
    keys.tab_to("P6", "a").enter()
    keys.visitor.sees("Step by step")
    keys.tab_to("Show all", "summary").press("Enter")
    keys.tab_to("Goal G", "a").enter()
    assert keys.visitor.title().startswith("G")


def test_a_viewer_walks_the_tree(visit: Callable[..., Visitor]) -> None:
    keys = keys_of(visit, "viewer").go(KITCHEN)
    keys.tab_to("Goal tree", "a").enter()
    keys.tab_to("Evidence", "a").tab_to("Evidence", "a").enter()
    keys.page.wait_for_url("**lens=evidence**")
    keys.tab_to("Half of the participants", "a").enter()
    assert "Half of the participants" in keys.visitor.title()


def test_a_stakeholder_decides_who_may_read_a_sentence(visit: Callable[..., Visitor]) -> None:
    visitor = visit(language="en", viewport={"width": 320, "height": 640})
    keys = Keyboard(visitor).go(f"/link/{link_token('colour_kitchen', Language.EN, 'p1')}")
    keys.tab_to("To my sentences").enter()
    keys.tab_to("Only the researcher : U4", "button").enter()
    visitor.sees("Now: ")
