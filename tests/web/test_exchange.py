"""A log through the pages: uploaded, recognised, asked about, looked at, imported, and taken back."""

import gzip
import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.factories import make_member
from tests.factories.goals import make_goal
from tests.factories.indicators import make_count, make_definition, make_indicator, measure
from tests.factories.participants import make_instrument, make_site
from tests.statements import counting
from tests.web.applications import Idle
from tests.web.reader import Page, Reader
from toc import jobs as runner
from toc.domain.exchange.tables import NOT_KNOWN, Word
from toc.domain.indicators import Kind
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.database import Database
from toc.models.indicators import Indicator, LogSource, Measurement
from toc.models.jobs import Job
from toc.models.participants import Cohort, Observation, Participant, Site
from toc.models.programmes import Programme
from toc.services import indicators
from toc.settings import Settings
from toc.web import texts
from toc.web.jobs import LAUNCHER

DUTCH = "datum;aantal;opmerking\n2-1-2025;80;\n13-2-2025;1.050;herteld\n4-3-2025;n.v.t.;\n"
CLEAR = "datum;aantal\n2025-01-02;80\n2025-02-13;90\n"
ANSWERS = {"q-style-1": "dutch", "q-order-0": "day_first"}
BSN = "123456782"
"""Passes the test of a citizen service number, and belongs to nobody."""


class Import:
    """A worker who imports logs; a job is done as soon as it is asked for, unless `waits`."""

    def __init__(self, database: Database, programme: Programme, reader: Reader, app: Flask) -> None:
        self.database, self.programme, self.reader, self.waits = database, programme, reader, False
        with database.writing() as session:
            self.worker = make_member(session, programme, Role.WORKER).id
        app.extensions[LAUNCHER] = self.launch
        self.at = f"/p/{programme.id}"
        reader.use("nl").sign_in(self.worker)

    def launch(self, settings: Settings, programme_id: UUID, job_id: UUID) -> Idle:
        if not self.waits:
            runner.perform(self.database, runner.folder_of(settings), programme_id, job_id)
        return Idle()

    def indicator(self, kind: Kind = Kind.COUNT) -> UUID:
        definition = make_definition() if kind is Kind.PROPORTION else make_count()
        with self.database.writing(self.programme.id) as session:
            return make_indicator(session, definition=definition).id

    def send(self, text: str | bytes, status: int = 302, called: str = "log.csv", **more: str) -> Page:
        form = self.reader.get(f"{self.at}/imports/new").form(f"{self.at}/imports/new")
        content = text.encode() if isinstance(text, str) else text
        values = {**form, "file": (io.BytesIO(content), called), **more}
        return self.reader.post(f"{self.at}/imports/new", values, status)

    def upload(self, text: str | bytes, **more: str) -> Page:
        """Upload, and read what was recognised."""
        sent = self.send(text, 302, "log.csv", **more)
        self.job = sent.location.partition("?")[0]
        return self.reader.get(sent.location)

    def choose(self, text: str | bytes, **said: str) -> Page:
        """Upload and say what is what, the rest as it was suggested; read what would change."""
        return self.say(self.upload(text), **said)

    def say(self, page: Page, **said: str) -> Page:
        sent = self.reader.post(self.job, {**page.form(self.job), **said})
        return self.reader.get(sent.location)

    def bring(self, preview: Page, **more: str) -> Page:
        """Import what was looked at, and read what came of it."""
        sent = self.reader.post(f"{self.job}/import", {**preview.form(f"{self.job}/import"), **more})
        return self.reader.get(self.reader.get(sent.location, 302).location)

    def values(self, indicator_id: UUID) -> list[Decimal]:
        with self.database.read_session(self.programme.id) as session:
            return [reading.value for reading in indicators.series(session, indicator_id)]


@pytest.fixture
def log(database: Database, programme: Programme, reader: Reader, app: Flask) -> Import:
    return Import(database, programme, reader, app)


def plain(page: Page) -> str:
    return page.text.replace("\u00a0", " ")


# --- The way through ----------------------------------------------------------------------------------------


def test_a_file_is_read_asked_about_looked_at_imported_and_taken_back(log: Import) -> None:
    indicator = log.indicator()
    page = log.upload(DUTCH, indicator="I1")
    assert "2 vragen over dit bestand" in page.text
    assert "1 februari 2025" in plain(page), "both readings of 2-1-2025 are shown"
    form = page.form(log.job)
    assert (form["use-0"], form["use-1"], form["use-2"]) == ("day", "value|I1", "note")
    assert "q-style-1" not in form, "what has two meanings is never guessed"
    preview = log.say(page, **ANSWERS)
    assert "I1 13 feb 2025: aantal: 1.050" in plain(preview)
    assert "Importeer alle 2 rijen" in preview.text
    assert log.values(indicator) == [], "nothing is saved before somebody agrees"
    result = log.bring(preview)
    assert "2 rijen zijn toegevoegd." in result.text
    assert log.values(indicator) == [Decimal(80), Decimal(1050)]
    (undo,) = [link for link in result.links() if link.endswith("/undo")]
    asked = log.reader.get(undo)
    assert log.reader.post(undo, asked.form(undo), 400).find("#confirmed-error")
    sent = log.reader.post(undo, {**asked.form(undo), "confirmed": "1"})
    after = log.reader.get(log.reader.get(sent.location, 302).location)
    assert "Er telt niets meer van mee" in after.text
    assert log.values(indicator) == []
    listed = log.reader.get(f"{log.at}/imports")
    assert "ongedaan gemaakt op" in listed.text
    assert not [link for link in listed.links() if link.endswith("/undo")]
    assert "Er telt niets meer van mee" in log.reader.get(undo).text


