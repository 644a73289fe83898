"""Goals that are worded alike: suggesting them, telling them apart, and making one of two."""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_user
from tests.factories.checks import make_party_goal
from tests.factories.evidence import make_study
from tests.factories.goals import EVALUATOR, make_goal, make_link, make_many_goals, make_statements
from tests.factories.interviews import make_group
from toc.domain.acts import Act
from toc.domain.conflicts import ConflictKind
from toc.domain.errors import DomainError
from toc.domain.goals import (
    ArgumentSide,
    KeyReason,
    Level,
    LinkStatus,
    Stance,
    Standing,
    going_round,
)
from toc.domain.goals.joining import Opinion
from toc.domain.goals.likeness import Why
from toc.domain.merging import Relation
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.coding import Coding
from toc.models.conflicts import ConflictGoal, GoalConflict
from toc.models.goals import (
    Goal,
    GoalDistinction,
    GoalEdition,
    GoalHolder,
    GoalLink,
    GoalSource,
    LinkArgument,
)
from toc.models.interviews import StakeholderGroup, Statement
from toc.models.merging import GoalRelation
from toc.services import goals
from toc.services.errors import Conflict, NotFound
from toc.services.goals import Held, moving
from toc.services.goals.alike import (
    alike,
    forget_distinction,
    looks_like,
    statement_counts,
    tell_apart,
    told_apart,
)
from toc.services.goals.joining import (
    Fate,
    JoinedLink,
    JoinedParty,
    gone_into,
    join_goals,
    look_at_joining,
    where_gone,
)
from toc.services.goals.rows import as_row
from toc.services.interviews import withdraw_statement

VIEWER = act_of(None, Role.VIEWER)
WHY = "Both say that people keep their job."


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def last_event(session: Session) -> AuditEvent:
    return session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)).one()


def rests_on(session: Session, goal: Goal) -> set[UUID]:
    return set(session.scalars(select(GoalSource.statement_id).where(GoalSource.goal_id == goal.id)))


def opinions(session: Session, goal: Goal) -> dict[UUID, Opinion]:
    rows = session.scalars(select(GoalHolder).where(GoalHolder.goal_id == goal.id))
    return {one.group_id: Opinion(one.stance, one.importance, one.feasibility) for one in rows}


# --- Suggesting ---------------------------------------------------------------------------------------------


def test_goals_that_are_worded_alike_are_suggested(session: Session) -> None:
    town, youth = make_group(session, name="Municipality"), make_group(session, name="Young people")
    said = make_statements(session, town, "They should keep their job.", "A job for years.")
    first = make_goal(session, "Young people keep a job", holders=[youth, town], statements=said)
    said[1].withdrawn_at = NOW
    make_goal(session, "Less noise in the street", holders=[town])
    held = [Held(group_id=youth.id, stance=Stance.OPPOSES)]
    second = make_goal(session, "Young people keep their job", holders=held)
    (pair,) = alike(session, EVALUATOR)
    assert (pair.one.goal.id, pair.other.goal.id) == (first.id, second.id)
    assert (pair.one.holders, pair.other.holders) == (("Municipality", "Young people"), ())
    assert (pair.one.statements, pair.other.statements) == (1, 0)
    assert (pair.why, pair.shared) == (Why.SAME_WORDS, ("young", "people", "keep", "job"))
    assert pair.score == 1
    assert statement_counts(session, first.id) == {first.id: 1}
    assert statement_counts(session, second.id) == {}


def test_a_hidden_or_retired_goal_is_not_suggested(session: Session) -> None:
    make_goal(session, "Young people keep a job")
    make_goal(session, "Young people keep a job", standing=Standing.HIDDEN)
    gone = make_goal(session, "Young people keep a job")
    gone.retired_at = NOW
    assert len(alike(session, EVALUATOR)) == 1
    assert alike(session, VIEWER) == ()


