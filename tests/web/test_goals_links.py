"""Links on pages: their record, arguments, key links, feedback, working elements, ways and scores."""

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_member
from tests.factories.bonds import DIPLOMA, euro, make_bond
from tests.factories.goals import EVALUATOR, make_goal, make_link, make_many_goals
from tests.factories.interviews import make_group
from tests.web.reader import Page, Reader
from tests.web.test_goals import drawn, legend, statements, two_goals
from toc.domain.goals import ElementVerdict, KeyReason, Stance, Standing
from toc.domain.goals.body import to_json
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import EditStep, Goal, GoalLink, LinkArgument, TreeEdition
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import goals as service
from toc.services.goals import Held
from toc.services.goals.bodies import tree_body


@pytest.fixture
def write(database: Database, programme: Programme) -> Iterator[Session]:
    """A session in which a test makes what it needs; it commits by `commit`."""
    with database.write_session(programme.id) as session:
        yield session


@pytest.fixture
def home(programme: Programme) -> str:
    return f"/p/{programme.id}"


@pytest.fixture
def come_as(database: Database, programme: Programme, reader: Reader) -> Callable[..., Reader]:
    """Be somebody with these roles, in English."""

    def come(*roles: Role, language: str = "en") -> Reader:
        with database.writing(programme.id) as session:
            user: User = make_member(session, programme, *roles)
        return reader.use(language).sign_in(user)

    return come


@pytest.fixture
def evaluator(come_as: Callable[..., Reader]) -> Reader:
    return come_as(Role.EVALUATOR)


def drawn_links(page: Page, look: str) -> int:
    return len(page.find(f"svg path.tree__link--{look}"))


# --- The record ---------------------------------------------------------------------------------------------


def test_only_a_key_link_is_asked_for_its_full_record(evaluator: Reader, write: Session, home: str) -> None:
    link = make_link(write, *two_goals(write), mechanism="Doors open.", condition="In town.")
    write.commit()
    page = evaluator.get(f"{home}/links/{link.id}")
    assert "This is no key link" in page.text
    assert "In town." in page.text
    assert "What else could explain it?" not in page.text
    address = f"{home}/links/{link.id}/edit"
    plain = evaluator.get(address)
    assert not plain.find("input#is_key[checked]")
    asked = evaluator.get(f"{address}?key=1")
    assert asked.find("input#is_key[checked]")
    assert asked.find("details[open] #alternatives")
    form = asked.form(address)
    page = evaluator.post(address, form, 400)
    assert "Say why this is a key link" in page.text
    says = {
        "key_reason": "uncertain",
        "alternatives": "The market grew.",
        "element": "One coach",
        "verdict": "promising",
    }
    page = evaluator.submit(address, {**form, **says})
    for text in (
        "Key link: the evaluation tests it. uncertain: nobody knows whether it holds",
        "The market grew.",
        "One coach",
        "promising",
        "The tree has 1 key link. Fewer than 5 says little",
    ):
        assert text in page.text, text


@pytest.mark.parametrize(
    ("many", "sentence"),
    [(5, "The tree has 5 key links. That is a good number"), (11, "The tree has 11 key links. More than 10")],
)
def test_key_links_are_counted(
    evaluator: Reader, write: Session, home: str, many: int, sentence: str
) -> None:
    end, *means = (make_goal(write, f"Goal {n}") for n in range(many + 1))
    links = [make_link(write, one, end, is_key=True) for one in means]
    write.commit()
    assert sentence in evaluator.get(f"{home}/links/{links[0].id}").text
    assert sentence in evaluator.get(f"{home}/tree").text


def test_how_sure_a_link_can_be_is_explained(evaluator: Reader, write: Session, home: str) -> None:
    link = make_link(write, *two_goals(write), source="SCP 2023")
    write.commit()
    page = evaluator.get(f"{home}/links/{link.id}")
    assert "Nobody said how sure this is." in page.text
    assert "It can be at most 2, because it rests on published research." in page.text
    assert "More when our own figures before and after point to it: then at most 3." in page.text


# --- Feedback -----------------------------------------------------------------------------------------------


