"""Pages of interview guides: what is asked, in which language, and as a file."""

from io import BytesIO
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import select

from tests.factories import act_of
from tests.factories.interviews import (
    make_link,
    make_respondent,
)
from tests.web.hearing import Writing, at, member, sent
from tests.web.reader import Page, Reader
from toc.domain.interviews import GuideVariant, RespondentKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.interviews import Interview
from toc.models.people import PersonalLink
from toc.models.programmes import Programme
from toc.services import interviews

PARTICIPANT, APPRECIATIVE = RespondentKind.PARTICIPANT, GuideVariant.APPRECIATIVE
WHO = {"key": "", "nl": "Wie helpt je nu?", "en": "Who helps you now?"}

# --- The guide ----------------------------------------------------------------------------------------------


def test_a_guide_gets_a_new_edition_and_a_conflict_shows_both(
    evaluator: Reader, programme: Programme
) -> None:
    address = at(programme, "/guides/participant")
    page = evaluator.get(address)
    assert len(page.find("fieldset")) == 4
    assert "This is edition 1." in page.text
    form = sent(page, address)
    added = evaluator.post(address, {**form, "add": "1"}, 200)
    assert "Not saved yet" in added.text
    shorter = sent(added, address)
    shorter |= {"nl": ["Hoe gaat het?", *form["nl"][1:3], "", "Nog iets?"], "en": [*form["en"], ""]}
    shorter["en"][3:5] = ["", "Anything else?"]
    page = evaluator.submit(address, shorter)
    assert "This is edition 2." in page.text
    assert "Nog iets?" in page.text
    assert len(page.find("fieldset")) == 4
    stale = evaluator.post(address, {**form, "nl": ["Wat speelt er?", *form["nl"][1:]]}, 409)
    assert "Saved now: Hoe gaat het?" in stale.text
    assert "Wat speelt er?" in stale.text
    again = evaluator.submit(address, sent(stale, address))
    assert "This is edition 3." in again.text


def test_questions_move_and_go_and_languages_come_before_anything_is_saved(
    evaluator: Reader, programme: Programme
) -> None:
    address = at(programme, "/guides/participant")
    form = sent(evaluator.get(address), address)
    first, second = form["nl"][:2]
    assert sent(evaluator.post(address, {**form, "down": "0"}, 200), address)["nl"][:2] == [second, first]
    assert sent(evaluator.post(address, {**form, "up": "1"}, 200), address)["nl"][:2] == [second, first]
    assert sent(evaluator.post(address, {**form, "remove": "0"}, 200), address)["nl"] == form["nl"][1:]
    assert sent(evaluator.post(address, {**form, "remove": "77"}, 200), address)["nl"] == form["nl"]
    page = evaluator.get(address)
    for new in ("tr", "ar"):
        page = evaluator.post(address, {**form, "add_language": "1", "new_language": new}, 200)
        form = sent(page, address)
    (arabic,) = [each for each in page.find("textarea") if each.attrs["id"] == "ar-1"]
    assert arabic.parent.parent.parent.attrs["dir"] == "rtl"
    assert "العربية" in page.text
    assert (
        sent(evaluator.post(address, {**form, "add_language": "1", "new_language": "qq"}, 200), address)
        == form
    )
    form["tr"][0], form["ar"][1] = "Neden böyle?", "كيف؟"
    page = evaluator.post(address, {**form, "drop_language": "ar"}, 200)
    assert "ar" not in sent(page, address)
    page = evaluator.submit(address, form)
    assert "Neden böyle?" in page.text
    paper = evaluator.get(f"{address}/print?language=tr")
    assert "Neden böyle?" in paper.text
    assert form["en"][1] in paper.text or form["nl"][1] in paper.text
    assert "Neden böyle?" not in evaluator.get(f"{address}/print?edition=1&language=tr").text
    evaluator.get(f"{address}/print?edition=9", 404)


