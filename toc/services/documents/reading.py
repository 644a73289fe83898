"""What kind of document the bytes are, and their text."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Final

from toc.domain.errors import DomainError
from toc.domain.transcripts import turns
from toc.services.documents import encodings
from toc.services.documents.archives import Archive
from toc.services.documents.captions import read_captions
from toc.services.documents.limits import USUAL, Limits, megabytes
from toc.services.documents.markup import read_html
from toc.services.documents.office import read_docx, read_odt
from toc.services.documents.pdf import read_pdf
from toc.services.documents.texts import DocumentText, MediaType, check_length, clean

ENDINGS: Final[Mapping[str, MediaType]] = {
    ".txt": MediaType.TEXT,
    ".text": MediaType.TEXT,
    ".md": MediaType.TEXT,
    ".docx": MediaType.DOCX,
    ".docm": MediaType.DOCX,
    ".dotx": MediaType.DOCX,
    ".odt": MediaType.ODT,
    ".ott": MediaType.ODT,
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
    ".xhtml": MediaType.HTML,
    ".pdf": MediaType.PDF,
    ".vtt": MediaType.VTT,
    ".srt": MediaType.SRT,
}
"""What names of files promise, by their ending in small letters; a form may list these."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word before 2007, and every locked docx
_LOCKED_INSIDE = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD = "WordDocument".encode("utf-16-le")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PDF = b"%PDF-"
_PDF_WITHIN = 1024  # bytes of something else may stand before it
_HEAD = 2048  # characters that tell the kind of a text

_VTT = re.compile(r"WEBVTT(?:[ \t\n]|\Z)")
_SRT = re.compile(r"\s*\d{1,9}[ \t]*\n\s*\d{1,3}:\d{1,2}:\d{1,2}[,.]\d{1,3}[ \t]*-->")
# As https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type, with more elements.
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,1000}?-->\s*)?"
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|style|script|h[1-6]|div|p|table|ul|ol|a|b|br|font|span"
    r"|article|section|main|iframe)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_OTHER_MARKUP = re.compile(r"\s*(?:<\?xml|<!doctype|\{\\rtf)", re.IGNORECASE)


def _zipped(content: bytes, limits: Limits) -> DocumentText:
    """Read what a zip file is."""
    archive = Archive.of(content, limits)
    if "mimetype" in archive.names and archive.read("mimetype").startswith(MediaType.ODT.encode()):
        return read_odt(archive, limits)
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive.names else b""
    if b"wordprocessingml." in types or b"ms-word." in types:
        return read_docx(archive, limits)
    raise DomainError("document.unknown_kind")


def _text(content: bytes, limits: Limits) -> DocumentText:
    """Read what consists of letters."""
    page = _HTML.match(content[:_HEAD].removeprefix(b"\xef\xbb\xbf").decode("latin-1"))
    decoded = encodings.decode(content, encodings.declared(content) if page else None)
    text = clean(decoded.text)
    if not text.strip():
        raise DomainError("document.empty")
    head = text[:_HEAD]
    if _VTT.match(head):
        found = read_captions(text, MediaType.VTT, limits)
    elif _SRT.match(head):
        found = read_captions(text, MediaType.SRT, limits)
    elif _HTML.match(head):
        found = read_html(text, limits)
    elif _OTHER_MARKUP.match(head):
        raise DomainError("document.unknown_kind")
    else:
        check_length(len(text), limits.characters)
        found = DocumentText(text=text, media_type=MediaType.TEXT)
    warnings = ("document.western_assumed",) if decoded.assumed else ()
    return replace(found, warnings=(*warnings, *found.warnings))


def _any(content: bytes, limits: Limits) -> DocumentText:
    """Read whatever it is."""
    if content.startswith(_OLE):
        if _LOCKED_INSIDE in content:
            raise DomainError("document.encrypted")
        raise DomainError("document.old_word" if _OLD_WORD in content else "document.unknown_kind")
    if content.startswith(_ZIP):
        return _zipped(content, limits)
    if _PDF in content[:_PDF_WITHIN]:
        return read_pdf(content, limits)
    return _text(content, limits)


def read_document(content: bytes, name: str, limits: Limits = USUAL) -> DocumentText:
    """Return the text of a transcript or another document that somebody uploads.

    What it is, its content tells; the name only serves to warn when it promises something else. Nothing is
    written to a disk, fetched or run.

    Not bounded: what the library for XML and HTML (libxml2) does with one piece between two of our checks;
    such a piece has at most ``limits.part_bytes``. A PDF is read in a process that the system ends.

    Args:
        content: the file.
        name: what its owner calls it; only its ending is looked at, and it is kept nowhere.
        limits: what it may have at most.

    Raises:
        DomainError: why it cannot be read, of which ``document.too_big``, ``document.unpacks_too_big``,
            ``document.too_many_parts``, ``document.too_many_pages``, ``document.too_many_cues`` and
            ``document.too_long`` have ``most``; and without parameters ``document.empty``,
            ``document.no_text``, ``document.encrypted``, ``document.unreadable``, ``document.unknown_kind``,
            ``document.old_word``, ``document.not_text``, ``document.encoding_unclear``,
            ``document.declares_entities``, ``document.too_complex``, ``document.too_slow``.
    """
    if not content:
        raise DomainError("document.empty")
    if len(content) > limits.file_bytes:
        raise DomainError("document.too_big", most=megabytes(limits.file_bytes))
    found = _any(content, limits)
    if not found.text.strip():
        raise DomainError("document.no_text")
    check_length(len(found.text), limits.characters)
    ending = PurePath(name).suffix.lower()
    wrong = bool(ending) and ENDINGS.get(ending) is not found.media_type
    return replace(
        found,
        turns=found.turns or turns(found.text),
        warnings=(*(("document.other_kind",) if wrong else ()), *found.warnings),
    )
