"""Documents and transcripts, and how they were coded."""

from datetime import date

from toc.domain.coding import CodeUse
from toc.services.demo.content.hearing import Release
from toc.services.demo.content.words import Row, Text, Words


class Entry(Row):
    """An entry of the codebook."""

    key: str
    use: CodeUse
    name: Words
    definition: Words


class Coded(Row):
    """Under what one coder put a passage."""

    coder: str
    goals: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    memo: Text = ""


class CodedPassage(Row):
    """A passage of a document, word for word, and what coders made of it."""

    key: str
    text: Words
    by: tuple[Coded, ...]
    release: Release


class Spoken(Row):
    """What one person says without a break in a transcript."""

    speaker: Text
    says: Words


class Document(Row):
    """A transcript with a respondent, or a document of a group; passages are coded on `coded_on`.

    Attributes:
        respondent: with whom the transcript is.
        own: the speaker whose words are the respondent's.
        turns: of a transcript.
        group: whose document it is.
        title: of a document of a group.
        pages: of a document of a group, in order.
        ended: who is done with coding it.
    """

    key: str
    on: date
    added_on: date
    respondent: str | None = None
    own: Text = ""
    turns: tuple[Spoken, ...] = ()
    group: str | None = None
    title: Text = ""
    pages: tuple[Words, ...] = ()
    coded_on: date
    passages: tuple[CodedPassage, ...]
    ended: tuple[str, ...] = ()
