"""Passages that overlap: each stands for itself, and what one speaker takes back is left in none of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, cast, inspect, select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_user
from tests.factories.goals import make_goal
from tests.factories.interviews import QUESTION, answer_id, make_interview, make_respondent, make_statement
from toc.domain.acts import Act
from toc.domain.interviews import Audience, Mode, shorten
from toc.domain.people import Role
from toc.models.base import Base
from toc.models.coding import Coding
from toc.models.documents import Document
from toc.models.goals import EditStep, GoalSource
from toc.models.interviews import Answer, Interview, Recording, Statement
from toc.models.merging import PartyGoal, PartyGoalSource
from toc.models.workshops import Workshop, WorkshopCard, WorkshopSeat
from toc.services import interviews as service
from toc.services.errors import Conflict
from toc.services.interviews import Place, readings
from toc.services.interviews.erasing import without

LETTERS = "".join(chr(0x4E00 + number) for number in range(60))
"""Every character another one, and none that any page or key of ours has."""


@pytest.fixture
def act(session: Session) -> Act:
    return act_of(make_user(session), Role.EVALUATOR)


def everything(session: Session, *but: str) -> str:
    """All texts of all tables, as a thief would read them."""
    texts: list[str] = []
    for mapper in Base.registry.mappers:
        for column in inspect(mapper.class_).columns:
            if f"{mapper.class_.__name__}.{column.key}" not in but:
                texts += session.scalars(select(cast(column, String)).where(column.is_not(None)))
    return "\n".join(map(str, texts))


def mark(
    session: Session, act: Act, interview: Interview, places: Sequence[tuple[int, int]]
) -> list[Statement]:
    answer = answer_id(interview)
    return service.mark_statements(session, act, uuid4(), [Place(answer, *place) for place in places])


ENDS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted).filter(lambda two: two[0] < two[1])
PLACES = st.lists(ENDS.map(tuple), min_size=1, max_size=6, unique=True)


@given(places=PLACES, chosen=st.lists(st.integers(0, 5), min_size=1, max_size=4))
@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_character_of_what_was_taken_back_is_found_and_the_rest_keeps_its_place(
    session: Session, act: Act, places: list[tuple[int, int]], chosen: list[int]
) -> None:
    nested = session.begin_nested()  # so that the next example finds none of these characters
    try:
        check_taking_back(session, act, places, chosen)
    finally:
        nested.rollback()


def check_taking_back(session: Session, act: Act, places: list[tuple[int, int]], chosen: list[int]) -> None:
    interview = make_interview(session, text=LETTERS)
    marked = mark(session, act, interview, places)
    erased: set[int] = set()
    for number in chosen:
        one = marked[number % len(marked)]
        start, end = places[number % len(marked)]
        service.withdraw_statement(session, act, uuid4(), one.id, text="?")
        erased |= set(range(start, end))
        session.expire_all()
        found = everything(session)
        assert not [LETTERS[place] for place in erased if LETTERS[place] in found]
        answer = session.get_one(Answer, (session.info["programme_id"], answer_id(interview)))
        left = [letter for place, letter in enumerate(LETTERS) if place not in erased]
        assert left == [letter for letter in answer.text if letter != "…"]
        for statement, (start, end) in zip(marked, places, strict=True):
            if set(range(start, end)) <= erased:
                assert statement.withdrawn_at is not None
                assert (statement.text, statement.starts_at) == ("", -statement.code)
            else:
                assert statement.withdrawn_at is None
                assert (statement.starts_at, statement.ends_at) == (start, end)
                assert statement.text == shorten(answer.text[start:end])


def test_copies_of_the_words_go_too(session: Session, act: Act) -> None:
    respondent = make_respondent(session)
    interview = make_interview(
        session, respondent, text="Ik wil werk. En rust in huis.", mode=Mode.TRANSCRIPT
    )
    whole, part, apart = mark(session, act, interview, [(0, 29), (13, 29), (0, 12)])
    goal, made = make_goal(session, statements=[part, whole]), {"created_at": NOW, "created_by_id": act.user}
    mine = {"coder_id": act.user, "goal": goal, **made}
    session.add_all(
        [
            Coding(id=uuid4(), statement=part, memo="En rust in huis", **mine),
            Coding(id=uuid4(), statement=whole, memo="Zegt: en RUST in huis.", **mine),
            Coding(id=uuid4(), statement=apart, memo="Niet rust", **mine),
            Document(
                id=uuid4(), code=1, interview=interview, title="Gesprek", media_type="text/plain", size=1,
                digest="0" * 64, turns=[], pages=[], original=b"En rust in huis", **made,
            ),
            Recording(
                id=uuid4(), interview=interview, question=QUESTION, media_type="a", sound=b"rust", **made
            ),
        ]
    )  # fmt: skip
    own = PartyGoal(
        id=uuid4(), group=respondent.group, number=1, wording="En rust in huis!", level=None, **made
    )
    workshop = Workshop(id=uuid4(), code=1, title="Avond", **made)
    seat = WorkshopSeat(id=uuid4(), workshop=workshop, group=respondent.group, joined_at=NOW, consent="?")
    card = WorkshopCard(
        id=uuid4(), workshop=workshop, seat=seat, number=1, text="rust", at=NOW, statement=part
    )
    session.add_all([own, workshop, seat, card])
    session.add(PartyGoalSource(id=uuid4(), party_goal=own, statement=part, **made))
    for number, statement in enumerate((part, apart), start=1):
        step = [{"do": "code", "statement": str(statement.id), "memo": "rust"}]
        session.add(
            EditStep(
                id=uuid4(), user_id=act.user, area="coding", number=number, key="coding.added", forward=step,
                backward=[], at=NOW,
            )
        )  # fmt: skip
    session.flush()
    service.withdraw_statement(session, act, uuid4(), part.id, text="?")
    session.expire_all()
    assert "rust in huis" not in everything(session).casefold()
    assert (whole.text, own.wording, card.text, card.taken_back) == ("Ik wil werk. […]", "[…]", "", True)
    memos = {coding.statement_id: coding.memo for coding in session.scalars(select(Coding))}
    assert memos == {whole.id: "Zegt: […]", apart.id: "Niet rust"}
    assert session.scalars(select(Document.original)).one() is None
    assert session.scalars(select(Recording)).all() == []
    assert [step.number for step in session.scalars(select(EditStep))] == [2]
    assert len(session.scalars(select(GoalSource)).all()) == 2, "for what is to be told to who reads the goal"


def test_what_others_share_of_it_stays_readable_without_it(session: Session, act: Act) -> None:
    interview = make_interview(session, text="Ik wil werk. En rust. Klaar.")
    one, other, inside, after = mark(session, act, interview, [(0, 12), (7, 21), (3, 6), (22, 28)])
    later = act_of(make_user(session), Role.EVALUATOR, at=NOW + timedelta(hours=1))
    service.withdraw_statement(session, later, uuid4(), one.id, text="?")
    assert [each.withdrawn_at for each in (one, inside)] == [later.at] * 2
    assert [decision.withdrawn for decision in service.decisions_of(session, act, inside.id)] == [True]
    assert (other.text, after.text, after.withdrawn_at) == ("[…] En rust.", "Klaar.", None)
    gap = Place(answer_id(interview), 0, 9)
    with pytest.raises(Exception, match=r"passage\.empty"):
        service.mark_statement(session, act, uuid4(), gap)
    gap_too = service.mark_statement(session, act, uuid4(), Place(answer_id(interview), 3, 20))
    assert gap_too.text == "[…] En rust"


@pytest.mark.parametrize("mode", [Mode.DOCUMENT, Mode.WORKSHOP])
def test_a_plan_and_a_workshop_need_no_consent_of_an_interview(
    session: Session, act: Act, mode: Mode
) -> None:
    interview = make_interview(session, make_respondent(session, consent=None), mode=mode)
    statement = service.mark_statement(session, act, uuid4(), Place(answer_id(interview), 0, 12))
    service.decide_statement(session, act, uuid4(), statement.id, audience=Audience.PAYER, text="?")
    assert statement.audience is Audience.PAYER


def test_a_mark_that_was_only_read_before_its_speaker_decided_goes_away(session: Session, act: Act) -> None:
    statement = make_statement(session, audience=None)
    assert readings.not_read_yet(session, act, [statement.id]) == set()
    assert readings.record_readings(session, act, [statement.id]) == 0
    service.unmark_statement(session, act, statement.id, statement.revision)
    assert session.get(Statement, (session.info["programme_id"], statement.id)) is None
    decided = make_statement(session, audience=Audience.NOBODY)
    assert readings.record_readings(session, act, [decided.id]) == 1


def test_a_coded_mark_stays(session: Session, act: Act) -> None:
    statement, goal = make_statement(session, audience=None), make_goal(session)
    user: UUID | None = act.user
    values: dict[str, Any] = {"coder_id": user, "created_at": NOW, "created_by_id": user}
    session.add(Coding(id=uuid4(), statement=statement, goal=goal, **values))
    session.flush()
    with pytest.raises(Conflict, match=r"statement\.in_use"):
        service.unmark_statement(session, act, statement.id, statement.revision)


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("Hij zei: en  rust, dus ja", "En rust", "Hij zei: […] dus ja"),
        ("rust", "en rust", "rust"),
        ("en toch rust", "en rust", "en toch rust"),
        ("en rust en\nrust.", "en rust", "[…] […]"),
        ("zonder", "", "zonder"),
        ("… en", "… en", "[…]"),
    ],
)
def test_words_are_found_in_a_text_however_they_are_parted(text: str, words: str, left: str) -> None:
    assert without(text, words) == left
