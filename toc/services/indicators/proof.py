"""What shows that a measurement is right: a photo, a PDF or a link.

A photo is drawn anew before it is kept, so that nothing of what a camera writes into it comes along: no
place, no time, no owner, no small picture of what was cut away.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.indicators.reviewing import State
from toc.domain.privacy import personal_numbers
from toc.models.indicators import Measurement, MeasurementFile
from toc.models.people import User
from toc.services import audit
from toc.services.errors import NotFound
from toc.services.indicators.defining import locked
from toc.services.indicators.locking import check_days, hold_periods
from toc.services.indicators.reading import get_indicator
from toc.services.indicators.whole import state

MOST_BYTES: Final = 15_000_000
"""Of a photo or a file as it comes: what a phone of today makes fits."""
MOST_PIXELS: Final = 60_000_000
"""Width times height that is drawn; more is refused before a pixel is read."""
LONGEST_SIDE: Final = 2000
"""Pixels of the longer side of what is kept: enough to read a list that was photographed."""
MOST_FILES: Final = 10
"""Of one measurement."""
_QUALITY = 85
_LONGEST_NAME = 120
_PICTURES = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofDraft:
    """Something that shows a value: a file or a link, never both.

    Attributes:
        id: of the row that it becomes.
        name: what a reader sees; for a file its own name when empty.
        url: of a link.
        content: of a file, as it came.
    """

    id: UUID
    name: str = ""
    url: str = ""
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    """What is kept, without its content.

    Attributes:
        size: bytes.
        by: name of who added it.
    """

    id: UUID
    name: str
    url: str
    media_type: str
    size: int
    at: datetime
    by: str
    by_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file as it goes out."""

    name: str
    media_type: str
    content: bytes


