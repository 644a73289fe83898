"""What the tree misses, with the places."""

from sqlalchemy.orm import Session

from tests.db.test_goals_bodies import sent
from tests.factories import act_of
from tests.factories.conflicts import make_conflict
from tests.factories.goals import EVALUATOR, make_goal, make_link, make_statements
from tests.factories.indicators import make_indicator
from tests.factories.interviews import make_group, make_interview, make_respondent
from toc.domain.acts import Act
from toc.domain.goals import Level, Standing
from toc.domain.interviews import Mode
from toc.domain.people import Role
from toc.services.goals.trees import tree
from toc.services.tree_quality import PlaceKind, shortcomings

VIEWER = act_of(None, Role.VIEWER)
FUNDER_TOO = act_of(None, Role.EVALUATOR, Role.FUNDER)


def found(session: Session, reader: Act = EVALUATOR) -> dict[str, list[str]]:
    whole = tree(session, reader)
    return {one.key: [place.code for place in one.places] for one in shortcomings(session, reader, whole)}


def test_a_programme_without_anything_misses_nothing(session: Session) -> None:
    assert found(session) == {}


def test_the_tree_itself(session: Session) -> None:
    low = make_goal(session, level=Level.ACTIVITY)
    high = make_goal(session)
    make_goal(session, "Alone")
    link = make_link(session, low, high, is_key=True, mechanism="So.", confidence=1, source="SCP")
    listed = shortcomings(session, VIEWER, tree(session, VIEWER))
    assert {one.key: [(place.kind, place.code) for place in one.places] for one in listed} == {
        "tree.unconnected": [(PlaceKind.GOAL, "G3")],
        "tree.key_link_without_assumption": [(PlaceKind.LINK, "G1 → G2")],
        "tree.key_link_without_alternatives": [(PlaceKind.LINK, "G1 → G2")],
    }
    assert listed[1].places[0].id == link.id


def test_an_outcome_that_is_judged_is_measurable(session: Session) -> None:
    make_goal(session, "Not judged")
    primary = make_goal(session, "Judged", is_primary=True)
    half = make_goal(session, "Without baseline", is_primary=True)
    good = make_goal(session, "Good", is_primary=True)
    make_indicator(session, half, baseline_value=None, baseline_on=None)
    make_indicator(session, good)
    missing = found(session, VIEWER)["tree.outcome_not_measurable"]
    assert missing == [f"G{primary.code}", f"G{half.code}"]


def test_every_party_was_interviewed_which_a_document_is_not(session: Session) -> None:
    heard, read, open_, silent = (make_group(session) for _ in range(4))
    make_interview(session, make_respondent(session, heard))
    make_interview(session, make_respondent(session, read), mode=Mode.DOCUMENT)
    make_interview(session, make_respondent(session, open_), completed=False)
    assert found(session)["tree.party_not_interviewed"] == [f"S{one.code}" for one in (read, open_, silent)]
    assert "tree.party_not_interviewed" not in found(session, VIEWER)
    assert "tree.party_not_interviewed" not in found(session, FUNDER_TOO)


def test_an_implicit_goal_may_be_the_evaluators_own_idea(session: Session) -> None:
    said = make_statements(session, make_group(session), "I want work.", "And to stay.")
    make_goal(session, "Stated")
    kept = make_goal(session, "Kept", standing=Standing.IMPLICIT, statements=said)
    thin = make_goal(session, "Thin", standing=Standing.IMPLICIT, confirmed=True)
    assert "tree.implicit_thin" not in found(session)
    for source in said[:1]:
        source.withdrawn_at = source.created_at
    session.flush()
    assert found(session)["tree.implicit_thin"] == [f"G{kept.code}"]
    assert "tree.implicit_thin" not in found(session, VIEWER)
    assert thin.code == 3


def test_a_conflict_is_decided_or_agreed_to_differ_about(session: Session) -> None:
    conflict = make_conflict(session)
    assert found(session, VIEWER)["tree.conflict_open"] == [f"K{conflict.code}"]


def test_a_bigger_tree_takes_as_many_statements(session: Session) -> None:
    def grow() -> None:
        goal = make_goal(session, is_primary=True)
        make_link(session, make_goal(session, level=Level.ACTIVITY), goal, is_key=True)
        make_goal(session, standing=Standing.IMPLICIT, confirmed=True)
        make_conflict(session)

    grow()
    whole = tree(session, EVALUATOR)
    few = sent(session, lambda: shortcomings(session, EVALUATOR, whole))
    for _ in range(5):
        grow()
    whole = tree(session, EVALUATOR)
    assert sent(session, lambda: shortcomings(session, EVALUATOR, whole)) == few


def test_the_first_places_are_named_and_the_others_counted(session: Session) -> None:
    low = make_goal(session, level=Level.ACTIVITY)
    for _ in range(3):
        make_link(session, low, make_goal(session), is_key=True)
    for _ in range(4):
        make_goal(session, "Alone", is_primary=True)
    listed = shortcomings(session, VIEWER, tree(session, VIEWER), 2)
    told = {one.key: ([place.code for place in one.places], one.more) for one in listed}
    assert told["tree.key_link_without_mechanism"] == (["G1 → G2", "G1 → G3"], 1)
    assert told["tree.unconnected"] == told["tree.outcome_not_measurable"] == (["G5", "G6"], 2)
