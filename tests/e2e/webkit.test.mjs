// The main journeys of both doors in WebKit, whose workers read no file of a page that was opened from one (src/blobs).
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { footage } from "./footage.mjs";
import { found, grant, record } from "./journeys.mjs";
import { issuer, recipient, served } from "./main-journeys.mjs";
import { Office } from "./office.mjs";
import { Loudspeaker, hertz } from "./pages/loudspeaker.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { WebKit } from "./webkit.mjs";

const office = new Office();
after(() => office.remove());
const clips = footage();

test("a recipient opens, watches, steps, takes a still and reports", () => WebKit.use((browser) => recipient(browser, office)));

test("an office founds, records, grants, seals, and confirms what comes back", () => WebKit.use((browser) => issuer(browser, office)));

test("what `fuin view` gives out is watched and reported on", () => WebKit.use((browser) => served(browser, office)));

test("a clip with sound plays, and is heard as its tone", () => WebKit.use(async (browser) => {
  const viewer = await Viewer.open(browser);
  const loudspeaker = new Loudspeaker(viewer.page);
  await loudspeaker.listen();
  await viewer.watch(clips.sealed("aac.mp4"), clips.office.recipientPassphrase);
  await viewer.player.play();
  const pieces = await loudspeaker.hears(1);
  assert.ok(Math.abs(hertz(pieces) - 440) < 25, `${hertz(pieces).toFixed(0)} Hz`);
  await viewer.player.picture.goesPast(15);
}));

test("two cameras' files of one name, size and time are sealed each as its own", () => WebKit.use(async (browser) => {
  const first = office.sampleClip(4);
  const [one, other] = ["one", "other"].map((folder) => {
    mkdirSync(office.path(folder), { recursive: true });
    return join(office.path(folder), "20261118_210000.mp4");
  });
  const bytes = readFileSync(first);
  // A free box behind: as long, and another file.
  const box = (letter) => Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from(`free${letter.repeat(8)}`)]);
  writeFileSync(one, Buffer.concat([bytes, box("a")]));
  writeFileSync(other, Buffer.concat([bytes, box("b")]));
  const when = new Date("2026-11-18T12:00:00Z");
  for (const path of [one, other]) utimesSync(path, when, when);
  const desk = await found(browser, "tajimi", office.path("twins.key"));
  await record(desk);
  await grant(desk, "管理責任者");
  await desk.case.chooseClips([one, other]);
  await desk.case.showsGlimpses(4);
  const { bundle } = await desk.case.sealChosen(office.path("twins.fuin"));
  await desk.handsOver();
  const words = await desk.papers.readPassphrase();
  const verified = office.verify(bundle, words);
  assert.ok(verified.ok);
  const hashes = [one, other].map((path) => createHash("sha256").update(readFileSync(path)).digest("hex"));
  assert.deepEqual(verified.clips.map((clip) => clip.sha256).sort(), hashes.sort());
}));
