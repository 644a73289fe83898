"""Somebody who brings logs in as the jobs do, in one session."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.factories import act_of
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.recognised import CheckedRow, RowState, Totals
from toc.domain.people import Role
from toc.services.exchange import checking, committing, folders
from toc.services.exchange.checking import Origin
from toc.services.exchange.committing import commit
from toc.services.exchange.folders import Beat
from toc.services.exchange.grounding import ground_of

AT = datetime(2025, 9, 1, 12, tzinfo=UTC)
ACT = replace(act_of(None, Role.WORKER), at=AT, on=date(2025, 9, 1))


class Bench:
    """Brings files in as the jobs do."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.folder = session, folder
        self.made = 0

    def check(self, content: bytes, said: Mapping, source: UUID | None = None) -> tuple[UUID, Origin, Totals]:
        job = uuid4()
        received = folders.receive(self.folder, job, io.BytesIO(content), "log.csv")
        origin = Origin(source_id=source, sha256=received.sha256, name=received.name)
        mine, beat = folders.place(self.folder, job), Beat(self.folder / "x")
        seen = checking.look(mine, ACT.on, beat, said)
        return job, origin, checking.check(self.session, ACT, mine, origin, said, seen, beat)

    def commit(
        self, job: UUID, origin: Origin, said: Mapping, *, only_good: bool = False
    ) -> committing.Imported:
        mine = folders.place(self.folder, job)
        self.made += 1
        act = replace(ACT, at=AT.replace(microsecond=self.made))
        return commit(
            self.session, act, mine, uuid4(), origin, said, Beat(self.folder / "x"), only_good=only_good
        )

    def bring(
        self, content: bytes, said: Mapping, source: UUID | None = None, *, only_good: bool = False
    ) -> tuple[committing.Imported, Totals]:
        job, origin, totals = self.check(content, said, source)
        return self.commit(job, origin, said, only_good=only_good), totals

    def rows(
        self, job: UUID, said: Mapping, state: RowState | None = None, page: int = 1
    ) -> tuple[CheckedRow, ...]:
        return checking.rows_of(
            folders.place(self.folder, job), said, ground_of(self.session, ACT), state, page
        )
