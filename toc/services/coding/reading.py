"""What is coded: in one interview, and under one code. For evaluators alone, without what was taken back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, cast, func, literal, select, union_all
from sqlalchemy.orm import Session, joinedload

from toc.domain.acts import Act
from toc.domain.codes import CodeKind
from toc.domain.codes import code as short_code
from toc.domain.coding import CodeUse, Turn
from toc.models.coding import CodebookEntry, Coding, CodingEnd
from toc.models.documents import Document
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.interviews import Answer, Interview, Respondent, StakeholderGroup, Statement
from toc.models.people import User
from toc.services.errors import Conflict, NotFound
from toc.services.interviews.loading import answers_of, found, joined

PAGE: Final = 50
"""Passages of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A goal or an entry of the codebook, as something to put passages under.

    Attributes:
        id: of the goal or entry.
        short: code of the goal; "" for an entry.
        name: wording of the goal, or name of the entry.
        use: None for a goal.
        definition: of an entry, or the explanation of a goal.
        retired: no longer to be chosen.
        revision: of an entry, for its form; 0 for a goal.
        passages: how many stand under it; for a goal also those that were put there by hand.
        coders: how many people put them there.
    """

    id: UUID
    short: str
    name: str
    use: CodeUse | None
    definition: str
    retired: bool
    revision: int
    passages: int = 0
    coders: int = 0

    @property
    def is_goal(self) -> bool:
        """Whether it is a goal."""
        return self.use is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One coder's choice for a passage."""

    id: UUID
    code_id: UUID
    coder_id: UUID
    memo: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPassage:
    """A passage and what it stands under.

    Attributes:
        id: of the statement.
        number: of its short code.
        interview_id: in which it was said.
        answer_id: in which it stands.
        start: its first character, in code points.
        end: after its last.
        text: its words, with a sign where some were taken back.
        marks: what coders put it under, in the order in which they did.
        group: name of the party that said it.
        group_number: of the party's short code.
        made_by: the account that marked it first; None: its speaker did.
        made_at: when.
        decided: its speaker decided who may read it, so that the mark stays.
    """

    id: UUID
    number: int
    interview_id: UUID
    answer_id: UUID
    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]
    group: str
    group_number: int
    made_by: UUID | None
    made_at: datetime
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedText:
    """An answer or a whole transcript.

    Attributes:
        answer_id: of the answer.
        question: what was asked, per language; empty for a transcript.
        text: what was said.
        turns: who begins to speak where; empty for an answer.
    """

    answer_id: UUID
    question: Mapping[str, str]
    text: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingView:
    """An interview as one coder sees it.

    Attributes:
        interview: the row.
        respondent: who speaks, with their group.
        title: of the document that it was read from; "" for none.
        texts: what was said, in order.
        passages: in the order in which they stand; without what others coded unless `shows_others`.
        codes: all goals and entries, by id.
        coders: names of all who coded in this interview and of the reader, by id.
        ended: who said that they have coded it.
        shows_others: whether others' choices are shown.
        recent: ids of the codes that the reader used last, newest first.
    """

    interview: Interview
    respondent: Respondent
    title: str
    texts: tuple[CodedText, ...]
    passages: tuple[CodedPassage, ...]
    codes: Mapping[UUID, Code]
    coders: Mapping[UUID, str]
    ended: frozenset[UUID]
    shows_others: bool
    recent: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """A page of the passages under a code.

    Attributes:
        passages: of this page.
        total: how many there are in all, with this filter.
        coders: names of all who used the code, by id.
        groups: parties whose words stand under it: (id, name).
    """

    passages: tuple[CodedPassage, ...]
    total: int
    coders: Mapping[UUID, str]
    groups: tuple[tuple[UUID, str], ...]


