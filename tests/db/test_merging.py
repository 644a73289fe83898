"""Own trees are kept as they were given, and what becomes of their goals in the tree of all."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member, make_programme
from tests.factories.findings import by_link
from tests.factories.goals import EVALUATOR, make_goal, make_statements
from tests.factories.interviews import make_group, make_interview, make_respondent, make_statement
from tests.factories.merging import decision, make_own_goal, make_own_link, make_relation
from tests.statements import counting
from toc.domain.errors import DomainError
from toc.domain.goals import Edge, Level, Stance, Standing
from toc.domain.goals.grounds import CheckState
from toc.domain.interviews import CheckVerdict
from toc.domain.merging import Relation
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import Goal, GoalHolder, GoalSource
from toc.models.interviews import Statement
from toc.models.merging import GoalRelation, PartyGoal, PartyLink
from toc.models.programmes import Programme
from toc.services import goals as goal_service
from toc.services import interviews, merging, versions
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals import Held, moving
from toc.services.goals.checks import all_checks
from toc.services.interviews import checking
from toc.services.merging import OwnDraft, OwnGoal, OwnLinkDraft, Stays

PAYER = act_of(None, Role.EVALUATOR, Role.FUNDER)
BRANCH = "[outcome] A job\n    A diploma\n        Lessons\n    A boss with time\n"


def own(session: Session, goal: PartyGoal) -> OwnGoal:
    return merging.get_own_goal(session, EVALUATOR, goal.id)[0]


def holders(session: Session, goal: Goal) -> dict[UUID, Stance]:
    rows = session.scalars(select(GoalHolder).where(GoalHolder.goal_id == goal.id))
    return {row.group_id: row.stance for row in rows}


def sources(session: Session, goal_id: UUID) -> set[UUID]:
    return set(session.scalars(select(GoalSource.statement_id).where(GoalSource.goal_id == goal_id)))


# --- One tree -----------------------------------------------------------------------------------------------


def test_an_own_tree_is_built_by_hand(session: Session) -> None:
    group, other = make_group(session), make_group(session)
    one, two = make_statements(session, group, "We want work.", "And a home.")
    goal_id, draft = uuid4(), OwnDraft(wording="Work", level=Level.OUTCOME, importance=5, feasibility=2)
    goal = merging.add_own_goal(session, EVALUATOR, goal_id, group.id, draft, [one.id])
    assert merging.add_own_goal(session, EVALUATOR, goal_id, group.id, draft, [one.id]) is goal
    means = make_own_goal(session, group, "A diploma")
    link_id, says = uuid4(), OwnLinkDraft(mechanism="Bosses trust it", confidence=1)
    ends = {"lower_id": means.id, "upper_id": goal.id}
    link = merging.add_link(session, EVALUATOR, link_id, draft=says, **ends)
    assert merging.add_link(session, EVALUATOR, link_id, draft=says, **ends) is link
    tree = merging.own_tree(session, EVALUATOR, group.id)
    assert [one.code for one in tree.goals] == [f"S{group.code}.1", f"S{group.code}.2"]
    assert (tree.code, tree.goals[0].draft, tree.goals[0].statement_ids) == (
        f"S{group.code}",
        draft,
        (one.id,),
    )
    assert [(one.lower_id, one.upper_id, one.draft) for one in tree.links] == [(means.id, goal.id, says)]
    assert merging.get_link(session, EVALUATOR, link.id)[0].draft == says
    assert [one.number for one in merging.own_trees(session, EVALUATOR)] == [group.code, other.code]
    assert tree.placed == 0
    assert tree.waiting == tree.goals
    edited = merging.edit_own_goal(session, EVALUATOR, goal.id, draft, [two.id], revision=goal.revision)
    assert own(session, edited).statement_ids == (two.id,)
    merging.edit_link(session, EVALUATOR, link.id, replace(says, confidence=3), revision=link.revision)
    assert link.confidence == 3
    merging.remove_link(session, EVALUATOR, link.id)
    assert merging.own_tree(session, EVALUATOR, group.id).links == ()


def test_two_people_who_edit_the_same_see_both_texts(session: Session) -> None:
    group = make_group(session)
    (said,) = make_statements(session, group, "We want work.")
    goal = make_own_goal(session, group, "Work")
    link = make_own_link(session, make_own_goal(session, group, "A diploma"), goal)
    before = goal.revision
    merging.edit_own_goal(session, EVALUATOR, goal.id, OwnDraft(wording="Work"), [said.id], revision=before)
    assert goal.revision > before, "what it rests on belongs to what the form shows"
    with pytest.raises(Stale) as stale:
        merging.edit_own_goal(session, EVALUATOR, goal.id, OwnDraft(wording="Pay"), [], revision=before)
    assert stale.value.theirs["wording"] == "Work"
    assert stale.value.theirs["statement_ids"] == (said.id,)
    with pytest.raises(Stale) as stale:
        merging.edit_link(session, EVALUATOR, link.id, OwnLinkDraft(mechanism="So"), revision=0)
    assert stale.value.theirs["mechanism"] == ""


def test_a_tree_stays_without_circles(session: Session) -> None:
    group, other = make_group(session), make_group(session)
    low, high = make_own_goal(session, group, "Lessons"), make_own_goal(session, group, "A job")
    theirs = make_own_goal(session, other)
    make_own_link(session, low, high)
    way: object = None
    for lower, upper, key in (
        (low, low, "link.self"),
        (low, high, "link.duplicate"),
        (high, low, "link.cycle"),
    ):
        with pytest.raises(Conflict, match=key.replace(".", r"\.")) as refused:
            make_own_link(session, lower, upper)
        way = refused.value.params["way"]
    assert way == f"S{group.code}.1 → S{group.code}.2"
    with pytest.raises(NotFound):
        make_own_link(session, low, theirs)
    with pytest.raises(DomainError, match=r"link\.bad_confidence"):
        OwnLinkDraft(confidence=5)
    with pytest.raises(DomainError, match=r"goal\.bad_scale"):
        OwnDraft(wording="", importance=6)


def test_a_goal_rests_on_what_its_own_party_said_and_did_not_take_back(session: Session) -> None:
    group, other = make_group(session), make_group(session)
    theirs = make_statements(session, other, "Something else.")
    mine = make_statements(session, group, "We want work.")
    with pytest.raises(NotFound):
        make_own_goal(session, group, statements=theirs)
    goal = make_own_goal(session, group, statements=mine)
    with pytest.raises(NotFound):
        merging.edit_own_goal(session, EVALUATOR, goal.id, OwnDraft(wording="W"), [theirs[0].id])
    interviews.withdraw_statement(session, EVALUATOR, uuid4(), mine[0].id, text="Take it back")
    assert own(session, goal).statement_ids == ()


def test_a_branch_is_typed_as_text(session: Session) -> None:
    group, branch_id = make_group(session), uuid4()
    make_own_goal(session, group)
    assert merging.add_branch(session, EVALUATOR, branch_id, group.id, BRANCH) == 4
    assert merging.add_branch(session, EVALUATOR, branch_id, group.id, BRANCH) == 0
    tree = merging.own_tree(session, EVALUATOR, group.id)
    assert [goal.draft.wording for goal in tree.goals[1:]] == [
        "A job",
        "A diploma",
        "Lessons",
        "A boss with time",
    ]
    assert tree.goals[1].draft.level is Level.OUTCOME
    names = {goal.id: goal.number for goal in tree.goals}
    assert [(names[link.lower_id], names[link.upper_id]) for link in tree.links] == [(3, 2), (4, 3), (5, 2)]
    for text, key in (
        ("A\n\t  B\n  C", "tree.branch_faults"),
        ("goal\n" * 151, "tree.branch_too_long"),
        (" ", "outline.nothing"),
    ):
        with pytest.raises(DomainError, match=key):
            merging.add_branch(session, EVALUATOR, uuid4(), group.id, text)
    with pytest.raises(NotFound):
        merging.add_branch(session, EVALUATOR, uuid4(), uuid4(), BRANCH)


def test_a_goal_goes_only_when_nothing_else_hangs_on_it(session: Session) -> None:
    group = make_group(session)
    respondent = make_respondent(session, group)
    said = make_statement(session, make_interview(session, respondent, text="I want work."), sentence=0)
    related = make_own_goal(session, group)
    checked = make_own_goal(session, group, statements=[said])
    free = make_own_goal(session, group, statements=[said])
    make_own_link(session, free, checked)
    make_relation(session, related, make_goal(session), Relation.INDEPENDENT)
    about = by_link(respondent)
    checking.check_goal(session, about, uuid4(), checked.id, CheckVerdict.AGREE)
    for goal, key in ((related, "merging.goal_related"), (checked, "merging.goal_checked")):
        with pytest.raises(Conflict, match=key):
            merging.remove_own_goal(session, EVALUATOR, goal.id)
    assert merging.hanging_on(session, free.id).links == 1
    merging.remove_own_goal(session, EVALUATOR, free.id)
    tree = merging.own_tree(session, EVALUATOR, group.id)
    assert [goal.id for goal in tree.goals] == [related.id, checked.id]
    assert tree.links == ()
    assert tree.goals[1].confirmed


# --- As it was given ----------------------------------------------------------------------------------------


def test_what_was_given_stays_whatever_becomes_of_the_tree(session: Session) -> None:
    group, kept = make_group(session), uuid4()
    with pytest.raises(DomainError, match=r"merging\.nothing_given"):
        merging.freeze_given(session, EVALUATOR, kept, group.id)
    goal = make_own_goal(session, group, "Work")
    make_own_link(session, make_own_goal(session, group, "A diploma"), goal)
    user = make_member(session, session.get_one(Programme, session.info["programme_id"]), Role.EVALUATOR)
    by = act_of(user, Role.EVALUATOR)
    edition = merging.freeze_given(session, by, kept, group.id)
    assert merging.freeze_given(session, by, kept, group.id) is edition
    with pytest.raises(DomainError, match=r"merging\.given_already"):
        merging.freeze_given(session, EVALUATOR, uuid4(), group.id)
    merging.edit_own_goal(session, EVALUATOR, goal.id, OwnDraft(wording="Pay"), [])
    later = merging.freeze_given(session, EVALUATOR, uuid4(), group.id)
    _, body = merging.get_given(session, EVALUATOR, kept)
    assert [one.wording for one in body.goals] == ["Work", "A diploma"]
    assert [(link.lower, link.upper) for link in body.links] == [("G2", "G1")]
    given_ = merging.given_trees(session, EVALUATOR, group.id)
    assert [(one.number, one.by) for one in given_] == [(2, ""), (1, user.name)]
    assert [one.id for one in merging.given_trees(session, EVALUATOR)] == [later.id, kept]
    make_goal(session)
    whole = versions.freeze(session, EVALUATOR, uuid4(), "For the board")
    assert whole.number == 1
    assert [one.number for one in versions.versions(session)] == [1]
    for wrong in (whole.id, uuid4()):
        with pytest.raises(NotFound):
            merging.get_given(session, EVALUATOR, wrong)


def test_a_quote_is_not_kept_where_it_cannot_be_taken_back(session: Session) -> None:
    group = make_group(session)
    long, short = make_statements(session, group, "We want work that lasts more than a year.", "Rest.")
    goal = make_own_goal(session, group, "Rest. Work that lasts", statements=[long, short])
    merging.freeze_given(session, EVALUATOR, uuid4(), group.id)
    says = OwnDraft(wording="Work", explanation="They said: we want work that lasts\nmore than a year.")
    merging.edit_own_goal(session, EVALUATOR, goal.id, says, [long.id])
    with pytest.raises(DomainError, match=r"merging\.quote_in_words") as refused:
        merging.freeze_given(session, EVALUATOR, uuid4(), group.id)
    assert refused.value.params == {"code": f"S{group.code}.1"}


# --- Relations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("relation", "stance", "brings"),
    [
        (Relation.SAME, Stance.SUPPORTS, True),
        (Relation.NARROWER, Stance.SUPPORTS, True),
        (Relation.BROADER, Stance.SUPPORTS, False),
        (Relation.MEANS_FOR, None, False),
        (Relation.CONFLICTS, Stance.OPPOSES, False),
        (Relation.INDEPENDENT, None, False),
    ],
)
def test_what_a_relation_brings(
    session: Session, relation: Relation, stance: Stance | None, *, brings: bool
) -> None:
    group, goal = make_group(session), make_goal(session)
    said = make_statements(session, group, "We want work.")
    mine = make_own_goal(session, group, statements=said, importance=4)
    relation_id = uuid4()
    made = merging.relate(session, EVALUATOR, relation_id, mine.id, goal.id, decision(relation))
    assert merging.relate(session, EVALUATOR, relation_id, mine.id, goal.id, decision(relation)) is made
    session.flush()
    assert holders(session, goal) == ({} if stance is None else {group.id: stance})
    assert sources(session, goal.id) == ({said[0].id} if brings else set())
    view = own(session, mine)
    assert view.is_placed == (stance is Stance.SUPPORTS)
    assert view.as_shared == (goal.id if relation is Relation.SAME else None)
    assert view.relations[0].draft == decision(relation)
    assert merging.what_stays(session, view, goal.id) == Stays(stance, int(brings))
    holder = session.scalar(select(GoalHolder).where(GoalHolder.goal_id == goal.id))
    assert holder is None or holder.importance == (4 if stance is Stance.SUPPORTS else None)


def test_what_is_recorded_of_a_party_stays(session: Session) -> None:
    group = make_group(session)
    goal = make_goal(session, holders=[Held(group_id=group.id, stance=Stance.NEUTRAL, importance=1)])
    make_relation(session, make_own_goal(session, group), goal)
    assert holders(session, goal) == {group.id: Stance.NEUTRAL}


def test_nobody_learns_from_the_tree_of_all_who_holds_a_hidden_goal(session: Session) -> None:
    group = make_group(session)
    open_, hidden = make_goal(session), make_goal(session, standing=Standing.HIDDEN)
    mine = make_own_goal(session, group, standing=Standing.HIDDEN)
    for goal in (open_, hidden):
        make_relation(session, mine, goal, Relation.NARROWER)
    assert holders(session, open_) == {}
    assert holders(session, hidden) == {group.id: Stance.SUPPORTS}
    goal = merging.share(session, EVALUATOR, uuid4(), mine.id, "Keep it", "The evaluator")
    assert not goal.released


def test_a_decision_is_changed_and_taken_back(session: Session) -> None:
    group, goal = make_group(session), make_goal(session)
    said = make_statements(session, group, "We want work.")
    mine = make_own_goal(session, group, statements=said)
    made = make_relation(session, mine, goal, Relation.INDEPENDENT)
    with pytest.raises(Conflict, match=r"merging\.related_already"):
        make_relation(session, mine, goal)
    seen = made.revision
    merging.change_relation(session, EVALUATOR, made.id, decision(Relation.SAME), revision=seen)
    assert sources(session, goal.id) == {said[0].id}
    with pytest.raises(Stale) as stale:
        merging.change_relation(session, EVALUATOR, made.id, decision(), revision=seen)
    assert stale.value.theirs["relation"] is Relation.SAME
    with pytest.raises(Stale):
        merging.take_back(session, EVALUATOR, made.id, revision=seen)
    assert merging.get_relation(session, EVALUATOR, made.id).goal_code == f"G{goal.code}"
    merging.take_back(session, EVALUATOR, made.id, revision=made.revision)
    assert own(session, mine).relations == ()
    assert merging.what_stays(session, own(session, mine), goal.id) == Stays(Stance.SUPPORTS, 1)
    with pytest.raises(NotFound):
        merging.get_relation(session, EVALUATOR, made.id)


def test_an_own_goal_becomes_a_goal_of_all(session: Session) -> None:
    group = make_group(session)
    said = make_statements(session, group, "We want work.")
    mine = make_own_goal(session, group, "Work", statements=said, level=Level.OUTCOME, feasibility=2)
    goal_id = uuid4()
    goal = merging.share(session, EVALUATOR, goal_id, mine.id, "New", "The evaluator")
    assert merging.share(session, EVALUATOR, goal_id, mine.id, "New", "The evaluator") is goal
    view = goal_service.get_goal(session, EVALUATOR, goal_id)
    assert (view.wording, view.level, view.feasibility) == ("Work", Level.OUTCOME, 2)
    assert (sources(session, goal_id), holders(session, goal)) == (
        {said[0].id},
        {group.id: Stance.SUPPORTS},
    )
    with pytest.raises(Conflict, match=r"merging\.shared_already"):
        merging.share(session, EVALUATOR, uuid4(), mine.id, "New", "The evaluator")
    (shown,) = merging.shared_goals(session, EVALUATOR)
    assert (shown.code, shown.is_minority) == (view.code, True)
    assert shown.holders == ((f"S{group.code}", group.name),)
    moving.retire(session, EVALUATOR, [goal_id])
    assert own(session, mine).as_shared is None
    assert not own(session, mine).is_placed
    with pytest.raises(NotFound):
        make_relation(session, make_own_goal(session, group), goal)


def test_an_implicit_goal_needs_two_statements_or_a_yes(session: Session) -> None:
    group = make_group(session)
    respondent = make_respondent(session, group)
    said = make_statement(session, make_interview(session, respondent, text="I want rest."), sentence=0)
    mine = make_own_goal(session, group, "Rest", statements=[said], standing=Standing.IMPLICIT)
    assert own(session, mine).is_thin
    with pytest.raises(DomainError, match=r"goal\.implicit_needs_two"):
        merging.share(session, EVALUATOR, uuid4(), mine.id, "New", "The evaluator")
    checking.check_goal(session, by_link(respondent), uuid4(), mine.id, CheckVerdict.AGREE)
    session.flush()
    assert not own(session, mine).is_thin
    assert merging.share(session, EVALUATOR, uuid4(), mine.id, "New", "The evaluator").released
    later = replace(by_link(respondent), at=NOW.replace(hour=23))
    made = checking.check_goal(session, later, uuid4(), mine.id, CheckVerdict.REJECT)
    session.flush()
    assert own(session, mine).confirmed, "the own tree stays as it was given"
    assert (made.party_goal_id, made.wording) == (None, "Rest")
    (asked,) = checking.own_goals(session, later)
    assert (asked.verdict, asked.goal_id is None) == (CheckVerdict.REJECT, False)


def test_nobody_is_asked_twice_about_a_goal_that_was_made_one_of_all(session: Session) -> None:
    group = make_group(session)
    respondent, silent = make_respondent(session, group), make_respondent(session, group)
    said = [
        make_statement(session, make_interview(session, who, text="I want rest."), sentence=0)
        for who in (respondent, silent)
    ]
    mine = make_own_goal(session, group, "Rest", statements=said)
    about = by_link(respondent)
    for verdict, at in ((CheckVerdict.REJECT, NOW), (CheckVerdict.AGREE, NOW.replace(hour=22))):
        checking.check_goal(session, replace(about, at=at), uuid4(), mine.id, verdict)
    goal = merging.share(session, EVALUATOR, uuid4(), mine.id, "New", "The evaluator")
    session.flush()
    (asked,) = checking.own_goals(session, about)
    assert (asked.goal_id, asked.verdict) == (goal.id, CheckVerdict.AGREE)
    assert [one.verdict for one in checking.own_goals(session, by_link(silent))] == [None]
    (found,) = all_checks(session, EVALUATOR)
    assert (found.goal_id, [one.state for one in found.by]) == (
        goal.id,
        [CheckState.AGREED, CheckState.OPEN],
    )
    merging.edit_own_goal(session, EVALUATOR, mine.id, OwnDraft(wording="Sleep"), [one.id for one in said])
    assert [one.wording for one in checking.own_goals(session, about)] == ["Rest", "Sleep"]
    assert [one.wording for one in all_checks(session, EVALUATOR)] == ["Rest", "Sleep"]


def test_what_was_said_of_other_words_does_not_go_along(session: Session) -> None:
    group = make_group(session)
    respondent = make_respondent(session, group)
    said = make_statement(session, make_interview(session, respondent, text="I want rest."), sentence=0)
    mine = make_own_goal(session, group, "Rest", statements=[said])
    checking.check_goal(session, by_link(respondent), uuid4(), mine.id, CheckVerdict.AGREE)
    merging.edit_own_goal(session, EVALUATOR, mine.id, OwnDraft(wording="Sleep"), [said.id])
    merging.share(session, EVALUATOR, uuid4(), mine.id, "New", "The evaluator")
    session.flush()
    assert [one.verdict for one in checking.own_goals(session, by_link(respondent))] == [None]


def test_a_hidden_goal_on_words_of_two_is_asked_about_in_neither_tree(session: Session) -> None:
    group = make_group(session)
    people = [make_respondent(session, group) for _ in range(2)]
    said = [
        make_statement(session, make_interview(session, who, text="I want rest."), sentence=0)
        for who in people
    ]
    mine = make_own_goal(session, group, "Rest", statements=said, standing=Standing.HIDDEN)
    merging.share(session, EVALUATOR, uuid4(), mine.id, "New", "The evaluator")
    session.flush()
    assert [one for who in people for one in checking.own_goals(session, by_link(who))] == []
    assert len(all_checks(session, EVALUATOR)) == 2


def test_a_decision_without_a_reason_or_with_a_telephone_number_is_refused(session: Session) -> None:
    mine, goal = make_own_goal(session, make_group(session)), make_goal(session)
    for draft, key in (
        (replace(decision(), reason=""), "merging.reason_missing"),
        (replace(decision(), decided_by=" "), "merging.decided_by_missing"),
        (replace(decision(), reason="Bel 06-12345678"), "privacy.personal_number"),
        (replace(decision(), decided_by="a@example.org"), "privacy.personal_number"),
    ):
        with pytest.raises(DomainError, match=key):
            merging.relate(session, EVALUATOR, uuid4(), mine.id, goal.id, draft)


def test_goals_of_all_stand_by_level_ends_first(session: Session) -> None:
    for level in (None, Level.INPUT, Level.IMPACT, Level.OUTPUT):
        make_goal(session, str(level), level=level)
    assert [goal.level for goal in merging.shared_goals(session, EVALUATOR)] == [
        Level.IMPACT,
        Level.OUTPUT,
        Level.INPUT,
        None,
    ]


# --- Who sees it --------------------------------------------------------------------------------------------


def test_who_pays_or_is_no_evaluator_sees_no_own_tree(session: Session) -> None:
    group = make_group(session)
    mine = make_own_goal(session, group)
    for reader in (PAYER, act_of(None, Role.COORDINATOR)):
        with pytest.raises(NotFound):
            merging.own_trees(session, reader)
        with pytest.raises(NotFound):
            merging.share(session, reader, uuid4(), mine.id, "New", "We")


def test_what_is_not_there_is_not_found(session: Session) -> None:
    for ask in (
        lambda: merging.own_tree(session, EVALUATOR, uuid4()),
        lambda: merging.get_own_goal(session, EVALUATOR, uuid4()),
        lambda: merging.get_link(session, EVALUATOR, uuid4()),
        lambda: merging.remove_link(session, EVALUATOR, uuid4()),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_respondent_sees_what_became_of_their_own_words(session: Session) -> None:
    group, elsewhere = make_group(session), make_group(session)
    one, other = make_respondent(session, group), make_respondent(session, group)
    mine, mine_too = (
        make_statement(session, make_interview(session, one, text="I want work."), sentence=0)
        for _ in range(2)
    )
    theirs = make_statement(session, make_interview(session, other, text="I want rest."), sentence=0)
    work = make_own_goal(session, group, "Work", statements=[mine, mine_too], standing=Standing.HIDDEN)
    both = make_own_goal(session, group, "A life", statements=[mine, theirs])
    rest = make_own_goal(session, group, "Rest", statements=[theirs])
    make_own_goal(session, group, "Debts gone", statements=[mine, theirs], standing=Standing.HIDDEN)
    make_own_goal(session, elsewhere)
    make_own_link(session, work, both)
    make_own_link(session, rest, both)
    goals, links = merging.my_tree(session, by_link(one))
    assert {goal.wording: goal.statement_ids for goal in goals} == {
        "Work": (mine.id, mine_too.id),
        "A life": (mine.id,),
    }
    assert links == [Edge(work.id, both.id)]
    assert [goal.wording for goal in merging.my_tree(session, by_link(other))[0]] == ["A life", "Rest"]
    checked = [goal.wording for goal in checking.own_goals(session, by_link(one))]
    assert checked == ["Work", "A life"], "the member check shows no more"


def test_more_goals_need_no_more_statements(session: Session) -> None:
    def make_one(place: int) -> None:
        group = make_group(session)
        said = make_statements(session, group, "We want work.")
        mine = make_own_goal(session, group, f"Work {place}", statements=said)
        make_own_link(session, make_own_goal(session, group), mine)
        make_relation(session, mine, make_goal(session))

    counts = []
    for place in range(3):
        make_one(place)
        session.flush()
        with counting(session) as seen:
            merging.own_trees(session, EVALUATOR)
            merging.shared_goals(session, EVALUATOR)
        counts.append(len(seen))
    assert counts[0] == counts[2]


# --- Whatever is decided ------------------------------------------------------------------------------------

MOST = 3
moves = st.lists(
    st.tuples(
        st.sampled_from(["relate", "change", "take_back", "share", "more"]),
        st.integers(0, MOST - 1),
        st.integers(0, 5),
        st.sampled_from(Relation),
    ),
    max_size=12,
)


def _own_rows(session: Session) -> list[tuple[object, ...]]:
    """Return all that own trees say, without what they rest on."""
    goals = session.scalars(select(PartyGoal).order_by(PartyGoal.id))
    links = session.scalars(select(PartyLink).order_by(PartyLink.id))
    return [(goal.id, goal.number, goal.wording, goal.level, goal.standing) for goal in goals] + [
        (link.id, link.lower_id, link.upper_id, link.mechanism) for link in links
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=moves)
def test_whatever_is_decided_no_statement_is_lost_and_no_own_tree_changes(
    database: Database, steps: list[tuple[str, int, int, Relation]]
) -> None:
    with database.writing() as making:
        place = make_programme(making).id
    with database.write_session(place) as session:
        groups = [make_group(session) for _ in range(MOST)]
        said = [make_statements(session, group, "One.", "Two.", "Three.") for group in groups]
        mine = [
            make_own_goal(session, group, f"Goal of {group.code}", statements=those[:1])
            for group, those in zip(groups, said, strict=True)
        ]
        make_own_link(session, make_own_goal(session, groups[0]), mine[0])
        shared = [make_goal(session), make_goal(session, standing=Standing.HIDDEN)]
        before, kept = _own_rows(session), merging.freeze_given(session, EVALUATOR, uuid4(), groups[0].id)
        for step, which, target, relation in steps:
            _do(session, step, mine[which], said[which], shared, target, relation)
            session.flush()
            for tree in merging.own_trees(session, EVALUATOR):
                for goal in tree.goals:
                    for one in goal.relations:
                        if one.draft.relation in {Relation.SAME, Relation.NARROWER}:
                            assert set(goal.statement_ids) <= sources(session, one.goal_id)
        assert _own_rows(session) == before
        tree = merging.own_tree(session, EVALUATOR, groups[0].id)
        assert merging.own_body(tree) == merging.get_given(session, EVALUATOR, kept.id)[1]
        session.rollback()


def _do(
    session: Session,
    step: str,
    own_goal: PartyGoal,
    said: list[Statement],
    shared: list[Goal],
    target: int,
    relation: Relation,
) -> None:
    """Take a step, or be refused."""
    relations = list(session.scalars(select(GoalRelation).where(GoalRelation.party_goal_id == own_goal.id)))
    try:
        if step == "relate":
            make_relation(session, own_goal, shared[target % len(shared)], relation)
        elif step == "share":
            shared.append(merging.share(session, EVALUATOR, uuid4(), own_goal.id, "New", "We"))
        elif step == "more":
            draft = merging.get_own_goal(session, EVALUATOR, own_goal.id)[0].draft
            ids = [one.id for one in said[: 1 + target % 3]]
            merging.edit_own_goal(session, EVALUATOR, own_goal.id, draft, ids)
        elif relations and step == "change":
            chosen = relations[target % len(relations)]
            merging.change_relation(session, EVALUATOR, chosen.id, decision(relation))
        elif relations:
            merging.take_back(session, EVALUATOR, relations[target % len(relations)].id)
    except Conflict:
        session.flush()
