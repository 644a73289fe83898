"""From a link that goes round to a feedback, its arguments, and every way of looking at the tree."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.site import Visitor

PLACE = "De Viltmannen Rotterdam (English)"
LENSES = ("status", "evidence", "whose", "disagreement", "certainty", "money", "changed")


def is_good(visitor: Visitor) -> None:
    """The page is accessible, wide and on a small phone, and fits on both."""
    for width in (1280, 320):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        assert visitor.axe() == [], visitor.page.url
        assert visitor.overflow() == 0, visitor.page.url
    visitor.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("script", [True, False])
def test_an_evaluator_draws_a_feedback_and_argues_about_it(
    visit: Callable[..., Visitor], *, script: bool
) -> None:
    evaluator = visit("evaluator", language="en", java_script_enabled=script).open_programme(PLACE)
    home = evaluator.page.url.rstrip("/")
    evaluator.page.goto(f"{home}/links/new")
    evaluator.pick("This goal (the means)", "The neighbourhood benefits.")
    evaluator.pick("leads to this goal (the end)", "Turning Rotterdam wool into felt").press("Link the goals")
    evaluator.sees("This would go round in a circle", "Does it lead back?")
    evaluator.press("Draw it as a feedback instead")
    evaluator.sees("leads back to", "outside the order of the tree")
    evaluator.follow("Make this a key link")
    expect(evaluator.field("What else could explain it?")).to_be_visible()
    evaluator.pick("Why is it a key link?", "contested").press("Save")
    evaluator.sees("contested: parties do not agree on it")
    evaluator.page.locator("a[href*='side=against']").click()
    evaluator.fill({"The argument": "Nobody in the street bought felt."}).press("Save")
    evaluator.sees("Nobody in the street bought felt.", within="For and against")
    if script:
        is_good(evaluator)
    evaluator.follow("Remove the link").tick("Yes, remove this link.").press("Remove the link")
    evaluator.sees("The link is removed; both goals stay.")


def test_every_way_of_looking_at_the_tree_is_accessible(visit: Callable[..., Visitor]) -> None:
    evaluator = visit("evaluator", language="nl").open_programme("The Colour Kitchen Utrecht")
    home = evaluator.page.url.rstrip("/")
    for lens in LENSES:
        evaluator.page.goto(f"{home}/tree?lens={lens}")
        is_good(evaluator)
    for place in ("tree/path?from=G3&path=both", "tree/path?from=G7&to=G2", "elements", "tree/score"):
        evaluator.page.goto(f"{home}/{place}")
        is_good(evaluator)
