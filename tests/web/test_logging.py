"""Logging on pages: what waits, parts, drafts, taking back, proof, reviewing and closed periods."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_programme
from tests.factories.indicators import make_count, make_indicator, measure
from tests.factories.logging import SEX, close, make_site
from tests.statements import counting
from tests.web.reader import Page, Reader
from tests.web.test_indicators import RECENTLY, TODAY, World
from toc.domain.acts import Act
from toc.domain.indicators import Kind, ReviewStep
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.indicators import MeasurementDraft, MeasurementFile
from toc.models.people import Membership
from toc.models.programmes import Programme
from toc.services import indicators as service

LONG_AGO = TODAY - timedelta(days=200)


@pytest.fixture
def world(database: Database, programme: Programme, reader: Reader) -> World:
    return World(database, programme, reader)


def worker(world: World) -> Act:
    """The worker, doing something now."""
    return act_of(world.people[Role.WORKER], Role.WORKER, at=datetime.now(UTC))


def logged(world: World, indicator_id: UUID, *counted: int, on: object = RECENTLY) -> UUID:
    """A value that the worker logged."""

    def build(session: Session) -> UUID:
        indicator = service.locked(session, worker(world), indicator_id)[0]
        return measure(session, indicator, on, *counted, act=worker(world)).id  # type: ignore[arg-type] # a day

    return world.make(build)


def send(reader: Reader, address: str, values: Mapping[str, Any]) -> Page:
    """Send a form, and check the page that comes whatever it says."""
    page = Page(reader.client.post(address, data=values))
    if page.is_html and page.status == 400:
        page.check()
    return page


def late(world: World, **says: object) -> UUID:
    """An indicator of which a value was due."""
    return world.count(12, on=LONG_AGO, **says)


def decide(world: World, row_id: UUID, step: ReviewStep, remark: str = "") -> None:
    """Let the evaluator do something with a value."""
    act = act_of(world.people[Role.EVALUATOR], Role.EVALUATOR, at=datetime.now(UTC))
    world.make(lambda session: (service.review(session, act, uuid4(), [row_id], step, remark), uuid4())[1])


# --- To log now ---------------------------------------------------------------------------------------------


def test_who_logs_nothing_is_told_so_and_who_is_ready_too(world: World) -> None:
    assert "You log no values" in world.be(Role.COORDINATOR).get("/today").text
    assert "Nothing waits for you" in world.be(Role.WORKER).get("/today").text
    assert "/today" in world.be(Role.WORKER).get("/programmes").links()
    assert "/today" not in world.be(Role.COORDINATOR).get("/programmes").links()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_is_due_stands_there_with_its_form(world: World, language: str) -> None:
    late_id = late(world, name="Diplomas")
    world.count(60, name="Not due")
    page = world.be(Role.WORKER, language).get("/today")
    assert "Diplomas" in page.text
    assert "Not due" not in page.text
    form = page.form(f"/today/{world.programme.id}/{late_id}")
    assert (form["written"], form["on"], form["next"]) == (language, TODAY.isoformat(), "")
    assert page.find(f"#{page.find('[data-item]')[0].attrs['id']} input[inputmode=numeric]")


def test_without_script_a_value_is_saved_and_the_next_one_is_open(world: World) -> None:
    first, second = late(world, name="First"), late(world, name="Second")
    reader = world.be(Role.WORKER)
    at = f"/today/{world.programme.id}/{first}"
    form = reader.get("/today").form(at)
    assert form["next"] == str(second)
    page = send(reader, at, {**form, "value": "15"})
    assert page.location.startswith(f"/today?open={second}")
    shown = reader.get(f"/today?open={second}")
    assert "Saved." in shown.text
    assert len(shown.find("details.today__details[open]")) == 1
    send(reader, at, {**form, "value": "15"})
    assert len(world.measurements()) == 3  # two to be late with, and one for the form that was sent twice


def test_what_is_wrong_stands_at_the_value_that_was_typed(world: World) -> None:
    first = late(world, name="First")
    late(world, name="Second")
    reader = world.be(Role.WORKER)
    at = f"/today/{world.programme.id}/{first}"
    page = send(reader, at, {**reader.get("/today").form(at), "value": "1.5"})
    assert page.status == 400
    assert "whole things" in page.text
    assert page.form(at)["value"] == "1.5"
    assert f"#{first}-value" in page.links()


def test_a_script_gets_the_answer_as_data(world: World) -> None:
    indicator = late(world)
    reader = world.be(Role.WORKER)
    at = f"/today/{world.programme.id}/{indicator}"
    form = {**reader.get("/today").form(at), "value": "15"}
    asks = {"Accept": "application/json"}
    saved = reader.client.post(at, data=form, headers=asks)
    assert saved.get_json()["saved"] == form["id"]
    again = reader.client.post(at, data=form, headers=asks)
    assert again.get_json()["saved"] == form["id"]
    wrong = reader.client.post(at, data={**form, "id": str(uuid4()), "value": "x"}, headers=asks)
    assert (wrong.status_code, list(wrong.get_json()["fields"])) == (400, ["value"])
    other = {**form, "id": str(uuid4()), "value": "20"}
    taken = reader.client.post(at, data=other, headers=asks)
    theirs = taken.get_json()["theirs"]
    assert taken.status_code == 409
    assert (theirs["id"], theirs["by"]) == (form["id"], "The worker")
    assert theirs["value"].startswith("15")
    silent = reader.client.post(at, data={**other, "instead_of": theirs["id"]}, headers=asks)
    assert list(silent.get_json()["fields"]) == ["note"]
    put = {**other, "instead_of": theirs["id"], "note": "Counted again"}
    assert reader.client.post(at, data=put, headers=asks).get_json()["saved"] == other["id"]
    assert reader.client.post(at, data=put, headers=asks).get_json()["saved"] == other["id"]
    broken = reader.client.post(at, data={**put, "id": str(uuid4()), "instead_of": "x"}, headers=asks)
    assert broken.status_code == 400
    assert len(world.measurements()) == 3


def test_numbers_are_read_in_the_language_in_which_they_were_typed(world: World) -> None:
    indicator = late(world, kind=Kind.SUM)
    reader = world.be(Role.WORKER, "en")
    at = f"/today/{world.programme.id}/{indicator}"
    form = {**reader.get("/today").form(at), "value": "1,5", "written": "nl"}
    send(reader, at, form)
    assert str(world.measurements()[-1].value) == "1.5"


def test_the_token_and_the_script_for_without_a_connection(world: World) -> None:
    reader = world.be(Role.WORKER)
    said = reader.client.get("/today/token").get_json()
    assert said["who"] == str(world.people[Role.WORKER])
    assert said["token"]
    script = reader.client.get("/today/worker.js")
    assert script.mimetype == "text/javascript"
    assert script.headers["Service-Worker-Allowed"] == "/today"
    assert "worker-src 'self'" in script.headers["Content-Security-Policy"]


def test_what_came_back_and_what_was_begun_stand_above(world: World) -> None:
    row_id = logged(world, late(world), 30)
    decide(world, row_id, ReviewStep.RETURNED, "Counted twice?")
    indicator = late(world, name="Begun")
    reader, key = world.be(Role.WORKER), str(uuid4())
    at = world.at(f"indicators/{indicator}/measurements/new")
    page = send(reader, at, {"id": key, "on": TODAY.isoformat(), "value": "33", "draft": "1"})
    assert page.location == f"{at}?draft={key}"
    page = reader.get("/today")
    assert "Counted twice?" in page.text
    correction = world.at(f"measurements/{row_id}/correct")
    assert correction in page.links()
    assert "Remark: Counted twice?" in reader.get(correction).text
    assert f"{at}?draft={key}" in page.links()
    (begun,) = page.find("[aria-labelledby=begun-title] li")
    assert begun.to_text().strip().endswith(": 33")
    assert world.programme.name not in begun.to_text()  # there is one alone
    kept = reader.get(f"{at}?draft={key}")
    assert (kept.form(at)["value"], kept.form(at)["id"]) == ("33", key)
    assert f"{at}?draft={key}" in reader.get(at).links()
    send(reader, at, kept.form(at))
    with world.database.read_session(world.programme.id) as session:
        assert session.query(MeasurementDraft).count() == 0
    refused = send(reader, at, {"id": str(uuid4()), "note": "06-12345678", "draft": "1"})
    assert refused.status == 400


@pytest.mark.parametrize(
    ("language", "hint"),
    [("en", "Is the number right after all?"), ("nl", "Klopt het getal toch?")],
)
def test_what_came_back_may_be_right_as_it_is(world: World, language: str, hint: str) -> None:
    row_id = logged(world, late(world), 30)
    reader = world.be(Role.WORKER, language)
    at = world.at(f"measurements/{row_id}/correct")
    assert hint not in reader.get(at).text
    decide(world, row_id, ReviewStep.RETURNED, "Counted twice?")
    page = reader.get(at)
    assert hint in page.text
    assert send(reader, at, page.form(at)).status == 400  # it says why
    assert send(reader, at, {**page.form(at), "note": "No, once"}).status == 302
    assert [row.version for row in world.measurements() if row.note] == [2]


def test_what_came_back_and_waited_for_a_connection_may_be_right_as_it_is(world: World) -> None:
    indicator = late(world)
    reader = world.be(Role.WORKER)
    at = f"/today/{world.programme.id}/{indicator}"
    form = reader.get("/today").form(at)
    row_id = logged(world, indicator, 30, on=TODAY)
    decide(world, row_id, ReviewStep.RETURNED, "Counted twice?")
    asks = {"Accept": "application/json"}
    taken = reader.client.post(at, data={**form, "value": "30"}, headers=asks)
    assert (taken.status_code, taken.get_json()["theirs"]["id"]) == (409, str(row_id))
    put = {**form, "value": "30", "instead_of": str(row_id), "note": "Typed on a phone"}
    assert reader.client.post(at, data=put, headers=asks).get_json()["saved"] == form["id"]


def test_what_came_back_and_what_was_begun_name_their_programme_where_there_are_several(
    world: World,
) -> None:
    row_id = logged(world, late(world), 30)
    decide(world, row_id, ReviewStep.RETURNED, "Counted twice?")
    reader = world.be(Role.WORKER)
    kept = {
        ": 3 / 4": {"numerator": "3", "denominator": "4"},
        ": She cooks.": {"narrative": "She cooks."},
    }
    for number, typed in enumerate(kept.values()):
        at = world.at(f"indicators/{late(world, name=f'Begun {number}')}/measurements/new")
        send(reader, at, {"id": str(uuid4()), "on": TODAY.isoformat(), **typed, "draft": "1"})
    with world.database.writing() as session:
        other, me = make_programme(session), world.people[Role.WORKER]
        session.add(
            Membership(id=uuid4(), programme_id=other.id, user_id=me, role=Role.WORKER, created_at=NOW)
        )
    page = reader.get("/today")
    lines = [
        one.to_text()
        for one in page.find("[aria-labelledby=returned-title] li, [aria-labelledby=begun-title] li")
    ]
    assert len(lines) == 1 + len(kept)
    assert all(world.programme.name in line for line in lines)
    assert all(any(words in line for line in lines) for words in kept)


def test_a_draft_can_be_thrown_away(world: World) -> None:
    indicator, key = world.count(), str(uuid4())
    reader = world.be(Role.WORKER)
    send(reader, world.at(f"indicators/{indicator}/measurements/new"), {"id": key, "draft": "1"})
    assert send(reader, world.at(f"measurement-drafts/{key}/remove"), {}).location == "/today"
    assert send(reader, world.at(f"measurement-drafts/{key}/remove"), {}).status == 404


@pytest.mark.parametrize("many", [2, 12])
def test_the_page_takes_as_many_statements_however_much_waits(world: World, many: int) -> None:
    for number in range(many):
        late(world, name=f"Indicator {number}")
    reader = world.be(Role.WORKER)
    with counting(world.database.engine) as seen:
        reader.get("/today")
    assert len(seen) <= 12, len(seen)


def test_the_overview_counts_what_the_page_of_today_lists(world: World) -> None:
    decide(world, logged(world, late(world), 30, on=TODAY), ReviewStep.RETURNED, "Counted twice?")
    for number in range(2):
        late(world, name=f"Indicator {number}")
    reader = world.be(Role.WORKER, "en")
    (task,) = [one for one in reader.get(world.at("")).find(".todo a") if "Log" in one.to_text()]
    listed = reader.get("/today").find("[data-items] > li, [aria-labelledby=returned-title] li")
    assert task.attrs["href"] == "/today"
    assert task.to_text().endswith(f"({len(listed)})")
    assert len(listed) > 2


# --- Parts --------------------------------------------------------------------------------------------------


def test_groups_that_lack_somebody_are_refused_with_an_offer(world: World) -> None:
    indicator = world.count(breakdowns=(SEX,))
    reader, at = world.be(Role.WORKER), world.at(f"indicators/{indicator}/measurements/new")
    form = {**reader.get(at).form(at), "value": "12", "part-sex-f": "7", "part-sex-m": "4"}
    page = send(reader, at, form)
    assert page.status == 400
    assert "1 less than the whole" in page.text
    assert page.find("button[name=rest]")
    assert send(reader, at, {**form, "rest": "1"}).status == 302
    row = world.measurements()[0]
    shown = reader.get(world.at(f"measurements/{row.id}"))
    assert "unknown" in shown.text
    correction = reader.get(world.at(f"measurements/{row.id}/correct"))
    filled = correction.form(world.at(f"measurements/{row.id}/correct"))
    assert (filled["part-sex-f"], filled["part-sex-unknown"]) == ("7", "1")
    hidden = world.be(Role.FUNDER).get(world.at(f"measurements/{row.id}"))
    assert "There are numbers per group" in hidden.text
    assert world.at(f"indicators/{row.indicator_id}#measured") in hidden.links()


def test_groups_of_a_share_have_two_numbers(world: World) -> None:
    indicator = world.share(breakdowns=(SEX,))
    reader, at = world.be(Role.WORKER), world.at(f"indicators/{indicator}/measurements/new")
    form = {
        **reader.get(at).form(at),
        "numerator": "12",
        "denominator": "20",
        "part-sex-f": "7",
        "part-sex-f-of": "10",
    }
    half = send(reader, at, {**form, "part-sex-m": "1"})
    assert half.status == 400
    assert "Fill in both numbers" in half.text
    typo = send(reader, at, {**form, "part-sex-m": "x", "part-sex-m-of": "1"})
    assert "#part-sex-m" in typo.links()
    empty = send(reader, at, {**form, "numerator": "", "rest": "1"})
    assert "Fill in both numbers" in empty.text
    assert send(reader, at, {**form, "rest": "1"}).status == 302
    shown = reader.get(world.at(f"measurements/{world.measurements()[0].id}"))
    assert "5 of 10" in shown.text


def test_levels_words_and_yes_or_no(world: World) -> None:
    usual = {"baseline_value": None, "baseline_on": None, "target_value": None, "target_on": None}
    levels = world.make(
        lambda session: (
            make_indicator(
                session, definition=make_count(kind=Kind.ORDINAL, levels=("crisis", "stable"), **usual)
            ).id
        )
    )
    words = world.make(
        lambda session: make_indicator(session, definition=make_count(kind=Kind.NARRATIVE, **usual)).id
    )
    mean = world.make(
        lambda session: make_indicator(session, definition=make_count(kind=Kind.MEAN, **usual)).id
    )
    reader, on = world.be(Role.WORKER), {"on": RECENTLY.isoformat()}
    for indicator, typed, field in (
        (levels, {"level-1": "x"}, "#level-1"),
        (levels, {"level-1": "-1"}, "#level-1"),
        (levels, {}, "#level-1"),
        (words, {"narrative": ""}, "#narrative"),
        (mean, {"value": "3", "people": "1.5"}, "#people"),
        (mean, {"value": "3", "people": "x"}, "#people"),
        (mean, {"value": ""}, "#value"),
    ):
        at = world.at(f"indicators/{indicator}/measurements/new")
        page = send(reader, at, {"id": str(uuid4()), **on, **typed})
        assert page.status == 400
        assert field in page.links()
    for indicator, typed in (
        (levels, {"level-1": "2", "level-2": "5"}),
        (words, {"narrative": "She cooks for her street."}),
        (mean, {"value": "3.5", "people": "12", "missing": "2"}),
    ):
        at = world.at(f"indicators/{indicator}/measurements/new")
        assert send(reader, at, {"id": str(uuid4()), **on, **typed}).status == 302
    shown = [reader.get(world.at(f"measurements/{row.id}")).text for row in world.measurements()]
    assert any("2. " not in text and "crisis" in text and "stable" in text for text in shown)
    assert any("She cooks for her street." in text for text in shown)
    assert any("Participants without a value 2" in text for text in shown)


def test_a_site_is_chosen_and_what_lacks_is_said(world: World) -> None:
    indicator = late(world)
    north = world.make(lambda session: make_site(session, name="North").id)
    south = world.make(lambda session: make_site(session, name="South").id)
    reader = world.be(Role.WORKER)
    at = f"/today/{world.programme.id}/{indicator}"
    form = {**reader.get("/today").form(at), "value": "7", "site_id": str(north)}
    send(reader, at, form)
    page = reader.get("/today")
    assert "1 of 2 sites. Still to come: South." in page.text
    assert page.form(at)["site_id"] == str(south)
    send(reader, at, {**page.form(at), "value": "8"})
    assert "Nothing waits for you" in reader.get("/today").text


# --- Taking back and proof ----------------------------------------------------------------------------------


def test_a_value_is_taken_back_with_a_reason(world: World) -> None:
    row_id = logged(world, world.count(), 30)
    reader, at = world.be(Role.WORKER), world.at(f"measurements/{row_id}/take-back")
    assert send(reader, at, {**reader.get(at).form(at), "reason": ""}).status == 400
    assert send(reader, at, {**reader.get(at).form(at), "reason": "Call 06-12345678"}).status == 400
    assert send(reader, at, {**reader.get(at).form(at), "reason": "Counted elsewhere"}).status == 302
    assert send(reader, at, {**reader.get(at).form(at), "reason": "Again"}).status == 400
    void = next(row for row in world.measurements() if row.is_void)
    page = reader.get(world.at(f"measurements/{void.id}"))
    assert "This value was taken back" in page.text
    assert "took it back: Counted elsewhere" in page.text
    assert at not in page.links()


def _photo() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "SECRET-OWNER"
    Image.new("RGB", (30, 20), "red").save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def test_a_photo_goes_out_as_a_file_without_its_owner_and_not_to_who_pays(world: World) -> None:
    row_id = logged(world, world.count(), 30)
    reader, at = world.be(Role.WORKER), world.at(f"measurements/{row_id}/proof")
    form = reader.get(at).form(at)
    assert send(reader, at, form).status == 400
    assert send(reader, at, {**form, "url": "nowhere"}).status == 400
    sent = {**form, "file": (io.BytesIO(_photo()), "list.jpg")}
    assert reader.client.post(at, data=sent, content_type="multipart/form-data").status_code == 302
    link = {**form, "id": str(uuid4()), "url": "https://example.org/list", "name": "The list"}
    assert send(reader, at, link).status == 302
    page = reader.get(world.at(f"measurements/{row_id}"))
    assert {"list.jpg", "The list"} <= {one.to_text() for one in page.find("#proof a")}
    (url,) = [one for one in page.links() if "/proof/" in one]
    answer = reader.client.get(url)
    assert answer.headers["Content-Disposition"] == "attachment; filename=list.jpg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"SECRET" not in answer.data
    assert "list.jpg" not in world.be(Role.FUNDER).get(world.at(f"measurements/{row_id}")).text
    world.be(Role.FUNDER).get(url, 403)
    world.be(Role.WORKER).post(f"{url}/remove", {})
    world.be(Role.WORKER).get(url, 404)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "was approved with what shows it"), ("nl", "goedgekeurd met wat haar aantoont")],
)
def test_what_shows_an_approved_value_stays_with_a_sentence(
    world: World, language: str, sentence: str
) -> None:
    row_id = logged(world, world.count(), 30)
    reader, at = world.be(Role.WORKER).use(language), world.at(f"measurements/{row_id}/proof")
    assert send(reader, at, {**reader.get(at).form(at), "url": "https://example.org/list"}).status == 302
    here = world.at(f"measurements/{row_id}")
    (action,) = [one.attrs["action"] for one in reader.get(here).find("#proof form")]
    decide(world, row_id, ReviewStep.APPROVED)
    assert not reader.get(here).find("#proof form")
    assert send(reader, action, {}).location.endswith(here)
    page = reader.get(here)
    assert sentence in page.text
    assert page.find("#proof li a")


def test_a_photo_comes_with_the_value_or_neither_is_kept(world: World) -> None:
    indicator = world.count()
    reader, at = world.be(Role.WORKER), world.at(f"indicators/{indicator}/measurements/new")
    form = {**reader.get(at).form(at), "value": "7"}
    wrong = {**form, "proof": (io.BytesIO(b"<html>"), "list.jpg")}
    answer = reader.client.post(at, data=wrong, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert world.measurements() == []
    right = {**form, "proof": (io.BytesIO(_photo()), "list.jpg")}
    assert reader.client.post(at, data=right, content_type="multipart/form-data").status_code == 302
    with world.database.read_session(world.programme.id) as session:
        assert session.query(MeasurementFile).count() == 1


# --- Reviewing and closed periods ---------------------------------------------------------------------------


def test_several_are_approved_at_once_and_those_of_others_alone(world: World) -> None:
    indicator = world.count()
    rows = [logged(world, indicator, day, on=RECENTLY - timedelta(days=day)) for day in range(1, 4)]
    reader, at = world.be(Role.EVALUATOR), world.at("review")
    page = reader.get(at)
    assert len(page.find("input[name=measurement_id]")) == 3
    (action,) = [one.attrs["action"] for one in page.find("form.review")]
    form = page.form(action)
    nothing = send(reader, action, {**form, "step": "approved"})
    assert nothing.status == 400
    assert "Choose at least one value." in nothing.text
    broken = send(reader, action, {**form, "step": "approved", "measurement_id": "x"})
    assert broken.status == 400
    silent = send(reader, action, {**form, "step": "returned", "measurement_id": str(rows[0])})
    assert "#remark" in silent.links()
    assert silent.find("input[name=measurement_id][checked]")
    seen = send(reader, action, {**form, "step": "seen", "measurement_id": str(rows[0])})
    assert seen.status == 302
    assert "you saw it" in reader.get(at).text
    both = {**form, "id": str(uuid4()), "step": "approved", "measurement_id": [str(one) for one in rows[:2]]}
    assert send(reader, action, both).status == 302
    assert "2 values approved." in reader.get(at).text
    back = {**form, "id": str(uuid4()), "step": "returned", "measurement_id": str(rows[2]), "remark": "Sure?"}
    assert send(reader, action, back).status == 302
    assert "Sure?" in reader.get(f"{at}?state=returned").text
    assert len(reader.get(f"{at}?state=all&indicator_id={indicator}&page=x").find("tbody tr")) == 3
    history = world.be(Role.WORKER).get(world.at(f"measurements/{rows[2]}")).text
    assert "entered 3" in history
    assert "sent it back: Sure?" in history
    assert "Nothing here waits for you" in world.be(Role.COORDINATOR).get(at).text


def test_who_enters_and_reviews_chooses_nothing_of_their_own(world: World) -> None:
    evaluator = act_of(world.people[Role.EVALUATOR], Role.WORKER, at=datetime.now(UTC))
    indicator = world.count()
    world.make(
        lambda session: (
            measure(session, service.locked(session, evaluator, indicator)[0], RECENTLY, 5, act=evaluator).id
        )
    )
    page = world.be(Role.EVALUATOR).get(world.at("review"))
    assert "You entered this yourself." in page.text
    assert not page.find("button[name=step]")


@pytest.mark.parametrize(
    ("language", "task", "menu", "waits"),
    [
        ("en", "Review the values that were submitted (2)", "Review (2)", "2 values wait for review"),
        (
            "nl",
            "Beoordeel de waarden die zijn ingediend (2)",
            "Beoordelen (2)",
            "2 waarden wachten op beoordeling",
        ),
    ],
)
def test_how_much_waits_is_said_to_who_may_review(
    world: World, language: str, task: str, menu: str, waits: str
) -> None:
    first = logged(world, world.count(), 30)
    for _ in range(2):
        logged(world, world.count(), 31)
    decide(world, first, ReviewStep.APPROVED)

    def linked(role: Role, path: str) -> set[str]:
        page = world.be(role).use(language).get(world.at(path))
        return {one.to_text().strip() for one in page.find("a")}

    for role in (Role.COORDINATOR, Role.EVALUATOR):
        assert {task, menu} <= linked(role, "")
        links = linked(role, "measurements")
        assert menu in links
        assert any(one.startswith(waits) for one in links)
        assert menu in linked(role, "review")
    for role in set(Role) - {Role.COORDINATOR, Role.EVALUATOR}:
        for path in ("", "measurements"):
            assert not [one for one in linked(role, path) if one.startswith((task, menu, waits))]


def test_a_long_list_has_pages(world: World) -> None:
    indicator = world.count()

    def build(session: Session) -> UUID:
        found = service.locked(session, worker(world), indicator)[0]
        for day in range(1, 53):
            measure(session, found, TODAY - timedelta(days=day), day, act=worker(world))
        return indicator

    world.make(build)
    reader = world.be(Role.EVALUATOR)
    first = reader.get(world.at("review"))
    assert "1 to 50 of 52" in first.text
    assert "51 to 52 of 52" in reader.get(world.at("review?page=2")).text


def test_a_closed_period_says_who_can_open_it(world: World) -> None:
    indicator = world.count()
    act = act_of(world.people[Role.COORDINATOR], Role.COORDINATOR, at=datetime.now(UTC))
    world.make(lambda session: close(session, RECENTLY - timedelta(days=9), RECENTLY, replace(act)).id)
    reader, at = world.be(Role.WORKER), world.at(f"indicators/{indicator}/measurements/new")
    page = send(reader, at, {**reader.get(at).form(at), "on": RECENTLY.isoformat(), "value": "3"})
    assert page.status == 400
    assert "A coordinator or the evaluator can open it again." in page.text
    shown = reader.get(world.at("periods"))
    assert "closed now" in shown.text
    assert not shown.find("form[action$=periods]")


def test_a_period_is_closed_and_opened_again(world: World) -> None:
    row_id = logged(world, world.count(), 5)
    reader, at = world.be(Role.COORDINATOR), world.at("periods")
    days = {"starts_on": (RECENTLY - timedelta(days=9)).isoformat(), "ends_on": RECENTLY.isoformat()}
    form = {**reader.get(at).form(at), **days}
    assert "No period was closed yet." in reader.get(at).text
    assert send(reader, at, {**form, "ends_on": "2020-01-01", "verb": "lock"}).status == 400
    assert send(reader, at, {**form, "verb": "lock"}).status == 302
    silent = send(reader, at, {**reader.get(at).form(at), **days, "verb": "open"})
    assert "#reason" in silent.links()
    opened = {**reader.get(at).form(at), **days, "verb": "open", "reason": "A list was found"}
    assert send(reader, at, opened).status == 302
    assert "A list was found" in reader.get(at).text
    worker_, correct = world.be(Role.WORKER), world.at(f"measurements/{row_id}/correct")
    right = {**worker_.get(correct).form(correct), "value": "6", "note": "One more"}
    assert send(worker_, correct, right).status == 302
    newest = world.measurements()[-1]
    assert "after its period had been closed once" in worker_.get(world.at(f"measurements/{newest.id}")).text
    assert (
        "entered after the period was closed"
        in reader.sign_in(world.people[Role.COORDINATOR]).get(world.at("review")).text
    )
