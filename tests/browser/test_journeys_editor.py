"""The goal tree edited in a real browser: by mouse, by keyboard, by two people, and without JavaScript."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Visitor

KITCHEN = "The Colour Kitchen Utrecht (English)"


def editor(
    visit: Callable[..., Visitor], *lines: str, menu: tuple[str, ...] = (), **options: object
) -> Visitor:
    """An evaluator in the editor, with a new branch of these lines at the top of the tree."""
    evaluator = visit("evaluator", language="en", **options).open_programme(KITCHEN)
    evaluator.menu(*menu, "Goal tree").follow("Edit the tree").follow("Add a branch as text")
    evaluator.fill({"The branch": "\n".join(lines)}).press("Look at it first")
    evaluator.sees(f"This adds {len(lines)} goal")
    return evaluator.press("Add these goals")


def box(page: Page, name: str) -> Locator:
    """The box of a goal."""
    return page.locator("svg.tree").get_by_role("link", name=name).and_(page.locator(".tree__goal"))


def list_address(page: Page) -> str:
    """The address of the same tree as a list."""
    return page.url.split("?")[0] + "?view=list"


def means_of(visitor: Visitor, name: str) -> list[str]:
    """What stands right below a goal, as the list says it in another tab."""
    tab = visitor.context.new_page()
    tab.goto(list_address(visitor.page))
    here = tab.locator(".tree-list li").filter(has=tab.locator("> .tree-list__goal", has_text=name)).last
    found = here.locator("> ul > li > .tree-list__goal .tree-list__name a").all_inner_texts()
    tab.close()
    return found


def drag(page: Page, what: Locator, to: Locator) -> None:
    """Drag one box onto another."""
    what.evaluate("it => it.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'})")
    pull(page, middle(what), to)


def pull(page: Page, start: tuple[float, float], to: Locator) -> None:
    """Press here and let go over a box, as a hand does: when the page moves along, the hand follows."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 10, start[1] + 10, steps=3)
    for _ in range(40):
        page.mouse.move(*middle(to), steps=3)
        if "tree__goal--target" in (to.get_attribute("class") or ""):
            break
    expect(to).to_have_class(re.compile("tree__goal--target"))
    page.mouse.up()


def code_of(page: Page, name: str) -> str:
    """The code of a goal, as its box says it."""
    return (box(page, name).get_attribute("aria-label") or "").split()[0]


def middle(goal: Locator) -> tuple[float, float]:
    """The middle of a box in the window."""
    place = goal.locator("rect").first.bounding_box()
    assert place is not None
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 3


def told(visitor: Visitor, said: str | re.Pattern[str], timeout: int = 15_000) -> None:
    """Wait until the page says something about the tree."""
    expect(visitor.page.locator("[data-tree-news]")).to_have_text(said, timeout=timeout)


def test_a_goal_is_dragged_below_another_and_the_step_undone(visit: Callable[..., Visitor]) -> None:
    evaluator = editor(visit, "Dragged end one", "Dragged end two", "Dragged means")
    page = evaluator.page
    one, two, means = (code_of(page, f"Dragged {name}") for name in ("end one", "end two", "means"))
    drag(page, box(page, "Dragged means"), box(page, "Dragged end one"))
    told(evaluator, f"Done: {means} moved below {one}.")
    assert means_of(evaluator, "Dragged end one") == ["Dragged means"]
    drag(page, box(page, "Dragged means"), box(page, "Dragged end two"))
    told(evaluator, f"Done: {means} moved below {two}.")
    expect(page.get_by_role("button", name=f"Undo: {means} moved below {two}")).to_be_visible()
    assert means_of(evaluator, "Dragged end two") == ["Dragged means"]
    page.keyboard.press("Control+z")
    told(evaluator, f"Undone: {means} moved below {two}.")
    assert means_of(evaluator, "Dragged end one") == ["Dragged means"]
    page.keyboard.press("Control+Shift+z")
    told(evaluator, f"Done again: {means} moved below {two}.")
    assert means_of(evaluator, "Dragged end two") == ["Dragged means"]


