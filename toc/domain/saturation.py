"""Saturation: whether interviews still bring goals that nobody named before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The goals in one interview that was read for goals.

    Attributes:
        interview: its id.
        code: its number; decides among interviews of one day.
        on: the day on which it was held.
        party: id of the group of who spoke.
        goals: the goals that statements of this interview stand behind.
    """

    interview: UUID
    code: int
    on: date
    party: UUID
    goals: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one interview added.

    Attributes:
        told: the interview.
        new: the goals that no interview before it named.
        total: how many goals are known after it.
    """

    told: Told
    new: frozenset[UUID]
    total: int


@dataclass(frozen=True, slots=True)
class Course:
    """Interviews in the order in which they were held, each with what it added."""

    steps: tuple[Step, ...]

    @property
    def quiet(self) -> int:
        """How many interviews in a row, up to the last, named no new goal."""
        number = 0
        for step in reversed(self.steps):
            if step.new:
                break
            number += 1
        return number

    @property
    def total(self) -> int:
        """How many goals the interviews named together."""
        return self.steps[-1].total if self.steps else 0


def course(interviews: Iterable[Told]) -> Course:
    """Follow interviews in order of day, and count in each the goals that were not named before.

    Goals that only a document or a workshop names do not count: saturation is about asking people.

    Args:
        interviews: in any order; two of one day go by their number.
    """
    known: set[UUID] = set()
    steps = []
    for told in sorted(interviews, key=lambda one: (one.on, one.code)):
        new = told.goals - known
        known |= new
        steps.append(Step(told=told, new=new, total=len(known)))
    return Course(tuple(steps))


def by_party(interviews: Iterable[Told]) -> dict[UUID, Course]:
    """Follow the interviews of each party apart: what is new for the party itself.

    Args:
        interviews: in any order.

    Returns:
        Per party, by its id.
    """
    parties: dict[UUID, list[Told]] = {}
    for told in interviews:
        parties.setdefault(told.party, []).append(told)
    return {party: course(each) for party, each in parties.items()}
