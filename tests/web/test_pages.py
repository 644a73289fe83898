"""Pages of the instance."""

import pytest

from tests.web.reader import Reader


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
