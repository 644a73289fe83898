"""A log is looked at before it comes in: all of it, or nothing; and nothing personal."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import act_of, make_member
from tests.factories.indicators import make_count, make_definition, make_indicator, measure
from tests.web.reader import Page, Reader
from toc.domain.exchange import DateOrder, NumberStyle
from toc.domain.indicators import Kind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.indicators import Indicator, LogImport, Measurement
from toc.models.programmes import Programme
from toc.services import indicators
from toc.web.texts import SENTENCES

DUTCH = "datum;aantal;opmerking\n2-1-2025;80;\n13-2-2025;1.050;herteld\n4-3-2025;n.v.t.;\n"
WORKER = act_of(None, Role.WORKER, at=datetime.now(UTC))


class Import:
    """A worker who imports logs of one indicator."""

    def __init__(self, database: Database, programme: Programme, reader: Reader, kind: Kind) -> None:
        self.database, self.programme, self.reader = database, programme, reader
        definition = make_definition() if kind is Kind.PROPORTION else make_count()
        with database.writing() as session:
            self.worker = make_member(session, programme, Role.WORKER).id
        with database.writing(programme.id) as session:
            self.indicator = make_indicator(session, definition=definition).id
        reader.use("nl").sign_in(self.worker)

    def at(self, rest: str = "") -> str:
        return f"/p/{self.programme.id}/indicators/{self.indicator}/import{rest}"

    def upload(self, text: str | bytes, status: int = 200, **more: str) -> Page:
        content = text.encode() if isinstance(text, str) else text
        return self.reader.post(self.at(), {"file": (io.BytesIO(content), "log.csv"), **more}, status)

    def choose(self, text: str | bytes, **chosen: str) -> Page:
        """Upload and choose, the rest as the program guessed it."""
        form = self.upload(text).form(self.at("/preview"))
        return self.reader.post(self.at("/preview"), {**form, **chosen}, 200)

    def confirm(self, preview: Page, status: int = 302, **more: str) -> Page:
        return self.reader.post(self.at("/confirm"), {**preview.form(self.at("/confirm")), **more}, status)

    def bring(self, text: str | bytes, **chosen: str) -> Page:
        return self.reader.get(self.confirm(self.choose(text, **chosen)).location)

    def values(self) -> list[Decimal]:
        with self.database.read_session(self.programme.id) as session:
            return [reading.value for reading in indicators.series(session, self.indicator)]


@pytest.fixture
def counts(database: Database, programme: Programme, reader: Reader) -> Import:
    return Import(database, programme, reader, Kind.COUNT)


@pytest.fixture
def shares(database: Database, programme: Programme, reader: Reader) -> Import:
    return Import(database, programme, reader, Kind.PROPORTION)


# --- The way through ----------------------------------------------------------------------------------------


def test_a_file_is_read_looked_at_and_imported(counts: Import) -> None:
    chosen = counts.upload(DUTCH)
    form = chosen.form(counts.at("/preview"))
    assert (form["on"], form["value"], form["note"], form["order"]) == ("0", "1", "2", "day_first")
    preview = counts.choose(DUTCH, style="dutch")
    assert "2 waarden importeren" in preview.text
    assert "13 februari 2025" in preview.text.replace("\u00a0", " ")
    result = counts.reader.get(counts.confirm(preview).location)
    assert "2 waarden zijn toegevoegd." in result.text
    assert counts.values() == [Decimal(80), Decimal(1050)]
    (line,) = [link for link in result.links() if "/measurements/" in link][:1]
    assert "uit een bestand, regel 2" in counts.reader.get(line).text


def test_a_share_comes_as_its_part_and_its_whole(shares: Import) -> None:
    result = shares.bring("day,reached,total\n2025-01-02,72,120\n", style="english", order="day_first")
    assert "72 van 120 (60 %)" in result.text.replace("\u00a0", " ")
    assert shares.values() == [Decimal("0.6")]


def test_twice_the_same_file_adds_nothing_and_says_so(counts: Import) -> None:
    counts.bring(DUTCH, style="dutch")
    preview = counts.choose(DUTCH, style="dutch")
    assert "Een tweede keer voegt 0 waarden toe" in preview.text
    assert "waarden importeren" not in preview.text
    after = counts.reader.get(counts.confirm(preview).location)
    assert "0 waarden toegevoegd" in after.text
    assert counts.values() == [Decimal(80), Decimal(1050)]


def test_the_same_confirmation_twice_makes_one_import(counts: Import) -> None:
    preview = counts.choose(DUTCH, style="dutch")
    first, second = counts.confirm(preview), counts.confirm(preview)
    assert first.location == second.location
    with counts.database.read_session(counts.programme.id) as session:
        assert len(session.scalars(select(LogImport)).all()) == 1


def test_another_file_that_says_the_same_has_nothing_to_import(counts: Import) -> None:
    counts.bring(DUTCH, style="dutch")
    preview = counts.choose(DUTCH + "\n", style="dutch")
    assert "importeren zou 0 waarden toevoegen" in preview.text
    assert "waarden importeren" not in preview.text


def test_a_correction_shows_both_values_before_and_after(counts: Import) -> None:
    counts.bring(DUTCH, style="dutch")
    preview = counts.choose(DUTCH.replace("80", "81"), style="dutch")
    assert "Wat er wordt verbeterd" in preview.text
    result = counts.reader.get(counts.confirm(preview).location)
    assert "1 waarde is verbeterd" in result.text
    assert counts.values() == [Decimal(81), Decimal(1050)]


# --- How it is written --------------------------------------------------------------------------------------


def test_numbers_that_mean_two_things_are_asked_and_never_guessed(counts: Import) -> None:
    page = counts.upload("datum;aantal\n2025-01-02;1.050\n")
    assert "in het Nederlands 1.050 en in het Engels 1,05" in page.text
    form = page.form(counts.at("/preview"))
    assert "style" not in form
    refused = counts.reader.post(counts.at("/preview"), form, 400)
    assert refused.find("#style-error")
    assert "1.050" in counts.reader.post(counts.at("/preview"), {**form, "style": "dutch"}, 200).text
    english = counts.reader.post(counts.at("/preview"), {**form, "style": "english"}, 200)
    assert "kan niet kloppen" in english.text


def test_days_that_mean_two_things_are_asked_and_never_guessed(counts: Import) -> None:
    page = counts.upload("datum;aantal\n3-2-2025;80\n")
    assert "3 februari 2025 of 2 maart 2025" in page.text.replace("\u00a0", " ")
    form = page.form(counts.at("/preview"))
    assert "order" not in form
    assert counts.reader.post(counts.at("/preview"), form, 400).find("#order-error")
    first = counts.reader.post(counts.at("/preview"), {**form, "order": "month_first"}, 200)
    assert "2 maart 2025" in first.text.replace("\u00a0", " ")


def test_windows_letters_are_read_with_a_notice(counts: Import) -> None:
    text = "datum;aantal;opmerking\n2025-01-02;80;één\n".encode("cp1252")
    page = counts.upload(text)
    assert "gelezen als Windows-tekst" in page.text
    assert "één" in page.text
    counts.bring(text, style="dutch", order="day_first")
    with counts.database.read_session(counts.programme.id) as session:
        assert session.scalars(select(Measurement.note)).all() == ["één"]


@pytest.mark.parametrize(("typed", "sign"), [("", ";"), (";", ";"), (",", ","), ("tab", "\t")])
def test_what_stands_between_the_columns_is_found_or_chosen(counts: Import, typed: str, sign: str) -> None:
    text = f"datum{sign}aantal\n2025-01-02{sign}80\n"
    page = counts.upload(text, delimiter=typed)
    assert page.form(counts.at("/preview"))["value"] == "1"


def test_other_signs_for_no_number_are_named_and_missing_is_not_zero(counts: Import) -> None:
    text = "datum;aantal\n2025-01-02;99\n2025-02-02;80\n"
    counts.bring(text, style="dutch", order="day_first", missing="99, -9")
    assert counts.values() == [Decimal(80)]


def test_columns_that_nobody_knows_are_asked(counts: Import) -> None:
    page = counts.upload("a;b\n2025-01-02;80\n")
    form = page.form(counts.at("/preview"))
    assert (form["on"], form["value"]) == ("", "")
    assert "style" not in form
    right = {**form, "on": "0", "value": "1", "style": "dutch", "order": "day_first"}
    for wrong, field in (({"value": ""}, "value"), ({"value": "0"}, "on"), ({"value": "7"}, "on")):
        assert counts.reader.post(counts.at("/preview"), {**right, **wrong}, 400).find(f"#{field}-error")
    assert "1 waarde importeren" in counts.reader.post(counts.at("/preview"), right, 200).text


def test_the_choices_can_be_made_again(counts: Import) -> None:
    preview = counts.choose(DUTCH, style="dutch")
    form = preview.form(counts.at("/confirm"))
    again = counts.reader.post(counts.at("/columns"), form, 200)
    assert again.form(counts.at("/preview"))["style"] == "dutch"


# --- What is not right --------------------------------------------------------------------------------------


def test_one_row_that_is_not_right_stops_all_of_them_and_says_which(counts: Import) -> None:
    text = "datum;aantal\n2025-01-02;80\n2025-13-02;90\n2025-03-02;veel\n2025-04-02;1;2\n"
    preview = counts.choose(text, style="dutch", order="day_first")
    assert "3 dingen kloppen niet" in preview.text
    assert "bestaat niet" in preview.text
    assert "Deze rij heeft 3 cellen" in preview.text
    assert "importeren</button>" not in preview.body
    form = preview.form(counts.at("/confirm"))
    file = counts.reader.post(counts.at("/errors.csv"), form, 200)
    assert file.response.mimetype == "text/csv"
    lines = file.body.lstrip("\ufeff").splitlines()
    assert lines[0] == "regel;reden;datum;aantal"
    assert [line.split(";")[0] for line in lines[1:]] == ["3", "4", "5"]
    counts.reader.post(counts.at("/confirm"), form, 400)
    assert counts.values() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Er staat niets"),
        (b"PK\x03\x04rest", "rekenblad"),
        (b"%PDF-1.7", "PDF"),
        (b"datum;aantal\n", "geen rijen"),
        (b"een woord\nnog een\n", "niet te zien wat er tussen"),
        (b'datum;aantal\n"2025-01-02;80\n', "aanhalingsteken"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(counts: Import, content: bytes, words: str) -> None:
    page = counts.upload(content, 400)
    assert words in page.text
    assert page.find("#file-error")


def test_no_file_at_all_is_asked_for(counts: Import) -> None:
    assert "Kies een bestand." in counts.reader.post(counts.at(), {}, 400).text


# --- Nothing personal ---------------------------------------------------------------------------------------


def test_citizen_service_numbers_are_refused_whatever_the_person_says(counts: Import) -> None:
    page = counts.upload("datum;aantal;nummer\n2025-01-02;80;111222333\n2025-02-02;80;123456782\n", 400)
    assert "burgerservicenummers" in page.text
    assert "111222333" not in page.body


def test_columns_about_persons_must_be_left_out_and_are_carried_empty(counts: Import) -> None:
    text = "datum;aantal;naam\n2025-01-02;80;Jan Jansen\n"
    page = counts.upload(text)
    assert "Deze kolommen gaan over personen" in page.text
    assert "Jansen" not in page.body
    form = page.form(counts.at("/preview"))
    assert counts.reader.post(
        counts.at("/preview"), {**form, "style": "dutch", "order": "day_first"}, 400
    ).find("#left_out-error")
    counts.bring(text, style="dutch", order="day_first", left_out="1")
    assert counts.values() == [Decimal(80)]


def test_a_personal_number_in_a_note_stops_its_row_and_is_not_repeated(counts: Import) -> None:
    text = "datum;aantal;opmerking\n2025-01-02;80;bel 06-12345678\n"
    preview = counts.choose(text, style="dutch", order="day_first")
    assert "persoonsgegeven" in preview.text
    assert "06-12345678" not in preview.text


# --- Between the steps --------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["/columns", "/preview", "/confirm", "/errors.csv"])
def test_a_table_that_is_not_ours_is_refused(counts: Import, step: str) -> None:
    form = counts.choose(DUTCH, style="dutch").form(counts.at("/confirm"))
    changed = form["carried"][:-3] + "abc"
    page = counts.reader.post(counts.at(step), {**form, "carried": changed}, 400)
    assert "niet meer geldig" in page.text


def test_a_table_of_somebody_else_or_another_indicator_is_refused(counts: Import) -> None:
    form = counts.choose(DUTCH, style="dutch").form(counts.at("/confirm"))
    with counts.database.writing() as session:
        other = make_member(session, counts.programme, Role.WORKER).id
    counts.reader.sign_in(other)
    assert "niet meer geldig" in counts.reader.post(counts.at("/confirm"), form, 400).text
    counts.reader.sign_in(counts.worker)
    with counts.database.writing(counts.programme.id) as session:
        counts.indicator = make_indicator(session, definition=make_count()).id
    assert "niet meer geldig" in counts.reader.post(counts.at("/confirm"), form, 400).text
    assert counts.values() == []


def test_what_somebody_entered_meanwhile_is_shown_before_anything_is_imported(counts: Import) -> None:
    preview = counts.choose(DUTCH, style="dutch")
    with counts.database.writing(counts.programme.id) as session:
        row = session.get_one(Indicator, (counts.programme.id, counts.indicator))
        measure(session, row, datetime(2025, 1, 2, tzinfo=UTC).date(), 79, act=WORKER)
    again = counts.confirm(preview, 409)
    assert "Iemand heeft intussen waarden ingevoerd" in again.text
    assert "Wat er wordt verbeterd" in again.text
    assert counts.values() == [Decimal(79)]
    counts.confirm(again)
    assert counts.values() == [Decimal(80), Decimal(1050)]


def test_a_file_that_does_not_fit_in_the_form_is_refused_with_advice(app: Flask, counts: Import) -> None:
    app.config["MAX_FORM_MEMORY_SIZE"] = 20_200
    days = "".join(
        f"{2000 + at // 300}-{1 + at % 12:02}-{1 + at % 28:02};{at * 7919 % 1000};{uuid4()}\n"
        for at in range(200)
    )
    page = counts.upload(f"datum;aantal;opmerking\n{days}", 400)
    assert "Splits het" in page.text


def test_long_lists_are_cut_on_the_page_and_counted(counts: Import) -> None:
    days = "".join(f"2025-{1 + at // 28:02}-{1 + at % 28:02};{at}\n" for at in range(60))
    preview = counts.choose(f"datum;aantal\n{days}", style="dutch", order="day_first")
    assert "De eerste 10 van 60." in preview.text
    result = counts.reader.get(counts.confirm(preview).location)
    assert "60 waarden zijn toegevoegd" in result.text
    assert "En nog 10." in result.text


# --- Every key has its sentence -----------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    *(ROOT / "toc" / "domain" / "indicators").glob("*.py"),
    *(ROOT / "toc" / "domain" / "exchange").glob("*.py"),
    *(ROOT / "toc" / "services" / "indicators").glob("*.py"),
    ROOT / "toc" / "services" / "exchange.py",
    *(ROOT / "toc" / "web" / "exchange").glob("*.py"),
]
KEY = re.compile(
    r'"((?:status|target|indicator|measurement|number|date|file|table|columns|row|import)\.[a-z_0-9]+)"'
)


def keys() -> Iterator[str]:
    """Every key in the sources; audit events and file names look alike and are no sentences."""
    events = {
        "indicator.create",
        "indicator.edit",
        "measurement.record",
        "measurement.correct",
        "measurement.import",
    }
    events |= {"indicator.read", "indicator.write"}
    for source in SOURCES:
        yield from (key for key in KEY.findall(source.read_text()) if key not in events)


def test_every_key_has_its_sentence(app: Flask) -> None:
    del app  # its modules registered the sentences
    missing = set(keys()) - SENTENCES.keys()
    shared = {
        f"{key}_share" for key in ("status.overdue", "status.reached", "status.on_track", "status.behind")
    }
    assert not missing
    assert shared <= SENTENCES.keys()


def test_styles_and_orders_are_offered_in_words(counts: Import) -> None:
    page = counts.upload(DUTCH)
    for kind in (NumberStyle, DateOrder):
        for member in kind:
            assert page.find(f"input[value={member.value}]")
    assert "Nederlands: 1.234,5" in unescape(page.text)
