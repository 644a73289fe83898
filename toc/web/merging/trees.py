"""Pages of own trees: which parties have one, what stands in it, and keeping it as it was given."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from pydantic import BeforeValidator
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from toc.domain.codes import CodeKind
from toc.domain.errors import DomainError
from toc.domain.goals import Edge, Level, Standing
from toc.domain.goals.body import GoalBody, TreeBody, digest
from toc.domain.goals.comparing import compare
from toc.domain.goals.outline import Outline
from toc.domain.merging import nested
from toc.services import interviews
from toc.services import merging as service
from toc.services.errors import NotFound, Stale
from toc.services.interviews import check_free_text
from toc.services.merging import OwnDraft, OwnGoal, OwnTree
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, Line, OptionalParagraph, OptionalWhole, RowId, Tick, chosen
from toc.web.goals.editing import at_field, options, typed
from toc.web.goals.parties import ConfirmInput, confirmed
from toc.web.goals.pictures import Picture
from toc.web.interviews.blueprint import free_of_numbers, quote
from toc.web.merging.blueprint import (
    TreeLine,
    edges,
    lines,
    merging,
    picture,
    place,
    place_below,
    shown_depth,
)
from toc.web.security import act, allow, new_id, today
from toc.web.texts.goals import FIELDS
from toc.web.trees import sending

_OF_GOAL = ("wording", "explanation", "level", "standing", "importance", "feasibility")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """A party in the list.

    Attributes:
        given: when its tree was last kept as it was given; "" when never.
    """

    code: str
    name: str
    url: str
    goals: int
    links: int
    placed: str
    given: str


@merging.get("/p/<uuid:programme_id>/own-trees")
@allow("merge.write")
def index(programme_id: UUID) -> ResponseReturnValue:
    """List the parties with how far their own trees are."""
    session = read_session(programme_id)
    trees = service.own_trees(session, act())
    kept = service.given_trees(session, act())
    given = {one.group_id: texts.day(one.at.date()) for one in reversed(kept)}
    goals = sum(len(tree.goals) for tree in trees)
    return render_template(
        "merging/index.html",
        row=place(session),
        parties=[_party_row(programme_id, tree, given.get(tree.group_id, "")) for tree in trees],
        missing=[tree for tree in trees if not tree.goals],
        goals=goals,
        placed=sum(tree.placed for tree in trees),
    )


def _party_row(programme_id: UUID, tree: OwnTree, given: str) -> PartyRow:
    return PartyRow(
        code=tree.code,
        name=tree.name,
        url=url_for(".party", programme_id=programme_id, group_id=tree.group_id),
        goals=len(tree.goals),
        links=len(tree.links),
        placed=gettext("%(placed)s of %(all)s", placed=tree.placed, all=len(tree.goals))
        if tree.goals
        else "",
        given=given,
    )


# --- One party ----------------------------------------------------------------------------------------------


class KeepInput(Input):
    """The tree is to be kept as it is now."""

    id: RowId


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """A link of an own tree, with what is said of it."""

    id: UUID
    lower: str
    upper: str
    says: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A tree that was kept: when, by whom, and its page."""

    when: str
    by: str
    url: str


