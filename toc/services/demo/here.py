"""A demo programme while it is being loaded: its session, its ids, and what is to happen on which day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.ids import derived
from toc.domain.people import Role
from toc.domain.programmes import Language, OriginKind
from toc.services import origins
from toc.services.demo.accounts import account_id
from toc.services.demo.content import Day, Demo, Programme, Text, day_of, said

_OPENS = time(9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """One programme in one language.

    Attributes:
        session: of the programme, for writing.
        demo: who takes part.
        file: what is to be loaded.
        language: in which language.
        programme_id: of the programme.
        today: the day of loading.
        days: what is to happen, per day; within a day in the order in which it was planned.
        acts: how many acts each day has seen, so that no two are of the same moment.
    """

    session: Session
    demo: Demo
    file: Programme
    language: Language
    programme_id: UUID
    today: date
    days: dict[date, list[Callable[[], None]]] = field(default_factory=dict)
    acts: dict[date, int] = field(default_factory=dict)

    def plan(self, on: date, step: Callable[[], None]) -> None:
        """Let something happen on a day."""
        self.days.setdefault(on, []).append(step)

    def happen(self) -> None:
        """Let everything happen that was planned, in the order of the days."""
        for on in sorted(self.days):
            for step in self.days[on]:
                step()

    def act(self, on: date, account: str) -> Act:
        """Return what somebody with an account does next on a day."""
        role = next(one.role for one in self.demo.accounts if one.key == account)
        roles: frozenset[Role] = frozenset() if role is None else frozenset({role})
        return Act(at=self._moment(on), on=on, user=account_id(account), roles=roles)

    def act_of(self, on: date, respondent: str) -> Act:
        """Return what a respondent does next on a day, by their personal link."""
        return Act(at=self._moment(on), on=on, respondent=self.id("respondent", respondent))

    def _moment(self, on: date) -> datetime:
        self.acts[on] = self.acts.get(on, 0) + 1
        return datetime.combine(on, _OPENS, UTC) + timedelta(seconds=self.acts[on])

    def id(self, kind: str, *keys: str) -> UUID:
        """Return the id of the row of this kind with these keys."""
        return derived(self.programme_id, kind, *keys)

    def say(self, text: Text) -> str:
        """Return a text in the language of the programme."""
        return said(text, self.language)

    def day(self, said: Day) -> date:
        """Return the day that the file says."""
        return day_of(said, self.today)

    def mark_all(self, table: str, row_ids: Iterable[UUID]) -> None:
        """Say of new rows that they are invented as a whole."""
        origins.mark_new(self.session, table, row_ids, OriginKind.INVENTED)

    def mark(self, table: str, row_id: UUID, facts: Mapping[str, str] | None = None) -> None:
        """Say of a row that it is invented, except for the columns that are facts.

        Args:
            table: of the row.
            row_id: its id.
            facts: column, or "" for the whole row, to the key of its source.
        """
        facts = facts or {}
        if "" not in facts:
            origins.mark(self.session, table, row_id, OriginKind.INVENTED)
        for column, key in facts.items():
            source = self.file.sources[key]
            origins.mark(
                self.session,
                table,
                row_id,
                OriginKind.FACT,
                field=column,
                source=self.say(source.name),
                url=source.url,
            )
