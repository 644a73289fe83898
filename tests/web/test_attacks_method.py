"""What an attacker tries on interviews, coding, the tree and versions, and what must stay unseen."""

import io
import os
import zipfile
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.factories import act_of, make_member
from tests.factories.conflicts import make_conflict
from tests.factories.findings import by_link, make_lasting_link
from tests.factories.goals import EVALUATOR, make_goal
from tests.factories.goals import make_link as link_goals
from tests.factories.interviews import (
    answer_id,
    make_group,
    make_heard,
    make_interview,
    make_respondent,
    make_statement,
)
from tests.factories.merging import make_own_goal
from tests.factories.rankings import make_answer, make_ranking
from tests.web.reader import Page, Reader
from tests.web.test_attacks import Hidden
from toc.domain.goals import Stance
from toc.domain.interviews import CheckVerdict, Mode, RespondentKind
from toc.domain.people import Role
from toc.models.base import Base
from toc.models.database import Database
from toc.models.evidence import Study
from toc.models.goals import TreeEdition
from toc.models.interviews import GoalCheck, Statement
from toc.models.people import User
from toc.models.programmes import Programme
from toc.models.rankings import RankingAnswer, RankingScore
from toc.services import findings, interviews, versions
from toc.services.coding.receiving import receive
from toc.services.documents.archives import Archive
from toc.services.goals import Held
from toc.services.interviews import checking, refusing

SAID = "Ik slaap al weken in mijn auto."
AFRAID = "I am afraid of my landlord."
NOT_EVALUATORS = [one for one in Role if one is not Role.EVALUATOR]


def member(database: Database, programme: Programme, *roles: Role) -> User:
    with database.writing(programme.id) as session:
        return make_member(session, programme, *roles)


# --- What one or two people said, told as what their party thinks -------------------------------------------


class Alone:
    """A party of which one participant was heard, who is against a goal that a bigger party wants."""

    def __init__(self, database: Database, programme: Programme) -> None:
        with database.writing(programme.id) as session:
            few, many = make_group(session, name="Mothers at the shelter"), make_group(session, name="City")
            make_heard(session, few, 1)
            make_heard(session, many, 3)
            goal = make_goal(
                session,
                holders=[
                    Held(group_id=few.id, stance=Stance.OPPOSES, importance=5, feasibility=1),
                    Held(group_id=many.id, stance=Stance.SUPPORTS),
                ],
            )
            upper = make_goal(session, "They live by themselves", holders=[many])
            link_goals(session, goal, upper)
            self.goal_id, self.few, self.many = goal.id, few.id, many.id
            first = versions.freeze(session, EVALUATOR, uuid4(), "After the first talks")
            make_goal(session, "They sleep well", holders=[Held(group_id=few.id, stance=Stance.SUPPORTS)])
            self.before = first.id
            self.after = versions.freeze(session, EVALUATOR, uuid4(), "After the second talks").id


@pytest.mark.parametrize("role", NOT_EVALUATORS)
def test_what_a_party_of_one_person_thinks_shows_in_no_lens_list_way_or_version(
    reader: Reader, database: Database, programme: Programme, role: Role
) -> None:
    alone = Alone(database, programme)
    place = f"/p/{programme.id}"
    reader.use("en").sign_in(member(database, programme, role))
    pages = [
        *(f"{place}/tree?lens={lens}" for lens in ("status", "evidence", "whose", "disagreement", "changed")),
        f"{place}/tree?view=list",
        f"{place}/tree/path?from={alone.goal_id}&path=above",
        f"{place}/tree/versions/{alone.after}",
        f"{place}/tree/versions/compare?before={alone.before}&after={alone.after}",
        f"{place}/goals/matrix.csv",
    ]
    for page in pages:
        body = reader.get(page).body
        assert "opposes" not in body, page
        assert "1 against" not in body, page
        assert "Named by: Mothers" not in body, page
        assert "Mothers at the shelter (" not in body, page
    compared = reader.get(pages[-2]).text
    assert "They sleep well" in compared
    assert "Mothers at the shelter" not in compared


