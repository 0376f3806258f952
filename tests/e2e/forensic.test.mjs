// The forensic mark: what is shown says which viewing it was, whether it leaves as a still, made larger, or off the
// screen, in pictures and in videos.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { takeOver } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { Viewer, viewerName } from "./pages/viewer.mjs";

const office = new Office();
const clip = office.sampleClip(4);
const mine = office.seal("mine.fuin", clip, "--grant", "still");
const theirs = office.seal("theirs.fuin", clip, "--grant", "still");
after(() => office.remove());

const ff = (...args) => execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args]);

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
    const second = await watch(browser, theirs, (player) => player.takeStill(office.path("other")));
    assert.notEqual(session, second.session);
    const found = [mine.bundle_id, "slot/1", session, null];
    for (const file of ["plain.png", "larger.png", "screen.png"]) assert.deepEqual(traced(file), [found], file);
    assert.deepEqual(traced("other.png"), [[theirs.bundle_id, "slot/1", second.session, null]]);
    // Once the report is in, the viewing has a name.
    await viewer.player.finish();
    await viewer.receipt.report("return", { witness: "係長 立会次郎", method: "返送" });
    await viewer.receipt.save(office.path("mine.jws"));
    assert.ok(office.office("confirm", office.path("mine.jws")).ok);
    assert.deepEqual(traced("plain.png"), [[...found.slice(0, 3), viewerName]]);
    // A part of the picture as a JPEG, and several of them as a video.
    ff("-i", office.path("plain.png"), "-vf", "crop=600:400:180:40", "-q:v", "6", office.path("part.jpg"));
    copyFileSync(office.path("part.jpg"), office.path("part.bin"));
    assert.deepEqual(traced("part.bin").map(([bundle]) => bundle), [mine.bundle_id]);
    ff("-loop", "1", "-i", office.path("plain.png"), "-frames:v", "24", "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2",
      "-c:v", "libx264", "-crf", "28", "-pix_fmt", "yuv420p", office.path("film.mp4"));
    assert.deepEqual(traced("film.mp4").map(([bundle]) => bundle), [mine.bundle_id]);
    // With the original at hand it is known to be of this clip; another clip says nothing about it.
    const beside = (original, file = "part.jpg") =>
      office.office("trace", office.path(file), "--clip", original).files[0].verdict;
    for (const file of ["part.jpg", "plain.png", "larger.png", "screen.png", "film.mp4"]) {
      const [same] = beside(clip, file).named;
      assert.equal(same.session, session);
      assert.ok(!same.transplant && (same.alike === null || same.alike > 0.6), `${file}: ${JSON.stringify(same)}`);
    }
    const other = office.path("other.mp4");
    ff("-f", "lavfi", "-i", "testsrc2=s=960x540:r=12:d=2", "-c:v", "libx264", "-pix_fmt", "yuv420p", other);
    const [foreign] = beside(other).named;
    assert.ok(!foreign.transplant && foreign.alike === null, JSON.stringify(foreign));
    // The clip itself bears nothing.
    assert.deepEqual(traced(clip), []);
  }));

test("the desk names a viewing by a picture, also of a screen from the side, and says when it finds nothing", () =>
  Browser.use(async (browser) => {
    const { viewer, session } = await watch(browser, mine, (player) => player.picture.screenshot(office.path("seen.png")));
    await viewer.close();
    const exported = run("ledger", "export", "--office", office.path("office"), "--out", office.path("desk.jsonl"));
    assert.ok(exported.ok, exported.stderr);
    const desk = await takeOver(browser, office);
    await desk.goTo("settings");
    await desk.settings.importLedger(office.path("desk.jsonl"));
    await desk.told();
    await desk.goTo("trace");
    const { tracing } = desk;
    await tracing.choose(office.write("no.png", "<svg onload=alert(1)></svg>"));
    assert.match(await desk.stopNotice(), /この画像は読めません/);
    await tracing.choose(office.path("seen.png"));
    await tracing.isShown();
    await tracing.searchAndStop();
    assert.equal(await tracing.outcomes(), 0);
    assert.equal(await tracing.search(), "模様が見つかりました");
    const sheet = await tracing.sheet.print("trace");
    for (const word of [mine.bundle_id, session, "分からないこと", "画像の全体", "決裁"]) {
      assert.ok(sheet.text.includes(word), `${word} is not on the sheet`);
    }
    assert.equal(sheet.pages, 1);
    await accessible(desk, "trace");
    // The corners move by hand and by keys, and what was found for another part is gone.
    assert.match(await tracing.corner(0), /0\.0%, 0\.0%/);
    await tracing.pressOnCorner(0, "ArrowRight", "ArrowDown", "Shift+ArrowDown");
    assert.match(await tracing.corner(0), /0\.5%, 5\.5%/);
    assert.equal(await tracing.outcomes(), 0);
    // From the side: the corners of the screen lie inside of the photograph, which is finer than the screen.
    const [a, b, c, d] = [[0.06, 0.1], [0.93, 0.02], [0.97, 0.95], [0.03, 0.86]];
    const place = ([x, y]) => `W*${x}:H*${y}`;
    const seen = `perspective=${[a, b, d, c].map(place).join(":")}:sense=destination`;
    ff("-i", office.path("seen.png"), "-vf", `scale=2*iw:-1,${seen}`, "-q:v", "3", office.path("side.jpg"));
    await tracing.choose(office.path("side.jpg"));
    await tracing.isShown();
    for (const [n, to] of [a, b, c, d].entries()) await tracing.dragCorner(n, to);
    assert.equal(await tracing.search(), "模様が見つかりました");
    assert.match(await tracing.sheet.text(), new RegExp(`${session}[\\s\\S]*四隅で囲んだところ|四隅で囲んだところ[\\s\\S]*${session}`));
    // The clip as the camera made it bears nothing.
    ff("-i", clip, "-frames:v", "1", office.path("clean.png"));
    await tracing.choose(office.path("clean.png"));
    await tracing.isShown();
    assert.equal(await tracing.search(), "模様は見つかりませんでした");
    assert.match(await tracing.sheet.text(), /証明にはなりません/);
  }));
