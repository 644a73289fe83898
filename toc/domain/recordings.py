"""Recordings: an answer that was spoken, as a browser records it."""

from toc.domain.errors import DomainError

BITS_PER_SECOND = 32_000
"""What a browser is asked to record with: plenty for a voice.

Source: RFC 7587, section 3.1.1: 28 to 40 kbit/s is the sweet spot of Opus for fullband speech, mono.
"""

_STARTS = (
    (b"\x1a\x45\xdf\xa3", "audio/webm"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
)
"""How files begin. Sources: RFC 8794 (EBML), RFC 3533 (Ogg), ISO/IEC 11172-3 and 13818-7, ID3v2."""

_BOX = slice(4, 8)
_FORM = slice(8, 12)


def media_type(sound: bytes) -> str:
    """Return what kind of sound a file is, judged by how it begins, never by its name.

    Raises:
        DomainError: ``recording.not_sound`` when it is none that browsers make and play.
    """
    if sound[_BOX] == b"ftyp":  # ISO/IEC 14496-12: what Safari and telephones make
        return "audio/mp4"
    if sound.startswith(b"RIFF") and sound[_FORM] == b"WAVE":
        return "audio/wav"
    for start, kind in _STARTS:
        if sound.startswith(start):
            return kind
    raise DomainError("recording.not_sound")


def check_sound(sound: bytes, most: int) -> str:
    """Return the kind of a recording that may be kept.

    Args:
        sound: the file.
        most: bytes that it may have.

    Raises:
        DomainError: ``recording.empty``, ``recording.too_big`` (most, in kilobytes), or as `media_type`.
    """
    if not sound:
        raise DomainError("recording.empty")
    if len(sound) > most:
        raise DomainError("recording.too_big", most=most // 1000)
    return media_type(sound)
