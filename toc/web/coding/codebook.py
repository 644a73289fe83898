"""The codebook: goals and entries with what stands under them."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind
from toc.domain.codes import code as short_code
from toc.domain.coding import CodeUse
from toc.domain.errors import DomainError
from toc.services import coding as service
from toc.services.coding import Code, CodedPassage, EntryDraft
from toc.services.coding.reading import PAGE
from toc.services.errors import NotFound, Stale
from toc.web import readings, texts
from toc.web.coding.blueprint import Chip, chip, coding, party, passages_url, short, show_in_codebook
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Edited,
    Form,
    Input,
    Line,
    OptionalParagraph,
    OptionalRowId,
    OptionalWhole,
    RowId,
    Tick,
    chosen,
)
from toc.web.security import act, allow, new_id

FIELDS = ("use", "name", "definition")


class EditInput(Input):
    """What an entry is to say."""

    use: Annotated[CodeUse, chosen(CodeUse)]
    name: Line
    definition: OptionalParagraph

    def draft(self) -> EntryDraft:
        """Return it as the service takes it."""
        return EntryDraft(use=self.use, name=self.name, definition=self.definition)


class EntryInput(EditInput):
    """A new entry."""

    id: RowId


class RetireInput(Input):
    """Whether an entry may still be chosen."""

    retired: Tick


class ListInput(Input):
    """Which part of a list."""

    page: OptionalWhole
    coder: OptionalRowId
    party: OptionalRowId


@dataclass(frozen=True, slots=True)
class Row:
    """A goal or entry in the codebook."""

    short: str
    name: str
    definition: str
    retired: bool
    count: str
    coders: str
    url: str
    edit_url: str | None


@dataclass(frozen=True, slots=True)
class Pager:
    """Which part of a list is shown, and where the parts beside it are."""

    text: str
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class ListedPassage:
    """A passage under a code."""

    short: str
    text: str
    url: str
    statement_url: str
    party: str
    group: str
    colour: int
    chips: tuple[Chip, ...]


@coding.get("/p/<uuid:programme_id>/codebook")
@allow("coding.write")
def codebook(programme_id: UUID) -> ResponseReturnValue:
    """Show all goals and entries with how often they are used."""
    session = read_session(programme_id)
    every = service.codebook(session)
    page = max(_asked().page or 1, 1)
    goals_first = request.args.get("goals") == "1"
    some = [one for one in every if one.is_goal is goals_first]
    programme = show_in_codebook(session)
    where = {"programme_id": programme_id, "goals": int(goals_first)}
    return render_template(
        "coding/codebook.html",
        programme_id=programme.id,
        rows=[_row(programme_id, one) for one in some[(page - 1) * PAGE : page * PAGE]],
        pager=pager(len(some), page, "coding.codebook", where),
        lenses=[
            (gettext("Entries"), url_for(".codebook", programme_id=programme_id), not goals_first),
            (gettext("Goals"), url_for(".codebook", programme_id=programme_id, goals=1), goals_first),
        ],
        goals=goals_first,
    )


@coding.get("/p/<uuid:programme_id>/codebook/new")
@allow("coding.write")
def new_entry(programme_id: UUID) -> ResponseReturnValue:
    """Ask what a new entry says."""
    return _form_page(read_session(programme_id), Form.empty(), None, new_id())


@coding.post("/p/<uuid:programme_id>/codebook/new")
@allow("coding.write")
def create_entry(programme_id: UUID) -> ResponseReturnValue:
    """Add an entry."""
    session = write_session(programme_id)
    form = Form(request.form, EntryInput)
    if form.ok:
        try:
            service.add_entry(session, act(), form.value.id, form.value.draft())
        except DomainError as error:
            form.blame("name", error)
        else:
            session.commit()
            flash(gettext("The entry is added."), "success")
            return redirect(url_for(".codebook", programme_id=programme_id))
    return _form_page(session, form, None, form.raw("id") or new_id()), 400


@coding.get("/p/<uuid:programme_id>/codebook/entries/<uuid:entry_id>")
@allow("coding.write")
def entry(programme_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Show an entry with the passages under it."""
    session = read_session(programme_id)
    return _passages_page(session, _code(session, entry_id, is_goal=False))


