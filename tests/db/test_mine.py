"""Behind a personal link: spoken answers, the member check, who read what, and taking everything back."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member, make_organisation
from tests.factories.findings import by_link
from tests.factories.goals import make_goal
from tests.factories.interviews import (
    QUESTION,
    answer_id,
    make_group,
    make_interview,
    make_respondent,
    make_statement,
)
from tests.statements import counting
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.ids import derived
from toc.domain.interviews import Audience, CheckVerdict, ConsentScope, Mode
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.interviews import (
    Answer,
    Consent,
    GoalCheck,
    Interview,
    Recording,
    Respondent,
    Statement,
    StatementDecision,
    StatementReading,
)
from toc.models.merging import PartyGoal, PartyGoalSource
from toc.models.people import Membership, User
from toc.models.programmes import Programme
from toc.services import findings
from toc.services import interviews as holding
from toc.services.errors import Conflict, NotFound
from toc.services.interviews import checking, following, readings, recordings, refusing

EVALUATOR = act_of(None, Role.EVALUATOR)
SOUND = b"OggS" + bytes(60)
MOST = 100
AGREE, AMEND, REJECT = CheckVerdict.AGREE, CheckVerdict.AMEND, CheckVerdict.REJECT


@pytest.fixture
def speaker(session: Session) -> Respondent:
    return make_respondent(session)


@pytest.fixture
def open_interview(session: Session, speaker: Respondent) -> Interview:
    """An interview that they are filling in alone."""
    return make_interview(session, speaker, mode=Mode.ALONE, completed=False)


def keep(session: Session, who: Respondent, interview: Interview, sound: bytes = SOUND) -> Recording:
    return recordings.keep_recording(session, by_link(who), interview.id, QUESTION, sound, MOST)


def trail(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))


# --- Spoken answers -----------------------------------------------------------------------------------------


def test_a_recording_is_kept_replaced_and_heard_by_who_made_it(
    session: Session, speaker: Respondent, open_interview: Interview
) -> None:
    keep(session, speaker, open_interview)
    keep(session, speaker, open_interview, SOUND + b"again")
    (row,) = session.scalars(select(Recording))
    assert (row.sound, row.media_type) == (SOUND + b"again", "audio/ogg")
    mine = by_link(speaker)
    spoken = recordings.recordings_of(session, mine, open_interview.id)[QUESTION]
    assert (spoken.id, spoken.size, spoken.at) == (row.id, len(SOUND) + 5, NOW)
    assert recordings.recording_of(session, mine, open_interview.id, QUESTION) is row
    assert trail(session) == ["recording.keep", "recording.keep"]


def test_nobody_else_hears_it_before_it_is_sent(
    session: Session, speaker: Respondent, open_interview: Interview
) -> None:
    keep(session, speaker, open_interview)
    assert recordings.recordings_of(session, EVALUATOR, open_interview.id) == {}
    with pytest.raises(NotFound):
        recordings.recording_of(session, EVALUATOR, open_interview.id, QUESTION)
    with pytest.raises(NotFound):
        recordings.transcribe(session, EVALUATOR, open_interview.id, QUESTION, "Words.")
    stranger = by_link(make_respondent(session))
    for call in (recordings.recordings_of, recordings.written_down):
        with pytest.raises(NotFound):
            call(session, stranger, open_interview.id)
    holding.submit_interview(session, by_link(speaker), open_interview.id)
    assert QUESTION in recordings.recordings_of(session, EVALUATOR, open_interview.id)


@pytest.mark.parametrize(
    ("sound", "key"),
    [
        (b"", "recording.empty"),
        (b"OggS" + bytes(MOST), "recording.too_big"),
        (b"<svg>", "recording.not_sound"),
    ],
)
def test_a_file_that_is_no_fitting_sound_is_refused(
    session: Session, speaker: Respondent, open_interview: Interview, sound: bytes, key: str
) -> None:
    with pytest.raises(DomainError, match=key):
        keep(session, speaker, open_interview, sound)


def test_without_consent_nothing_is_recorded_and_a_no_removes_the_sound(
    session: Session, speaker: Respondent, open_interview: Interview
) -> None:
    keep(session, speaker, open_interview)
    mine = replace(by_link(speaker), at=NOW + timedelta(hours=1))
    form = uuid4()
    for _ in range(2):
        recordings.answer_recording_consent(session, mine, form, speaker.id, given=False, text="May we?")
    assert list(session.scalars(select(Recording))) == []
    assert recordings.may_record(session, speaker.id) is False
    with pytest.raises(DomainError, match=r"recording\.no_consent"):
        keep(session, speaker, open_interview)
    later = replace(mine, at=NOW + timedelta(hours=2))
    consent = recordings.answer_recording_consent(
        session, later, uuid4(), speaker.id, given=True, text="May we?"
    )
    assert (consent.scope, consent.given) == (ConsentScope.RECORDING, True)
    assert keep(session, speaker, open_interview).sound == SOUND
    unasked = make_respondent(session, consent=None)
    assert recordings.may_record(session, unasked.id) is None


def test_only_own_open_questions_are_spoken(
    session: Session, speaker: Respondent, open_interview: Interview
) -> None:
    mine = by_link(speaker)
    with pytest.raises(NotFound):
        recordings.keep_recording(session, mine, open_interview.id, "other", SOUND, MOST)
    with pytest.raises(Conflict, match=r"interview\.own_words"):
        recordings.keep_recording(session, EVALUATOR, open_interview.id, QUESTION, SOUND, MOST)
    held = make_interview(session, speaker, completed=False)
    with pytest.raises(Conflict, match=r"interview\.own_words"):
        keep(session, speaker, held)
    sent = make_interview(session, speaker, mode=Mode.ALONE)
    with pytest.raises(Conflict, match=r"interview\.sent"):
        keep(session, speaker, sent)
    refusing = make_respondent(session, consent=False)
    theirs = make_interview(session, refusing, mode=Mode.ALONE, completed=False)
    with pytest.raises(DomainError, match=r"consent\.refused"):
        keep(session, refusing, theirs)


def test_who_spoke_deletes_it_also_after_sending(
    session: Session, speaker: Respondent, open_interview: Interview
) -> None:
    keep(session, speaker, open_interview)
    mine = by_link(speaker)
    holding.submit_interview(session, mine, open_interview.id)
    with pytest.raises(Conflict):
        recordings.remove_recording(session, EVALUATOR, open_interview.id, QUESTION)
    for _ in range(2):
        recordings.remove_recording(session, mine, open_interview.id, QUESTION)
    assert recordings.recordings_of(session, mine, open_interview.id) == {}
    assert trail(session).count("recording.remove") == 1


def test_an_interview_that_is_only_spoken_can_be_sent(session: Session, speaker: Respondent) -> None:
    silent = make_interview(session, speaker, mode=Mode.ALONE, completed=False, text="")
    with pytest.raises(DomainError, match=r"interview\.empty"):
        holding.submit_interview(session, by_link(speaker), silent.id)
    keep(session, speaker, silent)
    assert holding.submit_interview(session, by_link(speaker), silent.id).submitted_at == NOW


@pytest.mark.parametrize("typed", [True, False])
def test_what_was_said_is_written_down_after_what_was_typed_and_the_sound_is_gone(
    session: Session, speaker: Respondent, open_interview: Interview, *, typed: bool
) -> None:
    keep(session, speaker, open_interview)
    holding.submit_interview(session, by_link(speaker), open_interview.id)
    if not typed:
        session.delete(session.get_one(Answer, (open_interview.programme_id, answer_id(open_interview))))
        session.flush()
    with pytest.raises(DomainError, match=r"recording\.text_needed"):
        recordings.transcribe(session, EVALUATOR, open_interview.id, QUESTION, "  ")
    with pytest.raises(DomainError, match=r"privacy\.personal_number"):
        recordings.transcribe(session, EVALUATOR, open_interview.id, QUESTION, "Bel 06-12345678")
    answer = recordings.transcribe(session, EVALUATOR, open_interview.id, QUESTION, "Een eigen plek.")
    assert answer.text == ("Ik wil werk. En rust.\n\nEen eigen plek." if typed else "Een eigen plek.")
    assert list(session.scalars(select(Recording))) == []
    assert recordings.written_down(session, by_link(speaker), open_interview.id) == {QUESTION: NOW}
    with pytest.raises(NotFound):
        recordings.transcribe(session, EVALUATOR, open_interview.id, QUESTION, "Once more.")


# --- The member check ---------------------------------------------------------------------------------------


class Drawn:
    """A speaker with two sentences, and goals drawn from them and from somebody else's."""

    def __init__(self, session: Session) -> None:
        self.group = make_group(session)
        self.speaker = make_respondent(session, self.group)
        self.other = make_respondent(session, self.group)
        interview = make_interview(session, self.speaker)
        self.first = make_statement(session, interview)
        self.second = make_statement(session, interview, sentence=1)
        self.theirs = make_statement(session, make_interview(session, self.other))
        self.open = make_goal(session, "Work", statements=[self.first, self.second, self.theirs])
        hidden = Standing.HIDDEN
        self.own_hidden = make_goal(session, "Rest", standing=hidden, statements=[self.second])
        self.joint_hidden = make_goal(
            session, "Canary of two", standing=hidden, statements=[self.first, self.theirs]
        )
        make_goal(session, "Canary of another", statements=[self.theirs])
        self.party = PartyGoal(
            id=uuid4(), group=self.group, number=3, wording="A place of our own", created_at=NOW
        )
        session.add(self.party)
        session.add(PartyGoalSource(id=uuid4(), party_goal=self.party, statement=self.first, created_at=NOW))
        session.flush()
        self.act: Act = by_link(self.speaker)


