"""PDF: read in a process of its own, which may take only so much time and memory.

PDFium is a big program in C++. A page of a few hundred bytes can keep it busy for hours, and a fault in it
ends the process it runs in; neither may stop the server. Nor may two threads use it at once, which a process
of its own makes sure of.
"""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

from toc.domain.errors import DomainError
from toc.services.documents.limits import Limits
from toc.services.documents.texts import DocumentText, MediaType, Page, clean, one_line

_CHILD: Final = Path(__file__).with_name("pdf_process.py")
_START: Final = "import runpy, sys; runpy.run_path(sys.argv[1])['main']()"
_WAITING: Final = 8
"""How many times its own time the process may take when the machine is busy with others."""

_END: Final = b"%%EOF"
_LOOKED_AT: Final = 2048  # bytes in which the end has to stand; Acrobat looks at 1,024

_JOINED = re.compile(r"[\ufffe\x02](?=[^\W\d_A-Z])")
_HYPHEN = re.compile(r"[\ufffe\x02]")


def _extracted(content: bytes, limits: Limits) -> tuple[str, list[str]]:
    """Return the title and the texts of the pages, as the process found them."""
    numbers = (limits.pages, limits.characters, limits.pdf_seconds, limits.pdf_memory_bytes)
    command = [sys.executable, "-I", "-c", _START, str(_CHILD), *map(str, numbers)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program with numbers; the file goes in as input
            command, input=content, capture_output=True, timeout=_WAITING * limits.pdf_seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DomainError("document.too_slow") from error
    if done.returncode == -signal.SIGPROF:
        raise DomainError("document.too_slow")
    if done.returncode:
        raise DomainError("document.unreadable")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise DomainError(answer["refused"], **answer["params"])
    return answer["title"], answer["pages"]


def _page_text(raw: str) -> str:
    """Return the text of a page; a word that was broken at the end of a line is whole again.

    PDFium marks such a place with U+FFFE (earlier U+0002). When a capital or a number follows, the hyphen
    belonged to the word.
    """
    lines = (line.rstrip() for line in clean(_HYPHEN.sub("-", _JOINED.sub("", raw))).split("\n"))
    return "\n".join(lines).strip()


def read_pdf(content: bytes, limits: Limits) -> DocumentText:
    """Return the text of a PDF in the order in which the file holds it, with an empty line between pages.

    Not read: text in pictures, in form fields and in remarks. Two columns come one after the other only
    when the file has them so.

    Raises:
        DomainError: ``document.unreadable`` (also when its end is missing), ``document.encrypted``,
            ``document.too_slow``, ``document.no_text``; ``document.too_many_pages``, ``document.too_long``,
            each with ``most``.
    """
    if _END not in content[-_LOOKED_AT:]:
        raise DomainError("document.unreadable")
    title, raw = _extracted(content, limits)
    texts: list[str] = []
    pages: list[Page] = []
    length = 0
    bare = False
    for number, page in enumerate(raw, 1):
        text = _page_text(page)
        if text:
            text = f"\n\n{text}" if length else text
            pages.append(Page(length + len(text) - len(text.lstrip("\n")), number))
            texts.append(text)
            length += len(text)
        else:
            pages.append(Page(length, number))
            bare = True
    return DocumentText(
        text="".join(texts),
        media_type=MediaType.PDF,
        pages=tuple(pages),
        title=one_line(title, limits.title_characters),
        warnings=("document.pages_without_text",) if bare else (),
    )