def test_a_frozen_version_holds_nothing_of_a_party_of_one_person(
    database: Database, programme: Programme
) -> None:
    Alone(database, programme)
    with database.read_session(programme.id) as session:
        for edition in session.scalars(sa.select(TreeEdition)):
            body = versions.body_of(edition)
            party = {one.code for one in body.parties if one.name.startswith("Mothers")}
            assert party
            assert not party & {holder.party for holder in body.holders}
            assert body.holders


def test_an_evaluator_still_sees_what_a_party_of_one_person_thinks(
    reader: Reader, database: Database, programme: Programme
) -> None:
    Alone(database, programme)
    reader.use("en").sign_in(member(database, programme, Role.EVALUATOR))
    assert "1 against" in reader.get(f"/p/{programme.id}/tree?lens=disagreement").body
    assert "Mothers at the shelter" in reader.get(f"/p/{programme.id}/conflicts").body


@pytest.mark.parametrize("payer", [Role.FUNDER, Role.INVESTOR])
def test_no_conflict_is_suggested_to_a_payer_from_what_one_person_said(
    reader: Reader, database: Database, programme: Programme, payer: Role
) -> None:
    Alone(database, programme)
    reader.use("en").sign_in(member(database, programme, Role.EVALUATOR, payer))
    assert "Mothers at the shelter" not in reader.get(f"/p/{programme.id}/conflicts").body


@pytest.mark.parametrize("role", NOT_EVALUATORS)
def test_whether_a_party_of_one_person_agrees_to_a_version_is_for_the_evaluator_alone(
    reader: Reader, database: Database, programme: Programme, role: Role
) -> None:
    alone = Alone(database, programme)
    evaluator = member(database, programme, Role.EVALUATOR)
    with database.writing(programme.id) as session:
        act = act_of(evaluator, Role.EVALUATOR)
        spoken = make_respondent(
            session, make_group(session, name="Clinic"), kind=RespondentKind.SPOKESPERSON
        )
        edition = alone.after
        for group_id, agreed, comment in ((alone.few, False, "She fears the street"), (alone.many, True, "")):
            versions.answer(session, act, uuid4(), edition, group_id, agreed=agreed, comment=comment)
        versions.answer(
            session, by_link(spoken), uuid4(), edition, spoken.group_id, agreed=False, comment="Too fast"
        )
    place = f"/p/{programme.id}/tree/versions"
    page = reader.use("en").sign_in(member(database, programme, role)).get(f"{place}/{edition}")
    assert "She fears the street" not in page.body
    assert "Mothers at the shelter too few people to show" in page.text
    assert "Clinic does not agree yet" in page.text
    assert "1 of 3 parties" in reader.get(place).text
    reader.sign_in(evaluator)
    assert "She fears the street" in reader.get(f"{place}/{edition}").body


def test_the_history_leads_to_nothing_that_hangs_on_a_hidden_goal(
    reader: Reader, database: Database, programme: Programme
) -> None:
    hidden = Hidden(database, programme)
    with database.writing(programme.id) as session:
        link = link_goals(session, hidden.goal, make_goal(session, "They live by themselves"))
        conflict = make_conflict(session, [hidden.goal], [make_group(session), make_group(session)])
        study = session.scalars(sa.select(Study.id)).one()
    ids = {str(one) for one in (link.id, conflict.id, study, hidden.indicator.id, hidden.finding.id)}
    for role, sees in ((Role.EVALUATOR, True), (Role.COORDINATOR, False)):
        reader.sign_in(member(database, programme, role))
        told = reader.get(f"/p/{programme.id}/history").body
        assert {one for one in ids if one in told} <= (ids if sees else set())
        assert (str(link.id) in told) is sees
        assert (str(hidden.indicator.id) in told) is sees


# --- Taken back ---------------------------------------------------------------------------------------------


