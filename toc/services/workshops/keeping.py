"""Cards become statements, with the workshop as their source.

Each party of a workshop speaks as one respondent: a participant for those whom the programme is for, else a
spokesperson who is called like the workshop. What people in the room agreed to is on their seat.

A card of a party may then be read by the other parties, as its writers were told. A card of those whom the
programme is for stays with the evaluator. Seats are not counted as respondents where a quote of participants
needs three of them: nobody knows whether two phones were two people, so a workshop counts as one respondent
at most.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from toc.domain.acts import Act
from toc.domain.codes import CodeKind
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import Audience, Mode, RespondentKind
from toc.domain.workshops import Phase
from toc.models.interviews import Answer, Interview, Respondent, StakeholderGroup, Statement
from toc.models.programmes import Programme
from toc.models.workshops import Workshop, WorkshopCard, WorkshopSeat
from toc.services import audit
from toc.services.codes import next_code
from toc.services.errors import Conflict
from toc.services.interviews import current_guide, decide_statement, ensure_guides
from toc.services.interviews.loading import found
from toc.services.interviews.statements import Place, place_statement


def keep_cards(session: Session, act: Act, workshop_id: UUID, card_ids: Collection[UUID]) -> int:
    """Make statements of cards; those that are statements already stay as they are.

    Args:
        session: of a programme, for writing.
        act: the evaluator, and when.
        workshop_id: of a workshop that is closed.
        card_ids: which cards.

    Returns:
        How many became statements now.

    Raises:
        NotFound: no such workshop.
        Conflict: ``workshop.not_closed``.
        DomainError: ``workshop.no_card_chosen``.
    """
    workshop = found(session, Workshop, workshop_id, locked=True)
    if workshop.phase is not Phase.CLOSED:
        raise Conflict("workshop.not_closed")
    chosen = session.scalars(
        select(WorkshopCard)
        .where(
            WorkshopCard.programme_id == session.info["programme_id"],
            WorkshopCard.workshop_id == workshop_id,
            WorkshopCard.id.in_(list(card_ids)),
            WorkshopCard.taken_back.is_(False),
            WorkshopCard.taken_off.is_(False),
        )
        .options(joinedload(WorkshopCard.seat).joinedload(WorkshopSeat.group))
        .order_by(WorkshopCard.number)
    ).all()
    if not chosen:
        raise DomainError("workshop.no_card_chosen")
    cards = [card for card in chosen if card.statement_id is None]
    if cards:
        ensure_guides(session, act)
        for card in cards:
            _keep(session, act, card, _interview(session, act, workshop, card.seat.group))
        audit.record(session, act, "workshop.keep", "workshop", workshop_id, cards=len(cards))
    return len(cards)


def sources(session: Session, workshop_id: UUID) -> list[tuple[str, UUID]]:
    """Return the parties of which cards became statements: name, and the interview in which these stand."""
    rows = session.execute(
        select(StakeholderGroup.name, Statement.interview_id)
        .distinct()
        .select_from(WorkshopCard)
        .join(WorkshopCard.statement)
        .join(WorkshopCard.seat)
        .join(WorkshopSeat.group)
        .where(
            WorkshopCard.programme_id == session.info["programme_id"],
            WorkshopCard.workshop_id == workshop_id,
        )
        .order_by(StakeholderGroup.name)
    )
    return [(name, interview_id) for name, interview_id in rows]


def _interview(session: Session, act: Act, workshop: Workshop, group: StakeholderGroup) -> Interview:
    """Return what a party said in a workshop, kept as one interview with one respondent."""
    here = session.info["programme_id"]
    respondent_id = derived(workshop.id, "respondent", str(group.id))
    there = session.get(Interview, (here, derived(respondent_id, "interview")))
    if there is not None:
        return there
    kind = RespondentKind.PARTICIPANT if group.is_beneficiary else RespondentKind.SPOKESPERSON
    respondent = Respondent(
        id=respondent_id,
        code=next_code(session, CodeKind.RESPONDENT),
        group=group,
        kind=kind,
        name="" if group.is_beneficiary else workshop.title,
        language=session.get_one(Programme, here).language,
        created_at=act.at,
        created_by_id=act.user,
    )
    interview = Interview(
        id=derived(respondent_id, "interview"),
        code=next_code(session, CodeKind.INTERVIEW),
        respondent=respondent,
        guide_edition=current_guide(session, kind),
        mode=Mode.WORKSHOP,
        held_on=(workshop.closed_at or act.at).date(),
        submitted_at=act.at,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add_all([respondent, interview])
    session.flush()
    return interview


def _keep(session: Session, act: Act, card: WorkshopCard, interview: Interview) -> None:
    question = f"card_{card.number}"
    answer = Answer(
        id=derived(interview.id, "answer", question), interview=interview, question=question, text=card.text
    )
    session.add(answer)
    session.flush()
    place = Place(answer.id, 0, len(card.text))
    statement, _ = place_statement(session, act, derived(card.id, "statement"), place)
    session.flush()
    card.statement_id = statement.id
    if not card.seat.group.is_beneficiary:
        decide_statement(
            session,
            act,
            derived(statement.id, "workshop"),
            statement.id,
            audience=Audience.PARTIES,
            text=card.seat.consent,
        )
