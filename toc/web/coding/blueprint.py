"""The blueprint of coding, and what its pages share."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.models.programmes import Programme
from toc.services import programmes
from toc.services.coding import Code, CodedPassage, Mark
from toc.web import frame, texts
from toc.web.texts import coding as words

texts.register(words.SENTENCES, words.WORDS)

coding = Blueprint("coding", __name__)

COLOURS = 6
"""Parties with a colour and a pattern of their own; the seventh looks like the first, but for its code."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A goal or entry, named shortly.

    Attributes:
        short: code of the goal, or the word for the use of an entry.
        name: what it says.
        url: of the passages under it.
        who: the coder; "" for the reader.
        memo: their note.
    """

    short: str
    name: str
    url: str
    who: str
    memo: str


def show_in_codebook(session: Session, *crumbs: tuple[str, str | None]) -> Programme:
    """Put a page below the codebook and return its programme."""
    programme = programmes.get(session)
    address = url_for("coding.codebook", programme_id=programme.id) if crumbs else None
    frame.show_in(programme, (gettext("Codebook"), address), *crumbs)
    return programme


def party(passage: CodedPassage) -> tuple[str, int]:
    """Return the code of the party that said a passage, and which colour and pattern it has."""
    return code(CodeKind.GROUP, passage.group_number), colour_of(passage.group_number)


def colour_of(number: int) -> int:
    """Return which colour and pattern the party with this number has."""
    return (number - 1) % COLOURS + 1


def label(one: Code) -> str:
    """Return how a code is called in a list."""
    return f"{short(one)} {one.name}" if one.is_goal else f"{one.name} ({texts.word(one.use)})"


def short(one: Code) -> str:
    """Return the code of a goal, or the word for what an entry stands for."""
    return one.short if one.is_goal else texts.word(one.use)


def passages_url(programme_id: UUID, one: Code) -> str:
    """Return the page with the passages under a goal or an entry."""
    if one.is_goal:
        return url_for("coding.goal", programme_id=programme_id, goal_id=one.id)
    return url_for("coding.entry", programme_id=programme_id, entry_id=one.id)


def chip(programme_id: UUID, one: Code, mark: Mark, who: str) -> Chip:
    """Return a mark as its code, its coder and their note."""
    return Chip(short(one), one.name, passages_url(programme_id, one), who, mark.memo)
