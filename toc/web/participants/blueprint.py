"""The routes of participants, and what their pages share."""

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext

from toc.models.programmes import Programme
from toc.web import frame, texts
from toc.web.forms import Form
from toc.web.security import new_id, viewer
from toc.web.texts import participants as words

texts.register(words.SENTENCES, words.WORDS)

participants = Blueprint("participants", __name__)

DASH = "\u2013"
"""Stands where nothing is known."""


def show_in(programme: Programme, *path: tuple[str, str | None]) -> str:
    """Say where below the participants a page is; return the address of their list."""
    at = url_for("participants.index", programme_id=programme.id)
    frame.show_in(programme, (gettext("Participants"), at if path else None), *path)
    return at


def carried(form: Form[Any]) -> UUID:
    """Return the id that the form carried, so that the next attempt makes the same row; or a fresh one."""
    try:
        return UUID(form.raw("id") or "")
    except ValueError:
        return new_id()


def may_write() -> bool:
    """Tell whether the reader may write about participants."""
    return viewer().may("participant.write")


def vault() -> str:
    """Return the name under which a device keeps the nicknames of this account (nicknames.js)."""
    return str(viewer().user_id)