@merging.get("/p/<uuid:programme_id>/own-trees/<uuid:group_id>")
@allow("merge.write")
def party(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Show the own tree of a party."""
    return _party_page(read_session(programme_id), group_id, Form.empty())


@merging.post("/p/<uuid:programme_id>/own-trees/<uuid:group_id>/given")
@allow("merge.write")
def keep(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Keep the own tree of a party as it is now."""
    session = write_session(programme_id)
    form = Form(request.form, KeepInput)
    if form.ok:
        try:
            service.freeze_given(session, act(), form.value.id, group_id)
        except NotFound:
            raise
        except DomainError as error:
            form.blame("", error)
        else:
            session.commit()
            flash(gettext("Kept as it was given. Whatever changes from now on, this stays."), "success")
            return redirect(url_for(".party", programme_id=programme_id, group_id=group_id))
    return _party_page(session, group_id, form), 400


def _party_page(session: Session, group_id: UUID, form: Form[KeepInput]) -> str:
    programme_id = session.info["programme_id"]
    tree = service.own_tree(session, act(), group_id)
    kept = service.given_trees(session, act(), group_id)
    listed = lines(tree.goals, edges(tree))
    return render_template(
        "merging/party.html",
        row=place_below(session, tree),
        tree=tree,
        lines=listed,
        picture=picture(tree, listed, edges(tree)),
        files=_files(url_for(".party", programme_id=programme_id, group_id=group_id)),
        links=_link_lines(tree),
        form=form,
        keep_id=new_id(),
        same=bool(kept) and kept[0].digest == digest(service.own_body(tree)),
        kept=[
            Kept(
                texts.moment(one.at),
                one.by,
                url_for(".given", programme_id=programme_id, given_id=one.id),
            )
            for one in kept
        ],
    )


def _link_lines(tree: OwnTree) -> list[LinkLine]:
    names = {goal.id: f"{goal.code} {goal.draft.wording}" for goal in tree.goals}
    return [
        LinkLine(
            id=link.id,
            lower=names[link.lower_id],
            upper=names[link.upper_id],
            says=tuple(
                (label, text)
                for label, text in (
                    (gettext("Mechanism"), link.draft.mechanism),
                    (gettext("Assumption"), link.draft.assumption),
                    (gettext("Condition"), link.draft.condition),
                    (
                        gettext("Confidence"),
                        "" if link.draft.confidence is None else str(link.draft.confidence),
                    ),
                )
                if text
            ),
        )
        for link in tree.links
    ]


# --- As it was given ----------------------------------------------------------------------------------------


@merging.get("/p/<uuid:programme_id>/own-trees/given/<uuid:given_id>")
@allow("merge.write")
def given(programme_id: UUID, given_id: UUID) -> ResponseReturnValue:
    """Show an own tree as it was given, and what differs from it by now."""
    session = read_session(programme_id)
    edition, body = service.get_given(session, act(), given_id)
    group_id: UUID = edition.group_id
    tree = service.own_tree(session, act(), group_id)
    day = texts.moment(edition.created_at)
    listed = _body_lines(body, tree)
    return render_template(
        "merging/given.html",
        row=place_below(session, tree, (gettext("As given on %(day)s", day=day), None)),
        tree=tree,
        day=day,
        digest=edition.digest,
        lines=listed,
        picture=picture(tree, listed, _body_edges(body)),
        files=_files(url_for(".given", programme_id=programme_id, given_id=given_id)),
        differences=list(_differences(body, service.own_body(tree), tree)),
    )


def _own_code(tree: OwnTree, goal: GoalBody) -> str:
    return f"{tree.code}.{goal.code.removeprefix(CodeKind.GOAL)}"


def _body_lines(body: TreeBody, tree: OwnTree) -> list[TreeLine]:
    goals = {goal.id: goal for goal in body.goals}
    return [
        TreeLine(
            id=one.goal,
            code=_own_code(tree, goal),
            wording=goal.wording,
            explanation=goal.explanation,
            level=goal.level,
            depth=shown_depth(one.depth),
            again=one.again,
            hidden=goal.standing is Standing.HIDDEN,
            thin=False,
            notes=(),
        )
        for one in nested(list(goals), _body_edges(body))
        for goal in (goals[one.goal],)
    ]


def _body_edges(body: TreeBody) -> list[Edge]:
    ids = {goal.code: goal.id for goal in body.goals}
    return [Edge(ids[link.lower], ids[link.upper]) for link in body.links]


def _differences(then: TreeBody, now: TreeBody, tree: OwnTree) -> Iterable[str]:
    """Yield what is otherwise by now, each as a sentence."""
    found = compare(then, now)
    for goal in found.added:
        yield gettext("Added: %(goal)s", goal=f"{_own_code(tree, goal)} {goal.wording}")
    for goal in found.removed:
        yield gettext("Removed: %(goal)s", goal=f"{_own_code(tree, goal)} {goal.wording}")
    for one in found.reworded:
        yield gettext(
            "%(goal)s now reads: %(wording)s", goal=_own_code(tree, one.after), wording=one.after.wording
        )
    for other in found.changed:
        yield gettext("%(goal)s: something else than its wording changed", goal=_own_code(tree, other.after))
    links = len(found.links_added) + len(found.links_removed) + len(found.links_changed)
    if links:
        yield ngettext("%(num)d link changed", "%(num)d links changed", links)


# --- Its picture as a file ----------------------------------------------------------------------------------


@merging.get("/p/<uuid:programme_id>/own-trees/<uuid:group_id>/tree.<any(svg, png):ending>")
@allow("merge.write")
def party_file(programme_id: UUID, group_id: UUID, ending: str) -> ResponseReturnValue:
    """Give the picture of the own tree of a party."""
    session = read_session(programme_id)
    tree = service.own_tree(session, act(), group_id)
    drawn = _open_picture(tree, lines(tree.goals, edges(tree)), edges(tree))
    return sending.picture_file(session, drawn, drawn.title, today(), tree.code, ending)


@merging.get("/p/<uuid:programme_id>/own-trees/given/<uuid:given_id>/tree.<any(svg, png):ending>")
@allow("merge.write")
def given_file(programme_id: UUID, given_id: UUID, ending: str) -> ResponseReturnValue:
    """Give the picture of an own tree as it was given."""
    session = read_session(programme_id)
    edition, body = service.get_given(session, act(), given_id)
    group_id: UUID = edition.group_id
    tree = service.own_tree(session, act(), group_id)
    drawn = _open_picture(tree, _body_lines(body, tree), _body_edges(body))
    title = gettext("%(tree)s, as given", tree=drawn.title)
    return sending.picture_file(session, drawn, title, edition.created_at.date(), tree.code, ending)


def _open_picture(tree: OwnTree, every: Iterable[TreeLine], links: Iterable[Edge]) -> Picture:
    """Return a picture that others may get to see: without goals that were hidden then or are by now."""
    hidden = {goal.id for goal in tree.goals if goal.draft.standing is Standing.HIDDEN}
    return picture(tree, (line for line in every if not line.hidden and line.id not in hidden), links)


def _files(page: str) -> list[tuple[str, str]]:
    """Return (name, address) of each file of the picture on a page."""
    return [(ending.upper(), f"{page}/tree.{ending}") for ending in sending.PICTURES]


# --- Its goals ----------------------------------------------------------------------------------------------


class OwnInput(Input):
    """What an own goal is to say, and what it rests on."""

    id: RowId
    wording: Line
    explanation: OptionalParagraph
    level: Annotated[Level | None, chosen(Level, optional=True)]
    standing: Annotated[Standing, chosen(Standing)]
    importance: OptionalWhole
    feasibility: OptionalWhole
    statement_ids: list[RowId]

    def draft(self) -> OwnDraft:
        """Return it as the service takes it."""
        return OwnDraft(**{name: getattr(self, name) for name in OwnDraft.__slots__})


@merging.get("/p/<uuid:programme_id>/own-trees/<uuid:group_id>/goals/new")
@allow("merge.write")
def goal_new(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Show the form for an own goal."""
    session = read_session(programme_id)
    tree = service.own_tree(session, act(), group_id)
    return _goal_page(session, tree, Form.empty({"standing": Standing.STATED.value}))


@merging.post("/p/<uuid:programme_id>/own-trees/<uuid:group_id>/goals/new")
@allow("merge.write")
def goal_add(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Add a goal to the own tree of a party."""
    session = write_session(programme_id)
    tree = service.own_tree(session, act(), group_id)
    form = Form(request.form, OwnInput)
    if form.ok and free_of_numbers(form, ("wording", "explanation")):
        asked = form.value
        try:
            service.add_own_goal(session, act(), asked.id, group_id, asked.draft(), asked.statement_ids)
        except NotFound:
            raise
        except DomainError as error:
            form.blame(at_field(error), error)
        else:
            session.commit()
            flash(gettext("The goal stands in the own tree. Link it to what it leads to."), "success")
            return redirect(url_for(".party", programme_id=programme_id, group_id=group_id))
    return _goal_page(session, tree, form), 400


@merging.get("/p/<uuid:programme_id>/own-goals/<uuid:party_goal_id>/edit")
@allow("merge.write")
def goal_edit(programme_id: UUID, party_goal_id: UUID) -> ResponseReturnValue:
    """Show what an own goal says, to be changed."""
    session = read_session(programme_id)
    goal, tree = service.get_own_goal(session, act(), party_goal_id)
    says: dict[str, object] = dict(typed({name: getattr(goal.draft, name) for name in _OF_GOAL}))
    says["statement_ids"] = [str(one) for one in goal.statement_ids]
    return _goal_page(session, tree, Form.empty(says), goal)


@merging.post("/p/<uuid:programme_id>/own-goals/<uuid:party_goal_id>/edit")
@allow("merge.write")
def goal_save(programme_id: UUID, party_goal_id: UUID) -> ResponseReturnValue:
    """Save an own goal, or show both texts when somebody else was faster."""
    session = write_session(programme_id)
    goal, tree = service.get_own_goal(session, act(), party_goal_id)
    form = Form(_unpacked(party_goal_id), OwnInput)
    if form.ok and free_of_numbers(form, ("wording", "explanation")):
        asked, revision = form.value, Edited.of(request.form).revision
        try:
            service.edit_own_goal(
                session, act(), party_goal_id, asked.draft(), asked.statement_ids, revision=revision
            )
        except NotFound:
            raise
        except Stale as stale:
            return _goal_conflict(session, tree, goal, form, stale), 409
        except DomainError as error:
            form.blame(at_field(error), error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".party", programme_id=programme_id, group_id=tree.group_id))
    return _goal_page(session, tree, form, goal), 400


def _unpacked(party_goal_id: UUID) -> MultiDict[str, str]:
    """Return what was sent; after a conflict of texts the chosen statements come as one field."""
    sent = MultiDict(request.form)
    sent["id"] = str(party_goal_id)
    if "statements" in sent:
        sent.setlist("statement_ids", sent["statements"].split())
    return sent


def _goal_page(session: Session, tree: OwnTree, form: Form[OwnInput], goal: OwnGoal | None = None) -> str:
    here = (gettext("Change %(code)s", code=goal.code) if goal else gettext("New goal"), None)
    return render_template(
        "merging/goal.html",
        row=place_below(session, tree, here),
        tree=tree,
        goal=goal,
        form=form,
        goal_id=form.raw("id") or new_id(),
        revision=goal and (request.form.get("revision") or goal.revision),
        options=options(),
        fields=FIELDS,
        statements=_said(session, tree.group_id, set(form.raws("statement_ids"))),
        shared=goal is not None and bool(goal.relations),
    )


def _said(session: Session, group_id: UUID, ticked: set[str]) -> list[tuple[str, str, str]]:
    """Return what respondents of a party said, to be ticked: what is ticked first."""
    every = [one for one in interviews.readable_statements(session, act()) if one.group_id == group_id]
    every.sort(key=lambda one: (str(one.id) not in ticked, one.code))
    return [(str(one.id), f"{said.code} “{said.text}”", said.who) for one in every for said in (quote(one),)]


def _goal_conflict(session: Session, tree: OwnTree, goal: OwnGoal, form: Form[OwnInput], stale: Stale) -> str:
    theirs = {name: stale.theirs[name] for name in _OF_GOAL}
    kept: Iterable[UUID] = stale.theirs["statement_ids"]  # type: ignore[assignment]  # as the service gives
    packed = " ".join(str(one) for one in kept)
    mine = " ".join(sorted(form.raws("statement_ids")))
    said = {id_: text for id_, text, _ in _said(session, tree.group_id, set())}
    return render_template(
        "goals/conflict.html",
        row=place_below(session, tree, (goal.code, None)),
        heading=f"{goal.code} {goal.draft.wording}",
        mine={**request.form.to_dict(), "statements": mine},
        theirs={**typed(theirs), "statements": packed},
        labels={
            **{name: str(FIELDS[name]) for name in _OF_GOAL},
            "statements": gettext("Statements that it rests on"),
        },
        words={
            "level": dict(texts.choices(Level)),
            "standing": dict(texts.choices(Standing)),
            "statements": {
                ids: "; ".join(said.get(one, "") for one in ids.split()) for ids in (packed, mine)
            },
        },
        action=url_for(".goal_save", programme_id=session.info["programme_id"], party_goal_id=goal.id),
        revision=stale.revision,
        keep={},
    )


@merging.get("/p/<uuid:programme_id>/own-goals/<uuid:party_goal_id>/remove")
@allow("merge.write")
def goal_remove(programme_id: UUID, party_goal_id: UUID) -> ResponseReturnValue:
    """Ask once more before an own goal is removed."""
    return _remove_page(read_session(programme_id), party_goal_id, Form.empty())


@merging.post("/p/<uuid:programme_id>/own-goals/<uuid:party_goal_id>/remove")
@allow("merge.write")
def goal_drop(programme_id: UUID, party_goal_id: UUID) -> ResponseReturnValue:
    """Take a goal out of an own tree."""
    session = write_session(programme_id)
    goal, tree = service.get_own_goal(session, act(), party_goal_id)
    form = Form(request.form, ConfirmInput)
    if confirmed(form):
        try:
            service.remove_own_goal(session, act(), party_goal_id)
        except DomainError as error:
            form.blame("", error)
        else:
            session.commit()
            flash(gettext("%(code)s is removed from the own tree.", code=goal.code), "success")
            return redirect(url_for(".party", programme_id=programme_id, group_id=tree.group_id))
    return _remove_page(session, party_goal_id, form), 400


def _remove_page(session: Session, party_goal_id: UUID, form: Form[ConfirmInput]) -> str:
    goal, tree = service.get_own_goal(session, act(), party_goal_id)
    hanging = service.hanging_on(session, party_goal_id)
    return render_template(
        "merging/goal_remove.html",
        row=place_below(session, tree, (gettext("Remove %(code)s", code=goal.code), None)),
        tree=tree,
        goal=goal,
        hanging=hanging,
        form=form,
        stays=bool(hanging.relations or hanging.checks),
    )


# --- Many at once -------------------------------------------------------------------------------------------


def _as_typed(sent: object) -> str:
    return str(sent or "")


class BranchInput(Input):
    """Goals as text. Its white space has a meaning, so nothing is taken from its ends."""

    id: RowId
    text: Annotated[str, BeforeValidator(_as_typed)]
    confirmed: Tick
    again: Tick


@dataclass(frozen=True, slots=True)
class BranchLine:
    """A line of the preview."""

    depth: int
    text: str
    level: Level | None


@merging.get("/p/<uuid:programme_id>/own-trees/<uuid:group_id>/branch")
@allow("merge.write")
def branch(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Show the form for several goals as text."""
    return _branch_page(read_session(programme_id), group_id, Form.empty(), None)


@merging.post("/p/<uuid:programme_id>/own-trees/<uuid:group_id>/branch")
@allow("merge.write")
def branch_add(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Show what a text would add; or add it, when that was seen."""
    session = write_session(programme_id)
    form = Form(request.form, BranchInput)
    outline = _read(form)
    if form.ok and form.value.confirmed and outline is not None and outline.forest is not None:
        added = service.add_branch(session, act(), form.value.id, group_id, form.value.text)
        session.commit()
        flash(ngettext("%(num)d goal added.", "%(num)d goals added.", added), "success")
        return redirect(url_for(".party", programme_id=programme_id, group_id=group_id))
    read = form.ok and (form.value.again or (outline is not None and outline.forest is not None))
    return _branch_page(session, group_id, form, outline), 200 if read else 400


def _read(form: Form[BranchInput]) -> Outline | None:
    if not form.ok or form.value.again:
        return None
    try:
        check_free_text(form.value.text)
        return service.read_branch(form.value.text)
    except DomainError as error:
        form.blame("text", error)
    return None


def _branch_page(session: Session, group_id: UUID, form: Form[BranchInput], outline: Outline | None) -> str:
    tree = service.own_tree(session, act(), group_id)
    return render_template(
        "merging/branch.html",
        row=place_below(session, tree, (gettext("Add several goals"), None)),
        tree=tree,
        form=form,
        branch_id=form.raw("id") or new_id(),
        text=form.raw("text") or "",
        lines=_preview(outline),
        faults=[(one.line, texts.sentence(one.key, **one.params)) for one in outline.faults]
        if outline
        else [],
        fresh=len(outline.forest.goals) if outline and outline.forest else None,
    )


def _preview(outline: Outline | None) -> list[BranchLine]:
    if outline is None:
        return []
    return [
        BranchLine(shown_depth(one.depth), one.text or gettext("see %(code)s", code=one.code), one.level)
        for one in outline.lines
    ]
