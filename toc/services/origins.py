"""Where figures and texts come from: a fact with its source, or invented for the demo."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.programmes import OriginKind
from toc.models.programmes import Origin


def mark(
    session: Session,
    subject_kind: str,
    subject_id: UUID,
    kind: OriginKind,
    *,
    field: str = "",
    source: str = "",
    url: str = "",
) -> None:
    """Say where a row, or one of its fields, comes from; said twice, the later counts.

    Args:
        session: of a programme.
        subject_kind: table of the row.
        subject_id: its id.
        kind: fact or invented.
        field: column; empty for the whole row.
        source: publication with page or section.
        url: of the publication.
    """
    key = uuid5(subject_id, f"{subject_kind}:{field}")
    found = session.get(Origin, (session.info["programme_id"], key))
    if found is None:
        found = Origin(id=key, subject_kind=subject_kind, subject_id=subject_id, field=field, kind=kind)
        session.add(found)
    found.kind, found.source, found.url = kind, source, url
    session.flush()


def mark_new(session: Session, subject_kind: str, subject_ids: Iterable[UUID], kind: OriginKind) -> None:
    """Say where rows come from of which nothing was said before, all of them in one statement.

    Args:
        session: of a programme.
        subject_kind: table of the rows.
        subject_ids: their ids.
        kind: fact or invented, for each row as a whole.
    """
    session.add_all(
        Origin(id=uuid5(one, f"{subject_kind}:"), subject_kind=subject_kind, subject_id=one, kind=kind)
        for one in subject_ids
    )
    session.flush()


def marks(session: Session, subject_kind: str, *subject_ids: UUID) -> list[Origin]:
    """Return what is said about the origin of rows, whole rows first."""
    return list(
        session.scalars(
            select(Origin)
            .where(
                Origin.programme_id == session.info["programme_id"],
                Origin.subject_kind == subject_kind,
                Origin.subject_id.in_(subject_ids),
            )
            .order_by(Origin.field)
        )
    )
