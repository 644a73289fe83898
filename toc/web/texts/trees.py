"""Sentences and words about the goal tree as files, and about beginning one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.charts.tree_pdf import Paper
from toc.domain.goals.incoming import Way
from toc.services.goals.tree_files import Kind

SENTENCES: Mapping[str, Any] = {
    "tree_file.too_many": _l("Choose at most %(most)s files at once."),
    "tree_file.several": _l("Several files at once only work for tables (CSV). Choose one file."),
    "tree_file.twice": _l("Two of these files hold the same kind of rows. Choose one of them."),
    "tree_file.old_workbook": _l("This is an old kind of workbook (.xls). Save it as .xlsx and try again."),
    "tree_file.is_pdf": _l("From a PDF no tree can be read. Choose a workbook, a table, a text or JSON."),
    "tree_file.no_workbook": _l(
        "This is no workbook that can be read. Save it again as .xlsx and try again."
    ),
    "tree_file.formula": _l(
        "There are formulas in this workbook. What they say cannot be checked. Copy the cells, paste them as"
        " values, save it and try again."
    ),
    "tree_file.too_wide": _l(
        "A cell stands further to the right than column %(most)s. Remove what stands there and try again."
    ),
    "tree_file.too_long": _l(
        "A cell stands lower than row %(most)s. Remove what stands there and try again."
    ),
    "tree_file.cell_too_long": _l("The cell “%(value)s” has more than %(most)s characters. Make it shorter."),
    "tree_file.nothing": _l("Choose a file, or type or paste goals."),
    "tree_file.both": _l("Choose a file or paste a text, not both."),
    "tree_file.lost": _l("What you looked at has got lost or is too old. Choose the file again."),
    "tree_file.too_large": _l("This is too large to look at before it comes in. Bring in a smaller part."),
    "tree_in.too_many_new": _l(
        "More than %(most)s goals would be added or changed at once. Bring in smaller parts."
    ),
    "tree_in.open_questions": _l("Answer the questions first: nobody can guess this."),
    "tree_in.has_errors": _l("Nothing was brought in, because %(count)s things are not right."),
    "tree_in.plan_changed": _l("The tree was changed meanwhile. Look again at what would change."),
    "tree_in.reason_missing": _l("Say why goals that are there are worded anew."),
    "tree_start.not_empty": _l(
        "There are goals in this tree by now, so it can no longer begin with a pattern. Nothing changed."
    ),
    "tree_out.no_png": _l("The picture could not be made now. Try again, or save it as PDF or SVG."),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    Paper: {Paper.A3: "A3", Paper.A4: "A4"},
    Way: {
        Way.ADD: _l("only add new goals"),
        Way.CHANGE: _l("also change goals that are there"),
    },
    Kind: {
        Kind.OUTLINE: _l("an outline"),
        Kind.TABLES: _l("tables"),
        Kind.JSON: _l("a whole tree (JSON)"),
    },
}

SHEETS: Mapping[str, Any] = {
    "goals": _l("Goals"),
    "links": _l("Links"),
    "parties": _l("Parties"),
    "holders": _l("What parties think"),
    "statements": _l("Statements"),
}
"""The tables of a tree."""

ABOUT_SHEETS: Mapping[str, Any] = {
    "goals": _l("One goal on each row, as its current wording has it. by_when is the last day that counts."),
    "links": _l(
        "One link on each row: lower is a means to upper. Feedback leads back and is no part of the order."
    ),
    "parties": _l("The parties of the programme."),
    "holders": _l(
        "What a party thinks of a goal: supports, opposes, neutral or unaware; importance and feasibility"
        " from 1 to 5."
    ),
    "statements": _l(
        "What goals rest on, as far as you may read it. Where only the number may be told, code and text are"
        " empty. Statements do not come in again: they belong to interviews."
    ),
}
"""What each table holds, for the sheet that explains them."""
