"""Transcripts and plans through the web: looked at before they are kept, and bad files told in a sentence."""

import io
import re
import zipfile
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from uuid import UUID, uuid4

import docx
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import act_of, make_member
from tests.factories.documents import EVALUATOR, TALK, make_study, make_transcript, pdf
from tests.factories.goals import make_goal
from tests.factories.interviews import make_group, make_respondent
from tests.web.reader import Page, Reader
from toc.app import create_app
from toc.domain.interviews import ConsentScope, RespondentKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.documents import Document
from toc.models.interviews import Answer, Interview, Statement
from toc.models.programmes import Programme
from toc.services import documents, interviews
from toc.services.interviews import Place
from toc.settings import Settings
from toc.web.texts import SENTENCES

CANARY = "Ik wil rust."
DAY = "2025-08-20"


class Office:
    """An evaluator with a participant who agreed to everything, and their party."""

    def __init__(self, database: Database, programme: Programme, reader: Reader) -> None:
        self.database, self.programme, self.reader = database, programme, reader
        with database.writing() as session:
            self.evaluator = make_member(session, programme, Role.EVALUATOR).id
        with database.writing(programme.id) as session:
            group = make_group(session, name="Buurt")
            respondent = make_respondent(session, group)
            self.group, self.respondent, self.code = group.id, respondent.id, f"R{respondent.code}"
        reader.use("nl").sign_in(self.evaluator)

    def at(self, rest: str = "") -> str:
        return f"/p/{self.programme.id}/documents{rest}"

    def upload(
        self, content: str | bytes, name: str = "a.txt", status: int = 200, **whose: UUID | str
    ) -> Page:
        content = content.encode() if isinstance(content, str) else content
        whose = whose or {"respondent_id": self.respondent}
        return self.reader.post(self.at("/new"), {"file": (io.BytesIO(content), name), **whose}, status)

    def plan(self, content: str | bytes, name: str = "a.txt", status: int = 200) -> Page:
        return self.upload(content, name, status, group_id=self.group)

    def save(self, preview: Page, status: int = 302, **typed: object) -> Page:
        form: dict[str, object] = {**preview.form(self.at()), "on": DAY, **typed}
        return self.reader.post(self.at(), form, status)

    def bring(self, preview: Page, **typed: str) -> Page:
        return self.reader.get(self.save(preview, 302, **typed).location)

    def kept(self) -> tuple[int, ...]:
        """How many documents, interviews and answers there are."""
        with self.database.read_session(self.programme.id) as session:
            return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in _TABLES)

    def the_document(self) -> tuple[UUID, bytes | None]:
        with self.database.read_session(self.programme.id) as session:
            return session.execute(select(Document.id, Document.original)).one()

    def mark(self, words: str) -> UUID:
        """Mark these words in the only document."""
        with self.database.writing(self.programme.id) as session:
            answer = session.scalars(select(Answer)).one()
            start = answer.text.index(words)
            place = Place(answer.id, start, start + len(words))
            return interviews.mark_statement(session, EVALUATOR, uuid4(), place).id


_TABLES = (Document, Interview, Answer)


@pytest.fixture
def office(database: Database, programme: Programme, reader: Reader) -> Office:
    return Office(database, programme, reader)


def word(text: str) -> bytes:
    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


# --- The way through ----------------------------------------------------------------------------------------


def test_a_transcript_is_looked_at_and_kept(office: Office) -> None:
    preview = office.upload(TALK)
    assert "gewone tekst" in preview.text
    assert "Anna, 2 keer" in preview.text
    assert office.kept() == (0, 0, 0)
    ticked = [box.attrs["value"] for box in preview.find("input[name=speakers]") if "checked" in box.attrs]
    assert ticked == ["Anna"]  # the interviewer is not
    page = office.bring(preview)
    assert office.kept() == (1, 1, 1)
    assert page.find("h1")[0].to_text().split() == ["D1", "Uitgeschreven", "interview", "met", office.code]
    assert f"{office.code}: Ik wil" not in page.body  # the name stands on a line of its own
    assert "Anna" not in page.text
    assert [one.to_text().strip() for one in page.find(".document__words--own")] == [
        "Ik wil rust. En werk.",
        "Om te slapen.",
    ]
    assert [one.to_text().strip() for one in page.find(".document__words--other")] == [
        "Wat wil je?",
        "Waarom?",
    ]


