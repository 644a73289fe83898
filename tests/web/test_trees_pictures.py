"""Files with a picture of the tree: one page, the right size, readable on their own."""

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree
from PIL import Image

from tests.factories import make_member
from tests.factories.goals import make_goal, make_link, make_many_goals
from tests.factories.interviews import make_group
from tests.web.reader import Reader
from toc.charts import fonts
from toc.charts.tree_png import png
from toc.domain.errors import DomainError
from toc.domain.goals import Level, Standing
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.web.trees.inks import DOTS, TOKENS

CSS = Path(__file__).resolve().parents[2] / "toc" / "static" / "css"
SVG = "{http://www.w3.org/2000/svg}"


class Tree:
    """A tree with a feedback, a hidden goal, a party, and letters that few fonts have."""

    def __init__(self, database: Database, programme: Programme) -> None:
        self.database, self.programme = database, programme
        with database.writing(programme.id) as session:
            self.group = make_group(session, name="Young people <b>")
            end = make_goal(
                session, "Jongeren houden werk, ook later", level=Level.IMPACT, holders=[self.group]
            )
            middle = make_goal(session, "Čedo škola 日本 👍 \u0627", level=Level.OUTCOME)
            low = make_goal(session, "<script>alert(1)</script> & co", level=Level.ACTIVITY)
            hidden = make_goal(session, "Rid of the foundation", standing=Standing.HIDDEN)
            make_goal(session, "Loose", level=Level.OUTPUT)
            make_link(session, middle, end, is_key=True, mechanism="x")
            make_link(session, low, middle)
            make_link(session, end, low, is_feedback=True)
            make_link(session, hidden, end)
            self.end, self.middle = end, middle
        self.page = f"/p/{programme.id}/tree/export"

    def sign_in(self, reader: Reader, *roles: Role, language: str = "en") -> Reader:
        with self.database.writing(self.programme.id) as session:
            return reader.use(language).sign_in(make_member(session, self.programme, *roles))


@pytest.fixture
def tree(database: Database, programme: Programme) -> Tree:
    return Tree(database, programme)


