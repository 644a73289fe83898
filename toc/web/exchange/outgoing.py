"""What goes out: results, measurements and participants as a file, and forms for KoboToolbox and ODK."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any
from uuid import UUID

from flask import render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext, pgettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.exchange.outgoing import Table, slug
from toc.domain.exchange.questions import LANGUAGES, PERSONS, WHOLE, Labels
from toc.domain.indicators.breakdowns import LEVEL
from toc.domain.programmes import Language
from toc.services import indicators, programmes
from toc.services.errors import NotFound
from toc.services.exchange import outgoing as service
from toc.services.exchange import xlsform
from toc.services.exchange.outgoing import Explained, Export, Wanted
from toc.web import frame, texts
from toc.web.database import read_session
from toc.web.exchange.blueprint import exchange
from toc.web.forms import Form, Input, OptionalDay, OptionalRowId, chosen
from toc.web.security import act, allow, now, today, viewer
from toc.web.texts import outgoing as words
from toc.web.texts.outgoing import FileKind

texts.register(words.SENTENCES, words.WORDS)

_IN_MEMORY = 1_000_000
"""Bytes of a file up to which it needs no place on disk while it is made."""
_MEDIA = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Numbers(StrEnum):
    """Tables for everybody."""

    RESULTS = Table.RESULTS.value
    MEASUREMENTS = Table.MEASUREMENTS.value
    GROUPS = Table.GROUPS.value


class People(StrEnum):
    """Tables for who works with participants."""

    PARTICIPANTS = Table.PARTICIPANTS.value
    OBSERVATIONS = Table.OBSERVATIONS.value


class NumbersInput(Input):
    """What somebody asks for."""

    table: Annotated[Numbers, chosen(Numbers)]
    indicator_id: OptionalRowId
    since: OptionalDay
    until: OptionalDay
    kind: Annotated[FileKind, chosen(FileKind)]


class PeopleInput(Input):
    """What somebody asks for of participants."""

    people: Annotated[People, chosen(People)]
    people_since: OptionalDay
    people_until: OptionalDay
    people_kind: Annotated[FileKind, chosen(FileKind)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be chosen on the page.

    Attributes:
        people: empty for who may not see participants.
        forms: empty for who makes no forms.
    """

    tables: list[tuple[str, str]]
    indicators: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    people: list[tuple[str, str]]
    forms: list[tuple[str, str]]


def _options(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, texts.word(Table(member.value))) for member in kind]


def _choices(session: Session) -> Choices:
    who = viewer()
    every = [
        (str(view.id), f"{view.code} {view.definition.name}")
        for view in indicators.overview(session, today(), act=act())
    ]
    return Choices(
        tables=_options(Numbers),
        indicators=[("", gettext("All indicators")), *every],
        kinds=texts.choices(FileKind),
        people=_options(People) if who.may("participant.read") else [],
        forms=[(way, _way(way, name)) for way, name in xlsform.forms(session, act())]
        if who.may("import.read")
        else [],
    )


def _way(way: str, name: str) -> str:
    said = {
        WHOLE: gettext("Values of the whole programme, or of a site"),
        LEVEL: gettext("People per level of an ordinal score"),
        PERSONS: gettext("Events and scores of a participant"),
    }
    return str(said[way]) if way in said else str(gettext("Values per group: %(name)s", name=name))


def _page(session: Session, form: Form[Any], people: Form[Any]) -> str:
    programme = programmes.get(session)
    where = url_for("indicators.results", programme_id=programme.id)
    frame.show_in(programme, (pgettext("indicators", "Results"), where), (gettext("Export"), None))
    return render_template("exchange/export.html", form=form, people=people, choices=_choices(session))


def _usual(indicator: str | None = None) -> dict[str, str]:
    return {
        "table": Numbers.MEASUREMENTS.value if indicator else Numbers.RESULTS.value,
        "indicator_id": indicator or "",
        "people": People.OBSERVATIONS.value,
        "kind": FileKind.XLSX.value,
        "people_kind": FileKind.XLSX.value,
    }


@exchange.get("/p/<uuid:programme_id>/results/export")
@allow("indicator.read")
def export(programme_id: UUID) -> ResponseReturnValue:
    """Show what can be had as a file."""
    form: Form[NumbersInput] = Form.empty(_usual(request.args.get("indicator")))
    return _page(read_session(programme_id), form, Form.empty(_usual()))


@exchange.get("/p/<uuid:programme_id>/results/export/file")
@allow("indicator.read")
def export_file(programme_id: UUID) -> ResponseReturnValue:
    """Give results or measurements as a file."""
    session = read_session(programme_id)
    form = Form(request.args, NumbersInput)
    if form.ok:
        asked = form.value
        try:
            wanted = Wanted(
                table=Table(asked.table.value),
                indicator_id=asked.indicator_id,
                since=asked.since,
                until=asked.until,
            )
            return _file(session, wanted, asked.kind)
        except NotFound:
            raise
        except DomainError as error:
            form.blame(str(error.params.get("field", "")), error)
    return _page(session, form, Form.empty(_usual())), 400


