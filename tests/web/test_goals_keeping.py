"""A small edit does not reshuffle the picture of the tree."""

import random
from itertools import combinations, pairwise

import pytest

from tests.factories import make_member
from tests.factories.goals import make_goal, make_link
from tests.web.reader import Page, Reader
from toc.domain.goals import Level
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import Goal
from toc.models.programmes import Programme

LEVELS = (Level.ACTIVITY, Level.OUTPUT, Level.OUTCOME, Level.IMPACT)


@pytest.fixture
def goals(database: Database, programme: Programme, reader: Reader) -> list[Goal]:
    chance = random.Random(3)  # noqa: S311 - a tree to draw
    with database.writing(programme.id) as session:
        rows = [
            [make_goal(session, f"{level} {place}", level=level) for place in range(8)] for level in LEVELS
        ]
        for lower, upper in pairwise(rows):
            for goal in lower:
                for end in chance.sample(upper, 2):
                    make_link(session, goal, end)
        reader.use("en").sign_in(make_member(session, programme, Role.EVALUATOR))
    return [goal for row in rows for goal in row]


def places(page: Page) -> dict[str, tuple[int, int]]:
    """Return where each box stands, row first, by the address of its goal."""
    found = {}
    for link in page.find("a.tree__goal"):
        box = link.query("rect")[0].attrs
        found[link.attrs["href"]] = (int(box["y"]), int(box["x"]))
    return found


def flipped(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> float:
    """Return the share of pairs in a row that stand the other way round."""
    pairs = [
        (before[one] < before[other]) == (after[one] < after[other])
        for one, other in combinations(sorted(before), 2)
        if before[one][0] == before[other][0] and after[one][0] == after[other][0]
    ]
    return pairs.count(False) / len(pairs)


def test_a_goal_more_leaves_the_others_where_they_are(
    database: Database, programme: Programme, reader: Reader, goals: list[Goal]
) -> None:
    address = f"/p/{programme.id}/tree"
    page = reader.get(address)
    page.response.close()  # a browser has read it: now the picture is kept
    before = places(page)
    assert places(reader.get(address)) == before
    with database.writing(programme.id) as session:
        make_link(session, goals[0], make_goal(session, "One more", level=Level.OUTPUT))
    after = places(reader.get(address))
    assert len(after) == len(before) + 1
    assert flipped(before, after) <= 0.1


def test_a_reader_who_does_not_edit_writes_nothing(
    database: Database, programme: Programme, reader: Reader, goals: list[Goal]
) -> None:
    assert goals
    with database.writing(programme.id) as session:
        reader.sign_in(make_member(session, programme, Role.FUNDER))
    written = getattr(database, "times_written", 0)
    reader.get(f"/p/{programme.id}/tree").response.close()
    assert getattr(database, "times_written", 0) == written
