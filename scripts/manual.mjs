// Makes the pictures of both manuals from the running page: node scripts/manual.mjs (`make manual`, after a build).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Browser } from "../tests/e2e/browser.mjs";
import { Office, root } from "../tests/e2e/office.mjs";
import { Desk } from "../tests/e2e/pages/desk.mjs";
import { Viewer } from "../tests/e2e/pages/viewer.mjs";

const folder = join(root, "www/manual");
const shots = mkdtempSync(join(tmpdir(), "fuin-manual-"));
const office = new Office();
const bundle = office.seal("sample.fuin", office.sampleClip(20), "--grant", "still,print,export").path;

/** Takes a picture of the window, with this element at its top, and keeps it small. */
async function take(part, name, place) {
  const { page } = part;
  if (place) await page.locator(place).first().evaluate((element) => element.scrollIntoView({ block: "start" }));
  await page.evaluate(() => document.fonts.ready);
  const png = join(shots, `${name}.png`);
  await page.screenshot({ path: png });
  const small = ["-vf", "scale=960:600:flags=lanczos", "-c:v", "libwebp", "-quality", "45", "-compression_level", "6"];
  execFileSync("ffmpeg", ["-v", "error", "-y", "-i", png, ...small, join(folder, `${name}.webp`)]);
}

async function asRecipient(browser) {
  const viewer = await Viewer.open(browser);
  const { player } = viewer;
  await take(viewer, "viewer-start");
  await viewer.chooseBundle(bundle);
  await viewer.asksForPassphrase();
  await take(viewer, "viewer-key");
  await viewer.unlock(office.recipientPassphrase);
  await viewer.verdict();
  await take(viewer, "viewer-verdict");
  await viewer.readUndertaking();
  await viewer.asksForName();
  await take(viewer, "viewer-undertaking");
  await viewer.promise();
  await player.picture.isPainted();
  await player.hasStrips(1);
  await player.seekTo(7_000_000);
  await player.picture.numberIs(85);
  await take(viewer, "viewer-play");
  await player.tabs.openMarks();
  await player.tabs.addMark();
  await player.tabs.hasMarks(1);
  await player.tabs.noteMark(1, "正面に現れた人物");
  await take(viewer, "viewer-marks");
  await player.finish();
  await take(viewer, "viewer-report");
  await viewer.close();
}

async function asClerk(browser) {
  const desk = await Desk.open(browser, { practice: true });
  await desk.practise();
  await desk.saveAsDownloads();
  await desk.page.waitForSelector("#to-review button");
  await take(desk, "desk-today", "#main h2");
  await desk.goTo("request");
  await take(desk, "desk-request", "#main h2");
  for (const [name, row, shown] of [
    ["desk-review", "#to-review button", "#review-form"], ["desk-case", "#overdue button", "#case-state"],
  ]) {
    await desk.goTo("today");
    await desk.page.click(row);
    await desk.page.waitForSelector(shown);
    await take(desk, name, shown);
  }
  await desk.goTo("today");
  await desk.page.click("#to-seal button");
  await desk.case.useSampleClip();
  await desk.case.knowsClip();
  await desk.case.showsGlimpses(2);
  await take(desk, "desk-seal", "#seal-form");
  await desk.case.sealChosen(office.path("practice.fuin"));
  await desk.handsOver();
  await take(desk, "desk-hand-over", "#hand-over-title");
  for (const part of ["confirm", "forms", "settings"]) {
    await desk.goTo(part);
    await take(desk, `desk-${part}`, "#main h2");
  }
  await desk.close();
}

const browser = await Browser.start({ viewport: { width: 1280, height: 800 }, args: ["--lang=ja"] });
await asRecipient(browser);
await asClerk(browser);
await browser.finish();
office.remove();
rmSync(shots, { recursive: true });
for (const name of ["clerk", "recipient"]) {
  const pictures = [...readFileSync(join(folder, `${name}.html`), "utf8").matchAll(/src="([^"]+)"/g)];
  process.stdout.write(`${name}: ${pictures.length} pictures\n`);
}
