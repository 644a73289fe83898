"""Rankings on pages: opened by an evaluator, answered alone on a phone, read by everybody when closed."""

from collections.abc import Sequence
from uuid import uuid4

import pytest

from tests.factories import make_member
from tests.factories.conflicts import make_conflict
from tests.factories.findings import EVALUATOR, make_lasting_link
from tests.factories.goals import make_goal
from tests.factories.indicators import make_count, make_indicator, measure
from tests.factories.interviews import make_group, make_respondent
from tests.factories.rankings import alone, make_answer, make_answers, make_goals, make_ranking
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.goals import Level, Standing
from toc.domain.interviews import RespondentKind
from toc.domain.people import Role
from toc.domain.rankings import RankingMethod
from toc.models.database import Database
from toc.models.goals import Goal
from toc.models.interviews import Respondent
from toc.models.people import PersonalLink
from toc.models.programmes import Programme
from toc.models.rankings import Ranking
from toc.services import rankings
from toc.web.mine.tasks import tasks
from toc.web.rankings.answering import field

PARTICIPANT, SPOKESPERSON = RespondentKind.PARTICIPANT, RespondentKind.SPOKESPERSON


class Asked:
    """A round with a respondent who has a personal link."""

    def __init__(
        self,
        database: Database,
        programme: Programme,
        *,
        method: RankingMethod = RankingMethod.RANK,
        kind: RespondentKind = PARTICIPANT,
    ) -> None:
        self.database = database
        with database.writing(programme.id) as session:
            self.goals: Sequence[Goal] = make_goals(session)
            self.ranking: Ranking = make_ranking(session, self.goals, method=method)
            self.me: Respondent = make_respondent(session, kind=kind)
            self.link: PersonalLink = make_lasting_link(session, self.me)
        self.programme_id = programme.id
        self.page = f"/p/{programme.id}/rankings/{self.ranking.id}"
        self.mine = f"/mine/rankings/{self.ranking.id}"

    def scores(self, *given: object) -> dict[str, str]:
        """Return what is typed, in the order of the goals."""
        return {field(goal.id): str(score) for goal, score in zip(self.goals, given, strict=True)}


@pytest.fixture
def asked(database: Database, programme: Programme) -> Asked:
    return Asked(database, programme)


@pytest.fixture
def evaluator(database: Database, programme: Programme, reader: Reader) -> Reader:
    return sign_in(reader, database, programme, Role.EVALUATOR)


def sign_in(reader: Reader, database: Database, programme: Programme, *roles: Role) -> Reader:
    with database.writing(programme.id) as session:
        return reader.use("en").sign_in(make_member(session, programme, *roles))


def headings(page: Page) -> list[str]:
    return [one.to_text().strip() for one in page.find("h2")]


# --- Rounds -------------------------------------------------------------------------------------------------


def test_an_evaluator_opens_a_round_about_the_usual_goals(
    evaluator: Reader, database: Database, programme: Programme
) -> None:
    index = f"/p/{programme.id}/rankings"
    assert "Nobody was asked yet" in evaluator.get(index).text
    with database.writing(programme.id) as session:
        make_goal(session, "A diploma for everybody", level=Level.OUTCOME)
        make_goal(session, "A town that cares", level=Level.IMPACT)
        make_goal(session, "Two coaches", level=Level.ACTIVITY)
        make_goal(session, "Fewer staff", level=Level.OUTCOME, standing=Standing.HIDDEN)
    page = evaluator.get(f"{index}/new")
    assert "Fewer staff" not in page.body
    assert "Our addition" in page.text
    ticked = [one.attrs["value"] for one in page.find("input[name=goal_ids]") if "checked" in one.attrs]
    assert len(ticked) == 2
    form = page.form(f"{index}/new")
    few = evaluator.post(f"{index}/new", {**form, "goal_ids": ticked[:1]}, 400)
    assert "Choose at least 2 goals" in few.text
    evaluator.post(f"{index}/new", {**form, "title": "", "goal_ids": ticked}, 400)
    made = evaluator.submit(f"{index}/new", {**form, "goal_ids": ticked})
    assert "A town that cares" in made.text
    again = evaluator.submit(f"{index}/new", {**form, "goal_ids": ticked})
    assert again.find("h1")[0].to_text() == made.find("h1")[0].to_text()
    listed = evaluator.get(index)
    assert listed.text.count("Which goals matter most?") == 1
    assert "put goals in order" in listed.text


def test_a_goal_that_is_not_there_is_not_found(evaluator: Reader, programme: Programme) -> None:
    sent = {"id": str(uuid4()), "title": "What?", "method": "rank", "goal_ids": [str(uuid4()), str(uuid4())]}
    evaluator.post(f"/p/{programme.id}/rankings/new", sent, 404)
    evaluator.get(f"/p/{programme.id}/rankings/{uuid4()}", 404)
    evaluator.post(f"/p/{programme.id}/rankings/{uuid4()}/close", {}, 404)