def test_goals_that_are_told_apart_are_suggested_no_longer(session: Session) -> None:
    person = make_user(session, name="Eva")
    act = act_of(person, Role.EVALUATOR)
    first, second = make_goal(session, "Keep a job"), make_goal(session, "Keep jobs, job")
    hidden = make_goal(session, "Keep a job", standing=Standing.HIDDEN)
    made = tell_apart(session, act, second.id, first.id)
    assert tell_apart(session, act, first.id, second.id) is made
    tell_apart(session, act, first.id, hidden.id)
    assert count(session, GoalDistinction) == 2
    assert {frozenset({pair.one.goal.id, pair.other.goal.id}) for pair in alike(session, act)} <= {
        frozenset({second.id, hidden.id})
    }
    (told,) = told_apart(session, VIEWER)
    assert ({told.one.id, told.other.id}, told.by, told.at) == ({first.id, second.id}, "Eva", NOW)
    assert len(told_apart(session, act)) == 2
    assert last_event(session).action == "goal.tell_apart"
    for _ in range(2):
        forget_distinction(session, act, told.id)
    assert told_apart(session, VIEWER) == ()
    assert last_event(session).action == "goal.forget_distinction"
    assert last_event(session).sequence == 6


def test_only_goals_that_are_there_are_told_apart(session: Session) -> None:
    goal = make_goal(session)
    hidden = make_goal(session, standing=Standing.HIDDEN)
    for other, act in ((uuid4(), EVALUATOR), (hidden.id, VIEWER)):
        with pytest.raises(NotFound):
            tell_apart(session, act, goal.id, other)
    with pytest.raises(DomainError) as error:
        tell_apart(session, EVALUATOR, goal.id, goal.id)
    assert error.value.key == "goal.merge_self"


def test_a_wording_that_is_typed_looks_like_goals_that_are_there(session: Session) -> None:
    make_many_goals(session, 250)
    first = make_goal(session, "Young people keep a job")
    near = make_goal(session, "Young people of Utrecht keep a job")
    assert [goal.id for goal in looks_like(session, EVALUATOR, "A job that young people keep")] == [
        first.id,
        near.id,
    ]
    assert looks_like(session, EVALUATOR, "Less noise in the street") == ()


# --- Making one of two --------------------------------------------------------------------------------------


def test_what_was_said_counts_for_the_goal_that_stays(session: Session) -> None:
    town, youth, firm = (make_group(session, name=name) for name in ("Town", "Youth", "Firm"))
    both, ours, theirs = make_statements(session, town, "One.", "Two.", "Three.")
    kept = make_goal(
        session,
        "Keep a job",
        holders=[Held(group_id=town.id, stance=Stance.NEUTRAL, importance=2)],
        statements=[both, ours],
    )
    gone = make_goal(
        session,
        "Stay at work",
        holders=[
            Held(group_id=town.id, importance=5, feasibility=3),
            Held(group_id=youth.id, importance=4),
            Held(group_id=firm.id, stance=Stance.OPPOSES),
        ],
        statements=[both, theirs],
        importance=4,
        by_when=date(2027, 1, 1),
    )
    seen = look_at_joining(session, EVALUATOR, kept.id, gone.id)
    assert (seen.added, seen.shared, seen.refusals) == (1, 1, ())
    assert not seen.keeps
    assert seen.parties[0] == JoinedParty(
        town.id,
        town.code,
        "Town",
        before=Opinion(Stance.NEUTRAL, 2),
        gone=Opinion(Stance.SUPPORTS, 5, 3),
        after=Opinion(Stance.SUPPORTS, 2, 3),
    )
    join_goals(session, EVALUATOR, kept.id, gone.id, f" {WHY} ", editions=(1, 1))
    assert rests_on(session, kept) == {both.id, ours.id, theirs.id}
    assert rests_on(session, gone) == {both.id, theirs.id}
    assert opinions(session, kept) == {
        town.id: Opinion(Stance.SUPPORTS, 2, 3),
        youth.id: Opinion(Stance.SUPPORTS, 4),
        firm.id: Opinion(Stance.OPPOSES),
    }
    assert gone.retired_at == NOW
    assert [goal.id for goal in goals.visible_goals(session, EVALUATOR)] == [kept.id]
    (last, first) = goals.history(session, EVALUATOR, goals.get_goal(session, EVALUATOR, gone.id))
    assert (last.draft, last.reason) == (first.draft, WHY)
    assert (gone_into(session, gone.id), gone_into(session, kept.id)) == (kept.id, None)
    assert where_gone(session, EVALUATOR, [gone.id, kept.id]) == {gone.id: f"G{kept.code}"}
    event = last_event(session)
    assert (event.action, event.subject_id) == ("goal.merge", str(gone.id))
    assert event.detail == {"into": str(kept.id), "statements": 1, "parties": 3, "links": 0}


