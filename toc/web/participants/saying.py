"""A rule in words, so that a reader can count along."""

from collections.abc import Mapping

from flask_babel import gettext

from toc.domain.participants import CHANGES, EVENTS, MIDDLES, Counting, Rule, Subject
from toc.web import texts


def rule_in_words(rule: Rule, names: Mapping[str, str]) -> list[str]:
    """Return what is counted, of whom, and what happens to what is not known: one sentence each.

    Args:
        rule: of an indicator.
        names: of what it refers to, as `toc.services.participants.names_in` gives them.
    """
    sentences = [_what(rule, names), *_when(rule), _whom(rule, names), *_unknown(rule)]
    return [str(sentence) for sentence in sentences]


def _score(names: Mapping[str, str]) -> str:
    if not names["item"]:
        return names["instrument"]
    return str(gettext("%(instrument)s, item %(item)s", instrument=names["instrument"], item=names["item"]))


def _what(rule: Rule, names: Mapping[str, str]) -> str:
    if rule.subject in EVENTS:
        return _event(rule)
    if rule.what in MIDDLES:
        return _middle(rule, names)
    if rule.what not in CHANGES:
        return _level(rule, names)
    says = {"score": _score(names), "before": texts.word(rule.before), "after": texts.word(rule.after)}
    said: str = (
        gettext("The mean of each person's change on %(score)s: “%(after)s” minus “%(before)s”.", **says)
        if rule.what is Counting.MEAN_CHANGE
        else gettext(
            "The median of each person's change on %(score)s: “%(after)s” minus “%(before)s”.", **says
        )
    )
    return said


def _event(rule: Rule) -> str:
    event = rule.item if rule.subject is Subject.OTHER else texts.word(rule.subject)
    said: str = (
        gettext("The share of participants with the event “%(event)s”.", event=event)
        if rule.what is Counting.SHARE
        else gettext("The number of participants with the event “%(event)s”.", event=event)
    )
    return said


def _middle(rule: Rule, names: Mapping[str, str]) -> str:
    said: str
    if rule.subject is Subject.VALUE:
        said = (
            gettext("The mean of what was recorded of each person for %(name)s.", name=names["indicator"])
            if rule.what is Counting.MEAN
            else gettext(
                "The median of what was recorded of each person for %(name)s.", name=names["indicator"]
            )
        )
        return said
    says = {"score": _score(names), "moment": texts.word(rule.moment)}
    said = (
        gettext("The mean of each person's score on %(score)s, “%(moment)s”.", **says)
        if rule.what is Counting.MEAN
        else gettext("The median of each person's score on %(score)s, “%(moment)s”.", **says)
    )
    return said


def _level(rule: Rule, names: Mapping[str, str]) -> str:
    level = texts.show(rule.level)
    bound = (
        gettext("%(level)s or more", level=level)
        if rule.at_least
        else gettext("%(level)s or less", level=level)
    )
    said: str
    if rule.subject is Subject.VALUE:
        of = {"name": names["indicator"], "bound": bound}
        said = (
            gettext("The share of participants of whom %(bound)s was recorded for %(name)s.", **of)
            if rule.what is Counting.SHARE
            else gettext("The number of participants of whom %(bound)s was recorded for %(name)s.", **of)
        )
        return said
    says = {"score": _score(names), "moment": texts.word(rule.moment), "bound": bound}
    said = (
        gettext("The share of participants who scored %(bound)s on %(score)s, “%(moment)s”.", **says)
        if rule.what is Counting.SHARE
        else gettext("The number of participants who scored %(bound)s on %(score)s, “%(moment)s”.", **says)
    )
    return said


def _when(rule: Rule) -> list[str]:
    found = []
    if rule.within_days is not None:
        found.append(
            gettext(
                "It counts from the day of entry up to and including %(days)s days after it.",
                days=texts.number(rule.within_days),
            )
        )
    if rule.starts_on is not None and rule.ends_on is not None:
        days = {"first": texts.day(rule.starts_on), "last": texts.day(rule.ends_on)}
        found.append(gettext("It counts from %(first)s up to and including %(last)s.", **days))
    elif rule.starts_on is not None:
        found.append(gettext("It counts from %(first)s on.", first=texts.day(rule.starts_on)))
    elif rule.ends_on is not None:
        found.append(gettext("It counts up to and including %(last)s.", last=texts.day(rule.ends_on)))
    return found


def _whom(rule: Rule, names: Mapping[str, str]) -> str:
    limits = [
        gettext("cohort %(name)s", name=names["cohort"]) if rule.cohort_id else "",
        gettext("site %(name)s", name=names["site"]) if rule.site_id else "",
        texts.word(rule.arm),
    ]
    kept = [limit for limit in limits if limit]
    if not kept:
        return str(gettext("Looked at are all participants who had entered by the day of the value."))
    said: str = gettext(
        "Looked at are participants who had entered by the day of the value, of: %(limits)s.",
        limits=", ".join(kept),
    )
    return said


def _unknown(rule: Rule) -> list[str]:
    if rule.subject not in EVENTS:
        found = (
            [
                gettext("Of two scores of one moment the last counts."),
                gettext("Who lacks a score is unknown: left out, and counted apart."),
            ]
            if rule.subject is Subject.SCORE
            else [
                gettext("Of two values of one person the last counts."),
                gettext("Of whom no value was recorded, it is unknown: left out, and counted apart."),
            ]
        )
        if rule.what in CHANGES | MIDDLES and rule.is_ordinal:
            found.append(
                gettext("These are levels without a distance: of two in the middle the lower one is taken.")
            )
        return found
    if rule.within_days is None:
        return [gettext("Who has no such event on record is not counted.")]
    if rule.what is Counting.SHARE:
        return [
            gettext(
                "Of whom the days are not over yet, or the day of entry is not known, it is unknown: "
                "left out, and counted apart."
            )
        ]
    return [
        gettext(
            "Who has no such event while the days are not over, or whose day of entry is not known, is "
            "unknown: counted apart."
        )
    ]