def test_a_plan_is_kept_under_its_title_with_pages(office: Office) -> None:
    preview = office.plan(pdf("Ons plan.", "Alle kinderen leren zwemmen."), "../../etc/Wijk_plan.pdf")
    form = preview.form(office.at())
    assert form["title"] == "Wijk plan"
    page = office.bring(preview, title="Wijkplan 2025", keep="1")
    assert "Wijkplan 2025" in page.find("h1")[0].to_text()
    assert [one.to_text() for one in page.find(".document__page")] == ["p. 1", "p. 2"]
    marked = office.mark("leren zwemmen")
    again = office.reader.get(page.response.request.path)
    assert "Wijkplan 2025, p. 2" in again.text
    assert [one.to_text() for one in again.find("mark")] == ["leren zwemmen"]
    with office.database.writing(office.programme.id) as session:
        goal = make_goal(session, statements=[session.get_one(Statement, (office.programme.id, marked))])
    for place in (f"statements/{marked}", f"goals/{goal.id}"):
        quoted = office.reader.get(f"/p/{office.programme.id}/{place}")
        assert quoted.find("figure.quote")[0].to_text().count("Wijkplan 2025, p. 2") == 1


def test_a_heading_above_the_conversation_is_no_label(office: Office) -> None:
    page = office.bring(office.upload("Gesprek in mei\n\n" + TALK + "Anna:\n"))
    labels = [one.to_text().strip() for one in page.find(".document__words--label")]
    assert labels == ["Interviewer:", f"{office.code}:"] * 2
    assert "Gesprek in mei" in page.text


def test_the_pages_of_the_interview_and_its_party_lead_here(office: Office) -> None:
    own = f"/p/{office.programme.id}/respondents/{office.respondent}"
    assert office.at(f"/new?respondent_id={office.respondent}") in office.reader.get(own).links()
    party = f"/p/{office.programme.id}/groups/{office.group}"
    assert office.at(f"/new?group_id={office.group}") in office.reader.get(party).links()
    office.bring(office.upload(TALK))
    shown = office.bring(office.plan("Ons plan."), title="Plan")
    (interview,) = [link for link in shown.links() if "/interviews/" in link and "coding" not in link]
    assert "Ons plan." in office.reader.get(interview).text
    office.reader.get(own)


def test_the_list_tells_what_there_is(office: Office) -> None:
    empty = office.reader.get(office.at())
    assert "nog niets geüpload" in empty.text
    office.bring(office.upload(TALK), keep="1")
    listed = office.reader.get(office.at())
    row = listed.find("tbody tr")[0].to_text()
    for words in ("D1", f"Uitgeschreven interview met {office.code}", "Buurt", "gewone tekst", "bewaard"):
        assert words in " ".join(row.split())


def test_the_first_step_asks_whose_words_they_are(office: Office) -> None:
    page = office.reader.get(office.at("/new"))
    options = [one.attrs["value"] for one in page.find("select option")]
    assert options == [str(office.respondent), str(office.group)]
    office.reader.get(office.at(f"/new?respondent_id={office.respondent}"))
    office.reader.get(office.at(f"/new?group_id={office.group}"))
    for other in (f"respondent_id={uuid4()}", f"group_id={uuid4()}", "respondent_id=x"):
        office.reader.get(office.at(f"/new?{other}"), 404)
    refused = office.reader.post(office.at("/new"), {}, 400)
    assert "Kies eerst van wie" in refused.text


def test_both_languages(office: Office) -> None:
    office.bring(office.plan(TALK), title="Plan", keep="1")
    id_, _ = office.the_document()
    office.mark(CANARY)
    office.reader.use("en")
    assert "What we read" in office.upload(TALK).text
    assert "Documents" in office.reader.get(office.at()).text
    page = office.reader.get(office.at(f"/{id_}"))
    assert "Let everybody read these quotes" in page.text
    assert "nobody has decided yet" in page.text


