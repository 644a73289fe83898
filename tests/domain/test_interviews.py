"""What people said is quoted word for word, and the guides hold every question in both languages."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.interviews import GUIDE, PARTICIPANT_GUIDE, code_points, passage, sentences

GUIDES = json.loads((Path(__file__).resolve().parents[2] / "seed" / "guides.json").read_text("utf-8"))
ANSWER = "Ik wil werk. En rust!  "


def test_a_passage_is_the_answer_word_for_word() -> None:
    found = passage(ANSWER, 12, len(ANSWER))
    assert (found.start, found.end, found.text) == (13, 21, "En rust!")
    assert ANSWER[found.start : found.end] == found.text


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 2), (0, len(ANSWER) + 1)])
def test_a_passage_lies_in_its_answer(start: int, end: int) -> None:
    with pytest.raises(DomainError) as refused:
        passage(ANSWER, start, end)
    assert refused.value.key == "passage.outside"
    assert refused.value.params["length"] == len(ANSWER)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (21, 23)])
def test_a_passage_says_something(start: int, end: int) -> None:
    with pytest.raises(DomainError) as refused:
        passage(ANSWER, start, end)
    assert refused.value.key == "passage.empty"


def test_an_answer_is_cut_into_sentences() -> None:
    answer = (
        "Vaste begeleiding helpt. Maar na 3.5 maand stopt het!\r\n\r\nWaarom?  'Geen geld.' Zei hij\nEn toen"
    )
    assert [found.text for found in sentences(answer)] == [
        "Vaste begeleiding helpt.",
        "Maar na 3.5 maand stopt het!",
        "Waarom?",
        "'Geen geld.'",
        "Zei hij",
        "En toen",
    ]


@given(answer=st.text(alphabet="ab .!?\n\r\u00a0'😀"))
def test_sentences_lose_no_word_and_stand_where_they_say(answer: str) -> None:
    found = sentences(answer)
    assert all(answer[each.start : each.end] == each.text for each in found)
    assert "".join("".join(each.text for each in found).split()) == "".join(answer.split())


@given(text=st.text(), at=st.integers(min_value=0, max_value=50))
def test_what_a_browser_counts_becomes_the_same_place(text: str, at: int) -> None:
    at = min(at, len(text))
    units = len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
    assert code_points(text, units) == at


@pytest.mark.parametrize("utf16", [-1, 2, 4])
def test_a_place_inside_a_character_or_outside_the_text_is_refused(utf16: int) -> None:
    with pytest.raises(DomainError) as refused:
        code_points("a😀", utf16)
    assert refused.value.key == "passage.outside"


def test_the_guides_hold_each_question_once_in_order() -> None:
    assert tuple(each["key"] for each in GUIDES["spokesperson"]) == GUIDE
    assert tuple(each["key"] for each in GUIDES["participant"]) == PARTICIPANT_GUIDE
    assert (len(set(GUIDE)), len(set(PARTICIPANT_GUIDE))) == (15, 4)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_question_is_asked_in_words(language: str) -> None:
    texts = [each[language] for part in GUIDES.values() for each in part]
    assert all("?" in text for text in texts)
    assert len(set(texts)) == len(texts)


def test_participants_are_asked_with_je_and_without_our_jargon() -> None:
    jargon = re.compile(r"\b(doel\w*|uitkomst\w*|resultaat\w*|goals?|outcomes?|aims?|u|uw)\b", re.IGNORECASE)
    assert jargon.search("Wat is uw doel?")
    for question in GUIDES["participant"]:
        assert not jargon.search(question["nl"] + " " + question["en"])
        assert re.search(r"\b(je|jou)\b", question["nl"])


def test_spokespersons_are_asked_with_u() -> None:
    assert not any(re.search(r"\b(je|jij|jouw)\b", question["nl"]) for question in GUIDES["spokesperson"])
