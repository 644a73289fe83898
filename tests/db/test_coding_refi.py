"""Codebooks and projects as other programs write them: out, in, and out again the same."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from lxml import etree
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.factories.coding import code, make_coder, make_entry
from tests.factories.goals import make_goal
from tests.factories.interviews import make_interview, make_respondent
from tests.statements import counting
from toc.domain.acts import Act
from toc.domain.coding import CodeUse
from toc.domain.errors import DomainError
from toc.domain.interviews import Mode, RespondentKind
from toc.models.coding import CodebookEntry, Coding
from toc.models.documents import Document
from toc.models.goals import EditStep, GoalSource
from toc.models.interviews import Answer, Interview, Statement
from toc.models.programmes import Programme
from toc.services import interviews
from toc.services.coding.receiving import Received, plan, read_in, receive
from toc.services.coding.refi import CODEBOOK, GOALS, PROJECT, USES
from toc.services.coding.sending import codebook_file, project_file
from toc.services.errors import Conflict

TEXT = "Ik wil werk 😀. En rust.\nEn een huis."
P = {"p": PROJECT}
C = {"c": CODEBOOK}


@pytest.fixture
def act(session: Session, programme: Programme) -> Act:
    return make_coder(session, programme, name="Ada")


@pytest.fixture
def other(session: Session, programme: Programme) -> Act:
    return make_coder(session, programme, name="Bo & <Co>")


def everything(session: Session) -> set[tuple[object, ...]]:
    rows = session.execute(
        select(Statement.answer_id, Statement.starts_at, Statement.ends_at, Coding).join(
            Coding, Coding.statement_id == Statement.id
        )
    )
    return {
        (answer, start, end, one.coder_id, one.goal_id or one.entry_id, one.memo)
        for answer, start, end, one in rows
    }


def as_one(codings: set[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """What all coders together said: places and codes with every note."""
    notes: dict[tuple[object, ...], set[str]] = {}
    for *place, _, code_id, memo in codings:
        notes.setdefault((*place, code_id), set()).update(str(memo).split("\n\n"))
    return {(*key, frozenset(said)) for key, said in notes.items()}


def entries(session: Session) -> set[tuple[UUID, str, CodeUse, str]]:
    return {(one.id, one.name, one.use, one.definition) for one in session.scalars(select(CodebookEntry))}


def opened(content: bytes) -> tuple[etree._Element, dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        texts = {name: file.read(name).decode() for name in file.namelist() if name != "project.qde"}
        return etree.fromstring(file.read("project.qde")), texts


def packed(root: etree._Element, texts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("project.qde", etree.tostring(root))
        for name, text in texts.items():
            file.writestr(name, text)
    return out.getvalue()


@pytest.fixture
def coded(session: Session, act: Act, other: Act) -> Interview:
    """An interview with two answers, coded by two people; some of it overlaps."""
    interview = make_interview(session, text=TEXT)
    session.add(Answer(id=uuid4(), interview=interview, question="card_1", text="Meer rust."))
    session.flush()
    goal = make_goal(session, explanation="Wat dan?")
    entry = make_entry(session, "Stress <&>", use=CodeUse.HARM, definition="Als het te veel is.")
    code(session, act, interview, (0, 13), [goal, entry], memo="Zegt <dit> & dat")
    code(session, other, interview, (7, 23), [goal])
    code(session, other, interview, (0, 13), [entry], memo="Twijfel")
    code(session, act, interview, (24, 36))
    return interview


def test_export_and_import_give_the_same_codings(session: Session, act: Act, coded: Interview) -> None:
    before, known, content = everything(session), entries(session), project_file(session, act)
    sources = set(session.scalars(select(GoalSource.goal_id)))
    for table in (EditStep, Coding, GoalSource, Statement, CodebookEntry):
        session.execute(delete(table))
    session.expire_all()
    received = Received.load(receive(content).dump())
    does = plan(session, act, received)
    assert [(one.key, one.params["name"]) for one in does.remarks] == [("refi.note.other_coder", "Bo & <Co>")]
    assert (len(does.entries), len(does.codings), does.passages) == (1, 3, 2)
    assert read_in(session, act, received, seen=does.seal) == does
    session.expire_all()
    assert (as_one(everything(session)), entries(session)) == (as_one(before), known)
    said_by = {(one.coder_id, one.created_by_id) for one in session.scalars(select(Coding))}
    assert said_by == {(act.user, act.user)}, "nobody else said so here"
    assert set(session.scalars(select(GoalSource.goal_id))) == sources
    assert coded in session


@pytest.mark.usefixtures("coded")
def test_a_project_that_is_here_already_changes_nothing(
    session: Session, programme: Programme, act: Act, other: Act
) -> None:
    before, content = everything(session), project_file(session, act)
    for reader in (act, other, make_coder(session, programme, name="Cas")):
        again = plan(session, reader, receive(content))
        assert (again.changes, again.same_codings, again.same_codes, again.remarks) == (False, 4, 2, ())
        read_in(session, reader, receive(content), seen=again.seal)
    assert everything(session) == before
    assert receive(project_file(session, act)).codings == receive(content).codings


GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TYPES = {
    "guid": GUID,
    "targetGUID": GUID,
    "creatingUser": GUID,
    "creationDateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "startPosition": r"\d+",
    "endPosition": r"\d+",
    "isCodable": "true|false",
}
"""What xsd:dateTime, xsd:integer, xsd:boolean and GUIDType come to in what we write."""
SCHEMA = {
    "Project": ("Users? CodeBook? Sources? Notes? Sets?", "name! origin creationDateTime"),
    "Users": ("User+", ""),
    "User": ("", "guid! name"),
    "Codes": ("Code+", ""),
    "Code": ("Description? Code*", "guid! name! isCodable! color"),
    "Description": ("", ""),
    "Sources": ("TextSource+", ""),
    "TextSource": ("Description? PlainTextSelection* Coding* NoteRef*", "guid! name plainTextPath"),
    "PlainTextSelection": (
        "Description? Coding* NoteRef*",
        "guid! name startPosition! endPosition! creatingUser creationDateTime",
    ),
    "Coding": ("CodeRef NoteRef*", "guid! creatingUser creationDateTime"),
    "CodeRef": ("", "targetGUID!"),
    "Sets": ("Set+", ""),
    "Set": ("Description? MemberCode* MemberSource*", "guid! name!"),
    "MemberSource": ("", "targetGUID!"),
}
"""What may stand in an element, in this order, and its attributes with ! for those that must be there.

