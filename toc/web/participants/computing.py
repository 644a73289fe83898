"""A computed indicator: its rule in words, its value, the list behind it; recorded, and the rule chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.exchange.notation import parse_date
from toc.domain.indicators import Definition, Kind
from toc.domain.indicators.breakdowns import UNKNOWN, Breakdown
from toc.domain.participants import (
    CHANGES,
    COUNTINGS,
    EVENTS,
    MIDDLES,
    TOTAL,
    Arm,
    Computed,
    Counting,
    Moment,
    Rule,
    Subject,
    Verdict,
)
from toc.models.programmes import Programme
from toc.services import participants as service
from toc.services import programmes
from toc.services.errors import NotFound, Stale
from toc.services.participants import Counted, RuleView
from toc.web import frame, texts
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Day,
    Edited,
    Form,
    Input,
    Line,
    OptionalDay,
    OptionalLine,
    OptionalNumber,
    OptionalRowId,
    OptionalWhole,
    RowId,
    Tick,
    chosen,
)
from toc.web.participants.blueprint import DASH, Page, carried, page_of, participants
from toc.web.participants.saying import rule_in_words
from toc.web.said import Said
from toc.web.security import act, allow, new_id, today, viewer

PAGE = 200
"""Participants of the list behind a value on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """A participant in the list behind a value, numbered within the verdict."""

    number: str
    code: str
    url: str
    verdict: str
    on: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """One group of a breakdown."""

    name: str
    value: str
    missing: str


def value_in_words(computed: Computed, definition: Definition, said: Said) -> str:
    """Return a value as it was counted: "72 of 120 (60 %)", "7", "32 hours (of 9 people)", "+1 (of 9)"."""
    value = computed.value
    if value is None:
        return str(gettext("nobody yet"))
    if computed.rule.what is Counting.SHARE:
        return str(
            gettext(
                "%(numerator)s of %(denominator)s (%(value)s)",
                numerator=texts.number(computed.counted),
                denominator=texts.number(computed.people),
                value=texts.percent(value, decimals=1),
            )
        )
    if computed.rule.what is Counting.COUNT:
        return said.amount(value, definition)
    many = ngettext("of %(num)d person", "of %(num)d people", computed.people)
    if computed.rule.what in MIDDLES:
        return f"{said.amount(value, definition)} ({many})"
    sign = "+" if value > 0 else ""
    return f"{sign}{texts.number(value)} ({many})"


def _members(counted: Counted, programme_id: UUID) -> list[MemberLine]:
    """Return the list behind a value: by verdict, then by code."""
    order = {verdict: place for place, verdict in enumerate(Verdict)}
    members = sorted(
        counted.computed.members, key=lambda member: (order[member.verdict], counted.codes[member.id])
    )
    seen: dict[Verdict, int] = {}
    lines = []
    for member in members:
        seen[member.verdict] = seen.get(member.verdict, 0) + 1
        lines.append(
            MemberLine(
                number=texts.number(seen[member.verdict]),
                code=counted.codes[member.id],
                url=url_for(".show", programme_id=programme_id, participant_id=member.id),
                verdict=texts.word(member.verdict),
                on=DASH if member.on is None else texts.day(member.on, short=True),
                value="" if member.value is None else texts.number(member.value),
            )
        )
    return lines


def _groups(
    breakdown: Breakdown, parts: tuple[tuple[str, Computed], ...], definition: Definition, said: Said
) -> tuple[str, list[GroupLine]]:
    names = {option.key: option.name for option in breakdown.options}
    lines = [
        GroupLine(
            name=gettext("unknown") if key == UNKNOWN else names[key],
            value=value_in_words(part, definition, said),
            missing=texts.number(part.missing),
        )
        for key, part in parts
    ]
    return breakdown.name, lines


def _asked_day() -> date:
    """Return the day that the address asks for, today when it asks for none that has been."""
    try:
        on = parse_date(request.args.get("on", ""))
    except DomainError:
        return today()
    return min(on, today())


