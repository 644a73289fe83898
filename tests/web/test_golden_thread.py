"""The golden thread of the demo, walked as a reader walks it: by the links of the strip, there and back.

For every payment: back bead by bead to a sentence in an interview, forward again to the payment, and each
number on the way is computed once more from what it rests on.
"""

import json
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.web.reader import Page, Reader
from tests.web.world import World
from toc.domain.bonds import Calculation, recompute
from toc.domain.indicators import Kind, ratio
from toc.domain.thread import BeadKind
from toc.models.bonds import Outcome, Payment
from toc.models.cashflow import LedgerEntry, LedgerTransfer
from toc.models.indicators import Measurement
from toc.models.interviews import Statement


def payments(world: World) -> list[Payment]:
    with world.database.read_session(world.own) as session:
        return list(session.scalars(select(Payment).where(Payment.programme_id == world.own)))


def beads(page: Page) -> dict[BeadKind, list[str]]:
    """Return the links of each bead of the strip on a page."""
    found = {}
    for bead in page.find("li.thread__bead"):
        (kind,) = [one for one in BeadKind if f"thread__bead--{one}" in bead.attrs["class"].split()]
        found[kind] = [link.attrs["href"] for link in bead.query("a[href]")]
    assert list(found) == list(BeadKind)
    return found


def current(page: Page) -> BeadKind:
    """Return the bead on which the reader stands."""
    (bead,) = page.find("li.thread__bead--current")
    return next(one for one in BeadKind if f"thread__bead--{one}" in bead.attrs["class"].split())


def walk(reader: Reader, payment: str) -> set[BeadKind]:
    """Follow every link of the strip of a payment; each page must lead forward to that payment again."""
    reached = set()
    for kind, links in beads(reader.get(payment)).items():
        for link in links:
            page = reader.get(link)
            assert current(page) is kind, link
            assert payment in beads(page)[BeadKind.PAYMENT], f"{link} does not lead to {payment}"
            reached.add(kind)
    return reached


def test_from_every_euro_a_reader_walks_back_to_a_sentence_and_forward_again(
    world: World, application: Flask
) -> None:
    found = payments(world)
    assert len(found) > 3
    for payment in found:
        with world.reading(application, "evaluator") as reader:
            reached = walk(reader, f"/p/{world.own}/payments/{payment.id}")
        assert reached == set(BeadKind) - {BeadKind.PAYMENT}, payment.code


@pytest.mark.parametrize("role", ["coordinator", "worker", "funder", "investor", "viewer"])
def test_every_link_of_the_strip_opens_for_whoever_is_shown_it(
    world: World, application: Flask, role: str
) -> None:
    payment = payments(world)[0]
    with world.reading(application, role) as reader:
        reached = walk(reader, f"/p/{world.own}/payments/{payment.id}")
    assert reached >= set(BeadKind) - {BeadKind.PAYMENT, BeadKind.STATEMENT}


def test_every_number_on_the_way_is_computed_once_more(world: World) -> None:
    for payment in payments(world):
        with world.database.read_session(world.own) as session:
            outcome = session.get_one(Outcome, (world.own, payment.outcome_id))
            stored = Calculation.from_dict(json.loads(payment.calculation))
            assert recompute(stored) == stored
            assert (stored.fingerprint, stored.net.minor) == (payment.sha256, payment.net_minor)
            assert stored.outcome.achieved == outcome.achieved
            counted = [
                session.get_one(Measurement, (world.own, one.measurement_id)) for one in outcome.measurements
            ]
            assert counted
            assert outcome.achieved == _achieved(counted)
            transfer = session.scalars(
                select(LedgerTransfer).where(
                    LedgerTransfer.programme_id == world.own, LedgerTransfer.payment_id == payment.id
                )
            ).one()
            entries = session.scalars(
                select(LedgerEntry).where(
                    LedgerEntry.programme_id == world.own, LedgerEntry.transfer_id == transfer.id
                )
            ).all()
            assert sum(entry.amount_minor for entry in entries) == 0
            got = [entry for entry in entries if entry.account in {"investor", "provider"}]
            assert sum(entry.amount_minor for entry in got) == payment.net_minor


def _achieved(counted: list[Measurement]) -> Decimal:
    """Return what the measurements add up to, after checking each share."""
    total = Decimal(0)
    for one in counted:
        assert one.edition.kind is Kind.PROPORTION
        assert one.numerator is not None
        assert one.denominator is not None
        assert one.value == ratio(one.numerator, one.denominator)
        total += one.numerator
    return total


def test_the_thread_stops_where_the_speaker_said_so(world: World, application: Flask) -> None:
    said: set[UUID] = set()
    for payment in payments(world):
        address = f"/p/{world.own}/payments/{payment.id}"
        with world.reading(application, "evaluator") as reader:
            everything = set(beads(reader.get(address))[BeadKind.STATEMENT])
        with world.reading(application, "funder") as reader:
            page = reader.get(address)
            released = set(beads(page)[BeadKind.STATEMENT])
        assert released <= everything
        said |= {UUID(link.rsplit("/", 1)[1]) for link in everything - released}
    assert said, "the demo has statements that are not for the payer"
    with world.reading(application, "funder") as reader:
        for statement in said:
            body = reader.client.get(f"/p/{world.own}/statements/{statement}").get_data(as_text=True)
            with world.database.read_session(world.own) as session:
                text = session.get_one(Statement, (world.own, statement)).text
            assert text not in body
