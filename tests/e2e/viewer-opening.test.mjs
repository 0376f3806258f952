// The recipient opens a bundle: passphrase, verdict, undertaking, the period, a key of the device, parts, and what
// the browser remembers.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Browser } from "./browser.mjs";
import { signedLog } from "./journeys.mjs";
import { Office, page as html } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { cutOffErasure, hasDeviceKey } from "./stored.mjs";

const office = new Office();
after(() => office.remove());
const sample = office.seal("sample.fuin", office.sampleClip(8), "--grant", "print");

test("a wrong passphrase changes nothing, the right one shows the verdict and plays", () =>
  Browser.use(async (browser) => {
    const viewer = await Viewer.open(browser);
    await viewer.chooseBundle(sample.path);
    assert.equal(await viewer.bundleId(), sample.bundle_id);
    await viewer.unlock("9999-9999-9999-9999");
    assert.match(await viewer.stopNotice(), /合言葉が違います/);
    assert.equal(await viewer.typedPassphrase(), "9999-9999-9999-9999");
    // Full-width digits and spaces are forgiven.
    await viewer.unlock("１２３４ ５６７８ 9012 3456");
    assert.match(await viewer.verdict(), /検証できました。港区防災課が令和\d+年\d+月\d+日に封印したままの映像です/);
    const { cameras } = viewer.player;
    assert.equal(await cameras.canvases(), 0, "no picture before the undertaking was affirmed");
    await viewer.readUndertaking();
    await viewer.begin();
    assert.match(await viewer.stopNotice(), /職氏名/);
    assert.equal(await cameras.canvases(), 0);
    await viewer.promise();
    await viewer.player.picture.isPainted();
    await viewer.player.play();
    await viewer.player.picture.goesPast(10);
  }));

describe("a bundle outside its period", () => {
  test("has expired", () => {
    const { path } = office.seal("short.fuin", office.sampleClip(8),
      "--not-after", "2030-01-01T00:00:00+09:00", "--return-due", "2029-12-31");
    return Browser.use(async (browser) => {
      const viewer = await Viewer.open(browser, { clock: new Date("2030-01-02T00:00:00+09:00") });
      // The worker asks the page's knowledge of time; both see the later date.
      await viewer.openBundle(path, office.recipientPassphrase);
      await viewer.clockIsRight();
      assert.equal(await viewer.stopCode(), "expired");
      assert.match(await viewer.text(), /期間が終わりました[\s\S]*映像の鍵はつくっていません/);
      assert.equal(await viewer.player.cameras.canvases(), 0);
      assert.match(await viewer.text(), /封印ファイルと、その中の映像はそのままです/);
      // S1-2: back from the report nothing says that it may be watched.
      await viewer.report();
      await viewer.receipt.goBack();
      assert.match(await viewer.verdict(), /いまは閲覧できる期間の外です/);
      assert.match(await viewer.text(), /×\s*閲覧できる期間/);
      assert.equal(await viewer.canGoOn(), false);
    });
  });

  test("is not valid yet", () => {
    const { path } = office.seal("later.fuin", office.sampleClip(8), "--not-before", "2030-01-01T00:00:00+09:00",
      "--not-after", "2030-02-01T00:00:00+09:00", "--return-due", "2030-02-01");
    return Browser.use(async (browser) => {
      const viewer = await Viewer.open(browser);
      await viewer.openBundle(path, office.recipientPassphrase);
      assert.equal(await viewer.stopCode(), "not_yet_valid");
    });
  });

  test("a clock that was turned back is noticed", () => Browser.use(async (browser) => {
    const ahead = await Viewer.open(browser, { clock: new Date(Date.now() + 30 * 86400e3) });
    await ahead.openBundle(sample.path, office.recipientPassphrase);
    await ahead.verdict();
    await browser.reopen();
    const viewer = await Viewer.open(browser);
    await viewer.openBundle(sample.path, office.recipientPassphrase);
    assert.equal(await viewer.stopCode(), "clock_backwards");
    // S1-4: it is inside the period, which is not what is wrong.
    const said = await viewer.text();
    assert.doesNotMatch(said, /期間の外/);
    assert.match(said, /この端末の時計は 令和.* ですが、前に 令和.* を見ています/);
  }));
});

test("F7: a clock that was once far ahead is asked about, and locks nobody out", () =>
  Browser.use(async (browser) => {
    const { path } = office.seal("long.fuin", office.sampleClip(8),
      "--not-after", "2098-01-01T00:00:00+09:00", "--return-due", "2097-12-31");
    const years = (n) => ({ clock: new Date(Date.now() + n * 366 * 86400e3) });
    // A clock that was set holds for the whole browser, until it is opened again.
    const open = async (options) => {
      await browser.reopen();
      const viewer = await Viewer.open(browser, options);
      await viewer.openBundle(path, office.recipientPassphrase);
      return viewer;
    };
    // A dead battery: the person sees it, and nothing is kept.
    let viewer = await open(years(20));
    await viewer.clockIsWrong();
    assert.equal(await viewer.stopCode(), "clock_ahead");
    viewer = await open();
    await viewer.verdict();
    // Nobody looked, and pressed yes. With the clock right again it is said, and can be taken back.
    viewer = await open(years(20));
    await viewer.clockIsRight();
    await viewer.verdict();
    viewer = await open();
    assert.equal(await viewer.stopCode(), "clock_backwards");
    await viewer.clockIsRight();
    await viewer.verdict();
    // What happened goes into the signed report.
    const { anomalies } = await signedLog(viewer, office.path("clock.jws"));
    assert.deepEqual(anomalies, ["clock_jump", "clock_backwards", "clock_reset"]);
    viewer = await open();
    await viewer.verdict();
  }));

