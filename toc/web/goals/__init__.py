"""Goals: the tree as picture and list, the page of a goal, and the forms that change them."""

from toc.web.goals import (
    alike,
    branches,
    checks,
    editing,
    editor,
    joining,
    links,
    matrix,
    parties,
    several,
    showing,
    statements,
    trees,
    undoing,
)
from toc.web.goals.blueprint import goals
from toc.web.goals.looks import Lens
from toc.web.goals.pictures import Picture, picture

__all__ = [
    "Lens",
    "Picture",
    "alike",
    "branches",
    "checks",
    "editing",
    "editor",
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
