// Coding without loading the page anew: selecting words with mouse, finger or keyboard, searching codes, jumping
// between passages, and hearing of what others did. Without this file sentences are ticked, which does the same.
"use strict";

(() => {
  const root = () => document.getElementById("coding");
  let place = null; // the selection as "answer:start:end", in the UTF-16 units that JavaScript counts
  let mark = -1;

  // Return the place of a spot in its answer, or null elsewhere.
  const placeOf = (node, offset) => {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const piece = element && element.closest("[data-start]");
    const answer = piece && piece.closest("[data-answer]");
    if (!answer) {
      return null;
    }
    const start = Number(piece.dataset.start);
    if (piece.dataset.length) {
      return { answer: answer.dataset.answer, at: start };
    }
    const before = document.createRange();
    before.selectNodeContents(piece);
    before.setEnd(node, offset);
    return { answer: answer.dataset.answer, at: start + before.toString().length };
  };

  // An end between two pieces belongs to the piece before it, a beginning to the one after it.
  const edges = (range) => {
    let start = placeOf(range.startContainer, range.startOffset);
    let end = placeOf(range.endContainer, range.endOffset);
    if (start && end) {
      return [start, end];
    }
    const inside = [...root().querySelectorAll("[data-texts] [data-start]")].filter((piece) => range.intersectsNode(piece));
    if (!inside.length) {
      return [null, null];
    }
    const last = inside[inside.length - 1];
    start = start || placeOf(inside[0], 0);
    end = end || placeOf(last, last.childNodes.length);
    return [start, end];
  };

  const show = (words) => {
    const area = root();
    area.querySelector("[data-selection]").value = place || "";
    for (const quote of area.querySelectorAll("[data-selected]")) {
      quote.textContent = words ? `“${words}”` : "";
      quote.hidden = !words && quote.tagName === "BLOCKQUOTE";
    }
    area.querySelector("[data-selection-bar]").hidden = !words;
  };

  document.addEventListener("selectionchange", () => {
    const area = root();
    const selection = document.getSelection();
    if (!area || !selection.rangeCount) {
      return;
    }
    const texts = area.querySelector("[data-texts]");
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(texts) || !texts.contains(range.startContainer)) {
      return; // what is selected in a field leaves the passage as it was
    }
    const [start, end] = edges(range);
    if (selection.isCollapsed || !start || !end || start.answer !== end.answer || start.at >= end.at) {
      return;
    }
    place = `${start.answer}:${start.at}:${end.at}`;
    show(selection.toString().replace(/\s+/g, " ").trim());
  });

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
    for (const each of root().querySelectorAll("[data-sentence][tabindex='0']")) {
      each.tabIndex = -1;
    }
    sentence.tabIndex = 0;
    sentence.focus({ preventScroll: true });
    sentence.scrollIntoView({ block: "nearest" });
  };

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

  // Browsers select nothing when a drag begins in a link, so while the mouse is down a marked passage is none.
  let selectedBefore = "";
  document.addEventListener("pointerdown", (event) => {
    selectedBefore = document.getSelection().toString();
    const piece = event.target.closest(".coded[href]");
    if (!piece || event.pointerType !== "mouse" || event.button) {
      return;
    }
    const address = piece.getAttribute("href");
    piece.removeAttribute("href");
    const again = () => piece.setAttribute("href", address);
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
    for (const [number, sentence] of sentences().entries()) {
      sentence.tabIndex = number ? -1 : 0;
    }
    place = area.querySelector("[data-selection]").value || null;
  };
  ready();

  // A refused form is shown as well; a new area is made ready.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "coding" && [400, 409].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = event.detail.xhr.responseText.includes('id="coding"');
      event.detail.isError = !event.detail.shouldSwap;
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "coding" && !event.detail.elt.closest("#coding")) {
      return;
    }
    ready();
    place = null;
    document.getSelection().removeAllRanges();
    const status = document.getElementById("coding-status");
    status.textContent = status.dataset.saved;
  });

  // --- What others did: told when the reader sees others' choices at all ---
  window.setInterval(async () => {
    const area = root();
    if (!area || !area.dataset.others || document.hidden) {
      return;
    }
    try {
      const answer = await fetch(`${area.dataset.revisionUrl}?seen=${area.dataset.revision}`);
      if (answer.status === 200) {
        area.querySelector("[data-news]").hidden = false;
      }
    } catch {
      // no connection now: the next time tells
    }
  }, 8000);
})();
