"""Own trees on pages: written down, kept, laid beside the shared tree, and read by who spoke."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_member
from tests.factories.findings import by_link, make_lasting_link
from tests.factories.goals import EVALUATOR, make_goal, make_statements
from tests.factories.interviews import make_group, make_interview, make_respondent, make_statement
from tests.factories.merging import make_own_goal, make_own_link, make_relation
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.goals import MOST_DRAWN, Level, Standing
from toc.domain.interviews import CheckVerdict, RespondentKind
from toc.domain.merging import Relation
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import Goal
from toc.models.interviews import StakeholderGroup, StatementReading
from toc.models.merging import PartyGoal
from toc.models.programmes import Programme
from toc.services import merging
from toc.services.interviews import checking

BRANCH = "[outcome] A job\n    A diploma\n"


@pytest.fixture
def evaluator(database: Database, programme: Programme, reader: Reader) -> Reader:
    with database.writing(programme.id) as session:
        return reader.use("en").sign_in(make_member(session, programme, Role.EVALUATOR))


@pytest.fixture
def group(database: Database, programme: Programme) -> UUID:
    """A party that said one thing."""
    with database.writing(programme.id) as session:
        made = make_group(session, name="The city")
        make_statements(session, made, "We want fewer benefits.")
        return made.id


def test_an_own_tree_is_written_down_and_kept(evaluator: Reader, programme: Programme, group: UUID) -> None:
    index = f"/p/{programme.id}/own-trees"
    assert "No party has a tree yet" in evaluator.get(index).text
    party = f"{index}/{group}"
    assert "This party has no tree yet" in evaluator.get(party).text
    new = f"{party}/goals/new"
    page = evaluator.get(new)
    assert "We want fewer benefits." in page.text
    form: dict[str, Any] = page.form(new)
    for wrong, said in (
        ({"wording": ""}, "Fill this in"),
        ({"wording": "Bel 06-12345678"}, "personal detail"),
        ({"wording": "Work", "importance": "9"}, "from 1 to 5"),
    ):
        assert said in evaluator.post(new, {**form, **wrong}, 400).text
    made = evaluator.submit(new, {**form, "wording": "Fewer benefits", "importance": "4"})
    assert "Fewer benefits" in made.text
    assert "important: 4 of 5" in made.text
    evaluator.submit(new, {**form, "wording": "Fewer benefits", "importance": "4"})
    branch = f"{party}/branch"
    typed = {**evaluator.get(branch).form(branch), "text": BRANCH}
    assert "This adds 2 goals" in evaluator.post(branch, typed, 200).text
    assert "A job" in evaluator.post(branch, {**typed, "again": "1"}, 200).text
    assert "Nothing was added" in evaluator.post(branch, {**typed, "text": "A\n\t  B\n  C\n"}, 400).text
    assert "personal detail" in evaluator.post(branch, {**typed, "text": "a@example.org"}, 400).text
    page = evaluator.submit(branch, {**typed, "confirmed": "1"})
    assert "2 goals added." in page.text
    assert "A diploma" in page.text
    kept = evaluator.submit(f"{party}/given", page.form(f"{party}/given"))
    assert "The tree is exactly as it was kept on" in kept.text
    twice = evaluator.post(f"{party}/given", {"id": str(uuid4())}, 400)
    assert "exactly as it is now" in twice.text
    assert "3" in evaluator.get(index).text


def test_what_differs_from_what_was_given_is_told(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    with database.writing(programme.id) as session:
        party = merging.own_tree(session, EVALUATOR, group)
        rows = [make_own_goal(session, _group(session, group), name) for name in ("A", "B", "C")]
        link = make_own_link(session, rows[1], rows[0])
        merging.freeze_given(session, EVALUATOR, uuid4(), group)
        merging.edit_own_goal(session, EVALUATOR, rows[0].id, merging.OwnDraft(wording="Z"), [])
        changed = merging.OwnDraft(wording="B", explanation="More")
        merging.edit_own_goal(session, EVALUATOR, rows[1].id, changed, [])
        merging.remove_own_goal(session, EVALUATOR, rows[2].id)
        make_own_goal(session, _group(session, group), "D", standing=Standing.HIDDEN)
        merging.remove_link(session, EVALUATOR, link.id)
    page = evaluator.get(f"/p/{programme.id}/own-trees/{group}")
    assert "The tree differs from what was kept on" in page.text
    given = next(link for link in page.links() if "/given/" in link)
    shown = evaluator.get(given)
    for said in (
        f"Added: {party.code}.3 D",
        f"Removed: {party.code}.3 C",
        f"{party.code}.1 now reads: Z",
        f"{party.code}.2: something else than its wording changed",
        "1 link changed",
    ):
        assert said in shown.text


def _group(session: Session, group_id: UUID) -> StakeholderGroup:
    return session.get_one(StakeholderGroup, (session.info["programme_id"], group_id))


# --- As a picture -------------------------------------------------------------------------------------------


def drawn(page: Page) -> dict[str, str]:
    """What each box of the picture on a page says, with where it leads to."""
    lines = {line.attrs["id"] for line in page.find(".own-tree__line") if "id" in line.attrs}
    boxes = {box.attrs["aria-label"]: box.attrs["href"] for box in page.find("svg.tree a.tree__goal")}
    assert {address.removeprefix("#") for address in boxes.values()} <= lines, "each leads to its line"
    return boxes


def files_of(page: Page) -> list[str]:
    """The addresses of the files of the picture on a page: SVG and PNG."""
    addresses = [link for link in page.links() if "/tree." in link]
    assert [address[-4:] for address in addresses] == [".svg", ".png"]
    return addresses


def test_an_own_tree_is_drawn_as_it_is_and_as_it_was_given(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    with database.writing(programme.id) as session:
        party, name = _group(session, group), merging.own_tree(session, EVALUATOR, group).code
        job = make_own_goal(session, party, "A <b>job</b>", level=Level.OUTCOME)
        means = [make_own_goal(session, party, wording) for wording in ("A diploma", "A coach")]
        votes = make_own_goal(session, party, "More votes", standing=Standing.HIDDEN)
        for one in means:
            make_own_link(session, one, job)
        make_own_link(session, job, votes)
        then = {
            f"{name}.1 A <b>job</b>: outcome.": f"#own-{job.id}",
            f"{name}.2 A diploma": f"#own-{means[0].id}",
            f"{name}.3 A coach": f"#own-{means[1].id}",
            f"{name}.4 More votes: hidden, only you see it.": f"#own-{votes.id}",
        }
        merging.freeze_given(session, EVALUATOR, uuid4(), group)
        merging.edit_own_goal(session, EVALUATOR, means[1].id, merging.OwnDraft(wording="A friend"), [])
    party_page = evaluator.get(f"/p/{programme.id}/own-trees/{group}")
    given = evaluator.get(next(link for link in party_page.links() if link[:-36].endswith("/given/")))
    assert drawn(given) == then
    now = {f"{name}.3 A friend" if "coach" in says else says: at for says, at in then.items()}
    assert drawn(party_page) == now
    for page in (party_page, given):
        assert len(page.find("svg.tree path.tree__link--belief")) == 3
        assert len(page.find("svg.tree rect.tree__box--hidden")) == 1
        assert "<b>job</b>" not in page.body
    # What others may get to see holds no hidden goal.
    for page, title, said in (
        (party_page, "Own tree of The city<", "A friend"),
        (given, "Own tree of The city, as given<", "A coach"),
    ):
        picture, bitmap = (evaluator.client.get(address) for address in files_of(page))
        text = picture.get_data(as_text=True)
        assert said in text
        assert title in text
        assert "votes" not in text
        assert picture.headers["Content-Disposition"].endswith('.svg"')
        assert bitmap.data.startswith(b"\x89PNG")


def test_a_file_of_a_tree_as_it_was_given_holds_no_goal_that_was_hidden_since(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    with database.writing(programme.id) as session:
        goals = [
            make_own_goal(session, _group(session, group), wording).id for wording in ("A job", "More votes")
        ]
        kept = merging.freeze_given(session, EVALUATOR, uuid4(), group).id
    address = f"/p/{programme.id}/own-trees/given/{kept}/tree.svg"
    assert "More votes" in evaluator.client.get(address).get_data(as_text=True)
    with database.writing(programme.id) as session:
        hidden = merging.OwnDraft(wording="More votes", standing=Standing.HIDDEN)
        merging.edit_own_goal(session, EVALUATOR, goals[1], hidden, [])
        merging.remove_own_goal(session, EVALUATOR, goals[0])
    picture = evaluator.client.get(address).get_data(as_text=True)
    assert "A job" in picture
    assert "votes" not in picture


def test_an_own_tree_that_is_too_big_to_draw_says_how_much_is_left_out(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    with database.writing(programme.id) as session:
        for number in range(MOST_DRAWN + 2):
            make_own_goal(session, _group(session, group), f"Wish {number}")
    address = f"/p/{programme.id}/own-trees/{group}"
    page = evaluator.get(address)
    assert len(drawn(page)) == MOST_DRAWN
    assert "And 2 more goals that are not drawn." in page.text
    assert "En nog 2 doelen die niet getekend zijn." in evaluator.use("nl").get(address).text
    assert len(page.find(".own-tree__line")) == MOST_DRAWN + 2


def test_two_who_edit_an_own_goal_see_both_texts(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    with database.writing(programme.id) as session:
        row = make_own_goal(session, _group(session, group), "Work")
        other = make_own_goal(session, _group(session, group), "Lessons")
        link = make_own_link(session, other, row)
        ids = row.id, link.id
    edit = f"/p/{programme.id}/own-goals/{ids[0]}/edit"
    form = evaluator.get(edit).form(edit)
    statement = evaluator.get(edit).find("input[name=statement_ids]")[0].attrs["value"]
    assert "Saved." in evaluator.submit(edit, {**form, "wording": "Pay", "statement_ids": statement}).text
    both = evaluator.post(edit, {**form, "wording": "Rest"}, 409)
    assert "Pay" in both.text
    assert "We want fewer benefits." in both.text
    assert "1 statement" in evaluator.submit(edit, {**both.form(edit), "statements": statement}).text
    assert "Fill this in" in evaluator.post(edit, {**form, "wording": ""}, 400).text
    assert (
        "from 1 to 5"
        in evaluator.post(edit, {**evaluator.get(edit).form(edit), "feasibility": "7"}, 400).text
    )
    edit = f"/p/{programme.id}/own-links/{ids[1]}/edit"
    form = evaluator.get(edit).form(edit)
    evaluator.submit(edit, {**form, "mechanism": "They know more", "confidence": "1"})
    assert "They know more" in evaluator.post(edit, {**form, "mechanism": "So"}, 409).text
    assert (
        "from 0 to 4" in evaluator.post(edit, {**evaluator.get(edit).form(edit), "confidence": "8"}, 400).text
    )


def test_links_and_goals_are_made_and_removed(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    with database.writing(programme.id) as session:
        low, high = (make_own_goal(session, _group(session, group), name).id for name in ("Low", "High"))
        theirs = make_own_goal(session, make_group(session), "Theirs").id
    party = f"/p/{programme.id}/own-trees/{group}"
    new = f"{party}/links/new"
    form = {**evaluator.get(f"{new}?lower={low}").form(new), "upper_id": str(high), "mechanism": "Trust"}
    evaluator.post(new, {**form, "lower_id": str(theirs)}, 404)
    assert "no means to itself" in evaluator.post(new, {**form, "upper_id": str(low)}, 400).text
    page = evaluator.submit(new, form)
    assert "Trust" in page.text
    remove = next(link for link in page.links() if "own-links" in link and link.endswith("/remove"))
    assert "Fill this in" in evaluator.post(remove, {}, 400).text
    assert "Why one leads to another" not in evaluator.submit(remove, {"confirmed": "1"}).text
    remove = f"/p/{programme.id}/own-goals/{low}/remove"
    evaluator.get(remove)
    assert "is removed from the own tree" in evaluator.submit(remove, {"confirmed": "1"}).text
    with database.writing(programme.id) as session:
        make_relation(session, session.get_one(PartyGoal, (programme.id, high)), make_goal(session))
    remove = f"/p/{programme.id}/own-goals/{high}/remove"
    assert "This goal stays" in evaluator.get(remove).text
    evaluator.post(remove, {"confirmed": "1"}, 400)


def test_a_goal_that_was_checked_stays(evaluator: Reader, database: Database, programme: Programme) -> None:
    with database.writing(programme.id) as session:
        respondent = make_respondent(session)
        said = make_statement(session, make_interview(session, respondent, text="I want rest."), sentence=0)
        goal = make_own_goal(session, respondent.group, statements=[said])
        checking.check_goal(session, by_link(respondent), uuid4(), goal.id, CheckVerdict.AGREE)
        address = f"/p/{programme.id}/own-goals/{goal.id}/remove"
    assert "said in the member check" in evaluator.get(address).text


def test_own_goals_go_into_the_shared_tree(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    work = f"/p/{programme.id}/merge"
    assert "There is nothing to merge yet" in evaluator.get(work).text
    with database.writing(programme.id) as session:
        mine = make_own_goal(session, _group(session, group), "Work for all").id
        thin = make_own_goal(session, _group(session, group), "Power", standing=Standing.IMPLICIT).id
        hidden = make_own_goal(session, _group(session, group), "Votes", standing=Standing.HIDDEN).id
        make_group(session, name="The silent")
    page = evaluator.get(work)
    assert "It is empty." in page.text
    assert "No own tree yet: " in page.text
    assert "0 of 3 own goals stand in the shared tree." in page.text
    assert "no other shared goal" in evaluator.get(f"{work}/{mine}").text
    share = f"{work}/{thin}/share"
    assert "at least 2 statements" in evaluator.post(share, evaluator.get(share).form(share), 400).text
    share = f"{work}/{hidden}/share"
    assert "It stays hidden" in evaluator.get(share).text
    evaluator.submit(share, evaluator.get(share).form(share))
    with database.writing(programme.id) as session:
        (kept,) = session.scalars(select(Goal).where(Goal.programme_id == programme.id))
        assert not kept.released
        goal = make_goal(session, "A job for everybody")
        address = f"{work}/{mine}?goal={goal.id}"
    relate = f"{work}/{mine}"
    form = {**evaluator.get(address).form(relate), "reason": "They mean the same"}
    assert form["goal_id"] in address
    assert "Choose" in evaluator.post(relate, {**form, "relation": ""}, 400).text
    page = evaluator.submit(relate, {**form, "relation": "conflicts"})
    assert "is kept as: in conflict with it" in page.text
    register = next(link for link in page.links() if "/conflicts/new" in link)
    assert "A job for everybody" in evaluator.get(register).text
    again = evaluator.post(relate, {**form, "id": str(uuid4()), "relation": "same"}, 400)
    assert "have a relation already" in again.text
    edit = next(link for link in page.links() if "/merge/relations/" in link and link.endswith("/edit"))
    form = {**evaluator.get(edit).form(edit), "relation": "same", "reason": "On second thoughts"}
    page = evaluator.submit(edit, form)
    assert "2 of 3 own goals stand in the shared tree." in page.text
    assert "On second thoughts" in evaluator.post(edit, {**form, "reason": "Mine"}, 409).text
    evaluator.post(edit, {**form, "reason": ""}, 400)
    assert "Held by one party only" in page.text
    remove = edit.replace("/edit", "/remove")
    page = evaluator.get(remove)
    assert "The city: is against it" in page.text, "what was recorded first stays"
    assert "Look again" in evaluator.post(remove, {"confirmed": "1", "revision": "0"}, 409).text
    evaluator.post(remove, {}, 400)
    assert (
        "The own tree is as it was." in evaluator.submit(remove, {**page.form(remove), "confirmed": "1"}).text
    )


def test_a_means_is_offered_a_link_once_it_is_shared(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    with database.writing(programme.id) as session:
        mine = make_own_goal(session, _group(session, group), "Lessons")
        make_relation(session, mine, make_goal(session, "Work"), Relation.MEANS_FOR)
    work = f"/p/{programme.id}/merge"
    assert not [link for link in evaluator.get(work).links() if "/links/new" in link]
    with database.writing(programme.id) as session:
        merging.share(session, EVALUATOR, uuid4(), mine.id, "New", "We")
    (offer,) = [link for link in evaluator.get(work).links() if "/links/new" in link]
    evaluator.get(offer)
    assert "Work" not in evaluator.get(f"{work}?q=lessons&party={group}").find(".merging__goals")[0].to_text()


def test_a_decision_that_makes_no_change_on_a_shared_page(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    with database.writing(programme.id) as session:
        mine = make_own_goal(session, _group(session, group), "Lessons").id
    share = f"/p/{programme.id}/merge/{mine}/share"
    form = evaluator.get(share).form(share)
    evaluator.submit(share, form)
    again = evaluator.post(share, {**form, "id": str(uuid4())}, 400)
    assert "is the same as" in again.text
    evaluator.post(share, {**form, "reason": "a@example.org"}, 400)


@pytest.mark.parametrize("roles", [(Role.EVALUATOR, Role.FUNDER), (Role.COORDINATOR,), (Role.INVESTOR,)])
def test_who_pays_or_is_no_evaluator_reads_no_own_tree(
    reader: Reader, database: Database, programme: Programme, roles: tuple[Role, ...]
) -> None:
    with database.writing(programme.id) as session:
        reader.sign_in(make_member(session, programme, *roles))
        group = make_group(session)
        make_own_goal(session, group, "Votes", standing=Standing.HIDDEN)
        given = merging.freeze_given(session, EVALUATOR, uuid4(), group.id).id
        party = group.id
    trees = (f"own-trees/{party}", f"own-trees/given/{given}")
    files = (f"{tree}/tree.{ending}" for tree in trees for ending in ("svg", "png"))
    for page in ("own-trees", "merge", *trees, *files):
        reader.get(f"/p/{programme.id}/{page}", 403)


def test_quotes_that_are_chosen_from_are_written_down_as_read(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    evaluator.get(f"/p/{programme.id}/own-trees/{group}/goals/new").response.close()
    with database.read_session(programme.id) as session:
        assert len(session.scalars(select(StatementReading)).all()) == 1


@pytest.mark.parametrize("kind", list(RespondentKind))
def test_a_respondent_reads_what_became_of_their_words(
    reader: Reader, database: Database, programme: Programme, kind: RespondentKind
) -> None:
    with database.writing(programme.id) as session:
        group = make_group(session)
        me, other = (make_respondent(session, group, kind=kind) for _ in range(2))
        mine, theirs = (
            make_statement(session, make_interview(session, who, text="Rust in huis."), sentence=0)
            for who in (me, other)
        )
        rest = make_own_goal(session, group, "Rest at home", statements=[mine])
        make_own_goal(session, group, "Debts gone", statements=[mine, theirs], standing=Standing.HIDDEN)
        make_own_link(session, rest, make_own_goal(session, group, "A life", statements=[mine, theirs]))
        make_own_goal(session, group, "Revenge", statements=[theirs])
        link = make_lasting_link(session, me, "token-of-me-for-this-test-long-enough").id
        silent = make_respondent(session, group, kind=kind)
        other_link = make_lasting_link(session, silent, "token-of-another-for-this-test-long").id
    reader.use("en").open_link(link)
    assert "/mine/own-tree" in reader.get("/mine").links()
    page = reader.get("/mine/own-tree")
    for said in ("Rest at home", "A life", "Rust in huis."):
        assert said in page.text
    for unsaid in ("Debts gone", "Revenge"):
        assert unsaid not in page.text
    reader.open_link(other_link)
    reader.get("/mine/own-tree", 404)


def test_many_goals_need_no_more_statements(
    evaluator: Reader, database: Database, programme: Programme, group: UUID
) -> None:
    pages = ("merge", "own-trees", f"own-trees/{group}", f"own-trees/{group}/tree.svg", "given")
    counts: dict[str, list[int]] = {page: [] for page in pages}
    for _ in range(2):
        with database.writing(programme.id) as session:
            row = _group(session, group)
            for place in range(3):
                goal = make_own_goal(session, row, f"Work {place}")
                make_relation(session, goal, make_goal(session))
                make_own_link(session, make_own_goal(session, row), goal)
            given = merging.freeze_given(session, EVALUATOR, uuid4(), group).id
        for name, seen in counts.items():
            page = f"own-trees/given/{given}" if name == "given" else name
            evaluator.get(f"/p/{programme.id}/{page}")
            with counting(evaluator.database.connection) as statements:  # type: ignore[attr-defined] # a forgetful one
                evaluator.get(f"/p/{programme.id}/{page}")
            seen.append(len(statements))
    assert all(first == second for first, second in counts.values()), counts