def text_of(pdf: bytes) -> tuple[int, tuple[float, float], str]:
    """Number of pages, size in points and the text of the first page."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        return len(document), page.get_size(), page.get_textpage().get_text_range()


def test_a_pdf_is_one_page_with_title_day_programme_legend_and_goals(reader: Reader, tree: Tree) -> None:
    tree.sign_in(reader, Role.FUNDER)
    answer = reader.client.get(f"{tree.page}/tree.pdf?paper=a3")
    assert answer.status_code == 200
    pages, (width, height), text = text_of(answer.data)
    assert pages == 1
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (420, 297)
    for said in (
        "Goal tree",
        tree.programme.name,
        "houden",
        "Young people <b>",
        "key link",
        "feedback",
        "\u010cedo",
    ):
        assert said in text
    assert "foundation" not in text
    assert b"Atkinson" in answer.data
    assert "attachment" in answer.headers["Content-Disposition"]
    four = reader.client.get(f"{tree.page}/tree.pdf?paper=a4&lens=whose&root={tree.middle.id}")
    pages, (width, _), text = text_of(four.data)
    assert (pages, round(width / 72 * 25.4)) == (1, 297)
    assert "Branch of G2" in text
    assert "Loose" not in text


def test_a_png_has_300_dots_per_inch_and_the_size_of_the_paper(reader: Reader, tree: Tree) -> None:
    tree.sign_in(reader, Role.EVALUATOR)
    answer = reader.client.get(f"{tree.page}/tree.png?paper=a4")
    picture = Image.open(io.BytesIO(answer.data))
    assert picture.format == "PNG"
    assert [round(dots) for dots in picture.info["dpi"]] == [300, 300]
    assert abs(picture.width - 297 / 25.4 * 300) < 2
    assert abs(picture.height - 210 / 25.4 * 300) < 2
    colours = picture.convert("RGB").getcolors(maxcolors=10**6)
    assert colours is not None
    assert len(colours) > 50  # boxes, lines and letters, not an empty sheet


@pytest.mark.parametrize(
    "lens", ["status", "evidence", "whose", "disagreement", "certainty", "money", "changed"]
)
def test_an_svg_stands_on_its_own_through_every_lens(reader: Reader, tree: Tree, lens: str) -> None:
    tree.sign_in(reader, Role.EVALUATOR, Role.COORDINATOR)
    answer = reader.client.get(f"{tree.page}/tree.svg?lens={lens}&inside=1")
    assert answer.mimetype == "image/svg+xml"
    root = etree.fromstring(answer.data)
    assert root.tag == f"{SVG}svg"
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "g", "title", "desc", "rect", "circle", "path", "text"}
    for element in root.iter():
        assert not {
            name for name in element.attrib if name in {"class", "style", "href"} or name.startswith("on")
        }
        assert "http" not in " ".join(map(str, element.attrib.values()))
    words = " ".join(root.itertext())
    assert "<script>alert(1)</script>" in words
    assert "Rid of the foundation" in words
    assert tree.programme.name in words
    assert text_of(reader.client.get(f"{tree.page}/tree.pdf?lens={lens}&inside=1").data)[0] == 1


def test_files_leave_hidden_goals_out_unless_they_are_for_the_evaluator(reader: Reader, tree: Tree) -> None:
    tree.sign_in(reader, Role.EVALUATOR)
    assert b"foundation" not in reader.client.get(f"{tree.page}/tree.svg").data
    tree.sign_in(reader, Role.FUNDER)
    assert b"foundation" not in reader.client.get(f"{tree.page}/tree.svg?inside=1").data


def test_a_big_tree_says_how_many_goals_are_not_drawn(
    reader: Reader, tree: Tree, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        make_many_goals(session, 170, holder=tree.group)
    tree.sign_in(reader, Role.EVALUATOR, language="nl")
    root = etree.fromstring(reader.client.get(f"{tree.page}/tree.svg").data)
    assert re.search(r"En nog \d\d doelen die niet getekend zijn", " ".join(root.itertext()))
    pages, _, text = text_of(reader.client.get(f"{tree.page}/tree.pdf").data)
    assert pages == 1
    assert "niet getekend" in text


def test_an_empty_tree_gives_an_empty_sheet(reader: Reader, database: Database, programme: Programme) -> None:
    with database.writing(programme.id) as session:
        reader.use("en").sign_in(make_member(session, programme, Role.EVALUATOR))
    page = f"/p/{programme.id}/tree/export"
    assert "nothing to save" in reader.get(page).text
    for name in ("tree.svg", "tree.pdf", "tree.txt", "tree.json", "tree.xlsx", "goals.csv"):
        assert reader.client.get(f"{page}/{name}").status_code == 200
    assert reader.client.get(f"{page}/tree.exe").status_code == 404


def test_the_colours_of_files_are_those_of_the_pages() -> None:
    css = (CSS / "tokens.css").read_text()
    for name, colour in TOKENS.items():
        assert f"--toc-{name}: {colour};" in css
    tree_css = (CSS / "tree.css").read_text()
    for place, colour in enumerate(DOTS, start=1):
        assert f".tree__dot--{place}, .legend__entry--dot-{place} {{ --dot: {colour}; }}" in tree_css


def test_a_picture_that_cannot_be_made_says_so() -> None:
    with pytest.raises(DomainError, match=r"tree_out\.no_png"):
        png(b"this is no PDF")
    with pytest.raises(DomainError, match=r"tree_out\.no_png"):
        png(b"", seconds=0.0001)


def test_every_sign_can_be_written() -> None:
    text = "a\u0301\u0300 \u0416 \u01d5 \ufb01 \U0001f44d \x07\u200b \u0627\u0644 \u2195"
    for bold in (False, True):
        assert fonts.width(text, 10, bold=bold) > 0
        assert "".join(run.text for run in fonts.runs(text, bold=bold)).startswith("á")
