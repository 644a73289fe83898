"""Indicators that are computed from participants: the rule is chosen, the value counted, and recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.indicators import Kind
from toc.domain.indicators.breakdowns import ADDING, Breakdown, Part, part_of
from toc.domain.participants import TOTAL, Computed, Rule, Subject, compute
from toc.models.goals import Goal
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.models.participants import Cohort, Instrument, Observation, Site
from toc.services import indicators as service
from toc.services.errors import NotFound
from toc.services.indicators import Entry, IndicatorView
from toc.services.indicators.counted import counts, is_computed
from toc.services.indicators.editions import is_current
from toc.services.observed import people


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """An indicator and the rule that it is computed by; None where somebody logs it."""

    view: IndicatorView
    breakdowns: tuple[Breakdown, ...]
    rule: Rule | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a rule counted on a day.

    Attributes:
        codes: of the participants, by id.
        groups: of each breakdown of the indicator its groups, "unknown" last: (key of the group, what was
            counted of it).
    """

    computed: Computed
    codes: Mapping[UUID, str]
    groups: tuple[tuple[Breakdown, tuple[tuple[str, Computed], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The latest value that was recorded of a computed indicator, as it still counts."""

    id: UUID
    on: date
    at: datetime
    rests_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """An indicator of which values of participants, one by one, can be looked at by a rule."""

    id: UUID
    code: str
    name: str
    kind: Kind


def rule_in(view: IndicatorView) -> RuleView:
    """Return an indicator that was read already with its rule."""
    said = view.definition.rule
    return RuleView(
        view=view,
        breakdowns=view.definition.breakdowns,
        rule=None if said is None else Rule.from_json(said),
    )


def get_rule(session: Session, act: Act, indicator_id: UUID) -> RuleView:
    """Return an indicator with its rule, in a fixed number of statements.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this reader.
    """
    return rule_in(service.get_indicator(session, act, indicator_id))


def names_in(session: Session, rule: Rule) -> dict[str, str]:
    """Return the names of what a rule refers to; "" where it names none.

    Returns:
        By ``instrument``, ``item``, ``indicator``, ``cohort`` and ``site``.
    """
    place = session.info["programme_id"]
    found = dict.fromkeys(("instrument", "item", "indicator", "cohort", "site"), "")
    if rule.instrument_id is not None:
        instrument = session.get_one(Instrument, (place, rule.instrument_id))
        found["instrument"] = f"{instrument.name} {instrument.version}"
        found["item"] = {item["key"]: item["name"] for item in instrument.items}.get(rule.item, "")
    if rule.indicator_id is not None:
        (indicator,) = _valued(session, Indicator.id == rule.indicator_id)
        found["indicator"] = f"{indicator.code} {indicator.name}"
    if rule.cohort_id is not None:
        found["cohort"] = session.get_one(Cohort, (place, rule.cohort_id)).name
    if rule.site_id is not None:
        found["site"] = session.get_one(Site, (place, rule.site_id)).name
    return found


def _valued(session: Session, *where: ColumnElement[bool]) -> list[Valued]:
    rows = session.execute(
        select(Indicator.id, Indicator.code, IndicatorEdition.name, IndicatorEdition.kind)
        .join(IndicatorEdition, is_current())
        .join(Indicator.goal)
        .where(Indicator.programme_id == session.info["programme_id"], *where)
        .order_by(Indicator.code)
    )
    return [
        Valued(id=row.id, code=code(CodeKind.INDICATOR, row.code), name=row.name, kind=row.kind)
        for row in rows
    ]


def valued(session: Session, indicator_id: UUID) -> list[Valued]:
    """Return the indicators whose values of participants the rule of an indicator may look at.

    They are its own, and those that values were recorded of; none of a hidden goal, because everybody reads
    the rule. One statement.
    """
    recorded = exists().where(
        Observation.programme_id == Indicator.programme_id,
        Observation.indicator_id == Indicator.id,
        Observation.subject == Subject.VALUE,
    )
    return _valued(session, or_(Indicator.id == indicator_id, Goal.released.is_(True) & recorded))


def count(session: Session, said: RuleView, on: date) -> Counted:
    """Return what the rule of an indicator counts on a day, in two statements.

    Raises:
        NotFound: the indicator has no rule.
    """
    if said.rule is None:
        raise NotFound
    everybody, codes = people(session, [said.rule])
    computed = compute(said.rule, everybody, on)
    groups = []
    for breakdown in said.breakdowns:
        options = [option.key for option in breakdown.options]
        parts = tuple((key, computed.of(breakdown.key, key, options)) for key in breakdown.keys)
        groups.append((breakdown, parts))
    return Counted(computed=computed, codes=codes, groups=tuple(groups))


def choose_rule(
    session: Session, act: Act, indicator_id: UUID, rule: Rule | None, *, reason: str, revision: int
) -> IndicatorEdition:
    """Compute an indicator by another rule from now on, or by none: a new edition of its definition.

    Args:
        session: of a programme.
        act: who and when.
        indicator_id: which.
        rule: as `rule_of` made it; None: somebody logs the indicator.
        reason: why; never empty.
        revision: of the indicator when the form was made.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this person.
        Stale: somebody else was faster.
        DomainError: ``rule.kind``, ``form.choose``, with ``field``; ``indicator.reason_missing``.
    """
    _, edition = service.locked(session, act, indicator_id)
    if rule is not None and not rule.fits(edition.kind):
        raise DomainError("rule.kind", field="what")
    of = None if rule is None else rule.indicator_id
    if of is not None and of not in {one.id for one in valued(session, indicator_id)}:
        raise DomainError("form.choose", field="indicator_id")
    definition = replace(service.definition_of(edition), rule=None if rule is None else rule.as_json())
    return service.new_edition(session, act, indicator_id, definition, reason=reason, revision=revision)


def rule_of(session: Session, **says: Any) -> Rule:  # noqa: ANN401 - the fields of a rule
    """Return the rule of what somebody chose; whether it looks at levels is known of what it looks at.

    Raises:
        DomainError: ``form.choose``, with ``field``, where something is not of this programme, and what
            `Rule` refuses.
    """
    place = session.info["programme_id"]
    for table, name in ((Cohort, "cohort_id"), (Site, "site_id")):
        if says.get(name) is not None and session.get(table, (place, says[name])) is None:
            raise DomainError("form.choose", field=name)
    instrument = None
    if says.get("instrument_id") is not None:
        instrument = session.get(Instrument, (place, says["instrument_id"]))
        if instrument is None:
            raise DomainError("form.choose", field="instrument_id")
    if says["subject"] is Subject.SCORE and instrument is not None:
        keys = {TOTAL, *(item["key"] for item in instrument.items)}
        if says.get("item", TOTAL) not in keys:
            raise DomainError("form.choose", field="item")
        says["is_ordinal"] = instrument.is_ordinal
    if says.get("indicator_id") is not None:
        of_them = _valued(session, Indicator.id == says["indicator_id"])
        if not of_them:
            raise DomainError("form.choose", field="indicator_id")
        says["is_ordinal"] = of_them[0].kind is Kind.ORDINAL
    return Rule(**says)


# --- Recorded -----------------------------------------------------------------------------------------------


def record_computed(session: Session, act: Act, id_: UUID, indicator_id: UUID, on: date) -> Measurement:
    """Record what the rule of an indicator counts on a day as a measurement; the same twice makes one.

    The measurement keeps the rule, how many got each verdict, and a digest of who they were.

    Args:
        session: of a programme.
        act: who and when.
        id_: of the measurement.
        indicator_id: which.
        on: the day, not after today.

    Raises:
        NotFound: there is none in this programme, it is hidden from this person, or it has no rule.
        Conflict: ``measurement.day_taken``, ``measurement.already_saved``.
        DomainError: ``rule.nobody``, and what `record_measurement` refuses.
    """
    service.locked(session, act, indicator_id)
    said = get_rule(session, act, indicator_id)
    counted = count(session, said, on)
    computed = counted.computed
    value = computed.value
    if value is None:
        raise DomainError("rule.nobody")
    is_share = said.view.definition.kind is Kind.PROPORTION
    entry = Entry(
        id=id_,
        on=on,
        value=None if is_share else value,
        numerator=Decimal(computed.counted) if is_share else None,
        denominator=Decimal(computed.people) if is_share else None,
        people=computed.people,
        missing=computed.missing,
        parts=_parts(said.view.definition.kind, counted),
        rests_on=computed.rests_on(),
    )
    return service.record_measurement(session, act, indicator_id, entry)


def _parts(kind: Kind, counted: Counted) -> tuple[Part, ...]:
    """Return the groups of each breakdown; a group without anybody is left out of a share."""
    if kind not in ADDING:
        return ()
    is_share = kind is Kind.PROPORTION
    return tuple(
        part_of(
            kind,
            breakdown.key,
            key,
            value=None if is_share else Decimal(part.counted),
            numerator=Decimal(part.counted) if is_share else None,
            denominator=Decimal(part.people) if is_share else None,
        )
        for breakdown, parts in counted.groups
        for key, part in parts
        if part.people or not is_share
    )


def latest_recorded(session: Session, indicator_id: UUID) -> Kept | None:
    """Return the latest computed value that counts, None where none was recorded."""
    row = session.scalar(
        select(Measurement)
        .where(
            Measurement.programme_id == session.info["programme_id"],
            Measurement.indicator_id == indicator_id,
            is_computed(),
            counts(),
        )
        .order_by(Measurement.on.desc(), Measurement.version.desc())
        .limit(1)
    )
    return None if row is None else Kept(id=row.id, on=row.on, at=row.created_at, rests_on=row.rests_on)
