"""Staging: the rows of a log in a small database of their own, beside the file, until they are imported.

What is in them is decided there, by its contents and never by the order in which it came: which version of a
row counts, what is said twice, what contradicts something else, and what is known already.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha1
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from toc.domain.exchange.entries import answer_of, are_entries
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.recognised import Reason, RowState
from toc.domain.exchange.rows import Fact, Parsed, What
from toc.domain.participants import Subject
from toc.models.database import sqlite_module

STATES: Final = tuple(RowState)
_NUMBER: Final = {state: number for number, state in enumerate(STATES)}
NEW, CHANGED, UNCHANGED, REJECTED, CONFLICT, MISSING, REPEATED, SUPERSEDED, EXCLUDED = (
    _NUMBER[state]
    for state in (
        RowState.NEW,
        RowState.CHANGED,
        RowState.UNCHANGED,
        RowState.REJECTED,
        RowState.CONFLICT,
        RowState.MISSING,
        RowState.REPEATED,
        RowState.SUPERSEDED,
        RowState.EXCLUDED,
    )
)
_STRENGTH: Final = (REJECTED, CONFLICT, CHANGED, NEW, UNCHANGED, REPEATED, SUPERSEDED, MISSING, EXCLUDED)
"""Of a row that says several things, the state of the first of these that any of them has."""

SIGN: Final = "\x1e"
GONE: Final = 10**9
"""Number of the first row that is none of the file: what an edited answer no longer says."""
_OBSERVED: Final = frozenset(Subject)
_BATCH: Final = 4_000
COMING: Final = f"WHERE f.state IN ({NEW}, {CHANGED}) AND e.state IN ({NEW}, {CHANGED})"
"""Facts that an import brings: none of a row that waits for a decision or is at fault."""
_SCHEMA: Final = """
CREATE TABLE entry (row INTEGER PRIMARY KEY, line INTEGER, key TEXT, rank TEXT, version TEXT, replaces TEXT,
  digest INTEGER, state INTEGER, reasons TEXT, question TEXT, who TEXT);
CREATE TABLE fact (id INTEGER PRIMARY KEY, row INTEGER, what INTEGER, who TEXT, day INTEGER, value INTEGER,
  numerator INTEGER, denominator INTEGER, option TEXT, note TEXT, absent TEXT, slot TEXT, name TEXT, uid TEXT,
  target INTEGER, base INTEGER, state INTEGER, supersedes TEXT, known TEXT, later TEXT);
CREATE TABLE what (number INTEGER PRIMARY KEY, subject TEXT, item TEXT, instrument TEXT, indicator TEXT,
  moment TEXT, mark TEXT);
CREATE TABLE person (code TEXT PRIMARY KEY, id TEXT, is_new INTEGER) WITHOUT ROWID;
CREATE TABLE answer (name TEXT PRIMARY KEY, who TEXT) WITHOUT ROWID;
CREATE TABLE kept (name TEXT PRIMARY KEY, said TEXT);
CREATE TABLE known (id TEXT, name TEXT, slot TEXT, who TEXT, day INTEGER, value INTEGER, numerator INTEGER,
  denominator INTEGER, option TEXT, live INTEGER, same_file INTEGER, number INTEGER, note TEXT);
