"""The register of conflicts: what stands in it, who sees it, and what it is offered."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_user
from tests.factories.conflicts import ABOUT, make_conflict
from tests.factories.findings import EVALUATOR
from tests.factories.goals import make_goal
from tests.factories.interviews import make_group
from tests.factories.rankings import make_answers, make_goals, make_ranking
from tests.statements import counting
from toc.domain.conflicts import ConflictKind, ConflictState, Ending
from toc.domain.errors import DomainError
from toc.domain.goals import Stance, Standing
from toc.domain.people import Role
from toc.models.conflicts import GoalConflict
from toc.services import audit, conflicts, rankings
from toc.services.conflicts import ConflictDraft
from toc.services.errors import NotFound, Stale
from toc.services.goals import Held

COORDINATOR = act_of(None, Role.COORDINATOR)
DIFFER = Ending(state=ConflictState.AGREED_TO_DIFFER, by="Both", on=date(2025, 8, 1))


def test_the_same_form_twice_makes_one_conflict(session: Session) -> None:
    goal, one, other = make_goal(session), make_group(session), make_group(session)
    conflict_id = uuid4()
    draft = ConflictDraft(
        kind=ConflictKind.RESOURCES,
        about=ABOUT,
        options="Share it.",
        goal_ids=frozenset({goal.id}),
        positions={one.id: "Now", other.id: ""},
    )
    made = conflicts.add_conflict(session, EVALUATOR, conflict_id, draft)
    assert conflicts.add_conflict(session, EVALUATOR, conflict_id, draft) is made
    view = conflicts.get_conflict(session, COORDINATOR, conflict_id)
    assert (view.code, view.kind, view.about) == ("K1", ConflictKind.RESOURCES, ABOUT)
    assert view.draft == draft
    assert [side.code for side in view.sides] == [f"S{one.code}", f"S{other.code}"]
    assert view.goals[0].code == f"G{goal.code}"
    assert not view.is_hidden


def test_what_cannot_stand_there_is_refused(session: Session) -> None:
    row = make_conflict(session)
    draft = conflicts.get_conflict(session, EVALUATOR, row.id).draft
    for changed, key in (
        (replace(draft, about=" "), "conflict.about_missing"),
        (replace(draft, options="a@example.org"), "privacy.personal_number"),
        (replace(draft, goal_ids=frozenset()), "conflict.no_goal"),
        (replace(draft, ending=replace(DIFFER, on=date(2025, 9, 2))), "conflict.in_the_future"),
    ):
        with pytest.raises(DomainError) as refused:
            conflicts.add_conflict(session, EVALUATOR, uuid4(), changed)
        assert refused.value.key == key
    for changed in (
        replace(draft, goal_ids=frozenset({uuid4()})),
        replace(draft, positions={**draft.positions, uuid4(): ""}),
    ):
        with pytest.raises(NotFound):
            conflicts.add_conflict(session, EVALUATOR, uuid4(), changed)


def test_a_conflict_about_a_hidden_goal_exists_for_the_evaluator_alone(session: Session) -> None:
    secret = make_goal(session, "Fewer staff", standing=Standing.HIDDEN)
    row = make_conflict(session, [make_goal(session), secret])
    assert conflicts.get_conflict(session, EVALUATOR, row.id).is_hidden
    assert len(conflicts.conflicts_about(session, EVALUATOR, secret.id)) == 1
    payer = act_of(None, Role.EVALUATOR, Role.FUNDER)
    for act in (COORDINATOR, payer):
        assert conflicts.conflict_views(session, act) == []
        assert conflicts.open_conflicts(session, act) == []
        with pytest.raises(NotFound):
            conflicts.get_conflict(session, act, row.id)
        with pytest.raises(NotFound):
            conflicts.edit_conflict(
                session, act, row.id, conflicts.get_conflict(session, EVALUATOR, row.id).draft, row.revision
            )
    for act, known in ((EVALUATOR, True), (COORDINATOR, False)):
        about = {
            event.about.kind
            for event in audit.history(session, act, before=None, limit=9).events
            if event.about
        }
        assert ("goal_conflict" in about) is known


def test_a_conflict_is_open_until_it_is_over(session: Session) -> None:
    row = make_conflict(session)
    make_conflict(session, ending=DIFFER)
    assert [one.id for one in conflicts.open_conflicts(session, COORDINATOR)] == [row.id]
    view = conflicts.get_conflict(session, EVALUATOR, row.id)
    decided = Ending(state=ConflictState.DECIDED, decision="Rest first.", by="The board", on=date(2025, 9, 1))
    user = make_user(session, name="An de Boer")
    act = act_of(user, Role.EVALUATOR)
    conflicts.edit_conflict(session, act, row.id, replace(view.draft, ending=decided), view.revision)
    assert conflicts.open_conflicts(session, COORDINATOR) == []
    after = conflicts.get_conflict(session, COORDINATOR, row.id)
    assert after.ending == decided
    assert after.sides == view.sides
    told = conflicts.story(session, row.id)
    assert [(one.action, one.by, one.state) for one in told] == [
        ("conflict.state", "An de Boer", ConflictState.DECIDED),
        ("conflict.create", "", ConflictState.OPEN),
    ]
    assert told[0].at == NOW


def test_a_change_of_parties_or_goals_counts_as_a_change(session: Session) -> None:
    row = make_conflict(session)
    view = conflicts.get_conflict(session, EVALUATOR, row.id)
    third, goal = make_group(session), make_goal(session)
    changed = replace(
        view.draft, goal_ids=frozenset({goal.id}), positions={**view.draft.positions, third.id: "Peace"}
    )
    conflicts.edit_conflict(session, EVALUATOR, row.id, view.draft, view.revision)  # nothing new
    assert row.revision == view.revision
    conflicts.edit_conflict(session, EVALUATOR, row.id, changed, view.revision)
    assert conflicts.get_conflict(session, EVALUATOR, row.id).draft == changed
    newest = conflicts.story(session, row.id)[0]
    assert (newest.action, newest.state) == ("conflict.edit", None)
    with pytest.raises(Stale) as stale:
        conflicts.edit_conflict(session, EVALUATOR, row.id, view.draft, view.revision)
    assert stale.value.theirs == {"draft": changed}
    assert stale.value.revision == view.revision + 1


def test_a_conflict_keeps_a_goal_that_left_the_tree(session: Session) -> None:
    goal = make_goal(session)
    row = make_conflict(session, [goal])
    goal.retired_at = NOW
    session.flush()
    view = conflicts.get_conflict(session, EVALUATOR, row.id)
    conflicts.edit_conflict(
        session, EVALUATOR, row.id, replace(view.draft, about="Another sentence."), view.revision
    )
    assert session.scalars(select(GoalConflict.about)).one() == "Another sentence."


def test_the_matrix_points_to_conflicts(session: Session) -> None:
    city, firm, club = (make_group(session) for _ in range(3))
    disputed = make_goal(session, holders=[city, Held(group_id=firm.id, stance=Stance.OPPOSES), club])
    make_goal(session, holders=[city, Held(group_id=firm.id, stance=Stance.NEUTRAL)])
    make_goal(session, holders=[Held(group_id=firm.id, stance=Stance.OPPOSES)])
    (found,) = conflicts.suggestions(session, EVALUATOR)
    assert found.goal.id == disputed.id
    assert found.kind is ConflictKind.VALUE
    assert not found.ranked
    assert found.sides == (
        (city.id, city.name, Stance.SUPPORTS),
        (firm.id, firm.name, Stance.OPPOSES),
        (club.id, club.name, Stance.SUPPORTS),
    )
    make_conflict(session, [make_goal(session)], [city, firm])
    make_conflict(session, [disputed], [city, make_group(session)])
    assert len(conflicts.suggestions(session, EVALUATOR)) == 1
    make_conflict(session, [disputed], [city, firm])
    assert conflicts.suggestions(session, EVALUATOR) == []


def test_a_closed_ranking_points_to_conflicts(session: Session) -> None:
    one, two, three = make_goals(session)
    city, firm, club = (make_group(session) for _ in range(3))
    ranking = make_ranking(session, [one, two, three])
    make_answers(session, ranking, city, [one, two, three])
    make_answers(session, ranking, firm, [two, three, one])
    make_answers(session, ranking, club, [one, two, three])
    assert conflicts.suggestions(session, EVALUATOR) == []
    rankings.close_ranking(session, EVALUATOR, ranking.id)
    found = conflicts.suggestions(session, EVALUATOR)
    assert [(each.goal.id, each.kind, each.ranked) for each in found] == [
        (one.id, ConflictKind.PRIORITY, True)
    ] * 2
    assert {frozenset(side[0] for side in each.sides) for each in found} == {
        frozenset({city.id, firm.id}),
        frozenset({firm.id, club.id}),
    }
    make_conflict(session, [one], [city, firm])
    assert len(conflicts.suggestions(session, EVALUATOR)) == 1
    one.retired_at = NOW
    session.flush()
    assert conflicts.suggestions(session, EVALUATOR) == []


def test_ten_conflicts_take_as_many_statements_as_one(session: Session) -> None:
    make_conflict(session)
    with counting(session) as one:
        conflicts.conflict_views(session, COORDINATOR)
    for _ in range(9):
        make_conflict(session)
    with counting(session) as ten:
        assert len(conflicts.conflict_views(session, COORDINATOR)) == 10
    assert len(one) == len(ten) == 3
