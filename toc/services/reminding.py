"""Reminders by mail: who is told of values that are due, and that they are told once.

A value is waited for by whoever may record it in its programme; where its indicator names somebody who sees
to it, and they may, by them alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.goals.rules import sees_hidden
from toc.domain.people import Role
from toc.domain.permissions import may
from toc.domain.reminding import Waiting
from toc.models.database import Database
from toc.models.mail import Reminding
from toc.models.people import Membership, User
from toc.models.programmes import Programme
from toc.services import audit
from toc.services.errors import NotFound
from toc.services.indicators import ToLog, to_log

_EVERYTHING = frozenset({Role.WORKER, Role.EVALUATOR})
"""Roles that see every indicator; who sees less is told of less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What somebody is to be told.

    Attributes:
        language: that they read.
        waiting: at least one value.
    """

    user_id: UUID
    name: str
    email: str
    language: str
    waiting: tuple[Waiting, ...]


@dataclass(slots=True)
class _Person:
    name: str
    email: str
    language: str
    may_be_told: bool
    waiting: list[Waiting] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """A programme, and the roles of those who record in it and can open it."""

    name: str
    roles: dict[UUID, frozenset[Role]] = field(default_factory=dict)


def letters(database: Database, act: Act, before: datetime) -> list[Letter]:
    """Return what there is to tell, by address; nothing to who was told already or wants no reminders.

    One statement, and at most five more for each programme.

    Args:
        database: to read.
        act: when.
        before: who was told since, is not told again (`toc.domain.reminding.again_before`).
    """
    with database.read_session() as session:
        people, places = _read(session, before)
    for programme_id, place in places.items():
        if any(people[user_id].may_be_told for user_id in place.roles):
            with database.read_session(programme_id) as session:
                waiting, _ = to_log(session, replace(act, user=None, roles=_EVERYTHING))
            for one in waiting:
                _tell(one, place, people)
    return [
        Letter(
            user_id=user_id,
            name=person.name,
            email=person.email,
            language=person.language,
            waiting=tuple(person.waiting),
        )
        for user_id, person in people.items()
        if person.waiting
    ]


def _read(session: Session, before: datetime) -> tuple[dict[UUID, _Person], dict[UUID, _Place]]:
    """Return everybody who records, and where."""
    rows = session.execute(
        select(
            User.id,
            User.name,
            User.email,
            User.language,
            User.tf_primary_method,
            Membership.programme_id,
            Membership.role,
            Programme.name.label("programme"),
            Programme.second_factor_required,
            Reminding.wanted,
            Reminding.sent_at,
        )
        .join(Membership, Membership.user_id == User.id)
        .join(Programme, Programme.id == Membership.programme_id)
        .outerjoin(Reminding, Reminding.user_id == User.id)
        .where(User.active, Membership.ended_at.is_(None))
        .order_by(User.email, Programme.name, Programme.id)
    )
    people: dict[UUID, _Person] = {}
    places: dict[UUID, _Place] = {}
    for row in rows:
        told = row.sent_at is not None and row.sent_at >= before
        people[row.id] = _Person(
            row.name, row.email, row.language, may_be_told=row.wanted is not False and not told
        )
        if row.second_factor_required and row.tf_primary_method is None:
            continue  # the programme does not open for them yet
        place = places.setdefault(row.programme_id, _Place(row.programme))
        place.roles[row.id] = place.roles.get(row.id, frozenset()) | {row.role}
    for place in places.values():
        place.roles = {
            user_id: roles for user_id, roles in place.roles.items() if may(roles, "measurement.record")
        }
    return people, places


def _tell(one: ToLog, place: _Place, people: Mapping[UUID, _Person]) -> None:
    """Put a value on the letters of those who wait for it."""
    said = Waiting(programme=place.name, code=one.view.code, name=one.view.definition.name, due_on=one.due_on)
    named = one.view.definition.responsible_id
    for user_id, roles in place.roles.items():
        sees = one.view.released or sees_hidden(roles)
        is_theirs = named not in place.roles or named == user_id
        if sees and is_theirs and people[user_id].may_be_told:
            people[user_id].waiting.append(said)


def claim(session: Session, act: Act, user_id: UUID, before: datetime) -> bool:
    """Note that somebody is told now; False when they were told already, or want no reminders.

    The condition stands in the one statement that writes: of two commands at once the second finds it false.
    The letter belongs in the same transaction.

    Args:
        session: for writing, outside programmes.
        act: when.
        user_id: who is told.
        before: as for `letters`.
    """
    _hold(session, user_id)
    claimed = session.execute(
        update(Reminding)
        .where(
            Reminding.user_id == user_id,
            Reminding.wanted,
            or_(Reminding.sent_at.is_(None), Reminding.sent_at < before),
        )
        .values(sent_at=act.at)
        .returning(Reminding.user_id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(claimed)


def _hold(session: Session, user_id: UUID) -> None:
    """See to it that there is a row for an account, whoever else makes one at this moment."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Reminding).values(user_id=user_id, wanted=True).on_conflict_do_nothing())


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the reminders of an account.

    Attributes:
        language: that its owner reads.
        wanted: whether they want reminders; who never said so does.
    """

    language: str
    wanted: bool


def standing(session: Session, user_id: UUID) -> Standing:
    """Return whether somebody wants reminders.

    Raises:
        NotFound: there is no such account.
    """
    user, row = session.get(User, user_id), session.get(Reminding, user_id)
    if user is None:
        raise NotFound
    return Standing(user.language, row is None or row.wanted)


def set_wanted(session: Session, act: Act, user_id: UUID, *, wanted: bool) -> None:
    """Turn the reminders of an account on or off; what is so already stays.

    Args:
        session: for writing, outside programmes.
        act: who and when.
        user_id: whose reminders.
        wanted: on or off.

    Raises:
        NotFound: there is no such account.
    """
    if session.get(User, user_id) is None:
        raise NotFound
    _hold(session, user_id)
    row = session.get_one(Reminding, user_id, with_for_update=True, populate_existing=True)
    if row.wanted == wanted:
        return
    row.wanted = wanted
    audit.record_in_instance(
        session, act, "reminders.on" if wanted else "reminders.off", "user", str(user_id)
    )
