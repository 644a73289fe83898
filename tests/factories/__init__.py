"""Valid rows for tests: each factory makes one, and the test names only what matters."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.people import OrganisationKind, Role
from toc.models.people import Membership, Organisation, User
from toc.models.programmes import Programme
from toc.services import audit

_ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2025, 9, 1, 10, 0, tzinfo=UTC)
TODAY = date(2025, 9, 1)

_numbers: Iterator[int] = count(1)


def number() -> int:
    """A number that no other row has."""
    return next(_numbers)


def make_organisation(
    session: Session, *, name: str = "", kind: OrganisationKind = OrganisationKind.SOCIAL_ENTERPRISE
) -> Organisation:
    organisation = Organisation(
        id=uuid4(), name=name or f"Organisation {number()}", kind=kind, place="Utrecht", created_at=NOW
    )
    session.add(organisation)
    session.flush()
    return organisation


def make_user(
    session: Session, *, name: str = "", email: str = "", organisation: Organisation | None = None
) -> User:
    this = number()
    user = User(
        id=uuid4(),
        email=email or f"person{this}@example.org",
        name=name or f"Person {this}",
        active=True,
        fs_uniquifier=uuid4().hex,
        language="en",
        organisation=organisation,
        created_at=NOW,
    )
    session.add(user)
    session.flush()
    return user


def make_programme(session: Session, *, name: str = "", **fields: object) -> Programme:
    programme = Programme(
        id=uuid4(),
        name=name or f"Programme {number()}",
        starts_on=date(2025, 1, 1),
        ends_on=date(2028, 12, 31),
        created_at=NOW,
        **fields,
    )
    session.add(programme)
    session.flush()
    audit.start_chain(session, programme.id)
    return programme


def make_member(session: Session, programme: Programme, *roles: Role, name: str = "") -> User:
    """An account with these roles in the programme."""
    user = make_user(session, name=name)
    for role in roles:
        session.add(
            Membership(id=uuid4(), programme_id=programme.id, user_id=user.id, role=role, created_at=NOW)
        )
    session.flush()
    return user


def act_of(user: User | UUID | None = None, *roles: Role, at: datetime = NOW) -> Act:
    """What this person does at a fixed moment; the day is that of the programmes, not of a server."""
    id_ = user.id if isinstance(user, User) else user
    return Act(at=at, on=at.astimezone(_ZONE).date(), user=id_, roles=frozenset(roles))
