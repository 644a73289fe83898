"""Words and sentences about what goes out: tables, their columns, and forms for KoboToolbox and ODK."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from toc.domain.exchange.outgoing import Table
from toc.domain.exchange.tables import Word


class FileKind(StrEnum):
    """As what a table is written."""

    XLSX = "xlsx"
    CSV = "csv"


SENTENCES = {
    "export.period_order": _l("The last day is before the first."),
    "export.too_long": _l(
        "A sheet has room for %(most)s rows, and there are more. Choose a shorter period, or CSV."
    ),
    "xlsform.none": _l("There is no such form. Choose one of those below."),
    # Questions of forms
    "xlsform.day": _l("Which day is it about?"),
    "xlsform.not_in_future": _l("This day is still to come."),
    "xlsform.site": _l("At which site?"),
    "xlsform.which_level": _l("Which level?"),
    "xlsform.level": _l("Level %(level)s"),
    "xlsform.unknown": _l("Not known"),
    "xlsform.note": _l("Note"),
    "xlsform.note_hint": _l("Write no names, addresses or numbers of persons."),
    "xlsform.yes": _l("Yes"),
    "xlsform.no": _l("No"),
    "xlsform.of_how_many": _l("of how many?"),
    "xlsform.how_many_of_them": _l("how many of them?"),
    "xlsform.part_of_whole": _l("This is at least 0 and at most the number before it."),
    "xlsform.between": _l("This lies between %(lowest)s and %(highest)s."),
    "xlsform.not_below_zero": _l("This is at least 0."),
    "xlsform.participant": _l("Code of the participant"),
    "xlsform.participant_hint": _l("The random code from Doelenboom, never a name."),
    "xlsform.no_code": _l("A code has 3 to 40 letters and digits, with at least one digit."),
    "xlsform.moment": _l("When in the programme is this?"),
    "xlsform.on_which_day": _l("on which day? Leave it empty when it did not happen."),
    "xlsform.entry": _l("First day in the programme"),
    "xlsform.exit": _l("Last day in the programme"),
    "xlsform.cohort": _l("Cohort"),
    "xlsform.arm": _l("Does this person take part, or are they compared with?"),
}

COLUMNS: Mapping[str, Any] = {
    "day": _l("The day that the value is of."),
    "indicator": _l("Code of the indicator."),
    "indicator_name": _l("Its name."),
    "site": _l("Where it was counted; empty: in the whole programme."),
    "value": _l(
        "What was counted, in the unit beside it. Yes is 1, no is 0. Empty for a share, a level and words."
    ),
    "unit": _l("What the value is counted in."),
    "numerator": _l("Of a share: how many of the whole."),
    "denominator": _l("Of a share: the whole."),
    "share": _l("The numerator as a part of the denominator."),
    "median": _l("Of an ordinal score: the level that the middle person is on. A mean says nothing there."),
    "levels": _l("Of an ordinal score: how many people are on each level, the lowest first."),
    "account": _l("What somebody saw, in words."),
    "people": _l("Of how many participants there is a value."),
    "missing": _l("Of how many there is none: missing is not zero."),
    "from": _l("The first day of the period that the value counts, where it counts one."),
    "note": _l("What was noted with it."),
    "state": _l("What a reviewer decided last."),
    "edition": _l("By which version of the definition it was measured."),
    "goal": _l("Code of the goal that is measured."),
    "goal_wording": _l("How that goal is worded now."),
    "level": _l("What kind of goal it is."),
    "baseline": _l("The value at the start, if known."),
    "baseline_day": _l("The day of the baseline."),
    "target": _l("What is aimed at."),
    "target_day": _l("The day by which."),
    "actual": _l("The latest value."),
    "actual_day": _l("The day of the latest value."),
    "aim": _l("What was aimed at for that day."),
    "status": _l("The latest value compared with that aim."),
    "due": _l("When the next value is due, or was."),
    "rung": _l("How sure it is that the programme makes the difference, from 0 to 5; no part of the status."),
    "breakdown": _l("In which way the value falls apart."),
    "group": _l("Which group of it."),
    "participant": _l("Random code. Who it is, only the worker knows."),
    "cohort": _l("With whom they started."),
    "arm": _l("“intervention” takes part, “comparison” is compared with."),
    "entry": _l("First day of taking part."),
    "exit": _l("Last day of taking part."),
    "key": _l("By which this row is known when it comes back."),
}
"""What stands in each column, by its key."""

WORDS: dict[type[StrEnum], dict[Any, Any]] = {
    Table: {
        Table.RESULTS: _l("Results: one row per indicator, target against actual"),
        Table.MEASUREMENTS: _l("Measurements: one row per value"),
        Table.GROUPS: _l("Groups: one row per group of a breakdown, or level"),
        Table.PARTICIPANTS: _l("Participants: one row per code"),
        Table.OBSERVATIONS: _l("Events and scores: one row per code and day"),
    },
    Word: {
        Word.HIDDEN: _l("not shown"),
        Word.UNKNOWN: _l("not known"),
        Word.LEVEL: _l("level"),
    },
    FileKind: {
        FileKind.XLSX: _l("Workbook (XLSX), with a sheet that explains it"),
        FileKind.CSV: _l("Text (CSV), for other programs and to import again"),
    },
}

NAMES = {
    Table.RESULTS: _p("indicators", "Results"),
    Table.MEASUREMENTS: _l("Measurements"),
    Table.GROUPS: _l("Groups"),
    Table.PARTICIPANTS: _l("Participants"),
    Table.OBSERVATIONS: _l("Events and scores"),
}
"""Short names, of a sheet."""
