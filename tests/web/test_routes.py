"""Route x role: what everybody gets from every route, on their own programme, on another, and on none.

The expected answers stand in `tests/web/routes/*.csv`, written and reviewed by hand. They are not taken from
the declarations in the code, else the code would be compared with itself.
"""

import re
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.statements import counting
from tests.web.reader import Page, Reader
from tests.web.world import READERS, TOKEN, Expected, World, expected
from toc.web import security

ROWS = expected()

_TOKEN = re.compile(r'(?<=csrf_token" value=")[^"]*|(?<=X-CSRFToken": ")[^"]*')
_FRESH = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
"""An id that a form was given just now; those of the demo are of another version."""
CLOSED = {row.endpoint for row in ROWS if set(row.status.values()) == {404}}
"""Routes of a library that open for nobody."""
WRITES = ("INSERT", "UPDATE", "DELETE")


def rule_of(app: Flask, row: Expected) -> Rule:
    """Return the rule of a row."""
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint == row.endpoint and row.method in (rule.methods or ())
    ]
    assert len(found) == 1, f"{row.endpoint} {row.method}: {len(found)} routes"
    return found[0]


def address(app: Flask, row: Expected, ids: dict[str, object]) -> str:
    """Return the address of a route for these things."""
    rule = rule_of(app, row)
    values = {name: ids[name] for name in rule.arguments}
    built: str = app.url_map.bind("localhost").build(row.endpoint, values, method=row.method)
    return built


def ask(reader: Reader, row: Expected, where: str) -> Page:
    """Ask for a page, or send an empty form."""
    answer = reader.client.get(where) if row.method == "GET" else reader.client.post(where, data={})
    return Page(answer)


def without_ids(body: str, *ids: object) -> str:
    """Return a body without what differs from one answer to the next: ids asked for, fresh ids and tokens."""
    for one in ids:
        body = body.replace(str(one), "*")
    return _FRESH.sub("*", _TOKEN.sub("*", body))


def test_every_route_is_in_the_table_and_the_table_names_no_other(application: Flask) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(row.endpoint, row.method) for row in ROWS}


def test_every_route_declares_an_action(application: Flask) -> None:
    endpoints = {rule.endpoint for rule in application.url_map.iter_rules()} - CLOSED
    assert [one for one in sorted(endpoints) if security.action_of(application, one) is None] == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_table_says(world: World, application: Flask, row: Expected) -> None:
    where = address(application, row, world.arguments(row.endpoint, world.own))
    got: dict[str, int] = {}
    for name in READERS:
        with world.reading(application, name) as reader:
            with counting(reader.database.connection) as statements:  # type: ignore[attr-defined] # a forgetful one
                page = ask(reader, row, where)
            got[name] = page.status
            leaked = [text for text in world.canaries if text in page.body]
            assert not leaked, f"{name} reads of another programme: {leaked[:3]}"
            if page.status in {403, 404}:
                written = [one for one in statements if one.startswith(WRITES)]
                assert not written, f"{name} was refused, yet: {written[:2]}"
    assert got == dict(row.status)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_another_programme_looks_exactly_like_none(world: World, application: Flask, row: Expected) -> None:
    arguments = rule_of(application, row).arguments
    if "programme_id" not in arguments:
        return
    foreign = world.arguments(row.endpoint, world.other)
    missing = {name: uuid4() if isinstance(value, UUID) else value for name, value in foreign.items()}
    for name in READERS:
        with world.reading(application, name) as reader:
            theirs = ask(reader, row, address(application, row, foreign))
            nowhere = ask(reader, row, address(application, row, missing))
        assert theirs.status == (302 if name in {"visitor", "link"} else 404), name
        assert nowhere.status == theirs.status
        assert without_ids(theirs.body, *foreign.values()) == without_ids(nowhere.body, *missing.values())
        assert without_ids(theirs.location, *foreign.values()) == without_ids(
            nowhere.location, *missing.values()
        )


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_thing_of_another_programme_looks_exactly_like_none(
    world: World, application: Flask, row: Expected
) -> None:
    things = [name for name in rule_of(application, row).arguments if name.endswith("_id")]
    things = [name for name in things if name not in {"programme_id", "organisation_id"}]
    if not things:
        return
    own = world.arguments(row.endpoint, world.own)
    foreign = world.arguments(row.endpoint, world.other)
    for thing in things:
        theirs_ids, nowhere_ids = {**own, thing: foreign[thing]}, {**own, thing: uuid4()}
        for name in READERS:
            with world.reading(application, name) as reader:
                theirs = ask(reader, row, address(application, row, theirs_ids))
            with world.reading(application, name) as reader:
                nowhere = ask(reader, row, address(application, row, nowhere_ids))
            assert theirs.status == nowhere.status, f"{name}, {thing}"
            if row.status[name] in {200, 400, 409}:
                assert theirs.status in {400, 404}, f"{name}, {thing}: {theirs.status}"
            assert without_ids(theirs.body, foreign[thing]) == without_ids(nowhere.body, nowhere_ids[thing])
            leaked = [text for text in world.canaries if text in theirs.body and text != str(world.other)]
            assert not leaked, f"{name} reads of another programme: {leaked[:3]}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.endpoint not in CLOSED], ids=str)
def test_a_lost_or_loosened_declaration_is_noticed(
    world: World, application: Flask, row: Expected, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = address(application, row, world.arguments(row.endpoint, world.own))
    view = application.view_functions[row.endpoint]

    def noticed() -> bool:
        for name in READERS:
            with world.reading(application, name) as reader:
                if ask(reader, row, where).status != row.status[name]:
                    return True
        return False

    if row.endpoint in security.LIBRARY_ROUTES:
        monkeypatch.delitem(security.LIBRARY_ROUTES, row.endpoint)
    else:
        monkeypatch.delattr(view, "toc_action")
    assert noticed(), "lost"
    if 403 in row.status.values():
        monkeypatch.setattr(view, "toc_action", "programme.read", raising=False)
        assert noticed(), "loosened"


def test_the_token_of_the_tests_opens_its_invitation(world: World, application: Flask) -> None:
    with world.reading(application, "visitor") as reader:
        assert reader.client.get(f"/invitation/{TOKEN}-{world.own}").status_code == 200
        assert reader.client.get(f"/invitation/{TOKEN}-{uuid4()}").status_code != 200