def test_a_link_that_goes_round_is_offered_as_a_feedback(
    evaluator: Reader, write: Session, home: str
) -> None:
    low, high = two_goals(write)
    make_link(write, low, high)
    write.commit()
    address = f"{home}/links/new"
    form = {**evaluator.get(address).form(address), "lower_id": high.id, "upper_id": low.id}
    page = evaluator.post(address, form, 400)
    assert "G1 is already a means to G2" in page.text
    assert [one.to_text().strip() for one in page.find("button[name=is_feedback]")] == [
        "Draw it as a feedback instead"
    ]
    page = evaluator.submit(address, {**form, "is_feedback": "1"})
    assert "How G2 leads back to G1" in page.text
    tree = evaluator.get(f"{home}/tree")
    assert drawn_links(tree, "feedback") == 1
    assert "feedback: leads back, outside the order" in legend(tree)
    assert "Goals that go round in a circle" not in tree.text
    assert any("leads back to G1" in label for label in drawn(tree))
    assert "leads back to G1" in evaluator.get(f"{home}/tree?view=list").text
    assert "feedback: leads back" in evaluator.get(f"{home}/goals/{high.id}").text
    (back,) = write.scalars(select(GoalLink).where(GoalLink.is_feedback)).all()
    address = f"{home}/links/{back.id}/edit"
    says = evaluator.get(address).form(address)
    page = evaluator.post(address, {key: value for key, value in says.items() if key != "is_feedback"}, 400)
    assert "This would go round in a circle" in page.text
    assert page.find("details[open] #is_feedback")


def test_removing_a_link_can_be_undone_with_its_arguments(
    evaluator: Reader, write: Session, home: str
) -> None:
    link = make_link(write, *two_goals(write))
    write.commit()
    add = f"{home}/links/{link.id}/arguments/new"
    evaluator.submit(add, {**evaluator.get(add).form(add), "side": "for", "text": "It worked in Delft."})
    remove = f"{home}/links/{link.id}/remove"
    assert "1 argument goes with it." in evaluator.get(remove).text
    evaluator.submit(remove, {"confirmed": "1"})
    write.expire_all()
    assert write.scalars(select(LinkArgument)).all() == []
    step = write.scalars(select(EditStep)).one()
    evaluator.post(f"{home}/tree/undo", {"step": step.number})
    assert "It worked in Delft." in evaluator.get(f"{home}/links/{link.id}").text


# --- Arguments ----------------------------------------------------------------------------------------------


def test_the_source_of_an_argument_is_no_source_of_the_link_until_somebody_says_so(
    evaluator: Reader, write: Session, home: str
) -> None:
    link = make_link(write, *two_goals(write), confidence=2)
    write.commit()
    place = f"{home}/links/{link.id}"
    assert "More when it was found elsewhere" in evaluator.get(place).text
    for side, hint in (("against", False), ("for", True)):
        add = f"{place}/arguments/new"
        says = {"side": side, "text": "It was studied.", "source": "Jones (2019), p. 4"}
        evaluator.submit(add, {**evaluator.get(add).form(add), **says})
        page = evaluator.get(place)
        assert ("An argument for it has a source." in page.text) is hint
        assert "It can be at most 1" in page.text
    edit = f"{place}/edit"
    evaluator.submit(edit, {**evaluator.get(edit).form(edit), "source": "Jones (2019), p. 4"})
    page = evaluator.get(place)
    assert "It can be at most 2" in page.text
    assert "An argument for it has a source." not in page.text