def test_saving_twice_makes_one(office: Office) -> None:
    preview = office.upload(TALK)
    assert office.save(preview).location == office.save(preview).location
    assert office.kept() == (1, 1, 1)


def test_the_same_file_again_is_noticed(office: Office) -> None:
    office.save(office.upload(TALK))
    assert "Precies dit bestand is al eerder geüpload: het is D1." in office.upload(TALK).text


def test_a_long_text_is_shown_in_parts(office: Office) -> None:
    text = "\n".join(f"Zin nummer {number} van dit lange plan." for number in range(4000))
    page = office.bring(office.plan(text), title="Plan")
    assert "Deel 1 van 3" in page.text
    assert "Zin nummer 3999 " not in page.text
    where = page.response.request.path
    assert "Zin nummer 3999 " in office.reader.get(f"{where}?part=3").text
    for odd in ("0", "99", "x", "-1", "٣"):
        office.reader.get(f"{where}?part={odd}")


def test_marks_that_overlap_and_pieces_that_were_taken_back_are_shown(office: Office) -> None:
    page = office.bring(office.plan("Wij willen rust. En werk voor iedereen."), title="Plan")
    first, second = office.mark("rust. En werk"), office.mark("werk voor iedereen.")
    where = page.response.request.path
    again = office.reader.get(where)
    assert [one.to_text().strip() for one in again.find("mark")] == ["rust. En", "werk", "voor iedereen."]
    office.reader.post(f"/p/{office.programme.id}/statements/{first}/withdraw", {"id": uuid4()})
    left = office.reader.get(where)
    assert "rust" not in left.text
    assert "[…]" in left.text
    office.reader.post(f"/p/{office.programme.id}/statements/{second}/withdraw", {"id": uuid4()})
    assert left.find("mark")


# --- What is asked on the way -------------------------------------------------------------------------------


def test_what_is_missing_is_told_and_nothing_is_lost(office: Office) -> None:
    preview = office.upload(TALK)
    page = office.save(preview, 400, on="", speakers=[])
    assert "Datum: Vul dit in." in page.text
    carried = preview.form(office.at())["carried"]
    assert page.form(office.at())["carried"] == carried
    nobody = office.save(page, 400, speakers=[])
    assert "Vink aan wie er spreekt" in nobody.text
    tomorrow = office.save(page, 400, on="2999-01-01")
    assert office.kept() == (0, 0, 0)
    assert tomorrow.form(office.at())["on"] == "2999-01-01"
    office.save(nobody, no_speakers="1")
    assert office.kept() == (1, 1, 1)


def test_a_plan_needs_a_title(office: Office) -> None:
    preview = office.plan("Ons plan.", "x" * 400 + ".txt")
    assert preview.form(office.at())["title"] == ""
    assert "Geef het document een titel" in office.save(preview, 400).text
    assert office.kept() == (0, 0, 0)


def test_a_citizen_service_number_is_never_kept(office: Office) -> None:
    page = office.upload("Mijn nummer is 111222333.\n")
    assert "regel 1: burgerservicenummer (11…)" in page.text
    assert "111222333" not in page.find(".alert")[0].to_text()
    assert not [one for one in page.find("form") if one.attrs.get("action") == office.at()]


def test_other_numbers_are_kept_only_when_they_point_to_nobody(office: Office) -> None:
    preview = office.plan(pdf("Ons plan.", "Bel 06 12345678."))
    assert "p. 2: telefoonnummer (06…)" in preview.text
    assert office.save(preview, 400, title="Plan").find(".alert--error, [data-error-summary]")
    assert office.kept() == (0, 0, 0)
    office.save(preview, title="Plan", numbers_kept="1")
    assert office.kept() == (1, 1, 1)


def test_many_numbers_are_counted(office: Office) -> None:
    page = office.upload("\n".join(f"a{number}@example.org" for number in range(22)))
    assert "En nog 2." in page.text