def test_a_guide_goes_out_as_files_and_comes_in_with_the_reason_when_it_cannot(
    evaluator: Reader, programme: Programme
) -> None:
    address = at(programme, "/guides/spokesperson")
    out = evaluator.client.get(f"{address}/export.json?variant=appreciative")
    assert out.headers["Content-Disposition"].endswith('guide-spokesperson-appreciative-1.json"')
    text = evaluator.client.get(f"{address}/export.txt").get_data(as_text=True)
    assert "1. What is your part in this programme?" in text
    assert "1. Wat is uw rol in dit programma?" in text
    evaluator.get(f"{address}/export.docx", 404)
    evaluator.get(f"{address}?variant=other", 404)
    into = f"{address}/import"

    def bring(content: bytes, revision: str, status: int) -> str:
        data = {"revision": revision, "file": (BytesIO(content), "guide.json")}
        answer = evaluator.client.post(into, data=data, content_type="multipart/form-data")
        assert answer.status_code == status
        return answer.get_data(as_text=True)

    assert "cannot be read as JSON" in bring(b"\xff\xfe", "1", 400)
    assert "at most 256 kB" in bring(b" " * 300_000, "1", 400)
    assert "no questions" in bring(b"{}", "1", 400)
    assert "Choose a file first." in evaluator.post(into, {"revision": "1"}, 400).text
    bring(out.data, "1", 302)
    page = evaluator.get(address)
    assert "This is edition 2." in page.text
    assert "What already works well, and for whom?" in page.text
    assert "Somebody else changed this" in bring(out.data, "1", 409)


def test_a_guide_that_is_not_right_keeps_what_was_typed(evaluator: Reader, programme: Programme) -> None:
    address = at(programme, "/guides/spokesperson")
    page = evaluator.post(address, {"revision": "1", "key": [""], "nl": ["Alleen zo?"], "en": [""]}, 400)
    assert "Question 1 needs its text in Dutch and in English." in page.text
    assert "Alleen zo?" in page.text
    evaluator.get(at(programme, "/guides/nobody"), 404)


def test_whoever_speaks_another_language_reads_the_questions_in_it_when_they_are_there(
    evaluator: Reader, programme: Programme, writing: Writing
) -> None:
    by = act_of(None, Role.EVALUATOR)
    with writing() as session:
        respondent = make_respondent(session, language="ar")
        _, asked = interviews.guide_questions(session, RespondentKind.PARTICIPANT)
        questions = [{**asked[0], "ar": "ماذا يحدث؟"}, *asked[1:]]
        interviews.edit_guide(session, by, RespondentKind.PARTICIPANT, questions, 1)
        link = make_link(session, respondent)
    page = evaluator.get(at(programme, f"/respondents/{respondent.id}"))
    assert "العربية" in page.text
    assert "May we ask you about this programme?" in page.text, "asked in the language of the page"
    assert "3 questions are not there in العربية, and are asked in Dutch or English." in page.text
    assert "4 questions are not there in العربية, and are asked in Dutch or English." in page.text
    new = at(programme, f"/groups/{respondent.group_id}/respondents/new")
    fields = {"id": str(uuid4()), "kind": "participant", "name": "", "email": ""}
    assert "No guide asks" in evaluator.post(new, {**fields, "language": "tr"}, 400).text
    evaluator.submit(new, {**fields, "language": "ar"})
    evaluator.open_link(link.id)
    address = evaluator.post("/mine/interviews", {"id": str(uuid4())}).location
    page = evaluator.get(f"{address}/1")
    (question,) = page.find("h1")
    assert (question.attrs["lang"], question.attrs["dir"]) == ("ar", "rtl")
    assert question.to_text().strip() == "ماذا يحدث؟"
    page = evaluator.submit(f"{address}/1", {"answer": "عمل", "revision": "0"})
    (question,) = page.find("h1")
    assert (question.attrs["lang"], question.attrs["dir"]) == ("en", "ltr"), "the rest as on the page"
    why = "This question is not there in العربية yet. It is asked in English."
    assert why in page.text
    assert why in evaluator.get(f"{address}/2/speak").text
    assert "is not there in" not in evaluator.get(f"{address}/1").text
    assert "ماذا يحدث؟" in evaluator.get(f"{address}/review").text
    evaluator.submit(f"{address}/send", {})
    sent = evaluator.get(address)
    assert [each.attrs["dir"] for each in sent.find("h3.answer__question")][:2] == ["rtl", "ltr"]


