// Lets an own goal be dragged onto a goal of all; then a dialog asks what it is to that goal. The link "Place it" at
// each own goal does the same on a page of its own, with the keyboard and without this file.
"use strict";

(() => {
  const root = document.querySelector("[data-merging]");
  const dialog = document.querySelector("[data-merging-dialog]");
  if (!root || !dialog || typeof dialog.showModal !== "function") {
    return;
  }
  const form = dialog.querySelector("form");
  const over = "merging__goal--over";
  let dragged = null;

  const target = (event) => (dragged ? event.target.closest("[data-shared]") : null);

  function leave() {
    for (const goal of root.querySelectorAll(`.${over}`)) {
      goal.classList.remove(over);
    }
  }

  function ask(own, shared) {
    form.action = own.dataset.address;
    form.elements.goal_id.value = shared.dataset.shared;
    dialog.querySelector("[data-merging-own]").textContent = own.dataset.name;
    dialog.querySelector("[data-merging-shared]").textContent = shared.dataset.name;
    dialog.showModal();
    form.querySelector("input[type=radio]").focus();
  }

  for (const own of root.querySelectorAll("[data-own]")) {
    own.draggable = true;
  }
  document.querySelector("[data-merging-hint]").hidden = !window.matchMedia("(pointer: fine)").matches;

  root.addEventListener("dragstart", (event) => {
    dragged = event.target instanceof Element ? event.target.closest("[data-own]") : null;
    if (dragged) {
      event.dataTransfer.effectAllowed = "link";
      event.dataTransfer.setData("text/plain", dragged.dataset.name);
      dragged.classList.add("own-card--dragged");
    }
  });

  root.addEventListener("dragover", (event) => {
    const shared = target(event);
    leave();
    if (shared) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "link";
      shared.classList.add(over);
    }
  });

  root.addEventListener("drop", (event) => {
    const shared = target(event);
    if (shared) {
      event.preventDefault();
      ask(dragged, shared);
    }
  });

  root.addEventListener("dragend", () => {
    leave();
    if (dragged) {
      dragged.classList.remove("own-card--dragged");
    }
    dragged = null;
  });

  dialog.querySelector("[data-merging-cancel]").addEventListener("click", () => dialog.close());
})();