def test_arguments_are_written_down_on_each_side(evaluator: Reader, write: Session, home: str) -> None:
    link = make_link(write, *two_goals(write))
    write.commit()
    place = f"{home}/links/{link.id}"
    assert evaluator.get(place).text.count("Nothing is written down yet.") == 3
    address = f"{place}/arguments/new"
    asked = evaluator.get(f"{address}?side=against")
    assert asked.find("input[name=side][value=against][checked]")
    form = asked.form(address)
    assert "Fill this in." in evaluator.post(address, form, 400).text
    personal = {**form, "side": "for", "text": "Ask jan@example.org"}
    assert "looks like a personal detail" in evaluator.post(address, personal, 400).text
    says = {
        "side": "defeater",
        "text": "There were more jobs.",
        "source": "CBS 2019",
        "weight": "strong",
        "directness": "indirect",
    }
    evaluator.submit(address, {**form, **says})
    page = evaluator.submit(address, {**form, **says})  # the same form twice makes one argument
    assert page.text.count("There were more jobs.") == 3  # once as text, twice in the names of its links
    assert "CBS 2019 · weight: strong · about something like it" in page.text
    argument = write.scalars(select(LinkArgument)).one()
    edit = f"{place}/arguments/{argument.id}/edit"
    mine, theirs = (evaluator.get(edit).form(edit) for _ in range(2))
    evaluator.submit(edit, {**theirs, "text": "Theirs.", "side": "against"})
    page = evaluator.post(edit, {**mine, "text": "Mine."}, 409)
    for text in ("Mine.", "Theirs.", "counter-argument", "against the link"):
        assert text in page.text, text
    evaluator.post(edit, page.form(edit))
    assert "Mine." in evaluator.get(place).text
    assert "Fill this in." in evaluator.post(edit, {**mine, "text": ""}, 400).text
    remove = f"{place}/arguments/{argument.id}/remove"
    assert "Mine." in evaluator.get(remove).text
    evaluator.post(remove, {}, 400)
    page = evaluator.submit(remove, {"confirmed": "1"})
    assert "The argument is removed." in page.text
    evaluator.get(edit, 404)


# --- Working elements ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "empty"), [("en", "No working element"), ("nl", "Nog geen werkzaam")])
def test_working_elements_are_listed(
    come_as: Callable[..., Reader],
    write: Session,
    home: str,
    language: str,
    empty: str,
) -> None:
    reader = come_as(Role.VIEWER, language=language)
    assert empty in reader.get(f"{home}/elements").text
    make_link(write, *two_goals(write), element="One coach", mechanism="Trust.", verdict=ElementVerdict.MIXED)
    write.commit()
    page = reader.get(f"{home}/elements")
    assert "One coach" in page.text
    assert "Trust." in page.text


# --- Lenses -------------------------------------------------------------------------------------------------


def test_the_lens_of_disagreement_shows_who_is_for_and_against(
    evaluator: Reader,
    write: Session,
    home: str,
) -> None:
    one, two, three = (make_group(write) for _ in range(3))
    divided = [Held(group_id=one.id), Held(group_id=two.id), Held(group_id=three.id, stance=Stance.OPPOSES)]
    make_goal(write, "Divided", holders=divided)
    make_goal(write, "Wanted", holders=[one])
    make_goal(write, "Refused", holders=[Held(group_id=one.id, stance=Stance.OPPOSES)])
    make_goal(write, "Silent")
    write.commit()
    page = evaluator.get(f"{home}/tree?lens=disagreement")
    notes = [one.to_text() for one in page.find("svg .tree__note--lens")]
    assert sorted(notes) == ["1 against", "1 for", "2 for, 1 against"]
    assert {one.to_text() for one in page.find("svg .tree__number--mark")} == {
        "=",
        "?",
        "≠",
        "\N{MINUS SIGN}",
    }
    assert {"≠ some for, some against", "= wanted by who spoke of it", "? nobody said"} <= set(legend(page))
    assert len(page.find("svg .tree__box--stressed")) == 2
    assert any("Divided: outcome, 2 for, 1 against." in label for label in drawn(page))
    assert not page.find("svg .tree__dot")
    assert "2 for, 1 against" in evaluator.get(f"{home}/tree?lens=disagreement&view=list").text


def test_the_lens_of_money_is_for_who_may_read_contracts(
    come_as: Callable[..., Reader],
    write: Session,
    home: str,
    programme: Programme,
) -> None:
    goal = make_goal(write, "Diploma")
    make_goal(write, "Unpaid")
    make_bond(write, programme, goal=goal, lines=(DIPLOMA,), cap=euro(734_000))
    write.commit()
    page = come_as(Role.FUNDER).get(f"{home}/tree?lens=money")
    assert [one.to_text() for one in page.find("svg .tree__note--lens")] == ["at most €200,000"]
    assert "Money" in [one.to_text() for one in page.find(".lens__choice")]
    page = come_as(Role.STAKEHOLDER).get(f"{home}/tree?lens=money")
    assert "200,000" not in page.body
    assert "Money" not in [one.to_text() for one in page.find(".lens__choice")]
    assert [one.to_text() for one in page.find(".lens__choice[aria-current]")] == ["Status"]


