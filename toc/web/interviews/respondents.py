"""Respondents: who they are, whether they agreed, and their personal link."""

from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain import tongues
from toc.domain.errors import DomainError
from toc.domain.interviews import (
    BY_INTERVIEWER,
    GuideVariant,
    Mode,
    RespondentKind,
    consent_state,
    guardian_consent,
    own_consent,
)
from toc.models.interviews import Respondent
from toc.services import interviews as service
from toc.services import people
from toc.services.interviews import RespondentDraft
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, Line, OptionalLine, RowId, Tick, chosen
from toc.web.interviews.blueprint import free_of_numbers, interviews, name_of, place
from toc.web.interviews.consent import ConsentInput, questions, record
from toc.web.security import act, allow, new_id, now, today
from toc.web.texts import interviews as words

_BLAME = {
    "respondent.participant_unnamed": "name",
    "respondent.name_needed": "name",
    "respondent.language_unknown": "language",
}


class RespondentInput(Input):
    """A new respondent."""

    id: RowId
    kind: Annotated[RespondentKind, chosen(RespondentKind)]
    name: OptionalLine
    email: OptionalLine
    language: Line
    needs_guardian: Tick

    def draft(self) -> RespondentDraft:
        """Return it as the service takes it."""
        return RespondentDraft(**{name: getattr(self, name) for name in RespondentDraft.__slots__})


class LanguageInput(Input):
    """The language in which a respondent is spoken to."""

    language: Line


