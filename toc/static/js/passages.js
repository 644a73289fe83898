// Marking a part of a sentence, or several sentences at once, by selecting the words. Without this file whole
// sentences are ticked, which does the same.
"use strict";

(() => {
  const template = document.querySelector("template[data-selection]");
  if (!template) {
    return;
  }
  const bar = template.content.firstElementChild.cloneNode(true);
  const words = bar.querySelector(".selection__text");
  const button = bar.querySelector("button");
  bar.hidden = true;
  template.after(bar);

  // Return the place of a spot in its answer, in the UTF-16 units that JavaScript counts, or null elsewhere.
  const placeOf = (node, offset) => {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const sentence = element && element.closest("[data-start]");
    const answer = sentence && sentence.closest("[data-answer]");
    if (!answer) {
      return null;
    }
    const before = document.createRange();
    before.selectNodeContents(sentence);
    before.setEnd(node, offset);
    return { answer: answer.dataset.answer, at: Number(sentence.dataset.start) + before.toString().length };
  };

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    bar.hidden = true;
    if (!selection.rangeCount || selection.isCollapsed) {
      return;
    }
    const range = selection.getRangeAt(0);
    const start = placeOf(range.startContainer, range.startOffset);
    const end = placeOf(range.endContainer, range.endOffset);
    if (!start || !end || start.answer !== end.answer || start.at >= end.at) {
      return;
    }
    button.value = `${start.answer}:${start.at}:${end.at}`;
    words.textContent = `“${selection.toString().trim()}”`;
    bar.hidden = false;
  });

  // Pressing the button must not take the selection away before it is sent, nor send the boxes that are ticked.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    for (const box of button.form.querySelectorAll("input[name=sentence]:checked")) {
      box.checked = false;
    }
  });
})();
