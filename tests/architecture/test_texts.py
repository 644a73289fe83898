"""Every key that the program can say has its words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import toc.app  # noqa: F401 - registers the texts of all concepts
from toc.web.texts import SENTENCES
from toc.web.texts.audit import EVENTS

ROOT = Path(__file__).resolve().parent.parent.parent
ERRORS = {"Conflict", "DomainError"}
OF_COMMANDS = {"demo.other_programmes"}
"""Said by `toc/cli.py` alone, which has a sentence of its own for it."""


def calls(*folders: str) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call in the package: where it stands, and the name of what is called."""
    for folder in folders:
        for file in sorted((ROOT / "toc" / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                    called = node.func.id if isinstance(node.func, ast.Name) else called
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", called, node


def literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_every_event_that_is_recorded_has_a_sentence() -> None:
    recorded: dict[str, str] = {}
    for place, called, node in calls("services", "web"):
        if called != "record" or not isinstance(node.func, ast.Attribute):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "audit"):
            continue
        action, kind = (literal(argument) for argument in node.args[2:4])
        assert action, f"{place}: write the action out, so that it can be found"
        assert kind, f"{place}: write the kind out, so that it can be found"
        assert len(action) <= 40, place
        recorded[f"{action} {kind}"] = place
    assert len(recorded) > 40
    assert {place: key for key, place in recorded.items() if key not in EVENTS} == {}
    assert EVENTS.keys() - recorded.keys() == set(), "nothing records these"


def test_every_error_has_a_sentence() -> None:
    wanted: dict[str, str] = {}
    for place, called, node in calls("domain", "services", "web"):
        key = literal(node.args[0]) if called in ERRORS and node.args else None
        if key is not None:
            wanted[key] = place
    assert len(wanted) > 60
    assert {place: key for key, place in wanted.items() if key not in SENTENCES.keys() | OF_COMMANDS} == {}
