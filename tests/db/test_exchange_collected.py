"""Forms with repeated questions, of KoboToolbox, ODK Central and CommCare: each entry comes in once."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from tests.factories import make_programme
from tests.factories.collected import ANSWERS, HELP, SCORE, kobo, odk, suggested
from tests.factories.indicators import make_count, make_indicator
from tests.factories.logs import TODAY, csv_bytes, forms, opened, packed, use
from tests.factories.participants import make_instrument
from toc.cli import main
from toc.domain.exchange.mapping import Mapping, Use
from toc.domain.exchange.recognising import recognise, suggest
from toc.domain.indicators import Kind
from toc.domain.participants import Subject
from toc.models.database import Database
from toc.models.participants import Observation, Participant


class Shell:
    """Somebody who imports with `toc import`."""

    def __init__(self, database: Database, programme_id: UUID, folder: Path) -> None:
        self.database, self.programme_id, self.folder = database, programme_id, folder

    def bring(self, content: bytes, said: Mapping) -> dict[str, Any]:
        (self.folder / "file").write_bytes(content)
        (self.folder / "mapping.json").write_text(json.dumps(said.to_json()))
        command = ["import", "file", "--programme", str(self.programme_id), "--mapping", "mapping.json"]
        result = CliRunner().invoke(main, [*command, "--good-rows", "--json"])
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def scores(self) -> list[tuple[str, date, Decimal]]:
        """What each participant scored on which day; what was corrected since is left out."""
        with self.database.read_session(self.programme_id) as session:
            rows = session.execute(
                select(Observation, Participant.code)
                .join(Observation.participant)
                .where(Observation.subject == Subject.SCORE)
            ).all()
        gone = {row.supersedes_id for row, _ in rows}
        return sorted((code, row.on, row.value) for row, code in rows if row.id not in gone and row.value)

    def events(self) -> Counter[str]:
        with self.database.read_session(self.programme_id) as session:
            return Counter(
                session.scalars(select(Observation.item).where(Observation.subject == Subject.OTHER))
            )


@pytest.fixture
def shell(sqlite_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    file = tmp_path / "toc.db"
    file.write_bytes(sqlite_model.read_bytes())
    monkeypatch.setenv("TOC_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("TOC_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.chdir(tmp_path)
    database = Database(f"sqlite:///{file}")
    with database.writing() as session:
        programme = make_programme(session)
    with database.writing(programme.id) as session:
        make_instrument(session, "Matrix", "1", "Money")
        make_indicator(session, definition=make_count(kind=Kind.SUM))
    return Shell(database, programme.id, tmp_path)


SCORES = [
    ("P-001", date(2025, 3, 1), Decimal(2)),
    ("P-001", date(2025, 3, 8), Decimal(3)),
    ("P-001", date(2025, 3, 15), Decimal(4)),
    ("P-003", date(2025, 3, 2), Decimal(5)),
]
"""Of the answers that were approved."""


def test_each_visit_of_a_kobo_workbook_comes_in_once(shell: Shell) -> None:
    said = suggested(kobo(), "visits", use("visits/care/score", "score", **SCORE), *HELP)
    uses = {column.header: column.use for column in said.columns}
    assert uses["visits/help"] is Use.LEFT_OUT, "its options have columns of their own"
    assert {"_id", "_entry"} == {header for header, each in uses.items() if each is Use.KEY}
    first = shell.bring(kobo(), said)
    assert first["totals"]["states"] == {"new": 4, "excluded": 1}
    assert shell.scores() == SCORES
    assert shell.events() == {"debt": 1, "care": 2, "work": 1}
    again = shell.bring(kobo(), said)
    assert (again["imported"], again["totals"]["states"]) == (0, {"unchanged": 4, "excluded": 1})


def test_a_later_export_corrects_a_visit_and_adds_one_whatever_its_index(shell: Shell) -> None:
    said = suggested(kobo(), "visits", use("visits/care/score", "score", **SCORE))
    shell.bring(kobo(), said)
    more = {"day": "2025-03-22", "score": "5", "help": ""}
    first = ANSWERS[0]
    visits = [{**first["visits"][0], "score": "1"}, *first["visits"][1:], more]
    later = shell.bring(kobo([{**first, "visits": visits}, *ANSWERS[2:]], first=40), said)
    assert later["totals"]["states"] == {"new": 1, "changed": 1, "unchanged": 3, "excluded": 1}
    assert shell.scores() == [
        ("P-001", date(2025, 3, 1), Decimal(1)),
        *SCORES[1:3],
        ("P-001", date(2025, 3, 22), Decimal(5)),
        SCORES[3],
    ]


def test_the_answers_of_a_kobo_workbook_stand_on_their_first_sheet(shell: Shell) -> None:
    seen = recognise(opened(kobo()), TODAY)
    assert (seen.sheet, [sheet.name for sheet in seen.sheets]) == (
        "Housing first",
        ["Housing first", "visits"],
    )
    said = suggest(seen)
    assert {column.header: column.use for column in said.columns} == {
        "intro/code": Use.PERSON,
        "_id": Use.KEY,
        "_uuid": Use.VERSION,
        "_submission_time": Use.SUBMITTED,
    }
    assert [one.header for one in said.exclusions] == ["_validation_status"]
    assert shell.scores() == []


def test_repeats_within_repeats_of_odk_belong_to_their_answer(shell: Shell) -> None:
    content = odk(attachments={"media/a.csv": b"x,y\n1,2\n"})
    assert [tab.name for tab in opened(content).tabs()] == [
        "Housing first.csv",
        "Housing first-talks.csv",
        "Housing first-visits.csv",
    ]
    visits = suggested(content, "Housing first-visits.csv", use("care-score", "score", **SCORE))
    assert visits.used(Use.PERSON)[0].header == "intro-code"
    assert shell.bring(content, visits)["totals"]["states"] == {"new": 4, "excluded": 1}
    assert shell.scores() == SCORES
    minutes = use("minutes", "value", indicator="I1", style="english")
    talks = suggested(content, "Housing first-talks.csv", minutes)
    found = shell.bring(content, talks)
    assert (found["totals"]["states"], found["totals"]["targets"][0]["total"]) == (
        {"new": 4, "excluded": 1},
        "70",
    )
    assert shell.bring(content, talks)["imported"] == 0


def test_each_entry_of_a_question_of_commcare_comes_in_once(shell: Shell) -> None:
    def form(number: int, *scores: str) -> dict[str, Any]:
        entries = [{"day": f"2025-03-{at:02d}", "score": score} for at, score in enumerate(scores, start=1)]
        visits: object = entries if len(entries) > 1 else entries[0]  # a single one is no list
        return {
            "id": f"f{number}",
            "received_on": "2025-03-20T09:00:00.000000Z",
            "archived": False,
            "form": {"case": {"@case_id": f"P-00{number}"}, "visits": visits},
        }

    content = forms(form(1, "2", "3"), form(2, "5"))
    said = suggested(
        content, "form.visits", use("form.visits.day", "day"), use("form.visits.score", "score", **SCORE)
    )
    assert shell.bring(content, said)["totals"]["states"] == {"new": 3}
    assert [(code, value) for code, _, value in shell.scores()] == [
        ("P-001", Decimal(2)),
        ("P-001", Decimal(3)),
        ("P-002", Decimal(5)),
    ]
    assert shell.bring(content, said)["imported"] == 0


def test_a_form_may_have_an_entry_of_its_own() -> None:
    content = packed(
        {
            "a.csv": csv_bytes(["_uuid", "_id", "code"], ["u1", "1", "P1"], delimiter=","),
            "a-b.csv": csv_bytes(["_entry", "_submission__uuid"], ["7", "u1"], delimiter=","),
        }
    )
    seen = recognise(opened(content), TODAY, sheet="a-b.csv")
    assert [column.header for column in seen.columns] == [
        "_entry",
        "_submission__uuid",
        "_uuid",
        "_id",
        "code",
    ]
