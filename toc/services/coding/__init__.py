"""Coding: the codebook, who put which passage under what, whether they agree, and files of other programs."""

from toc.services.coding.agreement import Agreement, Coder, Difference, agreement, coded_interviews
from toc.services.coding.coding import (
    AREA,
    Codes,
    apply,
    code_passages,
    end_coding,
    recode,
    remove_passage,
    walk,
)
from toc.services.coding.entries import EntryDraft, add_entry, edit_entry, get_entry, retire_entry
from toc.services.coding.reading import (
    Code,
    CodedPassage,
    CodedText,
    CodingView,
    Mark,
    Passages,
    codebook,
    codes,
    interview_coding,
    passages_of,
)

__all__ = [
    "AREA",
    "Agreement",
    "Code",
    "CodedPassage",
    "CodedText",
    "Coder",
    "Codes",
    "CodingView",
    "Difference",
    "EntryDraft",
    "Mark",
    "Passages",
    "add_entry",
    "agreement",
    "apply",
    "code_passages",
    "codebook",
    "coded_interviews",
    "codes",
    "edit_entry",
    "end_coding",
    "get_entry",
    "interview_coding",
    "passages_of",
    "recode",
    "remove_passage",
    "retire_entry",
    "walk",
]
