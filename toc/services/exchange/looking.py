"""Looking: a large file is looked through in a process beside the one that reads it by its mapping."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Final, Self

from toc.domain.exchange.looking import understood
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.opening import ZIP
from toc.domain.exchange.recognised import Recognition
from toc.services.exchange.checking import look
from toc.services.exchange.folders import LOG, Beat, write_json

LARGE: Final = 8 * 2**20
"""Bytes from which a process of its own costs less than it saves."""

_ASKED: Final = "looking.json"
_ANSWER: Final = "looked.json"
_ROOT: Final = Path(__file__).resolve().parent.parent.parent.parent
_BEGIN: Final = (
    "import sys; from toc.domain.exchange.looking import answer;"
    " sys.stdout.write(answer(open(sys.argv[1], 'rb'), sys.argv[2], sys.stdin.read()))"
)


class Look:
    """What is seen in the file of a job: asked for when it is needed, and found meanwhile."""

    def __init__(
        self, mine: Path, today: date, beat: Beat, mapping: Mapping | None, before: Recognition | None = None
    ) -> None:
        """Look; in a process of its own when the file is large and something else can be done meanwhile.

        Args:
            mine: the folder of the job.
            today: the day.
            beat: told how far it is when it is looked through here.
            mapping: which table, and where its names stand; None: as it seems.
            before: what was seen when it was looked through before, in just this way.

        Raises:
            DomainError: what reading refuses.
        """
        self._here = (mine, today, beat, mapping)
        self._child: subprocess.Popen[bytes] | None = None
        self.first = before
        if before is None:
            if mapping is not None and _is_large_text(mine / LOG):
                self._child = _begin(mine, today, mapping)
            else:
                self.first = look(*self._here)

    def __call__(self) -> Recognition:
        """Return what was seen; waits for it.

        Raises:
            DomainError: what reading refuses.
        """
        if self.first is None:
            answered = self._child is not None and self._child.wait() == 0
            self.first = (
                understood((self._here[0] / _ANSWER).read_text(encoding="utf-8"))
                if answered
                else look(*self._here)
            )
        return self.first

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let nothing go on that nobody waits for."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()


def _is_large_text(file: Path) -> bool:
    """Tell whether a file is large and has one table, so that nobody has to find out which is meant."""
    if file.stat().st_size < LARGE:
        return False
    with file.open("rb") as log:
        return log.read(len(ZIP)) != ZIP


def _begin(mine: Path, today: date, mapping: Mapping) -> subprocess.Popen[bytes]:
    """Start the process. What is asked stands in a file.

    On a command line everybody on the machine would read the words of the log, and a wide log has no room.
    """
    write_json(mine / _ASKED, mapping.to_json())
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    handle = os.open(mine / _ANSWER, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (mine / _ASKED).open("rb") as asked, os.fdopen(handle, "wb") as answer:
        return subprocess.Popen(  # noqa: S603 - our own module, with a file and a day
            [sys.executable, "-X", "utf8", "-c", _BEGIN, str(mine / LOG), today.isoformat()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=asked,
            stdout=answer,
            stderr=subprocess.DEVNULL,
        )