test("S1-7: a browser that keeps nothing is told so before a file is chosen", () => Browser.use(async (browser) => {
  await browser.context.addInitScript(() => {
    IDBFactory.prototype.open = () => { throw new DOMException("denied by the user", "SecurityError"); };
  });
  const viewer = await Viewer.open(browser);
  await viewer.mentions("このブラウザは、このページのために記録を保存できません");
  await viewer.chooseBundle(sample.path);
  assert.equal(await viewer.stopCode(), "storage_blocked");
}));

test("state survives a restart of the browser, and English is remembered", () => Browser.use(async (browser) => {
  let viewer = await Viewer.open(browser);
  await viewer.watch(sample.path, office.recipientPassphrase);
  await viewer.close();
  await browser.reopen();
  viewer = await Viewer.open(browser);
  await viewer.mentions(sample.bundle_id);
  await viewer.switchLanguage();
  await viewer.mentions("Open sealed footage");
  await browser.reopen();
  viewer = await Viewer.open(browser);
  await viewer.mentions("Open sealed footage");
  assert.equal(await viewer.language(), "en");
}));

test("a key of this device opens what was sealed for it, and is gone after the return", () =>
  Browser.use(async (browser) => {
    const viewer = await Viewer.open(browser);
    const words = "この端末だけの合言葉 2026";
    await viewer.makeDeviceKey(words, office.path("device.json"));
    const { path } = office.seal("device.fuin", office.sampleClip(8), "--recipient-key", office.path("device.json"));
    await viewer.chooseBundle(path);
    await viewer.unlockWithDevice("べつの合言葉 です 12");
    await viewer.stopped("この端末の鍵の合言葉が違います");
    await viewer.unlockWithDevice(words);
    await viewer.verdict();
    await viewer.affirm("例示花子");
    await viewer.player.picture.isPainted();
    await viewer.player.finish();
    await viewer.receipt.choose("erasure");
    await viewer.receipt.alsoEraseDeviceKey();
    await viewer.receipt.report("erasure");
    assert.match(await viewer.receipt.erased(), /この端末の鍵を消しました/);
    const report = office.path("device.jws");
    await viewer.receipt.save(report);
    // The office knows the key that signed it from the recipient's own file.
    const confirmed = office.office("confirm", report);
    assert.equal(confirmed.reports?.at(-1).maker, "recipient_key", confirmed.stderr);
    await viewer.receipt.goToStart();
    await viewer.chooseBundle(path);
    assert.equal(await viewer.stopCode(), "erased_here");
    // An erasure that a crash cut off is ended at the next start.
    await viewer.chooseAnother();
    await viewer.makeDeviceKey(words, office.path("device-again.json"));
    assert.equal(await hasDeviceKey(viewer), true);
    await cutOffErasure(viewer);
    await viewer.reload();
    await viewer.openedHere();
    assert.equal(await hasDeviceKey(viewer), false);
  }));

test("a bundle in parts is one bundle, for the viewer and for the command line", () => Browser.use(async (browser) => {
  const whole = office.seal("whole.fuin", office.sampleClip(4));
  const bytes = readFileSync(whole.path);
  const cut = [0, 5000, 20001, bytes.length];
  const parts = [1, 2, 3].map((n) => {
    const name = office.path(`parts.fuin.00${n}`);
    writeFileSync(name, bytes.subarray(cut[n - 1], cut[n]));
    return name;
  });
  const verified = office.verify(parts[0]);
  assert.ok(verified.ok, verified.stderr);
  const viewer = await Viewer.open(browser);
  await viewer.watch([parts[2], parts[0], parts[1]], office.recipientPassphrase);
  const other = await Viewer.open(browser);
  await other.chooseBundle([parts[0], parts[2]]);
  assert.equal(await other.stopCode(), "parts_missing");
}));

test("the page works at phone width", () => Browser.use(async (browser) => {
  const viewer = await Viewer.open(browser);
  await viewer.watch(sample.path, office.recipientPassphrase);
  const overflow = await viewer.overflow();
  assert.ok(overflow <= 0, `${overflow} px too wide`);
}, { viewport: { width: 390, height: 844 } }));

test("F15: inside another page nothing starts", () => Browser.use(async (browser) => {
  const frame = office.write("frame.html", `<!doctype html><h1>around</h1><iframe src="${pathToFileURL(html)}"></iframe>`);
  const page = await browser.page(frame);
  assert.match(await Viewer.saysInFrame(page), /^このページは、ほかのページの中では開きません/);
  // The only request was the one for the page in the frame.
  assert.deepEqual(browser.faults.splice(0), [`request: ${pathToFileURL(html)}`]);
}));
