"""What a goal stands on, and the member check."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.goals import Standing
from toc.domain.goals.grounds import Checked, CheckState, Verdict, checked, is_thin
from toc.domain.interviews import CheckVerdict

NOON = datetime(2025, 9, 1, 12, tzinfo=UTC)


def verdict(
    respondent: int, says: CheckVerdict, *, minutes: int = 0, wording: str = "Work", id_: int = 1
) -> Verdict:
    return Verdict(UUID(int=id_), UUID(int=respondent), wording, says, "", NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("standing", "statements", "confirmed", "agreed", "thin"),
    [
        (Standing.IMPLICIT, 1, False, 0, True),
        (Standing.IMPLICIT, 2, False, 0, False),
        (Standing.IMPLICIT, 1, True, 0, False),
        (Standing.IMPLICIT, 0, False, 1, False),
        (Standing.STATED, 0, False, 0, False),
        (Standing.HIDDEN, 0, False, 0, False),
    ],
)
def test_an_implicit_goal_is_thin_without_two_statements_or_a_yes(
    standing: Standing, statements: int, *, confirmed: bool, agreed: int, thin: bool
) -> None:
    assert is_thin(standing, statements=statements, confirmed=confirmed, agreed=agreed) is thin


def test_the_last_verdict_on_the_wording_that_stands_counts() -> None:
    first, second, third, fourth = (UUID(int=number) for number in range(1, 5))
    said = [
        verdict(1, CheckVerdict.AGREE, minutes=5),
        verdict(1, CheckVerdict.REJECT),
        verdict(2, CheckVerdict.AGREE, wording="A job"),
        verdict(3, CheckVerdict.AMEND),
    ]
    assert checked("Work", [first, second, fourth], said) == (
        Checked(first, CheckState.AGREED, said[0]),
        Checked(second, CheckState.REWORDED, said[2]),
        Checked(fourth, CheckState.OPEN),
        Checked(third, CheckState.AMENDED, said[3]),  # no longer asked, so last
    )


def test_of_two_verdicts_at_one_moment_the_one_made_last_counts() -> None:
    yes, no = verdict(1, CheckVerdict.AGREE, id_=1), verdict(1, CheckVerdict.REJECT, id_=2)
    for order in ([yes, no], [no, yes]):
        (one,) = checked("Work", [UUID(int=1)], order)
        assert one.state is CheckState.REJECTED


@given(
    st.lists(st.integers(1, 5)),
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from(CheckVerdict), st.sampled_from(["Work", "Rest"]))),
)
def test_everybody_has_one_state(asked: list[int], said: list[tuple[int, CheckVerdict, str]]) -> None:
    verdicts = [
        verdict(who, says, minutes=place, wording=wording) for place, (who, says, wording) in enumerate(said)
    ]
    states = checked("Work", [UUID(int=one) for one in asked], verdicts)
    assert {one.respondent.int for one in states} == {*asked, *(who for who, _, _ in said)}
    assert len({one.respondent for one in states}) == len(states)
    spoke = {who for who, _, _ in said}
    assert all((one.state is CheckState.OPEN) == (one.respondent.int not in spoke) for one in states)
