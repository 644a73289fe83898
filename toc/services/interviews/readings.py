"""Who read which quote first: its speaker may know, by role and organisation, never by name."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.ids import derived
from toc.domain.people import Role
from toc.models.interviews import Interview, Respondent, Statement, StatementReading
from toc.models.people import Membership, Organisation, User
from toc.services.interviews.loading import joined

_READS_AS = (Role.FUNDER, Role.INVESTOR, Role.EVALUATOR, Role.COORDINATOR, Role.WORKER, Role.VIEWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteReader:
    """Somebody who read a quote, as its speaker may know them.

    Attributes:
        role: in which they read it.
        organisation: for which they read it; "" when that is not known.
        first_at: when they read it first.
    """

    role: Role
    organisation: str
    first_at: datetime


def read_as(roles: Collection[Role]) -> Role:
    """Return the role in which somebody with several of them reads: who pays always reads as payer."""
    return next((role for role in _READS_AS if role in roles), Role.STAKEHOLDER)


def not_read_yet(session: Session, act: Act, statement_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these quotes this account had not read before; one of their own is none.

    Nor is one about which its speaker did not decide yet: that is material an evaluator works on, and the
    mark around it may still go away.
    """
    programme_id = session.info["programme_id"]
    return set(
        session.scalars(
            select(Statement.id)
            .join(Interview, joined(Statement.interview_id, Interview))
            .join(Respondent, joined(Interview.respondent_id, Respondent))
            .outerjoin(
                StatementReading,
                and_(
                    StatementReading.programme_id == Statement.programme_id,
                    StatementReading.statement_id == Statement.id,
                    StatementReading.user_id == act.user,
                ),
            )
            .where(
                Statement.programme_id == programme_id,
                Statement.id.in_(statement_ids),
                Statement.decided_at.is_not(None),
                StatementReading.id.is_(None),
                or_(Respondent.user_id.is_(None), Respondent.user_id != act.user),
            )
        )
    )


def record_readings(session: Session, act: Act, statement_ids: Collection[UUID]) -> int:
    """Write down that an account read these quotes, once for each; return how many were new.

    It leaves no event in the audit trail: it is a trail itself, and reading is no change.

    Args:
        session: of a programme, for writing.
        act: who read them.
        statement_ids: which quotes were shown in full.
    """
    if act.user is None:
        return 0
    new = sorted(not_read_yet(session, act, statement_ids))
    for statement_id in new:
        session.add(
            StatementReading(
                id=derived(statement_id, "reading", str(act.user)),
                statement_id=statement_id,
                user_id=act.user,
                role=read_as(act.roles).value,
                first_at=act.at,
            )
        )
    session.flush()
    return len(new)


def readers_of_own(session: Session, act: Act) -> dict[UUID, tuple[QuoteReader, ...]]:
    """Return who read what the reader said, per statement, the first one first; one statement."""
    rows = session.execute(
        select(
            StatementReading.statement_id,
            StatementReading.role,
            StatementReading.first_at,
            func.coalesce(Organisation.name, "").label("organisation"),
        )
        .join(Statement, joined(StatementReading.statement_id, Statement))
        .join(Interview, joined(Statement.interview_id, Interview))
        .join(User, User.id == StatementReading.user_id)
        .outerjoin(
            Membership,
            and_(
                Membership.programme_id == StatementReading.programme_id,
                Membership.user_id == StatementReading.user_id,
                Membership.role == StatementReading.role,
            ),
        )
        .outerjoin(
            Organisation, Organisation.id == func.coalesce(Membership.organisation_id, User.organisation_id)
        )
        .where(
            StatementReading.programme_id == session.info["programme_id"],
            Interview.respondent_id == act.respondent,
        )
        .order_by(StatementReading.first_at, StatementReading.id)
    )
    readers: dict[UUID, tuple[QuoteReader, ...]] = {}
    for row in rows:
        reader = QuoteReader(role=Role(row.role), organisation=row.organisation, first_at=row.first_at)
        readers[row.statement_id] = (*readers.get(row.statement_id, ()), reader)
    return readers
