"""Numbers of short codes are given out once, also to people who ask at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy.orm import Session

from tests.factories import make_programme
from toc.domain.codes import CodeKind
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.services.codes import next_code


def test_each_kind_counts_from_one(session: Session) -> None:
    assert [next_code(session, CodeKind.GOAL) for _ in range(3)] == [1, 2, 3]
    assert next_code(session, CodeKind.INDICATOR) == 1
    assert next_code(session, CodeKind.GOAL) == 4


def test_each_programme_counts_for_itself(database: Database, programme: Programme) -> None:
    with database.writing() as session:
        other = make_programme(session)
    for one, number in ((programme, 1), (other, 1), (programme, 2)):
        with database.writing(one.id) as session:
            assert next_code(session, CodeKind.GOAL) == number


def test_a_number_that_was_taken_back_is_given_out_again(database: Database, programme: Programme) -> None:
    with database.write_session(programme.id) as session:
        assert next_code(session, CodeKind.GOAL) == 1
        session.rollback()
    with database.writing(programme.id) as session:
        assert next_code(session, CodeKind.GOAL) == 1


def test_who_asks_at_the_same_moment_gets_another_number(separate: Database) -> None:
    with separate.writing() as session:
        programme = make_programme(session)
    start = Barrier(6)

    def ask(_: int) -> int:
        start.wait()
        with separate.writing(programme.id) as session:
            return next_code(session, CodeKind.GOAL)

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(ask, range(6))) == [1, 2, 3, 4, 5, 6]
