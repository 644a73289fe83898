"""How plausible, doable and testable somebody who did not make the tree finds it."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.services.goals.scores import MOST, ScoreDraft, ScoreView, made_tree, score_tree, scores
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalParagraph, RowId, Whole
from toc.web.goals.blueprint import goals, show_in_tree
from toc.web.goals.editing import typed
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.security import act, allow, new_id, viewer
from toc.web.texts.links import SCORE_FIELDS, SCORE_HELP, SCORE_STEPS


class ScoreInput(Input):
    """A score of the tree."""

    id: RowId
    plausible: Whole
    doable: Whole
    testable: Whole
    comment: OptionalParagraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A score that somebody gave.

    Attributes:
        numbers: (what, n of 4 in words).
        comment: why; empty when nothing was said, or the reader may not read it.
        who: who gave it and when, or only when.
        is_current: the tree is still as it was then.
    """

    numbers: tuple[tuple[str, str], ...]
    comment: str
    who: str
    is_current: bool


@goals.get("/p/<uuid:programme_id>/tree/score")
@allow("goal.read")
def score(programme_id: UUID) -> ResponseReturnValue:
    """Show the scores of the tree, and the form for another one to who did not make the tree."""
    return _page(read_session(programme_id), Form.empty())


@goals.post("/p/<uuid:programme_id>/tree/score")
@allow("tree.score")
def give_score(programme_id: UUID) -> ResponseReturnValue:
    """Record a score."""
    session = write_session(programme_id)
    form = Form(request.form, ScoreInput)
    if form.ok and free_of_numbers(form, ("comment",)):
        asked = form.value
        try:
            draft = ScoreDraft(**{name: getattr(asked, name) for name in ScoreDraft.__slots__})
            score_tree(session, act(), asked.id, draft)
        except DomainError as error:
            form.blame(str(error.params.get("field", "")), error)
        else:
            session.commit()
            flash(gettext("Thank you. Your score stands below, with the tree as it is now."), "success")
            return redirect(url_for(".score", programme_id=programme_id))
    return _page(session, form), 400


def _page(session: Session, form: Form[ScoreInput]) -> str:
    may_score = viewer().may("tree.score")
    return render_template(
        "goals/score.html",
        row=show_in_tree(session, (gettext("Score the tree"), None)),
        form=form,
        score_id=form.raw("id") or new_id(),
        may_score=may_score,
        is_author=may_score and made_tree(session, act()),
        fields=SCORE_FIELDS,
        asked=[(name, label, SCORE_HELP[name]) for name, label in SCORE_FIELDS.items() if name in SCORE_HELP],
        steps=[(str(step), str(word)) for step, word in enumerate(SCORE_STEPS, start=1)],
        given=[_given(one) for one in scores(session, act())],
    )


def _given(score_: ScoreView) -> Given:
    day = texts.day(score_.at.date())
    numbers = typed({name: getattr(score_.draft, name) for name in SCORE_HELP})
    return Given(
        numbers=tuple(
            (
                str(SCORE_FIELDS[name]),
                gettext("%(number)s of %(most)s", number=number, most=MOST),
            )
            for name, number in numbers.items()
        ),
        comment=score_.draft.comment,
        who=gettext("%(name)s, %(day)s", name=score_.by, day=day) if score_.by else day,
        is_current=score_.is_current,
    )
