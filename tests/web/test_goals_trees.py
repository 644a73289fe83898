"""Editing the tree on pages, without JavaScript: move, link, add, reword, retire, undo; and live news."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member
from tests.factories.goals import make_goal, make_link, make_many_goals
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.goals import Level, Standing
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import Goal, GoalLink
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import goals as service
from toc.services.goals import moving

MOST_STATEMENTS = 26


@pytest.fixture
def write(database: Database, programme: Programme) -> Iterator[Session]:
    """A session in which a test makes what it needs; it commits by `commit`."""
    with database.write_session(programme.id) as session:
        yield session


@pytest.fixture
def home(programme: Programme) -> str:
    return f"/p/{programme.id}"


@pytest.fixture
def people(database: Database, programme: Programme) -> tuple[User, User]:
    """Two evaluators."""
    with database.writing(programme.id) as session:
        return (
            make_member(session, programme, Role.EVALUATOR, name="Anna"),
            make_member(session, programme, Role.EVALUATOR, name="Bram"),
        )


@pytest.fixture
def evaluator(reader: Reader, people: tuple[User, User]) -> Reader:
    return reader.use("en").sign_in(people[0])


@pytest.fixture
def three(write: Session) -> list[Goal]:
    """Diplomas lead to work; rest leads to nothing yet."""
    diploma = make_goal(write, "Get a diploma", level=Level.OUTPUT)
    work = make_goal(write, "Keep a job")
    rest = make_goal(write, "Find rest at home")
    make_link(write, diploma, work, mechanism="A diploma opens doors.", confidence=3)
    write.commit()
    return [diploma, work, rest]


def fresh(session: Session) -> None:
    """Let a session see what requests wrote; they share its connection, so nothing may be rolled back."""
    session.commit()
    session.expire_all()


def links(session: Session) -> list[tuple[UUID, UUID]]:
    fresh(session)
    return [tuple(row) for row in session.execute(select(GoalLink.lower_id, GoalLink.upper_id))]


def post(reader: Reader, address: str, values: Mapping[str, Any]) -> Page:
    """Send a form, whatever comes of it, and check the page."""
    page = Page(reader.client.post(address, data=values))
    if page.is_html and page.status != 302:
        page.check()
    return page


def send(reader: Reader, page: Page, action: str, **values: object) -> Page:
    """Send the form of a page, with these fields filled in."""
    return post(reader, action, {**page.form(action), **{name: str(value) for name, value in values.items()}})


def place_of(home: str, goal: Goal) -> str:
    return f"{home}/tree/goals/{goal.id}"


# --- One goal -----------------------------------------------------------------------------------------------


def test_a_goal_moves_by_a_form_and_comes_back_by_a_button(
    evaluator: Reader, write: Session, home: str, three: list[Goal]
) -> None:
    diploma, work, rest = three
    listed = evaluator.get(f"{home}/tree?view=list&edit=1")
    (address,) = [one for one in listed.links() if one.startswith(place_of(home, diploma))]
    page = evaluator.get(address)
    assert "Leads to: G2 Keep a job" in page.text
    moved = send(evaluator, page, f"{place_of(home, diploma)}/move", to=rest.id)
    assert moved.location == f"{home}/tree?view=list&edit=1"
    assert links(write) == [(diploma.id, rest.id)]
    tree = evaluator.get(moved.location)
    assert "Done: G1 moved below G3." in tree.text
    assert "Undo: G1 moved below G3" in tree.text
    post(evaluator, f"{home}/tree/undo", tree.form(f"{home}/tree/undo"))
    assert links(write) == [(diploma.id, work.id)]
    tree = evaluator.get(f"{home}/tree?edit=1")
    assert "Redo: G1 moved below G3" in tree.text
    post(evaluator, f"{home}/tree/redo", tree.form(f"{home}/tree/redo"))
    assert links(write) == [(diploma.id, rest.id)]


def test_the_list_offers_no_goal_that_would_make_a_circle(
    evaluator: Reader, home: str, three: list[Goal]
) -> None:
    diploma, work, rest = three
    page = evaluator.get(place_of(home, work))
    options = [option.attrs.get("value") for option in page.find("#to option")]
    assert options == ["", str(rest.id), "top"]
    refused = post(evaluator, f"{place_of(home, work)}/move", {"to": str(diploma.id), "from_id": ""})
    assert refused.status == 400
    assert "This would go round in a circle" in refused.text


def test_a_goal_is_linked_and_unlinked(
    evaluator: Reader, write: Session, home: str, three: list[Goal]
) -> None:
    diploma, work, rest = three
    page = evaluator.get(place_of(home, diploma))
    action = f"{place_of(home, diploma)}/link"
    twice = {**page.form(action), "upper_id": str(rest.id)}
    assert [post(evaluator, action, twice).status for _ in range(2)] == [302, 302]
    assert sorted(links(write)) == sorted([(diploma.id, work.id), (diploma.id, rest.id)])
    evaluator.get(f"{home}/tree")
    page = evaluator.get(place_of(home, diploma))
    post(evaluator, f"{place_of(home, diploma)}/unlink", {"end_id": str(work.id)})
    assert links(write) == [(diploma.id, rest.id)]
    again = post(evaluator, f"{place_of(home, diploma)}/unlink", {"end_id": str(work.id)})
    assert "Nothing changed" in evaluator.get(again.location).text


def test_a_goal_goes_to_the_top_only_when_somebody_says_so(
    evaluator: Reader, write: Session, home: str, three: list[Goal]
) -> None:
    diploma, work, _ = three
    action = f"{place_of(home, diploma)}/move"
    assert send(evaluator, evaluator.get(place_of(home, diploma)), action).status == 400
    assert do(evaluator, home, "move", [diploma]).status == 400
    assert links(write) == [(diploma.id, work.id)]
    assert send(evaluator, evaluator.get(place_of(home, diploma)), action, to="top").status == 302
    assert links(write) == []
    assert "Undo: G1 taken from below G2" in evaluator.get(f"{home}/tree?edit=1").text


def test_a_goal_with_two_ends_says_which_it_leaves(
    evaluator: Reader, write: Session, home: str, three: list[Goal]
) -> None:
    diploma, work, rest = three
    make_link(write, diploma, rest)
    top = make_goal(write, "A good life")
    write.commit()
    action = f"{place_of(home, diploma)}/move"
    refused = post(evaluator, action, {"to": str(top.id), "from_id": ""})
    assert (refused.status, "leads to several goals" in refused.text) == (400, True)
    page = evaluator.get(place_of(home, diploma))
    send(evaluator, page, action, to=top.id, from_id=work.id)
    assert sorted(links(write)) == sorted([(diploma.id, rest.id), (diploma.id, top.id)])


def test_a_goal_is_added_below_another(
    evaluator: Reader, write: Session, home: str, three: list[Goal]
) -> None:
    action = f"{place_of(home, three[2])}/below"
    page = evaluator.get(place_of(home, three[2]))
    empty = send(evaluator, page, action)
    assert (empty.status, empty.find("#below-error") != []) == (400, True)
    assert send(evaluator, page, action, below="A quiet room", level="output").status == 302
    tree = service.tree(write, act_of(None, Role.EVALUATOR))
    assert [goal.wording for goal in tree.goals][-1] == "A quiet room"
    number = send(evaluator, page, action, below="Call 06 12345678")
    assert number.status == 400


def test_a_wording_is_changed_with_a_reason_and_both_are_shown_to_who_was_slower(
    evaluator: Reader, write: Session, home: str, three: list[Goal], people: tuple[User, User]
) -> None:
    goal = three[1]
    action = f"{place_of(home, goal)}/words"
    page = evaluator.get(place_of(home, goal))
    assert send(evaluator, page, action, wording="Keep paid work").status == 400
    other = act_of(people[1], Role.EVALUATOR)
    moving.reword(write, other, goal.id, "Keep a contract", "So.", edition_id=uuid4(), revision=goal.revision)
    write.commit()
    slower = send(evaluator, page, action, wording="Keep paid work", reason="Clearer.")
    assert slower.status == 409
    assert "Keep paid work" in slower.text
    assert "Keep a contract" in slower.text
    assert send(evaluator, slower, action).status == 302
    fresh(write)
    assert service.get_goal(write, other, goal.id).wording == "Keep paid work"


def test_a_goal_that_is_not_in_the_tree_has_no_such_page(
    evaluator: Reader, write: Session, home: str, three: list[Goal], people: tuple[User, User]
) -> None:
    moving.retire(write, act_of(people[1], Role.EVALUATOR), [three[0].id])
    write.commit()
    assert evaluator.get(place_of(home, three[0]), 404).status == 404
    assert post(evaluator, f"{place_of(home, three[0])}/move", {"to": str(three[2].id)}).status == 404


# --- Several goals ------------------------------------------------------------------------------------------


def several(home: str, *goals: Goal) -> str:
    return f"{home}/tree/several?" + "&".join(f"goal={goal.id}" for goal in goals)


def do(reader: Reader, home: str, what: str, goals: list[Goal], **values: object) -> Page:
    fields = {name: str(value) for name, value in values.items()}
    return post(
        reader, f"{home}/tree/several", {"goal": [str(goal.id) for goal in goals], "do": what, **fields}
    )


def test_many_goals_move_link_and_change_level_at_once(
    evaluator: Reader, write: Session, home: str, three: list[Goal]
) -> None:
    diploma, work, rest = three
    top = make_goal(write, "A good life", level=Level.IMPACT)
    write.commit()
    page = evaluator.get(several(home, diploma, rest))
    assert page.find("#pair-title")
    assert do(evaluator, home, "move", [diploma, rest], to=top.id).status == 302
    assert sorted(links(write)) == sorted([(diploma.id, top.id), (rest.id, top.id)])
    assert do(evaluator, home, "pair", [diploma, rest], lower_id=diploma.id).status == 302
    assert (diploma.id, rest.id) in links(write)
    assert do(evaluator, home, "link", [work], upper_id=top.id).status == 302
    assert do(evaluator, home, "level", [diploma, rest], level="output").status == 400
    assert do(evaluator, home, "level", [diploma, rest], level="output", reason="We agreed.").status == 302
    fresh(write)
    levels = {goal.wording: goal.level for goal in service.tree(write, act_of(None, Role.EVALUATOR)).goals}
    assert levels["Find rest at home"] is levels["Get a diploma"] is Level.OUTPUT


def test_what_is_missing_is_said_at_its_field(evaluator: Reader, home: str, three: list[Goal]) -> None:
    for what, field in (("move", "to"), ("link", "upper_id"), ("pair", "lower_id"), ("retire", "confirmed")):
        page = do(evaluator, home, what, three[:2])
        assert (page.status, [one.attrs["href"] for one in page.find(".alert__list a")]) == (
            400,
            [f"#{field}"],
        )
    round_about = do(evaluator, home, "pair", three[:1], lower_id=three[0].id)
    assert round_about.status == 400
    assert do(evaluator, home, "burn", three).status == 400
    assert "No goals are chosen" in evaluator.get(f"{home}/tree/several").text


def test_goals_leave_the_tree_after_it_said_what_hangs_on_them_and_come_back(
    evaluator: Reader, write: Session, home: str, three: list[Goal]
) -> None:
    diploma, work, _ = three
    page = evaluator.get(several(home, work))
    assert "These goals lead to nothing else, and will stand at the top: G1." in page.text
    assert do(evaluator, home, "retire", [work], confirmed=1).status == 302
    assert "Keep a job" not in evaluator.get(f"{home}/tree?view=list").text
    assert (
        "Nothing changed" in evaluator.get(do(evaluator, home, "retire", [work], confirmed=1).location).text
    )
    out = evaluator.get(f"{home}/tree/out")
    assert "G2 Keep a job" in out.text
    assert post(evaluator, f"{home}/tree/out", {}).status == 400
    assert post(evaluator, f"{home}/tree/out", {"goal": str(work.id)}).status == 302
    assert "No goal was taken out" in evaluator.get(f"{home}/tree/out").text
    assert links(write) == [(diploma.id, work.id)]


# --- A branch as text ---------------------------------------------------------------------------------------


def test_a_branch_is_looked_at_before_it_is_added(
    evaluator: Reader, write: Session, home: str, three: list[Goal]
) -> None:
    action = f"{home}/tree/branch"
    text = "  Sleep well\n    [output] A quiet street\n    = G1\n"
    page = evaluator.get(f"{action}?under={three[2].id}")
    preview = send(evaluator, page, action, text=text)
    assert "This adds 2 goals" in preview.text
    assert "Below G3 Find rest at home" in preview.text
    assert len(service.tree(write, act_of(None, Role.EVALUATOR)).goals) == 3
    assert f">\n{text}" in preview.body
    changed = send(evaluator, preview, action, text=text, again=1)
    assert f">\n{text}" in changed.body
    added = send(evaluator, preview, action, text=text, confirmed=1)
    assert added.status == 302
    fresh(write)
    tree = service.tree(write, act_of(None, Role.EVALUATOR))
    assert [(goal.code, goal.level) for goal in tree.goals[3:]] == [("G4", None), ("G5", Level.OUTPUT)]
    assert len(tree.links) == 4
    assert (
        "Nothing changed"
        in evaluator.get(send(evaluator, preview, action, text=text, confirmed=1).location).text
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is nothing here yet"),
        ("One\n\tTwo\n  Three", "Line 3:"),
        ("One\n[wish] Two", "Line 2:"),
        ("Call 06 12345678", "telephone"),
        ("\n".join(f"Goal {n}" for n in range(151)), "at most 150 goals"),
        ("= G1\n  = G2", "go round in a circle"),
    ],
)
def test_a_branch_that_cannot_be_read_says_where(
    evaluator: Reader, home: str, three: list[Goal], text: str, said: str
) -> None:
    del three
    page = post(
        evaluator, f"{home}/tree/branch", {"id": str(uuid4()), "text": text, "under": "", "confirmed": "1"}
    )
    assert (page.status, said in page.text) == (400, True)


# --- Undo ---------------------------------------------------------------------------------------------------


def test_what_somebody_else_changed_is_not_undone_but_may_be_left_out(
    evaluator: Reader, write: Session, home: str, three: list[Goal], people: tuple[User, User]
) -> None:
    diploma, _, rest = three
    do(evaluator, home, "move", [diploma], to=rest.id)
    tree = evaluator.get(f"{home}/tree?edit=1")
    fresh(write)
    moving.move_goals(write, act_of(people[1], Role.EVALUATOR), [diploma.id], None)
    write.commit()
    refused = post(evaluator, f"{home}/tree/undo", tree.form(f"{home}/tree/undo"))
    assert (refused.status, "G1 was changed meanwhile" in refused.text) == (409, True)
    assert send(evaluator, refused, f"{home}/tree/forget").status == 302
    assert "Nothing to undo yet" in evaluator.get(f"{home}/tree?edit=1").text
    nothing = post(evaluator, f"{home}/tree/redo", {"step": "1"})
    assert (nothing.status, "nothing of yours to do again" in nothing.text) == (409, True)
    assert nothing.find("form[action$='/tree/forget']") == []


# --- The tree itself ----------------------------------------------------------------------------------------


def test_the_tree_folds_and_opens_by_links(evaluator: Reader, home: str, three: list[Goal]) -> None:
    page = evaluator.get(f"{home}/tree")
    (fold,) = page.find("svg a.tree__fold")
    assert fold.attrs["aria-label"] == "Fold what is below G2"
    folded = evaluator.get(fold.attrs["href"])
    assert [link.attrs["href"] for link in folded.find("svg a.tree__goal")] == [
        f"{home}/goals/{goal.id}" for goal in three[1:]
    ]
    (unfold,) = folded.find("svg a.tree__fold")
    assert (unfold.attrs["aria-label"], unfold.to_text().strip()) == ("Open what is below G2: +1", "+1")
    assert len(evaluator.get(unfold.attrs["href"]).find("svg a.tree__goal")) == 3
    listed = evaluator.get(f"{home}/tree?view=list&fold=2.99.x")
    assert "Open 1 below" in listed.text
    assert "Get a diploma" not in " ".join(one.to_text() for one in listed.find(".tree-list"))


def test_a_search_opens_what_is_folded_and_marks_what_it_found(
    evaluator: Reader, home: str, three: list[Goal]
) -> None:
    del three
    page = evaluator.get(f"{home}/tree?fold=2&find=diploma")
    assert "1 goal found" in page.text
    (marked,) = page.find("svg a.tree__goal--marked")
    assert marked.attrs["aria-label"].startswith("G1 Get a diploma")
    assert "0 goals found" in evaluator.get(f"{home}/tree?find=nobody").text


def test_a_search_in_a_big_tree_draws_what_it_found(evaluator: Reader, write: Session, home: str) -> None:
    top, *chain = make_many_goals(write, 260)
    for upper, lower in zip([top] * 200, chain, strict=False):
        write.add(GoalLink(id=uuid4(), lower_id=lower.id, upper_id=upper.id, created_at=top.created_at))
    deep = make_goal(write, "A needle")
    write.add(GoalLink(id=uuid4(), lower_id=deep.id, upper_id=chain[199].id, created_at=top.created_at))
    write.commit()
    assert not [one for one in evaluator.get(f"{home}/tree").find("svg a") if "needle" in str(one.attrs)]
    page = evaluator.get(f"{home}/tree?find=needle")
    assert len(page.find("svg a.tree__goal--marked")) == 1
    assert len(page.find("svg a.tree__goal")) == 150


def test_the_page_of_who_edits_takes_as_many_statements_whatever_the_size(
    evaluator: Reader, write: Session, database: Database, home: str, three: list[Goal]
) -> None:
    do(evaluator, home, "move", three[:1], to=three[2].id)

    def sent(address: str) -> int:
        with counting(database.engine) as noted:
            evaluator.get(address)
        return len(noted)

    pages = [
        f"{home}/tree?edit=1&since=0",
        f"{home}/tree?edit=1&view=list&find=goal",
        place_of(home, three[0]),
    ]
    sent(pages[0])  # the first request of a process also asks whether this is a demo
    few = [sent(page) for page in pages]
    make_many_goals(write, 200)
    write.commit()
    assert [sent(page) for page in pages] == few
    assert max(few) <= MOST_STATEMENTS


def test_only_who_edits_sees_the_tools(
    reader: Reader, database: Database, programme: Programme, home: str, three: list[Goal]
) -> None:
    del three
    with database.writing(programme.id) as session:
        viewer = make_member(session, programme, Role.VIEWER)
    page = reader.use("en").sign_in(viewer).get(f"{home}/tree?edit=1")
    assert page.find("[data-edits]") == []
    assert "Edit the tree" not in page.text


# --- What others change -------------------------------------------------------------------------------------


def test_a_page_learns_that_somebody_changed_something(
    evaluator: Reader, write: Session, home: str, three: list[Goal], people: tuple[User, User]
) -> None:
    seen = evaluator.get(f"{home}/tree").find("#tree-work")[0].attrs["data-revision"]
    assert evaluator.get(f"{home}/revision?seen={seen}", 204).body == ""
    fresh(write)
    moving.retire(write, act_of(people[1], Role.EVALUATOR), [goal.id for goal in three[:2]])
    write.commit()
    answer = evaluator.get(f"{home}/revision?seen={seen}")
    assert answer.response.json == {"revision": int(seen) + 2}
    page = evaluator.get(f"{home}/tree?since={seen}")
    assert page.find("[data-tree-news]")[0].to_text() == "Bram changed 2 goals."


def test_who_may_not_read_the_history_hears_no_name_and_nothing_of_hidden_goals(
    reader: Reader,
    database: Database,
    programme: Programme,
    write: Session,
    home: str,
    people: tuple[User, User],
) -> None:
    with database.writing(programme.id) as session:
        funder = make_member(session, programme, Role.FUNDER)
    reader.use("en").sign_in(funder)
    seen = int(str(reader.get(f"{home}/revision").response.get_json()["revision"]))
    act = act_of(people[1], Role.EVALUATOR)
    service.add_goal(write, act, uuid4(), service.GoalDraft(wording="Shown"))
    service.add_goal(write, act, uuid4(), service.GoalDraft(wording="Not shown", standing=Standing.HIDDEN))
    write.commit()
    page = reader.get(f"{home}/tree?since={seen}")
    assert page.find("[data-tree-news]")[0].to_text() == "Somebody changed 1 goal."
    service.add_goal(write, act, uuid4(), service.GoalDraft(wording="Not shown", standing=Standing.HIDDEN))
    write.commit()
    news = reader.get(f"{home}/tree?since={seen + 2}").find("[data-tree-news]")[0]
    assert news.to_text() == ""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_of_the_editor_reads_in_both_languages(
    evaluator: Reader, home: str, three: list[Goal], language: str
) -> None:
    evaluator.use(language)
    do(evaluator, home, "move", three[:1], to=three[2].id)
    for address in (
        f"{home}/tree?edit=1",
        f"{home}/tree?edit=1&view=list",
        place_of(home, three[0]),
        several(home, *three),
        f"{home}/tree/out",
        f"{home}/tree/branch",
    ):
        page = evaluator.get(address)
        assert (page.status, page.find("html")[0].attrs["lang"]) == (200, language)
