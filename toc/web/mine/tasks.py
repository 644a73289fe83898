"""What there is to do behind a personal link: each concept with a page there adds its own.

A task is a finished sentence with the address of its page. Concepts register a function that gives theirs
when the home of a personal link is shown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from toc.domain.acts import Act


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that the reader can do, or has done.

    Attributes:
        text: what it is, as the text of its link.
        url: its page.
        done: whether it is done; it can be opened again all the same.
        help: a sentence below it; "" for none.
    """

    text: str
    url: str
    done: bool
    help: str = ""


Finder = Callable[[Session, Act], Iterable[Task]]
"""Gives the tasks of one concept for who came by a personal link, in a few statements to the database."""

_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Add the tasks of a concept; may stand as a decorator above the function."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def tasks(session: Session, act: Act) -> list[Task]:
    """Return all tasks of who came by a personal link: what is still to do first."""
    found = [task for finder in _finders for task in finder(session, act)]
    return sorted(found, key=lambda task: task.done)
