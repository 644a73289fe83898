"""The member check as the evaluator reads it: what waits for them, and how far each goal is."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from toc.domain.goals.grounds import CheckState
from toc.domain.interviews import CheckVerdict
from toc.services.goals import checks as service
from toc.services.goals.checks import CheckedBy, GoalChecks
from toc.web import texts
from toc.web.database import read_session
from toc.web.goals.blueprint import goals, show_in_tree
from toc.web.security import act, allow

_LOOKS = {
    CheckState.AGREED: "check",
    CheckState.AMENDED: "invented",
    CheckState.REJECTED: "cross",
    CheckState.REWORDED: "overdue",
    CheckState.OPEN: "no_data",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a respondent said of a goal, as the page shows it.

    Attributes:
        who: their code and party.
        state: how far they are, in words; look: the picture for it.
        earlier: the wording that they read, when it reads otherwise now; "" otherwise.
        comment: what they added.
        edit_url: the form filled in with the words they asked for; "" when they asked for none.
    """

    who: str
    state: str
    look: str
    earlier: str
    comment: str
    edit_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A goal and how far its member check is.

    Attributes:
        url: of its page; "" for one in the own tree of a party.
        counts: how many respondents are how far, in words.
        said: by each.
    """

    code: str
    wording: str
    url: str
    counts: str
    said: tuple[Said, ...]


def told(programme_id: UUID, goal_id: UUID | None, by: Iterable[CheckedBy]) -> tuple[Said, ...]:
    """Return what each respondent said of a goal, for its page.

    Args:
        programme_id: of the programme.
        goal_id: in the tree of everybody; None for one in the own tree of a party.
        by: the respondents.
    """
    return tuple(_said(programme_id, goal_id, one) for one in by)


def _said(programme_id: UUID, goal_id: UUID | None, one: CheckedBy) -> Said:
    earlier = ""
    if one.state is CheckState.REWORDED:
        earlier = gettext("They read “%(wording)s” then.", wording=one.wording)
    asks = one.verdict is CheckVerdict.AMEND and goal_id is not None
    return Said(
        who=f"{one.code}, {one.group}",
        state=texts.word(one.state),
        look=_LOOKS[one.state],
        earlier=earlier,
        comment=one.comment,
        edit_url=url_for("goals.edit", programme_id=programme_id, goal_id=goal_id, check=one.check_id)
        if asks
        else "",
    )


@goals.get("/p/<uuid:programme_id>/goals/checks")
@allow("interview.read")
def checks(programme_id: UUID) -> ResponseReturnValue:
    """Show what respondents said of the goals that rest on their words."""
    session = read_session(programme_id)
    programme = show_in_tree(session, (gettext("Member check"), None))
    every = service.all_checks(session, act())
    return render_template(
        "goals/checks.html",
        row=programme,
        summary=_summary(every),
        waiting=[line for one in every if (line := _line(programme_id, one, *_WAITING)).said],
        lines=[_line(programme_id, one, *CheckState) for one in every],
    )


_WAITING = (CheckState.AMENDED, CheckState.REJECTED)


def _line(programme_id: UUID, one: GoalChecks, *states: CheckState) -> Line:
    url = ""
    if one.goal_id is not None:
        url = url_for("goals.show", programme_id=programme_id, goal_id=one.goal_id, _anchor="checks")
    return Line(
        code=one.code,
        wording=one.wording,
        url=url,
        counts=", ".join(
            f"{texts.word(state)}: {texts.number(one.count(state))}"
            for state in CheckState
            if one.count(state)
        ),
        said=told(programme_id, one.goal_id, (who for who in one.by if who.state in states)),
    )


def _summary(every: Iterable[GoalChecks]) -> str:
    every = tuple(every)
    agreed = sum(one.count(CheckState.AGREED) == len(one.by) for one in every)
    open_ = sum(one.count(CheckState.OPEN, CheckState.REWORDED) for one in every)
    return " ".join(
        (
            ngettext(
                "%(agreed)s of %(num)d goal has the yes of everybody on whose words it rests.",
                "%(agreed)s of %(num)d goals have the yes of everybody on whose words they rest.",
                len(every),
                agreed=texts.number(agreed),
            ),
            ngettext("%(num)d answer is still to come.", "%(num)d answers are still to come.", open_),
        )
    )