# --- Alone, with the guide of the link ----------------------------------------------------------------------

GOES_WELL = "What goes well in your life now, even if it is something small?"


def begin(reader: Reader, page: Page) -> str:
    """Open the link that a page shows, begin to answer, and return the address of the interview."""
    (link,) = page.find("main code")
    reader.sign_out().get(urlsplit(link.to_text().strip()).path, 302)
    return reader.post("/mine/interviews", {"id": str(uuid4())}).location


def asked(reader: Reader, address: str) -> str:
    """The first question of an interview that somebody fills in alone."""
    (question,) = reader.get(f"{address}/1").find("h1")
    return str(question.to_text().strip())


def test_a_link_asks_with_the_guide_that_was_chosen_for_it_in_the_edition_of_the_beginning(
    reader: Reader, database: Database, programme: Programme, writing: Writing
) -> None:
    by = act_of(None, Role.EVALUATOR)
    evaluator = member(database, programme, Role.EVALUATOR)
    with writing() as session:
        respondent = make_respondent(session)
        _, questions = interviews.guide_questions(session, PARTICIPANT, APPRECIATIVE)
        interviews.edit_guide(session, by, PARTICIPANT, [*questions, WHO], 1, APPRECIATIVE)
    where, make = (at(programme, f"/respondents/{respondent.id}{path}") for path in ("", "/link"))
    form = reader.use("en").sign_in(evaluator).get(where).form(make)
    assert form["guide"] == "plain", "unless another one is chosen"
    reader.post(make, {**form, "guide": "secret"}, 400)
    page = reader.post(make, {**form, "guide": "appreciative"}, 200)
    assert "Questions: Appreciative guide for participants." in page.text
    shown = reader.get(where)
    assert "Questions: Appreciative guide for participants." in shown.text
    assert shown.form(make)["guide"] == "appreciative", "a new link asks as the one before"
    address = begin(reader, page)
    assert asked(reader, address) == GOES_WELL
    assert "1 of 5" in reader.get(f"{address}/1").text
    # Another edition and another link change nothing for who began.
    with writing() as session:
        interviews.edit_guide(session, by, PARTICIPANT, [WHO], 2, APPRECIATIVE)
    form = reader.sign_out().sign_in(evaluator).get(where).form(make)
    again = begin(reader, reader.post(make, {**form, "guide": "plain"}, 200))
    assert again == address
    assert asked(reader, again) == GOES_WELL
    reader.submit(f"{address}/1", {"answer": "My garden.", "revision": "0"})
    reader.submit(f"{address}/send", {})
    # Who begins another one is asked with the guide of the link they have now.
    once_more = reader.post("/mine/interviews", {"id": str(uuid4())}).location
    assert asked(reader, once_more) == "What is going on in your life now?"
    with writing() as session:
        held = session.scalars(select(Interview).order_by(Interview.code)).all()
        editions = [(row.guide_edition.guide.variant, row.guide_edition.number) for row in held]
    assert editions == [(APPRECIATIVE, 2), (GuideVariant.PLAIN, 1)]


def test_the_page_behind_a_link_says_how_many_questions_its_guide_has(
    reader: Reader, programme: Programme, database: Database, writing: Writing
) -> None:
    with writing() as session:
        respondent = make_respondent(session, kind=RespondentKind.SPOKESPERSON)
        link = make_link(session, respondent)
        link.variant = APPRECIATIVE
    page = reader.use("en").open_link(link.id).get("/mine")
    assert "14 questions, one at a time." in page.text
    with database.writing(programme.id) as session:
        session.get_one(PersonalLink, link.id).variant = GuideVariant.PLAIN
    assert "15 questions, one at a time." in reader.get("/mine").text
