"""The beads of money: outcomes, savings and payments of the lines that pay for a goal."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from toc.domain.codes import CodeKind, code
from toc.domain.money import Money
from toc.domain.people import Step
from toc.domain.thread import BeadKind, Item, Say
from toc.models.bonds import (
    ContractEdition,
    ContractLine,
    Outcome,
    OutcomeDecision,
    Payment,
)
from toc.models.indicators import IndicatorEdition
from toc.models.savings import SavingEdition
from toc.services.bonds.steps import NEEDS_STUDY
from toc.services.thread.beads import MOST_CHOICES
from toc.services.thread.focus import Focus


class _Paid(NamedTuple):
    """A line that pays for a goal, with one outcome declared under it and what became of that."""

    line: ContractLine
    saving: SavingEdition | None
    edition: ContractEdition
    outcome: Outcome | None
    verified: OutcomeDecision | None
    returned: OutcomeDecision | None
    payment: Payment | None
    metric: IndicatorEdition

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide about the outcome."""
        return self.outcome is not None and self.returned is None and self.payment is None


class MoneyBeads:
    """Savings, outcomes and payments of the lines that pay for the goals, read at once."""

    def __init__(self, session: Session, focus: Focus) -> None:
        verified, returned = aliased(OutcomeDecision), aliased(OutcomeDecision)
        query = (
            select(
                ContractLine,
                SavingEdition,
                ContractEdition,
                Outcome,
                verified,
                returned,
                Payment,
                IndicatorEdition,
            )
            .join(ContractLine.contract_edition)
            .join(ContractLine.indicator_edition)
            .outerjoin(ContractLine.saving)
            .outerjoin(
                Outcome,
                and_(
                    Outcome.programme_id == ContractLine.programme_id,
                    Outcome.contract_line_id == ContractLine.id,
                ),
            )
            .outerjoin(
                verified,
                and_(
                    verified.programme_id == Outcome.programme_id,
                    verified.outcome_id == Outcome.id,
                    verified.step == Step.VERIFY,
                ),
            )
            .outerjoin(
                returned,
                and_(
                    returned.programme_id == Outcome.programme_id,
                    returned.outcome_id == Outcome.id,
                    returned.accepted.is_(False),
                ),
            )
            .outerjoin(
                Payment, and_(Payment.programme_id == Outcome.programme_id, Payment.outcome_id == Outcome.id)
            )
            .where(
                ContractLine.programme_id == session.info["programme_id"],
                ContractLine.goal_id.in_(focus.goals),
            )
            .order_by(func.coalesce(Outcome.code, 0).desc(), ContractLine.position)
            .limit(5 * MOST_CHOICES)
        )
        if focus.saving is not None:
            query = query.where(ContractLine.saving_id == focus.saving)
        if focus.outcome is not None:
            query = query.where(Outcome.id == focus.outcome)
        self.rows = [_Paid(*row) for row in session.execute(query)]
        self.outcomes = self._unique(_outcome_item(row) for row in self.rows)
        self.savings = self._unique(_saving_item(row) for row in self.rows)
        self.payments = self._unique(_payment_item(row) for row in self.rows)

    @staticmethod
    def _unique(items: Iterable[Item | None]) -> tuple[Item, ...]:
        return tuple({item.id: item for item in items if item is not None}.values())[:MOST_CHOICES]

    @property
    def indicator(self) -> UUID:
        """The indicator of the one outcome that was asked for."""
        found: UUID = self.rows[0].metric.indicator_id
        return found

    @property
    def study(self) -> UUID | None:
        """The study that the one outcome was verified with."""
        verified = self.rows[0].verified
        found: UUID | None = None if verified is None else verified.study_id
        return found

    @property
    def required(self) -> frozenset[BeadKind] | None:
        """What the contract asks for, or None when none pays for these goals."""
        if not self.rows:
            return None
        asked = {BeadKind.OUTCOME, BeadKind.PAYMENT}
        if any(row.saving is not None for row in self.rows):
            asked.add(BeadKind.SAVING)
        if any(row.edition.terms["required_rung"] >= NEEDS_STUDY for row in self.rows):
            asked.add(BeadKind.EFFECT)
        return frozenset(asked)

    @property
    def waiting(self) -> dict[BeadKind, Say]:
        """What the beads that do not exist yet wait for."""
        if not self.rows:
            return {kind: Say(key="thread.no_contract") for kind in (BeadKind.OUTCOME, BeadKind.PAYMENT)}
        open_ = [row for row in self.rows if row.is_open]
        waits = {BeadKind.OUTCOME: Say(key="thread.waits_for_worker")}
        if any(row.verified is not None and row.verified.accepted for row in open_):
            waits[BeadKind.PAYMENT] = Say(key="thread.waits_for_funder")
        elif open_:
            waits[BeadKind.PAYMENT] = Say(key="thread.waits_for_evaluator")
        return waits


def _outcome_item(row: _Paid) -> Item | None:
    outcome, decision = row.outcome, row.returned or row.verified
    if outcome is None:
        return None
    if decision is None:
        state = Say(key="thread.declared", params={"on": outcome.created_at.date()})
    else:
        state = Say(
            key="thread.verified" if decision.accepted else "thread.returned",
            params={"on": decision.at.date()},
        )
    counted = Say(key="thread.achieved", params={"achieved": outcome.achieved, "line": row.line.name})
    return Item(id=outcome.id, code=code(CodeKind.OUTCOME, outcome.code), says=(counted, state))


def _saving_item(row: _Paid) -> Item | None:
    saving = row.saving
    if saving is None:
        return None
    each = Money.from_minor(saving.per_unit_minor, saving.currency)
    return Item(
        id=saving.id,
        code=code(CodeKind.SAVING, saving.code),
        says=(
            Say(key="thread.per_unit", params={"amount": each, "unit": saving.unit}),
            Say(key="thread.text", params={"text": saving.name}),
        ),
    )


def _payment_item(row: _Paid) -> Item | None:
    payment = row.payment
    if payment is None:
        return None
    amount = Money.from_minor(payment.net_minor, payment.currency)
    return Item(
        id=payment.id,
        code=code(CodeKind.PAYMENT, payment.code),
        says=(
            Say(key="thread.amount", params={"amount": amount}),
            Say(key="thread.day", params={"on": payment.on}),
        ),
    )