def test_the_same_goals_are_joined_once(session: Session) -> None:
    kept, gone, third = make_goal(session), make_goal(session), make_goal(session)
    for _ in range(2):
        join_goals(session, EVALUATOR, kept.id, gone.id, WHY)
    assert (gone.edition, last_event(session).sequence) == (2, 4)
    with pytest.raises(DomainError) as error:
        join_goals(session, EVALUATOR, third.id, gone.id, WHY)
    assert (error.value.key, error.value.params) == ("goal.merge_retired", {"code": "G2"})


def test_links_go_along_and_their_words_are_put_together(session: Session) -> None:
    kept, gone = make_goal(session, "Keep a job"), make_goal(session, "Stay at work")
    coach, rest, home = (make_goal(session, wording) for wording in ("A coach", "Rest", "A home"))
    ours = make_link(session, coach, kept, mechanism="A coach listens.", confidence=1)
    theirs = make_link(
        session,
        coach,
        gone,
        mechanism="A coach knows firms.",
        assumption="There are firms.",
        confidence=3,
        status=LinkStatus.MIXED,
        is_key=True,
        key_reason=KeyReason.CENTRAL,
    )
    moved = make_link(session, gone, rest, mechanism="Work gives rest.")
    between = make_link(session, gone, kept)
    apart = make_link(session, home, kept)
    session.add(
        LinkArgument(id=uuid4(), link_id=theirs.id, side=ArgumentSide.FOR, text="Yes", created_at=NOW)
    )
    session.flush()
    fates = {one.id: (one.lower, one.upper, one.fate) for one in _fates(session, kept, gone)}
    assert fates == {
        theirs.id: ("G3", "G2", Fate.JOINS),
        moved.id: ("G2", "G4", Fate.MOVES),
        between.id: ("G2", "G1", Fate.FALLS),
    }
    join_goals(session, EVALUATOR, kept.id, gone.id, WHY)
    session.expire_all()
    assert (ours.mechanism, ours.assumption, ours.confidence, ours.status, ours.is_key, ours.key_reason) == (
        "A coach listens.\n\nA coach knows firms.",
        "There are firms.",
        1,
        LinkStatus.MIXED,
        True,
        KeyReason.CENTRAL,
    )
    assert session.scalars(select(LinkArgument.link_id)).all() == [ours.id]
    assert (moved.lower_id, moved.upper_id, moved.mechanism) == (kept.id, rest.id, "Work gives rest.")
    tree = goals.tree(session, EVALUATOR)
    assert {link.id for link in tree.links} == {ours.id, moved.id, apart.id}


def _fates(session: Session, kept: Goal, gone: Goal) -> Iterable[JoinedLink]:
    return look_at_joining(session, EVALUATOR, kept.id, gone.id).links


def test_own_goals_codings_and_conflicts_go_along(session: Session) -> None:
    town = make_group(session)
    first, second = make_statements(session, town, "One.", "Two.")
    kept, gone = make_goal(session, statements=[first]), make_goal(session, statements=[first, second])
    mine, yours = make_user(session), make_user(session)
    made = {"created_at": NOW}

    def code(statement: Statement, coder: UUID, goal: Goal, memo: str = "") -> Coding:
        row = Coding(
            id=uuid4(), statement_id=statement.id, coder_id=coder, goal_id=goal.id, memo=memo, **made
        )
        session.add(row)
        return row

    twin = code(first, mine.id, kept, "Mine.")
    doubled = code(first, mine.id, gone, "Also mine.").id
    others = [code(second, mine.id, gone), code(first, yours.id, gone)]
    own = make_party_goal(session, town.id, "A job")
    other = make_party_goal(session, make_group(session).id, "Work")
    for party_goal, goal in ((own, kept), (own, gone), (other, gone)):
        session.add(
            GoalRelation(
                id=uuid4(), party_goal_id=party_goal.id, goal_id=goal.id, relation=Relation.SAME, **made
            )
        )
    for code_, about in ((1, (kept, gone)), (2, (gone,))):
        conflict = GoalConflict(id=uuid4(), code=code_, kind=ConflictKind.VALUE, about="Pace", **made)
        session.add(conflict)
        session.flush()
        session.add_all(ConflictGoal(id=uuid4(), conflict_id=conflict.id, goal_id=one.id) for one in about)
    make_study(session, goal=gone)
    session.flush()
    seen = look_at_joining(session, EVALUATOR, kept.id, gone.id)
    assert (seen.codings, seen.relations, seen.conflicts, seen.studies) == (3, 1, 1, 1)
    assert seen.keeps
    join_goals(session, EVALUATOR, kept.id, gone.id, WHY)
    session.expire_all()
    assert twin.memo == "Mine.\n\nAlso mine."
    assert session.get(Coding, (twin.programme_id, doubled)) is None
    assert {one.goal_id for one in others} == {kept.id}
    related = session.scalars(select(GoalRelation))
    assert {(one.party_goal_id, one.goal_id) for one in related} == {
        (own.id, kept.id),
        (own.id, gone.id),
        (other.id, kept.id),
    }
    told = session.execute(select(GoalConflict.code, ConflictGoal.goal_id).join(ConflictGoal.conflict))
    assert {(number, one) for number, one in told} == {(1, kept.id), (1, gone.id), (2, kept.id)}


