// The player as a place to work: picture, bar and buttons on one screen, the mouse on the picture, the full screen, what
// the bar shows, and the way to the report and back.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { footage } from "./footage.mjs";
import { Viewer } from "./pages/viewer.mjs";

const { office, sealed, sealedCameras, playing } = footage();

/** The bundle of a clip that is larger than most windows. */
function large() {
  const path = office.path("large.mp4");
  execFileSync("ffmpeg", [
    "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=1920x1080:rate=10:duration=3",
    "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path,
  ]);
  return office.seal("large.fuin", path, "--grant", "still,print").path;
}

/** Twenty seconds in which nothing moves but from the twelfth to the fourteenth. */
function quietNight() {
  const path = office.path("night.mp4");
  execFileSync("ffmpeg", [
    "-v", "error", "-y", "-f", "lavfi", "-i", "color=gray:size=640x360:rate=12:duration=20",
    "-f", "lavfi", "-i", "testsrc=size=200x200:rate=12:duration=20",
    "-filter_complex", "[0][1]overlay=x='100+20*t':y=80:enable='between(t,12,14)'",
    "-c:v", "libx264", "-g", "24", "-bf", "0", "-pix_fmt", "yuv420p", path,
  ]);
  return office.seal("night.fuin", path).path;
}

describe("picture, bar and buttons are on the screen on arrival, and keys work at once", () => {
  const bundle = large();
  for (const [width, height] of [[1366, 620], [1280, 800], [1920, 940], [1024, 768], [390, 844]]) {
    test(`${width} × ${height}`, () => Browser.use(async (browser) => {
      const viewer = await Viewer.open(browser);
      const { player } = viewer;
      await viewer.watch(bundle, office.recipientPassphrase);
      await player.hasKeyboard();
      assert.deepEqual(await player.outsideTheWindow(), []);
      assert.ok(await player.overflow() <= 0, "wider than the window");
      await player.press("Space");
      await player.isPlaying();
      await player.press("Space");
      await player.isPaused();
      await accessible(player, `the player at ${width} × ${height}`);
    }, { viewport: { width, height } }));
  }
});

test("a press on the picture plays, two fill the screen, the wheel makes it larger where the mouse is", () =>
  playing(sealed("upright.mp4"), async (player) => {
    await player.pressPicture();
    await player.isPlaying();
    await player.pressPicture();
    await player.isPaused();
    await player.doublePressPicture();
    await player.isFullScreen();
    await player.press("f");
    await player.isNotFullScreen();
    await player.isPaused();
    await player.press("Home");
    await player.picture.shows(1);
    const plain = await player.picture.pixels();
    await player.turnWheel(-100, [0.1, 0.1]);
    await player.remarksWith("zoomed", "1.2倍");
    await player.picture.changesFrom(plain);
    await player.turnWheel(100, [0.1, 0.1]);
    await player.remarksNoMore("zoomed");
    await player.picture.comesBackTo(plain);
  }));

test("the full screen is filled, and its buttons go while nobody moves anything", () =>
  playing(sealed("upright.mp4"), async (player) => {
    await player.press("f");
    await player.isFullScreen();
    const { width, height } = await player.picture.box();
    assert.ok(width > 1000 || height > 700, `${width} × ${height}`);
    await player.buttonsAre(true);
    await player.buttonsAre(false);
    await player.turnWheel(0, [0.5, 0.5]);
    await player.buttonsAre(true);
    await player.press("f");
    await player.isNotFullScreen();
    await player.buttonsAre(true);
  }));

test("screening shows the picture, its clock and number, and nothing else", () => {
  const cameras = [{ file: "upright.mp4", camera: "正面", startsAt: "21:00:00", error: 0 }];
  return playing(sealedCameras("screening.fuin", cameras), async (player) => {
    await player.press("c");
    await player.isFullScreen();
    await player.buttonsAre(false);
    await player.press(".");
    await player.picture.shows(2);
    assert.match(await player.beside(), /カメラの時計 2026-11-18 21:00:00.*\n?.*コマ 2/);
    await player.press("c");
    await player.isNotFullScreen();
    await player.buttonsAre(true);
  });
});

test("an empty night shows where something moves, and a key goes there", () => playing(quietNight(), async (player) => {
  assert.equal(await player.activities(), 1);
  await player.press("n");
  await player.picture.numberIs(12 * 12 + 1);
  await player.press("n");
  await player.statusSays("目立った動きのある所はありません");
}));

test("the bar's line goes where it is pressed, and shows what is under the mouse", () =>
  playing(sealed("gop-1.mp4"), async (player) => {
    await player.hasStrips(1);
    await player.pointAt(0.5);
    assert.match(await player.pointed(), /0:00:0[23]/);
    await player.showsPointed();
    await player.pressLane(0.5);
    await player.picture.goesPast(40);
    assert.ok(Math.abs(await player.position() - 3_000_000) < 150_000, String(await player.position()));
    await accessible(player, "with the mouse on the bar");
  }));

test("several cameras have a line each, with its name and small pictures; a press chooses, another plays", () => {
  const cameras = [
    { file: "upright.mp4", camera: "正面", startsAt: "21:00:00", error: 0 },
    { file: "gop-1.mp4", camera: "裏口", startsAt: "21:00:02", error: 0 },
  ];
  return playing(sealedCameras("lanes.fuin", cameras), async (player) => {
    await player.chooseClip("all");
    await player.cameras.areShown(2);
    await player.hasStrips(2);
    assert.deepEqual(await player.laneNames(), ["正面", "裏口"]);
    assert.deepEqual(await player.outsideTheWindow(), []);
    await player.pointAt(0.5, 2);
    assert.match(await player.pointed(), /裏口/);
    await player.pressPicture(2);
    await player.cameras.isChosen(2);
    await player.isPaused();
    await player.pressPicture(2);
    await player.isPlaying();
    await player.pause();
  });
});

test("whoever leaves while watching is asked, and comes back from the report to the same picture", () =>
  Browser.use(async (browser) => {
    const viewer = await Viewer.open(browser);
    const { player } = viewer;
    await viewer.watch(sealed("moov-first.mp4"), office.recipientPassphrase);
    await player.picture.isNumbered();
    await player.seekTo(2_000_000);
    await player.picture.numberIs(31);
    await player.finish();
    await viewer.goOnWatching();
    await player.picture.shows(31);
    // The receipt of the medium erases nothing: watching goes on behind it.
    await player.finish();
    await viewer.receipt.report("delivery");
    await viewer.receipt.code();
    await viewer.goOnWatching();
    await player.picture.shows(31);
    assert.ok(await viewer.asksBeforeLeaving());
  }));
