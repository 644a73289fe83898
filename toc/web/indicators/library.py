"""The starter library, whose indicators are added to a goal; and the list of targets they may point to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from toc.domain.indicators.library import LibraryIndicator
from toc.domain.programmes import Language
from toc.domain.sdg import SdgTarget
from toc.services import goals, programmes
from toc.services import indicators as service
from toc.web import frame, texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, RowId
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.defining import carried_id
from toc.web.security import act, allow, new_id

_KNOWN: Final = 40
"""More than this nobody adds at once: the library has no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One indicator of the library, in the language of the page."""

    key: str
    name: str
    definition: str
    facts: list[tuple[str, str]]
    taken: str
    own_url: str
    is_chosen: bool


def _card(
    one: LibraryIndicator,
    programme_id: UUID,
    *,
    taken: Mapping[str, Sequence[str]],
    chosen: Sequence[str],
    goal_id: str,
) -> Card:
    said = one.in_(Language(texts.language()))
    (code,) = said.external_codes
    groups = ", ".join(groups.name for groups in said.breakdowns)
    target = service.sdg().by_code[code.code]
    facts = [
        (gettext("Kind"), texts.word(said.kind)),
        (gettext("What is counted"), said.numerator),
        (gettext("The whole group"), said.denominator),
        (gettext("Levels"), " \u2192 ".join(said.levels)),
        (gettext("Unit"), said.unit),
        (gettext("Which way"), texts.word(said.direction)),
        (gettext("How often"), texts.word(said.frequency)),
        (gettext("In which groups it falls apart"), groups),
        (gettext("What easily goes wrong"), said.pitfalls),
        (gettext("Target of the United Nations"), f"{target.code} {target.text}"),
    ]
    codes = taken.get(one.key, ())
    return Card(
        key=one.key,
        name=said.name,
        definition=said.definition,
        facts=[(label, text) for label, text in facts if text],
        taken=gettext("Already added to %(goals)s", goals=", ".join(codes)) if codes else "",
        own_url=url_for(".new", programme_id=programme_id, library=one.key, goal_id=goal_id or None),
        is_chosen=one.key in chosen,
    )


def _some(typed: Any) -> list[str]:  # noqa: ANN401 - pydantic passes anything
    keys = [str(key) for key in typed][:_KNOWN]
    if not keys:
        raise PydanticCustomError("toc", "{key}", {"key": "library.none_chosen", "params": {}})
    return keys


class ChosenInput(Input):
    """Indicators of the library, and the goal that they are to measure."""

    id: RowId
    goal_id: RowId
    keys: Annotated[list[str], BeforeValidator(_some)]


def _page(session: Session, form: Form[ChosenInput], row_id: UUID) -> str:
    programme, shelf, asked = programmes.get(session), service.starter_library(), request.args
    sought, theme = asked.get("q", "").strip(), asked.get("theme", "")
    at = url_for(".index", programme_id=programme.id)
    frame.show_in(programme, (gettext("Measurements"), at), (gettext("Library of indicators"), None))
    every, language = goals.visible_goals(session, act()), Language(texts.language())
    found, taken = shelf.find(sought, theme), service.taken_for(session, act())
    goal_id, chosen = form.raw("goal_id") or "", form.raws("keys")
    cards: dict[str, list[Card]] = {}
    for one in found:
        card = _card(one, programme.id, taken=taken, chosen=chosen, goal_id=goal_id)
        cards.setdefault(one.theme, []).append(card)
    return render_template(
        "indicators/library.html",
        form=form,
        row_id=row_id,
        programme_id=programme.id,
        sought=sought,
        theme=theme,
        themes=[("", gettext("all")), *((one.key, one.name[language]) for one in shelf.themes)],
        shelves=[(one.name[language], cards[one.key]) for one in shelf.themes if one.key in cards],
        summary=ngettext("%(num)d indicator", "%(num)d indicators", len(found)),
        goals=[("", ""), *((str(goal.id), f"{goal.code} {goal.wording}") for goal in every)],
        has_goals=bool(every),
        action=url_for(".take_over", programme_id=programme.id, q=sought or None, theme=theme or None),
    )


@indicators.get("/p/<uuid:programme_id>/indicators/library")
@allow("indicator.write")
def library(programme_id: UUID) -> ResponseReturnValue:
    """Show the library, or what is sought in it."""
    asked = {"goal_id": request.args.get("goal_id", "")}
    return _page(read_session(programme_id), Form.empty(asked), new_id())


@indicators.post("/p/<uuid:programme_id>/indicators/library")
@allow("indicator.write")
def take_over(programme_id: UUID) -> ResponseReturnValue:
    """Add the chosen indicators to a goal, then show all indicators."""
    session = write_session(programme_id)
    form = Form(request.form, ChosenInput)
    if not form.ok:
        return _page(session, form, carried_id(form)), 400
    said, language = form.value, Language(programmes.get(session).language)
    made = service.take_over(session, act(), said.id, said.goal_id, said.keys, language)
    session.commit()
    flash(
        ngettext(
            "%(num)d indicator is added. Now say where it starts and what is aimed at.",
            "%(num)d indicators are added. Now say where they start and what is aimed at.",
            len(made),
        ),
        "success",
    )
    if len(made) == 1:
        return redirect(url_for(".edit", programme_id=programme_id, indicator_id=made[0].id))
    return redirect(url_for(".index", programme_id=programme_id) + "#all")


# --- The targets of the United Nations ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """One target with its indicators."""

    code: str
    text: str
    url: str
    indicators: list[tuple[str, str]]


def _row(target: SdgTarget) -> TargetRow:
    return TargetRow(
        code=target.code,
        text=target.text,
        url=target.address,
        indicators=[(one.code, one.text) for one in target.indicators],
    )


@indicators.get("/p/<uuid:programme_id>/indicators/sdg")
@allow("indicator.read")
def sdg(programme_id: UUID) -> ResponseReturnValue:
    """Show the goals of the United Nations with targets and indicators, or those that hold some words."""
    programme = programmes.get(read_session(programme_id))
    sought, language = request.args.get("q", "").strip(), texts.language()
    at = url_for(".index", programme_id=programme_id)
    title = gettext("Goals of the United Nations")
    frame.show_in(programme, (gettext("Measurements"), at), (title, None))
    found = service.sdg().find(sought)
    number = sum(len(targets) for goal, targets in found)
    return render_template(
        "indicators/sdg.html",
        programme_id=programme_id,
        sought=sought,
        summary=ngettext("%(num)d target found", "%(num)d targets found", number),
        goals=[
            (goal.code, goal.names[language], [_row(target) for target in targets]) for goal, targets in found
        ],
    )
