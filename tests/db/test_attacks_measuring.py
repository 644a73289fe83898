"""What an attacker tries with values: by a later file, by the id of another row, in a closed period."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.db.bringing import ACT, Bench
from tests.factories import make_member
from tests.factories.indicators import make_count, make_indicator
from tests.factories.logging import REVIEWER, decide, entry, later
from tests.factories.logs import csv_bytes, mapping, opened, use
from tests.factories.participants import make_event, make_instrument, make_participant, make_score
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.opening import MOST_LINES
from toc.domain.exchange.recognised import RowState
from toc.domain.indicators import ReviewStep
from toc.domain.participants import Moment, Subject
from toc.domain.people import Role
from toc.models.indicators import Measurement
from toc.models.participants import Observation
from toc.models.programmes import Programme
from toc.services import indicators, participants
from toc.services.errors import Conflict
from toc.services.exchange import folders
from toc.services.exchange.addresses import is_public
from toc.services.exchange.committing import commit
from toc.services.exchange.folders import Beat
from toc.services.exchange.undoing import undo
from toc.services.indicators import PeriodDraft
from toc.services.participants import Right, Scored

MARCH, APRIL = date(2025, 3, 31), date(2025, 4, 2)
SCORES = mapping(
    use("id", "key"),
    use("code", "person"),
    use("dag", "day"),
    use("welzijn", "score", instrument="PWI", moment="before"),
    about="participants",
)
COUNTS = mapping(
    use("dag", "day"), use("aantal", "value", indicator="I1", style="dutch"), about="measurements"
)


class Imports(Bench):
    """Brings files in as jobs do, each a minute after the one before."""

    def bring_rows(
        self, said: Mapping, headers: Sequence[str], *rows: Sequence[str], by: UUID | None
    ) -> UUID:
        job, origin, _ = self.check(csv_bytes(headers, *rows), said)
        self.made += 1
        act = replace(later(ACT, self.made), user=by)
        mine, beat = folders.place(self.folder, job), Beat(self.folder / "x")
        return commit(self.session, act, mine, uuid4(), origin, said, beat, only_good=False).import_id


@pytest.fixture
def imports(session: Session, tmp_path: Path) -> Imports:
    return Imports(session, tmp_path)


def close(session: Session, first: date, last: date) -> None:
    draft = PeriodDraft(id=uuid4(), starts_on=first, ends_on=last, is_locked=True)
    indicators.set_period(session, REVIEWER, draft)


def close_march(session: Session) -> None:
    close(session, date(2025, 3, 1), MARCH)


def standing(session: Session) -> Measurement:
    """The one measurement that nothing took the place of."""
    newer = select(Measurement.supersedes_id).where(Measurement.supersedes_id.is_not(None))
    return session.scalars(select(Measurement).where(Measurement.id.not_in(newer))).one()


# --- Closed periods -----------------------------------------------------------------------------------------


def test_nothing_of_a_participant_changes_on_a_closed_day(session: Session) -> None:
    person = make_participant(session)
    event = make_event(session, person, MARCH)
    instrument = make_instrument(session, "PWI")
    close_march(session)
    tries: tuple[Callable[[], object], ...] = (
        lambda: make_event(session, person, MARCH, Subject.DIPLOMA),
        lambda: make_score(session, person, instrument, Moment.BEFORE, 3, MARCH),
        lambda: participants.take_back(session, ACT, uuid4(), person.id, event.id, "Never was"),
        lambda: participants.correct_observation(
            session, ACT, uuid4(), person.id, event.id, Right(on=APRIL, reason="Later")
        ),
    )
    for attempt in tries:
        with pytest.raises(DomainError, match=r"period\.locked") as refused:
            attempt()
        assert refused.value.params["field"] == "on"
    other = make_event(session, person, APRIL, Subject.DIPLOMA)
    with pytest.raises(DomainError, match=r"period\.locked"):
        participants.correct_observation(
            session, ACT, uuid4(), person.id, other.id, Right(on=MARCH, reason="Back-dated")
        )
    scored = Scored(on=APRIL, moment=Moment.BEFORE, scores={"": Decimal(3)})
    assert participants.record_scores(session, ACT, uuid4(), person.id, instrument.id, scored)


def test_an_import_is_not_undone_in_a_closed_period(session: Session, imports: Imports) -> None:
    make_instrument(session, "PWI", lowest=Decimal(0), highest=Decimal(10), items=())
    brought = imports.bring_rows(
        SCORES, ["id", "code", "dag", "welzijn"], ["1", "A-001", "2025-03-31", "5"], by=None
    )
    close_march(session)
    with pytest.raises(DomainError, match=r"period\.locked"):
        undo(session, later(ACT, 9), brought)
    assert session.scalars(select(Observation.value)).all() == [Decimal(5)]


def test_a_later_file_moves_nothing_out_of_a_closed_period(session: Session, imports: Imports) -> None:
    make_instrument(session, "PWI", lowest=Decimal(0), highest=Decimal(10), items=())
    headers = ["id", "code", "dag", "welzijn"]
    imports.bring_rows(SCORES, headers, ["1", "A-001", "2025-03-31", "5"], by=None)
    close_march(session)
    _, _, totals = imports.check(csv_bytes(headers, ["1", "A-001", "2025-04-02", "4"]), SCORES)
    assert totals.states[RowState.REJECTED] == 1, totals.states


# --- One's own values ---------------------------------------------------------------------------------------


def test_undoing_an_import_makes_nobody_judge_of_their_own_value(
    session: Session, programme: Programme, imports: Imports
) -> None:
    author, other = (make_member(session, programme, Role.WORKER) for _ in range(2))
    indicator = make_indicator(session, definition=make_count())
    indicators.record_measurement(session, replace(ACT, user=author.id), indicator.id, entry(APRIL, 30))
    brought = imports.bring_rows(COUNTS, ["dag", "aantal"], ["2025-04-02", "31"], by=other.id)
    undo(session, replace(later(ACT, 9), user=other.id), brought)
    row = standing(session)
    assert (row.value, row.created_by_id) == (Decimal(30), author.id)
    judge = replace(later(ACT, 10), user=author.id, roles=frozenset({Role.WORKER, Role.COORDINATOR}))
    with pytest.raises(DomainError, match=r"review\.own"):
        decide(session, row, ReviewStep.APPROVED, act=judge)


def test_what_was_returned_counts_no_more_after_an_import_was_undone(
    session: Session, imports: Imports
) -> None:
    indicator = make_indicator(session, definition=make_count())
    returned = indicators.record_measurement(session, ACT, indicator.id, entry(APRIL, 30))
    decide(session, returned, ReviewStep.RETURNED, "Count again", act=later(REVIEWER))
    brought = imports.bring_rows(COUNTS, ["dag", "aantal"], ["2025-04-02", "31"], by=None)
    assert [one.value for one in indicators.series(session, indicator.id)] == [Decimal(31)]
    undo(session, later(ACT, 9), brought)
    assert indicators.series(session, indicator.id) == ()
    (step,) = indicators.steps_of(session, [standing(session).id])[standing(session).id]
    assert (step.step, step.remark) == (ReviewStep.RETURNED, "Count again")


def test_the_id_of_another_row_takes_nothing_back(session: Session) -> None:
    indicator = make_indicator(session, definition=make_count())
    one, two = (
        indicators.record_measurement(session, ACT, indicator.id, entry(on, 30)) for on in (MARCH, APRIL)
    )
    with pytest.raises(Conflict, match=r"measurement\.already_saved"):
        indicators.take_back(session, ACT, one.id, two.id, "Never was")
    assert len(indicators.series(session, indicator.id)) == 2


# --- Files without end -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"a;" * 4_000_000, "table.too_many_columns"),
        (b"a;b\r1;2\r" + b"a;" * 4_000_000, "table.too_many_columns"),
        (b"a;b\n1;2\n" + b"\n" * (MOST_LINES + 1) + b"1;2\n", "table.too_many_rows"),
    ],
    ids=["one line", "a line at the end", "empty lines"],
)
def test_a_file_without_end_is_refused(content: bytes, key: str) -> None:
    with pytest.raises(DomainError, match=key):
        list(opened(content).records(""))


def test_lines_of_an_old_apple_have_an_end() -> None:
    content = b"a;b\r" + b"1;2\r" * 1_500_000
    assert sum(1 for _ in opened(content).records("")) == 1_500_001


def test_a_folder_that_goes_meanwhile_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "going").mkdir()
    (tmp_path / "going" / "gone").symlink_to(tmp_path / "nowhere")
    assert folders.tidy(tmp_path, datetime.now(UTC), 1) == 0
    assert folders.waiting(tmp_path, [uuid4()]) == 0


# --- Addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "fec0::1",
        "feff::1",
        "3fff::1",
        "192.0.0.8",
        "192.88.99.1",
        "::ffff:192.0.0.8",
        "64:ff9b::7f00:1",
        "2002:c000:8::",
        "::127.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "127.1",
        "fe80::1%eth0",
        "",
    ],
)
def test_no_address_inside_is_taken_for_one_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450::1", "64:ff9b::808:808"])
def test_the_internet_is_reached(address: str) -> None:
    assert is_public(address)
