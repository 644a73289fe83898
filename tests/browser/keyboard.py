"""Somebody who has a keyboard and no mouse, and looks where the focus is at every step."""

from typing import Any

from playwright.sync_api import JSHandle

from tests.browser.site import Visitor

_MOST = 160
"""Steps before somebody gives up looking for something on a page."""

_FURTHEST = 600
"""Steps before the content of a page is said to have no end."""

_PATIENCE = 400
"""How often to look again, every 50 milliseconds, whether the page has scrolled to where the focus is."""

_WHERE = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const labels = it.labels ? [...it.labels].map(one => one.innerText).join(" ") : "";
  const name = it.getAttribute("aria-label") || labels || it.innerText || it.textContent || it.value || "";
  const style = getComputedStyle(it);
  // The button in a field for a day is a part that the browser makes, and rings by itself.
  const inside = it.type === "date" && !it.matches(":focus");
  const outlined = inside || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const boxes = [...it.getClientRects()].filter(one => one.width > 1 && one.height > 1);
  const seen = boxes.some(one => [0.1, 0.5, 0.9].some(part => {
    const [x, y] = [one.left + one.width * part, one.top + one.height / 2];
    const top = document.elementFromPoint(x, y);
    return top && it.contains(top);
  }));
  return {name: name.replace(/\\s+/g, " ").trim(), tag: it.tagName.toLowerCase(), id: it.id, outlined, seen};
}"""

_LEFT = """reached => {
  const inside = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const names = new Set([...reached].filter(one => one.type === "radio").map(one => one.name));
  const left = [...document.querySelectorAll(`main :is(${inside})`)].filter(one =>
    !one.disabled && !one.closest("[inert]") && !reached.has(one)
    && one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length
    && !(one.type === "radio" && names.has(one.name)));
  return left.map(one => `${one.tagName.toLowerCase()}#${one.id} ${one.innerText || one.value}`.trim());
}"""
_REACH = """reached => {
  const it = document.activeElement;
  if (!it || !it.closest("main")) return null;
  const folded = !reached.has(it) && it.matches("summary") && !it.parentElement.open;
  reached.add(it);
  if (folded) {
    window.unfolded = new Promise((done, fail) => {
      it.parentElement.addEventListener("toggle", () => done(), {once: true});
      setTimeout(() => fail(new Error("it does not unfold")), 10000);
    });
  }
  return {folded, unfolds: it.matches("summary")};
}"""


class Keyboard:
    """The hands of a visitor who uses keys alone."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page

    def go(self, address: str) -> "Keyboard":
        """Open an address, as typed above the page."""
        self.page.goto(address)
        return self

    def press(self, *keys: str) -> "Keyboard":
        """Press keys."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> "Keyboard":
        """Type over what stands in the field."""
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        return self

    def enter(self) -> "Keyboard":
        """Press Enter on a link or button, and wait for the page that comes."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def tab_to(self, name: str, tag: str = "") -> "Keyboard":
        """Press Tab until the focus is on something with this in its name; at every stop it can be seen.

        Args:
            name: part of the name.
            tag: kind of element, when others have the same name.
        """
        seen: list[str] = []
        for _ in range(_MOST):
            self.page.keyboard.press("Tab")
            here = self.look()
            if here is None:
                continue  # round the end of the page
            seen.append(here["name"])
            if name in here["name"] and tag in {"", here["tag"]}:
                return self
        raise AssertionError(f"The focus never came to “{name}”; it was on: {seen}")

    def walk(self) -> list[str]:
        """Press Tab through the content to its end, unfold what is folded, and return what was never reached.

        At every stop the focus can be seen. A group of choices is one stop: arrows go along it.
        """
        self.press("Tab", "Enter")
        reached = self.page.evaluate_handle("() => new Set()")
        for _ in range(_FURTHEST):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(_REACH, reached)
            if here is None:
                break
            self.look()
            if here["folded"]:
                self.press("Enter")
                self.page.evaluate("() => window.unfolded")
                self._walk_back(reached)
        else:
            raise AssertionError(f"The content of {self.page.url} has no end")
        left: list[str] = self.page.evaluate(_LEFT, reached)
        return left

    def _walk_back(self, reached: JSHandle) -> None:
        """Go back to what was unfolded, where the focus went to a field in it."""
        for _ in range(_MOST):
            self.look()
            here = self.page.evaluate(_REACH, reached)
            if here is None or here["unfolds"]:
                return
            self.page.keyboard.press("Shift+Tab")
        raise AssertionError("What was unfolded cannot be folded again")

    def look(self) -> dict[str, Any] | None:
        """Return where the focus is, and fail when it cannot be seen or lies under something."""
        here: dict[str, Any] | None = self.page.evaluate(_WHERE)
        for _ in range(_PATIENCE):  # the browser scrolls to where the focus is, and takes a moment for that
            if here is None or here["seen"]:
                break
            self.page.wait_for_timeout(50)
            here = self.page.evaluate(_WHERE)
        if here is not None:
            assert here["seen"], f"“{here['name']}” has the focus and lies under something on {self.page.url}"
            assert here["outlined"] or self._changes(), (
                f"“{here['name']}” has the focus and does not show it on {self.page.url}"
            )
        return here

    def _changes(self) -> bool:
        """Tell whether the page looks different with the focus where it is than it does without."""
        focused = self.page.screenshot(animations="disabled")
        element = self.page.evaluate_handle("() => document.activeElement")
        element.evaluate("it => it.blur()")
        without = self.page.screenshot(animations="disabled")
        element.evaluate("it => it.focus()")
        return focused != without
