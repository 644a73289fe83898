"""Who does something, and when: passed to every service that writes."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from toc.domain.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One person, or a command, doing one thing at one moment.

    Attributes:
        at: the moment, in UTC.
        on: the day it is where the programme is.
        user: the account; None for a personal link or a command.
        respondent: who came in by a personal link.
        roles: the person's roles in the programme.
    """

    at: datetime
    on: date
    user: UUID | None = None
    respondent: UUID | None = None
    roles: frozenset[Role] = frozenset()

    @property
    def actor(self) -> str:
        """Who, as the audit trail names them: by id, never by name."""
        if self.user is not None:
            return f"user:{self.user}"
        return f"respondent:{self.respondent}" if self.respondent is not None else "command"
