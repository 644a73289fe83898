"""How far an outcome is on its way from a declaration to a payment."""

from enum import StrEnum


class Standing(StrEnum):
    """What an outcome waits for, or how it ended."""

    WAITS_FOR_EVALUATOR = "waits_for_evaluator"
    WAITS_FOR_FUNDER = "waits_for_funder"
    RETURNED = "returned"
    PAID = "paid"


def standing(*, verified: bool | None, approved: bool | None) -> Standing:
    """Return how far an outcome is.

    Args:
        verified: what the evaluator decided; None: nothing yet.
        approved: what the funder decided; None: nothing yet.
    """
    if False in {verified, approved}:
        return Standing.RETURNED
    if approved:
        return Standing.PAID
    return Standing.WAITS_FOR_FUNDER if verified else Standing.WAITS_FOR_EVALUATOR
