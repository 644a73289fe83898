"""Reading a codebook or a project of another program: what it says, what would change, and then the change.

Of a project, codes and codings come in; the texts never do: a source counts only when it is an interview of
ours, word for word. Whatever does not fit is told, one by one, before anything is changed.

Programs differ, and not all keep our guids (QualCoder makes new ones in every file). So an interview is known
by its words as well, a code and a coder by their names. Namespaces of other versions are read (ATLAS.ti 9
writes ``urn:QDA-XML:codebook:0:4``), and a note is one wherever the schema has it: at the coding, at the
selection, or as its description.
"""

import json
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from lxml import etree
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.coding import CodeUse
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import passage
from toc.models.coding import CodebookEntry, Coding
from toc.models.interviews import Statement
from toc.services import audit
from toc.services.coding.coding import rest_on
from toc.services.coding.reading import Code, CodedPassage, Mark, all_passages, all_texts, codes
from toc.services.coding.refi import ABOVE, Source, digest, full_name, source_of
from toc.services.documents.archives import Archive
from toc.services.documents.limits import USUAL
from toc.services.errors import Conflict
from toc.services.interviews.loading import made_before
from toc.services.interviews.personal import check_free_text
from toc.services.interviews.statements import Place, place_statements

_ZIP: Final = b"PK\x03\x04"
_ONE_PLACE: Final = ("ATLAS", "QualCoder")
"""How the names of programs begin that count the end of a line as one place, also where it is CR and LF.

Others count the code points that are there: two. Source: QualCoder, `refi.py`, which was tried with files of
ATLAS.ti, MAXQDA and NVivo.
"""
_MOST_ELEMENTS: Final = 200_000
_DEEPEST: Final = 50
_LONGEST: Final = 300
_LONGEST_TEXT: Final = 20_000
_MOST_NOTES: Final = 5_000_000
"""Characters of all notes of a file, each counted for every coding that it stands at."""


@dataclass(frozen=True, slots=True)
class TheirCode:
    """A code of the file: its guid, its name, what is above it, and what it stands for if we know that."""

    guid: str
    name: str
    above: str
    definition: str
    use: str


@dataclass(frozen=True, slots=True)
class TheirCoding:
    """A coding of the file, with the selection that it belongs to; places in the text of the source."""

    source: str
    selection: str
    start: int
    end: int
    code: str
    user: str
    memo: str


