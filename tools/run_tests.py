"""Run all tests: those marked `serial` alone, then the many in parallel, then judge the branch coverage.

Extra arguments go to pytest and make a partial run, whose coverage is not judged.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
COVERED = "toc/domain/*,toc/services/*"


def pytest(*arguments: str) -> int:
    """Run pytest; return its exit code, where "no test of this kind" is no fault."""
    code = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode
    return 0 if code == NOTHING_COLLECTED else code


def main(extra: list[str]) -> int:
    """Return 0 when everything passed."""
    if extra:
        return subprocess.run([sys.executable, "-m", "pytest", *extra], cwd=ROOT, check=False).returncode
    started = time.monotonic()
    (ROOT / ".coverage").unlink(missing_ok=True)
    workers = str(min(os.cpu_count() or 1, 4))
    coverage = ["--cov", "--cov-report="]
    serial = pytest("-q", "-m", "serial", *coverage)
    parallel = pytest(
        "-q", "-m", "not serial", "-n", workers, "--dist", "worksteal", *coverage, "--cov-append"
    )
    report = subprocess.run(
        [sys.executable, "-m", "coverage", "report", f"--include={COVERED}", "--fail-under=100"],
        cwd=ROOT,
        check=False,
    ).returncode
    print(f"Tests took {time.monotonic() - started:.0f} seconds.")
    return serial or parallel or report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
