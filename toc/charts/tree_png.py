"""A page of PDF as a picture of pixels, made in a process of its own: PDFium knows no threads."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from toc.domain.errors import DomainError

DOTS_PER_INCH: Final = 300
"""What printers ask for."""

_CHILD: Final = Path(__file__).with_name("tree_png_process.py")
_START: Final = "import runpy, sys; runpy.run_path(sys.argv[1])['main']()"


def png(pdf: bytes, *, dots: int = DOTS_PER_INCH, seconds: float = 60) -> bytes:
    """Return the first page of a PDF as PNG.

    Args:
        pdf: one of our own.
        dots: per inch; the file says so too.
        seconds: that it may take.

    Raises:
        DomainError: ``tree_out.no_png``: it took too long or failed.
    """
    command = [sys.executable, "-I", "-c", _START, str(_CHILD), str(dots)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program with a number; the file goes in as input
            command, input=pdf, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DomainError("tree_out.no_png") from error
    if done.returncode:
        raise DomainError("tree_out.no_png")
    return done.stdout
