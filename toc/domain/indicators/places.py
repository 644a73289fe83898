"""Places: on which days something is counted at a site."""

from dataclasses import dataclass
from datetime import date

from toc.domain.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A site.

    Attributes:
        starts_on: the first day on which something is counted there; None: it was always there.
        ends_on: the last day, included; None: it is open.
    """

    name: str
    starts_on: date | None
    ends_on: date | None

    def check(self, on: date) -> None:
        """Refuse a day on which nothing is counted there.

        Raises:
            DomainError: ``measurement.site_not_open``, ``measurement.site_closed``, with ``name`` and ``on``,
                the first or the last day.
        """
        if self.starts_on is not None and on < self.starts_on:
            raise DomainError("measurement.site_not_open", on=self.starts_on, name=self.name)
        if self.ends_on is not None and on > self.ends_on:
            raise DomainError("measurement.site_closed", on=self.ends_on, name=self.name)
