"""Forms that make a goal, word it anew, release it, and say what a party thinks of it."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.goals import (
    ArgumentSide,
    Direction,
    Directness,
    ElementVerdict,
    KeyReason,
    Level,
    LinkStatus,
    Practice,
    Purpose,
    Stance,
    Standing,
    Weight,
)
from toc.services import coding
from toc.services import goals as service
from toc.services.errors import NotFound, Stale
from toc.services.goals import GoalDraft, GoalView, Held, alike, checks, moving
from toc.services.goals.checks import Amendment
from toc.web import texts
from toc.web.database import database, read_session, write_session
from toc.web.forms import (
    LINE,
    Edited,
    Form,
    Input,
    Line,
    OptionalDay,
    OptionalLine,
    OptionalParagraph,
    OptionalRowId,
    OptionalWhole,
    Paragraph,
    RowId,
    Tick,
    chosen,
)
from toc.web.goals.blueprint import goals, show_below, show_in_tree
from toc.web.goals.statements import choosing
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.security import act, allow, new_id
from toc.web.texts.goals import FIELDS, STANDING_HELP

_MOST_ALIKE = 3
_FREE = ("wording", "explanation", "for_whom")


class GoalInput(Input):
    """What a goal is to say."""

    id: RowId
    wording: Line
    explanation: OptionalParagraph
    level: Annotated[Level | None, chosen(Level, optional=True)]
    standing: Annotated[Standing, chosen(Standing)]
    confirmed: Tick
    for_whom: OptionalLine
    by_when: OptionalDay
    importance: OptionalWhole
    feasibility: OptionalWhole
    practice: Annotated[Practice | None, chosen(Practice, optional=True)]
    purpose: Annotated[Purpose | None, chosen(Purpose, optional=True)]
    direction: Annotated[Direction | None, chosen(Direction, optional=True)]
    is_primary: Tick

    def draft(self) -> GoalDraft:
        """Return it as the service takes it."""
        return GoalDraft(**{name: getattr(self, name) for name in GoalDraft.__slots__})


class NewInput(GoalInput):
    """A new goal with what it rests on and whose it is."""

    interview: OptionalRowId
    passage: OptionalRowId
    """The statement that was being coded: it is put under the goal as well."""
    statement_ids: list[RowId]
    group_ids: list[RowId]
    differs: Tick
    """It looks like a goal that is there, and is another one."""
    again: Tick


class EditionInput(GoalInput):
    """Another wording, and why."""

    reason: Paragraph


def one_to_five() -> list[tuple[str, str]]:
    """Return the options of a scale from 1 to 5."""
    words = {1: gettext("1: hardly"), 5: gettext("5: very")}
    return [("", gettext("nobody said")), *((str(n), str(words.get(n, n))) for n in range(1, 6))]


def options() -> Mapping[str, list[Any]]:
    """Return what can be chosen in the fields of a goal."""
    nobody = gettext("nobody said")
    return {
        "level": [("", gettext("not decided")), *texts.choices(Level)],
        "standing": [(one.value, texts.word(one), str(STANDING_HELP[one])) for one in Standing],
        "purpose": [("", nobody), *texts.choices(Purpose)],
        "practice": [("", nobody), *texts.choices(Practice)],
        "direction": [("", nobody), *texts.choices(Direction)],
        "scale": one_to_five(),
        "stance": [("", gettext("it never spoke about it")), *texts.choices(Stance)],
    }


_MORE = (
    "explanation",
    "level",
    "purpose",
    "practice",
    "direction",
    "for_whom",
    "by_when",
    "importance",
    "feasibility",
    "is_primary",
)
"""The fields that a goal can do without: they stand in a part of the form that opens."""


def says_more(form: Form[Any]) -> bool:
    """Tell whether that part of the form is open: something is filled in there, or not right yet."""
    return any(form.raw(name) or form.error(name) for name in _MORE)


def typed(values: Mapping[str, object]) -> dict[str, str]:
    """Return values as a person would type them in the fields of a form."""
    return {name: _typed(value) for name, value in values.items()}


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)


# --- A new goal ---------------------------------------------------------------------------------------------


def _ask_whether_new(session: Session, form: Form[NewInput]) -> None:
    """Blame a wording that looks like that of a goal that is there, unless it was said to be another."""
    asked = form.value
    if asked.differs:
        return
    found = alike.looks_like(session, act(), asked.wording)
    if found and all(goal.id != asked.id for goal in found):
        told = "; ".join(f"{goal.code} “{goal.wording}”" for goal in found[:_MOST_ALIKE])
        form.blame("differs", DomainError("goal.looks_like", goals=told))


def _new_page(session: Session, form: Form[NewInput], goal_id: UUID) -> str:
    programme = show_in_tree(session, (gettext("New goal"), None))
    return render_template(
        "goals/new.html",
        row=programme,
        form=form,
        goal_id=form.raw("id") or goal_id,
        options=options(),
        fields=FIELDS,
        opened=says_more(form),
        asks_whether_new=form.error("differs") or form.raw("differs"),
        groups=[(party.id, party.name) for party in service.parties(session, None)],
        choosing=choosing(session, form.raw("interview"), chosen=form.raws("statement_ids")),
    )


@goals.get("/p/<uuid:programme_id>/goals/new")
@allow("goal.write")
def new(programme_id: UUID) -> ResponseReturnValue:
    """Show the form for a goal, beside what was said in an interview."""
    session = read_session(programme_id)
    page = choosing(session, request.args.get("interview"), chosen=request.args.getlist("statement"))
    form: Form[NewInput] = Form.empty(
        {
            "interview": page.interview,
            "passage": request.args.get("passage", ""),
            "statement_ids": page.ticked,
            "group_ids": page.groups,
            "standing": Standing.STATED.value,
        }
    )
    return _new_page(session, form, new_id())


@goals.post("/p/<uuid:programme_id>/goals/new")
@allow("goal.write")
def add(programme_id: UUID) -> ResponseReturnValue:
    """Add the goal; then show it, or the same interview again for the next one."""
    form = Form(request.form, NewInput)
    if form.ok:
        # Words are compared before the write begins, because there is one writer at a time.
        with database().read_session(programme_id) as reading:
            _ask_whether_new(reading, form)
    session = write_session(programme_id)
    if form.ok and free_of_numbers(form, _FREE):
        asked = form.value
        try:
            coded = asked.passage if asked.passage in asked.statement_ids else None
            add_goal = partial(coding.add_goal_from, statement_id=coded) if coded else moving.add_below
            goal = add_goal(
                session,
                act(),
                goal_id=asked.id,
                draft=asked.draft(),
                holders=[Held(group_id=group_id) for group_id in asked.group_ids],
                statement_ids=asked.statement_ids,
                is_primary=asked.is_primary,
            )
        except NotFound:
            raise
        except DomainError as error:
            form.blame(at_field(error), error)
        else:
            session.commit()
            flash(gettext("The goal is in the tree. Link it to what it is a means to."), "success")
            if asked.again:
                return redirect(url_for(".new", programme_id=programme_id, interview=asked.interview))
            return redirect(url_for(".show", programme_id=programme_id, goal_id=goal.id))
    return _new_page(session, form, new_id()), 400


_BLAME = {
    "goal.implicit_needs_two": "standing",
    "goal.release_first": "standing",
    "goal.reason_missing": "reason",
}


def at_field(error: DomainError) -> str:
    """Return the field at which an error belongs; "" for the form as a whole."""
    return str(error.params.get("field") or _BLAME.get(error.key, ""))


# --- Another wording ----------------------------------------------------------------------------------------


def _edit_page(
    session: Session,
    goal: GoalView,
    form: Form[EditionInput],
    edition_id: UUID,
    asked: Amendment | None = None,
) -> str:
    return render_template(
        "goals/edit.html",
        row=show_below(session, goal, (gettext("Reword"), None)),
        goal=goal,
        form=form,
        edition_id=form.raw("id") or edition_id,
        revision=request.form.get("revision") or goal.revision,
        options=options(),
        fields=FIELDS,
        opened=says_more(form),
        asked=asked,
    )


@goals.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/edit")
@allow("goal.write")
def edit(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Show what the goal says now, to be worded anew."""
    session = read_session(programme_id)
    goal = service.get_goal(session, act(), goal_id)
    says = typed({name: getattr(goal, name) for name in (*GoalDraft.__slots__, "is_primary")})
    asked = _amendment(session, goal)
    if asked is not None:
        says["reason"] = gettext("In the member check a respondent asked for other words.")
        if len(asked.comment) <= LINE and "\n" not in asked.comment:
            says["wording"] = asked.comment
    return _edit_page(session, goal, Form.empty(says), new_id(), asked)


