"""Sources: programs that logs come from, and how a log gets here."""

from enum import StrEnum


class SourceKind(StrEnum):
    """Which program wrote a file."""

    TABLE = "table"
    """A spreadsheet, or any other table."""
    KOBO = "kobo"
    ODK = "odk"
    LIMESURVEY = "limesurvey"
    COMMCARE = "commcare"


class Fetch(StrEnum):
    """How a file gets here."""

    NEVER = "never"
    """Somebody uploads it."""
    FOLDER = "folder"
    ADDRESS = "address"
