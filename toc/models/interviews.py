"""Stakeholder groups, respondents, interviews, answers, statements and what their speakers agreed to."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toc.domain.interviews import (
    Attribution,
    Audience,
    CheckVerdict,
    ConsentScope,
    Guardian,
    GuideVariant,
    Mode,
    Participation,
    RespondentKind,
)
from toc.domain.people import Helix
from toc.models.base import Base, InProgramme, Made, Revised, Word, belongs_to, has_many, refers_to
from toc.models.people import Organisation


class StakeholderGroup(InProgramme, Revised, Made, Base):
    """A party with its own goals."""

    code: Mapped[int]
    name: Mapped[str]
    helix: Mapped[Helix]
    organisation_id: Mapped[UUID | None] = refers_to("Organisation", optional=True)
    is_beneficiary: Mapped[bool] = mapped_column(default=False)
    """Those the programme is for."""
    role_in_programme: Mapped[str] = mapped_column(default="")
    interest: Mapped[int | None]
    """1 to 5, as is influence."""
    influence: Mapped[int | None]
    wanted_interviews: Mapped[int] = mapped_column(default=1)
    participation: Mapped[Participation | None]
    is_affected: Mapped[bool] = mapped_column(default=False)
    """Those whose life it changes without its being for them."""
    consent_route: Mapped[str] = mapped_column(default="")
    """How these people are asked whether they take part, and by whom."""

    organisation: Mapped[Organisation | None] = relationship()
    respondents: Mapped[list["Respondent"]] = has_many("Respondent", "group", order_by="code")

    __rules__ = (
        sa.UniqueConstraint("programme_id", "code"),
        sa.UniqueConstraint("programme_id", "name"),
        sa.CheckConstraint("interest BETWEEN 1 AND 5", name="interest_range"),
        sa.CheckConstraint("influence BETWEEN 1 AND 5", name="influence_range"),
    )


class Respondent(InProgramme, Revised, Made, Base):
    """Somebody who is interviewed. A participant has no name and no address here."""

    code: Mapped[int]
    group_id, group = belongs_to("StakeholderGroup")
    kind: Mapped[RespondentKind]
    name: Mapped[str] = mapped_column(default="")
    """Of a spokesperson only."""
    email: Mapped[str] = mapped_column(default="")
    """Of a spokesperson only, to send the personal link to."""
    user_id: Mapped[UUID | None] = refers_to("User", optional=True)
    language: Mapped[Word]
    needs_guardian: Mapped[bool] = mapped_column(default=False)
    """They are too young to agree alone; how old they are is not kept."""

    __rules__ = (
        sa.UniqueConstraint("programme_id", "code"),
        sa.CheckConstraint("kind <> 'participant' OR (name = '' AND email = '')", name="participant_unnamed"),
    )


class Guide(InProgramme, Revised, Made, Base):
    """An interview guide for one kind of respondent; its questions stand in its editions."""

    kind: Mapped[RespondentKind]
    variant: Mapped[GuideVariant] = mapped_column(default=GuideVariant.PLAIN)

    editions: Mapped[list["GuideEdition"]] = has_many("GuideEdition", "guide", order_by="number")

    __rules__ = (sa.UniqueConstraint("programme_id", "kind", "variant"),)


class GuideEdition(InProgramme, Made, Base):
    """A numbered, unchangeable version of a guide."""

    __append_only__ = True

    guide_id, guide = belongs_to("Guide")
    number: Mapped[int]
    questions: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON)
    """In order: {"key": ..., "nl": ..., "en": ...}, and further languages by their code."""

    __rules__ = (sa.UniqueConstraint("programme_id", "guide_id", "number"),)


class Consent(InProgramme, Base):
    """What a respondent agreed to, or not, before an interview: the text they saw, when, and who asked."""

    __append_only__ = True

    respondent_id, respondent = belongs_to("Respondent")
    scope: Mapped[ConsentScope]
    given: Mapped[bool]
    text: Mapped[str]
    """The text that was shown or read out."""
    at: Mapped[datetime]
    taken_by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    """None: the respondent gave it themselves, through the personal link."""
    answered_by: Mapped[Guardian | None]
    """As who somebody answered for them; None: they answered themselves."""

    __rules__ = (
        sa.CheckConstraint("(scope = 'guardian') = (answered_by IS NOT NULL)", name="guardian_answers"),
    )


class Interview(InProgramme, Revised, Made, Base):
    """One interview with one respondent."""

    code: Mapped[int]
    respondent_id, respondent = belongs_to("Respondent")
    guide_edition_id, guide_edition = belongs_to("GuideEdition")
    mode: Mapped[Mode]
    held_on: Mapped[date]
    submitted_at: Mapped[datetime | None]
    """When the respondent or the interviewer said that it is complete."""

    answers: Mapped[list["Answer"]] = has_many("Answer", "interview")
    statements: Mapped[list["Statement"]] = has_many("Statement", "interview", order_by="code")

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)


class Answer(InProgramme, Revised, Base):
    """What was said to one question of the guide."""

    interview_id, interview = belongs_to("Interview")
    question: Mapped[Word]
    """Its key in the edition of the guide."""
    text: Mapped[str]

    __rules__ = (sa.UniqueConstraint("programme_id", "interview_id", "question"),)


class Statement(InProgramme, Revised, Made, Base):
    """A passage of an answer, quoted word for word. Who may read it is its speaker's to say."""

    code: Mapped[int]
    interview_id, interview = belongs_to("Interview")
    answer_id, answer = belongs_to("Answer")
    starts_at: Mapped[int]
    """First character in the answer, in code points."""
    ends_at: Mapped[int]
    """After its last character."""
    text: Mapped[str]
    audience: Mapped[Audience] = mapped_column(default=Audience.NOBODY)
    attribution: Mapped[Attribution] = mapped_column(default=Attribution.ANONYMOUS)
    decided_at: Mapped[datetime | None]
    """When the speaker last decided; None while the member check waits."""
    withdrawn_at: Mapped[datetime | None]

    decisions: Mapped[list["StatementDecision"]] = has_many("StatementDecision", "statement", order_by="at")

    __rules__ = (
        sa.UniqueConstraint("programme_id", "code"),
        sa.UniqueConstraint("programme_id", "answer_id", "starts_at", "ends_at"),
    )

    @property
    def is_released(self) -> bool:
        """Whether anybody but the evaluator may read it."""
        return self.withdrawn_at is None and self.audience is not Audience.NOBODY


