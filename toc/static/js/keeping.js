// Keeps what is typed in the browser until the server has it: shared by answers behind a personal link (mine.js) and
// interviews that are held at a laptop (holding.js). What the browser says of its connection is not asked: a laptop
// in a room without internet may be the server.
"use strict";

window.tocKeeping = (() => {
  const PAUSE = 900; // milliseconds without a key before it is sent
  const FIRST_RETRY = 2000; // milliseconds before a lost connection is tried again; doubled each time
  const LAST_RETRY = 30000;
  const PATIENCE = 20000; // milliseconds before an answer that does not come counts as lost
  const SENT = 5; // texts that were sent without an answer and are remembered, so that one's own are known again

  const token = () => document.querySelector("input[name=csrf_token]").value;

  const post = (address, body, options = {}) =>
    fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token() }, credentials: "same-origin", ...options });

  // One window after the other: what several windows of one reader type does not overwrite each other's.
  const windows = (() => {
    const held = new Set();
    let id = "";
    const read = () => {
      try {
        return window.sessionStorage.getItem("keeping") || "";
      } catch {
        return "";
      }
    };
    const write = () => {
      try {
        window.sessionStorage.setItem("keeping", id);
      } catch {
        // no storage in this browser: the server alone keeps what is typed
      }
    };
    const fresh = () => {
      const bytes = window.crypto.getRandomValues(new Uint8Array(8));
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    };
    // A window that was copied has the id of the other one; the lock tells them apart. Without locks (an address
    // without https) each window keeps its id.
    const take = (name) =>
      new Promise((resolve) => {
        navigator.locks
          .request(`keeping ${name}`, { ifAvailable: true }, (lock) => {
            resolve(Boolean(lock));
            return lock ? new Promise(() => {}) : undefined;
          })
          .catch(() => resolve(true));
      });
    const ready = (async () => {
      id = read() || fresh();
      if (navigator.locks) {
        let mine = await take(id);
        for (let tries = 0; !mine && tries < 3; tries += 1) {
          await new Promise((resolve) => {
            window.setTimeout(resolve, 150); // this window as it was before it was loaded again
          });
          mine = await take(id);
        }
        if (!mine) {
          id = fresh();
          await take(id);
        }
        const there = await navigator.locks.query();
        for (const lock of there.held) {
          held.add(lock.name.replace("keeping ", ""));
        }
      }
      write();
    })();
    const lives = (other, at) => (navigator.locks ? held.has(other) : Date.now() - at < 60000);
    return { ready, lives, id: () => id };
  })();

  // Under the name of the answer and the id of the window: {text, revision, sent, at}.
  const store = {
    key: (name) => `${name} @${windows.id()}`,
    read(key) {
      try {
        return JSON.parse(window.localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    write(name, value) {
      try {
        window.localStorage.setItem(store.key(name), JSON.stringify({ ...value, at: Date.now() }));
      } catch {
        // no storage in this browser, or it is full: the server alone keeps it
      }
    },
    forget(name) {
      try {
        window.localStorage.removeItem(store.key(name));
      } catch {
        // as above
      }
    },
    // What this window kept under a name, and what windows kept that were closed; theirs become this one's.
    gather(name) {
      const found = [];
      try {
        const keys = Object.keys(window.localStorage).filter((key) => key.startsWith(`${name} @`));
        for (const key of keys) {
          const kept = store.read(key);
          const owner = key.slice(name.length + 2);
          if (!kept || typeof kept.text !== "string") {
            window.localStorage.removeItem(key);
          } else if (owner === windows.id() || !windows.lives(owner, kept.at || 0)) {
            found.push(kept);
            window.localStorage.removeItem(key);
          }
        }
      } catch {
        // as above
      }
      return found.sort((one, other) => (one.at || 0) - (other.at || 0));
    },
    clear(start) {
      try {
        for (const key of Object.keys(window.localStorage).filter((one) => one.startsWith(start))) {
          window.localStorage.removeItem(key);
        }
      } catch {
        // as above
      }
    },
  };

  // As the server keeps it: without white space around it.
  const bare = (text) => text.replace(/\r\n?/g, "\n").normalize("NFC").trim();
  const among = (texts, text) => texts.some((one) => bare(one) === bare(text));

  // One after the other, also where several answers wait: a weak connection carries one at a time.
  let line = Promise.resolve();
  const inLine = (work) => {
    const mine = line.then(work);
    line = mine.catch(() => {});
    return mine;
  };

  // Keeps one answer. `parts`: field, revision (a hidden field), status (where words go; its data-attributes hold the
  // sentences), conflict (shown when another window or person has another answer), kept (a box, or null), name (under
  // which the browser keeps it), address (where it is sent), known (what the server has), renew (asks whether the
  // reader may go on after their session ended: "ready", "lost", "ended" or "other"; null when there is no way), changed (told
  // of each new state).
  const keep = (parts) => {
    const { field, revision, status, conflict, name } = parts;
    let known = parts.known;
    let timer = 0;
    let underWay = null;
    let ended = false; // another window has another answer, or the link is over: only the reader goes on
    let dropped = false;
    let pause = FIRST_RETRY;
    let sent = []; // what was sent lately without an answer: the server may have it
    let state = "saved";

    const say = (word, kind = "", sentence = "") => {
      status.textContent = sentence || (word ? status.dataset[word] || "" : "");
      status.dataset.kind = kind;
      state = word;
      if (parts.changed) {
        parts.changed();
      }
    };

    const hold = () => {
      if (!dropped) {
        store.write(name, { text: field.value, revision: revision.value, sent });
      }
    };

    // What was typed is given up: nothing is sent or kept any more.
    const drop = () => {
      dropped = true;
      ended = true;
      window.clearTimeout(timer);
      store.forget(name);
    };

    const later = (wait) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => save(), wait);
    };

    const retry = () => {
      window.clearTimeout(timer);
      if (ended) {
        return;
      }
      timer = window.setTimeout(() => save(true), pause);
      pause = Math.min(pause * 2, LAST_RETRY);
    };

    const ask = (theirs, theirRevision) => {
      ended = true;
      say("differs", "problem");
      conflict.hidden = false;
      conflict.querySelector("[data-theirs]").textContent = theirs || "–";
      conflict.dataset.revision = String(theirRevision);
      conflict.theirs = theirs;
      conflict.scrollIntoView({ block: "nearest" });
    };

    // Resolves to "kept", "lost", "refused" or "conflict".
    const send = async () => {
      const text = field.value;
      const body = new URLSearchParams({ answer: text, revision: revision.value });
      if (parts.kept && parts.kept.checked) {
        body.set("kept", "1");
      }
      say("saving");
      const before = sent;
      sent = [...before.filter((one) => one !== text), text].slice(-SENT);
      hold();
      let answer;
      let said = null;
      try {
        // The way to the sign-in page is not gone: its answer would begin a session, beside that of who signs in then.
        answer = await post(parts.address, body, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
        if ((answer.headers.get("Content-Type") || "").includes("json")) {
          said = await answer.json();
        }
      } catch {
        say("lost", "problem");
        return "lost";
      }
      if (answer.ok && said) {
        revision.value = said.revision;
        known = text;
        sent = [];
        pause = FIRST_RETRY;
        if (field.value === text) {
          store.forget(name);
          say("saved", "done");
        } else {
          hold();
        }
        return "kept";
      }
      if (answer.status === 409 && said) {
        sent = [];
        ask(said.theirs, said.revision);
        return "conflict";
      }
      if (answer.status === 400 && said) {
        sent = before;
        hold();
        say("refused", "problem", said.sentence);
        return "refused";
      }
      if (answer.status >= 500 || answer.status === 429) {
        say("lost", "problem"); // the server is being restarted, or busy: as good as away
        return "lost";
      }
      sent = before;
      hold();
      if (parts.renew && (answer.type === "opaqueredirect" || answer.status === 400)) {
        return renewed();
      }
      ended = true;
      say("broken", "problem");
      return "refused";
    };

    // The session ended: what was typed waits until the same reader signed in again.
    const renewed = async () => {
      const how = await parts.renew();
      if (how === "ready") {
        return "lost"; // sent again, with the new session
      }
      say(how === "lost" ? "lost" : how, "problem");
      return "lost";
    };

    // An earlier sending of ours may have arrived although its answer did not.
    const own = async () => {
      const before = sent;
      const how = await send();
      if (how === "conflict" && among(before, conflict.theirs)) {
        revision.value = conflict.dataset.revision;
        known = conflict.theirs;
        conflict.hidden = true;
        ended = false;
        return send();
      }
      return how;
    };

    const save = async (always = false) => {
      window.clearTimeout(timer);
      while (underWay) {
        await underWay;
      }
      if (ended || (field.value === known && !always)) {
        return "kept";
      }
      underWay = inLine(own);
      const how = await underWay;
      underWay = null;
      if (how === "lost") {
        retry();
      } else if (how === "kept" && field.value !== known) {
        later(PAUSE);
      }
      return how;
    };

    const waiting = () => ended || field.value !== known;

    field.addEventListener("input", () => {
      hold();
      if (!ended) {
        say(state === "lost" || state === "ended" || state === "other" ? state : "typing", state === "typing" || state === "saved" ? "" : status.dataset.kind);
        later(PAUSE);
      }
    });
    const again = () => {
      if (field.value !== known) {
        pause = FIRST_RETRY;
        save(true);
      }
    };
    window.addEventListener("online", again);
    window.addEventListener("offline", again);
    window.addEventListener("focus", () => {
      if (state === "lost" || state === "ended" || state === "other") {
        again();
      }
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        save();
      }
    });

    conflict.addEventListener("click", (event) => {
      const take = event.target.closest("[data-take]");
      if (!take) {
        return;
      }
      const theirs = conflict.theirs;
      revision.value = conflict.dataset.revision;
      known = theirs;
      if (take.dataset.take === "theirs") {
        field.value = theirs;
      } else if (take.dataset.take === "both") {
        field.value = `${theirs}\n\n${field.value}`.trim();
      }
      conflict.hidden = true;
      ended = false;
      if (field.value === known) {
        store.forget(name);
        say("saved", "done");
      } else {
        hold();
        later(0);
      }
      field.focus();
    });

    // What this browser kept while there was no connection; what several closed windows kept stands together.
    const restore = () => {
      const left = store.gather(name);
      if (!left.length) {
        if (field.value !== known) {
          hold();
          later(PAUSE);
        }
        return;
      }
      const texts = [...new Set(left.map((one) => one.text))];
      const text = texts.join("\n\n");
      const typed = bare(field.value) !== bare(known) && !texts.some((one) => bare(one) === bare(field.value));
      const whole = typed ? `${text}\n\n${field.value}` : text; // typed before this script ran
      if (bare(whole) === bare(known)) {
        say("saved", "done"); // what was sent last arrived, although its answer did not
        return;
      }
      field.value = whole;
      sent = left.flatMap((one) => one.sent || []).slice(-SENT);
      hold();
      // What one of the windows sent stands in its text, so nothing of somebody else is overwritten.
      if (among(sent, known) || left.every((one) => String(one.revision) === revision.value)) {
        say("restored");
        later(0);
      } else {
        ask(known, revision.value);
      }
    };

    return {
      ready: windows.ready.then(restore),
      save,
      waiting,
      drop,
      state: () => state,
      isAsking: () => !conflict.hidden,
      field,
    };
  };

  return { keep, post, token, clear: store.clear };
})();
