// `fuin view`: a bundle from an address of this PC. The page reads it piece by piece, and a passkey can guard the keys of
// the device, which opens nothing anywhere else.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { hasDevice, secretOf } from "./authenticator.mjs";
import { Browser } from "./browser.mjs";
import { Office, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { freePort } from "./port.mjs";
import { ask, refusals, start } from "./served.mjs";
import { devicePasskey, hasDeviceKey } from "./stored.mjs";

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
  for (const range of [undefined, "bytes=5-", `bytes=0-${bytes.length}`]) {
    assert.equal((await ask(url, { ...bundle, headers: range ? { range } : {} })).status, 416, range);
  }
  for (const [what, options, status] of refusals(url)) {
    for (const path of [url.pathname, bundle.path]) assert.equal((await ask(url, { path, ...options })).status, status, what);
  }
  // A second window at once would have other records and keys: it is asked for, never taken by the way.
  assert.equal(run("view", path, "--no-browser", "--port", url.port).error.code, "desk_port_taken");
  const second = await start("view", path, "--port", "0");
  assert.notEqual(second.url.port, url.port);
  await second.end();
  await view.end();
  // `localhost` is two addresses: whoever has the other one is not let stand in for the program.
  const other = createServer().listen(Number(url.port), "::1");
  const hasIt = await once(other, "listening").then(() => true, (error) => {
    assert.match(error.code, /EADDRNOTAVAIL|EAFNOSUPPORT/);
    return false; // a machine without IPv6
  });
  if (hasIt) assert.equal(run("view", path, "--no-browser", "--port", url.port).error.code, "desk_port_taken");
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
  assert.match(await viewer.speaks(), /この PC で動いている fuin とだけ/);
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
  await viewer.goBack();
  await viewer.openServed();
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
  // Neither what the browser keeps nor the page has what opens the key.
  const { kept, all } = await devicePasskey(viewer);
  const secret = await secretOf(viewer, kept);
  assert.match(secret, /^[0-9a-f]{64}$/);
  assert.ok(!all.includes(secret) && !(await viewer.page.content()).includes(secret));
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

test("a passkey that gives no secret guards nothing, and a lost one can be replaced", () => Browser.use(async (browser) => {
  const port = String(await freePort());
  const view = await start("view", "--port", port);
  const viewer = await open(browser, view);
  await hasDevice(viewer, { hasPrf: false });
  await viewer.tryDeviceKeyByPasskey();
  await viewer.stopped("この端末のパスキーでは、鍵を守れません");
  assert.equal(await hasDeviceKey(viewer), false);
  await viewer.close();
  const other = await open(browser, view);
  const device = await hasDevice(other);
  await other.makeDeviceKeyByPasskey(office.path("lost.json"));
  assert.equal(await other.speaks(), "このページは通信しません");
  await view.end();
  // Somebody else before the very same browser opens nothing.
  const { path } = office.seal("lost.fuin", office.sampleClip(4), "--recipient-key", office.path("lost.json"));
  const again = await start("view", path, "--port", port);
  browser.pageUrl = again.url.href;
  await other.page.goto(again.url.href);
  await device.knowsPerson(false);
  await other.unlockWithPasskey();
  await other.stopped("パスキーを使えませんでした");
  await other.goBack();
  await other.forgetDeviceKey();
  assert.equal(await hasDeviceKey(other), false);
  assert.equal((await devicePasskey(other)).kept, undefined);
  await again.end();
}));
