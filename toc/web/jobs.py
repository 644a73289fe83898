"""Jobs: where their files lie, and the process that does one."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Protocol
from uuid import UUID

from flask import current_app

from toc.services import jobs
from toc.settings import Settings
from toc.web.security import settings


class Process(Protocol):
    """What does a job."""

    def wait(self) -> object:
        """Wait until it has ended."""


LAUNCHER = "toc_launcher"
"""Key of the application's extensions under which something else than `jobs.launch` starts jobs."""


def folder() -> Path:
    """Return the folder in which jobs have theirs."""
    return settings().instance / "jobs"


def launch(programme_id: UUID, job_id: UUID) -> None:
    """Let a process of its own do a job; the page that asked is answered at once."""
    Thread(target=_launched(programme_id, job_id), daemon=True).start()


def run(programme_id: UUID, job_id: UUID) -> None:
    """Let a process of its own do a job, and wait until it has ended."""
    _launched(programme_id, job_id)()


def _launched(programme_id: UUID, job_id: UUID) -> Callable[[], object]:
    start: Callable[[Settings, UUID, UUID], Process] = current_app.extensions.get(LAUNCHER, jobs.launch)
    return start(settings(), programme_id, job_id).wait
