"""A recording is judged by how its file begins, and by how long it is."""

import pytest

from toc.domain.errors import DomainError
from toc.domain.recordings import check_sound, media_type

SOUNDS = [
    (b"\x1a\x45\xdf\xa3\x9fB\x86\x81", "audio/webm"),
    (b"OggS\x00\x02\x00\x00", "audio/ogg"),
    (b"\x00\x00\x00\x1cftypmp42", "audio/mp4"),
    (b"RIFF\x24\x08\x00\x00WAVEfmt ", "audio/wav"),
    (b"ID3\x04\x00\x00", "audio/mpeg"),
    (b"\xff\xfb\x90\x64", "audio/mpeg"),
    (b"\xff\xf1\x50\x80", "audio/aac"),
    (b"\xff\xf9\x50\x80", "audio/aac"),
]


@pytest.mark.parametrize(("sound", "kind"), SOUNDS)
def test_sound_is_known_by_how_it_begins(sound: bytes, kind: str) -> None:
    assert media_type(sound) == kind
    assert check_sound(sound, len(sound)) == kind


@pytest.mark.parametrize(
    "other", [b"<script>alert(1)</script>", b"%PDF-1.7", b"PK\x03\x04", b"RIFF\x24\x08\x00\x00AVI ", b"ID"]
)
def test_what_is_no_sound_is_refused(other: bytes) -> None:
    with pytest.raises(DomainError, match=r"recording\.not_sound"):
        media_type(other)


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(DomainError, match=r"recording\.empty"):
        check_sound(b"", 100)
    with pytest.raises(DomainError, match=r"recording\.too_big") as refused:
        check_sound(b"OggS" + bytes(2000), 2000)
    assert refused.value.params == {"most": 2}
