// The symbol on a recipient's report, photographed or held before the camera, confirms as a typed code does.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { takeOver } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

/** The desk of this office, with everything that the command line recorded. */
async function deskWithLedger(browser, name) {
  run("ledger", "export", "--office", path("office"), "--out", path(name));
  const desk = await takeOver(browser, office);
  await desk.goTo("settings");
  await desk.settings.importLedger(path(name));
  await desk.told();
  return desk;
}

/** The recipient's page with a report that bears a symbol. */
async function reportWithSymbol(browser, bundle, kind, method) {
  const viewer = await Viewer.open(browser);
  await viewer.watch(bundle, office.recipientPassphrase);
  await viewer.player.finish();
  await viewer.receipt.report(kind, { method });
  await viewer.receipt.sheet.hasSymbol();
  return viewer;
}

test("a photographed symbol is as good as a typed code", () => Browser.use(async (browser) => {
  const sealed = office.seal("symbol.fuin", office.sampleClip(4));
  const desk = await deskWithLedger(browser, "symbol.jsonl");
  const viewer = await reportWithSymbol(browser, sealed.path, "erasure", "消去");
  await viewer.receipt.sheet.photograph(path("sheet.png"));
  await viewer.close();
  await desk.toFront();
  await desk.goTo("confirm");
  await desk.confirmation.readPhotograph(path("sheet.png"));
  await desk.told("検証できました");
  await desk.confirmation.readPhotograph(office.sampleClip(4));
  await desk.stopNotice();
}));

test("the symbols of a report say all of it, in one photograph or in several", () => Browser.use(async (browser) => {
  const first = office.seal("all.fuin", office.sampleClip(4));
  const second = office.seal("each.fuin", office.sampleClip(4));
  const desk = await deskWithLedger(browser, "all.jsonl");
  const viewer = await reportWithSymbol(browser, first.path, "erasure", "細断した");
  await viewer.receipt.sheet.photographSymbols(path("all.png"));
  await viewer.close();
  await desk.toFront();
  await desk.goTo("confirm");
  await desk.confirmation.readPhotograph(path("all.png"));
  await desk.told("検証できました");
  const other = await reportWithSymbol(browser, second.path, "erasure", "溶解した");
  const pieces = await other.receipt.sheet.photographEach((n) => path(`piece-${n}.png`));
  assert.ok(pieces.length > 1, "a report needs several");
  await other.close();
  await desk.toFront();
  await desk.confirmation.readPhotograph(pieces.slice(1).reverse());
  await desk.confirmation.hasReadSymbols(pieces.length - 1, pieces.length);
  await desk.confirmation.readPhotograph(pieces.slice(0, 1));
  await desk.told(second.bundle_id);
  // The words came along, which no code has.
  await desk.goTo("ledger");
  await desk.register.openFirst();
  await desk.mentions("溶解した");
}));

test("a symbol held before the camera is as good as a typed code", () => {
  const sealed = office.seal("camera.fuin", office.sampleClip(4));
  const feed = path("camera.y4m");
  const args = [
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${feed}`,
  ];
  return Browser.use(async (first) => {
    const viewer = await reportWithSymbol(first, sealed.path, "return", "郵送");
    await viewer.receipt.sheet.photographSymbol(path("symbol.png"));
    // A sheet of paper that moves a little before the camera.
    execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y",
      "-f", "lavfi", "-i", "color=c=0x909090:s=640x480:r=10:d=4", "-loop", "1", "-i", path("symbol.png"),
      "-filter_complex", "[1]scale=300:300[s];[0][s]overlay=x='150+10*sin(t*3)':y=90:shortest=1",
      "-pix_fmt", "yuv420p", feed]);
    await Browser.use(async (second) => {
      const desk = await deskWithLedger(second, "camera.jsonl");
      await desk.goTo("confirm");
      await desk.confirmation.switchCameraOn();
      await desk.told("検証できました");
      assert.ok((await desk.goodNotice()).includes(sealed.bundle_id));
      assert.equal(await desk.confirmation.cameraStream(), null, "the camera is switched off");
    }, { args });
  });
});
