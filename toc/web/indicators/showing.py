"""Pages that show indicators: what is due, one indicator with its chart, one measurement, and a file."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from toc.domain.exchange import safe_cell
from toc.domain.indicators import Definition
from toc.domain.thread import BeadKind
from toc.models.programmes import Origin, Programme
from toc.services import indicators as service
from toc.services.indicators import EditionView, IndicatorView, Measured, Whole, results
from toc.services.thread import Known
from toc.services.thread.beads import indicator_item, measurement_item
from toc.services.thread.focus import Focus
from toc.web import frame, texts
from toc.web.database import read_session
from toc.web.indicators import pictures
from toc.web.indicators.about import LOOKS, about
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.listing import PAGE, may, page_of, pager
from toc.web.indicators.visible import note_of, value_of, visible
from toc.web.said import NOBODY, Said, badge, due, no, not_shown, yes
from toc.web.security import act, allow, today
from toc.web.thread import strip

# --- One indicator ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRow:
    """One measurement in a table."""

    day: str
    url: str
    value: str
    source: str
    source_url: str | None
    by: str
    note: str
    site: str
    state: str
    state_look: str
    after_lock: bool
    is_void: bool
    version: str
    replaced: str
    marks: tuple[Origin, ...]


def measured_row(
    one: Measured, whole: Whole, said: Said, programme_id: UUID, shown: frozenset[UUID]
) -> MeasuredRow:
    """Return a measurement as a table shows it; what is suppressed shows no note either.

    Args:
        one: the measurement.
        whole: the indicator that it is of.
        said: the reader.
        programme_id: of both.
        shown: the measurements whose numbers may be shown, from `visible`.
    """
    newer = next((row for row in whole.measurements if row.id == one.superseded_by), None)
    return MeasuredRow(
        day=texts.day(one.reading.on, short=True),
        url=url_for(".measurement", programme_id=programme_id, measurement_id=one.id),
        value=value_of(one, whole, shown, said),
        source=source(one),
        source_url=source_url(one, programme_id),
        by=one.by,
        note=note_of(one, shown, said),
        site=one.site,
        state=texts.word(one.state),
        state_look=LOOKS[one.state],
        after_lock=one.after_lock,
        is_void=one.is_void,
        marks=one.marks,
        version="" if one.version == 1 else gettext("version %(number)s", number=one.version),
        replaced=""
        if newer is None
        else gettext("corrected on %(on)s by %(who)s", on=texts.day(newer.at.date()), who=newer.by or NOBODY),
    )


def source(one: Measured) -> str:
    """Return how a measurement came in."""
    if one.source_row is None:
        return texts.word(one.source)
    return str(gettext("from a file, line %(line)s", line=one.source_row))


def source_url(one: Measured, programme_id: UUID) -> str | None:
    """Return the address of the import that a measurement came with."""
    if one.log_import_id is None:
        return None
    return url_for(".log_import", programme_id=programme_id, import_id=one.log_import_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRow:
    """One definition in the history."""

    title: str
    made: str
    reason: str
    facts: list[tuple[str, str]]


def facts_of(definition: Definition, said: Said) -> list[tuple[str, str]]:
    """Return what a definition says, in words: (label, text)."""
    period = gettext("from the start") if definition.is_cumulative else gettext("for its own period")
    facts = [
        (gettext("What counts"), definition.definition),
        (gettext("Kind"), texts.word(definition.kind)),
        (gettext("Unit"), definition.unit),
        (gettext("Which way"), texts.word(definition.direction)),
        (gettext("A value counts"), period),
        (gettext("How often"), texts.word(definition.frequency)),
        (gettext("Where the figures come from"), definition.collection),
        (gettext("Baseline"), said.baseline(definition)),
        (gettext("Target"), said.target(definition)),
        (gettext("More would be desired"), said.aim(definition.desired_value, definition)),
        (gettext("Less would be a failure"), said.aim(definition.minimum_value, definition)),
        (gettext("Counts participants"), yes() if definition.counts_people else no()),
    ]
    return [(label, text) for label, text in facts if text]


def marks_of(marks: Iterable[Origin]) -> list[tuple[str, Origin]]:
    """Return marks of origin, each with the words for the column that it is about; "" for the whole row."""
    columns = {
        "name": gettext("Name"),
        "definition": gettext("What counts"),
        "baseline_value": gettext("Baseline"),
        "target_value": gettext("Target"),
        "target_on": gettext("Day of the target"),
        "desired_value": gettext("More would be desired"),
        "minimum_value": gettext("Less would be a failure"),
        "value": gettext("Value"),
        "numerator": gettext("How many"),
        "denominator": gettext("Out of how many"),
    }
    return [(columns.get(mark.field, ""), mark) for mark in marks]


def _edition_title(number: int) -> str:
    return str(gettext("Edition %(number)s", number=number))


def _edition(view: EditionView, said: Said) -> EditionRow:
    return EditionRow(
        title=_edition_title(view.number),
        made=gettext("%(on)s, by %(who)s", on=texts.day(view.at.date()), who=view.by or NOBODY),
        reason=view.reason,
        facts=facts_of(view.definition, said),
    )


def crumb(whole: IndicatorView, programme_id: UUID) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the way to an indicator."""
    return (
        (gettext("Measurements"), url_for(".index", programme_id=programme_id)),
        (whole.code, url_for(".show", programme_id=programme_id, indicator_id=whole.id)),
    )


