"""Uploading a transcript or a plan: choose the file, look at what was read, and then save it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any, Final
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from toc.domain.codes import CodeKind, code
from toc.domain.documents import asks, page_of, times_named
from toc.domain.errors import DomainError
from toc.domain.interviews import RespondentKind
from toc.domain.privacy import Personal, personal_numbers
from toc.domain.programmes import Language
from toc.domain.transcripts import Turn
from toc.models.documents import Document
from toc.models.interviews import Respondent, StakeholderGroup
from toc.services import documents as service
from toc.services import interviews
from toc.services.documents import ENDINGS, DocumentText, StudyDraft
from toc.services.errors import NotFound
from toc.web import frame, texts
from toc.web.database import read_session, write_session
from toc.web.documents.blueprint import documents, place
from toc.web.documents.carrying import Carried, pack, signer_of, unpack
from toc.web.forms import LINE, Day, Form, Input, OptionalLine, RowId, Tick, chosen, clean
from toc.web.security import act, allow, new_id
from toc.web.texts import documents as words

_SAMPLE: Final = 1500
"""Characters of the text that are shown before it is saved."""
_FINDS: Final = 20
"""Personal numbers that are shown."""
_BEGINNING: Final = 70
"""Characters of what a speaker says first."""
_MEGABYTE: Final = 10**6
_NO_TITLES: Final = frozenset({"untitled", "naamloos", "document", "document1", "unspecified"})
"""What programs write where nobody gave a title."""
_BLAME = {
    "document.whose": "speakers",
    "interview.in_the_future": "on",
    "document.title_needed": "title",
    "document.lost": "file",
}


# --- Whose words --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Whose:
    """Of whom a file is: a transcript of a respondent, or a plan of a party.

    Attributes:
        respondent, group: one of them.
        may_keep: the file itself may be kept.
        refused: why nothing of the respondent may be noted; None when it may.
    """

    respondent: Respondent | None = None
    group: StakeholderGroup | None = None
    may_keep: bool = True
    refused: DomainError | None = None

    @classmethod
    def of(cls, session: Session, values: Mapping[str, str]) -> "Whose | None":
        """Return whom a form or an address names; None when nobody.

        Raises:
            NotFound: somebody who is not here.
        """
        if values.get("respondent_id"):
            respondent = interviews.get_respondent(session, _id(values["respondent_id"]))
            try:
                return cls(respondent=respondent, may_keep=service.transcript_of(session, respondent.id)[1])
            except NotFound:
                raise
            except DomainError as error:
                return cls(respondent=respondent, refused=error)
        if values.get("group_id"):
            return cls(group=interviews.get_group(session, _id(values["group_id"])))
        return None

    @property
    def id(self) -> UUID:
        """Of the respondent or the party."""
        found: UUID = (self.respondent or self.group).id  # type: ignore[union-attr] # it is one of them
        return found

    @property
    def field(self) -> str:
        """The name of the field with the id."""
        return "respondent_id" if self.respondent else "group_id"

    @property
    def name(self) -> str:
        """How people call it."""
        return words.name_of(self.respondent) if self.respondent else self.group.name if self.group else ""


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


# --- 1. The file --------------------------------------------------------------------------------------------


class SaveInput(Input):
    """What is said of a file that was read."""

    id: RowId
    on: Day
    title: OptionalLine
    language: Annotated[Language | None, chosen(Language, optional=True)]
    speakers: list[str]
    no_speakers: Tick
    numbers_kept: Tick
    keep: Tick


@documents.get("/p/<uuid:programme_id>/documents/new")
@allow("document.write")
def upload(programme_id: UUID) -> ResponseReturnValue:
    """Ask for the file, or first of whom it is."""
    session = read_session(programme_id)
    return _upload_page(session, Whose.of(session, request.args), Form.empty())


@documents.post("/p/<uuid:programme_id>/documents/new")
@allow("document.write")
def read_in(programme_id: UUID) -> ResponseReturnValue:
    """Read the file and show what was found in it; nothing is saved yet."""
    session = read_session(programme_id)
    whose = Whose.of(session, request.form)
    form: Form[SaveInput] = Form.empty()
    try:
        if whose is None:
            raise DomainError("document.whose_needed")  # noqa: TRY301 - told like what else is wrong
        carried, name = _received(whose)
        packed, carried = pack(carried, signer_of(programme_id, whose.id))
    except DomainError as error:
        form.blame("file" if whose else "", error)
        return _upload_page(session, whose, form), 400
    return _preview_page(session, whose, carried, packed, _first_guess(carried.read, name))


def _received(whose: Whose) -> tuple[Carried, str]:
    """Return what was read from the file that was sent, and the name of the file.

    Raises:
        DomainError: why the respondent may not be noted, or the file not read.
    """
    if whose.refused is not None:
        raise whose.refused
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise DomainError("document.no_file")
    content = sent.read()
    return Carried.of(
        service.read_document(content, sent.filename), content, may_keep=whose.may_keep
    ), sent.filename


def _upload_page(session: Session, whose: Whose | None, form: Form[Any]) -> str:
    here = {"programme_id": session.info["programme_id"]}
    place(session, (gettext("Upload"), None))
    if whose is None:
        return render_template(
            "documents/whose.html",
            form=form,
            here=here,
            respondents=[
                (
                    voice.id,
                    f"{code(CodeKind.RESPONDENT, voice.code)} {voice.name}".strip() + f", {voice.group}",
                )
                for voice in service.voices(session)
            ],
            groups=[(view.group.id, view.group.name) for view in interviews.group_views(session)],
        )
    refused = whose.refused
    return render_template(
        "documents/upload.html",
        form=form,
        here=here,
        whose=whose,
        refused=None if refused is None else texts.sentence(refused.key, **refused.params),
        accept=",".join(ENDINGS),
        most=texts.number(current_app.config["MAX_CONTENT_LENGTH"] // _MEGABYTE),
    )


# --- 2. What was found in it --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A personal number in the text, without the number itself.

    Attributes:
        kind: what it looks like.
        where: page or line.
        hint: its first characters.
    """

    kind: str
    where: str
    hint: str


