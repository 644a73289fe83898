"""Loading the bond of a demo programme: its contract, and outcomes that three people bring to a payment."""

from datetime import date
from decimal import Decimal
from functools import partial

from toc.domain.bonds import Counterfactual, PerUnit, RateCardLine
from toc.domain.ids import derived
from toc.domain.money import Money
from toc.domain.people import Step
from toc.services import bonds
from toc.services.demo import content
from toc.services.demo.accounts import organisation_id
from toc.services.demo.here import Here

COORDINATOR, WORKER, EVALUATOR, FUNDER = "coordinator", "worker", "evaluator", "funder"


def plan(here: Here) -> None:
    """Plan the contract and what was declared under it."""
    contract = here.file.contract
    if contract is None:
        return
    here.plan(contract.entered_on, partial(_agree, here, contract))
    for outcome in here.file.outcomes:
        here.plan(outcome.declared_on, partial(_declare, here, contract, outcome))
        if outcome.verify is not None:
            here.plan(outcome.verify.on, partial(_verify, here, outcome, outcome.verify))
        if outcome.approve is not None:
            here.plan(outcome.approve.on, partial(_approve, here, outcome, outcome.approve.on))


def _agree(here: Here, contract: content.Contract) -> None:
    def money(amount: Decimal) -> Money:
        return Money(amount, contract.currency)

    draft = bonds.Draft(
        id=here.id("contract", contract.key),
        name=here.say(contract.name),
        agreed_on=contract.agreed_on,
        clause=here.say(contract.clause),
        investment=money(contract.investment),
        cap=money(contract.cap),
        required_rung=contract.required_rung,
        whole_units=contract.whole_units,
        shortfall=contract.shortfall,
        parties=tuple(
            bonds.PartyDraft(
                organisation_id=organisation_id(party.organisation),
                part=party.part,
                invested=money(party.invested),
                weight=party.weight,
            )
            for party in contract.parties
        ),
        lines=tuple(_line(here, line, contract.currency) for line in contract.lines),
    )
    edition = bonds.agree_contract(here.session, here.act(contract.entered_on, COORDINATOR), draft)
    here.mark("contract_edition", edition.id, contract.facts)
    for line in contract.lines:
        here.mark("contract_line", derived(edition.id, "line", line.code), line.facts)
        if line.saving is not None:
            here.mark("saving_edition", derived(edition.id, "saving", line.code), line.saving.facts)


def _line(here: Here, line: content.Line, currency: str) -> bonds.LineDraft:
    price = Money(line.price, currency)
    cap = None if line.cap is None else Money(line.cap, currency)
    terms: PerUnit | RateCardLine
    if line.rule == RateCardLine.RULE:
        terms = RateCardLine(
            code=line.code, price=price, cap=cap, max_claims_per_person=line.max_claims_per_person
        )
    else:
        terms = PerUnit(
            code=line.code,
            price=price,
            cap=cap,
            unit=line.unit,
            expected_anyway=Counterfactual(
                kind=line.counterfactual.kind,
                share=line.counterfactual.share,
                source=here.say(line.counterfactual.source),
            ),
        )
    return bonds.LineDraft(
        name=here.say(line.name),
        indicator_id=here.id("indicator", line.indicator),
        terms=terms,
        saving=None if line.saving is None else _saving(here, line.saving, currency),
    )


def _saving(here: Here, saving: content.Saving, currency: str) -> bonds.SavingDraft:
    return bonds.SavingDraft(
        name=here.say(saving.name),
        per_unit=Money(saving.per_unit, currency),
        source=here.say(saving.source),
        price_year=saving.price_year,
        beneficiary_id=organisation_id(saving.beneficiary),
        cashable_share=saving.cashable_share,
        explanation=here.say(saving.explanation),
    )


def _declare(here: Here, contract: content.Contract, outcome: content.Outcome) -> None:
    code = next(line.code for line in contract.lines if line.key == outcome.line)
    edition_id = derived(here.id("contract", contract.key), "edition")
    row = bonds.declare(
        here.session,
        here.act(outcome.declared_on, WORKER),
        bonds.Declaration(
            id=here.id("outcome", outcome.key),
            line_id=derived(edition_id, "line", code),
            starts_on=outcome.starts_on,
            ends_on=outcome.ends_on,
            achieved=outcome.achieved,
            measurement_ids=tuple(
                here.id("measurement", indicator, on.isoformat()) for indicator, on in outcome.measured
            ),
            participants=outcome.participants,
            persons=outcome.persons,
            note=here.say(outcome.note),
        ),
    )
    here.mark("outcome", row.id)


def _verify(here: Here, outcome: content.Outcome, decision: content.Verified) -> None:
    act, outcome_id = here.act(decision.on, EVALUATOR), here.id("outcome", outcome.key)
    if decision.accepted:
        study_id = None if decision.study is None else here.id("study", decision.study)
        bonds.verify(here.session, act, outcome_id, study_id=study_id)
    else:
        bonds.send_back(here.session, act, outcome_id, Step.VERIFY, here.say(decision.reason))


def _approve(here: Here, outcome: content.Outcome, on: date) -> None:
    row = bonds.approve(
        here.session,
        here.act(on, FUNDER),
        here.id("outcome", outcome.key),
        id=here.id("payment", outcome.key),
    )
    here.mark("payment", row.id)
