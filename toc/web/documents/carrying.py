"""What was read from a file, on its way from looking at it to saving it.

The file is not kept on the server in between. Its text, and the file itself where it may be kept, travel in a
hidden field of the form, signed so that they come back as they were read, and only to the person and the
place that they are of. That works without JavaScript, and nothing has to be cleared away afterwards.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from toc.domain.errors import DomainError
from toc.domain.transcripts import Turn
from toc.services.documents import DocumentText, Incoming, MediaType, Page
from toc.web.security import viewer

_VALID_SECONDS: Final = 24 * 3600
_ROOM: Final = 40_000
"""Characters of the form beside what is carried."""
_MEGABYTE: Final = 10**6


@dataclass(frozen=True, slots=True)
class Carried:
    """What was read from a file.

    Attributes:
        read: its text with all that was found in it.
        size: of the file, in bytes.
        digest: SHA-256 of the file, as hexadecimal digits.
        original: the file; None where it is not kept, or does not fit.
    """

    read: DocumentText
    size: int
    digest: str
    original: bytes | None

    @classmethod
    def of(cls, read: DocumentText, content: bytes, *, may_keep: bool) -> "Carried":
        """Return what was read from this file."""
        return cls(read, len(content), sha256(content).hexdigest(), content if may_keep else None)

    def incoming(self, *, keep: bool, numbers_kept: bool) -> Incoming:
        """Return it as the service takes it.

        Args:
            keep: the file too.
            numbers_kept: numbers in it point to nobody.
        """
        return Incoming(
            text=self.read.text,
            media_type=self.read.media_type,
            turns=self.read.turns,
            pages=self.read.pages,
            size=self.size,
            digest=self.digest,
            original=self.original if keep else None,
            numbers_kept=numbers_kept,
        )


def signer_of(programme_id: UUID, whose: UUID) -> URLSafeTimedSerializer:
    """Return what signs files of this person for this respondent or party."""
    salt = f"document:{programme_id}:{whose}:{viewer().user_id}"
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=salt)


def pack(carried: Carried, signer: URLSafeTimedSerializer) -> tuple[str, Carried]:
    """Return the hidden field, and what is carried in it: without the file when that does not fit.

    Raises:
        DomainError: ``document.too_big`` when the text alone does not fit either.
    """
    most = current_app.config["MAX_FORM_MEMORY_SIZE"] - _ROOM
    while True:
        packed: str | bytes = signer.dumps(_packed(carried))
        text = packed if isinstance(packed, str) else packed.decode()
        if len(text) <= most:
            return text, carried
        if carried.original is None:
            raise DomainError("document.too_big", most=max(1, most // _MEGABYTE))
        carried = replace(carried, original=None)


def unpack(text: str, signer: URLSafeTimedSerializer) -> Carried:
    """Return what a hidden field brought back.

    Raises:
        DomainError: ``document.lost``: another person's, too old, or not ours.
    """
    try:
        packed = signer.loads(text, max_age=_VALID_SECONDS)
    except BadData as error:
        raise DomainError("document.lost") from error
    read = DocumentText(
        text=packed["text"],
        media_type=MediaType(packed["media_type"]),
        turns=tuple(Turn(*turn) for turn in packed["turns"]),
        pages=tuple(Page(*page) for page in packed["pages"]),
        title=packed["title"],
        warnings=tuple(packed["warnings"]),
    )
    original = None if packed["original"] is None else b64decode(packed["original"])
    return Carried(read, packed["size"], packed["digest"], original)


def _packed(carried: Carried) -> dict[str, Any]:
    read = carried.read
    return {
        "text": read.text,
        "media_type": read.media_type.value,
        "turns": read.turns,
        "pages": read.pages,
        "title": read.title,
        "warnings": read.warnings,
        "size": carried.size,
        "digest": carried.digest,
        "original": None if carried.original is None else b64encode(carried.original).decode(),
    }
