"""Versions of the tree: freeze, agree, compare and restore."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import field_validator
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.goals.body import GoalBody, LinkBody, TreeBody
from toc.domain.goals.comparing import Comparison, FieldChange, Segment, compare
from toc.domain.goals.outline_writing import forest_of, walk
from toc.models.goals import TreeEdition
from toc.models.programmes import Programme
from toc.services import versions as service
from toc.services.errors import Conflict, NotFound
from toc.services.goals.bodies import tree_body
from toc.services.goals.matrix import closed_parties
from toc.services.interviews import checking
from toc.services.versions import PartyAnswer, Restoring
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, Line, OptionalParagraph, RowId
from toc.web.goals.blueprint import goal_addresses, show_in_tree
from toc.web.mine import tasks
from toc.web.mine.blueprint import crumb, reading, writing
from toc.web.mine.tasks import Task
from toc.web.security import act, allow, new_id, viewer
from toc.web.texts import versions as words

texts.register(words.SENTENCES)

versions = Blueprint("versions", __name__)

NOW = "now"
"""Stands for the tree as it is, where two versions are compared."""

_NOTHING = "\u2013"

_DEEPEST = 10
"""Steps that a list is moved in; what stands deeper is moved as far."""


class FreezeInput(Input):
    """Why the tree is frozen or restored."""

    id: RowId
    reason: Line


class AnswerInput(Input):
    """What a party says of a version."""

    id: RowId
    agreed: Literal["yes", "no"]
    comment: OptionalParagraph

    @field_validator("agreed", mode="before")
    @classmethod
    def _said(cls, typed: Any) -> str:  # noqa: ANN401 - whatever was sent
        if typed not in {"yes", "no"}:
            raise ValueError(gettext("Choose one of the two."))
        return str(typed)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A goal as a version lists it: how far it is moved, and whether it stands higher up already."""

    depth: int
    code: str
    wording: str
    level: str
    again: bool
    url: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A goal or link of which something differs: what it is, and each field before and after."""

    code: str
    name: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A goal in other words: both wordings, cut where they differ."""

    code: str
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What a comparison shows, in finished words."""

    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    moved: tuple[tuple[str, str, str, str], ...]
    reworded: tuple[Words, ...]
    changed: tuple[Beside, ...]
    links_added: tuple[tuple[str, str], ...]
    links_removed: tuple[tuple[str, str], ...]
    links_changed: tuple[Beside, ...]
    holders: tuple[tuple[str, str, str, str], ...]
    same: bool


# --- Reading ------------------------------------------------------------------------------------------------


def _place(session: Session, *crumbs: tuple[str, str | None]) -> Programme:
    here = session.info["programme_id"]
    address = url_for("versions.index", programme_id=here) if crumbs else None
    return show_in_tree(session, (gettext("Versions"), address), *crumbs)


@versions.get("/p/<uuid:programme_id>/tree/versions")
@allow("goal.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """List the versions, and offer to freeze the tree as it is now."""
    return _index(read_session(programme_id), Form.empty())


def _index(session: Session, form: Form[FreezeInput]) -> str:
    every = service.versions(session, closed=closed_parties(session, act()))
    return render_template(
        "versions/index.html",
        row=_place(session),
        versions=every,
        form=form,
        row_id=form.raw("id") or new_id(),
        writes=viewer().may("goal.write"),
        options=[
            (NOW, gettext("the tree as it is now")),
            *((str(one.id), _title(one.number)) for one in every),
        ],
    )


def _title(number: int) -> str:
    return str(gettext("version %(number)s", number=number))


@versions.get("/p/<uuid:programme_id>/tree/versions/<uuid:edition_id>")
@allow("goal.read")
def show(programme_id: UUID, edition_id: UUID) -> ResponseReturnValue:
    """Show what was frozen, and who agreed to it."""
    session = read_session(programme_id)
    edition = service.get_version(session, edition_id)
    body = service.body_of(edition)
    return render_template(
        "versions/show.html",
        row=_place(session, (_title(edition.number), None)),
        edition=edition,
        title=_title(edition.number),
        goals=_frozen(body, programme_id),
        links=len(body.links),
        answers=service.answers(session, edition_id, closed=closed_parties(session, act())),
        writes=viewer().may("goal.write"),
        is_same=compare(body, tree_body(session, None)).is_same_tree,
    )


def _frozen(body: TreeBody, programme_id: UUID | None) -> list[Frozen]:
    address = None if programme_id is None else goal_addresses(programme_id)
    forest, ids = forest_of(body), {goal.code: goal.id for goal in body.goals}
    return [
        Frozen(
            depth=min(depth, _DEEPEST),
            code=goal.code or "",
            wording=goal.wording,
            level=texts.word(goal.level),
            again=not first,
            url=address(ids[goal.code]) if address and goal.code else "",
        )
        for depth, place, _, first in walk(forest)
        for goal in [forest.goals[place]]
    ]


@versions.get("/p/<uuid:programme_id>/tree/versions/compare")
@allow("goal.read")
def comparing(programme_id: UUID) -> ResponseReturnValue:
    """Show two versions side by side: what was added, removed, moved and put in other words."""
    session = read_session(programme_id)
    before, after = request.args.get("before", ""), request.args.get("after", NOW)
    then, now = _body(session, before), _body(session, after)
    return render_template(
        "versions/compare.html",
        row=_place(session, (gettext("Compare"), None)),
        before=then[0],
        after=now[0],
        found=_differences(compare(then[1], now[1]), then[1], now[1]),
    )


def _body(session: Session, asked: str) -> tuple[str, TreeBody]:
    """Return the name and the content of a version, or of the tree as everybody may see it now.

    Raises:
        NotFound: there is no such version.
    """
    if asked == NOW:
        return str(gettext("the tree as it is now")), tree_body(session, None)
    try:
        edition = service.get_version(session, UUID(asked))
    except ValueError as error:
        raise NotFound from error
    return _title(edition.number), service.body_of(edition)


def _differences(found: Comparison, before: TreeBody, after: TreeBody) -> Differences:
    wordings = {goal.code: goal.wording for goal in (*before.goals, *after.goals)}
    names = {party.code: party.name for party in (*before.parties, *after.parties)}
    return Differences(
        added=_named(found.added),
        removed=_named(found.removed),
        moved=tuple(
            (one.goal.code, one.goal.wording, _ends(one.before), _ends(one.after)) for one in found.moved
        ),
        reworded=tuple(
            Words(
                one.after.code,
                tuple(part for part in one.words if part.kept != "added"),
                tuple(part for part in one.words if part.kept != "removed"),
            )
            for one in found.reworded
        ),
        changed=tuple(Beside(one.after.code, one.after.wording, _rows(one.fields)) for one in found.changed),
        links_added=tuple(_link(link, wordings) for link in found.links_added),
        links_removed=tuple(_link(link, wordings) for link in found.links_removed),
        links_changed=tuple(
            Beside(*_link(one.after, wordings), _rows(one.fields)) for one in found.links_changed
        ),
        holders=tuple(
            (
                one.goal.code,
                names.get(one.party, one.party),
                texts.word(one.before.stance) if one.before else _NOTHING,
                texts.word(one.after.stance) if one.after else _NOTHING,
            )
            for one in found.holders
        ),
        same=found.is_empty,
    )


def _named(goals: Iterable[GoalBody]) -> tuple[tuple[str, str], ...]:
    return tuple((goal.code, goal.wording) for goal in goals)


def _ends(goals: Iterable[GoalBody]) -> str:
    return ", ".join(goal.code for goal in goals) or str(gettext("below nothing"))


def _link(link: LinkBody, wordings: dict[str, str]) -> tuple[str, str]:
    return f"{link.lower} → {link.upper}", f"{wordings[link.lower]} → {wordings[link.upper]}"


def _rows(fields: Iterable[FieldChange]) -> tuple[tuple[str, str, str], ...]:
    return tuple((str(words.FIELDS[one.name]), _told(one.before), _told(one.after)) for one in fields)


def _told(value: object) -> str:
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, StrEnum):
        return texts.word(value)
    if isinstance(value, date):
        return texts.day(value)
    return str(value) if value not in {None, ""} else _NOTHING


# --- Freezing and restoring ---------------------------------------------------------------------------------


@versions.post("/p/<uuid:programme_id>/tree/versions")
@allow("goal.write")
def freeze(programme_id: UUID) -> ResponseReturnValue:
    """Freeze the tree as everybody may see it now."""
    session = write_session(programme_id)
    form = Form(request.form, FreezeInput)
    if form.ok:
        try:
            made = service.freeze(session, act(), form.value.id, form.value.reason)
        except DomainError as error:
            form.blame("reason", error)
        else:
            session.commit()
            flash(gettext("Frozen as %(version)s.", version=_title(made.number)), "success")
            return redirect(url_for(".show", programme_id=programme_id, edition_id=made.id))
    return _index(session, form), 400


@versions.get("/p/<uuid:programme_id>/tree/versions/<uuid:edition_id>/restore")
@allow("goal.write")
def restoring(programme_id: UUID, edition_id: UUID) -> ResponseReturnValue:
    """Show what restoring a version would change."""
    return _restore_page(read_session(programme_id), edition_id, Form.empty())


@versions.post("/p/<uuid:programme_id>/tree/versions/<uuid:edition_id>/restore")
@allow("goal.write")
def restore(programme_id: UUID, edition_id: UUID) -> ResponseReturnValue:
    """Let the tree say again what it said in a version."""
    session = write_session(programme_id)
    service.get_version(session, edition_id)
    form = Form(request.form, FreezeInput)
    if form.ok:
        try:
            made = service.restore_version(session, act(), form.value.id, edition_id, form.value.reason)
        except NotFound:
            raise
        except DomainError as error:
            session.rollback()
            form.blame("reason", error)
        else:
            session.commit()
            flash(gettext("The tree is restored, as %(version)s.", version=_title(made.number)), "success")
            return redirect(url_for(".show", programme_id=programme_id, edition_id=made.id))
    return _restore_page(session, edition_id, form), 400


def _restore_page(session: Session, edition_id: UUID, form: Form[FreezeInput]) -> str:
    edition = service.get_version(session, edition_id)
    then, now = service.body_of(edition), tree_body(session, None)
    found: Restoring = service.restoring(session, edition_id)
    here = url_for(".show", programme_id=session.info["programme_id"], edition_id=edition_id)
    return render_template(
        "versions/restore.html",
        row=_place(session, (_title(edition.number), here), (gettext("Restore"), None)),
        edition=edition,
        title=_title(edition.number),
        form=form,
        row_id=form.raw("id") or new_id(),
        found=_differences(compare(now, then), now, then),
        kept=", ".join(found.kept),
        arguments=found.arguments,
        is_empty=found.plan.is_empty,
    )


# --- Agreeing -----------------------------------------------------------------------------------------------


@versions.get("/p/<uuid:programme_id>/tree/versions/<uuid:edition_id>/parties/<uuid:group_id>")
@allow("goal.write")
def party(programme_id: UUID, edition_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Ask what a party says of a version, to write it down."""
    return _party_page(read_session(programme_id), edition_id, group_id, Form.empty())


