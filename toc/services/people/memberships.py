"""Who holds which role in a programme."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.people import Role
from toc.models.people import Membership, User
from toc.models.programmes import Programme
from toc.services import audit
from toc.services.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Held:
    """A role in a programme, and whether that programme asks for a second step at sign-in."""

    programme_id: UUID
    role: Role
    second_factor_required: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with all roles that they hold in this programme.

    Attributes:
        has_second_factor: whether they give a code after their password.
        memberships: one per role, with its organisation, in the order of the roles.
    """

    user_id: UUID
    name: str
    email: str
    active: bool
    has_second_factor: bool
    memberships: tuple[Membership, ...]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles."""
        return frozenset(membership.role for membership in self.memberships)


def held_by(session: Session, user_id: UUID) -> list[Held]:
    """Return all roles that an account holds now, in any programme: one that was closed holds none."""
    rows = session.execute(
        select(Membership.programme_id, Membership.role, Programme.second_factor_required)
        .join(Programme, Programme.id == Membership.programme_id)
        .join(User, User.id == Membership.user_id)
        .where(User.id == user_id, User.active, Membership.ended_at.is_(None))
    )
    return [Held(*row) for row in rows]


def roles_by_programme(session: Session, user_id: UUID) -> dict[UUID, frozenset[Role]]:
    """Return the roles that an account holds now, per programme."""
    found: dict[UUID, frozenset[Role]] = {}
    for held in held_by(session, user_id):
        found[held.programme_id] = found.get(held.programme_id, frozenset()) | {held.role}
    return found


def programmes_asking_second_factor(session: Session, user_id: UUID) -> list[str]:
    """Return the names of the account's programmes that ask for a second step at sign-in."""
    return list(
        session.scalars(
            select(Programme.name)
            .join(Membership, Membership.programme_id == Programme.id)
            .where(
                Membership.user_id == user_id,
                Membership.ended_at.is_(None),
                Programme.second_factor_required,
            )
            .distinct()
            .order_by(Programme.name)
        )
    )


def members(session: Session) -> list[Member]:
    """Return everybody who takes part in the session's programme now, by name."""
    rows = session.scalars(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.programme_id == session.info["programme_id"], Membership.ended_at.is_(None))
        .options(joinedload(Membership.user), joinedload(Membership.organisation))
        .order_by(User.name, User.id)
    )
    by_user: dict[UUID, list[Membership]] = {}
    for membership in rows:
        by_user.setdefault(membership.user_id, []).append(membership)
    order = list(Role)
    return [
        Member(
            user_id=user_id,
            name=held[0].user.name,
            email=held[0].user.email,
            active=held[0].user.active,
            has_second_factor=held[0].user.tf_primary_method is not None,
            memberships=tuple(sorted(held, key=lambda one: order.index(one.role))),
        )
        for user_id, held in by_user.items()
    ]


def get_membership(session: Session, membership_id: UUID) -> Membership:
    """Return a membership of the session's programme that has not ended, with its account.

    Raises:
        NotFound: there is none.
    """
    found = session.scalar(
        select(Membership)
        .where(
            Membership.id == membership_id,
            Membership.programme_id == session.info["programme_id"],
            Membership.ended_at.is_(None),
        )
        .options(joinedload(Membership.user), joinedload(Membership.organisation))
    )
    if found is None:
        raise NotFound
    return found


def add_member(
    session: Session, act: Act, user_id: UUID, role: Role, organisation_id: UUID | None = None
) -> Membership:
    """Give an account a role in the session's programme; one that it holds already stays as it is.

    A role that was ended comes back: the row is the same one, so that signatures keep pointing to one person.
    """
    programme_id: UUID = session.info["programme_id"]
    found = session.scalar(
        select(Membership).where(
            Membership.programme_id == programme_id, Membership.user_id == user_id, Membership.role == role
        )
    )
    if found is None:
        found = Membership(
            id=derived(programme_id, str(user_id), role.value),
            programme_id=programme_id,
            user_id=user_id,
            role=role,
            organisation_id=organisation_id,
            created_at=act.at,
        )
        session.add(found)
    elif found.ended_at is None:
        return found
    else:
        found.ended_at = None
        found.organisation_id = organisation_id
    session.flush()
    audit.record(session, act, "people.join", "membership", found.id, user=str(user_id), role=role.value)
    return found


def end_membership(session: Session, act: Act, membership_id: UUID) -> Membership:
    """End a role; what the person did and signed stays.

    Raises:
        NotFound: there is no such membership now.
        Conflict: ``people.last_coordinator``.
    """
    programme_id: UUID = session.info["programme_id"]
    # Two coordinators who leave at the same moment wait for each other here.
    session.get(Programme, programme_id, with_for_update=True)
    membership = get_membership(session, membership_id)
    if membership.role is Role.COORDINATOR:
        coordinators = session.scalar(
            select(func.count())
            .select_from(Membership)
            .join(User, User.id == Membership.user_id)
            .where(
                Membership.programme_id == programme_id,
                Membership.role == Role.COORDINATOR,
                Membership.ended_at.is_(None),
                Membership.id != membership_id,
                User.active,
            )
        )
        if not coordinators:
            raise Conflict("people.last_coordinator")
    membership.ended_at = act.at
    audit.record(
        session,
        act,
        "people.leave",
        "membership",
        membership_id,
        user=str(membership.user_id),
        role=membership.role.value,
    )
    return membership


def hold_role(session: Session, email: str, role: Role) -> None:
    """Refuse to invite somebody for a role that they hold.

    Raises:
        DomainError: ``people.has_role``.
    """
    held = session.scalar(
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.programme_id == session.info["programme_id"],
            Membership.role == role,
            Membership.ended_at.is_(None),
            User.email == email,
        )
    )
    if held is not None:
        raise DomainError("people.has_role", role=role)
