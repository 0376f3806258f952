// Takes the pictures to look at, and README's: node scripts/screenshot.mjs OUT_FOLDER (after `make demo SERVE=no`).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Browser, watch } from "../tests/e2e/browser.mjs";
import { root } from "../tests/e2e/office.mjs";

const out = process.argv[2] ?? join(root, "www");
const demo = join(root, "demo");
const passphrase = readFileSync(join(demo, "recipient-passphrase.txt"), "utf8");
for (const [name, viewport] of [["screenshot", { width: 1280, height: 800 }], ["screenshot-narrow", { width: 390, height: 844 }]]) {
  const browser = await Browser.start({ viewport });
  const page = await browser.page(join(demo, "stick/fuin.html"));
  await page.screenshot({ path: join(out, `${name}-start.png`), fullPage: true });
  await watch(page, join(demo, "stick/sample.fuin"), passphrase);
  await page.fill("#seek", "7000000");
  await page.waitForFunction(() => document.querySelector("#picture-number").textContent === "85");
  await page.waitForSelector("canvas.strip.painted");
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(out, `${name}.png`) });
  // The desk, with what the practice invents.
  const desk = await browser.page(join(demo, "stick/fuin.html"), "#practice");
  await desk.click("#practise");
  await desk.waitForSelector("#overdue");
  await desk.screenshot({ path: join(out, `${name}-desk-today.png`), fullPage: true });
  for (const [part, click, wait] of [["review", "#to-review button", "#review-form"], ["seal", "#to-seal button", "#seal-form"], ["case", "#overdue button", "#timeline"]]) {
    await desk.click("#nav-today");
    await desk.click(click);
    await desk.waitForSelector(wait);
    await desk.screenshot({ path: join(out, `${name}-desk-${part}.png`), fullPage: true });
  }
  for (const part of ["request", "ledger", "confirm", "forms", "settings"]) {
    await desk.click(`#nav-${part}`);
    await desk.screenshot({ path: join(out, `${name}-desk-${part}.png`), fullPage: true });
  }
  await browser.finish();
}
