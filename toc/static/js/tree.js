// The tree begins in its middle where it is wider than the page; without this file it begins at its left side.
"use strict";

(() => {
  function centre() {
    for (const region of document.querySelectorAll("[data-tree]")) {
      region.scrollLeft = (region.scrollWidth - region.clientWidth) / 2;
    }
  }
  centre();
  document.addEventListener("htmx:afterSwap", centre);
})();
