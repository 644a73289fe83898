"""Agreeing on a contract: an edition that never changes, with its lines, savings, parties and commitment."""

import json
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.bonds import BadTerms, Contract, PerUnit, RateCardLine
from toc.domain.bonds.stored import encode
from toc.domain.codes import CodeKind, code
from toc.domain.ids import derived
from toc.domain.money import Money, split
from toc.domain.people import Part
from toc.models.bonds import (
    BondContract,
    ContractDraft,
    ContractEdition,
    ContractLine,
    ContractParty,
    Outcome,
    OutcomeDecision,
    Payment,
)
from toc.models.savings import SavingEdition
from toc.services import audit, cashflow
from toc.services.bonds.drafting import (
    Draft,
    SavingDraft,
    check_head,
    check_line,
    check_parties,
    current_indicators,
    partners,
)
from toc.services.bonds.locks import lock_programme
from toc.services.codes import next_code
from toc.services.errors import Conflict, NotFound


def check_draft(session: Session, draft: Draft) -> None:
    """Refuse a draft that cannot be agreed as it is; what `agree_contract` asks of it before anything else.

    Raises:
        BadTerms, BadSaving, CurrencyMismatch, DomainError: as `toc.services.bonds.drafting` checks each part;
            ``bonds.not_a_partner``, ``bonds.no_such_indicator`` and ``bonds.budget_not_a_partner`` (line).
    """
    check_head(draft)
    check_parties(draft.parties, draft.investment)
    for line in draft.lines:
        check_line(line)
    draft.contract("-")
    rows = partners(session)
    known = {(row.organisation_id, row.part) for row in rows}
    if not known.issuperset((party.organisation_id, party.part) for party in draft.parties):
        raise BadTerms("bonds.not_a_partner")
    indicators = current_indicators(session)
    organisations = {row.organisation_id for row in rows}
    for line in draft.lines:
        if line.indicator_id not in indicators:
            raise BadTerms("bonds.no_such_indicator", line=line.terms.code)
        if line.saving is not None and line.saving.beneficiary_id not in organisations:
            raise BadTerms("bonds.budget_not_a_partner", line=line.terms.code)


def agree_contract(session: Session, act: Act, draft: Draft) -> ContractEdition:
    """Make the edition that a draft holds, commit its cap in the ledger, and drop the draft.

    Agreeing on the same draft twice makes one edition.

    Raises:
        NotFound: the contract that should get a next edition is not there.
        Conflict: ``bonds.edition_overtaken``, ``bonds.outcomes_waiting`` (count), ``bonds.cap_below_paid``
            (paid), ``bonds.other_currency`` (currency).
        BadTerms, BadSaving, CurrencyMismatch, DomainError: as `check_draft`.
    """
    programme = lock_programme(session)
    there = edition_of(session, draft.id)
    if there is not None:
        return there
    if draft.investment.currency != programme.currency:
        raise Conflict("bonds.other_currency", currency=programme.currency)
    contract = _contract(session, act, draft)
    check_draft(session, draft)
    terms = draft.contract(code(CodeKind.CONTRACT, contract.code))
    paid = _paid(session, contract, terms.currency)
    if terms.cap is not None and terms.cap < paid:
        raise Conflict("bonds.cap_below_paid", paid=paid)
    edition = _edition(session, act, draft, contract, terms)
    wanted: dict[str, Money] = {}
    if terms.cap is not None and terms.cap != paid:
        weights = {
            str(one.organisation_id): one.weight
            for one in draft.parties
            if one.part is Part.FUNDER and one.weight
        }
        wanted = split(terms.cap - paid, weights)
    cashflow.commit(session, act, edition, wanted)
    drafted = session.get(ContractDraft, (programme.id, draft.id))
    if drafted is not None:
        session.delete(drafted)
    audit.record(
        session,
        act,
        "bond.agree",
        "bond_contract",
        contract.id,
        edition=edition.number,
        sha256=edition.sha256,
    )
    return edition


def edition_of(session: Session, draft_id: UUID) -> ContractEdition | None:
    """Return the edition that a draft became; None while it is a draft."""
    return session.get(ContractEdition, (session.info["programme_id"], derived(draft_id, "edition")))


