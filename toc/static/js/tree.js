// The tree in the browser: size, full screen, editing by mouse and keys, and what others change meanwhile.
// Without this file the page is the same: links, forms and the list do all of it.
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const EVERY = 6000; // ms between two questions whether somebody changed something
  const ASLEEP = 15 * 60000; // ms without a touch after which nobody asks any more
  const SHOWN = 12000; // ms that a message stays; what was done can be read beside "undo" as well
  const FAR = 6; // px that a pointer moves before it drags
  const work = () => document.getElementById("tree-work");
  const region = () => document.querySelector("[data-tree]");
  const picture = () => document.querySelector("[data-tree] svg.tree");
  const panel = () => document.getElementById("tree-panel");
  const edits = () => Boolean(work()?.hasAttribute("data-edits"));
  const chosen = new Set();
  let zoom = 1;
  let current = ""; // id of the goal whose forms are open
  let drag = null;
  let busy = false;
  let silence = 0;
  let touched = Date.now();

  // --- size ---
  function centre() {
    for (const one of document.querySelectorAll("[data-tree]")) {
      one.scrollLeft = (one.scrollWidth - one.clientWidth) / 2;
    }
  }

  function natural(svg) {
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    return { width, height };
  }

  function resize(to) {
    const svg = picture();
    const around = region();
    if (!svg) {
      return;
    }
    const size = natural(svg);
    const middle = (around.scrollLeft + around.clientWidth / 2) / around.scrollWidth;
    zoom = Math.min(Math.max(to, 0.2), 3);
    svg.setAttribute("width", Math.round(size.width * zoom));
    svg.setAttribute("height", Math.round(size.height * zoom));
    around.scrollLeft = middle * around.scrollWidth - around.clientWidth / 2;
  }

  function fit() {
    const size = natural(picture());
    const full = document.fullscreenElement ? (window.innerHeight - 160) / size.height : 1;
    resize(Math.min(region().clientWidth / size.width, full, 1.5));
  }

  function fill() {
    if (document.fullscreenElement) {
      document.exitFullscreen();
    } else {
      work().requestFullscreen?.().catch(() => {});
    }
  }

  const SIZES = { in: () => resize(zoom * 1.25), out: () => resize(zoom / 1.25), fit, full: fill };

  // --- goals and lines, as the drawing has them ---
  const box = (goal) => goal.querySelector("rect");
  const goalsDrawn = () => [...document.querySelectorAll("svg.tree a.tree__goal")];

  function idOf(goal) {
    const found = /goals\/([0-9a-f-]{36})/.exec(goal.getAttribute("href") || "");
    return found ? found[1] : "";
  }

  const byId = (id) => goalsDrawn().find((goal) => idOf(goal) === id);

  function place(goal) {
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(box(goal).getAttribute(name)));
    return { x, y, width, height, middle: x + width / 2, foot: y + height };
  }

  // A line begins at the top of the lower goal and ends at the foot of the upper one.
  function ends(path) {
    const numbers = path.getAttribute("d").match(/[A-Z]|-?\d+(\.\d+)?/g) || [];
    let x = Number(numbers[1]);
    let y = Number(numbers[2]);
    const start = { x, y };
    for (let at = 3; at < numbers.length; ) {
      if (numbers[at] === "V") {
        y = Number(numbers[at + 1]);
        at += 2;
      } else {
        x = Number(numbers[at + 5]);
        y = Number(numbers[at + 6]);
        at += 7;
      }
    }
    return { start, end: { x, y } };
  }

  function beside(goal, direction) {
    const here = place(goal);
    const others = goalsDrawn().filter((one) => one !== goal).map((one) => ({ one, at: place(one) }));
    let found = [];
    if (direction === "left" || direction === "right") {
      const sign = direction === "left" ? -1 : 1;
      found = others.filter(({ at }) => at.y === here.y && (at.x - here.x) * sign > 0);
    } else {
      const lines = [...document.querySelectorAll("svg.tree path.tree__link")].map(ends);
      const near = (point, x, y) => Math.abs(point.x - x) < 3 && Math.abs(point.y - y) < 3;
      const [from, to] = direction === "up" ? ["start", "end"] : ["end", "start"];
      const edge = (at, side) => (side === "start" ? [at.middle, at.y] : [at.middle, at.foot]);
      const mine = lines.filter((line) => near(line[from], ...edge(here, from))).map((line) => line[to]);
      found = others.filter(({ at }) => mine.some((point) => near(point, ...edge(at, to))));
    }
    found.sort((a, b) => Math.abs(a.at.middle - here.middle) - Math.abs(b.at.middle - here.middle));
    return found.length ? found[0].one : null;
  }

  // --- what is chosen ---
  function mark() {
    for (const goal of goalsDrawn()) {
      const id = idOf(goal);
      goal.classList.toggle("tree__goal--chosen", chosen.has(id));
      goal.classList.toggle("tree__goal--edited", edits() && id === current);
    }
    for (const tick of document.querySelectorAll(".tree-list input[name=goal]")) {
      tick.checked = chosen.has(tick.value);
    }
    const bar = document.querySelector("[data-tree-chosen]");
    if (bar) {
      bar.hidden = chosen.size === 0;
      bar.querySelector("[data-tree-count]").textContent = String(chosen.size);
    }
    handle();
  }

  function choose(id) {
    if (!chosen.delete(id)) {
      chosen.add(id);
    }
    mark();
  }

  // The handle from which a link is drawn stands above the goal that is edited.
  function handle() {
    document.querySelector(".tree__handle")?.remove();
    const goal = edits() && current ? byId(current) : null;
    if (!goal) {
      return;
    }
    const at = place(goal);
    const circle = document.createElementNS(SVG, "circle");
    circle.setAttribute("class", "tree__handle");
    circle.setAttribute("cx", at.middle);
    circle.setAttribute("cy", at.y);
    circle.setAttribute("r", 12);
    picture().append(circle);
  }

  // --- pages that come in without loading the whole anew ---
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  const here = () => window.location.pathname + window.location.search;

  function say(text) {
    const news = document.querySelector("[data-tree-news]");
    if (news && text) {
      news.textContent = text;
      window.clearTimeout(silence);
      silence = window.setTimeout(() => news.replaceChildren(), SHOWN);
    }
  }

  function typing(within) {
    const active = document.activeElement;
    const kinds = "input:not([type=checkbox]):not([type=radio]), textarea, select";
    return Boolean(active && within.contains(active) && active.matches(kinds));
  }

  function focused() {
    const goal = document.activeElement?.closest?.("svg.tree a.tree__goal");
    if (goal) {
      return () => byId(idOf(goal))?.focus({ preventScroll: true });
    }
    const active = document.activeElement;
    if (active?.matches?.(".tree-list input[name=goal]")) {
      return () => document.querySelector(`.tree-list input[value="${active.value}"]`)?.focus({ preventScroll: true });
    }
    const href = active?.closest?.("[data-tree-part]") ? active.getAttribute("href") : null;
    return () => href && document.querySelector(`[data-tree-part] a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
  }

  // Take the tree of another answer; focus, choice, size and what is typed stay.
  function take(page) {
    const refocus = focused();
    const around = region();
    const scroll = around ? [around.scrollLeft, around.scrollTop] : null;
    for (const part of document.querySelectorAll("[data-tree-part]")) {
      const name = part.getAttribute("data-tree-part");
      const fresh = page.querySelector(`[data-tree-part="${name}"]`);
      if (fresh && !typing(part)) {
        part.replaceWith(document.importNode(fresh, true));
      }
    }
    const lead = page.querySelector(".title__lead");
    if (lead && document.querySelector(".title__lead")) {
      document.querySelector(".title__lead").replaceWith(document.importNode(lead, true));
    }
    const fresh = page.getElementById("tree-work");
    if (fresh && work()) {
      work().dataset.revision = fresh.dataset.revision;
    }
    const svg = picture();
    if (svg) {
      if (zoom !== 1) {
        resize(zoom);
      }
      if (scroll) {
        [region().scrollLeft, region().scrollTop] = scroll;
      }
    }
    mark();
    refocus();
  }

  async function fetched(url, options = {}) {
    const answer = await fetch(url, { credentials: "same-origin", ...options });
    if (new URL(answer.url).pathname === "/login") {
      window.location.reload();
      throw new Error("signed out");
    }
    return { answer, page: parsed(await answer.text()) };
  }

  function open(page, then) {
    const part = page.querySelector("[data-panel]");
    if (!part || !panel()) {
      return false;
    }
    panel().replaceChildren(document.importNode(part, true));
    const title = panel().querySelector("h1");
    const heading = document.createElement("h2");
    heading.className = "tree-panel__title";
    heading.append(...title.childNodes);
    title.replaceWith(heading);
    for (const smaller of panel().querySelectorAll("section > h2, .alert h2")) {
      const lower = document.createElement("h3");
      lower.id = smaller.id;
      lower.append(...smaller.childNodes);
      smaller.replaceWith(lower);
    }
    panel().hidden = false;
    current = part.getAttribute("data-goal") || "";
    mark();
    const to = panel().querySelector("[data-error-summary]") || (then && panel().querySelector(then)) || panel();
    to.focus({ preventScroll: !then });
    return true;
  }

  function shut() {
    const goal = current && byId(current);
    if (panel()) {
      panel().hidden = true;
      panel().replaceChildren();
    }
    current = "";
    mark();
    (goal || region())?.focus({ preventScroll: true });
  }

  async function edit(url, then) {
    const address = new URL(url, window.location.href);
    address.searchParams.set("next", here());
    const { page } = await fetched(address);
    if (!open(page, then)) {
      window.location.assign(address);
    }
  }

  const placeUrl = (id) => work().dataset.placesUrl + id;

  async function send(action, body) {
    busy = true;
    try {
      const { answer, page } = await fetched(action, { method: "POST", body });
      if (page.getElementById("tree-work")) {
        const keep = current;
        const alerts = [...page.querySelectorAll("main .alert p")].filter((one) => !one.closest("[hidden]"));
        const told = alerts.map((one) => one.textContent.trim()).join(" ");
        if (panel()) {
          panel().hidden = true;
          panel().replaceChildren();
        }
        take(page);
        current = keep && byId(keep) ? keep : "";
        const goal = current ? byId(current) : null;
        current = "";
        chosen.clear();
        mark();
        goal?.focus({ preventScroll: true });
        say(told);
      } else if (!open(page)) {
        window.location.assign(answer.url);
      }
    } finally {
      busy = false;
    }
  }

  function form(values) {
    const body = new FormData();
    body.set("csrf_token", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
    body.set("next", here());
    for (const [name, value] of Object.entries(values)) {
      body.set(name, value);
    }
    return body;
  }

  document.addEventListener(
    "submit",
    (event) => {
      const sent = event.target;
      if (!edits() || !sent.matches("#tree-panel form, [data-tree-part=bar] form") || event.defaultPrevented) {
        return;
      }
      event.preventDefault();
      if (busy) {
        return;
      }
      const body = new FormData(sent, event.submitter);
      if (sent.method === "get") {
        edit(`${sent.action.split("?")[0]}?${new URLSearchParams(body)}`, "#q").catch(() => sent.submit());
      } else {
        send(sent.action, body).catch(() => window.location.reload());
      }
    },
    true,
  );

  // --- drag ---
  function point(event) {
    const svg = picture();
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return { x: at.x, y: at.y };
  }

  function under(event) {
    const goal = document.elementFromPoint(event.clientX, event.clientY)?.closest?.("svg.tree a.tree__goal");
    return goal && idOf(goal) !== drag.id ? goal : null;
  }

  function aim(goal) {
    for (const one of document.querySelectorAll(".tree__goal--target")) {
      one.classList.remove("tree__goal--target");
    }
    goal?.classList.add("tree__goal--target");
  }

  function stop() {
    if (!drag) {
      return;
    }
    aim(null);
    drag.goal.removeAttribute("transform");
    drag.goal.classList.remove("tree__goal--dragged");
    document.querySelector(".tree__draw")?.remove();
    drag = null;
  }

  document.addEventListener("pointerdown", (event) => {
    touched = Date.now();
    if (!edits() || event.button !== 0 || busy) {
      return;
    }
    const grip = event.target.closest?.(".tree__handle");
    const goal = grip ? byId(current) : event.target.closest?.("svg.tree a.tree__goal");
    if (goal && (grip || event.pointerType === "mouse" || idOf(goal) === current)) {
      const from = point(event);
      drag = { goal, id: idOf(goal), from, screen: [event.clientX, event.clientY], links: Boolean(grip), moves: false };
      if (grip) {
        event.preventDefault();
      }
    }
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag || !picture()?.contains(drag.goal)) {
      return;
    }
    const far = Math.hypot(event.clientX - drag.screen[0], event.clientY - drag.screen[1]);
    if (!drag.moves && far < FAR) {
      return;
    }
    drag.moves = true;
    const to = point(event);
    if (drag.links) {
      const at = place(drag.goal);
      const line = document.querySelector(".tree__draw") || picture().appendChild(document.createElementNS(SVG, "path"));
      line.setAttribute("class", "tree__draw");
      line.setAttribute("d", `M${at.middle} ${at.y}L${to.x} ${to.y}`);
    } else {
      drag.goal.classList.add("tree__goal--dragged");
      drag.goal.setAttribute("transform", `translate(${to.x - drag.from.x} ${to.y - drag.from.y})`);
    }
    aim(under(event));
    // Near the edge the page moves along, so that a far goal can be reached.
    const edge = 50;
    window.scrollBy(0, event.clientY < edge ? -25 : event.clientY > window.innerHeight - edge ? 25 : 0);
    const sides = region().getBoundingClientRect();
    region().scrollLeft += event.clientX < sides.left + edge ? -25 : event.clientX > sides.right - edge ? 25 : 0;
  });

  document.addEventListener("pointerup", (event) => {
    if (!drag) {
      return;
    }
    const { id, moves, links } = drag;
    const target = moves ? under(event) : null;
    stop();
    if (!moves) {
      return;
    }
    // The click that ends a drag opens nothing.
    const still = (click) => {
      click.preventDefault();
      click.stopPropagation();
    };
    document.addEventListener("click", still, { capture: true, once: true });
    window.setTimeout(() => document.removeEventListener("click", still, true), 0);
    if (!target) {
      return;
    }
    const to = idOf(target);
    if (links || event.shiftKey) {
      send(`${placeUrl(id)}/link`, form({ upper_id: to, id: crypto.randomUUID?.() || fallbackId() })).catch(() => window.location.reload());
    } else {
      send(`${placeUrl(id)}/move`, form({ to, from_id: "" })).catch(() => window.location.reload());
    }
  });

  // A page that came over plain http has no randomUUID, but random numbers it has.
  function fallbackId() {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = bytes.map((one) => one.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  document.addEventListener("pointercancel", stop);
  document.addEventListener("dragstart", (event) => {
    if (edits() && event.target.closest?.("svg.tree")) {
      event.preventDefault();
    }
  });

  // --- click and keys ---
  document.addEventListener("click", (event) => {
    const size = event.target.closest?.("[data-zoom]");
    if (size) {
      SIZES[size.getAttribute("data-zoom")]();
      return;
    }
    if (!edits() || event.defaultPrevented || event.button !== 0) {
      return;
    }
    const goal = event.target.closest?.("svg.tree a.tree__goal");
    if (goal) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey || event.shiftKey) {
        choose(idOf(goal));
      } else {
        edit(placeUrl(idOf(goal))).catch(() => window.location.assign(goal.href.baseVal));
      }
    } else if (event.target.closest?.("[data-tree-none]")) {
      chosen.clear();
      mark();
    } else if (event.target.closest?.("[data-tree-several]")) {
      several();
    } else if (event.target.closest?.("[data-panel-close]") && panel()?.contains(event.target)) {
      event.preventDefault();
      shut();
    } else if (event.target.closest?.("#tree-panel a[href*='/tree/several']")) {
      event.preventDefault();
      edit(event.target.closest("a").href);
    } else if (event.target.closest?.("a[data-tree-edit]") && panel()) {
      event.preventDefault();
      edit(event.target.closest("a").href);
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".tree-list input[name=goal]")) {
      chosen[event.target.checked ? "add" : "delete"](event.target.value);
      mark();
    }
  });

  function several() {
    const query = new URLSearchParams([...chosen].map((id) => ["goal", id]));
    edit(`${work().dataset.severalUrl}?${query}`, "#retire-title");
  }

  const WALK = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
  const ON_GOAL = {
    m: (id) => edit(placeUrl(id), "#to"),
    n: (id) => edit(placeUrl(id), "#below"),
    l: (id) => edit(placeUrl(id), "#upper_id"),
    " ": choose,
    Delete: (id) => {
      chosen.add(id);
      several();
    },
  };
  const ON_TREE = { "+": "in", "=": "in", "-": "out", 0: "fit", f: "full" };

  document.addEventListener("keydown", (event) => {
    touched = Date.now();
    const types = event.target.matches?.("input, textarea, select");
    const modified = event.ctrlKey || event.metaKey;
    if (modified && edits() && !types && (event.key === "z" || event.key === "Z")) {
      const button = document.querySelector(`[data-tree-step=${event.shiftKey ? "redo" : "undo"}]`);
      if (button) {
        event.preventDefault();
        button.form.requestSubmit(button);
      }
      return;
    }
    if (event.key === "Escape") {
      if (drag) {
        stop();
      } else if (panel() && !panel().hidden) {
        shut();
      }
      return;
    }
    if (modified || event.altKey || types || !event.target.closest?.("[data-tree]")) {
      return;
    }
    const goal = event.target.closest("a.tree__goal");
    const direction = WALK[event.key];
    if (goal && direction) {
      event.preventDefault();
      const next = beside(goal, direction);
      next?.focus();
      next?.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (goal && edits() && ON_GOAL[event.key]) {
      event.preventDefault();
      ON_GOAL[event.key](idOf(goal));
    } else if (ON_TREE[event.key]) {
      event.preventDefault();
      SIZES[ON_TREE[event.key]]();
    }
  });

  // --- what others change ---
  async function look() {
    const at = work();
    if (!at || document.hidden || drag || busy || Date.now() - touched > ASLEEP) {
      return;
    }
    const answer = await fetch(`${at.dataset.revisionUrl}?seen=${at.dataset.revision}`, {
      credentials: "same-origin",
      redirect: "manual",
    });
    document.querySelector("[data-signed-out]").hidden = answer.type !== "opaqueredirect";
    if (answer.status !== 200) {
      return;
    }
    const address = new URL(window.location.href);
    address.searchParams.set("since", at.dataset.revision);
    const { page } = await fetched(address);
    if (!drag && !busy && page.getElementById("tree-work")) {
      take(page);
      say(page.querySelector("[data-tree-news]").textContent.trim());
    }
  }

  function start() {
    centre();
    if (zoom !== 1) {
      resize(zoom);
    }
    const found = document.querySelector("svg.tree a.tree__goal--marked");
    found?.scrollIntoView({ block: "nearest", inline: "center" });
    mark();
  }

  start();
  document.addEventListener("htmx:afterSwap", start);
  document.addEventListener("fullscreenchange", () => picture() && (document.fullscreenElement ? fit() : resize(1)));
  document.addEventListener("visibilitychange", () => look().catch(() => {}));
  if (work()) {
    window.setInterval(() => look().catch(() => {}), EVERY);
  }
})();
