"""Stakeholder groups: who has a stake, and who has not been heard."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.interviews import GuideVariant, Participation, RespondentKind
from toc.domain.people import Helix
from toc.services import interviews as service
from toc.services.errors import Stale
from toc.services.interviews import GroupDraft
from toc.web import texts
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
    Whole,
    chosen,
)
from toc.web.interviews.blueprint import free_of_numbers, interviews, place
from toc.web.interviews.guides import Chosen
from toc.web.security import act, allow, new_id
from toc.web.texts import interviews as words

_SCALE = range(1, 6)
_MOST_WANTED = 1000
_BLAME = {"group.name_taken": "name", "group.organisation_unknown": "organisation_id"}
_FREE_TEXTS = ("name", "role_in_programme", "consent_route")


def _between(least: int, most: int) -> BeforeValidator:
    """Return the check that a number that was typed lies between two others, both included."""

    def check(typed: object) -> object:
        text = str(typed or "").strip()
        if text.isascii() and text.isdigit() and not least <= int(text) <= most:
            raise PydanticCustomError(
                "toc", "{key}", {"key": "number.between", "params": {"least": least, "most": most}}
            )
        return typed

    return BeforeValidator(check)


class GroupInput(Input):
    """What is written down about a group."""

    name: Line
    helix: Annotated[Helix, chosen(Helix)]
    organisation_id: OptionalRowId
    is_beneficiary: Tick
    role_in_programme: OptionalParagraph
    interest: Annotated[OptionalWhole, _between(1, 5)]
    influence: Annotated[OptionalWhole, _between(1, 5)]
    wanted_interviews: Annotated[Whole, _between(0, _MOST_WANTED)]
    participation: Annotated[Participation | None, chosen(Participation, optional=True)]
    is_affected: Tick
    consent_route: OptionalParagraph

    def draft(self) -> GroupDraft:
        """Return it as the service takes it."""
        return GroupDraft(**self.model_dump(include=set(GroupInput.model_fields)))


class NewGroupInput(GroupInput):
    """A new group."""

    id: RowId


@interviews.get("/p/<uuid:programme_id>/interviews")
@allow("interview.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """List the parties with how far their interviews are, and who has not been heard."""
    session = read_session(programme_id)
    place(session)
    groups = service.group_views(session)
    return render_template(
        "interviews/index.html",
        programme_id=programme_id,
        groups=groups,
        guides=[
            (each.name, each.url(session))
            for each in (Chosen(kind, variant) for kind in RespondentKind for variant in GuideVariant)
        ],
        unheard=[view for view in groups if view.to_hear],
        follow_up=service.follow_up(session),
    )


@interviews.get("/p/<uuid:programme_id>/groups/<uuid:group_id>")
@allow("interview.read")
def group(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Show a party with its respondents."""
    session = read_session(programme_id)
    row = service.get_group(session, group_id)
    place(session, (row.name, None))
    return render_template(
        "interviews/group.html",
        programme_id=programme_id,
        group=row,
        respondents=service.respondents_of(session, group_id),
    )


@interviews.get("/p/<uuid:programme_id>/groups/new")
@allow("interview.write")
def new_group(programme_id: UUID) -> ResponseReturnValue:
    """Show an empty form for a party."""
    form: Form[NewGroupInput] = Form.empty({"wanted_interviews": "1"})
    return _new_page(read_session(programme_id), form, new_id())


@interviews.post("/p/<uuid:programme_id>/groups/new")
@allow("interview.write")
def create_group(programme_id: UUID) -> ResponseReturnValue:
    """Add a party, then show it."""
    session = write_session(programme_id)
    form = Form(request.form, NewGroupInput)
    if form.ok and free_of_numbers(form, _FREE_TEXTS):
        try:
            group = service.add_group(session, act(), form.value.id, form.value.draft())
        except DomainError as error:
            form.blame(_BLAME.get(error.key, ""), error)
        else:
            session.commit()
            flash(gettext("The party is there. Now add who you will interview."), "success")
            return redirect(url_for(".group", programme_id=programme_id, group_id=group.id))
    return _new_page(session, form, form.raw("id") or new_id()), 400


