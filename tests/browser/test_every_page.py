"""Every page that a role can reach by links: accessible, within its policy, and no wider than the screen."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Error

from tests.browser.site import Visitor

MOST = {"coordinator": 40, "worker": 30, "evaluator": 240, "funder": 30, "investor": 22, "viewer": 22}
"""How many pages each role looks at; an evaluator has nearly all kinds of them."""
_KITCHEN = {"nl": "The Colour Kitchen Utrecht", "en": "The Colour Kitchen Utrecht (English)"}
_METHOD = """
stakeholders saturation guides/participant respondents/* interviews/* interviews/*/coding interviews/*/answers
documents documents/* documents/new codebook codebook/entries/* coding/agreement coding/files statements/*
own-trees own-trees/* own-trees/given/* merge merge/* merge/*/share goals/matrix goals/alike goals/checks
rankings rankings/* conflicts conflicts/* workshops workshops/* workshops/*/board tree tree?edit tree?view
tree/path elements links/* tree/score tree/versions tree/versions/* tree/export tree/import
"""
"""Pages of the method, which an evaluator surely has; below a programme."""
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_NO_PAGE = re.compile(r"/(?:logout|static|sound|original)|/export[./]|\.(?:csv|svg|png|qdc|qdpx)\b")


def kinds_of(address: str) -> set[str]:
    """Return what an address stands for: its path without ids, with each of the settings in its query."""
    parts = urlsplit(address)
    path = _ID.sub("*", parts.path)
    return {path, *(f"{path}?{name}" for name, _ in parse_qsl(parts.query))}


def pages(visitor: Visitor, start: str, most: int) -> Iterator[str]:
    """Walk along links, to pages that are new in kind; the visitor stands on each when it is given."""
    queue, seen, kinds, looked = [start], {start}, set[str](), 0
    while queue and looked < most:
        address = queue.pop(0)
        if kinds_of(address) <= kinds:
            continue
        try:
            answer = visitor.page.goto(address)
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            kinds |= kinds_of(address)  # a file, not a page
            continue
        assert answer is not None
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        kinds |= kinds_of(address)
        looked += 1
        assert answer.status == 200, f"{address}: {answer.status}"
        yield address
        for link in visitor.page.eval_on_selector_all(
            "main a[href], nav a[href]",
            "all => all.map(a => new URL(a.getAttribute('href'), document.baseURI).href)",  # in SVG, too
        ):
            target = link.split("#")[0]
            if not target.startswith(visitor.address) or target in seen:
                continue
            if _NO_PAGE.search(target):
                continue
            seen.add(target)
            queue.append(target)


@pytest.mark.long
@pytest.mark.parametrize("role", MOST)
def test_pages_of_a_role_are_accessible_and_fit_on_a_phone(visit: Callable[..., Visitor], role: str) -> None:
    language = "nl" if list(MOST).index(role) % 2 == 0 else "en"
    visitor = visit(role, language=language)
    wrong: list[str] = []
    looked: list[str] = []
    start = visitor.open_programme(_KITCHEN[language]).page.url
    for address in pages(visitor, start, MOST[role]):
        looked.append(address)
        wrong += [f"{address}: {one}" for one in visitor.axe()]
        visitor.page.set_viewport_size({"width": 320, "height": 800})
        if visitor.overflow():
            wrong.append(f"{address}: {visitor.overflow()} pixels too wide at 320")
        visitor.page.set_viewport_size({"width": 1280, "height": 900})
    assert len(looked) > 20
    if role == "evaluator":
        reached = set().union(*map(kinds_of, looked))
        assert not {f"/p/*/{one}" for one in _METHOD.split()} - reached
    assert not wrong, "\n".join(wrong[:40])


def test_public_pages_are_accessible_in_both_languages(visit: Callable[..., Visitor]) -> None:
    wrong: list[str] = []
    for language in ("nl", "en"):
        visitor = visit(language=language)
        for address in ("/", "/login", "/privacy", "/accessibility", "/reset", "/nowhere"):
            visitor.page.goto(address)
            wrong += [f"{language} {address}: {one}" for one in visitor.axe()]
            visitor.page.set_viewport_size({"width": 320, "height": 800})
            if visitor.overflow():
                wrong.append(f"{language} {address}: {visitor.overflow()} pixels too wide at 320")
            visitor.page.set_viewport_size({"width": 1280, "height": 900})
    assert not wrong, "\n".join(wrong)
