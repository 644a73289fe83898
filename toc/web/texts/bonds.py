"""Words and sentences about bonds: contracts, outcomes, payments, savings and the ledger."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from toc.domain.bonds import (
    CounterfactualKind,
    Direction,
    Shortfall,
    Standing,
    Unit,
    WholeUnits,
)
from toc.domain.cashflow import AccountKind
from toc.domain.people import Step
from toc.web import texts

_UNREADABLE = _l("What is stored here can no longer be read. Ask the administrator to look at it.")

SENTENCES = {
    # --- the terms of a contract
    "bonds.name_missing": _l("Give it a name."),
    "bonds.reason_missing": _l("Say why there is a new edition."),
    "bonds.code_missing": _l("Give the line a short code."),
    "bonds.bad_code": _l("Use capitals, digits and hyphens, at most 20, such as DIPLOMA."),
    "bonds.code_twice": _l("Another line has this code already."),
    "bonds.no_lines": _l("Add at least one payment line."),
    "bonds.bad_day": _l("This day cannot be right."),
    "bonds.no_such_rung": _l("The evidence ladder has the rungs 0 to 5."),
    "bonds.bad_investment": _l("Fill in an amount of zero or more, in whole cents."),
    "bonds.bad_contract_cap": _l("Fill in an amount of zero or more, in whole cents."),
    "bonds.bad_line_cap": _l("Fill in an amount of zero or more, in whole cents."),
    "bonds.bad_person_cap": _l("Fill in an amount of zero or more, in whole cents."),
    "bonds.person_cap_needs_gross_rate_card": _l(
        "Line %(line)s cannot have a cap per person: only a rate card that pays gross can."
    ),
    "bonds.price_not_positive": _l("The price must be more than zero."),
    "bonds.share_missing": _l("Say how many would have reached this anyway."),
    "bonds.share_without_counterfactual": _l(
        "Choose how it is known what would have happened anyway, or leave the number empty."
    ),
    "bonds.share_negative": _l("This cannot be below zero."),
    "bonds.share_above_one": _l("Of 100 participants at most 100 can reach it anyway."),
    "bonds.share_without_source": _l("Say where this number comes from: a clause, a study, or “assumption”."),
    "bonds.avoided_without_counterfactual": _l(
        "A line that pays for less of something needs to know what would have happened anyway."
    ),
    "bonds.max_claims_not_positive": _l("Fill in 1 or more, or leave it empty when repeats are paid."),
    "bonds.no_such_prerequisite": _l(
        "Line %(line)s asks for line %(code)s first, which is not in the contract."
    ),
    "bonds.prerequisite_circle": _l("Line %(line)s would have to be reached before itself."),
    "bonds.no_such_line": _l("The contract has no line %(line)s."),
    "bonds.no_such_indicator": _l("The indicator of line %(line)s is no longer there."),
    "bonds.budget_not_a_partner": _l(
        "The budget that line %(line)s saves in is not of a party in this programme."
    ),
    "bonds.bad_price_year": _l("Fill in a year, such as 2024."),
    "bonds.party_twice": _l("A party takes part twice in the same way."),
    "bonds.not_a_partner": _l("One of these organisations is no party in this programme any more."),
    "bonds.bad_invested": _l("Fill in amounts of zero or more, in whole cents."),
    "bonds.only_investors_invest": _l("Only an investor puts money in beforehand."),
    "bonds.bad_weight": _l("A share is a number from 0 to 1,000,000."),
    "bonds.no_share_for_part": _l("Only funders, investors and providers have a share."),
    "bonds.no_funder": _l("Choose at least one funder, with a share above zero."),
    "bonds.no_receiver": _l("Give at least one investor or provider a share in the payments."),
    "bonds.investments_differ": _l(
        "The investors put in %(parties)s together; the contract says %(total)s. Make them equal."
    ),
    "bonds.other_currency": _l("Contracts of this programme are in %(currency)s."),
    "bonds.edition_overtaken": _l(
        "Somebody agreed on edition %(number)s meanwhile. Begin again from that edition."
    ),
    "bonds.outcomes_waiting": _l(
        "Outcomes wait for a decision (%(count)s). Decide about them first: their terms must not change."
    ),
    "bonds.cap_below_paid": _l("%(paid)s was paid already; the cap cannot be lower."),
    "bonds.unknown_rules": _l("This calculation was made with rules that this version does not know."),
    "bonds.unreadable": _UNREADABLE,
    # --- a declared outcome
    "bonds.period_order": _l("The last day is before the first."),
    "bonds.period_not_over": _l("The period is not over yet."),
    "bonds.period_taken": _l("Outcome %(code)s covers some of these days already."),
    "bonds.too_many": _l("This number is too large."),
    "bonds.no_measurements": _l("Choose at least one measurement that it was counted in."),
    "bonds.other_measurements": _l(
        "One of these measurements is not of this period, or was corrected since."
    ),
    "bonds.more_claimed_than_declared": _l("At most %(most)s claims were declared before."),
    "bonds.negative_count": _l("A count cannot be below zero."),
    "bonds.negative_paid": _UNREADABLE,
    "bonds.paid_on_line_above_contract": _UNREADABLE,
    "bonds.participants_needed": _l(
        "Fill in among how many participants this was counted: some would have reached it anyway."
    ),
    "bonds.more_than_participants": _l(
        "There were %(participants)s participants; more cannot have reached it."
    ),
    "bonds.persons_needed": _l(
        "Fill in how many different people these claims are of: at least one, at most one per claim."
    ),
    "bonds.part_of_a_claim": _l("Claims are whole."),
    "bonds.claims_only_on_rate_card": _l("People and earlier claims are asked for a rate card only."),
    "bonds.prerequisite_not_met": _l("All of these people must have reached line %(prerequisite)s first."),
    "bonds.deducted_above_achieved": _l("More is taken off than was reached."),
    "bonds.deduction_with_person_cap": _l("Nothing can be taken off under a cap per person."),
    "bonds.no_shortfall_to_bring": _UNREADABLE,
    "bonds.by_person_needed": _l(
        "These counts do not tell who passed the maximum per person. "
        "Declare a shorter period, in which nobody can."
    ),
    "bonds.by_person_differs": _UNREADABLE,
    "bonds.person_without_claims": _UNREADABLE,
    "bonds.person_paid_needed": _UNREADABLE,
    "bonds.rung_too_low": _l(
        "The evidence stands on rung %(rung)s; the contract asks for rung %(required)s. "
        "The outcome can wait for better evidence."
    ),
    # --- who does what
    "outcome.account_needed": _l("Sign in with your own account to do this."),
    "outcome.role_needed": _l("Only somebody with the role %(role)s can do this."),
    "outcome.evaluator_may_not_approve": _l("An evaluator never approves a payment, whatever else they are."),
    "outcome.same_person": _l(
        "You already took a step on this outcome: %(step)s. Somebody else takes this one."
    ),
    "outcome.already_taken": _l("Somebody did this already: %(step)s."),
    "outcome.out_of_turn": _l("First comes another step: %(step)s."),
    "outcome.returned": _l(
        "This outcome was returned to the worker. That is final; the period can be declared again."
    ),
    "outcome.not_verified": _l("An evaluator must verify this outcome first."),
    "outcome.study_needed": _l("Choose the study that shows the effect: this contract asks for it."),
    "outcome.reason_needed": _l("Say what the worker should do."),
    "outcome.confirm": _l("Tick this to go on."),
    # --- money
    "money.bad_weight": _l("A share must be a number."),
    "money.bad_weights": _l("These shares cannot divide anything: at least one must be above zero."),
    "money.currency_mismatch": _l("Amounts in %(left)s and %(right)s cannot be added up."),
    "money.not_a_number": _l("This is not a number that can be calculated with."),
    "money.not_money": _UNREADABLE,
    "money.not_rounded": _l("Fill in an amount in whole cents."),
    "money.too_large": _l("This amount is too large."),
    "money.unknown_currency": _l("This currency is not known."),
    # --- savings
    "savings.source_missing": _l("Say where the saving comes from: a publication with a page."),
    "savings.budget_missing": _l("Say whose budget falls."),
    "savings.negative_unit_cost": _l("A saving per unit cannot be below zero."),
    "savings.negative_units": _UNREADABLE,
    "savings.nothing_to_discount": _UNREADABLE,
    "savings.share_outside_0_1": _l("Fill in a percentage from 0 to 100."),
    "savings.deadweight_already_in_counterfactual": _l(
        "What would have happened anyway was taken off already; it is not taken off twice."
    ),
    "savings.attribution_already_in_counterfactual": _l(
        "What others caused is in the comparison already; it is not taken off twice."
    ),
    # --- the ledger
    "cashflow.below_zero": _l("An account gives more than it holds."),
    "cashflow.posted_twice": _l("One outcome or edition was posted twice."),
    "cashflow.empty_entry": _UNREADABLE,
    "cashflow.entry_not_rounded": _UNREADABLE,
    "cashflow.not_a_payer": _UNREADABLE,
    "cashflow.nothing_to_post": _UNREADABLE,
    "cashflow.one_sided": _UNREADABLE,
    "cashflow.reference_missing": _UNREADABLE,
    "cashflow.unbalanced": _UNREADABLE,
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    CounterfactualKind: {
        CounterfactualKind.NONE: _l("not taken off: the contract pays gross"),
        CounterfactualKind.HISTORICAL: _l("an earlier group or period"),
        CounterfactualKind.FIXED_ASSUMPTION: _l("an agreed assumption"),
        CounterfactualKind.MATCHED: _l("a matched comparison group"),
        CounterfactualKind.DID: _l("before and after, in both groups"),
        CounterfactualKind.RCT_ITT: _l("a group drawn by lot"),
    },
    Direction: {
        Direction.HIGHER_BETTER: _l("More of it is better"),
        Direction.LOWER_BETTER: _l("Less of it is better: avoided units are paid"),
    },
    WholeUnits: {
        WholeUnits.NONE: _l("Parts of a unit count"),
        WholeUnits.FLOOR: _l("Only whole units are paid: rounded down"),
    },
    Shortfall: {
        Shortfall.CARRIED: _l("It is taken off the next outcome of the same line"),
        Shortfall.LOST: _l("It is forgiven: each outcome stands by itself"),
    },
    Standing: {
        Standing.WAITS_FOR_EVALUATOR: _l("waits for the evaluator"),
        Standing.WAITS_FOR_FUNDER: _l("waits for the funder"),
        Standing.RETURNED: _l("returned"),
        Standing.PAID: _l("paid"),
    },
    Step: {
        Step.DECLARE: _l("declaring"),
        Step.VERIFY: _l("verifying"),
        Step.APPROVE: _l("approving"),
    },
    AccountKind: {
        AccountKind.OUTCOME_PAYER: _l("Put in by the funder"),
        AccountKind.COMMITTED: _l("Set aside for the contract"),
        AccountKind.OUTCOME_RECEIVABLE: _l("Earned, not paid yet"),
        AccountKind.INVESTOR: _l("Paid to the investor"),
        AccountKind.PROVIDER: _l("Paid to the provider"),
    },
}

TERMS: Mapping[str, Any] = {
    "currency": _l("Currency"),
    "investment": _l("Investment"),
    "cap": _l("Cap"),
    "person_cap": _l("Cap per person"),
    "required_rung": _l("Rung that is asked for"),
    "whole_units": _l("Parts of a unit"),
    "shortfall": _l("A result below what would have happened anyway"),
    "line": _l("Payment line"),
    "rule": _l("Kind of payment"),
    "code": _l("Code"),
    "price": _l("Price"),
    "unit": _l("Unit"),
    "direction": _l("Which way is better"),
    "kind": _l("How it is known what would have happened anyway"),
    "share": _l("Reached anyway, per participant"),
    "source": _l("Source"),
    "max_claims_per_person": _l("Most claims per person"),
    "prerequisite": _l("Must be reached first"),
}
"""The terms of a contract by their names in the domain, for the list of differences."""

RULES: Mapping[str, Any] = {
    "per_unit": _l("A price per unit"),
    "rate_card": _l("A rate card: a price per claim"),
}

_COUNTED: Mapping[Unit, Callable[..., str]] = {
    Unit.PERSON: lambda n, number: ngettext("%(number)s person", "%(number)s people", n, number=number),
    Unit.CLAIM: lambda n, number: ngettext("%(number)s claim", "%(number)s claims", n, number=number),
    Unit.DAY: lambda n, number: ngettext("%(number)s day", "%(number)s days", n, number=number),
    Unit.MONTH: lambda n, number: ngettext("%(number)s month", "%(number)s months", n, number=number),
    Unit.PERCENTAGE_POINT: lambda n, number: ngettext(
        "%(number)s percentage point", "%(number)s percentage points", n, number=number
    ),
    Unit.TONNE: lambda n, number: ngettext("%(number)s tonne", "%(number)s tonnes", n, number=number),
    Unit.CURRENCY: lambda n, number: ngettext(
        "%(number)s unit of money", "%(number)s units of money", n, number=number
    ),
}


def counted(number: Decimal | int, unit: Unit | str) -> str:
    """Return a number with its unit, never broken over lines: 24 people."""
    plural = 1 if number == 1 else 2
    return _COUNTED[Unit(unit)](plural, texts.number(number)).replace(" ", "\u00a0")


def period(starts_on: Any, ends_on: Any) -> str:  # noqa: ANN401 - two days
    """Return a period of which both days are included."""
    return str(
        gettext(
            "%(first)s to %(last)s",
            first=texts.day(starts_on, short=True),
            last=texts.day(ends_on, short=True),
        )
    )
