"""Links between goals: why a lower goal should lead to a higher one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.goals import ArgumentSide, Belief, ElementVerdict, KeyReason, LinkStatus, Support
from toc.domain.goals.rules import support
from toc.services import evidence
from toc.services import goals as service
from toc.services.errors import NotFound, Stale
from toc.services.goals import LinkDraft, LinkView, moving
from toc.services.goals.arguments import ArgumentView, arguments_of
from toc.services.goals.links import count_key_links
from toc.web import origins, texts
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Edited,
    Form,
    Input,
    OptionalLine,
    OptionalParagraph,
    OptionalWhole,
    RowId,
    Tick,
    chosen,
)
from toc.web.goals import quality
from toc.web.goals.arguments import show_link, sides
from toc.web.goals.blueprint import goals, show_in_tree
from toc.web.goals.editing import conflict_page, typed
from toc.web.goals.parties import ConfirmInput, confirmed
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.security import act, allow, new_id, viewer
from toc.web.texts import links as words
from toc.web.texts.goals import CONFIDENCE
from toc.web.texts.links import LINK_FIELDS

texts.register(words.SENTENCES, words.WORDS)

_FREE = ("mechanism", "assumption", "condition", "source", "alternatives", "element")


class LinkInput(Input):
    """What a link is to say."""

    mechanism: OptionalParagraph
    assumption: OptionalParagraph
    condition: OptionalParagraph
    source: OptionalLine
    confidence: OptionalWhole
    status: Annotated[LinkStatus | None, chosen(LinkStatus, optional=True)]
    is_key: Tick
    alternatives: OptionalParagraph
    key_reason: Annotated[KeyReason | None, chosen(KeyReason, optional=True)]
    is_feedback: Tick
    element: OptionalLine
    verdict: Annotated[ElementVerdict | None, chosen(ElementVerdict, optional=True)]

    def draft(self) -> LinkDraft:
        """Return it as the service takes it."""
        return LinkDraft(**{name: getattr(self, name) for name in LinkDraft.__slots__})


class NewLinkInput(LinkInput):
    """A new link between two goals."""

    id: RowId
    lower_id: RowId
    upper_id: RowId


_BLAME = {"link.bad_confidence": "confidence", "link.key_reason_missing": "key_reason"}


def _options() -> dict[str, list[tuple[str, str]]]:
    return {
        "confidence": [
            ("", gettext("nobody said")),
            *((str(n), str(word)) for n, word in enumerate(CONFIDENCE)),
        ],
        "status": [("", gettext("nobody said")), *texts.choices(LinkStatus)],
        "key_reason": [("", gettext("nobody said")), *texts.choices(KeyReason)],
        "verdict": [("", gettext("nobody said")), *texts.choices(ElementVerdict)],
    }


_RECORD = ("is_key", "assumption", "condition", "alternatives", "element", "verdict", "is_feedback")
"""What is asked of key links, or stands in the part of the form that opens."""


def _says_more(form: Form[Any]) -> bool:
    """Tell whether that part of the form is open: something is filled in there, or not right yet."""
    return any(form.raw(name) or form.error(name) for name in _RECORD)


def _new_page(session: Session, form: Form[NewLinkInput], link_id: UUID, *, goes_round: bool = False) -> str:
    every = [(str(goal.id), f"{goal.code} {goal.wording}") for goal in service.visible_goals(session, act())]
    return render_template(
        "goals/link_new.html",
        row=show_in_tree(session, (gettext("New link"), None)),
        form=form,
        link_id=form.raw("id") or link_id,
        goals=[("", gettext("Choose a goal")), *every],
        enough=len(every) > 1,
        goes_round=goes_round,
        options=_options(),
        fields=LINK_FIELDS,
        opened=_says_more(form),
    )


@goals.get("/p/<uuid:programme_id>/links/new")
@allow("goal.write")
def link_new(programme_id: UUID) -> ResponseReturnValue:
    """Show the form for a link; one of its goals may be given."""
    given = {name: request.args.get(name, "") for name in ("lower_id", "upper_id")}
    form: Form[NewLinkInput] = Form.empty(given)
    return _new_page(read_session(programme_id), form, new_id())


@goals.post("/p/<uuid:programme_id>/links/new")
@allow("goal.write")
def link_add(programme_id: UUID) -> ResponseReturnValue:
    """Add a link, unless the tree cannot hold it."""
    session = write_session(programme_id)
    form = Form(request.form, NewLinkInput)
    if form.ok and free_of_numbers(form, _FREE):
        asked = form.value
        try:
            link = moving.link_with(
                session,
                act(),
                asked.id,
                lower_id=asked.lower_id,
                upper_id=asked.upper_id,
                draft=asked.draft(),
            )
        except NotFound:
            raise
        except DomainError as error:
            form.blame(_BLAME.get(error.key, "upper_id"), error)
            return _new_page(session, form, new_id(), goes_round=error.key == "link.cycle"), 400
        else:
            session.commit()
            flash(gettext("The two goals are linked."), "success")
            return redirect(url_for(".link_show", programme_id=programme_id, link_id=link.id))
    return _new_page(session, form, new_id()), 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Sure:
    """How sure a link is, in sentences.

    Attributes:
        counts: the confidence that counts.
        capped: what keeps it from being what was filled in; empty when nothing does.
        most: what it can be at most now, and why.
        next: what would let it be more; empty when nothing is above it.
    """

    counts: str
    capped: str
    most: str
    next: str


@goals.get("/p/<uuid:programme_id>/links/<uuid:link_id>")
@allow("goal.read")
def link_show(programme_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Show why one goal should lead to the other, how sure that is, and what speaks for and against it."""
    session = read_session(programme_id)
    link = service.get_link(session, act(), link_id)
    arguments = arguments_of(session, link_id)
    return render_template(
        "goals/link.html",
        row=_show(session, link),
        link=link,
        key_reason=texts.word(link.draft.key_reason),
        verdict=texts.word(link.draft.verdict),
        says=_says(link.draft),
        sure=_sure(session, link, arguments),
        sides=sides(arguments, programme_id),
        key_links=quality.key_links_in_words(count_key_links(session, act())),
        marks=origins.marks(session, "goal_link", link_id),
        in_tree=link.lower.retired_at is None and link.upper.retired_at is None,
        writes=viewer().may("goal.write"),
    )


