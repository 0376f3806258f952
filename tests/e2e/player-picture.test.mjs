// How the picture looks: colours, zoom, pan and tones, full screen, its size in a small window.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { footage } from "./footage.mjs";
import { difference } from "./pages/picture.mjs";

const { office, file, sealed, playing } = footage();

test("H.265 of full range looks as it does elsewhere", () => {
  // Both in one bundle: the marks on them are the same.
  const both = office.seal("range.fuin", [file("upright.mp4"), file("hevc-full-range.mp4")]);
  return playing(both.path, async (player) => {
    const seen = [];
    for (const clip of ["0", "1"]) {
      if (clip !== "0") await player.chooseClip(clip);
      await player.picture.isPainted();
      await player.picture.shows(1);
      seen.push(await player.picture.pixels());
    }
    const apart = difference(...seen);
    assert.ok(apart < 3, `${apart.toFixed(1)} of 255 apart`);
  });
});

describe("the look", () => {
  test("zoom, pan, tones: said, exact, and taken back", () => playing(sealed("upright.mp4"), async (player) => {
    const { picture, tabs } = player;
    const plain = await picture.pixels();
    await tabs.openTones();
    await tabs.setBrightness("0.2");
    await player.remarks("adjusted");
    // Right of the blocks, above the first row of letters.
    const [x, y] = [300, 4];
    const before = plain.data[(y * plain.width + x) * 4];
    assert.ok(before < 200, `${before} leaves room for brightness`);
    await picture.redBecomes(x, y, Math.round((before / 255 + 0.2) * 255));
    await tabs.takeBackTones();
    await player.focus();
    for (let i = 0; i < 4; i++) await player.press("+");
    await player.remarks("zoomed");
    for (let i = 0; i < 8; i++) await player.press("Shift+ArrowLeft");
    for (let i = 0; i < 8; i++) await player.press("Shift+ArrowUp");
    await picture.changesFrom(plain);
    await player.press("0");
    await player.remarksNoMore("zoomed");
    await player.remarksNoMore("adjusted");
    await picture.comesBackTo(plain);
  }));

  test("each field of interlaced footage can be seen alone", () => playing(sealed("interlaced.mp4"), async (player) => {
    const { picture, tabs } = player;
    const plain = await picture.pixels();
    assert.match(await tabs.notes(), /飛び越し走査/);
    // Right of the blocks, above the first row of letters.
    const row = ({ data, width }, y) => [...data.slice((y * width + 250) * 4, (y + 1) * width * 4)].join();
    assert.notEqual(row(plain, 4), row(plain, 5));
    await tabs.openTones();
    for (const [lines, y] of [["1", 4], ["2", 5]]) {
      await tabs.setLines(lines);
      await player.remarks("field");
      await picture.readsAs((now) => `${row(now, 4)}|${row(now, 5)}`, `${row(plain, y)}|${row(plain, y)}`);
    }
    await tabs.takeBackTones();
    await picture.comesBackTo(plain);
    await player.remarksNoMore("field");
  }));

  test("full screen keeps picture and marks", () => playing(sealed("upright.mp4"), async (player) => {
    await player.press("f");
    await player.isFullScreen();
    assert.equal(await player.picture.inFullScreen(), 1);
    await player.press(".");
    await player.picture.shows(2);
    await player.press("f");
    await player.isNotFullScreen();
  }));
});

test("works at phone width", () => playing(sealed("upright.mp4"), async (player) => {
  const overflow = await player.overflow();
  assert.ok(overflow <= 0, `${overflow} px too wide`);
  assert.deepEqual(await player.lowTargets(), [], "targets are at least 44 px high");
  assert.ok((await player.picture.total()) === 90 && (await player.position()) === 0);
}, { viewport: { width: 390, height: 844 } }));

test("says when the picture is scaled, also after the window has changed", () =>
  playing(sealed("upright.mp4"), async (player) => {
    assert.equal(await player.remarkCount("scaled"), 0);
    await player.resize(300, 700);
    await player.remarks("scaled");
    await player.resize(1280, 800);
    await player.remarksNoMore("scaled");
  }));
