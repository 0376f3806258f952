// The desk: opening a ledger of 100,000 events, searching 10,000 disclosures, and sealing 1 GiB in the browser against the command
// line on the same clip.
import { execFileSync } from "node:child_process";
import { copyFileSync, statSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Browser } from "../e2e/browser.mjs";
import { foundTajimi, grant, record, takeOver } from "../e2e/journeys.mjs";
import { root } from "../e2e/office.mjs";
import { Desk } from "../e2e/pages/desk.mjs";
import { median } from "./median.mjs";

const EVENTS = 100_000;
const CLIP_BYTES = 2 ** 30;
const SEARCHES = ["", "刑捜第7777号", "令和8年 窃盗", "見本警察署", "どこにもない語"];
const ROUNDS = 3;

/** How long a long ledger takes to come in, to be opened, and to be searched. */
export async function benchLedger({ office, folder, say }) {
  const ledger = join(folder, "ledger.jsonl");
  const made = execFileSync("cargo", ["run", "--release", "--quiet", "-p", "fuin_tests", "--example", "make_ledger", "--",
    office.path("office/office.key"), office.path("office.txt"), String(EVENTS)], { cwd: root, maxBuffer: 2 ** 30 });
  writeFileSync(ledger, made);
  const browser = await Browser.start();
  const desk = await takeOver(browser, office);
  desk.page.setDefaultTimeout(600_000);
  await desk.goTo("settings");
  const began = Date.now();
  await desk.settings.importLedger(ledger);
  await desk.told();
  say("ledger_import_s_100k", (Date.now() - began) / 1000, "from a file: every signature checked, stored");
  const opened = [];
  for (let round = 0; round < ROUNDS; round++) {
    await desk.reload();
    await desk.isLocked();
    const began = Date.now();
    await desk.tryToEnter(office.passphrase);
    await desk.isOpen();
    opened.push(Date.now() - began);
  }
  say("ledger_open_ms_100k", median(opened), `${(statSync(ledger).size / 2 ** 20).toFixed(0)} MiB: keys unlocked, read, chain and head checked, first screen shown`);

  await desk.goTo("ledger");
  await desk.register.canBeSearched();
  const searched = [];
  for (const words of SEARCHES) {
    searched.push(await desk.page.evaluate((words) => new Promise((resolve) => {
      const field = document.querySelector("#search");
      field.value = words;
      const began = performance.now();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
    }), words));
  }
  say("ledger_search_ms_10k", Math.max(...searched), `the slowest of ${SEARCHES.length} searches, until the table is on the screen`);
  await browser.context.close();
}

/** The same clip sealed by both, alternating. */
export async function benchBrowserSealing({ office, folder, say }) {
  const clip = join(folder, "seal.mp4");
  copyFileSync(office.sampleClip(4), clip);
  truncateSync(clip, CLIP_BYTES);
  const times = { ours: [], theirs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const browser = await Browser.start();
    const desk = await Desk.open(browser);
    desk.page.setDefaultTimeout(600_000);
    await desk.saveAsDownloads();
    await foundTajimi(desk, join(folder, `sealing-${round}.key`));
    await record(desk);
    await grant(desk, "管理責任者");
    await desk.case.chooseClips(clip);
    await desk.case.knowsClip();
    const began = Date.now();
    const [download] = await Promise.all([desk.page.waitForEvent("download"), desk.case.beginSealing()]);
    times.ours.push((Date.now() - began) / 1000);
    await download.delete();
    await browser.context.close();
    const began2 = Date.now();
    const { path } = office.seal(join(folder, "cli.fuin"), clip);
    times.theirs.push((Date.now() - began2) / 1000);
    unlinkSync(path);
  }
  const [ours, theirs] = [median(times.ours), median(times.theirs)];
  say("browser_seal_vs_cli", ours / theirs, `${ours.toFixed(1)} s ÷ ${theirs.toFixed(1)} s for 1 GiB`);
}
