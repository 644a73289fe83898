"""Own trees of parties, the workspace in which they become one, and what a respondent sees of it."""

from toc.web.merging import links, mine, relations, trees, workspace
from toc.web.merging.blueprint import merging

__all__ = ["links", "merging", "mine", "relations", "trees", "workspace"]
