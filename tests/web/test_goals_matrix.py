"""Goals beside parties, goals that look alike, and the member check, on pages."""

import csv
import io
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_member
from tests.factories.checks import make_check, make_party_goal
from tests.factories.goals import EVALUATOR, make_goal, make_link, make_many_goals, make_statements
from tests.factories.interviews import make_group, make_heard
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.goals import Direction, Level, Practice, Purpose, Stance, Standing
from toc.domain.interviews import CheckVerdict, RespondentKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import Goal, GoalDistinction, GoalSource
from toc.models.indicators import Indicator
from toc.models.interviews import StakeholderGroup
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import goals as service
from toc.services.goals import Held
from toc.services.goals.joining import join_goals

Come = Callable[..., Reader]


@pytest.fixture
def write(database: Database, programme: Programme) -> Iterator[Session]:
    """A session in which a test makes what it needs; it commits by `commit`."""
    with database.write_session(programme.id) as session:
        yield session


@pytest.fixture
def home(programme: Programme) -> str:
    return f"/p/{programme.id}"


@pytest.fixture
def come_as(database: Database, programme: Programme, reader: Reader) -> Come:
    """Be somebody with these roles, in English."""

    def come(*roles: Role, language: str = "en") -> Reader:
        with database.writing(programme.id) as session:
            user: User = make_member(session, programme, *roles)
        return reader.use(language).sign_in(user)

    return come


@pytest.fixture
def evaluator(come_as: Come) -> Reader:
    return come_as(Role.EVALUATOR)


def listed(page: Page) -> list[str]:
    """The goals in the matrix, in order."""
    return [one.attrs["id"] for one in page.find(".matrix__goal")]


def cells(page: Page) -> list[str]:
    """What the cells say in words, row by row."""
    return [one.to_text() for one in page.find(".matrix__word")]


# --- The matrix ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_empty_matrix_says_what_belongs_here(come_as: Come, home: str, language: str) -> None:
    address = f"{home}/goals/matrix"
    assert f"{home}/goals/new" in come_as(Role.EVALUATOR, language=language).get(address).links()
    assert f"{home}/goals/new" not in come_as(Role.FUNDER, language=language).get(address).links()


def fill(write: Session) -> list[Goal]:
    """Three goals and two parties."""
    town = make_group(write, name="Town")
    youth = make_group(write, name="Youth")
    make_heard(write, youth, 3)
    goals = [
        make_goal(
            write,
            "Keep a job",
            holders=[
                Held(group_id=town.id, importance=5, feasibility=2),
                Held(group_id=youth.id, stance=Stance.OPPOSES, importance=1),
            ],
        ),
        make_goal(write, "Rest", level=Level.IMPACT, holders=[town, youth]),
        make_goal(write, "=SUM(A1)", level=None),
    ]
    write.commit()
    return goals


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_goal_stands_beside_every_party(
    come_as: Come, write: Session, home: str, language: str
) -> None:
    fill(write)
    page = come_as(Role.FUNDER, language=language).get(f"{home}/goals/matrix")
    assert listed(page) == ["G1", "G2", "G3"]
    assert len(cells(page)) == 6
    assert not page.find(".matrix__link")
    if language == "en":
        assert cells(page)[:2] == [
            "supports it, importance 5 of 5, feasible 2 of 5",
            "is against it, importance 1 of 5",
        ]
        assert cells(page)[4:] == ["never spoke about it"] * 2
        assert "3 goals, 2 parties, 1 is held by one party alone, 1 divides the parties." in page.text
        assert "not heard" not in page.text, "nobody but the evaluator knows who was not"
        assert "1 of 2" in page.text
        evaluator = come_as(Role.EVALUATOR, language=language)
        assert "Town (not heard yet)" in evaluator.get(f"{home}/goals/matrix").text


