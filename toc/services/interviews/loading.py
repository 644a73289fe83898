"""Rows of interviews, for whoever may have them."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.interviews import ConsentScope, Given
from toc.models.base import InProgramme
from toc.models.interviews import Answer, Consent, Interview, Respondent, Statement
from toc.models.programmes import Programme
from toc.services.errors import NotFound

Row = TypeVar("Row", bound=InProgramme)


def found(session: Session, table: type[Row], row_id: UUID, *, locked: bool = False) -> Row:
    """Return a row of the session's programme.

    Args:
        session: of a programme.
        table: which table.
        row_id: its id.
        locked: keep it from changing until the transaction ends, and read it afresh.

    Raises:
        NotFound: there is none here.
    """
    key = (session.info["programme_id"], row_id)
    row = (
        session.get(table, key, with_for_update=True, populate_existing=True)
        if locked
        else session.get(table, key)
    )
    if row is None:
        raise NotFound
    return row


def joined(to_id: Any, table: type[InProgramme]) -> ColumnElement[bool]:  # noqa: ANN401 - a column of ids
    """Return the condition under which a column names a row of this table in the same programme."""
    return and_(table.programme_id == to_id.class_.programme_id, table.id == to_id)


def made_before(session: Session, table: type[Row], row_id: UUID) -> Row | None:
    """Return the row that the same form made earlier, after waiting for any other form of this programme."""
    programme_id = session.info["programme_id"]
    session.get_one(Programme, programme_id, with_for_update={"key_share": True})
    return session.get(table, (programme_id, row_id))


def check_own(act: Act, respondent_id: UUID) -> None:
    """Refuse to show a respondent anything of another one; accounts are judged by their role before.

    Raises:
        NotFound: they came by the personal link of somebody else.
    """
    if act.user is None and act.respondent not in {None, respondent_id}:
        raise NotFound


def speaker_of(session: Session, interview: Interview) -> Respondent:
    """Return who speaks in an interview."""
    return found(session, Respondent, interview.respondent_id)


def interview_of(session: Session, act: Act, interview_id: UUID, *, locked: bool = False) -> Interview:
    """Return an interview, to its own respondent or to an account.

    Raises:
        NotFound: it is not here, or somebody else's.
    """
    interview = found(session, Interview, interview_id, locked=locked)
    check_own(act, interview.respondent_id)
    return interview


def given_consents(session: Session, respondent_id: UUID) -> Given:
    """Return what a respondent, and their guardian where one has to agree, last answered to each question."""
    return consents_of(session, {respondent_id})[respondent_id]


def consents_of(session: Session, respondent_ids: Collection[UUID]) -> dict[UUID, Given]:
    """Return what each of these respondents last answered to each question."""
    found_ = all_consents(session, Respondent.id.in_(respondent_ids)) if respondent_ids else {}
    return {id_: found_.get(id_, {}) for id_ in respondent_ids}


def all_consents(session: Session, *where: ColumnElement[bool]) -> dict[UUID, Given]:
    """Return what each of these respondents last answered to each question, in one statement.

    Args:
        session: of a programme.
        where: conditions on the respondent; none: all of the programme.
    """
    rows: Iterable[Any] = session.execute(
        select(Respondent.id, Respondent.needs_guardian, Consent.scope, Consent.given)
        .outerjoin(
            Consent,
            and_(Consent.programme_id == Respondent.programme_id, Consent.respondent_id == Respondent.id),
        )
        .where(Respondent.programme_id == session.info["programme_id"], *where)
        .order_by(Consent.at, Consent.id)
    )
    given: dict[UUID, dict[ConsentScope, bool | None]] = {}
    for respondent_id, needs_guardian, scope, yes in rows:
        of_one = given.setdefault(respondent_id, {ConsentScope.GUARDIAN: None} if needs_guardian else {})
        if scope is not None and (needs_guardian or scope is not ConsentScope.GUARDIAN):
            of_one[scope] = yes
    return {**given}


def answers_of(session: Session, interview_id: UUID) -> list[Answer]:
    """Return the answers of an interview."""
    return list(
        session.scalars(
            select(Answer).where(
                Answer.programme_id == session.info["programme_id"], Answer.interview_id == interview_id
            )
        )
    )


def standing_in(session: Session, answer_id: UUID) -> list[Statement]:
    """Return the statements that stand in an answer, in order; those taken back stand nowhere."""
    return list(
        session.scalars(
            select(Statement)
            .where(
                Statement.programme_id == session.info["programme_id"],
                Statement.answer_id == answer_id,
                Statement.withdrawn_at.is_(None),
            )
            .order_by(Statement.starts_at, Statement.ends_at)
        )
    )