def test_a_round_is_changed_until_somebody_answers(
    evaluator: Reader, database: Database, programme: Programme, asked: Asked
) -> None:
    address = f"{asked.page}/edit"
    page = evaluator.get(address)
    chosen = [str(goal.id) for goal in asked.goals[:2]]
    form = {**page.form(address), "title": "What first?", "goal_ids": chosen}
    evaluator.post(address, {**form, "title": "Bel 06-12345678"}, 400)
    evaluator.post(address, {**form, "goal_ids": [str(uuid4()), *chosen]}, 404)
    saved = evaluator.submit(address, form)
    assert "What first?" in saved.text
    conflict = evaluator.post(address, {**form, "title": "What last?", "goal_ids": chosen[::-1]}, 409)
    assert "What last?" in conflict.text
    assert "What first?" in conflict.text
    settled = evaluator.submit(address, conflict.form(address))
    assert "What last?" in settled.text
    with database.writing(programme.id) as session:
        make_answer(session, asked.ranking, asked.me, {asked.goals[0].id: 1, asked.goals[1].id: 2})
    evaluator.get(address, 409)
    evaluator.post(address, form, 409)
    assert "Change what is asked" not in evaluator.get(asked.page).text


def test_closing_shows_the_result_to_everybody(
    reader: Reader, database: Database, programme: Programme, asked: Asked
) -> None:
    with database.writing(programme.id) as session:
        make_answers(session, asked.ranking, make_group(session, name="The city"), asked.goals)
        make_answers(session, asked.ranking, make_group(session, name="The firms"), asked.goals[::-1])
    sign_in(reader, database, programme, Role.FUNDER)
    before = reader.get(asked.page)
    assert "What comes out is shown here when the round is closed" in before.text
    assert "The city" not in before.body
    sign_in(reader, database, programme, Role.EVALUATOR)
    mine = reader.get(asked.page)
    assert "Only you see this." in mine.text
    assert "2 of 3 answered." in mine.text
    assert "The round is closed." in reader.submit(f"{asked.page}/close").text
    sign_in(reader, database, programme, Role.FUNDER)
    after = reader.get(asked.page)
    assert "The city and The firms" in after.text
    assert "Who answered" not in headings(after)
    assert "Put in the register of conflicts" not in after.text
    assert after.find("script[data-chart]")
    assert "work out what that person answered" not in after.text
    sign_in(reader, database, programme, Role.EVALUATOR)
    assert "work out what that person answered" in reader.get(asked.page).text
    assert "Until it is closed only you see" in reader.submit(f"{asked.page}/reopen").text


def test_a_result_in_words(evaluator: Reader, database: Database, programme: Programme, asked: Asked) -> None:
    one, two, three = asked.goals
    with database.writing(programme.id) as session:
        measure(session, make_indicator(session, three, make_count()), asked.ranking.created_at.date(), 3)
        city, firms = make_group(session, name="The city"), make_group(session, name="The firms")
        for _ in range(3):
            make_answers(session, asked.ranking, city, asked.goals)
        clients = make_group(session, name="The clients")
        make_answers(session, asked.ranking, clients, asked.goals, many=9, kind=PARTICIPANT)
    page = evaluator.get(asked.page)
    assert "Kendall's W is 1 on a scale from 0 to 1: unusually strong agreement between 3" in page.text
    assert "They agree more than chance explains." in page.text
    assert "exact: all possible orders were counted" in page.text
    assert "This rests on 3 answers." in page.text
    assert "The clients" in page.text
    assert "at least 10 did" in page.text
    assert "No two parties order the goals against each other." in page.text
    assert f"Important, and not measured G{one.code}" in page.text
    assert f"Measured, and not important G{three.code}" in page.text
    with database.writing(programme.id) as session:
        speaker = make_respondent(session, firms, kind=SPOKESPERSON)
        make_answer(session, asked.ranking, speaker, {two.id: 1, one.id: 1})
        other = make_respondent(session, firms, kind=SPOKESPERSON)
        make_answer(session, asked.ranking, other, {two.id: 1, one.id: 2})
    mixed = evaluator.use("nl").get(asked.page)
    assert "de maat van Skillings en Mack" in mixed.text
    assert "Over de doelen die iedereen een plaats gaf:" in mixed.text
    assert "gecorrigeerd voor gelijke plaatsen" in mixed.text
    assert "75 (63 tot 88)" in mixed.text


def test_a_result_of_nobody_says_why_there_is_no_figure(evaluator: Reader, asked: Asked) -> None:
    page = evaluator.get(asked.page)
    assert "There is no figure: fewer than two respondents" in page.text
    assert "0 of 1 answered." in page.text
    assert not page.find("script[data-chart]")


