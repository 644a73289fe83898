"""Forms that define an indicator, and define it anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.indicators import Definition, Direction, Frequency, Kind
from toc.domain.indicators.external import Scheme
from toc.domain.programmes import Language
from toc.models.programmes import Programme
from toc.services import goals, people, programmes
from toc.services import indicators as service
from toc.services.errors import Stale
from toc.services.indicators import IndicatorView
from toc.web import frame, texts
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form
from toc.web.indicators import rows
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.describing import EditInput, NewInput, blame, definition_in, typed, with_periods
from toc.web.indicators.showing import heading
from toc.web.said import Said, no, yes
from toc.web.security import act, allow, new_id
from toc.web.texts.indicators import KIND_HELP

_CUT = "cut"
_SHOWN = 90

_SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "counting": ("definition", "numerator", "denominator", "levels", "scale_lowest", "scale_highest"),
    "aims": ("baseline_value", "baseline_on", "desired_value", "minimum_value"),
    "periods": ("period-", "periods", "cut"),
    "groups": ("breakdown-", "breakdowns"),
    "source": ("collection", "instrument", "pitfalls", "influence", "responsible_id"),
    "other": ("other_name", "other_definition"),
    "codes": ("sdg-", "code-", "external_codes"),
}
"""The folded parts of the form, and how the names of their fields begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the fields of a definition need beside what was typed.

    Attributes:
        opened: the folded parts that are open: something is wrong there, or a row was just added.
        rows: the numbers of the rows of each kind.
        filled: how many of them say something.
        targets: the targets of the United Nations: (what is typed, what is read).
        schemes: whose other codes there are.
        members: who can see to it that it is measured.
        in_other: "the name in English", in the words of the page.
    """

    kinds: list[tuple[str, str, str]]
    directions: list[tuple[str, str]]
    frequencies: list[tuple[str, str]]
    periods: list[tuple[str, str]]
    cuts: list[tuple[str, str]]
    members: list[tuple[str, str]]
    targets: list[str]
    schemes: list[tuple[str, str]]
    rows: dict[str, list[int]]
    filled: dict[str, int]
    opened: frozenset[str]
    in_other: str
    other_language: str
    action: str


def _around(
    session: Session, programme: Programme, form: Form[Any], sent: Mapping[str, str], action: str
) -> Around:
    numbers = {kind: [*rows.rows_in(sent, kind)] for kind in rows.FIELDS}
    faults = [name for name, _ in form.errors]
    do = sent.get("do", "")
    touched = [*faults, f"{do.partition('-')[2]}-", do]
    in_dutch = Language(programme.language) is Language.NL
    return Around(
        kinds=[(kind.value, texts.word(kind), str(KIND_HELP[kind])) for kind in Kind],
        directions=texts.choices(Direction),
        frequencies=texts.choices(Frequency),
        periods=[("1", gettext("from the start")), ("0", gettext("for its own period"))],
        cuts=[(each.value, texts.word(each)) for each in Frequency if each is not Frequency.OWN],
        members=[("", ""), *((str(one.user_id), one.name) for one in people.members(session))],
        targets=[_shortened(f"{one.code} {one.text}") for one in service.sdg().by_code.values()],
        schemes=[(one.value, texts.word(one)) for one in Scheme if one is not Scheme.SDG],
        rows=numbers,
        filled={kind: len(rows.filled(sent, kind)) for kind in rows.FIELDS},
        opened=frozenset(
            part
            for part, names in _SECTIONS.items()
            if any(name.startswith(names) for name in touched if name)
        ),
        in_other=gettext("In English") if in_dutch else gettext("In Dutch"),
        other_language="en" if in_dutch else "nl",
        action=action,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rsplit(' ', 1)[0]} \u2026"


def _labels() -> dict[str, str]:
    """Return what the fields are called where something is wrong with them."""
    return {
        **labels(),
        "goal_id": gettext("Goal"),
        "reason": gettext("Why does it change?"),
        "cut_from": gettext("First day"),
        "cut_to": gettext("Last day"),
        "periods": gettext("What is aimed at per period"),
        "breakdowns": gettext("In which groups it falls apart"),
        "external_codes": gettext("Codes of others"),
    }


def labels() -> dict[str, str]:
    """Return what the parts of a definition are called, in the order of the form."""
    return {
        "name": gettext("Name"),
        "kind": gettext("Kind"),
        "unit": gettext("Unit"),
        "direction": gettext("Which way"),
        "frequency": gettext("How often"),
        "target_value": gettext("Target"),
        "target_on": gettext("Day of the target"),
        "definition": gettext("What counts"),
        "numerator": gettext("What is counted"),
        "denominator": gettext("The whole group"),
        "levels": gettext("Levels"),
        "scale_lowest": gettext("Lowest score"),
        "scale_highest": gettext("Highest score"),
        "is_cumulative": gettext("A value counts"),
        "counts_people": gettext("Counts participants"),
        "baseline_value": gettext("Baseline"),
        "baseline_on": gettext("Day of the baseline"),
        "desired_value": gettext("More would be desired"),
        "minimum_value": gettext("Less would be a failure"),
        "collection": gettext("Where the figures come from"),
        "instrument": gettext("Questionnaire or scale"),
        "responsible_id": gettext("Who sees to it"),
        "pitfalls": gettext("What easily goes wrong"),
        "influence": gettext("Who could influence the figure"),
        "other_name": gettext("Name in the other language"),
        "other_definition": gettext("What counts, in the other language"),
    }


# --- A new one ----------------------------------------------------------------------------------------------


def _new_page(session: Session, form: Form[NewInput], sent: Mapping[str, str], row_id: UUID) -> str:
    programme = programmes.get(session)
    at = url_for(".index", programme_id=programme.id)
    frame.show_in(programme, (gettext("Measurements"), at), (gettext("New indicator"), None))
    every = goals.visible_goals(session, act())
    return render_template(
        "indicators/new.html",
        form=form,
        row_id=row_id,
        library_key=sent.get("library_key", ""),
        goals=[("", ""), *((goal.id, f"{goal.code} {goal.wording}") for goal in every)],
        has_goals=bool(every),
        programme_id=programme.id,
        labels=_labels(),
        around=_around(session, programme, form, sent, url_for(".create", programme_id=programme.id)),
    )


def _from_library(key: str, language: Language) -> Definition | None:
    one = service.starter_library().get(key)
    return None if one is None else one.in_(language)


@indicators.get("/p/<uuid:programme_id>/indicators/new")
@allow("indicator.write")
def new(programme_id: UUID) -> ResponseReturnValue:
    """Show a form, for the goal that the address names, filled in as the library has it if it names that."""
    session = read_session(programme_id)
    usual = {
        "goal_id": request.args.get("goal_id", ""),
        "kind": Kind.PROPORTION.value,
        "direction": Direction.HIGHER.value,
        "frequency": Frequency.QUARTERLY.value,
        "is_cumulative": "1",
        "counts_people": "1",
    }
    key = request.args.get("library", "")
    said = _from_library(key, Language(programmes.get(session).language))
    filled = usual if said is None else {**usual, **typed(said), "library_key": key}
    return _new_page(session, Form.empty(filled), filled, new_id())


@indicators.post("/p/<uuid:programme_id>/indicators/new")
@allow("indicator.write")
def create(programme_id: UUID) -> ResponseReturnValue:
    """Add an indicator, then show it; or show the form with a row more or less."""
    if request.form.get("do"):
        form, sent = _rearranged()
        return _new_page(read_session(programme_id), form, sent, carried_id(form))
    session, sent = write_session(programme_id), rows.unpacked(request.form)
    base = _from_library(sent.get("library_key", ""), Language(programmes.get(session).language))
    form = Form(sent, NewInput)
    definition = definition_in(form, sent, base) if form.ok else None
    if definition is not None:
        try:
            made = service.add_indicator(session, act(), form.value.id, form.value.goal_id, definition)
        except DomainError as error:
            blame(form, error, sent)
        else:
            session.commit()
            flash(gettext("The indicator is there. Now log the first measurement."), "success")
            return redirect(url_for(".show", programme_id=programme_id, indicator_id=made.id))
    return _new_page(session, form, sent, carried_id(form)), 400


def _rearranged() -> tuple[Form[Any], rows.Sent]:
    """Return the form after a button that adds, removes or cuts rows; nothing is saved."""
    sent, do = rows.unpacked(request.form), request.form["do"]
    if do != _CUT:
        after = rows.rearranged(sent, do)
        return Form.empty(after), after
    asked: Form[Any] = Form.empty(sent)
    after = with_periods(asked, sent)
    form: Form[Any] = Form.empty(after)
    form.take_over(asked, "")
    return form, after


def carried_id(form: Form[Any]) -> UUID:
    """Return the id that the form carried, so that the next attempt makes the same row; or a fresh one."""
    try:
        return UUID(form.raw("id") or "")
    except ValueError:
        return new_id()


# --- Anew ---------------------------------------------------------------------------------------------------


def _edit_page(
    session: Session, view: IndicatorView, form: Form[EditInput], sent: Mapping[str, str], revision: int
) -> str:
    programme, here = programmes.get(session), _here(session, view)
    heading(programme, view, gettext("Change the definition"))
    return render_template(
        "indicators/edit.html",
        view=view,
        form=form,
        revision=revision,
        address=here,
        labels=_labels(),
        around=_around(session, programme, form, sent, url_for(".save", **here)),
    )


def _kept_from(session: Session, view: IndicatorView) -> ResponseReturnValue | None:
    """Lead away who would see in the form a baseline of few people that no other page shows them."""
    if Said.of(programmes.get(session)).shows_baseline(view.definition):
        return None
    flash(
        gettext(
            "The baseline is a number of few people, which is not shown to you. Somebody who works with the "
            "numbers can change this definition."
        ),
        "note",
    )
    return redirect(url_for(".show", **_here(session, view)))


def _here(session: Session, view: IndicatorView) -> dict[str, Any]:
    return {"programme_id": session.info["programme_id"], "indicator_id": view.id}


@indicators.get("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/edit")
@allow("indicator.write")
def edit(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Show the definition, to be changed."""
    session = read_session(programme_id)
    view = service.get_indicator(session, act(), indicator_id)
    if (kept := _kept_from(session, view)) is not None:
        return kept
    says = typed(view.definition)
    return _edit_page(session, view, Form.empty(says), says, view.revision)


