"""What is known of an indicator, as services give it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from toc.domain.indicators import Definition, Judgement, MeasurementSource, Reading
from toc.models.programmes import Origin, Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A measurement as it was recorded.

    Attributes:
        version: 1 for the first value of its day.
        by: name of who entered it; empty for a command.
        superseded_by: the correction that replaced it.
        edition: number of the definition under which it was measured.
        marks: what is said about where it comes from.
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

    @property
    def counts(self) -> bool:
        """Whether no correction replaced it."""
        return self.superseded_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorView:
    """An indicator with its current definition, its latest reading and how it stands.

    Attributes:
        goal_wording: as it is now.
        released: whether others than the evaluator may know of its goal.
        edition_id, edition: the current definition.
        latest: the reading that was judged, with the id of its measurement.
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
    """

    programme: Programme
    view: IndicatorView
    editions: tuple[EditionView, ...]
    measurements: tuple[Measured, ...]
    marks: tuple[Origin, ...]

    @property
    def series(self) -> tuple[Measured, ...]:
        """The measurements that count, earliest day first."""
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
