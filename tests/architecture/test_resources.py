"""Templates, migrations and demo programmes are found in a checkout and in a wheel."""

from collections.abc import Callable
from pathlib import Path

import pytest

from toc import resources

ROOT = Path(__file__).resolve().parent.parent.parent


def make_folder(folder: Path) -> Path:
    """A folder that holds what is looked for."""
    folder.mkdir(parents=True)
    (folder / "base.html").touch()
    return folder


@pytest.mark.parametrize(
    ("found", "folder"),
    [
        (resources.templates, "templates"),
        (resources.migrations, "migrations"),
        (resources.seed, "seed"),
        (resources.static, "toc/static"),
    ],
)
def test_this_checkout_holds_every_folder(found: Callable[[], Path], folder: str) -> None:
    assert found() == ROOT / folder


def test_in_a_wheel_the_folder_in_the_package_is_taken(tmp_path: Path) -> None:
    inside = make_folder(tmp_path / "toc" / "templates")
    make_folder(tmp_path / "templates")
    assert resources.find("templates", holds="base.html", package=tmp_path / "toc") == inside


def test_in_a_checkout_the_folder_beside_the_package_is_taken(tmp_path: Path) -> None:
    (tmp_path / "toc" / "templates").mkdir(parents=True)  # empty: not ours
    beside = make_folder(tmp_path / "templates")
    assert resources.find("templates", holds="base.html", package=tmp_path / "toc") == beside


def test_where_neither_is_the_sentence_says_where_was_looked(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()  # a stranger's folder beside an installed package
    with pytest.raises(FileNotFoundError) as missing:
        resources.find("templates", holds="base.html", package=tmp_path / "toc")
    assert str(tmp_path / "toc" / "templates" / "base.html") in str(missing.value)
    assert str(tmp_path / "templates" / "base.html") in str(missing.value)
    assert "Install it again" in str(missing.value)
