"""A large file is looked through in a process of its own: what is seen, asked and refused stays the same."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psutil  # type: ignore[import-untyped] # publishes no types
import pytest
from sqlalchemy.orm import Session

from tests.factories import act_of
from tests.factories.indicators import make_count, make_indicator
from tests.factories.logs import book, csv_bytes, mapping, use
from toc.domain.errors import DomainError
from toc.domain.exchange.files import MOST_COLUMNS, MOST_IN_CELL
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.recognised import Recognition, Totals
from toc.domain.indicators import Kind
from toc.domain.people import Role
from toc.services.exchange import checking, folders, looking
from toc.services.exchange.checking import OpenQuestions, Origin
from toc.services.exchange.folders import Beat
from toc.services.exchange.looking import Look

ACT = replace(act_of(None, Role.WORKER), at=datetime(2025, 9, 1, 12, tzinfo=UTC), on=date(2025, 9, 1))
HEADERS = ["id", "code", "dag", "bedrag"]
KNOWN = [use("id", "key"), use("code", "person"), use("dag", "day")]
SAID = mapping(*KNOWN, use("bedrag", "value", indicator="I1", style="dutch"))
UNSAID = mapping(*KNOWN, use("bedrag", "value", indicator="I1"))
ROWS = [["1", "P01", "2025-01-02", "1,5"], ["2", "P02", "2025-01-03", "2,5"]]


class Desk:
    """Where files lie that are looked through."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.folder = session, folder
        make_indicator(session, definition=make_count(kind=Kind.SUM))

    def put(self, content: bytes) -> Path:
        job: UUID = uuid4()
        folders.receive(self.folder, job, io.BytesIO(content), "log.csv")
        return folders.place(self.folder, job)

    def check(self, mine: Path, said: Mapping) -> Totals:
        beat = Beat(mine / folders.PROGRESS)
        with Look(mine, ACT.on, beat, said) as seen:
            return checking.check(
                self.session, ACT, mine, Origin(source_id=None, sha256="0" * 64), said, seen, beat
            )


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Desk:
    return Desk(session, tmp_path)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be a large one."""
    monkeypatch.setattr(looking, "LARGE", 0)


def test_what_a_process_of_its_own_sees_is_what_is_seen_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = desk.put(csv_bytes(HEADERS, *ROWS))
    small = desk.check(mine, SAID)
    here = Look(mine, ACT.on, Beat(mine / "x"), SAID)
    monkeypatch.setattr(looking, "LARGE", 0)
    with Look(mine, ACT.on, Beat(mine / "x"), SAID) as beside:
        assert beside.first is None, "it was not looked through beside this process"
        found = beside()
        assert found == here()
        assert beside() is found
    assert desk.check(mine, SAID) == small
    assert (small.rows, small.values) == (2, 2)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    ("headers", "rows", "said", "key"),
    [
        # 111222333 passes the test of a citizen service number.
        (["bsn", *HEADERS], [["111222333", *ROWS[0]]], SAID, "import.bsn"),
        (HEADERS, [["1", "P01", "2025-01-02", "1.050"]], UNSAID, "import.questions"),
        # What looking refuses goes before what reading by the mapping refuses.
        (["bsn", "id"], [["111222333", "1"]], mapping(use("other", "key")), "import.bsn"),
        (["id", "id2"], [["1", "2"]], SAID, "mapping.no_column"),
    ],
)
def test_what_looking_refuses_leaves_nothing_staged(
    desk: Desk, headers: list[str], rows: list[list[str]], said: Mapping, key: str
) -> None:
    mine = desk.put(csv_bytes(headers, *rows))
    with pytest.raises(DomainError) as refused:
        desk.check(mine, said)
    assert refused.value.key == key
    assert isinstance(refused.value, OpenQuestions) is (key == "import.questions")
    assert not (mine / folders.STAGE).exists()


@pytest.mark.usefixtures("large")
def test_what_cannot_be_read_is_said_by_both(desk: Desk) -> None:
    mine = desk.put(b"id,code\n1,P\0\n")
    with Look(mine, ACT.on, Beat(mine / "x"), SAID) as beside, pytest.raises(DomainError) as refused:
        beside()
    assert refused.value.key == "file.nul"
    with pytest.raises(DomainError, match=r"file\.nul"):
        desk.check(mine, SAID)
    long = desk.put(csv_bytes(HEADERS, ["1", "P01", "2025-01-02", "9" * MOST_IN_CELL + "9"]))
    with Look(long, ACT.on, Beat(long / "x"), SAID) as beside, pytest.raises(DomainError) as refused:
        beside()
    assert (refused.value.key, refused.value.params) == ("table.cell_too_long", {"line": 2})


@pytest.mark.usefixtures("large")
def test_a_file_with_several_tables_is_looked_through_first(desk: Desk) -> None:
    mine = desk.put(book([HEADERS, *ROWS]))
    with Look(mine, ACT.on, Beat(mine / "x"), SAID) as seen:
        assert isinstance(seen.first, Recognition)
        assert seen.first.sheet == "Log"


def _lookers(mine: Path) -> list[psutil.Process]:
    """The processes that look through the file in a folder."""
    return [child for child in psutil.Process().children() if str(mine / folders.LOG) in child.cmdline()]


@pytest.mark.usefixtures("large")
def test_who_looks_may_die_or_be_needed_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = desk.put(csv_bytes(HEADERS, *ROWS))
    monkeypatch.setattr(looking, "_BEGIN", "import os; os.kill(os.getpid(), 9)")
    with Look(mine, ACT.on, Beat(mine / "x"), SAID) as beside:
        assert len(beside().columns) == len(HEADERS)
    monkeypatch.setattr(looking, "_BEGIN", "import time; time.sleep(600)")
    with Look(mine, ACT.on, Beat(mine / "x"), SAID):
        (child,) = _lookers(mine)
    assert _lookers(mine) == [], f"{child} goes on although nobody waits for it"


@pytest.mark.usefixtures("large")
def test_the_words_of_a_log_stand_on_no_command_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # As wide as a log may be: 2,000 columns with questions for names.
    asked = [
        f"Question {number}: how did you sleep in the weeks before?" for number in range(MOST_COLUMNS - 4)
    ]
    said = mapping(
        *KNOWN[:2],
        use("dag", "day", words={"toen p02 kwam": "2025-01-02"}),
        use("bedrag", "value", indicator="I1", style="dutch"),
        *(use(one, "left_out") for one in asked),
    )
    mine = desk.put(csv_bytes([*HEADERS, *asked], *([*row, *("" for _ in asked)] for row in ROWS)))
    with Look(mine, ACT.on, Beat(mine / "x"), said) as beside:
        assert len(beside().columns) == MOST_COLUMNS
        assert beside().questions == ()
    assert all(one.stat().st_mode & 0o077 == 0 for one in mine.iterdir())
    monkeypatch.setattr(looking, "_BEGIN", "import time; time.sleep(600)")
    with Look(mine, ACT.on, Beat(mine / "x"), said):
        (child,) = _lookers(mine)
        line = " ".join(child.cmdline())
    assert "p02" not in line
    assert "sleep in the weeks" not in line
