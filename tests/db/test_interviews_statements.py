"""Statements in the database: marked, decided about, taken back, and read by who may."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.db.hearing import PARTICIPANT, SPOKESPERSON, events, make_goal, rows, speaker
from tests.factories import NOW, act_of, make_member, make_programme
from tests.factories.interviews import (
    QUESTION,
    answer_id,
    make_group,
    make_guide_edition,
    make_heard,
    make_interview,
    make_respondent,
    make_statement,
)
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.indicators import Status
from toc.domain.interviews import (
    Attribution,
    Audience,
    Mode,
    RespondentKind,
)
from toc.domain.people import Role
from toc.domain.privacy import Reading
from toc.models.findings import Finding
from toc.models.goals import GoalEdition
from toc.models.interviews import (
    Answer,
    Statement,
    StatementDecision,
)
from toc.models.programmes import Programme
from toc.services import interviews as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import Place


@pytest.fixture
def act(session: Session, programme: Programme) -> Act:
    """What the evaluator does."""
    return act_of(make_member(session, programme, Role.EVALUATOR), Role.EVALUATOR)


def reader(*roles: Role) -> Act:
    return act_of(uuid4(), *roles)


# --- Statements ---------------------------------------------------------------------------------------------


def test_sentences_are_marked_word_for_word_with_codes_of_their_own(session: Session, act: Act) -> None:
    answer = answer_id(make_interview(session))
    marking, places = uuid4(), [Place(answer, 0, 12), Place(answer, 12, 21)]
    first = service.mark_statements(session, act, marking, places)
    assert service.mark_statements(session, act, marking, places) == first
    assert service.mark_statement(session, act, uuid4(), Place(answer, 0, 13)) is first[0]
    assert [(each.code, each.text, each.starts_at, each.ends_at) for each in first] == [
        (1, "Ik wil werk.", 0, 12),
        (2, "En rust.", 13, 21),
    ]
    assert all(each.audience is Audience.NOBODY and each.decided_at is None for each in first)


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [(12, 13, "passage.empty"), (0, 99, "passage.outside"), (3, 1, "passage.outside")],
)
def test_a_passage_that_cannot_be_marked_is_refused(
    session: Session, act: Act, start: int, end: int, key: str
) -> None:
    interview = make_interview(session)
    make_statement(session, interview)
    with pytest.raises(DomainError) as refused:
        service.mark_statement(session, act, uuid4(), Place(answer_id(interview), start, end))
    assert refused.value.key == key


def test_passages_may_overlap_and_each_stands_once(session: Session, act: Act) -> None:
    answer = answer_id(make_interview(session))
    places = [Place(answer, 0, 12), Place(answer, 7, 21), Place(answer, 7, 12)]
    marked = service.mark_statements(session, act, uuid4(), places)
    assert [each.text for each in marked] == ["Ik wil werk.", "werk. En rust.", "werk."]
    again = service.mark_statements(session, act, uuid4(), places)
    assert [each.id for each in again] == [each.id for each in marked]


def test_marking_nothing_is_refused_and_so_is_marking_too_early(session: Session, act: Act) -> None:
    with pytest.raises(DomainError) as none_chosen:
        service.mark_statements(session, act, uuid4(), [])
    early = make_interview(session, completed=False)
    with pytest.raises(Conflict) as refused:
        service.mark_statement(session, act, uuid4(), Place(answer_id(early), 0, 12))
    assert (none_chosen.value.key, refused.value.key) == (
        "statement.none_chosen",
        "interview.not_complete",
    )


def test_who_filled_it_in_alone_marks_their_own_sentences(session: Session) -> None:
    alone, held = make_interview(session, mode=Mode.ALONE), make_interview(session)
    marked = service.mark_statement(
        session, speaker(alone.respondent), uuid4(), Place(answer_id(alone), 0, 12)
    )
    assert marked.text == "Ik wil werk."
    with pytest.raises(NotFound):
        service.mark_statement(session, speaker(held.respondent), uuid4(), Place(answer_id(held), 0, 12))


def test_a_mistaken_mark_is_taken_away_unless_something_rests_on_it(session: Session, act: Act) -> None:
    interview = make_interview(session)
    mistake = make_statement(session, interview, audience=None)
    with pytest.raises(Stale):
        service.unmark_statement(session, act, mistake.id, 2)
    assert service.unmark_statement(session, act, mistake.id, 1) == interview.id
    assert rows(session, Statement) == 0
    used = make_statement(session, interview, audience=None)
    make_goal(session, used)
    decided = make_statement(session, interview, sentence=1, audience=Audience.NOBODY)
    for statement, key in ((used, "statement.in_use"), (decided, "statement.decided")):
        with pytest.raises(Conflict) as refused:
            service.unmark_statement(session, act, statement.id, 1)
        assert refused.value.key == key


def test_statements_follow_an_answer_that_is_mended(session: Session, act: Act) -> None:
    interview = make_interview(session, text="Ja. Ja. Ja.")
    marked = [make_statement(session, interview, sentence=place) for place in range(3)]
    service.save_answers(session, act, interview.id, {QUESTION: "Nou: Ja. Ja. Ja."}, {QUESTION: 1})
    assert [(each.starts_at, each.ends_at) for each in marked] == [(5, 8), (9, 12), (13, 16)]
    with pytest.raises(DomainError) as refused:
        service.save_answers(session, act, interview.id, {QUESTION: "Ja. Ja."}, {QUESTION: 2})
    assert (refused.value.key, refused.value.params) == (
        "answer.quote_gone",
        {"code": f"U{marked[2].code}"},
    )


def test_a_decision_is_kept_with_who_took_it_and_what_was_shown(session: Session, act: Act) -> None:
    respondent = make_respondent(session, kind=SPOKESPERSON)
    statement = make_statement(session, make_interview(session, respondent), audience=None)
    mine, form = speaker(respondent), uuid4()
    for audience in (Audience.PAYER, Audience.NOBODY):
        service.decide_statement(
            session,
            mine,
            form,
            statement.id,
            audience=audience,
            attribution=Attribution.NAMED,
            text="Wie mag dit lezen? Iedereen.",
        )
    assert (statement.audience, statement.attribution, statement.decided_at) == (
        Audience.PAYER,
        Attribution.NAMED,
        NOW,
    )
    later = replace(act, at=NOW + timedelta(days=1))
    service.decide_statement(session, later, uuid4(), statement.id, audience=Audience.PARTIES, text="Gebeld")
    kept = service.decisions_of(session, act, statement.id)
    assert service.decisions_of(session, mine, statement.id) == kept
    assert [(row.audience, row.attribution, row.taken_by_id, row.text) for row in kept] == [
        (Audience.PARTIES, Attribution.ANONYMOUS, act.user, "Gebeld"),
        (Audience.PAYER, Attribution.NAMED, None, "Wie mag dit lezen? Iedereen."),
    ]
    for role in (Role.COORDINATOR, Role.FUNDER):
        with pytest.raises(NotFound):
            service.decisions_of(session, reader(role), statement.id)
    assert {str(event.detail) for event in events(session)} == {"{}"}


def test_a_participant_stays_unnamed_also_when_they_agree(session: Session) -> None:
    statement = make_statement(session, audience=None)
    with pytest.raises(DomainError) as refused:
        service.decide_statement(
            session,
            speaker(statement.interview.respondent),
            uuid4(),
            statement.id,
            audience=Audience.PAYER,
            attribution=Attribution.NAMED,
            text="?",
        )
    assert refused.value.key == "statement.participant_unnamed"


def test_what_is_taken_back_is_gone_everywhere_and_stays_gone(session: Session, act: Act) -> None:
    interview = make_interview(session)
    statement = make_statement(session, interview)
    other = make_statement(session, interview, sentence=1)
    goal = make_goal(session, statement)
    mine = speaker(interview.respondent)
    make_heard(session, interview.respondent.group, 3)
    service.withdraw_statement(session, mine, uuid4(), statement.id, text="Neem terug")
    service.withdraw_statement(session, mine, uuid4(), statement.id, text="Neem terug")
    (decision,) = service.decisions_of(session, mine, statement.id)
    assert (decision.withdrawn, decision.audience) == (True, Audience.NOBODY)
    answer = session.get_one(Answer, (interview.programme_id, answer_id(interview)))
    assert (statement.text, answer.text) == ("", "………………………………" + " En rust.")
    assert answer.text[other.starts_at : other.ends_at] == "En rust."
    for anybody in (act, mine, reader(Role.FUNDER), reader(Role.COORDINATOR)):
        seen = {each.id for each in service.readable_statements(session, anybody)}
        assert statement.id not in seen
        assert service.readable_statements(session, anybody, goal_id=goal.id) == []
        assert service.aggregate(session, anybody, goal.id) == []
        with pytest.raises(NotFound):
            service.statement_to_read(session, anybody, statement.id)
    with pytest.raises(Conflict) as refused:
        service.decide_statement(session, mine, uuid4(), statement.id, audience=Audience.PAYER, text="?")
    assert refused.value.key == "statement.withdrawn"
    with pytest.raises(DomainError) as empty:
        service.mark_statement(session, act, uuid4(), Place(answer.id, 0, 12))
    assert empty.value.key == "passage.empty"


def test_two_sentences_of_one_answer_can_both_be_taken_back(session: Session, act: Act) -> None:
    interview = make_interview(session)
    for place in (0, 1):
        statement = make_statement(session, interview, sentence=place)
        service.withdraw_statement(session, act, uuid4(), statement.id, text="?")
    answer = session.get_one(Answer, (interview.programme_id, answer_id(interview)))
    assert set(answer.text) == {"…", " "}


def test_published_findings_that_rest_on_what_was_taken_back_are_listed(session: Session, act: Act) -> None:
    before, after, never = (make_statement(session) for _ in range(3))
    goal = make_goal(session, before, after, never)
    service.withdraw_statement(
        session, replace(act, at=NOW - timedelta(days=1)), uuid4(), before.id, text="?"
    )
    finding = Finding(
        id=uuid4(),
        code=7,
        goal=goal,
        goal_edition=session.scalars(select(GoalEdition)).one(),
        text="Bereikt.",
        status=Status.REACHED,
        rung=1,
        published_at=NOW,
    )
    session.add(finding)
    later = NOW + timedelta(days=1)
    service.withdraw_statement(session, replace(act, at=later), uuid4(), after.id, text="?")
    assert service.follow_up(session) == [service.FollowUp(finding.id, 7, after.code, later)]


# --- Who reads what -----------------------------------------------------------------------------------------

FULL, COUNT, NONE = Reading.FULL, Reading.AGGREGATE, Reading.NONE

TABLE = {
    # (audience, speaker): what funder and investor, the evaluator, and all others read, from three heard on.
    (Audience.NOBODY, SPOKESPERSON): (NONE, FULL, NONE),
    (Audience.NOBODY, PARTICIPANT): (NONE, FULL, NONE),
    (Audience.PARTIES, SPOKESPERSON): (NONE, FULL, FULL),
    (Audience.PARTIES, PARTICIPANT): (NONE, FULL, FULL),
    (Audience.PAYER, SPOKESPERSON): (FULL, FULL, FULL),
    (Audience.PAYER, PARTICIPANT): (COUNT, FULL, FULL),
}


def expected(role: Role, audience: Audience, kind: RespondentKind, heard: int) -> Reading:
    payer, evaluator, other = TABLE[audience, kind]
    if role is Role.EVALUATOR:
        return evaluator
    if kind is PARTICIPANT and heard < 3:
        return NONE
    return payer if role in {Role.FUNDER, Role.INVESTOR} else other


@pytest.mark.parametrize("heard", [2, 3])
def test_everybody_reads_what_the_speaker_released_and_no_more(session: Session, heard: int) -> None:
    said: dict[UUID, tuple[Audience, RespondentKind]] = {}
    for audience, kind in product(Audience, RespondentKind):
        group = make_group(session)
        make_heard(session, group, heard - (kind is PARTICIPANT))
        # Neither a spokesperson nor who did not finish counts among the heard, nor people in a workshop: they
        # may be the same ones.
        make_interview(session, make_respondent(session, group), mode=Mode.WORKSHOP)
        make_interview(session, make_respondent(session, group, kind=SPOKESPERSON))
        make_interview(session, make_respondent(session, group), completed=False)
        respondent = make_respondent(session, group, kind=kind)
        statement = make_statement(session, make_interview(session, respondent), audience=audience)
        said[statement.id] = (audience, kind)
    for role in Role:
        read = {each.id: each for each in service.readable_statements(session, reader(role))}
        for key, (audience, kind) in said.items():
            how = expected(role, audience, kind, heard)
            found = read.get(key)
            assert (found.reading if found else NONE) is how, (role, audience, kind)
            if found is None:
                with pytest.raises(NotFound):
                    service.statement_to_read(session, reader(role), key)
                continue
            assert service.statement_to_read(session, reader(role), key)[0] == found
            assert (found.text is not None) == (how is FULL)
            near = role is Role.EVALUATOR
            assert (found.interview_id is not None) == near
            assert (found.who != "") == (near or kind is SPOKESPERSON)
            assert (found.group_id is not None) == (near or kind is SPOKESPERSON or how is COUNT)
            assert service.readable_statements(session, reader(role), statement_id=key) == [found]
    assert service.readable_statements(session, reader()) == []


def test_a_card_of_a_workshop_is_no_voice_more(session: Session) -> None:
    group = make_group(session)
    interview = make_heard(session, group, 3)[0]
    card = make_interview(session, make_respondent(session, group), mode=Mode.WORKSHOP)
    goal = make_goal(
        session,
        make_statement(session, interview, audience=Audience.PAYER),
        make_statement(session, card, audience=Audience.PAYER),
    )
    (voices,) = service.aggregate(session, reader(Role.FUNDER), goal.id)
    assert (voices.said, voices.asked) == (1, 3)


def test_a_second_role_never_opens_what_the_payer_may_not_read(session: Session) -> None:
    group = make_group(session)
    interview = make_heard(session, group, 3)[0]
    make_statement(session, interview, audience=Audience.PAYER)
    hidden = make_goal(session, make_statement(session, interview, sentence=1), released=False)
    both = reader(Role.FUNDER, Role.EVALUATOR)
    found = service.readable_statements(session, both)
    assert [(each.text, each.who, each.goal_ids, each.interview_id) for each in found] == [
        (None, "", (), None),
        (None, "", (), None),
    ]
    assert service.readable_statements(session, reader(Role.EVALUATOR), goal_id=hidden.id)[0].goal_ids == (
        hidden.id,
    )


def test_speakers_read_their_own_words_by_link_and_by_account(session: Session, programme: Programme) -> None:
    user = make_member(session, programme, Role.STAKEHOLDER)
    respondent = make_respondent(session, kind=SPOKESPERSON, user_id=user.id)
    make_statement(session, make_interview(session, respondent), audience=Audience.NOBODY)
    make_statement(session, audience=Audience.NOBODY)
    (found,) = service.readable_statements(session, speaker(respondent))
    assert (found.own, found.reading, found.text) == (True, FULL, "Ik wil werk.")
    assert service.readable_statements(session, act_of(user, Role.STAKEHOLDER)) == [found]
    make_statement(session, make_interview(session, make_respondent(session, kind=SPOKESPERSON)))
    assert service.own_statements(session, speaker(respondent)) == [found]
    assert service.speaker(session, speaker(respondent), found.id) is respondent


def test_a_name_stands_beside_a_quote_when_a_spokesperson_agreed(session: Session) -> None:
    group = make_group(session, name="Gemeente")
    interview = make_interview(session, make_respondent(session, group, kind=SPOKESPERSON, name="An"))
    make_statement(session, interview, attribution=Attribution.NAMED)
    make_statement(session, interview, sentence=1)
    found = service.readable_statements(session, reader(Role.FUNDER), interview_id=interview.id)
    assert [(each.who, each.named) for each in found] == [("An, Gemeente", True), ("Gemeente", False)]


def test_a_goal_is_counted_by_how_many_participants_said_it(session: Session) -> None:
    young, old = make_group(session, name="Jongeren"), make_group(session, name="Ouders")
    first, second, third = make_heard(session, young, 3)
    make_heard(session, old, 2)
    parent = make_interview(session, make_respondent(session, old))
    town = make_interview(session, make_respondent(session, kind=SPOKESPERSON))
    goal = make_goal(
        session,
        make_statement(session, first),
        make_statement(session, first, sentence=1),
        make_statement(session, second),
        make_statement(session, third, audience=Audience.PARTIES),
        make_statement(session, parent),
        make_statement(session, town),
    )
    assert service.aggregate(session, reader(Role.INVESTOR), goal.id) == [
        ("Jongeren", 2, 3, young.id),
        ("Ouders", 1, 3, old.id),
    ]
    assert service.aggregate(session, reader(Role.WORKER), goal.id)[0][:3] == ("Jongeren", 3, 3)


def test_a_statement_names_the_goals_that_rest_on_it_but_no_hidden_one(session: Session) -> None:
    statement = make_statement(session, make_interview(session, make_respondent(session, kind=SPOKESPERSON)))
    shown, hidden = make_goal(session, statement), make_goal(session, statement, released=False)
    for role, goals in ((Role.VIEWER, [shown]), (Role.EVALUATOR, [shown, hidden])):
        found, mentions = service.statement_to_read(session, reader(role), statement.id)
        assert [(each.id, each.code, each.wording) for each in mentions] == [
            (goal.id, goal.code, f"Goal {goal.code}") for goal in goals
        ]
        assert found.goal_ids == tuple(goal.id for goal in goals)
        assert service.readable_statements(session, reader(role), goal_id=shown.id) == [found]


def test_nothing_said_in_another_programme_is_read(session: Session, programme: Programme) -> None:
    other = make_programme(session)
    session.info["programme_id"] = other.id
    elsewhere = make_statement(session, make_interview(session, make_respondent(session, kind=SPOKESPERSON)))
    session.info["programme_id"] = programme.id
    assert service.readable_statements(session, reader(Role.EVALUATOR)) == []
    with pytest.raises(NotFound):
        service.statement_to_read(session, reader(Role.EVALUATOR), elsewhere.id)
    with pytest.raises(NotFound):
        service.decide_statement(
            session, reader(Role.EVALUATOR), uuid4(), elsewhere.id, audience=Audience.PAYER, text="?"
        )
    assert rows(session, StatementDecision) == 0


def test_the_factory_of_guides_gives_one_per_kind(session: Session) -> None:
    assert make_guide_edition(session, PARTICIPANT) is make_guide_edition(session, PARTICIPANT)
