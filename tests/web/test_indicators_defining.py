"""Defining an indicator on pages: a short form that unfolds, rows without script, and the library."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories import make_member
from tests.factories.goals import make_goal
from tests.factories.indicators import make_count, make_indicator, measure
from tests.web.reader import Page, Reader
from toc.domain.indicators import Definition, Frequency, Kind
from toc.domain.indicators.external import Scheme
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.indicators import Indicator, IndicatorEdition
from toc.models.programmes import Programme
from toc.services import indicators as service


class Desk:
    """A programme with a goal and a worker who defines indicators."""

    def __init__(self, database: Database, programme: Programme, reader: Reader) -> None:
        self.database, self.programme, self.reader = database, programme, reader
        with database.writing() as session:
            self.worker = make_member(session, programme, Role.WORKER, name="Wil Worker").id
            self.viewer = make_member(session, programme, Role.VIEWER, name="Vera Viewer").id
        with database.writing(programme.id) as session:
            self.goal = make_goal(session).id

    def be(self, who: UUID | None = None, language: str = "en") -> Reader:
        return self.reader.use(language).sign_in(who or self.worker)

    def at(self, rest: str) -> str:
        return f"/p/{self.programme.id}/{rest}"

    @property
    def new(self) -> str:
        return self.at("indicators/new")

    def indicator(self, **says: object) -> UUID:
        with self.database.writing(self.programme.id) as session:
            return make_indicator(session, definition=make_count(**says)).id

    def definitions(self) -> list[Definition]:
        """What the editions say, oldest first."""
        with self.database.read_session(self.programme.id) as session:
            rows = session.scalars(
                select(IndicatorEdition)
                .join(IndicatorEdition.indicator)
                .order_by(Indicator.code, IndicatorEdition.number)
            )
            return [service.definition_of(row) for row in rows]


@pytest.fixture
def desk(database: Database, programme: Programme, reader: Reader) -> Desk:
    return Desk(database, programme, reader)


def typed(desk: Desk, language: str = "en", **more: str) -> dict[str, str]:
    """The form as it comes, with the little that is required."""
    page = desk.be(language=language).get(f"{desk.new}?goal_id={desk.goal}")
    return {**page.form(desk.new), "name": "Diplomas", "kind": "count", **more}


def numbers(page: Page, kind: str) -> list[str]:
    """The numbers of the rows of a kind that a page shows."""
    return [element.attrs["name"].split("-")[1] for element in page.find(f"input[name^={kind}-][name$=-row]")]


def opened(page: Page) -> list[str]:
    return [element.attrs["id"] for element in page.find("details.part[open]")]


# --- The form -----------------------------------------------------------------------------------------------


def test_the_short_form_alone_makes_an_indicator(desk: Desk) -> None:
    page = desk.be().get(desk.new)
    assert opened(page) == []
    desk.be().post(desk.new, typed(desk, target_value="100", target_on="2026-12-31"))
    (said,) = desk.definitions()
    assert (said.name, said.kind, said.target_value) == ("Diplomas", Kind.COUNT, Decimal(100))
    assert (said.periods, said.breakdowns, said.external_codes, said.rule) == ((), (), (), None)


def test_everything_that_is_typed_is_kept_and_stands_in_the_form_again(desk: Desk) -> None:
    full = {
        "kind": "proportion",
        "unit": "",
        "numerator": "with a job",
        "denominator": "all who started",
        "other_name": "Aan het werk",
        "other_definition": "Loonstrook",
        "instrument": "Payroll 2",
        "pitfalls": "Do not count twice",
        "influence": "The employer",
        "responsible_id": str(desk.worker),
        "period-1-starts_on": "2026-01-01",
        "period-1-ends_on": "2026-06-30",
        "period-1-value": "37,5",
        "period-3-starts_on": "2026-07-01",
        "period-3-ends_on": "2026-12-31",
        "period-3-value": "50",
        "breakdown-1-name": "Leeftijd",
        "breakdown-1-groups": "jonger dan 27\r\n27 en ouder\r\n",
        "sdg-1-code": "8.6 By 2020, substantially reduce the proportion of youth",
        "code-1-scheme": "iris",
        "code-1-code": "OI4060",
        "code-1-url": "https://example.org/OI4060",
    }
    desk.reader.submit(desk.new, typed(desk, "nl", **full))
    (said,) = desk.definitions()
    assert [(one.ends_on, one.value) for one in said.periods] == [
        (date(2026, 6, 30), Decimal("0.375")),
        (date(2026, 12, 31), Decimal("0.5")),
    ]
    assert [option.key for option in said.breakdowns[0].options] == ["jonger_dan_27", "27_en_ouder"]
    assert [(one.scheme, one.code, one.url) for one in said.external_codes] == [
        (Scheme.SDG, "8.6", ""),
        (Scheme.IRIS, "OI4060", "https://example.org/OI4060"),
    ]
    assert (said.responsible_id, said.influence) == (desk.worker, "The employer")
    with desk.database.read_session(desk.programme.id) as session:
        (indicator,) = session.scalars(select(Indicator.id))
    edit = desk.at(f"indicators/{indicator}/edit")
    form = desk.reader.get(edit).form(edit)
    assert (form["period-1-value"], form["breakdown-1-key"]) == ("37,5", "leeftijd")
    assert form["breakdown-1-groups"].split() == ["jonger", "dan", "27", "27", "en", "ouder"]
    desk.reader.post(edit, {**form, "reason": ""})
    assert len(desk.definitions()) == 1  # nothing was changed, so no edition


@pytest.mark.parametrize(
    ("more", "field", "part"),
    [
        ({"kind": "ordinal", "levels": "one"}, "levels", "counting"),
        ({"kind": "mean", "scale_lowest": "1"}, "scale_highest", "counting"),
        ({"period-1-starts_on": "2026-01-01"}, "period-1-ends_on", "periods"),
        (
            {"period-1-starts_on": "2026-01-01", "period-1-ends_on": "2026-02-01"},
            "period-1-value",
            "periods",
        ),
        (
            {
                "period-1-starts_on": "2026-03-01",
                "period-1-ends_on": "2026-02-01",
                "period-1-value": "3",
            },
            "period-1-ends_on",
            "periods",
        ),
        (
            {
                "period-2-starts_on": "2026-05-01",
                "period-2-ends_on": "2026-06-01",
                "period-2-value": "0.5",
                "period-3-starts_on": "2026-01-01",
                "period-3-ends_on": "2026-02-01",
                "period-3-value": "3",
            },
            "period-2-value",
            "periods",
        ),
        ({"breakdown-4-name": "Age"}, "breakdown-4-groups", "groups"),
        ({"breakdown-4-name": "Age", "breakdown-4-groups": "a\nA"}, "breakdown-4-name", "groups"),
        ({"sdg-1-code": "eight"}, "sdg-1-code", "codes"),
        ({"sdg-2-code": "18.1"}, "sdg-2-code", "codes"),
        ({"code-1-scheme": "iris", "code-1-code": "x"}, "code-1-code", "codes"),
        ({"code-1-scheme": "none", "code-1-code": "x"}, "code-1-scheme", "codes"),
        (
            {"code-1-scheme": "zrm", "code-1-code": "1", "code-1-url": "http://example.org"},
            "code-1-url",
            "codes",
        ),
        ({"responsible_id": "00000000-0000-0000-0000-000000000007"}, "responsible_id", "source"),
        ({"pitfalls": "Ask jan@example.org"}, "pitfalls", "source"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_in_a_part_that_is_open(
    desk: Desk, more: dict[str, str], field: str, part: str
) -> None:
    page = desk.be().post(desk.new, typed(desk, **more), 400)
    assert page.find(f"#{field}-error"), page.text[:800]
    assert f"#{field}" in page.links()
    assert opened(page) == [f"part-{part}"]
    assert page.form(desk.new)["name"] == "Diplomas"


@pytest.mark.parametrize(
    ("more", "anchor"),
    [
        (
            {
                f"period-{number}-{name}": value
                for number in (1, 2)
                for name, value in (("starts_on", "2026-01-01"), ("ends_on", "2026-02-01"), ("value", "3"))
            },
            "periods",
        ),
        ({"sdg-1-code": "8.6", "sdg-2-code": "8.6"}, "external_codes"),
    ],
)
def test_what_is_wrong_with_several_rows_is_said_above_them(
    desk: Desk, more: dict[str, str], anchor: str
) -> None:
    page = desk.be().post(desk.new, typed(desk, **more), 400)
    assert page.find(f"#{anchor}.field__error")
    assert f"#{anchor}" in page.links()


def test_a_member_who_sees_to_it_is_chosen_by_name(desk: Desk) -> None:
    (chosen,) = desk.be().get(desk.new).find("select[name=responsible_id]")
    assert "Wil Worker" in chosen.to_text()


# --- Rows without script ------------------------------------------------------------------------------------


def test_rows_are_added_and_removed_and_nothing_is_saved(desk: Desk) -> None:
    reader, sent = desk.be(), typed(desk)
    page = reader.post(desk.new, {**sent, "do": "add-period"}, 200)
    assert (numbers(page, "period"), opened(page)) == (["1"], ["part-periods"])
    form = {**page.form(desk.new), "period-1-value": "12"}
    page = reader.post(desk.new, {**form, "do": "add-period"}, 200)
    assert numbers(page, "period") == ["1", "2"]
    assert page.form(desk.new)["period-1-value"] == "12"
    page = reader.post(desk.new, {**page.form(desk.new), "do": "remove-period-1"}, 200)
    assert numbers(page, "period") == ["2"]
    page = reader.post(desk.new, {**page.form(desk.new), "do": "add-sdg"}, 200)
    assert (numbers(page, "sdg"), opened(page)) == (["1"], ["part-codes"])
    assert page.form(desk.new)["name"] == "Diplomas"
    assert desk.definitions() == []


@pytest.mark.parametrize("do", ["add-nonsense", "remove-period-x", "remove-period-99", "what"])
def test_a_button_that_is_not_there_changes_nothing(desk: Desk, do: str) -> None:
    page = desk.be().post(desk.new, {**typed(desk), "do": do}, 200)
    assert page.form(desk.new)["name"] == "Diplomas"


def test_periods_are_made_from_a_start_and_an_end_and_keep_their_aims(desk: Desk) -> None:
    reader = desk.be()
    asked = {"cut_from": "2026-01-01", "cut_to": "2026-12-31", "cut_by": "quarterly", "do": "cut"}
    form = reader.post(desk.new, {**typed(desk), **asked}, 200).form(desk.new)
    ends = [form[f"period-{number}-ends_on"] for number in range(1, 5)]
    assert ends == ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]
    half = {**form, "period-4-value": "100", **asked, "cut_from": "2026-07-01"}
    again = reader.post(desk.new, half, 200).form(desk.new)
    assert (again["period-2-ends_on"], again["period-2-value"]) == ("2026-12-31", "100")
    assert "period-3-value" not in again
    refused = reader.post(desk.new, again, 400)
    assert refused.find("#period-1-value-error")
    reader.post(desk.new, {**again, "period-1-value": "40"})
    assert [one.value for one in desk.definitions()[0].periods] == [40, 100]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"cut_from": "", "cut_to": "2026-12-31", "cut_by": "yearly"}, "cut_from"),
        ({"cut_from": "2026-01-01", "cut_to": "soon", "cut_by": "yearly"}, "cut_from"),
        ({"cut_from": "2026-01-01", "cut_to": "2025-12-31", "cut_by": "yearly"}, "cut_to"),
        ({"cut_from": "2026-01-01", "cut_to": "2090-12-31", "cut_by": "monthly"}, "cut_to"),
        ({"cut_from": "2026-01-01", "cut_to": "2026-12-31", "cut_by": "daily"}, "cut_by"),
    ],
)
def test_periods_that_cannot_be_made_are_explained(desk: Desk, asked: dict[str, str], field: str) -> None:
    page = desk.be().post(desk.new, {**typed(desk), **asked, "do": "cut"}, 200)
    assert page.find(f"#{field}-error")
    assert opened(page) == ["part-periods"]


def test_rows_of_a_definition_that_is_changed_are_added_too(desk: Desk) -> None:
    edit = desk.at(f"indicators/{desk.indicator()}/edit")
    form = desk.be().get(edit).form(edit)
    page = desk.reader.post(edit, {**form, "do": "add-breakdown"}, 200)
    assert numbers(page, "breakdown") == ["1"]
    assert page.form(edit)["revision"] == form["revision"]


# --- A change is a new edition ------------------------------------------------------------------------------


def changed(desk: Desk, edit: str, form: Mapping[str, str], **more: str) -> Definition:
    desk.reader.post(edit, {**form, "reason": "Better", **more})
    return desk.definitions()[-1]


def test_groups_that_are_called_otherwise_keep_their_key(desk: Desk) -> None:
    edit = desk.at(f"indicators/{desk.indicator()}/edit")
    form = {
        **desk.be().get(edit).form(edit),
        "breakdown-1-name": "Age",
        "breakdown-1-groups": "young\nold",
    }
    changed(desk, edit, form)

    def keys(name: str, groups: str) -> tuple[str, list[str]]:
        now = desk.reader.get(edit).form(edit)
        said = changed(desk, edit, now, **{"breakdown-1-name": name, "breakdown-1-groups": groups})
        (found,) = said.breakdowns
        return found.key, [option.key for option in found.options]

    assert keys("Age group", "under 27\nold") == ("age", ["young", "old"])
    assert keys("Age group", "old\nunder 27") == ("age", ["old", "young"])
    assert keys("Age group", "old\nunder 27\nvery old") == ("age", ["old", "young", "very_old"])
    assert keys("Age group", "young") == ("age", ["young_2"])


def test_old_measurements_stay_with_the_old_edition(desk: Desk) -> None:
    indicator = desk.indicator(baseline_on=date(2024, 1, 1))
    with desk.database.writing(desk.programme.id) as session:
        row = session.get_one(Indicator, (desk.programme.id, indicator))
        taken = measure(session, row, date(2025, 3, 1), 12)
        before = taken.edition_id
    edit = desk.at(f"indicators/{indicator}/edit")
    changed(desk, edit, desk.be().get(edit).form(edit), pitfalls="Count each person once")
    with desk.database.read_session(desk.programme.id) as session:
        numbers = {row.id: row.number for row in session.scalars(select(IndicatorEdition))}
    assert numbers[before] == 1
    assert sorted(numbers.values()) == [1, 2]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_who_was_slower_chooses_between_both_rows(desk: Desk, language: str) -> None:
    edit = desk.at(f"indicators/{desk.indicator()}/edit")
    form = desk.be(language=language).get(edit).form(edit)
    rows = {"breakdown-1-name": "Age", "sdg-1-code": "8.6", "reason": "Mine"}
    desk.reader.post(edit, {**form, **rows, "breakdown-1-groups": "theirs one\ntheirs two"})
    page = desk.reader.post(edit, {**form, **rows, "breakdown-1-groups": "mine one\nmine two"}, 409)
    assert "theirs one" in page.text
    assert "mine two" in page.text
    chosen = page.form(edit)
    desk.reader.submit(edit, chosen)
    said = desk.definitions()[-1]
    assert [option.name for option in said.breakdowns[0].options] == ["mine one", "mine two"]
    assert [one.code for one in said.external_codes] == ["8.6"]


@pytest.mark.parametrize("packed", ["", "[", "{}", "[1]", '[{"name": 3}]', "[" * 9999])
def test_rows_that_nobody_packed_are_no_rows(desk: Desk, packed: str) -> None:
    desk.be().post(desk.new, {**typed(desk), "breakdown-rows": packed})
    assert desk.definitions()[0].breakdowns == ()


# --- The library --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "name", "theme"),
    [
        ("en", "Often feels lonely", "Health and wellbeing"),
        ("nl", "Voelt zich vaak eenzaam", "Gezondheid en welzijn"),
    ],
)
def test_the_library_is_read_in_both_languages(desk: Desk, language: str, name: str, theme: str) -> None:
    page = desk.be(language=language).get(desk.at("indicators/library"))
    assert len(page.find("input[name=keys]")) == 40
    assert name in page.text
    assert theme in page.text


def form_id(page: Page) -> str:
    """The id that the form of the library carries."""
    (field,) = page.find("form[method=post] input[name=id]")
    return str(field.attrs["value"])


@pytest.mark.parametrize(
    ("asked", "found", "many"),
    [("?theme=debt", "Savings for a setback", 6), ("?q=EVICTION+prevented", "Evictions prevented", 1)],
)
def test_the_library_is_filtered_by_theme_and_text(desk: Desk, asked: str, found: str, many: int) -> None:
    page = desk.be().get(desk.at(f"indicators/library{asked}"))
    assert found in page.text
    assert len(page.find("input[name=keys]")) == many
    assert "No indicator fits" in desk.reader.get(desk.at("indicators/library?q=zzz")).text


def test_several_are_added_to_a_goal_at_once(desk: Desk) -> None:
    at = desk.at("indicators/library")
    sent = {"id": form_id(desk.be().get(at)), "goal_id": str(desk.goal), "keys": ["evictions", "loneliness"]}
    after = desk.reader.submit(at, sent)
    assert "2 indicators are added" in after.text
    desk.reader.post(at, sent)
    said = desk.definitions()
    assert [one.library_key for one in said] == ["evictions", "loneliness"]
    assert said[0].name == "Huisuitzettingen"  # the programme is Dutch
    again = desk.reader.get(at)
    assert again.text.count("Already added to G1") == 2


def test_one_that_is_added_is_completed_next(desk: Desk) -> None:
    at = desk.at("indicators/library")
    page = desk.be().get(f"{at}?goal_id={desk.goal}")
    (chosen,) = page.find("select[name=goal_id] option[selected]")
    sent = {"id": form_id(page), "goal_id": chosen.attrs["value"], "keys": ["work_steps"]}
    after = desk.reader.submit(at, sent)
    assert "Change the definition" in after.text


@pytest.mark.parametrize(
    ("more", "field"),
    [({"keys": []}, "keys"), ({"goal_id": ""}, "goal_id")],
)
def test_what_is_missing_is_said_and_the_ticks_stay(
    desk: Desk, more: dict[str, list[str] | str], field: str
) -> None:
    at = desk.at("indicators/library?theme=housing")
    sent: dict[str, list[str] | str] = {
        "id": str(desk.goal),
        "goal_id": str(desk.goal),
        "keys": ["evictions"],
    }
    sent |= more
    page = desk.be().post(at, sent, 400)
    assert f"#{field}" in page.links()
    assert len(page.find("input[name=keys]")) == 6
    assert len(page.find("input[name=keys][checked]")) == len(sent["keys"])


def test_what_the_library_does_not_have_is_not_found(desk: Desk) -> None:
    sent = {"id": str(desk.goal), "goal_id": str(desk.goal), "keys": ["nothing"]}
    desk.be().post(desk.at("indicators/library"), sent, 404)


def test_one_of_the_library_is_adapted_before_it_is_added(desk: Desk) -> None:
    where = f"{desk.new}?library=evictions&goal_id={desk.goal}"
    assert f"{desk.new}?library=evictions" in " ".join(desk.be().get(desk.at("indicators/library")).links())
    form = desk.reader.get(where).form(desk.new)
    assert (form["name"], form["library_key"], form["sdg-1-code"]) == (
        "Huisuitzettingen",
        "evictions",
        "11.1",
    )
    page = desk.reader.post(desk.new, {**form, "do": "add-period"}, 200)
    desk.reader.post(desk.new, {**page.form(desk.new), "name": "Uitzettingen"})
    (said,) = desk.definitions()
    assert (said.name, said.library_key, said.frequency) == ("Uitzettingen", "evictions", Frequency.QUARTERLY)
    assert said.breakdowns[0].key == "household"
    assert desk.reader.get(f"{desk.new}?library=nothing").form(desk.new)["name"] == ""


# --- The goals of the United Nations ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Decent work and economic growth"), ("nl", "Waardig werk en economische groei")],
)
def test_the_goals_of_the_united_nations_are_searched_by_everybody(
    desk: Desk, language: str, name: str
) -> None:
    reader = desk.be(desk.viewer, language)
    everything = reader.get(desk.at("indicators/sdg"))
    assert len(everything.find(".sdg__target")) == 169
    page = reader.get(desk.at("indicators/sdg?q=youth+not+in+employment"))
    assert len(page.find(".sdg__target")) == 1
    assert name in page.text
    assert "8.6.1" in page.text
    assert not reader.get(desk.at("indicators/sdg?q=zzz")).find(".sdg__target")
