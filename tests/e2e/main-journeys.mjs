// The main journeys of both doors, from file://, for browsers beside Chromium: what the page needs of a browser is there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessible } from "./accessibility.mjs";
import { close, confirmByCode, found, grant, record } from "./journeys.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { freePort } from "./port.mjs";
import { start } from "./served.mjs";

/** The recipient is done, and gives everything back; gives the code of the report. */
async function givesBack({ player, receipt }) {
  await player.finish();
  await receipt.report("return", { method: "媒体を返送" });
  return receipt.code();
}

/** A recipient opens, watches, steps, takes a still and reports. */
export async function recipient(browser, office) {
  const { path } = office.seal("sample.fuin", office.sampleClip(8), "--grant", "still");
  const viewer = await Viewer.open(browser);
  const { player } = viewer;
  await accessible(viewer, "V0");
  await viewer.chooseBundle(path);
  await viewer.unlock("9999-9999-9999-9999");
  await viewer.stopped("合言葉が違います");
  await viewer.unlock(office.recipientPassphrase);
  assert.match(await viewer.verdict(), /港区防災課が.*に封印したままの映像です/);
  await accessible(viewer, "V1");
  await viewer.affirm();
  await player.picture.isPainted();
  await accessible(viewer, "V3");
  await player.hasKeyboard();
  await player.press("Space");
  await player.isPlaying();
  await player.picture.goesPast(10);
  await player.press("Space");
  await player.isPaused();
  await player.press("Home");
  await player.picture.numberIs(1);
  await player.press(".");
  await player.picture.numberIs(2);
  await player.seekTo(4_000_000);
  await player.picture.numberIs(49);
  await player.takeStill(office.path("still"));
  assert.deepEqual([...readFileSync(office.path("still.png")).subarray(1, 4)], [..."PNG"].map((letter) => letter.charCodeAt(0)));
  await player.checkAll();
  await player.isChecked();
  assert.match(await givesBack(viewer), /^[0-9A-Z]{4}/);
  await accessible(viewer, "V5");
}

/** An office founds, records, grants, seals, and confirms what comes back. */
export async function issuer(browser, office) {
  const desk = await found(browser, "tajimi", office.path("office.key"));
  await record(desk);
  await accessible(desk, "O3");
  await grant(desk, "管理責任者");
  await desk.case.chooseClips(office.sampleClip(4));
  await desk.case.knowsClip();
  await desk.case.showsGlimpses(2);
  const { bundle, id } = await desk.case.sealChosen(office.path("sealed.fuin"));
  await desk.handsOver();
  await accessible(desk, "O4");
  const words = await desk.papers.readPassphrase();
  const viewer = await Viewer.open(browser);
  await viewer.watch(bundle, words);
  const code = await givesBack(viewer);
  await viewer.close();
  await confirmByCode(desk, id, code);
  await close(desk, "USB-07 を受け取った");
}

/** What `fuin view` gives out is opened with nothing chosen, watched, verified whole and reported on. */
export async function served(browser, office) {
  const { path, bundle_id } = office.seal("served.fuin", office.sampleClip(8));
  const view = await start("view", path, "--port", String(await freePort()));
  browser.server = view.url.origin;
  const viewer = await Viewer.open(browser, { address: view.url.href });
  assert.match(await viewer.bundleId(), new RegExp(bundle_id));
  await viewer.unlock(office.recipientPassphrase);
  await viewer.affirm();
  await viewer.player.picture.isPainted();
  await viewer.player.seekTo(4_000_000);
  await viewer.player.picture.numberIs(49);
  await viewer.player.checkAll();
  await viewer.player.isChecked();
  assert.match(await givesBack(viewer), /^[0-9A-Z]{4}/);
  await view.end();
}
