"""What changed between two editions of a contract."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum

from toc.domain.bonds.terms import Contract, PerUnit, RateCardLine
from toc.domain.money import Money

Term = Money | Decimal | int | str | StrEnum | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One term that differs.

    Attributes:
        term: its name in the domain, such as "cap" or "price"; "line" when a whole line came or went.
        line: code of the payment line; None for a term of the contract as a whole.
        before, after: its values; None where there was or is none.
    """

    term: str
    line: str | None
    before: Term
    after: Term


_OF_THE_CONTRACT = (
    "currency",
    "investment",
    "cap",
    "person_cap",
    "required_rung",
    "whole_units",
    "shortfall",
)


def differences(before: Contract, after: Contract) -> tuple[Difference, ...]:
    """Return every term that differs: first those of the contract, then line by line in the order of `after`.

    The codes of the contracts and the numbers of their editions are not terms.
    """
    found = [
        Difference(term, None, getattr(before, term), getattr(after, term))
        for term in _OF_THE_CONTRACT
        if getattr(before, term) != getattr(after, term)
    ]
    old, new = ({line.code: line for line in contract.lines} for contract in (before, after))
    for code in (*new, *(code for code in old if code not in new)):
        found += _of_line(code, old.get(code), new.get(code))
    return tuple(found)


def _of_line(
    code: str, old: PerUnit | RateCardLine | None, new: PerUnit | RateCardLine | None
) -> list[Difference]:
    if old is None or new is None:
        return [Difference("line", code, None if old is None else code, None if new is None else code)]
    was, now = _terms(old), _terms(new)
    return [
        Difference(term, code, was.get(term), now.get(term))
        for term in dict.fromkeys((*now, *was))
        if was.get(term) != now.get(term)
    ]


def _terms(line: PerUnit | RateCardLine) -> Mapping[str, Term]:
    own = {field.name: getattr(line, field.name) for field in fields(line)}
    expected = own.pop("expected_anyway")
    counterfactual = {field.name: getattr(expected, field.name) for field in fields(expected)}
    return {"rule": line.RULE, **own, **counterfactual}
