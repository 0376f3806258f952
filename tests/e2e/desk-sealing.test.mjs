// Sealing straight into a file that the clerk chose, and calling it off.
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { corpus } from "./corpus.mjs";
import { chooseOwnFiles, chosenFile, host } from "./hosted.mjs";
import { foundTajimi, grant, record } from "./journeys.mjs";
import { Office } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";

const office = new Office();
after(() => office.remove());

const hosted = await host();
after(() => hosted.close());

test("how far looking at a file is, is seen; stopped, it is gone, and the next one is looked at", () =>
  Browser.use(async (browser) => {
    const desk = await Desk.open(browser, { address: hosted.address });
    await foundTajimi(desk, office.path("looking.key"));
    await record(desk);
    await grant(desk, "管理責任者");
    // A transport stream is gone through from its first byte to its last.
    const long = office.path("long.ts");
    const once = readFileSync(join(corpus(), "h264.ts"));
    const piece = Buffer.concat(Array(Math.ceil(2 ** 24 / once.length)).fill(once));
    for (let n = 0; n < 60; n++) appendFileSync(long, piece);
    await desk.case.chooseClips(long);
    await desk.case.hasLooked(0.02);
    await desk.case.removeClip();
    assert.equal(await desk.case.clips(), 0);
    await desk.case.chooseClips(join(corpus(), "mpeg4.avi"));
    await desk.case.knowsClip();
    assert.match(await desk.case.clipFacts(), /AVI　90 コマ.*MPEG-4/);
    assert.match(await desk.case.clipFacts(), /ソフトウェア復号で再生されます。 ふつうのパソコンで実時間どおり/);
  }));

test("how the marks will look is seen on the clip itself, and stands in the bundle", () => Browser.use(async (browser) => {
  const desk = await Desk.open(browser, { address: hosted.address });
  await desk.saveAsDownloads();
  await foundTajimi(desk, office.path("marks.key"));
  await record(desk);
  await grant(desk, "管理責任者");
  await desk.case.chooseClips(office.sampleClip(8));
  await desk.case.knowsClip();
  const usual = await desk.case.previewMarks();
  await desk.case.setMarkOpacity("60");
  const strong = await desk.case.previewMarks(usual);
  await desk.case.setMarkRepeat("3");
  await desk.case.previewMarks(strong);
  await accessible(desk, "the preview of the marks");
  const { bundle } = await desk.case.sealChosen(office.path("marks.fuin"));
  assert.deepEqual(office.verify(bundle, await desk.papers.readPassphrase()).marks, { opacity: 60, repeat: 3 });
}));

test("a bundle goes straight into the file that was chosen; called off, no file has anything in it", () =>
  Browser.use(async (browser) => {
    const desk = await Desk.open(browser, { address: hosted.address });
    await chooseOwnFiles(desk);
    await foundTajimi(desk, office.path("stream.key"));
    await record(desk);
    await grant(desk, "管理責任者");
    await desk.case.chooseClips(office.longClip(400 * 2 ** 20));
    await desk.case.knowsClip();
    await desk.case.beginSealing();
    await desk.case.hasSealed(2e7);
    await desk.case.cancelSealing();
    await desk.case.sealsNothing();
    assert.equal((await chosenFile(desk, 0)).length, 0, "what was called off was never written");
    assert.equal(await desk.case.state(), "提供待ち");
    await desk.case.removeClip();
    await desk.case.chooseClips(office.sampleClip(4));
    await desk.case.knowsClip();
    await desk.case.beginSealing();
    await desk.told("封印しました");
    const words = await desk.papers.readPassphrase();
    const bundle = office.path("streamed.fuin");
    writeFileSync(bundle, await chosenFile(desk, 1));
    const verified = office.verify(bundle, words);
    assert.ok(verified.ok, verified.stderr);
    // The passphrase is nowhere else: the browser asks before the page goes.
    assert.equal(await desk.questionOnClosing(), "beforeunload");
  }));
