"""Workshops: the facilitator's pages, the wall, and the pages on phones."""

from toc.web.workshops import joining, keeping, running, wall
from toc.web.workshops.blueprint import workshops

__all__ = ["joining", "keeping", "running", "wall", "workshops"]
