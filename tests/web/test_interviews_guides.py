"""Pages of interview guides: what is asked, in which language, and as a file."""

from io import BytesIO
from uuid import uuid4

from tests.factories import act_of
from tests.factories.interviews import (
    make_link,
    make_respondent,
)
from tests.web.hearing import Writing, at, sent
from tests.web.reader import Reader
from toc.domain.interviews import RespondentKind
from toc.domain.people import Role
from toc.models.programmes import Programme
from toc.services import interviews

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
    assert "ماذا يحدث؟" in evaluator.get(f"{address}/review").text
    evaluator.submit(f"{address}/send", {})
    sent = evaluator.get(address)
    assert [each.attrs["dir"] for each in sent.find("h3.answer__question")][:2] == ["rtl", "ltr"]
