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
    // Marks stand nobody knows where, and are not made brighter: most of the others must be.
    const brighter = ({ data }) => {
      let [room, right] = [0, 0];
      for (let at = 0; at < plain.data.length; at += 4 * 37) {
        const before = plain.data[at];
        if (before >= 200) continue;
        room++;
        right += Math.abs(data[at] - (before / 255 + 0.2) * 255) <= 1.5;
      }
      return right / room > 0.5;
    };
    await picture.readsAs(brighter, true);
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
    // How much of the lines of one field is as the lines beside them were. Marks look different over another ground.
    const twin = ({ data, width, height }, field) => {
      let [all, same] = [0, 0];
      for (let y = 1 - field; y < height - 60; y += 2) {
        const beside = y - 1 + 2 * field;
        if (beside < 0) continue;
        for (let x = 0; x < width; x++, all++) {
          const [here, there] = [(y * width + x) * 4, (beside * width + x) * 4];
          same += [0, 1, 2].every((n) => data[here + n] === plain.data[there + n]);
        }
      }
      return same / all;
    };
    const before = [twin(plain, 0), twin(plain, 1)];
    await tabs.openTones();
    for (const [lines, field] of [["1", 0], ["2", 1]]) {
      await tabs.setLines(lines);
      await player.remarks("field");
      await picture.readsAs((now) => twin(now, field) > before[field] + 0.3, true);
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
    // As large as fits, which is larger than 320 pixels here.
    const scale = async () => Number((await player.remark("scaled")).match(/^(\d+)%/)[1]);
    await player.remarks("scaled");
    assert.ok(await scale() > 100);
    await player.press("z");
    await player.remarksNoMore("scaled");
    assert.equal((await player.picture.box()).width, 320);
    await player.press("z");
    await player.remarks("scaled");
    await player.resize(300, 700);
    await player.isSmallerThanItself();
  }));
