"""Pages of the instance."""

from pathlib import Path

import pytest

from tests.web.reader import Reader
from toc import resources
from toc.web import styles


@pytest.mark.parametrize("address", ["/", "/privacy", "/accessibility"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_visitor_reads_the_public_pages_in_both_languages(
    reader: Reader, address: str, language: str
) -> None:
    page = reader.use(language).get(address)
    assert page.find("html")[0].attrs["lang"] == language


def test_a_missing_page_is_a_page_that_says_so(reader: Reader) -> None:
    page = reader.use("nl").get("/nergens", 404)
    assert "Deze pagina" in page.text


def test_the_language_button_remembers_and_stays_on_the_page(reader: Reader) -> None:
    page = reader.submit("/language", {"language": "en", "next": "/privacy"})
    assert page.find("html")[0].attrs["lang"] == "en"


@pytest.mark.parametrize("next_", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", ""])
def test_the_language_button_never_sends_a_reader_elsewhere(reader: Reader, next_: str) -> None:
    assert reader.post("/language", {"language": "en", "next": next_}).location == "/"


def test_a_page_asks_for_its_styles_at_once_and_a_browser_keeps_them(reader: Reader) -> None:
    page = reader.get("/privacy")
    links = [one.attrs["href"] for one in page.find("link[rel=stylesheet]")]
    assert len(links) == 3  # of the design system, of ours, for paper
    address = links[1]
    kept = reader.get(address).response
    assert kept.headers["Cache-Control"] == "public, max-age=31536000"
    assert "Set-Cookie" not in kept.headers
    assert kept.mimetype == "text/css"
    sheets = {file.stem: file.read_text() for file in Path(resources.static(), "css").glob("*.css")}
    assert sorted(styles.ORDER) == sorted(sheets.keys() - {"print"})
    assert kept.text == "\n".join(sheets[name] for name in styles.ORDER)
    again = reader.client.get(address, headers={"If-None-Match": kept.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert reader.get(address.split("?")[0]).response.headers["Cache-Control"] == "public, max-age=3600"


def test_a_sheet_that_changes_changes_the_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    for name in styles.ORDER:
        (tmp_path / "css" / f"{name}.css").write_text(f".{name} {{ margin: 0; }}")
    monkeypatch.setattr(resources, "static", lambda: tmp_path)
    before = styles.sheet()
    assert styles.sheet() is before
    (tmp_path / "css" / "tree.css").write_text(".tree { margin: 1px; }")
    after = styles.sheet()
    assert after.version != before.version
    assert b"margin: 1px" in after.text
