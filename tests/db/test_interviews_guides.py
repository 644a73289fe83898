"""Interview guides in the database: editions, languages, and files."""

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.db.hearing import PARTICIPANT, SPOKESPERSON, events
from tests.factories import act_of, make_member
from tests.factories.interviews import (
    make_group,
    make_respondent,
)
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.interviews import (
    GUIDE,
    PARTICIPANT_GUIDE,
    GuideVariant,
    Mode,
    RespondentKind,
)
from toc.domain.people import Role
from toc.models.programmes import Programme
from toc.services import interviews as service
from toc.services.errors import NotFound, Stale
from toc.services.interviews import RespondentDraft
from toc.services.interviews.guides import shipped


@pytest.fixture
def act(session: Session, programme: Programme) -> Act:
    """What the evaluator does."""
    return act_of(make_member(session, programme, Role.EVALUATOR), Role.EVALUATOR)


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
