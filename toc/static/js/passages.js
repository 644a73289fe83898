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

  document.addEventListener("selectionchange", () => {
    const part = window.tocSelecting.selected(document.body);
    bar.hidden = !part;
    if (part) {
      button.value = `${part.answer}:${part.start}:${part.end}`;
      words.textContent = `“${part.words}”`;
    }
  });
  window.tocSelecting.drags("[data-answer]");

  // Pressing the button must not take the selection away before it is sent, nor send the boxes that are ticked.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    for (const box of button.form.querySelectorAll("input[name=sentence]:checked")) {
      box.checked = false;
    }
  });
})();