def freeze(write: Session, number: int) -> UUID:
    edition = TreeEdition(
        id=uuid4(), number=number, body=to_json(tree_body(write, None)), digest="0" * 64, created_at=NOW
    )
    write.add(edition)
    write.flush()
    return edition.id


def reword(write: Session, goal: Goal, wording: str) -> None:
    view = service.get_goal(write, EVALUATOR, goal.id)
    service.new_edition(write, EVALUATOR, view, service.GoalDraft(wording=wording), "Clearer")


def test_the_lens_of_changes_compares_with_a_version(evaluator: Reader, write: Session, home: str) -> None:
    low, high, gone = (make_goal(write, wording) for wording in ("Low", "High", "Gone"))
    write.commit()
    address = f"{home}/tree?lens=changed"
    assert "No version of the tree has been kept yet" in evaluator.get(address).text
    first = freeze(write, 1)
    reword(write, high, "Higher")
    make_goal(write, "New")
    make_link(write, low, high)
    gone.retired_at = NOW
    second = freeze(write, 2)
    write.commit()
    page = evaluator.get(address)
    assert "The tree is the same as in that version." in page.text
    page = evaluator.get(f"{address}&edition={first}")
    assert sorted(one.to_text() for one in page.find("svg .tree__note--lens")) == [
        "added",
        "moved",
        "reworded",
    ]
    assert {"+ added", "↕ moved", "≈ reworded", "new link"} <= set(legend(page))
    assert "No longer in the tree" in page.text
    assert "Gone" in page.text
    assert drawn_links(page, "thread") == 1
    assert page.find(f"option[value='{first}'][selected]")
    assert str(second) in page.body
    evaluator.get(f"{address}&edition={uuid4()}", 404)


# --- Ways ---------------------------------------------------------------------------------------------------


def test_a_way_is_as_sure_as_its_weakest_link(evaluator: Reader, write: Session, home: str) -> None:
    low, middle, high, aside = (make_goal(write, wording) for wording in ("Low", "Middle", "High", "Aside"))
    make_link(write, low, middle, confidence=2, source="SCP")
    make_link(write, middle, high, confidence=1)
    write.commit()
    address = f"{home}/tree/path"
    assert "From this goal" in evaluator.get(address).text
    page = evaluator.get(f"{address}?from=G1&to=G3")
    assert "From G1 to G3 the confidence is 1 of 4" in page.text
    assert [one.to_text() for one in page.find(".way__goal a")] == ["Low", "Middle", "High"]
    assert len(page.find(".way__link--weakest")) == 1
    assert len(page.find("svg a.tree__goal--path")) == 3
    assert drawn_links(page, "thread") == 2
    turned = evaluator.get(f"{address}?from=g3&to={low.id}")
    assert "From G1 to G3 the confidence is 1 of 4" in turned.text
    assert "No way leads from G1 to G4, or back." in evaluator.get(f"{address}?from=G1&to=G4").text
    make_link(write, high, aside)
    write.commit()
    page = evaluator.get(f"{address}?from=G1&to=G4")
    assert "of the weakest link nobody said how sure it is" in page.text
    evaluator.get(f"{address}?from=G9", 404)


def test_what_a_goal_rests_on_and_serves(evaluator: Reader, write: Session, home: str) -> None:
    low, middle, high, aside = (make_goal(write, wording) for wording in ("Low", "Middle", "High", "Aside"))
    make_link(write, low, middle)
    make_link(write, middle, high)
    make_link(write, aside, high)
    write.commit()
    address = f"{home}/tree/path?from=G2"
    for path, found in (
        ("below", ["Low"]),
        ("above", ["High"]),
        ("both", ["High", "Low"]),
        ("x", ["High", "Low"]),
    ):
        page = evaluator.get(f"{address}&path={path}")
        assert [one.to_text() for one in page.find(".way__goal a")] == found
        assert len(page.find("svg a.tree__goal--path")) == len(found) + 1
    links = evaluator.get(f"{home}/goals/{middle.id}").links()
    assert f"{home}/tree/path?from=G2&path=below" in [one.replace("&amp;", "&") for one in links]


