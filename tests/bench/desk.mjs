// The desk: opening a ledger of 100,000 events, searching 10,000 disclosures, and sealing 1 GiB in the browser against the command
// line on the same clip.
import { execFileSync } from "node:child_process";
import { createReadStream, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Browser } from "../e2e/browser.mjs";
import { page as html, root } from "../e2e/office.mjs";
import { median } from "./median.mjs";

const EVENTS = 100_000;
const CLIP_BYTES = 2 ** 30;
const SEARCHES = ["", "刑捜第7777号", "令和8年 窃盗", "見本警察署", "どこにもない語"];
const ROUNDS = 3;

/** Says the desk's figures. */
export async function benchDesk({ office, folder, say }) {
  const browser = await Browser.start();
  const page = await browser.page(html, "#office");
  await page.setInputFiles("#pick-office-key", office.path("office/office.key"));
  await page.fill("#office-passphrase", office.passphrase);
  await page.click("#office-unlock");
  await page.waitForSelector("#nav-today");

  // The ledger goes straight into the browser's storage, as if it had grown there.
  const ledger = join(folder, "ledger.jsonl");
  const made = execFileSync("cargo", ["run", "--release", "--quiet", "-p", "fuin_tests", "--example", "make_ledger", "--",
    office.path("office/office.key"), office.path("office.txt"), String(EVENTS)], { cwd: root, maxBuffer: 2 ** 30 });
  writeFileSync(ledger, made);
  const put = (from, batch, head) => page.evaluate(({ from, batch, head }) => new Promise((resolve, reject) => {
    const open = indexedDB.open("fuin");
    open.onsuccess = () => {
      const transaction = open.result.transaction("ledger", "readwrite");
      const store = transaction.objectStore("ledger");
      batch.forEach((line, n) => store.put(line, String(from + n).padStart(12, "0")));
      if (head) store.put(head, "head");
      transaction.oncomplete = () => { open.result.close(); resolve(); };
      transaction.onerror = () => reject(transaction.error);
    };
  }), { from, batch, head });
  let batch = [];
  let from = 0;
  for await (const line of createInterface({ input: createReadStream(ledger) })) {
    if (from + batch.length === EVENTS) {
      await put(from, batch, line);
      break;
    }
    batch.push(line);
    if (batch.length === 2000) {
      await put(from, batch);
      from += batch.length;
      batch = [];
    }
  }
  const opened = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = Date.now();
    await page.reload();
    await page.waitForSelector("#nav-today");
    opened.push(Date.now() - began);
  }
  say("ledger_open_ms_100k", median(opened), `${(statSync(ledger).size / 2 ** 20).toFixed(0)} MiB: read, chain and head checked, first screen shown`);

  await page.click("#nav-ledger");
  await page.waitForSelector("#found");
  const searched = [];
  for (const words of SEARCHES) {
    searched.push(await page.evaluate((words) => new Promise((resolve) => {
      const field = document.querySelector("#search");
      field.value = words;
      const began = performance.now();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
    }), words));
  }
  say("ledger_search_ms_10k", Math.max(...searched), `the slowest of ${SEARCHES.length} searches, until the table is on the screen`);
  await browser.context.close();

  // Sealing: the same clip by both.
  const clip = join(folder, "seal.mp4");
  execFileSync("bash", ["-c", `cp "$1" "$2" && truncate -s ${CLIP_BYTES} "$2"`, "-", office.sampleClip(4), clip]);
  const fresh = await Browser.start();
  const desk = await fresh.page(html, "#office");
  await desk.evaluate(() => { window.showSaveFilePicker = undefined; });
  for (const [id, value] of Object.entries({ "office-name": "封印の計測", "office-contact": "03", "office-new-passphrase": "a long passphrase", "office-new-passphrase-again": "a long passphrase" })) await desk.fill(`#${id}`, value);
  await desk.selectOption("#office-rules", { value: "tajimi" });
  await Promise.all([desk.waitForEvent("download"), desk.click("#office-found")]);
  await desk.waitForSelector("#nav-today");
  await desk.click("#nav-request");
  for (const [id, value] of Object.entries({ organization: "a", person: "b", purpose: "c", "camera-0": "d", "from-0": "2026-11-18T21:00", "to-0": "2026-11-18T21:30", due: "2030-01-01" })) await desk.fill(`#${id}`, value);
  await desk.click("#record-request");
  await desk.fill("#decided-by", "課長");
  await desk.click("#grant");
  await desk.setInputFiles("#pick-clips", clip);
  const began = Date.now();
  const [download] = await Promise.all([desk.waitForEvent("download", { timeout: 600_000 }), desk.click("#seal")]);
  const ours = (Date.now() - began) / 1000;
  await download.delete();
  await fresh.context.close();
  const began2 = Date.now();
  const { path } = office.seal(join(folder, "cli.fuin"), clip);
  const theirs = (Date.now() - began2) / 1000;
  unlinkSync(path);
  say("browser_seal_vs_cli", ours / theirs, `${ours.toFixed(1)} s ÷ ${theirs.toFixed(1)} s for 1 GiB`);
}