def test_the_tree_leads_to_the_matrix_and_hides_what_one_or_two_people_think(
    come_as: Come, write: Session, home: str
) -> None:
    few = make_group(write, name="Two people")
    make_heard(write, few, 2)
    make_goal(write, holders=[Held(group_id=few.id, stance=Stance.OPPOSES)])
    write.commit()
    views = [f"{home}/tree?lens={lens}" for lens in ("whose", "disagreement")] + [f"{home}/tree?view=list"]
    matrix, alike = f"{home}/goals/matrix", f"{home}/goals/alike"
    viewer = come_as(Role.VIEWER)
    for view in views:
        page = viewer.get(view)
        assert "Two people" not in page.text
        assert "1 against" not in page.text
        assert "one or two people were heard" in page.text
        assert matrix in page.links()
        assert alike not in page.links()
    evaluator = come_as(Role.EVALUATOR)
    for view in views:
        page = evaluator.get(view)
        assert "Two people" in page.text or "1 against" in page.text
        assert "one or two people were heard" not in page.text
        assert {matrix, alike} <= set(page.links())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("show=minority", ["G1"]),
        ("show=divided", ["G1"]),
        ("show=nobody", ["G3"]),
        ("show=opposed:{youth}", ["G1"]),
        ("show=silent:{town}", ["G3"]),
        ("show=held:{town}&order=level", ["G2", "G1"]),
        ("show=held:999", ["G1", "G2", "G3"]),
        ("show=nonsense&order=nonsense", ["G1", "G2", "G3"]),
        ("level=impact", ["G2"]),
        ("q=JOB", ["G1"]),
        ("q=nowhere", []),
        ("order=holders", ["G2", "G1", "G3"]),
    ],
)
def test_goals_are_chosen_and_ordered(
    evaluator: Reader, write: Session, home: str, query: str, found: list[str]
) -> None:
    fill(write)
    named = select(StakeholderGroup.name, StakeholderGroup.code)
    codes = dict(write.execute(named).all())
    page = evaluator.get(f"{home}/goals/matrix?{query.format(town=codes['Town'], youth=codes['Youth'])}")
    assert listed(page) == found
    if not found:
        assert f"{home}/goals/matrix" in page.links()


def test_a_cell_is_changed_and_leads_back_to_where_one_was(
    evaluator: Reader, write: Session, home: str
) -> None:
    fill(write)
    page = evaluator.get(f"{home}/goals/matrix?show=minority&order=gap")
    address = page.find(".matrix__link")[0].attrs["href"]
    form_page = evaluator.get(address)
    target = address.split("?")[0]
    back = f"{home}/goals/matrix?show=minority&order=gap#G1"
    assert back in form_page.links()
    form = form_page.form(target)
    wrong = evaluator.post(target, {**form, "feasibility": "7"}, 400)
    assert back in wrong.links()
    saved = evaluator.post(target, {**wrong.form(target), "feasibility": "4"})
    assert saved.location == back
    late = evaluator.post(target, {**form, "feasibility": "1"}, 409)
    again = evaluator.post(target, late.form(target))
    assert again.location == back
    plain = evaluator.get(target)
    assert evaluator.post(target, plain.form(target)).location.endswith("#parties")


def test_a_way_back_leads_nowhere_else(evaluator: Reader, write: Session, home: str) -> None:
    goals = fill(write)
    party = write.scalars(select(StakeholderGroup.id).where(StakeholderGroup.name == "Town")).one()
    page = evaluator.get(
        f"{home}/goals/{goals[0].id}/parties/{party}?back=programme_id%3D1%26_external%3D1%26q%3Djob"
    )
    assert f"{home}/goals/matrix?q=job#G1" in page.links()