def test_names_of_a_participant_are_pointed_out(office: Office) -> None:
    preview = office.upload(TALK + "Anna: Dat zei Anna.\n")
    assert f"Voor de woorden komt {office.code} te staan" in preview.text
    assert "Deze namen komen ook voor in wat er gezegd wordt: Anna." in preview.text
    with office.database.writing(office.programme.id) as session:
        spokesperson = make_respondent(session, kind=RespondentKind.SPOKESPERSON).id
    other = office.upload(TALK, respondent_id=spokesperson)
    assert "komt R" not in other.text
    assert "Anna: Ik wil rust." in office.bring(other).text


def test_what_was_carried_is_only_for_who_read_it(office: Office) -> None:
    preview = office.upload(TALK)
    form = {**preview.form(office.at()), "on": DAY}
    for changed in (
        {"carried": form["carried"][:-3] + "abc"},
        {"carried": ""},
        {"respondent_id": "", "group_id": str(office.group)},
    ):
        page = office.reader.post(office.at(), {**form, **changed}, 400)
        assert "onderweg verloren" in page.text
    assert "Kies eerst van wie" in office.reader.post(office.at(), {}, 400).text
    assert office.kept() == (0, 0, 0)


def test_without_consent_no_file_is_read(office: Office) -> None:
    with office.database.writing(office.programme.id) as session:
        waiting = make_respondent(session, consent=None).id
        refused = make_respondent(session, consent=False).id
    for respondent in (waiting, refused):
        page = office.reader.get(office.at(f"/new?respondent_id={respondent}"))
        assert not page.find("input[type=file]")
        assert f"/p/{office.programme.id}/respondents/{respondent}" in page.links()
        office.upload(TALK, status=400, respondent_id=respondent)
    assert office.kept() == (0, 0, 0)


# --- The file itself ----------------------------------------------------------------------------------------


def test_the_file_is_kept_only_when_it_was_asked_and_agreed(office: Office) -> None:
    office.save(office.upload(TALK))
    assert office.the_document()[1] is None


def test_who_did_not_agree_has_no_file_kept(office: Office) -> None:
    with office.database.writing(office.programme.id) as session:
        later = act_of(None, Role.EVALUATOR, at=datetime.now(UTC))
        interviews.record_consent(
            session, later, uuid4(), office.respondent, ConsentScope.ORIGINAL, given=False, text="May we?"
        )
    preview = office.upload(TALK)
    assert "geen toestemming om het bestand te bewaren" in preview.text
    assert not preview.find("input[name=keep]")
    office.save(preview, keep="1")
    assert office.the_document()[1] is None


def test_a_file_is_fetched_and_never_opened_here(office: Office) -> None:
    page = "<html><script>alert(1)</script><body><p>Ons plan.</p></body></html>"
    shown = office.bring(office.plan(page, "plan.html"), title="Plan", keep="1")
    assert "alert(1)" not in shown.body
    id_, content = office.the_document()
    assert content == page.encode()
    answer = office.reader.client.get(office.at(f"/{id_}/original"))
    assert answer.data == page.encode()
    assert answer.headers["Content-Disposition"] == "attachment; filename=D1.html"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_is_removed_after_a_tick(office: Office) -> None:
    page = office.bring(office.upload(TALK), keep="1")
    id_, content = office.the_document()
    assert content == TALK.encode()
    where = page.response.request.path
    assert "Vink dit eerst aan" in office.reader.post(f"{where}/discard", {}, 400).text
    assert office.the_document()[1] is not None
    after = office.reader.submit(f"{where}/discard", {"confirmed": "1"})
    assert "Het bestand zelf is niet bewaard" in after.text
    assert CANARY in after.text
    office.reader.get(office.at(f"/{id_}/original"), 404)


