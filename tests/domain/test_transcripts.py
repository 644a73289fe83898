"""Who speaks in a transcript, read from the beginnings of its lines."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.transcripts import turns


def spoken(text: str) -> list[tuple[str, str]]:
    """Who says what."""
    return [(turn.speaker, text[turn.start : turn.end]) for turn in turns(text)]


def test_a_question_and_its_answer() -> None:
    text = "Interview 4\n\nI: Hoe gaat het?\nR: Goed.\nIk slaap weer.\n\nI:  En thuis?\nR:\nOok."
    assert spoken(text) == [
        ("I", "Hoe gaat het?"),
        ("R", "Goed.\nIk slaap weer."),
        ("I", "En thuis?"),
        ("R", "Ook."),
    ]


def test_two_lines_with_a_name_each_are_enough() -> None:
    assert spoken("Anna: dag\nKarim: hallo") == [("Anna", "dag"), ("Karim", "hallo")]


def test_one_line_is_not_enough() -> None:
    assert turns("Anna: dag") == turns("") == turns("I: dag") == ()


@pytest.mark.parametrize(
    "name",
    [
        "INTERVIEWER",
        "interviewer",
        "Respondent 2",
        "Respondent #2b",
        "R2",
        "P12",
        "Anna",
        "A. de Vries",
        "Mw. J. Jansen-de Boer",
        "van der Berg",
        "Ahmed el Amrani",
        "Zoë O\u2019Neill",
        "JD",
        "Spreker 1",
        "Tafel 3",
        "أحمد",
        "Anna en Karim",
    ],
)
def test_names_and_roles_are_recognised(name: str) -> None:
    text = f"{name}: een\nOnbekend wat dit is\n{name}: twee"
    assert spoken(text) == [(name, "een\nOnbekend wat dit is"), (name, "twee")]


@pytest.mark.parametrize(
    "start",
    [
        "Note",
        "Let op",
        "Datum",
        "Doel 1",
        "https",
        "mailto",
        "Dit is wat zij zei",
        "12",
        "van de",
        "Een Te Lange Reeks Van Woorden Hier",
        "Psalm (niet)",
        "Onze Grote Wens En Ook Die Van Alle Anderen Samen",
        "# Kop",
    ],
)
def test_what_is_no_name_makes_no_turn(start: str) -> None:
    assert turns(f"{start}: een\n{start}: twee\n{start}: drie") == ()


def test_addresses_paths_and_times_are_no_names() -> None:
    assert (
        turns("Https://example.org\nHttps://example.org\nC:\\map\nC:\\map\nOm 9:30\nPsalm 23:4\nPsalm 23:4")
        == ()
    )


def test_a_remark_among_the_turns_belongs_to_the_one_who_speaks() -> None:
    text = "I: dag\nR: hallo\nNote: hij lacht\nI: en nu?"
    assert spoken(text) == [("I", "dag"), ("R", "hallo\nNote: hij lacht"), ("I", "en nu?")]


def test_one_word_with_a_colon_in_a_story_is_no_speaker() -> None:
    assert turns("Wij gingen naar huis.\nAmsterdam: een stad.\nDaar bleven wij.") == ()


def test_headings_that_come_once_in_a_story_are_no_speakers() -> None:
    assert turns("Amsterdam: een stad.\nMeer tekst.\nUtrecht: ook een stad.") == ()


def test_a_heading_above_the_conversation_is_no_speaker() -> None:
    text = "Buurthuis: De Kers\nAnna: dag\nKarim: hallo\nAnna: tot ziens\nZij gaan."
    assert [speaker for speaker, _ in spoken(text)] == ["Anna", "Karim", "Anna"]


def test_a_role_counts_also_above_the_first_name_that_comes_back() -> None:
    text = "Interviewer: dag\nTitel van het stuk\nAnna: hallo\nAnna: ja"
    assert [speaker for speaker, _ in spoken(text)] == ["Interviewer", "Anna", "Anna"]


def test_roles_that_come_once_each_are_speakers() -> None:
    assert spoken("Vraag: wat?\nen verder\nAntwoord: dit") == [
        ("Vraag", "wat?\nen verder"),
        ("Antwoord", "dit"),
    ]


def test_a_name_keeps_the_writing_of_its_first_time() -> None:
    assert [speaker for speaker, _ in spoken("Anna  B.: een\nANNA B.: twee")] == ["Anna B.", "Anna B."]


def test_a_time_before_or_behind_the_name_is_passed_over() -> None:
    text = "[00:01:02] Anna: een\n0:03 Karim: twee\nAnna (00:04): drie\n\tAnna [1:02:03,5] : vier"
    assert spoken(text) == [("Anna", "een"), ("Karim", "twee"), ("Anna", "drie"), ("Anna", "vier")]


def test_a_name_without_words_makes_no_turn() -> None:
    assert spoken("R:\n  I: dag\nR: hallo\nR:  \n") == [("I", "dag"), ("R", "hallo")]


def test_places_count_code_points() -> None:
    text = "I: 🌳🍒\nR: ook é"
    assert turns(text) == ((3, 5, "I"), (9, 14, "R"))


@given(st.text(alphabet="AIRbn :\n\t.1[(/é", max_size=200))
def test_turns_lie_in_order_inside_the_text_and_hold_words(text: str) -> None:
    last = 0
    for start, end, speaker in turns(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert re.search(rf"{re.escape(speaker.split()[0])}", text[:start], re.IGNORECASE)
        last = end


@pytest.mark.parametrize(
    "text", [" " * 10**6, "A" + " " * 10**6, "A: \n" * 250_000, "A " * 500_000, "[1:00" * 200_000]
)
def test_a_million_characters_take_no_time(text: str) -> None:
    began = time.process_time()
    turns(text)
    assert time.process_time() - began < 10  # what goes wrong here takes minutes