def test_a_payer_sees_no_hidden_goal_and_no_party_of_two_people(
    come_as: Come, write: Session, home: str
) -> None:
    few, town = make_group(write, name="Few"), make_group(write, name="Town")
    make_heard(write, few, 2)
    goal = make_goal(write, "Keep a job", holders=[Held(group_id=few.id, stance=Stance.OPPOSES), town])
    make_goal(write, "A secret", standing=Standing.HIDDEN, holders=[few])
    said = make_statements(write, town, "One.", "Two.")
    make_goal(write, "Implied", standing=Standing.IMPLICIT, statements=said)
    said[0].withdrawn_at = NOW
    write.commit()
    for path in ("matrix", "matrix.csv"):
        page = come_as(Role.FUNDER).get(f"{home}/goals/{path}")
        assert "A secret" not in page.body
        assert "rests on too little" not in page.body
        assert "is against it" not in (" ".join(cells(page)) if page.is_html else page.body)
    at_goal = come_as(Role.FUNDER).get(f"{home}/goals/{goal.id}").find("#parties")[0].to_text()
    assert "too few people to show" in at_goal
    assert "is against it" not in at_goal
    page = come_as(Role.FUNDER).get(f"{home}/goals/matrix")
    assert "Few (too few people to show)" in page.text
    assert "1 of 1" in page.text
    whole = come_as(Role.EVALUATOR).get(f"{home}/goals/matrix")
    assert "A secret" in whole.text
    assert "implicit, and rests on too little" in whole.text


@pytest.mark.parametrize(("language", "delimiter"), [("nl", ";"), ("en", ",")])
def test_the_matrix_goes_out_as_a_safe_file(
    come_as: Come, write: Session, home: str, language: str, delimiter: str
) -> None:
    fill(write)
    answer = come_as(Role.VIEWER, language=language).get(f"{home}/goals/matrix.csv?order=level")
    assert answer.body.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(answer.body[1:]), delimiter=delimiter))
    assert [row[0] for row in rows[1:]] == ["G2", "G1", "G3"]
    assert {len(row) for row in rows} == {7 + 2 * 3}
    assert rows[3][1] == "'=SUM(A1)"
    assert rows[2][5] == ("3,0" if language == "nl" else "3.0")
    assert rows[2][8:10] == ["5", "2"]
    assert answer.response.headers["Content-Disposition"].endswith('.csv"')


def test_a_big_matrix_comes_in_pages_and_takes_as_many_statements(
    evaluator: Reader, write: Session, database: Database, home: str
) -> None:
    def sent() -> int:
        with counting(database.engine) as noted:
            evaluator.get(f"{home}/goals/matrix")
        return len(noted)

    make_many_goals(write, 3, holder=make_group(write))
    write.commit()
    sent()
    few = sent()
    for _ in range(3):
        make_many_goals(write, 40, holder=make_group(write))
    write.commit()
    assert sent() == few
    page = evaluator.get(f"{home}/goals/matrix?order=fewest")
    assert "1 to 50 of 123" in page.text
    (after,) = [one.attrs["href"] for one in page.find("a[rel=next]")]
    assert "51 to 100 of 123" in evaluator.get(after).text
    last = evaluator.get(f"{home}/goals/matrix?page=99")
    assert "101 to 123 of 123" in last.text
    assert not last.find("a[rel=next]")


# --- Goals that look alike ----------------------------------------------------------------------------------


def two_alike(write: Session) -> tuple[Goal, Goal]:
    town = make_group(write, name="Town")
    said = make_statements(write, town, "They keep jobs.", "A job.")
    one = make_goal(write, "Young people keep a job", statements=said[:1], holders=[town])
    other = make_goal(write, "Young people keep their job", statements=said)
    write.commit()
    return one, other


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_two_goals_alike_the_page_says_so(come_as: Come, home: str, language: str) -> None:
    page = come_as(Role.EVALUATOR, language=language).get(f"{home}/goals/alike")
    assert not page.find(".alike")
    assert not page.find("#choose")


