"""Pages of the versions of the tree: frozen, agreed by link or on paper, compared and restored."""

from uuid import uuid4

import pytest

from tests.factories import act_of, make_member
from tests.factories.findings import EVALUATOR, make_lasting_link
from tests.factories.goals import make_goal, make_link
from tests.factories.interviews import make_group, make_interview, make_respondent
from tests.statements import counting
from tests.web.reader import Reader
from toc.domain.goals import Level, Standing
from toc.domain.interviews import RespondentKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import TreeEdition
from toc.models.programmes import Programme
from toc.services import goals as goals_service
from toc.services import versions
from toc.services.goals import GoalDraft


class Tree:
    """A tree with a version, and a spokesperson with a link."""

    def __init__(self, database: Database, programme: Programme) -> None:
        self.database, self.programme_id = database, programme.id
        with database.writing(programme.id) as session:
            self.group = make_group(session)
            self.end = make_goal(session, "Young people keep a job", level=Level.OUTCOME)
            self.means = make_goal(session, "They get a diploma", level=Level.OUTPUT)
            make_link(session, self.means, self.end, mechanism="It opens doors")
            make_goal(session, "Get rid of the foundation", standing=Standing.HIDDEN)
            self.first: TreeEdition = versions.freeze(session, EVALUATOR, uuid4(), "After the meeting")
            spokesperson = make_respondent(session, self.group, kind=RespondentKind.SPOKESPERSON)
            participant = make_respondent(session, self.group, kind=RespondentKind.PARTICIPANT)
            make_interview(session, spokesperson)
            self.link = make_lasting_link(session, spokesperson)
            self.participant_link = make_lasting_link(session, participant, "another-token-for-a-participant")
        self.all = f"/p/{programme.id}/tree/versions"
        self.page = f"{self.all}/{self.first.id}"
        self.mine = f"/mine/versions/{self.first.id}"

    def change(self) -> None:
        """Word one goal anew, move the other and add a third."""
        with self.database.writing(self.programme_id) as session:
            view = goals_service.get_goal(session, EVALUATOR, self.end.id)
            draft = GoalDraft(wording="Young people find a job", level=Level.IMPACT)
            goals_service.new_edition(session, EVALUATOR, view, draft, "Clearer")
            added = make_goal(session, "They sleep well")
            make_link(session, self.means, added)


@pytest.fixture
def tree(database: Database, programme: Programme) -> Tree:
    return Tree(database, programme)


def sign_in(reader: Reader, tree: Tree, programme: Programme, *roles: Role, language: str = "en") -> Reader:
    with tree.database.writing(programme.id) as session:
        return reader.use(language).sign_in(make_member(session, programme, *roles))


@pytest.fixture
def evaluator(reader: Reader, tree: Tree, programme: Programme) -> Reader:
    return sign_in(reader, tree, programme, Role.EVALUATOR)


@pytest.mark.parametrize(("language", "said"), [("en", "After the meeting"), ("nl", "Vastgelegd")])
def test_everybody_reads_the_versions_and_nobody_a_hidden_goal(
    reader: Reader, tree: Tree, programme: Programme, language: str, said: str
) -> None:
    payer = sign_in(reader, tree, programme, Role.FUNDER, language=language)
    assert said in payer.get(tree.all).text
    page = payer.get(tree.page)
    assert "Young people keep a job" in page.text
    assert "rid of the foundation" not in page.text
    assert tree.first.digest in page.text
    assert not page.find("form[action$='/tree/versions']")


def test_a_programme_without_versions_says_what_they_are_for(
    database: Database, programme: Programme, reader: Reader
) -> None:
    with database.writing(programme.id) as session:
        reader.use("en").sign_in(make_member(session, programme, Role.EVALUATOR))
    page = reader.get(f"/p/{programme.id}/tree/versions")
    assert "No version yet" in page.text
    answer = reader.post(f"/p/{programme.id}/tree/versions", {"id": str(uuid4()), "reason": "Now"}, 400)
    assert "nothing to agree on" in answer.text


def test_the_tree_is_frozen_with_a_reason(evaluator: Reader, tree: Tree) -> None:
    tree.change()
    form = evaluator.get(tree.all).form(tree.all)
    answer = evaluator.post(tree.all, {**form, "reason": ""}, 400)
    answer = evaluator.post(tree.all, {**form, "reason": "Second meeting"}, 302)
    page = evaluator.get(answer.location)
    assert "Version 2" in page.text
    assert "The tree says the same today." in page.text
    again = evaluator.post(tree.all, {**form, "id": str(uuid4()), "reason": "Once more"}, 400)
    assert "Nothing changed since version 2" in again.text


