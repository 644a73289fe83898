"""Goals in: choose a file or paste a text, look at what would change, answer questions, bring in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.goals.comparing import FieldChange
from toc.domain.goals.incoming import NEW, NOBODY, Ask, ImportPlan, Way
from toc.services.errors import Conflict
from toc.services.goals import exchange as service
from toc.services.goals.exchange import Done, Told, Understood
from toc.services.goals.tree_files import Kind, Received, pasted, receive
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalLine, RowId, Tick, chosen
from toc.web.goals.blueprint import show_in_tree
from toc.web.security import act, allow, new_id
from toc.web.texts.trees import SHEETS
from toc.web.texts.versions import FIELDS
from toc.web.trees.blueprint import trees
from toc.web.trees.carrying import pack, unpack

MOST_LISTED: Final = 200
"""Goals, changes and faults on a page; of the rest it says how many there are."""

MOST_ASKED: Final = 300
"""Questions on a page."""

_ENDINGS: Final = ".txt,.md,.csv,.xlsx,.json"


class SaveInput(Input):
    """What is said of a file that was looked at."""

    id: RowId
    way: Annotated[Way, chosen(Way)]
    reason: OptionalLine
    seen: OptionalLine
    again: Tick


# --- 1. The file --------------------------------------------------------------------------------------------


@trees.get("/p/<uuid:programme_id>/tree/import")
@allow("goal.write")
def upload(programme_id: UUID) -> ResponseReturnValue:
    """Ask for a file or a text."""
    return _upload_page(read_session(programme_id), Form.empty())


@trees.post("/p/<uuid:programme_id>/tree/import")
@allow("goal.write")
def read_in(programme_id: UUID) -> ResponseReturnValue:
    """Read what came and show what would change; nothing is kept yet."""
    session = read_session(programme_id)
    form: Form[Any] = Form.empty(request.form)
    try:
        received = _received()
    except DomainError as error:
        form.blame(
            "text" if not any(one.filename for one in request.files.getlist("file")) else "file", error
        )
        return _upload_page(session, form), 400
    return _first_look(session, received, form)


def _received() -> Received:
    """Return what was sent.

    Raises:
        DomainError: ``tree_file.nothing``, ``tree_file.both``, as `receive`.
    """
    text = request.form.get("text", "")
    files = [(one.read(), one.filename) for one in request.files.getlist("file") if one.filename]
    if files and text.strip():
        raise DomainError("tree_file.both")
    if not files and not text.strip():
        raise DomainError("tree_file.nothing")
    return receive(files) if files else pasted(text)


def _first_look(session: Session, received: Received, form: Form[Any]) -> ResponseReturnValue:
    # An outline from a file goes on as text, where it can be mended at once.
    shown = received.text if received.kind is Kind.OUTLINE else ""
    form = Form.empty({"text": form.raw("text") or shown})
    import_id = new_id()
    try:
        found = service.understand(session, act(), import_id, received, way=Way.ADD, answers={})
        if found.faults:
            return _upload_page(session, form, faults=found.faults), 400
        carried = pack(received, session.info["programme_id"])
    except DomainError as error:
        form.blame("text" if shown or form.raw("text") else "file", error)
        return _upload_page(session, form), 400
    first: Form[SaveInput] = Form.empty(
        {"id": str(import_id), "way": Way.ADD.value, "reason": gettext("Brought in from a file")}
    )
    return _preview_page(session, received, carried, found, first)


def _upload_page(session: Session, form: Form[Any], *, faults: Iterable[Told] = ()) -> str:
    programme = show_in_tree(session, (gettext("Bring goals in"), None))
    faults = list(faults)
    return render_template(
        "trees/upload.html",
        programme_id=programme.id,
        form=form,
        accept=_ENDINGS,
        faults=[_fault(one) for one in faults[:MOST_LISTED]],
        more=max(len(faults) - MOST_LISTED, 0),
    )


def _fault(told: Told) -> tuple[str, str]:
    """Return where something is wrong, and what."""
    parts = [str(SHEETS.get(told.section, told.section))] if told.section else []
    if told.line:
        parts.append(gettext("line %(number)s", number=texts.number(told.line)))
    if told.name:
        parts.append(told.name)
    return ", ".join(map(str, parts)), texts.sentence(told.key, **told.params)


# --- 2. What would change -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """Something to answer: name of the field, what is asked, and the choices."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NewGoal:
    """A goal that would be added: its code in the file, and what it would be a means to."""

    code: str
    wording: str
    level: str
    ends: str


