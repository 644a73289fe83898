"""Subtitles (vtt, srt), as programs that write down speech make them: the words without the times."""

import html
import io
import re
from typing import NamedTuple

from webvtt import WebVTT
from webvtt.errors import MalformedCaptionError, MalformedFileError

from toc.domain.errors import DomainError
from toc.domain.transcripts import Turn
from toc.services.documents.limits import Limits
from toc.services.documents.texts import DocumentText, MediaType, check_length, clean

# https://www.w3.org/TR/webvtt1/#webvtt-cue-voice-span
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?\s{1,40}([^<>]{1,200})>")
_LINE_BLANKS = re.compile(r"[ \t]{1,100}$", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z\d][^<>]{0,200}>|\{\\an?\d{1,2}\}")


class _Piece(NamedTuple):
    """Some words, and who says them; "" when the file does not say."""

    speaker: str
    words: str


def _plain(text: str) -> str:
    """Return words on one line without tags."""
    return " ".join(clean(html.unescape(_TAG.sub("", text))).split())


def _pieces(cue: str) -> list[_Piece]:
    """Return what is said in one cue."""
    before, *voices = _VOICE.split(cue)
    pieces = [("", before), *zip(voices[::2], voices[1::2], strict=True)]
    found = (_Piece(_plain(speaker), _plain(words)) for speaker, words in pieces)
    return [piece for piece in found if piece.words]


def _joined(pieces: list[_Piece]) -> list[_Piece]:
    """Join what one speaker says in several cues."""
    joined: list[_Piece] = []
    words: list[str] = []
    for place, piece in enumerate(pieces):
        words.append(piece.words)
        follows = place + 1 < len(pieces) and pieces[place + 1].speaker == piece.speaker
        if not (piece.speaker and follows):
            joined.append(_Piece(piece.speaker, " ".join(words)))
            words = []
    return joined


def read_captions(source: str, media_type: MediaType, limits: Limits) -> DocumentText:
    """Return the words of a subtitle file.

    A speaker who is marked (``<v Anna>``) gets one line for all cues up to the next speaker, which begins
    with the name; else each cue is a line.

    Args:
        source: the file; line ends of any kind.
        media_type: ``VTT`` or ``SRT``.
        limits: of cues and characters.

    Raises:
        DomainError: ``document.too_many_cues``, ``document.too_long``, each with ``most``;
            ``document.unreadable``.
    """
    check_length(len(source), limits.cue_characters)
    marks = source.count("-->")
    if marks > limits.cues:
        raise DomainError("document.too_many_cues", most=limits.cues)
    kind = "vtt" if media_type is MediaType.VTT else "srt"
    try:
        cues = WebVTT.from_buffer(io.StringIO(_LINE_BLANKS.sub("", source.strip())), format=kind).captions
    except (MalformedCaptionError, MalformedFileError) as error:
        raise DomainError("document.unreadable") from error
    lines: list[str] = []
    turns: list[Turn] = []
    start = 0
    for piece in _joined([piece for cue in cues for piece in _pieces(cue.raw_text)]):
        name = f"{piece.speaker}: " if piece.speaker else ""
        lines.append(name + piece.words)
        end = start + len(lines[-1])
        if name:
            turns.append(Turn(start + len(name), end, piece.speaker))
        start = end + 1
    return DocumentText(
        text="\n".join(lines),
        media_type=media_type,
        turns=tuple(turns),
        warnings=("document.cues_skipped",) if marks > len(cues) else (),
    )