def hidden_beside(session: Session) -> tuple[Goal, Goal]:
    return make_goal(session), make_goal(session, standing=Standing.HIDDEN)


def shown_beside(session: Session) -> tuple[Goal, Goal]:
    return hidden_beside(session)[::-1]


def with_a_way_between(session: Session) -> tuple[Goal, Goal]:
    kept, gone, third = (make_goal(session) for _ in range(3))
    make_link(session, gone, third)
    make_link(session, third, kept)
    return kept, gone


def with_a_party_for_and_against(session: Session) -> tuple[Goal, Goal]:
    town = make_group(session, name="Town")
    return make_goal(session, holders=[town]), make_goal(
        session, holders=[Held(group_id=town.id, stance=Stance.OPPOSES)]
    )


@pytest.mark.parametrize(
    ("make", "key", "params"),
    [
        (hidden_beside, "goal.merge_hidden", {"code": "G2"}),
        (shown_beside, "goal.merge_hidden", {"code": "G2"}),
        (with_a_way_between, "goal.merge_circle", {"way": "G2 → G3 → G1"}),
        (with_a_party_for_and_against, "goal.merge_contradicts", {"party": "Town"}),
    ],
)
def test_goals_that_are_held_apart_do_not_become_one(
    session: Session, make: Callable[[Session], tuple[Goal, Goal]], key: str, params: dict[str, str]
) -> None:
    kept, gone = make(session)
    (refusal,) = look_at_joining(session, EVALUATOR, kept.id, gone.id).refusals
    with pytest.raises(DomainError) as error:
        join_goals(session, EVALUATOR, kept.id, gone.id, WHY)
    for one in (refusal, error.value):
        assert (one.key, one.params) == (key, params)
    assert gone.retired_at is None


def test_a_way_by_a_goal_that_left_the_tree_or_a_feedback_keeps_nothing_apart(session: Session) -> None:
    kept, gone = with_a_way_between(session)
    feedback = make_link(session, make_goal(session), gone)
    feedback.is_feedback = True
    feedback.lower_id = kept.id
    session.flush()
    third = session.scalars(select(Goal).where(Goal.code == 3)).one()
    third.retired_at = NOW
    join_goals(session, EVALUATOR, kept.id, gone.id, WHY)
    assert gone.retired_at == NOW


def test_joining_needs_a_reason_two_goals_and_the_wording_that_was_looked_at(session: Session) -> None:
    kept, gone = make_goal(session), make_goal(session)
    with pytest.raises(DomainError) as error:
        join_goals(session, EVALUATOR, kept.id, gone.id, "  ")
    assert error.value.key == "goal.merge_reason"
    with pytest.raises(DomainError) as error:
        join_goals(session, EVALUATOR, kept.id, kept.id, WHY)
    assert error.value.key == "goal.merge_self"
    with pytest.raises(NotFound):
        join_goals(session, EVALUATOR, kept.id, uuid4(), WHY)
    with pytest.raises(Conflict) as stale:
        join_goals(session, EVALUATOR, kept.id, gone.id, WHY, editions=(1, 2))
    assert stale.value.key == "goal.merge_changed"
    assert gone_into(session, gone.id) is None


