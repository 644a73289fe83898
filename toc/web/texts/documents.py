"""Words and sentences about documents that people upload."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from toc.domain.codes import CodeKind, code
from toc.domain.interviews import Mode
from toc.models.interviews import Respondent
from toc.services.documents import DocumentRow, MediaType
from toc.web import texts

SENTENCES = {
    "document.no_file": _l("First choose a file."),
    "document.lost": _l("The file got lost on its way. Choose it again."),
    "document.whose": _l("Tick who speaks as the respondent, or say that these are no speakers."),
    "document.whose_needed": _l("First choose whose words these are."),
    "document.title_needed": _l("Give the document a title: its quotes stand under it."),
    "document.confirm": _l("Tick this first. It cannot be undone."),
    "document.not_public": _l(
        "Who speaks in a transcript decides about each quote; nobody does that for them."
    ),
    "statement.not_own_words": _l(
        "This is not said by the respondent. Mark only their own words, not those of the interviewer."
    ),
    # Why a file cannot be read
    "document.empty": _l("There is nothing in this file."),
    "document.too_big": _l("This file is too large: at most %(most)s MB."),
    "document.unpacks_too_big": _l(
        "Unpacked, this file is far too large (at most %(most)s MB). Save it without pictures and try again."
    ),
    "document.too_many_parts": _l(
        "This file consists of more than %(most)s parts. Save it without pictures and try again."
    ),
    "document.too_many_pages": _l("This PDF has more than %(most)s pages. Split it."),
    "document.too_many_cues": _l("This file has more than %(most)s subtitles. Split it."),
    "document.too_long": _l("The text has more than %(most)s characters. Split it."),
    "document.too_complex": _l("This file is too complicated to read. Save it as plain text (txt)."),
    "document.too_slow": _l(
        "Reading this PDF takes too long. Print it to a new PDF, or save the text as txt."
    ),
    "document.unreadable": _l("This file is damaged or not complete. Save it again and try once more."),
    "document.encrypted": _l("This file is locked with a password. Save it without one."),
    "document.no_text": _l(
        "We find no text in this file. Perhaps it is scanned: then it holds only pictures."
    ),
    "document.not_text": _l("This is not a text. Upload txt, docx, odt, html, pdf, vtt or srt."),
    "document.encoding_unclear": _l(
        "The letters in this file cannot be read with certainty. Save it as UTF-8."
    ),
    "document.unknown_kind": _l(
        "We cannot read this kind of file. Upload txt, docx, odt, html, pdf, vtt or srt."
    ),
    "document.old_word": _l("This is an old Word file (.doc). Open it and save it as .docx."),
    "document.declares_entities": _l(
        "This file holds instructions that we do not follow. Save it again in your own program."
    ),
    # What may differ from what its maker sees
    "document.other_kind": _l(
        "The name of this file says something else than what is in it. We read what is in it."
    ),
    "document.western_assumed": _l(
        "The file does not say how its letters are written. See whether words with accents look right."
    ),
    "document.changes_accepted": _l(
        "This file has tracked changes. What was deleted is left out, what was added stands in the text."
    ),
    "document.notes_left_out": _l("Footnotes, endnotes and comments are left out."),
    "document.pages_without_text": _l(
        "On some pages we found no text. Perhaps they are pictures: what stands there is left out."
    ),
    "document.cues_skipped": _l(
        "Some subtitles could not be read and are left out. See whether all that was said is there."
    ),
}

WORDS = {
    MediaType: {
        MediaType.TEXT: _l("plain text"),
        MediaType.HTML: _l("web page (html)"),
        MediaType.PDF: _l("PDF"),
        MediaType.DOCX: _l("Word (docx)"),
        MediaType.ODT: _l("LibreOffice (odt)"),
        MediaType.VTT: _l("subtitles (vtt)"),
        MediaType.SRT: _l("subtitles (srt)"),
    },
}


def title_of(document: DocumentRow) -> str:
    """Return how a document is called; a transcript after who speaks in it."""
    if document.mode is Mode.DOCUMENT:
        return document.title
    return str(gettext("Transcript of %(who)s", who=name_of(document.respondent)))


def name_of(respondent: Respondent) -> str:
    """Return how a respondent is called: a participant by code alone."""
    return respondent.name or code(CodeKind.RESPONDENT, respondent.code)


def release_text() -> str:
    """Return what an evaluator says when the quotes of a public document are released; kept with each."""
    return str(
        gettext("This document is public: everybody may read what stands in it, also without being asked.")
    )


def cite(title: str, page: int | None) -> str:
    """Return where a quote from a document stands: "plan, p. 12"."""
    if page is None:
        return title
    return str(gettext("%(title)s, p. %(number)s", title=title, number=texts.number(page)))
