"""The goal tree out: a page to choose from, and each file."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.charts.shapes import Sheet as Drawn
from toc.charts.tree_pdf import Paper, tree_pdf
from toc.charts.tree_png import png
from toc.charts.tree_svg import page
from toc.domain.goals.body import SECTIONS, to_json
from toc.domain.goals.outline_writing import Style, arranged, forest_of, format_outline
from toc.domain.goals.rules import sees_hidden
from toc.domain.goals.sheets import STATEMENTS, Sheet, to_sheets
from toc.domain.programmes import Language
from toc.services import goals as goals_service
from toc.services import programmes
from toc.services.errors import NotFound
from toc.services.goals import exchange
from toc.services.goals.tree_files import csv_file
from toc.services.goals.workbooks import workbook
from toc.web import readings, texts
from toc.web.database import read_session
from toc.web.forms import Form, Input, OptionalLine, OptionalRowId, Tick, chosen
from toc.web.goals.blueprint import show_in_tree
from toc.web.goals.looks import Lens, compared, lenses_for, look, part_of
from toc.web.goals.pictures import Picture, draw
from toc.web.security import act, allow, today, viewer
from toc.web.texts.links import LENSES
from toc.web.texts.trees import ABOUT_SHEETS, SHEETS
from toc.web.trees.blueprint import trees
from toc.web.trees.shaping import sheet_of

MOST_BRANCHES: Final = 300
"""Goals that are offered as the top of a branch."""


class OutInput(Input):
    """Which part of the tree, and how; what cannot be read is left out."""

    root: OptionalRowId = None
    lens: Annotated[Lens | None, chosen(Lens, optional=True)] = None
    paper: Annotated[Paper | None, chosen(Paper, optional=True)] = None
    inside: Tick = False
    file: OptionalLine = ""


def _asked() -> OutInput:
    form = Form(request.args, OutInput)
    return form.value if form.ok else OutInput()


@trees.get("/p/<uuid:programme_id>/tree/export")
@allow("goal.read")
def download(programme_id: UUID) -> ResponseReturnValue:
    """Offer the files, or go to the one that was chosen."""
    session = read_session(programme_id)
    asked = _asked()
    if asked.file in FILES:
        values = asked.model_dump(exclude_defaults=True, exclude={"file"})
        return redirect(url_for(".file", programme_id=programme_id, name=asked.file, **_plain(values)))
    show_in_tree(session, (gettext("Export and import"), None))
    tree = goals_service.tree(session, act())
    tops = [goal for goal in tree.goals if tree.steps.below[goal.number]]
    return render_template(
        "trees/export.html",
        programme_id=programme_id,
        form=Form.empty(_plain(asked.model_dump(exclude_defaults=True))),
        is_empty=not tree.goals,
        writes=viewer().may("goal.write"),
        sees_hidden=sees_hidden(act().roles),
        branches=[
            ("", gettext("the whole tree")),
            *((goal.id, f"{goal.code} {goal.wording}") for goal in tops[:MOST_BRANCHES]),
        ],
        lenses=[(lens.value, str(LENSES[lens.value])) for lens in lenses_for(act())],
        papers=[(paper.value, texts.word(paper)) for paper in (Paper.A4, Paper.A3)],
        tables=[(f"{name}.csv", str(SHEETS[name])) for name in (*SECTIONS, STATEMENTS)],
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for as an address holds it."""
    return {name: 1 if value is True else value for name, value in values.items()}


@trees.get("/p/<uuid:programme_id>/tree/export/<name>")
@allow("goal.read")
def file(programme_id: UUID, name: str) -> ResponseReturnValue:
    """Give one file."""
    if name not in FILES:
        raise NotFound
    kind, make = FILES[name]
    content = make(read_session(programme_id), _asked())
    first, _, ending = name.partition(".")
    called = gettext("goal-tree") if first == "tree" else first
    return _attached(content, kind, f"{called}-{today().isoformat()}.{ending}")


def _attached(content: str | bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=kind, headers=headers)


# --- Pictures -----------------------------------------------------------------------------------------------


def picture_file(
    session: Session, picture: Picture, title: str, day: date, code: str, ending: str
) -> Response:
    """Give a picture as a file, one of `PICTURES`.

    Args:
        session: of the programme.
        picture: as a page has it; who may look at it was decided there.
        title: above it.
        day: of which it shows the state.
        code: of the party whose tree it is.
        ending: of the file.
    """
    kind, make = PICTURES[ending]
    name = f"{gettext('goal-tree')}-{code}-{day.isoformat()}.{ending}"
    return _attached(make(_around(session, picture, title, day)), kind, name)


