"""Words and sentences of the thread strip."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.bonds import Unit
from toc.domain.thread import BeadKind

SENTENCES = {
    "thread.text": "%(text)s",
    "thread.quote": "“%(text)s”",
    "thread.said_by": _l("%(said)s of %(asked)s participants said this"),
    "thread.level": "%(level)s",
    "thread.target": _l("target %(value)s"),
    "thread.reading": "%(reading)s",
    "thread.day": "%(on)s",
    "thread.effect": "%(effect)s",
    "thread.achieved": "%(line)s: %(achieved)s",
    "thread.declared": _l("declared on %(on)s"),
    "thread.verified": _l("verified on %(on)s"),
    "thread.returned": _l("returned on %(on)s"),
    "thread.per_unit": _l("%(amount)s per %(unit)s"),
    "thread.amount": "%(amount)s",
    "thread.no_contract": _l("no contract pays for this goal"),
    "thread.waits_for_worker": _l("waits for the worker to declare it"),
    "thread.waits_for_evaluator": _l("waits for the evaluator"),
    "thread.waits_for_funder": _l("waits for the funder"),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    BeadKind: {
        BeadKind.STATEMENT: _l("Statement"),
        BeadKind.GOAL: _l("Goal"),
        BeadKind.INDICATOR: _l("Indicator"),
        BeadKind.MEASUREMENT: _l("Measurement"),
        BeadKind.EFFECT: _l("Effect"),
        BeadKind.OUTCOME: _l("Outcome"),
        BeadKind.SAVING: _l("Saving"),
        BeadKind.PAYMENT: _l("Payment"),
    },
    Unit: {
        Unit.PERSON: _l("person"),
        Unit.CLAIM: _l("claim"),
        Unit.DAY: _l("day"),
        Unit.MONTH: _l("month"),
        Unit.PERCENTAGE_POINT: _l("percentage point"),
        Unit.TONNE: _l("tonne"),
        Unit.CURRENCY: _l("unit of money"),
    },
}
