"""Measurements on pages: what is due, how each indicator stands, and the forms that define and measure."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member
from tests.factories.goals import EVALUATOR, make_goal
from tests.factories.indicators import make_count, make_definition, make_indicator, measure
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.goals import Standing
from toc.domain.indicators import Direction, Frequency, Kind
from toc.domain.people import Role
from toc.domain.programmes import OriginKind
from toc.models.database import Database
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.models.programmes import Programme
from toc.services import indicators as service
from toc.services import origins

WORKER = act_of(None, Role.WORKER, at=datetime.now(UTC))
TODAY = WORKER.on
START, END = TODAY - timedelta(days=400), TODAY + timedelta(days=400)
RECENTLY, BEFORE = TODAY - timedelta(days=20), TODAY - timedelta(days=200)
SMALL = "not shown"


class World:
    """A programme with somebody of each role, and what is in it."""

    def __init__(self, database: Database, programme: Programme, reader: Reader) -> None:
        self.database, self.programme, self.reader = database, programme, reader
        self.people: dict[Role, UUID] = {}
        with database.writing() as session:
            for role in Role:
                name = f"The {role.value}"
                self.people[role] = make_member(session, programme, role, name=name).id

    def make(self, build: Callable[[Session], UUID]) -> UUID:
        """Do something before the page is opened; return the id of what it made."""
        with self.database.writing(self.programme.id) as session:
            return build(session)

    def be(self, role: Role, language: str = "en") -> Reader:
        return self.reader.use(language).sign_in(self.people[role])

    def at(self, rest: str) -> str:
        return f"/p/{self.programme.id}/{rest}"

    def share(self, *counted: int, on: date = RECENTLY, **says: object) -> UUID:
        """An indicator of a share, measured once if there are numbers."""
        definition = make_definition(baseline_on=START, target_on=END, **says)

        def build(session: Session) -> UUID:
            indicator = make_indicator(session, definition=definition)
            if counted:
                measure(
                    session,
                    indicator,
                    on,
                    *counted,
                    act=act_of(self.people[Role.WORKER], Role.WORKER, at=datetime.now(UTC)),
                )
            return indicator.id

        return self.make(build)

    def count(self, *counted: int, on: date = RECENTLY, **says: object) -> UUID:
        return self.share(*counted, on=on, **{**_COUNT, **says})

    def measurements(self) -> list[Measurement]:
        with self.database.read_session(self.programme.id) as session:
            return list(session.scalars(select(Measurement).order_by(Measurement.created_at)))


_COUNT: dict[str, object] = {
    "kind": Kind.COUNT,
    "name": "Diplomas",
    "unit": "people",
    "baseline_value": Decimal(0),
    "target_value": Decimal(100),
}


@pytest.fixture
def world(database: Database, programme: Programme, reader: Reader) -> World:
    return World(database, programme, reader)


def figure_of(page: Page) -> str:
    """The chart's data, or nothing."""
    return " ".join(element.to_text() for element in page.find("script[data-chart]"))


# --- All indicators -----------------------------------------------------------------------------------------


def test_an_empty_list_says_what_belongs_here_and_who_may_begin_gets_a_button(world: World) -> None:
    page = world.be(Role.WORKER).get(world.at("measurements"))
    assert "Nothing is measured yet" in page.text
    assert world.at("indicators/new") in page.links()
    assert world.at("indicators/new") not in world.be(Role.FUNDER).get(world.at("measurements")).links()


def test_what_is_due_comes_first_with_a_button_for_the_worker_alone(world: World) -> None:
    late = world.count(12, on=BEFORE)
    world.share(60, 120)
    page = world.be(Role.WORKER).get(world.at("measurements"))
    (due,) = page.find(".due")
    assert "Diplomas" in due.to_text()
    assert "Still at work" not in due.to_text()
    assert world.at(f"indicators/{late}/measurements/new") in page.links()
    others = world.be(Role.EVALUATOR).get(world.at("measurements"))
    assert "Diplomas" in others.find(".due")[0].to_text()
    assert world.at(f"indicators/{late}/measurements/new") not in others.links()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "2 indicators: 1 reached"), ("nl", "2 indicatoren: 1 bereikt")]
)
def test_the_list_counts_how_they_stand_in_both_languages(world: World, language: str, words: str) -> None:
    world.share(72, 120)
    world.count(1, on=RECENTLY, target_value=Decimal(50))
    assert words in world.be(Role.VIEWER, language).get(world.at("measurements")).text


