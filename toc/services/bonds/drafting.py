"""Contracts that are still being entered: saved between the steps of the form, gone once agreed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from toc.domain.acts import Act
from toc.domain.bonds import BadTerms, Contract, PerUnit, RateCardLine, Shortfall, WholeUnits
from toc.domain.bonds.stored import decode, encode
from toc.domain.indicators import FIRST_DAY, LAST_DAY, Kind, checked
from toc.domain.money import Money, total
from toc.domain.people import Part
from toc.domain.savings import Saving
from toc.models.bonds import BondContract, ContractDraft, ContractEdition, ContractLine
from toc.models.goals import Goal
from toc.models.indicators import Indicator, IndicatorEdition
from toc.models.programmes import Partner
from toc.services import audit
from toc.services.errors import NotFound, Stale

RECEIVES = frozenset({Part.INVESTOR, Part.PROVIDER})
"""Parts whose parties may have a share in each payment."""

MOST_SHARES = Decimal(10**6)
"""The largest weight of a party."""

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDraft:
    """An organisation in a contract.

    Attributes:
        invested: what it puts in beforehand; of an investor only.
        weight: of a funder its share in what is paid, of an investor or provider in what is received.
    """

    organisation_id: UUID
    part: Part
    invested: Money
    weight: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingDraft:
    """What one unit under a line saves; see `toc.domain.savings.Saving`."""

    name: str
    per_unit: Money
    source: str
    price_year: int
    beneficiary_id: UUID
    cashable_share: Decimal
    explanation: str = ""

    def saving(self, line: PerUnit | RateCardLine) -> Saving:
        """Return the saving as the domain knows it.

        Raises:
            BadSaving: see `toc.domain.savings`.
        """
        return Saving(
            per_unit=self.per_unit,
            unit=line.unit,
            source=self.source,
            beneficiary_budget=str(self.beneficiary_id),
            cashable_share=self.cashable_share,
            price_year=self.price_year,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """A payment line: its terms, the indicator it pays for, and the saving behind it."""

    name: str
    indicator_id: UUID
    terms: PerUnit | RateCardLine
    saving: SavingDraft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that a contract edition is made of.

    Attributes:
        id: of the draft; the edition takes its own id from it, so that agreeing twice makes one.
        contract_id: the contract that gets a next edition; None for a new one.
        based_on: number of the edition it was made from; 0 for a new contract.
        clause: which document, article or page the terms were taken from.
        reason: why there is a next edition; empty for the first.
    """

    id: UUID
    name: str
    agreed_on: date
    investment: Money
    clause: str = ""
    reason: str = ""
    contract_id: UUID | None = None
    based_on: int = 0
    cap: Money | None = None
    required_rung: int = 0
    whole_units: WholeUnits = WholeUnits.NONE
    shortfall: Shortfall = Shortfall.CARRIED
    parties: tuple[PartyDraft, ...] = ()
    lines: tuple[LineDraft, ...] = field(default=())

    def contract(self, code: str) -> Contract:
        """Return the terms as the domain knows them.

        Raises:
            BadTerms, CurrencyMismatch: see `toc.domain.bonds`.
        """
        return Contract(
            code=code,
            currency=self.investment.currency,
            investment=self.investment,
            lines=tuple(line.terms for line in self.lines),
            edition=self.based_on + 1,
            cap=self.cap,
            required_rung=self.required_rung,
            whole_units=self.whole_units,
            shortfall=self.shortfall,
        )

    def line(self, code: str) -> LineDraft:
        """Return the line with this code.

        Raises:
            NotFound: the draft has none.
        """
        for line in self.lines:
            if line.terms.code == code:
                return line
        raise NotFound


def check_head(draft: Draft) -> None:
    """Refuse what the domain cannot know of the contract as a whole, before there are lines.

    Raises:
        BadTerms: ``bonds.bad_day``, ``bonds.bad_investment``, ``bonds.bad_contract_cap``,
            ``bonds.no_such_rung``, ``bonds.name_missing``, ``bonds.reason_missing``.
    """
    if not draft.name.strip():
        raise BadTerms("bonds.name_missing")
    if draft.based_on and not draft.reason.strip():
        raise BadTerms("bonds.reason_missing")
    if not FIRST_DAY <= draft.agreed_on <= LAST_DAY:
        raise BadTerms("bonds.bad_day")
    # A line that fits any contract lets the domain judge everything else about the terms now.
    price = Money(Decimal(1), draft.investment.currency)
    replace(
        draft, lines=(LineDraft(name="-", indicator_id=draft.id, terms=PerUnit(code="-", price=price)),)
    ).contract("-")