def test_goals_are_told_apart_and_that_is_taken_back(evaluator: Reader, write: Session, home: str) -> None:
    two_alike(write)
    address = f"{home}/goals/alike"
    page = evaluator.get(address)
    assert len(page.find(".alike__side")) == 2
    assert "Both have: young, people, keep, job" in page.text
    assert "Held by: Town" in page.text
    assert "2 statements" in page.text
    after = evaluator.submit(address, page.form(address))
    assert not after.find(".alike__side")
    assert "Said to be two goals" in after.text
    distinction = write.scalars(select(GoalDistinction.id)).one()
    again = evaluator.submit(f"{address}/{distinction}/forget")
    assert len(again.find(".alike__side")) == 2
    evaluator.post(address, {"one_id": "x"}, 400)
    evaluator.post(address, {"one_id": str(uuid4()), "other_id": str(uuid4())}, 404)
    goal = write.scalars(select(Goal.id)).first()
    same = evaluator.post(address, {"one_id": str(goal), "other_id": str(goal)}, 400)
    assert "Choose two different goals." in same.text


def test_two_goals_become_one_after_a_second_yes(evaluator: Reader, write: Session, home: str) -> None:
    one, other = two_alike(write)
    youth = make_group(write, name="Youth")
    service.set_holder(write, EVALUATOR, other.id, Held(group_id=youth.id, importance=4))
    top, low = make_goal(write, "Belong"), make_goal(write, "A coach", level=Level.ACTIVITY)
    make_link(write, other, top)
    make_link(write, low, one)
    make_link(write, low, other)
    make_link(write, one, other)
    write.commit()
    address = f"{home}/goals/{one.id}/merge/{other.id}"
    page = evaluator.get(address)
    for sentence in (
        "G1 stays as it reads now.",
        "1 statement under G2 comes under G1 as well.",
        "1 statement stands under both already.",
        "G2 → G3 becomes a link of G1.",
        "G4 → G2: G1 has this link; the words of both are kept.",
        "G1 → G2 falls away: a goal is no means to itself.",
        "G2 leaves the tree; its page stays, and says why.",
    ):
        assert sentence in page.text
    assert f"{home}/goals/{other.id}/merge/{one.id}" in page.links()
    form = page.form(address)
    assert form["reason"] == "G2 says the same as G1: “Young people keep a job”"
    unsure = evaluator.post(address, form, 400)
    assert unsure.find("#confirmed-error")
    bare = evaluator.post(address, {**form, "reason": "", "confirmed": "1"}, 400)
    assert bare.find("#reason-error")
    stale = evaluator.post(address, {**form, "kept_edition": "7", "confirmed": "1"}, 409)
    assert "Somebody changed one of the goals" in stale.text
    done = evaluator.submit(address, {**form, "confirmed": "1"})
    assert "The two are one goal now." in done.text
    write.expire_all()
    assert len(write.scalars(select(GoalSource).where(GoalSource.goal_id == one.id)).all()) == 2
    gone = evaluator.get(f"{home}/goals/{other.id}")
    assert "This goal is no longer in the tree" in gone.text
    assert f"{home}/goals/{one.id}" in gone.links()
    assert form["reason"] in gone.text
    out = evaluator.get(f"{home}/tree/out")
    assert "it went into G1. What was said under it, and its links, stay with G1" in out.text
    late = evaluator.get(f"{home}/goals/{top.id}/merge/{other.id}")
    assert "G2 is no longer in the tree." in late.text
    assert not late.find("#confirmed")
    refused = evaluator.post(
        f"{home}/goals/{top.id}/merge/{other.id}", {**form, "gone_edition": "2", "confirmed": "1"}, 400
    )
    assert "G2 is no longer in the tree." in refused.text


def test_what_is_measured_stays_where_it_is(evaluator: Reader, write: Session, home: str) -> None:
    one, other = two_alike(write)
    write.add(Indicator(id=uuid4(), code=1, goal_id=other.id, created_at=NOW))
    write.commit()
    page = evaluator.get(f"{home}/goals/{one.id}/merge/{other.id}")
    assert "Stays with G2" in page.text
    assert "indicators: 1" in page.text


