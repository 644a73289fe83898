"""What the frame of every page shows: language, navigation, breadcrumb and who is signed in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, request, url_for
from flask_babel import Babel, get_locale, gettext

from toc.domain.codes import CodeKind, code
from toc.domain.people import Role
from toc.domain.permissions import may
from toc.services import programmes as programmes_service
from toc.web import texts
from toc.web.database import database
from toc.web.security import Viewer, viewer

LANGUAGES = {"nl": "Nederlands", "en": "English"}
LANGUAGE_COOKIE = "language"


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the navigation."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class ProgrammeInFrame:
    """The programme that a page belongs to."""

    id: UUID
    name: str


def pick_language() -> str:
    """Return the language of this page: chosen, of the account, or of the browser."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    who = g.get("toc_viewer")
    if who is not None and who.language in LANGUAGES:
        return str(who.language)
    return request.accept_languages.best_match(list(LANGUAGES), default="nl") or "nl"


def show_in(programme: Any, *crumbs: tuple[str, str | None]) -> None:  # noqa: ANN401 - a row with id and name
    """Say which programme this page belongs to and where in it the reader is.

    Args:
        programme: the row.
        crumbs: (label, address) below the programme; the last is this page, with None.
    """
    g.toc_programme = ProgrammeInFrame(programme.id, programme.name)
    g.toc_crumbs = crumbs


def say_to_review(waiting: int) -> None:
    """Say behind the link to the review how many values wait there, on a page that knows it."""
    g.toc_to_review = waiting


def crumbs(*path: tuple[str, str | None]) -> None:
    """Say where a page outside programmes is."""
    g.toc_crumbs = path


_ELSEWHERE = {"exchange.export": "indicators"}
"""Blueprint of the section that a page belongs to, where that is not its own."""


# Endpoint of a section's first page, the blueprints that belong to it, the action it needs, its label.
def _sections() -> list[tuple[str, frozenset[str], str, str]]:
    return [
        ("programmes.show", frozenset({"programmes"}), "programme.read", gettext("Overview")),
        ("goals.tree", frozenset({"goals", "trees", "versions"}), "goal.read", gettext("Goal tree")),
        ("indicators.index", frozenset({"indicators"}), "indicator.read", gettext("Measurements")),
        ("evidence.index", frozenset({"evidence"}), "evidence.read", gettext("Evidence")),
        ("bonds.index", frozenset({"bonds", "cashflow"}), "bond.read", gettext("Impact bond")),
        ("findings.index", frozenset({"findings"}), "finding.read", gettext("Findings")),
    ]


def _behind_menu() -> list[tuple[str, frozenset[str], str, str]]:
    return [
        ("goals.matrix", frozenset(), "goal.read", gettext("Goals and parties")),
        ("goals.alike", frozenset(), "goal.write", gettext("Goals that look alike")),
        ("goals.checks", frozenset(), "interview.read", gettext("Member check")),
        ("interviews.map", frozenset(), "goal.read", gettext("Stakeholder map")),
        ("interviews.index", frozenset({"interviews"}), "interview.read", gettext("Interviews")),
        ("merging.index", frozenset({"merging"}), "merge.write", gettext("Own trees")),
        ("rankings.index", frozenset({"rankings"}), "ranking.read", gettext("Rankings")),
        ("workshops.index", frozenset({"workshops"}), "workshop.run", gettext("Workshops")),
        ("conflicts.index", frozenset({"conflicts"}), "conflict.read", gettext("Conflicts")),
        ("documents.index", frozenset({"documents"}), "interview.read", gettext("Documents")),
        ("coding.codebook", frozenset({"coding"}), "coding.write", gettext("Codebook")),
        ("indicators.review", frozenset(), "measurement.review", gettext("Review")),
        ("participants.index", frozenset({"participants"}), "participant.read", gettext("Participants")),
        ("exchange.imports", frozenset({"exchange"}), "import.read", gettext("Imports")),
        ("people.index", frozenset({"people"}), "people.read", gettext("People")),
        ("audit.index", frozenset({"audit"}), "history.read", gettext("History")),
        ("programmes.edit", frozenset(), "programme.edit", gettext("Settings")),
    ]