@versions.post("/p/<uuid:programme_id>/tree/versions/<uuid:edition_id>/parties/<uuid:group_id>")
@allow("goal.write")
def record(programme_id: UUID, edition_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Write down what a party says of a version."""
    session = write_session(programme_id)
    _answer_of(session, edition_id, group_id)
    form = Form(request.form, AnswerInput)
    if form.ok and _keep(session, edition_id, group_id, form):
        session.commit()
        flash(gettext("Written down."), "success")
        return redirect(url_for(".show", programme_id=programme_id, edition_id=edition_id))
    return _party_page(session, edition_id, group_id, form), 400


def _keep(session: Session, edition_id: UUID, group_id: UUID, form: Form[AnswerInput]) -> bool:
    typed = form.value
    try:
        service.answer(
            session,
            act(),
            typed.id,
            edition_id,
            group_id,
            agreed=typed.agreed == "yes",
            comment=typed.comment,
        )
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        form.blame("comment", error)
        return False
    return True


def _answer_of(session: Session, edition_id: UUID, group_id: UUID) -> PartyAnswer:
    service.get_version(session, edition_id)
    for one in service.answers(session, edition_id):
        if one.group_id == group_id:
            return one
    raise NotFound


def _party_page(session: Session, edition_id: UUID, group_id: UUID, form: Form[AnswerInput]) -> str:
    edition, said = service.get_version(session, edition_id), _answer_of(session, edition_id, group_id)
    here = url_for(".show", programme_id=session.info["programme_id"], edition_id=edition_id)
    return render_template(
        "versions/party.html",
        row=_place(session, (_title(edition.number), here), (said.code, None)),
        edition=edition,
        title=_title(edition.number),
        said=said,
        form=form,
        row_id=form.raw("id") or new_id(),
    )


@versions.get("/mine/versions/<uuid:edition_id>")
@allow("mine.read")
def mine(edition_id: UUID) -> ResponseReturnValue:
    """Show a version to a spokesperson, who says whether their party agrees."""
    return _mine_page(reading(), edition_id, Form.empty())


@versions.post("/mine/versions/<uuid:edition_id>")
@allow("mine.write")
def mine_answer(edition_id: UUID) -> ResponseReturnValue:
    """Keep what a spokesperson says for their party."""
    session = writing()
    group_id = _my_group(session)
    service.get_version(session, edition_id)
    form = Form(request.form, AnswerInput)
    if form.ok and _keep(session, edition_id, group_id, form):
        session.commit()
        flash(gettext("Thank you. Your answer is kept."), "success")
        return redirect(url_for(".mine", edition_id=edition_id))
    return _mine_page(session, edition_id, form), 400


def _my_group(session: Session) -> UUID:
    """Return the party that the reader speaks for, once they told what they want themselves."""
    group_id, me = service.spokesperson_of(session, act()), viewer().respondent_id
    if group_id is None or me is None or not checking.has_told(session, me):
        raise NotFound
    return group_id


def _mine_page(session: Session, edition_id: UUID, form: Form[AnswerInput]) -> str:
    said = _answer_of(session, edition_id, _my_group(session))
    edition: TreeEdition = service.get_version(session, edition_id)
    crumb((_title(edition.number), None))
    return render_template(
        "versions/mine.html",
        edition=edition,
        title=_title(edition.number),
        goals=_frozen(service.body_of(edition), None),
        said=said,
        form=form,
        row_id=form.raw("id") or new_id(),
    )


@tasks.register
def to_agree(session: Session, asked: Act) -> Iterable[Task]:
    """Give a spokesperson the last version to answer."""
    group_id = service.spokesperson_of(session, asked)
    last = next(iter(service.versions(session)), None) if group_id else None
    if last is None:
        return
    said = next(one for one in service.answers(session, last.id) if one.group_id == group_id)
    yield Task(
        gettext("Does your party agree to the goal tree?"),
        url_for("versions.mine", edition_id=last.id),
        said.agreed is not None,
        gettext("Version %(number)s of %(day)s", number=last.number, day=texts.day(last.at.date())),
    )