def test_a_row_says_where_it_began_what_is_aimed_at_and_where_it_is(world: World) -> None:
    world.share(72, 120)
    text = world.be(Role.WORKER).get(world.at("measurements")).text
    assert "38%" in text
    assert "50%" in text
    assert "72 of 120 (60%)" in text
    assert "reached" in text


@pytest.mark.parametrize(
    ("asked", "found", "hidden"),
    [
        ("?status=reached", "Still at work", "Diplomas"),
        ("?status=overdue", "Diplomas", "Still at work"),
        ("?status=due", "Diplomas", "Still at work"),
        ("?q=DIPLOMA", "Diplomas", "Still at work"),
        ("?q=keep+a+job&status=reached", "Still at work", "Diplomas"),
    ],
)
def test_the_list_is_filtered_by_words_and_status(world: World, asked: str, found: str, hidden: str) -> None:
    world.share(72, 120)
    world.count(12, on=BEFORE)
    (table,) = world.be(Role.VIEWER).get(world.at(f"measurements{asked}")).find("table")
    assert found in table.to_text()
    assert hidden not in table.to_text()


def test_a_filter_that_fits_nothing_says_so(world: World) -> None:
    world.share()
    page = world.be(Role.VIEWER).get(world.at("measurements?q=zzz"))
    assert "No indicator fits" in page.text


def test_a_long_list_has_pages(world: World) -> None:
    def build(session: Session) -> UUID:
        goal = make_goal(session)
        made = [
            make_indicator(
                session, goal, make_count(name=f"Number {number}", target_value=None, target_on=None)
            )
            for number in range(53)
        ]
        return made[0].id

    world.make(build)
    first = world.be(Role.VIEWER).get(world.at("measurements?q=number"))
    assert "1 to 50 of 53" in first.text
    assert "Number 52" not in first.text
    (next_,) = [link for link in first.links() if "page=2" in link]
    second = world.reader.get(next_)
    assert "51 to 53 of 53" in second.text
    assert "Number 52" in second.text
    assert "1 to 50" in world.reader.get(world.at("measurements?page=x")).text


def test_many_that_are_due_are_counted_beyond_the_first(world: World) -> None:
    for _ in range(8):
        world.count(12, on=BEFORE)
    page = world.be(Role.WORKER).get(world.at("measurements"))
    assert len(page.find(".due__item")) == 6
    assert "2 more are due" in page.text


@pytest.mark.parametrize("many", [10, 200])
def test_the_list_takes_as_many_statements_however_long(world: World, many: int) -> None:
    def build(session: Session) -> UUID:
        goal = make_goal(session)
        made = [make_indicator(session, goal, make_count()) for _ in range(many)]
        for one in made:
            measure(session, one, date(2025, 2, 1), 3)
        return goal.id

    world.make(build)
    world.be(Role.WORKER).get(world.at("measurements"))
    with counting(world.database.connection) as seen:  # type: ignore[attr-defined] # a forgetful one
        world.reader.get(world.at("measurements"))
    assert len(seen) <= 8, "\n".join(seen)


# --- One indicator ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "72 of 120. That is 60%, the aim was 50%: reached."),
        ("nl", "72 van 120. Dat is 60 %, het doel was 50 %: bereikt."),
    ],
)
def test_the_judgement_is_a_sentence_with_its_numbers(world: World, language: str, sentence: str) -> None:
    at = world.at(f"indicators/{world.share(72, 120)}")
    page = world.be(Role.VIEWER, language).get(at)
    assert sentence in page.text.replace("\u00a0", " ")
    assert figure_of(page)


