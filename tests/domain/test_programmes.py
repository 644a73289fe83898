"""What a programme may say about itself."""

from datetime import date

import pytest

from toc.domain.errors import DomainError
from toc.domain.programmes import Description, Language


def test_a_name_is_enough_to_begin_with() -> None:
    assert Description(name="The Colour Kitchen").language is Language.NL


def test_a_programme_may_last_one_day() -> None:
    one = date(2025, 1, 1)
    assert Description(name="x", starts_on=one, ends_on=one).ends_on == one


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"name": "  "}, "programme.name_missing"),
        ({"starts_on": date(2025, 1, 2), "ends_on": date(2025, 1, 1)}, "programme.ends_before_start"),
        ({"currency": "NLG"}, "programme.currency_unknown"),
        ({"small_number_threshold": 4}, "privacy.threshold_too_low"),
    ],
)
def test_what_no_programme_can_be_is_refused(fields: dict[str, object], key: str) -> None:
    with pytest.raises(DomainError) as refused:
        Description(**{"name": "x", **fields})  # type: ignore[arg-type] # names what is wrong
    assert refused.value.key == key