def test_any_two_goals_can_be_chosen(evaluator: Reader, write: Session, home: str) -> None:
    one, other = two_alike(write)
    where = f"{home}/goals/merge?one_id={one.id}&other_id={other.id}"
    assert evaluator.get(where, 302).location == f"{home}/goals/{one.id}/merge/{other.id}"
    assert evaluator.get(f"{home}/goals/merge?one_id={one.id}", 400).find("#other_id-error")
    same = evaluator.get(f"{home}/goals/{one.id}/merge/{one.id}", 302)
    assert "Choose two different goals." in evaluator.get(same.location).text
    evaluator.get(f"{home}/goals/{one.id}/merge/{uuid4()}", 404)


def test_a_goal_that_left_the_tree_shows_where_it_went_to_who_may_know(
    come_as: Come, write: Session, home: str
) -> None:
    one, other = two_alike(write)
    join_goals(write, EVALUATOR, one.id, other.id, "The same.")
    loose = make_goal(write, "Loose")
    loose.retired_at = NOW
    write.commit()
    viewer = come_as(Role.VIEWER)
    assert f"{home}/goals/{one.id}" in viewer.get(f"{home}/goals/{other.id}").links()
    assert "It was taken out on" in viewer.get(f"{home}/goals/{loose.id}").text
    view = service.get_goal(write, EVALUATOR, one.id)
    draft = service.GoalDraft(wording="Secret", standing=Standing.HIDDEN)
    service.new_edition(write, EVALUATOR, view, draft, "Kept back.")
    write.commit()
    page = viewer.get(f"{home}/goals/{other.id}")
    assert "It was taken out on" in page.text
    assert "Secret" not in page.text


# --- Extraction ---------------------------------------------------------------------------------------------


def test_a_wording_that_looks_like_a_goal_is_asked_about_once(
    evaluator: Reader, write: Session, home: str
) -> None:
    make_goal(write, "Young people keep a job")
    write.commit()
    address = f"{home}/goals/new"
    form = evaluator.get(address).form(address)
    typed = {**form, "wording": "Young people keep their job", "explanation": "For a year."}
    asked = evaluator.post(address, typed, 400)
    assert "This looks like a goal that is there already: G1 “Young people keep a job”." in asked.text
    kept = asked.form(address)
    assert (kept["wording"], kept["explanation"]) == ("Young people keep their job", "For a year.")
    assert kept["id"] == form["id"]
    evaluator.post(address, {**kept, "differs": "1"})
    # The same form once more, as after a lost answer: it is the goal that looks like itself.
    evaluator.post(address, typed)
    assert len(write.scalars(select(Goal)).all()) == 2


def test_a_goal_says_what_it_is_for(evaluator: Reader, write: Session, home: str) -> None:
    address = f"{home}/goals/new"
    page = evaluator.get(address)
    assert "open" not in page.find("details.more")[0].attrs
    form = page.form(address)
    wrong = evaluator.post(address, {**form, "wording": "Work", "by_when": "soon"}, 400)
    assert "open" in wrong.find("details.more")[0].attrs
    says = {"purpose": "side", "practice": "actual", "direction": "more", "feasibility": "2"}
    shown = evaluator.submit(address, {**form, "wording": "Work", **says})
    goal = write.scalars(select(Goal)).one()
    found = service.get_goal(write, EVALUATOR, goal.id)
    assert (found.purpose, found.practice, found.direction, found.feasibility) == (
        Purpose.SIDE,
        Practice.ACTUAL,
        Direction.MORE,
        2,
    )
    for words in ("wanted along the way", "what people really work for", "more of it", "Drawn up by"):
        assert words in shown.text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_implicit_goal_that_rests_on_too_little_is_flagged_for_the_evaluator(
    come_as: Come, write: Session, home: str, language: str
) -> None:
    said = make_statements(write, make_group(write), "For the children.", "And for us.")
    goal = make_goal(write, "Family", standing=Standing.IMPLICIT, statements=said)
    said[0].withdrawn_at = NOW
    write.commit()
    address = f"{home}/goals/{goal.id}"
    flagged = come_as(Role.EVALUATOR, language=language).get(address)
    assert f"{address}/edit" in [
        one.attrs["href"] for one in flagged.find(".utrecht-alert--warning a") if one.attrs.get("href")
    ]
    assert not come_as(Role.COORDINATOR, language=language).get(address).find(".utrecht-alert--warning")


