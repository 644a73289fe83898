"""Findings: what the evaluation found goes back to the parties, who answer; then it is said what was done."""

from toc.services.findings.reading import (
    FindingView,
    OwnFinding,
    ReplyView,
    Standing,
    findings,
    get,
    own_finding,
    own_findings,
    replies,
    standing,
)
from toc.services.findings.writing import answer, get_reply, publish, reply

__all__ = [
    "FindingView",
    "OwnFinding",
    "ReplyView",
    "Standing",
    "answer",
    "findings",
    "get",
    "get_reply",
    "own_finding",
    "own_findings",
    "publish",
    "replies",
    "reply",
    "standing",
]
