"""Copy the front-end files that pages use from node_modules to toc/static/vendor.

Every folder also gets the licence of its package. Nothing is changed in a file on the way.
The folder is made anew, so that what a package no longer has does not stay behind.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "toc" / "static" / "vendor"

FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "fonts": (
        "@fontsource-variable/atkinson-hyperlegible-next",
        (
            "LICENSE",
            "files/atkinson-hyperlegible-next-latin-ext-wght-italic.woff2",
            "files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
            "files/atkinson-hyperlegible-next-latin-wght-italic.woff2",
            "files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
        ),
    ),
    "htmx": ("htmx.org", ("LICENSE", "dist/htmx.min.js")),
    "plotly": ("plotly.js-cartesian-dist-min", ("LICENSE", "plotly-cartesian.min.js")),
    "utrecht": ("@utrecht/component-library-css", ("LICENSE.md", "dist/index.css")),
}
"""Folder in vendor -> (npm package, its files that we serve)."""


def main() -> int:
    """Copy everything; on a missing file say which and return 1."""
    missing = [
        f"{package}/{file}"
        for package, files in FILES.values()
        for file in files
        if not (PACKAGES / package / file).is_file()
    ]
    if missing:
        print(f"Front-end files are missing from node_modules: {', '.join(missing)}.", file=sys.stderr)
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    for folder, (package, files) in FILES.items():
        (VENDOR / folder).mkdir(parents=True)
        for file in files:
            shutil.copyfile(PACKAGES / package / file, VENDOR / folder / Path(file).name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