def test_a_drag_that_would_go_round_says_so_and_changes_nothing(visit: Callable[..., Visitor]) -> None:
    evaluator = editor(visit, "Round end", "  Round means")
    page = evaluator.page
    drag(page, box(page, "Round end"), box(page, "Round means"))
    expect(page.locator("#tree-panel")).to_contain_text("This would go round in a circle")
    page.keyboard.press("Escape")
    expect(page.locator("#tree-panel")).to_be_hidden()
    assert means_of(evaluator, "Round end") == ["Round means"]


def test_a_goal_moves_and_is_linked_by_keyboard_alone(visit: Callable[..., Visitor]) -> None:
    evaluator = editor(visit, "Keyed end one", "  Keyed means", "Keyed end two")
    page = evaluator.page
    box(page, "Keyed means").focus()
    page.keyboard.press("ArrowUp")
    expect(box(page, "Keyed end one")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(box(page, "Keyed means")).to_be_focused()
    page.keyboard.press("m")
    where = page.get_by_label("Below which goal?")
    expect(where).to_be_focused()
    page.keyboard.press("ArrowDown")
    where.select_option(label=where.locator("option", has_text="Keyed end two").inner_text())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told(evaluator, re.compile(r"^Done: G\d+ moved below G\d+\.$"))
    expect(box(page, "Keyed means")).to_be_focused()
    assert means_of(evaluator, "Keyed end two") == ["Keyed means"]
    page.keyboard.press("n")
    expect(page.get_by_label("New goal")).to_be_focused()
    page.keyboard.type("Keyed new")
    page.keyboard.press("Enter")
    told(evaluator, re.compile(r"^Done: G\d+ added\.$"))
    assert means_of(evaluator, "Keyed means") == ["Keyed new"]
    for name in ("Keyed end one", "Keyed end two"):
        box(page, name).focus()
        page.keyboard.press(" ")
    page.keyboard.press("Delete")
    confirm = page.get_by_label("Yes, take out of the tree")
    confirm.check()
    page.get_by_role("button", name="Take out", exact=True).click()
    told(evaluator, re.compile(r"^Done: 2 goals taken out"))
    expect(box(page, "Keyed end one")).to_have_count(0)


def test_a_link_is_drawn_from_the_handle(visit: Callable[..., Visitor]) -> None:
    evaluator = editor(visit, "Drawn end", "Drawn means")
    page = evaluator.page
    box(page, "Drawn means").click()
    page.locator("#tree-panel").get_by_role("link", name="All about this goal").wait_for()
    page.evaluate("document.getElementById('tree-panel').hidden = true")  # it may stand over the other goal
    box(page, "Drawn means").evaluate("it => it.scrollIntoView({block: 'center', behavior: 'instant'})")
    grip = page.locator(".tree__handle").bounding_box()
    assert grip is not None
    pull(page, (grip["x"] + 12, grip["y"] + 12), box(page, "Drawn end"))
    told(evaluator, re.compile(r"^Done: G\d+ linked to G\d+\.$"))
    assert means_of(evaluator, "Drawn end") == ["Drawn means"]


def test_two_people_see_what_the_other_does_without_loading_anew(visit: Callable[..., Visitor]) -> None:
    one = editor(visit, "Shared end", "Shared means")
    two = visit("evaluator", language="en")
    two.page.goto(one.page.url)
    two.page.evaluate("window.loadedOnce = true")
    box(two.page, "Shared means").click()
    typed = two.page.get_by_label("New goal")
    typed.fill("Half a sent")
    code = code_of(two.page, "Shared end")
    drag(one.page, box(one.page, "Shared means"), box(one.page, "Shared end"))
    told(one, re.compile(r"^Done: G\d+ moved"))
    fold = two.page.locator("svg.tree").get_by_role("link", name=re.compile(f"below {code}$"))
    expect(fold).to_have_count(1, timeout=10_000)
    expect(two.page.get_by_label("New goal")).to_have_value("Half a sent")
    expect(typed).to_be_focused()
    assert two.page.evaluate("window.loadedOnce") is True


def test_a_coordinator_hears_who_changed_how_many_goals(visit: Callable[..., Visitor]) -> None:
    evaluator = editor(visit, "Heard end", "Heard means")
    coordinator = visit("coordinator", language="en")
    coordinator.page.goto(evaluator.page.url.split("?")[0])
    coordinator.page.evaluate("window.loadedOnce = true")
    means = box(coordinator.page, "Heard means")
    means.focus()
    drag(evaluator.page, box(evaluator.page, "Heard means"), box(evaluator.page, "Heard end"))
    told(evaluator, re.compile(r"^Done: G\d+ moved"))
    told(coordinator, re.compile(r"^\S.* changed 1 goal\.$"), timeout=10_000)
    expect(box(coordinator.page, "Heard means")).to_be_focused()
    assert coordinator.page.evaluate("window.loadedOnce") is True


def test_without_javascript_the_list_moves_links_adds_and_retires(visit: Callable[..., Visitor]) -> None:
    evaluator = editor(visit, "Plain end one", "  Plain means", "Plain end two", java_script_enabled=False)
    expect(box(evaluator.page, "Plain means")).to_be_visible()
    expect(evaluator.page.locator(".tree-tools__button, .tree-keys").filter(visible=True)).to_have_count(0)
    evaluator.follow("Show as list")
    line = evaluator.page.locator(".tree-list__goal").filter(has_text="Plain means")
    line.get_by_role("link", name="Edit").click()
    evaluator.pick("Below which goal?", "Plain end two").press("Move")
    evaluator.sees("moved below")
    assert "view=list" in evaluator.page.url
    line.get_by_role("link", name="Edit").click()
    evaluator.pick("Leads to this goal as well", "Plain end one").press("Link the goals")
    evaluator.sees("linked to")
    line.first.get_by_role("link", name="Edit").click()
    evaluator.fill({"New goal": "Plain new"}).press("Add")
    evaluator.page.locator(".tree-list__goal").filter(has_text="Plain new").get_by_role("checkbox").check()
    evaluator.press("Edit the chosen goals")
    evaluator.tick("Yes, take out of the tree").press("Take out")
    evaluator.sees("taken out of the tree")
    expect(evaluator.page.locator(".tree-list").get_by_text("Plain new")).to_have_count(0)
    evaluator.page.get_by_role("button", name="Undo: G").click()
    expect(evaluator.page.locator(".tree-list").get_by_text("Plain new")).to_have_count(1)


def test_the_drawing_grows_shrinks_and_fits(visit: Callable[..., Visitor]) -> None:
    viewer = visit("viewer", language="en").open_programme(KITCHEN).menu("Goal tree")
    drawing = viewer.page.locator("svg.tree")
    width = int(drawing.get_attribute("width") or 0)
    viewer.page.get_by_role("button", name="Bigger").click()
    assert int(drawing.get_attribute("width") or 0) > width
    viewer.page.get_by_role("button", name="Fit").click()
    fitting = int(drawing.get_attribute("width") or 0)
    assert fitting <= viewer.page.locator("[data-tree]").evaluate("it => it.clientWidth") + 1
    viewer.page.locator("svg.tree a.tree__goal").first.focus()
    viewer.page.keyboard.press("-")
    assert int(drawing.get_attribute("width") or 0) < fitting


def test_the_editor_is_accessible_and_fits_a_phone(visit: Callable[..., Visitor]) -> None:
    phone = editor(
        visit, "Phone goal", "  Phone means", menu=("Menu",), viewport={"width": 320, "height": 700}
    )
    tree = phone.page.url.split("?")[0]
    place = box(phone.page, "Phone goal").get_attribute("href") or ""
    branch = f"{tree}?edit=1&root={place.rsplit('/', 1)[1]}"
    for address in (branch, f"{tree}?edit=1&view=list", f"{tree}/out", f"{tree}/branch", place):
        phone.page.goto(address)
        assert (phone.axe(), phone.overflow()) == ([], 0), address
    phone.page.goto(branch)
    box(phone.page, "Phone goal").click()
    phone.page.locator("#tree-panel").get_by_role("button", name="Move").wait_for()
    assert (phone.axe(), phone.overflow()) == ([], 0)
    phone.keep("editor-en-320")