def test_of_a_big_tree_the_way_alone_is_drawn(evaluator: Reader, write: Session, home: str) -> None:
    goals = make_many_goals(write, 200)
    for goal in goals[1:4]:
        make_link(write, goal, goals[0])
    write.commit()
    page = evaluator.get(f"{home}/tree/path?from=G{goals[0].code}&path=below")
    assert len(drawn(page)) == 4


def test_hidden_goals_are_on_no_way_of_others(
    come_as: Callable[..., Reader],
    write: Session,
    home: str,
) -> None:
    low, high = two_goals(write)
    hidden = make_goal(write, "Save money", standing=Standing.HIDDEN)
    make_link(write, low, hidden, element="Secret")
    make_link(write, hidden, high)
    write.commit()
    reader = come_as(Role.STAKEHOLDER)
    page = reader.get(f"{home}/tree/path?from=G1")
    assert "Save money" not in page.body
    reader.get(f"{home}/tree/path?from=G3", 404)
    assert "Secret" not in reader.get(f"{home}/elements").body


def test_an_empty_tree_has_no_ways(evaluator: Reader, home: str) -> None:
    assert "No goals yet" in evaluator.get(f"{home}/tree/path").text


# --- Scores -------------------------------------------------------------------------------------------------


def test_who_did_not_make_the_tree_scores_it(
    come_as: Callable[..., Reader],
    write: Session,
    home: str,
) -> None:
    goal = make_goal(write)
    write.commit()
    address = f"{home}/tree/score"
    reader = come_as(Role.COORDINATOR)
    form = reader.get(address).form(address)
    assert "Fill this in." in reader.post(address, form, 400).text
    says = {"plausible": "3", "doable": "2", "testable": "4", "comment": "The third step is thin."}
    page = reader.post(address, {**form, **says, "doable": "9"}, 400)
    assert "Choose a number from 1 to 4." in page.text
    page = reader.submit(address, {**form, **says})
    for text in ("Plausible: 3 of 4", "Doable: 2 of 4", "The third step is thin.", "the tree as it is now"):
        assert text in page.text, text
    reword(write, goal, "In other words")
    write.commit()
    assert "the tree has changed since" in reader.get(address).text
    page = come_as(Role.FUNDER).get(address)
    assert "Plausible: 3 of 4" in page.text
    assert "The third step is thin." not in page.body
    assert not page.find("form[method=post] #plausible-1")


def test_who_made_part_of_the_tree_does_not_score_it(evaluator: Reader, home: str) -> None:
    address = f"{home}/goals/new"
    form = evaluator.get(address).form(address)
    evaluator.submit(address, {**form, "wording": "Work", "standing": "stated"})
    score = f"{home}/tree/score"
    page = evaluator.get(score)
    assert "You made part of this tree" in page.text
    says = {"id": uuid4(), "plausible": "3", "doable": "2", "testable": "4"}
    assert "You made part of this tree" in evaluator.post(score, says, 400).text


# --- How many statements ------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["elements", "tree/path?from=G1", "tree/score"])
def test_pages_take_as_many_statements_whatever_the_size_of_the_tree(
    evaluator: Reader,
    write: Session,
    database: Database,
    home: str,
    place: str,
) -> None:
    def sent() -> int:
        with statements(database) as noted:
            evaluator.get(f"{home}/{place}")
        return len(noted)

    first = make_goal(write)
    make_link(write, first, make_goal(write), element="Coach", is_key=True, key_reason=KeyReason.CENTRAL)
    write.commit()
    sent()
    few = sent()
    for goal in make_many_goals(write, 20):
        make_link(write, goal, first, element="Coach")
    write.commit()
    assert sent() == few