def test_a_page_shows_the_thread_the_rule_the_definition_and_who_entered_what(world: World) -> None:
    page = world.be(Role.WORKER).get(world.at(f"indicators/{world.share(40, 120)}"))
    assert page.find(".thread")
    assert "A straight line leads from the baseline" in page.text
    assert "At least 24 hours a week" in page.text
    assert "The worker" in page.text
    assert "behind" in page.text


@pytest.mark.parametrize(
    ("says", "counted", "sentence"),
    [
        (_COUNT, (), "Nothing has been measured yet"),
        (_COUNT | {"baseline_value": None}, (12,), "Without a line towards it"),
        (_COUNT | {"baseline_value": Decimal(200)}, (12,), "so the aim is to stay there"),
        (_COUNT | {"kind": Kind.MONEY, "unit": ""}, (12,), "€12. The aim by then was"),
        (
            _COUNT | {"kind": Kind.YES_NO, "unit": "", "target_value": Decimal(1)},
            (1,),
            "Yes. The aim was yes: reached.",
        ),
        (_COUNT | {"target_value": None}, (12,), "No target has been agreed yet"),
        (
            _COUNT | {"direction": Direction.LOWER, "baseline_value": Decimal(200)},
            (190,),
            "190 people. The aim by then was at most",
        ),
    ],
)
def test_every_kind_of_indicator_has_its_words(
    world: World, says: dict[str, object], counted: tuple[int, ...], sentence: str
) -> None:
    definition = {**says}
    if definition["baseline_value"] is None:
        definition["baseline_on"] = None
    if definition["target_value"] is None:
        definition["target_on"] = None

    def build(session: Session) -> UUID:
        usual = {"baseline_on": START, "target_on": END, "frequency": Frequency.YEARLY}
        indicator = make_indicator(session, definition=make_definition(**{**usual, **definition}))
        if counted:
            measure(session, indicator, RECENTLY, *counted, act=WORKER)
        return indicator.id

    page = world.be(Role.WORKER).get(world.at(f"indicators/{world.make(build)}"))
    assert sentence in page.text.replace("\u00a0", " ")


def test_a_corrected_value_stays_visible_with_who_and_why(world: World) -> None:
    at = world.share(72, 120)
    (wrong,) = world.measurements()
    reader = world.be(Role.WORKER)
    form = reader.get(world.at(f"measurements/{wrong.id}/correct")).form(
        world.at(f"measurements/{wrong.id}/correct")
    )
    assert (form["numerator"], form["denominator"], form["on"]) == ("72", "120", RECENTLY.isoformat())
    after = reader.submit(
        world.at(f"measurements/{wrong.id}/correct"),
        {**form, "numerator": "70", "note": "Two people were counted twice"},
    )
    assert "Saved. 70 of 120." in after.text
    assert "1 corrected value" in after.text
    assert "Two people were counted twice" in after.text
    old = reader.get(world.at(f"measurements/{wrong.id}"))
    assert "This value was corrected" in old.text
    (new,) = [row for row in world.measurements() if row.id != wrong.id]
    assert world.at(f"measurements/{new.id}") in old.links()
    page = reader.get(world.at(f"measurements/{new.id}"))
    assert "What it replaces" in page.text
    assert world.at(f"measurements/{wrong.id}") in page.links()
    assert world.at(f"indicators/{at}") in page.links()


def test_editions_are_listed_with_their_reasons(world: World) -> None:
    at = world.share()

    def again(session: Session) -> UUID:
        indicator = session.scalars(select(Indicator)).one()
        edition = service.new_edition(
            session,
            WORKER,
            indicator.id,
            make_definition(baseline_on=START, target_on=END, target_value=Decimal("0.45")),
            reason="The parties agreed to less",
            revision=indicator.revision,
        )
        return edition.id

    world.make(again)
    page = world.be(Role.FUNDER).get(world.at(f"indicators/{at}"))
    assert "2 editions" in page.text
    assert "The parties agreed to less" in page.text