@indicators.get("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>")
@allow("indicator.read")
def show(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Show how one indicator stands, its chart, its measurements and its definition."""
    session = read_session(programme_id)
    whole = service.get_whole(session, act(), indicator_id)
    said = Said.of(whole.programme)
    view, seen = whole.view, results.seen(whole, said.small, today())
    shown = visible(whole, said)
    days, live = seen.standing.days[::-1], whole.series[::-1]
    old = [one for one in whole.measurements if not one.counts]
    frame.show_in(whole.programme, *crumb(view, programme_id)[:1], (view.code, None))
    look, word = badge(view.judgement.status)
    return render_template(
        "indicators/show.html",
        view=view,
        look=look,
        status=word,
        beads=strip(session, "indicator", indicator_id),
        judgement=said.judgement(seen.standing.judgement, seen.standing.latest, view.definition),
        due=due(view.judgement, today()),
        rule=said.rule(view.judgement, seen.definition),
        chart=pictures.chart(seen, said),
        chart_sentence=pictures.chart_sentence(seen, said),
        days=pictures.day_rows(page_of(days), seen.definition, said),
        splits=pictures.split_tables(seen, said),
        levels=pictures.level_table(seen, said),
        accounts=page_of(pictures.accounts(whole, said)),
        rows=[measured_row(one, whole, said, programme_id, shown) for one in page_of(live)],
        pager=pager(max(len(live), len(days)), programme_id=programme_id, indicator_id=indicator_id),
        old=[measured_row(one, whole, said, programme_id, shown) for one in old[:PAGE]],
        suppressed=_suppressed(pictures.is_suppressed(seen), said),
        facts=facts_of(view.definition, said),
        editions=[_edition(one, said) for one in whole.editions],
        marks=marks_of(whole.marks),
        compare_url=url_for(".compare", programme_id=programme_id, indicator=view.code),
        address={"programme_id": programme_id, "indicator_id": indicator_id},
        **may(),
    )


def _suppressed(count: int, said: Said) -> str:
    """Say how many numbers this reader does not see and why; "" when none."""
    if not count:
        return ""
    return str(
        ngettext(
            "%(num)d number is not shown to you, because its group, or what could be computed from it, has "
            "fewer than %(threshold)s people. That protects the participants.",
            "%(num)d numbers are not shown to you, because their groups, or what could be computed from "
            "them, have fewer than %(threshold)s people. That protects the participants.",
            count,
            threshold=said.small.threshold,
        )
    )


# --- One measurement ----------------------------------------------------------------------------------------


@indicators.get("/p/<uuid:programme_id>/measurements/<uuid:measurement_id>")
@allow("indicator.read")
def measurement(programme_id: UUID, measurement_id: UUID) -> ResponseReturnValue:
    """Show one measurement: what was counted, where it comes from, and what it replaces."""
    session = read_session(programme_id)
    one, whole = service.get_measurement(session, act(), measurement_id)
    said = Said.of(whole.programme)
    frame.show_in(whole.programme, *crumb(whole.view, programme_id), (texts.day(one.reading.on), None))
    shown = visible(whole, said)
    rows = {row.id: measured_row(row, whole, said, programme_id, shown) for row in whole.measurements}
    return render_template(
        "indicators/measurement.html",
        one=one,
        row=rows[one.id],
        view=whole.view,
        beads=strip(session, "measurement", measurement_id, _thread_of(one, whole, shown)),
        facts=_measurement_facts(one, rows[one.id], whole, programme_id),
        earlier=rows.get(one.supersedes) if one.supersedes else None,
        later=rows.get(one.superseded_by) if one.superseded_by else None,
        suppressed=_suppressed(int(one.id not in shown), said),
        marks=marks_of(one.marks),
        correct_url=url_for(".correct", programme_id=programme_id, measurement_id=measurement_id),
        **about(session, one, whole, said, shown),
        **may(),
    )


def _thread_of(one: Measured, whole: Whole, shown: frozenset[UUID]) -> Known:
    """Return what the thread of a measurement need not read again."""
    view = whole.view
    measured_as = next(each.definition for each in whole.editions if each.number == one.edition)
    return Known(
        focus=Focus(goals=(view.goal_id,), indicator=view.id, measurement=one.id),
        items={
            BeadKind.INDICATOR: (indicator_item(view.id, view.code, view.definition),),
            BeadKind.MEASUREMENT: (
                measurement_item(one.id, one.reading, measured_as, is_shown=one.id in shown),
            ),
        },
    )


def _measurement_facts(
    one: Measured, shown: MeasuredRow, whole: Whole, programme_id: UUID
) -> list[tuple[str, str, str | None]]:
    view = whole.view
    indicator_url = url_for(".show", programme_id=programme_id, indicator_id=view.id)
    goal_url = url_for("goals.show", programme_id=programme_id, goal_id=view.goal_id)
    facts = [
        (gettext("Indicator"), f"{view.code} {view.definition.name}", indicator_url),
        (gettext("Goal"), f"{view.goal_code} {view.goal_wording}", goal_url),
        (gettext("Day"), shown.day, None),
        (gettext("Value"), shown.value, None),
        (
            gettext("Measured by"),
            gettext("Edition %(number)s", number=one.edition),
            f"{indicator_url}#definition",
        ),
        (gettext("Source"), shown.source, shown.source_url),
        (gettext("Entered by"), shown.by, None),
        (gettext("Entered at"), texts.moment(one.at), None),
        (gettext("Version"), texts.number(one.version), None),
        (gettext("Note"), shown.note, None),
    ]
    return [fact for fact in facts if fact[1]]


# --- Out again ----------------------------------------------------------------------------------------------


@indicators.get("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/measurements.csv")
@allow("indicator.read")
def export(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Give the measurements that count as a file, written as the reader writes numbers."""
    whole = service.get_whole(read_session(programme_id), act(), indicator_id)
    said = Said.of(whole.programme)
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";" if texts.language() == "nl" else ",")
    for cells in _cells(whole, said):
        writer.writerow([safe_cell(cell) for cell in cells])
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{whole.view.code}.csv"'
    return answer


