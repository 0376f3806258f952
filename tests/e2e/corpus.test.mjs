// Exactness: every picture of every way of writing a video is shown exactly once, in order, forward and back.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";
import { corpus } from "./corpus.mjs";
import { Office } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";

const folder = corpus();
// Refused, damaged, or too long to step through: the tests of the player look at them.
const elsewhere = [
  "audio-only.mp4", "wmv.avi", "torn.mp4", "torn-last-group.mp4", "hevc-damaged.mp4", "spoiled-key.mp4",
  "ten-minutes.mp4",
  // The same pictures in another container, or beside other sound, as another file's: tests/containers.rs compares them
  // natively.
  "h264.m2ts", "flac.m2ts", "hevc.ts", "aac.ts", "interlaced.ts", "imkh.mp4", "h264.avi", "pcm.avi", "h264.mkv", "live.mkv",
  "hevc.mkv", "av1.webm", "bare.h264", "bare.h265", "mjpeg.mov", "ima.avi", "g726.avi", "adpcm.avi", "mp2.ts", "mp2.avi",
  "h264.mpg", "avc1.avi", "h264.dav", "upright.mp4", "g711-a.mov", "g711-mu.mov", "pcm.mov", "pcm-96k.mov", "ima.mov",
  "ima-wave.mov", "opus.ts", "mjpeg.dav",
  // The same decoder as another file's: tests/decoders.rs compares them natively.
  "full-444.mp4", "mpeg2.mov", "deep-422.mp4", "grey.mp4", "mpeg2.ts", "mpeg4.mp4", "hevc-fragmented.mp4",
  "mpeg4.avi", "mpeg2.mkv", "mp2.mpg",
];
const shape = {
  "odd-size.mp4": { width: 318, height: 238 },
  "vp9-odd.mp4": { width: 319, height: 239 },
  "rotated-90.mp4": { turn: 90 },
  "rotated-180.mp4": { turn: 180 },
};

const office = new Office();
let browser;
before(async () => { browser = await Browser.start(); });
after(async () => {
  office.remove();
  await browser.finish();
});

for (const name of readdirSync(folder).filter((name) => !elsewhere.includes(name) && !name.startsWith("."))) {
  test(`${name}: all pictures, forward and back`, async () => {
    const viewer = await Viewer.open(browser);
    const { path } = office.seal(`${name}.fuin`, join(folder, name));
    await viewer.watch(path, office.recipientPassphrase);
    const total = await viewer.player.stepThrough(shape[name]);
    assert.ok(name === "cut-off.mp4" ? total > 40 && total < 90 : total === 90, `${total} pictures`);
    assert.equal(await viewer.player.tabs.lostLines(), 0, "pictures were lost");
    await viewer.close();
  });
}
