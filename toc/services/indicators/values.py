"""What is known of an indicator, as services give it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from toc.domain.indicators import Definition, Judgement, MeasurementSource, Reading, RolledUp, SiteReading
from toc.domain.indicators.breakdowns import LEVEL, Part, levels_in
from toc.domain.indicators.reviewing import State
from toc.models.programmes import Origin, Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A measurement as it was recorded.

    Attributes:
        version: 1 for the first value of its day.
        by: name of who entered it; empty for a command.
        by_id: who that is.
        superseded_by: the correction that replaced it.
        edition: number of the definition under which it was measured.
        marks: what is said about where it comes from.
        site_id, site: where it was counted; None and "": in the whole programme.
        starts_on: the first day of the period that it counts; None: not said.
        people: of how many participants there is a value.
        missing: of how many there is none.
        narrative: what somebody saw, of an account in words.
        parts: what the groups of its breakdowns have, and of an ordinal score the levels.
        is_void: whether it takes back what it supersedes, and is no value itself.
        state: what a reviewer decided last.
        after_lock: whether it was entered after its period, or that of what it replaces, was locked.
        rests_on: of a computed value, canonical JSON of the rule and of what it counted.
    """

    id: UUID
    reading: Reading
    version: int
    source: MeasurementSource
    log_import_id: UUID | None
    source_row: int | None
    note: str
    at: datetime
    by: str
    supersedes: UUID | None
    superseded_by: UUID | None
    edition: int
    marks: tuple[Origin, ...] = ()
    by_id: UUID | None = None
    site_id: UUID | None = None
    site: str = ""
    starts_on: date | None = None
    people: int | None = None
    missing: int | None = None
    narrative: str = ""
    parts: tuple[Part, ...] = ()
    is_void: bool = False
    state: State = State.SUBMITTED
    after_lock: bool = False
    rests_on: str = ""

    @property
    def counts(self) -> bool:
        """Whether it counts: nothing replaced it, it takes nothing back, and it was not returned."""
        return self.superseded_by is None and not self.is_void and self.state is not State.RETURNED

    @property
    def levels(self) -> tuple[int, ...]:
        """Of an ordinal score, the people on each level, lowest first."""
        return levels_in({part.option: int(part.value) for part in self.parts if part.breakdown == LEVEL})

    @property
    def at_site(self) -> SiteReading:
        """It as what one site, or the whole, has on its day."""
        return SiteReading(
            site=self.site_id,
            reading=self.reading,
            people=self.people,
            missing=self.missing,
            levels=self.levels,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorView:
    """An indicator with its current definition, its latest reading and how it stands.

    Attributes:
        goal_wording: as it is now.
        released: whether others than the evaluator may know of its goal.
        edition_id, edition: the current definition.
        latest: the reading that was judged.
        latest_id: its measurement; None where it is made of those of sites.
        now: the latest day, its sites taken together; its reading is ``latest``.
    """

    id: UUID
    code: str
    revision: int
    goal_id: UUID
    goal_code: str
    goal_wording: str
    released: bool
    edition_id: UUID
    edition: int
    definition: Definition
    latest: Reading | None
    latest_id: UUID | None
    judgement: Judgement
    now: RolledUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    """A definition that holds or once held."""

    number: int
    definition: Definition
    reason: str
    at: datetime
    by: str
    goal_edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """An indicator with everything that was ever said and measured.

    Attributes:
        programme: that it belongs to.
        editions: newest first.
        measurements: latest day first, of one day the newest version first; corrected ones too.
        marks: what is said about where the indicator's own figures come from.
        days: what counts, one per day, earliest first; sites taken together.
        sites: names of the programme's sites.
    """

    programme: Programme
    view: IndicatorView
    editions: tuple[EditionView, ...]
    measurements: tuple[Measured, ...]
    marks: tuple[Origin, ...]
    days: tuple[RolledUp, ...] = ()
    sites: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def series(self) -> tuple[Measured, ...]:
        """The measurements that count, of the whole and of each site, earliest day first."""
        return tuple(one for one in reversed(self.measurements) if one.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogImportView:
    """A file that was imported.

    Attributes:
        rows: lines of the file with the measurements that they became, in order of the file.
    """

    id: UUID
    indicator_id: UUID
    sha256: str
    read_as: str
    added: int
    corrected: int
    unchanged: int
    at: datetime
    by: str
    rows: tuple[tuple[int, Measured], ...]