def test_goals_that_nobody_ranked_together_are_said(
    evaluator: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        goals = make_goals(session, 4)
        ranking = make_ranking(session, goals)
        for pair in (goals[:2], goals[2:]):
            make_answers(session, ranking, make_group(session), pair, many=2)
        lonely = make_ranking(session, goals)
        make_answers(session, lonely, make_group(session), goals[:2])
        make_answers(session, lonely, make_group(session), goals[1:3])
    page = evaluator.get(f"/p/{programme.id}/rankings/{ranking.id}")
    assert "Some goals were never ranked beside others" in page.text
    assert "with 2 degrees of freedom" in page.text
    assert "No two parties order the goals" in page.text


def test_a_clash_goes_into_the_register(
    evaluator: Reader, database: Database, programme: Programme, asked: Asked
) -> None:
    with database.writing(programme.id) as session:
        city, firms = make_group(session, name="The city"), make_group(session, name="The firms")
        make_answers(session, asked.ranking, city, asked.goals)
        make_answers(session, asked.ranking, firms, asked.goals[::-1])
    page = evaluator.get(asked.page)
    (link,) = [one for one in page.links() if "/conflicts/new" in one]
    form = evaluator.get(link)
    ticked = {one.attrs["value"] for one in form.find("input[type=checkbox]") if "checked" in one.attrs}
    assert {str(city.id), str(firms.id)} <= ticked
    assert len(ticked) == 3
    goal = next(goal for goal in asked.goals if str(goal.id) in ticked)
    with database.writing(programme.id) as session:
        known = make_conflict(session, [goal], [city, firms])
    again = evaluator.get(asked.page)
    assert f"/p/{programme.id}/conflicts/{known.id}" in again.links()
    assert not [one for one in again.links() if "/conflicts/new" in one]


def test_a_page_of_many_answers_takes_as_many_statements_as_of_few(
    evaluator: Reader, database: Database, programme: Programme, asked: Asked
) -> None:
    def statements() -> int:
        with counting(database.engine) as seen:
            evaluator.get(asked.page)
        return len(seen)

    with database.writing(programme.id) as session:
        make_answers(session, asked.ranking, make_group(session), asked.goals)
        make_answers(session, asked.ranking, make_group(session), asked.goals[::-1])
    statements()  # the first page of a process asks once whether this is a demo
    few = statements()
    with database.writing(programme.id) as session:
        for _ in range(3):
            make_answers(session, asked.ranking, make_group(session), asked.goals[::-1], many=3)
    assert statements() == few


# --- Alone, by personal link --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(RespondentKind))
def test_a_respondent_puts_goals_in_order(
    reader: Reader, database: Database, programme: Programme, kind: RespondentKind
) -> None:
    asked = Asked(database, programme, kind=kind)
    reader.open_link(asked.link.id).use("nl")
    page = reader.get(asked.mine)
    assert ("wat jij het belangrijkst vindt" in page.text) is (kind is PARTICIPANT)
    assert "€" not in page.body
    assert "Mijn antwoord terugnemen" not in page.text
    wrong = reader.post(asked.mine, {**page.form(asked.mine), **asked.scores("eerste", 2, "")}, 400)
    assert wrong.form(asked.mine)[field(asked.goals[0].id)] == "eerste"
    low = reader.post(asked.mine, {**page.form(asked.mine), **asked.scores(0, 2, "")}, 400)
    assert "heel getal van 1 tot 99" in low.text
    few = reader.post(asked.mine, {**page.form(asked.mine), **asked.scores(1, "", "")}, 400)
    assert "Geef minstens 2 doelen een getal" in few.text
    reader.post(asked.mine, {**page.form(asked.mine), **asked.scores(2, 1, "")})
    kept = reader.get(asked.mine)
    names = [one.attrs["name"] for one in kept.find("input") if one.attrs.get("name", "").startswith("score")]
    assert names[:2] == [field(asked.goals[1].id), field(asked.goals[0].id)]
    assert "Mijn antwoord terugnemen" in kept.text
    changed = reader.post(asked.mine, {**kept.form(asked.mine), **asked.scores(1, 1, 1)})
    assert changed.location == "/mine"
    both = reader.post(asked.mine, {**kept.form(asked.mine), **asked.scores(1, 2, 3)}, 409)
    assert asked.goals[2].id.hex in both.body
    reader.post(asked.mine, both.form(asked.mine))
    reader.post(f"{asked.mine}/take-back")
    assert "Mijn antwoord terugnemen" not in reader.get(asked.mine).text


def test_points_must_add_up_and_nothing_typed_is_lost(
    reader: Reader, database: Database, programme: Programme
) -> None:
    asked = Asked(database, programme, method=RankingMethod.WEIGH)
    reader.open_link(asked.link.id).use("en")
    page = reader.get(asked.mine)
    assert "0 of 100 points divided." in page.text
    less = reader.post(asked.mine, {**page.form(asked.mine), **asked.scores(60, 30, "")}, 400)
    assert "You gave 90 points; divide 10 more." in less.text
    assert "90 of 100 points divided." in less.text
    assert less.form(asked.mine)[field(asked.goals[0].id)] == "60"
    more = reader.post(asked.mine, {**page.form(asked.mine), **asked.scores(60, 50, "")}, 400)
    assert "which is 10 too many" in more.text
    huge = reader.post(asked.mine, {**page.form(asked.mine), **asked.scores("9" * 5000, 50, "")}, 400)
    assert "50 of 100 points divided." in huge.text
    over = reader.post(asked.mine, {**page.form(asked.mine), **asked.scores(101, 50, "")}, 400)
    assert "whole number from 0 to 100" in over.text
    reader.post(asked.mine, {**page.form(asked.mine), **asked.scores(60, 40, "0")})
    assert "100 of 100 points divided." in reader.get(asked.mine).text


def test_two_respondents_see_the_goals_in_an_order_of_their_own(
    reader: Reader, database: Database, programme: Programme
) -> None:
    asked = Asked(database, programme)
    with database.writing(programme.id) as session:
        links = [make_lasting_link(session, make_respondent(session)).id for _ in range(8)]
    orders = set()
    for link in links:
        page = reader.open_link(link).get(asked.mine)
        order = tuple(one.to_text() for one in page.find("label.ranking__label"))
        assert reader.get(asked.mine).find("label.ranking__label")[0].to_text() == order[0]
        orders.add(order)
    assert len(orders) > 1


def test_the_result_is_for_who_answered(
    reader: Reader, database: Database, programme: Programme, asked: Asked
) -> None:
    with database.writing(programme.id) as session:
        silent = make_lasting_link(session, make_respondent(session))
        make_answers(session, asked.ranking, make_group(session, name="The city"), asked.goals)
        make_answer(session, asked.ranking, asked.me, {asked.goals[0].id: 1, asked.goals[1].id: 2})
    reader.open_link(asked.link.id).use("nl")
    assert "The city" not in reader.get(asked.mine).body
    with database.writing(programme.id) as session:
        rankings.close_ranking(session, EVALUATOR, asked.ranking.id)
    page = reader.get(asked.mine)
    assert "The city" in page.text
    assert "/p/" not in "".join(page.links())
    reader.post(asked.mine, asked.scores(1, 2, 3), 409)
    reader.open_link(silent.id)
    closed = reader.get(asked.mine)
    assert "Je hebt niet geantwoord" in closed.text
    assert "The city" not in closed.body
    reader.get(f"/mine/rankings/{uuid4()}", 404)


def test_a_round_is_a_task_behind_the_link(
    reader: Reader, database: Database, programme: Programme, asked: Asked
) -> None:
    app = reader.client.application
    act = alone(asked.me)

    def found() -> list[tuple[str, bool, str]]:
        with app.test_request_context(), database.read_session(programme.id) as session:
            return [(one.url, one.done, one.help) for one in tasks(session, act) if "rankings" in one.url]

    ((url, done, first),) = found()
    assert (url, done) == (asked.mine, False)
    with database.writing(programme.id) as session:
        make_answer(session, asked.ranking, asked.me, {asked.goals[0].id: 1, asked.goals[1].id: 2})
    ((_, done, second),) = found()
    assert done
    with database.writing(programme.id) as session:
        rankings.close_ranking(session, EVALUATOR, asked.ranking.id)
    ((_, _, third),) = found()
    assert len({first, second, third}) == 3


# --- Beside an interviewer ----------------------------------------------------------------------------------


def test_a_spokesperson_without_a_link_answers_at_the_laptop(
    evaluator: Reader, database: Database, programme: Programme, asked: Asked
) -> None:
    with database.writing(programme.id) as session:
        speaker = make_respondent(session, kind=SPOKESPERSON)
    address = f"{asked.page}/respondents/{speaker.id}"
    assert address in evaluator.get(asked.page).links()
    page = evaluator.get(address)
    assert speaker.name in page.text
    evaluator.post(address, {**page.form(address), **asked.scores(1, "", "")}, 400)
    done = evaluator.submit(address, {**page.form(address), **asked.scores(1, 2, "")})
    assert "written down by an interviewer" in done.text
    evaluator.post(address, {**page.form(address), **asked.scores(2, 1, "")}, 409)
    evaluator.get(f"{asked.page}/respondents/{asked.me.id}", 409)
    evaluator.post(f"{asked.page}/close")
    evaluator.get(address, 409)
