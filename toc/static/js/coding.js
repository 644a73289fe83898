// Coding without loading the page anew: selecting words with mouse, finger or keyboard, searching codes, jumping
// between passages, and hearing of what others did. Without this file sentences are ticked, which does the same.
"use strict";

(() => {
  const root = () => document.getElementById("coding");
  let place = null; // the selection as "answer:start:end", in the UTF-16 units that JavaScript counts
  let said = ""; // the words in that place
  let current = 0; // number of the sentence that Tab comes to
  let mark = -1;

  const show = (words) => {
    const area = root();
    said = words;
    area.querySelector("[data-selection]").value = place || "";
    for (const quote of area.querySelectorAll("[data-selected]")) {
      quote.textContent = words ? `“${words}”` : "";
      quote.hidden = !words && quote.tagName === "BLOCKQUOTE";
    }
    area.querySelector("[data-selection-bar]").hidden = !words;
    const panel = area.querySelector("[data-panel]");
    if (words && panel.scrollHeight > panel.clientHeight) { // what is selected stands below a passage that is opened
      panel.scrollTop += document.getElementById("new").getBoundingClientRect().top - panel.getBoundingClientRect().top;
    }
  };

  document.addEventListener("selectionchange", () => {
    const area = root();
    if (!area) {
      return;
    }
    const part = window.tocSelecting.selected(area.querySelector("[data-texts]"));
    if (part) { // what is selected in a field, or nothing, leaves the passage as it was
      place = `${part.answer}:${part.start}:${part.end}`;
      show(part.words);
    }
  });
  window.tocSelecting.drags("#coding [data-texts]");

  const clear = () => {
    place = null;
    document.getSelection().removeAllRanges();
    show("");
  };

  // --- Keyboard: sentences one by one, and words with Shift ---
  const sentences = () => [...root().querySelectorAll("[data-sentence]")];
  const select = (sentence, extend) => {
    const pieces = sentence.querySelectorAll("[data-start]");
    const selection = document.getSelection();
    const last = pieces[pieces.length - 1];
    if (extend && !selection.isCollapsed) {
      selection.extend(last, last.childNodes.length);
    } else {
      selection.setBaseAndExtent(pieces[0], 0, last, last.childNodes.length);
    }
    sentence.focus({ preventScroll: true });
    sentence.scrollIntoView({ block: "nearest" });
  };
  const rove = () => {
    const all = sentences();
    current = Math.min(current, Math.max(all.length - 1, 0));
    for (const [number, sentence] of all.entries()) {
      sentence.tabIndex = number === current ? 0 : -1;
    }
  };
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("#coding [data-sentence]")) {
      current = sentences().indexOf(event.target);
      rove();
    }
  });

  document.addEventListener("keydown", (event) => {
    const sentence = event.target.closest && event.target.closest("[data-sentence]");
    if (!sentence || !sentence.closest("#coding") || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const selection = document.getSelection();
    const forward = event.key === "ArrowDown" || event.key === "ArrowRight";
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        const all = sentences();
        const next = all[all.indexOf(sentence) + (forward ? 1 : -1)];
        if (next) {
          select(next, event.shiftKey);
        }
        break;
      }
      case "ArrowRight":
      case "ArrowLeft":
        if (!event.shiftKey) {
          const pieces = sentence.querySelectorAll("[data-start]");
          const inside = selection.rangeCount && sentence.contains(selection.anchorNode);
          if (!inside) {
            const end = pieces[pieces.length - 1];
            selection.setPosition(forward ? pieces[0] : end, forward ? 0 : end.childNodes.length);
          } else if (forward) {
            selection.collapseToEnd();
          } else {
            selection.collapseToStart();
          }
          if (!forward) {
            selection.modify("move", "backward", "word");
          }
          selection.modify("extend", "forward", "word");
        } else {
          selection.modify("extend", forward ? "forward" : "backward", "word");
        }
        break;
      case "Enter":
        if (event.target.closest("a, input")) {
          return;
        }
        toCodes();
        break;
      case "Escape":
        clear();
        break;
      default:
        return;
    }
    event.preventDefault();
  });

  const toCodes = () => {
    const search = document.getElementById("new-search");
    document.getElementById("new").scrollIntoView({ block: "nearest" });
    search.focus();
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (target.closest("[data-to-codes]")) {
      event.preventDefault();
      toCodes();
      return;
    }
    const jump = target.closest("[data-jump-by]");
    if (jump) {
      const marks = root().querySelectorAll("[data-mark]");
      if (marks.length) {
        mark = (mark + Number(jump.dataset.jumpBy) + marks.length) % marks.length;
        marks[mark].scrollIntoView({ block: "center" });
        marks[mark].focus({ preventScroll: true });
      }
      return;
    }
    // Whoever drags over a marked passage selects words; only a click that selects nothing opens it.
    const selection = document.getSelection();
    if (target.closest(".coded") && !selection.isCollapsed && selection.toString() !== selectedBefore) {
      event.preventDefault();
    }
  });

  // Browsers select nothing when a drag or a long press begins in a link: while it is held, a marked passage is none. A
  // finger that taps opens it, so for a finger it waits a moment, shorter than any long press.
  let selectedBefore = "";
  const SHORT = 250; // milliseconds
  document.addEventListener("pointerdown", (event) => {
    selectedBefore = document.getSelection().toString();
    const piece = event.target.closest(".coded[href]");
    if (!piece || event.button) {
      return;
    }
    const address = piece.getAttribute("href");
    const held = () => piece.removeAttribute("href");
    const waiting = event.pointerType === "mouse" ? held() : window.setTimeout(held, SHORT);
    const again = () => {
      window.clearTimeout(waiting);
      piece.setAttribute("href", address);
    };
    window.addEventListener("pointerup", again, { once: true });
    window.addEventListener("pointercancel", again, { once: true });
  });

  // --- Searching codes ---
  const fitting = (search) => {
    const wanted = search.value.trim().toLowerCase().split(/\s+/);
    return (code) => wanted.every((word) => code.textContent.toLowerCase().includes(word));
  };
  document.addEventListener("input", (event) => {
    const search = event.target.closest("[data-code-search] input");
    if (!search) {
      return;
    }
    const fits = fitting(search);
    const codes = search.closest("[data-codes]");
    let found = 0;
    for (const group of codes.querySelectorAll("[data-code-group]")) {
      let here = 0;
      for (const code of group.querySelectorAll("[data-code]")) {
        code.hidden = !fits(code) && !code.querySelector("input").checked;
        here += code.hidden ? 0 : 1;
      }
      group.hidden = !here;
      found += here;
    }
    codes.querySelector("[data-code-none]").hidden = found > 0;
  });
  document.addEventListener("keydown", (event) => {
    const search = event.target.closest && event.target.closest("[data-code-search] input");
    if (search && event.key === "Enter") {
      event.preventDefault(); // Enter takes the first one that is found, and does not send the form
      const first = [...search.closest("[data-codes]").querySelectorAll("[data-code]")].find(fitting(search));
      if (first) {
        const box = first.querySelector("input");
        box.checked = !box.checked; // not one that was chosen before and stays in sight
        box.focus();
      }
    }
  });

  // --- Each time the area is shown anew ---
  const ready = () => {
    const area = root();
    if (!area) {
      return;
    }
    area.classList.add("coding--live");
    for (const hidden of area.querySelectorAll("[data-code-search], [data-jump], [data-with-script]")) {
      hidden.hidden = false;
    }
    for (const plain of area.querySelectorAll("[data-without-script]")) {
      plain.hidden = true;
    }
    rove();
    place = area.querySelector("[data-selection]").value || null;
  };
  ready();

  // A refused form is shown as well; a new area is made ready. An answer without the area is another page, such as the
  // one to sign in on.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (target.id !== "coding") {
      return;
    }
    const shown = xhr.responseText.includes('id="coding"');
    if ([400, 409].includes(xhr.status)) {
      event.detail.shouldSwap = shown;
      event.detail.isError = !shown;
    } else if (xhr.status < 400 && !shown) {
      event.detail.shouldSwap = false;
      window.location.assign(xhr.responseURL);
    }
  });
  // What the server says elsewhere (somebody removed it meanwhile, the session has ended) is shown as the page it is.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.elt.matches("#coding form")) {
      event.detail.elt.submit();
    }
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.elt.matches("#coding form")) {
      const lost = root().querySelector("[data-lost]");
      lost.hidden = false;
      lost.scrollIntoView({ block: "center" });
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "coding" && !event.detail.elt.closest("#coding")) {
      return;
    }
    const words = said;
    ready();
    if (event.detail.xhr.status >= 400) {
      show(place ? words : "");
      root().querySelector("[data-error-summary]").focus();
      return;
    }
    clear();
    const status = document.getElementById("coding-status");
    status.textContent = status.dataset.saved;
    if (document.activeElement === document.body && sentences().length) {
      sentences()[current].focus({ preventScroll: true }); // the button that was pressed is no more: back to reading
    }
    if (document.activeElement !== document.body) {
      document.activeElement.scrollIntoView({ block: "nearest" });
    }
  });

  // --- What others did: told when the reader sees others' choices at all ---
  window.setInterval(async () => {
    const area = root();
    if (!area || !area.dataset.others || document.hidden) {
      return;
    }
    try {
      const answer = await fetch(`${area.dataset.revisionUrl}?seen=${area.dataset.revision}`, { redirect: "manual" });
      area.querySelector("[data-signed-out]").hidden = answer.type !== "opaqueredirect";
      if (answer.status === 200) {
        area.querySelector("[data-news]").hidden = false;
      }
    } catch {
      // no connection now: the next time tells
    }
  }, 8000);
})();
