"""The matrix of goals and parties: who holds each goal, who is against it, who never spoke about it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from toc.domain.codes import CodeKind, code
from toc.domain.exchange import safe_cell
from toc.domain.goals import Level, Stance
from toc.domain.goals import matrix as domain
from toc.domain.goals.joining import Opinion
from toc.domain.goals.matrix import OF_A_PARTY, Order, Row, Show
from toc.services.goals import matrix as service
from toc.services.goals.matrix import Matrix, MatrixParty
from toc.web import texts
from toc.web.database import read_session
from toc.web.forms import Form, Input, OptionalLine, OptionalWhole, chosen
from toc.web.goals.blueprint import goal_addresses, goals, show_in_tree
from toc.web.security import act, allow, viewer

PER_PAGE = 50
_SIGNS = {
    Stance.SUPPORTS: "check",
    Stance.OPPOSES: "cross",
    Stance.NEUTRAL: "no_data",
    Stance.UNAWARE: "unaware",
}


class MatrixInput(Input):
    """Which goals somebody wants to see, in which order; what cannot be read is left out."""

    q: OptionalLine = ""
    level: Annotated[Level | None, chosen(Level, optional=True)] = None
    show: OptionalLine = ""
    """A `Show`, and for those about a party its number: "silent:3"."""
    order: Annotated[Order | None, chosen(Order, optional=True)] = None
    page: OptionalWhole = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one party thinks of one goal, as a page shows it.

    Attributes:
        party: its name.
        look: how it is drawn: a stance, "silent" or "closed".
        sign: the picture for it; "" for none.
        word: what it thinks, in words.
        importance: 1 to 5; "" when nobody said; likewise feasibility.
        scores: both, in words.
        url: where to change it; "" for who may not.
    """

    party: str
    look: str
    sign: str
    word: str
    importance: str
    feasibility: str
    scores: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A goal with its cells.

    Attributes:
        held: how many parties want it, of how many.
        marks: what stands out, in words.
        thin: what it rests on may be the evaluator's own idea.
    """

    code: str
    wording: str
    url: str
    level: Level | None
    hidden: bool
    thin: bool
    held: str
    marks: tuple[str, ...]
    cells: tuple[Cell, ...]


class Address:
    """The address of the matrix as it is shown now, with some of that changed."""

    def __init__(self, programme_id: UUID, asked: MatrixInput) -> None:
        self.programme_id = programme_id
        self._now = asked.model_dump(mode="json", exclude_defaults=True)

    def __call__(self, endpoint: str = "goals.matrix", **changes: object) -> str:
        """Return the address; None takes something away."""
        values = {name: value for name, value in {**self._now, **changes}.items() if value is not None}
        return url_for(endpoint, programme_id=self.programme_id, **values)

    @property
    def query(self) -> str:
        """What was asked, to be carried by a form that comes back here."""
        return urlencode(self._now) or "all"


def way_back(programme_id: UUID, query: str, goal: str) -> str | None:
    """Return the address of the matrix that a form was opened from; None when it was not.

    Args:
        programme_id: of the programme.
        query: as `Address.query` gave it; whatever else it holds is left out.
        goal: code of the goal, whose row is shown.
    """
    if not query:
        return None
    asked: dict[str, Any] = {
        name: value for name, value in parse_qsl(query) if name in MatrixInput.model_fields
    }
    return url_for("goals.matrix", programme_id=programme_id, _anchor=goal, **asked)


def _asked() -> MatrixInput:
    form = Form(request.args, MatrixInput)
    return form.value if form.ok else MatrixInput()


def _wanted(whole: Matrix, asked: MatrixInput) -> list[Row]:
    """Return the goals that were asked for, in their order."""
    key, _, number = asked.show.partition(":")
    show = Show(key) if key in set(Show) else None
    party = next((one.id for one in _open(whole) if str(one.number) == number), None)
    if show in OF_A_PARTY and party is None:
        show = None
    rows = domain.chosen(whole.rows, show=show, party=party, level=asked.level, words=asked.q)
    return domain.ordered(rows, asked.order or Order.CODE)


def _open(whole: Matrix) -> list[MatrixParty]:
    return [party for party in whole.parties if not party.closed]


@goals.get("/p/<uuid:programme_id>/goals/matrix")
@allow("goal.read")
def matrix(programme_id: UUID) -> ResponseReturnValue:
    """Show the goals beside the parties."""
    session = read_session(programme_id)
    programme = show_in_tree(session, (gettext("Goals and parties"), None))
    whole, asked = service.matrix(session, act()), _asked()
    rows, address = _wanted(whole, asked), Address(programme_id, asked)
    last = max((len(rows) + PER_PAGE - 1) // PER_PAGE, 1)
    page = min(max(asked.page or 1, 1), last)
    return render_template(
        "goals/matrix.html",
        row=programme,
        asked=asked,
        parties=[_head(party) for party in whole.parties],
        lines=_lines(whole, rows[(page - 1) * PER_PAGE : page * PER_PAGE], address),
        summary=_summary(whole),
        any_goals=bool(whole.rows),
        any_closed=any(party.closed for party in whole.parties),
        shows=_shows(whole),
        levels=[("", gettext("all levels")), *texts.choices(Level)],
        orders=texts.choices(Order),
        legend=[(_SIGNS[one], texts.word(one), one.value) for one in Stance],
        pages=_pages(page, last, len(rows), address),
        all_url=url_for(".matrix", programme_id=programme_id),
        csv_url=address("goals.matrix_csv", page=None),
        may=viewer().may,
    )


def _head(party: MatrixParty) -> str:
    if party.closed:
        return str(gettext("%(code)s %(name)s (too few people to show)", code=party.code, name=party.name))
    if not party.heard:
        return str(gettext("%(code)s %(name)s (not heard yet)", code=party.code, name=party.name))
    return f"{party.code} {party.name}"


def _summary(whole: Matrix) -> str:
    many, parties = len(whole.rows), len(whole.parties)
    alone = sum(row.is_minority for row in whole.rows)
    divided = sum(row.is_divided for row in whole.rows)
    parts = [
        ngettext("%(num)d goal", "%(num)d goals", many),
        ngettext("%(num)d party", "%(num)d parties", parties),
    ]
    if alone:
        parts.append(
            ngettext("%(num)d is held by one party alone", "%(num)d are held by one party alone", alone)
        )
    if divided:
        parts.append(ngettext("%(num)d divides the parties", "%(num)d divide the parties", divided))
    return ", ".join(parts)


def _shows(whole: Matrix) -> list[tuple[str, object]]:
    """Return what can be asked for, the questions about a party grouped."""
    general = [(one.value, texts.word(one)) for one in Show if one not in OF_A_PARTY]
    about = [
        (
            texts.word(one),
            [(f"{one.value}:{party.number}", f"{texts.word(one)} {party.name}") for party in _open(whole)],
        )
        for one in OF_A_PARTY
    ]
    return [("", gettext("all goals")), *general, *(group for group in about if group[1])]


def _lines(whole: Matrix, rows: Iterable[Row], address: Address) -> list[Line]:
    to, writes = goal_addresses(address.programme_id), viewer().may("goal.write")

    def edit_url(goal_id: UUID, group_id: UUID) -> str:
        if not writes:
            return ""
        return url_for(
            "goals.holder",
            programme_id=address.programme_id,
            goal_id=goal_id,
            group_id=group_id,
            back=address.query,
        )

    return [
        Line(
            code=code(CodeKind.GOAL, row.number),
            wording=row.text,
            url=to(row.id),
            level=row.level,
            hidden=not whole.goals[row.id].released,
            thin=row.id in whole.thin,
            held=_held(whole, row),
            marks=tuple(_marks(row)),
            cells=tuple(
                _cell(party, row.opinions.get(party.id), edit_url(row.id, party.id))
                for party in whole.parties
            ),
        )
        for row in rows
    ]


def _held(whole: Matrix, row: Row) -> str:
    held, parties = len(row.parties(Stance.SUPPORTS)), len(_open(whole))
    return str(gettext("%(held)s of %(parties)s", held=texts.number(held), parties=texts.number(parties)))


def _marks(row: Row) -> Iterable[str]:
    if row.is_minority:
        yield gettext("held by one party")
    if row.is_divided:
        yield gettext("some for, some against")


def _cell(party: MatrixParty, opinion: Opinion | None, url: str) -> Cell:
    look, sign, word = "silent", "", gettext("never spoke about it")
    if party.closed:
        look, word = "closed", gettext("too few people to show")
    elif opinion is not None:
        look, sign, word = opinion.stance.value, _SIGNS[opinion.stance], texts.word(opinion.stance)
    important, feasible = (
        ("", "") if opinion is None else (_text(opinion.importance), _text(opinion.feasibility))
    )
    scores = [
        gettext("importance %(value)s of 5", value=important) if important else "",
        gettext("feasible %(value)s of 5", value=feasible) if feasible else "",
    ]
    return Cell(
        party=f"{party.code} {party.name}",
        look=look,
        sign=sign,
        word=word,
        importance=important,
        feasibility=feasible,
        scores=", ".join(one for one in scores if one),
        url=url,
    )


def _text(value: int | None) -> str:
    return "" if value is None else texts.number(value)


def _pages(page: int, last: int, found: int, address: Address) -> tuple[str, str | None, str | None] | None:
    if last == 1:
        return None
    first = (page - 1) * PER_PAGE
    text = gettext(
        "%(first)s to %(last)s of %(all)s",
        first=texts.number(first + 1),
        last=texts.number(min(first + PER_PAGE, found)),
        all=texts.number(found),
    )
    before = address(page=page - 1) if page > 1 else None
    return text, before, address(page=page + 1) if page < last else None


# --- Out ----------------------------------------------------------------------------------------------------


@goals.get("/p/<uuid:programme_id>/goals/matrix.csv")
@allow("goal.read")
def matrix_csv(programme_id: UUID) -> ResponseReturnValue:
    """Give the goals that were asked for as a file, one row per goal and three columns per party."""
    whole = service.matrix(read_session(programme_id), act())
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";" if texts.language() == "nl" else ",")
    for cells in _file(whole, _wanted(whole, _asked())):
        writer.writerow([safe_cell(cell) for cell in cells])
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    name = gettext("goals-and-parties")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _file(whole: Matrix, rows: Iterable[Row]) -> Iterable[list[str]]:
    parties = _open(whole)
    about = (gettext("stance"), gettext("importance"), gettext("feasibility"))
    yield [
        gettext("code"),
        gettext("goal"),
        gettext("level"),
        gettext("held by"),
        gettext("held by one party"),
        gettext("mean importance"),
        gettext("mean feasibility"),
        *(f"{party.code} {party.name}: {what}" for party in parties for what in about),
    ]
    for row in rows:
        yield [
            code(CodeKind.GOAL, row.number),
            row.text,
            texts.word(row.level),
            texts.number(len(row.parties(Stance.SUPPORTS))),
            gettext("yes") if row.is_minority else gettext("no"),
            _mean(domain.importance(row)),
            _mean(domain.feasibility(row)),
            *(cell for party in parties for cell in _in_file(row.opinions.get(party.id))),
        ]


def _mean(value: Fraction | None) -> str:
    return "" if value is None else texts.number(Decimal(value.numerator) / value.denominator, decimals=1)


def _in_file(opinion: Opinion | None) -> tuple[str, str, str]:
    if opinion is None:
        return gettext("never spoke about it"), "", ""
    return texts.word(opinion.stance), _text(opinion.importance), _text(opinion.feasibility)
