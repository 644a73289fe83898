// A job: how far it is, without loading the whole page each second. And a file that is dropped on an upload form.
// Without this script the page loads itself anew, and the file is chosen with a button.
"use strict";

(() => {
  const PAUSE = 1000; // milliseconds between two looks
  const LONGEST = 8000; // when the server does not answer, it is asked less and less often

  const shown = () => document.querySelector("[data-job]");

  const ask = (address) => fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "manual" });

  // A page that leads on: to what came of the work, or to the page to sign in, which only the reader may open. An address
  // that never leads on to anything else tells which.
  const signedOut = async () => (await ask(shown().dataset.jobRevision)).type === "opaqueredirect";

  const look = async (pause) => {
    try {
      const answer = await ask(window.location.href);
      const ended = answer.type === "opaqueredirect" && (await signedOut());
      document.querySelector("[data-signed-out]").hidden = !ended;
      if (ended) {
        window.setTimeout(look, LONGEST, LONGEST);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-job]");
      if (!answer.ok || !fresh) {
        window.location.replace(window.location.href);
        return;
      }
      const held = shown().contains(document.activeElement); // by a button that is shown anew with the rest
      shown().replaceWith(document.importNode(fresh, true));
      const button = held && shown().querySelector("button");
      if (button) {
        button.focus();
      }
      window.setTimeout(look, PAUSE, PAUSE);
    } catch {
      window.setTimeout(look, Math.min(2 * pause, LONGEST), Math.min(2 * pause, LONGEST));
    }
  };

  if (shown()) {
    window.setTimeout(look, PAUSE, PAUSE);
  }

  const place = document.querySelector("[data-drop]");
  const field = place && place.querySelector("input[type=file]");
  if (field) {
    place.querySelector("[data-drop-words]").hidden = false;
    const over = (is) => place.classList.toggle("upload__over", is);
    place.addEventListener("dragover", (event) => {
      event.preventDefault();
      over(true);
    });
    place.addEventListener("dragleave", () => over(false));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (event.dataTransfer.files.length === 1) {
        field.files = event.dataTransfer.files;
      }
    });
  }
})();
