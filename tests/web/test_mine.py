"""The pages behind a personal link: consent first, own words only, and every sentence can be taken back."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.factories import NOW, make_member, make_organisation
from tests.factories.findings import EVALUATOR
from tests.factories.goals import make_goal
from tests.factories.interviews import (
    answer_id,
    make_group,
    make_interview,
    make_link,
    make_respondent,
    make_statement,
)
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.goals import Standing
from toc.domain.interviews import ASKED_BEFORE, Attribution, Audience, ConsentScope, Mode, RespondentKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.interviews import (
    Answer,
    Consent,
    GoalCheck,
    Interview,
    Recording,
    Respondent,
    StakeholderGroup,
    Statement,
    StatementDecision,
)
from toc.models.programmes import Programme
from toc.services import findings
from toc.web.mine import tasks

SOUND = b"OggS" + bytes(60)
PARTICIPANT, SPOKESPERSON = RespondentKind.PARTICIPANT, RespondentKind.SPOKESPERSON


class Speaker:
    """A respondent with a browser in which their personal link was opened."""

    def __init__(self, reader: Reader, database: Database, respondent: Respondent, link_id: UUID) -> None:
        self.reader = reader.use("nl").open_link(link_id)
        self.link_id = link_id
        self.database = database
        self.respondent = respondent

    def again(self) -> Reader:
        """Be this person once more, after somebody else used the browser."""
        return self.reader.open_link(self.link_id)

    def rows(self, table: type[Any]) -> list[Any]:
        """Return the rows of a table in their programme."""
        with self.database.read_session(self.respondent.programme_id) as session:
            return list(session.scalars(select(table)))


def speaker(
    reader: Reader,
    database: Database,
    programme: Programme,
    kind: RespondentKind,
    *,
    consent: bool | None = True,
    **fields: str,
) -> Speaker:
    with database.writing(programme.id) as session:
        group = make_group(session, name="Gemeente")
        respondent = make_respondent(session, group, kind=kind, consent=consent, **fields)
        link = make_link(session, respondent)
    return Speaker(reader, database, respondent, link.id)


@pytest.fixture
def new(reader: Reader, database: Database, programme: Programme) -> Speaker:
    """A participant who was not asked anything yet."""
    return speaker(reader, database, programme, PARTICIPANT, consent=None)


@pytest.fixture
def young(reader: Reader, database: Database, programme: Programme) -> Speaker:
    """A participant who agreed."""
    return speaker(reader, database, programme, PARTICIPANT)


@pytest.fixture
def town(reader: Reader, database: Database, programme: Programme) -> Speaker:
    """A spokesperson who agreed."""
    return speaker(reader, database, programme, SPOKESPERSON, name="An de Vries")


def statement_of(who: Speaker, *, sentence: int = 0, audience: Audience | None = None) -> Statement:
    with who.database.writing(who.respondent.programme_id) as session:
        respondent = session.get_one(Respondent, (who.respondent.programme_id, who.respondent.id))
        return make_statement(
            session, make_interview(session, respondent), sentence=sentence, audience=audience
        )


@pytest.mark.parametrize("path", ["/mine", "/mine/said", "/mine/words", "/mine/interviews/{}"])
def test_without_a_link_there_is_no_such_page(
    reader: Reader, database: Database, programme: Programme, path: str
) -> None:
    reader.get(path.format(uuid4()), 404)
    with database.writing(programme.id) as session:
        user = make_member(session, programme, *Role)
    reader.sign_in(user).get(path.format(uuid4()), 404)


def begin(who: Speaker) -> str:
    """Begin to tell, and return the address of what is told."""
    page = who.reader.get("/mine")
    who.reader.post("/mine/interviews", page.form("/mine/interviews"))
    return f"/mine/interviews/{who.rows(Interview)[0].id}"


def answer(who: Speaker, address: str, number: int, text: str, **more: str) -> Page:
    """Answer one question, and return the page that comes."""
    page = who.reader.get(f"{address}/{number}")
    form = {**page.form(f"{address}/{number}"), "answer": text, "to": "next", **more}
    sent = who.reader.post(f"{address}/{number}", form)
    return who.reader.get(sent.location)


def test_a_participant_is_told_in_plain_words_that_no_has_no_effect(new: Speaker) -> None:
    page = new.reader.get("/mine")
    assert "Je mag nee zeggen" in page.text
    assert "geen gevolgen voor de hulp die je krijgt" in page.text
    assert "/mine/findings" in page.links()
    words = set(page.text.replace(".", " ").split())
    assert not words & {"u", "U", "uw", "Uw", "doel", "euro", "€"}


def test_a_spokesperson_is_addressed_with_u(town: Speaker) -> None:
    page = town.reader.get("/mine")
    assert "Welkom, An de Vries" in page.text
    assert not set(page.text.replace(".", " ").split()) & {"je", "Je", "jij", "jouw"}
    assert "You can refuse" in town.reader.use("en").get("/mine").text


def test_consent_is_one_plain_text_kept_for_both_questions(new: Speaker) -> None:
    page = new.reader.get("/mine")
    assert "/mine/interviews" not in {form.attrs["action"] for form in page.find("form")}
    form = page.form("/mine/consent")
    assert "Kies een van de mogelijkheden." in new.reader.post("/mine/consent", form, 400).text
    buttons = page.find("form[action='/mine/consent'] button")
    assert [one.attrs["value"] for one in buttons] == ["yes", "no"]
    assert buttons[0].attrs["class"] == buttons[1].attrs["class"], "refusing is as easy"
    page = new.reader.submit("/mine/consent", {**form, "answer": "yes"})
    assert "Je zei ja." in page.text
    assert "Begin met vertellen" in page.text
    kept = new.rows(Consent)
    assert {row.scope for row in kept} == ASKED_BEFORE
    assert all(row.given and row.taken_by_id is None for row in kept)
    assert {row.text for row in kept} == {kept[0].text}
    assert "Je mag nee zeggen" in kept[0].text


def test_who_says_no_is_asked_nothing_and_may_change_their_mind(new: Speaker) -> None:
    form = new.reader.get("/mine").form("/mine/consent")
    page = new.reader.submit("/mine/consent", {**form, "answer": "no"})
    assert "Je zei nee." in page.text
    new.reader.post("/mine/interviews", {"id": str(uuid4())}, 400)
    assert new.rows(Interview) == []
    again = new.reader.get("/mine/consent")
    assert "Je zei nee." in again.text
    assert "Alles terugnemen" not in again.text
    page = new.reader.submit("/mine/consent", {**again.form("/mine/consent"), "answer": "yes"})
    assert "Begin met vertellen" in page.text


def test_one_question_at_a_time_with_progress_back_and_forward(young: Speaker) -> None:
    young.reader.post("/mine/interviews", {}, 400)
    address = begin(young)
    (interview,) = young.rows(Interview)
    assert interview.mode is Mode.ALONE
    assert young.reader.get(address, 302).location == f"{address}/1"
    first = young.reader.get(f"{address}/1")
    assert "1 van 4" in first.text
    assert "Wat speelt er nu in je leven?" in first.find("h1")[0].to_text()
    assert "Terug" not in {one.to_text().strip() for one in first.find("form button")}
    second = answer(young, address, 1, "Ik heb werk.")
    assert "2 van 4" in second.text
    back = answer(young, address, 2, "Rust.", to="back")
    assert back.form(f"{address}/1")["answer"].strip() == "Ik heb werk."
    last = answer(young, address, 3, "")
    assert "Lees het terug" in last.text
    review = answer(young, address, 4, "Ja. Zeker.")
    assert "Dit is wat je zei" in review.text
    assert "Geen antwoord." in review.text
    assert f"{address}/3" in review.links()
    assert {row.text for row in young.rows(Answer)} == {"Ik heb werk.", "Rust.", "Ja. Zeker."}
    assert "Dit is wat je zei" in answer(young, address, 1, "Ik heb werk.", to="review").text
    for number in (0, 5):
        young.reader.get(f"{address}/{number}", 404)
        young.reader.get(f"{address}/{number}/speak", 404)


def test_a_draft_is_gone_on_with_where_one_was_also_in_another_browser(young: Speaker) -> None:
    address = begin(young)
    answer(young, address, 1, "Werk.")
    assert "niemand leest het tot je het verstuurt" in answer(young, address, 2, "Rust.", to="home").text
    young.reader.get(f"{address}/3")
    assert young.reader.get(address, 302).location == f"{address}/3"
    for broken in ("x/3", f"{young.rows(Interview)[0].id}/9", ""):
        young.reader.client.set_cookie("question", broken, path="/mine")
        assert young.reader.get(address, 302).location == f"{address}/2"


def test_what_was_said_is_read_back_sent_and_its_sentences_chosen(young: Speaker) -> None:
    address = begin(young)
    empty = young.reader.get(f"{address}/review").form(f"{address}/send")
    assert "nog niets geantwoord" in young.reader.post(f"{address}/send", empty, 400).text
    answer(young, address, 2, "Werk. En rust.")
    sent = young.reader.submit(
        f"{address}/send", young.reader.get(f"{address}/review").form(f"{address}/send")
    )
    assert "Verstuurd." in sent.text
    boxes = sent.find("input[name=sentence]")
    assert len(boxes) == 2
    marking = f"{address}/sentences"
    young.reader.post(marking, {"id": str(uuid4())}, 400)
    said = young.reader.submit(
        marking, {**sent.form(marking), "sentence": [box.attrs["value"] for box in boxes]}
    )
    assert "“Werk.”" in said.text
    assert "“En rust.”" in said.text
    home = young.reader.get("/mine")
    assert "2 van jouw zinnen wachten op je keuze." in home.text
    assert "Meer vertellen" in home.text
    for page in ("/1", "/review", "/1/speak"):
        assert young.reader.get(address + page, 302).location == address
    young.reader.post(f"{address}/2", {"answer": "Nog meer.", "revision": "1"}, 409)
    young.reader.post(f"{address}/2/speak", {"sound": (BytesIO(SOUND), "a")}, 409)


def test_personal_numbers_are_refused_with_a_reason_and_kept_when_they_are_none(young: Speaker) -> None:
    address = begin(young)
    form = {"answer": "Bel 06-12345678", "revision": "0", "to": "next"}
    page = young.reader.post(f"{address}/2", form, 400)
    assert page.find("[data-error-summary] a[href='#answer']")
    assert page.form(f"{address}/2")["answer"].strip() == "Bel 06-12345678"
    refused: Any = young.reader.post(f"{address}/2/draft", form, 400).response.json
    assert "persoonlijk gegeven" in refused["sentence"]
    assert young.reader.post(f"{address}/2/draft", {**form, "kept": "1"}, 200).response.json == {
        "revision": 1
    }
    young.reader.post(f"{address}/2", {**form, "answer": "x" * 20_001}, 400)
    young.reader.post(f"{address}/2/draft", {}, 400)


def test_what_is_typed_is_kept_at_once_and_two_windows_do_not_overwrite_each_other(young: Speaker) -> None:
    draft = f"{begin(young)}/2/draft"
    kept = young.reader.post(draft, {"answer": "Een", "revision": "0"}, 200)
    assert kept.response.json == {"revision": 1}
    kept = young.reader.post(draft, {"answer": "Eerst.", "revision": "1"}, 200)
    assert kept.response.json == {"revision": 2}
    theirs = young.reader.post(draft, {"answer": "Toen.", "revision": "1"}, 409)
    assert theirs.response.json == {"theirs": "Eerst.", "revision": 2}
    assert [row.text for row in young.rows(Answer)] == ["Eerst."]
    mended = young.reader.post(draft, {"answer": "Eerst. Toen.", "revision": "2"}, 200)
    assert mended.response.json == {"revision": 3}


def test_two_windows_without_script_both_keep_their_text(young: Speaker) -> None:
    address = f"{begin(young)}/2"
    form = young.reader.get(address).form(address)
    young.reader.post(address, {**form, "answer": "Eerst."})
    conflict = young.reader.post(address, {**form, "answer": "Toen.", "to": "review"}, 409)
    assert "Eerst." in conflict.text
    assert "Toen." in conflict.text
    assert "terwijl je schreef" in conflict.text
    sent = young.reader.post(address, conflict.form(address))
    assert sent.location.endswith("/review")
    assert [row.text for row in young.rows(Answer)] == ["Toen."]


# --- Spoken answers -----------------------------------------------------------------------------------------


def agree_to_recording(who: Speaker, address: str, answer: str = "yes") -> Page:
    page = who.reader.get(f"{address}/2/speak")
    return who.reader.submit(
        "/mine/consent/recording", {**page.form("/mine/consent/recording"), "answer": answer}
    )


@pytest.fixture
def asked(reader: Reader, database: Database, programme: Programme) -> Speaker:
    """A participant who agreed to talk and was not asked about recording yet."""
    who = speaker(reader, database, programme, PARTICIPANT, consent=None)
    form = who.reader.get("/mine").form("/mine/consent")
    who.reader.post("/mine/consent", {**form, "answer": "yes"})
    return who


def test_the_microphone_opens_only_where_it_was_agreed_to(asked: Speaker) -> None:
    address = begin(asked)
    before = asked.reader.get(f"{address}/2/speak")
    assert "Mogen we je opnemen?" in before.text
    assert "microphone=()" in before.response.headers["Permissions-Policy"]
    assert not before.find("[data-record]")
    asked.reader.post(f"{address}/2/speak", {"sound": (BytesIO(SOUND), "a")}, 400)
    after = agree_to_recording(asked, address)
    assert after.find("[data-record]")
    assert "microphone=(self)" in after.response.headers["Permissions-Policy"]
    assert "microphone=()" in asked.reader.get(f"{address}/2").response.headers["Permissions-Policy"]
    kept = [row for row in asked.rows(Consent) if row.scope is ConsentScope.RECORDING]
    assert [(row.given, row.text.startswith("Mogen we je stem opnemen?")) for row in kept] == [(True, True)]


def test_who_does_not_want_to_be_recorded_writes(asked: Speaker) -> None:
    address = begin(asked)
    assert "2 van 4" in agree_to_recording(asked, address, "no").text
    asked.reader.post(f"{address}/2/speak", {"sound": (BytesIO(SOUND), "a")}, 400)
    asked.reader.post("/mine/consent/recording", {"id": str(uuid4())}, 400)
    form = asked.reader.get("/mine/consent").form("/mine/consent/recording")
    page = asked.reader.submit("/mine/consent/recording", {**form, "answer": "yes"})
    assert "Je zei dat je stem opgenomen mag worden." in page.text


def test_an_answer_is_spoken_heard_deleted_and_spoken_again(asked: Speaker) -> None:
    address = begin(asked)
    agree_to_recording(asked, address)
    spoken, heard = f"{address}/2/speak", f"{address}/2/sound"
    asked.reader.get(heard, 404)
    for sound, why in (
        (b"", "geen geluid"),
        (b"<svg/>", "afspelen"),
        (b"OggS" + bytes(1_600_000), "te lang"),
    ):
        assert why in asked.reader.post(spoken, {"sound": (BytesIO(sound), "a")}, 400).text
    asked.reader.post(spoken, {}, 400)
    asked.reader.post(spoken, {"sound": (BytesIO(SOUND), "a.ogg")})
    page = asked.reader.get(spoken)
    assert page.find("audio[src]")
    audio = asked.reader.client.get(heard)
    assert (audio.data, audio.mimetype) == (SOUND, "audio/ogg")
    assert audio.headers["Cache-Control"] == "no-store"
    part = asked.reader.client.get(heard, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"OggS")
    assert "Luister naar wat je zei" in asked.reader.get(f"{address}/2").text
    assert "Je sprak dit in." in asked.reader.get(f"{address}/review").text
    asked.reader.submit(f"{spoken}/delete", page.form(f"{spoken}/delete"))
    asked.reader.get(heard, 404)
    asked.reader.post(spoken, {"sound": (BytesIO(SOUND), "a.ogg")})
    sent = asked.reader.submit(f"{address}/send")
    assert "De onderzoeker moet het nog opschrijven" in sent.text
    assert "Gewist." in asked.reader.submit(f"{spoken}/delete").text
    assert asked.rows(Recording) == []


def test_the_evaluator_hears_it_writes_it_down_and_the_sound_is_gone(
    asked: Speaker, programme: Programme
) -> None:
    address = begin(asked)
    agree_to_recording(asked, address)
    asked.reader.post(f"{address}/2/speak", {"sound": (BytesIO(SOUND), "a.ogg")})
    answer(asked, address, 1, "Getypt.")
    (interview,) = asked.rows(Interview)
    there = f"/p/{programme.id}/interviews/{interview.id}"
    with asked.database.writing(programme.id) as session:
        user = make_member(session, programme, Role.EVALUATOR)
    evaluator = asked.reader.sign_in(user)
    evaluator.get(f"{there}/spoken", 404)
    evaluator.get(f"{there}/spoken/wish", 404)
    asked.again().submit(f"{address}/send")
    evaluator.sign_in(user)
    assert f"{there}/spoken" in evaluator.get(there).links()
    page = evaluator.get(f"{there}/spoken")
    assert evaluator.client.get(f"{there}/spoken/wish").data == SOUND
    evaluator.get(f"{there}/spoken/going_on", 404)
    form = page.form(f"{there}/spoken/wish")
    assert "Schrijf op wat er gezegd is." in evaluator.post(f"{there}/spoken/wish", form, 400).text
    evaluator.post(f"{there}/spoken/wish", {**form, "text": "Bel 06-12345678"}, 400)
    evaluator.post(f"{there}/spoken/wish", {**form, "text": "x" * 20_001}, 400)
    shown = evaluator.submit(f"{there}/spoken/wish", {**form, "text": "Een eigen plek."})
    assert "Het geluid is gewist." in shown.text
    assert "Een eigen plek." in shown.text
    assert "Alles is opgeschreven" in evaluator.get(f"{there}/spoken").text
    evaluator.post(f"{there}/spoken/wish", {**form, "text": "Nog eens."}, 404)
    assert asked.rows(Recording) == []
    told = asked.again().get(address).text
    assert "is op" in told
    assert "opgeschreven. Het geluid is gewist." in told


# --- Releasing, by one tap ----------------------------------------------------------------------------------


def taps(page: Page, statement: Statement) -> list[dict[str, str]]:
    """Return what each button beside a sentence sends."""
    return [
        {field.attrs["name"]: field.attrs["value"] for field in form.query("input")}
        for form in page.find(f"form[action='/mine/said/{statement.id}']")
    ]


def tap(who: Speaker, statement: Statement, audience: str, **more: str) -> Page:
    """Press a button beside a sentence."""
    (form,) = [
        one
        for one in taps(who.reader.get("/mine/said"), statement)
        if one["audience"] == audience and all(one.get(name) == value for name, value in more.items())
    ][:1]
    return who.reader.submit(f"/mine/said/{statement.id}", form)


def test_a_participant_chooses_who_may_read_each_sentence_by_one_tap(young: Speaker) -> None:
    first, second = statement_of(young), statement_of(young, sentence=1)
    page = young.reader.get("/mine/said")
    assert "Mag uw naam erbij staan?" not in page.text
    assert [one["audience"] for one in taps(page, first)] == ["nobody", "parties", "payer"]
    page = tap(young, first, "payer")
    assert "Nu: voor iedereen in het programma." in page.text
    (decision,) = young.rows(StatementDecision)
    assert decision.statement_id == first.id
    assert (decision.audience, decision.attribution) == (Audience.PAYER, Attribution.ANONYMOUS)
    assert decision.text.startswith("Wie mag deze zin lezen? Iedereen in het programma. Wie betaalt, leest")
    assert decision.taken_by_id is None
    pressed = page.find("button[aria-pressed]")
    assert len(pressed) == 1
    assert "Iedereen" in pressed[0].to_text()
    assert next(row for row in young.rows(Statement) if row.id == second.id).decided_at is None


def test_a_tap_is_undone_at_once(young: Speaker) -> None:
    statement = statement_of(young)
    page = tap(young, statement, "payer")
    (undo,) = [one for one in taps(page, statement) if "undo" in one]
    assert (undo["audience"], undo["attribution"]) == ("nobody", "anonymous")
    page = young.reader.submit(f"/mine/said/{statement.id}", undo)
    assert not [one for one in taps(page, statement) if "undo" in one]
    tap(young, statement, "parties")
    page = tap(young, statement, "nobody")
    (undo,) = [one for one in taps(page, statement) if "undo" in one]
    assert undo["audience"] == "parties"
    young.reader.submit(f"/mine/said/{statement.id}", undo)
    assert young.rows(Statement)[0].audience is Audience.PARTIES
    assert len(young.rows(StatementDecision)) == 5
    other = young.reader.get(f"/mine/said?changed={statement_of(young, sentence=1).id}")
    assert not other.find(".mine__undo"), "nothing was chosen there yet"


def test_a_spokesperson_also_chooses_whether_by_name(town: Speaker) -> None:
    statement = statement_of(town)
    assert len(taps(town.reader.get("/mine/said"), statement)) == 3
    tap(town, statement, "parties")
    page = tap(town, statement, "parties", attribution="named")
    decision = town.rows(StatementDecision)[-1]
    assert (decision.audience, decision.attribution) == (Audience.PARTIES, Attribution.NAMED)
    assert "Mag uw naam erbij staan? Ja, met mijn naam." in decision.text
    assert {one["attribution"] for one in taps(page, statement) if one["audience"] == "payer"} == {"named"}
    tap(town, statement, "nobody")
    assert town.rows(Statement)[0].attribution is Attribution.ANONYMOUS


@pytest.mark.parametrize("broken", ["moon", ""])
def test_a_choice_that_is_none_changes_nothing(young: Speaker, broken: str) -> None:
    statement = statement_of(young)
    form = {"id": str(uuid4()), "audience": broken}
    assert "Er is niets veranderd" in young.reader.post(f"/mine/said/{statement.id}", form, 400).text
    young.reader.post(f"/mine/said/{statement.id}", {"id": "", "audience": "payer"}, 400)
    assert young.rows(StatementDecision) == []


def test_a_sentence_is_taken_back_with_one_click(young: Speaker) -> None:
    statement = statement_of(young, audience=Audience.PAYER)
    page = young.reader.get("/mine/said")
    address = f"/mine/said/{statement.id}/withdraw"
    young.reader.post(address, {}, 400)
    page = young.reader.submit(address, page.form(address))
    assert "De zin is gewist" in page.text
    assert "Ik wil werk" not in page.body
    assert "Hier staat nog niets" in page.text
    (answer,) = young.rows(Answer)
    assert "Ik wil werk" not in answer.text
    (decision,) = young.rows(StatementDecision)
    assert (decision.withdrawn, decision.text) == (True, "Neem deze zin terug")


def test_everything_is_taken_back_with_one_click(young: Speaker) -> None:
    for sentence in (0, 1):
        statement_of(young, sentence=sentence, audience=Audience.PAYER)
    page = young.reader.get("/mine/consent")
    assert "Alles terugnemen" in page.text
    erase = {"id": str(uuid4()), "answer": "erase"}
    page = young.reader.post("/mine/consent", erase, 400)
    assert page.find("[data-error-summary] a[href='#sure']")
    assert all(row.text for row in young.rows(Statement))
    erase["sure"] = "1"
    page = young.reader.submit("/mine/consent", erase)
    assert "Niemand kan nog lezen wat je zei." in page.text
    assert "Je zei nee." in page.text
    assert {row.text.strip("…") for row in young.rows(Answer)} == {""}
    assert all(row.withdrawn_at and not row.text for row in young.rows(Statement))
    young.reader.post("/mine/consent", erase)
    assert "teruggenomen op" in young.reader.get("/mine/words").text


# --- The member check ---------------------------------------------------------------------------------------


def drawn(who: Speaker, wording: str = "Iedereen heeft werk", standing: Standing = Standing.STATED) -> Goal:
    statement = statement_of(who, audience=Audience.PAYER)
    with who.database.writing(who.respondent.programme_id) as session:
        return make_goal(
            session, wording, statements=[session.merge(statement, load=True)], standing=standing
        )


@pytest.mark.parametrize(
    ("verdict", "comment", "told"),
    [
        ("agree", "", "Je zei: ja, dit bedoelde ik."),
        ("amend", "Werk dat bij mij past", "Je zei het anders:"),
        ("reject", "Ik zei iets anders.", "Je zei: nee, dit bedoelde ik niet."),
        ("reject", "", "Je zei: nee, dit bedoelde ik niet."),
    ],
)
def test_a_goal_from_ones_words_is_agreed_with_amended_or_rejected(
    young: Speaker, verdict: str, comment: str, told: str
) -> None:
    drawn(young)
    assert "Van je woorden is één doel gemaakt." in young.reader.get("/mine").text
    page = young.reader.get("/mine/goals")
    assert "Iedereen heeft werk" in page.text
    assert "“Ik wil werk.”" in page.text
    forms = [
        {field.attrs["name"]: field.attrs["value"] for field in form.query("input")}
        for form in page.find("form[action='/mine/goals']")
    ]
    (form,) = [one for one in forms if one["verdict"] == verdict]
    page = young.reader.submit("/mine/goals", {**form, "comment": comment})
    assert told in page.text
    assert comment in page.text
    (row,) = young.rows(GoalCheck)
    assert (row.wording, row.verdict, row.comment) == ("Iedereen heeft werk", verdict, comment)
    assert "Je hebt bij elk doel geantwoord." in young.reader.get("/mine").text


def test_an_amendment_without_words_and_a_goal_of_another_are_refused(young: Speaker) -> None:
    goal = drawn(young)
    (edition,) = [row for row in young.rows(GoalEdition) if row.goal_id == goal.id]
    form = {"id": str(uuid4()), "about": str(edition.id), "verdict": "amend", "comment": ""}
    page = young.reader.post("/mine/goals", form, 400)
    assert "Schrijf op hoe het dan gezegd moet worden." in page.text
    assert page.find("details[open] #comment")
    assert page.find("[data-error-summary] a[href='#comment']")
    young.reader.post("/mine/goals", {**form, "verdict": "moon"}, 400)
    young.reader.post("/mine/goals", {**form, "about": str(uuid4()), "verdict": "agree"}, 404)
    assert young.rows(GoalCheck) == []
    assert "Hier staat nog niets" not in young.reader.get("/mine/goals").text


def test_a_hidden_goal_shows_only_to_whom_it_rests_on_alone(
    young: Speaker, database: Database, programme: Programme
) -> None:
    drawn(young, "Rust in huis", standing=Standing.HIDDEN)
    assert "Rust in huis" in young.reader.get("/mine/goals").text
    with database.writing(programme.id) as session:
        (goal,) = session.scalars(select(Goal))
        theirs = make_statement(session, make_interview(session, make_respondent(session)))
        session.add(GoalSource(id=uuid4(), goal=goal, statement=theirs, created_at=NOW))
    for path in ("/mine/goals", "/mine/words", "/mine"):
        assert "Rust in huis" not in young.reader.get(path).text


# --- Your words, and what was done with them ----------------------------------------------------------------


def test_one_page_tells_what_was_done_with_ones_words(young: Speaker, programme: Programme) -> None:
    assert "Hier staat nog niets" in young.reader.get("/mine/words").text
    goal = drawn(young)
    (statement,) = young.rows(Statement)
    with young.database.writing(programme.id) as session:
        for _ in range(2):
            make_interview(session, make_respondent(session, session.scalars(select(StakeholderGroup)).one()))
        row = session.get_one(Goal, (programme.id, goal.id))
        row.edition = 2
        session.add(
            GoalEdition(
                id=uuid4(),
                goal_id=goal.id,
                number=2,
                wording="Iedereen heeft betaald werk",
                standing=Standing.STATED,
                reason="Zo zei iemand het.",
                created_at=NOW + timedelta(days=1),
            )
        )
        findings.publish(session, EVALUATOR, uuid4(), goal.id, "De helft.")
        user = make_member(session, programme, Role.COORDINATOR, name="Nooit Getoond")
        user.organisation = make_organisation(session, name="De Stad")
        waiting = make_statement(
            session,
            session.get_one(Interview, (programme.id, statement.interview_id)),
            sentence=1,
            audience=None,
        )
    shown = young.reader.sign_in(user).get(f"/p/{programme.id}/statements/{statement.id}")
    shown.response.close()
    young.again()
    page = young.reader.get("/mine/words")
    assert "“Ik wil werk.”" in page.text
    assert "Nu: voor iedereen in het programma." in page.text
    assert "Procesverantwoordelijke, De Stad, voor het eerst op" in page.text
    assert "Nooit Getoond" not in page.body
    for wording in ("Iedereen heeft werk", "Iedereen heeft betaald werk"):
        assert wording in page.find(f"#U{statement.code} li")[1].to_text()
    assert "Zo zei iemand het." in page.text
    assert "is gepubliceerd" in page.text
    assert f"U{waiting.code}" in page.text
    assert "Nog niemand." in page.text
    assert page.find("[data-aloud=words]")


def test_tasks_of_others_come_after_ones_own_answers(young: Speaker, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        tasks.Task("Klaar", "/mine/done", done=True),
        tasks.Task("Nog doen", "/mine/todo", done=False, help="Kort."),
    ]
    monkeypatch.setattr(tasks, "_finders", [])
    finder = tasks.register(lambda _session, _act: found)
    tasks.register(finder)
    assert "Nog doen" not in young.reader.get("/mine").text
    statement_of(young)
    page = young.reader.get("/mine")
    assert [link for link in page.links() if link in {"/mine/todo", "/mine/done"}] == [
        "/mine/todo",
        "/mine/done",
    ]
    assert "Kort." in page.text


def test_an_answer_that_was_taken_back_shows_a_gap(young: Speaker) -> None:
    with young.database.writing(young.respondent.programme_id) as session:
        respondent = session.get_one(Respondent, (young.respondent.programme_id, young.respondent.id))
        interview = make_interview(session, respondent, mode=Mode.ALONE)
        statement = make_statement(session, interview, audience=None)
        make_statement(session, interview, sentence=1, audience=None)
    withdrawal = f"/mine/said/{statement.id}/withdraw"
    young.reader.post(withdrawal, young.reader.get("/mine/said").form(withdrawal))
    page = young.reader.get(f"/mine/interviews/{interview.id}")
    assert "[teruggenomen]" in page.text
    assert "En rust." in page.text
    assert page.find("input[name=sentence]") == []


def test_nothing_of_anybody_else_is_ever_shown(
    young: Speaker, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        (group,) = session.scalars(select(StakeholderGroup))
        other = make_respondent(session, group)
        theirs = make_interview(session, other, text="Canary words.", mode=Mode.ALONE)
        statement = make_statement(session, theirs, audience=Audience.PAYER)
        respondent = session.get_one(Respondent, (programme.id, young.respondent.id))
        held = make_interview(session, respondent, text="Written by another.")
    for path in ("/mine", "/mine/said", "/mine/words", "/mine/goals"):
        assert "Canary" not in young.reader.get(path).body
    for interview in (theirs, held):
        young.reader.get(f"/mine/interviews/{interview.id}", 404)
        for path in ("/1", "/review", "/1/speak", "/1/sound"):
            young.reader.get(f"/mine/interviews/{interview.id}{path}", 404)
        for path in ("/1", "/1/draft", "/1/speak", "/1/speak/delete", "/send"):
            young.reader.post(f"/mine/interviews/{interview.id}{path}", {"answer": "x", "revision": "1"}, 404)
        sentence = {"id": str(uuid4()), "sentence": f"{answer_id(interview)}:0:6"}
        young.reader.post(f"/mine/interviews/{interview.id}/sentences", sentence, 404)
    form = {"id": str(uuid4()), "audience": "nobody"}
    young.reader.post(f"/mine/said/{statement.id}/withdraw", form, 404)
    young.reader.post(f"/mine/said/{statement.id}", form, 404)
    with database.read_session(programme.id) as session:
        kept = session.get_one(Statement, (programme.id, statement.id))
        assert (kept.audience, kept.withdrawn_at) == (Audience.PAYER, None)


def test_marking_before_sending_is_a_conflict(young: Speaker) -> None:
    address = begin(young)
    answer(young, address, 2, "Werk.")
    (row,) = young.rows(Answer)
    form = {"id": str(uuid4()), "sentence": f"{row.id}:0:5"}
    young.reader.post(f"{address}/sentences", form, 409)


def test_own_pages_ask_as_much_for_many_sentences_as_for_one(young: Speaker) -> None:
    counts = []
    for rows in (10, 200):
        for _ in range(rows):
            statement_of(young)
        young.reader.get("/mine/said")
        with counting(young.database.engine) as queries:
            young.reader.get("/mine/said")
            young.reader.get("/mine")
            young.reader.get("/mine/words")
            young.reader.get("/mine/goals")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4 * 14