"""
_INDEXES: Final = (
    "CREATE INDEX fact_row ON fact (row)",
    "CREATE INDEX entry_key ON entry (key) WHERE key <> ''",
)


def uid_of(space: bytes, name: str, version: int = 1) -> str:
    """Return the id of what a source says under a name, in one version: the same every time.

    Returns:
        32 hexadecimal digits of a UUID. Source: RFC 9562, section 5.5 (version 5).
    """
    text = name if version == 1 else f"{name}{SIGN}{version}"
    found = sha1(space + text.encode(), usedforsecurity=False).hexdigest()
    return f"{found[:12]}5{found[13:16]}{'89ab'[int(found[16], 16) & 3]}{found[17:32]}"


def mark_of(what: What) -> str:
    """Return a short name of what a fact is about, which does not depend on the file."""
    return sha1(SIGN.join(what).encode(), usedforsecurity=False).hexdigest()[:12]


class Stage:
    """The database of a log that is being imported."""

    def __init__(self, file: Path, *, fresh: bool = False) -> None:
        """Open it, or begin it anew."""
        if fresh:
            for one in (file, file.with_name(f"{file.name}-journal")):
                one.unlink(missing_ok=True)
        self.db: Any = sqlite_module().connect(str(file), isolation_level=None)
        self.db.execute("PRAGMA journal_mode=OFF")
        self.db.execute("PRAGMA synchronous=OFF")
        self.db.execute("PRAGMA temp_store=FILE")
        self.db.execute("PRAGMA cache_size=-16000")
        self.file = file
        if fresh:
            file.chmod(0o600)
            self.db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close it."""
        self.db.close()

    def remove(self) -> None:
        """Close it, and let nothing of it remain."""
        self.close()
        self.file.unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write much at once."""
        self.db.execute("BEGIN")
        yield
        self.db.execute("COMMIT")

    # --- Filling --------------------------------------------------------------------------------------------

    def fill(
        self, parsed: Iterable[Parsed], whats: Sequence[What], space: bytes, told: Callable[[int], None]
    ) -> None:
        """Take in the rows as they were read.

        Args:
            parsed: in any order.
            whats: what facts are about, by number; grows while rows are read.
            space: of the ids.
            told: hears how many rows came.
        """
        marks: list[str] = []
        entries: list[tuple[Any, ...]] = []
        facts: list[tuple[Any, ...]] = []
        count = 0
        with self.writing():
            for row in parsed:
                if len(marks) < len(whats):
                    marks += map(mark_of, whats[len(marks) :])
                state = EXCLUDED if row.excluded else REJECTED if row.reasons else NEW
                said = [_staged(row, fact, whats[fact.what], marks[fact.what], space) for fact in row.facts]
                digest = hash(tuple([one[1:10] for one in said])) if row.key else 0
                if not said and state == NEW:
                    state = UNCHANGED
                facts += said
                reasons = json.dumps(list(map(_reason, row.reasons)), default=str) if row.reasons else None
                entries.append(
                    (
                        row.number,
                        row.line,
                        row.key,
                        row.rank,
                        row.version,
                        row.replaces,
                        digest,
                        state,
                        reasons,
                        row.who,
                    )
                )
                count += 1
                if len(entries) >= _BATCH:
                    self._write(entries, facts)
                    told(count)
            self._write(entries, facts)
            self.db.executemany(
                "INSERT INTO what VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(number, *what, mark_of(what)) for number, what in enumerate(whats)],
            )
            for index in _INDEXES:
                self.db.execute(index)
        told(count)

    def _write(self, entries: list[tuple[Any, ...]], facts: list[tuple[Any, ...]]) -> None:
        self.db.executemany(
            "INSERT INTO entry (row, line, key, rank, version, replaces, digest, state, reasons, who)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            entries,
        )
        self.db.executemany(
            "INSERT INTO fact (row, what, who, day, value, numerator, denominator, option, note, absent,"
            " slot, name, uid, target, base, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            facts,
        )
        entries.clear()
        facts.clear()

    def answered(self, answers: Iterable[str]) -> None:
        """Take in the keys of the answers that somebody may have edited."""
        with self.writing():
            found = ((name,) for name in answers if name)
            self.db.executemany("INSERT OR IGNORE INTO answer VALUES (?, NULL)", found)

    def answered_by_rows(self, *, told: bool) -> None:
        """Take in the keys of the rows themselves, where each is an answer, as soon as anything is known.

        Args:
            told: whether the rows say which version they take the place of, and so which were edited. Where
                they do not, other files may use the same numbers: a row has to be of the same participant.
        """
        if self.db.execute("SELECT 1 FROM known LIMIT 1").fetchone():
            self.db.execute("DELETE FROM answer")
            who, edited = ("NULL", "replaces <> ''") if told else ("who", f"state <> {SUPERSEDED}")
            self.db.execute(
                f"INSERT OR IGNORE INTO answer SELECT key, {who} FROM entry WHERE key <> '' AND {edited}"
            )

    # --- Within the file ------------------------------------------------------------------------------------

    def settle(self, mapping: Mapping) -> None:
        """Decide what counts within the file."""
        with self.writing():
            if are_entries(mapping) and (answer := answer_of(mapping)) is not None:
                self._settle_answers(answer)
            self._settle_keys(mapping)
            self._settle_slots(mapping)
            self.db.execute("UPDATE fact SET base = state WHERE base <> state")

    def _settle_answers(self, answer: Callable[[str], str]) -> None:
        """Let no entry of an older version of an answer count: the latest may not have it any more."""
        self.db.create_function("answer_of", 1, answer, deterministic=True)
        rows = self.db.execute(
            "SELECT answer_of(key), row, rank, version, replaces, digest, state FROM entry"
            " WHERE answer_of(key) IN (SELECT answer_of(key) AS answer FROM entry WHERE answer <> ''"
            " GROUP BY 1 HAVING count(DISTINCT version) > 1) ORDER BY 1, 2"
        ).fetchall()
        older: list[tuple[int, str | None, int]] = []
        for _, found in groupby(rows, lambda row: row[0]):
            group = [_Version(*one[1:]) for one in found]
            latest = {one.version for one in _latest(group)}
            older += [
                (SUPERSEDED, None, one.row)
                for one in group
                if one.version not in latest and one.state not in {REJECTED, EXCLUDED}
            ]
        self._mark(older)

    def _settle_keys(self, mapping: Mapping) -> None:
        """Of rows with the same key the latest version counts; equal ones count once."""
        rows = self.db.execute(
            "SELECT key, row, rank, version, replaces, digest, state FROM entry WHERE key IN"
            " (SELECT key FROM entry WHERE key <> '' GROUP BY key HAVING count(*) > 1) ORDER BY key"
        ).fetchall()
        decided: list[tuple[int, str | None, int]] = []
        for key, group in groupby(rows, lambda row: row[0]):
            for row, state in _versions(
                [_Version(*one[1:]) for one in group], mapping.decisions.get(f"key:{key}")
            ):
                decided.append((state, f"key:{key}" if state == CONFLICT else None, row))
        self._mark(decided)

    def _mark(self, decided: Sequence[tuple[int, str | None, int]]) -> None:
        """Write the states of whole rows."""
        self.db.executemany("UPDATE entry SET state = ?, question = ? WHERE row = ?", decided)
        self.db.executemany(
            "UPDATE fact SET state = ? WHERE row = ?", [(state, row) for state, _, row in decided]
        )

    def _settle_slots(self, mapping: Mapping) -> None:
        """Of facts about the same, equal ones count once; others contradict each other."""
        rows = self.db.execute(
            "SELECT slot, id, row, value, numerator, denominator, option, day, name, note FROM fact WHERE"
            f" state = {NEW} AND slot IN (SELECT slot FROM fact WHERE slot IS NOT NULL AND state = {NEW}"
            " GROUP BY slot HAVING count(*) > 1) AND row IN (SELECT row FROM entry WHERE state = ?)"
            " ORDER BY slot, day, name, note, value",
            (NEW,),
        ).fetchall()
        facts: list[tuple[int, int]] = []
        entries: list[tuple[int, str | None, int]] = []
        for slot, found in groupby(rows, lambda row: row[0]):
            group = list(found)
            question = f"same:{slot}"
            decision = mapping.decisions.get(question)
            if len({one[3:7] for one in group}) == 1:
                facts += [(REPEATED, one[1]) for one in group[1:]]
            elif decision is None:
                facts += [(CONFLICT, one[1]) for one in group]
                entries += [(CONFLICT, question, one[2]) for one in group]
            else:
                facts += [(SUPERSEDED, one[1]) for one in group if one[2] != decision]
        self.db.executemany("UPDATE fact SET state = ? WHERE id = ?", facts)
        self.db.executemany("UPDATE entry SET state = ?, question = ? WHERE row = ?", entries)

    # --- Against what is known ------------------------------------------------------------------------------

    def compare(self, known: Iterable[tuple[Any, ...]], space: bytes) -> None:
        """Decide what is new, changed or known, by what the programme knows now.

        Args:
            known: rows of the table of that name.
            space: of the ids.
        """
        with self.writing():
            self.db.execute("DELETE FROM known")
            self.db.execute(
                "UPDATE fact SET state = base, supersedes = NULL, known = NULL, later = NULL"
                " WHERE state <> base"
            )
            self.db.executemany("INSERT INTO known VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", known)
            if self.db.execute("SELECT 1 FROM known LIMIT 1").fetchone():
                for column in ("name", "slot"):
                    self.db.execute(f"CREATE INDEX IF NOT EXISTS known_{column} ON known ({column})")
                self._compare(space)
            self.conclude()

    def _compare(self, space: bytes) -> None:
        seen = self.db.cursor()
        seen.execute(
            "SELECT f.id, f.who, f.day, f.value, f.numerator, f.denominator, f.option, f.name, f.state,"
            " k.id, k.who, k.day, k.value, k.numerator, k.denominator, k.option, k.live, k.same_file,"
            " k.number,"
            " k.name = f.name FROM fact f JOIN known k ON k.name = f.name"
            f" WHERE f.base IN ({NEW}, {MISSING}) UNION ALL"
            " SELECT f.id, f.who, f.day, f.value, f.numerator, f.denominator, f.option, f.name, f.state,"
            " k.id, k.who, k.day, k.value, k.numerator, k.denominator, k.option, k.live, k.same_file,"
            " k.number,"
            " 0 FROM fact f JOIN known k ON k.slot = f.slot"
            f" WHERE f.base = {NEW} AND f.slot IS NOT NULL AND k.name <> f.name AND k.live"
            " ORDER BY 1"
        )
        decided: list[tuple[int, str | None, str | None, str | None, int]] = []
        for id_, found in groupby(seen, lambda row: row[0]):
            decided.append((*_against(list(found), space), id_))
            if len(decided) >= _BATCH:
                self._decide(decided)
        self._decide(decided)
        # What was known of the same day in another row, which says another day by now, is said anew.
        self.db.execute(
            f"UPDATE fact SET state = {NEW} WHERE state = {UNCHANGED} AND slot IN (SELECT k.slot FROM fact s"
            " JOIN known k ON k.id = s.supersedes WHERE k.live AND s.slot <> k.slot)"
            " AND name NOT IN (SELECT name FROM known)"
        )

    def _decide(self, decided: list[tuple[int, str | None, str | None, str | None, int]]) -> None:
        self.db.executemany(
            "UPDATE fact SET state = ?, supersedes = ?, known = ?, later = ? WHERE id = ?", decided
        )
        decided.clear()

    def change(self, rows: Iterable[tuple[str, int, str]]) -> None:
        """Let what is known of an indicator change, whose value stays.

        Args:
            rows: id of the measurement that is superseded, number of the row that does it, and the indicator.
        """
        self.db.executemany(
            f"UPDATE fact SET state = {CHANGED}, supersedes = ? WHERE row = ? AND state = {UNCHANGED}"
            " AND what IN (SELECT number FROM what WHERE subject = 'measurement' AND indicator = ?)",
            rows,
        )

    def conclude(self) -> None:
        """Give each row the state of what it says."""
        self.db.execute("DELETE FROM kept WHERE name = 'newcomers'")
        cases = " ".join(f"WHEN {state} THEN {place}" for place, state in enumerate(_STRENGTH))
        back = " ".join(f"WHEN {place} THEN {state}" for place, state in enumerate(_STRENGTH))
        self.db.execute(
            f"UPDATE entry SET state = CASE f.best {back} END FROM"
            f" (SELECT row, min(CASE state {cases} END) AS best FROM fact GROUP BY row) f"
            f" WHERE f.row = entry.row AND entry.question IS NULL AND entry.state IN"
            f" ({NEW}, {CHANGED}, {UNCHANGED}, {MISSING}, {REPEATED}, {SUPERSEDED})"
            f" AND (f.best <> {_STRENGTH.index(NEW)} OR entry.state <> {NEW})"
        )

    # --- What an edited answer no longer says ---------------------------------------------------------------

    def gone(self, answer: Callable[[str], str]) -> list[tuple[Any, ...]]:
        """Return what is known of the answers of this file or their entries, and not said in it any more.

        An answer of which a row is not right, or waits for a decision, has lost nothing yet; neither has any
        when nobody can tell of which answer a row is.

        Returns:
            Rows of `known` that count: their id, name, code of the participant, day and value, the number of
            the version that takes their place, and whether the row that said it is in the file.
        """
        self.db.execute(f"DELETE FROM fact WHERE row >= {GONE}")
        self.db.execute(f"DELETE FROM entry WHERE row >= {GONE}")
        if self.db.execute(f"SELECT 1 FROM entry WHERE key = '' AND state = {REJECTED} LIMIT 1").fetchone():
            return []
        self.db.create_function("answer_of", 1, answer, deterministic=True)
        self.db.create_function("key_in", 1, _key_in, deterministic=True)
        return list(
            self.db.execute(
                "SELECT k.id, k.name, k.who, k.day, k.value,"
                " (SELECT max(n.number) + 1 FROM known n WHERE n.name = k.name),"
                f" key_in(k.name) IN (SELECT key FROM entry WHERE row < {GONE}) FROM known k"
                " JOIN answer a ON a.name = answer_of(key_in(k.name)) AND coalesce(a.who, k.who) = k.who"
                " WHERE k.live"
                " AND answer_of(key_in(k.name)) NOT IN"
                f" (SELECT answer_of(key) FROM entry WHERE state IN ({REJECTED}, {CONFLICT}))"
                f" AND key_in(k.name) NOT IN (SELECT key FROM entry WHERE state = {EXCLUDED})"
                f" AND k.name NOT IN (SELECT name FROM fact WHERE state NOT IN ({SUPERSEDED}, {MISSING}))"
                # A day that moved up into the place of the entry before it is said still.
                " AND k.id NOT IN (SELECT s.id FROM fact f JOIN known s ON s.slot = f.slot"
                f" WHERE f.state = {UNCHANGED} OR f.supersedes = s.id) ORDER BY k.name"
            )
        )

    def take_back(self, rows: Iterable[tuple[tuple[Any, ...], What]], space: bytes) -> None:
        """Let what is gone be taken back: as a row for each entry, below those of the file.

        Args:
            rows: of `gone`, in its order, each with what it is about.
            space: of the ids.
        """
        numbers = {What(*row[1:6]): row[0] for row in self.db.execute("SELECT * FROM what")}
        with self.writing():
            for at, (key, found) in enumerate(groupby(rows, lambda row: _key_in(row[0][1]))):
                self.db.execute(
                    "INSERT INTO entry (row, line, key, rank, version, replaces, digest, state)"
                    f" VALUES (?, 0, ?, '', '', '', 0, {CHANGED})",
                    (GONE + at, key),
                )
                for (id_, name, who, day, value, version, _), what in found:
                    if what not in numbers:
                        numbers[what] = len(numbers)
                        about = (numbers[what], *what, mark_of(what))
                        self.db.execute("INSERT INTO what VALUES (?, ?, ?, ?, ?, ?, ?)", about)
                    known = json.dumps([day, value, None, None, ""])
                    uid = uid_of(space, name, version)
                    self.db.execute(
                        "INSERT INTO fact (row, what, who, day, option, note, absent, name, uid, base, state,"
                        " supersedes, known)"
                        f" VALUES (?, ?, ?, ?, '', '', '', ?, ?, {CHANGED}, {CHANGED}, ?, ?)",
                        (GONE + at, numbers[what], who, day, name, uid, id_, known),
                    )

    def taken_back(self) -> tuple[int, int]:
        """Return how many rows and how many values are taken back, as far as nothing refuses it."""
        (rows,) = self.db.execute(f"SELECT count(*) FROM entry WHERE row >= {GONE}").fetchone()
        (values,) = self.db.execute(
            f"SELECT count(*) FROM fact WHERE row >= {GONE} AND state = {CHANGED}"
        ).fetchone()
        return rows, values

    def reject(self, rows: Sequence[tuple[int, Reason]]) -> None:
        """Reject rows for what they say together with others."""
        with self.writing():
            self.db.executemany(
                "UPDATE entry SET state = ?, reasons = ? WHERE row = ?",
                [(REJECTED, json.dumps([_reason(reason)], default=str), row) for row, reason in rows],
            )
            self.db.executemany(
                "UPDATE fact SET state = ?, base = ? WHERE row = ?",
                [(REJECTED, REJECTED, row) for row, _ in rows],
            )

    def keep(self, name: str, said: str) -> None:
        """Remember a word beside the rows."""
        self.db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (name, said))

    def kept(self, name: str) -> str:
        """Return a word that was remembered; "" if none was."""
        found = self.db.execute("SELECT said FROM kept WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    # --- What came of it ------------------------------------------------------------------------------------

    def count(self) -> Counter[RowState]:
        """Return how many rows are in each state."""
        found = self.db.execute("SELECT state, count(*) FROM entry GROUP BY state")
        return Counter({STATES[state]: number for state, number in found})

    def newcomers(self) -> list[str]:
        """Return the codes of participants who are not known yet and of whom something comes, sorted."""
        if said := self.kept("newcomers"):
            return list(json.loads(said))
        found = self.db.execute(
            "SELECT DISTINCT f.who FROM fact f JOIN entry e ON e.row = f.row JOIN what w ON w.number = f.what"
            f" {COMING} AND w.subject <> 'measurement' AND f.who NOT IN (SELECT code FROM person) ORDER BY 1"
        )
        codes = [code for (code,) in found]
        self.keep("newcomers", json.dumps(codes))
        return codes

    def tells_of(self, subjects: Collection[str]) -> bool:
        """Tell whether the log says anything about one of these: else nobody looks for it in all rows."""
        found = self.db.execute("SELECT DISTINCT subject FROM what")
        return not {subject for (subject,) in found}.isdisjoint(subjects)

    def fingerprint(self) -> str:
        """Return what this plan is known by: which rows bring what, in the place of what."""
        digest = sha1(usedforsecurity=False)
        for row in self.db.execute(
            f"SELECT f.uid, f.state, f.supersedes, f.later FROM fact f JOIN entry e ON e.row = f.row {COMING}"
            " ORDER BY f.uid"
        ):
            digest.update(repr(row).encode())
        return digest.hexdigest()


class _Version(NamedTuple):
    row: int
    rank: str
    version: str
    replaces: str
    digest: int
    state: int


def _latest(group: list[_Version]) -> list[_Version]:
    """Return the rows that no other one takes the place of and that were sent last."""
    replaced = {one.replaces for one in group if one.replaces}
    last = [one for one in group if one.version not in replaced or not one.version] or group
    latest = max(one.rank for one in last)
    return [one for one in last if one.rank == latest]


def _versions(group: list[_Version], decision: int | None) -> Iterator[tuple[int, int]]:
    """Yield the state of each row of one key that does not count, or of which nobody can tell.

    Rows that are at fault or left out keep their state; yet when one of them is the latest, no older one
    counts in its place.
    """
    top = _latest(group)
    same = len({(one.digest, one.version, one.state) for one in top}) == 1
    chosen = min(top) if same else next((one for one in top if one.row == decision), None)
    for one in group:
        if one == chosen or one.state in {REJECTED, EXCLUDED}:
            continue
        if chosen is None and decision is None and one in top:
            yield one.row, CONFLICT
        elif chosen is not None and (one.digest, one.version) == (chosen.digest, chosen.version):
            yield one.row, REPEATED
        else:
            yield one.row, SUPERSEDED


def _against(found: list[tuple[Any, ...]], space: bytes) -> tuple[int, str | None, str | None, str | None]:
    """Return what a fact does beside what is known of the same.

    Returns:
        Its state, id of what it supersedes, what is known of it, its own id when it is a later version.
    """
    mine = found[0]
    says, name, state = mine[1:7], mine[7], mine[8]
    latest = max((row for row in found if row[19]), key=lambda row: row[18], default=None)
    live = latest if latest and latest[16] else next((row for row in found if row[16]), None)
    stands = latest or live or mine
    later = uid_of(space, name, latest[18] + 1 if latest else 1)
    if state == MISSING:
        if latest is None or not latest[16] or latest[17] or latest[12] is None:
            return MISSING, None, None, None
        return CHANGED, latest[9], _shown(latest), later
    if any(row[10:16] == says for row in found if row[17] or row is latest or row is live):
        return UNCHANGED, None, None, None
    return CHANGED, stands[9], _shown(stands), later


def _key_in(name: str) -> str:
    """Return the key of the row that a name is of; "" when it is of none."""
    return name.rpartition(SIGN)[0]


def _shown(row: tuple[Any, ...]) -> str:
    return json.dumps([row[11], row[12], row[13], row[14], row[15]])


def _staged(row: Parsed, fact: Fact, what: What, mark: str, space: bytes) -> tuple[Any, ...]:
    number, who, on, value, numerator, denominator, option, note, absent, said, target = fact
    slot = None if said is None else f"{mark}{said[said.index('|') :]}"
    # What one row says of a participant is known by the key of the row; a measurement by what it is of.
    # An empty cell of a row without a key takes nothing back: another cell may say it.
    keyed = row.key and what.subject in _OBSERVED
    name = f"{row.key}{SIGN}{mark}" if keyed else slot or "" if absent is None else ""
    state = REJECTED if row.reasons else NEW if absent is None else MISSING
    return (
        row.number, number, who, on, value, numerator, denominator, option, note, absent, slot, name,
        uid_of(space, name), target, state, state,
    )  # fmt: skip


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "key": reason.key,
        "params": dict(reason.params),
        "header": reason.header,
        "original": reason.original,
    }
