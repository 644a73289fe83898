"""Recorded facts as questions of a form: how each is asked, typed and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, create_model
from pydantic_core import PydanticCustomError

from toc.domain.errors import DomainError
from toc.domain.evidence import Design, Independence, Part, PlanLock, Scale, SmallSample
from toc.domain.exchange import NumberStyle, parse_decimal
from toc.web import texts
from toc.web.evidence.blueprint import gettext
from toc.web.forms import Input, OptionalDay, OptionalLine, OptionalNumber, OptionalWhole, chosen
from toc.web.texts import evidence as words
from toc.web.texts import sentence

_POINTS = 100
_YES_NO = {"yes": True, "no": False}


class Ask(StrEnum):
    """How a fact is asked."""

    YES_NO = "yes_no"
    WHOLE = "whole"
    NUMBER = "number"
    SHARE = "share"
    """Typed as a percentage, kept as a fraction."""
    SHARES = "shares"
    """Several of these, with a semicolon between."""
    POINTS = "points"
    """A difference between shares: typed in percentage points, kept as a fraction."""
    IN_SCALE = "in_scale"
    """A part of an effect: a share is typed in percentage points."""
    LINE = "line"
    DAY = "day"
    CHOICE = "choice"


def _any(_: Design) -> bool:
    return True


def _compares(design: Design) -> bool:
    return design.compares


def _in_time(design: Design) -> bool:
    """Whether the same people are measured twice."""
    return design not in {Design.POST_ONLY, Design.HISTORICAL}


@dataclass(frozen=True, slots=True)
class Question:
    """One fact in a form.

    Attributes:
        name: of the fact.
        ask: how it is asked.
        kind: what may be chosen.
        of: for which designs it means something.
    """

    name: str
    ask: Ask
    kind: type[StrEnum] | None = None
    of: Any = _any

    @property
    def label(self) -> str:
        """The fact in words."""
        return sentence(f"evidence.fact.{self.name}")

    @property
    def help(self) -> str | None:
        """What to think of when answering."""
        key = f"evidence.help.{self.name}"
        return sentence(key) if key in texts.SENTENCES else None

    @property
    def type(self) -> str:
        """The type of its field in the macro."""
        return {
            Ask.YES_NO: "radio",
            Ask.CHOICE: "select",
            Ask.DAY: "date",
            Ask.LINE: "text",
            Ask.SHARES: "text",
        }.get(self.ask, "number")

    @property
    def options(self) -> list[tuple[str, str]] | None:
        """What may be chosen."""
        nothing = ("", gettext("Not recorded"))
        if self.ask is Ask.YES_NO:
            return [("yes", gettext("Yes")), ("no", gettext("No")), nothing]
        return None if self.kind is None else [nothing, *texts.choices(self.kind)]

    @property
    def suffix(self) -> str | None:
        """What stands behind the field."""
        return {Ask.SHARE: "%", Ask.POINTS: words.unit_words(Scale.SHARE, "")}.get(self.ask)

    @property
    def width(self) -> str | None:
        """How wide the field is."""
        return "short" if self.type in {"number", "date"} else None


NUMBERS = (
    Question("scale", Ask.CHOICE, Scale),
    Question("unit", Ask.LINE),
    Question("higher_is_better", Ask.YES_NO),
    Question("estimate", Ask.IN_SCALE),
    Question("low", Ask.IN_SCALE),
    Question("high", Ask.IN_SCALE),
    Question("confidence", Ask.SHARE),
    Question("smallest_effect", Ask.IN_SCALE),
    Question("n_paired", Ask.WHOLE, of=_in_time),
    Question("small_sample", Ask.CHOICE, SmallSample),
    Question("response", Ask.SHARE),
    Question("n1", Ask.WHOLE, of=_compares),
    Question("n0", Ask.WHOLE, of=_compares),
    Question("attrition_overall", Ask.SHARE, of=_compares),
    Question("attrition_diff", Ask.POINTS, of=_compares),
    Question("optimistic_boundary_because", Ask.LINE, of=_compares),
    Question("max_baseline_es", Ask.NUMBER, of=_compares),
    Question("mde", Ask.IN_SCALE, of=_compares),
    Question("primary_outcomes", Ask.WHOLE, of=_compares),
    Question("n_clusters_t", Ask.WHOLE, of=_compares),
    Question("n_clusters_c", Ask.WHOLE, of=_compares),
)

QUALITY = (
    Question("plan_lock", Ask.CHOICE, PlanLock),
    Question("deviates_from_plan", Ask.YES_NO),
    Question("same_instrument", Ask.YES_NO, of=_in_time),
    Question("instrument_quality", Ask.YES_NO),
    Question("baseline_known", Ask.YES_NO, of=lambda design: design is Design.HISTORICAL),
    Question("nonresponse_compared", Ask.YES_NO),
    Question("harm_unresolved", Ask.YES_NO),
    Question("dataset_matches", Ask.YES_NO),
    Question("comparison_justified", Ask.YES_NO, of=_compares),
    Question("estimand_named", Ask.YES_NO, of=_compares),
    Question("adjusted", Ask.YES_NO, of=_compares),
    Question("itt", Ask.YES_NO, of=_compares),
    Question("clustered", Ask.YES_NO, of=_compares),
    Question("se_matches_assignment", Ask.YES_NO, of=_compares),
    Question("primary", Ask.YES_NO, of=_compares),
    Question("multiplicity_corrected", Ask.YES_NO, of=_compares),
    Question("sensitivity_same_sign", Ask.YES_NO, of=_compares),
    Question("weighting_used", Ask.YES_NO, of=_compares),
    Question("overlap_ok", Ask.YES_NO, of=_compares),
    Question("parallel_trends_ok", Ask.YES_NO, of=lambda design: design is Design.DID),
    Question("independence", Ask.CHOICE, Independence),
    Question("conflicts_declared", Ask.YES_NO, of=_compares),
    Question("organisation", Ask.LINE),
    Question("site", Ask.LINE),
)

REVIEWS: Mapping[Part, tuple[Question, ...]] = {
    Part.TREE: (
        Question("goals_merged", Ask.YES_NO),
        Question("conflicts_open", Ask.WHOLE),
        Question("plan_for_level_2", Ask.YES_NO),
        Question("plausible", Ask.WHOLE),
        Question("doable", Ask.WHOLE),
        Question("testable", Ask.WHOLE),
        Question("scored_by_other", Ask.YES_NO),
    ),
    Part.REPLICATION: (
        Question("same_core_components", Ask.YES_NO),
        Question("deviation_log", Ask.YES_NO),
        Question("unreported_studies", Ask.WHOLE),
        Question("cost_recorded", Ask.YES_NO),
        Question("delivery_document", Ask.YES_NO),
    ),
    Part.SCALING: (
        Question("manual_matches_edition", Ask.YES_NO),
        Question("manual_reviewed_on", Ask.DAY),
        Question("training", Ask.YES_NO),
        Question("quality_procedures", Ask.YES_NO),
        Question("fidelity_by_site", Ask.SHARES),
        Question("sites_positive", Ask.WHOLE),
        Question("erosion", Ask.YES_NO),
    ),
}
"""What a review asks, per part; what is pooled over three or more studies is attested."""


def asked(questions: Sequence[Question], design: Design) -> tuple[Question, ...]:
    """Return the questions that mean something for a design."""
    return tuple(one for one in questions if one.of(design))


# --- What was typed -----------------------------------------------------------------------------------------


def _yes_no(typed: Any) -> bool | None:  # noqa: ANN401 - pydantic passes anything
    if typed in {None, ""}:
        return None
    if typed not in _YES_NO:
        raise PydanticCustomError("toc", "{key}", {"key": "form.choose", "params": {}})
    return _YES_NO[typed]


YesNo = Annotated[bool | None, BeforeValidator(_yes_no)]

_TYPES: dict[Ask, Any] = {
    Ask.YES_NO: YesNo,
    Ask.WHOLE: OptionalWhole,
    Ask.NUMBER: OptionalNumber,
    Ask.SHARE: OptionalNumber,
    Ask.POINTS: OptionalNumber,
    Ask.SHARES: OptionalLine,
    Ask.IN_SCALE: OptionalNumber,
    Ask.LINE: OptionalLine,
    Ask.DAY: OptionalDay,
}


def model(questions: Sequence[Question]) -> type[Input]:
    """Return what a form with these questions may hold."""
    fields: dict[str, Any] = {}
    for one in questions:
        kind = _TYPES.get(one.ask)
        if one.kind is not None:
            kind = Annotated[one.kind | None, chosen(one.kind, optional=True)]
        fields[one.name] = (kind, ...)
    made: type[Input] = create_model("FactsInput", __base__=Input, **fields)
    return made


def _in_hundredths(ask: Ask, scale: Scale) -> bool:
    return ask in {Ask.SHARE, Ask.POINTS} or (ask is Ask.IN_SCALE and scale is Scale.SHARE)


def _in_kept_unit(typed: Decimal, ask: Ask, scale: Scale) -> float:
    return float(typed / _POINTS if _in_hundredths(ask, scale) else typed)


def _shares(typed: str) -> list[float]:
    """Read percentages with semicolons between.

    Raises:
        DomainError: one of them is no number.
    """
    style = NumberStyle.ENGLISH if texts.language() == "en" else NumberStyle.DUTCH
    return [float(parse_decimal(one.strip().rstrip("%"), style) / _POINTS) for one in typed.split(";")]


def facts(value: Input, questions: Sequence[Question]) -> dict[str, object]:
    """Return what was typed as it is kept; None: not recorded.

    Raises:
        DomainError: a list of percentages cannot be read.
    """
    found: dict[str, object] = {}
    scale = getattr(value, "scale", None) or Scale.SHARE
    for one in questions:
        typed = getattr(value, one.name)
        if typed is None or typed == "":
            found[one.name] = None
        elif isinstance(typed, StrEnum):
            found[one.name] = typed.value
        elif isinstance(typed, Decimal):
            found[one.name] = _in_kept_unit(typed, one.ask, scale)
        elif isinstance(typed, date):
            found[one.name] = typed.isoformat()
        else:
            found[one.name] = _shares(typed) if one.ask is Ask.SHARES else typed
    return found


# --- What is recorded, as it would be typed -----------------------------------------------------------------


def _plain(value: float, *, percent: bool = False) -> str:
    exact = Decimal(repr(value)) * (_POINTS if percent else 1)
    text = f"{exact.normalize():f}"
    return text if texts.language() == "en" else text.replace(".", ",")


def _typed(fact: object, ask: Ask, scale: Scale) -> str:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, list):
        return "; ".join(_plain(float(one), percent=True) for one in fact)
    if isinstance(fact, int | float):
        return _plain(fact, percent=_in_hundredths(ask, scale))
    return str(fact)


def typed(recorded: Mapping[str, object], questions: Sequence[Question]) -> dict[str, str]:
    """Return recorded facts as somebody would have typed them; what is not recorded is empty."""
    scale = Scale(str(recorded.get("scale", Scale.SHARE)))
    return {
        one.name: "" if recorded.get(one.name) is None else _typed(recorded[one.name], one.ask, scale)
        for one in questions
    }


def shown(recorded: Mapping[str, object], questions: Sequence[Question], unit: str) -> list[tuple[str, str]]:
    """Return recorded facts for a reader: the question and its answer, with the unit of the effect."""
    answers = typed(recorded, questions)
    return [
        (one.label, _in_words(answers[one.name], one, unit)) for one in questions if answers[one.name] != ""
    ]


def _in_words(answer: str, question: Question, unit: str) -> str:
    behind = unit if question.ask is Ask.IN_SCALE else question.suffix or ""
    words_ = dict(question.options or ()).get(answer, answer)
    space = "" if behind == "%" and texts.language() == "en" else "\u00a0"
    return f"{words_}{space}{behind}" if behind else words_


def blamed(error: DomainError, questions: Sequence[Question]) -> str:
    """Return the field that an error is about; empty when it is about none of these."""
    fact = str(error.params.get("fact", ""))
    fact = {"effect": "low"}.get(fact, fact)
    return fact if fact in {one.name for one in questions} else ""