def _entries(sections: list[tuple[str, frozenset[str], str, str]], programme_id: UUID) -> list[Entry]:
    who = viewer()
    endpoint = request.endpoint or ""
    blueprint = _ELSEWHERE.get(endpoint, request.blueprint or "")
    settings = endpoint == "programmes.edit"
    counts = {"indicators.review": g.get("toc_to_review", 0)}
    return [
        Entry(
            _counted(label, counts.get(first, 0)),
            url_for(first, programme_id=programme_id),
            endpoint == first or (blueprint in blueprints and not settings),
        )
        for first, blueprints, action, label in sections
        if who.may(action)
    ]


def _counted(label: str, waiting: int) -> str:
    """Return the label of a link, and how much waits behind it."""
    if not waiting:
        return label
    return str(gettext("%(label)s (%(number)s)", label=label, number=texts.number(waiting)))


def roles_text(roles: frozenset[Role]) -> str:
    """Return the words for roles, in the order of the glossary."""
    return ", ".join(texts.word(role) for role in Role if role in roles)


def _name(who: Viewer) -> str:
    return gettext("With your personal link") if who.link_id is not None else who.name


def _context() -> dict[str, Any]:
    programme: ProgrammeInFrame | None = g.get("toc_programme")
    who = g.get("toc_viewer")
    locale = get_locale()
    current = "nl" if locale is None else str(locale.language)
    context: dict[str, Any] = {
        "current_locale": current,
        "other_languages": [(key, name) for key, name in LANGUAGES.items() if key != current],
        "programme": programme,
        "demo": is_demo(),
        "crumbs": _crumbs(programme),
        "may_log": who is not None and _may_log(who),
        "nav": [],
        "nav_more": [],
        "viewer": None
        if who is None
        else {"name": _name(who), "signed_in": who.signed_in, "roles_text": roles_text(who.roles)},
    }
    if programme is not None and who is not None and who.signed_in:
        context["nav"] = _entries(_sections(), programme.id)
        context["nav_more"] = _entries(_behind_menu(), programme.id)
    return context


def _may_log(who: Viewer) -> bool:
    """Tell whether somebody logs values in one of their programmes."""
    return any(may(roles, "measurement.record") for roles in who.memberships.values())


def _crumbs(programme: ProgrammeInFrame | None) -> list[tuple[str, str | None]]:
    path: tuple[tuple[str, str | None], ...] = g.get("toc_crumbs", ())
    if programme is None:
        return list(path)
    first = (gettext("Programmes"), url_for("programmes.home"))
    here = (programme.name, url_for("programmes.show", programme_id=programme.id) if path else None)
    return [first, here, *path]


def is_demo() -> bool:
    """Tell whether this is a demo database; asked once per process, because it never changes."""
    known: bool | None = current_app.extensions.get("toc_is_demo")
    if known is None:
        with database().read_session() as reading:
            known = programmes_service.is_demo(reading)
        current_app.extensions["toc_is_demo"] = known
    return known


def init_app(app: Flask) -> None:
    """Give templates what the frame needs, in both languages."""
    folder = Path(app.root_path) / "translations"
    catalogues = sorted(path.stem for path in folder.glob("nl/LC_MESSAGES/*.po"))
    app.config["BABEL_DOMAIN"] = ";".join(catalogues)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(["translations"] * len(catalogues))
    Babel(app, default_locale="en", locale_selector=pick_language)
    app.context_processor(_context)
    app.jinja_env.globals.update(
        show=texts.show,
        word=texts.word,
        number=texts.number,
        percent=texts.percent,
        money=texts.money,
        day=texts.day,
        moment=texts.moment,
        sentence=texts.sentence,
        code=lambda kind, number: code(CodeKind(kind), number),
    )