def _first_guess(read: DocumentText, name: str) -> Form[SaveInput]:
    """Return the form with what the file itself makes likely."""
    speakers = dict.fromkeys(turn.speaker for turn in read.turns)
    return Form.empty(
        MultiDict(
            {
                "title": read.title
                if read.title and read.title.casefold() not in _NO_TITLES
                else _title(name),
                "language": texts.language(),
                "speakers": [speaker for speaker in speakers if not asks(speaker)],
            }
        )
    )


def _title(name: str) -> str:
    """Return a title from the name of a file, which may hold anything."""
    try:
        return clean(PurePosixPath(name.replace("\\", "/")).stem.replace("_", " "), LINE)
    except DomainError:
        return ""


def _preview_page(
    session: Session, whose: Whose, carried: Carried, packed: str, form: Form[SaveInput]
) -> str:
    read = carried.read
    finds = personal_numbers(read.text)
    same = service.same_file(session, carried.digest)
    place(session, (gettext("Upload"), None))
    return render_template(
        "documents/preview.html",
        form=form,
        here={"programme_id": session.info["programme_id"]},
        whose=whose,
        carried=packed,
        row_id=form.raw("id") or new_id(),
        facts=_facts(read),
        warnings=[
            *(texts.sentence(key) for key in read.warnings),
            *([_same(same)] if same is not None else []),
            *(_named(read.turns, read.text, whose.respondent) if whose.respondent else []),
        ],
        refused=any(find.kind is Personal.BSN for find in finds),
        finds=[_found(read, find.kind, find.start, find.end) for find in finds[:_FINDS]],
        rest=max(0, len(finds) - _FINDS),
        speakers=_speakers(read) if whose.respondent else [],
        sample=read.text[:_SAMPLE],
        is_whole=len(read.text) <= _SAMPLE,
        can_keep=carried.original is not None,
        languages=list(frame.LANGUAGES.items()),
    )


def _facts(read: DocumentText) -> list[tuple[str, str]]:
    """Return what the file turned out to be."""
    length = ngettext("%(num)s word", "%(num)s words", len(read.text.split()))
    facts = [
        (gettext("Kind of file"), texts.word(read.media_type)),
        (gettext("Length"), length % {"num": texts.number(len(read.text.split()))}),
    ]
    if read.pages:
        facts.append((gettext("Pages"), texts.number(len(read.pages))))
    return facts