# --- The member check ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_before_anybody_is_asked_the_page_says_what_it_is_for(
    come_as: Come, home: str, language: str
) -> None:
    page = come_as(Role.EVALUATOR, language=language).get(f"{home}/goals/checks")
    assert page.find(".empty")
    come_as(Role.EVALUATOR, Role.FUNDER).get(f"{home}/goals/checks", 403)


def answered(write: Session) -> tuple[Goal, UUID]:
    """A goal that one respondent agrees with and another wants to read otherwise."""
    town = make_group(write, name="Town")
    (first,) = make_statements(write, town, "Work.", kind=RespondentKind.PARTICIPANT)
    (second,) = make_statements(write, town, "A job.")
    goal = make_goal(write, "Keep a job", statements=[first, second])
    make_check(write, second, goal)
    asked = make_check(write, first, goal, CheckVerdict.AMEND, "Keep a job that fits")
    own = make_party_goal(write, town.id, "Jobs for all", second)
    make_check(write, second, own, CheckVerdict.REJECT, "Never said so.")
    write.commit()
    return goal, asked.id


def test_the_evaluator_reads_what_waits(evaluator: Reader, write: Session, home: str) -> None:
    goal, check = answered(write)
    page = evaluator.get(f"{home}/goals/checks")
    assert "0 of 2 goals have the yes of everybody on whose words they rest." in page.text
    waiting = " ".join(page.find("#waiting")[0].to_text().split())
    for words in ("Keep a job that fits", "wants other words", "Never said so."):
        assert words in waiting
    assert f"{home}/goals/{goal.id}/edit?check={check}" in page.links()
    section = " ".join(evaluator.get(f"{home}/goals/{goal.id}").find("#checks")[0].to_text().split())
    assert "agrees with it" in section
    assert "Keep a job that fits" in section


def test_an_amendment_becomes_an_edition_in_one_form(evaluator: Reader, write: Session, home: str) -> None:
    goal, check = answered(write)
    address = f"{home}/goals/{goal.id}/edit"
    page = evaluator.get(f"{address}?check={check}")
    form = page.form(address)
    assert form["wording"] == "Keep a job that fits"
    assert "that fits" not in form["reason"]
    evaluator.submit(address, form)
    assert service.get_goal(write, EVALUATOR, goal.id).wording == "Keep a job that fits"
    later = evaluator.get(f"{home}/goals/checks")
    assert "They read “Keep a job” then." in later.text
    for wrong in (str(uuid4()), "nonsense"):
        evaluator.get(f"{address}?check={wrong}", 404)


def test_an_amendment_of_several_lines_leaves_the_wording(
    evaluator: Reader, write: Session, home: str
) -> None:
    (said,) = make_statements(write, make_group(write), "Work.")
    goal = make_goal(write, "Keep a job", statements=[said])
    check = make_check(write, said, goal, CheckVerdict.AMEND, "Not quite.\nA job that fits.")
    write.commit()
    address = f"{home}/goals/{goal.id}/edit"
    page = evaluator.get(f"{address}?check={check.id}")
    assert page.form(address)["wording"] == "Keep a job"
    assert "Not quite." in page.text


def test_nobody_else_reads_who_said_what(come_as: Come, write: Session, home: str) -> None:
    goal, check = answered(write)
    for role in set(Role) - {Role.EVALUATOR}:
        page = come_as(role).get(f"{home}/goals/{goal.id}")
        assert not page.find("#checks")
        assert "that fits" not in page.body
    payer = come_as(Role.EVALUATOR, Role.INVESTOR)
    assert not payer.get(f"{home}/goals/{goal.id}").find("#checks")
    payer.get(f"{home}/goals/{goal.id}/edit?check={check}", 404)
