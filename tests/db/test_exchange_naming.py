"""Sites and cohorts that a log names and nobody knows; and who does what with a file, on both databases."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member
from tests.factories.goals import make_goal
from tests.factories.indicators import make_count, make_indicator
from tests.factories.logs import csv_bytes, mapping, use
from tests.factories.participants import make_cohort, make_computed, make_participant, make_site
from tests.statements import counting
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping, Use
from toc.domain.jobs import JobState
from toc.domain.participants import Counting, Rule, Subject
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.indicators import LogSource, Measurement
from toc.models.jobs import Job
from toc.models.participants import Cohort, Participant, Site
from toc.models.programmes import Programme
from toc.services.errors import Conflict
from toc.services.exchange import folders, importing, naming, sources
from toc.services.exchange.folders import Beat, place
from toc.services.exchange.hands import Hands, acting, hands_of, hands_of_import, plan_of
from toc.services.exchange.naming import Answer, answered, to_make, unknown_names
from toc.services.exchange.undoing import undo
from toc.services.participants import edit_cohort

AT = datetime(2025, 9, 1, 12, tzinfo=UTC)
WORKER = replace(act_of(None, Role.WORKER), at=AT, on=date(2025, 9, 1))
EVALUATOR = replace(WORKER, roles=frozenset({Role.EVALUATOR}))
PLACED = mapping(
    use("dag", "day"), use("plek", "site"), use("n", "value", indicator="I1"), about="measurements"
)
LOG = csv_bytes(
    ["dag", "plek", "n"],
    ["2025-01-31", "Noord", "1"],
    ["2025-01-31", "'=Zuid", "2"],
    ["2025-01-31", "Oost", "3"],
    ["2025-02-28", "Noord", "4"],
)


class Desk:
    """Jobs that are done as soon as they are asked for, in one session."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.folder = session, folder

    def send(self, content: bytes, said: Mapping, act: Act = WORKER, source: UUID | None = None) -> Job:
        job = uuid4()
        received = folders.receive(self.folder, job, io.BytesIO(content), "log.csv")
        return self.read(importing.start(self.session, act, job, received, source_id=source, mapping=said))

    def read(self, job: Job) -> Job:
        result = importing.read(self.session, WORKER, self.folder, job, Beat(self.folder / "x"))
        job.state, job.result = JobState.DONE, result
        self.session.flush()
        return job

    def say(self, job: Job, said: Mapping, act: Act = WORKER, plan: str | None = None) -> Job:
        return self.read(importing.ask_check(self.session, act, job.id, said, plan))

    def bring(self, job: Job, act: Act = WORKER, *, only_good: bool = False) -> Any:  # noqa: ANN401 - of the service
        made = importing.ask_commit(self.session, act, job.id, only_good=only_good, plan=plan_of(job))
        try:
            done = importing.bring(self.session, act, self.folder, made, Beat(self.folder / "x"))
        except DomainError:
            made.state = JobState.FAILED
            self.session.flush()
            raise
        made.state = JobState.DONE
        self.session.flush()
        return done

    def unknown(self, job: Job) -> list[tuple[Use, str, str, int]]:
        names = unknown_names(place(self.folder, job.id))
        return [(one.use, one.header, one.text, one.rows) for one in names]


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Desk:
    make_indicator(session, definition=make_count())
    return Desk(session, tmp_path)


def answer(desk: Desk, job: Job, **said: str) -> Mapping:
    names = unknown_names(place(desk.folder, job.id))
    found = []
    for one in names:
        way = said.get(one.text.strip("=").lower(), "")
        if way:
            means = way if way not in {"make", "out"} else ""
            found.append(Answer(name=one, makes=way == "make", leaves_out=way == "out", means=means))
    return answered(Mapping.from_json(job.asked["mapping"]), tuple(found))


# --- Names --------------------------------------------------------------------------------------------------


