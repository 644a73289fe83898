"""Consent: one plain text with yes and no; and no at any later moment, with or without erasing everything."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import ASKED_BEFORE
from toc.models.interviews import Respondent
from toc.services import interviews as service
from toc.services import programmes
from toc.services.interviews import recordings, refusing
from toc.web.forms import Form, Input, OptionalRowId, RowId, Tick, chosen
from toc.web.mine.blueprint import consent_of, crumb, mine, myself, reading, writing
from toc.web.security import act, allow, new_id
from toc.web.texts import interviews as interview_words
from toc.web.texts import mine as words


class Given(StrEnum):
    """What somebody answers when they are asked for consent."""

    YES = "yes"
    NO = "no"
    ERASE = "erase"
    """No, and nothing that they said may stay."""


class ConsentInput(Input):
    """The answer, as the button that was pressed."""

    id: RowId
    answer: Annotated[Given, chosen(Given)]
    sure: Tick
    """They know that erasing cannot be undone."""


class RecordingInput(ConsentInput):
    """May the voice be recorded; asked at a question, to which the reader goes back."""

    interview_id: OptionalRowId
    number: str = ""


@mine.get("/mine/consent")
@allow("mine.read")
def agreement() -> ResponseReturnValue:
    """Show what was asked and answered, so that it can be changed."""
    session = reading()
    return consent_page(session, myself(session))


@mine.post("/mine/consent")
@allow("mine.write")
def consent() -> ResponseReturnValue:
    """Keep whether the reader may be asked; erase what they said when they want that."""
    session = writing()
    me = myself(session)
    form = Form(request.form, ConsentInput)
    if form.ok and form.value.answer is Given.ERASE and not form.value.sure:
        form.blame("sure", DomainError("form.confirm_erasing"))
    if not form.ok:
        return consent_page(session, me, form), 400
    _keep(session, me, form.value)
    session.commit()
    flash(_kept(form.value.answer, je=interview_words.is_participant(me.kind)), "success")
    return redirect(url_for(".home"))


@mine.post("/mine/consent/recording")
@allow("mine.write")
def recording_consent() -> ResponseReturnValue:
    """Keep whether the reader's voice may be recorded, then go back to the question."""
    session = writing()
    me = myself(session)
    form = Form(request.form, RecordingInput)
    if not form.ok:
        return consent_page(session, me), 400
    typed = form.value
    text = "\n".join(words.recording_text(je=interview_words.is_participant(me.kind)))
    given = typed.answer is Given.YES
    recordings.answer_recording_consent(session, act(), typed.id, me.id, given=given, text=text)
    session.commit()
    return redirect(_back_to(typed.interview_id, typed.number, given=given))


def consent_page(session: Session, me: Respondent, form: Form[Any] | None = None) -> str:
    """Return the page with the one text, yes and no."""
    je = interview_words.is_participant(me.kind)
    state = consent_of(session, me)
    if state != "waiting":
        crumb((gettext("Consent"), None))
    return render_template(
        "mine/consent.html",
        je=je,
        name=me.name,
        programme_name=programmes.get(session).name,
        state=state.value,
        text=words.consent_text(je=je),
        has_said=bool(service.interviews_of(session, act(), me.id)),
        everything=words.everything_text(je=je),
        may_record=recordings.may_record(session, me.id),
        form=form,
        form_id=new_id(),
        recording_id=new_id(),
    )


def _keep(session: Session, me: Respondent, typed: ConsentInput) -> None:
    je = interview_words.is_participant(me.kind)
    text = "\n".join(words.consent_text(je=je))
    for scope in sorted(ASKED_BEFORE):
        service.record_consent(
            session,
            act(),
            derived(typed.id, scope.value),
            me.id,
            scope,
            given=typed.answer is Given.YES,
            text=text,
        )
    if typed.answer is Given.ERASE:
        refusing.take_everything_back(session, act(), typed.id, me.id, text=words.everything_text(je=je))


def _kept(answer: Given, *, je: bool) -> str:
    if answer is Given.ERASE:
        if je:
            return str(pgettext("participant", "Erased. Nobody can read any more what you said."))
        return str(gettext("Erased. Nobody can read any more what you said."))
    return str(gettext("Thank you. Your answer is kept."))


def _back_to(interview_id: UUID | None, number: str, *, given: bool) -> str:
    """Return where the reader came from: to speak after a yes, to type after a no."""
    if interview_id is None or not (number.isascii() and number.isdigit() and len(number) < 4):  # noqa: PLR2004 - no guide is that long
        return url_for(".agreement")
    page = ".speaking" if given else ".question"
    return url_for(page, interview_id=interview_id, number=int(number))
