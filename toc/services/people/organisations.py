"""Organisations, and what each is in a programme.

Organisations are shared by all programmes; a programme sees those that take part in it, and no others.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.ids import derived
from toc.domain.people import OrganisationKind, Part
from toc.models.interviews import StakeholderGroup
from toc.models.people import Invitation, Membership, Organisation
from toc.models.programmes import Partner
from toc.services import audit
from toc.services.errors import NotFound, Stale


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation with what it is in this programme; no parts for one that only has people in it."""

    organisation: Organisation
    parts: tuple[Part, ...]


def _takes_part(programme_id: UUID) -> ColumnElement[bool]:
    """Return the condition that an organisation takes part in a programme in any way."""
    return or_(
        *(
            Organisation.id.in_(select(table.organisation_id).where(table.programme_id == programme_id))
            for table in (Partner, Membership, Invitation, StakeholderGroup)
        )
    )


def parties(session: Session) -> list[Party]:
    """Return the organisations of the session's programme, by name."""
    programme_id = session.info["programme_id"]
    rows: Iterable[tuple[Organisation, Part | None]] = session.execute(
        select(Organisation, Partner.part)
        .join(
            Partner,
            (Partner.organisation_id == Organisation.id) & (Partner.programme_id == programme_id),
            isouter=True,
        )
        .where(_takes_part(programme_id))
        .order_by(Organisation.name, Organisation.id)
    )
    found: dict[UUID, tuple[Organisation, list[Part]]] = {}
    for organisation, part in rows:
        parts = found.setdefault(organisation.id, (organisation, []))[1]
        parts += [part] if part is not None else []
    return [
        Party(organisation, tuple(part for part in Part if part in parts))
        for organisation, parts in found.values()
    ]


def get_party(session: Session, organisation_id: UUID) -> Party:
    """Return an organisation of the session's programme.

    Raises:
        NotFound: it takes no part in it.
    """
    programme_id = session.info["programme_id"]
    organisation = session.scalar(
        select(Organisation).where(Organisation.id == organisation_id, _takes_part(programme_id))
    )
    if organisation is None:
        raise NotFound
    held = set(
        session.scalars(
            select(Partner.part).where(
                Partner.programme_id == programme_id, Partner.organisation_id == organisation_id
            )
        )
    )
    return Party(organisation, tuple(part for part in Part if part in held))


def add_organisation(
    session: Session, act: Act, organisation_id: UUID, *, name: str, kind: OrganisationKind, place: str = ""
) -> Organisation:
    """Add an organisation and return it; the one with this id when it exists already.

    Args:
        session: of a programme, or of none when a command adds it.
        act: who and when.
        organisation_id: of the new one.
        name: its name.
        kind: what kind it is.
        place: where it is.

    Raises:
        NotFound: the id is that of an organisation of other programmes.
    """
    found = session.get(Organisation, organisation_id)
    if found is not None:
        return (
            found
            if session.info["programme_id"] is None
            else get_party(session, organisation_id).organisation
        )
    organisation = Organisation(id=organisation_id, name=name, kind=kind, place=place, created_at=act.at)
    session.add(organisation)
    if session.info["programme_id"] is None:
        audit.record_in_instance(session, act, "organisation.create", "organisation", str(organisation_id))
    else:
        audit.record(session, act, "organisation.create", "organisation", organisation_id, kind=kind.value)
    return organisation


def edit_organisation(
    session: Session,
    act: Act,
    party: Party,
    revision: int,
    *,
    name: str,
    kind: OrganisationKind,
    place: str,
) -> Organisation:
    """Change what is said about an organisation of the session's programme.

    Args:
        session: of the programme.
        act: who and when.
        party: as `get_party` returned it.
        revision: that the form was made from.
        name: as `add_organisation`, as are `kind` and `place`.
        kind: its kind.
        place: where it is.

    Raises:
        Stale: somebody changed it after `revision`.
    """
    organisation = party.organisation
    if organisation.revision != revision:
        theirs = {"name": organisation.name, "kind": organisation.kind, "place": organisation.place}
        raise Stale(theirs, organisation.revision)
    organisation.name, organisation.kind, organisation.place = name, kind, place
    audit.record(session, act, "organisation.edit", "organisation", organisation.id, kind=kind.value)
    return organisation


def add_partner(session: Session, act: Act, organisation_id: UUID, part: Part) -> Partner:
    """Let an organisation be something in the session's programme; what it is already stays as it is."""
    programme_id: UUID = session.info["programme_id"]
    partner_id = derived(programme_id, str(organisation_id), part.value)
    found = session.get(Partner, (programme_id, partner_id))
    if found is not None:
        return found
    partner = Partner(
        id=partner_id,
        organisation_id=organisation_id,
        part=part,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(partner)
    audit.record(
        session,
        act,
        "people.partner",
        "partner",
        partner_id,
        organisation=str(organisation_id),
        part=part.value,
    )
    return partner


def set_parts(session: Session, act: Act, organisation_id: UUID, parts: Collection[Part]) -> None:
    """Let an organisation be exactly this in the session's programme.

    Contracts name their parties themselves, so what it was stays in them.
    """
    rows = session.scalars(
        select(Partner).where(
            Partner.programme_id == session.info["programme_id"], Partner.organisation_id == organisation_id
        )
    ).all()
    gone = [row for row in rows if row.part not in parts]
    for row in gone:
        session.delete(row)
    for part in Part:
        if part in parts:
            add_partner(session, act, organisation_id, part)
    if gone:
        audit.record(
            session,
            act,
            "people.partner_end",
            "organisation",
            organisation_id,
            parts=",".join(row.part.value for row in gone),
        )
