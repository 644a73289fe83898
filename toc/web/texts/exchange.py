"""Words and sentences about numbers and days as people write them, and about files that are imported."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.exchange import Column, DateOrder, NumberStyle

SENTENCES = {
    # Numbers and days, in fields and in files
    "number.missing": _l("Here a number is needed."),
    "number.percent": _l("Leave out the percent sign in “%(text)s”: here the number itself is needed."),
    "number.too_long": _l("“%(text)s” has more than %(most)s digits."),
    "number.unreadable": _l("“%(text)s” is not a number as we write it (%(style)s)."),
    "date.missing": _l("Here a day is needed."),
    "date.two_digit_year": _l("Write the year of “%(text)s” in four digits."),
    "date.no_such_day": _l("The day “%(text)s” does not exist."),
    "date.out_of_range": _l("The year must lie between %(first)s and %(last)s."),
    "date.with_time": _l("“%(text)s” holds a time. Leave the time out: which day it is depends on the zone."),
    "date.serial": _l(
        "“%(text)s” is a number that a spreadsheet made of a date. Show that column as a date and save again."
    ),
    "date.unreadable": _l("“%(text)s” is not a day. Write it as 2025-07-01 or 1-7-2025."),
    # The file
    "file.too_large": _l("This file is too large: at most %(most)s bytes."),
    "file.empty": _l("There is nothing in this file."),
    "file.is_spreadsheet": _l("This is a spreadsheet. Save it as CSV first (in Excel: Save as, CSV UTF-8)."),
    "file.is_pdf": _l("This is a PDF. A file of numbers is needed: CSV."),
    "file.encoding_unknown": _l("The letters in this file cannot be read. Save it as CSV UTF-8."),
    "file.nul": _l("This is no text file. Save the numbers as CSV."),
    "file.read_as_cp1252": _l(
        "The file does not say how its letters are written. We read it as Windows text: see whether words "
        "with accents look right."
    ),
    "table.sep_line": _l("The first line says that “%(delimiter)s” stands between the columns; we did that."),
    "table.header_repeated": _l("Several columns are called “%(column)s”. They got a number."),
    "table.rows_empty": _l("%(count)s empty rows were left out."),
    "table.delimiter_unknown": _l(
        "We cannot tell what stands between the columns. Choose it below, and check that the first row holds "
        "the names of the columns."
    ),
    "table.empty": _l("Below the row with names there are no rows."),
    "table.too_many_rows": _l("At most %(most)s rows can be read at once."),
    "table.too_many_columns": _l("At most %(most)s columns can be read."),
    "table.quote_unclosed": _l("A quotation mark in the row that begins on line %(line)s is never closed."),
    "table.quote_misplaced": _l("A quotation mark stands in the wrong place on line %(line)s."),
    "table.cell_too_long": _l("A cell on line %(line)s is too long. Perhaps a quotation mark is missing."),
    # Its columns
    "columns.twice": _l("The same column was chosen twice."),
    # Its rows
    "row.ragged": _l("This row has %(found)s cells, the first row has %(expected)s."),
    "row.personal": _l("A personal detail (%(kind)s) stands here. Take it out."),
    # The import
    "import.bsn": _l(
        "The column “%(column)s” holds citizen service numbers (BSN). They may never be uploaded. Take the "
        "column out of the file and try again."
    ),
    "import.personal": _l(
        "The column “%(column)s” is about persons (%(kind)s). It may not be used, and must be left out."
    ),
    "import.has_errors": _l("Nothing was imported, because %(count)s rows are not right."),
    "import.plan_changed": _l("Somebody entered values meanwhile. Look again at what would change."),
    "import.lost": _l("The preview is no longer valid. Upload the file again; nothing was imported."),
    "import.no_file": _l("Choose a file."),
}

WORDS: dict[type[StrEnum], dict[Any, Any]] = {
    Column: {
        Column.ON: _l("day"),
        Column.VALUE: _l("value"),
        Column.NUMERATOR: _l("how many"),
        Column.DENOMINATOR: _l("out of how many"),
        Column.NOTE: _l("note"),
        Column.SOURCE_KEY: _l("key of the row"),
    },
    NumberStyle: {
        NumberStyle.DUTCH: _l("Dutch: 1.234,5"),
        NumberStyle.ENGLISH: _l("English: 1,234.5"),
    },
    DateOrder: {
        DateOrder.DAY_FIRST: _l("the day first: 31-12-2025"),
        DateOrder.MONTH_FIRST: _l("the month first: 12-31-2025"),
    },
}