Of all that the schemas have, what a program for texts needs. Source: Project.xsd and Codebook.xsd of QDA-XML
1.0 (Rotterdam Exchange Format Initiative, 18 March 2019), as QualCoder carries them.
"""
IN_A_PROJECT = SCHEMA | {"CodeBook": ("Codes", ""), "MemberCode": ("", "targetGUID!")}
IN_A_CODEBOOK = SCHEMA | {"CodeBook": ("Codes Sets?", "origin"), "MemberCode": ("", "guid!")}


def faults(root: etree._Element, schema: dict[str, tuple[str, str]]) -> list[str]:
    """Where a file is not as the schema has it."""
    found = []
    for one in root.iter():
        name = etree.QName(one).localname
        inside, attributes = schema[name]
        order = "".join(re.sub(r"(\w+)", r"(\1 )", part) for part in inside.split())
        if not re.fullmatch(order, "".join(f"{etree.QName(child).localname} " for child in one)):
            found.append(f"in {name}: {[etree.QName(child).localname for child in one]}")
        must = {each.rstrip("!") for each in attributes.split() if each.endswith("!")}
        if not must <= set(one.keys()) <= {each.rstrip("!") for each in attributes.split()}:
            found.append(f"at {name}: {one.keys()}")
        found += [
            f"{name}.{key}: {value}"
            for key, value in one.items()
            if not re.fullmatch(TYPES.get(key, ".*"), str(value))
        ]
    return found


@pytest.mark.usefixtures("coded")
def test_files_are_as_the_schemas_say(session: Session, act: Act) -> None:
    make_entry(session, "Weg").retired = True
    session.flush()
    assert faults(opened(project_file(session, act))[0], IN_A_PROJECT) == []
    assert faults(etree.fromstring(codebook_file(session)), IN_A_CODEBOOK) == []


def test_a_project_holds_what_other_programs_look_for(
    session: Session, act: Act, other: Act, coded: Interview
) -> None:
    root, texts = opened(project_file(session, act))
    users = {one.get("guid"): one.get("name") for one in root.iterfind("p:Users/p:User", P)}
    assert users == {str(act.user): "Ada", str(other.user): "Bo & <Co>"}
    (source,) = root.iterfind("p:Sources/p:TextSource", P)
    path = source.get("plainTextPath")
    assert (source.get("guid"), path) == (str(coded.id), f"internal://{coded.id}.txt")
    text = texts[f"Sources/{coded.id}.txt"]
    assert "\r" not in text
    selections = {
        (
            text[int(one.get("startPosition", "")) : int(one.get("endPosition", ""))],
            one.get("creatingUser"),
            one.findtext("p:Description", namespaces=P),
            frozenset(coding.get("creatingUser") for coding in one.iterfind("p:Coding", P)),
        )
        for one in source.iterfind("p:PlainTextSelection", P)
    }
    ada, bo = str(act.user), str(other.user)
    assert selections == {  # one for each coder and note, because QualCoder reads both there
        ("Ik wil werk 😀", ada, "Zegt <dit> & dat", frozenset({ada})),
        ("Ik wil werk 😀", bo, "Twijfel", frozenset({bo})),
        ("werk 😀. En rust.", bo, None, frozenset({bo})),
        ("En een huis.", None, None, frozenset()),
    }
    for kind in ("PlainTextSelection", "Coding"):  # without it QualCoder stops
        assert all(one.get("creationDateTime") for one in root.iterfind(f".//p:{kind}", P))
    codes = {one.get("guid") for one in root.iterfind("p:CodeBook/p:Codes//p:Code", P)}
    assert all(ref.get("targetGUID") in codes for ref in root.iterfind(".//p:CodeRef", P))
    (party,) = root.iterfind("p:Sets/p:Set", P)
    assert party.get("name") == coded.respondent.group.name
    guids = [one.get("guid") for one in root.iter() if one.get("guid")]
    assert len(guids) == len(set(guids))


def test_nobody_who_was_interviewed_is_named_and_nothing_that_was_taken_back_is_there(
    session: Session, act: Act
) -> None:
    respondent = make_respondent(session, kind=RespondentKind.SPOKESPERSON, name="Sam de Spreker")
    interview = make_interview(session, respondent, text=TEXT)
    gone = code(session, act, interview, (0, 13), [make_entry(session)], memo="Ik wil werk 😀")
    kept = code(session, act, interview, (7, 23), memo="")
    interviews.withdraw_statement(session, act, uuid4(), gone.id, text="?")
    content = project_file(session, act)
    root, texts = opened(content)
    everything_ = etree.tostring(root).decode() + "".join(texts.values())
    assert "Sam" not in everything_
    assert "Ik wil" not in everything_
    assert "werk" not in everything_
    (selection,) = root.iterfind(".//p:PlainTextSelection", P)
    assert selection.get("guid") == str(kept.id)


def test_a_codebook_goes_out_with_what_is_above_each_code(session: Session) -> None:
    goal, entry = make_goal(session, "Werk"), make_entry(session, "Stress", use=CodeUse.SIDE_EFFECT)
    entry.retired = True
    session.flush()
    root = etree.fromstring(codebook_file(session))
    above = {one.get("guid"): one for one in root.iterfind("c:Codes/c:Code", C)}
    assert set(above) == {str(GOALS), str(USES[CodeUse.SIDE_EFFECT])}
    (first,) = above[str(GOALS)]
    assert (first.get("guid"), first.get("name"), first.get("isCodable")) == (
        str(goal.id),
        f"G{goal.code} Werk",
        "true",
    )
    (member,) = root.iterfind("c:Sets/c:Set/c:MemberCode", C)
    assert member.get("guid") == str(entry.id)
    received = receive(codebook_file(session))
    assert [(one.name, one.use) for one in received.codes] == [
        (f"G{goal.code} Werk", "goal"),
        ("Stress", "side_effect"),
    ]


def test_an_empty_programme_goes_out_and_comes_in(session: Session, act: Act) -> None:
    root, texts = opened(project_file(session, act))
    assert ([etree.QName(one).localname for one in root], texts) == ([], {})
    assert not plan(session, act, receive(project_file(session, act))).changes
    assert not plan(session, act, receive(codebook_file(session))).changes
    make_goal(session).retired_at = act.at
    session.flush()
    root, _ = opened(project_file(session, act))
    (retired,) = root.iterfind("p:Sets/p:Set/p:MemberCode", P)
    assert retired.get("targetGUID") is not None


FOREIGN = f"""<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="{CODEBOOK}" origin="Elsewhere"><Codes>
  <Code guid="{{00000000-0000-4000-8000-000000000001}}" name="Geld" isCodable="true">
    <Description>Alles over geld.</Description>
    <Code guid="00000000-0000-4000-8000-000000000002" name="Schulden" isCodable="true"/>
    <Code guid="00000000-0000-4000-8000-000000000003" name="  Rust  " isCodable="true"/>
  </Code>
  <Code guid="00000000-0000-4000-8000-000000000004" name="Mensen" isCodable="false">
    <Code guid="00000000-0000-4000-8000-000000000005" name="rust" isCodable="true"/>
    <Code guid="geen" name="Zonder guid" isCodable="true"/>
    <Code guid="00000000-0000-4000-8000-000000000006" name="Bel 0612345678" isCodable="true"/>
  </Code>
  <Code guid="00000000-0000-4000-8000-000000000008" name="geld" isCodable="true"/>
  <Code guid="00000000-0000-4000-8000-000000000009" name="STRESS" isCodable="true"/>
  <Code guid="{GOALS}" name="Goals" isCodable="false">
    <Code guid="00000000-0000-4000-8000-000000000007" name="G1 Werk" isCodable="true"/>
  </Code>
