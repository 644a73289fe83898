"""Words and sentences about evidence, and effects in words."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from toc.domain.evidence import (
    Basis,
    Design,
    Direction,
    Effect,
    Independence,
    Outcome,
    Part,
    Peer,
    PlanLock,
    Scale,
    SmallSample,
    Status,
)
from toc.web import texts
from toc.web.texts import criteria

SENTENCES = {
    **criteria.SENTENCES,
    # --- Rungs: short names, and how sure that is
    "evidence.rung.0": _l("Not founded yet"),
    "evidence.rung.1": _l("Well founded"),
    "evidence.rung.2": _l("Change measured"),
    "evidence.rung.3": _l("Shown to be ours"),
    "evidence.rung.4": _l("Independently repeated"),
    "evidence.rung.5": _l("Scaled up"),
    "evidence.sure.0": _l("Nothing that is recorded shows yet why this should work."),
    "evidence.sure.1": _l(
        "It is described what is done and why it should work. Whether anything changes, is not shown yet."
    ),
    "evidence.sure.2": _l("People changed. Whether the programme did that, is not shown."),
    "evidence.sure.3": _l("A comparison shows that the programme makes the difference."),
    "evidence.sure.4": _l("Independent studies at other places found the same."),
    "evidence.sure.5": _l("It works in other hands too, with a manual and with checks."),
    "evidence.own_statement": _l("This is the programme's own statement: no evaluator has reviewed it yet."),
    # --- What a form cannot take
    "evidence.bad_interval": _l(
        "Fill in both ends of the interval: the lower end first, and the estimate between them."
    ),
    "evidence.bad_share": _l("A share lies between 0 and 100 percent."),
    "evidence.negative": _l("This number cannot be below zero."),
    "evidence.not_positive": _l("This number must be above zero."),
    "evidence.bad_count": _l("The part cannot be more than the whole."),
    "evidence.bad_score": _l("A score is 1, 2, 3 or 4."),
    "evidence.bad_fact": _l("This could not be read (%(fact)s)."),
    "evidence.unknown_fact": _l("The ladder knows no such fact (%(fact)s)."),
    "evidence.bad_threshold": _l("This limit means nothing (%(threshold)s)."),
    "evidence.measured_later": _l("This day is still to come. Fill in when the outcomes were measured."),
    "evidence.bad_url": _l("An address begins with https:// and names a site."),
    "evidence.not_attestable": _l("Nobody can attest this: it asks for a signature of its own."),
    "evidence.no_reason": _l("Say why, in your own words."),
    "evidence.no_name": _l("It must be known who says this."),
    "evidence.study_expected": _l(
        "Choose the study that this is about; the rungs 1, 4 and 5 are about none."
    ),
    "evidence.same_study_twice": _l("Two studies cannot be told apart."),
    "evidence.unknown_study": _l("This study does not belong to the goal."),
    # --- What cannot be done now
    "evidence.own_data": _l("You entered this study yourself. Ask another evaluator to sign it."),
    "evidence.no_account": _l("Only a person with an account can sign."),
    "evidence.study_signed": _l(
        "This study is signed, so it stays as it is. Take the signature back before you change it."
    ),
    "evidence.review_signed": _l(
        "Rung 1 is signed, so its review stays as it is. Take the signature back before you change it."
    ),
    "evidence.not_signed": _l("There is no signature to take back."),
    "evidence.level_1_open": _l("Not every criterion of rung 1 is met yet."),
    "evidence.changed_meanwhile": _l("This changed while you were reading. Read it again before you sign."),
    "evidence.already_holds": _l("This study is about the goal as it is worded now already."),
    # --- Help in forms
    "evidence.help.low": _l("Without it nobody can see how sure the estimate is."),
    "evidence.help.confidence": _l("Most reports give an interval of 95 percent."),
    "evidence.help.smallest_effect": _l(
        "Less than this would not be worth the trouble. It tells “no effect” from “too few people to say”."
    ),
    "evidence.help.mde": _l("The report calls it the minimal detectable effect (MDE)."),
    "evidence.help.n_paired": _l("Count only people of whom you have both measurements."),
    "evidence.help.small_sample": _l("Only when fewer than 20 people were measured twice."),
    "evidence.help.response": _l("Of everybody who was measured before: how many percent also afterwards?"),
    "evidence.help.max_baseline_es": _l(
        "In standard deviations, of the outcome and the most important traits; the largest one, without sign."
    ),
    "evidence.help.attrition_overall": _l("Of everybody who was assigned: how many percent was lost?"),
    "evidence.help.attrition_diff": _l("In percentage points, without sign."),
    "evidence.help.optimistic_boundary_because": _l(
        "Leave this empty, unless the plan gave reasons to judge dropout by the wider boundary."
    ),
    "evidence.help.primary_outcomes": _l(
        "How many outcomes the plan called primary, before the data came in."
    ),
    "evidence.help.plan_lock": _l("A plan that comes later only explores."),
    "evidence.help.harm_unresolved": _l(
        "“No” means: somebody looked for it, and nothing was left. Leave it open if nobody looked."
    ),
    "evidence.help.instrument_quality": _l("For example how reliable a questionnaire is, with its source."),
    "evidence.help.baseline_known": _l(
        "For outcomes without a true “before”, such as a job: how many earlier people had it?"
    ),
    "evidence.help.comparison_justified": _l("Say it in the report; here you only record that it is there."),
    "evidence.help.itt": _l("Also those who left early or never started."),
    "evidence.help.independence": _l(
        "An evaluator of the programme itself cannot show that the effect is ours."
    ),
    "evidence.help.dataset_matches": _l("“No” when the data were lost, so that nobody can compute it again."),
    "evidence.help.unit": _l("For example: hours a week."),
    "evidence.help.conflicts_open": _l("Agreeing to differ counts as a decision."),
    "evidence.help.plausible": _l("1 is not at all, 4 is fully: does it make sense that this works?"),
    "evidence.help.doable": _l("1 is not at all, 4 is fully: can it be done with these people and means?"),
    "evidence.help.testable": _l("1 is not at all, 4 is fully: would we notice if it did not work?"),
    "evidence.help.fidelity_by_site": _l(
        "One percentage for each place, with a semicolon between: 85; 90; 78"
    ),
    "evidence.help.sites_positive": _l("Only places that others run."),
}

WORDS: dict[type[StrEnum], Mapping[Any, Any]] = {
    Status: {
        Status.HARM_FLAG: _l("sign of harm"),
        Status.INTEGRITY_FAILURE: _l("data no longer match"),
        Status.SIGNOFF_REVOKED: _l("signature taken back"),
        Status.CONTESTED: _l("contested"),
        Status.NO_EFFECT_FOUND: _l("no effect found"),
        Status.VERSION_MISMATCH: _l("about an earlier edition"),
        Status.UNREPORTED_STUDY: _l("study not reported"),
        Status.STALE: _l("out of date"),
        Status.EXPLORATORY: _l("exploratory"),
        Status.CURRENT_WITH_RESERVATIONS: _l("with reservations"),
        Status.PENDING_SIGNOFF: _l("waits for a signature"),
        Status.CURRENT: _l("up to date"),
    },
    Outcome: {
        Outcome.MET: _l("met"),
        Outcome.NOT_MET: _l("not met"),
        Outcome.NOT_APPLICABLE: _l("does not apply"),
    },
    Basis: {Basis.COMPUTED: _l("computed from what is recorded"), Basis.ATTESTED: _l("attested")},
    Design: {
        Design.POST_ONLY: _l("Asked afterwards only"),
        Design.PRE_POST: _l("The same people before and after"),
        Design.HISTORICAL: _l("Afterwards, against an earlier group or rate"),
        Design.QED: _l("Against a comparison group, not drawn by lot"),
        Design.DID: _l("Before and after, in two groups (difference in differences)"),
        Design.OTHER_JUSTIFIED: _l("Another method with reasons, such as an interrupted time series"),
        Design.RCT: _l("Two groups drawn by lot (randomised trial)"),
    },
    PlanLock: {
        PlanLock.BEFORE_OUTCOMES: _l("Before anybody saw outcomes"),
        PlanLock.BEFORE_UPLOAD: _l("Before the data came in, but somebody may have seen some"),
        PlanLock.TOO_LATE: _l("Later, or never"),
    },
    Independence: {
        Independence.INTERNAL: _l("The programme itself"),
        Independence.OTHER_UNIT: _l("Another department of the same organisation"),
        Independence.EXTERNAL_PAID: _l("Another organisation, paid by the programme"),
        Independence.EXTERNAL_INDEPENDENT: _l("Another organisation, paid by somebody else"),
    },
    SmallSample: {
        SmallSample.ALL_PARTICIPANTS: _l("all participants are in it"),
        SmallSample.EXACT_TEST: _l("an exact test was used"),
    },
    Scale: {
        Scale.SHARE: _l("Percentage points (a difference between two percentages)"),
        Scale.NUMBER: _l("A number in a unit of its own"),
        Scale.DEVIATION: _l("Standard deviations"),
    },
    Direction: {
        Direction.WANTED: _l("on the wanted side"),
        Direction.UNCLEAR: _l("zero lies inside"),
        Direction.OPPOSITE: _l("on the unwanted side"),
    },
    Part: {
        Part.TREE: _l("Review of the tree (rung 1)"),
        Part.REPLICATION: _l("The studies together (rung 4)"),
        Part.SCALING: _l("In other hands (rung 5)"),
    },
    Peer: {
        Peer.EFFECTLADDER: "Effectladder",
        Peer.ERKENDE_INTERVENTIES: _l("Recognised interventions (NJi, Movisie and others)"),
        Peer.MARYLAND: _l("Maryland scale"),
        Peer.EIF: "Early Intervention Foundation",
        Peer.WWC: "What Works Clearinghouse",
    },
}

_POINTS = 100
_DECIMALS = {Scale.SHARE: 1, Scale.NUMBER: 2, Scale.DEVIATION: 2}
_MINUS = "\u2212"


def amount(value: float, scale: Scale, *, signed: bool = False) -> str:
    """Return a part of an effect as a number in its scale, without the unit: a share in percentage points.

    Args:
        value: as it is kept; a share is a fraction.
        scale: of the effect.
        signed: put a plus before what is above zero.
    """
    exact = Decimal(repr(value)) * (_POINTS if scale is Scale.SHARE else 1)
    rounded = round(exact, _DECIMALS[scale])
    text = texts.number(abs(rounded).normalize())
    if rounded < 0:
        return _MINUS + text
    return f"+{text}" if signed and rounded > 0 else text


def unit_words(scale: Scale, unit: str) -> str:
    """Return in what an effect is expressed."""
    if scale is Scale.SHARE:
        return str(gettext("percentage points"))
    return str(gettext("standard deviations")) if scale is Scale.DEVIATION else unit


def effect_words(effect: Effect | None, scale: Scale, unit: str = "") -> str:
    """Return an effect in words: "+12 percentage points (95 % interval 3 to 21)"; "" when there is none."""
    if effect is None:
        return ""
    parts = {
        "unit": unit_words(scale, unit),
        "confidence": texts.percent(effect.confidence),
        "low": amount(effect.low, scale),
        "high": amount(effect.high, scale),
    }
    if effect.estimate is None:
        found = gettext("%(low)s to %(high)s %(unit)s (%(confidence)s interval)", **parts)
    else:
        parts["estimate"] = amount(effect.estimate, scale, signed=True)
        found = gettext("%(estimate)s %(unit)s (%(confidence)s interval %(low)s to %(high)s)", **parts)
    return str(found).replace("  ", " ")  # a number may have no unit
