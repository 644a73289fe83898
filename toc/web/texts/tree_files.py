"""Sentences about trees that come in and go out: outlines, files, and goals that look alike."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.goals.likeness import Why

SENTENCES = {
    "tree_field.not_text": _l("This must be text."),
    "tree_field.empty": _l("This may not be empty."),
    "tree_field.too_long": _l("This is longer than %(most)s characters. Make it shorter."),
    "tree_field.bad_characters": _l("This holds characters that cannot be read. Type the text again."),
    "tree_field.one_line": _l("This must stand on one line."),
    "tree_field.not_a_choice": _l("“%(value)s” is none of these: %(choices)s."),
    "tree_field.not_a_number": _l("This must be a whole number from %(least)s to %(most)s."),
    "tree_field.not_yes_or_no": _l("This must say yes or no."),
    "tree_field.not_a_day": _l("“%(value)s” is no day. Write it as 2027-06-30."),
    "tree_field.not_a_code": _l("“%(value)s” is not a code such as %(example)s."),
    "tree_field.not_an_id": _l(
        "“%(value)s” is not an id of this program. Leave it out, or take it over from an export."
    ),
    "tree_in.code_repeated": _l("The code %(value)s was used before, in row %(first)s."),
    "tree_in.id_repeated": _l("This id was used before, in row %(first)s."),
    "tree_in.holder_repeated": _l(
        "What this party thinks of this goal was said before, in row %(first)s (%(value)s)."
    ),
    "tree_in.link_repeated": _l("This link is there already, in row %(first)s (%(value)s)."),
    "tree_in.statement_repeated": _l(
        "This statement was given for this goal before, in row %(first)s (%(value)s)."
    ),
    "tree_in.code_unknown": _l("%(value)s is not in this file. Add it, or correct the code."),
    "tree_in.circle": _l(
        "The link from %(lower)s to %(upper)s is part of a circle: a goal would be a means to "
        "itself. Leave out one link of the circle, or mark it as feedback."
    ),
    "tree_in.no_list": _l("This part must be a list of rows."),
    "tree_in.too_many_rows": _l("There are more than %(most)s rows. Bring in a smaller tree."),
    "tree_in.field_missing": _l("The field “%(name)s” is missing."),
    "tree_in.no_object": _l("This row must have fields with names."),
    "tree_in.field_unknown": _l("“%(name)s” is no field that we know."),
    "tree_in.too_large": _l("This file has more than %(most)s characters. Bring in a smaller tree."),
    "tree_in.no_json": _l("This is no JSON that can be read. Choose a tree that was exported as JSON."),
    "tree_in.field_twice": _l(
        "The field “%(name)s” stands twice in one row, so that nobody can tell which one counts."
    ),
    "tree_in.other_format": _l("This file is no goal tree of this program."),
    "tree_in.other_version": _l(
        "This tree was written as version %(version)s of the format; this program reads version %(ours)s."
    ),
    "tree_in.sheet_unknown": _l(
        "“%(name)s” is no sheet that we know. The sheets are: goals, links, parties, holders, statements."
    ),
    "tree_in.column_unknown": _l("“%(name)s” is no column that we know. Leave it out, or correct its name."),
    "tree_in.column_repeated": _l("The column “%(name)s” is there twice."),
    "tree_in.column_missing": _l("The column “%(name)s” is missing."),
    "outline.too_long": _l("This text has more than %(most)s characters. Paste a smaller part."),
    "outline.too_many_lines": _l("This text has more than %(most)s lines. Paste a smaller part."),
    "outline.nothing": _l("There is nothing here yet. Write one goal on each line."),
    "outline.heading_indented": _l("A heading with # may have no white space before it."),
    "outline.indent_mixed": _l(
        "Tabs and spaces are mixed here, so that nobody can tell how deep this line stands. Use the"
        " same as in the line above it."
    ),
    "outline.indent_unknown": _l(
        "This line is indented less than the one above it, but stands below none of the earlier "
        "lines. Give it as much white space as the line that it belongs beside."
    ),
    "outline.code_alone": _l(
        "After %(code)s nothing is said. Write the goal behind it, or write “= %(code)s” to name a "
        "goal that is written elsewhere."
    ),
    "outline.no_words": _l("This line says nothing. Write a goal on it, or remove it."),
    "outline.reference_alone": _l(
        "A line that names another goal has no level and no code of its own. Remove these."
    ),
    "outline.reference_unreadable": _l("“%(text)s” names no goal. Write “= G12”, with the code of the goal."),
    "outline.level_unknown": _l(
        "“%(word)s” is no level. Write [input], [activity], [output], [outcome] or [impact], or put"
        " \\ before the bracket when it belongs to the goal."
    ),
    "outline.code_twice": _l(
        "%(code)s says something else in line %(first)s. Give one of the two another code, or write the same."
    ),
    "outline.reference_ambiguous": _l(
        "Several goals are worded as “%(text)s”. Name the right one by its code."
    ),
    "outline.reference_unknown": _l("There is no goal “%(text)s”. Write it out, or correct the name."),
    "outline.reference_differs": _l(
        "%(code)s is worded otherwise: “%(wording)s”. Write “= %(code)s” alone, or another code."
    ),
    "outline.link_twice": _l("This goal stands below the same goal already, in line %(first)s."),
    "outline.circle": _l("This line is part of a circle: a goal would be a means to itself."),
    "outline.needs_code": _l(
        "“%(wording)s” serves several goals, and another goal has the same words. Give them codes first."
    ),
    "outline.other_wording": _l("%(code)s is there already as “%(wording)s”. Is this a new wording for it?"),
    "outline.same_wording": _l(
        "The same words stand in line %(first)s. Are these two goals, or one goal with two ends?"
    ),
    "outline.like_known": _l("%(code)s has the same words: “%(wording)s”. Is it that goal, or another one?"),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    Why: {
        Why.SAME_WORDING: _l("the same wording"),
        Why.SAME_WORDS: _l("the same words in another order"),
        Why.CONTAINS: _l("one says all that the other says"),
        Why.ALIKE: _l("many of the same words"),
    },
}
