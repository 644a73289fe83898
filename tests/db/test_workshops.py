"""Workshops: who comes in, what hangs on the wall, and what becomes of it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_programme
from tests.factories.findings import EVALUATOR
from tests.factories.interviews import make_group, make_heard
from tests.factories.workshops import CONSENT, HOURS, go_to, make_card, make_door, make_seat, make_workshop
from tests.statements import counting
from toc.domain.errors import DomainError
from toc.domain.interviews import Audience, Mode, RespondentKind
from toc.domain.people import Role
from toc.domain.workshops import MOST_CARDS, Phase
from toc.models.audit import AuditEvent
from toc.models.database import Database
from toc.models.interviews import Answer, Interview, Respondent, Statement, StatementDecision
from toc.models.workshops import Workshop, WorkshopCard, WorkshopDot, WorkshopSeat
from toc.services import interviews, people, workshops
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.workshops import Card, MyCard, OnWall, WorkshopDraft

CARDS, DOTS, CLOSED = Phase.CARDS, Phase.DOTS, Phase.CLOSED
LATER = NOW + timedelta(hours=HOURS)


def rows(session: Session, table: type) -> int:
    found = session.scalar(select(func.count()).select_from(table))
    assert found is not None
    return found


def refused(call: object, *args: object, **named: object) -> str:
    assert callable(call)
    with pytest.raises(DomainError) as error:
        call(*args, **named)
    return error.value.key


def events(session: Session) -> list[tuple[str, dict[str, object]]]:
    query = select(AuditEvent).where(AuditEvent.subject_kind == "workshop").order_by(AuditEvent.sequence)
    return [(row.action, dict(row.detail)) for row in session.scalars(query)]


def on_wall(session: Session, workshop: Workshop) -> list[str]:
    return [card.text for card in workshops.board(session, workshop.id).on_wall]


# --- Opening ------------------------------------------------------------------------------------------------


def open_one(
    session: Session,
    title: str = "Hope",
    dots: int = 3,
    *,
    workshop_id: UUID | None = None,
    door: str = "",
) -> Workshop:
    draft = WorkshopDraft(title, dots)
    return workshops.open_workshop(
        session, EVALUATOR, workshop_id or uuid4(), draft, door=door or make_door(), hours=HOURS
    )


def test_a_workshop_opens_once_and_its_code_leads_to_it_for_a_day(session: Session) -> None:
    make_group(session)
    workshop_id, door = uuid4(), make_door()
    first = open_one(session, workshop_id=workshop_id, door=door)
    assert open_one(session, workshop_id=workshop_id, door=make_door()) is first
    entrance = workshops.find_door(session, door, LATER - timedelta(seconds=1))
    assert entrance == (session.info["programme_id"], workshop_id)
    assert workshops.find_door(session, door, LATER) is None
    assert workshops.find_door(session, make_door(), NOW) is None
    (row,) = workshops.workshop_rows(session, NOW)
    assert (row.code, row.title, row.phase, row.door, row.door_open) == ("W1", "Hope", CARDS, door, True)
    assert not workshops.get_workshop(session, workshop_id, LATER).door_open
    assert events(session) == [("workshop.open", {})]


def test_what_cannot_be_a_workshop_is_refused(session: Session) -> None:
    assert refused(open_one, session) == "workshop.no_parties"
    make_group(session)
    assert refused(open_one, session, " ") == "workshop.title_needed"
    assert refused(open_one, session, "Ask 06 12345678") == "privacy.personal_number"
    assert refused(open_one, session, dots=0) == "workshop.dots_range"
    door = make_door()
    open_one(session, door=door)
    assert refused(open_one, session, door=door) == "workshop.code_taken"


def test_a_workshop_of_another_programme_is_none(session: Session, database: Database) -> None:
    workshop = make_workshop(session)
    seat = make_seat(session, workshop)
    card = make_card(session, seat)
    session.commit()
    with database.writing() as outside:
        other = make_programme(outside)
    with database.write_session(other.id) as there:
        group = make_group(there)
        for call in (
            lambda: workshops.get_workshop(there, workshop.id, NOW),
            lambda: workshops.seen_so_far(there, workshop.id),
            lambda: workshops.move(there, EVALUATOR, workshop.id, DOTS, 1, hours=1),
            lambda: workshops.open_door(there, EVALUATOR, workshop.id, hours=1),
            lambda: workshops.take_off(there, EVALUATOR, workshop.id, card.id, off=True),
            lambda: workshops.keep_cards(there, EVALUATOR, workshop.id, [card.id]),
            lambda: workshops.welcome(there, workshop.id),
            lambda: workshops.sit(there, uuid4(), workshop.id, group.id, at=NOW, consent="", most=1),
            lambda: workshops.seated(there, seat.id),
            lambda: workshops.add_card(there, seat.id, uuid4(), "Mine", at=NOW),
            lambda: workshops.take_back(there, seat.id, card.id, back=True),
            lambda: workshops.put_dot(there, seat.id, card.id, put=True),
        ):
            with pytest.raises(NotFound):
                call()
        assert workshops.workshop_rows(there, NOW) == []
        assert workshops.board(there, workshop.id).columns == ()


# --- Coming in ----------------------------------------------------------------------------------------------


def test_wrong_codes_are_counted_per_address(session: Session, database: Database) -> None:
    window = timedelta(minutes=15)

    def may(key: str, at: object = NOW) -> bool:
        return workshops.may_try(session, key, at=at, limit=2, window=window)  # type: ignore[arg-type] # a moment

    with database.write_session() as instance:
        for minute in range(2):
            assert may("a" * 64)
            at = NOW + timedelta(minutes=minute)
            people.begin_attempt(instance, uuid4(), ["a" * 64], at=at, limit=2, window=window)
            instance.commit()
    assert not may("a" * 64, NOW + timedelta(minutes=1))
    assert may("b" * 64, NOW + timedelta(minutes=1))
    assert may("a" * 64, NOW + window)


def test_who_is_at_the_door_sees_the_parties(session: Session) -> None:
    workshop = make_workshop(session)
    group = make_group(session, name="Residents")
    door = workshops.welcome(session, workshop.id)
    assert door.title == workshop.title
    assert (group.id, "Residents") in door.parties


def test_a_phone_joins_once_and_keeps_what_was_agreed(session: Session) -> None:
    workshop, group, seat_id = make_workshop(session), make_group(session), uuid4()

    def sit(which: Workshop = workshop) -> WorkshopSeat:
        return workshops.sit(session, seat_id, which.id, group.id, at=NOW, consent=CONSENT, most=1)

    seat = sit()
    assert sit() is seat
    assert (seat.consent, seat.group_id) == (CONSENT, group.id)
    assert rows(session, WorkshopSeat) == 1
    other = make_workshop(session)
    with pytest.raises(NotFound):
        sit(other)
    with pytest.raises(NotFound):
        workshops.sit(session, uuid4(), other.id, uuid4(), at=NOW, consent=CONSENT, most=1)


def test_a_full_or_closed_workshop_lets_nobody_in(session: Session) -> None:
    workshop = make_workshop(session)
    make_seat(session, workshop, most=2)
    make_seat(session, workshop, most=2)
    with pytest.raises(Conflict) as full:
        make_seat(session, workshop, most=2)
    assert (full.value.key, full.value.params) == ("workshop.full", {"most": 2})
    go_to(session, workshop.id, DOTS, CLOSED)
    assert refused(make_seat, session, workshop) == "workshop.closed"


# --- Cards --------------------------------------------------------------------------------------------------


def test_a_card_arrives_once_however_often_it_is_sent(session: Session) -> None:
    workshop = make_workshop(session)
    seat, card_id = make_seat(session, workshop), uuid4()
    first = workshops.add_card(session, seat.id, card_id, " A quiet  street ", at=NOW)
    go_to(session, workshop.id, DOTS)
    again = workshops.add_card(session, seat.id, card_id, "A quiet street", at=NOW)
    assert again is first
    assert (first.number, first.text) == (1, "A quiet street")
    assert rows(session, WorkshopCard) == 1
    other = make_seat(session, workshop)
    with pytest.raises(NotFound):
        workshops.add_card(session, other.id, card_id, "A quiet street", at=NOW)


def test_what_cannot_hang_on_the_wall_is_refused(session: Session) -> None:
    workshop = make_workshop(session)
    seat = make_seat(session, workshop)
    assert refused(make_card, session, seat, "…") == "workshop.card_empty"
    assert refused(make_card, session, seat, "Bel 06 12345678") == "privacy.personal_number"
    assert refused(make_card, session, seat, "Mijn nummer is 123456782") == "privacy.bsn"
    for number in range(MOST_CARDS):
        make_card(session, seat, f"Wish {number}")
    assert refused(make_card, session, seat) == "workshop.many_cards"
    assert make_card(session, make_seat(session, workshop)).number == MOST_CARDS + 1
    go_to(session, workshop.id, DOTS)
    assert refused(make_card, session, seat) == "workshop.not_writing"


def test_a_card_is_four_statements(session: Session, database: Database) -> None:
    workshop = make_workshop(session)
    seat = make_seat(session, workshop)
    session.commit()
    seat_id = seat.id
    with database.write_session(workshop.programme_id) as fresh:
        with counting(fresh.connection()) as statements:
            workshops.add_card(fresh, seat_id, uuid4(), "A quiet street", at=NOW)
        asked = [one for one in statements if not one.startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) == 4, asked
        assert not [one for one in asked if "audit" in one]


def test_its_writer_takes_a_card_back_and_hangs_it_up_again(session: Session) -> None:
    workshop = make_workshop(session)
    seat, other = make_seat(session, workshop), make_seat(session, workshop)
    card = make_card(session, seat)
    with pytest.raises(NotFound):
        workshops.take_back(session, other.id, card.id, back=True)
    workshops.take_back(session, seat.id, card.id, back=True)
    assert on_wall(session, workshop) == []
    assert workshops.my_cards(session, seat.id) == [
        MyCard(id=card.id, number=1, text="A quiet street", taken_back=True)
    ]
    with pytest.raises(NotFound):  # the facilitator cannot hang it up again
        workshops.take_off(session, EVALUATOR, workshop.id, card.id, off=False)
    workshops.take_back(session, seat.id, card.id, back=False)
    assert on_wall(session, workshop) == ["A quiet street"]


def test_closing_erases_the_words_that_were_taken_back(session: Session) -> None:
    workshop = make_workshop(session)
    seat = make_seat(session, workshop)
    gone, kept = make_card(session, seat, "Secret"), make_card(session, seat, "Open")
    workshops.take_back(session, seat.id, gone.id, back=True)
    go_to(session, workshop.id, DOTS, CLOSED)
    assert (gone.text, kept.text) == ("", "Open")
    assert refused(workshops.take_back, session, seat.id, kept.id, back=True) == "workshop.closed"
    go_to(session, workshop.id, DOTS)
    with pytest.raises(NotFound):
        workshops.take_back(session, seat.id, gone.id, back=False)
    assert [card.text for card in workshops.my_cards(session, seat.id)] == ["Open"]


def test_the_facilitator_takes_a_card_off_and_its_writer_cannot_hang_it_up(session: Session) -> None:
    workshop = make_workshop(session)
    seat = make_seat(session, workshop)
    card = make_card(session, seat)
    for _ in range(2):
        workshops.take_off(session, EVALUATOR, workshop.id, card.id, off=True)
    assert on_wall(session, workshop) == []
    assert workshops.my_cards(session, seat.id) == []
    workshops.take_back(session, seat.id, card.id, back=False)
    assert on_wall(session, workshop) == []
    workshops.take_off(session, EVALUATOR, workshop.id, card.id, off=False)
    assert on_wall(session, workshop) == ["A quiet street"]
    with pytest.raises(NotFound):
        workshops.take_off(session, EVALUATOR, make_workshop(session).id, card.id, off=True)
    assert [action for action, _ in events(session)][1:3] == ["workshop.take_off", "workshop.hang_up"]


# --- Dots ---------------------------------------------------------------------------------------------------


def test_each_phone_puts_so_many_dots_at_most_one_on_a_card(session: Session) -> None:
    workshop = make_workshop(session, dots=2)
    seat, other = make_seat(session, workshop), make_seat(session, workshop)
    one, two, three = (make_card(session, other, text) for text in ("One", "Two", "Three"))
    assert refused(workshops.put_dot, session, seat.id, one.id, put=True) == "workshop.no_dots_now"
    go_to(session, workshop.id, DOTS)
    for _ in range(2):
        workshops.put_dot(session, seat.id, one.id, put=True)
    workshops.put_dot(session, seat.id, two.id, put=True)
    workshops.put_dot(session, other.id, one.id, put=True)
    assert refused(workshops.put_dot, session, seat.id, three.id, put=True) == "workshop.dots_used"
    assert workshops.seated(session, seat.id).remaining == 0
    for _ in range(2):
        workshops.put_dot(session, seat.id, two.id, put=False)
    assert workshops.seated(session, seat.id).remaining == 1
    wall = workshops.board(session, workshop.id)
    assert {card.text: card.dots for card in wall.on_wall} == {"One": 2, "Two": 0, "Three": 0}
    seen = workshops.cards_on_wall(session, seat.id, workshop.id)
    assert [(card.text, card.mine) for card in seen] == [("One", True), ("Two", False), ("Three", False)]
    assert seen[0] == OnWall(id=one.id, number=1, text="One", party=seen[0].party, mine=True)


def test_a_card_that_comes_off_gives_its_dots_back(session: Session) -> None:
    workshop = make_workshop(session, dots=1)
    seat = make_seat(session, workshop)
    one, two = make_card(session, seat, "One"), make_card(session, seat, "Two")
    go_to(session, workshop.id, DOTS)
    workshops.put_dot(session, seat.id, one.id, put=True)
    workshops.take_off(session, EVALUATOR, workshop.id, one.id, off=True)
    with pytest.raises(NotFound):
        workshops.put_dot(session, seat.id, one.id, put=True)
    workshops.put_dot(session, seat.id, two.id, put=True)
    go_to(session, workshop.id, CLOSED)
    assert events(session)[-1] == ("workshop.closed", {"phones": 1, "cards": 1, "dots": 1})
    stranger = make_card(session, make_seat(session, other := make_workshop(session)))
    go_to(session, other.id, DOTS)
    with pytest.raises(NotFound):
        workshops.put_dot(session, seat.id, stranger.id, put=True)
    assert rows(session, WorkshopDot) == 2


# --- Moving on ----------------------------------------------------------------------------------------------


def test_closing_shuts_the_door_and_going_back_opens_it(session: Session) -> None:
    door = make_door()
    workshop = make_workshop(session, door=door)
    go_to(session, workshop.id, DOTS, CLOSED)
    closed_at = workshop.closed_at
    assert closed_at == NOW
    assert workshops.find_door(session, door, NOW) is None
    assert refused(workshops.open_door, session, EVALUATOR, workshop.id, hours=1) == "workshop.closed"
    go_to(session, workshop.id, DOTS, CARDS)
    assert workshop.closed_at is None
    assert workshops.find_door(session, door, NOW) is not None
    late = act_of(None, Role.EVALUATOR, at=LATER)
    workshops.open_door(session, late, workshop.id, hours=1)
    assert workshops.find_door(session, door, LATER) is not None
    assert [action for action, _ in events(session)] == [
        "workshop.open",
        "workshop.dots",
        "workshop.closed",
        "workshop.dots",
        "workshop.cards",
        "workshop.door",
    ]


def test_two_facilitators_do_not_move_on_twice(session: Session) -> None:
    workshop = make_workshop(session)
    revision = workshop.revision
    workshops.move(session, EVALUATOR, workshop.id, DOTS, revision, hours=HOURS)
    workshops.move(session, EVALUATOR, workshop.id, DOTS, revision, hours=HOURS)  # asked for the same
    with pytest.raises(Stale):
        workshops.move(session, EVALUATOR, workshop.id, CARDS, revision, hours=HOURS)
    assert workshop.phase is DOTS


# --- The wall -----------------------------------------------------------------------------------------------


def test_whatever_changes_on_the_wall_is_seen(session: Session) -> None:
    workshop = make_workshop(session)
    seen = [workshops.seen_so_far(session, workshop.id)]

    def look() -> None:
        seen.append(workshops.seen_so_far(session, workshop.id))

    seat = make_seat(session, workshop)
    look()
    card = make_card(session, seat)
    look()
    workshops.take_back(session, seat.id, card.id, back=True)
    look()
    workshops.take_back(session, seat.id, card.id, back=False)
    look()
    go_to(session, workshop.id, DOTS)
    look()
    workshops.put_dot(session, seat.id, card.id, put=True)
    look()
    workshops.take_off(session, EVALUATOR, workshop.id, card.id, off=True)
    look()
    assert len(set(seen)) == len(seen)
    assert workshops.seen_so_far(session, workshop.id) == seen[-1]


def test_a_phone_is_told_of_what_concerns_it(session: Session) -> None:
    workshop = make_workshop(session)
    seat, other = make_seat(session, workshop), make_seat(session, workshop)
    before = workshops.seated(session, seat.id)
    card = make_card(session, other)
    assert workshops.seated(session, seat.id) == before  # while it writes, others' cards do not disturb
    go_to(session, workshop.id, DOTS)
    dots = workshops.seated(session, seat.id)
    assert (dots.phase, dots.dots, dots.remaining) == (DOTS, 2, 2)
    workshops.take_back(session, other.id, card.id, back=True)
    assert workshops.seated(session, seat.id).seen != dots.seen


def test_the_wall_shows_parties_but_no_phone(session: Session) -> None:
    workshop = make_workshop(session)
    residents = make_group(session, name="Residents", is_beneficiary=True)
    city = make_group(session, name="City")
    one, two = make_seat(session, workshop, residents), make_seat(session, workshop, residents)
    make_seat(session, workshop, city)
    make_card(session, one, "First")
    make_card(session, two, "Second")
    wall = workshops.board(session, workshop.id)
    told = [(column.name, column.protected, column.phones) for column in wall.columns]
    assert told == [("Residents", True, 2), ("City", False, 1)]
    assert [card.text for card in wall.columns[0].cards] == ["First", "Second"]
    assert wall.phones == 3
    assert not {"seat", "seat_id", "at"} & set(Card.__slots__)


@pytest.mark.parametrize("many", [1, 8])
def test_the_wall_costs_the_same_for_more_cards(session: Session, many: int) -> None:
    workshop = make_workshop(session)
    for _ in range(many):
        make_card(session, make_seat(session, workshop))
    with counting(session.connection()) as asked:
        workshops.seen_so_far(session, workshop.id)
    assert len(asked) == 1
    with counting(session.connection()) as asked:
        workshops.board(session, workshop.id)
    assert len(asked) == 2


# --- Statements ---------------------------------------------------------------------------------------------


class Held:
    """A closed workshop with a card of residents and two of the city."""

    def __init__(self, session: Session) -> None:
        self.workshop = make_workshop(session, title="Hope")
        self.residents = make_group(session, name="Residents", is_beneficiary=True)
        self.city = make_group(session, name="City")
        resident, official = (make_seat(session, self.workshop, one) for one in (self.residents, self.city))
        self.quiet = make_card(session, resident, "A quiet street")
        self.work = make_card(session, official, "Everybody at work")
        self.off = make_card(session, official, "Off")
        workshops.take_off(session, EVALUATOR, self.workshop.id, self.off.id, off=True)

    @property
    def ids(self) -> list[UUID]:
        return [self.quiet.id, self.work.id, self.off.id]


def test_cards_become_statements_once(session: Session) -> None:
    held = Held(session)
    workshop_id = held.workshop.id
    assert refused(workshops.keep_cards, session, EVALUATOR, workshop_id, held.ids) == "workshop.not_closed"
    go_to(session, workshop_id, DOTS, CLOSED)
    assert refused(workshops.keep_cards, session, EVALUATOR, workshop_id, []) == "workshop.no_card_chosen"
    assert workshops.keep_cards(session, EVALUATOR, workshop_id, [held.work.id]) == 1
    assert workshops.keep_cards(session, EVALUATOR, workshop_id, held.ids) == 1
    assert workshops.keep_cards(session, EVALUATOR, workshop_id, held.ids) == 0
    assert [rows(session, one) for one in (Respondent, Interview, Answer, Statement)] == [2, 2, 2, 2]
    assert held.off.statement_id is None
    told = {
        row.text: (
            row.interview.mode,
            row.interview.respondent.kind,
            row.interview.respondent.name,
            row.audience,
        )
        for row in session.scalars(select(Statement))
    }
    assert told == {
        "A quiet street": (Mode.WORKSHOP, RespondentKind.PARTICIPANT, "", Audience.NOBODY),
        "Everybody at work": (Mode.WORKSHOP, RespondentKind.SPOKESPERSON, "Hope", Audience.PARTIES),
    }
    (decision,) = session.scalars(select(StatementDecision))
    assert decision.text == CONSENT
    assert [answer.question for answer in session.scalars(select(Answer).order_by(Answer.question))] == [
        "card_1",
        "card_2",
    ]
    assert [name for name, _ in workshops.sources(session, workshop_id)] == ["City", "Residents"]
    row = workshops.get_workshop(session, workshop_id, NOW)
    assert (row.cards, row.kept) == (2, 2)
    assert events(session)[-2:] == [("workshop.keep", {"cards": 1})] * 2
    workshops.take_off(session, EVALUATOR, workshop_id, held.off.id, off=False)
    assert workshops.keep_cards(session, EVALUATOR, workshop_id, held.ids) == 1
    assert [rows(session, one) for one in (Respondent, Interview, Statement)] == [2, 2, 3]  # the city spoke


def test_a_workshop_whose_cards_are_statements_stays_as_it_is(session: Session) -> None:
    held = Held(session)
    go_to(session, held.workshop.id, DOTS, CLOSED)
    workshops.keep_cards(session, EVALUATOR, held.workshop.id, [held.work.id])
    assert refused(go_to, session, held.workshop.id, DOTS) == "workshop.kept_already"
    off = refused(workshops.take_off, session, EVALUATOR, held.workshop.id, held.work.id, off=True)
    assert off == "workshop.card_kept"


def test_who_reads_a_card_afterwards(session: Session) -> None:
    held = Held(session)
    make_heard(session, held.residents, 5)
    go_to(session, held.workshop.id, DOTS, CLOSED)
    workshops.keep_cards(session, EVALUATOR, held.workshop.id, held.ids)

    def reads(role: Role) -> list[str | None]:
        return [one.text for one in interviews.readable_statements(session, act_of(None, role))]

    assert reads(Role.EVALUATOR) == ["A quiet street", "Everybody at work"]
    assert reads(Role.COORDINATOR) == reads(Role.STAKEHOLDER) == ["Everybody at work"]
    assert reads(Role.FUNDER) == reads(Role.INVESTOR) == []


def test_a_card_that_is_withdrawn_leaves_no_words(session: Session) -> None:
    held = Held(session)
    go_to(session, held.workshop.id, DOTS, CLOSED)
    workshops.keep_cards(session, EVALUATOR, held.workshop.id, held.ids)
    assert held.work.statement_id is not None
    interviews.withdraw_statement(session, EVALUATOR, uuid4(), held.work.statement_id, text="Asked for.")
    assert held.work.text == ""
    answers = session.scalars(select(Answer.text)).all()
    assert not [text for text in answers if "work" in text]
    assert on_wall(session, held.workshop) == ["A quiet street"]
