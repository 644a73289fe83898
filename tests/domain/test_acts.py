"""Who does something, as the audit trail names them."""

from datetime import UTC, date, datetime
from uuid import UUID

from toc.domain.acts import Act
from toc.domain.people import Role

AT = datetime(2025, 9, 1, 22, 30, tzinfo=UTC)
HERE = date(2025, 9, 2)  # it is half past midnight in Amsterdam


def test_an_account_goes_before_a_personal_link_and_nobody_is_a_command() -> None:
    user, respondent = UUID(int=1), UUID(int=2)
    assert Act(at=AT, on=HERE, user=user, respondent=respondent).actor == f"user:{user}"
    assert Act(at=AT, on=HERE, respondent=respondent).actor == f"respondent:{respondent}"
    assert Act(at=AT, on=HERE).actor == "command"


def test_without_more_somebody_has_no_role() -> None:
    assert Act(at=AT, on=HERE).roles == frozenset()
    assert Act(at=AT, on=HERE, roles=frozenset({Role.WORKER})).roles == {Role.WORKER}
