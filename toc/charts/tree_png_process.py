"""The process that makes pixels of a page: PDF comes in, PNG goes out. It imports nothing of ours."""

import io
import sys

import pypdfium2

_POINTS = 72
"""Points per inch, in which PDF counts."""


def main() -> None:
    """Draw the first page of the PDF on the standard input; the last argument is the dots per inch."""
    dots = int(sys.argv[-1])
    with pypdfium2.PdfDocument(sys.stdin.buffer.read()) as document:
        picture = document[0].render(scale=dots / _POINTS).to_pil()
    written = io.BytesIO()
    picture.save(written, "PNG", dpi=(dots, dots), optimize=False)
    sys.stdout.buffer.write(written.getvalue())
