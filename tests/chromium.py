"""Where Chromium is, and how tests start it: on this machine's files alone, never on the network."""

import shutil

from tools.prepare import BROWSERS

ARGUMENTS = [
    "--no-sandbox",  # the integration server runs as root
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str:
    """Return the path of an installed Chromium.

    Raises:
        RuntimeError: there is none; the message says how to install it.
    """
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    raise RuntimeError(
        f"The browser tests need Chromium: install it (Debian: sudo apt install {BROWSERS[0]})."
    )
