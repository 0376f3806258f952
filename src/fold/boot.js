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
