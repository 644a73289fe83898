"""Publishing a finding, replying to it, and saying what was done with the reply."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.models.findings import Finding, Reply
from toc.services import audit, goals
from toc.services.codes import next_code
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.findings.reading import own_finding, standing
from toc.services.interviews import check_free_text


def publish(session: Session, act: Act, finding_id: UUID, goal_id: UUID, text: str) -> Finding:
    """Publish a finding on a goal with the goal's status and rung of today. The same id twice publishes once.

    Raises:
        NotFound: there is no such goal.
        DomainError: ``finding.text_missing``, or a personal number in the text.
    """
    made = session.get(Finding, (session.info["programme_id"], finding_id))
    if made is not None:
        return made
    if not text.strip():
        raise DomainError("finding.text_missing")
    check_free_text(text)
    goal = goals.get_goal(session, act, goal_id)
    today = standing(session, act, goal_id)
    finding = Finding(
        id=finding_id,
        code=next_code(session, CodeKind.FINDING),
        goal_id=goal.id,
        goal_edition_id=goal.edition_id,
        text=text,
        status=today.status,
        rung=today.rung,
        published_at=act.at,
        published_by_id=act.user,
    )
    session.add(finding)
    session.flush()
    audit.record(session, act, "finding.publish", "finding", finding.id, goal=str(goal.id))
    return finding


def reply(session: Session, act: Act, reply_id: UUID, finding_id: UUID, text: str) -> Reply:
    """Answer a finding, as its respondent; until somebody has reacted, a second text replaces the first.

    Raises:
        NotFound: the finding is not for them.
        DomainError: ``reply.text_missing``, or a personal number in the text.
        Conflict: ``reply.already_answered``.
    """
    own = own_finding(session, act, finding_id)
    if not text.strip():
        raise DomainError("reply.text_missing")
    check_free_text(text)
    if own.reply is None:
        row = Reply(id=reply_id, finding_id=finding_id, respondent_id=act.respondent, text=text, at=act.at)
        session.add(row)
    else:
        row = session.get_one(
            Reply, (session.info["programme_id"], own.reply.id), with_for_update=True, populate_existing=True
        )
        if row.answered_at is not None:
            raise Conflict("reply.already_answered")
        if row.text == text:
            return row
        row.text, row.at = text, act.at
    session.flush()
    audit.record(session, act, "finding.reply", "reply", row.id, finding=str(finding_id))
    return row


def get_reply(session: Session, reply_id: UUID) -> Reply:
    """Return a reply.

    Raises:
        NotFound: there is none.
    """
    row = session.get(Reply, (session.info["programme_id"], reply_id))
    if row is None:
        raise NotFound
    return row


def answer(
    session: Session,
    act: Act,
    row: Reply,
    text: str,
    *,
    revision: int,
    wording: str = "",
) -> None:
    """Tell who replied what was done with it; with a wording the goal gets a new, feasible edition.

    Args:
        session: of the programme.
        act: the evaluator.
        row: the reply.
        text: what was done, in words for who replied.
        revision: that the form was made from.
        wording: of the feasible goal; empty leaves the goal as it is.

    Raises:
        Stale: the reply was changed or answered since.
        DomainError: ``answer.text_missing``, or a personal number in the text.
    """
    if row.revision != revision:
        raise Stale({"text": row.text, "answer": row.answer}, row.revision)
    if not text.strip():
        raise DomainError("answer.text_missing")
    check_free_text(text)
    if wording.strip():
        finding = session.get_one(Finding, (session.info["programme_id"], row.finding_id))
        goal = goals.get_goal(session, act, finding.goal_id)
        draft = replace(goal.draft, wording=wording.strip())
        edition = goals.new_edition(
            session, act, goal, draft, text, edition_id=derived(row.id, "feasible goal")
        )
        row.resulting_edition_id = edition.id
    row.answer, row.answered_at, row.answered_by_id = text, act.at, act.user
    session.flush()
    audit.record(session, act, "finding.answer", "reply", row.id)
