"""Words that a speaker took back are erased wherever we keep a copy of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from toc.domain.interviews import TAKEN_BACK
from toc.models.coding import Coding
from toc.models.documents import Document
from toc.models.goals import EditStep
from toc.models.interviews import Answer, GoalCheck, Interview, Recording, Statement
from toc.models.merging import PartyGoal, PartyGoalSource
from toc.models.workshops import WorkshopCard

_GAP = f"[{TAKEN_BACK}]"


def erase_copies(
    session: Session, answer: Answer, *, gone: Sequence[Statement], sharing: Sequence[Statement], words: str
) -> None:
    """Erase what was taken back from everything but the answer and the statements themselves.

    Codings of a passage of which nothing is left go with it, and so do their notes; goals keep pointing to
    it, so that it can be told on which of them something was published.

    Args:
        session: of a programme, for writing.
        answer: in which the words stood.
        gone: statements of which nothing is left.
        sharing: statements that lost a part.
        words: that were taken back.
    """
    programme_id = session.info["programme_id"]
    none_left = [each.id for each in gone]
    touched = [*none_left, *(each.id for each in sharing)]
    session.flush()
    session.execute(
        delete(Coding).where(Coding.programme_id == programme_id, Coding.statement_id.in_(none_left))
    )
    notes = select(Coding).where(Coding.programme_id == programme_id, Coding.statement_id.in_(touched))
    for coding in session.scalars(notes.where(Coding.memo != "").execution_options(populate_existing=True)):
        coding.memo = without(coding.memo, words)
    cards = select(WorkshopCard).where(
        WorkshopCard.programme_id == programme_id, WorkshopCard.statement_id.in_(none_left)
    )
    for card in session.scalars(cards):
        card.text, card.taken_back = "", True
    own_goals = (
        select(PartyGoal)
        .join(PartyGoalSource, PartyGoalSource.party_goal_id == PartyGoal.id)
        .where(
            PartyGoal.programme_id == programme_id,
            PartyGoalSource.programme_id == programme_id,
            PartyGoalSource.statement_id.in_(touched),
        )
    )
    for goal in session.scalars(own_goals).unique():
        goal.wording, goal.explanation = without(goal.wording, words), without(goal.explanation, words)
    _erase_checks(session, answer, touched, words)
    _erase_originals(session, answer)
    _forget_steps(session, {str(id_) for id_ in touched})
    session.flush()


def without(text: str, words: str) -> str:
    """Return a text without these words, however they are parted by white space; a sign stands for them."""
    parts = words.split()
    lower = [part.casefold() for part in parts]
    tokens, out, at = text.split(), [], 0
    if not parts or len(tokens) < len(parts):
        return text
    found = False
    while at < len(tokens):
        here = tokens[at : at + len(parts)]
        if [_bare(one) for one in here] == [_bare(one) for one in lower]:
            out.append(_GAP)
            at += len(parts)
            found = True
        else:
            out.append(tokens[at])
            at += 1
    return " ".join(out) if found else text


def _bare(word: str) -> str:
    return word.casefold().strip(".,;:!?\"'()[]\u201c\u201d\u2018\u2019") or word


def _erase_checks(session: Session, answer: Answer, touched: Sequence[UUID], words: str) -> None:
    """Remove the words from what their speaker wrote in the member check, and from own goals shown there."""
    programme_id = session.info["programme_id"]
    speaker = select(Interview.respondent_id).where(
        Interview.programme_id == programme_id, Interview.id == answer.interview_id
    )
    shown = select(PartyGoalSource.party_goal_id).where(
        PartyGoalSource.programme_id == programme_id, PartyGoalSource.statement_id.in_(touched)
    )
    checks = select(GoalCheck).where(GoalCheck.programme_id == programme_id)
    for check in session.scalars(checks.where(GoalCheck.respondent_id.in_(speaker), GoalCheck.comment != "")):
        check.comment = without(check.comment, words)
    for check in session.scalars(checks.where(GoalCheck.party_goal_id.in_(shown))):
        check.wording = without(check.wording, words)


def _erase_originals(session: Session, answer: Answer) -> None:
    """Remove the file and the recording in which the words can still be read or heard."""
    programme_id = session.info["programme_id"]
    session.execute(
        update(Document)
        .where(
            Document.programme_id == programme_id,
            Document.interview_id == answer.interview_id,
            Document.original.is_not(None),
        )
        .values(original=None, revision=Document.revision + 1)
    )
    session.execute(
        delete(Recording).where(
            Recording.programme_id == programme_id,
            Recording.interview_id == answer.interview_id,
            Recording.question == answer.question,
        )
    )


def _forget_steps(session: Session, statement_ids: set[str]) -> None:
    """Remove the steps that touch these statements: notes of coders in them could bring words back.

    So do steps of coding, and of the tree those by which one goal went into another.
    """
    for step in session.scalars(
        select(EditStep).where(EditStep.programme_id == session.info["programme_id"])
    ):
        operations: list[dict[str, Any]] = [*step.forward, *step.backward]
        noted = [row for one in operations for row in one.get("before", {}).get(Coding.__tablename__, ())]
        told = {one.get("statement") for one in operations} | {row["statement_id"] for row in noted}
        if not told.isdisjoint(statement_ids):
            session.delete(step)
