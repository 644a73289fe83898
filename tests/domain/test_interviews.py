"""What people said is quoted word for word, and the guides hold every question in both languages."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.interviews import (
    ASKED_BEFORE,
    GUIDE,
    PARTICIPANT_GUIDE,
    Attribution,
    ConsentScope,
    ConsentState,
    Passage,
    RespondentKind,
    check_attribution,
    check_consent,
    check_respondent,
    code_points,
    consent_state,
    guardian_consent,
    is_taken_back,
    left_of,
    overlapping,
    own_consent,
    passage,
    passages_again,
    sentences,
    shorten,
    take_back,
)

SHIPPED = json.loads((Path(__file__).resolve().parents[2] / "seed" / "guides.json").read_text("utf-8"))
GUIDES = SHIPPED["plain"]
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
    for guide in SHIPPED.values():
        texts = [each[language] for part in guide.values() for each in part]
        assert all("?" in text for text in texts)
        assert len(set(texts)) == len(texts)


def test_participants_are_asked_with_je_and_without_our_jargon() -> None:
    jargon = re.compile(r"\b(doel\w*|uitkomst\w*|resultaat\w*|goals?|outcomes?|aims?|u|uw)\b", re.IGNORECASE)
    assert jargon.search("Wat is uw doel?")
    for question in [*GUIDES["participant"], *SHIPPED["appreciative"]["participant"]]:
        assert not jargon.search(question["nl"] + " " + question["en"])
        assert re.search(r"\b(je|jou)\b", question["nl"])


def test_spokespersons_are_asked_with_u() -> None:
    assert not any(
        re.search(r"\b(je|jij|jouw)\b", question["nl"])
        for question in [*GUIDES["spokesperson"], *SHIPPED["appreciative"]["spokesperson"]]
    )


TALK, NOTE = ConsentScope.INTERVIEW, ConsentScope.NOTES


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, ConsentState.WAITING),
        ({TALK: True}, ConsentState.WAITING),
        ({TALK: True, NOTE: True}, ConsentState.GIVEN),
        ({TALK: True, NOTE: False}, ConsentState.REFUSED),
        ({TALK: False}, ConsentState.REFUSED),
    ],
)
def test_nobody_is_interviewed_who_did_not_say_yes_to_everything(
    given: dict[ConsentScope, bool], state: ConsentState
) -> None:
    assert consent_state(given) is state
    if state is ConsentState.GIVEN:
        check_consent(given)
        return
    with pytest.raises(DomainError) as refused:
        check_consent(given)
    assert refused.value.key == f"consent.{state.value}"


@pytest.mark.parametrize(("name", "email"), [("Sam", ""), ("", "sam@example.org")])
def test_a_participant_has_no_name_and_no_address(name: str, email: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_respondent(RespondentKind.PARTICIPANT, name=name, email=email)
    assert refused.value.key == "respondent.participant_unnamed"
    check_respondent(RespondentKind.PARTICIPANT, name="", email="")
    check_respondent(RespondentKind.SPOKESPERSON, name="Sam", email=email)


def test_a_spokesperson_has_a_name() -> None:
    with pytest.raises(DomainError) as refused:
        check_respondent(RespondentKind.SPOKESPERSON, name="", email="sam@example.org")
    assert refused.value.key == "respondent.name_needed"


def test_a_participant_is_never_named_beside_a_quote() -> None:
    with pytest.raises(DomainError) as refused:
        check_attribution(RespondentKind.PARTICIPANT, Attribution.NAMED)
    assert refused.value.key == "statement.participant_unnamed"
    check_attribution(RespondentKind.PARTICIPANT, Attribution.ANONYMOUS)
    check_attribution(RespondentKind.SPOKESPERSON, Attribution.NAMED)


def test_passages_that_share_a_character_overlap() -> None:
    marked = [passage("Ik wil werk. En rust!", 0, 12)]
    assert overlapping(Passage(start=11, end=15, text=". En"), marked) is marked[0]
    assert overlapping(Passage(start=12, end=21, text=" En rust!"), marked) is None
    assert overlapping(marked[0], []) is None


def test_what_is_taken_back_leaves_a_gap_of_the_same_length() -> None:
    left = take_back(ANSWER, 0, 12)
    assert left == "………………………………" + " En rust!  "
    assert [found.text for found in sentences(left)] == ["…" * 12, "En rust!"]
    assert [is_taken_back(found.text) for found in sentences(left)] == [True, False]
    assert shorten(left) == "[…] En rust!  "
    assert shorten("En toen… niets") == "En toen… niets"


@given(text=st.text(min_size=1), places=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_nothing_of_a_passage_is_left_and_all_the_rest_is(text: str, places: tuple[int, int]) -> None:
    start, end = (min(place, len(text)) for place in sorted(places))
    left = take_back(text, start, end)
    assert (left[:start], left[end:], len(left)) == (text[:start], text[end:], len(text))
    assert set(left[start:end]) <= {"…"}


def marks(answer: str, *quotes: str) -> list[Passage]:
    return [passage(answer, answer.index(quote), answer.index(quote) + len(quote)) for quote in quotes]


def test_quotes_are_found_again_in_an_answer_that_was_mended() -> None:
    stood = [passage("ik wil. Ja. Ja.", *place) for place in ((0, 7), (8, 11), (12, 15))]
    moved = passages_again("Nou: ik wil. Ja. Rust, en ja. Ja.", stood)
    assert [(found.start, found.end) for found in moved] == [(5, 12), (13, 16), (30, 33)]
    with pytest.raises(DomainError) as refused:
        passages_again("Ja. Ik wil.", marks("Ik wil. Ja.", "Ik wil.", "Ja."))
    assert (refused.value.key, refused.value.params) == ("answer.quote_gone", {"number": 1})


def test_quotes_that_overlap_are_found_together() -> None:
    stood = marks("Eerst werk en dan rust. Klaar.", "Eerst werk en", "werk en dan rust", "en", "Klaar.")
    moved = passages_again("Tja. Eerst werk en dan rust! Klaar.", stood)
    assert [(found.start, found.text) for found in moved] == [
        (5, "Eerst werk en"),
        (11, "werk en dan rust"),
        (16, "en"),
        (29, "Klaar."),
    ]
    with pytest.raises(DomainError) as refused:
        passages_again("Eerst werk en rust. Klaar.", stood)
    assert refused.value.params == {"number": 0}


@given(text=st.text(min_size=1), data=st.data())
def test_an_answer_that_did_not_change_keeps_its_passages_where_they_are_or_says_the_same(
    text: str, data: st.DataObject
) -> None:
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    places = sorted(tuple(sorted(place)) for place in data.draw(st.lists(ends, max_size=6)))
    stood = [Passage(start=a, end=b, text=text[a:b]) for a, b in places if a < b]
    moved = passages_again("Nou ja: " + text, stood)
    assert [found.text for found in moved] == [each.text for each in stood]
    assert all(("Nou ja: " + text)[found.start : found.end] == found.text for found in moved)


def test_what_is_left_of_a_passage_after_others_took_words_back() -> None:
    left = take_back("Ik wil werk en rust", 3, 14)
    assert left_of(left, 0, 19) == "Ik […] rust"
    assert left_of(left, 7, 14) == ""
    assert left_of("Ik ………… \n … rust", 3, 11) == ""
    assert left_of("Ik … rust", 0, 9) == "Ik … rust"


# --- A guardian ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("guardian", "state", "key"),
    [
        (None, ConsentState.WAITING, "consent.guardian_waiting"),
        (False, ConsentState.REFUSED, "consent.guardian_refused"),
    ],
)
def test_who_needs_a_guardian_is_not_interviewed_before_theirs_agreed(
    *, guardian: bool | None, state: ConsentState, key: str
) -> None:
    own = dict.fromkeys(ASKED_BEFORE, True)
    assert (consent_state(own), guardian_consent(own)) == (ConsentState.GIVEN, None)
    both = {**own, ConsentScope.GUARDIAN: guardian}
    assert (own_consent(both), guardian_consent(both), consent_state(both)) == (
        ConsentState.GIVEN,
        state,
        state,
    )
    with pytest.raises(DomainError, match=key.replace(".", r"\.")):
        check_consent(both)
    check_consent({**own, ConsentScope.GUARDIAN: True})


def test_a_guardian_never_agrees_in_the_place_of_who_is_asked() -> None:
    guardian = {ConsentScope.GUARDIAN: True}
    assert consent_state(guardian) is ConsentState.WAITING
    assert consent_state({**guardian, ConsentScope.NOTES: False}) is ConsentState.REFUSED
    with pytest.raises(DomainError, match=r"consent\.waiting"):
        check_consent(guardian)
