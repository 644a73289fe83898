"""The goal tree as files: out in many forms, in with a preview, and a beginning from nothing or a pattern."""

from toc.web.trees import importing, sending, starting
from toc.web.trees.blueprint import trees

__all__ = ["importing", "sending", "starting", "trees"]