def test_numbers_and_days_with_two_readings_must_be_answered(log: Import) -> None:
    log.indicator()
    page = log.upload(DUTCH, indicator="I1")
    refused = log.reader.post(log.job, page.form(log.job), 400)
    assert refused.find("#q-style-1-error")
    assert refused.find("#q-order-0-error")
    english = log.say(page, **{**ANSWERS, "q-style-1": "english"})
    assert "1 rij klopt niet" in plain(english), "nobody counts 1.05 diplomas"


def test_what_is_no_number_is_told_in_words(log: Import) -> None:
    log.indicator()
    page = log.upload("datum;aantal\n2025-01-02;80\n2025-02-13;tachtig\n", indicator="I1")
    assert "is geen getal zoals wij het schrijven (Nederlands: 1.234,5)" in plain(log.say(page))


def test_a_share_comes_as_its_part_and_its_whole(log: Import) -> None:
    indicator = log.indicator(Kind.PROPORTION)
    log.reader.use("en")
    result = log.bring(log.choose("day,reached,total\n2025-01-02,72,120\n"))
    assert "1 row was added." in result.text
    assert log.values(indicator) == [Decimal("0.6")]


def test_an_indicator_leads_to_the_upload_with_itself_chosen(log: Import) -> None:
    indicator = log.indicator()
    (link,) = [
        link for link in log.reader.get(f"{log.at}/indicators/{indicator}").links() if "/imports/new" in link
    ]
    assert log.reader.get(link).form(f"{log.at}/imports/new")["indicator"] == "I1"


def test_the_same_form_twice_makes_one_job(log: Import) -> None:
    log.indicator()
    form = log.reader.get(f"{log.at}/imports/new").form(f"{log.at}/imports/new")
    sent = [
        log.reader.post(
            f"{log.at}/imports/new", {**form, "file": (io.BytesIO(CLEAR.encode()), "log.csv")}
        ).location
        for _ in range(2)
    ]
    assert sent[0] == sent[1]


def test_the_same_file_twice_adds_nothing_and_says_so(log: Import) -> None:
    indicator = log.indicator()
    log.bring(log.choose(CLEAR))
    again = log.choose(CLEAR)
    assert "importeren voegt niets toe" in again.text
    assert "alles in dit bestand was al bekend" in log.bring(again).text
    assert log.values(indicator) == [Decimal(80), Decimal(90)]


def test_a_file_that_was_imported_leads_to_what_came_of_it(log: Import) -> None:
    log.indicator()
    log.bring(log.choose(CLEAR))
    assert log.reader.get(log.job, 302).location.endswith("/result")
    assert "al geïmporteerd" in log.reader.post(f"{log.job}/import", status=409).text


def test_a_correction_shows_what_was_known(log: Import) -> None:
    indicator = log.indicator()
    log.bring(log.choose(CLEAR))
    preview = log.choose(CLEAR.replace("80", "81"))
    assert "aantal: 81 (bekend: 80)" in plain(preview)
    assert "1 rij is verbeterd." in log.bring(preview).text
    assert log.values(indicator) == [Decimal(81), Decimal(90)]


def test_bad_rows_stay_behind_only_when_somebody_says_so(log: Import) -> None:
    indicator = log.indicator()
    preview = log.choose("datum;aantal\n2025-01-02;80\n2025-02-13;=1+1\n")
    assert "1 rij klopt niet" in preview.text
    assert "is geen getal" in preview.text
    assert "Importeer alle" not in preview.text
    errors = log.reader.get(f"{log.job}/errors").body
    assert errors.startswith("\ufeffregel;reden;datum;aantal\r\n3;")
    assert ";'=1+1" in errors, "no spreadsheet takes it as a formula"
    plan = preview.form(f"{log.job}/import")["plan"]
    sent = log.reader.post(f"{log.job}/import", {"plan": plan})  # without saying so
    assert "Er is niets geïmporteerd" in log.reader.get(sent.location).text
    assert log.values(indicator) == []
    back = log.reader.post(f"{log.job}/again")
    result = log.bring(log.reader.get(back.location))
    assert "1 rij is toegevoegd. 1 rij bleef achter." in result.text
    assert log.values(indicator) == [Decimal(80)]
    log.choose("datum;aantal\n2025-02-13;=1+1\n")
    plan = log.reader.get(f"{log.job}?step=columns").form(log.job)["plan"]
    sent = log.reader.post(f"{log.job}/import", {"plan": plan, "only_good": "1"})
    none = log.reader.get(log.reader.get(sent.location, 302).location)
    assert "Er is niets toegevoegd. 1 rij bleef achter." in none.text


