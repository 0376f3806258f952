// What the page may do at all, whatever script got into it; what its H.265 decoder may reach; and where a passphrase never
// is.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { Office, root } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";

const office = new Office();
after(() => office.remove());
const bundle = office.seal("policy.fuin", office.sampleClip(4)).path;

/** What became of trying something in the page: the name of the error, or what it gave. */
function attempt({ page }, code) {
  return page.evaluate(async (code) => {
    const run = {
      html: () => { document.createElement("div").innerHTML = "<img src=x onerror=alert(1)>"; },
      frame: () => { document.createElement("div").innerHTML = "<iframe srcdoc='x'></iframe>"; },
      script: () => { document.createElement("script").text = "alert(1)"; },
      worker: () => new Worker("data:text/javascript,postMessage(1)"),
      timer: () => setTimeout("alert(1)", 0),
      rtc: () => new RTCPeerConnection(),
      channel: () => new RTCDataChannel(),
      transport: () => new WebTransport("https://127.0.0.1:9/"),
      inert: () => { document.createElement("div").innerHTML = "<p class=\"x\">text</p>"; return "done"; },
    }[code];
    try {
      return String(await run());
    } catch (error) {
      return error.name;
    }
  }, code);
}

test("F15: nothing becomes script, a frame or a peer, even for a script that got into the page", async () => {
  const browser = await Browser.start();
  const viewer = await Viewer.open(browser);
  for (const code of ["html", "frame", "script", "worker", "timer"]) {
    assert.match(await attempt(viewer, code), /^(TypeError|EvalError|SecurityError)$/, code);
  }
  for (const code of ["rtc", "channel", "transport"]) assert.equal(await attempt(viewer, code), "ReferenceError", code);
  assert.equal(await attempt(viewer, "inert"), "done");
  // The browser says each refusal aloud; that is what this test is about. Nothing was asked of anybody.
  await browser.context.close();
  assert.deepEqual(browser.faults.filter((fault) => fault.startsWith("request")), []);
});

/** Everything that the decoder calls: frames and their colours, its channel, bytes, errors, and where it is. */
const reach = [
  "data", "error", "get", "instanceof_MessagePort", "instanceof_Uint8Array", "length", "new", "new_from_slice",
  "new_with_u8_array_and_video_frame_buffer_init", "of", "port1", "port2", "postMessage", "prototypesetcall", "set",
  "set_coded_height", "set_coded_width", "set_color_space", "set_format", "set_full_range", "set_matrix", "set_onmessage",
  "set_primaries", "set_timestamp", "set_timestamp_f64", "set_transfer", "stack", "static_accessor_GLOBAL",
  "static_accessor_GLOBAL_THIS", "static_accessor_SELF", "static_accessor_WINDOW",
];

const decoders = ["avc", "hevc", "mpeg2", "mpeg4"].map((name) => `dist/fuin_${name}_bg.wasm`);

test("a decoder in software reaches frames, its channel and itself, and nothing else", () => {
  for (const decoder of decoders) {
    const module = new WebAssembly.Module(readFileSync(join(root, decoder)));
    const imports = WebAssembly.Module.imports(module);
    const names = imports.map(({ name }) => name.replace(/^__wbg_/, "").replace(/_[0-9a-f]{16}$/, ""));
    // What wasm-bindgen itself needs to hand values over.
    const reached = new Set(names.filter((name) => !name.startsWith("__wbindgen_")));
    assert.ok(reached.has("postMessage"), names.join());
    assert.deepEqual([...reached].filter((name) => !reach.includes(name)), [], decoder);
  }
});

test("F13: nothing that is handed out names a folder of whoever built it", (context) => {
  const built = ["dist/fuin_app_bg.wasm", ...decoders, "dist/fuin.html", "target/release/fuin"];
  for (const name of built) {
    if (!existsSync(join(root, name))) {
      assert.equal(name, "target/release/fuin");
      context.diagnostic("the command line was not built for release; `make release` asks the same of it");
      continue;
    }
    const bytes = readFileSync(join(root, name));
    const folders = [root, homedir(), process.env.CARGO_HOME].filter((folder) => folder?.length > 1);
    assert.deepEqual(folders.filter((folder) => bytes.includes(`${folder}/`)), [], name);
  }
});

test("a passphrase is in no place of the page but the field in which it is typed", () => Browser.use(async (browser) => {
  const said = [];
  browser.context.on("console", (message) => said.push(message.text()));
  const viewer = await Viewer.open(browser);
  await viewer.watch(bundle, office.recipientPassphrase);
  const { page } = viewer;
  const everything = await page.evaluate(async () => {
    const request = (open) => new Promise((resolve, reject) => {
      open.onsuccess = () => resolve(open.result);
      open.onerror = () => reject(open.error);
    });
    const stored = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await request(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        stored.push(JSON.stringify(await request(database.transaction(store).objectStore(store).getAll())));
      }
      database.close();
    }
    const fields = [...document.querySelectorAll("input, textarea")].map((field) => field.value);
    const kept = [localStorage, sessionStorage].map((storage) => JSON.stringify(storage));
    return [document.documentElement.outerHTML, location.href, document.title, ...kept, ...fields, ...stored].join("\n");
  });
  assert.ok(everything.includes("bundle_id"), "what is stored was read");
  for (const secret of [office.recipientPassphrase, office.recipientPassphrase.replaceAll("-", "")]) {
    assert.ok(!everything.includes(secret), "the page has the passphrase");
    assert.ok(!said.join("\n").includes(secret), "the console has the passphrase");
  }
}));
