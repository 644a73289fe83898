"""Languages of questions."""

import pytest

from toc.domain.tongues import FURTHER, PAGES, best, direction, is_known, name


def test_each_language_has_its_own_name_and_no_two_share_one() -> None:
    names = [*PAGES.values(), *FURTHER.values()]
    assert len(set(names)) == len(names)
    assert not PAGES.keys() & FURTHER.keys()
    assert (name("tr"), name("nl"), name("qq")) == ("Türkçe", "Nederlands", "qq")
    assert [is_known(each) for each in ("nl", "uk", "qq", "")] == [True, True, False, False]


@pytest.mark.parametrize(("language", "way"), [("ar", "rtl"), ("fa", "rtl"), ("uk", "ltr"), ("nl", "ltr")])
def test_each_language_has_a_direction(language: str, way: str) -> None:
    assert direction(language) == way


def test_the_most_wanted_language_that_is_there_is_taken() -> None:
    texts = {"nl": "Wat?", "en": "What?", "tr": "Ne?", "ar": ""}
    assert best(texts, "tr", "en") == ("tr", "Ne?")
    assert best(texts, "ar", "en") == ("en", "What?")
    assert best(texts, "uk") == ("nl", "Wat?")
    assert best({"en": "What?"}, "uk") == ("en", "What?")
    assert best({}, "nl") == ("", "")
