"""What all tables share: exact values, moments, revisions, and that no row leaves its programme."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select
from sqlalchemy.exc import IntegrityError, SAWarning, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tests.factories import NOW, make_organisation, make_programme
from tests.factories.interviews import make_respondent
from toc.domain.goals import Standing
from toc.domain.indicators import Status
from toc.domain.people import Part
from toc.models.base import Exact, ForeignProgramme, UtcDateTime, table_name
from toc.models.database import Database
from toc.models.findings import Finding, Reply
from toc.models.goals import Goal, GoalEdition, GoalLink
from toc.models.programmes import Partner, Programme

EVERY_ROW = settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
HALF_HOUR_EAST = timezone(timedelta(hours=5, minutes=30))


def make_goal(session: Session, code: int = 1, **fields: object) -> Goal:
    goal = Goal(id=uuid4(), code=code, created_at=NOW, **fields)
    session.add(goal)
    session.flush()
    return goal


@pytest.fixture
def other(database: Database) -> Programme:
    """A second programme."""
    with database.writing() as session:
        return make_programme(session)


@pytest.fixture
def foreign(database: Database, other: Programme) -> Goal:
    """A goal of the other programme."""
    with database.writing(other.id) as session:
        return make_goal(session)


# --- Values -------------------------------------------------------------------------------------------------


@EVERY_ROW
@given(millionths=st.integers(-(2**63), 2**63 - 1))
def test_a_measured_value_comes_back_as_it_was(millionths: int, database: Database) -> None:
    value = Decimal(millionths).scaleb(-6)
    with database.read_session() as session:
        assert session.scalar(select(literal(value, Exact()))) == value


def test_a_measured_value_shows_no_needless_zeros(database: Database) -> None:
    with database.read_session() as session:
        for typed, shown in {"120": "120", "0.500000": "0.5", "-3.10": "-3.1", "0": "0"}.items():
            assert str(session.scalar(select(literal(Decimal(typed), Exact())))) == shown


@EVERY_ROW
@given(moment=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001 - the zone comes next
def test_a_moment_comes_back_in_utc(moment: datetime, database: Database) -> None:
    for zone in (UTC, HALF_HOUR_EAST):
        there = moment.replace(tzinfo=zone)
        with database.read_session() as session:
            back = session.scalar(select(literal(there, UtcDateTime())))
        assert back == there
        assert back is not None
        assert back.utcoffset() == timedelta(0)


def test_nothing_stays_nothing(database: Database) -> None:
    with database.read_session() as session:
        assert session.scalar(select(literal(None, Exact()))) is None
        assert session.scalar(select(literal(None, UtcDateTime()))) is None


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Exact(), Decimal("0.0000001"), "at most six decimals"),
        (UtcDateTime(), datetime(2025, 1, 1), "needs its zone"),  # noqa: DTZ001 - the point
    ],
)
def test_what_cannot_be_kept_exactly_is_refused(
    kind: Exact | UtcDateTime, value: object, said: str, database: Database
) -> None:
    with database.read_session() as session, pytest.raises(StatementError, match=said):
        session.scalar(select(literal(value, kind)))


def test_a_class_names_its_table() -> None:
    assert [table_name(name) for name in ("Goal", "GoalEdition")] == ["goal", "goal_edition"]


# --- Programmes ---------------------------------------------------------------------------------------------


def test_a_new_row_gets_the_programme_of_the_session(session: Session, programme: Programme) -> None:
    assert make_goal(session).programme_id == programme.id


@pytest.mark.parametrize("how", ["new", "loaded", "moved"])
def test_a_row_of_another_programme_is_refused(
    how: str, session: Session, other: Programme, foreign: Goal
) -> None:
    if how == "new":
        session.add(Goal(programme_id=other.id, id=uuid4(), code=9, created_at=NOW))
    elif how == "loaded":
        session.get_one(Goal, (other.id, foreign.id)).is_primary = True
    else:
        make_goal(session).programme_id = other.id
    with pytest.raises(ForeignProgramme, match="Goal"):
        session.flush()


def test_outside_programmes_a_row_says_where_it_belongs(database: Database, programme: Programme) -> None:
    goal = Goal(programme_id=programme.id, id=uuid4(), code=1, created_at=NOW)
    with database.writing() as session:
        session.add(goal)
    lost = Goal(id=uuid4(), code=2, created_at=NOW)
    with pytest.raises((IntegrityError, SAWarning)), database.writing() as session:
        session.add(lost)


def make_edition(goal: Goal | None, **fields: object) -> GoalEdition:
    return GoalEdition(
        id=uuid4(), goal=goal, number=1, wording="A job", standing=Standing.STATED, created_at=NOW, **fields
    )


def test_a_relationship_writes_its_own_column_alone(session: Session, programme: Programme) -> None:
    goal = make_goal(session)
    edition = make_edition(goal)
    session.add(edition)
    session.flush()
    assert (edition.programme_id, edition.goal_id) == (programme.id, goal.id)
    session.expire(goal)
    assert goal.editions == [edition]


def test_a_link_to_another_programme_neither_moves_the_row_nor_is_kept(
    session: Session, programme: Programme, other: Programme, foreign: Goal
) -> None:
    # The usual relationship over both columns would move the row to the other programme, without a word.
    link = GoalLink(id=uuid4(), lower=make_goal(session, 1), upper=make_goal(session, 2), created_at=NOW)
    session.add(link)
    session.commit()
    link.upper = session.get_one(Goal, (other.id, foreign.id))
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        session.flush()
    session.rollback()
    assert session.scalars(select(GoalLink.programme_id)).all() == [programme.id]


def test_a_link_can_be_laid_anew(session: Session, programme: Programme) -> None:
    lower, upper = make_goal(session, 1), make_goal(session, 2)
    link = GoalLink(id=uuid4(), lower=lower, upper=upper, created_at=NOW)
    session.add(link)
    session.flush()
    link.upper = make_goal(session, 3)
    session.flush()
    session.expire(link)
    assert (link.programme_id, link.lower, link.upper.code) == (programme.id, lower, 3)


def test_an_optional_link_can_be_taken_away(session: Session, programme: Programme) -> None:
    # SQLAlchemy's own relationship over both columns would clear programme_id as well.
    goal = make_goal(session)
    edition = make_edition(goal)
    finding = Finding(
        id=uuid4(),
        code=1,
        goal=goal,
        goal_edition=edition,
        text="Half of them found a job.",
        status=Status.BEHIND,
        rung=0,
        published_at=NOW,
    )
    reply = Reply(
        id=uuid4(),
        finding=finding,
        respondent=make_respondent(session),
        text="A permanent one?",
        at=NOW,
        resulting_edition=edition,
    )
    session.add_all([edition, finding, reply])
    session.flush()
    reply.resulting_edition = None
    session.flush()
    session.expire(reply)
    assert (reply.programme_id, reply.resulting_edition_id) == (programme.id, None)


def test_the_same_number_may_stand_in_two_programmes_and_not_twice_in_one(
    session: Session, foreign: Goal
) -> None:
    make_goal(session, foreign.code)
    with pytest.raises(IntegrityError):
        make_goal(session, foreign.code)


def test_a_goal_is_not_found_from_another_programme(
    session: Session, programme: Programme, foreign: Goal
) -> None:
    assert session.get(Goal, (programme.id, foreign.id)) is None


def test_an_organisation_may_take_part_in_several_programmes(
    database: Database, programme: Programme, other: Programme
) -> None:
    with database.writing() as session:
        organisation = make_organisation(session)
    for one in (programme, other):
        with database.writing(one.id) as session:
            session.add(
                Partner(id=uuid4(), organisation_id=organisation.id, part=Part.FUNDER, created_at=NOW)
            )
    with database.read_session() as session:
        assert set(session.scalars(select(Partner.programme_id))) == {programme.id, other.id}


# --- Revisions ----------------------------------------------------------------------------------------------


def test_each_change_counts_and_an_old_copy_is_refused(database: Database, programme: Programme) -> None:
    with database.writing(programme.id) as session:
        mine = make_goal(session)
    key = (programme.id, mine.id)
    assert mine.revision == 1
    with database.writing(programme.id) as session:
        session.get_one(Goal, key).is_primary = True
    mine.released = False  # I do not know what happened meanwhile
    with pytest.raises(StaleDataError), database.writing(programme.id) as session:
        session.add(mine)
    with database.read_session() as session:
        kept = session.get_one(Goal, key)
        assert (kept.revision, kept.is_primary, kept.released) == (2, True, True)


def test_an_edition_has_a_day_and_a_creator(session: Session) -> None:
    edition = make_edition(make_goal(session), by_when=date(2027, 12, 31))
    session.add(edition)
    session.flush()
    session.expire(edition)
    assert (edition.by_when, edition.created_at, edition.created_by_id) == (date(2027, 12, 31), NOW, None)
