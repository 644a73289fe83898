"""What a speaker decides about a statement: asked by an interviewer, or read alone."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.interviews import Attribution, Audience
from toc.models.interviews import Respondent, Statement
from toc.services import interviews as service
from toc.web.forms import Input, RowId, chosen
from toc.web.texts import interviews as words


class DecisionInput(Input):
    """What a speaker decided about a statement."""

    id: RowId
    audience: Annotated[Audience, chosen(Audience)]
    attribution: Annotated[Attribution | None, chosen(Attribution, optional=True)]


class WithdrawalInput(Input):
    """A speaker takes a statement back."""

    id: RowId


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions about a statement with what can be chosen, in the language of who is asked.

    Attributes:
        audience: who may read it.
        audiences: (value, text).
        attribution: whether the name may stand beside it; "" for a participant, who is never named.
        attributions: (value, text).
        withdrawal: what stands on the button that takes it back.
    """

    audience: str
    audiences: list[tuple[str, str]]
    attribution: str
    attributions: list[tuple[str, str]]
    withdrawal: str


def asking(speaker: Respondent, language: str) -> Asked:
    """Return what a speaker is asked about a statement."""
    named = not words.is_participant(speaker.kind)
    with words.spoken(language):
        return Asked(
            audience=words.audience_question(speaker.kind),
            audiences=words.audience_choices(speaker.kind),
            attribution=words.attribution_question() if named else "",
            attributions=words.attribution_choices(speaker.group.name) if named else [],
            withdrawal=words.withdrawal_label(speaker.kind),
        )


def decide_as_asked(
    session: Session, act: Act, speaker: Respondent, statement_id: UUID, typed: DecisionInput, language: str
) -> Statement:
    """Keep what a speaker decided, with the question in the language in which it was asked."""
    attribution = typed.attribution or Attribution.ANONYMOUS
    with words.spoken(language):
        text = words.decision_text(speaker.kind, speaker.group.name, typed.audience, attribution)
    return service.decide_statement(
        session, act, typed.id, statement_id, audience=typed.audience, attribution=attribution, text=text
    )


def take_back(
    session: Session, act: Act, speaker: Respondent, statement_id: UUID, decision_id: UUID
) -> Statement:
    """Erase a statement because its speaker wants that."""
    return service.withdraw_statement(
        session, act, decision_id, statement_id, text=words.withdrawal_label(speaker.kind)
    )
