"""Zip files, which docx and odt are: looked at before anything in them is unpacked."""

import io
import struct
import zipfile
import zlib
from typing import Final, Self

from toc.domain.errors import DomainError
from toc.services.documents.limits import Limits, megabytes

_ENCRYPTED: Final = 0x1  # in the flags of a part
_PART_IN_LIST: Final = b"PK\x01\x02"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that docx and odt know
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError)
"""All that Python says of a file that is no zip, or damaged."""


class Archive:
    """A zip file whose list of parts promises nothing outrageous."""

    def __init__(self, file: zipfile.ZipFile, limits: Limits) -> None:
        """Keep a file that `of` has looked at."""
        self._file = file
        self._limits = limits
        self.names = frozenset(file.namelist())

    @classmethod
    def of(cls, content: bytes, limits: Limits) -> Self:
        """Look at the list of parts; nothing is unpacked yet.

        Raises:
            DomainError: ``document.unreadable``, ``document.encrypted``; ``document.too_many_parts`` and
                ``document.unpacks_too_big``, with ``most``.
        """
        if content.count(_PART_IN_LIST) > limits.parts:  # reading a long list takes seconds by itself
            raise DomainError("document.too_many_parts", most=limits.parts)
        try:
            file = zipfile.ZipFile(io.BytesIO(content))
        except _BROKEN as error:
            raise DomainError("document.unreadable") from error
        parts = file.infolist()
        unpacked = sum(part.file_size for part in parts)
        bomb = unpacked > limits.ratio_from_bytes and unpacked > limits.ratio * len(content)
        if bomb or unpacked > limits.unpacked_bytes:
            raise DomainError("document.unpacks_too_big", most=megabytes(limits.unpacked_bytes))
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise DomainError("document.encrypted")
        return cls(file, limits)

    def read(self, name: str) -> bytes:
        """Unpack one part.

        It stops where the list says that the part ends, or at the limit, whatever the part itself holds.

        Raises:
            DomainError: ``document.unreadable`` when the part is missing, damaged or of another size than the
                list says; ``document.unpacks_too_big``, with ``most``.
        """
        most = self._limits.part_bytes
        try:
            part = self._file.getinfo(name)
            if part.compress_type not in _METHODS:
                raise DomainError("document.unreadable")
            with self._file.open(part) as opened:
                content = opened.read(most + 1)
        except (KeyError, *_BROKEN) as error:
            raise DomainError("document.unreadable") from error
        if len(content) > most:
            raise DomainError("document.unpacks_too_big", most=megabytes(most))
        if len(content) != part.file_size:
            raise DomainError("document.unreadable")
        return content