def _heading(programme: Programme, said: RuleView, title: str) -> dict[str, Any]:
    here: dict[str, Any] = {"programme_id": programme.id, "indicator_id": said.view.id}
    frame.show_in(
        programme,
        (gettext("Measurements"), url_for("indicators.index", programme_id=programme.id)),
        (said.view.code, url_for("indicators.show", **here)),
        (title, None),
    )
    return here


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What everybody sees of a computed value, and what only those see who work with participants.

    Attributes:
        is_live: whether it was counted now; else it is the value that was recorded last.
    """

    is_live: bool
    value: str
    sentence: str
    verdicts: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, list[GroupLine]], ...]
    members: list[MemberLine]


def _shown(counted: Counted, said: RuleView, reader: Said, programme_id: UUID) -> Shown:
    """Return what is counted now, for who works with participants."""
    computed, definition = counted.computed, said.view.definition
    verdicts = [(texts.word(verdict), texts.number(many)) for verdict, many in computed.verdicts.items()]
    return Shown(
        is_live=True,
        value=value_in_words(computed, definition, reader),
        sentence=gettext("As of %(on)s.", on=texts.day(computed.as_of)),
        verdicts=tuple(verdicts),
        groups=tuple(_groups(*group, definition, reader) for group in counted.groups),
        members=_members(counted, programme_id),
    )


def _recorded(said: RuleView, reader: Said) -> Shown:
    """Return the value that was recorded last, for everybody else.

    What is counted anew on each day differs from one day to the next by one person.
    """
    now = said.view.now
    sentence = gettext("No value was recorded yet.")
    if now is not None:
        sentence = gettext(
            "Recorded of %(on)s. What has changed since is shown to those who work with participants.",
            on=texts.day(now.on),
        )
    value = reader.latest(said.view)
    return Shown(is_live=False, value=value or DASH, sentence=sentence, verdicts=(), groups=(), members=[])


def _kept(session: Session, said: RuleView) -> tuple[str, str, str] | None:
    """Return the value recorded last: its day, its address, and whether it can be counted again."""
    kept = service.latest_recorded(session, said.view.id)
    if kept is None:
        return None
    url = url_for("indicators.measurement", programme_id=session.info["programme_id"], measurement_id=kept.id)
    same = service.count(session, said, kept.on).computed.rests_on() == kept.rests_on
    text = gettext("The list of that day gives the same people and the same value today.")
    if not same:
        erased = service.erased_since(session, kept.at)
        text = gettext(
            "The list of that day is not the same any more: something was added, corrected or erased since."
        )
        if erased:
            text = gettext(
                "The list of that day is not the same any more. Participants erased since: %(many)s; more "
                "may have changed. The recorded value keeps what it rested on.",
                many=texts.number(erased),
            )
    return texts.day(kept.on), url, text


def _page(session: Session, said: RuleView, form: Form[Any], row_id: UUID) -> str:
    programme, reader = programmes.get(session), viewer()
    here = _heading(programme, said, gettext("Computed"))
    shown, pages, kept = None, None, None
    if said.rule is not None:
        shown = _recorded(said, Said.of(programme))
        if reader.may("participant.read"):
            counted = service.count(session, said, _asked_day())
            shown, kept = _shown(counted, said, Said.of(programme), programme.id), _kept(session, said)
        pages = _pages(len(shown.members), here)
    first, pager = pages or (0, None)
    return render_template(
        "participants/computed.html",
        form=form,
        row_id=row_id,
        view=said.view,
        words=[] if said.rule is None else rule_in_words(said.rule, service.names_in(session, said.rule)),
        has_rule=said.rule is not None,
        can_be=said.view.definition.kind in COUNTINGS,
        shown=shown,
        lines=[] if shown is None else shown.members[first : first + PAGE],
        has_values=said.rule is not None and said.rule.subject not in EVENTS,
        pager=pager,
        kept=kept,
        day=_asked_day().isoformat(),
        here=here,
        may_write=reader.may("indicator.write"),
        may_record=reader.may("measurement.record") and said.rule is not None,
    )


def _pages(total: int, here: Mapping[str, Any]) -> tuple[int, Page | None]:
    """Return how many of the list stand before this page, and the page where there are several."""
    if total <= PAGE:
        return 0, None
    on = _asked_day().isoformat()
    page = page_of(total, PAGE, lambda number: url_for(".computed", **here, on=on, page=number) + "#list")
    return page.first, page


class RecordInput(Input):
    """On which day the value is recorded."""

    id: RowId
    on: Day


@participants.get("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/computed")
@allow("indicator.read")
def computed(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Show how an indicator is computed and its value; who works with participants sees who is counted."""
    session = read_session(programme_id)
    said = service.get_rule(session, act(), indicator_id)
    return _page(session, said, Form.empty({"on": _asked_day().isoformat()}), new_id())


