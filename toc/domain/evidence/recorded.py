"""From what was typed in to the facts of the ladder: one strict reading for forms, seeds and signatures.

What is typed in are plain values by the names of ``Study``, ``TreeFacts``, ``ReplicationFacts`` and
``ScalingFacts``. What follows from other rows (age, signatures, counts of the tree) is never typed in.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from toc.domain.errors import DomainError
from toc.domain.evidence.facts import (
    Attestation,
    Design,
    Effect,
    Evidence,
    ReplicationFacts,
    ScalingFacts,
    Study,
    TreeFacts,
)

Fact = TypeVar("Fact")

_MONTHS = 12
_LONGEST_MONTH = 31


class Scale(StrEnum):
    """In what an effect is expressed."""

    SHARE = "share"
    """A difference between two shares, kept as a fraction and shown in percentage points."""
    NUMBER = "number"
    """In the unit of the outcome."""
    DEVIATION = "deviation"
    """In standard deviations."""


class Part(StrEnum):
    """What a review records, by the part of the ladder that it is for."""

    TREE = "tree"
    REPLICATION = "replication"
    SCALING = "scaling"


_FOLLOWS = frozenset(
    {"id", "design", "age_months", "entered_by", "signed_by", "signoff_revoked", "version_matches"}
)
SHOWN = MappingProxyType({"scale": Scale, "unit": str})
"""Facts of a study that decide nothing and only say how its effect is to be read."""

EFFECT_NAMES = frozenset(one.name for one in fields(Effect))
STUDY_NAMES = (frozenset(one.name for one in fields(Study)) | EFFECT_NAMES) - _FOLLOWS - {"effect"}
"""The effect of a study is typed in by the names of `Effect`, beside its other facts."""
REVIEW_NAMES = MappingProxyType(
    {
        Part.TREE: frozenset(
            {
                "goals_merged",
                "conflicts_open",
                "plan_for_level_2",
                "plausible",
                "doable",
                "testable",
                "scored_by_other",
            }
        ),
        Part.REPLICATION: frozenset(one.name for one in fields(ReplicationFacts)),
        Part.SCALING: frozenset(one.name for one in fields(ScalingFacts)) - {"manual_months_since_review"}
        | {"manual_reviewed_on"},
    }
)


_HINTS: Mapping[type, Mapping[str, Any]] = MappingProxyType(
    {
        kind: get_type_hints(kind)
        for kind in (Effect, TreeFacts, Study, ReplicationFacts, ScalingFacts, Attestation, Evidence)
    }
)


def _refused(key: str, fact: str) -> DomainError:
    return DomainError(f"evidence.{key}", fact=fact)


def _read(hint: Any, value: object, fact: str) -> object:  # noqa: ANN401 - a type, or a union of types
    if get_origin(hint) is UnionType:
        (hint,) = (one for one in get_args(hint) if one is not type(None))
        if value is None:
            return None
    if get_origin(hint) is not tuple:
        return _read_one(hint, value, fact)
    if not isinstance(value, list | tuple):
        raise _refused("bad_fact", fact)
    return tuple(_read_one(get_args(hint)[0], one, fact) for one in value)


def _read_one(kind: type, value: object, fact: str) -> object:
    if type(value) is kind:
        return value
    if is_dataclass(kind) and isinstance(value, Mapping):
        return build(kind, value)
    if kind is float and type(value) is int:
        return float(value)
    if isinstance(value, str) and issubclass(kind, StrEnum) and value in set(kind):
        return kind(value)
    raise _refused("bad_fact", fact)


def build(kind: type[Fact], plain: Mapping[str, object]) -> Fact:
    """Return facts from plain values as JSON holds them.

    Args:
        kind: one of the dataclasses of `toc.domain.evidence.facts`.
        plain: values by name of the attribute; an absent one and None mean: not recorded.

    Raises:
        DomainError: ``evidence.unknown_fact`` or ``evidence.bad_fact``, with ``fact``; or what the dataclass
            itself refuses.
    """
    hints = _HINTS[kind]
    if unknown := [name for name in plain if name not in hints]:
        raise _refused("unknown_fact", unknown[0])
    return kind(**{name: _read(hints[name], value, name) for name, value in plain.items()})


def months(since: date, until: date) -> float:
    """Return the months between two days: whole at the same day of the month, 0 when the first is later."""
    whole = (until.year - since.year) * _MONTHS + until.month - since.month
    return max(0.0, whole + (until.day - since.day) / _LONGEST_MONTH)


def _only(recorded: Mapping[str, object], names: frozenset[str]) -> dict[str, object]:
    if unknown := [name for name in recorded if name not in names]:
        raise _refused("unknown_fact", unknown[0])
    return dict(recorded)


def effect(recorded: Mapping[str, object]) -> Effect | None:
    """Return the effect among the facts of a study, or None when there is none.

    Raises:
        DomainError: ``evidence.bad_interval`` when one end is missing; or as `build`.
    """
    typed = {name: recorded[name] for name in EFFECT_NAMES if recorded.get(name) is not None}
    if not typed.keys() & {"estimate", "low", "high"}:
        return None
    if not {"low", "high"} <= typed.keys():
        raise _refused("bad_interval", "effect")
    return build(Effect, typed)


def study(  # noqa: PLR0913 - each is read by name
    recorded: Mapping[str, object],
    *,
    id: str,  # noqa: A002 - its name in the facts
    design: Design,
    measured_on: date,
    on: date,
    entered_by: str | None = None,
    signed_by: str | None = None,
    signoff_revoked: bool = False,
    version_matches: bool = True,
) -> Study:
    """Return a study as the ladder reads it on a day.

    Args:
        recorded: what was typed in, by the names of `STUDY_NAMES` and `SHOWN`.
        id: tells studies of one goal apart.
        design: of the study.
        measured_on: when the outcomes were measured.
        on: the day of the assessment.
        entered_by: who typed it in.
        signed_by: who signed it.
        signoff_revoked: the signature was taken back.
        version_matches: it is about the current edition of the goal, or was carried over to it.

    Raises:
        DomainError: as `build`.
    """
    facts = _only(recorded, STUDY_NAMES | SHOWN.keys())
    for name, kind in SHOWN.items():
        _read(kind, facts.pop(name, Scale.SHARE if kind is Scale else ""), name)
    return build(
        Study,
        {name: fact for name, fact in facts.items() if name not in EFFECT_NAMES}
        | {
            "effect": effect(facts),
            "id": id,
            "design": design,
            "age_months": months(measured_on, on),
            "entered_by": entered_by,
            "signed_by": signed_by,
            "signoff_revoked": signoff_revoked,
            "version_matches": version_matches,
        },
    )


def tree(recorded: Mapping[str, object], counted: Mapping[str, object]) -> TreeFacts:
    """Return the facts of level 1.

    Args:
        recorded: what a review recorded, by the names of its part.
        counted: what follows from the tree itself, from texts, interviews and signatures.

    Raises:
        DomainError: as `build`.
    """
    return build(TreeFacts, _only(recorded, REVIEW_NAMES[Part.TREE]) | dict(counted))


def replication(recorded: Mapping[str, object]) -> ReplicationFacts:
    """Return the facts of level 4, as `tree`."""
    return build(ReplicationFacts, _only(recorded, REVIEW_NAMES[Part.REPLICATION]))


def scaling(recorded: Mapping[str, object], on: date) -> ScalingFacts:
    """Return the facts of level 5 on a day; ``manual_reviewed_on`` is a day in ISO 8601.

    Raises:
        DomainError: as `build`.
    """
    facts = _only(recorded, REVIEW_NAMES[Part.SCALING])
    if (reviewed_on := facts.pop("manual_reviewed_on", None)) is not None:
        try:
            day = date.fromisoformat(str(reviewed_on))
        except ValueError as error:
            raise _refused("bad_fact", "manual_reviewed_on") from error
        facts["manual_months_since_review"] = months(day, on)
    return build(ScalingFacts, facts)
