"""Every page that a role can reach by links: accessible, within its policy, and no wider than the screen."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from tests.browser.site import Visitor

MOST = {"coordinator": 60, "worker": 45, "evaluator": 150, "funder": 45, "investor": 30, "viewer": 30}
"""How many kinds of pages each role looks at; an evaluator has nearly all of them."""
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_NO_PAGE = re.compile(r"/(?:logout|static|sound|original)|/export[./]|\.(?:csv|svg|qdc|qdpx)\b")


def kind_of(address: str) -> str:
    """Return an address without ids, so that pages of one kind are one."""
    parts = urlsplit(address)
    return _ID.sub("*", parts.path) + ("?" + re.sub(r"=[^&]*", "", parts.query) if parts.query else "")


def pages(visitor: Visitor, start: str, most: int) -> Iterator[str]:
    """Walk along links, to one page of each kind; the visitor stands on each when it is given."""
    queue, seen, kinds = [start], {start}, set[str]()
    while queue and len(kinds) < most:
        address = queue.pop(0)
        kind = kind_of(address)
        if kind in kinds:
            continue
        answer = visitor.page.goto(address)
        assert answer is not None
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        kinds.add(kind)
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


@pytest.mark.parametrize("role", MOST)
def test_pages_of_a_role_are_accessible_and_fit_on_a_phone(visit: Callable[..., Visitor], role: str) -> None:
    language = "nl" if list(MOST).index(role) % 2 == 0 else "en"
    visitor = visit(role, language=language)
    wrong: list[str] = []
    looked = 0
    for address in pages(visitor, f"{visitor.address}/programmes", MOST[role]):
        looked += 1
        wrong += [f"{address}: {one}" for one in visitor.axe()]
        visitor.page.set_viewport_size({"width": 320, "height": 800})
        if visitor.overflow():
            wrong.append(f"{address}: {visitor.overflow()} pixels too wide at 320")
        visitor.page.set_viewport_size({"width": 1280, "height": 900})
    assert looked > 20
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
