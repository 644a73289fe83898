"""A demo of their own for the browser tests of each worker."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.site import Visitor, serving, toc
from tests.once import Once


@pytest.fixture(scope="session")
def untouched(once: Once) -> Path:
    """A folder in which the demo was made, on SQLite, and that nobody opened: to be copied."""

    def make(folder: Path) -> None:
        toc("demo", "--no-serve", folder=folder)

    return once.made("demo", make)


@pytest.fixture(scope="session")
def demo_folder(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo of this worker."""
    return Path(shutil.copytree(untouched, tmp_path_factory.mktemp("demo") / "demo"))


@pytest.fixture(scope="session")
def site(demo_folder: Path) -> Iterator[str]:
    """The address of the demo."""
    with serving(demo_folder) as address:
        yield address


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Callable[..., Visitor]]:
    """Make visitors; all leave at the end of the test, and none may have seen a page go wrong."""
    visitors: list[Visitor] = []

    def make(role: str = "", **options: Any) -> Visitor:  # noqa: ANN401 - of the browser
        visitor = Visitor(chromium, site, **options)
        visitors.append(visitor)
        return visitor.sign_in(role) if role else visitor

    yield make
    for visitor in visitors:
        visitor.close()
