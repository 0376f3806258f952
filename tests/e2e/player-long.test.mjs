// Footage of hours: its index is long, and nobody waits for all of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Browser } from "./browser.mjs";
import { footage } from "./footage.mjs";
import { Viewer } from "./pages/viewer.mjs";

const { office } = footage();

/** Two hours of small pictures of many sizes: a stretch of ten minutes, twelve times. */
function twoHours() {
  const ffmpeg = (...args) => execFileSync("ffmpeg", ["-v", "error", "-y", ...args]);
  const [stretch, long] = ["stretch.mp4", "long.mp4"].map((name) => office.path(name));
  ffmpeg("-f", "lavfi", "-i", "testsrc2=s=160x120:r=30", "-t", "600", "-c:v", "libx264", "-preset", "ultrafast",
    "-crf", "40", "-g", "30", stretch);
  const list = office.write("list.txt", `file '${stretch}'\n`.repeat(12));
  ffmpeg("-f", "concat", "-safe", "0", "-i", list, "-c", "copy", long);
  return long;
}

test("two hours: the first picture is there before the index is read, and the last one is as near", () =>
  Browser.use(async (browser) => {
    const { path } = office.seal("long.fuin", twoHours());
    const viewer = await Viewer.open(browser);
    const { player } = viewer;
    const wasRead = await player.watchesRemark("reading");
    await viewer.watch(path, office.recipientPassphrase);
    await player.picture.isNumbered();
    assert.equal(await wasRead(), true, "the first picture waited for the whole index");
    await player.remarksNoMore("reading");
    assert.equal(await player.picture.total(), 216_000);
    await player.focus();
    await player.press("End");
    await player.picture.shows(216_000, null);
    await player.press("Home");
    await player.picture.shows(1, null);
  }));
