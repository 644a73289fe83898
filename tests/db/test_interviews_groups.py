"""Groups, respondents and their consent in the database: who is heard, and what they agreed to."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.db.hearing import PARTICIPANT, SPOKESPERSON, events, make_goal, rows, speaker
from tests.factories import NOW, act_of, make_member, make_organisation
from tests.factories.interviews import (
    QUESTION,
    answer_id,
    make_group,
    make_heard,
    make_interview,
    make_respondent,
    make_statement,
)
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.interviews import (
    ASKED_BEFORE,
    Audience,
    CheckVerdict,
    ConsentScope,
    ConsentState,
    Guardian,
    Mode,
    Participation,
)
from toc.domain.people import Helix, Part, Role
from toc.models.audit import AuditEvent
from toc.models.coding import CodingEnd
from toc.models.goals import GoalEdition
from toc.models.interviews import (
    Consent,
    GoalCheck,
    Interview,
    Respondent,
    StakeholderGroup,
)
from toc.models.programmes import Partner, Programme
from toc.services import interviews as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import GroupDraft, Place, RespondentDraft

YOUNG = GroupDraft(name="Jongeren", helix=Helix.CITIZENS, is_beneficiary=True, wanted_interviews=3)


@pytest.fixture
def act(session: Session, programme: Programme) -> Act:
    """What the evaluator does."""
    return act_of(make_member(session, programme, Role.EVALUATOR), Role.EVALUATOR)


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
