"""Short codes: every thing has one, and a person may type it carelessly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.codes import Code, CodeKind, code, parse_code
from toc.domain.errors import DomainError


def test_a_goal_is_g_and_its_number() -> None:
    assert code("G", 12) == "G12"
    assert code(CodeKind.INDICATOR, 3) == "I3"


def test_the_letters_are_those_that_people_were_taught() -> None:
    assert {kind.name: kind.value for kind in CodeKind} == {
        "GOAL": "G",
        "INDICATOR": "I",
        "GROUP": "S",
        "RESPONDENT": "R",
        "INTERVIEW": "N",
        "STATEMENT": "U",
        "STUDY": "E",
        "CONTRACT": "C",
        "OUTCOME": "O",
        "SAVING": "B",
        "PAYMENT": "P",
        "FINDING": "F",
        "CONFLICT": "K",
        "DOCUMENT": "D",
        "WORKSHOP": "W",
    }


@given(kind=st.sampled_from(CodeKind), number=st.integers(1, 999_999_999))
def test_what_is_written_can_be_read_back(kind: CodeKind, number: int) -> None:
    assert parse_code(code(kind, number)) == (kind, number)
    assert parse_code(f"  {code(kind, number).lower()} ") == Code(kind, number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "G",
        "12",
        "G0",
        "G012",
        "G-1",
        "G1.0",
        "G 1",
        "X1",
        "GG1",
        "G1234567890",
        "G1\u0663",
        "\u01311",
        "G1\nG2",
    ],
)
def test_what_is_not_a_code_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_code(text)
    assert (refused.value.key, refused.value.params) == ("code.unreadable", {"text": text})


@pytest.mark.parametrize(("kind", "number"), [("X", 1), ("", 12), ("G", 0), ("G", -1), ("G", 1_000_000_000)])
def test_no_code_is_made_that_could_not_be_read(kind: str, number: int) -> None:
    with pytest.raises(DomainError):
        code(kind, number)
