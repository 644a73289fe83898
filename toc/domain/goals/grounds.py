"""What a goal stands on: statements, and what the people who said them make of the goal: the member check."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from toc.domain.goals.kinds import Standing
from toc.domain.goals.rules import LEAST_STATEMENTS
from toc.domain.interviews import CheckVerdict


def is_thin(standing: Standing, *, statements: int, confirmed: bool, agreed: int = 0) -> bool:
    """Tell whether an implicit goal may be the evaluator's own idea.

    None is made like that, but one becomes so when a statement under it is withdrawn.

    Args:
        standing: of the goal.
        statements: how many it rests on that were not withdrawn.
        confirmed: it was written down that the respondent meant this.
        agreed: how many respondents said so themselves, of the wording that stands.

    Source: the method, step 5: an implicit goal needs two statements or the respondent's confirmation.
    """
    return standing is Standing.IMPLICIT and not confirmed and agreed == 0 and statements < LEAST_STATEMENTS


class CheckState(StrEnum):
    """How far the member check of one goal by one respondent is."""

    AGREED = "agreed"
    AMENDED = "amended"
    REJECTED = "rejected"
    REWORDED = "reworded"
    """They judged an earlier wording; this one is for them to read."""
    OPEN = "open"
    """They said nothing of it yet, or were not asked."""


_STATES: Mapping[CheckVerdict, CheckState] = {
    CheckVerdict.AGREE: CheckState.AGREED,
    CheckVerdict.AMEND: CheckState.AMENDED,
    CheckVerdict.REJECT: CheckState.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a respondent said of a goal once.

    Attributes:
        respondent: who.
        wording: of the goal, as they saw it.
        at: when.
    """

    id: UUID
    respondent: UUID
    wording: str
    verdict: CheckVerdict
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """How far one respondent is with one goal; said: the last thing they said of it, if anything."""

    respondent: UUID
    state: CheckState
    said: Verdict | None = None


def checked(wording: str, asked: Iterable[UUID], verdicts: Iterable[Verdict]) -> tuple[Checked, ...]:
    """Return how far the member check of a goal is, for each of its respondents.

    The last verdict of each counts. One on another wording says nothing of this one.

    Args:
        wording: of the goal as it reads now.
        asked: respondents on whose words the goal rests, in the order to be returned in.
        verdicts: all of them, in any order. Who gave one and is no longer asked comes last.
    """
    last: dict[UUID, Verdict] = {}
    for one in sorted(verdicts, key=lambda one: (one.at, one.id)):
        last[one.respondent] = one
    return tuple(
        Checked(respondent, _state(wording, last.get(respondent)), last.get(respondent))
        for respondent in dict.fromkeys((*asked, *last))
    )


def _state(wording: str, said: Verdict | None) -> CheckState:
    if said is None:
        return CheckState.OPEN
    return _STATES[said.verdict] if said.wording == wording else CheckState.REWORDED
