// Workshops: a phone that follows what the room does, and a wall that follows the phones. Without this file a
// phone writes and puts dots with plain forms and a link to look again; the wall has a link too.
"use strict";

(() => {
  const POLL_PHONE = 2000;
  const POLL_WALL = 500;
  const SPOKEN_EVERY = 10000; // how often the wall tells a screen reader how many cards there are

  // Take over what a new copy of a part of the page says; the reader keeps the place where they were.
  const swap = (old, fresh) => {
    const active = document.activeElement;
    const id = active && old.contains(active) ? active.id : "";
    const typed = old.querySelector("#text");
    const draft = typed ? typed.value : "";
    const [from, to] = typed ? [typed.selectionStart, typed.selectionEnd] : [0, 0];
    old.replaceWith(fresh);
    const field = fresh.querySelector("#text");
    if (field && draft) {
      field.value = draft;
    }
    const again = id ? document.getElementById(id) : null;
    if (again) {
      again.focus({ preventScroll: true });
      if (again === field) {
        field.setSelectionRange(from, to);
      }
    }
  };

  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  // --- The wall ---

  const wall = document.querySelector("[data-wall]");
  if (wall) {
    const status = document.querySelector("[data-wall-status]");
    const lost = document.querySelector("[data-wall-lost]");
    const signedOut = document.querySelector("[data-signed-out]");
    let spoken = Date.now();
    let misses = 0;
    const full = () => {
      const button = wall.querySelector("[data-full-screen]");
      if (button && document.fullscreenEnabled && !document.fullscreenElement) {
        button.hidden = false;
        button.onclick = () => document.documentElement.requestFullscreen().then(() => (button.hidden = true));
      }
    };
    const look = async () => {
      try {
        const live = wall.querySelector("[data-wall-live]");
        const answer = await fetch(`${wall.dataset.wall}?seen=${encodeURIComponent(live.dataset.seen)}`, {
          headers: { Accept: "text/html" },
          redirect: "manual",
        });
        signedOut.hidden = answer.type !== "opaqueredirect";
        if (answer.status === 403 || answer.status === 404) {
          window.location.reload(); // somebody else by now
          return;
        }
        if (!answer.ok && signedOut.hidden) {
          throw new Error(String(answer.status));
        }
        if (answer.status === 200) {
          const fresh = parse(await answer.text()).querySelector("[data-wall-live]");
          const known = new Set([...live.querySelectorAll("[data-card]")].map((card) => card.dataset.card));
          for (const card of fresh.querySelectorAll("[data-card]")) {
            card.classList.toggle("wall__card--new", !known.has(card.dataset.card));
          }
          swap(live, fresh);
          full();
          if (Date.now() - spoken > SPOKEN_EVERY) {
            spoken = Date.now();
            status.textContent = fresh.dataset.says;
          }
        }
        misses = 0;
        lost.hidden = true;
      } catch {
        misses += 1;
        if (misses > 2) {
          lost.textContent = wall.dataset.lost;
          lost.hidden = false;
        }
      }
      window.setTimeout(look, POLL_WALL);
    };
    full();
    window.setTimeout(look, POLL_WALL);
  }

  // --- A phone ---

  const room = document.querySelector("[data-room]");
  if (!room) {
    return;
  }
  const status = room.querySelector("[data-room-status]");
  const pending = room.querySelector("[data-pending]");
  const words = room.dataset;
  const shelf = `workshop-${words.workshop}`;
  room.querySelector("[data-foot]").hidden = true;

  // Cards that the server does not have yet: on this phone, also when the page is loaded anew.
  let queue = [];
  try {
    queue = JSON.parse(window.localStorage.getItem(shelf)) || [];
  } catch {
    queue = []; // the browser keeps nothing: then they are kept as long as the page is open
  }
  const keep = () => {
    try {
      window.localStorage.setItem(shelf, JSON.stringify(queue));
    } catch {
      // as above
    }
  };

  const freshId = () => {
    // Without https there is no crypto.randomUUID.
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };

  const draw = () => {
    pending.hidden = queue.length === 0;
    pending.replaceChildren(
      ...queue.map((card) => {
        const item = document.createElement("li");
        const text = document.createElement("span");
        text.textContent = card.text;
        const note = document.createElement("span");
        note.className = "join__note";
        note.textContent = card.problem ? `${words.refused} ${card.problem}` : words.sending;
        item.append(text, note);
        if (card.problem) {
          const drop = document.createElement("button");
          drop.type = "button";
          drop.className = "utrecht-button utrecht-button--subtle";
          drop.textContent = words.drop;
          drop.setAttribute("aria-label", `${words.drop}: ${card.text}`);
          drop.addEventListener("click", () => {
            queue = queue.filter((other) => other !== card);
            keep();
            draw();
          });
          item.append(drop);
        }
        return item;
      }),
    );
  };

  const body = (values) => new URLSearchParams({ ...values, csrf_token: words.token });

  const refresh = async (html) => {
    const text = html || (await (await fetch(words.room, { headers: { Accept: "text/html" } })).text());
    const page = parse(text);
    const fresh = page.querySelector("[data-room-live]");
    if (!fresh) {
      window.location.reload();
      return;
    }
    const old = room.querySelector("[data-room-live]");
    const moved = old.dataset.phase !== fresh.dataset.phase;
    const problem = page.querySelector("main .alert p");
    swap(old, fresh);
    if (moved) {
      status.textContent = fresh.querySelector("p:not(.title p), .card p").textContent;
      window.scrollTo({ top: 0 });
    } else if (problem && problem.closest("[data-room-live]") === null) {
      status.textContent = problem.textContent;
    }
  };

  let sending = false;
  const send = async () => {
    if (sending) {
      return;
    }
    sending = true;
    try {
      for (const card of queue.filter((one) => !one.problem)) {
        const answer = await fetch(words.cards, {
          method: "POST",
          headers: { Accept: "application/json" },
          body: body({ id: card.id, text: card.text }),
        });
        if (answer.ok) {
          queue = queue.filter((one) => one.id !== card.id);
          await refresh();
        } else if (answer.status === 400 || answer.status === 404) {
          const said = await answer.json().catch(() => ({}));
          card.problem = said.message || "";
          status.textContent = `${words.refused} ${card.problem}`;
          const field = room.querySelector("#text");
          if (field && !field.value && card.problem) {
            field.value = card.text; // to be mended where it was typed
            queue = queue.filter((one) => one !== card);
            const note = document.createElement("p");
            note.className = "alert__title";
            note.id = "text-refused";
            note.setAttribute("role", "alert");
            note.textContent = card.problem;
            room.querySelector("#text-refused")?.remove();
            field.closest("form").prepend(note);
            field.focus();
          }
        } else {
          throw new Error(String(answer.status));
        }
        keep();
        draw();
      }
    } catch {
      status.textContent = words.waiting; // tried again with the next look
    }
    sending = false;
  };

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const live = form.closest("[data-room-live]");
      if (!live) {
        return;
      }
      event.preventDefault();
      const values = Object.fromEntries(new FormData(form));
      if ("text" in values) {
        const text = values.text.trim();
        const field = form.querySelector("#text");
        if (text) {
          room.querySelector("#text-refused")?.remove();
          queue.push({ id: freshId(), text });
          keep();
          field.value = "";
          draw();
          send();
        }
        field.focus();
        return;
      }
      fetch(form.action, { method: "POST", headers: { Accept: "text/html" }, body: body(values) })
        .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
        .then(refresh)
        .catch(() => {
          status.textContent = words.waiting;
        });
    },
    true,
  );

  const look = async () => {
    try {
      const answer = await fetch(words.state, { headers: { Accept: "application/json" } });
      if (answer.status === 404) {
        window.location.reload();
        return;
      }
      const now = await answer.json();
      if (now.seen !== room.querySelector("[data-room-live]").dataset.seen) {
        await refresh();
      }
      send();
    } catch {
      // looked at again below
    }
    window.setTimeout(look, POLL_PHONE);
  };
  draw();
  send();
  window.setTimeout(look, POLL_PHONE);
})();
