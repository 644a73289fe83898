"""Drafts: what somebody is still entering, seen by them alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals.rules import sees_hidden
from toc.domain.privacy import personal_numbers
from toc.models.goals import Goal
from toc.models.indicators import Indicator, IndicatorEdition, Measurement, MeasurementDraft
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.indicators.defining import locked
from toc.services.indicators.editions import is_current

MOST_FIELDS: Final = 300
"""Fields that a form of a measurement can have: more than any breakdown needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft as its author sees it.

    Attributes:
        id: that the measurement will have.
        code, name: of the indicator.
        content: the fields as they were typed.
    """

    id: UUID
    indicator_id: UUID
    code: str
    name: str
    content: Mapping[str, str]
    changed_at: datetime


def save_draft(
    session: Session, act: Act, draft_id: UUID, indicator_id: UUID, content: Mapping[str, str]
) -> MeasurementDraft:
    """Keep what somebody typed, in place of what they kept before under the same id.

    Raises:
        NotFound: there is no such indicator, its goal is hidden, or the draft is somebody else's.
        Conflict: ``measurement.already_saved``, when it was submitted already, with ``measurement_id``.
        DomainError: ``measurement.personal`` (field), ``draft.too_many_fields``.
    """
    if len(content) > MOST_FIELDS:
        raise DomainError("draft.too_many_fields", most=MOST_FIELDS)
    for field, text in content.items():
        if found := personal_numbers(text):
            raise DomainError("measurement.personal", kind=found[0].kind, field=field)
    locked(session, act, indicator_id)
    programme_id = session.info["programme_id"]
    if session.get(Measurement, (programme_id, draft_id)) is not None:
        raise Conflict("measurement.already_saved", measurement_id=draft_id)
    row = session.get(MeasurementDraft, (programme_id, draft_id), populate_existing=True)
    if row is None:
        row = MeasurementDraft(
            id=draft_id,
            indicator_id=indicator_id,
            content=dict(content),
            changed_at=act.at,
            created_at=act.at,
            created_by_id=act.user,
        )
        session.add(row)
    elif row.created_by_id != act.user or row.indicator_id != indicator_id:
        raise NotFound
    else:
        row.content, row.changed_at = dict(content), act.at
    audit.record(session, act, "measurement.draft", "indicator", indicator_id)
    return row


def drafts(session: Session, act: Act, indicator_id: UUID | None = None) -> list[DraftView]:
    """Return this person's drafts, newest first, in one statement.

    Args:
        session: of a programme.
        act: who asks.
        indicator_id: only those of this indicator.
    """
    if act.user is None:
        return []
    query = (
        select(MeasurementDraft, Indicator.code, IndicatorEdition.name)
        .join(MeasurementDraft.indicator)
        .join(Indicator.goal)
        .join(IndicatorEdition, is_current())
        .where(
            MeasurementDraft.programme_id == session.info["programme_id"],
            MeasurementDraft.created_by_id == act.user,
        )
        .order_by(MeasurementDraft.changed_at.desc(), MeasurementDraft.id)
    )
    if indicator_id is not None:
        query = query.where(MeasurementDraft.indicator_id == indicator_id)
    if not sees_hidden(act.roles):
        query = query.where(Goal.released.is_(True))
    return [
        DraftView(
            id=row.id,
            indicator_id=row.indicator_id,
            code=code(CodeKind.INDICATOR, number),
            name=name,
            content={str(key): str(text) for key, text in row.content.items()},
            changed_at=row.changed_at,
        )
        for row, number, name in session.execute(query)
    ]


def get_draft(session: Session, act: Act, draft_id: UUID) -> DraftView:
    """Return one of this person's drafts.

    Raises:
        NotFound: they have none with this id.
    """
    for draft in drafts(session, act):
        if draft.id == draft_id:
            return draft
    raise NotFound


def drop_draft(session: Session, act: Act, draft_id: UUID) -> None:
    """Throw a draft away.

    Raises:
        NotFound: this person has none with this id.
    """
    row = session.get(MeasurementDraft, (session.info["programme_id"], draft_id))
    if row is None or act.user is None or row.created_by_id != act.user:
        raise NotFound
    indicator_id = row.indicator_id
    session.delete(row)
    audit.record(session, act, "measurement.draft_drop", "indicator", indicator_id)