def test_only_the_last_way_out_of_the_tree_says_where_a_goal_went(session: Session) -> None:
    kept, gone = make_goal(session), make_goal(session)
    join_goals(session, EVALUATOR, kept.id, gone.id, WHY)
    kept.released = False
    session.flush()
    assert where_gone(session, act_of(None, Role.VIEWER), [gone.id]) == {}
    act = act_of(make_user(session), Role.EVALUATOR)
    moving.bring_back(session, act, [gone.id])
    assert gone_into(session, gone.id) is None
    moving.retire(session, act, [gone.id])
    assert where_gone(session, act, [gone.id]) == {}


# --- Taking them apart again --------------------------------------------------------------------------------


TABLES = (GoalSource, GoalHolder, GoalLink, LinkArgument, GoalRelation, ConflictGoal, Coding)


def everything(session: Session) -> set[tuple[object, ...]]:
    """All rows that joining may change, and which goals stand in the tree."""
    session.flush()
    session.expire_all()
    rows: set[tuple[object, ...]] = {
        (table.__tablename__, *(f"{name}={value}" for name, value in sorted(as_row(row).items())))
        for table in TABLES
        for row in session.scalars(select(table))
    }
    return rows | {("goal", goal.id, goal.retired_at) for goal in session.scalars(select(Goal))}


def tangled(session: Session) -> tuple[Goal, Goal, Act, list[Statement]]:
    """Two goals with everything that can go along, and somebody who can undo."""
    town, youth = make_group(session, name="Town"), make_group(session, name="Youth")
    said = make_statements(session, town, "One.", "Two.")
    kept = make_goal(session, "Keep a job", holders=[Held(group_id=town.id)], statements=said[:1])
    gone = make_goal(
        session,
        "Stay at work",
        holders=[Held(group_id=town.id, importance=5), Held(group_id=youth.id)],
        statements=said,
    )
    coach, rest = make_goal(session, "A coach"), make_goal(session, "Rest")
    make_link(session, coach, kept, mechanism="A coach listens.")
    joins = make_link(session, coach, gone, mechanism="A coach knows firms.", confidence=3)
    make_link(session, gone, rest)
    make_link(session, gone, kept)
    coder = make_user(session)
    made = {"created_at": NOW}
    session.add_all(
        [
            LinkArgument(id=uuid4(), link_id=joins.id, side=ArgumentSide.FOR, text="Yes", **made),
            *(
                Coding(
                    id=uuid4(),
                    statement_id=one.id,
                    coder_id=coder.id,
                    goal_id=goal.id,
                    memo=goal.id.hex,
                    **made,
                )
                for one, goal in ((said[0], kept), (said[0], gone), (said[1], gone))
            ),
            GoalRelation(
                id=uuid4(),
                party_goal_id=make_party_goal(session, town.id, "A job").id,
                goal_id=gone.id,
                relation=Relation.SAME,
                **made,
            ),
        ]
    )
    conflict = GoalConflict(id=uuid4(), code=1, kind=ConflictKind.VALUE, about="Pace", **made)
    session.add(conflict)
    session.flush()
    session.add(ConflictGoal(id=uuid4(), conflict_id=conflict.id, goal_id=gone.id))
    return kept, gone, act_of(make_user(session), Role.EVALUATOR), said


def undo(session: Session, act: Act) -> None:
    step = moving.last(session, act)[0]
    assert step is not None
    moving.undo(session, act, step.number, reason="Undone.")


def redo(session: Session, act: Act) -> None:
    step = moving.last(session, act)[1]
    assert step is not None
    moving.redo(session, act, step.number, reason="Done again.")


def test_what_was_made_one_is_taken_apart_to_exactly_what_it_was(session: Session) -> None:
    kept, gone, act, _ = tangled(session)
    before = everything(session)
    join_goals(session, act, kept.id, gone.id, WHY)
    step = moving.last(session, act)[0]
    assert step is not None
    assert (step.key, step.code, step.to) == ("tree.join", f"G{gone.code}", f"G{kept.code}")
    after = everything(session)
    assert after != before
    for _ in range(2):
        undo(session, act)
        assert everything(session) == before
        assert gone_into(session, gone.id) is None
        event = last_event(session)
        assert (event.action, event.detail) == ("goal.part", {"kept": str(kept.id)})
        redo(session, act)
        assert everything(session) == after
        assert gone_into(session, gone.id) == kept.id
        assert last_event(session).action == "goal.merge"


