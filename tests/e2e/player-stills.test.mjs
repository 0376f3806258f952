// What leaves the player: bookmarks as a list, stills under the grant, and the log in which stills and names are kept.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Browser } from "./browser.mjs";
import { footage } from "./footage.mjs";
import { Viewer } from "./pages/viewer.mjs";

const { office, file, sealed, playing } = footage();

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
    assert.match(rows, /\r\n2,[^\r]*,46,0:00:03\.000,[^\r]*"'=赤い車, 左折"\r\n/);
    await player.close();
    const again = await Viewer.open(browser);
    await again.watch(sealed("upright.mp4"), office.recipientPassphrase);
    await again.player.tabs.openMarks();
    await again.player.tabs.hasMarks(2);
  }));

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