def test_rows_that_contradict_each_other_are_decided_by_choosing_one(log: Import) -> None:
    indicator = log.indicator()
    preview = log.choose("datum;aantal\n2025-01-02;80\n2025-01-02;85\n2025-02-13;90\n")
    assert "Welke telt?" in preview.text
    form = preview.form(f"{log.job}/decide")
    none = log.reader.post(f"{log.job}/decide", form)
    assert "Kies een van de mogelijkheden" in log.reader.get(none.location).text
    sent = log.reader.post(f"{log.job}/decide", {**form, "row": "2"})
    decided = log.reader.get(sent.location)
    assert "Elke rij van dit bestand klopt." in decided.text
    log.bring(decided)
    assert log.values(indicator) == [Decimal(85), Decimal(90)]


def test_what_somebody_entered_meanwhile_is_looked_at_again(log: Import) -> None:
    indicator = log.indicator()
    preview = log.choose(CLEAR)
    with log.database.writing(log.programme.id) as session:
        row = session.get_one(Indicator, (log.programme.id, indicator))
        measure(session, row, date(2025, 1, 2), 77)
    sent = log.reader.post(f"{log.job}/import", preview.form(f"{log.job}/import"))
    stopped = log.reader.get(sent.location)
    assert "intussen" in stopped.text
    back = log.reader.post(f"{log.job}/again")
    assert "veranderd (1)" in log.reader.get(back.location).text


# --- Participants -------------------------------------------------------------------------------------------

KOBO = (
    "_id,_uuid,_submission_time,meta/deprecatedID,deelnemer,meetmoment,welzijn\n"
    "101,u-1,2025-03-01T10:00:00,,B-001,T0,3\n"
    "101,u-1,2025-03-01T10:00:00,,B-001,T0,3\n"
    "102,u-2,2025-03-01T10:05:00,,B-002,T0,2\n"
    "102,u-2b,2025-03-02T09:00:00,uuid:u-2,B-002,T0,4\n"
    "103,u-3,2025-03-01T11:00:00,,B-003,T0,5\n"
    "104,u-4,2025-03-05T11:00:00,,B-003,T0,1\n"
    "105,u-5,2025-03-05T12:00:00,,B-004,T0,9\n"
)


def test_submissions_that_were_edited_supersede_and_contradictions_are_decided(log: Import) -> None:
    with log.database.writing(log.programme.id) as session:
        make_instrument(session, "Welzijn")
    page = log.upload(KOBO)
    assert "KoboToolbox" in page.text
    preview = log.say(page, **{"use-6": "score|1"})
    assert "te beslissen (2)" in preview.text
    assert "geweigerd (1)" in preview.text
    assert "vervangen in het bestand (1)" in preview.text
    assert "dubbel gezegd (1)" in preview.text
    form = preview.form(f"{log.job}/decide")
    decided = log.reader.get(log.reader.post(f"{log.job}/decide", {**form, "row": "6"}).location)
    result = log.bring(decided)
    assert "3 rijen zijn toegevoegd." in result.text
    with log.database.read_session(log.programme.id) as session:
        rows = session.query(Observation, Participant.code).join(Observation.participant).all()
    assert {(code, row.value) for row, code in rows} == {
        ("B-001", Decimal(3)),
        ("B-002", Decimal(4)),
        ("B-003", Decimal(1)),
    }
    assert [link for link in result.links() if "/participants/" in link]


# --- Persons ------------------------------------------------------------------------------------------------


def test_a_file_with_citizen_service_numbers_is_refused_with_the_reason(log: Import) -> None:
    log.indicator()
    page = log.upload(f"bsn;datum;aantal\n{BSN};2025-01-02;80\n")
    assert "Dit bestand is geweigerd" in page.text
    assert BSN not in page.body
    assert not [one for one in page.find("form") if one.attrs.get("action") == log.job]


def test_a_column_about_persons_is_blocked_and_explained(log: Import) -> None:
    indicator = log.indicator()
    page = log.upload("naam;datum;aantal\nAnneke Jansen;2025-01-02;80\n")
    assert "Deze kolom gaat over personen" in page.text
    assert "Anneke" not in page.body
    assert "use-0" not in page.form(log.job)
    log.bring(log.say(page, **{"use-0": "note"}))
    assert log.values(indicator) == [Decimal(80)]


# --- Bad files ----------------------------------------------------------------------------------------------