def codes(session: Session) -> dict[UUID, Code]:
    """Return all goals and entries, also retired ones, in one statement: goals by code, entries by name."""
    place = session.info["programme_id"]
    goals = (
        select(
            Goal.id,
            Goal.code,
            GoalEdition.wording,
            literal(None, CodebookEntry.use.type).label("use"),
            GoalEdition.explanation,
            cast(Goal.retired_at.is_not(None), Integer).label("retired"),
            literal(0).label("revision"),
        )
        .join(
            GoalEdition,
            and_(
                GoalEdition.programme_id == Goal.programme_id,
                GoalEdition.goal_id == Goal.id,
                GoalEdition.number == Goal.edition,
            ),
        )
        .where(Goal.programme_id == place)
    )
    entries = select(
        CodebookEntry.id,
        literal(0).label("code"),
        CodebookEntry.name,
        CodebookEntry.use,
        CodebookEntry.definition,
        cast(CodebookEntry.retired, Integer),
        CodebookEntry.revision,
    ).where(CodebookEntry.programme_id == place)
    rows: list[Code] = []
    every: list[Any] = list(session.execute(union_all(goals, entries)))
    for row in every:
        use: CodeUse | None = row[3]
        rows.append(
            Code(
                id=row[0],
                short=short_code(CodeKind.GOAL, row[1]) if use is None else "",
                name=row[2],
                use=use,
                definition=row[4],
                retired=bool(row[5]),
                revision=row[6],
            )
        )
    rows.sort(key=lambda one: (not one.is_goal, int(one.short[1:] or 0), one.name.casefold()))
    return {one.id: one for one in rows}


def codebook(session: Session) -> list[Code]:
    """Return all goals and entries with how often they are used, in three statements."""
    place = session.info["programme_id"]
    known = codes(session)
    of_coding = func.coalesce(Coding.goal_id, Coding.entry_id)
    used = session.execute(
        select(
            of_coding,
            func.count(Coding.statement_id.distinct()),
            func.count(Coding.coder_id.distinct()),
        )
        .where(Coding.programme_id == place)
        .group_by(of_coding)
    )
    for code_id, passages, coders in used:
        known[code_id] = replace(known[code_id], passages=passages, coders=coders)
    by_goal = session.execute(
        select(GoalSource.goal_id, func.count())
        .join(Statement, joined(GoalSource.statement_id, Statement))
        .where(GoalSource.programme_id == place, Statement.withdrawn_at.is_(None))
        .group_by(GoalSource.goal_id)
    )
    for goal_id, passages in by_goal:
        known[goal_id] = replace(known[goal_id], passages=passages)
    return list(known.values())


def interview_coding(
    session: Session, act: Act, interview_id: UUID, *, others: bool | None = None
) -> CodingView:
    """Return an interview with what is coded in it; seven statements to the database.

    Args:
        session: of a programme.
        act: the coder who reads.
        interview_id: which interview.
        others: whether to show what others coded; None: only to who said that they have coded it, so that
            two coders do not lead each other.

    Raises:
        NotFound: no such interview.
        Conflict: ``interview.not_complete``.
    """
    place = session.info["programme_id"]
    interview = session.scalar(
        select(Interview)
        .where(Interview.programme_id == place, Interview.id == interview_id)
        .options(
            joinedload(Interview.respondent).joinedload(Respondent.group), joinedload(Interview.guide_edition)
        )
    )
    if interview is None:
        raise NotFound
    if interview.submitted_at is None:
        raise Conflict("interview.not_complete")
    document = session.execute(
        select(Document.title, Document.turns).where(
            Document.programme_id == place, Document.interview_id == interview_id
        )
    ).first()
    ended = frozenset(
        session.scalars(
            select(CodingEnd.coder_id).where(
                CodingEnd.programme_id == place, CodingEnd.interview_id == interview_id
            )
        )
    )
    shows = act.user in ended if others is None else others
    said = answers_of(session, interview_id)
    texts = _texts(interview, said, document.turns if document else ())
    order = {text.answer_id: number for number, text in enumerate(texts)}
    rows, coders = _passages(session, Statement.interview_id == interview_id)
    seen = [_as_seen(one, act, others=shows) for one in rows]
    passages = sorted(
        (one for one in seen if one is not None), key=lambda one: (order[one.answer_id], one.start, one.end)
    )
    return CodingView(
        interview=interview,
        respondent=interview.respondent,
        title=document.title if document else "",
        texts=texts,
        passages=tuple(passages),
        codes=codes(session),
        coders=coders,
        ended=ended,
        shows_others=shows,
        recent=recent_codes(session, act),
    )


