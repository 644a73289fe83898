"""Goals of the parties, and the links that order them in a tree: means below, ends above.

``graph`` keeps the order free of circles, ``belief`` says how sure a link is, ``review`` what the tree still
misses, ``branch`` which part of a big tree to draw and ``drawing`` how. ``outline``, ``body`` and ``sheets``
take a whole tree in and out, ``comparing`` tells versions apart, ``likeness`` finds goals that may be one.
"""

from toc.domain.goals.belief import MOST_CONFIDENCE, Belief, Support, path_confidence
from toc.domain.goals.branch import MOST_DRAWN, Branch, branch
from toc.domain.goals.drawing import Box, Curve, Drawing, PlacedGoal, TextLine, layout
from toc.domain.goals.graph import (
    Edge,
    Neighbours,
    ancestors,
    check_new_link,
    dead_ends,
    descendants,
    ends,
    going_round,
    neighbours,
    reaching,
    reaching_an_end,
    would_cycle,
)
from toc.domain.goals.kinds import (
    ArgumentSide,
    Direction,
    Directness,
    ElementVerdict,
    KeyReason,
    Level,
    LinkStatus,
    Practice,
    Purpose,
    Stance,
    Standing,
    Weight,
)
from toc.domain.goals.review import Problem, ReviewedGoal, ReviewedLink, TreeReview, review_tree

__all__ = [
    "MOST_CONFIDENCE",
    "MOST_DRAWN",
    "ArgumentSide",
    "Belief",
    "Box",
    "Branch",
    "Curve",
    "Direction",
    "Directness",
    "Drawing",
    "Edge",
    "ElementVerdict",
    "KeyReason",
    "Level",
    "LinkStatus",
    "Neighbours",
    "PlacedGoal",
    "Practice",
    "Problem",
    "Purpose",
    "ReviewedGoal",
    "ReviewedLink",
    "Stance",
    "Standing",
    "Support",
    "TextLine",
    "TreeReview",
    "Weight",
    "ancestors",
    "branch",
    "check_new_link",
    "dead_ends",
    "descendants",
    "ends",
    "going_round",
    "layout",
    "neighbours",
    "path_confidence",
    "reaching",
    "reaching_an_end",
    "review_tree",
    "would_cycle",
]
