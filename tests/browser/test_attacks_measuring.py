"""What a phone keeps of somebody who is signed in no more."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.site import Visitor, serving
from tests.browser.test_journeys_logging import PHONE, today


@pytest.fixture
def phone(chromium: Browser, untouched: Path, tmp_path: Path) -> Iterator[Visitor]:
    """The phone of a worker."""
    with serving(Path(shutil.copytree(untouched, tmp_path / "demo"))) as address:
        visitor = Visitor(chromium, address, **PHONE)
        yield visitor.sign_in("worker")
        visitor.close()


def test_whose_session_has_ended_leaves_no_page_to_who_comes_next(phone: Visitor) -> None:
    page = today(phone)
    phone.context.clear_cookies(name="session")
    page.goto("/today")
    expect(page).to_have_url(re.compile("/login"))
    assert page.evaluate("caches.open('toc-today').then(kept => kept.match('/today')).then(found => !found)")