def recent_codes(session: Session, act: Act, most: int = 8) -> tuple[UUID, ...]:
    """Return the codes that a coder used last, newest first, in one statement."""
    of_coding = func.coalesce(Coding.goal_id, Coding.entry_id)
    rows = session.scalars(
        select(of_coding)
        .where(Coding.programme_id == session.info["programme_id"], Coding.coder_id == act.user)
        .group_by(of_coding)
        .order_by(func.max(Coding.created_at).desc(), of_coding)
        .limit(most)
    )
    return tuple(UUID(str(one)) for one in rows)


def passages_of(
    session: Session,
    code: Code,
    *,
    coder_id: UUID | None = None,
    group_id: UUID | None = None,
    offset: int = 0,
    limit: int | None = PAGE,
) -> Passages:
    """Return the passages under a goal or an entry, by number; at most four statements to the database.

    Args:
        session: of a programme.
        code: which one.
        coder_id: only what this coder put there.
        group_id: only what this party said.
        offset: how many to leave out at the beginning.
        limit: how many at most; None: all.
    """
    place = session.info["programme_id"]
    by = Coding.goal_id if code.is_goal else Coding.entry_id
    coded = select(Coding.statement_id).where(Coding.programme_id == place, by == code.id)
    if coder_id is not None:
        coded = coded.where(Coding.coder_id == coder_id)
    elif code.is_goal:
        coded = select(GoalSource.statement_id).where(
            GoalSource.programme_id == place, GoalSource.goal_id == code.id
        )
    where: list[ColumnElement[bool]] = [Statement.id.in_(coded)]
    if group_id is not None:
        where.append(
            Statement.interview_id.in_(
                select(Interview.id)
                .join(Respondent, joined(Interview.respondent_id, Respondent))
                .where(Interview.programme_id == place, Respondent.group_id == group_id)
            )
        )
    total = session.scalar(
        select(func.count())
        .select_from(Statement)
        .where(Statement.programme_id == place, Statement.withdrawn_at.is_(None), *where)
    )
    rows, _ = _passages(session, *where, offset=offset, limit=limit)
    coders: dict[UUID, str] = dict(
        session.execute(
            select(User.id, User.name)
            .where(User.id.in_(select(Coding.coder_id).where(Coding.programme_id == place, by == code.id)))
            .order_by(User.name)
        ).all()
    )
    groups = session.execute(
        select(StakeholderGroup.id, StakeholderGroup.name)
        .where(StakeholderGroup.programme_id == place)
        .order_by(StakeholderGroup.code)
    )
    return Passages(
        passages=tuple(rows),
        total=total or 0,
        coders=coders,
        groups=tuple((id_, name) for id_, name in groups),
    )


def all_passages(session: Session) -> tuple[list[CodedPassage], dict[UUID, str]]:
    """Return everything that is marked, by number, with the names of the coders; two statements."""
    return _passages(session)


def statement_interview(session: Session, statement_id: UUID) -> UUID:
    """Return the interview of a statement.

    Raises:
        NotFound: no such statement.
    """
    interview_id: UUID = found(session, Statement, statement_id).interview_id
    return interview_id


def answer_texts(
    session: Session, interview_id: UUID, only: Collection[UUID] | None = None
) -> dict[UUID, str]:
    """Return what was said in an interview, by answer; only in these answers if they are named.

    Raises:
        NotFound: no such interview.
    """
    where = [Answer.programme_id == session.info["programme_id"], Answer.interview_id == interview_id]
    if only is not None:
        where.append(Answer.id.in_(only))
    said = {row.id: row.text for row in session.execute(select(Answer.id, Answer.text).where(*where))}
    if not said:
        found(session, Interview, interview_id)
    return said


