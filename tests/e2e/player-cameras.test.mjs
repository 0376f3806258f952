// Several cameras, clips and tracks in one bundle, and the clocks of cameras.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { footage } from "./footage.mjs";

const { office, file, sealed, sealedCameras, playing } = footage();

test("clocks count from the first picture that the clip shows, wherever its time line begins", async () => {
  for (const [name, picture, clock] of [
    // Its pictures begin two seconds after its sound.
    ["late-picture.mp4", 1, "21:00:00"],
    // Its edit list leaves out what was cut; whoever looks at that sees an earlier time.
    ["edit-list.mp4", 20, "21:00:00"],
    ["moov-first.mp4", 31, "21:00:02"],
  ]) {
    const east = { file: name, camera: "東口", startsAt: "21:00:00", error: 60 };
    await playing(sealedCameras(`clock-${name}.fuin`, [east]), async (player) => {
      const { cameras } = player;
      if (name === "edit-list.mp4") await player.seekTo(1);
      else if (picture > 1) await player.seekTo(2_000_000);
      await cameras.clockSays(clock);
      await cameras.trueTimeSays("20:59:");
      // And back from the clock to the picture.
      const before = await player.picture.number();
      await player.openMore();
      await player.goTo("21:00:03", "clock");
      await cameras.clockSays("21:00:03");
      await player.goTo(clock);
      await player.picture.numberIs(before);
    });
  }
});

describe("several cameras", () => {
  test("stand side by side on one time line, each in its place", async () => {
    // The second camera's clock is 3 s ahead; it began 2 s later by its clock, so 1 s earlier in truth.
    const two = sealedCameras("two.fuin", [
      { file: "moov-first.mp4", camera: "東口", startsAt: "21:00:00", error: 0 },
      { file: "b-frames.mp4", camera: "西口", startsAt: "21:00:02", error: 3 },
    ]);
    await playing(two, async (player) => {
      const { cameras, picture } = player;
      await player.chooseClip("all");
      await cameras.areShown(2);
      await player.lasts(7_000_000);
      // A line on the bar for each, with the time when it has no pictures.
      await player.hasLinesWithGaps(2);
      // Which one the buttons and keys mean is chosen by its number, and said.
      await player.focus();
      for (const [camera, name] of [[2, "西口"], [1, "東口"]]) {
        await player.press(String(camera));
        await cameras.isChosen(camera);
        await player.statusSays(name);
      }
      // From the very beginning: the first camera is dark, then it begins, and nothing waits for it.
      await cameras.isDark(1);
      await picture.isPainted(2);
      await player.play();
      await picture.goesPast(12, { timeout: 10_000 });
      assert.equal(await player.remarkCount("keys-only"), 0, "no camera kept the others waiting");
      await player.pause();
      // At 2.0 s of the time line: the first camera at its 1.0 s, the second at its 2.0 s.
      await player.seekTo(2_000_000);
      await picture.shows(16, 15);
      await picture.isPainted(2);
      await picture.bears(30, 2);
      assert.equal(await picture.marker({ camera: 2 }), 30);
      // A step of one moves both.
      await player.focus();
      await player.press(".");
      await picture.shows(17, 16);
      await picture.bears(31, 2);
      // Before the first camera began it is dark, and says so.
      await player.seekTo(500_000);
      await player.remarks("hidden");
      await picture.bears(7, 2);
      assert.equal(await cameras.clockCount(1), 0, "S1-5: a dark camera shows no clock");
      assert.equal(await cameras.clockCount(2), 1);
      assert.match(await player.tabs.noPicture(), /この時刻の映像はありません/);
      // At 6.5 s the second camera has ended; back to a time when it had not, and it is there again. Likewise the
      // first.
      await player.seekTo(6_500_000);
      await cameras.isDark(2);
      await player.seekTo(2_000_000);
      await picture.bears(30, 2);
      await player.seekTo(500_000);
      await cameras.isDark(1);
      await player.setSpeed("0.5");
      await player.play();
      await cameras.isLit(1);
      await picture.goesPast(5);
      await player.pause();
      await picture.bearsItsNumberPast(5);
      assert.equal(await cameras.darkCount(1), 0);
      // Backwards into the time of a camera that is out of sight.
      await player.seekTo(6_500_000);
      await cameras.isDark(2);
      await player.focus();
      await player.press("j");
      await picture.bearsBetween(40, 90, 2);
      await player.press("k");
      const clocks = await cameras.clocks();
      assert.ok(clocks.length >= 2, String(clocks));
    });
  });

  test("the clip that was chosen last is shown, however slowly another comes", async () => {
    const { path } = office.seal("three.fuin", ["fragmented.mp4", "b-frames.mp4", "two-tracks.mp4"].map(file));
    await playing(path, async (player) => {
      const { cameras, picture, tabs } = player;
      await player.chooseClipsAtOnce(["2", "0", "all", "1"]);
      await player.focus();
      await player.press("End");
      await picture.shows(90);
      assert.equal(await cameras.shown(), 1);
      assert.equal(await player.chosenClip(), "1");
      assert.ok((await tabs.shown()).includes("b-frames.mp4"));
      // A bookmark leads to its picture in its clip, even out of another.
      await player.press("b");
      await player.chooseClip("0");
      await picture.shows(1);
      await tabs.openMarks();
      await tabs.goToFirstMark();
      await picture.shows(90);
      assert.equal(await player.chosenClip(), "1");
    });
  });

  test("two tracks in one clip can be chosen", () => playing(sealed("two-tracks.mp4"), async (player) => {
    await player.chooseTrack("1");
    await player.picture.shows(1, 0, { flip: true });
    await player.focus();
    await player.press("End");
    await player.picture.shows(90, 89, { flip: true });
  }));
});