def test_figures_say_where_they_come_from(world: World) -> None:
    at = world.share(72, 120)
    (row,) = world.measurements()

    def mark(session: Session) -> UUID:
        origins.mark(
            session, "indicator", at, OriginKind.FACT, field="target_value", source="Annual report, p. 3"
        )
        origins.mark(session, "measurement", row.id, OriginKind.INVENTED)
        return at

    world.make(mark)
    text = world.be(Role.VIEWER).get(world.at(f"indicators/{at}")).text
    assert "Target:" in text
    assert "Annual report, p. 3" in text
    assert "invented for the demo" in world.reader.get(world.at(f"measurements/{row.id}")).text


def test_many_measurements_have_pages(world: World) -> None:
    def build(session: Session) -> UUID:
        indicator = make_indicator(session, definition=make_count())
        for day in range(55):
            measure(session, indicator, date(2025, 1, 1) + timedelta(days=day), day)
        return indicator.id

    at = world.at(f"indicators/{world.make(build)}")
    page = world.be(Role.WORKER).get(at)
    assert "1 to 50 of 55" in page.text
    assert "51 to 55 of 55" in world.reader.get(f"{at}?page=2").text


@pytest.mark.parametrize("many", [10, 200])
def test_a_page_takes_as_many_statements_however_much_was_measured(world: World, many: int) -> None:
    def build(session: Session) -> UUID:
        indicator = make_indicator(session, definition=make_count())
        for day in range(many):
            measure(session, indicator, date(2025, 1, 1) + timedelta(days=day), day)
        return indicator.id

    at = world.at(f"indicators/{world.make(build)}")
    world.be(Role.WORKER).get(at)
    with counting(world.database.connection) as seen:  # type: ignore[attr-defined] # a forgetful one
        world.reader.get(at)
    assert len(seen) <= 12, "\n".join(seen)


def test_the_indicators_of_a_hidden_goal_are_nowhere_for_others(world: World) -> None:
    def build(session: Session) -> UUID:
        goal = make_goal(session, "Secretly get rid of it", standing=Standing.HIDDEN)
        indicator = service.add_indicator(
            session, EVALUATOR, uuid4(), goal.id, make_count(name="Secret count")
        )
        return indicator.id

    at = world.at(f"indicators/{world.make(build)}")
    assert "Secret count" in world.be(Role.EVALUATOR).get(at).text
    for role in set(Role) - {Role.EVALUATOR}:
        world.be(role).get(at, 404)
        assert "Secret" not in world.reader.get(world.at("measurements")).body
    world.be(Role.WORKER).get(f"{at}/measurements/new", 404)


# --- Small numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.FUNDER, Role.INVESTOR, Role.VIEWER, Role.STAKEHOLDER])
def test_a_number_about_few_people_is_shown_to_nobody_who_does_not_work_with_it(
    world: World, role: Role
) -> None:
    at = world.share(3, 7, name="From volunteer to paid work")
    (row,) = world.measurements()
    reader = world.be(role)
    for where in (world.at("measurements"), world.at(f"indicators/{at}"), world.at(f"measurements/{row.id}")):
        page = reader.get(where)
        text = page.text
        assert "42.9" not in text
        assert "3 of 7" not in text
        assert SMALL in text
        assert not figure_of(page)
    assert "fewer than 10 people" in reader.get(world.at(f"indicators/{at}")).text
    body = reader.get(world.at(f"indicators/{at}/measurements.csv")).body
    assert "0.42" not in body
    assert SMALL in body


@pytest.mark.parametrize("role", [Role.WORKER, Role.EVALUATOR, Role.COORDINATOR])
def test_who_works_with_the_numbers_sees_them(world: World, role: Role) -> None:
    at = world.share(3, 7)
    page = world.be(role).get(world.at(f"indicators/{at}"))
    assert "3 of 7 (42.9%)" in page.text
    assert figure_of(page)


