// Shows the offline page where a page of the portal cannot be reached. Holds that page and the files it needs, and never
// anything that was opened: other answers pass by.

const holds = "motcua-{{ version }}";
const offline = {{ offline|tojson }};
const files = {{ files|tojson }};
const never = {{ never|tojson }};

// Asked for without cookies: what is kept is the same for everybody.
async function hold() {
  const cache = await caches.open(holds);
  await Promise.all(
    files.map(async (file) => {
      const answer = await fetch(file, { credentials: "omit" });
      if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
      await cache.put(file, answer);
    }),
  );
  await self.skipWaiting();
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== holds).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function held(file) {
  const cache = await caches.open(holds);
  return cache.match(file);
}

self.addEventListener("install", (event) => event.waitUntil(hold()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (never.some((start) => pathname.startsWith(start))) return;
    event.respondWith(fetch(request).catch(() => held(offline)));
  } else if (files.includes(pathname) && pathname !== offline) {
    event.respondWith(held(pathname).then((file) => file ?? fetch(request)));
  }
});
