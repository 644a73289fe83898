"""Holding an interview: the questions, what was answered, and which sentences are quotes."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain import tongues
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.interviews import (
    BY_INTERVIEWER,
    GuideVariant,
    Mode,
    Passage,
    code_points,
    is_taken_back,
    overlapping,
    sentences,
)
from toc.models.interviews import Interview
from toc.services import interviews as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import AnswerView, InterviewView, Place
from toc.web import readings
from toc.web.database import read_session, write_session
from toc.web.forms import Day, Edited, Form, Input, RowId, chosen
from toc.web.interviews import answers as forms
from toc.web.interviews.blueprint import interviews, name_of, place
from toc.web.interviews.respondents import respondent_page
from toc.web.interviews.spoken import to_write_down
from toc.web.security import act, allow, new_id, viewer
from toc.web.texts import interviews as words

_UNITS = 10**9


class StartInput(Input):
    """The beginning of an interview."""

    id: RowId
    held_on: Day
    mode: Annotated[Mode | None, chosen(Mode, optional=True)]
    variant: Annotated[GuideVariant | None, chosen(GuideVariant, optional=True)]


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of an answer, to be marked, or marked already.

    Attributes:
        text: as it was said.
        value: what a tick sends; "" when it cannot be marked.
        code: of the statement that it belongs to.
        statement_id: its id.
        start: place of its first character as a browser counts, in UTF-16 units.
        gone: its speaker took it back.
    """

    text: str
    value: str = ""
    code: str = ""
    statement_id: UUID | None = None
    start: int = 0
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer in pieces.

    Attributes:
        question: in the language of who answered.
        language: of the question.
        direction: in which that language is written.
        answer_id: of the answer.
        text: the answer as a whole.
        pieces: its sentences.
    """

    question: str
    language: str
    direction: str
    answer_id: UUID | None
    text: str
    pieces: tuple[Piece, ...]


@interviews.post("/p/<uuid:programme_id>/respondents/<uuid:respondent_id>/interviews")
@allow("interview.write")
def start(programme_id: UUID, respondent_id: UUID) -> ResponseReturnValue:
    """Begin an interview, then show its questions."""
    session = write_session(programme_id)
    form = Form(request.form, StartInput)
    if form.ok and form.value.mode not in {None, *BY_INTERVIEWER}:
        form.blame("mode", DomainError("form.choose"))
    if form.ok:
        typed = form.value
        try:
            made = service.start_interview(
                session,
                act(),
                typed.id,
                respondent_id,
                mode=typed.mode or Mode.HELD,
                held_on=typed.held_on,
                variant=typed.variant or GuideVariant.PLAIN,
            )
        except NotFound:
            raise
        except DomainError as error:
            form.blame("held_on", error)
        else:
            session.commit()
            return redirect(url_for(".answers", programme_id=programme_id, interview_id=made.id))
    return respondent_page(session, respondent_id, start_form=form), 400


@interviews.get("/p/<uuid:programme_id>/interviews/<uuid:interview_id>")
@allow("interview.read")
def show(programme_id: UUID, interview_id: UUID) -> ResponseReturnValue:
    """Show an interview: what was said, and what is marked in it."""
    return _page(read_session(programme_id), interview_id)


@interviews.get("/p/<uuid:programme_id>/interviews/<uuid:interview_id>/answers")
@allow("interview.write")
def answers(programme_id: UUID, interview_id: UUID) -> ResponseReturnValue:
    """Show the questions with room for the answers."""
    session = read_session(programme_id)
    view = _held(session, interview_id)
    return _answers_page(session, view, forms.filled(view))


@interviews.post("/p/<uuid:programme_id>/interviews/<uuid:interview_id>/answers")
@allow("interview.write")
def save_answers(programme_id: UUID, interview_id: UUID) -> ResponseReturnValue:
    """Save what was answered; with the other button the interview is complete."""
    session = write_session(programme_id)
    view = _held(session, interview_id)
    form, complete = forms.read(view, request.form), "complete" in request.form
    try:
        saved = forms.save(session, view, form, request.form, complete=complete)
    except Stale as stale:
        return _conflict_page(session, interview_id, form, stale), 409
    if not saved:
        return _answers_page(session, view, form), 400
    session.commit()
    flash(
        gettext("Complete. Now mark the sentences that matter.") if complete else gettext("Saved."), "success"
    )
    return redirect(
        url_for(".show" if complete else ".answers", programme_id=programme_id, interview_id=interview_id)
    )


@interviews.post("/p/<uuid:programme_id>/interviews/<uuid:interview_id>/answers/<question>")
@allow("interview.write")
def keep_answer(programme_id: UUID, interview_id: UUID, question: str) -> ResponseReturnValue:
    """Keep one answer while it is being typed; says the revision, or what is wrong, as JSON."""
    session = write_session(programme_id)
    view = _held(session, interview_id)
    form = Form(request.form, forms.OneAnswerInput)
    there = _asked(view, question)
    try:
        kept = "answer" in request.form and forms.keep_one(
            session, view, there, form, Edited.of(request.form).revision
        )
    except Stale:
        session.rollback()
        there = _asked(_again(session, interview_id), question)
        return jsonify(theirs=there.text, revision=there.revision), 409
    if not kept:
        return jsonify(sentence=forms.refusal(form)), 400
    session.commit()
    return jsonify(revision=_asked(_again(session, interview_id), question).revision)


@interviews.post("/p/<uuid:programme_id>/interviews/<uuid:interview_id>/statements")
@allow("interview.write")
def mark(programme_id: UUID, interview_id: UUID) -> ResponseReturnValue:
    """Mark sentences as statements."""
    session = write_session(programme_id)
    view = service.interview_view(session, act(), interview_id)
    try:
        marked = service.mark_statements(session, act(), marking_id(), chosen_places(view))
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        return _page(session, interview_id, error), 400
    session.commit()
    flash(marked_text(len(marked)), "success")
    return redirect(url_for(".show", programme_id=programme_id, interview_id=interview_id))


@interviews.post("/p/<uuid:programme_id>/statements/<uuid:statement_id>/unmark")
@allow("interview.write")
def unmark(programme_id: UUID, statement_id: UUID) -> ResponseReturnValue:
    """Take away a mark that was set by mistake."""
    session = write_session(programme_id)
    revision = Edited.of(request.form).revision
    interview_id = service.unmark_statement(session, act(), statement_id, revision)
    session.commit()
    flash(gettext("The mark is gone; the answer is as it was."), "success")
    return redirect(url_for(".show", programme_id=programme_id, interview_id=interview_id))


def marked_text(number: int) -> str:
    """Return the sentence after marking."""
    return str(ngettext("One sentence is marked.", "%(num)d sentences are marked.", number))


def marking_id() -> UUID:
    """Return the id that the form carried, from which those of the statements follow.

    Raises:
        DomainError: it carried none.
    """
    try:
        return UUID(request.form.get("id", ""))
    except ValueError as error:
        raise DomainError("statement.none_chosen") from error


def chosen_places(view: InterviewView) -> list[Place]:
    """Return the sentences that were ticked, or the part that was selected, in the order of the answers.

    Raises:
        DomainError: ``passage.outside`` for a place that this interview does not have.
    """
    texts = {str(answer.answer_id): answer for answer in view.answers or () if answer.answer_id}
    places = []
    for ticked in request.form.getlist("sentence"):
        parts = ticked.split(":")
        places.append(_place(texts, parts[0], parts[1:]))
    if selected := request.form.get("selection", ""):
        parts = selected.split(":")
        answer = texts.get(parts[0])
        ends = _numbers(parts[1:])
        if answer is None or answer.answer_id is None:
            raise DomainError("passage.outside", start=0, end=0, length=0)
        places.append(Place(answer.answer_id, *(code_points(answer.text, end) for end in ends)))
    return places


def _place(texts: dict[str, AnswerView], answer_id: str, ends: list[str]) -> Place:
    answer = texts.get(answer_id)
    if answer is None or answer.answer_id is None:
        raise DomainError("passage.outside", start=0, end=0, length=0)
    return Place(answer.answer_id, *_numbers(ends))


def _numbers(ends: list[str]) -> tuple[int, int]:
    try:
        start, end = (int(each) for each in ends)
    except ValueError as error:
        raise DomainError("passage.outside", start=0, end=0, length=0) from error
    return min(start, _UNITS), min(end, _UNITS)


def in_pieces(view: InterviewView, *languages: str) -> tuple[Answered, ...]:
    """Return what was answered, cut in sentences, with those that are marked.

    Args:
        view: the interview.
        languages: of the questions, the most wanted first.
    """
    answered = []
    for answer in view.answers or ():
        spoken, text = answer.asked(*languages)
        spoken = spoken or languages[0]
        answered.append(
            Answered(
                text or str(gettext("The text")),
                spoken,
                tongues.direction(spoken),
                answer.answer_id,
                answer.text,
                _pieces(view, answer),
            )
        )
    return tuple(answered)


def _pieces(view: InterviewView, answer: AnswerView) -> tuple[Piece, ...]:
    marked = {
        Passage(start=each.starts_at, end=each.ends_at, text=each.text): each
        for each in view.statements
        if each.answer_id == answer.answer_id and each.withdrawn_at is None
    }
    pieces = []
    for sentence in sentences(answer.text):
        start = len(answer.text[: sentence.start].encode("utf-16-le")) // 2
        over = overlapping(sentence, marked)
        if over is not None:
            statement = marked[over]
            short = code(CodeKind.STATEMENT, statement.code)
            pieces.append(Piece(sentence.text, code=short, statement_id=statement.id, start=start))
        elif is_taken_back(sentence.text):
            pieces.append(Piece("", gone=True))
        else:
            value = f"{answer.answer_id}:{sentence.start}:{sentence.end}"
            pieces.append(Piece(sentence.text, value=value, start=start))
    return tuple(pieces)


def _held(session: Session, interview_id: UUID) -> InterviewView:
    """Return an interview that an interviewer writes.

    Raises:
        Conflict: ``interview.own_words`` when somebody fills it in alone, ``interview.no_questions`` when it
            was read or written in another way.
    """
    view = service.interview_view(session, act(), interview_id)
    if view.interview.mode not in BY_INTERVIEWER:
        alone = view.interview.mode is Mode.ALONE
        raise Conflict("interview.own_words" if alone else "interview.no_questions")
    return view


def _again(session: Session, interview_id: UUID) -> InterviewView:
    """Return an interview as the database has it now."""
    session.expire_all()
    return _held(session, interview_id)


def _asked(view: InterviewView, key: str) -> AnswerView:
    """Return a question of an interview by its key.

    Raises:
        NotFound: it has no such question.
    """
    for answer in view.answers or ():
        if answer.key == key:
            return answer
    raise NotFound


def _place_of(session: Session, view: InterviewView, *crumbs: tuple[str, str | None]) -> None:
    programme_id = session.info["programme_id"]
    group, respondent = view.respondent.group, view.respondent
    place(
        session,
        (group.name, url_for(".group", programme_id=programme_id, group_id=group.id)),
        (
            name_of(respondent),
            url_for(".respondent", programme_id=programme_id, respondent_id=respondent.id),
        ),
        *crumbs,
    )


def _code(interview: Interview) -> str:
    return code(CodeKind.INTERVIEW, interview.code)


def _page(session: Session, interview_id: UUID, error: DomainError | None = None) -> str:
    view = service.interview_view(session, act(), interview_id)
    form: Form[Input] = Form.empty()
    if error is not None:
        form.blame("", error)
    _place_of(session, view, (_code(view.interview), None))
    readings.shown_ids(one.id for one in view.statements if one.withdrawn_at is None)
    edition = view.interview.guide_edition
    asked = view.interview.mode in {*BY_INTERVIEWER, Mode.ALONE}
    return render_template(
        "interviews/interview.html",
        programme_id=session.info["programme_id"],
        view=view,
        form=form,
        who=name_of(view.respondent),
        guide=words.guide_edition(view.interview.guide_edition) if asked else "",
        guide_url=url_for(
            ".print_guide",
            programme_id=session.info["programme_id"],
            kind=edition.guide.kind.value,
            variant=edition.guide.variant.value,
            edition=edition.number,
        ),
        by_interviewer=view.interview.mode in BY_INTERVIEWER,
        answered=in_pieces(view, view.respondent.language),
        marking_id=new_id(),
        spoken=to_write_down(session, view),
    )


def _answers_page(session: Session, view: InterviewView, form: Form[forms.AnswersInput]) -> str:
    where = {"programme_id": session.info["programme_id"], "interview_id": view.interview.id}
    _place_of(session, view, (_code(view.interview), url_for(".show", **where)), (gettext("Answers"), None))
    addresses = {
        answer.key: url_for(".keep_answer", question=answer.key, **where) for answer in view.answers or ()
    }
    return render_template(
        "interviews/answers.html",
        view=view,
        form=form,
        who=name_of(view.respondent),
        guide=words.guide_edition(view.interview.guide_edition),
        questions=forms.shown(view, form, view.respondent.language, addresses),
        action=url_for(".save_answers", **where),
        back=url_for(".show", **where),
        kept_as=f"holding {viewer().user_id} {view.interview.id}",
        reader=viewer().user_id,
    )


def _conflict_page(session: Session, interview_id: UUID, form: Form[forms.AnswersInput], stale: Stale) -> str:
    view = _again(session, interview_id)
    where = {"programme_id": session.info["programme_id"], "interview_id": interview_id}
    _place_of(session, view, (_code(view.interview), url_for(".show", **where)), (gettext("Answers"), None))
    return render_template(
        "interviews/answers_conflict.html",
        who=name_of(view.respondent),
        action=url_for(".save_answers", **where),
        **forms.conflict(view, form, stale, view.respondent.language),
    )
