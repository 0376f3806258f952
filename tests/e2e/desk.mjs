// What the tests of the desk do as its clerk: found an office, take a request in, review, seal, print; and axe-core on any page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { watch } from "./browser.mjs";
import { page as html } from "./office.mjs";
import { due, footage, today, written } from "./dates.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const passphrase = "課の合言葉 2026 長い";

/** No serious finding of axe-core on the page as it is. */
export async function accessible(page, where) {
  // The page's policy forbids scripts from outside; this one comes through the debugger.
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const serious = found.violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
  assert.deepEqual(serious.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target).join(" ")}`), [], where);
}

export const fill = async (page, values) => {
  for (const [id, value] of Object.entries(values)) await page.fill(`#${id}`, value);
};
export const good = (page) => page.waitForSelector(".notice.good");

/** O2: a request of the police, typed in from paper. */
export async function request(page, { ground, basis, number = "刑捜第１２３号", stay = false }) {
  // A form that was begun is gone on with.
  if (!stay) await page.click("#nav-request");
  await fill(page, {
    received: today, organization: "見本警察署", department: "刑事課", address: "見本市見本町1番地", representative: "署長 見本一郎",
    person: "巡査部長 例示花子", phone: "０３-0000-0000", "document-number": number, "document-date": written,
    purpose: "窃盗被疑事件の捜査", "camera-0": "正面出入口 1番", "from-0": `${footage}T21:00`, "to-0": `${footage}T21:30`,
    "medium-number": "USB-07", due,
  });
  await page.selectOption("#ground", { value: ground });
  await page.selectOption("#basis", { value: basis });
  await page.click("#record-request");
  await page.waitForSelector("#review-form");
}

/** O3: answers every question of the city; gives the blocking findings before and after. */
export async function review(page, { undertaking }) {
  const blocks = () => page.locator("#findings .blocks").allTextContents();
  const before = await blocks();
  for (const area of await page.locator("#review-form textarea").all()) await area.fill("記録のとおり認める。");
  await page.fill("#callback", "代表番号へ折り返した");
  if (undertaking) await fill(page, { "undertaking-on": today, "undertaking-by": "署長 見本一郎", "undertaking-onward": "検察庁" });
  await page.click("#record-review");
  await page.waitForFunction(() => document.querySelector(".notice.good")?.textContent.includes("審査を記録しました"));
  return { before, after: await blocks() };
}

/** What needs the files of an office's folder. */
export function clerk(path) {
  /** The desk of a new office. Files are saved as downloads: nobody is there to choose a place. */
  async function found(browser, city, name = `${city}の発行課`) {
    const page = await browser.page(html, "#office");
    await page.evaluate(() => delete window.showSaveFilePicker);
    await page.evaluate(() => { window.showSaveFilePicker = undefined; });
    await page.fill("#office-name", name);
    await page.fill("#office-contact", "03-0000-0000");
    await page.selectOption("#office-rules", { value: city });
    await page.fill("#office-new-passphrase", passphrase);
    const [backup] = await Promise.all([page.waitForEvent("download"), page.click("#office-found")]);
    await backup.saveAs(path(`${city}.key`));
    await page.waitForSelector("#nav-today");
    return page;
  }

  /** O4: seals a clip; gives the bundle's path and what the passphrase letter says. */
  async function seal(page, clip) {
    await page.setInputFiles("#pick-clips", clip);
    await page.waitForFunction(() => document.querySelector(".clip-row p + p"));
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#seal")]);
    const bundle = path(download.suggestedFilename());
    await download.saveAs(bundle);
    await page.waitForSelector("#paper-passphrase");
    await page.click("#paper-passphrase");
    const words = await page.textContent("#passphrase-words");
    return { bundle, words, id: download.suggestedFilename().replace(".fuin", "") };
  }

  /** Prints what is shown; its text without white space, and its pages. */
  async function print(page, name) {
    // To look at by eye: FUIN_PAPERS=folder keeps what is printed.
    const pdf = process.env.FUIN_PAPERS ? join(process.env.FUIN_PAPERS, `${await page.textContent("#office-label")}-${name}.pdf`) : path(`${name}.pdf`);
    writeFileSync(pdf, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
    const text = execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" }).replaceAll(/\s/g, "");
    const info = execFileSync("pdfinfo", [pdf], { encoding: "utf8" });
    const [, width, height] = info.match(/Page size:\s+([\d.]+) x ([\d.]+)/).map(Number);
    return { text, pages: Number(info.match(/Pages:\s+(\d+)/)[1]), landscape: width > height };
  }

  async function paper(page, id, words, { pages = 1, landscape = false } = {}) {
    await page.click(`#${id}`);
    await page.waitForSelector("article.sheet");
    const printed = await print(page, id);
    for (const word of words) assert.ok(printed.text.includes(word.replaceAll(/\s/g, "")), `${word} is not on ${id}: ${printed.text.slice(0, 400)}`);
    assert.deepEqual([printed.pages, printed.landscape], [pages, landscape], `${id}: pages, landscape`);
  }

  /** V0 to V5: watches, and reports by code. */
  async function returned(browser, bundle, words, kind) {
    const page = await browser.page(html);
    await watch(page, bundle, words);
    await page.click("#finished");
    await page.check(`input[value=${kind}]`);
    await page.fill("#method", "媒体を返送");
    await page.click("#make-receipt");
    const code = await page.textContent("#receipt-code");
    await page.close();
    return code;
  }

  return { found, seal, print, paper, returned };
}