def check_parties(parties: Iterable[PartyDraft], investment: Money) -> None:
    """Refuse parties that cannot make a contract together.

    Raises:
        BadTerms: ``bonds.party_twice``, ``bonds.bad_invested``, ``bonds.only_investors_invest``,
            ``bonds.bad_weight``, ``bonds.no_share_for_part``, ``bonds.no_funder``, ``bonds.no_receiver``,
            ``bonds.investments_differ`` (parties, total).
    """
    every = tuple(parties)
    if len({(one.organisation_id, one.part) for one in every}) != len(every):
        raise BadTerms("bonds.party_twice")
    for one in every:
        if one.invested < one.invested.zero() or not one.invested.is_rounded:
            raise BadTerms("bonds.bad_invested")
        if one.invested and one.part is not Part.INVESTOR:
            raise BadTerms("bonds.only_investors_invest")
        if not 0 <= checked(Kind.SUM, one.weight) <= MOST_SHARES:
            raise BadTerms("bonds.bad_weight")
        if one.weight and one.part not in RECEIVES | {Part.FUNDER}:
            raise BadTerms("bonds.no_share_for_part")
    if not any(one.weight for one in every if one.part is Part.FUNDER):
        raise BadTerms("bonds.no_funder")
    if not any(one.weight for one in every if one.part in RECEIVES):
        raise BadTerms("bonds.no_receiver")
    put_in = total((one.invested for one in every), investment.currency)
    if put_in != investment:
        raise BadTerms("bonds.investments_differ", parties=put_in, total=investment)


def check_line(line: LineDraft) -> None:
    """Refuse what the domain cannot know of a line.

    Raises:
        BadTerms: ``bonds.bad_code``, ``bonds.name_missing``, ``bonds.bad_price_year``.
        BadSaving, BadMoney, DomainError: of the saving, see `toc.domain.savings`.
    """
    if not _CODE.fullmatch(line.terms.code):
        raise BadTerms("bonds.bad_code")
    if not line.name.strip():
        raise BadTerms("bonds.name_missing")
    if line.saving is not None:
        if not FIRST_DAY.year <= line.saving.price_year <= LAST_DAY.year:
            raise BadTerms("bonds.bad_price_year")
        checked(Kind.SUM, line.saving.saving(line.terms).cashable_share)
        _ = line.saving.per_unit.minor


def partners(session: Session) -> list[Partner]:
    """Return the organisations of the programme that may be parties, by part and name."""
    rows = session.scalars(
        select(Partner)
        .where(Partner.programme_id == session.info["programme_id"], Partner.part != Part.PARTNER)
        .options(joinedload(Partner.organisation))
    ).all()
    order = list(Part)
    return sorted(rows, key=lambda row: (order.index(row.part), row.organisation.name, row.organisation_id))


def current_indicators(session: Session) -> dict[UUID, IndicatorEdition]:
    """Return the current edition of every indicator by the id of the indicator, in order of code.

    Those of hidden goals are not among them: a contract is read by everybody who deals with money.
    """
    rows = session.scalars(
        select(IndicatorEdition)
        .join(IndicatorEdition.indicator)
        .join(Indicator.goal)
        .where(
            IndicatorEdition.programme_id == session.info["programme_id"],
            IndicatorEdition.number == Indicator.edition,
            Goal.released,
        )
        .order_by(Indicator.code)
        .options(joinedload(IndicatorEdition.indicator).joinedload(Indicator.goal))
    )
    return {row.indicator_id: row for row in rows}


# --- Saved between steps ------------------------------------------------------------------------------------


def drafts(session: Session) -> list[tuple[ContractDraft, Draft]]:
    """Return what is being entered, oldest first."""
    rows = session.scalars(
        select(ContractDraft)
        .where(ContractDraft.programme_id == session.info["programme_id"])
        .order_by(ContractDraft.created_at, ContractDraft.id)
    )
    return [(row, read(row)) for row in rows]


def get_draft(session: Session, draft_id: UUID) -> tuple[ContractDraft, Draft]:
    """Return a draft with its row.

    Raises:
        NotFound: there is none, such as when it was agreed or thrown away.
    """
    row = session.get(ContractDraft, (session.info["programme_id"], draft_id))
    if row is None:
        raise NotFound
    return row, read(row)


def read(row: ContractDraft) -> Draft:
    """Return the draft that a row holds."""
    return cast("Draft", decode(Draft, row.content))


def write(draft: Draft) -> dict[str, Any]:
    """Return the draft as its row holds it."""
    return cast("dict[str, Any]", encode(draft))


