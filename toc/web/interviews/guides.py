"""Interview guides: what is asked, in which languages; changed by a new edition, on paper, out and in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain import tongues
from toc.domain.errors import DomainError
from toc.domain.interviews import GuideVariant, RespondentKind
from toc.services import interviews as service
from toc.services import programmes
from toc.services.errors import Stale
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import TEXT, Edited, Form, Input, clean
from toc.web.interviews.blueprint import interviews, place
from toc.web.security import act, allow
from toc.web.texts import interviews as words

_MOST = 100
_MOST_LANGUAGES = 12
_LARGEST = 256 * 1024
"""Bytes of a file with a guide."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which guide a page is about."""

    kind: RespondentKind
    variant: GuideVariant

    @property
    def name(self) -> str:
        """What it is called."""
        return words.guide_name(self.kind, self.variant)

    def url(self, session: Session, endpoint: str = ".guide", **more: Any) -> str:  # noqa: ANN401 - parts of an address
        """Return the address of one of its pages."""
        plain = self.variant is GuideVariant.PLAIN
        return url_for(
            endpoint,
            programme_id=session.info["programme_id"],
            kind=self.kind.value,
            variant=None if plain else self.variant.value,
            **more,
        )


@dataclass(frozen=True, slots=True)
class TypedGuide:
    """A guide as it stands in its form.

    Attributes:
        languages: of the columns.
        rows: per question its key and its text per language.
    """

    languages: tuple[str, ...]
    rows: list[dict[str, str]]


@interviews.get("/p/<uuid:programme_id>/guides/<kind>")
@allow("interview.read")
def guide(programme_id: UUID, kind: str) -> ResponseReturnValue:
    """Show the questions of a guide, to be changed."""
    session, chosen = read_session(programme_id), _chosen(kind)
    number, questions = service.guide_questions(session, chosen.kind, chosen.variant)
    typed = TypedGuide(service.languages_of(questions), questions)
    return _page(session, chosen, typed, number, Form.empty())


@interviews.post("/p/<uuid:programme_id>/guides/<kind>")
@allow("interview.write")
def save_guide(programme_id: UUID, kind: str) -> ResponseReturnValue:
    """Make a new edition of a guide; interviews that began keep theirs. Other buttons change the form."""
    session, chosen = write_session(programme_id), _chosen(kind)
    typed, edition = _typed(), Edited.of(request.form).revision
    form: Form[Input] = Form.empty()
    if (changed := _rearranged(typed)) is not None:
        return _page(session, chosen, changed, edition, form, is_changed=True)
    try:
        number = service.edit_guide(session, act(), chosen.kind, _asked(typed), edition, chosen.variant)
    except Stale as stale:
        session.rollback()
        return _page(session, chosen, typed, stale.revision, form, saved=_saved(typed, stale)), 409
    except DomainError as error:
        form.blame("", error)
        return _page(session, chosen, typed, edition, form), 400
    session.commit()
    _say_saved(number)
    return redirect(chosen.url(session))


@interviews.get("/p/<uuid:programme_id>/guides/<kind>/print")
@allow("interview.read")
def print_guide(programme_id: UUID, kind: str) -> ResponseReturnValue:
    """Show one edition of a guide in one language, with room to write, for paper."""
    session, chosen = read_session(programme_id), _chosen(kind)
    number, questions = _edition(session, chosen)
    there = service.languages_of(questions)
    language = request.args.get("language", texts.language())
    language = language if language in there else texts.language()
    place(session, (chosen.name, chosen.url(session)), (gettext("To print"), None))
    return render_template(
        "interviews/guide_print.html",
        name=chosen.name,
        edition=number,
        programme=programmes.get(session).name,
        questions=[tongues.best(question, language) for question in questions],
        direction=tongues.direction,
        languages=[
            (
                tongues.name(each),
                chosen.url(session, ".print_guide", edition=number, language=each),
                each == language,
            )
            for each in there
        ],
        back=chosen.url(session),
    )