@pytest.fixture
def drawn(session: Session) -> Drawn:
    return Drawn(session)


def edition_of(session: Session, goal: Goal) -> UUID:
    return session.scalars(
        select(GoalEdition.id).where(GoalEdition.goal_id == goal.id, GoalEdition.number == goal.edition)
    ).one()


def reword(session: Session, goal: Goal, wording: str, at_hours: int = 1) -> None:
    """Give a goal a newer edition."""
    last = session.get_one(GoalEdition, (goal.programme_id, edition_of(session, goal)))
    goal.edition += 1
    session.add(
        GoalEdition(
            id=derived(goal.id, "edition", str(goal.edition)),
            goal_id=goal.id,
            number=goal.edition,
            wording=wording,
            level=last.level,
            standing=last.standing,
            reason="They said so.",
            created_at=NOW + timedelta(hours=at_hours),
        )
    )
    session.flush()


def test_a_respondent_sees_goals_on_own_words_and_hidden_ones_on_those_alone(
    session: Session, drawn: Drawn
) -> None:
    goals = checking.own_goals(session, drawn.act)
    group = session.get_one(type(drawn.group), (drawn.group.programme_id, drawn.group.id))
    assert [goal.wording for goal in goals] == ["Work", "Rest", "A place of our own"]
    assert goals[0].statement_ids == (drawn.first.id, drawn.second.id)
    assert (goals[0].code, goals[2].code) == (f"G{drawn.open.code}", f"S{group.code}.3")
    assert [goal.goal_id for goal in goals] == [drawn.open.id, drawn.own_hidden.id, None]
    drawn.open.retired_at = NOW
    session.flush()
    assert "Work" not in {goal.wording for goal in checking.own_goals(session, drawn.act)}


