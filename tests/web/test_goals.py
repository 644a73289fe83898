"""Goals on pages: the tree as picture and list, the page of a goal, and the forms that change them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import cycle, pairwise
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_member
from tests.factories.goals import EVALUATOR, make_goal, make_link, make_many_goals, make_statements
from tests.factories.interviews import make_group
from tests.web.reader import Page, Reader
from toc.domain.goals import Level, LinkStatus, Stance, Standing
from toc.domain.indicators import Direction, Frequency, Kind, MeasurementSource
from toc.domain.interviews import Audience, RespondentKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import Goal, GoalHolder, GoalLink, GoalSource
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.models.interviews import StakeholderGroup
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import goals as service
from toc.services.goals import Held

MOST_STATEMENTS = 24


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


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Note what is sent to the database."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def drawn(page: Page) -> list[str]:
    """The goals in the picture, as a screen reader names them."""
    return [link.attrs["aria-label"] for link in page.find("svg a.tree__goal")]


def listed(page: Page) -> list[str]:
    """The goals in the list, in order."""
    return [link.to_text() for link in page.find(".tree-list__name a")]


def legend(page: Page) -> list[str]:
    return [entry.to_text().strip() for entry in page.find(".legend__entry")]


def make_indicator(session: Session, goal: Goal, *, value: int, target: int = 100) -> Indicator:
    """An indicator that was to reach its target last year."""
    made = {"created_at": NOW}
    view = service.get_goal(session, EVALUATOR, goal.id)
    indicator = Indicator(id=uuid4(), code=goal.code, goal_id=goal.id, **made)
    session.add(indicator)
    session.flush()
    edition = IndicatorEdition(
        id=uuid4(),
        indicator_id=indicator.id,
        goal_edition_id=view.edition_id,
        number=1,
        name="People with a job",
        kind=Kind.COUNT,
        direction=Direction.HIGHER,
        frequency=Frequency.ONCE,
        counts_people=False,
        target_value=Decimal(target),
        target_on=date(2024, 12, 31),
        **made,
    )
    session.add(edition)
    session.flush()
    session.add(
        Measurement(
            id=uuid4(),
            indicator_id=indicator.id,
            edition_id=edition.id,
            on=date(2024, 12, 31),
            value=Decimal(value),
            source=MeasurementSource.TYPED,
            **made,
        )
    )
    session.flush()
    return indicator


# --- The tree -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_empty_tree_says_what_belongs_here(
    come_as: Callable[..., Reader], home: str, language: str
) -> None:
    page = come_as(Role.EVALUATOR, language=language).get(f"{home}/tree")
    assert f"{home}/goals/new" in page.links()
    assert not page.find("svg.tree")
    page = come_as(Role.VIEWER, language=language).get(f"{home}/tree")
    assert f"{home}/goals/new" not in page.links()


def test_the_picture_has_a_link_for_every_goal(evaluator: Reader, write: Session, home: str) -> None:
    town, youth = make_group(write, name="Municipality"), make_group(write, name="Young people")
    low = make_goal(write, "Learn a trade", level=Level.ACTIVITY, holders=[town])
    high = make_goal(
        write, "Keep a job", holders=[Held(group_id=town.id, stance=Stance.OPPOSES), Held(group_id=youth.id)]
    )
    loose = make_goal(write, "A goal without a level", level=None)
    make_indicator(write, high, value=100)
    make_link(write, low, high)
    write.commit()
    page = evaluator.get(f"{home}/tree")
    # The order of reading: ends first.
    assert drawn(page) == [
        "G2 Keep a job: outcome, reached. Named by: Municipality (is against it), Young people.",
        "G1 Learn a trade: activity, no measurement yet. Named by: Municipality.",
        "G3 A goal without a level: no measurement yet.",
    ]
    assert [link.attrs["href"] for link in page.find("svg a.tree__goal")] == [
        f"{home}/goals/{goal.id}" for goal in (high, low, loose)
    ]
    assert len(page.find("svg path.tree__link--belief")) == 1
    assert page.find("svg desc")[0].to_text() == (
        "3 goals, means below, ends above. 1 reached, 2 no measurement yet."
    )
    assert legend(page) == [
        "reached",
        "no measurement yet",
        "still a belief",
        "Municipality",
        "Young people",
        "is against it",
    ]
    assert "3 goals, 1 link, 2 parties." in page.text


def test_each_lens_shows_one_thing(evaluator: Reader, write: Session, home: str) -> None:
    parties = [make_group(write) for _ in range(7)]
    low = make_goal(write, "Learn", holders=[Held(group_id=parties[0].id, stance=Stance.NEUTRAL)])
    high = make_goal(
        write, "Work", holders=[*parties[:6], Held(group_id=parties[6].id, stance=Stance.UNAWARE)]
    )
    top = make_goal(write, "Belong")
    make_link(write, low, high, confidence=3, source="SCP 2023", is_key=True)
    make_link(write, high, top, status=LinkStatus.REFUTED)
    write.commit()
    status = evaluator.get(f"{home}/tree")
    assert len(status.find("svg use")) == 3
    assert not status.find("svg .tree__rung")
    evidence = evaluator.get(f"{home}/tree?lens=evidence")
    assert [text.to_text() for text in evidence.find("svg .tree__number--rung-0")] == ["0", "0", "0"]
    assert not evidence.find("svg use")
    assert "evidence on rung 0 of 5" in drawn(evidence)[0]
    whose = evaluator.get(f"{home}/tree?lens=whose")
    assert len(whose.find("svg .tree__dot--supports")) == 5
    assert [one.to_text() for one in whose.find("svg .tree__note") if one.to_text().startswith("+")] == ["+1"]
    assert len(whose.find("svg .tree__dot--neutral")) == 1
    certainty = evaluator.get(f"{home}/tree?lens=certainty")
    # Three was filled in, but published research alone carries two.
    assert sorted(number.to_text() for number in certainty.find("svg .tree__number--sure")) == ["2", "?"]
    assert {"key link", "refuted", "still a belief"} <= set(legend(certainty))
    assert [link.to_text() for link in certainty.find(".lens__choice[aria-current]")] == ["Certainty"]


def test_a_line_is_thick_where_it_rests_on_a_comparison(
    evaluator: Reader, write: Session, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    low, high = make_goal(write, "Learn"), make_goal(write, "Work")
    make_link(write, low, high)
    write.commit()
    monkeypatch.setattr("toc.services.evidence.rungs", lambda *_: {high.id: 3})
    page = evaluator.get(f"{home}/tree?lens=evidence")
    assert len(page.find("svg path.tree__link--strong")) == 1
    assert legend(page) == ["strong evidence"]


def test_the_list_says_what_the_picture_shows(evaluator: Reader, write: Session, home: str) -> None:
    town = make_group(write, name="Municipality")
    top, left, right = (make_goal(write, wording) for wording in ("Belong", "Work", "Learn"))
    low = make_goal(write, "A coach", level=Level.ACTIVITY, holders=[town])
    lowest = make_goal(write, "Money", level=Level.INPUT)
    for lower, upper in ((left, top), (right, top), (low, left), (low, right), (lowest, low)):
        make_link(write, lower, upper)
    write.commit()
    picture = evaluator.get(f"{home}/tree")
    (as_list,) = [link for link in picture.links() if "view=list" in link]
    page = evaluator.get(as_list)
    assert listed(page) == ["Belong", "Work", "A coach", "Money", "Learn", "A coach"]
    assert page.text.count("What leads to G4 stands higher up in this list.") == 1
    assert "no measurement yet" in page.text
    assert "rung 0" in page.text
    assert "Municipality" in page.text
    assert not page.find("svg.tree")
    assert f"{home}/tree" in page.links()


def test_a_long_chain_is_no_problem_for_the_list(evaluator: Reader, write: Session, home: str) -> None:
    chain = make_many_goals(write, 150, level=None)
    for lower, upper in pairwise(chain):
        write.add(GoalLink(id=uuid4(), lower_id=lower.id, upper_id=upper.id, created_at=NOW))
    write.commit()
    assert len(listed(evaluator.get(f"{home}/tree?view=list"))) == 150


def big_tree(write: Session, means: int) -> list[Goal]:
    """One end with many means: five outputs, and activities."""
    town = make_group(write)
    end = make_goal(write, "The end")
    goals = make_many_goals(write, means - 5, holder=town)
    goals += make_many_goals(write, 5, level=Level.OUTPUT, holder=town)
    for goal in goals:
        write.add(GoalLink(id=uuid4(), lower_id=goal.id, upper_id=end.id, created_at=NOW))
    write.commit()
    return [end, *goals]


def test_what_does_not_fit_is_listed_and_can_be_found(evaluator: Reader, write: Session, home: str) -> None:
    goals = big_tree(write, 199)
    last = f"G{goals[-1].code}"
    page = evaluator.get(f"{home}/tree")
    assert len(drawn(page)) == 150
    assert "1 to 25 of 50" in page.text
    assert "Means number 150" in page.text
    (after,) = [link.attrs["href"] for link in page.find("a[rel=next]")]
    second = evaluator.get(after)
    assert "26 to 50 of 50" in second.text
    assert not second.find("a[rel=next]")
    assert second.find("a[rel=prev]")
    found = evaluator.get(f"{home}/tree?q=MEANS+{last.lower()}&level=")
    assert "1 to 1 of 1" in found.text
    outputs = evaluator.get(f"{home}/tree?level=output&page=99")
    assert "1 to 5 of 5" in outputs.text
    nothing = evaluator.get(f"{home}/tree?q=nowhere")
    assert "No other goal has these words and this level." in nothing.text
    whole = evaluator.get(f"{home}/tree?lens=nonsense&page=x")
    assert len(drawn(whole)) == 150
    (branch,) = [link for link in found.links() if f"root={goals[-1].id}" in link]
    drawn_branch = evaluator.get(branch)
    assert [name.split(":")[0] for name in drawn(drawn_branch)] == ["G1 The end", f"{last} Means number 5"]
    assert len(drawn_branch.find("svg .tree__goal--current")) == 1


def test_a_branch_needs_a_goal_that_is_there(evaluator: Reader, home: str) -> None:
    evaluator.get(f"{home}/tree?root={uuid4()}", 404)


@pytest.mark.parametrize(
    "view",
    [
        "",
        "?lens=evidence",
        "?lens=certainty",
        "?lens=whose",
        "?lens=money",
        "?lens=changed",
        "?lens=disagreement",
    ],
)
def test_the_tree_takes_as_many_statements_whatever_its_size(
    evaluator: Reader, write: Session, database: Database, home: str, view: str
) -> None:
    def sent() -> int:
        with statements(database) as noted:
            evaluator.get(f"{home}/tree{view}")
        return len(noted)

    big_tree(write, 10)
    sent()  # the first request of a process also asks whether this is a demo
    few = sent()
    big_tree(write, 190)
    assert sent() == few <= MOST_STATEMENTS


def test_a_goal_takes_as_many_statements_whatever_hangs_on_it(
    evaluator: Reader, write: Session, database: Database, home: str
) -> None:
    goal = make_goal(write, "Work")
    write.commit()

    def sent() -> int:
        with statements(database) as noted:
            evaluator.get(f"{home}/goals/{goal.id}")
        return len(noted)

    def grow(times: int) -> None:
        for means in make_many_goals(write, times, holder=make_group(write)):
            write.add(GoalLink(id=uuid4(), lower_id=means.id, upper_id=goal.id, created_at=NOW))
        for _ in range(times // 2):
            said = make_statements(write, make_group(write), "Words.")
            service.add_sources(write, EVALUATOR, goal.id, [one.id for one in said])
            view = service.get_goal(write, EVALUATOR, goal.id)
            service.new_edition(write, EVALUATOR, view, view.draft, "Again.")
        write.commit()

    grow(4)
    sent()
    few = sent()
    grow(40)
    assert sent() == few


def test_what_the_tree_misses_is_listed_with_its_places(evaluator: Reader, write: Session, home: str) -> None:
    low, high = make_goal(write, "Learn", level=Level.OUTPUT), make_goal(write, "Work", level=Level.OUTPUT)
    link = make_link(write, low, high)
    for _ in range(8):
        make_goal(write, "Alone")
    write.commit()
    page = evaluator.get(f"{home}/tree")
    missing = " ".join(one.to_text() for one in page.find(".missing__kind"))
    assert "Means that lead nowhere" in missing
    assert "and 2 more" in missing
    assert f"{home}/links/{link.id}" in page.links()
    assert "No link is marked as a key link yet" in page.text


# --- Hidden goals -------------------------------------------------------------------------------------------

CANARY = "win the tender of 2027"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.EVALUATOR])
def test_a_hidden_goal_is_on_no_page_of_others(
    come_as: Callable[..., Reader], write: Session, home: str, role: Role
) -> None:
    stated = make_goal(write, "Work")
    hidden = make_goal(write, f"We {CANARY}", standing=Standing.HIDDEN)
    link = make_link(write, hidden, stated)
    write.commit()
    reader = come_as(role)
    for address in ("/tree", "/tree?view=list", f"/goals/{stated.id}"):
        assert CANARY not in reader.get(home + address).body
    for address in (f"/goals/{hidden.id}", f"/links/{link.id}", f"/tree?root={hidden.id}"):
        assert CANARY not in reader.get(home + address, 404).body


def test_from_the_threshold_on_the_tree_says_how_many_goals_are_hidden(
    come_as: Callable[..., Reader], write: Session, home: str, programme: Programme
) -> None:
    make_goal(write, "Work")
    for _ in range(programme.small_number_threshold):
        make_goal(write, standing=Standing.HIDDEN)
    write.commit()
    assert "10 more goals are hidden" in come_as(Role.VIEWER).get(f"{home}/tree").text


def test_an_evaluator_releases_a_hidden_goal_after_a_second_yes(
    evaluator: Reader, write: Session, home: str, come_as: Callable[..., Reader]
) -> None:
    goal = make_goal(write, f"We {CANARY}", standing=Standing.HIDDEN)
    write.commit()
    tree = evaluator.get(f"{home}/tree")
    assert "hidden, only you see it" in drawn(tree)[0]
    assert "hidden, only you see it" in legend(tree)
    assert "hidden" in evaluator.get(f"{home}/tree?view=list").text
    address = f"{home}/goals/{goal.id}/release"
    assert address in evaluator.get(f"{home}/goals/{goal.id}").links()
    assert f"We {CANARY}" in evaluator.get(address).text
    assert "Fill this in." in evaluator.post(address, {}, 400).text
    page = evaluator.submit(address, {"confirmed": "1"})
    assert "Everybody in the programme can see the goal now." in page.text
    assert "was hidden; its owner released it" in page.text
    assert CANARY in come_as(Role.VIEWER).get(f"{home}/goals/{goal.id}").text


# --- A goal -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "language"), list(zip(Role, cycle(("nl", "en")), strict=False)))
def test_everybody_reads_a_goal_in_their_language(
    come_as: Callable[..., Reader], write: Session, home: str, role: Role, language: str
) -> None:
    goal = make_goal(write, "Jongeren houden werk", is_primary=True, importance=5, by_when=date(2027, 1, 1))
    write.commit()
    page = come_as(role, language=language).get(f"{home}/goals/{goal.id}")
    assert "Jongeren houden werk" in page.text
    money = {"nl": "Geen contract betaalt voor dit doel.", "en": "No contract pays for this goal."}[language]
    # What money depends on their answers is not shown to stakeholders.
    assert (money in page.text) is (role is not Role.STAKEHOLDER)
    assert (f"{home}/goals/{goal.id}/edit" in page.links()) is (role is Role.EVALUATOR)


def test_a_goal_shows_all_that_hangs_on_it(evaluator: Reader, write: Session, home: str) -> None:
    town = make_group(write, name="Municipality")
    make_group(write, name="Employers")
    (said,) = make_statements(write, town, "Six months in a row, then it lasts.")
    goal = make_goal(
        write,
        "Keep a job",
        statements=[said],
        holders=[Held(group_id=town.id, importance=4)],
        explanation="At least 24 hours a week.",
        for_whom="young adults",
    )
    low, high = make_goal(write, "Learn"), make_goal(write, "Belong")
    link = make_link(
        write, low, goal, mechanism="A diploma opens doors.", is_key=True, status=LinkStatus.UNTESTED
    )
    make_link(write, goal, high)
    indicator = make_indicator(write, goal, value=40)
    write.commit()
    page = evaluator.get(f"{home}/goals/{goal.id}")
    for text in (
        "Six months in a row, then it lasts.",
        "behind",
        "People with a job",
        "A diploma opens doors.",
        "key link · not tested",
        "4 of 5",
        "never spoke about it",
        "At least 24 hours a week.",
        "young adults",
        "Edition 1",
        "Well founded",
    ):
        assert text in page.text, text
    for address in (f"links/{link.id}", f"goals/{low.id}", f"goals/{high.id}", f"indicators/{indicator.id}"):
        assert f"{home}/{address}" in page.links(), address


def test_a_payer_reads_how_many_said_it(come_as: Callable[..., Reader], write: Session, home: str) -> None:
    youth = make_group(write, name="Young people")
    words = [
        make_statements(write, youth, said, kind=RespondentKind.PARTICIPANT, audience=Audience.PAYER)[0]
        for said in ("I want to belong.", "I want work.", "I want rest.")
    ]
    goal = make_goal(write, "Belong", statements=words[:2])
    write.commit()
    page = come_as(Role.FUNDER).get(f"{home}/goals/{goal.id}")
    assert "2 of 3 said this: Young people." in page.text
    assert "I want to belong." not in page.body


def test_the_evaluator_hears_that_nobody_released_the_words(
    evaluator: Reader, write: Session, home: str, come_as: Callable[..., Reader]
) -> None:
    (said,) = make_statements(write, make_group(write), "Between us.", audience=Audience.NOBODY)
    goal = make_goal(write, "Work", statements=[said])
    write.commit()
    warning = "nobody has released the words that it rests on"
    assert warning in evaluator.get(f"{home}/goals/{goal.id}").text
    assert warning not in come_as(Role.WORKER).get(f"{home}/goals/{goal.id}").text


def test_missing_goals_are_not_found(evaluator: Reader, home: str) -> None:
    for address in ("goals/{}", "goals/{}/edit", "goals/{}/release", "goals/{}/statements", "links/{}"):
        evaluator.get(f"{home}/{address.format(uuid4())}", 404)


# --- Making and rewording -----------------------------------------------------------------------------------


def one_goal(write: Session) -> service.GoalView:
    write.expire_all()
    (goal,) = service.visible_goals(write, EVALUATOR)
    return goal


def test_a_goal_is_made_from_what_was_said(evaluator: Reader, write: Session, home: str) -> None:
    town = make_group(write, name="Municipality")
    one, two = make_statements(write, town, "We want fewer people on benefits.", "And people who stay.")
    write.commit()
    address = f"{home}/goals/new"
    empty = evaluator.get(address)
    assert "We want fewer people on benefits." not in empty.text
    chosen = evaluator.get(f"{address}?interview={one.interview_id}")
    assert "We want fewer people on benefits." in chosen.text
    form = evaluator.get(f"{address}?statement={two.id}").form(address)
    assert form["statement_ids"] == str(two.id)
    assert form["group_ids"] == str(town.id)
    page = evaluator.submit(
        address,
        {
            **form,
            "wording": "Fewer people on benefits",
            "level": "outcome",
            "statement_ids": [one.id, two.id],
        },
    )
    assert "The goal is in the tree." in page.text
    assert "And people who stay." in page.text
    goal = one_goal(write)
    assert (goal.wording, goal.level, goal.standing) == (
        "Fewer people on benefits",
        Level.OUTCOME,
        Standing.STATED,
    )
    assert [holder.group_id for holder in write.scalars(select(GoalHolder))] == [town.id]
    evaluator.submit(address, {**form, "wording": "Sent twice"})
    assert one_goal(write).wording == "Fewer people on benefits"


def test_the_next_goal_from_the_same_interview(evaluator: Reader, write: Session, home: str) -> None:
    (said,) = make_statements(write, make_group(write), "Work.")
    write.commit()
    address = f"{home}/goals/new"
    form = evaluator.get(f"{address}?statement={said.id}").form(address)
    sent = evaluator.post(address, {**form, "wording": "Work", "again": "1"})
    assert sent.location == f"{address}?interview={said.interview_id}"
    assert "1 goal rests on it" in evaluator.get(sent.location).text


def test_a_goal_that_is_not_right_yet_keeps_what_was_typed(
    evaluator: Reader, write: Session, home: str
) -> None:
    (said,) = make_statements(write, make_group(write), "Work.")
    write.commit()
    address = f"{home}/goals/new"
    form = evaluator.get(f"{address}?statement={said.id}").form(address)
    page = evaluator.post(address, {**form, "wording": "", "explanation": "Kept"}, 400)
    assert "Fill this in." in page.text
    assert page.form(address)["explanation"] == "Kept"
    assert page.form(address)["statement_ids"] == str(said.id)
    assert page.form(address)["id"] == form["id"]
    page = evaluator.post(address, {**form, "wording": "Work", "standing": "implicit"}, 400)
    assert "at least 2 statements" in page.text
    page = evaluator.post(address, {**form, "wording": "Work", "importance": "9"}, 400)
    assert "Choose a number from 1 to 5." in page.text
    page = evaluator.post(address, {**form, "wording": "Call 06 1234 5678"}, 400)
    assert "looks like a personal detail" in page.text
    evaluator.post(address, {**form, "wording": "Work", "group_ids": [uuid4()]}, 404)


def test_rewording_makes_an_edition_that_tells_why(evaluator: Reader, write: Session, home: str) -> None:
    goal = make_goal(write, "Get a job", explanation="Any job.", importance=3)
    write.commit()
    address = f"{home}/goals/{goal.id}/edit"
    form = evaluator.get(address).form(address)
    assert "Fill this in." in evaluator.post(address, form, 400).text
    page = evaluator.submit(
        address, {**form, "wording": "Keep a job", "importance": "", "reason": "A week is no job."}
    )
    assert "Because: A week is no job." in page.text
    assert [one.to_text() for one in page.find("del")] == ["Get a job", "3 of 5"]
    assert [one.to_text() for one in page.find("ins")] == ["Keep a job"]
    assert one_goal(write).edition == 2
    again = evaluator.post(address, {**form, "wording": "Sent twice", "reason": "So."})
    assert again.location == f"{home}/goals/{goal.id}"
    assert one_goal(write).wording == "Keep a job"


def test_who_was_slower_sees_both_texts_and_loses_none(evaluator: Reader, write: Session, home: str) -> None:
    goal = make_goal(write, "Get a job", level=Level.OUTPUT)
    write.commit()
    address = f"{home}/goals/{goal.id}/edit"
    mine, theirs = (evaluator.get(address).form(address) for _ in range(2))
    evaluator.post(address, {**theirs, "wording": "Keep a job", "level": "outcome", "reason": "Theirs."})
    page = evaluator.post(address, {**mine, "wording": "Have a job", "reason": "Mine."}, 409)
    for text in ("Have a job", "Keep a job", "output", "outcome"):
        assert text in page.text
    form = page.form(address)
    assert (form["wording"], form["reason"], form["id"]) == ("Have a job", "Mine.", mine["id"])
    evaluator.post(address, {**form, "level": "outcome"})
    found = one_goal(write)
    assert (found.wording, found.level, found.edition) == ("Have a job", Level.OUTCOME, 3)


def test_a_hidden_goal_does_not_become_stated_by_rewording(
    evaluator: Reader, write: Session, home: str
) -> None:
    goal = make_goal(write, "Win", standing=Standing.HIDDEN)
    write.commit()
    address = f"{home}/goals/{goal.id}/edit"
    form = evaluator.get(address).form(address)
    page = evaluator.post(address, {**form, "standing": "stated", "reason": "So."}, 400)
    assert "First record that its owner released it" in page.text


# --- Parties and statements ---------------------------------------------------------------------------------


def test_what_a_party_thinks_is_recorded(evaluator: Reader, write: Session, home: str) -> None:
    party, goal = make_group(write, name="Municipality"), make_goal(write)
    write.commit()
    address = f"{home}/goals/{goal.id}/parties/{party.id}"
    assert address in evaluator.get(f"{home}/goals/{goal.id}").links()
    form = evaluator.get(address).form(address)
    page = evaluator.submit(address, {**form, "stance": "opposes", "importance": "2"})
    assert "is against it" in page.text
    assert "2 of 5" in page.text
    late = evaluator.post(address, {**form, "stance": "supports", "importance": "5"}, 409)
    assert "is against it" in late.text
    assert "supports it" in late.text
    chosen = evaluator.post(address, {**late.form(address), "importance": "2"})
    assert chosen.status == 302
    form = evaluator.get(address).form(address)
    assert form["stance"] == "supports"
    assert "Choose a number from 1 to 5." in evaluator.post(address, {**form, "importance": "8"}, 400).text
    assert "never spoke about it" in evaluator.submit(address, {**form, "stance": ""}).text
    evaluator.get(f"{home}/goals/{goal.id}/parties/{uuid4()}", 404)
    evaluator.post(f"{home}/goals/{goal.id}/parties/{uuid4()}", {"stance": "supports"}, 404)


def test_statements_are_put_under_a_goal_and_taken_away(evaluator: Reader, write: Session, home: str) -> None:
    one, two = make_statements(write, make_group(write), "First words.", "Second words.")
    goal = make_goal(write, standing=Standing.IMPLICIT, statements=[one], confirmed=True)
    write.commit()
    address = f"{home}/goals/{goal.id}/statements"
    page = evaluator.get(address)
    assert "First words." in page.text
    assert "Second words." not in page.text
    chosen = evaluator.get(f"{address}?interview={one.interview_id}")
    assert "Second words." in chosen.text
    form = chosen.form(address)
    assert "Choose one of the possibilities." in evaluator.post(address, form, 400).text
    page = evaluator.submit(address, {**form, "statement_ids": [two.id]})
    assert "1 statement added." in page.text
    full = evaluator.get(f"{address}?interview={one.interview_id}")
    assert "All statements of this interview stand under this goal already." in full.text
    page = evaluator.submit(f"{address}/{one.id}/remove")
    assert "First words." not in page.text
    assert [source.statement_id for source in write.scalars(select(GoalSource))] == [two.id]
    evaluator.post(f"{home}/goals/{uuid4()}/statements/{two.id}/remove", {}, 404)


def test_an_implicit_goal_keeps_two_statements(evaluator: Reader, write: Session, home: str) -> None:
    said = make_statements(write, make_group(write), "First words.", "Second words.")
    goal = make_goal(write, standing=Standing.IMPLICIT, statements=said)
    write.commit()
    page = evaluator.post(f"{home}/goals/{goal.id}/statements/{said[0].id}/remove", {}, 400)
    assert "at least 2 statements" in page.text


# --- Links --------------------------------------------------------------------------------------------------


def two_goals(write: Session) -> tuple[Goal, Goal]:
    pair = make_goal(write, "Learn"), make_goal(write, "Work")
    write.commit()
    return pair


def test_two_goals_are_linked_with_a_reason(evaluator: Reader, write: Session, home: str) -> None:
    assert "There are no two goals to link yet" in evaluator.get(f"{home}/links/new").text
    low, high = two_goals(write)
    address = f"{home}/links/new"
    form = evaluator.get(f"{address}?lower_id={low.id}").form(address)
    assert form["lower_id"] == str(low.id)
    says = {
        "upper_id": high.id,
        "mechanism": "A diploma opens doors.",
        "assumption": "There are jobs.",
        "confidence": "3",
        "is_key": "1",
    }
    page = evaluator.post(address, {**form, **says}, 400)
    assert "Say why this is a key link" in page.text
    page = evaluator.submit(address, {**form, **says, "key_reason": "contested"})
    for text in (
        "Why G1 leads to G2",
        "A diploma opens doors.",
        "There are jobs.",
        "Key link",
        "contested: parties do not agree on it",
        "Confidence 1 of 4.",
        "3 was filled in, but it rests on a belief, which carries no more than 1.",
        "The tree has 1 key link. Fewer than 5",
    ):
        assert text in page.text, text


def test_a_link_that_would_go_round_is_refused_in_words(evaluator: Reader, write: Session, home: str) -> None:
    low, high = two_goals(write)
    make_link(write, low, high)
    write.commit()
    address = f"{home}/links/new"
    form = evaluator.get(address).form(address)

    def refused(lower: UUID, upper: UUID, **more: str) -> str:
        return evaluator.post(address, {**form, "lower_id": lower, "upper_id": upper, **more}, 400).text

    assert "G1 is already a means to G2 (G1 → G2)" in refused(high.id, low.id)
    assert "G1 is linked to G2 already." in refused(low.id, high.id)
    assert "A goal is no means to itself" in refused(low.id, low.id)
    assert "Confidence is a number from 0 to 4, not 9." in refused(high.id, low.id, confidence="9")
    assert "looks like a personal detail" in refused(high.id, low.id, mechanism="Mail jan@example.org")
    assert "Choose one of the possibilities." in evaluator.post(address, form, 400).text
    evaluator.post(address, {**form, "lower_id": uuid4(), "upper_id": low.id}, 404)


def test_a_link_is_changed_and_both_texts_are_shown_to_who_was_slower(
    evaluator: Reader, write: Session, home: str
) -> None:
    link = make_link(write, *two_goals(write), mechanism="So.")
    write.commit()
    page = evaluator.get(f"{home}/links/{link.id}")
    assert "Nobody said how sure this is." in page.text
    address = f"{home}/links/{link.id}/edit"
    mine, theirs = (evaluator.get(address).form(address) for _ in range(2))
    changed = {**theirs, "mechanism": "Theirs.", "source": "SCP 2023", "confidence": "2", "status": "mixed"}
    page = evaluator.submit(address, changed)
    assert "Confidence 2 of 4." in page.text
    assert "SCP 2023" in page.text
    page = evaluator.post(address, {**mine, "mechanism": "Mine."}, 409)
    for text in ("Mine.", "Theirs.", "mixed", "(empty)"):
        assert text in page.text
    evaluator.post(address, page.form(address))
    write.expire_all()
    assert service.get_link(write, EVALUATOR, link.id).draft.mechanism == "Mine."
    form = evaluator.get(address).form(address)
    assert "from 0 to 4" in evaluator.post(address, {**form, "confidence": "7"}, 400).text


def test_a_link_is_removed_after_a_second_yes(evaluator: Reader, write: Session, home: str) -> None:
    low, high = two_goals(write)
    link = make_link(write, low, high)
    write.commit()
    address = f"{home}/links/{link.id}/remove"
    assert "Both goals stay." in evaluator.get(address).text
    assert "Fill this in." in evaluator.post(address, {}, 400).text
    page = evaluator.submit(address, {"confirmed": "1"})
    assert "The link is removed; both goals stay." in page.text
    evaluator.get(f"{home}/links/{link.id}", 404)
    evaluator.post(address, {"confirmed": "1"}, 404)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.EVALUATOR])
def test_only_an_evaluator_changes_goals(
    come_as: Callable[..., Reader], write: Session, home: str, role: Role
) -> None:
    low, high = two_goals(write)
    link = make_link(write, low, high)
    group: StakeholderGroup = make_group(write)
    write.commit()
    reader = come_as(role)
    reader.get(f"{home}/links/{link.id}")
    for address in (
        "goals/new",
        f"goals/{low.id}/edit",
        f"goals/{low.id}/release",
        f"goals/{low.id}/statements",
        f"goals/{low.id}/parties/{group.id}",
        "links/new",
        f"links/{link.id}/edit",
        f"links/{link.id}/remove",
    ):
        reader.get(f"{home}/{address}", 403)
        reader.post(f"{home}/{address}", {}, 403)
