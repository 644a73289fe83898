"""What a programme logs these days: where, of whom, and how it is reviewed. All of it is invented."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from toc.domain.exchange.sources import SourceKind
from toc.domain.indicators import Direction, Frequency, Kind
from toc.domain.participants import Arm, Counting, Moment, Subject
from toc.services.demo.content.days import Day
from toc.services.demo.content.words import Row, Text, Words


class Site(Row):
    """A place where something is counted."""

    key: str
    name: Words
    starts: Day | None = None
    ends: Day | None = None


class Cohort(Row):
    """Participants who started together."""

    key: str
    name: Words
    starts: Day
    ends: Day | None = None


class Instrument(Row):
    """A questionnaire of the programme itself, with the names of its items."""

    key: str
    name: Words
    version: str
    reference: Words
    lowest: Decimal
    highest: Decimal
    items: tuple[Words, ...]


class Event(Row):
    """What happened to a participant; a name of its own where it is none of ours."""

    subject: Subject
    on: Day
    name: Text = ""


class Person(Row):
    """A participant.

    Attributes:
        code: random, and nothing but that.
        scores: of each item, by the moment; who was not asked has none of that moment.
        left: the last day of taking part.
    """

    code: str
    events: tuple[Event, ...] = ()
    scores: Mapping[Moment, tuple[Decimal, ...]] = {}
    left: Day | None = None


class Intake(Row):
    """Participants who were registered at once, because all of them are described alike.

    Attributes:
        groups: option by key of the breakdown; absent is unknown.
        instrument: that their scores are of.
        asked: when, by moment.
    """

    cohort: str
    site: str | None = None
    arm: Arm = Arm.INTERVENTION
    entered: Day
    groups: Mapping[str, str] = {}
    instrument: str
    asked: dict[Moment, Day]
    people: tuple[Person, ...]


class Option(Row):
    """One group of a breakdown."""

    key: str
    name: Text


class Groups(Row):
    """In which groups a value falls apart."""

    key: str
    name: Words
    options: tuple[Option, ...]


class Period(Row):
    """What is aimed at in a period; the last day is included."""

    starts: Day
    ends: Day
    value: Decimal


class DayAim(Row):
    """A value on a day."""

    value: Decimal
    on: Day


class Computing(Row):
    """By which rule an indicator is computed from participants; a cohort and an instrument by their key."""

    what: Counting
    subject: Subject
    instrument: str | None = None
    cohort: str | None = None
    arm: Arm | None = None
    before: Moment | None = None
    after: Moment | None = None
    within_days: int | None = None


class Shared(Row):
    """What a group has of a proportion."""

    part: Decimal
    whole: Decimal


class Returned(Row):
    """That a value was sent back."""

    on: Day
    remark: Words


class Logged(Row):
    """What was logged for a day.

    Attributes:
        entered: when; on the day itself where it does not say.
        levels: people on each level of an ordinal score, lowest first.
        parts: by breakdown and group, what adds up to the whole.
        seen: when the reviewer saw it without deciding.
        corrected: what took its place, with the reason as its note.
    """

    on: Day
    entered: Day | None = None
    site: str | None = None
    starts: Day | None = None
    value: Decimal | None = None
    part: Decimal | None = None
    whole: Decimal | None = None
    people: int | None = None
    missing: int | None = None
    narrative: Text = ""
    note: Text = ""
    levels: tuple[int, ...] = ()
    parts: Mapping[str, Mapping[str, Decimal | Shared]] = {}
    seen: Day | None = None
    returned: Returned | None = None
    approved: Day | None = None
    corrected: "Logged | None" = None


class Draft(Row):
    """What the worker is still entering: the fields of the form, as they were typed."""

    on: Day
    kept: Day
    site: str | None = None
    fields: dict[str, Text]


class Tracked(Row):
    """An indicator that is logged these days, one of the library or the programme's own.

    Attributes:
        library: key in the starter library; what is said here comes in place of what stands there.
        sdg: targets of the Sustainable Development Goals.
        responsible: key of the account that sees to it.
        rule: by which it is computed; without one somebody logs it.
        recorded: when a computed value was recorded, of the day itself.
    """

    key: str
    goal: str
    added: Day
    library: str = ""
    name: Text = ""
    definition: Text = ""
    kind: Kind = Kind.COUNT
    unit: Text = ""
    direction: Direction = Direction.HIGHER
    frequency: Frequency | None = None
    counts_people: bool = True
    numerator: Text = ""
    denominator: Text = ""
    collection: Text = ""
    pitfalls: Text = ""
    influence: Text = ""
    instrument: Text = ""
    responsible: str | None = None
    sdg: tuple[str, ...] = ()
    breakdowns: tuple[Groups, ...] = ()
    periods: tuple[Period, ...] = ()
    baseline: DayAim | None = None
    target: DayAim | None = None
    rule: Computing | None = None
    logged: tuple[Logged, ...] = ()
    recorded: tuple[Day, ...] = ()
    drafts: tuple[Draft, ...] = ()


class Closed(Row):
    """A period that was closed."""

    on: Day
    starts: Day
    ends: Day
    reason: Words


class LogSource(Row):
    """Where logs come from, and how they are read.

    Attributes:
        mapping: as `toc.domain.exchange.mapping` reads it, with the key of an indicator in place of its code.
    """

    key: str
    name: Words
    kind: SourceKind
    on: Day
    mapping: dict[str, Any]


class Work(Row):
    """All of it.

    Attributes:
        earlier_approved: when everything that was measured before was approved.
    """

    begins: Day
    sites: tuple[Site, ...]
    cohorts: tuple[Cohort, ...]
    instruments: tuple[Instrument, ...]
    intakes: tuple[Intake, ...]
    indicators: tuple[Tracked, ...]
    closed: tuple[Closed, ...]
    sources: tuple[LogSource, ...]
    earlier_approved: Day
