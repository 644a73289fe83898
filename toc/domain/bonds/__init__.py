"""Bonds: the terms of a results contract, what they pay for an outcome, and how that was computed."""

from toc.domain.bonds.calculation import (
    Calculation,
    CapApplied,
    Key,
    Operand,
    Step,
    calculate,
    recompute,
)
from toc.domain.bonds.counting import Counted, counted
from toc.domain.bonds.editions import Difference, differences
from toc.domain.bonds.progress import Standing, standing
from toc.domain.bonds.terms import (
    TOP_RUNG,
    BadOutcome,
    BadTerms,
    Contract,
    Counterfactual,
    CounterfactualKind,
    Direction,
    Outcome,
    PersonClaims,
    PerUnit,
    RateCardLine,
    RungTooLow,
    Shortfall,
    Unit,
    WholeUnits,
)
from toc.domain.bonds.what_if import Cliff, cliffs, payment_if_no_effect

__all__ = [
    "TOP_RUNG",
    "BadOutcome",
    "BadTerms",
    "Calculation",
    "CapApplied",
    "Cliff",
    "Contract",
    "Counted",
    "Counterfactual",
    "CounterfactualKind",
    "Difference",
    "Direction",
    "Key",
    "Operand",
    "Outcome",
    "PerUnit",
    "PersonClaims",
    "RateCardLine",
    "RungTooLow",
    "Shortfall",
    "Standing",
    "Step",
    "Unit",
    "WholeUnits",
    "calculate",
    "cliffs",
    "counted",
    "differences",
    "payment_if_no_effect",
    "recompute",
    "standing",
]