def archive(*, size: int = 10, name: str = "xl/workbook.xml") -> bytes:
    """A file that says it is a workbook."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, b" " * size)
    return written.getvalue()


BAD = {
    "empty": (b"", "staat niets in"),
    "spaces": (b"  \n \n", ""),
    "pdf": (b"%PDF-1.7\n%binary", "PDF"),
    "nul": (b"a;b\n1;\x00\n", ""),
    "header alone": (b"datum;aantal\n", "geen rijen"),
    "one column": (b"datum\n2025-01-02\n", ""),
    "no workbook": (b"PK\x03\x04" + bytes(100), "beschadigd"),
    "outside": (archive(name="../../etc/passwd"), ""),
    "bomb": (archive(size=300_000_000 // 1_000), ""),
    "half": (archive(size=5000)[:-40], "beschadigd"),
    "letters": (b"\xff\xfe\x00\xd8datum", ""),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ""),
}


@pytest.mark.parametrize("which", sorted(BAD))
def test_a_file_that_cannot_be_read_says_why(log: Import, which: str) -> None:
    content, words = BAD[which]
    if not content:
        assert words in log.send(content, 400).text
        return
    page = log.upload(content)
    said = page.find(".alert")
    assert said, page.text
    assert words in page.text
    assert "niet hadden voorzien" not in page.text, "it has a reason of its own"


@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "Infinity",
        "1e308",
        "1e999999999",
        "0x10",
        "1_000",
        "\uff11\uff12",
        "9" * 50,
        "-1",
        "1.5",
        "9223372036854775808",
    ],
)
def test_a_number_that_is_none_is_a_row_with_a_reason(log: Import, number: str) -> None:
    indicator = log.indicator()
    page = log.upload(f"datum,aantal\n2025-01-02,{number}\n")
    preview = log.say(page, **{"q-style-1": "english"})
    assert "1 rij klopt niet" in preview.text
    assert log.values(indicator) == []


def test_a_quotation_mark_that_is_never_closed_stops_its_row(log: Import) -> None:
    log.indicator()
    preview = log.choose('datum;aantal\n2025-01-02;80\n2025-01-03;"90\n')
    assert "Een aanhalingsteken in deze rij wordt nooit gesloten." in preview.text


def test_no_file_and_no_name_are_asked_for(log: Import) -> None:
    form = log.reader.get(f"{log.at}/imports/new").form(f"{log.at}/imports/new")
    assert log.reader.post(f"{log.at}/imports/new", form, 400).find("#file-error")
    assert log.send(CLEAR, 400, source="new").find("#name-error")
    assert log.send(CLEAR, 400, source=str(uuid4())).find("#source-error")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(log: Import, app: Flask) -> None:
    old: Settings = app.extensions["toc_settings"]
    app.extensions["toc_settings"] = old.model_copy(update={"import_bytes": 20})
    assert "te groot" in log.send(CLEAR, 400).text
    assert not list((old.instance / "jobs").glob("*")), "nothing stays behind"


def test_a_large_log_may_be_larger_than_other_uploads(log: Import, app: Flask) -> None:
    indicator = log.indicator()
    app.config["MAX_CONTENT_LENGTH"] = 5_000
    log.bring(log.choose(CLEAR + "\n" * 6_000))
    assert len(log.values(indicator)) == 2


# --- Jobs ---------------------------------------------------------------------------------------------------


def test_a_job_that_runs_tells_how_far_it_is_and_loads_itself_anew(log: Import) -> None:
    log.waits = True
    page = log.upload(CLEAR)
    assert page.find("progress")
    assert 'http-equiv="refresh" content="1"' in page.body
    assert "Wacht om te beginnen" in page.text
    sent = log.reader.post(f"{log.job}/cancel")
    assert "Gestopt" in log.reader.get(sent.location).text
    assert "Iemand heeft dit gestopt" in log.reader.get(log.job).text


def test_a_job_of_which_nothing_is_heard_can_begin_again(log: Import) -> None:
    log.indicator()
    log.waits = True
    sent = log.send(CLEAR)
    job = sent.location.partition("?")[0]
    with log.database.writing(log.programme.id) as session:
        row = session.get_one(Job, (log.programme.id, UUID(job.rpartition("/")[2])))
        row.created_at -= timedelta(minutes=1)
    log.waits = False
    page = log.reader.get(job)
    assert "Begin opnieuw" in page.text
    log.reader.post(f"{job}/resume")
    assert "Wat we hebben herkend" in log.reader.get(job).text


def test_another_sheet_or_row_of_names_can_be_chosen(log: Import) -> None:
    log.indicator()
    page = log.upload("Overzicht;\ndatum;aantal\n2025-01-02;80\n")
    form = page.form(f"{log.job}/table")
    again = log.reader.get(
        log.reader.post(f"{log.job}/table", {**form, "skipped": "1", "headers": "1"}).location
    )
    assert "kon niet worden nagekeken" not in again.text
    assert again.form(log.job)["use-0"] == "day"
    assert log.reader.post(f"{log.job}/table", {**form, "skipped": "x"}, 409).status == 409


def test_what_does_not_fit_together_is_said_on_the_form(log: Import) -> None:
    log.indicator()
    page = log.upload(CLEAR)
    refused = log.say(page, **{"use-1": "left_out"})
    assert "Zeg in welke kolom dit staat: een waarde" in refused.text
    for field, typed, wrong in (
        ("says0-1", "no word", "word0-1"),
        ("word0-1", "no meaning", "says0-1"),
        ("says0-1", "a\x07", "says0-1"),
        ("factor-1", "x", "factor-1"),
        ("use-1", "what", "use-1"),
        ("missing-1", "a\x07", "missing-1"),
    ):
        refused = log.reader.post(log.job, {**page.form(log.job), field: typed}, 400)
        assert refused.find(f"#{wrong}-error"), field


def test_columns_are_multiplied_words_mean_something_and_rows_are_left_out(log: Import) -> None:
    indicator = log.indicator()
    page = log.upload("datum;aantal\n2025-01-02;80\n2025-02-13;90\n2025-02-14;totaal\n2025-02-15;99\n")
    preview = log.say(
        page,
        **{"factor-1": "10", "missing-1": "99", "exclude-1": "totaal", "rounded-1": "1"},
    )
    assert "weggelaten (1)" in preview.text
    assert "zonder waarde (1)" in preview.text
    log.bring(preview)
    assert log.values(indicator) == [Decimal(800), Decimal(900)]


def test_long_lists_come_in_pages(log: Import) -> None:
    log.indicator()
    lines = "".join(f"2024-{month:02}-{day:02};{day}\n" for month in range(1, 5) for day in range(1, 29))
    preview = log.choose(f"datum;aantal\n{lines}")
    assert "1 tot en met 50 van 112" in preview.text
    following = next(link for link in preview.links() if "page=2" in link)
    assert "51 tot en met 100 van 112" in log.reader.get(following).text


def test_a_coordinator_reads_what_came_and_imports_nothing(log: Import) -> None:
    log.indicator()
    page = log.choose(CLEAR)
    with log.database.writing() as session:
        coordinator = make_member(session, log.programme, Role.COORDINATOR).id
    log.reader.sign_in(coordinator)
    preview = log.reader.get(log.job)
    assert "Importeer alle" not in preview.text
    assert "Importeer alle" in page.text
    log.reader.post(f"{log.job}/import", status=403)


# --- Several hands ------------------------------------------------------------------------------------------


def evaluator_of(log: Import) -> UUID:
    with log.database.writing() as session:
        return make_member(session, log.programme, Role.EVALUATOR, name="Ella Evaluator").id


def events_of(log: Import) -> list[tuple[str, str]]:
    with log.database.read_session(log.programme.id) as session:
        rows = (
            session.query(AuditEvent).filter(AuditEvent.action.like("import.%")).order_by(AuditEvent.sequence)
        )
        return [(row.action, row.actor) for row in rows]


def test_who_uploaded_who_mapped_and_who_imports_is_shown_and_kept(log: Import) -> None:
    """Whoever may import may do each step; each is in the name of who does it."""
    log.indicator()
    page = log.upload(CLEAR)
    evaluator = evaluator_of(log)
    log.reader.sign_in(evaluator)
    preview = log.say(log.reader.get(log.job))
    assert "Kolommen en antwoorden door Ella Evaluator" in preview.text
    assert "Geüpload door" in page.text
    log.reader.sign_in(log.worker)
    assert "Kolommen en antwoorden door Ella Evaluator" in log.reader.get(f"{log.job}?step=columns").text
    result = log.bring(log.reader.get(log.job))
    words, said = ([one.to_text().strip() for one in result.find(name)] for name in ("dt", "dd"))
    facts = dict(zip(words, said, strict=True))
    assert facts["Kolommen en antwoorden door"].startswith("Ella Evaluator")
    assert facts["Geïmporteerd door"] in facts["Geüpload door"]
    assert events_of(log) == [
        ("import.start", f"user:{log.worker}"),
        ("import.check", f"user:{evaluator}"),
        ("import.ask", f"user:{log.worker}"),
        ("import.commit", f"user:{log.worker}"),
    ]


def test_nothing_comes_in_that_somebody_else_said_anew(log: Import) -> None:
    indicator = log.indicator()
    looked_at = log.choose(CLEAR)
    evaluator = evaluator_of(log)
    log.reader.sign_in(evaluator)
    log.say(log.reader.get(f"{log.job}?step=columns"), **{"factor-1": "10"})
    log.reader.sign_in(log.worker)
    form = looked_at.form(f"{log.job}/import")
    refused = log.reader.post(f"{log.job}/import", form, 409)
    assert "Iemand anders zei iets over dit bestand" in refused.text
    assert log.values(indicator) == []
    assert "import.ask" not in dict(events_of(log))
    log.bring(log.reader.get(log.job))
    assert log.values(indicator) == [Decimal(800), Decimal(900)]


def test_of_two_who_say_what_the_columns_are_the_second_looks_again(log: Import) -> None:
    log.indicator()
    page = log.upload(CLEAR)
    log.say(page, **{"factor-1": "10"})
    again = log.reader.post(log.job, {**page.form(log.job), "factor-1": "100"}, 409)
    assert "Iemand anders zei wat de kolommen van dit bestand zijn" in again.text
    assert again.form(log.job)["factor-1"] == "100", "what was typed is kept"
    preview = log.say(again)
    assert "8.000" in plain(preview)


def test_while_a_file_is_imported_nobody_says_anything_of_it(log: Import) -> None:
    indicator = log.indicator()
    page = log.upload(CLEAR)
    preview = log.say(page)
    log.waits = True
    log.reader.post(f"{log.job}/import", preview.form(f"{log.job}/import"))
    form = log.reader.get(f"{log.job}?step=columns").form(log.job)
    assert "wordt nu geïmporteerd" in log.reader.post(log.job, form, 409).text
    assert log.values(indicator) == []


def test_an_import_that_failed_is_done_in_the_name_of_who_asks_again(log: Import) -> None:
    indicator = log.indicator()
    preview = log.choose("datum;aantal\n2025-01-02;80\n2025-02-13;x\n")
    form = preview.form(f"{log.job}/import")
    log.reader.post(f"{log.job}/import", {**form, "only_good": "0"})
    evaluator = evaluator_of(log)
    log.reader.sign_in(evaluator)
    log.bring(log.reader.get(log.job))
    assert log.values(indicator) == [Decimal(80)]
    assert events_of(log)[-1] == ("import.commit", f"user:{evaluator}")


def test_what_is_hidden_from_who_imports_does_not_come_in(log: Import) -> None:
    with log.database.writing(log.programme.id) as session:
        goal = make_goal(session)
        make_indicator(session, goal, make_count())
        goal.released = False
    log.reader.sign_in(evaluator_of(log))
    log.choose(CLEAR)
    log.reader.sign_in(log.worker)
    sent = log.reader.post(f"{log.job}/import", log.reader.get(log.job).form(f"{log.job}/import"))
    assert "een doel dat u niet ziet" in log.reader.get(sent.location).text


def test_only_who_may_work_with_sources_changes_what_is_remembered(log: Import) -> None:
    log.indicator()
    at = source_of(log)
    before = log.reader.get(at).text
    log.reader.sign_in(evaluator_of(log))
    preview = log.say(log.upload(CLEAR, source=at.rpartition("/")[2]), **{"factor-1": "10"})
    assert "wordt onthouden" not in preview.text
    log.bring(preview)
    assert "maal 10" not in before
    assert "maal 10" not in log.reader.get(at).text
    log.reader.sign_in(log.worker)
    preview = log.say(log.upload(CLEAR, source=at.rpartition("/")[2]), **{"factor-1": "10"})
    assert "wordt onthouden" in preview.text
    log.bring(preview)
    assert "maal 10" in log.reader.get(at).text


# --- Names that are not known -------------------------------------------------------------------------------

PLACED = (
    "datum;locatie;aantal\n2025-01-02;Noord;1\n2025-01-02;=A;2\n2025-01-02;Zuid; oost;3\n"
    "2025-02-02;Zuid-west;4\n2025-02-02;Noord;5\n"
).replace("Zuid; oost", '"Zuid; = oost"')


def placed(log: Import, **more: str) -> Page:
    with log.database.writing(log.programme.id) as session:
        make_site(session, "Zuidwest; de =brug")
    return log.say(log.upload(PLACED, **more), **{"use-1": "site"})


def say_names(log: Import, page: Page, **said: str) -> Page:
    at = f"{log.job}/places"
    form = page.form(at)
    by_text = {
        one.to_text().strip(): one.attrs["for"]
        for one in page.find(f'form[action="{at}"] label')
        if one.attrs["for"].startswith("place-")
    }
    answers = {}
    for name, answer in said.items():
        field = next(field for text, field in by_text.items() if f"\u2018{name}\u2019" in text)
        answers[field] = answer
    return log.reader.get(log.reader.post(at, {**form, **answers}).location)


def test_names_of_sites_are_asked_about_made_known_or_left_out_and_remembered(log: Import) -> None:
    log.indicator()
    source = source_of(log).rpartition("/")[2]
    page = placed(log, source=source)
    assert "4 namen van locaties zijn niet bekend" in page.text
    assert "5 rijen kloppen niet" in plain(page)
    with log.database.read_session(log.programme.id) as session:
        known = session.query(Site).one().id
    after = say_names(
        log, page, **{"Noord": "make", "=A": "out", "Zuid; = oost": "make", "Zuid-west": f"is|{known}"}
    )
    assert "Elke rij van dit bestand klopt." in after.text
    assert "weggelaten (1)" in after.text
    columns = log.reader.get(f"{log.job}?step=columns").form(log.job)
    assert (columns["word0-1"], columns["says0-1"]) == ("zuid-west", "Zuidwest; de =brug")
    assert columns["makes-1"].split("\n") == ["Noord", "Zuid; = oost"]
    assert columns["exclude-1"] == "=A"
    again = log.say(log.reader.get(f"{log.job}?step=columns"))
    assert "Elke rij van dit bestand klopt." in again.text, "the page keeps every sign of a name"
    log.bring(again)
    with log.database.read_session(log.programme.id) as session:
        assert {site.name for site in session.query(Site)} == {"Zuidwest; de =brug", "Noord", "Zuid; = oost"}
        made = [row.action for row in session.query(AuditEvent) if row.action == "site.create"]
        assert session.query(Measurement).count() == 2 + 4
        remembered = session.query(LogSource).one().mapping
    assert len(made) == 3
    assert all("makes" not in column for column in remembered["columns"])
    content = PLACED.replace(";1\n", ";9\n").replace("2025-02-02;Noord", "2025-02-02;Oost")
    later = log.say(log.upload(content, source=source))
    assert "1 naam van een locatie is niet bekend" in later.text
    assert "\u2018Oost\u2019" in later.text


def test_what_nobody_says_of_a_name_leaves_its_rows_behind(log: Import) -> None:
    log.indicator()
    page = placed(log)
    form = page.form(f"{log.job}/places")
    same = log.reader.get(log.reader.post(f"{log.job}/places", form).location)
    assert "4 namen van locaties zijn niet bekend" in same.text
    stale = log.reader.post(f"{log.job}/places", form, 409)
    assert "Iemand anders zei iets over dit bestand" in stale.text


def test_who_may_not_make_sites_is_not_offered_it_and_refused(log: Import) -> None:
    log.indicator()
    log.reader.sign_in(evaluator_of(log))
    page = placed(log)
    at = f"{log.job}/places"
    assert not [one for one in page.find("option") if one.attrs.get("value") == "make"]
    form = page.form(at)
    refused = log.reader.post(at, {**form, "place-0": "make"}, 400)
    assert "Een medewerker kan het importeren" in refused.text
    log.reader.sign_in(log.worker)
    ready = say_names(
        log, log.reader.get(log.job), **dict.fromkeys(["Noord", "=A", "Zuid; = oost", "Zuid-west"], "make")
    )
    log.reader.sign_in(evaluator_of(log))
    assert (
        "Een medewerker kan het importeren"
        in log.reader.post(f"{log.job}/import", ready.form(f"{log.job}/import"), 400).text
    )


def test_many_names_are_asked_about_some_at_a_time_and_the_rest_together(log: Import) -> None:
    log.indicator()
    with log.database.writing(log.programme.id) as session:
        make_instrument(session, "PWI")
    rows = "".join(f"P{number:03};2025-01-02;{number % 4 + 1};Lichting {number:03}\n" for number in range(30))
    page = log.choose(
        f"deelnemer;datum;score;lichting\n{rows}",
        **{"use-2": "score|0", "use-3": "cohort", "moment-2": "before"},
    )
    assert "30 namen van cohorten zijn niet bekend" in page.text
    assert "De andere 5 namen" in page.text
    at = f"{log.job}/places"
    said = {f"place-{number}": "make" for number in range(25)}
    after = log.reader.get(log.reader.post(at, {**page.form(at), **said, "rest": "out"}).location)
    assert "weggelaten (5)" in after.text
    log.bring(after)
    with log.database.read_session(log.programme.id) as session:
        assert session.query(Cohort).count() == 25


# --- Many columns -------------------------------------------------------------------------------------------

WIDE = 2_000


def wide() -> str:
    names = ";".join(f"vraag {number:04}" for number in range(2, WIDE))
    cells = ";".join(str(number) for number in range(2, WIDE))
    return f"datum;aantal;{names}\n2025-01-02;80;{cells}\n"


def test_a_very_wide_file_folds_the_columns_that_are_not_used(log: Import) -> None:
    indicator = log.indicator()
    page = log.upload(wide())
    form = page.form(log.job)
    uses = [name for name in form if name.startswith("use-")]
    assert {"use-0", "use-1"} <= set(uses)
    assert len(uses) == 22
    assert "Kolommen die niet gebruikt worden: 1 tot en met 20 van 1.998" in plain(page)
    assert len(gzip.compress(page.body.encode())) < 25_000
    following = log.reader.post(log.job, {**form, "look": "2", "factor-1": "10"}, 200)
    assert "21 tot en met 40 van 1.998" in plain(following)
    assert following.form(log.job)["factor-1"] == "10", "what was filled in stays"
    found = log.reader.post(log.job, {**following.form(log.job), "look": "find", "find": "VRAAG 1234"}, 200)
    assert "1 tot en met 1 van 1" in plain(found)
    assert "1 tot en met 20 van 1.998" in plain(
        log.reader.post(log.job, {**found.form(log.job), "find": "", "look": "x"}, 200)
    )
    none = log.reader.post(log.job, {**found.form(log.job), "look": "find", "find": "staat er niet"}, 200)
    assert "0 tot en met 0 van 0" in plain(none)
    chosen = log.reader.post(
        log.job, {**found.form(log.job), "use-1234": "note", "look": "find", "find": ""}, 200
    )
    assert "1 tot en met 20 van 1.997" in plain(chosen)
    assert chosen.form(log.job)["use-1234"] == "note"
    assert "word0-1234" in chosen.form(log.job), "a column that is used has all its fields"
    log.bring(log.say(chosen))
    assert log.values(indicator) == [Decimal(800)]


def test_more_columns_take_no_more_statements_and_a_page_that_hardly_grows(log: Import) -> None:
    log.indicator()
    sizes, statements = [], []
    for many in (60, WIDE):
        page = log.upload("\n".join(";".join(line.split(";")[:many]) for line in wide().splitlines()))
        with counting(log.database.engine) as count:
            body = log.reader.get(log.job).body
        sizes.append(len(body))
        statements.append(len(count))
        assert page is not None
    assert statements[0] == statements[1]
    assert sizes[1] < sizes[0] * 1.1


def test_a_file_with_more_columns_than_a_table_may_have_is_refused(log: Import) -> None:
    log.indicator()
    line = ";".join(str(number) for number in range(2_001))
    assert "hoogstens 2000 kolommen" in plain(log.upload(f"{line}\n{line}\n"))


def test_a_payer_reads_nothing_of_it(log: Import) -> None:
    with log.database.writing() as session:
        funder = make_member(session, log.programme, Role.FUNDER, Role.WORKER).id
    log.reader.sign_in(funder)
    log.reader.get(f"{log.at}/imports", 403)


# --- An example ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.PROPORTION])
def test_the_example_can_be_imported_at_once(log: Import, language: str, kind: Kind) -> None:
    indicator = log.indicator(kind)
    log.reader.use(language)
    example = log.reader.get(f"{log.at}/imports/example").body
    result = log.bring(log.choose(example))
    assert ("5 rijen" if language == "nl" else "5 rows") in result.text
    assert len(log.values(indicator)) == 5


def test_without_an_indicator_there_is_no_example(log: Import) -> None:
    log.reader.get(f"{log.at}/imports/example", 404)


# --- Sources ------------------------------------------------------------------------------------------------


def source_of(log: Import, name: str = "Kobo, intake") -> str:
    """Import a file of a new source; return the address of the source."""
    page = log.upload(CLEAR, source="new", name=name, kind="table")
    log.bring(log.say(page))
    (link,) = [link for link in log.reader.get(f"{log.at}/sources").links() if "/sources/" in link]
    return link


def test_a_source_remembers_what_its_columns_are_and_forgets_it(log: Import) -> None:
    indicator = log.indicator()
    at = source_of(log)
    page = log.reader.get(at)
    assert "I1 Diplomas: waarde" in page.text
    source_id = at.rpartition("/")[2]
    again = log.upload(CLEAR.replace("2025", "2024"), source=source_id)
    assert "Kobo, intake" in log.say(again).text
    assert "Vergeten" in log.reader.get(log.reader.post(f"{at}/forget").location).text
    assert "I1 Diplomas: waarde" not in log.reader.get(at).text
    log.reader.post(f"{at}/close")
    assert "gesloten op" in log.reader.get(f"{log.at}/sources").text
    assert source_id not in log.reader.get(f"{log.at}/imports/new").body
    assert len(log.values(indicator)) == 2


def test_two_sources_have_different_names(log: Import) -> None:
    log.indicator()
    source_of(log)
    form = log.reader.get(f"{log.at}/sources").form(f"{log.at}/sources")
    assert log.reader.post(f"{log.at}/sources", {**form, "name": "Kobo, intake"}, 400).find("#name-error")
    assert log.send(CLEAR, 400, source="new", name="Kobo, intake").find("#name-error")
    log.reader.post(f"{log.at}/sources", {**form, "name": "Another"})


def test_a_schedule_is_kept_and_its_token_is_never_shown(log: Import, app: Flask, tmp_path: Path) -> None:
    log.indicator()
    old: Settings = app.extensions["toc_settings"]
    (tmp_path / "watched" / str(log.programme.id) / "kobo").mkdir(parents=True)
    app.extensions["toc_settings"] = old.model_copy(update={"watch_folder": tmp_path / "watched"})
    at = source_of(log)
    form = log.reader.get(at).form(at)
    said = {
        **form,
        "fetch": "address",
        "address": "https://kobo.example.org/data.csv",
        "token": "very-secret",
    }
    page = log.reader.get(log.reader.post(at, said).location)
    assert "elke 24 uur" in page.text
    assert "very-secret" not in page.body
    assert "Er is een token bewaard" in page.text
    wrong = {
        "address": "http://kobo.example.org/data.csv",
        "every_hours": "0",
        "fetch": "carrier pigeon",
    }
    form = page.form(at)
    for field, typed in wrong.items():
        assert log.reader.post(at, {**form, field: typed}, 400).find(f"#{field}-error"), field
    assert log.reader.post(at, {**form, "fetch": "folder", "folder": "../.."}, 400).find("#address-error")
    log.reader.post(at, {**form, "fetch": "folder", "folder": "kobo"})
    assert "Iemand anders heeft deze bron" in log.reader.post(at, form, 409).text
    log.reader.post(f"{at}/close")
    closed = {**form, "revision": str(int(form["revision"]) + 2)}
    assert "gesloten" in log.reader.post(at, closed, 400).text


def test_an_evaluator_adds_no_sources(log: Import) -> None:
    with log.database.writing() as session:
        evaluator = make_member(session, log.programme, Role.EVALUATOR).id
    log.reader.sign_in(evaluator)
    assert log.send(CLEAR, 400, source="new", name="Mine").find("#source-error")


def test_what_an_export_calls_not_known_is_known_when_it_comes_back(app: Flask) -> None:
    with app.app_context():
        said = set()
        for language in ("nl", "en"):
            with force_locale(language):
                said.add(str(texts.word(Word.UNKNOWN)))
    assert said == NOT_KNOWN
