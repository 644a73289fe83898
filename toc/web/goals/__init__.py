"""Goals: the tree as picture and list, the page of a goal, and the forms that change them."""

from toc.web.goals import (
    alike,
    checks,
    editing,
    joining,
    links,
    matrix,
    parties,
    showing,
    statements,
    trees,
)
from toc.web.goals.blueprint import goals
from toc.web.goals.looks import Lens
from toc.web.goals.pictures import Picture, picture

__all__ = [
    "Lens",
    "Picture",
    "alike",
    "checks",
    "editing",
    "goals",
    "joining",
    "links",
    "matrix",
    "parties",
    "picture",
    "several",
    "showing",
    "statements",
    "trees",
    "undoing",
]
