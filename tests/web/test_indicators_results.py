"""Pages of results: the table, the goals as a grid, sites and cohorts, and an indicator in full."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member
from tests.factories.goals import make_goal
from tests.factories.indicators import make_count, make_definition, make_indicator
from tests.factories.participants import make_cohort, make_computed, make_event, make_participant, make_site
from tests.factories.seeing import LEVELS, log, make_ordinal, make_split, parts_by_age
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.indicators import Frequency, Kind, PeriodTarget
from toc.domain.indicators.breakdowns import level_parts
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.indicators import Indicator, Measurement
from toc.models.programmes import Programme
from toc.services import indicators as service
from toc.web.trees.inks import TOKENS

NOW = act_of(None, Role.WORKER, at=datetime.now(UTC))
TODAY = NOW.on
FIRST, THEN, LAST = (TODAY - timedelta(days=days) for days in (200, 110, 20))
START, END = TODAY - timedelta(days=400), TODAY + timedelta(days=400)
TIMES = {"baseline_on": START, "target_on": END}


class World:
    """A programme with a reader of each role."""

    def __init__(self, database: Database, programme: Programme, reader: Reader) -> None:
        self.database, self.programme, self.reader = database, programme, reader
        with database.writing() as session:
            self.people = {role: make_member(session, programme, role).id for role in Role}

    def make(self, build: Callable[[Session], UUID]) -> UUID:
        with self.database.writing(self.programme.id) as session:
            return build(session)

    def get(self, path: str, role: Role = Role.WORKER, language: str = "en") -> Page:
        address = f"/p/{self.programme.id}/{path}"
        return self.reader.use(language).sign_in(self.people[role]).get(address)


@pytest.fixture
def world(database: Database, programme: Programme, reader: Reader) -> World:
    return World(database, programme, reader)


def counted(session: Session, *values: int, **says: object) -> UUID:
    """A count with a value on each of three days."""
    indicator = make_indicator(session, definition=make_count(**{**TIMES, **says}))
    for on, value in zip((FIRST, THEN, LAST), values, strict=False):
        log(session, indicator, on, value, act=NOW)
    return indicator.id


def split(session: Session) -> UUID:
    """A share by age at two sites, of which the second lacks the latest day."""
    north, south = make_site(session, "North"), make_site(session, "South")
    indicator = make_indicator(session, definition=make_split(**TIMES))
    ages = ((12, 20), (8, 25), (3, 6))
    part, people = (sum(each) for each in zip(*ages, strict=True))
    for on, places in ((THEN, (north, south)), (LAST, (north,))):
        for site in places:
            log(session, indicator, on, part, people, site=site, parts=parts_by_age(*ages), act=NOW)
    return indicator.id


def goal_of(world: World) -> UUID:
    """The goal of the one indicator there is."""
    with world.database.read_session(world.programme.id) as session:
        found: UUID = session.scalars(select(Indicator.goal_id)).one()
        return found


def figures(page: Page) -> str:
    return " ".join(element.to_text() for element in page.find("script[data-chart]"))


# --- The table ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Results", "Evidence for the goal", "reached")),
        ("nl", ("Resultaten", "Bewijs voor het doel", "bereikt")),
    ],
)
def test_a_line_says_target_actual_status_and_evidence_beside_it(
    world: World, language: str, words: tuple[str, ...]
) -> None:
    world.make(lambda session: counted(session, 40, 90, 120))
    page = world.get("results", language=language)
    for word in (*words, "100 people", "120 people"):
        assert word in page.text
    assert len(page.find("svg.spark polyline")) == 2
    assert "style=" not in str(page.find("table")[0])


def test_nothing_to_see_is_said_on_each_page(world: World) -> None:
    assert "Nothing is measured yet" in world.get("results").text
    assert "There are no goals yet" in world.get("results/goals").text
    assert "There is nothing to compare here" in world.get("results/compare").text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("status=reached", ["Many"]),
        ("status=behind", ["Few"]),
        ("status=nonsense&due=never", ["Few", "Many"]),
        ("goal=G1", ["Few"]),
        ("goal=G9", []),
        ("due=now", []),
        ("due=soon", ["Few"]),
    ],
)
def test_lines_are_chosen_by_status_goal_and_day(world: World, asked: str, found: list[str]) -> None:
    monthly = {"frequency": Frequency.MONTHLY}
    world.make(lambda session: counted(session, 11, 12, 13, name="Few", **monthly))
    world.make(lambda session: counted(session, 40, 90, 120, name="Many"))
    page = world.get(f"results?{asked}")
    assert [name for name in ("Few", "Many") if f">{name}</a>" in page.body] == found
    assert bool(found) or "No indicator fits" in page.text


def test_small_numbers_are_kept_with_the_sentence_that_says_why(world: World) -> None:
    world.make(lambda session: counted(session, 4, 5, 6))
    inside, outside = world.get("results"), world.get("results", Role.FUNDER)
    assert "6 people" in inside.text
    assert "6 people" not in outside.text
    assert "1 number is not shown to you" in outside.text
    assert not outside.find("svg.spark")


def test_a_value_that_lacks_sites_says_so(world: World) -> None:
    world.make(split)
    assert "1 of 2 sites" in world.get("results").text


@pytest.mark.parametrize(
    ("language", "sentence", "word", "course"),
    [
        ("en", "1 of 2 sites was counted on", "not judged yet", "23 of 51 (45.1%) so far, of 1 of 2 sites"),
        ("nl", "1 van 2 locaties is geteld op", "nog niet beoordeeld", "23 van 51 (45,1 %) tot nu toe"),
    ],
)
def test_a_day_that_lacks_sites_is_judged_nowhere(
    world: World, language: str, sentence: str, word: str, course: str
) -> None:
    address = f"indicators/{world.make(split)}"
    page = world.get(address, language=language)
    plain = page.text.replace("\u00a0", " ")
    assert sentence in plain
    assert course in plain
    assert word in page.find(".badge")[0].to_text()
    # The chart and the small line go no further than the last day that all sites counted.
    traces = json.loads(page.find("script[data-chart]")[0].to_text())["data"]
    assert [one["x"] for one in traces if one["name"] == "measured"] == [[THEN.isoformat()]]
    for path in ("results", "results/goals", "measurements", "goals/{goal}", "evidence"):
        assert word in world.get(path.format(goal=goal_of(world)), language=language).text
    line = world.get("results", language=language)
    assert "23" in line.text
    assert len(line.find("svg.spark polyline")[-1].attrs["points"].split()) == 1


@pytest.mark.parametrize(
    ("language", "word", "other"),
    [
        ("en", "not judged yet", "no measurement yet"),
        ("nl", "nog niet beoordeeld", "nog geen meting"),
    ],
)
def test_a_goal_that_is_not_judged_yet_has_its_own_sign_in_the_tree(
    world: World, language: str, word: str, other: str
) -> None:
    world.make(split)
    tree = world.get("tree", language=language)
    assert [entry.to_text() for entry in tree.find(".legend__entry--not_judged")] == [word]
    assert len(tree.find(".legend__entry--not_judged svg.sign--not_judged")) == 1
    assert not tree.find(".legend__entry--no_data")
    assert [sign.attrs["class"] for sign in tree.find("svg use")] == ["tree__sign--not_judged"]
    assert len(tree.find("#tree-sign-not_judged path")) == 1
    named = [*tree.find("svg desc"), *tree.find("svg .tree__goal")]
    assert word in " ".join(f"{one.attrs} {one.to_text()}" for one in named)
    table = world.get("tree?view=list", language=language)
    assert [one.to_text().strip() for one in table.find(".badge--not_judged")] == [word]
    goals = world.get("results/goals", language=language)
    assert [one.to_text().strip() for one in goals.find(".badge--not_judged")] == [word]
    world.get("tree", language=language)
    drawing = world.reader.client.get(f"/p/{world.programme.id}/tree/export/tree.svg")
    root = etree.fromstring(drawing.data)
    assert word in " ".join(root.itertext())
    assert other not in " ".join(root.itertext())
    # Of the sign in the picture and of the one in the legend: a ring with two lines in it.
    lines = [one for one in root.iter("{http://www.w3.org/2000/svg}path") if one.get("stroke-width") == "2"]
    assert {one.get("stroke") for one in lines} == {TOKENS["no-data"]}
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("language", "unit", "said"),
    [("en", "stories", "1 story"), ("nl", "verhalen", "1 verhaal"), ("nl", "gesprekken", "1 (gesprekken)")],
)
def test_one_of_something_reads_right(world: World, language: str, unit: str, said: str) -> None:
    id_ = world.make(lambda session: counted(session, 3, 2, 1, unit=unit))
    for path in ("results", f"indicators/{id_}", "measurements"):
        plain = world.get(path, language=language).text.replace("\u00a0", " ")
        assert said in plain
        assert f"1 {unit}" not in plain.replace(f"1 ({unit})", "")


def test_how_long_values_are_asked_for_stands_with_the_rule(world: World) -> None:
    def ends(session: Session) -> UUID:
        session.get_one(Programme, world.programme.id).ends_on = START
        return counted(session, 40, 45, 50, target_on=FIRST + timedelta(days=1))

    page = world.get(f"indicators/{world.make(ends)}")
    assert "Values are asked for until" in page.text
    assert "3 months after the programme ends" in page.text
    assert "Next value" not in page.text


@pytest.mark.parametrize("many", [1, 15])
def test_pages_take_as_many_statements_however_long(world: World, many: int) -> None:
    for _ in range(many):
        world.make(lambda session: counted(session, 40, 90, 120))
    for path, most in (("results", 10), ("results/goals", 11)):
        world.get(path)
        with counting(world.database.engine) as asked:
            world.reader.get(f"/p/{world.programme.id}/{path}")
        assert len(asked) <= most


def test_a_long_table_has_pages(world: World) -> None:
    def build(session: Session) -> UUID:
        goal = make_goal(session)
        for each in range(150):
            make_indicator(session, goal, make_count(name=f"Number {each}"))
        return make_indicator(session, goal, make_count(name="Number 150")).id

    world.make(build)
    first, second = world.get("results"), world.get("results?page=2")
    assert "1 to 150 of 151" in first.text
    assert "Number 150" in second.text


# --- Goals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "word"), [("en", "not shown to be ours"), ("nl", "niet aangetoond")])
def test_a_goal_that_is_reached_is_not_therefore_ours(world: World, language: str, word: str) -> None:
    world.make(lambda session: counted(session, 40, 90, 120))
    world.make(lambda session: make_goal(session, level=None).id)
    page = world.get("results/goals", language=language)
    assert word in page.text
    assert f"/p/{world.programme.id}/results?goal=G1" in page.links()


# --- Sites and cohorts --------------------------------------------------------------------------------------


def test_sites_stand_beside_each_other_with_their_groups(world: World) -> None:
    world.make(lambda session: counted(session, 40))
    world.make(split)
    page = world.get("results/compare")
    for word in ("North", "23 of 51 (45.1%)", "The total is of 1 of 2 sites.", "27 to 49", "8 of 25 (32%)"):
        assert word in page.text
    assert page.find("svg.bar")
    outside = world.get("results/compare", Role.FUNDER)
    assert "3 of 6" not in outside.text
    assert "3 of 6" in page.text


def test_cohorts_stand_beside_each_other_for_who_works_with_participants(world: World) -> None:
    def build(session: Session) -> UUID:
        early, late = make_cohort(session, "Early"), make_cohort(session, "Late")
        for cohort, many in ((early, 14), (late, 3)):
            for _ in range(many):
                make_event(session, make_participant(session, cohort_id=cohort.id), date(2025, 3, 1))
        make_event(session, make_participant(session), date(2025, 3, 1))
        return make_computed(session).id

    world.make(build)
    page, outside = world.get("results/compare"), world.get("results/compare", Role.FUNDER)
    for word in ("Early", "14 people", "Late", "3 people", "in no cohort", "18 people"):
        assert word in page.text
    assert "Early" not in outside.text
    assert "people" not in outside.text


def links(page: Page) -> list[tuple[str, str]]:
    """The numbers that lead somewhere, and where."""
    return [(" ".join(one.to_text().split()), one.attrs["href"]) for one in page.find("td a")]


def test_numbers_that_are_compared_lead_to_what_they_rest_on(world: World) -> None:
    indicator = world.make(split)
    with world.database.read_session(world.programme.id) as session:
        (measured,) = session.scalars(select(Measurement.id).where(Measurement.on == LAST)).all()
    at = f"/p/{world.programme.id}"
    to_measurement, to_list = f"{at}/measurements/{measured}", f"{at}/indicators/{indicator}#measured"
    found = links(world.get("results/compare"))
    site, total, *groups = found
    assert site == ("23 of 51 (45.1%)", to_measurement)
    assert total == ("23 of 51 (45.1%)", to_list)
    assert ("3 of 6 (50%)", to_measurement) in groups
    assert {url for _, url in groups} == {to_measurement}
    outside = [url for _, url in links(world.get("results/compare", Role.FUNDER))]
    assert outside == [url for _, url in found]
    assert "3 of 6" not in world.get(f"measurements/{measured}", Role.FUNDER).text
    assert world.get(f"indicators/{indicator}").find("#measured")


def test_numbers_of_cohorts_lead_to_the_rule_that_counted_them(world: World) -> None:
    def build(session: Session) -> UUID:
        cohort = make_cohort(session, "Early")
        for _ in range(14):
            make_event(session, make_participant(session, cohort_id=cohort.id), date(2025, 3, 1))
        return make_computed(session).id

    rule = f"/p/{world.programme.id}/indicators/{world.make(build)}/computed"
    assert links(world.get("results/compare")) == [("14 people", rule), ("14 people", rule)]


def test_another_indicator_is_compared_when_it_is_chosen(world: World) -> None:
    world.make(split)
    world.make(lambda session: counted(session, 40, name="Without sites"))
    page = world.get("results/compare?indicator=I2")
    assert "Without sites" in page.find("h1")[0].to_text() + page.text
    assert "There is nothing to compare here" in page.text
    assert "North" in world.get("results/compare?indicator=I9").text


# --- One indicator ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "72 of 120 (60%); target 70%: behind."),
        ("nl", "72 van 120 (60 %); streefwaarde 70 %: loopt achter."),
    ],
)
def test_the_chart_has_its_sentence_its_interval_and_its_table(
    world: World, language: str, sentence: str
) -> None:
    def build(session: Session) -> UUID:
        says = {**TIMES, "target_value": Decimal("0.7"), "baseline_value": Decimal("0.59")}
        indicator = make_indicator(session, definition=make_definition(**says))
        log(session, indicator, LAST, 72, 120, act=NOW)
        return indicator.id

    page = world.get(f"indicators/{world.make(build)}", language=language)
    assert sentence.replace("\u00a0", " ") in page.text.replace("\u00a0", " ")
    assert '"error_y"' in figures(page)
    assert "51" in page.text
    assert "68" in page.text


def test_groups_and_sites_are_small_pictures_with_their_tables(world: World) -> None:
    address = f"indicators/{world.make(split)}"
    page = world.get(address)
    assert "8 of 25 (32%)" in page.text
    assert "16 of 50 (32%)" in page.text
    assert "1 of 2 sites" in page.text
    assert figures(page).count('"yaxis2"') >= 2
    outside = world.get(address, Role.VIEWER)
    assert "3 of 6" not in outside.text
    assert "not shown to you" in outside.text
    assert "3 of 6" in figures(page)
    assert "3 of 6" not in figures(outside)


def test_who_reviewed_and_which_site_stand_in_the_history(world: World) -> None:
    page = world.get(f"indicators/{world.make(split)}")
    (history,) = [one for one in page.find("details") if "Who entered which value" in one.to_text()]
    assert "waits for review" in history.to_text()
    assert "South" in history.to_text()


def test_an_earlier_value_that_gives_a_small_group_away_is_nowhere(world: World) -> None:
    indicator_id = world.make(lambda session: counted(session, 30, 83, 88))
    page = world.get(f"indicators/{indicator_id}", Role.FUNDER)
    file = world.get(f"indicators/{indicator_id}/measurements.csv", Role.FUNDER).body
    assert [line.split(",")[1] for line in file.splitlines()[1:]] == ["30", "", "88"]
    assert "83 people" not in page.body
    assert "83 people" not in figures(page)
    assert "88 people" in page.text
    with world.database.read_session(world.programme.id) as session:
        whole = service.get_whole(session, NOW, indicator_id)
    (kept,) = [one.id for one in whole.measurements if one.reading.value == 83]
    assert "83 people" not in world.get(f"measurements/{kept}", Role.FUNDER).text
    assert "83 people" in world.get(f"measurements/{kept}").text


def test_targets_per_period_are_steps(world: World) -> None:
    periods = (
        PeriodTarget(starts_on=START, ends_on=THEN, value=Decimal(40)),
        PeriodTarget(starts_on=THEN + timedelta(days=1), ends_on=END, value=Decimal(90)),
    )
    indicator_id = world.make(
        lambda session: counted(
            session,
            30,
            50,
            60,
            target_value=None,
            target_on=None,
            baseline_value=None,
            baseline_on=None,
            periods=periods,
        )
    )
    page = world.get(f"indicators/{indicator_id}")
    assert "the dashed lines are the targets per period" in page.text
    assert "null" in figures(page)
    assert "target 90 people" in page.text


@pytest.mark.parametrize(
    ("moments", "sentence"),
    [
        (
            [(12, 14, 9, 4, 1), (2, 6, 11, 15, 12)],
            "went up from “not self-reliant” to “fairly self-reliant”: 2 levels",
        ),
        ([(2, 6, 11, 15, 12), (12, 14, 9, 4, 1)], "went down from “fairly self-reliant”"),
        ([(2, 6, 11, 15, 12), (2, 6, 11, 15, 13)], "is still on “fairly self-reliant”"),
        ([(2, 6, 11, 15, 12)], "is on “fairly self-reliant”"),
    ],
)
def test_levels_are_shown_as_people_with_their_middle_and_never_a_mean(
    world: World, moments: list[tuple[int, ...]], sentence: str
) -> None:
    def build(session: Session) -> UUID:
        score = make_ordinal(session, **{**TIMES, "baseline_on": None})
        for on, levels in zip((FIRST, LAST), moments, strict=False):
            log(session, score, on, parts=level_parts(levels), act=NOW)
        return score.id

    address = f"indicators/{world.make(build)}"
    page, outside = world.get(address), world.get(address, Role.VIEWER)
    assert sentence in page.text
    assert all(level in page.text for level in LEVELS)
    assert '"barmode": "stack"' in figures(page) or '"barmode":"stack"' in figures(page)
    assert "not shown" in outside.text
    assert "mean" not in page.text


def test_accounts_are_a_list_for_those_who_work_with_participants(world: World) -> None:
    def build(session: Session) -> UUID:
        story = make_indicator(
            session,
            definition=make_count(kind=Kind.NARRATIVE, **{**TIMES, "target_value": Decimal(3)}),
        )
        log(session, story, LAST, narrative="She sings again at work.", act=NOW)
        return story.id

    address = f"indicators/{world.make(build)}"
    assert "She sings again at work." in world.get(address).find(".accounts")[0].to_text()
    assert "She sings" not in world.get(address, Role.FUNDER).text