@coding.get("/p/<uuid:programme_id>/codebook/goals/<uuid:goal_id>")
@allow("coding.write")
def goal(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Show a goal with the passages under it."""
    session = read_session(programme_id)
    return _passages_page(session, _code(session, goal_id, is_goal=True))


@coding.get("/p/<uuid:programme_id>/codebook/entries/<uuid:entry_id>/edit")
@allow("coding.write")
def edit_entry(programme_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Show what an entry says, to change it."""
    session = read_session(programme_id)
    one = _code(session, entry_id, is_goal=False)
    form: Form[EditInput] = Form.empty({"use": one.use, "name": one.name, "definition": one.definition})
    return _form_page(session, form, one)


@coding.post("/p/<uuid:programme_id>/codebook/entries/<uuid:entry_id>/edit")
@allow("coding.write")
def save_entry(programme_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Word an entry anew."""
    session = write_session(programme_id)
    one, form = _code(session, entry_id, is_goal=False), Form(request.form, EditInput)
    if not form.ok:
        return _form_page(session, form, one), 400
    try:
        service.edit_entry(session, act(), entry_id, form.value.draft(), Edited.of(request.form).revision)
    except Stale as stale:
        return _conflict_page(session, one, form, stale), 409
    except NotFound:
        raise
    except DomainError as error:
        form.blame("name", error)
        return _form_page(session, form, one), 400
    session.commit()
    flash(gettext("The entry is saved."), "success")
    return redirect(url_for(".entry", programme_id=programme_id, entry_id=entry_id))


@coding.post("/p/<uuid:programme_id>/codebook/entries/<uuid:entry_id>/retire")
@allow("coding.write")
def retire_entry(programme_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Let an entry be chosen no longer, or again."""
    session = write_session(programme_id)
    form = Form(request.form, RetireInput)
    revision = Edited.of(request.form).revision
    service.retire_entry(session, act(), entry_id, retired=form.value.retired, revision=revision)
    session.commit()
    said = gettext("It can no longer be chosen; what was coded with it stays.")
    flash(said if form.value.retired else gettext("It can be chosen again."), "success")
    return redirect(url_for(".entry", programme_id=programme_id, entry_id=entry_id))


def pager(total: int, page: int, endpoint: str, where: dict[str, Any]) -> Pager | None:
    """Return the pager of a list, None when all of it is shown."""
    if total <= PAGE and page == 1:
        return None
    first, last = min((page - 1) * PAGE + 1, total), min(page * PAGE, total)
    text = gettext(
        "%(first)s to %(last)s of %(total)s",
        first=texts.number(first),
        last=texts.number(last),
        total=texts.number(total),
    )
    return Pager(
        text,
        url_for(endpoint, **where, page=page - 1) if page > 1 else None,
        url_for(endpoint, **where, page=page + 1) if last < total else None,
    )


def _asked() -> ListInput:
    form = Form(request.args, ListInput)
    return form.value if form.ok else ListInput.model_construct(page=1, coder=None, party=None)


def _code(session: Session, id_: UUID, *, is_goal: bool) -> Code:
    one = service.codes(session).get(id_)
    if one is None or one.is_goal is not is_goal:
        raise NotFound
    return one


def _row(programme_id: UUID, one: Code) -> Row:
    edit = None if one.is_goal else url_for("coding.edit_entry", programme_id=programme_id, entry_id=one.id)
    return Row(
        short(one),
        one.name,
        one.definition,
        one.retired,
        ngettext("%(num)d passage", "%(num)d passages", one.passages),
        ngettext("%(num)d coder", "%(num)d coders", one.coders),
        passages_url(programme_id, one),
        edit,
    )


def _passages_page(session: Session, one: Code) -> str:
    asked = _asked()
    page = max(asked.page or 1, 1)
    found = service.passages_of(
        session, one, coder_id=asked.coder, group_id=asked.party, offset=(page - 1) * PAGE
    )
    programme_id: UUID = session.info["programme_id"]
    show_in_codebook(session, (one.short or one.name, None))
    id_name = "goal_id" if one.is_goal else "entry_id"
    where: dict[str, Any] = {"programme_id": programme_id, id_name: one.id}
    filters = {"coder": str(asked.coder or ""), "party": str(asked.party or "")}
    endpoint = "coding.goal" if one.is_goal else "coding.entry"
    return render_template(
        "coding/passages.html",
        code_=one,
        short_=short(one),
        where=where,
        here=url_for(endpoint, **where),
        passages=[_listed(programme_id, each, one, found.coders) for each in found.passages],
        total=found.total,
        pager=pager(found.total, page, endpoint, {**where, **{k: v for k, v in filters.items() if v}}),
        asked=Form.empty(filters),
        filtered=bool(asked.coder or asked.party),
        coder_options=[
            ("", gettext("all coders")),
            *((str(id_), name) for id_, name in found.coders.items()),
        ],
        party_options=[("", gettext("all parties")), *((str(id_), name) for id_, name in found.groups)],
        goal_url=url_for("goals.show", programme_id=programme_id, goal_id=one.id) if one.is_goal else None,
    )


def _listed(programme_id: UUID, passage: CodedPassage, one: Code, coders: Any) -> ListedPassage:  # noqa: ANN401 - names by id
    letter, colour = party(passage)
    if passage.decided:  # a mark that only a coder saw may still go away
        readings.shown_ids((passage.id,))
    return ListedPassage(
        short_code(CodeKind.STATEMENT, passage.number),
        passage.text,
        url_for(
            "coding.interview",
            programme_id=programme_id,
            interview_id=passage.interview_id,
            passage=passage.id,
            others=1,
            _anchor="passage",
        ),
        url_for("interviews.statement", programme_id=programme_id, statement_id=passage.id),
        letter,
        passage.group,
        colour,
        tuple(
            chip(programme_id, one, mark, coders.get(mark.coder_id, ""))
            for mark in passage.marks
            if mark.code_id == one.id
        ),
    )


def _form_page(session: Session, form: Form[Any], one: Code | None, id_: UUID | str | None = None) -> str:
    name = gettext("New entry") if one is None else one.name
    programme_id = session.info["programme_id"]
    show_in_codebook(session, (name, None))
    where = {"programme_id": programme_id}
    return render_template(
        "coding/entry.html",
        form=form,
        entry=one,
        entry_id=id_,
        revision=form.raw("revision") or (one.revision if one else None),
        uses=texts.choices(CodeUse),
        action=url_for(".create_entry", **where)
        if one is None
        else url_for(".save_entry", **where, entry_id=one.id),
        back=url_for(".codebook", **where),
        retire=url_for(".retire_entry", **where, entry_id=one.id) if one else None,
    )


def _conflict_page(session: Session, one: Code, form: Form[Any], stale: Stale) -> str:
    show_in_codebook(session, (one.name, None))
    return render_template(
        "coding/conflict.html",
        name=one.name,
        mine={name: form.raw(name) or "" for name in FIELDS},
        theirs=stale.theirs,
        revision=stale.revision,
        labels={
            "use": gettext("What it stands for"),
            "name": gettext("Name"),
            "definition": gettext("When a passage belongs under it"),
        },
        words={"use": {use.value: texts.word(use) for use in CodeUse}},
        action=url_for(".save_entry", programme_id=session.info["programme_id"], entry_id=one.id),
    )
