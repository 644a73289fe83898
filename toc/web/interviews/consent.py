"""Asking for consent: the same two questions, read out by an interviewer or read alone."""

from dataclasses import dataclass
from typing import Annotated

from flask_babel import gettext
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.ids import derived
from toc.domain.interviews import ASKED_BEFORE, ConsentScope, RespondentKind
from toc.models.interviews import Respondent
from toc.services import interviews as service
from toc.web.forms import Input, RowId
from toc.web.texts import interviews as words


def _yes_or_no(typed: object) -> bool:
    if typed in {"yes", True}:
        return True
    if typed in {"no", False}:
        return False
    raise PydanticCustomError("toc", "{key}", {"key": "form.choose", "params": {}})


YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no)]


class ConsentInput(Input):
    """Yes or no to each question; the names are those of the scopes."""

    id: RowId
    interview: YesOrNo
    notes: YesOrNo


@dataclass(frozen=True, slots=True)
class Question:
    """A question about consent in the language of who answers it."""

    name: str
    text: str
    options: tuple[tuple[str, str], ...]


def questions(kind: RespondentKind, language: str) -> tuple[Question, ...]:
    """Return what is asked, in this language."""
    with words.spoken(language):
        options = (("yes", str(gettext("Yes"))), ("no", str(gettext("No"))))
        return tuple(
            Question(scope.value, words.consent_question(kind, scope), options)
            for scope in ConsentScope
            if scope in ASKED_BEFORE
        )


def record(session: Session, act: Act, respondent: Respondent, typed: ConsentInput, language: str) -> None:
    """Keep both answers, each with the text in the language in which it was asked."""
    for question in questions(respondent.kind, language):
        service.record_consent(
            session,
            act,
            derived(typed.id, question.name),
            respondent.id,
            ConsentScope(question.name),
            given=getattr(typed, question.name),
            text=question.text,
        )
