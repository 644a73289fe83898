"""Applications for tests: made as the program makes its own, but seldom, because making one takes long.

Registering some 360 routes costs as much as ten pages. What differs from test to test, the database and the
settings, is looked up at each request, so that one application can serve all of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from toc.app import create_app
from toc.models.database import Database
from toc.settings import Settings
from toc.web.jobs import LAUNCHER

SECRET_KEY = "only-for-tests-and-long-enough-0123456789"


class Idle:
    """Stands for the process of a job: no test starts one by accident."""

    def wait(self) -> None:
        """Be there at once."""


class Compiled(BytecodeCache):
    """Templates that an earlier application compiled, for those after it."""

    _kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def settings_of(folder: Path, **chosen: Any) -> Settings:  # noqa: ANN401 - of settings of any kind
    """Return the settings of an installation in this folder."""
    return Settings(instance=folder, secret_key=SECRET_KEY, **chosen)


def make_app(database: Database, folder: Path, **chosen: Any) -> Flask:  # noqa: ANN401 - of settings of any kind
    """Make an application, such as for a test whose settings are read when it is made."""
    app = create_app(settings_of(folder, **chosen), database)
    # Each page is checked for its token instead (Reader); a test of forgery turns this on again.
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
    app.jinja_env.bytecode_cache = Compiled()
    app.extensions[LAUNCHER] = lambda *_: Idle()
    return app


class Shared:
    """One application, lent to one test after another as if it were new."""

    def __init__(self) -> None:
        self._app: Flask | None = None

    @contextmanager
    def lent(self, database: Database, folder: Path) -> Iterator[Flask]:
        """Give the application on this database; forget afterwards what was set or replaced in it.

        Args:
            database: of the test.
            folder: where this installation keeps its files.
        """
        if self._app is None:
            self._app = make_app(database, folder)
        app = self._app
        parts: tuple[dict[Any, Any], ...] = (app.config, app.extensions, app.view_functions)
        before = [dict(part) for part in parts]
        app.extensions.update(toc_database=database, toc_settings=settings_of(folder))
        app.extensions.pop("toc_is_demo", None)
        try:
            yield app
        finally:
            for part, kept in zip(parts, before, strict=True):
                part.clear()
                part.update(kept)