@interviews.get("/p/<uuid:programme_id>/groups/<uuid:group_id>/edit")
@allow("interview.write")
def edit_group(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Show what is written about a party in a form."""
    session = read_session(programme_id)
    row = service.get_group(session, group_id)
    values = {name: _typed(getattr(row, name)) for name in GroupInput.model_fields}
    return _edit_page(session, group_id, Form.empty(values), row.revision)


@interviews.post("/p/<uuid:programme_id>/groups/<uuid:group_id>/edit")
@allow("interview.write")
def save_group(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Change what is written about a party."""
    session = write_session(programme_id)
    form, edited = Form(request.form, GroupInput), Edited.of(request.form)
    if form.ok and free_of_numbers(form, _FREE_TEXTS):
        try:
            service.edit_group(session, act(), group_id, form.value.draft(), edited.revision)
        except Stale as error:
            return _edit_page(session, group_id, form, error.revision, _differing(session, form, error)), 409
        except DomainError as error:
            form.blame(_BLAME.get(error.key, ""), error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".group", programme_id=programme_id, group_id=group_id))
    return _edit_page(session, group_id, form, edited.revision), 400


def _typed(value: object) -> str:
    """Return a value as it is typed in a form."""
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)


def _differing(session: Session, form: Form[GroupInput], stale: Stale) -> dict[str, str]:
    """Return what is saved now, in words, for each field where that differs from what was typed."""
    mine = asdict(form.value.draft())
    names = {organisation.id: organisation.name for organisation in service.organisations(session)}

    def in_words(value: object) -> str:
        if isinstance(value, bool):
            return str(gettext("yes") if value else gettext("no"))
        if isinstance(value, UUID):
            return names.get(value, "")
        return str(gettext("(empty)")) if value in {None, ""} else texts.show(value)

    return {name: in_words(value) for name, value in stale.theirs.items() if value != mine[name]}


def _choices(session: Session) -> dict[str, object]:
    scale = [("", gettext("not known"))]
    ends = {_SCALE[0]: gettext("1 (low)"), _SCALE[-1]: gettext("5 (high)")}
    return {
        "helices": [("", gettext("Choose")), *texts.choices(Helix)],
        "organisations": [
            ("", gettext("none, or not in the list")),
            *((str(each.id), each.name) for each in service.organisations(session)),
        ],
        "rungs": [
            ("", gettext("not known")),
            *(
                (rung.value, f"{place}. {texts.word(rung)}", words.rung_help(rung))
                for place, rung in enumerate(Participation, 1)
            ),
        ],
        "scale": [*scale, *((str(step), ends.get(step, str(step))) for step in _SCALE)],
    }


def _new_page(session: Session, form: Form[NewGroupInput], row_id: object) -> str:
    place(session, (gettext("New party"), None))
    return render_template(
        "interviews/group_form.html",
        form=form,
        row_id=row_id,
        action=url_for(".create_group", programme_id=session.info["programme_id"]),
        back=url_for(".index", programme_id=session.info["programme_id"]),
        **_choices(session),
    )


def _edit_page(
    session: Session,
    group_id: UUID,
    form: Form[GroupInput],
    revision: int,
    saved: dict[str, str] | None = None,
) -> str:
    row = service.get_group(session, group_id)
    where = {"programme_id": session.info["programme_id"], "group_id": group_id}
    place(session, (row.name, url_for(".group", **where)), (gettext("Change"), None))
    return render_template(
        "interviews/group_form.html",
        form=form,
        revision=revision,
        heading=f"{code(CodeKind.GROUP, row.code)} {row.name}",
        saved=saved,
        action=url_for(".save_group", **where),
        back=url_for(".group", **where),
        **_choices(session),
    )
