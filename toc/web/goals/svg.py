"""The picture of the tree written down as SVG: hundreds of boxes, for which a template takes too long.

All that people typed is escaped here, once; the rest are our own numbers and names of classes.
"""

from collections.abc import Iterator
from html import escape

from markupsafe import Markup

from toc.web.goals.blueprint import goals
from toc.web.goals.pictures import Dot, DrawnGoal, DrawnLink, Picture


@goals.app_template_global("tree_boxes")
def boxes(picture: Picture) -> Markup:
    """Return the lines, then the boxes as links, then the words over them, as they stand in an `svg`.

    What the links say already stands over them, hidden from who hears the page, so that the name of a link is
    the words of its goal.
    """
    parts = ['<g aria-hidden="true">', *map(_line, picture.links), "</g>"]
    for goal in picture.goals:
        parts += _box(goal)
    parts.append('<g class="tree__over" aria-hidden="true">')
    for goal in picture.goals:
        parts += _over(goal)
    parts += [_sure(link) for link in picture.links if link.number]
    parts.append("</g>")
    return Markup("\n".join(parts))  # noqa: S704 - escaped below, value by value


def _line(link: DrawnLink) -> str:
    arrow = ' marker-end="url(#tree-arrow)"' if link.is_feedback else ""
    return f'<path class="{link.look}" d="{link.path}"{arrow}/>'


def _sure(link: DrawnLink) -> str:
    return (
        f'<circle class="tree__sure" cx="{link.x}" cy="{link.y}" r="10"/>'
        f'<text class="tree__number tree__number--sure" x="{link.x}" y="{link.y}" dy=".36em">'
        f"{link.number}</text>"
    )


def _box(goal: DrawnGoal) -> Iterator[str]:
    box = goal.box
    look = "".join(
        (
            "tree__goal",
            " tree__goal--current" if goal.is_root else "",
            " tree__goal--marked" if goal.is_marked else "",
            " tree__goal--path" if goal.is_on_path else "",
        )
    )
    yield f'<a class="{look}" href="{escape(goal.url)}" aria-label="{escape(goal.label)}">'
    yield (
        f'<rect class="{goal.look}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
        f' rx="7"/>'
        f'<path class="{goal.bar}" d="{box.bar}"/>'
    )
    yield "".join(
        f'<text class="tree__name" x="{line.x}" y="{line.y}">{escape(line.text)}</text>'
        f"{'' if line.text.endswith('-') else ' '}"
        for line in box.lines
    )
    x, y = box.sign
    if goal.sign:
        yield (
            f'<use class="tree__sign--{goal.sign}" href="#tree-sign-{goal.sign}"'
            f' x="{goal.sign_x}" y="{goal.sign_y}"/>'
        )
    if goal.rung:
        yield f'<circle class="tree__rung tree__rung--{goal.rung}" cx="{x}" cy="{y}" r="11"/>'
    if goal.mark:
        yield f'<circle class="tree__mark" cx="{x}" cy="{y}" r="11"/>'
    for dot in goal.dots:
        yield f'<circle class="{dot.look}" cx="{dot.x}" cy="{dot.y}" r="{dot.radius}"/>'
    yield "</a>"
    if goal.fold:
        fold = goal.fold
        yield (
            f'<a class="tree__fold" href="{escape(fold.url)}" aria-label="{escape(fold.label)}">'
            f'<rect class="tree__fold-sign" x="{fold.left}" y="{fold.top}" width="{fold.width}" height="24"'
            f' rx="12"/>{_number("tree__fold-text", fold.x, fold.y, fold.text)}</a>'
        )


def _over(goal: DrawnGoal) -> Iterator[str]:
    x, y = goal.box.sign
    if goal.level:
        yield _note("level", goal.level_x, goal.level_y, goal.level)
    if goal.rung:
        yield _number(f"tree__number tree__number--rung-{goal.rung}", x, y, goal.rung)
    if goal.mark:
        yield _number("tree__number tree__number--mark", x, y, goal.mark)
    if goal.note:
        yield _note("lens", goal.note_x, goal.level_y, goal.note)
    for dot in goal.dots:
        if dot.number:
            yield _number_of(dot)
    if goal.more:
        yield f'<text class="tree__note" x="{goal.more_x}" y="{goal.level_y}">{goal.more}</text>'


def _note(kind: str, x: int, y: int, text: str) -> str:
    return f'<text class="tree__note tree__note--{kind}" x="{x}" y="{y}">{escape(text)}</text>'


def _number(look: str, x: int, y: int, text: str) -> str:
    return f'<text class="{look}" x="{x}" y="{y}" dy=".36em">{text}</text>'


def _number_of(dot: Dot) -> str:
    return _number(dot.number_look, dot.x, dot.y, dot.number)
