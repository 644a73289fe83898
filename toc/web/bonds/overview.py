"""The bond in one sentence, what each party put in and got, what waits, and the lists behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.charts.bonds import Paid, Words, paid_over_time
from toc.domain.bonds import Standing
from toc.domain.codes import CodeKind, code
from toc.domain.money import Money, zero
from toc.models.bonds import ContractDraft
from toc.models.programmes import Programme
from toc.services import bonds as service
from toc.services.bonds import ContractView, OutcomeInList
from toc.web import texts
from toc.web.bonds.blueprint import OutcomeRow, bonds, outcome_rows, show_in_bond
from toc.web.bonds.saying import NONE, rule
from toc.web.database import read_session
from toc.web.security import allow, today, viewer
from toc.web.texts.bonds import period

PAGE = 50
"""Rows of a list on one page."""

_LATEST = 5
_WAITING = frozenset({Standing.WAITS_FOR_EVALUATOR, Standing.WAITS_FOR_FUNDER})


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """A party with what it put in and got."""

    name: str
    part: str
    put_in: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A payment line with what it paid."""

    code: str
    name: str
    rule: str
    outcomes: str
    paid: str
    cap: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRow:
    """A payment in a list."""

    code: str
    on: str
    line: str
    period: str
    net: str
    so_far: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractCard:
    """One contract on the page of the bond."""

    title: str
    url: str
    sentence: str
    parties: tuple[PartyRow, ...]
    lines: tuple[LineRow, ...]
    waiting: tuple[OutcomeRow, ...]
    paid: tuple[PaidRow, ...]
    chart: str | None
    chart_id: str
    chart_sentence: str
    payments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """A contract that is still being entered."""

    name: str
    url: str


def sentence(view: ContractView) -> str:
    """Return a bond in one sentence."""
    investment = texts.money(view.terms.investment)
    if view.terms.cap is None:
        return str(
            gettext(
                "Up to now %(paid)s was paid for outcomes; the investors put in %(investment)s.",
                paid=texts.money(view.paid),
                investment=investment,
            )
        )
    share = view.paid.amount / view.terms.cap.amount if view.terms.cap else 0
    return str(
        gettext(
            "Up to now %(paid)s of at most %(cap)s (%(share)s) was paid for outcomes; "
            "the investors put in %(investment)s.",
            paid=texts.money(view.paid),
            cap=texts.money(view.terms.cap),
            share=texts.percent(share),
            investment=investment,
        )
    )


def party_rows(view: ContractView) -> tuple[PartyRow, ...]:
    """Return the parties of a contract as tables show them."""
    return tuple(
        PartyRow(
            name=party.row.organisation.name,
            part=texts.word(party.row.part),
            put_in=texts.money(party.put_in) if party.put_in else NONE,
            got=texts.money(party.got) if party.got else NONE,
        )
        for party in view.parties
    )


def line_rows(programme: Programme, view: ContractView) -> tuple[LineRow, ...]:
    """Return the lines of a contract as tables show them."""
    return tuple(
        LineRow(
            code=line.row.line,
            name=line.row.name,
            rule=rule(line.terms)[0],
            outcomes=texts.number(sum(one.standing is not Standing.RETURNED for one in line.outcomes)),
            paid=texts.money(line.paid),
            cap=gettext("none") if line.terms.cap is None else texts.money(line.terms.cap),
            url=url_for("bonds.line", programme_id=programme.id, line_id=line.row.id),
        )
        for line in view.lines
    )


def paid_rows(programme: Programme, paid: Sequence[OutcomeInList], total: Money) -> tuple[PaidRow, ...]:
    """Return payments, newest first.

    Args:
        programme: of the payments.
        paid: outcomes that were paid, the newest payment first.
        total: what was paid up to and including the newest.
    """
    rows = []
    for one in paid:
        if one.paid is not None:
            rows.append(
                PaidRow(
                    code=code(CodeKind.PAYMENT, one.paid.code),
                    on=texts.day(one.paid.on, short=True),
                    line=one.line.name,
                    period=_period(one),
                    net=texts.money(one.paid.net),
                    so_far=texts.money(total),
                    url=url_for("bonds.payment", programme_id=programme.id, payment_id=one.paid.id),
                )
            )
            total -= one.paid.net
    return tuple(rows)


def _period(one: OutcomeInList) -> str:
    return period(one.row.starts_on, one.row.ends_on)


def _newest_paid(outcomes: Sequence[OutcomeInList]) -> list[OutcomeInList]:
    paid = [one for one in outcomes if one.paid is not None]
    return sorted(paid, key=lambda one: 0 if one.paid is None else -one.paid.code)


