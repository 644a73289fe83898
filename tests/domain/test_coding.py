"""How a text is cut so that marks can be shown in it."""

from hypothesis import given
from hypothesis import strategies as st

from toc.domain.coding import Piece, Span, Turn, paragraphs, utf16_places
from toc.domain.interviews import code_points

TEXT = "Ik wil werk. En rust.\nEn een huis!"


def shown(
    text: str, *spans: tuple[int, int], search: str = ""
) -> list[list[list[tuple[str, tuple[int, ...]]]]]:
    """Per line and sentence the pieces with the marks over them."""
    return [
        [[(text[one.start : one.end], one.marks) for one in each.pieces] for each in line.sentences]
        for line in paragraphs(text, [Span(*span) for span in spans], search=search)
    ]


def test_marks_that_overlap_cut_a_sentence_in_pieces() -> None:
    assert shown(TEXT, (3, 12), (7, 21)) == [
        [[("Ik ", ()), ("wil ", (0,)), ("werk.", (0, 1))], [("En rust.", (1,))]],
        [[("En een huis!", ())]],
    ]


def test_the_shortest_mark_over_a_piece_comes_first() -> None:
    assert shown("Ik wil werk", (0, 11), (3, 6)) == [[[("Ik ", (0,)), ("wil", (1, 0)), (" werk", (0,))]]]


def test_a_mark_over_two_lines_begins_in_the_first() -> None:
    lines = paragraphs(TEXT, [Span(25, 33), Span(13, 28), Span(13, 16)])
    assert [line.begins for line in lines] == [(2, 1), (0,)]


def test_who_speaks_stands_with_the_line_in_which_they_begin() -> None:
    text = "I: Hoe is het?\nR: Goed.\nHeel goed.\n\nI: Mooi. R: Ja."
    turns = [Turn(18, "R"), Turn(3, "I"), Turn(39, "I"), Turn(48, "R")]
    lines = paragraphs(text, turns=turns)
    assert [line.speaker for line in lines] == ["I", "R", "", "R"]


def test_what_is_searched_for_is_found_whatever_its_capitals() -> None:
    (line, _) = paragraphs(TEXT, search=" WERK.  en ")
    pieces = [piece for each in line.sentences for piece in each.pieces]
    assert [(TEXT[one.start : one.end], one.hit) for one in pieces] == [
        ("Ik wil ", False),
        ("werk.", True),
        ("En", True),
        (" rust.", False),
    ]
    assert paragraphs("İİ i", search="i")[0].sentences[0].pieces[-1] == Piece(3, 4, (), hit=True, gone=False)


def test_what_was_taken_back_is_gone() -> None:
    (line,) = paragraphs("Ik ……, rust.", [Span(3, 5)])
    assert [piece.gone for piece in line.sentences[0].pieces] == [False, True, False]


def test_nothing_is_nothing() -> None:
    assert paragraphs("") == paragraphs(" \n ") == ()


@given(text=st.text(alphabet="ab .\n😀é", max_size=60), data=st.data())
def test_the_pieces_are_the_text_and_each_mark_is_whole_pieces(text: str, data: st.DataObject) -> None:
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    spans = [Span(*two) for two in data.draw(st.lists(ends, max_size=6)) if two[0] < two[1]]
    lines = paragraphs(text, spans, search=data.draw(st.sampled_from(["", "a", "b a"])))
    covered: set[tuple[int, int]] = set()
    for line in lines:
        for sentence in line.sentences:
            assert "".join(text[one.start : one.end] for one in sentence.pieces) == sentence.passage.text
            for piece in sentence.pieces:
                assert piece.start < piece.end
                for place in range(piece.start, piece.end):
                    over = {n for n, span in enumerate(spans) if span.start <= place < span.end}
                    assert over == set(piece.marks)
                    covered |= {(n, place) for n in over}
    visible = {place for place, letter in enumerate(text) if not letter.isspace()}
    wanted = {(n, at) for n, span in enumerate(spans) for at in range(span.start, span.end) if at in visible}
    assert wanted <= covered


@given(text=st.text(alphabet="a😀é𝄞", max_size=30))
def test_places_are_counted_as_a_browser_does_and_back(text: str) -> None:
    places = range(len(text) + 1)
    assert [code_points(text, at) for at in utf16_places(text, places)] == list(places)
