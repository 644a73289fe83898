"""A file on its way from looking at it to bringing it in: in a hidden field, signed.

Nothing of it is kept on the server in between. It comes back only to the person and programme that it is of.
"""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, TimestampSigner

from toc.domain.errors import DomainError
from toc.services.goals.tree_files import Received
from toc.web.security import viewer

_VALID_SECONDS: Final = 24 * 3600
_ROOM: Final = 100_000
"""Characters of the form beside the file: the answers."""
_MOST_UNPACKED: Final = 200 * 2**20


def pack(received: Received, programme_id: UUID) -> str:
    """Return what came in as a hidden field carries it.

    Raises:
        DomainError: ``tree_file.too_large`` for the form that brings it back.
    """
    packed = urlsafe_b64encode(zlib.compress(received.dump().encode(), 9))
    signed: bytes = _signer(programme_id).sign(packed)
    if len(signed) > current_app.config["MAX_FORM_MEMORY_SIZE"] - _ROOM:
        raise DomainError("tree_file.too_large")
    return signed.decode()


def unpack(text: str, programme_id: UUID) -> Received:
    """Return what a hidden field brought back.

    Raises:
        DomainError: ``tree_file.lost``: another person's, too old, or not ours.
    """
    try:
        packed: bytes = _signer(programme_id).unsign(text, max_age=_VALID_SECONDS)
    except BadData as error:
        raise DomainError("tree_file.lost") from error
    unpacked = zlib.decompressobj().decompress(urlsafe_b64decode(packed), _MOST_UNPACKED)
    return Received.load(unpacked.decode())


def _signer(programme_id: UUID) -> TimestampSigner:
    return TimestampSigner(current_app.secret_key or "", salt=f"tree:{programme_id}:{viewer().user_id}")
