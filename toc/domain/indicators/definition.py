"""Definitions: what an indicator says about itself, checked as a whole."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.indicators.breakdowns import LEVEL, UNKNOWN, Breakdown, Option
from toc.domain.indicators.external import ExternalCode
from toc.domain.indicators.periods import Frequency, PeriodTarget, in_order
from toc.domain.indicators.readings import Kind, check_day, checked
from toc.domain.indicators.targets import Direction, Target
from toc.domain.privacy import personal_numbers

_Checked = TypeVar("_Checked")

_TEXTS: Final = (
    "name",
    "definition",
    "unit",
    "collection",
    "other_name",
    "other_definition",
    "numerator",
    "denominator",
    "instrument",
    "pitfalls",
    "influence",
)
_VALUES: Final = ("baseline_value", "target_value", "desired_value", "minimum_value")

MOST_BREAKDOWNS: Final = 8
MOST_OPTIONS: Final = 40
"""Groups of one breakdown."""
MOST_LEVELS: Final = 12
_FEWEST_LEVELS: Final = 2
_LONGEST_KEY: Final = 36
"""Room for a number behind it in a column of 40."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What is counted, which way is better, and what was aimed at.

    Attributes:
        name: of the indicator.
        kind: what its value is.
        direction: which way is better.
        frequency: how often a value is due.
        definition: what counts and what does not.
        unit: what is counted, for example "people"; a proportion and an amount of money say their own.
        is_cumulative: whether a value counts from the start, or for its own period.
        counts_people: whether participants are counted, so that small numbers are protected.
        collection: source of the figures and how they are collected.
        baseline_value: the value at the start, if known; a proportion is a fraction.
        baseline_on: the day of the baseline; both or neither.
        target_value: what is aimed at, if agreed.
        target_on: the day by which, inclusive; both or neither.
        desired_value: more than feasible would be this; at least as good as the target.
        minimum_value: less than this would be a failure; at most as good as the target.
        other_name: the name in the other of the two languages; empty: not translated.
        other_definition: the same of the definition.
        numerator: of a proportion, what is counted of the whole.
        denominator: of a proportion, the whole.
        instrument: the questionnaire or scale that it is measured with, and its version.
        pitfalls: what easily goes wrong in measuring or reading it.
        influence: who could influence the figure, and how: a risk.
        responsible_id: the member who sees to it that it is measured.
        external_codes: by which codes others know it; each once.
        breakdowns: in which groups a value falls apart; "unknown" comes with each.
        scale_lowest: of a mean score, the lowest end of its scale.
        scale_highest: the highest; both or neither.
        levels: of an ordinal score, names of its levels, lowest first.
        rule: how it is computed from participants (`toc.domain.participants`); None: somebody logs it.
        library_key: which indicator of the starter library it was made from; empty: our own.
        periods: what is aimed at per period, by day; without any, the target alone counts.

    Raises:
        DomainError: with ``field``, the attribute at fault: ``indicator.name_missing``, ``target.half``,
            ``target.baseline_half``, ``target.end_before_start``, ``target.period_after``,
            ``indicator.desired_alone``, ``indicator.desired_worse``, ``indicator.minimum_better``,
            ``indicator.levels_few``, ``indicator.levels_many``, ``indicator.levels_twice``,
            ``indicator.level_empty``, ``indicator.no_such_level``, ``indicator.scale_half``,
            ``indicator.scale_order``, ``indicator.off_the_scale``, ``external.twice``,
            ``date.out_of_range``, what `checked` and `in_order` refuse (of a period with ``row``, its place),
            and what `check_breakdowns` refuses.
    """

    name: str
    kind: Kind
    direction: Direction
    frequency: Frequency
    definition: str = ""
    unit: str = ""
    is_cumulative: bool = True
    counts_people: bool = True
    collection: str = ""
    baseline_value: Decimal | None = None
    baseline_on: date | None = None
    target_value: Decimal | None = None
    target_on: date | None = None
    desired_value: Decimal | None = None
    minimum_value: Decimal | None = None
    other_name: str = ""
    other_definition: str = ""
    numerator: str = ""
    denominator: str = ""
    instrument: str = ""
    pitfalls: str = ""
    influence: str = ""
    responsible_id: UUID | None = None
    external_codes: tuple[ExternalCode, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    scale_lowest: Decimal | None = None
    scale_highest: Decimal | None = None
    levels: tuple[str, ...] = ()
    rule: Mapping[str, Any] | None = field(default=None, hash=False)
    library_key: str = ""
    periods: tuple[PeriodTarget, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise DomainError("indicator.name_missing", field="name")
        for name in _VALUES:
            value: Decimal | None = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, _at(name, partial(checked, self.kind, value)))
        self._check_levels()
        self._check_scale()
        object.__setattr__(self, "periods", _at("periods", partial(in_order, self.periods)))
        self._check_days()
        self._check_periods()
        self._check_aims()
        self._check_codes()
        check_breakdowns(self.breakdowns)

    def _check_days(self) -> None:
        pairs = (("baseline", "target.baseline_half"), ("target", "target.half"))
        for pair, key in pairs:
            value, on = getattr(self, f"{pair}_value"), getattr(self, f"{pair}_on")
            if (value is None) != (on is None):
                raise DomainError(key, field=f"{pair}_value" if value is None else f"{pair}_on")
            if on is not None:
                _at(f"{pair}_on", partial(check_day, on))
        if self.baseline_on is not None and self.target_on is not None and self.baseline_on >= self.target_on:
            raise DomainError(
                "target.end_before_start", field="target_on", start=self.baseline_on, end=self.target_on
            )

    def _check_periods(self) -> None:
        for row, period in enumerate(self.periods):
            try:
                self._check_value(checked(self.kind, period.value))
            except DomainError as error:
                raise DomainError(error.key, **{**error.params, "field": "periods", "row": row}) from error
        if not self.periods:
            return
        last = self.periods[-1]
        if self.target_on is not None and last.ends_on > self.target_on:
            raise DomainError(
                "target.period_after", field="periods", row=len(self.periods) - 1, on=self.target_on
            )
        if self.target_on is None and self.baseline_on is not None and self.baseline_on >= last.ends_on:
            raise DomainError(
                "target.end_before_start", field="baseline_on", start=self.baseline_on, end=last.ends_on
            )

    def _check_aims(self) -> None:
        for name in _VALUES:
            value = getattr(self, name)
            if value is not None:
                _at(name, partial(self._check_value, value))
        target = self.target
        for name in ("desired_value", "minimum_value"):
            if target is None and getattr(self, name) is not None:
                raise DomainError("indicator.desired_alone", field=name)
        if target is None:
            return
        if self.desired_value is not None and not target.is_met_by(self.desired_value):
            raise DomainError("indicator.desired_worse", field="desired_value")
        if self.minimum_value is not None and not target.is_met_by(target.value, self.minimum_value):
            raise DomainError("indicator.minimum_better", field="minimum_value")

    def _check_value(self, value: Decimal) -> None:
        """Refuse a value outside the levels or the scale."""
        if self.kind is Kind.ORDINAL and value > len(self.levels):
            raise DomainError("indicator.no_such_level", most=len(self.levels))
        lowest, highest = self.scale_lowest, self.scale_highest
        if lowest is not None and highest is not None and not lowest <= value <= highest:
            raise DomainError("indicator.off_the_scale", lowest=lowest, highest=highest)

    def _check_levels(self) -> None:
        levels = tuple(level.strip() for level in self.levels) if self.kind is Kind.ORDINAL else ()
        object.__setattr__(self, "levels", levels)
        if self.kind is not Kind.ORDINAL:
            return
        if not all(levels):
            raise DomainError("indicator.level_empty", field="levels")
        if len(levels) < _FEWEST_LEVELS:
            raise DomainError("indicator.levels_few", field="levels", fewest=_FEWEST_LEVELS)
        if len(levels) > MOST_LEVELS:
            raise DomainError("indicator.levels_many", field="levels", most=MOST_LEVELS)
        if len({level.casefold() for level in levels}) < len(levels):
            raise DomainError("indicator.levels_twice", field="levels")

    def _check_scale(self) -> None:
        for name in ("scale_lowest", "scale_highest"):
            value = getattr(self, name) if self.kind is Kind.MEAN else None
            object.__setattr__(self, name, value and _at(name, partial(checked, Kind.MEAN, value)))
        lowest, highest = self.scale_lowest, self.scale_highest
        if (lowest is None) != (highest is None):
            raise DomainError(
                "indicator.scale_half", field="scale_lowest" if lowest is None else "scale_highest"
            )
        if lowest is not None and highest is not None and lowest >= highest:
            raise DomainError("indicator.scale_order", field="scale_highest")

    def _check_codes(self) -> None:
        known = [(one.scheme, one.code) for one in self.external_codes]
        if len(set(known)) < len(known):
            raise DomainError("external.twice", field="external_codes")

    def check_texts(self) -> None:
        """Refuse texts that point to one person.

        Raises:
            DomainError: ``indicator.personal``, with ``field`` and ``kind``.
        """
        texts = [(name, getattr(self, name)) for name in _TEXTS]
        texts += [("levels", level) for level in self.levels]
        for breakdown in self.breakdowns:
            texts += [("breakdowns", text) for text in (breakdown.name, *_names(breakdown.options))]
        for name, text in texts:
            if found := personal_numbers(text):
                raise DomainError("indicator.personal", field=name, kind=found[0].kind)

    @property
    def target(self) -> Target | None:
        """What was aimed at, and from where; None without a target, and without periods that have one.

        Where only periods have one, the last of them is where it goes.
        """
        value, on = self.target_value, self.target_on
        if value is None or on is None:
            if not self.periods:
                return None
            value, on = self.periods[-1].value, self.periods[-1].ends_on
        return Target(
            value=value,
            on=on,
            direction=self.direction,
            frequency=self.frequency,
            baseline=self.baseline_value,
            baseline_on=self.baseline_on,
            gradual=self.kind is not Kind.YES_NO,
            periods=self.periods,
            is_cumulative=self.is_cumulative,
        )


def _at(name: str, check: Callable[[], _Checked]) -> _Checked:
    """Return what the check returns; say of which field it complains."""
    try:
        return check()
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "field": name}) from error


# --- Breakdowns ---------------------------------------------------------------------------------------------


def _names(options: Iterable[Option]) -> tuple[str, ...]:
    return tuple(option.name for option in options)


def check_breakdowns(breakdowns: Collection[Breakdown]) -> None:
    """Refuse breakdowns that nobody could fill in.

    Raises:
        DomainError: with ``field`` "breakdowns" and ``row``, its place: ``breakdown.too_many``,
            ``breakdown.name_missing``, ``breakdown.without_groups``, ``breakdown.too_many_groups``,
            ``breakdown.twice``, ``breakdown.group_twice``, ``breakdown.key_reserved``.
    """
    if len(breakdowns) > MOST_BREAKDOWNS:
        raise DomainError("breakdown.too_many", field="breakdowns", row=MOST_BREAKDOWNS, most=MOST_BREAKDOWNS)
    seen: set[str] = set()
    for row, breakdown in enumerate(breakdowns):
        if fault := _fault_of(breakdown):
            raise DomainError(fault, field="breakdowns", row=row, most=MOST_OPTIONS)
        if {breakdown.key, breakdown.name.casefold()} & seen:
            raise DomainError("breakdown.twice", field="breakdowns", row=row)
        seen |= {breakdown.key, breakdown.name.casefold()}


def _fault_of(breakdown: Breakdown) -> str:
    names = [name.casefold() for name in _names(breakdown.options)]
    keys = [option.key for option in breakdown.options]
    if not breakdown.name.strip():
        return "breakdown.name_missing"
    if not names or not all(name.strip() for name in names):
        return "breakdown.without_groups"
    if len(names) > MOST_OPTIONS:
        return "breakdown.too_many_groups"
    if len(set(names)) < len(names) or len(set(keys)) < len(keys):
        return "breakdown.group_twice"
    if breakdown.key == LEVEL or UNKNOWN in keys:
        return "breakdown.key_reserved"
    return ""


def key_for(name: str, taken: Collection[str] = ()) -> str:
    """Return a key for what somebody named: small letters, digits and underscores, and none that is taken.

    A key stays when the name is changed, so that values that were counted before stay with their group.

    Args:
        name: as it was typed.
        taken: keys that are there already.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST_KEY].strip("_") or "group"
    key, number, gone = stem, 2, {*taken, UNKNOWN, LEVEL}
    while key in gone:
        key, number = f"{stem}_{number}", number + 1
    return key


def breakdowns_as_stored(breakdowns: Iterable[Breakdown]) -> list[dict[str, Any]]:
    """Return breakdowns as an edition keeps them."""
    return [
        {
            "key": one.key,
            "name": one.name,
            "options": [{"key": option.key, "name": option.name} for option in one.options],
        }
        for one in breakdowns
    ]