def all_texts(session: Session) -> list[tuple[Interview, tuple[CodedText, ...]]]:
    """Return what was said in every completed interview, by code; two statements to the database."""
    place = session.info["programme_id"]
    interviews = session.scalars(
        select(Interview)
        .where(Interview.programme_id == place, Interview.submitted_at.is_not(None))
        .options(
            joinedload(Interview.respondent).joinedload(Respondent.group), joinedload(Interview.guide_edition)
        )
        .order_by(Interview.code)
    ).all()
    said: dict[UUID, list[Answer]] = {}
    for answer in session.scalars(select(Answer).where(Answer.programme_id == place)):
        said.setdefault(answer.interview_id, []).append(answer)
    return [(one, _texts(one, said.get(one.id, ()))) for one in interviews]


def _passages(
    session: Session,
    *where: ColumnElement[bool],
    offset: int = 0,
    limit: int | None = None,
) -> tuple[list[CodedPassage], dict[UUID, str]]:
    """Return passages by number with all marks on them, and the names of the coders; two statements."""
    place = session.info["programme_id"]
    chosen = (
        select(
            Statement.id,
            Statement.code,
            Statement.interview_id,
            Statement.answer_id,
            Statement.starts_at,
            Statement.ends_at,
            Statement.text,
            StakeholderGroup.name,
            StakeholderGroup.code,
            Statement.created_by_id,
            Statement.decided_at.is_not(None),
            Statement.created_at,
        )
        .join(Interview, joined(Statement.interview_id, Interview))
        .join(Respondent, joined(Interview.respondent_id, Respondent))
        .join(StakeholderGroup, joined(Respondent.group_id, StakeholderGroup))
        .where(Statement.programme_id == place, Statement.withdrawn_at.is_(None), *where)
        .order_by(Statement.code)
        .offset(offset)
    )
    rows = session.execute(chosen if limit is None else chosen.limit(limit)).all()
    marks: dict[UUID, list[Mark]] = {}
    coders: dict[UUID, str] = {}
    in_these = (
        select(Coding, User.name)
        .join(User, User.id == Coding.coder_id)
        .join(Statement, joined(Coding.statement_id, Statement))
        .where(Coding.programme_id == place, Statement.withdrawn_at.is_(None), *where)
        .order_by(Coding.created_at, Coding.id)
    )
    if limit is not None:
        in_these = in_these.where(Coding.statement_id.in_([row[0] for row in rows]))
    for coding, name in session.execute(in_these):
        coders[coding.coder_id] = name
        code_id: UUID = coding.goal_id or coding.entry_id
        marks.setdefault(coding.statement_id, []).append(
            Mark(
                id=coding.id,
                code_id=code_id,
                coder_id=coding.coder_id,
                memo=coding.memo,
                made_at=coding.created_at,
            )
        )
    return [
        CodedPassage(
            id=row[0],
            number=row[1],
            interview_id=row[2],
            answer_id=row[3],
            start=row[4],
            end=row[5],
            text=row[6],
            marks=tuple(marks.get(row[0], ())),
            group=row[7],
            group_number=row[8],
            made_by=row[9],
            decided=bool(row[10]),
            made_at=row[11],
        )
        for row in rows
    ], coders


def _as_seen(passage: CodedPassage, act: Act, *, others: bool) -> CodedPassage | None:
    """Return a passage without what others coded, unless they are shown; None when all of it is theirs."""
    if others:
        return passage
    mine = tuple(mark for mark in passage.marks if mark.coder_id == act.user)
    if not mine and passage.made_by not in {None, act.user}:
        return None
    return replace(passage, marks=mine)


def _texts(
    interview: Interview, answers: Iterable[Answer], turns: Sequence[Mapping[str, Any]] = ()
) -> tuple[CodedText, ...]:
    asked = {question["key"]: question for question in interview.guide_edition.questions}
    place = {key: number for number, key in enumerate(asked)}

    def order(answer: Answer) -> tuple[int, int, str]:
        number = answer.question.rpartition("_")[2]
        return place.get(answer.question, len(place)), int(number) if number.isdigit() else 0, answer.question

    spoken = tuple(Turn(int(turn["start"]), str(turn["speaker"])) for turn in turns)
    return tuple(
        CodedText(
            answer_id=answer.id,
            question={
                language: text
                for language, text in asked.get(answer.question, {}).items()
                if language != "key"
            },
            text=answer.text,
            turns=spoken,
        )
        for answer in sorted(answers, key=order)
        if answer.text
    )