</Codes></CodeBook>""".encode()


def test_a_codebook_of_another_program_becomes_entries_and_says_what_does_not_fit(
    session: Session, act: Act
) -> None:
    make_entry(session, "Stress")
    does = plan(session, act, receive(FOREIGN))
    assert [(one.name, one.use, one.definition) for one in does.entries] == [
        ("Geld", CodeUse.OTHER, "Alles over geld."),
        ("Schulden", CodeUse.OTHER, ""),
        ("Rust", CodeUse.OTHER, ""),
        ("Mensen: rust", CodeUse.OTHER, ""),
        ("G1 Werk", CodeUse.OTHER, ""),
    ]
    assert [(one.key, dict(one.params)) for one in does.remarks] == [
        ("refi.note.personal", {"name": "Bel"}),
        ("refi.note.same_name", {"name": "geld"}),
        ("refi.note.same_name", {"name": "Stress"}),
        ("refi.note.goal_unknown", {"name": "G1 Werk"}),
    ]
    assert does.same_codes == 1
    read_in(session, act, receive(FOREIGN), seen=does.seal)
    assert {one[1] for one in entries(session)} == {
        "Stress", "Geld", "Schulden", "Rust", "Mensen: rust", "G1 Werk"
    }  # fmt: skip


def test_what_changed_after_somebody_looked_is_not_read_in(session: Session, act: Act) -> None:
    received = receive(FOREIGN)
    seal = plan(session, act, received).seal
    make_entry(session, "Geld")
    with pytest.raises(Conflict, match=r"refi\.changed"):
        read_in(session, act, received, seen=seal)


Change = Callable[[Any, dict[str, str]], None]


def change(content: bytes, how: Change) -> bytes:
    root, texts = opened(content)
    how(root, texts)
    return packed(root, texts)


def told(session: Session, act: Act, content: bytes) -> set[str]:
    return {one.key.removeprefix("refi.note.") for one in plan(session, act, receive(content)).remarks}


def setting(kind: str, **values: str) -> Change:
    def how(root: etree._Element, _: dict[str, str]) -> None:
        for one in root.iterfind(f".//p:{kind}", P):
            for name, value in values.items():
                one.set(name, value)

    return how


def reworded(_: etree._Element, texts: dict[str, str]) -> None:
    for name in texts:
        texts[name] += "Meer."


def lost(_: etree._Element, texts: dict[str, str]) -> None:
    texts.clear()


def inline(root: etree._Element, texts: dict[str, str]) -> None:
    (source,) = root.iterfind(".//p:TextSource", P)
    first = etree.Element(f"{{{PROJECT}}}PlainTextContent")
    (first.text,) = texts.values()
    source.insert(0, first)
    texts.clear()


def elsewhere(root: etree._Element, texts: dict[str, str]) -> None:
    """As QualCoder writes it: all guids are new, texts begin with a mark, and the file does as well."""
    again = etree.tostring(root).decode()
    for one in root.iter():
        if guid := one.get("guid"):
            again = again.replace(f'"{guid}"', f'"{str(uuid5(UUID(guid), "new")).upper()}"')
    root[:] = etree.fromstring(again)[:]
    root.set("origin", "QualCoder 3.6")
    for name in list(texts):
        texts[name] = f"\ufeff{texts[name]}"


def two_places(root: etree._Element, texts: dict[str, str]) -> None:
    """As NVivo writes it: lines end with two characters, and both count."""
    (name,) = texts
    for one in root.iterfind(".//p:PlainTextSelection", P):
        for edge in ("startPosition", "endPosition"):
            place = int(one.get(edge, ""))
            one.set(edge, str(place + texts[name][:place].count("\n")))
    root.set("origin", "NVivo")
    texts[name] = texts[name].replace("\n", "\r\n")


def one_place(root: etree._Element, texts: dict[str, str]) -> None:
    """As ATLAS.ti writes it: lines end with two characters that count for one; a folder in small letters."""
    root.set("origin", "ATLAS.ti Win 23.4.0")
    (name,) = texts
    texts[name.replace("Sources/", "sources\\")] = texts.pop(name).replace("\n", "\r\n")


def notes(root: etree._Element, texts: dict[str, str]) -> None:
    """As the standard has it as well: notes of their own, here or in a part, at a coding or a selection."""
    above = etree.SubElement(root, f"{{{PROJECT}}}Notes")
    for number, selection in enumerate(root.iterfind(".//p:PlainTextSelection", P)):
        said = selection.find("p:Description", P)
        if said is not None:
            note = etree.SubElement(above, f"{{{PROJECT}}}Note", guid=str(uuid5(GOALS, str(number))))
            if number:
                note.set("plainTextPath", f"internal://note{number}.txt")
                texts[f"Sources/note{number}.txt"] = f"{said.text}\r\n"
            else:
                etree.SubElement(note, f"{{{PROJECT}}}PlainTextContent").text = said.text
            for one in [selection] if number else selection.iterfind("p:Coding", P):
                etree.SubElement(one, f"{{{PROJECT}}}NoteRef", targetGUID=note.get("guid", ""))
            selection.remove(said)


@pytest.mark.usefixtures("coded")
@pytest.mark.parametrize("how", [elsewhere, two_places, one_place, notes])
def test_what_another_program_makes_of_a_project_comes_back_as_it_was(
    session: Session, act: Act, how: Change
) -> None:
    before, content = everything(session), change(project_file(session, act), how)
    again = plan(session, act, receive(content))
    assert (again.changes, again.same_codings, again.same_codes) == (False, 4, 2)
    assert {one.key for one in again.remarks} <= {"refi.note.same_name"}
    for table in (EditStep, Coding, GoalSource, Statement):
        session.execute(delete(table))
    session.expire_all()
    read_in(session, act, receive(content), seen=plan(session, act, receive(content)).seal)
    session.expire_all()
    assert as_one(everything(session)) == as_one(before)


def test_an_interview_is_known_by_its_words_when_no_other_has_the_same(session: Session, act: Act) -> None:
    code(session, act, make_interview(session, text=TEXT), (0, 13), [make_entry(session)])
    make_interview(session, text="Iets anders.")
    assert told(session, act, change(project_file(session, act), elsewhere)) == {"same_name"}
    make_interview(session, text=TEXT)
    again = change(project_file(session, act), elsewhere)
    assert told(session, act, again) == {"same_name", "source_unknown"}


def test_other_versions_of_the_standard_are_read() -> None:
    old = FOREIGN.replace(CODEBOOK.encode(), b"urn:QDA-XML:codebook:0:4")  # ATLAS.ti Win 9.0.19
    assert receive(old) == receive(FOREIGN)
    assert receive(b"\xef\xbb\xbf" + FOREIGN) == receive(FOREIGN)


def both(*all_: Change) -> Change:
    def how(root: etree._Element, texts: dict[str, str]) -> None:
        for one in all_:
            one(root, texts)

    return how


def more(root: etree._Element, _: dict[str, str]) -> None:
    sources = root.find("p:Sources", P)
    assert sources is not None
    etree.SubElement(sources, f"{{{PROJECT}}}PictureSource", guid=str(uuid4()))
    cases = etree.SubElement(root, f"{{{PROJECT}}}Cases")
    etree.SubElement(cases, f"{{{PROJECT}}}Case", guid=str(uuid4()))


def nameless(root: etree._Element, _: dict[str, str]) -> None:
    for one in root.iterfind(".//p:CodeRef", P):
        parent = one.getparent()
        assert parent is not None
        parent.remove(one)


NOBODY = "00000000-0000-4000-8000-00000000000f"


@pytest.mark.usefixtures("coded")
@pytest.mark.parametrize(
    ("how", "remarks"),
    [
        (setting("Nothing"), {"other_coder"}),
        (inline, {"other_coder"}),
        (setting("TextSource", guid=NOBODY), {"other_coder"}),
        (both(setting("TextSource", guid=NOBODY), reworded), {"source_unknown"}),
        (reworded, {"source_changed"}),
        (lost, {"source_changed"}),
        (setting("PlainTextSelection", endPosition="99999"), {"outside"}),
        (setting("PlainTextSelection", endPosition="x"), {"outside"}),
        (setting("CodeRef", targetGUID=NOBODY), {"code_missing"}),
        (nameless, {"code_missing"}),
        (setting("Coding", creatingUser=NOBODY), {"other_coder"}),
        (setting("Coding", creatingUser=""), {"other_coder"}),
        (setting("Code", name="Anders"), {"name_differs", "other_coder"}),
        (more, {"left_out", "other_coder"}),
    ],
)
def test_what_does_not_fit_is_told_and_left_out(
    session: Session, act: Act, how: Change, remarks: set[str]
) -> None:
    content = project_file(session, act)
    session.execute(delete(Coding))
    session.expire_all()
    assert told(session, act, change(content, how)) == remarks


def test_a_note_that_differs_is_told_and_ours_stays(session: Session, act: Act, coded: Interview) -> None:
    def how(root: etree._Element, _: dict[str, str]) -> None:
        for one in root.iterfind(".//p:Description", P):
            one.text = "Bel 0612345678"

    content = change(project_file(session, act), how)
    assert told(session, act, content) == {"memo_differs"}
    session.execute(delete(Coding))
    session.expire_all()
    assert told(session, act, content) == {"memo_personal", "other_coder"}
    assert coded in session


def test_a_selection_between_two_answers_or_of_white_space_lies_nowhere(
    session: Session, act: Act, coded: Interview
) -> None:
    content = project_file(session, act)
    _, texts = opened(content)
    (text,) = texts.values()
    at = text.index("En rust.\n") + len("En rust.")
    for start, end in ((text.index("huis"), text.index("Meer") + 4), (at, at + 1)):

        def how(root: etree._Element, _: dict[str, str], start: int = start, end: int = end) -> None:
            for one in root.iterfind(".//p:PlainTextSelection", P):
                one.set("startPosition", str(start))
                one.set("endPosition", str(end))

        assert told(session, act, change(content, how)) == {"outside"}
    assert coded in session


def test_a_passage_whose_guid_is_taken_gets_another_one(session: Session, act: Act, coded: Interview) -> None:
    content = project_file(session, act)
    taken = session.scalars(select(Statement).where(Statement.starts_at == 0)).one()
    before = everything(session)
    session.execute(delete(Coding))
    session.expire_all()
    session.refresh(taken)
    taken.starts_at, taken.ends_at = 1, 13
    session.flush()
    does = plan(session, act, receive(content))
    read_in(session, act, receive(content), seen=does.seal)
    session.expire_all()
    assert as_one(everything(session)) == as_one(before)
    assert coded in session


def test_many_codings_come_in_with_as_many_statements_as_one(
    session: Session, act: Act, coded: Interview
) -> None:
    content, numbers = project_file(session, act), []
    for many in (1, 30):

        def how(root: etree._Element, _texts: dict[str, str], many: int = many) -> None:
            (selection, *others) = root.iterfind(".//p:PlainTextSelection", P)
            for one in others:
                root.find(".//p:TextSource", P).remove(one)
            (_, *more) = selection.iterfind("p:Coding", P)
            for one in more:
                selection.remove(one)
            start = int(selection.get("startPosition", ""))
            for place in range(many):  # all with one guid, of the code: no guid of their own
                new = etree.fromstring(etree.tostring(selection))
                new.set("guid", "")
                new.set("startPosition", str(start + place % 2))
                new.set("endPosition", str(start + 4 + place // 2))
                selection.getparent().append(new)
            selection.getparent().remove(selection)

        received = receive(change(content, how))
        for table in (EditStep, Coding, GoalSource, Statement):
            session.execute(delete(table))
        session.expire_all()
        does = plan(session, act, received)
        with counting(session) as statements:
            read_in(session, act, received, seen=does.seal)
        numbers.append(len(statements))
        assert len(everything(session)) == len(does.codings) >= min(many, 20)
    assert numbers[0] == numbers[1]
    assert coded in session


def test_places_that_come_to_the_same_words_of_the_speaker_are_coded_once(session: Session, act: Act) -> None:
    text = "Anna: Ik wil rust.\nTolk: Waarom?"
    interview = make_interview(session, text=text, mode=Mode.TRANSCRIPT)
    turns = [
        {"start": 6, "end": 18, "speaker": "Anna", "own": True},
        {"start": 25, "end": len(text), "speaker": "Tolk", "own": False},
    ]
    session.add(
        Document(
            id=uuid4(), code=1, interview=interview, title="Gesprek", media_type="text/plain", size=1,
            digest="0" * 64, turns=turns, pages=[], created_at=act.at,
        )
    )  # fmt: skip
    session.flush()
    code(session, act, interview, (6, 18), [make_entry(session)])
    content = project_file(session, act)
    before = everything(session)

    def how(root: etree._Element, _: dict[str, str]) -> None:
        (selection,) = root.iterfind(".//p:PlainTextSelection", P)
        selection.set("startPosition", str(int(selection.get("startPosition", "")) - 6))

    named = receive(change(content, how))
    read_in(session, act, named, seen=plan(session, act, named).seal)
    assert everything(session) == before


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "refi.no_file"),
        (b"geen xml", "refi.not_one"),
        (b"<CodeBook/>", "refi.not_one"),
        (b"\x00\xff", "refi.not_one"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><CodeBook xmlns="urn:QDA-XML:codebook:1.0"/>', "refi.not_one"),
        (b"PK\x03\x04 niets", "document.unreadable"),
        (packed(etree.Element("Project"), {}), "refi.not_one"),
    ],
)
def test_what_is_no_file_of_the_standard_is_refused(content: bytes, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        receive(content)
    assert refused.value.key == key


def test_a_zip_without_a_project_and_one_with_too_much_in_it_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("anders.txt", "x")
    with pytest.raises(DomainError, match=r"refi\.not_one"):
        receive(out.getvalue())
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("project.qde", b" " * 30_000_000)
    with pytest.raises(DomainError, match=r"unpacks_too_big"):
        receive(bomb.getvalue())


def test_codes_without_end_are_cut_off_and_nothing_falls_over() -> None:
    deep = "".join(f'<Code guid="{uuid4()}" name="c{n}" isCodable="true">' for n in range(200))
    xml = f'<CodeBook xmlns="{CODEBOOK}"><Codes>{deep}{"</Code>" * 200}</Codes></CodeBook>'
    assert len(receive(xml.encode()).codes) == 51
    many = f'<CodeBook xmlns="{CODEBOOK}"><Codes>{"<a/>" * 200_001}</Codes></CodeBook>'
    with pytest.raises(DomainError, match=r"refi\.not_one"):
        receive(many.encode())
    assert receive(f'<CodeBook xmlns="{CODEBOOK}"/>'.encode()).codes == ()


def test_a_source_that_is_no_text_is_one_that_changed(session: Session, act: Act, coded: Interview) -> None:
    root, _ = opened(project_file(session, act))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("project.qde", etree.tostring(root))
        file.writestr(f"sources/{coded.id}.TXT", b"\xff\xfe\x00")
    assert told(session, act, out.getvalue()) == {"source_changed"}
