"""Whose words stand where in a transcript, and on which page something stands."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.documents import (
    Part,
    Span,
    asks,
    code_for_names,
    cut,
    own_spans,
    own_words,
    page_of,
    parts,
    times_named,
)
from toc.domain.errors import DomainError
from toc.domain.transcripts import Turn, turns

TALK = """Interview met Fatima, 3 mei
Interviewer: Wat wil je?
Fatima: Ik wil rust.
FATIMA: En werk.
Ik ben Fatima.
"""


@pytest.mark.parametrize(
    "name", ["Interviewer", "INTERVIEWSTER", "I", "I1", "V", "Vraag", "Moderator 2", "Onderzoeker", "int."]
)
def test_who_asks_is_guessed_from_the_name(name: str) -> None:
    assert asks(name)


@pytest.mark.parametrize("name", ["R", "R2", "Fatima", "Ilse", "Respondent 3", "Victor", "P1", ""])
def test_who_answers_is_not_taken_for_who_asks(name: str) -> None:
    assert not asks(name)


def test_turns_say_whose_words_they_hold() -> None:
    marked = parts(turns(TALK), {"Fatima"})
    assert [(part.speaker, part.own) for part in marked] == [
        ("Interviewer", False),
        ("Fatima", True),
        ("Fatima", True),
    ]
    assert parts(turns(TALK), None) == ()
    assert parts((), set()) == ()


def test_a_transcript_without_any_word_of_the_respondent_is_refused() -> None:
    with pytest.raises(DomainError) as caught:
        parts(turns(TALK), {"Somebody"})
    assert caught.value.key == "document.whose"


def quotable(text: str, marked: Sequence[Part], quote: str) -> bool:
    start = text.index(quote)
    return own_words(text, marked, start, start + len(quote)) is not None


def test_only_the_respondents_own_words_may_be_quoted() -> None:
    marked = parts(turns(TALK), {"Fatima"})
    assert quotable(TALK, marked, "rust")
    assert quotable(TALK, marked, "Ik wil rust.\nFATIMA: En werk.")  # two turns of theirs
    assert not quotable(TALK, marked, "Wat wil je?")
    assert not quotable(TALK, marked, "je?\nFatima: Ik")  # half of it is the question
    assert not quotable(TALK, marked, "Interview met Fatima")  # the heading
    assert quotable(TALK, (), "Wat wil je?")  # nobody is marked as speaker


def test_the_name_before_ones_words_is_left_out_of_a_quote() -> None:
    marked = parts(turns(TALK), {"Fatima"})

    def words(quote: str) -> str | None:
        start = TALK.index(quote)
        span = own_words(TALK, marked, start, start + len(quote))
        return None if span is None else TALK[span.start : span.end]

    assert words("Fatima: Ik wil rust.") == "Ik wil rust."
    assert words("wil rust.") == "wil rust."
    assert words("Ik wil rust.\nFATIMA: En werk.") == "Ik wil rust.\nFATIMA: En werk."
    assert words("Fatima:") is None
    assert words("Interviewer: Wat wil je?") is None
    assert words("je?\nFatima: Ik wil rust.") is None
    assert own_words(TALK, (), 3, 9) == Span(3, 9)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5), st.booleans()), max_size=8))
def test_no_character_of_another_is_ever_quoted(made: list[tuple[int, int, bool]]) -> None:
    marked, at = [], 0
    for gap, length, own in made:
        marked.append(Part(at + gap, at + gap + length, "x", own))
        at += gap + length
    text = "x" * at
    others = {place for part in marked if not part.own for place in range(part.start, part.end)}
    for start in range(at):
        for end in range(start + 1, at + 1):
            span = own_words(text, marked, start, end)
            if marked and span is not None:
                assert start <= span.start < span.end == end
                assert others.isdisjoint(range(span.start, span.end))
    for part in marked:
        found = own_words(text, marked, part.start, part.end)
        assert found == (Span(part.start, part.end) if part.own else None)


def test_turns_that_follow_on_each_other_are_one_piece() -> None:
    made = [(0, 2, "a"), (4, 6, "a"), (8, 9, "b"), (10, 12, "a")]
    marked = parts([Turn(*turn) for turn in made], {"a"})
    assert own_spans(marked) == (Span(0, 6), Span(10, 12))


@pytest.mark.parametrize(("place", "page"), [(0, 1), (9, 1), (10, 3), (25, 3), (30, 4)])
def test_a_place_has_the_number_of_its_page(place: int, page: int) -> None:
    assert page_of([(0, 1), (10, 2), (10, 3), (30, 4)], place) == page  # page 2 is a picture


def test_a_text_without_pages_has_no_page_number() -> None:
    assert page_of([], 5) is None


def test_a_participants_name_gives_way_to_the_code_and_what_was_said_stays() -> None:
    text, moved = code_for_names(TALK, turns(TALK), {"Fatima"}, "R7")
    assert text == (
        "Interview met R7, 3 mei\nInterviewer: Wat wil je?\nR7: Ik wil rust.\nR7: En werk.\nIk ben Fatima.\n"
    )
    assert [(text[turn.start : turn.end], turn.speaker) for turn in moved] == [
        ("Wat wil je?", "Interviewer"),
        ("Ik wil rust.", "R7"),
        ("En werk.\nIk ben Fatima.", "R7"),
    ]
    assert times_named(text, moved, "Fatima") == 1


def test_a_part_of_a_word_is_no_name() -> None:
    said = "Jan: Ik kom in januari. Zo is Jan."
    text, moved = code_for_names(said, [Turn(5, len(said), "Jan")], {"Jan"}, "R1")
    assert text == "R1: Ik kom in januari. Zo is Jan."
    assert times_named(text, moved, "Jan") == 1


@given(st.text(alphabet="ab\n", max_size=60), st.integers(1, 20))
def test_pieces_of_a_text_are_the_whole_text(text: str, most: int) -> None:
    pieces = cut(text, most)
    assert "".join(text[span.start : span.end] for span in pieces) == text
    assert all(span.end - span.start <= most for span in pieces)


def test_a_text_is_cut_at_the_end_of_a_line() -> None:
    assert cut("aaa\nbbb\nccc", 5) == (Span(0, 4), Span(4, 8), Span(8, 11))
    assert cut("", 5) == (Span(0, 0),)
