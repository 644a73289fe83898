"""The blueprint of the pages behind a personal link, and what all of them need."""

from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.interviews import ConsentState, Mode, guardian_consent, own_consent
from toc.models.interviews import Respondent
from toc.services import interviews as service
from toc.services.errors import NotFound
from toc.services.interviews import InterviewView
from toc.web import frame, texts
from toc.web.database import read_session, write_session
from toc.web.security import act, viewer
from toc.web.texts import mine as words

texts.register(words.SENTENCES, words.WORDS)

mine = Blueprint("mine", __name__)


def reading() -> Session:
    """Return a session for reading the programme of the link."""
    return read_session(viewer().link_programme_id)


def writing() -> Session:
    """Return a session for writing in the programme of the link."""
    return write_session(viewer().link_programme_id)


def myself(session: Session) -> Respondent:
    """Return the respondent whose link was opened.

    Raises:
        NotFound: they were removed in the meantime.
    """
    me = viewer().respondent_id
    if me is None:
        raise NotFound
    return service.get_respondent(session, me)


def consent_of(session: Session, me: Respondent) -> ConsentState:
    """Return whether the reader agreed to be asked anything: what they answered last counts."""
    return own_consent(service.consents_given(session, act(), me.id))


def guardian_of(session: Session, me: Respondent) -> ConsentState | None:
    """Return what the reader's guardian said; None when none has to agree."""
    return guardian_consent(service.consents_given(session, act(), me.id))


def own_interview(session: Session, interview_id: UUID) -> InterviewView:
    """Return an interview that the reader filled in alone.

    Raises:
        NotFound: it is somebody else's, or somebody else wrote it down.
    """
    view = service.interview_view(session, act(), interview_id)
    if view.interview.mode is not Mode.ALONE:
        raise NotFound
    return view


def crumb(*path: tuple[str, str | None]) -> None:
    """Say where below the reader's own page this one is."""
    frame.crumbs((gettext("My page"), url_for("mine.home")), *path)