def _same(number: int) -> str:
    short = code(CodeKind.DOCUMENT, number)
    return str(gettext("This very file was uploaded before: it is %(code)s.", code=short))


def _named(turns: tuple[Turn, ...], text: str, respondent: Respondent) -> list[str]:
    """Return what to do about the names of a participant in a transcript."""
    if respondent.kind is not RespondentKind.PARTICIPANT:
        return []
    short = code(CodeKind.RESPONDENT, respondent.code)
    names = dict.fromkeys(turn.speaker for turn in turns if not asks(turn.speaker))
    named = [name for name in names if times_named(text, turns, name)]
    sentences = [
        gettext(
            "A participant has no name here. Before their words %(code)s will stand; take names of people "
            "out of what is said before you upload.",
            code=short,
        )
    ]
    if named:
        sentences.append(
            gettext("These names also occur in what is said: %(names)s.", names=", ".join(named))
        )
    return [str(sentence) for sentence in sentences]


def _found(read: DocumentText, kind: Personal, start: int, end: int) -> Found:
    page = page_of(read.pages, start)
    where = (
        gettext("line %(number)s", number=texts.number(read.text.count("\n", 0, start) + 1))
        if page is None
        else gettext("p. %(number)s", number=texts.number(page))
    )
    return Found(texts.word(kind), str(where), read.text[start : min(end, start + 2)] + "…")


def _speakers(read: DocumentText) -> list[tuple[str, str, str]]:
    """Return each speaker with how often they speak and what they say first."""
    times = Counter(turn.speaker for turn in read.turns)
    first: dict[str, Turn] = {}
    for turn in read.turns:
        first.setdefault(turn.speaker, turn)
    options = []
    for speaker, turn in first.items():
        often = ngettext("%(speaker)s, once", "%(speaker)s, %(num)s times", times[speaker], speaker=speaker)
        said = " ".join(read.text[turn.start : min(turn.end, turn.start + _BEGINNING)].split())
        options.append((speaker, often, f"“{said}…”"))
    return options


# --- 3. Saving ----------------------------------------------------------------------------------------------


@documents.post("/p/<uuid:programme_id>/documents")
@allow("document.write")
def save(programme_id: UUID) -> ResponseReturnValue:
    """Save what was looked at: the text as an interview that is complete, and the file if it may be kept."""
    session = write_session(programme_id)
    whose = Whose.of(session, request.form)
    form = Form(request.form, SaveInput)
    packed = request.form.get("carried", "")
    try:
        if whose is None:
            raise DomainError("document.whose_needed")  # noqa: TRY301 - told like what else is wrong
        carried = unpack(packed, signer_of(programme_id, whose.id))
    except DomainError as error:
        lost: Form[SaveInput] = Form.empty()
        lost.blame("file" if whose else "", error)
        return _upload_page(session, whose, lost), 400
    if form.ok:
        try:
            made = _add(session, whose, carried, form.value)
        except DomainError as error:
            form.blame(_BLAME.get(error.key, ""), error)
        else:
            session.commit()
            flash(gettext("Saved. Mark in the text what it says."), "success")
            return redirect(url_for(".show", programme_id=programme_id, document_id=made.id))
    return _preview_page(session, whose, carried, packed, form), 400


def _add(session: Session, whose: Whose, carried: Carried, typed: SaveInput) -> Document:
    """Keep what was read.

    Raises:
        DomainError: as `service.add_transcript` and `service.add_study`.
    """
    incoming = carried.incoming(keep=typed.keep, numbers_kept=typed.numbers_kept)
    if whose.respondent is not None:
        own = None if typed.no_speakers else set(typed.speakers)
        return service.add_transcript(session, act(), typed.id, whose.id, incoming, held_on=typed.on, own=own)
    language = typed.language or Language(texts.language())
    draft = StudyDraft(title=typed.title, language=language.value, dated_on=typed.on)
    return service.add_study(session, act(), typed.id, whose.id, incoming, draft)