def test_a_recorded_decision_shows_the_totals_of_a_small_programme(world: World) -> None:
    at = world.share(3, 7)
    with world.database.writing() as session:
        session.get_one(Programme, world.programme.id).own_totals_decided = True
    assert "3 of 7 (42.9%)" in world.be(Role.FUNDER).get(world.at(f"indicators/{at}")).text


def test_a_small_baseline_is_kept_back_and_zero_says_nothing(world: World) -> None:
    small = world.count(30, baseline_value=Decimal(4))
    zero = world.count(30)
    reader = world.be(Role.FUNDER)
    assert "4 people" not in reader.get(world.at(f"indicators/{small}")).text.replace("\u00a0", " ")
    assert "baseline 4" not in figure_of(reader.get(world.at(f"indicators/{small}")))
    assert "0 people on" in reader.get(world.at(f"indicators/{zero}")).text.replace("\u00a0", " ")


def test_older_small_numbers_are_counted_in_a_sentence(world: World) -> None:
    at = world.share(3, 7, on=BEFORE)

    def more(session: Session) -> UUID:
        indicator = session.scalars(select(Indicator)).one()
        return measure(session, indicator, RECENTLY, 30, 70, act=WORKER).id

    world.make(more)
    page = world.be(Role.FUNDER).get(world.at(f"indicators/{at}"))
    assert "1 number is not shown to you" in page.text
    assert "30 of 70" in page.text


# --- Log a measurement --------------------------------------------------------------------------------------


def test_a_worker_logs_a_share_in_three_clicks_and_reads_how_it_stands(world: World) -> None:
    at = world.count(12, on=BEFORE)
    reader = world.be(Role.WORKER)
    listed = reader.get(world.at("measurements"))
    where = world.at(f"indicators/{at}/measurements/new")
    assert where in listed.links()
    form = reader.get(where).form(where)
    assert form["on"] >= TODAY.isoformat()
    after = reader.submit(where, {**form, "value": "100"})
    assert "Saved. 100 people. The aim was 100 people: reached." in after.text.replace("\u00a0", " ")


def test_numbers_are_read_in_the_language_of_the_page(world: World) -> None:
    at = world.count(kind=Kind.SUM, unit="hours", counts_people=False)
    where = world.at(f"indicators/{at}/measurements/new")
    world.be(Role.WORKER, "nl").post(where, {"id": str(uuid4()), "on": "2025-03-01", "value": "1.234,5"})
    world.be(Role.WORKER, "en").post(where, {"id": str(uuid4()), "on": "2025-04-01", "value": "1,234.5"})
    assert {row.value for row in world.measurements()} == {Decimal("1234.5")}


def test_the_same_form_twice_makes_one_measurement(world: World) -> None:
    where = world.at(f"indicators/{world.share()}/measurements/new")
    sent = {"id": str(uuid4()), "on": RECENTLY.isoformat(), "numerator": "72", "denominator": "120"}
    reader = world.be(Role.WORKER)
    reader.post(where, sent)
    reader.post(where, sent)
    assert len(world.measurements()) == 1
    other = reader.post(where, {**sent, "numerator": "73"}, 400)
    assert "saved already, with other numbers" in other.text