def fingerprint(terms: dict[str, Any]) -> str:
    """Return the SHA-256 of the one JSON text of terms, in hexadecimal."""
    text = json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _contract(session: Session, act: Act, draft: Draft) -> BondContract:
    programme_id = session.info["programme_id"]
    if draft.contract_id is None:
        contract = BondContract(
            id=draft.id,
            code=next_code(session, CodeKind.CONTRACT),
            name=draft.name,
            edition=1,
            created_at=act.at,
            created_by_id=act.user,
        )
        session.add(contract)
        return contract
    found = session.get(
        BondContract, (programme_id, draft.contract_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    if found.edition != draft.based_on:
        raise Conflict("bonds.edition_overtaken", number=found.edition)
    waiting = _waiting(session, found.id)
    if waiting:
        # What is paid for an outcome must not depend on who is first: the funder or who changes the terms.
        raise Conflict("bonds.outcomes_waiting", count=waiting)
    found.name = draft.name
    found.edition += 1
    return found


def _waiting(session: Session, contract_id: UUID) -> int:
    """Return how many outcomes of a contract were neither paid nor returned."""
    of_outcome = (Payment.programme_id == Outcome.programme_id, Payment.outcome_id == Outcome.id)
    returned = (
        OutcomeDecision.programme_id == Outcome.programme_id,
        OutcomeDecision.outcome_id == Outcome.id,
        OutcomeDecision.accepted.is_(False),
    )
    return (
        session.scalar(
            select(func.count())
            .select_from(Outcome)
            .join(Outcome.contract_line)
            .join(ContractLine.contract_edition)
            .where(
                Outcome.programme_id == session.info["programme_id"],
                ContractEdition.contract_id == contract_id,
                ~select(Payment.id).where(*of_outcome).exists(),
                ~select(OutcomeDecision.id).where(*returned).exists(),
            )
        )
        or 0
    )


def _paid(session: Session, contract: BondContract, currency: str) -> Money:
    minor = session.scalar(
        select(func.sum(Payment.net_minor))
        .join(Payment.contract_edition)
        .where(
            Payment.programme_id == session.info["programme_id"], ContractEdition.contract_id == contract.id
        )
    )
    return Money.from_minor(int(minor or 0), currency)


def _edition(
    session: Session, act: Act, draft: Draft, contract: BondContract, terms: Contract
) -> ContractEdition:
    stored = cast("dict[str, Any]", encode(terms))
    edition = ContractEdition(
        id=derived(draft.id, "edition"),
        contract_id=contract.id,
        number=contract.edition,
        agreed_on=draft.agreed_on,
        currency=terms.currency,
        terms=stored,
        sha256=fingerprint(stored),
        clause=draft.clause,
        reason=draft.reason,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(edition)
    session.flush()
    session.add_all(
        ContractParty(
            id=derived(edition.id, "party", str(party.organisation_id), party.part),
            contract_edition_id=edition.id,
            organisation_id=party.organisation_id,
            part=party.part,
            invested_minor=party.invested.minor,
            weight=party.weight,
            created_at=act.at,
            created_by_id=act.user,
        )
        for party in draft.parties
    )
    session.flush()
    indicators = current_indicators(session)
    for position, line in enumerate(draft.lines, start=1):
        indicator = indicators[line.indicator_id]
        saving = None if line.saving is None else _saving(session, act, edition, line.terms, line.saving)
        session.add(
            ContractLine(
                id=derived(edition.id, "line", line.terms.code),
                contract_edition_id=edition.id,
                position=position,
                line=line.terms.code,
                name=line.name,
                goal_id=indicator.indicator.goal_id,
                indicator_edition_id=indicator.id,
                saving_id=None if saving is None else saving.id,
                created_at=act.at,
                created_by_id=act.user,
            )
        )
    session.flush()
    return edition


def _saving(
    session: Session,
    act: Act,
    edition: ContractEdition,
    terms: PerUnit | RateCardLine,
    draft: SavingDraft,
) -> SavingEdition:
    saving = SavingEdition(
        id=derived(edition.id, "saving", terms.code),
        code=next_code(session, CodeKind.SAVING),
        contract_edition_id=edition.id,
        name=draft.name,
        per_unit_minor=draft.per_unit.minor,
        currency=draft.per_unit.currency,
        unit=terms.unit,
        source=draft.source,
        price_year=draft.price_year,
        beneficiary_id=draft.beneficiary_id,
        cashable_share=draft.cashable_share,
        explanation=draft.explanation,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(saving)
    session.flush()
    return saving