class Checked:
    """Somebody who said something, and later answered a member check, a finding and a ranking."""

    def __init__(self, database: Database, programme: Programme) -> None:
        with database.writing(programme.id) as session:
            group = make_group(session)
            self.speaker = make_respondent(session, group)
            self.statement = make_statement(session, make_interview(session, self.speaker, text=SAID))
            goal, other = make_goal(session, "A job for all", statements=[self.statement]), make_goal(session)
            make_own_goal(session, group, f"Wants: {SAID}", statements=[self.statement])
            act = by_link(self.speaker)
            for about in {one.about for one in checking.own_goals(session, act)}:
                checking.check_goal(session, act, uuid4(), about, CheckVerdict.AMEND, f"{AFRAID} {SAID}")
            make_answer(
                session, make_ranking(session, [goal, other]), self.speaker, {goal.id: 1, other.id: 2}
            )
            finding = findings.publish(session, EVALUATOR, uuid4(), goal.id, "Half of you did.")
            findings.reply(session, act, uuid4(), finding.id, f"Not true. {AFRAID}")
            self.finding_id = finding.id

    @property
    def pages(self) -> tuple[str, ...]:
        place = f"/p/{self.statement.programme_id}"
        return (f"{place}/goals/checks", f"{place}/findings/{self.finding_id}", f"{place}/merge")


def tables_with(database: Database, programme: Programme, words: str) -> set[str]:
    """Return the tables of the programme in which words stand, the frozen ones left out."""
    with database.read_session(programme.id) as session:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            if any(words in str(value) for row in session.execute(sa.select(table)) for value in row)
        }


def test_words_of_a_member_check_go_with_the_sentence_that_they_repeat(
    reader: Reader, database: Database, programme: Programme
) -> None:
    checked = Checked(database, programme)
    assert "goal_check" in tables_with(database, programme, SAID)
    with database.writing(programme.id) as session:
        interviews.withdraw_statement(
            session, by_link(checked.speaker), uuid4(), checked.statement.id, text="Back"
        )
    assert tables_with(database, programme, SAID) == set()
    assert "goal_check" in tables_with(database, programme, AFRAID), "what else they wrote stays"
    reader.sign_in(member(database, programme, Role.EVALUATOR))
    for page in checked.pages:
        assert SAID not in reader.get(page).body, page


def test_who_erases_everything_they_said_leaves_no_words_no_reply_and_no_order(
    reader: Reader, database: Database, programme: Programme
) -> None:
    checked = Checked(database, programme)
    assert tables_with(database, programme, AFRAID) == {"goal_check", "reply"}
    with database.writing(programme.id) as session:
        refusing.take_everything_back(
            session, by_link(checked.speaker), uuid4(), checked.speaker.id, text="All"
        )
    for words in (SAID, AFRAID):
        assert tables_with(database, programme, words) == set()
    with database.read_session(programme.id) as session:
        for table in (GoalCheck, RankingAnswer, RankingScore):
            assert session.scalars(sa.select(table)).all() == []
    reader.sign_in(member(database, programme, Role.EVALUATOR))
    for page in checked.pages:
        assert AFRAID not in reader.get(page).body, page


# --- Files of other programs -------------------------------------------------------------------------------


CODEBOOK, PROJECT = "urn:QDA-XML:codebook:1.0", "urn:QDA-XML:project:1.0"
ENTITIES = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 9))
BOMB = f'<!DOCTYPE x [<!ENTITY e0 "{"A" * 1000}">{ENTITIES}]>'
FILE = '<!DOCTYPE x [<!ENTITY e8 SYSTEM "file:///etc/passwd">]>'


def codebook_of(*codes: str, before: str = "") -> bytes:
    return f'{before}<CodeBook xmlns="{CODEBOOK}"><Codes>{"".join(codes)}</Codes></CodeBook>'.encode()


