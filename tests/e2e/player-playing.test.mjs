// Moving in time: playing, speeds, stretches that are repeated, and going to a picture, a time or the camera's clock.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { footage } from "./footage.mjs";

const { office, sealed, playing } = footage();

describe("moving in time", () => {
  test("playing begins without passing over a picture", async () => {
    const counts = [];
    // A busy machine may be late once; what begins wrongly is late every time.
    while (counts.length < 3 && counts.at(-1) !== 0) {
      await playing(sealed("moov-first.mp4"), async (player) => {
        await player.press("Space");
        await player.picture.goesPast(10);
        await player.press("Space");
        await player.isPaused();
        counts.push(await player.tabs.passedOver());
      });
    }
    assert.equal(counts.at(-1), 0, `passed over: ${counts}`);
  });

  test("play, pause, seek, ends, and the list of keys", () => playing(sealed("moov-first.mp4"), async (player) => {
    const { picture } = player;
    await player.press("Space");
    await picture.goesPast(10);
    await player.press("Space");
    await player.isPaused();
    await player.press("End");
    await picture.shows(90);
    await player.press("ArrowLeft");
    // Five seconds back from 6.0 s.
    await picture.shows(16);
    await player.press("Home");
    await picture.shows(1);
    await player.press("?");
    await player.keysAreListed();
    await player.press("Escape");
    await player.keysAreNotListed();
  }));

  test("to a picture, a time, the camera's clock; nonsense is named", () =>
    playing(sealed("b-frames.mp4"), async (player) => {
      const { picture } = player;
      await player.openMore();
      await player.goTo("４２", "picture");
      await picture.shows(42);
      await player.goTo("0:02", "elapsed");
      await picture.shows(31);
      await player.goTo("5.4", "elapsed");
      await picture.shows(82);
      await player.goTo("21:00:03", "clock");
      // The example request names another file, so this clip has no clock.
      await player.goIsRefused();
      assert.match(await player.goHelp(), /読み取れません/);
      await player.goTo("90", "picture");
      await picture.shows(90);
      for (const [kind, text] of [["picture", "９９９"], ["elapsed", "6.5"]]) {
        await player.goTo(text, kind);
        await player.goIsRefused();
        await picture.shows(90);
        await player.goTo("90", "picture");
        await player.goIsTaken();
      }
    }));

  test("every speed runs at its speed, backwards too", () => playing(sealed("gop-1.mp4"), async (player) => {
    const { picture } = player;
    for (const [speed, least, most] of [["0.5", 0.3, 0.62], ["1", 0.7, 1.2], ["2", 1.3, 2.4]]) {
      await player.press("Home");
      await picture.shows(1);
      await player.setSpeed(speed);
      await player.play();
      const measured = await player.measureSpeed({ from: 200_000, over: 900_000 });
      assert.ok(measured > least && measured < most, `${speed}×: ${measured.toFixed(2)}`);
      await player.pause();
    }
    await player.focus();
    await player.press("End");
    await picture.shows(90);
    await player.press("j");
    await picture.goesBelow(60);
    await player.press("k");
    await player.isPaused();
    const here = await picture.number();
    await picture.shows(here);
    // L twice: double speed; sixteen times shows key pictures and says so.
    await player.press("Home");
    await player.press("l");
    await player.press("l");
    await player.saysSpeed("2倍速");
    await player.press("l");
    await player.remarks("keys-only");
  }));

  test("a stretch is repeated", () => playing(sealed("moov-first.mp4"), async (player) => {
    const { picture } = player;
    await player.seekTo(1_000_000);
    await picture.shows(16);
    await player.focus();
    await player.press("[");
    await player.seekTo(2_000_000);
    await picture.shows(31);
    await player.focus();
    await player.press("]");
    await player.hasRepeatOnBar();
    await picture.recordNumbers();
    await player.play();
    // Round it goes: a later number is followed by the first of the stretch, three times.
    await picture.goesRound(3, { timeout: 30_000 });
    const seen = await picture.recordedNumbers();
    assert.ok(seen.every((n) => n >= 16 && n <= 32), String(seen));
  }));
});

test("where decoding is too slow, key pictures take over, which is said; " +
  "step by step every picture is still there", async () => {
  // H.265 in software, asked for 120 pictures a second: more than any computer gives.
  const heavy = office.path("heavy.mp4");
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=2560x1440:r=60:d=8",
    "-vf", "noise=alls=12:allf=t", "-c:v", "libx265", "-preset", "ultrafast",
    "-x265-params", "log-level=error:keyint=30:bframes=0", "-pix_fmt", "yuv420p", "-tag:v", "hvc1", heavy]);
  await playing(office.seal("heavy.fuin", heavy).path, async (player) => {
    const { picture } = player;
    await player.remarks("software");
    await player.setSpeed("2");
    await player.play();
    await player.remarksWith("keys-only", "追いつかない", { timeout: 30_000 });
    // What is on its way still comes; then only pictures with which decoding can start: 1, 31, 61…
    await picture.leapsBy(30);
    await player.pause();
    await player.focus();
    await player.press("Home");
    await picture.shows(1, null);
    for (let n = 2; n <= 5; n++) {
      await player.press(".");
      await picture.shows(n, null);
    }
    assert.equal(await player.remarkCount("keys-only"), 0);
  });
});

test("ten minutes: the end is as near as the beginning", () => playing(sealed("ten-minutes.mp4"), async (player) => {
  const { picture } = player;
  assert.equal(await picture.total(), 1200);
  await player.press("End");
  await picture.shows(1200, 1199 % 1024);
  await player.press(",");
  await picture.shows(1199, 1198 % 1024);
  await player.seekTo(299_600_000);
  await picture.shows(600);
  await player.focus();
  await player.press("Home");
  await picture.shows(1);
}));
