"""Contracts and calculations in sentences that a reader can check by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from flask_babel import gettext

from toc.domain.bonds import (
    Calculation,
    Contract,
    Counterfactual,
    Difference,
    Direction,
    Key,
    PerUnit,
    RateCardLine,
    Shortfall,
    Step,
    Unit,
    WholeUnits,
)
from toc.domain.cashflow import Account
from toc.domain.evidence import recorded
from toc.domain.money import Money
from toc.models.evidence import Study
from toc.services.savings import Beside
from toc.web import texts
from toc.web.texts.bonds import RULES, TERMS, counted
from toc.web.texts.evidence import effect_words

HUNDRED = 100

NONE = "\u2013"
"""Stands in a table where there is nothing."""

MINUS, TIMES = "\u2212", "\u00d7"


@dataclass(frozen=True, slots=True, kw_only=True)
class SumLine:
    """One line of a calculation; see `templates/_macros/tables.html`."""

    sign: str
    label: str
    amount: str
    why: str | None = None
    url: str | None = None
    total: bool = False


def per_hundred(share: Decimal) -> Decimal:
    """Return a share as a number per hundred, exactly."""
    return share.scaleb(2).normalize()


def as_typed(number: Decimal | int | None) -> str:
    """Return a number as a person types it in a field of this language."""
    if number is None:
        return ""
    text = format(Decimal(number).normalize(), "f")
    return text.replace(".", ",") if texts.language() == "nl" else text


def anyway(term: Counterfactual) -> str:
    """Return what would have happened anyway as a term of the contract."""
    if term.share is None:
        return str(gettext("What would have happened anyway is not taken off: the contract pays gross."))
    return str(
        gettext(
            "%(number)s per 100 participants would have reached it anyway (%(kind)s: %(source)s).",
            number=texts.number(per_hundred(term.share)),
            kind=texts.word(term.kind),
            source=term.source,
        )
    )


def rule(line: PerUnit | RateCardLine) -> list[str]:
    """Return a payment line in sentences."""
    price, unit = texts.money(line.price), texts.word(line.unit)
    said = [gettext("%(price)s per %(unit)s.", price=price, unit=unit)]
    if isinstance(line, PerUnit) and line.direction is Direction.LOWER_BETTER:
        said = [gettext("%(price)s per %(unit)s that is avoided.", price=price, unit=unit)]
    said.append(anyway(line.expected_anyway))
    if isinstance(line, RateCardLine):
        if line.max_claims_per_person is None:
            said.append(gettext("Repeats by the same person are paid."))
        else:
            said.append(
                gettext("At most %(most)s per person.", most=counted(line.max_claims_per_person, Unit.CLAIM))
            )
        if line.prerequisite is not None:
            said.append(gettext("Only for people who reached %(line)s first.", line=line.prerequisite))
    if line.cap is not None:
        said.append(gettext("At most %(cap)s over the whole contract.", cap=texts.money(line.cap)))
    return [str(one) for one in said]


def difference(one: Difference) -> tuple[str, str, str]:
    """Return a difference between two editions: what, before, after."""
    term = str(TERMS[one.term])
    return (
        f"{one.line}: {term}" if one.line else term,
        _term(one.term, one.before),
        _term(one.term, one.after),
    )


def _term(name: str, value: object) -> str:
    if value is None or value == "":
        return str(gettext("none"))
    return str(RULES[value]) if name == "rule" and isinstance(value, str) else texts.show(value)


# --- A calculation, step by step ----------------------------------------------------------------------------


def calculation_lines(calculation: Calculation) -> list[SumLine]:
    """Return every step of a calculation, in order, also those that change nothing."""
    contract = calculation.contract
    line = contract.line(calculation.line)
    return [one for step in calculation.steps for one in _SAID[step.key](step, contract, line, calculation)]


def _number(step: Step, name: str) -> Decimal:
    return next((operand.number for operand in step.operands if operand.name == name), Decimal(0))


def _amount(step: Step, name: str | None = None) -> str:
    number = step.result if name is None else _number(step, name)
    return texts.money(Money(number, step.unit))


def _qualify(
    step: Step, _contract: Contract, line: PerUnit | RateCardLine, calculation: Calculation
) -> list[SumLine]:
    outcome = calculation.outcome
    why = None
    if isinstance(line, RateCardLine):
        why = gettext("of %(people)s", people=counted(outcome.persons or 0, Unit.PERSON))
    elif outcome.participants is not None:
        why = gettext("among %(people)s who took part", people=counted(outcome.participants, Unit.PERSON))
    said = [
        SumLine(
            sign="", label=gettext("Reached"), amount=counted(_number(step, "achieved"), line.unit), why=why
        )
    ]
    if calculation.rejected:
        said.append(
            SumLine(
                sign=MINUS,
                label=gettext("Claims above the maximum per person"),
                amount=counted(calculation.rejected, line.unit),
                why=gettext(
                    "at most %(most)s per person; these people had %(before)s before",
                    most=counted(_number(step, "max_claims_per_person"), Unit.CLAIM),
                    before=counted(_number(step, "already_claimed"), Unit.CLAIM),
                ),
            )
        )
    return said


def _deduct(step: Step, _contract: Contract, line: PerUnit | RateCardLine, _: Calculation) -> list[SumLine]:
    return [
        SumLine(
            sign=MINUS,
            label=gettext("Does not count"),
            amount=counted(_number(step, "deducted"), line.unit),
            why=gettext("as declared by the worker and verified"),
        )
    ]


def _effect(
    step: Step, contract: Contract, line: PerUnit | RateCardLine, calculation: Calculation
) -> list[SumLine]:
    term = line.expected_anyway
    if term.share is None:
        left = SumLine(sign="=", label=gettext("Left to be paid"), amount=counted(step.result, line.unit))
        nothing = SumLine(
            sign=MINUS,
            label=gettext("Would have happened anyway"),
            amount=counted(0, line.unit),
            why=gettext("the contract pays gross: it is not taken off"),
        )
        return [nothing, left]
    said = [
        SumLine(
            sign=MINUS,
            label=gettext("Would have happened anyway"),
            amount=counted(_number(step, "expected"), line.unit),
            why=gettext(
                "%(number)s per 100 of %(people)s (%(kind)s: %(source)s)",
                number=texts.number(per_hundred(term.share)),
                people=counted(_number(step, "participants"), Unit.PERSON),
                kind=texts.word(term.kind),
                source=term.source,
            ),
        )
    ]
    if isinstance(line, PerUnit) and line.direction is Direction.LOWER_BETTER:
        said[0] = SumLine(
            sign="",
            label=gettext("Expected without the programme; what was counted is taken off"),
            amount=said[0].amount,
            why=said[0].why,
        )
    if calculation.outcome.shortfall_brought:
        said.append(
            SumLine(
                sign=MINUS,
                label=gettext("Short at the previous outcome of this line"),
                amount=counted(calculation.outcome.shortfall_brought, line.unit),
            )
        )
    why = None
    if calculation.shortfall:
        short = counted(calculation.shortfall, line.unit)
        why = gettext("%(short)s short: taken off the next outcome of this line", short=short)
    elif not step.result and contract.shortfall is Shortfall.LOST:
        why = gettext("never below zero: a shortfall is forgiven")
    because = gettext("Because of the programme")
    said.append(SumLine(sign="=", label=because, amount=counted(step.result, line.unit), why=why))
    return said


def _whole_units(
    step: Step, contract: Contract, line: PerUnit | RateCardLine, _: Calculation
) -> list[SumLine]:
    whole = contract.whole_units is WholeUnits.FLOOR
    return [
        SumLine(
            sign="=",
            label=gettext("Units that are paid"),
            amount=counted(step.result, line.unit),
            why=texts.word(WholeUnits.FLOOR if whole else WholeUnits.NONE),
        )
    ]


def _price(step: Step, _contract: Contract, line: PerUnit | RateCardLine, _: Calculation) -> list[SumLine]:
    return [
        SumLine(
            sign=TIMES,
            label=gettext("Price per %(unit)s", unit=texts.word(line.unit)),
            amount=texts.money(line.price),
        ),
        SumLine(sign="=", label=gettext("Before caps"), amount=_amount(step)),
    ]


def _cap(absent: Callable[[], str], present: Callable[[], str]) -> Callable[..., list[SumLine]]:
    def say(step: Step, *_: object) -> list[SumLine]:
        if all(operand.name != "cap" for operand in step.operands):
            return [SumLine(sign="", label=absent(), amount=_amount(step))]
        over = _number(step, "due") - step.result
        why = gettext(
            "cap %(cap)s, of which %(before)s was paid before",
            cap=_amount(step, "cap"),
            before=_amount(step, "paid_before"),
        )
        if over:
            above = texts.money(Money(over, step.unit))
            why = f"{why}; " + gettext("%(over)s is above it and is not paid", over=above)
        return [SumLine(sign="≤", label=present(), amount=_amount(step), why=why)]

    return say


def _rounding(
    step: Step, _contract: Contract, _line: PerUnit | RateCardLine, calculation: Calculation
) -> list[SumLine]:
    why = gettext("rounded once, to the cent")
    if calculation.rounding:
        why = gettext(
            "rounded once, to the cent; it was %(exact)s",
            exact=f"{texts.number(_number(step, 'due'))} {step.unit}",
        )
    return [SumLine(sign="=", label=gettext("To be paid"), amount=_amount(step), why=why, total=True)]


_SAID: Mapping[Key, Callable[..., list[SumLine]]] = {
    Key.QUALIFY: _qualify,
    Key.DEDUCT: _deduct,
    Key.EFFECT: _effect,
    Key.WHOLE_UNITS: _whole_units,
    Key.PRICE: _price,
    Key.PERSON_CAP: _cap(
        lambda: gettext("No cap per person in this contract"), lambda: gettext("Within the cap per person")
    ),
    Key.LINE_CAP: _cap(
        lambda: gettext("No cap for this line"), lambda: gettext("Within the cap of this line")
    ),
    Key.CONTRACT_CAP: _cap(
        lambda: gettext("No cap for the whole contract"), lambda: gettext("Within the cap of the contract")
    ),
    Key.ROUNDING: _rounding,
}


# --- Beside a payment ---------------------------------------------------------------------------------------


def effect_of(study: Study | None) -> str:
    """Return the effect that a study found, with its interval; "" when there is none."""
    if study is None:
        return ""
    facts = study.facts
    scale = recorded.Scale(facts.get("scale", recorded.Scale.SHARE))
    return effect_words(recorded.effect(facts), scale, str(facts.get("unit", "")))


def beside(one: Beside) -> list[str]:
    """Return the saving behind a payment in sentences, and whether it covers it."""
    saved = one.saved
    whose = one.row.beneficiary.name
    said = [
        gettext(
            "%(units)s at %(each)s is a saving of %(total)s in the first year, in the budget of %(whose)s.",
            units=counted(saved.units, saved.saving.unit),
            each=texts.money(saved.saving.per_unit),
            total=texts.money(saved.total),
            whose=whose,
        ),
        gettext(
            "%(share)s of it is cashable, so really leaves that budget: %(cashable)s.",
            share=texts.percent(saved.saving.cashable_share),
            cashable=texts.money(saved.cashable),
        ),
    ]
    if one.ratio is None:
        said.append(gettext("Nothing is paid, so there is nothing to cover."))
    elif not one.is_own:
        said.append(
            gettext(
                "The payer saves nothing itself: the saving falls in the budget of %(whose)s.", whose=whose
            )
        )
    else:
        covers = times(one.ratio)
        if one.ratio < 1:
            said.append(
                gettext(
                    "The payer's own cashable saving is %(ratio)s times the payment: less than it pays.",
                    ratio=covers,
                )
            )
        else:
            said.append(
                gettext("The payer's own cashable saving is %(ratio)s times the payment.", ratio=covers)
            )
    return [str(sentence) for sentence in said]


def times(ratio: Fraction) -> str:
    """Return a ratio with two decimals."""
    return texts.number(Decimal(ratio.numerator) / Decimal(ratio.denominator), decimals=2)


def no_effect(line: PerUnit | RateCardLine, amount: Money) -> str:
    """Return what would be paid if the programme had changed nothing."""
    if line.expected_anyway.is_net:
        return str(
            gettext(
                "If the programme had changed nothing, %(amount)s would be paid: "
                "what would have happened anyway is taken off.",
                amount=texts.money(amount),
            )
        )
    return str(
        gettext(
            "If the programme had changed nothing, %(amount)s would be paid all the same: "
            "this line does not take off what would have happened anyway.",
            amount=texts.money(amount),
        )
    )


def shares(amounts: Mapping[Account, Money], names: Mapping[UUID, str]) -> str:
    """Return who gives or gets how much, as in "€ 32.000 Fund, € 16.000 Bank"."""
    return ", ".join(
        f"{texts.money(amount)} {names[UUID(account.party)]}"
        for account, amount in sorted(amounts.items(), key=lambda one: -one[1].amount)
        if amount
    )
