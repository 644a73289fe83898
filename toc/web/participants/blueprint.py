"""The routes of participants, and what their pages share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a long list.

    Attributes:
        first: how many stand before it.
        text: which of how many it shows.
        previous_url, next_url: None where there is none.
    """

    first: int
    text: str
    previous_url: str | None
    next_url: str | None

    @property
    def has_others(self) -> bool:
        """Whether the list has more than one page."""
        return self.previous_url is not None or self.next_url is not None


def asked_page() -> int:
    """Return the number of the page that the address asks for, from 1."""
    typed = request.args.get("page", "1")
    return max(int(typed), 1) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1  # noqa: PLR2004 - no list is that long


def page_of(total: int, size: int, url: Callable[[int], str]) -> Page:
    """Return the page of a list that is asked for; `url` makes the address of another one."""
    number = asked_page()
    first = (number - 1) * size
    return Page(
        first=first,
        text=gettext(
            "%(first)s to %(last)s of %(total)s",
            first=first + 1,
            last=min(first + size, total),
            total=total,
        ),
        previous_url=url(number - 1) if number > 1 else None,
        next_url=url(number + 1) if number * size < total else None,
    )


def may_write() -> bool:
    """Tell whether the reader may write about participants."""
    return viewer().may("participant.write")


def vault() -> str:
    """Return the name under which a device keeps the nicknames of this account (nicknames.js)."""
    return str(viewer().user_id)
