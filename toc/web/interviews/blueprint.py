"""The blueprint of interviews, and what several of its pages need."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.models.interviews import Respondent
from toc.services import programmes
from toc.services.documents import Cited
from toc.services.interviews import ReadableStatement, check_free_text
from toc.web import frame, readings, texts
from toc.web.forms import Form
from toc.web.texts import interviews as words
from toc.web.texts.documents import cite

texts.register(words.SENTENCES, words.WORDS)

interviews = Blueprint("interviews", __name__)


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement as `ui.quote` shows it.

    Attributes:
        place: where it stands in a plan or report: "plan, p. 12"; "" for what somebody said.
    """

    text: str | None
    who: str
    reach: str
    code: str
    url: str | None
    place: str = ""


def quote(
    statement: ReadableStatement, programme_id: UUID | None = None, cited: Cited | None = None
) -> Quote:
    """Return a statement as a quote that is read.

    Args:
        statement: what was said, or stands in a document.
        programme_id: adds a link to its page.
        cited: adds where it stands in the document.
    """
    readings.shown(statement)
    who, place = words.who(statement), cite(*cited) if cited else ""
    if cited and who == cited.title:
        who, place = place, ""
    return Quote(
        text=statement.text,
        who=who,
        reach=words.reach(statement),
        code=code(CodeKind.STATEMENT, statement.code),
        url=url_for("interviews.statement", programme_id=programme_id, statement_id=statement.id)
        if programme_id
        else None,
        place=place,
    )


def name_of(respondent: Respondent) -> str:
    """Return how a respondent is called: a participant by code alone."""
    short = code(CodeKind.RESPONDENT, respondent.code)
    return f"{short} {respondent.name}".strip()


def free_of_numbers(form: Form[Any], fields: Iterable[str], *, kept: bool = False) -> bool:
    """Blame each field that holds a personal number; tell whether none does."""
    free = True
    for field in fields:
        try:
            check_free_text(getattr(form.value, field), kept=kept)
        except DomainError as error:
            form.blame(field, error)
            free = False
    return free


def place(session: Session, *crumbs: tuple[str, str | None]) -> None:
    """Say where below the interviews a page is."""
    programme = programmes.get(session)
    frame.show_in(
        programme, (gettext("Interviews"), url_for("interviews.index", programme_id=programme.id)), *crumbs
    )
