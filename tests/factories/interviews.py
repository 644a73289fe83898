"""Groups, respondents, interviews and statements for tests; every interview has consent and is complete."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.factories import NOW, number
from toc.domain.ids import derived
from toc.domain.interviews import Attribution, Audience, ConsentScope, Mode, RespondentKind, sentences
from toc.domain.people import Helix
from toc.models.interviews import (
    Answer,
    Consent,
    Guide,
    GuideEdition,
    Interview,
    Respondent,
    StakeholderGroup,
    Statement,
)
from toc.models.people import PersonalLink

QUESTION = "going_on"


def make_group(session: Session, *, name: str = "", **fields: object) -> StakeholderGroup:
    this = number()
    group = StakeholderGroup(
        id=uuid4(),
        code=this,
        name=name or f"Group {this}",
        created_at=NOW,
        **{"helix": Helix.CITIZENS, **fields},
    )
    session.add(group)
    session.flush()
    return group


def make_respondent(
    session: Session,
    group: StakeholderGroup | None = None,
    *,
    kind: RespondentKind = RespondentKind.PARTICIPANT,
    consent: bool | None = True,
    **fields: object,
) -> Respondent:
    """Somebody who agreed to be interviewed; `consent` False: refused, None: was not asked."""
    this = number()
    if kind is RespondentKind.SPOKESPERSON:
        fields = {"name": f"Spokesperson {this}", **fields}
    respondent = Respondent(
        id=uuid4(),
        code=this,
        group=group or make_group(session),
        kind=kind,
        created_at=NOW,
        **{"language": "nl", **fields},
    )
    session.add(respondent)
    for scope in set(ConsentScope) - {ConsentScope.GUARDIAN} if consent is not None else ():
        session.add(
            Consent(id=uuid4(), respondent=respondent, scope=scope, given=consent, text="May we?", at=NOW)
        )
    session.flush()
    return respondent


def make_guide_edition(session: Session, kind: RespondentKind) -> GuideEdition:
    """The guide of this kind in this programme: one question."""
    programme_id = session.info["programme_id"]
    guide_id = derived(programme_id, "guide", kind.value)
    edition_id = derived(guide_id, "edition", "1")
    edition = session.get(GuideEdition, (programme_id, edition_id))
    if edition is None:
        session.add(Guide(id=guide_id, kind=kind, created_at=NOW))
        questions = [{"key": QUESTION, "nl": "Wat speelt er nu?", "en": "What is going on?"}]
        edition = GuideEdition(
            id=edition_id, guide_id=guide_id, number=1, questions=questions, created_at=NOW
        )
        session.add(edition)
        session.flush()
    return edition


def make_interview(
    session: Session,
    respondent: Respondent | None = None,
    *,
    text: str = "Ik wil werk. En rust.",
    mode: Mode = Mode.HELD,
    completed: bool = True,
) -> Interview:
    """An interview with one answer."""
    respondent = respondent or make_respondent(session)
    interview = Interview(
        id=uuid4(),
        code=number(),
        respondent=respondent,
        guide_edition=make_guide_edition(session, respondent.kind),
        mode=mode,
        held_on=NOW.date(),
        submitted_at=NOW if completed else None,
        created_at=NOW,
    )
    session.add(interview)
    session.add(
        Answer(id=answer_id(interview), interview=interview, question=QUESTION, text=text),
    )
    session.flush()
    return interview


def answer_id(interview: Interview) -> UUID:
    """The id of its one answer."""
    return derived(interview.id, "answer", QUESTION)


def make_statement(
    session: Session,
    interview: Interview | None = None,
    *,
    sentence: int = 0,
    audience: Audience | None = Audience.PAYER,
    attribution: Attribution = Attribution.ANONYMOUS,
) -> Statement:
    """A sentence of an interview, released to everybody; `audience` None: its speaker did not decide yet."""
    interview = interview or make_interview(session)
    answer = session.get_one(Answer, (session.info["programme_id"], answer_id(interview)))
    place = sentences(answer.text)[sentence]
    statement = Statement(
        id=uuid4(),
        code=number(),
        interview=interview,
        answer=answer,
        starts_at=place.start,
        ends_at=place.end,
        text=place.text,
        audience=audience or Audience.NOBODY,
        attribution=attribution,
        decided_at=NOW if audience else None,
        created_at=NOW,
    )
    session.add(statement)
    session.flush()
    return statement


def make_heard(session: Session, group: StakeholderGroup, respondents: int) -> list[Interview]:
    """So many participants of a group, each with a completed interview."""
    return [make_interview(session, make_respondent(session, group)) for _ in range(respondents)]


def make_link(session: Session, respondent: Respondent) -> PersonalLink:
    """A personal link that opens for as long as anybody tests."""
    link = PersonalLink(
        id=uuid4(),
        programme_id=respondent.programme_id,
        respondent_id=respondent.id,
        token_hash=uuid4().hex * 2,
        expires_at=NOW + timedelta(days=36_500),
        created_at=NOW,
    )
    session.add(link)
    session.flush()
    return link
