"""Goals: the tree as picture and list, the page of a goal, and the forms that change them."""

from toc.web.goals import editing, links, parties, showing, statements, trees
from toc.web.goals.blueprint import goals
from toc.web.goals.looks import Lens
from toc.web.goals.pictures import Picture, picture

__all__ = [
    "Lens",
    "Picture",
    "editing",
    "goals",
    "links",
    "parties",
    "picture",
    "showing",
    "statements",
    "trees",
]
