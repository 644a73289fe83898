"""Documents from outside: what is read from good ones, and the sentence that each bad one gets."""

import io
import random
import resource
import signal
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from types import SimpleNamespace

import docx
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from toc.domain.errors import DomainError
from toc.services.documents import (
    ENDINGS,
    USUAL,
    DocumentText,
    Limits,
    MediaType,
    Page,
    pdf_process,
    read_document,
)

SECONDS = 2
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
WORD_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
WORD_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="a" Type="http://example.org/core-properties" Target="docProps/core.xml"/>'
    '<Relationship Id="b" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="/word/document.xml"/></Relationships>'
)
ODT_START = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><office:body><office:text>'
)
ODT_END = "</office:text></office:body></office:document-content>"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><lolz>&lol9;</lolz>"
)


def read(content: bytes, name: str = "", limits: Limits = USUAL) -> DocumentText:
    """Read a document, and see that it takes little processor time: of us, and of what we start.

    Not while the lines are counted that run, which makes all of it several times slower.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    before = time.process_time()
    try:
        return read_document(content, name, limits)
    finally:
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        theirs = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
        assert time.process_time() - before + theirs < SECONDS or sys.gettrace()


def refusal(content: bytes, limits: Limits = USUAL) -> tuple[str, Mapping[str, object]]:
    """Why a document is not read."""
    with pytest.raises(DomainError) as caught:
        read(content, limits=limits)
    return caught.value.key, caught.value.params


def ending(content: bytes) -> str:
    """How the reading of a document ends: the key of the refusal, or "read"."""
    try:
        read(content)
    except DomainError as error:
        return error.key
    return "read"


def spoken(document: DocumentText) -> list[tuple[str, str]]:
    """Who says what."""
    return [(turn.speaker, document.text[turn.start : turn.end]) for turn in document.turns]


def zipped(parts: Iterable[tuple[str, str | bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return file.getvalue()


def word_xml(body: str, *, namespace: str = WORD) -> bytes:
    """A docx by hand, with this body."""
    main = f'<w:document xmlns:w="{namespace}" xmlns:mc="urn:mc"><w:body>{body}</w:body></w:document>'
    return zipped(
        [("[Content_Types].xml", WORD_TYPES), ("_rels/.rels", WORD_RELATIONS), ("word/document.xml", main)]
    )


def odt(body: str, *, parts: Iterable[tuple[str, str]] = ()) -> bytes:
    """An odt by hand, with this body and these other parts."""
    content = ODT_START + body + ODT_END
    return zipped([("mimetype", MediaType.ODT.value), ("content.xml", content), *parts])


def pdf(pages: Iterable[Iterable[str]], *, title: str = "", password: str = "") -> bytes:
    """A PDF with these lines on its pages."""
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption(password) if password else None)
    canvas.setTitle(title)
    for lines in pages:
        for place, line in enumerate(lines):
            canvas.drawString(50, 800 - 15 * place, line)
        canvas.showPage()
    canvas.save()
    content = file.getvalue()
    assert isinstance(content, bytes)
    return content


def pdf_of_forms(depth: int) -> bytes:
    """A PDF of one page that calls a form ten times, which calls another ten times, and so on."""
    resources = b"/Resources<</XObject<</F %d 0 R>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R" + resources % 5 + b">>",
        b"<</Length 5>>stream\n/F Do\nendstream",
    ]
    for number in range(6, 6 + depth):
        start = b"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Length 60"
        objects.append(start + resources % number + b">>stream\n" + b"/F Do " * 10 + b"\nendstream")
    listed = b"".join(b"%d 0 obj\n%s\nendobj\n" % item for item in enumerate(objects, 1))
    return b"%PDF-1.4\n" + listed + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF\n" % (len(objects) + 1)


def cues(*texts: str, srt: bool = False) -> bytes:
    """A subtitle file with these texts."""
    point = "," if srt else "."
    parts = (
        f"{n}\n00:00:0{n % 10}{point}000 --> 00:00:09{point}500\n{text}" for n, text in enumerate(texts, 1)
    )
    return (("" if srt else "WEBVTT\n\n") + "\n\n".join(parts)).encode()


# Plain text


@pytest.mark.parametrize(
    ("content", "warnings"),
    [
        (b"Caf\xc3\xa9 \xe2\x80\x98t Hart", ()),
        (b"\xef\xbb\xbfCaf\xc3\xa9 \xe2\x80\x98t Hart", ()),
        ("Café \u2018t Hart".encode("utf-16"), ()),
        (b"\xfe\xff" + "Café \u2018t Hart".encode("utf-16-be"), ()),
        (b"Caf\xe9 \x91t Hart", ("document.western_assumed",)),
        ("Cafe\u0301 \u2018t Hart".encode(), ()),
    ],
)
def test_letters_are_read_in_each_usual_encoding(content: bytes, warnings: tuple[str, ...]) -> None:
    found = read(content, "verslag.TXT")
    assert found == DocumentText(text="Café \u2018t Hart", media_type=MediaType.TEXT, warnings=warnings)


@pytest.mark.parametrize(
    "content",
    [
        b"Caf\xe9 is goed, caf\xc3\xa9 ook",  # two encodings in one file
        b"hier stond \xe2\x80\x98 en \xff",
        b"dit bestaat niet: \x81",
        "Добрый день".encode("cp1251"),
        "Καλημέρα".encode("cp1253"),
        "een coöperatie in één dorp".encode("cp850"),
        "geïnterviewd over het café".encode("mac-roman"),
        "het café Zoë".encode("mac-roman"),
        b"\xef\xbb\xbfCaf\xe9",  # a mark that is not true
        "halve letter".encode("utf-16")[:-1],
    ],
)
def test_letters_that_cannot_be_told_are_refused(content: bytes) -> None:
    assert refusal(content) == ("document.encoding_unclear", {})


@pytest.mark.parametrize(
    "content", [b"een\0twee", "tekst".encode("utf-16-le"), "tekst".encode("utf-32"), b"\x89PNG\r\n\0"]
)
def test_what_holds_nul_is_no_text(content: bytes) -> None:
    assert refusal(content) == ("document.not_text", {})


def test_every_end_of_line_becomes_the_same_and_hidden_signs_go() -> None:
    assert read(b"a\r\nb\rc\nd\x0be\x0cf\xe2\x80\xa8g\x07\x1b\xc2\xadh\tI").text == "a\nb\nc\nd\ne\nf\ngh\tI"


def test_a_letter_with_a_million_marks_takes_no_time() -> None:
    assert len(read(("a" + "\u0316\u0301" * 400_000).encode()).text) > 700_000


def test_speakers_are_found_in_code_points() -> None:
    found = read("I: 🌳?\r\nR: ja\r\nI: en dan?".encode(), "gesprek.txt")
    assert spoken(found) == [("I", "🌳?"), ("R", "ja"), ("I", "en dan?")]


# Web pages


def test_a_web_page_becomes_what_a_person_reads() -> None:
    page = b"""<!-- made by hand --><html><head><title> Gesprek
        in maart </title><style>p {color: red}</style></head><body>
        <h1>Gesprek</h1><p>Wij <b>willen</b>
        rust&nbsp;&amp; vrede.<br>Altijd.</p><script>alert("nee")</script><p hidden>verborgen</p>
        <table><tr><td>I:</td><td><p>Hoe gaat het?</p></td></tr><tr><th>R:<td>Goed.</table>
        <ul><li>een<li>twee</ul><pre>x  y
  z</pre><img src="http://example.org/x.png" onload="alert(1)"><noscript>zonder</noscript>
        tot slot</body></html>"""
    found = read(page, "gesprek.htm")
    assert found.text == (
        "Gesprek\nWij willen rust\u00a0& vrede.\nAltijd.\nI:\tHoe gaat het?\nR:\tGoed.\n"
        "een\ntwee\nx  y\n  z\ntot slot"
    )
    assert found.title == "Gesprek in maart"
    assert spoken(found)[0] == ("I", "Hoe gaat het?")
    assert (found.media_type, found.warnings, found.pages) == (MediaType.HTML, (), ())


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<html><meta charset="windows-1252">', "cp1252"),
        ("<html><meta http-equiv=Content-Type content='text/html; charset=ISO-8859-2'>", "iso8859-2"),
        ('<?xml version="1.0" encoding="windows-1254"?><!DOCTYPE html><html>', "cp1254"),
        ("<p>", "utf-8"),
        ("<p>", "utf-16"),
        ("<meta charset=latin1>", "utf-8-sig"),  # the mark counts, not what the page says
    ],
)
def test_a_web_page_is_read_in_the_encoding_it_declares(head: str, encoding: str) -> None:
    assert read(f"{head}<p>één</p>".encode(encoding)).text == "één"


def test_a_web_page_in_an_encoding_that_we_do_not_know_is_refused() -> None:
    assert refusal(b"<html><meta charset=utf-7><p>+ADw-script+AD4-") == ("document.encoding_unclear", {})


def test_a_web_page_of_scripts_alone_has_no_text() -> None:
    assert refusal(b"<html><script>alert(1)</script></html>") == ("document.no_text", {})


@pytest.mark.parametrize("piece", ["<p>", "<"])
def test_a_page_of_the_most_bytes_is_refused_or_read_in_time(piece: str) -> None:
    content = b"<html><p>x" + piece.encode() * ((USUAL.file_bytes - 10) // len(piece))
    assert ending(content) in {"read", "document.too_complex", "document.too_long"}


def test_a_page_with_too_many_elements_is_refused() -> None:
    limits = Limits(elements=4)  # with html and body
    assert read(b"<p><i>x", limits=limits).text == "x"
    assert refusal(b"<p><i><b>x", limits) == ("document.too_complex", {})


# Word


def test_a_word_document_is_read_with_its_tables_and_title() -> None:
    document = docx.Document()
    document.core_properties.title = "Plan\n2026"
    document.add_heading("Doel", level=1)
    paragraph = document.add_paragraph("Wij willen ")
    paragraph.add_run("werk").bold = True
    paragraph.add_run("\ten rust\nsamen")
    document.add_paragraph("")
    table = document.add_table(rows=2, cols=2)
    for row, texts in zip(table.rows, [("I:", "Hoe?"), ("R:", "Zo.")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("Slot")
    file = io.BytesIO()
    document.save(file)
    found = read(file.getvalue(), "plan.docx")
    assert found.text == "Doel\nWij willen werk\ten rust\nsamen\n\nI:\tHoe?\nR:\tZo.\nSlot"
    assert spoken(found) == [("I", "Hoe?"), ("R", "Zo.\nSlot")]
    assert (found.title, found.media_type, found.warnings) == ("Plan 2026", MediaType.DOCX, ())


@pytest.mark.parametrize("namespace", [WORD, STRICT_WORD])
def test_what_was_inserted_in_word_counts_and_what_was_deleted_does_not(namespace: str) -> None:
    body = """<w:p><w:pPr><w:tabs><w:tab/></w:tabs><w:rPr><w:del/></w:rPr></w:pPr>
        <w:r><w:t>Wij </w:t></w:r><w:del><w:r><w:delText>nooit </w:delText><w:t>niet </w:t></w:r></w:del>
        <w:ins><w:r><w:t>altijd </w:t></w:r></w:ins>
        <w:r><w:t>woon</w:t><w:noBreakHyphen/><w:t>werk</w:t><w:footnoteReference/></w:r></w:p>
        <w:sdt><w:sdtContent><w:p><w:r><w:t>in een vak</w:t></w:r></w:p></w:sdtContent></w:sdt>"""
    found = read(word_xml(body, namespace=namespace))
    assert found.text == "Wij altijd woon\u2011werk\nin een vak"
    assert found.warnings == ("document.changes_accepted", "document.notes_left_out")
    assert found.title is None


def test_a_text_box_in_word_is_read_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>doos</w:t></w:r></w:p></w:txbxContent>"
    choice = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    found = read(
        word_xml(
            f"<w:p><w:r><w:t>voor</w:t><mc:AlternateContent>{choice}</mc:AlternateContent><w:t>na</w:t></w:r></w:p>"
        )
    )
    assert found.text == "voor\ndoos\nna"


def test_a_word_document_of_blanks_has_no_text() -> None:
    assert refusal(word_xml("<w:p><w:r><w:t> </w:t></w:r></w:p>")) == ("document.no_text", {})


def test_properties_that_cannot_be_read_give_no_title() -> None:
    content = io.BytesIO(word_xml("<w:p><w:r><w:t>tekst</w:t></w:r></w:p>"))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("docProps/core.xml", BOMB)
    assert read(content.getvalue()).title is None


@pytest.mark.parametrize(
    "parts",
    [
        [("[Content_Types].xml", WORD_TYPES)],
        [("[Content_Types].xml", WORD_TYPES), ("_rels/.rels", "<Relationships/>")],
        [("[Content_Types].xml", WORD_TYPES), ("_rels/.rels", WORD_RELATIONS)],
        [
            ("[Content_Types].xml", WORD_TYPES),
            ("_rels/.rels", WORD_RELATIONS),
            ("word/document.xml", "<a><b>"),
        ],
        [("[Content_Types].xml", WORD_TYPES), ("_rels/.rels", WORD_RELATIONS), ("word/document.xml", "")],
        [
            ("[Content_Types].xml", WORD_TYPES),
            ("_rels/.rels", WORD_RELATIONS),
            ("word/document.xml", "<a>" * 999),
        ],
    ],
)
def test_a_word_document_without_its_parts_is_unreadable(parts: list[tuple[str, str]]) -> None:
    assert refusal(zipped(parts)) == ("document.unreadable", {})


# LibreOffice


def test_an_odt_is_read_with_lists_tables_and_white_space() -> None:
    body = """<text:sequence-decls/>
      <text:h>Doel</text:h><text:p>Wij<text:s/><text:s text:c="2"/><text:s text:c="0"/>willen
         <text:span>werk</text:span>
         en<text:tab/>rust<text:line-break/>samen<text:note><text:p>voet</text:p></text:note></text:p><text:p/>
      <text:list><text:list-item><text:p>een</text:p></text:list-item></text:list>
      <table:table><table:table-row><table:table-cell><text:p>I:</text:p></table:table-cell>
      <table:table-cell><text:p>Hoe?</text:p></table:table-cell></table:table-row></table:table>
      <text:tracked-changes><text:p>weg</text:p></text:tracked-changes>"""
    meta = '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Plan</dc:title><dc:x>X</dc:x></m>'
    found = read(odt(body, parts=[("meta.xml", meta), ("META-INF/manifest.xml", "<m/>")]), "plan.odt")
    assert found.text == "Doel\nWij   willen werk en\trust\nsamen\n\neen\nI:\tHoe?"
    assert found.warnings == ("document.notes_left_out", "document.changes_accepted")
    assert (found.title, found.media_type) == ("Plan", MediaType.ODT)


def test_a_locked_odt_is_refused() -> None:
    manifest = ("META-INF/manifest.xml", "<m><manifest:encryption-data/></m>")
    assert refusal(odt("", parts=[manifest])) == ("document.encrypted", {})


@pytest.mark.parametrize(
    ("count", "key"),
    [
        ("999999999", "document.too_long"),
        ("9999999999", "document.unreadable"),
        ("-1", "document.unreadable"),
        ("²", "document.unreadable"),
    ],
)
def test_an_odt_that_asks_for_many_blanks_gets_none(count: str, key: str) -> None:
    assert refusal(odt(f'<text:p><text:s text:c="{count}"/></text:p>'))[0] == key


def test_an_odt_without_meta_has_no_title() -> None:
    assert read(odt("<text:p>tekst</text:p>")).title is None


# Zip files that mean harm, or are broken


@pytest.mark.parametrize(
    "parts",
    [
        [("[Content_Types].xml", WORD_TYPES), ("_rels/.rels", WORD_RELATIONS), ("word/document.xml", BOMB)],
        [("[Content_Types].xml", WORD_TYPES), ("_rels/.rels", BOMB)],
        [("mimetype", MediaType.ODT.value), ("content.xml", BOMB)],
    ],
)
def test_xml_that_declares_entities_is_refused_before_they_grow(parts: list[tuple[str, str]]) -> None:
    assert refusal(zipped(parts)) == ("document.declares_entities", {})


def test_a_zip_bomb_is_refused_by_what_it_promises() -> None:
    bomb = zipped([("[Content_Types].xml", WORD_TYPES), ("word/media/1.bmp", b"\0" * 5 * 2**20)])
    assert refusal(bomb) == ("document.unpacks_too_big", {"most": 50})
    assert refusal(bomb, Limits(ratio=10**6, unpacked_bytes=2**20)) == (
        "document.unpacks_too_big",
        {"most": 1},
    )


def test_one_part_that_is_too_big_is_refused_while_it_unpacks() -> None:
    content = word_xml("<w:p><w:r><w:t>" + "x" * 5000 + "</w:t></w:r></w:p>")
    assert refusal(content, Limits(part_bytes=4000)) == ("document.unpacks_too_big", {"most": 1})


def test_a_zip_with_too_many_parts_is_refused_before_its_list_is_read() -> None:
    content = b"PK\x03\x04" + b"PK\x01\x02" * 2001
    assert refusal(content) == ("document.too_many_parts", {"most": 2000})


def lying(content: bytes, name: str, size: int) -> bytes:
    """The same zip, that says another size of one part in both places."""
    changed = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        header = archive.getinfo(name).header_offset
    listed = content.rindex(name.encode()) - 46
    struct.pack_into("<I", changed, header + 22, size)
    struct.pack_into("<I", changed, listed + 24, size)
    return bytes(changed)


@pytest.mark.parametrize("size", [100, 10_000])
def test_a_zip_that_lies_about_a_size_is_unreadable(size: int) -> None:
    content = word_xml("<w:p><w:r><w:t>" + "x" * 5000 + "</w:t></w:r></w:p>")
    assert read(content).text == "x" * 5000
    assert refusal(lying(content, "word/document.xml", size)) == ("document.unreadable", {})


def test_a_zip_that_is_cut_off_is_unreadable() -> None:
    content = word_xml("<w:p><w:r><w:t>tekst</w:t></w:r></w:p>")
    assert {ending(content[:end]) for end in range(4, len(content), 50)} == {"document.unreadable"}


def test_a_locked_zip_is_refused() -> None:
    content = bytearray(word_xml(""))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(content)) == ("document.encrypted", {})


def test_a_zip_packed_in_a_way_that_office_programs_do_not_know_is_unreadable() -> None:
    parts = [
        ("[Content_Types].xml", WORD_TYPES),
        ("_rels/.rels", WORD_RELATIONS),
        ("word/document.xml", "<a/>"),
    ]
    assert refusal(zipped(parts, zipfile.ZIP_LZMA)) == ("document.unreadable", {})


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [("photo.jpg", "x")],
        [("mimetype", "application/epub+zip")],
        [("[Content_Types].xml", '<Types><Override ContentType="application/vnd.ms-excel"/></Types>')],
    ],
)
def test_other_zips_are_of_an_unknown_kind(parts: list[tuple[str, str]]) -> None:
    assert refusal(zipped(parts)) == ("document.unknown_kind", {})


@pytest.mark.parametrize("seed", range(4))
def test_damaged_bytes_give_a_sentence_or_a_text_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    for good in [
        word_xml("<w:p><w:r><w:t>tekst van een plan</w:t></w:r></w:p>"),
        odt("<text:p>tekst van een plan</text:p>"),
        cues("<v Anna>dag</v>"),
        b"<html><p>tekst",
    ]:
        for _ in range(100):
            content = bytearray(good)
            for _ in range(chance.randrange(1, 4)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            end = ending(bytes(content))
            assert end == "read" or end.startswith("document.")


# PDF


def test_a_pdf_keeps_where_its_pages_begin() -> None:
    content = pdf(
        [["Doel: werk voor wie wil", "tweede regel"], [], ["derde bladzijde"]], title=" Plan \n 2026"
    )
    found = read(content, "plan.pdf")
    assert found.text == "Doel: werk voor wie wil\ntweede regel\n\nderde bladzijde"
    assert found.pages == (Page(0, 1), Page(36, 2), Page(38, 3))
    assert found.text[38:] == "derde bladzijde"
    assert (found.title, found.media_type) == ("Plan 2026", MediaType.PDF)
    assert found.warnings == ("document.pages_without_text",)


def test_a_pdf_that_begins_with_an_empty_page() -> None:
    assert read(pdf([[], ["tekst"]])).pages == (Page(0, 1), Page(0, 2))


def test_a_word_broken_at_the_end_of_a_line_in_a_pdf_is_whole_again() -> None:
    found = read(pdf([["Wij willen samen-", "werken met Zuid-", "Holland in deze stad."]]))
    assert found.text == "Wij willen samenwerken met Zuid-Holland in deze stad."
    assert found.warnings == ()


def test_a_pdf_without_text_is_said_to_have_none() -> None:
    assert refusal(pdf([[], []])) == ("document.no_text", {})


def test_a_locked_pdf_is_refused() -> None:
    assert refusal(pdf([["geheim"]], password="kers")) == ("document.encrypted", {})


def test_a_pdf_with_too_many_pages_or_letters_is_refused() -> None:
    content = pdf([["een twee drie"], ["vier vijf zes"]])
    assert refusal(content, Limits(pages=1)) == ("document.too_many_pages", {"most": 1})
    assert refusal(content, Limits(characters=20)) == ("document.too_long", {"most": 20})
    assert refusal(content, Limits(characters=27)) == (
        "document.too_long",
        {"most": 27},
    )  # with the empty line
    assert len(read(content, limits=Limits(characters=28)).text) == 28


def test_a_pdf_that_is_cut_off_or_damaged_is_unreadable() -> None:
    content = pdf([["een twee drie"]])
    assert refusal(content[:-100]) == ("document.unreadable", {})
    assert refusal(b"%PDF-1.7\nniets\n%%EOF") == ("document.unreadable", {})


def test_a_pdf_that_would_take_hours_is_stopped() -> None:
    assert refusal(pdf_of_forms(20)) == ("document.too_slow", {})


def test_a_pdf_on_a_machine_that_does_not_answer_is_given_up() -> None:
    assert refusal(pdf([["tekst"]]), Limits(pdf_seconds=0.0001)) == ("document.too_slow", {})


def test_a_pdf_that_takes_too_much_memory_is_stopped() -> None:
    # So many pages that they do not fit in what the process happens to have already.
    content = pdf([["tekst " * 15] * 40] * 200)
    assert refusal(content, Limits(pdf_memory_bytes=2**20)) == ("document.unreadable", {})


def test_the_process_for_a_pdf_speaks_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["x", "1", "100", "3600", str(2**62)])
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(pdf([["één"]], title="Plan"))))
    try:
        pdf_process.main()
        assert signal.getitimer(signal.ITIMER_PROF)[0] > 3000
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    assert capsys.readouterr().out == '{"title": "Plan", "pages": ["\\u00e9\\u00e9n"]}'


def test_the_process_for_a_pdf_says_why_it_read_nothing() -> None:
    content = pdf([["een twee drie"]])
    assert pdf_process.pages_of(content, 0, 100)["refused"] == "document.too_many_pages"
    assert pdf_process.pages_of(content, 1, 5)["refused"] == "document.too_long"
    assert pdf_process.pages_of(b"", 1, 5)["refused"] == "document.unreadable"
    assert pdf_process.pages_of(pdf([["x"]], password="kers"), 1, 5)["refused"] == "document.encrypted"


# Subtitles


def test_speakers_of_subtitles_get_a_line_each_without_times() -> None:
    found = read(
        cues(
            "<v Anna de Vries>Hoe gaat\nhet <i>nu</i>?</v>",
            "<v Anna de Vries>Vertel.",
            "<v.loud Karim>Goed &amp; wel.<v Anna de Vries>Fijn.",
            "(stilte)",
            "<v Karim></v>",
            "Een deur.",
        ),
        "gesprek.vtt",
    )
    assert found.text == (
        "Anna de Vries: Hoe gaat het nu? Vertel.\nKarim: Goed & wel.\nAnna de Vries: Fijn.\n"
        "(stilte)\nEen deur."
    )
    assert spoken(found) == [
        ("Anna de Vries", "Hoe gaat het nu? Vertel."),
        ("Karim", "Goed & wel."),
        ("Anna de Vries", "Fijn."),
    ]
    assert (found.media_type, found.warnings) == (MediaType.VTT, ())


def test_subtitles_with_names_before_the_words() -> None:
    found = read(cues("Anna: dag", r"{\an8}Karim: <b>hallo</b> 1 < 2", "Anna: ja", srt=True), "gesprek.srt")
    assert found.text == "Anna: dag\nKarim: hallo 1 < 2\nAnna: ja"
    assert spoken(found) == [("Anna", "dag"), ("Karim", "hallo 1 < 2"), ("Anna", "ja")]
    assert (found.media_type, found.warnings) == (MediaType.SRT, ())


def test_a_cue_that_cannot_be_read_is_said_to_be_left_out() -> None:
    found = read(cues("dag") + b"\n\nxx:yy --> 3\nweg")
    assert (found.text, found.warnings) == ("dag", ("document.cues_skipped",))


def test_subtitles_that_end_in_their_first_cue_are_unreadable() -> None:
    assert refusal(b"1\n00:00:01,000 --> 00:00:02,000\n") == ("document.unreadable", {})


@pytest.mark.parametrize("content", [b"WEBVTT", b"WEBVTT\n\nNOTE niets"])
def test_subtitles_without_words_have_no_text(content: bytes) -> None:
    assert refusal(content) == ("document.no_text", {})


def test_too_many_cues_or_letters_are_refused() -> None:
    content = cues("een", "twee")
    assert refusal(content, Limits(cues=1)) == ("document.too_many_cues", {"most": 1})
    assert refusal(content, Limits(cue_characters=50)) == ("document.too_long", {"most": 50})
    assert refusal(content, Limits(characters=7)) == ("document.too_long", {"most": 7})
    assert read(content, limits=Limits(characters=8)).text == "een\ntwee"


@pytest.mark.parametrize("piece", ["<v x", "x\n"])
def test_subtitles_of_the_most_letters_are_refused_or_read_in_time(piece: str) -> None:
    start = "WEBVTT\n\n00:01.000 --> 00:02.000\nx"
    content = (start + piece * ((USUAL.cue_characters - len(start)) // len(piece))).encode()
    assert ending(content) in {"read", "document.too_many_cues", "document.too_long"}


# All kinds


@pytest.mark.parametrize("content", [b"", b" \r\n\t ", b"\xef\xbb\xbf", "\u2028 \u00a0".encode()])
def test_nothing_is_said_to_be_nothing(content: bytes) -> None:
    assert refusal(content) == ("document.empty", {})


def test_a_file_that_is_too_big_is_refused_unread() -> None:
    assert refusal(b"x" * (10 * 2**20 + 1)) == ("document.too_big", {"most": 10})


def test_five_megabytes_of_text_are_refused() -> None:
    assert refusal(b"een regel tekst\n" * 327_680) == ("document.too_long", {"most": 1_000_000})


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"{\\rtf1 tekst}", "document.unknown_kind"),
        (BOMB.encode(), "document.unknown_kind"),
        (b"<!DOCTYPE svg><svg/>", "document.unknown_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "document.old_word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "document.encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "document.unknown_kind"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "document.not_text"),
    ],
)
def test_other_kinds_are_refused(content: bytes, key: str) -> None:
    assert refusal(content) == (key, {})


def test_the_content_tells_the_kind_and_a_name_that_says_another_is_mentioned() -> None:
    good = {
        MediaType.TEXT: b"tekst",
        MediaType.HTML: b"<p>tekst",
        MediaType.PDF: pdf([["tekst"]]),
        MediaType.DOCX: word_xml("<w:p><w:r><w:t>tekst</w:t></w:r></w:p>"),
        MediaType.ODT: odt("<text:p>tekst</text:p>"),
        MediaType.VTT: cues("tekst"),
        MediaType.SRT: cues("tekst", srt=True),
    }
    assert good.keys() == set(MediaType) == set(ENDINGS.values())
    for kind, content in good.items():
        for ending, promised in ENDINGS.items():
            if kind is not MediaType.PDF or ending in {".pdf", ".txt"}:
                found = read(content, f"map/Verslag.v2{ending.upper()}")
                assert (found.text, found.media_type) == ("tekst", kind)
                assert found.warnings == (() if promised is kind else ("document.other_kind",))
    assert read(b"tekst", "foto.jpg").warnings == ("document.other_kind",)
    assert read(b"tekst", "verslag").warnings == read(b"tekst", ".txt").warnings == ()


def test_a_title_is_cut_to_one_line_of_some_length() -> None:
    page = b"<title>" + b"lang \n" * 500 + b"</title><p>tekst"
    assert read(page, limits=Limits(title_characters=9)).title == "lang lang"


def test_a_stream_that_unpacks_for_ever_in_a_pdf_is_stopped() -> None:
    packed = zlib.compress(b"BT /A 12 Tf (dag) Tj ET " * 2_000_000)
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        stream,
    ]
    listed = b"".join(b"%d 0 obj\n%s\nendobj\n" % item for item in enumerate(objects, 1))
    content = b"%PDF-1.4\n" + listed + b"trailer<</Size 5/Root 1 0 R>>\n%%EOF\n"
    assert refusal(content)[0] in {"document.too_slow", "document.unreadable", "document.too_long"}
