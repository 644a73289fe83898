"""Of which answer an entry of a repeated question is."""

import pytest

from tests.factories.collected import ANSWERS, HELP, SCORE, kobo, odk, suggested
from tests.factories.logs import forms, mapping, opened, packed, parts_of, use
from toc.domain.exchange.entries import answer_of, are_entries, may_lose, table_in
from toc.domain.exchange.mapping import Mapping, Use
from toc.domain.exchange.opening import answers_of, table_of

WHO = use("code", "person")
JOIN = {"sheet": "a", "parent": "KEY", "child": "PARENT_KEY"}


def entries(*columns: str, about: str = "participants", **more: object) -> Mapping:
    keys = [use(header, "key") for header in columns]
    says = {name: value for name, value in {"sheet": "b", "join": JOIN, **more}.items() if value is not None}
    return mapping(*keys, WHO, about=about, **says)


@pytest.mark.parametrize(
    ("said", "key", "answer"),
    [
        (entries("_id", "_entry"), "101\x1f3", "101"),
        (entries("_entry", "_id"), "3\x1f101", "101"),
        (entries("_id", "_entry"), "101\x1f", "101"),
        (entries("_id", "_entry"), "101", ""),
        (entries("_id", "_entry"), "101\x1f3\x1f1", ""),
        (entries("id", "_entry", join=None, kind="commcare"), "f1\x1f2", "f1"),
        (entries("KEY"), "uuid:9a1f/visits[2]/talks[1]", "uuid:9a1f"),
        (entries("KEY"), "uuid:9a1f", "uuid:9a1f"),
    ],
)
def test_the_key_of_an_entry_tells_of_which_answer_it_is(said: Mapping, key: str, answer: str) -> None:
    find = answer_of(said)
    assert find is not None
    assert find(key) == answer


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        (entries("_entry"), True),
        (entries("_id"), True),
        (entries(), True),
        (entries("KEY", join={**JOIN, "child": "_submission__uuid"}), True),
        (entries("KEY", "day"), True),
        (entries("_id", "_entry", about="measurements"), True),
        (entries("id", "_entry", join=None), False),
        (entries("id", "_entry", join=None, kind="commcare", sheet="forms"), False),
        (entries("KEY", join=None, kind="commcare"), True),
    ],
)
def test_where_the_key_does_not_tell_nobody_can(said: Mapping, *, is_one: bool) -> None:
    assert answer_of(said) is None
    assert are_entries(said) is is_one


WORK = use("werk", "event", subject="job_started")
CHOIR = use("koor", "event_day", subject="other", name="Koor")


def test_a_row_with_an_event_is_an_answer_itself() -> None:
    find = answer_of(mapping(use("id", "key"), use("nr", "key"), WHO, WORK))
    assert find is not None
    assert find("101\x1f3") == "101\x1f3"
    assert answer_of(mapping(WHO, WORK)) is None
    assert answer_of(mapping(use("id", "key"), WHO)) is None


@pytest.mark.parametrize(
    ("said", "subject", "item", "may"),
    [
        (entries("_id", "_entry"), "score", "", False),
        (mapping(WHO, WORK), "job_started", "", True),
        (mapping(WHO, WORK), "diploma", "", False),
        (mapping(WHO, CHOIR), "other", "Koor", True),
        (mapping(WHO, CHOIR), "other", "Zangles", False),
        (mapping(WHO, use("soort", "event")), "other", "Zangles", True),
        (mapping(WHO, use("soort", "event")), "score", "", False),
        (mapping(WHO, use("dag", "day")), "job_started", "", False),
    ],
)
def test_a_row_may_lose_the_events_that_its_table_can_say(
    said: Mapping, subject: str, item: str, *, may: bool
) -> None:
    assert may_lose(said, subject, item, stands=True) is may


def test_an_entry_that_is_gone_takes_all_with_it() -> None:
    assert may_lose(entries("_id", "_entry"), "score", "", stands=False)
    assert not may_lose(mapping(WHO, WORK), "score", "", stands=False)


def test_a_table_is_known_by_its_names_and_its_keys() -> None:
    said = entries("_id", "_entry")
    more = entries("_id", "_entry", exclusions=[{"header": "x", "values": ["y"]}])
    assert table_in(said.canonical()) == table_in(more.canonical())
    for other in (entries("_entry", "_id"), entries("_id", "_entry", sheet="c"), entries("KEY")):
        assert table_in(said.canonical()) != table_in(other.canonical())
    assert table_in("") != table_in(said.canonical()), "what had to be forgotten is no table"


@pytest.mark.parametrize("kind", ["kobo", "odk", "commcare"])
def test_each_answer_has_a_row_as_its_entries_have_it(kind: str) -> None:
    """Also one without entries; a row that is broken off says nothing."""
    forms_ = [
        {"id": str(one["number"]), "form": {"case": {"@case_id": one["code"]}, "visits": one["visits"]}}
        for one in ANSWERS
    ]
    content, sheet, columns = {
        "kobo": (kobo(), "visits", (use("visits/care/score", "score", **SCORE), *HELP)),
        "odk": (odk(), "Housing first-visits.csv", (use("care-score", "score", **SCORE),)),
        "commcare": (forms(*forms_), "form.visits", (use("form.visits.score", "score", **SCORE),)),
    }[kind]
    if kind == "odk":
        parts = parts_of(content)
        parts["Housing first.csv"] += b"2025-03-20,P-005\r\n"
        content = packed(parts)
    said, log = suggested(content, sheet, *columns), opened(content)
    header, _ = table_of(log, said)
    rows = [dict(zip(header.names, cells, strict=True)) for cells in answers_of(log, said, header)]
    person = said.used(Use.PERSON)[0].header
    assert [row[person] for row in rows] == ["P-001", "P-002", "P-003", "P-004"]
    key = {"kobo": "_id", "odk": "KEY", "commcare": "id"}[kind]
    assert len({row[key] for row in rows} - {""}) == len(ANSWERS)