def test_a_day_that_is_taken_leads_to_the_value_that_is_there(world: World) -> None:
    where = world.at(f"indicators/{world.share(72, 120)}/measurements/new")
    (row,) = world.measurements()
    sent = {"id": str(uuid4()), "on": RECENTLY.isoformat(), "numerator": "60", "denominator": "120"}
    page = world.be(Role.WORKER).post(where, sent, 400)
    assert page.find("#on-error")
    assert world.at(f"measurements/{row.id}") in page.links()
    assert page.form(where)["numerator"] == "60"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"numerator": "130"}, "numerator"),
        ({"numerator": "x"}, "numerator"),
        ({"denominator": "0"}, "denominator"),
        ({"denominator": ""}, "denominator"),
        ({"numerator": ""}, "numerator"),
        ({"on": (TODAY + timedelta(days=2)).isoformat()}, "on"),
        ({"on": ""}, "on"),
        ({"note": "Call 06-12345678"}, "note"),
    ],
)
def test_what_is_not_right_is_said_at_its_field_and_kept(
    world: World, typed: dict[str, str], field: str
) -> None:
    where = world.at(f"indicators/{world.share()}/measurements/new")
    right = {"id": str(uuid4()), "on": "2025-03-01", "numerator": "72", "denominator": "120", "note": "Kept"}
    page = world.be(Role.WORKER).post(where, {**right, **typed}, 400)
    assert page.find(f"#{field}-error")
    assert page.form(where)["id"] == right["id"]
    assert world.measurements() == []


def test_a_single_value_is_refused_at_its_field(world: World) -> None:
    where = world.at(f"indicators/{world.count()}/measurements/new")
    page = world.be(Role.WORKER).post(where, {"id": str(uuid4()), "on": "2025-03-01", "value": "2.5"}, 400)
    assert page.find("#value-error")


def test_yes_or_no_is_chosen(world: World) -> None:
    at = world.count(kind=Kind.YES_NO, unit="", target_value=Decimal(1), counts_people=False)
    where = world.at(f"indicators/{at}/measurements/new")
    reader = world.be(Role.WORKER)
    assert len(reader.get(where).find("input[type=radio]")) == 2
    after = reader.submit(where, {"id": str(uuid4()), "on": RECENTLY.isoformat(), "value": "1"})
    assert "Yes. The aim was yes: reached." in after.text


def test_a_correction_needs_a_reason_and_may_come_too_late(world: World) -> None:
    world.share(72, 120)
    (wrong,) = world.measurements()
    where = world.at(f"measurements/{wrong.id}/correct")
    sent = {"id": str(uuid4()), "on": RECENTLY.isoformat(), "numerator": "70", "denominator": "120"}
    reader = world.be(Role.WORKER)
    assert reader.post(where, sent, 400).find("#note-error")
    reader.post(where, {**sent, "note": "Counted twice"})
    late = reader.post(where, {**sent, "id": str(uuid4()), "note": "Counted twice"}, 400)
    assert "Somebody corrected this value already" in late.text
    assert "There is a value" not in late.text


# --- Define -------------------------------------------------------------------------------------------------


def right(goal_id: object) -> dict[str, str]:
    return {
        "id": str(uuid4()),
        "goal_id": str(goal_id),
        "name": "Still at work",
        "kind": "proportion",
        "definition": "At least 24 hours",
        "unit": "",
        "direction": "higher",
        "frequency": "quarterly",
        "is_cumulative": "1",
        "counts_people": "1",
        "collection": "Payroll",
        "baseline_value": "37,5",
        "baseline_on": "2025-01-01",
        "target_value": "50%",
        "target_on": "2026-12-31",
        "desired_value": "60",
        "minimum_value": "45",
    }


def goal_of(world: World) -> UUID:
    return world.make(lambda session: make_goal(session).id)


def test_a_worker_adds_an_indicator_with_percentages(world: World) -> None:
    goal = goal_of(world)
    reader = world.be(Role.WORKER, "nl")
    where = world.at("indicators/new")
    page = reader.get(f"{where}?goal_id={goal}")
    assert page.form(where)["goal_id"] == str(goal)
    after = reader.submit(where, right(goal))
    assert "De indicator staat erin" in after.text
    with world.database.read_session(world.programme.id) as session:
        edition = session.scalars(select(IndicatorEdition)).one()
    assert (edition.baseline_value, edition.target_value) == (Decimal("0.375"), Decimal("0.5"))
    assert (edition.desired_value, edition.minimum_value) == (Decimal("0.6"), Decimal("0.45"))
    assert (edition.is_cumulative, edition.counts_people) == (True, True)


