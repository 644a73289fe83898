"""Nothing on a page asks for what the policy of the site forbids; less motion and paper are honoured."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.site import Visitor, until
from toc.domain.programmes import Language
from toc.services.demo.accounts import programme_id

KITCHEN = f"/p/{programme_id('colour_kitchen', Language.NL)}"
_LISTEN = """document.addEventListener("securitypolicyviolation", event => {
  report(`${event.violatedDirective} ${event.blockedURI} at ${location.pathname}`);
});"""
_LONGEST = """() => {
  const seconds = text => Math.max(...text.split(",").map(parseFloat));
  return Math.max(...[...document.querySelectorAll("*")].map(one => {
    const style = getComputedStyle(one);
    return Math.max(seconds(style.transitionDuration), seconds(style.animationDuration));
  }));
}"""


@pytest.fixture
def strict(visit: Callable[..., Visitor]) -> tuple[Visitor, list[str]]:
    """An evaluator, and what the policy had to stop on the pages that they see."""
    visitor = visit("evaluator")
    stopped: list[str] = []

    def report(what: str) -> None:
        stopped.append(what)

    visitor.context.expose_function("report", report)
    visitor.context.add_init_script(_LISTEN)
    return visitor, stopped


def test_the_tree_keeps_to_the_policy_through_every_lens(strict: tuple[Visitor, list[str]]) -> None:
    visitor, stopped = strict
    for lens in ("status", "evidence", "whose", "certainty"):
        visitor.page.goto(f"{KITCHEN}/tree?lens={lens}")
        expect(visitor.page.locator("svg").get_by_role("link").first).to_be_visible()
    visitor.page.goto(f"{KITCHEN}/tree?view=list")
    assert stopped == []


def test_drawn_charts_keep_to_the_policy(strict: tuple[Visitor, list[str]]) -> None:
    visitor, stopped = strict
    visitor.page.goto(f"{KITCHEN}/bond")
    expect(visitor.page.get_by_role("img").locator("svg").first).to_be_visible()
    visitor.menu("Metingen").follow("Erbij horen")
    chart = visitor.page.get_by_role("img").locator("svg").first
    expect(chart).to_be_visible()
    chart.hover()
    visitor.page.set_viewport_size({"width": 320, "height": 800})
    expect(chart).to_be_visible()
    visitor.follow("Doel")
    visitor.menu("Menu", "Bewijs").follow("Zeventig procent")
    expect(visitor.page.get_by_role("img").first).to_be_visible()
    assert stopped == []


def test_another_lens_changes_the_tree_without_loading_the_page_anew(
    strict: tuple[Visitor, list[str]],
) -> None:
    visitor, stopped = strict
    visitor.page.goto(f"{KITCHEN}/tree")
    visitor.page.evaluate("window.loadedOnce = true")
    lens = visitor.page.get_by_role("link", name="Bewijs", exact=True).last
    lens.focus()
    visitor.page.keyboard.press("Enter")
    expect(lens).to_have_attribute("aria-current", "true")
    expect(lens).to_be_focused()
    expect(visitor.page).to_have_url(re.compile(r"lens=evidence"))
    assert visitor.page.evaluate("window.loadedOnce") is True
    visitor.page.go_back()
    expect(visitor.page.get_by_role("link", name="Status", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    assert stopped == []


def test_what_the_policy_forbids_is_stopped_and_noticed(strict: tuple[Visitor, list[str]]) -> None:
    visitor, stopped = strict
    visitor.page.goto("/privacy")
    for forbidden in (
        "document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))",
        "document.body.setAttribute('style', 'color: red')",
        "document.body.append(Object.assign(new Image(), {src: 'https://example.org/spy.png'}))",
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://example.org/'}))",
    ):
        visitor.page.evaluate(forbidden)
    until(visitor.page, lambda: len({one.split()[0] for one in stopped}) >= 4)
    found = {one.split()[0] for one in stopped}
    assert found == {"script-src-elem", "style-src-attr", "img-src", "frame-src"}
    assert visitor.page.evaluate("() => window.ran") is None
    visitor.troubles.clear()  # the console said so too


def test_who_wants_less_motion_gets_none(visit: Callable[..., Visitor]) -> None:
    visitor = visit("viewer")
    visitor.page.goto(KITCHEN)
    visitor.menu("Bewijs").follow("Zeventig procent")
    visitor.page.emulate_media(reduced_motion="no-preference")
    assert visitor.page.evaluate(_LONGEST) > 0
    visitor.page.emulate_media(reduced_motion="reduce")
    assert visitor.page.evaluate(_LONGEST) == 0


@pytest.mark.parametrize("page", ["tree", "bond", "evidence"])
def test_paper_shows_what_a_page_says_and_no_navigation(visit: Callable[..., Visitor], page: str) -> None:
    visitor = visit("viewer")
    visitor.page.goto(f"{KITCHEN}/{page}")
    title = visitor.page.get_by_role("heading", level=1)
    programme = visitor.page.get_by_role("navigation", name="Programma").filter(visible=True)
    expect(programme).to_have_count(1)
    visitor.page.emulate_media(media="print")
    expect(title).to_be_visible()
    expect(programme).to_have_count(0)
    expect(visitor.page.get_by_role("banner").get_by_role("button").filter(visible=True)).to_have_count(0)
    printed = visitor.page.screenshot(full_page=True)
    visitor.page.evaluate("() => document.querySelector('main').replaceChildren()")
    assert len(printed) > 5 * len(visitor.page.screenshot(full_page=True))
