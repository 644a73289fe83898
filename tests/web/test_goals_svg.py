"""What people typed stands in the picture as text, wherever it stands."""

import pytest

from tests.factories import make_member
from tests.factories.goals import make_goal, make_link
from tests.factories.interviews import make_group
from tests.web.reader import Reader
from toc.domain.goals import Level
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.programmes import Programme

HOSTILE = """a"b'c</text><script>d()</script>&amp;e"""


@pytest.mark.parametrize("lens", ["status", "evidence", "whose", "disagreement", "certainty", "money"])
def test_what_is_typed_is_text_in_the_picture(
    database: Database, programme: Programme, reader: Reader, lens: str
) -> None:
    with database.writing(programme.id) as session:
        party = make_group(session, name=f"party {HOSTILE}")
        upper = make_goal(session, f"upper {HOSTILE}", level=Level.IMPACT, holders=[party])
        make_link(session, make_goal(session, f"lower {HOSTILE}"), upper)
        reader.use("en").sign_in(make_member(session, programme, Role.EVALUATOR))
    page = reader.get(f"/p/{programme.id}/tree?lens={lens}&find=lower")
    assert not page.find("svg.tree script")
    assert "<script>d()" not in page.body
    boxes = page.find("svg.tree a.tree__goal")
    assert len(boxes) == 2
    for box, name in zip(boxes, ("upper", "lower"), strict=True):
        label = box.attrs["aria-label"]
        assert f"{name} {HOSTILE}" in label
        assert (f"party {HOSTILE}" in label) is (name == "upper")
        words = "".join(line.to_text() for line in box.query("text.tree__name"))
        assert HOSTILE.replace(" ", "").startswith(words.replace(" ", "")[len(name) : len(name) + 12])
    assert [box.attrs["class"] for box in boxes if "marked" in box.attrs["class"]] == [
        "tree__goal tree__goal--marked"
    ]
