"""Errors carry a key and values, and no sentence."""

from toc.domain.errors import DomainError
from toc.services.errors import Conflict, NotFound, Stale


def test_missing_and_foreign_look_the_same() -> None:
    assert (NotFound().key, NotFound().params) == ("not_found", {})


def test_a_stale_form_keeps_both_texts() -> None:
    error = Stale({"name": "Theirs"}, 7)
    assert isinstance(error, Conflict)
    assert isinstance(error, DomainError)
    assert (error.key, error.theirs, error.revision) == ("stale", {"name": "Theirs"}, 7)
    assert str(error) == "stale"
