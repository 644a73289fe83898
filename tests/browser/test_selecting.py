"""Words are selected by dragging over them: over a fold, from between lines, beyond the end, over a mark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Visitor
from toc.domain.ids import derived
from toc.domain.programmes import Language
from toc.services.demo.accounts import programme_id

HERE = programme_id("colour_kitchen", Language.NL)
PLAN = derived(derived(HERE, "document", "plan"), "interview")
MARKED = "Elke deelnemer leert in een echte keuken en aan tafels met gasten die betalen."
FOLDED = "Na het traject kan iemand in elke keuken terecht."
"""It stands after another sentence on its line: a press on its first letter is one in the space before."""
LAST = "De begeleider bezoekt de werkgever in het eerste half jaar minstens drie keer."

Spot = tuple[float, float]

_LINES = """one => {
  one.scrollIntoView({block: "center", behavior: "instant"});
  const lines = [...one.getClientRects()].filter(line => line.width > 1);
  return lines.map(line => [line.left, line.top, line.right, line.bottom]);
}"""


@pytest.fixture(params=[1280, 360])
def page(request: pytest.FixtureRequest, visit: Callable[..., Visitor]) -> Page:
    """A page on which a plan is coded, on a laptop and as wide as a telephone."""
    visitor = visit("evaluator", viewport={"width": request.param, "height": 800})
    visitor.page.goto(f"/p/{HERE}/interviews/{PLAN}/coding")
    return visitor.page


def sentence(page: Page, words: str) -> Locator:
    """Return the element of a sentence."""
    return page.locator("[data-sentence]").filter(has_text=words)


def ends(one: Locator) -> tuple[Spot, Spot]:
    """Return the spots within the first and the last letter of something, which is scrolled into sight."""
    lines = one.evaluate(_LINES)
    (left, top, _, bottom), (_, high, right, low) = lines[0], lines[-1]
    return (left + 1, (top + bottom) / 2), (right - 1, (high + low) / 2)


def drag(page: Page, start: Spot, end: Spot) -> str:
    """Drag from one spot to another, and return which words are ready to be coded."""
    page.locator("[data-selection]").evaluate("one => { one.value = ''; getSelection().removeAllRanges(); }")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    expect(page.locator("[data-selection]")).not_to_have_value("")
    return (page.locator("#new [data-selected]").text_content() or "").strip("“”")


def test_a_sentence_that_folds_is_selected_forwards_and_backwards(page: Page) -> None:
    for words in (FOLDED, MARKED):
        one = sentence(page, words)
        start, end = ends(one)
        assert end[1] > start[1] + 10
        assert drag(page, start, end) == words
        start, end = ends(one)
        assert drag(page, end, start) == words
    assert "passage=" not in page.url


def test_a_drag_may_begin_at_any_place_in_a_letter(page: Page) -> None:
    start, end = ends(sentence(page, FOLDED))
    for place in range(24):
        words = drag(page, (start[0] + place * 1.3, start[1]), end)
        assert words, place
        assert FOLDED.endswith(words), place
        assert len(words) > len(FOLDED) - 6, place


def test_what_is_selected_already_is_selected_anew(page: Page) -> None:
    start, end = ends(sentence(page, FOLDED))
    assert drag(page, start, end) == FOLDED
    page.mouse.move(start[0] + 40, start[1])
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    quote = page.locator("#new [data-selected]")
    expect(quote).not_to_have_text(f"“{FOLDED}”")
    assert FOLDED.endswith((quote.text_content() or "").strip("“”"))


def test_a_drag_from_between_the_lines_to_between_the_lines(page: Page) -> None:
    one = sentence(page, MARKED)
    start, end = ends(one)
    half = (one.evaluate(_LINES)[0][3] - one.evaluate(_LINES)[0][1]) / 2
    assert drag(page, (start[0], start[1] - half - 2), (end[0] + 1, end[1] + half + 2)) == MARKED


def test_a_drag_over_several_paragraphs(page: Page) -> None:
    _, (right, _) = ends(sentence(page, LAST))
    start, _ = ends(sentence(page, FOLDED))
    bottom = sentence(page, LAST).evaluate("one => [...one.getClientRects()].at(-1).bottom")
    assert drag(page, start, (right, bottom - 11)) == f"{FOLDED} Na het traject. {LAST}"


def test_a_drag_beyond_the_text_ends_where_the_text_ends(page: Page) -> None:
    start, _ = ends(sentence(page, LAST))
    card = page.locator("#texts").evaluate("one => one.getBoundingClientRect().bottom")
    assert drag(page, start, (8, card + 12)) == LAST
    first = "Plan leer-werktraject."
    _, end = ends(sentence(page, first))
    card = page.locator("#texts").evaluate("one => one.getBoundingClientRect().top")
    assert drag(page, end, (8, card - 12)) == first


def test_a_drag_into_another_answer_stays_in_the_first(visit: Callable[..., Visitor]) -> None:
    visitor = visit("evaluator")
    visitor.open_programme("The Colour Kitchen Utrecht").menu("Meer", "Interviews")
    visitor.follow("Gemeente, afdeling werk en inkomen").follow("woordvoerder gemeente").follow("N5")
    visitor.follow("Dit interview coderen")
    here, next_ = (
        "Dat is slecht voor hen en duur voor de stad.",
        "Een baan van een paar weken helpt ons niet.",
    )
    _, end = ends(sentence(visitor.page, next_))
    start = sentence(visitor.page, here).evaluate(
        "one => { const line = one.getClientRects()[0]; return [line.left + 1, line.top + 11]; }"
    )
    assert drag(visitor.page, start, end) == here
    assert (
        drag(visitor.page, end, start)
        == f"Minder jongvolwassenen met een uitkering, en wel blijvend. {next_}"
    )
    sent = visitor.page.locator("[data-selection]").input_value()
    assert sent.split(":")[1] == "0"


def test_a_finger_selects_on_a_phone_and_a_tap_opens_a_mark(visit: Callable[..., Visitor]) -> None:
    phone = visit("evaluator", viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True).page
    phone.goto(f"/p/{HERE}/interviews/{PLAN}/coding")
    mark = sentence(phone, MARKED).get_by_role("link")
    # The handles of a telephone are no part of the page: it hears of what they select, and of nothing else.
    mark.evaluate("one => getSelection().setBaseAndExtent(one.firstChild, 5, one.parentNode.parentNode, 2)")
    expect(phone.locator("#new [data-selected]")).to_have_text(f"“{MARKED[5:]}”")
    phone.get_by_role("link", name="Codes kiezen").tap()
    expect(phone.locator("#new-search")).to_be_focused()
    expect(phone.locator("#new [data-selected]")).to_have_text(f"“{MARKED[5:]}”")
    mark.tap()
    expect(phone.get_by_role("region", name="U42")).to_be_visible()


def test_a_part_of_an_answer_is_marked_on_the_page_of_the_interview(visit: Callable[..., Visitor]) -> None:
    page = visit("evaluator", viewport={"width": 360, "height": 800}).page
    page.goto(f"/p/{HERE}/interviews/{PLAN}")
    lines = page.get_by_text(FOLDED).evaluate(
        """one => {
          one.scrollIntoView({block: "center", behavior: "instant"});
          const range = document.createRange();
          range.selectNodeContents(one);
          return [...range.getClientRects()].map(line => [line.left, line.top, line.right, line.bottom]);
        }"""
    )
    (left, top, _, bottom), (_, high, right, low) = lines[0], lines[-1]
    page.mouse.move(left + 1, (top + bottom) / 2)
    page.mouse.down()
    page.mouse.move(right + 12, (high + low) / 2, steps=4)
    page.mouse.up()
    expect(page.get_by_role("status").filter(has_text=FOLDED)).to_be_visible()
    expect(page.get_by_role("button", name="Alleen dit deel")).to_be_visible()
