"""Forms: the questions by which KoboToolbox or ODK asks for what a programme measures.

Sources: xlsform.org, "XLSForm documentation"; docs.getodk.org, "Form Language" and "XLSForm": which columns
there are, that names begin with a letter and hold letters, digits, hyphens, underscores and periods, that the
name of a language ends with its code, and that ``${name}`` stands for an answer, in labels too.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

from toc.domain.errors import DomainError
from toc.domain.exchange.outgoing import (
    event_name,
    group_name,
    instrument_names,
    pair_names,
    score_name,
    value_name,
)
from toc.domain.exchange.tables import plain
from toc.domain.indicators import Definition, Kind
from toc.domain.indicators.breakdowns import ADDING, LEVEL, UNKNOWN
from toc.domain.participants import EVENTS, TOTAL, Arm, Moment, Scale, Subject
from toc.domain.programmes import Language

LANGUAGES: Final = {Language.NL: "Nederlands (nl)", Language.EN: "English (en)"}
"""What an XLSForm calls a language."""

Labels = Mapping[Language, str]
"""A text in each language."""

WHOLE: Final = "whole"
"""Of the programme or a site as a whole."""

PERSONS: Final = "persons"
"""Of one participant at a time."""

_CODE: Final = "regex(., '^[A-Za-z0-9][A-Za-z0-9._-]{2,39}$') and regex(., '[0-9]')"
"""As `toc.domain.participants.checked_code` takes it."""

_REFERENCE: Final = re.compile(r"\$(?=\{)")


class Say(Protocol):
    """Returns a sentence in every language."""

    def __call__(self, key: str, **params: object) -> Labels:
        """Return the sentence of a key, with its values filled in."""


Texts = Callable[[StrEnum], Labels]
"""Returns the word for a member of an enumeration in every language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A row of the sheet ``survey``."""

    type: str
    name: str
    label: Labels
    hint: Labels = field(default_factory=dict)
    required: str = ""
    constraint: str = ""
    constraint_message: Labels = field(default_factory=dict)
    default: str = ""
    appearance: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of the sheet ``choices``."""

    list_name: str
    name: str
    label: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form.

    Attributes:
        title: as people see it.
        form_id: by which the server knows it.
        language: that it begins in.
    """

    title: str
    form_id: str
    language: Language
    questions: tuple[Question, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator that a form asks for."""

    code: str
    definition: Definition


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """An instrument that a form asks for.

    Attributes:
        id: 32 hexadecimal digits.
    """

    id: str
    name: str
    version: str
    scale: Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a form is made of.

    Attributes:
        language: of the programme: its names are in it.
        sites, cohorts: (id with hyphens, name).
        breakdowns: of the programme: names of the groups by their key, by the key of the breakdown.
        names: of the breakdowns.
    """

    language: Language
    indicators: Sequence[Asked]
    instruments: Sequence[Questionnaire] = ()
    sites: Sequence[tuple[str, str]] = ()
    cohorts: Sequence[tuple[str, str]] = ()
    breakdowns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def same(text: str) -> Labels:
    """Return a text that is not translated, in every language."""
    return dict.fromkeys(Language, text)


def ways(ground: Ground) -> tuple[str, ...]:
    """Return which forms a programme can have: `WHOLE`, the key of a breakdown, "level", `PERSONS`."""
    found = [WHOLE] if any(_is_asked(one.definition, WHOLE) for one in ground.indicators) else []
    found += [
        key
        for key in (*ground.breakdowns, LEVEL)
        if any(_is_asked(one.definition, key) for one in ground.indicators)
    ]
    return (*found, PERSONS)


def _is_asked(definition: Definition, way: str) -> bool:
    """Tell whether a form of this kind asks for an indicator: never for what is computed or told in words."""
    if definition.rule is not None or definition.kind is Kind.NARRATIVE:
        return False
    if definition.kind is Kind.ORDINAL:
        return way == LEVEL
    if way in {WHOLE, LEVEL}:
        return way == WHOLE
    return definition.kind in ADDING and any(one.key == way for one in definition.breakdowns)


def form_of(ground: Ground, way: str, title: str, form_id: str, say: Say, word: Texts) -> Form:
    """Return the form of a programme.

    Args:
        ground: what it is made of.
        way: one of `ways`.
        title: of the form.
        form_id: by which the server knows it.
        say: the sentences.
        word: the words.

    Raises:
        DomainError: ``xlsform.none``, for a way that there is not.
    """
    if way not in ways(ground):
        raise DomainError("xlsform.none")
    writer = _Writer(ground, say, word)
    writer.persons() if way == PERSONS else writer.measurements(way)
    return Form(
        title=title,
        form_id=form_id,
        language=ground.language,
        questions=tuple(map(_harmless, writer.questions)),
        choices=tuple(Choice(one.list_name, one.name, _texts(one.label)) for one in writer.choices),
    )


def _harmless(question: Question) -> Question:
    return Question(
        type=question.type,
        name=question.name,
        label=_texts(question.label),
        hint=_texts(question.hint),
        required=question.required,
        constraint=question.constraint,
        constraint_message=_texts(question.constraint_message),
        default=question.default,
        appearance=question.appearance,
    )


def _texts(labels: Labels) -> Labels:
    """Return labels in which nothing stands for an answer: ``${`` would."""
    return {language: _REFERENCE.sub("$ ", " ".join(text.split())) for language, text in labels.items()}


class _Writer:
    """Collects the questions and choices of one form."""

    def __init__(self, ground: Ground, say: Say, word: Texts) -> None:
        self._ground = ground
        self._say = say
        self._word = word
        self.questions: list[Question] = []
        self.choices: list[Choice] = []

    # --- Parts ----------------------------------------------------------------------------------------------

    def _day(self) -> None:
        self.questions.append(
            Question(
                type="date",
                name="day",
                label=self._say("xlsform.day"),
                required="yes",
                constraint=". <= today()",
                constraint_message=self._say("xlsform.not_in_future"),
                default="today()",
            )
        )

    def _select(
        self, name: str, label: Labels, options: Iterable[tuple[str, Labels]], *, required: bool = False
    ) -> None:
        self.questions.append(
            Question(type=f"select_one {name}", name=name, label=label, required="yes" if required else "")
        )
        self.choices += [Choice(name, key, text) for key, text in options]

    def _named(self, named: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Labels]]:
        yield from ((key, same(name)) for key, name in named)

    def _words(self, members: Iterable[StrEnum]) -> Iterator[tuple[str, Labels]]:
        yield from ((member.value, self._word(member)) for member in members)

    def _note(self) -> None:
        self.questions.append(
            Question(
                type="text",
                name="note",
                label=self._say("xlsform.note"),
                hint=self._say("xlsform.note_hint"),
                appearance="multiline",
            )
        )

    def _options(self, key: str) -> list[tuple[str, Labels]]:
        if key == LEVEL:
            most = max(len(one.definition.levels) for one in self._ground.indicators if one.definition.levels)
            return [(str(level), self._say("xlsform.level", level=level)) for level in range(1, most + 1)]
        groups = self._ground.breakdowns[key]
        return [*self._named(list(groups.items())), (UNKNOWN, self._say("xlsform.unknown"))]

    # --- Measurements ---------------------------------------------------------------------------------------

    def measurements(self, way: str) -> None:
        """Ask for values of a day, of the whole or of one group."""
        self._day()
        if self._ground.sites:
            self._select("site", self._say("xlsform.site"), self._named(self._ground.sites))
        if way != WHOLE:
            name = self._say("xlsform.which_level") if way == LEVEL else same(self._ground.names[way])
            self._select(group_name(way), name, self._options(way), required=True)
        for one in self._ground.indicators:
            if _is_asked(one.definition, way):
                self._indicator(one, of_level=way == LEVEL)
        self._note()

    def _indicator(self, one: Asked, *, of_level: bool) -> None:
        definition = one.definition
        if definition.kind is Kind.PROPORTION:
            self._pair(one)
        elif definition.kind is Kind.YES_NO:
            if not any(choice.list_name == "yes_no" for choice in self.choices):
                self.choices += [
                    Choice("yes_no", "1", self._say("xlsform.yes")),
                    Choice("yes_no", "0", self._say("xlsform.no")),
                ]
            self.questions.append(
                Question(type="select_one yes_no", name=value_name(one.code), label=self._label(one))
            )
        else:
            whole = definition.kind is Kind.COUNT or of_level
            limits = (Decimal(0), None) if whole else (definition.scale_lowest, definition.scale_highest)
            self.questions.append(
                self._number(
                    value_name(one.code), self._label(one), limits, is_whole=whole, hint=self._hint(one)
                )
            )

    def _pair(self, one: Asked) -> None:
        part, whole = pair_names(one.code)
        kind = one.definition.counts_people
        label = self._label(one)
        self.questions.append(
            self._number(
                whole,
                self._joined(label, one.definition.denominator, "xlsform.of_how_many"),
                (Decimal(0), None),
                is_whole=kind,
                hint=self._hint(one),
            )
        )
        self.questions.append(
            Question(
                type="integer" if kind else "decimal",
                name=part,
                label=self._joined(label, one.definition.numerator, "xlsform.how_many_of_them"),
                required=f"${{{whole}}} != ''",
                constraint=f". >= 0 and . <= ${{{whole}}}",
                constraint_message=self._say("xlsform.part_of_whole"),
            )
        )

    def _joined(self, label: Labels, own: str, key: str) -> Labels:
        said = same(own) if own else self._say(key)
        return {language: f"{text} \u2013 {said[language]}" for language, text in label.items()}

    def _label(self, one: Asked) -> Labels:
        other = one.definition.other_name or one.definition.name
        return {
            language: f"{one.code} {one.definition.name if language is self._ground.language else other}"
            for language in Language
        }

    def _hint(self, one: Asked) -> Labels:
        here = one.definition.definition
        other = one.definition.other_definition or here
        if not here:
            return {}
        return {language: here if language is self._ground.language else other for language in Language}

    def _number(
        self,
        name: str,
        label: Labels,
        limits: tuple[Decimal | None, Decimal | None],
        *,
        is_whole: bool,
        hint: Labels | None = None,
    ) -> Question:
        lowest, highest = limits
        rules = [f". >= {plain(lowest, Language.EN)}"] if lowest is not None else []
        rules += [f". <= {plain(highest, Language.EN)}"] if highest is not None else []
        message: Labels = {}
        if lowest is not None and highest is not None:
            message = self._say("xlsform.between", lowest=lowest, highest=highest)
        elif rules:
            message = self._say("xlsform.not_below_zero")
        return Question(
            type="integer" if is_whole else "decimal",
            name=name,
            label=label,
            hint=hint or {},
            constraint=" and ".join(rules),
            constraint_message=message,
        )

    # --- Participants ---------------------------------------------------------------------------------------

    def persons(self) -> None:
        """Ask for what happened to one participant, and how they scored."""
        ground = self._ground
        self.questions.append(
            Question(
                type="text",
                name="participant",
                label=self._say("xlsform.participant"),
                hint=self._say("xlsform.participant_hint"),
                required="yes",
                constraint=_CODE,
                constraint_message=self._say("xlsform.no_code"),
            )
        )
        self._day()
        if ground.instruments:
            self._select("moment", self._say("xlsform.moment"), self._words(Moment), required=True)
        for one in ground.instruments:
            self._scores(one)
        for subject in EVENTS:
            if subject is not Subject.OTHER:
                text = self._word(subject)
                label = {
                    language: f"{text[language]} \u2013 {when}"
                    for language, when in self._say("xlsform.on_which_day").items()
                }
                self.questions.append(
                    Question(
                        type="date",
                        name=event_name(subject),
                        label=label,
                        constraint=". <= today()",
                        constraint_message=self._say("xlsform.not_in_future"),
                    )
                )
        self._registered()
        self._note()

    def _scores(self, one: Questionnaire) -> None:
        names = instrument_names((each.name, each.version, each.id) for each in self._ground.instruments)
        for item in one.scale.items:
            label = same(f"{one.name} {one.version}: {item.name}")
            limits = one.scale.limits(item.key)
            self.questions.append(
                self._number(score_name(names[one.id], item.key), label, limits, is_whole=False)
            )
        if not one.scale.items:
            label = same(f"{one.name} {one.version}")
            self.questions.append(
                self._number(score_name(names[one.id], TOTAL), label, one.scale.limits(TOTAL), is_whole=False)
            )

    def _registered(self) -> None:
        ground = self._ground
        for name, key in (("entry", "xlsform.entry"), ("exit", "xlsform.exit")):
            self.questions.append(Question(type="date", name=name, label=self._say(key)))
        if ground.cohorts:
            self._select("cohort", self._say("xlsform.cohort"), self._named(ground.cohorts))
        self._select("arm", self._say("xlsform.arm"), self._words(Arm))
        for key, groups in ground.breakdowns.items():
            self._select(group_name(key), same(ground.names[key]), self._named(list(groups.items())))


# --- As sheets ----------------------------------------------------------------------------------------------

_TRANSLATED: Final = ("label", "hint", "constraint_message")
_PLAIN: Final = ("required", "constraint", "default", "appearance")


def sheets(form: Form, version: str) -> dict[str, list[list[str]]]:
    """Return the sheets of an XLSForm by name, headers first.

    Args:
        form: with its questions.
        version: a text that sorts by time.
    """
    said = list(LANGUAGES)
    survey = [
        ["type", "name", *(f"{name}::{LANGUAGES[one]}" for name in _TRANSLATED for one in said), *_PLAIN]
    ]
    survey += [
        [
            one.type,
            one.name,
            *(getattr(one, name).get(language, "") for name in _TRANSLATED for language in said),
            *(getattr(one, name) for name in _PLAIN),
        ]
        for one in form.questions
    ]
    choices = [["list_name", "name", *(f"label::{LANGUAGES[one]}" for one in said)]]
    choices += [
        [one.list_name, one.name, *(one.label[language] for language in said)] for one in form.choices
    ]
    settings = [
        ["form_title", "form_id", "version", "default_language"],
        [form.title, form.form_id, version, LANGUAGES[form.language]],
    ]
    return {"survey": survey, "choices": choices, "settings": settings}
