// Takes a picture of every state, in two sizes and both languages, to look at: node scripts/screens.mjs OUT_FOLDER
// (`make screens`, after a build). README's picture is viewer-play at 1280 × 800 in Japanese.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { accessible } from "../tests/e2e/accessibility.mjs";
import { Browser } from "../tests/e2e/browser.mjs";
import { Office } from "../tests/e2e/office.mjs";
import { Desk } from "../tests/e2e/pages/desk.mjs";
import { Viewer } from "../tests/e2e/pages/viewer.mjs";

const out = process.argv[2] ?? "target/screens";
mkdirSync(out, { recursive: true });
const office = new Office();
const clip = office.sampleClip(20);
const bundle = office.seal("sample.fuin", clip, "--grant", "still,print,export").path;
const old = office.seal("old.fuin", clip, "--not-after", "2027-01-01T00:00:00+09:00", "--return-due", "2026-12-31").path;

/**
 * Takes the picture of a state, in which axe-core finds nothing: of the window where the state must fit into it, else
 * of the whole page.
 */
function camera(part, name) {
  return async (state, { whole = true } = {}) => {
    await part.page.evaluate(() => document.fonts.ready);
    await accessible(part, `${state} ${name}`);
    await part.page.screenshot({ path: join(out, `${state}-${name}.png`), fullPage: whole });
  };
}

async function viewerStates(browser, english, name) {
  const viewer = await Viewer.open(browser);
  const { player } = viewer;
  if (english) await viewer.switchLanguage();
  const take = camera(viewer, name);
  await take("viewer-start");
  await viewer.chooseBundle({ name: "photo.zip", mimeType: "application/zip", buffer: Buffer.from("PK") });
  await viewer.page.waitForSelector(".notice.stop");
  await take("viewer-wrong-file");
  await viewer.goToApplication();
  await viewer.application.tryToMake();
  await take("viewer-application");
  await viewer.page.reload();
  await viewer.chooseBundle(bundle);
  await viewer.asksForPassphrase();
  await take("viewer-key");
  await viewer.unlock("9999-9999-9999-9999");
  await viewer.stopNotice();
  await take("viewer-wrong-key");
  await viewer.unlock(office.recipientPassphrase);
  await viewer.verdict();
  await take("viewer-verdict");
  await viewer.readUndertaking();
  await viewer.asksForName();
  await take("viewer-undertaking");
  await viewer.promise();
  await player.picture.isPainted();
  await player.hasStrips(1);
  await player.seekTo(7_000_000);
  await player.picture.numberIs(85);
  await take("viewer-play", { whole: false });
  await take("viewer-play-whole");
  await player.tabs.openMarks();
  await player.tabs.addMark();
  await player.tabs.hasMarks(1);
  await player.tabs.noteMark(1, "正面に現れた人物");
  await take("viewer-marks", { whole: false });
  await player.tabs.makeExhibits();
  await take("viewer-exhibits");
  await player.tabs.openTones();
  await player.tabs.setBrightness("0.2");
  await take("viewer-tones", { whole: false });
  await player.tabs.takeBackTones();
  await player.tabs.openLog();
  await take("viewer-log", { whole: false });
  await player.focus();
  await player.press("?");
  await player.keysAreListed();
  await take("viewer-keys", { whole: false });
  await player.press("Escape");
  await player.press("f");
  await player.isFullScreen();
  await take("viewer-full-screen", { whole: false });
  await player.press("c");
  await player.buttonsAre(false);
  await take("viewer-screening", { whole: false });
  await player.press("c");
  await player.isNotFullScreen();
  await player.finish();
  await take("viewer-report");
  await viewer.receipt.report("delivery");
  await viewer.receipt.code();
  await take("viewer-reported");
  await viewer.close();
}

async function deskStates(browser, english, name) {
  const desk = await Desk.open(browser, { practice: true });
  if (english && await desk.language() === "ja") await desk.switchLanguage();
  const take = camera(desk, name);
  await take("desk-practice");
  await desk.practise();
  await desk.hasSomethingOverdue();
  await take("desk-today");
  for (const [part, click, wait] of [
    ["review", "#to-review button", "#review-form"], ["seal", "#to-seal button", "#seal-form"],
    ["case", "#overdue button", "#timeline"],
  ]) {
    await desk.goTo("today");
    await desk.page.click(click);
    await desk.page.waitForSelector(wait);
    await take(`desk-${part}`);
  }
  await desk.saveAsDownloads();
  await desk.goTo("today");
  await desk.page.click("#to-seal button");
  await desk.case.useSampleClip();
  await desk.case.knowsClip();
  await desk.case.showsGlimpses(2);
  await take("desk-seal-clip");
  await desk.case.sealChosen(office.path("practice.fuin"));
  await desk.handsOver();
  await take("desk-hand-over");
  await desk.papers.open("how-to");
  await desk.papers.sheet.appears();
  await take("desk-paper");
  await desk.goTo("request");
  await desk.incoming.tryToRecord();
  await take("desk-request-wrong");
  for (const part of ["ledger", "confirm", "forms", "trace", "settings"]) {
    await desk.goTo(part);
    await take(`desk-${part}`);
  }
  await desk.close();
}

/** The clock of all further pages is late, too: this comes last. */
async function lateState(browser, english, name) {
  const late = await Viewer.open(browser, { clock: new Date("2027-01-02T00:00:00+09:00") });
  if (english && await late.language() === "ja") await late.switchLanguage();
  await late.openBundle(old, office.recipientPassphrase);
  await late.stopCode();
  await camera(late, name)("viewer-expired");
  await late.close();
}

for (const [width, height] of [[1280, 800], [390, 844]]) {
  for (const english of [false, true]) {
    const name = `${width}-${english ? "en" : "ja"}`;
    const browser = await Browser.start({ viewport: { width, height } });
    await viewerStates(browser, english, name);
    await deskStates(browser, english, name);
    await lateState(browser, english, name);
    await browser.finish();
    process.stdout.write(`${name}\n`);
  }
}
office.remove();
process.stdout.write(`${out}\n`);
