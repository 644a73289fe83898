"""Lets `python -m toc` do what `toc` does."""

from toc.cli import main

main()