def test_names_that_are_not_known_are_counted_once_for_each_check(desk: Desk, session: Session) -> None:
    job = desk.send(LOG, PLACED)
    wanted = [
        (Use.SITE, "plek", "Noord", 2),
        (Use.SITE, "plek", "=Zuid", 1),
        (Use.SITE, "plek", "Oost", 1),
    ]
    assert desk.unknown(job) == wanted
    (place(desk.folder, job.id) / folders.STAGE).rename(desk.folder / "away")
    assert desk.unknown(job) == wanted, "the file beside it is read"
    (desk.folder / "away").rename(place(desk.folder, job.id) / folders.STAGE)
    make_site(session, "Noord")
    desk.say(job, PLACED)
    assert desk.unknown(job) == wanted[1:]


def test_a_name_is_made_is_another_one_or_its_rows_are_left_out(desk: Desk, session: Session) -> None:
    known = make_site(session, "Oosterpark; =A")
    job = desk.send(LOG, PLACED)
    desk.say(job, answer(desk, job, noord="make", zuid="out", oost=known.name))
    assert job.result["states"] == {"new": 3, "excluded": 1}
    assert desk.bring(job).values == 3
    made = session.scalars(select(Site).where(Site.name == "Noord")).one()
    found = {(row.site_id, row.value) for row in session.scalars(select(Measurement))}
    assert found == {(made.id, Decimal(1)), (made.id, Decimal(4)), (known.id, Decimal(3))}
    events = session.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "site.create"))
    assert str(made.id) in set(events)
    again = desk.send(LOG, Mapping.from_json(job.asked["mapping"]))
    assert again.result["states"] == {"unchanged": 3, "excluded": 1}


def test_two_texts_may_be_left_out_of_one_column(desk: Desk) -> None:
    job = desk.send(LOG, PLACED)
    said = answer(desk, job, zuid="out", oost="out")
    assert [(one.header, one.values) for one in said.exclusions] == [("plek", ("=Zuid", "Oost"))]
    two = answered(
        replace(said, exclusions=(*said.exclusions, replace(said.exclusions[0], header="n"))),
        (Answer(name=unknown_names(place(desk.folder, job.id))[0], leaves_out=True),),
    )
    assert [one.values[-1] for one in two.exclusions] == ["Noord", "Oost"]


def test_only_what_a_row_needs_is_made_once_and_under_its_own_id(desk: Desk, session: Session) -> None:
    said = replace(
        PLACED,
        columns=tuple(
            replace(column, makes=("Noord", " NOORD ", "Zonder rijen", " "))
            if column.use is Use.SITE
            else column
            for column in PLACED.columns
        ),
    )
    job = desk.send(LOG, said)
    (first, other) = to_make(session, said)
    assert (first.name, other.name) == ("Noord", "Zonder rijen")
    desk.bring(job, only_good=True)
    assert session.scalars(select(Site.name)).all() == ["Noord"]
    renamed = session.get_one(Site, (session.info["programme_id"], first.id))
    renamed.name = "Noorderplein"
    session.flush()
    assert to_make(session, said)[0].id != first.id, "who was renamed is somebody else now"


def test_cohorts_are_made_for_participants(desk: Desk, session: Session) -> None:
    make_cohort(session, "Voorjaar")
    said = mapping(use("code", "person"), use("lichting", "cohort", makes=["Najaar"]))
    job = desk.send(
        csv_bytes(["code", "lichting"], ["P01", "Najaar"], ["P02", "voorjaar"], ["P03", "x"]), said
    )
    assert desk.unknown(job) == [(Use.COHORT, "lichting", "x", 1)]
    desk.bring(job, only_good=True)
    rows = session.execute(select(Participant.code, Cohort.name).join(Participant.cohort))
    assert {tuple(row) for row in rows} == {("P01", "Najaar"), ("P02", "Voorjaar")}