def test_without_a_goal_there_is_nothing_to_measure_yet(world: World) -> None:
    page = world.be(Role.WORKER).get(world.at("indicators/new"))
    assert "First a goal" in page.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"goal_id": ""}, "goal_id"),
        ({"target_value": "150"}, "target_value"),
        ({"target_value": "half"}, "target_value"),
        ({"target_on": ""}, "target_on"),
        ({"target_on": "2024-01-01"}, "target_on"),
        ({"minimum_value": "70"}, "minimum_value"),
        ({"collection": "jan@example.org"}, "collection"),
        ({"kind": "yes_no", "target_value": "perhaps"}, "target_value"),
    ],
)
def test_a_definition_that_does_not_fit_is_refused_at_its_field(
    world: World, typed: dict[str, str], field: str
) -> None:
    sent = {**right(goal_of(world)), **typed}
    page = world.be(Role.WORKER, "nl").post(world.at("indicators/new"), sent, 400)
    assert page.find(f"#{field}-error"), page.text[:500]
    assert page.form(world.at("indicators/new"))["definition"] == "At least 24 hours"


def test_yes_or_no_is_typed_as_a_word(world: World) -> None:
    words = {
        "kind": "yes_no",
        "baseline_value": "nee",
        "target_value": "ja",
        "desired_value": "",
        "minimum_value": "",
    }
    world.be(Role.EVALUATOR, "nl").post(world.at("indicators/new"), {**right(goal_of(world)), **words})
    with world.database.read_session(world.programme.id) as session:
        edition = session.scalars(select(IndicatorEdition)).one()
    assert (edition.baseline_value, edition.target_value) == (Decimal(0), Decimal(1))


def test_an_edit_keeps_what_was_typed_and_makes_an_edition(world: World) -> None:
    at = world.at(f"indicators/{world.share()}/edit")
    reader = world.be(Role.WORKER, "nl")
    form = reader.get(at).form(at)
    assert (form["baseline_value"], form["target_value"], form["unit"]) == ("38", "50", "")
    refused = reader.post(at, {**form, "name": "Anders"}, 400)
    assert refused.find("#reason-error")
    after = reader.submit(at, {**form, "name": "Anders", "reason": "Duidelijker"})
    assert "Opgeslagen als nieuwe editie" in after.text
    assert "Anders" in after.text


def test_who_was_slower_sees_both_texts_and_loses_nothing(world: World) -> None:
    at = world.at(f"indicators/{world.share()}/edit")
    reader = world.be(Role.WORKER)
    form = reader.get(at).form(at)
    reader.post(at, {**form, "name": "Theirs", "reason": "First"})
    page = reader.post(at, {**form, "name": "Mine", "reason": "Second"}, 409)
    assert "Theirs" in page.text
    assert "Mine" in page.text
    chosen = page.form(at)
    assert (chosen["name"], chosen["reason"]) == ("Mine", "Second")
    assert "Mine" in reader.submit(at, chosen).text


# --- Out again ----------------------------------------------------------------------------------------------


def test_an_export_can_be_opened_without_danger_and_read_again(world: World) -> None:
    at = world.share(name="=1+1")

    def build(session: Session) -> UUID:
        indicator = session.scalars(select(Indicator)).one()
        return measure(session, indicator, RECENTLY, 72, 120, note="=cmd|x", act=WORKER).id

    world.make(build)
    reader = world.be(Role.WORKER, "nl")
    answer = reader.get(world.at(f"indicators/{at}/measurements.csv"))
    assert answer.response.mimetype == "text/csv"
    lines = answer.body.lstrip("\ufeff").splitlines()
    assert lines[0].startswith("datum;waarde;teller;noemer;")
    assert lines[1].startswith(f"{RECENTLY.isoformat()};0,6;72;120;")
    assert "'=cmd|x" in lines[1]
    english = world.be(Role.WORKER, "en").get(world.at(f"indicators/{at}/measurements.csv")).body
    assert f"{RECENTLY.isoformat()},0.6,72,120," in english