def _cells(whole: Whole, said: Said) -> Iterable[list[str]]:
    yield [
        gettext("date"),
        gettext("value"),
        gettext("numerator"),
        gettext("denominator"),
        gettext("unit"),
        gettext("remark"),
        gettext("indicator"),
        gettext("version"),
        gettext("source"),
        gettext("entered by"),
    ]
    definition = whole.view.definition
    visible_ones = visible(whole, said)
    for one in whole.series:
        shown = one.id in visible_ones
        reading = one.reading
        numbers = (reading.value, reading.numerator, reading.denominator)
        yield [
            reading.on.isoformat(),
            *("" if number is None or not shown else plain(number) for number in numbers),
            definition.unit,
            note_of(one, visible_ones, said) if shown else not_shown(),
            f"{whole.view.code} {definition.name}",
            str(one.version),
            source(one),
            one.by,
        ]


def plain(number: Any) -> str:  # noqa: ANN401 - a Decimal
    """Return a number without grouping, with the decimal sign of the page's language."""
    text = format(number, "f")
    return text.replace(".", ",") if texts.language() == "nl" else text


def heading(programme: Programme, view: IndicatorView, title: str) -> None:
    """Say where a form about an indicator is."""
    frame.show_in(programme, *crumb(view, programme.id), (title, None))
