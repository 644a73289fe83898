"""Participants: registered by code, one or several at once, described, listed and found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.indicators.breakdowns import Breakdown, breakdowns_in
from toc.domain.participants import MOST_AT_ONCE, UNKNOWN, Arm, Subject, check_time, checked_code, propose
from toc.models.indicators import Indicator, IndicatorEdition
from toc.models.participants import Cohort, Observation, Participant, Site
from toc.services import audit
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.observed import live


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantDraft:
    """What is said about a participant; `groups` by key of the breakdown, absent is unknown.

    Attributes:
        left_on: the last day of taking part.
    """

    arm: Arm = Arm.INTERVENTION
    cohort_id: UUID | None = None
    site_id: UUID | None = None
    entered_on: date | None = None
    left_on: date | None = None
    groups: Mapping[str, str] = field(default_factory=dict)


def breakdowns(session: Session) -> tuple[Breakdown, ...]:
    """Return the breakdowns of indicators that count people, as they are defined now, each once.

    In one statement.
    """
    found: dict[str, Breakdown] = {}
    for said in session.scalars(
        select(IndicatorEdition.breakdowns)
        .join(IndicatorEdition.indicator)
        .where(
            IndicatorEdition.programme_id == session.info["programme_id"],
            IndicatorEdition.number == Indicator.edition,
            IndicatorEdition.counts_people.is_(True),
        )
        .order_by(Indicator.code)
    ):
        for one in breakdowns_in(said):
            before = found.get(one.key, replace(one, options=()))
            known = {option.key: option for option in (*one.options, *before.options)}
            found[one.key] = replace(before, options=tuple(known.values()))
    return tuple(found.values())


def propose_codes(session: Session, many: int, rng: Random) -> tuple[str, ...]:
    """Return codes that nobody has yet."""
    taken = session.scalars(
        select(Participant.code).where(Participant.programme_id == session.info["programme_id"])
    )
    return propose(many, rng, frozenset(taken))


def _checked(session: Session, draft: ParticipantDraft, before: Mapping[str, str]) -> dict[str, object]:
    """Return the columns of a draft.

    Raises:
        DomainError: what is refused, with ``field``.
    """
    for table, name in ((Cohort, "cohort_id"), (Site, "site_id")):
        chosen = getattr(draft, name)
        if chosen is not None and session.get(table, (session.info["programme_id"], chosen)) is None:
            raise DomainError("form.choose", field=name)
    try:
        check_time(draft.entered_on, draft.left_on)
    except DomainError as error:
        raise DomainError(error.key, **{"field": "entered_on", **error.params}) from error
    options = {one.key: set(one.keys) for one in breakdowns(session)}
    groups = {key: option for key, option in draft.groups.items() if option and option != UNKNOWN}
    for key, option in groups.items():
        if option not in options.get(key, set()) | {before.get(key)}:
            raise DomainError("form.choose", field=f"group-{key}")
    return {
        "arm": draft.arm,
        "cohort_id": draft.cohort_id,
        "site_id": draft.site_id,
        "entered_on": draft.entered_on,
        "left_on": draft.left_on,
        "groups": groups,
    }


def add_participants(
    session: Session, act: Act, id_: UUID, codes: Sequence[str], draft: ParticipantDraft
) -> list[Participant]:
    """Register one participant per code, all described alike; the same form twice makes each once.

    Args:
        session: of a programme.
        act: who and when.
        id_: that the form carried; the ids of the participants hang under it.
        codes: as they were typed, from 1 to `MOST_AT_ONCE`.
        draft: what all of them have in common.

    Raises:
        Conflict: ``participant.code_taken``, with ``field`` and ``code``.
        DomainError: ``participant.no_code``, ``participant.too_many``, ``participant.code_twice``,
            ``participant.left_before_entry``, ``form.choose``, ``date.out_of_range``, and what
            `checked_code` refuses, each with ``field``.
    """
    wanted = _checked_codes(codes)
    ids = [derived(id_, "participant", str(number)) for number in range(len(wanted))]
    there = session.scalars(
        select(Participant)
        .where(Participant.programme_id == session.info["programme_id"], Participant.id.in_(ids))
        .order_by(Participant.code)
    ).all()
    if there:
        return list(there)
    columns = _checked(session, draft, {})
    rows = [
        Participant(id=one, code=code, created_at=act.at, created_by_id=act.user, **columns)
        for one, code in zip(ids, wanted, strict=True)
    ]
    _refuse_taken(session, wanted)
    try:
        with session.begin_nested():
            session.add_all(rows)
            session.flush()
    except IntegrityError as error:  # somebody else was faster by a moment
        raise Conflict("participant.code_taken", field="codes", code=wanted[0]) from error
    audit.record(session, act, "participant.create", "participant", rows[0].id, many=len(rows))
    return rows


def _checked_codes(codes: Sequence[str]) -> list[str]:
    try:
        wanted = [checked_code(code) for code in codes if code.strip()]
    except DomainError as error:
        raise DomainError(error.key, field="codes") from error
    if not wanted:
        raise DomainError("participant.no_code", field="codes")
    if len(wanted) > MOST_AT_ONCE:
        raise DomainError("participant.too_many", field="codes", most=MOST_AT_ONCE)
    if len(set(wanted)) < len(wanted):
        raise DomainError("participant.code_twice", field="codes")
    return wanted


def _refuse_taken(session: Session, codes: Sequence[str]) -> None:
    taken = session.scalar(
        select(func.min(Participant.code)).where(
            Participant.programme_id == session.info["programme_id"], Participant.code.in_(codes)
        )
    )
    if taken is not None:
        raise Conflict("participant.code_taken", field="codes", code=taken)


def locked(session: Session, participant_id: UUID) -> Participant:
    """Return a participant of whom nobody else writes until the transaction ends.

    Raises:
        NotFound: there is none in this programme.
    """
    found = session.scalar(
        select(Participant)
        .where(Participant.programme_id == session.info["programme_id"], Participant.id == participant_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def is_registered(session: Session, participant_id: UUID) -> bool:
    """Tell whether there is such a participant in this programme."""
    return session.get(Participant, (session.info["programme_id"], participant_id)) is not None


def edit_participant(
    session: Session, act: Act, participant_id: UUID, revision: int, draft: ParticipantDraft
) -> Participant:
    """Change what is said about a participant; the code stays.

    Raises:
        NotFound: there is none in this programme.
        Stale: somebody changed it after `revision`.
        DomainError: as `add_participants`.
    """
    row = locked(session, participant_id)
    if row.revision != revision:
        names = ("arm", "cohort_id", "site_id", "entered_on", "left_on")
        theirs: dict[str, object] = {name: getattr(row, name) for name in names}
        raise Stale({**theirs, **{f"group-{key}": value for key, value in row.groups.items()}}, row.revision)
    for name, value in _checked(session, draft, row.groups).items():
        setattr(row, name, value)
    audit.record(session, act, "participant.edit", "participant", row.id)
    return row


# --- Lists --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which participants are listed; None for all.

    Attributes:
        here: who takes part on a day, or who had left.
        code: the beginning of one.
        lacks: only who has no such event yet: what it is about, and the programme's own name of it or "".
        ids: only these.
    """

    cohort_id: UUID | None = None
    site_id: UUID | None = None
    arm: Arm | None = None
    here: bool | None = None
    code: str = ""
    lacks: tuple[Subject, str] | None = None
    ids: Collection[UUID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A participant in a list.

    Attributes:
        observations: how many count.
        last_on: the day of the latest.
    """

    id: UUID
    code: str
    cohort: str
    site: str
    arm: Arm
    entered_on: date | None
    left_on: date | None
    observations: int
    last_on: date | None


def listed(
    session: Session, which: Filter, on: date, *, offset: int = 0, limit: int = 50
) -> tuple[list[Listed], int]:
    """Return participants by code, and how many there are in all, in two statements.

    Args:
        session: of a programme.
        which: those that are asked for; `code` is the beginning of one.
        on: today, for who takes part.
        offset: how many to leave out at the beginning.
        limit: how many at most.
    """
    where = _where(session, which, on)
    total = session.scalar(select(func.count()).select_from(Participant).where(*where)) or 0
    of_them = and_(
        Observation.programme_id == Participant.programme_id, Observation.participant_id == Participant.id
    )
    many = select(func.count()).select_from(Observation).where(of_them, live()).scalar_subquery()
    last = select(func.max(Observation.on)).where(of_them, live()).scalar_subquery()
    rows = session.execute(
        select(
            Participant,
            Cohort.name.label("cohort"),
            Site.name.label("site"),
            many.label("many"),
            last.label("last"),
        )
        .outerjoin(Participant.cohort)
        .outerjoin(Participant.site)
        .where(*where)
        .order_by(Participant.code)
        .offset(offset)
        .limit(limit)
    )
    found = [
        Listed(
            id=row.Participant.id,
            code=row.Participant.code,
            cohort=row.cohort or "",
            site=row.site or "",
            arm=row.Participant.arm,
            entered_on=row.Participant.entered_on,
            left_on=row.Participant.left_on,
            observations=row.many,
            last_on=row.last,
        )
        for row in rows
    ]
    return found, total


def _where(session: Session, which: Filter, on: date) -> list[ColumnElement[bool]]:
    where = [Participant.programme_id == session.info["programme_id"]]
    if which.cohort_id is not None:
        where.append(Participant.cohort_id == which.cohort_id)
    if which.site_id is not None:
        where.append(Participant.site_id == which.site_id)
    if which.arm is not None:
        where.append(Participant.arm == which.arm)
    if which.here is not None:
        gone = and_(Participant.left_on.is_not(None), Participant.left_on < on)
        where.append(~gone if which.here else gone)
    if which.ids is not None:
        where.append(Participant.id.in_(which.ids))
    if which.lacks is not None:
        subject, name = which.lacks
        has = exists().where(
            Observation.programme_id == Participant.programme_id,
            Observation.participant_id == Participant.id,
            Observation.subject == subject,
            Observation.item == name,
            live(),
        )
        where.append(~has)
    if which.code:
        where.append(Participant.code.startswith(which.code.strip().upper(), autoescape=True))
    return where
