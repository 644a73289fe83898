"""Jobs: work that takes longer than a request may, and how far it is."""

from enum import StrEnum


class JobKind(StrEnum):
    """What a job does."""

    READ = "read"
    """Read a file that was uploaded and say what importing it would change."""
    IMPORT = "import"
    """Import what was read."""
    UNDO = "undo"
    """Take an import back."""


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """Somebody stopped it."""
