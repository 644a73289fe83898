"""From the trees of the parties to one: how a goal of one party stands to a goal of all."""

from enum import StrEnum


class Relation(StrEnum):
    """What a party's own goal is to a goal in the tree of everybody."""

    SAME = "same"
    NARROWER = "narrower"
    BROADER = "broader"
    MEANS_FOR = "means_for"
    CONFLICTS = "conflicts"
    INDEPENDENT = "independent"
