"""Numbers, readings and judgements of indicators as sentences, for one reader of one programme."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext, ngettext

from toc.domain.indicators import (
    CLOSING,
    Definition,
    Direction,
    Judgement,
    Kind,
    Reading,
    SmallNumbers,
    Status,
    unit_of,
)
from toc.domain.indicators.seeing import Cell, SeenDay, see_latest, without_small_baseline
from toc.domain.money import Money
from toc.domain.people import Role
from toc.models.programmes import Programme
from toc.services.indicators import IndicatorView
from toc.web import texts
from toc.web.security import viewer

BADGES: Final = {Status.NOT_MEASURABLE: Status.NO_DATA}
"""Statuses that look like another one; their words differ."""

NOBODY: Final = "\u2013"
"""Stands where no account did something."""

_HARD = "\u00a0"


@dataclass(frozen=True, slots=True)
class Said:
    """How one reader of one programme is told about numbers.

    Attributes:
        currency: of amounts of money, ISO 4217.
        small: which numbers the reader may see.
    """

    currency: str
    small: SmallNumbers

    @classmethod
    def of(cls, programme: Programme, roles: Collection[Role] | None = None) -> "Said":
        """Return it for the reader of this request; on a page of several programmes with the roles there."""
        small = SmallNumbers(
            threshold=programme.small_number_threshold,
            own_totals_decided=programme.own_totals_decided,
            roles=viewer().roles if roles is None else roles,
        )
        return cls(programme.currency, small)

    def amount(self, value: Decimal | None, definition: Definition) -> str:
        """Return a value with its unit, "" for none: 60 %, 72 people, € 1.200, yes."""
        if value is None:
            return ""
        match definition.kind:
            case Kind.PROPORTION:
                return texts.percent(value, decimals=1)
            case Kind.MONEY:
                return texts.money(Money(value, self.currency))
            case Kind.YES_NO:
                return yes() if value else no()
            case Kind.ORDINAL if definition.levels and 1 <= value <= len(definition.levels):
                return definition.levels[int(value) - 1]
            case _:
                unit = unit_of(value, definition.unit)
                return texts.number(value) + (f"{_HARD}{unit}" if unit else "")

    def aim(self, value: Decimal | None, definition: Definition) -> str:
        """Return an aim, "" for none; where less is better it says "at most"."""
        amount = self.amount(value, definition)
        if not amount or definition.kind is Kind.YES_NO or definition.direction is Direction.HIGHER:
            return amount
        return str(gettext("at most %(value)s", value=amount))

    def shows_baseline(self, definition: Definition) -> bool:
        """Tell whether the reader may see the baseline; zero at the start of a count says nothing."""
        return without_small_baseline(self.small, definition) is definition

    def baseline(self, definition: Definition) -> str:
        """Return the baseline with its day, or that it is not shown; "" when there is none."""
        if definition.baseline_value is None or definition.baseline_on is None:
            return ""
        if not self.shows_baseline(definition):
            return not_shown()
        return str(
            gettext(
                "%(value)s on %(on)s",
                value=self.amount(definition.baseline_value, definition),
                on=texts.day(definition.baseline_on),
            )
        )

    def target(self, definition: Definition) -> str:
        """Return the target with its day; "" when there is none."""
        if definition.target_value is None or definition.target_on is None:
            return ""
        return str(
            gettext(
                "%(value)s by %(on)s",
                value=self.aim(definition.target_value, definition),
                on=texts.day(definition.target_on),
            )
        )

    def latest(self, view: IndicatorView) -> str:
        """Return the latest value of an indicator, or that it is not shown; "" for none."""
        seen = see_latest(self.small, view.definition, view.now)
        return "" if seen is None else self.cell(seen.cell, view.definition)

    def cell(self, cell: Cell, definition: Definition) -> str:
        """Return a number of a table as it was counted, or that it is not shown; "" for none."""
        if cell.is_hidden:
            return not_shown()
        return "" if cell.reading is None else self.counted(cell.reading, definition)

    def counted(self, reading: Reading, definition: Definition) -> str:
        """Return a reading that may be shown: "72 of 120 (60 %)".

        That it may is for the caller to know: of a cell, of `toc.services.indicators.may_see`, or because
        only those see the page who work with the numbers.
        """
        value = self.amount(reading.value, definition)
        if reading.numerator is None or reading.denominator is None:
            return value
        return str(
            gettext(
                "%(numerator)s of %(denominator)s (%(value)s)",
                numerator=texts.number(reading.numerator),
                denominator=texts.number(reading.denominator),
                value=value,
            )
        )

    def standing(self, view: IndicatorView) -> str:
        """Return how an indicator stands in a sentence, or that its latest number is not shown."""
        return self.judgement(
            view.judgement, see_latest(self.small, view.definition, view.now), view.definition
        )

    def judgement(self, judgement: Judgement, latest: SeenDay | None, definition: Definition) -> str:
        """Return the sentence of a judgement, with the rule in it, or that its number is not shown.

        Args:
            judgement: of an indicator.
            latest: the day that was judged, as this reader sees it.
            definition: of the indicator.
        """
        if latest is not None and latest.cell.is_hidden:
            words = {"on": latest.on, "threshold": self.small.threshold}
            if other := latest.closed.get(""):
                return texts.sentence("measurement.closed", other=other, **words)
            return texts.sentence("measurement.suppressed", **words)
        words = dict(judgement.params)
        for name, say in (("value", self.amount), ("aim", self.aim), ("target", self.aim)):
            known = words.get(name)
            if isinstance(known, Decimal):
                words[name] = say(known, definition)
        if "present" in words:
            words["counted"] = _sites_counted(words["present"], words["expected"])
        sentence = texts.sentence(judgement.key, **words)
        return sentence[:1].upper() + sentence[1:]

    def rule(self, judgement: Judgement, definition: Definition) -> list[str]:
        """Return in sentences how the judgement comes about."""
        target = definition.target
        if target is None:
            return [gettext("Once a target is agreed, each new value is compared with it.")]
        way = gettext("There is no baseline, so only the end counts.")
        if not target.gradual:
            way = gettext("Yes or no has no way in between, so only the end counts.")
        elif target.baseline is not None and target.way is None:
            way = gettext("The baseline is already as good as the target, so the aim is to stay there.")
        elif target.baseline is not None:
            way = gettext(
                "A straight line leads from the baseline (%(baseline)s) to the target (%(target)s). The "
                "latest value is compared with that line on the day it was measured.",
                baseline=self.baseline(definition),
                target=self.target(definition),
            )
        if target.periods:
            way = _rule_of_periods(cumulative=target.is_cumulative)
        sentences = [way]
        if judgement.latest is not None and judgement.expected is not None:
            sentences.append(
                gettext(
                    "On %(on)s the aim was %(aim)s.",
                    on=texts.day(judgement.latest.on),
                    aim=self.aim(judgement.expected, definition),
                )
            )
        sentences.append(
            gettext(
                "A value is due %(often)s. Two weeks after that day it counts as overdue.",
                often=texts.word(definition.frequency),
            )
        )
        if judgement.asked_until is not None:
            sentences.append(
                ngettext(
                    "Values are asked for until %(until)s: %(num)d month after the programme ends, or after "
                    "the last day that something is aimed at.",
                    "Values are asked for until %(until)s: %(num)d months after the programme ends, or after "
                    "the last day that something is aimed at.",
                    CLOSING,
                    until=texts.day(judgement.asked_until),
                )
            )
        return sentences


def _sites_counted(present: Any, expected: Any) -> str:  # noqa: ANN401 - whole numbers of a judgement
    return str(
        ngettext(
            "%(num)d of %(expected)s sites was counted",
            "%(num)d of %(expected)s sites were counted",
            int(present),
            expected=texts.number(expected),
        )
    )


def _rule_of_periods(*, cumulative: bool) -> str:
    if cumulative:
        return str(
            gettext(
                "There are targets per period. A value is compared with what the last period that had ended "
                "asks for."
            )
        )
    return str(
        gettext("There are targets per period. A value is compared with what its own period asks for.")
    )


def badge(status: Status) -> tuple[str, str]:
    """Return how a status looks and what it says."""
    return BADGES.get(status, status).value, texts.word(status)


def not_shown() -> str:
    """Say that a number is kept from this reader."""
    return str(gettext("not shown"))


def yes() -> str:
    """Return the word."""
    return str(gettext("yes"))


def no() -> str:
    """Return the word."""
    return str(gettext("no"))


def due(judgement: Judgement, today: date) -> str:
    """Return when the next value is due, in words; "" when none is, or nobody is asked for it any more."""
    on = judgement.due_on
    if on is None or not judgement.asks(today):
        return ""
    if on > today:
        return str(gettext("due on %(on)s", on=texts.day(on, short=True)))
    if on == today:
        return str(gettext("due today"))
    return str(gettext("was due on %(on)s", on=texts.day(on, short=True)))
