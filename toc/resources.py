"""Where the files that are not Python lie: inside the package in a wheel, beside it in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def templates() -> Path:
    """Return the folder of the Jinja templates."""
    return find("templates", holds="base.html")


def migrations() -> Path:
    """Return the folder of the database migrations."""
    return find("migrations", holds="env.py")


def seed() -> Path:
    """Return the folder of the demo programmes and the interview guides."""
    return find("seed", holds="guides.json")


def static() -> Path:
    """Return the folder that is served under ``/static``."""
    return find("static", holds="css")


def find(name: str, *, holds: str, package: Path = PACKAGE) -> Path:
    """Return the folder of this name in the package, else beside it.

    Args:
        name: the folder.
        holds: what must be in it, so that a stranger's folder of the same name is not taken for ours.
        package: the folder of the package.

    Raises:
        FileNotFoundError: neither is there; the sentence says where was looked.
    """
    places = [package / name, package.parent / name]
    for place in places:
        if (place / holds).exists():
            return place
    looked = " nor ".join(str(place / holds) for place in places)
    raise FileNotFoundError(f"The installation is not complete: neither {looked} exists. Install it again.")
