"""The matrix of goals and parties, and the member check as the evaluator reads it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of
from tests.factories.checks import make_check, make_party_goal
from tests.factories.goals import EVALUATOR, make_goal, make_many_goals, make_statements
from tests.factories.interviews import make_group, make_heard, make_interview, make_respondent
from toc.domain.acts import Act
from toc.domain.goals import Level, Stance, Standing
from toc.domain.goals.grounds import CheckState
from toc.domain.goals.joining import Opinion
from toc.domain.interviews import CheckVerdict, RespondentKind
from toc.domain.people import Role
from toc.services import goals
from toc.services.errors import NotFound
from toc.services.goals import Held
from toc.services.goals.bodies import tree_body
from toc.services.goals.checks import agreements, all_checks, amendment, checks_of
from toc.services.goals.matrix import closed_parties, matrix

FUNDER = act_of(None, Role.FUNDER)
FUNDER_TOO = act_of(None, Role.EVALUATOR, Role.FUNDER)


def sent(session: Session, call: Callable[[], object]) -> int:
    """How many statements a call sends to the database."""
    noted: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        noted.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len(noted)


# --- The matrix ---------------------------------------------------------------------------------------------


def test_every_goal_stands_beside_every_party(session: Session) -> None:
    town, youth = make_group(session, name="Town"), make_group(session, name="Youth")
    make_statements(session, town, "Work.")
    first = make_goal(
        session,
        "Keep a job",
        holders=[
            Held(group_id=town.id, importance=5, feasibility=2),
            Held(group_id=youth.id, stance=Stance.OPPOSES),
        ],
    )
    second = make_goal(session, "Rest", level=None)
    gone = make_goal(session)
    gone.retired_at = NOW
    whole = matrix(session, EVALUATOR)
    assert [(one.code, one.name, one.heard, one.closed) for one in whole.parties] == [
        (f"S{town.code}", "Town", True, False),
        (f"S{youth.code}", "Youth", False, False),
    ]
    assert [(one.number, one.text, one.level) for one in whole.rows] == [
        (1, "Keep a job", Level.OUTCOME),
        (2, "Rest", None),
    ]
    assert whole.rows[0].opinions == {
        town.id: Opinion(Stance.SUPPORTS, 5, 2),
        youth.id: Opinion(Stance.OPPOSES),
    }
    assert whole.rows[1].opinions == {}
    assert whole.goals.keys() == {first.id, second.id}


def test_payers_see_no_hidden_goal_and_no_party_of_one_or_two_people(session: Session) -> None:
    few, many, firm = (make_group(session, name=name) for name in ("Few", "Many", "Firm"))
    make_heard(session, few, 2)
    make_heard(session, many, 3)
    make_interview(session, make_respondent(session, many), completed=False)
    make_interview(session, make_respondent(session, firm, kind=RespondentKind.SPOKESPERSON))
    make_interview(session, make_respondent(session, firm), completed=False)
    goal = make_goal(session, holders=[few, many, firm])
    make_goal(session, standing=Standing.HIDDEN, holders=[few])
    for act in (FUNDER, FUNDER_TOO, act_of(None, Role.STAKEHOLDER)):
        seen = matrix(session, act)
        assert [(one.name, one.closed) for one in seen.parties] == [
            ("Few", True),
            ("Many", False),
            ("Firm", False),
        ]
        (row,) = seen.rows
        assert (row.id, {*row.opinions}) == (goal.id, {many.id, firm.id})
        assert seen.thin == frozenset()
    assert closed_parties(session, FUNDER) == {few.id}
    assert closed_parties(session, EVALUATOR) == frozenset()
    everything = matrix(session, EVALUATOR)
    assert [len(row.opinions) for row in everything.rows] == [3, 1]
    assert not any(party.closed for party in everything.parties)


@pytest.mark.parametrize("who", [FUNDER, FUNDER_TOO, act_of(None, Role.VIEWER)])
def test_the_tree_leaves_out_what_a_party_of_one_or_two_people_thinks(session: Session, who: Act) -> None:
    few, many = make_group(session, name="Few"), make_group(session, name="Many")
    make_heard(session, few, 1)
    make_heard(session, many, 3)
    make_goal(session, holders=[Held(group_id=few.id, stance=Stance.OPPOSES), many])
    seen = goals.tree(session, who)
    assert [party.name for party in seen.parties] == ["Few", "Many"]
    assert [goal.holders for goal in seen.goals] == [((many.code, Stance.SUPPORTS),)]
    assert seen.any_closed
    assert [one.party for one in tree_body(session, who).holders] == [f"S{many.code}"]
    assert tree_body(session, None) == tree_body(session, who)
    everything = goals.tree(session, EVALUATOR)
    assert everything.goals[0].holders == ((few.code, Stance.OPPOSES), (many.code, Stance.SUPPORTS))
    assert not everything.any_closed
    assert len(tree_body(session, EVALUATOR).holders) == 2


def test_an_implicit_goal_is_marked_once_its_words_are_withdrawn(session: Session) -> None:
    said = make_statements(session, make_group(session), "We do it for the children.", "And for us.")
    goal = make_goal(session, standing=Standing.IMPLICIT, statements=said)
    make_goal(session, standing=Standing.IMPLICIT, confirmed=True)
    make_goal(session)
    assert matrix(session, EVALUATOR).thin == frozenset()
    said[0].withdrawn_at = NOW
    assert matrix(session, EVALUATOR).thin == {goal.id}
    make_check(session, said[1], goal)
    assert matrix(session, EVALUATOR).thin == frozenset()
    make_check(session, said[1], goal, CheckVerdict.REJECT, minutes=1)
    assert matrix(session, EVALUATOR).thin == {goal.id}


def test_the_matrix_takes_as_many_statements_whatever_its_size(session: Session) -> None:
    party = make_group(session)
    make_many_goals(session, 3, holder=party)
    few = sent(session, lambda: matrix(session, EVALUATOR))
    for _ in range(5):
        make_many_goals(session, 20, holder=make_group(session))
    assert sent(session, lambda: matrix(session, EVALUATOR)) == few == 5


# --- The member check ---------------------------------------------------------------------------------------


def test_the_evaluator_reads_who_agreed(session: Session) -> None:
    town, youth = make_group(session, name="Town"), make_group(session, name="Youth")
    (first,), (second,) = make_statements(session, town, "Work."), make_statements(session, town, "Jobs.")
    third, again = make_statements(session, youth, "Rest.", "And a home.", kind=RespondentKind.PARTICIPANT)
    goal = make_goal(session, "Keep a job", statements=[first, second, third, again])
    make_goal(session, "Nobody said this")
    make_check(session, first, goal)
    asked = make_check(session, third, goal, CheckVerdict.AMEND, "A job that fits")
    (found,) = all_checks(session, EVALUATOR)
    assert (found.goal_id, found.group_id, found.code, found.wording) == (goal.id, None, "G1", "Keep a job")
    assert [(one.group, one.state, one.comment) for one in found.by] == [
        ("Town", CheckState.AGREED, ""),
        ("Town", CheckState.OPEN, ""),
        ("Youth", CheckState.AMENDED, "A job that fits"),
    ]
    assert [one.check_id for one in found.by][1:] == [None, asked.id]
    assert all(one.code == f"R{one.number}" for one in found.by)
    assert (found.count(CheckState.OPEN), found.count(CheckState.AGREED, CheckState.AMENDED)) == (1, 2)
    assert checks_of(session, EVALUATOR, goal.id, "Keep a job") == found.by
    assert agreements(session, {goal.id: "Keep a job"}) == {goal.id: 1}


def test_another_wording_is_to_be_read_again(session: Session) -> None:
    (said,) = make_statements(session, make_group(session), "Work.")
    goal = make_goal(session, "Keep a job", statements=[said])
    other = make_goal(session, "Rest", statements=[said])
    make_check(session, said, goal)
    make_check(session, said, other)
    view = goals.get_goal(session, EVALUATOR, goal.id)
    goals.new_edition(session, EVALUATOR, view, goals.GoalDraft(wording="Stay at work"), "Better.")
    (one,) = checks_of(session, EVALUATOR, goal.id, "Stay at work")
    assert (one.state, one.verdict, one.wording) == (CheckState.REWORDED, CheckVerdict.AGREE, "Keep a job")
    assert agreements(session, {goal.id: "Stay at work", other.id: "Rest"}) == {other.id: 1}


def test_goals_in_the_own_tree_of_a_party_are_checked_too(session: Session) -> None:
    town = make_group(session)
    (said,) = make_statements(session, town, "Work.")
    own = make_party_goal(session, town.id, "A job for everybody", said)
    make_party_goal(session, make_group(session).id, "Nobody said this")
    make_check(session, said, own, CheckVerdict.REJECT)
    (found,) = all_checks(session, EVALUATOR)
    assert (found.goal_id, found.group_id, found.code) == (None, town.id, f"S{town.code}.1")
    assert [one.state for one in found.by] == [CheckState.REJECTED]


def test_who_took_their_words_back_is_asked_no_longer_and_keeps_their_say(session: Session) -> None:
    town = make_group(session)
    (said,), (other,) = make_statements(session, town, "Work."), make_statements(session, town, "Jobs.")
    goal = make_goal(session, statements=[said, other])
    own = make_party_goal(session, town.id, "A job", said)
    make_check(session, said, goal)
    make_check(session, said, own)
    said.withdrawn_at = other.withdrawn_at = NOW
    found = all_checks(session, EVALUATOR)
    assert [(one.code, len(one.by)) for one in found] == [("G1", 1), (f"S{town.code}.1", 1)]


def test_an_amendment_is_found_by_its_goal(session: Session) -> None:
    (said,) = make_statements(session, make_group(session), "Work.")
    goal, other = make_goal(session, "Keep a job", statements=[said]), make_goal(session)
    asked = make_check(session, said, goal, CheckVerdict.AMEND, "A job that fits")
    agreed = make_check(session, said, goal, minutes=1)
    found = amendment(session, EVALUATOR, goal.id, asked.id)
    assert (found.goal_id, found.wording, found.comment) == (goal.id, "Keep a job", "A job that fits")
    assert found.respondent.startswith("R")
    for goal_id, check_id in ((other.id, asked.id), (goal.id, agreed.id), (goal.id, uuid4())):
        with pytest.raises(NotFound):
            amendment(session, EVALUATOR, goal_id, check_id)


@pytest.mark.parametrize("act", [FUNDER, FUNDER_TOO, act_of(None, Role.COORDINATOR), act_of()])
def test_nobody_else_reads_who_said_what(session: Session, act: object) -> None:
    goal = make_goal(session)
    for ask in (
        lambda: all_checks(session, act),  # type: ignore[arg-type] # each is an act
        lambda: checks_of(session, act, goal.id, ""),  # type: ignore[arg-type] # each is an act
        lambda: amendment(session, act, goal.id, uuid4()),  # type: ignore[arg-type] # each is an act
    ):
        with pytest.raises(NotFound):
            ask()


def test_the_checks_take_as_many_statements_whatever_their_number(session: Session) -> None:
    def grow(times: int) -> None:
        for _ in range(times):
            (said,) = make_statements(session, make_group(session), "Work.")
            make_check(session, said, make_goal(session, statements=[said]))

    grow(1)
    few = sent(session, lambda: all_checks(session, EVALUATOR))
    grow(8)
    assert sent(session, lambda: all_checks(session, EVALUATOR)) == few == 7
