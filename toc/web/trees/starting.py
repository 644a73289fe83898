"""Beginning a tree: with nothing, with an outline, or with a pattern that is meant to be adapted."""

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain.goals.body import TreeBody
from toc.domain.goals.outline_writing import forest_of, walk
from toc.domain.programmes import Language
from toc.services import goals as goals_service
from toc.services.errors import NotFound
from toc.services.goals import exchange
from toc.services.goals.patterns import Pattern, pattern_body, patterns
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.errors import page
from toc.web.forms import Form, Input, RowId
from toc.web.goals.blueprint import show_in_tree
from toc.web.security import act, allow, new_id
from toc.web.trees.blueprint import trees


class StartInput(Input):
    """Which beginning a form makes."""

    id: RowId


@trees.get("/p/<uuid:programme_id>/tree/start")
@allow("goal.write")
def start(programme_id: UUID) -> ResponseReturnValue:
    """Offer the ways to begin a tree."""
    session = read_session(programme_id)
    show_in_tree(session, (gettext("Begin the tree"), None))
    return render_template(
        "trees/start.html",
        programme_id=programme_id,
        is_empty=not goals_service.tree(session, act()).goals,
        patterns=patterns(Language(texts.language())),
    )


@trees.get("/p/<uuid:programme_id>/tree/start/<key>")
@allow("goal.write")
def pattern(programme_id: UUID, key: str) -> ResponseReturnValue:
    """Show a pattern before anything is made from it."""
    session = read_session(programme_id)
    found = _pattern(key)
    body = pattern_body(key, Language(texts.language()), programme_id)
    start_url = url_for(".start", programme_id=programme_id)
    show_in_tree(session, (gettext("Begin the tree"), start_url), (found.name, None))
    return render_template(
        "trees/pattern.html",
        programme_id=programme_id,
        pattern=found,
        lines=_lines(body),
        links=[(f"{link.lower} → {link.upper}", link.mechanism, link.assumption) for link in body.links],
        row_id=new_id(),
        is_empty=not goals_service.tree(session, act()).goals,
    )


@trees.post("/p/<uuid:programme_id>/tree/start/<key>")
@allow("goal.write")
def begin(programme_id: UUID, key: str) -> ResponseReturnValue:
    """Begin the tree with a pattern, each goal marked as one that nobody has said yet."""
    session = write_session(programme_id)
    found, form = _pattern(key), Form(request.form, StartInput)
    if not form.ok:
        return page(400)
    body = pattern_body(key, Language(texts.language()), form.value.id)
    mark = gettext("From the pattern “%(name)s”. Adapt it: no party has said this yet.", name=found.name)
    marked = replace(body, goals=tuple(replace(goal, explanation=mark) for goal in body.goals))
    exchange.bring_in_body(session, act(), form.value.id, marked)
    session.commit()
    said = gettext("The tree has a beginning.")
    flash(f"{said} {found.note}", "success")
    return redirect(url_for("goals.tree", programme_id=programme_id))


def _pattern(key: str) -> Pattern:
    found = next((one for one in patterns(Language(texts.language())) if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def _lines(body: TreeBody) -> list[tuple[int, str, str, str]]:
    """Return each line of a pattern: depth, code, wording and level; no level where it stands again."""
    forest = forest_of(body)
    return [
        (
            depth,
            forest.goals[at].code,
            forest.goals[at].wording,
            texts.word(forest.goals[at].level) if first else "",
        )
        for depth, at, _, first in walk(forest)
    ]
