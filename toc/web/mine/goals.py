"""The member check: goals that were drawn from the reader's words, each agreed with, amended or rejected."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.interviews import CheckVerdict
from toc.services import interviews as service
from toc.services.errors import Conflict, NotFound
from toc.services.interviews import checking
from toc.services.interviews.checking import OwnGoal
from toc.web.forms import Form, Input, OptionalParagraph, RowId, chosen
from toc.web.mine.blueprint import crumb, mine, myself, reading, writing
from toc.web.security import act, allow, new_id
from toc.web.texts import interviews as interview_words
from toc.web.texts import mine as words


class CheckInput(Input):
    """What the reader says of one goal."""

    id: RowId
    about: RowId
    verdict: Annotated[CheckVerdict, chosen(CheckVerdict)]
    comment: OptionalParagraph


@dataclass(frozen=True, slots=True)
class CheckedGoal:
    """A goal with the reader's own words below it.

    Attributes:
        goal: as the reader may see it.
        quotes: their sentences on which it rests.
        said: what they said of it, as a sentence; "" when nothing yet.
        form: what was typed and is not right yet.
    """

    goal: OwnGoal
    quotes: tuple[str, ...]
    said: str
    form: Form[CheckInput]


@mine.get("/mine/goals")
@allow("mine.read")
def goals() -> ResponseReturnValue:
    """Show what was made of the reader's words."""
    return _page(reading())


@mine.post("/mine/goals")
@allow("mine.write")
def check() -> ResponseReturnValue:
    """Keep what the reader says of one goal."""
    session = writing()
    form = Form(request.form, CheckInput)
    if not form.ok:
        return _page(session, form), 400
    typed = form.value
    try:
        checking.check_goal(session, act(), typed.id, typed.about, typed.verdict, typed.comment)
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        form.blame("comment", error)
        return _page(session, form), 400
    session.commit()
    flash(gettext("Thank you. Your answer is kept."), "success")
    return redirect(url_for(".goals", _anchor=f"goal-{typed.about}"))


def _page(session: Session, form: Form[CheckInput] | None = None) -> str:
    me = myself(session)
    je = interview_words.is_participant(me.kind)
    quotes: dict[UUID, str] = {one.id: one.text or "" for one in service.own_statements(session, act())}
    crumb((gettext("Goals from my words"), None))
    return render_template(
        "mine/goals.html",
        je=je,
        goals=[
            CheckedGoal(
                goal=goal,
                quotes=tuple(quotes[one] for one in goal.statement_ids if one in quotes),
                said=words.verdict_of_mine(goal.verdict, je=je) if goal.verdict else "",
                form=form if form and form.raw("about") == str(goal.about) else Form.empty(),
            )
            for goal in checking.own_goals(session, act())
        ],
        check_id=new_id,
        wrong=form is not None,
    )
