"""Participants, what was observed of them, and indicators that are computed from that."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.factories import act_of, number
from tests.factories.indicators import make_count, make_indicator
from toc.domain.acts import Act
from toc.domain.indicators import Definition, MeasurementSource
from toc.domain.participants import Counting, Moment, Rule, Scale, Subject, items_of
from toc.domain.people import Role
from toc.models.indicators import Indicator
from toc.models.participants import Cohort, Instrument, Observation, Participant, Site
from toc.services import participants as service
from toc.services.participants import InstrumentDraft, ParticipantDraft, Scored, Together

WORKER = act_of(None, Role.WORKER)
ENTRY = date(2025, 1, 6)


def make_site(session: Session, name: str = "", act: Act = WORKER) -> Site:
    return service.add_site(session, act, uuid4(), name or f"Site {number()}")


def make_cohort(session: Session, name: str = "", act: Act = WORKER) -> Cohort:
    return service.add_cohort(session, act, uuid4(), name or f"Cohort {number()}", ENTRY, None)


def make_participant(session: Session, code: str = "", act: Act = WORKER, **says: object) -> Participant:
    """Somebody who came on the first Monday of 2025, unless the test says otherwise."""
    draft = ParticipantDraft(**{"entered_on": ENTRY, **says})  # type: ignore[arg-type] # named by the test
    return service.add_participants(session, act, uuid4(), [code or f"P{number():05}"], draft)[0]


def make_event(
    session: Session,
    participant: Participant,
    on: date,
    subject: Subject = Subject.JOB_STARTED,
    *,
    name: str = "",
    act: Act = WORKER,
) -> Observation:
    return service.record_event(session, act, uuid4(), participant.id, subject, on, name=name)


def make_instrument(
    session: Session, name: str = "", version: str = "1", *items: str, act: Act = WORKER, **says: object
) -> Instrument:
    """A questionnaire of two items on a scale of 1 to 5, unless the test says otherwise."""
    scale = {
        "lowest": Decimal(1),
        "highest": Decimal(5),
        "items": items_of(items or ("Money", "Housing")),
        **says,
    }
    draft = InstrumentDraft(
        name=name or f"Matrix {number()}",
        version=version,
        scale=Scale(**scale),  # type: ignore[arg-type] # named by the test
    )
    return service.add_instrument(session, act, uuid4(), draft)


def make_score(
    session: Session,
    participant: Participant,
    instrument: Instrument,
    moment: Moment,
    value: int,
    on: date = ENTRY,
    *,
    item: str = "",
) -> Observation:
    scored = Scored(on=on, moment=moment, scores={item: Decimal(value)})
    return service.record_scores(session, WORKER, uuid4(), participant.id, instrument.id, scored)[0]


def make_together(
    session: Session,
    people: Sequence[Participant],
    on: date,
    id_: UUID | None = None,
    subject: Subject = Subject.DIPLOMA,
    act: Act = WORKER,
) -> UUID:
    """The same event for several participants at once; returns the id of the set."""
    id_ = id_ or uuid4()
    what = Together(subject=subject, on=on, participants=[one.id for one in people])
    service.record_together(session, act, id_, what)
    return id_


def make_value(
    session: Session, participant: Participant, indicator: Indicator, value: int, on: date = ENTRY
) -> Observation:
    """What a file said of one participant for an indicator."""
    row = Observation(
        id=uuid4(),
        participant_id=participant.id,
        subject=Subject.VALUE,
        indicator_id=indicator.id,
        on=on,
        value=Decimal(value),
        source=MeasurementSource.IMPORTED,
        created_at=datetime(2025, 1, 6, 9, tzinfo=UTC),
    )
    session.add(row)
    session.flush()
    return row


def make_computed(
    session: Session,
    rule: Rule | None = None,
    definition: Definition | None = None,
    act: Act = WORKER,
) -> Indicator:
    """An indicator that counts who found a job, unless the test says otherwise."""
    indicator = make_indicator(session, definition=definition or make_count())
    rule = rule or Rule(what=Counting.COUNT, subject=Subject.JOB_STARTED)
    service.choose_rule(
        session, act, indicator.id, rule, reason="Counted of participants", revision=indicator.revision
    )
    return indicator
