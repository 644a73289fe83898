"""Run all tests: those marked `serial` alone, then the many in parallel, and judge the branch coverage.

Coverage is measured where rules and services are tested, in tests/domain and tests/db: it slows Python, and
a page that happens to pass through a rule does not test it.

Extra arguments go to pytest and make a partial run, whose coverage is not judged.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
COVERING = ("tests/domain", "tests/db")
SERIAL = "mark.serial"
COVERED = "toc/domain/*,toc/services/*"


def pytest(*arguments: str) -> int:
    """Run pytest; return its exit code, where "no test of this kind" is no fault."""
    code = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode
    return 0 if code == NOTHING_COLLECTED else code


def serial_files() -> list[str]:
    """Return the files with tests that run alone, so that pytest need not read the other thousands."""
    found = (file for file in (ROOT / "tests").rglob("test_*.py") if SERIAL in file.read_text("utf-8"))
    return sorted(str(file.relative_to(ROOT)) for file in found)


def main(extra: list[str]) -> int:
    """Return 0 when everything passed."""
    if extra:
        return subprocess.run([sys.executable, "-m", "pytest", *extra], cwd=ROOT, check=False).returncode
    started = time.monotonic()
    (ROOT / ".coverage").unlink(missing_ok=True)
    workers = min(os.cpu_count() or 1, 4)
    parallel = ("-q", "-m", "not serial", "--dist", "worksteal")
    codes = [
        pytest("-q", "-m", "serial", *serial_files()),
        pytest(*parallel, f"-n{workers}", *COVERING, "--cov", "--cov-report="),
        # One more than there are processors: tests with a browser wait for a good part of their time.
        pytest(*parallel, f"-n{workers + 1}", *(f"--ignore={folder}" for folder in COVERING)),
    ]
    report = subprocess.run(
        [sys.executable, "-m", "coverage", "report", f"--include={COVERED}", "--fail-under=100"],
        cwd=ROOT,
        check=False,
    ).returncode
    print(f"Tests took {time.monotonic() - started:.0f} seconds.")
    return next((code for code in codes if code), report)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
