"""Sentences about what was typed."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "form.required": _l("Fill this in."),
    "form.choose": _l("Choose one of the possibilities."),
    "form.too_long": _l("This is too long: at most %(most)s characters."),
    "form.one_line": _l("Keep this on one line."),
    "form.bad_characters": _l("This holds invisible characters. Type it again instead of pasting it."),
    "form.whole_number": _l("Fill in a whole number."),
    "form.not_understood": _l("This could not be read. Look at the example and type it again."),
    "code.unreadable": _l("%(text)s is no code: type a letter and a number, such as G12."),
    "form.sent_twice": _l("This was saved already."),
    "request.cut_off": _l("Not all of it arrived"),
    "request.slow": _l("The connection was broken off, or too slow. Nothing was kept; send it once more."),
    "not_found": _l("This page is not here."),
    "stale": _l("Somebody else changed this while you were writing."),
}