def _amendment(session: Session, goal: GoalView) -> Amendment | None:
    """Return the words that a respondent asked for, when the page was opened from those."""
    typed_id = request.args.get("check", "")
    if not typed_id:
        return None
    try:
        return checks.amendment(session, act(), goal.id, UUID(typed_id))
    except ValueError as error:
        raise NotFound from error


@goals.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/edit")
@allow("goal.write")
def save(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Save another edition, or show both texts when somebody else was faster."""
    session = write_session(programme_id)
    goal = service.get_goal(session, act(), goal_id)
    form = Form(request.form, EditionInput)
    if form.ok and free_of_numbers(form, (*_FREE, "reason")):
        asked = form.value
        try:
            moving.say_anew(
                session,
                act(),
                goal.id,
                asked.draft(),
                asked.reason,
                edition_id=asked.id,
                revision=Edited.of(request.form).revision,
                is_primary=asked.is_primary,
            )
        except NotFound:
            raise
        except Stale as error:
            return _conflict(session, goal, error), 409
        except DomainError as error:
            form.blame(at_field(error), error)
        else:
            session.commit()
            flash(
                gettext("The new wording is saved; the earlier one stays in the story of the goal."),
                "success",
            )
            return redirect(url_for(".show", programme_id=programme_id, goal_id=goal_id))
    return _edit_page(session, goal, form, new_id()), 400


def _conflict(session: Session, goal: GoalView, error: Stale) -> str:
    return conflict_page(
        FIELDS,
        error,
        row=show_below(session, goal, (gettext("Reword"), None)),
        heading=f"{goal.code} {goal.wording}",
        action=url_for(".save", programme_id=session.info["programme_id"], goal_id=goal.id),
        keep={"id": request.form.get("id", ""), "reason": request.form.get("reason", "")},
    )


def conflict_page(labels: Mapping[str, Any], error: Stale, **page: object) -> str:
    """Return the page that shows both texts, field by field."""
    return render_template(
        "goals/conflict.html",
        mine=request.form,
        theirs=typed({name: error.theirs.get(name) for name in labels}),
        labels={name: str(label) for name, label in labels.items()},
        words=_words(),
        revision=error.revision,
        **page,
    )


def _words() -> dict[str, dict[str, str]]:
    """Return the words for values that a form holds as keys."""
    kinds: Iterable[tuple[str, Any]] = (
        ("level", Level),
        ("standing", Standing),
        ("stance", Stance),
        ("purpose", Purpose),
        ("practice", Practice),
        ("direction", Direction),
        ("status", LinkStatus),
        ("key_reason", KeyReason),
        ("verdict", ElementVerdict),
        ("side", ArgumentSide),
        ("weight", Weight),
        ("directness", Directness),
    )
    ticks = {"1": gettext("yes"), "": gettext("no")}
    return {
        **{name: dict(texts.choices(kind)) for name, kind in kinds},
        **dict.fromkeys(("confirmed", "is_primary", "is_key", "is_feedback"), ticks),
    }