@dataclass(frozen=True, slots=True)
class ChangedGoal:
    """A goal that would say something else: (field, before, after) of each."""

    code: str
    wording: str
    fields: tuple[tuple[str, str, str], ...]


def _preview_page(
    session: Session,
    received: Received,
    carried: str,
    found: Understood,
    form: Form[SaveInput],
    *,
    problem: str = "",
) -> str:
    programme = show_in_tree(
        session,
        (gettext("Bring goals in"), url_for("trees.upload", programme_id=session.info["programme_id"])),
        (gettext("What would change"), None),
    )
    made = found.plan or ImportPlan()
    return render_template(
        "trees/preview.html",
        programme_id=programme.id,
        form=form,
        problem=problem,
        carried=carried,
        row_id=form.raw("id"),
        seen=found.seal,
        kind=texts.word(received.kind),
        notes=[
            *(texts.sentence(key) for key in received.notes),
            *(
                [gettext("The statements in this file stay out: they belong to interviews.")]
                if found.has_statements
                else []
            ),
        ],
        faults=[_fault(one) for one in found.faults[:MOST_LISTED]],
        questions=[_question(ask, found) for ask in found.asks[:MOST_ASKED]],
        is_open=bool(found.open_asks),
        is_planned=found.plan is not None,
        is_empty=made.is_empty,
        ways=texts.choices(Way),
        counts=_counts(made),
        added=list(_new(made))[:MOST_LISTED],
        changed=[
            _changed(one.after.code, one.after.wording, one.fields) for one in made.changed[:MOST_LISTED]
        ],
        changed_links=[
            _changed(" → ".join(link.after.ends), "", _link_fields(link.before, link.after))
            for link in made.links
            if link.before is not None
        ][:MOST_LISTED],
        same=[(goal.code, goal.wording) for goal in made.same[:MOST_LISTED]],
        left_out=made.left_out,
        many_same=len(made.same),
        rest=max(len(made.new) - MOST_LISTED, 0),
        rest_changed=max(len(made.changed) - MOST_LISTED, 0),
    )


def _counts(made: ImportPlan) -> list[tuple[str, str]]:
    new = [link for link in made.links if link.before is None]
    return [
        (gettext("Goals that are added"), texts.number(len(made.new))),
        (gettext("Goals that change"), texts.number(len(made.changed))),
        (gettext("Goals that stay as they are"), texts.number(len(made.same) + made.left_out)),
        (gettext("Links that are added"), texts.number(len(new))),
        (gettext("Links that change"), texts.number(len(made.links) - len(new))),
        (gettext("Opinions of parties"), texts.number(len(made.holders))),
    ]


def _question(ask: Ask, found: Understood) -> Question:
    if ask.name.startswith("party-"):
        label = gettext("Which party is “%(name)s” (%(code)s)?", name=ask.text, code=ask.code)
        none = (NOBODY, gettext("None of these: leave out what it thinks"))
        return Question(
            ask.name,
            label,
            (("", gettext("choose")), *((one, f"{one} {name}") for one, name in found.parties), none),
        )
    label = gettext(
        "“%(wording)s” (%(code)s in the file) is there already. Is it the same goal?",
        wording=ask.text,
        code=ask.code,
    )
    options = [(one, gettext("It is %(code)s", code=one)) for one in ask.ours]
    if ask.twin:
        options.append((f"={ask.twin}", gettext("It is the same as %(code)s in the file", code=ask.twin)))
    options.append((NEW, gettext("It is another goal")))
    return Question(ask.name, label, (("", gettext("choose")), *options))


