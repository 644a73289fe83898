"""The page on which one goal goes into another: what will happen, and a second yes."""

from collections.abc import Iterable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.goals.joining import Opinion
from toc.services.errors import Conflict, NotFound
from toc.services.goals import joining as service
from toc.services.goals.joining import Fate, Joining
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, OptionalWhole, Paragraph
from toc.web.goals.blueprint import goals, show_in_tree
from toc.web.goals.parties import ConfirmInput, confirmed
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.security import act, allow


class MergeInput(ConfirmInput):
    """Why two goals are one, and the editions that were looked at."""

    reason: Paragraph
    kept_edition: OptionalWhole
    gone_edition: OptionalWhole


@goals.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/merge/<uuid:other_id>")
@allow("goal.write")
def merge(programme_id: UUID, goal_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Show what will happen when the other goal goes into this one."""
    session = read_session(programme_id)
    try:
        seen = service.look_at_joining(session, act(), goal_id, other_id)
    except NotFound:
        raise
    except DomainError as error:
        flash(texts.sentence(error.key), "error")
        return redirect(url_for(".alike", programme_id=programme_id))
    wording = gettext(
        "%(gone)s says the same as %(kept)s: “%(wording)s”",
        gone=seen.gone.code,
        kept=seen.kept.code,
        wording=seen.kept.wording,
    )
    return _page(session, seen, Form.empty({"reason": wording}))


@goals.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/merge/<uuid:other_id>")
@allow("goal.write")
def join(programme_id: UUID, goal_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Let the other goal go into this one."""
    session = write_session(programme_id)
    form, status = Form(request.form, MergeInput), 400
    if form.ok and free_of_numbers(form, ("reason",)) and confirmed(form):
        asked = form.value
        editions = (asked.kept_edition or 0, asked.gone_edition or 0)
        try:
            service.join_goals(session, act(), goal_id, other_id, asked.reason, editions=editions)
        except NotFound:
            raise
        except DomainError as error:
            form.blame("", error)
            status = 409 if isinstance(error, Conflict) else 400
        else:
            session.commit()
            flash(gettext("The two are one goal now. What was said under both stands here."), "success")
            return redirect(url_for(".show", programme_id=programme_id, goal_id=goal_id))
    return _page(session, service.look_at_joining(session, act(), goal_id, other_id), form), status


def _page(session: Session, seen: Joining, form: Form[MergeInput]) -> str:
    kept, gone = seen.kept, seen.gone
    programme = show_in_tree(
        session,
        (gettext("Goals that look alike"), url_for(".alike", programme_id=session.info["programme_id"])),
        (gettext("Make one of %(one)s and %(other)s", one=kept.code, other=gone.code), None),
    )
    return render_template(
        "goals/join.html",
        row=programme,
        form=form,
        kept=kept,
        gone=gone,
        refusals=[texts.sentence(one.key, **one.params) for one in seen.refusals],
        happens=list(_happens(seen)),
        parties=[
            (one.name, _opinion(one.before), _opinion(one.gone), _opinion(one.after)) for one in seen.parties
        ],
        links=list(_links(seen)),
        stays=list(_stays(seen)),
        other_way=url_for(".merge", programme_id=programme.id, goal_id=gone.id, other_id=kept.id),
    )


def _opinion(opinion: Opinion | None) -> str:
    if opinion is None:
        return str(gettext("never spoke about it"))
    scores = (
        (gettext("importance %(value)s of 5", value=opinion.importance), opinion.importance),
        (gettext("feasible %(value)s of 5", value=opinion.feasibility), opinion.feasibility),
    )
    return ", ".join([texts.word(opinion.stance), *(text for text, value in scores if value is not None)])


def _happens(seen: Joining) -> Iterable[str]:
    kept, gone = seen.kept.code, seen.gone.code
    yield gettext("%(kept)s stays as it reads now.", kept=kept)
    if seen.added:
        yield ngettext(
            "%(num)d statement under %(gone)s comes under %(kept)s as well.",
            "%(num)d statements under %(gone)s come under %(kept)s as well.",
            seen.added,
            gone=gone,
            kept=kept,
        )
    if seen.shared:
        yield ngettext(
            "%(num)d statement stands under both already.",
            "%(num)d statements stand under both already.",
            seen.shared,
        )
    if seen.codings:
        yield ngettext(
            "%(num)d choice of a coder counts for %(kept)s.",
            "%(num)d choices of coders count for %(kept)s.",
            seen.codings,
            kept=kept,
        )
    if seen.relations:
        yield ngettext(
            "%(num)d goal in the own tree of a party points to %(kept)s.",
            "%(num)d goals in the own trees of parties point to %(kept)s.",
            seen.relations,
            kept=kept,
        )
    if seen.conflicts:
        yield ngettext(
            "%(num)d conflict in the register is about %(kept)s from now on.",
            "%(num)d conflicts in the register are about %(kept)s from now on.",
            seen.conflicts,
            kept=kept,
        )
    yield gettext("%(gone)s leaves the tree; its page stays, and says why.", gone=gone)


def _links(seen: Joining) -> Iterable[str]:
    kept = seen.kept.code
    for link in seen.links:
        told = f"{link.lower} → {link.upper}"
        if link.fate is Fate.MOVES:
            yield gettext("%(link)s becomes a link of %(kept)s.", link=told, kept=kept)
        elif link.fate is Fate.JOINS:
            yield gettext(
                "%(link)s: %(kept)s has this link; the words of both are kept.", link=told, kept=kept
            )
        else:
            yield gettext("%(link)s falls away: a goal is no means to itself.", link=told)


def _stays(seen: Joining) -> Iterable[str]:
    counted = (
        (gettext("indicators: %(num)s", num=texts.number(seen.indicators)), seen.indicators),
        (gettext("studies: %(num)s", num=texts.number(seen.studies)), seen.studies),
        (gettext("findings: %(num)s", num=texts.number(seen.findings)), seen.findings),
        (gettext("lines of a contract: %(num)s", num=texts.number(seen.contract_lines)), seen.contract_lines),
        (gettext("rankings: %(num)s", num=texts.number(seen.rankings)), seen.rankings),
    )
    return (text for text, many in counted if many)
