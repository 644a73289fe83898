"""Zip files, which workbooks and some exports are: looked at before anything in them is unpacked."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from toc.domain.errors import DomainError

MOST_ENTRIES: Final = 1_000
MOST_UNPACKED: Final = 200 * 2**20
"""Bytes that all parts may have together."""
MOST_RATIO: Final = 100
"""Times that a part may be larger than it is packed."""

_RATIO_FROM: Final = 2**20  # a small part that packs well harms nobody
_END: Final = b"PK\x05\x06"
_END_AT_MOST: Final = 22 + 65_535
_LONGEST_LIST: Final = 400 * MOST_ENTRIES
_NESTED: Final = (".zip", ".xlsx", ".xlsm", ".xlsb", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz", ".ods")
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PIECE: Final = 2**16
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)


def open_archive(file: BinaryIO) -> zipfile.ZipFile:
    """Return a zip file whose list of parts promises nothing outrageous; nothing is unpacked yet.

    Raises:
        DomainError: ``file.damaged``, ``file.encrypted``, ``file.archive_names`` (a name that leads
            elsewhere), ``file.nested``, ``file.macros``; with ``most``: ``file.too_many_parts``,
            ``file.unpacks_too_big``.
    """
    _check_list(file)
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise DomainError("file.damaged") from error
    parts = archive.infolist()
    if len(parts) > MOST_ENTRIES:
        raise DomainError("file.too_many_parts", most=MOST_ENTRIES)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise DomainError("file.unpacks_too_big", most=MOST_UNPACKED)
    for part in parts:
        _check_part(part)
    return archive


def _check_list(file: BinaryIO) -> None:
    """Refuse a list of parts so long that reading it takes seconds."""
    size = file.seek(0, 2)
    file.seek(max(size - _END_AT_MOST, 0))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise DomainError("file.damaged")
    count, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    if count > MOST_ENTRIES or length > _LONGEST_LIST:
        raise DomainError("file.too_many_parts", most=MOST_ENTRIES)


def _check_part(part: zipfile.ZipInfo) -> None:
    name = part.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name:
        raise DomainError("file.archive_names")
    if part.flag_bits & _ENCRYPTED:
        raise DomainError("file.encrypted")
    if part.compress_type not in _METHODS:
        raise DomainError("file.damaged")
    if name.lower().endswith(_NESTED):
        raise DomainError("file.nested")
    if name.lower().endswith("vbaproject.bin"):
        raise DomainError("file.macros")
    if part.file_size > _RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1):
        raise DomainError("file.unpacks_too_big", most=MOST_UNPACKED)


def pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part in pieces; it ends where the list says that it does, whatever the part itself holds.

    Raises:
        DomainError: ``file.damaged``, also when there is no such part.
    """
    try:
        with archive.open(name) as part:
            while piece := part.read(_PIECE):
                yield piece
    except (KeyError, *_BROKEN) as error:
        raise DomainError("file.damaged") from error


def whole(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a part in one piece.

    Raises:
        DomainError: ``file.damaged``.
    """
    return b"".join(pieces(archive, name))
