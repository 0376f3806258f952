// What ends or interrupts watching: a worker that hangs, a decoder that never answers, the end of the period.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Browser } from "./browser.mjs";
import { footage } from "./footage.mjs";
import { Viewer } from "./pages/viewer.mjs";

const { office, file, sealed } = footage();

test("a worker that hangs is replaced, says so, and goes on where it was", () => Browser.use(async (browser) => {
  const viewer = await Viewer.open(browser);
  const { player } = viewer;
  await viewer.watch(sealed("upright.mp4"), office.recipientPassphrase);
  await player.seekTo(4_000_000);
  await player.picture.shows(61);
  viewer.hangWorker();
  await viewer.saysThatItRestarted();
  await viewer.unlock(office.recipientPassphrase);
  await viewer.readUndertaking();
  await viewer.begin();
  await player.picture.isPainted();
  await player.picture.shows(61);
}));

test("F3: a clip that kills the worker is named and left alone, and the others play", () =>
  Browser.use(async (browser) => {
    const { path } = office.seal("killer.fuin", [file("wide-pixels.mp4"), file("upright.mp4")]);
    const viewer = await Viewer.open(browser);
    const { player } = viewer;
    await viewer.clipsKill([0]);
    await viewer.openBundle(path, office.recipientPassphrase);
    await viewer.affirm();
    await viewer.openAgain(office.recipientPassphrase);
    await player.picture.isPainted();
    await player.picture.shows(1);
    const [said, ...more] = await player.killedClips();
    assert.match(said, /wide-pixels\.mp4.*表示できません/);
    assert.deepEqual(more, []);
    assert.deepEqual(await player.choosableClips(), ["1", "all"]);
    await player.play();
    await player.picture.goesPast(5);
    await player.chooseClip("all");
    await player.picture.isPainted();
    assert.equal(await player.cameras.shown(), 1, "the killer is not among all");
  }));

test("F3: after the second death everything stops, wherever it happens", () => Browser.use(async (browser) => {
  const { path } = office.seal("killers.fuin", [file("upright.mp4"), file("wide-pixels.mp4")]);
  const viewer = await Viewer.open(browser);
  await viewer.clipsKill([1]);
  await viewer.watch(path, office.recipientPassphrase);
  await viewer.player.chooseClip("1");
  await viewer.openAgain(office.recipientPassphrase);
  await viewer.player.picture.isPainted();
  viewer.hangWorker();
  assert.equal(await viewer.stopCode(), "worker_stopped");
}));

test("a decoder in software that never answers is given up, which is said", () => Browser.use(async (browser) => {
  const viewer = await Viewer.open(browser);
  await viewer.loseDecoder();
  await viewer.openBundle(sealed("hvc1.mp4"), office.recipientPassphrase);
  await viewer.affirm();
  await viewer.player.remarks("waiting");
  assert.equal(await viewer.stopCode(), "decoder_failed");
}));

test("the picture goes when the period ends, even while nobody touches anything", () => {
  const end = new Date(Date.now() + 25_000 + 9 * 3600e3).toISOString().slice(0, 19) + "+09:00";
  const period = ["--not-after", end, "--return-due", end.slice(0, 10)];
  const { path } = office.seal("ending.fuin", file("upright.mp4"), ...period);
  return Browser.use(async (browser) => {
    const viewer = await Viewer.open(browser);
    await viewer.watch(path, office.recipientPassphrase);
    await viewer.player.picture.shows(1);
    assert.equal(await viewer.stopCode(), "expired");
    assert.equal(await viewer.player.cameras.canvases(), 0);
  });
});