def _show(session: Session, link: LinkView, *crumbs: tuple[str, str | None]) -> Any:  # noqa: ANN401 - the programme
    return show_link(session, link, *crumbs)


def _says(draft: LinkDraft) -> list[tuple[str, str]]:
    """Return what a link says; of one that is no key link only what is asked of every link, or filled in."""
    said = {
        "mechanism": draft.mechanism,
        "assumption": draft.assumption,
        "condition": draft.condition,
        "alternatives": draft.alternatives,
        "source": draft.source,
        "status": texts.word(draft.status),
    }
    asked = said if draft.is_key else {name: text for name, text in said.items() if text or name in _SHORT}
    return [(str(LINK_FIELDS[name]), text or gettext("Nobody said yet.")) for name, text in asked.items()]


_SHORT = frozenset({"mechanism", "source", "status"})
"""What is asked of every link."""

_NEXT: Mapping[Support, Any] = {
    Support.NOTHING: _l("More when it was found elsewhere, in published research: then at most 2."),
    Support.BELIEF: _l("More when it was found elsewhere, in published research: then at most 2."),
    Support.LITERATURE: _l("More when our own figures before and after point to it: then at most 3."),
    Support.BEFORE_AFTER: _l("More when our own comparison shows it: then 4."),
    Support.COMPARISON: "",
}


def _next(rests_on: Support, arguments: Iterable[ArgumentView]) -> str:
    """Return what would let a link be surer than it can be now."""
    found = any(one.draft.side is ArgumentSide.FOR and one.draft.source.strip() for one in arguments)
    if found and rests_on.most_confidence < Support.LITERATURE.most_confidence:
        return str(
            gettext(
                "An argument for it has a source. When that shows that this was found elsewhere, name it as "
                "the source of the link: then at most 2."
            )
        )
    return str(_NEXT[rests_on])


