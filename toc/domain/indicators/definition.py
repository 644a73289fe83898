"""Definitions: what an indicator says about itself, checked as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Final, TypeVar

from toc.domain.errors import DomainError
from toc.domain.indicators.readings import Kind, check_day, checked
from toc.domain.indicators.targets import Direction, Frequency, Target
from toc.domain.privacy import personal_numbers

_Checked = TypeVar("_Checked")

_TEXTS: Final = ("name", "definition", "unit", "collection")
_VALUES: Final = ("baseline_value", "target_value", "desired_value", "minimum_value")


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

    Raises:
        DomainError: with ``field``, the attribute at fault: ``indicator.name_missing``, ``target.half``,
            ``target.baseline_half``, ``target.end_before_start``, ``indicator.desired_alone``,
            ``indicator.desired_worse``, ``indicator.minimum_better``, ``date.out_of_range``, and what
            `checked` refuses.
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

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise DomainError("indicator.name_missing", field="name")
        for name in _VALUES:
            value: Decimal | None = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, _at(name, partial(checked, self.kind, value)))
        self._check_days()
        self._check_aims()

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

    def _check_aims(self) -> None:
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

    def check_texts(self) -> None:
        """Refuse texts that point to one person.

        Raises:
            DomainError: ``indicator.personal``, with ``field`` and ``kind``.
        """
        for name in _TEXTS:
            if found := personal_numbers(getattr(self, name)):
                raise DomainError("indicator.personal", field=name, kind=found[0].kind)

    @property
    def target(self) -> Target | None:
        """What was aimed at, and from where; None without a target."""
        if self.target_value is None or self.target_on is None:
            return None
        return Target(
            value=self.target_value,
            on=self.target_on,
            direction=self.direction,
            frequency=self.frequency,
            baseline=self.baseline_value,
            baseline_on=self.baseline_on,
            gradual=self.kind is not Kind.YES_NO,
        )


def _at(field: str, check: Callable[[], _Checked]) -> _Checked:
    """Return what the check returns; say of which field it complains."""
    try:
        return check()
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "field": field}) from error