def test_they_stay_one_when_what_went_along_was_changed(session: Session) -> None:
    kept, gone, act, _ = tangled(session)
    join_goals(session, act, kept.id, gone.id, WHY)
    holder = session.scalars(select(GoalHolder).where(GoalHolder.goal_id == kept.id)).first()
    assert holder is not None
    holder.importance = 1
    session.flush()
    with pytest.raises(Conflict, match=r"step\.changed_meanwhile"), session.begin_nested():
        undo(session, act)
    assert gone.retired_at == NOW


def test_they_are_not_made_one_again_when_something_came_between(session: Session) -> None:
    kept, gone, act, _ = tangled(session)
    join_goals(session, act, kept.id, gone.id, WHY)
    undo(session, act)
    between = make_goal(session)
    make_link(session, gone, between)
    make_link(session, between, kept)
    with pytest.raises(DomainError, match=r"goal\.merge_circle"), session.begin_nested():
        redo(session, act)
    moving.retire(session, act_of(make_user(session), Role.EVALUATOR), [kept.id])
    with pytest.raises(Conflict, match=r"step\.changed_meanwhile"), session.begin_nested():
        redo(session, act)


def test_a_note_on_words_that_were_taken_back_does_not_stay_in_a_step(session: Session) -> None:
    kept, gone, act, said = tangled(session)
    join_goals(session, act, kept.id, gone.id, WHY)
    withdraw_statement(session, EVALUATOR, uuid4(), said[0].id, text="Take it back")
    session.flush()
    assert moving.last(session, act) == (None, None)


LEVELS = st.sampled_from([None, *Level])
SOME = st.sets(st.integers(0, 3))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    sources=st.lists(SOME, min_size=5, max_size=5),
    stances=st.lists(st.dictionaries(st.integers(0, 2), st.sampled_from(Stance)), min_size=5, max_size=5),
    links=st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] < pair[1])),
    pairs=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=4),
)
def test_joining_loses_no_statement_and_no_holder(
    session: Session,
    sources: list[set[int]],
    stances: list[dict[int, Stance]],
    links: set[tuple[int, int]],
    pairs: list[tuple[int, int]],
) -> None:
    """Whatever goals are joined, one after the other: all that was said stands under a goal in the tree."""
    with session.begin_nested() as everything:
        groups = [make_group(session) for _ in range(3)]
        said = make_statements(session, groups[0], "One.", "Two.", "Three.", "Four.")
        made = [
            make_goal(
                session,
                statements=[said[place] for place in those],
                holders=[Held(group_id=groups[place].id, stance=one) for place, one in thinks.items()],
            )
            for those, thinks in zip(sources, stances, strict=True)
        ]
        rows = [make_link(session, made[low], made[high], mechanism=f"{low}-{high}") for low, high in links]
        mechanisms = {row.mechanism for row in rows}
        before = _in_the_tree(session, groups)
        editions = count(session, GoalEdition)
        joined = sum(_try_to_join(session, made[kept], made[gone]) for kept, gone in pairs)
        after = _in_the_tree(session, groups)
        assert after == before
        assert count(session, GoalEdition) == editions + joined
        assert len(goals.visible_goals(session, EVALUATOR)) == len(made) - joined
        tree = goals.tree(session, EVALUATOR)
        assert not going_round((goal.id for goal in tree.goals), tree.order)
        told = " ".join(session.scalars(select(GoalLink.mechanism)))
        assert all(mechanism in told for mechanism in mechanisms)
        everything.rollback()


def _try_to_join(session: Session, kept: Goal, gone: Goal) -> bool:
    was_there = gone.retired_at is None
    try:
        join_goals(session, EVALUATOR, kept.id, gone.id, WHY)
    except DomainError:
        return False
    return was_there


def _in_the_tree(
    session: Session, groups: list[StakeholderGroup]
) -> tuple[set[UUID], dict[UUID, set[Stance]]]:
    """What goals in the tree rest on, and for or against what parties are there."""
    standing = {goal.id for goal in goals.visible_goals(session, EVALUATOR)}
    rows = session.execute(select(GoalSource.goal_id, GoalSource.statement_id))
    statements = {statement for goal, statement in rows if goal in standing}
    thinks: dict[UUID, set[Stance]] = {group.id: set() for group in groups}
    for holder in session.scalars(select(GoalHolder)):
        if holder.goal_id in standing and holder.stance in {Stance.SUPPORTS, Stance.OPPOSES}:
            thinks[holder.group_id].add(holder.stance)
    return statements, thinks
