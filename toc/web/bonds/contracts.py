"""The page of a contract: its terms, its editions and what changed between them."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain.bonds import differences
from toc.domain.codes import CodeKind, code
from toc.domain.money import Money
from toc.models.bonds import ContractEdition, ContractParty
from toc.models.programmes import Programme
from toc.services import bonds as service
from toc.services.bonds import ContractView
from toc.web import origins, texts
from toc.web.bonds.blueprint import bonds, show_in_bond
from toc.web.bonds.overview import line_rows, party_rows, sentence
from toc.web.bonds.saying import difference
from toc.web.database import read_session
from toc.web.security import allow, viewer

_MOST_EDITIONS = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRow:
    """One edition in the history of a contract."""

    number: int
    agreed_on: str
    reason: str
    by: str
    url: str
    current: bool
    changes: tuple[tuple[str, str, str], ...]
    """What, before, after."""


def terms_list(view: ContractView) -> list[tuple[str, str]]:
    """Return the terms of a contract as a whole, as definition lists show them."""
    terms = view.terms
    return [
        (gettext("Agreed on"), texts.day(view.edition.agreed_on)),
        (gettext("Taken from"), view.edition.clause or gettext("not said")),
        (gettext("Investment"), texts.money(terms.investment)),
        (
            gettext("Cap of the whole contract"),
            gettext("none") if terms.cap is None else texts.money(terms.cap),
        ),
        (gettext("Rung that is asked for"), rung(terms.required_rung)),
        (gettext("Parts of a unit"), texts.word(terms.whole_units)),
        (gettext("A result below what would have happened anyway"), texts.word(terms.shortfall)),
    ]


def rung(number: int) -> str:
    """Return a rung of the evidence ladder with its name: "3, shown to be ours"."""
    if number == 0:
        return str(gettext("none"))
    return f"{number}: {texts.sentence(f'evidence.rung.{number}')}"


@bonds.get("/p/<uuid:programme_id>/contracts/<uuid:contract_id>")
@allow("bond.read")
def contract(programme_id: UUID, contract_id: UUID) -> ResponseReturnValue:
    """Show a contract, its current edition or the one that was asked for."""
    session = read_session(programme_id)
    view, every = service.history(session, contract_id, _asked())
    label = code(CodeKind.CONTRACT, view.contract.code)
    programme = show_in_bond(session, (label, None))
    return render_template(
        "bonds/contract.html",
        row=programme,
        view=view,
        label=label,
        sentence=sentence(view),
        terms=terms_list(view),
        parties=party_rows(view),
        lines=line_rows(programme, view),
        editions=_history(programme, view, every),
        conflicted=[party.organisation.name for party in view.conflicted],
        is_current=view.edition.number == view.contract.edition,
        marks=origins.marks(session, "contract_edition", view.edition.id),
        intact=service.fingerprint(view.edition.terms) == view.edition.sha256,
        writes=viewer().may("bond.write"),
    )


def _asked() -> int | None:
    typed = request.args.get("edition")
    if typed is None:
        return None
    if not (typed.isascii() and typed.isdigit()) or int(typed[:7]) > _MOST_EDITIONS:
        abort(404)
    return int(typed)


def _history(
    programme: Programme, view: ContractView, every: list[tuple[ContractEdition, str]]
) -> list[EditionRow]:
    before = [*(edition for edition, _ in every[1:]), None]
    return [
        EditionRow(
            number=edition.number,
            agreed_on=texts.day(edition.agreed_on, short=True),
            reason=edition.reason or gettext("the first"),
            by=name,
            url=url_for(
                "bonds.contract",
                programme_id=programme.id,
                contract_id=view.contract.id,
                edition=edition.number,
            ),
            current=edition.id == view.edition.id,
            changes=() if earlier is None else _changes(earlier, edition),
        )
        for (edition, name), earlier in zip(every, before, strict=True)
    ]


def _changes(earlier: ContractEdition, edition: ContractEdition) -> tuple[tuple[str, str, str], ...]:
    terms = differences(service.terms_of(earlier), service.terms_of(edition))
    changes = [difference(one) for one in terms]
    was, now = ({_who(one): _share(one, of.currency) for one in of.parties} for of in (earlier, edition))
    none = gettext("none")
    changes += [
        (who, was.get(who, none), now.get(who, none))
        for who in sorted({*was, *now})
        if was.get(who) != now.get(who)
    ]
    return tuple(changes)


def _who(party: ContractParty) -> str:
    return f"{party.organisation.name} ({texts.word(party.part)})"


def _share(party: ContractParty, currency: str) -> str:
    invested = Money.from_minor(party.invested_minor, currency)
    share = gettext("share %(weight)s", weight=texts.number(party.weight))
    return f"{texts.money(invested)}, {share}" if invested else share
