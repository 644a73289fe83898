"""Install what `make demo`, `make check` or `make test` needs; what is there already is left alone.

Each step writes what it was made from (a digest) to .venv/.prepared when it succeeds, so that a second
run compares a few files and is done. Whatever goes wrong ends in one sentence that says what to do.

Runs on the system's Python, so it uses the standard library only.
"""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
DONE = VENV / ".prepared"
PIP_INSTALL = (BIN / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement")
OLDEST_NODE = 18
BROWSERS = (
    "chromium-headless-shell",  # the same engine as the next, without windows: a quarter less work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""For the browser tests, the best one first."""


def stop(sentence: str) -> NoReturn:
    """Say what to do and end with exit code 1."""
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def digest(*parts: str | Path) -> str:
    """Return a hash of texts and of the contents of files (a missing file counts as empty)."""
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            whole.update(part.read_bytes() if part.is_file() else b"")
        else:
            whole.update(part.encode())
        whole.update(b"\0")
    return whole.hexdigest()


def is_done(step: str, made_from: str) -> bool:
    """Return whether the step succeeded before with the same things."""
    stamp = DONE / step
    return stamp.is_file() and made_from in stamp.read_text().split()


def mark_done(step: str, *made_from: str) -> None:
    """Remember that the step succeeded."""
    DONE.mkdir(exist_ok=True)
    (DONE / step).write_text("\n".join(made_from))


def run(command: Iterable[str | Path], *, failed: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command silently; when it fails, show the last thing it said and stop with the sentence."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode != 0:
        said = [line for line in result.stdout.splitlines() if line.strip()]
        print("\n".join(said[-8:]), file=sys.stderr)
        stop(failed)


def check_folder(goal: str) -> None:
    """Refuse to start in a folder where nothing can be written."""
    try:
        with tempfile.TemporaryFile(dir=ROOT):
            pass
    except OSError:
        stop(
            f"The folder {ROOT} cannot be written to: "
            f"copy it to a folder of your own, or change its owner, then run make {goal} there."
        )


def make_venv() -> None:
    """Make the virtual environment, anew when the folder was moved or Python was replaced."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    made_from = digest(str(VENV), version, sys.base_prefix)
    if is_done("venv", made_from) and (BIN / "python").exists():
        return
    print("Making a virtual environment in .venv ...", flush=True)
    run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        failed="Python could not make a virtual environment: "
        "install its venv module (Debian, Ubuntu: apt install python3-venv) and try again.",
    )
    mark_done("venv", made_from)


def install_python_packages(*, dev: bool) -> None:
    """Install exactly the locked packages; the development lock contains the other one."""
    runtime = digest(ROOT / "requirements.lock")
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    wanted = digest(lock)
    if not is_done("python", wanted):
        print(f"Installing Python packages{' for tests' if dev else ''} ...", flush=True)
        run(
            [*PIP_INSTALL, lock],
            failed="The Python packages could not be installed: "
            "check that this machine reaches its package index (see above), then try again.",
        )
        mark_done("python", runtime, wanted)
    link_package()


def link_package() -> None:
    """Make `toc` runnable from the virtual environment, straight from this folder.

    A path file and a starter instead of an editable install, which would have to build the package
    first, and so need the build tools on every machine that only shows the demo.
    """
    (packages,) = (VENV / "lib").glob("python3.*/site-packages")
    path_file = packages / "doelenboom.pth"
    if not path_file.is_file() or path_file.read_text() != f"{ROOT}\n":
        path_file.write_text(f"{ROOT}\n")
    starter = BIN / "toc"
    text = f'#!/bin/sh\nexec {shlex.quote(str(BIN / "python"))} -P -m toc "$@"\n'
    if not starter.is_file() or starter.read_text() != text:
        starter.write_text(text)
        starter.chmod(0o755)


def find_npm() -> tuple[Path | str, dict[str, str]]:
    """Return npm and the environment to start it in: the system's, else the one from a Python package."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        major = said.strip().removeprefix("v").split(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return npm, dict(os.environ)
    wanted = digest(ROOT / "requirements-node.lock")
    if not is_done("npm", wanted):
        print("Installing npm into the virtual environment ...", flush=True)
        run(
            [*PIP_INSTALL, ROOT / "requirements-node.lock"],
            failed=f"npm is missing: install Node.js {OLDEST_NODE} or newer "
            "(Debian, Ubuntu: apt install nodejs npm), then try again.",
        )
        mark_done("npm", wanted)
    # Its npm starts the `node` that it finds on the path.
    return BIN / "npm", {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def install_front_end(*, dev: bool) -> None:
    """Install the locked npm packages and copy what pages use to toc/static/vendor."""
    lock = ROOT / "package-lock.json"
    small, full = digest("without dev", lock), digest("with dev", lock)
    present = (ROOT / "node_modules" / ".package-lock.json").is_file()
    if not (present and is_done("front-end", full if dev else small)):
        npm, env = find_npm()
        print("Installing front-end packages ...", flush=True)
        run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            + ([] if dev else ["--omit=dev"]),
            env=env,
            failed="The front-end packages could not be installed: "
            "check that this machine reaches its npm registry (see above), then try again.",
        )
        mark_done("front-end", *((small, full) if dev else (small,)))
    copied = digest(lock, ROOT / "tools" / "vendor.py")
    if not (is_done("vendor", copied) and (ROOT / "toc" / "static" / "vendor").is_dir()):
        run(
            [BIN / "python", "tools/vendor.py"],
            failed="The front-end files could not be copied: run make clean, then try again.",
        )
        mark_done("vendor", copied)


def compile_catalogues() -> None:
    """Compile the translations when one of them changed."""
    sources = sorted((ROOT / "toc" / "translations").glob("*/LC_MESSAGES/*.po"))
    made_from = digest(ROOT / "tools" / "catalogues.py", *(part for po in sources for part in (po.name, po)))
    if is_done("catalogues", made_from) and all(po.with_suffix(".mo").is_file() for po in sources):
        return
    print("Compiling translations ...", flush=True)
    run(
        [BIN / "python", "tools/catalogues.py", "compile"],
        failed="A translation could not be compiled: mend the line named above, then try again.",
    )
    mark_done("catalogues", made_from)


def install_chromium() -> None:
    """See to it that a Chromium is installed for the browser tests: the one without windows, or any."""
    best, *others = BROWSERS
    if shutil.which(best):
        return
    present = any(map(shutil.which, others))
    by_hand = f"install it by hand (Debian: sudo apt install {best}), then try again."
    if not (os.geteuid() == 0 and shutil.which("apt-get")):
        if not present:
            stop(f"The browser tests need Chromium: {by_hand}")
        return
    print("Installing Chromium ...", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", best]):
        done = subprocess.run([*apt, *command], env=env, check=False, capture_output=present)
        if done.returncode:
            if not present:
                stop(f"Chromium could not be installed: {by_hand}")
            print("It could not be installed; the one that is there does the work, in more time.", flush=True)
            return


def main(goal: str) -> None:
    """Prepare for one goal of the Makefile."""
    dev = goal != "demo"
    check_folder(goal)
    make_venv()
    install_python_packages(dev=dev)
    (ROOT / "build").mkdir(exist_ok=True)
    if goal == "check":
        return
    install_front_end(dev=dev)
    compile_catalogues()
    if dev:
        install_chromium()


if __name__ == "__main__":
    main(sys.argv[1])
