"""Taking everything back: somebody no longer agrees to anything, and nothing that they said stays."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.ids import derived
from toc.domain.interviews import take_back
from toc.models.interviews import Interview, Statement
from toc.services import audit
from toc.services.interviews.loading import answers_of, check_own
from toc.services.interviews.originals import discard_originals
from toc.services.interviews.recordings import remove_recordings
from toc.services.interviews.statements import withdraw_statement


def take_everything_back(session: Session, act: Act, form_id: UUID, respondent_id: UUID, *, text: str) -> int:
    """Erase all that a respondent said: quotes, the answers around them, sound and files.

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
    for interview in held:
        answers = answers_of(session, interview.id)
        for answer in answers:
            answer.text = take_back(answer.text, 0, len(answer.text))
        # Told as a change like any other: more people read the trail than may know of a refusal.
        audit.record(session, act, "interview.save", "interview", interview.id, answers=len(answers))
    return len(quotes)
