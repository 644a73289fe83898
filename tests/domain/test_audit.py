"""A chain of events is whole, or the check says where it is not: each attack on the tables."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from toc.domain.audit import INSTANCE, Event, Fault, Head, Row, canonical, empty, link, verify

CHAIN = "0190a5c4-0000-7000-8000-000000000001"
OTHER = "0190a5c4-0000-7000-8000-000000000002"
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def make_event(sequence: int = 1, **changed: Any) -> Event:  # noqa: ANN401 any field of the event
    """An approval, a minute after the event before it."""
    values: dict[str, Any] = {
        "sequence": sequence,
        "at": START + timedelta(minutes=sequence),
        "actor": "u1",
        "action": "outcome.approve",
        "subject_kind": "outcome",
        "subject_id": f"o{sequence}",
        "detail": {"revision": 3, "edition": "e1", "note": None},
    }
    return Event(**{**values, **changed})


def make_chain(length: int, chain: str = CHAIN, **changed: Any) -> tuple[list[Row], Head]:  # noqa: ANN401 as above
    """A whole chain, written as the service writes it."""
    rows, head = [], empty(chain)
    for sequence in range(1, length + 1):
        event = make_event(sequence, **changed)
        rows.append(Row(event=event, previous=head.hash, hash=link(head.hash, event)))
        head = Head(sequence, rows[-1].hash)
    return rows, head


def relinked(rows: list[Row], chain: str = CHAIN) -> list[Row]:
    """The same events with all numbers and hashes written anew: what a thorough forger does."""
    made, previous = [], empty(chain).hash
    for sequence, row in enumerate(rows, start=1):
        event = replace(row.event, sequence=sequence)
        made.append(Row(event=event, previous=previous, hash=link(previous, event)))
        previous = made[-1].hash
    return made


# --- Worked examples ----------------------------------------------------------------------------------------


def test_an_event_is_spelled_in_one_way() -> None:
    event = make_event(actor="Zoë", detail={"b": None, "a": True, "c": 2})
    assert canonical(event) == (
        b'{"action":"outcome.approve","actor":"Zo\\u00eb","at":"2026-01-05T09:01:00.000000+00:00",'
        b'"detail":{"a":true,"b":null,"c":2},"sequence":1,"subject_id":"o1","subject_kind":"outcome"}'
    )


def test_a_hash_can_be_computed_with_any_other_tool() -> None:
    # printf 'doelenboom audit chain, version 1\ninstance' | sha256sum
    first = "eb907799b27cda305915595946fc0297b11f0a94c132bf220a6ee55d9e4bb996"
    assert empty(INSTANCE) == Head(0, first)
    event = make_event()
    assert link(first, event) == sha256(first.encode() + canonical(event)).hexdigest()


def test_the_same_moment_in_another_zone_is_the_same_event() -> None:
    amsterdam = make_event().at.astimezone(timezone(timedelta(hours=1)))
    assert canonical(make_event(at=amsterdam)) == canonical(make_event())


def test_a_word_of_an_enumeration_is_written_as_its_text() -> None:
    class Word(StrEnum):
        WORKER = "worker"

    assert canonical(make_event(detail={"role": Word.WORKER})) == canonical(
        make_event(detail={"role": "worker"})
    )


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"sequence": 0}, "count from 1"),
        ({"at": datetime(2026, 1, 5)}, "zone"),  # noqa: DTZ001 a moment without a zone is the point
        ({"detail": {"share": 0.5}}, "'share' of an event cannot be a float"),
        ({"detail": {"roles": ["worker"]}}, "'roles' of an event cannot be a list"),
    ],
)
def test_what_has_no_one_spelling_is_not_written(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        link(empty(CHAIN).hash, make_event(**changed))


def test_three_events_and_nothing_wrong() -> None:
    rows, head = make_chain(3)
    assert head.sequence == 3
    assert verify(CHAIN, rows, head) == []
    assert verify(CHAIN, iter(rows), head) == []


def test_a_chain_without_events_is_whole() -> None:
    assert verify(CHAIN, [], empty(CHAIN)) == []


def test_each_attack_on_three_events_and_where_it_shows() -> None:
    rows, head = make_chain(3)
    one, two, three = rows
    forged = replace(two, event=replace(two.event, actor="u2"))
    rehashed = replace(forged, hash=link(forged.previous, forged.event))
    fourth = make_event(4)
    added = Row(event=fourth, previous=head.hash, hash=link(head.hash, fourth))

    assert verify(CHAIN, [one, forged, three], head) == [Fault(2, "audit.changed")]
    assert verify(CHAIN, [one, rehashed, three], head) == [Fault(3, "audit.unlinked")]
    assert verify(CHAIN, [one, three], head) == [Fault(2, "audit.missing")]
    assert verify(CHAIN, [two, three], head) == [Fault(1, "audit.missing")]
    assert verify(CHAIN, [one, three, two], head) == [
        Fault(2, "audit.missing"),
        Fault(2, "audit.out_of_order"),
        Fault(3, "audit.head_differs"),
    ]
    assert verify(CHAIN, [one, two], head) == [Fault(3, "audit.truncated")]
    assert verify(CHAIN, [], head) == [Fault(1, "audit.truncated")]
    assert verify(CHAIN, [*rows, added], head) == [Fault(4, "audit.beyond_head")]
    assert verify(CHAIN, relinked([one, forged, three]), head) == [Fault(3, "audit.head_differs")]
    assert verify(OTHER, rows, head) == [Fault(1, "audit.unlinked")]


def test_a_row_that_is_no_event_any_more_is_a_fault_and_no_crash() -> None:
    rows, head = make_chain(2)
    for detail in ({"share": 0.5}, ["no", "object"], None):
        broken: Any = detail
        forged = [replace(rows[0], event=replace(rows[0].event, detail=broken)), rows[1]]
        assert verify(CHAIN, forged, head) == [Fault(1, "audit.changed")]


# --- Every attack, anywhere ---------------------------------------------------------------------------------

lengths = st.integers(1, 12)
values = st.none() | st.booleans() | st.integers() | st.text()
details = st.dictionaries(st.text(), values, max_size=3)
fields = st.sampled_from(["at", "actor", "action", "subject_kind", "subject_id", "detail"])


@given(length=st.integers(0, 12), detail=details, chain=st.text())
def test_what_was_written_verifies_also_after_a_round_through_json(
    length: int, detail: dict[str, Any], chain: str
) -> None:
    assume(chain.isprintable())
    rows, head = make_chain(length, chain, detail=detail)
    stored = [
        replace(row, event=replace(row.event, detail=json.loads(json.dumps(row.event.detail))))
        for row in rows
    ]
    assert verify(chain, stored, head) == []


@given(data=st.data(), length=lengths, field=fields)
def test_a_changed_row_is_found_at_its_number(data: st.DataObject, length: int, field: str) -> None:
    rows, head = make_chain(length)
    at = data.draw(st.integers(0, length - 1))
    another: Any = {"at": START - timedelta(microseconds=1), "detail": {"revision": 4}}.get(field, "other")
    rows[at] = replace(rows[at], event=replace(rows[at].event, **{field: another}))
    assert verify(CHAIN, rows, head) == [Fault(at + 1, "audit.changed")]


@given(data=st.data(), length=lengths, side=st.sampled_from(["previous", "hash"]))
def test_a_changed_hash_is_found(data: st.DataObject, length: int, side: str) -> None:
    rows, head = make_chain(length)
    at = data.draw(st.integers(0, length - 1))
    another = data.draw(st.text("0123456789abcdefz", max_size=64).filter(lambda text: len(text) < 64))
    changed: dict[str, Any] = {side: another}
    rows[at] = replace(rows[at], **changed)
    assert Fault(at + 1, "audit.changed") in verify(CHAIN, rows, head)


@given(data=st.data(), length=lengths, rewritten=st.booleans())
def test_a_deleted_row_is_found_also_when_the_rest_is_rewritten(
    data: st.DataObject, length: int, *, rewritten: bool
) -> None:
    rows, head = make_chain(length)
    gone = data.draw(st.integers(0, length - 1))
    kept = rows[:gone] + rows[gone + 1 :]
    faults = verify(CHAIN, relinked(kept) if rewritten else kept, head)
    if rewritten:
        assert faults == [Fault(length, "audit.truncated")]
    else:
        assert faults[0] == Fault(gone + 1, "audit.truncated" if gone == length - 1 else "audit.missing")


@given(data=st.data(), length=lengths, rewritten=st.booleans())
def test_an_inserted_row_is_found_also_when_the_rest_is_rewritten(
    data: st.DataObject, length: int, *, rewritten: bool
) -> None:
    rows, head = make_chain(length)
    at = data.draw(st.integers(0, length))
    before = rows[at - 1].hash if at else empty(CHAIN).hash
    event = make_event(at + 1, actor="intruder")
    rows.insert(at, Row(event=event, previous=before, hash=link(before, event)))
    assert verify(CHAIN, relinked(rows) if rewritten else rows, head)


@given(data=st.data(), length=lengths)
def test_a_forged_row_in_place_of_a_true_one_is_found(data: st.DataObject, length: int) -> None:
    rows, head = make_chain(length)
    at = data.draw(st.integers(0, length - 1))
    event = replace(rows[at].event, subject_id="another outcome")
    rows[at] = Row(event=event, previous=rows[at].previous, hash=link(rows[at].previous, event))
    newest = at == length - 1
    assert verify(CHAIN, rows, head) == [
        Fault(length, "audit.head_differs") if newest else Fault(at + 2, "audit.unlinked")
    ]


@given(data=st.data(), length=st.integers(2, 8), rewritten=st.booleans())
def test_rows_in_another_order_are_found(data: st.DataObject, length: int, *, rewritten: bool) -> None:
    rows, head = make_chain(length)
    shuffled = data.draw(st.permutations(rows))
    assume(shuffled != rows)
    assert verify(CHAIN, relinked(shuffled) if rewritten else shuffled, head)


@given(data=st.data(), length=lengths)
def test_a_cut_off_tail_is_found_by_the_head_alone(data: st.DataObject, length: int) -> None:
    rows, head = make_chain(length)
    kept = data.draw(st.integers(0, length - 1))
    assert verify(CHAIN, rows[:kept], head) == [Fault(kept + 1, "audit.truncated")]
    shorter = Head(kept, rows[kept - 1].hash) if kept else empty(CHAIN)
    assert verify(CHAIN, rows[:kept], shorter) == []  # which is why a head is also kept elsewhere
    assert verify(CHAIN, rows, shorter) == [Fault(kept + 1, "audit.beyond_head")]


@given(data=st.data(), length=lengths)
def test_rows_of_two_programmes_cannot_be_swapped(data: st.DataObject, length: int) -> None:
    rows, head = make_chain(length)
    others, _ = make_chain(length, OTHER)  # the same events, in the chain of another programme
    first = data.draw(st.integers(0, length - 1))
    last = data.draw(st.integers(first, length - 1))
    assert verify(CHAIN, [*rows[:first], *others[first : last + 1], *rows[last + 1 :]], head)