def test_two_versions_stand_side_by_side(evaluator: Reader, tree: Tree) -> None:
    tree.change()
    page = evaluator.get(f"{tree.all}/compare?before={tree.first.id}")
    assert [one.to_text() for one in page.find("del")] == ["keep"]
    assert [one.to_text() for one in page.find("ins")] == ["find"]
    for said in ("They sleep well", "outcome", "societal impact", "a means to: G1, G4", "G2 → G4"):
        assert said in page.text
    named = [
        (one.attrs.get("aria-labelledby"), [head.attrs.get("id") for head in one.query("h2")])
        for one in page.find("section.card")
    ]
    assert len(named) > 2
    assert all([name] == heads for name, heads in named), named
    same = evaluator.get(f"{tree.all}/compare?before={tree.first.id}&after={tree.first.id}")
    assert "Nothing differs." in same.text
    for wrong in ("", "nonsense", str(uuid4())):
        evaluator.get(f"{tree.all}/compare?before={wrong}", 404)


def test_restoring_shows_what_will_change_and_does_it(evaluator: Reader, tree: Tree) -> None:
    tree.change()
    address = f"{tree.page}/restore"
    page = evaluator.get(address)
    assert "They sleep well" in page.text
    form = page.form(address)
    evaluator.post(address, {**form, "reason": ""}, 400)
    refused = evaluator.post(address, {**form, "reason": "ask a@example.org"}, 400)
    assert "a@example.org" in refused.body
    answer = evaluator.post(address, {**form, "reason": "The parties prefer it"}, 302)
    assert "Version 3" in evaluator.get(answer.location).text
    assert "says again what version 1 said" in evaluator.get(tree.all).text
    assert "nothing to restore" in evaluator.get(address).text
    evaluator.post(f"{tree.all}/{uuid4()}/restore", {}, 404)


def test_what_a_party_says_is_written_down(evaluator: Reader, tree: Tree) -> None:
    address = f"{tree.page}/parties/{tree.group.id}"
    form = evaluator.get(address).form(address)
    evaluator.post(address, form, 400)
    answer = evaluator.post(address, {**form, "agreed": "no", "comment": ""}, 400)
    assert "Say why you do not agree" in answer.text
    answer = evaluator.post(address, {**form, "agreed": "no", "comment": "It goes too fast"}, 302)
    page = evaluator.get(tree.page)
    assert "does not agree yet" in page.text
    assert "It goes too fast" in page.text
    evaluator.get(f"{tree.page}/parties/{uuid4()}", 404)
    evaluator.post(f"{tree.page}/parties/{uuid4()}", {}, 404)


def test_a_spokesperson_agrees_through_the_link(reader: Reader, tree: Tree) -> None:
    reader.use("en").open_link(tree.link.id)
    assert tree.mine in reader.get("/mine").links()
    page = reader.get(tree.mine)
    assert "Young people keep a job" in page.text
    assert "rid of the foundation" not in page.text
    form = page.form(tree.mine)
    reader.post(tree.mine, {**form, "agreed": "perhaps"}, 400)
    reader.post(tree.mine, {**form, "agreed": "no"}, 400)
    reader.post(tree.mine, {**form, "agreed": "yes"}, 302)
    assert "Your party agreed." in reader.get(tree.mine).text
    with tree.database.writing(tree.programme_id) as session:
        (said,) = versions.answers(session, tree.first.id)
    assert (said.agreed, said.alone) == (True, True)


def test_who_has_not_told_what_they_want_does_not_see_what_others_want(
    reader: Reader, tree: Tree, database: Database
) -> None:
    with database.writing(tree.programme_id) as session:
        silent = make_respondent(session, tree.group, kind=RespondentKind.SPOKESPERSON)
        link = make_lasting_link(session, silent, "another-token-of-somebody-silent")
    reader.open_link(link.id)
    assert tree.mine not in reader.get("/mine").links()
    reader.get(tree.mine, 404)


def test_a_participant_is_not_asked_for_their_party(reader: Reader, tree: Tree) -> None:
    reader.use("nl").open_link(tree.participant_link.id)
    assert tree.mine not in reader.get("/mine").links()
    reader.get(tree.mine, 404)
    reader.post(tree.mine, {"id": str(uuid4()), "agreed": "yes"}, 404)


def test_a_version_that_was_changed_outside_says_so(
    reader: Reader, tree: Tree, programme: Programme, database: Database
) -> None:
    with database.writing(programme.id) as session:
        forged = TreeEdition(
            id=uuid4(), number=9, body="{}", digest="0" * 64, reason="Forged", created_at=act_of(None).at
        )
        session.add(forged)
    worker = sign_in(reader, tree, programme, Role.WORKER)
    answer = worker.get(f"{tree.all}/{forged.id}", 409)
    assert "is not what was frozen" in answer.text


def test_a_version_takes_as_many_statements_for_many_goals(evaluator: Reader, tree: Tree) -> None:
    evaluator.get(tree.page)
    with counting(tree.database.engine) as few:
        evaluator.get(tree.page)
    with tree.database.writing(tree.programme_id) as session:
        for place in range(30):
            make_goal(session, f"Goal {place}")
        large = versions.freeze(session, EVALUATOR, uuid4(), "Large")
    with counting(tree.database.engine) as many:
        evaluator.get(f"{tree.all}/{large.id}")
    assert len(many) == len(few) <= 15
