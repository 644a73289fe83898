"""Transcripts and plans that were kept: whose words may be quoted, with which page, and what is erased."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of
from tests.factories.documents import (
    DAY,
    EVALUATOR,
    PLAN,
    TALK,
    incoming,
    make_study,
    make_transcript,
    plan,
)
from tests.factories.findings import by_link
from tests.factories.interviews import make_group, make_interview, make_respondent, make_statement
from tests.statements import counting
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import Attribution, Audience, ConsentScope, Mode, RespondentKind
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.documents import Document
from toc.models.interviews import Answer, Interview, Statement
from toc.services import documents, interviews
from toc.services.documents import Incoming, MediaType, StudyDraft
from toc.services.errors import Conflict, NotFound
from toc.services.interviews import Place
from toc.services.interviews.refusing import take_everything_back

CANARY = "Ik wil rust."


def answer_of(session: Session, document: Document) -> Answer:
    return session.scalars(select(Answer).where(Answer.interview_id == document.interview_id)).one()


def quote(session: Session, document: Document, words: str) -> Statement:
    answer = answer_of(session, document)
    start = answer.text.index(words)
    place = Place(answer.id, start, start + len(words))
    return interviews.mark_statement(session, EVALUATOR, uuid4(), place)


def refusal(session: Session, document: Document, words: str) -> str:
    with pytest.raises(DomainError) as caught:
        quote(session, document, words)
    return caught.value.key


def original(session: Session, document: Document) -> bytes | None:
    return session.scalars(select(Document.original).where(Document.id == document.id)).one()


# --- Transcripts --------------------------------------------------------------------------------------------


def test_a_transcript_becomes_a_complete_interview(session: Session) -> None:
    respondent = make_respondent(session, kind=RespondentKind.SPOKESPERSON)
    made = make_transcript(session, respondent)
    interview = session.get_one(Interview, (made.programme_id, made.interview_id))
    assert (interview.mode, interview.held_on, interview.submitted_at) == (Mode.TRANSCRIPT, DAY, NOW)
    assert interview.respondent_id == respondent.id
    answer = answer_of(session, made)
    assert (answer.question, answer.text) == ("transcript", incoming().text)
    assert (made.title, made.media_type, made.size) == ("", "text/plain", len(TALK))
    assert original(session, made) == TALK.encode()
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert event is not None
    assert (event.action, event.detail) == ("document.add", {"document": str(made.id)})


def test_an_interview_that_was_read_in_shows_its_text_and_no_questions(session: Session) -> None:
    made = make_transcript(session)
    (answer,) = interviews.interview_view(session, EVALUATOR, made.interview_id).answers or ()
    assert (answer.key, answer.question) == ("transcript", {})
    assert CANARY in answer.text


def test_the_same_form_twice_makes_one_transcript(session: Session) -> None:
    respondent = make_respondent(session)
    once = make_transcript(session, respondent, document_id=(form := uuid4()))
    assert make_transcript(session, respondent, document_id=form) is once
    group = make_group(session)
    draft = StudyDraft(title="Plan", language="nl", dated_on=DAY)
    first = documents.add_study(session, EVALUATOR, form2 := uuid4(), group.id, plan(), draft)
    assert documents.add_study(session, EVALUATOR, form2, group.id, plan(), draft) is first
    assert len(documents.document_rows(session)) == 2


def test_of_a_participant_the_code_stands_before_the_words(session: Session) -> None:
    respondent = make_respondent(session)
    made = make_transcript(session, respondent)
    view = documents.get_document(session, made.id)
    assert "Anna" not in view.text
    assert [(part.speaker, view.text[part.start : part.end], part.own) for part in view.parts] == [
        ("Interviewer", "Wat wil je?", False),
        (f"R{respondent.code}", "Ik wil rust. En werk.", True),
        ("Interviewer", "Waarom?", False),
        (f"R{respondent.code}", "Om te slapen.", True),
    ]


def test_a_spokesperson_keeps_their_name(session: Session) -> None:
    made = make_transcript(session, make_respondent(session, kind=RespondentKind.SPOKESPERSON))
    assert "Anna: Ik wil" in documents.get_document(session, made.id).text


def test_only_the_respondents_words_can_be_marked(session: Session) -> None:
    made = make_transcript(session)
    said = quote(session, made, CANARY)
    assert said.text == CANARY
    respondent = session.get_one(Interview, (made.programme_id, made.interview_id)).respondent
    assert quote(session, made, f"R{respondent.code}: {CANARY}") is said  # without the name before it
    assert refusal(session, made, "Wat wil je?") == "statement.not_own_words"
    assert refusal(session, made, "En werk.\nInterviewer: Waarom?") == "statement.not_own_words"


def test_where_the_names_were_no_speakers_everything_can_be_marked(session: Session) -> None:
    made = make_transcript(session, own=None)
    assert documents.get_document(session, made.id).parts == ()
    assert quote(session, made, "Wat wil je?").text == "Wat wil je?"


def test_a_transcript_that_others_brought_in_is_the_respondents(session: Session) -> None:
    interview = make_interview(session, mode=Mode.TRANSCRIPT)  # without a file
    answer = session.scalars(select(Answer).where(Answer.interview_id == interview.id)).one()
    assert interviews.mark_statement(session, EVALUATOR, uuid4(), Place(answer.id, 0, 12)).text


@pytest.mark.parametrize(
    ("consent", "fields", "own", "days", "key"),
    [
        (None, {}, {"Anna"}, 0, "consent.waiting"),
        (False, {}, {"Anna"}, 0, "consent.refused"),
        (True, {"text": "Mijn nummer is 111222333."}, None, 0, "privacy.bsn"),
        (True, {"text": "Mijn nummer is 111222333.", "numbers_kept": True}, None, 0, "privacy.bsn"),
        (True, {"text": "Bel 06 12345678."}, None, 0, "privacy.personal_number"),
        (True, {}, set(), 0, "document.whose"),
        (True, {}, {"Anna"}, 1, "interview.in_the_future"),
    ],
)
def test_what_may_not_be_kept_is_refused(
    session: Session,
    consent: bool | None,  # noqa: FBT001 - a value of the table above
    fields: dict[str, object],
    own: set[str] | None,
    days: int,
    key: str,
) -> None:
    respondent = make_respondent(session, consent=consent)
    with pytest.raises(DomainError) as caught:
        documents.add_transcript(
            session,
            EVALUATOR,
            uuid4(),
            respondent.id,
            replace(incoming(), **fields),  # type: ignore[arg-type] # values of the table above
            held_on=EVALUATOR.on + timedelta(days),
            own=own,
        )
    assert caught.value.key == key
    assert documents.document_rows(session) == []


def test_a_number_that_points_to_nobody_may_stay(session: Session) -> None:
    read = incoming("Bel 06 12345678.", numbers_kept=True)
    assert make_transcript(session, read=read, own=None).size == 16


def test_the_file_is_not_kept_without_consent(session: Session) -> None:
    respondent = make_respondent(session)
    assert documents.transcript_of(session, respondent.id) == (respondent, True)
    later = act_of(None, Role.EVALUATOR, at=NOW + timedelta(hours=1))
    interviews.record_consent(
        session, later, uuid4(), respondent.id, ConsentScope.ORIGINAL, given=False, text="May we?"
    )
    assert documents.transcript_of(session, respondent.id) == (respondent, False)
    made = make_transcript(session, respondent)
    assert original(session, made) is None
    with pytest.raises(NotFound):
        documents.original_of(session, made.id)


# --- Plans and reports --------------------------------------------------------------------------------------


def test_a_plan_speaks_under_its_own_title(session: Session) -> None:
    group = make_group(session)
    made = make_study(session, group, title="Wijkplan 2025")
    interview = session.get_one(Interview, (made.programme_id, made.interview_id))
    speaker = interview.respondent
    assert (interview.mode, interview.held_on) == (Mode.DOCUMENT, DAY)
    assert (speaker.kind, speaker.name, speaker.group) == (
        RespondentKind.SPOKESPERSON,
        "Wijkplan 2025",
        group,
    )
    assert quote(session, made, "Alle kinderen leren zwemmen.").interview == interview


@pytest.mark.parametrize(
    ("title", "read", "days", "key"),
    [
        ("", plan(), 0, "document.title_needed"),
        ("Plan van 06 12345678", plan(), 0, "privacy.personal_number"),
        ("Plan", plan(text="111222333"), 0, "privacy.bsn"),
        ("Plan", plan(), 1, "interview.in_the_future"),
    ],
)
def test_a_plan_that_may_not_be_kept_is_refused(
    session: Session, title: str, read: Incoming, days: int, key: str
) -> None:
    draft = StudyDraft(title=title, language="nl", dated_on=EVALUATOR.on + timedelta(days))
    group = make_group(session)
    with pytest.raises(DomainError) as caught:
        documents.add_study(session, EVALUATOR, uuid4(), group.id, read, draft)
    assert caught.value.key == key


def test_a_quote_from_a_plan_has_its_page_and_title(session: Session) -> None:
    made = make_study(session)
    second, third = quote(session, made, "leren zwemmen"), quote(session, made, "Een bad")
    talk = quote(session, make_transcript(session), CANARY)
    taken = quote(session, made, "Ons plan")
    interviews.withdraw_statement(session, EVALUATOR, uuid4(), taken.id, text="Take back")
    ids = [second.id, third.id, talk.id, taken.id]
    assert documents.cited(session, ids) == {second.id: ("Plan", 2), third.id: ("Plan", 3)}
    assert documents.place_of(session, made.id, PLAN.index("Een bad")) == 3
    with pytest.raises(NotFound):
        documents.place_of(session, uuid4(), 0)


def test_a_public_plan_speaks_for_itself(session: Session) -> None:
    made = make_study(session)
    waiting, decided, taken = (quote(session, made, words) for words in ("wijk.", "kinderen", "Ons"))
    interviews.decide_statement(
        session, EVALUATOR, uuid4(), decided.id, audience=Audience.NOBODY, text="Nobody"
    )
    interviews.withdraw_statement(session, EVALUATOR, uuid4(), taken.id, text="Take back")
    form = uuid4()
    assert documents.release_quotes(session, EVALUATOR, form, made.id, text="Public") == 1
    assert (waiting.audience, waiting.attribution) == (Audience.PAYER, Attribution.NAMED)
    assert decided.audience is Audience.NOBODY
    assert taken.audience is Audience.NOBODY
    assert documents.release_quotes(session, EVALUATOR, form, made.id, text="Public") == 0
    (decision,) = interviews.decisions_of(session, EVALUATOR, waiting.id)
    assert (decision.id, decision.text) == (derived(form, str(waiting.id)), "Public")


def test_what_somebody_said_is_theirs_to_release(session: Session) -> None:
    made = make_transcript(session)
    said = quote(session, made, CANARY)
    with pytest.raises(Conflict) as caught:
        documents.release_quotes(session, EVALUATOR, uuid4(), made.id, text="Public")
    assert caught.value.key == "document.not_public"
    assert said.audience is Audience.NOBODY


# --- Looking ------------------------------------------------------------------------------------------------


def test_the_list_says_what_is_there(session: Session) -> None:
    talk, study = make_transcript(session), make_study(session)
    quote(session, study, "Een bad")
    rows = documents.document_rows(session)
    assert [(row.code, row.mode, row.title, row.pages, row.marked, row.kept) for row in rows] == [
        (study.code, Mode.DOCUMENT, "Plan", 3, 1, True),
        (talk.code, Mode.TRANSCRIPT, "", 0, 0, True),
    ]
    assert rows[0].media_type is MediaType.TEXT


def test_more_documents_take_no_more_statements(session: Session) -> None:
    made = make_study(session)
    for words in ("Ons", "plan"):
        quote(session, made, words)
    session.expire_all()
    with counting(session.connection()) as few:
        documents.document_rows(session)
    for _ in range(3):
        quote(session, make_study(session), "Een bad")
    session.expire_all()
    with counting(session.connection()) as many:
        documents.document_rows(session)
    assert len(few) == len(many) == 2


def test_the_same_file_is_recognised(session: Session) -> None:
    made = make_transcript(session)
    assert documents.same_file(session, made.digest) == made.code
    assert documents.same_file(session, "0" * 64) is None


def test_who_agreed_can_have_a_transcript(session: Session) -> None:
    agreed = make_respondent(session, kind=RespondentKind.SPOKESPERSON, name="J. Smit")
    make_respondent(session, consent=None)
    make_respondent(session, consent=False)
    make_study(session, agreed.group)
    assert [(voice.id, voice.name, voice.kind) for voice in documents.voices(session)] == [
        (agreed.id, "J. Smit", RespondentKind.SPOKESPERSON)
    ]


def test_documents_of_another_programme_are_not_here(session: Session) -> None:
    made = make_transcript(session)
    session.info["programme_id"] = uuid4()
    assert documents.document_rows(session) == []
    assert documents.voices(session) == []
    assert documents.same_file(session, made.digest) is None
    for ask in (
        lambda: documents.get_document(session, made.id),
        lambda: documents.original_of(session, made.id),
        lambda: documents.discard_original(session, EVALUATOR, made.id),
        lambda: documents.release_quotes(session, EVALUATOR, uuid4(), made.id, text=""),
    ):
        with pytest.raises(NotFound):
            ask()


# --- Erasing ------------------------------------------------------------------------------------------------


def everything(session: Session) -> str:
    """All that the database holds, as one text."""
    session.flush()
    tables = session.connection().dialect.get_table_names(session.connection())
    rows: list[str] = []
    for table in tables:
        for row in session.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608 - our own tables
            rows += [
                bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)
                for cell in row
            ]
    return "\n".join(rows)


def test_a_file_can_be_discarded_at_any_time_and_its_text_stays(session: Session) -> None:
    made = make_transcript(session)
    row, content = documents.original_of(session, made.id)
    assert (row.id, content) == (made.id, TALK.encode())
    documents.discard_original(session, EVALUATOR, made.id)
    documents.discard_original(session, EVALUATOR, made.id)
    assert original(session, made) is None
    assert CANARY in documents.get_document(session, made.id).text
    events = session.scalars(select(AuditEvent.action).where(AuditEvent.action == "document.discard")).all()
    assert len(events) == 1


def test_a_quote_that_is_taken_back_takes_the_file_with_it(session: Session) -> None:
    made = make_transcript(session)
    said = quote(session, made, CANARY)
    interviews.decide_statement(session, EVALUATOR, uuid4(), said.id, audience=Audience.PAYER, text="Yes")
    assert CANARY in everything(session)
    interviews.withdraw_statement(session, EVALUATOR, uuid4(), said.id, text="Take back")
    assert original(session, made) is None
    assert CANARY not in everything(session)
    assert "En werk." in documents.get_document(session, made.id).text
    assert documents.get_document(session, made.id).statements == ()


def test_who_no_longer_wants_the_file_kept_has_it_removed(session: Session) -> None:
    respondent, other = make_respondent(session), make_respondent(session)
    theirs, others = make_transcript(session, respondent), make_transcript(session, other)
    interviews.record_consent(
        session, EVALUATOR, uuid4(), respondent.id, ConsentScope.RECORDING, given=False, text="May we?"
    )
    assert original(session, theirs) is not None
    interviews.record_consent(
        session, EVALUATOR, uuid4(), respondent.id, ConsentScope.ORIGINAL, given=False, text="May we?"
    )
    session.expire_all()
    assert original(session, theirs) is None
    assert original(session, others) is not None
    assert CANARY in documents.get_document(session, theirs.id).text


def test_who_takes_everything_back_leaves_nothing_in_a_transcript(session: Session) -> None:
    respondent = make_respondent(session, kind=RespondentKind.SPOKESPERSON, name="J. Smit")
    made = make_transcript(session, respondent)
    assert "Anna" in everything(session)
    take_everything_back(session, by_link(respondent), uuid4(), respondent.id, text="All")
    session.expire_all()
    left = everything(session)
    assert CANARY not in left
    assert "Anna" not in left
    assert documents.get_document(session, made.id).parts == ()


def test_readers_of_a_released_plan_see_its_title(session: Session) -> None:
    made = make_study(session, title="Wijkplan 2025")
    said = quote(session, made, "Een bad in elke wijk.")
    documents.release_quotes(session, EVALUATOR, uuid4(), made.id, text="Public")
    reader = EVALUATOR.__class__(at=NOW, on=NOW.date(), user=uuid4(), roles=frozenset({Role.FUNDER}))
    found, _ = interviews.statement_to_read(session, reader, said.id)
    assert found.text == "Een bad in elke wijk."
    assert found.who.startswith("Wijkplan 2025")
    assert make_statement(session).id != said.id
