"""Naming: sites and cohorts of a log that the programme does not know: which it is, or that it is made."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import String, cast, exists, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Exclusion, Use
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.ids import derived
from toc.domain.permissions import may
from toc.models.indicators import IndicatorEdition, LogImport, Measurement
from toc.models.participants import Cohort, Participant, Site
from toc.services.exchange.folders import STAGE, TOTALS, read_json, write_json
from toc.services.exchange.staging import COMING, REJECTED, Stage
from toc.services.participants import places

MOST_ASKED: Final = 200
"""Different names that are counted; a column with more holds something else than sites."""

UNKNOWN: Final = "unknown.json"
_KEYS: Final = {"row.site_unknown": Use.SITE, "row.cohort_unknown": Use.COHORT}
_TABLES: Final[Mapping[Use, Any]] = {Use.SITE: Site, Use.COHORT: Cohort}
_REFERS: Final[Mapping[Use, Any]] = {
    Use.SITE: (Measurement.site_id, Participant.site_id),
    Use.COHORT: (Participant.cohort_id,),
}


# --- What is not known --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownName:
    """A name of a site or a cohort that the programme does not have.

    Attributes:
        use: `Use.SITE` or `Use.COHORT`.
        header: of the column.
        text: the name.
        rows: how many rows are rejected for it.
    """

    use: Use
    header: str
    text: str
    rows: int


def unknown_names(mine: Path) -> tuple[UnknownName, ...]:
    """Return the names for which rows of a checked file are rejected, the most frequent ones first.

    They are counted once for each check and kept beside the file.
    """
    kept = mine / UNKNOWN
    checked = str((mine / TOTALS).stat().st_mtime_ns)
    said = read_json(kept)
    if said is None or said["checked"] != checked:
        said = {"checked": checked, "names": [asdict(one) for one in _count(mine)]}
        write_json(kept, said)
    return tuple(UnknownName(**{**one, "use": Use(one["use"])}) for one in said["names"])


def _count(mine: Path) -> Iterator[UnknownName]:
    stage = Stage(mine / STAGE)
    try:
        rows = stage.db.execute(
            "SELECT json_extract(r.value, '$.key'), json_extract(r.value, '$.header'),"
            " json_extract(r.value, '$.original'), count(DISTINCT e.row) FROM entry e, json_each(e.reasons) r"
            f" WHERE e.state = {REJECTED} AND json_extract(r.value, '$.key') IN (?, ?)"
            " AND json_extract(r.value, '$.original') <> '' GROUP BY 1, 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT ?",
            (*_KEYS, MOST_ASKED),
        )
        for key, header, text, many in rows:
            yield UnknownName(use=_KEYS[key], header=header, text=text, rows=many)
    finally:
        stage.close()


# --- What somebody says of it -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a name is.

    Attributes:
        name: that it is about.
        makes: whether it is made.
        leaves_out: whether its rows are left out.
        means: the name of the site or cohort that it is; "" when one of the two above holds.
    """

    name: UnknownName
    makes: bool = False
    leaves_out: bool = False
    means: str = ""


def answered(mapping: LogMapping, answers: tuple[Answer, ...]) -> LogMapping:
    """Return the mapping with what somebody said of names."""
    for one in answers:
        header, text = one.name.header, one.name.text.strip()
        if one.leaves_out:
            mapping = replace(mapping, exclusions=_excluded(mapping.exclusions, header, text))
            continue
        columns = tuple(
            column
            if column.header != header
            else replace(column, makes=(*column.makes, text))
            if one.makes
            else replace(column, words={**column.words, text.casefold(): one.means})
            for column in mapping.columns
        )
        mapping = replace(mapping, columns=columns)
    return mapping


def _excluded(exclusions: tuple[Exclusion, ...], header: str, text: str) -> tuple[Exclusion, ...]:
    if not any(one.header == header for one in exclusions):
        return (*exclusions, Exclusion(header, (text,)))
    return tuple(
        Exclusion(header, (*one.values, text)) if one.header == header else one for one in exclusions
    )


def check_makes(act: Act, mapping: LogMapping) -> None:
    """Refuse that somebody lets sites or cohorts be made who may not make them.

    Raises:
        DomainError: ``import.makes_places``.
    """
    if any(column.makes for column in mapping.columns) and not may(act.roles, "site.write"):
        raise DomainError("import.makes_places")


