"""A page that looks for news after its session ended: it begins no new one, and says so."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.site import Visitor
from toc.domain.ids import derived
from toc.domain.jobs import JobKind, JobState
from toc.domain.programmes import Language
from toc.models.database import Database
from toc.models.jobs import Job
from toc.services.demo.accounts import programme_id

HERE = programme_id("colour_kitchen", Language.EN)
PLAN = derived(derived(HERE, "document", "plan"), "interview")
WALL = derived(HERE, "workshop", "restaurant")
WORK = derived(HERE, "work without end")


@pytest.fixture
def _work(demo_folder: Path) -> Iterator[None]:
    """A job that no process does, so that its page goes on looking."""
    database = Database(f"sqlite:///{demo_folder / 'instance' / 'toc.db'}")
    at = datetime.now(UTC)
    asked = {"name": "log.csv", "sha256": "0" * 64, "size": 1, "source": "", "mapping": None}
    made = {"created_at": at, "started_at": at, "beat_at": at}
    with database.writing(HERE) as session:
        session.add(Job(id=WORK, kind=JobKind.READ, state=JobState.RUNNING, asked=asked, result={}, **made))
    yield
    with database.writing(HERE) as session:
        session.delete(session.get_one(Job, (HERE, WORK)))
    database.engine.dispose()


@pytest.mark.usefixtures("_work")
@pytest.mark.parametrize(
    "page",
    [f"jobs/{WORK}", "tree", f"interviews/{PLAN}/coding?others=1", f"workshops/{WALL}/board"],
    ids=["job", "tree", "coding", "wall"],
)
def test_a_look_after_the_session_ended_begins_no_session_and_says_so(
    visit: Callable[..., Visitor], page: str
) -> None:
    reader = visit("evaluator", language="en")
    reader.page.clock.install()
    reader.page.goto(f"/p/{HERE}/{page}")
    elsewhere = visit(language="en", storage_state=reader.context.storage_state())
    elsewhere.page.goto("/programmes")
    elsewhere.page.locator("summary").filter(has_text="your account").click()
    with elsewhere.page.expect_navigation():
        elsewhere.page.get_by_role("button", name="Sign out").click()
    answered: list[str] = []  # of what is only asked for the browser tells too, where it then does not go on
    reader.context.on("response", lambda response: answered.append(response.url))
    reader.page.clock.run_for(10_000)  # longer than any of them waits
    said = reader.page.get_by_role("alert").filter(has_text="You are no longer signed in.")
    expect(said.get_by_role("link", name="Sign in (opens another tab)")).to_be_visible()
    assert answered
    assert not [address for address in answered if "/login" in address]
    begun = {cookie["name"] for cookie in reader.context.cookies()} - {"language"}
    assert not begun
