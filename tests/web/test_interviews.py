"""Interviews on pages: who is heard, what is asked, what was said, and who may read it."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member, make_organisation
from tests.factories.interviews import (
    QUESTION,
    answer_id,
    make_group,
    make_heard,
    make_interview,
    make_link,
    make_respondent,
    make_statement,
)
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.goals import Standing
from toc.domain.indicators import Status
from toc.domain.interviews import Attribution, Audience, Guardian, Mode, Participation, RespondentKind
from toc.domain.people import Helix, Part, Role
from toc.models.audit import AuditEvent
from toc.models.coding import CodingEnd
from toc.models.database import Database
from toc.models.findings import Finding
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.interviews import (
    Consent,
    Interview,
    Respondent,
    StakeholderGroup,
    Statement,
    StatementDecision,
)
from toc.models.programmes import Partner, Programme
from toc.services import interviews

Writing = Callable[[], AbstractContextManager[Session]]

SPOKESPERSON = RespondentKind.SPOKESPERSON
PARTIES = (Role.COORDINATOR, Role.WORKER, Role.VIEWER, Role.STAKEHOLDER)
PAYERS = (Role.FUNDER, Role.INVESTOR)
GROUP = {"name": "Jongeren", "helix": "citizens", "interest": "5", "influence": "", "wanted_interviews": "3"}


@pytest.fixture
def evaluator(database: Database, programme: Programme, reader: Reader) -> Reader:
    """The evaluator, reading English."""
    return reader.use("en").sign_in(member(database, programme, Role.EVALUATOR))


@pytest.fixture
def writing(database: Database, programme: Programme) -> Writing:
    """What is done before the page is opened: `with writing() as session`."""
    return lambda: database.writing(programme.id)


def member(database: Database, programme: Programme, *roles: Role) -> UUID:
    with database.writing(programme.id) as session:
        return make_member(session, programme, *roles).id


def one(database: Database, programme: Programme, table: type[Any]) -> Any:  # noqa: ANN401 - the only row of any table
    with database.read_session(programme.id) as session:
        return session.scalars(select(table)).one()


def at(programme: Programme, path: str) -> str:
    return f"/p/{programme.id}{path}"


def make_goal(session: Session, statement: Statement, *, wording: str = "Work") -> Goal:
    goal = Goal(id=uuid4(), code=1, created_at=NOW)
    session.add_all(
        [
            goal,
            GoalEdition(
                id=uuid4(), goal=goal, number=1, wording=wording, standing=Standing.STATED, created_at=NOW
            ),
            GoalSource(id=uuid4(), goal=goal, statement=statement, created_at=NOW),
        ]
    )
    session.flush()
    return goal


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


# --- The guide ----------------------------------------------------------------------------------------------


def test_a_guide_gets_a_new_edition_and_a_conflict_shows_both(
    evaluator: Reader, programme: Programme
) -> None:
    address = at(programme, "/guides/participant")
    page = evaluator.get(address)
    assert len(page.find("fieldset")) == 4
    assert "This is edition 1." in page.text
    form = sent(page, address)
    added = evaluator.post(address, {**form, "add": "1"}, 200)
    assert "Not saved yet" in added.text
    shorter = sent(added, address)
    shorter |= {"nl": ["Hoe gaat het?", *form["nl"][1:3], "", "Nog iets?"], "en": [*form["en"], ""]}
    shorter["en"][3:5] = ["", "Anything else?"]
    page = evaluator.submit(address, shorter)
    assert "This is edition 2." in page.text
    assert "Nog iets?" in page.text
    assert len(page.find("fieldset")) == 4
    stale = evaluator.post(address, {**form, "nl": ["Wat speelt er?", *form["nl"][1:]]}, 409)
    assert "Saved now: Hoe gaat het?" in stale.text
    assert "Wat speelt er?" in stale.text
    again = evaluator.submit(address, sent(stale, address))
    assert "This is edition 3." in again.text


def test_questions_move_and_go_and_languages_come_before_anything_is_saved(
    evaluator: Reader, programme: Programme
) -> None:
    address = at(programme, "/guides/participant")
    form = sent(evaluator.get(address), address)
    first, second = form["nl"][:2]
    assert sent(evaluator.post(address, {**form, "down": "0"}, 200), address)["nl"][:2] == [second, first]
    assert sent(evaluator.post(address, {**form, "up": "1"}, 200), address)["nl"][:2] == [second, first]
    assert sent(evaluator.post(address, {**form, "remove": "0"}, 200), address)["nl"] == form["nl"][1:]
    assert sent(evaluator.post(address, {**form, "remove": "77"}, 200), address)["nl"] == form["nl"]
    page = evaluator.get(address)
    for new in ("tr", "ar"):
        page = evaluator.post(address, {**form, "add_language": "1", "new_language": new}, 200)
        form = sent(page, address)
    (arabic,) = [each for each in page.find("textarea") if each.attrs["id"] == "ar-1"]
    assert arabic.parent.parent.parent.attrs["dir"] == "rtl"
    assert "العربية" in page.text
    assert (
        sent(evaluator.post(address, {**form, "add_language": "1", "new_language": "qq"}, 200), address)
        == form
    )
    form["tr"][0], form["ar"][1] = "Neden böyle?", "كيف؟"
    page = evaluator.post(address, {**form, "drop_language": "ar"}, 200)
    assert "ar" not in sent(page, address)
    page = evaluator.submit(address, form)
    assert "Neden böyle?" in page.text
    paper = evaluator.get(f"{address}/print?language=tr")
    assert "Neden böyle?" in paper.text
    assert form["en"][1] in paper.text or form["nl"][1] in paper.text
    assert "Neden böyle?" not in evaluator.get(f"{address}/print?edition=1&language=tr").text
    evaluator.get(f"{address}/print?edition=9", 404)


def test_a_guide_goes_out_as_files_and_comes_in_with_the_reason_when_it_cannot(
    evaluator: Reader, programme: Programme
) -> None:
    address = at(programme, "/guides/spokesperson")
    out = evaluator.client.get(f"{address}/export.json?variant=appreciative")
    assert out.headers["Content-Disposition"].endswith('guide-spokesperson-appreciative-1.json"')
    text = evaluator.client.get(f"{address}/export.txt").get_data(as_text=True)
    assert "1. What is your part in this programme?" in text
    assert "1. Wat is uw rol in dit programma?" in text
    evaluator.get(f"{address}/export.docx", 404)
    evaluator.get(f"{address}?variant=other", 404)
    into = f"{address}/import"

    def bring(content: bytes, revision: str, status: int) -> str:
        data = {"revision": revision, "file": (BytesIO(content), "guide.json")}
        answer = evaluator.client.post(into, data=data, content_type="multipart/form-data")
        assert answer.status_code == status
        return answer.get_data(as_text=True)

    assert "cannot be read as JSON" in bring(b"\xff\xfe", "1", 400)
    assert "at most 256 kB" in bring(b" " * 300_000, "1", 400)
    assert "no questions" in bring(b"{}", "1", 400)
    assert "Choose a file first." in evaluator.post(into, {"revision": "1"}, 400).text
    bring(out.data, "1", 302)
    page = evaluator.get(address)
    assert "This is edition 2." in page.text
    assert "What already works well, and for whom?" in page.text
    assert "Somebody else changed this" in bring(out.data, "1", 409)


def test_a_guide_that_is_not_right_keeps_what_was_typed(evaluator: Reader, programme: Programme) -> None:
    address = at(programme, "/guides/spokesperson")
    page = evaluator.post(address, {"revision": "1", "key": [""], "nl": ["Alleen zo?"], "en": [""]}, 400)
    assert "Question 1 needs its text in Dutch and in English." in page.text
    assert "Alleen zo?" in page.text
    evaluator.get(at(programme, "/guides/nobody"), 404)


def test_whoever_speaks_another_language_reads_the_questions_in_it_when_they_are_there(
    evaluator: Reader, programme: Programme, writing: Writing
) -> None:
    by = act_of(None, Role.EVALUATOR)
    with writing() as session:
        respondent = make_respondent(session, language="ar")
        _, asked = interviews.guide_questions(session, RespondentKind.PARTICIPANT)
        questions = [{**asked[0], "ar": "ماذا يحدث؟"}, *asked[1:]]
        interviews.edit_guide(session, by, RespondentKind.PARTICIPANT, questions, 1)
        link = make_link(session, respondent)
    page = evaluator.get(at(programme, f"/respondents/{respondent.id}"))
    assert "العربية" in page.text
    assert "May we ask you about this programme?" in page.text, "asked in the language of the page"
    new = at(programme, f"/groups/{respondent.group_id}/respondents/new")
    fields = {"id": str(uuid4()), "kind": "participant", "name": "", "email": ""}
    assert "No guide asks" in evaluator.post(new, {**fields, "language": "tr"}, 400).text
    evaluator.submit(new, {**fields, "language": "ar"})
    evaluator.open_link(link.id)
    address = evaluator.post("/mine/interviews", {"id": str(uuid4())}).location
    page = evaluator.get(f"{address}/1")
    (question,) = page.find("h1")
    assert (question.attrs["lang"], question.attrs["dir"]) == ("ar", "rtl")
    assert question.to_text().strip() == "ماذا يحدث؟"
    page = evaluator.submit(f"{address}/1", {"answer": "عمل", "revision": "0"})
    (question,) = page.find("h1")
    assert (question.attrs["lang"], question.attrs["dir"]) == ("en", "ltr"), "the rest as on the page"
    assert "ماذا يحدث؟" in evaluator.get(f"{address}/review").text
    evaluator.submit(f"{address}/send", {})
    sent = evaluator.get(address)
    assert [each.attrs["dir"] for each in sent.find("h3.answer__question")][:2] == ["rtl", "ltr"]


# --- An answer that is kept while it is typed ---------------------------------------------------------------


def test_an_answer_is_kept_while_it_is_typed_and_two_do_not_overwrite_each_other(
    evaluator: Reader, programme: Programme, writing: Writing
) -> None:
    with writing() as session:
        interview = make_interview(session, completed=False, mode=Mode.PEER)
        alone = make_interview(session, completed=False, mode=Mode.ALONE)
        read = make_interview(session, mode=Mode.TRANSCRIPT)
    path = f"/interviews/{interview.id}/answers"
    address = at(programme, f"{path}/{QUESTION}")
    page = evaluator.get(at(programme, path))
    assert "Guide for participants, edition 1" in page.text

    def keep(status: int, address: str = address, **typed: str) -> Any:  # noqa: ANN401 - what JSON holds
        answer = evaluator.client.post(address, data=typed)
        assert answer.status_code == status
        return answer.get_json()

    kept = keep(200, answer="Ik wil werk.", revision="1")
    assert kept == {"revision": 2}
    assert keep(200, answer="Ik wil werk.", revision="1") == {"revision": 2}, "sent again, kept once"
    theirs = keep(409, answer="Ik wil rust.", revision="1")
    assert theirs == {"theirs": "Ik wil werk.", "revision": 2}
    assert "point" in keep(400, answer="Bel 0612345678", revision="2")["sentence"]
    assert keep(200, answer="Bel 0612345678", revision="2", kept="1") == {"revision": 3}
    assert "sentence" in keep(400, revision="3")
    keep(404, address=at(programme, f"{path}/nothing"), answer="x", revision="0")
    for other in (alone, read):
        evaluator.post(at(programme, f"/interviews/{other.id}/answers/{QUESTION}"), {"answer": "x"}, 409)


def sent(page: Page, address: str) -> dict[str, Any]:
    """Return a form whose fields come more than once."""
    (form,) = [each for each in page.find("form") if each.attrs.get("action") == address]
    values: dict[str, Any] = {}
    for field in form.query("input, textarea"):
        name = field.attrs.get("name")
        text = field.to_text() if field.name == "textarea" else field.attrs.get("value") or ""
        if field.name == "textarea" or name in {"key", "language"}:
            values.setdefault(name, []).append(text.strip())
        elif name:
            values[name] = text
    return values


# --- Holding an interview -----------------------------------------------------------------------------------


def test_answers_are_saved_and_completed(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session, text="", completed=False)
    show = at(programme, f"/interviews/{interview.id}")
    address = f"{show}/answers"
    assert "Nothing has been written down yet." in evaluator.get(show).text
    form = evaluator.get(address).form(address)
    nothing = evaluator.post(address, {**form, "complete": "1"}, 400)
    assert "Nothing has been answered yet." in nothing.text
    page = evaluator.submit(address, {**form, f"answer_{QUESTION}": "Ik zoek werk.\nEn rust."})
    assert "Saved." in page.text
    assert "Ik zoek werk." in evaluator.get(show).text
    done = evaluator.submit(address, {**page.form(address), "complete": "1"})
    assert "Complete. Now mark the sentences that matter." in done.text
    assert one(database, programme, Interview).submitted_at is not None


def test_two_who_type_the_same_answer_both_see_it(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session, text="Eerst.")
    address = at(programme, f"/interviews/{interview.id}/answers")
    form, field = evaluator.get(address).form(address), f"answer_{QUESTION}"
    evaluator.post(address, {**form, field: "Toen."})
    page = evaluator.post(address, {**form, field: "Nu."}, 409)
    assert "Toen." in page.text
    assert "Nu." in page.text
    chosen = evaluator.submit(address, page.form(address))
    assert chosen.form(address)[field].strip() == "Nu."


def test_a_personal_number_is_refused_unless_it_is_none(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session, text="")
    address = at(programme, f"/interviews/{interview.id}/answers")
    form = {**evaluator.get(address).form(address), f"answer_{QUESTION}": "Lijn 0612345678 is mijn bus."}
    assert "kept" not in form
    page = evaluator.post(address, form, 400)
    assert page.find(f"[data-error-summary] a[href='#answer_{QUESTION}']")
    evaluator.submit(address, {**form, "kept": "1"})
    bsn = {**evaluator.get(address).form(address), f"answer_{QUESTION}": "111222333", "kept": "1"}
    assert "citizen service number" in evaluator.post(address, bsn, 400).text


def test_sentences_are_marked_by_tick_and_by_selection(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session, text="Ik wil 😀 werk. En rust.")
    show = at(programme, f"/interviews/{interview.id}")
    address, answer = f"{show}/statements", answer_id(interview)
    page = evaluator.get(show)
    boxes = page.find("input[name=sentence]")
    assert [box.attrs["value"] for box in boxes] == [f"{answer}:0:14", f"{answer}:15:23"]
    # A browser counts an emoji as two.
    assert [span.attrs["data-start"] for span in page.find("[data-start]")] == ["0", "16"]
    form = {**page.form(address), "sentence": boxes[1].attrs["value"]}
    page = evaluator.submit(address, form)
    assert "One sentence is marked." in page.text
    assert evaluator.submit(address, form).text.count("“En rust.”") == 1
    form = {**page.form(address), "selection": f"{answer}:10:14"}
    page = evaluator.submit(address, form)
    assert "“werk”" in page.text
    with database.read_session(programme.id) as session:
        codes = session.execute(select(Statement.code, Statement.text).order_by(Statement.code)).all()
    assert [tuple(row) for row in codes] == [(1, "En rust."), (2, "werk")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose at least one sentence."),
        ({"id": ""}, "Choose at least one sentence."),
        ({"sentence": "x:0:4"}, "does not lie in the answer"),
        ({"sentence": "{answer}:0"}, "does not lie in the answer"),
        ({"sentence": "{answer}:0:999999999999999999999"}, "does not lie in the answer"),
        ({"selection": "{answer}:0:a"}, "does not lie in the answer"),
        ({"selection": "x:0:4"}, "does not lie in the answer"),
    ],
)
def test_what_cannot_be_marked_is_refused_in_words(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
    typed: dict[str, str],
    said: str,
) -> None:
    with writing() as session:
        interview = make_interview(session)
        make_statement(session, interview)
    sent_ = {name: value.replace("{answer}", str(answer_id(interview))) for name, value in typed.items()}
    address = at(programme, f"/interviews/{interview.id}/statements")
    assert said in evaluator.post(address, {"id": str(uuid4()), **sent_}, 400).text


def test_marking_too_early_is_a_conflict(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session, completed=False)
    form = {"id": str(uuid4()), "sentence": f"{answer_id(interview)}:0:12"}
    page = evaluator.post(at(programme, f"/interviews/{interview.id}/statements"), form, 409)
    assert "Complete the interview first." in page.text


def test_a_mark_is_taken_away_while_nobody_decided(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session)
        mistake = make_statement(session, interview, audience=None)
        decided = make_statement(session, interview, sentence=1)
    show = evaluator.get(at(programme, f"/interviews/{interview.id}"))
    address = at(programme, f"/statements/{mistake.id}/unmark")
    evaluator.post(address, {}, 409)
    evaluator.submit(address, show.form(address))
    evaluator.post(at(programme, f"/statements/{decided.id}/unmark"), {"revision": "1"}, 409)
    assert one(database, programme, Statement).id == decided.id


def test_somebody_elses_own_words_are_read_after_they_are_sent_and_never_changed(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        draft = make_interview(session, mode=Mode.ALONE, completed=False, text="Nog niet af.")
        sent_ = make_interview(session, mode=Mode.ALONE, text="Verstuurd.")
    page = evaluator.get(at(programme, f"/interviews/{draft.id}"))
    assert "They are still filling this in." in page.text
    assert "Nog niet af." not in page.body
    page = evaluator.get(at(programme, f"/interviews/{sent_.id}"))
    assert "Verstuurd." in page.text
    assert "Mend the answers" not in page.text
    for interview in (draft, sent_):
        evaluator.get(at(programme, f"/interviews/{interview.id}/answers"), 409)
        evaluator.post(at(programme, f"/interviews/{interview.id}/answers"), {}, 409)


def test_an_answer_that_was_taken_back_shows_a_gap(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session)
        statement = make_statement(session, interview)
        make_statement(session, interview, sentence=1, audience=None)
        goal = make_goal(session, statement)
        edition = session.scalars(select(GoalEdition)).one()
        finding = Finding(
            id=uuid4(),
            code=4,
            goal=goal,
            goal_edition=edition,
            text="Found.",
            status=Status.REACHED,
            rung=1,
            published_at=NOW,
        )
        session.add(finding)
    page = evaluator.get(at(programme, f"/statements/{statement.id}"))
    address = at(programme, f"/statements/{statement.id}/withdraw")
    evaluator.post(address, {}, 400)
    page = evaluator.submit(address, page.form(address))
    assert "Ik wil werk." not in page.body
    assert "[taken back]" in page.text
    assert f"U{statement.code} taken back on" in page.text
    evaluator.get(at(programme, f"/statements/{statement.id}"), 404)
    index = evaluator.get(at(programme, "/interviews"))
    assert "Finding F4" in index.text
    assert at(programme, f"/findings/{finding.id}") in index.links()
    assert one(database, programme, StatementDecision).text == "Take this sentence back"


# --- A statement --------------------------------------------------------------------------------------------


def test_the_evaluator_reads_a_statement_and_writes_down_what_was_decided(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        group = make_group(session, name="Gemeente")
        respondent = make_respondent(session, group, kind=SPOKESPERSON, name="An")
        statement = make_statement(session, make_interview(session, respondent), audience=None)
    show = at(programme, f"/statements/{statement.id}")
    address = f"{show}/decision"
    page = evaluator.get(show)
    assert "“Ik wil werk.”" in page.text
    assert "Gemeente, spokesperson" in page.text
    assert "They have not decided yet" in page.text
    assert "Wie mag deze uitspraak lezen?" in page.text
    form = page.form(address)
    assert "Choose one" in evaluator.post(address, form, 400).text
    page = evaluator.submit(address, {**form, "audience": "payer", "attribution": "named"})
    assert "An, Gemeente · for everyone in the programme" in page.text
    assert "Wie mag deze uitspraak lezen? Iedereen in het programma" in page.text
    decision = one(database, programme, StatementDecision)
    assert (decision.audience, decision.attribution) == (Audience.PAYER, Attribution.NAMED)
    assert decision.taken_by_id is not None


def test_a_decision_that_may_not_be_is_refused_at_its_field(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        statement = make_statement(session, audience=None)
        refused = make_statement(session, audience=None)
        for scope in ("interview", "notes"):
            session.add(
                Consent(
                    id=uuid4(),
                    respondent=refused.interview.respondent,
                    scope=scope,
                    given=False,
                    text="?",
                    at=NOW.replace(year=2026),
                )
            )
    form = {"id": str(uuid4()), "audience": "payer", "attribution": "named"}
    page = evaluator.post(at(programme, f"/statements/{statement.id}/decision"), form, 400)
    assert "The name of a participant never stands" in page.text
    form["attribution"] = ""
    page = evaluator.post(at(programme, f"/statements/{refused.id}/decision"), form, 400)
    assert "The answer about consent was no" in page.text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("role", [*PARTIES, *PAYERS])
def test_others_read_what_was_released_and_the_rest_looks_missing(
    reader: Reader, database: Database, programme: Programme, role: Role, language: str
) -> None:
    with database.writing(programme.id) as session:
        group = make_group(session, name="Jongeren")
        first, second, _ = make_heard(session, group, 3)
        town = make_interview(session, make_respondent(session, kind=SPOKESPERSON))
        hidden = make_statement(session, first, audience=Audience.NOBODY)
        parties = make_statement(session, town, audience=Audience.PARTIES)
        payer = make_statement(session, town, sentence=1)
        counted = make_statement(session, second)
        make_goal(session, counted, wording="Canary goal")
    reader.use(language).sign_in(member(database, programme, role))
    statement = at(programme, "/statements/")
    reader.get(f"{statement}{hidden.id}", 404)
    reader.get(f"{statement}{parties.id}", 404 if role in PAYERS else 200)
    assert "En rust." in reader.get(f"{statement}{payer.id}").text
    page = reader.get(f"{statement}{counted.id}")
    assert "Canary goal" in page.text
    assert ("Ik wil werk." in page.body) is (role not in PAYERS)
    said = "1 of 3 participants (Jongeren)" if language == "en" else "1 van 3 deelnemers (Jongeren)"
    assert (said in page.text) is (role in PAYERS)
    for address in ("decision", "withdraw"):
        assert address not in page.body


def test_only_evaluators_open_interviews(reader: Reader, database: Database, programme: Programme) -> None:
    with database.writing(programme.id) as session:
        interview = make_interview(session, text="Canary words.")
    for role in (*PARTIES, *PAYERS):
        reader.sign_in(member(database, programme, role))
        for path in (
            "/interviews",
            f"/interviews/{interview.id}",
            f"/groups/{interview.respondent.group_id}",
            f"/respondents/{interview.respondent_id}",
            "/guides/participant",
        ):
            assert "Canary" not in reader.get(at(programme, path), 403).body


@pytest.mark.parametrize(
    "path", ["/groups/{}", "/groups/{}/edit", "/respondents/{}", "/interviews/{}", "/statements/{}"]
)
def test_what_is_not_here_looks_missing(evaluator: Reader, programme: Programme, path: str) -> None:
    evaluator.get(at(programme, path.format(uuid4())), 404)


@pytest.mark.parametrize("path", ["/respondents/{}/consent", "/respondents/{}/interviews", "/groups/{}/edit"])
def test_nothing_is_written_about_what_is_not_here(
    evaluator: Reader, programme: Programme, path: str
) -> None:
    form = {**GROUP, "id": str(uuid4()), "interview": "yes", "notes": "yes", "held_on": "2026-01-05"}
    evaluator.post(at(programme, path.format(uuid4())), form, 404)


def test_pages_ask_as_much_for_two_hundred_rows_as_for_ten(
    evaluator: Reader, programme: Programme, database: Database
) -> None:
    with database.writing(programme.id) as session:
        group = make_group(session)
    counts: dict[str, list[int]] = {}
    for rows in (10, 200):
        with database.writing(programme.id) as session:
            for interview in make_heard(session, group, rows):
                make_group(session)
                make_statement(session, interview)
        with database.read_session(programme.id) as session:
            statement = session.scalars(select(Statement).order_by(Statement.code)).first()
            assert statement is not None
            pages = {
                "index": "/interviews",
                "group": f"/groups/{group.id}",
                "interview": f"/interviews/{statement.interview_id}",
                "statement": f"/statements/{statement.id}",
            }
        for name, path in pages.items():
            evaluator.get(at(programme, path))
            with counting(database.engine) as queries:
                evaluator.get(at(programme, path))
            counts.setdefault(name, []).append(len(queries))
    assert all(few == many for few, many in counts.values()), counts
    assert max(counts["index"] + counts["group"] + counts["interview"]) <= 12, counts