def without_makes(mapping: LogMapping) -> LogMapping:
    """Return the mapping as it is remembered: what was made is known, and another name is asked about."""
    return replace(mapping, columns=tuple(replace(column, makes=()) for column in mapping.columns))


# --- What is made -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A site or a cohort that comes with a file; its id is the same when the file is looked at again."""

    use: Use
    id: UUID
    name: str


def to_make(session: Session, mapping: LogMapping) -> tuple[NewPlace, ...]:
    """Return what a mapping lets be made and the programme does not have, in at most two statements."""
    found: dict[tuple[Use, str], NewPlace] = {}
    for use, table in _TABLES.items():
        names = [name.strip() for column in mapping.used(use) for name in column.makes if name.strip()]
        if not names:
            continue
        rows = places.sites(session) if table is Site else places.cohorts(session)
        known = {row.name.casefold() for row in rows}
        ids = {row.id for row in rows}
        for name in names:
            if name.casefold() not in known:
                id_ = _id_of(session.info["programme_id"], use, name, ids)
                found.setdefault((use, name.casefold()), NewPlace(use, id_, name))
    return tuple(found.values())


def _id_of(programme_id: UUID, use: Use, name: str, taken: set[UUID]) -> UUID:
    """Return an id that no other place has: one that was made so before may have been renamed."""
    number = 0
    while (id_ := derived(programme_id, "imported", use.value, name.casefold(), str(number))) in taken:
        number += 1
    return id_


def kept(new: tuple[NewPlace, ...]) -> str:
    """Return what would be made as a text, by which a plan is compared."""
    return json.dumps([[one.use.value, one.id.hex, one.name] for one in new])


def unmake(session: Session, made: LogImport) -> None:
    """Take away the cohorts that an import made, that nobody changed since and that nothing refers to.

    A site of which something was counted stays: that was taken back, and stays visible in its history.
    """
    programme_id = session.info["programme_id"]
    for use, table in _TABLES.items():
        rows = session.scalars(
            select(table).where(
                table.programme_id == programme_id,
                table.created_at == made.created_at,
                table.revision == 1,
                *(
                    ~exists().where(of.class_.programme_id == programme_id, of == table.id)
                    for of in _REFERS[use]
                ),
            )
        ).all()
        for row in rows:
            if _came(session, use, row) and not _is_in_a_rule(session, row.id):
                session.delete(row)
    session.flush()


def _came(session: Session, use: Use, row: Site | Cohort) -> bool:
    """Tell whether an import made this place: by its id."""
    programme_id, table = session.info["programme_id"], _TABLES[use]
    others = select(table.id).where(table.programme_id == programme_id, table.id != row.id)
    return bool(row.id == _id_of(programme_id, use, row.name, set(session.scalars(others))))


def _is_in_a_rule(session: Session, id_: UUID) -> bool:
    """Tell whether any edition of an indicator counts the participants of this place alone."""
    rule = cast(IndicatorEdition.rule, String)
    return bool(
        session.scalar(
            select(
                exists().where(
                    IndicatorEdition.programme_id == session.info["programme_id"], rule.contains(str(id_))
                )
            )
        )
    )


def make(session: Session, act: Act, stage: Stage, new: tuple[NewPlace, ...]) -> None:
    """Make the sites and cohorts that rows of a file need which come in.

    Raises:
        DomainError: ``import.makes_places``; what `places.add_site` and `places.add_cohort` refuse.
    """
    needed = {
        id_
        for column, subject in (("f.who", "measurement"), ("f.option", "cohort"))
        for (id_,) in stage.db.execute(
            f"SELECT DISTINCT {column} FROM fact f JOIN entry e ON e.row = f.row"
            f" JOIN what w ON w.number = f.what {COMING} AND w.subject = ?",
            (subject,),
        )
    }
    new = tuple(one for one in new if one.id.hex in needed)
    if new and not may(act.roles, "site.write"):
        raise DomainError("import.makes_places")
    for one in new:
        if one.use is Use.SITE:
            places.add_site(session, act, one.id, one.name)
        else:
            places.add_cohort(session, act, one.id, one.name, None, None)
