"""What else a line could have paid: with no effect at all, and just beside each cap."""

from dataclasses import dataclass, replace
from fractions import Fraction

from toc.domain.bonds.calculation import calculate, room
from toc.domain.bonds.terms import Contract, Outcome, PerUnit, RateCardLine
from toc.domain.money import Money


@dataclass(frozen=True, slots=True)
class Cliff:
    """What is paid just below, at and just above a place where a unit more changes what a unit is worth.

    Attributes:
        scope: "person", "line" or "contract" for a cap, "rung" for the evidence asked for.
        threshold: payable units that a cap still pays whole, or the rung.
        below, at, above: the payment with one unit (or rung) less, with just so many, and with one more.
    """

    scope: str
    threshold: int
    below: Money
    at: Money
    above: Money


def payment_if_no_effect(contract: Contract, line: PerUnit | RateCardLine, outcome: Outcome) -> Money:
    """Return what would be paid if the programme had changed nothing, to be shown beside every payment.

    Then all that was achieved would have happened anyway: a line that takes off what is expected anyway pays
    nothing (if its share is right), a gross line pays in full.

    Raises:
        As `calculate`.
    """
    net = calculate(contract, line, outcome).net
    return net.zero() if line.expected_anyway.is_net else net


def cliffs(contract: Contract, line: PerUnit | RateCardLine, outcome: Outcome) -> tuple[Cliff, ...]:
    """Return the places near which a unit more or less matters most: each cap, and the required rung.

    Units are payable units, after all that is taken off before the price.

    Raises:
        As `calculate`, but never `RungTooLow`.
    """
    good_enough = replace(outcome, rung=max(outcome.rung, contract.required_rung))
    net = calculate(contract, line, good_enough).net
    found = []
    if contract.person_cap is not None:
        found.append(_cliff("person", line.price, contract.person_cap, contract.person_cap))
    left = {
        "line": room(line.cap, outcome.paid_on_line),
        "contract": room(contract.cap, outcome.paid_on_contract),
    }
    rooms = {scope: amount for scope, amount in left.items() if amount is not None}
    found += [_cliff(scope, line.price, amount, min(rooms.values())) for scope, amount in rooms.items()]
    if contract.required_rung > 0:
        found.append(Cliff("rung", contract.required_rung, net.zero(), net, net))
    return tuple(found)


def _cliff(scope: str, price: Money, amount: Money, lowest: Money) -> Cliff:
    threshold = int(Fraction(amount.amount) / Fraction(price.amount))
    below, at, above = (
        min(price * units, lowest).rounded() for units in (max(threshold - 1, 0), threshold, threshold + 1)
    )
    return Cliff(scope, threshold, below, at, above)
