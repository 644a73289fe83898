"""The editor of the tree: every edit keeps it free of circles, and can be taken back and done again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member, make_programme, make_user
from tests.factories.goals import EVALUATOR, make_goal, make_link, make_many_goals, make_statements
from tests.factories.interviews import make_group
from tests.statements import counting
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.goals import ArgumentSide, Edge, ElementVerdict, Level, LinkStatus, Standing, going_round
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.database import Database
from toc.models.goals import EditStep, Goal, GoalEdition, GoalLink, LinkArgument
from toc.models.programmes import Programme
from toc.services import goals as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals import GoalDraft, LinkDraft, moving, trees

WHY = "Undone."


@pytest.fixture
def act(session: Session) -> Act:
    return act_of(make_user(session), Role.EVALUATOR)


@pytest.fixture
def other(session: Session) -> Act:
    return act_of(make_user(session), Role.EVALUATOR)


def undo(session: Session, act: Act) -> None:
    there, _ = moving.last(session, act)
    moving.undo(session, act, 0 if there is None else there.number, reason=WHY)


def redo(session: Session, act: Act) -> None:
    _, there = moving.last(session, act)
    moving.redo(session, act, 0 if there is None else there.number, reason=WHY)


def ends(session: Session, act: Act) -> dict[str, str]:
    """The codes above each goal that has any."""
    tree = service.tree(session, act)
    codes = {goal.id: goal.code for goal in tree.goals}
    return {
        codes[goal]: " ".join(codes[one] for one in above)
        for goal, above in tree.order.above.items()
        if above
    }


def whole(session: Session, act: Act) -> tuple[Any, ...]:
    """Everything that stands in the tree, and every word on its links."""
    session.flush()
    session.expire_all()
    tree = service.tree(session, act)
    links = [
        {
            column.key: getattr(link, column.key)
            for column in GoalLink.__table__.columns
            if column.key != "revision"
        }
        for link in session.scalars(select(GoalLink).order_by(GoalLink.id))
        if {link.lower_id, link.upper_id} <= {goal.id for goal in tree.goals}
    ]
    arguments = [(one.id, one.link_id, one.side, one.text) for one in session.scalars(select(LinkArgument))]
    return tree.goals, tree.links, tree.order, links, sorted(arguments)


def back_and_forth(session: Session, act: Act, edit: Callable[[], object]) -> None:
    """Expect that an edit can be taken back exactly and done again exactly, twice."""
    before = whole(session, act)
    edit()
    after = whole(session, act)
    assert before != after
    for _ in range(2):
        undo(session, act)
        assert whole(session, act) == before
        redo(session, act)
        assert whole(session, act) == after


def key_of(call: Callable[[], object], kind: type[DomainError] = Conflict) -> str:
    with pytest.raises(kind) as error:
        call()
    return error.value.key


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))


# --- Moving -------------------------------------------------------------------------------------------------


def test_a_goal_moves_with_the_reasons_of_its_link_but_not_with_how_sure_it_was(
    session: Session, act: Act
) -> None:
    g1, g2, g3 = (make_goal(session) for _ in range(3))
    link = make_link(
        session,
        g1,
        g2,
        mechanism="Rest makes room.",
        confidence=3,
        status=LinkStatus.SUPPORTED,
        verdict=ElementVerdict.WORKS,
        is_key=True,
    )
    back_and_forth(session, act, lambda: moving.move_goals(session, act, [g1.id], g3.id))
    assert ends(session, act) == {"G1": "G3"}
    session.expire_all()
    moved = session.get_one(GoalLink, (link.programme_id, link.id))
    assert (moved.mechanism, moved.is_key) == ("Rest makes room.", True)
    assert (moved.confidence, moved.status, moved.verdict) == (None, None, None)
    assert actions(session)[-1] == "link.move"
    undo(session, act)
    session.expire_all()
    assert (moved.confidence, moved.status, moved.verdict) == (3, LinkStatus.SUPPORTED, ElementVerdict.WORKS)


def test_a_goal_below_nothing_is_linked_and_one_taken_from_its_end_is_loose(
    session: Session, act: Act
) -> None:
    g1, g2 = make_goal(session), make_goal(session)
    back_and_forth(session, act, lambda: moving.move_goals(session, act, [g1.id], g2.id))
    assert ends(session, act) == {"G1": "G2"}
    back_and_forth(session, act, lambda: moving.move_goals(session, act, [g1.id], None))
    assert ends(session, act) == {}
    assert moving.move_goals(session, act, [g1.id], None) == 0


def test_several_goals_move_in_one_step(session: Session, act: Act) -> None:
    g1, g2, g3, g4 = (make_goal(session) for _ in range(4))
    make_link(session, g1, g3)
    back_and_forth(session, act, lambda: moving.move_goals(session, act, [g1.id, g2.id], g4.id))
    assert ends(session, act) == {"G1": "G4", "G2": "G4"}
    assert moving.move_goals(session, act, [g1.id, g2.id], g4.id) == 0


def test_a_goal_with_several_ends_says_from_which_it_goes(session: Session, act: Act) -> None:
    g1, g2, g3, g4 = (make_goal(session) for _ in range(4))
    make_link(session, g1, g2)
    make_link(session, g1, g3)
    assert key_of(lambda: moving.move_goals(session, act, [g1.id], g4.id)) == "tree.several_ends"
    assert moving.move_goals(session, act, [g1.id], g2.id) == 0
    moving.move_goals(session, act, [g1.id], g4.id, from_id=g2.id)
    assert ends(session, act) == {"G1": "G3 G4"}
    assert moving.move_goals(session, act, [g1.id], g4.id, from_id=g4.id) == 0
    assert (
        key_of(lambda: moving.move_goals(session, act, [g1.id], g2.id, from_id=g2.id))
        == "step.changed_meanwhile"
    )
    assert key_of(lambda: moving.move_goals(session, act, [g1.id], g4.id, from_id=g3.id)) == "link.duplicate"


def test_no_move_goes_round(session: Session, act: Act) -> None:
    g1, g2, g3 = (make_goal(session) for _ in range(3))
    make_link(session, g1, g2)
    make_link(session, g2, g3)
    with pytest.raises(Conflict) as error:
        moving.move_goals(session, act, [g2.id], g1.id)
    assert (error.value.key, error.value.params["way"]) == ("link.cycle", "G1 → G2")
    assert key_of(lambda: moving.move_goals(session, act, [g3.id], g1.id)) == "link.cycle"
    assert key_of(lambda: moving.link_many(session, act, [g3.id], g3.id)) == "link.self"


def test_a_feedback_may_go_round_and_moves_nothing(session: Session, act: Act) -> None:
    g1, g2 = make_goal(session), make_goal(session)
    make_link(session, g1, g2)
    back = GoalLink(
        id=uuid4(), lower_id=g2.id, upper_id=g1.id, is_feedback=True, created_at=EVALUATOR.at, mechanism="So."
    )
    session.add(back)
    session.flush()
    assert service.tree(session, act).order.above[g2.id] == ()
    back_and_forth(session, act, lambda: moving.unlink(session, act, g2.id, g1.id))
    assert moving.unlink(session, act, g2.id, g1.id) == 0


def test_goals_that_are_missing_hidden_or_retired_are_no_place_to_move_to(
    session: Session, act: Act, database: Database
) -> None:
    goal, gone = make_goal(session), make_goal(session)
    hidden = make_goal(session, standing=Standing.HIDDEN)
    moving.retire(session, act, [gone.id])
    payer = act_of(act.user, Role.EVALUATOR, Role.FUNDER)
    for by, to in ((act, uuid4()), (act, gone.id), (payer, hidden.id)):
        with pytest.raises(NotFound):
            moving.move_goals(session, by, [goal.id], to)
        with pytest.raises(NotFound):
            moving.link_many(session, by, [to], goal.id)
    with pytest.raises(NotFound):
        moving.retire(session, payer, [hidden.id])
    moving.link_many(session, act, [goal.id], hidden.id)
    assert ends(session, payer) == {}
    with database.write_session(make_programme(session).id) as elsewhere, pytest.raises(NotFound):
        moving.retire(elsewhere, act, [goal.id])


def test_two_legal_moves_at_once_make_no_circle(separate: Database) -> None:
    with separate.writing() as session:
        programme = make_programme(session)
        people = [make_member(session, programme, Role.EVALUATOR) for _ in range(4)]
    with separate.writing(programme.id) as session:
        goals = [make_goal(session).id for _ in people]
    start = Barrier(len(goals))

    def move(place: int) -> str:
        start.wait(10)
        by = act_of(people[place], Role.EVALUATOR)
        try:
            with separate.writing(programme.id) as session:
                moving.move_goals(session, by, [goals[place]], goals[(place + 1) % len(goals)])
        except Conflict as error:
            return error.key
        return "moved"

    with ThreadPoolExecutor(len(goals)) as pool:
        assert sorted(pool.map(move, range(len(goals)))) == ["link.cycle", "moved", "moved", "moved"]


# --- Links --------------------------------------------------------------------------------------------------


def test_a_link_that_comes_back_has_its_reasons_and_arguments(session: Session, act: Act) -> None:
    g1, g2 = make_goal(session), make_goal(session)
    link = make_link(session, g1, g2, mechanism="Rest.", confidence=2, source="Weiss 1997")
    session.add(
        LinkArgument(
            id=uuid4(), link_id=link.id, side=ArgumentSide.AGAINST, text="Not at night.", created_at=act.at
        )
    )
    session.flush()
    back_and_forth(session, act, lambda: moving.unlink(session, act, g1.id, g2.id))
    assert actions(session)[-3:] == ["link.remove", "link.create", "link.remove"]


def test_goals_are_linked_to_an_end_as_well(session: Session, act: Act) -> None:
    g1, g2, g3, g4 = (make_goal(session) for _ in range(4))
    make_link(session, g1, g3)
    make_link(session, g2, g4)
    back_and_forth(session, act, lambda: moving.link_many(session, act, [g1.id, g2.id], g4.id))
    assert ends(session, act) == {"G1": "G3 G4", "G2": "G4"}


# --- New goals ----------------------------------------------------------------------------------------------


def test_a_goal_is_added_below_another_and_taken_back(session: Session, act: Act) -> None:
    upper = make_goal(session)
    goal_id = uuid4()
    back_and_forth(
        session,
        act,
        lambda: moving.add_below(
            session, act, goal_id, GoalDraft(wording="A place to work"), upper_id=upper.id
        ),
    )
    again = moving.add_below(session, act, goal_id, GoalDraft(wording="Twice"), upper_id=upper.id)
    assert (again.id, ends(session, act)) == (goal_id, {"G2": "G1"})
    moving.add_below(session, act, uuid4(), GoalDraft(wording="Loose"))
    undo(session, act)
    assert [goal.code for goal in service.tree(session, act).goals] == ["G1", "G2"]


BRANCH = """\
A job for a year
    [output] A diploma
        Lessons in the evening
    A place to work
        = G1