def test_a_file_that_does_not_fit_in_the_form_is_told(office: Office, app: Flask) -> None:
    app.config["MAX_FORM_MEMORY_SIZE"] = 50_000
    big = word("Ons plan.")
    assert len(big) > 20_000
    preview = office.plan(big, "plan.docx")
    assert "te groot om te bewaren" in preview.text
    office.save(preview, title="Plan")
    assert office.the_document()[1] is None
    app.config["MAX_FORM_MEMORY_SIZE"] = 40_001
    assert "hoogstens 1 MB" in office.plan(big, "plan.docx", 400).text


# --- Quotes -------------------------------------------------------------------------------------------------


def test_the_quotes_of_a_public_plan_are_released_after_a_tick(office: Office) -> None:
    page = office.bring(office.plan("Wij willen rust. En werk."), title="Wijkplan")
    where = page.response.request.path
    quote = office.mark("Wij willen rust.")
    shown = office.reader.get(where)
    assert "nog niemand heeft beslist" in shown.text
    assert "Vink dit eerst aan" in office.reader.post(f"{where}/release", {"id": uuid4()}, 400).text
    form = shown.form(f"{where}/release")
    after = office.reader.submit(f"{where}/release", {**form, "public": "1"})
    assert "één citaat meer" in after.body
    assert "Laat iedereen deze citaten lezen" not in after.text
    with office.database.writing() as session:
        funder = make_member(session, office.programme, Role.FUNDER).id
    office.reader.sign_in(funder)
    read = office.reader.get(f"/p/{office.programme.id}/statements/{quote}")
    assert "Wij willen rust." in read.text
    assert "Wijkplan" in read.text


def test_what_was_said_is_not_released_for_somebody(office: Office) -> None:
    page = office.bring(office.upload(TALK))
    where = page.response.request.path
    office.mark(CANARY)
    assert "Laat iedereen" not in office.reader.get(where).text
    refused = office.reader.post(f"{where}/release", {"id": uuid4(), "public": "1"}, 409)
    assert "beslist over elk citaat" in refused.text


def test_a_quote_that_is_taken_back_is_nowhere(office: Office) -> None:
    office.bring(office.upload(TALK), keep="1")
    id_, _ = office.the_document()
    quote = office.mark(CANARY)
    office.reader.post(f"/p/{office.programme.id}/statements/{quote}/withdraw", {"id": uuid4()})
    assert office.the_document()[1] is None
    pages = [office.reader.get(office.at(rest)) for rest in ("", f"/{id_}")]
    assert all(CANARY not in page.body for page in pages)
    assert office.reader.client.get(office.at(f"/{id_}/original")).status_code == 404
    with office.database.read_session(office.programme.id) as session:
        assert session.scalars(select(Statement.text)).all() == [""]


def test_documents_of_others_are_not_found(office: Office, database: Database) -> None:
    with database.writing(office.programme.id) as session:
        talk, plan = make_transcript(session).id, make_study(session).id
    with database.writing() as session:
        coordinator = make_member(session, office.programme, Role.COORDINATOR).id
    office.reader.get(office.at(f"/{uuid4()}"), 404)
    office.reader.sign_in(coordinator)
    for id_ in (talk, plan):
        office.reader.get(office.at(f"/{id_}"), 403)
        office.reader.get(office.at(f"/{id_}/original"), 403)


def test_the_list_takes_the_same_number_of_statements(office: Office, database: Database) -> None:
    with database.writing(office.programme.id) as session:
        for _ in range(30):
            make_study(session)
    assert office.reader.get(office.at()).body.count("<tr") == 31


# --- Bad files ----------------------------------------------------------------------------------------------


