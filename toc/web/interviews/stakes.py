"""The stakeholder map: who has a stake, how much, and how far they were heard."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.goals.wrapping import wrap
from toc.domain.people import Helix
from toc.services import interviews as service
from toc.services import programmes
from toc.services.interviews import GroupView
from toc.web import frame, texts
from toc.web.database import read_session
from toc.web.interviews.blueprint import interviews
from toc.web.security import allow, viewer

_STEPS = range(1, 6)
_CELL = 180
_LEFT = 40
_BELOW = 44
_LEAST = 52
_GAP = 8
_LINE = 18
_PAD = 10
_MOST_LINES = 4
_BOLDER = 14
"""Names are bold, and wider than `wrap` measures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapBox:
    """A party in the drawing.

    Attributes:
        x, y, width, height: in pixels of the drawing.
        lines: (y, text) of its code and name.
        heard: (y, text) below the name.
        name: in full.
        url: of its page.
        is_missing: fewer were heard than was wanted.
    """

    x: int
    y: int
    width: int
    height: int
    text_x: int
    lines: tuple[tuple[int, str], ...]
    heard: tuple[int, str]
    name: str
    url: str
    is_missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDrawing:
    """The parties by interest (to the right) and influence (upwards).

    Attributes:
        width, height: in pixels.
        cells: (x, y, width, height, is_dark) of each, every other one darker.
        columns: (x, y, number) below the cells.
        rows: (x, y, number) left of them.
        interest, influence: (x, y) of the names of the axes.
        boxes: the parties.
    """

    width: int
    height: int
    cells: tuple[tuple[int, int, int, int, bool], ...]
    columns: tuple[tuple[int, int, int], ...]
    rows: tuple[tuple[int, int, int], ...]
    interest: tuple[int, int]
    influence: tuple[int, int]
    boxes: tuple[MapBox, ...]


@interviews.get("/p/<uuid:programme_id>/stakeholders", endpoint="map")
@allow("goal.read")
def stakeholders(programme_id: UUID) -> ResponseReturnValue:
    """Show who has a stake; how far they were heard is for who may read interviews."""
    session = read_session(programme_id)
    frame.show_in(programmes.get(session), (gettext("Stakeholder map"), None))
    groups = service.group_views(session)
    if not viewer().may("interview.read"):
        return render_template("interviews/map_short.html", groups=groups)
    placed = [view for view in groups if view.group.interest and view.group.influence]
    return render_template(
        "interviews/map.html",
        programme_id=programme_id,
        groups=groups,
        drawing=draw(placed, session) if placed else None,
        unplaced=[view for view in groups if view not in placed],
        missing=[(view.group, sentences) for view in groups if (sentences := _missing(view))],
        sides=_sides(groups),
        nobody_for=not any(view.group.is_beneficiary for view in groups),
        total=_total(groups),
    )


def draw(groups: Iterable[GroupView], session: Session) -> MapDrawing:
    """Return where each party stands in the drawing; a row is as high as its fullest cell."""
    cells: dict[tuple[int, int], list[GroupView]] = {}
    for view in groups:
        cells.setdefault((view.group.influence or 0, view.group.interest or 0), []).append(view)
    top, boxes, grid, rows = 0, [], [], []
    for influence in reversed(_STEPS):
        height = _LEAST
        for interest in _STEPS:
            x, y = _LEFT + (interest - 1) * _CELL, top + _GAP
            for view in cells.get((influence, interest), ()):
                box = _box(view, session, x + _GAP, y)
                boxes.append(box)
                y += box.height + _GAP
            height = max(height, y - top)
        for interest in _STEPS:
            dark = bool((influence + interest) % 2)
            grid.append((_LEFT + (interest - 1) * _CELL, top, _CELL, height, dark))
        rows.append((_LEFT - 12, top + height // 2 + 5, influence))
        top += height
    middle = [(_LEFT + (step - 1) * _CELL + _CELL // 2, top + 20, step) for step in _STEPS]
    width = _LEFT + _CELL * len(_STEPS)
    return MapDrawing(
        width=width,
        height=top + _BELOW,
        cells=tuple(grid),
        columns=tuple(middle),
        rows=tuple(rows),
        interest=(width, top + 38),
        influence=(12, 4),
        boxes=tuple(boxes),
    )


def _box(view: GroupView, session: Session, x: int, y: int) -> MapBox:
    width = _CELL - 2 * _GAP
    name = f"{code(CodeKind.GROUP, view.group.code)} {view.group.name}"
    lines = wrap(name, width - 2 * _PAD - _BOLDER, _MOST_LINES).lines
    first = y + _PAD + 12
    ends = first + _LINE * len(lines)
    return MapBox(
        x=x,
        y=y,
        width=width,
        height=_PAD * 2 + _LINE * (len(lines) + 1),
        text_x=x + _PAD,
        lines=tuple((first + _LINE * at, line) for at, line in enumerate(lines)),
        heard=(ends, _heard(view)),
        name=name,
        url=url_for(".group", programme_id=session.info["programme_id"], group_id=view.group.id),
        is_missing=bool(view.to_hear),
    )


def _heard(view: GroupView) -> str:
    return str(
        gettext(
            "%(heard)s of %(wanted)s heard",
            heard=texts.number(view.heard),
            wanted=texts.number(view.group.wanted_interviews),
        )
    )


def _missing(view: GroupView) -> list[str]:
    """Return in words what is still to be done to hear a party."""
    sentences = []
    if view.to_find:
        sentences.append(
            ngettext("one person is still to be found", "%(num)d people are still to be found", view.to_find)
        )
    if view.planned:
        sentences.append(
            ngettext("one person is still to be heard", "%(num)d people are still to be heard", view.planned)
        )
    unchecked = view.heard - view.confirmed
    if unchecked:
        sentences.append(
            ngettext(
                "one person has not answered the member check yet",
                "%(num)d people have not answered the member check yet",
                unchecked,
            )
        )
    return [str(each) for each in sentences]


def _sides(groups: Iterable[GroupView]) -> list[str]:
    """Return the sides of society of which there is no party."""
    there = {view.group.helix for view in groups}
    return [texts.word(side) for side in Helix if side not in there]


def _total(groups: Iterable[GroupView]) -> dict[str, int]:
    """Return the sums of all parties; documents and workshops are no interviews."""
    views = list(groups)
    return {
        "wanted": sum(view.group.wanted_interviews for view in views),
        "planned": sum(view.planned for view in views),
        "heard": sum(view.heard for view in views),
        "confirmed": sum(view.confirmed for view in views),
        "documents": sum(view.documents for view in views),
        "workshops": sum(view.workshops for view in views),
    }
