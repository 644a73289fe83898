"""The golden thread: from a payment back to what somebody said, and from there forward to a payment."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.site import Visitor
from toc.domain.programmes import Language
from toc.services.demo.accounts import programme_id

BEADS = ("statement", "goal", "indicator", "measurement", "effect", "outcome", "saving", "payment")
NAMES = {
    "nl": ("Uitspraak", "Doel", "Indicator", "Meting", "Effect", "Uitkomst", "Besparing", "Betaling"),
    "en": ("Statement", "Goal", "Indicator", "Measurement", "Effect", "Outcome", "Saving", "Payment"),
}


def bead(visitor: Visitor, number: int) -> Locator:
    """Return a bead of the thread under the title."""
    thread = visitor.page.get_by_role("navigation", name=re.compile("^(Rode draad|Golden thread)"))
    found = thread.locator("ol").first.locator("> li").nth(number)
    expect(found).to_contain_text(NAMES[visitor.language][number])
    return found


def leads_to(visitor: Visitor, number: int) -> str:
    """Return the first address that a bead leads to."""
    return bead(visitor, number).locator("a").first.get_attribute("href") or ""


def hop(visitor: Visitor, number: int, address: str) -> None:
    """Go along a bead to an address; a bead that holds several is opened first."""
    here = bead(visitor, number)
    link = here.locator(f'a[href="{address}"]').first
    if not link.is_visible():
        here.locator("summary").click()
    with visitor.page.expect_navigation() as reached:
        link.click()
    assert reached.value is not None
    assert reached.value.status == 200
    expect(bead(visitor, number)).to_have_attribute("aria-current", "step")


@pytest.mark.parametrize(
    ("role", "language", "payments"),
    [("viewer", "nl", ("P1", "P3")), ("viewer", "en", ("P3",)), ("funder", "nl", ("P3",))],
)
def test_the_thread_is_walked_from_a_payment_to_words_and_back(
    visit: Callable[..., Visitor], role: str, language: str, payments: tuple[str, ...]
) -> None:
    name, bond, every = {
        "nl": ("The Colour Kitchen Utrecht", "Impact Bond", "betalingen"),
        "en": ("The Colour Kitchen Utrecht (English)", "Impact bond", "payments"),
    }[language]
    visitor = visit(role, language=language).open_programme(name)
    for payment in payments:
        visitor.menu(bond).follow(every).follow(payment)
        way = [leads_to(visitor, number) for number in range(len(BEADS) - 1)]
        way.append(urlsplit(visitor.page.url).path)
        for number in reversed(range(len(BEADS) - 1)):
            hop(visitor, number, way[number])
        expect(visitor.part("").locator("blockquote")).to_have_count(1)
        for number in range(1, len(BEADS)):
            hop(visitor, number, way[number])
        assert visitor.title().startswith(payment)


def test_who_pays_reads_how_many_said_it_where_others_read_the_words(visit: Callable[..., Visitor]) -> None:
    viewer = visit("viewer").open_programme("The Colour Kitchen Utrecht")
    viewer.menu("Impact Bond").follow("betalingen").follow("P3")
    hop(viewer, 0, leads_to(viewer, 0))
    words = "Als ik over een jaar nog steeds ergens werk"
    viewer.sees(words, "een deelnemer", within="In hun woorden")

    for role in ("funder", "investor"):
        payer = visit(role)
        payer.page.goto(viewer.page.url)
        payer.sees("Deelnemers zijn beschermd", "4 deelnemers").misses(words)
        hop(payer, 1, leads_to(payer, 1))
        payer.sees("van de 4")


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_pictures_of_the_thread_are_kept_to_look_at(
    visit: Callable[..., Visitor], language: str, width: int
) -> None:
    visitor = visit("viewer", language=language, viewport={"width": width, "height": 900})
    home = f"/p/{programme_id('colour_kitchen', Language(language))}"
    visitor.page.goto(f"{home}/payments")
    visitor.follow("P3")
    way = [leads_to(visitor, number) for number in range(len(BEADS) - 1)]
    way.append(urlsplit(visitor.page.url).path)
    pages = {"start": "/", "programme": f"{home}/", "tree": f"{home}/tree", "evidence": f"{way[1]}/evidence"}
    for name, address in (pages | dict(zip(BEADS, way, strict=True))).items():
        visitor.page.goto(address)
        if name == "indicator":
            expect(visitor.page.get_by_role("img").locator("svg").first).to_be_visible()
        assert not visitor.overflow(), name
        assert visitor.keep(f"{name}-{language}-{width}").stat().st_size > 20_000
