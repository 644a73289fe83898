"""The style sheets of the pages as one file, so that a page asks once instead of twenty times.

Each concept keeps its own sheet; its name stands in `ORDER`. A later one wins over an earlier one.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from toc import resources

ORDER = (
    "tokens",
    "layout",
    "parts",
    "forms",
    "thread",
    "tree",
    "lenses",
    "goals",
    "bonds",
    "documents",
    "evidence",
    "interviews",
    "coding",
    "mine",
    "pages",
    "participants",
    "people",
    "indicators",
    "exchange",
    "defining",
    "logging",
    "results",
    "merging",
    "rankings",
    "versions",
    "workshops",
    "trees",
)
"""Names of the sheets, as files of `static/css`; the one for paper is linked on its own."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All sheets after each other, and a name that changes when one of them does."""

    text: bytes
    version: str


def sheet() -> Sheet:
    """Return the sheets as they are on the disk now; they are read again only after a change."""
    files = tuple(Path(resources.static(), "css", f"{name}.css") for name in ORDER)
    return _read(files, tuple(file.stat().st_mtime_ns for file in files))


@lru_cache(maxsize=1)
def _read(files: tuple[Path, ...], _changed: tuple[int, ...]) -> Sheet:
    text = b"\n".join(file.read_bytes() for file in files)
    return Sheet(text=text, version=sha256(text).hexdigest()[:16])
