"""What a respondent sees by personal link: what became of their words in the tree of their party."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext, pgettext
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.goals import Level
from toc.domain.merging import nested
from toc.services import interviews
from toc.services import merging as service
from toc.services.errors import NotFound
from toc.services.interviews import checking
from toc.web.merging.blueprint import merging, shown_depth
from toc.web.mine import tasks
from toc.web.mine.blueprint import crumb, myself, reading
from toc.web.mine.tasks import Task
from toc.web.security import act, allow
from toc.web.texts.interviews import is_participant


@dataclass(frozen=True, slots=True, kw_only=True)
class MyLine:
    """A goal that rests on the reader's words, with those."""

    code: str
    wording: str
    level: Level | None
    depth: int
    again: bool
    quotes: tuple[str, ...]


@merging.get("/mine/own-tree")
@allow("mine.read")
def mine() -> ResponseReturnValue:
    """Show the goals that were drawn from the reader's words, in the order of their party's tree."""
    session = reading()
    me = myself(session)
    if not checking.has_told(session, me.id):
        raise NotFound
    goals, links = service.my_tree(session, act())
    quotes = {one.id: one.text or "" for one in interviews.own_statements(session, act())}
    known = {goal.id: goal for goal in goals}
    je = is_participant(me.kind)
    crumb((_title(je=je), None))
    return render_template(
        "merging/mine.html",
        je=je,
        title=_title(je=je),
        lines=[
            MyLine(
                code=goal.code,
                wording=goal.wording,
                level=goal.level,
                depth=shown_depth(one.depth),
                again=one.again,
                quotes=tuple(quotes[id_] for id_ in goal.statement_ids if id_ in quotes),
            )
            for one in nested(list(known), links)
            for goal in (known[one.goal],)
        ],
    )


def _title(*, je: bool) -> str:
    text = pgettext("participant", "Your goals") if je else gettext("Your words in the tree of your party")
    return str(text)


@tasks.register
def _tasks(session: Session, act: Act) -> Iterable[Task]:
    """Give one task when something in the tree of the party rests on the reader's words."""
    goals, _ = service.my_tree(session, act)
    if goals:
        yield Task(
            text=_title(je=is_participant(myself(session).kind)),
            url=url_for("merging.mine"),
            done=True,
            help=ngettext("%(num)d goal, to read.", "%(num)d goals, to read.", len(goals)),
        )