@participants.post("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/computed/record")
@allow("measurement.record")
def record(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Record what is counted on a day as a measurement."""
    session, form = write_session(programme_id), Form(request.form, RecordInput)
    said = service.get_rule(session, act(), indicator_id)
    if form.ok:
        try:
            made = service.record_computed(session, act(), form.value.id, indicator_id, form.value.on)
        except NotFound:
            raise
        except DomainError as error:
            form.blame("on", error)
        else:
            session.commit()
            flash(gettext("The value was recorded, with what it rests on."), "success")
            return redirect(
                url_for("indicators.measurement", programme_id=programme_id, measurement_id=made.id)
            )
    return _page(session, said, form, carried(form)), 400


# --- The rule -----------------------------------------------------------------------------------------------

_EVENT, _SCORE, _VALUE = "event", "score", "value"


class RuleInput(Input):
    """A rule as somebody chooses it: about an event, a score or a value."""

    what: Annotated[Counting, chosen(Counting)]
    about: OptionalLine
    event: Annotated[Subject | None, chosen(Subject, optional=True)]
    event_name: OptionalLine
    within_days: OptionalWhole
    scored: OptionalLine
    valued: OptionalLine
    level: OptionalNumber
    at_least: Tick
    moment: Annotated[Moment | None, chosen(Moment, optional=True)]
    before: Annotated[Moment | None, chosen(Moment, optional=True)]
    after: Annotated[Moment | None, chosen(Moment, optional=True)]
    starts_on: OptionalDay
    ends_on: OptionalDay
    cohort_id: OptionalRowId
    site_id: OptionalRowId
    arm: Annotated[Arm | None, chosen(Arm, optional=True)]
    reason: OptionalLine

    @property
    def of(self) -> str:
        """What the rule is about; a middle and a change are of scores, unless they are of values."""
        if self.about in {_SCORE, _VALUE}:
            return self.about
        return _SCORE if self.what in CHANGES | MIDDLES else _EVENT

    def says(self) -> dict[str, Any]:
        """Return the fields of the rule; what belongs to the other choices is left out.

        Raises:
            DomainError: ``rule.subject``, with ``field``, when no event was chosen.
        """
        names = ["what", "starts_on", "ends_on", "cohort_id", "site_id", "arm"]
        if self.of != _EVENT and self.what not in CHANGES | MIDDLES:
            names += ["level", "at_least"]
        shared = {name: getattr(self, name) for name in names}
        if self.of == _VALUE:
            return {**shared, "subject": Subject.VALUE, "indicator_id": _uuid(self.valued)}
        if self.of == _EVENT:
            if self.event is None:
                raise DomainError("rule.subject", field="subject")
            name = self.event_name if self.event is Subject.OTHER else ""
            return {**shared, "subject": self.event, "item": name, "within_days": self.within_days}
        instrument, _, item = self.scored.partition(":")
        score = {**shared, "subject": Subject.SCORE, "item": item, "instrument_id": _uuid(instrument)}
        if self.what in CHANGES:
            return {**score, "before": self.before, "after": self.after}
        return {**score, "moment": self.moment}


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


_AT = {"subject": "event", "instrument_id": "scored", "indicator_id": "valued"}


def _field(error: DomainError, *, is_score: bool) -> str:
    """Return at which field of the form the sentence of an error stands."""
    field = str(error.params.get("field", ""))
    if field == "item":
        return "scored" if is_score else "event_name"
    return _AT.get(field, field)


def _typed(rule: Rule | None, kind: Kind) -> dict[str, str]:
    """Return a rule as the form shows it."""
    if rule is None:
        first = COUNTINGS.get(kind, (Counting.COUNT,))[0]
        return {"what": first.value, "about": _SCORE if first in MIDDLES else _EVENT, "at_least": "1"}
    about = {Subject.SCORE: _SCORE, Subject.VALUE: _VALUE}.get(rule.subject, _EVENT)
    said = {name: str(value) for name, value in rule.as_json().items()}
    if rule.level is not None and texts.language() == "nl":
        said["level"] = said["level"].replace(".", ",")
    said |= {"about": about, "at_least": "1" if rule.at_least else "0"}
    if about == _SCORE:
        return {**said, "scored": f"{rule.instrument_id}:{rule.item}"}
    if about == _VALUE:
        return {**said, "valued": str(rule.indicator_id)}
    return {**said, "event": rule.subject.value, "event_name": rule.item}


def _scored_choices(session: Session) -> list[tuple[str, Any]]:
    return [
        ("", gettext("Choose")),
        *(
            (
                f"{one.name} {one.version}",
                [
                    (f"{one.id}:{TOTAL}", gettext("Whole instrument")),
                    *((f"{one.id}:{item['key']}", item["name"]) for item in one.items),
                ],
            )
            for one in service.instruments(session)
        ),
    ]


def _abouts(kind: Kind) -> list[tuple[str, str]]:
    """Return what an indicator of a kind can be computed from; an event has no number, hence no middle."""
    every = [
        (_EVENT, gettext("an event")),
        (_SCORE, gettext("a score")),
        (_VALUE, gettext("a value that was recorded of each person")),
    ]
    return every[1:] if kind is Kind.MEAN else every


def _rule_page(session: Session, said: RuleView, form: Form[RuleInput], revision: int) -> str:
    programme = programmes.get(session)
    here = _heading(programme, said, gettext("How it is computed"))
    kind, every, none = said.view.definition.kind, ("", gettext("All")), ("", gettext("Choose"))
    return render_template(
        "participants/rule.html",
        form=form,
        revision=revision,
        view=said.view,
        has_rule=said.rule is not None,
        is_middle=kind is Kind.MEAN,
        countings=[(one.value, texts.word(one)) for one in COUNTINGS.get(kind, ())],
        abouts=_abouts(kind),
        events=[none, *((one.value, texts.word(one)) for one in EVENTS)],
        known=service.known_events(session),
        scored=_scored_choices(session),
        valued=[
            none,
            *((one.id, f"{one.code} {one.name}") for one in service.valued(session, said.view.id)),
        ],
        bounds=[("1", gettext("this or more")), ("0", gettext("this or less"))],
        moments=[none, *texts.choices(Moment)],
        cohorts=[every, *((one.id, one.name) for one in service.cohorts(session))],
        sites=[every, *((one.id, one.name) for one in service.sites(session))],
        arms=[every, *texts.choices(Arm)],
        here=here,
    )


@participants.get("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/rule")
@allow("indicator.write")
def rule(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Show the form by which the rule of an indicator is chosen."""
    session = read_session(programme_id)
    said = service.get_rule(session, act(), indicator_id)
    form: Form[RuleInput] = Form.empty(_typed(said.rule, said.view.definition.kind))
    return _rule_page(session, said, form, said.view.revision)


@participants.post("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/rule")
@allow("indicator.write")
def save_rule(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Choose the rule of an indicator: a new edition of its definition."""
    session, form = write_session(programme_id), Form(request.form, RuleInput)
    said = service.get_rule(session, act(), indicator_id)
    if form.ok:
        try:
            made = service.rule_of(session, **form.value.says())
        except DomainError as error:
            form.blame(_field(error, is_score=form.value.of == _SCORE), error)
        else:
            return _choose(session, said, form, made, form.value.reason)
    return _rule_page(session, said, form, Edited.of(request.form).revision), 400


class DropInput(Input):
    """Why an indicator is logged by hand from now on."""

    drop_reason: Line


@participants.post("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/rule/drop")
@allow("indicator.write")
def drop_rule(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Log an indicator by hand from now on: a new edition of its definition."""
    session, form = write_session(programme_id), Form(request.form, DropInput)
    said = service.get_rule(session, act(), indicator_id)
    shown: Form[RuleInput] = Form.empty(_typed(said.rule, said.view.definition.kind))
    if form.ok:
        return _choose(session, said, shown, None, form.value.drop_reason)
    said_something = bool(request.form.get("drop_reason", "").strip())
    key = "form.not_understood" if said_something else "observation.reason_missing"
    shown.blame("drop_reason", DomainError(key))
    return _rule_page(session, said, shown, Edited.of(request.form).revision), 400


def _choose(
    session: Session, said: RuleView, form: Form[Any], made: Rule | None, reason: str
) -> ResponseReturnValue:
    revision = Edited.of(request.form).revision
    try:
        service.choose_rule(session, act(), said.view.id, made, reason=reason, revision=revision)
    except Stale as stale:
        form.blame("", DomainError("rule.stale"))
        return _rule_page(session, said, form, stale.revision), 409
    except DomainError as error:
        field = _field(error, is_score=False)
        form.blame("drop_reason" if made is None and field == "reason" else field, error)
        return _rule_page(session, said, form, revision), 400
    session.commit()
    flash(gettext("Saved as a new edition. The old one stays visible."), "success")
    return redirect(
        url_for(".computed", programme_id=session.info["programme_id"], indicator_id=said.view.id)
    )