@dataclass(frozen=True, slots=True)
class Received:
    """What a file says, without any text of an interview.

    Attributes:
        codes: those that something can be put under.
        users: names by guid.
        sources: (name, digest of the text) by guid.
        codings: one per selection and code.
        left_out: how many parts of kinds that we have not: pictures, sound, cases, links.
    """

    codes: tuple[TheirCode, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    codings: tuple[TheirCoding, ...] = ()
    left_out: int = 0

    def dump(self) -> str:
        """Return it as text, for a form to carry."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> "Received":
        """Return it from the text that a form carried."""
        raw = json.loads(text)
        return cls(
            codes=tuple(TheirCode(**one) for one in raw["codes"]),
            users=raw["users"],
            sources={guid: (name, sha) for guid, (name, sha) in raw["sources"].items()},
            codings=tuple(TheirCoding(**one) for one in raw["codings"]),
            left_out=raw["left_out"],
        )


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that does not fit, or is done otherwise than the file says: a key and what it names."""

    key: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that would be added."""

    id: UUID
    name: str
    use: CodeUse
    definition: str


@dataclass(frozen=True, slots=True)
class NewCoding:
    """A coding that would be added."""

    selection: UUID
    place: Place
    code_id: UUID
    is_goal: bool
    memo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPlan:
    """What reading a file in would do.

    Attributes:
        entries: that would be added.
        codings: that would be added.
        passages: how many would be marked.
        same_codes: how many codes are here already.
        same_codings: how many codings are here already.
        remarks: what does not fit.
    """

    entries: tuple[NewEntry, ...]
    codings: tuple[NewCoding, ...]
    passages: int
    same_codes: int
    same_codings: int
    remarks: tuple[Remark, ...]

    @property
    def seal(self) -> str:
        """A digest by which a later form knows that nothing changed since somebody looked at it."""
        says = [
            [[str(each.id), each.name] for each in self.entries],
            [[str(each.selection), str(each.code_id), each.memo] for each in self.codings],
            [[each.key, {name: str(value) for name, value in each.params.items()}] for each in self.remarks],
        ]
        return sha256(json.dumps(says).encode()).hexdigest()

    @property
    def changes(self) -> bool:
        """Whether it would change anything."""
        return bool(self.entries or self.codings)


def receive(content: bytes) -> Received:
    """Read a codebook (.qdc) or a project (.qdpx).

    Raises:
        DomainError: ``refi.no_file``, ``refi.not_one``, ``refi.too_large``; of the zip, what `Archive`
            refuses.
    """
    if not content:
        raise DomainError("refi.no_file")
    if content.startswith(_ZIP):
        archive = Archive.of(content, USUAL)
        names = {name.casefold().replace("\\", "/").lstrip("/"): name for name in archive.names}
        if "project.qde" not in names:
            raise DomainError("refi.not_one")
        return _project(_tree(archive.read(names["project.qde"]), "Project"), archive, names)
    return Received(codes=tuple(_their_codes(_tree(content, "CodeBook").find("{*}Codes"))))


def plan(session: Session, act: Act, received: Received) -> ReadingPlan:
    """Return what reading a file in would do; nothing is changed."""
    return _Planner(session, act, received).plan()


def read_in(session: Session, act: Act, received: Received, *, seen: str) -> ReadingPlan:
    """Read a file in as it was looked at, all of it or nothing.

    Args:
        session: of a programme, for writing.
        act: who and when.
        received: what the file says.
        seen: seal of the plan that they looked at.

    Raises:
        Conflict: ``refi.changed``: it would do something else by now.
        DomainError: what `mark_statement` raises.
    """
    made_before(session, CodebookEntry, derived(session.info["programme_id"], "refi"))
    does = plan(session, act, received)
    if does.seal != seen:
        raise Conflict("refi.changed")
    made: dict[str, Any] = {"created_at": act.at, "created_by_id": act.user}
    for entry in does.entries:
        session.add(
            CodebookEntry(id=entry.id, use=entry.use, name=entry.name, definition=entry.definition, **made)
        )
    session.flush()
    _put_under(session, act, does.codings)
    if does.changes:
        audit.record(
            session,
            act,
            "coding.import",
            "programme",
            session.info["programme_id"],
            entries=len(does.entries),
            codings=len(does.codings),
        )
    return does


def _put_under(session: Session, act: Act, codings: Sequence[NewCoding]) -> None:
    """Mark passages and code them in the name of who reads the file in; as many queries as for one."""
    place = session.info["programme_id"]
    ids = set(session.scalars(select(Statement.id).where(Statement.programme_id == place)))
    wanted: dict[Place, UUID] = {}
    for coding in codings:
        if coding.place not in wanted:
            new_id = coding.selection
            if new_id in ids:
                new_id = derived(new_id, str(act.at), *map(str, coding.place))
            ids.add(new_id)
            wanted[coding.place] = new_id
    if not wanted:
        return
    placed = place_statements(session, act, [(new_id, where) for where, new_id in wanted.items()])
    marked = {where: statement.id for where, (statement, _) in zip(wanted, placed, strict=True)}
    goals = [(one.code_id, marked[one.place]) for one in codings if one.is_goal]
    mine = select(Coding.statement_id, Coding.goal_id, Coding.entry_id).where(
        Coding.programme_id == place, Coding.coder_id == act.user
    )
    there = {(row.statement_id, row.goal_id or row.entry_id) for row in session.execute(mine)}
    rows: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    for one in codings:
        statement_id = marked[one.place]
        if (statement_id, one.code_id) not in there:  # two places may come to the same words of the speaker
            rows[statement_id, one.code_id] = {
                "programme_id": place,
                "id": derived(statement_id, "coding", str(act.user), str(one.code_id)),
                "statement_id": statement_id,
                "coder_id": act.user,
                "goal_id": one.code_id if one.is_goal else None,
                "entry_id": None if one.is_goal else one.code_id,
                "memo": one.memo,
                "created_at": act.at,
                "created_by_id": act.user,
            }
    session.flush()
    if rows:
        session.execute(insert(Coding), list(rows.values()))
    rest_on(session, act, goals)


# --- The file -----------------------------------------------------------------------------------------------


def _tree(content: bytes, kind: str) -> etree._Element:
    """Parse XML from outside: no entities, no network, no document type, and not without end."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DomainError("refi.not_one") from error
    if root.getroottree().docinfo.doctype or sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise DomainError("refi.not_one")
    name = etree.QName(root)
    if name.localname != kind or not (name.namespace or "").startswith(f"urn:QDA-XML:{kind.lower()}:"):
        raise DomainError("refi.not_one")
    return root


def _their_codes(
    above: etree._Element | None, path: tuple[str, ...] = (), use: str = ""
) -> Iterator[TheirCode]:
    if above is None or len(path) > _DEEPEST:
        return
    for one in above.findall("{*}Code"):
        guid, name = _guid(one.get("guid", "")), " ".join((one.get("name") or "").split())[:_LONGEST]
        definition = (one.findtext("{*}Description") or "").strip()[:_LONGEST_TEXT]
        codable = one.get("isCodable", "true") not in {"false", "0"}
        ours = _OURS.get(guid) or (None if codable or path else _OURS.get(name))
        here = ours or use
        if codable and guid and name:
            yield TheirCode(guid, name, ": ".join(path)[:_LONGEST], definition, here)
        yield from _their_codes(one, path if ours else (*path, name), here)


_OURS: Final = {
    key: use.value if use else "goal" for use, (guid, name) in ABOVE.items() for key in (str(guid), name)
}
"""What is below a code of ours that codes nothing itself, by its guid and by its name."""


def _project(root: etree._Element, archive: Archive, names: Mapping[str, str]) -> Received:
    texts = _Texts(archive, names, one_place=(root.get("origin") or "").startswith(_ONE_PLACE))
    notes = {
        _guid(note.get("guid", "")): texts.of(note).text.strip() for note in root.iterfind("{*}Notes/{*}Note")
    }
    sources: dict[str, tuple[str, str]] = {}
    codings: list[TheirCoding] = []
    room, others = _MOST_NOTES, 0
    for source in root.iterfind("{*}Sources/*"):
        if etree.QName(source).localname != "TextSource":
            others += 1
            continue
        guid, text = _guid(source.get("guid", "")), texts.of(source)
        sources[guid] = ((source.get("name") or guid)[:_LONGEST], text.digest)
        for coding in _codings(source, guid, text, notes):
            room -= len(coding.memo)
            if room < 0:  # one long note may stand at ten thousand codings
                raise DomainError("refi.too_large")
            codings.append(coding)
    others += sum(1 for kind in ("Cases", "Links", "Graphs") for _ in root.iterfind(f"{{*}}{kind}/*"))
    return Received(
        codes=tuple(_their_codes(root.find("{*}CodeBook/{*}Codes"))),
        users={
            _guid(user.get("guid", "")): (user.get("name") or "")[:_LONGEST]
            for user in root.iterfind("{*}Users/{*}User")
        },
        sources=sources,
        codings=tuple(codings),
        left_out=others,
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of a project.

    Attributes:
        text: as it came, with one place for each end of a line.
        digest: that of an interview with the same words; "" when there is no text.
        wide: where, in order, the end of a line takes two places.
    """

    text: str = ""
    digest: str = ""
    wide: Sequence[int] = ()

    def place(self, place: int) -> int:
        """Return a place in it, counted with one place for each end of a line; -1 stays."""
        return place - bisect_left(self.wide, place)


class _Texts:
    """The texts of a project; a part that many sources name is unpacked once."""

    def __init__(self, archive: Archive, names: Mapping[str, str], *, one_place: bool) -> None:
        self._archive = archive
        self._names = names
        self._one_place = one_place
        self._known: dict[str, _Text] = {}

    def of(self, element: etree._Element) -> _Text:
        """Return the text of a source or a note: it stands there, or in a part of its own."""
        inline: str | None = element.findtext("{*}PlainTextContent")
        if inline is not None:
            return self._text(inline)
        path = (element.get("plainTextPath") or "").removeprefix("internal://").lstrip("/").casefold()
        name = self._names.get(f"sources/{path}")
        if name is None:
            return _Text()
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> _Text:
        try:
            return self._text(self._archive.read(name).decode("utf-8-sig"))
        except UnicodeDecodeError:
            return _Text()

    def _text(self, text: str) -> _Text:
        wide = () if self._one_place else array("L", (found.start() for found in re.finditer("\r\n", text)))
        return _Text(text.replace("\r\n", "\n"), digest(text), wide)


def _codings(
    source: etree._Element, guid: str, text: _Text, notes: Mapping[str, str]
) -> Iterator[TheirCoding]:
    for selection in source.iterfind("{*}PlainTextSelection"):
        start, end = (text.place(_number(selection.get(f"{edge}Position", ""))) for edge in ("start", "end"))
        about_all = [*_notes(selection, notes), (selection.findtext("{*}Description") or "").strip()]
        for coding in selection.iterfind("{*}Coding"):
            ref = coding.find("{*}CodeRef")
            said = dict.fromkeys([*_notes(coding, notes), *about_all])
            yield TheirCoding(
                source=guid,
                selection=_guid(selection.get("guid", "")),
                start=start,
                end=end,
                code=_guid(ref.get("targetGUID", "")) if ref is not None else "",
                user=_guid(coding.get("creatingUser") or selection.get("creatingUser") or ""),
                memo="\n\n".join(filter(None, said))[:_LONGEST_TEXT],
            )


def _notes(element: etree._Element, notes: Mapping[str, str]) -> list[str]:
    return [notes.get(_guid(one.get("targetGUID", "")), "") for one in element.iterfind("{*}NoteRef")]


def _guid(text: str) -> str:
    """Return a guid as we write it; "" for what is none."""
    try:
        return str(UUID(text.strip().strip("{}")))
    except ValueError:
        return ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 - no text is so long


# --- What it would do ---------------------------------------------------------------------------------------


class _Planner:
    """Compares a file with what is here."""

    def __init__(self, session: Session, act: Act, received: Received) -> None:
        self._act = act
        self._file = received
        self._remarks: dict[tuple[str, tuple[tuple[str, object], ...]], None] = {}
        self._codes = codes(session)
        passages, coders = all_passages(session)
        self._passages: dict[tuple[UUID, int, int], CodedPassage] = {
            (one.answer_id, one.start, one.end): one for one in passages
        }
        self._sources: dict[str, Source] = {}
        self._texts: dict[UUID, str] = {}
        for interview, texts in all_texts(session):
            self._sources[str(interview.id)] = source_of(texts, interview.respondent.language)
            self._texts |= {text.answer_id: text.text for text in texts}
        self._digests = {guid: digest(source.text) for guid, source in self._sources.items()}
        self._alike = _alone((sha, guid) for guid, sha in self._digests.items())
        self._coders = _alone((name, str(id_)) for id_, name in coders.items()) | {
            str(id_): str(id_) for id_ in coders
        }
        self._same_codes = 0

    def plan(self) -> ReadingPlan:
        """Return what would be added, and what does not fit."""
        entries, by_guid = self._entries()
        added, same = self._codings(by_guid)
        if self._file.left_out:
            self._say("refi.note.left_out", number=self._file.left_out)
        fresh = {one.place for one in added if tuple(one.place) not in self._passages}
        return ReadingPlan(
            entries=tuple(entries),
            codings=tuple(added),
            passages=len(fresh),
            same_codes=self._same_codes,
            same_codings=same,
            remarks=tuple(Remark(key, dict(params)) for key, params in self._remarks),
        )

    def _say(self, key: str, **params: object) -> None:
        self._remarks.setdefault((key, tuple(params.items())))

    def _entries(self) -> tuple[list[NewEntry], dict[str, tuple[UUID, bool]]]:
        """Return the entries to add, and for each guid of the file which code of ours it is."""
        names = {full_name(one).casefold(): one for one in self._codes.values()}
        new: dict[str, NewEntry] = {}
        by_guid: dict[str, tuple[UUID, bool]] = {}
        for theirs in self._file.codes:
            ours = self._codes.get(UUID(theirs.guid))
            name = theirs.name
            if ours is not None:
                self._same(ours, theirs)
                by_guid[theirs.guid] = (ours.id, ours.is_goal)
                continue
            known = names.get(name.casefold())
            if theirs.above and (name.casefold() in new or (known is not None and not known.is_goal)):
                name = f"{theirs.above}: {name}"[:_LONGEST]
            known = names.get(name.casefold())
            if known is not None:
                if not known.is_goal:
                    self._say("refi.note.same_name", name=known.name)
                by_guid[theirs.guid] = (known.id, known.is_goal)
                self._same_codes += 1
            elif name.casefold() in new:
                self._say("refi.note.same_name", name=name)
                by_guid[theirs.guid] = (new[name.casefold()].id, False)
            elif not self._free(name, theirs.definition):
                self._say("refi.note.personal", name=name.split(maxsplit=1)[0][:3])
            else:
                if theirs.use == "goal":
                    self._say("refi.note.goal_unknown", name=name)
                use = CodeUse(theirs.use) if theirs.use in set(CodeUse) else CodeUse.OTHER
                entry = NewEntry(UUID(theirs.guid), name, use, theirs.definition)
                new[name.casefold()] = entry
                by_guid[theirs.guid] = (entry.id, False)
        return list(new.values()), by_guid

    def _same(self, ours: Code, theirs: TheirCode) -> None:
        self._same_codes += 1
        name = full_name(ours)
        if name[:_LONGEST] != theirs.name:
            self._say("refi.note.name_differs", ours=name, theirs=theirs.name)

    def _codings(self, by_guid: Mapping[str, tuple[UUID, bool]]) -> tuple[list[NewCoding], int]:
        added: dict[tuple[Place, UUID], tuple[UUID, bool]] = {}
        memos: dict[tuple[Place, UUID], dict[str, None]] = {}
        same = 0
        for one in self._file.codings:
            place = self._place(one)
            if place is None:
                continue
            if one.code not in by_guid:
                self._say("refi.note.code_missing", source=self._file.sources[one.source][0])
                continue
            code_id, is_goal = by_guid[one.code]
            there = self._passages.get((place.answer_id, place.start, place.end))
            mark = self._mark(there, code_id, one.user)
            if mark is not None and there is not None:
                same += 1
                if one.memo != mark.memo:
                    number = code(CodeKind.STATEMENT, there.number)
                    self._say("refi.note.memo_differs", code=number)
            elif not self._free(one.memo):
                self._say("refi.note.memo_personal", source=self._file.sources[one.source][0])
            else:
                if self._coder(one.user) != str(self._act.user):
                    self._say("refi.note.other_coder", name=self._file.users.get(one.user) or one.user)
                added.setdefault((place, code_id), (UUID(one.selection or one.code), is_goal))
                memos.setdefault((place, code_id), {})[one.memo] = None
        said = {key: "\n\n".join(filter(None, each))[:_LONGEST_TEXT] for key, each in memos.items()}
        return [
            NewCoding(selection, *key, is_goal, said[key]) for key, (selection, is_goal) in added.items()
        ], same

    def _mark(self, there: CodedPassage | None, code_id: UUID, user: str) -> Mark | None:
        """Return what says the same here: a coding of who made it elsewhere, or of who reads the file in."""
        marks = {str(one.coder_id): one for one in (there.marks if there else ()) if one.code_id == code_id}
        return marks.get(self._coder(user)) or marks.get(str(self._act.user))

    def _coder(self, guid: str) -> str:
        """Return who coded it: somebody who coded here, by their guid or else by their name."""
        return self._coders.get(guid) or self._coders.get(self._file.users.get(guid, ""), guid)

    def _place(self, one: TheirCoding) -> Place | None:
        """Return where a selection lies in our text, or say why it lies nowhere."""
        name, sha = self._file.sources[one.source]
        guid = one.source if one.source in self._sources else self._alike.get(sha)
        if guid is None:
            self._say("refi.note.source_unknown", source=name)
            return None
        source = self._sources[guid]
        if self._digests[guid] != sha:
            self._say("refi.note.source_changed", source=name)
            return None
        found = source.place(one.start, one.end)
        if found is None:
            self._say("refi.note.outside", source=name, start=one.start, end=one.end)
            return None
        answer_id, start, end = found
        try:
            bare = passage(self._texts[answer_id], start, end)
        except DomainError:
            self._say("refi.note.outside", source=name, start=one.start, end=one.end)
            return None
        return Place(answer_id, bare.start, bare.end)

    @staticmethod
    def _free(*texts: str) -> bool:
        try:
            for text in texts:
                check_free_text(text, kept=False)
        except DomainError:
            return False
        return True


def _alone(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what stands for one thing alone, with that thing."""
    known: dict[str, set[str]] = {}
    for key, thing in pairs:
        known.setdefault(key, set()).add(thing)
    return {key: things.pop() for key, things in known.items() if len(things) == 1}