def test_a_goal_on_words_that_were_taken_back_is_not_shown(session: Session, drawn: Drawn) -> None:
    for statement in (drawn.first, drawn.second):
        holding.withdraw_statement(session, drawn.act, uuid4(), statement.id, text="Back")
    assert checking.own_goals(session, drawn.act) == []


@pytest.mark.parametrize(
    ("verdict", "comment"), [(AGREE, ""), (AMEND, "Working together"), (REJECT, ""), (REJECT, "No.")]
)
def test_a_verdict_is_kept_with_the_wording_that_was_shown(
    session: Session, drawn: Drawn, verdict: CheckVerdict, comment: str
) -> None:
    about, form = edition_of(session, drawn.open), uuid4()
    made = [checking.check_goal(session, drawn.act, form, about, verdict, comment) for _ in range(2)]
    assert made[0] is made[1]
    (row,) = session.scalars(select(GoalCheck))
    assert (row.wording, row.verdict, row.comment, row.at) == ("Work", verdict, comment, NOW)
    assert (row.goal_edition_id, row.party_goal_id) == (about, None)
    goal = checking.own_goals(session, drawn.act)[0]
    assert (goal.verdict, goal.comment, goal.checked_at, goal.reworded) == (verdict, comment, NOW, False)
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert event is not None
    assert (event.action, event.subject_id, event.detail) == ("goal.check", str(drawn.open.id), {})


