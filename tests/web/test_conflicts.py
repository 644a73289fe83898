"""The register of conflicts on pages: written by an evaluator, read by everybody, filtered and sorted."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import make_member
from tests.factories.conflicts import ABOUT, make_conflict
from tests.factories.findings import EVALUATOR
from tests.factories.goals import make_goal
from tests.factories.interviews import make_group
from tests.factories.rankings import make_answers, make_goals, make_ranking
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.conflicts import ConflictKind, ConflictState, Ending
from toc.domain.goals import Stance, Standing
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.services import rankings
from toc.services.goals import Held
from toc.web.conflicts import position_field

DECIDED = Ending(state=ConflictState.DECIDED, decision="Rest first.", by="The board", on=date(2025, 8, 1))
DIFFER = Ending(state=ConflictState.AGREED_TO_DIFFER, by="Both", on=date(2025, 8, 20))


def sign_in(reader: Reader, database: Database, programme: Programme, *roles: Role) -> Reader:
    with database.writing(programme.id) as session:
        return reader.use("en").sign_in(make_member(session, programme, *roles))


@pytest.fixture
def evaluator(database: Database, programme: Programme, reader: Reader) -> Reader:
    return sign_in(reader, database, programme, Role.EVALUATOR)


def listed(page: Page) -> list[str]:
    """Return the codes in the list, in order."""
    return [one.to_text().split()[0] for one in page.find("tbody th a")]


def test_the_page_of_a_goal_tells_its_conflicts_and_writers_write_one_down_there(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        goal, other = make_goal(session), make_goal(session)
        conflict = make_conflict(session, [goal])
        make_conflict(session, [other], about="Another one.")
    at = f"/p/{programme.id}"
    sign_in(reader, database, programme, Role.EVALUATOR)
    page = reader.get(f"{at}/goals/{goal.id}")
    assert ABOUT in page.find("#conflicts")[0].to_text()
    assert "Another one." not in page.text
    assert f"{at}/conflicts/{conflict.id}" in page.links()
    new = f"{at}/conflicts/new?goal={goal.id}"
    assert new in page.links()
    assert str(goal.id) in reader.get(new).form(f"{at}/conflicts/new")["goal_ids"]
    assert reader.get(f"{at}/goals/matrix").find(f'main a[href="{at}/conflicts"]')
    with database.writing(programme.id) as session:
        alone = make_goal(session)
    assert "No conflict about this goal" in reader.get(f"{at}/goals/{alone.id}").text
    sign_in(reader, database, programme, Role.VIEWER)
    page = reader.get(f"{at}/goals/{goal.id}")
    assert f"{at}/conflicts/{conflict.id}" in page.links()
    assert new not in page.links()
    assert not reader.get(f"{at}/goals/{alone.id}").find("#conflicts")


def test_a_conflict_is_written_down_decided_and_read(
    evaluator: Reader, database: Database, programme: Programme
) -> None:
    index = f"/p/{programme.id}/conflicts"
    assert "No conflict is written down yet" in evaluator.get(index).text
    with database.writing(programme.id) as session:
        goal = make_goal(session, "Work within half a year")
        city, club = make_group(session, name="The city"), make_group(session, name="The club")
    page = evaluator.get(f"{index}/new?goal={goal.id}&party={city.id}&party={club.id}&kind=priority")
    form: dict[str, Any] = page.form(f"{index}/new")
    assert form["kind"] == "priority"
    typed: dict[str, Any] = {
        **form,
        "goal_ids": [str(goal.id)],
        "group_ids": [str(city.id), str(club.id)],
        "about": "How fast?",
        position_field(city.id): "Within six months.",
    }
    refusals: tuple[tuple[dict[str, Any], str], ...] = (
        ({"about": ""}, "Fill this in"),
        ({"about": "Bel 06-12345678"}, "personal detail"),
        ({position_field(club.id): "a@example.org"}, "personal detail"),
        ({"goal_ids": []}, "Choose the goal that the conflict is about"),
        ({"group_ids": [str(city.id)]}, "Choose at least 2 parties"),
        ({"decision": "Rest."}, "the conflict is open"),
        ({"state": "decided"}, "Write down what was decided."),
    )
    for wrong, said in refusals:
        refused = evaluator.post(f"{index}/new", {**typed, **wrong}, 400)
        assert said in refused.text
        assert refused.find("[data-error-summary]")
    made = evaluator.post(f"{index}/new", typed)
    assert evaluator.post(f"{index}/new", typed).location == made.location
    shown = evaluator.get(made.location)
    assert "Within six months." in shown.text
    assert "what comes first" in shown.text
    assert "Put it in the register: open" in shown.text
    edit = f"{made.location}/edit"
    form = {
        **evaluator.get(edit).form(edit),
        "group_ids": [str(city.id), str(club.id)],
        "goal_ids": [str(goal.id)],
    }
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    ending = {"state": "decided", "decision": "Rest first.", "decided_by": "The board"}
    late = evaluator.post(edit, {**form, **ending, "decided_on": tomorrow}, 400)
    assert "This day has not come yet." in late.text
    done = evaluator.submit(edit, {**form, **ending, "decided_on": "2025-08-01"})
    assert "By The board, on 1 August 2025." in done.text
    assert "Changed how it stands: decided" in done.text
    sign_in(evaluator, database, programme, Role.FUNDER)
    read = evaluator.get(made.location)
    assert "Rest first." in read.text
    assert "Changed how it stands" not in read.text
    assert f"{made.location}/edit" not in read.links()


def test_what_is_not_here_is_not_found(evaluator: Reader, database: Database, programme: Programme) -> None:
    with database.writing(programme.id) as session:
        city, club = make_group(session), make_group(session)
        row = make_conflict(session, parties=[city, club])
        goal_id = str(uuid4())
    evaluator.get(f"/p/{programme.id}/conflicts/{uuid4()}", 404)
    address = f"/p/{programme.id}/conflicts/{row.id}/edit"
    form = {**evaluator.get(address).form(address), "group_ids": [str(city.id), str(club.id)]}
    evaluator.post(address, {**form, "goal_ids": [goal_id]}, 404)
    new = f"/p/{programme.id}/conflicts/new"
    evaluator.post(new, {**form, "id": str(uuid4()), "goal_ids": [goal_id]}, 404)


def test_two_who_change_it_at_once_choose(
    evaluator: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        goal, other = make_goal(session, "Work"), make_goal(session, "Rest")
        city, club = make_group(session, name="The city"), make_group(session, name="The club")
        row = make_conflict(session, [goal], [city, club])
    address = f"/p/{programme.id}/conflicts/{row.id}/edit"
    form: dict[str, Any] = {
        **evaluator.get(address).form(address),
        "group_ids": [str(city.id), str(club.id)],
        "goal_ids": [str(goal.id)],
    }
    evaluator.post(address, {**form, "about": "Theirs.", position_field(club.id): "Quiet."})
    both = evaluator.post(address, {**form, "about": "Mine.", "goal_ids": [str(goal.id), str(other.id)]}, 409)
    for text in ("Theirs.", "Mine.", "Quiet.", f"G{goal.code}, G{other.code}", "What does The club want?"):
        assert text in both.text
    settled = evaluator.submit(address, both.form(address))
    assert "Mine." in settled.text
    assert "Rest" in settled.text
    assert "Quiet." not in settled.text


def test_the_list_is_filtered_and_sorted(evaluator: Reader, database: Database, programme: Programme) -> None:
    with database.writing(programme.id) as session:
        city, club = make_group(session, name="The city"), make_group(session, name="The club")
        make_conflict(session, ending=DECIDED)  # K1
        make_conflict(session, parties=[city, club], kind=ConflictKind.WORDING)  # K2
        make_conflict(session, ending=DIFFER, kind=ConflictKind.RESOURCES)  # K3
    address = f"/p/{programme.id}/conflicts"
    page = evaluator.get(address)
    assert listed(page) == ["K1", "K2", "K3"]
    assert "3 conflicts in the register, 1 of them open." in page.text
    assert listed(evaluator.get(f"{address}?state=open")) == ["K2"]
    assert listed(evaluator.get(f"{address}?kind=resources")) == ["K3"]
    assert listed(evaluator.get(f"{address}?party={city.id}")) == ["K2"]
    assert listed(evaluator.get(f"{address}?sort=state")) == ["K2", "K1", "K3"]
    assert listed(evaluator.get(f"{address}?sort=kind")) == ["K1", "K3", "K2"]
    assert listed(evaluator.get(f"{address}?sort=day")) == ["K3", "K1", "K2"]
    assert listed(evaluator.get(f"{address}?sort=nothing&state=nothing&kind=nothing")) == ["K1", "K2", "K3"]
    assert "No conflict is like that." in evaluator.get(f"{address}?state=open&kind=value").text


def test_a_hidden_goal_hides_its_conflict(reader: Reader, database: Database, programme: Programme) -> None:
    with database.writing(programme.id) as session:
        secret = make_goal(session, "Fewer staff", standing=Standing.HIDDEN)
        row = make_conflict(session, [secret])
    address = f"/p/{programme.id}/conflicts"
    for role in (Role.COORDINATOR, Role.FUNDER):
        sign_in(reader, database, programme, role)
        assert ABOUT not in reader.get(address).body
        reader.get(f"{address}/{row.id}", 404)
    sign_in(reader, database, programme, Role.COORDINATOR)
    assert f"{address}/{row.id}" not in reader.get(f"/p/{programme.id}/history").links()
    sign_in(reader, database, programme, Role.EVALUATOR)
    assert "only evaluators see it" in reader.get(address).text
    assert "Only evaluators see this conflict" in reader.get(f"{address}/{row.id}").text
    assert f"{address}/{row.id}" in reader.get(f"/p/{programme.id}/history").links()


def test_what_points_to_a_conflict_is_offered_to_who_writes(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        city, club = make_group(session, name="The city"), make_group(session, name="The club")
        make_goal(session, "Pets allowed", holders=[city, Held(group_id=club.id, stance=Stance.OPPOSES)])
        goals = make_goals(session)
        ranking = make_ranking(session, goals)
        make_answers(session, ranking, city, goals)
        make_answers(session, ranking, club, goals[::-1])
        rankings.close_ranking(session, EVALUATOR, ranking.id)
    address = f"/p/{programme.id}/conflicts"
    sign_in(reader, database, programme, Role.VIEWER)
    assert "Not in the register yet" not in reader.get(address).text
    sign_in(reader, database, programme, Role.EVALUATOR)
    page = reader.get(address)
    assert "The city supports it; The club is against it" in page.text
    assert "In the last ranking The city and The club order the goals against each other" in page.text
    forms = [link for link in page.links() if "/conflicts/new?" in link]
    assert len(forms) == 2
    reader.get(forms[0])


def test_a_goal_that_left_the_tree_can_stay_in_the_form(
    evaluator: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        goal = make_goal(session, "An old goal")
        row = make_conflict(session, [goal])
        goal.retired_at = datetime(2025, 9, 1, tzinfo=UTC)
    page = evaluator.get(f"/p/{programme.id}/conflicts/{row.id}/edit")
    ticked = {one.attrs["value"] for one in page.find("input[name=goal_ids]") if "checked" in one.attrs}
    assert ticked == {str(goal.id)}


def test_a_list_of_many_takes_as_many_statements_as_of_few(
    evaluator: Reader, database: Database, programme: Programme
) -> None:
    def statements() -> int:
        with counting(database.engine) as seen:
            evaluator.get(f"/p/{programme.id}/conflicts")
        return len(seen)

    with database.writing(programme.id) as session:
        make_conflict(session)
    statements()  # the first page of a process asks once whether this is a demo
    few = statements()
    with database.writing(programme.id) as session:
        for _ in range(9):
            make_conflict(session)
    assert statements() == few