class StatementDecision(InProgramme, Base):
    """What the speaker decided about a quote: to whom, with or without name, or withdrawn."""

    __append_only__ = True

    statement_id, statement = belongs_to("Statement")
    audience: Mapped[Audience]
    attribution: Mapped[Attribution]
    withdrawn: Mapped[bool]
    text: Mapped[str]
    """The question that was shown; not the quote itself, so that a withdrawal leaves none behind."""
    at: Mapped[datetime]
    taken_by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    """None: the speaker decided themselves, through the personal link."""


class StatementReading(InProgramme, Base):
    """That somebody saw a quote for the first time: its speaker may know who."""

    __append_only__ = True

    statement_id, statement = belongs_to("Statement")
    user_id: Mapped[UUID] = refers_to("User")
    role: Mapped[Word]
    """In which they read it."""
    first_at: Mapped[datetime]

    __rules__ = (sa.UniqueConstraint("programme_id", "statement_id", "user_id"),)


class GoalCheck(InProgramme, Base):
    """What a respondent said of a goal that rests on their words: the member check.

    Nothing changes it but its speaker, who may take their words back.
    """

    respondent_id, respondent = belongs_to("Respondent")
    goal_edition_id, goal_edition = belongs_to("GoalEdition", optional=True)
    party_goal_id, party_goal = belongs_to("PartyGoal", optional=True)
    wording: Mapped[str]
    """Of the goal, as it was shown."""
    verdict: Mapped[CheckVerdict]
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]

    __rules__ = (sa.CheckConstraint("(goal_edition_id IS NULL) <> (party_goal_id IS NULL)", name="one_goal"),)


class Recording(InProgramme, Made, Base):
    """An answer that was spoken; removed as soon as it is written down."""

    interview_id, interview = belongs_to("Interview")
    question: Mapped[Word]
    """Its key in the edition of the guide."""
    media_type: Mapped[Word]
    sound: Mapped[bytes] = mapped_column(sa.LargeBinary)

    __rules__ = (sa.UniqueConstraint("programme_id", "interview_id", "question"),)
