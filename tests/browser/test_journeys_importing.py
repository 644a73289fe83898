"""A worker imports an export of KoboToolbox: recognised, asked about, decided, brought in, and taken back."""

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.site import Visitor, serving

JES = "JES (Je Eigen Stek) Amsterdam"


def duplicates() -> bytes:
    """An export with a row twice, an edited one, two that contradict each other, and one that cannot be."""
    header = ["_id", "_uuid", "_submission_time", "meta/deprecatedID", "datum", "waarde"]
    rows = [
        ("501", "k-1", "2024-03-01T10:00:00", "", "2024-03-01", "4"),
        ("501", "k-1", "2024-03-01T10:00:00", "", "2024-03-01", "4"),
        ("502", "k-2", "2024-04-01T10:00:00", "", "2024-04-01", "3"),
        ("502", "k-2b", "2024-04-02T09:00:00", "uuid:k-2", "2024-04-01", "2"),
        ("503", "k-3", "2024-05-01T11:00:00", "", "2024-05-01", "5"),
        ("504", "k-4", "2024-05-05T11:00:00", "", "2024-05-01", "6"),
        ("505", "k-5", "2024-06-01T11:00:00", "", "2024-06-01", "negen"),
    ]
    written = io.StringIO(newline="")
    csv.writer(written).writerows([header, *rows])
    return written.getvalue().encode()


@pytest.fixture(scope="module")
def importing(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo of its own: what is imported here is seen nowhere else."""
    with serving(Path(shutil.copytree(untouched, tmp_path_factory.mktemp("importing") / "demo"))) as address:
        yield address


@pytest.fixture
def worker(chromium: Browser, importing: str) -> Iterator[Callable[..., Visitor]]:
    """Make workers at a screen; all leave at the end, and none may have seen a page go wrong."""
    visitors: list[Visitor] = []

    def make(**options: Any) -> Visitor:  # noqa: ANN401 - of the browser
        visitor = Visitor(chromium, importing, **options)
        visitors.append(visitor)
        return visitor.sign_in("worker")

    yield make
    for visitor in visitors:
        visitor.close()


@pytest.mark.parametrize("plain", [False, True], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [1280, 320])
def test_a_file_with_doubles_comes_in_and_goes_again(
    worker: Callable[..., Visitor], width: int, *, plain: bool
) -> None:
    name = f"{'plain' if plain else 'script'}-{width}"
    visitor = worker(viewport={"width": width, "height": 800}, java_script_enabled=not plain)
    page = visitor.open_programme(JES).page
    visitor.menu(*(("Menu",) if width < 1200 else ()), "Metingen")
    visitor.follow("Jaren tot een eigen woning").follow("Een logboek importeren")
    looks(visitor, f"import-upload-{name}", plain=plain)
    page.get_by_label("Bestand", exact=True).set_input_files(
        {"name": "kobo.csv", "mimeType": "text/csv", "buffer": duplicates()}
    )
    visitor.press("Lees het bestand")
    expect(page.get_by_role("heading", name="Wat we hebben herkend")).to_be_visible(timeout=60_000)
    visitor.sees("KoboToolbox")
    looks(visitor, f"import-columns-{name}", plain=plain)
    visitor.press("Laat zien wat er verandert")
    expect(page.get_by_text("Deze rijen zeggen iets anders over hetzelfde")).to_be_visible(timeout=60_000)
    visitor.sees("te beslissen (2)", "geweigerd (1)", "dubbel gezegd (1)", "vervangen in het bestand (1)")
    looks(visitor, f"import-preview-{name}", plain=plain)
    page.get_by_label("Regel 7").check()
    visitor.press("Deze telt")
    expect(page.get_by_role("button", name="Importeer alleen de 3 goede rijen")).to_be_visible(timeout=60_000)
    visitor.press("Importeer alleen de 3 goede rijen")
    expect(page.get_by_text("3 rijen zijn toegevoegd.")).to_be_visible(timeout=60_000)
    looks(visitor, f"import-result-{name}", plain=plain)
    visitor.follow("Maak deze import ongedaan").tick("Ja, maak alles ongedaan").press("Terugnemen")
    expect(page.get_by_text("Er telt niets meer van mee")).to_be_visible(timeout=60_000)
    visitor.follow("Alle imports").sees("kobo.csv", "ongedaan gemaakt op")
    looks(visitor, f"import-list-{name}", plain=plain)


def looks(visitor: Visitor, name: str, *, plain: bool) -> None:
    """Keep a picture; nothing is too wide, and nobody is shut out."""
    if not plain:  # both look by running a script
        assert visitor.overflow() == 0
        assert visitor.axe() == []
    visitor.keep(name)
