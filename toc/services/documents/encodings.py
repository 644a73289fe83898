"""From bytes to letters; a character is never replaced, and never guessed without saying so."""

import codecs
import re
from typing import NamedTuple

from toc.domain.errors import DomainError


class Decoded(NamedTuple):
    """A text, and whether its encoding is an assumption that somebody should look at."""

    text: str
    assumed: bool


_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# By the names that pages declare, as browsers read them: https://encoding.spec.whatwg.org/#names-and-labels
_DECLARED = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-2": "iso8859-2",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "iso-8859-9": "cp1254",
    "windows-1254": "cp1254",
    "iso-8859-15": "iso8859-15",
    "windows-1256": "cp1256",
}
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_LOOKED_AT = 2048  # bytes in which a page has to declare its encoding; browsers look at 1,024

# What text in another encoding becomes when it is read as Windows-1252, and Western text never is.
_UTF_8_INSIDE = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x80-\xbf]")  # two encodings in one file
_NOT_WESTERN = re.compile(
    "[À-ÖØ-öø-ÿ]{4}"  # Greek or Cyrillic
    # DOS or an old Macintosh: a capital or a sign in the middle of a word
    "|[a-z](?:[ŠŽŸŒ]|[\u201a\u0192\u201e\u201c\u201d†‡\u02c6‰\u2039•\u02dc™\u203a¡¢£¤¥¦§¨©«¬®¯±¶»¿][a-z])"
)


def declared(content: bytes) -> str | None:
    """Return the encoding that a web page declares, by Python's name; None when it declares none.

    Raises:
        DomainError: ``document.encoding_unclear`` for one that is not known here.
    """
    head = content[:_LOOKED_AT]
    found = _META.search(head) or _XML.search(head)
    if found is None:
        return None
    label = found[1].decode("ascii").lower()
    if label not in _DECLARED:
        raise DomainError("document.encoding_unclear")
    return _DECLARED[label]


def _western(content: bytes) -> str:
    """Read as Windows-1252, if nothing speaks against it."""
    text = content.decode("cp1252")
    if _UTF_8_INSIDE.search(content) or _NOT_WESTERN.search(text):
        raise DomainError("document.encoding_unclear")
    return text


def decode(content: bytes, encoding: str | None = None) -> Decoded:
    """Return the letters of a file without its byte order mark.

    A byte order mark is believed, then what the file declares. Else the file is UTF-8 when all of it is valid
    UTF-8, which no text with accents in another encoding is by chance; else it is read as Windows-1252,
    unless the result is not what Western languages look like.

    Args:
        content: the file.
        encoding: what the file itself declares, if it does.

    Raises:
        DomainError: ``document.not_text`` for NUL bytes, ``document.encoding_unclear``.
    """
    try:
        if content.startswith(_UTF_16):
            decoded = Decoded(content.decode("utf-16"), assumed=False)
        elif b"\0" in content:
            raise DomainError("document.not_text")
        elif encoding is not None and not content.startswith(codecs.BOM_UTF8):
            decoded = Decoded(content.decode(encoding), assumed=False)
        else:
            decoded = _undeclared(content)
    except UnicodeDecodeError as error:
        raise DomainError("document.encoding_unclear") from error
    if "\0" in decoded.text:
        raise DomainError("document.not_text")
    return decoded


def _undeclared(content: bytes) -> Decoded:
    try:
        return Decoded(content.decode("utf-8-sig"), assumed=False)
    except UnicodeDecodeError:
        if content.startswith(codecs.BOM_UTF8):
            raise
    return Decoded(_western(content), assumed=True)
