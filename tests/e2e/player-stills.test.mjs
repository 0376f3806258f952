// What leaves the player: bookmarks as a list, stills under the grant, and the log in which stills and names are kept.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Browser } from "./browser.mjs";
import { footage } from "./footage.mjs";
import { Viewer } from "./pages/viewer.mjs";

const { office, file, sealed, sealedCameras, playing } = footage();

/** Saves what is shown; gives the picture's file and its facts. */
async function takeStill(player) {
  const still = office.path("still");
  await player.takeStill(still);
  return { bytes: readFileSync(`${still}.png`), facts: JSON.parse(readFileSync(`${still}.json`, "utf8")) };
}

test("bookmarks stay with the bundle and leave as a list", () =>
  playing(sealed("upright.mp4"), async (player, browser) => {
    const { picture, tabs } = player;
    await player.seekTo(1_000_000);
    await picture.shows(16);
    await player.focus();
    await player.press("b");
    await player.seekTo(3_000_000);
    await picture.shows(46);
    await tabs.openMarks();
    await tabs.addMark();
    await tabs.hasMarks(2);
    await tabs.noteMark(2, "=赤い車, 左折");
    await tabs.goToFirstMark();
    await picture.shows(16);
    await tabs.exportMarks(office.path("marks.csv"));
    const rows = readFileSync(office.path("marks.csv"), "utf8");
    assert.ok(rows.startsWith("\uFEFF番号,カメラ,"), rows);
    assert.match(rows, /\r\n2,[^\r]*,46,0:00:03\.000,[^\r]*"'=赤い車, 左折",[0-9a-f]{64}\r\n/);
    await player.close();
    const again = await Viewer.open(browser);
    await again.watch(sealed("upright.mp4"), office.recipientPassphrase);
    await again.player.tabs.openMarks();
    await again.player.tabs.hasMarks(2);
  }));

describe("the draft of a list of exhibits", () => {
  const cameras = [
    { file: "upright.mp4", camera: "正面", startsAt: "21:00:00", error: 10 },
    { file: "gop-1.mp4", camera: "裏口", startsAt: "21:00:02", error: 0 },
  ];
  /** Marks a picture of each camera; the second one with a note. */
  async function mark(player) {
    await player.seekTo(1_000_000);
    await player.picture.shows(16);
    await player.focus();
    await player.press("b");
    await player.chooseClip("1");
    await player.picture.shows(1);
    await player.focus();
    await player.press("b");
    await player.tabs.openMarks();
    await player.tabs.hasMarks(2);
    await player.tabs.noteMark(2, "裏口から出る人物");
  }

  test("has pictures of all cameras, both clocks, hashes and notes, prints on one page, and is logged", () =>
    playing(sealedCameras("exhibits.fuin", cameras, "--grant", "print"), async (player) => {
      await mark(player);
      await player.tabs.makeExhibits();
      assert.equal(await player.tabs.exhibitPictures(), 2);
      const printed = await player.takeOut.sheet.print("exhibits");
      const clip = createHash("sha256").update(readFileSync(file("gop-1.mp4"))).digest("hex");
      for (const words of ["証拠説明書（案）", "（正面）", "令和8年11月18日 20:59:51", "（カメラの時計", "21:00:01）", "コマ 16（0:00:01.000）",
        "裏口から出る人物", "コマ 1（0:00:00.000）", clip]) {
        assert.ok(printed.text.includes(words.replaceAll(/\s/g, "")), `${words} in ${printed.text}`);
      }
      assert.deepEqual([printed.pages, printed.landscape, printed.images], [1, true, 2]);
      await player.tabs.closeExhibits();
      await player.hasKeyboard();
      await player.tabs.openLog();
      assert.equal((await player.tabs.log()).match(/印刷/g).length, 2);
    }));

  test("without the grant to print it has no pictures, and nothing is logged", () =>
    playing(sealedCameras("without.fuin", cameras), async (player) => {
      await mark(player);
      await player.tabs.makeExhibits();
      assert.equal(await player.tabs.exhibitPictures(), 0);
      await player.tabs.openLog();
      assert.doesNotMatch(await player.tabs.log(), /印刷/);
    }));
});

describe("stills", () => {
  test("without the grant there is none", () => playing(sealed("upright.mp4"), async (player) => {
    assert.equal(await player.stillButtons(), 0);
    const downloads = player.watchDownloads();
    await player.press("s");
    await player.statusSays("許可されていません");
    assert.equal(downloads.length, 0);
    // Neither by the context menu nor by dragging.
    assert.equal(await player.picture.askForContextMenu(), false);
    assert.equal(await player.picture.draggable(), "false");
  }));

  test("with it, the picture leaves marked, described and logged", () =>
    playing(sealed("upright.mp4", "--grant", "still"), async (player) => {
      await player.seekTo(2_000_000);
      await player.picture.shows(31);
      const { bytes, facts } = await takeStill(player);
      assert.equal(bytes.subarray(1, 4).toString(), "PNG");
      assert.equal(facts.png_sha256, createHash("sha256").update(bytes).digest("hex"));
      const clip = readFileSync(file("upright.mp4"));
      assert.equal(facts.clip_sha256, createHash("sha256").update(clip).digest("hex"));
      assert.equal(facts.picture, 31);
      assert.equal(facts.taken_by, "巡査部長 例示花子");
      assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [facts.width, facts.height]);
      const canvas = await player.picture.pixels();
      assert.ok(facts.height > canvas.height, "a strip of facts stands below");
      await player.tabs.openLog();
      assert.ok((await player.tabs.log()).includes(facts.png_sha256));
    }));
});

test("whoever affirms next is named in the marks, and what another window has logged stays in the log", () =>
  Browser.use(async (browser) => {
    const bundle = sealed("upright.mp4", "--grant", "still");
    const one = await Viewer.open(browser);
    const two = await Viewer.open(browser);
    // The second window has read its record before the first one logs anything.
    await two.chooseBundle(bundle);
    await two.asksForPassphrase();
    await one.watch(bundle, office.recipientPassphrase, "巡査 例示一郎");
    await one.player.offersStills();
    const { facts: first } = await takeStill(one.player);
    assert.equal(first.taken_by, "巡査 例示一郎");
    // Somebody else goes on in the same window.
    await one.player.finish();
    await one.receipt.goBack();
    await one.affirm("警部 例示次郎");
    await one.player.picture.isPainted();
    assert.equal((await takeStill(one.player)).facts.taken_by, "警部 例示次郎");
    await two.unlock(office.recipientPassphrase);
    await two.affirm("巡査部長 例示花子");
    await two.player.picture.isPainted();
    const { facts: second } = await takeStill(two.player);
    assert.equal(second.taken_by, "巡査部長 例示花子");
    await two.player.tabs.openLog();
    const log = await two.player.tabs.log();
    assert.ok(log.includes(first.png_sha256) && log.includes(second.png_sha256), "both stills are in the log");
  }));