def project_of(codings: str, *, note: str = "", text: str = "") -> bytes:
    """A project of one source, with bytes that cannot be packed, so that it is no zip bomb."""
    source = f'<TextSource guid="{uuid4()}" name="s" plainTextPath="internal://s.txt">{codings}</TextSource>'
    notes = f'<Note guid="{NOTE}"><PlainTextContent>{note}</PlainTextContent></Note>'
    codes = f'<Codes><Code guid="{CODE}" name="c"/></Codes>'
    project = (
        f'<Project xmlns="{PROJECT}" name="x"><CodeBook>{codes}</CodeBook><Sources>{source}</Sources>'
        f"<Notes>{notes}</Notes></Project>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("project.qde", project)
        file.writestr("Sources/s.txt", text)
        file.writestr("noise", os.urandom(600_000))
    return packed.getvalue()


NOTE, CODE = uuid4(), uuid4()


def send_coding(reader: Reader, programme: Programme, content: bytes, status: int) -> Page:
    return reader.post(f"/p/{programme.id}/coding/files", {"file": (io.BytesIO(content), "x.qdpx")}, status)


@pytest.mark.parametrize(
    "content",
    [
        codebook_of(f'<Code guid="{CODE}" name="&e8;"/>', before=BOMB),
        codebook_of(f'<Code guid="{CODE}" name="x"><Description>&e8;</Description></Code>', before=BOMB),
        codebook_of(f'<Code guid="{CODE}" name="&e8;"/>', before=FILE),
        codebook_of(f'<Code guid="{CODE}" name="x">' * 5000, "</Code>" * 5000),
    ],
    ids=["bomb in a name", "bomb in a text", "file", "deep"],
)
def test_hostile_xml_of_a_codebook_gets_a_sentence(
    reader: Reader, database: Database, programme: Programme, content: bytes
) -> None:
    reader.sign_in(member(database, programme, Role.EVALUATOR))
    page = send_coding(reader, programme, content, 400)
    assert "root:" not in page.body


def test_a_codebook_of_more_codes_than_are_listed_is_shown(
    reader: Reader, database: Database, programme: Programme
) -> None:
    reader.use("en").sign_in(member(database, programme, Role.EVALUATOR))
    codes = (f'<Code guid="{uuid4()}" name="Code {number}"/>' for number in range(230))
    page = send_coding(reader, programme, codebook_of(*codes), 200)
    assert page.find("nav .menu__link"), "the menu is still there"


def test_one_long_note_at_thousands_of_codings_is_refused(
    reader: Reader, database: Database, programme: Programme
) -> None:
    reader.sign_in(member(database, programme, Role.EVALUATOR))
    one = f'<Coding><CodeRef targetGUID="{CODE}"/><NoteRef targetGUID="{NOTE}"/></Coding>'
    selection = (
        f'<PlainTextSelection guid="{uuid4()}" startPosition="0" endPosition="1">%s</PlainTextSelection>'
    )
    send_coding(reader, programme, project_of(selection % (one * 4), note="m" * 20_000), 200)
    send_coding(reader, programme, project_of(selection % (one * 400), note="m" * 20_000), 400)


def test_a_part_that_many_sources_name_is_unpacked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[str] = []
    read = Archive.read

    def told(self: Archive, name: str) -> bytes:
        unpacked.append(name)
        return read(self, name)

    monkeypatch.setattr(Archive, "read", told)
    more = "".join(
        f'</TextSource><TextSource guid="{uuid4()}" plainTextPath="internal://s.txt">' for _ in range(50)
    )
    assert len(receive(project_of(more, text="A text")).sources) == 51
    assert unpacked == ["project.qde", "Sources/s.txt"]


# --- Somebody with a personal link -------------------------------------------------------------------------


def test_a_form_that_marks_thousands_of_passages_is_refused_at_once(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        interview = make_interview(session, mode=Mode.ALONE, text="abcdefghij " * 100)
        link = make_lasting_link(session, interview.respondent).id
        answer = answer_id(interview)
    places = [f"{answer}:{start}:{start + 5}" for start in range(501)]
    reader.use("en").open_link(link)
    page = reader.post(f"/mine/interviews/{interview.id}/sentences", {"id": uuid4(), "sentence": places}, 400)
    assert "at most 500" in page.text
    reader.sign_in(member(database, programme, Role.EVALUATOR))
    address = f"/p/{programme.id}/interviews/{interview.id}/coding"
    assert "at most 500" in reader.post(address, {"id": uuid4(), "sentence": places}, 400).text
    with database.read_session(programme.id) as session:
        assert session.scalars(sa.select(Statement)).all() == []
