"""Instruments: a questionnaire in one version; a change is a new version, and scores keep the old one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.participants import Item, Scale
from toc.domain.privacy import personal_numbers
from toc.models.participants import Instrument
from toc.services import audit
from toc.services.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentDraft:
    """What an instrument says about itself.

    Attributes:
        name: as it is published, for example "SCORE-15".
        version: which edition, language or length.
        reference: where it is published, and under what terms.
        scale: with the names of its items, never their protected text.
    """

    name: str
    version: str
    scale: Scale
    reference: str = ""
    higher_is_better: bool = True


def scale_of(row: Instrument) -> Scale:
    """Return the scale of an instrument."""
    items = tuple(Item(item["key"], item["name"]) for item in row.items)
    return Scale(lowest=row.lowest, highest=row.highest, is_ordinal=row.is_ordinal, items=items)


def instruments(session: Session) -> Sequence[Instrument]:
    """Return the instruments by name, of each the newest version first."""
    return session.scalars(
        select(Instrument)
        .where(Instrument.programme_id == session.info["programme_id"])
        .order_by(Instrument.name, Instrument.created_at.desc(), Instrument.id)
    ).all()


def get_instrument(session: Session, instrument_id: UUID) -> Instrument:
    """Return an instrument in one version.

    Raises:
        NotFound: there is none in this programme.
    """
    found = session.get(Instrument, (session.info["programme_id"], instrument_id))
    if found is None:
        raise NotFound
    return found


def add_instrument(session: Session, act: Act, instrument_id: UUID, draft: InstrumentDraft) -> Instrument:
    """Add an instrument, or a new version of one; with an id that is there already that one is returned.

    Raises:
        Conflict: ``instrument.version_taken``, with ``field``.
        DomainError: ``instrument.personal``, with ``field``.
    """
    existing = session.get(Instrument, (session.info["programme_id"], instrument_id))
    if existing is not None:
        return existing
    for field in ("name", "version", "reference"):
        if personal_numbers(getattr(draft, field)):
            raise DomainError("instrument.personal", field=field)
    scale = draft.scale
    row = Instrument(
        id=instrument_id,
        name=draft.name,
        version=draft.version,
        reference=draft.reference,
        lowest=scale.lowest,
        highest=scale.highest,
        higher_is_better=draft.higher_is_better,
        is_ordinal=scale.is_ordinal,
        items=[{"key": item.key, "name": item.name} for item in scale.items],
        created_at=act.at,
        created_by_id=act.user,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Conflict("instrument.version_taken", field="version") from error
    audit.record(session, act, "instrument.create", "instrument", row.id, items=len(scale.items))
    return row
