"""The pages behind a personal link: consent first, own words only, and every sentence can be taken back."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.factories import make_member
from tests.factories.interviews import (
    QUESTION,
    answer_id,
    make_group,
    make_interview,
    make_link,
    make_respondent,
    make_statement,
)
from tests.statements import counting
from tests.web.reader import Reader
from toc.domain.interviews import Attribution, Audience, Mode, RespondentKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.interviews import (
    Answer,
    Consent,
    Interview,
    Respondent,
    StakeholderGroup,
    Statement,
    StatementDecision,
)
from toc.models.programmes import Programme

PARTICIPANT, SPOKESPERSON = RespondentKind.PARTICIPANT, RespondentKind.SPOKESPERSON


class Speaker:
    """A respondent with a browser in which their personal link was opened."""

    def __init__(self, reader: Reader, database: Database, respondent: Respondent, link_id: UUID) -> None:
        self.reader = reader.use("nl").open_link(link_id)
        self.database = database
        self.respondent = respondent

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


@pytest.mark.parametrize("path", ["/mine", "/mine/said", "/mine/interviews/{}"])
def test_without_a_link_there_is_no_such_page(
    reader: Reader, database: Database, programme: Programme, path: str
) -> None:
    reader.get(path.format(uuid4()), 404)
    with database.writing(programme.id) as session:
        user = make_member(session, programme, *Role)
    reader.sign_in(user).get(path.format(uuid4()), 404)


def test_a_participant_is_told_in_plain_words_that_no_has_no_effect(new: Speaker) -> None:
    page = new.reader.get("/mine")
    assert "Je hoeft dit niet te doen." in page.text
    assert "geen gevolgen voor de hulp die je krijgt" in page.text
    assert "Beantwoord eerst de vragen hierboven." in page.text
    assert "/mine/findings" in page.links()
    words = set(page.text.replace(".", " ").split())
    assert not words & {"u", "U", "uw", "Uw", "doel", "euro", "€"}


def test_a_spokesperson_is_addressed_with_u(town: Speaker) -> None:
    page = town.reader.get("/mine")
    assert "Welkom, An de Vries" in page.text
    assert not set(page.text.replace(".", " ").split()) & {"je", "Je", "jij", "jouw"}
    assert "You can refuse" in town.reader.use("en").get("/mine").text


def test_consent_is_given_with_the_text_that_was_shown(new: Speaker) -> None:
    page = new.reader.get("/mine")
    assert "/mine/interviews" not in {form.attrs["action"] for form in page.find("form")}
    form = page.form("/mine/consent")
    assert "Kies een van de mogelijkheden." in new.reader.post("/mine/consent", form, 400).text
    page = new.reader.submit("/mine/consent", {**form, "interview": "yes", "notes": "yes"})
    assert "Je zei ja." in page.text
    assert "Begin met vertellen" in page.text
    kept = new.rows(Consent)
    assert all(row.given and row.taken_by_id is None for row in kept)
    assert any("Mogen we bewaren wat je zegt?" in row.text for row in kept)


def test_who_says_no_is_asked_nothing_and_may_change_their_mind(new: Speaker) -> None:
    form = new.reader.get("/mine").form("/mine/consent")
    page = new.reader.submit("/mine/consent", {**form, "interview": "no", "notes": "no"})
    assert "Je zei nee." in page.text
    new.reader.post("/mine/interviews", {"id": str(uuid4())}, 400)
    assert new.rows(Interview) == []
    again = page.form("/mine/consent")
    page = new.reader.submit("/mine/consent", {**again, "interview": "yes", "notes": "yes"})
    assert "Begin met vertellen" in page.text


def test_a_draft_is_kept_gone_on_with_and_sent(young: Speaker) -> None:
    begin = young.reader.get("/mine").form("/mine/interviews")
    young.reader.post("/mine/interviews", {}, 400)
    page = young.reader.submit("/mine/interviews", begin)
    (interview,) = young.rows(Interview)
    address = f"/mine/interviews/{interview.id}"
    assert interview.mode is Mode.ALONE
    assert "Wat speelt er nu in je leven?" in page.text
    kept = young.reader.submit(address, {**page.form(address), "answer_wish": "Werk. En rust."})
    assert "niemand leest het tot je het verstuurt" in kept.text
    assert address in kept.links()
    form = young.reader.get(address).form(address)
    assert form["answer_wish"].strip() == "Werk. En rust."
    sent = young.reader.submit(address, {**form, "complete": "1"})
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
    young.reader.post(address, {"answer_wish": "Nog meer.", "revision_wish": "1"}, 409)


def test_sending_nothing_and_personal_numbers_are_refused_with_a_reason(young: Speaker) -> None:
    page = young.reader.submit("/mine/interviews", young.reader.get("/mine").form("/mine/interviews"))
    address = f"/mine/interviews/{young.rows(Interview)[0].id}"
    form = page.form(address)
    assert "nog niets geantwoord" in young.reader.post(address, {**form, "complete": "1"}, 400).text
    page = young.reader.post(address, {**form, "answer_wish": "Bel 06-12345678"}, 400)
    assert page.find("[data-error-summary] a[href='#answer_wish']")
    assert page.form(address)["answer_wish"].strip() == "Bel 06-12345678"


def test_two_windows_with_the_same_answer_both_keep_their_text(young: Speaker) -> None:
    page = young.reader.submit("/mine/interviews", young.reader.get("/mine").form("/mine/interviews"))
    address = f"/mine/interviews/{young.rows(Interview)[0].id}"
    form = page.form(address)
    young.reader.post(address, {**form, "answer_wish": "Eerst."})
    conflict = young.reader.post(address, {**form, "answer_wish": "Toen."}, 409)
    assert "Eerst." in conflict.text
    assert "Toen." in conflict.text
    assert "terwijl je schreef" in conflict.text
    young.reader.submit(address, conflict.form(address))
    assert [row.text for row in young.rows(Answer)] == ["Toen."]


def test_a_participant_chooses_who_may_read_each_sentence(young: Speaker) -> None:
    first, second = statement_of(young), statement_of(young, sentence=1)
    page = young.reader.get("/mine/said")
    assert "Mag uw naam erbij staan?" not in page.text
    form = page.form("/mine/said")
    assert "Er is niets veranderd" in young.reader.post("/mine/said", form, 400).text
    page = young.reader.submit("/mine/said", {**form, f"audience_{first.id}": "payer"})
    assert "Nu: voor iedereen in het programma." in page.text
    (decision,) = young.rows(StatementDecision)
    assert decision.statement_id == first.id
    assert (decision.audience, decision.attribution) == (Audience.PAYER, Attribution.ANONYMOUS)
    assert decision.text.startswith("Wie mag deze zin lezen? Iedereen in het programma. Wie betaalt, leest")
    assert decision.taken_by_id is None
    form = page.form("/mine/said")
    assert form[f"audience_{first.id}"] == "payer"
    assert f"audience_{second.id}" not in form
    young.reader.submit("/mine/said", {**form, f"audience_{first.id}": "nobody"})
    statement = next(row for row in young.rows(Statement) if row.id == first.id)
    assert statement.audience is Audience.NOBODY
    assert len(young.rows(StatementDecision)) == 2


def test_a_spokesperson_also_chooses_whether_by_name(town: Speaker) -> None:
    statement = statement_of(town)
    form = town.reader.get("/mine/said").form("/mine/said")
    assert form[f"attribution_{statement.id}"] == "anonymous"
    chosen = {f"audience_{statement.id}": "parties", f"attribution_{statement.id}": "named"}
    page = town.reader.submit("/mine/said", {**form, **chosen})
    (decision,) = town.rows(StatementDecision)
    assert (decision.audience, decision.attribution) == (Audience.PARTIES, Attribution.NAMED)
    assert "Mag uw naam erbij staan? Ja, met mijn naam." in decision.text
    assert page.form("/mine/said")[f"attribution_{statement.id}"] == "named"
    again = {**page.form("/mine/said"), f"attribution_{statement.id}": "anonymous"}
    town.reader.submit("/mine/said", again)
    assert town.rows(Statement)[0].attribution is Attribution.ANONYMOUS


@pytest.mark.parametrize("broken", ["moon", ""])
def test_a_choice_that_is_none_changes_nothing(young: Speaker, broken: str) -> None:
    statement = statement_of(young)
    form = {"id": str(uuid4()), f"audience_{statement.id}": broken}
    assert "Er is niets veranderd" in young.reader.post("/mine/said", form, 400).text
    young.reader.post("/mine/said", {"id": "", f"audience_{statement.id}": "payer"}, 400)
    assert young.rows(StatementDecision) == []


def test_a_sentence_is_taken_back_with_one_click(young: Speaker) -> None:
    statement = statement_of(young, audience=Audience.PAYER)
    page = young.reader.get("/mine/said")
    (button,) = page.find("button[formaction]")
    address = button.attrs["formaction"]
    assert address == f"/mine/said/{statement.id}/withdraw"
    young.reader.post(address, {}, 400)
    page = young.reader.submit(address, page.form("/mine/said"))
    assert "De zin is gewist" in page.text
    assert "Ik wil werk" not in page.body
    assert "Hier staat nog niets" in page.text
    (answer,) = young.rows(Answer)
    assert "Ik wil werk" not in answer.text
    (decision,) = young.rows(StatementDecision)
    assert (decision.withdrawn, decision.text) == (True, "Neem deze zin terug")


def test_an_answer_that_was_taken_back_shows_a_gap(young: Speaker) -> None:
    with young.database.writing(young.respondent.programme_id) as session:
        respondent = session.get_one(Respondent, (young.respondent.programme_id, young.respondent.id))
        interview = make_interview(session, respondent, mode=Mode.ALONE)
        statement = make_statement(session, interview, audience=None)
        make_statement(session, interview, sentence=1, audience=None)
    form = young.reader.get("/mine/said").form("/mine/said")
    young.reader.post(f"/mine/said/{statement.id}/withdraw", form)
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
    for path in ("/mine", "/mine/said"):
        assert "Canary" not in young.reader.get(path).body
    for interview in (theirs, held):
        young.reader.get(f"/mine/interviews/{interview.id}", 404)
        young.reader.post(f"/mine/interviews/{interview.id}", {f"answer_{QUESTION}": "x"}, 404)
        sentence = {"id": str(uuid4()), "sentence": f"{answer_id(interview)}:0:6"}
        young.reader.post(f"/mine/interviews/{interview.id}/sentences", sentence, 404)
    form = {f"withdrawal_{statement.id}": str(uuid4())}
    young.reader.post(f"/mine/said/{statement.id}/withdraw", form, 404)
    young.reader.post("/mine/said", {"id": str(uuid4()), f"audience_{statement.id}": "nobody"}, 400)
    with database.read_session(programme.id) as session:
        kept = session.get_one(Statement, (programme.id, statement.id))
        assert (kept.audience, kept.withdrawn_at) == (Audience.PAYER, None)


def test_marking_before_sending_is_a_conflict(young: Speaker) -> None:
    page = young.reader.submit("/mine/interviews", young.reader.get("/mine").form("/mine/interviews"))
    (interview,) = young.rows(Interview)
    address = f"/mine/interviews/{interview.id}"
    young.reader.submit(address, {**page.form(address), "answer_wish": "Werk."})
    (answer,) = young.rows(Answer)
    form = {"id": str(uuid4()), "sentence": f"{answer.id}:0:5"}
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
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 2 * 12