"""


def test_a_branch_is_added_as_text_in_one_step(session: Session, act: Act) -> None:
    known, upper = make_goal(session, "Rest at home"), make_goal(session, "A better life")
    lower = make_goal(session, "Neighbours help")
    make_link(session, known, upper)
    branch_id = uuid4()
    text = BRANCH + "        = G3\n"
    back_and_forth(session, act, lambda: moving.add_branch(session, act, branch_id, text, upper_id=upper.id))
    assert ends(session, act) == {"G1": "G2 G7", "G3": "G7", "G4": "G2", "G5": "G4", "G6": "G5", "G7": "G4"}
    assert {goal.code: goal.level for goal in service.tree(session, act).goals}["G5"] is Level.OUTPUT
    assert moving.add_branch(session, act, branch_id, text, upper_id=upper.id) == []
    assert lower.retired_at is None


def test_links_between_goals_that_were_there_come_and_go_with_the_branch(session: Session, act: Act) -> None:
    for wording in ("One", "Two"):
        make_goal(session, wording)
    back_and_forth(session, act, lambda: moving.add_branch(session, act, uuid4(), "New\n = G1\n  = G2\n= G2"))
    assert ends(session, act) == {"G1": "G3", "G2": "G1"}


def test_a_branch_with_faults_or_too_many_goals_adds_nothing(session: Session, act: Act) -> None:
    make_goal(session)
    assert key_of(lambda: moving.add_branch(session, act, uuid4(), "One\n\tTwo\n  Three"), DomainError) == (
        "tree.branch_faults"
    )
    many = "\n".join(f"Goal {place}" for place in range(moving.MOST_IN_BRANCH + 1))
    assert key_of(lambda: moving.read_branch(session, act, many), DomainError) == "tree.branch_too_long"
    with pytest.raises(NotFound):
        moving.add_branch(session, act, uuid4(), "One", upper_id=uuid4())
    assert len(service.tree(session, act).goals) == 1


# --- What goals say -----------------------------------------------------------------------------------------


def test_a_wording_is_changed_and_nothing_else(session: Session, act: Act) -> None:
    goal = make_goal(session, "Yong people work", level=Level.OUTCOME, by_when=date(2027, 1, 1))
    edition_id = uuid4()

    def edit() -> GoalEdition:
        return moving.reword(
            session,
            act,
            goal.id,
            "Young people work",
            "A slip.",
            edition_id=edition_id,
            revision=goal.revision,
        )

    back_and_forth(session, act, edit)
    edit()
    found = service.get_goal(session, act, goal.id)
    assert (found.wording, found.level, found.by_when) == (
        "Young people work",
        Level.OUTCOME,
        date(2027, 1, 1),
    )
    reasons = [one.reason for one in service.history(session, act, found)]
    assert reasons == [WHY] * 4 + ["A slip.", ""]


def test_what_the_forms_of_a_goal_and_a_link_do_is_taken_back_as_well(session: Session, act: Act) -> None:
    party = make_group(session)
    (said,) = make_statements(session, party, "Work.")
    upper, goal_id, link_id = make_goal(session, "A job"), uuid4(), uuid4()

    def add() -> None:
        for _ in range(2):
            made = moving.add_below(
                session,
                act,
                goal_id,
                GoalDraft(wording="A diploma"),
                holders=[service.Held(group_id=party.id)],
                statement_ids=[said.id],
                is_primary=True,
            )
            assert (made.id, made.is_primary) == (goal_id, True)

    def link() -> None:
        draft = LinkDraft(mechanism="Bosses trust it", confidence=1, is_feedback=True)
        for _ in range(2):
            moving.link_with(session, act, link_id, lower_id=goal_id, upper_id=upper.id, draft=draft)

    def say(wording: str = "A certificate") -> None:
        draft = GoalDraft(wording=wording, level=Level.OUTPUT, explanation="Of any school.")
        edition_id = uuid4()
        for _ in range(2):
            made = moving.say_anew(
                session, act, goal_id, draft, "Why.", edition_id=edition_id, revision=None, is_primary=False
            )
            assert made.id == edition_id

    for edit, key in ((add, "tree.add"), (link, "tree.link"), (say, "tree.reword")):
        back_and_forth(session, act, edit)
        done, _ = moving.last(session, act)
        assert done is not None
        assert done.key == key
    view = service.get_goal(session, act, goal_id)
    assert (view.wording, view.is_primary) == ("A certificate", False)
    moving.retire(session, act, [goal_id])
    say("A paper")
    undo(session, act)
    assert service.get_goal(session, act, goal_id).wording == "A certificate"


def test_who_rewords_what_somebody_else_did_gets_both_texts(session: Session, act: Act, other: Act) -> None:
    goal = make_goal(session, "Work")
    seen = goal.revision
    moving.reword(session, other, goal.id, "Paid work", "Clearer.", edition_id=uuid4(), revision=seen)
    with pytest.raises(Stale) as error:
        moving.reword(session, act, goal.id, "A job", "Clearer.", edition_id=uuid4(), revision=seen)
    assert error.value.theirs["wording"] == "Paid work"
    elsewhere = make_goal(session)
    made = session.scalars(select(GoalEdition).where(GoalEdition.goal_id == elsewhere.id)).one()
    moving.reword(session, act, goal.id, "Fine work", "So.", edition_id=uuid4(), revision=goal.revision)
    assert made.wording == "Young people keep a job"


def test_the_level_of_many_goals_is_one_step(session: Session, act: Act) -> None:
    goals = [make_goal(session, level=level) for level in (Level.OUTPUT, None, Level.ACTIVITY)]
    ids = [goal.id for goal in goals]
    back_and_forth(session, act, lambda: moving.set_levels(session, act, ids, Level.OUTPUT, "We agreed."))
    assert [goal.edition for goal in goals] == [1, 6, 6]
    assert moving.set_levels(session, act, ids, Level.OUTPUT, "Again.") == 0


# --- Out of the tree ----------------------------------------------------------------------------------------


def test_retired_goals_leave_the_tree_and_come_back_where_they_stood(session: Session, act: Act) -> None:
    g1, g2, g3 = (make_goal(session) for _ in range(3))
    make_link(session, g1, g2)
    make_link(session, g2, g3)
    back_and_forth(session, act, lambda: moving.retire(session, act, [g2.id, g1.id]))
    assert [goal.code for goal in moving.retired_goals(session, act)] == ["G1", "G2"]
    assert moving.retire(session, act, [g2.id]) == 0
    back_and_forth(session, act, lambda: moving.bring_back(session, act, [g2.id]))
    assert ends(session, act) == {"G2": "G3"}
    assert moving.bring_back(session, act, [g2.id]) == 0
    assert service.get_goal(session, act, g1.id).code == "G1"


def test_a_goal_that_comes_back_never_closes_a_circle(session: Session, act: Act) -> None:
    g1, g2, g3 = (make_goal(session) for _ in range(3))
    make_link(session, g1, g2)
    make_link(session, g2, g3)
    moving.retire(session, act, [g2.id])
    assert key_of(lambda: moving.link_many(session, act, [g3.id], g1.id)) == "link.cycle"


def test_what_hangs_on_goals_is_told_first_in_as_many_statements(session: Session, act: Act) -> None:
    group = make_group(session)
    said = make_statements(session, group, "I want to belong.", "I want to work.")
    upper = make_goal(session, statements=said)
    only, both, top = make_goal(session), make_goal(session), make_goal(session)
    make_link(session, only, upper)
    make_link(session, both, upper)
    make_link(session, both, top)
    found = moving.hanging(session, act, [upper.id])
    assert found == moving.Hanging(counts=(("statement", 2),), loose=("G2",))
    with counting(session) as for_one:
        moving.hanging(session, act, [upper.id])
    with counting(session) as for_many:
        moving.hanging(session, act, [goal.id for goal in make_many_goals(session, 40)])
    assert len([one for one in for_many if one.startswith("SELECT")]) == len(for_one)


# --- Undoing ------------------------------------------------------------------------------------------------


def test_undoing_says_what_it_will_undo(session: Session, act: Act) -> None:
    g1, g2, g3 = (make_goal(session) for _ in range(3))
    assert moving.last(session, act) == (None, None)
    moving.link_many(session, act, [g1.id, g2.id], g3.id)
    moving.retire(session, act, [g3.id])
    undo(session, act)
    with counting(session) as sent:
        back, again = moving.last(session, act)
    assert back == moving.Said(number=1, key="tree.link", code="G1", to="G3", many=2)
    assert again == moving.Said(number=2, key="tree.retire", code="G3", to="", many=1)
    assert len(sent) == 2


def test_a_step_that_was_seen_on_another_page_is_not_undone_twice(session: Session, act: Act) -> None:
    g1, g2 = make_goal(session), make_goal(session)
    moving.link_many(session, act, [g1.id], g2.id)
    moving.retire(session, act, [g1.id])
    moving.undo(session, act, 2, reason=WHY)
    assert key_of(lambda: moving.undo(session, act, 2, reason=WHY)) == "step.nothing_to_undo"
    moving.redo(session, act, 2, reason=WHY)
    assert key_of(lambda: moving.redo(session, act, 2, reason=WHY)) == "step.nothing_to_redo"
    assert key_of(lambda: moving.redo(session, act, 1, reason=WHY)) == "step.nothing_to_redo"


def changed_link(session: Session, other: Act, goals: list[Goal]) -> None:
    link = session.scalars(select(GoalLink).where(GoalLink.lower_id == goals[0].id)).one()
    service.edit_link(session, other, link.id, LinkDraft(mechanism="Because they said so."))


def judged_link(session: Session, other: Act, goals: list[Goal]) -> None:
    link = session.scalars(select(GoalLink).where(GoalLink.lower_id == goals[0].id)).one()
    service.edit_link(session, other, link.id, LinkDraft(confidence=1))


def removed_link(session: Session, other: Act, goals: list[Goal]) -> None:
    moving.move_goals(session, other, [goals[0].id], None)


def retired_end(session: Session, other: Act, goals: list[Goal]) -> None:
    moving.retire(session, other, [goals[1].id])


def reworded(session: Session, other: Act, goals: list[Goal]) -> None:
    moving.set_levels(session, other, [goals[0].id], Level.INPUT, "So.")


def brought_back(session: Session, other: Act, goals: list[Goal]) -> None:
    moving.bring_back(session, other, [goals[0].id])


def retired(session: Session, other: Act, goals: list[Goal]) -> None:
    moving.retire(session, other, [goals[0].id])


def linked(session: Session, other: Act, goals: list[Goal]) -> None:
    moving.link_many(session, other, [goals[2].id], goals[0].id)


Edit = Callable[[Session, Act, list[Goal]], object]
EDITS: dict[str, Edit] = {
    "link": lambda session, act, goals: moving.link_many(session, act, [goals[0].id], goals[2].id),
    "move": lambda session, act, goals: moving.move_goals(session, act, [goals[0].id], goals[2].id),
    "unlink": lambda session, act, goals: moving.unlink(session, act, goals[0].id, goals[1].id),
    "level": lambda session, act, goals: moving.set_levels(session, act, [goals[0].id], Level.IMPACT, "So."),
    "retire": lambda session, act, goals: moving.retire(session, act, [goals[0].id]),
    "back": lambda session, act, goals: (
        session.execute(delete(EditStep)),
        moving.bring_back(session, act, [goals[0].id]),
    ),
}


@pytest.mark.parametrize(
    ("edit", "meanwhile", "linked_first"),
    [
        ("link", changed_link, 0),
        ("link", removed_link, 0),
        ("move", judged_link, 1),
        ("move", removed_link, 1),
        ("move", retired_end, 1),
        ("unlink", retired_end, 1),
        ("level", reworded, 1),
        ("retire", brought_back, 1),
        ("back", reworded, 1),
        ("back", linked, 0),
        ("back", retired, 0),
    ],
)
def test_what_somebody_else_changed_meanwhile_is_not_undone(
    session: Session, act: Act, other: Act, edit: str, meanwhile: Edit, linked_first: int
) -> None:
    goals = [make_goal(session) for _ in range(3)]
    if linked_first:
        make_link(session, goals[0], goals[1], confidence=2)
    if edit == "back":
        moving.retire(session, act, [goals[0].id])
    EDITS[edit](session, act, goals)
    meanwhile(session, other, goals)
    there = whole(session, act)
    with pytest.raises(Conflict) as error:
        undo(session, act)
    assert (error.value.key, error.value.params["code"] in {"G1", "G2"}) == ("step.changed_meanwhile", True)
    assert whole(session, act) == there


def test_a_step_that_cannot_be_undone_is_left_out(session: Session, act: Act, other: Act) -> None:
    g1, g2 = make_goal(session), make_goal(session)
    moving.retire(session, act, [g1.id])
    moving.retire(session, act, [g2.id])
    moving.bring_back(session, other, [g2.id])
    assert key_of(lambda: undo(session, act)) == "step.changed_meanwhile"
    moving.forget(session, act, 2)
    undo(session, act)
    assert len(service.tree(session, act).goals) == 2


def test_edits_of_different_goals_never_collide(session: Session, act: Act, other: Act) -> None:
    goals = [make_goal(session) for _ in range(4)]
    moving.link_many(session, act, [goals[0].id], goals[1].id)
    moving.link_many(session, other, [goals[2].id], goals[3].id)
    moving.set_levels(session, other, [goals[1].id], Level.IMPACT, "So.")
    undo(session, act)
    assert ends(session, act) == {"G3": "G4"}
    undo(session, other)
    undo(session, other)
    assert ends(session, act) == {}


# --- Any sequence of edits ----------------------------------------------------------------------------------


def test_a_goal_that_was_taken_back_below_another_does_not_keep_that_one_in_the_tree(
    session: Session, act: Act
) -> None:
    goal = make_goal(session)
    before = whole(session, act)
    moving.retire(session, act, [goal.id])
    moving.bring_back(session, act, [goal.id])
    moving.add_below(session, act, uuid4(), GoalDraft(wording="New"), upper_id=goal.id)
    for _ in range(3):
        undo(session, act)
    assert whole(session, act) == before
    assert moving.last(session, act)[0] is None


_MANY = 6
_EDITS = st.lists(
    st.tuples(
        st.sampled_from(
            ("move", "loose", "link", "unlink", "below", "branch", "level", "retire", "back", "undo", "redo")
        ),
        st.integers(0, _MANY - 1),
        st.integers(0, _MANY - 1),
        st.integers(0, _MANY - 1),
    ),
    min_size=1,
    max_size=14,
)


def edit_once(session: Session, act: Act, kind: str, one: UUID, two: UUID, three: UUID) -> None:
    tree = service.tree(session, act)
    above = [*tree.order.above.get(one, ())]
    names = {goal.id: goal.code for goal in tree.goals}
    text = f"Branch\n  Twig\n    = {names.get(one, 'G1')}"
    start, some = above[0] if above else None, list({one, two})
    edits: dict[str, Callable[[], object]] = {
        "move": lambda: moving.move_goals(session, act, [one], two, from_id=start),
        "loose": lambda: moving.move_goals(session, act, [one], None, from_id=start),
        "link": lambda: moving.link_many(session, act, list({one, three}), two),
        "unlink": lambda: moving.unlink(session, act, one, (above or [three])[-1]),
        "below": lambda: moving.add_below(session, act, uuid4(), GoalDraft(wording="New"), upper_id=one),
        "branch": lambda: moving.add_branch(session, act, uuid4(), text, upper_id=two),
        "level": lambda: moving.set_levels(session, act, some, Level.OUTPUT, "So."),
        "retire": lambda: moving.retire(session, act, some),
        "back": lambda: moving.bring_back(session, act, some),
        "undo": lambda: undo(session, act),
        "redo": lambda: redo(session, act),
    }
    edits[kind]()


@given(edits=_EDITS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_edits_keep_the_tree_free_of_circles_and_undo_restores_it_exactly(
    database: Database, edits: list[tuple[str, int, int, int]]
) -> None:
    with database.write_session() as opening, opening.begin_nested() as nested:
        programme: Programme = make_programme(opening)
        user = make_user(opening)
        opening.info["programme_id"] = programme.id
        act = act_of(user, Role.EVALUATOR)
        ids = [make_goal(opening).id for _ in range(_MANY)]
        first, refused = whole(opening, act), list[tuple[str, str]]()
        for kind, *places in edits:
            with opening.begin_nested() as edit:
                try:
                    edit_once(opening, act, kind, *(ids[place] for place in places))
                except DomainError as error:
                    refused.append((kind, error.key))
                    edit.rollback()
            opening.expire_all()
            every = opening.execute(select(GoalLink.lower_id, GoalLink.upper_id)).all()
            assert len(every) == len(set(every))
            assert going_round(opening.scalars(select(Goal.id)), (Edge(*row) for row in every)) == frozenset()
        assert {key for kind, key in refused if kind in {"undo", "redo"}} <= {
            "step.nothing_to_undo",
            "step.nothing_to_redo",
        }
        states = [whole(opening, act)]
        while moving.last(opening, act)[0] is not None:
            undo(opening, act)
            states.append(whole(opening, act))
        assert states[-1] == first
        for expected in reversed(states[:-1]):
            redo(opening, act)
            assert whole(opening, act) == expected
        nested.rollback()


# --- What changed -------------------------------------------------------------------------------------------


def test_the_revision_grows_with_every_change(session: Session, act: Act) -> None:
    before = trees.revision(session)
    goal = make_goal(session)
    moving.retire(session, act, [goal.id])
    assert trees.revision(session) == before + 2


def test_others_are_told_who_changed_how_many_goals(session: Session, act: Act) -> None:
    programme = session.get_one(Programme, session.info["programme_id"])
    anna = make_member(session, programme, Role.EVALUATOR, name="Anna")
    by = act_of(anna, Role.EVALUATOR)
    g1, g2, hidden = make_goal(session), make_goal(session), make_goal(session, standing=Standing.HIDDEN)
    seen = trees.revision(session)
    assert trees.changes(session, act, seen) == trees.Changes(names=(), goals=0, by_others=False)
    moving.link_many(session, by, [g1.id], g2.id)
    changed_link(session, by, [g1])
    moving.retire(session, by, [hidden.id])
    moving.retire(session, act, [g2.id])
    assert trees.changes(session, act, seen) == trees.Changes(names=("Anna",), goals=2, by_others=True)
    viewer = act_of(None, Role.VIEWER)
    assert trees.changes(session, viewer, seen) == trees.Changes(names=(), goals=2, by_others=True)
    assert trees.changes(session, by, seen).goals == 1
