// Holding an interview at a laptop with a bad connection: each answer is kept in the browser until the server has it
// (keeping.js), and one line says how it stands. Without this file the form is an ordinary form.
"use strict";

(() => {
  const form = document.querySelector("form[data-holding]");
  if (!form || !window.tocKeeping) {
    return;
  }
  const { keep, clear } = window.tocKeeping;
  const bar = form.querySelector("[data-bar]");
  const words = bar.querySelector("[data-bar-words]");
  const keepers = [];
  let leaving = false;

  // Whether the reader may go on after their session ended: the page itself is asked for, with the new token in it.
  let renewing = null;
  const renew = () => {
    if (!renewing) {
      renewing = (async () => {
        let page;
        try {
          const answer = await fetch(window.location.pathname, { credentials: "same-origin", redirect: "manual" });
          if (answer.status >= 500) {
            return "lost";
          }
          if (!answer.ok) {
            return "ended";
          }
          page = new DOMParser().parseFromString(await answer.text(), "text/html");
        } catch {
          return "lost";
        }
        const fresh = page.querySelector("form[data-holding]");
        if (!fresh) {
          return "ended";
        }
        if (fresh.dataset.who !== form.dataset.who) {
          return "other"; // what was typed is not to be sent in the name of somebody else
        }
        const token = fresh.querySelector("input[name=csrf_token]").value;
        for (const field of document.querySelectorAll("input[name=csrf_token]")) {
          field.value = token;
        }
        return "ready";
      })();
      renewing.finally(() => {
        renewing = null;
      });
    }
    return renewing;
  };

  // The worst first: what the reader has to do something about.
  const ORDER = ["differs", "refused", "broken", "other", "ended", "lost", "typing", "saving", "restored"];

  const tell = () => {
    const states = keepers.map((one) => one.state());
    const worst = ORDER.find((state) => states.includes(state)) || "saved";
    const waiting = keepers.filter((one) => one.waiting()).length;
    const sentence = bar.dataset[worst];
    const text = sentence.replace("#", String(waiting || states.filter((state) => state === worst).length));
    if (words.textContent !== text) {
      words.textContent = text;
    }
    bar.dataset.kind = ["saved", "typing", "saving", "restored"].includes(worst) ? worst : "problem";
    bar.querySelector("[data-sign-in]").hidden = worst !== "ended";
    const forget = form.querySelector("[data-forget]");
    forget.hidden = !waiting;
  };

  for (const part of form.querySelectorAll("[data-answer]")) {
    const field = part.querySelector("textarea");
    keepers.push(
      keep({
        field,
        revision: part.querySelector("[data-revision]"),
        status: part.querySelector("[data-status]"),
        conflict: part.querySelector("[data-conflict]"),
        kept: form.elements.kept || null,
        name: `${form.dataset.holding} ${part.dataset.answer}`,
        address: part.dataset.address,
        known: part.hasAttribute("data-known") ? part.dataset.known : field.defaultValue,
        renew,
        changed: tell,
      }),
    );
  }
  bar.hidden = false;
  tell();
  Promise.all(keepers.map((one) => one.ready)).then(tell);

  // A button first sends what waits; it goes on when everything arrived, or when the server has to say what is wrong.
  form.addEventListener("submit", async (event) => {
    if (leaving) {
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    const results = await Promise.all(keepers.map((one) => one.save()));
    const stays = keepers.find((one, at) => one.isAsking() || (results[at] === "lost" && one.waiting()));
    if (stays) {
      stays.field.focus();
      return;
    }
    if (button && button.name === "complete" && (await renew()) !== "ready") {
      words.textContent = bar.dataset.offline;
      bar.dataset.kind = "problem";
      return;
    }
    leaving = true;
    form.requestSubmit(button);
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && keepers.some((one) => one.waiting())) {
      event.preventDefault();
    }
  });

  form.querySelector("[data-forget] button").addEventListener("click", () => {
    leaving = true;
    for (const one of keepers) {
      one.drop();
    }
    clear(form.dataset.holding);
    window.location.reload();
  });
})();
