"""The few errors that a user may read; each carries a key and parameters, the web makes the sentence."""

from collections.abc import Mapping

from toc.domain.errors import DomainError


class NotFound(DomainError):
    """There is no such thing, or not for this person: both look the same."""

    def __init__(self) -> None:
        """Say nothing about what was asked for."""
        super().__init__("not_found")


class Conflict(DomainError):
    """It cannot be done because of how things stand now."""


class Stale(Conflict):
    """Somebody else changed the row after this form was made.

    Attributes:
        theirs: what the row says now, by name of the field.
        revision: the revision that it has now.
    """

    def __init__(self, theirs: Mapping[str, object], revision: int) -> None:
        """Keep both, so that the page can show the two texts side by side."""
        super().__init__("stale")
        self.theirs = theirs
        self.revision = revision