def test_a_cohort_that_an_import_made_goes_with_it_unless_somebody_needs_it(
    desk: Desk, session: Session
) -> None:
    """A renamed one is somebody's own; one in which somebody is, or that a rule counts, stays."""
    names = [
        ("P-01", "Weg"),
        ("P-02", "Hernoemd"),
        ("P-03", "Bezet"),
        ("P-04", "Geteld"),
        ("P-05", "Voorjaar"),
    ]
    make_cohort(session, "Voorjaar")
    said = mapping(use("code", "person"), use("lichting", "cohort", makes=[name for _, name in names]))
    made = desk.bring(desk.send(csv_bytes(["code", "lichting"], *names), said))
    rows = {row.name: row for row in session.scalars(select(Cohort))}
    edit_cohort(session, WORKER, rows["Hernoemd"].id, 1, name="Najaar", starts_on=None, ends_on=None)
    make_participant(session, "Q-01", cohort_id=rows["Bezet"].id)
    rule = Rule(what=Counting.COUNT, subject=Subject.DIPLOMA, cohort_id=rows["Geteld"].id)
    make_computed(session, rule)
    undo(session, WORKER, made.import_id)
    assert set(session.scalars(select(Cohort.name))) == {"Najaar", "Bezet", "Geteld", "Voorjaar"}
    assert session.scalars(select(Participant.code)).all() == ["Q-01"]


def test_a_site_with_what_was_taken_back_stays_in_its_history(desk: Desk, session: Session) -> None:
    said = mapping(
        use("dag", "day"),
        use("plek", "site", makes=["Noord"]),
        use("n", "value", indicator="I1"),
        about="measurements",
    )
    made = desk.bring(desk.send(csv_bytes(["dag", "plek", "n"], ["2025-01-31", "Noord", "1"]), said))
    undo(session, WORKER, made.import_id)
    assert session.scalars(select(Site.name)).all() == ["Noord"]
    assert {row.is_void for row in session.scalars(select(Measurement))} == {True, False}


def test_a_site_that_somebody_makes_meanwhile_is_not_made_twice(desk: Desk, session: Session) -> None:
    job = desk.send(LOG, PLACED)
    desk.say(job, answer(desk, job, noord="make", zuid="out", oost="out"))
    make_site(session, "noord")
    with pytest.raises(Conflict, match=r"import\.plan_changed"):
        desk.bring(job)
    desk.say(job, Mapping.from_json(job.asked["mapping"]))
    desk.bring(job)
    assert session.scalars(select(Site.name)).all() == ["noord"]


def test_who_may_not_make_sites_lets_none_be_made(desk: Desk, session: Session) -> None:
    job = desk.send(LOG, PLACED)
    said = answer(desk, job, noord="make")
    with pytest.raises(DomainError, match=r"import\.makes_places"):
        importing.ask_check(session, EVALUATOR, job.id, said)
    desk.say(job, said)
    with pytest.raises(DomainError, match=r"import\.makes_places"):
        importing.ask_commit(session, EVALUATOR, job.id, only_good=True)
    asked = importing.ask_commit(session, WORKER, job.id, only_good=True)
    with pytest.raises(DomainError, match=r"import\.makes_places"):
        importing.bring(session, EVALUATOR, desk.folder, asked, Beat(desk.folder / "x"))
    assert session.scalars(select(Site)).all() == []


def test_what_is_made_is_not_remembered_and_what_it_means_is(desk: Desk, session: Session) -> None:
    source = LogSource(id=uuid4(), name="Kobo", created_at=AT, mapping={})
    session.add(source)
    known = make_site(session, "Oosterpark")
    session.flush()
    job = desk.send(LOG, PLACED, source=source.id)
    said = answer(desk, job, noord="make", zuid="out", oost=known.name)
    sources.remember(session, WORKER, source.id, said)
    kept = Mapping.from_json(source.mapping)
    assert naming.without_makes(said) == kept
    (column,) = kept.used(Use.SITE)
    assert (column.words, column.makes, len(kept.exclusions)) == ({"oost": "Oosterpark"}, (), 1)


