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
// Unpacks the module and starts it. The worker gets the same module from the page (platform/worker.rs).
(async () => {
  // A page around this one could cover what is asked with something else. A file has no header that forbids it.
  if (globalThis.top !== globalThis.self) {
    const app = document.getElementById("app");
    app.textContent = app.dataset.framed;
    return;
  }
  const packed = atob(document.getElementById("fuin-wasm").textContent.trim());
  const bytes = Uint8Array.from(packed, (c) => c.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  globalThis.fuinModule = await WebAssembly.compile(await new Response(unpacked).arrayBuffer());
  await wasm_bindgen({ module_or_path: globalThis.fuinModule });
  performance.mark("fuin-ready");
})().catch((error) => {
  const app = document.getElementById("app");
  app.textContent = app.dataset.failed;
  console.error(error);
});
