"""The working elements of a programme: what makes it work, how, and what is known of that."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from toc.domain.goals import ArgumentSide
from toc.services.goals.elements import Element, elements
from toc.web import texts
from toc.web.database import read_session
from toc.web.goals.arguments import Argued, argued
from toc.web.goals.blueprint import goals, show_in_tree
from toc.web.security import act, allow, viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A working element as the page shows it.

    Attributes:
        name: what people call it.
        verdict: what the evaluator makes of it, in words.
        mechanism: how it is supposed to work.
        link: codes of the goals that it joins.
        url: of that link.
        lower, upper: the goals.
        rung: of the evidence for the upper goal.
        counts: how many arguments there are for and against.
        arguments: (side, arguments).
    """

    name: str
    verdict: str
    mechanism: str
    link: str
    url: str
    lower: str
    upper: str
    rung: int
    counts: str
    arguments: tuple[tuple[str, tuple[Argued, ...]], ...]


@goals.get("/p/<uuid:programme_id>/elements", endpoint="elements")
@allow("goal.read")
def elements_page(programme_id: UUID) -> ResponseReturnValue:
    """List the working elements."""
    session = read_session(programme_id)
    return render_template(
        "goals/elements.html",
        row=show_in_tree(session, (gettext("Working elements"), None)),
        elements=[_shown(one, programme_id) for one in elements(session, act())],
        writes=viewer().may("goal.write"),
    )


def _shown(element: Element, programme_id: UUID) -> Shown:
    link = element.link
    for_it = sum(one.draft.side is ArgumentSide.FOR for one in element.arguments)
    against = len(element.arguments) - for_it
    counts = (
        ngettext("%(num)d argument for it", "%(num)d arguments for it", for_it),
        ngettext("%(num)d against it", "%(num)d against it", against),
    )
    return Shown(
        name=element.name,
        verdict=texts.word(link.draft.verdict),
        mechanism=link.draft.mechanism,
        link=f"{link.lower.code} → {link.upper.code}",
        url=url_for("goals.link_show", programme_id=programme_id, link_id=link.id),
        lower=f"{link.lower.code} {link.lower.wording}",
        upper=f"{link.upper.code} {link.upper.wording}",
        rung=element.rung,
        counts=", ".join(counts),
        arguments=tuple(
            (
                texts.word(side),
                tuple(argued(one, programme_id) for one in element.arguments if one.draft.side is side),
            )
            for side in ArgumentSide
            if any(one.draft.side is side for one in element.arguments)
        ),
    )