@interviews.get("/p/<uuid:programme_id>/groups/<uuid:group_id>/respondents/new")
@allow("interview.write")
def new_respondent(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Show an empty form for a respondent."""
    form: Form[RespondentInput] = Form.empty({"language": texts.language()})
    return _new_page(read_session(programme_id), group_id, form, new_id())


@interviews.post("/p/<uuid:programme_id>/groups/<uuid:group_id>/respondents/new")
@allow("interview.write")
def create_respondent(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Add a respondent, then show them."""
    session = write_session(programme_id)
    form = Form(request.form, RespondentInput)
    if form.ok and free_of_numbers(form, ("name",)):
        try:
            made = service.add_respondent(session, act(), form.value.id, group_id, form.value.draft())
        except DomainError as error:
            form.blame(_BLAME.get(error.key, ""), error)
        else:
            session.commit()
            flash(gettext("Added. Ask for consent before anything else."), "success")
            return redirect(url_for(".respondent", programme_id=programme_id, respondent_id=made.id))
    return _new_page(session, group_id, form, form.raw("id") or new_id()), 400


@interviews.get("/p/<uuid:programme_id>/respondents/<uuid:respondent_id>")
@allow("interview.read")
def respondent(programme_id: UUID, respondent_id: UUID) -> ResponseReturnValue:
    """Show a respondent: consent, interviews and the personal link."""
    return respondent_page(read_session(programme_id), respondent_id)


@interviews.post("/p/<uuid:programme_id>/respondents/<uuid:respondent_id>/consent")
@allow("interview.write")
def consent(programme_id: UUID, respondent_id: UUID) -> ResponseReturnValue:
    """Write down what a respondent answered when they were asked for consent."""
    session = write_session(programme_id)
    row = service.get_respondent(session, respondent_id)
    form = Form(request.form, ConsentInput)
    if form.ok:
        record(session, act(), row, form.value, words.in_pages(row.language))
        session.commit()
        flash(gettext("The answers about consent are kept, with the text that was read out."), "success")
        return redirect(url_for(".respondent", programme_id=programme_id, respondent_id=respondent_id))
    return respondent_page(session, respondent_id, consent_form=form), 400


@interviews.post("/p/<uuid:programme_id>/respondents/<uuid:respondent_id>/language")
@allow("interview.write")
def change_language(programme_id: UUID, respondent_id: UUID) -> ResponseReturnValue:
    """Speak another language with a respondent from now on."""
    session = write_session(programme_id)
    form = Form(request.form, LanguageInput)
    if form.ok:
        try:
            service.change_language(session, act(), respondent_id, form.value.language)
        except DomainError as error:
            form.blame("language", error)
        else:
            session.commit()
            flash(gettext("From now on the personal link and the questions are in this language."), "success")
            return redirect(url_for(".respondent", programme_id=programme_id, respondent_id=respondent_id))
    return respondent_page(session, respondent_id, language_form=form), 400


def respondent_page(
    session: Session,
    respondent_id: UUID,
    *,
    language_form: Form[LanguageInput] | None = None,
    consent_form: Form[ConsentInput] | None = None,
    start_form: Form[Any] | None = None,
) -> str:
    """Return the page of a respondent, with what was typed in one of its forms."""
    row = service.get_respondent(session, respondent_id)
    consents = service.consents_of(session, act(), respondent_id)
    given = service.consents_given(session, act(), respondent_id)
    link = people.link_of(session, respondent_id, now())
    programme_id = session.info["programme_id"]
    place(
        session,
        (row.group.name, url_for(".group", programme_id=programme_id, group_id=row.group_id)),
        (name_of(row), None),
    )
    return render_template(
        "interviews/respondent.html",
        programme_id=programme_id,
        respondent=row,
        is_participant=words.is_participant(row.kind),
        state=consent_state(given).value,
        own_state=own_consent(given).value,
        guardian=guardian_consent(given),
        consents=consents,
        questions=questions(row.kind, row.language),
        spoken_language=words.in_pages(row.language),
        own_language=tongues.name(row.language),
        language_form=language_form or Form.empty({"language": row.language}),
        languages=_languages(session),
        consent_form=consent_form,
        start_form=start_form
        or Form.empty(
            {"held_on": today().isoformat(), "mode": Mode.HELD.value, "variant": GuideVariant.PLAIN.value}
        ),
        modes=[(mode.value, texts.word(mode)) for mode in Mode if mode in BY_INTERVIEWER],
        variants=[
            (variant.value, words.guide_name(row.kind, variant), _about_guide(session, row, variant))
            for variant in GuideVariant
        ],
        consent_id=new_id(),
        interview_id=new_id(),
        link_id=new_id(),
        interviews=service.interviews_of(session, act(), respondent_id),
        link=link,
        link_guide=words.guide_name(row.kind, link.variant) if link else "",
        link_form=Form.empty({"guide": (link.variant if link else GuideVariant.PLAIN).value}),
    )


def _about_guide(session: Session, row: Respondent, variant: GuideVariant) -> str:
    """Return what is different about a guide, and how much of it is not there in somebody's language."""
    _, questions = service.guide_questions(session, row.kind, variant)
    missing = sum(not question.get(row.language) for question in questions)
    says = [words.variant_help(variant)]
    if missing:
        says.append(
            ngettext(
                "%(num)d question is not there in %(language)s, and is asked in Dutch or English.",
                "%(num)d questions are not there in %(language)s, and are asked in Dutch or English.",
                missing,
                language=tongues.name(row.language),
            )
        )
    return " ".join(says)


def _languages(session: Session) -> list[tuple[str, str]]:
    """Return the languages in which a guide asks its questions, each by its own name."""
    return [(code, tongues.name(code)) for code in service.guide_languages(session)]


def _new_page(session: Session, group_id: UUID, form: Form[RespondentInput], row_id: object) -> str:
    group = service.get_group(session, group_id)
    where = {"programme_id": session.info["programme_id"], "group_id": group_id}
    place(session, (group.name, url_for(".group", **where)), (gettext("New respondent"), None))
    return render_template(
        "interviews/respondent_form.html",
        form=form,
        group=group,
        row_id=row_id,
        languages=_languages(session),
        action=url_for(".create_respondent", **where),
        back=url_for(".group", **where),
    )