def start_draft(session: Session, act: Act, draft: Draft) -> ContractDraft:
    """Save the first step of a contract; the same form sent twice makes one draft.

    Raises:
        BadTerms: as `check_head`.
    """
    check_head(draft)
    existing = session.get(ContractDraft, (session.info["programme_id"], draft.id))
    if existing is not None:
        return existing
    row = ContractDraft(
        id=draft.id,
        contract_id=draft.contract_id,
        based_on=draft.based_on,
        content=write(draft),
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(row)
    audit.record(session, act, "bond.draft_start", "contract_draft", row.id)
    return row


def save_draft(session: Session, act: Act, draft: Draft, revision: int) -> ContractDraft:
    """Save a further step.

    Raises:
        NotFound: the draft is gone.
        Stale: somebody else saved a step meanwhile.
    """
    row, theirs = get_draft(session, draft.id)
    if row.revision != revision:
        raise Stale({"name": theirs.name}, row.revision)
    row.content = write(draft)
    audit.record(session, act, "bond.draft_save", "contract_draft", row.id)
    return row


def discard_draft(session: Session, act: Act, draft_id: UUID) -> None:
    """Throw a draft away; gone already is good enough."""
    row = session.get(ContractDraft, (session.info["programme_id"], draft_id))
    if row is not None:
        session.delete(row)
        audit.record(session, act, "bond.draft_discard", "contract_draft", draft_id)


def put_line(draft: Draft, line: LineDraft, replaces: str | None) -> Draft:
    """Return the draft with a line added at the end, or in the place of the one with this code.

    Raises:
        BadTerms: as `check_line`; ``bonds.code_twice``.
        NotFound: there is no line to replace.
    """
    check_line(line)
    if any(one.terms.code == line.terms.code != replaces for one in draft.lines):
        raise BadTerms("bonds.code_twice")
    if replaces is None:
        return replace(draft, lines=(*draft.lines, line))
    draft.line(replaces)
    lines = tuple(line if one.terms.code == replaces else one for one in draft.lines)
    return replace(draft, lines=lines)


def take_line(draft: Draft, code: str) -> Draft:
    """Return the draft without a line; without it already is good enough."""
    return replace(draft, lines=tuple(one for one in draft.lines if one.terms.code != code))


def next_edition(session: Session, contract_id: UUID, draft_id: UUID, reason: str) -> Draft:
    """Return a draft that begins as the current edition of a contract.

    Raises:
        NotFound: there is no such contract.
    """
    programme_id = session.info["programme_id"]
    contract = session.get(BondContract, (programme_id, contract_id))
    if contract is None:
        raise NotFound
    edition = session.scalars(
        select(ContractEdition)
        .where(
            ContractEdition.programme_id == programme_id,
            ContractEdition.contract_id == contract_id,
            ContractEdition.number == contract.edition,
        )
        .options(
            selectinload(ContractEdition.parties),
            selectinload(ContractEdition.lines).options(
                joinedload(ContractLine.saving), joinedload(ContractLine.indicator_edition)
            ),
        )
    ).one()
    terms = cast("Contract", decode(Contract, edition.terms))
    by_code = {line.code: line for line in terms.lines}
    order = list(Part)
    return Draft(
        id=draft_id,
        contract_id=contract_id,
        based_on=contract.edition,
        name=contract.name,
        agreed_on=edition.agreed_on,
        clause=edition.clause,
        reason=reason,
        investment=terms.investment,
        cap=terms.cap,
        required_rung=terms.required_rung,
        whole_units=terms.whole_units,
        shortfall=terms.shortfall,
        parties=tuple(
            PartyDraft(
                organisation_id=party.organisation_id,
                part=party.part,
                invested=Money.from_minor(party.invested_minor, edition.currency),
                weight=party.weight,
            )
            for party in sorted(edition.parties, key=lambda one: (order.index(one.part), one.organisation_id))
        ),
        lines=tuple(
            LineDraft(
                name=line.name,
                indicator_id=line.indicator_edition.indicator_id,
                terms=by_code[line.line],
                saving=None
                if line.saving is None
                else SavingDraft(
                    name=line.saving.name,
                    per_unit=Money.from_minor(line.saving.per_unit_minor, line.saving.currency),
                    source=line.saving.source,
                    price_year=line.saving.price_year,
                    beneficiary_id=line.saving.beneficiary_id,
                    cashable_share=line.saving.cashable_share,
                    explanation=line.saving.explanation,
                ),
            )
            for line in edition.lines
        ),
    )
