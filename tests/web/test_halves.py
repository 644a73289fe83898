"""A page in two halves: the frame first, then what takes longer."""

import logging
import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.factories import make_member
from tests.factories.findings import EVALUATOR
from tests.factories.goals import make_goal, make_link
from tests.factories.people import make_account
from tests.web.reader import Page, Reader
from toc.domain.goals import Level
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import TreePicture
from toc.models.programmes import Programme
from toc.services import versions
from toc.web import halves
from toc.web.database import close_sessions
from toc.web.goals import trees

NOBODY = "00000000-0000-4000-8000-000000000000"
TYPED = "what somebody typed"


@pytest.fixture
def address(database: Database, programme: Programme, reader: Reader) -> str:
    """The tree of a programme with two goals and a version, for an evaluator."""
    with database.writing(programme.id) as session:
        job = make_goal(session, "Keep a job & <i>like</i> it", level=Level.IMPACT)
        make_link(session, make_goal(session, "Get a diploma", level=Level.OUTCOME), job)
        versions.freeze(session, EVALUATOR, uuid4(), "After the meeting")
        reader.use("en").sign_in(make_member(session, programme, Role.EVALUATOR))
    return f"/p/{programme.id}/tree"


def opened(reader: Reader, address: str) -> TestResponse:
    """Open a page as a browser does when somebody follows a link."""
    return reader.client.get(address, headers={"Sec-Fetch-Dest": "document"})


def without_tokens(text: str) -> str:
    return re.sub(r"[\w.-]{60,}", "token", " ".join(text.split()))


def test_the_frame_comes_first_and_the_tree_after_it(reader: Reader, address: str) -> None:
    before, tree, after = (piece.decode() for piece in opened(reader, address).iter_encoded())
    assert "js/tree.js" in before
    assert "diploma" not in before
    assert "Get a diploma" in tree
    assert after.rstrip().endswith("</html>")


@pytest.mark.parametrize("query", ["", "?view=list", "?edit=1", "?lens=changed", "?find=diploma"])
def test_both_halves_together_are_the_page(reader: Reader, address: str, query: str) -> None:
    page = Page(opened(reader, address + query))
    page.check()
    assert "Content-Length" not in page.response.headers
    assert without_tokens(page.body) == without_tokens(reader.get(address + query).body)


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Dest": "empty", "HX-Request": "true"}])
def test_who_takes_a_part_of_the_page_gets_it_whole(
    reader: Reader, address: str, headers: dict[str, str]
) -> None:
    answer = reader.client.get(address, headers=headers)
    assert int(answer.headers["Content-Length"]) == len(answer.get_data())


@pytest.mark.parametrize("query", [f"?root={NOBODY}", f"?lens=changed&edition={NOBODY}"])
def test_what_is_not_there_says_so_in_its_status(reader: Reader, address: str, query: str) -> None:
    assert opened(reader, address + query).status_code == 404


def test_who_may_not_read_it_gets_no_half_of_it(database: Database, reader: Reader, address: str) -> None:
    with database.writing() as session:
        stranger = make_account(session)
    assert opened(reader.sign_in(stranger), address).status_code == 404
    assert opened(reader.sign_out(), address).status_code == 302


@pytest.mark.parametrize(
    ("error", "heading"),
    [
        (RuntimeError(TYPED), "Something went wrong on our side"),
        (OperationalError(TYPED, {}, Exception(TYPED)), "Out of service for a moment"),
    ],
)
def test_what_fails_after_the_frame_is_said_in_the_page_and_logged_without_its_message(
    reader: Reader,
    address: str,
    error: Exception,
    heading: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(*_: object) -> str:
        raise error

    monkeypatch.setattr(trees, "_body", fails)
    with caplog.at_level(logging.ERROR):
        page = Page(opened(reader, address))
    page.check()
    assert page.status == 200
    assert heading in page.text
    assert page.body.rstrip().endswith("</html>")
    assert TYPED not in caplog.text + page.body
    (reference,) = re.findall(r"Reference (\w+)", caplog.text)
    assert reference in page.text


def test_the_database_is_let_go_before_the_second_half_goes_out(
    reader: Reader, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    body = trees._body  # noqa: SLF001 - what takes long

    def closes() -> None:
        done.append("closed")
        close_sessions()

    def makes(*all_: Any) -> str:  # noqa: ANN401 - what it is given
        done.append("made")
        return body(*all_)

    monkeypatch.setattr(halves, "close_sessions", closes)
    monkeypatch.setattr(trees, "_body", makes)
    answer = opened(reader, address)
    pieces = answer.iter_encoded()
    next(pieces)
    assert done == []
    next(pieces)
    assert done == ["made", "closed"]
    assert len(list(pieces)) == 1
    answer.close()


def test_the_picture_is_kept_after_the_whole_page(
    database: Database, programme: Programme, reader: Reader, address: str
) -> None:
    def kept() -> int:
        with database.read_session(programme.id) as session:
            places = session.scalar(select(TreePicture.places))
            return len(places or {})

    answer = opened(reader, address)
    assert "Get a diploma" in answer.get_data(as_text=True)
    assert kept() == 0
    answer.close()
    assert kept() == 2
