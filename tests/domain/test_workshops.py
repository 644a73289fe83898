"""Workshops: codes that can be read out, cards that can be read from afar, one step at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.workshops import (
    DOOR_LENGTH,
    DOOR_RANDOM_BYTES,
    DOOR_SIGNS,
    LONGEST_CARD,
    MOST_DOTS,
    Phase,
    card_text,
    check_dots,
    check_step,
    door_code,
    read_door_code,
    step_after,
    step_before,
)

CARDS, DOTS, CLOSED = Phase.CARDS, Phase.DOTS, Phase.CLOSED


def refused(call: object, *args: object, **named: object) -> str:
    assert callable(call)
    with pytest.raises(DomainError) as error:
        call(*args, **named)
    return error.value.key


@given(st.binary(min_size=DOOR_RANDOM_BYTES, max_size=DOOR_RANDOM_BYTES))
def test_a_code_is_read_as_it_was_made_however_it_is_typed(randomness: bytes) -> None:
    code = door_code(randomness)
    assert len(code) == DOOR_LENGTH
    assert set(code) <= set(DOOR_SIGNS)
    for typed in (code, code.lower(), f" {code[:3]} {code[3:]} ", f"{code[:2]}-{code[2:]}"):
        assert read_door_code(typed) == code


def test_a_code_is_the_number_in_the_base_of_its_signs() -> None:
    assert len(set(DOOR_SIGNS)) == len(DOOR_SIGNS) == 23
    assert door_code(bytes(DOOR_RANDOM_BYTES)) == "CCCCCC"
    assert door_code((1 + 2 * 23).to_bytes(DOOR_RANDOM_BYTES)) == "DFCCCC"
    with pytest.raises(ValueError, match="16 random bytes"):
        door_code(b"too few")


@pytest.mark.parametrize("look_alike", ["01", "0O", "1I", "5S", "2Z", "8B", "UV"])
def test_no_two_signs_look_alike(look_alike: str) -> None:
    assert not set(look_alike) <= set(DOOR_SIGNS)


@pytest.mark.parametrize("typed", ["", "CCCCC", "CCCCCCC", "CCCCC0", "../../", "CCCCCÇ"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert refused(read_door_code, typed) == "workshop.code_unreadable"


def test_a_card_is_one_line_of_some_words() -> None:
    assert card_text("  A quiet\n  street ") == "A quiet street"
    assert card_text("x" * LONGEST_CARD) == "x" * LONGEST_CARD
    assert refused(card_text, "x" * (LONGEST_CARD + 1)) == "workshop.card_long"
    for nothing in ("", " \n", "…", "… …"):
        assert refused(card_text, nothing) == "workshop.card_empty"


def test_everybody_gets_at_least_one_dot_and_not_too_many() -> None:
    check_dots(1)
    check_dots(MOST_DOTS)
    assert refused(check_dots, 0) == refused(check_dots, MOST_DOTS + 1) == "workshop.dots_range"


def test_phases_follow_one_by_one() -> None:
    assert [step_after(phase) for phase in Phase] == [DOTS, CLOSED, None]
    assert [step_before(phase) for phase in Phase] == [None, CARDS, DOTS]
    for now, to in [(CARDS, DOTS), (DOTS, CLOSED), (CLOSED, DOTS), (DOTS, CARDS)]:
        check_step(now, to, kept=False)
        assert refused(check_step, now, to, kept=True) == "workshop.kept_already"
    assert refused(check_step, CARDS, CLOSED, kept=False) == "workshop.one_step"
