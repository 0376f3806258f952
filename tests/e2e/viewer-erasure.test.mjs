// Erasing and reporting: nothing is lost by one press, nothing goes on in another window, and bundles are told apart by
// more than their number.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Browser } from "./browser.mjs";
import { footage } from "./footage.mjs";
import { signedLog } from "./journeys.mjs";
import { Desk } from "./pages/desk.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { storedBundles } from "./stored.mjs";

const { office, file, sealed } = footage();

/** Opens, watches, and goes to the form of the report. */
async function atTheForm(browser, bundle) {
  const viewer = await Viewer.open(browser);
  await viewer.watch(bundle, office.recipientPassphrase);
  await viewer.player.picture.isNumbered();
  await viewer.player.finish();
  await viewer.receipt.isOpen();
  return viewer;
}

test("S1-1: nothing is chosen beforehand, erasing is asked, and the report can be opened again", () =>
  Browser.use(async (browser) => {
    const bundle = sealed("upright.mp4");
    const viewer = await atTheForm(browser, bundle);
    const { receipt } = viewer;
    assert.equal(await receipt.chosenKinds(), 0);
    await receipt.make();
    assert.match(await receipt.missing(), /選んでください/);
    await receipt.choose("erasure");
    await receipt.make();
    await receipt.doNotEraseYet();
    const before = Object.values(await storedBundles(viewer));
    assert.deepEqual(before.map(({ erased, receipts }) => [erased, receipts.length]), [[false, 0]]);
    await receipt.report("erasure");
    const code = await receipt.code();
    // Not saved, not printed, not written down: leaving is asked. The report is there all the same.
    assert.equal(await viewer.asksBeforeLeaving(), true);
    assert.equal(await viewer.openReceiptAgain(), code);
    const saved = await receipt.save(office.path("again.jws"));
    assert.match(saved, /-erasure\.jws$/);
    const confirmed = office.office("confirm", office.path("again.jws"));
    assert.equal(confirmed.status, "erased", confirmed.stderr);
    assert.match((await receipt.sheet.printOnA4()).text, /返却・消去報告書/);
    assert.equal(await viewer.asksBeforeLeaving(), false);
    await viewer.chooseBundle(bundle);
    assert.equal(await viewer.stopCode(), "erased_here");
  }));

test("S1-1: the desk is another page, which is asked for where a report was not handed over", () =>
  Browser.use(async (browser) => {
    const bundle = sealed("edit-list.mp4");
    const open = await Viewer.open(browser);
    await open.watch(bundle, office.recipientPassphrase);
    // Whoever watches has no use for the desk, and no way there to press by mistake.
    await open.player.finish();
    await open.goToDesk();
    await new Desk(open.page).isReady();
    const viewer = await atTheForm(browser, bundle);
    await viewer.receipt.report("return");
    const code = await viewer.receipt.code();
    assert.equal(await viewer.isAskedOnTheWayToDesk("stay"), true);
    assert.equal(await viewer.receipt.code(), code);
    assert.equal(await viewer.isAskedOnTheWayToDesk("leave"), true);
    await new Desk(viewer.page).isReady();
  }));

test("F6: erasing stops every window of the bundle, and takes bookmarks and log away", () =>
  Browser.use(async (browser) => {
    const bundle = sealed("wide-pixels.mp4", "--grant", "still");
    const other = await Viewer.open(browser);
    await other.watch(bundle, office.recipientPassphrase);
    await other.player.picture.isNumbered();
    await other.player.focus();
    await other.player.press("b");
    await other.player.tabs.openMarks();
    await other.player.tabs.hasMarks(1);
    await other.player.play();
    const viewer = await atTheForm(browser, bundle);
    await viewer.receipt.report("erasure");
    await viewer.receipt.code();
    assert.equal(await other.stopCode(), "erased_here");
    assert.equal(await other.player.cameras.canvases(), 0);
    const [record, ...more] = Object.values(await storedBundles(viewer));
    assert.deepEqual(more, []);
    assert.deepEqual([record.erased, record.receipts.length], [true, 1]);
    // Bookmarks and log are sealed, and as long as empty ones: nonce, text and tag.
    const tally = { opened: 0, stills: 0, prints: 0, exports: 0, anomalies: 0 };
    const start = Buffer.alloc(32).toString("base64url");
    const none = { count: 0, head: start, cut: 0, before: start, tally, entries: [] };
    const empty = JSON.stringify({ log: none, bookmarks: [], extension: null, pending: [] });
    assert.equal(Buffer.from(record.notes, "base64url").length, 12 + empty.length + 16);
  }));

/** A bundle with the number R8-0001-7K3Q, by the office of a seed. */
function make(name, seed, due, ...officeName) {
  execFileSync("cargo", ["run", "--quiet", "--example", "same_number", "--", file("upright.mp4"),
    office.path(name), seed, due, ...officeName]);
  return office.path(name);
}
const passphrase = "1234-5678-9012";

test("F11: what is remembered hangs on the bundle and not on its number", () => Browser.use(async (browser) => {
  const ours = make("ours.fuin", "7", "2027-01-29");
  const theirs = make("theirs.fuin", "8", "2099-12-31");
  const viewer = await Viewer.open(browser);
  await viewer.watch(ours, passphrase);
  await viewer.reload();
  // A foreign bundle with the same number, not even opened, then erased.
  await viewer.chooseBundle(theirs);
  await viewer.bundleId();
  await viewer.reload();
  assert.equal((await viewer.openedHere()).length, 1);
  await viewer.watch(theirs, passphrase);
  await viewer.player.finish();
  await viewer.receipt.report("erasure");
  await viewer.receipt.code();
  await viewer.receipt.dismiss();
  await viewer.reload();
  const rows = await viewer.openedHere();
  assert.equal(rows.length, 2);
  assert.ok(rows.some((row) => row.includes("課7番") && row.includes("令和9年1月29日")), rows.join());
  await viewer.watch(ours, passphrase);
}));

test("F12: another key under a name that looks the same is noticed, and whoever compared goes on", () =>
  Browser.use(async (browser) => {
    const ours = make("cameras.fuin", "7", "2027-01-29", "港区カメラ係");
    // The second letter is the kanji for strength.
    const theirs = make("lookalike.fuin", "8", "2027-01-29", "港区力メラ係");
    let viewer = await Viewer.open(browser);
    await viewer.watch(ours, passphrase);
    await viewer.close();
    viewer = await Viewer.open(browser);
    await viewer.openBundle(theirs, passphrase);
    assert.equal(await viewer.stopCode(), "office_changed");
    const [known, shown] = await viewer.bothKeys();
    assert.match(known, /^(\S+ ){5}\S+$/);
    assert.match(shown, /^(\S+ ){5}\S+$/);
    assert.notEqual(known, shown);
    await viewer.keyIsCompared();
    await viewer.verdict();
    await viewer.close();
    viewer = await Viewer.open(browser);
    await viewer.openBundle(ours, passphrase);
    assert.equal(await viewer.stopCode(), "office_changed");
    await viewer.keyIsCompared();
    await viewer.verdict();
    const { anomalies } = await signedLog(viewer, office.path("changed.jws"));
    assert.deepEqual(anomalies, ["office_key_changed"]);
  }));
