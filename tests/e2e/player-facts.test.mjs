// What the player says: about each picture, about the whole clip, on the bar of time, and about clips that it refuses.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Browser } from "./browser.mjs";
import { footage } from "./footage.mjs";
import { Viewer } from "./pages/viewer.mjs";

const { office, file, sealed, playing } = footage();

describe("what is said about pictures", () => {
  test("a gap in the footage is on the bar and beside the picture", () => playing(sealed("gap.mp4"), async (player) => {
    await player.hasGapOnBar();
    await player.seekTo(5_000_000);
    await player.picture.shows(45);
    await player.remarks("in-gap");
    assert.match(await player.tabs.notes(), /1 か所/);
  }));

  test("facts of the picture and of the clip", () => playing(sealed("b-frames.mp4"), async (player) => {
    const { tabs } = player;
    assert.match(await tabs.kind(), /キーフレーム/);
    const kinds = new Set();
    for (let n = 1; n < 10; n++) {
      await player.press(".");
      await player.picture.shows(n + 1);
      kinds.add(await tabs.kind());
    }
    assert.deepEqual([...kinds].sort(), ["B", "P"]);
    assert.match(await tabs.time(), /9216 \/ 15360（0:00:00.600）/);
    const sha = createHash("sha256").update(readFileSync(file("b-frames.mp4"))).digest("hex");
    assert.ok((await tabs.shown()).includes(sha));
  }));

  for (const [name, note] of [
    ["cut-off.mp4", /末尾が欠けています/],
    ["edit-list.mp4", /編集リストで省かれた \d+ コマ/],
    ["interlaced.mp4", /インターレース/],
    ["hvc1.mp4", /ソフトウェアで復号/],
  ]) {
    test(`${name} says what it is`, () => playing(sealed(name), async (player) => {
      assert.match(await player.tabs.notes(), note);
    }));
  }

  for (const [name, code] of [["audio-only.mp4", "media_no_video"], ["wmv.avi", "media_codec"]]) {
    test(`${name} is refused by name`, () => Browser.use(async (browser) => {
      const viewer = await Viewer.open(browser);
      await viewer.openBundle(sealed(name), office.recipientPassphrase);
      await viewer.affirm("例示花子");
      assert.equal(await viewer.stopCode(), code);
    }));
  }

  test("pixels of another shape are shown in their shape, and the page says so", () =>
    playing(sealed("wide-pixels.mp4"), async (player) => {
      await player.remarks("stretched");
      const box = await player.picture.box();
      const { width, height } = await player.picture.pixels();
      assert.equal(width, 320);
      const stretched = box.width / box.height / (width / height);
      assert.ok(Math.abs(stretched - 4 / 3) < 0.02, String(stretched));
    }));
});

test("one key picture of each stretch stands on the bar, marked", () => playing(sealed("gop-1.mp4"), async (player) => {
  // Every one of the twelve tiles is painted.
  await player.hasSmallPictures(12);
}));
