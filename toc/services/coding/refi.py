"""What the REFI-QDA standard calls our things, for writing its files and for reading them.

A codebook is one XML file (.qdc); a project (.qdpx) is a zip with `project.qde`, which holds codes, users,
selections and codings, and a plain text per source. Places are counted in Unicode code points of that text,
the end after the last character.

Source: REFI-QDA standard 1.5 (Rotterdam Exchange Format Initiative, 2019), https://www.qdasoftware.org;
schemas Codebook.xsd 1.0 and Project.xsd 1.0 (18 March 2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from toc.domain.coding import CodeUse
from toc.services.coding.reading import Code, CodedText

CODEBOOK: Final = "urn:QDA-XML:codebook:1.0"
PROJECT: Final = "urn:QDA-XML:project:1.0"
ORIGIN: Final = "Doelenboom"

_OURS = uuid5(NAMESPACE_URL, "urn:doelenboom:coding")
GOALS: Final = uuid5(_OURS, "goals")
"""Guid of the code above all goals; it codes nothing itself."""

USES: Final = {use: uuid5(_OURS, use.value) for use in CodeUse}
"""Guids of the codes above the entries, per use."""

ABOVE: Final = {None: (GOALS, "Goals")} | {
    use: (guid, use.value.replace("_", " ").capitalize()) for use, guid in USES.items()
}
"""Guid and name of the code above those of each use; None: above the goals."""

RETIRED: Final = uuid5(_OURS, "retired")
"""Guid of the set of codes that are no longer to be chosen."""


@dataclass(frozen=True, slots=True)
class Source:
    """An interview as one text.

    Attributes:
        text: questions and answers in order; only the answers are ours to code.
        starts: where each answer begins in it, in order.
    """

    text: str
    starts: tuple[tuple[UUID, int, int], ...]

    def place(self, start: int, end: int) -> tuple[UUID, int, int] | None:
        """Return which answer a selection lies in, and where; None when it lies in none, or in two."""
        for answer_id, begins, length in self.starts:
            if begins <= start <= end <= begins + length:
                return answer_id, start - begins, end - begins
        return None

    def offset(self, answer_id: UUID) -> int:
        """Return where an answer begins."""
        return next(begins for each, begins, _ in self.starts if each == answer_id)


def source_of(texts: Sequence[CodedText], language: str) -> Source:
    """Return an interview as one text, with its questions in this language."""
    parts: list[str] = []
    starts = []
    at = 0
    for text in texts:
        question = text.question.get(language) or next(iter(text.question.values()), "")
        before = f"{question}\n" if question else ""
        starts.append((text.answer_id, at + len(before), len(text.text)))
        parts.append(f"{before}{text.text}\n\n")
        at += len(parts[-1])
    return Source("".join(parts), tuple(starts))


def full_name(code: Code) -> str:
    """Return a goal with its short code, or the name of an entry, in the form that other programs see."""
    return " ".join(f"{code.short} {code.name}".split())


def digest(text: str) -> str:
    """Return the SHA-256 of a text, the same for every way to end a line and to begin a file."""
    same = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").rstrip()
    return sha256(same.encode()).hexdigest()