def _sure(session: Session, link: LinkView, arguments: Iterable[ArgumentView]) -> Sure:
    """Return how sure the link is, what it may be at most, and why."""
    stated = link.draft.confidence
    rung = evidence.assess(session, link.upper.id, act().on).rung
    rests_on = support(rung=rung, has_source=bool(link.draft.source.strip()))
    why = {"most": rests_on.most_confidence, "why": texts.word(rests_on)}
    counts, capped = gettext("Nobody said how sure this is."), ""
    if stated is not None:
        belief = Belief(stated=stated, support=rests_on)
        counts = gettext("Confidence %(number)s of 4.", number=belief.confidence)
        if belief.is_capped:
            capped = gettext(
                "%(stated)s was filled in, but it rests on %(why)s, which carries no more than %(most)s.",
                stated=stated,
                **why,
            )
    return Sure(
        counts=counts,
        capped=capped,
        most=gettext("It can be at most %(most)s, because it rests on %(why)s.", **why),
        next=_next(rests_on, arguments),
    )


def _edit_page(session: Session, link: LinkView, form: Form[LinkInput]) -> str:
    return render_template(
        "goals/link_edit.html",
        row=_show(session, link, (gettext("Edit"), None)),
        link=link,
        form=form,
        revision=request.form.get("revision") or link.revision,
        options=_options(),
        fields=LINK_FIELDS,
        opened=_says_more(form),
    )


@goals.get("/p/<uuid:programme_id>/links/<uuid:link_id>/edit")
@allow("goal.write")
def link_edit(programme_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Show what a link says, to be changed."""
    session = read_session(programme_id)
    link = service.get_link(session, act(), link_id)
    says = typed({name: getattr(link.draft, name) for name in LinkDraft.__slots__})
    if request.args.get("key"):
        says["is_key"] = "1"
    return _edit_page(session, link, Form.empty(says))


@goals.post("/p/<uuid:programme_id>/links/<uuid:link_id>/edit")
@allow("goal.write")
def link_save(programme_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Save what a link says, or show both texts when somebody else was faster."""
    session = write_session(programme_id)
    link = service.get_link(session, act(), link_id)
    form = Form(request.form, LinkInput)
    if form.ok and free_of_numbers(form, _FREE):
        revision = Edited.of(request.form).revision
        try:
            service.edit_link(session, act(), link_id, form.value.draft(), revision=revision)
        except NotFound:
            raise
        except Stale as error:
            return _conflict(session, link, error), 409
        except DomainError as error:
            form.blame(_BLAME.get(error.key, "is_feedback"), error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".link_show", programme_id=programme_id, link_id=link_id))
    return _edit_page(session, link, form), 400


def _conflict(session: Session, link: LinkView, error: Stale) -> str:
    return conflict_page(
        LINK_FIELDS,
        error,
        row=_show(session, link, (gettext("Edit"), None)),
        heading=f"{link.lower.code} → {link.upper.code}",
        action=url_for(".link_save", programme_id=session.info["programme_id"], link_id=link.id),
        keep={},
    )


def _remove_page(session: Session, link: LinkView, form: Form[ConfirmInput]) -> str:
    programme = _show(session, link, (gettext("Remove"), None))
    many = len(arguments_of(session, link.id))
    return render_template("goals/link_remove.html", row=programme, link=link, form=form, arguments=many)


@goals.get("/p/<uuid:programme_id>/links/<uuid:link_id>/remove")
@allow("goal.write")
def link_remove(programme_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Ask once more before a link is removed."""
    session = read_session(programme_id)
    return _remove_page(session, service.get_link(session, act(), link_id), Form.empty())


@goals.post("/p/<uuid:programme_id>/links/<uuid:link_id>/remove")
@allow("goal.write")
def link_drop(programme_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Remove a link."""
    session = write_session(programme_id)
    link = service.get_link(session, act(), link_id)
    form = Form(request.form, ConfirmInput)
    if not confirmed(form):
        return _remove_page(session, link, form), 400
    moving.unlink(session, act(), link.lower.id, link.upper.id)
    session.commit()
    flash(
        gettext("The link is removed; both goals stay. You can undo it where you edit the tree."), "success"
    )
    return redirect(url_for(".show", programme_id=programme_id, goal_id=link.lower.id))
