"""Who is heard, what they agreed to, what they said and who reads it, on both databases."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member, make_organisation, make_programme
from tests.factories.interviews import (
    QUESTION,
    answer_id,
    make_group,
    make_guide_edition,
    make_heard,
    make_interview,
    make_respondent,
    make_statement,
)
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.indicators import Status
from toc.domain.interviews import (
    ASKED_BEFORE,
    GUIDE,
    PARTICIPANT_GUIDE,
    Attribution,
    Audience,
    CheckVerdict,
    ConsentScope,
    ConsentState,
    Guardian,
    GuideVariant,
    Mode,
    Participation,
    RespondentKind,
)
from toc.domain.people import Helix, Part, Role
from toc.domain.privacy import Reading
from toc.models.audit import AuditEvent
from toc.models.base import Base
from toc.models.coding import CodingEnd
from toc.models.findings import Finding
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.interviews import (
    Answer,
    Consent,
    GoalCheck,
    Interview,
    Respondent,
    StakeholderGroup,
    Statement,
    StatementDecision,
)
from toc.models.programmes import Partner, Programme
from toc.services import interviews as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import GroupDraft, Place, RespondentDraft
from toc.services.interviews.guides import shipped

PARTICIPANT, SPOKESPERSON = RespondentKind.PARTICIPANT, RespondentKind.SPOKESPERSON
YOUNG = GroupDraft(name="Jongeren", helix=Helix.CITIZENS, is_beneficiary=True, wanted_interviews=3)


@pytest.fixture
def act(session: Session, programme: Programme) -> Act:
    """What the evaluator does."""
    return act_of(make_member(session, programme, Role.EVALUATOR), Role.EVALUATOR)


def speaker(respondent: Respondent) -> Act:
    """What a respondent does by their personal link."""
    return Act(at=NOW, on=NOW.date(), respondent=respondent.id, roles=frozenset({Role.STAKEHOLDER}))


def reader(*roles: Role) -> Act:
    return act_of(uuid4(), *roles)


def rows(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def events(session: Session) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))


def make_goal(session: Session, *statements: Statement, released: bool = True) -> Goal:
    code = rows(session, Goal) + 1
    goal = Goal(id=uuid4(), code=code, released=released, created_at=NOW)
    edition = GoalEdition(
        id=uuid4(), goal=goal, number=1, wording=f"Goal {code}", standing=Standing.STATED, created_at=NOW
    )
    session.add_all([goal, edition])
    session.add_all(
        GoalSource(id=uuid4(), goal=goal, statement=statement, created_at=NOW) for statement in statements
    )
    session.flush()
    return goal


# --- Groups and respondents ---------------------------------------------------------------------------------


def test_a_group_gets_the_next_code_and_the_same_form_makes_one(session: Session, act: Act) -> None:
    first = service.add_group(session, act, uuid4(), YOUNG)
    again = service.add_group(session, act, first.id, YOUNG)
    second = service.add_group(session, act, uuid4(), replace(YOUNG, name="Gemeente"))
    assert again is first
    assert (first.code, second.code) == (1, 2)
    assert service.get_group(session, second.id).name == "Gemeente"
    assert [event.action for event in events(session)] == ["group.create", "group.create"]


def test_two_groups_have_two_names_and_the_session_goes_on(session: Session, act: Act) -> None:
    service.add_group(session, act, uuid4(), YOUNG)
    with pytest.raises(Conflict) as refused:
        service.add_group(session, act, uuid4(), YOUNG)
    assert refused.value.key == "group.name_taken"
    assert rows(session, StakeholderGroup) == 1


def test_a_group_is_changed_by_who_saw_its_last_text(session: Session, act: Act) -> None:
    group = service.add_group(session, act, uuid4(), YOUNG)
    service.edit_group(session, act, group.id, replace(YOUNG, interest=5), group.revision)
    with pytest.raises(Stale) as refused:
        service.edit_group(session, act, group.id, replace(YOUNG, interest=1), 1)
    assert refused.value.theirs["interest"] == 5
    assert refused.value.revision == group.revision == 2


def test_a_group_comes_from_an_organisation_that_takes_part(session: Session, act: Act) -> None:
    stranger, partner = make_organisation(session), make_organisation(session)
    session.add(Partner(id=uuid4(), organisation=partner, part=Part.FUNDER, created_at=NOW))
    session.flush()
    assert service.organisations(session) == [partner]
    with pytest.raises(DomainError) as refused:
        service.add_group(session, act, uuid4(), replace(YOUNG, organisation_id=stranger.id))
    assert refused.value.key == "group.organisation_unknown"
    assert service.add_group(session, act, uuid4(), replace(YOUNG, organisation_id=partner.id)).organisation


@pytest.mark.parametrize(
    ("text", "key"), [("bsn 111222333", "privacy.bsn"), ("bel 0612345678", "privacy.personal_number")]
)
def test_no_personal_number_stands_in_free_text(session: Session, act: Act, text: str, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        service.add_group(session, act, uuid4(), replace(YOUNG, role_in_programme=text))
    assert refused.value.key == key


def test_who_knows_better_keeps_a_number_but_never_a_citizen_service_number() -> None:
    service.check_free_text("lijn 0612345678", kept=True)
    with pytest.raises(DomainError):
        service.check_free_text("111222333", kept=True)


def test_a_participant_has_neither_name_nor_address(session: Session, act: Act) -> None:
    group = make_group(session)
    draft = RespondentDraft(kind=PARTICIPANT)
    with pytest.raises(DomainError) as refused:
        service.add_respondent(session, act, uuid4(), group.id, replace(draft, name="Sam"))
    assert refused.value.key == "respondent.participant_unnamed"
    respondent = service.add_respondent(session, act, uuid4(), group.id, draft)
    assert service.add_respondent(session, act, respondent.id, group.id, draft) is respondent
    assert (respondent.name, respondent.email, respondent.code) == ("", "", 1)
    assert service.get_respondent(session, respondent.id).group is group


def test_nothing_of_another_programme_is_found(session: Session, act: Act) -> None:
    for look in (
        lambda: service.get_group(session, uuid4()),
        lambda: service.get_respondent(session, uuid4()),
        lambda: service.interview_view(session, act, uuid4()),
        lambda: service.decisions_of(session, act, uuid4()),
        lambda: service.statement_to_read(session, act, uuid4()),
    ):
        with pytest.raises(NotFound):
            look()


def test_who_has_not_been_heard_is_counted(session: Session, act: Act) -> None:
    young, town, empty = (make_group(session, wanted_interviews=wanted) for wanted in (3, 1, 2))
    first, second = make_heard(session, young, 2)
    make_interview(session, first.respondent)
    make_interview(session, make_respondent(session, young), completed=False)
    make_interview(session, make_respondent(session, town, kind=SPOKESPERSON))
    make_statement(session, first, audience=None)
    make_statement(session, second, audience=Audience.NOBODY)
    taken = make_statement(session, second, sentence=1, audience=None)
    service.withdraw_statement(session, act, uuid4(), taken.id, text="Take it back")
    found = {view.group.id: view for view in service.group_views(session)}
    counts = {key: (view.respondents, view.heard, view.to_hear, view.waiting) for key, view in found.items()}
    assert counts == {young.id: (3, 2, 1, 1), town.id: (1, 1, 0, 0), empty.id: (0, 0, 2, 0)}


def test_another_language_is_spoken_from_then_on_when_a_guide_asks_in_it(session: Session, act: Act) -> None:
    respondent = make_respondent(session, language="nl")
    for _ in range(2):
        assert service.change_language(session, act, respondent.id, "en").language == "en"
    with pytest.raises(DomainError, match=r"respondent\.language_unknown"):
        service.change_language(session, act, respondent.id, "tr")
    with pytest.raises(NotFound):
        service.change_language(session, act, uuid4(), "en")
    actions = session.scalars(select(AuditEvent.action))
    assert [action for action in actions if action.startswith("respondent.")] == ["respondent.language"]


def test_without_a_guardian_nobody_who_is_too_young_is_interviewed(session: Session, act: Act) -> None:
    young, sure = make_respondent(session), make_respondent(session)
    with pytest.raises(Conflict, match=r"consent\.no_guardian_needed"):
        service.record_guardian(
            session, act, uuid4(), young.id, Guardian.PARENT, given=True, text="May your child?"
        )
    for _ in range(2):
        service.need_guardian(session, act, young.id, needed=True)
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "respondent.guardian")).all()
    assert [event.detail for event in events] == [{}], "how old they are is told to nobody"

    def start() -> Interview:
        return service.start_interview(session, act, uuid4(), young.id, mode=Mode.HELD)

    def states() -> set[ConsentState]:
        views = service.respondents_of(session, young.group_id)
        return {view.consent for view in views if view.respondent.id == young.id}

    with pytest.raises(DomainError, match=r"consent\.guardian_waiting"):
        start()
    assert states() == {ConsentState.WAITING}
    for hours, given, by in ((1, False, Guardian.PARENT), (2, True, Guardian.GUARDIAN)):
        later, form = replace(act, at=act.at + timedelta(hours=hours)), uuid4()
        row, again = (
            service.record_guardian(session, later, form, young.id, by, given=given, text="May your child?")
            for _ in range(2)
        )
        assert row is again
        assert (row.answered_by, row.given, row.text, row.taken_by_id) == (
            by,
            given,
            "May your child?",
            act.user,
        )
        if not given:
            with pytest.raises(DomainError, match=r"consent\.guardian_refused"):
                start()
            assert states() == {ConsentState.REFUSED}
    assert start().respondent_id == young.id
    service.need_guardian(session, act, young.id, needed=False)
    assert ConsentScope.GUARDIAN not in service.consents_given(session, act, young.id)
    assert ConsentScope.GUARDIAN not in service.consents_given(session, speaker(sure), sure.id)
    with pytest.raises(NotFound):
        service.consents_given(session, speaker(sure), young.id)
    with pytest.raises(NotFound):
        service.need_guardian(session, act, uuid4(), needed=True)


def test_documents_and_workshops_are_counted_apart_and_who_answered_the_member_check(
    session: Session,
) -> None:
    young = make_group(session, wanted_interviews=5, participation=Participation.ADVISER)
    plan = make_respondent(session, young, kind=SPOKESPERSON, consent=None)
    make_interview(session, plan, mode=Mode.DOCUMENT)
    make_interview(session, make_respondent(session, young, consent=None), mode=Mode.WORKSHOP)
    make_respondent(session, young, consent=False)
    make_respondent(session, young, consent=None)
    decided, waits, checked, silent = make_heard(session, young, 4)
    make_statement(session, decided)
    make_statement(session, waits)
    make_statement(session, waits, sentence=1, audience=None)
    goal = make_goal(session, make_statement(session, checked, audience=None))
    edition = session.scalars(select(GoalEdition).where(GoalEdition.goal_id == goal.id)).one()
    session.add(
        GoalCheck(
            id=uuid4(),
            respondent=checked.respondent,
            goal_edition=edition,
            wording="Goal",
            verdict=CheckVerdict.AGREE,
            at=NOW,
        )
    )
    session.flush()
    assert silent.submitted_at
    (view,) = service.group_views(session)
    assert (view.respondents, view.heard, view.confirmed, view.refused) == (6, 4, 2, 1)
    assert (view.planned, view.to_hear, view.to_find) == (1, 1, 0)
    assert (view.documents, view.workshops, view.waiting) == (1, 1, 2)
    sources = {each.respondent.id: each.sources for each in service.respondents_of(session, young.id)}
    assert sources[plan.id] == 1
    assert sum(sources.values()) == 2
    assert {each.interviews for each in service.respondents_of(session, young.id)} == {0, 1}


def test_saturation_counts_what_people_named_and_leaves_out_what_was_not_read(
    session: Session, act: Act
) -> None:
    young, town = make_group(session), make_group(session)
    one, two, three = make_heard(session, young, 3)
    other = make_interview(session, make_respondent(session, town))
    unread = make_interview(session, make_respondent(session, town))
    make_interview(session, make_respondent(session, town), completed=False)
    paper = make_interview(session, make_respondent(session, town, consent=None), mode=Mode.DOCUMENT)
    work = make_goal(session, make_statement(session, one), make_statement(session, other))
    rest = make_goal(session, make_statement(session, two), make_statement(session, paper))
    make_goal(session, make_statement(session, paper, sentence=1))
    gone = make_goal(session, make_statement(session, two, sentence=1))
    gone.retired_at = NOW
    back = make_statement(session, three)
    make_goal(session, back)
    service.withdraw_statement(session, act, uuid4(), back.id, text="Take it back")
    session.add(CodingEnd(id=uuid4(), interview=three, coder_id=act.user, created_at=NOW))
    session.flush()
    found = service.saturation_of(session)
    assert [(step.told.interview, {*step.new}) for step in found.course.steps] == [
        (one.id, {work.id}),
        (two.id, {rest.id}),
        (three.id, set()),
        (other.id, set()),
    ]
    assert (found.course.quiet, found.course.total) == (2, 2)
    assert [(each.group, each.course.quiet) for each in found.parties] == [(young, 1), (town, 0)]
    assert found.unread == (unread,)
    assert found.goals == {work.id: work.code, rest.id: rest.code}


def test_the_respondents_of_a_group_show_how_far_they_are(session: Session) -> None:
    group = make_group(session)
    done = make_respondent(session, group)
    refused = make_respondent(session, group, consent=False)
    unasked = make_respondent(session, group, consent=None)
    make_respondent(session)
    interview = make_interview(session, done)
    make_interview(session, done, completed=False)
    make_statement(session, interview, audience=Audience.PARTIES)
    make_statement(session, interview, sentence=1, audience=None)
    views = service.respondents_of(session, group.id)
    assert [(view.respondent, view.consent) for view in views] == [
        (done, ConsentState.GIVEN),
        (refused, ConsentState.REFUSED),
        (unasked, ConsentState.WAITING),
    ]
    assert (views[0].interviews, views[0].completed, views[0].waiting, views[0].released) == (2, 1, 1, 1)
    assert (views[1].interviews, views[1].completed, views[1].waiting, views[1].released) == (0, 0, 0, 0)


# --- Guides -------------------------------------------------------------------------------------------------


def test_a_programme_has_both_guides_once_in_both_languages(session: Session, act: Act) -> None:
    assert service.current_guide(session, PARTICIPANT) is None
    before = {kind: service.guide_questions(session, kind) for kind in RespondentKind}
    service.ensure_guides(session, act)
    service.ensure_guides(session, act)
    after = {kind: service.guide_questions(session, kind) for kind in RespondentKind}
    assert before == after
    assert [question["key"] for question in after[SPOKESPERSON][1]] == list(GUIDE)
    assert [question["key"] for question in after[PARTICIPANT][1]] == list(PARTICIPANT_GUIDE)
    assert all(question["nl"] and question["en"] for question in after[SPOKESPERSON][1])
    assert [(event.action, event.detail["variant"]) for event in events(session)] == [
        ("guide.create", "plain"),
        ("guide.create", "plain"),
        ("guide.create", "appreciative"),
        ("guide.create", "appreciative"),
    ]


def test_a_changed_guide_is_a_new_edition_and_old_interviews_keep_theirs(session: Session, act: Act) -> None:
    respondent = make_respondent(session)
    old = service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.HELD)
    questions = [
        *service.guide_questions(session, PARTICIPANT)[1][1:],
        {"key": "", "nl": "Nog iets?", "en": "Anything else?"},
    ]
    assert service.edit_guide(session, act, PARTICIPANT, questions, 1) == 2
    number, asked = service.guide_questions(session, PARTICIPANT)
    assert service.edit_guide(session, act, PARTICIPANT, asked, number) == 2
    new = service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.HELD)
    assert (old.guide_edition.number, new.guide_edition.number) == (1, 2)
    assert [question["key"] for question in asked] == [*PARTICIPANT_GUIDE[1:], "own_2_4"]
    with pytest.raises(Stale) as refused:
        service.edit_guide(session, act, PARTICIPANT, questions, 1)
    assert refused.value.theirs == {"questions": asked}


@pytest.mark.parametrize(
    ("questions", "key"),
    [
        ([], "guide.empty"),
        ([{"key": "", "nl": "Alleen zo?", "en": ""}], "guide.both_languages"),
        ([{"key": "", "nl": "Bel 0612345678?", "en": "Call?"}], "privacy.personal_number"),
        ([{"key": "", "nl": "Hoe?", "en": "How?", "qq": "?"}], "guide.language_unknown"),
        ([{"key": "", "nl": "Hoe?" * 600, "en": "How?"}], "guide.question_too_long"),
        ([{"key": "a", "nl": "Hoe?", "en": "How?"}] * 2, "guide.same_key"),
        ([{"key": "", "nl": "Hoe?", "en": "How?"}] * 61, "guide.too_many"),
    ],
)
def test_a_guide_that_is_not_right_is_refused_with_the_reason(
    session: Session, act: Act, questions: list[dict[str, str]], key: str
) -> None:
    with pytest.raises(DomainError) as refused:
        service.edit_guide(session, act, PARTICIPANT, questions, 1)
    assert refused.value.key == key


def test_a_guide_asks_in_further_languages_and_has_two_variants(session: Session, act: Act) -> None:
    questions = [{"key": "how", "tr": "Neden?", "nl": "Hoe?", "en": "How?", "ar": ""}]
    questions.append({"key": "Ça va", "nl": "Wie?", "en": "Who?", "ar": "من؟"})
    appreciative = GuideVariant.APPRECIATIVE
    assert service.guide_languages(session) == ("nl", "en")
    assert service.edit_guide(session, act, PARTICIPANT, questions, 1, appreciative) == 2
    assert service.guide_languages(session) == ("nl", "en", "ar", "tr")
    kept = [
        {"key": "how", "nl": "Hoe?", "en": "How?", "tr": "Neden?"},
        {"key": "own_2_2", "nl": "Wie?", "en": "Who?", "ar": "من؟"},
    ]
    assert service.questions_of(session, PARTICIPANT, appreciative, 2) == kept
    assert service.questions_of(session, PARTICIPANT, appreciative, 1) == shipped(PARTICIPANT, appreciative)
    assert service.guide_questions(session, PARTICIPANT) == (1, shipped(PARTICIPANT))
    with pytest.raises(NotFound):
        service.questions_of(session, PARTICIPANT, appreciative, 3)
    respondent = make_respondent(session)
    held = service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.PEER, variant=appreciative)
    view = service.interview_view(session, act, held.id)
    assert view.answers is not None
    assert [answer.asked("tr", "en") for answer in view.answers] == [("tr", "Neden?"), ("en", "Who?")]
    assert (view.interview.guide_edition.guide.variant, view.interview.mode) == (appreciative, Mode.PEER)
    service.save_answers(session, act, held.id, {"how": "İyi."})


def test_a_guide_goes_out_and_comes_in_the_same(session: Session, act: Act) -> None:
    number, questions = service.guide_questions(session, SPOKESPERSON)
    text = service.written(SPOKESPERSON, GuideVariant.PLAIN, number, questions)
    assert service.read_guide(text) == questions
    assert service.edit_guide(session, act, SPOKESPERSON, service.read_guide(text), 1) == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("nl: Hoe?", "guide.not_json"),
        ("[" * 100_000, "guide.not_json"),
        ("{}", "guide.no_questions"),
        ("[]", "guide.no_questions"),
        ("3", "guide.no_questions"),
        ('{"questions": [{"nl": "Hoe?"}, "Wie?"]}', "guide.question_shape"),
        ('[{"nl": 3}]', "guide.question_shape"),
    ],
)
def test_a_file_that_is_no_guide_is_refused_with_the_reason(text: str, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        service.read_guide(text)
    assert refused.value.key == key


def test_a_respondent_has_a_language_in_which_something_is_asked(session: Session, act: Act) -> None:
    group, draft = make_group(session), RespondentDraft(kind=PARTICIPANT, language="tr")
    with pytest.raises(DomainError) as refused:
        service.add_respondent(session, act, uuid4(), group.id, draft)
    assert refused.value.key == "respondent.language_unknown"
    _, asked = service.guide_questions(session, PARTICIPANT)
    service.edit_guide(session, act, PARTICIPANT, [{**asked[0], "tr": "Neden?"}, *asked[1:]], 1)
    assert service.add_respondent(session, act, uuid4(), group.id, draft).language == "tr"


# --- Consent ------------------------------------------------------------------------------------------------


def consent(session: Session, act: Act, respondent: Respondent, *, given: bool) -> None:
    for scope in sorted(ASKED_BEFORE):
        service.record_consent(session, act, uuid4(), respondent.id, scope, given=given, text="Mag het?")


@pytest.mark.parametrize(("given", "key"), [(None, "consent.waiting"), (False, "consent.refused")])
def test_nobody_is_interviewed_without_consent(
    session: Session, act: Act, *, given: bool | None, key: str
) -> None:
    respondent = make_respondent(session, consent=None)
    if given is not None:
        consent(session, act, respondent, given=given)
    with pytest.raises(DomainError) as refused:
        service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.HELD)
    assert refused.value.key == key
    assert rows(session, Interview) == 0


def test_the_last_answer_about_consent_counts_and_all_are_kept(session: Session, act: Act) -> None:
    respondent = make_respondent(session, consent=None)
    consent(session, act, respondent, given=False)
    later = replace(speaker(respondent), at=NOW + timedelta(days=1))
    consent(session, later, respondent, given=True)
    service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.HELD)
    kept = service.consents_of(session, act, respondent.id)
    assert [(row.given, row.taken_by_id, row.text) for row in kept] == [
        (True, None, "Mag het?"),
        (True, None, "Mag het?"),
        (False, act.user, "Mag het?"),
        (False, act.user, "Mag het?"),
    ]


def test_the_same_form_records_consent_once_and_the_trail_keeps_the_answer_out(
    session: Session, act: Act
) -> None:
    respondent, row_id = make_respondent(session, consent=None), uuid4()
    kept = [
        service.record_consent(session, act, row_id, respondent.id, ConsentScope.NOTES, given=given, text="?")
        for given in (False, True)
    ]
    assert (rows(session, Consent), [row.given for row in kept]) == (1, [False, False])
    (event,) = events(session)
    assert (event.action, event.detail) == ("consent.record", {"scope": "notes"})


def test_who_says_no_later_is_not_noted_any_more(session: Session, act: Act) -> None:
    interview = make_interview(session)
    statement = make_statement(session, interview, audience=Audience.NOBODY)
    later = replace(act, at=NOW + timedelta(days=1))
    consent(session, later, interview.respondent, given=False)
    acts = (
        lambda: service.save_answers(session, later, interview.id, {QUESTION: "Meer."}, {QUESTION: 1}),
        lambda: service.mark_statement(session, later, uuid4(), Place(answer_id(interview), 13, 21)),
        lambda: service.decide_statement(
            session, later, uuid4(), statement.id, audience=Audience.PARTIES, text="?"
        ),
    )
    for forbidden in acts:
        with pytest.raises(DomainError) as refused:
            forbidden()
        assert refused.value.key == "consent.refused"
    service.decide_statement(session, later, uuid4(), statement.id, audience=Audience.NOBODY, text="?")
    service.withdraw_statement(session, later, uuid4(), statement.id, text="?")


# --- Holding an interview -----------------------------------------------------------------------------------


def test_an_interview_starts_once_with_the_guide_for_who_speaks(session: Session, act: Act) -> None:
    respondent = make_respondent(session, kind=SPOKESPERSON)
    on = date(2025, 8, 30)
    interview = service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.HELD, held_on=on)
    again = service.start_interview(session, act, interview.id, respondent.id, mode=Mode.HELD)
    assert again is interview
    assert (interview.code, interview.held_on) == (1, on)
    assert len(interview.guide_edition.questions) == 15
    assert service.interviews_of(session, act, respondent.id) == [interview]
    with pytest.raises(DomainError) as refused:
        service.start_interview(
            session, act, uuid4(), respondent.id, mode=Mode.HELD, held_on=act.on + timedelta(days=1)
        )
    assert refused.value.key == "interview.in_the_future"


def test_who_fills_it_in_alone_goes_on_with_the_same_draft(session: Session) -> None:
    respondent = make_respondent(session)
    act = speaker(respondent)
    draft = service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.ALONE)
    assert service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.ALONE) is draft
    service.save_answers(session, act, draft.id, {"wish": "Werk."})
    service.submit_interview(session, act, draft.id)
    assert service.submit_interview(session, act, draft.id).submitted_at == NOW
    with pytest.raises(Conflict) as refused:
        service.save_answers(session, act, draft.id, {"wish": "Rust."}, {"wish": 1})
    assert refused.value.key == "interview.sent"
    assert service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.ALONE) is not draft


def test_answers_are_saved_and_what_did_not_change_is_left_alone(session: Session, act: Act) -> None:
    respondent = make_respondent(session)
    interview = service.start_interview(session, act, uuid4(), respondent.id, mode=Mode.HELD)
    service.save_answers(session, act, interview.id, {"going_on": "Ik zoek werk.", "wish": ""})
    service.save_answers(session, act, interview.id, {"going_on": "Ik zoek werk.", "wish": "Rust."})
    service.save_answers(session, act, interview.id, {"wish": ""}, {"wish": 1})
    service.save_answers(session, act, interview.id, {"wish": ""}, {"wish": 1})
    view = service.interview_view(session, act, interview.id)
    assert view.answers is not None
    assert [(answer.key, answer.text, answer.revision) for answer in view.answers] == [
        ("going_on", "Ik zoek werk.", 1),
        ("wish", "", 2),
        ("helps_and_hinders", "", 0),
        ("worth_it", "", 0),
    ]
    assert view.answers[0].question.keys() == {"nl", "en"}
    assert [event.action for event in events(session)].count("interview.save") == 3


def test_two_who_write_the_same_answer_both_keep_their_text(session: Session, act: Act) -> None:
    interview = make_interview(session, text="Eerst.")
    service.save_answers(session, act, interview.id, {QUESTION: "Toen."}, {QUESTION: 1})
    with pytest.raises(Stale) as refused:
        service.save_answers(session, act, interview.id, {QUESTION: "Nu."}, {QUESTION: 1})
    assert refused.value.theirs == {QUESTION: "Toen."}


def test_an_answer_belongs_to_a_question_that_was_asked(session: Session, act: Act) -> None:
    with pytest.raises(NotFound):
        service.save_answers(session, act, make_interview(session).id, {"other": "x"})


def test_an_interview_is_complete_when_something_was_said(session: Session, act: Act) -> None:
    interview = make_interview(session, text="", completed=False)
    with pytest.raises(DomainError) as refused:
        service.submit_interview(session, act, interview.id)
    assert refused.value.key == "interview.empty"
    service.save_answers(session, act, interview.id, {QUESTION: "Ja."}, {QUESTION: 1})
    assert service.submit_interview(session, act, interview.id).submitted_at == NOW


def test_nobody_writes_in_the_words_of_another(session: Session, act: Act) -> None:
    alone = make_interview(session, mode=Mode.ALONE, completed=False)
    held = make_interview(session, completed=False)
    for writer, interview in ((act, alone), (speaker(held.respondent), held)):
        with pytest.raises(Conflict) as saving:
            service.save_answers(session, writer, interview.id, {QUESTION: "x"})
        with pytest.raises(Conflict) as sending:
            service.submit_interview(session, writer, interview.id)
        assert saving.value.key == sending.value.key == "interview.own_words"
    with pytest.raises(NotFound):
        service.save_answers(session, speaker(held.respondent), alone.id, {QUESTION: "x"})


def test_a_draft_is_read_by_its_writer_alone(session: Session, act: Act) -> None:
    draft = make_interview(session, mode=Mode.ALONE, completed=False)
    assert service.interview_view(session, act, draft.id).answers is None
    own = service.interview_view(session, speaker(draft.respondent), draft.id)
    assert own.answers is not None
    service.submit_interview(session, speaker(draft.respondent), draft.id)
    assert service.interview_view(session, act, draft.id).answers == own.answers


def test_a_personal_link_opens_nothing_of_anybody_else(session: Session) -> None:
    other = make_statement(session)
    interview, act = other.interview, speaker(make_respondent(session))
    theirs = interview.respondent.id
    for look in (
        lambda: service.interview_view(session, act, interview.id),
        lambda: service.consents_of(session, act, theirs),
        lambda: service.interviews_of(session, act, theirs),
        lambda: service.start_interview(session, act, uuid4(), theirs, mode=Mode.ALONE),
        lambda: service.record_consent(
            session, act, uuid4(), theirs, ConsentScope.NOTES, given=True, text="?"
        ),
        lambda: service.mark_statement(session, act, uuid4(), Place(answer_id(interview), 13, 21)),
        lambda: service.mark_statement(session, act, other.id, Place(answer_id(interview), 0, 12)),
        lambda: service.unmark_statement(session, act, other.id, 1),
        lambda: service.decide_statement(session, act, uuid4(), other.id, audience=Audience.NOBODY, text="?"),
        lambda: service.withdraw_statement(session, act, uuid4(), other.id, text="?"),
        lambda: service.decisions_of(session, act, other.id),
        lambda: service.submit_interview(session, act, interview.id),
    ):
        with pytest.raises(NotFound):
            look()


# --- Statements ---------------------------------------------------------------------------------------------


def test_sentences_are_marked_word_for_word_with_codes_of_their_own(session: Session, act: Act) -> None:
    answer = answer_id(make_interview(session))
    marking, places = uuid4(), [Place(answer, 0, 12), Place(answer, 12, 21)]
    first = service.mark_statements(session, act, marking, places)
    assert service.mark_statements(session, act, marking, places) == first
    assert service.mark_statement(session, act, uuid4(), Place(answer, 0, 13)) is first[0]
    assert [(each.code, each.text, each.starts_at, each.ends_at) for each in first] == [
        (1, "Ik wil werk.", 0, 12),
        (2, "En rust.", 13, 21),
    ]
    assert all(each.audience is Audience.NOBODY and each.decided_at is None for each in first)


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [(12, 13, "passage.empty"), (0, 99, "passage.outside"), (3, 1, "passage.outside")],
)
def test_a_passage_that_cannot_be_marked_is_refused(
    session: Session, act: Act, start: int, end: int, key: str
) -> None:
    interview = make_interview(session)
    make_statement(session, interview)
    with pytest.raises(DomainError) as refused:
        service.mark_statement(session, act, uuid4(), Place(answer_id(interview), start, end))
    assert refused.value.key == key


def test_passages_may_overlap_and_each_stands_once(session: Session, act: Act) -> None:
    answer = answer_id(make_interview(session))
    places = [Place(answer, 0, 12), Place(answer, 7, 21), Place(answer, 7, 12)]
    marked = service.mark_statements(session, act, uuid4(), places)
    assert [each.text for each in marked] == ["Ik wil werk.", "werk. En rust.", "werk."]
    again = service.mark_statements(session, act, uuid4(), places)
    assert [each.id for each in again] == [each.id for each in marked]


def test_marking_nothing_is_refused_and_so_is_marking_too_early(session: Session, act: Act) -> None:
    with pytest.raises(DomainError) as none_chosen:
        service.mark_statements(session, act, uuid4(), [])
    early = make_interview(session, completed=False)
    with pytest.raises(Conflict) as refused:
        service.mark_statement(session, act, uuid4(), Place(answer_id(early), 0, 12))
    assert (none_chosen.value.key, refused.value.key) == (
        "statement.none_chosen",
        "interview.not_complete",
    )


def test_who_filled_it_in_alone_marks_their_own_sentences(session: Session) -> None:
    alone, held = make_interview(session, mode=Mode.ALONE), make_interview(session)
    marked = service.mark_statement(
        session, speaker(alone.respondent), uuid4(), Place(answer_id(alone), 0, 12)
    )
    assert marked.text == "Ik wil werk."
    with pytest.raises(NotFound):
        service.mark_statement(session, speaker(held.respondent), uuid4(), Place(answer_id(held), 0, 12))


def test_a_mistaken_mark_is_taken_away_unless_something_rests_on_it(session: Session, act: Act) -> None:
    interview = make_interview(session)
    mistake = make_statement(session, interview, audience=None)
    with pytest.raises(Stale):
        service.unmark_statement(session, act, mistake.id, 2)
    assert service.unmark_statement(session, act, mistake.id, 1) == interview.id
    assert rows(session, Statement) == 0
    used = make_statement(session, interview, audience=None)
    make_goal(session, used)
    decided = make_statement(session, interview, sentence=1, audience=Audience.NOBODY)
    for statement, key in ((used, "statement.in_use"), (decided, "statement.decided")):
        with pytest.raises(Conflict) as refused:
            service.unmark_statement(session, act, statement.id, 1)
        assert refused.value.key == key


def test_statements_follow_an_answer_that_is_mended(session: Session, act: Act) -> None:
    interview = make_interview(session, text="Ja. Ja. Ja.")
    marked = [make_statement(session, interview, sentence=place) for place in range(3)]
    service.save_answers(session, act, interview.id, {QUESTION: "Nou: Ja. Ja. Ja."}, {QUESTION: 1})
    assert [(each.starts_at, each.ends_at) for each in marked] == [(5, 8), (9, 12), (13, 16)]
    with pytest.raises(DomainError) as refused:
        service.save_answers(session, act, interview.id, {QUESTION: "Ja. Ja."}, {QUESTION: 2})
    assert (refused.value.key, refused.value.params) == (
        "answer.quote_gone",
        {"code": f"U{marked[2].code}"},
    )


def test_a_decision_is_kept_with_who_took_it_and_what_was_shown(session: Session, act: Act) -> None:
    respondent = make_respondent(session, kind=SPOKESPERSON)
    statement = make_statement(session, make_interview(session, respondent), audience=None)
    mine, form = speaker(respondent), uuid4()
    for audience in (Audience.PAYER, Audience.NOBODY):
        service.decide_statement(
            session,
            mine,
            form,
            statement.id,
            audience=audience,
            attribution=Attribution.NAMED,
            text="Wie mag dit lezen? Iedereen.",
        )
    assert (statement.audience, statement.attribution, statement.decided_at) == (
        Audience.PAYER,
        Attribution.NAMED,
        NOW,
    )
    later = replace(act, at=NOW + timedelta(days=1))
    service.decide_statement(session, later, uuid4(), statement.id, audience=Audience.PARTIES, text="Gebeld")
    kept = service.decisions_of(session, act, statement.id)
    assert service.decisions_of(session, mine, statement.id) == kept
    assert [(row.audience, row.attribution, row.taken_by_id, row.text) for row in kept] == [
        (Audience.PARTIES, Attribution.ANONYMOUS, act.user, "Gebeld"),
        (Audience.PAYER, Attribution.NAMED, None, "Wie mag dit lezen? Iedereen."),
    ]
    for role in (Role.COORDINATOR, Role.FUNDER):
        with pytest.raises(NotFound):
            service.decisions_of(session, reader(role), statement.id)
    assert {str(event.detail) for event in events(session)} == {"{}"}


def test_a_participant_stays_unnamed_also_when_they_agree(session: Session) -> None:
    statement = make_statement(session, audience=None)
    with pytest.raises(DomainError) as refused:
        service.decide_statement(
            session,
            speaker(statement.interview.respondent),
            uuid4(),
            statement.id,
            audience=Audience.PAYER,
            attribution=Attribution.NAMED,
            text="?",
        )
    assert refused.value.key == "statement.participant_unnamed"


def test_what_is_taken_back_is_gone_everywhere_and_stays_gone(session: Session, act: Act) -> None:
    interview = make_interview(session)
    statement = make_statement(session, interview)
    other = make_statement(session, interview, sentence=1)
    goal = make_goal(session, statement)
    mine = speaker(interview.respondent)
    make_heard(session, interview.respondent.group, 3)
    service.withdraw_statement(session, mine, uuid4(), statement.id, text="Neem terug")
    service.withdraw_statement(session, mine, uuid4(), statement.id, text="Neem terug")
    (decision,) = service.decisions_of(session, mine, statement.id)
    assert (decision.withdrawn, decision.audience) == (True, Audience.NOBODY)
    answer = session.get_one(Answer, (interview.programme_id, answer_id(interview)))
    assert (statement.text, answer.text) == ("", "………………………………" + " En rust.")
    assert answer.text[other.starts_at : other.ends_at] == "En rust."
    for anybody in (act, mine, reader(Role.FUNDER), reader(Role.COORDINATOR)):
        seen = {each.id for each in service.readable_statements(session, anybody)}
        assert statement.id not in seen
        assert service.readable_statements(session, anybody, goal_id=goal.id) == []
        assert service.aggregate(session, anybody, goal.id) == []
        with pytest.raises(NotFound):
            service.statement_to_read(session, anybody, statement.id)
    with pytest.raises(Conflict) as refused:
        service.decide_statement(session, mine, uuid4(), statement.id, audience=Audience.PAYER, text="?")
    assert refused.value.key == "statement.withdrawn"
    with pytest.raises(DomainError) as empty:
        service.mark_statement(session, act, uuid4(), Place(answer.id, 0, 12))
    assert empty.value.key == "passage.empty"


def test_two_sentences_of_one_answer_can_both_be_taken_back(session: Session, act: Act) -> None:
    interview = make_interview(session)
    for place in (0, 1):
        statement = make_statement(session, interview, sentence=place)
        service.withdraw_statement(session, act, uuid4(), statement.id, text="?")
    answer = session.get_one(Answer, (interview.programme_id, answer_id(interview)))
    assert set(answer.text) == {"…", " "}


def test_published_findings_that_rest_on_what_was_taken_back_are_listed(session: Session, act: Act) -> None:
    before, after, never = (make_statement(session) for _ in range(3))
    goal = make_goal(session, before, after, never)
    service.withdraw_statement(
        session, replace(act, at=NOW - timedelta(days=1)), uuid4(), before.id, text="?"
    )
    finding = Finding(
        id=uuid4(),
        code=7,
        goal=goal,
        goal_edition=session.scalars(select(GoalEdition)).one(),
        text="Bereikt.",
        status=Status.REACHED,
        rung=1,
        published_at=NOW,
    )
    session.add(finding)
    later = NOW + timedelta(days=1)
    service.withdraw_statement(session, replace(act, at=later), uuid4(), after.id, text="?")
    assert service.follow_up(session) == [service.FollowUp(finding.id, 7, after.code, later)]


# --- Who reads what -----------------------------------------------------------------------------------------

FULL, COUNT, NONE = Reading.FULL, Reading.AGGREGATE, Reading.NONE
TABLE = {
    # (audience, speaker): what funder and investor, the evaluator, and all others read, from three heard on.
    (Audience.NOBODY, SPOKESPERSON): (NONE, FULL, NONE),
    (Audience.NOBODY, PARTICIPANT): (NONE, FULL, NONE),
    (Audience.PARTIES, SPOKESPERSON): (NONE, FULL, FULL),
    (Audience.PARTIES, PARTICIPANT): (NONE, FULL, FULL),
    (Audience.PAYER, SPOKESPERSON): (FULL, FULL, FULL),
    (Audience.PAYER, PARTICIPANT): (COUNT, FULL, FULL),
}


def expected(role: Role, audience: Audience, kind: RespondentKind, heard: int) -> Reading:
    payer, evaluator, other = TABLE[audience, kind]
    if role is Role.EVALUATOR:
        return evaluator
    if kind is PARTICIPANT and heard < 3:
        return NONE
    return payer if role in {Role.FUNDER, Role.INVESTOR} else other


@pytest.mark.parametrize("heard", [2, 3])
def test_everybody_reads_what_the_speaker_released_and_no_more(session: Session, heard: int) -> None:
    said: dict[UUID, tuple[Audience, RespondentKind]] = {}
    for audience, kind in product(Audience, RespondentKind):
        group = make_group(session)
        make_heard(session, group, heard - (kind is PARTICIPANT))
        # Neither a spokesperson nor who did not finish counts among the heard, nor people in a workshop: they
        # may be the same ones.
        make_interview(session, make_respondent(session, group), mode=Mode.WORKSHOP)
        make_interview(session, make_respondent(session, group, kind=SPOKESPERSON))
        make_interview(session, make_respondent(session, group), completed=False)
        respondent = make_respondent(session, group, kind=kind)
        statement = make_statement(session, make_interview(session, respondent), audience=audience)
        said[statement.id] = (audience, kind)
    for role in Role:
        read = {each.id: each for each in service.readable_statements(session, reader(role))}
        for key, (audience, kind) in said.items():
            how = expected(role, audience, kind, heard)
            found = read.get(key)
            assert (found.reading if found else NONE) is how, (role, audience, kind)
            if found is None:
                with pytest.raises(NotFound):
                    service.statement_to_read(session, reader(role), key)
                continue
            assert service.statement_to_read(session, reader(role), key)[0] == found
            assert (found.text is not None) == (how is FULL)
            near = role is Role.EVALUATOR
            assert (found.interview_id is not None) == near
            assert (found.who != "") == (near or kind is SPOKESPERSON)
            assert (found.group_id is not None) == (near or kind is SPOKESPERSON or how is COUNT)
            assert service.readable_statements(session, reader(role), statement_id=key) == [found]
    assert service.readable_statements(session, reader()) == []


def test_a_card_of_a_workshop_is_no_voice_more(session: Session) -> None:
    group = make_group(session)
    interview = make_heard(session, group, 3)[0]
    card = make_interview(session, make_respondent(session, group), mode=Mode.WORKSHOP)
    goal = make_goal(
        session,
        make_statement(session, interview, audience=Audience.PAYER),
        make_statement(session, card, audience=Audience.PAYER),
    )
    (voices,) = service.aggregate(session, reader(Role.FUNDER), goal.id)
    assert (voices.said, voices.asked) == (1, 3)


def test_a_second_role_never_opens_what_the_payer_may_not_read(session: Session) -> None:
    group = make_group(session)
    interview = make_heard(session, group, 3)[0]
    make_statement(session, interview, audience=Audience.PAYER)
    hidden = make_goal(session, make_statement(session, interview, sentence=1), released=False)
    both = reader(Role.FUNDER, Role.EVALUATOR)
    found = service.readable_statements(session, both)
    assert [(each.text, each.who, each.goal_ids, each.interview_id) for each in found] == [
        (None, "", (), None),
        (None, "", (), None),
    ]
    assert service.readable_statements(session, reader(Role.EVALUATOR), goal_id=hidden.id)[0].goal_ids == (
        hidden.id,
    )


def test_speakers_read_their_own_words_by_link_and_by_account(session: Session, programme: Programme) -> None:
    user = make_member(session, programme, Role.STAKEHOLDER)
    respondent = make_respondent(session, kind=SPOKESPERSON, user_id=user.id)
    make_statement(session, make_interview(session, respondent), audience=Audience.NOBODY)
    make_statement(session, audience=Audience.NOBODY)
    (found,) = service.readable_statements(session, speaker(respondent))
    assert (found.own, found.reading, found.text) == (True, FULL, "Ik wil werk.")
    assert service.readable_statements(session, act_of(user, Role.STAKEHOLDER)) == [found]
    make_statement(session, make_interview(session, make_respondent(session, kind=SPOKESPERSON)))
    assert service.own_statements(session, speaker(respondent)) == [found]
    assert service.speaker(session, speaker(respondent), found.id) is respondent


def test_a_name_stands_beside_a_quote_when_a_spokesperson_agreed(session: Session) -> None:
    group = make_group(session, name="Gemeente")
    interview = make_interview(session, make_respondent(session, group, kind=SPOKESPERSON, name="An"))
    make_statement(session, interview, attribution=Attribution.NAMED)
    make_statement(session, interview, sentence=1)
    found = service.readable_statements(session, reader(Role.FUNDER), interview_id=interview.id)
    assert [(each.who, each.named) for each in found] == [("An, Gemeente", True), ("Gemeente", False)]


def test_a_goal_is_counted_by_how_many_participants_said_it(session: Session) -> None:
    young, old = make_group(session, name="Jongeren"), make_group(session, name="Ouders")
    first, second, third = make_heard(session, young, 3)
    make_heard(session, old, 2)
    parent = make_interview(session, make_respondent(session, old))
    town = make_interview(session, make_respondent(session, kind=SPOKESPERSON))
    goal = make_goal(
        session,
        make_statement(session, first),
        make_statement(session, first, sentence=1),
        make_statement(session, second),
        make_statement(session, third, audience=Audience.PARTIES),
        make_statement(session, parent),
        make_statement(session, town),
    )
    assert service.aggregate(session, reader(Role.INVESTOR), goal.id) == [
        ("Jongeren", 2, 3, young.id),
        ("Ouders", 1, 3, old.id),
    ]
    assert service.aggregate(session, reader(Role.WORKER), goal.id)[0][:3] == ("Jongeren", 3, 3)


def test_a_statement_names_the_goals_that_rest_on_it_but_no_hidden_one(session: Session) -> None:
    statement = make_statement(session, make_interview(session, make_respondent(session, kind=SPOKESPERSON)))
    shown, hidden = make_goal(session, statement), make_goal(session, statement, released=False)
    for role, goals in ((Role.VIEWER, [shown]), (Role.EVALUATOR, [shown, hidden])):
        found, mentions = service.statement_to_read(session, reader(role), statement.id)
        assert [(each.id, each.code, each.wording) for each in mentions] == [
            (goal.id, goal.code, f"Goal {goal.code}") for goal in goals
        ]
        assert found.goal_ids == tuple(goal.id for goal in goals)
        assert service.readable_statements(session, reader(role), goal_id=shown.id) == [found]


def test_nothing_said_in_another_programme_is_read(session: Session, programme: Programme) -> None:
    other = make_programme(session)
    session.info["programme_id"] = other.id
    elsewhere = make_statement(session, make_interview(session, make_respondent(session, kind=SPOKESPERSON)))
    session.info["programme_id"] = programme.id
    assert service.readable_statements(session, reader(Role.EVALUATOR)) == []
    with pytest.raises(NotFound):
        service.statement_to_read(session, reader(Role.EVALUATOR), elsewhere.id)
    with pytest.raises(NotFound):
        service.decide_statement(
            session, reader(Role.EVALUATOR), uuid4(), elsewhere.id, audience=Audience.PAYER, text="?"
        )
    assert rows(session, StatementDecision) == 0


def test_the_factory_of_guides_gives_one_per_kind(session: Session) -> None:
    assert make_guide_edition(session, PARTICIPANT) is make_guide_edition(session, PARTICIPANT)
