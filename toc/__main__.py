"""Starts the commands: what `toc` runs, and `python -m toc`."""

import gc

gc.disable()  # what is imported stays: looking through it for garbage took a third of the time to start

from toc.cli import main  # noqa: E402 - only now

gc.freeze()
gc.enable()

if __name__ == "__main__":
    main()
