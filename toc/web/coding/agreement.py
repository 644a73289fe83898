"""Whether two coders read the same in the same interviews."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.agreement import Kappa
from toc.domain.codes import CodeKind, code
from toc.services import coding as service
from toc.services.coding import Agreement, Difference
from toc.web import readings, texts
from toc.web.coding.blueprint import coding, passages_url, short, show_in_codebook
from toc.web.database import read_session
from toc.web.forms import Form, Input, OptionalRowId
from toc.web.security import allow

MOST_SHOWN = 100
"""Differences on the page."""


class AskedInput(Input):
    """Which coders are compared, and in which interview."""

    one: OptionalRowId
    other: OptionalRowId
    interview: OptionalRowId


@dataclass(frozen=True, slots=True)
class Measure:
    """A kappa in figures and in words.

    Attributes:
        short: of the goal or entry; "" for all together.
        name: what it is about.
        url: of the passages under it.
        kappa: with two decimals; a dash when there is none.
        meaning: what that means, or why there is none.
        observed: share of decisions on which they agree.
        both: how often both said yes.
        only_one: how often only the first did.
        only_other: how often only the second did.
    """

    short: str
    name: str
    url: str | None
    kappa: str
    meaning: str
    observed: str
    both: str
    only_one: str
    only_other: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A passage on which they do not agree."""

    short: str
    text: str
    url: str
    code: str
    name: str
    by: str


@coding.get("/p/<uuid:programme_id>/coding/agreement")
@allow("coding.write")
def agreement(programme_id: UUID) -> ResponseReturnValue:
    """Show Cohen's kappa of two coders, per code and overall, and where they differ."""
    session = read_session(programme_id)
    show_in_codebook(session, (gettext("Agreement of two coders"), None))
    coded = service.coded_interviews(session)
    names = {coder.id: coder.name for coders in coded.values() for coder in coders}
    form = Form(request.args, AskedInput)
    one, other = (form.value.one, form.value.other) if form.ok else (None, None)
    interview = form.value.interview if form.ok else None
    pair = one if one in names else next(iter(names), None), other if other in names else None
    if pair[1] is None:
        pair = pair[0], next((id_ for id_ in names if id_ != pair[0]), None)
    context = _options(coded, names, pair, interview)
    if pair[0] is None or pair[1] is None or pair[0] == pair[1]:
        return render_template("coding/agreement.html", result=None, programme_id=programme_id, **context)
    found = service.agreement(session, pair[0], pair[1], interview_id=interview)
    return render_template(
        "coding/agreement.html",
        result=found,
        programme_id=programme_id,
        one=names[pair[0]],
        other=names[pair[1]],
        overall=_measure(found.result.overall, "", gettext("All codes together"), None),
        rows=_rows(session, found),
        differences=[_disagreement(programme_id, each, names) for each in found.differences[:MOST_SHOWN]],
        more=max(len(found.differences) - MOST_SHOWN, 0),
        **context,
    )


def _options(coded: Any, names: dict[UUID, str], pair: Any, interview: UUID | None) -> dict[str, Any]:  # noqa: ANN401 - of the services
    people = [(str(id_), name) for id_, name in names.items()]
    interviews = [
        (str(row.id), f"{code(CodeKind.INTERVIEW, row.code)}: {', '.join(one.name for one in coders)}")
        for row, coders in coded.items()
    ]
    return {
        "people": people,
        "interviews": [("", gettext("all interviews that both coded")), *interviews],
        "asked": Form.empty(
            {"one": str(pair[0] or ""), "other": str(pair[1] or ""), "interview": str(interview or "")}
        ),
        "enough": len(people) > 1,
        "same": len(people) > 1 and pair[0] == pair[1],
    }


def _rows(session: Session, found: Agreement) -> list[Measure]:
    programme_id = session.info["programme_id"]
    return [
        _measure(found.result.goals[id_], short(one), one.name, passages_url(programme_id, one))
        for id_, one in found.codes.items()
    ]


def _measure(kappa: Kappa[Any], short_: str, name: str, url: str | None) -> Measure:
    return Measure(
        short_,
        name,
        url,
        texts.number(Decimal(f"{kappa.kappa:.2f}"), decimals=2) if kappa.kappa is not None else "–",  # noqa: RUF001 - a dash
        texts.sentence(kappa.meaning if kappa.meaning is not None else str(kappa.reason)),
        texts.percent(kappa.observed) if kappa.observed is not None else "–",  # noqa: RUF001 - a dash
        texts.number(kappa.both),
        texts.number(len(kappa.only_one)),
        texts.number(len(kappa.only_other)),
    )


def _disagreement(programme_id: UUID, each: Difference, names: dict[UUID, str]) -> Disagreement:
    if each.passage.decided:
        readings.shown_ids((each.passage.id,))
    return Disagreement(
        code(CodeKind.STATEMENT, each.passage.number),
        each.passage.text,
        url_for(
            "coding.interview",
            programme_id=programme_id,
            interview_id=each.passage.interview_id,
            passage=each.passage.id,
            others=1,
            _anchor="passage",
        ),
        short(each.code),
        each.code.name,
        names[each.by],
    )
