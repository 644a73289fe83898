"""What takes long to make and is only copied: made by whichever worker of a run needs it first."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Once:
    """The folder that all workers of one run share."""

    def __init__(self, factory: pytest.TempPathFactory, worker: str) -> None:
        """Find it.

        Args:
            factory: of this worker.
            worker: its name; master when it is the only one.
        """
        own = factory.getbasetemp()
        self.folder = own if worker == "master" else own.parent

    def made(self, name: str, make: Callable[[Path], None]) -> Path:
        """Return a folder of this name, filled by `make` unless it was before; nobody may change it."""
        folder, half = self.folder / f"once-{name}", self.folder / f"once-{name}-half"
        with self.alone(name):
            if not folder.exists():
                shutil.rmtree(half, ignore_errors=True)  # of somebody who failed
                half.mkdir()
                make(half)
                half.rename(folder)
        return folder

    @contextmanager
    def shared(self, name: str, make: Callable[[], None], drop: Callable[[], None]) -> Iterator[None]:
        """See to it that something is there: made by the first who needs it, dropped by the last who did."""
        with self.alone(name):
            if not self._users(name, 0):
                try:
                    make()
                except BaseException:
                    drop()  # else who comes next finds half of it
                    raise
            self._users(name, 1)
        try:
            yield
        finally:
            with self.alone(name):
                if not self._users(name, -1):
                    drop()

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Keep the other workers waiting; who dies lets them go."""
        with (self.folder / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _users(self, name: str, more: int) -> int:
        file = self.folder / f"once-{name}.users"
        users = (int(file.read_text()) if file.exists() else 0) + more
        file.write_text(str(users))
        return users
