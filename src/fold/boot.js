// Trusted Types: what the page itself may hand to the browser as HTML or as the address of a script. Leptos makes its
// elements from pieces of HTML, none of which runs anything; workers start from blobs, and the one that keeps a served
// page from its server. All else is refused.
globalThis.trustedTypes?.createPolicy("default", {
  createHTML: (html) => {
    const runs = /<(script|iframe|frame|object|embed|base|link|meta|form)\b|[\s"'/]on\w+\s*=|javascript:|srcdoc/i;
    return runs.test(html) ? null : html;
  },
  createScriptURL: (url) => (url.startsWith("blob:") || url === "/service-worker.js" ? url : null),
});
// Peers over WebRTC are a way out that no policy of Chromium's closes. The page has no use for them.
const ways = ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport"];
for (const name of ways) delete globalThis[name];
// Five letters are four bytes, the first ones highest (ZeroMQ RFC 32, with _ for <).
const z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&_>()[]{}@%$#";
const fromZ85 = (text) => {
  const values = new Uint8Array(128);
  for (let value = 0; value < z85.length; value++) values[z85.charCodeAt(value)] = value;
  const letters = new TextEncoder().encode(text);
  const bytes = new Uint8Array((letters.length / 5) * 4);
  for (let at = 0, to = 0; at < letters.length; ) {
    const high = (values[letters[at++]] * 85 + values[letters[at++]]) * 85 + values[letters[at++]];
    const group = (high * 85 + values[letters[at++]]) * 85 + values[letters[at++]];
    bytes[to++] = group >>> 24;
    bytes[to++] = group >>> 16;
    bytes[to++] = group >>> 8;
    bytes[to++] = group;
  }
  return bytes;
};
// What a part of the page holds, packed, behind its element's id; also for modules (platform/module.rs).
globalThis.fuinPacked = (id) => {
  const { textContent: packed, dataset } = document.getElementById(id);
  return fromZ85(packed).subarray(0, Number(dataset.bytes));
};
const unpack = (id) => {
  const plain = new Blob([fuinPacked(id)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain, { headers: { "Content-Type": "application/wasm" } });
};
// Licences and manuals (platform/page.rs).
globalThis.fuinText = (id) => unpack(id).text();
// The page as it was read, written again: what it put into itself since then goes (platform/own_file.rs).
globalThis.fuinOwnFile = () => {
  const page = document.documentElement.cloneNode(true);
  page.lang = "ja";
  page.querySelector("title").textContent = title;
  page.querySelector("#app").replaceChildren();
  return `<!DOCTYPE html>\n${page.outerHTML}`;
};
const { title } = document;
// The app looks for parts of the page that come after this script, and may be ready before the browser read them.
const whole = new Promise((resolve) => addEventListener("DOMContentLoaded", resolve, { once: true }));
// Unpacks the module and starts it. The worker gets the same module from the page (platform/worker.rs).
(async () => {
  // A page around this one could cover what is asked with something else. A file has no header that forbids it.
  if (globalThis.top !== globalThis.self) {
    const app = document.getElementById("app");
    app.textContent = app.dataset.framed;
    return;
  }
  globalThis.fuinModule = await WebAssembly.compileStreaming(unpack("fuin-wasm"));
  await whole;
  await wasm_bindgen({ module_or_path: globalThis.fuinModule });
  performance.mark("fuin-ready");
})().catch((error) => {
  const app = document.getElementById("app");
  app.textContent = app.dataset.failed;
  console.error(error);
});
