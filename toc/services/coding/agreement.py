"""How far two coders put the same passages under the same codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toc.domain.agreement import CodingAgreement, cohen_kappa
from toc.models.coding import Coding, CodingEnd
from toc.models.interviews import Interview, Statement
from toc.models.people import User
from toc.services.coding.reading import Code, CodedPassage, all_passages, codes
from toc.services.interviews.loading import joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """Somebody who coded in an interview.

    Attributes:
        id: the account.
        name: of the account.
        passages: how many they coded there.
        ended: they said that they are done.
    """

    id: UUID
    name: str
    passages: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A passage that one of two coders put under a code and the other did not."""

    passage: CodedPassage
    code: Code
    by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two coders agree.

    Attributes:
        result: overall and per code.
        codes: those that either used, by id.
        passages: how many were compared.
        interviews: in how many interviews.
        differences: by passage, then by code.
    """

    result: CodingAgreement
    codes: Mapping[UUID, Code]
    passages: int
    interviews: int
    differences: tuple[Difference, ...]


def coded_interviews(session: Session) -> dict[Interview, tuple[Coder, ...]]:
    """Return the interviews in which anybody coded, by code, with who did; three statements."""
    place = session.info["programme_id"]
    ended = {
        (interview_id, coder_id)
        for interview_id, coder_id in session.execute(
            select(CodingEnd.interview_id, CodingEnd.coder_id).where(CodingEnd.programme_id == place)
        )
    }
    by: dict[UUID, list[Coder]] = {}
    for interview_id, coder_id, name, passages in session.execute(
        select(Statement.interview_id, Coding.coder_id, User.name, func.count(Coding.statement_id.distinct()))
        .join(Statement, joined(Coding.statement_id, Statement))
        .join(User, User.id == Coding.coder_id)
        .where(Coding.programme_id == place)
        .group_by(Statement.interview_id, Coding.coder_id, User.name)
        .order_by(User.name, Coding.coder_id)
    ):
        coder = Coder(id=coder_id, name=name, passages=passages, ended=(interview_id, coder_id) in ended)
        by.setdefault(interview_id, []).append(coder)
    interviews = session.scalars(
        select(Interview)
        .where(Interview.programme_id == place, Interview.id.in_(by))
        .order_by(Interview.code)
    )
    return {one: tuple(by[one.id]) for one in interviews}


def agreement(session: Session, one: UUID, other: UUID, *, interview_id: UUID | None = None) -> Agreement:
    """Return how far two coders agree on the passages that at least one of them coded.

    A passage that only one of them marked is one to which the other gave no code. Passages that nobody of the
    two coded are left out: nobody said that they read them.

    Args:
        session: of a programme.
        one: the first coder.
        other: the second coder.
        interview_id: only this interview; None: all that both coded in.
    """
    found, _ = all_passages(session)
    by = {passage.id: {one: _codes(passage, one), other: _codes(passage, other)} for passage in found}
    read_by = {
        coder: {passage.interview_id for passage in found if by[passage.id][coder]} for coder in (one, other)
    }
    both = (read_by[one] & read_by[other]) if interview_id is None else {interview_id}
    compared = {
        passage.id: passage
        for passage in found
        if passage.interview_id in both and (by[passage.id][one] or by[passage.id][other])
    }
    result = cohen_kappa({id_: by[id_][one] for id_ in compared}, {id_: by[id_][other] for id_ in compared})
    known = codes(session)
    used = {id_: known[id_] for id_ in known if id_ in result.goals}
    order = {id_: number for number, id_ in enumerate(used)}
    differences = [
        *(Difference(compared[each.unit], used[each.goal], one) for each in result.overall.only_one),
        *(Difference(compared[each.unit], used[each.goal], other) for each in result.overall.only_other),
    ]
    differences.sort(key=lambda each: (each.passage.number, order[each.code.id]))
    return Agreement(
        result=result,
        codes=used,
        passages=len(compared),
        interviews=len({passage.interview_id for passage in compared.values()}),
        differences=tuple(differences),
    )


def _codes(passage: CodedPassage, coder: UUID) -> frozenset[UUID]:
    return frozenset(mark.code_id for mark in passage.marks if mark.coder_id == coder)
