"""The blueprint, and what its pages share."""

from flask import Blueprint, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.models.programmes import Programme
from toc.services import programmes
from toc.web import frame, texts
from toc.web.texts import rankings as words

texts.register(words.SENTENCES, words.WORDS)

rankings = Blueprint("rankings", __name__)


def place(session: Session, *crumbs: tuple[str, str | None]) -> Programme:
    """Put a page below the rankings and return its programme; without crumbs the page is their list."""
    programme = programmes.get(session)
    address = url_for("rankings.index", programme_id=programme.id) if crumbs else None
    frame.show_in(programme, (gettext("Rankings"), address), *crumbs)
    return programme
