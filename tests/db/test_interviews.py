"""Interviews in the database: begun once, saved, completed, and written in by their writer alone."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.db.hearing import SPOKESPERSON, events, speaker
from tests.factories import NOW, act_of, make_member
from tests.factories.interviews import (
    QUESTION,
    answer_id,
    make_interview,
    make_respondent,
    make_statement,
)
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.interviews import (
    Audience,
    ConsentScope,
    Mode,
)
from toc.domain.people import Role
from toc.models.programmes import Programme
from toc.services import interviews as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import Place


@pytest.fixture
def act(session: Session, programme: Programme) -> Act:
    """What the evaluator does."""
    return act_of(make_member(session, programme, Role.EVALUATOR), Role.EVALUATOR)


# --- Holding an interview -----------------------------------------------------------------------------------


def test_an_interview_starts_once_with_the_guide_for_who_speaks(session: Session, act: Act) -> None:
    respondent = make_respondent(session, kind=SPOKESPERSON)
    on = date(2025, 8, 30)
    interview = service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.HELD, held_on=on)
    again = service.start_interview(session, act, interview.id, respondent.id, mode=Mode.HELD)
    assert again is interview
    assert (interview.code, interview.held_on) == (1, on)
    assert len(interview.guide_edition.questions) == 15
    assert service.interviews_of(session, act, respondent.id) == [interview]
    with pytest.raises(DomainError) as refused:
        service.start_interview(
            session, act, uuid4(), respondent.id, mode=Mode.HELD, held_on=act.on + timedelta(days=1)
        )
    assert refused.value.key == "interview.in_the_future"


def test_who_fills_it_in_alone_goes_on_with_the_same_draft(session: Session) -> None:
    respondent = make_respondent(session)
    act = speaker(respondent)
    draft = service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.ALONE)
    assert service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.ALONE) is draft
    service.save_answers(session, act, draft.id, {"wish": "Werk."})
    service.submit_interview(session, act, draft.id)
    assert service.submit_interview(session, act, draft.id).submitted_at == NOW
    with pytest.raises(Conflict) as refused:
        service.save_answers(session, act, draft.id, {"wish": "Rust."}, {"wish": 1})
    assert refused.value.key == "interview.sent"
    assert service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.ALONE) is not draft


def test_answers_are_saved_and_what_did_not_change_is_left_alone(session: Session, act: Act) -> None:
    respondent = make_respondent(session)
    interview = service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.HELD)
    service.save_answers(session, act, interview.id, {"going_on": "Ik zoek werk.", "wish": ""})
    service.save_answers(session, act, interview.id, {"going_on": "Ik zoek werk.", "wish": "Rust."})
    service.save_answers(session, act, interview.id, {"wish": ""}, {"wish": 1})
    service.save_answers(session, act, interview.id, {"wish": ""}, {"wish": 1})
    view = service.interview_view(session, act, interview.id)
    assert view.answers is not None
    assert [(answer.key, answer.text, answer.revision) for answer in view.answers] == [
        ("going_on", "Ik zoek werk.", 1),
        ("wish", "", 2),
        ("helps_and_hinders", "", 0),
        ("worth_it", "", 0),
    ]
    assert view.answers[0].question.keys() == {"nl", "en"}
    assert [event.action for event in events(session)].count("interview.save") == 3


def test_two_who_write_the_same_answer_both_keep_their_text(session: Session, act: Act) -> None:
    interview = make_interview(session, text="Eerst.")
    service.save_answers(session, act, interview.id, {QUESTION: "Toen."}, {QUESTION: 1})
    with pytest.raises(Stale) as refused:
        service.save_answers(session, act, interview.id, {QUESTION: "Nu."}, {QUESTION: 1})
    assert refused.value.theirs == {QUESTION: "Toen."}


def test_an_answer_belongs_to_a_question_that_was_asked(session: Session, act: Act) -> None:
    with pytest.raises(NotFound):
        service.save_answers(session, act, make_interview(session).id, {"other": "x"})


def test_an_interview_is_complete_when_something_was_said(session: Session, act: Act) -> None:
    interview = make_interview(session, text="", completed=False)
    with pytest.raises(DomainError) as refused:
        service.submit_interview(session, act, interview.id)
    assert refused.value.key == "interview.empty"
    service.save_answers(session, act, interview.id, {QUESTION: "Ja."}, {QUESTION: 1})
    assert service.submit_interview(session, act, interview.id).submitted_at == NOW


def test_nobody_writes_in_the_words_of_another(session: Session, act: Act) -> None:
    alone = make_interview(session, mode=Mode.ALONE, completed=False)
    held = make_interview(session, completed=False)
    for writer, interview in ((act, alone), (speaker(held.respondent), held)):
        with pytest.raises(Conflict) as saving:
            service.save_answers(session, writer, interview.id, {QUESTION: "x"})
        with pytest.raises(Conflict) as sending:
            service.submit_interview(session, writer, interview.id)
        assert saving.value.key == sending.value.key == "interview.own_words"
    with pytest.raises(NotFound):
        service.save_answers(session, speaker(held.respondent), alone.id, {QUESTION: "x"})


def test_a_draft_is_read_by_its_writer_alone(session: Session, act: Act) -> None:
    draft = make_interview(session, mode=Mode.ALONE, completed=False)
    assert service.interview_view(session, act, draft.id).answers is None
    own = service.interview_view(session, speaker(draft.respondent), draft.id)
    assert own.answers is not None
    service.submit_interview(session, speaker(draft.respondent), draft.id)
    assert service.interview_view(session, act, draft.id).answers == own.answers


def test_a_personal_link_opens_nothing_of_anybody_else(session: Session) -> None:
    other = make_statement(session)
    interview, act = other.interview, speaker(make_respondent(session))
    theirs = interview.respondent.id
    for look in (
        lambda: service.interview_view(session, act, interview.id),
        lambda: service.consents_of(session, act, theirs),
        lambda: service.interviews_of(session, act, theirs),
        lambda: service.start_interview(session, act, uuid4(), theirs, mode=Mode.ALONE),
        lambda: service.record_consent(
            session, act, uuid4(), theirs, ConsentScope.NOTES, given=True, text="?"
        ),
        lambda: service.mark_statement(session, act, uuid4(), Place(answer_id(interview), 13, 21)),
        lambda: service.mark_statement(session, act, other.id, Place(answer_id(interview), 0, 12)),
        lambda: service.unmark_statement(session, act, other.id, 1),
        lambda: service.decide_statement(session, act, uuid4(), other.id, audience=Audience.NOBODY, text="?"),
        lambda: service.withdraw_statement(session, act, uuid4(), other.id, text="?"),
        lambda: service.decisions_of(session, act, other.id),
        lambda: service.submit_interview(session, act, interview.id),
    ):
        with pytest.raises(NotFound):
            look()