def _drawn(session: Session, asked: OutInput) -> Drawn:
    reader = exchange.reader_of(act(), inside=asked.inside)
    tree = goals_service.tree(session, reader)
    part = part_of(tree, root=asked.root)
    seen = look(session, act(), asked.lens or Lens.STATUS, tree, part, root=asked.root)
    picture = draw(compared(session, seen), fold=lambda _goal, _opens: "")
    top = next((goal for goal in tree.goals if goal.id == asked.root), None)
    title = gettext("Goal tree")
    if top is not None:
        branch = gettext("Branch of %(code)s", code=top.code)
        title = f"{branch}: {top.wording}"
    return _around(session, picture, str(title), today())


def _around(session: Session, picture: Picture, title: str, day: date) -> Drawn:
    """Return a picture with programme, day, legend and notes around it."""
    notes = [picture.note] if picture.note else []
    if picture.left_out:
        notes.append(
            ngettext(
                "And %(num)d more goal that is not drawn.",
                "And %(num)d more goals that are not drawn.",
                picture.left_out,
            )
        )
    return sheet_of(
        picture,
        title=title,
        about=f"{programmes.get(session).name} · {texts.day(day)}",
        language=texts.language(),
        notes=tuple(map(str, notes)),
    )


def _svg(sheet: Drawn) -> str:
    return render_template("trees/picture.svg", sheet=sheet, page=page(sheet))


def _png(sheet: Drawn, paper: Paper | None = None) -> bytes:
    return png(tree_pdf(sheet, paper or Paper.A4))


PICTURES: dict[str, tuple[str, Callable[[Drawn], str | bytes]]] = {
    "svg": ("image/svg+xml", _svg),
    "png": ("image/png", _png),
}
"""Each form of a picture alone: its kind, and what makes it."""


# --- Text and tables ----------------------------------------------------------------------------------------


def _outline(style: Style) -> Callable[[Session, OutInput], str]:
    def make(session: Session, asked: OutInput) -> str:
        body = exchange.exported(session, exchange.reader_of(act(), inside=asked.inside), asked.root)
        return format_outline(arranged(forest_of(body)), style, Language(texts.language()))

    return make


def _json(session: Session, asked: OutInput) -> str:
    return to_json(exchange.exported(session, exchange.reader_of(act(), inside=asked.inside), asked.root))


def _sheets(session: Session, asked: OutInput) -> dict[str, Sheet]:
    reader = exchange.reader_of(act(), inside=asked.inside)
    body = exchange.exported(session, reader, asked.root)
    return {**to_sheets(body), STATEMENTS: _statements(session, asked)}


def _statements(session: Session, asked: OutInput) -> Sheet:
    reader = exchange.reader_of(act(), inside=asked.inside)
    sheet, shown = exchange.statement_rows(session, reader, exchange.exported(session, reader, asked.root))
    for statement in shown:
        readings.shown(statement)
    return sheet


def _xlsx(session: Session, asked: OutInput) -> bytes:
    programme = programmes.get(session)
    about = [
        (programme.name, texts.day(today())),
        *((name, str(said)) for name, said in ABOUT_SHEETS.items()),
    ]
    return workbook(_sheets(session, asked), about)


def _csv(name: str) -> Callable[[Session, OutInput], bytes]:
    def make(session: Session, asked: OutInput) -> bytes:
        delimiter = ";" if texts.language() == "nl" else ","
        if name == STATEMENTS:
            return csv_file(_statements(session, asked), delimiter)
        body = exchange.exported(session, exchange.reader_of(act(), inside=asked.inside), asked.root)
        return csv_file(to_sheets(body)[name], delimiter)

    return make


FILES: dict[str, tuple[str, Callable[[Session, OutInput], str | bytes]]] = {
    "tree.svg": ("image/svg+xml", lambda session, asked: _svg(_drawn(session, asked))),
    "tree.pdf": (
        "application/pdf",
        lambda session, asked: tree_pdf(_drawn(session, asked), asked.paper or Paper.A4),
    ),
    "tree.png": ("image/png", lambda session, asked: _png(_drawn(session, asked), asked.paper)),
    "tree.txt": ("text/plain; charset=utf-8", _outline(Style.TEXT)),
    "tree.md": ("text/markdown; charset=utf-8", _outline(Style.MARKDOWN)),
    "tree.json": ("application/json", _json),
    "tree.xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    **{f"{name}.csv": ("text/csv; charset=utf-8", _csv(name)) for name in (*SECTIONS, STATEMENTS)},
}
"""Each file: its kind, and what makes it."""
