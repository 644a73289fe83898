"""Coding passages: what each coder says stays theirs, and can be undone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_programme
from tests.factories.coding import code, make_coder, make_entry
from tests.factories.goals import make_goal
from tests.factories.interviews import answer_id, make_interview, make_respondent, make_statement
from tests.statements import counting
from toc.domain.acts import Act
from toc.domain.agreement import NoKappa
from toc.domain.coding import CodeUse, Turn
from toc.domain.errors import DomainError
from toc.domain.interviews import Mode
from toc.domain.people import Role
from toc.models.coding import CodebookEntry, Coding
from toc.models.database import Database
from toc.models.documents import Document
from toc.models.goals import EditStep, Goal, GoalSource
from toc.models.interviews import Answer, Interview, Statement
from toc.models.programmes import Programme
from toc.services import coding as service
from toc.services import goals as goal_service
from toc.services import interviews, steps
from toc.services.coding import Codes, EntryDraft
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals import GoalDraft
from toc.services.interviews import Place

TEXT = "Ik wil werk. En rust. En een huis."
WORK, REST, HOME = (0, 12), (13, 21), (22, 34)
ONLY_EVALUATOR = act_of(None, Role.EVALUATOR)


@pytest.fixture
def act(session: Session, programme: Programme) -> Act:
    return make_coder(session, programme, name="Ada")


@pytest.fixture
def other(session: Session, programme: Programme) -> Act:
    return make_coder(session, programme, name="Bo")


@pytest.fixture
def interview(session: Session) -> Interview:
    return make_interview(session, text=TEXT)


def coded(session: Session) -> set[tuple[UUID, UUID, UUID, str]]:
    """(statement, coder, code, note) of everything."""
    rows = session.scalars(select(Coding))
    return {(one.statement_id, one.coder_id, one.goal_id or one.entry_id, one.memo) for one in rows}


def sources(session: Session) -> set[tuple[UUID, UUID]]:
    rows = session.execute(select(GoalSource.goal_id, GoalSource.statement_id))
    return {(goal, statement) for goal, statement in rows}


def marks(session: Session) -> set[tuple[int, int, int]]:
    rows = session.execute(select(Statement.code, Statement.starts_at, Statement.ends_at))
    return {(number, start, end) for number, start, end in rows}


# --- The codebook -------------------------------------------------------------------------------------------


def test_an_entry_is_made_once_worded_anew_and_retired(session: Session, act: Act) -> None:
    draft, id_ = EntryDraft(use=CodeUse.HARM, name="Schulden"), uuid4()
    entry = service.add_entry(session, act, id_, draft)
    assert service.add_entry(session, act, id_, draft) is entry
    better = EntryDraft(use=CodeUse.SIDE_EFFECT, name="Schulden", definition="Ook nieuwe.")
    service.edit_entry(session, act, id_, better, entry.revision)
    assert (entry.use, entry.definition, entry.revision) == (CodeUse.SIDE_EFFECT, "Ook nieuwe.", 2)
    with pytest.raises(Stale) as stale:
        service.edit_entry(session, act, id_, draft, 1)
    assert (stale.value.theirs["definition"], stale.value.revision) == ("Ook nieuwe.", 2)
    service.retire_entry(session, act, id_, retired=True, revision=2)
    assert service.get_entry(session, id_).retired
    with pytest.raises(Stale):
        service.retire_entry(session, act, id_, retired=False, revision=2)
    service.retire_entry(session, act, id_, retired=True, revision=3)
    assert entry.revision == 3


def test_a_name_is_of_one_entry(session: Session, act: Act) -> None:
    make_entry(session, "Schulden")
    other = make_entry(session, "Stress")
    with pytest.raises(DomainError, match=r"codebook\.name_taken"):
        make_entry(session, "schulden")
    again = EntryDraft(use=CodeUse.HARM, name="SCHULDEN")
    with pytest.raises(DomainError, match=r"codebook\.name_taken"):
        service.edit_entry(session, act, other.id, again, other.revision)
    with pytest.raises(NotFound):
        service.get_entry(session, uuid4())


# --- Coding -------------------------------------------------------------------------------------------------


def test_a_passage_stands_under_several_codes_and_the_goal_rests_on_it(
    session: Session, act: Act, interview: Interview
) -> None:
    goal, entry = make_goal(session), make_entry(session)
    statement = code(session, act, interview, WORK, [goal, entry], memo="Zegt het twee keer")
    assert statement.text == "Ik wil werk."
    assert {(each[2], each[3]) for each in coded(session)} == {
        (goal.id, "Zegt het twee keer"),
        (entry.id, "Zegt het twee keer"),
    }
    assert sources(session) == {(goal.id, statement.id)}


def test_the_same_form_twice_codes_once(session: Session, act: Act, interview: Interview) -> None:
    goal, form = make_goal(session), uuid4()
    place, codes = [Place(answer_id(interview), *WORK)], Codes(frozenset({goal.id}))
    for _ in range(2):
        service.code_passages(session, act, form, place, codes)
    assert (len(coded(session)), len(marks(session))) == (1, 1)
    assert session.scalar(select(func.count(EditStep.id))) == 1
    service.code_passages(session, act, uuid4(), place, codes, memo="Nu met reden")
    assert {each[3] for each in coded(session)} == {"Nu met reden"}
    service.code_passages(session, act, uuid4(), place, codes)
    assert {each[3] for each in coded(session)} == {"Nu met reden"}, "no note leaves the note alone"


def test_a_passage_of_no_answer_and_too_many_at_once_are_refused(
    session: Session, act: Act, interview: Interview
) -> None:
    here, nowhere = Place(answer_id(interview), *WORK), Place(uuid4(), *WORK)
    with pytest.raises(NotFound):
        service.code_passages(session, act, uuid4(), [here, nowhere], Codes())
    with pytest.raises(DomainError, match=r"statement\.too_many"):
        service.code_passages(session, act, uuid4(), [here] * 501, Codes())
    assert marks(session) == set()


def test_a_goal_that_is_found_in_a_passage_codes_it(
    session: Session, act: Act, other: Act, interview: Interview
) -> None:
    statement, second = code(session, other, interview, WORK), code(session, other, interview, REST)
    draft, id_ = GoalDraft(wording="Werk"), uuid4()
    goal = service.add_goal_from(session, act, statement.id, id_, draft, statement_ids=[second.id])
    again = service.add_goal_from(session, act, statement.id, id_, draft, statement_ids=[second.id])
    assert again is goal
    mine = select(func.count(EditStep.id)).where(EditStep.user_id == act.user, EditStep.area == service.AREA)
    assert coded(session) == {(statement.id, act.user, goal.id, "")}
    assert sources(session) == {(goal.id, statement.id), (goal.id, second.id)}
    assert session.scalar(mine) == 1
    service.walk(session, act, back=True)
    assert coded(session) == set()
    assert sources(session) == {(goal.id, statement.id), (goal.id, second.id)}, "the goal rests on it"
    service.walk(session, act, back=False)
    assert coded(session) == {(statement.id, act.user, goal.id, "")}
    interviews.withdraw_statement(session, act, uuid4(), second.id, text="?")
    with pytest.raises(Conflict, match=r"statement\.withdrawn"):
        service.add_goal_from(session, act, second.id, uuid4(), draft)


def test_two_coders_each_have_their_own(session: Session, act: Act, other: Act, interview: Interview) -> None:
    goal = make_goal(session)
    first = code(session, act, interview, WORK, [goal])
    second = code(session, other, interview, WORK, [goal])
    assert first is second
    assert {each[1] for each in coded(session)} == {act.user, other.user}
    service.remove_passage(session, act, first.id)
    assert {each[1] for each in coded(session)} == {other.user}
    assert sources(session) == {(goal.id, first.id)}, "the other still says so"
    service.remove_passage(session, other, first.id)
    assert (coded(session), sources(session), marks(session)) == (set(), set(), set())


def test_what_was_put_under_a_goal_by_hand_stays_whatever_coders_do(
    session: Session, act: Act, interview: Interview
) -> None:
    statement, goal = make_statement(session, interview), make_goal(session)
    goal_service.add_sources(session, ONLY_EVALUATOR, goal.id, [statement.id])
    code(session, act, interview, WORK, [goal])
    service.recode(session, act, statement.id, Codes(), memo="")
    assert (coded(session), sources(session)) == (set(), {(goal.id, statement.id)})


def test_recoding_sets_exactly_these_codes(
    session: Session, act: Act, other: Act, interview: Interview
) -> None:
    one, two, entry = make_goal(session), make_goal(session), make_entry(session)
    statement = code(session, act, interview, WORK, [one, entry], memo="eerst")
    code(session, other, interview, WORK, [entry])
    service.recode(session, act, statement.id, Codes(frozenset({two.id}), frozenset({entry.id})), memo="")
    mine = {each[2:] for each in coded(session) if each[1] == act.user}
    assert mine == {(two.id, ""), (entry.id, "")}
    assert sources(session) == {(two.id, statement.id)}
    before = session.scalar(select(func.count(EditStep.id)))
    service.recode(session, act, statement.id, Codes(frozenset({two.id}), frozenset({entry.id})), memo="")
    assert session.scalar(select(func.count(EditStep.id))) == before, "nothing changed"


def test_a_retired_code_stays_where_it_is_and_is_not_given_anew(
    session: Session, act: Act, interview: Interview
) -> None:
    goal, entry = make_goal(session), make_entry(session)
    statement = code(session, act, interview, WORK, [goal, entry])
    goal.retired_at = NOW
    service.retire_entry(session, act, entry.id, retired=True, revision=entry.revision)
    kept = Codes(frozenset({goal.id}), frozenset({entry.id}))
    service.recode(session, act, statement.id, kept, memo="nog steeds")
    assert len(coded(session)) == 2
    for codes in (
        Codes(frozenset({goal.id})),
        Codes(entries=frozenset({entry.id})),
        Codes(frozenset({uuid4()})),
    ):
        with pytest.raises(NotFound):
            service.code_passages(session, act, uuid4(), [Place(answer_id(interview), *REST)], codes)


def test_coding_nothing_is_refused_and_so_is_what_was_taken_back(
    session: Session, act: Act, interview: Interview
) -> None:
    with pytest.raises(DomainError, match=r"statement\.none_chosen"):
        service.code_passages(session, act, uuid4(), [], Codes())
    statement = code(session, act, interview, WORK)
    interviews.withdraw_statement(session, act, uuid4(), statement.id, text="?")
    for call in (
        lambda: service.recode(session, act, statement.id, Codes(), memo=""),
        lambda: service.remove_passage(session, act, statement.id),
    ):
        with pytest.raises(Conflict, match=r"statement\.withdrawn"):
            call()


def test_a_mark_that_its_speaker_decided_about_stays(
    session: Session, act: Act, interview: Interview
) -> None:
    statement, entry = make_statement(session, interview), make_entry(session)
    code(session, act, interview, WORK, [entry])
    assert service.remove_passage(session, act, statement.id) == interview.id
    assert (coded(session), len(marks(session))) == (set(), 1)
    service.remove_passage(session, act, statement.id)
    assert len(session.scalars(select(EditStep)).all()) == 2, "the second time nothing was done"


# --- Undo ---------------------------------------------------------------------------------------------------


def test_steps_are_undone_and_done_again(session: Session, act: Act, interview: Interview) -> None:
    goal, entry = make_goal(session), make_entry(session)
    seen = [(coded(session), sources(session), marks(session))]
    statement = code(session, act, interview, WORK, [goal], memo="Omdat")
    seen.append((coded(session), sources(session), marks(session)))
    service.recode(session, act, statement.id, Codes(entries=frozenset({entry.id})), memo="Toch niet")
    seen.append((coded(session), sources(session), marks(session)))
    service.recode(session, act, statement.id, Codes(entries=frozenset({entry.id})), memo="Andere reden")
    seen.append((coded(session), sources(session), marks(session)))
    service.remove_passage(session, act, statement.id)
    for before in reversed(seen):
        service.walk(session, act, back=True)
        session.expire_all()
        assert (coded(session), sources(session), marks(session)) == before
    with pytest.raises(Conflict, match=r"nothing_to_undo"):
        service.walk(session, act, back=True)
    for after in seen[1:]:
        service.walk(session, act, back=False)
        session.expire_all()
        assert (coded(session), sources(session), marks(session)) == after
    service.walk(session, act, back=False)
    assert marks(session) == set()


OPERATION = st.tuples(st.sampled_from("arx"), st.sampled_from([WORK, REST, (5, 20)]), st.integers(0, 7))


@given(done=st.lists(OPERATION, min_size=1, max_size=8), back=st.integers(1, 8))
@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_undo_restores_exactly_whatever_was_done(
    session: Session, programme: Programme, done: list[tuple[str, tuple[int, int], int]], back: int
) -> None:
    coder = make_coder(session, programme)
    here = make_interview(session, text=TEXT)
    codes: list[Goal | CodebookEntry] = [make_goal(session), make_goal(session), make_entry(session)]
    states = [(coded(session), sources(session), marks(session))]
    for kind, place, chosen in done:
        some = [one for bit, one in enumerate(codes) if chosen >> bit & 1]
        ids = Codes(
            frozenset(one.id for one in some if not isinstance(one, CodebookEntry)),
            frozenset(one.id for one in some if isinstance(one, CodebookEntry)),
        )
        there = session.scalar(
            select(Statement).where(Statement.answer_id == answer_id(here), Statement.starts_at == place[0])
        )
        number = session.scalar(select(func.max(EditStep.number)).where(EditStep.user_id == coder.user))
        if kind == "a" or there is None:
            code(session, coder, here, place, some, memo=str(chosen))
        elif kind == "r":
            service.recode(session, coder, there.id, ids, memo=str(chosen))
        else:
            service.remove_passage(session, coder, there.id)
        session.expire_all()
        if session.scalar(select(func.max(EditStep.number)).where(EditStep.user_id == coder.user)) != number:
            states.append((coded(session), sources(session), marks(session)))
    steps_back = min(back, len(states) - 1)
    for _ in range(steps_back):
        service.walk(session, coder, back=True)
    session.expire_all()
    assert (coded(session), sources(session), marks(session)) == states[-1 - steps_back]
    for _ in range(steps_back):
        service.walk(session, coder, back=False)
    session.expire_all()
    assert (coded(session), sources(session), marks(session)) == states[-1]


def test_what_others_changed_since_is_not_undone(
    session: Session, act: Act, other: Act, interview: Interview
) -> None:
    entry, goal = make_entry(session), make_goal(session)
    code(session, act, interview, WORK, [entry])
    code(session, other, interview, WORK, [goal])
    with pytest.raises(Conflict, match=r"changed_since"):
        service.walk(session, act, back=True)


@pytest.mark.parametrize(
    "operation",
    [
        {"do": "drop", "code": str(UUID(int=9))},
        {"do": "add", "code": str(UUID(int=9)), "goal": True, "memo": ""},
        {"do": "add", "code": str(UUID(int=9)), "goal": False, "memo": ""},
        {"do": "unmark", "statement": str(UUID(int=9))},
        {"do": "unmark"},
        {"do": "mark", "start": 0, "end": 12, "number": 900},
        {"do": "mark", "start": 40, "end": 50, "number": 900},
    ],
)
def test_an_operation_that_no_longer_fits_is_refused(
    session: Session, act: Act, interview: Interview, operation: dict[str, object]
) -> None:
    statement = make_statement(session, interview)
    there = {"statement": str(statement.id), "answer": str(answer_id(interview))}
    with pytest.raises(Conflict, match=r"changed_since"):
        service.apply(session, act, {**there, **operation})


def test_adding_what_is_there_changes_nothing(session: Session, act: Act, interview: Interview) -> None:
    entry = make_entry(session)
    statement = code(session, act, interview, WORK, [entry], memo="x")
    operation = {
        "do": "add", "statement": str(statement.id), "code": str(entry.id), "goal": False, "memo": "x"
    }  # fmt: skip
    assert service.apply(session, act, operation) == operation


def test_steps_of_the_tree_are_others(session: Session, act: Act, interview: Interview) -> None:
    code(session, act, interview, WORK)
    assert steps.last(session, act, "tree").undo is None
    assert steps.last(session, act, service.AREA).undo is not None


# --- Two people at once -------------------------------------------------------------------------------------


def test_ten_coders_at_once_lose_nothing(separate: Database) -> None:
    with separate.writing() as session:
        programme = make_programme(session)
    with separate.writing(programme.id) as session:
        goal = make_goal(session)
        interview = make_interview(session, text="Ikwilwerkenrustenhuis", mode=Mode.TRANSCRIPT)
        coders = [make_coder(session, programme) for _ in range(10)]
    answer, start = answer_id(interview), Barrier(10)

    def work(number: int) -> None:
        start.wait(30)
        for place in ((number, number + 5), WORK, (number, number + 6)):
            with separate.writing(programme.id) as session:
                service.code_passages(
                    session, coders[number], uuid4(), [Place(answer, *place)], Codes(frozenset({goal.id}))
                )

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(10)))
    with separate.read_session(programme.id) as session:
        everything = coded(session)
        assert {len({each for each in everything if each[1] == coder.user}) for coder in coders} <= {2, 3}
        for coder in coders:
            assert any(each[1] == coder.user for each in everything)
        assert {(goal.id, each[0]) for each in everything} == sources(session)
        rows = session.execute(select(Statement.starts_at, Statement.ends_at)).all()
        assert len(rows) == len(set(rows))
        assert session.scalar(select(func.count(EditStep.id))) == 30


# --- Reading ------------------------------------------------------------------------------------------------


def test_who_has_not_ended_sees_only_their_own_and_what_the_speaker_marked(
    session: Session, act: Act, other: Act, interview: Interview
) -> None:
    goal, entry = make_goal(session, explanation="Wat?"), make_entry(session)
    code(session, other, interview, REST, [goal])
    both = code(session, other, interview, WORK, [goal])
    code(session, act, interview, WORK, [entry], memo="Mijn reden")
    spoken = make_statement(session, interview, sentence=2)
    view = service.interview_coding(session, act, interview.id)
    assert [one.id for one in view.passages] == [both.id, spoken.id]
    assert [(mark.code_id, mark.memo) for mark in view.passages[0].marks] == [(entry.id, "Mijn reden")]
    assert not view.shows_others
    asked = service.interview_coding(session, act, interview.id, others=True)
    assert [one.text for one in asked.passages] == ["Ik wil werk.", "En rust.", "En een huis."]
    assert set(asked.coders.values()) == {"Ada", "Bo"}
    service.end_coding(session, act, interview.id, ended=True)
    service.end_coding(session, act, interview.id, ended=True)
    assert service.interview_coding(session, act, interview.id).shows_others
    service.end_coding(session, act, interview.id, ended=False)
    service.end_coding(session, act, interview.id, ended=False)
    view = service.interview_coding(session, act, interview.id)
    assert (view.shows_others, view.ended, view.recent) == (False, frozenset(), (entry.id,))


def test_what_was_said_stands_in_the_order_of_the_questions(session: Session, act: Act) -> None:
    interview = make_interview(session, make_respondent(session), text="Eerste.")
    for question, text in (("card_10", "Tien."), ("card_2", "Twee."), ("wish", "Wens."), ("helps", "")):
        session.add(Answer(id=uuid4(), interview=interview, question=question, text=text))
    session.add(
        Document(
            id=uuid4(), code=1, interview=interview, title="Gesprek", media_type="text/plain", size=1,
            digest="0" * 64, turns=[{"start": 2, "end": 5, "speaker": "R"}], pages=[], created_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    view = service.interview_coding(session, act, interview.id)
    assert [one.text for one in view.texts] == ["Eerste.", "Wens.", "Twee.", "Tien."]
    assert (view.title, view.texts[0].turns) == ("Gesprek", (Turn(2, "R"),))
    assert set(view.texts[0].question) >= {"nl", "en"}
    assert view.texts[-1].question == {}


def test_what_was_said_is_found_by_answer(session: Session, act: Act, interview: Interview) -> None:
    assert service.answer_texts(session, interview.id) == {answer_id(interview): TEXT}
    assert service.answer_texts(session, interview.id, {uuid4(), answer_id(interview)}) == {
        answer_id(interview): TEXT
    }
    elsewhere = make_interview(session)
    assert service.answer_texts(session, interview.id, {answer_id(elsewhere)}) == {}
    statement = code(session, act, interview, WORK)
    assert service.statement_interview(session, statement.id) == interview.id
    for look in (service.answer_texts, service.statement_interview):
        with pytest.raises(NotFound):
            look(session, uuid4())


def test_an_interview_that_is_not_complete_is_not_coded(session: Session, act: Act) -> None:
    with pytest.raises(Conflict, match=r"not_complete"):
        service.interview_coding(session, act, make_interview(session, completed=False).id)
    with pytest.raises(NotFound):
        service.interview_coding(session, act, uuid4())


def test_the_codebook_counts_and_lists_what_stands_under_each(
    session: Session, act: Act, other: Act, interview: Interview
) -> None:
    goal, entry = make_goal(session), make_entry(session, "Angst")
    unused = make_entry(session, "aanname")
    by_hand = make_statement(session, interview, sentence=2)
    goal_service.add_sources(session, ONLY_EVALUATOR, goal.id, [by_hand.id])
    for coder in (act, other):
        code(session, coder, interview, WORK, [goal, entry])
    gone = code(session, act, interview, REST, [entry])
    interviews.withdraw_statement(session, act, uuid4(), gone.id, text="?")
    book = {one.id: one for one in service.codebook(session)}
    assert [(one.id, one.passages, one.coders) for one in book.values()] == [
        (goal.id, 2, 2),
        (unused.id, 0, 0),
        (entry.id, 1, 2),
    ]
    assert (book[goal.id].short, book[goal.id].is_goal, book[entry.id].is_goal) == (
        f"G{goal.code}",
        True,
        False,
    )
    found = service.passages_of(session, book[goal.id])
    assert [one.text for one in found.passages] == ["Ik wil werk.", "En een huis."]
    assert (found.total, list(found.coders.values())) == (2, ["Ada", "Bo"])
    mine = service.passages_of(session, book[goal.id], coder_id=act.user)
    assert ([one.text for one in mine.passages], mine.total) == (["Ik wil werk."], 1)
    group = interview.respondent.group
    assert service.passages_of(session, book[entry.id], group_id=group.id).total == 1
    assert service.passages_of(session, book[entry.id], group_id=uuid4()).total == 0
    assert (group.id, group.name) in found.groups
    second = service.passages_of(session, book[goal.id], offset=1, limit=1)
    assert ([one.text for one in second.passages], second.total) == (["En een huis."], 2)


def test_more_passages_need_no_more_statements(session: Session, act: Act) -> None:
    interview = make_interview(session, text="Zo is het. " * 40)
    goal = make_goal(session)
    counts = []
    for number in (1, 39):
        for place in range(number):
            code(session, act, interview, (place * 11, place * 11 + 10), [goal])
        with counting(session) as seen:
            service.interview_coding(session, act, interview.id)
            (one,) = service.codebook(session)
            service.passages_of(session, one)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- Agreement ----------------------------------------------------------------------------------------------


def test_two_coders_are_compared_on_what_either_coded(
    session: Session, act: Act, other: Act, interview: Interview
) -> None:
    goal, entry = make_goal(session), make_entry(session)
    code(session, act, interview, WORK, [goal])
    code(session, other, interview, WORK, [goal, entry])
    code(session, act, interview, (3, 6), [entry])
    code(session, other, interview, HOME, [entry])
    make_statement(session, interview, sentence=1)
    elsewhere = make_interview(session, text=TEXT)
    code(session, act, elsewhere, WORK, [goal])
    found = service.agreement(session, act.user, other.user)  # type: ignore[arg-type] # both have an account
    assert (found.passages, found.interviews) == (3, 1)
    assert found.result.goals[goal.id].kappa == 1
    # 3 passages, both say yes 0 times, Ada 1 and Bo 2 times: observed 0, expected (1*2 + 2*1) / 9 = 4/9,
    # kappa = (0 - 4/9) / (5/9) = -0.8.
    assert found.result.goals[entry.id].kappa == pytest.approx(-0.8)
    assert [(each.passage.text, each.code.id, each.by) for each in found.differences] == [
        ("Ik wil werk.", entry.id, other.user),
        ("wil", entry.id, act.user),
        ("En een huis.", entry.id, other.user),
    ]
    alone = service.agreement(session, act.user, other.user, interview_id=elsewhere.id)  # type: ignore[arg-type] # as above
    assert (alone.passages, alone.result.goals[goal.id].kappa) == (1, 0)
    nothing = service.agreement(session, act.user, uuid4())  # type: ignore[arg-type] # as above
    assert (nothing.passages, nothing.result.overall.reason) == (0, NoKappa.NO_UNITS)


def test_the_interviews_that_were_coded_name_their_coders(
    session: Session, act: Act, other: Act, interview: Interview
) -> None:
    make_interview(session)
    code(session, other, interview, WORK, [make_goal(session)])
    code(session, act, interview, REST, [make_goal(session), make_entry(session)])
    service.end_coding(session, other, interview.id, ended=True)
    ((found, coders),) = service.coded_interviews(session).items()
    assert found.id == interview.id
    assert [(one.name, one.passages, one.ended) for one in coders] == [("Ada", 1, False), ("Bo", 1, True)]


def test_the_newest_codes_come_first(session: Session, act: Act, interview: Interview) -> None:
    first, second = make_goal(session), make_entry(session)
    code(session, act, interview, WORK, [first])
    later = replace(act, at=NOW + timedelta(hours=1))
    code(session, later, interview, REST, [second])
    assert service.interview_coding(session, act, interview.id).recent == (second.id, first.id)
