"""The register of conflicts between parties."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import create_model
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from toc.domain.conflicts import ConflictKind, ConflictState, Ending
from toc.domain.errors import DomainError
from toc.models.programmes import Programme
from toc.services import conflicts as service
from toc.services import goals as goals_service
from toc.services import programmes
from toc.services.conflicts import ConflictDraft, ConflictView, Suggestion, Told
from toc.services.errors import NotFound, Stale
from toc.services.goals import PartyView
from toc.web import frame, texts
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Edited,
    Form,
    Input,
    OptionalDay,
    OptionalLine,
    OptionalParagraph,
    Paragraph,
    RowId,
    chosen,
)
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.security import act, allow, new_id, viewer
from toc.web.texts import conflicts as words

texts.register(words.SENTENCES, words.WORDS)

conflicts = Blueprint("conflicts", __name__)

BADGES = {
    ConflictState.OPEN: "behind",
    ConflictState.DECIDED: "reached",
    ConflictState.AGREED_TO_DIFFER: "on_track",
}
"""The sign that goes with how a conflict stands; its word stands beside it."""


_POSITION = "position_"


def position_field(group_id: UUID) -> str:
    """Return the name of the field for what a party wants."""
    return f"{_POSITION}{group_id.hex}"


class ConflictInput(Input):
    """What is written down about a conflict; positions are fields per party."""

    id: RowId
    kind: Annotated[ConflictKind, chosen(ConflictKind)]
    about: Paragraph
    goal_ids: list[RowId]
    group_ids: list[RowId]
    options: OptionalParagraph
    state: Annotated[ConflictState, chosen(ConflictState)]
    decision: OptionalParagraph
    decided_by: OptionalLine
    decided_on: OptionalDay

    def draft(self) -> ConflictDraft:
        """Return it as the service takes it."""
        positions = {name: text for name, text in self if name.startswith(_POSITION)}
        return ConflictDraft(
            kind=self.kind,
            about=self.about,
            options=self.options,
            goal_ids=frozenset(self.goal_ids),
            positions={group_id: positions.get(position_field(group_id), "") for group_id in self.group_ids},
            ending=Ending(state=self.state, decision=self.decision, by=self.decided_by, on=self.decided_on),
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list shows, and in which order; "" shows all.

    Attributes:
        party: id of a party.
    """

    state: str
    kind: str
    party: str
    sort: str

    def shows(self, one: ConflictView) -> bool:
        """Tell whether a conflict is in the list."""
        return (
            self.state in {"", one.ending.state.value}
            and self.kind in {"", one.kind.value}
            and (not self.party or self.party in {str(side.id) for side in one.sides})
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """A conflict that is not in the register yet."""

    code: str
    wording: str
    goal_url: str
    said: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was done with a conflict."""

    when: str
    who: str
    what: str


_STATES = list(ConflictState)
_KINDS = list(ConflictKind)
_SORTS: dict[str, Callable[[ConflictView], Any]] = {
    "code": lambda one: one.number,
    "state": lambda one: (_STATES.index(one.ending.state), one.number),
    "kind": lambda one: (_KINDS.index(one.kind), one.number),
    "day": lambda one: (one.ending.on is None, one.ending.on and -one.ending.on.toordinal(), one.number),
}


def _place(session: Session, *crumbs: tuple[str, str | None]) -> Programme:
    programme = programmes.get(session)
    address = url_for("conflicts.index", programme_id=programme.id) if crumbs else None
    frame.show_in(programme, (gettext("Conflicts"), address), *crumbs)
    return programme


# --- Reading ------------------------------------------------------------------------------------------------


@conflicts.get("/p/<uuid:programme_id>/conflicts")
@allow("conflict.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """List the conflicts, and for who writes them down those that are not in the register yet."""
    session = read_session(programme_id)
    every = service.conflict_views(session, act())
    asked = _filter()
    writes = viewer().may("conflict.write")
    found = service.suggestions(session, act()) if writes else []
    return render_template(
        "conflicts/index.html",
        row=_place(session),
        shown=sorted(filter(asked.shows, every), key=_SORTS[asked.sort]),
        total=len(every),
        still_open=sum(one.ending.state is ConflictState.OPEN for one in every),
        asked=asked,
        choices=_choices(every),
        proposals=[_proposal(programme_id, one) for one in found],
        writes=writes,
        badges=BADGES,
    )


def _filter() -> Filter:
    """Return what was asked for; what is no choice asks for nothing."""
    asked = request.args
    state, kind, sort = asked.get("state", ""), asked.get("kind", ""), asked.get("sort", "")
    return Filter(
        state=state if state in set(ConflictState) else "",
        kind=kind if kind in set(ConflictKind) else "",
        party=asked.get("party", ""),
        sort=sort if sort in _SORTS else "code",
    )


def _choices(every: Iterable[ConflictView]) -> dict[str, list[tuple[str, str]]]:
    parties = {str(side.id): f"{side.code} {side.name}" for one in every for side in one.sides}
    everything = ("", gettext("all"))
    return {
        "state": [everything, *texts.choices(ConflictState)],
        "kind": [everything, *texts.choices(ConflictKind)],
        "party": [everything, *sorted(parties.items(), key=lambda party: party[1])],
        "sort": [
            ("code", gettext("by code")),
            ("state", gettext("open ones first")),
            ("kind", gettext("by what they differ about")),
            ("day", gettext("ended last first")),
        ],
    }


def _proposal(programme_id: UUID, one: Suggestion) -> Proposal:
    if one.ranked:
        said = gettext(
            "In the last ranking %(one)s and %(other)s order the goals against each other, most of all here.",
            one=one.sides[0][1],
            other=one.sides[1][1],
        )
    else:
        said = "; ".join(f"{name} {texts.word(stance)}" for _, name, stance in one.sides)
    return Proposal(
        code=one.goal.code,
        wording=one.goal.wording,
        goal_url=url_for("goals.show", programme_id=programme_id, goal_id=one.goal.id),
        said=said,
        url=url_for(
            ".new",
            programme_id=programme_id,
            goal=one.goal.id,
            party=[group_id for group_id, _, _ in one.sides],
            kind=one.kind.value,
        ),
    )


@conflicts.get("/p/<uuid:programme_id>/conflicts/<uuid:conflict_id>")
@allow("conflict.read")
def show(programme_id: UUID, conflict_id: UUID) -> ResponseReturnValue:
    """Show a conflict, and to who may read the history what was done with it."""
    session = read_session(programme_id)
    view = service.get_conflict(session, act(), conflict_id)
    told = service.story(session, conflict_id) if viewer().may("history.read") else []
    return render_template(
        "conflicts/show.html",
        row=_place(session, (view.code, None)),
        view=view,
        writes=viewer().may("conflict.write"),
        lines=[_line(one) for one in told],
        badges=BADGES,
    )


def _line(one: Told) -> Line:
    what = str(words.EVENTS[one.action])
    if one.state is not None:
        what = f"{what}: {texts.word(one.state)}"
    return Line(texts.moment(one.at), one.by or gettext("A command on the server"), what)


# --- Writing ------------------------------------------------------------------------------------------------


@conflicts.get("/p/<uuid:programme_id>/conflicts/new")
@allow("conflict.write")
def new(programme_id: UUID) -> ResponseReturnValue:
    """Show the form, filled with the goals and parties that the address names."""
    asked = request.args
    filled: Form[ConflictInput] = Form.empty(
        MultiDict(
            [
                ("kind", asked.get("kind", "")),
                ("state", ConflictState.OPEN.value),
                *(("goal_ids", goal_id) for goal_id in asked.getlist("goal")),
                *(("group_ids", group_id) for group_id in asked.getlist("party")),
            ]
        )
    )
    return _form_page(read_session(programme_id), filled)


@conflicts.post("/p/<uuid:programme_id>/conflicts/new")
@allow("conflict.write")
def add(programme_id: UUID) -> ResponseReturnValue:
    """Put a conflict in the register."""
    session = write_session(programme_id)
    form = _read(session, request.form)
    if _is_right(form):
        try:
            made = service.add_conflict(session, act(), form.value.id, form.value.draft())
        except NotFound:
            raise
        except DomainError as error:
            form.blame(_at(error), error)
        else:
            session.commit()
            flash(gettext("The conflict is in the register."), "success")
            return redirect(url_for(".show", programme_id=programme_id, conflict_id=made.id))
    return _form_page(session, form), 400


@conflicts.get("/p/<uuid:programme_id>/conflicts/<uuid:conflict_id>/edit")
@allow("conflict.write")
def edit(programme_id: UUID, conflict_id: UUID) -> ResponseReturnValue:
    """Show what is written down, to be changed."""
    session = read_session(programme_id)
    view = service.get_conflict(session, act(), conflict_id)
    return _form_page(session, Form.empty(_typed(view.draft)), view)


@conflicts.post("/p/<uuid:programme_id>/conflicts/<uuid:conflict_id>/edit")
@allow("conflict.write")
def save(programme_id: UUID, conflict_id: UUID) -> ResponseReturnValue:
    """Save it, or show both texts when somebody else was faster."""
    session = write_session(programme_id)
    view = service.get_conflict(session, act(), conflict_id)
    form = _read(session, _unpacked(conflict_id))
    if _is_right(form):
        draft, revision = form.value.draft(), Edited.of(request.form).revision
        try:
            service.edit_conflict(session, act(), conflict_id, draft, revision)
        except NotFound:
            raise
        except Stale as stale:
            return _conflict_page(session, view, draft, stale), 409
        except DomainError as error:
            form.blame(_at(error), error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".show", programme_id=programme_id, conflict_id=conflict_id))
    return _form_page(session, form, view), 400


_FREE = ("about", "options", "decision", "decided_by")


def _is_right(form: Form[ConflictInput]) -> bool:
    if not form.ok:
        return False
    fields = type(form.value).model_fields
    return free_of_numbers(form, [name for name in fields if name in _FREE or name.startswith(_POSITION)])


def _at(error: DomainError) -> str:
    field = str(error.params.get("field", ""))
    return {"goals": "goal_ids", "parties": "group_ids"}.get(field, field)


def _read(session: Session, sent: MultiDict[str, str]) -> Form[ConflictInput]:
    """Return the form, with a field per party for what it wants."""
    fields = {
        position_field(party.id): (OptionalParagraph, "") for party in goals_service.parties(session, None)
    }
    return Form(sent, create_model("ConflictTyped", __base__=ConflictInput, **cast("Any", fields)))


def _unpacked(conflict_id: UUID) -> MultiDict[str, str]:
    """Return what was sent; after a conflict of texts the chosen goals and parties come as one field each."""
    sent = MultiDict(request.form)
    sent["id"] = str(conflict_id)
    for packed, name in (("goals", "goal_ids"), ("parties", "group_ids")):
        if packed in sent:
            sent.setlist(name, sent[packed].split())
    return sent


def _typed(draft: ConflictDraft) -> MultiDict[str, str]:
    """Return a draft as somebody would fill it in."""
    on = draft.ending.on
    return MultiDict(
        [
            ("kind", draft.kind.value),
            ("about", draft.about),
            ("options", draft.options),
            ("state", draft.ending.state.value),
            ("decision", draft.ending.decision),
            ("decided_by", draft.ending.by),
            ("decided_on", on.isoformat() if on else ""),
            *(("goal_ids", str(goal_id)) for goal_id in sorted(draft.goal_ids)),
            *(("group_ids", str(group_id)) for group_id in sorted(draft.positions)),
            *((position_field(group_id), text) for group_id, text in draft.positions.items()),
        ]
    )


def _labels() -> dict[str, str]:
    return {
        "kind": gettext("What kind of difference is it?"),
        "about": gettext("What do they differ about?"),
        "goal_ids": gettext("Which goals is it about?"),
        "group_ids": gettext("Which parties?"),
        "options": gettext("What could be done?"),
        "state": gettext("How does it stand?"),
        "decision": gettext("What was decided?"),
        "decided_by": gettext("By whom?"),
        "decided_on": gettext("When?"),
    }


def _form_page(session: Session, form: Form[ConflictInput], view: ConflictView | None = None) -> str:
    here = session.info["programme_id"]
    tree = goals_service.visible_goals(session, act())
    goals = {str(goal.id): f"{goal.code} {goal.wording}" for goal in tree}
    if view is not None:  # a goal that left the tree since stays with it
        goals |= {str(goal.id): f"{goal.code} {goal.wording}" for goal in view.goals}
        address = url_for(".show", programme_id=here, conflict_id=view.id)
        row = _place(session, (view.code, address), (gettext("Change"), None))
    else:
        row = _place(session, (gettext("New conflict"), None))
    named = set(form.raws("goal_ids"))
    return render_template(
        "conflicts/form.html",
        row=row,
        form=form,
        view=view,
        row_id=form.raw("id") or new_id(),
        revision=view and (request.form.get("revision") or view.revision),
        labels=_labels(),
        kinds=texts.choices(ConflictKind),
        states=texts.choices(ConflictState),
        first=[option for option in goals.items() if option[0] in named],
        goals=[option for option in goals.items() if option[0] not in named],
        parties=[(party, position_field(party.id)) for party in goals_service.parties(session, None)],
    )


def _conflict_page(session: Session, view: ConflictView, draft: ConflictDraft, stale: Stale) -> str:
    parties = goals_service.parties(session, None)
    theirs: Any = stale.theirs["draft"]
    said = {"mine": _packed(draft), "theirs": _packed(theirs)}
    codes = {str(goal.id): goal.code for goal in goals_service.visible_goals(session, act())}
    codes |= {str(goal.id): goal.code for goal in view.goals}
    names = {str(party.id): party.name for party in parties}
    return render_template(
        "conflicts/conflict.html",
        row=_place(session, (view.code, None)),
        view=view,
        labels=_conflict_labels(parties),
        words={
            "kind": dict(texts.choices(ConflictKind)),
            "state": dict(texts.choices(ConflictState)),
            "goals": _unpack(codes, *(one["goals"] for one in said.values())),
            "parties": _unpack(names, *(one["parties"] for one in said.values())),
        },
        action=url_for(".save", programme_id=session.info["programme_id"], conflict_id=view.id),
        revision=stale.revision,
        **said,
    )


def _packed(draft: ConflictDraft) -> dict[str, str]:
    typed = _typed(draft)
    goals, parties = typed.poplist("goal_ids"), typed.poplist("group_ids")
    return {**typed.to_dict(), "goals": " ".join(goals), "parties": " ".join(parties)}


def _unpack(names: Mapping[str, str], *packed: str) -> dict[str, str]:
    return {one: ", ".join(sorted(names.get(id_, "") for id_ in one.split())) for one in packed}


def _conflict_labels(parties: Iterable[PartyView]) -> dict[str, str]:
    labels = _labels()
    goals, groups = labels.pop("goal_ids"), labels.pop("group_ids")
    positions = {
        position_field(party.id): gettext("What does %(party)s want?", party=party.name) for party in parties
    }
    return {**labels, "goals": goals, "parties": groups, **positions}
