"""An interview as the page for coding shows it: every piece of text with what is over it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from toc.domain.codes import CodeKind, code
from toc.domain.coding import Paragraph, Piece, Sentence, Span, paragraphs, utf16_places
from toc.services.coding import Code, CodedPassage, CodedText, CodingView
from toc.web import readings, texts
from toc.web.coding.blueprint import Chip, chip, label, party, short

_WORDS_OF_BOX = 6
_LAYERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What of an interview is looked at.

    Attributes:
        code: only marks with this code.
        coder: only marks of this coder.
        search: words to find in the text.
    """

    code: UUID | None = None
    coder: UUID | None = None
    search: str = ""

    def lets(self, passage: CodedPassage) -> bool:
        """Tell whether a passage is shown."""
        if self.code is None and self.coder is None:
            return True
        return any(
            self.code in {None, mark.code_id} and self.coder in {None, mark.coder_id}
            for mark in passage.marks
        )


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """Words that are marked the same.

    Attributes:
        text: the words.
        start: place of the first letter, as a browser counts.
        url: of the shortest passage over it; None when it is not marked.
        look: classes of the style sheet.
        about: says which passages these are.
        gone: its speaker took it back.
        hit: it was searched for.
    """

    text: str
    start: int
    url: str | None
    look: str
    about: str
    gone: bool
    hit: bool


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """A sentence with a box before it.

    Attributes:
        id: of the box.
        value: what a tick sends; "" when nothing is left of it.
        label: its first words.
        pieces: of which it is made.
    """

    id: str
    value: str
    label: str
    pieces: tuple[ShownPiece, ...]


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage in the margin and in the list of all.

    Attributes:
        id: of the statement.
        short: its code.
        words: its beginning.
        url: of this page with the passage opened.
        party: code of who said it.
        colour: number of the party's colour and pattern.
        chips: what it stands under.
        current: it is the one that is opened.
    """

    id: UUID
    short: str
    words: str
    url: str
    party: str
    colour: int
    chips: tuple[Chip, ...]
    current: bool

    @property
    def codes(self) -> tuple[tuple[Chip, ...], ...]:
        """Under what it stands: per goal or entry what each coder did, in the order of the first."""
        found: dict[str, list[Chip]] = {}
        for one in self.chips:
            found.setdefault(one.url, []).append(one)
        return tuple(map(tuple, found.values()))


@dataclass(frozen=True, slots=True)
class ShownParagraph:
    """A line of the text, with the passages that begin in it.

    Attributes:
        speaker: read out before it where the text itself does not begin with the name; "" elsewhere.
        sentences: of which at least one.
        passages: that begin in it.
    """

    speaker: str
    sentences: tuple[ShownSentence, ...]
    passages: tuple[ShownPassage, ...]


@dataclass(frozen=True, slots=True)
class ShownText:
    """An answer or a transcript."""

    answer_id: UUID
    question: str
    paragraphs: tuple[ShownParagraph, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Codes to choose from, under one heading: (value of the box, short, name, what it means)."""

    title: str
    key: str
    codes: tuple[tuple[str, str, str, str], ...]


def shown_texts(
    view: CodingView, chosen: Filter, opened: UUID | None, language: str
) -> tuple[ShownText, ...]:
    """Return what was said, cut so that every passage is a row of whole pieces."""
    return tuple(
        _Cutter(view, text, number, chosen, opened).shown(language)
        for number, text in enumerate(view.texts, start=1)
    )


def shown_passage(view: CodingView, passage: CodedPassage, opened: UUID | None = None) -> ShownPassage:
    """Return a passage as the margin shows it."""
    programme_id = view.interview.programme_id
    if passage.decided:  # a mark that only a coder saw may still go away
        readings.shown_ids((passage.id,))
    words = passage.text if len(passage.text) <= 80 else f"{passage.text[:79].rstrip()}…"  # noqa: PLR2004 - a line
    letter, colour = party(passage)
    return ShownPassage(
        passage.id,
        code(CodeKind.STATEMENT, passage.number),
        words,
        passage_url(view, passage),
        letter,
        colour,
        tuple(
            chip(programme_id, view.codes[mark.code_id], mark, view.coders.get(mark.coder_id, ""))
            for mark in passage.marks
        ),
        passage.id == opened,
    )


def passage_url(view: CodingView, passage: CodedPassage) -> str:
    """Return the address of the page with this passage opened."""
    return url_for(
        "coding.interview",
        programme_id=view.interview.programme_id,
        interview_id=view.interview.id,
        passage=passage.id,
        others=int(view.shows_others),
        _anchor="passage",
    )


