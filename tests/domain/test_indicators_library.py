"""The starter library speaks two languages, fits the definitions, and names targets that exist."""

import pytest

from toc.domain.indicators import Kind
from toc.domain.indicators.external import Scheme
from toc.domain.indicators.library import LibraryIndicator
from toc.domain.programmes import Language
from toc.services.indicators import sdg, starter_library

THEMES = ["work", "debt", "housing", "health", "participation", "youth"]


@pytest.mark.parametrize("one", starter_library().indicators, ids=lambda one: one.key)
def test_every_indicator_of_the_library_is_a_whole_definition_in_both_languages(
    one: LibraryIndicator,
) -> None:
    dutch, english = one.in_(Language.NL), one.in_(Language.EN)
    for said in (dutch, english):
        said.check_texts()
        assert said.library_key == one.key
        assert all((said.name, said.definition, said.pitfalls, said.other_name, said.other_definition))
        assert bool(said.numerator and said.denominator) == (one.kind is Kind.PROPORTION)
        assert bool(said.levels) == (one.kind is Kind.ORDINAL)
        assert said.unit or one.kind in {Kind.PROPORTION, Kind.ORDINAL, Kind.YES_NO, Kind.MONEY}
        (code,) = said.external_codes
        assert code.scheme is Scheme.SDG
        assert code.code in sdg().by_code
    assert (dutch.other_name, dutch.other_definition) == (english.name, english.definition)
    assert (english.other_name, english.other_definition) == (dutch.name, dutch.definition)
    assert dutch.name != english.name
    assert [each.key for each in dutch.breakdowns] == [each.key for each in english.breakdowns]
    assert len(dutch.levels) == len(english.levels)


def test_there_are_forty_of_every_theme_some() -> None:
    library = starter_library()
    assert len(library.indicators) == len({one.key for one in library.indicators}) == 40
    assert [theme.key for theme in library.themes] == THEMES
    assert all(len(library.find(theme=theme)) >= 6 for theme in THEMES)
    assert {one.theme for one in library.indicators} == set(THEMES)
    assert all(set(theme.name) == set(Language) for theme in library.themes)


def test_the_library_is_searched_in_both_languages() -> None:
    library = starter_library()
    assert [one.key for one in library.find("huisuitzettingen voorkomen")] == ["evictions_prevented"]
    assert "evictions" in [one.key for one in library.find("EVICTION")]
    assert library.find("eviction", "health") == ()
    assert library.find() == library.indicators
    one = library.get("loneliness")
    assert one is not None
    assert one.theme == "health"
    assert library.get("none such") is None
