"""Pages about evidence: what each says, what each form does, and that every key has a sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.factories import TODAY, act_of, make_member
from tests.factories.evidence import (
    add_edition,
    complete_tree,
    make_goal,
    make_item,
    make_rung_2,
    make_study,
    review_level_1,
    sign_rung,
)
from tests.statements import counting
from tests.web.reader import Reader
from toc.domain.acts import Act
from toc.domain.evidence import (
    BY_ID,
    COMPARISONS,
    CRITERIA,
    DEFAULTS,
    Basis,
    Design,
    Direction,
    Effect,
    Evidence,
    Finding,
    Independence,
    Outcome,
    Part,
    Peer,
    PlanLock,
    ReplicationFacts,
    Scale,
    ScalingFacts,
    SmallSample,
    Status,
    Study,
    Thresholds,
    TreeFacts,
    Why,
    recorded,
)
from toc.domain.evidence import derive as derive_rung
from toc.domain.indicators import Status as GoalStatus
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.evidence import AssessmentRecord, Attestation, EvidenceItem, GoalReview
from toc.models.evidence import Study as StudyRow
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import evidence as service
from toc.web import texts
from toc.web.evidence.criteria import why_words
from toc.web.evidence.fields import NUMBERS, QUALITY, REVIEWS, asked
from toc.web.evidence.ladder import LOOK, beside, remark
from toc.web.texts import evidence as words


@dataclass(frozen=True)
class Place:
    """A programme with evidence, and the people around it."""

    programme: Programme
    goal: UUID
    study: UUID
    other_study: UUID
    """Not signed yet."""
    record: UUID
    evaluator: User
    """Signed; did not enter the studies."""
    researcher: User
    """Entered the studies."""
    viewer: User

    def at(self, path: str) -> str:
        return f"/p/{self.programme.id}{path}"

    @property
    def goal_page(self) -> str:
        return self.at(f"/goals/{self.goal}/evidence")

    def study_page(self, rest: str = "") -> str:
        return self.at(f"/studies/{self.other_study}{rest}")


@pytest.fixture
def place(database: Database, programme: Programme) -> Place:
    with database.writing(programme.id) as session:
        goal, study, evaluator = make_rung_2(session, programme)
        researcher = session.get_one(User, study.entered_by_id)
        researcher.name = "Res Earcher"
        other = make_study(session, goal, design=Design.QED, by=researcher)
        make_item(session, goal, url="https://example.org/report")
        record = sign_rung(session, goal, evaluator)
        viewer = make_member(session, programme, Role.VIEWER)
        return Place(programme, goal.id, study.id, other.id, record.id, evaluator, researcher, viewer)


@pytest.fixture
def evaluator(reader: Reader, place: Place) -> Reader:
    return reader.use("en").sign_in(place.evaluator)


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def rung_of(database: Database, place: Place) -> int:
    with database.read_session(place.programme.id) as session:
        return service.assess(session, place.goal, TODAY).rung


# --- Reading ------------------------------------------------------------------------------------------------


def test_the_list_shows_every_goal_with_its_rung_and_what_the_next_one_needs(
    evaluator: Reader, place: Place
) -> None:
    page = evaluator.get(place.at("/evidence"))
    assert "2 Change measured" in page.text
    assert "The evaluator is independent, declared conflicts of interest, and signed." in page.text
    assert place.goal_page in page.links()


def test_an_empty_list_says_what_belongs_here(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        user = make_member(session, programme, Role.VIEWER)
    page = reader.use("en").sign_in(user).get(f"/p/{programme.id}/evidence")
    assert "No goals yet" in page.text


def test_the_page_of_a_goal_explains_its_rung(evaluator: Reader, place: Place) -> None:
    page = evaluator.get(place.goal_page)
    text = page.text
    assert "Rung 2: Change measured." in text
    assert "+12 percentage points (95% interval 3 to 21)" in text
    assert "our threshold" in text
    assert "at least 20 people measured before and after (Early Intervention Foundation)" in text
    assert "Still needed for rung 3" in text
    assert "roughly comparable to" in text
    assert "Paid work experience helps most young people" in text
    assert "Signed by Eva Luator" in text
    assert "The judgement is still the same." in text
    rows = {element.attrs["id"] for element in page.find(".criterion")}
    assert rows == {f"criterion-{one.id.replace('.', '-')}" for one in CRITERIA}


def test_every_anchor_of_the_ladder_is_there(evaluator: Reader, place: Place) -> None:
    page = evaluator.get(place.goal_page)
    ids = {element.attrs["id"] for element in page.find("[id]")}
    assert {link[1:] for link in page.links() if link.startswith("#")} <= ids


def test_a_goal_without_anything_invites_to_begin(
    evaluator: Reader, database: Database, place: Place
) -> None:
    with database.writing(place.programme.id) as session:
        goal = make_goal(session, wording="Nothing yet")
    text = evaluator.get(place.at(f"/goals/{goal.id}/evidence")).text
    assert "Rung 0: Not founded yet." in text
    assert "No study yet" in text
    assert "Nobody has signed this rung." in text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("role", list(Role))
def test_everybody_in_the_programme_reads_in_both_languages_but_only_an_evaluator_gets_buttons(
    reader: Reader, database: Database, place: Place, language: str, role: Role
) -> None:
    with database.writing(place.programme.id) as session:
        user = make_member(session, place.programme, role)
    reader.use(language).sign_in(user)
    for path in (
        place.at("/evidence"),
        place.goal_page,
        place.at(f"/studies/{place.study}"),
        place.at(f"/assessments/{place.record}"),
    ):
        page = reader.get(path)
        assert page.find("html")[0].attrs["lang"] == language
    links = reader.get(place.goal_page).links()
    for only_evaluators in (f"/goals/{place.goal}/studies/new", f"/goals/{place.goal}/evidence/sign"):
        assert (place.at(only_evaluators) in links) is (role is Role.EVALUATOR)


def test_a_viewer_may_not_write_and_a_stranger_finds_nothing(
    reader: Reader, database: Database, place: Place
) -> None:
    reader.sign_in(place.viewer)
    reader.get(place.at(f"/goals/{place.goal}/studies/new"), 403)
    reader.post(place.study_page("/sign"), status=403)
    with database.writing() as session:
        stranger = make_member(session, place.programme)
    reader.sign_in(stranger).get(place.goal_page, 404)


def test_what_is_not_there_is_not_found(evaluator: Reader, place: Place) -> None:
    for path in (
        f"/goals/{uuid4()}/evidence",
        f"/goals/{uuid4()}/evidence/attest",
        f"/goals/{uuid4()}/evidence/review",
        f"/goals/{uuid4()}/evidence/sign",
        f"/goals/{uuid4()}/studies/new",
        f"/studies/{uuid4()}",
        f"/studies/{uuid4()}/edit",
        f"/assessments/{uuid4()}",
    ):
        evaluator.get(place.at(path), 404)
    evaluator.post(place.at(f"/goals/{uuid4()}/evidence/items/new"), status=404)


def test_the_page_of_a_study_says_what_was_found_and_who_may_sign(evaluator: Reader, place: Place) -> None:
    text = evaluator.get(place.study_page()).text
    assert "+12 percentage points (95% interval 3 to 21)" in text
    assert "120 with and 118 without" in text
    assert "Entered by Res Earcher. Somebody else has to sign." in text
    assert "Not signed yet" in text
    assert "carries no rung yet" in text
    assert "Nobody has signed it yet." in text


def test_the_picture_of_effects_is_named_and_has_its_table(evaluator: Reader, place: Place) -> None:
    page = evaluator.get(place.goal_page)
    (picture,) = page.find("svg.effects__picture")
    assert "E1: +12 percentage points (95% interval 3 to 21)" in picture.to_text()
    assert len(picture.query(".effects__interval")) == 2


def test_effects_in_other_units_get_a_picture_of_their_own(
    evaluator: Reader, database: Database, place: Place
) -> None:
    with database.writing(place.programme.id) as session:
        goal = service.goal_head(session, _act(place), place.goal).goal
        make_study(
            session, goal, scale="number", unit="hours", estimate=None, low=-4.0, high=-1.5,
            higher_is_better=False,
        )  # fmt: skip
        make_study(session, goal, scale="deviation", estimate=0.3, low=0.1, high=0.5)
    page = evaluator.get(place.goal_page)
    assert len(page.find("svg.effects__picture")) == 3
    assert "\u22124 to \u22121.5 hours (95% interval)" in page.text
    assert "+0.3 standard deviations (95% interval 0.1 to 0.5)" in page.text


def _act(place: Place) -> Act:
    return act_of(place.evaluator, Role.EVALUATOR)


def test_a_signed_rung_is_kept_and_shows_what_changed_since(
    evaluator: Reader, database: Database, place: Place
) -> None:
    page = evaluator.get(place.at(f"/assessments/{place.record}"))
    assert "as rung 2 (Change measured)" in page.text
    assert "The judgement is still the same." in page.text
    evaluator.post(place.at(f"/studies/{place.study}/revoke"), {"reason": "The wrong year."})
    page = evaluator.get(place.at(f"/assessments/{place.record}"))
    assert "Now derived: rung 1 (Well founded)." in page.text
    assert "2.7 Somebody who did not enter the data signed the study. Now: not met." in page.text
    assert "A signature was taken back." in evaluator.get(place.goal_page).text
    with database.writing(place.programme.id) as session:
        sign_rung(session, service.goal_head(session, _act(place), place.goal).goal, place.evaluator)
    assert "All signatures under this goal" in evaluator.get(place.at(f"/assessments/{place.record}")).text


def test_a_record_that_was_tampered_with_says_so(evaluator: Reader, database: Database, place: Place) -> None:
    with database.writing(place.programme.id) as session:
        signed = session.get_one(AssessmentRecord, (place.programme.id, place.record))
        names = ("goal_id", "goal_edition_id", "statuses", "ladder_version", "signed_by_id", "sha256")
        copy = {name: getattr(signed, name) for name in names}
        bad = AssessmentRecord(id=uuid4(), rung=5, inputs="{}", at=signed.at.replace(year=2026), **copy)
        session.add(bad)
        session.flush()
        record_id = bad.id
    for path in (place.at(f"/assessments/{record_id}"), place.goal_page):
        assert "no longer has the hash" in evaluator.get(path).text


@pytest.mark.parametrize("many", [10, 200])
def test_pages_take_the_same_statements_for_few_and_many_goals(
    evaluator: Reader, database: Database, place: Place, many: int
) -> None:
    with database.writing(place.programme.id) as session:
        for number in range(many):
            goal = make_goal(session, wording=f"Goal {number}")
            if number % 5 == 0:
                make_study(session, goal)
    evaluator.get(place.at("/evidence"))  # whether it is a demo is asked once per process
    pages = {
        place.at("/evidence"): 10,
        place.goal_page: 11,
        place.at(f"/assessments/{place.record}"): 11,
        place.study_page(): 18,
    }
    for path, most in pages.items():
        with counting(database.engine) as sent:
            evaluator.get(path)
        assert len(sent) <= most, (path, len(sent), sent)


# --- Studies ------------------------------------------------------------------------------------------------


def test_a_study_is_typed_in_in_three_steps_and_signed_by_somebody_else(
    reader: Reader, database: Database, place: Place
) -> None:
    with database.writing(place.programme.id) as session:
        goal = complete_tree(session)
        review_level_1(session, goal, place.evaluator)
    reader.use("en").sign_in(place.researcher)
    new = place.at(f"/goals/{goal.id}/studies/new")
    form = reader.get(new).form(new) | {
        "title": "Group 1 to 3",
        "source": "Report 2025, page 12",
        "design": "pre_post",
        "measured_on": "2025-03-01",
    }
    page = reader.submit(new, form)
    study_id = form["id"]
    numbers = place.at(f"/studies/{study_id}/edit/numbers")
    assert page.form(numbers)["scale"] == "share"
    form = page.form(numbers) | {
        "estimate": "12", "low": "3", "high": "21.5", "n_paired": "48", "response": "80",
    }  # fmt: skip
    page = reader.submit(numbers, form)
    quality = place.at(f"/studies/{study_id}/edit/quality")
    answers = {
        "plan_lock": "before_outcomes",
        "same_instrument": "yes",
        "instrument_quality": "yes",
        "nonresponse_compared": "yes",
        "harm_unresolved": "no",
    }
    page = reader.submit(quality, page.form(quality) | answers)
    assert "The study is saved." in page.body
    assert "+12 percentage points (95% interval 3 to 21.5)" in page.text
    with database.read_session(place.programme.id) as session:
        facts = session.get_one(StudyRow, (place.programme.id, UUID(study_id))).facts
    assert facts == {
        "scale": "share", "higher_is_better": True, "estimate": 0.12, "low": 0.03, "high": 0.215,
        "confidence": 0.95, "n_paired": 48, "response": 0.8, "plan_lock": "before_outcomes",
        "same_instrument": True, "instrument_quality": True, "nonresponse_compared": True,
        "harm_unresolved": False,
    }  # fmt: skip
    sign = place.at(f"/studies/{study_id}/sign")
    assert "Ask another evaluator to sign it." in reader.get(sign).text
    reader.sign_in(place.evaluator)
    page = reader.submit(sign, reader.get(sign).form(sign) | {"confirmed": "1"})
    assert "Signed by Eva Luator" in page.text
    with database.read_session(place.programme.id) as session:
        assert service.assess(session, goal.id, TODAY).rung == 2


def test_what_was_typed_comes_back_in_the_language_of_the_page(evaluator: Reader, place: Place) -> None:
    numbers = place.study_page("/edit/numbers")
    assert evaluator.get(numbers).form(numbers)["max_baseline_es"] == "0.1"
    form = evaluator.use("nl").get(numbers).form(numbers)
    assert (form["max_baseline_es"], form["estimate"], form["attrition_diff"]) == ("0,1", "12", "2")
    evaluator.post(numbers, form)
    again = evaluator.get(numbers).form(numbers)
    assert again == form | {"revision": "2", "csrf_token": again["csrf_token"]}  # a token holds the second


def test_a_study_is_changed_and_mistakes_are_shown_at_their_field(evaluator: Reader, place: Place) -> None:
    edit = place.study_page("/edit")
    form = evaluator.get(edit).form(edit)
    page = evaluator.post(edit, form | {"measured_on": "2099-01-01"}, 400)
    assert "This day is still to come." in page.text
    page = evaluator.submit(edit, form | {"title": "Another title"})
    assert "Another title" in page.text
    new = place.at(f"/goals/{place.goal}/studies/new")
    page = evaluator.post(new, {"id": str(uuid4()), "measured_on": "2099-01-01"}, 400)
    assert "Fill this in." in page.text
    typed = evaluator.get(new).form(new) | {"title": "t", "source": "s", "design": "rct"}
    assert "still to come" in evaluator.post(new, typed | {"measured_on": "2099-01-01"}, 400).text
    numbers = place.study_page("/edit/numbers")
    form = evaluator.get(numbers).form(numbers)
    assert "Fill in both ends" in evaluator.post(numbers, form | {"high": ""}, 400).text
    assert "between 0 and 100 percent" in evaluator.post(numbers, form | {"response": "800"}, 400).text
    assert "Fill in a whole number." in evaluator.post(numbers, form | {"n1": "2.5"}, 400).text
    quality = place.study_page("/edit/quality")
    page = evaluator.post(quality, {"adjusted": "perhaps"}, 400)
    assert "Choose one of the possibilities." in page.text


def test_two_people_who_edit_at_once_both_keep_their_text(evaluator: Reader, place: Place) -> None:
    edit, numbers = place.study_page("/edit"), place.study_page("/edit/numbers")
    what, facts = evaluator.get(edit).form(edit), evaluator.get(numbers).form(numbers)
    evaluator.post(edit, what | {"title": "First"})
    page = evaluator.post(edit, what | {"title": "Second"}, 409)
    assert "First" in page.text
    assert "Second" in page.text
    again = page.form(edit)
    assert again["revision"] == "2"
    evaluator.post(edit, again)
    page = evaluator.post(numbers, facts | {"n1": "121"}, 409)
    assert page.form(numbers)["n1"] == "121"
    assert "People analysed in the programme group" in page.text


def test_a_signed_study_is_not_changed(evaluator: Reader, place: Place) -> None:
    edit = place.at(f"/studies/{place.study}/edit")
    page = evaluator.get(edit)
    assert "This study is signed" in page.text
    assert "This study is signed" in evaluator.post(edit, page.form(edit), 409).text
    numbers = f"{edit}/numbers"
    evaluator.post(numbers, evaluator.get(numbers).form(numbers), 409)
    assert "Signed by Eva Luator" in evaluator.get(place.at(f"/studies/{place.study}/sign")).text


def test_a_signature_needs_the_box_and_another_person_and_is_taken_back_for_a_reason(
    reader: Reader, database: Database, place: Place
) -> None:
    sign, revoke = place.study_page("/sign"), place.study_page("/revoke")
    reader.use("en").sign_in(place.researcher)
    reader.post(sign, {"confirmed": "1", "revision": "1"}, 400)
    reader.sign_in(place.evaluator)
    assert "Fill this in." in reader.post(sign, {"revision": "1"}, 400).text
    reader.post(sign, {"confirmed": "1", "revision": "7"}, 409)
    assert "There is no signature to take back." in reader.get(revoke).text
    reader.post(revoke, {"reason": "Why not."}, 409)
    reader.post(sign, {"confirmed": "1", "revision": "1"})
    assert rung_of(database, place) == 3
    reader.post(revoke, {"reason": ""}, 400)
    page = reader.submit(revoke, reader.get(revoke).form(revoke) | {"reason": "The wrong year."})
    assert "The wrong year." in page.text
    assert rung_of(database, place) == 2


def test_a_study_of_an_earlier_wording_is_carried_over_with_a_reason(
    evaluator: Reader, database: Database, place: Place
) -> None:
    path = place.at(f"/studies/{place.study}")
    assert "is about the goal as it is worded now already" in evaluator.get(f"{path}/edition").text
    evaluator.post(f"{path}/edition", {"id": str(uuid4()), "reason": "x"}, 409)
    with database.writing(place.programme.id) as session:
        goal = service.goal_head(session, _act(place), place.goal).goal
        add_edition(session, goal, wording="Young people keep a job for half a year")
    assert "about an earlier wording" in evaluator.get(path).text
    evaluator.post(f"{path}/edition", {"id": str(uuid4()), "reason": ""}, 400)
    form = evaluator.get(f"{path}/edition").form(f"{path}/edition")
    page = evaluator.submit(f"{path}/edition", form | {"reason": "The same job, only longer."})
    assert "The same job, only longer." in page.text
    assert rung_of(database, place) == 2


# --- A goal as a whole --------------------------------------------------------------------------------------


def test_a_criterion_is_attested_with_a_reason_and_the_name_is_shown(
    evaluator: Reader, database: Database, place: Place
) -> None:
    attest = place.at(f"/goals/{place.goal}/evidence/attest")
    page = evaluator.get(f"{attest}?criterion=4.5")
    assert "The cost per participant is known" in page.text
    form = page.form(attest) | {"met": "yes", "reason": "In the annual account, page 3."}
    assert form["criterion"] == "4.5"
    page = evaluator.submit(attest, form)
    assert "Eva Luator finds that it is met: “In the annual account, page 3.”" in page.text
    evaluator.post(attest, form)
    with database.read_session(place.programme.id) as session:
        assert session.query(Attestation).count() == 1
    sign = place.at(f"/goals/{place.goal}/evidence/sign")
    assert "4.5 met: Eva Luator, “In the annual account, page 3.”" in evaluator.get(sign).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"met": ""}, "Choose one of the possibilities."),
        ({"reason": ""}, "Fill this in."),
        ({"criterion": "2.7"}, "it asks for a signature of its own"),
        ({"criterion": "2.3"}, "Choose the study that this is about"),
    ],
)
def test_an_attestation_that_cannot_be_kept_is_explained(
    evaluator: Reader, place: Place, changes: dict[str, str], sentence: str
) -> None:
    attest = place.at(f"/goals/{place.goal}/evidence/attest")
    form = {"id": str(uuid4()), "criterion": "4.5", "met": "yes", "reason": "Seen."}
    assert sentence in evaluator.post(attest, form | changes, 400).text
    evaluator.post(attest, form | {"criterion": "2.3", "study": str(uuid4())}, 404)


def test_a_criterion_of_a_study_shows_how_it_stands(evaluator: Reader, place: Place) -> None:
    attest = place.at(f"/goals/{place.goal}/evidence/attest")
    page = evaluator.get(f"{attest}?criterion=3.1&study={place.other_study}")
    assert "How it stands now" in page.text
    assert page.form(attest)["study"] == str(place.other_study)


def test_the_three_reviews_are_recorded(evaluator: Reader, database: Database, place: Place) -> None:
    base = place.at(f"/goals/{place.goal}/evidence")
    answers: dict[str, dict[str, str]] = {
        "repeats": {"same_core_components": "yes", "unreported_studies": "1"},
        "scaling": {"manual_reviewed_on": "2025-01-31", "fidelity_by_site": "85; 90.5%", "erosion": "no"},
    }
    for part, typed in answers.items():
        page = evaluator.submit(
            f"{base}/{part}", evaluator.get(f"{base}/{part}").form(f"{base}/{part}") | typed
        )
        assert "The review is saved." in page.body
    with database.read_session(place.programme.id) as session:
        found = service.find_review(session, place.goal)
        assert found is not None
        assert found.facts["replication"] == {"same_core_components": True, "unreported_studies": 1}
        assert found.facts["scaling"] == {
            "manual_reviewed_on": "2025-01-31", "fidelity_by_site": [0.85, 0.905], "erosion": False,
        }  # fmt: skip
    form = evaluator.get(f"{base}/scaling").form(f"{base}/scaling")
    assert form["fidelity_by_site"] == "85; 90.5"
    assert "A registered study is past its date" in evaluator.get(place.goal_page).text


def test_a_review_that_cannot_be_kept_is_explained(
    evaluator: Reader, database: Database, place: Place
) -> None:
    base = place.at(f"/goals/{place.goal}/evidence")
    assert "Rung 1 is signed" in evaluator.get(f"{base}/review").text
    form = evaluator.get(f"{base}/review").form(f"{base}/review")
    evaluator.post(f"{base}/review", form | {"plausible": "4"}, 409)
    form = evaluator.get(f"{base}/scaling").form(f"{base}/scaling")
    page = evaluator.post(f"{base}/scaling", form | {"fidelity_by_site": "many"}, 400)
    assert page.find("#fidelity_by_site-error")
    page = evaluator.post(f"{base}/scaling", form | {"fidelity_by_site": "850"}, 400)
    assert page.find("#fidelity_by_site-error")
    assert evaluator.post(f"{base}/scaling", form | {"sites_positive": "-1"}, 400).find(
        "#sites_positive-error"
    )
    evaluator.post(f"{base}/scaling", form | {"training": "yes"})
    page = evaluator.post(f"{base}/scaling", form | {"training": "no"}, 409)
    assert "There is training for those who deliver it" in page.text
    with database.read_session(place.programme.id) as session:
        assert session.query(GoalReview).one().facts["scaling"] == {"training": True}


def test_a_pooled_effect_that_a_seed_wrote_survives_the_form(
    evaluator: Reader, database: Database, place: Place
) -> None:
    with database.writing(place.programme.id) as session:
        pooled = {"pooled": {"low": 0.1, "high": 0.2}}
        service.record_review(session, _act(place), place.goal, Part.REPLICATION, pooled, revision=2)
    path = place.at(f"/goals/{place.goal}/evidence/repeats")
    evaluator.post(path, evaluator.get(path).form(path) | {"cost_recorded": "yes"})
    with database.read_session(place.programme.id) as session:
        facts = session.query(GoalReview).one().facts["replication"]
    assert facts == {"pooled": {"low": 0.1, "high": 0.2}, "cost_recorded": True}


def test_rung_1_is_signed_when_it_is_complete_and_the_signature_is_taken_back(
    evaluator: Reader, database: Database, place: Place
) -> None:
    with database.writing(place.programme.id) as session:
        goal = complete_tree(session)
    base = place.at(f"/goals/{goal.id}/evidence")
    sign = f"{base}/review/sign"
    assert "Not every criterion of rung 1 is met yet." in evaluator.get(sign).text
    evaluator.post(sign, {"confirmed": "1"}, 409)
    with database.writing(place.programme.id) as session:
        review_level_1(session, goal, place.evaluator, sign=False)
    assert "This is the programme's own statement" in evaluator.get(base).text
    assert "An evaluator reviews rung 1 and signs it." in evaluator.get(base).text
    assert "An evaluator reviews rung 1 and signs it." in evaluator.get(place.at("/evidence")).text
    evaluator.post(sign, {}, 400)
    page = evaluator.submit(sign, evaluator.get(sign).form(sign) | {"confirmed": "1"})
    assert "Rung 1 was reviewed and signed by Eva Luator" in page.text
    assert "Rung 1 is signed" in evaluator.get(sign).text
    revoke = f"{base}/review/revoke"
    evaluator.post(revoke, {}, 400)
    page = evaluator.submit(revoke, {"reason": "A party was not heard."})
    assert "A party was not heard." in page.text
    assert "There is no signature to take back." in evaluator.get(revoke).text
    evaluator.post(revoke, {"reason": "Again."}, 409)


def test_a_document_is_kept_and_an_unsafe_address_refused(
    evaluator: Reader, database: Database, place: Place
) -> None:
    path = place.at(f"/goals/{place.goal}/evidence/items/new")
    form = evaluator.get(path).form(path) | {
        "title": "A report", "source": "Bureau, 2020", "finding": "It does not help.", "supports": "no",
    }  # fmt: skip
    page = evaluator.post(path, form | {"url": "javascript:alert(1)"}, 400)
    assert page.find("#url-error")
    assert evaluator.post(path, form | {"supports": ""}, 400).find("#supports-error")
    page = evaluator.submit(path, form)
    assert "Against: It does not help." in page.text
    with database.read_session(place.programme.id) as session:
        assert session.query(EvidenceItem).count() == 2


def test_the_rung_is_signed_as_it_was_read(evaluator: Reader, database: Database, place: Place) -> None:
    sign = place.at(f"/goals/{place.goal}/evidence/sign")
    form = evaluator.get(sign).form(sign)
    evaluator.post(sign, form, 400)
    evaluator.post(sign, form | {"confirmed": "1", "sha256": "0" * 64}, 409)
    page = evaluator.submit(sign, form | {"confirmed": "1"})
    assert form["sha256"] in page.text
    evaluator.post(sign, form | {"confirmed": "1"})
    with database.read_session(place.programme.id) as session:
        assert session.query(AssessmentRecord).count() == 2


# --- Every key has its sentence -----------------------------------------------------------------------------


def test_every_key_that_the_domain_gives_has_a_sentence() -> None:
    facts = {
        one.name
        for kind in (TreeFacts, Study, ReplicationFacts, ScalingFacts, Effect)
        for one in fields(kind)
    }
    facts |= recorded.STUDY_NAMES | recorded.SHOWN.keys() | {"level3_studies"}
    for names in recorded.REVIEW_NAMES.values():
        facts |= names
    facts -= {"id", "age_months"}
    keys = {one.sentence for one in CRITERIA} | {f"evidence.source.{one.source}" for one in CRITERIA}
    keys |= {one.key for one in Why} | {one.key for one in Status}
    keys |= {f"evidence.fact.{name}" for name in facts}
    keys |= {f"evidence.threshold.{one.name}" for one in fields(Thresholds)}
    keys |= {f"evidence.source.{DEFAULTS.source(one.name)}" for one in fields(Thresholds)}
    keys |= {"evidence.source.programme"}
    keys |= {f"evidence.rung.{number}" for number in range(6)}
    keys |= {f"evidence.sure.{number}" for number in range(6)}
    keys |= {
        f"peer.{row.peer}.{label}" for row in COMPARISONS for label in (row.lowest, row.highest) if label
    }
    keys |= {f"peer.note.{row.note}" for row in COMPARISONS if row.note}
    assert not keys - texts.SENTENCES.keys()


@pytest.mark.parametrize(
    "kind",
    [Basis, Design, Direction, Independence, Outcome, Part, Peer, PlanLock, Scale, SmallSample, Status],
)
def test_every_member_has_its_word(kind: type) -> None:
    assert set(texts.WORDS[kind]) == set(kind)  # type: ignore[call-overload] # an enumeration lists its members


def test_every_error_of_the_domain_and_the_services_has_a_sentence() -> None:
    root = Path(service.__file__).parents[2]
    sources = [*(root / "domain" / "evidence").glob("*.py"), *(root / "services" / "evidence").glob("*.py")]
    text = "\n".join(source.read_text() for source in sources)
    keys = set(re.findall(r'(?:DomainError|Conflict)\("(evidence\.\w+)"', text))
    keys |= {f"evidence.{key}" for key in re.findall(r'_refuse(?:_unless)?\([^)]*?"(\w+)"', text)}
    keys |= {f"evidence.{key}" for key in re.findall(r'_refused\("(\w+)"', text)}
    assert len(keys) > 15
    assert not {key for key in keys if key not in texts.SENTENCES}


def test_every_status_has_its_look() -> None:
    assert set(LOOK) == set(Status)


@pytest.mark.usefixtures("english")
def test_every_rung_stands_beside_the_other_ladders_without_an_award() -> None:
    for rung in range(6):
        rows = beside(rung)
        assert len(rows) == len(Peer)
        assert all(row.words.startswith(("roughly", "nothing")) for row in rows)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("design", list(Design))
def test_every_question_has_words_and_a_place_in_the_facts(design: Design) -> None:
    for one in asked((*NUMBERS, *QUALITY), design):
        assert one.label
        assert one.name in recorded.STUDY_NAMES | recorded.SHOWN.keys()
    for part, questions in REVIEWS.items():
        assert {one.name for one in questions} <= recorded.REVIEW_NAMES[part]


@pytest.mark.usefixtures("english")
def test_every_reason_is_a_sentence_with_its_numbers() -> None:
    params: dict[Why, dict[str, int | float | str]] = {
        Why.ATTESTED: {"by": "command", "reason": "Seen."},
        Why.ATTESTED_NOT: {"by": "nobody", "reason": "Not so."},
        Why.COUNT: {"value": 3, "total": 4},
        Why.MINIMUM: {"value": 0.55, "limit": 0.6},
        Why.SMALL_SAMPLE: {"value": 12, "limit": 20, "basis": "all_participants"},
        Why.CONFIDENCE_TOO_LOW: {"value": 0.9, "limit": 0.95},
        Why.NOT_CORRECTED: {"total": 3},
        Why.FEW_CLUSTERS: {"value": 4, "limit": 10},
        Why.MANUAL_OVERDUE: {"value": 27.4, "limit": 24},
    }
    interval: dict[str, int | float | str] = {"low": 0.03, "high": 0.21, "smallest": 0.25}
    baseline: dict[str, int | float | str] = {"value": 0.1, "limit": 0.25}
    attrition: dict[str, int | float | str] = {
        "overall": 0.082,
        "differential": 0.021,
        "boundary": "cautious",
    }
    for why in Why:
        usual: dict[str, int | float | str] = {}
        if why.value.startswith("interval"):
            usual = dict(interval)
        elif why.value.startswith("baseline"):
            usual = dict(baseline)
        elif why.value.startswith("attrition"):
            usual = dict(attrition)
        finding = Finding(
            criterion=BY_ID["2.3"],
            outcome=Outcome.NOT_MET,
            basis=Basis.COMPUTED,
            why=why,
            params=params.get(why, usual),
        )
        study = StudyRow(facts={"scale": "share"})
        assert "%(" not in why_words(finding, {}, study)
    said = Finding(
        criterion=BY_ID["3.4"], outcome=Outcome.MET, basis=Basis.COMPUTED, why=Why.ATTRITION_LOW,
        params=attrition,
    )  # fmt: skip
    assert why_words(said, {}, None) == (
        "8.2% dropped out, with a difference of 2.1 percentage points between the groups: "
        "low by the cautious boundary."
    )
    assert why_words(replace(said, why=Why.ATTESTED, params=params[Why.ATTESTED]), {}, None).startswith(
        "the import finds"
    )


@pytest.mark.usefixtures("english")
def test_reached_and_by_us_are_kept_apart() -> None:
    assert "not shown to be ours" in remark(GoalStatus.REACHED, 2)
    assert "makes the difference" in remark(GoalStatus.REACHED, 3)
    assert "Not reached yet" in remark(GoalStatus.BEHIND, 3)
    assert remark(GoalStatus.BEHIND, 2) == ""
    assert remark(GoalStatus.NO_DATA, 3) == ""
    assert remark(None, 0) == ""


@pytest.mark.usefixtures("english")
def test_an_effect_is_said_in_words() -> None:
    assert words.effect_words(None, Scale.SHARE) == ""
    effect = Effect(estimate=-0.123, low=-0.2, high=0.0)
    assert (
        words.effect_words(effect, Scale.SHARE) == "\u221212.3 percentage points (95% interval \u221220 to 0)"
    )
    assert words.effect_words(Effect(low=1, high=2.5), Scale.NUMBER, "hours") == (
        "1 to 2.5 hours (95% interval)"
    )
    assert words.effect_words(Effect(estimate=2, low=1, high=3), Scale.NUMBER) == "+2 (95% interval 1 to 3)"


def test_all_criteria_of_nothing_recorded_can_be_said(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "nl"}):
        for finding in derive_rung(Evidence()).findings:
            assert why_words(finding, {}, None)
            for name in finding.facts:
                assert texts.sentence(f"evidence.fact.{name}")