def test_a_goal_of_the_own_tree_is_checked_and_asked_again_when_it_is_reworded(
    session: Session, drawn: Drawn
) -> None:
    checking.check_goal(session, drawn.act, uuid4(), drawn.party.id, AGREE)
    (row,) = session.scalars(select(GoalCheck))
    assert (row.goal_edition_id, row.party_goal_id) == (None, drawn.party.id)
    drawn.party.wording = "A house of our own"
    session.flush()
    goal = checking.own_goals(session, drawn.act)[2]
    assert (goal.verdict, goal.reworded) == (None, True)
    checking.check_goal(
        session, replace(drawn.act, at=NOW + timedelta(days=1)), uuid4(), drawn.party.id, REJECT
    )
    goal = checking.own_goals(session, drawn.act)[2]
    assert (goal.verdict, goal.reworded) == (REJECT, False)


def test_nobody_judges_a_wording_that_is_not_there_any_more(session: Session, drawn: Drawn) -> None:
    old = edition_of(session, drawn.open)
    checking.check_goal(session, drawn.act, uuid4(), old, AGREE)
    reword(session, drawn.open, "Paid work")
    goal = checking.own_goals(session, drawn.act)[0]
    assert (goal.wording, goal.verdict, goal.reworded) == ("Paid work", None, True)
    with pytest.raises(Conflict, match=r"check\.reworded"):
        checking.check_goal(session, drawn.act, uuid4(), old, REJECT)


def test_nobody_judges_what_does_not_rest_on_their_words(session: Session, drawn: Drawn) -> None:
    for about in (edition_of(session, drawn.joint_hidden), uuid4()):
        with pytest.raises(NotFound):
            checking.check_goal(session, drawn.act, uuid4(), about, AGREE)
    with pytest.raises(NotFound):
        checking.check_goal(session, by_link(make_respondent(session)), uuid4(), drawn.party.id, AGREE)
    with pytest.raises(NotFound):
        checking.check_goal(session, EVALUATOR, uuid4(), drawn.party.id, AGREE)


def test_an_amendment_needs_words_without_personal_numbers(session: Session, drawn: Drawn) -> None:
    about = edition_of(session, drawn.open)
    with pytest.raises(DomainError, match=r"check\.words_needed"):
        checking.check_goal(session, drawn.act, uuid4(), about, AMEND)
    with pytest.raises(DomainError, match=r"privacy\.personal_number"):
        checking.check_goal(session, drawn.act, uuid4(), about, AMEND, "Bel 06-12345678")
    holding.record_consent(
        session,
        replace(drawn.act, at=NOW + timedelta(days=1)),
        uuid4(),
        drawn.speaker.id,
        ConsentScope.INTERVIEW,
        given=False,
        text="May we?",
    )
    with pytest.raises(DomainError, match=r"consent\.refused"):
        checking.check_goal(session, drawn.act, uuid4(), about, AGREE)


def test_others_stay_invisible_until_the_own_answers_are_in(session: Session, speaker: Respondent) -> None:
    assert checking.has_told(session, speaker.id) is False
    made = make_interview(session, speaker, mode=Mode.ALONE, completed=False)
    assert checking.has_told(session, speaker.id) is False
    holding.submit_interview(session, by_link(speaker), made.id)
    assert checking.has_told(session, speaker.id) is True


# --- Who read what ------------------------------------------------------------------------------------------


def account(session: Session, programme: Programme, *roles: Role, organisation: str = "") -> User:
    user = make_member(session, programme, *roles)
    if organisation:
        user.organisation = make_organisation(session, name=organisation)
        session.flush()
    return user


