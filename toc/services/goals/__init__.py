"""Goals of the parties, their editions and holders, and the links that make a tree of them.

``values`` is what goes in and comes out, ``reading`` one goal and its surroundings, ``trees`` all of them,
``writing`` changes goals and ``links`` the order between them.
"""

from toc.services.goals.links import edit_link, get_link, link_goals, remove_link
from toc.services.goals.reading import (
    find_holder,
    get_goal,
    history,
    neighbours,
    parties,
    paying_lines,
    visible_goals,
)
from toc.services.goals.trees import Skeleton, Tree, TreeGoal, TreeLink, TreeParty, tree
from toc.services.goals.values import (
    EditionView,
    GoalDraft,
    GoalView,
    Held,
    LinkDraft,
    LinkView,
    Neighbour,
    PartyView,
    PayingLine,
)
from toc.services.goals.writing import (
    add_goal,
    add_sources,
    new_edition,
    release_goal,
    remove_holder,
    remove_source,
    set_holder,
)

__all__ = [
    "EditionView",
    "GoalDraft",
    "GoalView",
    "Held",
    "LinkDraft",
    "LinkView",
    "Neighbour",
    "PartyView",
    "PayingLine",
    "Skeleton",
    "Tree",
    "TreeGoal",
    "TreeLink",
    "TreeParty",
    "add_goal",
    "add_sources",
    "edit_link",
    "find_holder",
    "get_goal",
    "get_link",
    "history",
    "link_goals",
    "neighbours",
    "new_edition",
    "parties",
    "paying_lines",
    "release_goal",
    "remove_holder",
    "remove_link",
    "remove_source",
    "set_holder",
    "tree",
    "visible_goals",
]