def with_part(part: bytes) -> bytes:
    """A Word file whose text is this part."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
            'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="b" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            'officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", part)
    return made.getvalue()


BAD = {
    "of no bytes": (b"", "a.txt", "document.empty"),
    "of blanks": (b" \n\t \n", "a.txt", "document.empty"),
    "a bomb": (with_part(bytes(60 * 2**20)), "plan.docx", "document.unpacks_too_big"),
    "no zip": (b"PK\x03\x04 and then nothing", "plan.docx", "document.unreadable"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "a.txt", "document.not_text"),
    "entities": (
        with_part(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'),
        "plan.docx",
        "document.declares_entities",
    ),
    "only a script": (b"<html><script>alert(1)</script></html>", "a.html", "document.no_text"),
    "a scan": (pdf(""), "scan.pdf", "document.no_text"),
    "half a pdf": (pdf("Ons plan.")[:200], "plan.pdf", "document.unreadable"),
    "old Word": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
        "plan.doc",
        "document.old_word",
    ),
    "a table": (b"PK\x05\x06" + bytes(18), "cijfers.xlsx", "document.unknown_kind"),
    "RTF": (b"{\\rtf1 hello}", "a.rtf", "document.unknown_kind"),
}


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_bad_file_gets_a_sentence_and_nothing_is_kept(office: Office, bad: str) -> None:
    content, name, key = BAD[bad]
    office.reader.use("en")
    for whose in ({"respondent_id": office.respondent}, {"group_id": office.group}):
        page = office.upload(content, name, 400, **whose)
        error = page.find("#file-error")[0].to_text()
        pattern = re.escape(unescape(str(SENTENCES[key]))).replace(re.escape("%(most)s"), r"[\d,]+")
        assert re.fullmatch(pattern, error.strip()), error
        assert page.find("input[type=file]")
    assert office.kept() == (0, 0, 0)


def test_without_a_file_that_is_said(office: Office) -> None:
    page = office.reader.post(office.at("/new"), {"respondent_id": office.respondent}, 400)
    assert "Kies eerst een bestand" in page.text


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..\\..\\a.txt",
        "/etc/cron.d/x.txt",
        "C:\\x.txt",
        "\x00.txt",
        "a" * 5000,
        "\u202e.txt",
    ],
)
def test_a_name_is_only_a_name(office: Office, tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    shown = office.bring(office.plan("Ons plan.", name), title="Plan", keep="1")
    id_, _ = office.the_document()
    answer = office.reader.client.get(office.at(f"/{id_}/original"))
    assert answer.headers["Content-Disposition"] == "attachment; filename=D1.txt"
    assert "passwd" not in shown.text
    assert sorted(tmp_path.rglob("*")) == before


def test_a_wrong_encoding_is_told(office: Office) -> None:
    latin = "Café. Wij willen één buurt. " * 20
    page = office.plan(latin.encode("cp1252"))
    assert "zegt niet hoe de letters geschreven zijn" in page.text
    assert "Café" in page.text


def test_a_name_that_promises_something_else_is_told(office: Office) -> None:
    page = office.plan(word("Ons plan."), "plan.pdf")
    assert "zegt iets anders dan wat erin zit" in page.text
    assert "Word (docx)" in page.text


def test_a_text_of_five_megabytes_is_told_to_be_split(office: Office) -> None:
    page = office.plan("Ons plan. " * 500_000, status=400)
    assert "meer dan 1.000.000 tekens" in page.text
    assert office.kept() == (0, 0, 0)


def test_what_is_larger_than_any_document_is_refused(office: Office) -> None:
    page = office.plan("Ons plan. " * 1_300_000, status=413)
    assert "te groot" in page.text
    assert office.kept() == (0, 0, 0)


def test_where_only_small_files_may_come_larger_ones_are_refused(
    database: Database, programme: Programme, tmp_path: Path
) -> None:
    settings = Settings(
        instance=tmp_path,
        secret_key="only-for-tests-and-long-enough-0123456789",
        upload_bytes=2_000_000,
    )
    app = create_app(settings, database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
    with app.test_client() as client:
        office = Office(database, programme, Reader(client, database))
        page = office.plan("Ons plan. " * 500_000, status=413)
        assert "te groot" in page.text
        assert office.kept() == (0, 0, 0)


def test_every_reason_and_warning_has_a_sentence() -> None:
    folder = Path(documents.__file__).parent
    keys = {
        key
        for file in (*folder.glob("*.py"), folder.parent / "interviews" / "originals.py")
        for key in re.findall(r'"((?:document|statement)\.[a-z_]+)"', file.read_text())
    } - {"document.add", "document.discard"}
    assert len(keys) > 20
    assert keys <= SENTENCES.keys()
