"""What the page of one measurement says about its review, its parts and its proof."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.indicators import Definition, Kind
from toc.domain.indicators.breakdowns import LEVEL, Part
from toc.domain.indicators.reviewing import State
from toc.services import indicators as service
from toc.services.indicators import Measured, Whole
from toc.web import texts
from toc.web.indicators.visible import value_of
from toc.web.said import NOBODY, Said, not_shown
from toc.web.security import viewer

LOOKS = {State.SUBMITTED: "no_data", State.RETURNED: "overdue", State.APPROVED: "reached"}
"""How a state looks, as one of the statuses of an indicator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One group in the table of parts."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTable:
    """One breakdown, or the levels of an ordinal score."""

    name: str
    lines: tuple[PartLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLine:
    """Something that shows the value."""

    name: str
    url: str
    is_link: bool
    size: str
    by: str
    remove_url: str | None


def about(
    session: Session, one: Measured, whole: Whole, said: Said, visible: frozenset[UUID]
) -> dict[str, Any]:
    """Return what the page of a measurement shows beside its value, in two statements.

    Parts are shown to those who work with the numbers: a group of a small whole is smaller still. Proof may
    show a person, so who pays does not see it.

    Args:
        session: of the programme.
        one: the measurement.
        whole: its indicator.
        said: the reader.
        visible: the measurements whose numbers may be shown to them.
    """
    programme_id = session.info["programme_id"]
    definition = whole.view.definition
    inside = said.small.sees_all
    sees_proof, may_record = viewer().may("participant.read"), viewer().may("measurement.record")
    chain = _chain(one, whole)
    here: dict[str, Any] = {"programme_id": programme_id, "measurement_id": one.id}
    stands = one.superseded_by is None and not one.is_void
    return {
        "state": texts.word(one.state),
        "state_look": LOOKS[one.state],
        "is_void": one.is_void,
        "stands": stands,
        "after_lock": one.after_lock,
        "narrative": one.narrative if inside else "",
        "tables": _tables(one.parts, definition) if inside else (),
        "groups_url": url_for(
            "indicators.show",
            programme_id=programme_id,
            indicator_id=whole.view.id,
            _anchor="measured",
        )
        if one.parts and not inside
        else "",
        "proof": _proof(session, one) if sees_proof else (),
        "proof_url": url_for("indicators.proof", **here) if may_record and stands else None,
        "take_back_url": url_for("indicators.take_back", **here) if may_record and stands else None,
        "history": _history(session, chain, whole, said, visible),
        "review_url": url_for("indicators.review", programme_id=programme_id, indicator_id=whole.view.id)
        if viewer().may("measurement.review") and stands
        else None,
        "more_facts": _facts(one) if inside else [],
    }


def _facts(one: Measured) -> list[tuple[str, str, str | None]]:
    facts = [
        (gettext("Where"), one.site),
        (gettext("First day of the period"), "" if one.starts_on is None else texts.day(one.starts_on)),
        (gettext("Participants with a value"), "" if one.people is None else texts.number(one.people)),
        (gettext("Participants without a value"), "" if one.missing is None else texts.number(one.missing)),
    ]
    return [(label, text, None) for label, text in facts if text]


def _chain(one: Measured, whole: Whole) -> list[Measured]:
    """Return all versions of a value, first version first."""
    by_id = {each.id: each for each in whole.measurements}
    chain = [one]
    while (before := chain[0].supersedes) is not None and before in by_id:
        chain.insert(0, by_id[before])
    while (after := chain[-1].superseded_by) is not None and after in by_id:
        chain.append(by_id[after])
    return chain


def _history(
    session: Session, chain: list[Measured], whole: Whole, said: Said, visible: frozenset[UUID]
) -> list[tuple[str, str, str]]:
    """Return who entered, saw and decided what when, earliest first: (moment, who, what)."""
    lines: list[tuple[datetime, str, str]] = []
    for one in chain:
        shown = value_of(one, whole, visible, said)
        if one.is_void:
            what = gettext("took it back: %(why)s", why=one.note if said.small.sees_all else not_shown())
        elif one.supersedes is not None:
            what = gettext("corrected it to %(value)s", value=shown)
        else:
            what = gettext("entered %(value)s", value=shown)
        lines.append((one.at, one.by or NOBODY, what))
    steps = service.steps_of(session, [one.id for one in chain])
    for each in steps.values():
        for step in each:
            remark = step.remark if said.small.sees_all else ""
            what = f"{texts.word(step.step)}: {remark}" if remark else texts.word(step.step)
            lines.append((step.at, step.by or NOBODY, what))
    return [(texts.moment(at), who, what) for at, who, what in sorted(lines, key=lambda line: line[0])]


def _tables(parts: tuple[Part, ...], definition: Definition) -> tuple[PartTable, ...]:
    tables = []
    if definition.kind is Kind.ORDINAL:
        people = {part.option: part for part in parts if part.breakdown == LEVEL}
        names = [(str(number), name) for number, name in enumerate(definition.levels, start=1)]
        tables.append(PartTable(name=gettext("People on each level"), lines=_lines(people, names)))
    for breakdown in definition.breakdowns:
        mine = {part.option: part for part in parts if part.breakdown == breakdown.key}
        names = [(option.key, option.name) for option in breakdown.options]
        names.append((breakdown.keys[-1], gettext("unknown")))
        if mine:
            tables.append(PartTable(name=breakdown.name, lines=_lines(mine, names)))
    return tuple(tables)


def _lines(parts: dict[str, Part], names: list[tuple[str, str]]) -> tuple[PartLine, ...]:
    return tuple(PartLine(name=name, value=_said(parts[key])) for key, name in names if key in parts)


def _said(part: Part) -> str:
    if part.numerator is None or part.denominator is None:
        return texts.number(part.value)
    return str(
        gettext(
            "%(part)s of %(whole)s",
            part=texts.number(part.numerator),
            whole=texts.number(part.denominator),
        )
    )


def _proof(session: Session, measured: Measured) -> tuple[ProofLine, ...]:
    programme_id = session.info["programme_id"]
    lines = []
    may_remove = viewer().may("measurement.record") and measured.state is not State.APPROVED
    for one in service.proof_of(session, measured.id):
        here = {"programme_id": programme_id, "file_id": one.id}
        mine = may_remove and one.by_id == viewer().user_id
        lines.append(
            ProofLine(
                name=one.name,
                url=one.url or url_for("indicators.proof_file", **here),
                is_link=bool(one.url),
                size="" if one.url else gettext("%(number)s kB", number=texts.number(one.size // 1000 + 1)),
                by=one.by,
                remove_url=url_for("indicators.remove_proof", **here) if mine else None,
            )
        )
    return tuple(lines)
