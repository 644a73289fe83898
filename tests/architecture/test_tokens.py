"""The look: every token exists, every pair of text and ground can be read, no page styles itself inline."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "toc" / "static" / "css"
TEMPLATES = ROOT / "templates"
COMPONENTS = ROOT / "toc" / "static" / "vendor" / "utrecht" / "index.css"

# What stands on what: (text, ground). Levels and judgements are words too: the same ratio holds.
TEXT_ON_GROUND = (
    [
        (text, ground)
        for text in ("ink", "muted", "link", "link-hover", "accent")
        for ground in ("paper", "card")
    ]
    + [(f"level-{level}", "card") for level in ("impact", "outcome", "output", "activity", "input")]
    + [
        (judgement, f"{judgement}-soft")
        for judgement in ("reached", "on-track", "behind", "no-data", "overdue", "harm")
    ]
    + [("harm", ground) for ground in ("paper", "card")]
    + [
        ("ink", f"{judgement}-soft")
        for judgement in ("reached", "on-track", "behind", "harm", "accent", "brand")
    ]
    + [("link", f"{judgement}-soft") for judgement in ("reached", "on-track", "behind", "harm", "brand")]
    + [
        ("on-brand", "brand"),
        ("on-brand", "brand-dark"),
        ("on-brand", "accent"),
        ("on-brand", "harm"),
        ("accent", "accent-soft"),
        ("brand", "brand-soft"),
        ("brand-dark", "brand-soft"),
        ("brand", "card"),
        ("muted", "brand-soft"),
        ("accent-light", "brand"),
    ]
)
# Lines that say something by themselves (the edge of a field, a link in the tree): 3 : 1, WCAG 2.2, 1.4.11.
LINE_ON_GROUND = [("line-strong", "paper"), ("line-strong", "card"), ("accent", "card"), ("brand", "card")]


def sheets() -> dict[str, str]:
    """Return the text of our style sheets without comments, by file name."""
    return {
        path.name: re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        for path in sorted(STYLES.glob("*.css"))
    }


def colours() -> dict[str, str]:
    """Return the tokens that are a colour, without their prefix: {"ink": "#1c2a26"}."""
    return dict(re.findall(r"--toc-([\w-]+):\s*(#[0-9a-f]{6});", sheets()["tokens.css"]))


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb", 0 (black) to 1 (white).

    Source: WCAG 2.2, definition of relative luminance.
    """
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    tokens = colours()
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize(("line", "ground"), LINE_ON_GROUND)
def test_lines_that_carry_meaning_can_be_seen(line: str, ground: str) -> None:
    tokens = colours()
    assert contrast(tokens[line], tokens[ground]) >= 3


def test_the_colours_of_the_parties_can_be_told_from_the_ground() -> None:
    dots = re.findall(r"--dot:\s*(#[0-9a-f]{6})", sheets()["tree.css"])
    assert len(set(dots)) == 6
    assert all(contrast(dot, colours()["card"]) >= 3 for dot in dots)


def test_every_token_that_is_used_is_defined() -> None:
    text = "\n".join(sheets().values())
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    used = set(re.findall(r"var\((--[\w-]+)", text))
    assert used - defined == set()


def test_every_token_of_ours_is_used() -> None:
    text = "\n".join(sheets().values()) + "".join(
        path.read_text("utf-8") for path in (ROOT / "toc" / "static" / "js").glob("*.js")
    )
    names = set(re.findall(r"(--toc-[\w-]+):", sheets()["tokens.css"]))
    unused = {name for name in names if len(re.findall(rf"{name}(?![\w-])", text)) < 2}
    assert unused == set()


def test_every_component_token_occurs_in_the_component_css() -> None:
    known = set(re.findall(r"--utrecht-[\w-]+", COMPONENTS.read_text("utf-8")))
    ours = set(re.findall(r"(--utrecht-[\w-]+):", sheets()["tokens.css"]))
    assert len(ours) > 100
    assert ours - known == set()


def test_every_component_class_in_the_templates_occurs_in_the_component_css() -> None:
    known = set(re.findall(r"\.(utrecht-[\w-]+)", COMPONENTS.read_text("utf-8")))
    used = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"utrecht-[a-z]+[\w-]*", path.read_text("utf-8"))
        if not name.endswith("-")
    }
    assert used - known == set()


def test_colours_are_named_in_the_tokens_only() -> None:
    """print.css is on white paper and the dots are six of one kind; elsewhere a colour has a name."""
    stray = {
        name: found
        for name, text in sheets().items()
        if name not in {"tokens.css", "print.css"}
        and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"--dot:[^;]+;", "", text)))
    }
    assert stray == {}


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_a_template_carries_no_style_and_no_script_of_its_own(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    # A mail has no style sheet beside it; these are pages.
    assert not re.search(r"<style|\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"(?:href|src|action)=[\"']\s*javascript:", text)
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, flags=re.DOTALL):
        assert 'type="application/json"' in attributes or not body.strip()
    assert not re.search(r"(?:src|<link[^>]+href)=[\"']https?:", text)


def test_a_name_stands_for_one_thing() -> None:
    # All style sheets are one file: a class that two of them begin would change pages of the other.
    begun: dict[str, set[str]] = {}
    for sheet in STYLES.glob("*.css"):
        if sheet.name == "print.css":
            continue
        for name in re.findall(r"^\.([\w-]+) \{", sheet.read_text(encoding="utf-8"), re.MULTILINE):
            begun.setdefault(name, set()).add(sheet.name)
    assert len(begun) > 200
    assert {name: sheets for name, sheets in begun.items() if len(sheets) > 1} == {}
