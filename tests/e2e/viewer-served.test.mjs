// `fuin view`: a bundle from an address of this PC. The page reads it piece by piece, and a passkey can guard the keys of
// the device, which opens nothing anywhere else.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { hasDevice } from "./authenticator.mjs";
import { Browser } from "./browser.mjs";
import { Office, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { freePort } from "./port.mjs";
import { ask, refusals, start } from "./served.mjs";

const office = new Office();
after(() => office.remove());

/** The page at an address, in a browser that lets it speak to that one alone. */
function open(browser, { url }) {
  browser.server = url.origin;
  return Viewer.open(browser, { address: url.href });
}

test("it gives page and bundle to this PC's browser and to nobody else", async () => {
  const { path } = office.seal("given.fuin", office.sampleClip(4));
  const view = await start("view", path, "--port", String(await freePort()), "--lang", "ja");
  const { url } = view;
  assert.equal(url.hostname, "localhost");
  await view.says(/パスキー/);
  const page = await ask(url);
  assert.equal(page.status, 200);
  assert.match(page.text, /connect-src 'self'/);
  assert.equal(page.headers["cross-origin-embedder-policy"], "require-corp");
  const bytes = readFileSync(path);
  const bundle = { path: `${url.pathname}bundle` };
  const part = await ask(url, { ...bundle, headers: { range: "bytes=5-104" } });
  assert.equal(part.status, 206);
  assert.equal(part.headers["content-range"], `bytes 5-104/${bytes.length}`);
  assert.deepEqual(part.bytes, bytes.subarray(5, 105));
  const wrong = [undefined, "bytes=5-", "bytes=-5", "bytes=9-8", `bytes=0-${bytes.length}`, "bytes=0-1,3-4", "lines=1-2"];
  for (const range of wrong) {
    assert.equal((await ask(url, { ...bundle, headers: range ? { range } : {} })).status, 416, range);
  }
  for (const [what, options, status] of refusals(url)) {
    for (const path of [url.pathname, bundle.path]) assert.equal((await ask(url, { path, ...options })).status, status, what);
  }
  // A second window at once has another address, and says that nothing is kept for the next time.
  const second = await start("view", path, "--port", url.port, "--lang", "ja");
  assert.notEqual(second.url.port, url.port);
  await second.says(/次には引き継がれません/);
  await second.end();
  await view.end();
  // `localhost` is two addresses: whoever has the other one is not let stand in for the program.
  const other = createServer().listen(Number(url.port), "::1");
  const hasIt = await once(other, "listening").then(() => true, (error) => {
    assert.match(error.code, /EADDRNOTAVAIL|EAFNOSUPPORT/);
    return false; // a machine without IPv6
  });
  const third = await start("view", path, "--port", url.port);
  assert.equal(third.url.port !== url.port, hasIt);
  await third.end();
  other.close();
});

test("what is no bundle is refused before a window opens", () => {
  const refused = run("view", "--no-browser", office.write("letter.fuin", "Dear Sir"));
  assert.equal(refused.ok, false);
  assert.ok(refused.error.advice, refused.raw);
});

test("a bundle in parts is watched, verified whole and reported on, with nothing chosen", () => Browser.use(async (browser) => {
  const { path, bundle_id } = office.seal("parts.fuin", office.sampleClip(8));
  const bytes = readFileSync(path);
  const first = office.write("stick.fuin.001", bytes.subarray(0, 20_001));
  office.write("stick.fuin.002", bytes.subarray(20_001));
  const port = await freePort();
  let view = await start("view", first, "--port", String(port));
  let viewer = await open(browser, view);
  assert.match(await viewer.bundleId(), new RegExp(bundle_id));
  assert.equal(await viewer.page.evaluate(() => globalThis.crossOriginIsolated), true);
  await viewer.unlock(office.recipientPassphrase);
  await viewer.verdict();
  await viewer.affirm();
  await viewer.player.picture.isPainted();
  await viewer.player.checkAll();
  await viewer.player.isChecked();
  await viewer.player.finish();
  await viewer.receipt.choose("delivery");
  await viewer.receipt.report("delivery");
  const report = office.path("served.jws");
  await viewer.receipt.save(report);
  assert.equal(office.office("confirm", report).ok, true);
  await viewer.close();
  await view.end();
  // On the same port what was kept is found again.
  view = await start("view", first, "--port", String(port));
  viewer = await open(browser, view);
  await viewer.unlock(office.recipientPassphrase);
  assert.match(await viewer.keyFamiliar(), /前に開いたときと同じ/);
  // The program ended, or the stick was pulled out.
  await view.end();
  await viewer.affirm();
  await viewer.mentions("読めません");
}));

test("a bundle for a key under a passkey opens on this PC alone, and nothing is typed", () => Browser.use(async (browser) => {
  const port = String(await freePort());
  const first = await start("view", "--port", port);
  let viewer = await open(browser, first);
  await hasDevice(viewer);
  await viewer.makeDeviceKeyByPasskey(office.path("passkey.json"));
  const { path } = office.seal("passkey.fuin", office.sampleClip(4), "--recipient-key", office.path("passkey.json"));
  await first.end();
  const second = await start("view", path, "--port", port);
  // The same tab: the device that Chromium plays is the tab's.
  browser.pageUrl = second.url.href;
  await viewer.page.goto(second.url.href);
  await viewer.unlockWithPasskey();
  await viewer.affirm();
  await viewer.player.picture.isPainted();
  await viewer.player.finish();
  await viewer.receipt.choose("erasure");
  await viewer.receipt.alsoEraseDeviceKey();
  await viewer.receipt.report("erasure");
  const report = office.path("passkey.jws");
  await viewer.receipt.save(report);
  assert.equal(office.office("confirm", report).reports?.at(-1).maker, "recipient_key");
  await viewer.close();
  await second.end();
  // Another PC, and a page from a file, which has no passkeys.
  await Browser.use(async (other) => {
    const third = await start("view", path, "--port", port);
    viewer = await open(other, third);
    assert.deepEqual(await viewer.keys(), { device: false, passphrase: false });
    await viewer.stopped("鍵がこの画面にありません");
    await third.end();
    const file = await Viewer.open(other);
    assert.equal(await file.offersPasskey(), false);
  });
}));