def redrawn(content: bytes) -> tuple[bytes, str]:
    """Return a picture drawn anew, upright, without anything but its pixels, and its media type.

    The size stands in the head of the file and is judged before a pixel is read.

    Args:
        content: a JPEG, PNG or WebP file.

    Raises:
        DomainError: ``proof.not_readable``, ``proof.too_many_pixels`` (most, in millions).
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - large, and only needed here

    try:
        with Image.open(io.BytesIO(content), formats=_PICTURES) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise DomainError("proof.too_many_pixels", most=MOST_PIXELS // 1_000_000)
            kind = "PNG" if picture.format == "PNG" else "JPEG"
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            see_through = kind == "PNG" and upright.has_transparency_data
            bare = upright.convert("RGBA" if see_through else "RGB")
            clean = Image.new(bare.mode, bare.size)
            clean.paste(bare)
            out = io.BytesIO()
            if kind == "PNG":
                clean.save(out, "PNG", optimize=False)
            else:
                clean.save(out, "JPEG", quality=_QUALITY)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise DomainError("proof.not_readable") from error  # Pillow's ways to say that a file is broken
    return out.getvalue(), "image/png" if kind == "PNG" else "image/jpeg"


def _kept(content: bytes) -> tuple[bytes, str]:
    if len(content) > MOST_BYTES:
        raise DomainError("proof.too_large", most=MOST_BYTES // 1_000_000)
    if content.startswith(b"%PDF-"):
        return content, "application/pdf"
    starts = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
    if not content.startswith(starts):
        raise DomainError("proof.kind_unknown")
    return redrawn(content)


_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}


def _name_of(draft: ProofDraft, media_type: str) -> str:
    """Return a short name with the ending of what is kept, without a path and without signs nobody sees."""
    bare = draft.name.replace("\\", "/").rsplit("/", 1)[-1]
    bare = "".join(sign for sign in bare if sign.isprintable()).strip(" .")
    stem = bare.rsplit(".", 1)[0] if "." in bare else bare
    return (stem[:_LONGEST_NAME] or "proof") + _ENDINGS[media_type]


def _check_link(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise DomainError("proof.not_a_link") from error
    if parts.scheme not in {"http", "https"} or not host or parts.username or any(c.isspace() for c in url):
        raise DomainError("proof.not_a_link")


def add_proof(session: Session, act: Act, measurement_id: UUID, draft: ProofDraft) -> MeasurementFile:
    """Keep something that shows a value; the same form twice makes one row.

    Raises:
        NotFound: there is no such measurement, or its goal is hidden from this person.
        DomainError: ``proof.nothing``, ``proof.both``, ``proof.not_a_link``, ``proof.too_large``,
            ``proof.kind_unknown``, ``proof.not_readable``, ``proof.too_many_pixels``, ``proof.too_many``,
            ``measurement.personal``.
    """
    if bool(draft.url) == bool(draft.content):
        raise DomainError("proof.both" if draft.url else "proof.nothing")
    if found := personal_numbers(f"{draft.name}\n{draft.url}"):
        raise DomainError("measurement.personal", kind=found[0].kind)
    content, media_type, name = None, "", draft.name.strip()[:_LONGEST_NAME]
    if draft.content:
        content, media_type = _kept(draft.content)
        name = _name_of(draft, media_type)
    else:
        _check_link(draft.url)
    programme_id = session.info["programme_id"]
    measurement = session.get(Measurement, (programme_id, measurement_id))
    if measurement is None:
        raise NotFound
    locked(session, act, measurement.indicator_id)
    existing = session.get(MeasurementFile, (programme_id, draft.id))
    if existing is not None:
        return existing
    many = session.scalar(
        select(func.count())
        .select_from(MeasurementFile)
        .where(MeasurementFile.programme_id == programme_id, MeasurementFile.measurement_id == measurement_id)
    )
    if (many or 0) >= MOST_FILES:
        raise DomainError("proof.too_many", most=MOST_FILES)
    row = MeasurementFile(
        id=draft.id,
        measurement_id=measurement_id,
        name=name or draft.url,
        url=draft.url,
        media_type=media_type,
        size=len(content or b""),
        sha256="" if content is None else sha256(content).hexdigest(),
        content=content,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(row)
    audit.record(session, act, "measurement.proof", "measurement", measurement_id, size=row.size)
    return row


def proof_of(session: Session, measurement_id: UUID) -> list[ProofView]:
    """Return what shows a value, oldest first, in one statement that reads no content."""
    rows = session.execute(
        select(MeasurementFile, User.name)
        .outerjoin(User, User.id == MeasurementFile.created_by_id)
        .where(
            MeasurementFile.programme_id == session.info["programme_id"],
            MeasurementFile.measurement_id == measurement_id,
        )
        .order_by(MeasurementFile.created_at, MeasurementFile.id)
    )
    return [
        ProofView(
            id=row.id,
            name=row.name,
            url=row.url,
            media_type=row.media_type,
            size=row.size,
            at=row.created_at,
            by=by or "",
            by_id=row.created_by_id,
        )
        for row, by in rows
    ]


def _file(session: Session, act: Act, file_id: UUID) -> MeasurementFile:
    row = session.get(MeasurementFile, (session.info["programme_id"], file_id))
    if row is None:
        raise NotFound
    locked(session, act, row.measurement.indicator_id)
    return row


def get_proof(session: Session, act: Act, file_id: UUID) -> Kept:
    """Return a file as it goes out.

    Raises:
        NotFound: there is none in this programme, its goal is hidden, or it is a link.
    """
    row = session.get(MeasurementFile, (session.info["programme_id"], file_id))
    if row is None or row.content is None:
        raise NotFound
    get_indicator(session, act, row.measurement.indicator_id)
    return Kept(name=row.name, media_type=row.media_type, content=row.content)


def remove_proof(session: Session, act: Act, file_id: UUID) -> UUID:
    """Remove something that showed a value; return the measurement.

    Raises:
        NotFound: there is none in this programme, its goal is hidden, or somebody else added it.
        DomainError: ``proof.approved``: the value that it shows was approved; ``period.locked``; both with
            ``measurement_id``. What others agreed to keeps what shows it; a value that is wrong is corrected
            by a new one, with its own proof.
    """
    hold_periods(session)
    row = _file(session, act, file_id)
    if row.created_by_id != act.user:
        raise NotFound
    measurement_id: UUID = row.measurement_id
    try:
        check_days(session, row.measurement.on)
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "measurement_id": measurement_id}) from error
    standing = session.scalar(
        select(state()).where(
            Measurement.programme_id == session.info["programme_id"], Measurement.id == measurement_id
        )
    )
    if standing == State.APPROVED.value:
        raise DomainError("proof.approved", measurement_id=measurement_id)
    session.delete(row)
    audit.record(session, act, "measurement.proof_remove", "measurement", measurement_id)
    return measurement_id
