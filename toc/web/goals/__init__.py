"""Goals: the tree as picture and list, the page of a goal, and the forms that change them."""

from toc.web.goals import (
    alike,
    arguments,
    branches,
    checks,
    editing,
    editor,
    elements,
    joining,
    links,
    matrix,
    parties,
    paths,
    quality,
    scores,
    several,
    showing,
    statements,
    svg,
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
    "arguments",
    "branches",
    "checks",
    "editing",
    "editor",
    "elements",
    "goals",
    "joining",
    "links",
    "matrix",
    "parties",
    "paths",
    "picture",
    "quality",
    "scores",
    "several",
    "showing",
    "statements",
    "svg",
    "trees",
    "undoing",
]
