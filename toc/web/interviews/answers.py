"""The form with the questions of a guide: for an interviewer and for who fills it in alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import create_model
from sqlalchemy.orm import Session

from toc.domain import tongues
from toc.domain.errors import DomainError
from toc.services import interviews as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import AnswerView, InterviewView
from toc.web.forms import Edited, Form, Input, OptionalParagraph, Tick
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.security import act
from toc.web.texts import sentence


class AnswersInput(Input):
    """What was answered; each question is a field of its own."""

    kept: Tick


class OneAnswerInput(Input):
    """What is answered to one question."""

    answer: OptionalParagraph
    kept: Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as the form of an interviewer shows it.

    Attributes:
        key: of the question.
        field: name of the field for its answer.
        text: of the question.
        language: in which it is asked.
        direction: in which that language is written.
        saved: the answer that the server has.
        typed: the field says something else than that.
        revision_field: name of the field with the revision.
        revision: that the answer was changed from.
        address: where it is sent while it is typed.
    """

    key: str
    field: str
    text: str
    language: str
    direction: str
    saved: str
    typed: bool
    revision_field: str
    revision: str
    address: str


def shown(
    view: InterviewView, form: Form[AnswersInput], language: str, addresses: Mapping[str, str]
) -> list[Question]:
    """Return the questions of an interview in the language of who is asked, each with what was typed.

    Args:
        view: the interview.
        form: what was typed.
        language: of the respondent.
        addresses: by the key of the question, where its answer is sent.
    """
    questions = []
    for answer in view.answers or ():
        spoken, text = answer.asked(language)
        typed = form.raw(field(answer))
        questions.append(
            Question(
                key=answer.key,
                field=field(answer),
                text=text,
                language=spoken,
                direction=tongues.direction(spoken),
                saved=answer.text,
                typed=typed is not None and typed != answer.text,
                revision_field=revision_field(answer),
                revision=form.raw(revision_field(answer)) or str(answer.revision),
                address=addresses[answer.key],
            )
        )
    return questions


def keep_one(
    session: Session, view: InterviewView, there: AnswerView, form: Form[OneAnswerInput], revision: int
) -> bool:
    """Keep the answer to one question; tell whether it could be done, with the reason in the form.

    Raises:
        Stale: it was changed somewhere else.
        Conflict: it is not theirs to change, or no longer.
    """
    if not form.ok:
        return False
    typed = form.value
    try:
        service.save_answers(
            session,
            act(),
            view.interview.id,
            {there.key: typed.answer},
            {there.key: revision},
            kept=typed.kept,
        )
    except (Conflict, NotFound, Stale):
        raise
    except DomainError as error:
        form.blame("answer", error)
        return False
    return True


def refusal(form: Form[OneAnswerInput]) -> str:
    """Return the sentence why an answer was not kept."""
    return (form.errors or [("", sentence("form.required"))])[0][1]


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
        "labels": {field(answer): answer.asked(language)[1] for answer in answers},
        "revision": stale.revision,
        "keep": {revision_field(answer): answer.revision for answer in answers},
    }