@interviews.get("/p/<uuid:programme_id>/guides/<kind>/export.<form>")
@allow("interview.read")
def export_guide(programme_id: UUID, kind: str, form: str) -> ResponseReturnValue:
    """Give one edition of a guide as a file: JSON to bring in elsewhere, or plain text."""
    session, chosen = read_session(programme_id), _chosen(kind)
    number, questions = _edition(session, chosen)
    if form == "json":
        body, media = service.written(chosen.kind, chosen.variant, number, questions), "application/json"
    elif form == "txt":
        body, media = _as_text(chosen, number, questions), "text/plain; charset=utf-8"
    else:
        abort(404)
    name = f"guide-{chosen.kind.value}-{chosen.variant.value}-{number}.{form}"
    return Response(
        body, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@interviews.post("/p/<uuid:programme_id>/guides/<kind>/import")
@allow("interview.write")
def import_guide(programme_id: UUID, kind: str) -> ResponseReturnValue:
    """Make a new edition of a guide from a file."""
    session, chosen = write_session(programme_id), _chosen(kind)
    edition = Edited.of(request.form).revision
    form: Form[Input] = Form.empty()
    try:
        questions = [
            {name: clean(text, TEXT) for name, text in question.items()}
            for question in service.read_guide(_uploaded())
        ]
        number = service.edit_guide(session, act(), chosen.kind, questions, edition, chosen.variant)
    except Stale as stale:
        session.rollback()
        now = _of(stale)
        return _page(session, chosen, now, stale.revision, form, saved={}), 409
    except DomainError as error:
        session.rollback()
        form.blame("file", error)
        newest, questions = service.guide_questions(session, chosen.kind, chosen.variant)
        typed = TypedGuide(service.languages_of(questions), questions)
        return _page(session, chosen, typed, newest, form), 400
    session.commit()
    _say_saved(number)
    return redirect(chosen.url(session))


def _chosen(kind: str) -> Chosen:
    try:
        return Chosen(RespondentKind(kind), GuideVariant(request.values.get("variant", GuideVariant.PLAIN)))
    except ValueError:
        abort(404)


def _edition(session: Session, chosen: Chosen) -> tuple[int, list[dict[str, str]]]:
    """Return the edition that the address names, else the newest."""
    asked = request.args.get("edition", "")
    if not asked:
        return service.guide_questions(session, chosen.kind, chosen.variant)
    number = Edited.of({"revision": asked}).revision
    return number, service.questions_of(session, chosen.kind, chosen.variant, number)


def _typed() -> TypedGuide:
    """Return the questions as they were typed, row by row."""
    further = [each for each in request.form.getlist("language") if each in tongues.FURTHER]
    languages = tuple(dict.fromkeys([*tongues.PAGES, *further[:_MOST_LANGUAGES]]))
    columns = [request.form.getlist(name)[:_MOST] for name in ("key", *languages)]
    rows = [
        {"key": key, **{each: text.strip() for each, text in zip(languages, said, strict=True)}}
        for key, *said in zip(*columns, strict=False)
    ]
    return TypedGuide(languages, rows)


def _asked(typed: TypedGuide) -> list[dict[str, str]]:
    """Return the questions that say something.

    Raises:
        DomainError: as `forms.clean`.
    """
    return [
        {name: clean(text, TEXT) for name, text in row.items()}
        for row in typed.rows
        if any(row[language] for language in typed.languages)
    ]


def _rearranged(typed: TypedGuide) -> TypedGuide | None:
    """Return the form after a button that moves, adds or removes; None when it is to be saved."""
    sent, rows = request.form, list(typed.rows)
    if "add_language" in sent:
        new = sent.get("new_language", "")
        languages = typed.languages if new not in tongues.FURTHER else (*typed.languages, new)
        return TypedGuide(tuple(dict.fromkeys(languages)), rows)
    if "drop_language" in sent:
        gone = {sent["drop_language"]} - set(tongues.PAGES)
        left = tuple(each for each in typed.languages if each not in gone)
        return TypedGuide(left, [{name: row[name] for name in ("key", *left)} for row in rows])
    if "add" in sent:
        return TypedGuide(typed.languages, [*rows, {"key": "", **dict.fromkeys(typed.languages, "")}])
    for button, step in (("up", -1), ("down", 1), ("remove", 0)):
        if button in sent:
            at = Edited.of({"revision": sent[button]}).revision
            if not 0 <= at < len(rows):
                return typed
            row = rows.pop(at)
            if step:
                rows.insert(max(at + step, 0), row)
            return TypedGuide(typed.languages, rows)
    return None


def _uploaded() -> str:
    """Return the text of the file that was sent.

    Raises:
        DomainError: ``guide.no_file``, ``guide.file_too_large``, ``guide.not_json``.
    """
    file = request.files.get("file")
    if file is None or not file.filename:
        raise DomainError("guide.no_file")
    content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise DomainError("guide.file_too_large", most=_LARGEST // 1024)
    try:
        text: str = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DomainError("guide.not_json") from error
    return text


def _as_text(chosen: Chosen, number: int, questions: list[dict[str, str]]) -> str:
    """Return a guide as plain text, one language after the other."""
    parts = [gettext("%(guide)s, edition %(number)s", guide=chosen.name, number=number), ""]
    for language in service.languages_of(questions):
        parts += [tongues.name(language), ""]
        parts += [f"{at}. {question.get(language, '-')}" for at, question in enumerate(questions, 1)]
        parts.append("")
    return "\n".join(parts)


def _of(stale: Stale) -> TypedGuide:
    """Return the guide that somebody else saved in between."""
    questions: list[dict[str, str]] = list(stale.theirs["questions"])  # type: ignore[call-overload] # as `edit_guide` gives it
    return TypedGuide(service.languages_of(questions), questions)


def _saved(typed: TypedGuide, stale: Stale) -> dict[str, dict[str, str]]:
    """Return what is saved now for each question where that differs from what was typed, by key."""
    mine = {
        row["key"]: {name: text for name, text in row.items() if text} for row in typed.rows if row["key"]
    }
    return {
        question["key"]: question for question in _of(stale).rows if question != mine.get(question["key"])
    }


def _say_saved(number: int) -> None:
    flash(
        gettext("Saved as edition %(number)s. Interviews that began keep their questions.", number=number),
        "success",
    )


def _page(
    session: Session,
    chosen: Chosen,
    typed: TypedGuide,
    edition: int,
    form: Form[Input],
    *,
    saved: dict[str, dict[str, str]] | None = None,
    is_changed: bool = False,
) -> str:
    place(session, (chosen.name, None))
    return render_template(
        "interviews/guide.html",
        chosen=chosen,
        help=words.variant_help(chosen.variant),
        guides=[
            (each.name, each.url(session), each == chosen)
            for each in (Chosen(kind, variant) for kind in RespondentKind for variant in GuideVariant)
        ],
        languages=[(each, tongues.name(each), tongues.direction(each)) for each in typed.languages],
        fixed=list(tongues.PAGES),
        further=[(each, name) for each, name in tongues.FURTHER.items() if each not in typed.languages],
        rows=typed.rows,
        edition=edition,
        form=form,
        saved=saved,
        is_changed=is_changed,
        urls={
            "save": chosen.url(session, ".save_guide"),
            "import": chosen.url(session, ".import_guide"),
            "print": chosen.url(session, ".print_guide"),
            "json": chosen.url(session, ".export_guide", form="json"),
            "txt": chosen.url(session, ".export_guide", form="txt"),
            "back": url_for(".index", programme_id=session.info["programme_id"]),
        },
    )
