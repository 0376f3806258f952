// Keeps the page itself, so that it opens without a connection: whoever only watches a bundle needs no server, and a
// desk says by itself that it cannot record. Nothing else is kept: no answer of the server, no footage.
const KEPT = "fuin-PAGE-SHA256";
const PARTS = ["/", "/fuin.html", "/manifest.webmanifest"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(PARTS)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(forget());
});

addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !PARTS.includes(pathname)) return;
  // The server's page is the newest one; what is kept stands in for it.
  event.respondWith(fetch(event.request).catch(() => caches.match(pathname)));
});
