"""A request counts when all of it came."""

import io
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from toc.web.arriving import whole


@pytest.mark.parametrize(("length", "sees"), [("9", False), ("", True)])
def test_the_end_is_believed_only_of_what_has_no_length(length: str, sees: bool) -> None:  # noqa: FBT001 - a case
    seen: list[bool] = []

    def app(environ: dict[str, Any], _: object) -> Iterable[bytes]:
        seen.append("wsgi.input_terminated" in environ)
        return []

    environ = {**EnvironBuilder().get_environ(), "CONTENT_LENGTH": length, "wsgi.input_terminated": True}
    assert list(whole(app)(environ, lambda *_: lambda _: None)) == []
    assert seen == [sees]


@pytest.mark.parametrize(
    ("language", "says"), [("en", "Nothing was kept; send it once more."), ("nl", "verstuur het nog eens")]
)
def test_what_did_not_arrive_whole_is_said(app: Flask, language: str, says: str) -> None:
    body = b"email=worker"
    response = app.test_client().open(
        "/login",
        method="POST",
        headers={"Accept-Language": language, "Content-Type": "application/x-www-form-urlencoded"},
        environ_overrides={
            "wsgi.input": io.BytesIO(body),
            "wsgi.input_terminated": True,
            "CONTENT_LENGTH": str(len(body) + 1),
        },
    )
    assert response.status_code == 400
    assert says in response.text
