"""The chains of events as the databases keep them: written with the change, and found when touched."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import case, delete, select, text, update
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, act_of, make_member, make_programme, make_user
from tests.factories.findings import by_link
from tests.factories.goals import make_goal, make_link
from tests.factories.indicators import make_count, make_indicator, measure
from tests.factories.interviews import make_respondent
from toc.domain.audit import INSTANCE, Fault
from toc.domain.people import Role
from toc.models.audit import AuditEvent, AuditHead, InstanceEvent, InstanceHead
from toc.models.base import Base
from toc.models.database import Database
from toc.models.interviews import Respondent
from toc.models.programmes import Programme
from toc.services import audit
from toc.services.audit import Actor, Subject

SUBJECT = UUID(int=7)


def write(session: Session, times: int, **detail: str | int | None) -> None:
    """Add events a minute apart to the chain of the session's programme."""
    for number in range(times):
        act = act_of(UUID(int=1), at=NOW + timedelta(minutes=number))
        audit.record(session, act, "goal.create", "goal", SUBJECT, number=number, **detail)


def disarm(session: Session) -> None:
    """Do what somebody with the keys of the database does before they change the past."""
    if session.get_bind().dialect.name == "sqlite":
        for table in ("audit_event", "instance_event"):
            for verb in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER {table}_keeps_{verb}"))
    else:
        for table in ("audit_event", "instance_event"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def faults(session: Session, programme: Programme) -> list[Fault]:
    """What the check says about the chain, read by somebody else."""
    return audit.verify_programme(session, programme.id)


# --- Writing ------------------------------------------------------------------------------------------------


def test_events_follow_each_other_and_the_head_names_the_last(session: Session, programme: Programme) -> None:
    write(session, 3)
    rows = list(session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))
    head = session.get_one(AuditHead, programme.id)
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert (head.sequence, head.hash) == (3, rows[-1].hash)
    assert rows[0].actor == f"user:{UUID(int=1)}"
    assert rows[0].detail == {"number": 0}
    assert audit.verify(session) == {INSTANCE: [], str(programme.id): []}


def test_each_programme_has_a_chain_of_its_own(database: Database, programme: Programme) -> None:
    with database.writing() as session:
        other = make_programme(session)
    for one in (programme, other, programme):
        with database.writing(one.id) as session:
            write(session, 1)
    with database.read_session() as session:
        assert session.get_one(AuditHead, programme.id).sequence == 2
        assert session.get_one(AuditHead, other.id).sequence == 1
        assert audit.verify(session) == {INSTANCE: [], str(programme.id): [], str(other.id): []}


def test_what_happens_outside_programmes_is_in_the_chain_of_the_instance(session: Session) -> None:
    audit.record_in_instance(session, act_of(), "account.create", "user", str(SUBJECT))
    audit.record_in_instance(session, act_of(), "sign_in.refused", "user", str(SUBJECT), times=10)
    rows = list(session.scalars(select(InstanceEvent).order_by(InstanceEvent.sequence)))
    assert [(row.sequence, row.actor, row.action) for row in rows] == [
        (1, "command", "account.create"),
        (2, "command", "sign_in.refused"),
    ]
    assert audit.verify(session)[INSTANCE] == []


def test_a_change_that_is_taken_back_leaves_no_event(database: Database, programme: Programme) -> None:
    with database.write_session(programme.id) as session:
        write(session, 2)
        session.rollback()
    with database.writing(programme.id) as session:
        write(session, 1)
        assert session.scalars(select(AuditEvent.sequence)).all() == [1]
        assert faults(session, programme) == []


def test_the_newest_events_of_the_programme_come_first(database: Database, programme: Programme) -> None:
    with database.writing() as session:
        other = make_programme(session)
    for one in (programme, other):
        with database.writing(one.id) as session:
            write(session, 5)
    with database.read_session(programme.id) as session:
        newest = audit.events(session, before=None, limit=2)
        older = audit.events(session, before=newest[-1].sequence, limit=10)
    assert [event.sequence for event in newest] == [5, 4]
    assert [event.sequence for event in older] == [3, 2, 1]
    assert {event.programme_id for event in (*newest, *older)} == {programme.id}


def test_writers_at_the_same_moment_make_one_chain(separate: Database) -> None:
    with separate.writing() as session:
        programme = make_programme(session)
    start = Barrier(4)

    def work(_: int) -> None:
        start.wait()
        for _ in range(5):
            with separate.writing(programme.id) as session:
                write(session, 1)
            with separate.writing() as session:
                audit.record_in_instance(session, act_of(), "account.create", "user", str(SUBJECT))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    with separate.read_session() as session:
        assert session.get_one(AuditHead, programme.id).sequence == 20
        assert session.get_one(InstanceHead, audit.INSTANCE_HEAD).sequence == 20
        assert audit.verify(session) == {INSTANCE: [], str(programme.id): []}


