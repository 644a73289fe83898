"""Adding a whole branch as indented text: written, looked at, and only then added."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BeforeValidator
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.goals import Level
from toc.domain.goals.outline import Outline
from toc.services import goals as service
from toc.services.errors import NotFound
from toc.services.goals import moving
from toc.services.interviews import check_free_text
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalRowId, RowId, Tick
from toc.web.goals.blueprint import goals, show_in_tree
from toc.web.goals.editor import choice
from toc.web.goals.undoing import back_to_tree, tree_address, unchanged
from toc.web.security import act, allow, new_id
from toc.web.texts import sentence


def _as_typed(typed: Any) -> str:  # noqa: ANN401 - pydantic passes anything
    return str(typed or "")


class BranchInput(Input):
    """A branch as text. Its white space has a meaning, so nothing is taken from its ends."""

    id: RowId
    text: Annotated[str, BeforeValidator(_as_typed)]
    under: OptionalRowId
    confirmed: Tick
    again: Tick


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the preview: its number, how deep it stands, what it says and what to know of it."""

    number: int
    depth: int
    text: str
    level: Level | None
    code: str
    notes: tuple[str, ...]


_DEEPEST = 8


@goals.get("/p/<uuid:programme_id>/tree/branch")
@allow("goal.write")
def branch(programme_id: UUID) -> ResponseReturnValue:
    """Show the form for a branch."""
    form: Form[BranchInput] = Form.empty({"under": request.args.get("under", "")})
    return _page(read_session(programme_id), form, None)


@goals.post("/p/<uuid:programme_id>/tree/branch")
@allow("goal.write")
def branch_add(programme_id: UUID) -> ResponseReturnValue:
    """Show what a text would add; or add it, when that was seen."""
    session = write_session(programme_id)
    form = Form(request.form, BranchInput)
    outline = None
    if form.ok and not form.value.again:
        asked = form.value
        try:
            check_free_text(asked.text)
            outline = moving.read_branch(session, act(), asked.text)
            if asked.confirmed and outline.forest is not None:
                made = moving.add_branch(session, act(), asked.id, asked.text, upper_id=asked.under)
                return back_to_tree(session) if made else unchanged(session)
        except NotFound:
            raise
        except DomainError as error:
            session.rollback()
            form.blame("text", error)
    read = form.ok and (form.value.again or (outline is not None and outline.forest is not None))
    return _page(session, form, outline), 200 if read else 400


def _page(session: Session, form: Form[BranchInput], outline: Outline | None) -> str:
    choices = [choice(goal) for goal in service.tree(session, act()).goals]
    under = form.raw("under") or ""
    forest = outline.forest if outline else None
    return render_template(
        "goals/branch.html",
        row=show_in_tree(session, (gettext("Add a branch"), None)),
        form=form,
        branch_id=form.raw("id") or new_id(),
        text=form.raw("text") or "",
        under=under,
        under_name=dict(choices).get(under, ""),
        choices=[("", gettext("below nothing: at the top")), *choices],
        lines=_lines(outline) if outline else [],
        faults=[(one.line, sentence(one.key, **one.params)) for one in outline.faults] if outline else [],
        fresh=sum(not goal.is_known for goal in forest.goals) if forest else None,
        next=tree_address(session.info["programme_id"]),
    )


def _lines(outline: Outline) -> list[Line]:
    notes: dict[int, list[str]] = {}
    for question in outline.questions:
        notes.setdefault(question.line, []).append(sentence(question.key, **question.params))
    return [
        Line(
            number=line.line,
            depth=min(line.depth, _DEEPEST),
            text=line.text or gettext("see %(code)s", code=line.code),
            level=line.level,
            code=line.code,
            notes=tuple(notes.get(line.line, ())),
        )
        for line in outline.lines
    ]
