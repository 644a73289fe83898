// Which words of an answer are selected with mouse, finger or keyboard: shared by coding (coding.js) and by the page of
// an interview (passages.js). Words stand in pieces with data-start, the place of their first letter in the answer, in
// the UTF-16 units that JavaScript counts; an answer has data-answer.
"use strict";

window.tocSelecting = (() => {
  const elementOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);

  // Return what a range holds of one piece: from where to where, and the words; null when that is nothing.
  const clipped = (range, piece) => {
    const inside = document.createRange();
    inside.selectNodeContents(piece);
    const length = piece.textContent.length;
    const upTo = (node, offset) => {
      const before = document.createRange();
      before.selectNodeContents(piece);
      before.setEnd(node, offset);
      return before.toString().length;
    };
    const { startContainer, startOffset, endContainer, endOffset } = range;
    const from = inside.comparePoint(startContainer, startOffset);
    const to = inside.comparePoint(endContainer, endOffset);
    const start = from < 0 ? 0 : from > 0 ? length : upTo(startContainer, startOffset);
    const end = to < 0 ? 0 : to > 0 ? length : upTo(endContainer, endOffset);
    if (start >= end) {
      return null;
    }
    const at = Number(piece.dataset.start);
    if (piece.dataset.length) {
      return { start: at, end: at + Number(piece.dataset.length), words: piece.textContent }; // one sign for them all
    }
    return { start: at + start, end: at + end, words: piece.textContent.slice(start, end) };
  };

  // Return what is selected inside an area: {answer, start, end, words}; null when that is no word at all. Who drags
  // beyond an answer selects up to its end; who drags from one answer into another selects in the one where they began.
  const selected = (area) => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) {
      return null;
    }
    const ends = [selection.anchorNode, selection.focusNode].filter((node) => area.contains(node));
    const range = selection.getRangeAt(0);
    if (!ends.length || !range.intersectsNode(area)) {
      return null;
    }
    const answers = ends.map((node) => elementOf(node).closest("[data-answer]"));
    for (const answer of new Set([...answers, ...area.querySelectorAll("[data-answer]")])) {
      if (!answer || !range.intersectsNode(answer)) {
        continue;
      }
      const pieces = [...answer.querySelectorAll("[data-start]")].filter((piece) => range.intersectsNode(piece));
      const parts = pieces.map((piece) => clipped(range, piece)).filter((part) => part);
      const words = parts.map((part, number) => (number && parts[number - 1].end < part.start ? " " : "") + part.words);
      const text = words.join("").replace(/\s+/g, " ").trim();
      if (text) {
        const [first, last] = [parts[0], parts[parts.length - 1]];
        return { answer: answer.dataset.answer, start: first.start, end: last.end, words: text };
      }
    }
    return null;
  };

  const spot = (event) => {
    if (document.caretPositionFromPoint) {
      const found = document.caretPositionFromPoint(event.clientX, event.clientY);
      return found && { node: found.offsetNode, offset: found.offset };
    }
    const found = document.caretRangeFromPoint(event.clientX, event.clientY);
    return found && { node: found.startContainer, offset: found.startOffset };
  };

  // Chromium loses where a drag began when it reads the same spot twice in two ways: a press before the first letter of
  // something that takes the focus; a press between two pixels, at the middle of a letter or the edge of a link. Then the
  // drag selects nothing, or takes the link away. So it is kept here where the drag began, and what the browser does not
  // select by itself is selected from there.
  const drags = (selector) => {
    let drag = null; // {began, ended, ours}: two spots, and whether the browser lost the first
    const mend = () => {
      if (!drag || !drag.ended) {
        return;
      }
      const { began, ended } = drag;
      const selection = document.getSelection();
      drag.ours = drag.ours || (selection.isCollapsed && (began.node !== ended.node || began.offset !== ended.offset));
      if (drag.ours) {
        selection.setBaseAndExtent(began.node, began.offset, ended.node, ended.offset);
      }
    };
    document.addEventListener("pointerdown", (event) => {
      drag = null;
      const plain = event.pointerType === "mouse" && event.button === 0 && !event.shiftKey;
      const words = !event.target.closest("a:not([data-start]), button, input, summary");
      if (plain && words && event.target.closest(selector)) {
        document.getSelection().removeAllRanges(); // a press on selected words begins anew: they are not dragged away
        const began = spot(event);
        drag = began && { began, ended: null, ours: false };
      }
    });
    document.addEventListener("pointermove", (event) => {
      if (drag && event.buttons === 1) {
        drag.ended = spot(event);
        window.requestAnimationFrame(mend); // by then the browser has selected what it selects
      }
    });
    document.addEventListener("dragstart", (event) => {
      if (drag) {
        event.preventDefault();
        drag.ours = true; // after this the browser selects nothing
      }
    });
    document.addEventListener("mouseup", (event) => {
      if (drag && event.button === 0) {
        mend();
        drag = null;
      }
    });
  };

  return { selected, drags };
})();
