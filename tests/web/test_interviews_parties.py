"""Pages of parties and respondents: who is heard, what they agreed to, and who is missing."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.factories import NOW, act_of, make_member, make_organisation
from tests.factories.interviews import (
    make_group,
    make_heard,
    make_interview,
    make_link,
    make_respondent,
    make_statement,
)
from tests.web.hearing import GROUP, PARTIES, PAYERS, SPOKESPERSON, Writing, at, make_goal, member, one
from tests.web.reader import Reader
from toc.domain.interviews import Guardian, Mode, Participation
from toc.domain.people import Helix, Part, Role
from toc.models.audit import AuditEvent
from toc.models.coding import CodingEnd
from toc.models.database import Database
from toc.models.goals import GoalSource
from toc.models.interviews import (
    Consent,
    Interview,
    Respondent,
    StakeholderGroup,
)
from toc.models.programmes import Partner, Programme
from toc.services import interviews

# --- Parties ------------------------------------------------------------------------------------------------


def test_without_parties_the_page_says_how_to_begin(evaluator: Reader, programme: Programme) -> None:
    page = evaluator.get(at(programme, "/interviews"))
    assert "No parties yet" in page.text
    assert at(programme, "/groups/new") in page.links()


def test_a_party_is_added_once(evaluator: Reader, programme: Programme, database: Database) -> None:
    address = at(programme, "/groups/new")
    form = {**evaluator.get(address).form(address), **GROUP}
    page = evaluator.submit(address, form)
    assert "Jongeren" in page.text
    evaluator.submit(address, form)
    group = one(database, programme, StakeholderGroup)
    assert (group.code, group.interest, group.influence, group.wanted_interviews) == (1, 5, None, 3)
    index = evaluator.get(at(programme, "/interviews"))
    assert "0 of 3 heard" in index.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Fill this in."),
        ("name", "Taken", "There is a party with this name already."),
        ("role_in_programme", "bel 06-12345678", "This looks like a personal detail (telephone number)"),
        ("role_in_programme", "111222333", "citizen service number"),
        ("helix", "moon", "Choose one of the possibilities."),
        ("interest", "6", "Fill in a number from 1 to 5."),
        ("wanted_interviews", "many", "number"),
        (
            "organisation_id",
            "00000000-0000-7000-8000-000000000009",
            "Choose an organisation that takes part in this programme.",
        ),
    ],
)
def test_what_is_not_right_about_a_party_is_said_at_its_field(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
    field: str,
    typed: str,
    said: str,
) -> None:
    with writing() as session:
        make_group(session, name="Taken")
    page = evaluator.post(at(programme, "/groups/new"), {**GROUP, "id": str(uuid4()), field: typed}, 400)
    assert said in page.text
    assert page.find(f"[data-error-summary] a[href='#{field}']")


def test_a_party_is_changed_and_a_conflict_shows_both_texts(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        partner = make_organisation(session, name="Kitchen Ltd")
        session.add(Partner(id=uuid4(), organisation=partner, part=Part.PROVIDER, created_at=NOW))
        group = make_group(session, name="Young")
    address = at(programme, f"/groups/{group.id}/edit")
    form = evaluator.get(address).form(address)
    theirs = {
        "interest": "4",
        "organisation_id": str(partner.id),
        "is_beneficiary": "1",
        "helix": "government",
        "role_in_programme": "They learn.",
    }
    saved = evaluator.submit(address, {**form, **theirs})
    assert "Kitchen Ltd" in saved.text
    page = evaluator.post(address, {**form, "name": "Young adults"}, 409)
    for words in (
        "Saved now: Young",
        "Saved now: 4",
        "Saved now: Kitchen Ltd",
        "Saved now: yes",
        "Saved now: government",
        "Saved now: They learn.",
    ):
        assert words in page.text
    again = page.form(address)
    assert again["name"] == "Young adults"
    assert "Young adults" in evaluator.submit(address, again).text
    assert "Fill this in." in evaluator.post(address, {**again, "name": ""}, 400).text


def test_a_conflict_says_no_and_empty_in_words(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        group = make_group(session)
    address = at(programme, f"/groups/{group.id}/edit")
    form = evaluator.get(address).form(address)
    evaluator.post(address, {**form, "name": "Other"})
    mine = {**form, "interest": "2", "is_beneficiary": "1"}
    page = evaluator.post(address, mine, 409)
    assert "Saved now: (empty)" in page.text
    assert "Saved now: no" in page.text


def test_respondents_show_how_far_they_are(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        group = make_group(session, name="Young")
        interview = make_heard(session, group, 1)[0]
        make_statement(session, interview, audience=None)
        make_interview(session, make_respondent(session, group), completed=False)
        refused = make_respondent(session, group, consent=False)
        town = make_respondent(session, group, kind=SPOKESPERSON, name="An de Vries")
    page = evaluator.get(at(programme, f"/groups/{group.id}"))
    rows = [" ".join(row.to_text().split()) for row in page.find("tbody tr")]
    assert "participant yes 1 complete 1 0" in rows[0]
    assert "yes begun 0 0" in rows[1]
    assert f"participant R{refused.code} participant no none yet" in rows[2]
    assert "An de Vries spokesperson" in rows[3]
    assert at(programme, f"/respondents/{town.id}") in page.links()


def test_an_empty_party_asks_for_its_first_respondent(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        group = make_group(session)
    page = evaluator.get(at(programme, f"/groups/{group.id}"))
    assert "Nobody yet" in page.text
    assert at(programme, f"/groups/{group.id}/respondents/new") in page.links()


# --- Respondents and consent --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"kind": "participant", "name": "Sam"}, "name", "A participant is protected"),
        ({"kind": "participant", "email": "sam@example.org"}, "name", "A participant is protected"),
        ({"kind": "spokesperson"}, "name", "fill in who it is"),
        ({"kind": "spokesperson", "name": "An 0612345678"}, "name", "telephone number"),
        ({"kind": ""}, "kind", "Choose one of the possibilities."),
    ],
)
def test_who_may_not_be_written_down_so_is_refused_with_a_reason(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
    typed: dict[str, str],
    field: str,
    said: str,
) -> None:
    with writing() as session:
        group = make_group(session)
    address = at(programme, f"/groups/{group.id}/respondents/new")
    page = evaluator.post(address, {"id": str(uuid4()), "language": "nl", **typed}, 400)
    assert said in page.text
    assert page.find(f"[data-error-summary] a[href='#{field}']")


def test_consent_comes_before_the_interview(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        group = make_group(session)
    new = at(programme, f"/groups/{group.id}/respondents/new")
    form = {**evaluator.get(new).form(new), "kind": "participant", "language": "nl"}
    page = evaluator.submit(new, form)
    respondent = one(database, programme, Respondent)
    assert (respondent.name, respondent.email) == ("", "")
    start = at(programme, f"/respondents/{respondent.id}/interviews")
    assert "First ask for consent." in page.text
    assert not [form for form in page.find("form") if form.attrs["action"] == start]
    early = evaluator.post(start, {"id": str(uuid4()), "held_on": "2026-01-05"}, 400)
    assert "Ask for consent first" in early.text
    consent = at(programme, f"/respondents/{respondent.id}/consent")
    fields = page.form(consent)
    assert "Choose one" in evaluator.post(consent, {**fields, "interview": "yes"}, 400).text
    page = evaluator.submit(consent, {**fields, "interview": "yes", "notes": "yes"})
    assert "They may be interviewed." in page.text
    assert "Mogen we je vragen stellen" in page.text, "in the language of the respondent"
    assert page.form(start)["held_on"]
    assert "Fill this in." in evaluator.post(start, {"id": str(uuid4())}, 400).text
    answers = evaluator.submit(start, page.form(start))
    assert "Wat speelt er nu in je leven?" in answers.text
    with database.read_session(programme.id) as session:
        kept = session.scalars(select(Consent)).all()
    assert {row.text.split("?")[0] for row in kept} == {
        "Mogen we je vragen stellen over dit programma",
        "Mogen we bewaren wat je zegt",
    }


def test_a_refusal_is_kept_and_ends_it(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        respondent = make_respondent(session, consent=None, language="en")
    consent = at(programme, f"/respondents/{respondent.id}/consent")
    page = evaluator.submit(consent, {"id": str(uuid4()), "interview": "no", "notes": "no"})
    assert "They may not be interviewed." in page.text
    assert "May we ask you about this programme?" in page.text
    assert "Start an interview" not in page.text
    address = at(programme, f"/respondents/{respondent.id}/interviews")
    refused = evaluator.post(address, {"id": str(uuid4()), "held_on": "2026-01-05"}, 400)
    assert "The answer about consent was no" in refused.text


def test_a_day_that_has_not_been_yet_is_refused(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        respondent = make_respondent(session)
    address = at(programme, f"/respondents/{respondent.id}/interviews")
    later = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    page = evaluator.post(address, {"id": str(uuid4()), "held_on": later}, 400)
    assert "This day has not been yet." in page.text


def test_a_personal_link_is_made_shown_and_stopped(
    evaluator: Reader, programme: Programme, writing: Writing
) -> None:
    with writing() as session:
        respondent = make_respondent(session)
        link = make_link(session, respondent)
    page = evaluator.get(at(programme, f"/respondents/{respondent.id}"))
    assert "It has not been opened yet." in page.text
    assert page.form(at(programme, f"/respondents/{respondent.id}/link"))["id"]
    stop = at(programme, f"/personal-links/{link.id}/revoke")
    page = evaluator.submit(stop, page.form(stop))
    assert "There is a link" not in page.text
    assert "Make a personal link" in page.text


def test_the_personal_link_speaks_the_language_that_was_chosen_later(
    evaluator: Reader, programme: Programme, database: Database, writing: Writing
) -> None:
    with writing() as session:
        respondent = make_respondent(session, language="nl")
        link = make_link(session, respondent)
    address = at(programme, f"/respondents/{respondent.id}/language")
    page = evaluator.get(at(programme, f"/respondents/{respondent.id}"))
    assert page.form(address)["language"] == "nl"
    assert "No guide asks" in evaluator.post(address, {"language": "tr"}, 400).text
    for _ in range(2):
        page = evaluator.submit(address, {"language": "en"})
        assert "are in this language" in page.text
    assert page.form(address)["language"] == "en"
    with database.read_session(programme.id) as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "respondent.language")).all()
        assert [event.detail for event in events] == [{"language": "en"}]
    evaluator.post(at(programme, f"/respondents/{uuid4()}/language"), {"language": "en"}, 404)
    evaluator.client.delete_cookie("language")
    (root,) = evaluator.open_link(link.id).get("/mine").find("html")
    assert root.attrs["lang"] == "en"


def test_who_is_younger_than_16_is_not_asked_before_a_guardian_agreed(
    evaluator: Reader, programme: Programme, database: Database, writing: Writing
) -> None:
    with writing() as session:
        group = make_group(session)
    new = at(programme, f"/groups/{group.id}/respondents/new")
    form = {**evaluator.get(new).form(new), "kind": "participant", "language": "nl", "needs_guardian": "1"}
    evaluator.submit(new, form)
    young = one(database, programme, Respondent)
    home = at(programme, f"/respondents/{young.id}")
    start = f"{home}/interviews"
    consent = {"id": str(uuid4()), "interview": "yes", "notes": "yes"}
    page = evaluator.submit(f"{home}/consent", consent)
    assert "until a parent or guardian agreed there is no interview" in page.text
    assert "First ask a parent or guardian." in page.text
    assert "They may be interviewed." not in page.text
    early = {"id": str(uuid4()), "held_on": "2026-01-05", "mode": "held", "variant": "plain"}
    assert "needs a parent or guardian to agree first" in evaluator.post(start, early, 400).text

    address = f"{home}/guardian"
    page = evaluator.get(address)
    assert "Mogen we uw kind" in page.text, "in the language of the respondent"
    fields = page.form(address)
    assert "Choose one" in evaluator.post(address, {**fields, "given": "yes"}, 400).text
    page = evaluator.submit(address, {**fields, "answered_by": "guardian", "given": "no"})
    assert "A parent or guardian said no. There is no interview." in page.text
    again = evaluator.get(address)
    page = evaluator.submit(address, {**again.form(address), "answered_by": "parent", "given": "yes"})
    assert "A parent or guardian agreed." in page.text
    assert page.form(start)["held_on"]
    shown = evaluator.get(address)
    for told in ("a parent", "a guardian", "Mogen we uw kind"):
        assert told in shown.text
    evaluator.submit(f"{address}/needed", {"needed": "no"})
    assert "Younger than 16?" in evaluator.get(home).text
    late = {"id": str(uuid4()), "answered_by": "parent", "given": "yes"}
    evaluator.post(address, late, 409)
    evaluator.post(f"{address}/needed", {}, 400)


@pytest.mark.parametrize("given", [None, False])
def test_the_personal_link_says_that_a_guardian_has_to_agree(
    reader: Reader, writing: Writing, *, given: bool | None
) -> None:
    with writing() as session:
        young = make_respondent(session, needs_guardian=True)
        make_statement(session, make_interview(session, young))
        if given is not None:
            interviews.record_guardian(
                session,
                act_of(None, Role.EVALUATOR),
                uuid4(),
                young.id,
                Guardian.PARENT,
                given=given,
                text="May they?",
            )
        link = make_link(session, young)
    mine = reader.use("nl").open_link(link.id)
    page = mine.get("/mine")
    assert "Een ouder of voogd moet ja zeggen" in page.text
    assert ("Je ouder of voogd zei nee." in page.text) is (given is False)
    assert "/mine/said" in page.links()
    mine.get("/mine/said")
    answer = mine.post("/mine/interviews", {"id": str(uuid4())}, 400)
    assert "ouder of voogd" in answer.text
    mine.use("en")
    assert "You are younger than 16" in mine.get("/mine").text


# --- The map and saturation ---------------------------------------------------------------------------------


def test_the_map_places_parties_and_says_who_is_missing(
    evaluator: Reader, programme: Programme, writing: Writing
) -> None:
    address = at(programme, "/stakeholders")
    assert "No parties yet" in evaluator.get(address).text
    with writing() as session:
        young = make_group(
            session,
            name="Jongeren met een lange naam die niet op één regel past",
            interest=5,
            influence=1,
            wanted_interviews=4,
            participation=Participation.ADVISER,
            is_affected=True,
        )
        make_group(session, name="Ouders", interest=5, influence=1, wanted_interviews=0)
        make_group(session, name="Gemeente", helix=Helix.GOVERNMENT)
        make_heard(session, young, 2)
        make_respondent(session, young, consent=None)
        make_respondent(session, young, consent=False)
        plan = make_respondent(session, young, kind=SPOKESPERSON, consent=None)
        make_interview(session, plan, mode=Mode.DOCUMENT)
    page = evaluator.get(address)
    assert "one person is still to be found; one person is still to be heard" in page.text
    assert "2 people have not answered the member check yet" in page.text
    assert "There is no party yet of: businesses and organisations, knowledge institutes." in page.text
    assert "No party is marked as those the programme is for." in page.text
    assert "one document was read" in page.text
    assert "adviser" in page.text
    boxes = [box for box in page.find("rect") if "map__box" in box.attrs["class"]]
    assert len(boxes) == 2, "the third has no place"
    tops = sorted((float(box.attrs["y"]), float(box.attrs["height"])) for box in boxes)
    assert tops[0][0] + tops[0][1] < tops[1][0], "two in one cell stand below each other"
    assert ["map__box--missing" in box.attrs["class"] for box in boxes] == [True, False]


@pytest.mark.parametrize("role", [*PARTIES, *PAYERS])
def test_who_reads_no_interviews_sees_parties_and_nothing_of_who_was_heard(
    reader: Reader, database: Database, programme: Programme, writing: Writing, role: Role
) -> None:
    with writing() as session:
        young = make_group(session, name="Jongeren", interest=5, influence=4, wanted_interviews=77)
        make_heard(session, young, 2)
    reader.use("en").sign_in(member(database, programme, role))
    page = reader.get(at(programme, "/stakeholders"))
    assert "Jongeren" in page.text
    assert "77" in page.text
    for word in ("heard of", "of 77", "Held", "Confirmed", "Planned", "Interest", "Influence"):
        assert word not in page.text


def test_a_party_that_needs_no_more_asking_is_not_missing(
    evaluator: Reader, programme: Programme, writing: Writing
) -> None:
    with writing() as session:
        for helix in Helix:
            party = make_group(session, helix=helix, is_beneficiary=True, wanted_interviews=1)
            make_statement(session, make_heard(session, party, 1)[0])
    page = evaluator.get(at(programme, "/stakeholders"))
    assert "Nobody: every party was heard" in page.text
    assert not page.find("svg.map__drawing")


def test_a_chart_a_table_and_a_sentence_say_whether_goals_are_still_new(
    evaluator: Reader, programme: Programme, writing: Writing
) -> None:
    address = at(programme, "/saturation")
    page = evaluator.get(address)
    assert "No interview was read for goals yet" in page.text
    with writing() as session:
        first, second, unread = make_heard(session, make_group(session, name="Jongeren"), 3)
        goal = make_goal(session, make_statement(session, first))
    page = evaluator.get(address)
    assert "The last interview still brought one new goal." in page.text
    with writing() as session:
        statement = make_statement(session, session.get_one(Interview, (programme.id, second.id)))
        session.add(GoalSource(id=uuid4(), goal_id=goal.id, statement=statement, created_at=NOW))
    page = evaluator.get(address)
    assert "No new goals in the last interview." in page.text
    assert "Jongeren (2 interviews, one goal): No new goals in the last interview." in page.text
    assert f"N{unread.code}" in page.text.split("Not read for goals yet")[1]
    (figure,) = [each for each in page.find("script") if each.attrs.get("data-chart") == "saturation"]
    bars, line = json.loads(figure.to_text())["data"]
    assert (bars["y"], line["y"]) == ([1, 0], [1, 1])
    with writing() as session:
        session.add(
            CodingEnd(
                id=uuid4(),
                interview=session.get_one(Interview, (programme.id, unread.id)),
                coder_id=make_member(session, programme, Role.EVALUATOR).id,
                created_at=NOW,
            )
        )
    assert "No new goals in the last 2 interviews." in evaluator.get(address).text


def test_interviews_without_any_goal_say_so(
    evaluator: Reader, programme: Programme, writing: Writing
) -> None:
    with writing() as session:
        coder = make_member(session, programme, Role.EVALUATOR).id
        interview = make_interview(session)
        session.add(CodingEnd(id=uuid4(), interview=interview, coder_id=coder, created_at=NOW))
    assert "No interview named a goal." in evaluator.get(at(programme, "/saturation")).text
