// Answers for the page "to log now" when there is no connection: with the page as it last was, and with the files that it
// needs to look and work. Nothing else is kept, and every answer that the server can give comes from the server.
"use strict";

const KEPT = "toc-today";
const PAGE = "/today";
const PATIENCE = 6000; // milliseconds before a page that does not come is shown as it last was

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const isAsset = (url) => url.origin === self.location.origin && url.pathname.startsWith("/static/");

const keep = async (key, answer) => {
  // A redirect is the way to the sign-in page; an error is nothing to keep.
  if (answer.ok && !answer.redirected && answer.type === "basic") {
    const copy = answer.clone();
    const kept = await caches.open(KEPT);
    await kept.put(key, copy);
  }
  return answer;
};

const within = (work, milliseconds) =>
  Promise.race([
    work,
    new Promise((_, refuse) => {
      setTimeout(() => refuse(new Error("too slow")), milliseconds);
    }),
  ]);

const page = async (request) => {
  const kept = await caches.open(KEPT);
  const before = await kept.match(PAGE);
  const asked = fetch(request).then(async (answer) => {
    if (answer.type === "opaqueredirect") {
      await kept.delete(PAGE); // nobody is signed in: who comes next does not see it
    }
    return keep(PAGE, answer);
  });
  try {
    return await (before ? within(asked, PATIENCE) : asked);
  } catch (error) {
    asked.catch(() => {});
    if (before) {
      return before;
    }
    throw error;
  }
};

const asset = async (request) => {
  try {
    return await keep(request, await within(fetch(request), PATIENCE));
  } catch (error) {
    const kept = await caches.open(KEPT);
    const before = await kept.match(request, { ignoreSearch: true });
    if (before) {
      return before;
    }
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET") {
    return;
  }
  if (request.mode === "navigate" && url.origin === self.location.origin && url.pathname === PAGE) {
    event.respondWith(page(request));
  } else if (isAsset(url)) {
    event.respondWith(asset(request));
  }
});