class _Cutter:
    """Cuts one text."""

    def __init__(
        self, view: CodingView, text: CodedText, number: int, chosen: Filter, opened: UUID | None
    ) -> None:
        self._view = view
        self._text = text
        self._number = number
        self._opened = opened
        here = [one for one in view.passages if one.answer_id == text.answer_id and chosen.lets(one)]
        self._shown = [shown_passage(view, one, opened) for one in here]
        self._lines = paragraphs(
            text.text, [Span(one.start, one.end) for one in here], turns=text.turns, search=chosen.search
        )
        pieces = [piece for line in self._lines for each in line.sentences for piece in each.pieces]
        places = utf16_places(text.text, (piece.start for piece in pieces))
        self._places = dict(zip((piece.start for piece in pieces), places, strict=True))

    def shown(self, language: str) -> ShownText:
        question = self._text.question.get(language) or next(iter(self._text.question.values()), "")
        return ShownText(
            self._text.answer_id,
            question,
            tuple(self._paragraph(number, line) for number, line in enumerate(self._lines, start=1)),
        )

    def _paragraph(self, number: int, line: Paragraph) -> ShownParagraph:
        at = line.sentences[0].passage.start
        return ShownParagraph(
            "" if self._text.text.startswith(line.speaker, at) else line.speaker,
            tuple(
                self._sentence(f"s-{self._number}-{number}-{place}", each)
                for place, each in enumerate(line.sentences, start=1)
            ),
            tuple(self._shown[mark] for mark in line.begins),
        )

    def _sentence(self, id_: str, sentence: Sentence) -> ShownSentence:
        passage = sentence.passage
        gone = all(piece.gone for piece in sentence.pieces)
        words = passage.text.split(maxsplit=_WORDS_OF_BOX)[:_WORDS_OF_BOX]
        return ShownSentence(
            id_,
            "" if gone else f"{self._text.answer_id}:{passage.start}:{passage.end}",
            " ".join(words),
            tuple(self._piece(piece) for piece in sentence.pieces),
        )

    def _piece(self, piece: Piece) -> ShownPiece:
        over = [self._shown[mark] for mark in piece.marks]
        look = ""
        if over:
            layers = min(len(over), _LAYERS)
            look = f"coded coded--p{over[0].colour} coded--{layers}"
            look += " coded--current" if any(one.current for one in over) else ""
        return ShownPiece(
            self._text.text[piece.start : piece.end],
            self._places[piece.start],
            over[0].url if over else None,
            look,
            ", ".join(_about(one) for one in over),
            piece.gone,
            piece.hit,
        )


def _about(passage: ShownPassage) -> str:
    codes = ", ".join(dict.fromkeys(one.short for one in passage.chips))
    return f"{passage.short}: {codes}" if codes else passage.short


def groups(view: CodingView, keep: frozenset[UUID] = frozenset()) -> list[Group]:
    """Return the codes to choose from: those used last, then goals, then entries by use.

    Args:
        view: of the interview.
        keep: codes to offer although they are retired, because they are chosen already.
    """
    known = [one for one in view.codes.values() if not one.retired or one.id in keep]
    by_id: Mapping[UUID, Code] = {one.id: one for one in known}
    recent = [by_id[id_] for id_ in view.recent if id_ in by_id]
    rest = [one for one in known if one.id not in view.recent]
    return [
        group
        for group in (
            _group(gettext("Used last"), "recent", recent, label),
            _group(gettext("Goals"), "goals", [one for one in rest if one.is_goal], label),
            _group(gettext("Entries"), "entries", [one for one in rest if not one.is_goal], label),
        )
        if group.codes
    ]


def _group(title: str, key: str, codes: list[Code], name: Callable[[Code], str]) -> Group:
    return Group(
        title,
        key,
        tuple(
            (f"{'goal' if one.is_goal else 'entry'}:{one.id}", short(one), name(one), one.definition)
            for one in codes
        ),
    )


def filter_options(view: CodingView) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the codes and the coders that marks can be narrowed to."""
    used = {mark.code_id for one in view.passages for mark in one.marks}
    by = {mark.coder_id for one in view.passages for mark in one.marks}
    codes = [(str(id_), label(one)) for id_, one in view.codes.items() if id_ in used]
    coders = [(str(id_), name) for id_, name in view.coders.items() if id_ in by]
    return [("", gettext("all codes")), *codes], [("", gettext("all coders")), *coders]


def who(view: CodingView) -> str:
    """Return whose words these are: the title of the document, or the respondent by code."""
    name = f"{code(CodeKind.RESPONDENT, view.respondent.code)} {view.respondent.name}".strip()
    return view.title or name


def mode(view: CodingView) -> str:
    """Return where the words come from."""
    return texts.word(view.interview.mode)
