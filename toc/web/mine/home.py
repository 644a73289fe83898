"""The reader's own page: consent first, then what there is to do, in order."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from toc.domain.interviews import ConsentState, Mode
from toc.models.interviews import Respondent
from toc.services import interviews as service
from toc.services import programmes
from toc.services.interviews import checking
from toc.web.mine import tasks
from toc.web.mine.agreeing import consent_page
from toc.web.mine.blueprint import consent_of, guardian_of, mine, myself, reading
from toc.web.security import act, allow, new_id, viewer
from toc.web.texts import interviews as words


@mine.get("/mine")
@allow("mine.read")
def home() -> ResponseReturnValue:
    """Ask for consent, and after that say what the reader can do."""
    session = reading()
    return home_page(session, myself(session))


def home_page(session: Session, me: Respondent) -> str:
    """Return the reader's own page."""
    guardian = guardian_of(session, me)
    if guardian not in {None, ConsentState.GIVEN}:
        return _guardian_page(session, me, guardian)
    state = consent_of(session, me)
    if state is ConsentState.WAITING:
        return consent_page(session, me)
    mine_alone = [row for row in service.interviews_of(session, act(), me.id) if row.mode is Mode.ALONE]
    own = service.own_statements(session, act())
    goals = checking.own_goals(session, act())
    told = checking.has_told(session, me.id)
    return render_template(
        "mine/home.html",
        je=words.is_participant(me.kind),
        name=me.name,
        programme_name=programmes.get(session).name,
        state=state.value,
        interview_id=new_id(),
        questions=len(service.guide_questions(session, me.kind, viewer().link_guide)[1]),
        draft=next((row for row in mine_alone if row.submitted_at is None), None),
        sent=[row for row in mine_alone if row.submitted_at is not None],
        own=own,
        waiting=sum(1 for statement in own if statement.decided_at is None),
        goals=goals,
        unchecked=sum(1 for goal in goals if goal.verdict is None),
        # What others said or want comes after one's own answers.
        tasks=tasks.tasks(session, act()) if told else [],
    )


def _guardian_page(session: Session, me: Respondent, guardian: ConsentState | None) -> str:
    """Return the page that says that a guardian has to agree first; earlier words can be taken back."""
    return render_template(
        "mine/guardian.html",
        je=words.is_participant(me.kind),
        programme_name=programmes.get(session).name,
        refused=guardian is ConsentState.REFUSED,
        has_said=bool(service.interviews_of(session, act(), me.id)),
    )