@exchange.get("/p/<uuid:programme_id>/results/export/participants")
@allow("participant.read")
def export_participants(programme_id: UUID) -> ResponseReturnValue:
    """Give participants, or what was observed of them, as a file."""
    session = read_session(programme_id)
    form = Form(request.args, PeopleInput)
    if form.ok:
        asked = form.value
        try:
            wanted = Wanted(
                table=Table(asked.people.value), since=asked.people_since, until=asked.people_until
            )
            return _file(session, wanted, asked.people_kind)
        except DomainError as error:
            form.blame("people_until" if error.params.get("field") else "", error)
    return _page(session, Form.empty(_usual()), form), 400


def _file(session: Session, wanted: Wanted, kind: FileKind) -> ResponseReturnValue:
    language = Language(texts.language())
    made = service.export(session, act(), wanted)
    name = f"{slug(made.programme.name)}-{wanted.table.value}-{today().isoformat()}.{kind.value}"

    def write(stream: Any) -> None:  # noqa: ANN401 - a file
        if kind is FileKind.CSV:
            service.write_csv(made, stream, language, texts.word)
        else:
            service.write_workbook(made, stream, language, texts.word, _explained(made, language))

    return _sent(write, name, _MEDIA[kind])


def _sent(write: Callable[[Any], None], name: str, media: str) -> ResponseReturnValue:
    """Make a file and give it, so that a fault on the way gives a page and no half file."""
    stream = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    try:
        write(stream)
    except BaseException:
        stream.close()
        raise
    stream.seek(0)
    return send_file(stream, mimetype=media, as_attachment=True, download_name=name)


# --- The sheet that explains --------------------------------------------------------------------------------


def _explained(made: Export, language: Language) -> Explained:
    wanted = made.wanted
    lines = [
        (gettext("What this is"), texts.word(wanted.table)),
        (gettext("Programme"), made.programme.name),
        (gettext("Made on"), texts.moment(now())),
        (gettext("Made by"), viewer().name),
        (gettext("Period"), _period(wanted)),
        *_suppression(made),
        ("", ""),
        *((column.header(language), str(words.COLUMNS[column.key])) for column in made.columns),
    ]
    return Explained(
        name=gettext("Explanation"), data=str(words.NAMES[wanted.table]), lines=[*lines, *_more(made)]
    )


def _period(wanted: Wanted) -> str:
    if wanted.since is None and wanted.until is None:
        return str(gettext("everything"))
    if wanted.since is None:
        return str(gettext("until %(until)s", until=texts.show(wanted.until)))
    if wanted.until is None:
        return str(gettext("from %(since)s", since=texts.day(wanted.since)))
    return str(
        gettext(
            "from %(since)s until %(until)s", since=texts.day(wanted.since), until=texts.day(wanted.until)
        )
    )


def _suppression(made: Export) -> list[tuple[str, str]]:
    if made.small is None:
        said = gettext(
            "These rows are about single persons, by a random code. Keep this file as you keep a file of "
            "persons, pass it on to nobody, and remove it when you are done."
        )
        return [(gettext("Persons"), said)]
    if not made.is_suppressed:
        said = gettext(
            "You see all numbers, also of few people. Before others see this file, leave out numbers about "
            "fewer than %(threshold)s people.",
            threshold=made.small.threshold,
        )
        return [(gettext("Small numbers"), said)]
    said = gettext(
        "Numbers about fewer than %(threshold)s people are not shown, nor are numbers from which those could "
        "be computed. What is suppressed rests on all days, whatever the period of this file.",
        threshold=made.small.threshold,
    )
    return [(gettext("Small numbers"), said)]


def _more(made: Export) -> list[tuple[str, str]]:
    """Explain the names of columns that differ per programme."""
    if not made.more:
        return []
    return [
        ("group__…", gettext("To which group of that breakdown somebody belongs, by its key.")),
        ("score__…", gettext("A score: the instrument, the item (“total”: all of it), and the moment.")),
        ("event__…", gettext("The day on which that happened.")),
        ("I…", gettext("The value of that indicator for this one participant.")),
    ]


# --- Forms --------------------------------------------------------------------------------------------------


@exchange.get("/p/<uuid:programme_id>/results/export/form")
@allow("import.read")
def export_form(programme_id: UUID) -> ResponseReturnValue:
    """Give a form for KoboToolbox or ODK."""
    session = read_session(programme_id)
    way = request.args.get("way", "")
    try:
        made = xlsform.form(session, act(), way, _in_all, _word_in_all)
    except DomainError as error:
        form: Form[NumbersInput] = Form.empty(_usual())
        form.blame("way", error)
        return _page(session, form, Form.empty(_usual())), 400
    version = now().strftime("%Y%m%d%H%M")
    name = f"{slug(made.title)}-{slug(way)}-form.xlsx"
    return _sent(lambda stream: xlsform.write_form(made, stream, version), name, _MEDIA[FileKind.XLSX])


def _in_all(key: str, **params: object) -> Labels:
    """Return a sentence in every language."""
    return _each(lambda: texts.sentence(key, **params))


def _word_in_all(member: StrEnum) -> Labels:
    """Return a word in every language."""
    return _each(lambda: texts.word(member))


def _each(say: Callable[[], str]) -> Labels:
    found = {}
    for language in LANGUAGES:
        with force_locale(language.value):
            found[language] = say()
    return found
