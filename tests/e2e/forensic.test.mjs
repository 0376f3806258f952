// The forensic mark: what is shown says which viewing it was, whether it leaves as a still, made larger, or off the
// screen, in pictures and in videos.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { Office } from "./office.mjs";
import { Viewer, viewerName } from "./pages/viewer.mjs";

const office = new Office();
const clip = office.sampleClip(4);
const mine = office.seal("mine.fuin", clip, "--grant", "still");
const theirs = office.seal("theirs.fuin", clip, "--grant", "still");
after(() => office.remove());

/** What the office finds in a file: number, slot and name of each viewing. */
function traced(file) {
  const said = office.office("trace", office.path(file));
  assert.ok(said.ok, said.stderr);
  return said.files[0].verdict.named.map((named) =>
    [named.bundle_id, named.holder, named.session, named.viewing?.by ?? null]);
}

/** Watches a bundle and leaves a still and what else `work` takes; gives the number of the viewing, as the log has it. */
async function watch(browser, bundle, work) {
  const viewer = await Viewer.open(browser);
  await viewer.watch(bundle.path, office.recipientPassphrase);
  const { player } = viewer;
  await player.offersStills();
  await player.seekTo(1_000_000);
  await player.picture.isPainted();
  await work(player);
  await player.tabs.openLog();
  const [, session] = /閲覧番号 ([0-9A-Z]{8})/.exec(await player.tabs.log());
  return { viewer, session };
}

test("what a viewer shows names the viewing, and what is shown to another names that one", () =>
  Browser.use(async (browser) => {
    const { viewer, session } = await watch(browser, mine, async (player) => {
      await player.takeStill(office.path("plain"));
      await player.picture.screenshot(office.path("screen.png"));
      await player.tabs.openTones();
      await player.tabs.makeLarger(3);
      await player.takeStill(office.path("larger"));
    });
    const other = await watch(browser, theirs, (player) => player.takeStill(office.path("other")));
    assert.notEqual(session, other.session);
    const found = [mine.bundle_id, "slot/1", session, null];
    for (const file of ["plain.png", "larger.png", "screen.png"]) assert.deepEqual(traced(file), [found], file);
    assert.deepEqual(traced("other.png"), [[theirs.bundle_id, "slot/1", other.session, null]]);
    // Once the report is in, the viewing has a name.
    await viewer.player.finish();
    await viewer.receipt.report("return", { witness: "係長 立会次郎", method: "返送" });
    await viewer.receipt.save(office.path("mine.jws"));
    assert.ok(office.office("confirm", office.path("mine.jws")).ok);
    assert.deepEqual(traced("plain.png"), [[...found.slice(0, 3), viewerName]]);
    // A part of the picture as a JPEG, and several of them as a video.
    const ff = (...args) => execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args]);
    ff("-i", office.path("plain.png"), "-vf", "crop=600:400:180:40", "-q:v", "6", office.path("part.jpg"));
    copyFileSync(office.path("part.jpg"), office.path("part.bin"));
    assert.deepEqual(traced("part.bin").map(([bundle]) => bundle), [mine.bundle_id]);
    ff("-loop", "1", "-i", office.path("plain.png"), "-frames:v", "24", "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2",
      "-c:v", "libx264", "-crf", "28", "-pix_fmt", "yuv420p", office.path("film.mp4"));
    assert.deepEqual(traced("film.mp4").map(([bundle]) => bundle), [mine.bundle_id]);
    // The clip itself bears nothing.
    assert.deepEqual(traced(clip), []);
  }));
