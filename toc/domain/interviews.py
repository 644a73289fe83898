"""Interviews: who speaks, what is asked, and who may read what was said."""

from enum import StrEnum


class RespondentKind(StrEnum):
    """In whose name somebody speaks; decides how well they are protected.

    A spokesperson speaks for an organisation, by name if they agree; a participant speaks for themselves and is
    protected.
    """

    SPOKESPERSON = "spokesperson"
    PARTICIPANT = "participant"


class Mode(StrEnum):
    """How an interview was done: held by an interviewer, or filled in alone."""

    HELD = "held"
    ALONE = "alone"


class ConsentScope(StrEnum):
    """What is asked once, before an interview: may we talk, may we note."""

    INTERVIEW = "interview"
    NOTES = "notes"


class Audience(StrEnum):
    """Who may read a statement, as its speaker decided.

    Nobody: the evaluator alone. Parties: everybody in the programme except funder and investor. Payer: everybody.
    """

    NOBODY = "nobody"
    PARTIES = "parties"
    PAYER = "payer"


class Attribution(StrEnum):
    """Whether the speaker's name may stand beside the statement."""

    ANONYMOUS = "anonymous"
    NAMED = "named"
