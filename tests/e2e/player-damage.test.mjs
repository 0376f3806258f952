// Damaged footage: what cannot be decoded is not shown, the page says what stands in for it, and everything else is
// shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { footage } from "./footage.mjs";

const { sealed, playing } = footage();

test("a torn picture is not shown, nor what depends on it; both are said", () =>
  playing(sealed("torn.mp4"), async (player) => {
    const { picture } = player;
    await player.openMore();
    await player.goTo(61);
    await picture.shows(61);
    await player.goTo(50);
    await player.remarks("stands-in");
    assert.ok(Number(await player.tabs.lost()) > 0);
    const stand = await player.remark("stands-in");
    const [, other] = stand.match(/コマ 50 は復号できません。コマ (\d+) を表示しています/);
    // What stands in is an earlier picture of the group, and a true one.
    assert.ok(Number(other) < 42 && Number(other) >= 35, stand);
    await picture.shows(50, Number(other) - 1);
    await player.goTo(75);
    await picture.shows(75);
  }));

test("a last group that cannot begin: the nearest picture before it stands in", () =>
  playing(sealed("torn-last-group.mp4"), async (player) => {
    await player.press("End");
    await player.remarks("stands-in");
    await player.picture.shows(90, 59);
    await player.press("Home");
    await player.picture.shows(1);
  }));

test("damaged H.265 is not filled with grey: nothing is shown until the next key picture", () =>
  playing(sealed("hevc-damaged.mp4"), async (player) => {
    await player.openMore();
    for (const [picture, seen] of [[40, 40], [41, 40], [50, 40], [60, 40], [61, 61], [75, 75]]) {
      await player.goTo(picture);
      await player.picture.shows(picture, seen - 1);
    }
    await player.goTo(45);
    await player.remarks("stands-in");
    assert.equal(await player.tabs.lost(), "20");
  }));

test("a key picture on which the decoder fails costs its group, and nothing else", () =>
  playing(sealed("spoiled-key.mp4"), async (player) => {
    await player.openMore();
    for (const [picture, seen] of [[30, 30], [45, 30], [61, 61], [75, 75]]) {
      await player.goTo(picture);
      await player.picture.shows(picture, seen - 1);
    }
  }));