def test_names_to_make_cost_two_statements_at_most(desk: Desk, session: Session) -> None:
    counts = []
    for names in ([], ["A"], [f"Plek {number}" for number in range(50)]):
        said = mapping(use("plek", "site", makes=names), use("lichting", "cohort", makes=names))
        with counting(session) as statements:
            to_make(session, said)
        counts.append(len(statements))
    assert counts == [0, 2, 2]
    assert desk is not None


# --- Hands --------------------------------------------------------------------------------------------------


def test_each_step_is_in_the_name_of_who_does_it(desk: Desk, session: Session, programme: Programme) -> None:
    make_site(session, "Noord")
    worker, evaluator = (
        make_member(session, programme, role, name=role.value) for role in (Role.WORKER, Role.EVALUATOR)
    )
    by_worker, by_evaluator = replace(WORKER, user=worker.id), replace(EVALUATOR, user=evaluator.id)
    job = desk.send(LOG, PLACED, by_worker)
    assert hands_of(session, job) == Hands(uploaded_by="worker", uploaded_at=AT)
    assert acting(session, by_worker, job) is by_worker
    first = plan_of(job)
    desk.say(job, PLACED, by_evaluator)
    assert plan_of(job) != first
    assert hands_of(session, job) == Hands(
        uploaded_by="worker", uploaded_at=AT, mapped_by="evaluator", mapped_at=AT
    )
    assert acting(session, by_worker, job).roles == {Role.EVALUATOR}
    with pytest.raises(Conflict, match=r"import\.mapped_anew"):
        importing.ask_check(session, by_worker, job.id, PLACED, first)
    with pytest.raises(Conflict, match=r"import\.mapped_anew"):
        importing.ask_commit(session, by_worker, job.id, only_good=True, plan=first)
    made = desk.bring(job, by_worker, only_good=True)
    found = hands_of_import(session, made.import_id)
    assert found is not None
    assert found.mapped_by == "evaluator"
    assert hands_of_import(session, uuid4()) is None


def test_who_has_no_role_any_more_checks_nothing(desk: Desk, session: Session, programme: Programme) -> None:
    gone = make_member(session, programme, name="gone")
    job = desk.send(LOG, PLACED)
    with pytest.raises(DomainError, match=r"job\.no_role"):
        desk.say(job, PLACED, replace(WORKER, user=gone.id))


def test_nobody_says_anything_of_a_file_that_is_being_imported(desk: Desk, session: Session) -> None:
    make_site(session, "Noord")
    job = desk.send(LOG, PLACED)
    asked = importing.ask_commit(session, WORKER, job.id, only_good=True)
    with pytest.raises(Conflict, match=r"import\.being_imported"):
        importing.ask_check(session, WORKER, job.id, PLACED)
    asked.state = JobState.FAILED
    session.flush()
    desk.say(job, PLACED)
    with pytest.raises(Conflict, match=r"import\.plan_changed"):
        importing.bring(session, WORKER, desk.folder, asked, Beat(desk.folder / "x"))
    again = importing.ask_commit(session, replace(EVALUATOR, user=None), job.id, only_good=True)
    assert again.id == asked.id
    assert again.asked["plan"] == plan_of(job)


def test_what_is_hidden_from_who_imports_is_refused(desk: Desk, session: Session) -> None:
    goal = make_goal(session)
    make_indicator(session, goal, make_count())
    goal.released = False
    session.flush()
    said = mapping(use("dag", "day"), use("n", "value", indicator="I2"), about="measurements")
    content = csv_bytes(["dag", "n"], ["2025-01-31", "1"])
    job = uuid4()
    received = folders.receive(desk.folder, job, io.BytesIO(content), "log.csv")
    read = importing.start(session, EVALUATOR, job, received, mapping=said)
    result = importing.read(session, EVALUATOR, desk.folder, read, Beat(desk.folder / "x"))
    read.state, read.result = JobState.DONE, result
    session.flush()
    with pytest.raises(Conflict, match=r"import\.hidden"):
        desk.bring(read)
    assert session.scalars(select(Measurement)).all() == []