def _new(made: ImportPlan) -> Iterable[NewGoal]:
    ends: dict[UUID, list[str]] = {}
    for link in made.links:
        if link.before is None and not link.after.is_feedback:
            ends.setdefault(link.lower_id, []).append(link.after.upper)
    for goal in made.new:
        yield NewGoal(goal.code, goal.wording, texts.word(goal.level), ", ".join(ends.get(goal.id, ())))


def _changed(code: str, wording: str, fields: Iterable[FieldChange]) -> ChangedGoal:
    return ChangedGoal(
        code,
        wording,
        tuple((str(FIELDS[one.name]), _value(one.before), _value(one.after)) for one in fields),
    )


def _link_fields(before: Any, after: Any) -> list[FieldChange]:  # noqa: ANN401 - two links
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in after.FIELDS)
    return [FieldChange(*pair) for pair in pairs if pair[1] != pair[2] and pair[0] not in {"lower", "upper"}]


def _value(value: object) -> str:
    if value is None or value == "":
        return "\N{EN DASH}"
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    return texts.show(value)


# --- 3. Bringing in -----------------------------------------------------------------------------------------


@trees.post("/p/<uuid:programme_id>/tree/import/save")
@allow("goal.write")
def save(programme_id: UUID) -> ResponseReturnValue:
    """Bring in what was looked at, or look again with other answers."""
    session = write_session(programme_id)
    form = Form(request.form, SaveInput)
    carried = request.form.get("carried", "")
    try:
        received = unpack(carried, programme_id)
    except DomainError as error:
        lost: Form[Any] = Form.empty()
        lost.blame("file", error)
        return _upload_page(session, lost), 400
    if not form.ok:
        return _look_again(session, received, carried, form, Way.ADD), 400
    typed = form.value
    if typed.again:
        return _look_again(session, received, carried, form, typed.way)
    try:
        done = _bring_in(session, received, typed)
    except Conflict as error:
        session.rollback()
        return _look_again(session, received, carried, form, typed.way, error), 409
    except DomainError as error:
        session.rollback()
        if error.key == "tree_in.reason_missing":
            form.blame("reason", error)
        return _look_again(session, received, carried, form, typed.way, error), 400
    session.commit()
    flash(_said(done), "success")
    return redirect(url_for("goals.tree", programme_id=programme_id))


def _answers() -> Mapping[str, str]:
    return {
        name: value for name, value in request.form.items() if name.startswith(("goal-", "party-")) and value
    }


def _bring_in(session: Session, received: Received, typed: SaveInput) -> Done:
    if typed.way is Way.CHANGE and not typed.reason.strip():
        raise DomainError("tree_in.reason_missing")
    return service.bring_in(
        session,
        act(),
        typed.id,
        received,
        way=typed.way,
        answers=_answers(),
        reason=typed.reason,
        seen=typed.seen,
    )


def _look_again(
    session: Session,
    received: Received,
    carried: str,
    form: Form[SaveInput],
    way: Way,
    error: DomainError | None = None,
) -> str:
    typed = form.raw("id") or ""
    try:
        import_id = UUID(typed)
    except ValueError:
        import_id = new_id()
        form = Form.empty({**request.form.to_dict(), "id": str(import_id)})
    found = service.understand(session, act(), import_id, received, way=way, answers=_answers())
    problem = "" if error is None else texts.sentence(error.key, **error.params)
    return _preview_page(session, received, carried, found, form, problem=problem)


def _said(done: Done) -> str:
    if done.was_there:
        return str(gettext("This was brought in before; nothing changed."))
    new = ngettext("%(num)d goal added", "%(num)d goals added", done.new)
    changed = ngettext("%(num)d goal changed", "%(num)d goals changed", done.changed)
    links = ngettext("%(num)d link", "%(num)d links", done.links)
    undo = gettext("You can undo this while editing the tree.")
    return f"{new}, {changed}, {links}. {undo}"
