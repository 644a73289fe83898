"""What an edited answer lost, and a note that was edited, are seen before they come in."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.factories.collected import ANSWERS, SCORE, kobo, suggested
from tests.factories.logs import use
from tests.factories.participants import make_instrument
from tests.web.reader import Page, Reader
from tests.web.test_exchange import Import, plain
from toc.models.database import Database
from toc.models.indicators import LogSource
from toc.models.programmes import Programme
from toc.web.exchange.blueprint import DASH
from toc.web.security import now

GONE = {
    "nl": (
        "Waarden die niet meer in een bewerkt antwoord staan: 2.",
        "Teruggenomen: niet meer",
    ),
    "en": (
        "Values that are no longer in an edited answer: 2.",
        "Taken back: no longer",
    ),
}


@pytest.fixture
def log(database: Database, programme: Programme, reader: Reader, app: Flask) -> Import:
    return Import(database, programme, reader, app)


def choose_visits(log: Import, source: UUID, answers: Sequence[Mapping[str, Any]]) -> Page:
    """Upload what KoboToolbox gives, choose the repeated question, and read what would change."""
    page = log.upload(kobo(answers), source=str(source))
    table = f"{log.job}/table"
    return log.say(log.reader.get(log.reader.post(table, {**page.form(table), "sheet": "visits"}).location))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_an_edited_answer_lost_is_counted_shown_and_taken_back(log: Import, language: str) -> None:
    said = suggested(kobo(), "visits", use("visits/care/score", "score", **SCORE))
    source = uuid4()
    with log.database.writing(log.programme.id) as session:
        make_instrument(session, "Matrix", "1", "Money")
        session.add(LogSource(id=source, name="Kobo", created_at=now(), mapping=said.to_json()))
    log.reader.use(language)
    log.bring(choose_visits(log, source, ANSWERS))
    edited = [{**ANSWERS[0], "visits": ANSWERS[0]["visits"][:1]}, *ANSWERS[1:]]
    preview = choose_visits(log, source, edited)
    sentence, fact = GONE[language]
    assert sentence in plain(preview)
    assert fact in plain(preview)
    assert all(f"{DASH} P-001 {day} " in plain(preview) for day in (8, 15)), "rows without a line"
    assert f"{DASH} 8 " in plain(log.bring(preview))
    assert sentence not in plain(choose_visits(log, source, edited))


def test_a_note_that_was_edited_is_said_to_be_new(log: Import) -> None:
    indicator = log.indicator()
    noted = "datum;aantal;opmerking\n2025-01-02;80;geteld\n"
    log.bring(log.choose(noted))
    preview = log.choose(noted.replace("geteld", "herteld"))
    assert "aantal: 80 (wat ernaast staat, is nieuw)" in plain(preview)
    assert "1 rij is verbeterd." in log.bring(preview).text
    assert log.values(indicator) == [80]
