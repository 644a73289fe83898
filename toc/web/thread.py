"""The thread strip: the beads of a thing as its page shows them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from toc.domain import permissions
from toc.domain.evidence import Effect, Scale
from toc.domain.indicators import Definition, Reading
from toc.domain.people import Role
from toc.domain.thread import Bead, BeadKind, Item, Say
from toc.domain.thread import strip as beads
from toc.models.programmes import Programme
from toc.services import thread as service
from toc.web import readings, texts
from toc.web.said import Said, not_shown
from toc.web.security import act, viewer
from toc.web.texts import thread as thread_texts
from toc.web.texts.evidence import effect_words

texts.register(thread_texts.SENTENCES, thread_texts.WORDS)

_LONGEST_LINE = 60

_PAGES = {
    BeadKind.STATEMENT: ("interviews.statement", "statement_id", "statement.read"),
    BeadKind.GOAL: ("goals.show", "goal_id", "goal.read"),
    BeadKind.INDICATOR: ("indicators.show", "indicator_id", "indicator.read"),
    BeadKind.MEASUREMENT: ("indicators.measurement", "measurement_id", "indicator.read"),
    BeadKind.EFFECT: ("evidence.study", "study_id", "evidence.read"),
    BeadKind.OUTCOME: ("bonds.outcome", "outcome_id", "outcome.read"),
    BeadKind.SAVING: ("bonds.saving", "saving_id", "bond.read"),
    BeadKind.PAYMENT: ("bonds.payment", "payment_id", "payment.read"),
}
"""Per bead the page of its things, the name of the id in its address, and the action that opens it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBead:
    """A bead with its sentences and addresses; see `templates/_macros/thread.html`."""

    key: str
    label: str
    lines: tuple[str, ...]
    state: str
    url: str | None
    count: int
    choices: tuple[tuple[str, str], ...]
    todo_url: str | None = None
    todo_label: str = ""


def seen_by(roles: frozenset[Role]) -> frozenset[BeadKind]:
    """Return the kinds of things that somebody with these roles may see."""
    return frozenset(kind for kind, (_, _, action) in _PAGES.items() if permissions.may(roles, action))


def strip(
    session: Session, kind: str, subject_id: UUID, known: service.Known | None = None
) -> list[ShownBead]:
    """Return the beads of a thing for the reader of this page.

    Args:
        session: of the programme.
        kind: a `BeadKind`, or its value.
        subject_id: id of the thing.
        known: what its page has read already.
    """
    programme = session.get_one(Programme, session.info["programme_id"])  # held, so that it is read once
    chain = service.chain(session, act(), BeadKind(kind), subject_id, known)
    return [
        _show(bead, programme.id, Said.of(programme)) for bead in beads(chain, seen=seen_by(viewer().roles))
    ]


def _show(bead: Bead, programme_id: UUID, said: Said) -> ShownBead:
    items = bead.items
    if bead.kind is BeadKind.STATEMENT:
        readings.shown_ids(item.id for item in items if item.id is not None)
    first = items[0] if items else None
    label = texts.word(bead.kind)
    if first is not None and first.code and len(items) == 1:
        label = f"{label} {first.code}"
    choices: tuple[tuple[str, str], ...] = ()
    if len(items) > 1:
        choices = tuple(
            (" ".join(part for part in (item.code, _line(item.says[0], said)) if part), address)
            for item in items
            if (address := _address(bead.kind, item, programme_id)) is not None
        )
    return ShownBead(
        key=bead.kind.value,
        label=label,
        lines=tuple(_line(say, said) for say in (bead.says if first is None else first.says)),
        state=bead.state.value,
        url=None if first is None or len(items) > 1 else _address(bead.kind, first, programme_id),
        count=len(items),
        choices=choices,
    )


def _address(kind: BeadKind, item: Item, programme_id: UUID) -> str | None:
    if item.id is None:
        return None
    endpoint, name, _ = _PAGES[kind]
    ids: dict[str, Any] = {"programme_id": programme_id, name: item.id}
    return url_for(endpoint, **ids)


def _line(say: Say, said: Said) -> str:
    params = dict(say.params)
    match params:
        case {"effect": Effect() as effect, "scale": Scale() as scale, "unit": str(unit)}:
            params = {"effect": effect_words(effect, scale, unit)}
        case {"reading": Reading() as reading, "definition": Definition() as definition}:
            params = {"reading": said.counted(reading, definition)}
        case {"reading": None}:
            params = {"reading": not_shown()}
        case {"definition": Definition() as definition}:
            params = {"value": said.aim(definition.target_value, definition)}
    text = texts.sentence(say.key, **params)
    return text if len(text) <= _LONGEST_LINE else f"{text[: _LONGEST_LINE - 1].rstrip()}…"
