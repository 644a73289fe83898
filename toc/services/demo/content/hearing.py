"""Who was interviewed, and what they said."""

from datetime import date

from toc.domain.interviews import Attribution, Audience, Participation, RespondentKind
from toc.domain.people import Helix
from toc.services.demo.content.words import Marked, Row, Text, Words


class Release(Row):
    """What a speaker decided about a statement."""

    audience: Audience
    attribution: Attribution
    on: date


class Statement(Row):
    """A passage of an answer, and who may read it; without a release its speaker has not decided yet."""

    key: str
    question: str
    text: Words
    release: Release | None = None


class Interview(Row):
    """What somebody answered."""

    held_on: date
    answers: dict[str, Words]
    statements: tuple[Statement, ...]


class Respondent(Row):
    """Somebody to be heard.

    Attributes:
        added_on: the day they were first thought of; None: when the programme was made.
        agreed_on: the day they agreed to be asked, when they are not interviewed on it.
    """

    key: str
    kind: RespondentKind
    name: Text = ""
    added_on: date | None = None
    agreed_on: date | None = None
    interview: Interview | None = None


class Group(Marked):
    """A stakeholder group with its respondents."""

    key: str
    name: Text
    helix: Helix
    organisation: str | None = None
    is_beneficiary: bool = False
    role: Words
    interest: int
    influence: int
    wanted_interviews: int
    participation: Participation | None = None
    is_affected: bool = False
    consent_route: Text = ""
    respondents: tuple[Respondent, ...] = ()
