"""Versions of the tree, and workshops."""

from datetime import date

from toc.services.demo.content.words import Row, Text, Words


class Answered(Row):
    """What a party said of a version: through its spokesperson, or written down by the evaluator."""

    group: str
    on: date
    agreed: bool
    respondent: str | None = None
    comment: Text = ""


class Version(Row):
    """A frozen tree."""

    key: str
    on: date
    reason: Words
    answers: tuple[Answered, ...] = ()


class Score(Row):
    """How good somebody who did not make the tree finds it."""

    account: str
    on: date
    plausible: int
    doable: int
    testable: int
    comment: Words


class WorkshopCard(Row):
    """A goal that somebody wrote on a card."""

    key: str
    text: Words


class Seat(Row):
    """One phone in a workshop: its party, what it wrote, and on which cards it put dots."""

    key: str
    group: str
    cards: tuple[WorkshopCard, ...] = ()
    dots: tuple[str, ...] = ()


class Workshop(Row):
    """A workshop that is over; the cards in `kept` became statements."""

    key: str
    title: Words
    on: date
    dots: int
    seats: tuple[Seat, ...]
    kept: tuple[str, ...]
