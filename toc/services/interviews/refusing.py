"""Taking everything back: somebody no longer agrees to anything, and nothing that they said stays."""

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.ids import derived
from toc.domain.interviews import TAKEN_BACK, take_back
from toc.models.findings import Reply
from toc.models.interviews import GoalCheck, Interview, Statement
from toc.models.rankings import RankingAnswer, RankingScore
from toc.services import audit
from toc.services.interviews.loading import answers_of, check_own
from toc.services.interviews.originals import discard_originals
from toc.services.interviews.recordings import remove_recordings
from toc.services.interviews.statements import withdraw_statement


def take_everything_back(session: Session, act: Act, form_id: UUID, respondent_id: UUID, *, text: str) -> int:
    """Erase all that a respondent said: quotes, the answers around them, sound and files.

    Also what they wrote later: in the member check, about a finding, and in which order they put goals. What
    a spokesperson answered for a party about a version of the tree is that of the party, and stays.

    Findings that were published on goals that rested on it are for `follow_up`.

    Args:
        session: of a programme, for writing.
        act: the respondent by their personal link, or who does it for them.
        form_id: from which the ids of the decisions follow; the same one again changes nothing.
        respondent_id: whose words.
        text: what was shown; kept with the decision about each quote.

    Returns:
        How many quotes were taken back.

    Raises:
        NotFound: somebody else's personal link.
    """
    check_own(act, respondent_id)
    programme_id = session.info["programme_id"]
    held = list(
        session.scalars(
            select(Interview)
            .where(Interview.programme_id == programme_id, Interview.respondent_id == respondent_id)
            .order_by(Interview.code)
        )
    )
    quotes = list(
        session.scalars(
            select(Statement.id)
            .where(
                Statement.programme_id == programme_id,
                Statement.interview_id.in_([interview.id for interview in held]),
                Statement.withdrawn_at.is_(None),
            )
            .order_by(Statement.code)
        )
    )
    for quote in quotes:
        withdraw_statement(session, act, derived(form_id, str(quote)), quote, text=text)
    remove_recordings(session, respondent_id)
    discard_originals(session, respondent_id, names=True)
    _erase_later_words(session, respondent_id)
    for interview in held:
        answers = answers_of(session, interview.id)
        for answer in answers:
            answer.text = take_back(answer.text, 0, len(answer.text))
        # Told as a change like any other: more people read the trail than may know of a refusal.
        audit.record(session, act, "interview.save", "interview", interview.id, answers=len(answers))
    return len(quotes)


def _erase_later_words(session: Session, respondent_id: UUID) -> None:
    programme_id = session.info["programme_id"]
    answers = select(RankingAnswer.id).where(
        RankingAnswer.programme_id == programme_id, RankingAnswer.respondent_id == respondent_id
    )
    session.execute(
        delete(RankingScore).where(
            RankingScore.programme_id == programme_id, RankingScore.answer_id.in_(answers)
        )
    )
    for table in (RankingAnswer, GoalCheck):
        session.execute(
            delete(table).where(table.programme_id == programme_id, table.respondent_id == respondent_id)
        )
    session.execute(
        update(Reply)
        .where(Reply.programme_id == programme_id, Reply.respondent_id == respondent_id)
        .values(text=f"[{TAKEN_BACK}]", revision=Reply.revision + 1)
    )
