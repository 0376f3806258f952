// Trusted Types: what the page itself may hand to the browser as HTML or as the address of a script. Leptos makes its
// elements from pieces of HTML, none of which runs anything; workers start from blobs. All else is refused.
globalThis.trustedTypes?.createPolicy("default", {
  createHTML: (html) => {
    const runs = /<(script|iframe|frame|object|embed|base|link|meta|form)\b|[\s"'/]on\w+\s*=|javascript:|srcdoc/i;
    return runs.test(html) ? null : html;
  },
  createScriptURL: (url) => (url.startsWith("blob:") ? url : null),
});
// Peers over WebRTC are a way out that no policy of Chromium's closes. The page has no use for them.
const ways = ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport"];
for (const name of ways) delete globalThis[name];
// For browsers without it. A call for each byte would take ten times as long.
const fromBase64 = (text) => {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
};
// What a part of the page holds, packed, behind its element's id.
const unpack = (id) => {
  const packed = document.getElementById(id).textContent.trim();
  const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(packed) : fromBase64(packed);
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain, { headers: { "Content-Type": "application/wasm" } });
};
// The licences, for the page's foot (platform/page.rs).
globalThis.fuinNotice = () => unpack("fuin-notice").text();
// Unpacks the module and starts it. The worker gets the same module from the page (platform/worker.rs).
(async () => {
  // A page around this one could cover what is asked with something else. A file has no header that forbids it.
  if (globalThis.top !== globalThis.self) {
    const app = document.getElementById("app");
    app.textContent = app.dataset.framed;
    return;
  }
  globalThis.fuinModule = await WebAssembly.compileStreaming(unpack("fuin-wasm"));
  await wasm_bindgen({ module_or_path: globalThis.fuinModule });
  performance.mark("fuin-ready");
})().catch((error) => {
  const app = document.getElementById("app");
  app.textContent = app.dataset.failed;
  console.error(error);
});