def test_the_first_reading_of_a_quote_is_kept_once_per_account(
    session: Session, programme: Programme, speaker: Respondent
) -> None:
    statement = make_statement(session, make_interview(session, speaker))
    reader = account(session, programme, Role.COORDINATOR, organisation="De Stad")
    act = act_of(reader, Role.COORDINATOR)
    assert readings.record_readings(session, act, [statement.id, uuid4()]) == 1
    later = replace(act, at=NOW + timedelta(days=1))
    assert readings.record_readings(session, later, [statement.id]) == 0
    (row,) = session.scalars(select(StatementReading))
    assert (row.user_id, row.role, row.first_at) == (reader.id, "coordinator", NOW)
    (shown,) = readings.readers_of_own(session, by_link(speaker))[statement.id]
    assert (shown.role, shown.organisation, shown.first_at) == (Role.COORDINATOR, "De Stad", NOW)
    assert reader.name not in repr(shown)
    assert readings.readers_of_own(session, by_link(make_respondent(session))) == {}


def test_a_reader_is_known_by_the_organisation_of_their_role(
    session: Session, programme: Programme, speaker: Respondent
) -> None:
    statement = make_statement(session, make_interview(session, speaker))
    reader = account(session, programme, Role.EVALUATOR, organisation="De Stad")
    membership = session.scalars(select(Membership).where(Membership.user_id == reader.id)).one()
    membership.organisation_id = make_organisation(session, name="Het Bureau").id
    nameless = account(session, programme, Role.WORKER)
    readings.record_readings(session, act_of(reader, Role.EVALUATOR), [statement.id])
    readings.record_readings(session, act_of(nameless, Role.WORKER), [statement.id])
    shown = readings.readers_of_own(session, by_link(speaker))[statement.id]
    assert {one.role: one.organisation for one in shown} == {Role.EVALUATOR: "Het Bureau", Role.WORKER: ""}


def test_speakers_and_links_are_no_readers(
    session: Session, programme: Programme, speaker: Respondent
) -> None:
    statement = make_statement(session, make_interview(session, speaker))
    speaker.user_id = account(session, programme, Role.STAKEHOLDER).id
    session.flush()
    own = Act(at=NOW, on=NOW.date(), user=speaker.user_id, roles=frozenset({Role.STAKEHOLDER}))
    assert readings.record_readings(session, own, [statement.id]) == 0
    assert readings.record_readings(session, by_link(make_respondent(session)), [statement.id]) == 0


def test_who_pays_reads_as_payer_and_others_by_their_first_role() -> None:
    assert readings.read_as({Role.EVALUATOR, Role.FUNDER}) is Role.FUNDER
    assert readings.read_as({Role.VIEWER, Role.WORKER}) is Role.WORKER
    assert readings.read_as({Role.STAKEHOLDER}) is Role.STAKEHOLDER


# --- What was done with the words ---------------------------------------------------------------------------


def test_own_words_come_with_goals_changes_findings_and_readers(
    session: Session, programme: Programme, drawn: Drawn
) -> None:
    reword(session, drawn.open, "Paid work", 1)
    reword(session, drawn.open, "Paid work", 2)
    findings.publish(session, EVALUATOR, uuid4(), drawn.open.id, "Half of you did.")
    reader = act_of(account(session, programme, Role.VIEWER), Role.VIEWER)
    readings.record_readings(session, reader, [drawn.first.id])
    first, second = following.own_words(session, drawn.act)
    assert [one.goal.wording for one in first.goals] == ["Paid work", "A place of our own"]
    assert [one.goal.wording for one in second.goals] == ["Paid work", "Rest"]
    (change,) = first.goals[0].changes
    assert (change.before, change.after, change.reason) == ("Work", "Paid work", "They said so.")
    assert len(first.goals[0].findings) == 1
    assert first.goals[1].changes == ()
    assert first.goals[1].findings == ()
    assert [one.role for one in first.readers] == [Role.VIEWER]
    assert second.readers == ()


