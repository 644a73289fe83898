"""Folders: where a file waits while it is imported, what was read of it, and how far that is.

Each job has a folder of its own below `<instance>/jobs`, for its owner alone. It goes when the file is
imported, when somebody stops the job, or after some hours.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import inf
from pathlib import Path
from threading import Event, Thread
from time import time
from typing import Any, BinaryIO, Final
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.exchange.opening import LARGEST

LOG: Final = "log"
"""Name of the file in the folder of its job; what it was called stands in the job."""
STAGE: Final = "stage.db"
SEEN: Final = "seen.json"
TOTALS: Final = "totals.json"
PROGRESS: Final = "progress.json"

BEAT_SECONDS: Final = 0.25
"""How often a job says how far it is."""

_LENGTH: Final = 200
"""Characters of what a job says about itself."""
_PIECE: Final = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file that was put into the folder of a job.

    Attributes:
        name: that it had.
        sha256: of what is in it, 64 hexadecimal digits.
        size: in bytes.
    """

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is.

    Attributes:
        step: key of the word for what it does: "read", "check", "compare", "write".
        done: rows.
        share: of the step, from 0 to 1.
        beat: counts up four times a second as long as the job lives.
    """

    step: str
    done: int
    share: float
    beat: int


def place(folder: Path, job_id: UUID) -> Path:
    """Return the folder of a job."""
    return folder / str(job_id)


def receive(folder: Path, job_id: UUID, stream: BinaryIO, name: str, *, most: int = LARGEST) -> Received:
    """Put a file into the folder of a job, which is made.

    Raises:
        DomainError: ``file.too_large``, with ``most``; ``file.empty``.
    """
    mine = place(folder, job_id)
    mine.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = sha256(), 0
    handle = os.open(mine / LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as written:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > most:
                break
            digest.update(piece)
            written.write(piece)
    if size > most or not size:
        remove(folder, job_id)
        raise DomainError("file.too_large", most=most) if size else DomainError("file.empty")
    return Received(name=Path(name.replace("\\", "/")).name[-200:], sha256=digest.hexdigest(), size=size)


def remove(folder: Path, job_id: UUID) -> None:
    """Remove the folder of a job with everything in it; there may be none."""
    shutil.rmtree(place(folder, job_id), ignore_errors=True)


def tidy(folder: Path, at: datetime, hours: int) -> int:
    """Remove what nobody touched for so many hours; return how many folders went."""
    last = (at - timedelta(hours=hours)).timestamp()
    old = [one for one in folder.glob("*") if one.is_dir() and _touched(one) < last]
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)


def waiting(folder: Path, job_ids: Iterable[UUID]) -> int:
    """Return of how many jobs a file lies in their folder."""
    return sum((place(folder, id_) / LOG).exists() for id_ in job_ids)


def _touched(folder: Path) -> float:
    try:
        return max(one.stat().st_mtime for one in (folder, *folder.iterdir()))
    except FileNotFoundError:  # somebody else removes it at this moment
        return inf


def write_json(file: Path, said: Any) -> None:  # noqa: ANN401 - anything that JSON can hold
    """Write a file as a whole: who reads it meanwhile sees the old one."""
    handle, made = tempfile.mkstemp(dir=file.parent, prefix=".")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(said, stream, ensure_ascii=False, default=str)
    Path(made).replace(file)


def read_json(file: Path) -> Any:  # noqa: ANN401 - JSON
    """Return what a file says; None when there is none."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


# --- Progress -----------------------------------------------------------------------------------------------


def progress(folder: Path, job_id: UUID) -> Progress | None:
    """Return how far a job is; None before it began."""
    said = read_json(place(folder, job_id) / PROGRESS)
    return None if said is None else Progress(**said)


def silent_seconds(folder: Path, job_id: UUID) -> float | None:
    """Return how long ago a job last said that it lives; None when it never did."""
    try:
        return max(time() - (place(folder, job_id) / PROGRESS).stat().st_mtime, 0.0)
    except FileNotFoundError:
        return None


class Beat:
    """Says how far a job is, also while a single statement takes long."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._said = Progress(step="read", done=0, share=0.0, beat=0)
        self._stop = Event()

    def step(self, name: str) -> None:
        """Begin something else."""
        self._said = Progress(step=name, done=0, share=0.0, beat=self._said.beat)

    def watch(self, rows: int, share: float) -> None:
        """Hear how far it is."""
        self._said = Progress(step=self._said.step, done=rows, share=share, beat=self._said.beat)

    def _run(self, written: BinaryIO) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            self._write(written)
        self._write(written)

    def _write(self, written: BinaryIO) -> None:
        """Write in place, in one go, at one length: a new file waits for the disk as the database does."""
        said = self._said
        self._said = Progress(step=said.step, done=said.done, share=said.share, beat=said.beat + 1)
        written.seek(0)
        written.write(json.dumps(asdict(self._said)).ljust(_LENGTH).encode())

    @contextmanager
    def beating(self) -> Iterator["Beat"]:
        """Say it four times a second until the work is done, also when its folder is removed meanwhile."""
        write_json(self._file, asdict(self._said))
        with self._file.open("r+b", buffering=0) as written:
            thread = Thread(target=self._run, args=(written,), daemon=True)
            thread.start()
            try:
                yield self
            finally:
                self._stop.set()
                thread.join()
