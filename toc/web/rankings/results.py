"""What comes out of a round, in words, a table and a chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.charts import rankings as charts
from toc.domain.agreement import Agreement, KendallW, SkillingsMack, Spread
from toc.domain.agreement import Conflict as Clash
from toc.domain.conflicts import ConflictKind
from toc.services import conflicts
from toc.services.rankings import PartyResult, RankedGoal, Result
from toc.web import texts
from toc.web.security import act, viewer

_HIGH = 100
_LEAST_P = 0.001
_MOST_CLASHES = 5
"""Pairs of parties that are told; of further ones only how many there are."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A party as the chart shows it: the shape of its mark, whether that is open, its name, its answers."""

    shape: str
    is_open: bool
    party: str
    answers: str
    inside: str


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal of the round: what all parties make of it together, each of them, and how far they lie apart.

    Attributes:
        url: of its page; "" for who has no account.
        cells: (party, text) in the order of the marks.
    """

    code: str
    wording: str
    url: str
    together: str
    cells: tuple[tuple[str, str], ...]
    apart: str


@dataclass(frozen=True, slots=True)
class ClashRow:
    """Two parties that order goals against each other.

    Attributes:
        url: of the form that puts it in the register; "" for who may not.
        known: code and address of the conflict that is in the register already, or None.
    """

    parties: str
    said: str
    url: str
    known: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Apart:
    """A goal where importance and measuring part; url "" for who has no account."""

    code: str
    wording: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """A result as a page shows it.

    Attributes:
        answers: how many answers it rests on.
        agreement: sentences on how far respondents agree.
        figure: the chart; None when nothing may be shown.
        sentence: what the chart says.
        more_clashes: how many further pairs of parties clash; "" when all are told.
        columns: headers of the parties in the table.
        withheld: which parties are not shown and why that may be; "" when all are.
    """

    answers: str
    agreement: tuple[str, ...]
    figure: dict[str, Any] | None
    sentence: str
    marks: tuple[Mark, ...]
    columns: list[tuple[str, str]]
    rows: tuple[GoalRow, ...]
    clashes: tuple[ClashRow, ...]
    more_clashes: str
    unmeasured: tuple[Apart, ...]
    unimportant: tuple[Apart, ...]
    withheld: str


def page(session: Session, result: Result, programme_id: UUID | None) -> ResultPage:
    """Return a result for a page.

    Args:
        session: of the programme.
        result: what came out.
        programme_id: for the addresses of goals; None for who came by a personal link and has no pages there.
    """
    goals = {goal.id: goal for goal in result.ranking.goals}
    ordered = [goals[goal_id] for goal_id in _ordered(result)]
    mismatch = result.mismatch
    return ResultPage(
        answers=ngettext(
            "This rests on %(num)d answer.", "This rests on %(num)d answers.", result.respondents
        ),
        agreement=tuple(_agreement(result.agreement)),
        figure=_figure(ordered, result.parties) if result.parties else None,
        sentence=_sentence(result, goals),
        marks=tuple(_mark(place, party) for place, party in enumerate(result.parties)),
        columns=[(party.name, "number") for party in result.parties],
        rows=tuple(_row(goal, result, programme_id) for goal in ordered),
        clashes=tuple(_clashes(session, result, goals, programme_id)),
        more_clashes=_more_clashes(result),
        unmeasured=tuple(_apart(goals[one], programme_id) for one in mismatch.important_unmeasured),
        unimportant=tuple(_apart(goals[one], programme_id) for one in mismatch.unimportant_measured),
        withheld=_withheld(result),
    )


def _ordered(result: Result) -> list[UUID]:
    """Return the goals of a round: the most important first, those that nobody may be shown of last."""
    importance = result.importance
    return sorted(
        (goal.id for goal in result.ranking.goals),
        key=lambda goal: (goal not in importance, -importance.get(goal, Fraction(0))),
    )


def _points(share: Fraction) -> int:
    """Return a share as a number from 0 to 100, halves upward."""
    return int(_HIGH * share + Fraction(1, 2))


def _score(place: Fraction) -> int:
    """Return a place as a score from 0 (least important) to 100."""
    return _points(1 - place)


def _url(goal: RankedGoal, programme_id: UUID | None) -> str:
    return url_for("goals.show", programme_id=programme_id, goal_id=goal.id) if programme_id else ""


# --- The chart and its table --------------------------------------------------------------------------------


def _figure(ordered: list[RankedGoal], parties: Iterable[PartyResult]) -> dict[str, Any]:
    places = {goal.id: place for place, goal in enumerate(ordered)}
    codes = [goal.code for goal in ordered]
    spans = [
        [
            charts.Span(
                goal=places[spread.goal],
                median=_score(spread.median),
                low=_score(spread.upper),
                high=_score(spread.lower),
                said=f"{party.name}, {codes[places[spread.goal]]}: {_cell(spread)}",
            )
            for spread in party.view.spreads
        ]
        for party in parties
    ]
    figure = charts.importance(codes, spans, axis=gettext("importance, 0 to 100"))
    drawn: dict[str, Any] = figure.to_plotly_json()
    return drawn


def _sentence(result: Result, goals: dict[UUID, RankedGoal]) -> str:
    """Return what the chart says: how it is read, and where parties lie farthest apart."""
    read = gettext(
        "A mark is the middle answer of a party, from 0 (least important) to 100 (most important). The line "
        "through it holds the middle half of its answers."
    )
    names = {party.id: party.name for party in result.parties}
    widest = next((gap for gap in result.between if gap.gap), None)
    if widest is None:
        return str(read)
    apart = gettext(
        "Parties lie farthest apart on %(goal)s: %(gap)s points between %(first)s and %(last)s.",
        goal=goals[widest.goal].code,
        gap=_points(widest.gap),
        first=names[widest.first],
        last=names[widest.last],
    )
    return f"{read} {apart}"


def _mark(place: int, party: PartyResult) -> Mark:
    shape = charts.symbol(place)
    answers = party.view.respondents or 0
    inside = [spread.upper - spread.lower for spread in party.view.spreads]
    return Mark(
        shape=shape.removesuffix("-open"),
        is_open=shape.endswith("-open"),
        party=party.name,
        answers=texts.number(answers),
        inside=gettext("one voice")
        if answers == 1
        else ngettext("%(num)d point", "%(num)d points", _points(sum(inside, Fraction(0)) / len(inside))),
    )


def _cell(spread: Spread) -> str:
    middle, low, high = _score(spread.median), _score(spread.upper), _score(spread.lower)
    if low == high:
        return str(middle)
    return str(gettext("%(middle)s (%(low)s to %(high)s)", middle=middle, low=low, high=high))


def _row(goal: RankedGoal, result: Result, programme_id: UUID | None) -> GoalRow:
    gap = next((one for one in result.between if one.goal == goal.id), None)
    importance = result.importance.get(goal.id)
    return GoalRow(
        code=goal.code,
        wording=goal.wording,
        url=_url(goal, programme_id),
        together="\N{EN DASH}" if importance is None else str(_points(importance)),
        cells=tuple(
            (
                party.name,
                next((_cell(one) for one in party.view.spreads if one.goal == goal.id), "\N{EN DASH}"),
            )
            for party in result.parties
        ),
        apart="\N{EN DASH}" if gap is None else str(_points(gap.gap)),
    )


def _apart(goal: RankedGoal, programme_id: UUID | None) -> Apart:
    return Apart(goal.code, goal.wording, _url(goal, programme_id))


def _withheld(result: Result) -> str:
    if not result.withheld:
        return ""
    return str(
        gettext(
            "Not shown, and counted in nothing here: %(parties)s. A party of spokespersons is shown when "
            "one of them answered, a party of participants when at least %(threshold)s did; so nobody can be "
            "recognised, and who did not answer stays unknown.",
            parties=", ".join(result.withheld),
            threshold=result.threshold,
        )
    )


# --- Agreement ----------------------------------------------------------------------------------------------


def _agreement(found: Agreement) -> Iterable[str]:
    if found.skillings_mack is None:
        yield from _kendall(found.w)
        return
    yield gettext("Not everybody ranked the same goals, so the statistic of Skillings and Mack answers.")
    yield from _skillings_mack(found.skillings_mack)
    if found.w.w is not None:
        yield gettext("On the goals that all ranked:")
        yield from _kendall(found.w)


def _kendall(w: KendallW) -> Iterable[str]:
    if w.w is None or w.p is None or w.chance is None or w.meaning is None:
        yield texts.sentence(w.reason or "")
        return
    yield gettext(
        "%(statistic)s is %(w)s on a scale from 0 to 1: %(meaning)s between %(judges)s respondents on "
        "%(goals)s goals.",
        statistic=texts.sentence("agreement.statistic.kendall_w"),
        w=_figure_of(w.w),
        meaning=texts.sentence(w.meaning),
        judges=w.judges,
        goals=len(w.goals),
    )
    if w.ties:
        yield gettext("It is corrected for equal places.")
    yield _beyond(w.p, beyond=bool(w.beyond_chance), how=texts.sentence(w.chance.value))


def _skillings_mack(found: SkillingsMack) -> Iterable[str]:
    if found.statistic is None or found.p is None or found.df is None:
        yield texts.sentence(found.reason or "")
        return
    yield gettext(
        "%(statistic)s is %(value)s with %(df)s degrees of freedom, for %(judges)s respondents and %(goals)s "
        "goals.",
        statistic=texts.sentence("agreement.statistic.skillings_mack"),
        value=_figure_of(found.statistic),
        df=found.df,
        judges=found.judges,
        goals=len(found.goals),
    )
    if not found.connected:
        yield gettext("Some goals were never ranked beside others, so nothing is known about their order.")
    how = texts.sentence("agreement.chance.chi_square")
    yield _beyond(found.p, beyond=bool(found.beyond_chance), how=how)


def _figure_of(value: float) -> str:
    return texts.show(round(value, 2))


def _beyond(p: float, *, beyond: bool, how: str) -> str:
    meaning = texts.sentence(f"agreement.sm.{'beyond_chance' if beyond else 'not_beyond_chance'}")
    shown = (
        gettext("less than %(least)s", least=texts.show(_LEAST_P))
        if p < _LEAST_P
        else texts.show(round(p, 3))
    )
    said = gettext("If all had answered at random, so much agreement had a chance of %(p)s", p=shown)
    return f"{meaning} {said} ({how})."


# --- Conflicts ----------------------------------------------------------------------------------------------


def _clashes(
    session: Session, result: Result, goals: dict[UUID, RankedGoal], programme_id: UUID | None
) -> Iterable[ClashRow]:
    opposed = [clash for clash in result.clashes if clash.opposed]
    if not opposed:
        return
    register = conflicts.conflict_views(session, act()) if programme_id else []
    names = {party.id: party.name for party in result.parties}
    for clash in opposed[:_MOST_CLASHES]:
        goal = goals[clash.widest] if clash.widest else None
        known = next((row for row in register if goal and _is_about(row, goal.id, clash)), None)
        one, other = (name for party, name in names.items() if party in {clash.one, clash.other})
        yield ClashRow(
            parties=gettext("%(one)s and %(other)s", one=one, other=other),
            said=_clash(clash, goal),
            url=_to_register(programme_id, goal, clash) if known is None else "",
            known=None
            if known is None or programme_id is None
            else (known.code, url_for("conflicts.show", programme_id=programme_id, conflict_id=known.id)),
        )


def _more_clashes(result: Result) -> str:
    more = sum(clash.opposed for clash in result.clashes) - _MOST_CLASHES
    if more <= 0:
        return ""
    said = ngettext(
        "%(num)d other pair of parties orders the goals against each other, less strongly.",
        "%(num)d other pairs of parties order the goals against each other, less strongly.",
        more,
    )
    return str(said)


def _is_about(one: conflicts.ConflictView, goal_id: UUID, clash: Clash) -> bool:
    sides = {side.id for side in one.sides}
    return goal_id in {goal.id for goal in one.goals} and {clash.one, clash.other} <= sides


def _clash(clash: Clash, goal: RankedGoal | None) -> str:
    said = gettext(
        "They order %(common)s goals against each other (Kendall's tau-b %(tau)s).",
        common=clash.common,
        tau=_figure_of(clash.tau or 0.0),
    )
    if goal is None:
        return str(said)
    apart = gettext(
        "Farthest apart, by %(gap)s points: %(code)s %(wording)s",
        code=goal.code,
        wording=goal.wording,
        gap=_points(clash.gap),
    )
    return f"{said} {apart}"


def _to_register(programme_id: UUID | None, goal: RankedGoal | None, clash: Clash) -> str:
    if programme_id is None or goal is None or not viewer().may("conflict.write"):
        return ""
    return url_for(
        "conflicts.new",
        programme_id=programme_id,
        goal=goal.id,
        party=[clash.one, clash.other],
        kind=ConflictKind.PRIORITY.value,
    )
