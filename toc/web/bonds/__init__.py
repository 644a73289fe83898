"""Impact bonds: the contract and its editions, outcomes with their decisions, payments and the ledger."""

from toc.web.bonds import (
    approving,
    contracts,
    declaring,
    draft_lines,
    draft_parties,
    draft_terms,
    draft_whole,
    ledger,
    lines,
    outcomes,
    overview,
    payments,
    verifying,
)
from toc.web.bonds.blueprint import bonds

__all__ = [
    "approving",
    "bonds",
    "contracts",
    "declaring",
    "draft_lines",
    "draft_parties",
    "draft_terms",
    "draft_whole",
    "ledger",
    "lines",
    "outcomes",
    "overview",
    "payments",
    "verifying",
]
