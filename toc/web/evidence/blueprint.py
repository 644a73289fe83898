"""The blueprint that the pages about evidence share, and where in the programme they are."""

from typing import Any
from uuid import UUID

import flask_babel
from flask import Blueprint, url_for

from toc.domain.codes import CodeKind, code
from toc.models.evidence import Study
from toc.models.goals import Goal
from toc.models.programmes import Programme
from toc.web import frame, texts
from toc.web.texts import evidence as evidence_texts

texts.register(evidence_texts.SENTENCES, evidence_texts.WORDS)

evidence = Blueprint("evidence", __name__)


def gettext(text: str, **values: object) -> str:
    """Return a sentence in the language of the page; Flask-Babel publishes no types."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int) -> str:
    """Return a sentence for this number, in the language of the page."""
    return str(flask_babel.ngettext(one, many, num))


def address(endpoint: str, programme_id: UUID, **values: Any) -> str:  # noqa: ANN401 - parts of an address
    """Return the address of a page of a programme."""
    return url_for(endpoint, programme_id=programme_id, **values)


def goal_address(programme_id: UUID, goal_id: UUID) -> str:
    """Return the address of the evidence for a goal."""
    return url_for("evidence.goal", programme_id=programme_id, goal_id=goal_id)


def study_address(study: Study) -> str:
    """Return the address of a study."""
    return url_for("evidence.study", programme_id=study.programme_id, study_id=study.id)


def locate(programme: Programme, goal: Goal, *here: str, study: Study | None = None) -> None:
    """Say where a page about a goal, or about a study of it, is."""
    path: list[tuple[str, str | None]] = [
        (gettext("Evidence"), url_for("evidence.index", programme_id=programme.id)),
        (code(CodeKind.GOAL, goal.code), goal_address(programme.id, goal.id)),
    ]
    if study is not None:
        path.append((code(CodeKind.STUDY, study.code), study_address(study)))
    path += [(name, None) for name in here]
    path[-1] = (path[-1][0], None)
    frame.show_in(programme, *path)
