"""How much of a document is read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a document may have at most; each is checked before the work that it bounds.

    The numbers are far above any transcript or plan, and low enough that the worst file within them is read
    or refused within about two seconds, in less than 300 MB of memory.

    Attributes:
        file_bytes: of the file as it comes. Ten hours of speech are 0.6 MB of text; the rest is for pictures.
        unpacked_bytes: of all parts of a docx or odt together, as its list of parts declares them.
        part_bytes: of one part that is really unpacked and read.
        ratio: how many times bigger than the file its parts may be, from `ratio_from_bytes` on. The text of
            Word shrinks 20 to 60 times, a bomb about 1,000 times.
        ratio_from_bytes: below this a high ratio does no harm: small files of much repetition have it.
        parts: of a docx or odt: pictures, styles and the like.
        elements: opened in XML or HTML: one for each change of letter type, some five for each paragraph.
        cues: of a subtitle file: 20,000 are some twenty hours of speech.
        cue_characters: of a subtitle file with its times and marks, which take more room than the words.
        pages: of a PDF; each costs time before anything is known of it.
        characters: of the text that results: a thick novel of 1,000 pages has half a million words times six,
            a day of interviews 500,000.
        title_characters: of a title; what is behind it is left out.
        pdf_seconds: of processor time for a PDF. 500 full pages take a third of a second.
        pdf_memory_bytes: that the reading of a PDF may claim, with the program itself.
    """

    file_bytes: int = 10 * 2**20
    unpacked_bytes: int = 50 * 2**20
    part_bytes: int = 20 * 2**20
    ratio: int = 200
    ratio_from_bytes: int = 2**20
    parts: int = 2_000
    elements: int = 500_000
    cues: int = 20_000
    cue_characters: int = 3_000_000
    pages: int = 500
    characters: int = 1_000_000
    title_characters: int = 200
    pdf_seconds: float = 1.2
    pdf_memory_bytes: int = 2**30


USUAL = Limits()
"""The limits of every upload."""


def megabytes(limit: int) -> int:
    """Return a number of bytes in whole MB (2**20), as a sentence names it; at least 1."""
    return max(1, limit // 2**20)
