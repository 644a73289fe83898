"""What a parent or guardian answers for somebody who is too young to agree alone."""

from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.interviews import AGE_OF_CONSENT, ConsentScope, Guardian, guardian_consent
from toc.services import interviews as service
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, RowId, chosen
from toc.web.interviews.blueprint import interviews, name_of, place
from toc.web.interviews.consent import YesOrNo
from toc.web.security import act, allow, new_id
from toc.web.texts import interviews as words


class GuardianInput(Input):
    """Who answered, and what."""

    id: RowId
    answered_by: Annotated[Guardian, chosen(Guardian)]
    given: YesOrNo


class NeededInput(Input):
    """Whether somebody is too young to agree alone."""

    needed: YesOrNo


@interviews.get("/p/<uuid:programme_id>/respondents/<uuid:respondent_id>/guardian")
@allow("interview.read")
def guardian(programme_id: UUID, respondent_id: UUID) -> ResponseReturnValue:
    """Show what a parent or guardian is asked for a respondent, and what they answered."""
    return _page(read_session(programme_id), respondent_id)


@interviews.post("/p/<uuid:programme_id>/respondents/<uuid:respondent_id>/guardian")
@allow("interview.write")
def record_guardian(programme_id: UUID, respondent_id: UUID) -> ResponseReturnValue:
    """Write down what a parent or guardian answered, with the words in which they were asked."""
    session = write_session(programme_id)
    respondent = service.get_respondent(session, respondent_id)
    form = Form(request.form, GuardianInput)
    if not form.ok:
        return _page(session, respondent_id, form), 400
    with words.spoken(respondent.language):
        text = words.guardian_question()
    said = form.value
    service.record_guardian(
        session, act(), said.id, respondent_id, said.answered_by, given=said.given, text=text
    )
    session.commit()
    flash(gettext("The answer is kept, with the text that was read out."), "success")
    return redirect(url_for(".respondent", programme_id=programme_id, respondent_id=respondent_id))


@interviews.post("/p/<uuid:programme_id>/respondents/<uuid:respondent_id>/guardian/needed")
@allow("interview.write")
def need_guardian(programme_id: UUID, respondent_id: UUID) -> ResponseReturnValue:
    """Say whether somebody is too young to agree alone."""
    session = write_session(programme_id)
    form = Form(request.form, NeededInput)
    if not form.ok:
        return _page(session, respondent_id), 400
    service.need_guardian(session, act(), respondent_id, needed=form.value.needed)
    session.commit()
    flash(gettext("Kept."), "success")
    return redirect(url_for(".guardian", programme_id=programme_id, respondent_id=respondent_id))


def _page(session: Session, respondent_id: UUID, form: Form[GuardianInput] | None = None) -> str:
    row = service.get_respondent(session, respondent_id)
    programme_id = session.info["programme_id"]
    place(
        session,
        (row.group.name, url_for(".group", programme_id=programme_id, group_id=row.group_id)),
        (name_of(row), url_for(".respondent", programme_id=programme_id, respondent_id=respondent_id)),
        (gettext("Parent or guardian"), None),
    )
    with words.spoken(row.language):
        question = words.guardian_question()
    return render_template(
        "interviews/guardian.html",
        programme_id=programme_id,
        respondent=row,
        age=AGE_OF_CONSENT,
        state=guardian_consent(service.consents_given(session, act(), respondent_id)),
        question=question,
        spoken_language=words.in_pages(row.language),
        form=form,
        row_id=new_id(),
        guardians=texts.choices(Guardian),
        answers=[
            one
            for one in service.consents_of(session, act(), respondent_id)
            if one.scope is ConsentScope.GUARDIAN
        ],
    )
