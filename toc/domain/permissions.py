"""Who may do what: one table of roles and actions. Every route names its action; nothing else decides.

Outside programmes there are three audiences: everybody (`PUBLIC`), whoever is signed in (`SIGNED_IN`) and
administrators. A personal link opens the actions of `LINK` alone, and only for the person's own things.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

from toc.domain.people import Role


class Audience(StrEnum):
    """Who an action is for when no role in a programme decides."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    ADMINISTRATOR = "administrator"
    LINK = "link"


_C, _W, _F, _I, _E, _S, _V = (
    Role.COORDINATOR,
    Role.WORKER,
    Role.FUNDER,
    Role.INVESTOR,
    Role.EVALUATOR,
    Role.STAKEHOLDER,
    Role.VIEWER,
)
_ALL = frozenset(Role)
_MONEY = frozenset({_C, _W, _F, _I, _E, _V})

INSTANCE: Mapping[str, Audience] = MappingProxyType(
    {
        "page.read": Audience.PUBLIC,
        "invitation.accept": Audience.PUBLIC,
        "link.open": Audience.PUBLIC,
        "home.read": Audience.SIGNED_IN,
        "account.manage": Audience.SIGNED_IN,
        "today.read": Audience.SIGNED_IN,
        "programme.create": Audience.SIGNED_IN,
        "mail.read": Audience.PUBLIC,
        "mine.read": Audience.LINK,
        "mine.write": Audience.LINK,
        "workshop.join": Audience.PUBLIC,
    }
)
"""Actions outside programmes, or behind a personal link. `mail.read` answers in a demo only."""

ALLOWED: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "programme.read": _ALL,
        "programme.edit": frozenset({_C}),
        "privacy.loosen": frozenset({_C}),
        "people.read": frozenset({_C, _E}),
        "people.manage": frozenset({_C}),
        "history.read": frozenset({_C, _E}),
        "interview.read": frozenset({_E}),
        "interview.write": frozenset({_E}),
        "statement.read": _ALL,
        "goal.read": _ALL,
        "goal.write": frozenset({_E}),
        "tree.score": frozenset({_C, _E, _S}),
        "coding.write": frozenset({_E}),
        "document.write": frozenset({_E}),
        "merge.write": frozenset({_E}),
        "ranking.read": _ALL,
        "ranking.write": frozenset({_E}),
        "conflict.read": _ALL,
        "conflict.write": frozenset({_E}),
        "workshop.run": frozenset({_E}),
        "indicator.read": _ALL,
        "indicator.write": frozenset({_W, _E}),
        "measurement.record": frozenset({_W}),
        "measurement.review": frozenset({_C, _E}),
        "period.lock": frozenset({_C, _E}),
        "site.write": frozenset({_C, _W}),
        "participant.read": frozenset({_C, _W, _E}),
        "participant.write": frozenset({_W, _E}),
        "participant.erase": frozenset({_C, _W, _E}),
        "import.read": frozenset({_C, _W, _E}),
        "import.write": frozenset({_W, _E}),
        "source.write": frozenset({_C, _W}),
        "evidence.read": _ALL,
        "evidence.write": frozenset({_E}),
        "evidence.sign": frozenset({_E}),
        "bond.read": _MONEY,
        "bond.write": frozenset({_C}),
        "outcome.read": _MONEY,
        "outcome.declare": frozenset({_W}),
        "outcome.verify": frozenset({_E}),
        "outcome.approve": frozenset({_F}),
        "payment.read": _MONEY,
        "finding.read": _ALL,
        "finding.write": frozenset({_E}),
    }
)
"""Roles that may do each action in a programme. Stakeholders do not see what money rests on their answers."""


NOT_FOR_PAYERS = frozenset(
    {
        "interview.read",
        "interview.write",
        "finding.write",
        "coding.write",
        "document.write",
        "merge.write",
        "workshop.run",
        "participant.read",
        "participant.write",
        "participant.erase",
        "import.read",
        "import.write",
        "source.write",
        "indicator.write",
        "measurement.record",
        "measurement.review",
        "outcome.declare",
        "outcome.verify",
        "privacy.loosen",
    }
)
"""What shows the words of participants, one participant's row, or numbers of few of them, one by one; and
what decides which small numbers are kept from who pays: whether an indicator counts participants, and how
many people a group must have.

Who pays as well does none of it.
"""

_PAYERS = frozenset({_F, _I})


def may(roles: Collection[Role], action: str) -> bool:
    """Tell whether somebody with these roles in a programme may do this there.

    Who is funder or investor reads as such, whatever else they are (see `toc.domain.privacy`).

    Raises:
        KeyError: there is no such action.
    """
    if action in NOT_FOR_PAYERS and not _PAYERS.isdisjoint(roles):
        return False
    return not ALLOWED[action].isdisjoint(roles)


def is_known(action: str) -> bool:
    """Tell whether the action stands in one of the two tables."""
    return action in ALLOWED or action in INSTANCE
