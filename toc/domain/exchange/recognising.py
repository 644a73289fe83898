"""Recognising: what a file is, and how its columns are probably meant; somebody confirms or corrects it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from toc.domain.errors import DomainError
from toc.domain.exchange.columns import PersonalColumn
from toc.domain.exchange.files import Note
from toc.domain.exchange.forms import ENTRY
from toc.domain.exchange.mapping import (
    About,
    ColumnUse,
    Epoch,
    Exclusion,
    Join,
    Mapping,
    Unsigned,
    Use,
    Zone,
)
from toc.domain.exchange.notation import DateOrder, NumberStyle
from toc.domain.exchange.opening import (
    Header,
    Opened,
    Tab,
    first_rows,
    header_of,
    suggest_header,
    table_of,
)
from toc.domain.exchange.outgoing import table_of as our_table
from toc.domain.exchange.profiling import Profile, chunks, joined
from toc.domain.exchange.recognised import Asked, ColumnSeen, Question, Recognition, SheetSeen
from toc.domain.exchange.sources import SourceKind
from toc.domain.exchange.typed import Number
from toc.domain.privacy import personal_column, personal_numbers

_TOTAL: Final = re.compile(
    r"\W*(?:(?:eind|sub)?-?totaal|(?:grand |sub-?)?total|som|sum|gemiddeld[e]?|average|mean)\b.*",
    re.IGNORECASE,
)
_SHOWN_ROWS: Final = 10
_MOST_TOTALS: Final = 50
_OURS: Final = 2
"""Sheets of a workbook that we make: what it is, and the data."""

Watch = Callable[[int, float], None]
"""Told now and then how many rows were read, and which share of the file."""


def silent(rows: int, share: float) -> None:
    """Tell nobody."""
    del rows, share


def find_kind(opened: Opened, headers: Sequence[str]) -> SourceKind:
    """Return which program probably wrote a file, by the columns that it always gives."""
    names = {header.casefold() for header in headers}
    if opened.kind == "forms":
        return SourceKind.COMMCARE
    if "_uuid" in names and ("_submission_time" in names or "_index" in names or "_id" in names):
        return SourceKind.KOBO
    if "_submission__uuid" in names:
        return SourceKind.KOBO
    if "key" in names and ("submissiondate" in names or "parent_key" in names or "instanceid" in names):
        return SourceKind.ODK
    starts = {name.partition(". ")[0] for name in names}
    if "submitdate" in starts and ("lastpage" in starts or "startlanguage" in starts):
        return SourceKind.LIMESURVEY
    return SourceKind.TABLE


def recognise(
    opened: Opened,
    today: date,
    *,
    sheet: str | None = None,
    headers: int | None = None,
    skipped: int | None = None,
    watch: Watch = silent,
) -> Recognition:
    """Look through all rows of a table.

    Args:
        opened: the file.
        today: years with two digits that lie after it are of the last century.
        sheet: which table; None: the first that is not hidden, or of what we made ourselves the data.
        headers: how many rows hold the names of the columns; None: as it seems.
        skipped: how many rows stand above those; None: as it seems.
        watch: told how far it is.

    Raises:
        DomainError: ``mapping.no_sheet``, ``table.empty``, and what reading refuses.
    """
    tabs = opened.tabs()
    visible = [tab for tab in tabs if not tab.hidden] or list(tabs)
    name = _first(opened, visible) if sheet is None else sheet
    if name not in {tab.name for tab in tabs}:
        raise DomainError("mapping.no_sheet", sheet=name)
    layout = opened.layout(name)
    first = first_rows(opened, name)
    guess = suggest_header(first, layout)
    mapping = Mapping(
        about=About.PARTICIPANTS,
        columns=(),
        sheet=name,
        headers=guess[0] if headers is None else headers,
        skipped=guess[1] if skipped is None else skipped,
    )
    own = header_of(first, layout, mapping.headers, mapping.skipped)
    mapping = replace(mapping, join=_join(tabs[0].name, name, own.names))
    header, rows_below = table_of(opened, mapping)
    profiles = [Profile(at, column) for at, column in enumerate(header.names)]
    rows, ragged = 0, 0
    typed = opened.kind in {"workbook", "forms"}
    totals: list[int] = []
    for good, bad in chunks(rows_below, len(header.names)):
        lines = [line for _, line, _ in good]
        for profile, column in zip(
            profiles, zip(*(cells for _, _, cells in good), strict=True), strict=False
        ):
            profile.add(column, lines, typed=typed)
        ragged += len(bad)
        rows += len(good) + len(bad)
        totals += [line for _, line, cells in good if _is_total(cells)][: _MOST_TOTALS - len(totals)]
        watch(rows, opened.share_read())
    if not rows:
        raise DomainError("table.empty")
    return _recognition(opened, mapping, header, profiles, first, (rows, ragged, tuple(totals)), today)


def _first(opened: Opened, tabs: Sequence[Tab]) -> str:
    """Return the table that is probably meant: in a workbook that we made, the one behind the explanation."""
    for tab in tabs[1:_OURS]:
        rows = first_rows(opened, tab.name, 1)
        if rows and our_table(rows[0][1]) is not None:
            return tab.name
    return tabs[0].name


def _recognition(
    opened: Opened,
    mapping: Mapping,
    header: Header,
    profiles: Sequence[Profile],
    first: Sequence[tuple[int, list[str]]],
    counts: tuple[int, int, tuple[int, ...]],
    today: date,
) -> Recognition:
    rows, ragged, totals = counts
    layout = opened.layout(mapping.sheet)
    personal = tuple(column for profile in profiles if (column := profile.personal()) is not None)
    whose = {column.position for column in personal}
    same = joined(header.names, profiles)
    asked = [
        question
        for profile in profiles
        if profile.position not in whose
        for question in (*profile.questions(opened.epoch, today), *profile.about_codes())
    ]
    hidden_notes = [Note("workbook.hidden_sheet", {"sheet": tab.name}) for tab in opened.tabs() if tab.hidden]
    return Recognition(
        kind=find_kind(opened, header.names),
        encoding=opened.encoding,
        delimiter=opened.delimiter,
        sheets=tuple(
            SheetSeen(
                name=tab.name,
                hidden=tab.hidden,
                hidden_columns=_hidden(header, layout.hidden_columns) if tab.name == mapping.sheet else (),
                hidden_rows=layout.hidden_rows if tab.name == mapping.sheet else 0,
                first_rows=_shown(first, whose) if tab.name == mapping.sheet else (),
            )
            for tab in opened.tabs()
        ),
        sheet=mapping.sheet,
        headers=mapping.headers,
        skipped=mapping.skipped,
        rows=rows,
        ragged=ragged,
        columns=tuple(
            profile.seen(
                hidden=profile.position in layout.hidden_columns,
                personal=profile.position in whose,
                same_as=same.get(profile.header, ""),
            )
            for profile in profiles
        ),
        personal=personal,
        questions=tuple(asked),
        notes=(
            *opened.notes,
            *header.notes,
            *hidden_notes,
            *_layout_notes(header, layout.hidden_columns, layout.hidden_rows),
        ),
        totals_at=totals,
    )


def _layout_notes(header: Header, columns: frozenset[int], rows: int) -> Iterator[Note]:
    for name in _hidden(header, columns):
        yield Note("workbook.hidden_column", {"column": name})
    if rows:
        yield Note("workbook.hidden_rows", {"count": rows})


def _hidden(header: Header, columns: frozenset[int]) -> tuple[str, ...]:
    return tuple(name for at, name in enumerate(header.names) if at in columns)


def _shown(rows: Sequence[tuple[int, list[str]]], personal: set[int]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(
            "" if (at in personal and not personal_column(cell)) or personal_numbers(cell) else str(cell)
            for at, cell in enumerate(cells)
        )
        for _, cells in rows[:_SHOWN_ROWS]
    )


def _is_total(cells: Sequence[str]) -> bool:
    """Tell whether a row looks like a total, or like a footnote: a text in its first cell alone."""
    first = cells[0]
    if not first or isinstance(first, Number):
        return False
    if first[0] in "tTsSgGaAeEmM" and _TOTAL.fullmatch(first):
        return True
    return len(first) > _FOOTNOTE and not any(cells[1:])


_FOOTNOTE: Final = 20
"""Characters from which a lonely text in the first column is a remark and no code."""


# --- Suggestion ---------------------------------------------------------------------------------------------

_KNOWN: Final = {
    SourceKind.KOBO: {
        "_id": Use.KEY,
        ENTRY: Use.KEY,
        "_uuid": Use.VERSION,
        "_submission_time": Use.SUBMITTED,
        "meta/deprecatedid": Use.REPLACES,
    },
    SourceKind.ODK: {"key": Use.KEY, "submissiondate": Use.SUBMITTED, "parent_key": Use.LEFT_OUT},
    SourceKind.LIMESURVEY: {"id": Use.KEY, "submitdate": Use.SUBMITTED},
    SourceKind.COMMCARE: {
        "id": Use.KEY,
        ENTRY: Use.KEY,
        "received_on": Use.SUBMITTED,
        "form.case.@case_id": Use.PERSON,
    },
    SourceKind.TABLE: {},
}
_NAMES: Final = (
    (
        Use.PERSON,
        (
            r"deelnemer(?:s?nr|nummer|code|id)?|cli[eë]nt(?:nr|nummer|code|id)?"
            r"|participant(?: ?(?:code|id|nr))?|respondent(?:nr|code)?|case_id|pseudoniem|code"
        ),
    ),
    (Use.DAY, r"datum|meetdatum|datum meting|peildatum|registratiedatum|dag|gemeten op|date|measured on|day"),
    (Use.MOMENT, r"meetmoment|moment|meting|wave|ronde|tijdstip|time ?point"),
    (Use.INDICATOR, r"indicator(?:code|nr)?"),
    (Use.NUMERATOR, r"teller|deel|aantal bereikt|numerator|part|reached"),
    (Use.DENOMINATOR, r"noemer|totaal|geheel|van|denominator|whole|total"),
    (
        Use.VALUE,
        r"waarde|meetwaarde|uitkomst|resultaat|score|aantal|bedrag|value|result|outcome|count|amount",
    ),
    (Use.SITE, r"locatie|vestiging|site|location"),
    (Use.COHORT, r"cohort|lichting"),
    (Use.ENTRY, r"instroom(?:datum)?|startdatum|entry(?: date)?"),
    (Use.EXIT, r"uitstroom(?:datum)?|einddatum|exit(?: date)?"),
    (Use.NOTE, r"opmerking(?:en)?|toelichting|notitie|note|remarks?|comments?"),
)
_NAMED: Final = tuple((use, re.compile(names, re.IGNORECASE)) for use, names in _NAMES)
_ONCE: Final = frozenset(Use) - {
    Use.KEY,
    Use.LEFT_OUT,
    Use.SCORE,
    Use.VALUE,
    Use.GROUP,
    Use.EVENT,
    Use.EVENT_DAY,
}
_EXCLUDED: Final = {
    "_validation_status": ("validation_status_not_approved", "not approved", "afgekeurd"),
    "archived": ("true",),
    "reviewstate": ("rejected",),
}
_MISSING_COMMCARE: Final = "---"


def suggest(seen: Recognition) -> Mapping:
    """Return how the columns are probably meant; what has two meanings is left open, personal columns out.

    Where all cells of a column can be read in one way alone, that way is said: it is remembered with it.
    """
    personal = {column.position for column in seen.personal}
    taken: set[Use] = set()
    columns = []
    for column in seen.columns:
        use = Use.LEFT_OUT if column.position in personal else _use(seen, column, taken)
        if use is not None:
            taken.add(use)
            columns.append(_column(seen, column, use))
    about = About.PARTICIPANTS if Use.PERSON in taken else About.MEASUREMENTS
    return Mapping(
        about=about,
        columns=tuple(columns),
        kind=seen.kind,
        sheet=seen.sheet,
        headers=seen.headers,
        skipped=seen.skipped,
        encoding=seen.encoding if seen.delimiter else "",
        delimiter=seen.delimiter,
        exclusions=tuple(_exclusions(seen)),
        join=_join(seen.sheets[0].name, seen.sheet, [column.header for column in seen.columns]),
    )


def _use(seen: Recognition, column: ColumnSeen, taken: set[Use]) -> Use | None:
    if any(other.same_as == column.header for other in seen.columns):
        return Use.LEFT_OUT  # its options have columns of their own
    name = column.header.partition(". ")[0] if seen.kind is SourceKind.LIMESURVEY else column.header
    known = _KNOWN[seen.kind].get(name.casefold())
    if known is not None:
        return known
    last = name.rpartition("/")[2].rpartition(".")[2].strip()
    if seen.kind is SourceKind.ODK:
        last = last.rpartition("-")[2]  # parts the groups of a form
    for use, names in _NAMED:
        if names.fullmatch(last.replace("_", " ")) or names.fullmatch(last):
            return None if use in _ONCE and use in taken else use
    return None


def _column(seen: Recognition, column: ColumnSeen, use: Use) -> ColumnUse:
    zoned = Zone.UTC if use is Use.SUBMITTED and seen.kind in {SourceKind.KOBO, SourceKind.ODK} else None
    return ColumnUse(
        header=column.header,
        use=use,
        style=column.style if use in _NUMERIC else None,
        order=column.order if use in _DAILY else None,
        zone=zoned,
        words={"t0": "before", "t1": "after", "voor": "before", "na": "after"} if use is Use.MOMENT else {},
    )


def _exclusions(seen: Recognition) -> Iterator[Exclusion]:
    for column in seen.columns:
        if column.header.casefold() in _EXCLUDED:
            yield Exclusion(column.header, _EXCLUDED[column.header.casefold()])
        if seen.kind is SourceKind.LIMESURVEY and column.header.partition(". ")[0].casefold() == "submitdate":
            yield Exclusion(column.header, ("",))  # not finished


def _join(first: str, sheet: str, names: Sequence[str]) -> Join | None:
    """Return how the table of a repeated question finds its answers; None for one that has none."""
    if sheet == first:
        return None
    if "_submission__uuid" in names:
        return Join(first, "_uuid", "_submission__uuid")
    return Join(first, "KEY", "PARENT_KEY") if "PARENT_KEY" in names else None


# --- Questions and persons ----------------------------------------------------------------------------------

_NUMERIC: Final = frozenset({Use.VALUE, Use.NUMERATOR, Use.DENOMINATOR, Use.SCORE, Use.PEOPLE, Use.WITHOUT})
_DAILY: Final = frozenset({Use.DAY, Use.EVENT_DAY, Use.ENTRY, Use.EXIT, Use.SUBMITTED, Use.SINCE})
_ABOUT: Final = {
    Asked.STYLE: _NUMERIC,
    Asked.UNSIGNED: _NUMERIC,
    Asked.WORDS: _NUMERIC,
    Asked.ORDER: _DAILY,
    Asked.TWO_DIGIT_YEARS: _DAILY,
    Asked.SERIALS: _DAILY,
    Asked.ZONE: _DAILY,
}


def open_questions(mapping: Mapping, seen: Recognition) -> tuple[Question, ...]:
    """Return what has to be answered before anything is read, of the columns that are used."""
    by_header = {column.header: column for column in mapping.columns}
    return tuple(
        question
        for question in seen.questions
        if (column := by_header.get(question.header)) is not None
        and column.use in _ABOUT[question.about]
        and not _is_answered(column, question)
    )


def _is_answered(column: ColumnUse, question: Question) -> bool:
    if question.about is Asked.WORDS:
        words = {word.strip().casefold() for word in column.words}
        missing = {code.strip().casefold() for code in column.missing}
        return question.meanings.keys() <= words | missing
    return getattr(column, question.about.value) is not None


def answered(column: ColumnUse, question: Question, answer: str) -> ColumnUse:
    """Return the column with a question answered.

    Raises:
        DomainError: ``mapping.unreadable``, for an answer that there is not.
    """
    kinds: dict[Asked, Callable[[str], Any]] = {
        Asked.STYLE: NumberStyle,
        Asked.ORDER: DateOrder,
        Asked.SERIALS: Epoch,
        Asked.UNSIGNED: Unsigned,
        Asked.ZONE: Zone,
        Asked.TWO_DIGIT_YEARS: lambda text: text == "true",
    }
    try:
        said = kinds[question.about](answer)
    except (KeyError, ValueError) as error:
        raise DomainError("mapping.unreadable", where=question.header) from error
    fields: dict[str, Any] = {question.about.value: said}
    return replace(column, **fields)


def check_persons(mapping: Mapping, seen: Recognition) -> None:
    """Refuse a file that would bring persons in.

    Raises:
        DomainError: ``import.bsn``; ``import.personal``, for a personal column that is used, or that nobody
            left out.
    """
    uses = {column.header: column.use for column in mapping.columns}
    for column in seen.personal:
        if column.refused:
            raise DomainError("import.bsn", column=column.header)
    for column in seen.personal:
        if not _may_be_read(column, uses.get(column.header)):
            raise DomainError("import.personal", column=column.header, kind=column.kind)


def _may_be_read(column: PersonalColumn, use: Use | None) -> bool:
    """Tell whether a personal column does no harm: it is left out, or single rows of it are at fault."""
    return use is Use.LEFT_OUT or (use is not None and not column.by_name)
