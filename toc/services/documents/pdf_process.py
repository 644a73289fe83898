"""The process that reads a PDF: bytes come in, its pages go out as JSON. It imports nothing of ours."""

import contextlib
import json
import re
import resource
import signal
import sys

import pypdfium2


def refused(key: str, **params: int) -> dict[str, object]:
    """Return why nothing was read."""
    return {"refused": key, "params": params}


def pages_of(content: bytes, most_pages: int, most_characters: int) -> dict[str, object]:
    """Return the title and the text of each page, or why they cannot be had.

    Returns:
        ``{"title": …, "pages": [one text per page]}`` or ``{"refused": key, "params": {…}}``.
    """
    try:
        with pypdfium2.PdfDocument(content) as document:
            if len(document) > most_pages:
                return refused("document.too_many_pages", most=most_pages)
            pages = []
            length = 0
            for page in document:
                text = page.get_textpage()
                length += text.count_chars()  # known before the text is made
                if length > most_characters:
                    return refused("document.too_long", most=most_characters)
                pages.append(text.get_text_range())
                text.close()
                page.close()
            return {"title": document.get_metadata_value("Title"), "pages": pages}
    except pypdfium2.PdfiumError as error:
        locked = re.search("password|security", str(error), re.IGNORECASE)
        return refused("document.encrypted" if locked else "document.unreadable")


def bound(seconds: float, most_bytes: int) -> None:
    """Let the system end this process when it takes more processor time, and give it no more memory."""
    signal.setitimer(signal.ITIMER_PROF, seconds)  # SIGPROF, for which there is no handler, ends the process
    with contextlib.suppress(ValueError, OSError):  # not every system can bound memory
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main() -> None:
    """Read a PDF from the standard input, with the four limits that the last arguments give."""
    most_pages, most_characters, seconds, most_bytes = sys.argv[-4:]
    bound(float(seconds), int(most_bytes))
    answer = pages_of(sys.stdin.buffer.read(), int(most_pages), int(most_characters))
    sys.stdout.write(json.dumps(answer))
