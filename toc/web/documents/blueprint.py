"""The blueprint of documents, and what several of its pages need."""

from flask import Blueprint, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.services import programmes
from toc.web import frame, texts
from toc.web.texts import documents as words

texts.register(words.SENTENCES, words.WORDS)

documents = Blueprint("documents", __name__)


def place(session: Session, *crumbs: tuple[str, str | None]) -> None:
    """Say where below the documents a page is."""
    programme = programmes.get(session)
    here = url_for("documents.index", programme_id=programme.id) if crumbs else None
    frame.show_in(programme, (gettext("Documents"), here), *crumbs)