def test_what_a_goal_said_while_it_was_hidden_stays_hidden(session: Session, drawn: Drawn) -> None:
    reword(session, drawn.open, "Said in secret", 1)
    reword(session, drawn.open, "Said aloud", 2)
    drawn.open.visible_from = 3
    reword(session, drawn.own_hidden, "Rest at home", 1)
    session.flush()
    first, second = following.own_words(session, drawn.act)
    assert first.goals[0].changes == ()
    assert [change.after for change in second.goals[1].changes] == ["Rest at home"]


def test_a_change_before_the_words_came_under_a_goal_is_not_theirs(session: Session, drawn: Drawn) -> None:
    reword(session, drawn.open, "Paid work", 1)
    source = session.scalars(
        select(GoalSource).where(
            GoalSource.goal_id == drawn.open.id, GoalSource.statement_id == drawn.first.id
        )
    ).one()
    source.created_at = NOW + timedelta(hours=2)
    session.flush()
    first, second = following.own_words(session, drawn.act)
    assert first.goals[0].changes == ()
    assert len(second.goals[0].changes) == 1


def test_what_was_taken_back_names_the_findings_that_were_published_before(
    session: Session, drawn: Drawn
) -> None:
    for _ in range(2):
        findings.publish(session, EVALUATOR, uuid4(), drawn.open.id, "Half of you did.")
    later = replace(drawn.act, at=NOW + timedelta(days=1))
    holding.withdraw_statement(session, later, uuid4(), drawn.first.id, text="Back")
    loose = make_statement(session, make_interview(session, drawn.speaker))
    holding.withdraw_statement(session, later, uuid4(), loose.id, text="Back")
    taken = {one.code: one for one in following.own_taken_back(session, drawn.act)}
    assert len(taken[drawn.first.code].findings) == 2
    assert taken[drawn.first.code].at == later.at
    assert taken[loose.code].findings == ()
    assert [one.statement.id for one in following.own_words(session, drawn.act)] == [drawn.second.id]


def test_own_words_ask_as_much_for_many_as_for_one(session: Session, drawn: Drawn) -> None:
    counts = []
    for _ in range(2):
        with counting(session.get_bind().engine) as queries:
            following.own_words(session, drawn.act)
            following.own_taken_back(session, drawn.act)
        counts.append(len(queries))
        interview = make_interview(session, drawn.speaker)
        for number in range(2):
            make_goal(session, statements=[make_statement(session, interview, sentence=number)])
    assert counts[0] == counts[1] <= 10


# --- Taking everything back ---------------------------------------------------------------------------------


def test_everything_is_taken_back_at_once(session: Session, drawn: Drawn) -> None:
    open_one = make_interview(
        session, drawn.speaker, mode=Mode.ALONE, completed=False, text="Canary not sent."
    )
    keep(session, drawn.speaker, open_one)
    form = uuid4()
    assert refusing.take_everything_back(session, drawn.act, form, drawn.speaker.id, text="All") == 2
    assert refusing.take_everything_back(session, drawn.act, form, drawn.speaker.id, text="All") == 0
    session.expire_all()
    own = {drawn.first.id, drawn.second.id}
    for statement in session.scalars(select(Statement)):
        assert (statement.text == "") is (statement.id in own)
    interviews = select(Interview.id).where(Interview.respondent_id == drawn.speaker.id)
    texts = list(session.scalars(select(Answer.text).where(Answer.interview_id.in_(interviews))))
    assert len(texts) == 2
    assert {text.strip("…") for text in texts} == {""}
    assert list(session.scalars(select(Recording))) == []
    decisions = list(session.scalars(select(StatementDecision)))
    assert len(decisions) == 2
    assert all(one.withdrawn and one.audience is Audience.NOBODY for one in decisions)
    assert set(trail(session)) <= {
        "goal.create",
        "interview.save",
        "recording.keep",
        "statement.decide",
    }  # nothing that tells a coordinator of a refusal
    with pytest.raises(NotFound):
        refusing.take_everything_back(session, by_link(drawn.other), form, drawn.speaker.id, text="All")
    assert list(session.scalars(select(Consent.given).where(~Consent.given))) == []
