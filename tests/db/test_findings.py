"""A finding goes to those who named the goal; they answer; something is done with it, and they are told."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member
from tests.factories.findings import EVALUATOR, Told, by_link
from tests.factories.indicators import make_indicator, measure
from tests.factories.interviews import make_interview, make_respondent, make_statement
from tests.statements import counting
from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.indicators import Status
from toc.domain.people import Role
from toc.models.programmes import Programme
from toc.services import findings
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals import add_sources, get_goal, release_goal
from toc.services.interviews import withdraw_statement

VIEWER = act_of(None, Role.VIEWER)


@pytest.fixture
def told(session: Session) -> Told:
    return Told(session)


def test_a_finding_keeps_the_status_and_rung_of_its_day(session: Session, told: Told) -> None:
    assert (told.finding.status, told.finding.rung) == (Status.NOT_MEASURABLE, 0)
    indicator = make_indicator(session, told.goal)
    measure(session, indicator, date(2025, 8, 31), 96, 120)
    later = findings.publish(session, EVALUATOR, uuid4(), told.goal.id, "Most of you did.")
    assert later.status is findings.standing(session, EVALUATOR, told.goal.id).status
    assert later.status is not Status.NOT_MEASURABLE
    assert findings.get(session, VIEWER, told.finding.id).status is Status.NOT_MEASURABLE
    assert [one.code for one in findings.findings(session, VIEWER)] == ["F2", "F1"]
    assert [one.id for one in findings.findings(session, VIEWER, uuid4())] == []


def test_the_same_form_twice_publishes_once(session: Session, told: Told) -> None:
    again = findings.publish(session, EVALUATOR, told.finding.id, told.goal.id, "Something else")
    assert again is told.finding
    assert again.text == "Half of you did."


@pytest.mark.parametrize(
    ("text", "key"),
    [("  ", "finding.text_missing"), ("Call 06-12345678", "privacy.personal_number")],
)
def test_a_finding_says_something_and_points_to_nobody(
    session: Session, told: Told, text: str, key: str
) -> None:
    with pytest.raises(DomainError) as refused:
        findings.publish(session, EVALUATOR, uuid4(), told.goal.id, text)
    assert refused.value.key == key


def test_a_finding_that_is_not_here_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        findings.get(session, EVALUATOR, uuid4())
    with pytest.raises(NotFound):
        findings.get_reply(session, uuid4())


def test_a_finding_on_a_hidden_goal_is_for_the_evaluator_and_who_said_it(session: Session) -> None:
    told = Told(session, standing=Standing.HIDDEN)
    assert [one.id for one in findings.findings(session, EVALUATOR)] == [told.finding.id]
    assert findings.findings(session, VIEWER) == []
    assert [one.finding.id for one in findings.own_findings(session, by_link(told.speaker))] == [
        told.finding.id
    ]
    assert findings.own_findings(session, by_link(told.other)) == []
    release_goal(session, EVALUATOR, told.goal.id)
    assert [one.id for one in findings.findings(session, VIEWER)] == [told.finding.id]


def test_a_hidden_goal_that_two_people_spoke_of_shows_its_finding_to_neither(session: Session) -> None:
    told = Told(session, standing=Standing.HIDDEN)
    other = make_statement(session, make_interview(session, told.other))
    add_sources(session, EVALUATOR, told.goal.id, [other.id])
    for speaker in (told.speaker, told.other):
        assert findings.own_findings(session, by_link(speaker)) == []
    release_goal(session, EVALUATOR, told.goal.id)
    for speaker in (told.speaker, told.other):
        assert [one.finding.id for one in findings.own_findings(session, by_link(speaker))] == [
            told.finding.id
        ]


def test_one_of_several_findings_is_found(session: Session, told: Told) -> None:
    findings.publish(session, EVALUATOR, uuid4(), told.goal.id, "More of you did.")
    own = findings.own_finding(session, by_link(told.speaker), told.finding.id)
    assert own.finding.id == told.finding.id


def test_everybody_sees_the_findings_of_their_own_goals_beside_their_own_words(
    session: Session, told: Told
) -> None:
    (own,) = findings.own_findings(session, by_link(told.speaker))
    assert own.words == (told.statement.text,)
    assert own.reply is None
    (of_group,) = findings.own_findings(session, by_link(told.other))
    assert of_group.words == ()
    assert findings.own_findings(session, by_link(told.stranger)) == []


def test_nobody_sees_a_finding_before_their_own_answers_are_in(session: Session, told: Told) -> None:
    new = make_respondent(session, told.group)
    assert findings.own_findings(session, by_link(new)) == []
    interview = make_interview(session, new, completed=False)
    with pytest.raises(NotFound):
        findings.reply(session, by_link(new), uuid4(), told.finding.id, "Hello")
    interview.submitted_at = NOW
    session.flush()
    assert [one.finding.id for one in findings.own_findings(session, by_link(new))] == [told.finding.id]


def test_words_that_were_taken_back_are_shown_no_more(session: Session, told: Told) -> None:
    speaker = by_link(told.speaker)
    withdraw_statement(session, speaker, uuid4(), told.statement.id, text="Take it back?")
    (own,) = findings.own_findings(session, by_link(told.speaker))
    assert own.words == ()


def test_an_account_has_no_findings_of_its_own(session: Session) -> None:
    with pytest.raises(NotFound):
        findings.own_findings(session, VIEWER)


def test_a_reply_can_be_changed_until_somebody_has_reacted(session: Session, told: Told) -> None:
    speaker = by_link(told.speaker)
    first = findings.reply(session, speaker, uuid4(), told.finding.id, "Six months is too long.")
    same = findings.reply(session, speaker, uuid4(), told.finding.id, "Six months is too long.")
    changed = findings.reply(session, speaker, uuid4(), told.finding.id, "Three months is possible.")
    assert first.id == same.id == changed.id
    (own,) = findings.own_findings(session, speaker)
    assert own.reply is not None
    assert own.reply.text == "Three months is possible."
    findings.answer(session, EVALUATOR, changed, "We will ask for less.", revision=changed.revision)
    with pytest.raises(Conflict) as refused:
        findings.reply(session, speaker, uuid4(), told.finding.id, "No, more.")
    assert refused.value.key == "reply.already_answered"


@pytest.mark.parametrize(
    ("text", "key"), [("", "reply.text_missing"), ("jan@example.org", "privacy.personal_number")]
)
def test_a_reply_says_something_and_points_to_nobody(
    session: Session, told: Told, text: str, key: str
) -> None:
    with pytest.raises(DomainError) as refused:
        findings.reply(session, by_link(told.speaker), uuid4(), told.finding.id, text)
    assert refused.value.key == key


def test_nobody_replies_to_a_finding_that_is_not_for_them(session: Session, told: Told) -> None:
    with pytest.raises(NotFound):
        findings.reply(session, by_link(told.stranger), uuid4(), told.finding.id, "Hello")


def test_a_reply_becomes_a_feasible_goal_that_keeps_its_history(
    session: Session, programme: Programme, told: Told
) -> None:
    evaluator = act_of(make_member(session, programme, Role.EVALUATOR), Role.EVALUATOR)
    row = findings.reply(session, by_link(told.speaker), uuid4(), told.finding.id, "Three months.")
    (waiting,) = findings.replies(session)
    assert waiting.answered_at is None
    assert findings.findings(session, EVALUATOR)[0].open_replies == 1
    findings.answer(
        session,
        evaluator,
        findings.get_reply(session, row.id),
        "The goal is now three months.",
        revision=row.revision,
        wording="I keep my job for three months",
    )
    goal = get_goal(session, EVALUATOR, told.goal.id)
    assert (goal.edition, goal.wording) == (2, "I keep my job for three months")
    finding = findings.get(session, EVALUATOR, told.finding.id)
    assert (finding.wording, finding.later) == ("I keep my job", goal.wording)
    assert (finding.replies, finding.open_replies) == (1, 0)
    (own,) = findings.own_findings(session, by_link(told.speaker))
    assert own.reply is not None
    assert (own.reply.answer, own.reply.new_wording, own.reply.new_number) == (
        "The goal is now three months.",
        goal.wording,
        2,
    )


def test_only_the_evaluator_learns_how_many_replied(session: Session, told: Told) -> None:
    findings.reply(session, by_link(told.speaker), uuid4(), told.finding.id, "Three months.")
    assert findings.get(session, VIEWER, told.finding.id).replies == 0
    assert [one.finding_id for one in findings.replies(session, told.finding.id)] == [told.finding.id]
    assert findings.replies(session, uuid4()) == []


def test_an_answer_to_words_that_were_changed_since_is_held_up(session: Session, told: Told) -> None:
    speaker = by_link(told.speaker)
    row = findings.reply(session, speaker, uuid4(), told.finding.id, "Three months.")
    seen = row.revision
    findings.reply(session, speaker, uuid4(), told.finding.id, "Two months.")
    with pytest.raises(Stale) as stale:
        findings.answer(session, EVALUATOR, row, "Done", revision=seen)
    assert stale.value.theirs["text"] == "Two months."
    with pytest.raises(DomainError) as empty:
        findings.answer(session, EVALUATOR, row, " ", revision=row.revision)
    assert empty.value.key == "answer.text_missing"


def test_more_findings_take_no_more_statements(session: Session, told: Told) -> None:
    def count() -> int:
        session.expire_all()
        with counting(session) as statements:
            findings.findings(session, EVALUATOR)
            findings.replies(session)
            findings.own_findings(session, by_link(told.speaker))
        return len(statements)

    few = count()
    for _ in range(15):
        findings.publish(session, EVALUATOR, uuid4(), told.goal.id, "Again.")
    assert count() == few
