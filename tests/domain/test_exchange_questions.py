"""Forms for KoboToolbox and ODK: what they ask, and that they keep the rules of an XLSForm."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest

from tests.factories.outgoing import seen
from toc.domain.errors import DomainError
from toc.domain.exchange.ground import Ground as Known
from toc.domain.exchange.ground import KnownIndicator, KnownInstrument
from toc.domain.exchange.mapping import About, Use
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.outgoing import understood
from toc.domain.exchange.questions import (
    LANGUAGES,
    PERSONS,
    WHOLE,
    Asked,
    Form,
    Ground,
    Labels,
    Question,
    Questionnaire,
    form_of,
    sheets,
    ways,
)
from toc.domain.exchange.sources import SourceKind
from toc.domain.indicators import Definition, Direction, Frequency, Kind
from toc.domain.indicators.breakdowns import LEVEL, Breakdown, Option
from toc.domain.participants import Item, Scale
from toc.domain.programmes import Language

GENDER = Breakdown(
    key="gender", name="Gender", options=(Option(key="woman", name="Woman"), Option(key="man", name="Man"))
)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
"""As pyxform takes one."""
TYPES = {"date", "text", "integer", "decimal"}
ID = "1f2e3d4c" * 4
SITE = "00000000-0000-7000-8000-000000000001"


def say(key: str, **params: object) -> Labels:
    return {language: f"{language.value} {key} {sorted(params.values(), key=str)}" for language in Language}


def word(member: StrEnum) -> Labels:
    return {language: f"{language.value} {member.value}" for language in Language}


def asked(code: str, kind: Kind, **says: object) -> Asked:
    usual: dict[str, object] = {
        "name": f"Indicator {code}",
        "kind": kind,
        "direction": Direction.HIGHER,
        "frequency": Frequency.YEARLY,
    }
    return Asked(code, Definition(**{**usual, **says}))  # type: ignore[arg-type] # named by the test


GROUND = Ground(
    language=Language.NL,
    indicators=(
        asked("I1", Kind.COUNT, definition="Who has one.", other_name="Diplomas", breakdowns=(GENDER,)),
        asked("I2", Kind.PROPORTION, numerator="At work", denominator="Left", breakdowns=(GENDER,)),
        asked("I3", Kind.MEAN, scale_lowest=Decimal(1), scale_highest=Decimal("4.5")),
        asked("I4", Kind.YES_NO),
        asked("I5", Kind.ORDINAL, levels=("Low", "High", "Top")),
        asked("I6", Kind.NARRATIVE),
        asked("I7", Kind.COUNT, rule={"counts": "x"}),
        asked("I8", Kind.MONEY),
        asked("I9", Kind.YES_NO),
        asked("I10", Kind.PROPORTION, counts_people=False),
    ),
    instruments=(
        Questionnaire(
            ID, "ZRM", "2013", Scale(lowest=Decimal(1), highest=Decimal(5), items=(Item("i1", "Money"),))
        ),
        Questionnaire("a" * 32, "Cantril", "1", Scale(lowest=Decimal(0), highest=Decimal(10))),
    ),
    sites=((SITE, "Noord ${day}"),),
    cohorts=(("00000000-0000-7000-8000-000000000002", "2025"),),
    breakdowns={"gender": {"woman": "Vrouw", "man": "Man"}},
    names={"gender": "Geslacht"},
)


def make(way: str, ground: Ground = GROUND) -> Form:
    return form_of(ground, way, "Kleurkeuken", f"doelenboom_{way}", say, word)


def question(form: Form, name: str) -> Question:
    return next(one for one in form.questions if one.name == name)


# --- What they ask ------------------------------------------------------------------------------------------


def test_a_programme_has_a_form_for_each_way_in_which_it_measures() -> None:
    assert ways(GROUND) == (WHOLE, "gender", LEVEL, PERSONS)
    assert ways(Ground(language=Language.EN, indicators=())) == (PERSONS,)


def test_there_is_no_other_form() -> None:
    with pytest.raises(DomainError, match=r"xlsform\.none"):
        make("age")


def test_of_the_whole_every_value_is_asked_that_somebody_logs() -> None:
    names = [one.name for one in make(WHOLE).questions]
    pairs = ["I2_denominator", "I2_numerator"]
    others = ["I3", "I4", "I8", "I9", "I10_denominator", "I10_numerator"]
    assert names == ["day", "site", "I1", *pairs, *others, "note"]


def test_kinds_are_asked_as_what_they_are() -> None:
    form = make(WHOLE)
    types = {one.name: one.type for one in form.questions}
    assert types["I1"] == types["I2_numerator"] == "integer"
    assert types["I3"] == types["I8"] == types["I10_numerator"] == "decimal"
    assert types["I4"] == types["I9"] == "select_one yes_no"
    assert question(form, "I3").constraint == ". >= 1 and . <= 4.5"
    assert question(form, "I8").constraint == ""
    part = question(form, "I2_numerator")
    assert part.constraint == ". >= 0 and . <= ${I2_denominator}"
    assert part.required == "${I2_denominator} != ''"
    assert part.label[Language.NL] == "I2 Indicator I2 \u2013 At work"
    assert question(form, "I1").label == {Language.NL: "I1 Indicator I1", Language.EN: "I1 Diplomas"}
    assert question(form, "I1").hint == dict.fromkeys(Language, "Who has one.")


def test_of_a_group_its_values_are_asked_alone() -> None:
    form = make("gender")
    names = [one.name for one in form.questions]
    assert names == ["day", "site", "group__gender", "I1", "I2_denominator", "I2_numerator", "note"]
    group = question(form, "group__gender")
    assert (group.required, group.label[Language.EN]) == ("yes", "Geslacht")
    options = [one.name for one in form.choices if one.list_name == "group__gender"]
    assert options == ["woman", "man", "unknown"]


def test_of_an_ordinal_score_people_per_level_are_asked() -> None:
    form = make(LEVEL)
    assert [one.name for one in form.questions] == ["day", "site", "group__level", "I5", "note"]
    assert question(form, "I5").type == "integer"
    assert [one.name for one in form.choices if one.list_name == "group__level"] == ["1", "2", "3"]


def test_of_a_participant_scores_and_events_are_asked() -> None:
    form = make(PERSONS)
    names = [one.name for one in form.questions]
    assert names[:5] == ["participant", "day", "moment", "score__zrm_2013__i1", "score__cantril_1__total"]
    assert "event__diploma" in names
    assert "event__other" not in names
    assert names[-6:] == ["entry", "exit", "cohort", "arm", "group__gender", "note"]
    assert question(form, "score__zrm_2013__i1").constraint == ". >= 1 and . <= 5"


def test_a_programme_without_instruments_and_places_asks_for_none() -> None:
    bare = Ground(language=Language.EN, indicators=GROUND.indicators[:1])
    assert [one.name for one in make(WHOLE, bare).questions] == ["day", "I1", "note"]
    names = [one.name for one in make(PERSONS, bare).questions]
    assert not {"moment", "cohort", "site"} & set(names)


# --- The rules of an XLSForm --------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ways(GROUND))
def test_a_form_keeps_the_rules(way: str) -> None:
    form = sheets(make(way), "202509011200")
    assert list(form) == ["survey", "choices", "settings"]
    survey = [dict(zip(form["survey"][0], row, strict=True)) for row in form["survey"][1:]]
    choices = [dict(zip(form["choices"][0], row, strict=True)) for row in form["choices"][1:]]
    (settings,) = [dict(zip(form["settings"][0], row, strict=True)) for row in form["settings"][1:]]
    names = [row["name"] for row in survey]
    lists = {row["list_name"] for row in choices}
    assert all(NAME.fullmatch(name) for name in names)
    assert max(Counter(name.casefold() for name in names).values()) == 1
    assert max(Counter((row["list_name"], row["name"]) for row in choices).values()) == 1
    for row in survey:
        kind, _, options = row["type"].partition(" ")
        assert kind in TYPES or (kind == "select_one" and options in lists), row["type"]
        for language in LANGUAGES.values():
            assert row[f"label::{language}"]
            assert "${" not in row[f"label::{language}"] + row[f"hint::{language}"]
            assert bool(row["constraint"]) == bool(row[f"constraint_message::{language}"])
        for name in re.findall(r"\$\{(.*?)\}", row["constraint"] + row["required"]):
            assert names.index(name) < names.index(row["name"]), "it was asked before"
    for row in choices:
        assert row["name"]
        assert " " not in row["name"]
        assert all(
            row[f"label::{language}"] and "${" not in row[f"label::{language}"]
            for language in LANGUAGES.values()
        )
    assert NAME.fullmatch(settings["form_id"])
    assert settings == {
        "form_title": "Kleurkeuken",
        "form_id": f"doelenboom_{way}",
        "version": "202509011200",
        "default_language": "Nederlands (nl)",
    }


# --- And back -----------------------------------------------------------------------------------------------

KNOWN = Known(
    indicators={
        one.code: KnownIndicator(
            id=one.code.rjust(32, "0"), edition="e" * 32, code=one.code, kind=one.definition.kind
        )
        for one in GROUND.indicators
    },
    instruments={
        (one.name.casefold(), one.version.casefold()): KnownInstrument(id=one.id, scale=one.scale)
        for one in GROUND.instruments
    },
    sites={"noord": "0" * 32},
    cohorts={"2025": "0" * 32},
    groups={"gender": frozenset({"woman", "man"})},
    locks=(),
    today=date(2025, 9, 1),
)


@pytest.mark.parametrize("way", ways(GROUND))
def test_every_question_of_a_form_is_understood_when_it_comes_back(way: str) -> None:
    names = [one.name for one in make(way).questions]
    empty = LogMapping(about=About.MEASUREMENTS, columns=(), kind=SourceKind.KOBO)
    mapping = understood(empty, seen(*names), KNOWN)
    assert [column.header for column in mapping.columns] == names
    assert Use.LEFT_OUT not in {column.use for column in mapping.columns}
    assert mapping.about is (About.PARTICIPANTS if way == PERSONS else About.MEASUREMENTS)
