"""The routes of logs that come in, and what their pages share."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Use
from toc.domain.exchange.notation import NumberStyle
from toc.domain.exchange.recognised import Reason
from toc.domain.ids import derived
from toc.domain.jobs import JobKind
from toc.domain.privacy import Personal
from toc.models.jobs import Job
from toc.models.programmes import Programme
from toc.services.errors import NotFound
from toc.services.exchange.hands import hands_of
from toc.web import frame, texts
from toc.web.forms import Form
from toc.web.security import new_id, settings
from toc.web.texts import importing as words

texts.register(words.SENTENCES, words.WORDS)

exchange = Blueprint("exchange", __name__)

DASH = "\u2013"
_AROUND_A_FILE = 100_000
"""Bytes of a request beside the file in it."""
_KINDS: Mapping[str, Any] = {"use": Use, "kind": Personal, "style": NumberStyle}
"""Parameters of sentences that are a word of an enumeration; what a job keeps of them is plain text."""


@exchange.url_value_preprocessor
def _let_logs_in(endpoint: str | None, _: dict[str, Any] | None) -> None:
    """Let a log be larger than other uploads; who has no account is bounded again after this."""
    if endpoint == "exchange.send":
        request.max_content_length = settings().import_bytes + _AROUND_A_FILE


def show_in(programme: Programme, *path: tuple[str, str | None]) -> str:
    """Say where below the imports a page is; return the address of their list."""
    at = url_for("exchange.imports", programme_id=programme.id)
    frame.show_in(programme, (gettext("Imports"), at if path else None), *path)
    return at


def show_source_in(programme: Programme, *path: tuple[str, str | None]) -> str:
    """Say where below the sources a page is; return the address of their list."""
    at = url_for("exchange.sources", programme_id=programme.id)
    show_in(programme, (gettext("Sources"), at if path else None), *path)
    return at


def address(programme_id: UUID, job_id: UUID, **more: str | None) -> str:
    """Return where the page of a job is."""
    named: dict[str, Any] = {"programme_id": programme_id, "job_id": job_id, **more}
    return url_for("exchange.job", **named)


def carried(form: Form[Any]) -> UUID:
    """Return the id that the form carried, so that the next attempt makes the same row; or a fresh one."""
    try:
        return UUID(form.raw("id") or "")
    except ValueError:
        return new_id()


def job_of(programme_id: UUID, form_id: UUID) -> UUID:
    """Return the id of the job that a form makes: the same form twice makes one.

    Jobs of all programmes have their files in one place, and a form may carry any id, also one of a job of
    another programme; so the id is made here.
    """
    return derived(programme_id, "job", form_id.hex)


def id_in(text: str | None) -> UUID | None:
    """Return the id that an address or a field holds; None for nothing.

    Raises:
        NotFound: it is none.
    """
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def hands_in_words(session: Session, job: Job) -> list[str]:
    """Return who uploaded the file of a READ job, and who said what its columns are, a sentence each."""
    hands = hands_of(session, job)
    by = hands.uploaded_by or gettext("a command")
    said = [gettext("Uploaded by %(name)s, %(at)s.", name=by, at=texts.moment(hands.uploaded_at))]
    if hands.mapped_at is not None:
        by = hands.mapped_by or gettext("a command")
        at = texts.moment(hands.mapped_at)
        said.append(gettext("Columns and answers by %(name)s, %(at)s.", name=by, at=at))
    return said


def said_of(job: Job) -> str:
    """Return why a job came to nothing, as a sentence; "" when it did not."""
    return sentence_of(job.error, job.result.get("params", {})) if job.error else ""


def sentence_of(key: str, params: Mapping[str, Any]) -> str:
    """Return a sentence whose values were kept as plain text."""
    if key not in texts.SENTENCES:
        key, params = "job.broken", {}
    named = {name: _word(name, value) for name, value in params.items()}
    return texts.sentence(key, **named)


def _word(name: str, value: object) -> object:
    if name in _KINDS and value in set(_KINDS[name]):
        return texts.word(_KINDS[name](value))
    return value


def reason_of(reason: Reason) -> str:
    """Return why a row is not right."""
    return sentence_of(reason.key, reason.params)


def sentence(error: DomainError) -> str:
    """Return the sentence of an error."""
    return sentence_of(error.key, error.params)


def title_of(job: Job) -> str:
    """Return what a job does, in words."""
    name = str(job.asked.get("name", ""))
    return f"{texts.word(job.kind)}: {name}" if job.kind is JobKind.READ and name else texts.word(job.kind)