def test_a_check_while_others_write_raises_no_false_alarm(separate: Database) -> None:
    with separate.writing() as session:
        programme = make_programme(session)
    with separate.writing(programme.id) as session:
        write(session, 3)
    with separate.read_session() as reading:
        assert reading.scalars(select(Programme.id)).all() == [programme.id]  # its view begins here
        with separate.writing(programme.id) as session:
            write(session, 3)
        assert audit.verify(reading) == {INSTANCE: [], str(programme.id): []}


# --- Tampering ----------------------------------------------------------------------------------------------


ATTACKS = {
    "other action": ("UPDATE audit_event SET action = 'goal.edit' WHERE sequence = 2", ["2 changed"]),
    "other person": ("UPDATE audit_event SET actor = 'user:9' WHERE sequence = 5", ["5 changed"]),
    "other subject": ("UPDATE audit_event SET subject_id = 'x' WHERE sequence = 1", ["1 changed"]),
    "other number": ("""UPDATE audit_event SET detail = '{"number": 9}' WHERE sequence = 3""", ["3 changed"]),
    "fraction": ("""UPDATE audit_event SET detail = '{"number": 2.5}' WHERE sequence = 3""", ["3 changed"]),
    "no detail": ("UPDATE audit_event SET detail = 'null' WHERE sequence = 3", ["3 changed"]),
    "a list": ("UPDATE audit_event SET detail = '[1]' WHERE sequence = 3", ["3 changed"]),
    "first gone": ("DELETE FROM audit_event WHERE sequence = 1", ["1 missing"]),
    "two gone": ("DELETE FROM audit_event WHERE sequence IN (3, 4)", ["3 missing"]),
    "last gone": ("DELETE FROM audit_event WHERE sequence = 6", ["6 truncated"]),
    "all gone": ("DELETE FROM audit_event", ["1 truncated"]),
    "head gone": ("DELETE FROM audit_head", ["1 truncated"]),
    "all gone with the head": ("DELETE FROM audit_event; DELETE FROM audit_head", ["1 truncated"]),
    "head set back": ("UPDATE audit_head SET sequence = 4", ["5 beyond_head"]),
    "other head": ("UPDATE audit_head SET hash = 'rewritten'", ["6 head_differs"]),
    "second and third change places": (
        (
            "UPDATE audit_event SET sequence = 99 WHERE sequence = 2; "
            "UPDATE audit_event SET sequence = 2 WHERE sequence = 3; "
            "UPDATE audit_event SET sequence = 3 WHERE sequence = 99"
        ),
        ["2 unlinked", "2 changed", "3 unlinked", "3 changed", "4 unlinked"],
    ),
    "written over, with a hash of its own": (
        "UPDATE audit_event SET action = 'outcome.approve', hash = 'its own' WHERE sequence = 4",
        ["4 changed", "5 unlinked"],
    ),
    "one too many": (
        (
            "INSERT INTO audit_event (programme_id, sequence, at, actor, action, subject_kind, subject_id, "
            "detail, previous, hash) SELECT programme_id, 7, at, actor, action, subject_kind, subject_id, "
            "detail, hash, hash FROM audit_event WHERE sequence = 6"
        ),
        ["7 changed", "7 beyond_head"],
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_tampering_is_found_at_its_place(attack: str, session: Session, programme: Programme) -> None:
    write(session, 6)
    disarm(session)
    statements, found = ATTACKS[attack]
    for statement in statements.split("; "):
        session.connection().exec_driver_sql(statement)
    assert [
        f"{fault.sequence} {fault.key.removeprefix('audit.')}" for fault in faults(session, programme)
    ] == found


def test_two_chains_that_change_places_are_found(database: Database, programme: Programme) -> None:
    with database.writing() as session:
        other = make_programme(session)
    for one in (programme, other):
        with database.writing(one.id) as session:
            write(session, 3)
    events = Base.metadata.tables["audit_event"]
    swapped = case((events.c.programme_id == programme.id, other.id), else_=programme.id)
    with database.writing() as session:
        disarm(session)
        session.execute(
            update(events).where(events.c.programme_id == other.id).values(sequence=events.c.sequence + 100)
        )
        session.execute(update(events).values(programme_id=swapped))
        session.execute(
            update(events).where(events.c.sequence > 100).values(sequence=events.c.sequence - 100)
        )
        said = faults(session, programme)
    assert said[0] == Fault(1, "audit.unlinked")
    assert said[-1] == Fault(3, "audit.head_differs")


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        ("UPDATE instance_event SET action = 'x' WHERE sequence = 1", [Fault(1, "audit.changed")]),
        ("DELETE FROM instance_event WHERE sequence = 2", [Fault(2, "audit.truncated")]),
        ("DELETE FROM instance_head", [Fault(1, "audit.truncated")]),
    ],
)
def test_tampering_with_the_chain_of_the_instance_is_found(
    attack: str, found: list[Fault], session: Session, programme: Programme
) -> None:
    for _ in range(2):
        audit.record_in_instance(session, act_of(), "account.create", "user", str(SUBJECT))
    disarm(session)
    session.connection().exec_driver_sql(attack)
    assert audit.verify(session) == {INSTANCE: found, str(programme.id): []}


