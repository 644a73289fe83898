"""Interview guides: what is asked, in both languages, changed by a new edition."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.interviews import RespondentKind
from toc.services import interviews as service
from toc.services.errors import Stale
from toc.web.database import read_session, write_session
from toc.web.forms import TEXT, Edited, Form, Input, clean
from toc.web.interviews.blueprint import interviews, place
from toc.web.security import act, allow

_EMPTY_ROWS = 2
_MOST = 100


@interviews.get("/p/<uuid:programme_id>/guides/<kind>")
@allow("interview.read")
def guide(programme_id: UUID, kind: str) -> ResponseReturnValue:
    """Show the questions of a guide, to be changed."""
    session = read_session(programme_id)
    number, questions = service.guide_questions(session, _kind(kind))
    empty = [{"key": "", "nl": "", "en": ""}] * _EMPTY_ROWS
    return _page(session, _kind(kind), [*questions, *empty], number, Form.empty())


@interviews.post("/p/<uuid:programme_id>/guides/<kind>")
@allow("interview.write")
def save_guide(programme_id: UUID, kind: str) -> ResponseReturnValue:
    """Make a new edition of a guide; interviews that began keep theirs."""
    session = write_session(programme_id)
    rows = _typed()
    edition = Edited.of(request.form).revision
    form: Form[Input] = Form.empty()
    try:
        asked = [
            {name: clean(text, TEXT) for name, text in row.items()} for row in rows if row["nl"] or row["en"]
        ]
        number = service.edit_guide(session, act(), _kind(kind), asked, edition)
    except Stale as stale:
        return _page(session, _kind(kind), rows, stale.revision, form, _saved(rows, stale)), 409
    except DomainError as error:
        form.blame("", error)
        return _page(session, _kind(kind), rows, edition, form), 400
    session.commit()
    flash(
        gettext("Saved as edition %(number)s. Interviews that began keep their questions.", number=number),
        "success",
    )
    return redirect(url_for(".guide", programme_id=programme_id, kind=kind))


def _kind(typed: str) -> RespondentKind:
    try:
        return RespondentKind(typed)
    except ValueError:
        abort(404)


def _typed() -> list[dict[str, str]]:
    """Return the questions as they were typed, row by row."""
    columns = [request.form.getlist(name)[:_MOST] for name in ("key", "nl", "en")]
    return [
        {"key": key, "nl": dutch.strip(), "en": english.strip()}
        for key, dutch, english in zip(*columns, strict=False)
    ]


def _saved(rows: list[dict[str, str]], stale: Stale) -> dict[str, dict[str, str]]:
    """Return what is saved now for each question where that differs from what was typed, by key."""
    mine = {row["key"]: row for row in rows if row["key"]}
    questions: list[dict[str, str]] = list(stale.theirs["questions"])  # type: ignore[call-overload] # as `edit_guide` gives it
    return {question["key"]: question for question in questions if question != mine.get(question["key"])}


def _page(
    session: Session,
    kind: RespondentKind,
    rows: list[dict[str, str]],
    edition: int,
    form: Form[Input],
    saved: dict[str, dict[str, str]] | None = None,
) -> str:
    programme_id = session.info["programme_id"]
    place(session, (gettext("Interview guide"), None))
    return render_template(
        "interviews/guide.html",
        programme_id=programme_id,
        kind=kind,
        kinds=list(RespondentKind),
        rows=rows,
        edition=edition,
        form=form,
        saved=saved,
    )
