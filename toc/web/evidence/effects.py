"""Studies in a list, and their effects as a picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from toc.domain.evidence import StudyReading, place
from toc.models.evidence import Study
from toc.services.evidence.facts import StudyRow
from toc.web import texts
from toc.web.evidence.blueprint import gettext, ngettext, study_address
from toc.web.evidence.criteria import Names, person, study_code
from toc.web.texts import evidence as words
from toc.web.texts import word


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStudy:
    """One study in a list."""

    code: str
    title: str
    url: str
    design: str
    source: str
    measured_on: date
    effect: str
    people: str
    signature: str
    signed: bool
    carries: str
    carries_any: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLine:
    """One effect in the picture; lengths in its own units."""

    code: str
    words: str
    text_y: int
    y: int
    low: int
    high: int
    span: int
    estimate: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Effects with their intervals on one axis."""

    unit: str
    description: str
    width: int
    height: int
    axis_y: int
    label_y: int
    zero: int
    wanted: tuple[int, int] | None
    """Where the wanted side begins and how wide it is; None when the studies want different ways."""
    left: int
    right: int
    name_x: int
    marks: tuple[tuple[int, str], ...]
    lines: tuple[DrawnLine, ...]


def people_words(study: Study) -> str:
    """Return how many people a study is about."""
    n1, n0, paired = (study.facts.get(name) for name in ("n1", "n0", "n_paired"))
    if n1 is not None and n0 is not None:
        return gettext("%(with)s with and %(without)s without", **{"with": n1, "without": n0})
    if paired is not None:
        return ngettext("%(num)s person", "%(num)s people", paired)
    return ""


def signature_words(study: Study, names: Names) -> str:
    """Return who signed a study, or that nobody did."""
    if study.signed_at is None:
        return gettext("Not signed yet")
    who = person(str(study.signed_by_id), names)
    if study.signoff_revoked_at is not None:
        return gettext(
            "Signature of %(who)s taken back on %(on)s",
            who=who,
            on=texts.day(study.signoff_revoked_at.date()),
        )
    return gettext("Signed by %(who)s on %(on)s", who=who, on=texts.day(study.signed_at.date()))


def carries(readings: Iterable[StudyReading]) -> tuple[int | None, str]:
    """Return the highest rung that a study carries, and that in words."""
    counting = [one.level for one in readings if one.counts]
    if not counting:
        return None, gettext("carries no rung yet")
    return max(counting), gettext("carries rung %(rung)s", rung=max(counting))


def shown_studies(
    rows: Sequence[StudyRow], readings: Sequence[StudyReading], names: Names
) -> tuple[ShownStudy, ...]:
    """Return studies for a list."""
    found = []
    for row in rows:
        study = row.study
        rung, text = carries(one for one in readings if one.study == str(study.id))
        found.append(
            ShownStudy(
                code=study_code(study),
                title=study.title,
                url=study_address(study),
                design=word(study.design),
                source=study.source,
                measured_on=study.measured_on,
                effect=words.effect_words(study.effect, study.scale, study.unit),
                people=people_words(study),
                signature=signature_words(study, names),
                signed=study.is_signed,
                carries=text,
                carries_any=rung is not None,
            )
        )
    return tuple(found)


_ROW = 44
_BESIDE = 6
_TOP = 4


def _picture(unit: str, studies: Sequence[Study]) -> Picture:
    drawn = [(study, study.effect) for study in studies if study.effect is not None]
    plot = place([effect for _, effect in drawn])
    height = _TOP + _ROW * len(drawn)
    left, right = plot.marks[0].x, plot.marks[-1].x
    ways = {effect.higher_is_better for _, effect in drawn}
    wanted = (plot.zero, right - plot.zero) if ways == {True} else (left, plot.zero - left)
    scale = studies[0].scale
    return Picture(
        unit=unit,
        description="; ".join(
            f"{study_code(study)}: {words.effect_words(effect, study.scale, study.unit)}"
            for study, effect in drawn
        ),
        width=plot.width,
        height=height + 28,
        axis_y=height,
        label_y=height + 18,
        zero=plot.zero,
        wanted=wanted if len(ways) == 1 else None,
        left=left,
        right=right,
        name_x=left + _BESIDE,
        marks=tuple((mark.x, words.amount(float(mark.value), scale)) for mark in plot.marks),
        lines=tuple(
            DrawnLine(
                code=study_code(study),
                words=words.effect_words(study.effect, study.scale, study.unit),
                text_y=_TOP + _ROW * number + 15,
                y=_TOP + _ROW * number + 28,
                low=line.low,
                high=line.high,
                span=max(line.high - line.low, 1),
                estimate=line.estimate,
            )
            for number, ((study, _), line) in enumerate(zip(drawn, plot.lines, strict=True))
        ),
    )


def pictures(studies: Iterable[Study]) -> tuple[Picture, ...]:
    """Return one picture for each scale and unit in which effects are expressed."""

    def unit(study: Study) -> str:
        return words.unit_words(study.scale, study.unit)

    with_effect = sorted((one for one in studies if one.effect is not None), key=unit)
    return tuple(_picture(name, list(group)) for name, group in groupby(with_effect, key=unit))
