"""Who may do what, as a table that a person can check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.people import STEP_ROLE, Role, Step
from toc.domain.permissions import ALLOWED, INSTANCE, NOT_FOR_PAYERS, Audience, is_known, may

# Coordinator, worker, funder, investor, evaluator, stakeholder, viewer.
TABLE = """
programme.read      C W F I E S V
programme.edit      C . . . . . .
privacy.loosen      C . . . . . .
people.read         C . . . E . .
people.manage       C . . . . . .
history.read        C . . . E . .
interview.read      . . . . E . .
interview.write     . . . . E . .
statement.read      C W F I E S V
goal.read           C W F I E S V
goal.write          . . . . E . .
tree.score          C . . . E S .
coding.write        . . . . E . .
document.write      . . . . E . .
merge.write         . . . . E . .
ranking.read        C W F I E S V
ranking.write       . . . . E . .
conflict.read       C W F I E S V
conflict.write      . . . . E . .
workshop.run        . . . . E . .
indicator.read      C W F I E S V
indicator.write     . W . . E . .
measurement.record  . W . . . . .
measurement.review  C . . . E . .
period.lock         C . . . E . .
site.write          C W . . . . .
participant.read    C W . . E . .
participant.write   . W . . E . .
participant.erase   C W . . E . .
import.read         C W . . E . .
import.write        . W . . E . .
source.write        C W . . . . .
evidence.read       C W F I E S V
evidence.write      . . . . E . .
evidence.sign       . . . . E . .
bond.read           C W F I E . V
bond.write          C . . . . . .
outcome.read        C W F I E . V
outcome.declare     . W . . . . .
outcome.verify      . . . . E . .
outcome.approve     . . F . . . .
payment.read        C W F I E . V
finding.read        C W F I E S V
finding.write       . . . . E . .
"""


def table() -> dict[str, frozenset[Role]]:
    rows = (line.split() for line in TABLE.strip().splitlines())
    return {
        action: frozenset(role for role, mark in zip(Role, marks, strict=True) if mark != ".")
        for action, *marks in rows
    }


def test_the_roles_may_do_what_the_table_says() -> None:
    assert dict(ALLOWED) == table()


def test_outside_programmes_there_are_these_actions() -> None:
    assert dict(INSTANCE) == {
        "page.read": Audience.PUBLIC,
        "invitation.accept": Audience.PUBLIC,
        "link.open": Audience.PUBLIC,
        "mail.read": Audience.PUBLIC,
        "home.read": Audience.SIGNED_IN,
        "account.manage": Audience.SIGNED_IN,
        "programme.create": Audience.SIGNED_IN,
        "mine.read": Audience.LINK,
        "mine.write": Audience.LINK,
        "today.read": Audience.SIGNED_IN,
        "workshop.join": Audience.PUBLIC,
    }
    assert INSTANCE.keys().isdisjoint(ALLOWED)


@given(roles=st.frozensets(st.sampled_from(Role)), more=st.sampled_from(Role))
def test_another_role_takes_nothing_away(roles: frozenset[Role], more: Role) -> None:
    for action in ALLOWED.keys() - NOT_FOR_PAYERS:
        assert may(roles, action) <= may(roles | {more}, action)
        assert may(roles, action) == any(may({role}, action) for role in roles)


@given(roles=st.frozensets(st.sampled_from(Role)), payer=st.sampled_from((Role.FUNDER, Role.INVESTOR)))
def test_who_pays_is_never_let_near_the_words_as_they_were_said(roles: frozenset[Role], payer: Role) -> None:
    for action in NOT_FOR_PAYERS:
        assert any(may({role}, action) for role in Role)
        assert not may(roles | {payer}, action)


def test_without_a_role_nothing_may_be_done() -> None:
    assert not any(may((), action) for action in ALLOWED)


def test_who_speaks_for_themselves_does_not_see_what_money_depends_on_it() -> None:
    hidden = {action for action in ALLOWED if not may({Role.STAKEHOLDER}, action)}
    assert {"bond.read", "outcome.read", "payment.read"} <= hidden
    # They read, and say how good they find the tree, which they did not make: what else is theirs is behind
    # their personal link.
    writes = {action for action in ALLOWED.keys() - hidden if not action.endswith(".read")}
    assert writes == {"tree.score"}


@pytest.mark.parametrize("step", Step)
def test_each_step_to_a_payment_is_for_one_role(step: Step) -> None:
    assert ALLOWED[f"outcome.{step}"] == {STEP_ROLE[step]}


def test_an_action_that_stands_nowhere_is_unknown_and_an_error() -> None:
    assert is_known("goal.read")
    assert is_known("page.read")
    assert not is_known("goal.raed")
    with pytest.raises(KeyError):
        may({Role.EVALUATOR}, "goal.raed")