def _chart(view: ContractView, paid: Sequence[OutcomeInList]) -> tuple[str | None, str]:
    """Return the chart of what was paid over time, and its sentence."""
    total = zero(view.terms.currency)
    steps: list[Paid] = []
    for one in reversed(paid):
        if one.paid is None:
            continue
        total += one.paid.net
        said = gettext("%(on)s: %(amount)s paid", on=texts.day(one.paid.on), amount=texts.money(total))
        if steps and steps[-1].on == one.paid.on:
            steps.pop()
        steps.append(Paid(on=one.paid.on, so_far=total, said=said))
    if not steps:
        return None, ""
    cap = "" if view.terms.cap is None else gettext("cap %(cap)s", cap=texts.money(view.terms.cap))
    words = Words(cap=cap, latest=gettext("%(amount)s paid", amount=texts.money(total)))
    figure = paid_over_time(steps, view.terms.cap, until=today(), words=words)
    first, last = steps[0], steps[-1]
    said = gettext(
        "From %(first)s to %(last)s, %(amount)s was paid.",
        first=texts.day(first.on),
        last=texts.day(last.on),
        amount=texts.money(total),
    )
    return str(figure.to_json()), said


def _card(programme: Programme, view: ContractView) -> ContractCard:
    paid = _newest_paid(view.outcomes)
    figure, said = _chart(view, paid)
    label = code(CodeKind.CONTRACT, view.contract.code)
    return ContractCard(
        title=f"{label} {view.contract.name}",
        url=url_for("bonds.contract", programme_id=programme.id, contract_id=view.contract.id),
        sentence=sentence(view),
        parties=party_rows(view),
        lines=line_rows(programme, view),
        waiting=tuple(outcome_rows(programme, [one for one in view.outcomes if one.standing in _WAITING])),
        paid=paid_rows(programme, paid[:_LATEST], view.paid),
        chart=figure,
        chart_id=f"paid-{label.lower()}",
        chart_sentence=said,
        payments=len(paid),
    )


@bonds.get("/p/<uuid:programme_id>/bond")
@allow("bond.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """Show every contract of the programme: in a sentence, by party and by line, and what waits."""
    session = read_session(programme_id)
    programme = show_in_bond(session)
    writes = viewer().may("bond.write")
    drafted: list[tuple[ContractDraft, service.Draft]] = service.drafts(session) if writes else []
    return render_template(
        "bonds/index.html",
        row=programme,
        cards=[_card(programme, view) for view in service.contracts(session)],
        drafts=[
            DraftRow(
                name=draft.name,
                url=url_for("bonds.draft", programme_id=programme_id, draft_id=draft.id),
            )
            for _, draft in drafted
        ],
        writes=writes,
        declares=viewer().may("outcome.declare"),
    )


@bonds.get("/p/<uuid:programme_id>/outcomes")
@allow("outcome.read")
def outcomes(programme_id: UUID) -> ResponseReturnValue:
    """List the outcomes, newest first."""
    session = read_session(programme_id)
    programme = show_in_bond(session, (gettext("Outcomes"), None))
    before = _before()
    found = service.outcomes(session, before=before, limit=PAGE + 1)
    return render_template(
        "bonds/outcomes.html",
        row=programme,
        outcomes=outcome_rows(programme, found[:PAGE]),
        newest_url=url_for("bonds.outcomes", programme_id=programme_id) if before is not None else None,
        older_url=_older("bonds.outcomes", programme_id, [one.row.code for one in found]),
        declares=viewer().may("outcome.declare"),
    )


@bonds.get("/p/<uuid:programme_id>/payments")
@allow("payment.read")
def payments(programme_id: UUID) -> ResponseReturnValue:
    """List the payments, newest first."""
    session = read_session(programme_id)
    programme = show_in_bond(session, (gettext("Payments"), None))
    before = _before()
    found = service.payments(session, before=before, limit=PAGE + 1)
    rows = [
        PaidRow(
            code=code(CodeKind.PAYMENT, one.row.code),
            on=texts.day(one.row.on, short=True),
            line=one.line.name,
            period=period(one.outcome.starts_on, one.outcome.ends_on),
            net=texts.money(one.net),
            so_far="",
            url=url_for("bonds.payment", programme_id=programme_id, payment_id=one.row.id),
        )
        for one in found[:PAGE]
    ]
    return render_template(
        "bonds/payments.html",
        row=programme,
        payments=rows,
        newest_url=url_for("bonds.payments", programme_id=programme_id) if before is not None else None,
        older_url=_older("bonds.payments", programme_id, [one.row.code for one in found]),
    )


def _before() -> int | None:
    """Return the code that the list goes on below, as the link to older rows says."""
    typed = request.args.get("before", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None  # noqa: PLR2004 - no code gets that far


def _older(endpoint: str, programme_id: UUID, codes: Sequence[int]) -> str | None:
    if len(codes) <= PAGE:
        return None
    return url_for(endpoint, programme_id=programme_id, before=codes[PAGE - 1])
