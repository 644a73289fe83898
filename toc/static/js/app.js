// Small comforts; every page works without this file.
"use strict";

(() => {
  // After a refused form the reader starts at the list of what is wrong.
  const summary = document.querySelector("[data-error-summary]");
  if (summary) {
    summary.focus();
  }

  // A link to a field (in that list) puts the cursor in it, also where the field is a group of choices.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    if (!link) {
      return;
    }
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (field) {
      event.preventDefault();
      const control = field.matches("fieldset") ? field.querySelector("input") : field;
      (field.closest(".field") || field).scrollIntoView({ block: "center" });
      (control || field).focus({ preventScroll: true });
    }
  });

  // Menus: Escape closes and gives the focus back; leaving a menu closes it; one is open at a time.
  for (const menu of document.querySelectorAll("details[data-menu]")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) {
        menu.open = false;
      }
    });
  }
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });

  // A second click on the same button does nothing while the first is under way. The server refuses a double act
  // anyway: this only spares the reader a needless page.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]") || event.defaultPrevented) {
      return;
    }
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    // The answer may be a file, and then this page stays: after a while the form is ready again.
    window.setTimeout(() => form.removeAttribute("aria-busy"), 8000);
  });
  // Coming back with the browser's button finds the form as it was, ready to be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) {
      form.removeAttribute("aria-busy");
    }
  });
})();
