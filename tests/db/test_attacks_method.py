"""What was taken back stays nowhere that its speaker wrote later; files and forms without end are refused."""

import io
import zipfile
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.findings import by_link
from tests.factories.goals import make_goal
from tests.factories.interviews import (
    answer_id,
    make_group,
    make_interview,
    make_respondent,
    make_statement,
)
from tests.factories.merging import make_own_goal
from toc.domain.errors import DomainError
from toc.domain.interviews import CheckVerdict
from toc.models.interviews import GoalCheck
from toc.services import interviews
from toc.services.coding.receiving import receive
from toc.services.coding.refi import PROJECT
from toc.services.interviews import Place, checking
from toc.services.interviews.statements import MOST_AT_ONCE, check_number

SAID = "Ik slaap al weken in mijn auto."
NOTE, CODE = uuid4(), uuid4()


def test_a_sentence_is_taken_out_of_the_member_check_of_its_speaker_alone(session: Session) -> None:
    group = make_group(session)
    one, two = make_respondent(session, group), make_respondent(session, group)
    mine, theirs = (make_statement(session, make_interview(session, who, text=SAID)) for who in (one, two))
    make_goal(session, "A home", statements=[mine, theirs])
    make_own_goal(session, group, f"Wants: {SAID}", statements=[mine])
    for who in (one, two):
        for goal in checking.own_goals(session, by_link(who)):
            checking.check_goal(
                session, by_link(who), uuid4(), goal.about, CheckVerdict.AMEND, f"Well: {SAID}"
            )
    interviews.withdraw_statement(session, by_link(one), uuid4(), mine.id, text="Back")
    kept = {
        (check.respondent_id, check.party_goal_id is None): (check.comment, check.wording)
        for check in session.scalars(select(GoalCheck))
    }
    assert kept == {
        (one.id, True): ("Well: […]", "A home"),
        (one.id, False): ("Well: […]", "Wants: […]"),
        (two.id, True): (f"Well: {SAID}", "A home"),
    }


def test_nothing_and_far_too_much_are_not_marked(session: Session) -> None:
    answer = answer_id(make_interview(session))
    with pytest.raises(DomainError, match="none_chosen"):
        check_number([])
    check_number([Place(answer, 0, 2)] * MOST_AT_ONCE)
    with pytest.raises(DomainError, match="too_many"):
        check_number([Place(answer, 0, 2)] * (MOST_AT_ONCE + 1))


def project(codings: int, sources: int) -> bytes:
    one = f'<Coding><CodeRef targetGUID="{CODE}"/><NoteRef targetGUID="{NOTE}"/></Coding>'
    selection = f'<PlainTextSelection startPosition="0" endPosition="1">{one * codings}</PlainTextSelection>'
    source = '<TextSource guid="{}" plainTextPath="internal://s.txt">{}</TextSource>'
    root = (
        f'<Project xmlns="{PROJECT}" name="x">'
        f'<CodeBook><Codes><Code guid="{CODE}" name="c"/></Codes></CodeBook>'
        f"<Sources>{''.join(source.format(uuid4(), selection) for _ in range(sources))}</Sources>"
        f'<Notes><Note guid="{NOTE}"><PlainTextContent>{"m" * 20_000}</PlainTextContent></Note></Notes>'
        "</Project>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("project.qde", root)
        file.writestr("Sources/s.txt", "A text")
    return packed.getvalue()


def test_a_note_counts_for_every_coding_that_it_stands_at() -> None:
    assert len(receive(project(100, 2)).codings) == 200
    with pytest.raises(DomainError, match="too_large"):
        receive(project(100, 3))


def test_sources_that_name_one_part_have_one_text() -> None:
    assert len({digest for _, digest in receive(project(1, 3)).sources.values()}) == 1
