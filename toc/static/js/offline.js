// "To log now" without a connection: what is saved goes into a queue in this browser, under the id of the row that it will
// make, and is sent when the server can be reached. The id decides, so nothing is there twice. What the browser says of its
// connection is not asked. Without this file the forms are ordinary forms.
"use strict";

(() => {
  const root = document.querySelector("[data-today]");
  if (!root || !window.tocLeaving || !window.indexedDB) {
    return;
  }
  const PATIENCE = 15000; // milliseconds before an answer that does not come counts as lost
  const FIRST_RETRY = 3000; // milliseconds before a lost connection is tried again; doubled each time
  const LAST_RETRY = 60000;
  const who = root.dataset.today;
  const bar = root.querySelector("[data-bar]");
  const words = bar.querySelector("[data-words]");
  const choices = root.querySelector("[data-choices]");
  const forms = [...root.querySelectorAll("form[data-log]")];
  const itemOf = (form) => form.closest("[data-item]");

  // --- What is kept ---

  let base = null;
  const store = (name, mode, work) =>
    new Promise((resolve, reject) => {
      const change = base.transaction(name, mode);
      const asked = work(change.objectStore(name));
      change.oncomplete = () => resolve(asked.result);
      change.onerror = () => reject(change.error);
      change.onabort = () => reject(change.error);
    });
  const all = (name) => store(name, "readonly", (rows) => rows.getAll());
  const put = (name, row) => store(name, "readwrite", (rows) => rows.put(row));
  const drop = (name, key) => store(name, "readwrite", (rows) => rows.delete(key));

  const fresh = () => {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    const now = Date.now();
    for (let place = 0; place < 6; place += 1) {
      bytes[place] = Math.floor(now / 256 ** (5 - place)) % 256;
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  // --- What is shown ---

  let state = ""; // "sending", "offline", "ended" or ""
  let rows = [];
  let lately = "";

  const numbered = (one, many, count) => (count === 1 ? one : many.replace("#", String(count)));

  const tell = () => {
    const waiting = rows.filter((row) => row.state === "waiting").length;
    const asking = rows.length - waiting;
    const said = [];
    if (asking) {
      said.push(numbered(bar.dataset.choose, bar.dataset.chooseMany, asking));
    }
    if (waiting) {
      said.push(numbered(bar.dataset.one, bar.dataset.many, waiting));
    }
    if (state === "ended") {
      said.push(bar.dataset.ended);
    } else if (state === "offline") {
      said.push(bar.dataset.offline);
    } else if (state === "full") {
      said.push(bar.dataset.full);
    } else if (state === "sending" && waiting) {
      said.push(bar.dataset.sending);
    }
    if (!said.length && lately) {
      said.push(lately);
    }
    const text = said.join(" ");
    if (words.textContent !== text) {
      words.textContent = text;
    }
    bar.hidden = !text;
    bar.dataset.kind = asking || state === "ended" || state === "full" ? "problem" : waiting || state === "offline" ? "waiting" : "done";
    bar.querySelector("[data-sign-in-again]").hidden = state !== "ended";
    for (const form of forms) {
      const mine = rows.filter((row) => row.state === "waiting" && row.item === itemOf(form).dataset.item);
      const line = itemOf(form).querySelector("[data-kept]");
      line.hidden = !mine.length;
      line.textContent = mine.map((row) => `${row.shown}: ${numbered(bar.dataset.one, bar.dataset.many, 1)}`).join(" ");
    }
  };

  const button = (text, work, look = "secondary-action") => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `utrecht-button utrecht-button--${look}`;
    made.textContent = text;
    made.addEventListener("click", work);
    return made;
  };
  const line = (text) => {
    const made = document.createElement("p");
    made.textContent = text;
    return made;
  };
  const pair = (label, text) => {
    const made = document.createElement("div");
    made.className = "waiting__side";
    const head = document.createElement("strong");
    head.textContent = label;
    made.append(head, line(text));
    return made;
  };

  const ask = () => {
    choices.replaceChildren();
    for (const row of rows.filter((one) => one.state !== "waiting")) {
      const made = document.createElement("li");
      made.className = "waiting__choice";
      const head = document.createElement("h2");
      head.textContent = row.label;
      made.append(head, line(row.said.sentence));
      const acts = document.createElement("div");
      acts.className = "actions";
      const gone = () => remove(row);
      if (row.said.theirs) {
        const sides = document.createElement("div");
        sides.className = "waiting__sides";
        const { theirs } = row.said;
        const there = choices.dataset.by.replace("##", theirs.by || "–").replace("#", `${theirs.value}, ${theirs.on}`);
        sides.append(pair(choices.dataset.mine, row.shown), pair(choices.dataset.theirs, there));
        made.append(sides);
        acts.append(
          button(choices.dataset.keep, gone),
          button(choices.dataset.put, () => instead(row, theirs.id), "primary-action"),
        );
      } else {
        made.append(pair(choices.dataset.mine, row.shown));
        acts.append(button(choices.dataset.change, () => change(row), "primary-action"), button(choices.dataset.drop, gone));
      }
      made.append(acts);
      choices.append(made);
    }
  };

  const refresh = async () => {
    rows = (await all("queue")).filter((row) => row.who === who).sort((one, other) => one.at - other.at);
    ask();
    tell();
  };

  const remove = async (row) => {
    await drop("queue", row.id);
    await refresh();
  };

  const instead = async (row, theirs) => {
    const fields = row.fields.filter(([name]) => name !== "instead_of");
    const note = fields.find(([name]) => name === "note");
    if (!note) {
      fields.push(["note", choices.dataset.why]);
    } else if (!note[1].trim()) {
      note[1] = choices.dataset.why;
    }
    fields.push(["instead_of", theirs]);
    await put("queue", { ...row, fields, state: "waiting", said: null });
    await refresh();
    send();
  };

  const fill = (form, fields) => {
    for (const [name, text] of fields) {
      const field = form.elements[name];
      if (field && !["csrf_token", "next", "rest"].includes(name)) {
        if (field instanceof RadioNodeList) {
          field.value = text;
        } else {
          field.value = text;
          const group = text && field.closest("details.groups");
          if (group) {
            group.open = true;
          }
        }
      }
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const change = async (row) => {
    const form = forms.find((one) => itemOf(one).dataset.item === row.item);
    if (!form) {
      return;
    }
    itemOf(form).hidden = false;
    open(form);
    fill(form, row.fields);
    refuse(form, row.said.sentence, row.said.offers_rest, Object.keys(row.said.fields || {}));
    await remove(row);
  };

  // --- Sending ---

  const timeout = () => (AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined);

  // Whose session it is now, and its token: "ready", "offline", "ended" or "other". The way to the sign-in page is not
  // gone: its answer would begin a session, beside that of who signs in at that moment.
  const renew = async () => {
    let answer;
    try {
      answer = await fetch(root.dataset.token, {
        credentials: "same-origin",
        cache: "no-store",
        redirect: "manual",
        signal: timeout(),
      });
      if (answer.status >= 500 || answer.status === 429) {
        return "offline";
      }
      if (!answer.ok) {
        return "ended";
      }
      const said = await answer.json();
      if (said.who !== who) {
        return "other";
      }
      for (const field of document.querySelectorAll("input[name=csrf_token]")) {
        field.value = said.token;
      }
      return "ready";
    } catch {
      return "offline";
    }
  };

  // What was sent later waits no more on the page, unless somebody is typing there again.
  const settle = (row) => {
    const form = forms.find((one) => itemOf(one).dataset.item === row.item);
    if (form && form.elements.id.value !== row.id && empty(form)) {
      itemOf(form).dataset.done = "sent";
      itemOf(form).hidden = true;
    }
  };

  // Sends one value. Resolves to "sent", "offline", "ended" or "asks".
  const post = async (row) => {
    const body = new URLSearchParams(row.fields.filter(([name]) => name !== "csrf_token" && name !== "id"));
    body.set("id", row.id);
    let answer;
    let said = null;
    try {
      answer = await fetch(row.address, {
        method: "POST",
        body,
        headers: {
          Accept: "application/json",
          "X-CSRFToken": document.querySelector("input[name=csrf_token]").value,
        },
        credentials: "same-origin",
        redirect: "manual",
        signal: timeout(),
      });
      if ((answer.headers.get("Content-Type") || "").includes("json")) {
        said = await answer.json();
      }
    } catch {
      return "offline";
    }
    if (answer.ok && said) {
      await drop("queue", row.id);
      settle(row);
      lately = `${row.label}. ${said.sentence}`;
      return "sent";
    }
    if (said && [400, 409].includes(answer.status)) {
      await put("queue", { ...row, state: "asks", said });
      return "asks";
    }
    if (answer.status >= 500 || answer.status === 429) {
      return "offline";
    }
    if (answer.type === "opaqueredirect" || answer.status === 400) {
      return "ended";
    }
    // The programme is not theirs any more, or the indicator is gone: a person has to look.
    const sentence = bar.dataset.gone;
    await put("queue", { ...row, state: "asks", said: { sentence } });
    return "asks";
  };

  let pause = FIRST_RETRY;
  let timer = 0;
  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, pause);
    pause = Math.min(pause * 2, LAST_RETRY);
  };

  const sendAll = async () => {
    await refresh();
    if (!rows.some((row) => row.state === "waiting")) {
      state = "";
      tell();
      return;
    }
    state = "sending";
    tell();
    const how = await renew();
    if (how === "other") {
      await window.tocLeaving.wipe();
      window.location.reload();
      return;
    }
    if (how !== "ready") {
      state = how;
      tell();
      later();
      return;
    }
    let sent = 0;
    for (const row of rows.filter((one) => one.state === "waiting")) {
      const result = await post(row);
      if (result === "offline" || result === "ended") {
        state = result;
        await refresh();
        later();
        return;
      }
      sent += result === "sent" ? 1 : 0;
    }
    state = "";
    pause = FIRST_RETRY;
    if (sent > 1) {
      lately = bar.dataset.sent; // of one value its own sentence is said; of a value that was refused nothing
    }
    await refresh();
  };

  // One tab sends at a time; others wait for it and then find nothing left.
  let inLine = Promise.resolve();
  const send = () => {
    window.clearTimeout(timer);
    const work = () => (navigator.locks ? navigator.locks.request("toc-logging", sendAll) : sendAll());
    inLine = inLine.then(work, work);
    return inLine;
  };

  // --- Saving ---

  // Marks the fields that were refused as wrong, and names the sentence as what describes them. `names`: of fields.
  const mark = (form, place, names) => {
    for (const field of form.elements) {
      const about = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== place.id);
      if (names.includes(field.name)) {
        if (field.type !== "radio") {
          field.setAttribute("aria-invalid", "true");
        }
        about.push(place.id);
      } else if (field.getAttribute("aria-invalid")) {
        field.removeAttribute("aria-invalid");
      }
      if (about.length) {
        field.setAttribute("aria-describedby", about.join(" "));
      } else {
        field.removeAttribute("aria-describedby");
      }
    }
  };

  const refuse = (form, sentence, offersRest, names = []) => {
    const place = itemOf(form).querySelector("[data-refused]");
    place.textContent = sentence;
    place.hidden = !sentence;
    mark(form, place, names);
    const offer = form.querySelector("[data-offer]");
    if (offer) {
      offer.hidden = !offersRest;
    }
    if (sentence) {
      place.scrollIntoView({ block: "nearest" });
    }
  };

  const firstField = (form) =>
    form.querySelector("input[type=text], input[type=radio], textarea");

  const open = (form) => {
    const details = itemOf(form).querySelector("details.today__details");
    details.open = true;
    firstField(form).focus();
  };

  // What a person recognises: the numbers in the order of the form.
  const shownOf = (form) => {
    const value = (name) => (form.elements[name] ? String(form.elements[name].value || "").trim() : "");
    let text = value("value");
    if (form.elements.numerator) {
      text = `${value("numerator")} / ${value("denominator")}`;
    } else if (form.elements.narrative) {
      text = value("narrative").slice(0, 60);
    } else if (form.elements["level-1"]) {
      text = [...form.querySelectorAll("[name^=level-]")].map((field) => field.value || "0").join(" / ");
    } else if (form.querySelector("input[type=radio]")) {
      const chosen = form.querySelector("input[name=value]:checked");
      text = chosen ? chosen.labels[0].textContent : "";
    }
    const where = form.elements.site_id ? form.elements.site_id.selectedOptions[0].textContent.trim() : "";
    const day = new Date(`${value("on")}T12:00:00`);
    const on = Number.isNaN(day.getTime())
      ? value("on")
      : day.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" });
    return [text, on, where].filter(Boolean).join(", ");
  };

  const empty = (form) => {
    const names = ["value", "numerator", "narrative", "level-1"];
    const fields = [...form.elements].filter((field) => names.includes(field.name) || field.name.startsWith("level-"));
    return !fields.some((field) => (field.type === "radio" ? field.checked : field.value.trim()));
  };

  const save = async (form, submitter) => {
    const item = itemOf(form);
    refuse(form, "", false);
    const data = new FormData(form, submitter && submitter.name ? submitter : undefined);
    const id = form.elements.id.value;
    const row = {
      id,
      who,
      item: item.dataset.item,
      address: form.getAttribute("action"),
      label: form.dataset.label,
      shown: shownOf(form),
      fields: [...data.entries()].filter(([, text]) => typeof text === "string"),
      at: Date.now(),
      state: "waiting",
      said: null,
    };
    lately = "";
    try {
      await put("queue", row);
    } catch {
      state = "full"; // no room: an ordinary form is all there is
      tell();
      form.dataset.plain = "1";
      form.requestSubmit(submitter);
      return;
    }
    await send();
    const left = rows.find((one) => one.id === id);
    if (left && left.state === "asks" && !left.said.theirs) {
      // Refused at once: mend it in the form, nothing waits.
      await remove(left); // first: what stands above goes, and then the sentence is brought into sight
      refuse(form, left.said.sentence, left.said.offers_rest, Object.keys(left.said.fields || {}));
      return;
    }
    form.elements.id.value = fresh();
    await drop("typed", item.dataset.item);
    const details = item.querySelector("details.today__details");
    details.open = false;
    const on = form.elements.on.value;
    form.reset();
    form.elements.on.value = on;
    item.dataset.done = left ? "waits" : "sent";
    if (!left) {
      item.hidden = true;
    }
    next(item);
  };

  const next = (item) => {
    const order = [...root.querySelectorAll("[data-item]")];
    const at = order.indexOf(item);
    const after = [...order.slice(at + 1), ...order.slice(0, at)].find((one) => !one.dataset.done && !one.hidden);
    if (after) {
      open(after.querySelector("form"));
      after.scrollIntoView({ block: "start" });
    } else {
      words.setAttribute("tabindex", "-1");
      words.focus();
      bar.scrollIntoView({ block: "nearest" });
    }
  };

  // --- The page ---

  const typing = new Map();
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.plain) {
        return;
      }
      event.preventDefault();
      if (empty(form)) {
        firstField(form).focus();
        refuse(form, bar.dataset.nothing, false);
        return;
      }
      if (form.getAttribute("aria-busy") !== "true") {
        form.setAttribute("aria-busy", "true");
        save(form, event.submitter).finally(() => form.removeAttribute("aria-busy"));
      }
    });
    form.addEventListener("input", () => {
      const key = itemOf(form).dataset.item;
      window.clearTimeout(typing.get(key));
      typing.set(
        key,
        window.setTimeout(() => {
          const fields = [...new FormData(form).entries()].filter(
            ([name, text]) => typeof text === "string" && !["csrf_token", "id", "next"].includes(name),
          );
          put("typed", { key, who, fields }).catch(() => {});
        }, 300),
      );
    });
    const details = itemOf(form).querySelector("details.today__details");
    details.addEventListener("toggle", () => {
      if (details.open && !form.contains(document.activeElement) && details.contains(document.activeElement)) {
        firstField(form).focus();
      }
    });
  }

  const restore = async () => {
    const kept = await all("typed");
    for (const row of kept) {
      const form = forms.find((one) => itemOf(one).dataset.item === row.key);
      if (!form || row.who !== who) {
        continue;
      }
      if (!itemOf(form).querySelector("[data-error-summary]")) {
        fill(form, row.fields);
        if (!empty(form)) {
          itemOf(form).querySelector("details.today__details").open = true;
        }
      }
    }
  };

  // The page and what it needs, kept before the script that answers without a connection took over.
  const prepare = async () => {
    if (!navigator.serviceWorker || !window.caches || !window.isSecureContext) {
      return;
    }
    await navigator.serviceWorker.register(root.dataset.worker, { scope: "/today" });
    if (navigator.serviceWorker.controller) {
      return;
    }
    const kept = await window.caches.open("toc-today");
    const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map(
      (one) => one.href || one.src,
    );
    const fonts = performance
      .getEntriesByType("resource")
      .map((one) => one.name)
      .filter((name) => new URL(name).pathname.startsWith("/static/"));
    await Promise.allSettled([...new Set([...files, ...fonts])].map((file) => kept.add(file)));
    const page = await fetch("/today", { credentials: "same-origin", redirect: "manual" });
    if (page.ok) {
      await kept.put("/today", page); // last: the page is there once all it needs is
    }
  };

  const begin = async () => {
    base = await window.tocLeaving.open();
    const strangers = [...(await all("queue")), ...(await all("typed"))].some((row) => row.who !== who);
    if (strangers) {
      base.close();
      await window.tocLeaving.wipe(); // another person signed in: nothing of the one before stays
      base = await window.tocLeaving.open();
    }
    await refresh();
    await restore();
    send();
    prepare().catch(() => {});
  };
  begin().catch(() => {
    for (const form of forms) {
      form.dataset.plain = "1"; // no storage in this browser: ordinary forms
    }
  });

  window.addEventListener("online", () => {
    pause = FIRST_RETRY;
    send();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && rows.some((row) => row.state === "waiting")) {
      send();
    }
  });
})();
