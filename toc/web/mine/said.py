"""What the reader said: each sentence with who may read it, changed or taken back by one tap."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.interviews import Attribution, Audience
from toc.models.interviews import Respondent
from toc.services import interviews as service
from toc.services.interviews import ReadableStatement
from toc.web.forms import Form, Tick, chosen
from toc.web.interviews.deciding import (
    DecisionInput,
    WithdrawalInput,
    asking,
    decide_as_asked,
    take_back,
)
from toc.web.mine.blueprint import crumb, mine, myself, reading, writing
from toc.web.security import act, allow, new_id
from toc.web.texts import interviews as interview_words
from toc.web.texts import language
from toc.web.texts import mine as words


class TapInput(DecisionInput):
    """What one button decides."""

    attribution: Annotated[Attribution | None, chosen(Attribution, optional=True)]
    undo: Tick
    """It takes the last tap back."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One button beside a sentence.

    Attributes:
        audience, attribution: what it decides.
        text: what stands on it.
        explains: the same in full, as it is kept with the decision.
        current: it is so already.
    """

    audience: str
    attribution: str
    text: str
    explains: str
    current: bool


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A sentence of the reader, with what they chose and what they can choose.

    Attributes:
        now: who may read it, in words.
        waits: they did not choose yet.
        audiences: a button for each audience.
        names: a button with and without the name; none for a participant, who is never named, nor for what
            only the evaluator reads.
        undo: what takes the last tap back, None when it was not on this sentence.
    """

    id: UUID
    code: str
    text: str
    now: str
    waits: bool
    audiences: tuple[Choice, ...]
    names: tuple[Choice, ...]
    undo: Choice | None


@mine.get("/mine/said")
@allow("mine.read")
def said() -> ResponseReturnValue:
    """Show what the reader said, each sentence with who may read it."""
    return said_page(reading())


@mine.post("/mine/said/<uuid:statement_id>")
@allow("mine.write")
def release(statement_id: UUID) -> ResponseReturnValue:
    """Keep what the reader chose for one sentence."""
    session = writing()
    me = myself(session)
    service.speaker(session, act(), statement_id)
    form = Form(request.form, TapInput)
    if not form.ok:
        return said_page(session, wrong=True), 400
    statement = decide_as_asked(session, act(), me, statement_id, form.value, language())
    session.commit()
    short = code(CodeKind.STATEMENT, statement.code)
    if form.value.undo:
        return redirect(url_for(".said", _anchor=short))
    return redirect(url_for(".said", changed=statement_id, _anchor=short))


@mine.post("/mine/said/<uuid:statement_id>/withdraw")
@allow("mine.write")
def withdraw(statement_id: UUID) -> ResponseReturnValue:
    """Take a sentence of the reader back, at once."""
    session = writing()
    speaker = service.speaker(session, act(), statement_id)
    form = Form(request.form, WithdrawalInput)
    if not form.ok:
        return said_page(session, wrong=True), 400
    take_back(session, act(), speaker, statement_id, form.value.id)
    session.commit()
    flash(gettext("Taken back. The sentence is erased: nobody can read it any more."), "success")
    return redirect(url_for(".said"))


def said_page(session: Session, *, wrong: bool = False) -> str:
    """Return the page with all sentences of the reader."""
    me = myself(session)
    je = interview_words.is_participant(me.kind)
    changed = request.args.get("changed", "")
    crumb((gettext("What I said"), None))
    return render_template(
        "mine/said.html",
        je=je,
        asked=asking(me, language()),
        statements=[
            _own(session, me, statement, just_changed=str(statement.id) == changed)
            for statement in service.own_statements(session, act())
        ],
        form_id=new_id,
        wrong=wrong,
    )


def _own(
    session: Session, me: Respondent, statement: ReadableStatement, *, just_changed: bool
) -> OwnStatement:
    je = interview_words.is_participant(me.kind)
    waits = statement.decided_at is None
    full: dict[str, str] = dict(interview_words.audience_choices(me.kind))
    by_name: dict[str, str] = {} if je else dict(interview_words.attribution_choices(me.group.name))
    named = not je and statement.audience is not Audience.NOBODY
    return OwnStatement(
        id=statement.id,
        code=code(CodeKind.STATEMENT, statement.code),
        text=statement.text or "",
        now=interview_words.own_reach(statement),
        waits=waits,
        audiences=tuple(
            Choice(
                audience=audience.value,
                attribution=statement.attribution.value if audience is not Audience.NOBODY else "anonymous",
                text=words.short_audience(audience, je=je),
                explains=full[audience.value],
                current=not waits and statement.audience is audience,
            )
            for audience in Audience
        ),
        names=tuple(
            Choice(
                audience=statement.audience.value,
                attribution=attribution.value,
                text=words.short_attribution(attribution),
                explains=by_name[attribution.value],
                current=statement.attribution is attribution,
            )
            for attribution in (Attribution if named else ())
        ),
        undo=_undo(session, statement.id, je=je) if just_changed else None,
    )


def _undo(session: Session, statement_id: UUID, *, je: bool) -> Choice | None:
    """Return what was chosen before the last tap; before the first one only the evaluator read it."""
    decisions: list[Any] = service.decisions_of(session, act(), statement_id)
    if not decisions:
        return None
    before = decisions[1] if len(decisions) > 1 else None
    audience = before.audience if before else Audience.NOBODY
    attribution = before.attribution if before else Attribution.ANONYMOUS
    text = words.short_audience(audience, je=je)
    return Choice(audience.value, attribution.value, text, text, current=False)
