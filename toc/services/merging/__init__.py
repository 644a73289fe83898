"""Each party's own tree, kept as it was given, and how its goals go into the tree of everybody.

``values`` is what goes in and comes out, ``reading`` shows own trees, ``writing`` changes one, ``given``
keeps it as it was given, and ``relations`` says what an own goal is to a goal of all.
"""

from toc.services.merging.given import Given, freeze_given, get_given, given_trees, own_body
from toc.services.merging.reading import (
    MyGoal,
    get_link,
    get_own_goal,
    my_tree,
    own_tree,
    own_trees,
    shared_goals,
)
from toc.services.merging.relations import (
    change_relation,
    follows_from,
    get_relation,
    relate,
    share,
    take_back,
    what_stays,
)
from toc.services.merging.values import (
    OwnDraft,
    OwnGoal,
    OwnLink,
    OwnLinkDraft,
    OwnTree,
    RelationDraft,
    RelationView,
    SharedGoal,
    Stays,
)
from toc.services.merging.writing import (
    add_branch,
    add_link,
    add_own_goal,
    edit_link,
    edit_own_goal,
    hanging_on,
    read_branch,
    remove_link,
    remove_own_goal,
)

__all__ = [
    "Given",
    "MyGoal",
    "OwnDraft",
    "OwnGoal",
    "OwnLink",
    "OwnLinkDraft",
    "OwnTree",
    "RelationDraft",
    "RelationView",
    "SharedGoal",
    "Stays",
    "add_branch",
    "add_link",
    "add_own_goal",
    "change_relation",
    "edit_link",
    "edit_own_goal",
    "follows_from",
    "freeze_given",
    "get_given",
    "get_link",
    "get_own_goal",
    "get_relation",
    "given_trees",
    "hanging_on",
    "my_tree",
    "own_body",
    "own_tree",
    "own_trees",
    "read_branch",
    "relate",
    "remove_link",
    "remove_own_goal",
    "share",
    "shared_goals",
    "take_back",
    "what_stays",
]
