// Signing out wipes what the page "to log now" kept in this browser: values that wait, the page itself, and the script that
// shows it without a connection. Who would lose something is asked first.
"use strict";

(() => {
  const NAME = "toc-logging";

  const open = () =>
    new Promise((resolve, reject) => {
      const asked = window.indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("queue", { keyPath: "id" });
        asked.result.createObjectStore("typed", { keyPath: "key" });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });

  // How many values wait in this browser.
  const waiting = async () => {
    const base = await open();
    return new Promise((resolve, reject) => {
      const asked = base.transaction("queue").objectStore("queue").count();
      asked.onsuccess = () => {
        base.close();
        resolve(asked.result);
      };
      asked.onerror = () => {
        base.close();
        reject(asked.error);
      };
    });
  };

  const wipe = async () => {
    try {
      const base = await open();
      await new Promise((resolve) => {
        const change = base.transaction(["queue", "typed"], "readwrite");
        change.objectStore("queue").clear();
        change.objectStore("typed").clear();
        change.oncomplete = resolve;
        change.onerror = resolve;
      });
      base.close();
    } catch {
      // no storage in this browser: nothing was kept
    }
    if (window.caches) {
      await window.caches.delete("toc-today");
    }
    if (navigator.serviceWorker) {
      for (const one of await navigator.serviceWorker.getRegistrations()) {
        if (new URL(one.scope).pathname === "/today") {
          await one.unregister();
        }
      }
    }
  };

  window.tocLeaving = { open, wipe };

  for (const form of document.querySelectorAll("form[data-leaving]")) {
    let done = false;
    form.addEventListener("submit", async (event) => {
      if (done) {
        return;
      }
      event.preventDefault();
      let left = 0;
      try {
        left = await waiting();
      } catch {
        // as above
      }
      if (left && !window.confirm(form.dataset.leaving.replace("#", String(left)))) {
        return;
      }
      try {
        await wipe();
      } finally {
        done = true;
        form.requestSubmit();
      }
    });
  }
})();
