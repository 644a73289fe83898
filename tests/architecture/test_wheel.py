"""The program as others get it: a wheel made from the source distribution, in an empty folder."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*command: str | Path, cwd: Path, packages: Path | None = None) -> str:
    """Run a command as a stranger would, without our settings, and return what it printed."""
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("TOC_", "PYTHON", "COV_"))
    }
    if packages:
        env["PYTHONPATH"] = str(packages)
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


def build(kind: str, source: Path, out: Path) -> Path:
    """Build a distribution with the tools of the test environment, so without a network."""
    run(sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", out, source, cwd=ROOT)
    (made,) = out.iterdir()
    return made


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of this checkout."""
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made from the source distribution alone."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (source,) = unpacked.iterdir()
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel in it and nothing else; its dependencies are in the test environment."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    run(*pip, "--target", target, wheel, cwd=target)
    return target


def files_below(folder: Path) -> set[str]:
    """The files that belong to the program, as paths relative to the folder's parent."""
    return {
        path.relative_to(folder.parent).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_and_what_it_needs(wheel: Path) -> None:
    wanted = files_below(ROOT / "toc")
    for beside in ("templates", "migrations", "seed"):
        files = files_below(ROOT / beside)
        assert files
        wanted |= {f"toc/{file}" for file in files}
    names = set(zipfile.ZipFile(wheel).namelist())
    in_package = {name for name in names if name.startswith("toc/")}

    assert wanted == in_package
    assert {name.split("/")[0] for name in names - in_package} == {wheel.name.split("-py3")[0] + ".dist-info"}


@pytest.mark.parametrize(
    "file",
    [
        "toc/static/vendor/htmx/htmx.min.js",
        "toc/static/vendor/plotly/plotly-cartesian.min.js",
        "toc/static/vendor/utrecht/index.css",
        "toc/static/vendor/utrecht/LICENSE.md",
        "toc/static/vendor/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
        "toc/templates/base.html",
        "toc/migrations/env.py",
    ],
)
def test_the_wheel_holds_files_that_are_easily_lost(wheel: Path, file: str) -> None:
    assert file in zipfile.ZipFile(wheel).namelist()


def test_every_catalogue_in_the_wheel_is_compiled(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    sources = {name.removesuffix(".po") for name in names if name.endswith(".po")}
    compiled = {name.removesuffix(".mo") for name in names if name.endswith(".mo")}
    assert sources
    assert sources == compiled


def test_the_source_distribution_holds_no_ones_data(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        top = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert not top & {"instance", ".venv", "node_modules", "build", "dist"}
    assert {
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "toc",
        "templates",
        "migrations",
        "seed",
        "tests",
    } <= top


def test_the_installed_program_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(sys.executable, "-c", "import toc; print(toc.__file__)", cwd=tmp_path, packages=installed)
    assert Path(where.strip()) == installed / "toc" / "__init__.py"


def test_both_ways_of_starting_it_show_the_commands(installed: Path, tmp_path: Path) -> None:
    by_module = run(sys.executable, "-m", "toc", "--help", cwd=tmp_path, packages=installed)
    by_name = run(installed / "bin" / "toc", "--help", cwd=tmp_path, packages=installed)
    for shown in (by_module, by_name):
        assert "demo" in shown
        assert "doctor" in shown


def test_the_demo_loads_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "toc", "demo", "--no-serve", cwd=tmp_path, packages=installed)
    assert [path.name for path in tmp_path.iterdir()] == ["instance"]
    assert any((tmp_path / "instance").iterdir())
