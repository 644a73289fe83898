"""Words and sentences about logs that come in: files, columns, rows, jobs and sources."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.exchange.mapping import About, Epoch, Unsigned, Use, Zone
from toc.domain.exchange.recognised import RowState
from toc.domain.exchange.sources import Fetch, SourceKind
from toc.domain.jobs import JobKind

SENTENCES = {
    # The file
    "file.archive_names": _l("A name in this archive leads outside it. Make the file anew and try again."),
    "file.damaged": _l("This file is damaged, or was cut off. Save it again and try once more."),
    "file.encrypted": _l("This file has a password. Save it without one."),
    "file.has_dtd": _l("This workbook holds something that workbooks never hold. It is not read."),
    "file.is_old_spreadsheet": _l("This is a spreadsheet of an old kind. Save it as .xlsx or as CSV."),
    "file.macros": _l("This workbook holds a program (macros). Save it as .xlsx without macros."),
    "file.nested": _l("This archive holds another archive. Unpack it and upload what is in it."),
    "file.no_forms": _l("There are no forms in this file of CommCare."),
    "file.no_tables": _l("There are no tables in this archive."),
    "file.too_many_parts": _l("This file has too many parts: at most %(most)s."),
    "file.unpacks_too_big": _l("Unpacked this file is too large: at most %(most)s bytes."),
    "workbook.counts_from_1904": _l("This workbook counts its days from 1904. We did that too."),
    "workbook.hidden_sheet": _l("The sheet “%(sheet)s” is hidden."),
    "workbook.hidden_column": _l(
        "The column “%(column)s” is hidden in the workbook. It is in the list below."
    ),
    "workbook.hidden_rows": _l("%(count)s rows are hidden in the workbook. They are read like the others."),
    # Its columns
    "mapping.unreadable": _l("This cannot be chosen here: %(where)s. Choose again."),
    "mapping.words": _l("Say both: what stands in the file, and what it means."),
    "mapping.no_sheet": _l("There is no sheet “%(sheet)s” in this file."),
    "mapping.no_column": _l("There is no column “%(column)s” in this file any more."),
    "mapping.needs": _l("Say which column holds: %(use)s."),
    "mapping.only_one": _l("Only one column can be: %(use)s."),
    "mapping.not_for": _l(
        "The column “%(column)s” cannot be “%(use)s” here: this log is about something else. Participants "
        "are known by the column with their code."
    ),
    "mapping.indicator_unknown": _l("There is no indicator %(code)s in this programme."),
    "mapping.instrument_unknown": _l("There is no instrument “%(name)s” in this programme."),
    "mapping.item_unknown": _l("The instrument has no item “%(item)s”."),
    "mapping.breakdown_unknown": _l("No indicator is broken down by “%(name)s”."),
    # Its rows
    "cell.fault": _l("The workbook shows a fault here (%(text)s), and no value."),
    "cell.not_yes_no": _l("“%(text)s” is neither yes nor no."),
    "date.no_such_time": _l("“%(text)s” is no day with a time."),
    "date.not_kept": _l("“%(text)s” is a day, and a number is needed."),
    "measurement.levels_needed": _l("Of an ordinal score a row says how many people are on which level."),
    "measurement.outside_scale": _l("The value must lie between %(lowest)s and %(highest)s."),
    "row.account_unexpected": _l("This indicator is not told in words: its account has no place."),
    "breakdown.sums_differ": _l(
        "The groups of one breakdown together are not as many as those of another breakdown of the same day."
    ),
    "row.arm_unknown": _l("“%(text)s” is not the name of a group: takes part, or comparison group."),
    "row.cohort_unknown": _l("There is no cohort “%(text)s” in this programme."),
    "row.conflict": _l("Another row says something else about the same. Choose which one counts."),
    "row.event_unknown": _l("“%(text)s” is no event that this programme knows. Say what it means."),
    "row.indicator_missing": _l("This row does not say which indicator it is about."),
    "row.indicator_unknown": _l("There is no indicator “%(text)s” in this programme."),
    "row.key_too_long": _l("The key of this row has more than %(most)s characters."),
    "row.breakdown_unknown": _l("The indicator is not broken down by “%(text)s”."),
    "row.levels_unexpected": _l("This indicator has no levels."),
    "row.levels_unreadable": _l("Write how many people are on each level as “1: 3; 2: 12”."),
    "row.moment_unknown": _l(
        "“%(text)s” is no moment that we know. Say what it means: before, during, after or later."
    ),
    "row.note_too_long": _l("The note has more than %(most)s characters."),
    "row.option_unknown": _l("“%(text)s” is no group or level that the indicator has."),
    "row.part_rejected": _l(
        "Another row of the same measurement is not right, and it comes as a whole or not at all."
    ),
    "row.person_missing": _l("This row does not say of which participant it is."),
    "row.quote_unclosed": _l("A quotation mark in this row is never closed."),
    "row.site_unknown": _l("There is no site “%(text)s” in this programme."),
    # The import
    "import.being_imported": _l("This file is being imported just now. Wait until that is done."),
    "import.done": _l("This file was imported already."),
    "import.hidden": _l(
        "This file is about an indicator of a goal that you do not see. Who said what its columns are can "
        "import it."
    ),
    "import.makes_places": _l("This file makes sites or cohorts, and you may not. A worker can import it."),
    "import.mapped_anew": _l(
        "Somebody else said something of this file since you opened the page. Look at it again; nothing was "
        "imported."
    ),
    "import.keys_alike": _l(
        "“%(text)s” stands in the file with small and with capital letters. They count as different rows."
    ),
    "import.entries_gone": _l(
        "Values that are no longer in an edited answer: %(count)s. They are taken back: they stay "
        "visible in the history, and count no more."
    ),
    "import.entries_stay": _l(
        "What is taken out of an edited answer stays counted here: the rows have no key that says which "
        "entry of which answer they are, or they are measurements. Take such values back by hand."
    ),
    "import.not_checked": _l("This file was not checked yet."),
    "import.questions": _l("%(count)s questions must be answered before this file can be read."),
    "import.rested_on": _l(
        "This import cannot be taken back: %(count)s of its values were corrected since, the first on "
        "%(on)s. Take those corrections back first."
    ),
    "import.too_many_waiting": _l(
        "There are %(most)s files of yours here that were not imported. Import or cancel one of them first."
    ),
    "import.running": _l("The file is being read just now. Wait until that is done."),
    "job.broken": _l("Something went wrong that we did not foresee. Nothing was changed. Try it once more."),
    "job.lost": _l("This work was stopped, or another process took it over."),
    "job.no_role": _l(
        "Who asked for this may import nothing in the programme any more. Nothing was changed."
    ),
    "job.too_much_memory": _l("This file takes more memory than there is for it. Split it into parts."),
    # Sources
    "source.changed": _l("Somebody else changed this source meanwhile. Look at it, and save again."),
    "source.hours": _l("Give a number of hours from 1 to %(most)s."),
    "source.closed": _l("This source is closed."),
    "source.name_taken": _l("There is a source with this name already."),
    "source.no_mapping": _l(
        "A file can only come by itself after one was imported by hand: then it is known what its "
        "columns are."
    ),
    "source.no_watching": _l("This installation watches no folders. Its administrator can set one up."),
    "source.folder_outside": _l("Give the name of a folder below the one that is watched."),
    "source.folder_missing": _l("There is no such folder below the one that is watched."),
    "fetch.address": _l("Give an address that begins with https:// and names a server."),
    "fetch.secret_in_address": _l(
        "There is a name, password or token in this address. Put the token in its own field."
    ),
    "fetch.not_public": _l(
        "This address leads into a private network. Only addresses on the internet are fetched."
    ),
    "fetch.unknown_host": _l("The server of this address was not found."),
    "fetch.unreachable": _l("The server did not answer, or its certificate is not right."),
    "fetch.refused": _l("The server refused the token, or wants one."),
    "fetch.status": _l("The server answered with status %(status)s, and gave no file."),
    "fetch.redirects": _l(
        "The address leads on to other addresses too often, or to one that is not allowed."
    ),
    "fetch.too_slow": _l("The server took longer than %(seconds)s seconds."),
    "fetch.token_lost": _l(
        "The token cannot be read any more, because the key of this installation changed. Give it again."
    ),
    "fetch.not_imported": _l("Something new appeared, so that nothing was imported."),
}

WORDS: dict[type[StrEnum], dict[Any, Any]] = {
    About: {
        About.MEASUREMENTS: _l("measurements of indicators"),
        About.PARTICIPANTS: _l("participants: what happened to each, and scores"),
    },
    Use: {
        Use.LEFT_OUT: _l("not imported"),
        Use.KEY: _l("key by which the source knows the row"),
        Use.VERSION: _l("version of the row"),
        Use.REPLACES: _l("version that it replaces"),
        Use.SUBMITTED: _l("when the row was sent"),
        Use.DAY: _l("the day"),
        Use.NOTE: _l("a note"),
        Use.SITE: _l("site"),
        Use.INDICATOR: _l("which indicator (I1, I2 …)"),
        Use.VALUE: _l("a value"),
        Use.NUMERATOR: _l("how many of a share"),
        Use.DENOMINATOR: _l("out of how many"),
        Use.OPTION: _l("which group or level"),
        Use.BREAKDOWN: _l("by what the groups are made (breakdown)"),
        Use.LEVELS: _l("people on each level, such as 1: 3; 2: 12"),
        Use.ACCOUNT: _l("an account in words"),
        Use.PEOPLE: _l("of how many people there is a value"),
        Use.WITHOUT: _l("of how many people there is no value"),
        Use.SINCE: _l("first day of the period that the value counts"),
        Use.PERSON: _l("code of the participant"),
        Use.EVENT: _l("what happened"),
        Use.EVENT_DAY: _l("day on which it happened"),
        Use.MOMENT: _l("moment: before, during, after, later"),
        Use.SCORE: _l("a score"),
        Use.COHORT: _l("cohort"),
        Use.ARM: _l("takes part or comparison group"),
        Use.ENTRY: _l("day of entry"),
        Use.EXIT: _l("day of exit"),
        Use.GROUP: _l("group of the participant"),
    },
    Unsigned: {
        Unsigned.PERCENT: _l("a percentage, as where the sign stands"),
        Unsigned.FRACTION: _l("the number itself"),
    },
    Zone: {
        Zone.UTC: _l("universal time (UTC), as most programs write"),
        Zone.AMSTERDAM: _l("Dutch time"),
    },
    Epoch: {
        Epoch.Y1900: _l("a day, counted from 1900 (most spreadsheets)"),
        Epoch.Y1904: _l("a day, counted from 1904 (some of Apple)"),
        Epoch.NONE: _l("no day"),
    },
    RowState: {
        RowState.NEW: _l("new"),
        RowState.CHANGED: _l("changed"),
        RowState.UNCHANGED: _l("known already"),
        RowState.REJECTED: _l("rejected"),
        RowState.CONFLICT: _l("to decide"),
        RowState.MISSING: _l("without a value"),
        RowState.REPEATED: _l("said twice"),
        RowState.SUPERSEDED: _l("replaced in the file"),
        RowState.EXCLUDED: _l("left out"),
    },
    SourceKind: {
        SourceKind.TABLE: _l("a spreadsheet or another table"),
        SourceKind.KOBO: "KoboToolbox",
        SourceKind.ODK: "ODK",
        SourceKind.LIMESURVEY: "LimeSurvey",
        SourceKind.COMMCARE: "CommCare",
    },
    Fetch: {
        Fetch.NEVER: _l("by hand: somebody uploads a file"),
        Fetch.FOLDER: _l("from a folder that is watched"),
        Fetch.ADDRESS: _l("from an address (https)"),
    },
    JobKind: {
        JobKind.READ: _l("Read a file"),
        JobKind.IMPORT: _l("Import a file"),
        JobKind.UNDO: _l("Take an import back"),
    },
}
