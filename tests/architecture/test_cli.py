"""The commands as a person at a terminal meets them."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import click
import pytest
from click.testing import CliRunner

from tests.postgres import Database
from toc.app import create_app
from toc.cli import main
from toc.settings import Settings, SettingsError

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD_KEY = "3JkQ1vTz-uP7_yWm5XcE9sRbNaHdLgOf"


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield " ".join(("toc", *path, name)), command


COMMANDS = dict(commands(main))


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """What a service has: a path, our settings, and no home."""
    env = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LD_LIBRARY_PATH"}}
    return {**env, "TOC_INSTANCE": str(folder / "instance"), "PYTHONUNBUFFERED": "1", **settings}


def toc(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "toc", *arguments],
        cwd=ROOT,
        env=environment(folder, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to run commands of this process in, without any settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("TOC_")]:
        monkeypatch.delenv(name)
    before = os.umask(0o022)
    yield tmp_path
    os.umask(before)  # commands make files for their owner alone


# --- Documentation ------------------------------------------------------------------------------------------


def test_these_are_the_commands() -> None:
    assert list(COMMANDS) == [
        "toc audit verify",
        "toc demo",
        "toc doctor",
        "toc import",
        "toc jobs",
        "toc programme add",
        "toc remind",
        "toc serve",
        "toc upgrade",
        "toc user add",
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_with_its_options(name: str) -> None:
    command = COMMANDS[name]
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## `(.+?)`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    arguments = [
        f" {one.name.upper()}" for one in command.params if isinstance(one, click.Argument) and one.name
    ]
    section = sections[name + "".join(arguments)]
    assert command.help
    assert command.help in section
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert re.findall(r"^\| `(--[a-z-]+)` \| (.+) \|$", section, re.MULTILINE) == [
        (option.opts[0], option.help) for option in options
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, in_folder: Path) -> None:
    shown = CliRunner().invoke(main, [*name.split()[1:], "--help"])
    assert shown.exit_code == 0
    assert " ".join(str(COMMANDS[name].help).split()) in " ".join(shown.output.split())
    assert list(in_folder.iterdir()) == []


# --- Mistakes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "settings", "code", "said"),
    [
        (["nothing"], {}, 2, "No such command 'nothing'"),
        (["serve", "--port", "70000"], {}, 2, "70000 is not in the range"),
        (["user", "add"], {}, 2, "Missing argument 'EMAIL'"),
        (["doctor"], {"TOC_MAIL_SERVR": "x"}, 1, "no setting. Did you mean TOC_MAIL_SERVER?"),
        (["upgrade"], {"TOC_INSTANCE": "/proc/here"}, 1, "/proc/here cannot be used"),
        (["upgrade"], {"TOC_INSTANCE": str(ROOT / "LICENSE")}, 1, "cannot be read (Not a directory)"),
        (["demo", "--no-serve"], {"TOC_INSTANCE": "/proc/here"}, 1, "/proc/here cannot be used"),
        (["serve"], {}, 1, "Make it with: toc upgrade"),
        (["audit", "verify"], {}, 1, "Make it with: toc upgrade"),
        (
            ["audit", "verify"],
            {"TOC_DATABASE_URL": "postgresql+psycopg://toc:secret-word@127.0.0.1:1/toc"},
            1,
            "The database refuses (connection failed",
        ),
        (["serve"], {"TOC_PRODUCTION": "true"}, 1, "There is no secret key of your own."),
        (
            ["serve"],
            {
                "TOC_PRODUCTION": "true",
                "TOC_SECRET_KEY": GOOD_KEY,
                "TOC_BASE_URL": "https://toc.example",
                "TOC_DEBUG": "1",
            },
            1,
            "Debug is on",
        ),
        (
            ["demo"],
            {"TOC_PRODUCTION": "true", "TOC_SECRET_KEY": GOOD_KEY, "TOC_BASE_URL": "https://toc.example"},
            1,
            "choose another folder and unset TOC_PRODUCTION",
        ),
    ],
)
def test_a_mistake_gives_a_sentence(
    arguments: list[str], settings: dict[str, str], code: int, said: str, in_folder: Path
) -> None:
    result = CliRunner(env=settings).invoke(main, arguments)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.stderr
    assert said in result.stderr
    assert "secret-word" not in result.stderr
    assert result.stdout == ""
    assert list(in_folder.iterdir()) == []


def test_in_production_no_superuser_is_served(
    postgres: Database, in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in {
        "PRODUCTION": "true",
        "SECRET_KEY": GOOD_KEY,
        "BASE_URL": "https://toc.example",
        "DATABASE_URL": postgres.admin_url,
    }.items():
        monkeypatch.setenv(f"TOC_{name}", text)
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 1
    assert "sign in to PostgreSQL as a superuser" in result.stderr
    assert list(in_folder.iterdir()) == []


def test_in_production_no_other_way_of_starting_is_less_strict(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no secret key of your own"):
        create_app(Settings(instance=tmp_path, production=True))


def test_a_port_in_use_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = toc(tmp_path, "demo", "--port", str(port))
    assert result.returncode == 1
    assert (
        f"Port {port} of 127.0.0.1 cannot be used (Address already in use). Choose another" in result.stderr
    )
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "instance").exists()


# --- Serving ------------------------------------------------------------------------------------------------


@contextmanager
def serving(folder: Path, *arguments: str, **settings: str) -> Iterator[str]:
    """Give the address of a server that was started by a command, when it says that it is ready."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "toc", *arguments, "--port", str(port)],
        cwd=ROOT,
        env=environment(folder, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = []
        for line in server.stdout or ():
            said.append(line)
            if "ready" in line:
                break
        assert said[-1].strip() == f"Doelenboom is ready: http://localhost:{port}", said
        yield f"http://localhost:{port}"
    finally:
        server.send_signal(signal.SIGINT)
        code = server.wait(timeout=60)
        rest = server.stdout.read() if server.stdout else ""
    assert code == 0, rest
    assert "Traceback" not in rest


def read(address: str) -> str:
    """Fetch a page as a browser would."""
    with urlopen(address, timeout=60) as page:  # noqa: S310 - our own server
        assert page.status == 200
        return str(page.read().decode())


def test_it_serves_without_a_home_and_stops_at_once(tmp_path: Path) -> None:
    assert toc(tmp_path, "upgrade").returncode == 0
    with serving(tmp_path, "serve") as address:
        assert "Doelenboom" in read(f"{address}/")
        assert read(f"{address}/health") == '{"status":"ok"}\n'
    instance = tmp_path / "instance"
    assert {path.name for path in instance.iterdir()} == {"secret_key", "toc.db"}
    # What the owner alone may read: the database, the key, and the folder around them.
    assert [f"{path.stat().st_mode & 0o777:o}" for path in (instance, *sorted(instance.iterdir()))] == [
        "700",
        "600",
        "600",
    ]


def test_a_demo_that_starts_again_keeps_what_was_entered(tmp_path: Path) -> None:
    with serving(tmp_path, "demo") as address:
        assert "@demo.example" in read(f"{address}/login")
    password = "paars-kruiwagen-hemel-7"
    added = toc(tmp_path, "user", "add", "sanne@example.nl", "--name", "Sanne", "--password", password)
    assert added.returncode == 0, added.stderr
    with serving(tmp_path, "demo") as address:
        assert "Doelenboom" in read(f"{address}/")
    again = toc(tmp_path, "user", "add", "sanne@example.nl", "--name", "Sanne", "--password", password)
    assert "an account with this address already" in again.stderr
    assert toc(tmp_path, "audit", "verify").returncode == 0


def test_a_demo_stands_beside_no_real_programme(tmp_path: Path) -> None:
    assert toc(tmp_path, "upgrade").returncode == 0
    password = "paars-kruiwagen-hemel-7"
    assert toc(tmp_path, "user", "add", "a@example.nl", "--name", "A", "--password", password).returncode == 0
    made = toc(tmp_path, "programme", "add", "First", "--coordinator", "a@example.nl")
    assert made.returncode == 0, made.stderr
    refused = toc(tmp_path, "demo", "--no-serve")
    assert refused.returncode == 1
    assert "is used for real programmes" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
