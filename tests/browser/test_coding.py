"""Coding by keys alone, and what is said when a passage cannot be kept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard
from tests.browser.site import Visitor
from toc.domain.ids import derived
from toc.domain.programmes import Language
from toc.services.demo.accounts import programme_id

HERE = programme_id("colour_kitchen", Language.EN)
PLAN = f"/p/{HERE}/interviews/{derived(derived(HERE, 'document', 'plan'), 'interview')}/coding"
FIRST = "Plan of the learning-and-working track."
SECOND = "This plan is invented for the demo."


def selected(visit: Callable[..., Visitor], width: int) -> Keyboard:
    """Open a plan to code, and select its second sentence."""
    visitor = visit("evaluator", language="en", viewport={"width": width, "height": 640})
    keys = Keyboard(visitor).go(PLAN)
    keys.tab_to(FIRST, "span").press("ArrowDown")
    expect(keys.page.locator("#new [data-selected]")).to_have_text(f"“{SECOND}”")
    return keys


@pytest.mark.parametrize("width", [1280, 320])
def test_a_passage_is_coded_and_undone_with_keys_alone(visit: Callable[..., Visitor], width: int) -> None:
    keys = selected(visit, width)
    page = keys.page
    saved = page.get_by_role("status").filter(has_text="Saved.")
    keys.press("Enter")
    expect(page.locator("#new-search")).to_be_focused()
    keys.type("coach keeps").press("Enter")
    expect(page.get_by_role("checkbox", name="The coach keeps", checked=True)).to_be_focused()
    keys.tab_to("Save the passage", "button").press("Enter")
    expect(saved).to_have_count(1)
    expect(page.get_by_role("heading", name="Passages (4)")).to_be_visible()
    here = keys.look()
    assert here is not None
    assert here["name"] == SECOND
    keys.tab_to("Undo", "button").press("Enter")
    expect(page.get_by_role("heading", name="Passages (3)")).to_be_visible()
    expect(saved).to_have_count(1)
    assert keys.look() is not None


def test_what_is_refused_is_not_called_saved_and_stays_selected(visit: Callable[..., Visitor]) -> None:
    keys = selected(visit, 320)
    keys.tab_to("Note", "textarea").type("call 06-12345678")
    keys.tab_to("Save the passage", "button").press("Enter")
    expect(keys.page.locator("[data-error-summary]")).to_be_focused()
    expect(keys.page.locator("#new [data-selected]")).to_have_text(f"“{SECOND}”")
    expect(keys.page.locator("#coding-status")).to_be_empty()


def test_a_lost_connection_is_said_and_what_was_typed_stays(visit: Callable[..., Visitor]) -> None:
    keys = selected(visit, 320)
    page = keys.page
    keys.tab_to("Note", "textarea").type("as the coach said")
    keys.visitor.context.set_offline(offline=True)
    keys.tab_to("Save the passage", "button").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="No connection.")).to_be_in_viewport()
    assert all("htmx:" in one for one in keys.visitor.troubles), keys.visitor.troubles
    keys.visitor.troubles.clear()
    expect(page.locator("#memo")).to_have_value("as the coach said")
    expect(page.locator("#new [data-selected]")).to_have_text(f"“{SECOND}”")


def test_whose_session_has_ended_comes_to_the_page_to_sign_in(visit: Callable[..., Visitor]) -> None:
    keys = selected(visit, 1280)
    keys.visitor.context.clear_cookies()
    keys.tab_to("Save the passage", "button").press("Enter")
    keys.page.wait_for_url("**/login**")
    expect(keys.page.get_by_role("heading", level=1)).to_be_visible()
