"""The codebook and the coded interviews as files of the REFI-QDA standard, for other programs.

Participants go by their party and the number of the interview alone, as everywhere. What was taken back is in
no file; other passages keep their places.

The schemas leave much out that other programs do not do without. QualCoder (`refi.py`) stops at a selection
without its moment, takes the coder of a selection for the coder of its codings, and reads a note from the
description of the selection alone. So a passage is one selection for each coder and note.
"""

import io
import zipfile
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from lxml import etree
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.ids import derived
from toc.models.interviews import Interview
from toc.models.programmes import Programme
from toc.services.coding.reading import Code, CodedPassage, Mark, all_passages, all_texts, codes
from toc.services.coding.refi import ABOVE, CODEBOOK, ORIGIN, PROJECT, RETIRED, Source, full_name, source_of

_PRIVATE: Final = 0o600 << 16


def codebook_file(session: Session) -> bytes:
    """Return all goals and entries as a codebook (.qdc); one statement to the database."""
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK}, origin=ORIGIN)
    known = codes(session)
    _codes(root, CODEBOOK, known.values())
    retired = [one for one in known.values() if one.retired]
    if retired:
        sets = etree.SubElement(root, f"{{{CODEBOOK}}}Sets")
        one = etree.SubElement(sets, f"{{{CODEBOOK}}}Set", guid=str(RETIRED), name="Retired")
        for each in retired:
            etree.SubElement(one, f"{{{CODEBOOK}}}MemberCode", guid=str(each.id))
    return _bytes(root)


def project_file(session: Session, act: Act) -> bytes:
    """Return all completed interviews with everything coded in them as a project (.qdpx); six statements."""
    programme = session.get_one(Programme, session.info["programme_id"])
    known, (passages, coders) = codes(session), all_passages(session)
    interviews = all_texts(session)
    sources = {one.id: source_of(texts, one.respondent.language) for one, texts in interviews}
    root = _element(
        None, "Project", name=_plain(programme.name), origin=ORIGIN, creationDateTime=_time(act.at)
    )
    if coders:
        users = _element(root, "Users")
        for id_, name in sorted(coders.items()):
            _element(users, "User", guid=str(id_), name=_plain(name))
    if known:
        _codes(_element(root, "CodeBook"), PROJECT, known.values())
    if interviews:
        _sources(root, [one for one, _ in interviews], sources, passages)
    _sets(root, [one for one, _ in interviews], [one for one in known.values() if one.retired])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        _write(file, "project.qde", _bytes(root), act.at)
        for id_, source in sources.items():
            _write(file, f"Sources/{id_}.txt", source.text.encode(), act.at)
    return packed.getvalue()


def _codes(parent: etree._Element, space: str, known: Collection[Code]) -> None:
    """Add goals and entries below codes that code nothing themselves; a codebook needs at least one code."""
    group = etree.SubElement(parent, f"{{{space}}}Codes")
    for use, (guid, name) in ABOVE.items():
        some = [one for one in known if one.use == use]
        if some or use is None:
            above = etree.SubElement(group, f"{{{space}}}Code", guid=str(guid), name=name, isCodable="false")
            for one in some:
                made = etree.SubElement(
                    above,
                    f"{{{space}}}Code",
                    guid=str(one.id),
                    name=_plain(full_name(one)),
                    isCodable="true",
                )
                if one.definition:
                    etree.SubElement(made, f"{{{space}}}Description").text = _plain(one.definition)


def _sources(
    root: etree._Element,
    interviews: Iterable[Interview],
    sources: Mapping[UUID, Source],
    passages: Iterable[CodedPassage],
) -> None:
    above = _element(root, "Sources")
    here: dict[UUID, list[CodedPassage]] = {}
    for passage in passages:
        here.setdefault(passage.interview_id, []).append(passage)
    for interview in interviews:
        text = _element(
            above,
            "TextSource",
            guid=str(interview.id),
            name=_name(interview),
            plainTextPath=f"internal://{interview.id}.txt",
        )
        source = sources[interview.id]
        for passage in here.get(interview.id, ()):
            _selections(text, passage, source.offset(passage.answer_id))


def _selections(text: etree._Element, passage: CodedPassage, offset: int) -> None:
    """Add a passage for each coder and note; the first has the guid of the statement."""
    said: dict[tuple[UUID | None, str], list[Mark]] = {}
    for mark in passage.marks:
        said.setdefault((mark.coder_id, mark.memo), []).append(mark)
    for number, ((coder_id, memo), marks) in enumerate((said or {(None, ""): []}).items()):
        selection = _element(
            text,
            "PlainTextSelection",
            guid=str(derived(marks[0].id, "selection") if number else passage.id),
            name=code(CodeKind.STATEMENT, passage.number),
            startPosition=str(passage.start + offset),
            endPosition=str(passage.end + offset),
            creationDateTime=_time(marks[0].made_at if marks else passage.made_at),
        )
        if memo:
            _element(selection, "Description").text = _plain(memo)
        for mark in marks:
            selection.set("creatingUser", str(coder_id))
            made = {"creatingUser": str(coder_id), "creationDateTime": _time(mark.made_at)}
            coded = _element(selection, "Coding", guid=str(mark.id), **made)
            _element(coded, "CodeRef", targetGUID=str(mark.code_id))


def _name(interview: Interview) -> str:
    group = code(CodeKind.GROUP, interview.respondent.group.code)
    return _plain(f"{code(CodeKind.INTERVIEW, interview.code)} {group} {interview.respondent.group.name}")


def _sets(root: etree._Element, interviews: Iterable[Interview], retired: Iterable[Code]) -> None:
    """Add a set per party with its interviews, and one with the codes that are no longer to be chosen."""
    groups: dict[UUID, list[Interview]] = {}
    for interview in interviews:
        groups.setdefault(interview.respondent.group_id, []).append(interview)
    gone = list(retired)
    if not (groups or gone):
        return
    above = _element(root, "Sets")
    for id_, some in groups.items():
        one = _element(above, "Set", guid=str(id_), name=_plain(some[0].respondent.group.name))
        for interview in some:
            _element(one, "MemberSource", targetGUID=str(interview.id))
    if gone:
        one = _element(above, "Set", guid=str(RETIRED), name="Retired")
        for each in gone:
            _element(one, "MemberCode", targetGUID=str(each.id))


def _element(parent: etree._Element | None, kind: str, /, **attributes: str) -> etree._Element:
    tag = f"{{{PROJECT}}}{kind}"
    if parent is None:
        return etree.Element(tag, attributes, nsmap={None: PROJECT})
    return etree.SubElement(parent, tag, attributes)


def _bytes(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written


def _plain(text: str) -> str:
    """Return a text without what no XML may hold."""
    return (
        "".join(letter if letter >= " " or letter in "\t\n" else " " for letter in text)
        .replace("\ufffe", " ")
        .replace("\uffff", " ")
    )


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _write(file: zipfile.ZipFile, name: str, content: bytes, at: datetime) -> None:
    part = zipfile.ZipInfo(name, at.timetuple()[:6])
    part.compress_type = zipfile.ZIP_DEFLATED
    part.external_attr = _PRIVATE
    file.writestr(part, content)