@indicators.post("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/edit")
@allow("indicator.write")
def save(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Save a new edition, or show both texts when somebody else was faster, or the form with other rows."""
    revision = Edited.of(request.form).revision
    if request.form.get("do"):
        session, (asked, after) = read_session(programme_id), _rearranged()
        return _edit_page(
            session, service.get_indicator(session, act(), indicator_id), asked, after, revision
        )
    session, sent = write_session(programme_id), rows.unpacked(request.form)
    view = service.get_indicator(session, act(), indicator_id)
    if (kept := _kept_from(session, view)) is not None:
        return kept
    form = Form(sent, EditInput)
    definition = definition_in(form, sent, view.definition) if form.ok else None
    if definition is not None:
        try:
            service.new_edition(
                session, act(), indicator_id, definition, reason=form.value.reason, revision=revision
            )
        except Stale as error:
            return _conflict_page(session, view, sent, error), 409
        except DomainError as error:
            blame(form, error, sent)
        else:
            session.commit()
            flash(gettext("Saved as a new edition. The old one stays visible."), "success")
            return redirect(url_for(".show", programme_id=programme_id, indicator_id=indicator_id))
    return _edit_page(session, view, form, sent, revision), 400


def _conflict_page(session: Session, view: IndicatorView, sent: Mapping[str, str], error: Stale) -> str:
    programme = programmes.get(session)
    heading(programme, view, gettext("Change the definition"))
    said: dict[str, Any] = {**error.theirs}
    theirs = typed(Definition(**said))
    kinds = {
        "period": gettext("What is aimed at per period"),
        "breakdown": gettext("In which groups it falls apart"),
        "sdg": gettext("Targets of the United Nations"),
        "code": gettext("Other codes"),
    }
    both = [(each, rows.packed(each)) for each in (sent, theirs)]
    around = _around(session, programme, Form.empty(sent), sent, "")
    words = {
        "kind": {value: label for value, label, _ in around.kinds},
        "direction": dict(around.directions),
        "frequency": dict(around.frequencies),
        "is_cumulative": dict(around.periods),
        "counts_people": {"1": yes(), "0": no(), "": no()},
        "responsible_id": dict(around.members),
        **{
            f"{kind}-rows": {packed[f"{kind}-rows"]: rows.read_out(each, kind) for each, packed in both}
            for kind in kinds
        },
    }
    return render_template(
        "indicators/conflict.html",
        view=view,
        mine={**sent, "counts_people": "1" if sent.get("counts_people") else "0", **both[0][1]},
        theirs={**theirs, **both[1][1]},
        labels={**labels(), **{f"{kind}-rows": label for kind, label in kinds.items()}},
        words=words,
        revision=error.revision,
        reason=sent.get("reason", ""),
        address=_here(session, view),
    )
