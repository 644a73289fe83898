"""What one process sees in a file, another understands."""

import io
import json

import pytest

from tests.factories.logs import TODAY, book, csv_bytes, mapping, use
from toc.domain.errors import DomainError
from toc.domain.exchange.looking import answer, look_through, understood

SAID = mapping(use("code", "person"), use("dag", "day"), use("bedrag", "value", indicator="I1"))
LOG = csv_bytes(["code", "dag", "bedrag"], ["P01", "5-2-25", "1.050"], ["€1", "05-02-2025", "1,5"])


@pytest.mark.parametrize("content", [LOG, book([["code", "dag", "bedrag"], ["P01", "x", 1]])])
def test_what_was_seen_is_understood_whole(content: bytes) -> None:
    answered = answer(io.BytesIO(content), TODAY.isoformat(), json.dumps(SAID.to_json()))
    assert understood(answered) == look_through(io.BytesIO(content), TODAY, SAID)
    assert look_through(io.BytesIO(content), TODAY).columns == understood(answered).columns


def test_why_a_file_is_refused_is_understood() -> None:
    answered = answer(io.BytesIO(b"code\n\0"), TODAY.isoformat(), json.dumps(SAID.to_json()))
    with pytest.raises(DomainError) as refused:
        understood(answered)
    assert (refused.value.key, refused.value.params) == ("file.nul", {})
    long = csv_bytes(["code"], ["P01"], ["x" * 200_000])
    with pytest.raises(DomainError) as here:
        look_through(io.BytesIO(long), TODAY, SAID)
    with pytest.raises(DomainError) as there:
        understood(answer(io.BytesIO(long), TODAY.isoformat(), json.dumps(SAID.to_json())))
    assert (there.value.key, there.value.params) == (here.value.key, here.value.params)
    assert here.value.params == {"line": 3}
