"""Reminders: who is told of what, once, and never who does not want it."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, act_of, make_member, make_programme, make_user
from tests.factories.goals import make_goal
from tests.factories.indicators import make_count, make_indicator, measure
from tests.factories.participants import make_site
from tests.statements import counting
from toc.domain.people import Role
from toc.domain.reminding import again_before
from toc.models.audit import InstanceEvent
from toc.models.database import Database
from toc.models.mail import Reminding
from toc.models.people import Membership, User
from toc.models.programmes import Programme
from toc.services import indicators, reminding
from toc.services.errors import NotFound
from toc.services.reminding import Letter
from toc.web.security import ZONE

BEFORE = again_before(TODAY, 7, ZONE)


def due(session: Session, name: str = "Diplomas", **says: object) -> None:
    """An indicator whose quarter ended on 1 July: 62 days late on 1 September."""
    indicator = make_indicator(session, definition=make_count(name=name, **says))
    measure(session, indicator, date(2025, 4, 1), 30)


def letters(database: Database) -> dict[str, list[str]]:
    """Which indicators are named to whom."""
    found = reminding.letters(database, act_of(), BEFORE)
    return {letter.name: sorted(one.name for one in letter.waiting) for letter in found}


@pytest.fixture
def worker(session: Session, programme: Programme) -> User:
    return make_member(session, programme, Role.WORKER, name="Wim")


def test_who_records_is_told_what_is_due(
    database: Database, session: Session, programme: Programme, worker: User
) -> None:
    for role in set(Role) - {Role.WORKER}:
        make_member(session, programme, role)
    due(session)
    session.commit()
    (letter,) = reminding.letters(database, act_of(), BEFORE)
    assert isinstance(letter, Letter)
    assert (letter.user_id, letter.email, letter.language) == (worker.id, worker.email, "en")
    (one,) = letter.waiting
    assert (one.programme, one.code, one.name) == (programme.name, "I1", "Diplomas")
    assert one.days_late(TODAY) == 62


@pytest.mark.usefixtures("worker")
def test_nothing_is_said_when_nothing_is_due(database: Database, session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    measure(session, indicator, date(2025, 8, 1), 30)
    session.commit()
    assert letters(database) == {}


@pytest.mark.usefixtures("worker")
def test_a_programme_that_ended_long_ago_reminds_nobody(
    database: Database, session: Session, programme: Programme
) -> None:
    due(session, target_on=date(2025, 5, 30))
    due(session, name="At work years later", target_on=date(2027, 6, 30))
    own = session.get_one(Programme, programme.id)
    own.ends_on = date(2025, 6, 1)
    session.commit()
    assert letters(database) == {"Wim": ["At work years later", "Diplomas"]}
    own.ends_on = date(2025, 5, 31)
    session.commit()
    assert letters(database) == {"Wim": ["At work years later"]}


@pytest.mark.usefixtures("worker")
def test_a_site_that_lacks_waits_too(database: Database, session: Session) -> None:
    indicator = make_indicator(session, definition=make_count(name="Per site"))
    first, _ = make_site(session, name="North"), make_site(session, name="South")
    entry = indicators.Entry(id=uuid4(), on=date(2025, 8, 25), value=Decimal(4), site_id=first.id)
    indicators.record_measurement(session, act_of(None, Role.WORKER), indicator.id, entry)
    session.commit()
    assert letters(database) == {"Wim": ["Per site"]}


def test_one_letter_tells_of_all_programmes(
    database: Database, session: Session, programme: Programme, worker: User
) -> None:
    due(session, "Here")
    session.commit()
    with database.writing() as making:
        elsewhere = make_programme(making, name="Elsewhere")
        making.add(
            Membership(
                id=uuid4(), programme_id=elsewhere.id, user_id=worker.id, role=Role.WORKER, created_at=NOW
            )
        )
    with database.writing(elsewhere.id) as writing:
        due(writing, "There")
    (letter,) = reminding.letters(database, act_of(), BEFORE)
    assert {(one.programme, one.name) for one in letter.waiting} == {
        (programme.name, "Here"),
        ("Elsewhere", "There"),
    }


@pytest.mark.usefixtures("worker")
def test_who_is_named_is_told_alone_as_long_as_they_may_record(
    database: Database, session: Session, programme: Programme
) -> None:
    named = make_member(session, programme, Role.WORKER, name="Nel")
    due(session, "Hers", responsible_id=named.id)
    due(session, "Everybody's")
    session.commit()
    assert letters(database) == {"Nel": ["Everybody's", "Hers"], "Wim": ["Everybody's"]}
    held = session.scalars(select(Membership).where(Membership.user_id == named.id)).one()
    held.ended_at = NOW
    session.commit()
    assert letters(database) == {"Wim": ["Everybody's", "Hers"]}


@pytest.mark.usefixtures("worker")
def test_a_hidden_goal_is_not_named_to_who_may_not_see_it(
    database: Database, session: Session, programme: Programme
) -> None:
    make_member(session, programme, Role.WORKER, Role.EVALUATOR, name="Eva")
    goal = make_goal(session)
    measure(session, make_indicator(session, goal, make_count(name="Hidden")), date(2025, 4, 1), 30)
    goal.released = False
    session.commit()
    assert letters(database) == {"Eva": ["Hidden"]}


def test_an_account_that_is_off_and_a_programme_that_does_not_open_are_left_alone(
    database: Database, session: Session, programme: Programme, worker: User
) -> None:
    due(session)
    worker.active = False
    session.commit()
    assert letters(database) == {}
    worker.active, programme.second_factor_required = True, True
    session.merge(programme)
    session.commit()
    assert letters(database) == {}
    worker.tf_primary_method = "authenticator"
    session.commit()
    assert letters(database) == {"Wim": ["Diplomas"]}


def test_once_told_somebody_is_left_alone_for_a_week(
    database: Database, session: Session, worker: User
) -> None:
    due(session)
    session.commit()
    with database.writing() as writing:
        assert reminding.claim(writing, act_of(), worker.id, BEFORE)
    assert letters(database) == {}
    with database.writing() as writing:
        assert not reminding.claim(writing, act_of(at=NOW + timedelta(hours=1)), worker.id, BEFORE)
    later = again_before(TODAY + timedelta(days=7), 7, ZONE)
    assert len(reminding.letters(database, act_of(at=NOW + timedelta(days=7)), later)) == 1
    with database.writing() as writing:
        assert reminding.claim(writing, act_of(at=NOW + timedelta(days=7)), worker.id, later)


def test_of_two_commands_at_once_one_tells(storage: Database) -> None:
    try:
        with storage.writing() as session:
            user_id = make_user(session).id
        start, told = threading.Barrier(2), []

        def tell() -> None:
            start.wait()
            with storage.writing() as session:
                told.append(reminding.claim(session, act_of(), user_id, BEFORE))

        threads = [threading.Thread(target=tell) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == [False, True]
    finally:
        with storage.writing() as session:
            session.execute(delete(Reminding))
            session.execute(delete(User).where(User.id == user_id))


def test_reminders_are_turned_off_and_on_with_one_event_each(
    database: Database, session: Session, worker: User
) -> None:
    due(session)
    session.commit()
    assert reminding.standing(session, worker.id) == reminding.Standing("en", wanted=True)
    by = replace(act_of(), user=worker.id)
    for wanted in (False, False, True, True, False):
        with database.writing() as writing:
            reminding.set_wanted(writing, by, worker.id, wanted=wanted)
    assert reminding.standing(session, worker.id).wanted is False
    assert letters(database) == {}
    with database.writing() as writing:
        assert not reminding.claim(writing, act_of(), worker.id, BEFORE)
    events = session.scalars(select(InstanceEvent).order_by(InstanceEvent.sequence))
    assert [(one.action, one.actor) for one in events if one.action.startswith("reminders.")] == [
        (f"reminders.{how}", f"user:{worker.id}") for how in ("off", "on", "off")
    ]


def test_an_account_that_does_not_exist_has_no_reminders(session: Session) -> None:
    with pytest.raises(NotFound):
        reminding.standing(session, uuid4())
    with pytest.raises(NotFound):
        reminding.set_wanted(session, act_of(), uuid4(), wanted=False)


@pytest.mark.usefixtures("worker")
def test_more_people_and_indicators_take_no_more_statements(
    database: Database, session: Session, programme: Programme
) -> None:
    due(session)
    session.commit()
    counts = []
    for _ in range(2):
        with counting(database.connection) as statements:  # type: ignore[attr-defined] # a forgetful one
            letters(database)
        counts.append(len(statements))
        for _ in range(5):
            make_member(session, programme, Role.WORKER)
            due(session, "Another")
        session.commit()
    assert counts[0] == counts[1] <= 6