# --- What the database itself refuses -----------------------------------------------------------------------


def test_no_personal_text_can_enter_the_chain_by_the_wrong_type(session: Session) -> None:
    with pytest.raises(ValueError, match="cannot be a float"):
        audit.record(session, act_of(), "goal.create", "goal", SUBJECT, share=0.5)  # type: ignore[arg-type] # the point


def test_an_account_leaves_no_name_in_the_chain(session: Session, programme: Programme) -> None:
    user = make_user(session, name="Sanne de Vries")
    audit.record(session, act_of(user), "goal.create", "goal", uuid4())
    (event,) = audit.events(session, before=None, limit=10)
    assert event.actor == f"user:{user.id}"
    assert "Sanne" not in str(Base.metadata.tables["audit_event"].columns.keys()) + str(vars(event))
    assert programme.id == event.programme_id


# --- Reading ------------------------------------------------------------------------------------------------


def test_an_event_leads_to_the_thing_whose_page_tells_more(session: Session) -> None:
    evaluator = act_of(None, Role.EVALUATOR)
    goal, upper = make_goal(session), make_goal(session)
    link = make_link(session, goal, upper)
    indicator = make_indicator(session, goal, make_count())
    counted = measure(session, indicator, TODAY, 3)
    told: list[tuple[str, str, UUID, dict[str, str], tuple[str, UUID, int | None] | None]] = [
        ("link.create", "goal_link", link.id, {}, ("goal_link", link.id, None)),
        ("measurement.record", "measurement", counted.id, {}, ("measurement", counted.id, indicator.code)),
        # What was signed, replied or read in stands on the page of something else.
        (
            "evidence.sign",
            "assessment_record",
            SUBJECT,
            {"goal_id": str(goal.id)},
            ("goal", goal.id, goal.code),
        ),
        (
            "measurement.import",
            "log_import",
            SUBJECT,
            {"indicator": str(indicator.id)},
            ("indicator", indicator.id, indicator.code),
        ),
        # What is gone, and what has no page.
        ("goal.create", "goal", SUBJECT, {}, None),
        ("guide.edit", "guide", SUBJECT, {}, None),
    ]
    for action, kind, id_, detail, _ in told:
        audit.record(session, evaluator, action, kind, id_, **detail)
    found = audit.history(session, evaluator, before=None, limit=len(told)).events
    for event, (*_, about) in zip(reversed(found), told, strict=True):
        assert event.about == (None if about is None else Subject(*about)), event.action


def test_an_event_names_who_did_it_as_far_as_its_reader_may_know(
    session: Session, programme: Programme
) -> None:
    member = make_member(session, programme, Role.WORKER, Role.EVALUATOR)
    respondent = make_respondent(session)
    for act in (act_of(member), by_link(respondent), by_link(Respondent(id=SUBJECT))):
        audit.record(session, act, "interview.save", "interview", SUBJECT)
    found = audit.history(session, act_of(None, Role.EVALUATOR), before=None, limit=3).events
    assert [event.actor for event in reversed(found)] == [
        Actor(name=member.name, roles=frozenset({Role.WORKER, Role.EVALUATOR})),
        Actor(respondent=respondent.code, is_respondent=True),
        Actor(is_respondent=True),
    ]
    (told, *_) = audit.history(session, act_of(None, Role.COORDINATOR), before=2, limit=1).events
    assert told.about is None


def test_an_event_whose_subject_is_no_row_is_told_all_the_same(
    session: Session, programme: Programme
) -> None:
    evaluator = act_of(None, Role.EVALUATOR)
    audit.record(session, evaluator, "programme.fold", "archive", "all of it")  # type: ignore[arg-type] # as an earlier version may have done
    history = audit.history(session, evaluator, before=None, limit=10)
    assert [(event.action, event.about, event.actor) for event in history.events] == [
        ("programme.fold", None, Actor())
    ]
    assert history.total == 1
    session.execute(delete(AuditHead).where(AuditHead.programme_id == programme.id))
    assert audit.history(session, evaluator, before=None, limit=10).total == 0
