"""The form with the questions of a guide: for an interviewer and for who fills it in alone."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import create_model
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.services import interviews as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import AnswerView, InterviewView
from toc.web.forms import Edited, Form, Input, OptionalParagraph, Tick
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.security import act


class AnswersInput(Input):
    """What was answered; each question is a field of its own."""

    kept: Tick


def field(answer: AnswerView) -> str:
    """Return the name of the field for a question."""
    return f"answer_{answer.key}"


def revision_field(answer: AnswerView) -> str:
    """Return the name of the field with the revision that an answer was changed from."""
    return f"revision_{answer.key}"


def filled(view: InterviewView) -> Form[AnswersInput]:
    """Return the form with what was answered so far."""
    return Form.empty({field(answer): answer.text for answer in view.answers or ()})


def read(view: InterviewView, sent: Mapping[str, str]) -> Form[AnswersInput]:
    """Read the form that was sent; a question that is not in it keeps its answer."""
    fields = {
        field(answer): (OptionalParagraph, "") for answer in view.answers or () if field(answer) in sent
    }
    return Form(sent, create_model("AnswersTyped", __base__=AnswersInput, **cast("Any", fields)))


def save(
    session: Session,
    view: InterviewView,
    form: Form[AnswersInput],
    sent: Mapping[str, str],
    *,
    complete: bool,
) -> bool:
    """Save what was answered, and complete the interview when that was asked; tell whether it could be done.

    Raises:
        Stale: somebody else changed the same answers.
        Conflict: it is not theirs to change.
    """
    answers = [answer for answer in view.answers or () if field(answer) in sent]
    if not form.ok or not free_of_numbers(form, map(field, answers), kept=form.value.kept):
        return False
    typed = {answer.key: getattr(form.value, field(answer)) for answer in answers}
    revisions = {
        answer.key: Edited.of({"revision": sent.get(revision_field(answer), "")}).revision
        for answer in answers
    }
    try:
        service.save_answers(session, act(), view.interview.id, typed, revisions, kept=form.value.kept)
        if complete:
            service.submit_interview(session, act(), view.interview.id)
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        form.blame("", error)
        return False
    return True


def conflict(view: InterviewView, form: Form[AnswersInput], stale: Stale, language: str) -> dict[str, Any]:
    """Return what `ui.conflict` needs to show both texts of each answer that two people changed."""
    answers = view.answers or ()
    mine = {field(answer): form.raw(field(answer)) or "" for answer in answers}
    theirs = {field(answer): stale.theirs.get(answer.key, mine[field(answer)]) for answer in answers}
    return {
        "mine": mine,
        "theirs": theirs,
        "labels": {field(answer): answer.question[language] for answer in answers},
        "revision": stale.revision,
        "keep": {revision_field(answer): answer.revision for answer in answers},
    }
