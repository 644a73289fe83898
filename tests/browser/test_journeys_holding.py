"""Holding an interview with a bad connection: nothing typed is lost, and nothing is there twice."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import APIResponse, Dialog, Locator, Page, Request, Route, expect

from tests.browser.site import Visitor

NAME = "Colour Kitchen Utrecht"
BOTH = re.compile("^Typed in the (first|second)\\.\n\nTyped in the (first|second)\\.$")
_RESPONDENTS = count(1)


@pytest.fixture
def evaluator(visit: Callable[..., Visitor]) -> Visitor:
    """The evaluator, who has just begun an interview with somebody new."""
    visitor = visit(language="en").sign_in("evaluator")
    begin(visitor)
    return visitor


def begin(visitor: Visitor) -> str:
    """Add a respondent, ask for consent and start an interview; return its address."""
    page = visitor.page
    visitor.page.goto("/programmes")
    with page.expect_navigation():
        visitor.part("").get_by_role("link", name=NAME).first.click()
    programme = page.url.split("/p/")[1].split("/")[0].split("?")[0]
    page.goto(f"/p/{programme}/interviews")
    with page.expect_navigation():
        visitor.part("Parties").get_by_role("link").first.click()
    visitor.follow("Add a respondent")
    visitor.choose("As who do they speak?", "As spokesperson")
    visitor.fill({"Name": f"Spokesperson number {next(_RESPONDENTS)}"})
    visitor.choose("Language of the interview", "English").press("Add the respondent")
    for question in page.locator("#consent fieldset").all():
        question.get_by_label("Yes").check()
    visitor.press("Keep the answers").press("Start an interview")
    return page.url


def field(page: Page, number: int = 1) -> Locator:
    """Return the field for the answer to a question."""
    return page.locator("[data-answer] textarea").nth(number - 1)


def status(page: Page, number: int = 1) -> Locator:
    """Return the line below it."""
    return page.locator("[data-answer] [data-status]").nth(number - 1)


def bar(page: Page) -> Locator:
    """Return the line that says how it stands as a whole."""
    return page.locator("[data-bar-words]")


def kept(page: Page) -> int:
    """Return how many answers this browser keeps."""
    number: int = page.evaluate("window.localStorage.length")
    return number


def test_typing_goes_on_without_a_connection_over_a_reload_and_nothing_is_lost_or_double(
    evaluator: Visitor,
) -> None:
    page = evaluator.cuttable().page
    expect(bar(page)).to_have_text("Everything is saved.")
    field(page, 1).fill("We pay for it.")
    expect(status(page, 1)).to_have_text("Saved.")
    evaluator.context.set_offline(True)
    field(page, 1).press_sequentially(" And we want it to last.")
    field(page, 2).fill("Nobody cooks at home.")
    expect(bar(page)).to_contain_text("No connection. Not saved yet: 2.")
    assert kept(page) == 2
    evaluator.cut()
    evaluator.context.set_offline(False)
    page.reload()
    expect(field(page, 1)).to_have_value("We pay for it. And we want it to last.")
    expect(field(page, 2)).to_have_value("Nobody cooks at home.")
    expect(bar(page)).to_contain_text("No connection. Not saved yet: 2.")
    evaluator.connect()
    expect(bar(page)).to_have_text("Everything is saved.")
    assert kept(page) == 0
    assert evaluator.axe() == []
    evaluator.press("Save, the interview is complete")
    evaluator.sees("We pay for it.", "And we want it to last.", "Nobody cooks at home.")
    assert page.locator("main").inner_text().count("And we want it to last.") == 1


def test_an_answer_that_arrived_without_its_receipt_is_no_conflict(evaluator: Visitor) -> None:
    page = evaluator.page
    lost: list[APIResponse] = []

    def swallow(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())  # it reaches the server
        route.abort()  # and the answer does not come back

    evaluator.context.route("**/answers/*", swallow)
    field(page).fill("First this.")
    expect(status(page)).to_contain_text("no connection")
    field(page).press_sequentially(" Then that.")
    expect(status(page)).to_have_text("Saved.")
    expect(page.locator("[data-conflict]").first).to_be_hidden()
    page.reload()
    expect(field(page)).to_have_value("First this. Then that.")


def test_what_arrived_without_its_receipt_is_called_saved_when_the_page_is_opened_again(
    evaluator: Visitor,
) -> None:
    page, address = evaluator.page, evaluator.page.url
    asked: list[str] = []

    def swallow(route: Route) -> None:
        asked.append(route.request.url)
        route.fetch()
        route.abort()

    evaluator.context.route("**/answers/*", swallow)
    field(page).fill("Only this.")
    expect(status(page)).to_contain_text("no connection")
    page.goto("about:blank")
    evaluator.context.unroute("**/answers/*")
    page.goto(address)
    expect(status(page)).to_have_text("Saved.")
    expect(field(page)).to_have_value("Only this.")
    assert asked
    assert kept(page) == 0


def test_two_tabs_show_both_texts_and_overwrite_nothing(evaluator: Visitor) -> None:
    first, second = evaluator.page, evaluator.context.new_page()
    second.goto(first.url)
    field(first).fill("We pay for it.")
    expect(status(first)).to_have_text("Saved.")
    field(second).fill("We cook.")
    conflict = second.locator("[data-conflict]").first
    expect(conflict).to_contain_text("We pay for it.")
    expect(bar(second)).to_contain_text("Choose below which text stays.")
    second.get_by_role("button", name="Put both here").first.click()
    expect(field(second)).to_have_value("We pay for it.\n\nWe cook.")
    expect(status(second)).to_have_text("Saved.")
    field(first).fill("We pay for all of it.")
    expect(first.locator("[data-conflict]").first).to_contain_text("We cook.")
    first.get_by_role("button", name="Take the other one").first.click()
    expect(field(first)).to_have_value("We pay for it.\n\nWe cook.")
    second.close()


def test_what_two_tabs_kept_without_a_connection_is_there_after_both_were_closed(evaluator: Visitor) -> None:
    first, second = evaluator.page, evaluator.context.new_page()
    address = first.url
    second.goto(address)
    evaluator.context.set_offline(True)
    field(first).fill("Typed in the first.")
    field(second).fill("Typed in the second.")
    for tab in (first, second):
        expect(status(tab)).to_contain_text("no connection")
    second.close()
    first.close()
    evaluator.context.set_offline(False)
    evaluator.page = page = evaluator.context.new_page()
    page.goto(address)
    expect(field(page)).to_have_value(BOTH)
    assert {"first.", "second."} < set(field(page).input_value().split())
    expect(status(page)).to_have_text("Saved.")
    assert kept(page) == 0


@pytest.mark.parametrize("late", [False, True])
def test_what_a_closed_tab_sent_without_a_receipt_is_no_conflict(evaluator: Visitor, *, late: bool) -> None:
    first, second = evaluator.page, evaluator.context.new_page()
    address = first.url
    second.goto(address)
    sent: list[Request] = []

    def swallow(route: Route) -> None:
        if "first" in (route.request.post_data or "") and not sent:
            sent.append(route.request)
            if not late:
                route.fetch()
        route.abort()

    evaluator.context.route("**/answers/*", swallow)
    field(first).fill("Typed in the first.")
    expect(status(first)).to_contain_text("no connection")
    field(second).fill("Typed in the second.")
    expect(status(second)).to_contain_text("no connection")
    second.close()
    first.close()
    evaluator.context.unroute("**/answers/*")

    def overtaken(route: Route) -> None:
        if late and len(sent) == 1:
            sent.append(route.request)
            route.fetch(post_data=sent[0].post_data)  # what the closed tab sent arrives just before this
        route.continue_()

    evaluator.context.route("**/answers/*", overtaken)
    evaluator.page = page = evaluator.context.new_page()
    page.goto(address)
    expect(status(page)).to_have_text("Saved.")
    assert len(sent) == 1 + late
    expect(page.locator("[data-conflict]").first).to_be_hidden()
    page.reload()
    expect(field(page)).to_have_value(BOTH)
    assert {"first.", "second."} < set(field(page).input_value().split())
    assert kept(page) == 0


def test_a_session_that_ended_says_so_and_goes_on_after_signing_in_again(evaluator: Visitor) -> None:
    page = evaluator.page
    cookies = [cookie for cookie in evaluator.context.cookies() if cookie["name"] != "language"]
    for cookie in cookies:
        evaluator.context.clear_cookies(name=cookie["name"])
    field(page).fill("Typed after the session ended.")
    expect(bar(page)).to_contain_text("You are no longer signed in.")
    assert kept(page) == 1
    begun = {cookie["name"] for cookie in evaluator.context.cookies()} - {"language"}
    assert not begun, "the page to sign in was asked for in the background"
    with evaluator.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in (opens another tab)").click()
    evaluator.page = opened.value
    evaluator.sign_in("funder")
    page.bring_to_front()
    expect(bar(page)).to_contain_text("Not saved yet: 1")
    for name in ("session", "remember_token"):
        evaluator.context.clear_cookies(name=name)
    evaluator.sign_in("evaluator")
    other, evaluator.page = evaluator.page, page
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(bar(page)).to_have_text("Everything is saved.")
    other.close()
    page.reload()
    expect(field(page)).to_have_value("Typed after the session ended.")


def test_leaving_warns_while_something_waits_and_what_is_kept_can_be_removed(evaluator: Visitor) -> None:
    page = evaluator.cuttable().page
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    evaluator.context.set_offline(True)
    field(page).press_sequentially("Not to be kept.")
    expect(bar(page)).to_contain_text("No connection.")
    evaluator.cut()
    evaluator.context.set_offline(False)
    page.reload()
    assert asked == ["beforeunload"]
    expect(field(page)).to_have_value("Not to be kept.")
    evaluator.unfold("Remove what this browser keeps")
    page.get_by_role("button", name="Remove it from this browser").click()
    expect(field(page)).to_have_value("")
    assert kept(page) == 0


def test_without_script_the_form_is_an_ordinary_form(visit: Callable[..., Visitor]) -> None:
    visitor = visit(language="en", java_script_enabled=False).sign_in("evaluator")
    begin(visitor)
    sent: list[Request] = []
    visitor.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    field(visitor.page).fill("Written without script.")
    visitor.press("Save").sees("Saved.")
    expect(field(visitor.page)).to_have_value("Written without script.")
    assert len(sent) == 1
